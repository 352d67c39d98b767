//! Exports of LexisNexis as it was until 2019: TXT, RTF (also named `.DOC`),
//! HTML, PDF.
//!
//! A record begins with a line `7 of 161 DOCUMENTS`, in the language of the
//! user's screen. Copyright lines, the newspaper, the day and the edition follow,
//! centred in plain text; then labels in capitals; then the body, behind a label
//! of its own (`BODY:`) or, in older exports, behind the last of the labels, with
//! the title on a line without label above them. Labels follow the body as well,
//! and in older exports the copyright comes last.
//!
//! Example: `1 of 2 DOCUMENTS`, `The Post`, `July 1, 2015 Wednesday`,
//! `HEADLINE: Talks`, `BODY:` and a paragraph are an article of The Post, titled
//! “Talks”, dated 2015-07-01.

mod tail;

use std::ops::Range;

use self::tail::{read_tail, tail_start, unknown_label};
use super::days;
use super::labels::{self, Field, Style};
use super::lines::{Line, PageLines, is_copyright};
use super::record::Found;

/// Words between the number of a record and how many there are.
const OF: [&str; 7] = ["of", "de", "von", "sur", "di", "van", "/"];

/// How many lines at most stand between the mark of a record and its labels.
const MOST_HEAD: usize = 60;

/// The mark of a record: its number, and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    number: u32,
    of: u32,
}

/// The mark that a line is: `7 of 161 DOCUMENTS`, `Dokument 1 von 30`,
/// `1 de 10 DOCUMENTS`.
fn mark(line: &str) -> Option<Mark> {
    /// The longest of them.
    const MOST_BYTES: usize = 48;
    if line.len() > MOST_BYTES {
        return None;
    }
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let (number, is_named) = match first.parse() {
        Ok(number) => (number, false),
        Err(_) if is_document(first) => (words.next()?.parse().ok()?, true),
        Err(_) => return None,
    };
    let of = words.next()?.to_lowercase();
    let of = OF
        .contains(&&*of)
        .then(|| words.next()?.parse().ok())
        .flatten()?;
    if !is_named && !is_document(words.next()?) {
        return None;
    }
    let is_whole = words.next().is_none() && number >= 1 && number <= of;
    is_whole.then_some(Mark { number, of })
}

/// Whether a line is the mark of a record.
pub(in crate::source::split) fn is_mark(line: &str) -> bool {
    mark(line).is_some()
}

fn is_document(word: &str) -> bool {
    const NAMES: [&str; 6] = [
        "document",
        "documents",
        "dokument",
        "dokumente",
        "documenti",
        "documentos",
    ];
    NAMES.contains(&&*word.to_lowercase())
}

/// The records of a document; `None` where it is no such export.
pub(in crate::source::split) fn records(page: &PageLines<'_>) -> Option<Vec<Found>> {
    let marks: Vec<(usize, Mark)> = (0..page.lines.len())
        .filter_map(|at| Some((at, mark(page.lines[at].text)?)))
        .collect();
    let is_single = |(_, mark): &(usize, Mark)| mark.of == 1;
    if marks.len() < 2 && !marks.first().is_some_and(is_single) {
        return None;
    }
    let marks = in_order(page, &marks);
    let ends = marks.iter().skip(1).copied().chain([page.lines.len()]);
    let ranges: Vec<Range<usize>> = marks
        .iter()
        .zip(ends)
        .map(|(start, end)| start + 1..end)
        .collect();
    let first = ranges.first()?.clone();
    if fields(page, first).len() < 2 {
        return None;
    }
    let found = ranges.into_iter().map(|range| record(page, range));
    Some(found.collect())
}

/// The lines that are marks of records: each has the number after the last one,
/// or begins again, or has a day and a label below it. Others are quoted.
fn in_order(page: &PageLines<'_>, marks: &[(usize, Mark)]) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    let mut last: Option<Mark> = None;
    for (index, &(at, mark)) in marks.iter().enumerate() {
        let is_next = match last {
            Some(last) => mark.of == last.of && mark.number == last.number + 1,
            None => mark.number == 1,
        };
        let end = marks.get(index + 1).map_or(page.lines.len(), |(at, _)| *at);
        if is_next || is_head(page, at + 1..end) {
            kept.push(at);
            last = Some(mark);
        }
    }
    kept
}

/// Whether some lines begin as a record does: with a day and a label.
fn is_head(page: &PageLines<'_>, range: Range<usize>) -> bool {
    let end = range.end.min(range.start + MOST_HEAD / 2);
    let lines = page.between(range.start, end);
    let day = lines
        .iter()
        .position(|line| days::read(line.text).is_some());
    let label = lines.iter().position(|line| label(line).is_some());
    matches!((day, label), (Some(day), Some(label)) if day < label)
}

/// The fields that some lines state.
fn fields(page: &PageLines<'_>, range: Range<usize>) -> Vec<Field> {
    let labels = page
        .between(range.start, range.end)
        .iter()
        .filter_map(label);
    let mut seen: Vec<Field> = Vec::new();
    for (field, _) in labels {
        if !seen.contains(&field) {
            seen.push(field);
        }
    }
    seen
}

fn label(line: &Line<'_>) -> Option<(Field, usize)> {
    labels::read(line.text, Style::Capitals)
}

/// The lines of a record without the mark with which they may begin.
pub(in crate::source::split) fn without_mark(
    page: &PageLines<'_>,
    range: Range<usize>,
) -> Range<usize> {
    let is_mark = page
        .lines
        .get(range.start)
        .is_some_and(|line| mark(line.text).is_some());
    range.start + usize::from(is_mark)..range.end
}

/// Reads the record that stands on some lines.
pub(in crate::source::split) fn record(page: &PageLines<'_>, range: Range<usize>) -> Found {
    let (first, end) = (range.start, range.end);
    let mut found = Found::default();
    let limit = end.min(first + MOST_HEAD);
    let is_label = |at: &usize| label(&page.lines[*at]).is_some();
    let labels = (first..limit).find(is_label).unwrap_or(first);
    found.start = page
        .lines
        .get(first)
        .map_or(page.text.len(), |line| line.start);

    let day = (first..labels.max(first)).find(|at| {
        let line = page.lines[*at].text;
        days::read(line).is_some() && !is_copyright(line)
    });
    if let Some(at) = day {
        let line = page.lines[at];
        if let Some(day) = days::read(line.text) {
            found.set_day(day, line.start);
        }
        let above = page.between(first, at).iter().rev();
        let source = above.map(|line| line.text).find(|line| !is_copyright(line));
        found.source = source.map(crate::article::one_line);
    } else {
        found.set_year(page.between(first, labels.max(first)));
    }
    let title = title_above(
        page,
        day.map_or(first, |day| page.block_end(day, labels)),
        labels,
    );

    let (body, within) = read_head(page, labels, end, &mut found);
    let head = fields(page, labels..body);
    let tail = tail_start(page, body, end, &head);
    read_tail(page, tail, end, &mut found);
    if let Some((from, to)) = title
        && found.title.is_none()
    {
        found.title = Some(page.joined(from, to));
    }
    let (from, to) = page.stretch(body..tail, first..body);
    found.body = ((from + within).min(to), to);
    found
}

/// The block between the day and the labels that is the title, where it has no
/// label: the last one that is no edition.
fn title_above(page: &PageLines<'_>, from: usize, labels: usize) -> Option<(usize, usize)> {
    let mut at = from;
    let mut found = None;
    while at < labels {
        let end = page.block_end(at, labels);
        let text = page.lines[at].text;
        if found.is_none() && !is_edition(text) && !is_copyright(text) {
            found = Some((at, end));
        }
        at = end;
    }
    found
}

/// Whether a line names an edition, or says that something was added.
fn is_edition(line: &str) -> bool {
    let lower = line.to_lowercase();
    let last = lower
        .rsplit(|c: char| !c.is_alphanumeric())
        .find(|word| !word.is_empty());
    lower == "correction appended"
        || matches!(
            last,
            Some("edition" | "ausgabe" | "édition" | "gmt" | "est")
        )
        || lower.starts_with("edition ")
}

/// Reads the labels above the body; says with which line that begins, and where
/// in it.
fn read_head(page: &PageLines<'_>, labels: usize, end: usize, found: &mut Found) -> (usize, usize) {
    let is_body = |at: &usize| matches!(label(&page.lines[*at]), Some((Field::Body, _)));
    let limit = end.min(labels + MOST_HEAD);
    let body = (labels..limit).find(is_body);
    let mut at = labels;
    while at < end {
        let Some((field, value)) = label(&page.lines[at]) else {
            let Some((name, value)) = unknown_between(page, at, end) else {
                break;
            };
            let next = page.block_end(at, end);
            found.keep_unknown(page, name, (at, value), next);
            at = next;
            continue;
        };
        if field == Field::Body {
            // Its first words may stand on the line of the label.
            let is_alone = value >= page.lines[at].text.len();
            return if is_alone { (at + 1, 0) } else { (at, value) };
        }
        // With a label of the body to come, a value goes on to the next label.
        let mut next = at + 1;
        while next < end && label(&page.lines[next]).is_none() {
            let is_body = body.is_none_or(|body| next > body) && page.lines[next].gap > 0;
            if is_body || unknown_between(page, next, end).is_some() {
                break;
            }
            next += 1;
        }
        let start = page.lines[at].start + value;
        let last = page.lines[next - 1];
        found.set(field, page.on_one_line(start, last.end()));
        at = next;
    }
    (at, 0)
}

/// The label of a line that no table knows, where one that is known follows it.
fn unknown_between<'a>(page: &PageLines<'a>, at: usize, end: usize) -> Option<(&'a str, usize)> {
    let unknown = unknown_label(page.lines.get(at)?)?;
    let next = page.block_end(at, end);
    let follows = page.lines.get(next).filter(|_| next < end)?;
    label(follows).map(|_| unknown)
}

#[cfg(test)]
mod tests {
    use crate::source::input::Document;
    use crate::source::split::split;

    fn export(text: &str) -> Vec<Document> {
        let document = Document {
            text: text.to_owned(),
            ..Document::default()
        };
        let records = split(&document).unwrap_or_default();
        records.into_iter().map(|record| record.document).collect()
    }

    const TWO: &str = "\
Download Request: All Documents: 1-2
Terms: harbour

                               1 of 2 DOCUMENTS

                 Copyright 2015 Harbour Press, Inc.
                              All Rights Reserved

                              The Harbour Post

                             July 1, 2015 Wednesday
                                 Late Edition

SECTION: NEWS; Pg. A01

LENGTH: 9 words

HEADLINE: Cranes stand still;
Dockers ask for more

BYLINE: By Ann Lee;Bo Ray

KICKER: Ports

HIGHLIGHT: A strike.

More of it.

BODY:

The cranes of the port stood still.

LENGTH: matters, they say.

© Harbour Post

GRAPHIC: Photo: a crane

A second photo

LANGUAGE: ENGLISH

BERTH: Four

SUBJECT: PORTS (90%); STRIKES
(85%)

LOAD-DATE: July 2, 2015


                               2 of 2 DOCUMENTS

                                  Harbour.example

                            January 11, 2010 Monday

A quiet day

BYLINE: Cy Doe

LENGTH: 5 words

Nothing came in or out.

LOAD-DATE: January 11, 2010

PUBLICATION-TYPE: Newspaper


                       Copyright 2010 Harbour Unlimited
                              All Rights Reserved
";

    #[test]
    fn articles_are_cut_apart() {
        let records = export(TWO);
        assert_eq!(records.len(), 2);
        let first = &records[0];
        let metadata = &first.metadata;
        assert_eq!(
            first.title.as_deref(),
            Some("Cranes stand still; Dockers ask for more")
        );
        assert_eq!(metadata.date.as_deref(), Some("2015-07-01"));
        let at = metadata.date_at.unwrap();
        assert_eq!(&first.text[at.0..at.1], "July 1, 2015");
        assert_eq!(metadata.source.as_deref(), Some("The Harbour Post"));
        assert_eq!(metadata.author.as_deref(), Some("Ann Lee; Bo Ray"));
        assert_eq!(metadata.other["section"], "NEWS; Pg. A01");
        assert_eq!(metadata.other["highlight"], "A strike. More of it.");
        assert_eq!(metadata.other["subject"], "PORTS (90%); STRIKES (85%)");
        assert_eq!(metadata.other["graphic"], "Photo: a crane A second photo");
        assert_eq!(metadata.other["language"], "ENGLISH");
        assert_eq!(metadata.other["berth"], "Four");
        assert_eq!(metadata.other["kicker"], "Ports");
        assert_eq!(
            &first.text[first.body_start..],
            "The cranes of the port stood still.\n\nLENGTH: matters, they say.\n\n© Harbour Post"
        );
        assert!(first.text.starts_with("Copyright 2015"));
        let second = &records[1];
        assert_eq!(second.title.as_deref(), Some("A quiet day"));
        assert_eq!(second.metadata.source.as_deref(), Some("Harbour.example"));
        assert_eq!(&second.text[second.body_start..], "Nothing came in or out.");
        assert_eq!(second.metadata.other["publication-type"], "Newspaper");
    }

    #[test]
    fn german_and_french_labels_are_read() {
        let records = export(
            "Dokument 1 von 2\n\nHafenblatt\n\nMittwoch 1. Juli 2015\n\nKräne stehen still\n\nAUTOR: Anna Lee\n\nRUBRIK: LOKALES; S. 3\n\nLÄNGE: 4 Wörter\n\nDie Kräne stehen still.\n\nUPDATE: 2. Juli 2015\n\nSPRACHE: GERMAN; DEUTSCH\n\nDokument 2 von 2\n\nLe Port\n\n12 août 2013 lundi\n\nLes grues\n\nAUTEUR: Luc Roy\n\nRUBRIQUE: INTERNATIONAL; Pg. 35\n\nLONGUEUR: 3 mots\n\nENCART: Une grève\n\nRien ne bouge.\n\nSUJET: PORTS (90%)\n\nDATE-CHARGEMENT: 13 août 2013\n\nCopyright 2013 Le Port\nTous Droits Réservés\n",
        );
        let told: Vec<(&str, &str, &str)> = records
            .iter()
            .map(|record| {
                (
                    record.title.as_deref().unwrap(),
                    record.metadata.date.as_deref().unwrap(),
                    &record.text[record.body_start..],
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (
                    "Kräne stehen still",
                    "2015-07-01",
                    "Die Kräne stehen still."
                ),
                ("Les grues", "2013-08-12", "Rien ne bouge."),
            ]
        );
        assert_eq!(records[1].metadata.other["highlight"], "Une grève");
        assert_eq!(records[0].metadata.other["load-date"], "2. Juli 2015");
    }

    #[test]
    fn an_export_may_have_one_article() {
        let one = "1 of 1 DOCUMENTS\n\nThe Post\n\nMay 3, 2013 Friday\n\nLENGTH: 2 words\n\nHEADLINE: It\n\nBODY:\n\nIt happened.\n\nLANGUAGE: ENGLISH\n";
        let records = export(one);
        assert_eq!(records.len(), 1);
        assert_eq!(&records[0].text[records[0].body_start..], "It happened.");
        // Of an export that was cut, nothing is known.
        assert!(export(&one.replace("1 of 1", "1 of 7")).is_empty());
    }

    #[test]
    fn what_an_article_quotes_cuts_nothing() {
        for quoted in [
            "A note on archives, long enough to be looked at, says how a download begins:\n\n3 of 7 DOCUMENTS\n\nand then come labels:\n\nSUBJECT: PORTS (90%)\n\nLENGTH: 3 words\n",
            "A note on archives, long enough to be looked at, that quotes two of them:\n\n3 of 7 DOCUMENTS\n\nand\n\n4 of 7 DOCUMENTS\n\nwithout any label at all.\n",
        ] {
            assert!(export(quoted).is_empty(), "{quoted}");
        }
        let quoting = TWO.replace(
            "stood still.",
            "stood still.\n\n3 of 7 DOCUMENTS\n\nwas written on them.",
        );
        let records = export(&quoting);
        assert_eq!(records.len(), 2);
        assert!(records[0].text.contains("3 of 7 DOCUMENTS\n\nwas"));
    }

    #[test]
    fn lines_and_bytes_lead_to_the_file() {
        let records = export(TWO);
        let second = &records[1];
        let line = TWO
            .lines()
            .position(|line| line.contains("Harbour.example"))
            .unwrap();
        assert_eq!(second.lines, crate::article::Lines::From(line as u64 + 1));
        let body = second
            .offsets
            .range_to_file(&(second.body_start..second.text.len()));
        assert_eq!(&TWO[body], "Nothing came in or out.");
    }

    proptest::proptest! {
        #[test]
        fn any_lines_are_read(words in proptest::collection::vec("(1 of 2 DOCUMENTS|2 of 2 DOCUMENTS|LENGTH: 3|BODY:|GRAPHIC:|May 3, 2013|x|\n|é|HEADLINE:)\n?", 0..40)) {
            let text = format!("{}{}", words.concat(), " ".repeat(120));
            for record in export(&text) {
                let at = record.body_start;
                proptest::prop_assert!(record.text.is_char_boundary(at));
            }
        }
    }
}
