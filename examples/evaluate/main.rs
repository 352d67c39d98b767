//! Measures how good rankings are, by the definitions of `trec_eval`.
//!
//!     cargo run --release --example evaluate -- QRELS RUN...
//!     cargo run --release --example evaluate -- --collections DIR
//!
//! The first measures run files (of `cybersearch batch --format trec`, or of
//! any other program) by judgments. The second indexes each folder of `DIR`
//! that holds `docs.jsonl`, `queries.tsv` and `qrels.txt`, and measures the
//! ranking of its queries.

#![allow(clippy::print_stdout, reason = "a program that prints a table")]

mod collections;
mod files;
mod measures;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use self::collections::Collection;
use self::measures::{Measures, NAMES};

const USAGE: &str = "usage: evaluate QRELS RUN...\n       evaluate --collections DIR";

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["--collections", folder] => measure_collections(Path::new(folder)),
        [qrels, ref runs @ ..] if !runs.is_empty() && !qrels.starts_with('-') => {
            measure_runs(qrels, runs)
        }
        _ => bail!(USAGE),
    }
}

fn measure_runs(qrels: &str, runs: &[&str]) -> Result<()> {
    let read = |path: &str| fs::read_to_string(path).with_context(|| format!("cannot read {path}"));
    let judged = files::qrels(&read(qrels)?).with_context(|| format!("in {qrels}"))?;
    print_head("run");
    for path in runs {
        let run = files::run(&read(path)?).with_context(|| format!("in {path}"))?;
        print_row(path, &measures::mean(&judged, &run));
    }
    Ok(())
}

fn measure_collections(folder: &Path) -> Result<()> {
    let collections = Collection::all(folder)?;
    let template = collections::template();
    print_head("collection");
    let mut all = Vec::new();
    for collection in &collections {
        let measures = collection.measure(&template)?;
        print_row(&collection.name, &measures);
        all.push(measures);
    }
    print_row("mean", &Measures::mean(&all));
    Ok(())
}

fn print_head(what: &str) {
    print!("{what:<24} {:>7}", "queries");
    for name in NAMES {
        print!(" {name:>8}");
    }
    println!();
}

fn print_row(name: &str, measures: &Measures) {
    print!("{name:<24} {:>7}", measures.queries);
    for value in measures.values {
        print!(" {value:>8.4}");
    }
    println!();
}
