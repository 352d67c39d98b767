//! Goes through all articles that answer a query.
//!
//! Where many do, the articles of a segment are divided among several threads:
//! all of them are looked at, whatever their scores, so that nothing depends on
//! who looks at which.

use std::ops::Range;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::Weight;
use tantivy::{DocId, DocSet, Score, Searcher, SegmentOrdinal};

use super::helpers::together;
use crate::parallel::threads;

/// From so much work on, articles are divided. A unit is an article that has
/// one word; a phrase of two words costs twenty, a text that must be read a
/// thousand. On two cores, whole searches that show ten (ms):
///
/// | query | units | alone | divided |
/// |---|---|---|---|
/// | a word of 107,590 articles | 108,000 | 11.6 | 12.5 |
/// | two words, 103,861 articles | 105,000 | 13.2 | 12.7 |
/// | a phrase of 106,782 articles | 2,140,000 | 51.8 | 31.2 |
/// | `oil NEAR/s prices`, 23,808 articles | 2,000,000 | 114 | 76 |
const WORTH_HELPERS: u64 = 200_000;

/// Among fewer documents nothing is so much work that asking is worth it.
const WORTH_ASKING: u64 = 5_000;

/// How many pieces there are for each thread: the articles that answer do not
/// lie evenly, and a new start costs as much as some hundred articles.
const PIECES: usize = 8;

/// The documents of a segment that a thread looks at in one go.
type Piece = (SegmentOrdinal, Range<DocId>);

/// Lets `collector` see what `weight` finds; `helped` lets other threads help.
pub(super) fn gather<C: Collector>(
    searcher: &Searcher,
    weight: &dyn Weight,
    collector: &C,
    helped: bool,
) -> tantivy::Result<C::Fruit> {
    collector.check_schema(searcher.schema())?;
    let threads = if helped && is_much(searcher, weight)? {
        threads()
    } else {
        1
    };
    let fruits = if threads > 1 {
        let pieces = pieces(searcher, threads * PIECES);
        together(pieces, threads - 1, &mut (), |piece, ()| {
            collect(searcher, weight, collector, piece)
        })
    } else {
        let segments = (0..).zip(searcher.segment_readers());
        segments
            .map(|(number, segment)| collector.collect_segment(weight, number, segment))
            .collect()
    };
    collector.merge_fruits(fruits.into_iter().collect::<tantivy::Result<_>>()?)
}

/// Whether finding all articles is worth more than one thread.
fn is_much(searcher: &Searcher, weight: &dyn Weight) -> tantivy::Result<bool> {
    if searcher.num_docs() < WORTH_ASKING {
        return Ok(false);
    }
    let mut work = 0_u64;
    for segment in searcher.segment_readers() {
        work = work.saturating_add(weight.scorer(segment, 1.0)?.cost());
    }
    Ok(work >= WORTH_HELPERS)
}

/// All documents, in about so many pieces.
fn pieces(searcher: &Searcher, number: usize) -> Vec<Piece> {
    let all: u64 = searcher
        .segment_readers()
        .iter()
        .map(|segment| u64::from(segment.max_doc()))
        .sum();
    let length = u32::try_from(all / number as u64 + 1).unwrap_or(u32::MAX);
    let segments = (0..).zip(searcher.segment_readers());
    segments
        .flat_map(|(number, segment)| {
            let end = segment.max_doc();
            let starts = (0..end).step_by(length as usize);
            starts.map(move |start| (number, start..start.saturating_add(length).min(end)))
        })
        .collect()
}

/// Collects what a piece has.
fn collect<C: Collector>(
    searcher: &Searcher,
    weight: &dyn Weight,
    collector: &C,
    (number, documents): Piece,
) -> tantivy::Result<<C::Child as SegmentCollector>::Fruit> {
    let segment = searcher.segment_reader(number);
    let mut collected = collector.for_segment(number, segment)?;
    let mut found = weight.scorer(segment, 1.0)?;
    if found.doc() < documents.start {
        found.seek(documents.start);
    }
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
                let words = if next.is_multiple_of(3) { "a b b" } else { "a c" };
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
            number in 1_usize..40,
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
                let whole = gather(&searcher, &*weight, &collector, false).unwrap();
                let fruits = together(pieces(&searcher, number), helpers, &mut (), |piece, ()| {
                    collect(&searcher, &*weight, &collector, piece).unwrap()
                });
                prop_assert_eq!(collector.merge_fruits(fruits).unwrap(), whole);
            }
        }
    }
}
