//! The arguments of a search, which other commands share in part.
//!
//! They make no groups, of which nothing is asked: to build those takes longer
//! than to read a query.

use std::ffi::OsString;
#[cfg(feature = "meaning")]
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use cybersearch::output::Format;
#[cfg(feature = "meaning")]
use cybersearch::search::Meaning;
use cybersearch::search::{By, Names, PartialMatches, Sort};
use cybersearch::stop::Stop;
use cybersearch::update::Refresh;

use super::values::{self, parse_seconds};

/// How a query is read, and what must hold beside it.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct MatchArgs {
    /// Match any word instead of all
    #[arg(long, conflicts_with = "all")]
    pub(crate) any: bool,
    /// Show only articles with all words
    #[arg(long)]
    pub(crate) all: bool,
    /// Treat the whole query as text, without operators
    #[arg(long)]
    pub(crate) plain: bool,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    /// How people are named: `joined` counts a surname alone for the person it means
    #[arg(
        long,
        value_name = "NAMES",
        value_parser = values::named::<Names>(),
        default_value = "joined",
        help_heading = "Filters"
    )]
    pub(crate) names: Names,
}

impl MatchArgs {
    /// What becomes of articles that lack parts of the query.
    pub(crate) fn partial(&self) -> PartialMatches {
        PartialMatches::of(self.any, self.all)
    }
}

/// The filters, all of which must hold.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct FilterArgs {
    /// Only articles that name this country (code, name or `none`)
    #[arg(long, value_name = "COUNTRY", help_heading = "Filters")]
    pub(crate) country: Vec<String>,
    /// Only articles that are mainly about this country
    #[arg(long, value_name = "COUNTRY", help_heading = "Filters")]
    pub(crate) main: Vec<String>,
    /// Only articles that name this person (words of the name, or `none`)
    #[arg(long, value_name = "NAME", help_heading = "Filters")]
    pub(crate) person: Vec<String>,
    /// Only articles published in this period (2013, 2011-06..2013, 1980s, unknown)
    #[arg(long, value_name = "DATE", help_heading = "Filters")]
    pub(crate) date: Vec<String>,
    /// Only articles that mention a date in this period (2011-06, 2010..2012, none)
    #[arg(long, value_name = "DATE", help_heading = "Filters")]
    pub(crate) dates: Vec<String>,
    /// Only articles published on or after the first day of this date
    #[arg(long, value_name = "DATE", help_heading = "Filters")]
    pub(crate) after: Option<String>,
    /// Only articles published before the first day of this date
    #[arg(long, value_name = "DATE", help_heading = "Filters")]
    pub(crate) before: Option<String>,
    /// Also articles that may be of the period: of unknown date, or with one bound
    /// known
    #[arg(long, help_heading = "Filters")]
    pub(crate) undated: bool,
}

/// What ends a search before it is done.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct StopArgs {
    /// Stop a search after this many seconds, such as 2 or 0.5
    #[arg(
        long,
        value_name = "SECONDS",
        value_parser = parse_seconds,
        allow_negative_numbers = true,
        help_heading = "Limits"
    )]
    pub(crate) time_limit: Option<Duration>,
    /// Don't stop a search that takes too much work
    #[arg(long, help_heading = "Limits")]
    pub(crate) no_limit: bool,
}

impl From<&StopArgs> for Stop {
    fn from(arguments: &StopArgs) -> Stop {
        let stop = Stop::default().time_limit(arguments.time_limit);
        if arguments.no_limit {
            stop.cost_limit(None)
        } else {
            stop
        }
    }
}

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct SearchArgs {
    /// What to search for; several arguments form one query
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// Find articles about the same thing as this one (path, id or `path:line`)
    #[arg(long, value_name = "ARTICLE")]
    pub(crate) like: Option<OsString>,
    #[command(flatten)]
    pub(crate) options: SearchOptions,
}

/// What a search may be told beside its query.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct SearchOptions {
    #[command(flatten)]
    pub(crate) matching: MatchArgs,
    /// Maximum number of articles [default: 10; 1000 with --format trec]
    #[arg(
        short = 'n',
        long,
        value_name = "N",
        allow_negative_numbers = true,
        help_heading = "Output"
    )]
    pub(crate) limit: Option<usize>,
    /// Number of articles to skip first
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        allow_negative_numbers = true,
        help_heading = "Output"
    )]
    pub(crate) offset: usize,
    /// Maximum number of passages per article
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1,
        allow_negative_numbers = true,
        help_heading = "Output"
    )]
    pub(crate) passages: usize,
    /// Sort order
    #[arg(
        long,
        value_name = "ORDER",
        value_parser = values::named::<Sort>(),
        default_value = "relevance",
        help_heading = "Output"
    )]
    pub(crate) sort: Sort,
    /// Don't group near-duplicates
    #[arg(long, help_heading = "Output")]
    pub(crate) no_fold: bool,
    /// Break down each score (text and JSON formats)
    #[arg(long, help_heading = "Output")]
    pub(crate) explain: bool,
    /// Output format [default: text on a terminal, grep in a pipe]
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) format: Option<FormatArg>,
    /// Also count facets of all matching articles, as part of the JSON object
    #[arg(
        long,
        value_name = "FACETS",
        value_parser = values::named::<By>(),
        num_args = 0..=1,
        require_equals = true,
        value_delimiter = ',',
        default_missing_value = "country,main,person,year",
        help_heading = "Output"
    )]
    pub(crate) facets: Vec<By>,
    /// End each path with a NUL byte (with --format paths)
    #[arg(short = '0', long, help_heading = "Output")]
    pub(crate) null: bool,
    /// When to update the index before searching
    #[arg(
        long,
        value_name = "WHEN",
        value_parser = values::named::<Refresh>(),
        default_value = "auto",
        help_heading = "Output"
    )]
    pub(crate) refresh: Refresh,
    #[command(flatten)]
    pub(crate) stop: StopArgs,
    #[cfg(feature = "meaning")]
    #[command(flatten)]
    pub(crate) meaning: MeaningArgs,
}

/// What is told of meaning.
#[cfg(feature = "meaning")]
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct MeaningArgs {
    /// Put the first articles in order by words and meaning together, 20 or N of
    /// them, with a sentence model (docs/meaning.md)
    #[arg(
        long,
        value_name = "N",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "20",
        value_parser = clap::value_parser!(u16).range(1..=i64::from(Meaning::MOST)),
        help_heading = "Meaning"
    )]
    pub(crate) meaning: Option<u16>,
    #[command(flatten)]
    pub(crate) model: ModelArgs,
}

/// Which sentence model is asked.
#[cfg(feature = "meaning")]
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct ModelArgs {
    /// Folder of the sentence model: `model.onnx` and `tokenizer.json` [default:
    /// `CYBERSEARCH_MODEL`, else `cybersearch/model` in the user's data folder]
    #[arg(long, value_name = "DIR", help_heading = "Meaning")]
    pub(crate) model: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// Human-readable: hits grouped by article, wrapped to the terminal
    Text,
    /// One line per hit: `path:line: passage`
    Grep,
    /// One JSON object per query
    Json,
    /// One JSON object per hit
    Jsonl,
    /// Comma-separated values with a header line
    Csv,
    /// File path of each article
    Paths,
    /// A run for `trec_eval` (batch only)
    Trec,
}

impl FormatArg {
    /// The format of an answer; a run is none.
    pub(crate) fn of_answer(self) -> Option<Format> {
        Some(match self {
            FormatArg::Text => Format::Text,
            FormatArg::Grep => Format::Grep,
            FormatArg::Json => Format::Json,
            FormatArg::Jsonl => Format::JsonLines,
            FormatArg::Csv => Format::Csv,
            FormatArg::Paths => Format::Paths,
            FormatArg::Trec => return None,
        })
    }
}
