//! Exports of Nexis Uni, Lexis Advance and Lexis+: DOCX, RTF, PDF.
//!
//! A record ends with the line `End of Document`. It begins with the title, the
//! newspaper and the day, a paragraph each; the copyright, labels with one
//! capital and a hard space (`Length:\u{a0}901 words`), and the heading `Body`
//! follow. Below the body stand the headings `Graphic`, `Notes`, `Correction`
//! and `Classification`, with labels under the last one. The cover of the
//! download (who asked for what, and a list of all titles) stands before the
//! first record.
//!
//! The head is read from the body upwards, since the cover of the first record
//! and a title of two paragraphs have no mark of their own.
//!
//! Example: `A quiet day`, `The Post`, `May 3, 2013 Friday`, `Copyright 2013 …`,
//! `Length:\u{a0}5 words`, `Body`, a paragraph, `End of Document`.

use std::ops::Range;

use super::days;
use super::labels::{self, Field, Style};
use super::lines::{Line, PageLines, is_copyright};
use super::record::Found;

/// How many lines at most stand between the copyright and the day above it.
const MOST_ABOVE: usize = 8;

/// Whether a line ends a record.
pub(super) fn is_end(line: &str) -> bool {
    const ENDS: [&str; 8] = [
        "end of document",
        "ende des dokuments",
        "dokumentende",
        "ende dokument",
        "fin du document",
        "fin de document",
        "fin del documento",
        "fine del documento",
    ];
    line.len() <= 24 && ENDS.contains(&&*line.to_lowercase())
}

/// The records of a document; `None` where it is no such export.
pub(super) fn records(page: &PageLines<'_>) -> Option<Vec<Found>> {
    let ends: Vec<usize> = (0..page.lines.len())
        .filter(|at| is_end(page.lines[*at].text))
        .collect();
    let starts = [0].into_iter().chain(ends.iter().map(|end| end + 1));
    let ranges: Vec<Range<usize>> = starts
        .zip(&ends)
        .map(|(start, end)| start..*end)
        .filter(|range| !range.is_empty())
        .collect();
    let first = anchors(page, ranges.first()?)?;
    // One record alone ends the text, and has a body under its heading.
    let is_whole = ends.last().is_some_and(|end| end + 1 == page.lines.len());
    if ends.len() < 2 && !(is_whole && first.has_heading) {
        return None;
    }
    if first.labels < 2 {
        return None;
    }
    // What a body quotes ends no record: what follows has no head of its own.
    let mut records: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match records.last_mut() {
            Some(last) if anchors(page, &range).is_none() => last.end = range.end,
            _ => records.push(range),
        }
    }
    let listed = titles_of_cover(page, records.first()?);
    let found = records.into_iter().enumerate();
    let found = found.filter_map(|(number, range)| record(page, range, listed.get(number)));
    Some(found.collect())
}

/// What tells where the head of a record lies.
struct Anchors {
    /// The first line of the copyright or of the labels.
    head: usize,
    /// The line with which the body begins.
    body: usize,
    /// Whether the body has its heading.
    has_heading: bool,
    /// How many labels stand in the record.
    labels: usize,
}

fn label(line: &Line<'_>) -> Option<(Field, usize)> {
    labels::read(line.text, Style::Title)
}

/// Whether a line is a heading that stands for one of these.
fn is_heading(line: &Line<'_>, wanted: impl Fn(Field) -> bool) -> bool {
    labels::heading(line.text).is_some_and(wanted)
}

fn anchors(page: &PageLines<'_>, range: &Range<usize>) -> Option<Anchors> {
    let lines = page.between(range.start, range.end);
    let is_length =
        |line: &Line<'_>| matches!(label(line), Some((Field::Other("length" | "section"), _)));
    let length = lines.iter().position(is_length);
    let from = length.unwrap_or(0);
    let heading = lines[from..]
        .iter()
        .position(|line| is_heading(line, |field| field == Field::Body))
        .map(|at| from + at);
    let last = heading.or(length)?;
    let copyright = lines[..last]
        .iter()
        .rposition(|line| is_copyright(line.text));
    let label_before = |at: &usize| label(&lines[*at]).is_some();
    let first_label = match copyright {
        Some(copyright) => Some(copyright),
        None => length.or_else(|| (0..last).find(label_before)),
    };
    // A copyright may take more than one line.
    let mut head = first_label?;
    let is_of_head = |line: &Line<'_>| {
        is_copyright(line.text) || line.text.eq_ignore_ascii_case("correction appended")
    };
    while head > 0 && is_of_head(&lines[head - 1]) {
        head -= 1;
    }
    let run = || {
        lines[last..]
            .iter()
            .take_while(|line| label(line).is_some())
    };
    let body = heading.map_or_else(|| last + run().count(), |heading| heading + 1);
    Some(Anchors {
        head: range.start + head,
        body: range.start + body,
        has_heading: heading.is_some(),
        labels: lines.iter().filter(|line| label(line).is_some()).count(),
    })
}

/// The titles that the cover lists: `12. A quiet day`.
fn titles_of_cover<'a>(page: &PageLines<'a>, first: &Range<usize>) -> Vec<&'a str> {
    let mut titles: Vec<&str> = Vec::new();
    for line in page.between(first.start, first.end) {
        let Some((number, title)) = line.text.split_once(". ") else {
            continue;
        };
        if number.parse() == Ok(titles.len() + 1) {
            titles.push(title.trim());
        }
    }
    titles
}

/// Reads the record that stands on some lines, whose title the cover may list.
fn record(page: &PageLines<'_>, range: Range<usize>, listed: Option<&&str>) -> Option<Found> {
    let anchors = anchors(page, &range)?;
    let mut found = Found::default();
    let above = range.start.max(anchors.head.saturating_sub(MOST_ABOVE))..anchors.head;
    let day = above.rev().find(|at| {
        let line = &page.lines[*at];
        *at > range.start && days::read(line.text).is_some()
    });
    let head_end = day.unwrap_or(anchors.head);
    if let Some(at) = day
        && let Some(day) = days::read(page.lines[at].text)
    {
        found.set_day(day, page.lines[at].start);
    } else {
        found.set_year(page.between(anchors.head, anchors.body));
    }
    let first = title_start(page, range.start, head_end, listed);
    // The line above the day is the newspaper, unless it is all there is.
    let source = head_end.checked_sub(1).filter(|at| *at > first);
    // A blog of the newspaper stands below it in brackets.
    let is_blog = |at: &usize| page.lines[*at].text.starts_with('(') && *at > first + 1;
    let source = source.map(|at| if is_blog(&at) { at - 1 } else { at });
    if let Some(at) = source {
        found.set_source(&page.joined(at, head_end));
    }
    let title_end = source.unwrap_or(head_end).max(first);
    found.title = Some(page.joined(first, title_end)).filter(|title| !title.is_empty());
    found.start = page.lines.get(first)?.start;

    read_labels(page, anchors.head, anchors.body, &mut found);
    let (tail, labels) = tail(page, anchors.body, range.end);
    read_headings(page, tail, labels, &mut found);
    read_labels(page, labels, range.end, &mut found);
    found.body = page.stretch(anchors.body..tail, first..anchors.body);
    Some(found)
}

impl Found {
    /// Says the newspaper, without its edition: `The Post - Final Edition`.
    fn set_source(&mut self, source: &str) {
        let parts = source.rsplit_once(" - ");
        let (name, edition) = match parts {
            Some((name, edition)) if edition.ends_with("dition") => (name, Some(edition)),
            _ => (source, None),
        };
        self.source = Some(name.to_owned());
        if let Some(edition) = edition {
            self.keep("edition", edition.to_owned());
        }
    }
}

/// The line with which the title begins, that ends before the line `end`.
fn title_start(page: &PageLines<'_>, first: usize, end: usize, listed: Option<&&str>) -> usize {
    // Of the first record, the cover lies above.
    if let Some(listed) = listed {
        let letters = |text: &str| -> String { text.split_whitespace().collect() };
        let listed = letters(listed);
        let from = first.max(end.saturating_sub(MOST_ABOVE));
        let found = (from..end).rev().find(|at| {
            let line = letters(page.lines[*at].text);
            !line.is_empty() && listed.starts_with(&line)
        });
        if let Some(found) = found {
            return found;
        }
    }
    // Without a list: what stands above up to an empty paragraph, a title of
    // more than two paragraphs being rare.
    let mut start = end.saturating_sub(1).max(first);
    while start > first && end - start < MOST_ABOVE {
        if page.lines[start].gap > 0 && end - start >= 2 {
            break;
        }
        start -= 1;
    }
    start
}

/// With which line the part below the body begins, and with which its labels.
fn tail(page: &PageLines<'_>, body: usize, end: usize) -> (usize, usize) {
    let is_classification =
        |line: &Line<'_>| is_heading(line, |field| field == Field::Other("classification"));
    let lines = page.between(body, end);
    let mut labels = match lines.iter().rposition(is_classification) {
        Some(at) => body + at,
        None => end,
    };
    while labels > body && label(&page.lines[labels - 1]).is_some() {
        labels -= 1;
    }
    // A heading in the first half of a body is one of the article's own.
    let middle = body + (labels - body) / 2;
    let is_tail = |field| {
        matches!(
            field,
            Field::Graphic | Field::Other("notes" | "correction" | "correction-date")
        )
    };
    let mut tail = labels;
    for at in (middle.max(body)..labels).rev() {
        if is_heading(&page.lines[at], is_tail) {
            tail = at;
        }
    }
    (tail, labels)
}

/// Reads labels with their values, which go on to the next label.
fn read_labels(page: &PageLines<'_>, from: usize, to: usize, found: &mut Found) {
    let mut at = from;
    while at < to {
        let Some((field, value)) = label(&page.lines[at]) else {
            at += 1;
            continue;
        };
        let is_over =
            |line: &Line<'_>| label(line).is_some() || labels::heading(line.text).is_some();
        let rest = page.between(at + 1, to);
        let more = rest.iter().take_while(|line| !is_over(line)).count();
        let start = page.lines[at].start + value;
        let end = page.lines[at + more].end();
        found.set(field, page.on_one_line(start, end));
        at += 1 + more;
    }
}

/// Reads what stands under headings below the body.
fn read_headings(page: &PageLines<'_>, from: usize, to: usize, found: &mut Found) {
    let mut at = from;
    while at < to {
        let rest = page.between(at + 1, to);
        let more = rest
            .iter()
            .take_while(|line| labels::heading(line.text).is_none())
            .count();
        if let Some(field) = labels::heading(page.lines[at].text) {
            found.set(field, page.joined(at + 1, at + 1 + more));
        }
        at += 1 + more;
    }
}

#[cfg(test)]
mod tests {
    use crate::article::{Lines, Marks, Offsets, Unit};
    use crate::source::input::Document;
    use crate::source::split::split;

    /// A document as a Word file gives it: a blank line between paragraphs, one
    /// more for each empty one.
    fn export(paragraphs: &str) -> Vec<Document> {
        let document = Document {
            text: paragraphs
                .replace('\n', "\n\n")
                .replace("\n\n\n\n", "\n\n\n"),
            offsets: Offsets::Nowhere,
            lines: Lines::None,
            marks: Marks::of(Unit::Paragraph),
            ..Document::default()
        };
        let records = split(&document).unwrap_or_default();
        records.into_iter().map(|record| record.document).collect()
    }

    const TWO: &str = "\
User Name: A
Job Number: 1
Documents (2)
1. Cranes stand still; Dockers ask
Client/Matter: -None-
Search Terms: port
2. A quiet day
Client/Matter: -None-
Search Terms: port

Cranes stand still; Dockers ask
The Harbour Post - Final Edition
July 1, 2015 Wednesday 10:36 EST

Copyright 2015 Harbour Press All Rights Reserved
Section:\u{a0}NEWS
Length:\u{a0}9 words
Byline:\u{a0}Ann Lee
Highlight:\u{a0}A strike.
More of it.
Body

The cranes of the port stood still.
End of Document
was written on one of them.
Graphic

A crane.
Classification

Language:\u{a0}ENGLISH
Subject:\u{a0}PORTS (90%)
Load-Date:\u{a0}July 2, 2015

End of Document

A quiet day
and another
Harbour.example
(Cranes)
January 11, 2010

Copyright 2010 Harbour Unlimited
Length:\u{a0}5 words
Body

Nothing came in or out.
Load-Date:\u{a0}January 11, 2010

End of Document
";

    #[test]
    fn articles_are_cut_apart() {
        let records = export(TWO);
        assert_eq!(records.len(), 2);
        let first = &records[0];
        assert_eq!(
            first.title.as_deref(),
            Some("Cranes stand still; Dockers ask")
        );
        assert!(first.text.starts_with("Cranes"));
        let metadata = &first.metadata;
        assert_eq!(metadata.date.as_deref(), Some("2015-07-01"));
        assert_eq!(metadata.source.as_deref(), Some("The Harbour Post"));
        assert_eq!(metadata.other["edition"], "Final Edition");
        assert_eq!(metadata.author.as_deref(), Some("Ann Lee"));
        assert_eq!(metadata.other["highlight"], "A strike. More of it.");
        assert_eq!(metadata.other["subject"], "PORTS (90%)");
        assert_eq!(metadata.other["graphic"], "A crane.");
        let body = &first.text[first.body_start..];
        assert!(body.starts_with("The cranes"), "{body}");
        assert!(body.ends_with("was written on one of them."), "{body}");
        let second = &records[1];
        assert_eq!(second.title.as_deref(), Some("A quiet day and another"));
        assert_eq!(
            second.metadata.source.as_deref(),
            Some("Harbour.example (Cranes)")
        );
        assert_eq!(second.metadata.date.as_deref(), Some("2010-01-11"));
        assert_eq!(&second.text[second.body_start..], "Nothing came in or out.");
    }

    #[test]
    fn a_record_may_state_a_year_alone() {
        let corrected = TWO.replace("January 11, 2010\n\nCopy", "\nCorrection Appended\nCopy");
        let records = export(&corrected);
        let second = &records[1];
        assert_eq!(second.metadata.date.as_deref(), Some("2010"));
        assert_eq!(second.title.as_deref(), Some("A quiet day and another"));
        assert_eq!(
            second.metadata.source.as_deref(),
            Some("Harbour.example (Cranes)")
        );
    }

    #[test]
    fn a_download_of_one_article_is_read_and_a_quote_is_not() {
        let one = TWO.rsplit_once("End of Document\n\nA quiet").unwrap().1;
        let records = export(&format!("A quiet{one}"));
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].title.as_deref(), Some("A quiet day and another"));
        let quote = "Of archives, in a text that is long enough to be looked at by the rules\n\nEnd of Document\nstands at the end of each\n\nEnd of Document\n";
        assert!(export(quote).is_empty());
    }
}
