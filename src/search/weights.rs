//! What makes an article's score, and how much each thing weighs.
//!
//! All of them may change: they decide the order of the first hundreds, and
//! `examples/evaluate` says what that does to rankings. The hundreds themselves
//! an engine finds by constants of its own (`plan/bm25.rs`), which nothing here
//! changes.
//!
//! A score is Σ factor · (BM25 text + `title` · BM25 title) over the parts of
//! the query + `exact` · idf for each form that stands as typed + `closeness` ·
//! the worth of the best run of `run` words. Example: with `repeat` 8, a word
//! typed once counts 1, twice 1.8, ten times 5, and never more than 9.

use crate::plan::bm25::{Bm25, ENGINE};

/// The weights of the ranking.
///
/// The defaults were chosen on four test collections; ARCHITECTURE.md has the
/// table. A search of the program always uses them; measuring tries others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// How soon further occurrences stop counting (BM25).
    pub k1: f32,
    /// How much long articles are held back, from 0 to 1 (BM25).
    pub b: f32,
    /// How soon a word stops counting that the query repeats: one that stands
    /// n times in it counts n (repeat + 1) / (n + repeat) times.
    pub repeat: f32,
    /// What a word in the title adds: so much of its BM25 over titles.
    pub title: f32,
    /// What the very form that was typed adds, in shares of its idf.
    pub exact: f32,
    /// What the best run of text adds in which the words stand together.
    pub closeness: f32,
    /// How long that run is, in words.
    pub run: u32,
    /// What the words of a compound earn for standing side by side, as a share
    /// of what they are worth as a phrase.
    pub compound: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Weights {
            k1: ENGINE.k1,
            b: ENGINE.b,
            repeat: 8.0,
            title: 0.2,
            exact: 0.1,
            closeness: 0.3,
            run: 30,
            compound: 0.1,
        }
    }
}

impl Weights {
    /// How much a part counts that the query has so many times; a compound whose
    /// words count by themselves has but its bonus.
    pub(crate) fn factor(&self, count: u16, is_bonus: bool) -> f32 {
        let count = f32::from(count);
        let share = if is_bonus { self.compound } else { 1.0 };
        share * count * (self.repeat + 1.0) / (count + self.repeat)
    }

    /// The constants of BM25 that the score is added up with.
    pub(crate) fn bm25(&self) -> Bm25 {
        Bm25 {
            k1: self.k1,
            b: self.b,
        }
    }
}
