//! Looks words up in an index elsewhere.
//!
//! How many articles have a term is asked for many terms in one request
//! (`expect`), before a plan asks for each. Words that begin so, or are near a
//! word, are values of a field, counted by an aggregation under a query that
//! finds the articles with such words; what it includes is an expression over
//! words, and is checked here once more.
//!
//! Words within one or two edits: an expression with a gap for each edit,
//! `h.?otline|ho.?tline|…`, of both edits where there are two. It grows with the
//! square of the word's length; of a longer word than [`LONGEST_SPELLED`] only
//! pieces that must be there are asked for.

use std::sync::Arc;

use serde_json::{Value, json};

use super::answers::check_whole;
use super::json::{articles, escaped};
use crate::document::field::Field;
use crate::engine::remote::session::RemoteEngine;
use crate::failure::{Failure, FailureKind, Result};
use crate::plan::people::{ArchivePeople, NameCount};
use crate::plan::{Clause, Totals, Vocabulary};
use crate::text::edit_distance::{MAX_EDITS, is_within};
use crate::text::wildcard::Wildcard;

/// The most words that are near a word: more are refused, since some of them would
/// be missing.
const MOST_NEAR: usize = 20_000;

/// The most words that a fuzzy query of an engine stands for.
const EXPANSIONS: usize = 1000;

/// The longest word whose edits are all spelled out; the expression must not be
/// longer than the engine allows (20,000 letters).
const LONGEST_SPELLED: usize = 14;

/// The most names by year of all articles that are counted to know whom a
/// surname means.
const MOST_NAMES: usize = 1_000_000;

impl Vocabulary for RemoteEngine<'_> {
    fn totals(&self) -> Totals {
        self.index.totals
    }

    fn articles(&self, field: Field, term: &str) -> Result<u64> {
        self.count(field, term)
    }

    fn expect(&self, terms: &dyn Fn() -> Vec<(Field, String)>) -> Result<()> {
        self.look_up(&terms())
    }

    fn starting_with(
        &self,
        field: Field,
        prefix: &str,
        limit: usize,
    ) -> Result<Option<Vec<(String, u64)>>> {
        let query = json!({"prefix": {field.name(): {"value": prefix}}});
        let include = format!("{}.*", escaped(prefix));
        let is_asked = |word: &str| word.starts_with(prefix);
        self.values(field, &query, &include, limit, is_asked)
    }

    fn like(
        &self,
        field: Field,
        pattern: &str,
        limit: usize,
    ) -> Result<Option<Vec<(String, u64)>>> {
        let query = self.clause(&Clause::Like(field, pattern.to_owned()), &[])?;
        let wildcard = Wildcard::new(pattern);
        let include = expression(pattern);
        self.values(field, &query, &include, limit, |word| {
            wildcard.matches(word)
        })
    }

    fn near(&self, field: Field, term: &str, edits: u8) -> Result<Vec<(String, u64)>> {
        let edits = edits.min(MAX_EDITS);
        if edits == 0 {
            let articles = self.count(field, term)?;
            return Ok((articles > 0)
                .then(|| (term.to_owned(), articles))
                .into_iter()
                .collect());
        }
        let include = near_expression(term, edits);
        let is_near = |word: &str| is_within(term, word, edits);
        let fuzzy = json!({"fuzzy": {field.name(): {
            "value": term, "fuzziness": edits, "transpositions": true,
            "max_expansions": EXPANSIONS}}});
        let mut near = self.values(field, &fuzzy, &include, MOST_NEAR, is_near)?;
        // What an engine cut off is not told: the dear way finds all.
        if near.as_ref().is_some_and(|near| near.len() >= EXPANSIONS) {
            near = self.values(field, &articles(), &include, MOST_NEAR, is_near)?;
        }
        near.ok_or_else(|| {
            let why = format!("{term}~: more than {MOST_NEAR} words are near it");
            let failure = Failure::new(why).of(FailureKind::Stopped);
            failure.help("use ~1, or a longer word")
        })
    }

    /// Counted once while the index is open.
    fn people(&self) -> Result<Arc<ArchivePeople>> {
        if let Some(known) = self.index.people.get() {
            return Ok(Arc::clone(known));
        }
        let counts = self.names_by_year(&articles(), MOST_NAMES)?;
        let people = Arc::new(ArchivePeople::of(&counts));
        Ok(Arc::clone(self.index.people.get_or_init(|| people)))
    }

    fn joins_names(&self) -> bool {
        self.joins_names
    }

    fn names_with(&self, word: &str) -> Result<Vec<NameCount>> {
        if !self.joins_names {
            return Ok(Vec::new());
        }
        let named = self.compile(&Clause::Term(Field::Person, word.to_owned()))?;
        self.names_by_year(&named, MOST_NAMES)
    }
}

impl RemoteEngine<'_> {
    /// The values of a field that `include` describes and `is_asked` takes, in
    /// order, each with its articles, among the articles of a query; `None` where
    /// there are more than `limit`.
    fn values(
        &self,
        field: Field,
        query: &Value,
        include: &str,
        limit: usize,
        is_asked: impl Fn(&str) -> bool,
    ) -> Result<Option<Vec<(String, u64)>>> {
        let body = json!({
            "size": 0,
            "query": {"bool": {"filter": [query]}},
            "aggs": {"words": {"terms": {
                "field": field.name(),
                "include": include,
                "size": limit.saturating_add(1),
                "order": {"_key": "asc"},
            }}},
        });
        let answer = self.search(&body)?;
        check_whole(&answer)?;
        let words = &answer["aggregations"]["words"];
        let buckets = words["buckets"].as_array().ok_or_else(|| {
            Failure::new("the engine's answer makes no sense: no words").of(FailureKind::Refused)
        })?;
        let is_cut = words["sum_other_doc_count"].as_u64() != Some(0);
        if is_cut || buckets.len() > limit {
            return Ok(None);
        }
        let read = buckets.iter().filter_map(|bucket| {
            let word = bucket["key"].as_str()?;
            Some((word.to_owned(), bucket["doc_count"].as_u64()?))
        });
        let mut found: Vec<(String, u64)> = read.filter(|(word, _)| is_asked(word)).collect();
        found.sort_unstable();
        Ok(Some(found))
    }
}

/// A word with wildcards as an expression.
fn expression(pattern: &str) -> String {
    let mut expression = String::with_capacity(pattern.len() + 8);
    for c in pattern.chars() {
        match c {
            '*' => expression.push_str(".*"),
            '?' => expression.push('.'),
            c => expression.push_str(&escaped(c.encode_utf8(&mut [0; 4]))),
        }
    }
    expression
}

/// An expression that takes all words within some edits of a word, and perhaps
/// others.
fn near_expression(word: &str, edits: u8) -> String {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() > LONGEST_SPELLED {
        return pieces_expression(&letters, usize::from(edits));
    }
    let mut ways: Vec<Vec<Letter>> = vec![letters.iter().copied().map(Letter::Just).collect()];
    for _ in 0..edits {
        let mut next: Vec<Vec<Letter>> = ways.iter().flat_map(|way| edited(way)).collect();
        next.sort_unstable();
        next.dedup();
        ways = next;
    }
    let texts: Vec<String> = ways
        .iter()
        .map(|way| way.iter().map(|letter| letter.expression()).collect())
        .collect();
    texts.join("|")
}

/// A place in a word that may be edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Letter {
    Just(char),
    /// Any letter, or none.
    Gap,
}

impl Letter {
    fn expression(self) -> String {
        match self {
            Letter::Just(c) => escaped(c.encode_utf8(&mut [0; 4])),
            Letter::Gap => ".?".to_owned(),
        }
    }
}

/// The ways to edit a word once: a letter more, another or none, or two swapped.
fn edited(word: &[Letter]) -> Vec<Vec<Letter>> {
    let mut ways = Vec::with_capacity(3 * word.len() + 1);
    for at in 0..=word.len() {
        let mut more = word.to_vec();
        more.insert(at, Letter::Gap);
        ways.push(more);
        if at < word.len() {
            let mut other = word.to_vec();
            other[at] = Letter::Gap;
            ways.push(other);
        }
        if at + 1 < word.len() {
            let mut swapped = word.to_vec();
            swapped.swap(at, at + 1);
            ways.push(swapped);
        }
    }
    ways
}

/// One of the pieces of a word stays as it is, since an edit touches two pieces at
/// most: with two edits, one of five.
fn pieces_expression(letters: &[char], edits: usize) -> String {
    let pieces = 2 * edits + 1;
    let length = letters.len().div_ceil(pieces);
    let mut ways = Vec::with_capacity(pieces);
    for (number, piece) in letters.chunks(length).enumerate() {
        let (before, after) = (
            number * length,
            letters.len() - number * length - piece.len(),
        );
        let run =
            |letters: usize| format!(".{{{},{}}}", letters.saturating_sub(edits), letters + edits);
        let text: String = piece.iter().collect();
        ways.push(format!("{}{}{}", run(before), escaped(&text), run(after)));
    }
    ways.join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether one of the ways, joined by `|`, takes a word; for the few marks
    /// that are used here.
    fn takes(expression: &str, word: &str) -> bool {
        fn way(pattern: &[char], word: &[char]) -> bool {
            match pattern {
                [] => word.is_empty(),
                ['.', '?', rest @ ..] => {
                    way(rest, word) || (!word.is_empty() && way(rest, &word[1..]))
                }
                ['.', '{', rest @ ..] => {
                    let end = rest.iter().position(|c| *c == '}').unwrap();
                    let bounds: String = rest[..end].iter().collect();
                    let (from, to) = bounds.split_once(',').unwrap();
                    let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
                    (from..=to.min(word.len())).any(|count| way(&rest[end + 1..], &word[count..]))
                }
                ['\\', c, rest @ ..] | [c, rest @ ..] => {
                    word.first() == Some(c) && way(rest, &word[1..])
                }
            }
        }
        let word: Vec<char> = word.chars().collect();
        expression
            .split('|')
            .any(|pattern| way(&pattern.chars().collect::<Vec<_>>(), &word))
    }

    #[test]
    fn all_words_within_the_edits_are_asked_for() {
        let words = [
            "hotline",
            "hotlne",
            "htoline",
            "hotlines",
            "otline",
            "hatlime",
            "hotlien",
            "xhotlinex",
        ];
        for word in words {
            for edits in [1, 2] {
                let expression = near_expression("hotline", edits);
                if is_within("hotline", word, edits) {
                    assert!(takes(&expression, word), "{word} {edits}");
                }
            }
        }
        assert!(near_expression("abcdefghijklmn", 2).len() < 20_000);
        let long = "internationalisation";
        for near in [
            "internationalization",
            "nternationalisatin",
            "intrenationalisatoin",
            "xxinternationalisation",
        ] {
            assert!(is_within(long, near, 2), "{near}");
            assert!(takes(&near_expression(long, 2), near), "{near}");
        }
        assert!(near_expression(long, 2).len() < 200);
    }

    #[test]
    fn wildcards_are_expressions() {
        assert_eq!(expression("wom*n?"), "wom.*n.");
        assert_eq!(expression("u.s*"), "u\\.s.*");
    }
}
