//! What was most likely meant by a word, a name or a country that is not there.
//!
//! Responsible for choosing among what is near: the engine finds the words,
//! `edit_distance` tells how near they are. Measured on 23,808 articles with random
//! edits that gave no word of theirs, per cent of the first suggestions that
//! were the word meant (one and two: edits of the 2,000 most frequent words;
//! rare: one edit of words of 5 to 50 articles; joined: two words as one):
//!
//! | order | one | rare | two | joined |
//! |---|---|---|---|---|
//! | articles alone | 67.9 | 48.5 | 67.6 | |
//! | edits, first letter, articles | 90.4 | 87.2 | 63.2 | |
//! | edits, articles | 93.3 | 87.7 | 66.1 | |
//! | articles, an edit weighing as e³ | 93.1 | 76.9 | 69.1 | |
//! | edits, articles with the same first letter threefold | 93.3 | 87.3 | 66.1 | 63.4 |
//! | **and two words before one that is two edits away** | 93.3 | 87.3 | 66.0 | 93.6 |
//!
//! Measured before words of three letters and words that are spelled right were
//! left alone, which such edits do not tell apart from what was meant.
//!
//! People mistype the first letter less often than such edits do, so that it
//! counts though they gain nothing by it. Two edits from seven letters on
//! instead of six took 7 of two.
//!
//! Distance is counted in typing errors: a letter added, left out, changed, or
//! two neighbours swapped (Damerau 1964). Words of up to two letters allow
//! none, and words with digits none. Among equally near words the one with more
//! articles is meant, counting threefold where it begins with the letter typed.
//! A word may also be two without a space: *cybertalks* is taken apart at each
//! place, and the split whose rarer half is most frequent competes with words
//! two errors away.
//!
//! A name is corrected as a whole: up to eight words near each unknown one,
//! combined as far as 512 names, and of those that an article has the nearest.
//! It is written as the first article writes it.
//!
//! Cost: one walk of a Levenshtein automaton through the dictionary for each
//! word, and two look-ups for each split.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::document::field::Field;
use crate::document::name_term;
use crate::engine::{Engine, Order};
use crate::extract::places::CountryKind;
use crate::failure::Result;
use crate::gazetteer::countries;
use crate::matching::default_edits;
use crate::plan::{Clause, Plan};
use crate::text::analyze::{Analyzer, fold, is_irregular};
use crate::text::{edit_distance, stop_words};

/// Each part of a word that is taken apart has so many letters at least.
/// Shorter words are parts of nearly every word.
const MIN_PART: usize = 3;

/// So many corrections of each word of a name are tried with the others.
const MAX_CHOICES: usize = 8;

/// Longer names are not corrected.
const MAX_WORDS: usize = 6;

/// So many corrections of a whole name are tried. More combinations are
/// dropped, those of the likeliest words last.
const MAX_NAMES: usize = 512;

/// The weight of a word that begins with the same letter, against another. See
/// the table above.
const SAME_INITIAL: usize = 3;

/// So many words that may have been meant are told of one.
const MAX_MEANT: usize = 6;

/// Words of up to so many letters are a typing error only where two letters are
/// swapped: any other three letters are near some word.
const SHORT: usize = 3;

/// The words, or the two side by side, that may have been meant by `form`
/// (folded), which no live article has, the likeliest first; empty where
/// nothing is near, or where the word is spelled right.
///
/// Two words go before one that is two edits away and rarer than both. Nobody
/// means a stop word, which would be looked for by nobody either.
///
/// | typed | in the index | meant |
/// |---|---|---|
/// | hotlne | hotline | hotline |
/// | hoise | house, horse, in one article each | horse, the first in the alphabet; house |
/// | xouse | house once, mouse twice | mouse; house |
/// | cybertalks | cyber, talks, cyberwalk | cyber talks; cyberwalk |
/// | say | may, way | nothing: it is a word |
/// | vto | veto, two | nothing: too short |
/// | 20l9s | 2019s | nothing: it has digits |
pub(crate) fn words(engine: &dyn Engine, field: Field, form: &str) -> Result<Vec<String>> {
    let allowed = allowed_edits(form);
    if allowed == 0 || is_known_word(form) {
        return Ok(Vec::new());
    }
    // One edit away goes before all else: 93 per cent are right.
    let mut meant: Vec<String> = near(engine, field, form, 1)?
        .into_iter()
        .filter(|near| may_be_meant(form, &near.word))
        .map(|near| near.word)
        .collect();
    if meant.is_empty() {
        let farther = if allowed > 1 {
            near(engine, field, form, allowed)?
        } else {
            Vec::new()
        };
        let mut farther = farther
            .into_iter()
            .filter(|near| may_be_meant(form, &near.word))
            .peekable();
        if let Some((two, rarer)) = split(engine, field, form)? {
            let first = farther.next_if(|one| rarer < one.articles);
            meant.extend(first.map(|one| one.word));
            meant.push(two);
        }
        meant.extend(farther.map(|one| one.word));
    }
    meant.truncate(MAX_MEANT);
    Ok(meant)
}

/// Whether a word is spelled right, whatever articles have.
fn is_known_word(form: &str) -> bool {
    stop_words::is_stop_word(form) || stop_words::is_asking(form) || is_irregular(form)
}

/// Whether somebody who typed `form` may have meant `word`.
fn may_be_meant(form: &str, word: &str) -> bool {
    let is_swapped = || {
        let (mut one, mut other): (Vec<char>, Vec<char>) =
            (form.chars().collect(), word.chars().collect());
        one.sort_unstable();
        other.sort_unstable();
        one == other
    };
    let is_small = stop_words::is_stop_word(word) || matches!(word, "may" | "might");
    !is_small && (form.chars().count() > SHORT || is_swapped())
}

/// The name that was most likely meant by `name`, as an article writes it: each
/// word of it that no name has is corrected, so that one name has all of them.
/// Words that some name has stay as they are.
pub(crate) fn person(
    engine: &dyn Engine,
    analyzer: &mut Analyzer,
    name: &str,
) -> Result<Option<String>> {
    let words = analyzer.forms(name);
    if words.len() > MAX_WORDS {
        return Ok(None);
    }
    // All ways to correct the name, word by word.
    let mut corrected: Vec<(Vec<String>, u8)> = vec![(Vec::new(), 0)];
    for word in &words {
        let choices = if engine.articles(Field::Person, word)? > 0 {
            vec![(word.clone(), 0)]
        } else {
            let near = near(engine, Field::Person, word, allowed_edits(word))?
                .into_iter()
                .take(MAX_CHOICES);
            near.map(|word| (word.word, word.edits)).collect()
        };
        let longer = corrected.iter().flat_map(|(words, edits)| {
            choices.iter().map(move |(word, more)| {
                let words = words.iter().chain([word]).cloned().collect();
                (words, edits + more)
            })
        });
        corrected = longer.take(MAX_NAMES).collect();
    }
    let mut live = Vec::new();
    for (words, edits) in corrected.into_iter().filter(|(_, edits)| *edits > 0) {
        let articles = engine.articles(Field::Person, &name_term(&words))?;
        if articles > 0 {
            live.push(((edits, Reverse(articles)), words));
        }
    }
    match live.into_iter().min_by_key(|(key, _)| *key) {
        Some((_, words)) => as_written(engine, analyzer, &words).map(Some),
        None => Ok(None),
    }
}

/// The name of the country that was most likely meant by `value`, which is no
/// country; `None` where nothing is near.
pub fn country(value: &str) -> Option<&'static str> {
    let value = fold(value.trim());
    let allowed = allowed_edits(&value);
    if allowed == 0 {
        return None;
    }
    // All forms of the table: a few thousand comparisons, once a failed filter.
    let near = countries::names().filter_map(|(text, kind, country)| {
        // A city that is near says little of what country was meant.
        if !matches!(
            kind,
            CountryKind::Name | CountryKind::Demonym | CountryKind::Capital
        ) {
            return None;
        }
        let text = fold(text);
        let edits = edit_distance::between(&value, &text).filter(|edits| *edits <= allowed)?;
        Some(((edits, begins_otherwise(&value, &text)), country))
    });
    near.min_by_key(|(key, _)| *key).map(|(_, country)| country)
}

/// A word that may have been meant. `word` is folded, as the dictionary has it.
struct Near {
    word: String,
    edits: u8,
    articles: u64,
}

/// The words within `allowed` edits of `form`, the likeliest first.
fn near(engine: &dyn Engine, field: Field, form: &str, allowed: u8) -> Result<Vec<Near>> {
    if allowed == 0 {
        return Ok(Vec::new());
    }
    let found = engine.near(field, form, allowed)?.into_iter();
    let mut near: Vec<Near> = found
        .filter(|(word, _)| word != form && is_one_word(word))
        .map(|(word, articles)| Near {
            edits: edit_distance::between(form, &word).unwrap_or(allowed),
            word,
            articles,
        })
        .collect();
    // Stable: of equal ones the first in the alphabet stays the first.
    near.sort_by_key(|near| {
        let weight = weight(form, &near.word) as u64;
        (near.edits, Reverse(near.articles * weight))
    });
    Ok(near)
}

/// The edits that are allowed in a word: of short words, most are near most,
/// and another number is never meant.
fn allowed_edits(form: &str) -> u8 {
    if form.contains(char::is_numeric) {
        0
    } else {
        default_edits(form)
    }
}

/// Whether a term is one word, no number and no set of words of a name. Fields
/// of names hold sets of words as well.
fn is_one_word(term: &str) -> bool {
    !term.contains(|c: char| c.is_numeric() || c == ' ')
}

/// How much an article counts that has `word`, which may have been meant by
/// `form`.
pub(crate) fn weight(form: &str, word: &str) -> usize {
    if begins_otherwise(form, word) {
        1
    } else {
        SAME_INITIAL
    }
}

/// Whether the first letters differ.
fn begins_otherwise(form: &str, other: &str) -> bool {
    form.chars().next() != other.chars().next()
}

/// Takes a word apart into two that are there: those whose rarer one is in the
/// most articles, and in how many. `None` where no split has two words that are
/// there.
fn split(engine: &dyn Engine, field: Field, form: &str) -> Result<Option<(String, u64)>> {
    let mut best: Option<(String, u64)> = None;
    engine.expect(&|| {
        let places = form.char_indices().skip(MIN_PART);
        let halves = places.flat_map(|(at, _)| [&form[..at], &form[at..]]);
        halves.map(|half| (field, half.to_owned())).collect()
    })?;
    for (at, _) in form.char_indices().skip(MIN_PART) {
        let (left, right) = form.split_at(at);
        if right.chars().count() < MIN_PART {
            break;
        }
        let rarer = engine
            .articles(field, left)?
            .min(engine.articles(field, right)?);
        if rarer > best.as_ref().map_or(0, |(_, known)| *known) {
            best = Some((format!("{left} {right}"), rarer));
        }
    }
    Ok(best)
}

/// The words of a name as the first article by path and id that has it writes
/// them.
fn as_written(engine: &dyn Engine, analyzer: &mut Analyzer, words: &[String]) -> Result<String> {
    let clause = Clause::Term(Field::Person, name_term(words));
    let named = engine.prepare(&Arc::new(Plan::of_clause(clause)))?;
    for (address, _) in named.first(Order::Key, 1)?.complete.found {
        let record = engine.record(address)?;
        for name in &record.people {
            let mut spelled: Vec<Option<&str>> = vec![None; words.len()];
            analyzer.words(name, |word| {
                for (place, _) in words
                    .iter()
                    .enumerate()
                    .filter(|(_, form)| *form == word.form())
                {
                    spelled[place] = Some(&name[word.span()]);
                }
            });
            if let Some(spelled) = spelled.into_iter().collect::<Option<Vec<_>>>() {
                return Ok(spelled.join(" "));
            }
        }
    }
    Ok(words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::local::Index;
    use crate::engine::local::query::dictionary::tests::index_of;
    use crate::engine::local::session::LocalEngine;
    use crate::stop::Budget;

    fn all(index: &Index, form: &str) -> Vec<String> {
        let engine = LocalEngine::new(index, &Budget::unlimited(), false);
        words(&engine, Field::Form, form).unwrap()
    }

    fn check(index: &Index, form: &str, expected: Option<&str>) {
        assert_eq!(
            all(index, form).first().map(String::as_str),
            expected,
            "{form}"
        );
    }

    #[test]
    fn the_nearest_word_is_meant() {
        let index = index_of(&[
            "The house by the mouse. A horse, a coast, the hotline.",
            "A mouse, coasts and 2019s.",
        ]);
        check(&index, "hotlne", Some("hotline"));
        check(&index, "hoise", Some("horse"));
        check(&index, "houze", Some("house"));
        check(&index, "hotels", None);
        check(&index, "xouse", Some("mouse"));
        check(&index, "coatss", Some("coasts"));
        check(&index, "zzzzzz", None);
        check(&index, "th", None);
        check(&index, "20l9s", None);
    }

    #[test]
    fn nobody_means_a_stop_word_or_another_word_than_the_right_one() {
        let index = index_of(&["The veto may come this way with two votes from abroad."]);
        check(&index, "say", None);
        check(&index, "fron", None);
        check(&index, "mya", None);
        check(&index, "vto", None);
        check(&index, "wya", Some("way"));
        check(&index, "vetoo", Some("veto"));
        assert_eq!(
            all(&index_of(&["A house and a horse."]), "hoise"),
            ["horse", "house"]
        );
    }

    #[test]
    fn two_words_written_as_one_are_taken_apart() {
        let index = index_of(&[
            "Cyber talks, cyberwalk.",
            "Hotplates, planed.",
            "Hotplates hot.",
        ]);
        check(&index, "cybertalks", Some("cyber talks"));
        check(&index, "hottalks", Some("hot talks"));
        check(&index, "hotplaned", Some("hotplates"));
        check(&index, "cyber2talks", None);
        check(&index, "talkstalk", None);
    }

    fn news() -> Index {
        index_of(&[
            "Howard Schmidt of the White House met officials of Russia in Moscow, to talk of a hotline.",
            "Michael Daniel, an adviser to President Barack Obama, met Howard Schmidt on Monday.",
        ])
    }

    #[test]
    fn words_names_and_countries_of_the_articles_are_known() {
        let index = news();
        check(&index, "hotlne", Some("hotline"));
        check(&index, "moscwo", Some("moscow"));
        check(&index, "shmidt", Some("schmidt"));
        check(&index, "rusia", Some("russia"));
    }

    #[test]
    fn a_name_is_corrected_as_a_whole() {
        let mut analyzer = Analyzer::default();
        let index = news();
        let engine = LocalEngine::new(&index, &Budget::unlimited(), false);
        let mut check = |name: &str, expected: Option<&str>| {
            let suggested = person(&engine, &mut analyzer, name).unwrap();
            assert_eq!(suggested.as_deref(), expected, "{name}");
        };
        check("Shmidt", Some("Schmidt"));
        check("obama, barrack", Some("Obama Barack"));
        check("Micheal Danniel", Some("Michael Daniel"));
        check("Schmidt", None);
        check("Shmidt Obama", None);
        check("", None);
    }

    #[test]
    fn a_country_is_meant_by_its_name_and_its_people() {
        let check = |value, expected| assert_eq!(country(value), expected, "{value}");
        check("Rusia", Some("Russia"));
        check("untied states", Some("United States"));
        check("Cote d'Ivoire", Some("Ivory Coast"));
        check("Frence", Some("France"));
        check("Moscwo", Some("Russia"));
        check("XQ", None);
        check("4ussia", None);
        check("Nowhereland", None);
    }
}
