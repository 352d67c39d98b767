//! Who is named with whom, and which countries: the values that articles have
//! together.
//!
//! The same decisions as facets make: a person counts by a full name or by the
//! surname alone, and an article counts once under each pair. One pass over the
//! column of values; an article with n of them has n(n - 1)/2 pairs, which its
//! budget pays and so bounds. The first `limit` pairs are found by selection,
//! and equal counts go by the texts of both values.
//!
//! Example: articles that name {CN, RU, US}, {RU, US} and {US} give RU-US 2,
//! CN-RU 1, CN-US 1.

use serde::Serialize;

use super::{By, FacetKind, count};
use crate::document::field::Field;
use crate::engine::{PairsWanted, Wanted};
use crate::failure::{Failure, Result};
use crate::gazetteer::countries::name_of;
use crate::named::Named;
use crate::search::{AnyIndex, Reading, Request};

/// Two values, and how many articles have both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// The values, in alphabetical order.
    pub values: [String; 2],
    /// How many articles have both.
    pub count: usize,
    /// The English names of countries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<[String; 2]>,
}

/// The pairs of the articles that answer a request.
#[derive(Debug, Clone)]
pub struct PairAnswer {
    /// How the query was read.
    pub reading: Reading,
    /// How many articles answer.
    pub total: usize,
    /// As in [`FacetAnswer`](super::FacetAnswer).
    pub undated_left_out: usize,
    /// Of which field the values are.
    pub by: By,
    /// The most frequent first.
    pub pairs: Vec<Pair>,
    /// How many more there are.
    pub others: usize,
}

/// Counts the pairs of values that the articles have that answer `request`; of
/// all articles if it asks for nothing. At most `limit` are told, 0 for all.
///
/// # Errors
/// As [`facets`](super::facets()), and where articles have one value at most.
pub fn pairs<'i>(
    index: impl Into<AnyIndex<'i>>,
    request: &Request,
    by: By,
    limit: usize,
) -> Result<PairAnswer> {
    let index = index.into();
    let FacetKind::Texts(column) = by.kind() else {
        return Err(no_pairs(by));
    };
    if by == By::Source {
        return Err(no_pairs(by));
    }
    let counted = count(&request.stop.begin(), index, request, |engine| {
        let is_joined = column == Field::Name && engine.joins_names();
        Ok(Wanted {
            pairs: Some(if is_joined {
                PairsWanted::People(engine.people()?)
            } else {
                PairsWanted::Column(column)
            }),
            ..Wanted::default()
        })
    })?;
    let mut found: Vec<(&str, &str, usize)> = counted.counts.pairs.pairs().collect();
    let distinct = found.len();
    let order = |a: &(&str, &str, usize), b: &(&str, &str, usize)| {
        b.2.cmp(&a.2).then_with(|| (a.0, a.1).cmp(&(b.0, b.1)))
    };
    if 0 < limit && limit < distinct {
        found.select_nth_unstable_by(limit, order);
        found.truncate(limit);
    }
    found.sort_unstable_by(order);
    let are_countries = matches!(by, By::Country | By::Main);
    let pairs = found.iter().map(|(one, other, count)| Pair {
        values: [(*one).to_owned(), (*other).to_owned()],
        count: *count,
        names: are_countries.then(|| [name_of(one).to_owned(), name_of(other).to_owned()]),
    });
    let pairs: Vec<Pair> = pairs.collect();
    Ok(PairAnswer {
        others: distinct - pairs.len(),
        pairs,
        by,
        total: counted.counts.articles,
        undated_left_out: counted.undated_left_out,
        reading: counted.reading,
    })
}

fn no_pairs(by: By) -> Failure {
    Failure::new(format!("no pairs of {}: an article has one", by.name()))
        .help("count pairs of person, country or main")
}
