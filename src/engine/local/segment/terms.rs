//! The terms of an article, as the numbers of a segment's vocabularies.
//!
//! One reader belongs to one thread. It remembers the numbers of every
//! spelling, so that a word that was seen before costs one look at a table.
//!
//! The analyzer numbers spellings ("Talks", "talks", "TALKS" are three). For
//! each, the reader keeps the number of its stem, of its unstemmed form and of
//! the abbreviation that it may be ("US" is both *us* and *u.s*). A word then
//! adds one number to the log of its field; a new spelling takes the locks of
//! the shared vocabularies, once a thread.
//!
//! Distinct forms of an article are found with one array: the number of the
//! last article that had each form, so that no set is emptied between articles.
//!
//! Which words belong to which field is the business of `document::words`.
//!
//! Cost: one look at an array a word; memory 24 bytes for each spelling that
//! the analyzer remembers, and four for each form of the segment.

use std::sync::Arc;

use super::postings::TermList;
use super::vocabulary::SharedVocabulary;
use crate::article::Article;
use crate::document::minhash::{Minhash, MinhashBuilder};
use crate::document::words::{WordPart, WordSink, each_word};
use crate::layout::Layout;
use crate::text::analyze::{Analyzer, Word};

/// Most titles have no more terms.
const MOST_TITLES: usize = 16;

/// The terms of an article's fields. Numbers are those of the vocabulary that
/// the reader has.
#[derive(Debug, Default)]
pub(crate) struct ArticleTerms {
    pub(crate) text: TermList,
    pub(crate) title: TermList,
    pub(crate) boilerplate: TermList,
    /// Each distinct form once.
    pub(crate) forms: TermList,
    minhash: MinhashBuilder,
}

impl ArticleTerms {
    /// No terms, with room for those of a text of so many bytes: English has
    /// six a word.
    fn with_room(bytes: usize) -> ArticleTerms {
        ArticleTerms {
            text: TermList::with_room(bytes / 6 + 8),
            title: TermList::with_room(MOST_TITLES),
            forms: TermList::with_room(bytes / 8 + 8),
            ..ArticleTerms::default()
        }
    }

    /// The minhash of the text; `None` for a short one.
    pub(crate) fn minhash(&self) -> Option<Minhash> {
        self.minhash.finish()
    }
}

/// What is remembered of one spelling. It is copied out of the table: 24 bytes.
#[derive(Debug, Clone, Copy)]
struct SpellingNumbers {
    stem: u32,
    form: u32,
    /// The term that only a capitalised abbreviation has, or [`NONE`].
    capital: u32,
    /// Of the stem, for the minhash.
    hash: u64,
}

/// No term.
const NONE: u32 = u32::MAX;

/// What stands in the table for a spelling that was never asked for.
const UNKNOWN: SpellingNumbers = SpellingNumbers {
    stem: NONE,
    form: NONE,
    capital: NONE,
    hash: 0,
};

/// Reads articles on one thread. Its memory lasts over articles, and over
/// segments where the vocabulary stays.
#[derive(Debug)]
pub(crate) struct TermReader {
    pub(crate) analyzer: Analyzer,
    words: Arc<SharedVocabulary>,
    memory: SpellingMemory,
    /// For each form the last article that had it.
    seen: Vec<u32>,
    /// Counts the articles, from 1.
    article: u32,
}

impl TermReader {
    /// A reader whose terms `words` numbers.
    pub(crate) fn new(words: Arc<SharedVocabulary>) -> TermReader {
        TermReader {
            analyzer: Analyzer::default(),
            words,
            memory: SpellingMemory::default(),
            seen: Vec::new(),
            article: 0,
        }
    }

    /// Lets `words` number the terms from now on. All that is remembered
    /// belongs to the vocabulary before, and is forgotten.
    pub(crate) fn number_by(&mut self, words: &Arc<SharedVocabulary>) {
        if !Arc::ptr_eq(&self.words, words) {
            self.words = Arc::clone(words);
            self.memory = SpellingMemory::default();
            self.seen = Vec::new();
        }
    }

    /// The terms of an article. `title` is what the article is shown under;
    /// `layout` is that of its text.
    pub(crate) fn read(&mut self, article: &Article, layout: &Layout, title: &str) -> ArticleTerms {
        self.begin();
        let mut sink = NumberSink {
            terms: ArticleTerms::with_room(article.text.len()),
            words: &self.words,
            memory: &mut self.memory,
            seen: &mut self.seen,
            article: self.article,
        };
        each_word(&mut self.analyzer, article, layout, title, &mut sink);
        sink.terms
    }

    /// Articles are told apart by a counter; when it overflows, the array
    /// starts anew.
    fn begin(&mut self) {
        self.article = self.article.wrapping_add(1);
        if self.article == 0 {
            self.seen.clear();
            self.article = 1;
        }
    }
}

/// Takes the words of one article as numbers.
struct NumberSink<'r> {
    terms: ArticleTerms,
    words: &'r SharedVocabulary,
    memory: &'r mut SpellingMemory,
    seen: &'r mut Vec<u32>,
    /// The number of the article.
    article: u32,
}

impl WordSink for NumberSink<'_> {
    fn block(&mut self, part: WordPart) {
        if part.is_text() {
            self.terms.text.gap();
        } else {
            self.terms.boilerplate.gap();
        }
    }

    #[inline]
    fn word(&mut self, part: WordPart, word: &Word<'_>) {
        let terms = &mut self.terms;
        let known = self.memory.known(word, self.words);
        let is_alternative = word.is_alternative();
        match part {
            WordPart::TitleAlone => {
                push(&mut terms.title, known, is_alternative);
                return;
            }
            WordPart::Boilerplate => push(&mut terms.boilerplate, known, is_alternative),
            WordPart::Headline | WordPart::Body => {
                push(&mut terms.text, known, is_alternative);
                if !is_alternative {
                    terms.minhash.push(known.hash);
                }
                if part == WordPart::Headline {
                    push(&mut terms.title, known, is_alternative);
                }
            }
        }
        let form = known.form as usize;
        if form >= self.seen.len() {
            self.seen.resize(form + 1, 0);
        }
        if self.seen[form] != self.article {
            self.seen[form] = self.article;
            terms.forms.push(known.form);
        }
    }
}

/// A word, and at the same position the abbreviation that it may be. Another
/// reading of the word before it shares that one's position.
fn push(list: &mut TermList, known: SpellingNumbers, is_alternative: bool) {
    if is_alternative {
        list.push_same_place(known.stem);
        return;
    }
    list.push(known.stem);
    if known.capital != NONE {
        list.push_same_place(known.capital);
    }
}

/// The numbers of the spellings that the analyzer remembers. It must be
/// forgotten whenever the analyzer forgets.
#[derive(Debug, Default)]
struct SpellingMemory {
    /// By the number of the spelling; [`UNKNOWN`] where it was not asked for.
    known: Vec<SpellingNumbers>,
    /// Of the analyzer's memory, which begins afresh when it is full.
    generation: u32,
}

impl SpellingMemory {
    /// What is remembered of a word's spelling, asked for where it is new.
    fn known(&mut self, word: &Word<'_>, words: &SharedVocabulary) -> SpellingNumbers {
        let (generation, number) = word.spelling();
        if generation != self.generation {
            self.known.clear();
            self.generation = generation;
        }
        let number = number as usize;
        match self.known.get(number) {
            Some(known) if known.stem != NONE => *known,
            _ => self.ask(word, number, words),
        }
    }

    /// The slow way: rare once a thread has read a few articles.
    #[cold]
    fn ask(&mut self, word: &Word<'_>, number: usize, words: &SharedVocabulary) -> SpellingNumbers {
        if number >= self.known.len() {
            self.known.resize(number + 1, UNKNOWN);
        }
        let (form, stem) = words.form_and_stem(word.form(), || word.term());
        let capital = word.capital();
        let known = SpellingNumbers {
            stem: stem.number,
            capital: capital.map_or(NONE, |capital| words.stems().number(capital)),
            form,
            hash: stem.hash,
        };
        self.known[number] = known;
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_divided_word_is_one_and_its_other_reading_takes_no_place() {
        let mut reader = TermReader::new(Arc::new(SharedVocabulary::default()));
        let mut read = |text: &str| {
            let article = Article {
                text: text.to_owned(),
                given_title: Some("-".to_owned()),
                ..Article::default()
            };
            let layout = article.layout();
            reader.read(&article, &layout, "-").text.len()
        };
        assert_eq!(read("the har-\nbour board."), 3);
        assert_eq!(read("of cyber-\nsecurity board."), 5);
    }

    #[test]
    fn a_form_counts_once_an_article_and_a_title_twice() {
        let words = Arc::new(SharedVocabulary::default());
        let mut reader = TermReader::new(Arc::clone(&words));
        let article = Article {
            text: "Talks of talks\n\nThe US talks. The us TALKS, the U.S. talk.\n".to_owned(),
            ..Article::default()
        };
        for _ in 0..2 {
            let layout = article.layout();
            let title = article.title(&layout);
            let terms = reader.read(&article, &layout, &title);
            let lengths = [&terms.text, &terms.title, &terms.boilerplate, &terms.forms];
            // Two abbreviations have a term of their own beside the word's.
            assert_eq!(lengths.map(TermList::len), [14, 3, 0, 5]);
        }
        assert_eq!((words.stems().len(), words.forms().len()), (5, 5));
        reader.number_by(&Arc::new(SharedVocabulary::default()));
        let terms = reader.read(&article, &article.layout(), "");
        assert_eq!(terms.forms.len(), 5);
    }
}
