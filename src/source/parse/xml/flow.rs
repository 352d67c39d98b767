//! The text of an item whose paragraphs are elements: NITF, XHTML, the XML of
//! Factiva.
//!
//! Elements that are paragraphs in those formats are apart by blank lines; white
//! space inside them is one space, as it is shown. All else is copied, and leads
//! to where it stands.
//!
//! Example: `<p>The <em>talks</em>\n began.</p><p>They…</p>` is `The talks
//! began.`, a blank line, and `They…`.

use std::ops::Range;

use super::tree::{Element, Node};
use crate::source::mapped::Mapped;

/// Elements that begin and end a paragraph.
const BLOCKS: [&str; 36] = [
    "p",
    "hl1",
    "hl2",
    "block",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "table",
    "tr",
    "caption",
    "bq",
    "blockquote",
    "pre",
    "note",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "div",
    "section",
    "article",
    "body",
    "header",
    "footer",
    "paragraph",
    "leadParagraph",
    "tailParagraphs",
    "fn",
    "credit",
    "abstract",
];

/// Elements whose text is none of the item's: pictures with what belongs to
/// them, programs, what is said about the item.
const PASSED_OVER: [&str; 10] = [
    "media",
    "figure",
    "script",
    "style",
    "head",
    "body.head",
    "body.end",
    "svg",
    "title",
    "object",
];

/// What stands between two words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    /// White space, and where it begins.
    Space(usize),
    Line,
    Block,
}

/// A text that is being put together.
pub(super) struct Flow<'s> {
    source: &'s str,
    out: Mapped,
    gap: Gap,
}

impl<'s> Flow<'s> {
    /// Nothing yet, of this source.
    pub(super) fn of(source: &'s str) -> Flow<'s> {
        Flow {
            source,
            out: Mapped::default(),
            gap: Gap::None,
        }
    }

    /// Adds the text of an element, as paragraphs of its own.
    pub(super) fn add(&mut self, element: &Element) {
        self.part(Gap::Block);
        for node in &element.children {
            match node {
                Node::Text(range) => self.text(range),
                Node::Reference(character, range) => self.reference(*character, range),
                Node::Element(element) => self.element(element),
            }
        }
        self.part(Gap::Block);
    }

    fn element(&mut self, element: &Element) {
        let name = element.local();
        if PASSED_OVER.contains(&name) {
            return;
        }
        if BLOCKS.contains(&name) {
            self.add(element);
            return;
        }
        if name == "br" {
            self.part(Gap::Line);
        }
        for node in &element.children {
            match node {
                Node::Text(range) => self.text(range),
                Node::Reference(character, range) => self.reference(*character, range),
                Node::Element(element) => self.element(element),
            }
        }
        if matches!(name, "td" | "th") {
            self.part(Gap::Space(element.inner.end));
        }
    }

    /// Adds characters that stand as they are read.
    fn text(&mut self, range: &Range<usize>) {
        let source = self.source;
        let Some(text) = source.get(range.clone()) else {
            return;
        };
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let blank = rest.len() - rest.trim_ascii_start().len();
            if blank > 0 {
                self.part(Gap::Space(range.start + at));
                at += blank;
                continue;
            }
            let word = rest
                .find(|c: char| c.is_ascii_whitespace())
                .unwrap_or(rest.len());
            let start = range.start + at;
            self.fill(start);
            self.out.copy(source, start..start + word);
            at += word;
        }
    }

    fn reference(&mut self, character: char, range: &Range<usize>) {
        if character.is_ascii_whitespace() {
            self.part(Gap::Space(range.start));
            return;
        }
        self.fill(range.start);
        if !self.out.replace(character, range) {
            self.out.copy(self.source, range.clone());
        }
    }

    /// Says what stands before the next word.
    fn part(&mut self, gap: Gap) {
        let is_more = match (&self.gap, &gap) {
            // Of white space the first counts.
            (Gap::Space(_), Gap::Space(_)) => false,
            (now, next) => next > now,
        };
        if is_more {
            self.gap = gap;
        }
    }

    /// Writes what stands before a word that begins at `at`.
    fn fill(&mut self, at: usize) {
        let gap = std::mem::replace(&mut self.gap, Gap::None);
        if self.out.text.is_empty() {
            return;
        }
        match gap {
            Gap::None => {}
            Gap::Space(space) if self.source.get(space..=space) == Some(" ") => {
                self.out.copy(self.source, space..space + 1);
            }
            Gap::Space(space) => {
                self.out.replace(' ', &(space..space + 1));
            }
            Gap::Line => self.out.insert("\n", at),
            Gap::Block => self.out.insert("\n\n", at),
        }
    }

    /// The text, and where it stands in the source.
    pub(super) fn finish(self) -> Mapped {
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::tests::root;
    use super::*;

    #[test]
    fn paragraphs_are_apart_and_words_by_one_space() {
        let source = "<body.content>\n <p>The <em>talks</em>\n   began&#8212;&#32;late.</p>\n <media><p>A picture.</p></media><table><tr><td>a</td><td>b</td></tr></table><p>One<br/>two</p></body.content>";
        let (element, _) = root(source);
        let mut flow = Flow::of(source);
        flow.add(&element);
        let mapped = flow.finish();
        assert_eq!(mapped.text, "The talks began— late.\n\na b\n\nOne\ntwo");
        let (text, offsets) = mapped.finish();
        for word in ["The", "talks", "began", "late.", "two"] {
            let at = text.find(word).unwrap();
            let range = offsets.range_to_file(&(at..at + word.len()));
            assert_eq!(&source[range], word);
        }
        let at = text.find('—').unwrap();
        assert_eq!(&source[offsets.range_to_file(&(at..at + 3))], "&#8212;");
    }
}
