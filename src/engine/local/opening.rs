//! Opens what was last committed.
//!
//! Two races with a writer have to be survived, and neither is locked against.
//! A rebuild moves the pointer and removes the old generation while it is being
//! opened; a commit replaces the list of segments between two reads of it. For
//! the first, the pointer is read again and all is tried anew, up to
//! `OPEN_ATTEMPTS` times; an error counts only when it stays. For the second,
//! the list is read before and after tantivy reads it by itself, and only two
//! equal readings are taken: the state (payload) and the segments then belong
//! to one commit, and the totals in it fit the postings.
//!
//! Damage looks like the first race. It costs ten attempts on a few small files
//! before it is told. Cost of a good opening: the footers of all segment files
//! and the list; no postings are read.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tantivy::directory::Directory;
use tantivy::{ReloadPolicy, Searcher};

use super::state::payload_of;
use super::storage::guard::{damaged, guarded};
use super::storage::names::REBUILD;
use super::storage::{directory, folder, names};
use super::{Index, OPEN_ATTEMPTS, Snapshot, schema};
use crate::failure::{Failure, Result};
use crate::library::Library;
use crate::library::trust::{self, Trust};

impl Index {
    /// Opens the last committed state of a library's index; `None` where there
    /// is no index yet. Another process may commit meanwhile; what is opened is
    /// whole all the same.
    ///
    /// # Errors
    /// When the index is of another version, or damaged.
    pub fn open(library: &Library) -> Result<Option<Index>> {
        let mut attempts = 0;
        loop {
            let Some(pointer) = folder::read_pointer(&library.index_dir)? else {
                return Ok(None);
            };
            if !pointer.is_of_this_version() {
                return Err(other_version(library, &pointer));
            }
            let generation = folder::generation_dir(&library.index_dir, pointer.generation);
            attempts += 1;
            // Before the opening: a commit meanwhile is then seen as the next.
            let stamp = folder::stamp_of(pointer.generation, &generation);
            match guarded(&generation, || Self::open_generation(library, &generation)) {
                Err(_) if attempts < OPEN_ATTEMPTS => {}
                Err(error) => return Err(error),
                Ok(mut index) => {
                    let reaches_out = index.state.reaches_out(library);
                    index.trust = trust::of(library, &pointer.id, reaches_out);
                    index.stamp = stamp;
                    return Ok(Some(index));
                }
            }
        }
    }

    /// One attempt. Small files whose checksum was wrong are remembered by the
    /// directory and told last: tantivy passes some of their errors over.
    fn open_generation(library: &Library, generation: &Path) -> Result<Index> {
        let open = || -> tantivy::Result<Index> {
            let directory = directory::Generation::to_read(generation)?;
            let missed = directory.missed();
            let index = tantivy::Index::open(directory)?;
            let opened = Self::read(library, &index, Some(generation.to_owned()))?;
            missed.check()?;
            Ok(opened)
        };
        open().map_err(|error| damaged(generation, &error))
    }

    /// Opens the state that `index` was last committed with. The trust of what
    /// it says is full until the caller knows better.
    pub(crate) fn read(
        library: &Library,
        index: &tantivy::Index,
        generation: Option<PathBuf>,
    ) -> tantivy::Result<Index> {
        if index.schema() != schema::build() {
            return Err(tantivy::TantivyError::SchemaError(
                "unexpected fields".to_owned(),
            ));
        }
        let (payload, searcher) = Self::read_commit(index)?;
        let state = serde_json::from_str(&payload)
            .map_err(|_| tantivy::TantivyError::SchemaError("missing state".to_owned()))?;
        Ok(Index {
            library: library.clone(),
            state,
            snapshot: Snapshot { searcher },
            generation,
            trust: Trust::FULL,
            key_columns: OnceLock::new(),
            owner: OnceLock::new(),
            people: OnceLock::new(),
            stamp: None,
        })
    }

    /// The state and the articles of one commit. tantivy reads its list of
    /// segments by itself, and a writer may commit in between.
    fn read_commit(index: &tantivy::Index) -> tantivy::Result<(String, Searcher)> {
        let list = || index.directory().atomic_read(Path::new(names::META));
        let mut before = list()?;
        for _ in 0..OPEN_ATTEMPTS {
            let reader: tantivy::IndexReader = index
                .reader_builder()
                .reload_policy(ReloadPolicy::Manual)
                .num_warming_threads(0)
                .try_into()?;
            let after = list()?;
            if before == after {
                return Ok((payload_of(&after)?, reader.searcher()));
            }
            before = after;
        }
        let why = "another process keeps committing".to_owned();
        Err(tantivy::TantivyError::SystemError(why))
    }
}

/// The failure for an index of another format: a newer one asks for a newer
/// program, an older one for a rebuild.
fn other_version(library: &Library, pointer: &folder::Pointer) -> Failure {
    let folder::Pointer {
        format,
        program,
        engine,
        ..
    } = pointer;
    let ours = folder::Pointer::to(0, "");
    let why = if *format == ours.format {
        format!("written by {engine}, but this program uses {}", ours.engine)
    } else {
        format!(
            "created by version {program} in format {format}, but this program reads format {}",
            ours.format
        )
    };
    let help = if pointer.is_newer() {
        "use that version, or choose another folder with --index DIR"
    } else {
        REBUILD
    };
    Failure::at("incompatible index", &library.index_dir, why).help(help)
}
