//! What an index remembers of a source file, and whether the file has changed
//! since.
//!
//! A file is compared by size and by a hash of its times and inode, as git and
//! rsync do, because reading it would cost as much as indexing it. A file
//! written within the resolution of the clock of its own reading may have
//! changed after it was read and look the same ("racy", as git calls it): only
//! its content tells, and is hashed.
//!
//! Example: read at 12:00:00.4 with a time of 12:00:00 on a file system of
//! whole seconds is racy; looked at a day later with the same times, it still
//! is, and its hash is compared. A file that was touched and has its old
//! content is current.
//!
//! Cost: none for most files; one reading for the racy ones and those that were
//! touched with their size unchanged.

use std::io;

use super::WordCounts;
use crate::source::{Compared, FileSeen, Skip, Stat};

/// What the index remembers of a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct FileEntry {
    /// What the file system said when it was read.
    pub(crate) stat: Stat,
    /// The hash of its content.
    pub(crate) hash: u64,
    /// When it was read, in nanoseconds since 1970.
    pub(crate) read_at: i64,
    /// How many articles it gave.
    pub(crate) articles: u32,
    /// Whether anything of it was left out.
    pub(crate) has_skips: bool,
    /// Words of its articles' texts and titles.
    pub(crate) words: WordCounts,
}

/// How a file stands to what the index remembers of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// It is the file that was read.
    Same,
    /// Size and times agree, but it was written so close to its reading that
    /// only its content tells.
    Racy,
    /// It has changed.
    Changed,
}

impl FileEntry {
    /// Whether the file was skipped without being read: too large, or refused.
    pub(crate) fn is_unread(&self) -> bool {
        self.has_skips && self.articles == 0 && self.hash == 0
    }

    /// Compares how the file is now with what is remembered.
    pub(crate) fn compare(&self, now: FileSeen) -> Freshness {
        let known = FileFingerprint {
            stat: self.stat,
            hash: self.hash,
            read_at: self.read_at,
        };
        known.compare(now)
    }
}

/// What of a source file's bookkeeping tells whether it has changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileFingerprint {
    pub(crate) stat: Stat,
    pub(crate) hash: u64,
    pub(crate) read_at: i64,
}

impl FileFingerprint {
    fn compare(&self, now: FileSeen) -> Freshness {
        if now.stat != self.stat {
            Freshness::Changed
        } else if now.settles_at() >= self.read_at {
            Freshness::Racy
        } else {
            Freshness::Same
        }
    }

    /// Whether `file` is still the one that was read; its content is compared
    /// where its times do not settle it. Fails where the file cannot be read.
    pub(crate) fn is_current(&self, file: Compared) -> io::Result<bool> {
        Ok(match self.compare(file.seen) {
            Freshness::Same => true,
            Freshness::Racy => file.hash()? == self.hash,
            // Touched, perhaps not changed.
            Freshness::Changed => {
                file.seen.stat.size == self.stat.size && file.hash()? == self.hash
            }
        })
    }
}

/// What the index keeps of one source file.
#[derive(Debug)]
pub(crate) struct SourceEntry {
    pub(crate) key: String,
    pub(crate) file: FileEntry,
    pub(crate) skips: Vec<Skip>,
}
