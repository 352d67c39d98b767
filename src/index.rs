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
pub(crate) mod buckets;
mod budget;
mod checking;
mod contents;
mod damage;
mod deletion;
mod directory;
pub(crate) mod document;
mod entry;
pub(crate) mod folder;
mod garbage;
mod integrity;
mod knowledge;
mod lock;
mod manifest;
mod names;
mod old;
mod opening;
mod plan;
mod postings;
mod reading;
mod record;
mod refresh;
mod request;
pub(crate) mod schema;
mod seal;
mod segment;
pub(crate) mod sketch;
mod sources;
mod terms;
mod update;
mod vocabulary;
mod writing;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use tantivy::Searcher;
use tantivy::columnar::StrColumn;

use self::checking::walk_threads;
pub use self::checking::{FileState, SourceCheck, Staleness};
pub(crate) use self::damage::guarded_alike;
use self::damage::{damaged, guarded};
pub use self::damage::{is_guarded, unguarded_panic};
pub(crate) use self::folder::{Stamp, is_index, stamp};
pub use self::knowledge::read_corrections;
pub use self::lock::{Busy, WAIT};
pub use self::record::Record;
pub use self::refresh::{Opened, Refresh, open_fresh};
pub use self::request::{Event, Report, SelectionChange, Update};
use self::schema::Fields;
pub use self::update::{in_memory, update};
use crate::failure::Result;
use crate::library::Library;
use crate::owner::Owner;
use crate::source::{Selection, Skip};
use crate::trust::Trust;

/// The action that mends an index.
pub(crate) const REBUILD: &str = "run `cybersearch index --rebuild`";

/// How often opening is tried when a writer removes files underneath.
const OPEN_ATTEMPTS: usize = 10;

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
    pub(crate) fields: Fields,
}

/// An index, open for reading.
pub struct Index {
    library: Library,
    state: State,
    snapshot: Snapshot,
    /// `None` for an index that lives in memory.
    generation: Option<PathBuf>,
    /// How far what it says is believed.
    trust: Trust,
    /// See [`Index::key_columns`]; opened when first asked for.
    key_columns: OnceLock<Vec<Option<StrColumn>>>,
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
pub(crate) fn id_of(index_dir: &std::path::Path) -> Option<String> {
    Some(folder::read_pointer(index_dir).ok()??.id)
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

    /// What was left out, with the key of the file, in order.
    ///
    /// # Errors
    /// When the index is damaged.
    pub fn skips(&self) -> Result<Vec<(String, Skip)>> {
        self.guarded(|| manifest::load_skips(&self.snapshot))
    }

    /// The bytes that the index takes on disk.
    pub fn size_on_disk(&self) -> u64 {
        self.generation.as_deref().map_or(0, folder::size_on_disk)
    }

    /// What the owner knew when the index was made: what its articles were
    /// read with.
    pub fn owner(&self) -> Owner {
        knowledge::of_state(&self.state)
    }

    /// How far what the index says of its sources is believed.
    pub fn trust(&self) -> Trust {
        self.trust
    }

    /// Whether the owner's file says something else now.
    pub fn are_corrections_old(&self) -> bool {
        knowledge::has_changed(&self.library, &self.state)
    }

    /// Runs `work` on the index; an error or panic in it means damage.
    pub(crate) fn guarded<T>(&self, work: impl FnOnce() -> tantivy::Result<T>) -> Result<T> {
        let place = self
            .generation
            .as_deref()
            .unwrap_or(&self.library.index_dir);
        guarded(place, || work().map_err(|error| damaged(place, &error)))
    }
}
