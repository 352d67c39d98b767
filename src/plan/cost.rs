//! How much work a query is, as far as its words tell.
//!
//! A unit is an article that has one word, and takes some 20 ns on one core;
//! the positions of a word cost ten, a text that is read a thousand. From it
//! follow whether the articles of a segment are divided among threads and in
//! how many pieces; filters and what is excluded are not reckoned.
//!
//! The estimate multiplies how many articles have to be visited by what each
//! costs. All words together: the rarest leads, the costs of each are added up
//! for every article of it. Any of some words: articles are added up, the
//! dearest cost counts. Example: `"interest rates"` with 3,000 and 5,000
//! articles is 3,000 · 2 · 10 = 60,000 units, not worth dividing (200,000);
//! `oil NEAR/s prices` with 1,654 articles is 1,654,000, in 16 pieces.
//!
//! It depends on the query and the index alone, never on the machine: so do the
//! pieces, and with them what a search pays. It may be wrong by a factor; it
//! decides how work is divided, not what is found.

use super::resolve::{ResolvedTerm, is_loose_word, needs_text};
use crate::matching::proximity::Pattern;
use crate::matching::{TermClause, TermClauses};
use crate::query::{Expression, Query};

/// From so much work on, articles are divided. On two cores, whole searches
/// that show ten (ms):
///
/// | query | units | alone | divided |
/// |---|---|---|---|
/// | a word of 107,590 articles | 108,000 | 12.9 | 14.1 |
/// | two words, 103,861 articles | 105,000 | 10.3 | 10.0 |
/// | a phrase of 10,684 of 10,758 long articles | 215,000 | 8.6 | 8.0 |
/// | `"said the"`, 23,808 articles | 347,000 | 8.2 | 6.1 |
/// | a phrase of 106,782 of 107,590 | 2,140,000 | 45.1 | 29.7 |
/// | `oil NEAR/s prices`, 23,808 articles | 1,654,000 | 112.6 | 67.4 |
const WORTH_HELPERS: u64 = 200_000;

/// What the positions of a word cost, in units of [`Cost`].
pub(crate) const POSITIONS: u64 = 10;

/// What a text costs that is read.
pub(crate) const TEXT: u64 = 1000;

/// The fewest documents of a piece where texts are not read: tantivy's unions
/// look so far ahead, for nothing where a piece ends earlier.
const WINDOW: u32 = 4096;

/// How many pieces there are at most, eight for each of four threads: the
/// articles that answer do not lie evenly.
const PIECES: u64 = 32;

/// How much work a piece is at least: what is looked for in it is opened anew.
const PIECE: u64 = 100_000;

/// How much it is to go through the articles that answer, as far as the words
/// tell; filters and what is excluded are not reckoned.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    /// How many articles are visited.
    articles: u64,
    /// What each costs. A unit is an article that has one word, and takes some
    /// 20 ns; the positions of a word cost ten, a text that is read a thousand.
    per_article: u64,
    /// How many postings of words are gone through for it, at the most.
    postings: u64,
    /// Whether it is a phrase and nothing else.
    pub(crate) is_phrase: bool,
}

impl Cost {
    /// Of a query.
    pub(crate) fn of(query: &Query, parts: &TermClauses, terms: &[ResolvedTerm]) -> Cost {
        let mut cost = Self::of_words(query, parts, terms).unwrap_or_default();
        if excludes_more_than_words(query) {
            cost.per_article = cost.per_article.max(POSITIONS);
        }
        cost
    }

    /// `None` for what has no words.
    fn of_words(query: &Query, parts: &TermClauses, terms: &[ResolvedTerm]) -> Option<Cost> {
        let inner = |inner: &[Query]| -> Vec<Cost> {
            let inner = inner.iter();
            inner
                .filter_map(|query| Self::of_words(query, parts, terms))
                .collect()
        };
        match query {
            Query::Words(words) => {
                let part = &parts.parts[parts.number(words)?];
                let articles = articles(&part.pattern, terms);
                Some(Cost {
                    articles,
                    per_article: per_article(part, terms),
                    postings: articles.saturating_mul(part.pattern.leaves().len() as u64),
                    is_phrase: false,
                })
            }
            Query::Filter(_) | Query::Not(_) => None,
            // The rarest leads, and each of its articles is checked for all.
            Query::All(all) => {
                let all = inner(all);
                let lead = all.iter().map(|cost| cost.articles).min()?;
                let of_lead = |cost: &Cost| cost.postings.min(lead.saturating_mul(2));
                let postings = all.iter().map(of_lead).sum();
                all.into_iter().reduce(|a, b| Cost {
                    articles: lead,
                    per_article: a.per_article + b.per_article,
                    postings,
                    is_phrase: false,
                })
            }
            Query::Any(any) => inner(any).into_iter().reduce(|a, b| Cost {
                articles: a.articles.saturating_add(b.articles),
                per_article: a.per_article.max(b.per_article),
                postings: a.postings.saturating_add(b.postings),
                is_phrase: false,
            }),
        }
    }

    /// See [`Cost`].
    fn units(self) -> u64 {
        self.articles.saturating_mul(self.per_article)
    }

    /// Whether it is worth dividing. Whether threads are free is for the engine
    /// to say.
    pub(crate) fn is_worth_dividing(self) -> bool {
        self.units() >= WORTH_HELPERS
    }

    /// In how many pieces it is done.
    pub(crate) fn pieces(self) -> usize {
        (self.units() / PIECE).clamp(1, PIECES) as usize
    }

    /// Whether a thread goes on from piece to piece with what it has opened:
    /// where more than words decide, what is verified in a piece must
    /// not depend on what the thread did before.
    pub(crate) fn keeps_place(self) -> bool {
        self.is_simple() || self.is_phrase
    }

    /// How many postings of words are gone through, at the most.
    pub(crate) fn postings(self) -> u64 {
        self.postings
    }

    /// Whether articles are told by their words alone, which are counted fast.
    pub(crate) fn is_simple(self) -> bool {
        self.per_article < POSITIONS
    }

    /// The fewest documents of a piece. Texts are read in pieces as small as 64
    /// documents, since each is dear.
    pub(crate) fn least(self) -> u32 {
        if self.per_article < TEXT { WINDOW } else { 64 }
    }
}

/// Whether a query excludes what is more than single words.
fn excludes_more_than_words(query: &Query) -> bool {
    fn is_more(query: &Query) -> bool {
        match query {
            Query::All(parts) | Query::Any(parts) => parts.iter().any(is_more),
            Query::Not(inner) => is_more(inner),
            Query::Filter(_) => false,
            Query::Words(words) => match &words.expression {
                Expression::Word(text) => !text.chars().all(char::is_alphanumeric),
                _ => true,
            },
        }
    }
    match query {
        Query::All(parts) | Query::Any(parts) => parts.iter().any(excludes_more_than_words),
        Query::Not(inner) => is_more(inner),
        Query::Words(_) | Query::Filter(_) => false,
    }
}

/// How many articles may have a pattern.
fn articles(pattern: &Pattern, terms: &[ResolvedTerm]) -> u64 {
    match pattern {
        Pattern::Leaf { leaf, .. } => terms[*leaf].articles,
        Pattern::Phrase { leaves, .. } => {
            let leaves = leaves.iter().map(|leaf| terms[*leaf].articles);
            leaves.min().unwrap_or(0)
        }
        Pattern::Near { left, right, .. } => articles(left, terms).min(articles(right, terms)),
        Pattern::Either(parts) => parts.iter().map(|part| articles(part, terms)).sum(),
    }
}

/// What each article costs that may have a part. In units of [`Cost`].
fn per_article(part: &TermClause, terms: &[ResolvedTerm]) -> u64 {
    let is_exact = |leaf: usize| terms[leaf].is_exact();
    match &part.pattern {
        // All of its forms are compared, where there are several.
        Pattern::Leaf { leaf, .. } if is_loose_word(part) => {
            if is_exact(*leaf) {
                1
            } else {
                POSITIONS
            }
        }
        // Mostly told by how often the title has it.
        Pattern::Leaf { leaf, .. } if is_exact(*leaf) => POSITIONS,
        _ if needs_text(part, terms) => TEXT,
        pattern => POSITIONS * pattern.leaves().len() as u64,
    }
}
