//! Answers a query: which articles, in which order, with which passages.
//!
//! The data's way: a query is compiled to tantivy (`compile`), the first
//! articles are collected and scored once more in a fixed order (`rank`) by
//! statistics of the live articles alone (`statistics`), and their passages
//! chosen and lit up (`hits`). Files behind the hits are checked by the index.

mod compile;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "called once the tree has near words")
)]
mod dictionary;
mod hits;
mod rank;
mod statistics;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "called once the tree has near words")
)]
mod suggest;

use std::path::PathBuf;

use serde::Serialize;

use crate::analyze::Analyzer;
use crate::failure::{Failure, Result};
use crate::index::{FileState, Index, Record};
use crate::matching;
use crate::query::{self, Filter, Parsed, Query};

/// How hits are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The best first.
    #[default]
    Relevance,
    /// By date, the latest first, undated last.
    Newest,
    /// By date, the earliest first, undated last.
    Oldest,
}

/// What to search for and how much of it to show.
#[derive(Debug, Clone)]
pub struct Request {
    /// The query as typed.
    pub text: String,
    /// Whether every character of it is text.
    pub plain: bool,
    /// Whether any of its words will do.
    pub any: bool,
    /// Filters given apart from the query; all must hold.
    pub filters: Vec<Filter>,
    /// How many articles to show.
    pub limit: usize,
    /// How many articles to pass over first.
    pub offset: usize,
    /// How many passages to show of each.
    pub passages: usize,
    /// In which order.
    pub sort: Sort,
    /// The folder that paths are shown from.
    pub shown_from: PathBuf,
}

/// A passage of an article, as a hit shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PassageText {
    /// The position of its first sentence among the article's, from 0.
    pub ordinal: usize,
    /// First byte in the original file (in a record's `text`).
    pub start: usize,
    /// One past the last byte there.
    pub end: usize,
    /// Its line in the file, from 1; of a record, the record's.
    pub line: u64,
    /// The passage, verbatim.
    pub text: String,
}

/// A range of bytes that answers the query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Highlight {
    /// First byte in the passage or title.
    pub start: usize,
    /// One past the last byte there.
    pub end: usize,
    /// The part of the query that it answers, as typed.
    pub term: String,
}

/// A passage that answers, with its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Counts hits from 1.
    pub rank: usize,
    /// Not comparable between queries; `None` for a query of filters alone.
    pub score: Option<f32>,
    /// `None` for an article of a title alone.
    pub passage: Option<PassageText>,
    /// What to light up in the passage: sorted and disjoint.
    pub highlights: Vec<Highlight>,
}

/// An article that answers, with its hits.
#[derive(Debug, Clone)]
pub struct ArticleHits {
    /// What the index keeps of it.
    pub record: Record,
    /// Its file, as shown from the current folder.
    pub path: PathBuf,
    /// What to light up in the title.
    pub title_highlights: Vec<Highlight>,
    /// Whether its file is still what was indexed.
    pub state: FileState,
    /// Its passages, best first.
    pub hits: Vec<Hit>,
}

/// The answer to a request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// How the query was read, as a query that reads back as itself.
    pub read_as: String,
    /// What was taken literally, and what else may surprise.
    pub notes: Vec<String>,
    /// Whether its reading may surprise though nothing was taken literally.
    pub may_surprise: bool,
    /// Whether no article has all words and these have some of them.
    pub partial: bool,
    /// Whether the query holds no word at all.
    pub is_wordless: bool,
    /// How many articles answer.
    pub total: usize,
    /// The articles to show, in order.
    pub articles: Vec<ArticleHits>,
}

/// Answers `request` from `index`.
///
/// # Errors
/// When the query is longer than [`query::MAX_WORDS`] words, or the index is
/// damaged.
pub fn search(index: &Index, request: &Request) -> Result<Answer> {
    let Parsed {
        query: asked,
        notes,
        may_surprise,
    } = if request.plain {
        query::plain(&request.text)
    } else {
        query::parse(&request.text)
    };
    let mut analyzer = Analyzer::default();
    check_length(&asked, &mut analyzer)?;
    let filters = request.filters.iter().cloned().map(Query::Filter);
    let required = |query: Query| Query::all([query].into_iter().chain(filters.clone()).collect());
    let asked = if request.any {
        asked.relaxed().unwrap_or(asked)
    } else {
        asked
    };
    let query = required(asked);
    let asks_nothing = query == Query::All(Vec::new());
    let is_wordless =
        asks_nothing || (query.has_words() && matching::parts(&query, &mut analyzer).is_empty());
    let mut answer = Answer {
        read_as: query.to_string(),
        notes,
        may_surprise,
        partial: false,
        is_wordless,
        total: 0,
        articles: Vec::new(),
    };
    if is_wordless {
        return Ok(answer);
    }
    let ranking = index.guarded(|| rank::Ranking::new(index, &query, &mut analyzer))?;
    let mut found = index.guarded(|| ranking.run(request, &mut analyzer))?;
    if found.total == 0
        && let Some(relaxed) = query.relaxed()
    {
        let ranking = index.guarded(|| rank::Ranking::new(index, &relaxed, &mut analyzer))?;
        found = index.guarded(|| ranking.run(request, &mut analyzer))?;
        if found.total > 0 {
            answer.partial = true;
            answer.read_as = relaxed.to_string();
        }
    }
    answer.total = found.total;
    answer.articles = hits::assemble(index, request, found)?;
    Ok(answer)
}

fn check_length(query: &Query, analyzer: &mut Analyzer) -> Result<()> {
    fn words(query: &Query, analyzer: &mut Analyzer) -> usize {
        match query {
            Query::All(parts) | Query::Any(parts) => {
                parts.iter().map(|part| words(part, analyzer)).sum()
            }
            Query::Not(inner) => words(inner, analyzer),
            Query::Word(text) | Query::Phrase(text) | Query::Prefix(text) => {
                analyzer.query_terms(text).len()
            }
            Query::Filter(_) => 1,
        }
    }
    let count = words(query, analyzer);
    if count > query::MAX_WORDS {
        let why = format!("it has {count} words, the limit is {}", query::MAX_WORDS);
        return Err(Failure::new(format!("query too long: {why}")).help("ask with fewer words"));
    }
    Ok(())
}
