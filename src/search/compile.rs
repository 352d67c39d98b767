//! Compiles a query to tantivy's.
//!
//! Two forms come out of the tree: one query that decides which articles
//! answer, and one small query per part that scores it.

use std::ops::Bound;

use jiff::civil::Date;
use tantivy::Term;
use tantivy::query::{
    BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query as Compiled, RangeQuery,
    RegexQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use crate::analyze::Analyzer;
use crate::index::document::{FIRST_DAY, LAST_DAY, day_number, name_term};
use crate::index::schema::{Fields, flags};
use crate::index::{Index, buckets};
use crate::matching::{Pattern, pattern};
use crate::query::{DateFilter, Filter, Query};

/// Compiles queries for one index.
pub(super) struct Compiler<'a> {
    index: &'a Index,
    fields: Fields,
    analyzer: &'a mut Analyzer,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(index: &'a Index, analyzer: &'a mut Analyzer) -> Self {
        Compiler {
            index,
            fields: index.snapshot().fields,
            analyzer,
        }
    }

    /// The query that matches the articles that answer `query`.
    pub(super) fn compile(&mut self, query: &Query) -> tantivy::Result<Box<dyn Compiled>> {
        match query {
            Query::Word(_) | Query::Phrase(_) | Query::Prefix(_) => {
                match pattern(query, self.analyzer) {
                    Some(pattern) => self.words(&pattern),
                    None => Ok(Box::new(EmptyQuery)),
                }
            }
            Query::Filter(filter) => Ok(unscored(self.filter(filter))),
            Query::Not(_) => self.all(std::slice::from_ref(query)),
            Query::All(parts) => self.all(parts),
            Query::Any(parts) => {
                let parts = self.without_punctuation(parts);
                let compiled = parts
                    .iter()
                    .map(|part| Ok((Occur::Should, self.compile(part)?)));
                Ok(Box::new(BooleanQuery::new(
                    compiled.collect::<tantivy::Result<_>>()?,
                )))
            }
        }
    }

    /// A word of punctuation alone asks for nothing, beside others.
    fn without_punctuation(&mut self, parts: &[Query]) -> Vec<Query> {
        let asks = |part: &&Query| match part {
            Query::Word(_) | Query::Phrase(_) | Query::Prefix(_) => {
                pattern(part, self.analyzer).is_some()
            }
            _ => true,
        };
        parts.iter().filter(asks).cloned().collect()
    }

    fn all(&mut self, parts: &[Query]) -> tantivy::Result<Box<dyn Compiled>> {
        let mut clauses: Vec<(Occur, Box<dyn Compiled>)> = Vec::new();
        for part in &self.without_punctuation(parts) {
            clauses.push(match part {
                Query::Not(inner) => (Occur::MustNot, self.compile(inner)?),
                other => (Occur::Must, self.compile(other)?),
            });
        }
        if clauses.is_empty() {
            return Ok(Box::new(EmptyQuery));
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((
                Occur::Must,
                unscored(exact(self.fields.flag, flags::ARTICLE)),
            ));
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

    /// The text, or without weight the page's furniture.
    fn words(&self, pattern: &Pattern) -> tantivy::Result<Box<dyn Compiled>> {
        let text = in_field(self.fields.text, self.fields.form, pattern)?;
        let terms = match pattern {
            Pattern::Prefix(_) => return Ok(text),
            Pattern::Term(term) => std::slice::from_ref(term),
            Pattern::Phrase(terms) => terms,
        };
        for term in terms {
            let term = Term::from_field_text(self.fields.furniture, term);
            if self.index.snapshot().searcher.doc_freq(&term)? == 0 {
                return Ok(text);
            }
        }
        let furniture = unscored(in_field(self.fields.furniture, self.fields.form, pattern)?);
        Ok(Box::new(BooleanQuery::new(vec![
            (Occur::Should, text),
            (Occur::Should, furniture),
        ])))
    }

    fn filter(&mut self, filter: &Filter) -> Box<dyn Compiled> {
        let fields = self.fields;
        match filter {
            Filter::Country(None) => exact(fields.flag, flags::NO_COUNTRY),
            Filter::Country(Some(code)) => exact(fields.country, code),
            Filter::Main(None) => exact(fields.flag, flags::NO_MAIN),
            Filter::Main(Some(code)) => exact(fields.main, code),
            Filter::Person(None) => exact(fields.flag, flags::NO_PERSON),
            Filter::Person(Some(name)) => {
                exact(fields.person, &name_term(&self.analyzer.forms(name)))
            }
            Filter::Mentioned(DateFilter::Unknown) => exact(fields.flag, flags::NO_DATE),
            Filter::Mentioned(DateFilter::Between(from, to)) => {
                let run = (from.unwrap_or(Date::MIN), to.unwrap_or(Date::MAX));
                let terms = buckets::of_query(run)
                    .into_iter()
                    .map(|term| Term::from_field_text(fields.mentioned, &term));
                Box::new(BooleanQuery::new_multiterms_query(terms.collect()))
            }
            Filter::Date(DateFilter::Unknown) => exact(fields.flag, flags::UNDATED),
            Filter::Date(DateFilter::Between(from, to)) => {
                let from = from.map_or(FIRST_DAY, day_number);
                let to = to.map_or(LAST_DAY, day_number);
                let day = |field, day| Bound::Included(Term::from_field_i64(field, day));
                Box::new(BooleanQuery::new(vec![
                    (
                        Occur::Must,
                        Box::new(RangeQuery::new(Bound::Unbounded, day(fields.earliest, to)))
                            as Box<dyn Compiled>,
                    ),
                    (
                        Occur::Must,
                        Box::new(RangeQuery::new(day(fields.latest, from), Bound::Unbounded)),
                    ),
                ]))
            }
        }
    }
}

/// The query for `pattern` in the terms of `field`, prefixes in `form`.
pub(super) fn in_field(
    field: Field,
    form: Field,
    pattern: &Pattern,
) -> tantivy::Result<Box<dyn Compiled>> {
    Ok(match pattern {
        Pattern::Term(term) => Box::new(TermQuery::new(
            Term::from_field_text(field, term),
            IndexRecordOption::WithFreqs,
        )),
        Pattern::Phrase(terms) => Box::new(PhraseQuery::new(
            terms
                .iter()
                .map(|term| Term::from_field_text(field, term))
                .collect(),
        )),
        // Of a form, only the full stop of a number means something in a pattern.
        Pattern::Prefix(prefix) => {
            let pattern = format!("{}.*", prefix.replace('.', "\\."));
            Box::new(RegexQuery::from_pattern(&pattern, form)?)
        }
    })
}

fn exact(field: Field, term: &str) -> Box<dyn Compiled> {
    Box::new(TermQuery::new(
        Term::from_field_text(field, term),
        IndexRecordOption::Basic,
    ))
}

fn unscored(query: Box<dyn Compiled>) -> Box<dyn Compiled> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}
