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
    /// Files and folders to add to the sources (default: seeds/); with --index, they
    /// become the only sources
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Remove a file or folder from the sources
    #[arg(long, value_name = "PATH")]
    pub(crate) forget: Vec<PathBuf>,
    /// Read everything again; the old index stays in use until the new one is complete
    #[arg(long)]
    pub(crate) rebuild: bool,
    /// Detect changed files by their content, not only by size and times
    #[arg(long)]
    pub(crate) checksum: bool,
    /// Rewrite the parts of the index that still contain text of deleted articles
    #[arg(long)]
    pub(crate) purge: bool,
    /// Exit immediately if another process is writing the index
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// How long to wait while another process is writing the index, such as 30s or
    /// 5m (0s to 7d)
    #[arg(long, value_name = "TIME", value_parser = parse_wait, default_value = "60m", conflicts_with = "no_wait")]
    pub(crate) wait: Duration,
    /// Number of threads, 1 to 64 [default: as many as are useful]
    #[arg(long, value_name = "N", value_parser = parse_threads)]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Memory limit, such as 512M or 4G (at least 64M); files that need more are
    /// skipped [default: a quarter of the machine's memory, at least 256M]
    #[arg(long, value_name = "SIZE", value_parser = parse_memory)]
    pub(crate) memory: Option<u64>,
    /// Skip files (and lines of .jsonl) larger than this, such as 500K, 64M or 1G
    #[arg(long, value_name = "SIZE", value_parser = parse_size, help_heading = "Settings (remembered in the index)")]
    pub(crate) max_size: Option<u64>,
    /// Read hidden files and folders (names starting with a dot)
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, require_equals = true, default_missing_value = "yes", help_heading = "Settings (remembered in the index)")]
    pub(crate) hidden: Option<Switch>,
    /// Read files excluded by .gitignore and .ignore
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, require_equals = true, default_missing_value = "yes", help_heading = "Settings (remembered in the index)")]
    pub(crate) ignored: Option<Switch>,
    /// Read every file but JSON Lines as one plain text: no web pages, documents,
    /// archives or exports
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, require_equals = true, default_missing_value = "yes", help_heading = "Settings (remembered in the index)")]
    pub(crate) plain_text: Option<Switch>,
    /// Year to assume when an article's date has none (`none`: stop assuming one)
    #[arg(long, value_name = "YEAR", value_parser = parse_year, help_heading = "Settings (remembered in the index)")]
    pub(crate) assume_year: Option<YearArg>,
    /// Detect changed files by ctime and inode as well (no: for file systems where
    /// these are not stable)
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, require_equals = true, default_missing_value = "yes", help_heading = "Settings (remembered in the index)")]
    pub(crate) ctime: Option<Switch>,
    /// Let everyone read the index, not only those who may read all its sources
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, require_equals = true, default_missing_value = "yes", help_heading = "Settings (remembered in the index)")]
    pub(crate) public_index: Option<Switch>,
    /// Follow symbolic links
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, require_equals = true, default_missing_value = "yes", help_heading = "Settings (remembered in the index)")]
    pub(crate) follow: Option<Switch>,
}

fn parse_wait(text: &str) -> Result<Duration, String> {
    Some(parse_time(text)?)
        .filter(|time| *time <= Duration::from_hours(7 * 24))
        .ok_or_else(|| "must be at most 7d".to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// Turn on
    Yes,
    /// Turn off
    No,
}

impl From<Switch> for bool {
    fn from(switch: Switch) -> bool {
        switch == Switch::Yes
    }
}
