//! The arguments, whose comments are the help; those of a larger command in a
//! file of their own.

mod batch;
mod extract;
mod facets;
mod index;
mod search;
mod values;
mod watch;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use self::batch::BatchArgs;
pub(crate) use self::extract::ExtractArgs;
pub(crate) use self::facets::{FACET_LIMIT, FacetFormatArg, FacetsArgs};
pub(crate) use self::index::IndexArgs;
pub(crate) use self::search::{FilterArgs, FormatArg, RefreshArg, SearchArgs, SearchOptions};
pub(crate) use self::values::ByArg;
pub(crate) use self::watch::{WatchArgs, WatchFormat};

/// The examples and exit statuses below the help.
const AFTER_HELP: &str = "\
Query:
  hotline Moscow            articles with both words (--any: with any of them)
  \"risk reduction\"          the words side by side (\"...\"~5: with 5 between)
  hotline NEAR/5 Moscow     with at most 5 words between (NEAR/s: one sentence)
  talks -China              without a word (also NOT China)
  (hotline OR \"hot line\")   either
  communicat*  Shmidt~      words that begin so; that differ by a letter or two
  =talks                    just this form
  title:talks body:hotline  in the title, in the body
  country:RU main:US        filters; a country is a code or any of its names
  person:Schmidt            whole words of a name, in any order
  date:2011-06..2013        published then, as far as it is known
  date:unknown              undated
  dates:2011-06             mentions June 2011, a day of it, or 2011
  path:reuters path:*.txt   in such a folder, of such a name

Exit status: 0 hits, 1 no hit, 2 error.";

/// Searches an archive of news: ranked passages, with each article's date,
/// countries and people.
#[derive(Debug, Parser)]
#[command(
    name = "cybersearch",
    version,
    args_conflicts_with_subcommands = true,
    after_help = AFTER_HELP,
    override_usage = "cybersearch [OPTIONS] QUERY...\n       cybersearch <COMMAND> ..."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(flatten)]
    pub(crate) search: SearchArgs,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

impl Cli {
    /// Parses a query by itself, for which the subcommands need not be built:
    /// that takes as long as a sixth of a search. `None` for all else, and for
    /// arguments that need an answer of their own: mistakes, help, version.
    pub(crate) fn of_query(arguments: &[OsString]) -> Option<Cli> {
        let is_command = |argument: &OsString| {
            let name = argument.to_str();
            name.is_some_and(|name| name == "help" || Command::has_subcommand(name))
        };
        if arguments.iter().skip(1).any(is_command) {
            return None;
        }
        let Bare { global, search } = Bare::try_parse_from(arguments).ok()?;
        Some(Cli {
            global,
            search,
            command: None,
        })
    }
}

/// The arguments of a query by itself.
#[derive(Debug, Parser)]
#[command(name = "cybersearch", disable_help_flag = true)]
struct Bare {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(flatten)]
    search: SearchArgs,
}

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct GlobalArgs {
    /// The folder of the index, instead of the one found from here (also
    /// `CYBERSEARCH_INDEX`)
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        help_heading = "Global options"
    )]
    pub(crate) index: Option<PathBuf>,
    /// Whether to colour the output
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        help_heading = "Global options"
    )]
    pub(crate) color: ColorChoice,
    /// Say nothing on stderr but errors
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(crate) quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Search; the same as a query by itself, for scripts
    Search(SearchArgs),
    /// Search for each query of a file
    #[command(after_help = batch::AFTER_HELP)]
    Batch(BatchArgs),
    /// Count the articles that answer by country, person, year and more
    #[command(after_help = facets::AFTER_HELP)]
    Facets(FacetsArgs),
    /// Bring the index up to date, or make one
    Index(IndexArgs),
    /// Bring the index up to date, and keep it so while files change
    #[command(after_help = watch::AFTER_HELP)]
    Watch(WatchArgs),
    /// Print an article with its fields and where each came from
    Show(ShowArgs),
    /// Tell what the index holds, what was skipped, and how stale it is
    Status(StatusArgs),
    /// Trust a library that another user, or another machine, has made
    #[command(after_help = TRUST_HELP)]
    Trust(TrustArgs),
    /// Print who, where and when of any text, without an index
    #[command(after_help = extract::AFTER_HELP)]
    Extract(ExtractArgs),
    /// Print the completion script of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page of the program, or of a command
    Man {
        /// The command
        command: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The article: its path, its id, or `path:line` as the grep format prints it
    pub(crate) article: OsString,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: PlainFormat,
}

/// What trust means, below the help of `trust`.
const TRUST_HELP: &str = "\
A library may belong to another user, or have come with a download. Its index
says which files are read: links, and sources anywhere. So a search does not
write to the library of another user, and neither a search nor `index` follows
a link or reads a file outside a library whose index this user has not made,
until the library is trusted. A library that a group keeps (its folder has the
setgid bit, and only the group may write) is trusted by the group's members.

To search for the word itself: cybersearch search trust

Exit status: 0 done, 1 it was not trusted (--remove), 2 error.";

#[derive(Debug, Args)]
pub(crate) struct TrustArgs {
    /// The folder of the library [default: the one found from here]
    #[arg(value_name = "DIR", conflicts_with = "list")]
    pub(crate) folder: Option<PathBuf>,
    /// Trust it no longer
    #[arg(long)]
    pub(crate) remove: bool,
    /// Print the libraries that are trusted, a line each
    #[arg(long, conflicts_with = "remove")]
    pub(crate) list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: PlainFormat,
    /// Verify the checksum of every file of the index, and compare the postings of
    /// two hundred articles with their texts
    #[arg(long)]
    pub(crate) check: bool,
    /// The same, comparing all articles
    #[arg(long)]
    pub(crate) deep: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlainFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_query_by_itself_is_parsed_as_by_the_whole_parser() {
        for line in [
            "hotline",
            "statu",
            "--index DIR hotline Moscow",
            "hotline --any -n 3 --date 2011 --facets",
            "--facets=country,person -q talks -- -China",
            "--color=never -n0 x --sort newest --refresh never",
            "",
        ] {
            let arguments = ["cybersearch"].into_iter().chain(line.split_whitespace());
            let arguments: Vec<OsString> = arguments.map(OsString::from).collect();
            let bare = Cli::of_query(&arguments).unwrap();
            let whole = Cli::try_parse_from(&arguments).unwrap();
            assert_eq!(format!("{bare:?}"), format!("{whole:?}"), "{line}");
        }
        for line in [
            "status",
            "hotline help",
            "--help",
            "-h",
            "-V",
            "--no-such x",
            "-n x y",
        ] {
            let arguments = ["cybersearch"].into_iter().chain(line.split_whitespace());
            let arguments: Vec<OsString> = arguments.map(OsString::from).collect();
            assert!(Cli::of_query(&arguments).is_none(), "{line}");
        }
    }
}
