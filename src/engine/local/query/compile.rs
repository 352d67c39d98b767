//! Compiles a plan's clauses to tantivy's queries.
//!
//! The compiled query decides which articles answer, and scores them by BM25
//! over their text, each part of the query once: by that score the first
//! articles are found.
//!
//! Each clause has one translation, and none is left out: a clause that tantivy
//! has no query for becomes a `PatternQuery` (positions or the text decide),
//! a `PhraseQuery` (plain words side by side) or `KnownArticles` (found
//! once, as a set of bits). Filters are wrapped to score nothing.
//!
//! Example: `oil prices date:1987-03` is `All(Words(oil), Words(price),
//! Unscored(Published))` and becomes a boolean query of two term queries and a
//! constant of 0 over two ranges. An article published over several days has a
//! first and a last one; it answers when the two runs of days overlap: its
//! first day is not after the end asked for, and its last not before the
//! beginning (and neither is open: see `plan::days`).
//!
//! Cost: opening the postings of each term in each segment. Prefixes and paths
//! walk a dictionary already here, and pay a unit rate for each entry they
//! pass.

use std::collections::HashMap;
use std::ops::Bound;
use std::sync::Arc;

use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, Query as Compiled, RangeQuery,
    RegexQuery, TermQuery,
};
use tantivy::schema::IndexRecordOption;

use super::path_glob::{has_path, path_pattern};
use super::scorers::known_articles::KnownArticles;
use super::scorers::pattern_query::{PatternQuery, PatternSpec};
use super::scorers::phrase_query::PhraseQuery;
use crate::document::field::{Field, flags};
use crate::document::{FIRST_DAY, LAST_DAY};
use crate::engine::local::days::{AmongQuery, DaysQuery};
use crate::engine::local::schema;
use crate::engine::local::session::LocalEngine;
use crate::plan::days::PublishedDays;
use crate::plan::{Clause, PatternClause, WordsClause};

/// What a path costs that is compared with a pattern.
const PATH: u64 = 32;

/// Compiles clauses for one engine. It is thrown away once the plan is
/// compiled.
pub(super) struct Compiler<'e> {
    engine: &'e LocalEngine<'e>,
    /// The articles that have a word that begins so: each is asked for when the
    /// query is compiled, and again when its articles are scored.
    starting_with: HashMap<String, KnownArticles>,
    /// Whether what is compiled is excluded: asked of one article at a time.
    is_excluded: bool,
    /// The same for words with wildcards.
    like: HashMap<String, KnownArticles>,
}

impl<'e> Compiler<'e> {
    pub(super) fn new(engine: &'e LocalEngine<'e>) -> Compiler<'e> {
        Compiler {
            engine,
            starting_with: HashMap::new(),
            is_excluded: false,
            like: HashMap::new(),
        }
    }

    /// The query that finds the articles that have what `clause` says.
    ///
    /// | clause | query |
    /// |---|---|
    /// | `Term`, `Articles` | a term without frequencies |
    /// | `AnyTerm` | a set of terms |
    /// | `StartingWith`, `Like`, `Path` | `KnownArticles` |
    /// | `Named`, `Source`, `Lone` | `KnownArticles` |
    /// | `Published` | ranges over two columns of days |
    /// | … `OnlyPossibly` | `AmongQuery` over the clauses beside it |
    /// | `Words` | a scored term, or `PhraseQuery` |
    /// | `Pattern` | `PatternQuery` over its candidates |
    /// | `All`, `Any`, `Not` | boolean queries |
    /// | `Times` | a boost |
    /// | `Unscored` | a constant of 0 |
    /// | `ScoredBy` | one that must, others that may |
    ///
    /// # Errors
    /// When a dictionary cannot be read, or looking through it is stopped.
    pub(super) fn compile(&mut self, clause: &Clause) -> tantivy::Result<Box<dyn Compiled>> {
        Ok(match clause {
            Clause::Nothing => Box::new(EmptyQuery),
            Clause::Articles => exact(Field::Flag, flags::ARTICLE),
            Clause::Term(field, term) => exact(*field, term),
            Clause::AnyTerm(field, terms) => any_term(*field, terms),
            Clause::StartingWith(field, prefix) => self.starting_with(*field, prefix)?,
            Clause::Published(days @ PublishedDays::OnlyPossibly { .. }) => {
                self.among(&[], *days)?
            }
            // tantivy's ranges run ahead of what is asked of an exclusion.
            Clause::Published(days) if self.is_excluded => Box::new(DaysQuery(*days)),
            Clause::Published(days) => published(*days),
            Clause::Named(_) | Clause::Source(_) | Clause::Lone(_) => self.of_value(clause)?,
            Clause::Like(field, pattern) => self.like(*field, pattern)?,
            Clause::Path(path) => self.path(path)?,
            Clause::Words(words) => self.words(words)?,
            Clause::Pattern(pattern) => self.pattern(pattern)?,
            Clause::Times(inner, factor) => {
                Box::new(BoostQuery::new(self.compile(inner)?, *factor))
            }
            Clause::Unscored(inner) => unscored(self.compile(inner)?),
            Clause::All(inner) => match only_possibly(inner) {
                Some((at, days)) => {
                    let others = [&inner[..at], &inner[at + 1..]];
                    self.among(&others, days)?
                }
                None => self.group(Occur::Must, inner)?,
            },
            Clause::Any(inner) => self.group(Occur::Should, inner)?,
            Clause::Not(inner) => {
                // By itself it is never a plan's.
                Box::new(BooleanQuery::new(vec![(
                    Occur::MustNot,
                    self.excluded(inner)?,
                )]))
            }
            Clause::ScoredBy(decides, scores) => {
                let mut clauses = vec![(Occur::Must, unscored(self.compile(decides)?))];
                for clause in scores {
                    clauses.push((Occur::Should, self.compile(clause)?));
                }
                Box::new(BooleanQuery::new(clauses))
            }
        })
    }

    /// The articles with a whole value of a column.
    fn of_value(&self, clause: &Clause) -> tantivy::Result<Box<dyn Compiled>> {
        let searcher = &self.engine.index.snapshot().searcher;
        let budget = &self.engine.budget;
        Ok(match clause {
            Clause::Named(names) => Box::new(KnownArticles::of_names(searcher, names, budget)?),
            Clause::Source(source) => Box::new(KnownArticles::of_source(searcher, source, budget)?),
            Clause::Lone(lone) => Box::new(KnownArticles::of_lone_name(searcher, lone, budget)?),
            _ => Box::new(EmptyQuery),
        })
    }

    /// A boolean query; what is excluded stands in it as tantivy wants it,
    /// beside the others.
    fn group(&mut self, occur: Occur, clauses: &[Clause]) -> tantivy::Result<Box<dyn Compiled>> {
        let compiled = clauses.iter().map(|clause| match clause {
            Clause::Not(inner) => Ok((Occur::MustNot, self.excluded(inner)?)),
            other => Ok((occur, self.compile(other)?)),
        });
        let compiled = compiled.collect::<tantivy::Result<_>>()?;
        Ok(Box::new(BooleanQuery::new(compiled)))
    }

    /// The articles with some days that have all of `others`, which go first.
    fn among(
        &mut self,
        others: &[&[Clause]],
        days: PublishedDays,
    ) -> tantivy::Result<Box<dyn Compiled>> {
        let mut clauses = Vec::new();
        for clause in others.iter().copied().flatten() {
            clauses.push(match clause {
                Clause::Not(inner) => (Occur::MustNot, self.excluded(inner)?),
                other => (Occur::Must, self.compile(other)?),
            });
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, self.compile(&Clause::Articles)?));
        }
        Ok(Box::new(AmongQuery {
            articles: Arc::new(BooleanQuery::new(clauses)),
            days,
        }))
    }

    /// What must not be there.
    fn excluded(&mut self, clause: &Clause) -> tantivy::Result<Box<dyn Compiled>> {
        let outside = std::mem::replace(&mut self.is_excluded, true);
        let compiled = self.compile(clause);
        self.is_excluded = outside;
        compiled
    }

    /// Plain words in their field, or without weight in boilerplate. The
    /// boilerplate is asked only where all terms occur there at all: most words
    /// never do, and then one postings list is read instead of two.
    fn words(&self, words: &WordsClause) -> tantivy::Result<Box<dyn Compiled>> {
        let terms = terms_in(words.field, &words.terms);
        if !words.in_boilerplate {
            return Ok(self.side_by_side(terms));
        }
        let boilerplate = terms_in(Field::Boilerplate, &words.terms);
        for term in &boilerplate {
            if self.engine.index.snapshot().searcher.doc_freq(term)? == 0 {
                return Ok(self.side_by_side(terms));
            }
        }
        Ok(Box::new(BooleanQuery::new(vec![
            (Occur::Should, self.side_by_side(terms)),
            (Occur::Should, unscored(self.side_by_side(boilerplate))),
        ])))
    }

    /// Terms that stand side by side, or one alone.
    fn side_by_side(&self, mut terms: Vec<Term>) -> Box<dyn Compiled> {
        match (terms.len(), terms.pop()) {
            (1, Some(term)) => Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
            (_, last) => {
                terms.extend(last);
                Box::new(PhraseQuery::new(terms, &self.engine.budget))
            }
        }
    }

    /// The articles whose path has `path` as a run of whole folders and names.
    /// tantivy's automaton walks the dictionary of paths; what is too large for
    /// it is compared path by path.
    fn path(&self, path: &str) -> tantivy::Result<Box<dyn Compiled>> {
        let field = schema::id(Field::Path);
        let searcher = &self.engine.index.snapshot().searcher;
        // Patterns with many marks are more than an automaton may hold.
        if let Ok(query) = RegexQuery::from_pattern(&path_pattern(path), field) {
            for segment in searcher.segment_readers() {
                let paths = segment.inverted_index(field)?.terms().num_terms();
                self.engine
                    .budget
                    .spend(PATH.saturating_mul(paths as u64))?;
            }
            return Ok(Box::new(KnownArticles::of_query(searcher, &query)?));
        }
        let spender = self.engine.budget.spender();
        let mut found: Vec<String> = Vec::new();
        for segment in searcher.segment_readers() {
            let dictionary = segment.inverted_index(field)?;
            let mut keys = dictionary.terms().stream()?;
            while keys.advance() {
                spender.spend(PATH)?;
                let key = String::from_utf8_lossy(keys.key());
                if has_path(&key, path) {
                    found.push(key.into_owned());
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(any_term(Field::Path, &found))
    }

    /// Whatever tantivy's own queries do not know. Its candidates are compiled
    /// as any other clause.
    fn pattern(&mut self, clause: &Arc<PatternClause>) -> tantivy::Result<Box<dyn Compiled>> {
        let engine = self.engine;
        let sought = PatternSpec {
            clause: Arc::clone(clause),
            average: engine.statistics.totals().average(clause.field),
            budget: engine.budget.clone(),
        };
        Ok(Box::new(PatternQuery {
            candidates: Arc::from(self.compile(&clause.candidates)?),
            sought: Arc::new(sought),
        }))
    }

    /// The same prefix is looked up once for the whole plan.
    fn starting_with(&mut self, field: Field, prefix: &str) -> tantivy::Result<Box<dyn Compiled>> {
        if let Some(articles) = self.starting_with.get(prefix) {
            return Ok(Box::new(articles.clone()));
        }
        let searcher = &self.engine.index.snapshot().searcher;
        let articles = KnownArticles::of_prefix(searcher, field, prefix, &self.engine.budget)?;
        self.starting_with
            .insert(prefix.to_owned(), articles.clone());
        Ok(Box::new(articles))
    }

    /// The same word with wildcards is looked up once for the whole plan.
    fn like(&mut self, field: Field, pattern: &str) -> tantivy::Result<Box<dyn Compiled>> {
        if let Some(articles) = self.like.get(pattern) {
            return Ok(Box::new(articles.clone()));
        }
        let articles = KnownArticles::of_pattern(self.engine, field, pattern)?;
        self.like.insert(pattern.to_owned(), articles.clone());
        Ok(Box::new(articles))
    }
}

/// Articles with these days of publication: ranges over the two columns, and
/// where an open side of an article decides, [`DaysQuery`] for what they leave.
///
/// | asked for | first day | last day | |
/// |---|---|---|---|
/// | `2013` | known, not after its end | known, not before its beginning | |
/// | `2010..` | | not before 2010 | `DaysQuery` |
/// | `..2016` | not after 2016 | | `DaysQuery` |
/// | `2014/..` | 2014-01-01 | open | |
fn published(days: PublishedDays) -> Box<dyn Compiled> {
    let day = |field, day| Bound::Included(Term::from_field_i64(schema::id(field), day));
    let range = |field, from: Option<i64>, to: Option<i64>| {
        let bound = |side: Option<i64>| side.map_or(Bound::Unbounded, |side| day(field, side));
        Box::new(RangeQuery::new(bound(from), bound(to))) as Box<dyn Compiled>
    };
    let first = |from, to| range(Field::Earliest, from, to);
    let last = |from, to| range(Field::Latest, from, to);
    let occur = if days == PublishedDays::Open {
        Occur::Should
    } else {
        Occur::Must
    };
    let clauses = match days {
        PublishedDays::Overlapping { from, to } => {
            vec![first(None, Some(to)), last(Some(from), None)]
        }
        PublishedDays::Within {
            from: FIRST_DAY,
            to,
        } => {
            vec![first(None, Some(to)), Box::new(DaysQuery(days)) as _]
        }
        PublishedDays::Within { from, to: LAST_DAY } => {
            vec![last(Some(from), None), Box::new(DaysQuery(days)) as _]
        }
        PublishedDays::Within { from, to } => vec![
            first(Some(FIRST_DAY + 1), Some(to)),
            last(Some(from), Some(LAST_DAY - 1)),
        ],
        PublishedDays::Exactly {
            first: one,
            last: other,
        } => {
            vec![first(Some(one), Some(one)), last(Some(other), Some(other))]
        }
        PublishedDays::Known {
            first: (from, to),
            last: (since, until),
        } => {
            vec![first(Some(from), Some(to)), last(Some(since), Some(until))]
        }
        PublishedDays::Open => vec![
            first(Some(FIRST_DAY), Some(FIRST_DAY)),
            last(Some(LAST_DAY), Some(LAST_DAY)),
        ],
        // Beside others it is `AmongQuery`.
        PublishedDays::OnlyPossibly { .. } => vec![Box::new(DaysQuery(days)) as _],
    };
    let clauses = clauses.into_iter().map(|clause| (occur, clause));
    Box::new(BooleanQuery::new(clauses.collect()))
}

/// Where a clause stands that is asked of the articles of the others, if one
/// does.
fn only_possibly(clauses: &[Clause]) -> Option<(usize, PublishedDays)> {
    clauses.iter().enumerate().find_map(|(at, clause)| {
        let mut clause = clause;
        while let Clause::Unscored(inner) = clause {
            clause = inner;
        }
        match clause {
            Clause::Published(days @ PublishedDays::OnlyPossibly { .. }) => Some((at, *days)),
            _ => None,
        }
    })
}

/// The texts as terms of `field`, in the same order.
fn terms_in(field: Field, terms: &[String]) -> Vec<Term> {
    let terms = terms.iter();
    terms.map(|term| schema::term(field, term)).collect()
}

/// The articles that have at least one of the terms; none of them scores.
fn any_term(field: Field, terms: &[String]) -> Box<dyn Compiled> {
    match terms {
        [] => Box::new(EmptyQuery),
        [term] => exact(field, term),
        _ => Box::new(BooleanQuery::new_multiterms_query(terms_in(field, terms))),
    }
}

/// The articles that have a term, without its frequencies.
fn exact(field: Field, term: &str) -> Box<dyn Compiled> {
    Box::new(TermQuery::new(
        schema::term(field, term),
        IndexRecordOption::Basic,
    ))
}

/// Decides as before, and adds nothing to a score.
fn unscored(query: Box<dyn Compiled>) -> Box<dyn Compiled> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}
