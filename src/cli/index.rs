//! `cybersearch index`

use anyhow::Result;
use cybersearch::failure::Result as Outcome;
use cybersearch::index::{Busy, Report, SelectionChange, Update, update};
use cybersearch::library::Library;
use cybersearch::output::status;

use super::args::IndexArgs;
use super::progress::Progress;
use super::{Session, print};

/// How many skipped files are named; the rest is counted.
const MAX_NAMED: usize = 10;

pub(super) fn run(session: &Session, arguments: &IndexArgs) -> Result<u8> {
    let library = library(session, arguments)?;
    let request = request(session, &library, arguments);
    let progress = Progress::new(session);
    let report = update(&library, &request, &|event| progress.event(&event))?;
    tell(session, &report);
    print(|out| writeln!(out, "{}", summary(&report)))
}

/// The library found from here; with paths to index and none found, a new one
/// in the current folder.
fn library(session: &Session, arguments: &IndexArgs) -> Outcome<Library> {
    match session.find_library() {
        Some(library) => Ok(library),
        None if arguments.paths.is_empty() => session.library(),
        None => Ok(Library::at(&session.current)),
    }
}

fn request(session: &Session, library: &Library, arguments: &IndexArgs) -> Update {
    let keys = |paths: &[std::path::PathBuf]| {
        paths
            .iter()
            .map(|path| library.key(&session.current, path))
            .collect()
    };
    Update {
        add: keys(&arguments.paths),
        forget: keys(&arguments.forget),
        exact: session.named_index().is_some(),
        rebuild: arguments.rebuild,
        selection: SelectionChange {
            max_bytes: arguments.max_size,
            hidden: arguments.hidden.map(bool::from),
            ignored: arguments.ignored.map(bool::from),
            follow: arguments.follow.map(bool::from),
            assume_year: arguments.assume_year.map(|year| year.0),
        },
        busy: if arguments.no_wait {
            Busy::Leave
        } else {
            Busy::Wait
        },
        record_checks: true,
        threads: arguments.threads,
    }
}

/// `5 articles: 1 file new, 0 changed, 0 gone, 4 as before`.
fn summary(report: &Report) -> String {
    let mut parts = vec![format!(
        "{}: {} new, {} changed, {} gone, {} as before",
        status::count(report.articles, "article"),
        status::count(report.added, "file"),
        report.changed,
        report.removed,
        report.unchanged
    )];
    if !report.skipped.is_empty() {
        parts.push(format!("{} skipped", report.skipped.len()));
    }
    if !report.others.is_empty() {
        parts.push(format!("not read: {}", status::others(&report.others)));
    }
    parts.join("; ")
}

/// Names on stderr what was left out.
fn tell(session: &Session, report: &Report) {
    let skipped = report
        .skipped
        .iter()
        .map(|(path, skip)| format!("skipped: {}: {}", skip.place(path), skip.reason));
    let errors = report
        .errors
        .iter()
        .map(|(path, why)| format!("skipped: {path}: {why}"));
    let missing = report.missing.iter().map(|source| {
        format!("source is not there: {source}: its articles stay; take it away with --forget")
    });
    let lines: Vec<String> = missing.chain(errors).chain(skipped).collect();
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
            "{corrections} applied to nothing; see `cybersearch status`"
        ));
    }
    if report.articles == 0 {
        session.note("the sources hold no article");
    }
}
