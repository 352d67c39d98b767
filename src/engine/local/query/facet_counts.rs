//! Counts the values of fast columns over the live articles of a query.
//!
//! In a segment the ordinals of terms are counted; they become text once, when
//! the segments are added up, since each segment numbers its own terms.
//!
//! A column keeps a sorted dictionary and, for each article, the ordinals of its
//! values. Counting is an array look-up a value: O(articles that answer × values
//! of each), with an array as long as the dictionary. Only ordinals that occur
//! become text, in one walk through the dictionary, so a query with few answers
//! does not pay for the distinct values of a large archive.
//!
//! Example: three articles with `country` {CN, US}, {US}, {} count CN 1, US 2
//! and one without a value.
//!
//! Articles are counted, never occurrences: a column has each value of an
//! article once. Deleted articles do not reach a collector. Days are counted
//! by pairs (first, last), since an article may be published over a whole month.
//! What is counted before a stop is thrown away by whoever asked.

use rustc_hash::FxHashMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentComponent;
use tantivy::{DocId, HasLen, Score, SegmentOrdinal, SegmentReader, TantivyError};

use crate::document::field::Field;
use crate::engine::{Counts, TextCounts, Wanted};
use crate::stop::{Budget, Spender};

/// Counts the articles that a query finds.
pub(crate) struct Counter {
    wanted: Wanted,
    budget: Budget,
}

impl Counter {
    /// A collector of one request; it pays for each article and each column.
    pub(crate) fn of(wanted: &Wanted, budget: &Budget) -> Counter {
        Counter {
            wanted: wanted.clone(),
            budget: budget.clone(),
        }
    }
}

impl Collector for Counter {
    type Fruit = Counts;
    type Child = Segment;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<Segment> {
        let columns = self.wanted.columns.iter();
        let terms = columns.map(|column| ColumnCounts::of(reader, column.name()));
        Ok(Segment {
            articles: 0,
            terms: terms.collect::<tantivy::Result<_>>()?,
            days: self
                .wanted
                .days
                .then(|| DayCounts::of(reader))
                .transpose()?,
            each: 1 + COLUMN * (self.wanted.columns.len() + usize::from(self.wanted.days)) as u64,
            spender: self.budget.spender(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Segment>) -> tantivy::Result<Counts> {
        let mut counts = Counts::none(&self.wanted);
        for segment in segments {
            counts.articles += segment.articles;
            for (column, terms) in self.wanted.columns.iter().zip(segment.terms) {
                terms.add_to(counts.texts.entry(*column).or_default())?;
            }
            let Some(days) = segment.days else { continue };
            counts.undated += days.without;
            for (days, count) in days.counts {
                *counts.days.entry(days).or_default() += count;
            }
        }
        Ok(counts)
    }
}

/// What is counted in one segment. It stops counting when the budget is spent,
/// and the request then fails.
pub(crate) struct Segment {
    articles: usize,
    terms: Vec<ColumnCounts>,
    days: Option<DayCounts>,
    /// What an article costs that is counted.
    each: u64,
    spender: Spender,
}

/// What an article costs in each column. In units of the budget.
const COLUMN: u64 = 4;

impl SegmentCollector for Segment {
    type Fruit = Segment;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.collect_block(&[doc]);
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        if self.spender.spend_on(docs.len(), self.each).is_err() {
            return;
        }
        self.articles += docs.len();
        for terms in &mut self.terms {
            terms.count(docs);
        }
        if let Some(days) = &mut self.days {
            days.count(docs);
        }
    }

    fn harvest(self) -> Segment {
        self
    }
}

/// The terms of a column in one segment. As long as its dictionary: eight bytes
/// a distinct value.
struct ColumnCounts {
    /// `None` where no document of the segment has a value.
    column: Option<StrColumn>,
    /// By the ordinal of the term.
    counts: Vec<usize>,
    without: usize,
}

/// More than a compressed dictionary can hold. It bounds what a damaged header
/// may ask for, and is no estimate.
const TERMS_PER_BYTE: usize = 64;

impl ColumnCounts {
    /// # Errors
    /// When the column's header cannot be true.
    fn of(reader: &SegmentReader, column: &str) -> tantivy::Result<ColumnCounts> {
        let column = reader.fast_fields().str(column)?;
        let distinct = column.as_ref().map_or(0, |column| column.num_terms());
        // A damaged file may tell any number, and there is no way back from
        // asking for more memory than there is.
        let file = reader.open_read(SegmentComponent::FastFields)?;
        if distinct > file.len().saturating_mul(TERMS_PER_BYTE) {
            let why = "more terms than the file can hold".to_owned();
            return Err(TantivyError::InternalError(why));
        }
        Ok(ColumnCounts {
            column,
            counts: vec![0; distinct],
            without: 0,
        })
    }

    fn count(&mut self, docs: &[DocId]) {
        let Some(column) = &self.column else {
            self.without += docs.len();
            return;
        };
        for doc in docs {
            let mut has_value = false;
            for ordinal in column.term_ords(*doc) {
                has_value = true;
                let count = usize::try_from(ordinal)
                    .ok()
                    .and_then(|ordinal| self.counts.get_mut(ordinal));
                if let Some(count) = count {
                    *count += 1;
                }
            }
            self.without += usize::from(!has_value);
        }
    }

    /// Adds the counts to those of other segments, as text. Ordinals ascend, so
    /// the dictionary is read once from front to back.
    fn add_to(self, sum: &mut TextCounts) -> tantivy::Result<()> {
        sum.without += self.without;
        let Some(column) = &self.column else {
            return Ok(());
        };
        let (ordinals, counts): (Vec<u64>, Vec<usize>) = (0..)
            .zip(self.counts)
            .filter(|(_, count)| *count > 0)
            .unzip();
        let mut counts = counts.into_iter();
        let mut are_text = true;
        let add = |term: &[u8]| match (std::str::from_utf8(term), counts.next()) {
            (Ok(term), Some(count)) => sum.add(term, count),
            _ => are_text = false,
        };
        let are_known = column.dictionary().sorted_ords_to_term_cb(&ordinals, add)?;
        if are_known && are_text {
            Ok(())
        } else {
            let why = "a column has a value that is not text";
            Err(TantivyError::SystemError(why.to_owned()))
        }
    }
}

/// The days of publication in one segment. Pairs are few: most articles are of
/// one day.
struct DayCounts {
    /// First and last; `None` where no document of the segment has any.
    columns: Option<(Column<i64>, Column<i64>)>,
    counts: FxHashMap<(i64, i64), usize>,
    without: usize,
}

impl DayCounts {
    /// Both columns or none: a day of publication is always an interval.
    fn of(reader: &SegmentReader) -> tantivy::Result<DayCounts> {
        let column = |name| reader.fast_fields().column_opt::<i64>(name);
        Ok(DayCounts {
            columns: column(Field::Earliest.name())?.zip(column(Field::Latest.name())?),
            counts: FxHashMap::default(),
            without: 0,
        })
    }

    fn count(&mut self, docs: &[DocId]) {
        for doc in docs {
            let columns = self.columns.as_ref();
            match columns.and_then(|(first, last)| first.first(*doc).zip(last.first(*doc))) {
                Some(days) => *self.counts.entry(days).or_default() += 1,
                None => self.without += 1,
            }
        }
    }
}
