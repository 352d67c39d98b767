//! Makes the tagger's weights from texts in which the names are marked.
//!
//! Collins's algorithm (2002): each run is tagged with the weights so far;
//! where the guess is wrong, the features of the right labels gain one and
//! those of the guessed ones lose one. The weights that are kept are the
//! average over all steps, which spares learning rates and generalises better;
//! it is had from a second table of step-weighted sums, w - sum / steps,
//! without adding up the whole table at each step.
//!
//! Each text is read twice, the second time with other names in it (`Renaming`).
//! Several learners in different orders are averaged as well. In a share of the
//! lessons the features of the word's own letters are hidden. At the end the
//! weights become bytes: all but the largest in a thousand keep their
//! proportions.
//!
//! Example: guess *begins* where *outside* is right: 31 buckets gain 1 for
//! *outside* and lose 1 for *begins*, and two transitions change.
//!
//! The same texts, options and seed give the same bytes. Cost: learners ×
//! epochs × tokens; two tables of 4 MiB a learner. It runs by hand
//! (`examples`), never in a search.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::features::{BUCKETS, FEATURES, Features, OWN_LETTERS};
use super::memory::DocumentMemory;
use super::tagger::{
    BEGINS, INSIDE, LABELS, OTHER, OUTSIDE, WEIGHT_BYTES, best_sequence, may_follow,
};
use super::{runs, spans};
use crate::gazetteer::names::{self, WordClass};
use crate::gazetteer::token::{Token, TokenShape, Tokens};

/// A text with the names in it. Ranges are disjoint; those of people and others
/// lie in sentences.
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

/// How to train. `weights.md` says which the shipped weights were made with.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many learners are trained, each in an order of its own, and averaged.
    pub learners: usize,
    /// How often all texts are gone through.
    pub epochs: usize,
    /// How often, in percent, a run is shown without its own letters, so that
    /// the tagger learns from what is around a name it never saw.
    pub blank_percent: u64,
    /// How often, in percent, a word of a person's name is another one in the
    /// second reading of a text. With 0 there is no second reading.
    pub renamed_percent: u64,
    /// How often such a word is hidden from the lists of names.
    pub unlisted_percent: u64,
    /// How often, in percent, a word of another name is another one there.
    pub renamed_others_percent: u64,
    /// The seed of the order.
    pub seed: u64,
}

/// A run to learn from. Features are read once and used in every epoch.
struct Lesson {
    tokens: Vec<[u32; FEATURES]>,
    labels: Vec<usize>,
    weight: usize,
}

/// Trains on `texts`, each with how often it counts. The bytes are those of
/// `weights.bin`.
pub fn train(texts: &[(Marked, usize)], options: Options) -> Vec<u8> {
    let mut lessons: Vec<Lesson> = Vec::new();
    let mut random = Random(options.seed);
    let renaming = Renaming::new();
    for (text, weight) in texts {
        let mut tokens = Tokens::of(&text.text, text.sentences.iter().cloned()).all;
        let gold = labels_of(text, &tokens);
        lessons_of(&tokens, &gold, *weight, &mut lessons);
        if options.renamed_percent > 0 {
            renaming.apply(&mut tokens, &gold, options, &mut random);
            lessons_of(&tokens, &gold, *weight, &mut lessons);
        }
    }
    let mut total = Averages::default();
    for _ in 0..options.learners {
        let mut learner = Learner::new();
        // A text that counts twice is learned from twice in each epoch.
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

/// The runs of a text, also those that hold no name.
fn lessons_of(tokens: &[Token], gold: &[usize], weight: usize, lessons: &mut Vec<Lesson>) {
    let memory = DocumentMemory::of(tokens);
    let mut features = Features::default();
    for run in runs::find(tokens) {
        features.read(tokens, &run, &memory);
        lessons.push(Lesson {
            tokens: features.tokens().copied().collect(),
            labels: repaired(&gold[run]),
            weight,
        });
    }
}

/// Gives people other names, and other names other letters, so that weights are
/// learned from what stands around a name and from what names look like, not
/// from the few names that the texts hold. A word keeps its new letters through
/// the article; some of them are hidden from the lists, as the names of most
/// people in the world are.
struct Renaming {
    /// Given names, and family names.
    names: [Vec<Token>; 2],
}

impl Renaming {
    fn new() -> Renaming {
        let tokens = |words: Vec<&str>| {
            let mut text = String::new();
            for word in words {
                let (first, rest) = word.split_at(1);
                text.push_str(&first.to_uppercase());
                text.push_str(rest);
                text.push('\n');
            }
            Tokens::of_text(&text).block(0).to_vec()
        };
        Renaming {
            names: names::listed_names().map(tokens),
        }
    }

    /// Renames a share of the words of names in `tokens`, whose labels are
    /// `gold`.
    fn apply(&self, tokens: &mut [Token], gold: &[usize], options: Options, random: &mut Random) {
        let fixed = WordClass::ORGANISATION
            .or(WordClass::TITLE)
            .or(WordClass::FUNCTION);
        let mut known: FxHashMap<u64, Option<Token>> = FxHashMap::default();
        for (token, label) in tokens.iter_mut().zip(gold) {
            let is_other = *label == OTHER && !token.class.is(fixed);
            let is_name = is_other || *label == BEGINS || *label == INSIDE;
            let has_letters = matches!(token.shape, TokenShape::Capital | TokenShape::Mixed)
                && token.end - token.start > 2;
            if !is_name || !has_letters {
                continue;
            }
            let list = &self.names[usize::from(*label != BEGINS)];
            let share = if is_other {
                options.renamed_others_percent
            } else {
                options.renamed_percent
            };
            let is_renamed = random.below(100) < share;
            let pick = random.pick(list);
            let is_unlisted = is_other || random.below(100) < options.unlisted_percent;
            let new = known.entry(token.key).or_insert_with(|| {
                let mut new = pick.filter(|_| is_renamed)?;
                if is_unlisted {
                    new.class = WordClass::NONE;
                }
                Some(new)
            });
            if let Some(new) = new {
                token.key = new.key;
                token.head = new.head;
                token.tail = new.tail;
                token.class = new.class;
                token.shape = TokenShape::Capital;
            }
        }
    }
}

/// The label of each token. What is neither a person nor another name is
/// outside.
fn labels_of(text: &Marked, tokens: &[Token]) -> Vec<usize> {
    let mut labels = vec![OUTSIDE; tokens.len()];
    let places: Vec<usize> = (0..tokens.len())
        .filter(|at| tokens[*at].end > tokens[*at].start)
        .collect();
    // Edges have no letters and are passed over.
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

/// The labels of a run: a name that begins before it begins with it. So every
/// lesson is a sequence that the tagger can give.
///
/// Example: *inside, inside, outside* becomes *begins, inside, outside*.
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

/// Weights that are averaged over all steps. The sums weigh each change by the
/// step at which it was made.
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

    /// One step: nothing changes where the guess is right.
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
        // Also where the guess is right: averages are over all steps.
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

    /// Changes a weight, and the sum that its average comes from.
    fn add(&mut self, bucket: u32, label: usize, by: f32) {
        self.table[bucket as usize][label] += by;
        self.sums[bucket as usize][label] += by * self.step;
    }

    fn add_transition(&mut self, before: usize, label: usize, by: f32) {
        self.transitions[before][label] += by;
        self.transition_sums[before][label] += by * self.step;
    }
}

/// The averages of learners, summed. Bytes are made of it at the end.
#[derive(Default)]
struct Averages {
    table: Vec<[f32; LABELS]>,
    transitions: [[f32; LABELS]; LABELS],
}

impl Averages {
    /// Adds the averages of one learner.
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
    ///
    /// A weight of the largest size becomes 127 or -127; transitions keep two
    /// bytes and the same scale, so that they add up with the others.
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
        let transitions = self
            .transitions
            .iter()
            .flat_map(|after| after.iter().zip(LEANING));
        for (weight, leaning) in transitions {
            let scaled = (weight * scale + leaning)
                .round()
                .clamp(-32_000.0, 32_000.0);
            #[allow(clippy::cast_possible_truncation, reason = "clamped to two bytes")]
            bytes.extend((scaled as i16).to_le_bytes());
        }
        bytes.extend(names::fingerprint().to_le_bytes());
        bytes
    }
}

/// What is added to each label's transitions, in the units of the weights. The
/// perceptron learns to be right on tokens, and cuts a name short rather than
/// take in a word that it does not know; full names gain where it leans the
/// other way (`weights.md`).
const LEANING: [f32; LABELS] = [0.0, BEGINS_LEANING, INSIDE_LEANING, 0.0];
const BEGINS_LEANING: f32 = -40.0;
const INSIDE_LEANING: f32 = 110.0;

/// Steele, Lea and Flood's `SplitMix64`. Its numbers are the same on every
/// machine, which those of a library may not be.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, near enough evenly.
    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// One of `list`, if it has any.
    fn pick<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        let number = self.below(list.len() as u64);
        usize::try_from(number)
            .ok()
            .and_then(|at| list.get(at))
            .copied()
    }

    /// Fisher and Yates's method.
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
            renamed_percent: 0,
            unlisted_percent: 0,
            renamed_others_percent: 0,
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
