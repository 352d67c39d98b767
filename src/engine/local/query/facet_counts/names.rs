//! The names of people in one segment: each by the year of its articles, or as
//! the people of the archive whom they mean.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};

use super::columns::{ColumnCounts, DayCounts, not_text};
use super::people::NamedPeople;
use crate::document::field::Field;
use crate::document::year_of;
use crate::engine::{Counts, PersonCount};
use crate::plan::people::NameCount;

/// The names of a segment's articles, and the years of these.
pub(in super::super) struct NamedArticles {
    /// `None` where no document of the segment has a value; so of days.
    pub(super) names: Option<StrColumn>,
    pub(super) days: Option<(Column<i64>, Column<i64>)>,
}

impl NamedArticles {
    pub(in super::super) fn of(reader: &SegmentReader) -> tantivy::Result<NamedArticles> {
        Ok(NamedArticles {
            names: ColumnCounts::of(reader, Field::Name.name())?.column,
            days: DayCounts::of(reader)?.columns,
        })
    }

    /// The names of an article, as ordinals.
    pub(in super::super) fn names(&self, doc: DocId) -> impl Iterator<Item = u64> {
        let names = self.names.iter();
        names.flat_map(move |names| names.term_ords(doc))
    }

    /// The number of a name; `None` where no article of the segment has it.
    pub(in super::super) fn ordinal(&self, name: &str) -> tantivy::Result<Option<u64>> {
        let Some(names) = &self.names else {
            return Ok(None);
        };
        Ok(names.dictionary().term_ord(name)?)
    }

    /// The year of an article that was published in one.
    pub(in super::super) fn year(&self, doc: DocId) -> Option<i16> {
        let (first, last) = self.days.as_ref()?;
        year_of(first.first(doc)?, last.first(doc)?)
    }
}

/// Names by year, of all segments.
#[derive(Default)]
pub(super) struct NameYears {
    pub(super) counts: Vec<NameCount>,
    /// Where the counts of a name stand.
    places: FxHashMap<Arc<str>, Vec<usize>>,
}

impl NameYears {
    fn add(&mut self, name: &str, counts: &[((u64, Option<i16>), usize)]) {
        let (name, places) = match self.places.get_key_value(name) {
            Some((name, places)) => (Arc::clone(name), places.as_slice()),
            None => (name.into(), &[][..]),
        };
        let mut new = Vec::new();
        for ((_, year), articles) in counts {
            let known = places
                .iter()
                .find(|place| self.counts[**place].year == *year);
            if let Some(place) = known {
                self.counts[*place].articles += articles;
            } else {
                new.push(self.counts.len());
                self.counts.push(NameCount {
                    name: Arc::clone(&name),
                    year: *year,
                    articles: *articles,
                });
            }
        }
        self.places.entry(name).or_default().extend(new);
    }
}

/// The names of people in one segment.
pub(super) struct NameCounts {
    pub(super) articles: NamedArticles,
    pub(super) wanted: CountedNames,
    pub(super) without: usize,
}

pub(super) enum CountedNames {
    /// By ordinal and year.
    ByYear(FxHashMap<(u64, Option<i16>), usize>),
    People {
        people: NamedPeople,
        counts: Vec<PersonCount>,
    },
}

impl NameCounts {
    pub(super) fn count(&mut self, docs: &[DocId]) {
        for doc in docs {
            let year = self.articles.year(*doc);
            let mut has_name = false;
            match &mut self.wanted {
                CountedNames::ByYear(counts) => {
                    for name in self.articles.names(*doc) {
                        has_name = true;
                        *counts.entry((name, year)).or_default() += 1;
                    }
                }
                CountedNames::People { people, counts } => {
                    let names = self.articles.names(*doc);
                    let named: Vec<usize> = names.filter_map(|name| people.number(name)).collect();
                    has_name = !named.is_empty();
                    for (person, is_alone) in people.people.named(&named, year) {
                        counts[person].articles += 1;
                        counts[person].by_surname += usize::from(is_alone);
                    }
                }
            }
            self.without += usize::from(!has_name);
        }
    }

    pub(super) fn add_to(self, sum: &mut Counts, by_year: &mut NameYears) -> tantivy::Result<()> {
        sum.without_people += self.without;
        match self.wanted {
            CountedNames::People { counts, .. } => {
                for (sum, count) in sum.people.iter_mut().zip(counts) {
                    sum.articles += count.articles;
                    sum.by_surname += count.by_surname;
                }
            }
            CountedNames::ByYear(counts) => {
                let Some(names) = &self.articles.names else {
                    return Ok(());
                };
                let mut counts: Vec<((u64, Option<i16>), usize)> = counts.into_iter().collect();
                counts.sort_unstable();
                let mut ordinals: Vec<u64> = counts.iter().map(|((name, _), _)| *name).collect();
                ordinals.dedup();
                let mut of_names = counts.chunk_by(|one, other| one.0.0 == other.0.0);
                let mut are_text = true;
                let add = |name: &[u8]| match (std::str::from_utf8(name), of_names.next()) {
                    (Ok(name), Some(counts)) => by_year.add(name, counts),
                    _ => are_text = false,
                };
                let are_known = names.dictionary().sorted_ords_to_term_cb(&ordinals, add)?;
                if !(are_known && are_text) {
                    return Err(not_text());
                }
            }
        }
        Ok(())
    }
}
