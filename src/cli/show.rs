//! `cybersearch show ARTICLE`

use std::ffi::OsStr;
use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::Result;
use cybersearch::document::Record;
use cybersearch::failure::{Failure, Result as Outcome};
use cybersearch::library::shown_from;
use cybersearch::output::safe;
use cybersearch::output::show::{self, Shown};
use cybersearch::search::{ambiguous, whole_article};
use cybersearch::source::path_key;
use cybersearch::update::{Opened, Refresh, open_fresh};

use super::args::{PlainFormat, ShowArgs};
use super::opened::OpenedIndex;
use super::progress::Progress;
use super::{NOT_FOUND, Session, print};

pub(super) fn run(session: &Session, arguments: &ShowArgs) -> Result<u8> {
    let index = open(session)?;
    let Some((record, text)) = named(session, &index, &arguments.article)? else {
        let name = arguments.article.to_string_lossy();
        let help = "give a path, an id, or path:line, as a search prints it";
        session.note(&format!("no such article: {name}; {help}"));
        return Ok(NOT_FOUND);
    };
    if arguments.text {
        return print_bytes(text.as_bytes());
    }
    if arguments.raw {
        return print_bytes(&raw(&index, &record)?);
    }
    let whole = whole_article(index.any(), record, text, arguments.names)?;
    let path = shown_from(&session.current, &index.any().locate(&whole.record.path));
    let shown = Shown {
        marks: None,
        surnames: &whole.surnames,
        record: &whole.record,
        article: &whole.article,
        extraction: whole.extraction,
        path: &path,
        state: whole.state,
    };
    print(|out| match arguments.format {
        PlainFormat::Json => show::print_json(&shown, out),
        PlainFormat::Text => show::print_text(&shown, &session.style(false), out),
    })
}

/// Prints all bytes to a pipe or a file. A terminal acts upon control characters,
/// so that it gets others in their place.
fn print_bytes(bytes: &[u8]) -> Result<u8> {
    if io::stdout().is_terminal() {
        let text = String::from_utf8_lossy(bytes);
        let shown = safe::lines(&text);
        return print(|out| out.write_all(shown.as_bytes()));
    }
    print(|out| out.write_all(bytes))
}

/// The index, as fresh as is quickly had.
fn open(session: &Session) -> Outcome<OpenedIndex> {
    #[cfg(feature = "remote")]
    if let Some(index) = super::opened::remote(session)? {
        return Ok(OpenedIndex::Remote(index));
    }
    let library = session.library()?;
    let progress = Progress::new(session);
    let Opened { index, .. } = open_fresh(&library, Refresh::Auto, &|event| {
        progress.event(&event);
    })?;
    Ok(OpenedIndex::Local(index))
}

/// The bytes that an article was read from.
fn raw(index: &OpenedIndex, record: &Record) -> Outcome<Vec<u8>> {
    let Some(local) = index.local() else {
        let what = format!("--raw: the file of {} is not here", record.id);
        return Err(Failure::new(what).help("use --text for what the index keeps of it"));
    };
    let missing = || {
        let location = local.library().locate(&record.path);
        let why = "it has no such member any more";
        Failure::at("cannot read", &location, why).help("run cybersearch index")
    };
    local.raw(record)?.ok_or_else(missing)
}

/// The article that a path, an id or `path:line` means, with its text; `None`
/// where there is none.
pub(super) fn named(
    session: &Session,
    index: &OpenedIndex,
    article: &OsStr,
) -> Outcome<Option<(Record, String)>> {
    let name = article.to_string_lossy();
    let key = match index.local() {
        Some(index) => index.library().key(&session.current, Path::new(article)),
        // As a search shows it.
        None => path_key::encode(Path::new(article)),
    };
    let mut found = index.any().articles_named(&name, &key)?;
    if found.len() > 1 {
        return Err(ambiguous(&name, &found, |record| {
            place(session, index, record)
        }));
    }
    Ok(found.pop())
}

/// Where an article stands, as a name that means it alone.
fn place(session: &Session, index: &OpenedIndex, record: &Record) -> String {
    let path = shown_from(&session.current, &index.any().locate(&record.path));
    let name = record.place_name();
    let inside = name.strip_prefix(&record.path).unwrap_or_default();
    format!("{}{inside}", path.display())
}
