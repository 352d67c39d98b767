//! Records of Factiva with indexing: each line of the head begins with a code.
//!
//! A code is two or three capitals, apart from its value by a tab, a hard space,
//! two spaces or a line end, as a table has them. In the text any line may begin
//! with capitals (`IN London`), so that there a code counts only where its value
//! has the form of one: index terms are `gcat : Political/General News`.
//!
//! Example: `HD⇥Cranes stand still` is the headline, `PD⇥3 May 2013` the day.

use std::ops::Range;

use super::accession;
use crate::source::split::days;
use crate::source::split::labels::Field;
use crate::source::split::lines::{Line, PageLines};
use crate::source::split::record::Found;

/// A code with what it states.
const CODES: &[(&str, Code)] = &[
    ("SE", Code::Field(Field::Other("section"))),
    ("HD", Code::Field(Field::Title)),
    ("BY", Code::Field(Field::Author)),
    ("CR", Code::Field(Field::Other("credit"))),
    ("WC", Code::Field(Field::Other("length"))),
    ("PD", Code::Day),
    ("ET", Code::Field(Field::Other("time"))),
    ("SN", Code::Field(Field::Source)),
    ("SC", Code::Field(Field::Other("source_code"))),
    ("ED", Code::Field(Field::Other("edition"))),
    ("PG", Code::Field(Field::Other("page"))),
    ("VOL", Code::Field(Field::Other("volume"))),
    ("LA", Code::Field(Field::Other("language"))),
    ("CY", Code::Field(Field::Other("copyright"))),
    ("CLM", Code::Field(Field::Other("column"))),
    ("NGC", Code::Field(Field::Other("group"))),
    ("GC", Code::Field(Field::Other("group_code"))),
    ("LP", Code::Text),
    ("TD", Code::Text),
    ("CT", Code::Tail("contact")),
    ("RF", Code::Tail("reference")),
    ("ART", Code::Tail("graphic")),
    ("CO", Code::Index("company")),
    ("IN", Code::Index("industry")),
    ("NS", Code::Index("subject")),
    ("RE", Code::Index("geographic")),
    ("IPC", Code::Tail("information_provider_code")),
    ("IPD", Code::Tail("information_provider")),
    ("PUB", Code::Tail("publisher")),
    ("AN", Code::Number),
];

/// What a code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// A label above the text.
    Field(Field),
    /// The day.
    Day,
    /// The text.
    Text,
    /// A label below the text.
    Tail(&'static str),
    /// Index terms, each a code with its name.
    Index(&'static str),
    /// The accession number, with which a record ends.
    Number,
}

/// The code that a line begins with, and where its value begins in the line.
fn code(line: &str) -> Option<(Code, usize)> {
    let length = line.bytes().take_while(u8::is_ascii_uppercase).count();
    let name = line
        .get(..length)
        .filter(|name| (2..=3).contains(&name.len()))?;
    let (_, code) = CODES.iter().find(|(code, _)| *code == name)?;
    let rest = line.get(length..)?;
    let value = rest.trim_start();
    if !rest.is_empty() && rest.len() == value.len() {
        return None;
    }
    // “IN London” begins a sentence: with one space only, more must be told.
    let is_apart = rest.is_empty() || rest.starts_with(['\t', '\u{a0}']) || rest.starts_with("  ");
    let is_told = match code {
        Code::Index(_) => value.contains(" : "),
        Code::Day => days::read(value).is_some(),
        Code::Number => accession(line).is_some(),
        Code::Tail(_) => false,
        _ => true,
    };
    (is_apart || is_told).then_some((*code, line.len() - value.len()))
}

/// The lines that begin with codes, with where their values begin.
pub(super) fn codes(page: &PageLines<'_>, range: &Range<usize>) -> Vec<(usize, Code, usize)> {
    let mut codes = Vec::new();
    let mut is_text = false;
    for at in range.clone() {
        let line = page.lines[at].text;
        let found = code(line);
        // In the text a line may begin with any word.
        let is_of_place = |code: Code| match code {
            Code::Field(_) | Code::Day => !is_text,
            Code::Text => true,
            Code::Tail(_) | Code::Index(_) | Code::Number => is_text || !codes.is_empty(),
        };
        if let Some((code, value)) = found.filter(|(code, _)| is_of_place(*code)) {
            is_text = code == Code::Text;
            codes.push((at, code, value));
        } else if at + 1 == range.end && accession(line).is_some() {
            codes.push((at, Code::Number, 0));
        }
    }
    codes
}

/// Reads a record with codes.
pub(super) fn coded(page: &PageLines<'_>, range: &Range<usize>, found: &mut Found) {
    let codes = codes(page, range);
    let first = codes.first().map_or(range.start, |(at, ..)| *at);
    found.start = page
        .lines
        .get(first)
        .map_or(page.text.len(), |line| line.start);
    let mut body: Option<(usize, usize)> = None;
    for (index, &(at, code, value)) in codes.iter().enumerate() {
        let next = codes.get(index + 1).map_or(range.end, |(at, ..)| *at);
        let line = page.lines[at];
        // The value may begin on the line below its code.
        let (start, first) = if value < line.text.len() {
            (line.start + value, at)
        } else {
            let below = page.between(at + 1, next).first();
            (below.map_or(line.end(), |line| line.start), at + 1)
        };
        let end = page
            .between(first, next)
            .last()
            .map_or(start, Line::end)
            .max(start);
        match code {
            Code::Field(field) => found.set(field, page.on_one_line(start, end)),
            Code::Day => {
                let text = page.text.get(start..end).unwrap_or_default();
                if let Some(day) = days::read(text) {
                    found.set_day(day, start);
                }
            }
            Code::Text => {
                if body.is_some() {
                    found.left_out = Some((line.start, start.min(line.end())));
                }
                let from = body.map_or(start, |(from, _)| from);
                body = Some((from, end));
            }
            Code::Tail(key) | Code::Index(key) => found.keep(key, page.on_one_line(start, end)),
            Code::Number => {}
        }
    }
    found.body = body.unwrap_or_else(|| page.stretch(0..0, range.clone()));
    found.body.0 = found.body.0.max(found.start);
    found.body.1 = found.body.1.max(found.body.0);
}
