//! Exports of Factiva: HTML, RTF, PDF.
//!
//! A record ends with a line that has its accession number: `Document
//! IINM000020171113edbd0000d`, that is the code of the newspaper, a day, and a
//! number. There are two layouts. *With indexing* each line begins with a code of
//! two or three letters (`HD` headline, `WC` words, `PD` day, `LP` and `TD` text,
//! `NS` and `RE` index terms). *Without* there is no label at all: section,
//! headline and author, `808 words`, `13 November 2017`, newspaper, its code,
//! edition, page, language, copyright, and then the text. There the length and the
//! day below it are the anchor, the code is known from the accession number, and
//! of the lines above, a page tells which is what by its markup ([`Hints`]).
//!
//! The words for `words` and `Document` are those of the user's language; only
//! the form of the line counts. RTF and text were written after descriptions.
//!
//! Example: `Cranes`, `5 words`, `3 May 2013`, `The Post`, `POST`, `English`,
//! `(c) 2013 The Post`, a paragraph, `Document POST000020130503e9530001a`.

use std::ops::Range;

use super::days;
use super::labels::Field;
use super::lines::{Line, PageLines, is_copyright};
use super::record::Found;

/// What a page's markup says of a record: the texts of some of its elements,
/// without white space.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Hints {
    pub(super) headline: String,
    pub(super) author: String,
    /// The first paragraph.
    pub(super) lead: String,
    /// What stands before the accession number, and is no paragraph of the text.
    pub(super) publisher: String,
}

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
enum Code {
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

/// The accession number that a line states: a word for “document”, in whatever
/// language, and the number.
pub(super) fn accession(line: &str) -> Option<&str> {
    /// The shortest and the longest line.
    const BYTES: Range<usize> = 24..80;
    if !BYTES.contains(&line.len()) {
        return None;
    }
    let mut words = line.split_whitespace().rev();
    let number = words.next()?;
    let name = words.next()?;
    let is_name = name.chars().all(char::is_alphabetic) && !name.is_empty();
    let before = words.next();
    let is_alone = before.is_none_or(|word| word == "AN") && words.next().is_none();
    (is_name && is_alone && is_accession(number)).then_some(number)
}

/// Whether a word is an accession number: the code of the newspaper, filled up
/// with zeros, a day, and a number of letters and digits.
fn is_accession(word: &str) -> bool {
    let bytes = word.as_bytes();
    let is_form = (22..=32).contains(&bytes.len())
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && bytes.first().is_some_and(u8::is_ascii_uppercase);
    let is_day = |digits: &[u8]| {
        let part = |range: Range<usize>| -> u32 {
            let digits = digits.get(range).unwrap_or_default().iter();
            digits.fold(0, |sum, digit| {
                sum * 10 + u32::from(digit.wrapping_sub(b'0'))
            })
        };
        digits.iter().all(u8::is_ascii_digit)
            && (1900..2100).contains(&part(0..4))
            && (1..=12).contains(&part(4..6))
            && (1..=31).contains(&part(6..8))
    };
    is_form && bytes.windows(8).skip(4).any(is_day)
}

/// The records of a document; `None` where it is no such export.
pub(super) fn records(page: &PageLines<'_>) -> Option<Vec<Found>> {
    let ends: Vec<usize> = (0..page.lines.len())
        .filter(|at| accession(page.lines[*at].text).is_some())
        .collect();
    let starts = [0].into_iter().chain(ends.iter().map(|end| end + 1));
    let ranges: Vec<Range<usize>> = starts
        .zip(&ends)
        .map(|(start, end)| start..*end + 1)
        .collect();
    let first = ranges.first()?.clone();
    let labels = match anchor(page, &first) {
        // The length and the day below it.
        Some(_) => 2,
        None => codes(page, &first).len(),
    };
    // A single record is told by many of its codes alone.
    if labels < 2 || ends.len() < 2 && labels < 5 {
        return None;
    }
    let found = ranges.into_iter().map(|range| record(page, range, None));
    let mut found: Vec<Found> = found.collect();
    without_numbers(&mut found);
    Some(found)
}

/// Takes the number of the record off its headline, where the list of results
/// gave it one: `7) Cranes stand still`.
pub(super) fn without_numbers(found: &mut [Found]) {
    for (number, found) in (1..).zip(found) {
        let rest = found.title.as_ref().and_then(|title| {
            let (head, rest) = title.split_once(") ")?;
            (head.parse() == Ok::<u64, _>(number)).then(|| rest.to_owned())
        });
        found.title = rest.or_else(|| found.title.take());
    }
}

/// Reads the record that stands on some lines.
pub(super) fn record(page: &PageLines<'_>, range: Range<usize>, hints: Option<&Hints>) -> Found {
    let mut found = Found::default();
    let last = range.end.checked_sub(1).filter(|last| *last >= range.start);
    let number = last.and_then(|last| accession(page.lines[last].text));
    found.accession = number.map(str::to_owned);
    if let Some(length) = anchor(page, &range) {
        plain(page, &range, length, hints, &mut found);
    } else {
        coded(page, &range, &mut found);
    }
    found
}

/// The line with the length, below which the day stands.
fn anchor(page: &PageLines<'_>, range: &Range<usize>) -> Option<usize> {
    /// So many lines at most stand above: the page's own head, and the headline.
    const MOST_ABOVE: usize = 60;
    let limit = range.end.min(range.start + MOST_ABOVE);
    (range.start..limit).find(|at| {
        let below = page.between(at + 1, (at + 3).min(range.end));
        is_length(page.lines[*at].text) && below.iter().any(|line| days::read(line.text).is_some())
    })
}

/// Whether a line is a number and one word: `1,285 words`, `808 字`.
fn is_length(line: &str) -> bool {
    let digits =
        line.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '\u{a0}' | ' '));
    let Some(unit) = digits.filter(|at| *at > 0).and_then(|at| line.get(at..)) else {
        return false;
    };
    let is_word = |c: char| c.is_alphabetic() || c == char::REPLACEMENT_CHARACTER;
    line.len() <= 40 && !unit.is_empty() && unit.chars().all(is_word) && days::read(line).is_none()
}

/// Reads a record without codes, whose length stands on the line `length`.
fn plain(
    page: &PageLines<'_>,
    range: &Range<usize>,
    length: usize,
    hints: Option<&Hints>,
    found: &mut Found,
) {
    let last = range.end.saturating_sub(1).max(length);
    let start = head_start(range.start, length);
    found.start = page.lines[start].start;
    read_above(page, start, length, hints, found);
    found.set(Field::Other("length"), page.joined(length, length + 1));
    let mut at = length + 1;
    for line in length + 1..(length + 3).min(last) {
        if let Some(day) = days::read(page.lines[line].text) {
            found.set_day(day, page.lines[line].start);
            at = line + 1;
            break;
        }
    }
    let body = read_below(page, at, last, hints, found).min(last);
    let end = body_end(page, body, last, hints);
    if end < last {
        found.keep("publisher", page.joined(end, last));
    }
    found.body = page.stretch(body..end, range.start..at);
}

/// The first line that may belong to the head of a record without codes: there
/// are no more than a few above the length.
fn head_start(first: usize, length: usize) -> usize {
    /// Section, headline, author and what else stands there.
    const MOST: usize = 8;
    first.max(length.saturating_sub(MOST))
}

/// A text without white space.
pub(super) fn letters(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Reads the lines above the length: section, headline, author.
fn read_above(
    page: &PageLines<'_>,
    start: usize,
    length: usize,
    hints: Option<&Hints>,
    found: &mut Found,
) {
    let (mut headline, mut author) = (None, None);
    if let Some(hints) = hints {
        headline = find_text(page, start, length, &hints.headline);
        author = find_text(page, start, length, &hints.author);
    }
    let headline = headline.unwrap_or_else(|| guess_headline(page, start, length));
    if author.is_none() && hints.is_none() && headline.1 < length {
        author = Some((headline.1, headline.1 + 1));
    }
    found.start = page
        .lines
        .get(headline.0)
        .map_or(found.start, |line| line.start);
    if headline.0 > start {
        let section = headline.0 - 1;
        // Above the section lies the page's own head.
        found.start = page.lines[section].start;
        found.set(Field::Other("section"), page.joined(section, section + 1));
    }
    found.set(Field::Title, page.joined(headline.0, headline.1));
    if let Some((from, to)) = author {
        found.set(Field::Author, page.joined(from, to));
    }
    let rest = author.map_or(headline.1, |(_, to)| to).max(headline.1);
    if rest < length {
        found.set(Field::Other("credit"), page.joined(rest, length));
    }
}

/// The lines from `from` to `to` that have this text, without white space.
fn find_text(page: &PageLines<'_>, from: usize, to: usize, text: &str) -> Option<(usize, usize)> {
    if text.is_empty() {
        return None;
    }
    (from..to).rev().find_map(|start| {
        let mut rest = text;
        for at in start..to {
            rest = rest.strip_prefix(&*letters(page.lines[at].text))?;
            if rest.is_empty() {
                return Some((start, at + 1));
            }
        }
        None
    })
}

/// The headline of a few lines of which nothing is known: the only one; of two
/// the second, unless it is a byline; else the second.
fn guess_headline(page: &PageLines<'_>, start: usize, length: usize) -> (usize, usize) {
    let count = length - start;
    let is_byline = |at: usize| {
        let line = page.lines[at].text;
        ["By ", "BY ", "Von ", "Par "]
            .iter()
            .any(|by| line.starts_with(by))
    };
    let at = match count {
        0 | 1 => start,
        2 if is_byline(start + 1) => start,
        2 => start + 1,
        // The lines nearest to the length; what is above belongs to the page.
        _ if is_byline(length - 1) => length - 2,
        3 => start + 1,
        _ => length - 2,
    };
    (at, (at + 1).min(length.max(at)))
}

/// Reads the lines below the day: newspaper, code, edition, page, language,
/// copyright; says with which line the text begins.
fn read_below(
    page: &PageLines<'_>,
    from: usize,
    last: usize,
    hints: Option<&Hints>,
    found: &mut Found,
) -> usize {
    /// So many lines at most.
    const MOST: usize = 14;
    let limit = last.min(from + MOST);
    let number = found.accession.clone().unwrap_or_default();
    let copyright = (from..limit).find(|at| is_copyright(page.lines[*at].text));
    let code = (from..limit).find(|at| {
        let text = page.lines[*at].text;
        let is_code = (2..=8).contains(&text.len()) && !text.contains(char::is_whitespace);
        is_code && number.starts_with(text)
    });
    let after_copyright = copyright.map(|at| at + 1);
    let least = after_copyright.or(code.map(|at| at + 1)).unwrap_or(from);
    let body = (least..limit)
        .find(|at| is_lead(page.lines[*at].text, hints))
        .or(after_copyright)
        .or_else(|| code.map(|at| (at + 3).min(limit)))
        .unwrap_or(from);
    let source = match code {
        Some(code) if code > from => Some(code - 1),
        _ => Some(from).filter(|at| *at < body),
    };
    if let Some(at) = source {
        found.set(Field::Source, page.joined(at, at + 1));
    }
    for at in from..source.unwrap_or(from) {
        found.set(Field::Other("time"), page.joined(at, at + 1));
    }
    if let Some(code) = code.filter(|code| *code < body) {
        read_behind_code(page, code, copyright, body, found);
    }
    body
}

/// Whether a line begins the first paragraph of the text.
fn is_lead(line: &str, hints: Option<&Hints>) -> bool {
    let lead = hints.map_or("", |hints| hints.lead.as_str());
    let line = letters(line);
    !lead.is_empty() && !line.is_empty() && (lead.starts_with(&line) || line.starts_with(lead))
}

/// Reads the lines from the code of the newspaper to the text: edition, page,
/// language, copyright.
fn read_behind_code(
    page: &PageLines<'_>,
    code: usize,
    copyright: Option<usize>,
    body: usize,
    found: &mut Found,
) {
    found.set(Field::Other("source_code"), page.joined(code, code + 1));
    let notice = copyright.unwrap_or(body.saturating_sub(1));
    let notice = notice.clamp(code + 1, body);
    if notice < body {
        found.set(Field::Other("copyright"), page.joined(notice, body));
    }
    let Some(language) = notice.checked_sub(1).filter(|at| *at > code) else {
        return;
    };
    found.set(
        Field::Other("language"),
        page.joined(language, language + 1),
    );
    for at in code + 1..language {
        let line = page.lines[at].text;
        let key = if is_time(line) {
            "time"
        } else if at + 1 == language && line.len() <= 12 {
            "page"
        } else {
            "edition"
        };
        found.set(Field::Other(key), page.joined(at, at + 1));
    }
}

/// Whether a line is a time of day: `15:32`, `11:21:59`.
fn is_time(line: &str) -> bool {
    line.len() >= 4
        && line.len() <= 8
        && line.contains(':')
        && line
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b':')
}

/// The line with which the body ends: before the publisher, which is no
/// sentence.
fn body_end(page: &PageLines<'_>, body: usize, last: usize, hints: Option<&Hints>) -> usize {
    let Some(publisher) = last.checked_sub(1).filter(|at| *at > body) else {
        return last;
    };
    let line = page.lines[publisher].text;
    let is_told = hints.is_some_and(|hints| letters(line) == hints.publisher);
    let is_sentence = line.ends_with(['.', '!', '?', '"', '”', '。']) && !is_firm(line);
    let is_note = line.ends_with(')') && !is_told;
    if line.len() <= 90 && !is_sentence && !is_note {
        publisher
    } else {
        last
    }
}

/// Whether a line ends as the name of a firm does.
fn is_firm(line: &str) -> bool {
    ["Inc.", "Ltd.", "Co.", "Corp.", "plc.", "S.A.", "LLC."]
        .iter()
        .any(|end| line.ends_with(end))
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
fn codes(page: &PageLines<'_>, range: &Range<usize>) -> Vec<(usize, Code, usize)> {
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
fn coded(page: &PageLines<'_>, range: &Range<usize>, found: &mut Found) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::input::Document;
    use crate::source::split::{Record, split};

    fn export(text: &str) -> Vec<Record> {
        let document = Document {
            text: text.to_owned(),
            ..Document::default()
        };
        split(&document).unwrap_or_default()
    }

    const CODED: &str = "\
HD\tCranes stand still
BY\tAnn Lee
WC\t9 words
PD\t3 May 2013
ET\t15:32
SN\tThe Harbour Post
SC\tHARB
LA\tEnglish
CY\t(c) 2013 Harbour Press

LP\tThe cranes of the port stood still.

IN London, too.

TD\tNobody knows why.
NS\tgcat : Political/General News | gport : Ports
RE\tuk : United Kingdom
IPD\tPorts
AN\tDocument HARB000020130503e9530001a

\u{c}SE\tPorts
HD\tA quiet day
WC\t5 words
PD\t4 mai 2013
SN\tThe Harbour Post
LA\tEnglish
LP\tNothing came in or out.
AN\tDocument HARB000020130504e9540001b

Search Summary
Text\tports
";

    #[test]
    fn records_with_codes_are_cut_apart() {
        let records = export(CODED);
        assert_eq!(records.len(), 2);
        let Record { document, aliases } = &records[0];
        assert_eq!(*aliases, ["HARB000020130503e9530001a"]);
        assert_eq!(document.title.as_deref(), Some("Cranes stand still"));
        let metadata = &document.metadata;
        assert_eq!(metadata.date.as_deref(), Some("2013-05-03"));
        assert_eq!(metadata.source.as_deref(), Some("The Harbour Post"));
        assert_eq!(metadata.other["geographic"], "uk : United Kingdom");
        assert_eq!(
            metadata.other["accession_number"],
            "HARB000020130503e9530001a"
        );
        let body = &document.text[document.body_start..];
        assert!(
            body.starts_with("The cranes") && body.ends_with("Nobody knows why."),
            "{body}"
        );
        assert!(body.contains("IN London, too."));
        let second = &records[1].document;
        assert_eq!(second.metadata.other["section"], "Ports");
        assert_eq!(second.metadata.date.as_deref(), Some("2013-05-04"));
        assert_eq!(&second.text[second.body_start..], "Nothing came in or out.");
    }

    const PLAIN: &str = "\
Dow Jones Factiva

Ports
Cranes stand still
By Ann Lee
9 words
3 May 2013
15:32
The Harbour Post
HARB
1; National
13
English
(c) 2013 Harbour Press

The cranes of the port stood still.

Nobody knows why.

Harbour Press Limited

Document HARB000020130503e9530001a

Stiller Tag
5 Wörter
4 Mai 2013
The Harbour Post
HARB
Deutsch
Copyright 2013. Harbour Press.

Nichts kam herein.

Harbour Press Limited
Dokument HARB000020130504e9540001b
";

    #[test]
    fn records_without_codes_are_cut_apart() {
        let records = export(PLAIN);
        assert_eq!(records.len(), 2);
        let first = &records[0].document;
        assert_eq!(first.title.as_deref(), Some("Cranes stand still"));
        let metadata = &first.metadata;
        assert_eq!(metadata.date.as_deref(), Some("2013-05-03"));
        assert_eq!(metadata.author.as_deref(), Some("Ann Lee"));
        assert_eq!(metadata.source.as_deref(), Some("The Harbour Post"));
        for (key, value) in [
            ("section", "Ports"),
            ("length", "9 words"),
            ("time", "15:32"),
            ("edition", "1; National"),
            ("page", "13"),
            ("language", "English"),
            ("copyright", "(c) 2013 Harbour Press"),
            ("publisher", "Harbour Press Limited"),
        ] {
            assert_eq!(metadata.other[key], value, "{key}");
        }
        assert_eq!(
            &first.text[first.body_start..],
            "The cranes of the port stood still.\n\nNobody knows why."
        );
        let second = &records[1].document;
        assert_eq!(second.title.as_deref(), Some("Stiller Tag"));
        assert_eq!(&second.text[second.body_start..], "Nichts kam herein.");
        assert_eq!(records[1].aliases, ["HARB000020130504e9540001b"]);
    }

    #[test]
    fn a_quoted_number_cuts_nothing() {
        let text = "A text about archives, of some length, that names a record as they do there:\n\nDocument HARB000020130503e9530001a\n\nand one more of them\n\nDocument HARB000020130504e9540001b\n";
        assert!(export(text).is_empty());
        assert!(!is_accession("HARB000020139903e9530001a"));
    }
}
