//! The visible text of some HTML, with the place of each character in it.
//!
//! One pass over the tokens of `html5gum`, which reads as browsers do and says
//! where each token stands. What is no text (scripts, styles, pictures) is left
//! out; white space is one space, as a browser shows it, but for what is marked
//! as set already (`<pre>`); a block is apart from the next by a blank line, a
//! line by a line end; references are what they stand for. So every character of
//! the text is one of the markup, or one of the blanks between blocks, and
//! [`Stream::runs`] say which: a run is a stretch of text that stands in the
//! markup as it is, or a reference.
//!
//! The same pass counts what a tree of the markup would be (`tree`) and collects
//! what the page states of itself (`facts`), so that a page is read once before
//! anything makes a tree of it.
//!
//! Example: `<p>Caf&eacute;<br>closed</p><p>Sun` is `Café`, a line end, `closed`,
//! a blank line, `Sun`; its runs are `Caf` at 3, `é` for the eight bytes at 6,
//! `closed` at 18, `Sun` at 31.

use std::convert::Infallible;
use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use memchr::memchr_iter;

use super::elements::{Element, element};
use super::facts::{Attributes, Facts, FactsBuilder};
use super::references::References;
use super::tree::{OpenElements, TreeLimit};
use crate::article::{LengthRun, Marks, Unit};

/// The text of some markup.
#[derive(Debug)]
pub(super) struct Stream {
    /// The text: blocks apart by blank lines, lines by line ends.
    pub(super) text: String,
    /// From the text to the markup.
    pub(super) runs: Vec<LengthRun>,
    /// The lines of the markup, at the start of each block and line.
    pub(super) marks: Marks,
    /// The parts of the text that are links, in order.
    pub(super) links: Vec<Range<usize>>,
    /// The parts of the text that are beside an article: menus, captions.
    pub(super) beside: Vec<Range<usize>>,
    /// Why no tree may be made of the markup.
    pub(super) limit: Option<TreeLimit>,
    /// What the page states of itself.
    pub(super) facts: Facts,
}

/// Reads some markup.
pub(super) fn read(markup: &str) -> Stream {
    let mut builder = StreamBuilder::new(markup);
    let take = |event: CallbackEvent<'_>, span: Span<usize>| -> Option<Infallible> {
        builder.event(&event, span);
        None
    };
    let mut emitter = CallbackEmitter::new(take);
    emitter.naively_switch_states(true);
    // Reading from memory cannot fail.
    let _ = Tokenizer::new_with_emitter(markup, emitter).finish();
    builder.finish()
}

/// The same of a fragment, which may be plain text that has references alone:
/// then its lines are kept.
pub(super) fn read_all(markup: &str) -> Stream {
    if markup.contains('<') {
        return read(markup);
    }
    let mut builder = StreamBuilder::new(markup);
    builder.preformatted = 1;
    builder.string(Span {
        start: 0,
        end: markup.len(),
    });
    builder.finish()
}

/// What comes between the last character and the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    Nothing,
    /// A space, of these bytes of the markup; there are none between cells.
    Space(usize, usize),
    /// White space that is kept as it is.
    Verbatim(usize, usize),
    Line,
    Block,
}

/// An element that is left out with all inside it.
#[derive(Debug)]
struct HiddenElement {
    name: Box<[u8]>,
    /// How many of its name are open in it.
    depth: usize,
    is_foreign: bool,
}

struct StreamBuilder<'m> {
    markup: &'m str,
    text: String,
    runs: Vec<LengthRun>,
    marks: Marks,
    gap: Gap,
    hidden: Option<HiddenElement>,
    /// How many elements are open whose white space is kept.
    preformatted: usize,
    links: Vec<Range<usize>>,
    beside: Vec<Range<usize>>,
    /// Where in the text what is beside the article began.
    aside: Option<usize>,
    /// Where in the text the open link began.
    link: Option<usize>,
    /// The byte behind the last character, and the line of a place at or before
    /// the next.
    behind: usize,
    line: (usize, u64),
    references: References,
    tree: OpenElements,
    facts: FactsBuilder,
    tag: Attributes,
}

impl<'m> StreamBuilder<'m> {
    fn new(markup: &'m str) -> StreamBuilder<'m> {
        StreamBuilder {
            markup,
            text: String::with_capacity(markup.len() / 8),
            runs: Vec::new(),
            marks: Marks::of(Unit::Line),
            gap: Gap::Block,
            hidden: None,
            preformatted: 0,
            links: Vec::new(),
            link: None,
            beside: Vec::new(),
            aside: None,
            behind: 0,
            line: (0, 1),
            references: References::default(),
            tree: OpenElements::of(markup.len()),
            facts: FactsBuilder::default(),
            tag: Attributes::default(),
        }
    }

    fn finish(mut self) -> Stream {
        self.end_link();
        self.end_aside();
        let kept = self.text.trim_end().len();
        self.text.truncate(kept);
        // What leads nowhere is none of the text's.
        let behind = self.runs.partition_point(|run| run.0 < kept);
        self.runs.truncate(behind);
        Stream {
            limit: self.tree.limit(),
            facts: self.facts.finish(&self.text),
            text: self.text,
            links: self.links,
            beside: self.beside,
            runs: self.runs,
            marks: self.marks,
        }
    }

    fn event(&mut self, event: &CallbackEvent<'_>, span: Span<usize>) {
        match event {
            CallbackEvent::OpenStartTag { name } => self.tag.begin(name),
            CallbackEvent::AttributeName { name } => {
                self.tag.attribute(name);
                // A tag that never ends counts as well.
                self.tree.attributes(self.tag.count);
            }
            CallbackEvent::AttributeValue { value } => self.tag.value(value),
            CallbackEvent::CloseStartTag { self_closing } => self.start_tag(*self_closing),
            CallbackEvent::EndTag { name } => self.end_tag(name),
            CallbackEvent::String { .. } => self.string(span),
            _ => {}
        }
    }

    fn start_tag(&mut self, closes_itself: bool) {
        let tag = std::mem::take(&mut self.tag);
        let kind = element(&tag.name);
        if self.is_hidden_from(&tag.name, kind) {
            if let Some(hidden) = &mut self.hidden {
                if closes_itself && hidden.is_foreign {
                    self.tree.node();
                } else {
                    hidden.depth += usize::from(*hidden.name == *tag.name);
                    self.tree.begin(&tag.name, tag.count > 0, false);
                }
            }
        } else {
            self.shown_tag(&tag, kind, closes_itself);
        }
        self.tag = tag;
    }

    /// A start tag that is not inside a hidden element.
    fn shown_tag(&mut self, tag: &Attributes, kind: Element, closes_itself: bool) {
        let name = &*tag.name;
        self.tree.end_before(name);
        self.facts.end_deeper(self.tree.depth(), self.text.len());
        self.break_before(kind);
        if kind == Element::Foreign && closes_itself {
            self.tree.node();
            return;
        }
        self.follow_aside();
        self.tree.begin(name, tag.count > 0, tag.is_aside(name));
        self.follow_aside();
        let depth = self.tree.depth();
        self.facts
            .start(name, tag, depth, self.text.len(), self.tree.is_aside());
        if matches!(kind, Element::Hidden | Element::Foreign) {
            self.hidden = Some(HiddenElement {
                name: name.into(),
                depth: 1,
                is_foreign: kind == Element::Foreign,
            });
        } else if is_preformatted(name) {
            self.preformatted += 1;
        } else if name == b"a" {
            self.end_link();
            self.link = Some(self.text.len());
        }
    }

    /// What is beside the article begins or ends.
    fn follow_aside(&mut self) {
        if !self.tree.is_aside() {
            self.end_aside();
        } else if self.aside.is_none() {
            self.aside = Some(self.text.len());
        }
    }

    fn end_aside(&mut self) {
        if let Some(start) = self.aside.take()
            && start < self.text.len()
        {
            self.beside.push(start..self.text.len());
        }
    }

    /// Remembers the link that was open.
    fn end_link(&mut self) {
        if let Some(start) = self.link.take()
            && start < self.text.len()
        {
            self.links.push(start..self.text.len());
        }
    }

    /// Whether a start tag is left out; what is HTML ends another markup.
    fn is_hidden_from(&mut self, name: &[u8], kind: Element) -> bool {
        let Some(hidden) = &self.hidden else {
            return false;
        };
        let is_html = matches!(kind, Element::Block | Element::Line) || name == b"span";
        if hidden.is_foreign && is_html {
            self.tree.end_tag(&hidden.name);
            self.hidden = None;
            return false;
        }
        true
    }

    fn end_tag(&mut self, name: &[u8]) {
        if let Some(hidden) = &mut self.hidden {
            self.tree.end_tag(name);
            if *hidden.name == *name {
                hidden.depth -= 1;
                if hidden.depth == 0 {
                    self.facts.end_hidden();
                    self.hidden = None;
                }
            }
            return;
        }
        self.break_before(element(name));
        if name == b"a" {
            self.end_link();
        }
        if is_preformatted(name) {
            self.preformatted = self.preformatted.saturating_sub(1);
        }
        self.tree.end_tag(name);
        self.follow_aside();
        self.facts.end_deeper(self.tree.depth(), self.text.len());
    }

    /// Ends the line or the block that an element's tag ends.
    fn break_before(&mut self, kind: Element) {
        let gap = match kind {
            Element::Block => Gap::Block,
            Element::Line => Gap::Line,
            Element::Cell => Gap::Space(self.behind, 0),
            _ => return,
        };
        let is_wider = match (self.gap, gap) {
            (Gap::Block, _) => false,
            (_, Gap::Block) => true,
            (Gap::Line, _) => false,
            (_, Gap::Line) => true,
            (old, _) => old == Gap::Nothing,
        };
        if is_wider {
            self.gap = gap;
        }
    }

    fn string(&mut self, span: Span<usize>) {
        let Some(raw) = self.markup.get(span.start..span.end) else {
            return;
        };
        if self.hidden.is_some() {
            self.facts.hidden_text(raw);
            return;
        }
        self.tree.node();
        let bytes = raw.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let start = span.start + at;
            let blank = self.blank(rest);
            if blank > 0 {
                self.space(start, blank);
                at += blank;
            } else if rest[0] == b'&' {
                at += self.reference(&raw[at..], start);
            } else {
                let is_end = |byte: &u8| is_space(*byte) || *byte == b'&';
                let length = rest.iter().position(is_end).unwrap_or(rest.len());
                // Ends lie before ASCII, so on boundaries.
                let length = length.max(1);
                self.plain(&raw[at..at + length], start);
                at += length;
            }
        }
    }

    /// How many bytes of white space `rest` begins with. A space that is not
    /// to be broken is white space where a block begins: a block of one has no
    /// text.
    fn blank(&self, rest: &[u8]) -> usize {
        let mut length = 0;
        loop {
            match &rest[length..] {
                [byte, ..] if is_space(*byte) => length += 1,
                [0xc2, 0xa0, ..] if self.begins_a_line() => length += 2,
                _ => return length,
            }
        }
    }

    fn begins_a_line(&self) -> bool {
        matches!(self.gap, Gap::Block | Gap::Line)
    }

    /// White space of `length` bytes at `at`.
    fn space(&mut self, at: usize, length: usize) {
        if self.gap != Gap::Nothing {
            return;
        }
        self.gap = if self.preformatted > 0 {
            Gap::Verbatim(at, length)
        } else {
            Gap::Space(at, length)
        };
    }

    /// The reference that `raw`, at `at` in the markup, begins with; says how
    /// long it is.
    fn reference(&mut self, raw: &str, at: usize) -> usize {
        let mut references = std::mem::take(&mut self.references);
        let length = match references.read(raw) {
            None => {
                self.plain("&", at);
                1
            }
            Some((" " | "\t" | "\n", length)) => {
                self.space(at, length);
                length
            }
            Some(("\u{a0}", length)) if self.begins_a_line() => length,
            Some((text, length)) => {
                self.close_gap(at);
                self.push(text, at, length);
                length
            }
        };
        self.references = references;
        length
    }

    /// Text that stands in the markup as it is, without white space.
    fn plain(&mut self, text: &str, at: usize) {
        self.close_gap(at);
        self.push_same(text, at);
    }

    fn push_same(&mut self, text: &str, at: usize) {
        self.run(at, 1, 1);
        self.text.push_str(text);
        self.behind = at + text.len();
    }

    /// Text that `length` bytes at `at` stand for.
    fn push(&mut self, text: &str, at: usize, length: usize) {
        let short = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
        self.run(at, short(text.len()), short(length));
        self.text.push_str(text);
        self.behind = at + length;
    }

    /// What follows stands at `at`; adjacent runs of equal lengths are one.
    fn run(&mut self, at: usize, in_text: u8, in_file: u8) {
        if let Some(&(text, file, was_in_text, was_in_file)) = self.runs.last()
            && (was_in_text, was_in_file) == (in_text, in_file)
        {
            let characters = (self.text.len() - text) / usize::from(in_text.max(1));
            if file + characters * usize::from(in_file) == at {
                return;
            }
        }
        self.runs.push((self.text.len(), at, in_text, in_file));
    }

    /// Writes what comes before the character at `at`.
    fn close_gap(&mut self, at: usize) {
        let gap = std::mem::replace(&mut self.gap, Gap::Nothing);
        match gap {
            Gap::Nothing => {}
            Gap::Space(from, 1) => self.push_same(" ", from),
            Gap::Space(from, length) => self.push(" ", from, length),
            Gap::Verbatim(from, length) => {
                let space = self.markup.get(from..from + length).unwrap_or(" ");
                self.push_same(space, from);
            }
            Gap::Line | Gap::Block => {
                if !self.text.is_empty() {
                    let ends = if gap == Gap::Line { "\n" } else { "\n\n" };
                    self.run(self.behind, 1, 0);
                    self.text.push_str(ends);
                }
                self.mark(at);
            }
        }
    }

    /// Remembers the line at which what follows stands.
    fn mark(&mut self, at: usize) {
        let (from, line) = self.line;
        if let Some(between) = self.markup.as_bytes().get(from..at) {
            let ends = memchr_iter(b'\n', between).count();
            self.line = (at, line + ends as u64);
        }
        self.marks.push(self.text.len(), self.line.1);
    }
}

/// White space of HTML.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// Whether white space is kept in an element.
fn is_preformatted(name: &[u8]) -> bool {
    matches!(name, b"pre" | b"listing" | b"xmp" | b"plaintext")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markup: &str, expected: &str) {
        assert_eq!(read(markup).text, expected, "{markup}");
    }

    #[test]
    fn blocks_are_apart_and_white_space_is_one_space() {
        check("<p>Caf&eacute;<br>closed</p><p>Sun", "Café\nclosed\n\nSun");
        check(
            "<div> a  <b>big</b>\n\t fish </div><div>swims</div>",
            "a big fish\n\nswims",
        );
        check("a<b> b</b> c", "a b c");
        check("<ul><li>one<li>two</ul>after", "one\ntwo\n\nafter");
        check(
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>",
            "a b\nc",
        );
        check("<p>&nbsp;</p><p>\u{a0}x&nbsp;y</p>", "x\u{a0}y");
        check("<pre>a\n  b</pre>c  d", "a\n  b\n\nc d");
        check("5 < 6 & 7 &lt; 8", "5 < 6 & 7 < 8");
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        check(
            "<head><title>T</title><style>p{}</style></head>a<!-- b -->c",
            "ac",
        );
        check("<script>var x = '<p>y</p>';</script>a", "a");
        check("a<svg><title>t</title><path/><svg>u</svg>v</svg>b", "ab");
        check("a<svg><path><p>b", "a\n\nb");
        check("a<template><p>b</p></template>c", "ac");
        check("<select><option>a</select>b", "b");
    }

    #[test]
    fn each_run_is_where_its_text_stands() {
        let page = read("<p>Caf&eacute;<br>closed</p><p>Sun");
        let expected = [
            (0, 3, 1, 1),
            (3, 6, 2, 8),
            (5, 14, 1, 0),
            (6, 18, 1, 1),
            (12, 24, 1, 0),
            (14, 31, 1, 1),
        ];
        assert_eq!(page.runs, expected);
    }

    #[test]
    fn plain_text_keeps_its_lines() {
        assert_eq!(read_all("one\ntwo &amp; three\n").text, "one\ntwo & three");
        assert_eq!(read_all("<b>one</b>\ntwo").text, "one two");
    }

    #[test]
    fn hostile_markup_takes_linear_time() {
        let began = std::time::Instant::now();
        for deep in [
            "<div>".repeat(20_000),
            "<div>".repeat(100_000),
            "<svg>".to_owned() + &"<g>".repeat(100_000),
            "<font>".repeat(100_000) + &"<p>x".repeat(10_000),
        ] {
            assert_eq!(read(&deep).limit, Some(TreeLimit::Depth), "{deep:.20}");
        }
        assert!(read(&"<a ".repeat(10 << 18)).limit.is_some());
        assert!(read(&"<a".repeat(5 << 20)).limit.is_some());
        let attributes: Vec<String> = (0..2000).map(|number| format!(" a{number}=1")).collect();
        let attributes = attributes.concat();
        assert_eq!(
            read(&format!("<p{attributes}>")).limit,
            Some(TreeLimit::Attributes)
        );
        assert!(read(&"<p>x".repeat(100_000)).limit.is_none());
        assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
    }
}
