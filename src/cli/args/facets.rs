//! The arguments of `facets`, and what can be counted by.

use clap::{Args, ValueEnum};
use cybersearch::search::By;
use cybersearch::update::Refresh;

use super::search::{MatchArgs, StopArgs};
use super::values;

/// What is counted how, and exit statuses, below the help of `facets`.
pub(super) const AFTER_HELP: &str = "\
Without QUERY or filters, all articles are counted. An article whose date is
only partly known is counted once, not once per possible year: by year as
2013..2014 or 2014/.. (2014 or later), by month as 2013 (month unknown).
Articles without a value are counted as none or undated.

Exit status: 0 articles were counted, 1 no articles, 2 error.";

#[derive(Debug, Args)]
pub(crate) struct FacetsArgs {
    /// What to search for [default: count all articles]
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    #[command(flatten)]
    pub(crate) matching: MatchArgs,
    /// What to count by; several facets are counted in one pass
    #[arg(
        long,
        value_name = "FACETS",
        value_parser = values::named::<By>(),
        value_delimiter = ',',
        default_value = "country,person,year",
        help_heading = "Output"
    )]
    pub(crate) by: Vec<By>,
    /// Maximum number of values per facet, 0 for all; years and months are always
    /// all shown
    #[arg(
        short = 'n',
        long,
        value_name = "N",
        default_value_t = FACET_LIMIT,
        allow_negative_numbers = true,
        help_heading = "Output"
    )]
    pub(crate) limit: usize,
    /// Number of values to skip first, of countries, people and sources
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        allow_negative_numbers = true,
        help_heading = "Output"
    )]
    pub(crate) offset: usize,
    /// Only values that start with this text; case and accents are ignored
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    pub(crate) starts: Option<String>,
    /// Only values that contain this text
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    pub(crate) contains: Option<String>,
    /// Count pairs of values that articles have together: of person, country or
    /// main
    #[arg(
        long,
        value_name = "FACET",
        value_parser = values::named::<By>(),
        conflicts_with_all = ["by", "offset", "starts", "contains"],
        help_heading = "Output"
    )]
    pub(crate) pairs: Option<By>,
    /// Output format [default: text, without bars in a pipe]
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) format: Option<FacetFormatArg>,
    /// When to update the index before counting
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
}

/// How many values of a facet are told unless asked otherwise.
pub(crate) const FACET_LIMIT: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FacetFormatArg {
    /// Human-readable: values, counts, and bars as wide as the terminal
    Text,
    /// One JSON object
    Json,
    /// Comma-separated values with a header line
    Csv,
}
