//! Reads the arguments of a tool by its input schema: what is unknown or out of
//! range is refused with what is expected, and defaults are filled in.
//!
//! An agent mends its call by what an error says, and does not notice what was
//! ignored. So the schema that clients see is the one that decides, and there is
//! no other list of the arguments.

use serde_json::{Map, Value};

use crate::failure::{Failure, Result};
use crate::text::edit_distance;

/// No text is longer, where its schema does not say otherwise; in bytes.
const LONGEST: u64 = 4096;

/// The arguments of a call, checked and with their defaults.
#[derive(Debug)]
pub(super) struct Arguments(Map<String, Value>);

impl Arguments {
    /// Checks what a client sent against the input schema of a tool.
    pub(super) fn read(schema: &Value, sent: Option<&Value>) -> Result<Arguments> {
        let none = Map::new();
        let sent = match sent {
            None | Some(Value::Null) => &none,
            Some(Value::Object(sent)) => sent,
            Some(_) => return Err(Failure::new("arguments: expected an object")),
        };
        let known = schema["properties"].as_object().unwrap_or(&none);
        let mut read = Map::new();
        for (name, value) in sent {
            let Some(wanted) = known.get(name) else {
                return Err(unknown(name, known));
            };
            // Some clients send null for what they leave out.
            if !value.is_null() {
                check(name, wanted, value)?;
                read.insert(name.clone(), value.clone());
            }
        }
        for (name, wanted) in known {
            if let Some(default) = wanted.get("default") {
                read.entry(name.clone()).or_insert_with(|| default.clone());
            }
        }
        let mut required = schema["required"].as_array().into_iter().flatten();
        match required.find(|name| !read.contains_key(name.as_str().unwrap_or(""))) {
            Some(missing) => Err(Failure::new(format!("argument missing: {missing}"))),
            None => Ok(Arguments(read)),
        }
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let values = self.0.get(name).and_then(Value::as_array);
        let texts = values.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }

    pub(super) fn number(&self, name: &str) -> Option<usize> {
        let number = self.0.get(name).and_then(Value::as_u64)?;
        usize::try_from(number).ok()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }
}

fn unknown(name: &str, known: &Map<String, Value>) -> Failure {
    let near = known.keys().max_by_key(|other| likeness(name, other));
    let is_near = |other: &&String| likeness(name, other) > 0;
    let names: Vec<&str> = known.keys().map(String::as_str).collect();
    let help = match near.filter(is_near) {
        Some(near) => format!("did you mean {near}?"),
        None if names.is_empty() => "it takes no arguments".to_owned(),
        None => format!("use one of: {}", names.join(", ")),
    };
    let name: String = name.chars().take(40).collect();
    Failure::new(format!("unknown argument: {name}")).help(help)
}

/// How much an argument's name is like another: by edits, by being a part of it,
/// or by how both begin; 0 where it is not.
fn likeness(name: &str, other: &str) -> usize {
    if let Some(edits) = edit_distance::between(name, other) {
        return 100 - usize::from(edits);
    }
    if name.contains(other) || other.contains(name) {
        return 50;
    }
    let pairs = name.chars().zip(other.chars());
    let alike = pairs.take_while(|(one, other)| one == other).count();
    if alike >= 4 { alike } else { 0 }
}

/// Refuses a value that is not as its schema says.
fn check(name: &str, wanted: &Value, value: &Value) -> Result<()> {
    let expected = |what: String| Err(Failure::new(format!("{name}: expected {what}")));
    let limit = |key: &str, otherwise| wanted[key].as_u64().unwrap_or(otherwise);
    let longest = limit("maxLength", LONGEST);
    let is_short = |text: &str| text.len() as u64 <= longest;
    match wanted["type"].as_str() {
        Some("string") => {
            let Some(text) = value.as_str() else {
                return expected("a string".to_owned());
            };
            if !is_short(text) {
                return expected(format!("at most {longest} bytes"));
            }
            match wanted["enum"].as_array() {
                Some(values) if !values.contains(value) => {
                    let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
                    expected(format!("one of {}", values.join(", ")))
                }
                _ => Ok(()),
            }
        }
        Some("integer") => {
            let (least, most) = (limit("minimum", 0), limit("maximum", u64::MAX));
            match value.as_u64() {
                Some(number) if (least..=most).contains(&number) => Ok(()),
                _ if most == u64::MAX => expected(format!("an integer of at least {least}")),
                _ => expected(format!("an integer from {least} to {most}")),
            }
        }
        Some("boolean") if !value.is_boolean() => expected("true or false".to_owned()),
        Some("array") => {
            let is_text = |value: &Value| value.as_str().is_some_and(is_short);
            match value.as_array() {
                Some(values) if values.iter().all(is_text) => Ok(()),
                _ => expected("a list of strings".to_owned()),
            }
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(sent: &Value) -> String {
        let schema = json!({ "required": ["id"], "properties": {
            "id": { "type": "string", "maxLength": 5 },
            "country": { "type": "array", "items": { "type": "string" } },
            "limit": { "type": "integer", "minimum": 1, "maximum": 20, "default": 5 },
            "start": { "type": "integer", "minimum": 0 },
            "sort": { "type": "string", "enum": ["newest", "oldest"] },
            "any": { "type": "boolean" },
        } });
        match Arguments::read(&schema, Some(sent)) {
            Ok(read) => format!("limit {:?}", read.number("limit")),
            Err(failure) => format!("{failure}; {}", failure.action().unwrap_or("")),
        }
    }

    #[test]
    fn what_is_not_as_its_schema_says_is_refused() {
        for (sent, expected) in [
            (json!({ "id": "a" }), "limit Some(5)"),
            (
                json!({ "id": "a", "limit": 7, "any": null }),
                "limit Some(7)",
            ),
            (json!({}), "argument missing: \"id\"; "),
            (json!({ "id": null }), "argument missing: \"id\"; "),
            (json!([]), "arguments: expected an object; "),
            (json!({ "id": 1 }), "id: expected a string; "),
            (json!({ "id": "abcdef" }), "id: expected at most 5 bytes; "),
            (
                json!({ "id": "a", "limit": 0 }),
                "limit: expected an integer from 1 to 20; ",
            ),
            (
                json!({ "id": "a", "limit": 1.5 }),
                "limit: expected an integer from 1 to 20; ",
            ),
            (
                json!({ "id": "a", "start": -1 }),
                "start: expected an integer of at least 0; ",
            ),
            (
                json!({ "id": "a", "sort": "new" }),
                "sort: expected one of newest, oldest; ",
            ),
            (
                json!({ "id": "a", "any": "yes" }),
                "any: expected true or false; ",
            ),
            (
                json!({ "id": "a", "country": "RU" }),
                "country: expected a list of strings; ",
            ),
            (
                json!({ "id": "a", "countries": [] }),
                "unknown argument: countries; did you mean country?",
            ),
            (
                json!({ "id": "a", "limits": 1 }),
                "unknown argument: limits; did you mean limit?",
            ),
        ] {
            assert_eq!(told(&sent), expected, "{sent}");
        }
        assert!(
            told(&json!({ "zzzzzz": 1 }))
                .ends_with("use one of: any, country, id, limit, sort, start")
        );
    }
}
