//! What the owner knows beside the text: `--assume-year`, and sidecars.

mod common;

use std::fs;
use std::time::{Duration, SystemTime};

use common::{World, schema, schema_errors};
use serde_json::{Value, json};

const WIRE: &str =
    "LONDON, Feb 26 - Talks about a hotline were held on Tuesday, the ministry said.";

fn show(world: &World, name: &str) -> Value {
    let shown = world.stdout(&["show", name, "--format", "json"]);
    let json: Value = serde_json::from_str(&shown).expect("show prints JSON");
    assert_eq!(schema_errors(&schema("show-2.json"), &json), [""; 0]);
    json
}

#[test]
fn an_assumed_year_is_remembered_and_marked() {
    let world = World::with(&[("seeds/wire.txt", WIRE)]);
    world.stdout(&["index", "-q", "--assume-year", "1987"]);
    assert_eq!(world.ids(&["date:1987-02-26"]), ["seeds/wire.txt"]);
    let json = show(&world, "seeds/wire.txt");
    assert_eq!(
        json["published"],
        json!({"value":"1987-02-26","earliest":"1987-02-26","latest":"1987-02-26","precision":"day","method":"dateline",
            "evidence":[{"start":8,"end":14}],"conflicts":[{"value":"XXXX-02-26","start":8,"end":14}]})
    );
    assert_eq!(json["dates"][1]["value"], "1987-02-24");
    let mut shown = world.transcript(&[
        &["hotline", "--format", "text"],
        &["show", "seeds/wire.txt"],
        &["index"],
        &["index", "--rebuild"],
        &["status"],
        &["index", "--assume-year", "1988"],
        &["date:1988-02-26", "--format", "paths"],
        &["index", "--assume-year", "none"],
        &["date:unknown", "--format", "paths"],
        &["index", "--assume-year", "87"],
    ]);
    shown.push_str(&world.transcript(&[&["extract", "--assume-year", "1987", "seeds/wire.txt"]]));
    insta::assert_snapshot!(shown);
}

#[test]
fn a_year_for_some_articles_stands_in_the_corrections() {
    let world = World::with(&[
        ("seeds/wire/a.txt", WIRE),
        ("seeds/b.txt", WIRE),
        ("corrections.txt", "year: seeds/wire/* = 1987"),
    ]);
    world.stdout(&["index", "-q"]);
    assert_eq!(world.ids(&["date:1987"]), ["seeds/wire/a.txt"]);
    assert_eq!(world.ids(&["date:unknown"]), ["seeds/b.txt"]);
    // The line goes before the year of the whole library.
    world.stdout(&["index", "-q", "--assume-year", "1990"]);
    assert_eq!(world.ids(&["date:1987"]), ["seeds/wire/a.txt"]);
    assert_eq!(world.ids(&["date:1990"]), ["seeds/b.txt"]);
}

#[test]
fn a_sidecar_states_what_the_text_does_not() {
    let world = World::with(&[
        ("seeds/wire.txt", WIRE),
        (
            "seeds/wire.txt.meta.json",
            r#"{"date":"1987-02-26","title":"Talks","countries":["GB"],"people":["Ada Lovelace"],"box":"17"}"#,
        ),
        ("seeds/stray.pdf.meta.json", "{}"),
        ("seeds/slides.odp", "slides"),
    ]);
    world.stdout(&["index", "-q"]);
    let json = show(&world, "seeds/wire.txt");
    assert_eq!(
        (
            &json["title"],
            &json["published"]["value"],
            &json["published"]["method"],
            &json["people"][0]["name"],
            &json["metadata"]
        ),
        (
            &json!("Talks"),
            &json!("1987-02-26"),
            &json!("metadata"),
            &json!("Ada Lovelace"),
            &json!({"box":"17"})
        )
    );
    let line = world.stdout(&["extract", "seeds/wire.txt"]);
    let extracted: Value = serde_json::from_str(&line).expect("a line is JSON");
    for field in ["title", "published", "dates", "countries", "people"] {
        assert_eq!(extracted[field], json[field], "{field}");
    }
    let status = world.stdout(&["status", "--format", "json"]);
    let status: Value = serde_json::from_str(&status).expect("the status is JSON");
    assert_eq!(
        (&status["articles"], &status["others"]),
        (&json!(1), &json!({".odp": 1}))
    );
}

#[test]
fn a_changed_sidecar_makes_its_article_be_read_again() {
    let world = World::with(&[
        ("seeds/wire.txt", WIRE),
        ("seeds/other.txt", "Other talks."),
    ]);
    world.stdout(&["index", "-q"]);
    let sidecar = "seeds/wire.txt.meta.json";
    for year in ["1987", "1988"] {
        // The same length, and perhaps within the clock's resolution.
        world.write(sidecar, format!("{{\"date\":\"{year}\"}}").as_bytes());
        assert_eq!(world.ids(&[&format!("date:{year}")]), ["seeds/wire.txt"]);
    }
    let json = world.json(&["hotline", "--refresh", "never"]);
    assert_eq!(json["hits"][0]["state"], "fresh");
    assert_eq!(
        world.stdout(&["index"]),
        "2 articles: 0 new files, 0 changed, 0 removed, 2 unchanged\n"
    );
    world.write(sidecar, b"{\"date\":\"2001\"}");
    let json = world.json(&["hotline", "--refresh", "never"]);
    assert_eq!(json["hits"][0]["state"], "changed");
    world.remove(sidecar);
    assert_eq!(world.ids(&["date:unknown"]).len(), 2);
}

#[test]
fn a_touched_sidecar_is_not_read_again() {
    let world = World::with(&[
        ("seeds/wire.txt", WIRE),
        ("seeds/wire.txt.meta.json", "{\"date\":\"1987\"}"),
    ]);
    world.stdout(&["index", "-q"]);
    let file = fs::File::options()
        .append(true)
        .open(world.path("seeds/wire.txt.meta.json"))
        .expect("the file opens");
    let earlier = SystemTime::now() - Duration::from_secs(1_000_000);
    file.set_modified(earlier).expect("the time can be set");
    assert_eq!(
        world.stdout(&["index"]),
        "1 article: 0 new files, 0 changed, 0 removed, 1 unchanged\n"
    );
    assert_eq!(world.ids(&["date:1987"]), ["seeds/wire.txt"]);
}

#[test]
fn a_bad_sidecar_is_told_and_its_article_indexed() {
    let world = World::with(&[
        ("seeds/wire.txt", WIRE),
        ("seeds/wire.txt.meta.json", "{\"date\": 1987-02-26}"),
    ]);
    insta::assert_snapshot!(world.transcript(&[
        &["index"],
        &["hotline", "--format", "paths"],
        &["status"],
        &["extract", "seeds/wire.txt"],
    ]));
}
