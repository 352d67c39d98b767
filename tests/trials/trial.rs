//! Runs trials one after the other, counts them, and tells what failed.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use crate::world::Random;

/// What came of a trial: why it failed, if it did.
pub(crate) type Outcome = Result<(), String>;

/// A kind of trials.
pub(crate) struct Kind {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// How many trials `cargo test` makes of it.
    pub(crate) short: usize,
    /// Makes them.
    pub(crate) run: fn(&mut Run),
}

/// The trials of one kind.
pub(crate) struct Run {
    name: &'static str,
    /// How many there are to be.
    pub(crate) count: usize,
    /// The seed of the first.
    pub(crate) seed: u64,
    /// Whether it was asked for by hand, and may take its time.
    pub(crate) is_long: bool,
    /// How many trials of which sort were made, and how they came out.
    tally: BTreeMap<String, usize>,
    failures: Vec<(u64, String)>,
    begun: Instant,
}

/// One trial.
pub(crate) struct Trial<'a> {
    /// What it is made by.
    pub(crate) seed: u64,
    /// What its choices come from.
    pub(crate) random: Random,
    tally: &'a mut BTreeMap<String, usize>,
}

impl Trial<'_> {
    /// Counts that something of this sort was tried, or came out so.
    pub(crate) fn count(&mut self, sort: &str) {
        self.count_many(sort, 1);
    }

    /// Counts as many at once.
    pub(crate) fn count_many(&mut self, sort: &str, many: usize) {
        *self.tally.entry(sort.to_owned()).or_default() += many;
    }
}

impl Run {
    pub(crate) fn new(kind: &Kind, count: usize, seed: u64, is_long: bool) -> Run {
        Run {
            name: kind.name,
            count,
            seed,
            is_long,
            tally: BTreeMap::new(),
            failures: Vec::new(),
            begun: Instant::now(),
        }
    }

    /// Makes `count` trials, each by its own seed.
    pub(crate) fn each(&mut self, mut make: impl FnMut(&mut Trial<'_>) -> Outcome) {
        for number in 0..self.count {
            self.one(self.seed + number as u64, &mut make);
            if self.is_long && (number + 1).is_multiple_of(50) {
                let seconds = self.begun.elapsed().as_secs();
                eprintln!("{}: {} trials in {seconds} s", self.name, number + 1);
            }
        }
    }

    /// Makes the trial of this seed; a panic in it is a failure.
    pub(crate) fn one(&mut self, seed: u64, make: &mut dyn FnMut(&mut Trial<'_>) -> Outcome) {
        let mut trial = Trial {
            seed,
            random: Random::new(seed),
            tally: &mut self.tally,
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| make(&mut trial)));
        let outcome = outcome.unwrap_or_else(|panic| {
            let said = panic.downcast_ref::<String>().cloned();
            let said = said.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(format!("panicked: {}", said.unwrap_or_default()))
        });
        if let Err(why) = outcome {
            println!("FAILED {} --seed {seed}: {why}", self.name);
            self.failures.push((seed, why));
        }
    }

    /// Prints what was tried; returns how many trials failed.
    pub(crate) fn tell(&self) -> usize {
        let verdict = if self.failures.is_empty() {
            "ok"
        } else {
            "FAILED"
        };
        let seconds = self.begun.elapsed().as_secs_f32();
        println!(
            "\n{} ... {verdict} ({} asked for, from seed {}, {seconds:.1} s)",
            self.name, self.count, self.seed
        );
        for (sort, count) in &self.tally {
            println!("  {count:>6}  {sort}");
        }
        for (seed, why) in &self.failures {
            println!("  FAILED  {why}");
            println!(
                "          again: cargo test --test trials -- {} --count 1 --seed {seed}",
                self.name
            );
        }
        self.failures.len()
    }
}
