//! The measures of a ranking, as `trec_eval` defines them.
//!
//! An article that nobody judged counts as not relevant. The mean goes over
//! all queries that have a relevant article; one that the run does not answer
//! counts 0 (`trec_eval -c`).

use std::collections::{BTreeMap, HashMap};

/// How relevant the articles are to a query, by id; above 0 is relevant.
pub(crate) type Judgments = HashMap<String, i64>;

/// The judgments of each query, by its id.
pub(crate) type Qrels = BTreeMap<String, Judgments>;

/// The ranking of each query: ids of articles, the best first.
pub(crate) type Run = HashMap<String, Vec<String>>;

/// How many measures there are.
const COUNT: usize = 5;

/// Their names, in order.
pub(crate) const NAMES: [&str; COUNT] = ["nDCG@10", "MAP", "P@10", "R@100", "MRR"];

/// The measures of a run, or of several.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Measures {
    /// In the order of [`NAMES`].
    pub(crate) values: [f64; COUNT],
    /// How many queries they are the mean of.
    pub(crate) queries: usize,
}

impl Measures {
    /// The mean over things of equal weight; 0 of nothing.
    pub(crate) fn mean(all: &[Measures]) -> Measures {
        let mut mean = Measures::default();
        for measures in all {
            for (sum, value) in mean.values.iter_mut().zip(measures.values) {
                *sum += value;
            }
            mean.queries += measures.queries;
        }
        for sum in &mut mean.values {
            *sum /= float(all.len().max(1));
        }
        mean
    }
}

/// The mean measures of `run`.
pub(crate) fn mean(qrels: &Qrels, run: &Run) -> Measures {
    let all: Vec<Measures> = by_query(qrels, run)
        .into_iter()
        .map(|(_, measures)| measures)
        .collect();
    Measures::mean(&all)
}

/// The measures of `run` for each query that has a relevant article, by its id.
pub(crate) fn by_query<'q>(qrels: &'q Qrels, run: &Run) -> Vec<(&'q str, Measures)> {
    let judged = qrels
        .iter()
        .filter(|(_, judgments)| judgments.values().any(|level| *level > 0));
    judged
        .map(|(query, judgments)| {
            let ranking = run.get(query).map_or(&[][..], Vec::as_slice);
            (query.as_str(), of_query(judgments, ranking))
        })
        .collect()
}

/// The measures of the ranking of one query, which has a relevant article.
fn of_query(judgments: &Judgments, ranking: &[String]) -> Measures {
    let levels: Vec<i64> = ranking
        .iter()
        .map(|id| judgments.get(id).copied().unwrap_or(0))
        .collect();
    let mut ideal: Vec<i64> = judgments.values().copied().collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let relevant = float(ideal.iter().filter(|level| **level > 0).count());
    let among = |first: usize| {
        let levels = levels.iter().take(first);
        float(levels.filter(|level| **level > 0).count())
    };
    Measures {
        values: [
            gain(&levels, 10) / gain(&ideal, 10),
            precisions(&levels) / relevant,
            // Of ten, even where fewer are given.
            among(10) / 10.0,
            among(100) / relevant,
            reciprocal_rank(&levels),
        ],
        queries: 1,
    }
}

/// The discounted gain of the first articles: each one's level, by the binary
/// logarithm of its rank plus one.
fn gain(levels: &[i64], first: usize) -> f64 {
    let ranked = (1..).zip(levels.iter().take(first));
    ranked
        .filter(|(_, level)| **level > 0)
        .map(|(rank, level)| float(usize::try_from(*level).unwrap_or(0)) / float(rank + 1).log2())
        .sum()
}

/// The sum of the precisions at each relevant article.
fn precisions(levels: &[i64]) -> f64 {
    let relevant = (1..).zip(levels).filter(|(_, level)| **level > 0);
    (1..)
        .zip(relevant)
        .map(|(found, (rank, _))| float(found) / float(rank))
        .sum()
}

/// One by the rank of the first relevant article; 0 where there is none.
fn reciprocal_rank(levels: &[i64]) -> f64 {
    let first = levels.iter().position(|level| *level > 0);
    first.map_or(0.0, |at| 1.0 / float(at + 1))
}

fn float(count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let float = count as f64;
    float
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judgments(levels: &[(&str, i64)]) -> Judgments {
        levels
            .iter()
            .map(|(id, level)| ((*id).to_owned(), *level))
            .collect()
    }

    fn ranking(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    fn check(levels: &[(&str, i64)], ids: &[&str], expected: [f64; COUNT]) {
        let found = of_query(&judgments(levels), &ranking(ids)).values;
        for ((name, found), expected) in NAMES.iter().zip(found).zip(expected) {
            assert!(
                (found - expected).abs() < 1e-9,
                "{name}: {found} {expected}"
            );
        }
    }

    #[test]
    fn a_ranking_by_hand() {
        // Relevant at the ranks 1 and 3; one of three is missing.
        check(
            &[("a", 1), ("b", 0), ("c", 1), ("d", 1)],
            &["a", "b", "c"],
            [
                (1.0 + 1.0 / 2.0) / (1.0 + 1.0 / 3.0_f64.log2() + 1.0 / 2.0),
                (1.0 + 2.0 / 3.0) / 3.0,
                0.2,
                2.0 / 3.0,
                1.0,
            ],
        );
    }

    #[test]
    fn gains_are_graded_and_nothing_is_gained_below_zero() {
        // log2(2) = 1, log2(3), log2(4) = 2.
        let log3 = 3.0_f64.log2();
        check(
            &[("a", 3), ("b", 1), ("spam", -2)],
            &["spam", "b", "unjudged", "a"],
            [
                (1.0 / log3 + 3.0 / 5.0_f64.log2()) / (3.0 + 1.0 / log3),
                0.5,
                0.2,
                1.0,
                0.5,
            ],
        );
    }

    #[test]
    fn measures_look_as_far_as_their_names_say() {
        let names: Vec<String> = (1..=101).map(|rank| rank.to_string()).collect();
        let ids: Vec<&str> = names.iter().map(String::as_str).collect();
        let map = 0.5 / 11.0 + 1.0 / 101.0;
        check(
            &[("11", 1), ("101", 1)],
            &ids,
            [0.0, map, 0.0, 0.5, 1.0 / 11.0],
        );
        check(&[("a", 1)], &[], [0.0; COUNT]);
    }

    #[test]
    fn the_mean_goes_over_queries_with_a_relevant_article() {
        let qrels: Qrels = [
            ("answered", judgments(&[("a", 1)])),
            ("unanswered", judgments(&[("a", 1)])),
            ("hopeless", judgments(&[("a", 0)])),
        ]
        .map(|(query, judgments)| (query.to_owned(), judgments))
        .into();
        let run: Run = [("answered", ["a"]), ("hopeless", ["a"]), ("unknown", ["a"])]
            .map(|(query, ids)| (query.to_owned(), ranking(&ids)))
            .into();
        let mean = mean(&qrels, &run);
        assert_eq!(mean.queries, 2);
        assert_eq!(format!("{:?}", mean.values), "[0.5, 0.5, 0.05, 0.5, 0.5]");
        assert_eq!(Measures::mean(&[]), Measures::default());
    }
}
