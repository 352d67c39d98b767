//! What was found of a record, and the part of the document that it is.
//!
//! A family's rules say where a record and its body lie and what its labels
//! state ([`Found`]); here the document is cut ([`Cutter`]): the text from the
//! record's first line to the end of its body, with the way back to the file and
//! the lines, pages or paragraphs that go with it. The labels above the body stay
//! in the text, before its start, so that the date is evidence with a place; those
//! below it are kept as metadata alone.
//!
//! Example: a record that begins on line 812 of a text file has the lines
//! `From(812)`, and a title from its label `HEADLINE`.

use serde_json::{Map, Value};

use super::Record;
use super::days::Day;
use super::labels::Field;
use super::lines::{Line, PageLines, is_copyright};
use crate::article::{Lines, Metadata, Offsets};
use crate::source::input::Document;

/// A record as the rules of its family see it. Offsets are those of the document.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Where it begins.
    pub(super) start: usize,
    /// Where its body begins and ends.
    pub(super) body: (usize, usize),
    /// The title.
    pub(super) title: Option<String>,
    /// The day, as ISO 8601 writes it, and where it stands.
    pub(super) date: Option<(String, Option<(usize, usize)>)>,
    /// Who wrote it.
    pub(super) author: Option<String>,
    /// The newspaper.
    pub(super) source: Option<String>,
    /// Its address.
    pub(super) url: Option<String>,
    /// Its number in the database.
    pub(super) accession: Option<String>,
    /// A label that stands in the body, from where to where, on one line.
    pub(super) left_out: Option<(usize, usize)>,
    /// What else it states.
    pub(super) other: Map<String, Value>,
}

impl Found {
    /// Says its day, which stands in a line that begins at `line`.
    pub(super) fn set_day(&mut self, day: Day, line: usize) {
        self.date = Some((day.iso, Some((line + day.start, line + day.end))));
    }

    /// Says its year, which the copyright of the article names: all that some
    /// records state.
    pub(super) fn set_year(&mut self, head: &[Line<'_>]) {
        let year = head
            .iter()
            .filter(|line| is_copyright(line.text))
            .find_map(|line| {
                let at = line.text.find(|c: char| c.is_ascii_digit())?;
                let year = line.text.get(at..at + 4)?;
                let is_year = year.starts_with("19") || year.starts_with("20");
                let is_whole = year.bytes().all(|byte| byte.is_ascii_digit());
                let next = line.text.as_bytes().get(at + 4);
                let is_alone = next.is_none_or(|next| matches!(next, b' ' | b',' | b'.'));
                let place = (line.start + at, line.start + at + 4);
                (is_year && is_whole && is_alone).then(|| (year.to_owned(), Some(place)))
            });
        if let Some(year) = year {
            self.date = Some(year);
        }
    }

    /// Says what a label states. Of two with one name, the first counts for the
    /// article, and both are kept where they go under a key of their own.
    pub(super) fn set(&mut self, field: Field, value: String) {
        if value.is_empty() {
            return;
        }
        match field {
            Field::Title => _ = self.title.get_or_insert(value),
            Field::Author => _ = self.author.get_or_insert_with(|| author(&value)),
            Field::Source => _ = self.source.get_or_insert(value),
            Field::Url => _ = self.url.get_or_insert(value),
            Field::Accession => _ = self.accession.get_or_insert(value),
            Field::Date => self.keep("date", value),
            Field::Graphic => self.keep("graphic", value),
            Field::Body => {}
            Field::Other(key) => self.keep(key, value),
        }
    }

    /// Keeps the value of a label that no table knows, which begins on the line
    /// `at.0` at `at.1` and ends before the line `end`.
    pub(super) fn keep_unknown(
        &mut self,
        page: &PageLines<'_>,
        name: &str,
        at: (usize, usize),
        end: usize,
    ) {
        let lines = page.between(at.0, end);
        if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
            let value = page.on_one_line(first.start + at.1, last.end());
            self.keep(&name.to_lowercase(), value);
        }
    }

    /// Keeps a value under a key; a second one is added to the first.
    pub(super) fn keep(&mut self, key: &str, value: String) {
        match self.other.get_mut(key) {
            Some(Value::String(first)) => {
                first.push_str("; ");
                first.push_str(&value);
            }
            _ => _ = self.other.insert(key.to_owned(), value.into()),
        }
    }
}

/// The authors of a byline, with `; ` between them and without the word that
/// says that they wrote it.
pub(super) fn author(byline: &str) -> String {
    let by = ["By ", "BY ", "by ", "Von ", "VON ", "von ", "Par ", "PAR "];
    let bare = byline.trim();
    let bare = by
        .iter()
        .find_map(|by| bare.strip_prefix(by))
        .unwrap_or(bare);
    let names = bare
        .split(';')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    names.collect::<Vec<_>>().join("; ")
}

/// Cuts records out of a document, one after the other.
pub(super) struct Cutter<'a> {
    document: &'a Document,
    /// How many lines end before the offset up to which they were counted.
    lines: (usize, u64),
}

impl<'a> Cutter<'a> {
    /// Of a document.
    pub(super) fn of(document: &'a Document) -> Cutter<'a> {
        Cutter {
            document,
            lines: (0, 0),
        }
    }

    /// The next record.
    pub(super) fn cut(&mut self, found: Found) -> Record {
        let document = self.document;
        let start = found.start.min(document.text.len());
        let end = found.body.1.clamp(start, document.text.len());
        let lines = match document.lines {
            Lines::From(first) => Lines::From(first + self.lines_before(start)),
            other => other,
        };
        let inside = |(from, to): (usize, usize)| {
            (from >= start && to <= end).then(|| (from - start, to - start))
        };
        let (date, date_at) = match found.date {
            Some((date, at)) => (Some(date), at.and_then(inside)),
            None => (None, None),
        };
        let mut other = found.other;
        if let Some(accession) = &found.accession {
            other.insert("accession_number".to_owned(), accession.clone().into());
        }
        let mut record = Document {
            text: document.text.get(start..end).unwrap_or_default().to_owned(),
            body_start: found.body.0.clamp(start, end) - start,
            offsets: document.offsets.slice(start, end),
            lines,
            marks: document.marks.slice(start, end),
            place: document.place.clone(),
            title: found.title,
            metadata: Metadata {
                date,
                date_at,
                url: found.url,
                author: found.author,
                source: found.source,
                other,
                ..Metadata::default()
            },
            remarks: Vec::new(),
        };
        if let Some((from, to)) = found.left_out.and_then(inside) {
            leave_out(&mut record, from, to);
        }
        Record {
            document: record,
            aliases: found.accession.into_iter().collect(),
        }
    }

    /// How many lines end before an offset, which only grows.
    fn lines_before(&mut self, at: usize) -> u64 {
        let (from, count) = self.lines;
        let text = self.document.text.as_bytes();
        let (from, count) = if at < from { (0, 0) } else { (from, count) };
        let more = memchr::memchr_iter(b'\n', text.get(from..at).unwrap_or_default()).count();
        self.lines = (at, count + more as u64);
        self.lines.1
    }
}

/// Takes a part of a line out of a text, and out of the way back to the file.
fn leave_out(document: &mut Document, from: usize, to: usize) {
    let text = &document.text;
    let (Some(before), Some(after)) = (text.get(..from), text.get(to..)) else {
        return;
    };
    let whole = &document.offsets;
    let runs = |offsets: Offsets| match offsets {
        Offsets::Runs(runs) => runs,
        Offsets::Shift(shift) => vec![(0, shift, 1, 1)],
        Offsets::Nowhere => Vec::new(),
    };
    let offsets = match whole {
        Offsets::Nowhere => Offsets::Nowhere,
        whole => {
            let mut all = runs(whole.slice(0, from));
            let rest = runs(whole.slice(to, text.len()));
            all.extend(
                rest.into_iter()
                    .map(|(at, file, wide, long)| (at + from, file, wide, long)),
            );
            Offsets::Runs(all)
        }
    };
    let mut marks = document.marks.slice(0, from);
    for (at, number) in document.marks.slice(to, text.len()).iter() {
        marks.push(at + from, number);
    }
    document.text = [before, after].concat();
    document.offsets = offsets;
    document.marks = marks;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_in_a_body_is_left_out() {
        let document = Document {
            text: "cover\nLP One.\n\nTD Two.".to_owned(),
            offsets: Offsets::Shift(3),
            ..Document::default()
        };
        let found = Found {
            start: 6,
            body: (9, 22),
            left_out: Some((15, 18)),
            ..Found::default()
        };
        let record = Cutter::of(&document).cut(found).document;
        assert_eq!(&record.text[record.body_start..], "One.\n\nTwo.");
        let two = record.text.find("Two").unwrap();
        assert_eq!(record.offsets.range_to_file(&(two..two + 4)), 21..25);
        assert_eq!(record.offsets.range_to_file(&(3..7)), 12..16);
    }

    #[test]
    fn a_record_knows_its_lines_and_its_bytes() {
        let document = Document {
            text: "cover\n\nA day\n\nBody.\ntail".to_owned(),
            offsets: Offsets::Shift(3),
            ..Document::default()
        };
        let mut found = Found {
            start: 7,
            body: (14, 19),
            ..Found::default()
        };
        found.set(Field::Author, "By Ann Lee;Bo Ray".to_owned());
        found.set(Field::Other("subject"), "A".to_owned());
        found.set(Field::Other("subject"), "B".to_owned());
        found.date = Some(("2015-07-01".to_owned(), Some((7, 12))));
        let record = Cutter::of(&document).cut(found).document;
        assert_eq!(record.text, "A day\n\nBody.");
        assert_eq!(&record.text[record.body_start..], "Body.");
        assert_eq!(record.lines, Lines::From(3));
        assert_eq!(record.offsets, Offsets::Shift(10));
        assert_eq!(record.metadata.date_at, Some((0, 5)));
        assert_eq!(record.metadata.author.as_deref(), Some("Ann Lee; Bo Ray"));
        assert_eq!(record.metadata.other["subject"], "A; B");
    }
}
