//! The fields of an index document, declared once.
//!
//! From this table come the schema of the local index, the logs that its
//! segments are written from, the columns that are counted, and the names that
//! are read back. A field is added by a line in [`FIELDS`] and a variant of
//! [`Field`]; a term for a field that is declared without terms is a panic, so
//! that none is ever dropped unseen.
//!
//! There are two kinds of documents: one per article, and one per source file
//! with the bookkeeping that tells whether the file has changed.
//!
//! The order of the table is the order of numbers in an index: a new line goes
//! to the end, and any other change asks for a new version of the format
//! (`engine/local/schema`).

/// A field of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Field {
    /// Terms of title and body: what ranking counts.
    Text,
    /// Terms of the title again: they count extra.
    Title,
    /// Terms of boilerplate and date lines: found, but without weight.
    Boilerplate,
    /// The distinct unstemmed words of an article.
    Form,
    /// Codes of the countries that an article names.
    Country,
    /// Codes of the countries that it is mainly about.
    Main,
    /// Sets of words of each person's name; see `name_sets`.
    Person,
    /// Days that it mentions; see [`date_terms`](super::date_terms).
    Mentioned,
    /// See [`flags`].
    Flag,
    /// First day of publication, counted from 1970.
    Earliest,
    /// Last day of publication.
    Latest,
    /// The path of an article, for finding it.
    Path,
    /// Its id, where that is another.
    Id,
    /// The article's record, as JSON.
    Record,
    /// The article's text.
    Body,
    /// A source file: its key.
    Source,
    /// What was left out of a file, as JSON.
    SkipList,
    /// The names of an article's subjects, whole, for counting.
    Name,
    /// Where an article comes from: the folder of its file, or the file of
    /// many records, for counting.
    Folder,
    /// Path and id joined: the order of hits of equal score. Of a source file,
    /// its key: that of its article, where the file is one.
    Key,
    /// By which near-duplicates are suspected; see [`minhash`](super::minhash).
    MinhashA,
    /// The other half.
    MinhashB,
    /// The size of a source file when it was read, in bytes.
    Size,
    /// A hash of its times and its inode.
    Mark,
    /// A hash of its content.
    Hash,
    /// How many articles it gave.
    Articles,
    /// How many of its records were left out.
    Skips,
    /// The words of their texts.
    Words,
    /// The words of their titles.
    TitleWords,
    /// When it was read.
    ReadAt,
}

/// What a field holds, and how it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// The terms of words, with their positions; with lengths, which scores
    /// need, or without.
    Words {
        /// Whether the number of words is kept.
        has_length: bool,
    },
    /// The unstemmed forms of words, each once.
    Forms,
    /// Terms that are taken as they are.
    Terms,
    /// The same, which are also counted: a column besides.
    CountedTerms,
    /// A column of texts.
    Texts,
    /// A column of numbers without sign.
    Number,
    /// A column of numbers with sign: days and times.
    Time,
    /// A text that is kept and not looked for.
    Stored,
}

/// A line of the table.
pub(crate) struct Declared {
    pub(crate) field: Field,
    /// Its name in an index.
    pub(crate) name: &'static str,
    pub(crate) kind: FieldKind,
}

const fn line(field: Field, name: &'static str, kind: FieldKind) -> Declared {
    Declared { field, name, kind }
}

/// All fields, in the order of [`Field`].
pub(crate) const FIELDS: [Declared; 30] = [
    line(Field::Text, "text", FieldKind::Words { has_length: true }),
    line(Field::Title, "title", FieldKind::Words { has_length: true }),
    line(
        Field::Boilerplate,
        "boilerplate",
        FieldKind::Words { has_length: false },
    ),
    line(Field::Form, "form", FieldKind::Forms),
    line(Field::Country, "country", FieldKind::CountedTerms),
    line(Field::Main, "main", FieldKind::CountedTerms),
    line(Field::Person, "person", FieldKind::Terms),
    line(Field::Mentioned, "mentioned", FieldKind::Terms),
    line(Field::Flag, "flag", FieldKind::Terms),
    line(Field::Earliest, "earliest", FieldKind::Time),
    line(Field::Latest, "latest", FieldKind::Time),
    line(Field::Path, "path", FieldKind::Terms),
    line(Field::Id, "id", FieldKind::Terms),
    line(Field::Record, "record", FieldKind::Stored),
    line(Field::Body, "body", FieldKind::Stored),
    line(Field::Source, "source", FieldKind::Terms),
    line(Field::SkipList, "skip_list", FieldKind::Stored),
    line(Field::Name, "name", FieldKind::Texts),
    line(Field::Folder, "folder", FieldKind::Texts),
    line(Field::Key, "key", FieldKind::Texts),
    line(Field::MinhashA, "minhash_a", FieldKind::Number),
    line(Field::MinhashB, "minhash_b", FieldKind::Number),
    line(Field::Size, "size", FieldKind::Number),
    line(Field::Mark, "mark", FieldKind::Number),
    line(Field::Hash, "hash", FieldKind::Number),
    line(Field::Articles, "articles", FieldKind::Number),
    line(Field::Skips, "skips", FieldKind::Number),
    line(Field::Words, "words", FieldKind::Number),
    line(Field::TitleWords, "title_words", FieldKind::Number),
    line(Field::ReadAt, "read_at", FieldKind::Time),
];

impl Field {
    /// Its number: the place of its line in [`FIELDS`].
    pub(crate) const fn number(self) -> usize {
        self as usize
    }

    /// Its name in an index.
    pub(crate) const fn name(self) -> &'static str {
        FIELDS[self.number()].name
    }

    /// What it holds.
    pub(crate) const fn kind(self) -> FieldKind {
        FIELDS[self.number()].kind
    }
}

/// What [`Field::Flag`] says of a document.
pub(crate) mod flags {
    /// An article.
    pub(crate) const ARTICLE: &str = "article";
    /// An article without any known interval of publication.
    pub(crate) const UNDATED: &str = "undated";
    /// An article that names no country.
    pub(crate) const NO_COUNTRY: &str = "no-country";
    /// An article that is mainly about no country.
    pub(crate) const NO_MAIN: &str = "no-main";
    /// An article that names no person.
    pub(crate) const NO_PERSON: &str = "no-person";
    /// An article that mentions no date whose days are known.
    pub(crate) const NO_DATE: &str = "no-date";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_has_its_own_line_and_name() {
        for (number, declared) in FIELDS.iter().enumerate() {
            assert_eq!(declared.field.number(), number, "{}", declared.name);
            let same = FIELDS.iter().filter(|other| other.name == declared.name);
            assert_eq!(same.count(), 1, "{}", declared.name);
        }
    }
}
