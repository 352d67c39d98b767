//! Reads any text as a query.
//!
//! Total: every text is a query. An operator that is not well formed (an open
//! quote, `OR` without a left side, `country:` with no country) is text, and a
//! note says so. Conjunction binds tighter than `OR`.

use super::date::DateFilter;
use super::{Filter, Query};
use crate::extract::places;

/// A query of more words than this is refused by `search`.
pub const MAX_WORDS: usize = 1024;

/// Brackets nested deeper than this are text.
const MAX_DEPTH: usize = 64;

/// A text, read as a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The query; an empty [`Query::All`] for a text without any word.
    pub query: Query,
    /// What was taken literally that looks like an operator.
    pub notes: Vec<String>,
    /// Whether `OR` stands between several words without brackets, so that the
    /// reading may surprise.
    pub may_surprise: bool,
}

/// Reads `text` as a query.
pub fn parse(text: &str) -> Parsed {
    let mut lexer = Lexer {
        rest: text,
        depth: 0,
        notes: Vec::new(),
    };
    let mut tokens = lexer.tokens();
    close_brackets(&mut tokens, lexer.depth, &mut lexer.notes);
    demote_operators(&mut tokens, &mut lexer.notes);
    let mut parser = Parser {
        tokens: tokens.into_iter().peekable(),
        may_surprise: false,
    };
    let query = parser.any();
    Parsed {
        query,
        notes: lexer.notes,
        may_surprise: parser.may_surprise,
    }
}

/// Reads every character of `text` as text.
pub fn plain(text: &str) -> Parsed {
    let words = text
        .split_whitespace()
        .map(|word| Query::Word(word.to_owned()));
    Parsed {
        query: Query::all(words.collect()),
        notes: Vec::new(),
        may_surprise: false,
    }
}

/// Whether `word`, typed anywhere in a query, is read as the word that it is.
pub(super) fn is_plain_word(word: &str) -> bool {
    // Inside a group, a closing bracket would close it, and a lone sign may
    // become an operator with what follows.
    if !word.starts_with(char::is_alphanumeric) || word.ends_with(')') {
        return false;
    }
    let parsed = parse(word);
    parsed.query == Query::Word(word.to_owned()) && parsed.notes.is_empty()
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Operand(Query),
    Minus,
    Open,
    Close,
    And,
    Or,
    Not,
}

struct Lexer<'a> {
    rest: &'a str,
    depth: usize,
    notes: Vec<String>,
}

impl<'a> Lexer<'a> {
    fn tokens(&mut self) -> Vec<Token> {
        let mut tokens = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            let Some(first) = self.rest.chars().next() else {
                return tokens;
            };
            match first {
                '(' if self.depth < MAX_DEPTH => {
                    self.depth += 1;
                    self.rest = &self.rest[1..];
                    tokens.push(Token::Open);
                }
                ')' if self.depth > 0 => {
                    self.depth -= 1;
                    self.rest = &self.rest[1..];
                    tokens.push(Token::Close);
                }
                '"' | '“' => {
                    if let Some(text) = self.quoted() {
                        tokens.push(Token::Operand(Query::Phrase(text.to_owned())));
                    } else {
                        self.notes
                            .push("the quote is not closed: read as text".to_owned());
                        self.rest = &self.rest[first.len_utf8()..];
                    }
                }
                '-' if self.rest[1..].starts_with(|c: char| !c.is_whitespace() && c != '-') => {
                    self.rest = &self.rest[1..];
                    tokens.push(Token::Minus);
                }
                _ => {
                    let token = self.chunk();
                    tokens.push(token);
                }
            }
        }
    }

    /// The text between the quote here and the next one; steps past both.
    fn quoted(&mut self) -> Option<&'a str> {
        let inner = self.rest.strip_prefix(['"', '“'])?;
        let end = inner.find(['"', '”'])?;
        let close = inner[end..].chars().next().map_or(0, char::len_utf8);
        self.rest = &inner[end + close..];
        Some(&inner[..end])
    }

    /// A run of characters up to a space or quote.
    fn chunk(&mut self) -> Token {
        if let Some(filter) = self.filter() {
            return Token::Operand(filter);
        }
        let start = self.rest;
        let length = start
            .char_indices()
            .skip(1)
            .find(|(_, c)| c.is_whitespace() || matches!(c, '"' | '“'))
            .map_or(start.len(), |(at, _)| at);
        let mut text = &start[..length];
        // Closing brackets at the end belong to the group, as many as are open.
        let closing = text.len() - text.trim_end_matches(')').len();
        if self.depth > 0 && closing > 0 && closing < text.len() {
            text = &text[..text.len() - closing];
        }
        self.rest = &start[text.len()..];
        match text {
            "AND" => Token::And,
            "OR" => Token::Or,
            "NOT" => Token::Not,
            _ => Token::Operand(word_or_prefix(text)),
        }
    }

    /// A filter, `field:value`, if one stands here.
    fn filter(&mut self) -> Option<Query> {
        // No further than the longest field name: a long text has many chunks.
        let colon = self.rest.bytes().take(8).position(|byte| byte == b':')?;
        let (name, value) = (&self.rest[..colon], &self.rest[colon + 1..]);
        let make: fn(&str) -> Option<Filter> = match name.to_ascii_lowercase().as_str() {
            "country" => |value| country(value, Filter::Country),
            "main" => |value| country(value, Filter::Main),
            "person" => person,
            "date" => |value| DateFilter::parse(value).map(Filter::Date),
            "dates" => |value| DateFilter::parse(value).map(Filter::Mentioned),
            _ => return None,
        };
        let mut inner = Lexer {
            rest: value,
            depth: self.depth,
            notes: Vec::new(),
        };
        let value = match inner.quoted() {
            Some(text) => text,
            None => inner.bare_value(),
        };
        if let Some(filter) = make(value.trim()) {
            self.rest = inner.rest;
            return Some(Query::Filter(filter));
        }
        let shown: String = value.chars().take(40).collect();
        self.notes
            .push(format!("{name}:{shown} is no {name} filter: read as text"));
        None
    }

    /// A filter's value without quotes, up to a space or closing bracket.
    fn bare_value(&mut self) -> &'a str {
        let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '“');
        let end = self.rest.find(is_end).unwrap_or(self.rest.len());
        let mut value = &self.rest[..end];
        if self.depth > 0 {
            value = value.trim_end_matches(')');
        }
        self.rest = &self.rest[value.len()..];
        value
    }
}

/// The filter for a country by code or name, or for the word `none`.
fn country(value: &str, filter: fn(Option<String>) -> Filter) -> Option<Filter> {
    if value.eq_ignore_ascii_case("none") {
        return Some(filter(None));
    }
    places::code_of(value).map(|code| filter(Some(code.to_owned())))
}

fn person(value: &str) -> Option<Filter> {
    if value.eq_ignore_ascii_case("none") {
        return Some(Filter::Person(None));
    }
    let name = value.replace(['"', '“', '”'], " ");
    name.contains(char::is_alphanumeric)
        .then(|| Filter::Person(Some(name.trim().to_owned())))
}

fn word_or_prefix(text: &str) -> Query {
    match text.strip_suffix('*') {
        Some(stem) if !stem.is_empty() && stem.chars().all(char::is_alphanumeric) => {
            Query::Prefix(stem.to_owned())
        }
        _ => Query::Word(text.to_owned()),
    }
}

/// Takes out the opening brackets that nothing closes, the last ones first.
fn close_brackets(tokens: &mut Vec<Token>, mut open: usize, notes: &mut Vec<String>) {
    if open > 0 {
        notes.push("a bracket is not closed: read as text".to_owned());
    }
    while open > 0 {
        let mut depth = 0_usize;
        // From the end: the first opening bracket that no closing one matches.
        let unmatched = tokens.iter().rposition(|token| match token {
            Token::Close => {
                depth += 1;
                false
            }
            Token::Open if depth == 0 => true,
            Token::Open => {
                depth -= 1;
                false
            }
            _ => false,
        });
        if let Some(at) = unmatched {
            tokens.remove(at);
        }
        open -= 1;
    }
}

/// Makes words of the operators that have nothing to work on.
fn demote_operators(tokens: &mut [Token], notes: &mut Vec<String>) {
    let begins = |token: Option<&Token>| {
        matches!(
            token,
            Some(Token::Operand(_) | Token::Open | Token::Not | Token::Minus)
        )
    };
    let ends = |token: Option<&Token>| matches!(token, Some(Token::Operand(_) | Token::Close));
    for at in 0..tokens.len() {
        let has_right = begins(tokens.get(at + 1));
        let has_left = at
            .checked_sub(1)
            .is_some_and(|before| ends(tokens.get(before)));
        let (word, is_well_formed) = match tokens[at] {
            Token::And => ("AND", has_left && has_right),
            Token::Or => ("OR", has_left && has_right),
            Token::Not => ("NOT", has_right),
            Token::Minus => ("-", has_right),
            _ => continue,
        };
        if !is_well_formed {
            notes.push(format!("{word} has nothing to work on: read as text"));
            tokens[at] = Token::Operand(Query::Word(word.to_owned()));
        }
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    may_surprise: bool,
}

impl Parser {
    /// `a b OR c d`, up to the end or a closing bracket.
    fn any(&mut self) -> Query {
        let mut parts = Vec::new();
        loop {
            parts.extend(self.all());
            if self.tokens.next_if_eq(&Token::Or).is_none() {
                break;
            }
        }
        self.may_surprise |=
            parts.len() > 1 && parts.iter().any(|part| matches!(part, Query::All(_)));
        if parts.is_empty() {
            Query::All(parts)
        } else {
            Query::any(parts)
        }
    }

    /// `a b AND c -d`, up to `OR`, the end or a closing bracket.
    fn all(&mut self) -> Option<Query> {
        let mut parts = Vec::new();
        loop {
            match self.tokens.peek() {
                None | Some(Token::Close | Token::Or) => break,
                Some(Token::And) => {
                    self.tokens.next();
                }
                Some(_) => parts.extend(self.unary()),
            }
        }
        (!parts.is_empty()).then(|| Query::all(parts))
    }

    fn unary(&mut self) -> Option<Query> {
        match self.tokens.next()? {
            Token::Operand(query) => Some(query),
            Token::Minus | Token::Not => {
                // Twice not is plain; counted, not nested, since a text may
                // have any number of them.
                let mut is_negated = true;
                while self
                    .tokens
                    .next_if(|token| matches!(token, Token::Minus | Token::Not))
                    .is_some()
                {
                    is_negated = !is_negated;
                }
                let inner = self.unary()?;
                Some(if is_negated {
                    Query::Not(Box::new(inner))
                } else {
                    inner
                })
            }
            Token::Open => {
                let inner = self.any();
                self.tokens.next_if_eq(&Token::Close);
                (inner != Query::All(Vec::new())).then_some(inner)
            }
            Token::Close | Token::And | Token::Or => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, canonical: &str) {
        let parsed = parse(text);
        assert_eq!(parsed.query.to_string(), canonical, "{text}");
        assert_eq!(parse(canonical).query, parsed.query, "{text}");
    }

    #[test]
    fn operators_are_read() {
        check("hotline Moscow", "hotline Moscow");
        check(
            "\"joint  working group\" AND cyber",
            "\"joint  working group\" cyber",
        );
        check("a b OR c d", "(a b) OR (c d)");
        check("(a OR b) c -d NOT e", "(a OR b) c -d -e");
        check("-(a b) NOT -c", "-(a b) c");
        check(
            "communicat* “crisis prevention”",
            "communicat* \"crisis prevention\"",
        );
        check("((a))", "a");
    }

    #[test]
    fn filters_are_read() {
        check(
            "hotline country:Russia main:US",
            "hotline country:RU main:US",
        );
        check(
            "country:\"united states\" person:\"Xi Jinping\"",
            "country:US person:\"Xi Jinping\"",
        );
        check(
            "(country:ru OR country:none) date:2011-06..2013",
            "(country:RU OR country:none) date:2011-06-01..2013-12-31",
        );
        check("date:unknown -country:CN", "date:unknown -country:CN");
        check("dates:2011-06 -dates:none", "dates:2011-06 -dates:unknown");
    }

    #[test]
    fn ordinary_text_is_text() {
        for text in [
            "U.S.",
            "don't",
            "Moscow-Washington",
            "24/7",
            "C++",
            "https://example.com/a?b=c",
            "CERT(s)",
            "a:b",
            "--x",
            "*",
            "x)",
        ] {
            let parsed = parse(text);
            assert_eq!(parsed.query, Query::Word(text.to_owned()), "{text}");
            assert!(parsed.notes.is_empty(), "{text}: {:?}", parsed.notes);
        }
        check("or and not", "or and not");
    }

    #[test]
    fn what_is_not_well_formed_is_text_and_noted() {
        for (text, canonical) in [
            ("\"hotline Moscow", "hotline Moscow"),
            ("(hotline Moscow", "hotline Moscow"),
            ("hotline OR", "hotline OR"),
            ("OR hotline", "OR hotline"),
            ("a OR OR b", "(a OR) OR b"),
            ("hotline NOT", "hotline NOT"),
            ("country:Freedonia talks", "country:Freedonia talks"),
            ("date:yesterday", "date:yesterday"),
        ] {
            let parsed = parse(text);
            assert!(!parsed.notes.is_empty(), "{text}");
            assert_eq!(
                parsed.query.to_string().replace('"', ""),
                canonical,
                "{text}"
            );
        }
    }

    #[test]
    fn deep_nesting_and_long_text_are_bounded() {
        let deep = "(".repeat(5_000) + "a" + &")".repeat(5_000);
        assert!(parse(&deep).query.has_words());
        assert!(
            parse(&("NOT ".repeat(100_001) + "a")).query
                == Query::Not(Box::new(Query::Word("a".to_owned())))
        );
        let long = "word ".repeat(20_000);
        assert!(matches!(parse(&long).query, Query::All(parts) if parts.len() == 20_000));
    }

    #[test]
    fn relaxing_keeps_filters_and_exclusions() {
        let relaxed = |text: &str| parse(text).query.relaxed().map(|query| query.to_string());
        assert_eq!(
            relaxed("a b country:RU -c").as_deref(),
            Some("(a OR b) country:RU -c")
        );
        assert_eq!(relaxed("a country:RU"), None);
        assert_eq!(relaxed("a OR b"), None);
    }

    proptest! {
        #[test]
        fn every_text_is_a_query_that_prints_back_as_itself(text in r#"([a-c():"“”*\-~ ]|OR |AND |NOT |country:|date:|dates:|person:|RU|2011|none){0,24}"#) {
            let canonical = parse(&text).query.to_string();
            let again = parse(&canonical).query.to_string();
            prop_assert_eq!(&again, &canonical);
        }
    }
}
