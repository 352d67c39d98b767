//! One source record: what a file, or a line of a file, says before anything
//! is read out of it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::layout::Layout;
use crate::text::division;

/// An article as its source gives it, decoded but not interpreted.
#[derive(Debug, Clone, Default)]
pub struct Article {
    /// The source file: its path in the library, with `/` between the parts.
    pub path: String,
    /// The path again, or the record's own `id` in a file of many records.
    pub id: String,
    /// The title where the source states it apart from the text.
    pub given_title: Option<String>,
    /// The whole text, decoded, unaltered.
    pub text: String,
    /// Where the article begins in `text`; front matter lies before it.
    pub body_start: usize,
    /// How offsets in `text` become offsets in the file.
    pub offsets: Offsets,
    /// The line of the record in a file of many records, counted from 1.
    pub record_line: Option<u64>,
    /// What the source says about the article beside its text.
    pub metadata: Metadata,
}

/// What a record or front matter states about its article.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// The publication date, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The address that the article was saved from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The author, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Country codes or names; present but empty means none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countries: Option<Vec<String>>,
    /// Full names of people; present but empty means none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<Vec<String>>,
    /// All other keys, unaltered.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub other: serde_json::Map<String, serde_json::Value>,
}

impl Article {
    /// The layout of the article, with offsets in [`Article::text`].
    pub fn layout(&self) -> Layout {
        layout_of(&self.text, self.body_start, self.given_title.as_deref())
    }

    /// The title, on one line: the given one, else the one in the text.
    pub fn title(&self, layout: &Layout) -> String {
        title_of(&self.text, layout, self.given_title.as_deref())
    }
}

/// The title of `text`, on one line: the given one, else the one in the text.
pub fn title_of(text: &str, layout: &Layout, given_title: Option<&str>) -> String {
    let in_text = || layout.title.as_ref().map(|span| &text[span.clone()]);
    one_line(given_title.or_else(in_text).unwrap_or(""))
}

/// `text` with single spaces for all white space, and words whole that a line
/// end divides.
pub fn one_line(text: &str) -> String {
    let text = &*division::whole(text);
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The layout of `text[body_start..]`, with offsets in `text`.
pub fn layout_of(text: &str, body_start: usize, given_title: Option<&str>) -> Layout {
    let mut layout = Layout::of(&text[body_start..], given_title);
    let shift = |span: &Range<usize>| span.start + body_start..span.end + body_start;
    for block in &mut layout.blocks {
        block.span = shift(&block.span);
    }
    layout.title = layout.title.as_ref().map(shift);
    layout
}

/// How byte offsets in the decoded text become byte offsets in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Offsets {
    /// The file is the text, after so many bytes (the byte order mark).
    Shift(usize),
    /// The file is in another encoding: runs of characters of equal length.
    Runs(Vec<LengthRun>),
    /// There is no way back: the text was put together, or its markup taken out.
    Nowhere,
}

/// What offsets count in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OffsetBase {
    /// The bytes of the file.
    File,
    /// The text of a record, as decoded from its JSON.
    Record,
    /// The text as it is shown.
    Text,
}

/// A run of characters that have the same length in the text, and the same in
/// the file: `(text offset, file offset, bytes in the text, bytes in the file)`.
pub type LengthRun = (usize, usize, u8, u8);

impl Default for Offsets {
    fn default() -> Self {
        Offsets::Shift(0)
    }
}

impl Offsets {
    /// What the offsets that they give count in, in a record or a file.
    pub fn base(&self, record_line: Option<u64>) -> OffsetBase {
        match (self, record_line) {
            (Offsets::Nowhere, _) => OffsetBase::Text,
            (_, Some(_)) => OffsetBase::Record,
            (_, None) => OffsetBase::File,
        }
    }

    /// The file offset of the text offset `at`, which lies on a character
    /// boundary.
    pub fn to_file(&self, at: usize) -> usize {
        match self {
            Offsets::Shift(by) => at + by,
            Offsets::Nowhere => at,
            Offsets::Runs(runs) => {
                let next = runs.partition_point(|(text, ..)| *text <= at);
                next.checked_sub(1).map_or(at, |index| {
                    let (text, file, in_text, in_file) = runs[index];
                    file + (at - text) / usize::from(in_text.max(1)) * usize::from(in_file)
                })
            }
        }
    }

    /// The file range of a text range.
    pub fn range_to_file(&self, range: &Range<usize>) -> Range<usize> {
        self.to_file(range.start)..self.to_file(range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_follow_the_runs() {
        // "aé€" in Windows-1252: 1, 2 and 3 bytes of text, one byte each there.
        let offsets = Offsets::Runs(vec![(0, 0, 1, 1), (1, 1, 2, 1), (3, 2, 3, 1)]);
        let places: Vec<usize> = [0, 1, 3, 6].map(|at| offsets.to_file(at)).to_vec();
        assert_eq!(places, [0, 1, 2, 3]);
        assert_eq!(Offsets::Shift(3).range_to_file(&(0..4)), 3..7);
        assert_eq!(Offsets::Nowhere.range_to_file(&(2..4)), 2..4);
        let bases = [None, Some(1)].map(|line| Offsets::Shift(0).base(line));
        assert_eq!(bases, [OffsetBase::File, OffsetBase::Record]);
        assert_eq!(Offsets::Nowhere.base(Some(1)), OffsetBase::Text);
    }

    #[test]
    fn a_line_has_no_divisions() {
        assert_eq!(
            one_line("Eleanor  Whit-\ncombe of Moscow-\n Washington -\nand"),
            "Eleanor Whitcombe of Moscow-Washington - and"
        );
    }

    #[test]
    fn front_matter_is_no_part_of_the_layout() {
        let text = "---\ntitle: X\n---\nSome text follows here.";
        let layout = layout_of(text, 17, Some("X"));
        assert_eq!(
            &text[layout.blocks[0].span.clone()],
            "Some text follows here."
        );
    }
}
