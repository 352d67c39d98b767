//! Finds the forms of the table of countries among tokens.
//!
//! A form is a run of tokens: it is looked for by the key of its first one, in a
//! map, and a filter of bits before that tells nearly all words that begin no
//! form. Building it takes 3 ms, once; an automaton over the text took 50 ms,
//! and wire copy had to be copied to join forms across line ends.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::countries::{CountryForm, TABLE, is_abbreviation};
use super::keys::KeyFilter;
use super::token::{Token, TokenShape, Tokens};

/// What a found form means: `None` for a phrase that hides what is inside it.
pub(crate) type FormMeaning = Option<CountryForm>;

/// The tokens of a form, as they are looked for.
#[derive(Debug)]
pub(crate) struct Spelling {
    /// Keys and shapes of all its tokens.
    tokens: Box<[(u64, TokenShape)]>,
    /// Whether it counts in capitals too. Of short ones that would be another
    /// word.
    in_capitals: bool,
    pub(crate) meaning: FormMeaning,
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
    fn fits(&self, shape: TokenShape, found: TokenShape) -> bool {
        shape == found
            || match shape {
                TokenShape::Capital | TokenShape::Mixed => {
                    self.in_capitals && found == TokenShape::Capitals
                }
                TokenShape::Lower => {
                    found == TokenShape::Capital
                        || (self.in_capitals
                            && matches!(found, TokenShape::Capitals | TokenShape::Initial))
                }
                // Accents and apostrophes fold in the key, not in the shape.
                TokenShape::Mark => true,
                _ => false,
            }
    }
}

/// Looks for all forms: by the key of their first token, the longest first.
#[derive(Debug, Default)]
pub(crate) struct FormFinder {
    spellings: FxHashMap<u64, Vec<Spelling>>,
    known: KeyFilter<1024>,
}

impl FormFinder {
    /// The spellings whose first token has `key`, the longest first.
    pub(crate) fn starting_with(&self, key: u64) -> &[Spelling] {
        if !self.known.may_hold(key) {
            return &[];
        }
        self.spellings.get(&key).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, text: &str, meaning: FormMeaning) {
        let tokens: Box<[(u64, TokenShape)]> = Tokens::of_text(text)
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

pub(crate) static FINDER: LazyLock<FormFinder> = LazyLock::new(|| {
    let mut finder = FormFinder::default();
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
