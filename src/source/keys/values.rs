//! The values of a record's keys: texts, dates, authors and names, in the forms
//! that programs write.

use serde_json::Value;

use super::markup;
use super::table::KeyRole;
use crate::gazetteer::countries;
use crate::text::stated_date;

/// A string, a number's digits, or nothing said.
pub(super) fn plain_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null => Some(String::new()),
        _ => None,
    }
}

/// The text of a record.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::source) struct StatedText {
    pub(in crate::source) text: String,
    /// Whether it is not what a key holds: put together, or without its markup.
    pub(in crate::source) is_changed: bool,
}

/// The text that a value holds: a string, a list of paragraphs, an object with
/// the text in it.
pub(super) fn text_of(value: &Value) -> Option<StatedText> {
    let (text, is_joined) = match value {
        Value::Array(items) => {
            let parts: Vec<&str> = items.iter().filter_map(part_of).collect();
            (parts.join("\n\n"), true)
        }
        Value::Object(_) => (inner_text(value)?.to_owned(), false),
        value => (plain_text(value)?, false),
    };
    let stripped = markup::stripped(&text);
    let is_changed = is_joined || stripped.is_some();
    let text = stripped.unwrap_or(text);
    (!text.trim().is_empty()).then_some(StatedText { text, is_changed })
}

/// A paragraph of a list.
fn part_of(value: &Value) -> Option<&str> {
    let text = match value {
        Value::String(text) => Some(text.as_str()),
        Value::Object(_) => inner_text(value),
        _ => None,
    };
    text.filter(|text| !text.trim().is_empty())
}

/// Where an object that stands for a text has it.
pub(super) fn inner_text(value: &Value) -> Option<&str> {
    const NAMES: [&str; 11] = [
        "rendered", "text", "#text", "$t", "value", "@value", "content", "body", "main", "plain",
        "html",
    ];
    let fields = value.as_object()?;
    let texts = NAMES.iter().filter_map(|name| fields.get(*name)?.as_str());
    texts.into_iter().find(|text| !text.trim().is_empty())
}

/// The author that a value names, or several.
pub(super) fn author_of(value: &Value) -> Option<String> {
    let name = |value: &Value| {
        let name = match value {
            Value::Object(fields) => fields.get("name")?.as_str(),
            value => value.as_str(),
        };
        name.map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
    };
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Array(items) => {
            let names: Vec<String> = items.iter().filter_map(name).collect();
            (!names.is_empty()).then(|| names.join("; "))
        }
        value => name(value),
    }
}

/// Where an object that stands for a date has it.
const DATE_NAMES: [&str; 8] = [
    "@value", "value", "iso", "date", "datetime", "dateTime", "_seconds", "seconds",
];

/// A date as databases and programs write it in JSON, as a text that
/// `stated_date` may read.
pub(super) fn date_of(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => {
            if let Some(date) = fields.get("$date") {
                // Extended JSON counts milliseconds, however few they are.
                let millis = date
                    .as_i64()
                    .or_else(|| date.get("$numberLong")?.as_str()?.parse().ok());
                return match millis {
                    Some(millis) => stated_date::iso_of_millis(millis),
                    None => plain_text(date),
                };
            }
            let part = |name: &str| {
                fields
                    .get(name)?
                    .as_i64()
                    .filter(|part| (0..10_000).contains(part))
            };
            if let (Some(year), Some(month), Some(day)) = (part("year"), part("month"), part("day"))
            {
                return Some(format!("{year:04}-{month:02}-{day:02}"));
            }
            DATE_NAMES
                .iter()
                .find_map(|name| plain_text(fields.get(*name)?))
        }
        Value::Array(items) => match items.as_slice() {
            [only] => plain_text(only),
            // Year, month and day, and perhaps the time: a tuple of a program.
            [year, month, day, ..] => {
                let number =
                    |value: &Value| value.as_i64().filter(|number| (0..10_000).contains(number));
                let (year, month, day) = (number(year)?, number(month)?, number(day)?);
                Some(format!("{year:04}-{month:02}-{day:02}"))
            }
            _ => None,
        },
        Value::Bool(_) => None,
        value => plain_text(value),
    }
}

/// Names that are understood, and what is not, as it is told.
#[derive(Default)]
pub(super) struct StatedNames {
    pub(super) known: Vec<String>,
    pub(super) unknown: Vec<String>,
}

impl StatedNames {
    /// Reads the names that a value holds.
    pub(super) fn read(&mut self, value: &Value, role: KeyRole) {
        match value {
            Value::String(text) => self.read_text(text, role),
            Value::Array(items) => items.iter().for_each(|item| self.read_item(item, role)),
            value => self.read_item(value, role),
        }
    }

    fn read_item(&mut self, value: &Value, role: KeyRole) {
        let name = match value {
            Value::String(name) => Some(name.as_str()),
            Value::Object(fields) => ["name", "code", "label", "value", "iso2", "id"]
                .iter()
                .find_map(|key| fields.get(*key)?.as_str()),
            _ => None,
        };
        match name {
            Some(name) => self.read_text(name, role),
            None if value.is_null() => {}
            None => self.unknown.push(shown(value)),
        }
    }

    /// A name, or several with marks between them.
    fn read_text(&mut self, text: &str, role: KeyRole) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let is_known = |name: &str| role == KeyRole::People || countries::code_of(name).is_some();
        let pieces = |marks: &[char]| {
            let pieces = text.split(marks).map(str::trim);
            let pieces: Vec<String> = pieces
                .filter(|piece| !piece.is_empty())
                .map(str::to_owned)
                .collect();
            pieces
        };
        match role {
            KeyRole::People => self.known.extend(pieces(&[';', '|', '\n'])),
            _ if is_known(text) => self.known.push(text.to_owned()),
            _ => {
                // "Congo, Democratic Republic of the" was known as a whole.
                for piece in pieces(&[';', '|', ',', '/', '\n']) {
                    if is_known(&piece) {
                        self.known.push(piece);
                    } else {
                        self.unknown.push(format!("“{}”", cut(&piece)));
                    }
                }
            }
        }
    }
}

/// A value in a few words.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("“{}”", cut(text.trim())),
        value => cut(&value.to_string()),
    }
}

/// The most characters of a value that are told.
const MOST_SHOWN: usize = 60;

pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
