//! Files to articles.
//!
//! Responsible for finding the files of a library (`walk`), for turning their
//! bytes into text (`decode`), and for the formats that hold articles. Whoever
//! wants articles goes one way (`reading`): an input is looked at (`kind`),
//! opened where it holds others (`open`), parsed (`parse`), and cut apart where
//! it is an export (`split`). `stream` gives the articles of any input without a
//! library. Imports `files`, `article` and `parallel`. Must not know what an
//! article says, nor that there is an index. A new format is a new
//! [`SourceFormat`] with a module of its own in `open` or `parse`.

mod child;
mod decode;
mod html;
mod input;
mod keys;
mod kind;
#[cfg(feature = "mail")]
mod lines;
#[cfg(any(feature = "html", feature = "mail"))]
mod mapped;
pub mod memory;
mod open;
mod parse;
pub mod path_key;
pub mod queries;
mod reading;
mod sidecar;
mod split;
pub mod stream;
mod walk;

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

pub(crate) use self::child::version as pdf_reader;
use self::input::Content;
pub(crate) use self::keys::perhaps_date;
use self::kind::SNIFFED;
#[cfg(feature = "remote")]
pub(crate) use self::kind::version_of;
pub use self::kind::{Family, Readers, SourceFormat};
pub(crate) use self::kind::{FormatSet, versions};
pub use self::memory::Memory;
use self::parse::jsonl;
pub use self::reading::outcome::{Before, Failed, Outcome, ReadCount, Skip, SkipReason};
use self::reading::outer::{CountedFile, OuterFile};
#[cfg(test)]
use self::reading::trial;
use self::reading::{Limits, Reading, outer};
use self::sidecar::Sidecar;
pub(crate) use self::walk::Base;
pub use self::walk::{FileSeen, SourceFile, Stat, WalkResult, Walker, absolute};
use crate::article::Article;
use crate::failure::plain_cause;
use crate::files::{self, Faulty, Folder, Meta, SMALL_FILE};

/// Which files are read, and how, as the index remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub struct Selection {
    /// Files (and lines of JSON lines) above this many bytes are skipped.
    pub max_bytes: u64,
    /// Whether files and folders whose names begin with a dot are read.
    pub hidden: bool,
    /// Whether files that `.gitignore` and `.ignore` name are read.
    pub ignored: bool,
    /// Whether symbolic links to folders and files are followed.
    pub follow: bool,
    /// Whether the time of change and the number of a file tell that it is
    /// another one: not on file systems where they do not stay the same.
    #[serde(default = "yes")]
    pub ctime: bool,
    /// The year of dates that come without one.
    #[serde(default)]
    pub assume_year: Option<i16>,
    /// Whether each file but JSON Lines is one plain text, whatever it looks like.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plain_text: bool,
}

fn yes() -> bool {
    true
}

/// The default of [`Selection::max_bytes`]: 64 MiB.
pub const DEFAULT_MAX_BYTES: u64 = 64 << 20;

/// The most that [`Selection::max_bytes`] may be: 1 GiB. An article is read as
/// a whole; see [`memory`] for what indexing it takes.
pub const MOST_MAX_BYTES: u64 = 1 << 30;

impl Default for Selection {
    fn default() -> Self {
        Selection {
            max_bytes: DEFAULT_MAX_BYTES,
            hidden: false,
            ignored: false,
            follow: false,
            ctime: true,
            assume_year: None,
            plain_text: false,
        }
    }
}

/// How many remarks on one article are remembered.
const MOST_REMARKS: usize = 8;

/// Reads the articles of `file` and hands each to `sink`, in order; those that
/// need more than `memory` are left out.
///
/// Nothing that a file holds is an error: what is left out is in
/// [`Outcome::skipped`] with its reason, and what the system refuses in
/// [`Outcome::failed`]. An error is one of `sink`. A mailbox that begins as it
/// was `before` gives only what it has grown by.
pub fn read<E>(
    file: &SourceFile,
    selection: &Selection,
    memory: Memory,
    count: &ReadCount,
    before: Option<Before>,
    mut sink: impl FnMut(Article) -> Result<(), E>,
) -> Result<Outcome, E> {
    let (opened, meta) = match file.base.open(&file.location()) {
        Ok(opened) => opened,
        Err(error) => {
            let mut outcome = unreadable(&error);
            let is_closed_link = is_closed_link(file, &error);
            if let Some(failed) = &mut outcome.failed {
                failed.is_closed_link = is_closed_link;
            }
            return Ok(outcome);
        }
    };
    let seen = FileSeen::of(&meta, selection.ctime);
    let limits = Limits {
        max_bytes: selection.max_bytes,
        memory: Some(memory),
        plain_text: selection.plain_text,
    };
    if file.format == SourceFormat::JsonLines {
        let opened = CountedFile {
            file: opened,
            count,
        };
        let outcome = jsonl::read(&file.key, opened, limits, &mut sink)?;
        return Ok(Outcome {
            seen: Some(seen),
            ..outcome
        });
    }
    let mut refused = None;
    let mut take = |article| {
        let taken = sink(article);
        let is_taken = taken.is_ok();
        refused = taken.err();
        is_taken
    };
    let is_container = file.format.is_container() && !selection.plain_text;
    let outcome = if is_container {
        let may_grow = file.format == SourceFormat::Mbox && !file.has_sidecar;
        let before = before.filter(|_| may_grow);
        let opened = CountedFile {
            file: opened,
            count,
        };
        let ctime = selection.ctime;
        read_container(file, opened, &meta, limits, ctime, before, &mut take)
    } else {
        count.add_bytes(meta.size);
        read_document(file, opened, &meta, limits, selection.ctime, &mut take)
    };
    refused.map_or(Ok(outcome), Err)
}

/// The bytes of a member of the file at `location`, or of the file itself;
/// `None` where the member is not in it.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn raw(
    base: &Base,
    location: &Path,
    key: &str,
    member: Option<&str>,
) -> io::Result<Option<Vec<u8>>> {
    let (mut opened, _) = base.open(location)?;
    let Some(member) = member else {
        let mut bytes = Vec::new();
        opened.read_to_end(&mut bytes)?;
        return Ok(Some(bytes));
    };
    let limits = Limits::of_bytes(MOST_MAX_BYTES);
    let format = SourceFormat::of(location).unwrap_or(SourceFormat::Text);
    let mut outer = OuterFile::new(opened);
    outer.is_hashing = false;
    let mut take = |_| true;
    let mut reading = Reading::new(key, limits, None, &mut take).wanting(member);
    outer.read_by(&mut reading, format);
    let found = reading.into_wanted();
    match outer.failed {
        Some(error) if found.is_none() => Err(error),
        _ => Ok(found),
    }
}

/// Reads a file that is held in memory as a whole.
fn read_document(
    file: &SourceFile,
    mut opened: Faulty<File>,
    meta: &Meta,
    limits: Limits,
    ctime: bool,
    take: &mut reading::Sink<'_>,
) -> Outcome {
    if meta.size > limits.max_bytes {
        return Outcome {
            seen: Some(file.seen),
            ..skipped(&SkipReason::TooLarge(limits.max_bytes))
        };
    }
    let refuses = |memory: Memory| memory.refuses(meta.size);
    if let Some(reason) = limits.memory.and_then(refuses)
        && (!file.format.is_text() || may_be_text(&mut opened, meta.size))
    {
        return Outcome {
            seen: Some(file.seen),
            ..skipped(&reason)
        };
    }
    let read = read_bytes(opened, meta.size, limits.max_bytes, file.format);
    let (bytes, beside) = match read.and_then(|bytes| Ok((bytes, read_beside(file)?))) {
        Ok(read) => read,
        Err(error) => return unreadable(&error),
    };
    let (beside, seen) = with_beside(beside, FileSeen::of(meta, ctime), ctime);
    let hash = sidecar::with_hash(xxh3_64(&bytes), beside.as_ref());
    let mut reading = Reading::new(&file.key, limits, beside, take);
    reading.file(Content::Whole(bytes), file.format);
    Outcome {
        hash,
        seen: Some(seen),
        ..reading.finish()
    }
}

/// Reads a file that may be larger than memory.
fn read_container(
    file: &SourceFile,
    mut opened: CountedFile<'_>,
    meta: &Meta,
    limits: Limits,
    ctime: bool,
    before: Option<Before>,
    take: &mut reading::Sink<'_>,
) -> Outcome {
    let beside = match read_beside(file) {
        Ok(beside) => beside,
        Err(error) => return unreadable(&error),
    };
    let (beside, seen) = with_beside(beside, FileSeen::of(meta, ctime), ctime);
    let outcome = match head_of_no_text(&mut opened, meta.size, file.format) {
        Ok(Some(head)) => Outcome {
            hash: xxh3_64(&head),
            ..skipped(&SkipReason::Binary)
        },
        Ok(None) => {
            let asked = outer::Asked {
                key: &file.key,
                format: file.format,
                limits,
                before,
                count: Some(opened.count),
            };
            outer::read(asked, opened, beside.as_ref(), take)
        }
        Err(error) => unreadable(&error),
    };
    Outcome {
        hash: sidecar::with_hash(outcome.hash, beside.as_ref()),
        seen: Some(seen),
        ..outcome
    }
}

/// The head of a table that is none, and not worth reading; `None` for one that
/// is, and for what is no table.
fn head_of_no_text(
    opened: &mut (impl Read + Seek),
    size: u64,
    format: SourceFormat,
) -> io::Result<Option<Vec<u8>>> {
    if !format.is_text() || size <= DEFAULT_MAX_BYTES {
        return Ok(None);
    }
    let head = read_head(opened)?;
    opened.rewind()?;
    Ok((!is_worth_reading(&head, size, Some(format))).then_some(head))
}

/// What stands beside a file, and how both of them are.
fn with_beside(
    beside: Option<(Sidecar, Meta)>,
    seen: FileSeen,
    ctime: bool,
) -> (Option<Sidecar>, FileSeen) {
    match beside {
        Some((beside, meta)) => (Some(beside), seen.with(FileSeen::of(&meta, ctime))),
        None => (None, seen),
    }
}

/// See [`Failed::is_closed_link`].
pub(crate) fn is_closed_link(file: &SourceFile, error: &io::Error) -> bool {
    file.is_linked && error.kind() == io::ErrorKind::PermissionDenied
}

/// What stands beside a file; `None` if nothing does.
///
/// A sidecar that is none (a link, a pipe) is not used, and that is told; one
/// that the system refuses to read is an error, or its article would lose what
/// the sidecar says.
fn read_beside(file: &SourceFile) -> io::Result<Option<(Sidecar, Meta)>> {
    // Most files have none, and asking the system for each is not free.
    if !file.has_sidecar {
        return Ok(None);
    }
    beside(&file.base, &file.location())
}

fn beside(base: &Base, location: &Path) -> io::Result<Option<(Sidecar, Meta)>> {
    let read = base.open_beside(location).and_then(|opened| match opened {
        Some((file, meta)) => Ok(Some((sidecar::read(file)?, meta))),
        None => Ok(None),
    });
    match read {
        Ok(read) => Ok(read.map(|(bytes, meta)| (Ok(bytes), meta))),
        Err(error) if is_by_rule(&error) => {
            let meta = base.stat_beside(location)?;
            Ok(meta.map(|meta| (Err(plain_cause(&error)), meta)))
        }
        Err(error) => Err(error),
    }
}

/// Whether an error says that something is no file to be read, or too large;
/// all others are the system's.
pub(crate) fn is_by_rule(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::FileTooLarge | io::ErrorKind::IsADirectory
    )
}

/// The bytes of a file of about `size` bytes, at most `limit` of them; only the
/// head where that says that it is no text but should be.
fn read_bytes(
    mut opened: impl Read,
    size: u64,
    limit: u64,
    format: SourceFormat,
) -> io::Result<Vec<u8>> {
    // Of most files the head is not looked at: one more question to the system.
    let mut bytes = match size {
        ..=DEFAULT_MAX_BYTES => Vec::new(),
        _ => read_head(&mut opened)?,
    };
    if is_worth_reading(&bytes, size, Some(format)) {
        bytes.reserve(usize::try_from(size).unwrap_or(0).saturating_add(1));
        let rest = limit.saturating_sub(bytes.len() as u64);
        opened.take(rest).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Whether a file of `size` bytes is not known to be none from its head.
fn may_be_text(opened: &mut (impl Read + Seek), size: u64) -> bool {
    let head = read_head(opened).and_then(|head| opened.rewind().map(|()| head));
    head.is_ok_and(|head| is_worth_reading(&head, size, None))
}

/// The first bytes of a file, which tell whether it is text.
fn read_head(opened: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    Read::take(opened, SNIFFED as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether a file of `size` bytes with this head is read on. What is no text,
/// such as the image of a disk, may be larger than memory.
fn is_worth_reading(head: &[u8], size: u64, format: Option<SourceFormat>) -> bool {
    match format {
        Some(SourceFormat::JsonLines) => !jsonl::begins_as_binary(head),
        Some(format) if !format.is_text() => true,
        _ => size <= DEFAULT_MAX_BYTES || decode::is_text(head),
    }
}

/// The text of a file that is no source, which the user named, in any common
/// encoding; `None` where there is no such file.
///
/// # Errors
/// Why it cannot be read.
pub fn read_text(location: &Path) -> Result<Option<String>, SkipReason> {
    text_of(files::open_named(location).map(|(file, _)| Faulty::new(file, location)))
}

/// The text of the owner's file of a library, as [`read_text`]; it is no link
/// unless links are followed.
///
/// # Errors
/// Why it cannot be read.
pub fn read_corrections_text(location: &Path, follows: bool) -> Result<Option<String>, SkipReason> {
    if follows {
        return read_text(location);
    }
    let opened = match (location.parent(), location.file_name()) {
        (Some(folder), Some(name)) => {
            Folder::open(folder).and_then(|folder| folder.open_file(name))
        }
        _ => Err(io::ErrorKind::InvalidInput.into()),
    };
    text_of(opened.map(|(file, _)| Faulty::new(file, location)))
}

fn text_of(opened: io::Result<impl Read>) -> Result<Option<String>, SkipReason> {
    match opened.and_then(|file| files::read_all(file, 0, SMALL_FILE)) {
        Ok(bytes) => match decode::decode(bytes) {
            Ok(decoded) => Ok(Some(decoded.text)),
            Err(SkipReason::Empty) => Ok(Some(String::new())),
            Err(reason) => Err(reason),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SkipReason::Unreadable(plain_cause(&error))),
    }
}

/// A file of a source, opened to be compared.
#[derive(Debug)]
pub(crate) struct Compared {
    file: Faulty<File>,
    size: u64,
    format: Option<SourceFormat>,
    beside: Option<Sidecar>,
    /// How it is.
    pub(crate) seen: FileSeen,
}

impl Compared {
    /// Opens the file at `location`.
    ///
    /// # Errors
    /// When it, or what stands beside it, cannot be read.
    pub(crate) fn open(base: &Base, location: &Path, ctime: bool) -> io::Result<Compared> {
        let (file, meta) = base.open(location)?;
        let (beside, both) = match beside(base, location)? {
            Some((beside, meta)) => (Some(beside), Some(FileSeen::of(&meta, ctime))),
            None => (None, None),
        };
        let seen = FileSeen::of(&meta, ctime);
        Ok(Compared {
            file,
            size: meta.size,
            format: SourceFormat::of(location),
            beside,
            seen: both.map_or(seen, |both| seen.with(both)),
        })
    }

    /// The hash of its content, as [`Outcome::hash`].
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn hash(mut self) -> io::Result<u64> {
        let mut buffer = read_head(&mut self.file)?;
        let is_worth_it = is_worth_reading(&buffer, self.size, self.format);
        let mut hasher = Xxh3::new();
        let mut zeros = jsonl::Zeros::default();
        let mut read = buffer.len();
        buffer.resize(1 << 16, 0);
        while read > 0 {
            // Of a file of records as much as was read of it.
            let is_records = is_worth_it && self.format == Some(SourceFormat::JsonLines);
            let end = is_records.then(|| zeros.end_in(&buffer[..read])).flatten();
            hasher.update(&buffer[..end.unwrap_or(read)]);
            if end.is_some() || !is_worth_it {
                break;
            }
            read = self.file.read(&mut buffer)?;
        }
        Ok(sidecar::with_hash(hasher.digest(), self.beside.as_ref()))
    }
}

/// The hash of a source file's content, as [`Outcome::hash`].
///
/// # Errors
/// When it cannot be read.
pub fn hash_file(file: &SourceFile) -> io::Result<u64> {
    Compared::open(&file.base, &file.location(), true)?.hash()
}

fn skipped(reason: &SkipReason) -> Outcome {
    Outcome {
        skipped: vec![Skip::file(reason)],
        ..Outcome::default()
    }
}

fn unreadable(error: &io::Error) -> Outcome {
    if is_by_rule(error) {
        return skipped(&SkipReason::NoFile(plain_cause(error)));
    }
    Outcome {
        failed: Some(Failed::of(error)),
        ..Outcome::default()
    }
}

/// Whether a file of this name may change what an index holds: it may be an
/// article, or stand beside one.
pub(crate) fn may_be_read(path: &Path) -> bool {
    SourceFormat::of(path).is_some() || sidecar::is_one(path)
}

/// Whether a file of this name says which files and folders are left out.
pub(crate) fn is_ignore_file(path: &Path) -> bool {
    let name = path.file_name();
    name.is_some_and(|name| name == ".gitignore" || name == ".ignore")
}

/// The library's root and a key give the place of a source file.
pub fn locate(root: &Path, key: &str) -> PathBuf {
    root.join(path_key::decode(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A walk over a folder.
    fn walked(root: &Path, selection: &Selection) -> WalkResult {
        Walker {
            root,
            index_dir: &root.join("index"),
            corrections: root.join("corrections.txt"),
            selection,
            threads: 1,
            reaches: true,
            group: None,
        }
        .walk(&[".".to_owned()])
    }

    /// What reading a file comes to.
    fn read_alone(file: &SourceFile, selection: &Selection) -> Outcome {
        let count = ReadCount::default();
        let memory = Memory::default();
        let read = read::<()>(file, selection, memory, &count, None, |_| Ok(()));
        read.expect("nobody refuses an article")
    }

    #[test]
    fn a_file_has_the_hash_of_what_was_read_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let record = b"{\"text\":\"a\"}\n".to_vec();
        let zeros = |count: usize| [record.clone(), vec![0; count], record.clone()].concat();
        let long = [vec![b' '; 100_000], record.clone()].concat();
        for bytes in [
            record.clone(),
            zeros(100),
            zeros(200_000),
            long,
            vec![0; 9000],
        ] {
            std::fs::write(folder.path().join("a.jsonl"), &bytes).unwrap();
            let selection = Selection::default();
            let found = walked(folder.path(), &selection);
            let file = &found.files[0];
            let outcome = read_alone(file, &selection);
            let hash = hash_file(file).unwrap();
            assert_eq!(outcome.hash, hash, "{} bytes", bytes.len());
        }
    }

    #[test]
    fn a_container_has_the_hash_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let text = b"title,text\nA,Talks began.\n";
        // What is none, what is cut off, and what has more behind it, too.
        let zip_end = [b"PK\x05\x06".to_vec(), vec![0; 18]].concat();
        let bytes = [
            Vec::new(),
            text.to_vec(),
            zip_end,
            vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3],
            vec![0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3],
            b"WARC/1.0\r\n\r\n".to_vec(),
            [text.to_vec(), vec![0; 300_000]].concat(),
        ];
        let names = [
            "a.csv",
            "a.zip",
            "a.tar",
            "a.tar.gz",
            "a.txt.gz",
            "a.txt.zst",
            "a.warc",
            "a.wacz",
        ];
        let selection = Selection::default();
        for (number, bytes) in bytes.iter().enumerate() {
            for name in names {
                std::fs::write(folder.path().join(name), bytes).unwrap();
            }
            let beside = folder.path().join("a.zip.meta.json");
            std::fs::write(beside, b"{\"source\":\"x\"}").unwrap();
            let found = walked(folder.path(), &selection);
            for file in &found.files {
                let outcome = read_alone(file, &selection);
                assert_eq!(
                    outcome.hash,
                    hash_file(file).unwrap(),
                    "{} {number}",
                    file.key
                );
                assert_eq!(outcome.failed, None, "{} {number}", file.key);
                assert!(
                    outcome.articles + outcome.skipped.len() as u64 > 0,
                    "{}",
                    file.key
                );
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_large_table_of_zeros_is_told_by_its_head() {
        let folder = tempfile::tempdir().unwrap();
        let file = File::create(folder.path().join("a.csv")).unwrap();
        // It takes no room on the disk.
        file.set_len(DEFAULT_MAX_BYTES * 1000).unwrap();
        let selection = Selection::default();
        let found = walked(folder.path(), &selection);
        let file = &found.files[0];
        let outcome = read_alone(file, &selection);
        assert_eq!(outcome.skipped, [Skip::file(&SkipReason::Binary)]);
        assert_eq!(outcome.hash, hash_file(file).unwrap());
    }
}
