//! Where the words of a query stand in the articles of a segment, from its
//! postings alone: no text is read.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader};

use crate::document::field::Field;
use crate::engine::local::schema;
use crate::plan::ResolvedTerm;

/// The postings of all leaves of a query in one field of a segment.
pub(crate) struct Occurrences {
    leaves: Vec<Vec<SegmentPostings>>,
    places: Vec<Vec<u32>>,
}

impl Occurrences {
    pub(crate) fn new(
        segment: &SegmentReader,
        field: Field,
        terms: &[ResolvedTerm],
    ) -> tantivy::Result<Self> {
        let inverted = segment.inverted_index(schema::id(field))?;
        let mut leaves = Vec::with_capacity(terms.len());
        for resolved in terms {
            let mut postings = Vec::with_capacity(resolved.stems.len());
            for stem in &resolved.stems {
                let term = schema::term(field, stem);
                let option = IndexRecordOption::WithFreqsAndPositions;
                postings.extend(inverted.read_postings(&term, option)?);
            }
            leaves.push(postings);
        }
        Ok(Occurrences {
            places: vec![Vec::new(); leaves.len()],
            leaves,
        })
    }

    /// The positions of each leaf in a document. Documents must be asked for
    /// in ascending order.
    pub(crate) fn at(&mut self, doc: DocId) -> &[Vec<u32>] {
        for (postings, places) in self.leaves.iter_mut().zip(&mut self.places) {
            places.clear();
            for postings in postings.iter_mut() {
                if is_at(postings, doc) {
                    postings.append_positions_with_offset(0, places);
                }
            }
            // Several stems: their places are sorted one after another.
            places.sort_unstable();
        }
        &self.places
    }
}

/// Moves a cursor on to `doc`, and tells whether it has it.
pub(crate) fn is_at(cursor: &mut (impl DocSet + ?Sized), doc: DocId) -> bool {
    if cursor.doc() < doc {
        cursor.seek(doc);
    }
    cursor.doc() == doc
}
