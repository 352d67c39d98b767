//! Where an article, and a passage of it, stands in a source that has more to
//! count than bytes and lines: pages, paragraphs, chapters, messages, records.
//!
//! A place has two parts. What holds for a whole article (the message of a
//! mailbox, the record of an export) stands in its [`Place`] once. What changes
//! inside it (pages, paragraphs, lines) stands in its [`Marks`]: the text offset
//! at which each begins, with its number. A passage stands where its first
//! character does.
//!
//! Example: the second article of an export as a Word file has the place
//! `record 2 of 161`, and marks for the paragraphs 812, 813, 815; the passage
//! that begins in the second of them stands at `record 2 of 161, paragraph 813`.

use serde::{Deserialize, Serialize};

use super::OffsetBase;

/// Where an article stands in its source file, and what it is called there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "KeptOrigin", into = "KeptOrigin")]
pub struct Origin {
    /// What its offsets count in.
    pub base: OffsetBase,
    /// The way to it inside the file, `None` where the file is the article or
    /// holds its records side by side.
    pub member: Option<String>,
    /// Other names that it is asked for by: an accession number, a Message-ID.
    pub aliases: Vec<String>,
    /// The lines of its source.
    pub lines: Lines,
    /// Where all of it stands.
    pub place: Place,
    /// Where its pages, paragraphs or lines begin.
    pub marks: Marks,
}

/// An origin as it is kept: a list without names.
#[derive(Serialize, Deserialize)]
struct KeptOrigin(OffsetBase, Option<String>, Vec<String>, Lines, Place, Marks);

impl From<Origin> for KeptOrigin {
    fn from(origin: Origin) -> KeptOrigin {
        let Origin {
            base,
            member,
            aliases,
            lines,
            place,
            marks,
        } = origin;
        KeptOrigin(base, member, aliases, lines, place, marks)
    }
}

impl From<KeptOrigin> for Origin {
    fn from(KeptOrigin(base, member, aliases, lines, place, marks): KeptOrigin) -> Origin {
        Origin {
            base,
            member,
            aliases,
            lines,
            place,
            marks,
        }
    }
}

impl Origin {
    /// That of an article which is a file, or of a record on a line of one: what
    /// nearly all have.
    pub(crate) fn usual(record_line: Option<u64>) -> Origin {
        let base = match record_line {
            Some(_) => OffsetBase::Record,
            None => OffsetBase::File,
        };
        Origin {
            base,
            ..Origin::default()
        }
    }

    /// The line at which the offset `at` of the article's `text` stands; `None`
    /// where there are no lines.
    pub fn line_at(&self, text: &str, at: usize) -> Option<u64> {
        match self.lines {
            Lines::From(first) => {
                let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
                Some(first + memchr::memchr_iter(b'\n', before).count() as u64)
            }
            Lines::Marked if self.marks.unit() == Unit::Line => self.marks.at(at),
            Lines::Marked | Lines::None => None,
        }
    }

    /// Where the text offset `at` stands beyond bytes and lines; `None` where
    /// these are all.
    pub fn place_at(&self, at: usize) -> Option<Place> {
        let mut place = self.place.clone();
        match self.marks.unit() {
            Unit::Line => {}
            Unit::Page => place.page = self.marks.at(at),
            Unit::Paragraph => place.paragraph = self.marks.at(at),
        }
        (!place.is_empty()).then_some(place)
    }
}

/// Where an article or a passage stands; each part is `None` where the format
/// has no such thing. Numbers count from 1, but for offsets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The page of a PDF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u64>,
    /// The paragraph of a document, in the order of its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u64>,
    /// The file of an EPUB's chapter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chapter: Option<String>,
    /// The message of a mailbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<u64>,
    /// The record of an export, a feed, or a file of news items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
    /// How many records there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    /// Where the record of a web archive begins, in bytes of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The address that it was archived from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
}

impl Place {
    /// Whether nothing is known of it.
    pub fn is_empty(&self) -> bool {
        *self == Place::default()
    }
}

/// What joins the parts of the way to a member.
pub const INSIDE: &str = "!/";

/// A file with the way to a member, as people read it:
/// `talks.zip!/a.html`, `inbox.mbox (message 17)`.
pub fn with_member(path: &str, member: &str) -> String {
    let mut shown = path.to_owned();
    for part in member.split(INSIDE) {
        // A file may be called `message 7.txt`, or `@home`.
        let is_number = |part: &str| {
            let mut digits = part.bytes();
            !part.is_empty() && digits.all(|byte| byte.is_ascii_digit() || byte == b'+')
        };
        if part.strip_prefix("message ").is_some_and(is_number) {
            shown.push_str(" (");
            shown.push_str(part);
            shown.push(')');
        } else if part.strip_prefix('@').is_some_and(is_number) {
            shown.push_str(part);
        } else {
            shown.push_str(INSIDE);
            shown.push_str(part);
        }
    }
    shown
}

/// What [`Marks`] count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Lines of the source, where they are not those of the text.
    #[default]
    Line,
    /// Pages.
    Page,
    /// Paragraphs.
    Paragraph,
}

/// Where each page, paragraph or line of the source begins in the text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "KeptMarks", into = "KeptMarks")]
pub struct Marks {
    unit: Unit,
    /// Text offset and number, both ascending.
    at: Vec<(usize, u64)>,
}

/// Marks as they are kept: each as what it has more than the one before.
#[derive(Serialize, Deserialize)]
struct KeptMarks(Unit, Vec<(usize, u64)>);

impl From<Marks> for KeptMarks {
    fn from(marks: Marks) -> KeptMarks {
        let mut before = (0, 0);
        let steps = marks.at.iter().map(|&(at, number)| {
            let step = (at - before.0, number - before.1);
            before = (at, number);
            step
        });
        KeptMarks(marks.unit, steps.collect())
    }
}

impl From<KeptMarks> for Marks {
    fn from(KeptMarks(unit, steps): KeptMarks) -> Marks {
        let mut last = (0_usize, 0_u64);
        let at = steps.into_iter().map(|(at, number)| {
            last = (last.0.saturating_add(at), last.1.saturating_add(number));
            last
        });
        Marks {
            unit,
            at: at.collect(),
        }
    }
}

impl Marks {
    /// No marks yet, of a unit.
    pub fn of(unit: Unit) -> Marks {
        Marks {
            unit,
            at: Vec::new(),
        }
    }

    /// What they count.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// All of them, with their offsets.
    pub fn all(&self) -> impl Iterator<Item = (usize, u64)> {
        self.at.iter().copied()
    }

    /// Says that the unit `number` begins at the text offset `at`. Both only
    /// grow; of those at one offset the last holds.
    pub fn push(&mut self, at: usize, number: u64) {
        match self.at.last_mut() {
            Some((_, last)) if *last >= number => {}
            Some((last_at, last)) if *last_at >= at => *last = number,
            _ => self.at.push((at, number)),
        }
    }

    /// The number of the unit in which the text offset `at` lies; `None` before
    /// the first.
    pub fn at(&self, at: usize) -> Option<u64> {
        let next = self.at.partition_point(|(from, _)| *from <= at);
        let found = next.checked_sub(1)?;
        Some(self.at[found].1)
    }

    /// Where each begins, with its number.
    pub fn iter(&self) -> impl Iterator<Item = (usize, u64)> {
        self.at.iter().copied()
    }

    /// The marks of the text from `start` to `end`, with offsets from `start`.
    #[must_use]
    pub fn slice(&self, start: usize, end: usize) -> Marks {
        let mut slice = Marks::of(self.unit);
        if let Some(number) = self.at(start) {
            slice.push(0, number);
        }
        let next = self.at.partition_point(|(at, _)| *at <= start);
        for &(at, number) in self.at[next..].iter().take_while(|(at, _)| *at < end) {
            slice.push(at - start, number);
        }
        slice
    }
}

/// The lines of a text's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lines {
    /// They are those of the text, whose first line is this one of the source.
    From(u64),
    /// The marks of the article say where they begin.
    Marked,
    /// It has none.
    None,
}

impl Default for Lines {
    fn default() -> Self {
        Lines::From(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_named_with_its_file() {
        let shown = |member| with_member("a.zip", member);
        assert_eq!(shown("b/c.html"), "a.zip!/b/c.html");
        assert_eq!(shown("in.mbox!/message 7"), "a.zip!/in.mbox (message 7)");
        assert_eq!(shown("b.warc.gz!/@81+7"), "a.zip!/b.warc.gz@81+7");
        assert_eq!(shown("message 7.txt"), "a.zip!/message 7.txt");
    }

    #[test]
    fn marks_tell_what_an_offset_lies_in() {
        let mut marks = Marks::of(Unit::Page);
        for (at, page) in [(0, 1), (10, 2), (10, 4), (30, 5)] {
            marks.push(at, page);
        }
        let pages = [0, 9, 10, 29, 30, 99].map(|at| marks.at(at));
        assert_eq!(pages, [1, 1, 4, 4, 5, 5].map(Some));
        let slice = marks.slice(5, 30);
        assert_eq!([0, 4, 5, 24].map(|at| slice.at(at)), [1, 1, 4, 4].map(Some));
        let mut late = Marks::of(Unit::Paragraph);
        late.push(3, 7);
        assert_eq!([2, 3].map(|at| late.at(at)), [None, Some(7)]);
        let kept = serde_json::to_string(&marks).unwrap();
        assert_eq!(kept, r#"["page",[[0,1],[10,3],[20,1]]]"#);
        let read: Marks = serde_json::from_str(&kept).unwrap();
        assert_eq!(read, marks);
    }
}
