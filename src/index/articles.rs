//! Reads articles of an index: by their names, or by their numbers.

use tantivy::columnar::StrColumn;

use super::document::{self, ReadArticle};
use super::{Index, Record, schema};
use crate::failure::Result;

impl Index {
    /// The articles that a name may mean: an id, the key of a file, or, as
    /// the grep format prints them, a key and a line. An article of which both
    /// id and key fit goes before records that only share its id.
    ///
    /// # Errors
    /// When the index is damaged.
    pub fn articles_named(&self, id: &str, key: &str) -> Result<Vec<(Record, String)>> {
        let fields = self.snapshot.fields;
        let mut named =
            self.articles_with(&[(fields.id, id), (fields.path, id), (fields.path, key)])?;
        named.retain(|(record, _)| record.path == key || record.id == id);
        if let Some(whole) = named
            .iter()
            .position(|(record, _)| record.path == key && record.id == key)
        {
            return Ok(named.into_iter().skip(whole).take(1).collect());
        }
        let Some((key, line)) = key.rsplit_once(':').filter(|_| named.is_empty()) else {
            return Ok(named);
        };
        let Ok(line) = line.parse::<u64>() else {
            return Ok(named);
        };
        let mut of_file = self.articles_with(&[(fields.path, key)])?;
        of_file.retain(|(record, _)| record.record_line.is_none_or(|of_record| of_record == line));
        Ok(of_file)
    }

    fn articles_with(
        &self,
        terms: &[(tantivy::schema::Field, &str)],
    ) -> Result<Vec<(Record, String)>> {
        use tantivy::collector::DocSetCollector;
        use tantivy::query::BooleanQuery;
        let terms = terms
            .iter()
            .map(|(field, name)| tantivy::Term::from_field_text(*field, name));
        let query = BooleanQuery::new_multiterms_query(terms.collect());
        let articles: Vec<ReadArticle> = self.guarded(|| {
            let found = self.snapshot.searcher.search(&query, &DocSetCollector)?;
            found
                .into_iter()
                .map(|address| self.read_article(address))
                .collect()
        })?;
        let articles = articles.into_iter();
        let mut articles: Vec<(Record, String)> = articles
            .map(|article| (article.record, article.text))
            .collect();
        articles.sort_by(|(a, _), (b, _)| (&a.path, a.record_line).cmp(&(&b.path, b.record_line)));
        Ok(articles)
    }

    /// The article that a document keeps.
    pub(crate) fn read_article(
        &self,
        address: tantivy::DocAddress,
    ) -> tantivy::Result<ReadArticle> {
        let document: tantivy::TantivyDocument = self.snapshot.searcher.doc(address)?;
        document::read_article(&self.snapshot.fields, &document)
    }

    /// The columns of paths and ids of all segments, joined as they sort.
    pub(crate) fn key_columns(&self) -> tantivy::Result<&[Option<StrColumn>]> {
        if let Some(columns) = self.key_columns.get() {
            return Ok(columns);
        }
        let segments = self.snapshot.searcher.segment_readers().iter();
        let columns = segments.map(|segment| segment.fast_fields().str(schema::names::KEY));
        let columns = columns.collect::<tantivy::Result<_>>()?;
        Ok(self.key_columns.get_or_init(|| columns))
    }
}
