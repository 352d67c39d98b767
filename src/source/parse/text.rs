//! Plain text and Markdown: one article a file.

use serde_json::{Map, Value};

use crate::source::input::Document;
use crate::source::reading::outcome::SkipReason;
use crate::source::{decode, keys};

/// The document that plain text, or Markdown, is.
pub(super) fn parse(bytes: Vec<u8>, is_markdown: bool) -> Result<Document, SkipReason> {
    let decoded = decode::decode(bytes)?;
    let mut document = Document {
        remarks: decode::remarks(decoded.unsure.as_deref(), &decoded.text).collect(),
        text: decoded.text,
        offsets: decoded.offsets,
        ..Document::default()
    };
    if is_markdown {
        read_front_matter(&mut document);
    }
    Ok(document)
}

/// Reads the front matter between two lines of `---` at the very start.
fn read_front_matter(document: &mut Document) {
    let Some((block, body_start)) = front_matter(&document.text) else {
        return;
    };
    let stated = keys::take(fields(block));
    document.title = stated.title;
    document.metadata = stated.metadata;
    document.body_start = body_start;
    document.remarks.extend(stated.remarks);
}

/// The keys of a front matter with their values.
///
/// Of YAML what front matter is made of: strings, quoted or plain; lists in
/// square brackets, or an item a line; text over several lines. What stands
/// deeper belongs to the key above it, and is kept as it is written.
fn fields(block: &str) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut lines = block.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let (key, value) = (unquote(key.trim()), uncommented(value.trim()));
        let mut deeper = Vec::new();
        while let Some(line) = lines.next_if(|line| is_deeper(line)) {
            deeper.push(line.trim());
        }
        let is_open = value.is_empty() || matches!(value, "|" | ">" | "|-" | ">-" | "|+" | ">+");
        let value = match (is_open, deeper.is_empty()) {
            (true, true) => Value::Null,
            (true, false) => nested(&deeper),
            (false, true) => scalar(value),
            // A plain string, or a list, that goes on.
            (false, false) => scalar(&format!("{value} {}", deeper.join(" "))),
        };
        if !key.is_empty() && !key.starts_with('#') && !value.is_null() {
            fields.insert(key.to_owned(), value);
        }
    }
    fields
}

/// Whether a line goes on with the key above it: it is indented, or an item.
fn is_deeper(line: &str) -> bool {
    line.starts_with([' ', '\t']) || line.starts_with("- ") || line == "-"
}

/// A value over several lines: a list of items, or a text.
fn nested(lines: &[&str]) -> Value {
    let items: Option<Vec<Value>> = lines
        .iter()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let item = line.strip_prefix('-')?.trim();
            Some(unquote(uncommented(item)).into())
        })
        .collect();
    match items {
        Some(items) => Value::Array(items),
        None => lines.join("\n").into(),
    }
}

/// A value on one line.
fn scalar(value: &str) -> Value {
    let list = value
        .strip_prefix('[')
        .and_then(|list| list.strip_suffix(']'));
    match list {
        Some(list) => list_items(list).into(),
        None => unquote(value).into(),
    }
}

/// The items between two square brackets; a comma in quotes divides none.
fn list_items(list: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut quote = None;
    let divides = |c: char| {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        quote.is_none() && c == ','
    };
    for item in list.split(divides) {
        let item = unquote(item.trim());
        if !item.is_empty() {
            items.push(item.into());
        }
    }
    items
}

/// A value without the remark behind it.
fn uncommented(value: &str) -> &str {
    let end = value
        .find(" #")
        .filter(|_| !value.starts_with(['"', '\'', '[']));
    end.map_or(value, |end| value[..end].trim_end())
}

/// The front matter of `text` and the offset at which the article follows.
fn front_matter(text: &str) -> Option<(&str, usize)> {
    let start = ["---\n", "---\r\n"]
        .iter()
        .find_map(|mark| text.strip_prefix(mark).map(|_| mark.len()))?;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((&text[start..at], at + line.len()));
        }
        at += line.len();
    }
    None
}

fn unquote(value: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Document, Vec<String>) {
        let mut document = parse(text.into(), true).unwrap();
        let remarks = std::mem::take(&mut document.remarks);
        (document, remarks)
    }

    #[test]
    fn the_key_that_holds_a_date_counts() {
        for keys in [
            "date: 2019-04-13\npublished: true",
            "published: true\ndate: 2019-04-13 # a Saturday",
            "published: false\npublishDate: \"2019-04-13\"",
            "date: someday\npubDate: 2019-04-13",
        ] {
            let (article, remarks) = read(&format!("---\n{keys}\n---\nText."));
            assert_eq!(
                article.metadata.date.as_deref(),
                Some("2019-04-13"),
                "{keys}"
            );
            assert_eq!(remarks, [""; 0], "{keys}");
        }
        let (article, remarks) = read("---\npublished: true\n---\nText.");
        assert_eq!((article.metadata.date, remarks), (None, Vec::new()));
        let (_, remarks) = read("---\ndate: someday\ncountries: [RU, Narnia]\n---\nText.");
        assert_eq!(
            remarks,
            [
                "date not understood: “someday”",
                "country not understood: “Narnia” (key “countries”)"
            ]
        );
    }

    #[test]
    fn lists_and_deeper_keys_belong_to_their_key() {
        let (article, remarks) = read(
            "---\ncountries:\n  - RU\n  - \"US\"\npeople:\n- Ada Lovelace\n- Alan Turing # too\nauthor:\n  name: Joe\n  url: https://example.org/\ntitle: >\n  Talks\n  held\ntags: [\"a, b\", c]\nempty:\ncity: Rome\n---\nText.",
        );
        let metadata = &article.metadata;
        let names = |names: &Option<Vec<String>>| names.clone().unwrap_or_default().join("+");
        assert_eq!(names(&metadata.countries), "RU+US");
        assert_eq!(names(&metadata.people), "Ada Lovelace+Alan Turing");
        assert_eq!(metadata.url, None);
        assert_eq!(article.title.as_deref(), Some("Talks\nheld"));
        assert_eq!(metadata.other["tags"], serde_json::json!(["a, b", "c"]));
        assert_eq!(metadata.other["city"], "Rome");
        assert_eq!(remarks, [""; 0]);
    }

    #[test]
    fn a_guess_and_wrong_decoding_are_told() {
        let text = "At the CafÃ© on Monday.";
        let Document {
            text: read,
            remarks,
            ..
        } = parse(text.into(), false).unwrap();
        assert_eq!(read, text);
        let told = "“CafÃ©” is “Café”, decoded wrongly; it is found as such and shown as it stands";
        assert_eq!(remarks, [told]);
    }

    #[test]
    fn front_matter_is_metadata() {
        let text = "---\ntitle: \"Talks in Moscow\"\ndate: 2013-05-14\ncountries: [RU, US]\nslug: talks\n---\n# Other\n\nText.";
        let (article, _) = read(text);
        assert_eq!(article.title.as_deref(), Some("Talks in Moscow"));
        assert_eq!(article.metadata.date.as_deref(), Some("2013-05-14"));
        assert_eq!(
            article.metadata.countries.as_deref(),
            Some(&["RU".to_owned(), "US".to_owned()][..])
        );
        assert_eq!(article.metadata.other["slug"], "talks");
        assert!(article.text[article.body_start..].starts_with("# Other"));
    }

    #[test]
    fn a_rule_is_no_front_matter() {
        let (article, _) = read("---\nText without an end");
        assert_eq!(article.body_start, 0);
    }
}
