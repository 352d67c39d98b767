//! BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009):
//! what a word is worth by how rare it is and how often an article has it.
//!
//! `idf · f (k1 + 1) / (f + k1 (1 - b + b · length / average))`
//!
//! where `f` is how often a field has the word and `idf` the logarithm of the
//! odds that an article has it not. It stands here once: engines find the first
//! articles by it with [`ENGINE`], and the ranking adds it up with constants of
//! its own.
//!
//! Example: 100 articles, 9 of them with the word, give an idf of ln(1 + 91.5 /
//! 9.5) = 2.36. An article of average length with the word twice scores 2.36 ·
//! 2 · 2.2 / (2 + 1.2) = 3.25, with the word twenty times 4.90: never more than
//! k1 + 1 = 2.2 times the idf. The added 1 in the logarithm keeps a word of
//! most articles from counting against them (as Lucene has it).

/// The two constants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bm25 {
    /// How soon further occurrences stop counting. At 0 only whether the word
    /// is there counts.
    pub(crate) k1: f32,
    /// How much long articles are held back, from 0 to 1. At 0 length does not
    /// matter.
    pub(crate) b: f32,
}

/// The constants that engines have built in (tantivy, Lucene and what is made of
/// it): what the first articles are found by. A ranking with others is no
/// fault; it only looks at the hundreds that these find.
pub(crate) const ENGINE: Bm25 = Bm25 { k1: 1.2, b: 0.75 };

impl Bm25 {
    /// BM25 without the idf: `frequency` occurrences in a field as long as
    /// `share` of the average. From 0 to below k1 + 1; `share` must be above 0,
    /// or `b` below 1.
    pub(crate) fn saturated(self, frequency: f32, share: f32) -> f32 {
        let held_back = self.k1 * (1.0 - self.b + self.b * share);
        frequency * (self.k1 + 1.0) / (frequency + held_back)
    }
}

/// The weight of a term that `with` of `all` articles have: the logarithm of
/// the odds that one has it not, smoothed so that it is never negative.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of articles lie far below 2^24 or lose nothing that matters"
)]
/// `with` must not exceed `all`.
pub(crate) fn idf(all: u64, with: u64) -> f32 {
    let (all, with) = (all as f32, with as f32);
    (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_word_and_a_short_article_count_more() {
        assert!(idf(100, 1) > idf(100, 50) && idf(100, 100) > 0.0);
        assert!((ENGINE.saturated(1.0, 1.0) - 1.0).abs() < 1e-6);
        assert!(ENGINE.saturated(1.0, 0.5) > ENGINE.saturated(1.0, 2.0));
        // However often it stands there, at most k1 + 1.
        assert!(ENGINE.saturated(1e6, 1.0) < ENGINE.k1 + 1.0);
    }
}
