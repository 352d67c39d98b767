//! Rich Text Format: text with control words (`\par`), in groups of braces.
//!
//! A group inherits what is switched on around it: the font and with it the code
//! page of its bytes, hidden text, how many characters follow a `\u` for programs
//! that do not know it. A destination is a group that holds something else than
//! text (`{\fonttbl …}`, `{\header …}`, `{\pict …}`, `{\*\anything …}`), and is
//! left out, but for the title and the author in `{\info …}` and for footnotes,
//! which come last. Bytes are collected as long as their code page stays the same,
//! since a character may take two of them.
//!
//! Groups are counted, not followed: braces without end take no stack.
//!
//! Example: `{\rtf1\ansi Caf\'e9\par {\b Two}}` is the paragraphs `Café`, `Two`.

mod pages;

use encoding_rs::Encoding;
use rustc_hash::FxHashMap;

use self::pages::{code_page, of_charset};
use super::paragraphs::Paragraphs;
use super::{Parsed, document, keep};

/// How deep groups are told apart; deeper ones share what is switched on.
const MOST_DEPTH: usize = 1024;

/// How many fonts may have an encoding of their own.
const MOST_FONTS: usize = 4096;

/// What holds in a group.
#[derive(Debug, Clone, Copy)]
struct Group {
    place: Place,
    font: i32,
    /// How many characters stand after a `\u` for old programs.
    fallback: usize,
    is_hidden: bool,
}

/// What the text of a group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Body,
    Footnote,
    Fonts,
    Title,
    Author,
    Info,
    LeftOut,
}

/// The document that some RTF is.
pub(super) fn parse(bytes: &[u8]) -> Parsed {
    let mut parser = Parser::new(bytes);
    parser.run();
    parser.finish()
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    group: Group,
    groups: Vec<Group>,
    /// How many groups are open beyond those of `groups`.
    deeper: usize,
    /// The code page of the document.
    page: &'static Encoding,
    /// The code pages of fonts.
    fonts: FxHashMap<i32, &'static Encoding>,
    /// The font that the font table speaks of.
    table_font: i32,
    /// Bytes that are not decoded yet.
    raw: Vec<u8>,
    /// A half of a character that `\u` gave.
    surrogate: Option<u16>,
    /// How many characters are still passed over.
    passed: usize,
    paragraphs: Paragraphs,
    paragraph: String,
    footnotes: Vec<String>,
    footnote: String,
    title: String,
    author: String,
    /// Whether the next control word names what the group is.
    is_start: bool,
    /// Whether a `\*` stands before it.
    is_starred: bool,
}

impl<'a> Parser<'a> {
    fn new(bytes: &'a [u8]) -> Parser<'a> {
        Parser {
            bytes,
            at: 0,
            group: Group {
                place: Place::Body,
                font: -1,
                fallback: 1,
                is_hidden: false,
            },
            groups: Vec::new(),
            deeper: 0,
            page: encoding_rs::WINDOWS_1252,
            fonts: FxHashMap::default(),
            table_font: -1,
            raw: Vec::new(),
            surrogate: None,
            passed: 0,
            paragraphs: Paragraphs::new(),
            paragraph: String::new(),
            footnotes: Vec::new(),
            footnote: String::new(),
            title: String::new(),
            author: String::new(),
            is_start: false,
            is_starred: false,
        }
    }

    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' => self.open(),
                b'}' => self.close(),
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => {}
                _ => self.byte(byte),
            }
        }
    }

    fn finish(mut self) -> Parsed {
        self.flush();
        self.end_paragraph();
        let note = std::mem::take(&mut self.footnote);
        self.footnotes.push(note);
        for note in self.footnotes.iter().filter(|note| !note.trim().is_empty()) {
            self.paragraphs.push(note);
        }
        let mut document = document(self.paragraphs);
        keep(&mut document, "title", &self.title);
        keep(&mut document, "author", &self.author);
        Parsed {
            document,
            left_out: Vec::new(),
        }
    }

    fn open(&mut self) {
        self.flush();
        self.passed = 0;
        if self.groups.len() < MOST_DEPTH {
            self.groups.push(self.group);
        } else {
            self.deeper += 1;
        }
        self.is_start = true;
        self.is_starred = false;
    }

    fn close(&mut self) {
        self.flush();
        self.passed = 0;
        self.is_start = false;
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if let Some(outer) = self.groups.pop() {
            if self.group.place == Place::Footnote && outer.place != Place::Footnote {
                let note = std::mem::take(&mut self.footnote);
                self.footnotes.push(note);
            }
            self.group = outer;
        }
    }

    /// Reads what follows a backslash.
    fn control(&mut self) {
        let Some(&first) = self.bytes.get(self.at) else {
            return;
        };
        if first.is_ascii_alphabetic() {
            return self.word();
        }
        self.at += 1;
        match first {
            b'\'' => {
                let digits = self.bytes.get(self.at..self.at + 2).unwrap_or_default();
                let value = std::str::from_utf8(digits).ok();
                if let Some(value) = value.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                    self.at += 2;
                    self.byte(value);
                }
            }
            b'*' => self.is_starred = self.is_start,
            b'~' => self.push("\u{a0}"),
            b'_' => self.push("-"),
            b'-' => self.push("\u{ad}"),
            b'\r' | b'\n' => self.paragraph_ends(),
            b'{' | b'}' | b'\\' => self.byte(first),
            // `\:` and `\|` are of indexes.
            _ => {}
        }
    }

    /// Reads a control word with its number.
    fn word(&mut self) {
        let rest = &self.bytes[self.at..];
        let length = rest
            .iter()
            .take(32)
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let name = &rest[..length];
        let mut end = length;
        let is_negative = rest.get(end) == Some(&b'-');
        let digits = &rest[(end + usize::from(is_negative)).min(rest.len())..];
        let count = digits
            .iter()
            .take(10)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let number = (count > 0).then(|| {
            let value = digits[..count]
                .iter()
                .fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
            end += usize::from(is_negative) + count;
            if is_negative { -value } else { value }
        });
        if rest.get(end) == Some(&b' ') {
            end += 1;
        }
        self.at += end;
        if self.is_start && self.names_destination(name) {
            self.is_start = false;
            return;
        }
        self.is_start = false;
        self.apply(name, number);
    }

    /// Whether a control word at the start of a group says that it is no text of
    /// its surroundings.
    fn names_destination(&mut self, name: &[u8]) -> bool {
        let place = match name {
            b"fonttbl" => Place::Fonts,
            b"info" => Place::Info,
            b"title" if self.group.place == Place::Info => Place::Title,
            b"author" if self.group.place == Place::Info => Place::Author,
            b"footnote" => Place::Footnote,
            // The text of a drawing lies in a group of its own in there.
            b"shpinst" => return true,
            _ if self.is_starred || LEFT_OUT.contains(&name) => Place::LeftOut,
            _ => return false,
        };
        if self.group.place == Place::LeftOut {
            return true;
        }
        // Inside the font table and the information all else is left out.
        self.group.place = match (self.group.place, place) {
            (Place::Fonts, _) => Place::LeftOut,
            (_, place) => place,
        };
        true
    }

    fn apply(&mut self, name: &[u8], number: Option<i64>) {
        let value = number.unwrap_or(0);
        let is_on = number != Some(0);
        match name {
            b"par" | b"sect" | b"row" | b"nestrow" => self.paragraph_ends(),
            b"page" | b"column" if self.group.place == Place::Body => self.paragraph_ends(),
            b"line" | b"lbr" => self.push("\n"),
            b"tab" | b"cell" | b"nestcell" => self.push("\t"),
            b"emdash" => self.push("\u{2014}"),
            b"endash" => self.push("\u{2013}"),
            b"lquote" => self.push("\u{2018}"),
            b"rquote" => self.push("\u{2019}"),
            b"ldblquote" => self.push("\u{201c}"),
            b"rdblquote" => self.push("\u{201d}"),
            b"bullet" => self.push("\u{2022}"),
            b"emspace" | b"enspace" | b"qmspace" => self.push(" "),
            b"u" => self.unicode(value),
            b"uc" => self.group.fallback = usize::try_from(value).unwrap_or(1).min(16),
            b"bin" => {
                let count = usize::try_from(value).unwrap_or(0);
                self.at = self.at.saturating_add(count).min(self.bytes.len());
            }
            b"v" | b"deleted" => {
                self.flush();
                self.group.is_hidden = is_on;
            }
            b"plain" => {
                self.flush();
                self.group.is_hidden = false;
            }
            b"f" => self.font(value),
            b"fcharset" | b"cpg" if self.group.place == Place::Fonts => {
                let page = match name {
                    b"cpg" => code_page(value),
                    _ => of_charset(value),
                };
                if let Some(page) = page.filter(|_| self.fonts.len() < MOST_FONTS) {
                    self.fonts.insert(self.table_font, page);
                }
            }
            b"ansicpg" => self.page = code_page(value).unwrap_or(self.page),
            b"mac" => self.page = encoding_rs::MACINTOSH,
            b"pc" | b"pca" => self.page = code_page(437).unwrap_or(self.page),
            _ => {}
        }
    }

    fn font(&mut self, number: i64) {
        let number = i32::try_from(number).unwrap_or(-1);
        if self.group.place == Place::Fonts {
            self.table_font = number;
        } else {
            self.flush();
            self.group.font = number;
        }
    }

    /// A character by its number, of which half may be given.
    fn unicode(&mut self, value: i64) {
        self.flush();
        self.passed = self.group.fallback;
        let value = if value < 0 { value + 0x1_0000 } else { value };
        let Ok(value) = u32::try_from(value) else {
            return;
        };
        let unit = u16::try_from(value).unwrap_or(0);
        let c = match (self.surrogate.take(), unit) {
            (_, 0xd800..=0xdbff) => {
                self.surrogate = Some(unit);
                return;
            }
            (Some(high), 0xdc00..=0xdfff) => {
                char::decode_utf16([high, unit]).next().and_then(Result::ok)
            }
            _ => char::from_u32(value),
        };
        let c = c
            .filter(|c| !c.is_control() || *c == '\t')
            .unwrap_or(char::REPLACEMENT_CHARACTER);
        let passed = std::mem::take(&mut self.passed);
        self.push(c.encode_utf8(&mut [0; 4]));
        self.passed = passed;
    }

    /// A byte of text.
    fn byte(&mut self, byte: u8) {
        self.is_start = false;
        if self.passed > 0 {
            self.passed -= 1;
        } else if self.is_kept() {
            self.raw.push(byte);
        }
    }

    /// Whether text is read here.
    fn is_kept(&self) -> bool {
        !self.group.is_hidden
            && !matches!(
                self.group.place,
                Place::LeftOut | Place::Fonts | Place::Info
            )
    }

    /// Text that is decoded.
    fn push(&mut self, text: &str) {
        self.is_start = false;
        if self.passed > 0 {
            self.passed -= 1;
            return;
        }
        self.flush();
        if self.is_kept() {
            self.target().push_str(text);
        }
    }

    fn target(&mut self) -> &mut String {
        match self.group.place {
            Place::Title => &mut self.title,
            Place::Author => &mut self.author,
            Place::Footnote => &mut self.footnote,
            _ => &mut self.paragraph,
        }
    }

    /// Decodes the bytes that were collected.
    fn flush(&mut self) {
        if self.raw.is_empty() {
            return;
        }
        let raw = std::mem::take(&mut self.raw);
        let font = self.group.font;
        let page = self.fonts.get(&font).copied().unwrap_or(self.page);
        let text = page.decode_without_bom_handling(&raw).0;
        self.target().push_str(&text);
        self.raw = raw;
        self.raw.clear();
    }

    fn paragraph_ends(&mut self) {
        self.flush();
        self.passed = 0;
        match self.group.place {
            Place::Body => self.end_paragraph(),
            Place::Footnote => self.footnote.push('\n'),
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        self.paragraphs.push(&self.paragraph);
        self.paragraph.clear();
    }
}

/// Destinations that hold no text of the document.
const LEFT_OUT: [&[u8]; 33] = [
    b"colortbl",
    b"stylesheet",
    b"listtable",
    b"listoverridetable",
    b"rsidtbl",
    b"generator",
    b"header",
    b"headerl",
    b"headerr",
    b"headerf",
    b"footer",
    b"footerl",
    b"footerr",
    b"footerf",
    b"pict",
    b"object",
    b"objdata",
    b"themedata",
    b"colorschememapping",
    b"datastore",
    b"latentstyles",
    b"xmlnstbl",
    b"filetbl",
    b"revtbl",
    b"annotation",
    b"atnid",
    b"atnauthor",
    b"fldinst",
    b"nonshppict",
    b"bkmkstart",
    b"bkmkend",
    b"tc",
    b"sp",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rtf: &[u8], text: &str) {
        let parsed = parse(rtf);
        assert_eq!(
            parsed.document.text,
            text,
            "{}",
            String::from_utf8_lossy(rtf)
        );
    }

    #[test]
    fn paragraphs_lines_and_cells_are_read() {
        check(
            b"{\\rtf1\\ansi\\deff0 One\\line two\\par\\par\r\n{\\b Thr}ee\\par}",
            "One\ntwo\n\n\nThree",
        );
        check(
            b"{\\rtf1 HD\\cell Title\\cell\\row WC\\cell 5 words\\row}",
            "HD\tTitle\n\nWC\t5 words",
        );
        check(
            b"{\\rtf1 a\\{b\\}c\\\\d\\~e\\_f\\-g}",
            "a{b}c\\d\u{a0}e-f\u{ad}g",
        );
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        check(
            b"{\\rtf1{\\fonttbl{\\f0 Arial{\\*\\falt x};}}{\\colortbl;\\red0;}{\\header head\\par}{\\*\\unknown x{\\b y}}{\\pict\\pngblip 89504e}a{\\v hidden}\\v no\\v0 b{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt link}}{\\*\\bkmkstart n}\\deleted gone\\plain c}",
            "ablinkc",
        );
        check(b"{\\rtf1 a{\\pict\\bin4 }}}}b}c}", "ac");
        check(
            b"{\\rtf1 a{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt b}}}c}",
            "abc",
        );
        check(b"{\\rtf1 a{\\footnote note}b\\par c}", "ab\n\nc\n\nnote");
    }

    #[test]
    fn characters_are_read_by_their_code_page() {
        check(
            b"{\\rtf1\\ansi Caf\\'e9 \\u8364?\\u-10179?\\u-8704?.}",
            "Café €\u{1f600}.",
        );
        check(b"{\\rtf1\\uc2 \\u228\\'c3\\'a4x{\\uc0\\u233}y}", "äxéy");
        check(
            b"{\\rtf1\\ansicpg1251{\\fonttbl{\\f1\\fcharset161 G;}}\\'cc\\'e8\\'f0 {\\f1\\'e1}}",
            "Мир α",
        );
        check(b"{\\rtf1\\ansicpg932 \\'83\\'65\\'83X}", "テス");
        check(b"{\\rtf1\\mac \\'8e}", "é");
    }

    #[test]
    fn title_and_author_are_stated() {
        let parsed =
            parse(b"{\\rtf1{\\info{\\title A \\'84title}{\\author Ann}{\\creatim\\yr2001}}x}");
        assert_eq!(parsed.document.title.as_deref(), Some("A „title"));
        assert_eq!(parsed.document.metadata.author.as_deref(), Some("Ann"));
        assert_eq!(parsed.document.text, "x");
    }

    #[test]
    fn groups_without_end_are_read() {
        let deep = [b"{\\rtf1 a".to_vec(), b"{".repeat(100_000), b"b".to_vec()].concat();
        check(&deep, "ab");
        check(&[deep, b"}".repeat(200_000), b"c".to_vec()].concat(), "abc");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn any_words_are_read(words in "(\\{|\\}|\\\\u-?[0-9]{0,6}|\\\\bin9?|\\\\'[0-9a-f]{0,2}|\\\\\\*|\\\\f1|\\\\par|\\\\uc3|\\\\footnote|\\\\fonttbl|x|é){0,60}") {
            let _ = parse(words.as_bytes());
        }
    }
}
