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

mod period;

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::Serialize;

use self::period::PeriodUnit;
use super::rank::AnswerTotals;
use super::{Interpretation, Names, Reading, Request};
use crate::document::field::Field;
use crate::engine::local::Index;
use crate::engine::local::session::LocalEngine;
use crate::engine::{Counts, Engine, NamesWanted, TextCounts, Wanted};
use crate::failure::Result;
use crate::gazetteer::countries::name_of;
use crate::named::Named;
use crate::plan::people::ArchivePeople;
use crate::plan::{Clause, Plan};
use crate::source::path_key;
use crate::stop::Budget;
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
#[derive(Debug, Clone)]
pub struct FacetRequest {
    /// The facets, in the order of the answer.
    pub by: Vec<By>,
    /// At most how many values of each, 0 for all; of years and months always
    /// all.
    pub limit: usize,
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
pub fn facets(index: &Index, request: &Request, wanted: &FacetRequest) -> Result<FacetAnswer> {
    within(&request.stop.begin(), index, request, wanted)
}

/// The same as part of a search, from its budget.
pub(crate) fn within(
    budget: &Budget,
    index: &Index,
    request: &Request,
    wanted: &FacetRequest,
) -> Result<FacetAnswer> {
    let mut analyzer = Analyzer::default();
    let mut asked = Interpretation::read(request, budget.clone(), &mut analyzer)?;
    let joins_names = request.names == Names::Joined;
    let engine = request.engine(index, budget);
    let mut counted = self::wanted(&wanted.by);
    asked.add_like(&engine, request, &mut analyzer)?;
    let mut undated_left_out = 0;
    let mut people = None;
    if joins_names && wanted.by.contains(&By::Person) {
        let archive = asked.guarded(&engine, || archive_people(&engine))?;
        let archive = Arc::new(archive);
        counted.columns.retain(|column| *column != Field::Name);
        counted.names = NamesWanted::People(Arc::clone(&archive));
        people = Some(archive);
    }
    let asks_nothing = request.text.trim().is_empty() && request.filters.is_empty();
    let counts = if asks_nothing && request.like.is_none() {
        asked.reading.is_wordless = false;
        asked.guarded(&engine, || {
            let all = Plan::of_clause(Clause::Articles);
            engine.prepare(&Arc::new(all))?.counts(&counted)
        })?
    } else if asked.reading.is_wordless {
        Counts::none(&counted)
    } else {
        let counts = asked.run(
            &engine,
            request,
            &mut analyzer,
            |ranking, counts: &Counts| match counts.articles {
                0 => ranking.count(),
                complete => Ok(AnswerTotals {
                    complete,
                    partial: 0,
                }),
            },
            |ranking, _| ranking.counts(&counted),
        )?;
        undated_left_out =
            asked.undated_left_out(&engine, request, &mut analyzer, counts.articles)?;
        counts
    };
    let facets = wanted.by.iter().map(|by| match by.kind() {
        FacetKind::Texts(Field::Name) if people.is_some() => {
            of_people(people.as_deref(), &counts, wanted.limit)
        }
        FacetKind::Texts(column) => of_texts(*by, &counts.texts[&column], wanted.limit),
        FacetKind::Periods(unit) => Facet {
            by: *by,
            values: period::values(unit, &counts.days),
            others: 0,
            unknown: counts.undated,
        },
    });
    Ok(FacetAnswer {
        total: counts.articles,
        undated_left_out,
        facets: facets.collect(),
        reading: asked.reading,
    })
}

/// The people of all articles, by which a lone surname is understood.
fn archive_people(engine: &LocalEngine<'_>) -> Result<ArchivePeople> {
    let all = Plan::of_clause(Clause::Articles);
    let wanted = Wanted {
        names: NamesWanted::ByYear,
        ..Wanted::default()
    };
    let counts = engine.prepare(&Arc::new(all))?.counts(&wanted)?;
    Ok(ArchivePeople::of(&counts.names))
}

/// The people whom most articles name.
fn of_people(people: Option<&ArchivePeople>, counts: &Counts, limit: usize) -> Facet {
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
    let mut facet = of_texts(By::Person, &named, limit);
    for value in &mut facet.values {
        value.by_surname = by_surname.get(value.value.as_str()).copied();
    }
    facet
}

/// The most frequent values of a column. Selection first, sorting after:
/// O(values + limit log limit).
fn of_texts(by: By, counts: &TextCounts, limit: usize) -> Facet {
    let mut values: Vec<(&str, usize)> = counts.values().collect();
    let distinct = values.len();
    let order = |a: &(&str, usize), b: &(&str, usize)| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0));
    if 0 < limit && limit < distinct {
        values.select_nth_unstable_by(limit, order);
        values.truncate(limit);
    }
    values.sort_unstable_by(order);
    let value = |(value, count): (&str, usize)| FacetValue {
        value: match by {
            By::Source => path_key::decode(value).to_string_lossy().into_owned(),
            _ => value.to_owned(),
        },
        count,
        name: matches!(by, By::Country | By::Main).then(|| name_of(value).to_owned()),
        by_surname: None,
    };
    Facet {
        by,
        others: distinct - values.len(),
        values: values.into_iter().map(value).collect(),
        unknown: counts.without,
    }
}
