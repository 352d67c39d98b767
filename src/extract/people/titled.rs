//! Names that an honorific or a rank makes sure of: *Mr. Mali*, *Senator
//! Holland*, *Gen. SMITH*.
//!
//! Such a word stands before one person's name and before nothing else, so what
//! follows it is a name whatever else it may mean: a country, a word of the
//! dictionary, letters in capitals. Words that also lead to institutions
//! (*General Motors*, *Ambassador Hotel*, *President Holding*) are not among
//! them. *Miss France* and *Mr. President* are nobody's names.
//!
//! A known first name behind an office that goes on (*minister for Women and
//! Equalities Ann Doe*) begins a name as well, and so do words that mean nothing
//! else before an age (*Damru Rohi Das, 40,*).
//!
//! Cost: one pass over the tokens; most are turned away by their class.

use std::ops::Range;

use super::spans;
use crate::gazetteer::keys::key;
use crate::gazetteer::names::WordClass;
use crate::gazetteer::token::{Token, TokenShape};

/// Words that stand before a person's name alone.
const HONORIFICS: [u64; 44] = [
    key("mr"),
    key("mrs"),
    key("ms"),
    key("miss"),
    key("dr"),
    key("messrs"),
    key("madame"),
    key("monsieur"),
    key("senor"),
    key("senora"),
    key("sir"),
    key("sen"),
    key("senator"),
    key("congressman"),
    key("congresswoman"),
    key("rep"),
    key("councillor"),
    key("councilman"),
    key("councilwoman"),
    key("judge"),
    key("sheriff"),
    key("gov"),
    key("prof"),
    key("professor"),
    key("rev"),
    key("reverend"),
    key("rabbi"),
    key("gen"),
    key("lt"),
    key("col"),
    key("colonel"),
    key("maj"),
    key("capt"),
    key("captain"),
    key("cpl"),
    key("pvt"),
    key("sgt"),
    key("sergeant"),
    key("cmdr"),
    key("adm"),
    key("admiral"),
    key("lieutenant"),
    key("constable"),
    key("supt"),
];

/// The title of a contest: *Miss France*, *Mr. Universe*.
const CONTESTS: [u64; 5] = [
    key("universe"),
    key("world"),
    key("olympia"),
    key("america"),
    key("teen"),
];

/// The most words of a name that is found so.
const MAX_NAME: usize = 4;

/// Whether an honorific stands right before the word at `at`.
pub(super) fn is_titled(tokens: &[Token], at: usize) -> bool {
    at > 0 && is_honorific(tokens, at - 1)
}

/// Whether the word at `at` is an honorific before a name: capitalised, and not
/// at the end of its line.
#[inline]
fn is_honorific(tokens: &[Token], at: usize) -> bool {
    // Few words are titles.
    tokens[at].class.is(WordClass::TITLE) && is_honorific_title(tokens, at)
}

/// Whether the title at `at` is an honorific before a name.
fn is_honorific_title(tokens: &[Token], at: usize) -> bool {
    let (token, next) = (&tokens[at], tokens.get(at + 1).unwrap_or(&Token::EDGE));
    matches!(token.shape, TokenShape::Capital | TokenShape::Capitals)
        && HONORIFICS.contains(&token.key)
        && next.is_capitalised()
        && !next.opens_line
        // "DR Congo".
        && (token.shape == TokenShape::Capital || next.shape == TokenShape::Capitals)
        && !(token.key == key("miss") && next.class.is(WordClass::PLACE))
        && !CONTESTS.contains(&next.key)
}

/// Adds to `found`, which is in order, the names behind honorifics that no span
/// of it holds.
///
/// | text | added |
/// |---|---|
/// | Mr. Mali said no | Mali |
/// | Sen. Bob Vorlo left | Bob Vorlo, if nothing of it was found |
/// | Gen. SMITH. I agree. | SMITH |
/// | minister for Women and Equalities Ann Vorlo | Ann Vorlo |
/// | Mr. President | nothing |
pub(super) fn add(tokens: &[Token], found: &mut Vec<Range<usize>>) {
    let known = found.len();
    let mut passed = 0;
    for at in 0..tokens.len() {
        // Nothing else is an honorific or begins a name.
        if !tokens[at].is_capitalised() {
            continue;
        }
        let start = at + usize::from(is_honorific(tokens, at));
        if start == at && !begins_name(tokens, at) {
            continue;
        }
        while passed < known && found[passed].end <= start {
            passed += 1;
        }
        let limit = if passed < known {
            found[passed].start
        } else {
            tokens.len()
        };
        let mut end = start;
        while end < limit.min(start + MAX_NAME) && may_go_on(tokens, start, end) {
            end += 1;
        }
        if end > start {
            found.push(start..end);
        }
    }
    found.sort_by_key(|span| span.start);
}

/// Where a name behind an honorific ends: with the words behind it that may be
/// part of it. *Mr. Emilio* before *Arenales* is one name.
pub(super) fn end_of_titled(tokens: &[Token], name: &Range<usize>) -> usize {
    let mut end = name.end;
    if is_titled(tokens, name.start) && tokens[name.start].shape != TokenShape::Capitals {
        while end < name.start + MAX_NAME
            && tokens[end].shape == TokenShape::Capital
            && may_go_on(tokens, name.start, end)
        {
            end += 1;
        }
    }
    end
}

/// Whether a name begins at `at` for what stands around it.
fn begins_name(tokens: &[Token], at: usize) -> bool {
    at > 0
        && tokens[at].is_capitalised()
        && (spans::begins_after_office(tokens, at) || begins_before_age(tokens, at))
}

/// Whether two to four words that mean nothing else stand before an age and a
/// mark: "Damru Rohi Das, 40, a resident".
fn begins_before_age(tokens: &[Token], at: usize) -> bool {
    if !spans::means_nothing_else(&tokens[at]) || tokens[at - 1].is_capitalised() {
        return false;
    }
    let words = tokens[at + 1..].iter().take(MAX_NAME - 1);
    let words = words.take_while(|word| spans::means_nothing_else(word) && !word.opens_line);
    let end = at + 1 + words.count();
    let [comma, age, mark] = [0, 1, 2].map(|step| tokens.get(end + step).unwrap_or(&Token::EDGE));
    end > at + 1
        && comma.key == key(",")
        && age.shape == TokenShape::Number
        && age.end - age.start == 2
        && [key(","), key(";"), key("."), key(")")].contains(&mark.key)
}

/// Whether the word at `at` belongs to the name that begins at `start`.
fn may_go_on(tokens: &[Token], start: usize, at: usize) -> bool {
    let token = &tokens[at];
    let stops = WordClass::TITLE
        .or(WordClass::FUNCTION)
        .or(WordClass::CALENDAR);
    let is_name = token.is_capitalised() && !token.opens_line && !token.class.is(stops);
    let first = &tokens[start];
    // Behind a first word that may be a name, one that is no other.
    let others = WordClass::ORGANISATION
        .or(WordClass::NEVER)
        .or(WordClass::SPEECH);
    let others = others.or(WordClass::PLACE);
    is_name
        && if at == start {
            !token.class.is(WordClass::NEVER)
        } else {
            !token.class.is(others) && first.shape != TokenShape::Capitals
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::token::{Tokens, bytes_of};

    fn check(text: &str, expected: &[&str]) {
        let tokens = Tokens::of_text(text).all;
        let mut found = Vec::new();
        add(&tokens, &mut found);
        let shown: Vec<&str> = found
            .iter()
            .map(|span| &text[bytes_of(&tokens, span)])
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn an_honorific_makes_a_name_of_any_word() {
        check(
            "Then Mr. Mali and Mrs Chile met Senator Holland.",
            &["Mali", "Chile", "Holland"],
        );
        check("They asked Sgt. Rice on Friday.", &["Rice"]);
        check("Gen. SMITH. I agree.", &["SMITH"]);
        check("They met Dr. Vorlo Zand Friday.", &["Vorlo Zand"]);
    }

    #[test]
    fn an_office_leads_to_a_name() {
        check(
            "The minister for Women and Equalities Ann Vorlo left.",
            &["Ann Vorlo"],
        );
        check("They saw Trade and Industry Ann Vorlo.", &[]);
    }

    #[test]
    fn an_age_follows_a_name() {
        check(
            "said Damru Rohi Vorlo, 40, a resident.",
            &["Damru Rohi Vorlo"],
        );
        check("It had Vorlo Zand, 2013, and Vorlo, 40, too.", &[]);
    }

    #[test]
    fn other_words_do_not() {
        check("Mr. President, the DR Congo and Miss France are here.", &[]);
        check("General Motors and the Ambassador Hotel", &[]);
        check("He is a judge. Friday came.", &[]);
    }
}
