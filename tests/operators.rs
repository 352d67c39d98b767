//! What the operators of the query line find, and what lights up for them.

mod common;

use common::World;
use insta::assert_snapshot;

/// Articles small enough to see at a glance what must be found.
fn world() -> World {
    let world = World::with(&[
        (
            "seeds/near.txt",
            "Calls between capitals\n\nThe hotline that links Moscow with Washington was tested today. \
             Nobody answered for an hour. In Paris they waited.",
        ),
        (
            "seeds/far.txt",
            "Another hotline\n\nThe hotline was tested by engineers who had come from several countries \
             of Europe. Later that week Moscow denied everything.",
        ),
        (
            "seeds/forms.txt",
            "Talking about it\n\nThe talk of the town: they talked and talked. Caf\u{e9} owners were \
             communicating, and the nuclear and chemical risk was discussed.",
        ),
        (
            "seeds/sub/split.txt",
            "Names over lines\n\nMembers of both delegations met the leader of the other party, Xi\n\
             Jinping, in the hall of the old palace, where all of the talks were held\n\
             without a word about risk, and where they will be held in coming years.",
        ),
    ]);
    world.stdout(&["index", "-q"]);
    world
}

/// The ids that a query finds, in alphabetical order, and what lights up:
/// `text=term`, of all hits together.
fn found(world: &World, query: &str) -> String {
    let json = match query.strip_prefix("--any ") {
        Some(query) => world.json(&["--any", query]),
        None => world.json(&["--", query]),
    };
    let mut lines: Vec<String> = Vec::new();
    for hit in json["hits"].as_array().expect("hits are a list") {
        let text = hit["passage"]["text"].as_str().unwrap_or_default();
        let lit: Vec<String> = hit["highlights"]
            .as_array()
            .expect("highlights are a list")
            .iter()
            .map(|lit| {
                let at = |end: &str| {
                    usize::try_from(lit[end].as_u64().expect("a number")).expect("it fits")
                };
                let term = lit["term"].as_str().expect("a term is text");
                format!("{}={term}", &text[at("start")..at("end")])
            })
            .collect();
        let id = hit["id"].as_str().expect("an id is text");
        lines.push(format!("  {id}: {}", lit.join(", ")));
    }
    lines.sort();
    let partial = if json["query"]["partial"] == true {
        " (partial)"
    } else {
        ""
    };
    let read_as = json["query"]["read_as"].as_str().unwrap_or_default();
    format!("{query} -> {read_as}{partial}\n{}\n", lines.join("\n"))
}

#[test]
fn stop_words_are_ignored_wherever_they_stand() {
    let world = World::seeds();
    let total = |arguments: &[&str]| world.json(arguments)["total"].clone();
    for (with, without) in [
        ("the OR hotline", "hotline"),
        ("(the OR of) hotline", "hotline"),
        ("title:(White the cites)", "title:(White cites)"),
        ("body:of body:hotline", "body:hotline"),
    ] {
        assert_eq!(total(&[with]), total(&[without]), "{with}");
    }
    // What is read back of `--any` is the same query.
    let any = world.json(&["--any", "the hotline"]);
    let read_as = any["query"]["read_as"].as_str().unwrap().to_owned();
    assert_eq!(read_as, "the OR hotline");
    assert_eq!(total(&[&read_as]), any["total"]);
    // Where there is nothing else, they are looked for.
    assert_ne!(total(&["title:the OR the"]), 0);
}

#[test]
fn each_operator_finds_and_lights_up_what_it_means() {
    let world = world();
    let queries = [
        "hotline NEAR/2 Moscow",
        "hotline NEAR/12 Moscow",
        "Moscow NEAR hotline",
        "hotline NEAR/s Moscow",
        "hotline NEAR/s answered",
        "(hotline OR talks) NEAR/5 (Moscow OR hall)",
        "\"hotline Moscow\"~2",
        "\"Moscow hotline\"~9",
        "\"nuclear risk\"~2",
        "=talks",
        "=talk",
        "talk",
        "=\"talked and talked\"",
        "=\"talk and talked\"",
        "cafe",
        "=cafe",
        "hotlne~",
        "hotlne~1",
        "moskow~ NEAR/3 washingtn~",
        "communicat*",
        "commun* NEAR/2 own*",
        "title:hotline",
        "body:hotline",
        "title:talk*",
        "title:=talking",
        "title:=talk",
        "title:\"over lines\"",
        "title:(hotline OR names)",
        "body:(hotline NEAR/3 links)",
        "\"Xi Jinping\"",
        "path:sub",
        "path:seeds/f*",
        "path:split.txt risk",
        "path:plit.txt",
        "hotline -Paris",
        "hotline -(tested NEAR/3 today)",
        "hotline NOT title:hotline",
        "the hotline of what",
        "the of",
        "--any the hotline of what",
        "the OR talks",
    ];
    let shown: Vec<String> = queries.iter().map(|query| found(&world, query)).collect();
    assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_hit_says_why_it_stands_there_and_it_adds_up() {
    let world = World::seeds();
    world.stdout(&["index", "-q"]);
    assert_snapshot!(world.transcript(&[&[
        "Schmidt cyber talks",
        "--explain",
        "-n1",
        "--passages",
        "2",
        "--format",
        "text"
    ]]));
    for query in [
        "hotline Moscow",
        "cyber cyber talks",
        "\"risk reduction\" OR hotline",
        "communicat* =talks",
        "title:cyber body:talks",
        "cyber NEAR/5 talks",
        "Schmidt~ country:US",
    ] {
        let json = world.json(&["--explain", "--passages", "3", query]);
        let hits = json["hits"].as_array().expect("hits are a list");
        assert!(!hits.is_empty(), "{query}");
        for hit in hits {
            let reasons = hit["explanation"].as_array().expect("reasons are a list");
            let sum: f64 = reasons
                .iter()
                .map(|reason| reason["value"].as_f64().expect("a value is a number"))
                .sum();
            let score = hit["score"].as_f64().expect("a score is a number");
            assert!((sum - score).abs() < 1e-4, "{query}: {sum} {score}");
        }
    }
    let json = world.json(&["hotline"]);
    assert!(json["hits"][0]["explanation"].is_null());
}

#[test]
fn what_may_help_is_told_where_nothing_is_found() {
    let world = World::seeds();
    world.stdout(&["index", "-q"]);
    assert_snapshot!(world.transcript(&[
        &["hotlne moscwo", "--format", "paths"],
        &["hotline moscwo", "--format", "paths"],
        &["\"nuclaer risk\"", "--format", "paths"],
        &["cybertalks", "--format", "paths"],
        &["person:Shmidt", "--format", "paths"],
        &["country:Rusia hotline", "--format", "paths"],
        &["hotline", "--country", "Rusia"],
        &["hotline", "--country", "KP", "--format", "paths"],
        &["hotline date:2020 country:KP -Moscow", "--format", "paths"],
        &["xqzvb", "--format", "paths"],
    ]));
}

/// A story of more than fifty words.
const STORY: &str = "Talks on 12 treaties began on Tuesday, officials of both governments said, and \
    everybody hoped that they would end before the summer, since the ministers had agreed in \
    Geneva that a working group should meet every month until a text was ready for signature by \
    the two presidents, who had asked for it when they met last year in the north.";

#[test]
fn copies_of_a_story_are_one_hit() {
    let story = |head: &str, rest: &str| format!("{head}\n\nGENEVA, March 3, 2013 - {STORY}{rest}");
    let world = World::with(&[
        ("seeds/a.txt", &story("Talks begin", "")),
        ("seeds/b.txt", &story("Talks on treaties begin", "")),
        (
            "seeds/c.txt",
            &story("TALKS BEGIN", " Reporters were not admitted to the hall."),
        ),
        (
            "seeds/other.txt",
            &story("Talks begin", "").replace("12 treaties", "14 treaties"),
        ),
    ]);
    world.stdout(&["index", "-q"]);
    assert_snapshot!(world.transcript(&[
        &["treaties", "--format", "text"],
        &["treaties", "--no-fold", "--format", "paths"],
        &["treaties", "--sort", "newest", "--format", "paths"],
        &["treaties", "-n1", "--offset", "1", "--format", "paths"],
    ]));
    let json = world.json(&["treaties"]);
    assert_eq!(json["total"], 4);
    let copies: usize = json["hits"]
        .as_array()
        .expect("hits are a list")
        .iter()
        .map(|hit| hit["copies"].as_array().expect("copies are a list").len())
        .sum();
    assert_eq!(copies, 2);
}

#[test]
fn further_passages_say_something_else() {
    let sentence = "The hotline to Moscow was tested again by the engineers of the ministry, who \
        said that the line had worked without any fault through all of the last winter and that \
        nothing would be changed before the summer, when the contract with the company ends.";
    let other = "A second hotline to Moscow is planned by another ministry for the time after the \
        elections, when a new government will have been formed and there will be money for such \
        projects again, as several members of parliament hope.";
    let text = format!("Lines\n\n{sentence}\n\n{sentence}\n\n{sentence}\n\n{other}");
    let world = World::with(&[("seeds/a.txt", &text)]);
    let json = world.json(&["hotline Moscow", "--passages", "3"]);
    let hits = json["hits"].as_array().expect("hits are a list");
    let starts: Vec<&str> = hits
        .iter()
        .map(|hit| {
            hit["passage"]["text"]
                .as_str()
                .expect("a passage")
                .split(' ')
                .next()
                .unwrap_or_default()
        })
        .collect();
    assert_eq!(starts, ["The", "A"]);
}

/// Three hundred and fifty records with few words and many ties.
fn many() -> World {
    let world = World::empty();
    let words = [
        "talk", "talks", "talking", "hotline", "hotlines", "report", "market", "coal", "coat",
        "oil",
    ];
    let record = |at: usize| {
        let word = |step: usize| words[(at * step + at / words.len()) % words.len()];
        format!(
            "{{\"id\":\"{at:03}\",\"title\":\"The {} of {}\",\"text\":\"Of {} and {}. Then a {} near the {} and {}.\"}}\n",
            word(3),
            word(7),
            word(1),
            word(2),
            word(3),
            word(5),
            word(9)
        )
    };
    let records: String = (0..350).map(record).collect();
    world.write("seeds/many.jsonl", records.as_bytes());
    world.stdout(&["index", "-q"]);
    world
}

#[test]
fn pages_of_every_operator_follow_each_other() {
    let world = many();
    for query in [
        "talk hotline",
        "talk OR hotline",
        "=talks OR hotline",
        "=talks",
        "coal~1 OR report",
        "co* OR hotline",
        "title:co* OR talk",
        "title:=talks OR oil",
        "body:talk OR body:oil",
        "(talk NEAR/3 report) OR (report NEAR/3 talk) OR x (talk NEAR/3 report)",
        "=\"talks and\" OR oil",
        "talk NEAR/s oil",
        "\"talk oil\"~3 OR market",
        "(talk OR talks) NEAR/3 (oil OR market)",
        "talk talk talk oil",
        "(talk oil) OR (talk market)",
        "(\"!\" OR \"?\") talk",
    ] {
        let all = world.ids(&["--no-fold", "-n", "400", query]);
        let paged: Vec<String> = (0..8)
            .flat_map(|page| {
                world.ids(&[
                    "--no-fold",
                    "-n50",
                    "--offset",
                    &(page * 50).to_string(),
                    query,
                ])
            })
            .collect();
        assert_eq!(paged, all, "{query}");
        let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(distinct.len(), all.len(), "{query}");
        let json = world.json(&["--no-fold", "-n0", query]);
        assert_eq!(json["total"], all.len(), "{query}");
        assert_eq!(json["query"]["partial"], false, "{query}");
    }
}

#[test]
fn what_is_longer_than_a_passage_lights_up_in_part() {
    let far = format!("Far\n\nThe alpha {}and bravo.", "word ".repeat(200));
    let over =
        "MINISTER SPEAKS\n\nABHA, March 3 - Oil was spoken of by all of those who were there.";
    let world = World::with(&[("seeds/far.txt", &far), ("seeds/over.txt", over)]);
    for query in ["alpha NEAR/400 bravo", "minister NEAR/4 abha"] {
        let json = world.json(&[query]);
        assert_eq!(json["total"], 1, "{query}");
        let lit = json["hits"][0]["highlights"].as_array();
        assert!(lit.is_some_and(|lit| !lit.is_empty()), "{query}");
    }
}

#[test]
fn a_path_may_hold_any_character() {
    let world = World::with(&[
        ("seeds/a<b>.txt", "One\n\nThe hotline was tested."),
        (
            "seeds/1987-02_20110101.txt",
            "Two\n\nThe hotline was tested.",
        ),
    ]);
    for (query, expected) in [
        ("path:\"a<b>.txt\"", vec!["seeds/a<b>.txt"]),
        ("path:\"<\"", vec![]),
        (
            "path:\"*_????????.txt\"",
            vec!["seeds/1987-02_20110101.txt"],
        ),
        ("path:\"*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?x\"", vec![]),
    ] {
        assert_eq!(world.ids(&[query]), expected, "{query}");
    }
}

#[test]
fn what_was_meant_is_told_by_the_other_words() {
    let world = World::with(&[
        (
            "seeds/a.txt",
            "Markets\n\nOil prices rose after OPEC met in Vienna on Monday.",
        ),
        ("seeds/b.txt", "Doors\n\nThe shop may open on Monday."),
        ("seeds/c.txt", "Gates\n\nThe gates open on Friday."),
        (
            "seeds/d.txt",
            "Roads\n\nRoads open, the mayor of Chernobyl said.",
        ),
    ]);
    world.stdout(&["index", "-q"]);
    let suggested = |query: &str| world.json(&["--", query])["query"]["suggestion"].clone();
    // *open* stands in more articles, but not with the other words.
    assert_eq!(suggested("oil pricse OPEK"), "oil prices opec");
    assert_eq!(suggested("opek"), "open");
    // No article has both; the word is long enough to be sure of.
    assert_eq!(suggested("Chernobil Vienna"), "chernobyl Vienna");
    // Spelled right, too short, or near a stop word alone.
    for query in [
        "what did Biden say",
        "what did Biden sey",
        "Vienna fron",
        "my",
    ] {
        assert_eq!(suggested(query), serde_json::Value::Null, "{query}");
    }
}
