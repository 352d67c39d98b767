//! Trials that break things on purpose: the program is killed, its index
//! damaged, its disk filled, its calls to the system made to fail, its files
//! changed under it.
//!
//! `cargo test` runs a few of each kind. By hand, many:
//!
//!     cargo test --release --test trials -- crash --count 200
//!     cargo test --release --test trials -- damage --count 1000 --seed 5000
//!     cargo test --release --test trials -- concurrency --count 60   (seconds)
//!     cargo test --release --test trials -- limits --count 100
//!     cargo test --test trials -- faults --count 1000   (every call; 9999: in every way)
//!     cargo test --release --test trials -- all --count 50
//!
//! A trial is made by its seed alone: trial number n of a run has the seed
//! `--seed` plus n, and a failure says how to repeat it.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that prints what it tried"
)]

#[path = "../common/mod.rs"]
mod common;

mod concurrency;
mod crash;
mod damage;
mod faults;
mod library;
mod limits;
mod trial;
mod world;

use std::process::ExitCode;

use trial::{Kind, Run};

/// The seed of a run that names none.
const SEED: u64 = 1;

/// What there is to try, with how many trials `cargo test` makes of it.
const KINDS: [Kind; 5] = [
    Kind {
        name: "crash",
        short: 3,
        run: crash::run,
    },
    Kind {
        name: "damage",
        short: 11,
        run: damage::run,
    },
    Kind {
        name: "concurrency",
        short: 1,
        run: concurrency::run,
    },
    Kind {
        name: "faults",
        short: 40,
        run: faults::run,
    },
    Kind {
        name: "limits",
        short: 6,
        run: limits::run,
    },
];

/// What the arguments ask for.
#[derive(Debug, Default)]
struct Asked {
    /// Parts of names; none is all.
    names: Vec<String>,
    /// Parts of names to leave out.
    skip: Vec<String>,
    /// Whether a name is given whole.
    exact: bool,
    count: Option<usize>,
    seed: Option<u64>,
    /// Whether the kinds are only told.
    list: bool,
    /// Whether only ignored tests are wanted, of which there are none.
    ignored: bool,
}

impl Asked {
    /// Reads the arguments: ours, and those that test harnesses are given.
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
        let mut asked = Asked::default();
        while let Some(argument) = arguments.next() {
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
                _ => (argument.as_str(), None),
            };
            let mut value = || {
                let value = inline.clone().or_else(|| arguments.next());
                value.ok_or_else(|| format!("{name} wants a value"))
            };
            let number = |text: String| {
                let number = text.parse::<u64>();
                number.map_err(|_| format!("{name} wants a number, not {text}"))
            };
            match name {
                "--count" => asked.count = usize::try_from(number(value()?)?).ok(),
                "--seed" => asked.seed = Some(number(value()?)?),
                "--skip" => asked.skip.push(value()?),
                "--exact" => asked.exact = true,
                "--list" => asked.list = true,
                "--ignored" => asked.ignored = true,
                "--test-threads" | "--format" | "--color" | "--logfile" | "--shuffle-seed"
                | "-Z" => drop(value()?),
                option if option.starts_with('-') => {}
                "all" => asked.names.push(String::new()),
                name => asked.names.push(name.to_owned()),
            }
        }
        Ok(asked)
    }

    fn wants(&self, kind: &Kind) -> bool {
        let fits = |name: &String| {
            let is_all = name.is_empty();
            is_all || kind.name == name || (!self.exact && kind.name.contains(name.as_str()))
        };
        let is_named = self.names.is_empty() || self.names.iter().any(fits);
        is_named && !self.skip.iter().any(fits) && !self.ignored
    }
}

fn main() -> ExitCode {
    let asked = match Asked::read(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    let wanted: Vec<&Kind> = KINDS.iter().filter(|kind| asked.wants(kind)).collect();
    if asked.list {
        for kind in wanted {
            println!("{}: test", kind.name);
        }
        return ExitCode::SUCCESS;
    }
    // Seen where it happens: a failed trial is told with its seed instead.
    std::panic::set_hook(Box::new(|_| {}));
    println!("\nrunning {} kinds of trials", wanted.len());
    let mut failures = 0;
    for kind in wanted {
        let mut run = Run::new(
            kind,
            asked.count.unwrap_or(kind.short),
            asked.seed.unwrap_or(SEED),
            asked.count.is_some(),
        );
        (kind.run)(&mut run);
        failures += run.tell();
    }
    if failures > 0 {
        println!("\ntrials: {failures} FAILED");
        return ExitCode::FAILURE;
    }
    println!("\ntrials: all passed");
    ExitCode::SUCCESS
}
