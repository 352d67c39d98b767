//! `cybersearch batch`: many queries of a file, in every format.

mod common;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use common::{World, schema, schema_errors};
use insta::assert_snapshot;
use serde_json::Value;

/// Three queries, of which the second has no hit.
const QUERIES: &str = "7\thotline Moscow\nb\thotlne\nSchmidt\n";

/// A library that has been indexed, with this file of queries.
fn world(queries: impl AsRef<[u8]>) -> World {
    let world = World::seeds();
    world.stdout(&["index", "-q"]);
    world.write("queries.tsv", queries.as_ref());
    world
}

/// The lines of a stdout, read as JSON.
fn lines(text: &str) -> Vec<Value> {
    let read = |line| serde_json::from_str(line).expect("a line is JSON");
    text.lines().map(read).collect()
}

/// The columns of the lines of a run.
fn columns(run: &str) -> Vec<Vec<&str>> {
    run.lines().map(|line| line.split(' ').collect()).collect()
}

#[test]
fn every_format() {
    let world = world(QUERIES);
    for format in ["text", "grep", "json", "jsonl", "csv", "paths", "trec"] {
        assert_snapshot!(
            format!("format_{format}"),
            world.transcript(&[&["batch", "queries.tsv", "-n", "2", "--format", format]])
        );
    }
    assert_snapshot!(
        "text_in_colour",
        world.transcript(&[&[
            "batch",
            "-q",
            "queries.tsv",
            "--format",
            "text",
            "-n1",
            "--color",
            "always"
        ]])
    );
    let colour = ["batch", "-q", "queries.tsv", "-n1", "--color", "always"];
    assert!(
        world
            .stdout(&colour)
            .starts_with("\u{1b}[2m7\u{1b}[0m:\u{1b}[35mseeds/")
    );
}

#[test]
fn paths_for_xargs_have_no_id() {
    let world = world("a\thotline\nb\thotline\n");
    assert_eq!(
        world.stdout(&["batch", "queries.tsv", "--format", "paths", "-0"]),
        "seeds/001_a8fd6759c55bd904.txt\0".repeat(2)
    );
}

#[test]
fn an_answer_is_that_of_a_search() {
    let queries = ["cyber talks", "hotline OR tariffs", "nowhere", "\"lone"];
    let world = world(queries.join("\n"));
    let options = ["--passages", "3", "-n", "4"];
    let batch = ["batch", "-q", "queries.tsv", "--format", "json"];
    let batch = world.stdout(&[&batch, &options[..]].concat());
    let schema = schema("search-2.json");
    let found = lines(&batch);
    assert_eq!(found.len(), queries.len());
    for ((number, query), mut found) in (1..).zip(queries).zip(found) {
        assert_eq!(schema_errors(&schema, &found), [""; 0], "{query}");
        let asked = found["query"].as_object_mut().expect("an object");
        assert_eq!(asked.remove("id"), Some(number.to_string().into()));
        let search = world.json(&[&[query], &options[..]].concat());
        assert_eq!(found, search, "{query}");
    }
}

#[test]
fn lines_keep_to_the_schema() {
    let world = world(QUERIES);
    let mut schema: Value = serde_json::from_str(include_str!("../docs/schema/search-2.json"))
        .expect("the schema is JSON");
    let hit = schema["$defs"]["hit"].clone();
    for (key, value) in hit.as_object().expect("an object") {
        schema[key] = value.clone();
    }
    let schema = jsonschema::validator_for(&schema).expect("the schema is sound");
    let hits = lines(&world.stdout(&["batch", "queries.tsv", "--format", "jsonl"]));
    assert_eq!(hits[0]["query_id"], "7");
    assert!(hits.iter().all(|hit| hit["query_id"] != "b"));
    for hit in hits {
        assert_eq!(schema_errors(&schema, &hit), [""; 0]);
    }
}

#[test]
fn lines_that_are_no_queries() {
    let long = "word ".repeat(2000);
    let mut queries = b"\xef\xbb\xbf# needs\r\na\thotline\r\n\r\n\xff\xfe\r\n".to_vec();
    write!(queries, "{long}\n???\nempty\t\n   \nhotline").expect("a vector takes it");
    let world = world(queries);
    assert_snapshot!(world.transcript(&[
        &["batch", "queries.tsv", "--format", "paths"],
        &["batch", "-q", "queries.tsv", "--format", "paths"],
        &[
            "batch",
            "-q",
            "queries.tsv",
            "--format",
            "paths",
            "--person",
            "Schmidt"
        ],
    ]));
}

#[test]
fn the_standard_input() {
    let world = world("");
    assert_snapshot!(
        [
            world.transcript_with(&["batch", "-"], "hotline\n"),
            world.transcript_with(&["batch", "-"], "hotlne\n"),
            world.transcript_with(&["batch", "-"], "# nothing\n"),
            world.transcript(&[&["batch", "queries.tsv"]]),
        ]
        .join("\n")
    );
}

#[test]
fn errors_are_one_line() {
    let world = world(QUERIES);
    assert_snapshot!(world.transcript(&[
        &["batch"],
        &["batch", "gone.tsv"],
        &["batch", "seeds"],
        &["batch", "queries.tsv", "-0"],
        &["batch", "queries.tsv", "--country", "Freedonia"],
        &["search", "hotline", "--format", "trec"],
        &["hotline", "--format", "trec"],
    ]));
    let empty = World::with(&[("queries.tsv", QUERIES)]);
    assert_snapshot!(
        "without_a_library",
        empty.transcript(&[&["batch", "queries.tsv"]])
    );
}

#[test]
fn options_hold_for_every_query() {
    let world = world("a\tcyber nowhere\nb\ttalks -Russia\n");
    let paths = |options: &[&str]| {
        let arguments = ["batch", "-q", "queries.tsv", "--format", "paths"];
        world.transcript(&[&[&arguments, options].concat()])
    };
    assert_snapshot!(
        [
            paths(&["--any", "--country", "CN", "--after", "2013"]),
            paths(&["--any", "--sort", "oldest", "-n", "2", "--offset", "1"]),
            paths(&["--any", "--plain", "--person", "Xi Jinping"]),
            paths(&["--date", "1999"]),
            paths(&["-n", "0"]),
        ]
        .join("\n")
    );
}

#[test]
fn the_order_is_that_of_the_file() {
    // Some take much longer than others.
    let mut queries = String::new();
    for number in 0..200 {
        let text = ["cyber", "hotline", "the of and to in", "a* b* c*"][number % 4];
        writeln!(queries, "q{number}\t{text}").expect("a string takes it");
    }
    let world = world(queries);
    let found = lines(&world.stdout(&["batch", "-q", "queries.tsv", "--format", "json", "--any"]));
    let ids: Vec<&Value> = found.iter().map(|object| &object["query"]["id"]).collect();
    assert_eq!(ids.len(), 200);
    for (number, id) in ids.into_iter().enumerate() {
        assert_eq!(*id, format!("q{number}"));
    }
}

#[test]
fn a_run_is_as_trec_eval_wants_it() {
    let mut records = String::new();
    for number in 0..30 {
        // Equal articles, whose scores are equal.
        writeln!(
            records,
            "{{\"id\":\"doc {number}\",\"text\":\"Talks were held.\"}}"
        )
        .expect("a string takes it");
    }
    let world = World::with(&[("seeds/many.jsonl", &records)]);
    let queries = b"q 1\ttalks\nnone\tnowhere\n";
    let options = ["batch", "-q", "-", "--format", "trec"];
    let output = world.run_with(&options, queries);
    let run = String::from_utf8(output.stdout).expect("the output is UTF-8");
    let rows = columns(&run);
    assert_eq!(rows.len(), 30, "{run}");
    let mut last = f32::INFINITY;
    let mut seen = HashMap::new();
    for (rank, row) in (1..).zip(&rows) {
        let [query, q0, id, at, score, tag] = row[..] else {
            panic!("six columns are wanted: {row:?}");
        };
        assert_eq!((query, q0, tag), ("q%201", "Q0", "cybersearch"));
        assert!(id.starts_with("doc%20"), "{id}");
        assert_eq!(seen.insert(id, rank), None, "{id}");
        assert_eq!(at, rank.to_string());
        let score: f32 = score.parse().expect("a score is a number");
        assert!(score < last, "{score} follows {last}");
        last = score;
    }
    for sort in ["newest", "relevance"] {
        let mut options = options.to_vec();
        options.extend(["-n", "7", "--sort", sort, "--country", "none"]);
        let output = world.run_with(&options, b"filtered\t\nboth\ttalks\n");
        assert_eq!(output.stdout.lines().count(), 14, "{sort}");
    }
}

#[test]
fn a_spreadsheet_runs_no_cell() {
    let world = World::with(&[(
        "seeds/many.jsonl",
        "{\"id\":\"=1+1\",\"title\":\"=HYPERLINK(\\\"http://x\\\", \\\"y\\\")\",\"text\":\"@SUM(A1), \\\"talks\\\" were held.\\nThey said so.\",\"people\":[\"+Eve\"],\"date\":\"2013\"}\n{\"id\":\"-5\",\"text\":\"- talks, again\"}\n",
    )]);
    world.stdout(&["index", "-q"]);
    world.write("queries.tsv", b"-1\t+talks\n@a\t=talks\n");
    assert_snapshot!(world.transcript(&[
        &["batch", "-q", "queries.tsv", "--format", "csv"],
        &["search", "-q", "talks", "--format", "csv"],
    ]));
    let text = world.stdout(&["batch", "-q", "queries.tsv", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader
        .records()
        .map(|row| row.expect("a row is read"))
        .collect();
    assert_eq!(rows.len(), 4);
    for cell in rows.iter().flatten() {
        let is_number = cell.parse::<f64>().is_ok();
        assert!(
            is_number || !cell.starts_with(['=', '+', '-', '@', '\t']),
            "{cell}"
        );
    }
}

#[test]
fn an_answer_is_out_before_the_next_query_is_waited_for() {
    let world = world("");
    let mut child = world
        .command(&["batch", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    for number in 0..5 {
        writeln!(stdin, "{number}\thotline").expect("it listens");
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it answers");
        assert_eq!(lines(&line)[0]["query"]["id"], number.to_string());
    }
    drop(stdin);
    assert_eq!(child.wait().expect("the program ends").code(), Some(0));
}

#[test]
fn a_reader_that_leaves_early_ends_it() {
    let world = world("");
    let ended = world.run_without_reader(&["batch", "-", "--format", "json"], b"hotline\n");
    assert_eq!(ended, (Some(0), String::new()));
}

#[test]
fn a_changed_file_is_told_once() {
    let world = world("a\thotline\nb\tMoscow hotline\n");
    world.write("seeds/001_a8fd6759c55bd904.txt", b"Other text, hotline.");
    let shown = world.transcript(&[&[
        "batch",
        "queries.tsv",
        "--refresh",
        "never",
        "--format",
        "jsonl",
    ]]);
    assert_eq!(shown.matches("\"state\":\"changed\"").count(), 2, "{shown}");
    assert_eq!(
        shown.matches("run `cybersearch index`").count(),
        1,
        "{shown}"
    );
}
