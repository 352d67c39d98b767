//! Inverts articles: which term stands in which article, and where.
//!
//! While articles are added, a [`TermLog`] per field keeps the numbers of their
//! terms one after the other, four bytes each. When the logs are as large as
//! they may be, or the segment ends, each becomes a [`SortedRun`]: the postings of
//! every term, terms in order (`run`). Runs that did not stay in memory are
//! merged from disk while the segment is written (`merge`).
//!
//! The index library's own writer looks every word of every article up in a
//! hash table that it shares between all fields; sorting numbers takes a
//! third of the time.
//!
//! In a log a term is its number; the highest bit marks a term at the position
//! of the one before (a stem and an abbreviation of the same word), and the
//! highest number a position that is left out between blocks. Example: "the US
//! | talk" with the = 7, us = 4, u.s = 9 and talk = 2 is 7, 4, 9 + mark, gap,
//! 2; *talk* is at position 3.
//!
//! Invariants: documents come in ascending order; a position is never before
//! the one before it; term numbers stay below the two marks.

mod merge;
mod run;

pub(crate) use self::merge::{Runs, write_field};
use self::run::SortedRun;
pub(crate) use self::run::Spill;
use super::vocabulary::TermNumbers;

/// Marks a term that has the position of the one before it.
const SAME_PLACE: u32 = 1 << 31;

/// A position that is left out, so that no phrase reaches across.
const GAP: u32 = u32::MAX;

/// A list of more terms than this becomes an empty log instead of being copied.
const WORTH_MOVING: usize = 1 << 16;

/// The terms of one article in one field, by number, in order. Gaps and marks
/// are in it, so that it can be appended to a log as it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct TermList {
    numbers: Vec<u32>,
    terms: u32,
}

impl TermList {
    /// An empty list with room for so many terms.
    pub(crate) fn with_room(terms: usize) -> TermList {
        TermList {
            numbers: Vec::with_capacity(terms),
            terms: 0,
        }
    }

    /// Adds a term at the next position.
    pub(crate) fn push(&mut self, number: u32) {
        self.numbers.push(number);
        self.terms += 1;
    }

    /// Adds a term at the position of the one before it.
    pub(crate) fn push_same_place(&mut self, number: u32) {
        self.push(number | SAME_PLACE);
    }

    /// Leaves a position out. Nothing is left out before the first.
    pub(crate) fn gap(&mut self) {
        if !self.numbers.is_empty() {
            self.numbers.push(GAP);
        }
    }

    /// How many terms there are. The length that BM25 takes counts both terms
    /// of an abbreviation.
    pub(crate) fn len(&self) -> u32 {
        self.terms
    }

    /// How many numbers it adds to a log.
    pub(crate) fn room(&self) -> usize {
        self.numbers.len()
    }
}

/// What is kept of a term in an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// That it stands there.
    Presence,
    /// Where it stands, as often as it does.
    Positions,
}

/// The terms of a field, article by article. Four bytes a term and sixteen a document.
#[derive(Debug)]
pub(crate) struct TermLog {
    detail: Detail,
    numbers: Vec<u32>,
    /// Each article with the end of its terms in `numbers`.
    documents: Vec<(u32, usize)>,
    /// How many terms were added, all runs together.
    terms: u64,
}

impl TermLog {
    pub(crate) fn new(detail: Detail) -> TermLog {
        TermLog {
            detail,
            numbers: Vec::new(),
            documents: Vec::new(),
            terms: 0,
        }
    }

    /// Adds the terms of a document; documents come in ascending order. A
    /// document without terms leaves no trace.
    pub(crate) fn add(&mut self, document: u32, list: TermList) {
        if list.terms > 0 {
            if self.numbers.is_empty() && list.numbers.len() > WORTH_MOVING {
                self.numbers = list.numbers;
            } else {
                self.numbers.extend_from_slice(&list.numbers);
            }
            self.close(document, u64::from(list.terms));
        }
    }

    /// Adds one term of a document. Several calls for one document may follow
    /// each other; the term then has one posting.
    pub(crate) fn add_one(&mut self, document: u32, number: u32) {
        self.numbers.push(number);
        self.close(document, 1);
    }

    fn close(&mut self, document: u32, terms: u64) {
        self.documents.push((document, self.numbers.len()));
        self.terms += terms;
    }

    /// How many numbers are kept.
    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// How many terms were added, all runs together.
    pub(crate) fn terms(&self) -> u64 {
        self.terms
    }

    pub(crate) fn detail(&self) -> Detail {
        self.detail
    }

    /// Makes a run of what is kept, and begins afresh. The memory of the log is
    /// given back; the count of terms goes on.
    pub(crate) fn take_run(&mut self, vocabulary: &TermNumbers) -> SortedRun {
        let run = SortedRun::of(self, vocabulary);
        self.numbers = Vec::new();
        self.documents = Vec::new();
        run
    }

    /// Calls `sink` with document, term and position of everything kept.
    pub(super) fn each(&self, mut sink: impl FnMut(u32, u32, u32)) {
        let mut start = 0;
        for (document, end) in &self.documents {
            let mut next = 0_u32;
            for number in &self.numbers[start..*end] {
                if *number == GAP {
                    next += 1;
                } else if number & SAME_PLACE != 0 {
                    sink(*document, number & !SAME_PLACE, next.saturating_sub(1));
                } else {
                    sink(*document, *number, next);
                    next += 1;
                }
            }
            start = *end;
        }
    }
}
