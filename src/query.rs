//! What a person asks for: the syntax tree of a query, and its canonical text.
//!
//! Responsible for reading any text as a query (`parse`), and for printing a
//! query so that it reads back as itself. It knows no index; `search` compiles
//! the tree. Whatever is no well-formed operator is text.

mod date;
mod parse;

use std::fmt;

pub use self::date::DateFilter;
pub use self::parse::{MAX_WORDS, Parsed, parse, plain};

/// A query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// A word as typed; one that is analysed to several terms
    /// (`Moscow-Washington`) means them side by side.
    Word(String),
    /// Words side by side, as typed between the quotes.
    Phrase(String),
    /// All words that begin so.
    Prefix(String),
    /// A filter on a field.
    Filter(Filter),
    /// Articles that the inner query does not match.
    Not(Box<Query>),
    /// All of them.
    All(Vec<Query>),
    /// Any of them.
    Any(Vec<Query>),
}

/// A filter on one of an article's fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Names the country with this code; `None`: names none.
    Country(Option<String>),
    /// Is mainly about the country with this code; `None`: about none.
    Main(Option<String>),
    /// Names a person with all these words in the name; `None`: names nobody.
    Person(Option<String>),
    /// Was published then.
    Date(DateFilter),
    /// Mentions a day of then in its text; [`DateFilter::Unknown`]: no day.
    Mentioned(DateFilter),
}

impl Query {
    /// Whether the query looks for words, beside filtering.
    pub fn has_words(&self) -> bool {
        match self {
            Query::Word(_) | Query::Phrase(_) | Query::Prefix(_) => true,
            Query::Filter(_) | Query::Not(_) => false,
            Query::All(parts) | Query::Any(parts) => parts.iter().any(Query::has_words),
        }
    }

    /// The query with any of its words instead of all of them; filters and
    /// excluded words stay required. `None` when that is the same query.
    pub fn relaxed(&self) -> Option<Query> {
        let Query::All(parts) = self else {
            return None;
        };
        let (words, rest): (Vec<Query>, Vec<Query>) =
            parts.iter().cloned().partition(Query::has_words);
        if words.len() < 2 {
            return None;
        }
        let mut parts = vec![Query::Any(words)];
        parts.extend(rest);
        Some(Query::all(parts))
    }

    /// The conjunction of `parts`, flat.
    pub fn all(parts: Vec<Query>) -> Query {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Query::All(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        one_or(flat, Query::All)
    }

    /// The disjunction of `parts`, flat.
    pub fn any(parts: Vec<Query>) -> Query {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Query::Any(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        one_or(flat, Query::Any)
    }

    fn is_group(&self) -> bool {
        matches!(self, Query::All(_) | Query::Any(_))
    }

    /// Writes a part of a group, in brackets where it is a group itself.
    fn write_part(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_group() {
            write!(f, "({self})")
        } else {
            write!(f, "{self}")
        }
    }
}

/// A group of one is its member.
fn one_or(mut parts: Vec<Query>, group: fn(Vec<Query>) -> Query) -> Query {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            group(parts)
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Query::Word(word) if parse::is_plain_word(word) => f.write_str(word),
            Query::Word(text) | Query::Phrase(text) => write_quoted(f, text),
            Query::Prefix(prefix) => write!(f, "{prefix}*"),
            Query::Filter(filter) => filter.fmt(f),
            Query::Not(inner) => {
                f.write_str("-")?;
                inner.write_part(f)
            }
            Query::All(parts) => write_joined(f, parts, " "),
            Query::Any(parts) => write_joined(f, parts, " OR "),
        }
    }
}

fn write_joined(f: &mut fmt::Formatter<'_>, parts: &[Query], between: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        part.write_part(f)?;
    }
    Ok(())
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "\"{}\"", text.replace(['"', '“', '”'], " ").trim())
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (field, value) = match self {
            Filter::Country(code) => ("country", code),
            Filter::Main(code) => ("main", code),
            Filter::Person(name) => ("person", name),
            Filter::Date(date) => return write!(f, "date:{date}"),
            Filter::Mentioned(date) => return write!(f, "dates:{date}"),
        };
        match value {
            None => write!(f, "{field}:none"),
            Some(value) if parse::is_plain_word(value) => write!(f, "{field}:{value}"),
            Some(value) => {
                write!(f, "{field}:")?;
                write_quoted(f, value)
            }
        }
    }
}
