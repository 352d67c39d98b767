//! Word documents since 2007.
//!
//! A ZIP whose part `word/document.xml` holds the paragraphs, table cells among
//! them; `footnotes.xml` and `endnotes.xml` hold the notes, which come last. Left
//! out are headers and footers, comments, what tracked changes deleted or moved
//! away, instructions of fields, hidden text, and the copy of a text box that is
//! there for old programs. `docProps/core.xml` states title and author.
//!
//! Example: `<w:p><w:r><w:t>One</w:t></w:r><w:del>…</w:del></w:p>` is the
//! paragraph `One`.

use quick_xml::events::BytesStart;

use super::paragraphs::Paragraphs;
use super::{Parsed, document, keep};
use crate::source::parse::zipped::{Node, ZippedParts, attribute, texts, walk};
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{Reading, Result};

/// Elements that hold no text of the document.
const LEFT_OUT: [&str; 15] = [
    "pPr",
    "del",
    "moveFrom",
    "instrText",
    "delText",
    "delInstrText",
    "Fallback",
    "sectPr",
    "sdtPr",
    "tblPr",
    "trPr",
    "tcPr",
    "rt",
    "tblGrid",
    "annotationRef",
];

/// What the document is of, and what it says of itself.
pub(super) fn parse(
    bytes: &[u8],
    reading: &mut Reading<'_>,
) -> Result<std::result::Result<Parsed, SkipReason>> {
    let mut package = match ZippedParts::open(bytes) {
        Ok(package) => package,
        Err(reason) => return Ok(Err(reason)),
    };
    let main = main_part(&mut package, reading)?;
    let mut paragraphs = Paragraphs::new();
    let mut left_out = Vec::new();
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let parts = [
        main.clone(),
        format!("{folder}/footnotes.xml"),
        format!("{folder}/endnotes.xml"),
    ];
    for (number, name) in parts.iter().enumerate() {
        match package.part(name.trim_start_matches('/'), reading)? {
            Some(Ok(xml)) => left_out.extend(read(&xml, &mut paragraphs)),
            Some(Err(reason)) if number == 0 => return Ok(Err(reason)),
            Some(Err(reason)) => left_out.push(reason),
            None if number == 0 => {
                let why = "it has no text part, as a document of Word has".to_owned();
                return Ok(Err(SkipReason::Damaged(why)));
            }
            None => {}
        }
    }
    let mut document = document(paragraphs);
    if let Some(Ok(xml)) = package.part("docProps/core.xml", reading)? {
        for (name, value) in texts(&xml, &CORE.map(|(name, _)| name)) {
            let key = CORE.iter().find(|(known, _)| *known == name);
            keep(&mut document, key.map_or(name, |(_, key)| *key), &value);
        }
    }
    Ok(Ok(Parsed { document, left_out }))
}

/// What a document says of itself, with the key under which it is kept.
const CORE: [(&str, &str); 8] = [
    ("title", "title"),
    ("creator", "author"),
    ("subject", "subject"),
    ("keywords", "keywords"),
    ("description", "description"),
    ("lastModifiedBy", "last_modified_by"),
    ("created", "file_created"),
    ("modified", "file_modified"),
];

/// The name of the part with the text.
fn main_part(package: &mut ZippedParts<'_>, reading: &mut Reading<'_>) -> Result<String> {
    let mut found = None;
    if let Some(Ok(xml)) = package.part("_rels/.rels", reading)? {
        // Without it, the usual name is as good.
        let _ = walk(&xml, |node| {
            if let Node::Start(start) = node
                && attribute(start, "Type").is_some_and(|kind| kind.ends_with("/officeDocument"))
            {
                found = attribute(start, "Target");
            }
        });
    }
    let name = found.unwrap_or_else(|| "word/document.xml".to_owned());
    Ok(name.trim_start_matches('/').to_owned())
}

/// Reads the paragraphs of a part; says what of it was not read.
fn read(xml: &str, paragraphs: &mut Paragraphs) -> Option<SkipReason> {
    let mut state = State::default();
    let end = walk(xml, |node| match node {
        Node::Start(start) => state.start(start),
        Node::End(name) => state.end(name, paragraphs),
        Node::Text(text) => state.text(text),
    });
    for open in std::mem::take(&mut state.open) {
        paragraphs.push(&open);
    }
    end
}

/// Where in a part the walk is.
#[derive(Debug, Default)]
struct State {
    /// The paragraphs that are open: a text box lies in one of them.
    open: Vec<String>,
    /// How many elements are open inside one that is left out, and it.
    left_out: usize,
    /// Whether the walk is in a text.
    is_text: bool,
    /// Whether the properties of a run are read.
    is_properties: bool,
    /// Whether the run is hidden.
    is_hidden: bool,
}

impl State {
    fn start(&mut self, start: &BytesStart<'_>) {
        if self.left_out > 0 {
            self.left_out += 1;
            return;
        }
        let name = start.local_name().into_inner();
        if LEFT_OUT.contains(&name) || is_separator(name, start) {
            self.left_out = 1;
            return;
        }
        match name {
            "p" => self.open.push(String::new()),
            "t" => self.is_text = true,
            "rPr" => self.is_properties = true,
            "vanish" if self.is_properties => self.is_hidden = !is_off(start),
            "tab" if !self.is_properties => self.text_of_run("\t"),
            "br" | "cr" => self.text_of_run("\n"),
            "noBreakHyphen" => self.text_of_run("-"),
            "softHyphen" => self.text_of_run("\u{ad}"),
            _ => {}
        }
    }

    fn end(&mut self, name: &str, paragraphs: &mut Paragraphs) {
        if self.left_out > 0 {
            self.left_out -= 1;
            return;
        }
        match name {
            "p" => {
                if let Some(text) = self.open.pop() {
                    paragraphs.push(&text);
                }
            }
            "t" => self.is_text = false,
            "rPr" => self.is_properties = false,
            "r" => self.is_hidden = false,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.left_out == 0 && self.is_text {
            self.text_of_run(text);
        }
    }

    fn text_of_run(&mut self, text: &str) {
        if let Some(open) = self.open.last_mut().filter(|_| !self.is_hidden) {
            open.push_str(text);
        }
    }
}

/// Whether an element is a note that is none: the line above notes.
fn is_separator(name: &str, start: &BytesStart<'_>) -> bool {
    matches!(name, "footnote" | "endnote")
        && attribute(start, "type").is_some_and(|kind| kind != "normal")
}

/// Whether a switch is turned off.
fn is_off(start: &BytesStart<'_>) -> bool {
    let value = attribute(start, "val");
    value.is_some_and(|value| matches!(&*value, "0" | "false" | "off" | "none"))
}

#[cfg(test)]
mod tests {
    use crate::article::Article;
    use crate::source::input::Content;
    use crate::source::reading::outcome::Outcome;
    use crate::source::trial;

    fn read_all(bytes: Vec<u8>) -> (Vec<Article>, Outcome) {
        trial::read("a.docx", Content::Whole(bytes), 1 << 26)
    }

    const RELS: &str = "<Relationships><Relationship Type=\"http://x/officeDocument\" Target=\"word/document.xml\"/></Relationships>";

    fn docx(body: &str) -> Vec<u8> {
        let body = format!("<w:document xmlns:w=\"x\"><w:body>{body}</w:body></w:document>");
        trial::zip(&[
            ("_rels/.rels", RELS),
            ("word/document.xml", &body),
            (
                "word/header1.xml",
                "<w:hdr><w:p><w:r><w:t>Header</w:t></w:r></w:p></w:hdr>",
            ),
            (
                "word/footnotes.xml",
                "<w:footnotes><w:footnote w:type=\"separator\"><w:p><w:r><w:t>x</w:t></w:r></w:p></w:footnote><w:footnote w:id=\"1\"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote></w:footnotes>",
            ),
            (
                "docProps/core.xml",
                "<cp:coreProperties><dc:title>Talks &amp; more</dc:title><dc:creator>Ann Lee</dc:creator><dcterms:created>2001-02-03T04:05:06Z</dcterms:created></cp:coreProperties>",
            ),
        ])
    }

    #[test]
    fn paragraphs_are_read_without_what_is_no_text() {
        let (articles, outcome) = read_all(docx(
            "<w:p><w:pPr><w:tabs><w:tab/></w:tabs><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>One</w:t></w:r><w:r><w:tab/><w:t xml:space=\"preserve\"> &lt;1&gt;</w:t><w:br/><w:t>line</w:t></w:r></w:p><w:p/><w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:ins><w:r><w:t>Two</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:instrText>PAGE</w:instrText><w:t>.</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>Cell</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Next</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
        ));
        assert_eq!(outcome.skipped, []);
        let article = &articles[0];
        assert_eq!(
            article.text,
            "One\t <1>\nline\n\n\nTwo.\n\nCell\n\nNext\n\nA note."
        );
        assert_eq!(article.given_title.as_deref(), Some("Talks & more"));
        let metadata = &article.metadata;
        assert_eq!(
            (metadata.author.as_deref(), &metadata.date),
            (Some("Ann Lee"), &None)
        );
        assert_eq!(metadata.other["file_created"], "2001-02-03T04:05:06Z");
        assert_eq!(
            article.origin.marks.at(article.text.find("Two").unwrap()),
            Some(3)
        );
    }

    #[test]
    fn what_is_damaged_is_told_and_the_rest_kept() {
        let (articles, outcome) =
            read_all(docx("<w:p><w:r><w:t>Kept</w:t></w:r></w:p><w:p></w:r>"));
        assert_eq!(articles[0].text, "Kept\n\n\nA note.");
        assert!(outcome.skipped[0].reason.starts_with("damaged"));
        let (articles, outcome) = read_all(trial::zip(&[("a.txt", "x")]));
        assert!(articles.is_empty());
        assert!(outcome.skipped[0].reason.contains("no text part"));
        let mut cut = docx("<w:p><w:r><w:t>Kept</w:t></w:r></w:p>");
        cut.truncate(cut.len() / 2);
        let (articles, outcome) = read_all(cut);
        assert!(articles.is_empty());
        assert!(outcome.skipped[0].reason.starts_with("damaged"));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let body = format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", " ".repeat(40 << 20));
        let (articles, outcome) = read_all(docx(&body));
        assert!(articles.is_empty());
        assert!(
            outcome.skipped[0].reason.contains("200 times"),
            "{:?}",
            outcome.skipped
        );
    }

    #[test]
    fn depth_is_bounded() {
        let (articles, outcome) = read_all(docx(&"<w:p>".repeat(20_000)));
        assert!(articles.len() <= 1);
        assert!(outcome.skipped[0].reason.contains("deeper than 256"));
    }
}
