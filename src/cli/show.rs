//! `cybersearch show ARTICLE`

use std::path::Path;

use cybersearch::extract;
use cybersearch::failure::Failure;
use cybersearch::index::{Opened, open_fresh};
use cybersearch::library::shown_from;
use cybersearch::output::show::{self, Shown};

use super::args::{PlainFormat, ShowArgs};
use super::progress::Progress;
use super::{Error, NOT_FOUND, Session, print};

pub(super) fn run(session: &Session, arguments: &ShowArgs) -> Result<u8, Error> {
    let library = session.library()?;
    let progress = Progress::new(session);
    let Opened { index, .. } = open_fresh(&library, cybersearch::index::Refresh::Auto, &|event| {
        progress.event(&event);
    })?;
    let key = library.key(&session.current, Path::new(&arguments.article));
    let mut found = index.articles_named(&arguments.article, &key)?;
    let Some((record, text)) = found.pop() else {
        session.note(&format!("no such article: {}", arguments.article));
        return Ok(NOT_FOUND);
    };
    if !found.is_empty() {
        let why = format!("{} articles go by that name", found.len() + 1);
        return Err(
            Failure::new(format!("which article: {}: {why}", arguments.article))
                .help("give the id of one")
                .into(),
        );
    }
    let article = record.article(text);
    let extraction = extract::extract(&article, &article.layout());
    let path = shown_from(&session.current, &library.locate(&record.path));
    let state = index.file_states(&[&record.path])?[0];
    let shown = Shown {
        record: &record,
        article: &article,
        extraction,
        path: &path,
        state,
    };
    print(|out| match arguments.format {
        PlainFormat::Json => show::print_json(&shown, out),
        PlainFormat::Text => show::print_text(&shown, &session.style(false), out),
    })
}
