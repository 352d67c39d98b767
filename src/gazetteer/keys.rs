//! Keys of words: hashes by which tokens, lists and weights know a word.

/// The key of no letters: FNV-1a's offset.
pub(crate) const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// The key of a word whose key was `key`, with one letter more: FNV-1a.
pub(crate) const fn with_letter(key: u64, lower: u8) -> u64 {
    (key ^ lower as u64).wrapping_mul(0x0000_0100_0000_01b3)
}

/// The key of a word, in any case of ASCII.
pub(crate) const fn key(word: &str) -> u64 {
    key_of(word.as_bytes())
}

/// The same of its bytes.
pub(crate) const fn key_of(word: &[u8]) -> u64 {
    let (mut key, mut at) = (EMPTY, 0);
    while at < word.len() {
        key = with_letter(key, word[at].to_ascii_lowercase());
        at += 1;
    }
    key
}

/// A set of keys that may hold one more than were put in, asked before a map
/// is: most words of a text are in none. `WORDS` is a power of two; with 16
/// bits a key one in sixteen that is not in it is let through.
#[derive(Debug, Clone)]
pub(crate) struct KeyFilter<const WORDS: usize> {
    bits: Box<[u64; WORDS]>,
}

impl<const WORDS: usize> Default for KeyFilter<WORDS> {
    fn default() -> Self {
        KeyFilter {
            bits: Box::new([0; WORDS]),
        }
    }
}

impl<const WORDS: usize> KeyFilter<WORDS> {
    pub(crate) fn insert(&mut self, key: u64) {
        let (at, bit) = Self::place(key);
        self.bits[at] |= bit;
    }

    pub(crate) fn may_hold(&self, key: u64) -> bool {
        let (at, bit) = Self::place(key);
        self.bits[at] & bit != 0
    }

    fn place(key: u64) -> (usize, u64) {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "the remainder is below WORDS"
        )]
        let at = (key / 64 % WORDS as u64) as usize;
        (at, 1 << (key % 64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_knows_no_case() {
        assert_eq!(key("Moscow"), key("moscow"));
        assert_ne!(key("Moscow"), key("Mosocw"));
        let letters = key("mosco");
        assert_eq!(with_letter(letters, b'w'), key("moscow"));
    }

    #[test]
    fn a_filter_holds_what_was_put_in_and_little_else() {
        let mut filter: KeyFilter<64> = KeyFilter::default();
        let words: Vec<String> = (0..200).map(|number| format!("word{number}")).collect();
        for word in &words {
            filter.insert(key(word));
        }
        assert!(words.iter().all(|word| filter.may_hold(key(word))));
        let others = (0..1000).filter(|number| filter.may_hold(key(&format!("other{number}"))));
        assert!(others.count() < 150);
    }
}
