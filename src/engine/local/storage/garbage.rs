//! Removes what nobody needs any more: generations not in use, segments that
//! were never committed, and files half written by a writer that was killed.
//!
//! tantivy removes what it knows of, but not before something is committed, and
//! never its temporary files. Only what the program made is removed: files with
//! its names, one by one, in folders that carry its mark (or, of versions
//! before the mark, hold a commit of ours). A folder in which anything else
//! stands stays with it.
//!
//! Whether a file is needed follows from the last commit alone: what it names,
//! the two lists and the mark stay; other names of ours go. So no bookkeeping
//! can be wrong after a crash, and running it twice does nothing the second
//! time. Cost: one listing of each folder.
//!
//! Order matters where a removal may be broken off. In a generation the files
//! go first; the list of segments and the mark, by which it is known as ours,
//! go last, and before that the folder gets a temporary name, by which it is
//! known without them. Readers that have files of a removed generation open
//! keep them until they close them.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;

use super::folder::{has_commit, has_mark};
use super::{names, verify};
use crate::files::{self, EntryKind, Folder, random_name};

/// What could not be removed, and why; it is tried again the next time. It is
/// told and is no failure.
pub(crate) type Unremoved = Vec<(PathBuf, io::Error)>;

/// Removes all of ours in the index folder but the generation in use. Only for
/// who holds the lock.
pub(crate) fn remove_others(folder: &Folder, in_use: u64) -> Unremoved {
    let mut kept = Unremoved::new();
    let names = match folder.list() {
        Ok(names) => names,
        Err(error) => return vec![(folder.path().to_owned(), error)],
    };
    for (name, kind) in names {
        let number = names::generation_number(&name);
        let is_temporary = name.to_str().is_some_and(names::is_temporary);
        let removed = if number.is_some_and(|number| number != in_use) {
            remove_generation(folder, &name)
        } else if is_temporary && kind == Some(EntryKind::Folder) {
            remove_unfinished(folder, &name)
        } else if is_temporary {
            gone(folder.unlink(&name))
        } else if name == names::OLD_LOCK {
            remove_old_lock(folder)
        } else {
            Ok(())
        };
        if let Err(error) = removed {
            kept.push((folder.path().join(&name), error));
        }
    }
    kept
}

/// Removes a generation's files, and its folder if nothing else is in it.
/// Without a mark or a commit of ours it is left alone.
fn remove_generation(folder: &Folder, name: &OsStr) -> io::Result<()> {
    // What is no folder, or a link to one, is none of ours.
    let Ok(generation) = folder.child(name) else {
        return Ok(());
    };
    if has_mark(&generation) || has_commit(&generation) {
        empty(folder, name, &generation)
    } else {
        Ok(())
    }
}

/// Removes a generation that never got its number. Its temporary name is mark
/// enough.
fn remove_unfinished(folder: &Folder, name: &OsStr) -> io::Result<()> {
    let generation = folder.child(name)?;
    empty(folder, name, &generation)
}

/// Removes our files in a folder of ours, and the folder where nothing else is
/// in it. What tells that it is ours goes last: a removal that is broken off
/// goes on the next time.
fn empty(folder: &Folder, name: &OsStr, generation: &Folder) -> io::Result<()> {
    let is_ours = |(name, kind): &(OsString, Option<EntryKind>)| {
        names::is_of_generation(name) && *kind != Some(EntryKind::Folder)
    };
    let is_last = |name: &OsStr| name == names::META || name == names::MARK;
    let (ours, others): (Vec<_>, Vec<_>) = generation.list()?.into_iter().partition(is_ours);
    for (file, _) in ours.iter().filter(|(file, _)| !is_last(file)) {
        gone(generation.unlink(file))?;
    }
    if !others.is_empty() {
        // With somebody's file in it the folder stays, and its mark with it.
        return gone(generation.unlink(names::META.as_ref()));
    }
    // Under such a name it is known as ours without a mark.
    let doomed = if name.to_str().is_some_and(names::is_temporary) {
        name.to_owned()
    } else {
        let doomed = random_name(files::TEMPORARY, ".tmp");
        folder.rename_new(name, &doomed)?;
        doomed
    };
    for file in [names::META, names::MARK] {
        gone(generation.unlink(file.as_ref()))?;
    }
    match folder.remove_empty(&doomed) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        removed => gone(removed),
    }
}

/// Removes the lock of a version before [`names::LOCK`], which says who wrote.
fn remove_old_lock(folder: &Folder) -> io::Result<()> {
    let name: &OsStr = names::OLD_LOCK.as_ref();
    let Ok(text) = folder.read(name, names::MAX_SMALL) else {
        return Ok(());
    };
    let text = String::from_utf8_lossy(&text);
    let says = text
        .strip_prefix("process ")
        .and_then(|text| text.split_once(" since "));
    let is_ours = says.is_some_and(|(number, since)| {
        number.parse::<u32>().is_ok() && since.ends_with(" UTC") && since.len() == 23
    });
    if is_ours {
        gone(folder.unlink(name))
    } else {
        Ok(())
    }
}

/// Removes all of ours in the generation in use but the files of its last
/// commit, which is opened as `index` and names a dictionary or not. Only for who
/// holds the lock. Where the commit cannot be read nothing is removed.
pub(crate) fn remove_uncommitted(
    generation: &Folder,
    index: &tantivy::Index,
    has_dictionary: bool,
) -> Unremoved {
    let Ok(segments) = index.searchable_segment_metas() else {
        // The index is not opened either then.
        return Unremoved::new();
    };
    let needed: HashSet<PathBuf> = segments
        .iter()
        .flat_map(verify::files)
        .chain([names::META, names::MANAGED, names::MARK].map(PathBuf::from))
        .chain(has_dictionary.then(|| PathBuf::from(names::DICTIONARY)))
        .collect();
    let files = match generation.list() {
        Ok(files) => files,
        Err(error) => return vec![(generation.path().to_owned(), error)],
    };
    let mut kept = Unremoved::new();
    for (name, kind) in files {
        let is_needed = needed.contains(PathBuf::from(&name).as_path());
        if is_needed || !names::is_of_generation(&name) || kind == Some(EntryKind::Folder) {
            continue;
        }
        if let Err(error) = gone(generation.unlink(&name)) {
            kept.push((generation.path().join(&name), error));
        }
    }
    kept
}

/// What is not there need not be removed.
///
/// A file that is not there any more is as good as removed.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::engine::local::storage::folder::make_generation;
    use crate::files::Making;

    #[test]
    fn only_what_is_ours_goes() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(root.path()).unwrap();
        let made = Making::PUBLIC;
        for first in 1..=4 {
            make_generation(&folder, first, made).unwrap();
        }
        let write = |name: &str, text: &str| {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("g2/thesis.txt", "precious");
        write("g2/meta.json", "ours");
        write("g3/0123456789abcdef0123456789abcdef.idx", "ours");
        // Of the user: no mark, and no commit of ours.
        write("g7/meta.json", "{\"a\":1}");
        write("lock", "the lock of my garden");
        write(".cybersearch-0123456789abcdef.tmp", "ours");
        fs::create_dir(root.path().join("g9")).unwrap();
        let kept = remove_others(&folder, 4);
        assert!(kept.is_empty(), "{kept:?}");
        let there = |name: &str| root.path().join(name).exists();
        assert!(!there("g1") && !there("g3") && there("g4"));
        assert!(there("g2/thesis.txt") && there("g2/cybersearch.mark") && !there("g2/meta.json"));
        assert!(there("g7/meta.json") && there("g9") && there("lock"));
        assert!(!there(".cybersearch-0123456789abcdef.tmp"));
    }

    #[cfg(unix)]
    #[test]
    fn a_generation_that_is_a_link_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let index = root.path().join("index");
        fs::create_dir_all(root.path().join("elsewhere")).unwrap();
        fs::write(root.path().join("elsewhere/meta.json"), "precious").unwrap();
        fs::create_dir(&index).unwrap();
        std::os::unix::fs::symlink(root.path().join("elsewhere"), index.join("g1")).unwrap();
        remove_others(&Folder::open(&index).unwrap(), 2);
        assert!(index.join("g1").is_symlink());
        assert!(root.path().join("elsewhere/meta.json").exists());
    }
}
