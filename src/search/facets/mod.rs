//! Counts the articles that answer by the values of their fields.
//!
//! All facets are counted in one pass over the fast columns (`count`); days of
//! publication become years and months only as exactly as they are known
//! (`period`). Counts and their order depend on the live articles alone.
//!
//! Example: of three articles that name {CN, US}, {US} and none, the facet of
//! countries is US 2, CN 1, none 1. Only the first `limit` values are sorted:
//! the k-th is found by selection in O(distinct values), and equal counts go by
//! the value's text, so that the cut does not depend on chance. Years and
//! months are few and all shown, in the order of time.

mod pairs;
mod period;

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::Serialize;

pub use self::pairs::{Pair, PairAnswer, pairs};
use self::period::PeriodUnit;
use super::rank::AnswerTotals;
use super::{AnyIndex, Interpretation, Names, Reading, Request};
use crate::corrections::compared;
use crate::document::field::Field;
use crate::engine::{Counts, Engine, NamesWanted, TextCounts, Wanted};
use crate::failure::Result;
use crate::gazetteer::countries::name_of;
use crate::named::Named;
use crate::plan::people::ArchivePeople;
use crate::plan::{Clause, Plan};
use crate::query::{DateFilter, Filter, unquoted};
use crate::source::path_key;
use crate::stop::{Budget, Stop};
use crate::text::analyze::Analyzer;

/// A field whose values are counted. A new one needs a column in the table of
/// fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The countries that an article names.
    Country,
    /// The countries that it is mainly about.
    Main,
    /// The people that it names.
    Person,
    /// The year of its publication.
    Year,
    /// The month of its publication.
    Month,
    /// Where it comes from: the folder of its file, or the file of many
    /// records.
    Source,
}

impl Named for By {
    const ALL: &'static [(By, &'static str, &'static str)] = &[
        (By::Country, "country", "Countries the article names"),
        (By::Main, "main", "Countries the article is mainly about"),
        (By::Person, "person", "People the article names"),
        (By::Year, "year", "Year of publication"),
        (By::Month, "month", "Month of publication"),
        (
            By::Source,
            "source",
            "Folder of the article's file (for a record in a .jsonl file, the file)",
        ),
    ];
}

impl By {
    /// What articles without a value are called.
    pub fn without(self) -> &'static str {
        match self {
            By::Year | By::Month => "undated",
            _ => "none",
        }
    }

    /// How it is counted.
    ///
    /// Countries, people and sources are columns of texts; years and months are
    /// made of the two columns of days.
    fn kind(self) -> FacetKind {
        match self {
            By::Country => FacetKind::Texts(Field::Country),
            By::Main => FacetKind::Texts(Field::Main),
            By::Person => FacetKind::Texts(Field::Name),
            By::Source => FacetKind::Texts(Field::Folder),
            By::Year => FacetKind::Periods(PeriodUnit::Year),
            By::Month => FacetKind::Periods(PeriodUnit::Month),
        }
    }
}

/// The two kinds of facets.
#[derive(Clone, Copy)]
enum FacetKind {
    /// The values of a column of texts.
    Texts(Field),
    /// Stretches of time in which the days of publication lie.
    Periods(PeriodUnit),
}

/// What is to be counted for some facets. Years and months are counted from the
/// same days, read once.
fn wanted(by: &[By]) -> Wanted {
    let mut wanted = Wanted::default();
    for by in by {
        match by.kind() {
            FacetKind::Texts(column) if !wanted.columns.contains(&column) => {
                wanted.columns.push(column);
            }
            FacetKind::Texts(_) => {}
            FacetKind::Periods(_) => wanted.days = true,
        }
    }
    wanted
}

/// Which facets to count, and how much of each to tell.
#[derive(Debug, Clone, Default)]
pub struct FacetRequest {
    /// The facets, in the order of the answer.
    pub by: Vec<By>,
    /// At most how many values of each, 0 for all; of years and months always
    /// all.
    pub limit: usize,
    /// How many values to pass over first; so with the others, it is not for
    /// years and months.
    pub offset: usize,
    /// Only values that begin so, whatever the case and the accents; countries by
    /// name or code.
    pub starts: Option<String>,
    /// Only values that have this somewhere, in the same way.
    pub contains: Option<String>,
}

impl FacetRequest {
    /// Whether a value is asked for, given as it is shown.
    fn is_asked(&self) -> impl Fn(&str) -> bool {
        let folded = |text: &Option<String>| text.as_deref().map(compared);
        let (starts, contains) = (folded(&self.starts), folded(&self.contains));
        move |shown: &str| {
            if starts.is_none() && contains.is_none() {
                return true;
            }
            let shown = compared(shown);
            starts.as_ref().is_none_or(|start| shown.starts_with(start))
                && contains.as_ref().is_none_or(|part| shown.contains(part))
        }
    }
}

/// A value, and how many articles have it. `value` is what a filter of the same
/// field takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacetValue {
    /// A country's code, a person's name, `2013`, `2013..2014`, `2013-05`, a
    /// folder.
    pub value: String,
    /// How many articles have it.
    pub count: usize,
    /// The English name of a country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many of the articles name a person by the surname alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_surname: Option<usize>,
}

/// The values of one field among the articles that answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// The field.
    pub by: By,
    /// The most frequent first, equally frequent ones by name; years and
    /// months in the order of time.
    pub values: Vec<FacetValue>,
    /// How many more values there are. The rest behind `limit`.
    pub others: usize,
    /// How many articles have no value.
    pub unknown: usize,
}

/// The facets of the articles that answer a request.
#[derive(Debug, Clone)]
pub struct FacetAnswer {
    /// How the query was read.
    pub reading: Reading,
    /// How many articles answer. Values may add up to more, since an article
    /// may have several.
    pub total: usize,
    /// How many more would, if ranges of days took articles whose date is open or
    /// unknown.
    pub undated_left_out: usize,
    /// The facets, in the order in which they were asked for.
    pub facets: Vec<Facet>,
}

/// Counts facets of the articles that answer `request`; of all articles if it
/// asks for nothing. How much of them to show does not matter here.
///
/// # Errors
/// When the query is longer than [`crate::query::MAX_WORDS`] words, the search
/// is stopped, or the index is damaged.
pub fn facets<'i>(
    index: impl Into<AnyIndex<'i>>,
    request: &Request,
    wanted: &FacetRequest,
) -> Result<FacetAnswer> {
    within(&request.stop.begin(), index.into(), request, wanted)
}

/// The same as part of a search, from its budget.
pub(crate) fn within(
    budget: &Budget,
    index: AnyIndex<'_>,
    request: &Request,
    wanted: &FacetRequest,
) -> Result<FacetAnswer> {
    let mut people = None;
    let counted = count(budget, index, request, |engine| {
        let mut counted = self::wanted(&wanted.by);
        if engine.joins_names() && wanted.by.contains(&By::Person) {
            let archive = engine.people()?;
            counted.columns.retain(|column| *column != Field::Name);
            counted.names = NamesWanted::People(Arc::clone(&archive));
            people = Some(archive);
        }
        Ok(counted)
    })?;
    let counts = counted.counts;
    let facets = wanted.by.iter().map(|by| match by.kind() {
        FacetKind::Texts(Field::Name) if people.is_some() => {
            of_people(people.as_deref(), &counts, wanted)
        }
        FacetKind::Texts(column) => of_texts(*by, &counts.texts[&column], wanted),
        FacetKind::Periods(unit) => Facet {
            by: *by,
            values: period::values(unit, &counts.days),
            others: 0,
            unknown: counts.undated,
        },
    });
    Ok(FacetAnswer {
        total: counts.articles,
        undated_left_out: counted.undated_left_out,
        facets: facets.collect(),
        reading: counted.reading,
    })
}

/// What was counted of the articles that answer a request.
struct Counted {
    reading: Reading,
    undated_left_out: usize,
    counts: Counts,
}

/// Counts what is `wanted` over the articles that answer; over all, if the
/// request asks for nothing.
fn count(
    budget: &Budget,
    index: AnyIndex<'_>,
    request: &Request,
    wanted: impl FnOnce(&dyn Engine) -> Result<Wanted>,
) -> Result<Counted> {
    let mut analyzer = Analyzer::default();
    let mut asked = Interpretation::read(request, budget.clone(), &mut analyzer)?;
    let engine = index.engine(request, budget);
    let engine = &*engine;
    asked.add_like(engine, request, &mut analyzer)?;
    let wanted = asked.guarded(engine, || wanted(engine))?;
    let mut undated_left_out = 0;
    let asks_nothing = request.text.trim().is_empty() && request.filters.is_empty();
    let counts = if asks_nothing && request.like.is_none() {
        asked.reading.is_wordless = false;
        asked.guarded(engine, || {
            let all = Plan::of_clause(Clause::Articles);
            engine.prepare(&Arc::new(all))?.counts(&wanted)
        })?
    } else if asked.reading.is_wordless {
        Counts::none(&wanted)
    } else {
        let counts = asked.run(
            engine,
            request,
            &mut analyzer,
            |ranking, counts: &Counts| match counts.articles {
                0 => ranking.count(),
                complete => Ok(AnswerTotals {
                    complete,
                    partial: 0,
                }),
            },
            |ranking, _| ranking.counts(&wanted),
        )?;
        undated_left_out =
            asked.undated_left_out(engine, request, &mut analyzer, counts.articles)?;
        counts
    };
    Ok(Counted {
        reading: asked.reading,
        undated_left_out,
        counts,
    })
}

/// All spellings of a whole name that count for one person, the most frequent
/// first; none of a name that no article has.
///
/// # Errors
/// As [`facets`].
pub fn spellings<'i>(
    index: impl Into<AnyIndex<'i>>,
    name: &str,
    stop: &Stop,
) -> Result<Vec<String>> {
    let engine = index.into().engine_of(Names::Joined, false, &stop.begin());
    let people = engine.people()?;
    let found = people.asked(name);
    let spellings = found.map_or(&[][..], |(number, _)| people.spellings(number));
    Ok(spellings.iter().map(|name| (**name).to_owned()).collect())
}

/// The people whom most articles name.
fn of_people(people: Option<&ArchivePeople>, counts: &Counts, wanted: &FacetRequest) -> Facet {
    let mut named = TextCounts::default();
    named.without = counts.without_people;
    let mut by_surname: FxHashMap<&str, usize> = FxHashMap::default();
    let numbered = people.into_iter().flat_map(|people| {
        let counts = counts.people.iter().enumerate();
        counts.map(|(number, count)| (people.name(number), count))
    });
    for (name, count) in numbered.filter(|(_, count)| count.articles > 0) {
        named.add(name, count.articles);
        if count.by_surname > 0 {
            by_surname.insert(name, count.by_surname);
        }
    }
    let mut facet = of_texts(By::Person, &named, wanted);
    for value in &mut facet.values {
        value.by_surname = by_surname.get(value.value.as_str()).copied();
    }
    facet
}

/// The most frequent values of a column that are asked for. Selection first,
/// sorting after: O(values + shown log shown).
fn of_texts(by: By, counts: &TextCounts, wanted: &FacetRequest) -> Facet {
    let is_asked = wanted.is_asked();
    let has = |(value, _): &(&str, usize)| match by {
        By::Source => is_asked(&source(value)),
        By::Country | By::Main => is_asked(value) || is_asked(name_of(value)),
        _ => is_asked(value),
    };
    let mut values: Vec<(&str, usize)> = counts.values().filter(has).collect();
    let distinct = values.len();
    let order = |a: &(&str, usize), b: &(&str, usize)| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0));
    let end = wanted.offset.saturating_add(wanted.limit);
    if 0 < wanted.limit && end < distinct {
        values.select_nth_unstable_by(end, order);
        values.truncate(end);
    }
    values.sort_unstable_by(order);
    let others = distinct - values.len();
    let value = |(value, count): (&str, usize)| FacetValue {
        value: match by {
            By::Source => source(value),
            _ => value.to_owned(),
        },
        count,
        name: matches!(by, By::Country | By::Main).then(|| name_of(value).to_owned()),
        by_surname: None,
    };
    Facet {
        by,
        others,
        values: values.into_iter().skip(wanted.offset).map(value).collect(),
        unknown: counts.without,
    }
}

/// A source as it is shown.
fn source(key: &str) -> String {
    path_key::decode(key).to_string_lossy().into_owned()
}

impl Facet {
    /// The filter that finds just the articles that a value counts, given that
    /// names are taken in the same way.
    pub fn filter(&self, value: &FacetValue) -> Option<Filter> {
        let value = &value.value;
        match self.by {
            By::Country => Some(Filter::Country(Some(unquoted(value)))),
            By::Main => Some(Filter::Main(Some(unquoted(value)))),
            By::Person => Some(Filter::Name(unquoted(value))),
            By::Source => Some(Filter::Source(unquoted(value))),
            By::Year => DateFilter::parse_known(value).ok().map(Filter::Date),
            By::Month => {
                // By months a whole year means that the month is not known.
                let is_year = |text: &str| text.len() == 4;
                let (first, last) = value.split_once("..").unwrap_or((value, value));
                let months =
                    (is_year(first) && is_year(last)).then(|| format!("{first}-01..{last}-12"));
                let known = DateFilter::parse_known(months.as_deref().unwrap_or(value));
                known.ok().map(Filter::Date)
            }
        }
    }

    /// The filter for the articles without a value; `None` where all have one.
    pub fn filter_unknown(&self) -> Option<Filter> {
        match self.by {
            By::Country => Some(Filter::Country(None)),
            By::Main => Some(Filter::Main(None)),
            By::Person => Some(Filter::Person(None)),
            By::Year | By::Month => Some(Filter::Date(DateFilter::Unknown)),
            By::Source => None,
        }
    }
}
