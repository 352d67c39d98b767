//! Words with `*` and `?` in them: any letters, and any one letter.
//!
//! A pattern is a machine that reads a word byte by byte (Thompson 1968): it
//! keeps all places of the pattern at which it may be, as the bits of one
//! number. So a word costs its length whatever the pattern is, and the same
//! machine walks a dictionary, where it leaves a branch as soon as no place is
//! left. `?` stands for a whole character: at its place the further bytes of
//! one are passed over.
//!
//! Example: `wom*n` over *women*: behind *w*, *o*, *m* it is before and behind
//! the star, where *e* keeps it, and *n* leads to the end.

/// The longest pattern, in bytes: as many as a term has, and a bit for each.
pub const MAX_LENGTH: usize = 120;

/// One place of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// This byte.
    Byte(u8),
    /// Any character.
    One,
    /// Any characters, or none.
    Run,
}

/// A folded word with `*` and `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wildcard {
    places: Vec<Place>,
}

/// Where a pattern may be: a bit for each place, and one for its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WildcardState(u128);

impl Wildcard {
    /// Reads a pattern. What is beyond [`MAX_LENGTH`] bytes is cut off, as it is
    /// of terms.
    pub fn new(pattern: &str) -> Wildcard {
        let end = pattern.floor_char_boundary(MAX_LENGTH);
        let mut places: Vec<Place> = pattern[..end]
            .bytes()
            .map(|byte| match byte {
                b'*' => Place::Run,
                b'?' => Place::One,
                byte => Place::Byte(byte),
            })
            .collect();
        places.dedup_by(|one, other| *one == Place::Run && *other == Place::Run);
        Wildcard { places }
    }

    /// The letters that stand before the first wildcard.
    pub fn prefix(pattern: &str) -> &str {
        let end = pattern.find(['*', '?']).unwrap_or(pattern.len());
        &pattern[..end]
    }

    /// Whether a folded word is one that is meant.
    pub fn matches(&self, word: &str) -> bool {
        let end = word.bytes().try_fold(self.start(), |state, byte| {
            let next = self.step(state, byte);
            next.is_alive().then_some(next)
        });
        end.is_some_and(|state| self.is_end(state))
    }

    /// Before the first byte of a word.
    pub fn start(&self) -> WildcardState {
        WildcardState(self.closed(1, 0))
    }

    /// Behind one more byte.
    pub fn step(&self, state: WildcardState, byte: u8) -> WildcardState {
        let is_within = (0x80..0xc0).contains(&byte);
        let mut next = 0;
        let mut left = state.0;
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            left &= left - 1;
            // Further bytes of the character that a `?` stands for.
            if is_within && at > 0 && self.places[at - 1] == Place::One {
                next |= self.closed(1, at);
            }
            next |= match self.places.get(at) {
                Some(Place::Byte(wanted)) if *wanted == byte => self.closed(1, at + 1),
                Some(Place::One) if !is_within => self.closed(1, at + 1),
                Some(Place::Run) => self.closed(1, at),
                _ => 0,
            };
        }
        WildcardState(next)
    }

    /// Whether a word may end here.
    pub fn is_end(&self, state: WildcardState) -> bool {
        state.0 >> self.places.len() & 1 == 1
    }

    /// `bit` at a place, and at the next where a run of no letters lies
    /// between.
    fn closed(&self, bit: u128, at: usize) -> u128 {
        let here = bit << at;
        if self.places.get(at) == Some(&Place::Run) {
            here | here << 1
        } else {
            here
        }
    }
}

impl WildcardState {
    /// Whether any word can still come of it.
    pub fn is_alive(self) -> bool {
        self.0 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(pattern: &str, word: &str, expected: bool) {
        assert_eq!(
            Wildcard::new(pattern).matches(word),
            expected,
            "{pattern} {word}"
        );
    }

    #[test]
    fn stars_and_question_marks_stand_for_letters() {
        check("wom*n", "women", true);
        check("wom*n", "womn", true);
        check("wom*n", "womens", false);
        check("organi?ation", "organisation", true);
        check("organi?ation", "organiation", false);
        check("*ox", "ox", true);
        check("*ox", "paradox", true);
        check("*ox", "oxen", false);
        check("**o*x", "fox", true);
        check("?ie?", "вieд", true);
        check("?ie?", "ie", false);
        check("d?j?", "dé", false);
        check("caf?", "café", true);
        check("caf?s", "cafés", true);
        check("*?", "é", true);
        check("?*", "é", true);
        check("??", "é", false);
        check("北?", "北京", true);
        check("", "", true);
        check("*", "", true);
    }

    #[test]
    fn a_long_pattern_is_cut_as_a_long_word_is() {
        let long = "a".repeat(500);
        check(&format!("*{long}"), &long[..MAX_LENGTH], true);
        check(&"*?".repeat(300), &long, true);
    }

    /// By trying all ways.
    fn by_trial(pattern: &[char], word: &[char]) -> bool {
        match (pattern.split_first(), word.split_first()) {
            (None, None) => true,
            (Some(('*', rest)), _) => {
                by_trial(rest, word)
                    || word
                        .split_first()
                        .is_some_and(|(_, word)| by_trial(pattern, word))
            }
            (Some(('?', rest)), Some((_, word))) => by_trial(rest, word),
            (Some((letter, rest)), Some((same, word))) if letter == same => by_trial(rest, word),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn all_words_that_are_meant_are_told(pattern in "[ab*?éд]{0,7}", word in "[abéд京]{0,7}") {
            let letters = |text: &str| text.chars().collect::<Vec<char>>();
            prop_assert_eq!(
                Wildcard::new(&pattern).matches(&word),
                by_trial(&letters(&pattern), &letters(&word)),
                "{} {}", pattern, word
            );
        }
    }
}
