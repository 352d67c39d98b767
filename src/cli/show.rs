//! `cybersearch show ARTICLE`

use std::ffi::OsStr;
use std::path::Path;

use anyhow::Result;
use cybersearch::document::Record;
use cybersearch::engine::local::Index;
use cybersearch::failure::{Failure, Result as Outcome};
use cybersearch::library::{Library, shown_from};
use cybersearch::output::show::{self, Shown};
use cybersearch::search::whole_article;
use cybersearch::update::{Opened, open_fresh};

use super::args::{PlainFormat, ShowArgs};
use super::progress::Progress;
use super::{NOT_FOUND, Session, print};

pub(super) fn run(session: &Session, arguments: &ShowArgs) -> Result<u8> {
    let library = session.library()?;
    let progress = Progress::new(session);
    let Opened { index, .. } =
        open_fresh(&library, cybersearch::update::Refresh::Auto, &|event| {
            progress.event(&event);
        })?;
    let Some((record, text)) = named(session, &library, &index, &arguments.article)? else {
        let name = arguments.article.to_string_lossy();
        session.note(&format!("no such article: {name}"));
        return Ok(NOT_FOUND);
    };
    if arguments.text {
        return print(|out| out.write_all(text.as_bytes()));
    }
    if arguments.raw {
        let missing = || {
            let location = library.locate(&record.path);
            let why = "it has no such member any more";
            Failure::at("cannot read", &location, why).help("run cybersearch index")
        };
        let bytes = index.raw(&record)?.ok_or_else(missing)?;
        return print(|out| out.write_all(&bytes));
    }
    let whole = whole_article(&index, record, text, arguments.names)?;
    let path = shown_from(&session.current, &library.locate(&whole.record.path));
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

/// The article that a path, an id or `path:line` means, with its text; `None`
/// where there is none.
pub(super) fn named(
    session: &Session,
    library: &Library,
    index: &Index,
    article: &OsStr,
) -> Outcome<Option<(Record, String)>> {
    let name = article.to_string_lossy();
    let key = library.key(&session.current, Path::new(article));
    let mut found = index.articles_named(&name, &key)?;
    if found.len() > 1 {
        let places: Vec<String> = found
            .iter()
            .take(3)
            .map(|(record, _)| place(session, library, record))
            .collect();
        let more = if found.len() > 3 { ", …" } else { "" };
        let why = format!("{} articles match", found.len());
        let help = format!("use one of: {}{more}", places.join(", "));
        return Err(Failure::new(format!("ambiguous article: {name}: {why}")).help(help));
    }
    Ok(found.pop())
}

/// Where an article stands, as a name that means it alone.
fn place(session: &Session, library: &Library, record: &Record) -> String {
    if record.record_line.is_none() && record.id != record.path {
        return record.id.clone();
    }
    let path = shown_from(&session.current, &library.locate(&record.path));
    let line = record
        .record_line
        .map_or(String::new(), |line| format!(":{line}"));
    format!("{}{line}", path.display())
}
