//! Prints a query so that it reads back as itself.

use std::fmt;

use super::fields;
use super::filter::Value;
use super::token::{NEAR_WORDS, clean, is_operator, is_scope, is_stem, quote};
use super::{Expression, Filter, Query, Reach, Scope, Words, wildcards};

/// Whether `word`, typed anywhere in a query, is read as the word that it is.
pub(super) fn is_plain_word(word: &str) -> bool {
    let names_a_field = || {
        word.split_once(':').is_some_and(|(field, value)| {
            is_scope(field) || Filter::is_name(field) || fields::meant(field, value).is_some()
        })
    };
    word.starts_with(char::is_alphanumeric)
        && !word.contains('*')
        && !word.contains(|c: char| {
            c.is_whitespace() || quote(c).is_some() || matches!(c, '~' | '(' | ')')
        })
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
        self.write(f, true)
    }
}

impl Query {
    /// Writes the query; `is_whole` if it is not part of another.
    fn write(&self, f: &mut fmt::Formatter<'_>, is_whole: bool) -> fmt::Result {
        match self {
            Query::Words(words) => write!(f, "{words}"),
            Query::Filter(filter) => write!(f, "{filter}"),
            Query::Not(inner) => {
                f.write_str("-")?;
                inner.write_part(f, inner.is_group())
            }
            Query::All(parts) => write_joined(f, parts, " ", Query::is_group),
            Query::Any(parts) => write_joined(f, parts, " OR ", |part| {
                // `OR` binds loosest: these brackets only help a reader, and
                // must not nest deeper than what was typed.
                matches!(part, Query::All(inner)
                    if is_whole && !inner.iter().any(Query::nests))
            }),
        }
    }

    fn is_group(&self) -> bool {
        matches!(self, Query::All(_) | Query::Any(_))
    }

    /// Whether brackets are needed inside of it.
    fn nests(&self) -> bool {
        match self {
            Query::Words(words) => words.expression.depth() > 0,
            Query::Filter(_) => false,
            Query::Not(inner) => inner.is_group() || inner.nests(),
            Query::All(_) | Query::Any(_) => true,
        }
    }

    fn write_part(&self, f: &mut fmt::Formatter<'_>, in_brackets: bool) -> fmt::Result {
        if in_brackets {
            f.write_str("(")?;
            self.write(f, false)?;
            f.write_str(")")
        } else {
            self.write(f, false)
        }
    }
}

fn write_joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Query],
    between: &str,
    in_brackets: impl Fn(&Query) -> bool,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        part.write_part(f, in_brackets(part))?;
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
            Expression::Wildcard(word) => f.write_str(word),
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
        let (field, value) = self.parts();
        let value = match value {
            Value::Date(date) => return write!(f, "{field}:{date}"),
            Value::Path(path) if is_plain_path(path) => return write!(f, "{field}:{path}"),
            Value::Path(path) => {
                write!(f, "{field}:")?;
                return write_quoted(f, path);
            }
            Value::Exactly(text) => {
                write!(f, "{field}:=")?;
                return write_text(f, text);
            }
            Value::Whole(text) => {
                write!(f, "{field}:")?;
                return write_text(f, text);
            }
            Value::Text(value) => value,
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
/// else a phrase, without what would be a wildcard in it.
pub(super) fn literal(text: &str) -> Expression {
    if is_plain_word(text) && !is_stem(text) {
        Expression::Word(text.to_owned())
    } else {
        Expression::phrase(&clean(&wildcards::disarmed(text)))
    }
}
