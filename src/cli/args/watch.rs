//! The arguments of `watch`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::values::{parse_memory, parse_time};

/// What it does when, and exit statuses, below the help.
pub(super) const AFTER_HELP: &str = "\
The first line is printed when the index is up to date, then one for each
commit: when (UTC), and what changed. Changes that come close together are one
commit; none waits longer than ten seconds for others. Every ten minutes all
files are looked at all the same. A failure is told once, and tried again.

Exit status: 0 stopped (Ctrl-C, SIGTERM, nobody reads the output any more); 2
the first update failed, or a second Ctrl-C broke off the one under way, and
the index stays at its last commit.";

#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// Files and folders to add to the sources (with --index: the only sources)
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// How long nothing must change before a commit: 0s to 1h, such as 200ms
    #[arg(long, value_name = "TIME", value_parser = parse_debounce, default_value = "500ms")]
    pub(crate) debounce: Duration,
    /// Do not wait for events, but look at all files so often: 100ms to 1d, such
    /// as 30s or 5m
    #[arg(long, value_name = "TIME", value_parser = parse_poll)]
    pub(crate) poll: Option<Duration>,
    /// Take at most so much memory while files are read, as with `index`
    #[arg(long, value_name = "SIZE", value_parser = parse_memory)]
    pub(crate) memory: Option<u64>,
    /// How to print a commit
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: WatchFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WatchFormat {
    /// A line for people
    Text,
    /// A JSON object a line
    Jsonl,
}

fn parse_debounce(text: &str) -> Result<Duration, String> {
    Some(parse_time(text)?)
        .filter(|time| *time <= Duration::from_hours(1))
        .ok_or_else(|| "it is at most 1h".to_owned())
}

fn parse_poll(text: &str) -> Result<Duration, String> {
    let range = Duration::from_millis(100)..=Duration::from_hours(24);
    Some(parse_time(text)?)
        .filter(|time| range.contains(time))
        .ok_or_else(|| "it lies between 100ms and 1d".to_owned())
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
