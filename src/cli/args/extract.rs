//! The arguments of `extract`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use cybersearch::source::stream::InputShape;

use super::values::{YearArg, parse_size, parse_year};

/// The formats and exit statuses below the help of `extract`.
pub(super) const AFTER_HELP: &str = "\
Prints one JSON object per article, each on its own line, with version, id,
path, member, place, source, title, published, dates, countries and people, in
the format of `show --format json`.

Exit status: 0 everything was read, 2 something could not be read (the rest is
printed).";

#[derive(Debug, Args)]
pub(crate) struct ExtractArgs {
    /// Files of any format that `index` reads; `-` (or no file) is standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Input format
    #[arg(long, value_name = "SHAPE", default_value = "auto")]
    pub(crate) input: InputArg,
    /// Apply this corrections file, in the format of a library's corrections.txt
    #[arg(long, value_name = "FILE")]
    pub(crate) corrections: Option<PathBuf>,
    /// Year to assume when an article's date has none
    #[arg(long, value_name = "YEAR", value_parser = parse_year)]
    pub(crate) assume_year: Option<YearArg>,
    /// Skip texts (and lines of .jsonl) larger than this, such as 500K or 64M
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "64M")]
    pub(crate) max_size: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputArg {
    /// By the first bytes and the extension; in a pipe, JSON Lines if the first line is
    /// a JSON object
    Auto,
    /// One text per file
    Text,
    /// One JSON object per line
    Jsonl,
}

impl From<InputArg> for InputShape {
    fn from(input: InputArg) -> Self {
        match input {
            InputArg::Auto => InputShape::Auto,
            InputArg::Text => InputShape::Text,
            InputArg::Jsonl => InputShape::JsonLines,
        }
    }
}
