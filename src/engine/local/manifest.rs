//! The bookkeeping: what each source file was when it was read.
//!
//! Of a library of millions of files all of it is in memory while they are
//! compared, so it is kept close together: the keys in one text, in order, and
//! a row of fixed size for each.

use std::cmp::Ordering;
use std::fmt::Debug;
use std::ops::AddAssign;

use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

use crate::document;
use crate::document::field::Field;
use crate::document::source_file::{FileEntry, FileFingerprint};
use crate::engine::local::Snapshot;
use crate::engine::local::schema;
use crate::source::{Skip, Stat};

/// The numbers of some files, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FileTotals {
    pub(crate) files: u64,
    pub(crate) articles: u64,
    pub(crate) words: document::WordCounts,
    pub(crate) bytes: u64,
}

impl AddAssign<&FileEntry> for FileTotals {
    fn add_assign(&mut self, entry: &FileEntry) {
        self.files += 1;
        self.articles += u64::from(entry.articles);
        self.words.text += entry.words.text;
        self.words.title += entry.words.title;
        self.bytes = self.bytes.saturating_add(entry.stat.size);
    }
}

/// Source files, by key, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files {
    keys: String,
    rows: Vec<FileRow>,
}

/// One source file.
#[derive(Debug, Clone, Copy)]
struct FileRow {
    /// Where its key stands.
    start: usize,
    length: u32,
    entry: FileEntry,
}

impl FileRow {
    fn without_key(entry: FileEntry) -> FileRow {
        FileRow {
            start: usize::MAX,
            length: 0,
            entry,
        }
    }

    fn has_key(&self) -> bool {
        self.start != usize::MAX
    }

    /// Adds its key to those of all files.
    fn set_key(&mut self, keys: &mut String, key: &str) {
        self.start = keys.len();
        self.length = u32::try_from(key.len()).unwrap_or(u32::MAX);
        keys.push_str(key);
    }
}

impl Files {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn key(&self, row: &FileRow) -> &str {
        &self.keys[row.start..row.start + row.length as usize]
    }

    /// The file at this place in the order.
    pub(crate) fn at(&self, place: usize) -> Option<(&str, &FileEntry)> {
        let row = self.rows.get(place)?;
        Some((self.key(row), &row.entry))
    }

    pub(crate) fn get(&self, key: &str) -> Option<&FileEntry> {
        let place = self.rows.binary_search_by(|row| self.key(row).cmp(key));
        Some(&self.rows[place.ok()?].entry)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &FileEntry)> {
        self.rows.iter().map(|row| (self.key(row), &row.entry))
    }

    /// Adds a file; see [`Files::sort`].
    #[cfg(any(test, feature = "remote"))]
    pub(crate) fn push(&mut self, key: &str, entry: FileEntry) {
        let mut row = FileRow::without_key(entry);
        row.set_key(&mut self.keys, key);
        self.rows.push(row);
    }

    /// Puts the files in order, after all are added. Of two with one key, as
    /// only a damaged index has them, the one added last stays.
    pub(crate) fn sort(&mut self) {
        let keys = &self.keys;
        let key = |row: &FileRow| &keys[row.start..row.start + row.length as usize];
        let is_in_order = |a: &FileRow, b: &FileRow| key(a).cmp(key(b)) == Ordering::Less;
        if self.rows.is_sorted_by(is_in_order) {
            return;
        }
        let latest_first =
            |a: &FileRow, b: &FileRow| key(a).cmp(key(b)).then(b.start.cmp(&a.start));
        self.rows.sort_unstable_by(latest_first);
        self.rows.dedup_by(|a, b| key(a) == key(b));
    }
}

/// All source files of an index.
pub(crate) fn load(snapshot: &Snapshot) -> tantivy::Result<Files> {
    let mut files = Files::default();
    for segment in snapshot.searcher.segment_readers() {
        load_segment(segment, &mut files)?;
    }
    files.sort();
    Ok(files)
}

/// Looks source files up by key, without loading the others.
pub(crate) struct FileFinder<'a> {
    snapshot: &'a Snapshot,
    /// The columns of each segment, once they were needed.
    columns: Vec<Option<KnownColumns>>,
}

impl<'a> FileFinder<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot) -> FileFinder<'a> {
        let segments = snapshot.searcher.segment_readers().iter();
        FileFinder {
            snapshot,
            columns: segments.map(|_| None).collect(),
        }
    }

    /// What is known of the source file with this key.
    pub(crate) fn find(&mut self, key: &str) -> tantivy::Result<Option<FileFingerprint>> {
        let term = schema::term(Field::Source, key);
        let segments = self.snapshot.searcher.segment_readers().iter();
        for (segment, columns) in segments.zip(&mut self.columns) {
            let inverted = segment.inverted_index(schema::id(Field::Source))?;
            let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)?
            else {
                continue;
            };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    let columns = match columns {
                        Some(columns) => columns,
                        unopened => unopened.insert(KnownColumns::open(segment)?),
                    };
                    return Ok(Some(columns.known(postings.doc())));
                }
                postings.advance();
            }
        }
        Ok(None)
    }
}

/// The fast fields of one segment that tell whether a file has changed: a search
/// opens no others.
struct KnownColumns {
    numbers: [Column<u64>; 3],
    read_at: Column<i64>,
}

impl KnownColumns {
    fn open(segment: &SegmentReader) -> tantivy::Result<KnownColumns> {
        let fast = segment.fast_fields();
        Ok(KnownColumns {
            numbers: [
                fast.u64(Field::Size.name())?,
                fast.u64(Field::Mark.name())?,
                fast.u64(Field::Hash.name())?,
            ],
            read_at: fast.i64(Field::ReadAt.name())?,
        })
    }

    fn known(&self, doc: DocId) -> FileFingerprint {
        let [size, mark, hash] = self
            .numbers
            .each_ref()
            .map(|column| column.first(doc).unwrap_or(0));
        let mark = u32::try_from(mark).unwrap_or_default();
        FileFingerprint {
            stat: Stat { size, mark },
            hash,
            read_at: self.read_at.first(doc).unwrap_or(0),
        }
    }
}

/// The fast fields of one segment's file documents.
struct FileColumns {
    key: StrColumn,
    known: KnownColumns,
    numbers: [Column<u64>; 4],
}

impl FileColumns {
    /// `None` for a segment without any document.
    fn open(segment: &SegmentReader) -> tantivy::Result<Option<FileColumns>> {
        let fast = segment.fast_fields();
        let Some(key) = fast.str(Field::Key.name())? else {
            return Ok(None);
        };
        let number = |name| fast.u64(name);
        Ok(Some(FileColumns {
            key,
            known: KnownColumns::open(segment)?,
            numbers: [
                number(Field::Articles.name())?,
                number(Field::Skips.name())?,
                number(Field::Words.name())?,
                number(Field::TitleWords.name())?,
            ],
        }))
    }

    /// Whether a document is a file's of which something was left out.
    fn has_skips(&self, doc: DocId) -> bool {
        let [_, skips, ..] = &self.numbers;
        skips.first(doc).is_some_and(|skips| skips > 0)
    }

    /// The entries of `docs`, which ascend: see [`ColumnBatch`].
    fn entries(&self, docs: &[DocId], batch: &mut ColumnBatch) -> Vec<FileEntry> {
        let mut entries = vec![FileEntry::default(); docs.len()];
        let [size, mark, hash] = &self.known.numbers;
        let [articles, skips, text, title] = &self.numbers;
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        batch.read(size, docs, |at, size| entries[at].stat.size = size);
        batch.read(mark, docs, |at, mark| {
            entries[at].stat.mark = u32::try_from(mark).unwrap_or_default();
        });
        batch.read(hash, docs, |at, hash| entries[at].hash = hash);
        batch.read(articles, docs, |at, all| entries[at].articles = small(all));
        batch.read(skips, docs, |at, skips| entries[at].has_skips = skips > 0);
        batch.read(text, docs, |at, words| entries[at].words.text = words);
        batch.read(title, docs, |at, words| entries[at].words.title = words);
        batch.read(&self.known.read_at, docs, |at, time| {
            entries[at].read_at = time;
        });
        entries
    }
}

/// How many documents' values are read at once.
const BATCH: usize = 4096;

/// Reads columns for many documents at a time: asking for each value by itself
/// would look its row up every time, which took a fifth of the time of an update
/// that has nothing to do.
#[derive(Debug, Default)]
struct ColumnBatch {
    docs: Vec<DocId>,
    rows: Vec<u32>,
}

impl ColumnBatch {
    /// Calls `sink` with the place in `docs`, which ascend, and the first value of
    /// each that has one.
    fn read<T>(&mut self, column: &Column<T>, docs: &[DocId], mut sink: impl FnMut(usize, T))
    where
        T: PartialOrd + Copy + Default + Debug + Send + Sync + 'static,
    {
        self.docs.clear();
        self.rows.clear();
        column.row_ids_for_docs(docs, &mut self.docs, &mut self.rows);
        let mut values = vec![T::default(); self.rows.len()];
        column.values.get_vals(&self.rows, &mut values);
        let mut all = docs.iter().enumerate();
        let mut before = None;
        for (doc, value) in self.docs.iter().zip(values) {
            if before != Some(*doc)
                && let Some((at, _)) = all.find(|(_, known)| *known == doc)
            {
                sink(at, value);
            }
            before = Some(*doc);
        }
    }
}

fn load_segment(segment: &SegmentReader, files: &mut Files) -> tantivy::Result<()> {
    let Some(columns) = FileColumns::open(segment)? else {
        return Ok(());
    };
    let mut batch = ColumnBatch::default();
    // The number of each key with the place of its row.
    let mut keys: Vec<(u64, u32)> = Vec::new();
    let begin = files.rows.len();
    let mut alive = segment.doc_ids_alive();
    loop {
        let some: Vec<DocId> = alive.by_ref().take(BATCH).collect();
        if some.is_empty() {
            break;
        }
        let mut docs = Vec::with_capacity(some.len());
        batch.read(&columns.known.read_at, &some, |at, _| docs.push(some[at]));
        let first = files.rows.len();
        let entries = columns.entries(&docs, &mut batch).into_iter();
        files.rows.extend(entries.map(FileRow::without_key));
        // A segment has fewer documents than a number of this size.
        let place = |at| u32::try_from(first - begin + at).unwrap_or(u32::MAX);
        batch.read(columns.key.ords(), &docs, |at, ord| {
            keys.push((ord, place(at)));
        });
    }
    // In the order of the dictionary, which is read once from front to back:
    // looking each key up by itself would decode its block anew every time.
    keys.sort_unstable();
    let ords: Vec<u64> = keys.iter().map(|(ord, _)| *ord).collect();
    let mut places = keys.iter();
    let Files { keys: text, rows } = files;
    let all_found = columns
        .key
        .dictionary()
        .sorted_ords_to_term_cb(&ords, |key| {
            if let Some((_, place)) = places.next() {
                let key = String::from_utf8_lossy(key);
                rows[begin + *place as usize].set_key(text, &key);
            }
        })?;
    // Only a damaged index has rows without a key.
    if keys.len() < rows.len() - begin {
        rows.retain(FileRow::has_key);
    }
    if all_found {
        return Ok(());
    }
    Err(tantivy::TantivyError::SystemError(
        "the key of a file is missing".to_owned(),
    ))
}

/// What was left out of the files of an index, by key.
pub(crate) fn load_skips(snapshot: &Snapshot) -> tantivy::Result<Vec<(String, Skip)>> {
    let mut skips = Vec::new();
    for (ord, segment) in snapshot.searcher.segment_readers().iter().enumerate() {
        let Some(columns) = FileColumns::open(segment)? else {
            continue;
        };
        for doc in segment
            .doc_ids_alive()
            .filter(|doc| columns.has_skips(*doc))
        {
            let address = tantivy::DocAddress::new(u32::try_from(ord).unwrap_or(u32::MAX), doc);
            let kept = snapshot.texts(address)?;
            let list: Vec<Skip> =
                serde_json::from_str(kept.text(Field::SkipList)?).unwrap_or_default();
            let mut key = String::new();
            if let Some(ord) = columns.key.term_ords(doc).next() {
                columns.key.ord_to_str(ord, &mut key)?;
            }
            skips.extend(list.into_iter().map(|skip| (key.clone(), skip)));
        }
    }
    skips.sort_by(|(a, left), (b, right)| (a, left.line).cmp(&(b, right.line)));
    Ok(skips)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::source_file::Freshness;
    use crate::source::FileSeen;

    #[test]
    fn a_file_written_while_it_was_read_is_not_trusted() {
        let seen = |mark, latest| FileSeen {
            stat: Stat { size: 3, mark },
            latest,
        };
        let entry = FileEntry {
            stat: Stat { size: 3, mark: 7 },
            read_at: 2_000_000_000,
            articles: 1,
            ..FileEntry::default()
        };
        let then = 1_000_000_007;
        assert_eq!(entry.compare(seen(7, then)), Freshness::Same);
        assert_eq!(entry.compare(seen(8, then)), Freshness::Changed);
        let racy = FileEntry {
            read_at: 1_000_000_010,
            ..entry
        };
        assert_eq!(racy.compare(seen(7, then)), Freshness::Racy);
    }

    #[test]
    fn files_are_found_by_key_and_take_little_room() {
        let mut files = Files::default();
        let entry = |hash| FileEntry {
            hash,
            ..FileEntry::default()
        };
        for (hash, key) in ["b", "a/1.txt", "c", "b"].into_iter().enumerate() {
            files.push(key, entry(hash as u64));
        }
        files.sort();
        let keys: Vec<&str> = files.iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["a/1.txt", "b", "c"]);
        assert_eq!(files.get("b"), Some(&entry(3)));
        assert_eq!(files.get("d"), None);
        assert_eq!(files.at(2), Some(("c", &entry(2))));
        // With a key of forty bytes at most 120 a file.
        assert!(size_of::<FileRow>() <= 80, "{}", size_of::<FileRow>());
    }
}
