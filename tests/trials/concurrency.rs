//! Several writers at once, and readers while a writer goes on.
//!
//! Every answer must be that of one committed state. State number k is made to
//! be known by all that it says: how many articles there are, what stands in
//! them, and which country they name.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::World;
use crate::library::{self, answers, finish, fresh_answers, is_whole, start, succeed};
use crate::trial::{Outcome, Run, Trial};
use crate::world::{self, Files, Random};

/// Readers of a long run, and of a short one.
const READERS: (usize, usize) = (50, 4);

/// Countries by which states are told from each other.
const COUNTRIES: [(&str, &str); 5] = [
    ("Kenya", "KE"),
    ("Japan", "JP"),
    ("France", "FR"),
    ("Brazil", "BR"),
    ("Norway", "NO"),
];

/// Two trials: writers for a moment, then readers and a writer for as many
/// seconds as trials were asked for.
pub(crate) fn run(trials: &mut Run) {
    let (seconds, is_long) = (trials.count as u64, trials.is_long);
    let seed = trials.seed;
    for round in 0..if is_long { 10 } else { 1 } {
        trials.one(seed + round, &mut writers);
    }
    let readers = if is_long { READERS.0 } else { READERS.1 };
    trials.one(seed, &mut |trial| read_and_write(trial, readers, seconds));
}

/// Four writers begin at once, on a new library and on one that has changed.
fn writers(trial: &mut Trial<'_>) -> Outcome {
    let before = world::corpus(&mut trial.random, 80);
    let after = world::edited(&mut trial.random, &before, "later");
    let world = world::library(&before);
    for (from, to) in [(&before, &before), (&before, &after)] {
        world::turn(&world, from, to);
        let many = ["", "", "--rebuild", ""];
        let children: Vec<_> = many
            .into_iter()
            .map(|option| {
                let arguments = ["index", "-q", option];
                let arguments = arguments
                    .into_iter()
                    .filter(|argument| !argument.is_empty());
                start(world.command(&arguments.collect::<Vec<_>>()))
            })
            .collect();
        for child in children {
            let finished = finish(child, Duration::from_mins(2))?;
            if finished.status != Some(0) || !finished.stderr.is_empty() {
                return Err(format!("a writer beside others: {finished:?}"));
            }
            trial.count("writer beside three others");
        }
        is_whole(&world, &fresh_answers(to)?)?;
    }
    Ok(())
}

/// The files of state number `state`.
fn files(state: u64) -> Files {
    let mut random = Random::new(state);
    let (country, _) = country(state);
    (0..articles(state))
        .map(|number| {
            let text = format!(
                "Report {number}\n\nThe marker of this state is mark{state}, in {country}. {}\n",
                "All went on as it had to go on. ".repeat(1 + random.below(20))
            );
            (format!("seeds/{number}.txt"), text.into_bytes())
        })
        .collect()
}

fn country(state: u64) -> (&'static str, &'static str) {
    COUNTRIES[usize::try_from(state).unwrap_or(0) % COUNTRIES.len()]
}

fn articles(state: u64) -> usize {
    8 + usize::try_from(state).unwrap_or(0) % 7
}

/// One library that is written and read.
struct Stage {
    world: World,
    is_over: AtomicBool,
    /// The newest state that was begun.
    newest: AtomicU64,
    /// How many answers there were.
    asked: AtomicUsize,
    failures: Mutex<Vec<String>>,
}

impl Stage {
    fn fail(&self, why: String) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.push(why);
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Asks until it is over.
    fn read(&self) {
        let mut last = 0;
        while !self.is_over.load(Ordering::Relaxed) {
            match ask(&self.world, last) {
                Ok(state) if state <= self.newest.load(Ordering::Relaxed) => last = state,
                Ok(state) => self.fail(format!("state {state} before it was written")),
                Err(why) => self.fail(why),
            }
            self.asked.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Goes from state to state for so long; returns the last one.
    fn write(&self, length: Duration) -> u64 {
        let begun = Instant::now();
        let mut state = 0;
        while begun.elapsed() < length && !self.is_over.load(Ordering::Relaxed) {
            world::turn(&self.world, &files(state), &files(state + 1));
            state += 1;
            self.newest.store(state, Ordering::Relaxed);
            let arguments: &[&str] = if state.is_multiple_of(4) {
                &["index", "-q", "--rebuild"]
            } else {
                &["index", "-q"]
            };
            if let Err(why) = succeed(&self.world, arguments) {
                self.fail(format!("writer: {why}"));
            }
        }
        self.is_over.store(true, Ordering::Relaxed);
        state
    }
}

/// One writer goes from state to state while readers ask.
fn read_and_write(trial: &mut Trial<'_>, readers: usize, seconds: u64) -> Outcome {
    let stage = Stage {
        world: world::library(&files(0)),
        is_over: AtomicBool::new(false),
        newest: AtomicU64::new(0),
        asked: AtomicUsize::new(0),
        failures: Mutex::new(Vec::new()),
    };
    succeed(&stage.world, &["index", "-q"])?;
    let states = thread::scope(|scope| {
        for _ in 0..readers {
            scope.spawn(|| stage.read());
        }
        stage.write(Duration::from_secs(seconds))
    });
    let answers_read = stage.asked.load(Ordering::Relaxed);
    trial.count_many("answer while a writer goes on", answers_read);
    let committed = usize::try_from(states).unwrap_or(0);
    trial.count_many("state committed beside readers", committed);
    trial.count_many("reader at once", readers);
    let failures = stage
        .failures
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(why) = failures.first() {
        return Err(format!("{} failed, first {why}", failures.len()));
    }
    let (found, right) = (answers(&stage.world)?, fresh_answers(&files(states))?);
    library::same("in the end", &found, &right)
}

/// Asks once; which state answered. It may not be older than what the same
/// reader has seen before.
fn ask(world: &World, last: u64) -> Result<u64, String> {
    let search = [
        "search",
        "-q",
        "marker",
        "--format",
        "json",
        "-n",
        "100",
        "--no-fold",
        "--facets=country",
        "--refresh",
        "never",
    ];
    let answer = library::run(world, &search)?;
    if answer.status != Some(0) || !answer.stderr.is_empty() {
        return Err(format!("{answer:?}"));
    }
    let json: Value = serde_json::from_str(&answer.stdout).map_err(|error| error.to_string())?;
    let hits = json["hits"].as_array().ok_or("no hits")?;
    let marks: Vec<&str> = hits.iter().filter_map(mark).collect();
    let state = marks.first().and_then(|mark| mark.parse::<u64>().ok());
    let state = state.ok_or_else(|| format!("no mark in {}", answer.stdout))?;
    let is_of_one = marks.len() == articles(state)
        && json["total"] == articles(state)
        && json["index"]["articles"] == articles(state)
        && marks.iter().all(|mark| **mark == state.to_string())
        && json["facets"][0]["values"]
            .as_array()
            .is_some_and(|values| {
                values.len() == 1
                    && values[0]["value"] == country(state).1
                    && values[0]["count"] == articles(state)
            });
    if !is_of_one {
        return Err(format!(
            "an answer of no state (mark {state}): {}",
            answer.stdout
        ));
    }
    if state < last {
        return Err(format!("state {state} after {last}"));
    }
    Ok(state)
}

/// The number of the state that a hit's passage tells.
fn mark(hit: &Value) -> Option<&str> {
    let text = hit["passage"]["text"].as_str()?;
    let start = text.find("mark")? + "marker of this state is mark".len();
    text.get(start..)?.split(',').next()
}
