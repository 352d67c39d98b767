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
//! by pairs (first, last).
//! What is counted before a stop is thrown away by whoever asked.

mod columns;
mod names;
mod pairs;
mod people;

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use self::columns::{ColumnCounts, DayCounts};
pub(super) use self::names::NamedArticles;
use self::names::{CountedNames, NameCounts, NameYears};
use self::pairs::SegmentPairs;
use self::people::NamedPeople;
pub(crate) use self::people::PersonNumbers;
use crate::engine::{Counts, NamesWanted, PairsWanted, PersonCount, Wanted};
use crate::stop::{Budget, Spender};

/// Counts the articles that a query finds.
pub(crate) struct Counter {
    wanted: Wanted,
    budget: Budget,
    /// The people of names or pairs, where they are counted.
    people: Option<Arc<PersonNumbers>>,
}

impl Counter {
    /// A collector of one request over so many segments; it pays for each
    /// article and each column. `known` people need not be looked up again.
    pub(crate) fn of(
        wanted: &Wanted,
        budget: &Budget,
        segments: usize,
        known: Option<&Arc<PersonNumbers>>,
    ) -> Counter {
        let people = match (&wanted.names, &wanted.pairs) {
            (NamesWanted::People(people), _) | (_, Some(PairsWanted::People(people))) => {
                let known = known.filter(|known| Arc::ptr_eq(&known.people, people));
                let new = || Arc::new(PersonNumbers::new(Arc::clone(people), segments));
                Some(known.map_or_else(new, Arc::clone))
            }
            _ => None,
        };
        Counter {
            wanted: wanted.clone(),
            budget: budget.clone(),
            people,
        }
    }

    /// The people of a segment by the names of its articles.
    fn people(
        &self,
        segment: SegmentOrdinal,
        articles: &NamedArticles,
    ) -> tantivy::Result<Option<NamedPeople>> {
        let names = articles.names.as_ref();
        let people = self.people.as_ref();
        people
            .map(|people| people.in_segment(segment, names))
            .transpose()
    }

    /// What is counted of the names in a segment.
    fn names(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Option<NameCounts>> {
        let articles = match self.wanted.names {
            NamesWanted::None => return Ok(None),
            _ => NamedArticles::of(reader)?,
        };
        let wanted = match &self.wanted.names {
            NamesWanted::People(_) => self.people(segment, &articles)?.map(|people| {
                let counts = vec![PersonCount::default(); people.people.len()];
                CountedNames::People { people, counts }
            }),
            _ => Some(CountedNames::ByYear(FxHashMap::default())),
        };
        Ok(wanted.map(|wanted| NameCounts {
            articles,
            wanted,
            without: 0,
        }))
    }

    /// What is counted by two in a segment.
    fn pairs(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Option<SegmentPairs>> {
        let (articles, people) = match &self.wanted.pairs {
            None => return Ok(None),
            Some(PairsWanted::Column(column)) => {
                let names = ColumnCounts::of(reader, column.name())?.column;
                (NamedArticles { names, days: None }, None)
            }
            Some(PairsWanted::People(_)) => {
                let articles = NamedArticles::of(reader)?;
                let people = self.people(segment, &articles)?;
                (articles, people)
            }
        };
        Ok(Some(SegmentPairs {
            articles,
            people,
            counts: FxHashMap::default(),
        }))
    }
}

impl Collector for Counter {
    type Fruit = Counts;
    type Child = Segment;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Segment> {
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
            names: self.names(segment, reader)?,
            pairs: self.pairs(segment, reader)?,
            each: 1 + COLUMN * (self.wanted.columns.len() + usize::from(self.wanted.days)) as u64,
            spender: self.budget.spender(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Segment>) -> tantivy::Result<Counts> {
        let mut counts = Counts::none(&self.wanted);
        let mut by_year = NameYears::default();
        for segment in segments {
            counts.articles += segment.articles;
            for (column, terms) in self.wanted.columns.iter().zip(segment.terms) {
                terms.add_to(counts.texts.entry(*column).or_default())?;
            }
            if let Some(names) = segment.names {
                names.add_to(&mut counts, &mut by_year)?;
            }
            if let Some(pairs) = segment.pairs {
                pairs.add_to(&mut counts.pairs)?;
            }
            let Some(days) = segment.days else { continue };
            counts.undated += days.without;
            for (days, count) in days.counts {
                *counts.days.entry(days).or_default() += count;
            }
        }
        counts.names = by_year.counts;
        Ok(counts)
    }
}

/// What is counted in one segment. It stops counting when the budget is spent,
/// and the request then fails.
pub(crate) struct Segment {
    articles: usize,
    terms: Vec<ColumnCounts>,
    days: Option<DayCounts>,
    names: Option<NameCounts>,
    pairs: Option<SegmentPairs>,
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
        if let Some(names) = &mut self.names {
            names.count(docs);
        }
        if let Some(pairs) = &mut self.pairs {
            pairs.count(docs, &self.spender);
        }
    }

    fn harvest(self) -> Segment {
        self
    }
}
