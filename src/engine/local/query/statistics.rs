//! Statistics of the live articles alone.
//!
//! tantivy counts deleted documents until a merge, and the bookkeeping
//! documents too; scores must depend on neither, so that the same articles
//! give the same scores whatever the history of their index.
//!
//! The number of articles with a term is tantivy's count in each segment, less
//! the deleted documents that have it. Those few are looked up in the term's
//! postings with a cursor that skips: O(deleted documents) a term and segment,
//! and nothing where none is deleted. The deleted documents themselves are
//! listed once a request.
//!
//! Example: two segments with 40 and 3 articles of a word; 2 of the 40 were
//! edited since and stand in the second: 38 + 3 = 41, as a fresh index would
//! say.
//!
//! Totals come from the commit's own state, which counts articles and no source
//! files. Lengths in fieldnorms need no correction, since each article has its
//! own.

use std::sync::OnceLock;

use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, Term};

use crate::document::field::Field;
use crate::engine::local::Index;
use crate::engine::local::schema;
use crate::plan::Totals;
use crate::stop::Budget;

/// The numbers that BM25 needs, of live articles. tantivy's scorers ask it in
/// place of a searcher.
pub(crate) struct LiveStatistics<'a> {
    index: &'a Index,
    budget: Budget,
    /// The deleted documents of each segment, in order.
    deleted: OnceLock<Vec<Vec<DocId>>>,
}

impl<'a> LiveStatistics<'a> {
    pub(crate) fn new(index: &'a Index, budget: &Budget) -> Self {
        LiveStatistics {
            index,
            budget: budget.clone(),
            deleted: OnceLock::new(),
        }
    }

    /// What is known of all articles.
    pub(crate) fn totals(&self) -> Totals {
        let state = self.index.state();
        Totals {
            articles: state.articles,
            words: state.words,
            title_words: state.title_words,
        }
    }

    /// How many live articles have a term. Not remembered between calls: each
    /// costs a look-up in every segment.
    pub(crate) fn articles(&self, field: Field, term: &str) -> tantivy::Result<u64> {
        self.doc_freq(&schema::term(field, term))
    }

    /// Listed once a request, when first asked for.
    fn deleted(&self) -> &[Vec<DocId>] {
        self.deleted.get_or_init(|| {
            let segments = self.index.snapshot().searcher.segment_readers();
            segments.iter().map(deleted_docs).collect()
        })
    }
}

/// What it costs to look a term up in a segment; and each deleted document
/// there. In units of the budget.
const LOOK_UP: u64 = 64;

/// In ascending order; source files that are gone are among them.
fn deleted_docs(segment: &SegmentReader) -> Vec<DocId> {
    match segment.alive_bitset() {
        None => Vec::new(),
        Some(alive) => (0..segment.max_doc())
            .filter(|doc| alive.is_deleted(*doc))
            .collect(),
    }
}

impl Bm25StatisticsProvider for LiveStatistics<'_> {
    fn total_num_tokens(&self, field: tantivy::schema::Field) -> tantivy::Result<u64> {
        let state = self.index.state();
        let is_title = field == schema::id(Field::Title);
        Ok(if is_title {
            state.title_words
        } else {
            state.words
        })
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.index.state().articles)
    }

    /// Fails when the budget is spent, as tantivy's own never would.
    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let mut total = 0;
        for (segment, deleted) in self
            .index
            .snapshot()
            .searcher
            .segment_readers()
            .iter()
            .zip(self.deleted())
        {
            self.budget.spend(LOOK_UP + deleted.len() as u64)?;
            let inverted = segment.inverted_index(term.field())?;
            let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::Basic)? else {
                continue;
            };
            total += u64::from(inverted.doc_freq(term)?);
            for doc in deleted {
                if postings.doc() < *doc {
                    postings.seek(*doc);
                }
                total -= u64::from(postings.doc() == *doc);
            }
        }
        Ok(total)
    }
}
