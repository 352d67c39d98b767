//! The arguments of `push`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use cybersearch::push::{MOST_SHARDS, Part};

use super::values::{parse_memory, parse_threads};

/// What a push does, below the help of `push`.
pub(crate) const AFTER_HELP: &str = "\
URL is an engine and the name of an index in it, such as
https://search.example.org:9200/news. The name is an alias; the index itself is
called news-f800301-g1: its format and its generation. Searches find a new index
once everything is in it.

Without --from, the sources and settings are those of the index found from here
(or --index DIR), and what is no longer among them is removed. With --from, only
those files and folders are compared, and all else stays. Files are read as
`index` reads them; articles of unchanged files are not sent again. A push may
be killed at any time: the next one goes on.

Many machines:  push URL --create --shards 96     make an empty index, once
                push URL --from DIR --shard 3/40  on each, 0/40 to 39/40
                push URL --finish                 count, then let searches find it

Everyone who may ask the engine can read what is pushed.

Exit status: 0 everything is there and counted, 2 otherwise or error.";

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub(crate) struct PushArgs {
    /// Address of the index
    pub(crate) url: String,
    /// Files and folders to push [default: the sources of the index]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) from: Vec<PathBuf>,
    /// Make a new, empty index; searches find the old one until --finish
    #[arg(long, conflicts_with_all = ["from", "shard", "dry_run"])]
    pub(crate) create: bool,
    /// Shards of a new index [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_SHARDS)))]
    pub(crate) shards: Option<u32>,
    /// Replicas of a new index, once everything is in it [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=20))]
    pub(crate) replicas: Option<u32>,
    /// Push only part I of N of the files, such as 0/4 (I from 0)
    #[arg(long, value_name = "I/N", value_parser = parse_part)]
    pub(crate) shard: Option<Part>,
    /// Let searches find what was pushed in parts
    #[arg(long, conflicts_with_all = ["from", "create", "shard", "shards", "replicas", "dry_run"])]
    pub(crate) finish: bool,
    /// Remove the index with all that was pushed (needs --yes)
    #[arg(long, requires = "yes", conflicts_with_all = ["from", "create", "shard", "shards", "replicas", "finish", "dry_run"])]
    pub(crate) remove: bool,
    /// Confirm --remove
    #[arg(long, requires = "remove")]
    pub(crate) yes: bool,
    /// Tell what would be pushed, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Number of threads that read, 1 to 64 [default: as many as are useful]
    #[arg(long, value_name = "N", value_parser = parse_threads)]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Memory limit for articles, such as 512M or 4G [default: a quarter of the
    /// machine's memory, at least 256M]
    #[arg(long, value_name = "SIZE", value_parser = parse_memory)]
    pub(crate) memory: Option<u64>,
}

/// `3/40`: a part and how many there are.
fn parse_part(text: &str) -> Result<Part, String> {
    let part = text.split_once('/').and_then(|(number, of)| {
        let (number, of) = (number.parse().ok()?, of.parse().ok()?);
        (number < of).then_some(Part { number, of })
    });
    part.ok_or_else(|| "expected a part such as 0/4, counted from 0".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_one_of_some() {
        assert_eq!(parse_part("3/40"), Ok(Part { number: 3, of: 40 }));
        for wrong in ["4/4", "1", "-1/2", "1/0", "a/b", ""] {
            assert!(parse_part(wrong).is_err(), "{wrong}");
        }
    }
}
