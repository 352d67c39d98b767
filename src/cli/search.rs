//! `cybersearch QUERY...`

use std::io::{self, IsTerminal};

use anyhow::Result;
use cybersearch::failure::{Failure, Result as Outcome};
use cybersearch::index::{FileState, Index, Opened, open_fresh};
use cybersearch::output::{self, Asked, Format, IndexInfo};
use cybersearch::query::{DateFilter, Filter};
use cybersearch::search::{Answer, Request, search};

use super::args::{FormatArg, SearchArgs, SearchOptions};
use super::progress::Progress;
use super::{FOUND, NOT_FOUND, Session, print};

/// How many articles are shown unless the user says otherwise.
const LIMIT: usize = 10;

/// The same of a run, whose measures look far down.
const RUN_LIMIT: usize = 1000;

pub(super) fn run(session: &Session, arguments: &SearchArgs) -> Result<u8> {
    let options = &arguments.options;
    if options.format == Some(FormatArg::Trec) {
        return Err(Failure::new("--format trec goes with batch")
            .help("run `cybersearch batch FILE --format trec`")
            .into());
    }
    let request = request(session, options, arguments.query.join(" "))?;
    check_not_empty(&request)?;
    let (index, checked) = open(session, options)?;
    let answer = search(&index, &request)?;
    let stale = stale(&answer, checked);
    for note in notes(&answer) {
        session.note(&note);
    }
    if answer.total == 0 && !answer.is_wordless {
        tell_unchecked(session, stale);
    }
    tell_stale(session, &index, stale);
    let format = format(options);
    let info = IndexInfo::of(&index, stale);
    let style = session.style(options.null);
    let asked = Asked {
        id: None,
        text: &request.text,
    };
    print(|out| {
        output::print_head(format, false, out)?;
        output::print(format, &asked, &answer, &info, &style, out)
    })?;
    Ok(if has_hit(&request, &answer) {
        FOUND
    } else {
        NOT_FOUND
    })
}

/// Opens the index, brought up to date as the options say; with what is known
/// of its staleness.
pub(super) fn open(session: &Session, options: &SearchOptions) -> Outcome<(Index, Option<bool>)> {
    let library = session.library()?;
    let progress = Progress::new(session);
    let Opened {
        index,
        stale,
        was_built,
    } = open_fresh(&library, options.refresh.into(), &|event| {
        progress.event(&event);
    })?;
    if was_built {
        let place = if index.is_kept() {
            ""
        } else {
            " (in memory: its folder cannot be written)"
        };
        let articles = output::status::count(index.state().articles, "article");
        session.note(&format!("built the index of {articles}{place}"));
    }
    if index.state().articles == 0 {
        session.note("the index holds no article; see `cybersearch status` for what was left out");
    }
    Ok((index, stale))
}

/// The format asked for, else the one that suits stdout.
pub(super) fn format(options: &SearchOptions) -> Format {
    let by_default = if io::stdout().is_terminal() {
        FormatArg::Text
    } else {
        FormatArg::Grep
    };
    options.format.unwrap_or(by_default).into()
}

/// A request for `text` as the options have it.
pub(super) fn request(
    session: &Session,
    options: &SearchOptions,
    text: String,
) -> Outcome<Request> {
    let filters = filters(options)?;
    if options.null && options.format != Some(FormatArg::Paths) {
        return Err(Failure::new("-0 goes with --format paths").help("add --format paths"));
    }
    let limit = if options.format == Some(FormatArg::Trec) {
        RUN_LIMIT
    } else {
        LIMIT
    };
    Ok(Request {
        text,
        plain: options.plain,
        any: options.any,
        filters,
        limit: options.limit.unwrap_or(limit),
        offset: options.offset,
        passages: options.passages.max(1),
        sort: options.sort.into(),
        shown_from: session.current.clone(),
    })
}

/// Neither a word nor a filter is no request.
pub(super) fn check_not_empty(request: &Request) -> Outcome<()> {
    if request.text.trim().is_empty() && request.filters.is_empty() {
        return Err(Failure::new("nothing to search for: the query is empty")
            .help("see `cybersearch --help`"));
    }
    Ok(())
}

/// Past the last page there is no hit; with -n 0 only the count was asked for.
pub(super) fn has_hit(request: &Request, answer: &Answer) -> bool {
    if request.limit == 0 {
        answer.total > 0
    } else {
        !answer.articles.is_empty()
    }
}

/// Whether files have changed, given what was known before the search.
pub(super) fn stale(answer: &Answer, known: Option<bool>) -> Option<bool> {
    let has_changed = answer
        .articles
        .iter()
        .any(|article| article.state != FileState::Fresh);
    if has_changed { Some(true) } else { known }
}

/// The filters given as options.
fn filters(options: &SearchOptions) -> Outcome<Vec<Filter>> {
    let mut filters = Vec::new();
    for name in &options.country {
        filters.push(Filter::Country(country("--country", name)?));
    }
    for name in &options.main {
        filters.push(Filter::Main(country("--main", name)?));
    }
    for name in &options.person {
        let is_name = name.contains(char::is_alphanumeric);
        let bad = || {
            Failure::new(format!("--person: “{name}” is no name"))
                .help("give one or more words of a name")
        };
        let filter = is_name
            .then(|| Filter::Person((!name.eq_ignore_ascii_case("none")).then(|| name.clone())));
        filters.push(filter.ok_or_else(bad)?);
    }
    for text in &options.date {
        filters.push(Filter::Date(date("--date", text, DateFilter::parse)?));
    }
    for text in &options.dates {
        filters.push(Filter::Mentioned(date("--dates", text, DateFilter::parse)?));
    }
    if let Some(text) = &options.after {
        filters.push(Filter::Date(date("--after", text, DateFilter::after)?));
    }
    if let Some(text) = &options.before {
        filters.push(Filter::Date(date("--before", text, DateFilter::before)?));
    }
    Ok(filters)
}

fn country(option: &str, name: &str) -> Outcome<Option<String>> {
    if name.eq_ignore_ascii_case("none") {
        return Ok(None);
    }
    let code = cybersearch::extract::places::code_of(name);
    let bad = || {
        Failure::new(format!("{option}: “{name}” is no country"))
            .help("give a code such as RU, or a name")
    };
    code.map(|code| Some(code.to_owned())).ok_or_else(bad)
}

fn date(option: &str, text: &str, read: fn(&str) -> Option<DateFilter>) -> Outcome<DateFilter> {
    read(text).ok_or_else(|| {
        Failure::new(format!("{option}: “{text}” is no date"))
            .help("give 2013, 2013-05 or 2013-05-14")
    })
}

/// How the query was read, where that may surprise, and that nothing was found.
pub(super) fn notes(answer: &Answer) -> Vec<String> {
    let mut notes = answer.notes.clone();
    if answer.is_wordless {
        notes.push("the query has no word to search for".to_owned());
        return notes;
    }
    let read_as = &answer.read_as;
    if answer.partial {
        notes.push(format!(
            "no article has all of it; showing the best partial ones for: {read_as}"
        ));
    } else if answer.may_surprise || !answer.notes.is_empty() {
        notes.push(format!("read as: {read_as}"));
    }
    if answer.total == 0 {
        notes.push(format!("no hit for: {read_as}"));
    }
    notes
}

/// Says on stderr, where nothing was found, that a new file may have it.
pub(super) fn tell_unchecked(session: &Session, stale: Option<bool>) {
    if stale.is_none() {
        session.note("the files were not checked for changes; --refresh always does");
    }
}

/// Says on stderr that the answer may be old, and what has changed.
pub(super) fn tell_stale(session: &Session, index: &Index, stale: Option<bool>) {
    if stale != Some(true) {
        return;
    }
    let changed = if index.are_corrections_old() {
        "corrections.txt has changed since the articles were indexed"
    } else {
        "files have changed since they were indexed"
    };
    session.note(&format!("{changed}; run `cybersearch index`"));
}
