//! What may help where a query found nothing, or not all of it: words that no
//! article has, what was perhaps meant, filters that leave nothing.
//!
//! A word is missing if no article has its form or its stem; then words near it
//! take its place (`suggest`), and of the queries so corrected the likeliest is
//! told that an article has all words of. A filter blocks if the query without it has a hit; if no
//! single one does, all of them are named together. Example: `hotlne
//! country:FR` over articles of a hotline in Russia: *hotlne* is missing and
//! *hotline* is near, but the corrected query finds nothing, so nothing is
//! suggested.
//!
//! Each try is a search that only counts, from the same budget; at most eight
//! words are corrected and eight filters tried.

use super::rank::Ranking;
use super::{PartialMatches, Request, essential, suggest};
use crate::document::field::Field;
use crate::document::name_term;
use crate::engine::Engine;
use crate::failure::Result;
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
        choices: Vec::new(),
    };
    let suggestion = helper.suggestion(query)?;
    let blocking = helper.blocking(query)?;
    Ok(Help {
        suggestion,
        missing: helper.missing,
        blocking,
    })
}

/// So many unknown words are corrected, and so many filters tried: each is a
/// search of its own. The missing words themselves are all told.
const MAX_TRIES: usize = 8;

/// So many corrected queries are tried.
const MAX_WAYS: usize = 16;

/// A word of so many letters that is one or two edits away from another is
/// hardly ever a third one.
const SURE: usize = 6;

/// The ways to take one of what may have been meant by each unknown word, the
/// likeliest first: those that go down the lists least. At most `most`.
fn ways(choices: &[Choice], most: usize) -> Vec<Vec<usize>> {
    let mut ways: Vec<Vec<usize>> = vec![Vec::new()];
    for choice in choices {
        let longer = ways.iter().flat_map(|way| {
            let numbers = 0..choice.meant.len();
            numbers.map(move |number| way.iter().copied().chain([number]).collect())
        });
        ways = longer.collect();
        // Stable: the choices of earlier words go down last.
        ways.sort_by_key(|way| way.iter().sum::<usize>());
        ways.truncate(most);
    }
    ways
}

/// One failed query, while help is looked for.
struct Helper<'a> {
    engine: &'a dyn Engine,
    request: &'a Request,
    budget: &'a Budget,
    analyzer: &'a mut Analyzer,
    missing: Vec<String>,
    /// What may have been meant by each unknown word, and which is tried.
    choices: Vec<Choice>,
}

/// What may have been meant by an unknown word.
struct Choice {
    form: String,
    meant: Vec<String>,
    /// The number of the one that is tried.
    tried: usize,
}

impl Choice {
    /// How much what is tried counts.
    fn weight(&self) -> usize {
        let tried = self.meant.get(self.tried).map_or("", String::as_str);
        suggest::weight(&self.form, tried)
    }
}

impl Helper<'_> {
    /// The query that was perhaps meant: the one that most articles have all
    /// words of, where a word that begins as the one typed counts threefold.
    /// Where none has, the nearest words, if all are long enough to be sure of
    /// and an article has some of them.
    ///
    /// Of `oil pricse OPEK`, *open* stands in more articles than *opec*, and
    /// *opec* in more that have the other words.
    fn suggestion(&mut self, query: &Query) -> Result<Option<String>> {
        // Finds the unknown words, and what is near each.
        let nearest = self.meant(query)?;
        let mut best: Option<(usize, Query)> = None;
        for way in ways(&self.choices, MAX_WAYS) {
            for (choice, tried) in self.choices.iter_mut().zip(way) {
                choice.tried = tried;
            }
            let Some(meant) = self.meant(query)?.filter(|meant| meant != query) else {
                continue;
            };
            let articles = self.count_all(vec![meant.clone()])?;
            let weight: usize = self.choices.iter().map(Choice::weight).product();
            let worth = articles.saturating_mul(weight);
            if worth > best.as_ref().map_or(0, |(most, _)| *most) {
                best = Some((worth, meant));
            }
        }
        if let Some((_, meant)) = best {
            return Ok(Some(meant.to_string()));
        }
        let is_sure = |choice: &Choice| choice.form.chars().count() >= SURE;
        let Some(nearest) = nearest.filter(|nearest| {
            nearest != query && !self.choices.is_empty() && self.choices.iter().all(is_sure)
        }) else {
            return Ok(None);
        };
        let relaxed = essential(&nearest, self.analyzer).relaxed();
        let finds = match relaxed {
            Some(relaxed) => self.count(&relaxed)? > 0,
            None => false,
        };
        Ok(finds.then(|| nearest.to_string()))
    }

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

    fn words(&mut self, words: &Words) -> Result<Option<Query>> {
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
                ([form], 1) if self.missing.len() <= MAX_TRIES => match self.chosen(form)? {
                    Some(near) => meant.push(near),
                    None => is_known = false,
                },
                _ => is_known = false,
            }
        }
        Ok(is_known.then(|| meant.join(" ")))
    }

    /// What is tried in the place of an unknown word.
    fn chosen(&mut self, form: &str) -> Result<Option<String>> {
        if let Some(known) = self.choices.iter().find(|choice| choice.form == form) {
            return Ok(known.meant.get(known.tried).cloned());
        }
        let meant = suggest::words(self.engine, Field::Form, form)?;
        let first = meant.first().cloned();
        self.choices.push(Choice {
            form: form.to_owned(),
            meant,
            tried: 0,
        });
        Ok(first)
    }

    /// Those of `forms` that no article has in any form. A form that was never
    /// written may still have a stem that was.
    fn unknown(&self, forms: &[String]) -> Result<Vec<String>> {
        self.engine.expect(&|| {
            let both = |form: &String| {
                let stem = self.analyzer.stem(form);
                [(Field::Form, form.clone()), (Field::Text, stem)]
            };
            forms.iter().flat_map(both).collect()
        })?;
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

    /// How many articles have all of the query as it stands.
    fn count(&mut self, query: &Query) -> Result<usize> {
        let (engine, request, budget) = (self.engine, self.request, self.budget);
        let partial = PartialMatches::Never;
        let ranking = Ranking::new(engine, query, request, partial, budget, self.analyzer)?;
        Ok(ranking.count()?.complete)
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

    /// How many articles have all of the parts, stop words left out.
    fn count_all(&mut self, parts: Vec<Query>) -> Result<usize> {
        let query = essential(&Query::all(parts), self.analyzer);
        self.count(&query)
    }

    /// Whether an article has all of the parts.
    fn finds_all(&mut self, parts: Vec<Query>) -> Result<bool> {
        Ok(self.count_all(parts)? > 0)
    }
}
