//! Filters that cannot be read, and dates of which not all is known.

mod common;

use common::{World, schema, schema_errors};
use serde_json::Value;

/// Articles of every kind of date: a day, a month, a year, a year that is past,
/// nothing.
fn dated() -> World {
    let world = World::with(&[
        (
            "seeds/a.jsonl",
            concat!(
                r#"{"id":"day","text":"The club met.","date":"2015-03-01"}"#,
                "\n",
                r#"{"id":"month","text":"The club met again.","date":"2014-12"}"#,
                "\n",
                r#"{"id":"year","text":"The club lost.","date":"2003"}"#,
                "\n",
            ),
        ),
        (
            "seeds/old.txt",
            "Club history\n\nThe club was founded in 2003 and won the cup.",
        ),
        (
            "seeds/young.txt",
            "Club house\n\nThe house of the club was built in 2014 and sold again.",
        ),
        ("seeds/undated.txt", "A club\n\nNobody knows this club."),
    ]);
    world.stdout(&["index", "-q"]);
    world
}

/// The exit status, what was printed, and what was said.
fn run(world: &World, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = world.run(arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is UTF-8");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    for id in &mut ids {
        if let Some((_, name)) = id.rsplit_once(['#', '/']) {
            *id = name.trim_end_matches(".txt").to_owned();
        }
    }
    ids.sort();
    ids
}

fn found(world: &World, arguments: &[&str]) -> Vec<String> {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--no-fold"]).collect();
    sorted(world.ids(&arguments))
}

/// Queries that are refused, and how what is said begins.
const REFUSED: [(&str, &str); 16] = [
    (
        "club date:soon",
        "date: invalid date “soon”; expected a date such as 2013",
    ),
    (
        "club date:March",
        "date: no year in the date “March”; write the year too, such as 2013-03",
    ),
    (
        "club date:4/5/1987",
        "date: ambiguous date “4/5/1987”; write 1987-05-04 or 1987-04-05",
    ),
    (
        "club date:yesterday",
        "date: relative date “yesterday”; write the date itself",
    ),
    (
        "club date:2013..2011",
        "date: empty range “2013..2011”; a range begins with the earlier date: write 2011..2013",
    ),
    (
        "club after:2019 before:2018",
        "empty range: no day is in both date:2019-01-01.. and date:..2017-12-31; did you mean date:2018?",
    ),
    ("club date:2013 date:2015", "empty range: no day is in both"),
    (
        "club after:2013 before:2013",
        "empty range: no day is in both",
    ),
    ("club until:soon", "until: invalid date “soon”"),
    ("club dates:2014/..", "dates: invalid date “2014/..”"),
    (
        "club country:Rusia",
        "country: unknown country “Rusia”; did you mean Russia?",
    ),
    (
        "club -main:Freedonia",
        "main: unknown country “Freedonia”; expected a country code",
    ),
    (
        "club people:Obama",
        "no field people:; did you mean person:Obama?",
    ),
    (
        "club countries:RU",
        "no field countries:; did you mean country:RU?",
    ),
    ("club person:\"-\"", "person: invalid name “-”"),
    (
        "club author:Jane",
        "no field author:; authors are found as text: write Jane",
    ),
];

#[test]
fn a_filter_that_cannot_be_read_is_an_error_in_every_command() {
    let world = dated();
    for (query, said) in REFUSED {
        let commands: [&[&str]; 3] = [
            &["search", "--format", "paths", "--", query],
            &["search", "--format", "json", "--any", "--", query],
            &["facets", "--", query],
        ];
        for command in commands {
            let (status, out, errors) = run(&world, command);
            assert_eq!((status, out.as_str()), (Some(2), ""), "{command:?}");
            assert_eq!(errors.lines().count(), 1, "{command:?}: {errors}");
            let expected = format!("cybersearch: {said}");
            assert!(errors.starts_with(&expected), "{command:?}: {errors}");
        }
        // As text it is no error.
        let (status, _, errors) = run(&world, &["search", "--plain", "--", query]);
        assert_ne!(status, Some(2), "{query}: {errors}");
    }
}

#[test]
fn ranges_without_a_day_are_errors_in_options() {
    let world = dated();
    for options in [
        ["--after", "2019", "--before", "2018"],
        ["--date", "2013", "--date", "2015"],
        ["--date", "2013", "--after", "2014"],
        ["--date", "2013..2011", "--sort", "newest"],
        ["--country", "Rusia", "--sort", "newest"],
    ] {
        let arguments: Vec<&str> = ["search", "club"].into_iter().chain(options).collect();
        let (status, out, errors) = run(&world, &arguments);
        assert_eq!(
            (status, out.as_str()),
            (Some(2), ""),
            "{options:?}: {errors}"
        );
    }
    let (status, _, errors) = run(&world, &["search", "club after:2019", "--before", "2018"]);
    assert_eq!(status, Some(2), "{errors}");
}

#[test]
fn in_a_batch_the_other_queries_go_on() {
    let world = dated();
    let queries = b"good\tclub date:2015\nbad\tclub date:soon\nempty\tclub after:2019 before:2018\nlast\tclub\n";
    let output = world.run_with(&["batch", "-", "--format", "paths"], queries);
    let out = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(
        out.starts_with("good\t") && out.contains("\nlast\t"),
        "{out}"
    );
    assert!(!out.contains("bad\t") && !out.contains("empty\t"), "{out}");
    assert!(
        errors.contains("bad: date: invalid date “soon”;"),
        "{errors}"
    );
    assert!(errors.contains("empty: empty range:"), "{errors}");
}

#[test]
fn text_with_a_colon_stays_text() {
    let world = World::with(&[(
        "seeds/mail.txt",
        "Author: Jane\n\nRe: talks at 10:30. Date: Monday. See http://example.com/date:soon or C:\\x now.",
    )]);
    world.stdout(&["index", "-q"]);
    for query in [
        "Author: Jane",
        "Re: talks",
        "10:30",
        "Date: Monday",
        "http://example.com/date:soon",
        "C:\\x",
    ] {
        assert_eq!(world.ids(&["--", query]), ["seeds/mail.txt"], "{query}");
    }
}

#[test]
fn dates_are_read_alike_in_the_line_and_in_options() {
    let world = dated();
    for (value, expected) in [
        ("3/2015", &["day"][..]),
        ("2015-Q1", &["day"]),
        ("March 2015", &["day"]),
        ("2010s", &["day", "month"]),
        ("21st century", &["day", "month", "old", "year", "young"]),
        ("2014-12..", &["day", "month"]),
        ("2014..", &["day", "month", "young"]),
        ("..2010", &["year"]),
        ("unknown", &["undated"]),
        ("open", &["old", "young"]),
        ("2014/..", &["young"]),
        ("2003/..", &["old"]),
        ("2013/2014", &["month"]),
    ] {
        let expected: Vec<&str> = match value {
            // A century ends.
            "21st century" => vec!["day", "month", "year"],
            _ => expected.to_vec(),
        };
        let line = format!("club date:\"{value}\"");
        assert_eq!(found(&world, &["--", &line]), expected, "{value}");
        assert_eq!(
            found(&world, &["club", "--date", value]),
            expected,
            "{value}"
        );
    }
    assert_eq!(found(&world, &["club since:2014 until:2014"]), ["month"]);
    assert_eq!(found(&world, &["club after:2014 before:2015"]), ["month"]);
    assert_eq!(
        found(&world, &["club", "--after", "2014"]),
        ["day", "month", "young"]
    );
}

#[test]
fn what_is_only_bounded_is_left_out_counted_and_added() {
    let world = dated();
    let (status, out, errors) = run(
        &world,
        &["search", "--format", "paths", "--date", "2030", "club"],
    );
    assert_eq!((status, out.as_str()), (Some(1), ""), "{errors}");
    let note = "left out 3 articles whose date is unknown or open; --undated adds them";
    assert!(errors.contains(note), "{errors}");
    let all = ["club", "--date", "2030", "--undated"];
    assert_eq!(found(&world, &all), ["old", "undated", "young"]);
    assert_eq!(
        found(&world, &["club", "--date", "2005", "--undated"]),
        ["old", "undated"]
    );

    let json = world.json(&["club", "--date", "2015"]);
    assert_eq!(schema_errors(&schema("search-2.json"), &json), [""; 0]);
    assert_eq!(
        (&json["total"], &json["undated_left_out"]),
        (&1.into(), &3.into())
    );
    let json = world.json(&["club", "--date", "2015", "--undated"]);
    assert_eq!(
        (&json["total"], &json["undated_left_out"]),
        (&4.into(), &0.into())
    );
    assert_eq!(world.json(&["club"])["undated_left_out"], 0);

    let output = world.run(&["facets", "-q", "--format", "json", "--date", "2015", "club"]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(schema_errors(&schema("facets-2.json"), &json), [""; 0]);
    assert_eq!(
        (&json["total"], &json["undated_left_out"]),
        (&1.into(), &3.into())
    );
}

#[test]
fn what_is_left_out_is_what_undated_adds() {
    let world = dated();
    for line in [
        "club date:2015",
        "club date:2005",
        "club date:2004..",
        "club date:..2016",
        "date:2015",
        "date:2015 -club",
        "\"club\" date:2015 -date:open",
        "club OR nothing date:2015",
        "club since:2004 until:2015",
        "club OR date:2015",
    ] {
        for any in [&[][..], &["--any"]] {
            let count = |undated: &[&str], key: &str| {
                let arguments = [any, undated, &["--", line]].concat();
                world.json(&arguments)[key].as_u64().expect("a number")
            };
            let added = count(&["--undated"], "total") - count(&[], "total");
            assert_eq!(count(&[], "undated_left_out"), added, "{line} {any:?}");
        }
    }
}

#[test]
fn a_negation_takes_what_its_filter_leaves_out() {
    let world = dated();
    let all = found(&world, &["club"]);
    for date in [
        "2015", "2014..", "..2014", "open", "unknown", "2014/..", "2003", "2000s",
    ] {
        for undated in [&[][..], &["--undated"]] {
            let query = |sign: &str| {
                let query = format!("club {sign}date:{date}");
                let arguments: Vec<&str> = undated.iter().copied().chain(["--", &query]).collect();
                sorted(world.ids(&arguments))
            };
            let mut both = [query(""), query("-")].concat();
            both.sort();
            assert_eq!(both, all, "{date} {undated:?}");
        }
    }
}

#[test]
fn facets_and_filters_agree() {
    let world = dated();
    for by in ["year", "month"] {
        let arguments = ["facets", "-q", "--format", "json", "--by", by];
        let json: Value = serde_json::from_str(&world.stdout(&arguments)).expect("it is JSON");
        let values = json["facets"][0]["values"].as_array().expect("a list");
        let mut has_open = false;
        for value in values {
            let name = value["value"].as_str().expect("a name");
            has_open |= name.contains('/');
            let query = format!("date:\"{name}\"");
            let total = &world.json(&[&query])["total"];
            assert_eq!(total, &value["count"], "{by} {name}");
        }
        assert!(has_open, "{by}: {values:?}");
        assert_eq!(
            json["facets"][0]["unknown"],
            world.json(&["date:unknown"])["total"]
        );
    }
}

#[test]
fn open_dates_stand_behind_the_closed_ones_of_their_day() {
    let world = World::with(&[
        (
            "seeds/b.txt",
            "Club house\n\nThe house of the club was built in 2014 and sold.",
        ),
        (
            "seeds/c.jsonl",
            concat!(
                r#"{"id":"new-year","text":"The club met on this day in the morning.","date":"2014-01-01"}"#,
                "\n",
                r#"{"id":"eve","text":"The club ate a goose.","date":"2013-12-31"}"#,
                "\n",
                r#"{"id":"later","text":"The club drank tea.","date":"2014-01-02"}"#,
                "\n",
            ),
        ),
    ]);
    world.stdout(&["index", "-q"]);
    let order = |sort: &str| -> Vec<String> {
        let ids = world.ids(&["club", "--sort", sort]);
        ids.iter()
            .map(|id| id.rsplit(['#', '/', ':']).next().unwrap_or(id).to_owned())
            .collect()
    };
    assert_eq!(order("newest"), ["later", "new-year", "b.txt", "eve"]);
    assert_eq!(order("oldest"), ["eve", "new-year", "b.txt", "later"]);
}
