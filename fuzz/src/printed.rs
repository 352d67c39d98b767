//! What every printer must do with an answer, whatever it is about.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use cybersearch::output::hits::trec;
use cybersearch::output::{AskedQuery, Format, IndexInfo, Style, print, print_head, show};
use cybersearch::search::{Answer, Ranked};
use serde_json::Value;

use crate::acts;

/// An answer, and what it is about.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// The query as typed.
    pub query: &'a str,
    /// The answer.
    pub answer: &'a Answer,
    /// Of the index.
    pub info: &'a IndexInfo,
    /// The path of the one file, as it is shown.
    pub path: &'a Path,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// A style of this kind.
pub fn style(color: bool, is_terminal: bool, width: usize) -> Style {
    Style {
        color,
        width,
        is_terminal,
        null: false,
    }
}

/// What a format prints, as bytes.
fn printed(format: Format, given: &Given<'_>, style: &Style) -> Vec<u8> {
    let mut out = Vec::new();
    let asked = AskedQuery {
        id: None,
        text: given.query,
    };
    print_head(format, false, &mut out).expect("memory takes all");
    print(format, &asked, given.answer, given.info, style, &mut out).expect("memory takes all");
    out
}

/// `bytes` as text that does nothing but go to the next line.
#[track_caller]
pub fn harmless(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes).expect("it is text");
    let found = text.find(|c| acts(c) && c != '\n');
    assert_eq!(found, None, "{text:?}");
    text
}

/// `text` without the colours that the program itself gives.
fn without_colors(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_digit() && c != ';');
        let end = end.expect("a colour ends");
        assert!(after[end..].starts_with('m'), "{text:?}");
        rest = &after[end + 1..];
    }
    plain + rest
}

/// Every format of an answer is harmless and whole.
pub fn check_answer(given: &Given<'_>) {
    let Given { answer, path, .. } = *given;
    let hits: usize = answer
        .articles
        .iter()
        .map(|article| article.hits.len())
        .sum();
    for width in [20, 80] {
        let plain = harmless(printed(Format::Text, given, &style(false, true, width)));
        let colored = printed(Format::Text, given, &style(true, true, width));
        let colored = String::from_utf8(colored).expect("it is text");
        assert_eq!(without_colors(&colored), plain);
    }
    let grep = harmless(printed(Format::Grep, given, &style(false, true, 80)));
    assert_eq!(grep.lines().count(), hits, "{grep:?}");
    harmless(printed(Format::Paths, given, &style(false, true, 80)));
    let paths = printed(Format::Paths, given, &style(false, false, 80));
    if hits > 0 {
        assert_eq!(paths, [path.as_os_str().as_bytes(), b"\n"].concat());
    }
    let csv = harmless(printed(Format::Csv, given, &style(false, false, 80)));
    let mut csv = csv::Reader::from_reader(csv.as_bytes());
    let rows = csv.records().map(|row| row.expect("a row is whole"));
    assert_eq!(rows.count(), hits);
    let json = harmless(printed(Format::Json, given, &style(false, false, 80)));
    assert_eq!(json.lines().count(), 1);
    let json: Value = serde_json::from_str(&json).expect("it is JSON");
    let lines = harmless(printed(Format::JsonLines, given, &style(false, false, 80)));
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("it is JSON"))
        .collect();
    assert_eq!(
        (json["hits"].as_array().map(Vec::len), lines.len()),
        (Some(hits), hits)
    );
    assert_eq!(json["query"]["text"], given.query);
    for hit in &lines {
        check_hit(hit, given);
    }
}

/// A run has its six columns, whatever the names are.
pub fn check_run(query: &str, run: &Ranked) {
    let mut out = Vec::new();
    trec::print(query, run, &mut out).expect("memory takes all");
    let run = harmless(out);
    // An empty name of the query leaves its column empty.
    let columns = if query.is_empty() { 5 } else { 6 };
    assert!(
        run.lines()
            .all(|line| line.split_whitespace().count() == columns),
        "{run:?}"
    );
}

/// Offsets of a hit give what it says stands there.
fn check_hit(hit: &Value, given: &Given<'_>) {
    let bytes = given.bytes;
    assert_eq!(hit["path"], given.path.to_string_lossy().as_ref());
    let number = |value: &Value| value.as_u64().expect("a number") as usize;
    let passage = &hit["passage"];
    let title = hit["title"].as_str().expect("a title is text");
    check_highlights(&hit["title_highlights"], title);
    if passage.is_null() {
        return;
    }
    let text = passage["text"].as_str().expect("a passage is text");
    let (start, end) = (number(&passage["start"]), number(&passage["end"]));
    if !bytes.starts_with(b"{") {
        assert!(start < end && end <= bytes.len());
        let line = bytes[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
        if std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0) {
            assert_eq!(&bytes[start..end], text.as_bytes());
            assert_eq!(number(&passage["line"]), line);
        }
    }
    check_highlights(&hit["highlights"], text);
}

fn check_highlights(highlights: &Value, text: &str) {
    let mut last = 0;
    for highlight in highlights.as_array().expect("a list") {
        let at = |name: &str| highlight[name].as_u64().expect("a number") as usize;
        assert!(
            at("start") >= last && at("end") > at("start"),
            "{highlights}"
        );
        assert!(
            text.get(at("start")..at("end")).is_some(),
            "{highlights} in {text:?}"
        );
        last = at("end");
    }
}

/// An article as `show` prints it is harmless, and JSON has its text.
pub fn check_shown(shown: &show::Shown<'_>) {
    let mut out = Vec::new();
    show::print_text(shown, &style(false, true, 80), &mut out).expect("memory takes all");
    let text = String::from_utf8(out).expect("it is text");
    assert_eq!(
        text.find(|c| acts(c) && !"\n\t".contains(c)),
        None,
        "{text:?}"
    );
    let mut out = Vec::new();
    show::print_json(shown, &mut out).expect("memory takes all");
    let json: Value = serde_json::from_str(&harmless(out)).expect("it is JSON");
    assert_eq!(json["text"], shown.article.text.as_str());
}
