//! The arguments of `watch`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::values::{parse_memory, parse_time};

/// What it does when, and exit statuses, below the help.
pub(super) const AFTER_HELP: &str = "\
Prints a line when the index is up to date, then one for each commit: the time
(UTC) and what changed. Changes in quick succession share a commit; a change
waits at most ten seconds. All files are also checked every ten minutes. A
failure is reported once and retried.

Exit status: 0 stopped (Ctrl-C, SIGTERM, or the reader of the output is gone); 2
the first update failed, or a second Ctrl-C aborted an update and left the index
at its last commit.";

#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// Files and folders to add to the sources (default: seeds/); with --index, they
    /// become the only sources
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Commit when nothing has changed for this long, such as 200ms (0s to 1h)
    #[arg(long, value_name = "TIME", value_parser = parse_debounce, default_value = "500ms")]
    pub(crate) debounce: Duration,
    /// Check all files at this interval instead of waiting for events, such as 30s
    /// or 5m (100ms to 1d)
    #[arg(long, value_name = "TIME", value_parser = parse_poll)]
    pub(crate) poll: Option<Duration>,
    /// Memory limit while reading files, as with `index`
    #[arg(long, value_name = "SIZE", value_parser = parse_memory)]
    pub(crate) memory: Option<u64>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: WatchFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WatchFormat {
    /// One human-readable line per commit
    Text,
    /// One JSON object per commit
    Jsonl,
}

fn parse_debounce(text: &str) -> Result<Duration, String> {
    Some(parse_time(text)?)
        .filter(|time| *time <= Duration::from_hours(1))
        .ok_or_else(|| "must be at most 1h".to_owned())
}

fn parse_poll(text: &str) -> Result<Duration, String> {
    let range = Duration::from_millis(100)..=Duration::from_hours(24);
    Some(parse_time(text)?)
        .filter(|time| range.contains(time))
        .ok_or_else(|| "must be between 100ms and 1d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_ranges() {
        assert_eq!(parse_debounce("0s"), Ok(Duration::ZERO));
        assert!(parse_debounce("2h").is_err());
        assert_eq!(parse_poll("100ms"), Ok(Duration::from_millis(100)));
        assert!(parse_poll("0s").is_err() && parse_poll("2d").is_err());
    }
}
