//! `cybersearch QUERY...`

use std::io::{self, IsTerminal};

use anyhow::Result;
use cybersearch::failure::{Failure, Result as Outcome};
use cybersearch::index::{FileState, Index, Opened, open_fresh};
use cybersearch::output::{self, Format, IndexInfo};
use cybersearch::query::{DateFilter, Filter};
use cybersearch::search::{
    Answer, By, FacetRequest, Help, Reading, Request, Weights, nearest_country, search,
};

use super::args::{ByArg, FACET_LIMIT, FilterArgs, FormatArg, QueryArgs, RefreshArg, SearchArgs};
use super::progress::Progress;
use super::{FOUND, NOT_FOUND, Session, print};

pub(super) fn run(session: &Session, arguments: &SearchArgs) -> Result<u8> {
    let request = request(session, arguments)?;
    let (index, mut stale) = open(session, arguments.refresh)?;
    let answer = search(&index, &request)?;
    if answer
        .articles
        .iter()
        .any(|article| article.state != FileState::Fresh)
    {
        stale = Some(true);
    }
    tell(session, &answer, stale);
    tell_stale(session, &index, stale);
    let info = IndexInfo::of(&index, stale);
    let style = session.style(arguments.null);
    let format = format(arguments);
    print(|out| output::print(format, &request.text, &answer, &info, &style, out))?;
    // Past the last page there is no hit; with -n 0 only the count was asked for.
    let is_found = if request.limit == 0 {
        answer.total > 0
    } else {
        !answer.articles.is_empty()
    };
    Ok(if is_found { FOUND } else { NOT_FOUND })
}

/// Opens the index as fresh as asked for, and tells whether files have changed
/// since; says on stderr what was done for it.
pub(super) fn open(session: &Session, refresh: RefreshArg) -> Outcome<(Index, Option<bool>)> {
    let library = session.library()?;
    let progress = Progress::new(session);
    let Opened {
        index,
        stale,
        was_built,
    } = open_fresh(&library, refresh.into(), &|event| {
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

/// The format asked for, else the one that fits.
fn format(arguments: &SearchArgs) -> Format {
    match arguments.format {
        Some(format) => format.into(),
        None if !arguments.facets.is_empty() => Format::Json,
        None if io::stdout().is_terminal() => Format::Text,
        None => Format::Grep,
    }
}

fn request(session: &Session, arguments: &SearchArgs) -> Outcome<Request> {
    let QueryArgs {
        query,
        any,
        plain,
        filters: given,
    } = &arguments.query;
    let text = query.join(" ");
    let filters = filters(given)?;
    if text.trim().is_empty() && filters.is_empty() {
        return Err(Failure::new("nothing to search for: the query is empty")
            .help("see `cybersearch --help`"));
    }
    if arguments.null && arguments.format != Some(FormatArg::Paths) {
        return Err(Failure::new("-0 goes with --format paths").help("add --format paths"));
    }
    let is_json = matches!(arguments.format, None | Some(FormatArg::Json));
    if !arguments.facets.is_empty() && !is_json {
        return Err(Failure::new("--facets goes with --format json").help("add --format json"));
    }
    let facets = || facet_request(&arguments.facets, FACET_LIMIT);
    Ok(Request {
        text,
        plain: *plain,
        any: *any,
        filters,
        limit: arguments.limit,
        offset: arguments.offset,
        passages: arguments.passages.max(1),
        sort: arguments.sort.into(),
        fold: !arguments.no_fold,
        explain: arguments.explain,
        weights: Weights::default(),
        shown_from: session.current.clone(),
        facets: (!arguments.facets.is_empty()).then(facets),
    })
}

/// The facets asked for, each once.
pub(super) fn facet_request(asked: &[ByArg], limit: usize) -> FacetRequest {
    let mut by: Vec<By> = Vec::new();
    for asked in asked.iter().copied().map(By::from) {
        if !by.contains(&asked) {
            by.push(asked);
        }
    }
    FacetRequest { by, limit }
}

/// The filters given as options.
pub(super) fn filters(arguments: &FilterArgs) -> Outcome<Vec<Filter>> {
    let mut filters = Vec::new();
    for name in &arguments.country {
        filters.push(Filter::Country(country("--country", name)?));
    }
    for name in &arguments.main {
        filters.push(Filter::Main(country("--main", name)?));
    }
    for name in &arguments.person {
        let is_name = name.contains(char::is_alphanumeric);
        let bad = || {
            Failure::new(format!("--person: “{name}” is no name"))
                .help("give one or more words of a name")
        };
        let filter = is_name
            .then(|| Filter::Person((!name.eq_ignore_ascii_case("none")).then(|| name.clone())));
        filters.push(filter.ok_or_else(bad)?);
    }
    for text in &arguments.date {
        filters.push(Filter::Date(date("--date", text, DateFilter::parse)?));
    }
    for text in &arguments.dates {
        filters.push(Filter::Mentioned(date("--dates", text, DateFilter::parse)?));
    }
    if let Some(text) = &arguments.after {
        filters.push(Filter::Date(date("--after", text, DateFilter::after)?));
    }
    if let Some(text) = &arguments.before {
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
        let help = match nearest_country(name) {
            Some(near) => format!("did you mean {near}?"),
            None => "give a code such as RU, or a name".to_owned(),
        };
        Failure::new(format!("{option}: “{name}” is no country")).help(help)
    };
    code.map(|code| Some(code.to_owned())).ok_or_else(bad)
}

fn date(option: &str, text: &str, read: fn(&str) -> Option<DateFilter>) -> Outcome<DateFilter> {
    read(text).ok_or_else(|| {
        Failure::new(format!("{option}: “{text}” is no date"))
            .help("give 2013, 2013-05 or 2013-05-14")
    })
}

/// Says on stderr how the query was read, where that may surprise.
fn tell(session: &Session, answer: &Answer, stale: Option<bool>) {
    let partial = "showing the best partial ones for";
    tell_reading(session, &answer.reading, partial);
    if answer.total == 0 && !answer.reading.is_wordless {
        session.note(&format!("no hit for: {}", answer.reading.read_as));
    }
    tell_help(session, &answer.reading.help);
    if answer.total == 0 && !answer.reading.is_wordless {
        if stale.is_none() {
            session.note("the files were not checked for changes; --refresh always does");
        }
    }
}

/// Says on stderr what may help where words found nothing.
pub(super) fn tell_help(session: &Session, help: &Help) {
    if !help.missing.is_empty() {
        session.note(&format!("no article has: {}", help.missing.join(", ")));
    }
    if !help.blocking.is_empty() {
        session.note(&format!(
            "there would be hits without: {}",
            help.blocking.join(", ")
        ));
    }
    if let Some(suggestion) = &help.suggestion {
        session.note(&format!("did you mean: {suggestion}"));
    }
}

/// Says on stderr how a query was read, where that may surprise. `partial` says
/// what is done with articles that have some of its words.
pub(super) fn tell_reading(session: &Session, reading: &Reading, partial: &str) {
    for note in &reading.notes {
        session.note(note);
    }
    let read_as = &reading.read_as;
    if reading.is_wordless {
        session.note("the query has no word to search for");
    } else if reading.partial {
        session.note(&format!("no article has all of it; {partial}: {read_as}"));
    } else if reading.may_surprise || !reading.notes.is_empty() {
        session.note(&format!("read as: {read_as}"));
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
