//! A few bytes by which near-duplicates of an article are suspected.
//!
//! Of all runs of three words, the eight with the smallest hashes are kept, 16
//! bits of each (a bottom sketch, Broder 1997). Two articles that share the
//! share J of their runs have one of the eight in common with a chance of
//! 1 - (1 - J)^8 at least: 94 % for 0.3, 99.6 % for 0.5. Two that share none
//! have one with a chance of 0.1 %.
//!
//! A random order of all possible runs is the same for all articles (a hash),
//! so the smallest of two articles agree as often as the articles do. Keeping
//! the eight smallest of one order costs one hash a word, where eight orders
//! would cost eight; and 16 of 64 bits tell them apart well enough for a
//! suspicion. What is suspected is read and compared in full
//! (`search::near_duplicates`).
//!
//! Example: of the runs abc, bcd, cde with hashes 7, 2, 9 the two smallest
//! would be 2 and 7. Hashes are of stems, so *talks* and *talk* agree. The
//! lowest bits are kept, since the highest are what made a hash small.
//!
//! Cost: O(words), sixteen bytes an article. Words must come in the order of
//! the text.

/// How many runs are kept.
const KEPT: usize = 8;

/// Shorter articles have no minhash: identical notices are sent on many days.
pub(crate) const MIN_WORDS: usize = 50;

/// Two numbers that hold a minhash: four of its runs each.
pub(crate) type Minhash = [u64; 2];

/// Makes a minhash, word by word.
#[derive(Debug)]
pub(crate) struct MinhashBuilder {
    /// The hashes of the last two words.
    last: [u64; 2],
    words: usize,
    /// The smallest hashes so far, in order.
    smallest: Vec<u64>,
}

impl Default for MinhashBuilder {
    fn default() -> Self {
        MinhashBuilder {
            last: [0; 2],
            words: 0,
            // One more while the largest is turned out.
            smallest: Vec::with_capacity(KEPT + 1),
        }
    }
}

impl MinhashBuilder {
    /// Adds the next word, by the hash (XXH3, 64 bits) of its term.
    pub(crate) fn push(&mut self, word: u64) {
        let [first, second] = self.last;
        self.last = [second, word];
        self.words += 1;
        if self.words >= 3 {
            self.insert(mix(first
                .rotate_left(23)
                .wrapping_add(second)
                .rotate_left(23)
                .wrapping_add(word)));
        }
    }

    /// Keeps the smallest distinct hashes; most are turned away by the largest
    /// of them.
    fn insert(&mut self, hash: u64) {
        if self.smallest.len() == KEPT && hash >= self.smallest[KEPT - 1] {
            return;
        }
        if let Err(at) = self.smallest.binary_search(&hash) {
            self.smallest.insert(at, hash);
            self.smallest.truncate(KEPT);
        }
    }

    /// The minhash; `None` for a short article, or one of few distinct runs.
    pub(crate) fn finish(&self) -> Option<Minhash> {
        if self.words < MIN_WORDS || self.smallest.len() < KEPT {
            return None;
        }
        let mut sketch = [0; 2];
        for (at, hash) in self.smallest.iter().enumerate() {
            // The highest bits are those that made it small.
            sketch[at / 4] = sketch[at / 4] << 16 | (hash & 0xffff);
        }
        Some(sketch)
    }
}

/// Spreads a hash over all bits (the finaliser of splitmix64).
fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// The runs that a minhash keeps, the smallest hash first.
pub(crate) type MinhashRuns = [u16; KEPT];

/// Takes a minhash apart.
pub(crate) fn parts(sketch: Minhash) -> MinhashRuns {
    let [one, other] = sketch.map(u64::to_be_bytes);
    std::array::from_fn(|at| {
        let half = if at < 4 { one } else { other };
        let low = at % 4 * 2;
        u16::from_be_bytes([half[low], half[low + 1]])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(words: impl Iterator<Item = usize>) -> Option<MinhashRuns> {
        let mut sketcher = MinhashBuilder::default();
        for word in words {
            sketcher.push(xxhash_rust::xxh3::xxh3_64(format!("word{word}").as_bytes()));
        }
        sketcher.finish().map(parts)
    }

    fn share(one: MinhashRuns, other: MinhashRuns) -> bool {
        one.iter().any(|part| other.contains(part))
    }

    #[test]
    fn short_articles_have_none() {
        assert_eq!(sketch(0..49), None);
        assert!(sketch(0..50).is_some());
        assert_eq!(sketch((0..50).map(|_| 1)), None);
    }

    #[test]
    fn copies_share_a_part_and_others_hardly_ever() {
        let mut missed = 0;
        let mut shared = 0;
        for start in 0..1000 {
            let at = start * 1000;
            let whole = sketch(at..at + 100).unwrap();
            // The first sixty words of it again: J is 0.6.
            missed += usize::from(!share(whole, sketch(at..at + 62).unwrap()));
            let other = sketch(at + 500..at + 600).unwrap();
            shared += usize::from(share(whole, other));
        }
        assert!(missed <= 5, "{missed} of 1000");
        assert!(shared <= 5, "{shared} of 1000");
    }
}
