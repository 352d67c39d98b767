//! What an article itself tells of a word: that it also stands in small
//! letters, after an office, before "said".
//!
//! A first pass notes of each capitalised word, by its key, what stands around
//! it anywhere in the article; a second which of them also occur in small
//! letters. The tagger has the sum as features: *Brown* in an article with
//! "brown" is rarely a person, *Vonn* after "President" once is one everywhere.
//!
//! A small filter of bits turns nearly all words in small letters away before
//! the hash table is asked. Cost: O(tokens), and an entry for each distinct
//! capitalised word.

use rustc_hash::FxHashMap;

use crate::gazetteer::keys::{KeyFilter, key};
use crate::gazetteer::names::WordClass;
use crate::gazetteer::token::{Token, TokenShape};

/// What is known of a word in this article; a set. Bits add up over all places
/// of the word.
pub(super) type WordTraits = u16;

/// It also occurs without its capital.
pub(super) const IN_LOWER_CASE: WordTraits = 1;
/// After the word of an office.
pub(super) const AFTER_TITLE: WordTraits = 1 << 1;
/// After a first name.
pub(super) const AFTER_FIRST_NAME: WordTraits = 1 << 2;
/// Beside a verb of speech.
pub(super) const NEAR_SPEECH: WordTraits = 1 << 3;
/// Before "University", "Company" and their like.
pub(super) const BEFORE_ORGANISATION: WordTraits = 1 << 4;
/// After "the".
pub(super) const AFTER_ARTICLE: WordTraits = 1 << 5;
/// With its capital where no sentence begins.
pub(super) const INSIDE_SENTENCE: WordTraits = 1 << 6;
/// Before "'s".
pub(super) const POSSESSIVE: WordTraits = 1 << 7;
/// After "in", "at", "from" or "near".
pub(super) const AFTER_PLACE_WORD: WordTraits = 1 << 8;
/// Before another capitalised word.
pub(super) const BEFORE_CAPITAL: WordTraits = 1 << 9;
/// After another.
pub(super) const AFTER_CAPITAL: WordTraits = 1 << 10;
/// Between words without capitals.
pub(super) const ALONE: WordTraits = 1 << 11;

/// The memory of one article. By the key of a word, which ignores case.
#[derive(Debug, Default)]
pub(super) struct DocumentMemory {
    traits: FxHashMap<u64, WordTraits>,
}

impl DocumentMemory {
    /// Reads all tokens of an article; blocks lie between edges. The two tokens
    /// at either end are edges.
    pub(super) fn of(tokens: &[Token]) -> DocumentMemory {
        let mut traits: FxHashMap<u64, WordTraits> = FxHashMap::default();
        // News has some ten capitalised words in a hundred tokens.
        traits.reserve(tokens.len() / 10);
        for at in 2..tokens.len().saturating_sub(2) {
            if tokens[at].is_capitalised() {
                *traits.entry(tokens[at].key).or_default() |= around(tokens, at);
            }
        }
        // Most words in small letters never have a capital in the article.
        let mut seen: KeyFilter<128> = KeyFilter::default();
        for key in traits.keys() {
            seen.insert(*key);
        }
        for token in tokens {
            if token.shape == TokenShape::Lower
                && seen.may_hold(token.key)
                && let Some(known) = traits.get_mut(&token.key)
            {
                *known |= IN_LOWER_CASE;
            }
        }
        DocumentMemory { traits }
    }

    /// Nothing for a word that never has a capital.
    pub(super) fn of_word(&self, token: &Token) -> WordTraits {
        self.traits.get(&token.key).copied().unwrap_or(0)
    }
}

/// What the words around the capitalised token `at` tell of it.
///
/// | text | traits of *Vonn* |
/// |---|---|
/// | They met President Vonn. | `AFTER_TITLE` |
/// | They met Michael Vonn. | `AFTER_FIRST_NAME`, `AFTER_CAPITAL` |
/// | and then Vonn said no. | `NEAR_SPEECH`, `INSIDE_SENTENCE`, `ALONE` |
/// | The Vonn University | `BEFORE_ORGANISATION`, `AFTER_ARTICLE` |
/// | It was in Vonn’s house. | `AFTER_PLACE_WORD`, `POSSESSIVE` |
fn around(tokens: &[Token], at: usize) -> WordTraits {
    let (before, token, after) = (&tokens[at - 1], &tokens[at], &tokens[at + 1]);
    let mut traits = 0;
    let mut set = |holds: bool, bit: WordTraits| {
        if holds {
            traits |= bit;
        }
    };
    set(before.class.is(WordClass::TITLE), AFTER_TITLE);
    set(
        before.class.is(WordClass::FIRST) && before.is_capitalised(),
        AFTER_FIRST_NAME,
    );
    set(
        before.class.is(WordClass::SPEECH) || after.class.is(WordClass::SPEECH),
        NEAR_SPEECH,
    );
    set(
        after.class.is(WordClass::ORGANISATION) && after.is_capitalised(),
        BEFORE_ORGANISATION,
    );
    // "The Kremlin": rarely a person.
    set(before.key == THE, AFTER_ARTICLE);
    set(
        !token.opens_sentence && token.shape != TokenShape::Capitals,
        INSIDE_SENTENCE,
    );
    set(after.key == POSSESSIVE_S, POSSESSIVE);
    // "in Vonn": a place, or a name used as one.
    set([IN, AT, FROM, NEAR].contains(&before.key), AFTER_PLACE_WORD);
    set(after.is_capitalised(), BEFORE_CAPITAL);
    set(before.is_capitalised(), AFTER_CAPITAL);
    set(!after.is_capitalised() && !before.is_capitalised(), ALONE);
    traits
}

const THE: u64 = key("the");
const IN: u64 = key("in");
const AT: u64 = key("at");
const FROM: u64 = key("from");
const NEAR: u64 = key("near");
const POSSESSIVE_S: u64 = key("'s");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::token::Tokens;

    fn check(text: &str, word: &str, expected: WordTraits) {
        let tokens = Tokens::of_text(text);
        let memory = DocumentMemory::of(&tokens.all);
        let found = tokens
            .block(0)
            .iter()
            .find(|token| text[token.start..token.end] == *word);
        let traits = found.map_or(0, |token| memory.of_word(token));
        assert_eq!(traits & expected, expected, "{text}");
    }

    #[test]
    fn an_article_tells_of_its_words() {
        check("Brown hair. A brown dog.", "Brown", IN_LOWER_CASE);
        check("They met President Vonn.", "Vonn", AFTER_TITLE);
        check(
            "They met Michael Vonn.",
            "Vonn",
            AFTER_FIRST_NAME | AFTER_CAPITAL,
        );
        check(
            "and then Vonn said no.",
            "Vonn",
            NEAR_SPEECH | INSIDE_SENTENCE | ALONE,
        );
        check(
            "The Vonn University",
            "Vonn",
            BEFORE_ORGANISATION | AFTER_ARTICLE,
        );
        check(
            "It was in Vonn’s house.",
            "Vonn",
            AFTER_PLACE_WORD | POSSESSIVE,
        );
    }
}
