//! How articles lie in a file: by its ending, then by its first bytes.
//!
//! An ending is a promise that is often broken: a `.doc` of a news database is
//! RTF, a `.txt` is a saved web page, a download without an ending is a ZIP.
//! What the bytes say beyond doubt goes before the ending; what they leave open
//! (plain text of any kind) is what the ending says.
//!
//! Example: `report.doc` that begins with `{\rtf` is RTF; `report.doc` that
//! begins with `D0 CF 11 E0` is old Word, which nobody here reads, and is said
//! to be so.

mod readers;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub use self::readers::Readers;
#[cfg(feature = "remote")]
pub(crate) use self::readers::version_of;
pub(crate) use self::readers::{FormatSet, versions};

/// How articles lie in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceFormat {
    /// One article of plain text, or an export of a news database.
    Text,
    /// One article in Markdown, perhaps with front matter.
    Markdown,
    /// An article per line, each a JSON object.
    JsonLines,
    /// A table with an article a row: CSV or TSV.
    Table,
    /// A web page.
    Html,
    /// A web page with all that belongs to it, as a message.
    Mhtml,
    /// Rich text.
    Rtf,
    /// A document of Word since 2007.
    Docx,
    /// A document of `OpenDocument`.
    Odt,
    /// A book, an article a chapter.
    Epub,
    /// Pages.
    Pdf,
    /// A message.
    Eml,
    /// Messages one after the other.
    Mbox,
    /// A feed or news items in XML.
    Xml,
    /// A news item, or a list of them, in JSON.
    Json,
    /// A web archive.
    Warc,
    /// A web archive with its index, in a ZIP.
    Wacz,
    /// An archive.
    Zip,
    /// An archive.
    Tar,
    /// One compressed file.
    Gzip,
    /// One compressed file.
    Zstd,
}

/// A family of formats that the program may be built without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Always there.
    Base,
    /// Web pages.
    Html,
    /// Documents.
    Office,
    /// Messages, feeds and news items.
    Mail,
    /// Web archives.
    Warc,
    /// Archives.
    Archives,
}

impl Family {
    /// Whether this program was built with it.
    pub fn is_built(self) -> bool {
        match self {
            Family::Base => true,
            Family::Html => cfg!(feature = "html"),
            Family::Office => cfg!(feature = "office"),
            Family::Mail => cfg!(feature = "mail"),
            Family::Warc => cfg!(feature = "warc"),
            Family::Archives => cfg!(feature = "archives"),
        }
    }

    /// The cargo feature of a family that can be left out.
    pub fn feature(self) -> Option<&'static str> {
        match self {
            Family::Base => None,
            Family::Html => Some("html"),
            Family::Office => Some("office"),
            Family::Mail => Some("mail"),
            Family::Warc => Some("warc"),
            Family::Archives => Some("archives"),
        }
    }
}

use SourceFormat::{
    Docx, Eml, Epub, Gzip, Html, Json, JsonLines, Markdown, Mbox, Mhtml, Odt, Pdf, Rtf, Table, Tar,
    Text, Wacz, Warc, Xml, Zip, Zstd,
};

/// What is known of a format: its name for people, its family, the version of its
/// reader (see [`readers`]), and the endings that tell it, in small letters.
struct FormatFacts(
    SourceFormat,
    &'static str,
    Family,
    u32,
    &'static [&'static str],
);

/// All formats, in their order. Endings of two parts (`warc.gz`) stand before
/// those of one that end alike (`gz`).
const FORMATS: [FormatFacts; 21] = [
    FormatFacts(Text, "plain text", Family::Base, 1, &["txt", "text"]),
    FormatFacts(Markdown, "Markdown", Family::Base, 1, &["md", "markdown"]),
    FormatFacts(
        JsonLines,
        "JSON Lines",
        Family::Base,
        1,
        &["jsonl", "ndjson"],
    ),
    FormatFacts(Table, "CSV, TSV", Family::Base, 1, &["csv", "tsv", "tab"]),
    FormatFacts(
        Html,
        "web page",
        Family::Html,
        2,
        &["html", "htm", "xhtml", "xht"],
    ),
    FormatFacts(Mhtml, "MHTML", Family::Html, 2, &["mhtml", "mht"]),
    FormatFacts(Rtf, "RTF", Family::Office, 1, &["rtf", "doc"]),
    FormatFacts(Docx, "Word", Family::Office, 1, &["docx", "docm"]),
    FormatFacts(Odt, "OpenDocument", Family::Office, 1, &["odt", "fodt"]),
    FormatFacts(Epub, "EPUB", Family::Office, 2, &["epub"]),
    FormatFacts(Pdf, "PDF", Family::Base, 2, &["pdf"]),
    FormatFacts(Eml, "message", Family::Mail, 3, &["eml", "emlx"]),
    FormatFacts(Mbox, "mailbox", Family::Mail, 3, &["mbox", "mbx"]),
    FormatFacts(
        Xml,
        "feed, news XML",
        Family::Mail,
        2,
        &["xml", "rss", "atom", "nitf"],
    ),
    FormatFacts(Json, "ninjs", Family::Mail, 1, &["json", "ninjs"]),
    FormatFacts(Warc, "web archive", Family::Warc, 2, &["warc", "warc.gz"]),
    FormatFacts(Wacz, "WACZ", Family::Warc, 2, &["wacz"]),
    FormatFacts(Zip, "ZIP", Family::Archives, 2, &["zip"]),
    FormatFacts(
        Tar,
        "tar",
        Family::Archives,
        1,
        &["tar", "tar.gz", "tgz", "tar.zst", "tzst"],
    ),
    FormatFacts(Gzip, "gzip", Family::Archives, 1, &["gz"]),
    FormatFacts(Zstd, "Zstandard", Family::Archives, 1, &["zst"]),
];

impl SourceFormat {
    /// All formats, with their endings, whether this program was built with them
    /// or not.
    pub fn known() -> impl Iterator<Item = (SourceFormat, &'static [&'static str])> {
        FORMATS.iter().map(|facts| (facts.0, facts.4))
    }

    /// All formats that this program was built with, with their endings.
    pub fn all() -> impl Iterator<Item = (SourceFormat, &'static [&'static str])> {
        let built = |(format, _): &(SourceFormat, _)| format.family().is_built();
        SourceFormat::known().filter(built)
    }

    fn facts(self) -> &'static FormatFacts {
        &FORMATS[self as usize]
    }

    /// Its name for people.
    pub fn label(self) -> &'static str {
        self.facts().1
    }

    /// The family that it belongs to.
    pub fn family(self) -> Family {
        self.facts().2
    }

    /// The format that a file name's ending tells, `None` for other files and
    /// for formats that this program was built without.
    pub fn of(path: &Path) -> Option<SourceFormat> {
        // Bytes that are no text may stand before the ending.
        let name = path.file_name()?.as_encoded_bytes();
        let is_told = |ending: &&str| {
            let start = name.len().checked_sub(ending.len() + 1);
            start.is_some_and(|start| {
                name[start] == b'.' && name[start + 1..].eq_ignore_ascii_case(ending.as_bytes())
            })
        };
        let found = FORMATS.iter().find(|facts| facts.4.iter().any(is_told))?;
        found.2.is_built().then_some(found.0)
    }

    /// Whether what lies in such a file may be of any format.
    fn holds_any(self) -> bool {
        matches!(
            self,
            Eml | Mhtml | Mbox | Warc | Wacz | Zip | Tar | Gzip | Zstd
        )
    }

    /// Whether reading such a file may need the reader of PDF.
    pub(crate) fn may_be_pdf(self) -> bool {
        self == Pdf || self.holds_any()
    }

    /// Whether it may hold any number of articles, and is read piece by piece.
    pub(crate) fn is_container(self) -> bool {
        matches!(
            self,
            JsonLines | Table | Mbox | Warc | Wacz | Zip | Tar | Gzip | Zstd
        )
    }

    /// Whether it is read anywhere, not from its beginning on.
    pub(super) fn is_sought(self) -> bool {
        matches!(self, Wacz | Zip)
    }

    /// Whether its files are text, in whatever encoding.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Text | Markdown | JsonLines | Table)
    }
}

/// How many bytes at the start of a file tell what it is.
pub(super) const SNIFFED: usize = 8192;

/// What the first bytes of a file say beyond doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sniffed {
    /// It is of this format.
    Format(SourceFormat),
    /// It is of a format that nobody here reads, in words.
    Unread(&'static str),
    /// Nothing: the ending tells.
    Nothing,
}

/// What the first bytes of a file say beyond doubt, where its name says that it
/// is of the format `named`.
pub(super) fn sniff(named: Option<SourceFormat>, head: &[u8]) -> Sniffed {
    let found = sniff_any(named, head);
    match found {
        Sniffed::Format(format) if !format.family().is_built() => Sniffed::Nothing,
        found => found,
    }
}

fn sniff_any(named: Option<SourceFormat>, head: &[u8]) -> Sniffed {
    match head {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Sniffed::Format(in_zip(named, head)),
        [0x1f, 0x8b, 8, ..] => Sniffed::Format(match named {
            Some(Warc | Tar) => named.unwrap_or(Gzip),
            _ => Gzip,
        }),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Sniffed::Format(match named {
            Some(Tar) => Tar,
            _ => Zstd,
        }),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Sniffed::Unread("an old Office file; save it as DOCX"),
        [b'%', b'P', b'D', b'F', b'-', ..] => Sniffed::Format(Pdf),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => {
            Sniffed::Unread("compressed by bzip2; unpack it")
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Sniffed::Unread("compressed by xz; unpack it"),
        [b'7', b'z', 0xbc, 0xaf, ..] => Sniffed::Unread("a 7z archive; unpack it"),
        [b'R', b'a', b'r', b'!', ..] => Sniffed::Unread("a RAR archive; unpack it"),
        _ if head.get(257..262) == Some(b"ustar") => Sniffed::Format(Tar),
        _ => sniff_text(named, head),
    }
}

/// What a ZIP with this head is: the first member of a document says its kind.
fn in_zip(named: Option<SourceFormat>, head: &[u8]) -> SourceFormat {
    let has = |text: &[u8]| memchr::memmem::find(&head[..head.len().min(256)], text).is_some();
    if has(b"mimetypeapplication/epub+zip") {
        Epub
    } else if has(b"mimetypeapplication/vnd.oasis.opendocument.text") {
        Odt
    } else {
        match named {
            Some(Docx | Odt | Epub | Wacz) => named.unwrap_or(Zip),
            // A document whose ending says how it is packed.
            Some(Zip) if !is_document(head) => Zip,
            // A `.doc` that is DOCX.
            Some(Rtf) => Docx,
            _ if memchr::memmem::find(head, b"word/").is_some()
                && memchr::memmem::find(head, b"[Content_Types].xml").is_some() =>
            {
                Docx
            }
            _ => Zip,
        }
    }
}

/// Whether the first member of a ZIP is one with which documents of Office begin,
/// and not a document that lies in it.
fn is_document(head: &[u8]) -> bool {
    let name = head.get(30..).unwrap_or_default();
    let begins = |first: &[u8]| name.starts_with(first);
    begins(b"[Content_Types].xml") || begins(b"_rels/.rels")
}

/// What text is, by its first words. Markdown and tables may begin as anything,
/// and stay what they are named.
fn sniff_text(named: Option<SourceFormat>, head: &[u8]) -> Sniffed {
    if matches!(named, Some(Markdown | Table | JsonLines | Json)) {
        return Sniffed::Nothing;
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let head = head.trim_ascii_start();
    let begins = |mark: &str| {
        head.get(..mark.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(mark.as_bytes()))
    };
    if begins("{\\rtf") {
        return Sniffed::Format(Rtf);
    }
    if begins("WARC/1.") {
        return Sniffed::Format(Warc);
    }
    // The months of a mailing list lie in text files.
    #[cfg(feature = "mail")]
    if matches!(named, None | Some(Text)) && super::open::mbox::is_mailbox(head) {
        return Sniffed::Format(Mbox);
    }
    #[cfg(feature = "mail")]
    if matches!(named, None | Some(Text)) && super::open::mail::is_message(head) {
        return Sniffed::Format(Eml);
    }
    if head.first() != Some(&b'<') {
        return Sniffed::Nothing;
    }
    if begins("<!doctype html") || begins("<html") {
        // A page kept by its own format stays what it is.
        return match named {
            Some(Eml | Mbox | Mhtml) => Sniffed::Nothing,
            _ => Sniffed::Format(Html),
        };
    }
    if !begins("<?xml") && !begins("<rss") && !begins("<feed") && !begins("<nitf") {
        return Sniffed::Nothing;
    }
    let is_page = root_element(head).is_some_and(|root| root.eq_ignore_ascii_case(b"html"));
    match named {
        // What is known to be a page is one, however late it says so.
        Some(Html | Odt | Eml | Mbox | Mhtml) => Sniffed::Nothing,
        _ if is_page => Sniffed::Format(Html),
        _ => Sniffed::Format(Xml),
    }
}

/// The name of the element that all of an XML document stands in, without the
/// prefix of its namespace, as far as the head reaches.
fn root_element(head: &[u8]) -> Option<&[u8]> {
    let mut rest = head.trim_ascii_start();
    let behind = |text: &'_ [u8], end: &[u8]| {
        let at = memchr::memmem::find(text, end)?;
        Some(at + end.len())
    };
    let name_of = |text: &[u8]| {
        let is_name =
            |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'>' | b'/' | b'[');
        text.iter()
            .position(|byte| !is_name(byte))
            .unwrap_or(text.len())
    };
    loop {
        if rest.starts_with(b"<?") {
            rest = &rest[behind(rest, b"?>")?..];
        } else if rest.starts_with(b"<!--") {
            rest = &rest[behind(rest, b"-->")?..];
        } else if rest.starts_with(b"<!") {
            // The type of a document names its root; a definition within brackets
            // is passed.
            let declared = &rest[2..];
            let end = declared
                .iter()
                .position(|byte| matches!(byte, b'>' | b'['))?;
            rest = match declared[end] {
                b'[' => &declared[end + behind(&declared[end..], b"]")?..],
                _ => &declared[end..],
            };
            rest = &rest[behind(rest, b">")?..];
        } else {
            let element = rest.strip_prefix(b"<")?;
            let name = &element[..name_of(element)];
            let local = name.iter().position(|byte| *byte == b':');
            return Some(local.map_or(name, |colon| &name[colon + 1..]));
        }
        rest = rest.trim_ascii_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_formats() {
        for (at, facts) in FORMATS.iter().enumerate() {
            assert_eq!(facts.0 as usize, at);
        }
    }

    #[test]
    fn endings_tell_formats() {
        let check = |name: &str, format: Option<SourceFormat>| {
            let built = format.filter(|format| format.family().is_built());
            assert_eq!(SourceFormat::of(Path::new(name)), built, "{name}");
        };
        check("a.TXT", Some(Text));
        check("a/b.md", Some(Markdown));
        check("c.warc.gz", Some(Warc));
        check("c.txt.gz", Some(Gzip));
        check("c.tar.gz", Some(Tar));
        check("c.tgz", Some(Tar));
        check("x.DOC", Some(Rtf));
        check("rs", None);
        check("a.rs", None);
        check(".txt", Some(Text));
        check("txt", None);
        check("a.xtxt", None);
        check("A.Warc.GZ", Some(Warc));
    }

    #[test]
    fn bytes_go_before_endings() {
        let check = |named: Option<SourceFormat>, head: &[u8], expected: Sniffed| {
            let expected = match expected {
                Sniffed::Format(format) if !format.family().is_built() => Sniffed::Nothing,
                other => other,
            };
            assert_eq!(sniff(named, head), expected, "{named:?} {head:?}");
        };
        check(Some(Rtf), b"{\\rtf1\\ansi", Sniffed::Format(Rtf));
        check(Some(Text), b" \r\n<!DOCTYPE HTML>", Sniffed::Format(Html));
        check(
            Some(Text),
            b"<?xml version=\"1.0\"?><rss>",
            Sniffed::Format(Xml),
        );
        check(
            Some(Text),
            b"<?xml version=\"1.0\"?>\n<html>",
            Sniffed::Format(Html),
        );
        // The element that all stands in tells, not what a text quotes.
        check(
            Some(Xml),
            b"<?xml version=\"1.0\"?><!-- <html> --><rss><item><![CDATA[<html>]]></item>",
            Sniffed::Format(Xml),
        );
        check(
            Some(Xml),
            b"<?xml version=\"1.0\"?>\n<!DOCTYPE html [<!ENTITY a \"b\">]><xhtml:html>",
            Sniffed::Format(Html),
        );
        let message = b"From: a@b.org\r\nSubject: x\r\n y\r\nMIME-Version: 1.0\r\n\r\nText";
        check(Some(Text), message, Sniffed::Format(Eml));
        check(
            Some(Text),
            b"From: a\nSubject: x\n\nMIME-Version: 1",
            Sniffed::Nothing,
        );
        let mut document = b"PK\x03\x04".to_vec();
        document.resize(30, 0);
        document.extend_from_slice(b"[Content_Types].xml word/document.xml");
        check(Some(Zip), &document, Sniffed::Format(Docx));
        check(
            Some(Zip),
            b"PK\x03\x04 word/ [Content_Types].xml",
            Sniffed::Format(Zip),
        );
        check(Some(Text), b"<b>Talks</b>", Sniffed::Nothing);
        check(Some(Markdown), b"<html>", Sniffed::Nothing);
        check(Some(Rtf), b"PK\x03\x04\x14", Sniffed::Format(Docx));
        check(Some(Warc), &[0x1f, 0x8b, 8, 0], Sniffed::Format(Warc));
        check(None, &[0x1f, 0x8b, 8, 0], Sniffed::Format(Gzip));
        check(None, b"%PDF-1.7", Sniffed::Format(Pdf));
        let old = [0xd0, 0xcf, 0x11, 0xe0, 0xa1];
        let told = Sniffed::Unread("an old Office file; save it as DOCX");
        check(Some(Rtf), &old, told);
    }
}
