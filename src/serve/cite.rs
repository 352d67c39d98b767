//! Citations: a passage with its source, and articles for the programs that keep
//! references (RIS, BibTeX, CSL-JSON).

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::document::Record;
use crate::output::{place, safe};
use crate::search::PassageText;

/// Where a passage of the article of `record` stands, whose file is `path`, as
/// the command line prints it.
pub(super) fn place(path: &Path, record: &Record, passage: Option<&PassageText>) -> String {
    let file = place::file(path, record);
    let position = place::position(record, passage);
    format!("{file}:{position}{}", place::record(record))
}

/// A passage as a quotation in Markdown, with all that finds it again. The
/// script of the pages makes the same of a hit.
pub(super) fn quotation(path: &Path, record: &Record, passage: &PassageText) -> String {
    let text = safe::line(&passage.text);
    let title = safe::line(&record.title);
    let date = record.published.value.as_deref().unwrap_or("undated");
    let place = place(path, record, Some(passage));
    let (start, end) = (passage.start, passage.end);
    let mut quotation = format!("> “{text}”\n— {title}, ");
    if let Some(source) = &record.metadata.source {
        // A text can be written to.
        let _ = write!(quotation, "{}, ", safe::line(source));
    }
    let _ = write!(quotation, "{date}, {place}, bytes {start}–{end}");
    quotation
}

/// Year, month and day of publication, as far as they are known exactly.
fn parts(record: &Record) -> Vec<i64> {
    let value = record.published.value.as_deref().unwrap_or_default();
    let parts: Option<Vec<i64>> = value.split('-').map(|part| part.parse().ok()).collect();
    parts.filter(|parts| parts.len() <= 3).unwrap_or_default()
}

/// A reference in RIS.
pub(super) fn ris(record: &Record) -> String {
    let mut lines = vec![("TY", "NEWS".to_owned()), ("TI", record.title.clone())];
    lines.extend(record.metadata.author.clone().map(|author| ("AU", author)));
    lines.extend(record.metadata.source.clone().map(|source| ("T2", source)));
    let parts = parts(record);
    if let Some(year) = parts.first() {
        lines.push(("PY", format!("{year:04}")));
        let rest = |at: usize| {
            parts
                .get(at)
                .map_or(String::new(), |part| format!("{part:02}"))
        };
        lines.push(("DA", format!("{year:04}/{}/{}/", rest(1), rest(2))));
    }
    lines.extend(record.metadata.url.clone().map(|url| ("UR", url)));
    lines.push(("N1", record.id.clone()));
    lines.push(("ER", String::new()));
    let mut text = String::new();
    for (tag, value) in lines {
        // A text can be written to.
        let _ = write!(text, "{tag}  - {}\r\n", safe::line(&value).trim());
    }
    text + "\r\n"
}

/// A reference in BibTeX, whose key is made of its number.
pub(super) fn bibtex(record: &Record, number: usize) -> String {
    let mut fields = vec![("title", record.title.clone())];
    fields.extend(
        record
            .metadata
            .author
            .clone()
            .map(|author| ("author", author)),
    );
    fields.extend(
        record
            .metadata
            .source
            .clone()
            .map(|source| ("journal", source)),
    );
    fields.extend(record.published.value.clone().map(|date| ("date", date)));
    fields.extend(record.metadata.url.clone().map(|url| ("url", url)));
    fields.push(("note", record.id.clone()));
    let mut text = format!("@article{{cybersearch{number}");
    for (name, value) in fields {
        // A text can be written to.
        let _ = write!(text, ",\n  {name} = {{{}}}", tex(&value));
    }
    text + "\n}\n\n"
}

/// `text` as TeX takes it: nothing in it is a command.
fn tex(text: &str) -> String {
    let mut escaped = String::new();
    for c in safe::line(text).chars() {
        match c {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '{' | '}' | '$' | '&' | '#' | '_' | '%' => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A reference in CSL-JSON.
pub(super) fn csl(record: &Record) -> Value {
    let mut item = json!({
        "id": record.id,
        "type": "article-newspaper",
        "title": record.title,
    });
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            item[name] = value;
        }
    };
    let metadata = &record.metadata;
    set("container-title", metadata.source.clone().map(Value::from));
    set("URL", metadata.url.clone().map(Value::from));
    let author = metadata.author.as_ref();
    set(
        "author",
        author.map(|author| json!([{ "literal": author }])),
    );
    let parts = parts(record);
    set(
        "issued",
        (!parts.is_empty()).then(|| json!({ "date-parts": [parts] })),
    );
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let mut record = Record {
            id: "a.txt".to_owned(),
            title: "Oil & {gas}\nER  - 50%".to_owned(),
            ..Record::default()
        };
        record.published.value = Some("2013-05-04".to_owned());
        record.metadata.source = Some("The Post".to_owned());
        record
    }

    #[test]
    fn a_title_ends_no_reference() {
        assert_eq!(
            ris(&record()),
            "TY  - NEWS\r\nTI  - Oil & {gas} ER  - 50%\r\nT2  - The Post\r\nPY  - 2013\r\n\
             DA  - 2013/05/04/\r\nN1  - a.txt\r\nER  - \r\n\r\n"
        );
        assert_eq!(
            bibtex(&record(), 3),
            "@article{cybersearch3,\n  title = {Oil \\& \\{gas\\} ER  - 50\\%},\n  \
             journal = {The Post},\n  date = {2013-05-04},\n  note = {a.txt}\n}\n\n"
        );
    }

    #[test]
    fn a_date_is_as_exact_as_it_is_known() {
        let issued = |value: Option<&str>| {
            let mut record = record();
            record.published.value = value.map(str::to_owned);
            csl(&record)["issued"]["date-parts"].clone()
        };
        assert_eq!(issued(Some("2013-05-04")), json!([[2013, 5, 4]]));
        assert_eq!(issued(Some("2013-05")), json!([[2013, 5]]));
        assert_eq!(issued(Some("2014/..")), Value::Null);
        assert_eq!(issued(None), Value::Null);
    }
}
