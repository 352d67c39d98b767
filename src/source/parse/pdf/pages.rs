//! What `pdftotext -bbox-layout` prints: pages of blocks of lines, each with its
//! box, and the Info dictionary.
//!
//! The boxes are why this output is read and not the plain one: from them come
//! the order of columns, running heads, paragraphs; and the words have the
//! hyphens at their line ends, which the plain output takes off whether they are
//! a typesetter's or the word's own (`five-and-a-half` becomes `fiveand-a-half`).
//!
//! A tag a line, as the program prints it:
//!
//! ```text
//! <title>Talks in Moscow</title>
//! <meta name="Author" content="Ana Bell"/>
//! <page width="612.000000" height="792.000000">
//!   <block xMin="64.8" yMin="55.7" xMax="538.8" yMax="86.3">
//!     <line xMin="64.8" yMin="55.7" xMax="502.8" yMax="63.6">
//!       <word xMin="64.8" yMin="55.7" xMax="94.8" yMax="63.6">The</word>
//! ```
//!
//! It is read block by block as it comes, so that no more than the text is held.
//! A program that prints plain text, with a form feed behind each page, is read
//! as well: its lines get boxes as on a typewriter.

use std::borrow::Cow;

/// A box on a page, in points from its upper left corner.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Area {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
}

impl Area {
    /// How high it is.
    pub(super) fn height(&self) -> f32 {
        self.bottom - self.top
    }

    pub(super) fn width(&self) -> f32 {
        self.right - self.left
    }

    /// The smallest box around both.
    pub(super) fn with(self, other: Area) -> Area {
        Area {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

/// A line of words.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct TextLine {
    pub(super) area: Area,
    pub(super) text: String,
}

/// Lines that the program takes for a paragraph, or a part of one.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct TextBlock {
    pub(super) area: Area,
    pub(super) lines: Vec<TextLine>,
}

/// A page.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct TextPage {
    pub(super) blocks: Vec<TextBlock>,
}

impl TextPage {
    /// How many letters and digits stand on it.
    pub(super) fn letters(&self) -> usize {
        let lines = self.blocks.iter().flat_map(|block| &block.lines);
        lines
            .map(|line| line.text.chars().filter(|c| c.is_alphanumeric()).count())
            .sum()
    }
}

/// What the program has printed.
#[derive(Debug, Default)]
pub(super) struct Printed {
    pub(super) pages: Vec<TextPage>,
    /// Of the Info dictionary, as written.
    pub(super) title: Option<String>,
    /// The other keys of it, with their values.
    pub(super) info: Vec<(String, String)>,
}

/// The most bytes of text that are kept of a file.
pub(super) const MOST_TEXT: usize = 64 << 20;

/// The most bytes of a line that is printed. No word is as long.
const MOST_LINE: usize = 1 << 20;

/// Reads what the program prints as it comes.
#[derive(Debug, Default)]
pub(super) struct PagesReader {
    printed: Printed,
    kind: Kind,
    /// The beginning of a line whose end has not come yet.
    open: Vec<u8>,
    text: usize,
    /// Of plain text: the line of the page.
    row: u16,
    is_block_open: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Unknown,
    Boxes,
    Plain,
}

impl PagesReader {
    /// Reads the next bytes; `false` where there is too much text.
    pub(super) fn read(&mut self, bytes: &[u8]) -> bool {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.open.len() + line.len() <= MOST_LINE {
                self.open.extend_from_slice(line);
            }
            if line.ends_with(b"\n") {
                self.end_line();
            }
        }
        self.text <= MOST_TEXT
    }

    /// What was read. A page that has begun counts.
    pub(super) fn finish(mut self) -> Printed {
        self.end_line();
        let mut printed = self.printed;
        for page in &mut printed.pages {
            for block in &mut page.blocks {
                block.lines.retain(|line| !line.text.is_empty());
            }
            page.blocks.retain(|block| !block.lines.is_empty());
        }
        // Behind the last form feed of plain text there is no page.
        if self.kind == Kind::Plain
            && printed
                .pages
                .last()
                .is_some_and(|page| page.blocks.is_empty())
        {
            printed.pages.pop();
        }
        printed
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.open);
        let text = String::from_utf8_lossy(&line);
        if self.kind == Kind::Unknown && !text.trim().is_empty() {
            let is_markup = text.trim_start().starts_with('<');
            self.kind = if is_markup { Kind::Boxes } else { Kind::Plain };
        }
        match self.kind {
            Kind::Boxes => self.tag(text.trim()),
            Kind::Plain => self.plain(text.trim_end_matches(['\n', '\r'])),
            Kind::Unknown => {}
        }
        self.open = line;
        self.open.clear();
    }

    fn tag(&mut self, line: &str) {
        if let Some(word) = line.strip_prefix("<word ") {
            self.word(word);
        } else if line.starts_with("<line ") {
            let area = area(line);
            if let Some(block) = self.block() {
                block.lines.push(TextLine {
                    area,
                    text: String::new(),
                });
            }
        } else if line.starts_with("<block ") {
            let area = area(line);
            if let Some(page) = self.printed.pages.last_mut() {
                page.blocks.push(TextBlock {
                    area,
                    lines: Vec::new(),
                });
            }
        } else if line.starts_with("<page ") {
            self.printed.pages.push(TextPage::default());
        } else if let Some(title) = line.strip_prefix("<title>")
            && self.printed.pages.is_empty()
        {
            let title = title.strip_suffix("</title>").unwrap_or(title);
            self.printed.title = Some(unescaped(title).into_owned());
        } else if let Some(meta) = line.strip_prefix("<meta name=\"")
            && self.printed.pages.is_empty()
            && let Some((name, rest)) = meta.split_once("\" content=\"")
        {
            let value = rest.trim_end_matches("/>").trim_end_matches('"');
            let value = unescaped(value).into_owned();
            self.printed.info.push((name.to_owned(), value));
        }
    }

    fn word(&mut self, word: &str) {
        let Some((_, text)) = word.split_once('>') else {
            return;
        };
        let text = text.strip_suffix("</word>").unwrap_or(text);
        let text = unescaped(text);
        let Some(line) = self.block().and_then(|block| block.lines.last_mut()) else {
            return;
        };
        let before = line.text.len();
        if !line.text.is_empty() {
            line.text.push(' ');
        }
        push_word(&mut line.text, &text);
        let added = line.text.len() - before;
        self.text += added;
    }

    fn block(&mut self) -> Option<&mut TextBlock> {
        self.printed.pages.last_mut()?.blocks.last_mut()
    }

    /// A line of plain text, in which a form feed ends a page.
    fn plain(&mut self, line: &str) {
        /// A typewriter's.
        const WIDTH: f32 = 6.0;
        const HEIGHT: f32 = 12.0;
        for (part, text) in line.split('\u{c}').enumerate() {
            if part > 0 || self.printed.pages.is_empty() {
                self.printed.pages.push(TextPage::default());
                self.row = 0;
                self.is_block_open = false;
            }
            self.row = self.row.saturating_add(1);
            let trimmed = text.trim();
            let Some(page) = self.printed.pages.last_mut() else {
                continue;
            };
            if trimmed.is_empty() {
                self.is_block_open = false;
                continue;
            }
            let indent = text.chars().take_while(|c| c.is_whitespace()).count();
            let column = |count: usize| f32::from(u16::try_from(count).unwrap_or(u16::MAX)) * WIDTH;
            let top = f32::from(self.row) * HEIGHT;
            let area = Area {
                left: column(indent),
                top,
                right: column(indent + trimmed.chars().count()),
                bottom: top + HEIGHT * 0.8,
            };
            self.text += trimmed.len();
            let mut shown = String::new();
            push_word(&mut shown, trimmed);
            let line = TextLine { area, text: shown };
            match page.blocks.last_mut().filter(|_| self.is_block_open) {
                Some(block) => {
                    block.area = block.area.with(area);
                    block.lines.push(line);
                }
                None => page.blocks.push(TextBlock {
                    area,
                    lines: vec![line],
                }),
            }
            self.is_block_open = true;
        }
    }
}

/// The box of a tag; what is no number counts as none.
fn area(tag: &str) -> Area {
    let value = |name: &str| {
        let at = tag.find(name)? + name.len();
        let rest = tag.get(at..)?.strip_prefix("=\"")?;
        let number: f32 = rest.split('"').next()?.parse().ok()?;
        number.is_finite().then(|| number.clamp(-1e6, 1e6))
    };
    let value = |name| value(name).unwrap_or(0.0);
    Area {
        left: value("xMin"),
        top: value("yMin"),
        right: value("xMax"),
        bottom: value("yMax"),
    }
}

/// Text with the five references of XML undone, and those by number.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        whole.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((end, reference(&rest[..end])?))) {
            Some((end, c)) => {
                whole.push(c);
                rest = &rest[end + 1..];
            }
            None => whole.push('&'),
        }
    }
    whole.push_str(rest);
    Cow::Owned(whole)
}

fn reference(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

/// Adds a word: ligatures as their letters, control characters not at all.
fn push_word(line: &mut String, word: &str) {
    for c in word.chars() {
        match c {
            '\u{fb00}' => line.push_str("ff"),
            '\u{fb01}' => line.push_str("fi"),
            '\u{fb02}' => line.push_str("fl"),
            '\u{fb03}' => line.push_str("ffi"),
            '\u{fb04}' => line.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => line.push_str("st"),
            // What a font calls its own.
            '\u{feff}' => {}
            c if c.is_control() => {}
            c => line.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "<!DOCTYPE html><html>\n<head>\n<title>Talks &amp; more</title>\n<meta name=\"Author\" content=\"Ana &quot;Bell&quot;\"/>\n</head>\n<body>\n<doc>\n  <page width=\"612.0\" height=\"792.0\">\n    <flow>\n      <block xMin=\"64.8\" yMin=\"55.75\" xMax=\"538.8\" yMax=\"86.33\">\n        <line xMin=\"64.8\" yMin=\"55.75\" xMax=\"502.8\" yMax=\"63.61\">\n          <word xMin=\"64.8\" yMin=\"1\" xMax=\"2\" yMax=\"3\">of\u{fb01}ce</word>\n          <word xMin=\"x\" yMin=\"1\" xMax=\"2\" yMax=\"3\">a&lt;b&#x41;&nope;</word>\n        </line>\n      </block>\n    </flow>\n  </page>\n  <page width=\"1\" height=\"1\">\n  </page>\n</doc>\n";

    fn read(text: &str, size: usize) -> Printed {
        let mut reader = PagesReader::default();
        for piece in text.as_bytes().chunks(size) {
            assert!(reader.read(piece));
        }
        reader.finish()
    }

    #[test]
    fn boxes_words_and_info_are_read_however_they_come() {
        for size in [1, 7, 1 << 20] {
            let printed = read(PRINTED, size);
            assert_eq!(printed.title.as_deref(), Some("Talks & more"));
            let author = ("Author".to_owned(), "Ana \"Bell\"".to_owned());
            assert_eq!(printed.info, [author]);
            assert_eq!(printed.pages.len(), 2);
            let line = &printed.pages[0].blocks[0].lines[0];
            assert_eq!(line.text, "office a<bA&nope;");
            assert!((line.area.top - 55.75).abs() < 0.01);
        }
    }

    #[test]
    fn plain_text_has_pages_as_well() {
        let printed = read("One\n  two\n\nthree\n\u{c}four\n\u{c}", 3);
        let pages = printed.pages.iter().map(|page| {
            let blocks = page.blocks.iter().map(|block| block.lines.len());
            blocks.collect::<Vec<_>>()
        });
        assert_eq!(pages.collect::<Vec<_>>(), [vec![2, 1], vec![1]]);
        assert!((printed.pages[0].blocks[0].lines[1].area.left - 12.0).abs() < 0.01);
    }

    #[test]
    fn what_is_torn_does_no_harm() {
        for end in 0..PRINTED.len() {
            if let Some(part) = PRINTED.get(..end) {
                read(part, 50);
            }
        }
        read("<word >x</word>\n<line >\n<block >\n<page >\n<word ", 9);
    }
}
