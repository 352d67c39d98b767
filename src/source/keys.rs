//! The keys of a JSON object that say something of an article.

use serde_json::{Map, Value};

use crate::article::Metadata;

/// Takes the title and the metadata out of `fields`; what is left stays among
/// the other keys.
pub(super) fn take(mut fields: Map<String, Value>) -> (Option<String>, Metadata) {
    let title = take_text(&mut fields, "title");
    let metadata = Metadata {
        date: take_text(&mut fields, "date"),
        url: take_text(&mut fields, "url"),
        author: take_text(&mut fields, "author"),
        countries: take_list(&mut fields, "countries"),
        people: take_list(&mut fields, "people"),
        other: fields,
    };
    (title, metadata)
}

/// Takes a string or number out of the record; blank counts as missing. A
/// value of another kind stays among the other keys.
pub(super) fn take_text(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    let text = match fields.get(name)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null => String::new(),
        _ => return None,
    };
    fields.remove(name);
    (!text.trim().is_empty()).then_some(text)
}

/// Takes a list of strings; a single string is a list of one.
fn take_list(fields: &mut Map<String, Value>, name: &str) -> Option<Vec<String>> {
    let items = match fields.get(name)? {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect(),
        _ => return None,
    };
    fields.remove(name);
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_another_kind_stays() {
        let object = r#"{"title":" ","date":2013,"author":["A"],"people":"Ada Lovelace","countries":null,"x":1}"#;
        let (title, metadata) = take(serde_json::from_str(object).unwrap());
        assert_eq!(title, None);
        assert_eq!(metadata.date.as_deref(), Some("2013"));
        assert_eq!(metadata.people, Some(vec!["Ada Lovelace".to_owned()]));
        let left: Vec<&String> = metadata.other.keys().collect();
        assert_eq!(left, ["author", "countries", "x"]);
    }
}
