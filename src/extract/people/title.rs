//! The office that a text gives a person: before the name, or after it.
//!
//! Before a name, words are taken in from right to left as long as they may
//! belong to an office: capitalised words, nouns without a function, *former*,
//! *of* between capitals. The last must be a word of office (*coordinator*,
//! *Gen.*) or stand behind "Minister of". Small words at the front that say
//! nothing of it fall off: "told visiting Chinese President" leaves *Chinese
//! President*. Mr. and Mrs. are no office.
//!
//! After a name it is an apposition between commas with a word of office among
//! its first five: ", the chief technology officer of a firm,". A verb of
//! speech ends it.
//!
//! At most twelve tokens on either side; before goes first.

use std::ops::Range;

use crate::gazetteer::keys::key;
use crate::gazetteer::names::WordClass;
use crate::gazetteer::token::{Token, TokenShape};

/// The most tokens of an office. A longer one is a clause.
const MAX_TITLE: usize = 12;

/// The tokens of the office before or after the name `span`. `None` without
/// one; the words are the text's own.
///
/// | text | office |
/// |---|---|
/// | said White House cybersecurity coordinator Ann Doe | White House cybersecurity coordinator |
/// | told visiting Chinese President Ann Doe | Chinese President |
/// | met former Chinese Minister of Public Security Ann Doe | former Chinese Minister of Public Security |
/// | met Mrs. Ann Doe | none |
/// | Ann Doe, the chief technology officer of a firm. | chief technology officer of a firm |
/// | Ann Doe, who was there. | none |
pub(super) fn of(tokens: &[Token], span: &Range<usize>) -> Option<Range<usize>> {
    before(tokens, span.start).or_else(|| after(tokens, span.end))
}

/// "White House cybersecurity coordinator" before a name. A line break ends it.
fn before(tokens: &[Token], name: usize) -> Option<Range<usize>> {
    // As far to the left as words may belong to it.
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

/// Address that says nothing of an office. They lead to a name and are left out
/// of it.
const COURTESY: [u64; 4] = [key("mr"), key("mrs"), key("ms"), key("miss")];

/// Whether an office may begin with a word in small letters such as this.
fn leads(token: &Token) -> bool {
    token.class.is(WordClass::TITLE) || FORMER.contains(&token.key)
}

/// Words before an office that belong to it.
const FORMER: [u64; 4] = [key("former"), key("acting"), key("then"), key("ex")];

/// Whether the token at `at` may belong to the office that follows it.
/// `is_last` is for the word right before the name, which must be an office.
fn belongs(tokens: &[Token], at: usize, is_last: bool) -> bool {
    let token = &tokens[at];
    if tokens[at + 1].opens_line {
        return false;
    }
    if is_last {
        return token.class.is(WordClass::TITLE) || is_office_of(tokens, at);
    }
    match token.shape {
        // Vice-President.
        TokenShape::Mark => token.is_hyphen() && token.is_glued,
        TokenShape::Edge | TokenShape::Number => false,
        _ if FORMER.contains(&token.key) => true,
        // "Minister of Defence", "Chancellor of the Exchequer", "Minister of Trade
        // and Industry".
        _ if token.key == key("of") => {
            let next = &tokens[at + 1 + usize::from(tokens[at + 1].key == key("the"))];
            next.is_capitalised() && tokens[at - 1].is_capitalised()
        }
        _ if token.key == key("the") => {
            tokens[at - 1].key == key("of") && tokens[at + 1].is_capitalised()
        }
        _ if token.key == key("and") => {
            tokens[at - 1].is_capitalised()
                && tokens[at - 2].key == key("of")
                && tokens[at + 1].is_capitalised()
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
        if token.key == key("the") || token.key == key("and") {
            continue;
        }
        let is_capital = token.is_capitalised() && !token.opens_line;
        if !is_capital || token.class.is(WordClass::FIRST) {
            return false;
        }
    }
    false
}

/// ", chief technology officer of the firm," after a name. It must close with a
/// mark, or the block: else it is the rest of a sentence.
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
    // Else it goes on: ", the man who".
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
        for office in [
            "Chancellor of the Exchequer",
            "Minister of Trade and Industry",
        ] {
            check(&format!("met {office} Ann Doe."), "Ann Doe", Some(office));
        }
        check("met the king of the hill Ann Doe.", "Ann Doe", None);
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
