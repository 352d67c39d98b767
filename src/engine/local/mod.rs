//! The local engine: an index of tantivy's in a folder.
//!
//! Responsible for the documents on disk: the schema, the segments and how they
//! are written (`segment`), the files round them (`storage`), the texts that are
//! kept (`store`), finding and reading articles (`query`, `articles`). `session` is the index while one request asks
//! it. Imports `plan`, `document`, `library`, `files`. What is written and when is
//! the business of `update`. tantivy has no name outside these two wings.
//!
//! An `Index` is one committed state and never changes: a writer makes new
//! files and moves on, and readers keep those that they opened. Nothing is
//! locked for reading, so a library on a read-only medium can be searched.
//!
//! All calls into tantivy go through `Index::guarded` or `LocalEngine::told`:
//! tantivy checks little of what it reads, and a flipped byte may come out as
//! an error, as a panic or as a wrong number. The first two become one failure
//! that names the damaged file and what mends it; the third only `status
//! --check` finds.

pub(crate) mod articles;
pub(crate) mod contents;
mod days;
pub(crate) mod manifest;
pub(crate) mod opening;
pub(crate) mod query;
mod request;
pub(crate) mod schema;
pub(crate) mod segment;
pub(crate) mod session;
pub(crate) mod state;
pub(crate) mod storage;
pub(crate) mod store;
pub(crate) mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tantivy::columnar::StrColumn;
use tantivy::{DocAddress, Searcher};

use self::query::facet_counts::PersonNumbers;
pub use self::state::State;
pub use self::storage::corruption::unguarded_panic;
use self::storage::folder::Stamp;
use self::storage::guard::{damaged, guarded};
use self::store::{KeptTexts, Texts};
use crate::corrections::Owner;
use crate::failure::Result;
use crate::library::Library;
use crate::library::trust::Trust;

/// How often opening is tried when a writer removes files underneath. Each
/// attempt reads the pointer again, so it finds what the writer made instead.
pub(crate) const OPEN_ATTEMPTS: usize = 10;

/// One committed state of an index, open for reading.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) searcher: Searcher,
    /// What reads the texts of its documents.
    pub(crate) texts: Arc<Texts>,
}

impl Snapshot {
    /// The texts that are kept of a document.
    pub(crate) fn texts(&self, address: DocAddress) -> tantivy::Result<KeptTexts> {
        self.texts.read(&self.searcher, address)
    }
}

/// An index, open for reading. Cheap to share by reference between threads; its
/// methods take `&self`.
pub struct Index {
    pub(crate) library: Library,
    pub(crate) state: State,
    /// The segments that were there when it was opened.
    pub(crate) snapshot: Snapshot,
    /// `None` for an index that lives in memory.
    pub(crate) generation: Option<PathBuf>,
    /// How far what it says is believed.
    pub(crate) trust: Trust,
    /// See [`Index::key_columns`]; opened when first asked for.
    pub(crate) key_columns: OnceLock<Vec<Option<StrColumn>>>,
    /// What the owner knew; read when first asked for.
    pub(crate) owner: OnceLock<Owner>,
    /// The people of all articles; counted when first asked for.
    pub(crate) people: OnceLock<Arc<PersonNumbers>>,
    /// What tells this commit from the next; `None` for an index in memory.
    pub(crate) stamp: Option<Stamp>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index")
            .field("library", &self.library)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
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

    /// Whether another state has been committed since this one was opened, or
    /// the index is gone. It costs one small read and one `stat`; nothing is
    /// opened. An index in memory never moves on.
    pub fn has_moved_on(&self) -> bool {
        let is_same = |opened| storage::folder::stamp(&self.library.index_dir) == Some(opened);
        self.is_kept() && !self.stamp.is_some_and(is_same)
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The bytes that the index takes on disk. Zero for one in memory. Files
    /// that are not yet garbage-collected count too.
    pub fn size_on_disk(&self) -> u64 {
        self.generation
            .as_deref()
            .map_or(0, storage::folder::size_on_disk)
    }

    /// How far what the index says of its sources is believed.
    pub fn trust(&self) -> Trust {
        self.trust
    }

    /// The folder that an error of the index names. For an index in memory it
    /// is where the index would be kept.
    pub(crate) fn place(&self) -> &Path {
        let kept = self.generation.as_deref();
        kept.unwrap_or(&self.library.index_dir)
    }

    /// Runs `work` on the index; an error or panic in it means damage. Work
    /// that a search may stop must not come here: a stop is no damage.
    pub(crate) fn guarded<T>(&self, work: impl FnOnce() -> tantivy::Result<T>) -> Result<T> {
        let place = self.place();
        guarded(place, || work().map_err(|error| damaged(place, &error)))
    }
}
