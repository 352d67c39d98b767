//! What was most likely meant by a word, a name or a country that is not there.
//!
//! Responsible for choosing among what is near: `dictionary` finds the words,
//! `distance` tells how near they are.

use std::cmp::Reverse;

use tantivy::Order;
use tantivy::collector::TopDocs;
use tantivy::collector::sort_key::SortByString;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;

use super::dictionary::Dictionary;
use crate::analyze::{Analyzer, fold};
use crate::distance;
use crate::extract::places::{self, CountryKind};
use crate::index::Index;
use crate::index::document::name_term;
use crate::index::schema::names;

/// Each part of a word that is taken apart has so many letters at least.
const MIN_PART: usize = 3;

/// So many corrections of each word of a name are tried with the others.
const MAX_CHOICES: usize = 8;

/// So many corrections of a whole name are tried.
const MAX_NAMES: usize = 512;

/// The word, or the two, that were most likely meant by `form` (folded), which
/// no live article has; `None` where nothing is near.
pub(super) fn word(dictionary: &Dictionary<'_>, form: &str) -> tantivy::Result<Option<String>> {
    let best = near(dictionary, form)?.into_iter().next();
    match best {
        Some(best) => Ok(Some(best.word)),
        None => split(dictionary, form),
    }
}

/// The name that was most likely meant by `name`, as an article writes it: each
/// word of it that no name has is corrected, so that one name has all of them.
pub(super) fn person(
    index: &Index,
    analyzer: &mut Analyzer,
    name: &str,
) -> tantivy::Result<Option<String>> {
    let dictionary = Dictionary::of_names(index);
    let words = analyzer.forms(name);
    let mut corrected: Vec<(Vec<String>, u8)> = vec![(Vec::new(), 0)];
    for word in &words {
        let choices = if dictionary.articles(word)? > 0 {
            vec![(word.clone(), 0)]
        } else {
            let near = near(&dictionary, word)?.into_iter().take(MAX_CHOICES);
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
    let mut best: Option<((u8, Reverse<u64>), Vec<String>)> = None;
    for (words, edits) in corrected.into_iter().filter(|(_, edits)| *edits > 0) {
        let articles = dictionary.articles(&name_term(&words))?;
        let key = (edits, Reverse(articles));
        if articles > 0 && best.as_ref().is_none_or(|(known, _)| key < *known) {
            best = Some((key, words));
        }
    }
    match best {
        Some((_, words)) => as_written(&dictionary, analyzer, &words).map(Some),
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
    let near = places::names().filter_map(|(text, kind, country)| {
        let text = fold(text);
        let edits = distance::between(&value, &text).filter(|edits| *edits <= allowed)?;
        let is_place = !matches!(
            kind,
            CountryKind::Name | CountryKind::Demonym | CountryKind::Abbreviation
        );
        Some(((edits, is_place, begins_otherwise(&value, &text)), country))
    });
    near.min_by_key(|(key, _)| *key).map(|(_, country)| country)
}

/// A word that may have been meant.
struct Near {
    word: String,
    edits: u8,
}

/// The words that may have been meant by `form`, the likeliest first.
fn near(dictionary: &Dictionary<'_>, form: &str) -> tantivy::Result<Vec<Near>> {
    let allowed = allowed_edits(form);
    if allowed == 0 {
        return Ok(Vec::new());
    }
    let found = dictionary.fuzzy(form, allowed)?;
    let mut ranked: Vec<_> = found
        .into_iter()
        .filter(|(word, _)| word != form && is_word(word))
        .map(|(word, articles)| {
            let edits = distance::between(form, &word).unwrap_or(allowed);
            let key = (edits, begins_otherwise(form, &word), Reverse(articles));
            (key, Near { word, edits })
        })
        .collect();
    // Stable: of equal ones the first in the alphabet stays the first.
    ranked.sort_by_key(|(key, _)| *key);
    Ok(ranked.into_iter().map(|(_, near)| near).collect())
}

/// The edits that are allowed in a word: of short words, most are near most.
fn allowed_edits(form: &str) -> u8 {
    if !is_word(form) {
        return 0;
    }
    match form.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

/// Whether `form` is one word without digits, which nobody mistypes for words.
fn is_word(form: &str) -> bool {
    !form.contains(|c: char| c.is_numeric() || c == ' ')
}

fn begins_otherwise(form: &str, other: &str) -> bool {
    form.chars().next() != other.chars().next()
}

/// Takes a word apart into two that are there: those whose rarer one is the
/// most frequent.
fn split(dictionary: &Dictionary<'_>, form: &str) -> tantivy::Result<Option<String>> {
    let mut best: Option<(u64, String)> = None;
    if !is_word(form) {
        return Ok(None);
    }
    for (at, _) in form.char_indices().skip(MIN_PART) {
        let (left, right) = form.split_at(at);
        if right.chars().count() < MIN_PART {
            break;
        }
        let rarer = dictionary.articles(left)?.min(dictionary.articles(right)?);
        if rarer > best.as_ref().map_or(0, |(known, _)| *known) {
            best = Some((rarer, format!("{left} {right}")));
        }
    }
    Ok(best.map(|(_, words)| words))
}

/// The words of a name as the first article by path and id that has it writes
/// them.
fn as_written(
    dictionary: &Dictionary<'_>,
    analyzer: &mut Analyzer,
    words: &[String],
) -> tantivy::Result<String> {
    let term = dictionary.term(&name_term(words));
    let query = TermQuery::new(term, IndexRecordOption::Basic);
    let first = TopDocs::with_limit(1).order_by((SortByString::for_field(names::KEY), Order::Asc));
    let index = dictionary.index();
    for (_, address) in index.snapshot().searcher.search(&query, &first)? {
        let (record, _) = index.read_article(address)?;
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
    use std::path::Path;

    use super::super::dictionary::tests::index_of;
    use super::*;
    use crate::index::in_memory;
    use crate::library::Library;

    fn check(index: &Index, form: &str, expected: Option<&str>) {
        let suggested = word(&Dictionary::new(index), form).unwrap();
        assert_eq!(suggested.as_deref(), expected, "{form}");
    }

    #[test]
    fn the_nearest_word_is_meant() {
        let index = index_of(&[
            "The house by the mouse. A horse, a coast, the hotline.",
            "A mouse, coasts and 2019s.",
        ]);
        check(&index, "hotlne", Some("hotline"));
        check(&index, "hoise", Some("house"));
        check(&index, "xouse", Some("mouse"));
        check(&index, "coatss", Some("coasts"));
        check(&index, "zzzzzz", None);
        check(&index, "th", None);
        check(&index, "20l9s", None);
    }

    #[test]
    fn two_words_written_as_one_are_taken_apart() {
        let index = index_of(&["Cyber talks. Cy bertalks."]);
        check(&index, "cybertalks", Some("cyber talks"));
        check(&index, "cyber2talks", None);
        check(&index, "talkstalk", None);
    }

    fn seeds() -> Index {
        let library = Library::at(Path::new(env!("CARGO_MANIFEST_DIR")));
        in_memory(&library, &|_| {}).unwrap()
    }

    #[test]
    fn words_names_and_countries_of_the_seeds_are_known() {
        let index = seeds();
        check(&index, "hotlne", Some("hotline"));
        check(&index, "moscwo", Some("moscow"));
        check(&index, "shmidt", Some("schmidt"));
        check(&index, "rusia", Some("russia"));
    }

    #[test]
    fn a_name_is_corrected_as_a_whole() {
        let mut analyzer = Analyzer::default();
        let index = seeds();
        let mut check = |name: &str, expected: Option<&str>| {
            let suggested = person(&index, &mut analyzer, name).unwrap();
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

    #[test]
    fn zz_measure() {
        use std::fmt::Write as _;
        let Ok(mode) = std::env::var("WORDS_MODE") else {
            return;
        };
        let root = std::env::var("WORDS_LIB").unwrap();
        let index = Index::open(&Library::at(Path::new(&root)))
            .unwrap()
            .unwrap();
        let dictionary = Dictionary::new(&index);
        let mut out = String::new();
        if mode == "vocabulary" {
            for (word, count) in dictionary.prefix("", usize::MAX).unwrap().unwrap() {
                writeln!(out, "{word}\t{count}").unwrap();
            }
        } else if mode == "names" {
            for (word, count) in Dictionary::of_names(&index)
                .prefix("", usize::MAX)
                .unwrap()
                .unwrap()
            {
                writeln!(out, "{word}\t{count}").unwrap();
            }
        } else {
            let list = std::fs::read_to_string(std::env::var("WORDS_LIST").unwrap()).unwrap();
            let mut analyzer = Analyzer::default();
            for line in list.lines() {
                let (right, typo) = line.split_once('\t').unwrap();
                let start = std::time::Instant::now();
                let answer = match &*mode {
                    "person" => person(&index, &mut analyzer, typo).unwrap(),
                    "country" => country(typo).map(str::to_owned),
                    _ => word(&dictionary, typo).unwrap(),
                };
                let took = start.elapsed().as_micros();
                write!(
                    out,
                    "{right}\t{typo}\t{}\t{took}\t",
                    answer.unwrap_or_default()
                )
                .unwrap();
                if mode == "candidates" {
                    for (word, articles) in dictionary.fuzzy(typo, 2).unwrap() {
                        let edits = distance::between(typo, &word).unwrap();
                        write!(out, "{word}={edits}={articles} ").unwrap();
                    }
                    write!(
                        out,
                        "\t{}",
                        split(&dictionary, typo).unwrap().unwrap_or_default()
                    )
                    .unwrap();
                }
                out.push('\n');
            }
        }
        std::fs::write(std::env::var("WORDS_OUT").unwrap(), out).unwrap();
    }

    #[test]
    fn zz_speed() {
        if std::env::var("WORDS_MODE").is_err() {
            return;
        }
        let words: Vec<String> = std::fs::read_to_string("/tmp/words/vocabulary.tsv")
            .unwrap()
            .lines()
            .map(|l| l.split('\t').next().unwrap().to_owned())
            .collect();
        for (name, f) in [
            ("own", distance::is_within as fn(&str, &str, u8) -> bool),
            ("strsim", |a: &str, b: &str, e: u8| {
                a.chars().count().abs_diff(b.chars().count()) <= e as usize
                    && strsim::osa_distance(a, b) <= e as usize
            }),
        ] {
            for form in ["hotlne", "communicatoin"] {
                let start = std::time::Instant::now();
                let n = words.iter().filter(|w| f(form, w, 2)).count();
                eprintln!(
                    "{name} {form}: {n} of {} in {:?}",
                    words.len(),
                    start.elapsed()
                );
            }
        }
    }
}
