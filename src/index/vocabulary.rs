//! The distinct terms of a segment under construction, as numbers.
//!
//! Articles are read by several threads, which give every term a number when
//! they first meet it; all else (logs of postings, runs) is numbers, and terms
//! are put in order once, when the segment is written. Which number a term
//! gets depends on the threads; what is written does not.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

/// Distinct terms, each with a number; numbers count up from 0.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// All terms, one after the other.
    text: String,
    /// Where each term ends in `text`.
    ends: Vec<usize>,
    numbers: HashTable<u32>,
}

impl Vocabulary {
    /// The number of `term`.
    pub(super) fn number(&mut self, term: &str) -> u32 {
        let hash = xxh3_64(term.as_bytes());
        let (text, ends) = (&self.text, &self.ends);
        let known = self
            .numbers
            .find(hash, |number| term_at(text, ends, *number) == term);
        if let Some(number) = known {
            return *number;
        }
        // The two highest numbers are marks in a log (`postings`).
        let number = u32::try_from(ends.len()).unwrap_or(u32::MAX >> 2);
        self.text.push_str(term);
        self.ends.push(self.text.len());
        let (text, ends) = (&self.text, &self.ends);
        self.numbers.insert_unique(hash, number, |number| {
            xxh3_64(term_at(text, ends, *number).as_bytes())
        });
        number
    }

    /// The term with this number.
    pub(super) fn term(&self, number: u32) -> &str {
        term_at(&self.text, &self.ends, number)
    }

    /// How many terms there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Puts the numbers of terms in the order of the terms' bytes.
    pub(super) fn sort(&self, numbers: &mut [u32]) {
        // The first bytes decide most comparisons.
        numbers.sort_by_cached_key(|number| (head(self.term(*number)), self.term(*number)));
    }
}

fn term_at<'t>(text: &'t str, ends: &[usize], number: u32) -> &'t str {
    let number = number as usize;
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &text[start..ends[number]]
}

/// The first eight bytes of a term, as a number that sorts as they do.
fn head(term: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = term.len().min(8);
    bytes[..length].copy_from_slice(&term.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

/// The vocabularies that the reading threads share.
#[derive(Debug, Default)]
pub(super) struct Words {
    stems: Mutex<Vocabulary>,
    forms: Mutex<Vocabulary>,
}

/// A segment is closed when a vocabulary has grown to this: a million terms
/// take about sixty megabytes, with what threads remember of them.
const MAX_TERMS: usize = 1_000_000;

impl Words {
    /// The stems, which text, titles and furniture consist of.
    pub(super) fn stems(&self) -> MutexGuard<'_, Vocabulary> {
        self.stems.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The words as they are written, but for case and accents.
    pub(super) fn forms(&self) -> MutexGuard<'_, Vocabulary> {
        self.forms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the next articles should begin with fresh vocabularies.
    pub(super) fn are_full(&self) -> bool {
        self.forms().len() >= MAX_TERMS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_keeps_its_number_and_terms_sort_by_their_bytes() {
        let mut vocabulary = Vocabulary::default();
        let terms = [
            "talk",
            "",
            "talks",
            "a\0b",
            "a",
            "é",
            "constitution",
            "constitutions",
        ];
        let numbers: Vec<u32> = terms.iter().map(|term| vocabulary.number(term)).collect();
        assert_eq!(numbers, (0..8).collect::<Vec<u32>>());
        for (term, number) in terms.iter().zip(&numbers) {
            assert_eq!(vocabulary.number(term), *number);
            assert_eq!(vocabulary.term(*number), *term);
        }
        let mut sorted = numbers;
        vocabulary.sort(&mut sorted);
        let sorted: Vec<&str> = sorted
            .iter()
            .map(|number| vocabulary.term(*number))
            .collect();
        let mut expected = terms.to_vec();
        expected.sort_unstable();
        assert_eq!(sorted, expected);
    }
}
