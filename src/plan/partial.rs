//! Articles that lack some parts of a query.
//!
//! From three parts on (words, phrases, groups), articles that have most of a
//! query are as good an answer as those that have all of it: one long article
//! with every word of a question would hide all better ones. They follow the
//! complete ones. nDCG@10, with near-duplicates not folded:
//!
//! | | TIME | CISI | CACM | MEDLINE | mean |
//! |---|---|---|---|---|---|
//! | complete ones alone, partial ones if there is none | .619 | .387 | .520 | .720 | .562 |
//! | **complete ones, then partial ones** | .694 | .417 | .548 | .710 | .592 |
//! | no difference between them (`--any`) | .698 | .416 | .551 | .720 | .596 |
//!
//! The first row was measured before irregular forms were made one with their
//! words. With .4 of the idf instead of half the mean is .002 higher, and no
//! higher below that.
//!
//! "Most" is half of the query's idf: beside a complete article one that has only
//! its common words is no answer. A word that no article has counts nothing,
//! since nobody can have it. Where no article is complete, any part will do: a
//! sentence of twenty words is half in few articles or in none. With two parts
//! an article that lacks one has little of the query; such articles are shown
//! only where none is complete. A query of phrases alone means each of them:
//! whoever quotes knows the words.
//!
//! Example: `employees bank strike` with idfs of 3, 2 and 5, and an article with
//! all of them. Half is 5: an article with *employees* and *bank*, or with
//! *strike* alone, follows it; one with *bank* alone does not.

use super::cost::Cost;
use super::resolve::{ResolvedTerm, pattern_idf};
use super::{Clause, Vocabulary};
use crate::document::field::Field;
use crate::failure::Result;
use crate::matching::TermClauses;
use crate::matching::proximity::Pattern;
use crate::query::{Expression, Query, Scope};

/// What becomes of articles that lack parts of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PartialMatches {
    /// They follow the complete ones, as the head of the file says.
    #[default]
    After,
    /// They are no answers.
    Never,
    /// They are answers like all others.
    Alike,
}

impl PartialMatches {
    /// What `any` and `all` ask for; `any` goes before.
    pub fn of(any: bool, all: bool) -> PartialMatches {
        match (any, all) {
            (true, _) => PartialMatches::Alike,
            (_, true) => PartialMatches::Never,
            _ => PartialMatches::After,
        }
    }

    /// The same, without partial articles after the complete ones.
    #[must_use]
    pub fn or_never(self) -> PartialMatches {
        match self {
            PartialMatches::After => PartialMatches::Never,
            other => other,
        }
    }
}

/// From so many parts on, partial articles stand beside complete ones.
const MANY: usize = 3;

/// The share of the query's idf that a partial article has at least.
const SHARE: f32 = 0.5;

/// Sums of idfs in different orders may differ by less than this.
const ROUNDING: f32 = 1e-4;

/// A part of the query that must hold by itself: a word, a phrase, a group.
#[derive(Debug)]
pub(crate) struct Member {
    /// The articles that have it.
    pub(crate) clause: Clause,
    /// It, as it reads back.
    pub(crate) text: String,
    /// What it weighs in deciding whether an article has most of the query.
    pub(crate) idf: f32,
}

/// The articles that lack members of the query and are shown all the same.
#[derive(Debug)]
pub(crate) struct PartialPlan {
    /// What holds whatever is lacking: filters and exclusions.
    pub(crate) required: Vec<Clause>,
    /// What scores, where the members only decide; else empty.
    pub(crate) scores: Vec<Clause>,
    /// The idf that an article's members reach at least.
    pub(crate) at_least: f32,
    /// Whether they follow complete ones; else they are shown where none is
    /// complete.
    pub(crate) beside_complete: bool,
    /// How much work it is to find them.
    pub(crate) cost: Cost,
}

impl PartialPlan {
    /// `None` where a query of such members has no partial answers. `asked` are
    /// the members as parts of the query.
    pub(super) fn of(
        asked: &[&Query],
        members: &[Member],
        required: Vec<Clause>,
        scores: Vec<Clause>,
        cost: Cost,
    ) -> Option<PartialPlan> {
        if members.len() < 2 || asked.iter().all(|member| is_phrase(member)) {
            return None;
        }
        let beside_complete = members.len() >= MANY;
        let all: f32 = members.iter().map(|member| member.idf).sum();
        Some(PartialPlan {
            required,
            scores,
            at_least: if beside_complete {
                SHARE * all * (1.0 - ROUNDING)
            } else {
                0.0
            },
            beside_complete,
            cost,
        })
    }
}

/// Whether a member is in quotes.
fn is_phrase(query: &Query) -> bool {
    match query {
        Query::Words(words) => matches!(words.expression, Expression::Phrase { .. }),
        _ => false,
    }
}

/// What a member weighs: a group of alternatives as the least rare of them, a
/// group of several words their sum; what no article has, nothing.
pub(super) fn idf(
    query: &Query,
    parts: &TermClauses,
    terms: &[ResolvedTerm],
    vocabulary: &dyn Vocabulary,
) -> Result<f32> {
    let of_all = |inner: &[Query]| -> Result<Vec<f32>> {
        let inner = inner.iter().filter(|query| query.has_words());
        inner
            .map(|query| idf(query, parts, terms, vocabulary))
            .collect()
    };
    Ok(match query {
        Query::Words(words) => {
            let Some(part) = parts.number(words).map(|number| &parts.parts[number]) else {
                return Ok(0.0);
            };
            if !can_be(&part.pattern, terms) {
                return Ok(0.0);
            }
            let field = match part.scope {
                Scope::Title => Field::Title,
                _ => Field::Text,
            };
            pattern_idf(vocabulary, &part.pattern, terms, field)?
        }
        Query::Filter(_) | Query::Not(_) => 0.0,
        Query::All(inner) => of_all(inner)?.into_iter().sum(),
        Query::Any(inner) => {
            let idfs = of_all(inner)?.into_iter().filter(|idf| *idf > 0.0);
            idfs.reduce(f32::min).unwrap_or(0.0)
        }
    })
}

/// Whether any article can have a pattern, by its words.
fn can_be(pattern: &Pattern, terms: &[ResolvedTerm]) -> bool {
    let is_there = |leaf: &usize| terms[*leaf].articles > 0;
    match pattern {
        Pattern::Leaf { leaf, .. } => is_there(leaf),
        Pattern::Phrase { leaves, .. } => leaves.iter().all(is_there),
        Pattern::Near { left, right, .. } => can_be(left, terms) && can_be(right, terms),
        Pattern::Either(parts) => parts.iter().any(|part| can_be(part, terms)),
    }
}
