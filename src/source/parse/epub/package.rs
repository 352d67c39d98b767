//! The papers of a book: where its package lies (`container.xml`), what it is
//! made of and in which order (the OPF), what its chapters are called (NCX or
//! `nav`), what of it is encrypted (`encryption.xml`).
//!
//! Read event by event, no deeper than 256 elements; entities of a DTD are not
//! expanded, since nothing here reads a DTD. XML that breaks off counts as far as
//! it goes.

use std::collections::{HashMap, HashSet};

use quick_xml::events::BytesStart;

use crate::source::parse::zipped::{self, Node, attribute};

/// How many elements of a paper are read.
const MOST_ELEMENTS: usize = 1_000_000;

/// What happens in XML: an element begins, with its attributes; ends, with the
/// text that stood directly in it.
enum XmlStep<'a, 'b> {
    Start(&'a str, &'a BytesStart<'b>),
    End(&'a str, &'a str),
}

/// Walks through some XML as far as it is well formed and no deeper than it may
/// be. Names come without their prefixes.
fn walk(xml: &str, mut step: impl FnMut(XmlStep<'_, '_>)) {
    // Of each open element the text.
    let mut open: Vec<String> = Vec::new();
    let mut elements = 0;
    // What was read before something is wrong counts.
    let _ = zipped::walk(xml, |node| match node {
        _ if elements > MOST_ELEMENTS => {}
        Node::Start(element) => {
            elements += 1;
            step(XmlStep::Start(element.local_name().as_ref(), element));
            open.push(String::new());
        }
        Node::Text(text) => add(&mut open, text),
        Node::End(name) => {
            let text = open.pop().unwrap_or_default();
            step(XmlStep::End(name, text.trim()));
            // Of `<a>One <b>two</b></a>` all is the text of `a`.
            add(&mut open, &text);
        }
    });
}

/// The most bytes of text of an element that are kept. No title is as long.
const MOST_TEXT: usize = 1 << 16;

fn add(open: &mut [String], text: &str) {
    if let Some(last) = open.last_mut().filter(|last| last.len() < MOST_TEXT) {
        last.push_str(text);
    }
}

/// Where the package of a book lies, by its `container.xml`.
pub(super) fn package_path(container: &str) -> Option<String> {
    let mut found = None;
    walk(container, |step| {
        if let XmlStep::Start("rootfile", element) = step
            && found.is_none()
        {
            found = attribute(element, "full-path");
        }
    });
    found
}

/// A file of a book, as its package lists it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct BookItem {
    /// Where it lies in the book.
    pub(super) path: String,
    pub(super) media_type: String,
    /// Whether it is the table of contents.
    pub(super) is_contents: bool,
}

/// What a package says.
#[derive(Debug, Default)]
pub(super) struct Package {
    pub(super) title: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) publisher: Option<String>,
    /// What else it states, by the names of Dublin Core.
    pub(super) other: Vec<(String, String)>,
    /// The files in the order of reading; `None` for one that it does not list.
    pub(super) spine: Vec<Option<BookItem>>,
    /// Where the tables of contents lie: NCX and `nav`.
    pub(super) contents: Vec<String>,
}

impl Package {
    /// Reads the package that lies at `path`.
    pub(super) fn read(xml: &str, path: &str) -> Package {
        let mut package = Package::default();
        let mut items: HashMap<String, BookItem> = HashMap::new();
        let mut spine: Vec<String> = Vec::new();
        walk(xml, |step| match step {
            XmlStep::Start("item", element) => {
                let href = attribute(element, "href").unwrap_or_default();
                let properties = attribute(element, "properties").unwrap_or_default();
                let item = BookItem {
                    path: resolved(path, &href).unwrap_or_default(),
                    media_type: attribute(element, "media-type").unwrap_or_default(),
                    is_contents: properties.split(' ').any(|property| property == "nav"),
                };
                if item.is_contents || item.media_type == "application/x-dtbncx+xml" {
                    package.contents.push(item.path.clone());
                }
                if let Some(id) = attribute(element, "id") {
                    items.insert(id, item);
                }
            }
            XmlStep::Start("itemref", element) => spine.extend(attribute(element, "idref")),
            XmlStep::Start(..) => {}
            XmlStep::End(name, text) => package.state(name, text),
        });
        package.spine = spine.iter().map(|id| items.get(id).cloned()).collect();
        package
    }

    /// Takes an element of Dublin Core.
    fn state(&mut self, name: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        let text = crate::article::one_line(text);
        match name {
            "title" if self.title.is_none() => self.title = Some(text),
            "creator" => self.authors.push(text),
            "publisher" if self.publisher.is_none() => self.publisher = Some(text),
            "date" | "language" | "identifier" | "subject" | "description" | "rights" => {
                self.other.push((name.to_owned(), text));
            }
            _ => {}
        }
    }
}

/// What a table of contents at `path`, NCX or `nav`, calls the files that it
/// names: of several names of a file the first.
pub(super) fn labels(xml: &str, path: &str, labels: &mut HashMap<String, String>) {
    let (mut label, mut href) = (String::new(), None);
    let mut name = |href: Option<String>, label: &str| {
        let file = href.and_then(|href| resolved(path, &href));
        if let Some(file) = file.filter(|_| !label.is_empty()) {
            let label = crate::article::one_line(label);
            labels.entry(file).or_insert(label);
        }
    };
    walk(xml, |step| match step {
        // <navPoint><navLabel><text>One</text></navLabel><content src="1.xhtml"/>
        XmlStep::End("text", text) => text.clone_into(&mut label),
        XmlStep::Start("content", element) => {
            name(attribute(element, "src"), &label);
            label.clear();
        }
        // <a href="1.xhtml">One</a>
        XmlStep::Start("a", element) => href = attribute(element, "href"),
        XmlStep::End("a", text) => name(href.take(), text),
        _ => {}
    });
}

/// The files that `encryption.xml` says are encrypted; fonts that are only
/// mangled are not.
pub(super) fn encrypted(xml: &str) -> HashSet<String> {
    const MANGLED: [&str; 2] = [
        "http://www.idpf.org/2008/embedding",
        "http://ns.adobe.com/pdf/enc#RC",
    ];
    let mut files = HashSet::new();
    let mut is_mangled = false;
    walk(xml, |step| match step {
        XmlStep::Start("EncryptionMethod", element) => {
            let method = attribute(element, "Algorithm").unwrap_or_default();
            is_mangled = MANGLED.contains(&method.as_str());
        }
        XmlStep::Start("CipherReference", element) if !is_mangled => {
            let file = attribute(element, "URI").and_then(|uri| resolved("", &uri));
            files.extend(file);
        }
        XmlStep::End("EncryptedData", _) => is_mangled = false,
        _ => {}
    });
    files
}

/// Where `href`, named in the file at `base`, lies in the book; `None` for what
/// lies outside of it.
pub(super) fn resolved(base: &str, href: &str) -> Option<String> {
    let href = href.split(['#', '?']).next().unwrap_or_default();
    let href = percent_decoded(href);
    if href.is_empty() || href.contains([':', '\\', '\0']) {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    if !href.starts_with('/') {
        let (folder, _) = base.rsplit_once('/').unwrap_or_default();
        parts.extend(folder.split('/').filter(|part| !part.is_empty()));
    }
    for part in href.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/")).filter(|path| !path.is_empty())
}

/// `Chapter%201` as `Chapter 1`.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_says_what_is_read_in_which_order() {
        let xml = r#"<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
 <metadata><dc:title>Harbours &amp; boats</dc:title><dc:creator>Ana Bell</dc:creator>
  <dc:creator>Tom Reed</dc:creator><dc:date>2019</dc:date></metadata>
 <manifest><item id="b" href="Text/2%20b.xhtml" media-type="application/xhtml+xml"/>
  <item id="a" href="Text/1.xhtml" media-type="application/xhtml+xml"/>
  <item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>
 <spine toc="n"><itemref idref="a"/><itemref idref="b"/><itemref idref="lost"/></spine>
</package>"#;
        let package = Package::read(xml, "OEBPS/book.opf");
        assert_eq!(package.title.as_deref(), Some("Harbours & boats"));
        assert_eq!(package.authors, ["Ana Bell", "Tom Reed"]);
        assert_eq!(package.other, [("date".to_owned(), "2019".to_owned())]);
        let paths: Vec<Option<&str>> = package
            .spine
            .iter()
            .map(|item| item.as_ref().map(|item| item.path.as_str()))
            .collect();
        assert_eq!(
            paths,
            [
                Some("OEBPS/Text/1.xhtml"),
                Some("OEBPS/Text/2 b.xhtml"),
                None
            ]
        );
        assert_eq!(package.contents, ["OEBPS/toc.ncx"]);
    }

    #[test]
    fn both_tables_of_contents_name_chapters() {
        let mut found = HashMap::new();
        let ncx = r#"<ncx><navMap><navPoint><navLabel><text>One</text></navLabel><content src="t/1.xhtml#a"/><navPoint><navLabel><text>Part</text></navLabel><content src="t/1.xhtml#b"/></navPoint></navPoint></navMap></ncx>"#;
        labels(ncx, "O/toc.ncx", &mut found);
        let nav = r#"<html><body><nav><ol><li><a href="t/2.xhtml">Two <b>more</b></a></li></ol></nav></body></html>"#;
        labels(nav, "O/nav.xhtml", &mut found);
        assert_eq!(found["O/t/1.xhtml"], "One");
        assert_eq!(found["O/t/2.xhtml"], "Two more");
    }

    #[test]
    fn fonts_that_are_mangled_are_not_encrypted() {
        let xml = r#"<encryption><EncryptedData><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/><CipherData><CipherReference URI="font.otf"/></CipherData></EncryptedData><EncryptedData><EncryptionMethod Algorithm="x"/><CipherData><CipherReference URI="O/1.xhtml"/></CipherData></EncryptedData></encryption>"#;
        assert_eq!(encrypted(xml), HashSet::from(["O/1.xhtml".to_owned()]));
    }

    #[test]
    fn names_stay_inside_the_book() {
        let place = |href: &str| resolved("O/T/a.opf", href);
        assert_eq!(place("../b.xhtml").as_deref(), Some("O/b.xhtml"));
        assert_eq!(place("/b.xhtml").as_deref(), Some("b.xhtml"));
        for href in [
            "../../../etc/passwd",
            "http://a/b",
            "",
            "#x",
            "a\\b",
            "..%2f..%2f../x",
        ] {
            assert_eq!(place(href), None, "{href}");
        }
    }

    #[test]
    fn depth_and_damage_end_the_walk() {
        let mut count = 0;
        walk(&"<a>".repeat(100_000), |_| count += 1);
        assert_eq!(count, zipped::MOST_DEPTH);
        let mut ends = 0;
        walk("<a><b>x</b></c>", |step| {
            ends += usize::from(matches!(step, XmlStep::End(..)));
        });
        assert_eq!(ends, 1);
    }
}
