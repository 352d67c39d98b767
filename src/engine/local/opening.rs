//! Opens what was last committed.
//!
//! Two races with a writer have to be survived, and neither is locked against.
//! A rebuild moves the pointer and removes the old generation while it is being
//! opened; a commit replaces the list of segments between two reads of it. For
//! the first, the pointer is read again and all is tried anew, up to
//! `OPEN_ATTEMPTS` times; an error counts only when it stays. For the second,
//! the directory reads the list once and gives it again to whoever asks: the
//! state (payload) and the segments then belong to one commit, and the totals in
//! it fit the postings. Files of that commit that a writer has removed meanwhile
//! are an error, and the next attempt reads the new list.
//!
//! Damage looks like the first race. It costs ten attempts on a few small files
//! before it is told. Cost of a good opening: the footers of all segment files
//! and the list; no postings are read.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tantivy::directory::Directory;
use tantivy::{ReloadPolicy, Searcher};

use super::state::{State, payload_of};
use super::storage::directory::Reading;
use super::storage::guard::{damaged, guarded};
use super::storage::names::REBUILD;
use super::storage::{directory, folder, names};
use super::store::Texts;
use super::store::dictionary::DictionaryFile;
use super::{Index, OPEN_ATTEMPTS, Snapshot, schema};
use crate::failure::{Failure, Result};
use crate::library::Library;
use crate::library::trust::{self, Trust};

impl Index {
    /// Opens the last committed state of a library's index; `None` where there
    /// is no index yet. Another process may commit meanwhile; what is opened is
    /// whole all the same. It is opened for searching: the system reads what is
    /// asked for and nothing ahead of it.
    ///
    /// # Errors
    /// When the index is of another version, or damaged.
    pub fn open(library: &Library) -> Result<Option<Index>> {
        Self::open_for(library, Reading::Scattered)
    }

    /// The same for who reads much of it from front to back.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn open_to_read_through(library: &Library) -> Result<Option<Index>> {
        Self::open_for(library, Reading::Ahead)
    }

    fn open_for(library: &Library, reading: Reading) -> Result<Option<Index>> {
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
            match guarded(&generation, || {
                Self::open_generation(library, &generation, reading)
            }) {
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
    fn open_generation(library: &Library, generation: &Path, reading: Reading) -> Result<Index> {
        let open = || -> tantivy::Result<Index> {
            let directory = directory::Generation::to_read(generation, reading)?;
            let missed = directory.missed();
            let index = tantivy::Index::open(directory.clone())?;
            let kept = Some((generation.to_owned(), &directory));
            let opened = Self::read(library, &index, kept)?;
            missed.check()?;
            Ok(opened)
        };
        open().map_err(|error| damaged(generation, &error))
    }

    /// Opens the state that `index` was last committed with; of one on disk in
    /// the generation where it is kept. The trust of what it says is full until
    /// the caller knows better.
    pub(crate) fn read(
        library: &Library,
        index: &tantivy::Index,
        generation: Option<(PathBuf, &directory::Generation)>,
    ) -> tantivy::Result<Index> {
        if index.schema() != schema::build() {
            return Err(tantivy::TantivyError::SchemaError(
                "unexpected fields".to_owned(),
            ));
        }
        let (payload, searcher) = Self::read_commit(index)?;
        let state: State = serde_json::from_str(&payload)
            .map_err(|_| tantivy::TantivyError::SchemaError("missing state".to_owned()))?;
        let named = state.dictionary.as_ref().zip(generation.as_ref());
        let named = named.map(|(hash, (_, directory))| dictionary(directory, hash));
        let dictionary = named.transpose()?;
        Ok(Index {
            library: library.clone(),
            state,
            snapshot: Snapshot {
                texts: Arc::new(Texts::new(&searcher, dictionary)),
                searcher,
            },
            generation: generation.map(|(folder, _)| folder),
            trust: Trust::FULL,
            key_columns: OnceLock::new(),
            owner: OnceLock::new(),
            people: OnceLock::new(),
            stamp: None,
        })
    }

    /// The state and the articles of one commit: the directory gives tantivy
    /// and us the same list of segments.
    fn read_commit(index: &tantivy::Index) -> tantivy::Result<(String, Searcher)> {
        let reader: tantivy::IndexReader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .num_warming_threads(0)
            .try_into()?;
        let list = index.directory().atomic_read(Path::new(names::META))?;
        Ok((payload_of(&list)?, reader.searcher()))
    }
}

/// The dictionary of a generation, mapped and not read. It is none of the
/// library's files, which end with a footer.
pub(super) fn dictionary(
    directory: &directory::Generation,
    hash: &str,
) -> tantivy::Result<DictionaryFile> {
    let file = directory.get_file_handle(Path::new(names::DICTIONARY))?;
    let length = file.len().min(names::MAX_DICTIONARY);
    let bytes = file.read_bytes(0..length)?;
    Ok(DictionaryFile::new(bytes, hash.to_owned()))
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
