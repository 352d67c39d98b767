//! The tokens of a query, and which words are operators.

use super::{Expression, Query, Reach, Scope, wildcards};

/// What `NEAR` means without a number, as in other engines.
pub(super) const NEAR_WORDS: u32 = 10;

/// The most words that may lie between, in `NEAR/n` and `"a b"~n`.
pub(super) const MAX_REACH: u32 = 1000;

/// The most letters in which `word~n` may differ.
pub(super) const MAX_EDITS: u8 = 2;

/// The marks that open a quotation, each with those that close it: English,
/// German, French and Swedish ones, and those that stand the other way round.
pub(super) const QUOTES: [(char, &[char]); 8] = [
    ('"', &['"', '”']),
    ('“', &['”', '"']),
    ('”', &['”', '"']),
    ('„', &['“', '”', '"']),
    ('«', &['»']),
    ('»', &['«', '»']),
    ('‹', &['›']),
    ('›', &['‹', '›']),
];

/// The number of a mark that opens a quotation, among [`QUOTES`].
pub(super) fn quote(c: char) -> Option<usize> {
    QUOTES.iter().position(|(open, _)| *open == c)
}

/// Whether a word before a colon says where other words must stand.
pub(super) fn is_scope(field: &str) -> bool {
    let scopes = ["title", "body"];
    scopes.iter().any(|scope| field.eq_ignore_ascii_case(scope))
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum QueryToken {
    Operand(Query),
    Minus,
    /// An opening bracket, and where the words inside must stand.
    Open(Scope),
    Close,
    And,
    Or,
    Not,
    Near(Reach),
}

/// Text between quotes as the tree keeps it: without quotes and outer space.
pub(crate) fn clean(text: &str) -> String {
    text.replace(['"', '“', '”'], " ").trim().to_owned()
}

/// Whether a chunk is an operator in capitals.
pub(super) fn is_operator(word: &str) -> bool {
    operator(word).is_some() || word.starts_with("NEAR/")
}

/// Whether a chunk is a word with wildcards, or with `~` behind it.
pub(super) fn is_stem(word: &str) -> bool {
    !matches!(word_like(word), Expression::Word(_))
}

pub(super) fn operator(word: &str) -> Option<QueryToken> {
    Some(match word {
        "AND" => QueryToken::And,
        "OR" => QueryToken::Or,
        "NOT" => QueryToken::Not,
        "NEAR" => QueryToken::Near(Reach::Words(NEAR_WORDS)),
        "NEAR/s" | "NEAR/sentence" => QueryToken::Near(Reach::Sentence),
        _ => QueryToken::Near(Reach::Words(reach(word.strip_prefix("NEAR/")?)?)),
    })
}

/// A number of words that may lie between.
pub(super) fn reach(digits: &str) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let words: u32 = is_number.then(|| digits.parse().ok()).flatten()?;
    (words <= MAX_REACH).then_some(words)
}

/// A word, one with wildcards, or one with `~`, `~1` or `~2` behind it.
pub(super) fn word_like(text: &str) -> Expression {
    let is_letters = |stem: &str| !stem.is_empty() && stem.chars().all(char::is_alphanumeric);
    if let Some(word) = wildcards::pattern(text) {
        return match word.strip_suffix('*').filter(|stem| is_letters(stem)) {
            Some(stem) => Expression::Prefix(stem.to_owned()),
            // With a hyphen it is several words side by side.
            None if matches!(wildcards::pieces(word)[..], [_]) => {
                Expression::Wildcard(word.to_owned())
            }
            None => Expression::phrase(word),
        };
    }
    if let Some((stem, edits)) = text.rsplit_once('~').filter(|(stem, _)| is_letters(stem)) {
        let edits = match edits {
            "" => Some(None),
            digit => digit
                .parse()
                .ok()
                .filter(|edits| digit.len() == 1 && (1..=MAX_EDITS).contains(edits))
                .map(Some),
        };
        if let Some(edits) = edits {
            return Expression::Fuzzy {
                word: stem.to_owned(),
                edits,
            };
        }
    }
    Expression::Word(text.to_owned())
}
