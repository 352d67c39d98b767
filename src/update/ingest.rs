//! Reads files into segments, on all cores.
//!
//! One thread hands out work (`pieces`). The others read, understand and number
//! what they get. What comes of it is added to the segment in the order of the files, so that the same
//! files make the same segment whatever the threads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::budget::Room;
use super::pieces::{Piece, Pieces, ReadFile, is_large, now};
use super::request::{Event, Progress};
use crate::article::Article;
use crate::corrections::Owner;
use crate::document::source_file::{FileEntry, SourceEntry};
use crate::document::{self, WordCounts};
use crate::engine::local::segment::entry::Entry;
use crate::engine::local::segment::entry::EntryWriter;
use crate::engine::local::segment::terms::TermReader;
use crate::engine::local::segment::vocabulary::SharedVocabulary;
use crate::engine::local::segment::{Limits, SegmentBuilder};
use crate::engine::local::writer::Writer;
use crate::failure::Result;
use crate::parallel::in_order;
use crate::source::{Before, Memory, Outcome, ReadCount, Selection, SourceFile};

/// Of a file with many articles it is told how far it has come after so many.
const TOLD_EVERY: u64 = 256;

/// From so many files on, more than one thread reads them.
const WORTH_THREADS: usize = 16;

/// What a thread gets to do, who numbers its terms, and the memory that it may
/// take until what comes of it is in the segment.
struct IngestJob<'f> {
    words: Arc<SharedVocabulary>,
    piece: Piece<'f>,
    room: Room,
}

/// What comes of a piece, in the order of the files.
enum Made<'f> {
    Article(Box<Entry>),
    /// All articles of a file came before.
    File(&'f SourceFile, Outcome, i64),
}

/// Reads files into new segments.
pub(crate) struct Ingest<'a> {
    pub(crate) writer: &'a Writer<'a>,
    pub(crate) selection: &'a Selection,
    pub(crate) owner: &'a Owner,
    pub(crate) events: &'a (dyn Fn(Event<'_>) + Sync),
    /// How many threads read.
    pub(crate) threads: usize,
    /// How much memory articles may take.
    pub(crate) memory: Memory,
    pub(crate) limits: Limits,
    /// What was read so far.
    pub(crate) count: ReadCount,
    /// What the index remembers of a file: one that cannot be read keeps it.
    pub(crate) known: &'a (dyn Fn(&str) -> Option<FileEntry> + Sync),
    /// What a file was before that may only have grown.
    pub(crate) grown: &'a FxHashMap<&'a str, Before>,
}

impl Ingest<'_> {
    /// Reads `files`, and adds them and the entries of `others` to the index.
    pub(crate) fn all<'f>(
        &self,
        files: &[&'f SourceFile],
        others: Vec<SourceEntry>,
    ) -> Result<Vec<ReadFile<'f>>> {
        let shared = IngestShared::default();
        let mut into = Into {
            reading: self,
            draft: None,
            is_closing: false,
            counts: WordCounts::default(),
            done: Vec::with_capacity(files.len()),
            shared: &shared,
            articles: 0,
            told: 0,
            all_files: files.len(),
            all_bytes: files.iter().map(|file| file.size()).sum(),
        };
        let threads = self.threads.min(files.len().div_ceil(WORTH_THREADS)).max(1);
        let has_large = files.iter().any(|file| is_large(file));
        if threads == 1 && !has_large {
            let mut reader = TermReader::new(shared.words());
            for file in files {
                let words = shared.words();
                reader.number_by(&words);
                self.file(file, &mut reader, &mut |made| into.take(&words, made))?;
            }
        } else {
            in_order(
                self.threads,
                |send| {
                    self.pieces().hand_out(files, &mut |piece, room| {
                        let words = shared.words();
                        send(IngestJob { words, piece, room })
                    });
                },
                |job| self.understand(job, &shared),
                |(words, made, _room)| {
                    made.into_iter()
                        .try_for_each(|made| into.take(&words, made))
                },
            )?;
        }
        for entry in others {
            into.draft(&shared.words())?.add_source(entry);
        }
        into.finish()
    }

    /// How the files are read.
    fn pieces(&self) -> Pieces<'_> {
        Pieces {
            selection: self.selection,
            memory: self.memory,
            count: &self.count,
            grown: self.grown,
        }
    }

    fn understand<'f>(
        &self,
        job: IngestJob<'f>,
        shared: &IngestShared,
    ) -> (Arc<SharedVocabulary>, Vec<Made<'f>>, Room) {
        let IngestJob { words, piece, room } = job;
        let mut reader = shared.reader(&words);
        let mut made = Vec::new();
        match piece {
            Piece::Files(files) => {
                for file in files {
                    let Ok(()) = self.file(file, &mut reader, &mut |part| {
                        made.push(part);
                        Ok::<(), std::convert::Infallible>(())
                    });
                }
            }
            Piece::Records(records) => {
                let entries = records
                    .into_iter()
                    .map(|article| self.article(article, &mut reader));
                made.extend(entries);
            }
            Piece::End(file, outcome, read_at) => {
                made.push(Made::File(file, outcome, read_at));
            }
        }
        shared.give_back(reader);
        (words, made, room)
    }

    fn article<'f>(&self, article: Article, reader: &mut TermReader) -> Made<'f> {
        let mut writer = EntryWriter::new(reader);
        document::write_article(&mut writer, self.owner, article);
        let entry = writer.finish();
        Made::Article(Box::new(entry))
    }

    fn file<'f, E>(
        &self,
        file: &'f SourceFile,
        reader: &mut TermReader,
        sink: &mut dyn FnMut(Made<'f>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let read_at = now();
        let pieces = self.pieces();
        let outcome = pieces.read(file, |article| sink(self.article(article, reader)))?;
        sink(Made::File(file, outcome, read_at))
    }
}

/// What the threads share.
#[derive(Default)]
struct IngestShared {
    /// Those that number the terms of what is handed out from now on.
    words: Mutex<Arc<SharedVocabulary>>,
    /// Readers that nobody uses, with what they remember.
    readers: Mutex<Vec<TermReader>>,
    /// Whether the segment is as large as it should be.
    is_full: AtomicBool,
}

impl IngestShared {
    fn words(&self) -> Arc<SharedVocabulary> {
        let mut words = lock(&self.words);
        if self.is_full.swap(false, Ordering::Relaxed) || words.are_full() {
            *words = Arc::default();
        }
        Arc::clone(&words)
    }

    fn reader(&self, words: &Arc<SharedVocabulary>) -> TermReader {
        let idle = lock(&self.readers).pop();
        let mut reader = idle.unwrap_or_else(|| TermReader::new(Arc::clone(words)));
        reader.number_by(words);
        reader
    }

    fn give_back(&self, reader: TermReader) {
        lock(&self.readers).push(reader);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where all that was read goes.
struct Into<'r, 'f> {
    reading: &'r Ingest<'r>,
    shared: &'r IngestShared,
    draft: Option<SegmentBuilder<'r>>,
    /// Whether the next segment was asked for.
    is_closing: bool,
    /// Of the file whose articles come in.
    counts: WordCounts,
    done: Vec<ReadFile<'f>>,
    articles: u64,
    /// How many articles there were when it was told the last time.
    told: u64,
    all_files: usize,
    all_bytes: u64,
}

impl<'r, 'f> Into<'r, 'f> {
    fn take(&mut self, words: &Arc<SharedVocabulary>, made: Made<'f>) -> Result<()> {
        match made {
            Made::Article(entry) => {
                self.counts.text += u64::from(entry.text.len());
                self.counts.title += u64::from(entry.title.len());
                let added = self.draft(words)?.add_article(*entry);
                self.reading.writer.told(added)?;
                self.articles += 1;
                if self.articles >= self.told + TOLD_EVERY {
                    self.tell();
                }
            }
            Made::File(file, outcome, read_at) => {
                let counts = std::mem::take(&mut self.counts);
                let before = (self.reading.known)(&file.key);
                let read = ReadFile::of(file, outcome, read_at, counts, before);
                // Of one that failed the index says what it said before; of a new
                // one, that it is not read.
                let is_noted = match &read.failed {
                    None => true,
                    Some(failed) => !failed.is_gone && (self.reading.known)(&file.key).is_none(),
                };
                if is_noted {
                    self.draft(words)?.add_source(SourceEntry {
                        key: file.key.clone(),
                        file: read.entry,
                        skips: read.skips.clone(),
                    });
                }
                self.done.push(read);
                self.tell();
            }
        }
        Ok(())
    }

    /// Says how far it has come.
    fn tell(&mut self) {
        self.told = self.articles;
        let count = &self.reading.count;
        (self.reading.events)(Event::Progress(Progress {
            files: self.done.len(),
            all_files: self.all_files,
            bytes: count.bytes.load(Ordering::Relaxed),
            all_bytes: self.all_bytes,
            members: count.members.load(Ordering::Relaxed),
            articles: self.articles,
        }));
    }

    /// The segment for terms that `words` numbers: the one that is being made,
    /// or the next.
    fn draft(&mut self, words: &Arc<SharedVocabulary>) -> Result<&mut SegmentBuilder<'r>> {
        let is_other = |draft: &SegmentBuilder<'_>| !Arc::ptr_eq(draft.words(), words);
        if self.draft.as_ref().is_some_and(is_other) {
            self.close()?;
        }
        if self.draft.is_none() {
            let Ingest { writer, limits, .. } = self.reading;
            self.draft = Some(writer.segment(Arc::clone(words), *limits)?);
        }
        let Some(draft) = self.draft.as_mut() else {
            unreachable!("it was made above");
        };
        // Once a segment: what was handed out before still belongs to it.
        if draft.is_full() && !std::mem::replace(&mut self.is_closing, true) {
            self.shared.is_full.store(true, Ordering::Relaxed);
        }
        Ok(draft)
    }

    fn close(&mut self) -> Result<()> {
        self.is_closing = false;
        if let Some(draft) = self.draft.take() {
            self.reading.writer.add(draft, self.reading.threads)?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<ReadFile<'f>>> {
        self.close()?;
        Ok(self.done)
    }
}
