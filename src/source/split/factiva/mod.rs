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

mod coded;
mod plain;

use std::ops::Range;

use self::coded::{coded, codes};
use self::plain::plain;
use super::days;
use super::lines::PageLines;
use super::record::Found;

/// What a page's markup says of a record: the texts of some of its elements,
/// without white space.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::source::split) struct Hints {
    pub(in crate::source::split) headline: String,
    pub(in crate::source::split) author: String,
    /// The first paragraph.
    pub(in crate::source::split) lead: String,
    /// What stands before the accession number, and is no paragraph of the text.
    pub(in crate::source::split) publisher: String,
}

/// The accession number that a line states: a word for “document”, in whatever
/// language, and the number.
pub(in crate::source::split) fn accession(line: &str) -> Option<&str> {
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
pub(in crate::source::split) fn records(page: &PageLines<'_>) -> Option<Vec<Found>> {
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
pub(in crate::source::split) fn without_numbers(found: &mut [Found]) {
    for (number, found) in (1..).zip(found) {
        let rest = found.title.as_ref().and_then(|title| {
            let (head, rest) = title.split_once(") ")?;
            (head.parse() == Ok::<u64, _>(number)).then(|| rest.to_owned())
        });
        found.title = rest.or_else(|| found.title.take());
    }
}

/// Reads the record that stands on some lines.
pub(in crate::source::split) fn record(
    page: &PageLines<'_>,
    range: Range<usize>,
    hints: Option<&Hints>,
) -> Found {
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

/// A text without white space.
pub(in crate::source::split) fn letters(text: &str) -> String {
    text.split_whitespace().collect()
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
