//! Compares an index with its sources, and with what was written of it.

use std::collections::HashMap;

use serde::Serialize;

use super::damage::guarded;
use super::{Index, OPEN_ATTEMPTS, State, integrity, manifest, plan};
use crate::failure::Result;
use crate::parallel::threads;
use crate::source::Walker;

/// How a file stands to what was indexed of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileState {
    /// It is what was indexed.
    Fresh,
    /// It has other content now.
    Changed,
    /// It is gone.
    Deleted,
}

/// What a look at every source file came to.
#[derive(Debug, Clone, Default)]
pub struct SourceCheck {
    /// What differs from the index.
    pub changes: Staleness,
    /// Whether the owner's file says something else now, so that all files
    /// count as changed.
    pub are_corrections_old: bool,
    /// Files whose time differs while their content does not.
    pub retimed: usize,
    /// Sources that are not there at all.
    pub missing: Vec<String>,
    /// Folders and files that could not be looked at, with the reason.
    pub errors: Vec<(String, String)>,
}

impl SourceCheck {
    /// Whether the index is up to date, as far as can be seen.
    pub fn is_fresh(&self) -> bool {
        self.changes == Staleness::default() && self.missing.is_empty()
    }
}

/// How far the sources have moved on from the index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Staleness {
    /// Files that are not in the index yet.
    pub added: u64,
    /// Files with other content than was indexed.
    pub changed: u64,
    /// Files that are gone.
    pub removed: u64,
}

impl Staleness {
    /// Whether nothing differs.
    pub fn is_none(self) -> bool {
        self == Staleness::default()
    }
}

impl Index {
    /// Compares every source file with what was indexed.
    ///
    /// # Errors
    /// When the index is damaged.
    pub fn check_sources(&self) -> Result<SourceCheck> {
        let files = self.guarded(|| manifest::load(&self.snapshot))?;
        let found = self.walker().walk(&self.state.sources);
        let made_with = plan::MadeWith {
            extraction: self.state.extraction,
            max_bytes: self.state.selection.max_bytes,
            limit_moved: false,
            owner_changed: self.are_corrections_old(),
        };
        let plan = plan::compare(&files, &found, made_with);
        let (changes, retimed) = (plan.staleness(), plan.retimed);
        Ok(SourceCheck {
            changes,
            are_corrections_old: made_with.owner_changed,
            retimed,
            missing: found.missing,
            errors: found.errors,
        })
    }

    /// The sources that are not there, as keys; their articles stay.
    pub fn missing_sources(&self) -> Vec<&str> {
        let is_missing = |source: &&String| !self.library.locate(source).exists();
        let missing = self.state.sources.iter().filter(is_missing);
        missing.map(String::as_str).collect()
    }

    fn walker(&self) -> Walker<'_> {
        Walker {
            root: &self.library.root,
            index_dir: &self.library.index_dir,
            corrections: self.library.corrections(),
            selection: &self.state.selection,
            threads: walk_threads(&self.state),
        }
    }

    /// Whether the files with these keys are still what was indexed, in the
    /// order of `keys`.
    ///
    /// # Errors
    /// When the index is damaged.
    pub fn file_states(&self, keys: &[&str]) -> Result<Vec<FileState>> {
        // Several articles may be of one file, which may be large.
        let mut known: HashMap<&str, FileState> = HashMap::new();
        let mut finder = manifest::Finder::new(&self.snapshot);
        for key in keys {
            if !known.contains_key(key) {
                known.insert(key, self.file_state(&mut finder, key)?);
            }
        }
        Ok(keys.iter().map(|key| known[key]).collect())
    }

    fn file_state(&self, finder: &mut manifest::Finder<'_>, key: &str) -> Result<FileState> {
        let entry = self.guarded(|| finder.find(key))?;
        let location = self.library.locate(key);
        Ok(match entry {
            _ if !location.exists() => FileState::Deleted,
            Some(known) if known.is_current(&location) => FileState::Fresh,
            _ => FileState::Changed,
        })
    }

    /// Verifies every byte of all files of the index; those that another
    /// process replaces meanwhile are no damage.
    ///
    /// # Errors
    /// When a file is damaged, with its name.
    pub fn check(&self) -> Result<()> {
        let Some(generation) = &self.generation else {
            return Ok(());
        };
        let commit = || std::fs::read(generation.join(integrity::META)).ok();
        for _ in 0..OPEN_ATTEMPTS {
            let before = commit();
            let result = guarded(generation, || integrity::check(generation));
            if result.is_ok() || before == commit() {
                return match self.moved_on()? {
                    Some(newer) if result.is_err() => newer.check(),
                    _ => result,
                };
            }
        }
        integrity::check(generation)
    }

    /// The index in another generation than this one, if that is in use now.
    fn moved_on(&self) -> Result<Option<Index>> {
        let now = Index::open(&self.library)?;
        Ok(now.filter(|now| now.generation != self.generation))
    }
}

/// How many threads look at the files of a library: starting them takes as
/// long as looking at a thousand files.
pub(super) fn walk_threads(state: &State) -> usize {
    if state.files < 4000 { 1 } else { threads() }
}
