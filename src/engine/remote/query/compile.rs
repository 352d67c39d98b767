//! Compiles a plan's clauses to queries of the engine.
//!
//! Each clause has one translation, and none is left out. What terms decide, the
//! engine decides; a part that positions or the text decide is a filter on the
//! articles that `verify` has found to have it. Scores serve only to choose the
//! articles that are put in order here.
//!
//! | clause | query |
//! |---|---|
//! | `Term`, `AnyTerm`, `Articles` | `term`, `terms` |
//! | `StartingWith`, `Like` | `prefix`, `wildcard` |
//! | `Path` | `term` on all runs of its names; with wildcards `regexp` |
//! | `Named`, `Source` | `terms` on a column |
//! | `Lone` | `terms` on names with their years, and not beside full names |
//! | `Published` | ranges of two columns of days |
//! | `Words` | `term` or `match_phrase` |
//! | `Pattern` | its candidates, or `ids` of those that have it |
//! | `All`, `Any`, `Not`, `ScoredBy`, `Times`, `Unscored` | `bool` |
//!
//! A part whose candidates are read is asked for beside whatever else must hold
//! in its group (its `context`), so that as few as possible are read.

use serde_json::{Value, json};

use super::json::{
    all, any, any_term, articles, not, nothing, path, phrase, range, term, unscored,
};
use crate::document::field::{Field, flags};
use crate::document::{FIRST_DAY, LAST_DAY};
use crate::engine::remote::mapping::Extra;
use crate::engine::remote::session::RemoteEngine;
use crate::failure::{Failure, Result};
use crate::plan::days::PublishedDays;
use crate::plan::{Clause, LoneName, PatternClause, WordsClause};
use crate::query::unquoted;
use crate::source::path_key;
use crate::text::wildcard::MAX_LENGTH;

/// So many words of a prefix or the like are scored by themselves; engines
/// allow a thousand clauses.
const MOST_SCORED: usize = 400;

/// The most sources that a filter on a whole source looks through.
const MOST_SOURCES: usize = 200_000;

impl RemoteEngine<'_> {
    /// The query of a plan or a part of it: articles alone.
    pub(super) fn compile(&self, clause: &Clause) -> Result<Value> {
        let compiled = self.clause(clause, &[])?;
        Ok(json!({"bool": {"must": [compiled], "filter": [articles()]}}))
    }

    /// The query that finds the articles that have what `clause` says. `context`
    /// holds for them whatever is found.
    pub(super) fn clause(&self, clause: &Clause, context: &[Value]) -> Result<Value> {
        Ok(match clause {
            Clause::Nothing => nothing(),
            Clause::Articles => articles(),
            Clause::Term(field, text) => term(field.name(), text),
            Clause::AnyTerm(field, terms) => any_term(field.name(), terms),
            Clause::StartingWith(field, prefix) => {
                json!({"prefix": {field.name(): {"value": prefix}}})
            }
            Clause::Like(field, pattern) => wildcard(*field, pattern),
            Clause::Published(days) => published(*days),
            Clause::Named(names) => {
                let names: Vec<String> = names.iter().map(|(name, _)| name.clone()).collect();
                any_term(Field::Name.name(), &names)
            }
            Clause::Source(source) => self.source(source)?,
            Clause::Lone(lone) => lone_name(lone),
            Clause::Path(asked) => path(asked),
            Clause::Words(words) => side_by_side(words),
            Clause::Pattern(pattern) => self.pattern(pattern, context)?,
            Clause::Times(inner, factor) => {
                let inner = self.clause(inner, context)?;
                json!({"bool": {"must": [inner], "boost": factor}})
            }
            Clause::Unscored(inner) => unscored(&self.clause(inner, context)?),
            Clause::All(inner) => self.group(inner, context)?,
            Clause::Any(inner) => {
                let inner = inner.iter().map(|clause| self.clause(clause, context));
                any(&inner.collect::<Result<Vec<_>>>()?)
            }
            Clause::Not(inner) => not(&self.clause(inner, context)?),
            Clause::ScoredBy(decides, scores) => {
                let decides = self.clause(decides, context)?;
                let scores = scores.iter().map(|clause| self.clause(clause, context));
                let scores = scores.collect::<Result<Vec<_>>>()?;
                json!({"bool": {
                    "filter": [decides], "should": scores, "minimum_should_match": 0}})
            }
        })
    }

    /// All of some clauses, those that exclude beside the others. What the engine
    /// decides narrows what has to be read for the rest.
    pub(super) fn group(&self, clauses: &[Clause], context: &[Value]) -> Result<Value> {
        let mut known: Vec<Option<Value>> = Vec::with_capacity(clauses.len());
        let mut narrowed = context.to_vec();
        for clause in clauses {
            let is_decided = !is_read(clause);
            let compiled = is_decided
                .then(|| self.clause(inside(clause), &[]))
                .transpose()?;
            if let Some(compiled) = &compiled {
                narrowed.push(match clause {
                    Clause::Not(_) => not(compiled),
                    _ => compiled.clone(),
                });
            }
            known.push(compiled);
        }
        let (mut must, mut must_not) = (Vec::new(), Vec::new());
        for (clause, compiled) in clauses.iter().zip(known) {
            let compiled = match compiled {
                Some(compiled) => compiled,
                None => self.clause(inside(clause), &narrowed)?,
            };
            match clause {
                Clause::Not(_) => must_not.push(compiled),
                _ => must.push(compiled),
            }
        }
        Ok(json!({"bool": {"must": must, "must_not": must_not}}))
    }

    /// A part that more than terms decides.
    fn pattern(&self, pattern: &PatternClause, context: &[Value]) -> Result<Value> {
        let decides = if is_decided(pattern) {
            self.clause(&pattern.candidates, &[])?
        } else {
            self.having(pattern, context)?
        };
        let stems = pattern.terms.iter().flat_map(|term| &term.stems);
        let mut stems: Vec<&String> = stems.collect();
        stems.sort_unstable();
        stems.dedup();
        if stems.len() > MOST_SCORED {
            stems.clear();
        }
        let scores = match &stems[..] {
            [] => self.shorter_first(pattern.idf),
            [stem] => term(pattern.field.name(), stem),
            stems => any_of_one_word(pattern.field, stems, pattern.idf),
        };
        Ok(json!({"bool": {
            "filter": [decides], "should": [scores], "minimum_should_match": 0}}))
    }

    /// Scores a part of which it is not known where it stands: once in each article,
    /// so that the shorter an article is, the more it counts. An exponential through
    /// two points of BM25, at length 0 and where it is half of that.
    fn shorter_first(&self, idf: f32) -> Value {
        let average = self.index.totals.average(Field::Text);
        json!({"function_score": {
            "query": {"match_all": {}},
            "functions": [{
                "exp": {Field::Words.name(): {"origin": 0, "scale": 1.44 * average, "decay": 0.5}},
                "weight": 1.69 * idf,
            }],
            "boost_mode": "replace",
        }})
    }

    /// The articles of a source, compared as it reads back from a query.
    fn source(&self, source: &str) -> Result<Value> {
        let all = self.sources()?;
        let is_asked = |key: &&String| {
            let shown = path_key::decode(key);
            unquoted(&shown.to_string_lossy()) == source
        };
        let found: Vec<String> = all.iter().filter(is_asked).cloned().collect();
        Ok(any_term(Field::Folder.name(), &found))
    }

    /// All sources, listed once while the index is open.
    fn sources(&self) -> Result<std::sync::Arc<Vec<String>>> {
        if let Some(known) = self.index.sources.get() {
            return Ok(std::sync::Arc::clone(known));
        }
        let listed = self.all_values(&articles(), Field::Folder.name(), MOST_SOURCES)?;
        let listed = listed.ok_or_else(|| {
            Failure::new(format!(
                "more than {MOST_SOURCES} sources: a whole one cannot be looked up"
            ))
            .help("use path: instead")
        })?;
        let names = listed.into_iter().map(|(name, _)| name).collect();
        Ok(std::sync::Arc::clone(
            self.index
                .sources
                .get_or_init(|| std::sync::Arc::new(names)),
        ))
    }
}

/// What a clause excludes, or itself.
fn inside(clause: &Clause) -> &Clause {
    match clause {
        Clause::Not(inner) => inner,
        clause => clause,
    }
}

/// Whether its candidates are all that is to be known of a part.
fn is_decided(pattern: &PatternClause) -> bool {
    !pattern.by_position && !pattern.by_text
}

/// Whether something in a clause is decided by reading articles.
pub(super) fn is_read(clause: &Clause) -> bool {
    match clause {
        Clause::Pattern(pattern) => !is_decided(pattern),
        Clause::Times(inner, _) | Clause::Unscored(inner) | Clause::Not(inner) => is_read(inner),
        Clause::All(inner) | Clause::Any(inner) => inner.iter().any(is_read),
        Clause::ScoredBy(decides, scores) => is_read(decides) || scores.iter().any(is_read),
        _ => false,
    }
}

/// Plain words in their field, or without weight in boilerplate.
fn side_by_side(words: &WordsClause) -> Value {
    let scored = phrase(words.field.name(), &words.terms, 0);
    if !words.in_boilerplate {
        return scored;
    }
    let boilerplate = phrase(Field::Boilerplate.name(), &words.terms, 0);
    any(&[scored, unscored(&boilerplate)])
}

/// What an engine adds up where any of some words stands, for each of them.
const USUAL_IDF: f32 = 6.0;

/// Several words that count as one, however rare each is: spans are counted
/// together, and the engine weighs them by the sum of the words' idfs, which is
/// brought down to about that of the part.
#[expect(clippy::cast_precision_loss, reason = "at most some hundred words")]
fn any_of_one_word(field: Field, stems: &[&String], idf: f32) -> Value {
    let spans = stems
        .iter()
        .map(|stem| json!({"span_term": {field.name(): {"value": stem}}}));
    let spans: Vec<Value> = spans.collect();
    let boost = idf.max(1e-3) / (USUAL_IDF * stems.len() as f32);
    json!({"span_or": {"clauses": spans, "boost": boost}})
}

/// The articles with a term that a word with wildcards stands for. What is longer
/// than a pattern may be is cut off, as everywhere.
fn wildcard(field: Field, pattern: &str) -> Value {
    let pattern = &pattern[..pattern.floor_char_boundary(MAX_LENGTH)];
    let value = pattern.replace('\\', "\\\\");
    json!({"wildcard": {field.name(): {"value": value}}})
}

/// The articles that mean a person by the surname alone: in some years, and not
/// beside some full names.
fn lone_name(lone: &LoneName) -> Value {
    let with_years = lone.years.iter().flat_map(|year| {
        let year = year.map_or_else(String::new, |year| year.to_string());
        lone.names.iter().map(move |name| format!("{year}\0{name}"))
    });
    let with_years: Vec<String> = with_years.collect();
    json!({"bool": {
        "filter": [
            term(Field::Person.name(), &lone.word),
            any_term(Extra::NameYear.name(), &with_years),
        ],
        "must_not": [any_term(Field::Name.name(), &lone.unless)],
    }})
}

/// Articles with these days of publication. Articles without any have no range.
fn published(days: PublishedDays) -> Value {
    let first = |from, to| range(Field::Earliest, from, to);
    let last = |from, to| range(Field::Latest, from, to);
    let open = || {
        any(&[
            first(Some(FIRST_DAY), Some(FIRST_DAY)),
            last(Some(LAST_DAY), Some(LAST_DAY)),
        ])
    };
    let overlapping = |from, to| vec![first(None, Some(to)), last(Some(from), None)];
    let inside = |from, to| vec![first(Some(from), None), last(None, Some(to))];
    match days {
        PublishedDays::Within { from, to } => any(&[
            json!({"bool": {"filter": overlapping(from, to), "must_not": [open()]}}),
            json!({"bool": {"filter": [open(), all(&inside(from, to))]}}),
        ]),
        PublishedDays::Overlapping { from, to } => all(&overlapping(from, to)),
        PublishedDays::Exactly {
            first: one,
            last: other,
        } => all(&[first(Some(one), Some(one)), last(Some(other), Some(other))]),
        PublishedDays::Open => open(),
        PublishedDays::Known {
            first: (from, to),
            last: (since, until),
        } => json!({"bool": {
            "filter": [first(Some(from), Some(to)), last(Some(since), Some(until))],
            "must_not": [open()]}}),
        PublishedDays::OnlyPossibly { from, to } => {
            let mut possible = overlapping(from, to);
            possible.push(open());
            any(&[
                term(Field::Flag.name(), flags::UNDATED),
                json!({"bool": {"filter": possible, "must_not": [all(&inside(from, to))]}}),
            ])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether an article with these days answers a query of ranges, as an engine
    /// decides it.
    fn has(query: &Value, days: Option<(i64, i64)>) -> bool {
        if let Some(range) = query["range"].as_object() {
            let (field, range) = range.iter().next().unwrap();
            let Some((first, last)) = days else {
                return false;
            };
            let day = if field == "earliest" { first } else { last };
            let from = range.get("gte").and_then(Value::as_i64).unwrap_or(i64::MIN);
            let to = range.get("lte").and_then(Value::as_i64).unwrap_or(i64::MAX);
            return from <= day && day <= to;
        }
        if query.get("term").is_some() {
            return days.is_none();
        }
        let list = |name: &str| query["bool"][name].as_array().cloned().unwrap_or_default();
        list("filter").iter().all(|query| has(query, days))
            && !list("must_not").iter().any(|query| has(query, days))
            && (list("should").is_empty() || list("should").iter().any(|query| has(query, days)))
    }

    #[test]
    fn ranges_of_days_decide_as_the_plan_does() {
        let (from, to) = (100, 200);
        let asked = [
            PublishedDays::Within { from, to },
            PublishedDays::Within {
                from: FIRST_DAY,
                to,
            },
            PublishedDays::Within { from, to: LAST_DAY },
            PublishedDays::Overlapping { from, to },
            PublishedDays::Exactly {
                first: from,
                last: LAST_DAY,
            },
            PublishedDays::Open,
            PublishedDays::Known {
                first: (90, 110),
                last: (from, to),
            },
            PublishedDays::OnlyPossibly { from, to },
        ];
        let sides = [FIRST_DAY, 0, 99, 100, 150, 200, 201, 300, LAST_DAY];
        for asked in asked {
            let query = published(asked);
            assert_eq!(has(&query, None), asked.takes_unknown(), "{asked:?}");
            for first in sides {
                for last in sides.into_iter().filter(|last| first <= *last) {
                    let expected = asked.has(first, last);
                    assert_eq!(
                        has(&query, Some((first, last))),
                        expected,
                        "{asked:?} {first} {last}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_surname_alone_is_a_name_in_years_without_full_names() {
        let query = lone_name(&LoneName {
            word: "reagan".to_owned(),
            names: vec!["Reagan".to_owned()],
            years: vec![Some(1987), None],
            unless: vec!["Nancy Reagan".to_owned()],
        });
        assert_eq!(
            query["bool"]["filter"][1],
            json!({"terms": {"name_year": ["1987\0Reagan", "\0Reagan"]}})
        );
        assert_eq!(query["bool"]["must_not"][0], term("name", "Nancy Reagan"));
    }

    #[test]
    fn words_score_where_they_stand_and_not_in_boilerplate() {
        let words = |terms: &[&str], in_boilerplate| WordsClause {
            field: Field::Text,
            terms: terms.iter().map(|term| (*term).to_owned()).collect(),
            in_boilerplate,
        };
        let phrase = side_by_side(&words(&["interest", "rate"], false));
        assert_eq!(phrase["match_phrase"]["text"]["query"], "interest rate");
        let word = side_by_side(&words(&["oil"], true));
        assert_eq!(word["bool"]["should"][0], term("text", "oil"));
        assert_eq!(
            word["bool"]["should"][1]["bool"]["filter"][0],
            term("boilerplate", "oil")
        );
    }
}
