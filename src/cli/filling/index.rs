//! `cybersearch index`

use std::path::PathBuf;

use anyhow::Result;
use cybersearch::failure::Result as Outcome;
use cybersearch::library::Library;
use cybersearch::output::status;
use cybersearch::output::update::summary;
use cybersearch::update::{Busy, Report, SelectionChange, Update, update};

use crate::cli::args::IndexArgs;
use crate::cli::progress::Progress;
use crate::cli::{FOUND, INCOMPLETE, Session, print};

/// How many skipped files are named; the rest is counted.
const MAX_NAMED: usize = 10;

pub(in crate::cli) fn run(session: &Session, arguments: &IndexArgs) -> Result<u8> {
    let library = library(session, &arguments.paths)?;
    let request = request(session, &library, arguments);
    let progress = Progress::new(session);
    let report = update(&library, &request, &|event| progress.event(&event))?;
    tell(session, &report);
    print(|out| writeln!(out, "{}", summary(&report)))?;
    Ok(if report.is_whole() { FOUND } else { INCOMPLETE })
}

/// The library found from here; with paths to index and none found, a new one
/// in the current folder.
pub(in crate::cli) fn library(session: &Session, paths: &[PathBuf]) -> Outcome<Library> {
    if session.named_url().is_some() {
        return session.library();
    }
    match session.find_library() {
        Some(library) => Ok(library),
        None if paths.is_empty() => session.library(),
        None => Ok(Library::at(&session.current)),
    }
}

/// How the index remembers these paths.
pub(in crate::cli) fn keys(session: &Session, library: &Library, paths: &[PathBuf]) -> Vec<String> {
    let keys = paths.iter().map(|path| library.key(&session.current, path));
    keys.collect()
}

fn request(session: &Session, library: &Library, arguments: &IndexArgs) -> Update {
    Update {
        add: keys(session, library, &arguments.paths),
        forget: keys(session, library, &arguments.forget),
        exact: session.named_index().is_some(),
        rebuild: arguments.rebuild,
        selection: SelectionChange {
            max_bytes: arguments.max_size,
            hidden: arguments.hidden.map(bool::from),
            ignored: arguments.ignored.map(bool::from),
            follow: arguments.follow.map(bool::from),
            ctime: arguments.ctime.map(bool::from),
            assume_year: arguments.assume_year.map(|year| year.0),
            plain_text: arguments.plain_text.map(bool::from),
        },
        busy: if arguments.no_wait {
            Busy::Leave
        } else {
            Busy::Wait(arguments.wait)
        },
        record_checks: true,
        by_content: arguments.checksum,
        purge: arguments.purge,
        public: arguments.public_index.map(bool::from),
        threads: arguments.threads,
        memory: arguments.memory,
    }
}

/// What could not be read although it should be in the index, a line each, and
/// what else is worth telling.
pub(in crate::cli) fn troubles(report: &Report) -> impl Iterator<Item = String> {
    let missing = report.missing.iter().map(|source| missing_source(source));
    missing.chain(other_troubles(report))
}

/// What is told of a source that is not there.
pub(in crate::cli) fn missing_source(source: &str) -> String {
    let there = "restore it, or remove it with `cybersearch index --forget`";
    format!("source not found: {source}: its articles are kept; {there}")
}

/// The same troubles, but for sources that are not there.
pub(in crate::cli) fn other_troubles(report: &Report) -> impl Iterator<Item = String> {
    let errors = report
        .errors
        .iter()
        .map(|(path, why)| format!("cannot read: {path}: {why}; what was indexed from it is kept"));
    let distrusted = report.distrusted.iter().map(|path| {
        format!("not read: {path}: this library is not trusted; see `cybersearch trust --help`")
    });
    let notes = report.notes.iter().cloned();
    notes.chain(errors).chain(distrusted)
}

/// Names on stderr what was left out.
pub(in crate::cli) fn tell(session: &Session, report: &Report) {
    // What is missing goes before what is only not understood.
    let of_kind = |is_remark: bool| {
        let label = if is_remark { "remark" } else { "skipped" };
        let found = report.skipped.iter();
        let found = found.filter(move |(_, skip)| skip.is_remark == is_remark);
        found.map(move |(path, skip)| format!("{label}: {}: {}", skip.place(path), skip.reason))
    };
    let lines: Vec<String> = troubles(report)
        .chain(of_kind(false))
        .chain(of_kind(true))
        .collect();
    for line in lines.iter().take(MAX_NAMED) {
        session.note(line);
    }
    if lines.len() > MAX_NAMED {
        session.note(&format!(
            "and {} more; see `cybersearch status`",
            lines.len() - MAX_NAMED
        ));
    }
    if report.idle_corrections > 0 {
        let corrections = status::count(report.idle_corrections as u64, "correction");
        session.note(&format!(
            "{corrections} never applied; see `cybersearch status`"
        ));
    }
    if report.articles == 0 {
        session.note("the sources contain no articles");
    }
}
