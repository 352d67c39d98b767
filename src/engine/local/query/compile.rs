//! Compiles a query to tantivy's.
//!
//! The compiled query decides which articles answer, and scores them by BM25
//! over their text, each part of the query once: by that score the first
//! articles are found, which `rank` then puts in order.

use std::ops::Bound;
use std::sync::Arc;

use jiff::civil::Date;
use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, Query as Compiled, RangeQuery,
    RegexQuery, TermQuery,
};
use tantivy::schema::IndexRecordOption;

use super::known_articles::KnownArticles;
use super::path_glob::{has_path, path_pattern};
use super::pattern_query::{PatternQuery, Sought};
use super::phrase_query::PhraseQuery;
use super::statistics::LiveStatistics;
use crate::document::field::{Field, flags};
use crate::document::{FIRST_DAY, LAST_DAY, date_terms, day_number, name_term};
use crate::engine::local::Index;
use crate::engine::local::schema;
use crate::matching::proximity::Pattern;
use crate::matching::{Leaf, Parts};
use crate::query::{DateFilter, Filter, Query, Scope, Words};
use crate::search::lookup::{Form, Known, Lookup, is_loose_word, look_up, needs_text};
use crate::search::score::Loose;
use crate::stop::Budget;
use crate::text::analyze::Analyzer;

/// What a path costs that is compared with a pattern.
const PATH: u64 = 32;

type Clauses = Vec<(Occur, Box<dyn Compiled>)>;

/// Compiles queries for one index.
pub(crate) struct Compiler<'a> {
    pub(crate) index: &'a Index,
    pub(crate) analyzer: &'a mut Analyzer,
    pub(crate) statistics: &'a LiveStatistics<'a>,
    /// The parts of the whole query, and what each counts in the score.
    pub(crate) parts: &'a Parts,
    pub(crate) factors: &'a [f32],
    /// What is known of words that need more than a look.
    pub(crate) known: &'a mut Known,
    /// What looking is paid from.
    pub(crate) budget: &'a Budget,
}

impl Compiler<'_> {
    /// The query that matches the articles that answer `query`.
    pub(crate) fn compile(&mut self, query: &Query) -> tantivy::Result<Box<dyn Compiled>> {
        if scores_each_part_once(query, self.parts) {
            return self.tree(query);
        }
        let mut clauses: Clauses = vec![(Occur::Must, unscored(self.tree(query)?))];
        let mut seen = Vec::new();
        for words in words_of(query) {
            if let Some(number) = self.parts.number(words)
                && !seen.contains(&number)
            {
                seen.push(number);
                clauses.push((Occur::Should, self.scored(words)?));
            }
        }
        Ok(Box::new(BooleanQuery::new(clauses)))
    }

    /// For each part of which the positions alone do not tell whether an article
    /// has it, the query that finds it.
    pub(crate) fn loose_parts(&mut self) -> tantivy::Result<Vec<Loose>> {
        let parts = self.parts;
        let numbers = 0..parts.parts.len();
        numbers
            .map(|number| {
                let words = parts.words(number);
                let part = &parts.parts[number];
                let is_told = parts.is_plain(part) && part.scope != Scope::Body;
                let words = words.filter(|_| !is_told);
                words.map(|words| self.words(words)).transpose()
            })
            .collect()
    }

    fn tree(&mut self, query: &Query) -> tantivy::Result<Box<dyn Compiled>> {
        match query {
            Query::Words(words) => self.scored(words),
            Query::Filter(filter) => Ok(unscored(self.filter(filter)?)),
            Query::Not(_) => self.all(std::slice::from_ref(query)),
            Query::All(parts) => self.all(parts),
            Query::Any(parts) => {
                let parts = self.worth_asking(parts);
                let compiled = parts
                    .into_iter()
                    .map(|part| Ok((Occur::Should, self.tree(part)?)));
                Ok(Box::new(BooleanQuery::new(
                    compiled.collect::<tantivy::Result<_>>()?,
                )))
            }
        }
    }

    /// The parts of a group without words of punctuation alone, which ask for
    /// nothing beside others, and without words that stand in it before.
    fn worth_asking<'q>(&self, parts: &'q [Query]) -> Vec<&'q Query> {
        let mut seen = Vec::new();
        let asks = |part: &&Query| match part {
            Query::Words(words) => self.parts.number(words).is_some_and(|number| {
                let is_new = !seen.contains(&number);
                seen.push(number);
                is_new
            }),
            other => self.asks(other),
        };
        parts.iter().filter(asks).collect()
    }

    /// Whether a part is more than punctuation.
    fn asks(&self, query: &Query) -> bool {
        match query {
            Query::Words(words) => self.parts.number(words).is_some(),
            Query::Filter(_) | Query::Not(_) => true,
            Query::All(parts) | Query::Any(parts) => parts.iter().any(|part| self.asks(part)),
        }
    }

    fn all(&mut self, parts: &[Query]) -> tantivy::Result<Box<dyn Compiled>> {
        let mut clauses: Clauses = Vec::new();
        for part in self.worth_asking(parts) {
            clauses.push(match part {
                Query::Not(inner) => (Occur::MustNot, self.excluded(inner)?),
                other => (Occur::Must, self.tree(other)?),
            });
        }
        if clauses.is_empty() {
            return Ok(Box::new(EmptyQuery));
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, unscored(exact(Field::Flag, flags::ARTICLE))));
        }
        // One clause by itself keeps tantivy's fast path for a single term.
        match clauses.pop() {
            Some((Occur::Must, only)) if clauses.is_empty() => Ok(only),
            last => {
                clauses.extend(last);
                Ok(Box::new(BooleanQuery::new(clauses)))
            }
        }
    }

    /// What must not stand in an article. Its words are no parts of the query,
    /// so it is compiled by itself.
    fn excluded(&mut self, query: &Query) -> tantivy::Result<Box<dyn Compiled>> {
        let parts = Parts::of(query, self.analyzer);
        let factors = vec![1.0; parts.parts.len()];
        let mut inner = Compiler {
            index: self.index,
            analyzer: self.analyzer,
            statistics: self.statistics,
            parts: &parts,
            factors: &factors,
            known: self.known,
            budget: self.budget,
        };
        Ok(unscored(inner.tree(query)?))
    }

    /// Words, with what they count.
    fn scored(&mut self, words: &Words) -> tantivy::Result<Box<dyn Compiled>> {
        let compiled = self.words(words)?;
        let number = self.parts.number(words);
        let factor = number.map_or(1.0, |number| self.factors[number]);
        let is_one = (factor - 1.0).abs() < f32::EPSILON;
        Ok(if is_one {
            compiled
        } else {
            Box::new(BoostQuery::new(compiled, factor))
        })
    }

    fn words(&mut self, words: &Words) -> tantivy::Result<Box<dyn Compiled>> {
        let mut own = Parts::default();
        own.add(words, self.analyzer);
        let Some(part) = own.parts.first() else {
            return Ok(Box::new(EmptyQuery));
        };
        match part.scope {
            Scope::Anywhere if own.is_plain(part) => self.anywhere(&own),
            Scope::Title if own.is_plain(part) => {
                Ok(self.side_by_side(terms_in(Field::Title, &own)))
            }
            _ => self.by_pattern(own),
        }
    }

    /// Plain words in the text, or without weight in the page's furniture.
    fn anywhere(&self, own: &Parts) -> tantivy::Result<Box<dyn Compiled>> {
        let text = terms_in(Field::Text, own);
        let furniture = terms_in(Field::Boilerplate, own);
        for term in &furniture {
            if self.index.snapshot().searcher.doc_freq(term)? == 0 {
                return Ok(self.side_by_side(text));
            }
        }
        if text.len() > 1 {
            let phrase = PhraseQuery::new(text, self.budget);
            return Ok(Box::new(phrase.or_in_furniture(furniture)));
        }
        Ok(Box::new(BooleanQuery::new(vec![
            (Occur::Should, self.side_by_side(text)),
            (Occur::Should, unscored(self.side_by_side(furniture))),
        ])))
    }

    /// Terms that stand side by side, or one alone.
    fn side_by_side(&self, mut terms: Vec<Term>) -> Box<dyn Compiled> {
        match (terms.len(), terms.pop()) {
            (1, Some(term)) => Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
            (_, last) => {
                terms.extend(last);
                Box::new(PhraseQuery::new(terms, self.budget))
            }
        }
    }

    /// The articles whose path has `path` as a run of whole folders and names.
    fn paths(&self, path: &str) -> tantivy::Result<Box<dyn Compiled>> {
        let field = Field::Path;
        let searcher = &self.index.snapshot().searcher;
        // Patterns with many marks are more than an automaton may hold.
        if let Ok(query) = RegexQuery::from_pattern(&path_pattern(path), schema::id(field)) {
            for segment in searcher.segment_readers() {
                let paths = segment
                    .inverted_index(schema::id(field))?
                    .terms()
                    .num_terms();
                self.budget.spend(PATH.saturating_mul(paths as u64))?;
            }
            return Ok(Box::new(KnownArticles::of_query(searcher, &query)?));
        }
        let spender = self.budget.spender();
        let mut found: Vec<String> = Vec::new();
        for segment in searcher.segment_readers() {
            let dictionary = segment.inverted_index(schema::id(field))?;
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
        Ok(any_term(field, &found))
    }

    /// Whatever tantivy's own queries do not know.
    fn by_pattern(&mut self, own: Parts) -> tantivy::Result<Box<dyn Compiled>> {
        let lookups = look_up(self.index, &own, self.analyzer, self.known, self.budget)?;
        let part = &own.parts[0];
        let field = if part.scope == Scope::Title {
            Field::Title
        } else {
            Field::Text
        };
        let is_loose_word = is_loose_word(part);
        let candidates = if is_loose_word {
            self.forms(&lookups[0])?
        } else {
            self.candidates(&part.pattern, field, &lookups)?
        };
        let sought = Sought {
            field,
            by_position: !is_loose_word,
            by_text: needs_text(part, &lookups),
            rarity: self.statistics.rarity(&part.pattern, &lookups, field)?,
            average: self.statistics.average(field)?,
            parts: own,
            lookups,
            budget: self.budget.clone(),
        };
        Ok(Box::new(PatternQuery {
            candidates: Arc::from(candidates),
            sought: Arc::new(sought),
        }))
    }

    /// The articles that have one of the forms of a word.
    fn forms(&mut self, lookup: &Lookup) -> tantivy::Result<Box<dyn Compiled>> {
        Ok(match &lookup.form {
            Form::OneOf(forms) => any_term(Field::Form, forms),
            Form::Prefix(prefix) => {
                if let Some(articles) = self.known.prefixes.get(prefix) {
                    return Ok(Box::new(articles.clone()));
                }
                let searcher = &self.index.snapshot().searcher;
                let field = Field::Form;
                let articles = KnownArticles::of_prefix(searcher, field, prefix, self.budget)?;
                self.known.prefixes.insert(prefix.clone(), articles.clone());
                Box::new(articles)
            }
            Form::Any => any_term(Field::Text, &lookup.stems),
        })
    }

    /// The articles that may have a pattern in `field`.
    fn candidates(
        &mut self,
        pattern: &Pattern,
        field: Field,
        lookups: &[Lookup],
    ) -> tantivy::Result<Box<dyn Compiled>> {
        let mut leaf = |leaf: usize| -> tantivy::Result<Box<dyn Compiled>> {
            let lookup = &lookups[leaf];
            if lookup.is_wide() {
                return self.forms(lookup);
            }
            Ok(any_term(field, &lookup.stems))
        };
        Ok(match pattern {
            Pattern::Leaf { leaf: only, .. } => leaf(*only)?,
            Pattern::Phrase { leaves, .. } => {
                let all = leaves.iter().map(|number| leaf(*number));
                group(Occur::Must, all.collect::<tantivy::Result<_>>()?)
            }
            Pattern::Near { left, right, .. } => {
                let both = [left, right]
                    .into_iter()
                    .map(|side| self.candidates(side, field, lookups));
                group(Occur::Must, both.collect::<tantivy::Result<_>>()?)
            }
            Pattern::Either(parts) => {
                let any = parts
                    .iter()
                    .map(|part| self.candidates(part, field, lookups));
                group(Occur::Should, any.collect::<tantivy::Result<_>>()?)
            }
        })
    }

    fn filter(&mut self, filter: &Filter) -> tantivy::Result<Box<dyn Compiled>> {
        Ok(match filter {
            Filter::Country(None) => exact(Field::Flag, flags::NO_COUNTRY),
            Filter::Country(Some(code)) => exact(Field::Country, code),
            Filter::Main(None) => exact(Field::Flag, flags::NO_MAIN),
            Filter::Main(Some(code)) => exact(Field::Main, code),
            Filter::Person(None) => exact(Field::Flag, flags::NO_PERSON),
            Filter::Person(Some(name)) => {
                exact(Field::Person, &name_term(&self.analyzer.forms(name)))
            }
            Filter::Path(path) => self.paths(path)?,
            Filter::Mentioned(DateFilter::Unknown) => exact(Field::Flag, flags::NO_DATE),
            Filter::Mentioned(DateFilter::Between(from, to)) => {
                let run = (from.unwrap_or(Date::MIN), to.unwrap_or(Date::MAX));
                let terms: Vec<String> = date_terms::of_query(run).into_iter().collect();
                any_term(Field::Mentioned, &terms)
            }
            Filter::Date(DateFilter::Unknown) => exact(Field::Flag, flags::UNDATED),
            Filter::Date(DateFilter::Between(from, to)) => {
                let from = from.map_or(FIRST_DAY, day_number);
                let to = to.map_or(LAST_DAY, day_number);
                let day =
                    |field, day| Bound::Included(Term::from_field_i64(schema::id(field), day));
                let range = |from, to| Box::new(RangeQuery::new(from, to)) as Box<dyn Compiled>;
                let sides = vec![
                    range(Bound::Unbounded, day(Field::Earliest, to)),
                    range(day(Field::Latest, from), Bound::Unbounded),
                ];
                group(Occur::Must, sides)
            }
        })
    }
}

/// Whether a tree, compiled as it stands, scores each part that an article has
/// just once: no part stands in two groups, and none in a group that may fail
/// while the tree answers.
fn scores_each_part_once(query: &Query, parts: &Parts) -> bool {
    fn is_sound(query: &Query, parts: &Parts, in_any: bool, seen: &mut Vec<usize>) -> bool {
        let (inner, is_all) = match query {
            Query::Words(_) | Query::Filter(_) | Query::Not(_) => return true,
            Query::All(inner) => (inner, true),
            Query::Any(inner) => (inner, false),
        };
        if in_any && is_all && query.has_words() {
            return false;
        }
        let mut own: Vec<usize> = inner
            .iter()
            .filter_map(|part| match part {
                Query::Words(words) => parts.number(words),
                _ => None,
            })
            .collect();
        own.sort_unstable();
        own.dedup();
        let is_new = !own.iter().any(|part| seen.contains(part));
        seen.extend(own);
        is_new
            && inner
                .iter()
                .all(|part| is_sound(part, parts, in_any || !is_all, seen))
    }
    is_sound(query, parts, false, &mut Vec::new())
}

/// The words of a tree in order, what is excluded left out.
fn words_of(query: &Query) -> Vec<&Words> {
    match query {
        Query::Words(words) => vec![words],
        Query::Filter(_) | Query::Not(_) => Vec::new(),
        Query::All(parts) | Query::Any(parts) => parts.iter().flat_map(words_of).collect(),
    }
}

/// The terms of plain words in `field`.
fn terms_in(field: Field, own: &Parts) -> Vec<Term> {
    let leaves = own.parts[0].pattern.leaves().into_iter();
    leaves
        .filter_map(|leaf| match &own.leaves[leaf] {
            Leaf::Term(term) => Some(schema::term(field, term)),
            _ => None,
        })
        .collect()
}

fn any_term(field: Field, terms: &[String]) -> Box<dyn Compiled> {
    match terms {
        [] => Box::new(EmptyQuery),
        [term] => exact(field, term),
        _ => {
            let terms = terms.iter().map(|term| schema::term(field, term));
            Box::new(BooleanQuery::new_multiterms_query(terms.collect()))
        }
    }
}

fn group(occur: Occur, parts: Vec<Box<dyn Compiled>>) -> Box<dyn Compiled> {
    let clauses = parts.into_iter().map(|part| (occur, part));
    Box::new(BooleanQuery::new(clauses.collect()))
}

fn exact(field: Field, term: &str) -> Box<dyn Compiled> {
    Box::new(TermQuery::new(
        schema::term(field, term),
        IndexRecordOption::Basic,
    ))
}

fn unscored(query: Box<dyn Compiled>) -> Box<dyn Compiled> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}
