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

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentComponent;
use tantivy::{DocId, HasLen, Score, SegmentOrdinal, SegmentReader, TantivyError};

use crate::document::field::Field;
use crate::document::year_of;
use crate::engine::{
    Counts, NamesWanted, PairCounts, PairsWanted, PersonCount, TextCounts, Wanted,
};
use crate::plan::people::{ArchivePeople, NameCount};
use crate::stop::{Budget, Spender};

/// Counts the articles that a query finds.
pub(crate) struct Counter {
    wanted: Wanted,
    budget: Budget,
    /// The people of names or pairs, where they are counted.
    people: Option<Arc<PersonNumbers>>,
}

/// The people of an archive, and whom the names of each segment mean: looking
/// all of them up takes longer than most counts, so it is done once.
pub(crate) struct PersonNumbers {
    people: Arc<ArchivePeople>,
    /// The number of the person by the ordinal of the name.
    segments: Vec<OnceLock<Arc<[u32]>>>,
}

/// No person.
const NOBODY: u32 = u32::MAX;

impl PersonNumbers {
    pub(crate) fn new(people: Arc<ArchivePeople>, segments: usize) -> PersonNumbers {
        PersonNumbers {
            people,
            segments: (0..segments).map(|_| OnceLock::new()).collect(),
        }
    }

    pub(crate) fn people(&self) -> &Arc<ArchivePeople> {
        &self.people
    }

    /// Whom the names of a segment mean.
    fn in_segment(
        &self,
        segment: SegmentOrdinal,
        names: Option<&StrColumn>,
    ) -> tantivy::Result<NamedPeople> {
        let place = &self.segments[segment as usize];
        let numbers = match (place.get(), names) {
            (Some(known), _) => Arc::clone(known),
            (None, None) => Arc::default(),
            (None, Some(names)) => {
                let made = numbers_of(names, &self.people)?;
                Arc::clone(place.get_or_init(|| made))
            }
        };
        Ok(NamedPeople {
            people: Arc::clone(&self.people),
            numbers,
        })
    }
}

/// The people of an archive, by the names of a segment.
struct NamedPeople {
    people: Arc<ArchivePeople>,
    numbers: Arc<[u32]>,
}

impl NamedPeople {
    /// The number of the person whom a name stands for.
    fn number(&self, name: u64) -> Option<usize> {
        let number = *self.numbers.get(usize::try_from(name).ok()?)?;
        (number != NOBODY).then_some(number as usize)
    }
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
            Err(not_text())
        }
    }
}

/// A column of texts has something else.
fn not_text() -> TantivyError {
    TantivyError::SystemError("a column has a value that is not text".to_owned())
}

/// The names of a segment's articles, and the years of these.
pub(super) struct NamedArticles {
    /// `None` where no document of the segment has a value; so of days.
    names: Option<StrColumn>,
    days: Option<(Column<i64>, Column<i64>)>,
}

impl NamedArticles {
    pub(super) fn of(reader: &SegmentReader) -> tantivy::Result<NamedArticles> {
        Ok(NamedArticles {
            names: ColumnCounts::of(reader, Field::Name.name())?.column,
            days: DayCounts::of(reader)?.columns,
        })
    }

    /// The names of an article, as ordinals.
    pub(super) fn names(&self, doc: DocId) -> impl Iterator<Item = u64> {
        let names = self.names.iter();
        names.flat_map(move |names| names.term_ords(doc))
    }

    /// The number of a name; `None` where no article of the segment has it.
    pub(super) fn ordinal(&self, name: &str) -> tantivy::Result<Option<u64>> {
        let Some(names) = &self.names else {
            return Ok(None);
        };
        Ok(names.dictionary().term_ord(name)?)
    }

    /// The year of an article that was published in one.
    pub(super) fn year(&self, doc: DocId) -> Option<i16> {
        let (first, last) = self.days.as_ref()?;
        year_of(first.first(doc)?, last.first(doc)?)
    }
}

/// Names by year, of all segments.
#[derive(Default)]
struct NameYears {
    counts: Vec<NameCount>,
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
struct NameCounts {
    articles: NamedArticles,
    wanted: CountedNames,
    without: usize,
}

enum CountedNames {
    /// By ordinal and year.
    ByYear(FxHashMap<(u64, Option<i16>), usize>),
    People {
        people: NamedPeople,
        counts: Vec<PersonCount>,
    },
}

impl NameCounts {
    fn count(&mut self, docs: &[DocId]) {
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

    fn add_to(self, sum: &mut Counts, by_year: &mut NameYears) -> tantivy::Result<()> {
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

/// The number of the person by the ordinal of the name.
fn numbers_of(names: &StrColumn, people: &ArchivePeople) -> tantivy::Result<Arc<[u32]>> {
    let mut numbers = Vec::with_capacity(names.num_terms());
    let ordinals: Vec<u64> = (0..names.num_terms() as u64).collect();
    let add = |name: &[u8]| {
        let name = std::str::from_utf8(name).ok();
        let number = name.and_then(|name| people.number(name));
        let number = number.and_then(|number| u32::try_from(number).ok());
        numbers.push(number.unwrap_or(NOBODY));
    };
    names.dictionary().sorted_ords_to_term_cb(&ordinals, add)?;
    Ok(numbers.into())
}

/// What a pair costs that an article has, in units of the budget: it bounds the
/// memory as well.
const PAIR: u64 = 16;

/// The values by two in one segment. By the ordinals of the values, or by the
/// numbers of people.
struct SegmentPairs {
    articles: NamedArticles,
    people: Option<NamedPeople>,
    counts: FxHashMap<(u64, u64), usize>,
}

impl SegmentPairs {
    /// The values of an article, each once, in ascending order.
    fn values(&self, doc: DocId) -> Vec<u64> {
        let mut values: Vec<u64> = match &self.people {
            None => self.articles.names(doc).collect(),
            Some(people) => {
                let names = self.articles.names(doc);
                let names: Vec<usize> = names.filter_map(|name| people.number(name)).collect();
                let named = people.people.named(&names, self.articles.year(doc));
                named.into_iter().map(|(person, _)| person as u64).collect()
            }
        };
        values.sort_unstable();
        values.dedup();
        values
    }

    fn count(&mut self, docs: &[DocId], spender: &Spender) {
        for doc in docs {
            let values = self.values(*doc);
            let pairs = values.len() * values.len().saturating_sub(1) / 2;
            if spender.spend_on(pairs, PAIR).is_err() {
                return;
            }
            for (at, one) in values.iter().enumerate() {
                for other in &values[at + 1..] {
                    *self.counts.entry((*one, *other)).or_default() += 1;
                }
            }
        }
    }

    fn add_to(self, sum: &mut PairCounts) -> tantivy::Result<()> {
        let mut ordinals: Vec<u64> = self
            .counts
            .keys()
            .flat_map(|pair| [pair.0, pair.1])
            .collect();
        ordinals.sort_unstable();
        ordinals.dedup();
        let mut numbers: Vec<u32> = Vec::with_capacity(ordinals.len());
        match (&self.people, &self.articles.names) {
            (Some(people), _) => {
                let people_of = ordinals
                    .iter()
                    .filter_map(|number| usize::try_from(*number).ok());
                numbers.extend(people_of.map(|number| sum.number(people.people.name(number))));
            }
            (None, Some(column)) => {
                let add = |value: &[u8]| numbers.push(sum.number(&String::from_utf8_lossy(value)));
                column.dictionary().sorted_ords_to_term_cb(&ordinals, add)?;
            }
            (None, None) => {}
        }
        let numbers: FxHashMap<u64, u32> = ordinals.into_iter().zip(numbers).collect();
        for ((one, other), count) in self.counts {
            if let (Some(one), Some(other)) = (numbers.get(&one), numbers.get(&other)) {
                sum.add(*one, *other, count);
            }
        }
        Ok(())
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
