//! `search --like`: articles about the same thing as one.

mod common;

use common::World;
use serde_json::Value;

/// A story long enough to be recognised when it is sent again.
const COCOA: &str = "Bahia cocoa review

May 14, 2013

Showers continued throughout the week in the Bahia cocoa zone of Brazil, alleviating the drought since \
early January and improving prospects for the coming temporao harvest, although normal humidity levels \
have not been restored, the trader Comissaria Smith said in its weekly review of the cocoa harvest. The \
dry period means the temporao will be late this year. Arrivals of cocoa bags rose against the same stage \
last year, and growers in Bahia hope that the harvest of cocoa will be larger than the last one was.";

fn world() -> World {
    let again = COCOA.replace("Bahia cocoa review", "Cocoa review of Bahia");
    let world = World::with(&[
        ("seeds/cocoa.txt", COCOA),
        ("seeds/again.txt", &again),
        (
            "seeds/harvest.txt",
            "Cocoa harvest\n\nJune 2, 2014\n\nThe cocoa harvest in Brazil was poor. Growers in Bahia \
             blamed the drought.",
        ),
        (
            "seeds/football.txt",
            "Football\n\nJune 3, 2014\n\nThe team of Brazil won the match after a drought of goals.",
        ),
        (
            "seeds/bank.txt",
            "Interest\n\nMay 3, 2013\n\nThe bank left its interest rates as they were.",
        ),
        (
            "seeds/records.jsonl",
            concat!(
                r#"{"id":"one","text":"The price of cocoa bags fell in London.","date":"2015-01-01"}"#,
                "\n",
                r#"{"id":"two","text":"Cocoa bags from Bahia reached London, traders said.","date":"2015-01-02"}"#,
                "\n",
            ),
        ),
    ]);
    world.stdout(&["index", "-q"]);
    world
}

#[test]
fn it_finds_the_same_matter_and_neither_itself_nor_its_copies() {
    let world = world();
    let found = world.ids(&["--like", "seeds/cocoa.txt"]);
    assert_eq!(found[0], "seeds/harvest.txt", "{found:?}");
    for left_out in ["seeds/cocoa.txt", "seeds/again.txt", "seeds/bank.txt"] {
        assert!(
            !found.iter().any(|id| id == left_out),
            "{left_out}: {found:?}"
        );
    }
    let last = found.last().map(String::as_str);
    assert_eq!(last, Some("seeds/football.txt"), "{found:?}");
    let single = world.ids(&["--like", "seeds/cocoa.txt", "--no-fold"]);
    assert_eq!(single, found);
    let json = world.json(&["--like", "seeds/cocoa.txt", "--facets=year"]);
    assert_eq!(json["total"], found.len());
    let counted: u64 = json["facets"][0]["values"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|value| value["count"].as_u64())
        .sum();
    assert_eq!(counted, found.len() as u64);
    // How it was read is a query that finds the same, and the article itself.
    let read_as = json["query"]["read_as"].as_str().expect("a text");
    let again = world.json(&["--no-fold", "--", read_as]);
    assert_eq!(again["total"], found.len() + 2);
}

#[test]
fn filters_words_and_formats_hold() {
    let world = world();
    let like = ["--like", "seeds/cocoa.txt"];
    let found = |more: &[&str]| world.ids(&[&like, more].concat());
    assert_eq!(found(&["--date", "2014", "-n1"]), ["seeds/harvest.txt"]);
    assert_eq!(found(&["--country", "BR", "-n1"]), ["seeds/harvest.txt"]);
    assert_eq!(found(&["goals"]), ["seeds/football.txt"]);
    // Words beside it have to be in the articles found.
    let none = world.run(&["search", "--like", "seeds/cocoa.txt", "goals", "zebra"]);
    assert_eq!(none.status.code(), Some(1), "{none:?}");
    let errors = String::from_utf8_lossy(&none.stderr);
    let told = "no hits like seeds/cocoa.txt for: goals zebra";
    assert!(errors.contains(told), "{errors}");
    assert!(
        errors.contains("zebra") && !errors.contains(" OR "),
        "{errors}"
    );
    assert_eq!(found(&["-n1", "--offset", "1"]), found(&[])[1..2]);
    for format in ["text", "grep", "json", "jsonl", "csv", "paths"] {
        let arguments = [&["search"], &like[..], &["--format", format]].concat();
        let one = world.stdout(&arguments);
        assert!(!one.is_empty(), "{format}");
        assert_eq!(one, world.stdout(&arguments), "{format}");
    }
    let json: Value = world.json(&[&like[..], &["--explain", "-n1"]].concat());
    let terms = &json["hits"][0]["explanation"];
    assert!(terms.to_string().contains("Bahia"), "{terms}");
}

#[test]
fn an_article_is_named_by_path_id_or_line() {
    let world = world();
    let by_id = world.ids(&["--like", "one"]);
    assert!(!by_id.is_empty() && !by_id[0].ends_with("one"), "{by_id:?}");
    assert_eq!(world.ids(&["--like", "seeds/records.jsonl:1"]), by_id);
    let output = world.run(&["search", "--like", "seeds/none.txt"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        errors.contains("--like: no such article: seeds/none.txt"),
        "{errors}"
    );
    let output = world.run(&["search", "--like", "seeds/records.jsonl"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("ambiguous article"), "{errors}");
}
