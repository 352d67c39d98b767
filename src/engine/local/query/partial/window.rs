//! A window of documents: what each member of a query adds to them.
//!
//! Every document has a slot, and a bit that says whether the slot is in use, so
//! that reading the window out again costs what is in it.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{Bm25Weight, Scorer};
use tantivy::{DocId, DocSet, Score};

/// How many documents are judged at a time.
pub(super) const WINDOW: u32 = 4096;

/// A member in one segment.
pub(super) enum Feeder<'w> {
    Word(
        Box<SegmentPostings>,
        Option<(&'w Bm25Weight, FieldNormReader)>,
    ),
    Other(Box<dyn Scorer>),
}

/// What a window knows of a document.
#[derive(Clone, Copy, Default)]
pub(super) struct Slot {
    pub(super) score: Score,
    pub(super) idf: f32,
    /// How many members it has, and the last of them, counted from 1.
    pub(super) members: u32,
    last: u32,
}

/// The documents from `start` on; a bit for each that has something.
pub(super) struct Window {
    pub(super) start: DocId,
    slots: Box<[Slot]>,
    bits: [u64; WINDOW as usize / 64],
}

impl Window {
    pub(super) fn new() -> Window {
        Window {
            start: 0,
            slots: vec![Slot::default(); WINDOW as usize].into_boxed_slice(),
            bits: [0; WINDOW as usize / 64],
        }
    }

    /// Adds to a document what source `number`, counted from 1, has of it.
    #[inline]
    pub(super) fn add(&mut self, document: DocId, number: u32, idf: Option<f32>, score: Score) {
        let place = (document - self.start) as usize;
        self.bits[place / 64] |= 1 << (place % 64);
        let slot = &mut self.slots[place];
        slot.score += score;
        // A word that stands in text and boilerplate is one member.
        if let Some(idf) = idf
            && slot.last != number
        {
            slot.last = number;
            slot.idf += idf;
            slot.members += 1;
        }
    }

    /// Hands out the documents in order, and is empty then.
    pub(super) fn drain(&mut self, mut each: impl FnMut(DocId, Slot)) {
        for (first, bits) in (self.start..).step_by(64).zip(&mut self.bits) {
            while *bits != 0 {
                let document = first + bits.trailing_zeros();
                *bits &= *bits - 1;
                let place = (document - self.start) as usize;
                each(document, std::mem::take(&mut self.slots[place]));
            }
        }
    }
}

impl Feeder<'_> {
    pub(super) fn doc(&self) -> DocId {
        match self {
            Feeder::Word(postings, _) => postings.doc(),
            Feeder::Other(scorer) => scorer.doc(),
        }
    }

    /// Goes to `target`, or behind it.
    pub(super) fn seek(&mut self, target: DocId) {
        if self.doc() < target {
            match self {
                Feeder::Word(postings, _) => postings.seek(target),
                Feeder::Other(scorer) => scorer.seek(target),
            };
        }
    }

    /// Puts what lies before `end` into the window.
    pub(super) fn fill(
        &mut self,
        end: DocId,
        (number, idf): (u32, Option<f32>),
        is_scored: bool,
        window: &mut Window,
    ) {
        match self {
            Feeder::Word(postings, None) => {
                let mut document = postings.doc();
                while document < end {
                    window.add(document, number, idf, 0.0);
                    document = postings.advance();
                }
            }
            Feeder::Word(postings, Some((weight, lengths))) => {
                let mut document = postings.doc();
                while document < end {
                    let length = lengths.fieldnorm_id(document);
                    let score = weight.score(length, postings.term_freq());
                    window.add(document, number, idf, score);
                    document = postings.advance();
                }
            }
            Feeder::Other(scorer) => {
                let mut document = scorer.doc();
                while document < end {
                    let score = if is_scored { scorer.score() } else { 0.0 };
                    window.add(document, number, idf, score);
                    document = scorer.advance();
                }
            }
        }
    }
}
