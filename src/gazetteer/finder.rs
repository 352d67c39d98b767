//! Finds the forms of the table of countries among tokens.
//!
//! A form is a run of tokens: it is looked for by the key of its first one, in a
//! map, and a filter of bits before that tells nearly all words that begin no
//! form. Building it takes 3 ms, once; an automaton over the text took 50 ms,
//! and wire copy had to be copied to join forms across line ends.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::countries::{Form, TABLE, is_abbreviation};
use super::keys::KeyFilter;
use super::token::{Shape, Token, Tokens};

/// What a found form means: `None` for a phrase that hides what is inside it.
pub(crate) type Meaning = Option<Form>;

/// The tokens of a form, as they are looked for.
#[derive(Debug)]
pub(crate) struct Spelling {
    /// Keys and shapes of all its tokens.
    tokens: Box<[(u64, Shape)]>,
    /// Whether it counts in capitals too. Of short ones that would be another
    /// word.
    in_capitals: bool,
    pub(crate) meaning: Meaning,
}

impl Spelling {
    /// How many tokens it has.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether `tokens` begin with it.
    pub(crate) fn begins(&self, tokens: &[Token]) -> bool {
        tokens.len() >= self.len()
            && self
                .tokens
                .iter()
                .zip(tokens)
                .all(|((key, shape), token)| *key == token.key && self.fits(*shape, token.shape))
    }

    /// Whether a word that the table writes in `shape` may look like `found`:
    /// as it is, in capitals, or, a small word, as headlines have it ("Bank Of
    /// England").
    fn fits(&self, shape: Shape, found: Shape) -> bool {
        shape == found
            || match shape {
                Shape::Capital | Shape::Mixed => self.in_capitals && found == Shape::Capitals,
                Shape::Lower => {
                    found == Shape::Capital
                        || (self.in_capitals && matches!(found, Shape::Capitals | Shape::Initial))
                }
                // Accents and apostrophes fold in the key, not in the shape.
                Shape::Mark => true,
                _ => false,
            }
    }
}

/// Looks for all forms: by the key of their first token, the longest first.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    spellings: FxHashMap<u64, Vec<Spelling>>,
    known: KeyFilter<1024>,
}

impl Finder {
    /// The spellings whose first token has `key`, the longest first.
    pub(crate) fn starting_with(&self, key: u64) -> &[Spelling] {
        if !self.known.may_hold(key) {
            return &[];
        }
        self.spellings.get(&key).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, text: &str, meaning: Meaning) {
        let tokens: Box<[(u64, Shape)]> = Tokens::of_text(text)
            .block(0)
            .iter()
            .map(|token| (token.key, token.shape))
            .collect();
        let Some((first, _)) = tokens.first() else {
            return;
        };
        self.known.insert(*first);
        self.spellings.entry(*first).or_default().push(Spelling {
            tokens,
            in_capitals: text.len() >= 4 && !is_abbreviation(text),
            meaning,
        });
    }
}

pub(crate) static FINDER: LazyLock<Finder> = LazyLock::new(|| {
    let mut finder = Finder::default();
    for phrase in include_str!("hiding.txt").lines() {
        if !phrase.starts_with('#') && !phrase.is_empty() {
            finder.add(phrase, None);
        }
    }
    for form in TABLE.iter().flat_map(|entry| &entry.forms) {
        finder.add(form.text, Some(*form));
    }
    for spellings in finder.spellings.values_mut() {
        // Stable: of two meanings of one form the first stays the first.
        spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
    }
    finder
});
