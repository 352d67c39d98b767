//! What a person asks for: the syntax tree of a query, and its canonical text.
//!
//! Responsible for reading any text as a query (`lex` to tokens,
//! `wildcards` for words with them, `literal_tokens` for what is not a valid
//! operator, `parse` to a tree), and for
//! printing a query so that it reads back as itself (`print`). Pure. Imports
//! `text` and `gazetteer`. Knows no index; `plan` says what a tree asks of one.

use jiff::civil::Date;

mod date;
mod fields;
mod filter;
mod lex;
mod literal_tokens;
mod parse;
mod period;
mod print;
mod problem;
mod token;
mod wildcards;

pub use self::date::{Bound, DateFilter};
pub use self::fields::MeantField;
pub use self::filter::Filter;
pub use self::parse::{MAX_NEAR, MAX_WORDS, Parsed, parse, plain};
pub use self::period::DateProblem;
pub use self::problem::{FilterFault, FilterProblem};
pub(crate) use self::token::clean as unquoted;
pub use self::wildcards::{Piece, pieces};

/// A query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Words to look for.
    Words(Words),
    /// A filter on a field.
    Filter(Filter),
    /// Articles that the inner query does not match.
    Not(Box<Query>),
    /// All of them.
    All(Vec<Query>),
    /// Any of them.
    Any(Vec<Query>),
}

/// Words to look for, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Where they must stand.
    pub scope: Scope,
    /// What they must be.
    pub expression: Expression,
}

/// Where words must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Scope {
    /// In the title, the body, or (without weight) the page's boilerplate.
    #[default]
    Anywhere,
    /// In the title.
    Title,
    /// In the body.
    Body,
}

/// One word, or several and how they must stand to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// A word as typed, in any of its forms; one that is analysed to several
    /// terms (`Moscow-Washington`) means them side by side.
    Word(String),
    /// Words in this order, as typed between the quotes, with at most `slop`
    /// other words in between. Some may have wildcards (see [`pieces`]).
    Phrase {
        /// What stood between the quotes.
        text: String,
        /// How many other words may stand between the first and the last.
        slop: u32,
    },
    /// A word, or words side by side, in just this form.
    Exact(String),
    /// All words that begin so.
    Prefix(String),
    /// All words with any letters where it has `*`, and any one for each `?`.
    Wildcard(String),
    /// All words that differ by few letters.
    Fuzzy {
        /// The word as typed.
        word: String,
        /// How many letters may differ; `None`: as many as its length allows.
        edits: Option<u8>,
    },
    /// Both, close to each other in either order.
    Near {
        /// One of them.
        left: Box<Expression>,
        /// The other.
        right: Box<Expression>,
        /// How close.
        reach: Reach,
    },
    /// Any of them; stands beside `NEAR` only.
    Either(Vec<Expression>),
}

/// How close two expressions must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// With at most so many words between them.
    Words(u32),
    /// Within one sentence.
    Sentence,
}

impl Expression {
    /// A phrase without other words in between.
    pub fn phrase(text: &str) -> Expression {
        Expression::Phrase {
            text: text.to_owned(),
            slop: 0,
        }
    }

    /// How many `NEAR` stand inside one another.
    pub fn depth(&self) -> usize {
        match self {
            Expression::Near { left, right, .. } => 1 + left.depth().max(right.depth()),
            Expression::Either(parts) => parts.iter().map(Expression::depth).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// The words of it, as typed.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Expression::Word(text)
            | Expression::Phrase { text, .. }
            | Expression::Exact(text)
            | Expression::Prefix(text)
            | Expression::Wildcard(text)
            | Expression::Fuzzy { word: text, .. } => vec![text],
            Expression::Near { left, right, .. } => {
                let mut texts = left.texts();
                texts.extend(right.texts());
                texts
            }
            Expression::Either(parts) => parts.iter().flat_map(Expression::texts).collect(),
        }
    }
}

impl Query {
    /// Words anywhere.
    pub fn words(expression: Expression) -> Query {
        Query::Words(Words {
            scope: Scope::Anywhere,
            expression,
        })
    }

    /// Whether a range of days of publication decides.
    pub fn has_days(&self) -> bool {
        match self {
            Query::Words(_) => false,
            Query::Filter(filter) => matches!(filter, Filter::Date(date) if date.range().is_some()),
            Query::Not(inner) => inner.has_days(),
            Query::All(parts) | Query::Any(parts) => parts.iter().any(Query::has_days),
        }
    }

    /// Two ranges of days of publication that must hold together and have no
    /// day in common, so that no article can answer.
    pub fn contradiction(&self) -> Option<(&Filter, &Filter)> {
        let parts = match self {
            Query::Words(_) | Query::Filter(_) => return None,
            Query::Not(inner) => return inner.contradiction(),
            Query::All(parts) | Query::Any(parts) => parts,
        };
        let dates = parts.iter().filter_map(|part| match part {
            Query::Filter(filter @ Filter::Date(date)) if date.range().is_some() => {
                Some((filter, date))
            }
            _ => None,
        });
        if matches!(self, Query::All(_)) {
            // Ranges exclude each other where the latest beginning is after the
            // earliest end: two filters stand for all.
            let from = dates
                .clone()
                .max_by_key(|(_, date)| date.range().and_then(|days| days.0));
            let to = dates.min_by_key(|(_, date)| {
                let last = date.range().and_then(|days| days.1);
                last.unwrap_or(Date::MAX)
            });
            if let Some(((one, from), (other, to))) = from.zip(to)
                && from.excludes(to)
            {
                return Some((one, other));
            }
        }
        parts.iter().find_map(Query::contradiction)
    }

    /// Whether the query looks for words, beside filtering.
    pub fn has_words(&self) -> bool {
        match self {
            Query::Words(_) => true,
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
        let mut parts = vec![Query::any(words)];
        parts.extend(rest);
        Some(Query::all(parts))
    }

    /// The query with its ranges of days of publication taken as far as they may
    /// hold: what is open or unknown is no longer left out. In exclusions too if
    /// `in_exclusions`. `None` where there is no such range.
    pub fn undated(&self, in_exclusions: bool) -> Option<Query> {
        let mut has_range = false;
        let query = self.map_dates(in_exclusions, &mut |date| match date {
            DateFilter::Between(from, to) => {
                has_range = true;
                DateFilter::Possibly(from, to)
            }
            other => other,
        });
        has_range.then_some(query)
    }

    /// The query for what its range of days of publication leaves out because it
    /// is open or unknown; `None` where the query is more than one such range and
    /// what must hold beside it.
    pub fn left_out(&self) -> Option<Query> {
        let parts = match self {
            Query::All(parts) => &parts[..],
            alone => std::slice::from_ref(alone),
        };
        let mut ranges = 0;
        let parts = parts.iter().map(|part| match part {
            Query::Filter(Filter::Date(DateFilter::Between(from, to))) => {
                ranges += 1;
                Some(Query::Filter(Filter::Date(DateFilter::OnlyPossibly(
                    *from, *to,
                ))))
            }
            Query::Not(_) => Some(part.clone()),
            other => (!other.has_days()).then(|| other.clone()),
        });
        let parts: Option<Vec<Query>> = parts.collect();
        parts.filter(|_| ranges == 1).map(Query::All)
    }

    /// The query with other filters on the date.
    fn map_dates(
        &self,
        in_exclusions: bool,
        map: &mut dyn FnMut(DateFilter) -> DateFilter,
    ) -> Query {
        let mut all = |parts: &[Query]| {
            let parts = parts.iter();
            parts
                .map(|part| part.map_dates(in_exclusions, map))
                .collect()
        };
        match self {
            Query::All(parts) => Query::All(all(parts)),
            Query::Any(parts) => Query::Any(all(parts)),
            Query::Filter(Filter::Date(date)) => Query::Filter(Filter::Date(map(*date))),
            Query::Not(inner) if in_exclusions => {
                Query::Not(Box::new(inner.map_dates(in_exclusions, map)))
            }
            Query::Not(_) | Query::Filter(_) | Query::Words(_) => self.clone(),
        }
    }

    /// The query without those of its words that `is_dropped` names; what is
    /// excluded stays. `None` where nothing is left.
    pub fn without(&self, is_dropped: &mut dyn FnMut(&Words) -> bool) -> Option<Query> {
        match self {
            Query::Words(words) => (!is_dropped(words)).then(|| self.clone()),
            Query::Filter(_) | Query::Not(_) => Some(self.clone()),
            Query::All(parts) => {
                let kept: Vec<Query> = parts
                    .iter()
                    .filter_map(|part| part.without(is_dropped))
                    .collect();
                (!kept.is_empty()).then(|| Query::all(kept))
            }
            Query::Any(parts) => {
                let kept = parts.iter().filter_map(|part| part.without(is_dropped));
                let kept: Vec<Query> = kept.collect();
                (!kept.is_empty()).then(|| Query::any(kept))
            }
        }
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

    /// What the query does not match; twice not is plain.
    #[must_use]
    pub fn negated(self) -> Query {
        match self {
            Query::Not(plain) => *plain,
            other => Query::Not(Box::new(other)),
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
