//! Where the parts of a query stand in a text, from where its words stand.
//!
//! Responsible for phrases, slop, `NEAR` and sentences, over positions of
//! words alone. The index has positions without text and the highlighter has
//! text with positions; both ask here, so that what is found and what lights
//! up is the same.

use crate::query::Reach;

/// Of a `NEAR` in one text, no more places are followed: each `NEAR` around it
/// may double them.
const MAX_RUNS: usize = 20_000;

/// What must stand how, over numbered leaves: words that are looked up.
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
    /// The numbers of all leaves in it.
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

    /// Whether sentences decide.
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

/// A run of words that lights up, and what was typed for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The position of its first word.
    pub first: u32,
    /// The position of its last word.
    pub last: u32,
    /// The number of what was typed.
    pub label: usize,
}

/// A place where a pattern stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// The position of its first word.
    pub first: u32,
    /// The position of its last word.
    pub last: u32,
    /// The words of it that answer, in order.
    pub marks: Vec<Mark>,
}

/// Where words stand.
pub struct Places<'a> {
    /// The positions of each leaf, in order.
    pub leaves: &'a [Vec<u32>],
    /// Whether two positions lie in one sentence. Who knows no sentences may
    /// say yes to all, and finds too much.
    pub in_one_sentence: &'a dyn Fn(u32, u32) -> bool,
}

impl std::fmt::Debug for Places<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Places")
            .field("leaves", &self.leaves)
            .finish_non_exhaustive()
    }
}

/// The places where `pattern` stands, in order.
pub fn runs(pattern: &Pattern, places: &Places<'_>) -> Vec<Run> {
    match pattern {
        Pattern::Leaf { leaf, label } => {
            let positions = places.leaves[*leaf].iter();
            positions.map(|at| run(*at, *at, *label)).collect()
        }
        Pattern::Phrase {
            leaves,
            slop: 0,
            label,
        } => side_by_side(leaves, *label, places.leaves),
        Pattern::Phrase {
            leaves,
            slop,
            label,
        } => in_order(leaves, *slop, *label, places.leaves),
        Pattern::Near { left, right, reach } => {
            let (left, right) = (runs(left, places), runs(right, places));
            let mut near = Vec::new();
            join(&left, &right, *reach, places, &mut near);
            join(&right, &left, *reach, places, &mut near);
            near.sort_unstable();
            near.dedup();
            near.truncate(MAX_RUNS);
            near
        }
        Pattern::Either(parts) => {
            let mut any: Vec<Run> = parts.iter().flat_map(|part| runs(part, places)).collect();
            any.sort_unstable();
            any
        }
    }
}

fn run(first: u32, last: u32, label: usize) -> Run {
    let mark = Mark { first, last, label };
    Run {
        first,
        last,
        marks: vec![mark],
    }
}

fn side_by_side(leaves: &[usize], label: usize, places: &[Vec<u32>]) -> Vec<Run> {
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
fn in_order(leaves: &[usize], slop: u32, label: usize, places: &[Vec<u32>]) -> Vec<Run> {
    let Some((first, rest)) = leaves.split_first() else {
        return Vec::new();
    };
    let mut found: Vec<Run> = Vec::new();
    for start in &places[*first] {
        let mut marks = vec![Mark {
            first: *start,
            last: *start,
            label,
        }];
        let mut last = *start;
        let is_whole = rest.iter().all(|leaf| {
            let positions = &places[*leaf];
            let next = positions.get(positions.partition_point(|at| *at <= last));
            next.is_some_and(|at| {
                last = *at;
                marks.push(Mark {
                    first: last,
                    last,
                    label,
                });
                true
            })
        });
        let others = (last - start).saturating_sub(u32::try_from(rest.len()).unwrap_or(u32::MAX));
        if !is_whole || others > slop {
            continue;
        }
        if found.last().is_some_and(|run| run.last == last) {
            found.pop();
        }
        found.push(Run {
            first: *start,
            last,
            marks,
        });
    }
    found
}

/// Each of `runs` with the nearest of `others` on either side, if near enough.
fn join(runs: &[Run], others: &[Run], reach: Reach, places: &Places<'_>, into: &mut Vec<Run>) {
    // Runs of several words may be nested, so ends are sorted by themselves.
    let mut by_end: Vec<&Run> = others.iter().collect();
    by_end.sort_by_key(|other| (other.last, other.first));
    for run in runs {
        let before = by_end.partition_point(|other| other.last < run.first);
        let after = others.partition_point(|other| other.first <= run.last);
        let neighbours = [
            before.checked_sub(1).map(|at| by_end[at]),
            others.get(after),
        ];
        for other in neighbours.into_iter().flatten() {
            let (early, late) = if other.first > run.last {
                (run, other)
            } else {
                (other, run)
            };
            let is_near = match reach {
                Reach::Words(words) => late.first - early.last - 1 <= words,
                Reach::Sentence => (places.in_one_sentence)(early.first, late.last),
            };
            if is_near {
                let mut marks = early.marks.clone();
                marks.extend(&late.marks);
                into.push(Run {
                    first: early.first,
                    last: early.last.max(late.last),
                    marks,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let places = Places {
            leaves: &leaves,
            in_one_sentence: &in_one_sentence,
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
        let places = Places {
            leaves: &leaves,
            in_one_sentence: &|_, _| true,
        };
        let chain = (0..8).fold(leaf(0), |chain, _| near(chain, leaf(0), Reach::Words(1000)));
        assert!(runs(&chain, &places).len() <= MAX_RUNS);
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
            let places = Places { leaves: &leaves, in_one_sentence: &|_, _| true };
            let found = runs(&near(leaf(0), leaf(1), Reach::Words(words)), &places);
            prop_assert_eq!(!found.is_empty(), expected);
        }
    }
}
