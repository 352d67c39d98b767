//! `--meaning`: the first articles in order by words and meaning together, with
//! a model that is made here.
#![cfg(feature = "meaning")]

mod common;
#[path = "common/tiny_model.rs"]
mod tiny_model;

use common::World;
use cybersearch::search::Embedder;
use serde_json::Value;

/// By words *talks of grain* prefers the first, which has the words often; by
/// meaning the second is nearer, whose title and text are of grain and talks.
fn world() -> World {
    let world = World::with(&[
        (
            "seeds/a.txt",
            "Ships\n\nMay 3, 2013\n\nThe ships and boats sail. A vessel of talk and grain, grain, grain \
             talk: the boat, the ship.",
        ),
        (
            "seeds/b.txt",
            "Wheat meeting\n\nMay 4, 2013\n\nThe meeting of the wheat harvest: talks, talks of grain and \
             the long weather of the year and the fields and the rivers and the hills.",
        ),
        (
            "seeds/c.txt",
            "Boats\n\nMay 5, 2013\n\nA boat with grain, and a meeting of ships.",
        ),
    ]);
    world.write("model/model.onnx", &tiny_model::network());
    world.write("model/tokenizer.json", tiny_model::tokenizer().as_bytes());
    world.stdout(&["index", "-q", "seeds"]);
    world
}

fn hits(world: &World, arguments: &[&str]) -> Vec<(String, Value)> {
    let mut all = vec!["search", "--format", "json"];
    all.extend(arguments);
    let answer: Value = serde_json::from_str(&world.stdout(&all)).expect("JSON");
    let hits = answer["hits"].as_array().expect("hits").iter();
    hits.map(|hit| {
        (
            hit["id"].as_str().expect("an id").to_owned(),
            hit["meaning"].clone(),
        )
    })
    .collect()
}

fn ids(hits: &[(String, Value)]) -> Vec<&str> {
    hits.iter().map(|(id, _)| id.as_str()).collect()
}

#[test]
fn meaning_changes_the_order_and_nothing_that_is_counted() {
    let world = world();
    let by_words = hits(&world, &["talks grain"]);
    assert_eq!(ids(&by_words)[0], "seeds/a.txt");
    assert!(by_words.iter().all(|(_, meaning)| meaning.is_null()));
    let by_both = hits(&world, &["talks grain", "--meaning", "--model", "model"]);
    assert_eq!(ids(&by_both)[0], "seeds/b.txt", "{by_both:?}");
    assert!(by_both.iter().all(|(_, meaning)| meaning.is_f64()));
    let (mut one, mut other) = (ids(&by_words), ids(&by_both));
    one.sort_unstable();
    other.sort_unstable();
    assert_eq!(one, other);
    // Page by page the same order, whatever the page.
    let page = |offset: &'static str| {
        let page = hits(
            &world,
            &[
                "talks grain",
                "--meaning",
                "--model",
                "model",
                "-n",
                "1",
                "--offset",
                offset,
            ],
        );
        page[0].0.clone()
    };
    assert_eq!(
        [page("0"), page("1")].map(|id| id == "seeds/b.txt"),
        [true, false]
    );
}

#[test]
fn articles_that_lack_a_word_stay_behind() {
    let world = world();
    let found = hits(
        &world,
        &["grain meeting wheat", "--meaning", "--model", "model"],
    );
    assert_eq!(ids(&found)[0], "seeds/b.txt");
    let found = hits(
        &world,
        &["ships grain talk", "--meaning", "--model", "model"],
    );
    assert_eq!(ids(&found)[0], "seeds/a.txt", "b is nearer and has no ship");
}

#[test]
fn the_order_is_kept_where_meaning_says_nothing_and_that_is_told() {
    let world = world();
    let told = |arguments: &[&str]| {
        let mut all = vec!["search", "--meaning", "--model", "model"];
        all.extend(arguments);
        let output = world.run(&all);
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert_eq!(
        told(&["grain"]),
        "cybersearch: ordered without --meaning: the query is one word\n"
    );
    assert!(told(&["\"talks of grain\""]).contains("phrases alone"));
    assert!(told(&["grain talks", "--sort", "newest"]).contains("another order"));
    assert_eq!(told(&["grain talks"]), "");
}

#[test]
fn an_explanation_tells_the_share_of_meaning() {
    let world = world();
    let text = world.stdout(&[
        "search",
        "talks grain",
        "--meaning",
        "--model",
        "model",
        "--explain",
        "--format",
        "text",
    ]);
    assert!(
        text.contains("meaning (cosine); 2. by words alone"),
        "{text}"
    );
}

#[test]
fn a_batch_is_in_the_order_of_the_searches() {
    let world = world();
    world.write("queries.tsv", b"1\ttalks grain\n2\tgrain\n3\ttalks grain\n");
    let run = world.stdout(&[
        "batch",
        "queries.tsv",
        "--meaning",
        "--model",
        "model",
        "--format",
        "trec",
    ]);
    let lines: Vec<Vec<&str>> = run.lines().map(|line| line.split(' ').collect()).collect();
    let of = |query: &str| -> Vec<&str> {
        let lines = lines.iter().filter(|line| line[0] == query);
        lines.map(|line| line[2]).collect()
    };
    assert_eq!(of("1")[0], "seeds/b.txt");
    assert_eq!(of("1"), of("3"));
    // Programs that read runs go by the scores.
    let scores: Vec<f64> = lines
        .iter()
        .filter(|line| line[0] == "1")
        .map(|line| line[4].parse().expect("a score"))
        .collect();
    assert!(
        scores.windows(2).all(|pair| pair[0] >= pair[1]),
        "{scores:?}"
    );
}

#[test]
fn a_folder_without_a_model_is_one_line() {
    let world = world();
    let fails = |model: &str| {
        let output = world.run(&["search", "talks grain", "--meaning", "--model", model]);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let missing = fails("nothing");
    assert!(
        missing.starts_with("cybersearch: cannot read the model: nothing/tokenizer.json: "),
        "{missing}"
    );
    world.write("half/tokenizer.json", tiny_model::tokenizer().as_bytes());
    assert!(fails("half").contains("half/model.onnx"));
    world.write("half/model.onnx", b"<html>not found</html>");
    assert!(fails("half").contains("not a sentence model: half/model.onnx"));
    world.write("other/model.onnx", &tiny_model::network());
    world.write(
        "other/tokenizer.json",
        br#"{"model": {"type": "BPE", "vocab": {}}}"#,
    );
    assert!(fails("other").contains("only WordPiece is read"));
    let output = world.run(&["search", "talks grain", "--meaning=101", "--model", "model"]);
    assert_eq!(output.status.code(), Some(2));
}

/// The real model, where there is one: `CYBERSEARCH_MODEL` names its folder. What
/// it must say was computed by another runtime (onnxruntime 1.32.0, each text by
/// itself, the mean of all pieces).
#[test]
#[expect(clippy::print_stdout, reason = "tells that it was skipped")]
fn the_real_model_says_what_another_runtime_says() {
    let Some(folder) = std::env::var_os("CYBERSEARCH_MODEL") else {
        let needed = std::env::var_os("CYBERSEARCH_MODEL_TEST").is_some();
        assert!(
            !needed,
            "CYBERSEARCH_MODEL_TEST is set, and CYBERSEARCH_MODEL is not"
        );
        println!("skipped: CYBERSEARCH_MODEL names no model");
        return;
    };
    let model = cybersearch::meaning::open(folder.as_ref()).expect("it is a model");
    let gold = std::fs::read_to_string(common::project().join("tests/gold/meaning.json"));
    let gold: Vec<Value> = serde_json::from_str(&gold.expect("it is there")).expect("JSON");
    let mut cosines = Vec::new();
    for line in &gold {
        let text = line["text"].as_str().expect("a text");
        let vector = model.vector(text).expect("it runs");
        let wanted = line["vector"].as_array().expect("numbers").iter();
        let wanted: Vec<f64> = wanted
            .map(|number| number.as_f64().expect("a number"))
            .collect();
        assert_eq!(vector.len(), wanted.len());
        let pairs = vector.iter().zip(&wanted);
        cosines.push(pairs.map(|(a, b)| f64::from(*a) * b).sum::<f64>());
    }
    let least = cosines.iter().copied().fold(1.0, f64::min);
    #[expect(clippy::cast_precision_loss, reason = "a dozen texts")]
    let mean = cosines.iter().sum::<f64>() / gold.len() as f64;
    println!("cosine with the reference: least {least:.4}, mean {mean:.4}");
    assert!(least >= 0.995 && mean >= 0.998, "{cosines:?}");
}
