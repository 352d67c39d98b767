//! The folder of an index: a subfolder per generation, and one small file that
//! points to the generation in use.
//!
//! A rebuild makes a new generation beside the old and moves the pointer by a
//! rename, so that a reader sees the one or the other, whole.
//!
//! Other files may stand in the folder, and even in a generation. So a
//! generation carries a mark of ours, and only files with names of ours are
//! ever removed (`garbage`); a folder that holds other files and no index is
//! refused before anything is written.
//!
//! A generation gets its mark under a temporary name first: a folder named `g2`
//! without a mark was made by somebody else and is passed over. Numbers only
//! grow, so that a reader that holds an old path cannot meet other content
//! under it.
//!
//! Permissions never widen by themselves: files are made with the access that
//! the sources allow (`library::trust`), and `set_access` takes bits away
//! from older ones.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{checksum, names};
use crate::engine::local::schema::FORMAT_VERSION;
use crate::failure::{Failure, FailureKind, Result};
use crate::files::{self, Access, EntryKind, Folder, Making, Meta, random_name};

/// What the pointer file says. JSON with a checksum; fields that were added
/// later have defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pointer {
    /// The version of the index's format.
    pub(crate) format: u32,
    /// The version of the program that made it, for people.
    pub(crate) program: String,
    /// The version of tantivy that wrote its files.
    #[serde(default)]
    pub(crate) engine: String,
    /// The number of the generation in use.
    pub(crate) generation: u64,
    /// What tells this index from every other; see `trust`.
    #[serde(default)]
    pub(crate) id: String,
}

impl Pointer {
    /// A pointer as this program writes it.
    pub(crate) fn to(generation: u64, id: &str) -> Pointer {
        Pointer {
            format: FORMAT_VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            engine: tantivy::version_string().to_owned(),
            generation,
            id: id.to_owned(),
        }
    }

    /// Whether this program reads and writes what it points to.
    pub(crate) fn is_of_this_version(&self) -> bool {
        self.format == FORMAT_VERSION && self.engine == tantivy::version_string()
    }

    /// Whether a later version of this program made it. Then the help is
    /// another than a rebuild.
    pub(crate) fn is_newer(&self) -> bool {
        self.format > FORMAT_VERSION
    }
}

/// A name for an index that no other has. 128 random bits, in hexadecimal.
pub(crate) fn new_id() -> String {
    format!("{:016x}{:016x}", files::random(), files::random())
}

/// What tells one commit from the next, without opening the index. Equal stamps
/// mean the same commit; it costs one small read and one `stat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    generation: u64,
    /// Of the file that tantivy replaces at each commit.
    meta: Meta,
}

/// The stamp of the last commit; `None` where there is none, or no telling.
pub(crate) fn stamp(index_dir: &Path) -> Option<Stamp> {
    let generation = read_pointer(index_dir).ok()??.generation;
    stamp_of(generation, &generation_dir(index_dir, generation))
}

/// The stamp of the last commit of a generation, told before it is opened.
pub(crate) fn stamp_of(generation: u64, dir: &Path) -> Option<Stamp> {
    let meta = files::stat_link(&dir.join(names::META)).ok()?;
    Some(Stamp { generation, meta })
}

/// The folder of a generation.
pub(crate) fn generation_dir(index_dir: &Path, generation: u64) -> PathBuf {
    index_dir.join(names::generation(generation))
}

/// Reads the pointer; `None` where there is no index. An index of another
/// version has one, too: whoever reads it must ask
/// [`Pointer::is_of_this_version`].
pub(crate) fn read_pointer(index_dir: &Path) -> Result<Option<Pointer>> {
    let is_away = |error: &io::Error| {
        matches!(
            error.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
        )
    };
    match Folder::open(index_dir) {
        Ok(folder) => pointer_in(&folder),
        Err(error) if is_away(&error) => Ok(None),
        Err(error) => Err(unreadable(index_dir, &error)),
    }
}

/// Reads the pointer in `folder`; `None` where there is none. One without a
/// checksum is believed only if it is of another version.
pub(crate) fn pointer_in(folder: &Folder) -> Result<Option<Pointer>> {
    let path = folder.path().join(names::POINTER);
    let text = match folder.read(names::POINTER.as_ref(), names::MAX_SMALL) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&path, &error)),
    };
    let damaged = |why| {
        Failure::at("corrupt index", &path, why)
            .help(names::REBUILD)
            .of(FailureKind::Corrupt)
    };
    // Versions before the checksum wrote none.
    let is_intact = !checksum::has_checksum(&text) || checksum::checked(&text).is_some();
    match serde_json::from_slice::<Pointer>(&text) {
        Err(_) if has_generation(folder)? => Err(damaged("not a valid index pointer")),
        Err(_) => Err(
            Failure::at("no index", &path, "this file does not belong to an index")
                .help("move the file, or choose another folder with --index DIR"),
        ),
        Ok(pointer)
            if is_intact && (checksum::has_checksum(&text) || !pointer.is_of_this_version()) =>
        {
            Ok(Some(pointer))
        }
        Ok(_) => Err(damaged("wrong checksum")),
    }
}

/// The failure where the index cannot be read, with the action that helps.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let help = super::corruption::help_for(error, "check its permissions");
    Failure::io("cannot read the index", path, error).help(help)
}

/// The failure where the index cannot be written, with the action that helps.
pub(crate) fn refused(path: &Path, error: &io::Error) -> Failure {
    let help = super::corruption::help_for(error, "check its permissions");
    Failure::io("cannot write the index", path, error).help(help)
}

/// Points the index to another generation, at once. After a crash the file says
/// the one or the other.
///
/// A rebuild goes through these states, and after a crash in any of them the
/// old index answers or the new one does:
/// ```text
/// index/  cybersearch.json -> g1   g1/
/// index/  cybersearch.json -> g1   g1/  .cybersearch-....tmp/   made, with its mark
/// index/  cybersearch.json -> g1   g1/  g2/                     named, being filled
/// index/  cybersearch.json -> g2   g1/  g2/                     the pointer moved
/// index/  cybersearch.json -> g2        g2/                     garbage removed
/// ```
pub(crate) fn write_pointer(folder: &Folder, pointer: &Pointer, made: Making) -> io::Result<()> {
    let mut text = serde_json::to_vec(pointer)?;
    text.push(b'\n');
    let mode = made.access.file_mode();
    folder.replace(
        names::POINTER.as_ref(),
        &checksum::with_checksum(&text),
        mode,
        made.is_exact,
    )
}

/// Names of the keys of a pointer: a damaged one still has most of them.
const KEYS: [&str; 5] = ["format", "generation", "program", "engine", "seal"];

/// Whether a text may be what is left of a pointer of ours: cut, or with some
/// bytes changed.
fn may_be_ours(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let keys = KEYS.iter().filter(|key| text.contains(**key)).count();
    let is_cut = || {
        let begins = |key: &str| {
            let start = format!("{{\"{key}\"");
            text.starts_with(&start) || start.starts_with(text.as_ref())
        };
        let is_whole = serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
        !is_whole && KEYS.iter().any(|key| begins(key))
    };
    keys >= 2 || text.is_empty() || is_cut()
}

/// Gives a file of somebody else that stands where the pointer belongs another
/// name; says which. What may be a damaged pointer of ours is left to be
/// replaced.
///
/// # Errors
/// When it cannot be renamed.
pub(crate) fn set_aside(folder: &Folder) -> io::Result<Option<OsString>> {
    let name: &OsStr = names::POINTER.as_ref();
    match folder.stat(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
        Ok(meta) if meta.kind == EntryKind::File => {
            // One that is longer than any pointer is none.
            let text = folder.read(name, names::MAX_SMALL);
            if text.is_ok_and(|text| may_be_ours(&text)) {
                return Ok(None);
            }
        }
        Ok(_) => {}
    }
    let kept = random_name(&format!("{}.kept-", names::POINTER), "");
    folder.rename_new(name, &kept)?;
    Ok(Some(kept))
}

/// The folder of an index, open to be written. All further names are looked up
/// in it, wherever its path leads by then.
#[derive(Debug)]
pub(crate) struct OpenedFolder {
    pub(crate) folder: Folder,
    /// Whether it is for the program to set its permissions: it made the folder
    /// for its own files, and this user owns it.
    pub(crate) is_own: bool,
    /// Who may read it now.
    pub(crate) access: Access,
    /// The group that it belongs to.
    pub(crate) group: u32,
}

/// Opens the folder to write an index in it, making it where there is none; a
/// new one keeps itself out of git.
///
/// # Errors
/// When it holds other files and no index of ours, or cannot be made. Then
/// nothing is written.
pub(crate) fn open_to_write(index_dir: &Path, root: &Path) -> Result<OpenedFolder> {
    let refused = |error: &io::Error| refused(index_dir, error);
    let (folder, is_new) = match Folder::open(index_dir) {
        Ok(folder) => (folder, false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (
            make(index_dir, root).map_err(|error| refused(&error))?,
            true,
        ),
        Err(error) => return Err(refused(&error)),
    };
    if !is_new {
        check_is_ours(&folder)?;
    }
    let meta = folder.meta().map_err(|error| refused(&error))?;
    let is_own = is_new || folder.stat(names::POINTER.as_ref()).is_ok();
    Ok(OpenedFolder {
        folder,
        is_own: is_own && meta.owner == crate::library::trust::user(),
        access: Access::of_folder_mode(meta.mode),
        group: meta.group,
    })
}

/// Whether an index can be written in the folder, which may not be there yet.
///
/// # Errors
/// When it holds other files and no index of ours.
pub(crate) fn can_write(index_dir: &Path) -> Result<bool> {
    match Folder::open(index_dir) {
        Ok(folder) => {
            check_is_ours(&folder)?;
            Ok(folder.is_writable() && super::lock::can_lock(&folder))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut above = index_dir.ancestors().skip(1);
            let nearest = above.find_map(|folder| Folder::open(folder).ok());
            Ok(nearest.is_some_and(|folder| folder.is_writable()))
        }
        // A file is in the way.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(refused(index_dir, &error)),
    }
}

/// Makes the folder of an index. Two writers may try at once; both get the same
/// folder.
fn make(index_dir: &Path, root: &Path) -> io::Result<Folder> {
    let name = index_dir.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let parent = index_dir.parent().unwrap_or(Path::new("/"));
    std::fs::create_dir_all(parent)?;
    let parent = Folder::open(parent)?;
    // A library that a group keeps is made for all its members.
    let around = files::stat(root).map(|root| Access::of_folder_mode(root.mode));
    let group = around.ok().filter(|access| access.group_writes);
    let access = group.unwrap_or(Access::PUBLIC);
    let folder = match parent.make(name, access.folder_mode(), group.is_some()) {
        // Another writer was here first.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => parent.child(name)?,
        made => made?,
    };
    let made = Making {
        access,
        is_exact: group.is_some(),
    };
    let ignore = folder.create_new(
        names::IGNORE.as_ref(),
        made.access.file_mode(),
        made.is_exact,
    );
    match ignore {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        ignore => io::Write::write_all(&mut ignore?, b"*\n")?,
    }
    Ok(folder)
}

/// Fails if the folder holds other files than ours, and no index. Hidden files
/// do not matter.
fn check_is_ours(folder: &Folder) -> Result<()> {
    let names = list(folder)?;
    // A damaged pointer is told by whoever reads it.
    let is_index = names.iter().any(|(name, _)| name == names::POINTER);
    if is_index {
        return match pointer_in(folder) {
            Err(error) if !has_generation(folder)? => Err(error),
            _ => Ok(()),
        };
    }
    for (name, _) in names {
        let is_hidden = name.as_encoded_bytes().starts_with(b".");
        let is_ours = || {
            names::generation_number(&name).is_some()
                && folder.child(&name).is_ok_and(|child| has_mark(&child))
        };
        if !is_hidden && !is_ours() {
            let path = folder.path();
            let why = format!(
                "the folder contains other files, such as {}",
                name.display()
            );
            return Err(Failure::at("cannot create an index", path, why)
                .help("choose another folder with --index DIR"));
        }
    }
    Ok(())
}

/// The names in a folder of the index. In no order.
pub(crate) fn list(folder: &Folder) -> Result<Vec<(OsString, Option<EntryKind>)>> {
    folder
        .list()
        .map_err(|error| unreadable(folder.path(), &error))
}

/// Whether there is a generation of ours in the folder. Then a pointer that
/// cannot be read is damage, and not somebody's file.
fn has_generation(folder: &Folder) -> Result<bool> {
    let is_one = |name: &OsStr| {
        names::generation_number(name).is_some()
            && folder
                .child(name)
                .is_ok_and(|child| has_mark(&child) || has_commit(&child))
    };
    Ok(list(folder)?.iter().any(|(name, _)| is_one(name)))
}

/// What the mark of a generation says. The number is for people.
#[derive(Debug, Serialize, Deserialize)]
struct GenerationMark {
    made_by: String,
    generation: u64,
}

/// Whether the folder carries the mark of a generation of ours.
pub(crate) fn has_mark(generation: &Folder) -> bool {
    let mark = generation.read(names::MARK.as_ref(), names::MAX_SMALL);
    let mark = mark.ok().and_then(|text| checksum::checked(&text));
    let mark = mark.and_then(|text| serde_json::from_slice::<GenerationMark>(&text).ok());
    mark.is_some_and(|mark| mark.made_by == env!("CARGO_PKG_NAME"))
}

/// Whether the folder holds a commit of ours: what a generation of a version
/// before the mark is known by.
pub(crate) fn has_commit(generation: &Folder) -> bool {
    let text = generation.read(names::META.as_ref(), names::MAX_META);
    let text = text.ok().and_then(|text| checksum::checked(&text));
    text.is_some_and(|text| crate::engine::local::state::state_of(&text).is_some())
}

/// The first number to try for a new generation: the one after that in use, or 1.
/// Whether it is free, [`make_generation`] finds out.
pub(crate) fn free_number(in_use: Option<u64>) -> u64 {
    in_use.and_then(|number| number.checked_add(1)).unwrap_or(1)
}

/// Makes the folder of a new generation, with its mark, under the first number
/// from `first` on that no other name has. Only for who holds the lock.
pub(crate) fn make_generation(
    folder: &Folder,
    first: u64,
    made: Making,
) -> io::Result<(u64, Folder)> {
    let draft = random_name(files::TEMPORARY, ".tmp");
    let mode = made.access.folder_mode();
    let generation = folder.make(&draft, mode, made.is_exact)?;
    let mut number = first;
    loop {
        let mark = GenerationMark {
            made_by: env!("CARGO_PKG_NAME").to_owned(),
            generation: number,
        };
        let text = checksum::with_checksum(&serde_json::to_vec(&mark)?);
        let mode = made.access.file_mode();
        generation.replace(names::MARK.as_ref(), &text, mode, made.is_exact)?;
        match folder.rename_new(&draft, names::generation(number).as_ref()) {
            Ok(()) => break,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty
                ) =>
            {
                number = number.checked_add(1).unwrap_or(1);
            }
            Err(error) => return Err(error),
        }
    }
    folder.sync()?;
    let name = names::generation(number);
    Ok((number, folder.child(name.as_ref())?))
}

/// Lets no more people read an index than `access` says: its folder, where that
/// is for the program to say, its generation and the files in it; and no fewer
/// if it `may_widen`.
pub(crate) fn set_access(
    opened: &OpenedFolder,
    generation: Option<&Folder>,
    access: Access,
    may_widen: bool,
) -> io::Result<()> {
    let differs = |mode: u32, wanted: u32| {
        mode & 0o777 & !wanted != 0 || (may_widen && mode & 0o777 != wanted & 0o777)
    };
    let wanted = |mode: u32, all: u32| if may_widen { all } else { mode & all | 0o600 };
    let own = opened.folder.meta()?;
    if opened.is_own && differs(own.mode, access.folder_mode()) {
        let keeps = own.mode & 0o7000;
        let mode = wanted(own.mode & 0o777, access.folder_mode() & 0o777);
        opened.folder.set_own_mode(keeps | mode | 0o100)?;
    }
    let Some(generation) = generation else {
        return Ok(());
    };
    let meta = generation.meta()?;
    if differs(meta.mode, access.folder_mode()) {
        let mode = wanted(meta.mode & 0o777, access.folder_mode() & 0o777);
        generation.set_own_mode(meta.mode & 0o7000 | mode | 0o100)?;
    }
    for (name, _) in generation.list()? {
        if !names::is_of_generation(&name) {
            continue;
        }
        let meta = generation.stat(&name)?;
        if meta.kind == EntryKind::File && differs(meta.mode, access.file_mode()) {
            generation.set_mode(&name, wanted(meta.mode & 0o777, access.file_mode()))?;
        }
    }
    Ok(())
}

/// The bytes that the index takes on disk. Subfolders are not entered; what
/// cannot be read counts nothing.
pub(crate) fn size_on_disk(folder: &Path) -> u64 {
    let Ok(folder) = Folder::open(folder) else {
        return 0;
    };
    let names = folder.list().unwrap_or_default();
    let files = names
        .iter()
        .filter_map(|(name, _)| folder.stat(name).ok())
        .filter(|meta| meta.kind == EntryKind::File);
    files.map(|meta| meta.size).sum()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::library::pointer::is_index;

    #[test]
    fn the_pointer_moves_at_once_and_names_the_index() {
        let root = tempfile::tempdir().unwrap();
        let index = root.path().join("index");
        assert_eq!(read_pointer(&index).unwrap(), None);
        let opened = open_to_write(&index, root.path()).unwrap();
        assert!(!is_index(&index));
        write_pointer(&opened.folder, &Pointer::to(3, "x"), Making::PUBLIC).unwrap();
        assert_eq!(read_pointer(&index).unwrap(), Some(Pointer::to(3, "x")));
        assert!(is_index(&index));
    }

    #[test]
    fn a_number_that_is_taken_is_passed_over() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(root.path()).unwrap();
        fs::create_dir(root.path().join("g4")).unwrap();
        fs::write(root.path().join("g5"), "text").unwrap();
        let (number, generation) = make_generation(&folder, 4, Making::PUBLIC).unwrap();
        assert_eq!(number, 6);
        assert!(has_mark(&generation));
        assert_eq!(fs::read_dir(root.path().join("g4")).unwrap().count(), 0);
        assert_eq!(free_number(Some(u64::MAX)), 1);
    }

    #[test]
    fn a_folder_of_other_files_is_refused_and_left_as_it_is() {
        for file in [
            "thesis.txt",
            "g1/thesis.txt",
            "lock",
            "cybersearch.json",
            "g1",
        ] {
            let root = tempfile::tempdir().unwrap();
            let index = root.path().join("index");
            let path = index.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "precious").unwrap();
            let error = open_to_write(&index, root.path()).unwrap_err();
            assert!(error.action().unwrap().contains("--index DIR"), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
            assert_eq!(fs::read_dir(&index).unwrap().count(), 1, "{file}");
        }
    }

    #[test]
    fn dot_files_are_no_reason_to_refuse() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("index")).unwrap();
        fs::write(root.path().join("index/.gitkeep"), "").unwrap();
        open_to_write(&root.path().join("index"), root.path()).unwrap();
    }
}
