//! The distinct terms of a segment under construction, as numbers.
//!
//! Articles are read by several threads, which give every term a number when
//! they first meet it; all else (logs of postings, runs) is numbers, and terms
//! are put in order once, when the segment is written. Which number a term
//! gets depends on the threads; what is written does not.
//!
//! All terms lie in one text, one after the other; a hash table holds numbers
//! alone and compares through that text: four bytes and a slot of the table for
//! each term beside its letters. A number never changes while the segment
//! lives.
//!
//! The order is that of the terms' bytes, which is the order of tantivy's
//! dictionary. Terms are sorted by their first eight bytes as one number, then,
//! where these agree, by the next eight, and so on (a most-significant-digit
//! sort with digits of eight bytes): *constitution* and *constitutional* agree
//! once, and are told apart by `tion` and `tional`. After 64 common bytes the
//! rest is compared byte by byte, so that hostile terms cannot make the
//! recursion deep.
//!
//! No reading thread holds two of the three locks at a time.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

/// Distinct terms, each with a number; numbers count up from 0.
#[derive(Debug, Default)]
pub(crate) struct TermNumbers {
    /// All terms, one after the other.
    text: String,
    /// Where each term ends in `text`, which four gigabytes of text do not fill.
    ends: Vec<u32>,
    numbers: HashTable<u32>,
}

impl TermNumbers {
    /// The number of `term`. A new term gets the next number.
    pub(crate) fn number(&mut self, term: &str) -> u32 {
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
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        let (text, ends) = (&self.text, &self.ends);
        self.numbers.insert_unique(hash, number, |number| {
            xxh3_64(term_at(text, ends, *number).as_bytes())
        });
        number
    }

    /// The term with this number.
    pub(crate) fn term(&self, number: u32) -> &str {
        term_at(&self.text, &self.ends, number)
    }

    /// How many terms there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Puts the numbers of terms in the order of the terms' bytes.
    pub(crate) fn sort(&self, numbers: &mut [u32]) {
        self.sort_after(numbers, 0);
    }

    /// Puts the numbers of terms that begin with the same `skipped` bytes in
    /// order: by the next eight, which compare as one number, and then those
    /// that have these in common by what follows.
    ///
    /// Equal keys share these eight bytes and are longer, or end at the same
    /// byte: a length up to nine tells a term that ends from one that goes on
    /// with a zero byte.
    fn sort_after(&self, numbers: &mut [u32], skipped: usize) {
        let rest = |number: u32| &self.term(number).as_bytes()[skipped..];
        if skipped >= MAX_COMMON || numbers.len() > MANY_TERMS {
            numbers.sort_unstable_by_key(|number| rest(*number));
            return;
        }
        let mut keys: Vec<(u64, u8, u32)> = numbers
            .iter()
            .map(|number| {
                let rest = rest(*number);
                let length = u8::try_from(rest.len().min(HEAD + 1)).unwrap_or(u8::MAX);
                (head(rest), length, *number)
            })
            .collect();
        keys.sort_unstable();
        for (number, (_, _, key)) in numbers.iter_mut().zip(&keys) {
            *number = *key;
        }
        let mut start = 0;
        for alike in keys.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let end = start + alike.len();
            if alike.len() > 1 {
                self.sort_after(&mut numbers[start..end], skipped + HEAD);
            }
            start = end;
        }
    }
}

/// The text between the end of the term before and its own.
fn term_at<'t>(text: &'t str, ends: &[u32], number: u32) -> &'t str {
    let number = number as usize;
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &text[start as usize..ends[number] as usize]
}

/// How many bytes of terms are compared at a time. A number of the processor.
const HEAD: usize = 8;

/// Terms that have more than this in common, as hostile ones may, are compared
/// byte by byte.
const MAX_COMMON: usize = 8 * HEAD;

/// More terms than a segment has without an article of millions of words are
/// compared in place: numbers to compare by would take sixteen bytes each.
const MANY_TERMS: usize = MAX_TERMS + MAX_TERMS / 2;

/// The first bytes, as a number that sorts as they do.
fn head(bytes: &[u8]) -> u64 {
    if let Some(first) = bytes.first_chunk() {
        return u64::from_be_bytes(*first);
    }
    let mut head = [0; HEAD];
    head[..bytes.len()].copy_from_slice(bytes);
    u64::from_be_bytes(head)
}

/// The stem of a form, and its hash. The hash is what a minhash is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stem {
    pub(crate) number: u32,
    /// XXH3, 64 bits.
    pub(crate) hash: u64,
}

/// The vocabularies that the reading threads share.
#[derive(Debug, Default)]
pub(crate) struct SharedVocabulary {
    stems: Mutex<TermNumbers>,
    forms: Mutex<TermNumbers>,
    /// By the number of a form, once a thread has found it: many spellings have
    /// one form, and every thread meets them.
    stem_of: Mutex<Vec<u32>>,
}

/// The number of no stem.
const NO_STEM: u32 = u32::MAX;

/// A segment is closed when a vocabulary has grown to this: a million terms
/// take about sixty megabytes, with what threads remember of them.
const MAX_TERMS: usize = 1_000_000;

impl SharedVocabulary {
    /// The stems, which text, titles and boilerplate consist of.
    pub(crate) fn stems(&self) -> MutexGuard<'_, TermNumbers> {
        self.stems.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The words as they are written, but for case and accents.
    pub(crate) fn forms(&self) -> MutexGuard<'_, TermNumbers> {
        self.forms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of a form, and its stem, where it is known; else that of
    /// `term`.
    ///
    /// `term` is called only for a form that no thread has met, since stemming
    /// is the dear part. Two threads may stem the same form at once, with the
    /// same outcome.
    pub(crate) fn form_and_stem<'t>(
        &self,
        form: &str,
        term: impl FnOnce() -> &'t str,
    ) -> (u32, Stem) {
        let number = self.forms().number(form);
        let at = number as usize;
        let known = self.known_stems().get(at).copied();
        let stem = match known.filter(|stem| *stem != NO_STEM) {
            Some(number) => Stem {
                number,
                hash: xxh3_64(self.stems().term(number).as_bytes()),
            },
            None => self.learn_stem(at, term()),
        };
        (number, stem)
    }

    /// Remembers the stem of a form for all threads.
    fn learn_stem(&self, form: usize, term: &str) -> Stem {
        let number = self.stems().number(term);
        let mut stems = self.known_stems();
        if form >= stems.len() {
            stems.resize(form + 1, NO_STEM);
        }
        stems[form] = number;
        Stem {
            number,
            hash: xxh3_64(term.as_bytes()),
        }
    }

    /// The lock is held for one look.
    fn known_stems(&self) -> MutexGuard<'_, Vec<u32>> {
        self.stem_of.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the next articles should begin with fresh vocabularies. Numbers
    /// of the old ones stay good for the segment under construction.
    pub(crate) fn are_full(&self) -> bool {
        self.forms().len() >= MAX_TERMS
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_term_keeps_its_number_and_terms_sort_by_their_bytes() {
        let mut vocabulary = TermNumbers::default();
        let terms = [
            "talk",
            "",
            "talks",
            "a\0b",
            "a",
            "é",
            "constitution",
            "constitutions",
            "constitution\0",
            "a\0\0\0\0\0\0\0",
            "a\0\0\0\0\0\0\0\0",
            "constitutional",
        ];
        let numbers: Vec<u32> = terms.iter().map(|term| vocabulary.number(term)).collect();
        assert_eq!(numbers, (0..12).collect::<Vec<u32>>());
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

    proptest! {
        #[test]
        fn terms_sort_by_their_bytes_however_much_they_share(
            terms in prop::collection::btree_set(("(seeds/){0,2}|x{60,75}", "[ab\0]{0,12}"), 0..60)
        ) {
            let mut vocabulary = TermNumbers::default();
            let mut expected: Vec<String> =
                terms.into_iter().map(|(head, tail)| head + &tail).collect();
            let mut numbers: Vec<u32> = expected.iter().map(|term| vocabulary.number(term)).collect();
            numbers.sort_unstable_by_key(|number| number.wrapping_mul(7919) % 61);
            numbers.dedup();
            vocabulary.sort(&mut numbers);
            expected.sort_unstable();
            let mut sorted: Vec<&str> = numbers.iter().map(|number| vocabulary.term(*number)).collect();
            // Two pairs may make one term.
            expected.dedup();
            sorted.dedup();
            prop_assert_eq!(sorted, expected);
        }
    }

    #[test]
    fn a_form_is_stemmed_once() {
        let words = SharedVocabulary::default();
        let (talks, talk) = words.form_and_stem("talks", || "talk");
        let (again, known) = words.form_and_stem("talks", || unreachable!("it is known"));
        assert_eq!((talks, talk.number), (again, known.number));
        let (other, same) = words.form_and_stem("talked", || "talk");
        assert_eq!((other, same.number, same.hash), (1, talk.number, talk.hash));
        assert_eq!((words.forms().len(), words.stems().len()), (2, 1));
    }
}
