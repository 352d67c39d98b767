//! The owner's file: what it corrects, when it is read, what is wrong with it.

mod common;

use std::fs;

use common::{World, schema, schema_errors};
use serde_json::{Value, json};

const VISIT: &str = "Visit ends\n\nPresident Xi Jinping left Moscow on Tuesday. Grace Hopper of Getty Images saw him off, and Ada Lovelace did too.";
const WIRE: &str = "Wire\n\nTalks with Grace Hopper were held last week, the ministry said.";

fn library(corrections: &str) -> World {
    let world = World::with(&[
        ("seeds/visit.txt", VISIT),
        ("seeds/wire/one.txt", WIRE),
        ("corrections.txt", corrections),
    ]);
    world.stdout(&["index", "-q"]);
    world
}

fn show(world: &World, name: &str) -> Value {
    let shown = world.stdout(&["show", name, "--format", "json"]);
    let json: Value = serde_json::from_str(&shown).expect("show prints JSON");
    assert_eq!(schema_errors(&schema("show-2.json"), &json), [""; 0]);
    json
}

/// The names of the subjects that `show` prints.
fn names(world: &World, article: &str) -> Vec<String> {
    let people = show(world, article)["people"].take();
    let people = people.as_array().expect("people are a list");
    let name = |person: &Value| person["name"].as_str().expect("a name").to_owned();
    people.iter().map(name).collect()
}

#[test]
fn names_are_merged_and_hidden_in_the_index_and_in_show() {
    let world = library("grace hopper = Grace Murray Hopper\nperson: Ada Lovelace = -\n");
    assert_eq!(world.ids(&["person:Murray"]).len(), 2);
    assert_eq!(world.ids(&["person:Lovelace"]), [""; 0]);
    let shown = names(&world, "seeds/visit.txt");
    assert!(
        shown.contains(&"Grace Murray Hopper".to_owned()),
        "{shown:?}"
    );
    assert!(!shown.contains(&"Ada Lovelace".to_owned()), "{shown:?}");
    assert_eq!(
        world.json(&["person:Murray", "date:unknown", "wire"])["hits"][0]["people"],
        json!(["Grace Murray Hopper"])
    );
}

#[test]
fn dates_and_countries_are_set_by_path_or_pattern() {
    let world = library(
        "date: seeds/visit.txt = 2013-03-27\ndate: seeds/wire/* = 1987\ncountries: seeds/visit.txt = RU, Mongolia\n",
    );
    assert_eq!(world.ids(&["date:2013-03"]), ["seeds/visit.txt"]);
    assert_eq!(world.ids(&["date:1987"]), ["seeds/wire/one.txt"]);
    assert_eq!(world.ids(&["country:MN"]), ["seeds/visit.txt"]);
    let json = show(&world, "seeds/visit.txt");
    assert_eq!(
        (&json["published"]["method"], &json["dates"][0]["value"]),
        (&json!("metadata"), &json!("2013-03-26"))
    );
    let codes: Vec<&Value> = json["countries"]
        .as_array()
        .expect("countries are a list")
        .iter()
        .map(|country| &country["code"])
        .collect();
    assert_eq!(codes, ["MN", "RU"]);
}

#[test]
fn a_changed_file_is_seen_by_the_next_search() {
    let world = library("");
    assert_eq!(world.ids(&["person:Murray"]), [""; 0]);
    world.write("corrections.txt", b"Grace Hopper = Grace Murray Hopper");
    assert_eq!(world.ids(&["person:Murray"]).len(), 2);
    // A comment changes nothing, so nothing is read again.
    world.write(
        "corrections.txt",
        b"# why\nGrace Hopper = Grace Murray Hopper # so",
    );
    assert_eq!(
        world.stdout(&["index"]),
        "2 articles: 0 new files, 0 changed, 0 removed, 2 unchanged\n"
    );
    world.remove("corrections.txt");
    assert_eq!(world.ids(&["person:Murray"]), [""; 0]);
    assert_eq!(world.ids(&["person:Hopper"]).len(), 2);
}

#[test]
fn a_rebuild_keeps_it_and_show_agrees_with_the_index() {
    let world = library("Grace Hopper = Grace Murray Hopper");
    world.stdout(&["index", "-q", "--rebuild"]);
    assert_eq!(world.ids(&["person:Murray"]).len(), 2);
    // What the index was not told yet, `show` does not know either.
    world.write("corrections.txt", b"Grace Hopper = Somebody Else\nwrong");
    assert_eq!(
        world.json(&["person:Murray", "wire"])["index"]["stale"],
        json!(true)
    );
    assert_eq!(names(&world, "seeds/wire/one.txt"), ["Grace Murray Hopper"]);
}

#[test]
fn status_tells_what_it_did() {
    let world = library(
        "# Names\nGrace Hopper = Grace Murray Hopper\nNobody Known = Somebody\ndate: seeds/gone.txt = 2013\n",
    );
    let mut shown = world.transcript(&[&["status"]]);
    world.write(
        "corrections.txt",
        "Grace Hopper -> Grace Murray Hopper\ndate: seeds/visit.txt = 27 March\ncountry: seeds/visit.txt = Freedonia\n".as_bytes(),
    );
    shown.push_str(&world.transcript(&[
        &["index"],
        &["status"],
        &["person:Murray", "--format", "paths"],
        &["--refresh", "always", "person:Murray"],
    ]));
    world.write(
        "corrections.txt",
        b"Grace Hopper = Grace Murray Hopper\nNobody Known = Somebody\n",
    );
    shown.push_str(&world.transcript(&[&["index"], &["status"]]));
    world.remove("corrections.txt");
    shown.push_str(&world.transcript(&[&["index"], &["status"]]));
    insta::assert_snapshot!(shown);
}

#[test]
fn a_correction_applies_to_an_article_that_comes_later() {
    let world = library("date: seeds/later.txt = 2013-05-20");
    let status = world.stdout(&["status", "--format", "json"]);
    let never = |status: &str| -> Value {
        let status: Value = serde_json::from_str(status).expect("the status is JSON");
        status["corrections"]["never_applied"].clone()
    };
    assert_eq!(
        never(&status),
        json!([{"line": 1, "subject": "seeds/later.txt"}])
    );
    world.write("seeds/later.txt", b"Later\n\nIt came later.");
    assert_eq!(world.ids(&["date:2013-05-20"]), ["seeds/later.txt"]);
    assert_eq!(
        never(&world.stdout(&["status", "--format", "json"])),
        json!([])
    );
}

#[test]
fn a_wrong_file_writes_nothing() {
    let world = World::with(&[("seeds/visit.txt", VISIT), ("corrections.txt", "wrong")]);
    let output = world.run(&["index"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!world.path("index").exists());
    assert_eq!(world.run(&["visit"]).status.code(), Some(2));
    assert!(!world.path("index/cybersearch.json").exists());
}

#[test]
fn it_is_never_an_article() {
    let world = World::with(&[("a.txt", VISIT), ("corrections.txt", "Xi = Xi Jinping")]);
    world.stdout(&["index", "-q", "."]);
    assert_eq!(world.ids(&["Xi"]), ["a.txt"]);
    let output = world.run(&["index", "corrections.txt"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.contains("it is the corrections file"), "{errors}");
}

#[test]
fn an_editor_may_save_it_in_any_encoding() {
    let world = library("");
    let text = "\u{feff}Grace Hopper = Gr\u{e9}ce Hopper\r\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    world.write("corrections.txt", &utf16);
    world.stdout(&["index", "-q"]);
    assert_eq!(names(&world, "seeds/wire/one.txt"), ["Gréce Hopper"]);
    fs::remove_file(world.path("corrections.txt")).expect("it was there");
    fs::create_dir(world.path("corrections.txt")).expect("a folder can be made");
    let output = world.run(&["index"]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.contains("cannot read the corrections"), "{errors}");
}

#[test]
fn extract_takes_such_a_file() {
    let world = World::with(&[
        ("wire/a.txt", WIRE),
        (
            "mine.txt",
            "date: wire/* = 1987-02-26\nGrace Hopper = Grace Murray Hopper\n",
        ),
        ("bad.txt", "x"),
    ]);
    let line = world.stdout(&["extract", "--corrections", "mine.txt", "wire/a.txt"]);
    let json: Value = serde_json::from_str(&line).expect("a line is JSON");
    assert_eq!(
        (&json["published"]["value"], &json["people"][0]["name"]),
        (&json!("1987-02-26"), &json!("Grace Murray Hopper"))
    );
    insta::assert_snapshot!(world.transcript(&[
        &["extract", "--corrections", "bad.txt", "wire/a.txt"],
        &["extract", "--corrections", "gone.txt", "wire/a.txt"],
    ]));
}
