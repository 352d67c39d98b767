//! Goes through all articles that answer a query.
//!
//! Where many do, the articles of a segment are divided among several threads:
//! all of them are looked at, whatever their scores, so that nothing depends on
//! who looks at which.

use std::ops::Range;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::{Scorer, Weight};
use tantivy::{DocId, DocSet, Score, Searcher, SegmentOrdinal};

use super::helpers::together;
use super::lookup::Lookup;
use crate::matching::{Part, Parts};
use crate::proximity::Pattern;
use crate::query::Query;

/// From so much work on ([`work`]), articles are divided. On two cores, whole
/// searches that show ten (ms):
///
/// | query | units | alone | divided |
/// |---|---|---|---|
/// | a word of 107,590 articles | 108,000 | 12.9 | 14.1 |
/// | two words, 103,861 articles | 105,000 | 10.3 | 10.0 |
/// | a phrase of 10,684 of 10,758 long articles | 215,000 | 8.6 | 8.0 |
/// | `"said the"`, 23,808 articles | 347,000 | 8.2 | 6.1 |
/// | a phrase of 106,782 of 107,590 | 2,140,000 | 45.1 | 29.7 |
/// | `oil NEAR/s prices`, 23,808 articles | 1,654,000 | 112.6 | 67.4 |
pub(super) const WORTH_HELPERS: u64 = 200_000;

/// The fewest documents of a piece: tantivy's unions look so far ahead, for
/// nothing where a piece ends earlier.
const WINDOW: u32 = 4096;

/// How many pieces there are for each thread at most: the articles that answer
/// do not lie evenly.
const PIECES: usize = 8;

/// The documents of a segment that a thread looks at in one go.
type Piece = (SegmentOrdinal, Range<DocId>);

/// Lets `collector` see what `weight` finds, on so many threads.
pub(super) fn gather<C: Collector>(
    searcher: &Searcher,
    weight: &dyn Weight,
    collector: &C,
    threads: usize,
) -> tantivy::Result<C::Fruit> {
    collector.check_schema(searcher.schema())?;
    let fruits = if threads > 1 {
        let length = length(searcher, threads * PIECES);
        let (pieces, cursor) = (pieces(searcher, length), &mut Cursor::default());
        together(pieces, threads - 1, cursor, |piece, cursor| {
            collect(searcher, weight, collector, piece, cursor)
        })
    } else {
        let segments = (0..).zip(searcher.segment_readers());
        segments
            .map(|(number, segment)| collector.collect_segment(weight, number, segment))
            .collect()
    };
    collector.merge_fruits(fruits.into_iter().collect::<tantivy::Result<_>>()?)
}

/// How much work it is to go through the articles that answer, at most: a unit
/// is an article that has one word, and takes some 20 ns. The positions of a
/// word cost ten, a text that is read a thousand.
pub(super) fn work(query: &Query, parts: &Parts, lookups: &[Lookup]) -> u64 {
    /// `None` for what finds no articles by itself.
    fn of(query: &Query, parts: &Parts, lookups: &[Lookup]) -> Option<u64> {
        let inner = |inner: &[Query]| -> Vec<u64> {
            let inner = inner.iter();
            inner
                .filter_map(|query| of(query, parts, lookups))
                .collect()
        };
        match query {
            Query::Words(words) => {
                let part = &parts.parts[parts.number(words)?];
                Some(articles(&part.pattern, lookups).saturating_mul(each(part, lookups)))
            }
            Query::Filter(_) | Query::Not(_) => None,
            Query::All(all) => inner(all).into_iter().min(),
            Query::Any(any) => inner(any).into_iter().reduce(u64::saturating_add),
        }
    }
    of(query, parts, lookups).unwrap_or(0)
}

/// How many articles may have a pattern.
fn articles(pattern: &Pattern, lookups: &[Lookup]) -> u64 {
    match pattern {
        Pattern::Leaf { leaf, .. } => lookups[*leaf].articles,
        Pattern::Phrase { leaves, .. } => {
            let leaves = leaves.iter().map(|leaf| lookups[*leaf].articles);
            leaves.min().unwrap_or(0)
        }
        Pattern::Near { left, right, .. } => articles(left, lookups).min(articles(right, lookups)),
        Pattern::Either(parts) => parts.iter().map(|part| articles(part, lookups)).sum(),
    }
}

/// What each article costs that may have a part.
fn each(part: &Part, lookups: &[Lookup]) -> u64 {
    let leaves = part.pattern.leaves();
    if matches!(part.pattern, Pattern::Leaf { .. }) {
        1
    } else if part.pattern.needs_sentences() || !leaves.iter().all(|leaf| lookups[*leaf].is_exact())
    {
        1000
    } else {
        10 * leaves.len() as u64
    }
}

/// How long pieces are, of which there should be so many at most.
fn length(searcher: &Searcher, number: usize) -> u32 {
    let segments = searcher.segment_readers().iter();
    let all: u64 = segments.map(|segment| u64::from(segment.max_doc())).sum();
    let windows = all / number as u64 / u64::from(WINDOW) + 1;
    u32::try_from(windows).map_or(u32::MAX, |windows| windows.saturating_mul(WINDOW))
}

/// All documents, in pieces of so many.
fn pieces(searcher: &Searcher, length: u32) -> Vec<Piece> {
    let segments = (0..).zip(searcher.segment_readers());
    segments
        .flat_map(|(number, segment)| {
            let end = segment.max_doc();
            let starts = (0..end).step_by(length as usize);
            starts.map(move |start| (number, start..start.saturating_add(length).min(end)))
        })
        .collect()
}

/// How far a thread came in a segment: its pieces follow each other.
#[derive(Default)]
struct Cursor(Option<(SegmentOrdinal, Box<dyn Scorer>)>);

impl Cursor {
    /// What is found from the start of a piece on.
    fn found(
        &mut self,
        searcher: &Searcher,
        weight: &dyn Weight,
        (number, documents): &Piece,
    ) -> tantivy::Result<&mut dyn Scorer> {
        let here = match self.0.take().filter(|(of, _)| of == number) {
            Some((_, found)) => found,
            None => weight.scorer(searcher.segment_reader(*number), 1.0)?,
        };
        let (_, found) = self.0.insert((*number, here));
        if found.doc() < documents.start {
            found.seek(documents.start);
        }
        Ok(&mut **found)
    }
}

/// Collects what a piece has.
fn collect<C: Collector>(
    searcher: &Searcher,
    weight: &dyn Weight,
    collector: &C,
    piece: Piece,
    cursor: &mut Cursor,
) -> tantivy::Result<<C::Child as SegmentCollector>::Fruit> {
    let found = cursor.found(searcher, weight, &piece)?;
    let (number, documents) = piece;
    let segment = searcher.segment_reader(number);
    let mut collected = collector.for_segment(number, segment)?;
    let is_scored = collector.requires_scoring();
    while found.doc() < documents.end {
        let document = found.doc();
        if !segment.is_deleted(document) {
            let score: Score = if is_scored { found.score() } else { 0.0 };
            collected.collect(document, score);
        }
        found.advance();
    }
    Ok(collected.harvest())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::collector::{Count, DocSetCollector, TopDocs};
    use tantivy::query::{EnableScoring, Query, TermQuery};
    use tantivy::schema::{INDEXED, IndexRecordOption, Schema, TEXT};
    use tantivy::{Index, IndexWriter, Term, doc};

    use super::*;

    /// Segments of so many documents, all with the word *a* and some with *b*,
    /// without those that a deletion took out.
    fn searcher(sizes: &[u64], deleted: &[u64]) -> Searcher {
        let mut schema = Schema::builder();
        let text = schema.add_text_field("text", TEXT);
        let number = schema.add_u64_field("number", INDEXED);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 15_000_000).unwrap();
        let mut next = 0_u64;
        for size in sizes {
            for _ in 0..*size {
                let words = if next.is_multiple_of(3) {
                    "a b b"
                } else {
                    "a c"
                };
                writer
                    .add_document(
                        doc!(text => words.repeat(1 + (next % 5) as usize), number => next),
                    )
                    .unwrap();
                next += 1;
            }
            writer.commit().unwrap();
        }
        for number_of in deleted {
            writer.delete_term(Term::from_field_u64(number, *number_of));
        }
        writer.commit().unwrap();
        index.reader().unwrap().searcher()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn pieces_find_what_whole_segments_do(
            sizes in prop::collection::vec(1_u64..60, 1..4),
            deleted in prop::collection::vec(0_u64..180, 0..20),
            length in 1_u32..80,
            helpers in 0_usize..3,
        ) {
            let searcher = searcher(&sizes, &deleted);
            let text = searcher.schema().get_field("text").unwrap();
            for word in ["a", "b", "c", "d"] {
                let term = Term::from_field_text(text, word);
                let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
                let scoring = EnableScoring::enabled_from_searcher(&searcher);
                let weight = query.weight(scoring).unwrap();
                let collector = ((Count, DocSetCollector), TopDocs::with_limit(5).order_by_score());
                let whole = gather(&searcher, &*weight, &collector, 1).unwrap();
                let pieces = pieces(&searcher, length);
                let fruits = together(pieces, helpers, &mut Cursor::default(), |piece, cursor| {
                    collect(&searcher, &*weight, &collector, piece, cursor).unwrap()
                });
                prop_assert_eq!(collector.merge_fruits(fruits).unwrap(), whole);
            }
        }
    }
}
