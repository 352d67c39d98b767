//! OpenDocument texts, as a ZIP (`.odt`) or as one XML file (`.fodt`).
//!
//! `content.xml` holds paragraphs and headings, table cells and text boxes among
//! them. White space of the XML is one space, and more are elements. Notes come
//! last; left out are comments, what tracked changes deleted, and hidden text.
//! Headers and footers lie in another part. `meta.xml` states title and author.
//!
//! Example: `<text:p>One<text:s text:c="2"/>two</text:p>` is the paragraph
//! `One  two`.

use quick_xml::events::BytesStart;

use super::paragraphs::Paragraphs;
use super::{Parsed, document, keep};
use crate::source::parse::zipped::{Node, ZippedParts, attribute, decoded, texts, walk};
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{Reading, Result};

/// Elements that hold no text of the document.
const LEFT_OUT: [&str; 16] = [
    "tracked-changes",
    "annotation",
    "note-citation",
    "hidden-text",
    "hidden-paragraph",
    "sequence-decls",
    "variable-decls",
    "user-field-decls",
    "forms",
    "styles",
    "automatic-styles",
    "master-styles",
    "meta",
    "scripts",
    "ruby-text",
    "font-face-decls",
];

/// The most spaces that one element stands for.
const MOST_SPACES: usize = 64;

/// What the document is of, and what it says of itself.
pub(super) fn parse(
    bytes: &[u8],
    reading: &mut Reading<'_>,
) -> Result<std::result::Result<Parsed, SkipReason>> {
    if !bytes.starts_with(b"PK") {
        let xml = decoded(bytes);
        return Ok(Ok(read(&xml, &xml)));
    }
    let mut package = match ZippedParts::open(bytes) {
        Ok(package) => package,
        Err(reason) => return Ok(Err(reason)),
    };
    if let Some(Ok(manifest)) = package.part("META-INF/manifest.xml", reading)?
        && manifest.contains("encryption-data")
    {
        return Ok(Err(SkipReason::Encrypted));
    }
    let content = match package.part("content.xml", reading)? {
        Some(Ok(content)) => content,
        Some(Err(reason)) => return Ok(Err(reason)),
        None => {
            let why = "it has no text part, as an OpenDocument has".to_owned();
            return Ok(Err(SkipReason::Damaged(why)));
        }
    };
    let meta = match package.part("meta.xml", reading)? {
        Some(Ok(meta)) => meta,
        _ => String::new(),
    };
    Ok(Ok(read(&content, &meta)))
}

/// What a document says of itself, with the key under which it is kept.
const META: [(&str, &str); 8] = [
    ("title", "title"),
    ("creator", "last_modified_by"),
    ("initial-creator", "author"),
    ("subject", "subject"),
    ("keyword", "keywords"),
    ("description", "description"),
    ("creation-date", "file_created"),
    ("date", "file_modified"),
];

/// Reads the paragraphs of some XML, and what other XML says of them.
fn read(content: &str, meta: &str) -> Parsed {
    let mut state = State::default();
    let end = walk(content, |node| match node {
        Node::Start(start) => state.start(start),
        Node::End(name) => state.end(name),
        Node::Text(text) => state.text(text),
    });
    for paragraph in state.open.drain(..) {
        state.paragraphs.push(paragraph.text);
    }
    let mut paragraphs = Paragraphs::new();
    for paragraph in state.paragraphs.iter().chain(&state.notes) {
        paragraphs.push(paragraph);
    }
    let mut document = document(paragraphs);
    for (name, value) in texts(meta_of(meta), &META.map(|(name, _)| name)) {
        let key = META.iter().find(|(known, _)| *known == name);
        keep(&mut document, key.map_or(name, |(_, key)| *key), &value);
    }
    if document.metadata.author.is_none() {
        let creator = document.metadata.other.get("last_modified_by");
        document.metadata.author = creator.and_then(|name| name.as_str()).map(str::to_owned);
    }
    Parsed {
        document,
        left_out: end.into_iter().collect(),
    }
}

/// The part of a flat file that says what it is; all of a part of a ZIP.
fn meta_of(xml: &str) -> &str {
    let start = xml.find("<office:meta>").unwrap_or(0);
    let end = xml
        .find("</office:meta>")
        .map_or(xml.len(), |end| end + "</office:meta>".len());
    xml.get(start..end).unwrap_or_default()
}

/// A paragraph that is open.
#[derive(Debug, Default)]
struct Open {
    text: String,
    is_note: bool,
}

/// Where in the text the walk is.
#[derive(Debug, Default)]
struct State {
    paragraphs: Vec<String>,
    notes: Vec<String>,
    /// The paragraphs that are open: a note or a text box lies in one of them.
    open: Vec<Open>,
    /// How many elements are open inside one that is left out, and it.
    left_out: usize,
    /// How many notes are open.
    in_notes: usize,
}

impl State {
    fn start(&mut self, start: &BytesStart<'_>) {
        let name = start.local_name().into_inner();
        if self.left_out > 0 || LEFT_OUT.contains(&name) {
            self.left_out += 1;
            return;
        }
        match name {
            "p" | "h" => self.open.push(Open {
                text: String::new(),
                is_note: self.in_notes > 0,
            }),
            "note" => self.in_notes += 1,
            "s" => {
                let count = attribute(start, "c").and_then(|count| count.parse().ok());
                let count: usize = count.unwrap_or(1);
                self.add(&" ".repeat(count.min(MOST_SPACES)));
            }
            "tab" => self.add("\t"),
            "line-break" => self.add("\n"),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if self.left_out > 0 {
            self.left_out -= 1;
            return;
        }
        match name {
            "p" | "h" => match self.open.pop() {
                Some(open) if open.is_note => self.notes.push(open.text),
                Some(open) => self.paragraphs.push(open.text),
                None => {}
            },
            "note" => self.in_notes = self.in_notes.saturating_sub(1),
            _ => {}
        }
    }

    /// Text of the XML, in which a line end is a space.
    fn text(&mut self, text: &str) {
        if self.left_out > 0 {
            return;
        }
        let Some(open) = self.open.last_mut() else {
            return;
        };
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r') {
                if !open.text.ends_with([' ', '\n', '\t']) {
                    open.text.push(' ');
                }
            } else {
                open.text.push(c);
            }
        }
    }

    fn add(&mut self, text: &str) {
        if let Some(open) = self.open.last_mut() {
            open.text.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::article::Article;
    use crate::source::input::Content;
    use crate::source::trial;

    const CONTENT: &str = "<office:document-content><office:automatic-styles><style:p>no</style:p></office:automatic-styles><office:body><office:text><text:tracked-changes><text:deletion><text:p>gone</text:p></text:deletion></text:tracked-changes><text:h>Head</text:h><text:p/><text:p>One\n   two<text:s text:c=\"2\"/>three<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p></text:note-body></text:note>.<text:line-break/>line<office:annotation><text:p>no</text:p></office:annotation></text:p><table:table><table:table-cell><text:p>Cell</text:p></table:table-cell></table:table></office:text></office:body></office:document-content>";

    const META: &str = "<office:document-meta><office:meta><dc:title>Talks</dc:title><meta:initial-creator>Ann Lee</meta:initial-creator><dc:date>2001-02-03</dc:date></office:meta></office:document-meta>";

    fn read_all(bytes: Vec<u8>) -> (Vec<Article>, Vec<String>) {
        let (articles, outcome) = trial::read("a.odt", Content::Whole(bytes), 1 << 26);
        let reasons = outcome.skipped.into_iter().map(|skip| skip.reason);
        (articles, reasons.collect())
    }

    #[test]
    fn paragraphs_are_read_without_what_is_no_text() {
        let zip = trial::zip(&[
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            ("content.xml", CONTENT),
            ("meta.xml", META),
        ]);
        let flat = format!("<office:document>{META}{CONTENT}</office:document>");
        for bytes in [zip, flat.into_bytes()] {
            let (articles, reasons) = read_all(bytes);
            assert_eq!(reasons, [""; 0]);
            let article = &articles[0];
            assert_eq!(
                article.text,
                "Head\n\n\nOne two  three.\nline\n\nCell\n\nA note."
            );
            assert_eq!(article.given_title.as_deref(), Some("Talks"));
            assert_eq!(article.metadata.author.as_deref(), Some("Ann Lee"));
            assert_eq!(article.metadata.date, None);
        }
    }

    #[test]
    fn an_encrypted_document_is_told() {
        let zip = trial::zip(&[
            (
                "META-INF/manifest.xml",
                "<m><manifest:encryption-data/></m>",
            ),
            ("content.xml", "noise"),
        ]);
        let (articles, reasons) = read_all(zip);
        assert!(articles.is_empty());
        assert!(reasons[0].starts_with("encrypted"));
    }
}
