//! The values of a column in one segment, by the ordinals of its dictionary, and
//! days by pairs (first, last), since an article may be published over a whole
//! month.

use rustc_hash::FxHashMap;
use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentComponent;
use tantivy::{DocId, HasLen, SegmentReader, TantivyError};

use crate::document::field::Field;
use crate::engine::TextCounts;

/// The terms of a column in one segment. As long as its dictionary: eight bytes
/// a distinct value.
pub(super) struct ColumnCounts {
    /// `None` where no document of the segment has a value.
    pub(super) column: Option<StrColumn>,
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
    pub(super) fn of(reader: &SegmentReader, column: &str) -> tantivy::Result<ColumnCounts> {
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

    pub(super) fn count(&mut self, docs: &[DocId]) {
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
    pub(super) fn add_to(self, sum: &mut TextCounts) -> tantivy::Result<()> {
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
            Err(not_text())
        }
    }
}

/// A column of texts has something else.
pub(super) fn not_text() -> TantivyError {
    TantivyError::SystemError("a column has a value that is not text".to_owned())
}

/// The days of publication in one segment. Pairs are few: most articles are of
/// one day.
pub(super) struct DayCounts {
    /// First and last; `None` where no document of the segment has any.
    pub(super) columns: Option<(Column<i64>, Column<i64>)>,
    pub(super) counts: FxHashMap<(i64, i64), usize>,
    pub(super) without: usize,
}

impl DayCounts {
    /// Both columns or none: a day of publication is always an interval.
    pub(super) fn of(reader: &SegmentReader) -> tantivy::Result<DayCounts> {
        let column = |name| reader.fast_fields().column_opt::<i64>(name);
        Ok(DayCounts {
            columns: column(Field::Earliest.name())?.zip(column(Field::Latest.name())?),
            counts: FxHashMap::default(),
            without: 0,
        })
    }

    pub(super) fn count(&mut self, docs: &[DocId]) {
        for doc in docs {
            let columns = self.columns.as_ref();
            match columns.and_then(|(first, last)| first.first(*doc).zip(last.first(*doc))) {
                Some(days) => *self.counts.entry(days).or_default() += 1,
                None => self.without += 1,
            }
        }
    }
}
