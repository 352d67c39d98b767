//! Reads judgments and runs as `trec_eval` does.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result, bail};

use crate::measures::{Qrels, Run};

/// Reads judgments: `query iteration article level` a line.
pub(crate) fn qrels(text: &str) -> Result<Qrels> {
    let mut qrels = Qrels::new();
    for (number, columns) in lines(text) {
        let [query, _, id, level] = columns[..] else {
            bail!("line {number}: four columns are wanted");
        };
        let level = level
            .parse()
            .with_context(|| format!("line {number}: “{level}” is no level"))?;
        let judgments = qrels.entry(query.to_owned()).or_default();
        if judgments.insert(id.to_owned(), level).is_some() {
            bail!("line {number}: {id} was judged before for {query}");
        }
    }
    Ok(qrels)
}

/// Reads a run: `query Q0 article rank score tag` a line. The rank is passed
/// over: scores, in single precision, tell the order, and where they are equal
/// the later id comes first.
pub(crate) fn run(text: &str) -> Result<Run> {
    let mut scored = HashMap::<&str, Vec<(f32, &str)>>::new();
    let mut seen = HashSet::new();
    for (number, columns) in lines(text) {
        let [query, _, id, _, score, _] = columns[..] else {
            bail!("line {number}: six columns are wanted");
        };
        let score = score
            .parse()
            .with_context(|| format!("line {number}: “{score}” is no score"))?;
        if !seen.insert((query, id)) {
            bail!("line {number}: {id} was ranked before for {query}");
        }
        scored.entry(query).or_default().push((score, id));
    }
    let ranked = scored.into_iter().map(|(query, mut articles)| {
        articles.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.cmp(a.1)));
        let ids = articles.into_iter().map(|(_, id)| id.to_owned()).collect();
        (query.to_owned(), ids)
    });
    Ok(ranked.collect())
}

/// The lines that are not blank, with their numbers, cut into columns.
fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let numbered = (1..).zip(text.lines());
    numbered
        .map(|(number, line)| (number, line.split_whitespace().collect::<Vec<_>>()))
        .filter(|(_, columns)| !columns.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_tell_the_order_and_later_ids_break_ties() {
        let text = "q Q0 a 1 0.5 x\nq Q0 c 2 0.5 x\nq\tQ0  b 3 2e0 x\n\np Q0 a 1 -1 x\n";
        let run = run(text).unwrap();
        assert_eq!(run["q"], ["b", "c", "a"]);
        assert_eq!(run["p"], ["a"]);
        // Two doubles that are one single.
        let near = super::run("q Q0 a 1 1.00000001 x\nq Q0 b 2 1.0 x\n").unwrap();
        assert_eq!(near["q"], ["b", "a"]);
    }

    #[test]
    fn judgments_are_read() {
        let qrels = qrels("1 0 a 2\r\n1 0 b 0\n2 0 a -1\n").unwrap();
        assert_eq!((qrels["1"]["a"], qrels["2"]["a"]), (2, -1));
    }

    #[test]
    fn what_is_wrong_is_told_by_line() {
        let told = |outcome: Result<()>| outcome.unwrap_err().to_string();
        let judged = |text| told(qrels(text).map(drop));
        assert_eq!(
            judged("1 0 a 1\n1 a 1\n"),
            "line 2: four columns are wanted"
        );
        assert_eq!(judged("1 0 a x\n"), "line 1: “x” is no level");
        assert_eq!(
            judged("1 0 a 1\n1 0 a 0\n"),
            "line 2: a was judged before for 1"
        );
        let ranked = |text| told(run(text).map(drop));
        assert_eq!(ranked("1 Q0 a 1 2\n"), "line 1: six columns are wanted");
        assert_eq!(ranked("1 Q0 a 1 x t\n"), "line 1: “x” is no score");
        assert_eq!(
            ranked("1 Q0 a 1 2 t\n1 Q0 a 2 1 t\n"),
            "line 2: a was ranked before for 1"
        );
    }
}
