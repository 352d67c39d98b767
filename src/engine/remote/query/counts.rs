//! Counts the values of columns over the articles that answer.
//!
//! All columns of a request are counted by one search: an aggregation each for
//! the values and for the articles without any. Where a column has more values
//! than one answer may hold, or shards could not agree on their counts, its
//! values are listed page by page instead (`composite`), which is exact on any
//! number of shards.
//!
//! People are counted as articles name them: two spellings of one person in an
//! article are one, and a surname alone is somebody only where no full name
//! stands beside it. Sums of counts do not tell that, so the names of each article
//! are read, from columns alone; so it is with values by two. That is refused
//! above [`MOST_SCANNED`] articles.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};

use super::answers::{Found, check_whole, found};
use crate::document::field::Field;
use crate::document::year_of;
use crate::engine::remote::mapping::Extra;
use crate::engine::remote::session::{RemoteEngine, by_key};
use crate::engine::{Counts, NamesWanted, PairsWanted, PersonCount, Wanted};
use crate::failure::{Failure, FailureKind, Result};
use crate::plan::people::{ArchivePeople, NameCount};

/// The most values of a column that one search counts: engines allow 65,536 in
/// all of its aggregations.
const AT_ONCE: usize = 8_000;

/// So many values a page are listed.
const PAGE: usize = 10_000;

/// The most values that are listed of one column.
const MOST_VALUES: usize = 2_000_000;

/// The most articles whose names are read one by one.
const MOST_SCANNED: usize = 100_000;

/// So many articles a page are read.
const SCANNED: usize = 5_000;

/// Values with the number of their articles.
type ValueCounts = Vec<(String, usize)>;

/// Of some columns the values, and the number of articles without.
type ColumnCounts = FxHashMap<&'static str, (ValueCounts, usize)>;

impl RemoteEngine<'_> {
    /// Counts what is wanted over the articles of a query.
    pub(super) fn count_values(&self, query: &Value, wanted: &Wanted) -> Result<Counts> {
        let mut columns: Vec<&'static str> = Vec::new();
        columns.extend(wanted.columns.iter().map(|column| column.name()));
        columns.extend(wanted.days.then(|| Extra::Days.name()));
        if matches!(wanted.names, NamesWanted::ByYear) {
            columns.push(Extra::NameYear.name());
        }
        let (articles, mut counted) = self.columns(query, &columns)?;
        let mut counts = Counts::none(wanted);
        counts.articles = articles;
        for column in &wanted.columns {
            let (values, without) = counted.remove(column.name()).unwrap_or_default();
            let texts = counts.texts.entry(*column).or_default();
            texts.without = without;
            for (value, count) in values {
                texts.add(&value, count);
            }
        }
        if let Some((values, without)) = counted.remove(Extra::Days.name()) {
            counts.undated = without;
            for (days, count) in values {
                *counts.days.entry(pair_of(&days)?).or_default() += count;
            }
        }
        if let Some((values, without)) = counted.remove(Extra::NameYear.name()) {
            counts.without_people = without;
            counts.names = values.into_iter().map(name_count).collect();
        }
        self.scan(query, articles, wanted, &mut counts)?;
        Ok(counts)
    }

    /// How many articles answer a query, and of each column the values and the
    /// number of articles without.
    fn columns(&self, query: &Value, columns: &[&'static str]) -> Result<(usize, ColumnCounts)> {
        let mut aggregations = Map::new();
        for column in columns {
            let values = json!({"terms": {"field": column, "size": AT_ONCE}});
            aggregations.insert(format!("values {column}"), values);
            let without = json!({"missing": {"field": column}});
            aggregations.insert(format!("without {column}"), without);
        }
        let mut body = json!({"size": 0, "track_total_hits": true, "query": query});
        if !aggregations.is_empty() {
            body["aggs"] = Value::Object(aggregations);
        }
        let mut answer = self.search(&body)?;
        let told = answer["aggregations"].take();
        let articles = found(&mut answer)?.total;
        self.budget.spend(articles as u64)?;
        let mut counted = FxHashMap::default();
        for column in columns {
            let without = told[format!("without {column}")]["doc_count"].as_u64();
            let without = usize::try_from(without.ok_or_else(odd)?).map_err(|_| odd())?;
            let values = &told[format!("values {column}")];
            let is_exact = values["sum_other_doc_count"].as_u64() == Some(0)
                && values["doc_count_error_upper_bound"].as_u64() == Some(0);
            let values = if is_exact {
                buckets(&values["buckets"], |bucket| bucket["key"].as_str())?
            } else {
                let all = self.all_values(query, column, MOST_VALUES)?;
                all.ok_or_else(|| too_many(column))?
            };
            counted.insert(*column, (values, without));
        }
        Ok((articles, counted))
    }

    /// All values of a column among the articles of a query, page by page; `None`
    /// where there are more than `most`.
    pub(super) fn all_values(
        &self,
        query: &Value,
        column: &str,
        most: usize,
    ) -> Result<Option<ValueCounts>> {
        let mut all: ValueCounts = Vec::new();
        let mut after = Value::Null;
        loop {
            let mut composite = json!({
                "size": PAGE,
                "sources": [{"value": {"terms": {"field": column}}}],
            });
            if !after.is_null() {
                composite["after"] = after;
            }
            let body = json!({
                "size": 0,
                "query": {"bool": {"filter": [query]}},
                "aggs": {"values": {"composite": composite}},
            });
            let mut answer = self.search(&body)?;
            check_whole(&answer)?;
            let page = &answer["aggregations"]["values"];
            let values = buckets(&page["buckets"], |bucket| bucket["key"]["value"].as_str())?;
            let is_last = values.len() < PAGE;
            all.extend(values);
            if all.len() > most {
                return Ok(None);
            }
            after = answer["aggregations"]["values"]["after_key"].take();
            if is_last || after.is_null() {
                return Ok(Some(all));
            }
        }
    }

    /// How often each name is counted by year among the articles of a query.
    pub(super) fn names_by_year(&self, query: &Value, most: usize) -> Result<Vec<NameCount>> {
        let column = Extra::NameYear.name();
        let listed = self.all_values(query, column, most)?;
        let listed = listed.ok_or_else(|| too_many(column))?;
        Ok(listed.into_iter().map(name_count).collect())
    }

    /// Counts what only the values of each article tell.
    fn scan(
        &self,
        query: &Value,
        articles: usize,
        wanted: &Wanted,
        counts: &mut Counts,
    ) -> Result<()> {
        let NamesWanted::People(people) = &wanted.names else {
            let column = match &wanted.pairs {
                None => return Ok(()),
                Some(PairsWanted::Column(column)) => *column,
                Some(PairsWanted::People(_)) => Field::Name,
            };
            return self.scan_columns(query, articles, column, |article| {
                self.add_pairs(wanted.pairs.as_ref(), article, counts)
            });
        };
        let people = Arc::clone(people);
        self.scan_columns(query, articles, Field::Name, |article| {
            let named = numbers(&article.values, &people);
            counts.without_people += usize::from(named.is_empty());
            for (person, is_alone) in people.named(&named, article.year) {
                let count: &mut PersonCount = &mut counts.people[person];
                count.articles += 1;
                count.by_surname += usize::from(is_alone);
            }
            self.add_pairs(wanted.pairs.as_ref(), article, counts)
        })
    }

    /// Counts the values that an article has together.
    fn add_pairs(
        &self,
        wanted: Option<&PairsWanted>,
        article: &ScannedArticle,
        counts: &mut Counts,
    ) -> Result<()> {
        let mut values: Vec<u32> = match wanted {
            None => return Ok(()),
            Some(PairsWanted::Column(_)) => {
                let values = article.values.iter();
                values.map(|value| counts.pairs.number(value)).collect()
            }
            Some(PairsWanted::People(people)) => {
                let named = people.named(&numbers(&article.values, people), article.year);
                let named = named.into_iter();
                named
                    .map(|(person, _)| counts.pairs.number(people.name(person)))
                    .collect()
            }
        };
        values.sort_unstable();
        values.dedup();
        let pairs = values.len() * values.len().saturating_sub(1) / 2;
        self.budget.spend(PAIR.saturating_mul(pairs as u64))?;
        for (at, one) in values.iter().enumerate() {
            for other in &values[at + 1..] {
                counts.pairs.add(*one, *other, 1);
            }
        }
        Ok(())
    }

    /// Shows the values of a column, and the year, of each article of a query.
    fn scan_columns(
        &self,
        query: &Value,
        articles: usize,
        column: Field,
        mut see: impl FnMut(&ScannedArticle) -> Result<()>,
    ) -> Result<()> {
        if articles > MOST_SCANNED {
            let why = format!(
                "too many articles to tell who is meant in each: {articles}, the limit is {MOST_SCANNED}"
            );
            let help = "use --names exact, or narrow the query";
            return Err(Failure::new(why).of(FailureKind::Stopped).help(help));
        }
        let mut after: Option<Vec<Value>> = None;
        let mut seen = 0;
        loop {
            let mut body = json!({
                "size": SCANNED,
                "track_total_hits": true,
                "query": {"bool": {"filter": [query]}},
                "sort": by_key(),
                "_source": false,
                "docvalue_fields": [column.name(), Field::Earliest.name(), Field::Latest.name()],
            });
            if let Some(after) = after {
                body["search_after"] = json!(after);
            }
            let Found { total, hits } = found(&mut self.search(&body)?)?;
            let is_last = hits.len() < SCANNED;
            seen += hits.len();
            after = hits.last().map(|hit| hit.sort.clone());
            self.budget.spend(hits.len() as u64)?;
            for hit in hits {
                see(&ScannedArticle::of(&hit.fields, column))?;
            }
            if is_last && (seen != articles || total != articles) {
                let why = "the index has changed while its articles were counted";
                return Err(Failure::new(why).of(FailureKind::Busy).help("count again"));
            }
            if is_last {
                return Ok(());
            }
        }
    }
}

/// What a pair costs that an article has, in units of the budget: as in a local
/// index.
const PAIR: u64 = 16;

/// An article, as its columns tell it.
struct ScannedArticle {
    values: Vec<String>,
    year: Option<i16>,
}

impl ScannedArticle {
    fn of(fields: &Value, column: Field) -> ScannedArticle {
        let values = fields[column.name()].as_array().into_iter().flatten();
        let day = |field: Field| fields[field.name()][0].as_i64();
        let days = day(Field::Earliest).zip(day(Field::Latest));
        ScannedArticle {
            values: values
                .filter_map(|value| Some(value.as_str()?.to_owned()))
                .collect(),
            year: days.and_then(|(first, last)| year_of(first, last)),
        }
    }
}

/// The numbers of the names that are known.
fn numbers(names: &[String], people: &ArchivePeople) -> Vec<usize> {
    names
        .iter()
        .filter_map(|name| people.number(name))
        .collect()
}

/// The values of an aggregation, each with its articles.
fn buckets(buckets: &Value, key: impl Fn(&Value) -> Option<&str>) -> Result<ValueCounts> {
    let buckets = buckets.as_array().ok_or_else(odd)?;
    let read = buckets.iter().map(|bucket| {
        let count = bucket["doc_count"].as_u64().ok_or_else(odd)?;
        let count = usize::try_from(count).map_err(|_| odd())?;
        Ok((key(bucket).ok_or_else(odd)?.to_owned(), count))
    });
    read.collect()
}

fn odd() -> Failure {
    let why = "the engine's answer makes no sense: it lacks counts that were asked for";
    Failure::new(why).of(FailureKind::Refused)
}

fn too_many(column: &str) -> Failure {
    let why = format!("too many values to count: more than {MOST_VALUES} of {column}");
    let help = if column == Extra::NameYear.name() {
        "use --names exact, or narrow the query"
    } else {
        "narrow the query"
    };
    Failure::new(why).of(FailureKind::Stopped).help(help)
}

/// A name with its year, as the column has them.
fn name_count((value, articles): (String, usize)) -> NameCount {
    let (year, name) = value.split_once('\0').unwrap_or(("", &value));
    NameCount {
        year: year.parse().ok(),
        name: name.into(),
        articles,
    }
}

/// First and last day, as the column has them.
fn pair_of(days: &str) -> Result<(i64, i64)> {
    let pair = days.split_once(' ');
    let pair = pair.and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    pair.ok_or_else(odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_days_read_back_from_their_columns() {
        let count = name_count(("1987\0Ronald Reagan".to_owned(), 3));
        assert_eq!(
            (&*count.name, count.year, count.articles),
            ("Ronald Reagan", Some(1987), 3)
        );
        assert_eq!(name_count(("\0Xi".to_owned(), 1)).year, None);
        assert_eq!(pair_of("-5 15839").unwrap(), (-5, 15839));
        assert!(pair_of("15839").is_err());
    }

    #[test]
    fn an_article_is_read_from_its_columns() {
        let fields = json!({"name": ["Ann", "Bob"], "earliest": [0], "latest": [364]});
        let article = ScannedArticle::of(&fields, Field::Name);
        assert_eq!((article.values.len(), article.year), (2, Some(1970)));
        let undated = ScannedArticle::of(&Value::Null, Field::Name);
        assert_eq!((undated.values.len(), undated.year), (0, None));
    }

    #[test]
    fn counts_that_are_missing_are_an_error() {
        let key = |bucket: &'_ Value| bucket["key"].as_str().map(str::to_owned);
        let read = |value: &Value| buckets(value, |bucket| bucket["key"].as_str());
        assert!(read(&Value::Null).is_err() && read(&json!([{"key": "US"}])).is_err());
        let value = json!([{"key": "US", "doc_count": 2}]);
        assert_eq!(read(&value).unwrap(), [(key(&value[0]).unwrap(), 2)]);
    }
}
