//! Looks words up among the terms of an index.
//!
//! Responsible for finding the words that are near a word or begin as it does,
//! each with the number of live articles that have it. Words are found over
//! all segments and merged, so that the answer is the same whatever the history
//! of the index; a word that deleted articles alone have is not there.
//!
//! A dictionary is sorted and kept as a finite-state transducer. Words that
//! begin alike stand together, so a prefix costs one look-up and its words.
//! Words within one or two typing errors are found by a Levenshtein automaton
//! (Schulz and Mihov 2002) that walks the transducer: it enters only branches
//! from which a word within the distance can still be reached. Its size grows
//! with the length of the word typed, its walk with the size of the dictionary,
//! but far less than a comparison with every word would.
//!
//! Example: within one error of `hotlien` there is `hotline`, since a swap of
//! neighbours counts one.
//!
//! Invariant: a limit counts live words. A segment without deletions may give
//! up as soon as it has more; with deletions all its words have to be counted
//! first.

use std::collections::BTreeSet;

use tantivy::query::FuzzyTermQuery;
use tantivy_fst::Automaton;

use crate::document::field::Field;
use crate::engine::local::schema;
use crate::engine::local::session::LocalEngine;
use crate::stop::Spender;
use crate::text::edit_distance::MAX_EDITS;
use crate::text::wildcard::{Wildcard, WildcardState};

/// The words of a field within `edits` of `form` (folded), a swap of neighbours
/// counting one, in alphabetical order, each with its number of live articles.
/// More than [`MAX_EDITS`] are not looked for. Fails when the budget is spent:
/// half an answer is none.
///
/// Over "The hotline, hotlines and a hotplate." and "Hotline to Łódź.":
///
/// | word | edits | found |
/// |---|---|---|
/// | hotline | 0 | hotline in 2 |
/// | hotline | 1 | hotline in 2, hotlines in 1 |
/// | hotlien | 1 | hotline in 2 |
/// | lodz | 9 | lodz in 1 |
pub(crate) fn near(
    engine: &LocalEngine<'_>,
    field: Field,
    form: &str,
    edits: u8,
) -> tantivy::Result<Vec<(String, u64)>> {
    engine.budget.spend(AUTOMATON * form.len() as u64)?;
    let query = FuzzyTermQuery::new(schema::term(field, form), edits.min(MAX_EDITS), true);
    let mut words = BTreeSet::new();
    for segment in engine.index.snapshot().searcher.segment_readers() {
        let terms = segment.inverted_index(schema::id(field))?;
        let paid = Paid {
            automaton: query.automaton()?,
            spender: engine.budget.spender(),
        };
        let mut near = terms.terms().search(paid).into_stream()?;
        while near.advance() {
            insert(&mut words, near.key());
        }
    }
    // What was found before a stop is not all.
    engine.budget.spend(0)?;
    let mut live = Vec::with_capacity(words.len());
    for word in words {
        let articles = engine.statistics.articles(field, &word)?;
        if articles > 0 {
            live.push((word, articles));
        }
    }
    Ok(live)
}

/// The words of a field that begin with `prefix` (folded), in alphabetical order,
/// each with its number of live articles; `None` when there are more than
/// `limit`.
///
/// # Errors
/// When a segment cannot be read or the search is stopped.
pub(crate) fn starting_with(
    engine: &LocalEngine<'_>,
    field: Field,
    prefix: &str,
    limit: usize,
) -> tantivy::Result<Option<Vec<(String, u64)>>> {
    let mut words = BTreeSet::new();
    let spender = engine.budget.spender();
    for segment in engine.index.snapshot().searcher.segment_readers() {
        let terms = segment.inverted_index(schema::id(field))?;
        let mut following = terms.terms().range().ge(prefix).into_stream()?;
        let mut found = 0;
        while following.advance() && following.key().starts_with(prefix.as_bytes()) {
            found += 1;
            spender.spend(WORD)?;
            // Without deleted documents all words of a segment are live.
            if found > limit && !segment.has_deletes() {
                return Ok(None);
            }
            insert(&mut words, following.key());
        }
    }
    live(engine, field, words, limit)
}

/// The words of a field that a word with wildcards stands for (folded), in
/// alphabetical order, each with its number of live articles; `None` when there
/// are more than `limit`. The letters before the first wildcard are looked up;
/// behind them the dictionary is walked with the pattern as an automaton.
///
/// # Errors
/// When a segment cannot be read or the search is stopped.
pub(crate) fn like(
    engine: &LocalEngine<'_>,
    field: Field,
    pattern: &str,
    limit: usize,
) -> tantivy::Result<Option<Vec<(String, u64)>>> {
    let mut words = BTreeSet::new();
    for segment in engine.index.snapshot().searcher.segment_readers() {
        let terms = segment.inverted_index(schema::id(field))?;
        let mut like = terms
            .terms()
            .search(paid_pattern(engine, pattern))
            .into_stream()?;
        let mut found = 0;
        while like.advance() {
            found += 1;
            // Without deleted documents all words of a segment are live.
            if found > limit && !segment.has_deletes() {
                return Ok(None);
            }
            insert(&mut words, like.key());
        }
    }
    // What was found before a stop is not all.
    engine.budget.spend(0)?;
    live(engine, field, words, limit)
}

/// The automaton of a word with wildcards, whose steps are paid for.
pub(super) fn paid_pattern(
    engine: &LocalEngine<'_>,
    pattern: &str,
) -> impl Automaton<State = WildcardState> + use<> {
    Paid {
        automaton: PatternAutomaton(Wildcard::new(pattern)),
        spender: engine.budget.spender(),
    }
}

/// Those of the words that live articles have; `None` if more than `limit`.
fn live(
    engine: &LocalEngine<'_>,
    field: Field,
    words: BTreeSet<String>,
    limit: usize,
) -> tantivy::Result<Option<Vec<(String, u64)>>> {
    let mut live = Vec::new();
    for word in words {
        let articles = engine.statistics.articles(field, &word)?;
        if articles > 0 && live.len() == limit {
            return Ok(None);
        }
        if articles > 0 {
            live.push((word, articles));
        }
    }
    Ok(Some(live))
}

/// A word with wildcards, as the dictionary asks it.
struct PatternAutomaton(Wildcard);

impl Automaton for PatternAutomaton {
    type State = WildcardState;

    fn start(&self) -> WildcardState {
        self.0.start()
    }

    fn is_match(&self, state: &WildcardState) -> bool {
        self.0.is_end(*state)
    }

    fn can_match(&self, state: &WildcardState) -> bool {
        state.is_alive()
    }

    fn accept(&self, state: &WildcardState, byte: u8) -> WildcardState {
        self.0.step(*state, byte)
    }
}

/// What a word costs that is stepped on to.
const WORD: u64 = 16;

/// What each letter of a word costs, whose automaton is made.
const AUTOMATON: u64 = 1500;

/// What a step from letter to letter costs, in the words and in an automaton.
const STEP: u64 = 8;

/// An automaton whose steps through the dictionary are paid for: between two
/// words that it finds there may be a million.
struct Paid<A> {
    automaton: A,
    spender: Spender,
}

impl<A: Automaton> Automaton for Paid<A> {
    type State = A::State;

    fn start(&self) -> A::State {
        self.automaton.start()
    }

    fn is_match(&self, state: &A::State) -> bool {
        self.automaton.is_match(state)
    }

    /// Once it is stopped, nothing can match any more.
    fn can_match(&self, state: &A::State) -> bool {
        self.automaton.can_match(state) && self.spender.spend(STEP).is_ok()
    }

    fn will_always_match(&self, state: &A::State) -> bool {
        self.automaton.will_always_match(state)
    }

    fn accept(&self, state: &A::State, byte: u8) -> A::State {
        self.automaton.accept(state, byte)
    }
}

/// A term that is no text belongs to no word; none is ever written.
fn insert(words: &mut BTreeSet<String>, term: &[u8]) {
    if let Ok(word) = std::str::from_utf8(term)
        && !words.contains(word)
    {
        words.insert(word.to_owned());
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::engine::local::Index;
    use crate::library::Library;
    use crate::stop::Budget;
    use crate::update::{Update, in_memory, update};

    /// An index in memory of articles with these texts.
    pub(crate) fn index_of(texts: &[&str]) -> Index {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        in_memory(&library_of(folder.path(), texts), &|_| {}).expect("it can be indexed")
    }

    fn library_of(root: &std::path::Path, texts: &[&str]) -> Library {
        let seeds = root.join("seeds");
        std::fs::create_dir_all(&seeds).expect("a folder can be made");
        for (number, text) in texts.iter().enumerate() {
            std::fs::write(seeds.join(format!("{number}.txt")), text).expect("it can be written");
        }
        Library::at(root)
    }

    fn shown(words: &[(String, u64)]) -> String {
        let shown: Vec<String> = words
            .iter()
            .map(|(word, count)| format!("{word}={count}"))
            .collect();
        shown.join(" ")
    }

    #[test]
    fn near_words_are_found_with_their_articles() {
        let index = index_of(&["The hotline, hotlines and a hotplate.", "Hotline to Łódź."]);
        let engine = LocalEngine::new(&index, &Budget::unlimited(), false);
        let check = |form, edits, expected| {
            let words = near(&engine, Field::Form, form, edits).unwrap();
            assert_eq!(shown(&words), expected, "{form} {edits}");
        };
        check("hotline", 0, "hotline=2");
        check("hotlien", 1, "hotline=2");
        check("hotlien", 0, "");
        check("hotline", 1, "hotline=2 hotlines=1");
        check("lodz", 9, "lodz=1");
        check("ldoz", 1, "lodz=1");
        check("", 1, "a=1");
    }

    #[test]
    fn words_that_begin_so_are_counted_up_to_the_limit() {
        let index = index_of(&["Communication, commune.", "Communication; comet. Été."]);
        let engine = LocalEngine::new(&index, &Budget::unlimited(), false);
        let check = |prefix, limit, expected: Option<&str>| {
            let words = starting_with(&engine, Field::Form, prefix, limit).unwrap();
            let words = words.map(|words| shown(&words));
            assert_eq!(words.as_deref(), expected, "{prefix} {limit}");
        };
        check("commun", 2, Some("commune=1 communication=2"));
        check("commun", 1, None);
        check("com", 3, Some("comet=1 commune=1 communication=2"));
        check("et", 1, Some("ete=1"));
        check("x", 0, Some(""));
        check("", 4, Some("comet=1 commune=1 communication=2 ete=1"));
    }

    #[test]
    fn words_with_wildcards_are_counted_up_to_the_limit() {
        let index = index_of(&["Women, a woman, an omen.", "Woman; paradox, ox. Œuvre."]);
        let engine = LocalEngine::new(&index, &Budget::unlimited(), false);
        let check = |pattern, limit, expected: Option<&str>| {
            let words = like(&engine, Field::Form, pattern, limit).unwrap();
            let words = words.map(|words| shown(&words));
            assert_eq!(words.as_deref(), expected, "{pattern} {limit}");
        };
        check("wom*n", 2, Some("woman=2 women=1"));
        check("wom*n", 1, None);
        check("*ox", 5, Some("ox=1 paradox=1"));
        check("?men", 5, Some("omen=1"));
        check("*uv?e", 5, Some("oeuvre=1"));
        check("x*y", 0, Some(""));
    }

    #[test]
    fn deleted_articles_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let texts = ["Hotline, hotel.", "Hotline, hothouse."];
        let library = library_of(folder.path(), &texts);
        let request = Update::default();
        update(&library, &request, &|_| {}).unwrap();
        std::fs::remove_file(folder.path().join("seeds/1.txt")).unwrap();
        update(&library, &request, &|_| {}).unwrap();
        let index = Index::open(&library).unwrap().unwrap();
        let engine = LocalEngine::new(&index, &Budget::unlimited(), false);
        let words = starting_with(&engine, Field::Form, "hot", 2).unwrap();
        assert_eq!(
            words.map(|words| shown(&words)).as_deref(),
            Some("hotel=1 hotline=1")
        );
        assert_eq!(
            shown(&near(&engine, Field::Form, "hothouse", 1).unwrap()),
            ""
        );
        assert_eq!(
            shown(&near(&engine, Field::Form, "hotlime", 1).unwrap()),
            "hotline=1"
        );
    }
}
