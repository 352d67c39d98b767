//! `cybersearch QUERY...`

use std::ffi::OsStr;
use std::io::{self, IsTerminal};
use std::mem::ManuallyDrop;

use anyhow::Result;
use cybersearch::engine::local::Index;
use cybersearch::failure::{Failure, Result as Outcome};
use cybersearch::output::{self, AskedQuery, Format, IndexInfo};
use cybersearch::query::Filter;
use cybersearch::search::{
    FacetRequest, LikeArticle, Meaning, NamedFilters, Request, Weights, search,
};
use cybersearch::update::{Opened, Refresh, open_fresh};

use super::args::{FACET_LIMIT, FilterArgs, FormatArg, SearchArgs, SearchOptions};
use super::filling;
use super::opened::{OpenedIndex, no_folder};
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
    // A command that this program lacks is no query.
    if let [first, url, ..] = arguments.query.as_slice()
        && cfg!(not(feature = "remote"))
        && first == "push"
        && (url.starts_with("http://") || url.starts_with("https://"))
    {
        return Err(no_folder(url).into());
    }
    let mut request = request(session, options, arguments.query.join(" "))?;
    if arguments.like.is_none() {
        request.check_not_empty()?;
    }
    let (index, checked) = OpenedIndex::open(session, options.refresh)?;
    if let Some(article) = &arguments.like {
        request.like = Some(like(session, &index, article)?);
    }
    // The program ends here: the system takes its memory and files back at
    // once, and faster than piece by piece.
    let index = ManuallyDrop::new(index);
    let answer = ManuallyDrop::new(search(index.any(), &request)?);
    let stale = answer.stale(checked);
    for note in answer.notes(&request) {
        session.note(&note);
    }
    if answer.total + answer.total_partial == 0 && !answer.reading.is_wordless {
        tell_unchecked(session, &index, options.refresh, stale);
    }
    tell_stale(session, index.local(), stale);
    let format = format(options);
    let info = IndexInfo::of(index.any(), stale);
    let style = session.style(options.null);
    let asked = AskedQuery {
        id: None,
        text: &request.text,
    };
    print(|out| {
        output::print_head(format, false, out)?;
        output::print(format, &asked, &answer, &info, &style, out)
    })?;
    Ok(if answer.has_hit(&request) {
        FOUND
    } else {
        NOT_FOUND
    })
}

/// The article that others shall be like.
fn like(session: &Session, index: &OpenedIndex, article: &OsStr) -> Outcome<LikeArticle> {
    let Some((record, _)) = super::show::named(session, index, article)? else {
        let name = article.to_string_lossy();
        let failure = Failure::new(format!("--like: no such article: {name}"));
        return Err(failure.help("expected a path, an id, or `path:line` as printed by a search"));
    };
    Ok(LikeArticle {
        path: record.path,
        id: record.id,
    })
}

/// Opens the index of a folder as fresh as asked for; with what is known
/// of its staleness.
pub(super) fn open_local(session: &Session, refresh: Refresh) -> Outcome<(Index, Option<bool>)> {
    let library = session.library()?;
    let progress = Progress::new(session);
    let Opened {
        index,
        stale,
        was_built,
        report,
        trouble,
    } = open_fresh(&library, refresh, &|event| {
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
    // Sources that are not there are told with what else makes the answer old.
    for line in report.iter().flat_map(filling::index::other_troubles) {
        session.note(&line);
    }
    if let Some(trouble) = trouble {
        let help = trouble.action().map(|help| format!("; {help}"));
        let help = help.unwrap_or_default();
        session.note(&format!("index not updated: {trouble}{help}"));
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
    let facets = || FacetRequest::of(options.facets.iter().copied(), FACET_LIMIT);
    let limit = if is_run { RUN_LIMIT } else { LIMIT };
    Ok(Request {
        text,
        plain: options.matching.plain,
        partial: match options.format {
            // For programs: what lacks a word is no match.
            Some(FormatArg::Paths) => options.matching.partial().or_never(),
            _ => options.matching.partial(),
        },
        names: options.matching.names,
        filters,
        like: None,
        undated: options.matching.filters.undated,
        limit: options.limit.unwrap_or(limit),
        offset: options.offset,
        passages: options.passages.max(1),
        sort: options.sort,
        // A run judges articles, each by itself.
        fold: !(options.no_fold || is_run),
        explain: options.explain,
        paths_only: options.format == Some(FormatArg::Paths),
        weights: Weights::default(),
        meaning: meaning(options)?,
        parallel: true,
        facets: (!options.facets.is_empty()).then(facets),
        shown_from: session.current.clone(),
        stop: (&options.stop).into(),
    })
}

/// The model by which the first articles are put in order, if they are to be.
#[cfg(feature = "meaning")]
fn meaning(options: &SearchOptions) -> Outcome<Option<Meaning>> {
    let Some(first) = options.meaning.meaning else {
        return Ok(None);
    };
    super::model::wanted(&options.meaning.model, first).map(Some)
}

/// This program has no sentence models.
#[cfg(not(feature = "meaning"))]
#[expect(clippy::unnecessary_wraps, reason = "as the other one has it")]
fn meaning(_: &SearchOptions) -> Outcome<Option<Meaning>> {
    Ok(None)
}

/// The filters given as options.
pub(super) fn filters(options: &FilterArgs) -> Outcome<Vec<Filter>> {
    let named = NamedFilters {
        prefix: "--",
        country: &options.country,
        main: &options.main,
        person: &options.person,
        date: &options.date,
        dates: &options.dates,
        after: options.after.as_deref(),
        before: options.before.as_deref(),
    };
    named.read()
}

/// Says on stderr, where nothing was found, that a new file may have it.
pub(super) fn tell_unchecked(
    session: &Session,
    index: &OpenedIndex,
    refresh: Refresh,
    stale: Option<bool>,
) {
    // Where they were, what could not be read has been told.
    let is_checked = match refresh {
        Refresh::Never => false,
        Refresh::Auto => index.local().is_none_or(Index::is_checked_at_each_search),
        Refresh::Always => true,
    };
    if stale.is_none() && index.local().is_some() && !is_checked {
        session.note("the files were not checked for changes; use --refresh always to check them");
    }
}

/// Says on stderr that the answer may be old, and what has changed.
pub(super) fn tell_stale(session: &Session, index: Option<&Index>, stale: Option<bool>) {
    let Some(index) = index.filter(|_| stale == Some(true)) else {
        return;
    };
    let missing = index.missing_sources();
    if !missing.is_empty() {
        for source in &missing {
            session.note(&filling::index::missing_source(source));
        }
        return;
    }
    let changed = if index.are_corrections_old() {
        "corrections.txt has changed since the articles were indexed"
    } else {
        "files have changed since they were indexed"
    };
    session.note(&format!("{changed}; run `cybersearch index`"));
}
