//! One small archive of each format (`tests/fixtures/formats`, made by `make`):
//! what is found in it, where it stands, and how one gets back to its bytes.
#![cfg(all(
    feature = "archives",
    feature = "html",
    feature = "mail",
    feature = "office",
    feature = "warc"
))]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use common::{World, schema, schema_errors};
use serde_json::Value;

/// A library with the files of the fixtures; a PDF where it can be read.
fn world() -> World {
    let world = World::empty();
    let fixtures = common::project().join("tests/fixtures/formats");
    for entry in fs::read_dir(&fixtures).expect("the fixtures are there") {
        let path = entry.expect("a fixture can be listed").path();
        let name = path.file_name().expect("it has a name").to_string_lossy();
        if name == "make" || (name == "figures.pdf" && !reads_pdf()) {
            continue;
        }
        let bytes = fs::read(&path).expect("a fixture can be read");
        world.write(&format!("seeds/{name}"), &bytes);
    }
    world.stdout(&["index", "-q"]);
    world
}

/// Whether the machine can read PDF. `CYBERSEARCH_PDF=required` makes it fail
/// where it cannot.
fn reads_pdf() -> bool {
    let found = std::process::Command::new("pdftotext").arg("-v").output();
    let is_there = found.is_ok();
    let is_required = std::env::var_os("CYBERSEARCH_PDF").is_some_and(|it| it == "required");
    assert!(is_there || !is_required, "pdftotext is required");
    if !is_there {
        let told = "skipped: PDF, since pdftotext (package poppler-utils) is missing";
        let _ = writeln!(std::io::stderr(), "{told}");
    }
    is_there
}

fn hits(world: &World) -> Vec<Value> {
    let answer = world.json(&["hotline", "-n", "50", "--no-fold", "--sort", "oldest"]);
    let errors = schema_errors(&schema("search-2.json"), &answer);
    assert_eq!(errors, [""; 0]);
    answer["hits"].as_array().expect("hits are a list").clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

#[test]
fn every_format_tells_where_a_passage_stands() {
    let world = world();
    let mut lines = BTreeSet::new();
    for hit in hits(&world) {
        let passage = &hit["passage"];
        let mut line = String::new();
        let _ = write!(
            line,
            "{} | {} | {} | {} | {} | {} | {} | {}",
            text(&hit["id"]),
            text(&hit["member"]),
            text(&hit["title"]),
            text(&hit["published"]["value"]),
            text(&hit["source"]),
            text(&passage["offsets"]),
            passage["line"],
            passage["place"],
        );
        if hit["path"] != "seeds/figures.pdf" {
            lines.insert(line);
        }
    }
    let all: Vec<String> = lines.into_iter().collect();
    insta::assert_snapshot!(all.join("\n"));
    let grep = world.stdout(&[
        "search",
        "hotline",
        "-n",
        "50",
        "--no-fold",
        "--format",
        "grep",
    ]);
    let mut places: Vec<&str> = grep
        .lines()
        .filter_map(|line| line.split_once(": ").map(|(place, _)| place))
        .filter(|place| !place.contains(".pdf"))
        .collect();
    places.sort_unstable();
    insta::assert_snapshot!(places.join("\n"));
}

/// What a passage is in its source: the markup of its format undone.
fn undone(path: &str, bytes: &[u8]) -> String {
    let source = String::from_utf8(bytes.to_vec()).expect("the fixtures are UTF-8");
    let mut text = match path {
        _ if path.contains(".csv") => source.replace("\"\"", "\""),
        _ if path.contains(".mbox") => source.replace("\n>From", "\nFrom"),
        _ => source,
    };
    if ["page.html", ".warc", ".xml"]
        .iter()
        .any(|kind| path.contains(kind))
    {
        let mut plain = String::new();
        let mut is_tag = false;
        for c in text.chars() {
            match c {
                '<' => is_tag = true,
                '>' => is_tag = false,
                c if !is_tag => plain.push(c),
                _ => {}
            }
        }
        text = plain.replace("&amp;", "&").replace("&amp;", "&");
    }
    text
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn every_passage_leads_back_to_its_bytes() {
    let world = world();
    let mut counted = BTreeMap::new();
    for hit in hits(&world) {
        let (id, path, passage) = (text(&hit["id"]), text(&hit["path"]), &hit["passage"]);
        let offsets = text(&passage["offsets"]);
        *counted.entry(offsets.to_owned()).or_insert(0) += 1;
        let bytes = match offsets {
            "file" => fs::read(world.path(path)).expect("the path is a file"),
            "member" => world.run(&["show", "--raw", id]).stdout,
            "text" => world.run(&["show", "--text", id]).stdout,
            other => panic!("{other}"),
        };
        let at = |key: &str| usize::try_from(passage[key].as_u64().unwrap_or(0)).unwrap_or(0);
        let found = &bytes[at("start")..at("end")];
        let found = match offsets {
            "text" => String::from_utf8(found.to_vec()).expect("a text is UTF-8"),
            _ => undone(&format!("{path}{id}"), found),
        };
        assert_eq!(words(&found), words(text(&passage["text"])), "{id}");
    }
    let kinds: Vec<&str> = counted.keys().map(String::as_str).collect();
    assert_eq!(kinds, ["file", "member", "text"]);
}

#[test]
fn every_article_can_be_asked_for_by_its_names() {
    let world = world();
    for hit in hits(&world) {
        let id = text(&hit["id"]);
        let shown = world.stdout(&["show", id, "--format", "json"]);
        let shown: Value = serde_json::from_str(&shown).expect("show prints JSON");
        assert_eq!(
            schema_errors(&schema("show-2.json"), &shown),
            [""; 0],
            "{id}"
        );
        assert_eq!(shown["id"], hit["id"]);
        assert_eq!(shown["member"], hit["member"], "{id}");
        let whole = world.stdout(&["show", "--text", id]);
        assert_eq!(text(&shown["text"]), whole, "{id}");
        let extracted = world.stdout(&["extract", text(&hit["path"])]);
        let line = extracted.lines().find(|line| {
            let line: Value = serde_json::from_str(line).expect("a line is JSON");
            line["id"] == hit["id"]
        });
        assert!(line.is_some(), "extract reads {id} as well");
    }
    let record = world.stdout(&["show", "seeds/export.txt#2"]);
    assert!(record.contains("(record 2 of 2)"), "{record}");
    let many = world.run(&["show", "seeds/inbox.mbox"]);
    let told = String::from_utf8_lossy(&many.stderr).into_owned();
    assert!(told.contains("2 articles match"), "{told}");
}

#[test]
fn paths_are_real_files_each_once() {
    let world = world();
    let paths = world.stdout(&["search", "hotline", "-n", "50", "--format", "paths"]);
    let mut seen = BTreeSet::new();
    for path in paths.lines() {
        assert!(world.path(path).is_file(), "{path}");
        assert!(seen.insert(path.to_owned()), "{path} twice");
    }
    let sources = world.stdout(&["facets", "--by", "source", "--format", "json"]);
    let sources: Value = serde_json::from_str(&sources).expect("facets are JSON");
    let values = sources["facets"][0]["values"].as_array().expect("values");
    let post = values
        .iter()
        .find(|value| value["value"] == "The Harbour Post");
    assert!(
        post.is_some_and(|post| post["count"].as_u64() >= Some(4)),
        "{sources}"
    );
}

#[test]
fn a_mailbox_that_grows_is_read_on_and_one_that_changes_anew() {
    let world = world();
    let mailbox = fs::read_to_string(world.path("seeds/inbox.mbox")).expect("it is there");
    let third = "\nFrom ann@harbour.example Wed Mar 12 10:00:00 2014\nFrom: Ann <ann@harbour.example>\nSubject: Third\nMessage-ID: <three@harbour.example>\n\nThe hotline has a third message.\n";
    let grown = format!("{mailbox}{third}");
    world.write("seeds/inbox.mbox", grown.as_bytes());
    let report = world.stdout(&["index"]);
    assert!(report.contains("1 changed"), "{report}");
    let ids = |world: &World| {
        let mut ids = world.ids(&["hotline", "path:inbox.mbox"]);
        ids.sort_unstable();
        ids
    };
    let expected = [
        "one@harbour.example",
        "seeds/inbox.mbox#2",
        "three@harbour.example",
    ];
    assert_eq!(ids(&world), expected);
    // It goes on inside its last message: all of it is another one.
    world.write(
        "seeds/inbox.mbox",
        format!("{grown}And the hotline rang.\n").as_bytes(),
    );
    world.stdout(&["index"]);
    assert_eq!(ids(&world), expected);
    assert_eq!(world.ids(&["hotline rang"]), ["three@harbour.example"]);
    // Shorter again, with another beginning.
    world.write(
        "seeds/inbox.mbox",
        mailbox.replace("tested", "heard").as_bytes(),
    );
    world.stdout(&["index"]);
    assert_eq!(ids(&world), expected[..2]);
    let status: Value = serde_json::from_str(&world.stdout(&["status", "--format", "json"]))
        .expect("the status is JSON");
    assert_eq!(status["formats"]["mbox"]["articles"], 2);
    world.stdout(&["status", "--check", "--deep"]);
}

#[test]
fn members_that_vanish_leave_and_a_renamed_archive_leaves_no_double() {
    let world = world();
    let all = world.ids(&["hotline", "-n", "50", "--no-fold", "path:talks.zip"]);
    assert_eq!(all.len(), 3, "{all:?}");
    let archive = fs::read(world.path("seeds/talks.zip")).expect("it is there");
    world.remove("seeds/talks.zip");
    world.write("seeds/moved.zip", &archive);
    let moved = world.ids(&["hotline", "-n", "50", "--no-fold", "path:moved.zip"]);
    assert_eq!(moved.len(), 3);
    assert_eq!(world.ids(&["hotline", "path:talks.zip"]), [""; 0]);
    // Cut while it was copied: what can be read of it is told, and nothing stays
    // of what cannot.
    world.write("seeds/moved.zip", &archive[..archive.len() / 2]);
    let told = world.run(&["index"]);
    let told = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(told.contains("moved.zip: damaged"), "{told}");
    assert_eq!(world.ids(&["hotline", "path:moved.zip"]), [""; 0]);
}

#[test]
fn what_a_file_is_its_bytes_tell() {
    let page =
        fs::read(common::project().join("tests/fixtures/formats/page.html")).expect("a page");
    let world = World::empty();
    world.write("seeds/page.txt", &page);
    let rtf = fs::read(common::project().join("tests/fixtures/formats/week.rtf")).expect("RTF");
    world.write("seeds/week.doc", &rtf);
    let hit = &world.json(&["ferry hotline"])["hits"][0];
    assert_eq!(hit["title"], "Ferry talks resume");
    assert_eq!(hit["source"], "The Harbour Post");
    assert_eq!(world.ids(&["forty calls"]), ["seeds/week.doc"]);
    world.stdout(&["index", "--plain-text", "-q"]);
    let hit = &world.json(&["ferry hotline"])["hits"][0];
    assert_eq!(hit["source"], Value::Null);
    assert!(text(&hit["passage"]["text"]).contains('<'), "{hit}");
    world.stdout(&["index", "--plain-text=no", "-q"]);
    assert_eq!(
        world.json(&["ferry hotline"])["hits"][0]["source"],
        "The Harbour Post"
    );
}
