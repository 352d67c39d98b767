//! The lines of a source whose text is not its own: which line a byte lies on.
//!
//! A number for each [`STEP`] bytes says how many lines end before them; the few
//! bytes from there on are counted when they are asked for. So a source of 64
//! MiB takes 128 KiB, however many lines it has, and a question at most
//! [`STEP`] bytes of counting.
//!
//! Example: `"a\nb\nc"` has byte 4 on line 3.

use memchr::memchr_iter;

use crate::article::{Marks, Offsets, Unit};

/// So many bytes from one number to the next.
const STEP: usize = 4096;

/// Where the lines of a source lie.
#[derive(Debug)]
pub(super) struct LineIndex<'s> {
    bytes: &'s [u8],
    /// Lines that end before each step.
    before: Vec<u64>,
}

impl<'s> LineIndex<'s> {
    /// Of these bytes.
    pub(super) fn of(bytes: &'s [u8]) -> LineIndex<'s> {
        let mut lines = 0;
        let before = bytes.chunks(STEP).map(|step| {
            let before = lines;
            lines += memchr_iter(b'\n', step).count() as u64;
            before
        });
        LineIndex {
            before: before.collect(),
            bytes,
        }
    }

    /// The line on which the byte `at` lies, counted from 1.
    pub(super) fn line(&self, at: usize) -> u64 {
        let at = at.min(self.bytes.len());
        let step = (at / STEP).min(self.before.len().saturating_sub(1));
        let before = self.before.get(step).copied().unwrap_or(0);
        let rest = self.bytes.get(step * STEP..at).unwrap_or_default();
        1 + before + memchr_iter(b'\n', rest).count() as u64
    }

    /// The line of each line of `text`, which leads to these bytes by `offsets`.
    pub(super) fn marks(&self, text: &str, offsets: &Offsets) -> Marks {
        let mut marks = Marks::of(Unit::Line);
        if *offsets != Offsets::Nowhere {
            let starts = memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1);
            for at in std::iter::once(0).chain(starts) {
                marks.push(at, self.line(offsets.to_file(at)));
            }
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_lies_on_its_line() {
        let text: String = "12\n345\n\n6\n".repeat(1000);
        let index = LineIndex::of(text.as_bytes());
        for at in [0, 1, 2, 4095, 4096, 4097, 9000, text.len(), text.len() + 9] {
            let before = &text.as_bytes()[..at.min(text.len())];
            let counted = 1 + before.split(|byte| *byte == b'\n').count() as u64 - 1;
            assert_eq!(index.line(at), counted, "{at}");
        }
        assert_eq!(LineIndex::of(b"").line(7), 1);
    }

    #[test]
    fn lines_of_a_text_are_those_of_its_source() {
        let source = "<a>\n<b>one</b>\n\n<b>two\nthree</b>";
        let offsets = Offsets::Runs(vec![(0, 7, 1, 1), (5, 19, 1, 1)]);
        let text = "one\n\ntwo\nthree";
        let marks = LineIndex::of(source.as_bytes()).marks(text, &offsets);
        assert_eq!([0, 5, 9].map(|at| marks.at(at)), [2, 4, 5].map(Some));
    }
}
