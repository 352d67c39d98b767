//! Exports of ProQuest: TXT, RTF, DOCX, HTML, mail.
//!
//! Records stand between lines of sixty underscores; what comes before the first
//! is a list of contents or nothing, and what comes after the last is whose the
//! database is. A record begins with its title alone on a line; then come labels
//! with values, a block each: `Publication date: Jul 5, 2020`. `Full text:` goes
//! on over blank lines up to the labels at the end, which are read from there
//! upwards, so that a label in a body (`Credit: …`) does not end it.
//!
//! Written after descriptions and the sources of other readers: no real export
//! was at hand.
//!
//! Example: a line of underscores, `A quiet day`, `Author: Doe, Cy`,
//! `Full text: Nothing came in.`, `Publication date: Jul 5, 2020`,
//! `ProQuest document ID: 123456789`, a line of underscores.

use std::ops::Range;

use super::days;
use super::labels::Field;
use super::lines::{Line, PageLines, is_copyright};
use super::record::Found;

/// What a label is to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    /// It states a field.
    Field(Field),
    /// It states the day.
    Day,
    /// The text follows.
    Text,
    /// A summary, which is the text where there is no other.
    Abstract,
}

/// What is kept beside the text under this name.
const fn kept(name: &'static str) -> Label {
    Label::Field(Field::Other(name))
}

/// The labels, in small letters.
const LABELS: &[(&str, Label)] = &[
    ("title", Label::Field(Field::Title)),
    ("titel", Label::Field(Field::Title)),
    ("titre", Label::Field(Field::Title)),
    ("author", Label::Field(Field::Author)),
    ("autor", Label::Field(Field::Author)),
    ("auteur", Label::Field(Field::Author)),
    ("publication title", Label::Field(Field::Source)),
    ("titel der publikation", Label::Field(Field::Source)),
    ("titre de la publication", Label::Field(Field::Source)),
    ("publication date", Label::Day),
    ("erscheinungsdatum", Label::Day),
    ("date de publication", Label::Day),
    ("document url", Label::Field(Field::Url)),
    ("proquest document id", Label::Field(Field::Accession)),
    ("full text", Label::Text),
    ("volltext", Label::Text),
    ("texte intégral", Label::Text),
    ("abstract", Label::Abstract),
    ("abstract (summary)", Label::Abstract),
    ("publication info", kept("publication_info")),
    ("publication year", kept("publication_year")),
    ("publication subject", kept("publication_subject")),
    ("place of publication", kept("publication_place")),
    ("country of publication", kept("publication_country")),
    ("publisher", kept("publisher")),
    ("section", kept("section")),
    ("column", kept("column")),
    ("edition", kept("edition")),
    ("pages", kept("page")),
    ("first page", kept("page")),
    ("number of pages", kept("pages")),
    ("volume", kept("volume")),
    ("issue", kept("issue")),
    ("year", kept("publication_year")),
    ("dateline", kept("dateline")),
    ("subject", kept("subject")),
    ("business indexing term", kept("subject")),
    ("location", kept("geographic")),
    ("people", kept("person")),
    ("company / organization", kept("company")),
    ("company", kept("company")),
    ("classification", kept("classification")),
    ("identifier / keyword", kept("keywords")),
    ("identifiers / keywords", kept("keywords")),
    ("issn", kept("issn")),
    ("e-issn", kept("issn")),
    ("isbn", kept("isbn")),
    ("source", kept("container")),
    ("source type", kept("source_type")),
    ("source attribution", kept("attribution")),
    ("language of publication", kept("language")),
    ("language", kept("language")),
    ("document type", kept("document-type")),
    ("document feature", kept("document_feature")),
    ("copyright", kept("copyright")),
    ("last updated", kept("last_updated")),
    ("database", kept("database")),
    ("links", kept("links")),
    ("link", kept("links")),
    ("doi", kept("doi")),
    ("accession number", kept("accession")),
    ("fulltext", Label::Text),
    // German.
    ("publikationsdatum", Label::Day),
    ("publikationstitel", Label::Field(Field::Source)),
    ("verfasser", Label::Field(Field::Author)),
    ("zusammenfassung", Label::Abstract),
    ("dokument-url", Label::Field(Field::Url)),
    ("dokumenten-url", Label::Field(Field::Url)),
    ("proquest-dokument-id", Label::Field(Field::Accession)),
    ("proquest dokument-id", Label::Field(Field::Accession)),
    ("bereich", kept("section")),
    ("ausgabe", kept("issue")),
    ("band", kept("volume")),
    ("seiten", kept("page")),
    ("seite", kept("page")),
    ("erste seite", kept("page")),
    ("publikationsjahr", kept("publication_year")),
    ("jahr", kept("publication_year")),
    ("verlag", kept("publisher")),
    ("herausgeber", kept("publisher")),
    ("verlagsort", kept("publication_place")),
    ("erscheinungsort", kept("publication_place")),
    ("thema", kept("subject")),
    ("themen", kept("subject")),
    ("schlagwort", kept("subject")),
    ("ort", kept("geographic")),
    ("personen", kept("person")),
    ("unternehmen/organisation", kept("company")),
    ("unternehmen / organisation", kept("company")),
    ("klassifizierung", kept("classification")),
    ("identifikator/schlüsselwort", kept("keywords")),
    ("stichwort", kept("keywords")),
    ("quelle", kept("container")),
    ("quellentyp", kept("source_type")),
    ("publikationssprache", kept("language")),
    ("sprache der publikation", kept("language")),
    ("sprache", kept("language")),
    ("dokumententyp", kept("document-type")),
    ("dokumenttyp", kept("document-type")),
    ("zuletzt aktualisiert", kept("last_updated")),
    ("datenbank", kept("database")),
    // French.
    ("résumé", Label::Abstract),
    ("url du document", Label::Field(Field::Url)),
    ("id de document proquest", Label::Field(Field::Accession)),
    ("id document proquest", Label::Field(Field::Accession)),
    ("numéro", kept("issue")),
    ("année de publication", kept("publication_year")),
    ("année", kept("publication_year")),
    ("éditeur", kept("publisher")),
    ("lieu de publication", kept("publication_place")),
    ("pays de publication", kept("publication_country")),
    ("sujet", kept("subject")),
    ("lieu", kept("geographic")),
    ("personnes", kept("person")),
    ("société/organisation", kept("company")),
    ("entreprise/organisation", kept("company")),
    ("identificateur/mot-clé", kept("keywords")),
    ("mot-clé", kept("keywords")),
    ("type de source", kept("source_type")),
    ("langue de publication", kept("language")),
    ("langue", kept("language")),
    ("type de document", kept("document-type")),
    ("dernière mise à jour", kept("last_updated")),
    ("base de données", kept("database")),
    ("liens", kept("links")),
    ("informations de publication", kept("publication_info")),
    ("informations sur la publication", kept("publication_info")),
];

/// The label of a line, and where its value begins in it.
fn label(line: &str) -> Option<(Label, usize)> {
    /// The longest label.
    const MOST_BYTES: usize = 40;
    let head = line.as_bytes().get(..line.len().min(MOST_BYTES))?;
    let colon = memchr::memchr(b':', head)?;
    let name = line.get(..colon)?;
    if !name.starts_with(char::is_uppercase) {
        return None;
    }
    let name = name.trim().to_lowercase();
    let (_, label) = LABELS.iter().find(|(known, _)| *known == name)?;
    let value = line.get(colon + 1..)?;
    let is_apart = value.is_empty() || value.starts_with(char::is_whitespace);
    is_apart.then(|| (*label, line.len() - value.trim_start().len()))
}

/// Whether a line stands between two records.
fn is_rule(line: &str) -> bool {
    line.len() >= 40 && line.bytes().all(|byte| byte == b'_')
}

/// Whether a line states the number or the address of a record.
pub(super) fn is_mark(line: &str) -> bool {
    let is_mark = |(label, _)| matches!(label, Label::Field(Field::Accession | Field::Url));
    label(line).is_some_and(is_mark)
}

/// The records of a document; `None` where it is no such export.
pub(super) fn records(page: &PageLines<'_>) -> Option<Vec<Found>> {
    let rules: Vec<usize> = (0..page.lines.len())
        .filter(|at| is_rule(page.lines[*at].text))
        .collect();
    let starts = [0].into_iter().chain(rules.iter().map(|at| at + 1));
    let ends = rules.iter().copied().chain([page.lines.len()]);
    let pieces: Vec<Range<usize>> = if rules.len() >= 2 {
        starts.zip(ends).map(|(start, end)| start..end).collect()
    } else {
        by_number(page)
    };
    let ranges: Vec<Range<usize>> = pieces
        .into_iter()
        .filter(|range| is_record(page, range))
        .collect();
    if ranges.is_empty() {
        return None;
    }
    let found = ranges.into_iter().map(|range| record(page, range));
    Some(found.collect())
}

/// Pages and messages may have no rules: records by their numbers, each of which
/// stands among the labels at the end of one.
fn by_number(page: &PageLines<'_>) -> Vec<Range<usize>> {
    let is_number = |at: &usize| {
        let found = label(page.lines[*at].text);
        found.is_some_and(|(label, _)| label == Label::Field(Field::Accession))
    };
    let mut ranges = Vec::new();
    let mut start = 0;
    for at in (0..page.lines.len()).filter(is_number) {
        if at < start {
            continue;
        }
        let rest = page.between(at + 1, page.lines.len()).iter();
        let more = rest.take_while(|line| label(line.text).is_some() || is_copyright(line.text));
        let end = at + 1 + more.count();
        ranges.push(start..end);
        start = end;
    }
    if ranges.len() < 2 { Vec::new() } else { ranges }
}

/// Whether a piece has the labels of a record.
pub(super) fn is_record(page: &PageLines<'_>, range: &Range<usize>) -> bool {
    let mut has_key = false;
    let mut count = 0;
    for line in page.between(range.start, range.end) {
        let Some((label, _)) = label(line.text) else {
            continue;
        };
        count += 1;
        has_key |= matches!(
            label,
            Label::Day | Label::Field(Field::Accession | Field::Url | Field::Source)
        );
    }
    has_key && count >= 3
}

/// Reads the record that stands on some lines.
pub(super) fn record(page: &PageLines<'_>, range: Range<usize>) -> Found {
    let mut found = Found::default();
    let first = first_line(page, &range);
    found.start = page
        .lines
        .get(first)
        .map_or(page.text.len(), |line| line.start);
    let lone = page
        .lines
        .get(first)
        .filter(|line| label(line.text).is_none());
    let title_end = page.block_end(first, range.end);
    let title = lone.map(|_| {
        let same = page.between(first, title_end).iter();
        let count = same.take_while(|line| label(line.text).is_none()).count();
        page.joined(first, first + count)
    });

    let is_text =
        |at: &usize| label(page.lines[*at].text).is_some_and(|(label, _)| label == Label::Text);
    let text = (first..range.end).find(is_text);
    let head_end = text.unwrap_or(range.end);
    let tail = text.map_or(range.end, |text| tail_start(page, text + 1, range.end));
    let mut summary = None;
    for (from, to) in [(first, head_end), (tail, range.end)] {
        summary = summary.or(read_labels(page, from, to, &mut found));
    }
    if let Some(title) = title.filter(|title| !title.is_empty()) {
        // The line alone is whole; the label may be cut.
        found.title = Some(title);
    }
    if found.date.is_none() {
        read_day_of_info(&mut found);
    }
    found.body = match text {
        Some(at) => text_of(page, at, tail),
        None => summary.unwrap_or((found.start, found.start)),
    };
    if text.is_none() && summary.is_none() {
        let last = page.between(range.start, range.end).last();
        let end = last.map_or(found.start, Line::end);
        found.body = (end, end);
    }
    found
}

/// The first line of a record, behind a number of its own.
fn first_line(page: &PageLines<'_>, range: &Range<usize>) -> usize {
    let is_number = |line: &Line<'_>| {
        let mut words = line.text.split_whitespace();
        matches!(words.next(), Some("Document" | "Dokument" | "Documento"))
            && words.next().is_some_and(|word| word.parse::<u32>().is_ok())
            && matches!(words.next(), Some("of" | "von" | "sur" | "de"))
    };
    let is_first = page.lines.get(range.start).is_some_and(is_number);
    (range.start + usize::from(is_first)).min(range.end)
}

/// The line with which the labels below a text begin.
fn tail_start(page: &PageLines<'_>, text: usize, end: usize) -> usize {
    let mut tail = end;
    while tail > text {
        let start = page.block_start(tail - 1, text);
        let first = &page.lines[start];
        if label(first.text).is_none() && !is_copyright(first.text) {
            break;
        }
        tail = start;
    }
    tail
}

/// Reads labels with their values; gives where a summary stands.
fn read_labels(
    page: &PageLines<'_>,
    from: usize,
    to: usize,
    found: &mut Found,
) -> Option<(usize, usize)> {
    let mut summary = None;
    let mut at = from;
    while at < to {
        let Some((label_of, value)) = label(page.lines[at].text) else {
            at += 1;
            continue;
        };
        let rest = page.between(at + 1, to).iter();
        // Only a summary has more than one block.
        let goes_on = |line: &&Line<'_>| {
            label(line.text).is_none() && (line.gap == 0 || label_of == Label::Abstract)
        };
        let next = at + 1 + rest.take_while(goes_on).count();
        let start = page.lines[at].start + value;
        let end = page.lines[next - 1].end().max(start);
        let value = page.on_one_line(start, end);
        match label_of {
            Label::Field(field) => found.set(field, value),
            Label::Day => {
                let text = page.text.get(start..end).unwrap_or_default();
                if let Some(day) = days::read(text) {
                    found.set_day(day, start);
                }
            }
            Label::Abstract => {
                found.keep("abstract", value);
                let from = if start < end {
                    start
                } else {
                    page.lines[next - 1].start
                };
                summary = Some((from, end));
            }
            Label::Text => {}
        }
        at = next;
    }
    summary
}

/// Reads the day out of the line that names the newspaper, its place, its day
/// and its page.
fn read_day_of_info(found: &mut Found) {
    let Some(info) = found
        .other
        .get("publication_info")
        .and_then(|info| info.as_str())
    else {
        return;
    };
    let mut before = ' ';
    let starts = info.char_indices().filter(|(_, c)| {
        let is_start = c.is_alphanumeric() && !before.is_alphanumeric();
        before = *c;
        is_start
    });
    let day = starts.filter_map(|(at, _)| {
        let end = info.len().min(at + 40);
        let end = (at..=end).rev().find(|end| info.is_char_boundary(*end))?;
        days::read(info.get(at..end)?)
    });
    // A whole day before a month.
    let day = day.max_by_key(|day| day.iso.len());
    found.date = day.map(|day| (day.iso, None));
}

/// From the first to the last word of a text whose label stands on the line `at`.
fn text_of(page: &PageLines<'_>, at: usize, tail: usize) -> (usize, usize) {
    let line = page.lines[at];
    let value = label(line.text).map_or(0, |(_, value)| value);
    let last = page.between(at, tail).last().map_or(line.end(), Line::end);
    let start = match page.lines.get(at + 1) {
        Some(next) if value >= line.text.len() && at + 1 < tail => next.start,
        _ => line.start + value,
    };
    (start, last.max(start))
}

#[cfg(test)]
mod tests {
    use crate::source::input::Document;
    use crate::source::split::{Record, split};

    fn export(text: &str) -> Vec<Record> {
        let document = Document {
            text: text.to_owned(),
            ..Document::default()
        };
        split(&document).unwrap_or_default()
    }

    const TWO: &str = "\
____________________________________________________________

Cranes stand still

Author: Lee, Ann

Publication info: The Harbour Post ; Port [Port]05 July 2020: A.1.

Abstract: A strike.

Full text: The cranes of the port stood still.

Subject: what the dockers ask for.

Nobody knows why.

Credit: Ann Lee

Subject: Ports; Strikes

Location: Port

People: Doe, Cy

Title: Cranes stand still

Publication title: The Harbour Post; Port

Publication date: Jul 5, 2020

Section: News

ProQuest document ID: 123456789

Document URL: https://proquest.example/docview/123456789

Copyright: Copyright Harbour Press Jul 5, 2020

Database: Ports

____________________________________________________________

A quiet day

Author: Doe, Cy

Publication info: The Harbour Post ; Port [Port]06 July 2020: A.2.

Full Text:

Nothing came in or out.

Publication title: The Harbour Post

ProQuest document ID: 123456790

____________________________________________________________

Contact us at: https://proquest.example
Database copyright © 2020 ProQuest LLC. All rights reserved.
";

    #[test]
    fn records_are_cut_apart() {
        let records = export(TWO);
        assert_eq!(records.len(), 2);
        let Record { document, aliases } = &records[0];
        assert_eq!(*aliases, ["123456789"]);
        assert_eq!(document.title.as_deref(), Some("Cranes stand still"));
        let metadata = &document.metadata;
        assert_eq!(metadata.date.as_deref(), Some("2020-07-05"));
        assert_eq!(metadata.author.as_deref(), Some("Lee, Ann"));
        assert_eq!(metadata.source.as_deref(), Some("The Harbour Post; Port"));
        let url = "https://proquest.example/docview/123456789";
        assert_eq!(metadata.url.as_deref(), Some(url));
        assert_eq!(metadata.people, None);
        assert_eq!(metadata.other["person"], "Doe, Cy");
        assert_eq!(metadata.other["subject"], "Ports; Strikes");
        let body = &document.text[document.body_start..];
        assert!(
            body.starts_with("The cranes") && body.ends_with("Credit: Ann Lee"),
            "{body}"
        );
        assert!(body.contains("Subject: what"));
        let second = &records[1].document;
        assert_eq!(second.metadata.date.as_deref(), Some("2020-07-06"));
        assert_eq!(&second.text[second.body_start..], "Nothing came in or out.");
    }

    #[test]
    fn labels_may_be_german_or_french() {
        let rule = "_".repeat(60);
        let german = format!(
            "{rule}\n\nDokument 1 von 1\n\nDie Kräne stehen still\n\nVerfasser: Lee, Ann\n\n\
             Volltext: Die Kräne standen still.\n\nThema: Häfen\n\nTitel der Publikation: \
             Hafenpost\n\nPublikationsdatum: 5. Juli 2020\n\nVerlagsort: Hamburg\n\nQuellentyp: \
             Zeitung\n\nPublikationssprache: Deutsch\n\nProQuest-Dokument-ID: 123\n\nDatenbank: \
             Häfen\n\n{rule}\n"
        );
        let french = format!(
            "{rule}\n\nDocument 1 sur 1\n\nLes grues s'arrêtent\n\nAuteur: Lee, Ann\n\nTexte \
             intégral: Les grues se sont arrêtées.\n\nSujet: Ports\n\nTitre de la publication: Le \
             Port\n\nDate de publication: juil. 5, 2020\n\nID de document ProQuest: 124\n\nBase de \
             données: Ports\n\n{rule}\n"
        );
        for (text, title, source, body) in [
            (
                german,
                "Die Kräne stehen still",
                "Hafenpost",
                "Die Kräne standen still.",
            ),
            (
                french,
                "Les grues s'arrêtent",
                "Le Port",
                "Les grues se sont arrêtées.",
            ),
        ] {
            let records = export(&text);
            assert_eq!(records.len(), 1, "{title}");
            let document = &records[0].document;
            assert_eq!(document.title.as_deref(), Some(title));
            assert_eq!(
                document.metadata.date.as_deref(),
                Some("2020-07-05"),
                "{title}"
            );
            assert_eq!(document.metadata.source.as_deref(), Some(source));
            assert_eq!(&document.text[document.body_start..], body);
        }
    }

    #[test]
    fn records_without_rules_are_told_by_their_numbers() {
        let rule = "_".repeat(60);
        let records = export(&TWO.replace(&rule, ""));
        assert_eq!(records.len(), 2);
        let second = &records[1].document;
        assert_eq!(&second.text[second.body_start..], "Nothing came in or out.");
    }

    #[test]
    fn rules_alone_are_no_export() {
        let rule = "_".repeat(60);
        let text = format!(
            "A form\n\n{rule}\n\nName: \n\n{rule}\n\nSubject: none\n\n{rule}\n\nSome words more."
        );
        assert!(export(&text).is_empty());
    }
}
