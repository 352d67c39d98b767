//! Decides which capitalised words name people: an averaged structured
//! perceptron over runs of capitalised words.
//!
//! The method: Collins, "Discriminative training methods for hidden Markov
//! models" (2002). Features are hashed into a table of weights; only runs of
//! capitalised words are tagged, all else is no name. Each token is outside,
//! begins a person, goes on with one, or belongs to another name; the best
//! sequence is found by Viterbi's method.
//!
//! For each token, the weights of its 35 buckets are added up for each of the
//! four labels; between neighbours there are weights for each pair of labels.
//! Viterbi's method keeps, for each label of the present token, the best sum
//! that ends with it and the label before it; *inside* may only follow *begins*
//! or *inside*. Example: scores (outside 9), (inside 9), (inside 9) give
//! *outside, begins, inside* if *begins* scores 1: no person goes on that has
//! not begun.
//!
//! Weights are bytes, sums are integers, so the outcome is the same on every
//! machine. Ties go to the lower label. Cost: O(tokens of runs × (35 × 4 +
//! 16)); the table is 1 MiB and part of the program.
//!
//! The weights end with a fingerprint of the lists of names: a list that
//! changes asks for training anew (`the_shipped_weights_fit_the_table`).

use std::borrow::Cow;
use std::ops::Range;

use super::features::{BUCKETS, FEATURES, Features};
use super::memory::DocumentMemory;
use super::runs;
use crate::gazetteer::token::Token;

/// Labels of a token.
pub(super) const OUTSIDE: usize = 0;
/// The first word of a person's name.
pub(super) const BEGINS: usize = 1;
/// A further word of it.
pub(super) const INSIDE: usize = 2;
/// Part of another name: a place, a firm.
pub(super) const OTHER: usize = 3;
/// How many labels there are.
pub(super) const LABELS: usize = 4;

/// The weights: of each bucket for each label, then of each label after each.
/// The shipped ones are borrowed from the program's own bytes: nothing is
/// loaded.
#[derive(Debug, Clone)]
pub(super) struct TaggerWeights {
    table: Cow<'static, [u8]>,
}

/// The bytes of the weights: the table, transitions of two bytes, and the
/// fingerprint of the lists that they were learned with.
pub(super) const WEIGHT_BYTES: usize = BUCKETS * LABELS + LABELS * LABELS * 2 + 8;

/// Which label may follow which: a person goes on only where one is. Training
/// repairs its labels by the same rule.
pub(super) fn may_follow(before: usize, label: usize) -> bool {
    label != INSIDE || before == BEGINS || before == INSIDE
}

/// The weights that the program ships; `weights.md` beside them says what they
/// were made from.
static SHIPPED: &[u8] = include_bytes!("weights.bin");

impl TaggerWeights {
    /// The weights of the program.
    pub(super) fn shipped() -> TaggerWeights {
        TaggerWeights::new(Cow::Borrowed(SHIPPED))
    }

    /// Weights as `training` writes them. A table of another size knows
    /// nobody.
    pub(super) fn new(table: Cow<'static, [u8]>) -> TaggerWeights {
        if table.len() == WEIGHT_BYTES {
            TaggerWeights { table }
        } else {
            TaggerWeights {
                table: Cow::Owned(vec![0; WEIGHT_BYTES]),
            }
        }
    }

    /// Adds the weights of one bucket to the scores of each label.
    fn score(&self, bucket: u32, scores: &mut [i32; LABELS]) {
        let at = bucket as usize * LABELS;
        for (score, weight) in scores.iter_mut().zip(&self.table[at..at + LABELS]) {
            *score += i32::from(weight.cast_signed());
        }
    }

    /// What it counts that `label` follows `before`.
    fn transition(&self, before: usize, label: usize) -> i32 {
        let at = BUCKETS * LABELS + (before * LABELS + label) * 2;
        i32::from(i16::from_le_bytes([self.table[at], self.table[at + 1]]))
    }

    /// The people among `tokens`, as ranges of tokens. Blocks lie between
    /// edges: see [`super::features`]. Disjoint and in order, not yet settled.
    pub(super) fn people(&self, tokens: &[Token], memory: &DocumentMemory) -> Vec<Range<usize>> {
        let mut people = Vec::new();
        let (mut scores, mut labels) = (Vec::new(), Vec::new());
        let mut features = Features::default();
        let transitions: [[i32; LABELS]; LABELS] = std::array::from_fn(|before| {
            std::array::from_fn(|label| self.transition(before, label))
        });
        let runs = runs::find(tokens).into_iter();
        for run in runs.filter(|run| runs::may_name(&tokens[run.clone()])) {
            features.read(tokens, &run, memory);
            self.score_all(&features, &mut scores);
            best_sequence(
                &scores,
                |before, label| transitions[before][label],
                &mut labels,
            );
            for (offset, label) in labels.iter().enumerate() {
                let at = run.start + offset;
                match (*label, people.last_mut()) {
                    (BEGINS, _) => people.push(at..at + 1),
                    (INSIDE, Some(last)) => last.end = at + 1,
                    _ => {}
                }
            }
        }
        people
    }

    /// What each token of a run scores for each label. Two bytes would hold it;
    /// sums of bytes in 32 bits cannot overflow.
    fn score_all(&self, features: &Features, scores: &mut Vec<[i32; LABELS]>) {
        scores.clear();
        scores.extend(features.tokens().map(|buckets: &[u32; FEATURES]| {
            let mut scores = [0; LABELS];
            for bucket in buckets {
                self.score(*bucket, &mut scores);
            }
            scores
        }));
    }
}

/// Viterbi's method: the labels with the highest sum. One for each token; of
/// equal sums the lower label. `labels` is emptied first.
pub(super) fn best_sequence<S>(
    scores: &[[S; LABELS]],
    transition: impl Fn(usize, usize) -> S,
    labels: &mut Vec<usize>,
) where
    S: Copy + PartialOrd + std::ops::Add<Output = S>,
{
    labels.clear();
    let Some((first, rest)) = scores.split_first() else {
        return;
    };
    // A run follows what is outside; no person goes on from there.
    let mut best: [Option<S>; LABELS] = std::array::from_fn(|label| {
        may_follow(OUTSIDE, label).then(|| first[label] + transition(OUTSIDE, label))
    });
    for here in rest {
        let mut next = [None; LABELS];
        let mut step = 0;
        // The best way to each label, and through which.
        for label in 0..LABELS {
            for (before, so_far) in best.iter().enumerate() {
                let Some(so_far) = so_far.filter(|_| may_follow(before, label)) else {
                    continue;
                };
                let total = so_far + here[label] + transition(before, label);
                if next[label].is_none_or(|known| total > known) {
                    next[label] = Some(total);
                    let shift = label * u8::BITS as usize;
                    step = step & !(0xff << shift) | before << shift;
                }
            }
        }
        best = next;
        // Until the last label is known, what each would come after: a byte
        // for each.
        labels.push(step);
    }
    // The best label at the end; then back along the steps.
    let mut label = 0;
    for candidate in 1..LABELS {
        let beats = match (best[candidate], best[label]) {
            (Some(a), Some(b)) => a > b,
            (Some(_), None) => true,
            _ => false,
        };
        if beats {
            label = candidate;
        }
    }
    labels.push(label);
    for at in (0..rest.len()).rev() {
        labels[at] = labels[at] >> (labels[at + 1] * u8::BITS as usize) & 0xff;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::names;

    #[test]
    fn the_best_sequence_obeys_what_may_follow() {
        let mut labels = Vec::new();
        // The second token would rather go on with a person that is not there.
        let scores = [[9, 0, 0, 0], [0, 1, 9, 0], [0, 0, 9, 0]];
        best_sequence(&scores, |_, _| 0, &mut labels);
        assert_eq!(labels, [OUTSIDE, BEGINS, INSIDE]);
        // A transition outweighs a small difference.
        let prefers_other = |_, label| if label == OTHER { 3 } else { 0 };
        best_sequence(&[[2, 0, 0, 0]], prefers_other, &mut labels);
        assert_eq!(labels, [OTHER]);
        best_sequence(&[], |_, _| 0, &mut labels);
        assert!(labels.is_empty());
    }

    #[test]
    fn the_shipped_weights_fit_the_table() {
        assert_eq!(SHIPPED.len(), WEIGHT_BYTES);
        assert!(SHIPPED.iter().any(|byte| *byte != 0));
        let learned_with = &SHIPPED[WEIGHT_BYTES - 8..];
        let lists = names::fingerprint().to_le_bytes();
        assert_eq!(learned_with, lists, "the lists changed: run train_people");
        // Weights of another size know nobody, and do no harm.
        let weights = TaggerWeights::new(Cow::Borrowed(&[1, 2, 3]));
        let tokens = crate::gazetteer::token::Tokens::of_text("Howard Schmidt met Xi Jinping.");
        let memory = DocumentMemory::of(&tokens.all);
        assert!(weights.people(&tokens.all, &memory).is_empty());
    }
}
