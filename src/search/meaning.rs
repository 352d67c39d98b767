//! Puts the first articles of an answer in order by what the words mean, and
//! chooses among their passages by it.
//!
//! Words find the articles; a sentence model (an [`Embedder`]) only says which of
//! the first ones are about what was asked. It gives a text as a unit vector, and
//! texts that mean alike have vectors that point alike: the cosine of the query's
//! vector with that of an article's title and best passage is the article's
//! *meaning*. The order is then by
//!
//! ```text
//! (1 - SHARE) z(score) + SHARE z(meaning)
//! ```
//!
//! where z(x) = (x - mean) / deviation over the articles that are put in order,
//! so that both count alike whatever their scales (re-ranking by a convex
//! combination of normalised scores; Bruch, Gai and Ingber, "An Analysis of
//! Fusion Functions for Hybrid Retrieval", TOIS 2023). Articles that have all of
//! the query stay before those that lack some of it, and no article comes in or
//! falls out: totals, filters and facets are those of the words.
//!
//! Example: *how do cells get rid of damaged parts* ranks an article with *cells*,
//! *damaged* and *parts* first; one about autophagy, tenth by its words, has the
//! highest cosine and rises.
//!
//! Names, numbers and negation are what such a model blurs, so a query of one
//! word or of phrases alone keeps its order, as does any other order than by
//! relevance; [`Kept`] says which it was.
//!
//! Cost: one vector for each of the articles that are put in order, and one more
//! for each further passage of those shown; vectors of texts that were seen are
//! remembered, as many as [`REMEMBERED`].

use std::fmt::Debug;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

use super::{Request, Sort};
use crate::failure::{Failure, Result};
use crate::parallel::pair::together;
use crate::query::{Expression, Query, Words};
use crate::stop::Budget;

/// What meaning counts beside words.
///
/// nDCG@10 with `--any` (`examples/evaluate --meaning`). Chosen on CACM and CISI;
/// the others only tell what came of it, and news alone would have less.
///
/// | share | CACM | CISI | MEDLINE | TIME | mean |
/// |---|---|---|---|---|---|
/// | 0 (words alone) | .5511 | .4156 | .7204 | .6984 | .5964 |
/// | .5 | .5753 | .4368 | .7730 | .7065 | .6229 |
/// | **.6** | .5733 | .4405 | .7931 | .7014 | .6271 |
const SHARE: f32 = 0.6;

/// What our own first passage is ahead of the others in the choice by cosine.
///
/// Of 72 questions (`examples/evaluate --meaning MODEL --passages`), those that the
/// first passage answers; 67 without a model. The articles that are put in order
/// do not depend on it.
///
/// | ahead by | .05 | .1 | .15 | **.2** | .3 | 2 |
/// |---|---|---|---|---|---|---|
/// | answered | 61 | 66 | 66 | 67 | 67 | 67 |
const OWN: f32 = 0.2;

/// Among so many passages of an article one is chosen.
pub(super) const PASSAGES: usize = 3;

/// So many vectors are remembered, and at most as many again: some megabytes.
const REMEMBERED: usize = 2_000;

/// A sentence model: gives texts as unit vectors.
pub trait Embedder: Debug + Send + Sync {
    /// The vector of a text, of length 1; the same for the same text whatever was
    /// asked before and on whatever thread.
    ///
    /// # Errors
    /// When the model cannot be run.
    fn vector(&self, text: &str) -> Result<Vec<f32>>;
}

/// Asks that the first articles be put in order by meaning. Copies share what
/// they remember.
#[derive(Debug, Clone)]
pub struct Meaning {
    embedder: Arc<dyn Embedder>,
    first: usize,
    memory: Arc<Mutex<Memory>>,
}

/// Vectors of texts that were seen, by a hash of the text: those of late, and
/// those of before, which are forgotten next.
#[derive(Debug, Default)]
struct Memory {
    late: FxHashMap<u128, Arc<[f32]>>,
    before: FxHashMap<u128, Arc<[f32]>>,
}

impl Meaning {
    /// How many articles are put in order unless a request says otherwise.
    pub const FIRST: u16 = 20;

    /// The most articles that can be asked for: each takes some hundredths of a
    /// second.
    pub const MOST: u16 = 100;

    /// Puts the `first` articles in order, by this model.
    pub fn new(embedder: Arc<dyn Embedder>, first: u16) -> Meaning {
        Meaning {
            embedder,
            first: first.min(Meaning::MOST).into(),
            memory: Arc::default(),
        }
    }

    /// What is told of a request for meaning where no model is there.
    pub(crate) fn missing() -> Failure {
        if cfg!(feature = "meaning") {
            Failure::new("meaning: no sentence model was loaded when this program started")
                .help("leave it out, or start the program with --model FOLDER (docs/meaning.md)")
        } else {
            Failure::new("meaning: this program was built without sentence models")
                .help("leave it out, or build the program with `--features meaning`")
        }
    }

    fn vector(&self, text: &str) -> Result<Arc<[f32]>> {
        let key = xxh3_128(text.as_bytes());
        if let Some(known) = self.remembered().known(key) {
            return Ok(known);
        }
        let vector: Arc<[f32]> = self.embedder.vector(text)?.into();
        self.remembered().keep(key, Arc::clone(&vector));
        Ok(vector)
    }

    fn remembered(&self) -> impl std::ops::DerefMut<Target = Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn known(&mut self, key: u128) -> Option<Arc<[f32]>> {
        if let Some(known) = self.late.get(&key) {
            return Some(Arc::clone(known));
        }
        let known = self.before.remove(&key)?;
        self.keep(key, Arc::clone(&known));
        Some(known)
    }

    fn keep(&mut self, key: u128, vector: Arc<[f32]>) {
        if self.late.len() >= REMEMBERED {
            self.before = mem::take(&mut self.late);
        }
        self.late.insert(key, vector);
    }
}

/// What meaning had to say of a hit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeaningShare {
    /// The cosine of the query with the article's title and the passage.
    pub cosine: f32,
    /// Where the article stands by words alone, from 1.
    pub rank_by_words: usize,
}

impl MeaningShare {
    /// The cosine to four digits, as programs are told it: what lies beyond them
    /// depends on the processor.
    pub fn rounded(self) -> f64 {
        (f64::from(self.cosine) * 1e4).round() / 1e4
    }
}

/// Why an answer keeps the order that words gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Another order than by relevance was asked for.
    Sorted,
    /// Articles like another one: no words were typed.
    Like,
    /// Nothing but filters.
    Filters,
    /// One word.
    OneWord,
    /// Phrases, and nothing else.
    Phrases,
}

impl Kept {
    /// The same for people.
    pub(crate) fn note(self) -> &'static str {
        match self {
            Kept::Sorted => "not ordered by meaning: another order was asked for",
            Kept::Like => "not ordered by meaning: articles are compared by their words",
            Kept::Filters => "not ordered by meaning: the query has filters alone",
            Kept::OneWord => "not ordered by meaning: the query is one word",
            Kept::Phrases => "not ordered by meaning: the query has phrases alone",
        }
    }
}

/// A request's wish, with the text that stands for its query.
pub(crate) struct Asked<'a> {
    meaning: &'a Meaning,
    text: String,
    pub(super) first: usize,
    helpers: usize,
    budget: &'a Budget,
}

/// Reads what of a request the model is asked. `query` is all of it, `essential`
/// the same without its stop words. `None` where meaning was not asked for.
pub(super) fn asked<'a>(
    request: &'a Request,
    query: &Query,
    essential: &Query,
    budget: &'a Budget,
) -> Option<std::result::Result<Asked<'a>, Kept>> {
    let meaning = request.meaning.as_ref()?;
    let (mut words, mut phrases) = (0, 0);
    each(essential, &mut |expression| match expression {
        Expression::Phrase { .. } => phrases += 1,
        Expression::Near { .. } => words += 2,
        _ => words += 1,
    });
    let kept = match (words, phrases) {
        _ if request.sort != Sort::Relevance => Kept::Sorted,
        _ if request.like.is_some() => Kept::Like,
        (0, 0) => Kept::Filters,
        (1, 0) => Kept::OneWord,
        (0, _) => Kept::Phrases,
        _ => {
            let mut texts: Vec<&str> = Vec::new();
            each(query, &mut |expression| texts.extend(expression.texts()));
            return Some(Ok(Asked {
                meaning,
                text: texts.join(" "),
                first: meaning.first,
                helpers: usize::from(request.parallel),
                budget,
            }));
        }
    };
    Some(Err(kept))
}

/// All that is looked for in a query, in its order. What must not stand in an
/// article is no part of what was meant.
fn each<'q>(query: &'q Query, tell: &mut impl FnMut(&'q Expression)) {
    match query {
        Query::All(parts) | Query::Any(parts) => {
            for part in parts {
                each(part, tell);
            }
        }
        Query::Words(Words { expression, .. }) => tell(expression),
        Query::Not(_) | Query::Filter(_) => {}
    }
}

impl Asked<'_> {
    /// The cosines of texts with the query.
    pub(super) fn cosines(&self, texts: Vec<String>) -> Result<Vec<f32>> {
        let query = self.meaning.vector(&self.text)?;
        let cosine = |text: String, (): &mut ()| {
            self.budget.ask()?;
            Ok(cosine(&query, &self.meaning.vector(&text)?))
        };
        let cosines = together(texts, self.helpers, &mut (), cosine);
        cosines.into_iter().collect()
    }
}

/// What the model reads of an article: its title, and a passage.
pub(super) fn text_of(title: &str, passage: Option<&str>) -> String {
    match passage {
        Some(passage) if !passage.starts_with(title) => format!("{title}. {passage}"),
        Some(passage) => passage.to_owned(),
        None => title.to_owned(),
    }
}

/// The order of articles by score and meaning together, complete ones first, as
/// their places in the order that they have.
///
/// | score | meaning | complete | place |
/// |---|---|---|---|
/// | 9.0 | .10 | yes | 2 |
/// | 8.5 | .60 | yes | 1 |
/// | 9.9 | .90 | no | 3 |
pub(super) fn order(scores: &[f32], meanings: &[f32], partial: &[bool]) -> Vec<usize> {
    let (scores, meanings) = (standard(scores), standard(meanings));
    let mixed: Vec<f32> = scores
        .iter()
        .zip(&meanings)
        .map(|(score, meaning)| (1.0 - SHARE) * score + SHARE * meaning)
        .collect();
    let mut order: Vec<usize> = (0..mixed.len()).collect();
    order.sort_by(|&a, &b| {
        let mixed = || mixed[b].total_cmp(&mixed[a]);
        partial[a].cmp(&partial[b]).then_with(mixed)
    });
    order
}

/// Which passage of an article is shown first: the one whose meaning is nearest,
/// unless our own first one is nearly as near.
pub(super) fn nearest(cosines: &[f32]) -> usize {
    let ahead = |at: usize| cosines[at] + if at == 0 { OWN } else { 0.0 };
    let places = 0..cosines.len();
    places
        .min_by(|&a, &b| ahead(b).total_cmp(&ahead(a)))
        .unwrap_or(0)
}

/// Values as deviations from their mean; all 0 where they do not differ.
#[expect(clippy::cast_precision_loss, reason = "a hundred articles")]
fn standard(values: &[f32]) -> Vec<f32> {
    let count = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / count;
    let squares = values.iter().map(|value| (value - mean).powi(2));
    let deviation = (squares.sum::<f32>() / count).sqrt();
    let apart = |value: &f32| {
        if deviation > f32::EPSILON {
            (value - mean) / deviation
        } else {
            0.0
        }
    };
    values.iter().map(apart).collect()
}

/// The cosine of two unit vectors; 0 where their lengths differ.
fn cosine(one: &[f32], other: &[f32]) -> f32 {
    if one.len() != other.len() {
        return 0.0;
    }
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::query::parse;

    /// Knows a few words, a direction each, and counts how often it is asked.
    #[derive(Debug, Default)]
    pub(crate) struct Toy {
        pub(crate) asked: AtomicUsize,
    }

    impl Embedder for Toy {
        fn vector(&self, text: &str) -> Result<Vec<f32>> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            let text = text.to_lowercase();
            let topics = [
                ["boat", "ship", "vessel"],
                ["wheat", "grain", "harvest"],
                ["talk", "speak", "meeting"],
            ];
            let mut vector: Vec<f32> = topics
                .iter()
                .map(|words| words.iter().map(|word| count(&text, word)).sum())
                .collect();
            vector.push(0.1);
            let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
            for value in &mut vector {
                *value /= length;
            }
            Ok(vector)
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a few words")]
    fn count(text: &str, word: &str) -> f32 {
        text.matches(word).count() as f32
    }

    fn meaning() -> (Arc<Toy>, Meaning) {
        let toy = Arc::new(Toy::default());
        (Arc::clone(&toy), Meaning::new(toy, Meaning::FIRST))
    }

    /// Why the order of a query is kept, or what the model reads of it.
    fn read(text: &str) -> std::result::Result<String, Kept> {
        let (_, meaning) = meaning();
        let request = Request {
            meaning: Some(meaning),
            ..Request::default()
        };
        let query = parse(text).query;
        let budget = request.stop.begin();
        let asked = asked(&request, &query, &query, &budget);
        asked.expect("asked for").map(|asked| asked.text)
    }

    #[test]
    fn words_are_asked_for_and_nothing_else() {
        assert_eq!(read("grain ships"), Ok("grain ships".to_owned()));
        assert_eq!(
            read("ships \"grain harvest\" country:RU -oil"),
            Ok("ships grain harvest".to_owned())
        );
        assert_eq!(read("ship NEAR/5 grain"), Ok("ship grain".to_owned()));
        assert_eq!(read("ships country:RU"), Err(Kept::OneWord));
        assert_eq!(read("\"grain ships\" \"of state\""), Err(Kept::Phrases));
        assert_eq!(read("country:RU"), Err(Kept::Filters));
    }

    #[test]
    fn another_order_is_kept() {
        let (_, meaning) = meaning();
        let request = Request {
            meaning: Some(meaning),
            sort: Sort::Newest,
            ..Request::default()
        };
        let query = parse("grain ships").query;
        let budget = request.stop.begin();
        let asked = asked(&request, &query, &query, &budget).expect("asked for");
        assert_eq!(asked.err(), Some(Kept::Sorted));
        let plain = Request::default();
        assert!(super::asked(&plain, &query, &query, &budget).is_none());
    }

    #[test]
    fn the_order_is_by_both_and_complete_ones_stay_first() {
        let order_of =
            |scores: &[f32], meanings: &[f32], partial: &[bool]| order(scores, meanings, partial);
        assert_eq!(
            order_of(&[9.0, 8.5, 9.9], &[0.1, 0.6, 0.9], &[false, false, true]),
            [1, 0, 2]
        );
        // Without a difference in meaning, and without any at all.
        assert_eq!(
            order_of(&[1.0, 3.0, 2.0], &[0.5; 3], &[false; 3]),
            [1, 2, 0]
        );
        assert_eq!(order_of(&[1.0; 3], &[0.5; 3], &[false; 3]), [0, 1, 2]);
        assert_eq!(order_of(&[], &[], &[]), [0_usize; 0]);
    }

    #[test]
    fn our_own_passage_gives_way_to_one_that_is_clearly_nearer() {
        assert_eq!(nearest(&[0.50, 0.69, 0.2]), 0);
        assert_eq!(nearest(&[0.50, 0.71, 0.2]), 1);
        assert_eq!(nearest(&[0.5]), 0);
    }

    #[test]
    fn a_text_is_read_once_and_old_ones_are_forgotten() {
        let (toy, meaning) = meaning();
        let one = meaning.vector("a boat").expect("runs");
        assert_eq!(meaning.vector("a boat").expect("runs"), one);
        assert_eq!(toy.asked.load(Ordering::Relaxed), 1);
        for number in 0..=2 * REMEMBERED {
            meaning.vector(&format!("ship {number}")).expect("runs");
        }
        let memory = meaning.remembered();
        assert!(memory.late.len() + memory.before.len() <= 2 * REMEMBERED);
        assert!(!memory.late.contains_key(&xxh3_128(b"a boat")));
    }

    #[test]
    fn threads_change_nothing() {
        let (_, meaning) = meaning();
        let budget = crate::stop::Stop::default().begin();
        let texts = || {
            (0..50)
                .map(|number| format!("ship and grain {}", "talk ".repeat(number % 7)))
                .collect()
        };
        let cosines = |helpers| {
            let asked = Asked {
                meaning: &meaning,
                text: "grain talks".to_owned(),
                first: 20,
                helpers,
                budget: &budget,
            };
            asked.cosines(texts()).expect("runs")
        };
        assert_eq!(cosines(0), cosines(1));
    }

    #[test]
    fn a_title_that_opens_the_passage_is_read_once() {
        assert_eq!(text_of("Talks", Some("They met.")), "Talks. They met.");
        assert_eq!(text_of("They", Some("They met.")), "They met.");
        assert_eq!(text_of("Talks", None), "Talks");
    }
}
