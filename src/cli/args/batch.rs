//! The arguments of `batch`.

use std::path::PathBuf;

use clap::Args;

use super::search::SearchOptions;

/// The file, the formats and exit statuses below the help of `batch`.
pub(super) const AFTER_HELP: &str = "\
A line of FILE is an id, a tab and a query, or just a query; its id is then its
number among the queries. Empty lines and lines starting with # are ignored.
Answers are printed in the order of the queries, each with its id.

Exit status: 0 at least one query had hits, 1 none had, 2 a line could not be
read or a query failed (all other queries are answered).";

#[derive(Debug, Args)]
pub(crate) struct BatchArgs {
    /// File with one query per line; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) options: SearchOptions,
}
