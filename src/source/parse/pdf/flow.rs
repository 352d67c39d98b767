//! From lines to paragraphs.
//!
//! A line goes on with the next one of its block where that one's first word did
//! not fit on it any more. What is left of the lines of a block stays lines: the
//! labels of an export, addresses, verses, centred lines. A block goes on with
//! the next, over columns and pages as well, where it ends in no full stop and
//! the next begins with a small letter, or stands behind a break that cut a full
//! line. Other blocks are paragraphs, a blank line apart.
//!
//! Lines of one height beside each other are one: a justified line with wide
//! gaps comes as a line a word.
//!
//! Example, `|` the right margin:
//!
//! ```text
//! The harbour is closed for the  |     The harbour is closed for the winter.
//! winter.                        |
//!     Snow fell on the sixth day |     (blank line)
//! of May.                        |     Snow fell on the sixth day of May.
//! ```

use super::heads::{is_label, is_record_mark};
use super::hyphens::{HyphenReading, Vocabulary};
use super::pages::{Area, TextBlock, TextLine, TextPage};
use crate::article::{Marks, Unit};

/// How far lines may begin apart and have one left edge, in points.
const SAME_EDGE: f32 = 2.5;

/// The least bytes of a line that goes on without a doubt in the next block.
const MIN_LONG: usize = 40;

/// A text with its pages.
#[derive(Debug)]
pub(super) struct FlowText {
    pub(super) text: String,
    pub(super) marks: Marks,
}

/// What stands between two lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    /// The paragraph goes on.
    Space,
    /// A line of its own.
    Line,
    /// A paragraph ends.
    Paragraph,
}

/// The text of pages, whose running heads are gone and whose blocks stand in the
/// order of reading.
pub(super) fn text(pages: &mut [TextPage]) -> FlowText {
    for block in pages.iter_mut().flat_map(|page| &mut page.blocks) {
        join_beside(block);
    }
    let vocabulary = Vocabulary::of(pages);
    let mut flow = Flow {
        vocabulary,
        text: String::new(),
        marks: Marks::of(Unit::Page),
        last: None,
    };
    for (number, page) in (1_u64..).zip(pages.iter()) {
        let margins = Margins::of(page);
        for block in &page.blocks {
            flow.block(number, block, margins.of_block(block));
        }
    }
    FlowText {
        text: flow.text,
        marks: flow.marks,
    }
}

/// Joins the lines of a block that stand beside each other.
fn join_beside(block: &mut TextBlock) {
    let lines = std::mem::take(&mut block.lines);
    for line in lines {
        let before = block.lines.last_mut();
        match before.filter(|before| stands_beside(before.area, line.area)) {
            Some(before) => {
                before.text.push(' ');
                before.text.push_str(&line.text);
                before.area = before.area.with(line.area);
            }
            None => block.lines.push(line),
        }
    }
}

fn stands_beside(before: Area, next: Area) -> bool {
    let common = before.bottom.min(next.bottom) - before.top.max(next.top);
    common > 0.6 * before.height().max(next.height()) && next.left >= before.right - 1.0
}

/// The right margins of the columns of a page: by their left edge.
struct Margins(Vec<(f32, f32)>);

impl Margins {
    /// Blocks of three lines and more tell.
    fn of(page: &TextPage) -> Margins {
        let long = page.blocks.iter().filter(|block| block.lines.len() >= 3);
        let mut edges: Vec<(f32, f32)> = long
            .map(|block| (block.area.left, block.area.right))
            .collect();
        edges.sort_by(|a, b| a.0.total_cmp(&b.0));
        edges.dedup_by(|next, kept| {
            let is_same = next.0 - kept.0 <= SAME_EDGE;
            if is_same {
                kept.1 = kept.1.max(next.1);
            }
            is_same
        });
        Margins(edges)
    }

    /// The right margin of a block; `None` where nothing tells.
    fn of_block(&self, block: &TextBlock) -> Option<f32> {
        if block.lines.len() >= 3 {
            return Some(block.area.right);
        }
        let next = self
            .0
            .partition_point(|(left, _)| *left < block.area.left - SAME_EDGE);
        let known = self.0.get(next)?;
        (known.0 - block.area.left <= SAME_EDGE).then_some(known.1.max(block.area.right))
    }
}

/// How the text so far ends.
#[derive(Debug, Clone)]
struct LastLine {
    page: u64,
    area: Area,
    text: String,
    /// Up to where a line of its column may reach.
    margin: Option<f32>,
    left: f32,
}

struct Flow {
    vocabulary: Vocabulary,
    text: String,
    marks: Marks,
    last: Option<LastLine>,
}

impl Flow {
    fn block(&mut self, page: u64, block: &TextBlock, margin: Option<f32>) {
        let is_wrapped = is_wrapped(block, margin);
        for (at, line) in block.lines.iter().enumerate() {
            let between = match at.checked_sub(1).and_then(|before| block.lines.get(before)) {
                Some(before) => inside(block, before, line, margin, is_wrapped),
                None => self.before_block(page, block, line),
            };
            self.line(page, between, line);
            self.last = Some(LastLine {
                page,
                area: line.area,
                text: line.text.clone(),
                margin,
                left: block.area.left,
            });
        }
    }

    fn line(&mut self, page: u64, between: Between, line: &TextLine) {
        match (&self.last, between) {
            (None, _) => {}
            (Some(_), Between::Paragraph) => self.text.push_str("\n\n"),
            (Some(_), Between::Line) => self.text.push('\n'),
            (Some(last), Between::Space) => match self.vocabulary.reading(&last.text, &line.text) {
                None => self.text.push(' '),
                Some(HyphenReading::Open) => self.text.push('\n'),
                Some(HyphenReading::Compound) => {}
                Some(HyphenReading::Word) => {
                    self.text.pop();
                }
            },
        }
        self.marks.push(self.text.len(), page);
        self.text.push_str(&line.text);
    }

    /// What stands before the first line of a block.
    fn before_block(&self, page: u64, block: &TextBlock, line: &TextLine) -> Between {
        let Some(last) = &self.last else {
            return Between::Paragraph;
        };
        let goes_on = !ends_as_sentence(&last.text)
            && is_same_height(last.area, line.area)
            && !begins_anew(&line.text)
            && !is_record_mark(&last.text)
            && (begins_small(&line.text) && last.text.len() >= MIN_LONG / 2
                || last.is_cut_before(page, block, line));
        if goes_on {
            Between::Space
        } else {
            Between::Paragraph
        }
    }
}

impl LastLine {
    /// Whether the break of a column or page behind this line cut a paragraph
    /// that goes on in `block`.
    fn is_cut_before(&self, page: u64, block: &TextBlock, line: &TextLine) -> bool {
        let is_break = page > self.page || block.area.top < self.area.top;
        let is_next = page <= self.page + 1;
        let is_long = block.lines.len() > 1 || line.text.len() >= MIN_LONG;
        is_break
            && is_next
            && is_long
            && self.text.len() >= MIN_LONG
            && self
                .margin
                .is_some_and(|margin| is_full(self.area, line, margin))
            && line.area.left - block.area.left <= SAME_EDGE
            && (page == self.page || (block.area.left - self.left).abs() <= 20.0)
    }
}

/// What stands between two lines of a block.
fn inside(
    block: &TextBlock,
    before: &TextLine,
    line: &TextLine,
    margin: Option<f32>,
    is_wrapped: bool,
) -> Between {
    let height = before.area.height().max(1.0);
    let indent = line.area.left - block.area.left;
    let is_aligned = indent <= SAME_EDGE || (line.area.left - before.area.left).abs() <= SAME_EDGE;
    let is_full = margin.is_some_and(|margin| is_full(before.area, line, margin));
    let is_ended = ends_as_sentence(&before.text);
    if begins_anew(&line.text) {
        return Between::Line;
    }
    let is_divided = before.text.ends_with(['-', '\u{2010}', '\u{ad}'])
        && begins_small(&line.text)
        && is_wrapped;
    if is_wrapped && !is_aligned && is_ended && indent < 8.0 * height {
        // A first line.
        return Between::Paragraph;
    }
    if is_wrapped && is_aligned && is_full || is_divided {
        return Between::Space;
    }
    if is_wrapped && !is_full && is_ended && !begins_small(&line.text) {
        return Between::Paragraph;
    }
    if is_wrapped && !is_ended && begins_small(&line.text) && before.text.len() >= MIN_LONG {
        // Ragged lines, and what hangs.
        return Between::Space;
    }
    Between::Line
}

/// Whether the lines of a block were broken because they were full: half of
/// them are.
fn is_wrapped(block: &TextBlock, margin: Option<f32>) -> bool {
    let Some(margin) = margin else {
        // Two lines by themselves.
        return block
            .lines
            .first()
            .is_some_and(|line| line.text.len() >= MIN_LONG);
    };
    let full = block
        .lines
        .windows(2)
        .filter(|pair| is_full(pair[0].area, &pair[1], margin))
        .count();
    full * 2 >= block.lines.len().saturating_sub(1)
}

/// Whether the first word of `next` did not fit on a line any more.
fn is_full(line: Area, next: &TextLine, margin: f32) -> bool {
    let count = |text: &str| {
        let count = text.chars().take(1000).count();
        f32::from(u16::try_from(count).unwrap_or(u16::MAX))
    };
    let all = count(&next.text).max(1.0);
    let width = (next.area.right - next.area.left).max(0.0) / all;
    let word = count(next.text.split(' ').next().unwrap_or_default());
    line.right + (word + 1.0) * width > margin - 0.5
}

fn is_same_height(a: Area, b: Area) -> bool {
    (a.height() - b.height()).abs() <= 0.15 * a.height().max(b.height())
}

fn begins_small(text: &str) -> bool {
    let first = text.chars().find(|c| !"\"“‘'(".contains(*c));
    first.is_some_and(char::is_lowercase)
}

/// Whether a line begins something: a label, an item.
fn begins_anew(text: &str) -> bool {
    is_label(text)
        || is_record_mark(text)
        || ["• ", "- ", "* ", "– ", "· ", "◦ ", "▪ ", "● ", "■ "]
            .iter()
            .any(|mark| text.starts_with(mark))
}

fn ends_as_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']']);
    text.ends_with(['.', '!', '?', '…', ':', '。', '！', '？'])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block of lines of this left edge each, six points a letter.
    fn block(top: f32, lines: &[(f32, &str)]) -> TextBlock {
        let mut at = top;
        let lines: Vec<TextLine> = lines
            .iter()
            .map(|(left, text)| {
                at += 12.0;
                let width = text.chars().map(|_| 6.0).sum::<f32>();
                let area = Area {
                    left: *left,
                    top: at - 12.0,
                    right: left + width,
                    bottom: at - 2.0,
                };
                let text = (*text).to_owned();
                TextLine { area, text }
            })
            .collect();
        let area = lines.iter().map(|line| line.area).reduce(Area::with);
        TextBlock {
            area: area.unwrap(),
            lines,
        }
    }

    fn flow(pages: Vec<Vec<TextBlock>>) -> FlowText {
        let mut pages: Vec<_> = pages
            .into_iter()
            .map(|blocks| TextPage { blocks })
            .collect();
        text(&mut pages)
    }

    #[test]
    fn full_lines_are_joined_and_paragraphs_stand_apart() {
        let found = flow(vec![vec![
            block(0.0, &[(0.0, "A headline")]),
            block(
                30.0,
                &[
                    (0.0, "The board of the harbour met on Monday and"),
                    (0.0, "closed it for the winter."),
                    (12.0, "Snow fell on the sixth day of May and it"),
                    (0.0, "rained again a week later, said the har-"),
                    (0.0, "bour's master."),
                ],
            ),
        ]]);
        assert_eq!(
            found.text,
            "A headline\n\nThe board of the harbour met on Monday and closed it for the winter.\n\nSnow fell on the sixth day of May and it rained again a week later, said the harbour's master."
        );
    }

    #[test]
    fn a_paragraph_goes_on_over_the_page() {
        let lines = |last| {
            block(
                0.0,
                &[
                    (0.0, "The board of the harbour met on Monday and"),
                    (0.0, "closed the whole of it for the winter. The"),
                    (0.0, last),
                ],
            )
        };
        let found = flow(vec![
            vec![lines("master of the boats and of the President")],
            vec![lines("Smith went home.")],
        ]);
        let joined = "of the President The board";
        assert!(found.text.contains(joined), "{}", found.text);
        let at = found.text.find("The board of the harbour met on Monday and closed the whole of it for the winter. The Smith").unwrap();
        assert_eq!(found.marks.at(at), Some(2));
        assert_eq!(found.marks.at(at - 2), Some(1));
        let found = flow(vec![
            vec![lines("master said so.")],
            vec![lines("Smith went home.")],
        ]);
        assert!(
            found.text.contains("said so.\n\nThe board"),
            "{}",
            found.text
        );
    }

    #[test]
    fn the_lines_of_an_export_stay_lines() {
        let found = flow(vec![vec![
            block(
                0.0,
                &[(250.0, "July 1, 2015 Wednesday"), (270.0, "Met 2 Edition")],
            ),
            block(40.0, &[(0.0, "SECTION: A; Pg. A01")]),
            block(70.0, &[(0.0, "LENGTH: 20 words")]),
            block(
                100.0,
                &[
                    (0.0, "SUBJECT: BOATS & PORTS (90%); HARBOURS"),
                    (0.0, "(90%); WINTER (80%)"),
                    (0.0, "LOAD-DATE: July 1, 2015"),
                ],
            ),
        ]]);
        assert_eq!(
            found.text,
            "July 1, 2015 Wednesday\nMet 2 Edition\n\nSECTION: A; Pg. A01\n\nLENGTH: 20 words\n\nSUBJECT: BOATS & PORTS (90%); HARBOURS (90%); WINTER (80%)\nLOAD-DATE: July 1, 2015"
        );
    }

    #[test]
    fn words_beside_each_other_are_one_line() {
        let mut wide = block(0.0, &[(0.0, "a"), (60.0, "wide"), (120.0, "line")]);
        for line in &mut wide.lines {
            line.area.top = 0.0;
            line.area.bottom = 10.0;
        }
        assert_eq!(flow(vec![vec![wide]]).text, "a wide line");
    }
}
