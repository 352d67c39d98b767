//! The tools over all articles: `search`, `count` and `status`.

use serde_json::{Value, json};
use std::fmt::Write as _;

use super::arguments::Arguments;
use super::text::Entries;
use super::{OpenIndex, ToolAnswer};
use crate::document::Record;
use crate::failure::{Failure, Result};
use crate::named::Named;
use crate::output::hits::text::date;
use crate::output::status::count as counted;
use crate::output::{place, safe};
use crate::search::parameters::MEANING;
use crate::search::{
    self, ArticleHits, By, Facet, FacetRequest, FacetValue, Meaning, MeaningShare, NamedFilters,
    Names, PartialMatches, Reading, Request, Sort, facets, left_out_note,
};
use crate::stop::Stop;

/// So many people of an article are named in a hit.
const PEOPLE: usize = 8;

/// The request that the arguments of a tool make.
fn request(opened: &OpenIndex, arguments: &Arguments, stop: &Stop) -> Result<Request> {
    let one = |name: &str| -> Vec<String> {
        arguments
            .text(name)
            .map(str::to_owned)
            .into_iter()
            .collect()
    };
    let named = NamedFilters {
        prefix: "",
        country: &arguments.list("country"),
        main: &arguments.list("main"),
        person: &arguments.list("person"),
        date: &one("date"),
        dates: &one("dates"),
        after: arguments.text("after"),
        before: arguments.text("before"),
    };
    if arguments.flag("any") && arguments.flag("all") {
        return Err(Failure::new("any and all: expected one of them").help("leave one out"));
    }
    Ok(Request {
        text: arguments.text("query").unwrap_or("").to_owned(),
        partial: PartialMatches::of(arguments.flag("any"), arguments.flag("all")),
        filters: named.read()?,
        undated: arguments.flag("undated"),
        names: arguments
            .text("names")
            .and_then(Names::named)
            .unwrap_or_default(),
        limit: arguments.number("limit").unwrap_or(0),
        offset: arguments.number("offset").unwrap_or(0),
        passages: arguments.number("passages").unwrap_or(1),
        sort: arguments
            .text("sort")
            .and_then(Sort::named)
            .unwrap_or_default(),
        fold: true,
        parallel: true,
        shown_from: opened.index.any().root(),
        stop: stop.clone(),
        ..Request::default()
    })
}

/// How the query was read and what may help, in the words of the tools.
fn notes(reading: &Reading, partial: &str, left_out: usize) -> Vec<String> {
    let mut notes = reading.notes(partial);
    let left_out = left_out_note(left_out);
    notes.extend(left_out.map(|note| note.replace("--undated", "undated=true")));
    notes.extend(reading.order_note.map(str::to_owned));
    notes.extend(reading.help.notes());
    notes
}

pub(super) fn search(
    opened: &OpenIndex,
    arguments: &Arguments,
    meaning: Option<&Meaning>,
    stop: &Stop,
) -> Result<ToolAnswer> {
    let request = Request {
        meaning: meaning.filter(|_| arguments.flag(MEANING)).cloned(),
        ..request(opened, arguments, stop)?
    };
    if request.check_not_empty().is_err() {
        return Err(Failure::new("nothing to search for").help("give a query, or a filter"));
    }
    let answer = search::search(&opened.index, &request)?;
    let mut entries = Entries::default();
    let mut hits = Vec::new();
    for (at, article) in answer.articles.iter().enumerate() {
        let rank = request.offset + at + 1;
        if !entries.push(&hit_text(rank, article)) {
            break;
        }
        hits.push(hit_data(rank, article));
    }
    let (offset, total) = (request.offset, answer.total + answer.total_partial);
    let end = offset + entries.count;
    let is_more = entries.is_full || (hits.len() == request.limit && end < total);
    let next = is_more.then_some(end);
    let read_as = &answer.reading.read_as;
    let mut first = match (total, entries.count) {
        (0, _) => format!("No hits for: {read_as}"),
        (_, 0) => format!("No hits at offset {offset}: {total} in all, for: {read_as}"),
        _ => format!("{}–{end} of {total} for: {read_as}.", offset + 1),
    };
    if let Some(next) = next {
        first.push_str(&how_to_go_on(next, entries.is_full));
    }
    let notes = notes(
        &answer.reading,
        "showing those that match part of it",
        answer.undated_left_out,
    );
    let help = &answer.reading.help;
    let mut reading_notes = answer.reading.notes.clone();
    reading_notes.extend(answer.reading.order_note.map(str::to_owned));
    let data = json!({
        "total": answer.total,
        "total_partial": answer.total_partial,
        "read_as": read_as,
        "partial": answer.reading.partial,
        "notes": reading_notes,
        "suggestion": help.suggestion,
        "missing": help.missing,
        "blocking": help.blocking,
        "stale": answer.stale(opened.stale),
        "built_at": opened.index.any().built_at(),
        "undated_left_out": answer.undated_left_out,
        "next_offset": next,
        "truncated": entries.is_full,
        "hits": hits,
    });
    Ok(ToolAnswer {
        text: entries.below(&first, &notes),
        data,
    })
}

/// What the first line says of hits that are left out.
fn how_to_go_on(next: usize, is_cut: bool) -> String {
    let why = if is_cut {
        "Cut for length; more"
    } else {
        "More"
    };
    format!(" {why}: offset={next}.")
}

/// Where a passage stands, as people cite it.
fn cite(article: &ArticleHits, hit: &search::Hit) -> String {
    let file = place::file(&article.path, &article.record);
    let position = place::position(&article.record, hit.passage.as_ref());
    format!("{file}:{position}{}", place::record(&article.record))
}

fn hit_text(rank: usize, article: &ArticleHits) -> String {
    let record = &article.record;
    let mut text = format!(
        "[{rank}] {} — {} — {}",
        safe::line(&record.title),
        date(&record.published),
        record.countries.join(" "),
    );
    for (at, hit) in article.hits.iter().enumerate() {
        let before = if at == 0 { " — " } else { "\n" };
        let _ = write!(text, "{before}{}", cite(article, hit));
        if let Some(passage) = &hit.passage {
            let _ = write!(text, " (bytes {}–{})", passage.start, passage.end);
        }
        if at == 0 {
            text.push_str(&told_id(record));
            for lacking in &article.lacks {
                let _ = write!(text, "; without {}", safe::line(lacking));
            }
            let copies = article.copies.len();
            if copies > 0 {
                let _ = write!(text, "; +{copies} near-duplicates");
            }
            let remark = article.state.remark();
            if !remark.is_empty() {
                let _ = write!(text, "; {}", safe::line(&remark));
            }
        }
        if let Some(passage) = &hit.passage {
            let _ = write!(text, "\n«{}»", safe::line(&passage.text));
        }
    }
    text
}

/// The id, where it is not the path that is cited.
pub(super) fn told_id(record: &Record) -> String {
    if record.id == record.path {
        return String::new();
    }
    format!(" id={}", safe::line(&record.id))
}

fn hit_data(rank: usize, article: &ArticleHits) -> Value {
    let record = &article.record;
    let meaning = article.hits.first().and_then(|hit| hit.meaning);
    let passages = article.hits.iter().filter_map(|hit| {
        let passage = hit.passage.as_ref()?;
        Some(json!({
            "text": passage.text,
            "cite": cite(article, hit),
            "start": passage.start,
            "end": passage.end,
            "line": passage.line,
        }))
    });
    json!({
        "rank": rank,
        "id": record.id,
        "title": record.title,
        "published": record.published.value,
        "published_method": record.published.method,
        "countries": record.countries,
        "people": record.people.iter().take(PEOPLE).collect::<Vec<_>>(),
        "people_total": record.people.len(),
        "lacks": article.lacks,
        "state": article.state.name(),
        "copies": article.copies.len(),
        "meaning": meaning.map(MeaningShare::rounded),
        "passages": passages.collect::<Vec<_>>(),
    })
}

pub(super) fn count(opened: &OpenIndex, arguments: &Arguments, stop: &Stop) -> Result<ToolAnswer> {
    let request = request(opened, arguments, stop)?;
    let by = arguments
        .text("by")
        .and_then(By::named)
        .unwrap_or(By::Country);
    let wanted = FacetRequest {
        offset: request.offset,
        starts: arguments.text("starts").map(str::to_owned),
        contains: arguments.text("contains").map(str::to_owned),
        ..FacetRequest::of([by], request.limit)
    };
    let answer = facets(&opened.index, &request, &wanted)?;
    let mut entries = Entries::default();
    let mut values = Vec::new();
    let (mut others, mut unknown) = (0, 0);
    for facet in &answer.facets {
        let shown = facet.values.iter();
        let shown = shown.take_while(|value| entries.push(&value_text(value)));
        values.extend(shown.map(|value| value_data(facet, value)));
        others = facet.values.len() + facet.others - values.len();
        unknown = facet.unknown;
    }
    let is_window = !matches!(by, By::Year | By::Month);
    let next = (others > 0 && is_window).then_some(request.offset + values.len());
    let articles = counted(answer.total as u64, "article");
    let mut first = format!("{articles}, by {}", by.name());
    if others > 0 {
        let _ = write!(first, "; {} values shown, {others} more", values.len());
    }
    if let Some(next) = next {
        let _ = write!(first, ": offset={next}");
    }
    let _ = write!(first, "; {unknown} {}.", by.without());
    let reading = &answer.reading;
    let notes = notes(
        reading,
        "any=true counts those too",
        answer.undated_left_out,
    );
    let data = json!({
        "total": answer.total,
        "by": by.name(),
        "values": values,
        "others": others,
        "unknown": unknown,
        "read_as": reading.read_as,
        "notes": reading.notes,
        "undated_left_out": answer.undated_left_out,
        "stale": opened.stale,
        "next_offset": next,
        "truncated": entries.is_full,
    });
    Ok(ToolAnswer {
        text: entries.below(&first, &notes),
        data,
    })
}

fn value_text(value: &FacetValue) -> String {
    let mut line = format!("{}  {}", value.count, safe::line(&value.value));
    if let Some(name) = value.name.as_ref().filter(|name| **name != value.value) {
        let _ = write!(line, " {}", safe::line(name));
    }
    if let Some(alone) = value.by_surname {
        let _ = write!(line, " ({alone} by surname alone)");
    }
    line
}

/// A value as `facets` prints it, with the filter that finds its articles.
fn value_data(facet: &Facet, value: &FacetValue) -> Value {
    let mut data = json!(value);
    data["filter"] = json!(facet.filter(value).map(|filter| filter.to_string()));
    data
}

/// What is known of the files of an index; an index elsewhere has none here.
struct KnownFiles {
    stale: Option<bool>,
    count: Option<u64>,
    sources: Vec<String>,
    skipped: usize,
}

impl KnownFiles {
    fn of(opened: &OpenIndex) -> Result<KnownFiles> {
        let Some(index) = opened.index.local() else {
            return Ok(KnownFiles {
                stale: None,
                count: None,
                sources: Vec::new(),
                skipped: 0,
            });
        };
        let stale = match opened.stale {
            None => index.check_sources()?.stale(),
            known => known,
        };
        let skips = index.skips()?;
        let state = index.state();
        Ok(KnownFiles {
            stale,
            count: Some(state.files),
            sources: state.sources.clone(),
            skipped: skips.iter().filter(|(_, skip)| !skip.is_remark).count(),
        })
    }
}

pub(super) fn status(opened: &OpenIndex, stop: &Stop) -> Result<ToolAnswer> {
    let index = opened.index.any();
    let all = Request {
        stop: stop.clone(),
        ..Request::default()
    };
    let years = facets(index, &all, &FacetRequest::of([By::Year], 0))?;
    let (from, to, undated) = match years.facets.first() {
        Some(facet) => (
            facet.values.first().map(|year| year.value.clone()),
            facet.values.last().map(|year| year.value.clone()),
            facet.unknown,
        ),
        None => (None, None, 0),
    };
    let KnownFiles {
        stale,
        count: files,
        sources,
        skipped,
    } = KnownFiles::of(opened)?;
    let mut first = counted(index.articles(), "article");
    if let Some(files) = files {
        let _ = write!(first, " from {}", counted(files, "file"));
    }
    first.push('.');
    let mut entries = Entries::default();
    let span = match (&from, &to) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        _ => "none".to_owned(),
    };
    entries.push(&format!("Published: {span}; {undated} undated"));
    entries.push(&format!("Indexed: {}", index.built_at()));
    entries.push(match stale {
        Some(true) => "Files have changed since: results may be out of date",
        Some(false) => "No file has changed since",
        None => "Not every file could be checked for changes",
    });
    if files.is_some() {
        entries.push(&format!("Sources: {}", safe::line(&sources.join(", "))));
        entries.push(&format!("Skipped: {skipped}"));
    } else {
        entries.push("The index is kept elsewhere: its files are not looked at");
    }
    let data = json!({
        "articles": index.articles(),
        "files": files.unwrap_or(0),
        "from": from,
        "to": to,
        "undated": undated,
        "built_at": index.built_at(),
        "stale": stale,
        "sources": sources,
        "skipped": skipped,
        "version": env!("CARGO_PKG_VERSION"),
    });
    Ok(ToolAnswer {
        text: entries.below(&first, &[]),
        data,
    })
}
