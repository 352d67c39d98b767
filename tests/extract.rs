//! `cybersearch extract`: who, where and when without an index.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use common::{World, schema, schema_errors};
use serde_json::{Value, json};

const WIRE: &str = "GENEVA, March 3 - Ada Lovelace of Switzerland met Charles Babbage on Tuesday, officials said.\n";

/// The lines of a stdout, read as JSON.
fn lines(stdout: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(stdout).expect("the output is UTF-8");
    let read = |line: &str| serde_json::from_str(line).expect("a line is JSON");
    text.lines().map(read).collect()
}

#[test]
fn a_text_a_pipe_and_records() {
    let world = World::with(&[
        ("wire.txt", WIRE),
        (
            "note.md",
            "---\ntitle: A note\ndate: 2019-05-04\npeople: [Grace Hopper]\n---\nThey met yesterday in Paris.\n",
        ),
        (
            "many.ndjson",
            "{\"id\":\"r1\",\"title\":\"First\",\"text\":\"They met on Monday in Oslo.\",\"date\":\"2020-01-08\"}\n{\"title\":\"Second alone\"}\n",
        ),
    ]);
    let mut shown = world.transcript(&[&["extract", "wire.txt", "note.md", "many.ndjson"]]);
    shown.push_str(&world.transcript_with(&["extract"], WIRE));
    shown.push_str(&world.transcript_with(
        &["extract", "-"],
        "{\"text\":\"Talks were held in Tokyo on 5 May 2018.\"}\n",
    ));
    insta::assert_snapshot!(shown);
}

#[test]
fn a_mention_in_a_title_apart_says_so() {
    let record = json!({
        "title": "Putin visits  Peru on 5 May 2018",
        "text": "President Vladimir Putin left Moscow, officials said.",
    });
    let world = World::with(&[("a.jsonl", &record.to_string())]);
    let found = &lines(world.stdout(&["extract", "a.jsonl"]).as_bytes())[0];
    assert_eq!(schema_errors(&schema("extract-2.json"), found), [""; 0]);
    assert_eq!(
        found["people"][0]["mentions"],
        json!([
            {"start": 0, "end": 5, "text": "Putin", "in": "title"},
            {"start": 10, "end": 24, "text": "Vladimir Putin"},
        ])
    );
    let peru = &found["countries"][0]["mentions"][0];
    let title = found["title"].as_str().expect("a title");
    assert_eq!(
        (&peru["in"], &peru["text"]),
        (&json!("title"), &json!("Peru"))
    );
    assert_eq!(&title[13..17], "Peru");
    assert_eq!((&peru["start"], &peru["end"]), (&json!(13), &json!(17)));
    assert_eq!(found["dates"][0]["value"], "2018-05-05");
    assert_eq!(found["dates"][0]["in"], "title");
    assert_eq!(found["published"]["method"], "none");
}

#[test]
fn lines_are_as_show_prints_them() {
    let world = World::seeds();
    world.stdout(&["index", "-q"]);
    let names: Vec<String> = world.ids(&["cyber"]);
    let mut arguments = vec!["extract"];
    arguments.extend(names.iter().map(String::as_str));
    let schema = schema("extract-2.json");
    let found = lines(world.stdout(&arguments).as_bytes());
    assert_eq!(found.len(), 5);
    for (name, found) in names.iter().zip(found) {
        assert_eq!(schema_errors(&schema, &found), [""; 0], "{name}");
        let show = world.stdout(&["show", name, "--format", "json"]);
        let mut show: Value = serde_json::from_str(&show).expect("show prints JSON");
        let fields = show.as_object_mut().expect("an object");
        for beyond in [
            "surnames",
            "state",
            "state_reason",
            "url",
            "author",
            "metadata",
            "text",
        ] {
            fields.remove(beyond);
        }
        assert_eq!(found, show, "{name}");
    }
}

#[test]
fn what_cannot_be_read_is_told_and_nothing_else_is_lost() {
    let world = World::with(&[
        (
            "many.jsonl",
            "{\"text\":\"One.\"}\n{bad}\n[1]\n\n{}\n{\"text\":\"Two.\"}\n",
        ),
        ("empty.txt", ""),
        ("folder/a.txt", "Text."),
        ("last.txt", "The last."),
    ]);
    world.write("binary.txt", b"\x89PNG\0\0");
    world.write(
        "long.jsonl",
        format!(
            "{{\"text\":\"{}\"}}\n{{\"text\":\"Short.\"}}\n",
            "x".repeat(2000)
        )
        .as_bytes(),
    );
    insta::assert_snapshot!(world.transcript(&[
        &[
            "extract",
            "-q",
            "--max-size",
            "1K",
            "many.jsonl",
            "empty.txt",
            "folder",
            "gone.txt",
            "binary.txt",
            "long.jsonl",
            "last.txt"
        ],
        &["extract", "--max-size", "none"],
        &["extract", "--input", "xml"],
    ]));
}

#[test]
fn encodings_are_those_of_the_index() {
    let world = World::empty();
    let text = "The minister met Ren\u{e9} Descartes in France.";
    let latin1: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("a Latin-1 character"))
        .collect();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, start) in [(text.as_bytes(), 36), (&latin1[..], 35), (&utf16, 70)] {
        let output = world.run_with(&["extract"], bytes);
        let found = lines(&output.stdout);
        assert_eq!(found[0]["countries"][0]["code"], "FR");
        assert_eq!(
            found[0]["countries"][0]["mentions"][0]["start"], start,
            "{found:?}"
        );
    }
}

#[test]
fn the_shape_can_be_given() {
    let world = World::with(&[("records.log", "{\"text\":\"One.\"}\n{\"text\":\"Two.\"}\n")]);
    let count = |arguments: &[&str]| lines(world.stdout(arguments).as_bytes()).len();
    assert_eq!(count(&["extract", "records.log"]), 1);
    assert_eq!(count(&["extract", "--input", "jsonl", "records.log"]), 2);
    let output = world.run_with(&["extract", "--input", "text"], b"{\"text\":\"One.\"}\n");
    assert_eq!(lines(&output.stdout)[0]["title"], "{\"text\":\"One.\"}");
    let empty = world.run_with(&["extract"], b"");
    assert_eq!(
        (empty.status.code(), empty.stdout, empty.stderr),
        (Some(0), Vec::new(), Vec::new())
    );
}

#[test]
fn many_records_keep_their_order() {
    let world = World::empty();
    let mut input = String::new();
    for number in 0..5000 {
        // Some take longer than others.
        let words = "The talks in Moscow went on. ".repeat(number % 17);
        input.push_str(
            &json!({"id": number.to_string(), "text": format!("{words}End.")}).to_string(),
        );
        input.push('\n');
    }
    let output = world.run_with(&["extract"], input.as_bytes());
    let ids: Vec<Value> = lines(&output.stdout)
        .into_iter()
        .map(|mut line| line["id"].take())
        .collect();
    let expected: Vec<Value> = (0..5000).map(|number| number.to_string().into()).collect();
    assert_eq!(ids, expected);
}

#[test]
fn a_record_is_out_before_the_next_is_waited_for() {
    let world = World::empty();
    let mut child = world
        .command(&["extract"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    for number in 0..5 {
        writeln!(stdin, "{{\"id\":\"{number}\",\"text\":\"Talks.\"}}").expect("it listens");
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it answers");
        assert_eq!(lines(line.as_bytes())[0]["id"], number.to_string());
    }
    drop(stdin);
    assert_eq!(child.wait().expect("the program ends").code(), Some(0));
}

#[test]
fn a_reader_that_leaves_early_ends_it() {
    let world = World::empty();
    let ended = world.run_without_reader(&["extract"], b"{\"text\":\"Talks.\"}\n");
    assert_eq!(ended, (Some(0), String::new()));
}
