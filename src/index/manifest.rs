//! The bookkeeping: what each source file was when it was read.

use std::path::Path;

use rustc_hash::FxHashMap;
use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, TantivyDocument, Term};

use super::schema::names;
use super::{Snapshot, document};
use crate::source::{Skip, Stat, stat_file};

/// What the index remembers of a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileEntry {
    /// What the file system said when it was read.
    pub(crate) stat: Stat,
    /// The hash of its content.
    pub(crate) hash: u64,
    /// When it was read, in nanoseconds since 1970.
    pub(crate) read_at: i64,
    /// How many articles it gave.
    pub(crate) articles: u64,
    /// Whether anything of it was left out.
    pub(crate) has_skips: bool,
    /// Words of its articles' texts and titles.
    pub(crate) words: document::WordCounts,
}

/// How a file stands to what the index remembers of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// It is the file that was read.
    Same,
    /// Size and time agree, but it was written so close to its reading that
    /// only its content tells.
    Racy,
    /// It has changed.
    Changed,
}

impl FileEntry {
    /// Whether the file was skipped without being read: too large, or refused.
    pub(crate) fn is_unread(&self) -> bool {
        self.has_skips && self.articles == 0 && self.hash == 0
    }

    /// Compares the file system's word with the remembered one.
    pub(crate) fn compare(&self, now: Stat) -> Freshness {
        let known = Known {
            stat: self.stat,
            hash: self.hash,
            read_at: self.read_at,
        };
        known.compare(now)
    }
}

/// What of a source file's bookkeeping tells whether it has changed.
pub(crate) struct Known {
    stat: Stat,
    hash: u64,
    read_at: i64,
}

impl Known {
    fn compare(&self, now: Stat) -> Freshness {
        if now != self.stat {
            return Freshness::Changed;
        }
        // A file system that counts whole seconds shows no part of one.
        let resolution = if now.modified % 1_000_000_000 == 0 {
            2_000_000_000
        } else {
            20_000_000
        };
        if now.modified >= self.read_at - resolution {
            Freshness::Racy
        } else {
            Freshness::Same
        }
    }

    /// Whether the file at `location` is still the one that was read; its
    /// content is compared where its time does not settle it.
    pub(crate) fn is_current(&self, location: &Path) -> bool {
        let same_content =
            || crate::source::hash_file(location).is_ok_and(|hash| hash == self.hash);
        let Ok((now, has_sidecar)) = stat_file(location) else {
            return false;
        };
        match self.compare(now) {
            Freshness::Same => true,
            Freshness::Racy => same_content(),
            // Touched, perhaps not changed. With a sidecar the size tells more
            // than the length.
            Freshness::Changed => (has_sidecar || now.size == self.stat.size) && same_content(),
        }
    }
}

/// Source files, by key.
pub(crate) type Files = FxHashMap<String, FileEntry>;

/// All source files of an index.
pub(crate) fn load(snapshot: &Snapshot) -> tantivy::Result<Files> {
    let mut files = Files::default();
    for segment in snapshot.searcher.segment_readers() {
        load_segment(segment, &mut files)?;
    }
    Ok(files)
}

/// Looks source files up by key, without loading the others.
pub(crate) struct Finder<'a> {
    snapshot: &'a Snapshot,
    /// The columns of each segment, once they were needed.
    columns: Vec<Option<KnownColumns>>,
}

impl<'a> Finder<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot) -> Finder<'a> {
        let segments = snapshot.searcher.segment_readers().iter();
        Finder {
            snapshot,
            columns: segments.map(|_| None).collect(),
        }
    }

    /// What is known of the source file with this key.
    pub(crate) fn find(&mut self, key: &str) -> tantivy::Result<Option<Known>> {
        let term = Term::from_field_text(self.snapshot.fields.source, key);
        let segments = self.snapshot.searcher.segment_readers().iter();
        for (segment, columns) in segments.zip(&mut self.columns) {
            let inverted = segment.inverted_index(self.snapshot.fields.source)?;
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
    numbers: [Column<u64>; 2],
    times: [Column<i64>; 2],
}

impl KnownColumns {
    fn open(segment: &SegmentReader) -> tantivy::Result<KnownColumns> {
        let fast = segment.fast_fields();
        Ok(KnownColumns {
            numbers: [fast.u64(names::SIZE)?, fast.u64(names::HASH)?],
            times: [fast.i64(names::MODIFIED)?, fast.i64(names::READ_AT)?],
        })
    }

    /// Whether a document is a file's.
    fn is_file(&self, doc: DocId) -> bool {
        self.times[0].first(doc).is_some()
    }

    fn known(&self, doc: DocId) -> Known {
        let [size, hash] = self
            .numbers
            .each_ref()
            .map(|column| column.first(doc).unwrap_or(0));
        let [modified, read_at] = self
            .times
            .each_ref()
            .map(|column| column.first(doc).unwrap_or(0));
        Known {
            stat: Stat { size, modified },
            hash,
            read_at,
        }
    }
}

/// The fast fields of one segment's file documents.
struct Columns {
    key: StrColumn,
    known: KnownColumns,
    numbers: [Column<u64>; 4],
}

impl Columns {
    /// `None` for a segment without any document.
    fn open(segment: &SegmentReader) -> tantivy::Result<Option<Columns>> {
        let fast = segment.fast_fields();
        let Some(key) = fast.str(names::KEY)? else {
            return Ok(None);
        };
        let number = |name| fast.u64(name);
        Ok(Some(Columns {
            key,
            known: KnownColumns::open(segment)?,
            numbers: [
                number(names::ARTICLES)?,
                number(names::SKIPS)?,
                number(names::WORDS)?,
                number(names::TITLE_WORDS)?,
            ],
        }))
    }

    fn entry(&self, doc: DocId) -> FileEntry {
        let [articles, skips, text, title] = self
            .numbers
            .each_ref()
            .map(|column| column.first(doc).unwrap_or(0));
        let Known {
            stat,
            hash,
            read_at,
        } = self.known.known(doc);
        FileEntry {
            stat,
            hash,
            read_at,
            articles,
            has_skips: skips > 0,
            words: document::WordCounts { text, title },
        }
    }
}

fn load_segment(segment: &SegmentReader, files: &mut Files) -> tantivy::Result<()> {
    let Some(columns) = Columns::open(segment)? else {
        return Ok(());
    };
    // In the order of the dictionary, which is read once from front to back:
    // looking each key up by itself would decode its block anew every time.
    let mut found: Vec<(u64, DocId)> = segment
        .doc_ids_alive()
        .filter(|doc| columns.known.is_file(*doc))
        .filter_map(|doc| Some((columns.key.term_ords(doc).next()?, doc)))
        .collect();
    found.sort_unstable();
    files.reserve(found.len());
    let ords: Vec<u64> = found.iter().map(|(ord, _)| *ord).collect();
    let mut docs = found.iter();
    let all_found = columns
        .key
        .dictionary()
        .sorted_ords_to_term_cb(&ords, |key| {
            if let Some((_, doc)) = docs.next() {
                let key = String::from_utf8_lossy(key).into_owned();
                files.insert(key, columns.entry(*doc));
            }
        })?;
    if all_found {
        return Ok(());
    }
    Err(tantivy::TantivyError::SystemError(
        "the key of a file is not there".to_owned(),
    ))
}

/// What was left out of the files of an index, by key.
pub(crate) fn load_skips(snapshot: &Snapshot) -> tantivy::Result<Vec<(String, Skip)>> {
    let mut skips = Vec::new();
    for (ord, segment) in snapshot.searcher.segment_readers().iter().enumerate() {
        let Some(columns) = Columns::open(segment)? else {
            continue;
        };
        for doc in segment
            .doc_ids_alive()
            .filter(|doc| columns.entry(*doc).has_skips)
        {
            let address = tantivy::DocAddress::new(u32::try_from(ord).unwrap_or(u32::MAX), doc);
            let stored: TantivyDocument = snapshot.searcher.doc(address)?;
            let list: Vec<Skip> =
                serde_json::from_str(document::stored_text(&stored, snapshot.fields.skip_list))
                    .unwrap_or_default();
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

    #[test]
    fn a_file_written_while_it_was_read_is_not_trusted() {
        let stat = |modified| Stat { size: 3, modified };
        let entry = FileEntry {
            stat: stat(1_000_000_007),
            hash: 0,
            read_at: 2_000_000_000,
            articles: 1,
            has_skips: false,
            words: document::WordCounts::default(),
        };
        assert_eq!(entry.compare(stat(1_000_000_007)), Freshness::Same);
        assert_eq!(entry.compare(stat(1_000_000_008)), Freshness::Changed);
        let racy = FileEntry {
            read_at: 1_000_000_010,
            ..entry
        };
        assert_eq!(racy.compare(stat(1_000_000_007)), Freshness::Racy);
    }
}
