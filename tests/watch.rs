//! `watch`: the real program, told of changes by the file system or by looking,
//! and stopped by a signal.
//!
//! Each test waits for the program's lines, never for a time.
#![cfg(unix)]

mod common;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdout, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use common::{World, schema, schema_errors};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

const TALKS: &str = "Talks held\n\nThe talks about a hotline were held in Moscow.";

/// A test that waits for longer has failed.
const PATIENCE: Duration = Duration::from_mins(2);

/// A watch under way.
struct Watch {
    child: Child,
    lines: BufReader<ChildStdout>,
    errors: BufReader<ChildStderr>,
    /// Dropped with the watch, which calls the watchdog off.
    _leash: Sender<()>,
}

impl Watch {
    /// Starts it, and has it killed if the test does not come to its end.
    fn start(world: &World, arguments: &[&str]) -> Watch {
        let arguments: Vec<&str> = ["watch"].iter().chain(arguments).copied().collect();
        let mut child = world
            .command(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (leash, watchdog) = channel::<()>();
        let pid = pid(&child);
        std::thread::spawn(move || {
            let waited = watchdog.recv_timeout(PATIENCE);
            if waited == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                let _ = kill(pid, Signal::SIGKILL);
            }
        });
        Watch {
            lines: BufReader::new(child.stdout.take().expect("stdout is piped")),
            errors: BufReader::new(child.stderr.take().expect("stderr is piped")),
            child,
            _leash: leash,
        }
    }

    /// Waits for a line on stdout.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("it can be read");
        assert!(line.ends_with('\n'), "it ended: {line:?}");
        line
    }

    /// Waits for a line of `--format jsonl`.
    fn json(&mut self) -> Value {
        serde_json::from_str(&self.line()).expect("the line is JSON")
    }

    /// Waits for a line on stderr that says so.
    fn error(&mut self, text: &str) -> String {
        loop {
            let mut line = String::new();
            self.errors.read_line(&mut line).expect("it can be read");
            assert!(line.ends_with('\n'), "it never said: {text}");
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Stops it; returns its exit status, and what is left of its stdout and
    /// stderr.
    fn stop(mut self, signal: Signal) -> (Option<i32>, String, String) {
        kill(pid(&self.child), signal).expect("it runs");
        let status = self.child.wait().expect("it ends");
        let (mut lines, mut errors) = (String::new(), String::new());
        let read = "it can be read";
        self.lines.read_to_string(&mut lines).expect(read);
        self.errors.read_to_string(&mut errors).expect(read);
        (status.code(), lines, errors)
    }
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(child.id().try_into().expect("a process id fits"))
}

/// Puts a file in its place whole, so that it is one change.
fn place(world: &World, name: &str, text: &str) {
    let part = format!("{name}.part");
    world.write(&part, text.as_bytes());
    std::fs::rename(world.path(&part), world.path(name)).expect("it moves");
}

/// What a line of JSON says: files new, changed, gone.
fn changes(line: &Value) -> [u64; 3] {
    ["added", "changed", "removed"].map(|name| line[name].as_u64().expect("it is a number"))
}

/// The ids that a search finds which leaves the index as it is.
fn found(world: &World, query: &str) -> Vec<String> {
    world.ids(&[query, "--refresh", "never"])
}

#[test]
fn changes_are_searchable_as_soon_as_they_are_told() {
    let world = World::with(&[("seeds/talks.txt", TALKS)]);
    let mut watch = Watch::start(&world, &["--debounce", "50ms"]);
    let line = watch.line();
    let (at, line) = line.split_once(' ').expect("a time stands before");
    assert!(at.parse::<jiff::Timestamp>().is_ok(), "{at}");
    assert_eq!(
        line,
        "1 article: 1 new file, 0 changed, 0 removed, 0 unchanged\n"
    );
    place(&world, "seeds/new/deep/paris.txt", "A hotline to Paris.");
    assert!(watch.line().contains("1 new file"));
    assert_eq!(found(&world, "Paris"), ["seeds/new/deep/paris.txt"]);

    // A folder that was made meanwhile is watched, moved or not.
    place(&world, "seeds/new/deep/paris.txt", "A hotline to Rome.");
    assert!(watch.line().contains("0 new files, 1 changed, 0 removed"));
    assert_eq!(found(&world, "Rome"), ["seeds/new/deep/paris.txt"]);
    std::fs::rename(world.path("seeds/new"), world.path("seeds/old")).expect("it moves");
    assert!(watch.line().contains("1 new file, 0 changed, 1 removed"));
    place(&world, "seeds/old/deep/paris.txt", "A hotline to Oslo.");
    assert!(watch.line().contains("0 new files, 1 changed, 0 removed"));
    assert_eq!(found(&world, "Oslo"), ["seeds/old/deep/paris.txt"]);

    let (status, lines, errors) = watch.stop(Signal::SIGINT);
    assert_eq!((status, lines.as_str()), (Some(0), ""), "{errors}");
    assert!(errors.contains("; press Ctrl-C to stop\n"), "{errors}");
}

#[test]
fn the_index_in_the_watched_folder_does_not_wake_the_watch() {
    let world = World::with(&[("talks.txt", TALKS)]);
    let mut watch = Watch::start(&world, &[".", "--debounce", "0s", "--format", "jsonl"]);
    assert_eq!(changes(&watch.json()), [1, 0, 0]);
    for number in 0..5 {
        place(&world, "talks.txt", &format!("Talks, round {number}."));
        assert_eq!(changes(&watch.json()), [0, 1, 0]);
        assert_eq!(found(&world, &format!("\"round {number}\"")), ["talks.txt"]);
    }
    let (status, lines, errors) = watch.stop(Signal::SIGTERM);
    assert_eq!((status, lines.as_str()), (Some(0), ""), "{errors}");
}

#[test]
fn a_burst_is_a_few_commits() {
    let world = World::with(&[("seeds/talks.txt", TALKS)]);
    let mut watch = Watch::start(&world, &["--format", "jsonl"]);
    let first = watch.json();
    assert_eq!(changes(&first), [1, 0, 0]);
    let schema = schema("watch-2.json");
    for number in 0..500 {
        let name = format!("seeds/{}/{number}.txt", number % 7);
        place(&world, &name, &format!("Round {number} of the talks."));
    }
    let (mut added, mut commits) = (0, 0);
    while added < 500 {
        let line = watch.json();
        assert_eq!(schema_errors(&schema, &line), Vec::<String>::new());
        added += changes(&line)[0];
        commits += 1;
    }
    // One, unless the machine took its time to write them.
    assert!(added == 500 && commits <= 50, "{added} in {commits}");
    assert_eq!(found(&world, "\"round 377\""), ["seeds/6/377.txt"]);
    assert_eq!(watch.stop(Signal::SIGINT).0, Some(0));
}

#[test]
fn without_events_all_files_are_looked_at() {
    let world = World::with(&[("seeds/talks.txt", TALKS)]);
    let arguments = ["--poll", "100ms", "--format", "jsonl"];
    let mut watch = Watch::start(&world, &arguments);
    let note = watch.error("checking all files");
    assert_eq!(
        note,
        "cybersearch: checking all files every 100ms; press Ctrl-C to stop\n"
    );
    assert_eq!(changes(&watch.json()), [1, 0, 0]);
    place(&world, "seeds/paris.txt", "A hotline to Paris.");
    assert_eq!(changes(&watch.json()), [1, 0, 0]);
    world.remove("seeds/talks.txt");
    assert_eq!(changes(&watch.json()), [0, 0, 1]);
    assert_eq!(watch.stop(Signal::SIGINT).0, Some(0));
}

#[test]
fn it_goes_on_after_a_failure_and_when_sources_vanish() {
    let world = World::with(&[("seeds/talks.txt", TALKS)]);
    let mut watch = Watch::start(&world, &["--debounce", "50ms", "--format", "jsonl"]);
    assert_eq!(changes(&watch.json()), [1, 0, 0]);
    place(&world, "corrections.txt", "what is this\n");
    watch.error("invalid correction: ");
    // The first update after a failure is told even if it changed nothing.
    world.remove("corrections.txt");
    let line = watch.json();
    assert_eq!(
        (changes(&line), &line["committed"]),
        ([0, 0, 0], &false.into())
    );
    place(&world, "corrections.txt", "Putin = Vladimir Putin\n");
    assert_eq!(changes(&watch.json()), [0, 1, 0]);

    std::fs::rename(world.path("seeds"), world.path("elsewhere")).expect("it moves");
    watch.error("source not found: seeds");
    assert_eq!(found(&world, "hotline"), ["seeds/talks.txt"]);
    place(&world, "elsewhere/paris.txt", "A hotline to Paris.");
    std::fs::rename(world.path("elsewhere"), world.path("seeds")).expect("it moves");
    assert_eq!(changes(&watch.json()), [1, 0, 0]);
    place(&world, "seeds/paris.txt", "A hotline to Rome.");
    assert_eq!(changes(&watch.json()), [0, 1, 0]);

    // Sources that another process adds are watched as well.
    place(&world, "more/oslo.txt", "A hotline to Oslo.");
    world.stdout(&["index", "-q", "more"]);
    watch.error("watching 3 folders");
    place(&world, "more/oslo.txt", "A hotline to Bonn.");
    assert_eq!(changes(&watch.json()), [0, 1, 0]);
    assert_eq!(found(&world, "Bonn"), ["more/oslo.txt"]);

    // And an index that somebody removes is made again, of the same sources.
    // Moved, which happens at once: file by file, the new one would come in
    // between.
    std::fs::rename(world.path("index"), world.path("old")).expect("it moves");
    assert_eq!(changes(&watch.json()), [3, 0, 0]);
    assert_eq!(watch.stop(Signal::SIGINT).0, Some(0));
}

#[test]
fn it_ends_when_nobody_reads_any_more() {
    let world = World::with(&[("seeds/talks.txt", TALKS)]);
    let mut watch = Watch::start(&world, &[]);
    watch.line();
    drop(watch.lines);
    let status = watch.child.wait().expect("it ends");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn what_it_cannot_begin_with_is_an_error() {
    let world = World::empty();
    let shown = world.transcript(&[
        &["watch"],
        &["watch", "not-there"],
        &["watch", "--poll", "10"],
        &["watch", "--poll", "1ms"],
        &["watch", "--debounce", "1d"],
    ]);
    insta::assert_snapshot!(shown);
}
