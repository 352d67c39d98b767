//! The text of a message: its text parts, one after the other.
//!
//! Each goes the same way: the transfer encoding undone, the bytes decoded, the
//! `>` before `From ` taken off where the mailbox put it, the markup of a page
//! taken out. Each step tells the way back, and the ways are joined.
//!
//! Example: a plain part that begins at byte 300 of a message, in UTF-8, has the
//! offsets `Shift(300)`; a second one behind it makes them two runs with a cut
//! between, since a boundary and a header lie there.

use super::parts::{Part, Parts};
use crate::article::{CUT, LengthRun, Lines, Marks, Offsets, Unit};
use crate::source::html;
use crate::source::lines::LineIndex;
use crate::source::mapped::{Mapped, compose};
use crate::source::{SkipReason, decode};

/// The text, with the way back to the bytes of the message.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) text: String,
    pub(super) offsets: Offsets,
    pub(super) lines: Lines,
    pub(super) marks: Marks,
    pub(super) remarks: Vec<String>,
}

/// The text of one part.
struct PartText {
    text: String,
    /// To the message, as far as anything is known.
    way: Offsets,
    /// Whether that is a promise, and not lines alone.
    is_exact: bool,
    /// Whether its lines are those of the message.
    has_lines: bool,
    remarks: Vec<String>,
}

impl Body {
    /// Of a message with these parts.
    pub(super) fn of(bytes: &[u8], parts: &Parts, is_from_quoted: bool) -> Body {
        let texts = parts.text_parts();
        let mut texts: Vec<PartText> = texts
            .filter_map(|part| text_of(bytes, part, is_from_quoted))
            .collect();
        let index = LineIndex::of(bytes);
        if texts.len() == 1
            && let Some(only) = texts.pop()
        {
            return only.alone(&index);
        }
        let mut joined = Body {
            text: String::new(),
            offsets: Offsets::Nowhere,
            lines: Lines::Marked,
            marks: Marks::of(Unit::Line),
            remarks: Vec::new(),
        };
        let is_exact = texts.iter().all(|text| text.is_exact);
        let mut runs: Vec<LengthRun> = Vec::new();
        for part in texts {
            if !joined.text.is_empty() {
                let end = joined.text.trim_end().len();
                joined.text.truncate(end);
                while runs.last().is_some_and(|run| run.0 >= end) {
                    runs.pop();
                }
                runs.push((end, part.way.to_file(0), CUT.0, CUT.1));
                joined.text.push_str("\n\n");
            }
            let by = joined.text.len();
            let marks = index.marks(&part.text, &part.way);
            for (at, line) in marks.all() {
                joined.marks.push(at + by, line);
            }
            match &part.way {
                Offsets::Shift(shift) => runs.push((by, *shift, 1, 1)),
                Offsets::Runs(of_part) => {
                    runs.extend(of_part.iter().map(|run| (run.0 + by, run.1, run.2, run.3)));
                }
                Offsets::Nowhere => {}
            }
            joined.text.push_str(&part.text);
            joined.remarks.extend(part.remarks);
        }
        if is_exact && !joined.text.is_empty() {
            joined.offsets = Offsets::Runs(runs);
        }
        if joined.marks.is_empty() {
            joined.lines = Lines::None;
        }
        joined
    }
}

impl PartText {
    /// As all of the text.
    fn alone(self, index: &LineIndex<'_>) -> Body {
        let is_plain = self.is_exact && self.has_lines;
        let marks = if is_plain {
            Marks::default()
        } else {
            index.marks(&self.text, &self.way)
        };
        let lines = match (is_plain, marks.is_empty()) {
            (true, _) => Lines::From(index.line(self.way.to_file(0))),
            (false, true) => Lines::None,
            (false, false) => Lines::Marked,
        };
        Body {
            offsets: if self.is_exact {
                self.way
            } else {
                Offsets::Nowhere
            },
            text: self.text,
            lines,
            marks,
            remarks: self.remarks,
        }
    }
}

/// The text of a part; `None` where it has none.
fn text_of(bytes: &[u8], part: &Part, is_from_quoted: bool) -> Option<PartText> {
    let (decoded, transfer) = part.head.transfer.decode(part.written(bytes));
    let mut way = transfer.moved(part.body.start);
    let mut remarks = Vec::new();
    let decoded = match decode::decode_as(decoded, part.head.charset.as_deref().as_slice()) {
        Ok(decoded) => decoded,
        Err(SkipReason::Empty) => return None,
        Err(reason) => {
            return Some(PartText {
                text: String::new(),
                way: Offsets::Nowhere,
                is_exact: false,
                has_lines: false,
                remarks: vec![format!("its text is not read: {reason}")],
            });
        }
    };
    remarks.extend(decode::remarks(decoded.unsure.as_deref(), &decoded.text));
    let mut text = decoded.text;
    way = compose(decoded.offsets, &way, text.len());
    if is_from_quoted && part.is_verbatim() && text.contains(">From ") {
        let (unquoted, inner) = unquoted(&text).finish();
        way = compose(inner, &way, unquoted.len());
        text = unquoted;
    }
    let is_html = part.is_html();
    if is_html {
        let page = html::text(&text);
        way = compose(page.offsets, &way, page.text.len());
        text = page.text;
    }
    Some(PartText {
        text,
        is_exact: part.is_verbatim() && way != Offsets::Nowhere,
        has_lines: !is_html && part.is_verbatim(),
        way,
        remarks,
    })
}

/// A text without the first `>` of lines such as `>From here on`.
fn unquoted(text: &str) -> Mapped {
    let mut mapped = Mapped::default();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let skipped = usize::from(is_quoted(line.as_bytes()));
        mapped.copy(text, at + skipped..at + line.len());
        at += line.len();
    }
    mapped
}

/// Whether a line is `From ` behind one `>` or more.
pub(super) fn is_quoted(line: &[u8]) -> bool {
    let bare = line.iter().position(|byte| *byte != b'>');
    bare.is_some_and(|bare| {
        bare > 0
            && line
                .get(bare..)
                .is_some_and(|rest| rest.starts_with(b"From "))
    })
}
