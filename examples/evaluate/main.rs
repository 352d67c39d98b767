//! Measures how good rankings are, by the definitions of `trec_eval`.
//!
//!     cargo run --release --example evaluate -- QRELS RUN...
//!     cargo run --release --example evaluate -- --collections DIR
//!     cargo run --release --example evaluate -- --passages RECORDS
//!     cargo run --release --example evaluate -- --sweep DIR RECORDS
//!     cargo run --release --features meaning --example evaluate -- --meaning MODEL --collections DIR
//!
//! The first measures run files (of `cybersearch batch --format trec`, or of
//! any other program) by judgments. The second indexes each folder of `DIR`
//! that holds `docs.jsonl`, `queries.tsv` and `qrels.txt`, and measures the
//! ranking of its queries as typed, with `--all` and with `--any`. The third puts questions to the articles of Wikinews
//! and measures how often the first passage answers. The last measures both for
//! other weights of the ranking than its own, one changed at a time. `--meaning`
//! before the second or third puts the first articles in order by a sentence model
//! as well; for collections it also counts the queries that became better and worse
//! by it, and names those that changed most.

#![allow(clippy::print_stdout, reason = "a program that prints a table")]

mod changes;
mod collections;
mod files;
mod measures;
mod passages;
mod sweep;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use cybersearch::search::{Meaning, PartialMatches, Request};

use self::collections::Collection;
use self::measures::{Measures, NAMES};
use self::passages::Archive;

const USAGE: &str = "usage: evaluate QRELS RUN...\n       evaluate --collections DIR\n       \
    evaluate --passages RECORDS\n       evaluate --sweep DIR RECORDS\n       evaluate --meaning MODEL --collections DIR | --passages RECORDS";

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut args: &[&str] = &args.iter().map(String::as_str).collect::<Vec<_>>();
    let mut meaning = None;
    if let ["--meaning", model, rest @ ..] = args {
        meaning = Some(open_model(Path::new(model))?);
        args = rest;
    }
    match *args {
        ["--collections", folder] => measure_collections(Path::new(folder), meaning.as_ref()),
        ["--passages", records] => measure_passages(Path::new(records), meaning),
        ["--sweep", folder, records] => sweep::run(Path::new(folder), Path::new(records)),
        [qrels, ref runs @ ..] if !runs.is_empty() && !qrels.starts_with('-') => {
            measure_runs(qrels, runs)
        }
        _ => bail!(USAGE),
    }
}

#[cfg(feature = "meaning")]
fn open_model(folder: &Path) -> Result<Meaning> {
    let model = cybersearch::meaning::open(folder)?;
    Ok(Meaning::new(std::sync::Arc::new(model), Meaning::FIRST))
}

#[cfg(not(feature = "meaning"))]
fn open_model(_: &Path) -> Result<Meaning> {
    bail!("this program has no sentence models; build it with --features meaning")
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

fn measure_collections(folder: &Path, meaning: Option<&Meaning>) -> Result<()> {
    let collections = Collection::all(folder)?;
    let modes = [
        ("as typed", PartialMatches::After),
        ("--all", PartialMatches::Never),
        ("--any", PartialMatches::Alike),
    ];
    for (name, partial) in modes {
        let template = Request {
            meaning: meaning.cloned(),
            ..collections::template(partial)
        };
        print_head(name);
        let mut all = Vec::new();
        for collection in &collections {
            let measures = collection.measure(&template)?;
            print_row(&collection.name, &measures);
            all.push(measures);
        }
        print_row("mean", &Measures::mean(&all));
        if meaning.is_some() {
            println!("{}", changes::by_meaning(&collections, &template)?);
        }
    }
    Ok(())
}

fn measure_passages(records: &Path, meaning: Option<Meaning>) -> Result<()> {
    let template = Request {
        meaning,
        ..Request::default()
    };
    let answered = Archive::read(records)?.ask(&template)?;
    for question in &answered.missed {
        println!("missed: {question}");
    }
    println!("questions {}", answered.questions);
    let share = |count: usize| format!("{count} ({:.1} %)", percent(count, answered.questions));
    println!("right article first          {}", share(answered.article));
    println!("answered by the first hit    {}", share(answered.first));
    println!("by one of three hits         {}", share(answered.three));
    println!(
        "by three passages of the first article {}",
        share(answered.three_of_first)
    );
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a share of a few questions")]
fn percent(count: usize, all: usize) -> f64 {
    100.0 * count as f64 / all as f64
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
