//! The arguments of `index`.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::values::{YearArg, parse_memory, parse_size, parse_threads, parse_time, parse_year};

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub(crate) struct IndexArgs {
    /// Files and folders to add to the sources (with --index: the only sources)
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Take a file or folder away from the sources
    #[arg(long, value_name = "PATH")]
    pub(crate) forget: Vec<PathBuf>,
    /// Read everything again; the old index answers until the new one is whole
    #[arg(long)]
    pub(crate) rebuild: bool,
    /// Compare the content of every file with what was indexed, not only its size
    /// and times
    #[arg(long)]
    pub(crate) checksum: bool,
    /// Rewrite the parts of the index that still hold the text of deleted articles
    #[arg(long)]
    pub(crate) purge: bool,
    /// Leave at once if another process is writing the index
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// How long to wait for another process that is writing the index: 0s to 7d,
    /// such as 30s or 5m
    #[arg(long, value_name = "TIME", value_parser = parse_wait, default_value = "60m", conflicts_with = "no_wait")]
    pub(crate) wait: Duration,
    /// How many threads to use (1 to 64; as many as are worth having unless told)
    #[arg(long, value_name = "N", value_parser = parse_threads)]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Take at most so much memory, such as 512M or 4G, and skip what needs more (at
    /// least 64M; a quarter of the machine's, but no less than 256M, unless told)
    #[arg(long, value_name = "SIZE", value_parser = parse_memory)]
    pub(crate) memory: Option<u64>,
    /// Skip files (and lines of .jsonl) above this size, such as 500K, 64M, 1G
    #[arg(long, value_name = "SIZE", value_parser = parse_size, help_heading = "Which files (remembered)")]
    pub(crate) max_size: Option<u64>,
    /// Read files and folders whose names begin with a dot
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, require_equals = true, default_missing_value = "yes", help_heading = "Which files (remembered)")]
    pub(crate) hidden: Option<Switch>,
    /// Read what .gitignore and .ignore leave out
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, require_equals = true, default_missing_value = "yes", help_heading = "Which files (remembered)")]
    pub(crate) ignored: Option<Switch>,
    /// Take this year where an article's date has none (`none`: no longer)
    #[arg(long, value_name = "YEAR", value_parser = parse_year, help_heading = "Which files (remembered)")]
    pub(crate) assume_year: Option<YearArg>,
    /// Tell changed files by their inode and time of change as well (no: for file
    /// systems where these do not stay the same)
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, require_equals = true, default_missing_value = "yes", help_heading = "Which files (remembered)")]
    pub(crate) ctime: Option<Switch>,
    /// Let everybody read the index, not only those who may read all its sources
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, require_equals = true, default_missing_value = "yes", help_heading = "Which files (remembered)")]
    pub(crate) public_index: Option<Switch>,
    /// Follow symbolic links
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, require_equals = true, default_missing_value = "yes", help_heading = "Which files (remembered)")]
    pub(crate) follow: Option<Switch>,
}

fn parse_wait(text: &str) -> Result<Duration, String> {
    Some(parse_time(text)?)
        .filter(|time| *time <= Duration::from_hours(7 * 24))
        .ok_or_else(|| "it is at most 7d".to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// From now on
    Yes,
    /// No longer
    No,
}

impl From<Switch> for bool {
    fn from(switch: Switch) -> bool {
        switch == Switch::Yes
    }
}
