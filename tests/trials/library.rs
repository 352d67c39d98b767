//! What a library says of itself through the program, and whether it is right.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::World;
use crate::world::{self, Files};

/// A program that runs longer hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// What came of a run of the program.
#[derive(Debug)]
pub(crate) struct Finished {
    /// `None`: a signal ended it.
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Starts the program with its outputs piped.
pub(crate) fn start(mut command: Command) -> Child {
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Waits for a program; one that does not end in time is killed, and an error.
pub(crate) fn finish(mut child: Child, patience: Duration) -> Result<Finished, String> {
    let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
    let read = |pipe: &mut dyn Read| {
        let mut bytes = Vec::new();
        // A killed program leaves what it had written.
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    };
    thread::scope(|scope| {
        let out = scope.spawn(move || stdout.as_mut().map_or(String::new(), |pipe| read(pipe)));
        let err = scope.spawn(move || stderr.as_mut().map_or(String::new(), |pipe| read(pipe)));
        let begun = Instant::now();
        let mut in_time = true;
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child can be waited for") {
                break status;
            }
            if begun.elapsed() > patience && in_time {
                in_time = false;
                child.kill().expect("a child can be killed");
            }
            thread::sleep(Duration::from_millis(1));
        };
        let finished = Finished {
            status: status.code(),
            stdout: out.join().unwrap_or_default(),
            stderr: err.join().unwrap_or_default(),
        };
        if in_time {
            Ok(finished)
        } else {
            Err(format!("hung: {}", finished.stderr))
        }
    })
}

/// Runs the program in a library.
pub(crate) fn run(world: &World, arguments: &[&str]) -> Result<Finished, String> {
    finish(start(world.command(arguments)), PATIENCE)
        .map_err(|why| format!("{}: {why}", arguments.join(" ")))
}

/// Runs the program; an error of it is one.
pub(crate) fn succeed(world: &World, arguments: &[&str]) -> Result<Finished, String> {
    let finished = run(world, arguments)?;
    match finished.status {
        Some(0) => Ok(finished),
        _ => Err(format!("{}: {finished:?}", arguments.join(" "))),
    }
}

/// Fails unless the program told an error as it should: status 2, one line.
pub(crate) fn is_told(finished: &Finished) -> Result<(), String> {
    let is_line =
        finished.stderr.starts_with("cybersearch: ") && finished.stderr.lines().count() == 1;
    let is_panic =
        finished.stderr.contains("panicked") || finished.stderr.contains("internal error");
    if finished.status == Some(2) && is_line && !is_panic {
        Ok(())
    } else {
        Err(format!("not an error of one line: {finished:?}"))
    }
}

/// The queries that a library is known by.
const QUESTIONS: &str = "report\ntalks hotline\n\"risk reduction\"\ncommunicat*\nhotlin~\n\
    trade NEAR/5 market\ncountry:RU talks\nperson:Merkel\ndate:2011\n";

/// All that a library answers: hits with scores and passages, facets, and what
/// it is made of. What differs between two libraries of the same files is left
/// out: times, and whether the files are still what was indexed.
pub(crate) fn answers(world: &World) -> Result<String, String> {
    world.write("questions", QUESTIONS.as_bytes());
    let hits = [
        "batch",
        "questions",
        "--format",
        "jsonl",
        "-n",
        "1000",
        "--no-fold",
        "--refresh",
        "never",
    ];
    let newest = [
        "batch",
        "questions",
        "--format",
        "jsonl",
        "--any",
        "--sort",
        "newest",
        "--refresh",
        "never",
    ];
    let facets = [
        "facets",
        "--by",
        "country,main,person,year,month,source",
        "-n",
        "0",
        "--format",
        "json",
        "--refresh",
        "never",
    ];
    let mut all = String::new();
    for arguments in [&hits[..], &newest, &facets] {
        let finished = run(world, arguments)?;
        if !matches!(finished.status, Some(0 | 1)) {
            return Err(format!("{}: {finished:?}", arguments.join(" ")));
        }
        for line in finished.stdout.lines() {
            all.push_str(&settled(line)?);
            all.push('\n');
        }
    }
    let status = succeed(world, &["status", "--format", "json"])?;
    let status: Value = serde_json::from_str(&status.stdout).map_err(|error| error.to_string())?;
    for key in ["articles", "files", "skipped", "sources"] {
        let _ = writeln!(all, "{key} {}", status[key]);
    }
    Ok(all)
}

/// An answer without what differs from library to library.
pub(crate) fn settled(json: &str) -> Result<String, String> {
    let mut value: Value =
        serde_json::from_str(json).map_err(|error| format!("no JSON: {json}: {error}"))?;
    settle(&mut value);
    Ok(value.to_string())
}

fn settle(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|key, _| {
                !matches!(
                    key.as_str(),
                    "state" | "state_reason" | "built_at" | "stale"
                )
            });
            members.values_mut().for_each(settle);
        }
        Value::Array(list) => list.iter_mut().for_each(settle),
        _ => {}
    }
}

/// What a fresh build of these files answers.
pub(crate) fn fresh_answers(files: &Files) -> Result<String, String> {
    let world = world::library(files);
    succeed(&world, &["index", "-q"])?;
    answers(&world)
}

/// Fails unless both are the same, with the first line that differs.
pub(crate) fn same(what: &str, found: &str, expected: &str) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    let shown = |text: Option<&str>| {
        text.unwrap_or("nothing")
            .chars()
            .take(300)
            .collect::<String>()
    };
    let (mut found, mut expected) = (found.lines(), expected.lines());
    loop {
        let pair = (found.next(), expected.next());
        if pair.0 != pair.1 || pair.0.is_none() {
            let (found, expected) = (shown(pair.0), shown(pair.1));
            return Err(format!(
                "{what}: found {found} where there should be {expected}"
            ));
        }
    }
}

/// Fails unless the index is sound, up to date as `expected` says, and has no
/// file that nobody needs.
pub(crate) fn is_whole(world: &World, expected: &str) -> Result<(), String> {
    succeed(world, &["status", "--check"])?;
    same("after `index`", &answers(world)?, expected)?;
    let strays = strays(world);
    if strays.is_empty() {
        Ok(())
    } else {
        Err(format!("files left behind: {strays:?}"))
    }
}

/// The files of an index that nobody needs.
fn strays(world: &World) -> BTreeSet<String> {
    let names = |folder: &std::path::Path| -> Vec<String> {
        let entries = fs::read_dir(folder)
            .expect("the index can be listed")
            .flatten();
        entries
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect()
    };
    let index = world.path("index");
    let pointer = fs::read_to_string(index.join("cybersearch.json")).expect("there is a pointer");
    let pointer: Value = serde_json::from_str(&pointer).expect("the pointer is JSON");
    let in_use = format!("g{}", pointer["generation"]);
    let meta = fs::read_to_string(index.join(&in_use).join("meta.json")).expect("it has a list");
    let meta: Value = serde_json::from_str(&meta).expect("the list is JSON");
    let segments: Vec<String> = meta["segments"]
        .as_array()
        .expect("segments are a list")
        .iter()
        .filter_map(|segment| segment["segment_id"].as_str())
        .map(|id| id.replace('-', ""))
        .collect();
    let is_kept = |name: &str| {
        let is_small = ["meta.json", ".managed.json", "cybersearch.mark"];
        let is_dictionary = name == "articles.dictionary" && has_dictionary(&meta);
        is_small.contains(&name)
            || is_dictionary
            || segments.iter().any(|id| name.starts_with(id.as_str()))
    };
    let is_top = |name: &str| {
        [
            "cybersearch.json",
            ".cybersearch.lock",
            ".gitignore",
            &in_use,
        ]
        .contains(&name)
    };
    let mut strays: BTreeSet<String> = names(&index)
        .into_iter()
        .filter(|name| !is_top(name))
        .collect();
    strays.extend(
        names(&index.join(&in_use))
            .into_iter()
            .filter(|name| !is_kept(name)),
    );
    // Deletions of an earlier commit.
    let deletions = |id: &String| {
        let of_segment =
            |name: &String| name.starts_with(id.as_str()) && name.strip_suffix(".del").is_some();
        let mut found: Vec<String> = names(&index.join(&in_use))
            .into_iter()
            .filter(of_segment)
            .collect();
        found.sort();
        found.into_iter().rev().skip(1)
    };
    strays.extend(segments.iter().flat_map(deletions));
    strays
}

/// Whether the last commit names a dictionary.
fn has_dictionary(meta: &Value) -> bool {
    let payload = meta["payload"].as_str().unwrap_or_default();
    let state: Value = serde_json::from_str(payload).expect("the payload is JSON");
    state["dictionary"].is_string()
}
