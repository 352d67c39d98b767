//! The fields of an index document.
//!
//! There are two kinds of documents: one per article, and one per source file
//! with the bookkeeping that tells whether the file has changed.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
};

use crate::text::analyze::ANALYZER_VERSION;

/// Raised whenever the documents change their shape.
const SCHEMA_VERSION: u32 = 6;

/// Terms reach the index as they are (`terms`).
const RAW: &str = "raw";

/// The version of an index's format: one made by another is not searched.
pub(crate) const FORMAT_VERSION: u32 = SCHEMA_VERSION * 1000 + ANALYZER_VERSION;

/// What [`Fields::flag`] says of a document.
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

/// The names of the columns (fast fields), which are read by name.
pub(crate) mod names {
    /// Codes of countries, as in the field.
    pub(crate) const COUNTRY: &str = "country";
    /// See [`COUNTRY`].
    pub(crate) const MAIN: &str = "main";
    /// The names of an article's subjects, whole, for counting.
    pub(crate) const NAME: &str = "name";
    /// Where an article comes from: the folder of its file, or the file of
    /// many records, for counting.
    pub(crate) const FOLDER: &str = "folder";
    /// Path and id joined: the order of hits of equal score. Of a source file,
    /// its key: that of its article, where the file is one.
    pub(crate) const KEY: &str = "key";
    /// First and last day of publication, in days since 1970.
    pub(crate) const EARLIEST: &str = "earliest";
    pub(crate) const LATEST: &str = "latest";
    /// By which copies are suspected; see `sketch`.
    pub(crate) const SKETCH: [&str; 2] = ["sketch_a", "sketch_b"];
    /// What a source file was when it was read.
    pub(crate) const SIZE: &str = "size";
    pub(crate) const MARK: &str = "mark";
    pub(crate) const HASH: &str = "hash";
    pub(crate) const READ_AT: &str = "read_at";
    pub(crate) const ARTICLES: &str = "articles";
    pub(crate) const SKIPS: &str = "skips";
    pub(crate) const WORDS: &str = "words";
    pub(crate) const TITLE_WORDS: &str = "title_words";

    /// Columns of texts that are no fields besides.
    pub(crate) const TEXTS: [&str; 3] = [NAME, FOLDER, KEY];
    /// Columns of numbers.
    pub(crate) const NUMBERS: [&str; 9] = [
        SKETCH[0],
        SKETCH[1],
        SIZE,
        MARK,
        HASH,
        ARTICLES,
        SKIPS,
        WORDS,
        TITLE_WORDS,
    ];
    /// Columns of days and times.
    pub(crate) const TIMES: [&str; 1] = [READ_AT];
}

/// The fields, by their part in the program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// Terms of title and body, with positions: what ranking counts.
    pub(crate) text: Field,
    /// Terms of the title again: it counts extra.
    pub(crate) title: Field,
    /// Terms of page furniture and date lines: found, but without weight.
    pub(crate) furniture: Field,
    /// The distinct unstemmed words of an article: prefixes look here.
    pub(crate) form: Field,
    /// Codes of the countries an article names.
    pub(crate) country: Field,
    /// Codes of the countries it is mainly about.
    pub(crate) main: Field,
    /// Sets of words of each person's name; see `name_sets` in `document`.
    pub(crate) person: Field,
    /// Days that it mentions; see `buckets`.
    pub(crate) mentioned: Field,
    /// See [`flags`].
    pub(crate) flag: Field,
    /// First and last day of publication, in days since 1970.
    pub(crate) earliest: Field,
    pub(crate) latest: Field,
    /// The path of an article, for finding it; and its id where that is
    /// another.
    pub(crate) path: Field,
    pub(crate) id: Field,
    /// The article's record, as JSON.
    pub(crate) record: Field,
    /// The article's text.
    pub(crate) body: Field,
    /// A source file: its key.
    pub(crate) source: Field,
    /// What was left out of a file, as JSON.
    pub(crate) skip_list: Field,
}

fn terms(option: IndexRecordOption, fieldnorms: bool) -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(RAW)
            .set_index_option(option)
            .set_fieldnorms(fieldnorms),
    )
}

fn exact() -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(RAW)
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false),
    )
}

/// Builds the schema.
pub(crate) fn build() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let fields = Fields {
        text: schema.add_text_field(
            "text",
            terms(IndexRecordOption::WithFreqsAndPositions, true),
        ),
        title: schema.add_text_field(
            "title",
            terms(IndexRecordOption::WithFreqsAndPositions, true),
        ),
        furniture: schema.add_text_field(
            "furniture",
            terms(IndexRecordOption::WithFreqsAndPositions, false),
        ),
        form: schema.add_text_field("form", terms(IndexRecordOption::Basic, false)),
        country: schema.add_text_field(names::COUNTRY, exact() | FAST),
        main: schema.add_text_field(names::MAIN, exact() | FAST),
        person: schema.add_text_field("person", terms(IndexRecordOption::Basic, false)),
        mentioned: schema.add_text_field("mentioned", exact()),
        flag: schema.add_text_field("flag", exact()),
        earliest: schema.add_i64_field(names::EARLIEST, FAST),
        latest: schema.add_i64_field(names::LATEST, FAST),
        path: schema.add_text_field("path", exact()),
        id: schema.add_text_field("id", exact()),
        record: schema.add_text_field("record", STORED),
        body: schema.add_text_field("body", STORED),
        source: schema.add_text_field("source", exact()),
        skip_list: schema.add_text_field("skip_list", STORED),
    };
    for name in names::TEXTS {
        schema.add_text_field(name, TextOptions::from(FAST));
    }
    for name in names::NUMBERS {
        schema.add_u64_field(name, FAST);
    }
    for name in names::TIMES {
        schema.add_i64_field(name, FAST);
    }
    (schema.build(), fields)
}
