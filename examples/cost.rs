//! What searches cost, in the units of their limit (`src/stop.rs`): for each
//! line of a file of queries, of the index in a folder.
//!
//!     cargo run --release --example cost -- FOLDER QUERIES [LIMIT]
//!
//! A line is a query, behind which may stand the options `--any`, `--facets`,
//! `--newest` and `-n N`.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use cybersearch::engine::local::Index;
use cybersearch::library::Library;
use cybersearch::search::{By, FacetRequest, PartialMatches, Request, Sort, facets, search};
use cybersearch::stop::{COST_LIMIT, Stop};
use cybersearch::update::{Refresh, open_fresh};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, queries, limit @ ..] = arguments.as_slice() else {
        return Err("usage: cost FOLDER QUERIES [LIMIT]".into());
    };
    let limit = limit.first().map(|limit| limit.parse()).transpose()?;
    let library = Library::with_index(Path::new(folder), &Path::new(folder).join("index"));
    let index = open_fresh(&library, Refresh::Never, &|_| {})?.index;
    let mut most = (0, String::new());
    for line in std::fs::read_to_string(queries)?.lines() {
        let (request, counts) = request(line, limit.or(Some(u64::MAX)))?;
        let began = Instant::now();
        let total = answer(&index, &request, counts);
        let took = began.elapsed().as_secs_f64() * 1000.0;
        let cost = request.stop.spent();
        print(&format!("{cost:>12} {took:>9.1} ms  {line}  ({total})"));
        if cost > most.0 {
            most = (cost, line.to_owned());
        }
    }
    let (cost, line) = most;
    #[expect(clippy::cast_precision_loss, reason = "a distance of two digits")]
    let distance = COST_LIMIT as f64 / cost.max(1) as f64;
    print(&format!(
        "the most: {cost} for {line}; the limit of {COST_LIMIT} is {distance:.1} times that"
    ));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "it is what the example is for")]
fn print(line: &str) {
    println!("{line}");
}

/// The request of a line, and whether facets are asked for alone.
fn request(line: &str, limit: Option<u64>) -> Result<(Request, bool), Box<dyn Error>> {
    let mut request = Request {
        limit: 10,
        passages: 1,
        fold: true,
        parallel: true,
        stop: Stop::default().cost_limit(limit),
        ..Request::default()
    };
    let mut counts = false;
    let mut text = line;
    while let Some((before, option)) = text.rsplit_once(" -") {
        match option {
            "-any" => request.partial = PartialMatches::Alike,
            "-facets" => counts = true,
            "-newest" => request.sort = Sort::Newest,
            _ if option.starts_with("n ") => request.limit = option[2..].parse()?,
            _ => break,
        }
        text = before;
    }
    text.clone_into(&mut request.text);
    Ok((request, counts))
}

/// Answers a request; how many articles do, or why none.
fn answer(index: &Index, request: &Request, counts: bool) -> String {
    let total = if counts {
        let by = vec![By::Country, By::Person, By::Year, By::Source];
        facets(index, request, &FacetRequest::of(by, 10)).map(|answer| answer.total)
    } else {
        search(index, request).map(|answer| answer.total)
    };
    match total {
        Ok(total) => total.to_string(),
        Err(failure) => failure.to_string(),
    }
}
