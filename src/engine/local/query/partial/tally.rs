//! What is made of the articles that a pass shows: the first of them, their
//! number, or all, complete and partial ones apart.
//!
//! Articles with less than most of the query count as partial only where none
//! is complete, which is known at the end.

use std::ops::Range;

use tantivy::{DocAddress, DocId, Score, Searcher};

use super::PartialWeights;
use crate::engine::local::query::collect::{Threshold, TopK, pieces};
use crate::parallel::pair::together;

/// How much of the query an article has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grade {
    All,
    /// At least the idf that is asked for.
    Most,
    Some,
}

/// What a pass found of complete, and of partial articles.
#[derive(Default)]
pub(crate) struct Both<T> {
    pub(crate) complete: T,
    pub(crate) partial: T,
}

/// How documents are divided among threads. Only plain words are divided inside
/// a segment: other scorers run on beyond the end of a piece.
pub(crate) struct PassDivision {
    pub(crate) threads: usize,
    /// How many pieces, and the fewest documents of each; `None`: the segments.
    pub(crate) pieces: Option<(usize, u32)>,
}

impl PassDivision {
    fn ranges(&self, searcher: &Searcher) -> Vec<(u32, Range<DocId>)> {
        if let Some((number, least)) = self.pieces {
            return pieces(searcher, number, least);
        }
        let segments = (0..).zip(searcher.segment_readers());
        segments
            .map(|(number, segment)| (number, 0..segment.max_doc()))
            .collect()
    }

    /// Lets `look` see all pieces; what comes out has their order.
    fn each<T: Send>(
        &self,
        searcher: &Searcher,
        look: impl Fn(u32, &Range<DocId>) -> tantivy::Result<T> + Sync,
    ) -> tantivy::Result<Vec<T>> {
        let ranges = self.ranges(searcher);
        let helpers = (self.threads - 1).min(ranges.len().saturating_sub(1));
        let found = together(ranges, helpers, &mut (), |(segment, range), ()| {
            look(segment, &range)
        });
        found.into_iter().collect()
    }
}

/// How many articles there are, and the first of them with their scores.
pub(crate) type Highest = (usize, Vec<(Score, DocAddress)>);

/// How many complete and partial articles there are, and the `limit` of each
/// that score highest, of equal ones the first.
pub(crate) fn first(
    searcher: &Searcher,
    weights: &PartialWeights<'_>,
    limit: usize,
    division: &PassDivision,
) -> tantivy::Result<Both<Highest>> {
    let floors: [Threshold; 3] = Default::default();
    let new = || {
        let [complete, most, any] = &floors;
        (
            TopK::new(limit, complete),
            TopK::new(limit, most),
            TopK::new(limit, any),
        )
    };
    let found = division.each(searcher, |number, range| {
        let (mut complete, mut most, mut any) = new();
        let segment = searcher.segment_reader(number);
        weights.look(segment, range, |document, score, grade| {
            let at = DocAddress::new(number, document);
            match grade {
                Grade::All => complete.see_score(score, at),
                Grade::Most => most.see_score(score, at),
                Grade::Some => {}
            }
            // Beside a complete one they do not count.
            if grade != Grade::All && complete.is_empty() {
                any.see_score(score, at);
            }
        })?;
        Ok((complete, most, any))
    })?;
    let (mut complete, mut most, mut any) = new();
    for found in found {
        complete.merge(found.0);
        most.merge(found.1);
        any.merge(found.2);
    }
    let partial = if complete.is_empty() { any } else { most };
    Ok(Both {
        complete: complete.finish(),
        partial: partial.finish(),
    })
}

/// How many complete and partial articles there are.
pub(crate) fn count(
    searcher: &Searcher,
    weights: &PartialWeights<'_>,
    division: &PassDivision,
) -> tantivy::Result<Both<usize>> {
    let found = division.each(searcher, |number, range| {
        let (mut complete, mut most, mut any) = (0, 0, 0);
        let segment = searcher.segment_reader(number);
        weights.look(segment, range, |_, _, grade| {
            complete += usize::from(grade == Grade::All);
            most += usize::from(grade == Grade::Most);
            any += usize::from(grade != Grade::All);
        })?;
        Ok((complete, most, any))
    })?;
    let complete = found.iter().map(|counts| counts.0).sum();
    let partial = found.iter().map(|counts| match complete {
        0 => counts.2,
        _ => counts.1,
    });
    Ok(Both {
        complete,
        partial: partial.sum(),
    })
}

/// All complete and all partial articles, in order of their addresses.
pub(crate) fn all(
    searcher: &Searcher,
    weights: &PartialWeights<'_>,
    division: &PassDivision,
) -> tantivy::Result<Both<Vec<DocAddress>>> {
    let found = division.each(searcher, |number, range| {
        let mut all: Vec<(DocAddress, Grade)> = Vec::new();
        let segment = searcher.segment_reader(number);
        weights.look(segment, range, |document, _, grade| {
            all.push((DocAddress::new(number, document), grade));
        })?;
        Ok(all)
    })?;
    let mut all: Vec<(DocAddress, Grade)> = found.into_iter().flatten().collect();
    if all.iter().any(|(_, grade)| *grade == Grade::All) {
        all.retain(|(_, grade)| *grade != Grade::Some);
    }
    let of = |is_complete: bool| {
        let of = all
            .iter()
            .filter(|(_, grade)| (*grade == Grade::All) == is_complete);
        of.map(|(at, _)| *at).collect()
    };
    Ok(Both {
        complete: of(true),
        partial: of(false),
    })
}
