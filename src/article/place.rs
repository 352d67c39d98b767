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
        if part.starts_with("message ") {
            shown.push_str(" (");
            shown.push_str(part);
            shown.push(')');
        } else if part.starts_with('@') {
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

    /// Each text offset at which a unit begins, with its number.
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
        for &(at, number) in &self.at {
            if at > start && at < end {
                slice.push(at - start, number);
            }
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
