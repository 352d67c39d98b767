//! News items in JSON: ninjs 1 and 2, one a file, or a list of them.
//!
//! The text is `body_text` if there is one, else that of the page in
//! `body_xhtml`, or of the first of `bodies` in the order plain, page. A list is
//! an array, or an object with one under `items`, `_items` or `data`. JSON that
//! holds none is one skip: most of it is no news.
//!
//! A text in JSON is escaped, so that its place is the record; offsets count in
//! the text.
//!
//! Example: `{"uri": "urn:a:1", "headline": "Talks", "body_text": "They began."}`
//! is an article that is asked for as `urn:a:1` as well.

use serde_json::{Map, Value};

use crate::article::{Lines, Metadata, Offsets};
use crate::source::input::{About, Content, Document};
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{Reading, Result};
use crate::source::{decode, html};
use crate::text::stated_date;

/// Hands on the articles of a file of JSON.
pub(super) fn parse(about: &About, bytes: &[u8], reading: &mut Reading<'_>) -> Result {
    let member = about.member.as_deref();
    let memory = reading.limits.memory;
    let too_large = memory.and_then(|memory| memory.refuses_record(bytes.len() as u64));
    if let Some(reason) = too_large {
        reading.skip(member, &reason);
        return Ok(());
    }
    let text = match decode::decode(bytes.to_vec()) {
        Ok(decoded) => decoded.text,
        Err(reason) => {
            reading.skip(member, &reason);
            return Ok(());
        }
    };
    let value = match serde_json::from_str::<Value>(&text) {
        Ok(value) => value,
        // An object a line, whatever the file is named.
        Err(error) if error.line() > 1 && is_object(text.lines().next()) => {
            return reading.json_lines(about, Content::Whole(text.into_bytes()));
        }
        Err(error) => {
            let reason = SkipReason::Damaged(format!("no JSON: {error}"));
            reading.skip(member, &reason);
            return Ok(());
        }
    };
    let (items, is_list) = items(value);
    let items: Vec<Map<String, Value>> = items.into_iter().filter(is_item).collect();
    if items.is_empty() {
        let why = "not a feed or news item".to_owned();
        reading.skip(member, &SkipReason::Unread(why));
        return Ok(());
    }
    let of = items.len() as u64;
    for (number, item) in (1..).zip(items) {
        let (document, alias) = document(item);
        if document.text.trim().is_empty() && document.title.is_none() {
            reading.skip(member, &SkipReason::Empty);
        } else if is_list {
            let aliases = alias.into_iter().collect();
            reading.record(about, (number, of), document, aliases)?;
        } else {
            let mut about = about.clone();
            about.aliases.extend(alias);
            reading.one(&about, document)?;
        }
    }
    Ok(())
}

/// Whether a line is an object by itself.
fn is_object(line: Option<&str>) -> bool {
    let line = line.unwrap_or_default();
    matches!(serde_json::from_str::<Value>(line), Ok(Value::Object(_)))
}

/// The objects that may be items, and whether they are a list.
fn items(value: Value) -> (Vec<Map<String, Value>>, bool) {
    let objects = |values: Vec<Value>| {
        let objects = values.into_iter().filter_map(|value| match value {
            Value::Object(fields) => Some(fields),
            _ => None,
        });
        objects.collect::<Vec<_>>()
    };
    match value {
        Value::Array(values) => (objects(values), true),
        Value::Object(fields) if is_item(&fields) => (vec![fields], false),
        Value::Object(mut fields) => {
            let list =
                ["items", "_items", "data"]
                    .iter()
                    .find_map(|name| match fields.remove(*name) {
                        Some(Value::Array(values)) => Some(values),
                        _ => None,
                    });
            (list.map(objects).unwrap_or_default(), true)
        }
        _ => (Vec::new(), false),
    }
}

/// Whether an object is an item of ninjs: it has its `uri`, and something that
/// only news has.
fn is_item(fields: &Map<String, Value>) -> bool {
    const MARKS: [&str; 9] = [
        "headline",
        "headlines",
        "body_text",
        "body_xhtml",
        "bodies",
        "versioncreated",
        "firstcreated",
        "pubstatus",
        "contentcreated",
    ];
    let has = |name: &str| fields.contains_key(name);
    has("uri") && MARKS.iter().any(|name| has(name))
}

/// The dates of an item, the first publication first.
const DATES: [&str; 4] = [
    "firstpublished",
    "firstcreated",
    "contentcreated",
    "versioncreated",
];

/// The document that an item is, and its other name.
fn document(mut fields: Map<String, Value>) -> (Document, Option<String>) {
    let mut remarks = Vec::new();
    let title = take(&mut fields, "headline").or_else(|| listed(&mut fields, "headlines"));
    let text = body(&mut fields).unwrap_or_default();
    let alias = fields.get("uri").and_then(Value::as_str).map(str::to_owned);
    let mut metadata = Metadata {
        author: take(&mut fields, "byline").or_else(|| listed(&mut fields, "bylines")),
        source: source(&fields),
        url: take(&mut fields, "url")
            .or_else(|| alias.clone().filter(|uri| uri.starts_with("http"))),
        ..Metadata::default()
    };
    let stated = |name: &&&str| fields.get(**name).and_then(Value::as_str).is_some();
    let is_date = |name: &&&str| {
        let written = fields.get(**name).and_then(Value::as_str);
        written.is_some_and(|written| stated_date::read(written).is_some())
    };
    let found = DATES
        .iter()
        .find(is_date)
        .or_else(|| DATES.iter().find(stated));
    if let Some(name) = found {
        let written = take(&mut fields, name).unwrap_or_default();
        if stated_date::read(&written).is_none() {
            let shown: String = written.chars().take(60).collect();
            remarks.push(format!("date not understood: “{shown}” (key “{name}”)"));
        }
        metadata.date = Some(written);
    }
    metadata.other = fields;
    let document = Document {
        text,
        offsets: Offsets::Nowhere,
        lines: Lines::None,
        title,
        metadata,
        remarks,
        ..Document::default()
    };
    (document, alias)
}

/// A text, taken out; blank counts as missing.
fn take(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    let text = fields.get(name)?.as_str()?.trim().to_owned();
    fields.remove(name);
    (!text.is_empty()).then_some(text)
}

/// The first text of a list of objects, as ninjs 2 has headlines.
fn listed(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    let values = fields.get(name)?.as_array()?;
    let text = |value: &Value| {
        let text = value.as_str().or_else(|| {
            ["value", "name", "byline"]
                .iter()
                .find_map(|key| value.get(*key)?.as_str())
        });
        text.map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let is_main = |value: &&Value| value.get("role").and_then(Value::as_str) == Some("main");
    let main = values.iter().find(is_main).and_then(text);
    let found = main.or_else(|| values.iter().find_map(text));
    fields.remove(name);
    found
}

/// The text of an item.
fn body(fields: &mut Map<String, Value>) -> Option<String> {
    let plain = take(fields, "body_text");
    let page = take(fields, "body_xhtml").or_else(|| take(fields, "body_html"));
    if plain.is_some() {
        return plain;
    }
    if let Some(page) = page {
        return Some(html::text(&page).text);
    }
    if let Some(Value::Array(bodies)) = fields.remove("bodies") {
        let kind = |body: &Value, kinds: &[&str]| {
            let stated = body.get("contenttype").or_else(|| body.get("contentType"));
            let stated = stated.and_then(Value::as_str).unwrap_or("text/plain");
            kinds.iter().any(|kind| stated.starts_with(kind))
        };
        let value = |body: &Value| {
            let text = body.get("value")?.as_str()?;
            (!text.trim().is_empty()).then(|| text.to_owned())
        };
        let of = |kinds: &[&str]| {
            bodies
                .iter()
                .filter(|body| kind(body, kinds))
                .find_map(value)
        };
        if let Some(plain) = of(&["text/plain"]) {
            return Some(plain);
        }
        if let Some(page) = of(&["text/html", "application/xhtml"]) {
            return Some(html::text(&page).text);
        }
    }
    take(fields, "description_text").or_else(|| listed(fields, "descriptions"))
}

/// Who the item comes from.
fn source(fields: &Map<String, Value>) -> Option<String> {
    let named = |name: &str| {
        let value = fields.get(name)?;
        let first = value.as_array().map_or(Some(value), |list| list.first())?;
        let text = first.as_str().or_else(|| first.get("name")?.as_str())?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    [
        "source",
        "infosource",
        "infosources",
        "provider",
        "copyrightholder",
    ]
    .iter()
    .find_map(|name| named(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::source::reading::outcome::Outcome;
    use crate::source::trial;

    fn read(json: &str) -> (Vec<Article>, Outcome) {
        trial::read("a.json", Content::Whole(json.into()), 1 << 20)
    }

    #[test]
    fn an_item_is_an_article() {
        let (articles, _) = read(
            r#"{"uri":"urn:a:1","headline":"Talks","byline":"Ann Lee","body_text":"They began.\n\nThey ended.","versioncreated":"2013-05-15T10:00:00Z","firstcreated":"2013-05-14T10:00:00Z","language":"en","copyrightholder":"Agency"}"#,
        );
        let article = &articles[0];
        assert_eq!(article.id, "a.json");
        assert_eq!(article.origin.aliases, ["urn:a:1"]);
        assert_eq!(article.text, "They began.\n\nThey ended.");
        assert_eq!(article.given_title.as_deref(), Some("Talks"));
        let metadata = &article.metadata;
        assert_eq!(metadata.date.as_deref(), Some("2013-05-14T10:00:00Z"));
        assert_eq!(metadata.author.as_deref(), Some("Ann Lee"));
        assert_eq!(metadata.source.as_deref(), Some("Agency"));
        assert_eq!(metadata.other["language"], "en");
    }

    #[test]
    fn the_second_version_has_lists() {
        let (articles, _) = read(
            r#"[{"uri":"urn:a:1","headlines":[{"role":"short","value":"T"},{"role":"main","value":"Talks"}],"bodies":[{"contenttype":"text/html","value":"<p>They <b>began</b>.</p>"}]},{"uri":"urn:a:2","headline":"More","body_xhtml":"<p>Much &amp; more.</p>"}]"#,
        );
        assert_eq!(articles[0].given_title.as_deref(), Some("Talks"));
        assert_eq!(articles[0].text.trim(), "They began.");
        assert_eq!(articles[1].text.trim(), "Much & more.");
        assert_eq!(articles[1].id, "a.json#2");
        assert_eq!(
            (articles[1].origin.place.record, articles[1].origin.place.of),
            (Some(2), Some(2))
        );
    }

    #[test]
    fn what_is_no_news_is_one_skip() {
        for json in [
            "{\"name\":\"package\"}",
            "[1,2]",
            "7",
            "{\"items\":[{\"a\":1}]}",
        ] {
            let (articles, outcome) = read(json);
            assert!(articles.is_empty());
            let reasons: Vec<_> = outcome
                .skipped
                .iter()
                .map(|skip| skip.reason.as_str())
                .collect();
            assert_eq!(reasons, ["not a feed or news item"], "{json}");
        }
        let (_, outcome) = read("{\"uri\":");
        assert_eq!(outcome.skipped.len(), 1);
        assert!(outcome.skipped[0].reason.starts_with("damaged: no JSON"));
        let (articles, _) = read("{\"text\":\"One.\"}\n{\"text\":\"Two.\"}\n");
        assert_eq!(articles.len(), 2);
        let deep = "[".repeat(100_000);
        assert_eq!(read(&deep).1.skipped.len(), 1);
    }
}
