//! Makes the tagger's weights from texts in which the names are marked.

use std::ops::Range;

use super::features::{BUCKETS, FEATURES, Features, OWN_LETTERS};
use super::memory::DocumentMemory;
use super::tagger::{
    BEGINS, INSIDE, LABELS, OTHER, OUTSIDE, WEIGHT_BYTES, best_sequence, may_follow,
};
use super::{runs, spans};
use crate::gazetteer::names;
use crate::gazetteer::token::{Token, Tokens};

/// A text with the names in it.
#[derive(Debug, Clone, Default)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// Its sentences, in bytes.
    pub sentences: Vec<Range<usize>>,
    /// Names of people, in bytes.
    pub people: Vec<Range<usize>>,
    /// Other names, in bytes.
    pub others: Vec<Range<usize>>,
}

/// How to train.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many learners are trained, each in an order of its own, and averaged.
    pub learners: usize,
    /// How often all texts are gone through.
    pub epochs: usize,
    /// How often, in percent, a run is shown without its own letters, so that
    /// the tagger learns from what is around a name it never saw.
    pub blank_percent: u64,
    /// The seed of the order.
    pub seed: u64,
}

/// A run to learn from.
struct Lesson {
    tokens: Vec<[u32; FEATURES]>,
    labels: Vec<usize>,
    weight: usize,
}

/// Trains on `texts`, each with how often it counts.
pub fn train(texts: &[(Marked, usize)], options: Options) -> Vec<u8> {
    let mut lessons: Vec<Lesson> = Vec::new();
    for (text, weight) in texts {
        lessons_of(text, *weight, &mut lessons);
    }
    let mut total = Averages::default();
    let mut random = Random(options.seed);
    for _ in 0..options.learners {
        let mut learner = Learner::new();
        let mut order: Vec<usize> = (0..lessons.len())
            .flat_map(|at| std::iter::repeat_n(at, lessons[at].weight))
            .collect();
        for _ in 0..options.epochs {
            random.shuffle(&mut order);
            for at in &order {
                let blank = random.below(100) < options.blank_percent;
                learner.learn(&lessons[*at], blank);
            }
        }
        total.add(&learner);
    }
    total.weights()
}

fn lessons_of(text: &Marked, weight: usize, lessons: &mut Vec<Lesson>) {
    let tokens = Tokens::of(&text.text, text.sentences.iter().cloned()).all;
    let memory = DocumentMemory::of(&tokens);
    let gold = labels_of(text, &tokens);
    let mut features = Features::default();
    for run in runs::find(&tokens) {
        features.read(&tokens, &run, &memory);
        lessons.push(Lesson {
            tokens: features.tokens().copied().collect(),
            labels: repaired(&gold[run]),
            weight,
        });
    }
}

/// The label of each token.
fn labels_of(text: &Marked, tokens: &[Token]) -> Vec<usize> {
    let mut labels = vec![OUTSIDE; tokens.len()];
    let places: Vec<usize> = (0..tokens.len())
        .filter(|at| tokens[*at].end > tokens[*at].start)
        .collect();
    let inside = |span: &Range<usize>| -> Range<usize> {
        let first = places.partition_point(|at| tokens[*at].start < span.start);
        let last = places.partition_point(|at| tokens[*at].end <= span.end);
        match (places.get(first), last.checked_sub(1)) {
            (Some(start), Some(last)) if first <= last => *start..places[last] + 1,
            _ => 0..0,
        }
    };
    for span in &text.others {
        labels[inside(span)].fill(OTHER);
    }
    for span in &text.people {
        let found = inside(span);
        labels[found.clone()].fill(OTHER);
        // An office is no part of a name, whatever those thought who marked it.
        if let Some(name) = spans::settle(tokens, &found).filter(|name| !name.is_empty()) {
            labels[name.start] = BEGINS;
            labels[name.start + 1..name.end].fill(INSIDE);
        }
    }
    labels
}

/// The labels of a run: a name that begins before it begins with it.
fn repaired(labels: &[usize]) -> Vec<usize> {
    let mut before = OUTSIDE;
    let mut repaired = Vec::with_capacity(labels.len());
    for label in labels {
        let label = if may_follow(before, *label) {
            *label
        } else {
            BEGINS
        };
        repaired.push(label);
        before = label;
    }
    repaired
}

/// Weights that are averaged over all steps.
struct Learner {
    table: Vec<[f32; LABELS]>,
    sums: Vec<[f32; LABELS]>,
    transitions: [[f32; LABELS]; LABELS],
    transition_sums: [[f32; LABELS]; LABELS],
    step: f32,
}

impl Learner {
    fn new() -> Learner {
        Learner {
            table: vec![[0.0; LABELS]; BUCKETS],
            sums: vec![[0.0; LABELS]; BUCKETS],
            transitions: [[0.0; LABELS]; LABELS],
            transition_sums: [[0.0; LABELS]; LABELS],
            step: 1.0,
        }
    }

    fn learn(&mut self, lesson: &Lesson, blank: bool) {
        let seen = |number: usize| !(blank && OWN_LETTERS.contains(&number));
        let scores: Vec<[f32; LABELS]> = lesson
            .tokens
            .iter()
            .map(|buckets| {
                let mut scores = [0.0; LABELS];
                for (number, bucket) in buckets.iter().enumerate() {
                    if seen(number) {
                        let weights = &self.table[*bucket as usize];
                        for (score, weight) in scores.iter_mut().zip(weights) {
                            *score += weight;
                        }
                    }
                }
                scores
            })
            .collect();
        let mut guess = Vec::new();
        best_sequence(
            &scores,
            |before, label| self.transitions[before][label],
            &mut guess,
        );
        self.step += 1.0;
        if guess == lesson.labels {
            return;
        }
        let (mut before_right, mut before_guess) = (OUTSIDE, OUTSIDE);
        for ((buckets, right), guess) in lesson.tokens.iter().zip(&lesson.labels).zip(&guess) {
            if right != guess {
                for (number, bucket) in buckets.iter().enumerate() {
                    if seen(number) {
                        self.add(*bucket, *right, 1.0);
                        self.add(*bucket, *guess, -1.0);
                    }
                }
            }
            self.add_transition(before_right, *right, 1.0);
            self.add_transition(before_guess, *guess, -1.0);
            (before_right, before_guess) = (*right, *guess);
        }
    }

    fn add(&mut self, bucket: u32, label: usize, by: f32) {
        self.table[bucket as usize][label] += by;
        self.sums[bucket as usize][label] += by * self.step;
    }

    fn add_transition(&mut self, before: usize, label: usize, by: f32) {
        self.transitions[before][label] += by;
        self.transition_sums[before][label] += by * self.step;
    }
}

/// The averages of learners, summed.
#[derive(Default)]
struct Averages {
    table: Vec<[f32; LABELS]>,
    transitions: [[f32; LABELS]; LABELS],
}

impl Averages {
    fn add(&mut self, learner: &Learner) {
        self.table.resize(BUCKETS, [0.0; LABELS]);
        let average = |weight: f32, sum: f32| weight - sum / learner.step;
        let add = |totals: &mut [f32; LABELS], weights: &[f32; LABELS], sums: &[f32; LABELS]| {
            for ((total, weight), sum) in totals.iter_mut().zip(weights).zip(sums) {
                *total += average(*weight, *sum);
            }
        };
        for ((totals, weights), sums) in
            self.table.iter_mut().zip(&learner.table).zip(&learner.sums)
        {
            add(totals, weights, sums);
        }
        let transitions = self.transitions.iter_mut().zip(&learner.transitions);
        for ((totals, weights), sums) in transitions.zip(&learner.transition_sums) {
            add(totals, weights, sums);
        }
    }

    /// The weights, scaled to bytes.
    fn weights(&self) -> Vec<u8> {
        let all = self.table.iter().flatten();
        let mut sizes: Vec<f32> = all
            .map(|weight| weight.abs())
            .filter(|size| *size > 0.0)
            .collect();
        sizes.sort_by(f32::total_cmp);
        // All but the largest in a thousand keep their proportions.
        let largest = sizes.get(sizes.len() * 999 / 1000).copied().unwrap_or(1.0);
        let scale = 127.0 / largest;
        let mut bytes = Vec::with_capacity(WEIGHT_BYTES);
        for weight in self.table.iter().flatten() {
            let scaled = (weight * scale).round().clamp(-127.0, 127.0);
            #[allow(clippy::cast_possible_truncation, reason = "clamped to a byte")]
            bytes.push((scaled as i8).cast_unsigned());
        }
        for weight in self.transitions.iter().flatten() {
            let scaled = (weight * scale).round().clamp(-32_000.0, 32_000.0);
            #[allow(clippy::cast_possible_truncation, reason = "clamped to two bytes")]
            bytes.extend((scaled as i16).to_le_bytes());
        }
        bytes.extend(names::fingerprint().to_le_bytes());
        bytes
    }
}

/// Steele, Lea and Flood's `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            let other = self.below(at as u64 + 1);
            #[allow(clippy::cast_possible_truncation, reason = "it is at most `at`")]
            let other = other as usize;
            list.swap(at, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::extract::people::tagger::TaggerWeights;
    use crate::gazetteer::token::bytes_of;

    /// A text of sentences, names in square brackets.
    fn marked(sentences: &[&str]) -> Marked {
        let mut text = Marked::default();
        for sentence in sentences {
            let start = text.text.len();
            for (number, part) in sentence.split(['[', ']']).enumerate() {
                let at = text.text.len();
                text.text.push_str(part);
                if number % 2 == 1 {
                    text.people.push(at..text.text.len());
                }
            }
            text.sentences.push(start..text.text.len());
            text.text.push('\n');
        }
        text
    }

    fn learned() -> Vec<u8> {
        let text = marked(&[
            "Mr. [Vorlo Zand] said so.",
            "The Green Company said so.",
            "They met Mr. [Korin Vell] here.",
            "They met the Amber Company here.",
            "It was told by Mr. [Tolan Brisk] there.",
            "It was told by the Ochre Company there.",
        ]);
        let options = Options {
            learners: 2,
            epochs: 20,
            blank_percent: 50,
            seed: 7,
        };
        train(&[(text, 1)], options)
    }

    #[test]
    fn it_learns_and_the_same_texts_give_the_same_bytes() {
        let bytes = learned();
        assert_eq!(bytes, learned());
        let weights = TaggerWeights::new(Cow::Owned(bytes));
        let text = "Mr. Dornal Quist said so. The Grey Company said so.";
        let tokens = Tokens::of_text(text).all;
        let people = weights.people(&tokens, &DocumentMemory::of(&tokens));
        let shown: Vec<&str> = people
            .iter()
            .filter_map(|span| spans::settle(&tokens, span))
            .map(|span| &text[bytes_of(&tokens, &span)])
            .collect();
        assert_eq!(shown, ["Dornal Quist"]);
    }

    #[test]
    fn an_office_is_learned_as_no_part_of_a_name() {
        let text = marked(&["They met [Gen. Ann Doe] there."]);
        let tokens = Tokens::of(&text.text, text.sentences.iter().cloned()).all;
        let labels = labels_of(&text, &tokens);
        let names: Vec<usize> = labels
            .into_iter()
            .filter(|label| *label != OUTSIDE)
            .collect();
        assert_eq!(names, [OTHER, BEGINS, INSIDE]);
    }
}
