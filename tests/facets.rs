//! Counting articles by the values of their fields.

mod common;

use std::collections::BTreeMap;

use common::{World, schema, schema_errors};
use insta::assert_snapshot;
use serde_json::Value;

/// A library with articles of every kind of date, in folders and a file of
/// records.
fn library() -> World {
    let world = World::with(&[
        (
            "seeds/wire/talks.txt",
            "May 14, 2013\n\nRussia and China held talks in Moscow.",
        ),
        (
            "seeds/wire/hotline.txt",
            "June 2, 2013\n\nRussia opened a hotline to Moscow.",
        ),
        ("top.txt", "Nothing is named and nothing is dated here."),
        (
            "seeds/records.jsonl",
            concat!(
                r#"{"id":"a","text":"The talks.","date":"2013","countries":["RU","RU"],"people":["Xi Jinping","Xi Jinping"]}"#,
                "\n",
                r#"{"id":"b","text":"The talks.","date":"2014-02","countries":["Freedonia"],"people":["None","Xi Jinping"]}"#,
                "\n",
                r#"{"id":"c","text":"The end.","countries":[],"people":[]}"#,
                "\n"
            ),
        ),
    ]);
    world.stdout(&["index", "-q", "seeds", "top.txt"]);
    world
}

/// The JSON of `facets`, whether anything was counted or not.
fn facets(world: &World, arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["facets", "-q", "--format", "json"]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    let output = world.run(&all);
    assert_ne!(output.status.code(), Some(2), "{arguments:?}");
    serde_json::from_slice(&output.stdout).expect("the output is JSON")
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

const ALL: &str = "country,main,person,year,month,source";

#[test]
fn what_a_person_and_a_script_see() {
    let world = library();
    assert_snapshot!(world.transcript(&[
        &["facets"],
        &["facets", "--by", ALL, "--format", "text"],
        &["facets", "talks", "--by", "country", "--by", "year,year"],
        &["facets", "--by", ALL, "--format", "csv", "-n1"],
        &[
            "facets",
            "--country",
            "RU",
            "--by",
            "month",
            "--format",
            "json"
        ],
        &["facets", "talks", "elephant", "--by", "main"],
        &["facets", "elephant"],
        &["facets", "???"],
        &["facets", "--by", "colour"],
        &["facets", "--country", "Nowhere"],
        &["hotline", "--facets", "--format", "grep"],
    ]));
}

#[test]
fn json_keeps_to_its_schema() {
    let world = World::seeds();
    let schema = schema("facets-2.json");
    let queries: [&[&str]; 6] = [
        &[],
        &["--by", ALL, "-n", "0"],
        &["cyber", "--by", ALL, "-n1"],
        &["--date", "2013", "--any", "hotline", "Moscow"],
        &["nonexistentword"],
        &["???"],
    ];
    for query in queries {
        let json = facets(&world, query);
        assert_eq!(schema_errors(&schema, &json), [""; 0], "{query:?}");
    }
}

/// Values of facets as JSON has them, each with its filter.
fn filters_of(by: &str, value: &str) -> String {
    let quoted = |value: &str| format!("\"{}\"", value.replace('"', " ").trim());
    match by {
        "person" => format!("person:={}", quoted(value)),
        "source" => format!("source:{}", quoted(value)),
        "year" => format!("date:={}", quoted(value)),
        "month" => {
            let (first, last) = value.split_once("..").unwrap_or((value, value));
            if first.len() == 4 && last.len() == 4 {
                return format!("date:={first}-01..{last}-12");
            }
            format!("date:={}", quoted(value))
        }
        by => format!("{by}:={}", quoted(value)),
    }
}

#[test]
fn the_filter_of_every_value_finds_just_what_it_counts() {
    for (world, query) in [
        (World::seeds(), ""),
        (World::seeds(), "cyber"),
        (library(), ""),
        (library(), "talks"),
        (surnames(), ""),
    ] {
        for names in ["joined", "exact"] {
            let arguments = ["--by", ALL, "-n0", "--names", names, query];
            let asked = if query.is_empty() {
                &arguments[..5]
            } else {
                &arguments[..]
            };
            let json = facets(&world, asked);
            let mut lines = String::new();
            let mut counts = Vec::new();
            for facet in json["facets"].as_array().expect("a list") {
                let by = facet["by"].as_str().expect("a name");
                for value in facet["values"].as_array().expect("a list") {
                    let filter = filters_of(by, value["value"].as_str().expect("a text"));
                    counts.push((filter.clone(), number(&value["count"])));
                    lines.push_str(format!("{query} {filter}\n").trim_start());
                }
            }
            world.write("filters", lines.as_bytes());
            let found = world.stdout(&[
                "batch", "filters", "-q", "-n0", "--all", "--names", names, "--format", "json",
            ]);
            let found: Vec<Value> = found
                .lines()
                .map(|line| serde_json::from_str(line).expect("a line is JSON"))
                .collect();
            assert_eq!(found.len(), counts.len());
            for (found, (filter, count)) in found.iter().zip(&counts) {
                assert_eq!(number(&found["total"]), *count, "{query} {filter} {names}");
            }
        }
    }
}

/// A library in which surnames alone mean somebody, or nobody, or two people.
fn surnames() -> World {
    let mut records = String::new();
    let mut add = |year: u32, people: &[&str]| {
        let record = serde_json::json!({
            "id": format!("r{}", records.len()),
            "text": "A report.",
            "date": year.to_string(),
            "people": people,
            "source": if year > 2000 { "The \"Post\"" } else { "Wire" },
        });
        records.push_str(&format!("{record}\n"));
    };
    for year in [1985, 1986, 1987] {
        add(year, &["Ronald Reagan", "George Bush"]);
        add(year, &["Ronald W. Reagan"]);
        add(year, &["Reagan"]);
        add(year, &["REAGAN", "Reagan", "Mikhail Gorbachev"]);
        add(year, &["Nancy Reagan", "Reagan", "O'Brien"]);
    }
    add(2012, &["Reagan"]);
    add(2012, &["Pat O’Brien"]);
    add(2013, &["Pat O'Brien", "None"]);
    add(2013, &["Pat O'Brien", "Xi Jinping"]);
    add(2013, &["O'Brien", "Xi"]);
    add(2013, &["Dwayne \"Rock\" Johnson", "Bashar al-Assad"]);
    add(2013, &["al-Assad", "Assad", "Bashar al-Assad"]);
    add(2014, &["Assad"]);
    add(2014, &["Bashar al-Assad"]);
    add(
        2014,
        &[
            "Bashar al-Assad",
            "Johnson",
            "António Guterres",
            "Antonio Guterres",
        ],
    );
    let world = World::with(&[("seeds/records.jsonl", &records)]);
    world.stdout(&["index", "-q"]);
    world
}

#[test]
fn a_window_over_values_is_cut_out_of_their_whole_list() {
    let world = surnames();
    let values = |arguments: &[&str]| {
        let json = facets(&world, arguments);
        let facet = &json["facets"][0];
        let values = facet["values"].as_array().expect("a list").iter();
        let values: Vec<String> = values
            .map(|value| format!("{} {}", value["value"], value["count"]))
            .collect();
        (values, number(&facet["others"]))
    };
    for by in ["person", "source", "country"] {
        let (all, _) = values(&["--by", by, "-n0"]);
        for offset in 0..=all.len() + 1 {
            let (window, others) = values(&["--by", by, "-n2", "--offset", &offset.to_string()]);
            let expected: Vec<String> = all.iter().skip(offset).take(2).cloned().collect();
            assert_eq!(window, expected, "{by} {offset}");
            assert_eq!(others as usize, all.len().saturating_sub(offset + 2));
        }
    }
    let names = |arguments: &[&str]| values(&[&["--by", "person", "-n0"], arguments].concat()).0;
    assert_eq!(names(&["--starts", "antonio g"]).len(), 1);
    // Bashar al-Assad, and where he is named beside it, al-Assad alone.
    assert_eq!(names(&["--contains", "AL ASSAD"]).len(), 2);
    assert_eq!(names(&["--starts", "ron", "--contains", "xi"]), [""; 0]);
    let countries = values(&["--by", "year,country", "--starts", "no such"]);
    assert!(!countries.0.is_empty(), "years have no window");
}

#[test]
fn pairs_are_who_is_named_with_whom() {
    let world = surnames();
    let pairs = |arguments: &[&str]| {
        let all: Vec<&str> = ["facets", "-q", "--format", "json", "--pairs"]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        let output = world.run(&all);
        let json: Value = serde_json::from_slice(&output.stdout).expect("the output is JSON");
        assert_eq!(schema_errors(&schema("pairs-2.json"), &json), [""; 0]);
        json
    };
    // Each pair counts what both filters find together.
    for names in ["joined", "exact"] {
        let json = pairs(&["person", "-n0", "--names", names]);
        let all = json["pairs"].as_array().expect("a list");
        assert!(all.len() > 5, "{json}");
        for pair in all {
            let query: Vec<String> = pair["values"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|value| filters_of("person", value.as_str().expect("a text")))
                .collect();
            let found = world.json(&[&query.join(" "), "-n0", "--names", names]);
            assert_eq!(found["total"], pair["count"], "{query:?} {names}");
        }
    }
    let first = pairs(&["person", "-n1"]);
    assert_eq!(first["pairs"].as_array().map(Vec::len), Some(1));
    let all = pairs(&["person", "-n0"]);
    assert_eq!(first["pairs"][0], all["pairs"][0]);
    assert_eq!(
        number(&first["others"]) as usize,
        all["pairs"].as_array().map_or(0, Vec::len) - 1
    );
    assert_eq!(
        pairs(&["person", "nonexistentword"])["pairs"],
        serde_json::json!([])
    );
    assert_snapshot!(World::seeds().transcript(&[
        &["facets", "--pairs", "person", "-n3"],
        &["facets", "--pairs", "country", "-n2", "cyber"],
        &["facets", "--pairs", "country", "-n2", "--format", "csv"],
        &["facets", "--pairs", "main", "-n1", "--format", "json"],
        &["facets", "--pairs", "year"],
        &["facets", "--pairs", "source"],
        &["facets", "--pairs", "person", "--by", "person"],
    ]));
}

#[test]
fn every_article_is_counted_once_in_time_and_place() {
    for world in [World::seeds(), library()] {
        for query in [&[][..], &["talks"], &["--any", "the", "end"], &["-n1"]] {
            let arguments = [query, &["--by", "year,month,source"]].concat();
            let json = facets(&world, &arguments);
            for facet in json["facets"].as_array().expect("facets are a list") {
                if facet["others"] != 0 {
                    continue;
                }
                let values = facet["values"].as_array().expect("values are a list");
                let counted: u64 = values.iter().map(|value| number(&value["count"])).sum();
                assert_eq!(
                    counted + number(&facet["unknown"]),
                    number(&json["total"]),
                    "{query:?}: {facet}"
                );
            }
        }
    }
}

#[test]
fn counts_are_those_of_the_filters() {
    let world = World::seeds();
    let json = facets(&world, &["--by", "country,main,year,month", "-n0"]);
    let facets = json["facets"].as_array().expect("facets are a list");
    for facet in facets {
        let filter = match facet["by"].as_str().expect("a name") {
            "year" | "month" => continue,
            by => format!("--{by}"),
        };
        let total = |value: &str| number(&world.json(&[&filter, value, "-n0"])["total"]);
        for value in facet["values"].as_array().expect("values are a list") {
            let code = value["value"].as_str().expect("a code");
            assert_eq!(total(code), number(&value["count"]), "{filter} {code}");
        }
        assert_eq!(total("none"), number(&facet["unknown"]));
    }
    let undated = number(&world.json(&["--date", "unknown"])["total"]);
    for facet in &facets[2..] {
        assert_eq!(number(&facet["unknown"]), undated);
    }
}

#[test]
fn a_search_has_the_same_facets() {
    let world = library();
    let search = world.json(&["talks", "--facets=country,year", "-n1"]);
    let counted = facets(&world, &["talks", "--by", "country,year"]);
    assert_eq!(search["facets"], counted["facets"]);
    let names = world.json(&["talks", "--facets"])["facets"].clone();
    let names = names.as_array().expect("facets are a list").iter();
    let names: Vec<Value> = names.map(|facet| facet["by"].clone()).collect();
    assert_eq!(names, ["country", "main", "person", "year"]);
    assert_eq!(world.json(&["talks"])["facets"], Value::Null);
    let output = world.stdout(&["talks", "--facets=year"]);
    assert!(output.starts_with("{\"version\":2"), "{output}");
}

#[test]
fn the_limit_never_cuts_time() {
    let world = library();
    let json = facets(&world, &["--by", ALL, "--limit", "1"]);
    let cut: BTreeMap<&str, (usize, u64)> = json["facets"]
        .as_array()
        .expect("facets are a list")
        .iter()
        .map(|facet| {
            let shown = facet["values"].as_array().expect("values are a list").len();
            let by = facet["by"].as_str().expect("a name");
            (by, (shown, number(&facet["others"])))
        })
        .collect();
    assert_eq!(cut["country"], (1, 1));
    assert_eq!(cut["source"], (1, 2));
    assert_eq!(cut["year"], (2, 0));
    assert_eq!(cut["month"], (4, 0));
}

#[test]
fn counts_do_not_depend_on_the_history_of_the_index() {
    let world = World::empty();
    let write = |number: usize, year: usize, country: &str| {
        let text = format!(
            r#"{{"id":"{number}","text":"The talks of {number}.","date":"{year}","countries":["{country}"],"people":["Person {}"]}}"#,
            number % 7
        );
        world.write(&format!("seeds/{number}.jsonl"), text.as_bytes());
    };
    // Several rounds of writing make segments with deleted articles.
    for round in 0..4 {
        for number in (0..40).filter(|number| number % (round + 1) == 0) {
            write(
                number,
                2000 + round * 3 + number % 3,
                ["RU", "US", "CN", "FR"][round],
            );
        }
        if round == 2 {
            world.remove("seeds/8.jsonl");
        }
        world.stdout(&["index", "-q"]);
    }
    let arguments = ["--by", ALL, "-n0"];
    let before = facets(&world, &arguments);
    world.stdout(&["index", "-q", "--rebuild"]);
    let after = facets(&world, &arguments);
    assert_eq!(before["facets"], after["facets"]);
    assert_eq!(before["total"], 40);
}

#[test]
fn text_fits_the_terminal() {
    let world = World::seeds();
    for columns in [40, 80] {
        let output = world
            .command(&["facets", "--by", ALL, "--format", "text"])
            .env("COLUMNS", columns.to_string())
            .output()
            .expect("the program starts");
        let text = String::from_utf8(output.stdout).expect("the output is UTF-8");
        for line in text.lines() {
            assert!(
                unicode_width::UnicodeWidthStr::width(line) <= columns,
                "{columns}: {line}"
            );
        }
        assert_snapshot!(format!("facets_in_{columns}_columns"), text);
    }
    let colour = world.stdout(&[
        "facets", "--by", "year", "--color", "always", "--format", "text",
    ]);
    assert_snapshot!("facets_in_colour", colour);
}

/// Articles on two presidents and a band, some with the surname alone.
fn archive() -> World {
    let mut lines = String::new();
    let mut add = |date: &str, people: &[&str]| {
        let id = lines.lines().count();
        let record = serde_json::json!({
            "id": format!("r{id}"), "text": "The talks went on.", "date": date, "people": people,
        });
        lines.push_str(&record.to_string());
        lines.push('\n');
    };
    for date in ["1986", "1987-03", "1988-01-02"] {
        add(date, &["Ronald Reagan"]);
    }
    add("1987-05-01", &["Reagan", "Ann Doe"]);
    add("1991-05-01", &["Reagan"]);
    // Too late, no year, and beside a namesake.
    add("1995", &["Reagan"]);
    add("1987-06", &["Reagan", "Nancy Reagan"]);
    add("2019", &["António Guterres"]);
    add("2020", &["Antonio Guterres"]);
    add("2021", &["ANTÓNIO GUTERRES"]);
    add("2022", &["Guterres"]);
    let world = World::with(&[("seeds/records.jsonl", &lines)]);
    world.stdout(&["index", "-q"]);
    world
}

#[test]
fn a_surname_alone_counts_for_the_person_whom_it_means() {
    let world = archive();
    let of_person = |arguments: &[&str], name: &str| {
        let all = [&["--by", "person"], arguments].concat();
        let json = facets(&world, &all);
        let values = json["facets"][0]["values"].as_array().expect("values");
        let known = values.iter().find(|value| value["value"] == name).cloned();
        known.map(|known| (number(&known["count"]), known["by_surname"].as_u64()))
    };
    let total = |arguments: &[&str]| {
        let all = [&["search", "-q", "--format", "json", "-n0"], arguments].concat();
        let json: Value = serde_json::from_slice(&world.run(&all).stdout).expect("JSON");
        number(&json["total"])
    };
    // With Nancy, 3 of 4: not enough.
    assert_eq!(of_person(&[], "Ronald Reagan"), Some((3, None)));
    assert_eq!(total(&["--person", "Ronald Reagan"]), 3);
    assert_eq!(of_person(&[], "ANTÓNIO GUTERRES"), None);
    assert_eq!(of_person(&[], "Antonio Guterres"), Some((4, Some(1))));
    for name in ["António Guterres", "antonio guterres"] {
        assert_eq!(total(&["--person", name]), 4, "{name}");
        assert_eq!(total(&["--person", name, "--names", "exact"]), 3, "{name}");
        assert_eq!(total(&[&format!("talks person:\"{name}\"")]), 4, "{name}");
    }
    let exact = &["--names", "exact"];
    assert_eq!(of_person(exact, "Antonio Guterres"), Some((1, None)));
    assert_eq!(of_person(exact, "Guterres"), Some((1, None)));
    // Corrections go first: without Nancy, three of the four articles with the
    // surname alone are within five years.
    world.write("corrections.txt", b"Nancy Reagan = -\n");
    assert_eq!(of_person(&[], "Ronald Reagan"), Some((6, Some(3))));
    assert_eq!(total(&["--person", "Ronald Reagan"]), 6);
    assert_eq!(of_person(&[], "Reagan"), Some((1, None)));
}

#[test]
fn show_tells_whom_a_surname_means() {
    let world = archive();
    let shown = |arguments: &[&str]| {
        let all = [&["show", "-q", "r10", "--format", "json"], arguments].concat();
        let output = world.run(&all).stdout;
        serde_json::from_slice::<Value>(&output).expect("JSON")
    };
    let json = shown(&[]);
    let meant = serde_json::json!([
        {"name": "Guterres", "person": "Antonio Guterres", "articles": 3, "of": 3, "years": 5}
    ]);
    assert_eq!(json["surnames"], meant);
    assert_eq!(json["people"][0]["name"], "Guterres");
    assert!(shown(&["--names", "exact"])["surnames"] == serde_json::json!([]));
    let text = world.stdout(&["show", "-q", "r10"]);
    let line = "Guterres: Antonio Guterres, as in 3 of 3 articles with a full name within 5 years";
    assert!(text.contains(line), "{text}");
}
