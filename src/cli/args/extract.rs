//! The arguments of `extract`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use cybersearch::source::stream::InputShape;

use super::values::{YearArg, parse_size, parse_year};

/// The formats and exit statuses below the help of `extract`.
pub(super) const AFTER_HELP: &str = "\
Each article gives a line, a JSON object with version, id, path, title,
published, dates, countries and people, as `show --format json` has them.

Exit status: 0 all was read, 2 something could not be (the rest is printed).";

#[derive(Debug, Args)]
pub(crate) struct ExtractArgs {
    /// Files of text, Markdown or JSON lines; `-`, or none, is the standard
    /// input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How the articles lie in the files
    #[arg(long, value_name = "SHAPE", default_value = "auto")]
    pub(crate) input: InputArg,
    /// Correct what is found by this file, as a library's corrections.txt does
    #[arg(long, value_name = "FILE")]
    pub(crate) corrections: Option<PathBuf>,
    /// Take this year where an article's date has none
    #[arg(long, value_name = "YEAR", value_parser = parse_year)]
    pub(crate) assume_year: Option<YearArg>,
    /// Pass over texts (and lines of .jsonl) above this size, such as 500K, 64M
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "64M")]
    pub(crate) max_size: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputArg {
    /// As a file's ending tells; in a pipe, a JSON object begins records
    Auto,
    /// One text a file
    Text,
    /// A JSON object a line
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
