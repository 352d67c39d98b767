//! Prints answers: one printer per format, over any writer.
//!
//! Responsible for how answers look to a person and to a program, and for keeping
//! what an article or file name holds from acting on a terminal (`safe`). A new
//! format of hits is a new [`Format`] with a module in `hits`. Imports `search` and
//! what it tells of. Must not know arguments, stdout or exit statuses.

pub mod extract;
pub mod facets;
mod fields;
pub mod formats;
pub mod hits;
pub mod pairs;
pub(crate) mod place;
#[cfg(feature = "remote")]
pub mod push;
#[cfg(feature = "remote")]
pub mod remote_status;
pub mod safe;
pub mod show;
pub mod status;
pub mod update;
mod wrap;

use std::io::{self, Write};

use serde::Serialize;

use crate::search::{Answer, AnyIndex, Highlight};

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people: hits grouped under their article, wrapped.
    Text,
    /// A hit a line: `path:line: passage`.
    Grep,
    /// One JSON object.
    Json,
    /// A JSON object per hit.
    JsonLines,
    /// Comma-separated values with a header line.
    Csv,
    /// The path of each article's file.
    Paths,
}

/// A query, as an answer refers to it.
#[derive(Debug, Clone, Copy)]
pub struct AskedQuery<'a> {
    /// What tells it from the other queries of a batch; `None` outside of one.
    pub id: Option<&'a str>,
    /// The query as typed.
    pub text: &'a str,
}

/// How and where an answer is printed.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether to colour.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Whether the output is a terminal, which must be kept safe.
    pub is_terminal: bool,
    /// Whether paths end with a zero byte.
    pub null: bool,
}

/// What an answer says of the index it came from.
#[derive(Debug, Clone, Serialize)]
pub struct IndexInfo {
    /// When it was built, RFC 3339.
    pub built_at: String,
    /// How many articles it holds.
    pub articles: u64,
    /// Whether files have changed since; `None`: not all were checked.
    pub stale: Option<bool>,
}

impl IndexInfo {
    /// Describes `index`.
    pub fn of<'i>(index: impl Into<AnyIndex<'i>>, stale: Option<bool>) -> IndexInfo {
        let index = index.into();
        IndexInfo {
            built_at: index.built_at().to_owned(),
            articles: index.articles(),
            stale,
        }
    }
}

/// Prints what stands once before all answers, whose queries have ids in a
/// batch.
///
/// # Errors
/// Those of the writer.
pub fn print_head(format: Format, is_batch: bool, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Csv => hits::csv::print_head(is_batch, out),
        _ => Ok(()),
    }
}

/// Prints `answer`, the one to the query `asked`.
///
/// # Errors
/// Those of the writer.
pub fn print(
    format: Format,
    asked: &AskedQuery<'_>,
    answer: &Answer,
    index: &IndexInfo,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => hits::text::print(asked, answer, style, out),
        Format::Grep => hits::grep::print(asked.id, answer, style, out),
        Format::Json => hits::json::print(asked, answer, index, out),
        Format::JsonLines => hits::json::print_lines(asked.id, answer, out),
        Format::Csv => hits::csv::print(asked, answer, out),
        Format::Paths => hits::paths::print(asked.id, answer, style, out),
    }
}

/// How highlights, titles and places look.
pub(crate) mod looks {
    use anstyle::{AnsiColor, Style};

    pub(crate) const HIGHLIGHT: Style = AnsiColor::Red.on_default().bold();
    pub(crate) const TITLE: Style = Style::new().bold();
    pub(crate) const PLACE: Style = AnsiColor::Magenta.on_default();
    pub(crate) const QUERY: Style = Style::new().bold().underline();
    pub(crate) const QUIET: Style = Style::new().dimmed();
    pub(crate) const BAR: Style = AnsiColor::Blue.on_default();
}

/// Writes `text` in a style, if colours are wanted.
pub(crate) fn paint(
    out: &mut dyn Write,
    color: bool,
    style: anstyle::Style,
    text: &str,
) -> io::Result<()> {
    if color {
        write!(out, "{style}{text}{style:#}")
    } else {
        out.write_all(text.as_bytes())
    }
}

/// Cuts `text` at the edges of its highlights: pieces, and whether each is lit.
pub(crate) fn pieces<'a>(text: &'a str, highlights: &[Highlight]) -> Vec<(&'a str, bool)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for highlight in highlights {
        pieces.push((&text[at..highlight.start], false));
        pieces.push((&text[highlight.start..highlight.end], true));
        at = highlight.end;
    }
    pieces.push((&text[at..], false));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}
