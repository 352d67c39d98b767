//! The arguments, whose comments are the help; those of a larger command in a
//! file of their own.

mod batch;
mod extract;
mod facets;
mod index;
mod mcp;
#[cfg(feature = "remote")]
mod push;
mod search;
#[cfg(feature = "serve")]
mod serve;
mod values;
mod watch;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use cybersearch::search::Names;

pub(crate) use self::batch::BatchArgs;
pub(crate) use self::extract::ExtractArgs;
pub(crate) use self::facets::{FACET_LIMIT, FacetFormatArg, FacetsArgs};
pub(crate) use self::index::IndexArgs;
pub(crate) use self::mcp::McpArgs;
#[cfg(feature = "remote")]
pub(crate) use self::push::PushArgs;
#[cfg(feature = "meaning")]
pub(crate) use self::search::ModelArgs;
pub(crate) use self::search::{FilterArgs, FormatArg, SearchArgs, SearchOptions};
#[cfg(feature = "serve")]
pub(crate) use self::serve::ServeArgs;
pub(crate) use self::watch::{WatchArgs, WatchFormat};

/// The examples and exit statuses below the help.
const AFTER_HELP: &str = "\
Query:
  hotline Moscow            articles with both words (--any: with either word)
  \"risk reduction\"          the phrase (\"...\"~5: up to 5 words in between)
  hotline NEAR/5 Moscow     at most 5 words in between (NEAR/s: same sentence)
  talks -China              without a word (also NOT China)
  (hotline OR \"hot line\")   either of the two
  communicat*  Shmidt~      words starting with communicat; spelled like Shmidt
  =talks                    exactly this form of the word
  title:talks body:hotline  in the title, in the body
  country:RU main:US        names Russia; is mainly about the US (code or name)
  person:Schmidt            names the person (whole words, in any order)
  date:2011-06..2013        published in this period (1980s, 2013-Q2, 5/2013)
  after:2013 before:2015    on or after the first day; before the first day
  date:unknown  date:open   undated; with one bound known, such as 2014 or later
  dates:2011-06             mentions June 2011, a day in it, or 2011
  path:reuters path:*.txt   in a folder or file of that name
  person:=\"Xi Jinping\"     just this name, as `facets` counts it (date:=2013)
  source:\"The Post\"         from just this source

Exit status: 0 hits, 1 no hits, 2 error.";

/// Full-text search for a folder of news articles: ranked passages, quoted
/// verbatim, with file and line.
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

/// What `--index` takes, and its help.
const INDEX: (&str, &str) = if cfg!(feature = "remote") {
    (
        "DIR|URL",
        "Index to use instead of the one found from the current folder: a folder, or the URL of an \
         index in OpenSearch or Elasticsearch, such as http://127.0.0.1:9200/news (env: \
         `CYBERSEARCH_INDEX`)",
    )
} else {
    (
        "DIR",
        "Index folder to use instead of the one found from the current folder (env: \
         `CYBERSEARCH_INDEX`)",
    )
};

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct GlobalArgs {
    /// Index to use instead of the one found from the current folder
    #[arg(
        long,
        value_name = INDEX.0,
        help = INDEX.1,
        global = true,
        help_heading = "Global options"
    )]
    pub(crate) index: Option<PathBuf>,
    /// File with the key for a remote index: a line with `ApiKey KEY`, `Bearer
    /// TOKEN` or `Basic USER:PASSWORD` (env: `CYBERSEARCH_AUTH`, the line itself)
    #[cfg(feature = "remote")]
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        help_heading = "Global options"
    )]
    pub(crate) auth_file: Option<PathBuf>,
    /// File with the certificates (PEM) to trust for a remote index, instead of the
    /// usual ones
    #[cfg(feature = "remote")]
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        help_heading = "Global options"
    )]
    pub(crate) ca: Option<PathBuf>,
    /// Speak plain HTTP with a remote index on another machine: everyone on the way
    /// can read and change what is sent
    #[cfg(feature = "remote")]
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) insecure_http: bool,
    /// When to colour the output
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        help_heading = "Global options"
    )]
    pub(crate) color: ColorChoice,
    /// Print only errors to stderr
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(crate) quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal; respects `NO_COLOR` and `CLICOLOR_FORCE`
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Search; in scripts, use this instead of a bare query
    Search(SearchArgs),
    /// Answer every query in a file
    #[command(after_help = batch::AFTER_HELP)]
    Batch(BatchArgs),
    /// Count matching articles by country, person, year and more
    #[command(after_help = facets::AFTER_HELP)]
    Facets(FacetsArgs),
    /// Answer an agent over the Model Context Protocol (stdio)
    #[command(after_help = mcp::AFTER_HELP)]
    Mcp(McpArgs),
    /// Create the index, or bring it up to date
    Index(IndexArgs),
    /// Keep the index up to date while files change
    #[command(after_help = watch::AFTER_HELP)]
    Watch(WatchArgs),
    /// Bring the articles into `OpenSearch` or `Elasticsearch`, and keep them there
    #[cfg(feature = "remote")]
    #[command(after_help = push::AFTER_HELP)]
    Push(PushArgs),
    /// Show the archive in the browser, and answer programs over HTTP
    #[cfg(feature = "serve")]
    #[command(after_help = serve::AFTER_HELP)]
    Serve(ServeArgs),
    /// Print an article with its fields and the words behind them
    Show(ShowArgs),
    /// Show index contents, skipped files and staleness
    Status(StatusArgs),
    /// List readable formats and what is missing on this machine
    #[command(after_help = FORMATS_HELP)]
    Formats(FormatsArgs),
    /// Trust a library that came from another user or another machine
    #[command(after_help = TRUST_HELP)]
    Trust(TrustArgs),
    /// Print date, countries and people of any text as JSON, without an index
    #[command(after_help = extract::AFTER_HELP)]
    Extract(ExtractArgs),
    /// Print a shell completion script
    Completions {
        /// Shell to print the script for
        shell: Shell,
    },
    /// Print the manual page of the program or of a command
    Man {
        /// Command to describe [default: the program itself]
        command: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Path or id of the article, or `path:line` as printed by the grep format
    pub(crate) article: OsString,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: PlainFormat,
    /// Print exactly the text, which offsets of the kind `text` count in
    #[arg(long, conflicts_with_all = ["raw", "format"])]
    pub(crate) text: bool,
    /// Print the bytes that it was read from: the file, or its member
    #[arg(long, conflicts_with = "format")]
    pub(crate) raw: bool,
    /// How people are named: `joined` tells whom a surname alone means
    #[arg(
        long,
        value_name = "NAMES",
        value_parser = values::named::<Names>(),
        default_value = "joined"
    )]
    pub(crate) names: Names,
}

/// What trust means, below the help of `trust`.
const TRUST_HELP: &str = "\
A library may belong to another user or come with a download, and its index
decides which files are read, including links and sources anywhere on the disk.
Until you trust a library, a search does not write to it if it belongs to
another user, and neither a search nor `index` follows links or reads files
outside it if you did not create its index. A library kept by a group (its
folder has the setgid bit and only the group may write to it) is trusted by the
members of the group.

To search for the word \"trust\": cybersearch search trust

Exit status: 0 done, 1 was not trusted (--remove), 2 error.";

#[derive(Debug, Args)]
pub(crate) struct TrustArgs {
    /// Library folder [default: the one found from the current folder]
    #[arg(value_name = "DIR", conflicts_with = "list")]
    pub(crate) folder: Option<PathBuf>,
    /// Stop trusting the library
    #[arg(long)]
    pub(crate) remove: bool,
    /// List the trusted libraries, one per line
    #[arg(long, conflicts_with = "remove")]
    pub(crate) list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: PlainFormat,
    /// Verify the checksum of every index file, and compare the postings of 200
    /// articles with their text
    #[arg(long)]
    pub(crate) check: bool,
    /// Like --check, but compare all articles
    #[arg(long)]
    pub(crate) deep: bool,
}

/// What the table says, below the help of `formats`.
const FORMATS_HELP: &str = "\
Each line: a format, the endings of its files, what in a file becomes an
article, and what reads it. An export of a news database is cut into its
articles, whatever its format. What a file begins with counts more than its
ending. A file whose reader is missing is skipped; `status` lists it with the
package to install.

To search for the word \"formats\": cybersearch search formats";

#[derive(Debug, Args)]
pub(crate) struct FormatsArgs {
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: PlainFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlainFormat {
    /// Human-readable text
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

    /// Servers and agents have the parameters of the command line.
    #[test]
    fn parameters_are_options_under_the_same_names() {
        use cybersearch::search::parameters::{FACETS, MATCH, SHOWN};
        const OWN: [&str; 6] = ["like", "format", "null", "refresh", "time-limit", "model"];
        let program = Cli::command();
        let search = program.find_subcommand("search").unwrap();
        let parameters = MATCH.iter().chain(&SHOWN).chain(&FACETS);
        let parameters: Vec<_> = parameters.filter(|known| known.is_offered()).collect();
        for parameter in &parameters {
            let mut options = search.get_arguments();
            let option = options.find(|option| option.get_long() == Some(parameter.name));
            let help = option.and_then(|option| option.get_help());
            let help = help.map(ToString::to_string).unwrap_or_default();
            assert!(
                help.starts_with(parameter.about),
                "{}: {help}",
                parameter.name
            );
        }
        for option in search
            .get_arguments()
            .filter_map(|option| option.get_long())
        {
            let is_known = parameters.iter().any(|parameter| parameter.name == option);
            assert!(
                is_known || OWN.contains(&option) || option == "no-limit",
                "{option}"
            );
        }
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
            "formats",
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
