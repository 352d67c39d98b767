//! One element of XML as a tree, with the place of each piece of its text.
//!
//! Feeds and news items are read an item at a time: the tree of one is built,
//! read, and given back. A tree has at most [`MOST_NODES`] nodes, [`MOST_DEPTH`]
//! levels and [`MOST_ATTRIBUTES`] attributes an element. Entities that a document
//! declares are not expanded; the five of XML, numbers and the names of HTML are.
//!
//! Feeds are often not well-formed: a lone `&` is text, an end tag that closes
//! nothing is passed over, and one that closes an outer element closes those
//! inside it as well. What ends in the middle is read as far as it goes.
//!
//! Names are those of the format: a prefix counts for what the root declares it
//! to stand for, so that `x:creator` is `dc:creator` where `x` is Dublin Core.

use std::ops::Range;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::source::keys;
use crate::source::mapped::Mapped;

/// Elements lie in each other at most so deep.
pub(super) const MOST_DEPTH: usize = 256;

/// An element has at most so many attributes.
const MOST_ATTRIBUTES: usize = 10_000;

/// An item has at most so many elements and pieces of text.
const MOST_NODES: usize = 200_000;

/// Why a document is read no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// What it breaks, and where.
    Syntax(String, usize),
    /// What it has too much of.
    Over(String),
}

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Node>,
    /// All of it, and what stands between its tags.
    pub(super) range: Range<usize>,
    pub(super) inner: Range<usize>,
}

/// A piece of an element.
#[derive(Debug)]
pub(super) enum Node {
    Element(Element),
    /// Text that stands as it is read.
    Text(Range<usize>),
    /// A character, and the reference that stands for it.
    Reference(char, Range<usize>),
}

/// What prefixes stand for.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Prefixes with what is said instead; nothing for the format's own names.
    prefixes: Vec<(String, &'static str)>,
}

/// Namespaces with the prefixes that they have here.
const NAMESPACES: [(&str, &str); 10] = [
    ("http://purl.org/dc/elements/1.", "dc"),
    ("http://purl.org/dc/terms", "dcterms"),
    ("http://purl.org/rss/1.0/modules/content", "content"),
    ("http://purl.org/rss/1.0", ""),
    ("http://my.netscape.com/rdf/simple/0.9", ""),
    ("http://iptc.org/std/nar", ""),
    ("http://iptc.org/std/NITF", ""),
    ("http://iptc.org/std/nitf", ""),
    ("http://www.w3.org/1999/xhtml", ""),
    ("http://www.w3.org/2005/Atom", "atom"),
];

impl Names {
    /// As the root declares them.
    pub(super) fn of(root: &BytesStart<'_>) -> Names {
        let mut names = Names::default();
        let attributes = attributes(root).unwrap_or_default();
        for (key, uri) in attributes {
            let known = NAMESPACES.iter().find(|(known, _)| uri.starts_with(known));
            if let (Some(prefix), Some((_, said))) = (key.strip_prefix("xmlns:"), known) {
                names.prefixes.push((prefix.to_owned(), said));
            }
        }
        if let Some((prefix, _)) = root.name().as_ref().split_once(':') {
            names.prefixes.insert(0, (prefix.to_owned(), ""));
        }
        names
    }

    /// A name as the format has it.
    pub(super) fn canonical(&self, name: &str) -> String {
        let Some((prefix, local)) = name.split_once(':') else {
            return name.to_owned();
        };
        let known = self.prefixes.iter().find(|(known, _)| known == prefix);
        match known {
            Some((_, "")) => local.to_owned(),
            Some((_, said)) => format!("{said}:{local}"),
            None => name.to_owned(),
        }
    }
}

/// A reader that takes what feeds really are.
pub(super) fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    reader
}

/// The next event of a document, and where it stands.
pub(super) fn next<'t>(reader: &mut Reader<&'t [u8]>) -> Result<(Event<'t>, Range<usize>), Fault> {
    let at = |position: u64| usize::try_from(position).unwrap_or(usize::MAX);
    let start = at(reader.buffer_position());
    match reader.read_event() {
        Ok(event) => Ok((event, start..at(reader.buffer_position()))),
        Err(error) => Err(Fault::Syntax(
            error.to_string(),
            at(reader.error_position()),
        )),
    }
}

/// The attributes of an element, references undone.
pub(super) fn attributes(start: &BytesStart<'_>) -> Result<Vec<(String, String)>, Fault> {
    let mut all = Vec::new();
    for attribute in start.attributes().with_checks(false) {
        let Ok(attribute) = attribute else { break };
        if all.len() == MOST_ATTRIBUTES {
            let limit = format!("an element has more than {MOST_ATTRIBUTES} attributes");
            return Err(Fault::Over(limit));
        }
        let value = unescaped(attribute.value.as_ref());
        all.push((attribute.key.as_ref().to_owned(), value));
    }
    Ok(all)
}

/// A text with its references undone.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        let head = &rest[at + 1..];
        let end = head
            .bytes()
            .take(MOST_REFERENCE)
            .position(|byte| byte == b';');
        if let Some((character, end)) =
            end.and_then(|end| Some((keys::character(&head[..end])?, end)))
        {
            plain.push(character);
            rest = &head[end + 1..];
        } else {
            plain.push('&');
            rest = head;
        }
    }
    plain + rest
}

/// A reference has at most so many bytes.
const MOST_REFERENCE: usize = 40;

/// What is read of an element, and why not all of it.
pub(super) type ReadElement = (Element, Option<Fault>);

/// The element that `start` begins, up to its end tag.
pub(super) fn element(
    reader: &mut Reader<&[u8]>,
    start: &BytesStart<'_>,
    range: Range<usize>,
    names: &Names,
) -> ReadElement {
    let mut building = Building {
        names,
        open: Vec::new(),
        nodes: 0,
        end: range.end,
    };
    let mut fault = building.start(start, &range).err();
    while fault.is_none() && !building.is_done() {
        match next(reader) {
            Ok((Event::Eof, range)) => {
                let why = "it ends in the middle".to_owned();
                fault = Some(Fault::Syntax(why, range.start));
            }
            Ok((event, range)) => fault = building.add(event, range).err(),
            Err(error) => fault = Some(error),
        }
    }
    (building.finish(), fault)
}

/// A tree that is being built.
struct Building<'n> {
    names: &'n Names,
    /// The elements that are open, the outermost first; the last one left is
    /// the whole.
    open: Vec<(Element, bool)>,
    nodes: usize,
    /// Where what has been read ends.
    end: usize,
}

impl Building<'_> {
    fn start(&mut self, start: &BytesStart<'_>, range: &Range<usize>) -> Result<(), Fault> {
        if self.open.len() == MOST_DEPTH {
            return Err(too_deep());
        }
        let element = Element {
            name: self.names.canonical(start.name().as_ref()),
            attributes: attributes(start)?,
            children: Vec::new(),
            range: range.clone(),
            inner: range.end..range.end,
        };
        self.open.push((element, false));
        Ok(())
    }

    fn is_done(&self) -> bool {
        matches!(self.open.as_slice(), [(_, true)] | [])
    }

    fn add(&mut self, event: Event<'_>, range: Range<usize>) -> Result<(), Fault> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            let limit = format!("an item has more than {MOST_NODES} elements");
            return Err(Fault::Over(limit));
        }
        self.end = range.end;
        match event {
            Event::Start(start) => self.start(&start, &range)?,
            Event::Empty(start) => {
                self.start(&start, &range)?;
                self.close(range.end, range.end);
            }
            Event::End(end) => {
                let name = self.names.canonical(end.name().as_ref());
                let found = self.open.iter().rposition(|(open, _)| open.name == name);
                if let Some(found) = found {
                    while self.open.len() > found + 1 {
                        self.close(range.start, range.start);
                    }
                    self.close(range.start, range.end);
                }
            }
            Event::Text(_) => self.push(Node::Text(range)),
            Event::CData(_) => self.push(Node::Text(inside(&range, "<![CDATA[", "]]>"))),
            Event::GeneralRef(reference) => {
                let node = match keys::character(&reference) {
                    Some(character) => Node::Reference(character, range),
                    None => Node::Text(range),
                };
                self.push(node);
            }
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, node: Node) {
        if let Some((open, _)) = self.open.last_mut() {
            open.children.push(node);
        }
    }

    /// Closes the innermost element, whose content ends at `inner`.
    fn close(&mut self, inner: usize, end: usize) {
        let Some((mut element, _)) = self.open.pop() else {
            return;
        };
        element.inner.end = inner.max(element.inner.start);
        element.range.end = end;
        if self.open.is_empty() {
            self.open.push((element, true));
        } else {
            self.push(Node::Element(element));
        }
    }

    fn finish(mut self) -> Element {
        let end = self.end;
        while !self.is_done() {
            self.close(end, end);
        }
        self.open
            .pop()
            .map(|(element, _)| element)
            .unwrap_or_default()
    }
}

/// What is told of too many levels.
pub(super) fn too_deep() -> Fault {
    Fault::Over(format!("its elements lie deeper than {MOST_DEPTH} levels"))
}

/// A range without the marks at its ends.
fn inside(range: &Range<usize>, before: &str, after: &str) -> Range<usize> {
    let start = (range.start + before.len()).min(range.end);
    start..range.end.saturating_sub(after.len()).max(start)
}

impl Element {
    /// The name without its prefix.
    pub(super) fn local(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or(&self.name)
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            _ => None,
        })
    }

    /// Its children of this name.
    pub(super) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.elements().filter(move |element| element.name == name)
    }

    /// What lies at the end of a path of local names (`head/docdata`), the first
    /// of each.
    pub(super) fn at(&self, path: &str) -> Option<&Element> {
        path.split('/').try_fold(self, |element, name| {
            element.elements().find(|child| child.local() == name)
        })
    }

    /// The first element of this local name anywhere inside.
    pub(super) fn find(&self, name: &str) -> Option<&Element> {
        self.elements().find_map(|child| {
            if child.local() == name {
                return Some(child);
            }
            child.find(name)
        })
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// All text inside, as it stands.
    pub(super) fn text(&self, source: &str) -> Mapped {
        let mut text = Mapped::default();
        self.add_text(source, &mut text);
        text
    }

    fn add_text(&self, source: &str, text: &mut Mapped) {
        for node in &self.children {
            match node {
                Node::Text(range) => text.copy(source, range.clone()),
                Node::Element(element) => element.add_text(source, text),
                Node::Reference(character, range) => {
                    if !text.replace(*character, range) {
                        text.copy(source, range.clone());
                    }
                }
            }
        }
    }

    /// Its text on one line; `None` where it is blank.
    pub(super) fn line(&self, source: &str) -> Option<String> {
        let line = crate::article::one_line(&self.text(source).text);
        Some(line).filter(|line| !line.is_empty())
    }

    /// The text on one line at the end of a path.
    pub(super) fn line_at(&self, source: &str, path: &str) -> Option<String> {
        self.at(path)?.line(source)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The root of a document as a tree.
    pub(in crate::source::parse::xml) fn root(text: &str) -> ReadElement {
        let mut reader = reader(text);
        loop {
            match next(&mut reader) {
                Ok((Event::Start(start), range)) => {
                    let names = Names::of(&start);
                    return element(&mut reader, &start, range, &names);
                }
                Ok((Event::Eof, _)) => return (Element::default(), None),
                Ok(_) => {}
                Err(fault) => return (Element::default(), Some(fault)),
            }
        }
    }

    #[test]
    fn text_has_its_place() {
        let text = "<a xmlns:x='http://purl.org/dc/elements/1.1/'><x:creator>R&amp;D <![CDATA[<b>]]>&#x2019;&nope; & co</x:creator></a>";
        let (root, fault) = root(text);
        assert_eq!(fault, None);
        let creator = root.all("dc:creator").next().unwrap();
        let mapped = creator.text(text);
        assert_eq!(mapped.text, "R&D <b>’&nope; & co");
        let offsets = mapped.offsets();
        let at = |part: &str| {
            let at = mapped.text.find(part).unwrap();
            &text[offsets.range_to_file(&(at..at + part.len()))]
        };
        assert_eq!(at("&D"), "&amp;D");
        assert_eq!(at("<b>’"), "<b>]]>&#x2019;");
        assert_eq!(at("& co"), "& co");
    }

    #[test]
    fn feeds_are_not_well_formed() {
        let text = "<a><b>one<c>two</b></d><b>three</b></a>";
        let (root, fault) = root(text);
        assert_eq!(fault, None);
        let lines: Vec<_> = root.all("b").filter_map(|b| b.line(text)).collect();
        assert_eq!(lines, ["onetwo", "three"]);
        let (root, fault) = self::root("<a><b>one</b><b>tw");
        assert_eq!(root.all("b").count(), 2);
        assert!(matches!(fault, Some(Fault::Syntax(..))));
    }

    #[test]
    fn trees_have_limits() {
        let deep = "<a>".repeat(100_000);
        assert!(matches!(root(&deep).1, Some(Fault::Over(_))));
        let wide = format!("<a>{}</a>", "<b/>".repeat(MOST_NODES + 1));
        assert!(matches!(root(&wide).1, Some(Fault::Over(_))));
        let attributes = (0..=MOST_ATTRIBUTES).map(|number| format!(" a{number}='1'"));
        let many = format!("<a{}></a>", attributes.collect::<String>());
        assert!(matches!(root(&many).1, Some(Fault::Over(_))));
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbb\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>";
        assert_eq!(root(bomb).0.text(bomb).text, "&c;");
    }

    #[test]
    fn references_in_attributes_are_undone() {
        let (root, _) = root("<a href='x?a=1&amp;b=2&c=3'></a>");
        assert_eq!(root.attribute("href"), Some("x?a=1&b=2&c=3"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(words in proptest::collection::vec("(<a>|</a>|<b x='1'|/>|<!\\[CDATA\\[|\\]\\]>|&|;|#x41|amp|<!--|-->|<\\?|\\?>|<!DOCTYPE|\u{e9}|[a-z<>&\"'=\\[\\]!])", 0..40)) {
            let text = words.concat();
            let (root, _) = root(&text);
            let mapped = root.text(&text);
            let range = mapped.offsets().range_to_file(&(0..mapped.text.len()));
            proptest::prop_assert!(range.end <= text.len());
        }
    }
}
