//! Which queries a sentence model makes better, and which worse.

use std::fmt;

use anyhow::Result;
use cybersearch::search::Request;

use crate::collections::Collection;
use crate::measures::Measures;

/// How many of the queries that changed most are named, each way.
const NAMED: usize = 10;

/// How many letters of a query are shown.
const SHOWN: usize = 150;

/// By how much nDCG@10 has to change for a change.
const LEAST: f64 = 1e-9;

/// A query, and its nDCG@10 by words alone and with meaning.
struct Change {
    query: String,
    before: f64,
    after: f64,
}

impl Change {
    fn gain(&self) -> f64 {
        self.after - self.before
    }
}

/// The queries of several collections, those that gained most first.
pub(crate) struct Changes(Vec<Change>);

/// What changes if `template`, which asks for meaning, does so.
pub(crate) fn by_meaning(collections: &[Collection], template: &Request) -> Result<Changes> {
    let by_words = Request {
        meaning: None,
        ..template.clone()
    };
    let mut changes = Vec::new();
    for collection in collections {
        let before = collection.measure_each(&by_words)?;
        let after = collection.measure_each(template)?;
        changes.extend(before.iter().zip(&after).map(|(before, after)| {
            let (id, text) = (before.0, collection.text(before.0));
            let text: String = text.chars().take(SHOWN).collect();
            Change {
                query: format!("{} {id}: {text}", collection.name),
                before: ndcg(&before.1),
                after: ndcg(&after.1),
            }
        }));
    }
    changes.sort_by(|a, b| b.gain().total_cmp(&a.gain()));
    Ok(Changes(changes))
}

fn ndcg(measures: &Measures) -> f64 {
    let [ndcg, ..] = measures.values;
    // The sum of nothing is -0.
    ndcg + 0.0
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Changes(all) = self;
        let better = all.iter().filter(|change| change.gain() > LEAST);
        let worse = all.iter().rev().filter(|change| change.gain() < -LEAST);
        let (gained, lost) = (better.clone().count(), worse.clone().count());
        writeln!(f, "better {gained}, worse {lost}, of {}", all.len())?;
        for change in better.take(NAMED).chain(worse.take(NAMED)) {
            let (before, after) = (change.before, change.after);
            writeln!(f, "  {before:.3} -> {after:.3}  {}", change.query)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_counted_and_named() {
        let change = |query: &str, before, after| Change {
            query: query.to_owned(),
            before,
            after,
        };
        let changes = Changes(vec![
            change("gained", 0.25, 1.0),
            change("gained less", 0.5, 0.625),
            change("the same", 0.5, 0.5),
            change("lost", 0.75, 0.5),
        ]);
        assert_eq!(
            changes.to_string(),
            "better 2, worse 1, of 4\n  0.250 -> 1.000  gained\n  0.500 -> 0.625  gained less\n  \
             0.750 -> 0.500  lost\n"
        );
    }
}
