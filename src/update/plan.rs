//! What differs between the sources and the index.
//!
//! Responsible for telling which files must be read, which only look changed,
//! and which are gone.

use std::cmp::Ordering;

use rustc_hash::FxHashMap;

use super::Staleness;
use super::pieces::now;
use crate::document::source_file::{FileEntry, Freshness, SourceEntry};
use crate::engine::local::manifest::Files;
use crate::extract::EXTRACTION_VERSION;
use crate::failure::plain_cause;
use crate::source::{
    Before, FormatSet, Memory, SourceFile, WalkResult, hash_file, is_by_rule, is_closed_link,
};

/// What differs between the sources and the index.
#[derive(Debug, Default)]
pub(crate) struct UpdatePlan<'a> {
    /// Files to read that are new.
    pub(crate) added: Vec<&'a SourceFile>,
    /// Files to read again.
    pub(crate) changed: Vec<&'a SourceFile>,
    /// What those of them were before that may only have grown, by key.
    pub(crate) grown: FxHashMap<&'a str, Before>,
    /// Files with the same content but another time, or checked by content.
    pub(crate) touched: Vec<&'a SourceFile>,
    /// Of these, how many have another time.
    pub(crate) retimed: usize,
    /// Keys of files that are gone.
    pub(crate) removed: Vec<String>,
    pub(crate) unchanged: u64,
    /// Files that could not be read the last time and still cannot, and why.
    pub(crate) unreadable: Vec<(String, String)>,
}

impl UpdatePlan<'_> {
    pub(crate) fn staleness(&self) -> Staleness {
        Staleness {
            added: self.added.len() as u64,
            changed: self.changed.len() as u64,
            removed: self.removed.len() as u64,
        }
    }

    /// The bookkeeping, written anew, of files whose articles stay.
    pub(crate) fn rewritten(&self, known: &Files) -> Vec<SourceEntry> {
        let entry = |file: &&SourceFile| {
            let entry = known.get(&file.key).filter(|entry| !entry.has_skips)?;
            Some(SourceEntry {
                key: file.key.clone(),
                file: FileEntry {
                    stat: file.stat(),
                    read_at: now(),
                    ..*entry
                },
                skips: Vec::new(),
            })
        };
        self.touched.iter().filter_map(entry).collect()
    }

    pub(crate) fn is_empty(&self, record_checks: bool) -> bool {
        self.staleness().is_none()
            && self.retimed == 0
            && (self.touched.is_empty() || !record_checks)
    }
}

/// What an index was made with, beside the files themselves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MadeWith {
    /// The version of the extraction.
    pub(crate) extraction: u32,
    /// The formats that other readers read then.
    pub(crate) outdated: FormatSet,
    /// The size above which files are skipped now.
    pub(crate) max_bytes: u64,
    /// Whether it was another one then, or there was less memory.
    pub(crate) limit_moved: bool,
    /// The memory that articles may take now.
    pub(crate) memory: Memory,
    /// Whether the owner knew something else then.
    pub(crate) owner_changed: bool,
    /// Whether the content of every file is compared, whatever its times say.
    pub(crate) by_content: bool,
}

impl MadeWith {
    /// Whether a file that is as it was must be read again all the same.
    fn is_outdated(&self, file: &SourceFile, entry: &FileEntry) -> bool {
        self.extraction != EXTRACTION_VERSION
            || self.owner_changed
            || self.outdated.has(file.format)
            || (self.limit_moved && (entry.has_skips || file.size() > self.max_bytes))
    }
}

/// Compares what the index remembers with what a walk found.
pub(crate) fn compare<'a>(
    known: &Files,
    found: &'a WalkResult,
    made_with: MadeWith,
) -> UpdatePlan<'a> {
    let mut plan = UpdatePlan::default();
    let mut gone = Vec::new();
    let mut place = 0;
    for file in &found.files {
        // Both are in order.
        let entry = loop {
            let Some((key, entry)) = known.at(place) else {
                break None;
            };
            match key.cmp(&file.key) {
                Ordering::Less => gone.push(key),
                Ordering::Equal => break Some(entry),
                Ordering::Greater => break None,
            }
            place += 1;
        };
        match entry {
            Some(entry) => {
                place += 1;
                plan.add_known(file, entry, made_with);
            }
            None => plan.added.push(file),
        }
    }
    gone.extend((place..known.len()).filter_map(|place| Some(known.at(place)?.0)));
    let unseen = unseen(found);
    let gone = gone.into_iter().filter(|key| !is_unseen(&unseen, key));
    plan.removed = gone.map(str::to_owned).collect();
    plan
}

impl<'a> UpdatePlan<'a> {
    /// Adds a file that the index remembers.
    fn add_known(&mut self, file: &'a SourceFile, entry: &FileEntry, made_with: MadeWith) {
        if made_with.is_outdated(file, entry) {
            self.changed.push(file);
            return;
        }
        if entry.is_unread() && entry.stat == file.stat() {
            return self.add_unread(file, made_with);
        }
        let freshness = match entry.compare(file.seen) {
            Freshness::Same if made_with.by_content => Freshness::Racy,
            freshness => freshness,
        };
        let same_content = || {
            entry.stat.size == file.size() && hash_file(file).is_ok_and(|hash| hash == entry.hash)
        };
        // The bookkeeping of a file with skips is written by reading it again.
        let is_retimed = freshness == Freshness::Changed;
        if (is_retimed && entry.has_skips) || (freshness != Freshness::Same && !same_content()) {
            self.changed.push(file);
            if file.size() > entry.stat.size && !entry.has_skips {
                let before = Before {
                    bytes: entry.stat.size,
                    hash: entry.hash,
                };
                self.grown.insert(&file.key, before);
            }
            return;
        }
        self.unchanged += 1;
        // A time that lies ahead cannot be settled by writing it down.
        // The time of reading is of whole milliseconds.
        let read_by = entry.read_at.saturating_add(999_999);
        let lies_ahead = !is_retimed && file.seen.latest > read_by;
        let is_settled = entry.compare(file.seen) == Freshness::Same;
        if !is_settled && !lies_ahead {
            self.touched.push(file);
            self.retimed += usize::from(is_retimed);
        }
    }

    /// Adds a file that was left out without being read.
    fn add_unread(&mut self, file: &'a SourceFile, made_with: MadeWith) {
        let has_members = file.format.is_container();
        let fits = has_members
            || (file.size() <= made_with.max_bytes
                && made_with.memory.refuses(file.size()).is_none());
        if !fits {
            self.unchanged += 1;
            return;
        }
        match file.base.open(&file.location()) {
            Ok(_) => self.changed.push(file),
            // Left out by rule.
            Err(error) if is_by_rule(&error) || is_closed_link(file, &error) => {
                self.unchanged += 1;
            }
            Err(error) => {
                self.unchanged += 1;
                self.unreadable
                    .push((file.key.clone(), plain_cause(&error)));
            }
        }
    }
}

/// What could not be looked at: the files in it are not gone.
fn unseen(found: &WalkResult) -> Vec<&str> {
    let errors = found.errors.iter().map(|(key, _)| key);
    errors
        .chain(&found.missing)
        .chain(&found.distrusted)
        .map(String::as_str)
        .collect()
}

fn is_unseen(unseen: &[&str], key: &str) -> bool {
    unseen.iter().any(|unseen| {
        let is_root = unseen.is_empty() || *unseen == ".";
        is_root
            || key
                .strip_prefix(unseen)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}
