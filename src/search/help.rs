//! What may help where a query found nothing, or not all of it: words that no
//! article has, what was perhaps meant, filters that leave nothing.
//!
//! A word is missing if no article has its form or its stem; then the nearest
//! word takes its place (`suggest`), and the query so corrected is told only if
//! it finds something. A filter blocks if the query without it has a hit; if no
//! single one does, all of them are named together. Example: `hotlne
//! country:FR` over articles of a hotline in Russia: *hotlne* is missing and
//! *hotline* is near, but the corrected query finds nothing, so nothing is
//! suggested.
//!
//! Each try is a search that only counts, from the same budget; at most eight
//! words are corrected and eight filters tried.

use super::rank::Ranking;
use super::{Request, essential, suggest};
use crate::document::field::Field;
use crate::document::name_term;
use crate::engine::Engine;
use crate::failure::Result;
use crate::gazetteer::countries;
use crate::query::{Expression, Filter, Piece, Query, Words, pieces};
use crate::stop::Budget;
use crate::text::analyze::Analyzer;
use serde::Serialize;

/// What may help. All empty where something was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Help {
    /// The query with the words that were perhaps meant; it finds something.
    pub suggestion: Option<String>,
    /// Words of the query that no article has in any form.
    pub missing: Vec<String>,
    /// Filters and exclusions without which there would be a hit.
    pub blocking: Vec<String>,
}

/// Looks for what may help `query`, which found nothing. Words in exclusions
/// are left as they are.
pub(crate) fn of(
    engine: &dyn Engine,
    query: &Query,
    request: &Request,
    budget: &Budget,
    analyzer: &mut Analyzer,
) -> Result<Help> {
    let mut helper = Helper {
        engine,
        request,
        budget,
        analyzer,
        missing: Vec::new(),
    };
    // A suggestion is only told where it leads somewhere.
    let meant = helper.meant(query)?;
    let suggestion = match meant {
        Some(meant) if meant != *query && helper.finds_some(&meant)? => Some(meant.to_string()),
        _ => None,
    };
    let blocking = helper.blocking(query)?;
    Ok(Help {
        suggestion,
        missing: helper.missing,
        blocking,
    })
}

/// The filter that was perhaps meant by `country:` with no country behind it,
/// which was read as text. `country:Rusia` is text to the parser, since Rusia
/// is no country.
fn country_meant(words: &Words) -> Option<Filter> {
    let (Expression::Word(text) | Expression::Phrase { text, .. }) = &words.expression else {
        return None;
    };
    let (field, value) = text.split_once(':')?;
    let make = match field.to_ascii_lowercase().as_str() {
        "country" => Filter::Country,
        "main" => Filter::Main,
        _ => return None,
    };
    let code = countries::code_of(suggest::country(value)?)?;
    Some(make(Some(code.to_owned())))
}

/// So many unknown words are corrected, and so many filters tried: each is a
/// search of its own. The missing words themselves are all told.
const MAX_TRIES: usize = 8;

/// One failed query, while help is looked for.
struct Helper<'a> {
    engine: &'a dyn Engine,
    request: &'a Request,
    budget: &'a Budget,
    analyzer: &'a mut Analyzer,
    missing: Vec<String>,
}

impl Helper<'_> {
    /// The query with the words that were perhaps meant; `None` where a word
    /// is unknown and nothing is near it.
    fn meant(&mut self, query: &Query) -> Result<Option<Query>> {
        Ok(match query {
            Query::Words(words) => self.words(words)?,
            Query::Filter(Filter::Person(Some(name))) => {
                let meant = self.name(name)?;
                meant.map(|name| Query::Filter(Filter::Person(Some(name))))
            }
            Query::Filter(_) | Query::Not(_) => Some(query.clone()),
            Query::All(parts) => self.all_meant(parts)?.map(Query::all),
            Query::Any(parts) => self.all_meant(parts)?.map(Query::any),
        })
    }

    /// A word with a colon may be a filter that was misread.
    fn words(&mut self, words: &Words) -> Result<Option<Query>> {
        if let Some(filter) = country_meant(words) {
            return Ok(Some(Query::Filter(filter)));
        }
        let meant = self.expression(&words.expression)?;
        Ok(meant.map(|expression| {
            Query::Words(Words {
                scope: words.scope,
                expression,
            })
        }))
    }

    /// All are visited, so that every unknown word is told. `None` where any
    /// of them is unknown.
    fn all_meant(&mut self, parts: &[Query]) -> Result<Option<Vec<Query>>> {
        let meant: Vec<Option<Query>> = parts
            .iter()
            .map(|part| self.meant(part))
            .collect::<Result<_>>()?;
        Ok(meant.into_iter().collect())
    }

    /// Prefixes and fuzzy words are near by themselves and stay.
    fn expression(&mut self, expression: &Expression) -> Result<Option<Expression>> {
        Ok(match expression {
            Expression::Word(text) => self.text(text)?.map(|text| {
                if text.contains(' ') {
                    Expression::phrase(&text)
                } else {
                    Expression::Word(text)
                }
            }),
            Expression::Phrase { text, slop } => {
                let text = self.text(text)?;
                text.map(|text| Expression::Phrase { text, slop: *slop })
            }
            Expression::Exact(text) => self.text(text)?.map(Expression::Exact),
            Expression::Prefix(_) | Expression::Wildcard(_) | Expression::Fuzzy { .. } => {
                Some(expression.clone())
            }
            Expression::Near { left, right, reach } => {
                match (self.expression(left)?, self.expression(right)?) {
                    (Some(left), Some(right)) => Some(Expression::Near {
                        left: Box::new(left),
                        right: Box::new(right),
                        reach: *reach,
                    }),
                    _ => None,
                }
            }
            Expression::Either(parts) => {
                let parts: Vec<Option<Expression>> = parts
                    .iter()
                    .map(|part| self.expression(part))
                    .collect::<Result<_>>()?;
                let parts: Option<Vec<Expression>> = parts.into_iter().collect();
                parts.map(Expression::Either)
            }
        })
    }

    /// A text with each unknown word replaced by what was perhaps meant. A word
    /// that has several forms (hyphens) is told and not corrected.
    ///
    /// *hotlne* becomes *hotline*; *cybertalks* becomes two words, which stand
    /// side by side in the new query.
    fn text(&mut self, text: &str) -> Result<Option<String>> {
        let mut meant = Vec::new();
        let mut is_known = true;
        for word in text.split_whitespace() {
            // A word with wildcards is near by itself.
            if pieces(word)
                .iter()
                .any(|piece| matches!(piece, Piece::Wildcard(_)))
            {
                meant.push(word.to_owned());
                continue;
            }
            let forms = self.analyzer.forms(word);
            let unknown = self.unknown(&forms)?;
            for form in &unknown {
                if !self.missing.contains(form) {
                    self.missing.push(form.clone());
                }
            }
            match (unknown.as_slice(), forms.len()) {
                ([], _) => meant.push(word.to_owned()),
                // One unknown word: the nearest takes its place.
                ([form], 1) if self.missing.len() <= MAX_TRIES => {
                    match suggest::word(self.engine, Field::Form, form)? {
                        Some(near) => meant.push(near),
                        None => is_known = false,
                    }
                }
                _ => is_known = false,
            }
        }
        Ok(is_known.then(|| meant.join(" ")))
    }

    /// Those of `forms` that no article has in any form. A form that was never
    /// written may still have a stem that was.
    fn unknown(&self, forms: &[String]) -> Result<Vec<String>> {
        let mut unknown = Vec::new();
        for form in forms {
            let stem = self.analyzer.stem(form);
            if self.engine.articles(Field::Form, form)? == 0
                && self.engine.articles(Field::Text, &stem)? == 0
            {
                unknown.push(form.clone());
            }
        }
        Ok(unknown)
    }

    /// A name in a filter: as typed if an article has it.
    fn name(&mut self, name: &str) -> Result<Option<String>> {
        let term = name_term(&self.analyzer.forms(name));
        if self.engine.articles(Field::Person, &term)? > 0 {
            return Ok(Some(name.to_owned()));
        }
        suggest::person(self.engine, self.analyzer, name)
    }

    /// Whether a query finds anything, with all of its words or some. As a
    /// search would look for it.
    fn finds_some(&mut self, query: &Query) -> Result<bool> {
        let query = essential(query, self.analyzer);
        Ok(self.finds(&query)?
            || match query.relaxed() {
                Some(relaxed) => self.finds(&relaxed)?,
                None => false,
            })
    }

    /// Whether an article answers the query as it stands.
    fn finds(&mut self, query: &Query) -> Result<bool> {
        let ranking = Ranking::new(self.engine, query, self.request, self.budget, self.analyzer)?;
        Ok(ranking.count()? > 0)
    }

    /// The filters and exclusions that leave nothing of what the words find:
    /// each by itself, or if none does, all together.
    ///
    /// Example: `talks country:FR person:Putin` finds nothing, and without
    /// `country:FR` it does: `country:FR` blocks. If it takes both filters away
    /// to find something, both are named.
    fn blocking(&mut self, query: &Query) -> Result<Vec<String>> {
        let Query::All(parts) = query else {
            return Ok(Vec::new());
        };
        // Only filters at the top can be taken away one by one.
        let is_filter = |part: &Query| matches!(part, Query::Filter(_) | Query::Not(_));
        let (filters, words): (Vec<Query>, Vec<Query>) = parts.iter().cloned().partition(is_filter);
        if filters.is_empty() || words.is_empty() || !self.finds_all(words)? {
            return Ok(Vec::new());
        }
        // With all of them there is no hit, with all of the words.
        if self.finds_all(parts.clone())? {
            return Ok(Vec::new());
        }
        let mut alone = Vec::new();
        for filter in filters.iter().take(MAX_TRIES) {
            let others = parts.iter().filter(|part| *part != filter).cloned();
            if self.finds_all(others.collect())? {
                alone.push(filter.to_string());
            }
        }
        if alone.is_empty() {
            alone = filters.iter().map(Query::to_string).collect();
        }
        Ok(alone)
    }

    /// Whether an article has all of the parts, stop words left out.
    fn finds_all(&mut self, parts: Vec<Query>) -> Result<bool> {
        let query = essential(&Query::all(parts), self.analyzer);
        self.finds(&query)
    }
}
