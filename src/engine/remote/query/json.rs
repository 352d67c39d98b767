//! The pieces that requests are made of: single queries of the engines'
//! language, in forms that `Elasticsearch` and `OpenSearch` share.

use serde_json::{Value, json};

use crate::document::field::{Field, flags};
use crate::engine::remote::mapping::Extra;

/// All articles; source files have documents of their own.
pub(crate) fn articles() -> Value {
    term(Field::Flag.name(), flags::ARTICLE)
}

pub(crate) fn nothing() -> Value {
    json!({"match_none": {}})
}

pub(crate) fn term(field: &str, value: &str) -> Value {
    json!({"term": {field: {"value": value}}})
}

/// At least one of some terms.
pub(crate) fn any_term(field: &str, terms: &[String]) -> Value {
    match terms {
        [] => nothing(),
        [only] => term(field, only),
        _ => json!({"terms": {field: terms}}),
    }
}

/// Terms side by side.
pub(crate) fn phrase(field: &str, terms: &[String], slop: u32) -> Value {
    match terms {
        [only] => term(field, only),
        _ => json!({"match_phrase": {field: {"query": terms.join(" "), "slop": slop}}}),
    }
}

/// Decides as before and scores nothing.
pub(crate) fn unscored(query: &Value) -> Value {
    json!({"bool": {"filter": [query]}})
}

pub(crate) fn all(queries: &[Value]) -> Value {
    json!({"bool": {"filter": queries}})
}

pub(crate) fn any(queries: &[Value]) -> Value {
    match queries.len() {
        0 => nothing(),
        _ => json!({"bool": {"should": queries, "minimum_should_match": 1}}),
    }
}

pub(crate) fn not(query: &Value) -> Value {
    json!({"bool": {"must_not": [query]}})
}

/// Documents by their `_id`.
pub(crate) fn ids(ids: &[String]) -> Value {
    json!({"ids": {"values": ids}})
}

/// A range of a number, both ends included; `None` is no end.
pub(crate) fn range(field: Field, from: Option<i64>, to: Option<i64>) -> Value {
    let mut range = serde_json::Map::new();
    range.extend(from.map(|from| ("gte".to_owned(), json!(from))));
    range.extend(to.map(|to| ("lte".to_owned(), json!(to))));
    json!({"range": {field.name(): range}})
}

/// A text as a regular expression that means itself: every mark of ASCII is
/// escaped, since engines give many a meaning (`@`, `#`, `<`, `"`).
pub(crate) fn escaped(text: &str) -> String {
    let mut expression = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_' {
            expression.push('\\');
        }
        expression.push(c);
    }
    expression
}

/// A path with `*` and `?`, as an expression over whole paths: a run of whole
/// names, in which the two stand for characters of one name. One without them is
/// a term.
pub(crate) fn path(path: &str) -> Value {
    if !path.contains(['*', '?']) {
        return term(Extra::PathRun.name(), path);
    }
    let mut expression = String::from("(.*\\/)?");
    for c in path.chars() {
        match c {
            '*' => expression.push_str("[^\\/]*"),
            '?' => expression.push_str("[^\\/]"),
            c => expression.push_str(&escaped(c.encode_utf8(&mut [0; 4]))),
        }
    }
    expression.push_str("(\\/.*)?");
    json!({"regexp": {Field::Path.name(): {"value": expression}}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_term_or_an_expression_of_whole_names() {
        assert_eq!(
            path("a/b.txt"),
            json!({"term": {"path_run": {"value": "a/b.txt"}}})
        );
        let expected = "(.*\\/)?x\\/[^\\/]*\\.txt(\\/.*)?";
        assert_eq!(
            path("x/*.txt"),
            json!({"regexp": {"path": {"value": expected}}})
        );
    }

    #[test]
    fn marks_stand_for_themselves() {
        assert_eq!(escaped("a.b@<c>\"é"), "a\\.b\\@\\<c\\>\\\"é");
    }

    #[test]
    fn one_of_none_is_nothing() {
        assert_eq!(any_term("form", &[]), nothing());
        assert_eq!(any(&[]), nothing());
    }
}
