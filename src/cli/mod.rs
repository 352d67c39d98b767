//! The command line: arguments in, exit status out.
//!
//! Only this module and `main` know clap, stdout, stderr and exit statuses.
//! One file per subcommand; what they do is the library's business.

mod args;
mod batch;
mod extract;
mod facets;
mod filling;
mod formats;
mod mcp;
#[cfg(feature = "meaning")]
mod model;
mod opened;
mod progress;
mod search;
#[cfg(feature = "serve")]
mod serve;
mod show;
mod status;
mod trust;

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{CommandFactory, Parser, Subcommand};
#[cfg(feature = "remote")]
use cybersearch::engine::remote::{Access, AccessOptions};
use cybersearch::failure::{Failure, Result as Outcome};
use cybersearch::library::Library;
use cybersearch::output::{Style, safe};

use self::args::{Cli, ColorChoice, Command, GlobalArgs};
#[cfg(feature = "remote")]
use self::filling::push;
use self::filling::{index, watch};

/// Hits were found, or the command did what it was asked.
pub(crate) const FOUND: u8 = 0;

/// No hit.
pub(crate) const NOT_FOUND: u8 = 1;

/// Something of what was asked for could not be read.
pub(crate) const INCOMPLETE: u8 = 2;

/// Runs the program with these arguments; returns its exit status.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> Result<u8> {
    let arguments = subcommand_first(arguments.collect());
    let parsed = Cli::of_query(&arguments).map_or_else(|| Cli::try_parse_from(&arguments), Ok);
    let Cli {
        global,
        search,
        command,
    } = match parsed {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let session = Session::new(global)?;
    match command {
        None => search::run(&session, &search),
        Some(Command::Search(arguments)) => search::run(&session, &arguments),
        Some(Command::Batch(arguments)) => batch::run(&session, &arguments),
        Some(Command::Facets(arguments)) => facets::run(&session, &arguments),
        Some(Command::Index(arguments)) => index::run(&session, &arguments),
        Some(Command::Watch(arguments)) => watch::run(&session, &arguments),
        #[cfg(feature = "remote")]
        Some(Command::Push(arguments)) => push::run(&session, &arguments),
        #[cfg(feature = "serve")]
        Some(Command::Serve(arguments)) => serve::run(&session, &arguments),
        Some(Command::Show(arguments)) => show::run(&session, &arguments),
        Some(Command::Mcp(arguments)) => mcp::run(&session, &arguments),
        Some(Command::Status(arguments)) => status::run(&session, &arguments),
        Some(Command::Formats(arguments)) => formats::run(&arguments),
        Some(Command::Trust(arguments)) => trust::run(&session, &arguments),
        Some(Command::Extract(arguments)) => extract::run(&session, &arguments),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "cybersearch", &mut script);
            print(|out| out.write_all(&script))
        }
        Some(Command::Man { command }) => print_man(command.as_deref()),
    }
}

/// Help and version go to stdout; a wrong argument is told in one line.
fn usage(error: &clap::Error) -> Result<u8> {
    if !error.use_stderr() {
        let mut out = anstream::stdout();
        write!(out, "{}", error.render().ansi())?;
        return Ok(FOUND);
    }
    let text = error.to_string();
    let first = text
        .split("\n\n")
        .next()
        .unwrap_or("")
        .trim_start_matches("error: ");
    let line = cybersearch::article::one_line(first);
    let tip = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("tip: "));
    let help = tip.map_or_else(|| "see `cybersearch --help`".to_owned(), str::to_owned);
    Err(Failure::new(line).help(help).into())
}

/// Moves a subcommand to the front that stands behind global options.
///
/// clap reads `--index DIR status` as a search for "status" otherwise, because
/// options and a query may stand before no subcommand.
fn subcommand_first(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let takes_value = ["--index", "--color", "--ca", "--auth-file"];
    let mut at = 1;
    while let Some(argument) = arguments.get(at).and_then(|argument| argument.to_str()) {
        if takes_value.contains(&argument) {
            at += 2;
        } else if argument.starts_with("--index=")
            || argument.starts_with("--color=")
            || argument.starts_with("--ca=")
            || argument.starts_with("--auth-file=")
            || matches!(argument, "-q" | "--quiet" | "--insecure-http")
        {
            at += 1;
        } else {
            break;
        }
    }
    if at > 1
        && arguments
            .get(at)
            .and_then(|argument| argument.to_str())
            .is_some_and(Command::has_subcommand)
    {
        let command = arguments.remove(at);
        arguments.insert(1, command);
    }
    arguments
}

/// What every command needs to know of its surroundings.
pub(crate) struct Session {
    global: GlobalArgs,
    /// The folder that the program was started in.
    current: PathBuf,
}

impl Session {
    fn new(global: GlobalArgs) -> Outcome<Session> {
        let current = std::env::current_dir()
            .map_err(|error| Failure::new(format!("cannot find the current folder: {error}")))?;
        Ok(Session { global, current })
    }

    /// The library whose index the user named, else the one found from here.
    ///
    /// # Errors
    /// When there is none, or the index is named by a URL.
    pub(crate) fn library(&self) -> Outcome<Library> {
        if let Some(url) = self.named_url() {
            return Err(opened::no_folder(&url));
        }
        self.find_library().ok_or_else(|| {
            let current = self.current.display();
            Failure::new(format!(
                "no library found in {current} or any parent folder"
            ))
            .help("create one: `cybersearch index FOLDER`")
        })
    }

    /// The index folder that the user named; an empty variable names none.
    pub(crate) fn named_index(&self) -> Option<PathBuf> {
        let set = || std::env::var_os("CYBERSEARCH_INDEX").filter(|dir| !dir.is_empty());
        self.global
            .index
            .clone()
            .or_else(|| set().map(PathBuf::from))
    }

    /// The URL of an index elsewhere, where the user named one.
    pub(crate) fn named_url(&self) -> Option<String> {
        let named = self.named_index()?.to_str()?.to_owned();
        opened::is_url(&named).then_some(named)
    }

    /// How remote engines are reached.
    ///
    /// # Errors
    /// When a file that the user named cannot be read.
    #[cfg(feature = "remote")]
    pub(crate) fn access(&self) -> Outcome<Access> {
        Access::of(&AccessOptions {
            auth_file: self.global.auth_file.clone(),
            ca: self.global.ca.clone(),
            allows_plain: self.global.insecure_http,
        })
    }

    fn find_library(&self) -> Option<Library> {
        match self.named_index() {
            Some(dir) => Some(Library::with_index(&self.current, &dir)),
            None => Library::find(&self.current),
        }
    }

    /// A line on stderr, unless the user wants quiet.
    pub(crate) fn note(&self, text: &str) {
        if !self.global.quiet {
            self.complain(text);
        }
    }

    /// A line on stderr that even who wants quiet must see.
    #[expect(clippy::unused_self, reason = "it belongs with `note`")]
    pub(crate) fn complain(&self, text: &str) {
        // A closed stderr must not end a search.
        let _ = writeln!(io::stderr(), "cybersearch: {}", safe::line(text));
    }

    /// How stdout wants its output.
    pub(crate) fn style(&self, null: bool) -> Style {
        let color = match self.global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
            }
        };
        Style {
            color,
            width: terminal_width(),
            is_terminal: io::stdout().is_terminal(),
            null,
        }
    }
}

fn print_man(name: Option<&str>) -> Result<u8> {
    let mut program = Cli::command();
    program.build();
    let command = match name {
        None => program,
        Some(name) => {
            let found = program.find_subcommand(name).cloned();
            found.ok_or_else(|| {
                Failure::new(format!("no such command: {name}")).help("see `cybersearch --help`")
            })?
        }
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    print(|out| out.write_all(&page))
}

/// Runs `write` over stdout, buffered.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<u8> {
    let mut out = BufWriter::new(io::stdout().lock());
    write(&mut out)
        .and_then(|()| out.flush())
        .context("cannot write the output")?;
    Ok(FOUND)
}

/// The columns of the terminal: `COLUMNS`, else what it says, else 80.
fn terminal_width() -> usize {
    let set = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let asked = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    set.or_else(asked).unwrap_or(80).clamp(20, 400)
}
