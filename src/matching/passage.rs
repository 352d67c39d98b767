//! Cuts an article's body into sentences and chooses the passages to show.
//!
//! A passage is a run of whole sentences that stand together in the file,
//! never cut inside a sentence and never across boilerplate. It begins at
//! any sentence and goes on until it has [`MIN_WORDS`] words, and then to the
//! end of its paragraph if that is not beyond [`MAX_WORDS`].
//!
//! Every sentence begins a candidate, so there are as many as sentences. Each
//! is worth the saturating count of the query's parts in it plus half of how
//! near different parts stand ([`closeness`]). A part weighs its idf, made
//! smaller where it stands in most sentences of the article: it does not tell
//! one passage from another. Nor do those that the title has ([`beside_title`]).
//!
//! Then greedily (Carbonell and Goldstein's maximal marginal relevance, 1998,
//! in spirit): the best is chosen, what it answers weighs half from then on,
//! and whatever overlaps it or has 70 % of its words falls out. Ties go to a
//! passage of full length, then to the one that comes to the point soonest,
//! then to the first.
//!
//! Example: with *hotline* in every sentence and *Geneva* in one, `hotline
//! Geneva` shows the sentence with both, not the opening.
//!
//! Cost: O(matches × passage length) to weigh, and O(limit × candidates) to
//! choose. [`best_closeness`] uses the same worth over a sliding run of words
//! for ranking, without the text.

use std::collections::HashSet;
use std::ops::Range;

use crate::layout::{Block, BlockKind, Layout};
use crate::text::sentence::{self, MAX_SENTENCE_BYTES};

/// A passage goes on until it has this many words, where the article has them.
pub const MIN_WORDS: usize = 40;

/// A passage of several sentences has at most this many words (and, where
/// words have no end, no more bytes than a single sentence may have).
pub const MAX_WORDS: usize = 90;

/// How soon further matches of the same part of a query stop counting: the
/// first counts 0.62, the second 0.15 more.
const SATURATION: f32 = 0.6;

/// What two parts of the query side by side add, in shares of the weight of the
/// lighter one; with a word between them half of it, and so on.
const NEARNESS: f32 = 0.5;

/// How strongly a part that stands all over an article gives way to one that
/// does not, in the choice of its passages: the power of its local idf.
///
/// | power | first passage right, of 72 | one of three |
/// |---|---|---|
/// | 0 | 48 | 66 |
/// | 1 | 54 | 69 |
/// | **2** | 59 | 69 |
/// | 3 | 60 | 70 |
///
/// With that, half the nearness answers 61 and 70 of them, none of it 61 and 70,
/// one and a half 55 and 69.
const LOCAL: i32 = 2;

/// What a part weighs in the choice of passages that the article's title has, in
/// shares of its weight: it tells which article, not which passage. With *Karaj
/// plane crash survivors* the opening has three of four words, as the title has,
/// and the passage with the *survivor* answers.
///
/// | share | first passage right, of 72 | one of three |
/// |---|---|---|
/// | 1 | 61 | 70 |
/// | 0.7 | 62 | 70 |
/// | 0.5 | 64 | 70 |
/// | 0.3 | 66 | 70 |
/// | **0.25** | 67 | 70 |
/// | 0.1 | 67 | 70 |
/// | 0 | 65 | 68 |
const TITLED: f32 = 0.25;

/// What a part of the query still weighs in the choice of further passages once
/// a chosen one has it.
const ANSWERED: f32 = 0.5;

/// A passage is passed over if a chosen one has so large a share of its words.
/// A line that an archive repeats is shown once.
const SAME_WORDS: f32 = 0.7;

/// Matches further apart than this many words are not near. Beyond, the
/// presence of both counts.
const NEAR_WORDS: u32 = 5;

/// A sentence of an article. Cut as `text::sentence` does, never across blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Byte range in the article's text.
    pub span: Range<usize>,
    /// How many words it has, as a reader counts them.
    pub words: usize,
    /// The index of its block.
    pub block: usize,
    /// Sentences with the same number stand together, without boilerplate
    /// between them.
    pub stretch: usize,
}

/// A passage, as a range of sentences. Whole sentences, as they stand in the
/// text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The position of its first sentence among the article's, from 0.
    pub ordinal: usize,
    /// Byte range in the article's text.
    pub span: Range<usize>,
}

/// A place in the text that answers a part of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Which part, and the positions of its first and last word.
    pub place: MatchPlace,
    /// Byte range in the article's text, from the first word to the last.
    pub span: Range<usize>,
    /// What of it is highlighted, in order.
    pub lit: Vec<Highlighted>,
}

/// A part of the query at a position of the text. Positions count as in
/// the index: between blocks one is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatchPlace {
    /// Which part.
    pub part: usize,
    /// The position of its first word among the words of the text.
    pub first: u32,
    /// The position of its last word.
    pub last: u32,
}

/// Bytes that are highlighted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlighted {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// The number of what was typed for it.
    pub label: usize,
}

/// The sentences of the body, in order.
pub fn sentences(text: &str, layout: &Layout) -> Vec<Sentence> {
    collect(text, layout, BlockKind::is_body)
}

/// The boilerplate and date lines, cut the same way: shown only where no
/// sentence matches.
pub fn boilerplate(text: &str, layout: &Layout) -> Vec<Sentence> {
    collect(text, layout, |kind| {
        matches!(kind, BlockKind::Boilerplate | BlockKind::Header)
    })
}

/// The sentences of the blocks of some kinds. A block of another kind between
/// two of them ends a stretch.
fn collect(text: &str, layout: &Layout, wanted: fn(BlockKind) -> bool) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut stretch = 0;
    for (index, Block { span, kind }) in layout.blocks.iter().enumerate() {
        if !wanted(*kind) {
            stretch += 1;
            continue;
        }
        let content = &text[span.clone()];
        for part in sentence::split(content) {
            sentences.push(Sentence {
                words: word_count(&content[part.clone()]),
                span: span.start + part.start..span.start + part.end,
                block: index,
                stretch,
            });
        }
    }
    sentences
}

/// Which of the sentences of the body begins at `start`, or stands around it:
/// [`Passage::ordinal`] of what is not cut with all the others.
pub fn ordinal(text: &str, layout: &Layout, start: usize) -> usize {
    let body = layout.body().take_while(|block| block.span.start <= start);
    let counts = body.map(|block| {
        let content = &text[block.span.clone()];
        let before = sentence::split(content);
        before
            .take_while(|sentence| block.span.start + sentence.end <= start)
            .count()
    });
    counts.sum()
}

/// How many words a text has, between white space. The fast way for ASCII must
/// agree with the other.
fn word_count(text: &str) -> usize {
    if !text.is_ascii() {
        return text.split_whitespace().count();
    }
    // Words begin behind a space.
    let is_space = |byte: u8| byte == b' ' || byte.wrapping_sub(b'\t') < 5;
    let bytes = text.as_bytes();
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    let begins = pairs.filter(|(before, byte)| is_space(**before) && !is_space(**byte));
    let is_first = bytes.first().is_some_and(|byte| !is_space(*byte));
    begins.count() + usize::from(is_first)
}

/// The passage that begins at sentence `first`. And how many words it has.
///
/// | sentences from the first on | passage |
/// |---|---|
/// | paragraphs of 30, 30 and 30 words | two paragraphs, 60 words |
/// | one paragraph of 25, 25 and 25 | all three, 75 words |
/// | one paragraph of 45, 25 and 25 | two, 70 words: three would be 95 |
fn grow(sentences: &[Sentence], first: usize) -> (Passage, usize) {
    let mut words = sentences[first].words;
    let mut last = first;
    while let Some(next) = sentences.get(last + 1) {
        // Long enough, and the paragraph is at its end.
        let is_full = words >= MIN_WORDS && next.block != sentences[last].block;
        let is_long = words + next.words > MAX_WORDS
            || next.span.end - sentences[first].span.start > MAX_SENTENCE_BYTES;
        if next.stretch != sentences[first].stretch || is_full || is_long {
            break;
        }
        words += next.words;
        last += 1;
    }
    let span = sentences[first].span.start..sentences[last].span.end;
    (
        Passage {
            ordinal: first,
            span,
        },
        words,
    )
}

/// The passage that opens the article; `None` for an article without body. Of
/// ordinary length, whatever answers in it.
pub fn opening(sentences: &[Sentence]) -> Option<Passage> {
    (!sentences.is_empty()).then(|| grow(sentences, 0).0)
}

/// A passage with what it is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The passage.
    pub passage: Passage,
    /// See [`closeness`], with the weights that the article's passages have before
    /// any is chosen.
    pub score: f32,
}

/// The `limit` best passages that neither overlap nor repeat each other, best
/// first: each next one is the best by what the ones before leave open.
///
/// `matches` are in order of their start; `weights` gives each part's weight. A
/// passage without a match is not among them. Fewer come back where there are
/// no more.
pub fn choose(
    text: &str,
    sentences: &[Sentence],
    matches: &[Match],
    weights: &[f32],
    limit: usize,
) -> Vec<Scored> {
    let mut weights = local_weights(sentences, matches, weights);
    let mut open: Vec<Candidate> = (0..sentences.len())
        .filter_map(|first| Candidate::new(sentences, first, matches, &weights))
        .collect();
    let mut chosen: Vec<Scored> = Vec::new();
    while chosen.len() < limit {
        // Further passages are worth what they add to those chosen before.
        let worths = open.iter().map(|one| closeness(&one.places, &weights));
        let best = worths
            .zip(&open)
            .enumerate()
            .min_by(|(_, (a, one)), (_, (b, other))| b.total_cmp(a).then_with(|| one.order(other)));
        let Some((at, _)) = best else {
            break;
        };
        let best = open.swap_remove(at);
        for (part, weight) in weights.iter_mut().enumerate() {
            if best.places.iter().any(|place| place.part == part) {
                *weight *= ANSWERED;
            }
        }
        // After the last one nothing is chosen any more.
        if chosen.len() + 1 < limit {
            let words = words_of(text, &best);
            open.retain(|other| !other.repeats(&best, &words, text));
        }
        chosen.push(best.scored);
    }
    chosen
}

/// The weights of the parts for the choice of passages: what the title says, the
/// reader knows. `title` are the matches in the title.
pub fn beside_title(title: &[Match], weights: &[f32]) -> Vec<f32> {
    let mut weights = weights.to_vec();
    for (part, weight) in weights.iter_mut().enumerate() {
        if title.iter().any(|found| found.place.part == part) {
            *weight *= TITLED;
        }
    }
    weights
}

/// What each part weighs among the passages of one article: what stands all
/// over it tells none from another.
#[expect(clippy::cast_precision_loss, reason = "sentences of one article")]
fn local_weights(sentences: &[Sentence], matches: &[Match], weights: &[f32]) -> Vec<f32> {
    let mut counts = vec![0_usize; weights.len()];
    let mut last = vec![usize::MAX; weights.len()];
    for found in matches {
        let sentence = sentences.partition_point(|one| one.span.end <= found.span.start);
        let part = found.place.part;
        counts[part] += usize::from(last[part] != sentence);
        last[part] = sentence;
    }
    let all = sentences.len() as f32;
    // The idf of a part in no sentence: the most there is.
    let rarest = (1.0 + (all + 0.5) / 0.5).ln();
    let pairs = weights.iter().zip(counts);
    pairs
        .map(|(weight, count)| {
            let count = count as f32;
            let rarity = (1.0 + (all - count + 0.5) / (count + 0.5)).ln();
            weight * (rarity / rarest).powi(LOCAL)
        })
        .collect()
}

/// A passage that may be chosen. One for each sentence that some match is
/// within reach of.
struct Candidate {
    scored: Scored,
    /// What of the query stands in it.
    places: Vec<MatchPlace>,
    /// Long enough to be read by itself.
    is_full: bool,
    /// Words before the first match: less is better, among equals.
    lead: usize,
}

impl Candidate {
    /// `None` where nothing of the query lies wholly inside.
    fn new(
        sentences: &[Sentence],
        first: usize,
        matches: &[Match],
        weights: &[f32],
    ) -> Option<Candidate> {
        let (passage, words) = grow(sentences, first);
        let from = matches.partition_point(|found| found.span.start < passage.span.start);
        let inside = matches[from..]
            .iter()
            .take_while(|found| found.span.start < passage.span.end)
            .filter(|found| found.span.end <= passage.span.end);
        let first_match = inside.clone().next()?.span.start;
        let places: Vec<MatchPlace> = inside.map(|found| found.place).collect();
        // Words that a reader must pass to get to the match.
        let lead = sentences[first..]
            .iter()
            .take_while(|sentence| sentence.span.end <= first_match)
            .map(|sentence| sentence.words)
            .sum();
        let score = closeness(&places, weights);
        Some(Candidate {
            scored: Scored { passage, score },
            places,
            is_full: words >= MIN_WORDS,
            lead,
        })
    }

    /// Whether it overlaps another one, which has these words, or says the same
    /// in nearly the same words.
    ///
    /// Compared by distinct words: the share of its own that the chosen one
    /// has.
    #[expect(clippy::cast_precision_loss, reason = "words of a passage")]
    fn repeats(&self, other: &Candidate, words: &HashSet<String>, text: &str) -> bool {
        let (own, known) = (&self.scored.passage.span, &other.scored.passage.span);
        if known.start < own.end && own.start < known.end {
            return true;
        }
        let own = words_of(text, self);
        let shared = own.intersection(words).count();
        shared as f32 >= SAME_WORDS * own.len().max(1) as f32
    }

    /// Best first: by score, then those long enough, then those that come to
    /// the point soonest, then in the order of the text. The text decides at
    /// last, so the choice never depends on chance.
    fn order(&self, other: &Candidate) -> std::cmp::Ordering {
        other
            .scored
            .score
            .total_cmp(&self.scored.score)
            .then(other.is_full.cmp(&self.is_full))
            .then(self.lead.cmp(&other.lead))
            .then(
                self.scored
                    .passage
                    .ordinal
                    .cmp(&other.scored.passage.ordinal),
            )
    }
}

/// The distinct words of a passage. In small letters, punctuation included:
/// near enough to compare.
fn words_of(text: &str, candidate: &Candidate) -> HashSet<String> {
    let words = text[candidate.scored.passage.span.clone()].split_whitespace();
    words.map(str::to_lowercase).collect()
}

/// What a run of text is worth in which parts of the query stand at `places`,
/// in order: which of them, how often, and how close to each other. From 0 to
/// the sum of the weights, and half of it more for each pair that stands side
/// by side.
pub fn closeness(places: &[MatchPlace], weights: &[f32]) -> f32 {
    presence(places, weights) + NEARNESS * nearness(places, weights)
}

/// What the parts of the query weigh that occur, the more often the more. One
/// part twice is worth less than two parts.
fn presence(places: &[MatchPlace], weights: &[f32]) -> f32 {
    let mut counts = vec![0.0_f32; weights.len()];
    for place in places {
        counts[place.part] += 1.0;
    }
    let share = |count: f32| count / (count + SATURATION);
    counts
        .iter()
        .zip(weights)
        .map(|(count, weight)| weight * share(*count))
        .sum()
}

/// What it weighs that parts of the query stand close together, each pair of
/// neighbours in the text counted once, where it stands closest.
///
/// Two parts side by side give the lighter one's weight, with one word between
/// half of it, up to five words apart.
fn nearness(places: &[MatchPlace], weights: &[f32]) -> f32 {
    let mut best: Vec<((usize, usize), f32)> = Vec::new();
    for (first, second) in places.iter().zip(places.iter().skip(1)) {
        // 1 for words side by side; 0 where one lies in the other.
        let gap = second.first.saturating_sub(first.last);
        if first.part == second.part || gap == 0 || gap > NEAR_WORDS {
            continue;
        }
        let pair = (first.part.min(second.part), first.part.max(second.part));
        #[expect(clippy::cast_precision_loss, reason = "a gap is at most NEAR_WORDS")]
        let near = weights[pair.0].min(weights[pair.1]) / gap as f32;
        match best.iter_mut().find(|(known, _)| *known == pair) {
            Some((_, known)) => *known = known.max(near),
            None => best.push((pair, near)),
        }
    }
    best.iter().map(|(_, near)| near).sum()
}

/// The closeness of the best run of so many words, over a whole text. `places`
/// ascend by their first word. Two pointers move once over them.
pub fn best_closeness(places: &[MatchPlace], weights: &[f32], words: u32) -> f32 {
    let mut best = 0.0_f32;
    let mut end = 0;
    for (start, first) in places.iter().enumerate() {
        let previous = end;
        while places
            .get(end)
            .is_some_and(|place| place.first - first.first < words)
        {
            end += 1;
        }
        // A run inside the one before it is worth no more.
        if end > previous {
            best = best.max(closeness(&places[start..end], weights));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(count: usize, mark: &str) -> String {
        format!("{mark} {}end.", "word ".repeat(count - 2))
    }

    fn choose_in(text: &str, needle: &str, limit: usize) -> Vec<String> {
        let layout = Layout::of(text, Some("-"));
        let sentences = sentences(text, &layout);
        let matches: Vec<Match> = text
            .match_indices(needle)
            .zip(0..)
            .map(|((at, found), word)| Match {
                place: MatchPlace {
                    part: 0,
                    first: word,
                    last: word,
                },
                span: at..at + found.len(),
                lit: Vec::new(),
            })
            .collect();
        let chosen = choose(text, &sentences, &matches, &[1.0], limit);
        let shown = chosen
            .iter()
            .map(|scored| &text[scored.passage.span.clone()]);
        shown
            .map(|passage| {
                passage.split(" word").next().unwrap_or("").to_owned()
                    + &format!(" {}", passage.split_whitespace().count())
            })
            .collect()
    }

    #[test]
    fn a_passage_is_whole_sentences_of_forty_words_or_more() {
        let text = [
            words(30, "One"),
            words(30, "Two"),
            words(30, "Three"),
            words(30, "Four"),
        ]
        .join("\n\n");
        assert_eq!(choose_in(&text, "Two", 1), ["Two 60"]);
        assert_eq!(choose_in(&text, "Four", 1), ["Three 60"]);
        assert_eq!(choose_in(&text, "nowhere", 1), Vec::<String>::new());
    }

    #[test]
    fn the_paragraph_is_finished_where_it_fits() {
        let text = format!(
            "{} {} {}",
            words(25, "One"),
            words(25, "Two"),
            words(25, "Three")
        );
        assert_eq!(choose_in(&text, "One", 1), ["One 75"]);
        let text = format!(
            "{} {} {}",
            words(45, "One"),
            words(25, "Two"),
            words(25, "Three")
        );
        assert_eq!(choose_in(&text, "One", 1), ["One 70"]);
    }

    proptest::proptest! {
        #[test]
        fn words_are_counted_as_white_space_parts_them(text in "[a .\u{1}\u{b}\u{1c}\t\n\ré\u{a0}]{0,20}") {
            proptest::prop_assert_eq!(word_count(&text), text.split_whitespace().count());
        }
    }

    #[test]
    fn what_the_title_says_weighs_less() {
        let found = |part| Match {
            place: MatchPlace {
                part,
                first: 0,
                last: 0,
            },
            span: 0..1,
            lit: Vec::new(),
        };
        let weights = beside_title(&[found(1), found(1)], &[4.0, 4.0, 2.0]);
        assert_eq!(weights, [4.0, 4.0 * TITLED, 2.0]);
        assert_eq!(beside_title(&[], &[4.0]), [4.0]);
    }

    #[test]
    fn boilerplate_is_not_crossed() {
        let text = format!(
            "{}\n\nAdvertisement\n\n{}",
            words(20, "One"),
            words(20, "Two")
        );
        assert_eq!(choose_in(&text, "One", 1), ["One 20"]);
    }

    #[test]
    fn several_passages_do_not_overlap() {
        let text = [
            words(30, "One x"),
            words(30, "Two x"),
            words(30, "Three x"),
            words(30, "Four x"),
        ]
        .join("\n\n");
        assert_eq!(choose_in(&text, " x", 3).len(), 2);
    }
}
