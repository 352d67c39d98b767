//! The runs of words in which names are looked for.
//!
//! A run begins with a capitalised word, or with a particle that leads to one
//! (*bin Laden*, *de Klerk*), and goes on over capitalised words, particles
//! between them, hyphenated syllables (*Park Geun-hye*), and marks that stand
//! apart in tokenised text (*Derek O ’ Brien*). It never crosses the edge of a
//! block. Only runs with a word that may be a name are tagged: *The White
//! House* is not, which spares the tagger most of a text.
//!
//! Training cuts the same runs. Cost: O(tokens), with at most three of
//! look-ahead; a heading in capitals is cut after forty.

use std::ops::Range;

use crate::gazetteer::keys::key;
use crate::gazetteer::names::WordClass;
use crate::gazetteer::token::{Token, TokenShape};

/// The longest run, in tokens: a heading in capitals is cut here. It bounds
/// what the tagger holds at once.
const MAX_RUN: usize = 40;

/// Runs of capitalised words, with the particles and hyphens between them.
/// Disjoint, in order, none empty.
///
/// | text | run |
/// |---|---|
/// | Omar al-Bashir | the whole |
/// | Ursula von der Leyen | the whole |
/// | Park Geun-hye on Friday | Park Geun-hye; Friday is another |
/// | bin Laden | the whole: a particle may lead |
/// | Derek O ’ Brien | the whole: the mark stands apart |
pub(super) fn find(tokens: &[Token]) -> Vec<Range<usize>> {
    // News has about one in so many tokens.
    let mut runs = Vec::with_capacity(tokens.len() / 16);
    let mut at = 0;
    while at < tokens.len() {
        if !may_begin(tokens, at) {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        while end < tokens.len() && end - at < MAX_RUN {
            match joined(tokens, end) {
                0 => break,
                length => end += length,
            }
        }
        runs.push(at..end);
        at = end;
    }
    runs
}

/// Whether a run may hold a name: one whose words all mean something else
/// ("The", "White House", "Friday") needs no closer look.
pub(super) fn may_name(run: &[Token]) -> bool {
    let other = WordClass::FUNCTION
        .or(WordClass::PLACE)
        .or(WordClass::ORGANISATION)
        .or(WordClass::CALENDAR)
        .or(WordClass::NEVER)
        .or(WordClass::TITLE);
    run.iter().any(|token| {
        token.is_capitalised() && (token.class.is(WordClass::NAMES) || !token.class.is(other))
    })
}

/// Whether a run may begin at `at`.
fn may_begin(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    token.is_capitalised()
        || (token.shape == TokenShape::Lower
            && token.class.is(WordClass::PARTICLE)
            && token.end - token.start > 1
            && !token.class.is(WordClass::FUNCTION)
            && leads_to_capital(tokens, at + 1))
}

/// How many tokens from `at` on belong to the run that ends before it. 0 ends
/// the run.
fn joined(tokens: &[Token], at: usize) -> usize {
    let (before, token) = (&tokens[at - 1], &tokens[at]);
    if token.is_capitalised() || token.shape == TokenShape::Dotted {
        return 1;
    }
    if token.shape == TokenShape::Lower {
        let is_inside = token.class.is(WordClass::PARTICLE) && leads_to_capital(tokens, at + 1);
        return usize::from(is_inside);
    }
    let Some(next) = tokens
        .get(at + 1)
        .filter(|_| token.shape == TokenShape::Mark)
    else {
        return 0;
    };
    // `Ji-hoon`, `Trump-Biden`; a quote or a stop only in tokenised text.
    let joins = if token.is_hyphen() {
        next.is_capitalised() || (next.is_glued == token.is_glued && next.is_syllable())
    } else {
        is_apart(before, token, next)
    };
    if joins { 2 } else { 0 }
}

/// Text whose marks stand apart: "Derek O ’ Brien", "Sherry F . Carlin".
fn is_apart(before: &Token, mark: &Token, next: &Token) -> bool {
    let is_quote = mark.key == key("'") || mark.key == key("’");
    let is_stop = mark.key == key(".") && before.shape == TokenShape::Initial;
    !mark.is_glued
        && !next.is_glued
        && before.is_capitalised()
        && next.is_capitalised()
        && (is_quote || is_stop)
}

/// Whether a capitalised word follows, perhaps after one or two more particles
/// (*van der*).
fn leads_to_capital(tokens: &[Token], from: usize) -> bool {
    for token in tokens[from..].iter().take(3) {
        if token.is_capitalised() {
            return true;
        }
        if !token.class.is(WordClass::PARTICLE) && !token.is_hyphen() {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::token::{Tokens, bytes_of};

    fn check(text: &str, expected: &[&str]) {
        let tokens = Tokens::of_text(text).all;
        let runs = find(&tokens).into_iter();
        let shown: Vec<&str> = runs
            .filter(|run| may_name(&tokens[run.clone()]))
            .map(|run| &text[bytes_of(&tokens, &run)])
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn names_with_small_words_and_hyphens_are_one_run() {
        check(
            "They saw Omar al-Bashir, Ursula von der Leyen and Park Geun-hye on Friday.",
            &["Omar al-Bashir", "Ursula von der Leyen", "Park Geun-hye"],
        );
        check("bin Laden and de Klerk met", &["bin Laden", "de Klerk"]);
        check(
            "Derek O ’ Brien and Sherry F . Carlin",
            &["Derek O ’ Brien", "Sherry F . Carlin"],
        );
    }

    #[test]
    fn words_that_all_mean_something_else_are_none() {
        check("The White House said on Friday in Russia.", &[]);
    }
}
