//! Compares an index with its sources, and with what was written of it.

use std::collections::{BTreeMap, HashMap};
use std::io;

use serde::Serialize;

use super::plan;
use crate::document::Record;
use crate::engine::local::storage::guard::guarded;
use crate::engine::local::storage::{names, verify};
use crate::engine::local::{Index, OPEN_ATTEMPTS, State};
use crate::engine::local::{contents, manifest};
use crate::failure::{Failure, Result, plain_cause};
use crate::files::{self, Access};
use crate::library::trust;
use crate::parallel::threads;
use crate::source::{
    Base, Compared, FormatSet, Memory, Skip, SourceFormat, WalkResult, Walker, is_by_rule, path_key,
};

/// How a file stands to what was indexed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// It is what was indexed.
    Fresh,
    /// It has other content now.
    Changed,
    /// It is gone.
    Deleted,
    /// That cannot be told, for this reason.
    Unchecked(String),
}

impl FileState {
    /// Its name in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            FileState::Fresh => "fresh",
            FileState::Changed => "changed",
            FileState::Deleted => "deleted",
            FileState::Unchecked(_) => "unchecked",
        }
    }

    /// Why it cannot be told.
    pub fn reason(&self) -> Option<&str> {
        match self {
            FileState::Unchecked(why) => Some(why),
            _ => None,
        }
    }

    /// What people are told of it, beside the article; nothing of a fresh one.
    pub fn remark(&self) -> String {
        match self {
            FileState::Fresh => String::new(),
            FileState::Changed => "changed since it was indexed".to_owned(),
            FileState::Deleted => "deleted since it was indexed".to_owned(),
            FileState::Unchecked(why) => format!("cannot be checked: {why}"),
        }
    }
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
    /// Sources and links that were not looked at, since the library is not
    /// trusted.
    pub distrusted: Vec<String>,
    /// Files that are left out since the group that keeps the library may not
    /// read them, and files of patterns that are not used.
    pub private: Vec<(String, Skip)>,
    /// Whether more people may read the index than its sources.
    pub is_exposed: bool,
}

impl SourceCheck {
    /// Whether the index is up to date, as far as can be seen.
    pub fn is_fresh(&self) -> bool {
        self.stale() == Some(false)
    }

    /// Whether nothing of what could be looked at differs.
    fn is_unchanged(&self) -> bool {
        self.changes == Staleness::default() && self.missing.is_empty()
    }

    /// Whether files have changed; `None` where that cannot be told of all.
    pub(crate) fn stale(&self) -> Option<bool> {
        if !self.is_unchanged() {
            Some(true)
        } else if self.distrusted.is_empty() && self.errors.is_empty() {
            Some(false)
        } else {
            None
        }
    }

    /// Whether there is nothing for an update to do.
    pub(crate) fn is_settled(&self) -> bool {
        self.is_unchanged() && self.errors.is_empty() && self.retimed == 0 && !self.is_exposed
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
    /// What was left out, with the key of the file, in order.
    ///
    /// # Errors
    /// When the index is damaged.
    pub fn skips(&self) -> Result<Vec<(String, Skip)>> {
        self.guarded(|| manifest::load_skips(&self.snapshot))
    }

    /// How many files and articles of each format there are, as the files' names
    /// tell it.
    ///
    /// # Errors
    /// When the index is damaged.
    pub fn formats(&self) -> Result<BTreeMap<SourceFormat, FormatCount>> {
        let files = self.guarded(|| manifest::load(&self.snapshot))?;
        let mut counts = BTreeMap::new();
        for (key, entry) in files.iter() {
            let format = SourceFormat::of(&path_key::decode(key)).unwrap_or(SourceFormat::Text);
            let count: &mut FormatCount = counts.entry(format).or_default();
            count.files += 1;
            count.articles += u64::from(entry.articles);
        }
        Ok(counts)
    }

    /// Compares every source file with what was indexed.
    ///
    /// # Errors
    /// When the index is damaged.
    pub fn check_sources(&self) -> Result<SourceCheck> {
        let files = self.guarded(|| manifest::load(&self.snapshot))?;
        let found = self.walker().walk(&self.state.sources);
        let made_with = plan::MadeWith {
            extraction: self.state.extraction,
            outdated: FormatSet::outdated_here(&self.state.readers),
            max_bytes: self.state.selection.max_bytes,
            limit_moved: false,
            by_content: false,
            memory: Memory::default(),
            owner_changed: self.are_corrections_old(),
        };
        let plan = plan::compare(&files, &found, made_with);
        let (changes, retimed) = (plan.staleness(), plan.retimed);
        let unreadable = plan.unreadable;
        let is_exposed = self.is_exposed(&found);
        Ok(SourceCheck {
            changes,
            are_corrections_old: made_with.owner_changed,
            retimed,
            private: found.skips(),
            missing: found.missing,
            errors: found.errors.into_iter().chain(unreadable).collect(),
            distrusted: found.distrusted,
            is_exposed,
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
            reaches: self.trust.reaches,
            group: self.library.group(),
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
        let mut finder = manifest::FileFinder::new(&self.snapshot);
        let mut sources = Sources::new(self);
        for key in keys {
            if !known.contains_key(key) {
                let state = self.file_state(&mut finder, &mut sources, key)?;
                known.insert(key, state);
            }
        }
        Ok(keys.iter().map(|key| known[key].clone()).collect())
    }

    /// The bytes that an article was read from: those of its file, or of its
    /// member; `None` where the file has no such member any more.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn raw(&self, record: &Record) -> Result<Option<Vec<u8>>> {
        let mut sources = Sources::new(self);
        let location = self.library.locate(&record.path);
        let fail = |why: &str| Failure::at("cannot read", &location, why);
        let base = sources.of(&record.path).map_err(|why| fail(why))?;
        crate::source::raw(
            base,
            &location,
            &record.path,
            record.origin.member.as_deref(),
        )
        .map_err(|error| fail(&plain_cause(&error)).help("check the file"))
    }

    fn file_state(
        &self,
        finder: &mut manifest::FileFinder<'_>,
        sources: &mut Sources<'_>,
        key: &str,
    ) -> Result<FileState> {
        let entry = self.guarded(|| finder.find(key))?;
        let location = self.library.locate(key);
        let base = match sources.of(key) {
            Ok(base) => base,
            Err(why) => return Ok(FileState::Unchecked(why.clone())),
        };
        let selection = &self.state.selection;
        let file = match Compared::open(base, &location, selection.ctime) {
            Ok(file) => file,
            // Another kind of thing in its place is another content.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(FileState::Deleted),
            Err(error)
                if selection.follow && !self.trust.reaches && error.to_string() == files::LINK =>
            {
                let why = "links are not followed in a library that is not trusted";
                return Ok(FileState::Unchecked(why.to_owned()));
            }
            Err(error) if is_by_rule(&error) => return Ok(FileState::Changed),
            Err(error) => return Ok(FileState::Unchecked(plain_cause(&error))),
        };
        let Some(known) = entry else {
            return Ok(FileState::Changed);
        };
        Ok(match known.is_current(file) {
            Ok(true) => FileState::Fresh,
            Ok(false) => FileState::Changed,
            Err(error) => FileState::Unchecked(plain_cause(&error)),
        })
    }

    /// Whether more people may read the index than its sources, though nobody
    /// said so.
    fn is_exposed(&self, found: &WalkResult) -> bool {
        let folder = match files::stat(&self.library.index_dir) {
            Ok(folder) if !self.state.is_public && folder.owner == trust::user() => folder,
            _ => return false,
        };
        let group = self.library.group();
        let (access, _) = found.access(group.unwrap_or(folder.group));
        let access = Access {
            group: access.group || group.is_some(),
            ..access
        };
        Access::of_folder_mode(folder.mode).is_wider_than(access)
    }

    /// Verifies every byte of all files of the index, and that the postings and
    /// columns of its articles (some hundred, or all if it `is_deep`) belong to
    /// their texts.
    ///
    /// # Errors
    /// When a file is damaged, with its name, or an article.
    pub fn check(&self, is_deep: bool) -> Result<()> {
        self.check_files()?;
        let most = (!is_deep).then_some(contents::SAMPLE);
        self.check_contents(most).map(drop)
    }

    /// Verifies every byte of all files of the index; those that another
    /// process replaces meanwhile are no damage.
    fn check_files(&self) -> Result<()> {
        let Some(generation) = &self.generation else {
            return Ok(());
        };
        let commit = || std::fs::read(generation.join(names::META)).ok();
        for _ in 0..OPEN_ATTEMPTS {
            let before = commit();
            let result = guarded(generation, || verify::check(generation));
            if result.is_ok() || before == commit() {
                return match self.moved_on()? {
                    Some(newer) if result.is_err() => newer.check_files(),
                    _ => result,
                };
            }
        }
        verify::check(generation)
    }

    /// The index in another generation than this one, if that is in use now.
    fn moved_on(&self) -> Result<Option<Index>> {
        let now = Index::open(&self.library)?;
        Ok(now.filter(|now| now.generation != self.generation))
    }
}

/// How much of an index comes from files of one format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct FormatCount {
    /// Files that were read or skipped.
    pub files: u64,
    /// Articles of them.
    pub articles: u64,
}

/// Where the files of an index are opened, source by source.
struct Sources<'a> {
    index: &'a Index,
    opened: HashMap<&'a str, std::result::Result<Base, String>>,
}

impl<'a> Sources<'a> {
    fn new(index: &'a Index) -> Sources<'a> {
        Sources {
            index,
            opened: HashMap::new(),
        }
    }

    /// Where the file with this key is opened, or why it is not.
    fn of(&mut self, key: &str) -> std::result::Result<&Base, &String> {
        let is_above = |source: &&String| {
            let is_root = source.is_empty() || *source == ".";
            (is_root && !key.starts_with('/'))
                || key
                    .strip_prefix(source.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let sources = self.index.state.sources.iter().filter(is_above);
        // Of two sources the one that names the file itself goes first.
        let source = sources.max_by_key(|source| source.len());
        let source = source.map_or("", String::as_str);
        let index = self.index;
        let opened = self.opened.entry(source);
        opened.or_insert_with(|| index.open_source(source)).as_ref()
    }
}

impl Index {
    fn open_source(&self, source: &str) -> std::result::Result<Base, String> {
        let walker = self.walker();
        walker.base(source).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "its source was not found".to_owned(),
            _ => plain_cause(&error),
        })
    }
}

/// How many threads look at the files of a library: starting them takes as
/// long as looking at a thousand files.
pub(crate) fn walk_threads(state: &State) -> usize {
    if state.files < 4000 { 1 } else { threads() }
}
