//! The lines of a document as the rules for exports see them: without the blank
//! ones, each without the white space around it, and with what came before it.
//!
//! In plain text a blank line ends a block. A Word file has no blank lines, but
//! empty paragraphs, and its text has a blank line between any two paragraphs;
//! there a block ends with an empty paragraph. [`Line::gap`] levels that out, so
//! that a rule can say “the block after the date” for both.

use std::ops::Range;

use crate::article::Unit;
use crate::source::input::Document;

/// A line that is not blank.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// Its text, without the white space around it.
    pub(super) text: &'a str,
    /// Where that begins in the document.
    pub(super) start: usize,
    /// How many blank lines, or empty paragraphs, stand before it.
    pub(super) gap: usize,
}

impl Line<'_> {
    /// Where its text ends in the document.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The lines of a document.
#[derive(Debug)]
pub(super) struct PageLines<'a> {
    /// All of its text.
    pub(super) text: &'a str,
    /// The lines that are not blank.
    pub(super) lines: Vec<Line<'a>>,
}

impl<'a> PageLines<'a> {
    /// Of a document.
    pub(super) fn of(document: &'a Document) -> PageLines<'a> {
        let usual = usize::from(document.marks.unit() == Unit::Paragraph);
        PageLines::with_gaps(&document.text, usual)
    }

    /// Of a text in which so many blank lines stand between any two paragraphs.
    pub(super) fn with_gaps(text: &'a str, usual: usize) -> PageLines<'a> {
        let mut lines = Vec::new();
        let mut blank = 0;
        let mut at = 0;
        for whole in text.split_inclusive('\n') {
            let line = whole.trim_start_matches(is_space);
            let start = at + whole.len() - line.len();
            at += whole.len();
            let line = line.trim_end_matches(is_space);
            if line.is_empty() {
                blank += 1;
                continue;
            }
            lines.push(Line {
                text: line,
                start,
                gap: usize::saturating_sub(blank, usual),
            });
            blank = 0;
        }
        PageLines { text, lines }
    }

    /// The line after the last one of the block in which the line `at` stands,
    /// no further than `end`.
    pub(super) fn block_end(&self, at: usize, end: usize) -> usize {
        let rest = self.lines.get(at + 1..end).unwrap_or_default();
        let more = rest.iter().take_while(|line| line.gap == 0).count();
        (at + 1 + more).min(end.max(at + 1))
    }

    /// The first line of the block in which the line `at` stands, no earlier
    /// than `first`.
    pub(super) fn block_start(&self, at: usize, first: usize) -> usize {
        let mut start = at;
        while start > first && self.lines.get(start).is_some_and(|line| line.gap == 0) {
            start -= 1;
        }
        start
    }

    /// The lines from one to another.
    pub(super) fn between(&self, from: usize, to: usize) -> &[Line<'a>] {
        self.lines.get(from..to).unwrap_or_default()
    }

    /// From the first to the last character of some lines; where there are none,
    /// the end of those above them.
    pub(super) fn stretch(&self, lines: Range<usize>, above: Range<usize>) -> (usize, usize) {
        let within = self.between(lines.start, lines.end);
        if let (Some(first), Some(last)) = (within.first(), within.last()) {
            return (first.start, last.end());
        }
        let head = self.between(above.start, above.end);
        let before = head.last().map(Line::end);
        let first = self.lines.get(above.start).map(|line| line.start);
        let at = before.or(first).unwrap_or(self.text.len());
        (at, at)
    }

    /// The text of some lines, on one line.
    pub(super) fn joined(&self, from: usize, to: usize) -> String {
        let lines = self.between(from, to);
        match (lines.first(), lines.last()) {
            (Some(first), Some(last)) => self.on_one_line(first.start, last.end()),
            _ => String::new(),
        }
    }

    /// A stretch of the text on one line.
    pub(super) fn on_one_line(&self, from: usize, to: usize) -> String {
        crate::article::one_line(self.text.get(from..to).unwrap_or_default())
    }
}

/// Whether a character is white space, or a mark that is not seen.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
}

/// Whether a line says whose the text is.
pub(super) fn is_copyright(line: &str) -> bool {
    const BEGINNINGS: [&str; 5] = ["copyright", "(c)", "©", "(copyright", "droits d'auteur"];
    const RIGHTS: [&str; 6] = [
        "all rights reserved",
        "alle rechte vorbehalten",
        "tous droits réservés",
        "tous droits reserves",
        "todos los derechos reservados",
        "tutti i diritti riservati",
    ];
    let head: String = line.chars().take(120).collect();
    let head = head.to_lowercase();
    BEGINNINGS.iter().any(|begin| head.starts_with(begin))
        || RIGHTS.iter().any(|rights| head.contains(rights))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_a_blank_line_or_an_empty_paragraph() {
        let gaps = |text: &str, usual| {
            let page = PageLines::with_gaps(text, usual);
            let gaps: Vec<usize> = page.lines.iter().map(|line| line.gap).collect();
            gaps
        };
        assert_eq!(gaps("a\nb\n\n  c \n", 0), [0, 0, 1]);
        assert_eq!(gaps("a\n\nb\n\n\nc", 1), [0, 0, 1]);
    }

    #[test]
    fn lines_know_where_they_stand() {
        let page = PageLines::with_gaps("\u{feff}\r\n  a b \r\n\u{a0}\r\nc", 0);
        let line = page.lines[0];
        assert_eq!(&page.text[line.start..line.end()], "a b");
        assert_eq!((page.block_end(0, 2), page.block_start(1, 0)), (1, 1));
        assert_eq!(page.joined(0, 2), "a b c");
    }
}
