//! News items in NITF.
//!
//! The headline is `hl1`, the text the blocks of `body.content`, with the
//! dateline before them where it stands apart. The date is that of issue, else
//! that of release or publication. A body that gives its lead twice, once by
//! itself and once in the full text, is its full text.
//!
//! Example: `<date.issue norm="20130514T101500Z"/>` states 14 May 2013.

use super::flow::Flow;
use super::tree::Element;
use super::{Item, Mapped};

/// What a `nitf` element states.
pub(super) fn read(source: &str, element: &Element) -> Item {
    let head = element.at("body/body.head");
    let at_head = |path: &str| head.and_then(|head| head.line_at(source, path));
    let docdata = element.at("head/docdata");
    let stated = |path: &str, name: &str| {
        let found = docdata.and_then(|docdata| docdata.at(path))?;
        found.attribute(name).map(str::to_owned)
    };
    let published = element.at("head/pubdata");
    let publication = |name: &str| {
        published
            .and_then(|of| of.attribute(name))
            .map(str::to_owned)
    };
    let mut item = Item {
        title: at_head("hedline/hl1")
            .or_else(|| at_head("headline/hl1"))
            .or_else(|| at_head("hedline"))
            .or_else(|| element.line_at(source, "head/title")),
        ..Item::default()
    };
    item.metadata.author = at_head("byline/person")
        .or_else(|| at_head("byline"))
        .map(|by| without_by(&by));
    item.metadata.source = publication("name")
        .or_else(|| stated("doc.copyright", "holder"))
        .or_else(|| at_head("distributor"))
        .or_else(|| stated("doc-id", "regsrc"));
    item.metadata.url = publication("ex-ref").filter(|url| url.contains("://"));
    let story = head
        .and_then(|head| head.at("dateline/story.date"))
        .and_then(|date| date.attribute("norm"));
    item.date(&[
        ("issued", stated("date.issue", "norm")),
        ("released", stated("date.release", "norm")),
        ("published", publication("date.publication")),
        ("story date", story.map(str::to_owned)),
    ]);
    item.alias(stated("doc-id", "id-string"));
    item.set("subtitle", at_head("hedline/hl2"));
    item.set(
        "section",
        publication("position.section").or_else(|| stated("fixture", "fix-id")),
    );
    item.set("language", element.attribute("xml:lang").map(str::to_owned));
    item.text = body(source, element);
    item
}

/// The text of a `nitf` element.
fn body(source: &str, element: &Element) -> Mapped {
    let mut flow = Flow::of(source);
    let Some(content) = element.at("body/body.content") else {
        if let Some(body) = element.at("body") {
            flow.add(body);
        }
        return flow.finish();
    };
    let blocks = || content.all("block");
    let full = |block: &&Element| block.attribute("class") == Some("full_text");
    let mut text = Flow::of(source);
    match blocks().find(full) {
        Some(block) => text.add(block),
        None => text.add(content),
    }
    let text = text.finish();
    let line = element.at("body/body.head/dateline").filter(|line| {
        let said = line.line(source).unwrap_or_default();
        !said.is_empty() && !text.text.starts_with(said.as_str())
    });
    if let Some(line) = line {
        flow.add(line);
        let at = content.range.start;
        let mut whole = flow.finish();
        if !whole.text.is_empty() {
            whole.insert("\n\n", at);
        }
        whole.append(&text);
        return whole;
    }
    text
}

/// A byline without the word before the name.
pub(super) fn without_by(by: &str) -> String {
    let rest = by
        .get(..3)
        .filter(|by| by.eq_ignore_ascii_case("by "))
        .and_then(|_| by.get(3..));
    rest.unwrap_or(by).trim().to_owned()
}
