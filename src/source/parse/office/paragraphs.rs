//! Puts the text of a document together, paragraph by paragraph.
//!
//! One text has to serve two readers. An article has its paragraphs apart by
//! blank lines, or they would be taken for one. The rules for exports of news
//! databases ask where the document has an empty paragraph. So any two
//! paragraphs have one blank line between them, and each empty one between them
//! adds another.
//!
//! Example: `A`, `B`, an empty one, `C` become `A⏎⏎B⏎⏎⏎C`.

use super::no_marks;
use crate::article::Marks;

/// No more empty paragraphs than these are told from each other.
const MOST_EMPTY: usize = 4;

/// The paragraphs so far.
#[derive(Debug)]
pub(super) struct Paragraphs {
    text: String,
    marks: Marks,
    number: u64,
    empty: usize,
}

impl Paragraphs {
    /// None yet.
    pub(super) fn new() -> Paragraphs {
        Paragraphs {
            text: String::new(),
            marks: no_marks(),
            number: 0,
            empty: 0,
        }
    }

    /// Adds the next paragraph, which may be empty.
    pub(super) fn push(&mut self, paragraph: &str) {
        self.number += 1;
        let paragraph = paragraph.trim();
        if paragraph.is_empty() {
            self.empty = (self.empty + 1).min(MOST_EMPTY);
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.text.extend(std::iter::repeat_n('\n', self.empty));
        self.empty = 0;
        self.marks.push(self.text.len(), self.number);
        self.text.push_str(paragraph);
    }

    /// The text, and where its paragraphs begin.
    pub(super) fn finish(self) -> (String, Marks) {
        (self.text, self.marks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_paragraphs_are_blank_lines_more() {
        let mut paragraphs = Paragraphs::new();
        for paragraph in ["A", " B\nb ", "", "C", " "] {
            paragraphs.push(paragraph);
        }
        let (text, marks) = paragraphs.finish();
        assert_eq!(text, "A\n\nB\nb\n\n\nC");
        assert_eq!([0, 3, 9].map(|at| marks.at(at)), [1, 2, 4].map(Some));
    }
}
