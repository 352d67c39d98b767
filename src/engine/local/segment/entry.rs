//! What goes into a segment of one article or source file, made by one thread
//! and added by another.

use tantivy::TantivyDocument;
use tantivy::columnar::NumericalValue;
use tantivy::tokenizer::MAX_TOKEN_LEN;

use super::postings::TermList;
use crate::document::field::{Field, Kind};
use crate::engine::local::schema;
use crate::source::Skip;
use crate::update::manifest::FileEntry;

/// What goes into the index of one article or source file.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    pub(crate) text: TermList,
    pub(crate) title: TermList,
    pub(crate) furniture: TermList,
    /// Each distinct form once.
    pub(crate) forms: TermList,
    /// Terms that are taken as they are.
    pub(crate) terms: Texts<Field>,
    pub(crate) numbers: Vec<(Field, NumericalValue)>,
    pub(crate) names: Texts<Field>,
    pub(crate) stored: TantivyDocument,
}

/// Short texts, each for a field or column, in one piece of memory: an article
/// has some thirty, and one thread makes what another gives back.
#[derive(Debug)]
pub(crate) struct Texts<T> {
    all: String,
    /// What each is for, and where it ends.
    ends: Vec<(T, usize)>,
}

impl<T> Default for Texts<T> {
    fn default() -> Self {
        Texts {
            all: String::with_capacity(256),
            ends: Vec::with_capacity(32),
        }
    }
}

impl<T: Copy> Texts<T> {
    fn add(&mut self, target: T, text: &str) {
        self.all.push_str(text);
        self.ends.push((target, self.all.len()));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (T, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |(target, end)| {
            let text = &self.all[start..*end];
            start = *end;
            (*target, text)
        })
    }
}

impl Entry {
    /// Adds a term that is found as it is. One that is too long for the
    /// library is left out.
    pub(crate) fn add_term(&mut self, field: Field, term: &str) {
        debug_assert!(
            matches!(field.kind(), Kind::Terms | Kind::CountedTerms),
            "{field:?} is declared without terms"
        );
        if term.len() <= MAX_TOKEN_LEN {
            self.terms.add(field, term);
        }
    }

    /// Adds a number to a column.
    pub(crate) fn add_number(&mut self, column: Field, number: impl Into<NumericalValue>) {
        debug_assert!(
            matches!(column.kind(), Kind::Number | Kind::Time),
            "{column:?} is declared as no number"
        );
        self.numbers.push((column, number.into()));
    }

    /// Adds a text to a column.
    pub(crate) fn add_name(&mut self, column: Field, name: &str) {
        debug_assert!(
            matches!(column.kind(), Kind::Texts | Kind::CountedTerms),
            "{column:?} is declared as no column of texts"
        );
        self.names.add(column, name);
    }

    /// Adds a text that is kept as it is.
    pub(crate) fn store(&mut self, field: Field, text: &str) {
        debug_assert_eq!(field.kind(), Kind::Stored, "{field:?}");
        self.stored.add_text(schema::id(field), text);
    }
}

/// What the index keeps of one source file.
#[derive(Debug)]
pub(crate) struct SourceEntry {
    pub(crate) key: String,
    pub(crate) file: FileEntry,
    pub(crate) skips: Vec<Skip>,
}
