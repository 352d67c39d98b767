//! The folder of an index: a subfolder per generation, one small file that
//! points to the generation in use, and a lock for the one writer.
//!
//! A rebuild makes a new generation beside the old and moves the pointer by a
//! rename, so that a reader sees the one or the other, whole.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::schema::FORMAT_VERSION;
use super::seal;
use crate::failure::{Failure, Result};
use crate::source::Stat;

/// The pointer file; its presence makes a folder an index of ours.
const POINTER: &str = "cybersearch.json";

/// The pointer before it is whole.
const DRAFT: &str = "cybersearch.json.new";

/// The file that the writer locks.
const LOCK: &str = "lock";

/// Kept out of version control, unless the folder says otherwise already.
const IGNORE: &str = ".gitignore";

/// What the pointer file says.
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
}

impl Pointer {
    pub(crate) fn to(generation: u64) -> Pointer {
        Pointer {
            format: FORMAT_VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            engine: tantivy::version_string().to_owned(),
            generation,
        }
    }

    /// Whether this program reads and writes what it points to.
    pub(crate) fn is_of_this_version(&self) -> bool {
        self.format == FORMAT_VERSION && self.engine == tantivy::version_string()
    }
}

/// Whether `index_dir` holds an index of ours.
pub(crate) fn is_index(index_dir: &Path) -> bool {
    index_dir.join(POINTER).is_file()
}

/// What tells one commit from the next, without opening the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    generation: u64,
    /// Of the file that tantivy replaces at each commit.
    stat: Stat,
}

/// The stamp of the last commit; `None` where there is none, or no telling.
pub(crate) fn stamp(index_dir: &Path) -> Option<Stamp> {
    let generation = read_pointer(index_dir).ok()??.generation;
    let meta = generation_dir(index_dir, generation).join("meta.json");
    let stat = Stat::read(&meta).ok()?;
    Some(Stamp { generation, stat })
}

/// The folder of a generation.
pub(crate) fn generation_dir(index_dir: &Path, generation: u64) -> PathBuf {
    index_dir.join(format!("g{generation}"))
}

/// Reads the pointer; `None` where there is no index.
pub(crate) fn read_pointer(index_dir: &Path) -> Result<Option<Pointer>> {
    let path = index_dir.join(POINTER);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(Failure::io("cannot read the index", &path, &error)),
    };
    let damaged = |why| Failure::at("damaged index", &path, why).help(super::REBUILD);
    // Versions before the seal wrote none.
    let is_intact = !seal::is_sealed(&text) || seal::unsealed(&text).is_some();
    match serde_json::from_slice::<Pointer>(&text) {
        Err(_) => Err(damaged("not a pointer to a generation")),
        Ok(pointer) if is_intact && (seal::is_sealed(&text) || !pointer.is_of_this_version()) => {
            Ok(Some(pointer))
        }
        Ok(_) => Err(damaged("its checksum is wrong")),
    }
}

/// Points the index to another generation, at once.
pub(crate) fn write_pointer(index_dir: &Path, pointer: &Pointer) -> io::Result<()> {
    let draft = index_dir.join(DRAFT);
    let mut file = File::create(&draft)?;
    let mut text = serde_json::to_vec(pointer)?;
    text.push(b'\n');
    file.write_all(&seal::sealed(&text))?;
    file.sync_all()?;
    fs::rename(&draft, index_dir.join(POINTER))?;
    File::open(index_dir)?.sync_all()
}

/// Removes a pointer that was never finished.
pub(crate) fn remove_draft(index_dir: &Path) {
    let _ = fs::remove_file(index_dir.join(DRAFT));
}

/// Makes the folder where there is none; a new one keeps itself out of git.
pub(crate) fn create(index_dir: &Path) -> io::Result<()> {
    if index_dir.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(index_dir)?;
    fs::write(index_dir.join(IGNORE), "*\n")
}

/// Whether the folder holds files that are none of ours and no dot files.
pub(crate) fn is_foreign(index_dir: &Path) -> bool {
    let is_ours = |name: &str| {
        let is_generation = name
            .strip_prefix('g')
            .is_some_and(|number| number.parse::<u64>().is_ok());
        name.starts_with('.') || name.starts_with(POINTER) || name == LOCK || is_generation
    };
    let entries = fs::read_dir(index_dir).into_iter().flatten().flatten();
    !is_index(index_dir)
        && entries
            .into_iter()
            .any(|entry| !is_ours(&entry.file_name().to_string_lossy()))
}

/// Whether an index can be written in the folder, which may not be there yet.
pub(crate) fn is_writable(index_dir: &Path) -> bool {
    create(index_dir).is_ok()
        && OpenOptions::new()
            .append(true)
            .create(true)
            .open(index_dir.join(LOCK))
            .is_ok()
}

/// The numbers of all generations in the folder, in use or not.
pub(crate) fn generations(index_dir: &Path) -> Vec<u64> {
    let entries = fs::read_dir(index_dir).into_iter().flatten().flatten();
    let numbers =
        entries.filter_map(|entry| entry.file_name().to_str()?.strip_prefix('g')?.parse().ok());
    numbers.collect()
}

/// Removes all generations but the one in use. What cannot be removed (a
/// reader on a system that locks open files) is left for the next time.
pub(crate) fn remove_others(index_dir: &Path, in_use: u64) {
    for generation in generations(index_dir) {
        if generation != in_use {
            let _ = fs::remove_dir_all(generation_dir(index_dir, generation));
        }
    }
}

/// The bytes that the index takes on disk.
pub(crate) fn size_on_disk(index_dir: &Path) -> u64 {
    let entries = fs::read_dir(index_dir).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size_on_disk(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

/// The right to write to an index, until it is dropped.
#[derive(Debug)]
pub(crate) struct WriteLock {
    _file: File,
}

/// What a writer does when another one holds the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Busy {
    /// Waits until the other has finished.
    Wait,
    /// Leaves.
    Leave,
}

/// Takes the write lock. Where another process holds it, `announce` is told
/// who, and then it is waited for or, as `busy` says, `None` returned.
pub(crate) fn lock(
    index_dir: &Path,
    busy: Busy,
    announce: &mut dyn FnMut(&str),
) -> io::Result<Option<WriteLock>> {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(index_dir.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Only for the message: a lock file that cannot be read is no error.
            let _ = (&file).take(200).read_to_string(&mut holder);
            announce(holder.trim());
            match busy {
                Busy::Leave => return Ok(None),
                Busy::Wait => file.lock()?,
            }
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }
    file.set_len(0)?;
    file.rewind()?;
    let since = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S UTC");
    write!(file, "process {} since {since}", std::process::id())?;
    Ok(Some(WriteLock { _file: file }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pointer_moves_at_once_and_names_the_index() {
        let folder = tempfile::tempdir().unwrap();
        let index = folder.path().join("index");
        assert_eq!(read_pointer(&index).unwrap(), None);
        create(&index).unwrap();
        assert!(!is_index(&index));
        write_pointer(&index, &Pointer::to(3)).unwrap();
        assert_eq!(read_pointer(&index).unwrap(), Some(Pointer::to(3)));
        for generation in [2, 3, 4] {
            fs::create_dir(generation_dir(&index, generation)).unwrap();
        }
        remove_others(&index, 3);
        assert_eq!(generations(&index), [3]);
    }

    #[test]
    fn a_second_writer_learns_who_holds_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let first = lock(folder.path(), Busy::Leave, &mut |_| {}).unwrap();
        let mut holder = String::new();
        let second = lock(folder.path(), Busy::Leave, &mut |who| {
            who.clone_into(&mut holder);
        })
        .unwrap();
        assert!(first.is_some() && second.is_none());
        assert!(
            holder.starts_with(&format!("process {}", std::process::id())),
            "{holder}"
        );
        drop(first);
        assert!(
            lock(folder.path(), Busy::Leave, &mut |_| {})
                .unwrap()
                .is_some()
        );
    }
}
