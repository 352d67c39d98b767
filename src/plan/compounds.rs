//! Takes compounds apart, and finds them written apart.
//!
//! `shock-sound` is looked for by its words: an article that writes *sound and
//! shock* is about it as well, and a phrase that nobody wrote hides the word
//! that matters. Standing side by side earns a bonus, as a phrase that
//! counts a share of itself. A compound stays one part of the query: an article has
//! it that has all of its words. Compounds with a digit or with a part under
//! three letters (`24/7`, `COVID-19`, `AK-47`) are names and stay phrases; small
//! words inside (`state-of-the-art`) need not be there.
//!
//! nDCG@10 of four collections by the bonus, with any word, before irregular
//! forms were made one with their words:
//!
//! | | CACM | CISI | MEDLINE | TIME | mean |
//! |---|---|---|---|---|---|
//! | a phrase and nothing else | .5489 | .4077 | .7299 | .6985 | .5963 |
//! | words, bonus 0 | .5509 | .4105 | .7264 | .6986 | .5966 |
//! | **words, bonus .1** | .5509 | .4106 | .7264 | .6993 | .5968 |
//! | words, bonus .25 | .5511 | .4106 | .7264 | .6964 | .5961 |
//! | words, bonus 1 | .5473 | .4115 | .7264 | .6958 | .5952 |
//!
//! Of MEDLINE a single query of 30 changes, which has *pre-school*.
//!
//! Where articles have the compound as one word, that will do as well
//! (`cease-fire`, *ceasefire*); of names only those with a digit are joined, since
//! *re-sign* is not *resign*. The other way round `covid19`, `F16` stand for
//! *COVID-19* and *F-16*, and a word that no article has is
//! looked for in two (`alqaeda`, *al-Qaeda*), as long as articles have both and
//! neither is a small word, which would make *the rapist* of a *therapist*.
//!
//! Cost: nothing for other words; for a word that no article has, two look-ups
//! for each of its letters.

use super::{Vocabulary, terms_and_forms};
use crate::document::field::Field;
use crate::failure::Result;
use crate::matching::TermClauses;
use crate::query::{Expression, Query, Words};
use crate::text::analyze::Analyzer;
use crate::text::stop_words;

/// The fewest letters of a part that is a word by itself.
const LETTERS: usize = 3;

/// So many ways to write a word in two are looked for.
const WAYS: usize = 3;

/// The longest word that is written in two.
const LONGEST: usize = 40;

/// A query with its compounds taken apart.
pub(super) struct TakenApart {
    pub(super) query: Query,
    /// The compounds themselves, which only add a bonus.
    bonus: Vec<Words>,
    /// What was made of a part, and the part as it was.
    names: Vec<(Query, String)>,
}

impl TakenApart {
    /// Whether a part only adds a bonus.
    pub(super) fn is_bonus(&self, words: Option<&Words>) -> bool {
        words.is_some_and(|words| self.bonus.contains(words))
    }

    /// A part as it was typed.
    pub(super) fn name(&self, part: &Query) -> String {
        let known = self.names.iter().find(|(known, _)| known == part);
        known.map_or_else(|| part.to_string(), |(_, name)| name.clone())
    }
}

/// Takes queries apart, and looks each of their words up once.
pub(super) struct Splitter<'a> {
    vocabulary: &'a dyn Vocabulary,
    analyzer: &'a mut Analyzer,
    /// How the words are written that were looked up.
    known: Vec<(Words, Ways)>,
}

/// How words are looked for.
#[derive(Clone)]
enum Ways {
    /// As they are.
    Whole,
    /// By their pieces, and as one word where articles have that.
    Pieces {
        pieces: Vec<String>,
        joined: Option<String>,
    },
    /// As they are, or otherwise.
    Either(Vec<Expression>),
}

impl<'a> Splitter<'a> {
    pub(super) fn new(vocabulary: &'a dyn Vocabulary, analyzer: &'a mut Analyzer) -> Self {
        Splitter {
            vocabulary,
            analyzer,
            known: Vec::new(),
        }
    }

    /// Takes `query` apart; with `is_any`, any word of a compound will do.
    ///
    /// # Errors
    /// When the vocabulary cannot be read or the search is stopped.
    pub(super) fn take_apart(&mut self, query: &Query, is_any: bool) -> Result<TakenApart> {
        let mut made = TakenApart {
            query: Query::All(Vec::new()),
            bonus: Vec::new(),
            names: Vec::new(),
        };
        self.vocabulary.expect(&|| {
            let parts = TermClauses::of(query, &mut Analyzer::default());
            terms_and_forms(&parts)
        })?;
        made.query = self.query(query, is_any, &mut made)?;
        Ok(made)
    }

    /// What is excluded stays as it is: a phrase excludes less.
    fn query(&mut self, query: &Query, is_any: bool, made: &mut TakenApart) -> Result<Query> {
        let mut all = |parts: &[Query]| -> Result<Vec<Query>> {
            let parts = parts.iter();
            parts.map(|part| self.query(part, is_any, made)).collect()
        };
        Ok(match query {
            Query::Words(words) => self.words(words, is_any, made)?,
            Query::Filter(_) | Query::Not(_) => query.clone(),
            // Not made flat: a compound is one part.
            Query::All(parts) => Query::All(all(parts)?),
            Query::Any(parts) => Query::any(all(parts)?),
        })
    }

    fn words(&mut self, words: &Words, is_any: bool, made: &mut TakenApart) -> Result<Query> {
        let whole = Query::Words(words.clone());
        let apart = match self.ways(words)? {
            Ways::Whole => return Ok(whole),
            Ways::Either(others) => Self::either(words, others),
            Ways::Pieces { pieces, joined } => {
                made.bonus.push(words.clone());
                let word = |text| {
                    Query::Words(Words {
                        scope: words.scope,
                        expression: Expression::Word(text),
                    })
                };
                let mut ways: Vec<Query> = pieces.into_iter().map(word).collect();
                if !is_any {
                    ways = vec![Query::All(ways)];
                }
                ways.push(whole.clone());
                ways.extend(joined.map(word));
                Query::Any(ways)
            }
        };
        made.names.push((apart.clone(), whole.to_string()));
        Ok(apart)
    }

    /// How words are looked for, which is found out once.
    fn ways(&mut self, words: &Words) -> Result<Ways> {
        let Expression::Word(text) = &words.expression else {
            return Ok(Ways::Whole);
        };
        if let Some((_, ways)) = self.known.iter().find(|(known, _)| known == words) {
            return Ok(ways.clone());
        }
        let ways = self.ways_of(text)?;
        self.known.push((words.clone(), ways.clone()));
        Ok(ways)
    }

    fn ways_of(&mut self, text: &str) -> Result<Ways> {
        // Nearly all words are of letters alone.
        if text.bytes().all(|byte| byte.is_ascii_lowercase()) && !self.is_unknown(text)? {
            return Ok(Ways::Whole);
        }
        if let Some(pieces) = compound(text, self.analyzer) {
            return Ok(Ways::Pieces {
                pieces: pieces.into_iter().map(str::to_owned).collect(),
                joined: self.joined(text)?,
            });
        }
        let others: Vec<Expression> =
            if text.contains(joins) && text.bytes().any(|byte| byte.is_ascii_digit()) {
                let joined = self.joined(text)?.map(Expression::Word);
                joined.into_iter().collect()
            } else {
                let ways = self.written_apart(text)?;
                ways.iter().map(|way| Expression::phrase(way)).collect()
            };
        Ok(if others.is_empty() {
            Ways::Whole
        } else {
            Ways::Either(others)
        })
    }

    /// Words, or what stands for them.
    fn either(words: &Words, others: Vec<Expression>) -> Query {
        let mut either = vec![words.expression.clone()];
        either.extend(others);
        Query::Words(Words {
            scope: words.scope,
            expression: Expression::Either(either),
        })
    }

    /// A compound as one word, if an article has that.
    fn joined(&mut self, text: &str) -> Result<Option<String>> {
        let text = text.trim_end_matches(['?', '!', ',', ';', ':', '.']);
        let joined: String = text.chars().filter(|c| !joins(*c)).collect();
        let is_there = self.articles(&joined)?.is_some_and(|articles| articles > 0);
        Ok(is_there.then_some(joined))
    }

    /// How many articles have a word; `None` for what is not just one.
    fn articles(&mut self, word: &str) -> Result<Option<u64>> {
        match &self.analyzer.query_terms(word)[..] {
            [term] => Ok(Some(self.vocabulary.articles(Field::Text, term)?)),
            _ => Ok(None),
        }
    }

    fn is_unknown(&mut self, word: &str) -> Result<bool> {
        Ok(self.articles(word)? == Some(0))
    }

    /// How a word may be written in two; the likeliest first.
    fn written_apart(&mut self, word: &str) -> Result<Vec<String>> {
        let word = word.trim_end_matches(['?', '!', ',', ';', ':', '.']);
        let is_word = word.is_ascii() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_word || word.len() > LONGEST {
            return Ok(Vec::new());
        }
        if let Some(at) = number_border(word) {
            let way = self.way(word, at)?;
            return Ok(way.map(|(way, _)| way).into_iter().collect());
        }
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        if has_digit || word.len() < 2 + LETTERS || !self.is_unknown(word)? {
            return Ok(Vec::new());
        }
        self.vocabulary.expect(&|| {
            let mut analyzer = Analyzer::default();
            let halves = (2..word.len() - 1).flat_map(|at| [&word[..at], &word[at..]]);
            let terms = halves.flat_map(|half| analyzer.query_terms(half));
            terms.map(|term| (Field::Text, term)).collect()
        })?;
        let mut ways = Vec::new();
        for at in 2..word.len() - 1 {
            ways.extend(self.way(word, at)?);
        }
        ways.sort_by(|(_, a), (_, b)| b.cmp(a));
        ways.truncate(WAYS);
        Ok(ways.into_iter().map(|(way, _)| way).collect())
    }

    /// A word in two, and how many articles have the rarer half; `None` where a
    /// half is no word or a small one.
    fn way(&mut self, word: &str, at: usize) -> Result<Option<(String, u64)>> {
        let (left, right) = word.split_at(at);
        let mut least = u64::MAX;
        for half in [left, right] {
            if stop_words::is_stop_word(&half.to_ascii_lowercase()) {
                return Ok(None);
            }
            least = least.min(self.articles(half)?.unwrap_or(0));
            if least == 0 {
                return Ok(None);
            }
        }
        Ok(Some((format!("{left} {right}"), least)))
    }
}

/// Where letters and digits meet, if they do once: `covid|19`. Endings of
/// numbers (`1990s`, `4th`) are no words.
fn number_border(word: &str) -> Option<usize> {
    let is_digit = |at: usize| word.as_bytes()[at].is_ascii_digit();
    let mut borders = (1..word.len()).filter(|at| is_digit(at - 1) != is_digit(*at));
    let (at, None) = (borders.next()?, borders.next()) else {
        return None;
    };
    let ending = word[at..].to_ascii_lowercase();
    let is_ending = matches!(&ending[..], "s" | "st" | "nd" | "rd" | "th");
    (!is_ending).then_some(at)
}

/// Whether a character joins the words of a compound.
fn joins(c: char) -> bool {
    matches!(c, '-' | '/' | '\u{2010}' | '\u{2011}' | '\u{2013}')
}

/// The words of a compound, its small words left out; `None` where it stays a
/// phrase.
fn compound<'t>(text: &'t str, analyzer: &mut Analyzer) -> Option<Vec<&'t str>> {
    let text = text.trim_end_matches(['?', '!', ',', ';', ':', '.']);
    if !text.contains(joins) {
        return None;
    }
    let mut words = Vec::new();
    for piece in text.split(joins) {
        if piece.is_empty() || !piece.chars().all(char::is_alphabetic) {
            return None;
        }
        let [form] = &analyzer.forms(piece)[..] else {
            return None;
        };
        if stop_words::is_stop_word(form) {
            continue;
        }
        if piece.chars().count() < LETTERS {
            return None;
        }
        words.push(piece);
    }
    (words.len() >= 2).then_some(words)
}

/// Whether a compound is of small words alone, as `and/or` is.
pub(crate) fn is_small(text: &str, analyzer: &mut Analyzer) -> bool {
    let mut pieces = text.split(joins);
    text.contains(joins)
        && pieces.all(|piece| match &analyzer.forms(piece)[..] {
            [form] => stop_words::is_stop_word(form),
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compounds_are_words_and_names_are_phrases() {
        let check = |text: &str, expected: Option<&[&str]>| {
            let mut analyzer = Analyzer::default();
            assert_eq!(compound(text, &mut analyzer).as_deref(), expected, "{text}");
        };
        check("shock-sound", Some(&["shock", "sound"]));
        check("Moscow-Washington", Some(&["Moscow", "Washington"]));
        check("state-of-the-art?", Some(&["state", "art"]));
        check("input/output", Some(&["input", "output"]));
        for whole in [
            "24/7",
            "COVID-19",
            "AK-47",
            "al-Qaeda",
            "U.S.-China",
            "and/or",
            "-war",
            "war-",
            "war",
            "follow-up",
            "don't",
        ] {
            check(whole, None);
        }
    }

    #[test]
    fn small_words_joined_are_small() {
        let mut analyzer = Analyzer::default();
        assert!(is_small("and/or", &mut analyzer));
        assert!(!is_small("war/peace", &mut analyzer));
        assert!(!is_small("and", &mut analyzer));
    }

    #[test]
    fn letters_and_digits_meet_once() {
        let check = |word, expected| assert_eq!(number_border(word), expected, "{word}");
        check("covid19", Some(5));
        check("F16", Some(1));
        check("9mm", Some(1));
        check("1990s", None);
        check("4th", None);
        check("a1b2", None);
        check("war", None);
    }
}
