//! Reads articles of an index: by their names, or by their numbers.
//!
//! A name comes from a person or from another program: `show 12`, `show
//! seeds/a.txt`, or a line copied out of the grep format, `seeds/a.jsonl:7`. It
//! is looked up as a term of the fields for ids and for paths, so the cost is
//! that of a few terms and of the articles found, not of the index.
//!
//! What counts as a match is decided in three steps. An article whose path and
//! id both are the name is the answer alone. Else all with that path or id are
//! answers, since ids may repeat between files. Only where there is none, the
//! number after the last colon is read as the line of a record. A file whose
//! own name ends in `:7` is found by the first steps and never misread.
//!
//! Texts are taken out of what was unpacked by value: one of 100 MB is held
//! once.

use tantivy::TantivyError;
use tantivy::collector::DocSetCollector;
use tantivy::columnar::StrColumn;
use tantivy::query::BooleanQuery;

use super::store::KeptTexts;
use super::{Index, schema};
use crate::document::field::Field;
use crate::document::place_name::{files_of, prefer_id};
use crate::document::{ReadArticle, Record};
use crate::failure::Result;

/// A name that means more articles than this is ambiguous, and their texts are
/// not kept: a mailbox has a million.
const MOST_TEXTS: usize = 8;

impl Index {
    /// The articles that a name may mean: an id, the key of a file, or a place as
    /// the grep format prints it. An article of which both
    /// id and key fit goes before records that only share its id.
    ///
    /// # Errors
    /// When the index is damaged.
    pub fn articles_named(&self, id: &str, key: &str) -> Result<Vec<(Record, String)>> {
        let terms = [
            (Field::Id, id),
            (Field::Id, key),
            (Field::Path, id),
            (Field::Path, key),
        ];
        let mut named = self.articles_with(&terms, |record| {
            let is_alias = record.origin.aliases.iter().any(|alias| alias == id);
            record.path == key || record.id == id || record.id == key || is_alias
        })?;
        if let Some(whole) = named
            .iter()
            .position(|(record, _)| record.path == key && record.id == key)
        {
            return Ok(named.into_iter().skip(whole).take(1).collect());
        }
        prefer_id(&mut named, id);
        if !named.is_empty() {
            return Ok(named);
        }
        let files = files_of(key).into_iter();
        let files: Vec<_> = files.map(|file| (Field::Path, file)).collect();
        self.articles_with(&files, |record| record.stands_at(key))
    }

    /// The articles with any of some terms that are to be kept. They come in
    /// the order of path and line, whatever segment keeps them.
    fn articles_with(
        &self,
        terms: &[(Field, &str)],
        is_kept: impl Fn(&Record) -> bool,
    ) -> Result<Vec<(Record, String)>> {
        let terms = terms.iter().map(|(field, name)| schema::term(*field, name));
        let query = BooleanQuery::new_multiterms_query(terms.collect());
        let mut articles = self.guarded(|| {
            let mut articles: Vec<(Record, String)> = Vec::new();
            for address in self.snapshot.searcher.search(&query, &DocSetCollector)? {
                let read = read_record(self.snapshot.texts(address)?)?;
                if !is_kept(&read.0) {
                    continue;
                }
                let article = ReadArticle::of(read);
                // Of many it is only told that there are.
                let is_read = articles.len() < MOST_TEXTS;
                let text = if is_read { article.text } else { String::new() };
                articles.push((article.record, text));
            }
            Ok(articles)
        })?;
        articles.sort_by(|(a, _), (b, _)| (&a.path, a.record_line).cmp(&(&b.path, b.record_line)));
        Ok(articles)
    }

    /// The article that a document keeps.
    pub(crate) fn read_article(
        &self,
        address: tantivy::DocAddress,
    ) -> tantivy::Result<ReadArticle> {
        read_article(self.snapshot.texts(address)?)
    }

    /// The columns of paths and ids of all segments, joined as they sort.
    /// Opened once and kept: a segment's column is a dictionary that several
    /// steps of a search ask. `None` for a segment of source files alone.
    pub(crate) fn key_columns(&self) -> tantivy::Result<&[Option<StrColumn>]> {
        if let Some(columns) = self.key_columns.get() {
            return Ok(columns);
        }
        let segments = self.snapshot.searcher.segment_readers().iter();
        let columns = segments.map(|segment| segment.fast_fields().str(Field::Key.name()));
        let columns = columns.collect::<tantivy::Result<_>>()?;
        Ok(self.key_columns.get_or_init(|| columns))
    }
}

/// The record, its title still to be found, and the text that a document keeps.
///
/// # Errors
/// When the record is no JSON of ours; whoever calls it takes that as
/// corruption.
pub(crate) fn read_record(document: KeptTexts) -> tantivy::Result<(Record, String)> {
    let record = Record::from_kept(document.text(Field::Record)?)
        .map_err(|error| TantivyError::SystemError(format!("cannot read a record: {error}")))?;
    Ok((record, document.into_text(Field::Body)?))
}

/// The article that a document keeps.
pub(crate) fn read_article(document: KeptTexts) -> tantivy::Result<ReadArticle> {
    read_record(document).map(ReadArticle::of)
}
