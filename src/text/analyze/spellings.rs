//! The spellings that the analyzer has seen, by number.

use rustc_hash::FxHashMap;

/// A number for each spelling, counted up from 0.
///
/// A word of up to fifteen bytes, as nearly all are, is looked up as two
/// numbers: comparing texts would fetch each from its own place in memory,
/// which took a tenth of the time of building an index.
///
/// Before the table, a short word is looked for among those met last, each at the
/// place that its letters give: nearly all words of news are among a few
/// thousand.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    short: FxHashMap<(u64, u64), u32>,
    long: FxHashMap<Box<str>, u32>,
    /// Empty until many spellings were seen: a query has few.
    recent: Vec<RecentSpelling>,
}

/// A short spelling and its number.
#[derive(Debug, Clone, Copy)]
struct RecentSpelling {
    key: (u64, u64),
    number: u32,
}

/// No spelling has such a length.
const NO_SPELLING: RecentSpelling = RecentSpelling {
    key: (u64::MAX, u64::MAX),
    number: 0,
};

/// How many spellings are kept as met last, a power of two.
const RECENT: usize = 1 << RECENT_BITS;
const RECENT_BITS: u32 = 12;

/// With so many spellings it is worth to keep those met last.
const WORTH_KEEPING: usize = 1024;

impl Spellings {
    /// The number of a spelling that was added.
    pub(super) fn get(&mut self, raw: &str) -> Option<u32> {
        let Some(key) = packed(raw) else {
            return self.long.get(raw).copied();
        };
        let Some(recent) = self.recent.get_mut(place(key)) else {
            return self.short.get(&key).copied();
        };
        if recent.key != key {
            let number = *self.short.get(&key)?;
            *recent = RecentSpelling { key, number };
        }
        Some(recent.number)
    }

    /// Gives a new spelling its number.
    pub(super) fn add(&mut self, raw: &str, number: u32) {
        match packed(raw) {
            Some(key) => self.short.insert(key, number),
            None => self.long.insert(raw.into(), number),
        };
        if self.recent.is_empty() && self.short.len() >= WORTH_KEEPING {
            self.recent = vec![NO_SPELLING; RECENT];
        }
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.short.clear();
        self.long.clear();
        self.recent.clear();
    }
}

/// Where a short spelling stands among those met last: the highest bits of a
/// product are spread best.
fn place((first, last): (u64, u64)) -> usize {
    let mixed = (first ^ last.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> (u64::BITS - RECENT_BITS)).unwrap_or(0)
}

/// A short word as two numbers: its bytes, and in the last place its length.
fn packed(raw: &str) -> Option<(u64, u64)> {
    let bytes = raw.as_bytes();
    let length = u64::try_from(bytes.len()).ok()?;
    // Pieces of known lengths, which may overlap, need no loop and no call.
    let (first, last) = match length {
        0 => (0, 0),
        1..=3 => {
            let [first, middle, last] =
                [0, bytes.len() / 2, bytes.len() - 1].map(|at| u64::from(bytes[at]));
            (first | middle << 8 | last << 16, 0)
        }
        4..=7 => {
            let ends = (*bytes.first_chunk()?, *bytes.last_chunk()?);
            let ends = (u32::from_le_bytes(ends.0), u32::from_le_bytes(ends.1));
            (u64::from(ends.0) | u64::from(ends.1) << 32, 0)
        }
        8..=15 => {
            let ends = (*bytes.first_chunk()?, *bytes.last_chunk()?);
            let (first, last) = (u64::from_le_bytes(ends.0), u64::from_le_bytes(ends.1));
            // What stands in the first already makes room for the length.
            (
                first,
                last.checked_shr(128 - 8 * u32::try_from(length).ok()?)
                    .unwrap_or(0),
            )
        }
        _ => return None,
    };
    Some((first, last | length << 56))
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

    #[test]
    fn spellings_that_share_a_place_keep_their_numbers() {
        let mut spellings = Spellings::default();
        // More than there are places.
        let words: Vec<String> = (0..3 * RECENT).map(|word| format!("w{word}")).collect();
        for (number, word) in (0..).zip(&words) {
            assert_eq!(spellings.get(word), None, "{word}");
            spellings.add(word, number);
        }
        for (number, word) in (0..).zip(&words) {
            assert_eq!(spellings.get(word), Some(number), "{word}");
            assert_eq!(spellings.get(word), Some(number), "{word}");
        }
        spellings.clear();
        assert!(words.iter().all(|word| spellings.get(word).is_none()));
    }
}
