//! Goes through all articles that answer a query.
//!
//! Where many do, the articles of a segment are divided among several threads:
//! all of them are visited, whatever their scores, so that nothing depends on
//! who visits which. How they are divided does not depend on the threads
//! either, so that a search is the same cost however many there are.
//!
//! Pieces are ranges of document numbers, some 32 at most and of 4,096
//! documents or more where no text is read. Threads take them in order from one
//! list; each keeps a `Cursor`, so that a thread that goes on to a later
//! piece of the same segment moves its open scorers forward instead of opening
//! them again.
//!
//! A scorer that moves to its next match may run far beyond the end of a piece
//! and verify phrases there that another thread verifies too. So documents are
//! asked for one by one (`seek_danger`): the answer is "found", or a lower
//! bound for the next document that may match. Only candidates inside the piece
//! are verified.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::{Scorer, Weight};
use tantivy::{DocAddress, DocId, Score, Searcher, SeekDangerResult, SegmentOrdinal};

use super::scorers::phrase_query::score_from;
use crate::parallel::pair::together;
use crate::plan::cost::Cost;

/// The documents of a segment that a thread visits in one go. Its end is
/// excluded.
type DocRange = (SegmentOrdinal, Range<DocId>);

/// Lets `collector` visit what `weight` finds, on so many threads.
///
/// Whole segments take tantivy's own way, block by block; it is the faster one
/// for words and what is made of them. The fruits of pieces are merged in the
/// order of the pieces, whoever made them.
pub(crate) fn gather<C: Collector>(
    searcher: &Searcher,
    weight: &dyn Weight,
    collector: &C,
    cost: Cost,
    threads: usize,
) -> tantivy::Result<C::Fruit> {
    collector.check_schema(searcher.schema())?;
    let fruits = if cost.is_worth_dividing() && (threads > 1 || !cost.is_simple()) {
        in_pieces(searcher, cost, threads, |piece, cursor| {
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

/// Lets `look` see all pieces, on so many threads. What comes out has the order
/// of the pieces. The work of a piece must not depend on the pieces before, or
/// the cost would depend on the threads: where it would, each piece begins with
/// a fresh cursor.
fn in_pieces<U: Send>(
    searcher: &Searcher,
    cost: Cost,
    threads: usize,
    look: impl Fn(DocRange, &mut Cursor) -> U + Sync,
) -> Vec<U> {
    let pieces = pieces(searcher, cost.pieces(), cost.least());
    let helpers = (threads - 1).min(pieces.len().saturating_sub(1));
    together(pieces, helpers, &mut Cursor::default(), |piece, cursor| {
        if !cost.keeps_place() {
            *cursor = Cursor::default();
        }
        look(piece, cursor)
    })
}

/// How many articles have a phrase, and the `limit` that score highest, of equal
/// ones the first, on so many threads. It is counted only in articles that may
/// be among them.
///
/// The first articles with a phrase are kept with a shared threshold. Once a
/// thread has k articles, none below the k-th best score counts any more for
/// anybody. An upper bound of an article's score is that of its rarest word's
/// count; below the threshold the phrase is not counted there. Example: k = 10
/// and the tenth score is 3.1; an article whose rarer word stands there once
/// scores 2.4 at most, so whether it has the phrase is asked, how often is not.
/// Ties stay: a score equal to the threshold is kept, and equal scores go by
/// address, so the outcome is the same on any number of threads.
pub(crate) fn first_with_phrase(
    searcher: &Searcher,
    weight: &dyn Weight,
    limit: usize,
    cost: Cost,
    threads: usize,
) -> tantivy::Result<(usize, Vec<(Score, DocAddress)>)> {
    let floor = Threshold::default();
    let firsts = in_pieces(searcher, cost, threads, |piece, cursor| {
        let segment = piece.0;
        let mut first = TopK::new(limit, &floor);
        cursor.look(searcher, weight, piece, |document, found| {
            let score = score_from(found, floor.get());
            first.see(score, DocAddress::new(segment, document));
        })?;
        tantivy::Result::Ok(first)
    });
    let mut all = TopK::new(limit, &floor);
    for first in firsts {
        all.merge(first?);
    }
    Ok(all.finish())
}

/// A score that as many articles reach as are wanted: those below it are not
/// among the first. None is negative.
#[derive(Default)]
pub(super) struct Threshold(AtomicU32);

impl Threshold {
    /// A value that is out of date is only lower than it could be.
    fn get(&self) -> Score {
        Score::from_bits(self.0.load(Ordering::Relaxed))
    }

    /// Never lowers it.
    fn raise(&self, score: Score) {
        // The bits of numbers that are not negative have their order.
        self.0
            .fetch_max(score.max(0.0).to_bits(), Ordering::Relaxed);
    }
}

/// The first articles of a piece.
pub(super) struct TopK<'f> {
    limit: usize,
    floor: &'f Threshold,
    /// Not yet in order, and up to twice as many as are wanted.
    found: Vec<(Score, DocAddress)>,
    /// How many there were.
    seen: usize,
}

impl<'f> TopK<'f> {
    /// Nothing is kept yet; the threshold may already be high.
    pub(super) fn new(limit: usize, floor: &'f Threshold) -> TopK<'f> {
        TopK {
            limit,
            floor,
            found: Vec::new(),
            seen: 0,
        }
    }

    /// Sees an article with its score, if that may be high enough. `None`
    /// counts in the total and no more.
    fn see(&mut self, score: Option<Score>, address: DocAddress) {
        self.seen += 1;
        self.found.extend(score.map(|score| (score, address)));
        if self.found.len() >= self.limit * 2 {
            self.cut();
        }
    }

    /// Sees an article whose score is known.
    pub(super) fn see_score(&mut self, score: Score, address: DocAddress) {
        self.see((score >= self.floor.get()).then_some(score), address);
    }

    /// Whether there were none.
    pub(super) fn is_empty(&self) -> bool {
        self.seen == 0
    }

    /// Adds what another piece found.
    pub(super) fn merge(&mut self, other: TopK<'_>) {
        self.seen += other.seen;
        self.found.extend(other.found);
    }

    /// How many there were, and the first of them in order.
    pub(super) fn finish(mut self) -> (usize, Vec<(Score, DocAddress)>) {
        self.cut();
        self.found.sort_unstable_by(order);
        (self.seen, self.found)
    }

    /// Leaves as many as are wanted, in no order. Raises the shared threshold once
    /// there are enough.
    fn cut(&mut self) {
        if self.found.len() < self.limit {
            return;
        }
        if let Some(last) = self.limit.checked_sub(1) {
            let (_, (last, _), _) = self.found.select_nth_unstable_by(last, order);
            self.floor.raise(*last);
        }
        self.found.truncate(self.limit);
    }
}

/// The highest first, of equal ones the first in the index.
fn order((a, at): &(Score, DocAddress), (b, other): &(Score, DocAddress)) -> std::cmp::Ordering {
    b.total_cmp(a).then(at.cmp(other))
}

/// All documents, in about so many pieces of at least `least`, but for the last
/// of a segment. A length is a multiple of `least`, and no piece crosses from
/// one segment into the next.
pub(super) fn pieces(searcher: &Searcher, number: usize, least: u32) -> Vec<DocRange> {
    let segments = searcher.segment_readers().iter();
    let all: u64 = segments.map(|segment| u64::from(segment.max_doc())).sum();
    let steps = all / number as u64 / u64::from(least) + 1;
    let length = u32::try_from(steps).map_or(u32::MAX, |steps| steps.saturating_mul(least));
    let segments = (0..).zip(searcher.segment_readers());
    segments
        .flat_map(|(number, segment)| {
            let end = segment.max_doc();
            let starts = (0..end).step_by(length as usize);
            starts.map(move |start| (number, start..start.saturating_add(length).min(end)))
        })
        .collect()
}

/// How far a thread came in a segment: its pieces follow each other. `None`
/// before its first piece.
#[derive(Default)]
struct Cursor(Option<At>);

/// An open scorer, and how far it is.
struct At {
    segment: SegmentOrdinal,
    found: Box<dyn Scorer>,
    /// No article before this one, of those not yet visited, answers.
    next: DocId,
}

impl Cursor {
    /// Calls `each` for what is found in a piece. Articles are asked for one by
    /// one, so that none beyond the piece is verified to find the next.
    /// Deleted documents are passed over here, since scorers do not know them.
    fn look(
        &mut self,
        searcher: &Searcher,
        weight: &dyn Weight,
        (number, documents): DocRange,
        mut each: impl FnMut(DocId, &mut dyn Scorer),
    ) -> tantivy::Result<()> {
        let segment = searcher.segment_reader(number);
        let mut target = documents.start;
        let mut result;
        let at = if let Some(mut at) = self.0.take().filter(|at| at.segment == number) {
            target = target.max(at.next);
            if target >= documents.end {
                self.0 = Some(at);
                return Ok(());
            }
            result = at.found.seek_danger(target);
            at
        } else {
            let (first, found) = weight.scorer_danger(segment, target, 1.0)?;
            result = first;
            At {
                segment: number,
                found,
                next: target,
            }
        };
        let at = self.0.insert(at);
        loop {
            at.next = match result {
                SeekDangerResult::Found => {
                    if !segment.is_deleted(target) {
                        each(target, &mut *at.found);
                    }
                    target + 1
                }
                SeekDangerResult::SeekLowerBound(bound) => bound.max(target + 1),
            };
            target = at.next;
            if target >= documents.end {
                return Ok(());
            }
            result = at.found.seek_danger(target);
        }
    }
}

/// Collects what a piece has.
fn collect<C: Collector>(
    searcher: &Searcher,
    weight: &dyn Weight,
    collector: &C,
    piece: DocRange,
    cursor: &mut Cursor,
) -> tantivy::Result<<C::Child as SegmentCollector>::Fruit> {
    let segment = searcher.segment_reader(piece.0);
    let mut collected = collector.for_segment(piece.0, segment)?;
    let is_scored = collector.requires_scoring();
    cursor.look(searcher, weight, piece, |document, found| {
        let score: Score = if is_scored { found.score() } else { 0.0 };
        collected.collect(document, score);
    })?;
    Ok(collected.harvest())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::collector::{Count, DocSetCollector, TopDocs};
    use tantivy::query::{BooleanQuery, EnableScoring, Occur, Query, TermQuery};
    use tantivy::schema::{INDEXED, IndexRecordOption, Schema, TEXT};
    use tantivy::{Index, IndexWriter, Term, doc};

    use super::*;
    use crate::engine::local::query::scorers::phrase_query::PhraseQuery;
    use crate::stop::Budget;

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
            number in 1_usize..40,
            least in 1_u32..80,
            helpers in 0_usize..3,
        ) {
            let searcher = searcher(&sizes, &deleted);
            let text = searcher.schema().get_field("text").unwrap();
            let term = |word: &'static str| Term::from_field_text(text, word);
            let one = |word: &'static str| -> Box<dyn Query> {
                Box::new(TermQuery::new(term(word), IndexRecordOption::WithFreqs))
            };
            let phrase = |words: [&'static str; 2]| -> Box<dyn Query> {
                Box::new(PhraseQuery::new(words.map(term).to_vec(), &Budget::unlimited()))
            };
            let group = |occur, parts: Vec<Box<dyn Query>>| -> Box<dyn Query> {
                let parts = parts.into_iter().map(|part| (occur, part)).collect();
                Box::new(BooleanQuery::new(parts))
            };
            let queries = [
                one("a"),
                one("d"),
                phrase(["a", "b"]),
                phrase(["b", "a"]),
                Box::new(PhraseQuery::new(["a", "b"].map(term).to_vec(), &Budget::unlimited()).alone()),
                group(Occur::Should, vec![one("c"), phrase(["b", "b"])]),
                group(Occur::Must, vec![one("b"), phrase(["b", "a"])]),
                group(Occur::Must, vec![phrase(["a", "c"]), phrase(["c", "a"])]),
            ];
            for query in queries {
                let scoring = EnableScoring::enabled_from_searcher(&searcher);
                let weight = query.weight(scoring).unwrap();
                let collector = ((Count, DocSetCollector), TopDocs::with_limit(5).order_by_score());
                let whole = gather(&searcher, &*weight, &collector, Cost::default(), 1).unwrap();
                let pieces = pieces(&searcher, number, least);
                let fruits = together(pieces, helpers, &mut Cursor::default(), |piece, cursor| {
                    collect(&searcher, &*weight, &collector, piece, cursor).unwrap()
                });
                prop_assert_eq!(collector.merge_fruits(fruits).unwrap(), whole);
            }
            for words in [["a", "b"], ["b", "b"], ["b", "a"]] {
                let scoring = EnableScoring::enabled_from_searcher(&searcher);
                let phrase = PhraseQuery::new(words.map(term).to_vec(), &Budget::unlimited()).alone();
                let weight = phrase.weight(scoring).unwrap();
                let collector = (Count, TopDocs::with_limit(5).order_by_score());
                let whole = gather(&searcher, &*weight, &collector, Cost::default(), 1).unwrap();
                for threads in 1..4 {
                    let cost = Cost::default();
                    let first = first_with_phrase(&searcher, &*weight, 5, cost, threads).unwrap();
                    prop_assert_eq!(&first, &whole);
                }
            }
        }
    }
}
