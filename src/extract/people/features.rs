//! What the tagger looks at: for each token of a run, the buckets of its
//! features.
//!
//! Words, endings, shapes and classes of the token and its neighbours, and
//! what the article's memory tells of it. Tokens of a block lie between edges,
//! two on either side, so that every neighbour exists.
//!
//! A feature is a number (which kind) and a value (a key, a shape, a class, or
//! two of them mixed). Both are hashed into one of 2^18 buckets (the hashing
//! trick, Weinberger et al. 2009); the bucket has a weight for each label.
//! Nothing is stored of words, and two features that share a bucket share its
//! weight, which learning allows for.
//!
//! Example: in "met President Obama on", *Obama* has its own key, its key with
//! *on*'s, its last two and last four letters, *President*'s key and class, its
//! shape between its neighbours', whether the article also has *obama*, its
//! place in the run, and so on: 35 in all. Training and finding must read the
//! same features in the same order, or the weights mean nothing.
//!
//! Cost: 35 multiplications and look-ups a token.

use std::ops::Range;

use super::memory::{self, DocumentMemory};
use crate::gazetteer::token::{Token, TokenShape};

/// Buckets of features, a power of two: with 2^19 full names are found no
/// better (F1 86.8 both), and a table of 1 MiB stays in the processor's cache.
pub(super) const BUCKETS: usize = 1 << 18;

/// How many features a token has.
pub(super) const FEATURES: usize = 35;

/// The features that name the token's own letters. Training hides them at
/// times, so that words never seen can be told by what is around them.
pub(super) const OWN_LETTERS: Range<usize> = 0..5;

/// The features of one run. One is used for all runs of a text, so that room is
/// made once.
#[derive(Debug, Default)]
pub(super) struct Features {
    tokens: Vec<[u32; FEATURES]>,
}

impl Features {
    /// One entry for each token of the run, in order.
    pub(super) fn tokens(&self) -> impl ExactSizeIterator<Item = &[u32; FEATURES]> {
        self.tokens.iter()
    }

    /// Reads the features of `run`. What was read before is gone; the room is
    /// kept.
    pub(super) fn read(&mut self, tokens: &[Token], run: &Range<usize>, memory: &DocumentMemory) {
        self.tokens.clear();
        let view = View::of(tokens, run);
        // What the article tells of the word before, the word, and the next.
        let traits = |at: usize| u64::from(memory.of_word(&tokens[at]));
        let mut around = [0, traits(run.start - 1), traits(run.start)];
        for at in run.clone() {
            around = [around[1], around[2], traits(at + 1)];
            self.tokens.push(view.features(at, around));
        }
    }
}

/// A run with what holds for all of it.
struct View<'a> {
    tokens: &'a [Token],
    run: &'a Range<usize>,
    /// Classes of all words of the run together.
    all: u64,
    last: &'a Token,
    before: &'a Token,
    after: &'a Token,
    after_next: &'a Token,
    has_lower: bool,
}

impl<'a> View<'a> {
    fn of(tokens: &'a [Token], run: &'a Range<usize>) -> Self {
        let words = &tokens[run.clone()];
        View {
            tokens,
            run,
            all: words.iter().fold(0, |all, token| all | token.class.bits()),
            last: &words[words.len() - 1],
            before: &tokens[run.start - 1],
            after: &tokens[run.end],
            after_next: &tokens[run.end + 1],
            has_lower: words
                .iter()
                .any(|token| token.shape != TokenShape::Capitals),
        }
    }

    /// `at` must have two tokens on either side: edges see to that. `traits` are
    /// what the article tells of the token before, of it, and of the next.
    fn features(&self, at: usize, traits: [u64; 3]) -> [u32; FEATURES] {
        let tokens = self.tokens;
        let [b2, b1, here, a1, a2] = [0, 1, 2, 3, 4].map(|step| &tokens[at + step - 2]);
        let shape = |token: &Token| token.shape as u64;
        let class = |token: &Token| token.class.bits();
        let [of_b1, own, of_a1] = traits;
        let length = ((here.end - here.start) as u64).min(12);
        let place = ((at - self.run.start) as u64).min(4);
        let left = ((self.run.end - 1 - at) as u64).min(4);
        let lower = own & u64::from(memory::IN_LOWER_CASE);
        let marks = u64::from(here.opens_sentence)
            | u64::from(here.opens_line) << 1
            | u64::from(self.has_lower) << 2
            | u64::from(a1.opens_line) << 3;
        let values: [u64; FEATURES] = [
            // The word itself, with the next, and by its last two and four
            // letters and its first.
            here.key,
            pair(here.key, a1.key),
            u64::from(here.tail & 0xffff),
            u64::from(here.tail),
            u64::from(here.head),
            // The words around it.
            b1.key,
            a1.key,
            a2.key,
            // How it looks, and how its neighbours do.
            pair(shape(here), length),
            shape(b1) << 16 | shape(here) << 8 | shape(a1),
            shape(b2) << 32 | shape(b1) << 24 | shape(here) << 16 | shape(a1) << 8 | shape(a2),
            // What the lists know of it and of them.
            class(here),
            class(b1),
            class(a1),
            class(b2) << 1 | u64::from(b1.shape == TokenShape::Mark),
            class(b1) << 16 | class(here),
            class(here) << 16 | class(a1),
            class(b1) << 32 | class(here) << 16 | class(a1),
            // What the article tells of it and of them.
            own,
            own << 16 | class(here),
            of_b1 << 16 | own,
            own << 16 | of_a1,
            // Where in its run it stands.
            place << 16 | left << 8 | marks,
            marks << 32 | lower << 16 | class(here),
            // A word on one side with what is known on the other.
            pair(b1.key, class(a1)),
            pair(class(b1), a1.key),
            // The run as a whole, and what stands around it.
            pair(self.before.key, self.after.key),
            class(self.last) << 16 | left,
            self.all << 8 | place << 4 | left,
            pair(self.after.key, left),
            pair(self.after.key, self.after_next.key),
            pair(shape(self.after), shape(self.after_next)),
            class(self.after) << 20 | class(self.after_next),
            // Its last letters with what is known on the left, and its first and
            // last together: names that no list has.
            pair(u64::from(here.tail), class(b1)),
            pair(u64::from(here.head), u64::from(here.tail)),
        ];
        let mut buckets = [0; FEATURES];
        for (number, (bucket, value)) in buckets.iter_mut().zip(values).enumerate() {
            *bucket = bucket_of(number as u64, value);
        }
        buckets
    }
}

/// Two values as one; the order counts.
fn pair(a: u64, b: u64) -> u64 {
    a.rotate_left(23) ^ b.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The bucket of feature `number` with `value`. The highest bits of a mixed
/// product are spread best.
fn bucket_of(number: u64, value: u64) -> u32 {
    let mixed =
        (value ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
    #[allow(
        clippy::cast_possible_truncation,
        reason = "as many bits are left as a bucket has"
    )]
    let bucket = (mixed >> (64 - BUCKETS.trailing_zeros())) as u32;
    bucket
}
