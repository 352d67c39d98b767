//! What an engine, or what stands in front of it, may do wrong: each is one clear
//! line and exit status 2, never a smaller answer.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::common::World;
use crate::fixture;
use crate::stub::{Answered, Asked, Stub, json_answer, raw_answer};

/// The format that the recorded index has, which is that of this program.
fn opened() -> Value {
    let recorded =
        std::fs::read_to_string(fixture("opensearch-2.19.6.jsonl")).expect("it is there");
    let lines = recorded
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let mut described = lines.filter(|record| record["method"] == "GET");
    let found = described.find(|record| {
        record["path"]
            .as_str()
            .is_some_and(|path| path.contains("_meta"))
    });
    found.expect("an index was opened")["response"].clone()
}

/// Totals of ten articles, with no hit.
fn totals() -> Value {
    json!({
        "took": 1, "timed_out": false, "_shards": {"total": 1, "successful": 1, "failed": 0},
        "hits": {"total": {"value": 10, "relation": "eq"}, "hits": []},
        "aggregations": {"words": {"value": 500.0}, "title_words": {"value": 50.0}, "push": {"value": 1.7e12}},
    })
}

/// A search of an engine that opens its index well and then answers so.
fn told(
    answer: impl Fn(&Asked, usize) -> Answered + Send + Sync + 'static,
) -> (String, Option<i32>) {
    let described = opened();
    let asked_before = AtomicUsize::new(0);
    let stub = Stub::answering(move |asked| {
        if asked.method == "GET" {
            return Answered::Bytes(json_answer(200, &described));
        }
        if asked.body["aggs"]["push"].is_object() {
            return Answered::Bytes(json_answer(200, &totals()));
        }
        answer(asked, asked_before.fetch_add(1, Ordering::Relaxed))
    });
    let output = World::empty().run(&["search", "--index", &stub.url("news"), "-n0", "date:2013"]);
    (
        String::from_utf8_lossy(&output.stderr).into_owned(),
        output.status.code(),
    )
}

fn check(answer: Vec<u8>, expected: &str) {
    let (line, status) = told(move |_, _| Answered::Bytes(answer.clone()));
    assert!(line.contains(expected), "{expected}: {line}");
    assert!(
        line.starts_with("cybersearch: ") && line.lines().count() <= 2,
        "{line}"
    );
    assert_eq!(status, Some(2), "{line}");
}

#[test]
fn statuses_and_forms_that_are_no_answer() {
    let html = "<html><body>Sign in</body></html>";
    for (status, body, expected) in [
        (
            "500 Oh",
            "{\"error\":{\"reason\":\"disk full\"}}",
            "disk full (HTTP 500)",
        ),
        ("401 Who", "{}", "it asks who you are"),
        ("403 No", "{}", "you may not do this"),
        ("200 OK", html, "a web page, no JSON"),
        ("200 OK", "{\"hits\":", "cut off"),
        ("200 OK", "[]", "no answer to a search"),
        ("200 OK", "{\"error\":\"closed\"}", "closed"),
        (
            "400 Bad",
            "{\"error\":{\"reason\":\"too many clauses\"}}",
            "too many clauses",
        ),
    ] {
        check(raw_answer(status, "", body), expected);
    }
    let mut half = raw_answer("200 OK", "", &totals().to_string());
    half.truncate(half.len() / 2 + 60);
    check(half, "broke off");
}

#[test]
fn answers_that_are_not_whole() {
    let with = |pointer: &str, value: Value| {
        let mut answer = totals();
        *answer.pointer_mut(pointer).expect("it is there") = value;
        json_answer(200, &answer)
    };
    check(with("/_shards/failed", json!(1)), "1 of 1 shards failed");
    check(with("/timed_out", json!(true)), "ran out of time");
    check(
        with("/hits/total/relation", json!("gte")),
        "did not count all",
    );
    let doubled = json!([{"sort": ["a.txt"]}, {"sort": ["a.txt"]}]);
    check(with("/hits/hits", doubled), "an article twice: a.txt");
    check(
        with("/hits/hits", json!([{"_source": {}}])),
        "without its place",
    );
}

#[test]
fn an_engine_that_is_busy_is_asked_again_and_then_told() {
    check(
        raw_answer("429 Slow", "retry-after: 0\r\n", "{}"),
        "HTTP 429",
    );
    let (line, _) = told(|_, before| {
        Answered::Bytes(if before < 2 {
            raw_answer("429 Slow", "retry-after: 0\r\n", "")
        } else {
            raw_answer(
                "500 Then",
                "",
                "{\"error\":{\"reason\":\"asked three times\"}}",
            )
        })
    });
    assert!(line.contains("asked three times"), "{line}");
}

#[test]
fn an_answer_that_never_ends_is_cut_off() {
    let (line, status) = told(|_, _| Answered::Endless);
    assert!(line.contains("longer than 256 MiB"), "{line}");
    assert_eq!(status, Some(2));
}

#[test]
fn an_index_of_others_or_of_another_format_is_refused() {
    for (meta, expected) in [
        (
            json!({"news": {"mappings": {}}}),
            "not an index of cybersearch",
        ),
        (
            json!({"news": {"mappings": {"_meta": {"cybersearch": {"format": 1}}}}}),
            "its format is 1",
        ),
        (json!({"a": {}, "b": {}}), "several indexes: a, b"),
    ] {
        let stub = Stub::answering(move |_| Answered::Bytes(json_answer(200, &meta)));
        let output = World::empty().run(&["search", "--index", &stub.url("news"), "x"]);
        let line = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(line.contains(expected), "{line}");
        assert_eq!(output.status.code(), Some(2), "{line}");
    }
    let stub = Stub::answering(|_| Answered::Bytes(json_answer(404, &json!({"error": "none"}))));
    let output = World::empty().run(&["search", "--index", &stub.url("news"), "x"]);
    let line = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(line.contains("no such index: http://127.0.0.1"), "{line}");
}

#[test]
fn an_engine_that_does_not_answer_holds_nobody_up() {
    let described = opened();
    let (end, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let stub = Stub::answering(move |asked| {
        let body = if asked.method == "GET" {
            described.clone()
        } else if asked.body["aggs"]["push"].is_object() {
            totals()
        } else {
            // Until the test has ended.
            let _ = wait.lock().map(|wait| wait.recv());
            Value::Null
        };
        Answered::Bytes(json_answer(200, &body))
    });
    let url = stub.url("news");
    let arguments = ["search", "--index", &url, "--time-limit", "0.5", "talks"];
    let output = World::empty().run(&arguments);
    drop(end);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("time limit of 0.5 s exceeded"), "{told}");
    assert_eq!(output.status.code(), Some(2), "{told}");
}
