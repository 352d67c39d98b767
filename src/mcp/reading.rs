//! The tools over one text: `read_article` and `extract`.
//!
//! An article is read in windows that begin and end with sentences. Passages of
//! a search count bytes of the file, a window bytes of the text: the way back is
//! found by halving, since both ascend together.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::searching::told_id;
use super::text::Entries;
use super::{MOST_TEXT, OpenIndex, ToolAnswer};
use crate::article::{Article, Metadata, Offsets};
use crate::corrections::Owner;
use crate::document::Record;
use crate::extract::Extraction;
use crate::failure::{Failure, FailureKind, Result};
use crate::layout::Layout;
use crate::library::shown_from;
use crate::matching::passage::sentences;
use crate::output::hits::text::date;
use crate::output::{place, safe};
use crate::search::{AnyIndex, ambiguous};

/// Evidence is looked for in so much of an article, in bytes.
const EVIDENCE: usize = 1 << 20;

/// So many countries, people and mentions are listed.
const LISTED: usize = 40;

/// The article with this id, with its text.
pub(super) fn named(index: AnyIndex<'_>, id: &str) -> Result<(Record, String)> {
    let mut found = index.articles_named(id, &index.key(Path::new(id)))?;
    if found.len() > 1 {
        return Err(ambiguous(id, &found, Record::place_name));
    }
    found.pop().ok_or_else(|| {
        Failure::new(format!("no such article: {id}"))
            .help("use the id of a hit, as search gives it")
            .of(FailureKind::NotFound)
    })
}

/// The text offset of an offset in the file.
fn from_file(offsets: &Offsets, file: usize, size: usize) -> usize {
    let (mut low, mut high) = (0, size);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if offsets.to_file(middle) <= file {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

/// At most `most` characters of `text` from `start` on, in whole sentences where
/// one ends there.
pub(super) fn window(text: &str, layout: &Layout, start: usize, most: usize) -> Range<usize> {
    let start = text.floor_char_boundary(start.min(text.len()));
    let rest = &text[start..];
    let Some((end, _)) = rest.char_indices().nth(most) else {
        return start..text.len();
    };
    let end = start + end;
    let ends = sentences(text, layout)
        .into_iter()
        .map(|sentence| sentence.span.end);
    let whole = ends.filter(|at| start < *at && *at <= end).max();
    start..whole.unwrap_or(end)
}

/// Where to begin, so that `at` has a third of the window before it.
fn before(text: &str, layout: &Layout, at: usize, most: usize) -> usize {
    let earliest = at.saturating_sub(most / 3);
    let starts = sentences(text, layout)
        .into_iter()
        .map(|sentence| sentence.span.start);
    let first = starts
        .filter(|start| earliest <= *start && *start <= at)
        .min();
    first.unwrap_or(if earliest == 0 { 0 } else { at })
}

pub(super) fn read(opened: &OpenIndex, arguments: &Arguments) -> Result<ToolAnswer> {
    let index = opened.index.any();
    let (record, text) = named(index, arguments.text("id").unwrap_or(""))?;
    let mut article = record.article(text);
    let layout = article.layout();
    let extraction = index.extract(&mut article, &layout, &record, EVIDENCE);
    let state = index.file_states(&[&record.path])?.remove(0);
    let head = head(opened, &record, &article, &extraction, &state.remark());
    let evidence = arguments.flag("evidence").then(|| evidence(&extraction));
    let mut entries = Entries::default();
    for line in head
        .iter()
        .chain(evidence.iter().flat_map(|(lines, _)| lines))
    {
        entries.push(line);
    }
    let above = entries.below("", &[]).trim_start().to_owned();
    // The first line, which is made last, has room as well.
    let room = MOST_TEXT.saturating_sub(above.chars().count() + 200);
    let most = arguments.number("max_chars").unwrap_or(MOST_TEXT).min(room);
    let start = start(arguments, &article, &layout, most)?;
    let shown = window(&article.text, &layout, start, most);
    let size = article.text.len();
    let is_cut = shown.end < size;
    let mut first = format!("Bytes {}–{} of {size} of the text", shown.start, shown.end);
    if is_cut {
        let _ = write!(first, "; cut, more: start={}", shown.end);
    }
    let body = safe::lines(&article.text[shown.clone()]);
    let mut data = data(&record, &article, &extraction);
    data["evidence"] = json!(evidence.map(|(_, data)| data));
    data["text"] = json!(article.text[shown.clone()]);
    data["start"] = json!(shown.start);
    data["end"] = json!(shown.end);
    data["size"] = json!(size);
    data["next_start"] = json!(is_cut.then_some(shown.end));
    data["truncated"] = json!(is_cut);
    data["state"] = json!(state.name());
    Ok(ToolAnswer {
        text: format!("{first}.\n{above}\nText:\n{}", body.trim_end()),
        data,
    })
}

/// What is known of an article, as data.
fn data(record: &Record, article: &Article, extraction: &Extraction) -> Value {
    let published = &record.published;
    let quotes = published.evidence.iter();
    let quotes = quotes.filter_map(|span| article.text.get(span.start..span.end));
    json!({
        "id": record.id,
        "title": record.title,
        "source": record.metadata.source,
        "url": record.metadata.url,
        "author": record.metadata.author,
        "published": {
            "value": published.value,
            "method": published.method,
            "evidence": quotes.collect::<Vec<_>>(),
        },
        "countries": countries(extraction),
        "people": people(extraction),
    })
}

/// Where the window begins that is asked for.
fn start(arguments: &Arguments, article: &Article, layout: &Layout, most: usize) -> Result<usize> {
    let size = article.text.len();
    let past_end = |name: &str, unit: &str, size: usize| {
        Failure::new(format!("{name}: {unit} has {size} bytes"))
    };
    match (arguments.number("start"), arguments.number("around")) {
        (Some(_), Some(_)) => Err(Failure::new("start and around: expected one of them")),
        (Some(start), None) if start > size => {
            Err(past_end("start", "the text", size).help("use next_start of the window before"))
        }
        (Some(start), None) => Ok(start),
        (None, Some(around)) if around > article.offsets.to_file(size) => {
            let end = article.offsets.to_file(size);
            Err(past_end("around", "what the article was read from", end)
                .help("use start of a passage, as search gives it"))
        }
        (None, Some(around)) => {
            let at = from_file(&article.offsets, around, size);
            Ok(before(&article.text, layout, at, most))
        }
        (None, None) => Ok(0),
    }
}

/// The countries that a text names, as data.
fn countries(extraction: &Extraction) -> Vec<Value> {
    let countries = extraction.countries.iter().take(LISTED);
    let data = countries.map(|country| {
        json!({
            "code": country.code,
            "name": country.name,
            "main": country.main,
            "mentions": country.mentions.len(),
        })
    });
    data.collect()
}

/// The people that a text names, as data.
fn people(extraction: &Extraction) -> Vec<Value> {
    let people = extraction.people.iter().take(LISTED);
    let data = people.map(|person| {
        json!({
            "name": person.name,
            "title": person.title,
            "role": person.role,
            "mentions": person.mentions.len(),
        })
    });
    data.collect()
}

/// The countries and people that a text names, a line each.
fn named_lines(extraction: &Extraction) -> [String; 2] {
    let countries = extraction.countries.iter().map(|country| {
        let main = if country.main { ", main" } else { "" };
        format!(
            "{} {} ({}{main})",
            country.code,
            country.name,
            country.mentions.len()
        )
    });
    let people = extraction.people.iter().map(|person| {
        let title = person.title.iter().map(|title| format!(", {title}"));
        let title: String = title.collect();
        format!("{}{title} ({})", person.name, person.mentions.len())
    });
    [
        listed("Countries", countries.collect()),
        listed("People", people.collect()),
    ]
}

/// What is known of an article, a line each.
fn head(
    opened: &OpenIndex,
    record: &Record,
    article: &Article,
    extraction: &Extraction,
    remark: &str,
) -> Vec<String> {
    let index = opened.index.any();
    let path = shown_from(&index.root(), &index.locate(&record.path));
    let cited = format!(
        "{}:{}{}",
        place::file(&path, record),
        place::position(record, None),
        place::record(record)
    );
    let title = safe::line(&record.title);
    let mut lines = vec![format!(
        "{title} — {} — {cited}{}",
        date(&record.published),
        told_id(record)
    )];
    if !remark.is_empty() {
        lines.push(format!("File: {}", safe::line(remark)));
    }
    let stated = &article.metadata;
    for (name, value) in [
        ("Source", &stated.source),
        ("Author", &stated.author),
        ("URL", &stated.url),
    ] {
        if let Some(value) = value {
            lines.push(format!("{name}: {}", safe::line(value)));
        }
    }
    lines.extend(named_lines(extraction));
    lines
}

/// The first of a list on one line.
fn listed(name: &str, values: Vec<String>) -> String {
    let more = match values.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!("; +{more} more"),
    };
    let shown: Vec<String> = values.into_iter().take(LISTED).collect();
    let shown = if shown.is_empty() {
        "none".to_owned()
    } else {
        shown.join("; ")
    };
    format!("{name}: {}{more}", safe::line(&shown))
}

/// The words that say who, where and when, as lines and as data.
fn evidence(extraction: &Extraction) -> (Vec<String>, Vec<Value>) {
    let people = extraction.people.iter().flat_map(|person| {
        let mentions = person.mentions.iter();
        mentions.map(|mention| ("who", person.name.as_str(), mention))
    });
    let countries = extraction.countries.iter().flat_map(|country| {
        let mentions = country.mentions.iter();
        mentions.map(|mention| ("where", country.code.as_str(), &mention.mention))
    });
    let dates = extraction.dates.iter();
    let dates = dates.map(|date| ("when", date.value.as_deref().unwrap_or("?"), &date.mention));
    let mut all: Vec<_> = people.chain(countries).chain(dates).collect();
    all.sort_by_key(|(_, _, mention)| mention.start);
    let left_out = all.len().saturating_sub(LISTED * 3);
    all.truncate(LISTED * 3);
    let lines = all.iter().map(|(kind, value, mention)| {
        let (value, words) = (safe::line(value), safe::line(&mention.text));
        format!(
            "{kind} {value}: “{words}” {}–{}",
            mention.start, mention.end
        )
    });
    let mut lines: Vec<String> = lines.collect();
    if left_out > 0 {
        lines.push(format!("+{left_out} more mentions"));
    }
    let data = all.iter().map(|(kind, value, mention)| {
        json!({
            "kind": kind,
            "value": value,
            "text": mention.text,
            "start": mention.start,
            "end": mention.end,
        })
    });
    (lines, data.collect())
}

/// Who, where and when of a text that is in no archive.
pub(super) fn extract(arguments: &Arguments) -> Result<ToolAnswer> {
    let text = arguments.text("text").unwrap_or("");
    if text.trim().is_empty() {
        return Err(Failure::new("text: expected some text"));
    }
    let mut article = Article {
        path: "text".to_owned(),
        id: "text".to_owned(),
        text: text.to_owned(),
        metadata: Metadata {
            date: arguments.text("date").map(str::to_owned),
            ..Metadata::default()
        },
        ..Article::default()
    };
    let layout = article.layout();
    let found = Owner::default().extract(&mut article, &layout);
    let dates = found.dates.iter().map(|date| {
        let value = date.value.as_deref().unwrap_or("unresolved");
        format!("{} = {value}", date.mention.text)
    });
    let mut entries = Entries::default();
    for line in named_lines(&found) {
        entries.push(&line);
    }
    entries.push(&listed("Dates", dates.collect()));
    let counts = [found.countries.len(), found.people.len(), found.dates.len()];
    let is_cut = counts.iter().any(|count| *count > LISTED);
    let cut = if is_cut { "; lists are cut" } else { "" };
    let [places, named, dated] = counts;
    let first = format!(
        "Countries: {places}; people: {named}; dates: {dated}{cut}. Published: {}",
        date(&found.published)
    );
    let dates = found.dates.iter().take(LISTED);
    let dates = dates.map(|date| json!({ "text": date.mention.text, "value": date.value }));
    let published = &found.published;
    let data = json!({
        "published": { "value": published.value, "method": published.method },
        "countries": countries(&found),
        "people": people(&found),
        "dates": dates.collect::<Vec<_>>(),
        "truncated": is_cut,
    });
    Ok(ToolAnswer {
        text: entries.below(&first, &[]),
        data,
    })
}
