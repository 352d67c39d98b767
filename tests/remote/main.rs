//! Indexes elsewhere, without an engine: traffic recorded of real ones is
//! replayed by a stub, and what an engine may do wrong is done on purpose.
//!
//! Every command of `tests/fixtures/engines/commands.txt` must print what it prints
//! of a local index. `CYBERSEARCH_RECORD=NAME=URL` records the traffic anew of the
//! engine at URL, into which the seeds were pushed.

#[path = "../common/mod.rs"]
mod common;
mod hostile;
mod stub;
mod tls;

use std::path::PathBuf;

use common::{World, project, schema, schema_errors};
use serde_json::Value;
use stub::Stub;

/// The engines whose traffic was recorded.
const RECORDED: [&str; 2] = ["opensearch-2.19.6", "elasticsearch-7.17.28"];

fn fixture(name: &str) -> PathBuf {
    project().join("tests/fixtures/engines").join(name)
}

/// A library with the five seeds, and a file of queries.
fn library() -> World {
    let world = World::seeds();
    let queries = "q1\thotline Moscow\nq2\ttalks country:CN\nq3\tnuclear OR zebra\n";
    world.write("queries.txt", queries.as_bytes());
    world.run(&["index", "-q"]);
    world
}

/// What a command prints that does not tell where the index is kept.
fn printed(
    world: &World,
    arguments: &[String],
    index: Option<&str>,
) -> (Value, String, Option<i32>) {
    let mut all: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let Some(url) = index {
        all.splice(1..1, ["--index", url]);
    }
    let output = world.run(&all);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = text.lines().map(|line| match serde_json::from_str(line) {
        Ok(value) => without_place(value),
        // In a table, the state of the file is one cell.
        Err(_) => Value::String(line.replace(",unchecked,", ",fresh,")),
    });
    let notes = String::from_utf8_lossy(&output.stderr).into_owned();
    (lines.collect(), notes, output.status.code())
}

/// Takes out what a local index alone knows: its files and its age.
fn without_place(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object
                .into_iter()
                .filter(|(name, _)| !matches!(name.as_str(), "index" | "state" | "state_reason"));
            Value::Object(
                kept.map(|(name, value)| (name, without_place(value)))
                    .collect(),
            )
        }
        Value::Array(values) => values.into_iter().map(without_place).collect(),
        other => other,
    }
}

fn check_all(stub: &Stub) {
    let world = library();
    let commands = std::fs::read_to_string(fixture("commands.txt")).expect("it is there");
    let url = stub.url("news");
    let status = world.run(&["status", "--index", &url]);
    assert_eq!(status.status.code(), Some(0), "{:?}", stub.unknown());
    for line in commands.lines() {
        let arguments: Vec<String> = serde_json::from_str(line).expect("a list of arguments");
        let elsewhere = printed(&world, &arguments, Some(&url));
        let here = printed(&world, &arguments, None);
        assert_eq!(stub.unknown(), [""; 0], "{line}: {}", elsewhere.1);
        assert_eq!(elsewhere, here, "{line}");
    }
}

#[test]
fn an_index_elsewhere_prints_what_a_local_one_does() {
    if let Ok(asked) = std::env::var("CYBERSEARCH_RECORD") {
        let (name, url) = asked.split_once('=').expect("NAME=URL");
        check_all(&Stub::recording(url, &fixture(&format!("{name}.jsonl"))));
        return;
    }
    for name in RECORDED {
        check_all(&Stub::replaying(&fixture(&format!("{name}.jsonl"))));
    }
}

#[test]
fn status_tells_which_engine_it_is() {
    let stub = Stub::replaying(&fixture("opensearch-2.19.6.jsonl"));
    let world = World::empty();
    let url = stub.url("news");
    let output = world.run(&["status", "--index", &url]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.contains("opensearch 2.19.6") && text.contains("5 articles"),
        "{text}"
    );
    let json = world.run(&["status", "--format", "json", "--index", &url]);
    let json: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(
        schema_errors(&schema("remote-status-2.json"), &json),
        [""; 0]
    );
    let pushed = json["built_at"].as_str().expect("a time");
    assert!(
        pushed.starts_with("20") && pushed.ends_with('Z'),
        "{pushed}"
    );
    let refused = world.run(&["status", "--check", "--index", &url]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn what_needs_a_folder_refuses_a_url() {
    let world = World::empty();
    for command in [&["index"][..], &["watch"], &["trust"]] {
        let mut arguments = command.to_vec();
        arguments.extend(["--index", "http://ann:secret@127.0.0.1:1/news"]);
        let output = world.run(&arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{command:?} {told}");
        assert!(!told.contains("secret"), "{told}");
    }
}
