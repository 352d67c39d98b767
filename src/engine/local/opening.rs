//! Opens what was last committed.

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
    /// is no index yet.
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
            match guarded(&generation, || Self::open_generation(library, &generation)) {
                Err(_) if attempts < OPEN_ATTEMPTS => {}
                Err(error) => return Err(error),
                Ok(mut index) => {
                    let reaches_out =
                        library.reaches_out(&index.state.selection, &index.state.sources);
                    index.trust = trust::of(library, &pointer.id, reaches_out);
                    return Ok(Some(index));
                }
            }
        }
    }

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

    /// Opens the state that `index` was last committed with.
    pub(crate) fn read(
        library: &Library,
        index: &tantivy::Index,
        generation: Option<PathBuf>,
    ) -> tantivy::Result<Index> {
        if index.schema() != schema::build() {
            return Err(tantivy::TantivyError::SchemaError(
                "its fields are others".to_owned(),
            ));
        }
        let (payload, searcher) = Self::read_commit(index)?;
        let state = serde_json::from_str(&payload)
            .map_err(|_| tantivy::TantivyError::SchemaError("its state is missing".to_owned()))?;
        Ok(Index {
            library: library.clone(),
            state,
            snapshot: Snapshot { searcher },
            generation,
            trust: Trust::FULL,
            key_columns: OnceLock::new(),
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
        let why = "another process commits all the time".to_owned();
        Err(tantivy::TantivyError::SystemError(why))
    }
}

fn other_version(library: &Library, pointer: &folder::Pointer) -> Failure {
    let folder::Pointer {
        format,
        program,
        engine,
        ..
    } = pointer;
    let ours = folder::Pointer::to(0, "");
    let why = if *format == ours.format {
        format!("written by {engine}, this program has {}", ours.engine)
    } else {
        format!(
            "made by version {program} in format {format}, this program reads format {}",
            ours.format
        )
    };
    let help = if pointer.is_newer() {
        "use that version of the program, or another folder with --index DIR"
    } else {
        REBUILD
    };
    Failure::at("index of another version", &library.index_dir, why).help(help)
}
