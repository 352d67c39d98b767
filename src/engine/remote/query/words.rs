//! The words of one article, as the index has them: what of them stands where.
//!
//! An engine gives articles back as texts. Read by the analyzer that made the
//! index, a text has the same words at the same positions, so that scores are
//! made of the same numbers as in a local index, and what terms do not decide is
//! decided here.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::document::ReadArticle;
use crate::document::field::Field;
use crate::document::words::{WordPart, WordSink, each_word};
use crate::matching::Matcher;
use crate::matching::page::HitPage;
use crate::matching::proximity::{WordPositions, runs};
use crate::plan::{Clause, PatternClause, ResolvedTerm};
use crate::stop::Budget;
use crate::text::analyze::{Analyzer, Word};
use crate::text::wildcard::Wildcard;

/// The terms of a field with their positions, in order.
#[derive(Debug, Default)]
pub(super) struct FieldWords {
    positions: FxHashMap<Box<str>, Vec<u32>>,
    next: u32,
    terms: u32,
}

impl FieldWords {
    /// A position is left out, unless no word came before.
    fn gap(&mut self) {
        if self.terms > 0 {
            self.next += 1;
        }
    }

    fn word(&mut self, word: &Word<'_>) {
        if word.is_alternative() {
            self.add(word.term(), self.next.saturating_sub(1));
            return;
        }
        self.add(word.term(), self.next);
        if let Some(capital) = word.capital() {
            self.add(capital, self.next);
        }
        self.next += 1;
    }

    fn add(&mut self, term: &str, at: u32) {
        match self.positions.get_mut(term) {
            Some(positions) => positions.push(at),
            None => {
                self.positions.insert(term.into(), vec![at]);
            }
        }
        self.terms += 1;
    }

    fn has(&self, term: &str) -> bool {
        self.positions.contains_key(term)
    }

    /// The positions of words, each under any of its stems.
    pub(super) fn of(&self, terms: &[ResolvedTerm]) -> Vec<Vec<u32>> {
        let positions = |term: &ResolvedTerm| {
            let stems = term.stems.iter();
            let found = stems.filter_map(|stem| self.positions.get(&**stem));
            let mut found: Vec<u32> = found.flatten().copied().collect();
            found.sort_unstable();
            found
        };
        terms.iter().map(positions).collect()
    }

    /// How many terms there are, as Lucene's one byte tells it.
    pub(super) fn length(&self) -> u32 {
        rounded(self.terms)
    }
}

/// What Lucene keeps of a length in one byte: exact up to 40, then of its four
/// highest bits, counted from 24 on (`SmallFloat.intToByte4`).
fn rounded(length: u32) -> u32 {
    const EXACT: u32 = 24;
    if length < EXACT {
        return length;
    }
    let rest = length - EXACT;
    let shift = (u32::BITS - rest.leading_zeros()).saturating_sub(4);
    EXACT + (rest >> shift << shift)
}

/// The words of one article.
#[derive(Debug, Default)]
pub(super) struct ArticleWords {
    pub(super) text: FieldWords,
    pub(super) title: FieldWords,
    forms: FxHashSet<Box<str>>,
}

impl ArticleWords {
    /// Reads an article.
    pub(super) fn of(article: &ReadArticle, analyzer: &mut Analyzer) -> ArticleWords {
        let mut words = ArticleWords::default();
        let whole = article.record.article(article.text.clone());
        let title = &article.record.title;
        each_word(analyzer, &whole, &article.layout, title, &mut words);
        words
    }

    pub(super) fn has_form(&self, form: &str) -> bool {
        self.forms.contains(form)
    }

    fn field(&self, field: Field) -> &FieldWords {
        match field {
            Field::Title => &self.title,
            _ => &self.text,
        }
    }

    /// Whether the article has what a clause of candidates asks for; those of a
    /// part ask for words alone.
    fn has(&self, clause: &Clause) -> bool {
        let has_term = |field: Field, term: &str| match field {
            Field::Form => self.has_form(term),
            field => self.field(field).has(term),
        };
        match clause {
            Clause::Term(field, term) => has_term(*field, term),
            Clause::AnyTerm(field, terms) => terms.iter().any(|term| has_term(*field, term)),
            Clause::StartingWith(_, prefix) => {
                self.forms.iter().any(|form| form.starts_with(&**prefix))
            }
            Clause::Like(_, pattern) => {
                let wildcard = Wildcard::new(pattern);
                self.forms.iter().any(|form| wildcard.matches(form))
            }
            Clause::All(inner) => inner.iter().all(|clause| self.has(clause)),
            Clause::Any(inner) => inner.iter().any(|clause| self.has(clause)),
            _ => false,
        }
    }

    /// Whether the article has a part that more than terms decides: first by
    /// positions, and where these may find too much, by the text.
    pub(super) fn has_part(
        &self,
        part: &PatternClause,
        article: &ReadArticle,
        budget: &Budget,
        analyzer: &mut Analyzer,
    ) -> bool {
        if !self.has(&part.candidates) {
            return false;
        }
        let frequency = |field: Field| {
            let places = WordPositions {
                leaves: &self.field(field).of(&part.terms),
                // What the positions do not know, the text decides.
                in_one_sentence: &|_, _| true,
                spender: &budget.spender(),
            };
            runs(part.pattern(), &places).len()
        };
        let in_field = frequency(part.field);
        let is_unresolved = part.terms.iter().any(ResolvedTerm::is_unresolved);
        if part.by_position && !is_unresolved && in_field == 0 {
            return false;
        }
        // More often in the text than in the title: it stands in the body.
        let is_more_than_title = || {
            let in_field = in_field.max(usize::from(is_unresolved));
            part.is_body_word() && in_field > frequency(Field::Title)
        };
        if !part.by_text || is_more_than_title() {
            return true;
        }
        let matcher = Matcher::within(&part.parts, budget.clone());
        HitPage::whole(article).find(&matcher, analyzer).is_any()
    }
}

impl WordSink for ArticleWords {
    fn block(&mut self, part: WordPart) {
        // Of boilerplate the forms alone count.
        if part.is_text() {
            self.text.gap();
        }
    }

    fn word(&mut self, part: WordPart, word: &Word<'_>) {
        if part == WordPart::TitleAlone {
            return self.title.word(word);
        }
        if part.is_text() {
            self.text.word(word);
        }
        if part == WordPart::Headline {
            self.title.word(word);
        }
        if !self.forms.contains(word.form()) {
            self.forms.insert(word.form().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Record;

    fn words_of(text: &str) -> ArticleWords {
        let record = Record {
            path: "a.txt".to_owned(),
            ..Record::default()
        };
        let article = ReadArticle::of((record, text.to_owned()));
        ArticleWords::of(&article, &mut Analyzer::default())
    }

    fn positions(words: &FieldWords, term: &str) -> Vec<u32> {
        words.positions.get(term).cloned().unwrap_or_default()
    }

    #[test]
    fn positions_are_those_of_the_index() {
        let words = words_of("Talks of talks\n\nThe US told us of the cyber-\nsecurity board.\n");
        // Between headline and prose a position is left out.
        assert_eq!(positions(&words.text, "talk"), [0, 2]);
        assert_eq!(positions(&words.text, "us"), [5, 7]);
        assert_eq!(positions(&words.text, "u.s"), [5]);
        assert_eq!(positions(&words.text, "cyber"), [10]);
        assert_eq!(positions(&words.text, "cybersecur"), [10]);
        assert_eq!(positions(&words.text, "board"), [12]);
        assert_eq!(positions(&words.title, "talk"), [0, 2]);
        assert!(words.has_form("told") && !words.has_form("tell"));
    }

    #[test]
    fn lengths_are_rounded_as_lucene_does() {
        for (length, expected) in [
            (0, 0),
            (23, 23),
            (39, 39),
            (40, 40),
            (41, 40),
            (43, 42),
            (57, 56),
            (100, 96),
            (1000, 984),
        ] {
            assert_eq!(rounded(length), expected, "{length}");
        }
    }
}
