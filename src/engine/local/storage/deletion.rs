//! Takes the documents of files out of the segments that were there before.
//!
//! The library deletes by a query that it applies to all segments that it
//! knows when it commits, the new ones among them, whose documents have the
//! same paths. In a new segment this query finds only what was added of files
//! that could not be read to their end.
//!
//! An update deletes documents by the key of their file. The same file, read
//! again, stands in a new segment under the same key, and tantivy would delete
//! it as well. So the query knows the segments that were there before: in those
//! it finds all documents with one of the terms, in others only documents of
//! files that broke off while they were read. `a.txt` edited: its document in
//! the old segment is deleted, the one in the new segment stays.
//!
//! Cost: one look at the dictionary for each term and segment, in the order of
//! the dictionary, and a bit for each document.

use std::collections::HashSet;
use std::sync::Arc;

use tantivy::index::SegmentId;
use tantivy::query::{
    BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{BitSet, DocId, DocSet, Score, SegmentReader, TERMINATED};

use crate::document::field::Field;
use crate::engine::local::schema;

/// The documents with any of some terms: some in the old segments, others in
/// the new ones. It is run once, by the commit.
#[derive(Debug, Clone)]
pub(crate) struct Deletion(Arc<ToDelete>);

/// Shared by the clones that tantivy makes.
#[derive(Debug)]
struct ToDelete {
    segments: HashSet<SegmentId>,
    /// In order, so that each dictionary is read from front to back.
    terms: Vec<(Field, String)>,
    /// Those in the new segments.
    undone: Vec<(Field, String)>,
}

impl Deletion {
    /// Of the documents of `segments` with one of `terms`, and of those of all
    /// others with one of `undone`.
    pub(crate) fn new(
        segments: Vec<SegmentId>,
        mut terms: Vec<(Field, String)>,
        mut undone: Vec<(Field, String)>,
    ) -> Deletion {
        terms.sort_unstable();
        undone.sort_unstable();
        Deletion(Arc::new(ToDelete {
            segments: segments.into_iter().collect(),
            terms,
            undone,
        }))
    }

    /// Whether there is nothing to delete.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.undone.is_empty() && (self.0.terms.is_empty() || self.0.segments.is_empty())
    }
}

impl Query for Deletion {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Deletion {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut found = BitSet::with_max_value(reader.max_doc());
        let terms = if self.0.segments.contains(&reader.segment_id()) {
            &self.0.terms
        } else {
            &self.0.undone
        };
        for (field, text) in terms {
            let term = schema::term(*field, text);
            let postings = reader
                .inverted_index(schema::id(*field))?
                .read_postings(&term, IndexRecordOption::Basic)?;
            let Some(mut postings) = postings else {
                continue;
            };
            while postings.doc() != TERMINATED {
                found.insert(postings.doc());
                postings.advance();
            }
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new_with_string(
            "a file that is gone".to_owned(),
            1.0,
        ))
    }
}
