//! Articles by their days of publication: which have those that are asked for,
//! and in which order they come.
//!
//! Ranges over one column each do not tell open intervals from closed ones, so
//! [`DaysQuery`] looks at both columns of an article. Beside words it is asked for
//! their articles alone; by itself it goes through all, two look-ups each.
//! [`AmongQuery`] never runs ahead of the articles that another query finds.

use std::sync::Arc;

use tantivy::collector::sort_key::NaturalComparator;
use tantivy::collector::{SegmentSortKeyComputer, SortKeyComputer};
use tantivy::columnar::Column;
use tantivy::query::{
    ConstScorer, EmptyScorer, EnableScoring, Explanation, Query as Compiled, Scorer, Weight,
};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED};

use super::query::scorers::pattern_query::explained;
use crate::document::field::Field;
use crate::document::{FIRST_DAY, LAST_DAY};
use crate::plan::days::PublishedDays;

/// The first and last days of the articles of a segment, counted from 1970.
struct DayColumns(Column<i64>, Column<i64>);

impl DayColumns {
    /// `None` where no document of the segment has any.
    fn of(segment: &SegmentReader) -> tantivy::Result<Option<DayColumns>> {
        let column = |field: Field| segment.fast_fields().column_opt::<i64>(field.name());
        let columns = column(Field::Earliest)?.zip(column(Field::Latest)?);
        Ok(columns.map(|(first, last)| DayColumns(first, last)))
    }

    fn days(&self, document: DocId) -> Option<(i64, i64)> {
        self.0.first(document).zip(self.1.first(document))
    }

    fn have(&self, document: DocId, asked: PublishedDays) -> bool {
        let days = self.days(document);
        days.map_or(asked.takes_unknown(), |(first, last)| {
            asked.has(first, last)
        })
    }
}

/// The articles with some days of publication. None of them scores.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DaysQuery(pub(crate) PublishedDays);

impl Compiled for DaysQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(DaysWeight(self.0)))
    }
}

struct DaysWeight(PublishedDays);

impl Weight for DaysWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let Some(columns) = DayColumns::of(segment)? else {
            return Ok(Box::new(EmptyScorer));
        };
        let mut articles = DaysScorer {
            columns,
            asked: self.0,
            end: segment.max_doc(),
            at: 0,
        };
        articles.find_from_here();
        Ok(Box::new(ConstScorer::new(articles, boost)))
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        explained("days", self, segment, document)
    }
}

/// [`DaysQuery`] in one segment.
struct DaysScorer {
    columns: DayColumns,
    asked: PublishedDays,
    /// One past the last document.
    end: DocId,
    at: DocId,
}

impl DaysScorer {
    fn has(&self, document: DocId) -> bool {
        self.columns.have(document, self.asked)
    }

    /// Goes on to the first document, this one included, that has the days.
    fn find_from_here(&mut self) -> DocId {
        while self.at < self.end && !self.has(self.at) {
            self.at += 1;
        }
        if self.at >= self.end {
            self.at = TERMINATED;
        }
        self.at
    }
}

impl DocSet for DaysScorer {
    fn advance(&mut self) -> DocId {
        if self.at != TERMINATED {
            self.at += 1;
            self.find_from_here();
        }
        self.at
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.at = self.at.max(target);
        self.find_from_here()
    }

    /// Looks at one document: the next that has the days may be far.
    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= self.end {
            self.at = TERMINATED;
            return SeekDangerResult::SeekLowerBound(TERMINATED);
        }
        self.at = target;
        if self.has(target) {
            SeekDangerResult::Found
        } else {
            SeekDangerResult::SeekLowerBound(target + 1)
        }
    }

    fn doc(&self) -> DocId {
        self.at
    }

    fn size_hint(&self) -> u32 {
        self.end / 2
    }

    /// The dearest: whatever stands beside it goes first.
    fn cost(&self) -> u64 {
        u64::from(self.end)
    }
}

/// The articles that another query finds, as far as they have some days of
/// publication. None of them scores.
#[derive(Debug, Clone)]
pub(crate) struct AmongQuery {
    pub(crate) articles: Arc<dyn Compiled>,
    pub(crate) days: PublishedDays,
}

impl Compiled for AmongQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let scoring = match scoring.searcher() {
            Some(searcher) => EnableScoring::disabled_from_searcher(searcher),
            None => EnableScoring::disabled_from_schema(scoring.schema()),
        };
        Ok(Box::new(AmongWeight {
            articles: self.articles.weight(scoring)?,
            days: self.days,
        }))
    }
}

struct AmongWeight {
    articles: Box<dyn Weight>,
    days: PublishedDays,
}

impl Weight for AmongWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut among = AmongScorer {
            articles: self.articles.scorer(segment, 1.0)?,
            columns: DayColumns::of(segment)?,
            asked: self.days,
        };
        among.find_from_here();
        Ok(Box::new(ConstScorer::new(among, boost)))
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        explained("days", self, segment, document)
    }
}

/// [`AmongQuery`] in one segment.
struct AmongScorer {
    articles: Box<dyn Scorer>,
    /// `None` where no article has any days.
    columns: Option<DayColumns>,
    asked: PublishedDays,
}

impl AmongScorer {
    /// Goes on to the first article, this one included, that has the days.
    fn find_from_here(&mut self) -> DocId {
        let mut at = self.articles.doc();
        while at != TERMINATED && !self.has(at) {
            at = self.articles.advance();
        }
        at
    }

    fn has(&self, document: DocId) -> bool {
        match &self.columns {
            Some(columns) => columns.have(document, self.asked),
            None => self.asked.takes_unknown(),
        }
    }
}

impl DocSet for AmongScorer {
    fn advance(&mut self) -> DocId {
        self.articles.advance();
        self.find_from_here()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.articles.seek(target);
        self.find_from_here()
    }

    fn doc(&self) -> DocId {
        self.articles.doc()
    }

    fn size_hint(&self) -> u32 {
        self.articles.size_hint()
    }

    fn cost(&self) -> u64 {
        self.articles.cost()
    }
}

/// The order of days of publication: by the first, or where it is open by the
/// last; of one day the closed intervals before the open ones; undated articles
/// last.
pub(crate) struct ByDay {
    /// Else the oldest.
    pub(crate) newest_first: bool,
}

impl ByDay {
    /// A number that is higher the sooner an article comes: twice its day (its
    /// negative, for the oldest first), and one more where it is closed.
    fn number(newest_first: bool, (first, last): (i64, i64)) -> i64 {
        let is_closed = first != FIRST_DAY && last != LAST_DAY;
        let day = if first == FIRST_DAY { last } else { first };
        let day = if newest_first { day } else { -day };
        day * 2 + i64::from(is_closed)
    }
}

impl SortKeyComputer for ByDay {
    type SortKey = Option<i64>;
    type Child = SegmentByDay;
    type Comparator = NaturalComparator;

    fn segment_sort_key_computer(&self, segment: &SegmentReader) -> tantivy::Result<SegmentByDay> {
        Ok(SegmentByDay {
            columns: DayColumns::of(segment)?,
            newest_first: self.newest_first,
        })
    }
}

/// [`ByDay`] in one segment.
pub(crate) struct SegmentByDay {
    columns: Option<DayColumns>,
    newest_first: bool,
}

impl SegmentSortKeyComputer for SegmentByDay {
    type SortKey = Option<i64>;
    type SegmentSortKey = Option<i64>;
    type SegmentComparator = NaturalComparator;

    fn segment_sort_key(&mut self, document: DocId, _: Score) -> Option<i64> {
        let days = self.columns.as_ref()?.days(document)?;
        Some(ByDay::number(self.newest_first, days))
    }

    fn convert_segment_sort_key(&self, key: Option<i64>) -> Option<i64> {
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_days_come_behind_the_closed_ones_of_the_known_bound() {
        let closed = (10, 10);
        let later = (11, 11);
        let from = (10, LAST_DAY);
        let until = (FIRST_DAY, 10);
        let order = |newest_first| {
            let mut days = [from, closed, until, later];
            days.sort_by_key(|days| -ByDay::number(newest_first, *days));
            days
        };
        assert_eq!(order(true), [later, closed, from, until]);
        assert_eq!(order(false), [closed, from, until, later]);
    }
}
