//! What stands around a form: its paragraph, the words next to it, and the
//! article it keeps company with.
//!
//! What the whole article says is asked once per article, however often a form
//! occurs.

use std::cell::{OnceCell, RefCell};
use std::ops::Range;

use super::words;
use crate::gazetteer::countries::{self, CountryForm};
use crate::gazetteer::keys::{KeyFilter, key};
use crate::gazetteer::token::Token;

/// No report is about more towns that are called as others are.
const MOST_NAMESAKES: usize = 16;

/// What is asked of a whole article, each question answered once.
pub(super) struct DocumentContext<'a> {
    text: &'a str,
    /// Of its words.
    keys: KeyFilter<128>,
    answers: RefCell<Vec<(&'static str, bool)>>,
    /// Towns that were named with their state.
    namesakes: RefCell<Vec<Namesake>>,
}

/// A town that an article names with its state: the country that its name alone
/// would mean, that name, and the country where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Namesake {
    pub(super) seems: usize,
    pub(super) name: &'static str,
    pub(super) country: usize,
}

impl<'a> DocumentContext<'a> {
    pub(super) fn of(text: &'a str, tokens: &[Token]) -> DocumentContext<'a> {
        let mut keys = KeyFilter::default();
        for token in tokens {
            keys.insert(token.key);
        }
        DocumentContext {
            text,
            keys,
            answers: RefCell::new(Vec::new()),
            namesakes: RefCell::new(Vec::new()),
        }
    }

    /// Remembers that `form` is a town in `country` here.
    pub(super) fn note_namesake(&self, form: &CountryForm, country: usize) {
        let namesake = Namesake {
            seems: form.country,
            name: form.text,
            country,
        };
        let mut known = self.namesakes.borrow_mut();
        if known.len() < MOST_NAMESAKES && !known.contains(&namesake) {
            known.push(namesake);
        }
    }

    /// The towns that were named with their state so far.
    pub(super) fn namesakes(&self) -> Vec<Namesake> {
        self.namesakes.borrow().clone()
    }

    pub(super) fn once(&self, question: &'static str, answer: impl Fn(&str) -> bool) -> bool {
        let known = self
            .answers
            .borrow()
            .iter()
            .find(|(asked, _)| *asked == question)
            .map(|(_, answer)| *answer);
        known.unwrap_or_else(|| {
            let answer = answer(self.text);
            self.answers.borrow_mut().push((question, answer));
            answer
        })
    }

    /// Whether the article names the country at `index` of the table for sure.
    pub(super) fn attests(&self, index: usize) -> bool {
        let entry = &countries::TABLE[index];
        self.once(entry.code, |text| {
            let is_said = |form: &str| form.len() > 3 && self.may_have(form) && text.contains(form);
            entry.sure_forms().any(is_said)
        })
    }

    /// Whether the article names the country of `form` for sure in some other
    /// way.
    pub(super) fn attests_besides(&self, form: &CountryForm) -> bool {
        let entry = &countries::TABLE[form.country];
        self.once(form.text, |text| {
            let is_said = |other: &str| {
                other != form.text
                    && other.len() > 3
                    && self.may_have(other)
                    && text.contains(other)
            };
            entry.sure_forms().any(is_said)
        })
    }

    /// Whether the first word of `form` may be one of the article's.
    fn may_have(&self, form: &str) -> bool {
        let end = form.find(|c: char| !c.is_ascii_alphabetic());
        let first = &form[..end.unwrap_or(form.len())];
        let is_cut = end.is_some_and(|end| !form[end..].starts_with(' '));
        is_cut || self.keys.may_hold(key(first))
    }

    /// Whether the article has one of `words`; `question` names the list.
    pub(super) fn has(&self, question: &'static str, words: &[&str]) -> bool {
        self.once(question, |text| {
            words
                .iter()
                .any(|word| self.may_have(word) && text.contains(word))
        })
    }
}

/// The paragraph that forms stand in, with single spaces.
pub(super) struct FormParagraph<'a> {
    pub(super) text: &'a str,
    dateline: usize,
    in_capitals: OnceCell<bool>,
}

impl<'a> FormParagraph<'a> {
    /// A paragraph whose dateline ends at `dateline`.
    pub(super) fn new(text: &'a str, dateline: usize) -> FormParagraph<'a> {
        FormParagraph {
            text,
            dateline,
            in_capitals: OnceCell::new(),
        }
    }

    pub(super) fn is_in_capitals(&self) -> bool {
        *self
            .in_capitals
            .get_or_init(|| !self.text.contains(char::is_lowercase))
    }
}

/// A form where it stands.
pub(super) struct FormPlace<'a> {
    pub(super) paragraph: &'a FormParagraph<'a>,
    pub(super) span: Range<usize>,
}

impl<'a> FormPlace<'a> {
    /// The text before the form.
    pub(super) fn left(&self) -> &'a str {
        &self.paragraph.text[..self.span.start]
    }

    /// The text after the form.
    pub(super) fn right(&self) -> &'a str {
        &self.paragraph.text[self.span.end..]
    }

    /// The word before the form, empty where a mark comes between.
    pub(super) fn before(&self) -> &'a str {
        let left = self.left().trim_end();
        left.rsplit(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or("")
    }

    /// The word after the form, empty where a mark comes between.
    pub(super) fn after(&self) -> &'a str {
        let right = self.right().trim_start();
        right
            .split(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or("")
    }

    pub(super) fn is_in_dateline(&self) -> bool {
        self.span.end <= self.paragraph.dateline
    }

    /// Whether a dateline has the form between its own commas.
    pub(super) fn is_alone_in_dateline(&self) -> bool {
        let starts = self.left().is_empty() || self.left().ends_with(", ");
        let right = self.right().trim_start();
        starts && self.is_in_dateline() && !right.starts_with(char::is_alphanumeric)
    }

    pub(super) fn follows(&self, words: &[&str]) -> bool {
        is_one_of(self.before(), words)
    }

    pub(super) fn precedes(&self, words: &[&str]) -> bool {
        is_one_of(self.after(), words)
    }

    /// Whether an initial stands before: "J. C. Bradford".
    pub(super) fn has_initial(&self) -> bool {
        let before = self.left().strip_suffix(". ").unwrap_or("");
        let mut letters = before.chars().rev();
        letters.next().is_some_and(char::is_uppercase)
            && !letters.next().is_some_and(char::is_alphabetic)
            && !["U.S", "U.K"].iter().any(|short| before.ends_with(short))
    }

    /// Whether the form is part of a currency's sign: US$.
    pub(super) fn is_money(&self) -> bool {
        self.right().trim_start().starts_with('$')
    }

    /// Whether "People's" stands before, however its apostrophe is written.
    pub(super) fn is_of_the_people(&self) -> bool {
        let mut words = self.left().rsplit(|c: char| !c.is_alphanumeric());
        let last = words.find(|word| word.len() > 1);
        last.is_some_and(|word| is_one_of(word, &["People", "Peoples"]))
    }

    /// Whether a word such as "in" says that the form is a place.
    pub(super) fn is_placed(&self) -> bool {
        self.is_in_dateline() || self.follows(&words::PREPOSITIONS)
    }
}

/// Whether `word` is one of `words`, whatever its capitals.
pub(super) fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| other.eq_ignore_ascii_case(word))
}
