//! The items of feeds: RSS in all its versions, RDF, and Atom.
//!
//! The text is the whole one if there is one (`content:encoded`, `content`), else
//! what sums it up. What is HTML in it is read as HTML, whether it stands in
//! CDATA, with its tags escaped, or as elements; what was escaped once too often
//! is undone once more. The date is that of publication; one of a change alone
//! stands for it where there is no other.
//!
//! Example: `<description>&lt;p&gt;Talks &amp;amp; more&lt;/p&gt;</description>`
//! says `Talks & more`, and leads to the bytes from `T` to `e`.

use super::tree::Element;
use super::{Item, Mapped};
use crate::article::Offsets;
use crate::source::mapped::compose;
use crate::source::{html, keys};

/// What an item of RSS states.
pub(super) fn rss(source: &str, element: &Element) -> Item {
    let line = |name: &str| element.all(name).find_map(|found| found.line(source));
    let mut item = Item {
        title: line("title")
            .or_else(|| line("dc:title"))
            .map(|title| unmarked(&title)),
        ..Item::default()
    };
    let guid = element.all("guid").next();
    let id = guid.and_then(|guid| guid.line(source));
    let is_link = guid.is_some_and(|guid| guid.attribute("isPermaLink") != Some("false"));
    let address = id.clone().filter(|id| is_link && id.contains("://"));
    let about = element.attribute("rdf:about").map(str::to_owned);
    item.metadata.url = line("link").or_else(|| link_of(element)).or(address);
    item.metadata.author =
        line("dc:creator").or_else(|| line("author").map(|author| name_in(&author)));
    item.metadata.source =
        line("source").or_else(|| line("dc:source").filter(|source| !source.contains("://")));
    item.alias(id.or(about).or_else(|| line("dc:identifier")));
    item.date(&[
        (
            "published",
            line("pubDate")
                .or_else(|| line("pubdate"))
                .or_else(|| line("published")),
        ),
        (
            "dc:date",
            line("dc:date")
                .or_else(|| line("dcterms:issued"))
                .or_else(|| line("dcterms:created")),
        ),
        (
            "updated",
            line("atom:updated")
                .or_else(|| line("dcterms:modified"))
                .or_else(|| line("updated")),
        ),
    ]);
    item.set("language", line("dc:language"));
    let subjects = element
        .elements()
        .filter(|child| matches!(child.name.as_str(), "category" | "dc:subject"));
    item.set_all(
        "categories",
        subjects.filter_map(|subject| subject.line(source)),
    );
    if let Some(text) = rss_text(source, element) {
        take(&mut item, text, None);
    }
    item
}

/// The text of an item of RSS, the whole one first.
fn rss_text(source: &str, element: &Element) -> Option<Mapped> {
    const TEXTS: [&str; 5] = [
        "content:encoded",
        "content",
        "description",
        "dc:description",
        "summary",
    ];
    TEXTS.iter().find_map(|name| {
        let mut found = element.all(name).map(|found| markup(source, found));
        found.find(|text| !text.text.trim().is_empty())
    })
}

/// What an entry of Atom states.
pub(super) fn atom(source: &str, element: &Element) -> Item {
    let line = |name: &str| element.all(name).find_map(|found| found.line(source));
    let title = element.all("title").next();
    let is_plain = |title: &&Element| matches!(title.attribute("type"), None | Some("text"));
    let mut item = Item {
        title: title.and_then(|found| {
            let line = found.line(source)?;
            Some(if is_plain(&found) && !has_double(&line) {
                line
            } else {
                unmarked(&line)
            })
        }),
        ..Item::default()
    };
    item.metadata.url = link_of(element);
    let names = element.all("author").filter_map(|author| {
        author
            .line_at(source, "name")
            .or_else(|| author.line(source))
    });
    let names: Vec<String> = names.take(20).collect();
    item.metadata.author = Some(names.join("; ")).filter(|names| !names.is_empty());
    item.metadata.author = item.metadata.author.take().or_else(|| line("dc:creator"));
    item.metadata.source = element
        .all("source")
        .find_map(|of| of.line_at(source, "title"));
    item.alias(line("id"));
    item.date(&[
        ("published", line("published").or_else(|| line("issued"))),
        ("dc:date", line("dc:date").or_else(|| line("created"))),
        ("updated", line("updated").or_else(|| line("modified"))),
    ]);
    let language = element.attribute("xml:lang").map(str::to_owned);
    item.set("language", language);
    let terms = element.all("category").filter_map(|category| {
        let term = category.attribute("label").or(category.attribute("term"))?;
        Some(term.to_owned())
    });
    item.set_all("categories", terms);
    let text = ["content", "summary"].iter().find_map(|name| {
        let found = element.all(name).find(|found| is_text(found))?;
        let text = markup(source, found);
        (!text.text.trim().is_empty()).then_some((found, text))
    });
    if let Some((found, text)) = text {
        take(&mut item, text, found.attribute("type"));
    }
    item
}

/// Whether the content of an entry is text, and here.
fn is_text(content: &Element) -> bool {
    let kind = content.attribute("type").unwrap_or("text");
    let is_media = kind.contains('/') && !kind.starts_with("text/") && !kind.ends_with("xml");
    content.attribute("src").is_none() && !is_media
}

/// The address that links lead to: the page, not the feed or a picture.
fn link_of(element: &Element) -> Option<String> {
    let links = || {
        let links = element.elements().filter(|child| child.local() == "link");
        links.filter(|link| link.attribute("href").is_some())
    };
    let is_page = |link: &&Element| matches!(link.attribute("rel"), None | Some("alternate"));
    let found = links()
        .find(is_page)
        .or_else(|| links().find(|link| link.attribute("rel") != Some("self")));
    found
        .and_then(|link| link.attribute("href"))
        .map(str::to_owned)
}

/// `desk@example.org (Ann Lee)`, as RSS has its authors.
fn name_in(author: &str) -> String {
    let name = author
        .strip_suffix(')')
        .and_then(|author| author.split_once('('))
        .filter(|(address, name)| address.contains('@') && !name.trim().is_empty());
    name.map_or(author, |(_, name)| name.trim()).to_owned()
}

/// The content of an element: what its text stands for, or its elements.
fn markup(source: &str, element: &Element) -> Mapped {
    if element.elements().next().is_none() {
        return element.text(source);
    }
    let mut markup = Mapped::default();
    markup.copy(source, element.inner.clone());
    markup
}

/// Takes a text that may be HTML. One without tags keeps its lines.
fn take(item: &mut Item, text: Mapped, kind: Option<&str>) {
    // What says that it is plain may quote a tag; what ends one is marked up,
    // whatever it says.
    let is_plain = kind == Some("text");
    if has_tags(&text.text) && (!is_plain || text.text.contains("</")) {
        item.take_markup(&text);
    } else if is_plain || !text.text.contains('&') {
        item.text = text;
    } else if has_double(&text.text) {
        item.take_markup(&undone(&text));
    } else {
        item.text = undone(&text);
    }
}

/// Whether a text has tags.
fn has_tags(text: &str) -> bool {
    let mut marks = memchr::memchr_iter(b'<', text.as_bytes());
    marks.any(|at| {
        let next = text.as_bytes().get(at + 1);
        next.is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, b'/' | b'!'))
    })
}

/// Whether a text has tags that are escaped once more: tags that no text quotes
/// but to be shown.
fn has_double(text: &str) -> bool {
    const TAGS: [&str; 12] = [
        "&lt;p&gt;",
        "&lt;/p&gt;",
        "&lt;p ",
        "&lt;br",
        "&lt;/a&gt;",
        "&lt;div",
        "&lt;/div&gt;",
        "&lt;img ",
        "&lt;/em&gt;",
        "&lt;/strong&gt;",
        "&lt;/b&gt;",
        "&lt;/i&gt;",
    ];
    text.contains("&lt;") && TAGS.iter().any(|tag| text.contains(tag))
}

/// A text with its references undone.
fn undone(text: &Mapped) -> Mapped {
    let mut plain = Mapped::default();
    let source = text.text.as_str();
    let mut at = 0;
    while let Some(found) = source.get(at..).and_then(|rest| rest.find('&')) {
        let start = at + found;
        plain.copy(source, at..start);
        let end = source[start..]
            .bytes()
            .take(40)
            .position(|byte| byte == b';');
        let name = end.and_then(|end| source.get(start + 1..start + end));
        at = match (name.and_then(keys::character), end) {
            (Some(character), Some(end)) if plain.replace(character, &(start..start + end + 1)) => {
                start + end + 1
            }
            _ => {
                plain.copy(source, start..start + 1);
                start + 1
            }
        };
    }
    plain.copy(source, at..source.len());
    let (plain, inner) = plain.finish();
    let way: Offsets = compose(inner, &text.offsets(), plain.len());
    Mapped::with(plain, way)
}

/// A line without markup, as titles have it by mistake.
pub(super) fn unmarked(line: &str) -> String {
    if !has_tags(line) && !line.contains('&') {
        return line.to_owned();
    }
    let plain = crate::article::one_line(&html::text(line).text);
    if plain.is_empty() {
        line.to_owned()
    } else {
        plain
    }
}
