//! What goes into a segment of one article or source file, made by one thread
//! and added by another.
//!
//! An entry owns all that it needs: lists of term numbers, texts in one piece
//! of memory, numbers of columns, and the texts to store. So the thread that
//! reads an article needs nothing of the segment but its shared vocabulary, and
//! the thread that adds entries to the segment analyses no text. Adding is
//! cheap and done in the order of the files, which is why document numbers do
//! not depend on the number of reading threads.
//!
//! An entry's size grows with its text, about four bytes a word beside the
//! text.

use tantivy::columnar::NumericalValue;
use tantivy::tokenizer::MAX_TOKEN_LEN;

use super::postings::TermList;
use super::terms::TermReader;
use crate::article::Article;
use crate::document::DocumentWriter;
use crate::document::field::{Field, FieldKind};
use crate::document::minhash::Minhash;
use crate::engine::local::store::TextsToKeep;
use crate::layout::Layout;
use crate::text::analyze::Analyzer;

/// What goes into the index of one article or source file. A term number
/// belongs to the vocabulary of one segment and means nothing in another.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    pub(crate) text: TermList,
    pub(crate) title: TermList,
    pub(crate) boilerplate: TermList,
    /// Each distinct form once.
    pub(crate) forms: TermList,
    /// Terms that are taken as they are.
    pub(crate) terms: PackedTexts<Field>,
    pub(crate) numbers: Vec<(Field, NumericalValue)>,
    pub(crate) names: PackedTexts<Field>,
    pub(crate) stored: TextsToKeep,
}

/// Short texts, each for a field or column, in one piece of memory: an article
/// has some thirty, and one thread makes what another gives back.
#[derive(Debug)]
pub(crate) struct PackedTexts<T> {
    all: String,
    /// What each is for, and where it ends.
    ends: Vec<(T, usize)>,
}

impl<T> Default for PackedTexts<T> {
    fn default() -> Self {
        PackedTexts {
            all: String::with_capacity(256),
            ends: Vec::with_capacity(32),
        }
    }
}

impl<T: Copy> PackedTexts<T> {
    /// Nothing is ever removed from it.
    fn add(&mut self, target: T, text: &str) {
        self.all.push_str(text);
        self.ends.push((target, self.all.len()));
    }

    /// The texts in the order in which they were added.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (T, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |(target, end)| {
            let text = &self.all[start..*end];
            start = *end;
            (*target, text)
        })
    }
}

/// Writes documents as entries of a segment. It is the local engine's answer to
/// `document::DocumentWriter`; what a field may hold is checked against the table of
/// fields in builds with debug assertions.
pub(crate) struct EntryWriter<'r> {
    reader: &'r mut TermReader,
    entry: Entry,
}

impl<'r> EntryWriter<'r> {
    /// With a reader that numbers the terms. One entry for each writer.
    pub(crate) fn new(reader: &'r mut TermReader) -> EntryWriter<'r> {
        EntryWriter {
            reader,
            entry: Entry::default(),
        }
    }

    /// What was written.
    pub(crate) fn finish(self) -> Entry {
        self.entry
    }
}

impl DocumentWriter for EntryWriter<'_> {
    fn analyzer(&mut self) -> &mut Analyzer {
        &mut self.reader.analyzer
    }

    /// All fields of words at once, since one pass over the text gives them.
    fn words(&mut self, article: &Article, layout: &Layout, title: &str) -> Option<Minhash> {
        let terms = self.reader.read(article, layout, title);
        let minhash = terms.minhash();
        self.entry.text = terms.text;
        self.entry.title = terms.title;
        self.entry.boilerplate = terms.boilerplate;
        self.entry.forms = terms.forms;
        minhash
    }

    /// One that is too long for the library is left out.
    fn term(&mut self, field: Field, term: &str) {
        debug_assert!(
            matches!(field.kind(), FieldKind::Terms | FieldKind::CountedTerms),
            "{field:?} is declared without terms"
        );
        if term.len() <= MAX_TOKEN_LEN {
            self.entry.terms.add(field, term);
        }
    }

    fn text(&mut self, column: Field, text: &str) {
        debug_assert!(
            matches!(column.kind(), FieldKind::Texts | FieldKind::CountedTerms),
            "{column:?} is declared as no column of texts"
        );
        self.entry.names.add(column, text);
    }

    fn number(&mut self, column: Field, number: u64) {
        debug_assert_eq!(column.kind(), FieldKind::Number, "{column:?}");
        self.entry.numbers.push((column, number.into()));
    }

    fn time(&mut self, column: Field, time: i64) {
        debug_assert_eq!(column.kind(), FieldKind::Time, "{column:?}");
        self.entry.numbers.push((column, time.into()));
    }

    fn store(&mut self, field: Field, text: &str) {
        debug_assert_eq!(field.kind(), FieldKind::Stored, "{field:?}");
        self.entry.stored.add(field, text);
    }
}
