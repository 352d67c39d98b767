//! Writes an index: new segments, what is deleted of the old ones, the commit.
//!
//! Segments are made beside tantivy's writer (`segment`), which deletes, merges
//! and commits. No segment may be merged, and get another name, before what is
//! to be deleted of it is gone: merging waits until the commit. What is written
//! and when is the business of `update`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::index::SegmentId;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, NoMergePolicy};
use tantivy::store::Compressor;
use tantivy::{IndexSettings, IndexWriter};

use super::opening::dictionary;
use super::segment::texts::SharedDictionary;
use super::segment::vocabulary::SharedVocabulary;
use super::segment::{Limits, SegmentBuilder};
use super::state::State;
use super::storage::deletion::Deletion;
use super::storage::directory::Generation;
use super::storage::{corruption, garbage, guard, names};
use super::store::dictionary::Dictionary;
use super::{Index, schema};
use crate::document::field::Field;
use crate::failure::{Failure, Result};
use crate::files::{Folder, Making};
use crate::library::Library;

/// Bytes of packed texts that the library finds at once: it copies a block to
/// read one document's.
const BLOCK: usize = 4 << 10;

/// Makes a new index, on disk or in memory.
pub(super) fn builder() -> tantivy::IndexBuilder {
    let settings = IndexSettings {
        // Texts are packed by us (`store`).
        docstore_compression: Compressor::None,
        docstore_blocksize: BLOCK,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    tantivy::Index::builder()
        .schema(schema::build())
        .settings(settings)
}

/// An index that may be written.
pub(crate) struct Target {
    pub(super) index: tantivy::Index,
    /// Where it is; `None` for one in memory.
    folder: Option<(Folder, Making)>,
    /// The dictionary of its texts, once it has one.
    dictionary: SharedDictionary,
    /// What the last commit calls the dictionary.
    kept: Option<String>,
    /// The folder that an error names.
    place: PathBuf,
}

impl Target {
    /// A new index in memory, of the library whose index folder is `place`.
    ///
    /// # Errors
    /// When it cannot be made; so do the others.
    pub(crate) fn in_memory(place: &Path) -> Result<Target> {
        let index = builder().create_in_ram();
        Ok(Target {
            index: index.map_err(|error| corruption::of_writing(place, &error))?,
            folder: None,
            dictionary: SharedDictionary::new(),
            kept: None,
            place: place.to_owned(),
        })
    }

    /// A new index in an empty generation.
    pub(crate) fn create(generation: Folder, making: Making, place: &Path) -> Result<Target> {
        let index = Generation::to_write(generation.clone(), making)
            .map_err(tantivy::TantivyError::from)
            .and_then(|directory| builder().open_or_create(directory))
            .map_err(|error| corruption::of_writing(place, &error))?;
        Ok(Target {
            index,
            folder: Some((generation, making)),
            dictionary: SharedDictionary::new(),
            kept: None,
            place: place.to_owned(),
        })
    }

    /// The index of a generation.
    pub(crate) fn open(generation: Folder, making: Making, place: &Path) -> Result<Target> {
        let open = || -> tantivy::Result<(tantivy::Index, Option<Dictionary>)> {
            let directory = Generation::to_write(generation.clone(), making)?;
            let index = tantivy::Index::open(directory.clone())?;
            let dictionary = known_dictionary(&index, &directory)?;
            Ok((index, dictionary))
        };
        let opened = open().map_err(|error| guard::damaged(generation.path(), &error))?;
        let (index, dictionary) = opened;
        Ok(Target {
            index,
            folder: Some((generation, making)),
            kept: dictionary.as_ref().map(Dictionary::hash),
            dictionary: dictionary.map_or_else(SharedDictionary::new, SharedDictionary::from),
            place: place.to_owned(),
        })
    }

    /// Writes the dictionary that was learnt since the last commit, if one was;
    /// what a commit is to call it.
    fn keep_dictionary(&self) -> Result<Option<String>> {
        let Some((dictionary, (folder, making))) = self.dictionary.get().zip(self.folder.as_ref())
        else {
            return Ok(None);
        };
        let hash = dictionary.hash();
        if self.kept.as_ref() != Some(&hash) {
            let mode = making.access.file_mode();
            let name = names::DICTIONARY.as_ref();
            let written = folder.replace(name, dictionary.bytes(), mode, making.is_exact);
            written.map_err(|error| self.failed(&error.into()))?;
        }
        Ok(Some(hash))
    }

    /// Begins to write.
    pub(crate) fn writer(&self) -> Result<Writer<'_>> {
        let begin = || -> tantivy::Result<Writer<'_>> {
            Ok(Writer {
                target: self,
                inner: writer(&self.index)?,
                old: self.index.searchable_segment_ids()?,
            })
        };
        begin().map_err(|error| self.failed(&error))
    }

    /// Rewrites the segments that still hold what was deleted, and removes the
    /// old ones; says how many.
    pub(crate) fn purge(&self) -> Result<u64> {
        let purge = || -> tantivy::Result<u64> {
            let mut writer = writer(&self.index)?;
            // Their numbers alone: what is held is not removed.
            let segments = self.index.searchable_segment_metas()?.into_iter();
            let segments = segments.filter(tantivy::SegmentMeta::has_deletes);
            let ids: Vec<SegmentId> = segments.map(|segment| segment.id()).collect();
            for id in &ids {
                writer.merge(&[*id]).wait()?;
            }
            writer.garbage_collect_files().wait()?;
            writer.wait_merging_threads()?;
            Ok(ids.len() as u64)
        };
        purge().map_err(|error| self.failed(&error))
    }

    /// What is said of an error while it is written.
    pub(super) fn failed(&self, error: &tantivy::TantivyError) -> Failure {
        corruption::of_writing(&self.place, error)
    }
}

/// The dictionary that the last commit names, if it names one.
fn known_dictionary(
    index: &tantivy::Index,
    directory: &Generation,
) -> tantivy::Result<Option<Dictionary>> {
    let payload = index.load_metas()?.payload.unwrap_or_default();
    let state: Option<State> = serde_json::from_str(&payload).ok();
    let hash = state.and_then(|state| state.dictionary);
    hash.map(|hash| dictionary(directory, &hash)?.into_dictionary())
        .transpose()
}

fn writer(index: &tantivy::Index) -> tantivy::Result<IndexWriter> {
    let options = IndexWriterOptions::builder()
        .num_worker_threads(1)
        .num_merge_threads(1)
        .build();
    let writer: IndexWriter = index.writer_with_options(options)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    Ok(writer)
}

impl Index {
    /// Removes what a writer that was killed has left in the generation of the
    /// index. Only for who holds the lock.
    pub(crate) fn clean(&self, generation: &Folder) -> garbage::Unremoved {
        let has_dictionary = self.state.dictionary.is_some();
        garbage::remove_uncommitted(generation, self.snapshot.searcher.index(), has_dictionary)
    }

    /// The index in memory that was written to `target`.
    ///
    /// # Errors
    /// When nothing was committed.
    pub(crate) fn of_memory(library: &Library, target: &Target) -> Result<Index> {
        Index::read(library, &target.index, None).map_err(|error| target.failed(&error))
    }
}

/// A term by which documents are found: a path, or the key of a source file.
pub(crate) type Term = (Field, String);

/// One commit under way; what was not committed is not there.
pub(crate) struct Writer<'t> {
    target: &'t Target,
    inner: IndexWriter,
    /// The segments that were there before.
    old: Vec<SegmentId>,
}

impl<'t> Writer<'t> {
    /// A new segment, whose terms `words` numbers.
    ///
    /// # Errors
    /// When it cannot be written; so do the others.
    pub(crate) fn segment(
        &self,
        words: Arc<SharedVocabulary>,
        limits: Limits,
    ) -> Result<SegmentBuilder<'t>> {
        let Target {
            index,
            folder,
            dictionary,
            ..
        } = self.target;
        // What lies in memory is gone before it was read often.
        let dictionary = folder.as_ref().map(|_| dictionary);
        let folder = folder.as_ref().map(|(folder, _)| folder);
        let segment = SegmentBuilder::new(index, folder, words, dictionary);
        let segment = segment.map_err(|error| self.target.failed(&error))?;
        Ok(segment.within(limits))
    }

    /// What writing a segment came to.
    pub(crate) fn told<T>(&self, outcome: tantivy::Result<T>) -> Result<T> {
        outcome.map_err(|error| self.target.failed(&error))
    }

    /// Adds a segment, written on so many threads.
    pub(crate) fn add(&self, segment: SegmentBuilder<'_>, threads: usize) -> Result<()> {
        self.told(
            segment
                .finish(threads)
                .and_then(|meta| self.inner.add_segment(meta)),
        )
    }

    /// Deletes the old documents with one of `terms`, and the new ones with one
    /// of `undone`.
    pub(crate) fn delete(&self, terms: Vec<Term>, undone: Vec<Term>) -> Result<()> {
        let deletion = Deletion::new(self.old.clone(), terms, undone);
        if deletion.is_empty() {
            return Ok(());
        }
        let deleted = self.inner.delete_query(Box::new(deletion));
        self.told(deleted.map(|_| ()))
    }

    /// Commits what was written, with what the index says of itself.
    pub(crate) fn commit(mut self, state: &State) -> Result<()> {
        let dictionary = self.target.keep_dictionary()?;
        let state = State {
            outlived: state.outlived && dictionary.is_some(),
            dictionary,
            ..state.clone()
        };
        let payload = serde_json::to_string(&state).unwrap_or_default();
        self.inner
            .set_merge_policy(Box::new(LogMergePolicy::default()));
        let target = self.target;
        let commit = move || -> tantivy::Result<()> {
            let mut prepared = self.inner.prepare_commit()?;
            prepared.set_payload(&payload);
            prepared.commit()?;
            self.inner.wait_merging_threads()
        };
        commit().map_err(|error| target.failed(&error))
    }
}
