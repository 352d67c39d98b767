//! The index of a library: opening it to read, and bringing it up to date.
//!
//! Responsible for what is on disk under `index/`: the documents and their
//! fields (`schema`, `document`), the generations (`folder`) and the `lock`, the
//! bookkeeping of source files (`manifest`), and the one writer (`update`: what
//! to do; `plan`: what differs; `reading`: files to documents). An open index
//! is made in `opening`, compared with its sources in `checking`, and read in
//! `articles`.
//! Only this module and `search` know tantivy, and no type of it leaves them.

mod articles;
pub(crate) mod opening;
pub(crate) mod query;
pub(crate) mod request;
pub(crate) mod schema;
pub(crate) mod segment;
pub(crate) mod storage;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use tantivy::Searcher;
use tantivy::columnar::StrColumn;

pub use self::storage::corruption::unguarded_panic;
use self::storage::corruption::{damaged, guarded};
use crate::failure::Result;
use crate::library::Library;
use crate::library::trust::Trust;
use crate::source::Selection;

/// The action that mends an index.
pub(crate) const REBUILD: &str = "run `cybersearch index --rebuild`";

/// How often opening is tried when a writer removes files underneath.
pub(crate) const OPEN_ATTEMPTS: usize = 10;

/// What one commit says of the index as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The version of the extraction that filled its fields.
    pub extraction: u32,
    /// When it was committed, RFC 3339.
    pub built_at: String,
    /// Keys of the files and folders that it is made of.
    pub sources: Vec<String>,
    /// Which files of them are read.
    pub selection: Selection,
    /// How many articles it holds.
    pub articles: u64,
    /// How many files were read or skipped.
    pub files: u64,
    /// All words of all texts, and of all titles: the average lengths.
    pub words: u64,
    /// See [`State::words`].
    pub title_words: u64,
    /// Files of other kinds in the sources, by ending.
    pub others: BTreeMap<String, u64>,
    /// The text of the owner's file that its articles were corrected with.
    #[serde(default)]
    pub corrections: String,
    /// The places of the corrections that have applied to nothing, in their
    /// order in that text.
    #[serde(default)]
    pub never_applied: Vec<usize>,
    /// Whether the user let more people read the index than its sources.
    #[serde(default)]
    pub is_public: bool,
    /// How many bytes of memory articles could take when it was written: where
    /// there are more now, what was left out is looked at again.
    #[serde(default = "unlimited")]
    pub room: u64,
}

/// Of indexes that left nothing out for want of memory.
fn unlimited() -> u64 {
    u64::MAX
}

/// One committed state of an index, open for reading.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) searcher: Searcher,
}

/// An index, open for reading.
pub struct Index {
    pub(crate) library: Library,
    pub(crate) state: State,
    pub(crate) snapshot: Snapshot,
    /// `None` for an index that lives in memory.
    pub(crate) generation: Option<PathBuf>,
    /// How far what it says is believed.
    pub(crate) trust: Trust,
    /// See [`Index::key_columns`]; opened when first asked for.
    pub(crate) key_columns: OnceLock<Vec<Option<StrColumn>>>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index")
            .field("library", &self.library)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// The number of the index in the folder `index_dir`; `None` where there is none.
pub(crate) fn id_of(index_dir: &Path) -> Option<String> {
    Some(storage::folder::read_pointer(index_dir).ok()??.id)
}

impl Index {
    /// The library that the index belongs to.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// What the index says of itself.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Whether the index is kept on disk; one in memory ends with the process.
    pub fn is_kept(&self) -> bool {
        self.generation.is_some()
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The bytes that the index takes on disk.
    pub fn size_on_disk(&self) -> u64 {
        self.generation
            .as_deref()
            .map_or(0, storage::folder::size_on_disk)
    }

    /// How far what the index says of its sources is believed.
    pub fn trust(&self) -> Trust {
        self.trust
    }

    /// The folder that an error of the index names.
    pub(crate) fn place(&self) -> &Path {
        let kept = self.generation.as_deref();
        kept.unwrap_or(&self.library.index_dir)
    }

    /// Runs `work` on the index; an error or panic in it means damage.
    pub(crate) fn guarded<T>(&self, work: impl FnOnce() -> tantivy::Result<T>) -> Result<T> {
        let place = self.place();
        guarded(place, || work().map_err(|error| damaged(place, &error)))
    }
}
