//! A whole article with its fields and where each came from.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value};

use super::fields::Fields;
use super::hits::{json, text};
use super::{Style, looks, paint, place, safe};
use crate::article::Article;
use crate::corrections::is_assumed;
use crate::document::Record;
use crate::extract::{Country, Extraction, Method, Person, Role};
use crate::search::{Marks, SurnameNote};
use crate::source::perhaps_date;
use crate::update::FileState;

/// An article, as `show` prints it.
#[derive(Debug)]
pub struct Shown<'a> {
    /// What the index keeps of it.
    pub record: &'a Record,
    /// The article again.
    pub article: &'a Article,
    /// Its fields with their evidence, as offsets in the text.
    pub extraction: Extraction,
    /// Its file, as shown from the current folder.
    pub path: &'a Path,
    /// Whether its file is still what was indexed.
    pub state: FileState,
    /// Whom it means by surnames alone.
    pub surnames: &'a [SurnameNote],
    /// What answers a query in it, if one was asked with it.
    pub marks: Option<Marks>,
}

#[derive(Serialize)]
struct ShowDocument<'a> {
    #[serde(flatten)]
    fields: Fields<'a>,
    surnames: &'a [SurnameNote],
    state: &'static str,
    state_reason: Option<&'a str>,
    url: Option<&'a str>,
    author: Option<&'a str>,
    metadata: &'a Map<String, Value>,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    highlights: Option<Marks>,
}

/// Prints one JSON object, all offsets being those of the file.
///
/// # Errors
/// Those of the writer.
pub fn print_json(shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    let record = shown.record;
    let extraction = Extraction {
        published: record.published.clone(),
        ..shown.extraction.clone()
    };
    // What is highlighted lies inside a word or a few: never across a cut.
    let highlights = shown.marks.clone().map(|mut marks| {
        for mark in &mut marks.text {
            let place = shown.article.offsets.range_to_file(&(mark.start..mark.end));
            (mark.start, mark.end) = (place.start, place.end);
        }
        marks
    });
    let document = ShowDocument {
        fields: Fields::new(shown.article, shown.path, &record.title, extraction),
        surnames: shown.surnames,
        state: shown.state.name(),
        state_reason: shown.state.reason(),
        url: record.metadata.url.as_deref(),
        author: record.metadata.author.as_deref(),
        metadata: &record.metadata.other,
        text: &shown.article.text,
        highlights,
    };
    json::write_line(&document, out)
}

/// Prints the article for people.
///
/// # Errors
/// Those of the writer.
pub fn print_text(shown: &Shown<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let record = shown.record;
    paint(out, style.color, looks::TITLE, &safe::line(&record.title))?;
    writeln!(out)?;
    let place = format!(
        "{}{}",
        place::file(shown.path, record),
        place::record(record)
    );
    paint(out, style.color, looks::PLACE, &place)?;
    let state = match shown.state.remark() {
        remark if remark.is_empty() => remark,
        remark => format!("  ({})", safe::line(&remark)),
    };
    writeln!(out, "{state}")?;
    for (name, value) in fields(shown) {
        paint(out, style.color, looks::QUIET, &format!("{name:<11}"))?;
        writeln!(out, "{}", safe::line(&value))?;
    }
    writeln!(out)?;
    safe::write_lines(shown.article.text.trim_end(), out)?;
    writeln!(out)
}

/// The fields as lines: a name, the first time, and a value.
fn fields(shown: &Shown<'_>) -> Vec<(String, String)> {
    let record = shown.record;
    let mut lines = vec![("published".to_owned(), published(shown))];
    let mut add = |name: &str, values: Vec<String>| {
        for (index, value) in values.into_iter().enumerate() {
            lines.push((
                if index == 0 {
                    name.to_owned()
                } else {
                    String::new()
                },
                value,
            ));
        }
    };
    add(
        "countries",
        shown.extraction.countries.iter().map(country).collect(),
    );
    let with_role = |role: Role| {
        shown
            .extraction
            .people
            .iter()
            .filter(move |person| person.role == role)
            .map(|known| format!("{}{}", person(known), meaning(known, shown.surnames)))
            .collect()
    };
    add("people", with_role(Role::Subject));
    add("credits", with_role(Role::Credit));
    let dates = shown.extraction.dates.iter();
    add(
        "dates",
        dates
            .map(|date| {
                format!(
                    "{} = {}",
                    date.mention.text,
                    date.value.as_deref().unwrap_or("unresolved")
                )
            })
            .collect(),
    );
    add("source", record.metadata.source.iter().cloned().collect());
    add("url", record.metadata.url.iter().cloned().collect());
    for (key, value) in &record.metadata.other {
        let mut value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        // Such a list stays among the other keys if something in it is none.
        if ["countries", "people"].contains(&key.to_ascii_lowercase().as_str()) {
            value.push_str(" (not understood)");
        }
        add(&safe::line(key), vec![value]);
    }
    lines
}

fn published(shown: &Shown<'_>) -> String {
    let published = &shown.record.published;
    let method = match published.method {
        Method::Metadata => "metadata",
        Method::Url => "URL",
        Method::Header => "header",
        Method::Dateline => "dateline",
        Method::Inferred => "inferred",
        Method::Bounds => "a past date in the text",
        Method::None => {
            let others = &shown.record.metadata.other;
            let why = unread_date(shown.record).or_else(|| perhaps_date(others));
            let why = why.unwrap_or_else(|| "the text does not say".to_owned());
            return format!("undated: {why}");
        }
    };
    let quotes: Vec<String> = published
        .evidence
        .iter()
        .filter_map(|span| shown.article.text.get(span.start..span.end))
        .map(|quote| format!("“{quote}”"))
        .collect();
    let because = if quotes.is_empty() {
        String::new()
    } else {
        format!(": {}", quotes.join(", "))
    };
    let assumed = if is_assumed(published) {
        ", year assumed"
    } else {
        ""
    };
    let unread = unread_date(shown.record).map_or(String::new(), |unread| format!("; {unread}"));
    let date = text::date(published);
    format!("{date} ({method}{assumed}{because}){unread}")
}

/// What the source states as its date, where nobody could read it.
fn unread_date(record: &Record) -> Option<String> {
    let stated = record.metadata.date.as_deref()?;
    let is_unread = record.published.method != Method::Metadata;
    is_unread.then(|| format!("the stated date “{stated}” was not understood"))
}

fn country(country: &Country) -> String {
    let main = if country.main { ", main" } else { "" };
    let words = counted(
        country
            .mentions
            .iter()
            .map(|mention| mention.mention.text.as_str()),
    );
    format!("{} {}{main}{words}", country.code, country.name)
}

fn person(person: &Person) -> String {
    let title = person
        .title
        .as_deref()
        .map_or(String::new(), |title| format!(", {title}"));
    let words = counted(person.mentions.iter().map(|mention| mention.text.as_str()));
    format!("{}{title}{words}", person.name)
}

/// Whom the article means by a surname alone, and what that rests on.
fn meaning(person: &Person, surnames: &[SurnameNote]) -> String {
    let known = surnames.iter().find(|note| note.name == person.name);
    known.map_or(String::new(), |note| {
        let SurnameNote {
            person,
            articles,
            of,
            years,
            ..
        } = note;
        let within = years.map_or(String::new(), |years| format!(" within {years} years"));
        format!(": {person}, as in {articles} of {of} articles with a full name{within}")
    })
}

/// The forms of mentions, each with how often it stands there.
fn counted<'a>(forms: impl Iterator<Item = &'a str>) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for form in forms {
        match counts.iter_mut().find(|(known, _)| *known == form) {
            Some((_, count)) => *count += 1,
            None => counts.push((form, 1)),
        }
    }
    if counts.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = counts
        .iter()
        .map(|(form, count)| {
            if *count > 1 {
                format!("{form} ×{count}")
            } else {
                (*form).to_owned()
            }
        })
        .collect();
    format!(" ({})", shown.join(", "))
}
