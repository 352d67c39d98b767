//! What differs between the sources and the index.
//!
//! Responsible for telling which files must be read, which only look changed,
//! and which are gone.

use std::fs::File;

use super::Staleness;
use super::manifest::{FileEntry, Files, Freshness};
use crate::extract::EXTRACTION_VERSION;
use crate::source::{Found, SourceFile, hash_file};

/// What differs between the sources and the index.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    /// Files to read that are new.
    pub(super) added: Vec<&'a SourceFile>,
    /// Files to read again.
    pub(super) changed: Vec<&'a SourceFile>,
    /// Files with the same content but another time, or checked by content.
    pub(super) touched: Vec<&'a SourceFile>,
    /// Of these, how many have another time.
    pub(super) retimed: usize,
    /// Keys of files that are gone.
    pub(super) removed: Vec<String>,
    pub(super) unchanged: u64,
}

impl Plan<'_> {
    pub(super) fn staleness(&self) -> Staleness {
        Staleness {
            added: self.added.len() as u64,
            changed: self.changed.len() as u64,
            removed: self.removed.len() as u64,
        }
    }

    pub(super) fn is_empty(&self, record_checks: bool) -> bool {
        self.staleness().is_none()
            && self.retimed == 0
            && (self.touched.is_empty() || !record_checks)
    }
}

/// What an index was made with, beside the files themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct MadeWith {
    /// The version of the extraction.
    pub(super) extraction: u32,
    /// The size above which files are skipped now.
    pub(super) max_bytes: u64,
    /// Whether it was another one then.
    pub(super) limit_moved: bool,
    /// Whether the owner knew something else then.
    pub(super) owner_changed: bool,
}

impl MadeWith {
    /// Whether a file that is as it was must be read again all the same.
    fn is_outdated(&self, file: &SourceFile, entry: &FileEntry) -> bool {
        let is_readable = || file.size <= self.max_bytes && File::open(&file.location).is_ok();
        self.extraction != EXTRACTION_VERSION
            || self.owner_changed
            || (self.limit_moved && (entry.has_skips || file.size > self.max_bytes))
            || (entry.is_unread() && is_readable())
    }
}

/// Compares what the index remembers with what a walk found.
pub(super) fn compare<'a>(known: &Files, found: &'a Found, made_with: MadeWith) -> Plan<'a> {
    let mut plan = Plan::default();
    let mut seen = 0;
    for file in &found.files {
        let Some(entry) = known.get(&file.key) else {
            plan.added.push(file);
            continue;
        };
        seen += 1;
        let freshness = if entry.is_unread() && entry.stat == file.stat {
            Freshness::Same
        } else {
            entry.compare(file.stat)
        };
        let same_content = || {
            // With a sidecar the size tells more than the length.
            (file.has_sidecar || entry.stat.size == file.stat.size)
                && hash_file(&file.location).is_ok_and(|hash| hash == entry.hash)
        };
        // The bookkeeping of a file with skips is written by reading it again.
        let is_retimed = freshness == Freshness::Changed;
        if made_with.is_outdated(file, entry)
            || (is_retimed && entry.has_skips)
            || (freshness != Freshness::Same && !same_content())
        {
            plan.changed.push(file);
        } else {
            plan.unchanged += 1;
            // A time that lies ahead cannot be settled by writing it down.
            // The time of reading is of whole milliseconds.
            let read_by = entry.read_at.saturating_add(999_999);
            let lies_ahead = !is_retimed && file.stat.modified > read_by;
            if freshness != Freshness::Same && !lies_ahead {
                plan.touched.push(file);
                plan.retimed += usize::from(is_retimed);
            }
        }
    }
    if seen < known.len() {
        plan.removed = vanished(known, found);
    }
    plan
}

/// The keys of known files that are gone; files in a folder that could not be
/// looked at are not.
fn vanished(known: &Files, found: &Found) -> Vec<String> {
    let unseen: Vec<&String> = found
        .errors
        .iter()
        .map(|(key, _)| key)
        .chain(&found.missing)
        .collect();
    let is_unseen = |key: &String| {
        unseen.iter().any(|unseen| {
            let is_root = unseen.is_empty() || *unseen == ".";
            is_root
                || key
                    .strip_prefix(unseen.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let is_found = |key: &String| {
        found
            .files
            .binary_search_by(|file| file.key.cmp(key))
            .is_ok()
    };
    let gone = known.keys().filter(|key| !is_found(key) && !is_unseen(key));
    let mut gone: Vec<String> = gone.cloned().collect();
    gone.sort_unstable();
    gone
}
