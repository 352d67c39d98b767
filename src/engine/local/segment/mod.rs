//! A segment under construction: articles in, the files of a segment out.
//!
//! Responsible for what the index library does in its own writer: numbering
//! the documents, inverting their terms (`postings`), and writing columns,
//! lengths, stored texts and postings with the library's own serialisers, in
//! its format. Source files come after the articles, so that the numbers of
//! articles lie close together and take fewer bits.
//!
//! The idea is inversion by sorting (Witten, Moffat and Bell, "Managing
//! Gigabytes", 1999): articles are appended to logs as lists of term numbers;
//! when the logs are full they are sorted into a run on disk; at the end the
//! runs and what is left in the logs are merged term by term. Columns, lengths
//! and stored texts need no inversion and are written as articles come.
//!
//! Example: articles 0 "oil price" and 1 "oil" are logged as `0:[0 1] 1:[0]` with
//! oil = 0, price = 1; the run says oil → 0, 1 and price → 0.
//!
//! Invariants: documents are numbered in the order in which they are added;
//! runs hold ascending, disjoint ranges of documents, so merging postings is
//! appending them; what is written depends neither on the limits nor on the
//! threads (`runs_on_disk_and_threads_make_no_difference`).
//!
//! Cost: time O(words) plus sorting the distinct terms of each run; memory
//! bounded by `Limits` plus the vocabularies; disk the runs, while the
//! segment is made.

pub(crate) mod entry;
mod format;
mod postings;
pub(crate) mod terms;
pub(crate) mod texts;
pub(crate) mod vocabulary;

use std::io;
use std::panic::resume_unwind;
use std::sync::Arc;

use tantivy::Index;
use tantivy::index::SegmentMeta;

use self::entry::{Entry, EntryWriter};
use self::format::{ClosedSegment, FieldBytes, OpenSegment};
use self::postings::{Detail, Runs, Spill, TermLog, write_field};
use self::terms::TermReader;
use self::texts::{SharedDictionary, TextQueue};
use self::vocabulary::{SharedVocabulary, TermNumbers};
use crate::document;
use crate::document::field::{Declared, FIELDS, Field, FieldKind};
use crate::document::source_file::SourceEntry;
use crate::files::Folder;
use crate::parallel::in_order;
use crate::source::Memory;

/// How large a segment and its parts may grow. Reaching one ends the segment or
/// makes a run; no limit is an error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How many terms the logs keep before they become a run on disk: four
    /// bytes each, and about half of that again while the run is made.
    kept: usize,
    /// How many terms fewer for each document, since columns and names take
    /// room too; a quarter is kept at least. Peak memory of building 200 MB
    /// and 2 GB of records: 149 and 206 MiB without, 144 and 168 with it.
    fewer: usize,
    /// The most documents.
    documents: u32,
    /// The most runs on disk, each an open file.
    runs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            kept: 10_000_000,
            fewer: 64,
            documents: 1 << 18,
            runs: 200,
        }
    }
}

impl Limits {
    /// Those of a build that may take so much memory.
    pub(crate) fn within(memory: Memory) -> Limits {
        let most = Limits::default();
        let kept = memory.of_logs() / BYTES_A_TERM;
        Limits {
            kept: usize::try_from(kept).map_or(most.kept, |kept| kept.min(most.kept)),
            ..most
        }
    }

    /// How many terms the logs keep beside so many documents.
    ///
    /// 10,000,000 beside none, 3,600,000 beside 100,000, and never below
    /// 2,500,000.
    fn kept_beside(self, documents: u32) -> usize {
        let less = self.fewer.saturating_mul(documents as usize);
        self.kept.saturating_sub(less).max(self.kept / 4)
    }
}

/// What a term takes in a log, and while a run is made of it. Half as much
/// again for the run.
const BYTES_A_TERM: u64 = 6;

/// From this many terms on, fields are written on several threads.
const WORTH_THREADS: usize = 100_000;

/// With more distinct words than this, which only an article of millions of
/// them gives, one field is written at a time: each takes sixty bytes a word.
const MANY_WORDS: usize = 1_500_000;

/// Where the numbers of a field's terms come from. A field's numbers mean
/// nothing in the vocabulary of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Numbered {
    /// Of stems, which all threads share.
    Stems,
    /// Of unstemmed forms, shared as well.
    Forms,
    /// Of exact terms, which the segment numbers as it adds them.
    Here,
}

/// A field's log. Fields are few, so a list is searched for them.
#[derive(Debug)]
struct FieldLog {
    field: Field,
    numbered: Numbered,
    log: TermLog,
}

impl FieldLog {
    fn new(field: Field, numbered: Numbered, detail: Detail) -> FieldLog {
        FieldLog {
            field,
            numbered,
            log: TermLog::new(detail),
        }
    }
}

/// A segment under construction. One thread owns it; [`SegmentBuilder::finish`]
/// consumes it. Dropped before that, it leaves files that no commit names,
/// which `storage::garbage` removes.
pub(crate) struct SegmentBuilder<'a> {
    segment: OpenSegment,
    texts: TextQueue<'a>,
    limits: Limits,
    /// Where runs are kept; `None` for an index in memory.
    folder: Option<&'a Folder>,
    words: Arc<SharedVocabulary>,
    /// Terms that are taken as they are.
    exact: TermNumbers,
    logs: Vec<FieldLog>,
    runs: Runs,
    documents: u32,
    /// Source files, which come last.
    sources: Vec<SourceEntry>,
}

impl<'a> SegmentBuilder<'a> {
    /// An empty segment of `index`, whose terms `words` numbers, and whose texts
    /// are packed by the dictionary of the generation, if it may have one.
    pub(crate) fn new(
        index: &Index,
        folder: Option<&'a Folder>,
        words: Arc<SharedVocabulary>,
        dictionary: Option<&'a SharedDictionary>,
    ) -> tantivy::Result<SegmentBuilder<'a>> {
        Ok(SegmentBuilder {
            segment: OpenSegment::new(index)?,
            texts: TextQueue::new(dictionary, folder)?,
            limits: Limits::default(),
            folder,
            words,
            exact: TermNumbers::default(),
            logs: Self::logs(),
            runs: Runs::default(),
            documents: 0,
            sources: Vec::new(),
        })
    }

    /// A log of each field that has terms. From the table of fields, so that a
    /// new field has its log.
    fn logs() -> Vec<FieldLog> {
        let log = |declared: &Declared| {
            let (numbered, detail) = match declared.kind {
                FieldKind::Words { .. } => (Numbered::Stems, Detail::Positions),
                FieldKind::Forms => (Numbered::Forms, Detail::Presence),
                FieldKind::Terms | FieldKind::CountedTerms => (Numbered::Here, Detail::Presence),
                FieldKind::Texts | FieldKind::Number | FieldKind::Time | FieldKind::Stored => {
                    return None;
                }
            };
            Some(FieldLog::new(declared.field, numbered, detail))
        };
        FIELDS.iter().filter_map(log).collect()
    }

    /// The same within other limits.
    pub(crate) fn within(self, limits: Limits) -> SegmentBuilder<'a> {
        SegmentBuilder { limits, ..self }
    }

    /// Who numbers its terms.
    pub(crate) fn words(&self) -> &Arc<SharedVocabulary> {
        &self.words
    }

    /// Whether it should be closed before more is added. It may go on to be
    /// added to: the limits leave room for what is under way.
    pub(crate) fn is_full(&self) -> bool {
        self.documents + self.sources() >= self.limits.documents
            || self.runs.len() >= self.limits.runs
    }

    /// How many source files wait to be written after the articles.
    fn sources(&self) -> u32 {
        u32::try_from(self.sources.len()).unwrap_or(u32::MAX)
    }

    /// Adds an article.
    ///
    /// The logs never keep much beside a long one: its terms become a run
    /// before its text is compressed, and what was kept before it, before.
    pub(crate) fn add_article(&mut self, mut entry: Entry) -> tantivy::Result<()> {
        let document = self.documents;
        for (field, list) in [(Field::Text, &entry.text), (Field::Title, &entry.title)] {
            self.segment.length(document, field, list.len());
        }
        let most = self.limits.kept_beside(document);
        let lists = [
            (Field::Text, std::mem::take(&mut entry.text)),
            (Field::Title, std::mem::take(&mut entry.title)),
            (Field::Boilerplate, std::mem::take(&mut entry.boilerplate)),
            (Field::Form, std::mem::take(&mut entry.forms)),
        ];
        let added: usize = lists.iter().map(|(_, list)| list.room()).sum();
        if kept(&self.logs) > 0 && kept(&self.logs) + added > most + most / 4 {
            self.spill()?;
        }
        for (field, list) in lists {
            log_of(&mut self.logs, field).add(document, list);
        }
        if kept(&self.logs) >= most {
            self.spill()?;
        }
        self.add(&entry)?;
        Ok(())
    }

    /// Adds a source file. It waits until all articles are there.
    pub(crate) fn add_source(&mut self, source: SourceEntry) {
        self.sources.push(source);
    }

    /// Adds what article and source have alike, as the next document.
    fn add(&mut self, entry: &Entry) -> tantivy::Result<()> {
        let document = self.documents;
        for (field, term) in entry.terms.iter() {
            let number = self.exact.number(term);
            log_of(&mut self.logs, field).add_one(document, number);
        }
        for (column, number) in &entry.numbers {
            self.segment.number(document, *column, *number);
        }
        for (column, name) in entry.names.iter() {
            self.segment.text(document, column, name);
        }
        let segment = &mut self.segment;
        self.texts
            .add(entry.stored.bytes(), |packed| segment.store(packed))?;
        self.documents += 1;
        Ok(())
    }

    /// Makes a run on disk of what the logs keep. All fields go to one file, in
    /// the order of the fields.
    fn spill(&mut self) -> io::Result<()> {
        let mut spill = Spill::new(self.folder)?;
        let (stems, forms) = (self.words.stems(), self.words.forms());
        for of_field in &mut self.logs {
            let vocabulary = match of_field.numbered {
                Numbered::Stems => &*stems,
                Numbered::Forms => &*forms,
                Numbered::Here => &self.exact,
            };
            spill.write(&mut of_field.log, vocabulary)?;
        }
        self.runs.add(spill)
    }

    /// Writes all files of the segment.
    ///
    /// Postings are written by field, columns beside them on another thread; a
    /// small segment is not worth the threads. tantivy learns of the segment
    /// only from what is returned.
    ///
    /// # Errors
    /// When the disk is full, or a file cannot be written.
    pub(crate) fn finish(mut self, threads: usize) -> tantivy::Result<SegmentMeta> {
        let mut reader = TermReader::new(Arc::clone(&self.words));
        for source in std::mem::take(&mut self.sources) {
            let mut writer = EntryWriter::new(&mut reader);
            document::write_source(&mut writer, &source);
            self.add(&writer.finish())?;
        }
        let mut segment = self.segment;
        self.texts.finish(threads, |packed| segment.store(packed))?;
        let (segment, columns) = segment.close(self.documents)?;
        let postings = Postings {
            stems: &self.words.stems(),
            forms: &self.words.forms(),
            exact: &self.exact,
            segment: &segment,
        };
        let (logs, runs) = (&mut self.logs, &mut self.runs);
        let is_vast = postings.forms.len() > MANY_WORDS;
        if threads > 1 && kept(logs) >= WORTH_THREADS && !is_vast {
            std::thread::scope(|scope| {
                let columns = scope.spawn(|| columns.write());
                postings.write(logs, runs, threads)?;
                Ok::<(), tantivy::TantivyError>(
                    columns
                        .join()
                        .unwrap_or_else(|panic| resume_unwind(panic))?,
                )
            })?;
        } else {
            postings.write(logs, runs, 1)?;
            columns.write()?;
        }
        Ok(segment.meta())
    }
}

/// The log of a field.
///
/// # Panics
/// When the table declares no terms for it: none is ever dropped.
fn log_of(logs: &mut [FieldLog], field: Field) -> &mut TermLog {
    let of_field = logs.iter_mut().find(|log| log.field == field);
    let of_field = of_field.unwrap_or_else(|| panic!("{field:?} is declared without terms"));
    &mut of_field.log
}

/// How many terms the logs keep.
fn kept(logs: &[FieldLog]) -> usize {
    logs.iter().map(|of_field| of_field.log.len()).sum()
}

/// What the postings of all fields of a segment are written from. Shared by the
/// threads that write fields.
struct Postings<'a> {
    stems: &'a TermNumbers,
    forms: &'a TermNumbers,
    exact: &'a TermNumbers,
    segment: &'a ClosedSegment,
}

impl Postings<'_> {
    /// The vocabulary that a field's numbers belong to.
    fn vocabulary(&self, numbered: Numbered) -> &TermNumbers {
        match numbered {
            Numbered::Stems => self.stems,
            Numbered::Forms => self.forms,
            Numbered::Here => self.exact,
        }
    }

    /// One field after the other where there are runs on disk, since they are
    /// read in that order; else several at a time, in memory.
    fn write(&self, logs: &mut [FieldLog], runs: &mut Runs, threads: usize) -> tantivy::Result<()> {
        let mut files = self.segment.postings()?;
        if runs.len() == 0 && threads > 1 {
            in_order(
                threads,
                |send| {
                    for of_field in &mut *logs {
                        send(of_field);
                    }
                },
                |of_field| self.part(of_field),
                |part| {
                    let (field, part) = part?;
                    tantivy::Result::Ok(files.copy(field, &part)?)
                },
            )?;
        } else {
            for of_field in logs {
                let vocabulary = self.vocabulary(of_field.numbered);
                let lengths = self.segment.lengths(of_field.field)?;
                let (field, log) = (of_field.field, &mut of_field.log);
                write_field(field, log, runs, vocabulary, lengths, &mut files)?;
            }
        }
        files.close()?;
        Ok(())
    }

    /// A field's postings in memory, to be copied to the files in the order of
    /// the fields.
    fn part(&self, of_field: &mut FieldLog) -> tantivy::Result<(Field, FieldBytes)> {
        let lengths = self.segment.lengths(of_field.field)?;
        let vocabulary = self.vocabulary(of_field.numbered);
        let (field, log) = (of_field.field, &mut of_field.log);
        let part = FieldBytes::of(|files| {
            write_field(field, log, &mut Runs::default(), vocabulary, lengths, files)
        });
        Ok((field, part?))
    }
}

#[cfg(test)]
mod tests {
    use tantivy::schema::IndexRecordOption;
    use tantivy::{DocSet, IndexWriter, TERMINATED};

    use super::*;
    use crate::article::Article;
    use crate::corrections::Owner;
    use crate::document;
    use crate::engine::local::schema::build;
    use crate::engine::local::segment::terms::TermReader;

    /// Field, term, and of each document number and positions.
    type Listed = Vec<(u32, Vec<u8>, Vec<(u32, Vec<u32>)>)>;

    /// All postings of a segment that is made of some articles within limits.
    fn postings(limits: Limits, threads: usize) -> (Listed, usize) {
        let index = Index::builder().schema(build()).create_in_ram();
        let index = index.unwrap();
        let words = Arc::new(SharedVocabulary::default());
        let mut reader = TermReader::new(Arc::clone(&words));
        let draft = SegmentBuilder::new(&index, None, words, None).unwrap();
        let mut draft = draft.within(limits);
        for number in 0..40 {
            let article = Article {
                path: format!("a/{number}.txt"),
                id: format!("a/{number}.txt"),
                text: format!(
                    "Talks {number}\n\nThe US and China talk {number} times of talks, US talks and word{}. They met in Moscow on Monday.\n",
                    number % 7
                ),
                ..Article::default()
            };
            let mut writer = EntryWriter::new(&mut reader);
            document::write_article(&mut writer, &Owner::default(), article);
            let entry = writer.finish();
            draft.add_article(entry).unwrap();
        }
        let runs = draft.runs.len();
        let meta = draft.finish(threads).unwrap();
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 15_000_000).unwrap();
        writer.add_segment(meta).unwrap();
        writer.commit().unwrap();
        (listed(&index), runs)
    }

    fn listed(index: &Index) -> Listed {
        let searcher = index.reader().unwrap().searcher();
        let segment = searcher.segment_reader(0);
        let mut listed = Vec::new();
        for (field, entry) in index
            .schema()
            .fields()
            .filter(|(_, entry)| entry.is_indexed())
        {
            if entry.field_type().value_type() != tantivy::schema::Type::Str {
                continue;
            }
            let inverted = segment.inverted_index(field).unwrap();
            let mut terms = inverted.terms().stream().unwrap();
            while terms.advance() {
                let option = IndexRecordOption::WithFreqsAndPositions;
                let mut postings = inverted
                    .read_postings_from_terminfo(terms.value(), option)
                    .unwrap();
                let mut documents = Vec::new();
                while postings.doc() != TERMINATED {
                    let mut positions = Vec::new();
                    if entry.name() == "text" {
                        tantivy::postings::Postings::positions(&mut postings, &mut positions);
                    }
                    documents.push((postings.doc(), positions));
                    postings.advance();
                }
                listed.push((field.field_id(), terms.key().to_vec(), documents));
            }
        }
        listed
    }

    #[test]
    fn logs_keep_less_beside_more_documents() {
        let limits = Limits::default();
        let kept = [0, 25_000, 100_000, 1 << 18].map(|documents| limits.kept_beside(documents));
        assert_eq!(kept, [10_000_000, 8_400_000, 3_600_000, 2_500_000]);
    }

    #[test]
    fn runs_on_disk_and_threads_make_no_difference() {
        let (whole, none) = postings(Limits::default(), 1);
        let small = Limits {
            kept: 150,
            ..Limits::default()
        };
        let (merged, some) = postings(small, 2);
        assert_eq!(none, 0);
        assert!(some > 3, "{some} runs");
        assert!(whole.len() > 100, "{} terms", whole.len());
        assert_eq!(whole, merged);
    }
}
