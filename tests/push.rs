//! `push` into a real engine: what is there is what a fresh push would put
//! there, whatever happened in between.
//!
//! Each test takes an index of its own in one node that all share; those that
//! need a cluster start one. `CYBERSEARCH_KILLS=50` kills a push so often.
#![cfg(feature = "remote")]
#![allow(clippy::print_stderr, reason = "how often it was killed is said aloud")]

mod common;
#[path = "common/engine.rs"]
mod engine;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::{Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use common::World;
use engine::Engine;
use serde_json::{Value, json};

/// The node that the tests share. It ends with this process.
fn shared() -> Option<&'static Engine> {
    static SHARED: OnceLock<Option<Engine>> = OnceLock::new();
    SHARED.get_or_init(|| Engine::start(1, &[])).as_ref()
}

/// A number that looks like chance, and is the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// An article of words by chance, with a date, a person and a country.
fn article(chance: &mut Chance) -> String {
    const WORDS: [&str; 12] = [
        "talks", "hotline", "harbour", "grain", "treaty", "prices", "of", "the", "ships", "talked",
        "U.S.", "Moscow",
    ];
    const PEOPLE: [&str; 4] = ["Barack Obama", "Xi Jinping", "Angela Merkel", "Ban Ki-moon"];
    const PLACES: [&str; 4] = ["Paris", "China", "Brazil", "Kenya"];
    let mut text = format!("Talks number {}\n\n", chance.below(1000));
    let _ = write!(text, "May {}, 2013\n\n", chance.below(28) + 1);
    for _ in 0..3 {
        for _ in 0..60 {
            let word = WORDS[usize::try_from(chance.below(12)).expect("small")];
            text.push_str(word);
            text.push(' ');
        }
        let person = PEOPLE[usize::try_from(chance.below(4)).expect("small")];
        let place = PLACES[usize::try_from(chance.below(4)).expect("small")];
        let _ = write!(text, "\n\nPresident {person} spoke in {place}. ");
    }
    text.push('\n');
    text
}

/// A library of so many files, and one of many records.
fn library(files: u64) -> World {
    let world = World::empty();
    let mut chance = Chance(files);
    for number in 0..files {
        let text = article(&mut chance);
        world.write(
            &format!("seeds/{}/{number}.txt", number % 7),
            text.as_bytes(),
        );
    }
    world.write("seeds/many.jsonl", records(&mut chance, 40).as_bytes());
    world
}

/// Lines of records.
fn records(chance: &mut Chance, count: u64) -> String {
    let line = |number: u64, chance: &mut Chance| json!({"id": format!("r{number}"), "title": "Records", "text": article(chance)});
    (0..count).fold(String::new(), |all, number| {
        all + &line(number, chance).to_string() + "\n"
    })
}

/// Runs a push, which may fail.
fn push(world: &World, url: &str, arguments: &[&str]) -> Output {
    let mut all = vec!["push", url];
    all.extend(arguments);
    world.run(&all)
}

/// Runs a push that must succeed; its last line.
fn pushed(world: &World, url: &str, arguments: &[&str]) -> String {
    let output = push(world, url, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// The one line in which a push failed.
fn refused(world: &World, url: &str, arguments: &[&str]) -> String {
    let output = push(world, url, arguments);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8(output.stderr).expect("text")
}

/// All that an index holds: each document as it is read back, and how often it has
/// each term that is counted. Left out is what differs from push to push.
fn contents(engine: &Engine, index: &str) -> (BTreeMap<String, Value>, Value) {
    let node = engine.node();
    node.ok("POST", &format!("/{index}/_refresh"), None);
    let mut all = BTreeMap::new();
    let mut after = Value::Null;
    loop {
        let mut asked =
            json!({"size": 500, "sort": [{"key": "asc"}, {"push": "asc"}, {"file": "asc"}]});
        if !after.is_null() {
            asked["search_after"] = after;
        }
        let answer = node.ok("POST", &format!("/{index}/_search"), Some(&asked));
        assert_eq!(answer["_shards"]["failed"], 0);
        let hits = answer["hits"]["hits"].as_array().expect("hits");
        for hit in hits {
            let mut source = hit["_source"].clone();
            for changing in ["push", "read_at", "mark"] {
                source.as_object_mut().expect("a document").remove(changing);
            }
            let id = hit["_id"].as_str().expect("an id").to_owned();
            assert!(all.insert(id, source).is_none(), "a document twice");
        }
        match hits.last() {
            Some(last) => after = last["sort"].clone(),
            None => break,
        }
    }
    let columns = [
        "form",
        "country",
        "person",
        "name_year",
        "days",
        "folder",
        "flag",
        "file",
    ];
    let terms = |column: &&str| {
        let asked = json!({"terms": {"field": column, "size": 20_000, "order": {"_key": "asc"}}});
        ((*column).to_owned(), asked)
    };
    let mut aggs: serde_json::Map<String, Value> = columns.iter().map(terms).collect();
    aggs.insert("words".to_owned(), json!({"sum": {"field": "words"}}));
    let asked = json!({"size": 0, "aggs": aggs});
    let answer = node.ok("POST", &format!("/{index}/_search"), Some(&asked));
    (all, answer["aggregations"].clone())
}

/// Compares an index with one that is pushed afresh, which is removed again.
fn equals_fresh(engine: &Engine, world: &World, index: &str) {
    let fresh = format!("fresh-{index}");
    pushed(world, &engine.url(&fresh), &[]);
    let (documents, terms) = contents(engine, index);
    let (expected, expected_terms) = contents(engine, &fresh);
    for (id, document) in &expected {
        assert_eq!(documents.get(id), Some(document), "lost or other");
    }
    let more: Vec<_> = documents
        .iter()
        .filter(|(id, _)| !expected.contains_key(*id))
        .collect();
    assert!(more.is_empty(), "too many: {more:?}");
    assert_eq!(terms, expected_terms);
    pushed(world, &engine.url(&fresh), &["--remove", "--yes"]);
}

#[test]
fn what_changes_on_disk_changes_in_the_engine() {
    let Some(engine) = shared() else { return };
    let world = World::seeds();
    let url = engine.url("changing");
    let dry = pushed(&world, &url, &["--dry-run"]);
    assert!(
        dry.contains("5 new files") && dry.contains("nothing was pushed"),
        "{dry}"
    );
    assert_eq!(engine.node().ask("GET", "/changing", None).0, 404);
    let told = pushed(&world, &url, &[]);
    assert!(
        told.starts_with("5 articles: 5 new files, 0 changed, 0 removed"),
        "{told}"
    );
    assert!(told.ends_with("where searches find them\n"), "{told}");
    assert_eq!(engine.articles("changing"), 5);
    let told = pushed(&world, &url, &[]);
    assert!(
        told.starts_with("5 articles: 0 new files, 0 changed, 0 removed, 5 unchanged"),
        "{told}"
    );

    let mut chance = Chance(1);
    world.write("seeds/new.txt", article(&mut chance).as_bytes());
    world.write("seeds/many.jsonl", records(&mut chance, 30).as_bytes());
    let told = pushed(&world, &url, &[]);
    assert!(
        told.starts_with("36 articles: 2 new files, 0 changed, 0 removed, 5"),
        "{told}"
    );
    // Fewer records, another text, a file less.
    world.write("seeds/many.jsonl", records(&mut chance, 20).as_bytes());
    world.write("seeds/new.txt", article(&mut chance).as_bytes());
    world.remove("seeds/000_062cb9349b021ebc.txt");
    let told = pushed(&world, &url, &[]);
    assert!(
        told.starts_with("25 articles: 0 new files, 2 changed, 1 removed, 4"),
        "{told}"
    );
    equals_fresh(engine, &world, "changing");
    // What the owner knows changes every article.
    world.write("corrections.txt", b"Obama = Barack Obama\n");
    let told = pushed(&world, &url, &[]);
    assert!(
        told.starts_with("25 articles: 0 new files, 6 changed"),
        "{told}"
    );
    equals_fresh(engine, &world, "changing");
    // A folder alone leaves all else as it is.
    world.write("other/a.txt", article(&mut chance).as_bytes());
    let told = pushed(&world, &url, &["--from", "other"]);
    assert!(
        told.starts_with("26 articles: 1 new file, 0 changed, 0 removed, 0"),
        "{told}"
    );
    let removed = pushed(&world, &url, &["--remove", "--yes"]);
    assert!(removed.starts_with("removed: changing-f"), "{removed}");
    assert!(refused(&world, &url, &["--remove", "--yes"]).contains("no index at"));
}

#[test]
fn parts_are_found_once_all_are_there() {
    let Some(engine) = shared() else { return };
    let world = library(60);
    let url = engine.url("parts");
    pushed(&world, &url, &[]);
    let before = engine.articles("parts");
    let made = pushed(
        &world,
        &url,
        &["--create", "--shards", "3", "--replicas", "0"],
    );
    assert!(made.contains("-g2 is made"), "{made}");
    for part in ["0/3", "1/3"] {
        let told = pushed(&world, &url, &["--shard", part]);
        assert!(told.contains("after --finish"), "{told}");
    }
    // Searches find the old one until all is in and counted.
    assert_eq!(engine.articles("parts"), before);
    pushed(&world, &url, &["--shard", "2/3"]);
    let told = pushed(&world, &url, &["--finish"]);
    assert!(
        told.starts_with(&format!("{before} articles of 61 files; in parts-f")),
        "{told}"
    );
    assert!(refused(&world, &url, &["--shards", "2"]).contains("for a new index"));
    let settings = engine.node().ok("GET", "/parts/_settings", None);
    let (name, told) = settings
        .as_object()
        .and_then(|all| all.iter().next())
        .expect("one");
    assert!(name.ends_with("-g2"), "{name}");
    let told = &told["settings"]["index"];
    assert_eq!(
        (&told["number_of_shards"], &told["number_of_replicas"]),
        (&json!("3"), &json!("0"))
    );
    assert!(told["refresh_interval"].is_null());
    let gone = name.replace("-g2", "-g1");
    assert_eq!(engine.node().ask("GET", &format!("/{gone}"), None).0, 404);
    equals_fresh(engine, &world, "parts");
}

#[test]
fn a_push_that_is_killed_goes_on_and_loses_nothing() {
    let Some(engine) = shared() else { return };
    let kills =
        std::env::var("CYBERSEARCH_KILLS").map_or(6, |kills| kills.parse().expect("a number"));
    let world = library(300);
    let begin = Instant::now();
    pushed(&world, &engine.url("killed"), &[]);
    let whole = u64::try_from(begin.elapsed().as_millis()).expect("small");
    let mut chance = Chance(7);
    let mut lived = 0;
    for kill in 0..kills {
        // A first push, then one that changes things.
        if kill % 3 == 0 {
            pushed(&world, &engine.url("killed"), &["--remove", "--yes"]);
        } else {
            let text = records(&mut chance, 10 + kill % 40);
            world.write("seeds/many.jsonl", text.as_bytes());
            for number in 0..150 {
                let text = article(&mut chance);
                world.write(
                    &format!("seeds/{}/{number}.txt", number % 7),
                    text.as_bytes(),
                );
            }
            let _ = std::fs::remove_file(world.path(&format!(
                "seeds/{}/{}.txt",
                (299 - kill) % 7,
                299 - kill
            )));
        }
        let mut child = world
            .command(&["push", &engine.url("killed")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        // What only changes some files takes about a third as long.
        let longest = if kill % 3 == 0 { whole } else { whole / 3 };
        std::thread::sleep(Duration::from_millis(chance.below(longest)));
        lived += u64::from(child.try_wait().expect("it can be asked").is_some());
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        pushed(&world, &engine.url("killed"), &[]);
        equals_fresh(engine, &world, "killed");
    }
    eprintln!("{kills} pushes killed, of which {lived} had ended");
    assert!(kills < 6 || lived < kills, "no push was killed at work");
}

#[test]
fn articles_without_a_file_are_found_and_removed() {
    let Some(engine) = shared() else { return };
    let world = library(20);
    let url = engine.url("orphans");
    pushed(&world, &url, &[]);
    let node = engine.node();
    // As two kills and a removed file may leave it: an article too many, one too
    // few, and one of a file that nobody knows.
    let extra = |file: &str| json!({"flag": ["article"], "key": "x", "file": file, "push": 1});
    node.ok("PUT", "/orphans/_doc/1", Some(&extra("seeds/0/0.txt")));
    node.ok("PUT", "/orphans/_doc/2", Some(&extra("seeds/gone.txt")));
    let lost = json!({"query": {"bool": {"filter": [
        {"term": {"file": "seeds/1/1.txt"}}, {"term": {"flag": "article"}}]}}});
    node.ok("POST", "/orphans/_refresh", None);
    node.ok("POST", "/orphans/_delete_by_query", Some(&lost));
    let told = pushed(&world, &url, &[]);
    assert!(told.contains("2 changed"), "{told}");
    equals_fresh(engine, &world, "orphans");
}

#[test]
fn two_pushers_at_once_leave_what_the_later_saw() {
    let Some(engine) = shared() else { return };
    let world = library(200);
    let url = engine.url("both");
    let mut chance = Chance(3);
    for round in 0..3 {
        let begin = |world: &World| {
            let mut command = world.command(&["push", &url]);
            let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().expect("the program starts")
        };
        let one = begin(&world);
        std::thread::sleep(Duration::from_millis(40 * round));
        // The later one sees other files than the first.
        world.write(
            "seeds/many.jsonl",
            records(&mut chance, 15 + round).as_bytes(),
        );
        let other = begin(&world);
        for child in [one, other] {
            let output = child.wait_with_output().expect("it ends");
            let code = output.status.code();
            // The count may be taken while the other still writes.
            assert!(code == Some(0) || code == Some(2), "{output:?}");
        }
        pushed(&world, &url, &[]);
        equals_fresh(engine, &world, "both");
    }
}

#[test]
fn a_full_disk_and_what_others_made_are_told() {
    let Some(engine) = shared() else { return };
    let world = World::seeds();
    let url = engine.url("full");
    pushed(&world, &url, &[]);
    let block = |is_full: Value| json!({"index.blocks.read_only_allow_delete": is_full});
    let node = engine.node();
    node.ok("PUT", "/full/_settings", Some(&block(json!(true))));
    world.write("seeds/new.txt", b"Talks\n\nMay 3, 2013\n\nThey met.\n");
    let told = refused(&world, &url, &[]);
    assert!(
        told.contains("the disk of") && told.contains("is full"),
        "{told}"
    );
    assert_eq!(
        told.lines()
            .filter(|line| line.starts_with("cybersearch: "))
            .count(),
        1,
        "{told}"
    );
    node.ok("PUT", "/full/_settings", Some(&block(Value::Null)));
    pushed(&world, &url, &[]);
    equals_fresh(engine, &world, "full");

    node.ok("PUT", "/theirs", None);
    let told = refused(&world, &engine.url("theirs"), &[]);
    assert!(told.contains("cybersearch did not make"), "{told}");
    assert!(
        refused(&world, &engine.url("theirs"), &["--remove", "--yes"]).contains("did not make")
    );
    assert_eq!(node.ask("GET", "/theirs", None).0, 200);
}

#[cfg(unix)]
#[test]
fn who_may_not_read_the_sources_may_read_the_engine_and_that_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let Some(engine) = shared() else { return };
    let world = World::seeds();
    let private = world.path("seeds/000_062cb9349b021ebc.txt");
    std::fs::set_permissions(private, std::fs::Permissions::from_mode(0o600)).expect("ours");
    let output = push(&world, &engine.url("private"), &[]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(
        told.contains("not everybody may read the sources, such as seeds/000"),
        "{told}"
    );
}

#[test]
fn a_cluster_that_loses_a_node_takes_the_rest_when_it_is_back() {
    let Some(mut cluster) = Engine::start(3, &[]) else {
        return;
    };
    let world = library(1500);
    let url = cluster.url("cluster");
    let made = pushed(
        &world,
        &url,
        &["--create", "--shards", "6", "--replicas", "1"],
    );
    assert!(made.contains("-g1"), "{made}");
    let child = world
        .command(&["push", &url])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let begin = Instant::now();
    while cluster.articles("cluster-f*") < 200 {
        assert!(begin.elapsed() < Duration::from_mins(1), "nothing arrives");
        std::thread::sleep(Duration::from_millis(20));
    }
    cluster.nodes[2].kill();
    std::thread::sleep(Duration::from_secs(2));
    cluster.restart(2);
    let output = child.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert_eq!(cluster.articles("cluster"), 1540);
    let path = "/_cluster/health/cluster?wait_for_status=green&timeout=60s";
    assert_eq!(cluster.node().ok("GET", path, None)["status"], "green");
    // With replicas a node less stops nothing.
    let mut chance = Chance(9);
    for number in 0..200 {
        let text = article(&mut chance);
        world.write(
            &format!("seeds/{}/{number}.txt", number % 7),
            text.as_bytes(),
        );
    }
    cluster.nodes[1].kill();
    pushed(&world, &url, &[]);
    equals_fresh(&cluster, &world, "cluster");
}
