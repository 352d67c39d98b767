//! The office that a text gives a person: before the name, or after it.

use std::ops::Range;

use crate::gazetteer::keys::key;
use crate::gazetteer::names::WordClass;
use crate::gazetteer::token::{Token, TokenShape};

/// The most tokens of an office.
const MAX_TITLE: usize = 12;

/// The tokens of the office before or after the name `span`.
pub(super) fn of(tokens: &[Token], span: &Range<usize>) -> Option<Range<usize>> {
    before(tokens, span.start).or_else(|| after(tokens, span.end))
}

/// "White House cybersecurity coordinator" before a name.
fn before(tokens: &[Token], name: usize) -> Option<Range<usize>> {
    let mut start = name;
    while name - start < MAX_TITLE && start > 0 && belongs(tokens, start - 1, start == name) {
        start -= 1;
    }
    // Small words in front belong to it after a capital only: "told visiting
    // Chinese President" leads with "Chinese".
    while start < name && tokens[start].shape == TokenShape::Lower && !leads(&tokens[start]) {
        start += 1;
    }
    let has_office = tokens[start..name]
        .iter()
        .any(|token| token.class.is(WordClass::TITLE) && !COURTESY.contains(&token.key));
    (has_office && tokens[name].start > 0).then_some(start..name)
}

/// Address that says nothing of an office.
const COURTESY: [u64; 4] = [key("mr"), key("mrs"), key("ms"), key("miss")];

fn leads(token: &Token) -> bool {
    token.class.is(WordClass::TITLE) || FORMER.contains(&token.key)
}

const FORMER: [u64; 4] = [key("former"), key("acting"), key("then"), key("ex")];

/// Whether the token at `at` may belong to the office that follows it.
fn belongs(tokens: &[Token], at: usize, is_last: bool) -> bool {
    let token = &tokens[at];
    if tokens[at + 1].opens_line {
        return false;
    }
    if is_last {
        return token.class.is(WordClass::TITLE) || is_office_of(tokens, at);
    }
    match token.shape {
        TokenShape::Mark => token.is_hyphen() && token.is_glued,
        TokenShape::Edge | TokenShape::Number => false,
        _ if FORMER.contains(&token.key) => true,
        _ if token.key == key("of") => {
            tokens[at + 1].is_capitalised() && tokens[at - 1].is_capitalised()
        }
        _ => {
            !token.class.is(WordClass::FUNCTION.or(WordClass::SPEECH))
                || token.class.is(WordClass::TITLE)
        }
    }
}

/// "Minister of Public Security": the office stands before "of".
fn is_office_of(tokens: &[Token], at: usize) -> bool {
    let words = tokens[..=at].iter().enumerate().rev().take(6);
    for (at, token) in words {
        if token.key == key("of") {
            return at > 0 && tokens[at - 1].class.is(WordClass::TITLE);
        }
        let is_capital = token.is_capitalised() && !token.opens_line;
        if !is_capital || token.class.is(WordClass::FIRST) {
            return false;
        }
    }
    false
}

/// ", chief technology officer of the firm," after a name.
fn after(tokens: &[Token], name: usize) -> Option<Range<usize>> {
    if tokens[name].key != key(",") {
        return None;
    }
    let mut start = name + 1;
    if tokens[start].key == key("the")
        || tokens[start].key == key("a")
        || tokens[start].key == key("an")
    {
        start += 1;
    }
    let mut end = start;
    while end - start < MAX_TITLE {
        let token = &tokens[end];
        let ends = match token.shape {
            TokenShape::Mark => {
                !token.is_hyphen() && token.key != key("’") && token.key != key("'s")
            }
            TokenShape::Edge => true,
            _ => token.class.is(WordClass::SPEECH) && token.shape == TokenShape::Lower,
        };
        if ends {
            break;
        }
        end += 1;
    }
    let closes = matches!(tokens[end].shape, TokenShape::Mark | TokenShape::Edge);
    let office = tokens[start..end].iter().take(5);
    let has_office = office
        .clone()
        .any(|token| token.class.is(WordClass::TITLE) && token.shape == TokenShape::Lower);
    (closes && has_office && end > start).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::token::{Tokens, bytes_of, span_of};

    fn check(text: &str, name: &str, expected: Option<&str>) {
        let tokens = Tokens::of_text(text).all;
        let span = span_of(text, &tokens, name);
        let shown = of(&tokens, &span).map(|span| &text[bytes_of(&tokens, &span)]);
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn the_office_stands_before_the_name() {
        check(
            "said White House cybersecurity coordinator Ann Doe.",
            "Ann Doe",
            Some("White House cybersecurity coordinator"),
        );
        check(
            "told visiting Chinese President Ann Doe.",
            "Ann Doe",
            Some("Chinese President"),
        );
        check(
            "met former Chinese Minister of Public Security Ann Doe.",
            "Ann Doe",
            Some("former Chinese Minister of Public Security"),
        );
        check("met Gen. Ann Doe.", "Ann Doe", Some("Gen."));
        check("met Ann Doe.", "Ann Doe", None);
        check("met Mrs. Ann Doe.", "Ann Doe", None);
    }

    #[test]
    fn or_after_it() {
        check(
            "said Ann Doe, the chief technology officer of a firm.",
            "Ann Doe",
            Some("chief technology officer of a firm"),
        );
        check("said Ann Doe, who was there.", "Ann Doe", None);
        check("Ann Doe, minister", "Ann Doe", Some("minister"));
    }
}
