//! `cybersearch QUERY...`

use std::io::{self, IsTerminal};
use std::mem::ManuallyDrop;

use anyhow::Result;
use cybersearch::engine::local::Index;
use cybersearch::failure::{Failure, Result as Outcome};
use cybersearch::output::{self, AskedQuery, Format, IndexInfo};
use cybersearch::query::{DateFilter, Filter};
use cybersearch::search::{
    Answer, By, FacetRequest, Help, Reading, Request, Weights, nearest_country, search,
};
use cybersearch::update::{FileState, Opened, open_fresh};

use super::args::{
    ByArg, FACET_LIMIT, FilterArgs, FormatArg, RefreshArg, SearchArgs, SearchOptions,
};
use super::progress::Progress;
use super::{FOUND, NOT_FOUND, Session, print};

/// How many articles are shown unless the user says otherwise.
const LIMIT: usize = 10;

/// The same of a run, whose measures look far down.
const RUN_LIMIT: usize = 1000;

pub(super) fn run(session: &Session, arguments: &SearchArgs) -> Result<u8> {
    let options = &arguments.options;
    if options.format == Some(FormatArg::Trec) {
        return Err(Failure::new("--format trec works only with batch")
            .help("run `cybersearch batch FILE --format trec`")
            .into());
    }
    let request = request(session, options, arguments.query.join(" "))?;
    check_not_empty(&request)?;
    let (index, checked) = open(session, options.refresh)?;
    // The program ends here: the system takes its memory and files back at
    // once, and faster than piece by piece.
    let index = ManuallyDrop::new(index);
    let answer = ManuallyDrop::new(search(&index, &request)?);
    let stale = stale(&answer, checked);
    for note in notes(&answer) {
        session.note(&note);
    }
    if answer.total == 0 && !answer.reading.is_wordless {
        tell_unchecked(session, stale);
    }
    tell_stale(session, &index, stale);
    let format = format(options);
    let info = IndexInfo::of(&index, stale);
    let style = session.style(options.null);
    let asked = AskedQuery {
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

/// Opens the index as fresh as asked for; with what is known
/// of its staleness.
pub(super) fn open(session: &Session, refresh: RefreshArg) -> Outcome<(Index, Option<bool>)> {
    let library = session.library()?;
    let progress = Progress::new(session);
    let Opened {
        index,
        stale,
        was_built,
        report,
        trouble,
    } = open_fresh(&library, refresh.into(), &|event| {
        progress.event(&event);
    })?;
    if was_built {
        let place = if index.is_kept() {
            ""
        } else {
            " in memory (its folder is not writable)"
        };
        let articles = output::status::count(index.state().articles, "article");
        session.note(&format!("built an index of {articles}{place}"));
    }
    for line in report.iter().flat_map(super::index::troubles) {
        session.note(&line);
    }
    if let Some(trouble) = trouble {
        session.note(&format!("index not updated: {trouble}"));
    }
    if let Some(owner) = index.trust().owner {
        session.note(&format!(
            "this library belongs to {}, so searches do not update it; see `cybersearch trust --help`",
            cybersearch::library::trust::name_of(owner)
        ));
    }
    if index.state().articles == 0 {
        session.note("the index contains no articles; see `cybersearch status` for skipped files");
    }
    Ok((index, stale))
}

/// The format asked for, else the one that suits stdout.
pub(super) fn format(options: &SearchOptions) -> Format {
    match options.format.and_then(FormatArg::of_answer) {
        Some(format) => format,
        None if !options.facets.is_empty() => Format::Json,
        None if io::stdout().is_terminal() => Format::Text,
        None => Format::Grep,
    }
}

/// A request for `text` as the options have it.
pub(super) fn request(
    session: &Session,
    options: &SearchOptions,
    text: String,
) -> Outcome<Request> {
    let filters = filters(&options.matching.filters)?;
    if options.null && options.format != Some(FormatArg::Paths) {
        return Err(Failure::new("-0 works only with --format paths").help("add --format paths"));
    }
    let is_json = matches!(options.format, None | Some(FormatArg::Json));
    if !options.facets.is_empty() && !is_json {
        return Err(
            Failure::new("--facets works only with --format json").help("add --format json")
        );
    }
    let is_run = options.format == Some(FormatArg::Trec);
    let facets = || facet_request(&options.facets, FACET_LIMIT);
    let limit = if is_run { RUN_LIMIT } else { LIMIT };
    Ok(Request {
        text,
        plain: options.matching.plain,
        any: options.matching.any,
        filters,
        limit: options.limit.unwrap_or(limit),
        offset: options.offset,
        passages: options.passages.max(1),
        sort: options.sort.into(),
        // A run judges articles, each by itself.
        fold: !(options.no_fold || is_run),
        explain: options.explain,
        weights: Weights::default(),
        helped: true,
        facets: (!options.facets.is_empty()).then(facets),
        shown_from: session.current.clone(),
        stop: (&options.stop).into(),
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
    let mut states = answer.articles.iter().map(|article| &article.state);
    let has_changed = |state| matches!(state, &FileState::Changed | &FileState::Deleted);
    if states.clone().any(has_changed) {
        Some(true)
    } else if states.any(|state| *state != FileState::Fresh) {
        known.filter(|is_stale| *is_stale)
    } else {
        known
    }
}

/// The filters given as options.
pub(super) fn filters(options: &FilterArgs) -> Outcome<Vec<Filter>> {
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
            Failure::new(format!("--person: invalid name “{name}”"))
                .help("expected one or more words of a name")
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
    let code = cybersearch::gazetteer::countries::code_asked(name);
    let bad = || {
        let help = match nearest_country(name) {
            Some(near) => format!("did you mean {near}?"),
            None => "expected a country code such as RU, or a name".to_owned(),
        };
        Failure::new(format!("{option}: unknown country “{name}”")).help(help)
    };
    code.map(|code| Some(code.to_owned())).ok_or_else(bad)
}

fn date(option: &str, text: &str, read: fn(&str) -> Option<DateFilter>) -> Outcome<DateFilter> {
    read(text).ok_or_else(|| {
        Failure::new(format!("{option}: invalid date “{text}”"))
            .help("expected a date such as 2013, 2013-05 or 2013-05-14")
    })
}

/// How the query was read, where that may surprise, and that nothing was found.
pub(super) fn notes(answer: &Answer) -> Vec<String> {
    let mut notes = reading_notes(&answer.reading, "showing the best partial matches for");
    if answer.total == 0 && !answer.reading.is_wordless {
        notes.push(format!("no hits for: {}", answer.reading.read_as));
    }
    notes.extend(help_notes(&answer.reading.help));
    notes
}

/// How a query was read, where that may surprise. `partial` says what is done
/// with articles that have some of its words.
pub(super) fn reading_notes(reading: &Reading, partial: &str) -> Vec<String> {
    let mut notes = reading.notes.clone();
    let read_as = &reading.read_as;
    if reading.is_wordless {
        notes.push("the query has no words to search for".to_owned());
    } else if reading.partial {
        notes.push(format!(
            "no article matches the whole query; {partial}: {read_as}"
        ));
    } else if reading.may_surprise || !reading.notes.is_empty() {
        notes.push(format!("read as: {read_as}"));
    }
    notes
}

/// What may help where words found nothing.
pub(super) fn help_notes(help: &Help) -> Vec<String> {
    let mut notes = Vec::new();
    if !help.missing.is_empty() {
        notes.push(format!("no article contains: {}", help.missing.join(", ")));
    }
    if !help.blocking.is_empty() {
        let without = help.blocking.join(", ");
        notes.push(format!("there are hits without: {without}"));
    }
    if let Some(suggestion) = &help.suggestion {
        notes.push(format!("did you mean: {suggestion}"));
    }
    notes
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

/// Says on stderr, where nothing was found, that a new file may have it.
pub(super) fn tell_unchecked(session: &Session, stale: Option<bool>) {
    if stale.is_none() {
        session.note("the files were not checked for changes; use --refresh always to check them");
    }
}

/// Says on stderr that the answer may be old, and what has changed.
pub(super) fn tell_stale(session: &Session, index: &Index, stale: Option<bool>) {
    if stale != Some(true) {
        return;
    }
    if let Some(source) = index.missing_sources().first() {
        let there = "restore it, or remove it with `cybersearch index --forget`";
        session.note(&format!(
            "source not found: {source}: its articles are kept; {there}"
        ));
        return;
    }
    let changed = if index.are_corrections_old() {
        "corrections.txt has changed since the articles were indexed"
    } else {
        "files have changed since they were indexed"
    };
    session.note(&format!("{changed}; run `cybersearch index`"));
}
