//! What an update is asked for, and what it tells.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use crate::engine::local::storage::lock::{Busy, WAIT};
use crate::source::{Memory, Selection, Skip};

/// What to bring up to date, and how.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub struct Update {
    /// Keys of files and folders to add to the sources.
    pub add: Vec<String>,
    /// Keys of sources to take away.
    pub forget: Vec<String>,
    /// Whether the sources become those of [`Update::add`] and no others.
    pub exact: bool,
    /// Whether everything is read again, into a new generation.
    pub rebuild: bool,
    /// What to change in the selection of files.
    pub selection: SelectionChange,
    /// What to do while another process writes.
    pub busy: Busy,
    /// Whether a file whose content had to be compared is written down as
    /// checked even if nothing else changed.
    pub record_checks: bool,
    /// Whether the content of every file is compared with what was indexed,
    /// whatever its times say.
    pub by_content: bool,
    /// Whether segments that hold text of deleted articles are rewritten.
    pub purge: bool,
    /// Whether more people may read the index than its sources; `None` as
    /// before.
    pub public: Option<bool>,
    /// How many threads read and write; `None`: as many as are worth having.
    /// The index answers the same whatever it is.
    pub threads: Option<NonZeroUsize>,
    /// How much memory it may take, in bytes, whatever the number of threads;
    /// `None`: a quarter of the machine's.
    pub memory: Option<u64>,
}

impl Update {
    pub(crate) fn memory(&self) -> Memory {
        self.memory.map_or_else(Memory::default, Memory::of)
    }
}

impl Default for Update {
    fn default() -> Self {
        Update {
            add: Vec::new(),
            forget: Vec::new(),
            exact: false,
            rebuild: false,
            selection: SelectionChange::default(),
            busy: Busy::Wait(WAIT),
            record_checks: true,
            by_content: false,
            purge: false,
            public: None,
            threads: None,
            memory: None,
        }
    }
}

/// Changes to a [`Selection`]; what is `None` stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct SelectionChange {
    /// See [`Selection::max_bytes`].
    pub max_bytes: Option<u64>,
    /// See [`Selection::hidden`].
    pub hidden: Option<bool>,
    /// See [`Selection::ignored`].
    pub ignored: Option<bool>,
    /// See [`Selection::follow`].
    pub follow: Option<bool>,
    /// See [`Selection::ctime`].
    pub ctime: Option<bool>,
    /// See [`Selection::assume_year`]; `Some(None)`: no longer.
    pub assume_year: Option<Option<i16>>,
    /// See [`Selection::plain_text`].
    pub plain_text: Option<bool>,
}

impl SelectionChange {
    /// What makes any selection this one.
    pub(crate) fn to(selection: &Selection) -> SelectionChange {
        SelectionChange {
            max_bytes: Some(selection.max_bytes),
            hidden: Some(selection.hidden),
            ignored: Some(selection.ignored),
            follow: Some(selection.follow),
            ctime: Some(selection.ctime),
            assume_year: Some(selection.assume_year),
            plain_text: Some(selection.plain_text),
        }
    }

    pub(crate) fn apply(self, selection: &mut Selection) {
        selection.max_bytes = self.max_bytes.unwrap_or(selection.max_bytes);
        selection.hidden = self.hidden.unwrap_or(selection.hidden);
        selection.ignored = self.ignored.unwrap_or(selection.ignored);
        selection.follow = self.follow.unwrap_or(selection.follow);
        selection.ctime = self.ctime.unwrap_or(selection.ctime);
        selection.assume_year = self.assume_year.unwrap_or(selection.assume_year);
        selection.plain_text = self.plain_text.unwrap_or(selection.plain_text);
    }
}

/// What happens while an index is brought up to date.
#[derive(Debug)]
pub enum Event<'a> {
    /// Another process writes; the text says which.
    Busy(&'a str),
    /// The old index cannot be used on: why everything is read again.
    Renewing(&'a str),
    /// How far reading has come.
    Progress(Progress),
}

/// How far reading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Files that have been read.
    pub files: usize,
    /// Files that are to be read.
    pub all_files: usize,
    /// Bytes of them that have been read.
    pub bytes: u64,
    /// Bytes that they have.
    pub all_bytes: u64,
    /// Members of containers that were looked at.
    pub members: u64,
    /// Articles that were found.
    pub articles: u64,
}

/// What an update came to.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Files that were new.
    pub added: u64,
    /// Files that were read again.
    pub changed: u64,
    /// Files that left.
    pub removed: u64,
    /// Files that were as before.
    pub unchanged: u64,
    /// Articles in the index now.
    pub articles: u64,
    /// What was left out this time, and what was not understood, with the key of
    /// the file.
    pub skipped: Vec<(String, Skip)>,
    /// Folders and files that could not be read, with the reason; what was known
    /// of them stays.
    pub errors: Vec<(String, String)>,
    /// How many of these have articles in the index, from before.
    pub kept: u64,
    /// Sources that are not there; their articles stay.
    pub missing: Vec<String>,
    /// Sources and links that were not looked at, since the library is not
    /// trusted; their articles stay.
    pub distrusted: Vec<String>,
    /// What else is worth telling.
    pub notes: Vec<String>,
    /// Files of other kinds, by ending.
    pub others: BTreeMap<String, u64>,
    /// How many of the owner's corrections, where they were read anew, have
    /// applied to nothing.
    pub idle_corrections: usize,
    /// How many segments were rewritten, to be rid of deleted articles.
    pub purged: u64,
    /// Whether anything was committed.
    pub committed: bool,
}

impl Report {
    /// Whether the index is behind its sources now; `None` where that cannot be
    /// told of all.
    pub(crate) fn stale(&self) -> Option<bool> {
        if !self.missing.is_empty() {
            Some(true)
        } else if self.distrusted.is_empty() && self.errors.is_empty() {
            Some(false)
        } else {
            None
        }
    }

    /// Whether everything that should be in the index could be read.
    pub fn is_whole(&self) -> bool {
        self.errors.is_empty() && self.missing.is_empty()
    }
}
