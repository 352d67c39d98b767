//! `dates:`, the dates that a text mentions, apart from its publication.

mod common;

use common::World;

fn library() -> World {
    let record = |id: &str, text: &str| {
        let date = "2013-05-14";
        serde_json::json!({"id": id, "date": date, "text": text}).to_string() + "\n"
    };
    let records = [
        record("day", "They met in Geneva on June 21, 2011, he said."),
        record("month", "They met in Geneva in June 2011, he said."),
        record("year", "They met in Geneva in 2011, he said."),
        record(
            "range",
            "They met in Geneva on June 29-30, he said, in a hall.",
        ),
        record("week", "They met in Geneva last week, he said."),
        record("none", "They met in Geneva, he said."),
    ];
    let world = World::empty();
    world.write("seeds/a.jsonl", records.concat().as_bytes());
    world.stdout(&["index", "-q"]);
    world
}

/// The ids of the articles that `query` finds, sorted.
fn check(world: &World, query: &[&str], expected: &[&str]) {
    let mut ids = world.ids(query);
    ids.sort_unstable();
    assert_eq!(ids, expected, "{query:?}");
}

#[test]
fn a_mention_is_found_by_any_overlap() {
    let world = library();
    check(&world, &["dates:2011-06-21"], &["day", "month", "year"]);
    check(&world, &["dates:2011-06"], &["day", "month", "year"]);
    check(&world, &["dates:2011-06-22"], &["month", "year"]);
    check(&world, &["dates:2011-07"], &["year"]);
    check(&world, &["dates:2010..2012"], &["day", "month", "year"]);
    check(&world, &["dates:2010"], &[]);
    check(&world, &["dates:<2011"], &[]);
    check(
        &world,
        &["dates:>=2011-06-22"],
        &["month", "range", "week", "year"],
    );
    check(&world, &["dates:2013-05-06..2013-05-12"], &["week"]);
    check(&world, &["dates:none"], &["none"]);
}

#[test]
fn it_is_kept_apart_from_the_publication() {
    let world = library();
    assert_eq!(world.ids(&["date:2013-05-14"]).len(), 6);
    check(&world, &["dates:2013-05-14"], &[]);
    check(
        &world,
        &["--dates", "2011-06", "date:2013"],
        &["day", "month", "year"],
    );
    check(
        &world,
        &["Geneva", "dates:2011", "NOT dates:2011-07"],
        &["day", "month"],
    );
    insta::assert_snapshot!(world.transcript(&[
        &[
            "Geneva",
            "--dates",
            "2011-06-21..2011-06-23",
            "--format",
            "paths"
        ],
        &["Geneva", "--dates", "2010", "--format", "paths"],
        &["Geneva", "dates:yesterday", "--format", "paths"],
        &["Geneva", "--dates", "yesterday"],
    ]));
}

#[test]
fn corrected_dates_count() {
    let world = World::with(&[
        ("seeds/a.txt", "They met last year in Geneva, he said."),
        ("corrections.txt", "date: seeds/a.txt = 1988-03-01"),
    ]);
    world.stdout(&["index", "-q"]);
    check(&world, &["dates:1987"], &["seeds/a.txt"]);
}
