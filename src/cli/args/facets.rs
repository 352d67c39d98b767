//! The arguments of `facets`, and what can be counted by.

use clap::{Args, ValueEnum};
use cybersearch::search::By;

use super::search::{MatchArgs, RefreshArg, StopArgs};

/// What is counted how, and exit statuses, below the help of `facets`.
pub(super) const AFTER_HELP: &str = "\
Without QUERY and filters all articles are counted. An article whose date is
known only in part counts once: as 2013..2014 or 2014.. (2014 or later), for
months as 2013 (month unknown). Articles without a value: none, or undated.

Exit status: 0 articles were counted, 1 none, 2 error.";

#[derive(Debug, Args)]
pub(crate) struct FacetsArgs {
    /// What to search for; without it, all articles are counted
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    #[command(flatten)]
    pub(crate) matching: MatchArgs,
    /// What to count by; several are counted in one pass
    #[arg(
        long,
        value_name = "FACETS",
        value_delimiter = ',',
        default_value = "country,person,year",
        help_heading = "Output"
    )]
    pub(crate) by: Vec<ByArg>,
    /// How many values of each to show, 0 for all; of years and months always
    /// all
    #[arg(
        short = 'n',
        long,
        value_name = "N",
        default_value_t = FACET_LIMIT,
        allow_negative_numbers = true,
        help_heading = "Output"
    )]
    pub(crate) limit: usize,
    /// How to print; by default text, in a pipe without bars
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) format: Option<FacetFormatArg>,
    /// When to bring the index up to date first
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Output"
    )]
    pub(crate) refresh: RefreshArg,
    #[command(flatten)]
    pub(crate) stop: StopArgs,
}

/// How many values of a facet are told unless asked otherwise.
pub(crate) const FACET_LIMIT: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ByArg {
    /// The countries that an article names
    Country,
    /// The countries that it is mainly about
    Main,
    /// The people that it names
    Person,
    /// The year of its publication
    Year,
    /// The month of its publication
    Month,
    /// The folder of its file; of a record, the file
    Source,
}

impl From<ByArg> for By {
    fn from(by: ByArg) -> Self {
        match by {
            ByArg::Country => By::Country,
            ByArg::Main => By::Main,
            ByArg::Person => By::Person,
            ByArg::Year => By::Year,
            ByArg::Month => By::Month,
            ByArg::Source => By::Source,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FacetFormatArg {
    /// For people: values, counts, and bars to the terminal's width
    Text,
    /// One JSON object
    Json,
    /// Comma-separated values with a header line
    Csv,
}
