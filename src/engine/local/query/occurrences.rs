//! Where the words of a query stand in the articles of a segment, from its
//! postings alone: no text is read.
//!
//! A leaf is one word of the query, and may stand under several stems
//! (`commun*`): its positions are those of all of them, sorted. For each stem
//! one cursor is opened; it only moves forward, so that a hundred articles in
//! ascending order cost one pass with skips over the postings between them, and
//! the positions of those articles alone.
//!
//! Positions count the words of a field; between two blocks of the text one is
//! left out, so that no phrase reaches across. Two stems of one word may share
//! a position, which then occurs twice: whoever counts occurrences must expect
//! it.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SeekDangerResult, SegmentReader, TERMINATED};

use crate::document::field::Field;
use crate::engine::local::schema;
use crate::plan::ResolvedTerm;

/// The postings of all leaves of a query in one field of a segment. `leaves`
/// has a list for each word of the query, in order.
pub(crate) struct Occurrences {
    leaves: Vec<Vec<SegmentPostings>>,
    places: Vec<Vec<u32>>,
}

impl Occurrences {
    /// Opens the postings of all stems; a stem that the segment lacks has none.
    ///
    /// # Errors
    /// When the segment cannot be read.
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

    /// The positions of each leaf in a document. Documents must be asked for in
    /// ascending order. What is lent is overwritten by the next call.
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

/// Moves a cursor on to `doc`, and tells whether it has it. A cursor beyond it
/// stays there, so that documents may be asked for in ascending order alone.
///
/// Cursors of tantivy may only be moved forward; here that is checked first.
pub(crate) fn is_at(cursor: &mut (impl DocSet + ?Sized), doc: DocId) -> bool {
    if cursor.doc() < doc {
        cursor.seek(doc);
    }
    cursor.doc() == doc
}

/// What a scorer answers that has looked at `target` alone: the article is
/// found, or the next that may be is at best the one after it. Once the search
/// is stopped there is none.
pub(crate) fn looked_at(target: DocId, is_found: bool, is_stopped: bool) -> SeekDangerResult {
    if is_found {
        SeekDangerResult::Found
    } else if is_stopped {
        SeekDangerResult::SeekLowerBound(TERMINATED)
    } else {
        SeekDangerResult::SeekLowerBound(target + 1)
    }
}
