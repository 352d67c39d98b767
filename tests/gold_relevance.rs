//! Rankings of a small judged collection of our own, with their figures pinned:
//! 24 invented articles that share their words, 18 queries, each judged by hand
//! (2 is about it, 1 touches it).
//!
//! nDCG@10 (Järvelin and Kekäläinen 2002): gains of 2 and 1 in the order of the
//! answer, discounted by the logarithm of their rank, as a share of the best
//! order. The large collections that weights were chosen on are not here; this
//! one notices a ranking that breaks.

mod common;

use std::collections::HashMap;

use common::World;

const ARTICLES: &str = include_str!("gold/relevance.jsonl");
const JUDGED: &str = include_str!("gold/relevance.tsv");

/// The queries with the judgments of their articles.
fn judged() -> Vec<(&'static str, HashMap<&'static str, f64>)> {
    let lines = JUDGED.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (query, articles) = line.split_once('\t').expect("two columns");
            let judged = articles.split(' ').map(|judged| {
                let (id, grade) = judged.split_once(':').expect("an id and a grade");
                (id, grade.parse().expect("a number"))
            });
            (query, judged.collect())
        })
        .collect()
}

/// The discounted gain of a ranking.
fn gain(grades: impl Iterator<Item = f64>) -> f64 {
    let ranks = (2_u32..).map(|rank| f64::from(rank).log2());
    grades.zip(ranks).map(|(grade, rank)| grade / rank).sum()
}

/// The mean nDCG@10, and how many queries have an article of grade 2 first.
fn measured(options: &[&str]) -> (f64, usize, usize) {
    let world = World::empty();
    world.write("seeds/news.jsonl", ARTICLES.as_bytes());
    world.run(&["index", "-q"]);
    let queries = judged();
    let (mut sum, mut right) = (0.0, 0);
    for (query, grades) in &queries {
        let json = world.json(&[&["-n10", *query][..], options].concat());
        let hits = json["hits"].as_array().expect("it has hits");
        let found: Vec<f64> = hits
            .iter()
            .map(|hit| {
                let id = hit["id"].as_str().unwrap_or_default();
                grades.get(id).copied().unwrap_or(0.0)
            })
            .collect();
        right += usize::from(found.first() == Some(&2.0));
        let mut best: Vec<f64> = grades.values().copied().collect();
        best.sort_by(|a, b| b.total_cmp(a));
        sum += gain(found.into_iter()) / gain(best.into_iter());
    }
    #[expect(clippy::cast_precision_loss, reason = "a few queries")]
    let mean = sum / queries.len() as f64;
    (mean, right, queries.len())
}

#[test]
fn the_ranking_has_these_figures() {
    let line = |(mean, right, all): (f64, usize, usize)| {
        format!("nDCG@10 {mean:.3}, first right {right} of {all}")
    };
    insta::assert_snapshot!(format!(
        "as typed  {}\nwith --any {}",
        line(measured(&[])),
        line(measured(&["--any"]))
    ));
}
