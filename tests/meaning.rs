//! `--meaning`: the first articles in order by words and meaning together, with
//! a model that is made here.
#![cfg(feature = "meaning")]

mod common;
#[cfg(feature = "serve")]
#[path = "common/server.rs"]
mod server;
#[path = "common/tiny_model.rs"]
mod tiny_model;

use common::World;
use cybersearch::search::Embedder;
use serde_json::{Value, json};

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
    hits_of(&answer)
}

/// The ids and cosines of an answer.
fn hits_of(answer: &Value) -> Vec<(String, Value)> {
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
        "cybersearch: not ordered by meaning: the query is one word\n"
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

#[cfg(feature = "serve")]
#[test]
fn a_server_answers_as_the_command_line_does() {
    let world = world();
    let server = server::Server::start(&world, &["--no-token", "--model", "model"]);
    let by_words = server.json("/api/v1/search?q=talks+grain");
    assert_eq!(hits_of(&by_words), hits(&world, &["talks grain"]));
    let path = "/api/v1/search?q=talks+grain&meaning=1";
    let by_both = server.json(path);
    let expected = hits(&world, &["talks grain", "--meaning", "--model", "model"]);
    assert_eq!(hits_of(&by_both), expected);
    assert_eq!(ids(&expected)[0], "seeds/b.txt");
    let errors = common::schema_errors(&common::schema("search-2.json"), &by_both);
    assert!(errors.is_empty(), "{errors:?}");
    // Remembered or not, the same bytes; and others than without.
    let tag = |path: &str| {
        let answer = server.get(path);
        answer.header("etag").expect("a tag").to_owned()
    };
    let told = tag(path);
    assert_eq!(tag(path), told);
    assert_ne!(tag("/api/v1/search?q=talks+grain"), told);
    let exported = server.get("/api/v1/export?q=talks+grain&meaning=1&format=jsonl");
    let exported = exported.text();
    let first = exported.lines().next().expect("a line");
    let first: Value = serde_json::from_str(first).expect("JSON");
    assert_eq!(first["meaning"], expected[0].1);
    assert_eq!(first["id"], "seeds/b.txt");
    let described = server.json("/api/v1/openapi.json").to_string();
    assert!(described.contains("\"meaning\""), "{described}");
}

#[cfg(feature = "serve")]
#[test]
fn a_page_is_switched_to_meaning_and_back() {
    let world = world();
    let server = server::Server::start(&world, &["--no-token", "--model", "model"]);
    let by_words = server
        .get("/search?q=talks+grain&country=none&any=1")
        .text();
    let switch = "href=\"?q=talks+grain&amp;country=none&amp;any=1&amp;meaning=1\"";
    assert!(by_words.contains(switch), "{by_words}");
    assert!(!by_words.contains("name=\"meaning\""));
    let page = server
        .get("/search?q=talks+grain&meaning=1&explain=1")
        .text();
    let place = |page: &str, title: &str| page.find(title).expect("it is shown");
    assert!(place(&page, "id=seeds%2Fb.txt") < place(&page, "id=seeds%2Fa.txt"));
    assert!(page.contains("<b>by meaning</b>"), "{page}");
    assert!(
        page.contains("href=\"?q=talks+grain&amp;explain=1\""),
        "{page}"
    );
    assert!(page.contains("place 2 by words alone"), "{page}");
    // The next query is by meaning too, and so is what the shell is told.
    assert!(page.contains("<input type=\"hidden\" name=\"meaning\" value=\"1\">"));
    assert!(page.contains("talks grain&#39; --meaning") || page.contains("talks grain' --meaning"));
    assert!(!page.contains("/feed?q=talks+grain&amp;meaning"), "{page}");
    let word = server.get("/search?q=grain&meaning=1").text();
    assert!(word.contains("not ordered by meaning: the query is one word"));
    // Where nothing was found, it can still be switched off.
    let none = server.get("/search?q=zeppelins+flew&meaning=1").text();
    assert!(none.contains("0 articles"), "{none}");
    assert!(none.contains("href=\"?q=zeppelins+flew\""), "{none}");
}

#[cfg(feature = "serve")]
#[test]
fn a_server_without_a_model_has_no_switch_and_says_so() {
    let world = world();
    let server = server::Server::open(&world);
    let page = server.get("/search?q=talks+grain").text();
    assert!(!page.contains("meaning"), "{page}");
    for path in ["/api/v1/search", "/search", "/export"] {
        let refused = server.get(&format!("{path}?q=talks+grain&meaning=1"));
        assert_eq!(refused.status, 400, "{path}");
        let text = refused.text();
        assert!(text.contains("no sentence model was loaded"), "{text}");
        assert!(text.contains("--model FOLDER"), "{text}");
        let unasked = server.get(&format!("{path}?q=talks+grain&meaning=0"));
        assert_eq!(unasked.status, 200, "{path}");
    }
}

#[test]
fn agents_may_ask_for_meaning_where_there_is_a_model() {
    let world = world();
    let call = |tool: &str, arguments: &Value| {
        json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": tool, "arguments": arguments } })
    };
    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {} });
    let answer = |message: &Value, options: &[&str]| -> Value {
        let arguments = [&["mcp"], options].concat();
        let output = world.run_with(&arguments, message.to_string().as_bytes());
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let asked = json!({ "query": "talks grain", "meaning": true });
    let asked = call("search", &asked);
    let model = ["--model", "model"];
    let by_both = answer(&asked, &model);
    let expected = hits(&world, &["talks grain", "--meaning", "--model", "model"]);
    let data = &by_both["result"]["structuredContent"];
    assert_eq!(hits_of(data), expected);
    let by_words = answer(&call("search", &json!({ "query": "talks grain" })), &model);
    let data = &by_words["result"]["structuredContent"];
    assert_eq!(hits_of(data), hits(&world, &["talks grain"]));
    let one = json!({ "query": "grain", "meaning": true });
    let one = answer(&call("search", &one), &model);
    let told = "not ordered by meaning: the query is one word";
    assert_eq!(one["result"]["structuredContent"]["notes"], json!([told]));
    assert!(
        one["result"]["content"][0]["text"]
            .to_string()
            .contains(told)
    );
    let listed = |options: &[&str]| {
        let tools = answer(&list, options);
        let known = &tools["result"]["tools"][0]["inputSchema"]["properties"];
        known["meaning"].is_object()
    };
    assert!(listed(&model) && !listed(&[]));
    let refused = answer(&asked, &[]);
    assert_eq!(refused["result"]["isError"], true);
    let told = refused["result"]["content"][0]["text"].to_string();
    assert!(told.contains("no sentence model was loaded"), "{told}");
    #[cfg(feature = "serve")]
    {
        let server = server::Server::start(&world, &["--no-token", "--model", "model"]);
        let host = server.host();
        let headers = [
            ("Host", host.as_str()),
            ("Content-Type", "application/json"),
        ];
        let body = asked.to_string();
        let posted = server.ask("POST", "/mcp", &headers, body.as_bytes()).json();
        let data = &posted["result"]["structuredContent"];
        assert_eq!(hits_of(data), expected);
    }
}

#[test]
fn what_answers_requests_starts_with_a_model_or_without_but_never_with_a_wrong_one() {
    let world = world();
    world.write("wrong/model.onnx", b"<html>not found</html>");
    world.write("wrong/tokenizer.json", tiny_model::tokenizer().as_bytes());
    let run = |command: &[&str], name: &str, value: &str| {
        let value = world.path(value);
        let mut command = world.command(command);
        command.env(name, value).output().expect("it starts")
    };
    let (mcp, serve) = (["mcp"], ["serve", "--port", "0"]);
    let mut commands: Vec<&[&str]> = vec![&mcp];
    if cfg!(feature = "serve") {
        commands.push(&serve);
    }
    world.write("data/cybersearch/model/model.onnx", b"<html>");
    world.write("data/cybersearch/model/tokenizer.json", b"{}");
    for command in commands {
        for (output, said) in [
            (
                world.run(&[command, &["--model", "wrong"]].concat()),
                "not a sentence model: wrong/model.onnx",
            ),
            (
                world.run(&[command, &["--model", "nothing"]].concat()),
                "cannot read the model: nothing/tokenizer.json",
            ),
            (
                run(command, "CYBERSEARCH_MODEL", "nothing"),
                "nothing/tokenizer.json",
            ),
            (
                run(command, "XDG_DATA_HOME", "data"),
                "data/cybersearch/model/tokenizer.json",
            ),
        ] {
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{command:?}: {told}");
            assert!(
                told.starts_with("cybersearch: ") && told.contains(said),
                "{told}"
            );
            assert!(output.stdout.is_empty());
        }
    }
    // Nothing was asked for, and nothing is there.
    let output = run(&["mcp"], "XDG_DATA_HOME", "elsewhere");
    assert!(output.status.success(), "{output:?}");
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
    let floor = if adds_exactly() { 0.995 } else { 0.985 };
    assert!(least >= floor && mean >= 0.998, "{cosines:?}");
}

/// Whether this processor adds products of bytes in 32 bits. Older x86-64 ones do
/// it in 16, which overflows for some (in `rten` and in other runtimes alike).
fn adds_exactly() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx512vnni");
    #[cfg(not(target_arch = "x86_64"))]
    return true;
}
