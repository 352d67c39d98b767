//! One source record: what a file, or a part of a file, says before anything
//! is read out of it.

mod place;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use self::place::{INSIDE, Lines, Marks, Origin, Place, Unit, with_member};
use crate::layout::Layout;
use crate::text::division;

/// An article as its source gives it, decoded but not interpreted.
#[derive(Debug, Clone, Default)]
pub struct Article {
    /// The source file: its path in the library, with `/` between the parts.
    pub path: String,
    /// The path again, or the record's own `id` in a file of many records; of a
    /// member the path, `!/` and the way to it.
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
    /// Where it stands in the file.
    pub origin: Origin,
    /// What the source says about the article beside its text.
    pub metadata: Metadata,
}

/// What a record or front matter states about its article.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// The publication date, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Where in the text it stands, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_at: Option<(usize, usize)>,
    /// The address that the article was saved from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The author, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The newspaper, agency or site, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
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
    let mut line = String::with_capacity(text.len());
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OffsetBase {
    /// The bytes of the file.
    #[default]
    File,
    /// The text of a record, as decoded from its JSON.
    Record,
    /// The bytes of a member, as `show --raw` prints them.
    Member,
    /// The text as it is shown.
    Text,
}

/// A run of characters that have the same length in the text, and the same in
/// the file: `(text offset, file offset, bytes in the text, bytes in the file)`.
///
/// Where both lengths are 0 the text is cut: what follows lies elsewhere in the
/// file, behind something that is no markup of this text ([`CUT`]).
pub type LengthRun = (usize, usize, u8, u8);

/// The lengths of the run between two pieces of text that do not follow each
/// other in the file, such as the parts of a message.
pub const CUT: (u8, u8) = (0, 0);

impl Default for Offsets {
    fn default() -> Self {
        Offsets::Shift(0)
    }
}

impl Offsets {
    /// What the offsets that they give count in, those that lead somewhere being
    /// `otherwise`.
    pub fn base(&self, otherwise: OffsetBase) -> OffsetBase {
        match self {
            Offsets::Nowhere => OffsetBase::Text,
            _ => otherwise,
        }
    }

    /// What offsets of this range count in. Between two pieces of text that do
    /// not follow each other in the file lies what is no part of either, so that
    /// a range over both has its place in the text alone.
    pub fn base_of(&self, range: &Range<usize>, otherwise: OffsetBase) -> OffsetBase {
        if self.is_cut(range) {
            OffsetBase::Text
        } else {
            self.base(otherwise)
        }
    }

    /// Whether the text is cut inside a range.
    fn is_cut(&self, range: &Range<usize>) -> bool {
        let Offsets::Runs(runs) = self else {
            return false;
        };
        let first = runs.partition_point(|(text, ..)| *text < range.start);
        let inside = runs[first..].iter().take_while(|run| run.0 < range.end);
        inside.into_iter().any(|run| (run.2, run.3) == CUT)
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

    /// The file offset behind the character that ends at the text offset `at`.
    /// Where markup follows it, that of the next character lies further on.
    fn end_to_file(&self, at: usize) -> usize {
        let Offsets::Runs(runs) = self else {
            return self.to_file(at);
        };
        let next = runs.partition_point(|(text, ..)| *text < at);
        next.checked_sub(1).map_or(at, |index| {
            let (text, file, in_text, in_file) = runs[index];
            let characters = (at - text).div_ceil(usize::from(in_text.max(1)));
            file + characters * usize::from(in_file)
        })
    }

    /// The file range of a text range.
    pub fn range_to_file(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.to_file(range.start);
        if range.is_empty() {
            return start..start;
        }
        start..self.end_to_file(range.end)
    }

    /// The offsets of the text from `start` to `end`, counted from `start`.
    #[must_use]
    pub fn slice(&self, start: usize, end: usize) -> Offsets {
        match self {
            Offsets::Shift(by) => Offsets::Shift(by + start),
            Offsets::Nowhere => Offsets::Nowhere,
            Offsets::Runs(runs) => {
                let first = runs.partition_point(|(text, ..)| *text <= start);
                let inside = &runs[first.saturating_sub(1)..];
                let inside = inside
                    .iter()
                    .take_while(|(text, ..)| *text < end.max(start + 1));
                let moved = inside.map(|&(text, file, in_text, in_file)| {
                    if text >= start {
                        return (text - start, file, in_text, in_file);
                    }
                    let characters = (start - text) / usize::from(in_text.max(1));
                    (
                        0,
                        file + characters * usize::from(in_file),
                        in_text,
                        in_file,
                    )
                });
                Offsets::Runs(moved.collect())
            }
        }
    }

    /// The same offsets in a file whose bytes from `by` on these are.
    #[must_use]
    pub fn moved(self, by: usize) -> Offsets {
        match self {
            Offsets::Shift(shift) => Offsets::Shift(shift + by),
            Offsets::Nowhere => Offsets::Nowhere,
            Offsets::Runs(mut runs) => {
                for run in &mut runs {
                    run.1 += by;
                }
                Offsets::Runs(runs)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_over_a_cut_counts_in_the_text() {
        // "one", cut, "two", of which a piece is taken as well.
        let offsets = Offsets::Runs(vec![(0, 10, 1, 1), (3, 13, CUT.0, CUT.1), (5, 90, 1, 1)]);
        let base = |range| offsets.base_of(&range, OffsetBase::File);
        assert_eq!(base(0..3), OffsetBase::File);
        assert_eq!(base(5..8), OffsetBase::File);
        assert_eq!(base(2..6), OffsetBase::Text);
        assert_eq!(offsets.range_to_file(&(5..8)), 90..93);
        let piece = offsets.slice(1, 8);
        assert_eq!(piece.base_of(&(0..2), OffsetBase::File), OffsetBase::File);
        assert_eq!(piece.base_of(&(0..7), OffsetBase::File), OffsetBase::Text);
        let plain = Offsets::Shift(3);
        assert_eq!(
            plain.base_of(&(0..9), OffsetBase::Member),
            OffsetBase::Member
        );
    }

    #[test]
    fn offsets_follow_the_runs() {
        // "aé€" in Windows-1252: 1, 2 and 3 bytes of text, one byte each there.
        let offsets = Offsets::Runs(vec![(0, 0, 1, 1), (1, 1, 2, 1), (3, 2, 3, 1)]);
        let places: Vec<usize> = [0, 1, 3, 6].map(|at| offsets.to_file(at)).to_vec();
        assert_eq!(places, [0, 1, 2, 3]);
        assert_eq!(Offsets::Shift(3).range_to_file(&(0..4)), 3..7);
        assert_eq!(Offsets::Nowhere.range_to_file(&(2..4)), 2..4);
        assert_eq!(
            Offsets::Shift(0).base(OffsetBase::Record),
            OffsetBase::Record
        );
        assert_eq!(Offsets::Nowhere.base(OffsetBase::Record), OffsetBase::Text);
        assert_eq!(
            offsets.slice(1, 6),
            Offsets::Runs(vec![(0, 1, 2, 1), (2, 2, 3, 1)])
        );
        assert_eq!(offsets.moved(5).to_file(6), 8);
    }

    #[test]
    fn a_range_ends_where_its_last_character_does() {
        // "ab" in a tag, then "cd": `<p>ab</p><p>cd`.
        let offsets = Offsets::Runs(vec![(0, 3, 1, 1), (2, 12, 1, 1)]);
        assert_eq!(offsets.range_to_file(&(0..2)), 3..5);
        assert_eq!(offsets.range_to_file(&(0..3)), 3..13);
        assert_eq!(offsets.range_to_file(&(2..2)), 12..12);
        assert_eq!(offsets.slice(1, 4).range_to_file(&(0..1)), 4..5);
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
