//! The arguments, whose comments are the help.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use cybersearch::index::Refresh;
use cybersearch::output::Format;
use cybersearch::owner::assumable_year;
use cybersearch::search::{By, Sort};
use cybersearch::source::stream::Shape;

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

/// What is counted how, and exit statuses, below the help of `facets`.
const AFTER_FACETS_HELP: &str = "\
Without QUERY and filters all articles are counted. An article whose date is
known only in part counts once: as 2013..2014 or 2014.. (2014 or later), for
months as 2013 (month unknown). Articles without a value: none, or undated.

Exit status: 0 articles were counted, 1 none, 2 error.";

/// The formats and exit statuses below the help of `extract`.
const AFTER_EXTRACT_HELP: &str = "\
Each article gives a line, a JSON object with version, id, path, title,
published, dates, countries and people, as `show --format json` has them.

Exit status: 0 all was read, 2 something could not be (the rest is printed).";

/// The file, the formats and exit statuses below the help of `batch`.
const AFTER_BATCH_HELP: &str = "\
A line of FILE is an id, a tab and a query, or a query alone, whose id is then
its number among the queries. Empty lines, and lines that begin with #, are
passed over. The answers come in the order of the queries, each with its id.

Exit status: 0 a query had hits, 1 none had, 2 a line could not be read or a
query failed (the rest is answered).";

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
    #[command(after_help = AFTER_BATCH_HELP)]
    Batch(BatchArgs),
    /// Count the articles that answer by country, person, year and more
    #[command(after_help = AFTER_FACETS_HELP)]
    Facets(FacetsArgs),
    /// Bring the index up to date, or make one
    Index(IndexArgs),
    /// Print an article with its fields and where each came from
    Show(ShowArgs),
    /// Tell what the index holds, what was skipped, and how stale it is
    Status(StatusArgs),
    /// Print who, where and when of any text, without an index
    #[command(after_help = AFTER_EXTRACT_HELP)]
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

/// How a query is read, and what must hold beside it.
#[derive(Debug, Args)]
pub(crate) struct MatchArgs {
    /// Take articles with any of the words, not all
    #[arg(long)]
    pub(crate) any: bool,
    /// Take every character of the query as text
    #[arg(long)]
    pub(crate) plain: bool,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

/// The filters, all of which must hold.
#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    /// Only articles that name the country (code or name; `none`)
    #[arg(long, value_name = "COUNTRY", help_heading = "Filters")]
    pub(crate) country: Vec<String>,
    /// Only articles that are mainly about the country
    #[arg(long, value_name = "COUNTRY", help_heading = "Filters")]
    pub(crate) main: Vec<String>,
    /// Only articles that name the person (words of a name; `none`)
    #[arg(long, value_name = "NAME", help_heading = "Filters")]
    pub(crate) person: Vec<String>,
    /// Only articles published then (2013, 2011-06..2013, unknown)
    #[arg(long, value_name = "DATE", help_heading = "Filters")]
    pub(crate) date: Vec<String>,
    /// Only articles that mention such a date (2011-06, 2010..2012, none)
    #[arg(long, value_name = "DATE", help_heading = "Filters")]
    pub(crate) dates: Vec<String>,
    /// Only articles published from the date's first day on
    #[arg(long, value_name = "DATE", help_heading = "Filters")]
    pub(crate) after: Option<String>,
    /// Only articles published before the date's first day
    #[arg(long, value_name = "DATE", help_heading = "Filters")]
    pub(crate) before: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// What to search for; several arguments are one query
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    #[command(flatten)]
    pub(crate) options: SearchOptions,
}

#[derive(Debug, Args)]
pub(crate) struct BatchArgs {
    /// A file with a query a line; `-` is the standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) options: SearchOptions,
}

/// What a search may be told beside its query.
#[derive(Debug, Args)]
pub(crate) struct SearchOptions {
    #[command(flatten)]
    pub(crate) matching: MatchArgs,
    /// How many articles to show (10 unless told; 1000 with --format trec)
    #[arg(short = 'n', long, value_name = "N", help_heading = "Output")]
    pub(crate) limit: Option<usize>,
    /// How many articles to pass over first
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Output")]
    pub(crate) offset: usize,
    /// How many passages to show of each article
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Output")]
    pub(crate) passages: usize,
    /// In which order
    #[arg(
        long,
        value_name = "ORDER",
        default_value = "relevance",
        help_heading = "Output"
    )]
    pub(crate) sort: SortArg,
    /// Show copies of one story each by itself
    #[arg(long, help_heading = "Output")]
    pub(crate) no_fold: bool,
    /// Say why each hit stands where it stands (text and JSON)
    #[arg(long, help_heading = "Output")]
    pub(crate) explain: bool,
    /// How to print; by default text on a terminal, grep in a pipe
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) format: Option<FormatArg>,
    /// Count facets of all articles that answer as well, in the JSON object
    #[arg(
        long,
        value_name = "FACETS",
        num_args = 0..=1,
        require_equals = true,
        value_delimiter = ',',
        default_missing_value = "country,main,person,year",
        help_heading = "Output"
    )]
    pub(crate) facets: Vec<ByArg>,
    /// End each path with a zero byte (with --format paths)
    #[arg(short = '0', long, help_heading = "Output")]
    pub(crate) null: bool,
    /// When to bring the index up to date first
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Output"
    )]
    pub(crate) refresh: RefreshArg,
}

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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SortArg {
    /// The best first
    Relevance,
    /// The latest first, undated last
    Newest,
    /// The earliest first, undated last
    Oldest,
}

impl From<SortArg> for Sort {
    fn from(sort: SortArg) -> Self {
        match sort {
            SortArg::Relevance => Sort::Relevance,
            SortArg::Newest => Sort::Newest,
            SortArg::Oldest => Sort::Oldest,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// For people: hits under their article, wrapped to the terminal
    Text,
    /// A hit a line, `path:line: passage`
    Grep,
    /// One JSON object
    Json,
    /// A JSON object per hit
    Jsonl,
    /// Comma-separated values with a header line
    Csv,
    /// The path of each article's file
    Paths,
    /// A run for `trec_eval` (batch alone)
    Trec,
}

impl FormatArg {
    /// The format of an answer; a run is none.
    pub(crate) fn of_answer(self) -> Option<Format> {
        Some(match self {
            FormatArg::Text => Format::Text,
            FormatArg::Grep => Format::Grep,
            FormatArg::Json => Format::Json,
            FormatArg::Jsonl => Format::JsonLines,
            FormatArg::Csv => Format::Csv,
            FormatArg::Paths => Format::Paths,
            FormatArg::Trec => return None,
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RefreshArg {
    /// Always
    Always,
    /// In a small library; in a larger one the files behind the hits are checked
    Auto,
    /// Never; without an index, the search fails
    Never,
}

impl From<RefreshArg> for Refresh {
    fn from(refresh: RefreshArg) -> Self {
        match refresh {
            RefreshArg::Always => Refresh::Always,
            RefreshArg::Auto => Refresh::Auto,
            RefreshArg::Never => Refresh::Never,
        }
    }
}

#[derive(Debug, Args)]
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
    /// Leave at once if another process is writing the index
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// How many threads to use (1 to 64; as many as are worth having unless told)
    #[arg(long, value_name = "N", value_parser = parse_threads)]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Skip files (and lines of .jsonl) above this size, such as 500K, 64M, 2G
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
    /// Follow symbolic links
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, require_equals = true, default_missing_value = "yes", help_heading = "Which files (remembered)")]
    pub(crate) follow: Option<Switch>,
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

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The article: its path, its id, or `path:line` as the grep format prints it
    pub(crate) article: OsString,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: PlainFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ExtractArgs {
    /// Files of text, Markdown or JSON lines; `-`, or none, is the standard
    /// input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How the articles lie in the files
    #[arg(long, value_name = "SHAPE", default_value = "auto")]
    pub(crate) input: InputArg,
    /// Correct what is found by this file, as a library's corrections.txt does
    #[arg(long, value_name = "FILE")]
    pub(crate) corrections: Option<PathBuf>,
    /// Take this year where an article's date has none
    #[arg(long, value_name = "YEAR", value_parser = parse_year)]
    pub(crate) assume_year: Option<YearArg>,
    /// Pass over texts (and lines of .jsonl) above this size, such as 500K, 64M
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "64M")]
    pub(crate) max_size: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputArg {
    /// As a file's ending tells; in a pipe, a JSON object begins records
    Auto,
    /// One text a file
    Text,
    /// A JSON object a line
    Jsonl,
}

impl From<InputArg> for Shape {
    fn from(input: InputArg) -> Self {
        match input {
            InputArg::Auto => Shape::Auto,
            InputArg::Text => Shape::Text,
            InputArg::Jsonl => Shape::JsonLines,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: PlainFormat,
    /// Verify the checksum of every file of the index
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlainFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// A year, or `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct YearArg(pub(crate) Option<i16>);

/// Reads `1987` or `none`.
fn parse_year(text: &str) -> Result<YearArg, String> {
    if text.eq_ignore_ascii_case("none") {
        return Ok(YearArg(None));
    }
    let year = assumable_year(text).ok_or("a year is four digits, such as 1987")?;
    Ok(YearArg(Some(year)))
}

/// Reads a number of threads that a machine may have.
fn parse_threads(text: &str) -> Result<NonZeroUsize, String> {
    let threads = text.parse().ok().filter(|threads| *threads <= MAX_THREADS);
    threads
        .and_then(NonZeroUsize::new)
        .ok_or_else(|| format!("a number from 1 to {MAX_THREADS}"))
}

/// The most threads that may be asked for.
const MAX_THREADS: usize = 64;

/// Reads `500K`, `64M`, `2G` or bytes.
fn parse_size(text: &str) -> Result<u64, String> {
    let (digits, power) = match text.trim_end_matches(['B', 'b', 'i']) {
        rest if rest.ends_with(['K', 'k']) => (&rest[..rest.len() - 1], 10),
        rest if rest.ends_with(['M', 'm']) => (&rest[..rest.len() - 1], 20),
        rest if rest.ends_with(['G', 'g']) => (&rest[..rest.len() - 1], 30),
        rest => (rest, 0),
    };
    let number: u64 = digits
        .trim()
        .parse()
        .map_err(|_| "a size is a number with K, M or G, such as 64M".to_owned())?;
    number
        .checked_mul(1 << power)
        .filter(|size| *size > 0)
        .ok_or_else(|| "this size is out of range".to_owned())
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
    fn years_are_read() {
        assert_eq!(parse_year("1987"), Ok(YearArg(Some(1987))));
        assert_eq!(parse_year("None"), Ok(YearArg(None)));
        for bad in ["", "87", "+987", "19870"] {
            assert!(parse_year(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_are_read() {
        assert_eq!(parse_size("64M"), Ok(64 << 20));
        assert_eq!(parse_size("2GiB"), Ok(2 << 30));
        assert_eq!(parse_size("100"), Ok(100));
        for bad in ["", "M", "0", "-1", "99999999999G"] {
            assert!(parse_size(bad).is_err(), "{bad}");
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
