//! Scores who, where and when against gold sets, and prints the table that the
//! documentation carries.
//!
//!     cargo run --release --example score -- EVAL_DIR [NAME...]
//!
//! `EVAL_DIR` holds `people/*.conll`, `countries/*.jsonl` and `dates/*.jsonl`;
//! `NAME` chooses parts (`people`, `countries`, `dates`, `speed`). A set that
//! is not there is left out, and said to be.

#![allow(clippy::print_stdout, reason = "a program that prints a table")]

#[path = "../shared/conll.rs"]
mod conll;
mod countries;
mod dates;
mod people;
mod speed;
mod tally;

use std::path::Path;

use anyhow::{Context, Result};

/// Scores the sets of a folder and prints rows of the table.
type Score = fn(&Path) -> Result<()>;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let eval = args.next().context("usage: score EVAL_DIR [NAME...]")?;
    let eval = Path::new(&eval);
    let chosen: Vec<String> = args.collect();
    let parts: [(&str, Score); 4] = [
        ("people", people::score),
        ("countries", countries::score),
        ("dates", dates::score),
        ("speed", speed::score),
    ];
    for (name, score) in parts {
        if chosen.is_empty() || chosen.iter().any(|choice| choice == name) {
            score(eval).with_context(|| format!("cannot score {name}"))?;
        }
    }
    Ok(())
}
