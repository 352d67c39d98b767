//! Where the parts of a query stand in a text, from where its words stand.
//!
//! Responsible for phrases, slop, `NEAR` and sentences, over positions of words
//! alone. The index has positions without text and the highlighter has text
//! with positions; both ask here, and so what is found and what is highlighted
//! is the same.
//!
//! Each pattern becomes a list of occurrences, sorted by first word; larger
//! patterns join the lists of smaller ones. A phrase looks up each place of its
//! first word in the lists of the others by binary search. With slop, the next
//! of each other word is taken, and the words between are counted: `"a b"~1` in
//! "a b a x b b a" stands at 0 to 1 and 2 to 4. `NEAR` joins each occurrence
//! with its nearest neighbours on both sides and the first inside it that
//! shares no word with it.
//!
//! Of occurrences with the same end only the shortest is kept, and of those
//! with the same start: whatever stands near a longer one stands near one of
//! these. So a list is never longer than twice the text, and a chain of `NEAR`
//! costs O(n log n) a link, not a power of n.
//!
//! All is paid for as it is done; once the budget is spent, what is found is
//! not all.

use crate::query::Reach;
use crate::stop::Spender;

/// Of a phrase with slop, no more words are highlighted in one text: a hostile
/// one may begin it at every word.
const MAX_MARKS: usize = 200_000;

/// What must stand how, over numbered leaves: words that are looked up. Its
/// size is bounded by the query's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// One word.
    Leaf {
        /// Its number among the leaves.
        leaf: usize,
        /// The number of what was typed.
        label: usize,
    },
    /// Words in this order.
    Phrase {
        /// Their numbers among the leaves.
        leaves: Vec<usize>,
        /// How many other words may stand between the first and the last.
        slop: u32,
        /// The number of what was typed.
        label: usize,
    },
    /// Both, close to each other in either order.
    Near {
        /// One of them.
        left: Box<Pattern>,
        /// The other.
        right: Box<Pattern>,
        /// How close.
        reach: Reach,
    },
    /// Any of them.
    Either(Vec<Pattern>),
}

impl Pattern {
    /// Calls `sink` with the numbers of its leaves. Without making a list.
    pub fn each_leaf(&self, sink: &mut impl FnMut(usize)) {
        match self {
            Pattern::Leaf { leaf, .. } => sink(*leaf),
            Pattern::Phrase { leaves, .. } => leaves.iter().for_each(|leaf| sink(*leaf)),
            Pattern::Near { left, right, .. } => {
                left.each_leaf(sink);
                right.each_leaf(sink);
            }
            Pattern::Either(all) => all.iter().for_each(|one| one.each_leaf(sink)),
        }
    }

    /// The numbers of all leaves in it. In the order of the query; a leaf may
    /// occur twice.
    pub fn leaves(&self) -> Vec<usize> {
        match self {
            Pattern::Leaf { leaf, .. } => vec![*leaf],
            Pattern::Phrase { leaves, .. } => leaves.clone(),
            Pattern::Near { left, right, .. } => {
                let mut leaves = left.leaves();
                leaves.extend(right.leaves());
                leaves
            }
            Pattern::Either(parts) => parts.iter().flat_map(Pattern::leaves).collect(),
        }
    }

    /// Whether sentences decide. Then positions alone find too much.
    pub fn needs_sentences(&self) -> bool {
        match self {
            Pattern::Leaf { .. } | Pattern::Phrase { .. } => false,
            Pattern::Near { left, right, reach } => {
                *reach == Reach::Sentence || left.needs_sentences() || right.needs_sentences()
            }
            Pattern::Either(parts) => parts.iter().any(Pattern::needs_sentences),
        }
    }
}

/// A run of words that is highlighted, and what was typed for it. A phrase is
/// one run, the words of `NEAR` are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MarkedRun {
    /// The position of its first word.
    pub first: u32,
    /// The position of its last word.
    pub last: u32,
    /// The number of what was typed.
    pub label: usize,
}

/// A place where a pattern stands. Positions are included on both ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The position of its first word.
    pub first: u32,
    /// The position of its last word.
    pub last: u32,
    /// The words of it that answer, in order.
    pub marks: Vec<MarkedRun>,
}

impl Occurrence {
    /// Whether a word answers in both. A word is not near itself.
    fn shares_words(&self, other: &Occurrence) -> bool {
        self.marks.iter().any(|mark| {
            let overlaps = |known: &MarkedRun| known.first <= mark.last && mark.first <= known.last;
            other.marks.iter().any(overlaps)
        })
    }
}

/// Where words stand. Of the index or of a text: both count alike.
pub struct WordPositions<'a> {
    /// The positions of each leaf, in order.
    pub leaves: &'a [Vec<u32>],
    /// Whether two positions lie in one sentence. Who knows no sentences may
    /// say yes to all, and finds too much.
    pub in_one_sentence: &'a dyn Fn(u32, u32) -> bool,
    /// What looking for a pattern is paid from. Once that is stopped, what was
    /// found is not all.
    pub spender: &'a Spender,
}

impl std::fmt::Debug for WordPositions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Places")
            .field("leaves", &self.leaves)
            .finish_non_exhaustive()
    }
}

/// What a word costs that is compared, in the units of [`crate::stop`].
const WORD: u64 = 8;

/// What a run costs that is made, or whose neighbours are looked up.
const RUN: u64 = 24;

/// What it costs to tell whether two words stand in one sentence.
const SENTENCE: u64 = 24;

/// The places where `pattern` stands, in order.
///
/// | pattern | text, from 0 | occurrences |
/// |---|---|---|
/// | `"a b"` | a b a x b b a | 0 to 1 |
/// | `"a b"~1` | a b a x b b a | 0 to 1, 2 to 4 |
/// | `"a b"~2` | a a b | 1 to 2 |
/// | `a NEAR/2 b` | b a b | 0 to 1, 1 to 2 |
/// | `a NEAR/2 b` | b x x x a | none |
/// | `a NEAR/s b` | a x. b x a | 2 to 4 |
pub fn runs(pattern: &Pattern, places: &WordPositions<'_>) -> Vec<Occurrence> {
    if places.spender.is_stopped() {
        return Vec::new();
    }
    match pattern {
        Pattern::Leaf { leaf, label } => {
            let positions = &places.leaves[*leaf];
            if places.spender.spend_on(positions.len(), WORD).is_err() {
                return Vec::new();
            }
            let positions = positions.iter();
            positions.map(|at| run(*at, *at, *label)).collect()
        }
        Pattern::Phrase {
            leaves,
            slop,
            label,
        } => {
            let starts = leaves
                .first()
                .map_or(0, |first| places.leaves[*first].len());
            let each = WORD.saturating_mul(leaves.len() as u64);
            if places.spender.spend_on(starts, each).is_err() {
                return Vec::new();
            }
            match slop {
                0 => side_by_side(leaves, *label, places.leaves),
                _ => in_order(leaves, *slop, *label, places.leaves),
            }
        }
        Pattern::Near { left, right, reach } => {
            let (left, right) = (runs(left, places), runs(right, places));
            let mut near = Vec::new();
            join(&left, &right, *reach, places, &mut near);
            join(&right, &left, *reach, places, &mut near);
            tightest(near)
        }
        Pattern::Either(parts) => {
            let mut any: Vec<Occurrence> =
                parts.iter().flat_map(|part| runs(part, places)).collect();
            any.sort_unstable();
            any.dedup_by_key(|run| (run.first, run.last));
            any
        }
    }
}

/// An occurrence that is highlighted as a whole.
fn run(first: u32, last: u32, label: usize) -> Occurrence {
    let mark = MarkedRun { first, last, label };
    Occurrence {
        first,
        last,
        marks: vec![mark],
    }
}

/// Each place of the first word where the others follow.
fn side_by_side(leaves: &[usize], label: usize, places: &[Vec<u32>]) -> Vec<Occurrence> {
    let Some((first, rest)) = leaves.split_first() else {
        return Vec::new();
    };
    let stands = |start: u32| {
        rest.iter()
            .zip(start + 1..)
            .all(|(leaf, at)| places[*leaf].binary_search(&at).is_ok())
    };
    let length = u32::try_from(rest.len()).unwrap_or(u32::MAX);
    let starts = places[*first].iter().filter(|start| stands(**start));
    starts
        .map(|start| run(*start, start + length, label))
        .collect()
}

/// From each first word on, the next of each other word; of two runs with the
/// same end the shorter.
fn in_order(leaves: &[usize], slop: u32, label: usize, places: &[Vec<u32>]) -> Vec<Occurrence> {
    let Some((first, rest)) = leaves.split_first() else {
        return Vec::new();
    };
    let mut found: Vec<Occurrence> = Vec::new();
    let mut positions = Vec::with_capacity(leaves.len());
    for start in &places[*first] {
        positions.clear();
        positions.push(*start);
        let mut last = *start;
        let mut others = 0;
        // Each next word as early as can be: no other choice leaves less
        // between.
        let is_whole = rest.iter().all(|leaf| {
            let next = places[*leaf].partition_point(|at| *at <= last);
            let Some(at) = places[*leaf].get(next) else {
                return false;
            };
            others += at - last - 1;
            last = *at;
            positions.push(last);
            others <= slop
        });
        if !is_whole {
            continue;
        }
        // It began earlier and ends here too: the later start is the shorter
        // run.
        if found.last().is_some_and(|run| run.last == last) {
            found.pop();
        }
        if (found.len() + 1) * leaves.len() > MAX_MARKS {
            break;
        }
        let marks = positions.iter().map(|at| MarkedRun {
            first: *at,
            last: *at,
            label,
        });
        found.push(Occurrence {
            first: *start,
            last,
            marks: marks.collect(),
        });
    }
    found
}

/// Of runs with the same end the shortest, and of those with the same start:
/// what stands near them stands near one of these, and a chain of `NEAR` stays
/// as long as the text is.
fn tightest(mut runs: Vec<Occurrence>) -> Vec<Occurrence> {
    runs.sort_unstable();
    let mut by_start = runs.clone();
    by_start.dedup_by_key(|run| run.first);
    runs.sort_unstable_by(|a, b| (a.last, b.first).cmp(&(b.last, a.first)));
    runs.dedup_by_key(|run| run.last);
    runs.extend(by_start);
    runs.sort_unstable();
    runs.dedup_by_key(|run| (run.first, run.last));
    runs
}

/// Each of `runs` with the nearest of `others` on either side, if near enough.
/// Both lists ascend. Called both ways round, so that nearest is nearest for
/// each.
fn join(
    runs: &[Occurrence],
    others: &[Occurrence],
    reach: Reach,
    places: &WordPositions<'_>,
    into: &mut Vec<Occurrence>,
) {
    // Runs of several words may be nested, so ends are sorted by themselves.
    let mut by_end: Vec<&Occurrence> = others.iter().collect();
    by_end.sort_by_key(|other| (other.last, other.first));
    for run in runs {
        if places.spender.spend(RUN).is_err() {
            return;
        }
        // The nearest that ends before it, and the nearest that begins after
        // it.
        let before = by_end.partition_point(|other| other.last < run.first);
        let after = others.partition_point(|other| other.first <= run.last);
        // Of those that begin inside the run, the first with words of its own.
        let inside = others.partition_point(|other| other.first < run.first);
        let within = others[inside..after].iter().find(|other| {
            // A run may have many in it that share its words.
            let _ = places.spender.spend(WORD);
            !run.shares_words(other)
        });
        let neighbours = [
            before.checked_sub(1).map(|at| by_end[at]),
            within,
            others.get(after),
        ];
        for other in neighbours.into_iter().flatten() {
            let (first, last) = (run.first.min(other.first), run.last.max(other.last));
            // How many other words lie between; 0 where they overlap.
            let between = run
                .first
                .max(other.first)
                .saturating_sub(run.last.min(other.last) + 1);
            let is_near = match reach {
                Reach::Words(words) => between <= words,
                Reach::Sentence => {
                    let _ = places.spender.spend(SENTENCE);
                    (places.in_one_sentence)(first, last)
                }
            };
            if is_near {
                let _ = places.spender.spend(RUN);
                let mut marks = run.marks.clone();
                marks.extend(&other.marks);
                marks.sort_unstable();
                into.push(Occurrence { first, last, marks });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stop::{Budget, Stop};
    use proptest::prelude::*;

    fn leaf(leaf: usize) -> Pattern {
        Pattern::Leaf { leaf, label: leaf }
    }

    fn near(left: Pattern, right: Pattern, reach: Reach) -> Pattern {
        Pattern::Near {
            left: Box::new(left),
            right: Box::new(right),
            reach,
        }
    }

    /// `a`, `b` and `c` are the leaves, `.` ends a sentence.
    fn check(pattern: &Pattern, text: &str, expected: &[(u32, u32)]) {
        let words: Vec<&str> = text.split(' ').collect();
        let leaves: Vec<Vec<u32>> = ["a", "b", "c"]
            .iter()
            .map(|leaf| {
                (0..)
                    .zip(&words)
                    .filter(|(_, word)| word.trim_end_matches('.') == *leaf)
                    .map(|(at, _)| at)
                    .collect()
            })
            .collect();
        let in_one_sentence = |first: u32, last: u32| {
            !words[first as usize..last as usize]
                .iter()
                .any(|word| word.ends_with('.'))
        };
        let spender = Budget::unlimited().spender();
        let places = WordPositions {
            leaves: &leaves,
            in_one_sentence: &in_one_sentence,
            spender: &spender,
        };
        let found: Vec<(u32, u32)> = runs(pattern, &places)
            .iter()
            .map(|run| (run.first, run.last))
            .collect();
        assert_eq!(found, expected, "{pattern:?} in {text}");
    }

    fn phrase(slop: u32) -> Pattern {
        Pattern::Phrase {
            leaves: vec![0, 1],
            slop,
            label: 0,
        }
    }

    #[test]
    fn phrases_stand_in_order() {
        check(&phrase(0), "a b a x b b a", &[(0, 1)]);
        check(&phrase(1), "a b a x b b a", &[(0, 1), (2, 4)]);
        check(&phrase(2), "a a b", &[(1, 2)]);
        check(&phrase(1), "a x x b", &[]);
    }

    #[test]
    fn near_counts_the_words_between() {
        let two = near(leaf(0), leaf(1), Reach::Words(2));
        check(&two, "a x x b", &[(0, 3)]);
        check(&two, "b x x x a", &[]);
        check(&two, "b a b", &[(0, 1), (1, 2)]);
        check(&near(leaf(0), leaf(0), Reach::Words(1)), "a x a", &[(0, 2)]);
        check(&near(leaf(0), leaf(0), Reach::Words(9)), "a", &[]);
        let chain = near(two, leaf(2), Reach::Words(0));
        check(&chain, "a x b c", &[(0, 3)]);
        check(&chain, "a c b", &[(0, 2)]);
        check(&chain, "c a b", &[(0, 2)]);
    }

    #[test]
    fn near_within_a_sentence() {
        let pattern = near(leaf(0), leaf(1), Reach::Sentence);
        check(&pattern, "a x. b x a", &[(2, 4)]);
        check(&pattern, "a. b", &[]);
    }

    #[test]
    fn any_of_several_stands_beside_near() {
        let either = Pattern::Either(vec![leaf(0), leaf(1)]);
        check(
            &near(either, leaf(2), Reach::Words(0)),
            "b c x a c",
            &[(0, 1), (3, 4)],
        );
    }

    #[test]
    fn a_chain_in_a_hostile_text_is_bounded() {
        let leaves = [(0..100_000).collect::<Vec<u32>>()];
        let spender = Budget::unlimited().spender();
        let places = WordPositions {
            leaves: &leaves,
            in_one_sentence: &|_, _| true,
            spender: &spender,
        };
        let chain = (0..8).fold(leaf(0), |chain, _| near(chain, leaf(0), Reach::Words(1000)));
        assert!(runs(&chain, &places).len() <= 200_000);
    }

    #[test]
    fn a_chain_that_costs_too_much_is_broken_off() {
        let leaves = [(0..100_000).collect::<Vec<u32>>()];
        let budget = Stop::default().cost_limit(Some(1_000_000)).begin();
        let spender = budget.spender();
        let places = WordPositions {
            leaves: &leaves,
            in_one_sentence: &|_, _| true,
            spender: &spender,
        };
        let chain = (0..8).fold(leaf(0), |chain, _| near(chain, leaf(0), Reach::Words(1000)));
        // Some were found before it was broken off, and they are not all.
        assert!(runs(&chain, &places).len() < 200_000);
        drop(spender);
        assert!(budget.is_stopped());
        assert!(budget.spent() < 2_000_000, "{}", budget.spent());
    }

    proptest! {
        /// Near by its definition: some pair of words with few between.
        #[test]
        fn near_finds_whatever_is_near(text in "[abx]{0,24}", words in 0_u32..6) {
            let at = |leaf: char| -> Vec<u32> {
                (0..).zip(text.chars()).filter(|(_, c)| *c == leaf).map(|(at, _)| at).collect()
            };
            let leaves = [at('a'), at('b')];
            let expected = leaves[0].iter().any(|a| leaves[1].iter().any(|b| a.abs_diff(*b) <= words + 1));
            let spender = Budget::unlimited().spender();
            let places = WordPositions { leaves: &leaves, in_one_sentence: &|_, _| true, spender: &spender };
            let found = runs(&near(leaf(0), leaf(1), Reach::Words(words)), &places);
            prop_assert_eq!(!found.is_empty(), expected);
        }
    }
}
