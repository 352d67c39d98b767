//! News items in `NewsML` 1 and in `NewsML-G2`.
//!
//! Both wrap a text that is NITF, XHTML or plain; what the wrapper states goes
//! before what the text does. Of an item whose text lies elsewhere (a picture)
//! its description is the text.
//!
//! Example: `contentMeta/headline` of a `newsItem` is the title, its `guid` a
//! second way to ask for it.

use super::flow::Flow;
use super::nitf;
use super::tree::Element;
use super::{Item, Mapped};

/// What a `newsItem` of G2 states.
pub(super) fn second(source: &str, element: &Element) -> Item {
    let mut item = content(source, element);
    let meta = |path: &str| element.line_at(source, &format!("contentMeta/{path}"));
    let of_item = |path: &str| element.line_at(source, &format!("itemMeta/{path}"));
    set(
        &mut item.title,
        meta("headline").or_else(|| of_item("title")),
    );
    let creator = element
        .at("contentMeta/creator")
        .and_then(|creator| named(source, creator));
    let by = meta("by").map(|by| nitf::without_by(&by)).or(creator);
    set(&mut item.metadata.author, by);
    let maker = ["contentMeta/infoSource", "itemMeta/provider"];
    let source_name = maker
        .iter()
        .find_map(|path| named(source, element.at(path)?));
    set(&mut item.metadata.source, source_name);
    let stated = item.metadata.date.take();
    item.date(&[
        ("created", meta("contentCreated")),
        ("firstcreated", of_item("firstCreated")),
        ("versioncreated", of_item("versionCreated")),
        ("issued", stated),
    ]);
    item.aliases.clear();
    item.alias(element.attribute("guid").map(str::to_owned));
    item.set("dateline", meta("dateline"));
    let language = element
        .at("contentMeta/language")
        .and_then(|of| of.attribute("tag"));
    item.set(
        "language",
        language
            .or(element.attribute("xml:lang"))
            .map(str::to_owned),
    );
    let subjects = element
        .at("contentMeta")
        .into_iter()
        .flat_map(Element::elements);
    let subjects = subjects.filter(|child| child.local() == "subject");
    item.set_all(
        "subjects",
        subjects.filter_map(|subject| named(source, subject)),
    );
    if item.text.text.trim().is_empty()
        && let Some(description) = element.at("contentMeta/description")
    {
        item.text = description.text(source);
    }
    item
}

/// What the content of a `newsItem` states.
fn content(source: &str, element: &Element) -> Item {
    if let Some(inline) = element.at("contentSet/inlineXML") {
        return wrapped(source, inline);
    }
    let plain = element.at("contentSet/inlineData");
    Item {
        text: plain.map(|plain| plain.text(source)).unwrap_or_default(),
        ..Item::default()
    }
}

/// What the wrapper states goes before what the text does.
fn set(field: &mut Option<String>, value: Option<String>) {
    if value.is_some() {
        *field = value;
    }
}

/// What a `NewsItem` of version 1 states.
pub(super) fn first(source: &str, element: &Element) -> Item {
    let mut item = contents(source, element);
    let lines = element.find("NewsLines");
    let line = |name: &str| lines.and_then(|lines| lines.line_at(source, name));
    set(&mut item.title, line("HeadLine"));
    set(
        &mut item.metadata.author,
        line("ByLine").map(|by| nitf::without_by(&by)),
    );
    let party = ["Provider", "Source"].iter().find_map(|name| {
        let party = element
            .find("AdministrativeMetadata")?
            .at(name)?
            .at("Party")?;
        party.attribute("FormalName").map(str::to_owned)
    });
    set(&mut item.metadata.source, party);
    let managed = |name: &str| element.line_at(source, &format!("NewsManagement/{name}"));
    let identity =
        |name: &str| element.line_at(source, &format!("Identification/NewsIdentifier/{name}"));
    let stated = item.metadata.date.take();
    item.date(&[
        ("firstcreated", managed("FirstCreated")),
        ("revised", managed("ThisRevisionCreated")),
        ("issued", stated.or_else(|| identity("DateId"))),
    ]);
    item.aliases.clear();
    item.alias(identity("PublicIdentifier").or_else(|| identity("NewsItemId")));
    item.set("dateline", line("DateLine"));
    item.set("subtitle", line("SubHeadLine"));
    let language = element
        .find("DescriptiveMetadata")
        .and_then(|of| of.at("Language"));
    let language = language.and_then(|of| of.attribute("FormalName"));
    item.set(
        "language",
        language
            .or(element.attribute("xml:lang"))
            .map(str::to_owned),
    );
    item
}

/// What the contents of a `NewsItem` state, one behind the other.
fn contents(source: &str, element: &Element) -> Item {
    let mut item = Item::default();
    let mut text = Mapped::default();
    for content in data(element) {
        let found = wrapped(source, content);
        if found.text.text.trim().is_empty() {
            continue;
        }
        if text.text.is_empty() {
            item = found;
            text = std::mem::take(&mut item.text);
        } else {
            text.insert("\n\n", content.range.start);
            text.append(&found.text);
        }
    }
    item.text = text;
    item
}

/// The contents of a `NewsItem`, those of pictures and programs left out.
fn data(element: &Element) -> Vec<&Element> {
    let mut found = Vec::new();
    for child in element.elements() {
        match child.local() {
            "DataContent" => found.push(child),
            "ContentItem" => {
                let kind = child
                    .at("MediaType")
                    .and_then(|of| of.attribute("FormalName"));
                if kind.is_none_or(|kind| kind.eq_ignore_ascii_case("text")) {
                    found.extend(data(child));
                }
            }
            _ => found.extend(data(child)),
        }
    }
    found
}

/// What an element states that wraps NITF, XHTML or plain text.
fn wrapped(source: &str, element: &Element) -> Item {
    if let Some(nitf) = element.elements().find(|child| child.local() == "nitf") {
        return nitf::read(source, nitf);
    }
    if element.elements().next().is_none() {
        return Item {
            text: element.text(source),
            ..Item::default()
        };
    }
    let mut flow = Flow::of(source);
    // Parts of NITF stand without their frame at times.
    flow.add(element.find("body.content").unwrap_or(element));
    Item {
        text: flow.finish(),
        ..Item::default()
    }
}

/// The name of somebody, or something.
fn named(source: &str, element: &Element) -> Option<String> {
    let literal = || element.attribute("literal").map(str::to_owned);
    let code = || {
        let code = element.attribute("qcode")?;
        Some(
            code.split_once(':')
                .map_or(code, |(_, code)| code)
                .to_owned(),
        )
    };
    element
        .line_at(source, "name")
        .or_else(literal)
        .or_else(code)
}
