//! Prints a query so that it reads back as itself.

use std::fmt;

use super::lex::{FIELDS, NEAR_WORDS, clean, is_operator, is_stem};
use super::{Expression, Filter, Query, Reach, Scope, Words};

/// Whether `word`, typed anywhere in a query, is read as the word that it is.
pub(super) fn is_plain_word(word: &str) -> bool {
    let names_a_field = || {
        let field = word.split(':').next().unwrap_or("");
        field.len() < word.len() && FIELDS.iter().any(|name| field.eq_ignore_ascii_case(name))
    };
    // Inside a group a closing bracket would close it.
    word.starts_with(char::is_alphanumeric)
        && !word.ends_with([')', '*'])
        && !word.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '“' | '”' | '~'))
        && !is_operator(word)
        && !names_a_field()
}

/// Whether a path needs no quotes.
fn is_plain_path(path: &str) -> bool {
    path.starts_with(char::is_alphanumeric)
        && path
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-'))
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Query::Words(words) => words.fmt(f),
            Query::Filter(filter) => filter.fmt(f),
            Query::Not(inner) => {
                f.write_str("-")?;
                let is_near = matches!(
                    &**inner,
                    Query::Words(Words {
                        scope: Scope::Anywhere,
                        expression: Expression::Near { .. }
                    })
                );
                if is_near {
                    write!(f, "({inner})")
                } else {
                    inner.write_part(f)
                }
            }
            Query::All(parts) => write_joined(f, parts, " "),
            Query::Any(parts) => write_joined(f, parts, " OR "),
        }
    }
}

impl Query {
    /// Writes a part of a group, in brackets where it is a group itself.
    fn write_part(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if matches!(self, Query::All(_) | Query::Any(_)) {
            write!(f, "({self})")
        } else {
            write!(f, "{self}")
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

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = match self.scope {
            Scope::Anywhere => return self.expression.fmt(f),
            Scope::Title => "title",
            Scope::Body => "body",
        };
        match &self.expression {
            near @ Expression::Near { .. } => write!(f, "{field}:({near})"),
            other => write!(f, "{field}:{other}"),
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expression::Word(word) => write_text(f, word),
            Expression::Phrase { text, slop: 0 } => write_quoted(f, text),
            Expression::Phrase { text, slop } => {
                write_quoted(f, text)?;
                write!(f, "~{slop}")
            }
            Expression::Exact(text) => {
                f.write_str("=")?;
                write_text(f, text)
            }
            Expression::Prefix(prefix) => write!(f, "{prefix}*"),
            Expression::Fuzzy { word, edits } => {
                write!(f, "{word}~")?;
                edits.map_or(Ok(()), |edits| write!(f, "{edits}"))
            }
            Expression::Near { left, right, reach } => {
                write!(f, "{left} {reach} ")?;
                if matches!(**right, Expression::Near { .. }) {
                    write!(f, "({right})")
                } else {
                    write!(f, "{right}")
                }
            }
            Expression::Either(parts) => {
                f.write_str("(")?;
                for (index, part) in parts.iter().enumerate() {
                    let between = if index > 0 { " OR " } else { "" };
                    write!(f, "{between}{part}")?;
                }
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reach::Words(NEAR_WORDS) => f.write_str("NEAR"),
            Reach::Words(words) => write!(f, "NEAR/{words}"),
            Reach::Sentence => f.write_str("NEAR/s"),
        }
    }
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    if is_plain_word(text) {
        f.write_str(text)
    } else {
        write_quoted(f, text)
    }
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "\"{}\"", clean(text))
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (field, value) = match self {
            Filter::Country(code) => ("country", code),
            Filter::Main(code) => ("main", code),
            Filter::Person(name) => ("person", name),
            Filter::Date(date) => return write!(f, "date:{date}"),
            Filter::Mentioned(date) => return write!(f, "dates:{date}"),
            Filter::Path(path) if is_plain_path(path) => return write!(f, "path:{path}"),
            Filter::Path(path) => {
                f.write_str("path:")?;
                return write_quoted(f, path);
            }
        };
        match value {
            None => write!(f, "{field}:none"),
            // Quoted, or it would be read as nobody.
            Some(value) if value.eq_ignore_ascii_case("none") => {
                write!(f, "{field}:")?;
                write_quoted(f, value)
            }
            Some(value) => {
                write!(f, "{field}:")?;
                write_text(f, value)
            }
        }
    }
}

/// Text that an operator was taken for: a word where it reads back as one,
/// else a phrase.
pub(super) fn literal(text: &str) -> Expression {
    if is_plain_word(text) && !is_stem(text) {
        Expression::Word(text.to_owned())
    } else {
        Expression::phrase(&clean(text))
    }
}
