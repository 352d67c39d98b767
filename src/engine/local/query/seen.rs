//! What the postings of a segment tell of its articles: all that a score is
//! made of, so that no text is read to put articles in order.
//!
//! For each article: the positions of every word of the plan in text and title,
//! the two lengths, whether it has each typed form, and for each part that
//! positions do not decide whether the part's own query finds it. Cost: opening
//! the postings of all words once for a segment, then what the visited articles
//! hold; with articles in ascending order no list is read twice.
//!
//! Positions of text and title are lent and overwritten: an article that is
//! kept has to be copied by whoever scores it.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::SegmentPostings;
use tantivy::query::{EnableScoring, Query as Compiled, Scorer};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Searcher, SegmentReader};

use super::occurrences::{Occurrences, is_at};
use crate::document::field::Field;
use crate::engine::Seen;
use crate::engine::local::schema;
use crate::plan::Plan;

/// The open postings of one segment that scores are made from. Every list in it
/// only moves forward.
pub(super) struct SegmentSeen {
    text: Occurrences,
    title: Occurrences,
    lengths: FieldNormReader,
    title_lengths: FieldNormReader,
    /// Which articles have each form that was typed.
    forms: Vec<Option<SegmentPostings>>,
    has_form: Vec<bool>,
    /// Which articles have each part whose positions do not tell.
    undecided: Vec<Option<Box<dyn Scorer>>>,
    may_have: Vec<bool>,
}

impl SegmentSeen {
    /// # Errors
    /// When the segment cannot be read.
    pub(super) fn open(
        plan: &Plan,
        undecided: &[Option<Box<dyn Compiled>>],
        searcher: &Searcher,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentSeen> {
        let dictionary = segment.inverted_index(schema::id(Field::Form))?;
        let forms = plan.forms.iter().map(|typed| {
            let term = schema::term(Field::Form, &typed.form);
            Ok(dictionary.read_postings(&term, IndexRecordOption::Basic)?)
        });
        let undecided = undecided.iter().map(|query| {
            let scorer = query.as_ref().map(|query| {
                let scoring = EnableScoring::disabled_from_searcher(searcher);
                query.weight(scoring)?.scorer(segment, 1.0)
            });
            scorer.transpose()
        });
        Ok(SegmentSeen {
            text: Occurrences::new(segment, Field::Text, &plan.terms)?,
            title: Occurrences::new(segment, Field::Title, &plan.terms)?,
            lengths: segment.get_fieldnorms_reader(schema::id(Field::Text))?,
            title_lengths: segment.get_fieldnorms_reader(schema::id(Field::Title))?,
            forms: forms.collect::<tantivy::Result<_>>()?,
            has_form: Vec::with_capacity(plan.forms.len()),
            undecided: undecided.collect::<tantivy::Result<_>>()?,
            may_have: Vec::with_capacity(plan.parts.parts.len()),
        })
    }

    /// What is known of a document. Documents must be asked for in ascending
    /// order. A part of which positions tell counts as one that it may have.
    pub(super) fn at(&mut self, doc: DocId) -> Seen<'_> {
        self.has_form.clear();
        let forms = self.forms.iter_mut();
        self.has_form.extend(forms.map(|postings| {
            let postings = postings.as_mut();
            postings.is_some_and(|postings| is_at(postings, doc))
        }));
        self.may_have.clear();
        let undecided = self.undecided.iter_mut();
        self.may_have.extend(undecided.map(|scorer| {
            let scorer = scorer.as_mut();
            scorer.is_none_or(|scorer| is_at(&mut **scorer, doc))
        }));
        Seen {
            text: self.text.at(doc),
            title: self.title.at(doc),
            length: self.lengths.fieldnorm(doc),
            title_length: self.title_lengths.fieldnorm(doc),
            has_form: &self.has_form,
            may_have: &self.may_have,
        }
    }
}
