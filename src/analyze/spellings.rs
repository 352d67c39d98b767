//! The spellings that the analyzer has seen, by number.

use rustc_hash::FxHashMap;

/// A number for each spelling, counted up from 0.
///
/// A word of up to fifteen bytes, as nearly all are, is looked up as two
/// numbers: comparing texts would fetch each from its own place in memory,
/// which took a tenth of the time of building an index.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    short: FxHashMap<(u64, u64), u32>,
    long: FxHashMap<Box<str>, u32>,
}

impl Spellings {
    /// The number of a spelling that was added.
    pub(super) fn get(&self, raw: &str) -> Option<u32> {
        let number = match packed(raw) {
            Some(key) => self.short.get(&key),
            None => self.long.get(raw),
        };
        number.copied()
    }

    /// Gives a new spelling its number.
    pub(super) fn add(&mut self, raw: &str, number: u32) {
        match packed(raw) {
            Some(key) => self.short.insert(key, number),
            None => self.long.insert(raw.into(), number),
        };
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.short.clear();
        self.long.clear();
    }
}

/// A short word as two numbers: its bytes, and in the last place its length.
fn packed(raw: &str) -> Option<(u64, u64)> {
    let length = u8::try_from(raw.len()).ok().filter(|length| *length < 16)?;
    let mut bytes = [0; 16];
    bytes[..raw.len()].copy_from_slice(raw.as_bytes());
    bytes[15] = length;
    let (first, last) = (bytes.first_chunk()?, bytes.last_chunk()?);
    Some((u64::from_le_bytes(*first), u64::from_le_bytes(*last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_told_apart() {
        let mut spellings = Spellings::default();
        let words = [
            "",
            "a",
            "a\0",
            "ab",
            "abcdefgh",
            "abcdefghijklmno",
            "abcdefghijklmnop",
            "é",
        ];
        for (number, word) in (0..).zip(words) {
            assert_eq!(spellings.get(word), None, "{word:?}");
            spellings.add(word, number);
        }
        for (number, word) in (0..).zip(words) {
            assert_eq!(spellings.get(word), Some(number), "{word:?}");
        }
        spellings.clear();
        assert_eq!(spellings.get("abcdefghijklmnop"), None);
    }
}
