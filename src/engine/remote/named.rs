//! Reads articles of an index elsewhere by their names, as the local engine does
//! (`local/articles`): an article whose path and id both are the name is the
//! answer alone; else all with that path or id; else the record at the line behind
//! the last colon.
//!
//! Which line a record stands on is in the records alone: those of one file are
//! fetched page by page, without their texts, until the line is found.

use serde_json::{Value, json};

use super::document::document_id;
use super::opening::RemoteIndex;
use super::query::answers::{Found, found};
use super::query::json::{all, any, articles, ids, term};
use super::session::{FetchedArticle, RemoteEngine, by_key, content};
use crate::document::Record;
use crate::document::field::Field;
use crate::document::place_name::{files_of, prefer_id};
use crate::failure::{Failure, FailureKind, Result};
use crate::stop::Budget;

/// A name that means more articles than this is ambiguous, and the others are not
/// fetched.
const MOST_NAMED: usize = 8;

/// So many records of a file are fetched at a time, and in all, to find a line.
const PAGE: usize = 2_000;
const MOST_RECORDS: usize = 100_000;

impl RemoteIndex {
    /// The articles that a name may mean: an id, the key of a file, or a key and a
    /// line.
    ///
    /// # Errors
    /// When the engine does not answer, or a file has too many records to find a
    /// line among them.
    pub fn articles_named(&self, id: &str, key: &str) -> Result<Vec<(Record, String)>> {
        let budget = Budget::unlimited();
        let engine = RemoteEngine::new(self, &budget, false);
        let itself = engine.named(ids(&[document_id(key)]))?;
        if !itself.is_empty() {
            return Ok(itself);
        }
        let names = [
            (Field::Id, id),
            (Field::Id, key),
            (Field::Path, id),
            (Field::Path, key),
        ];
        let names = names.map(|(field, name)| term(field.name(), name));
        let mut named = engine.named(any(&names))?;
        prefer_id(&mut named, id);
        if named.is_empty() {
            for file in files_of(key) {
                named = engine.at_place(file, key)?;
                if !named.is_empty() {
                    break;
                }
            }
        }
        named.sort_by(|(a, _), (b, _)| (&a.path, a.record_line).cmp(&(&b.path, b.record_line)));
        Ok(named)
    }
}

impl RemoteEngine<'_> {
    /// The first articles of a query, with their texts.
    fn named(&self, query: Value) -> Result<Vec<(Record, String)>> {
        let body = json!({
            "size": MOST_NAMED,
            "track_total_hits": true,
            "query": all(&[articles(), query]),
            "sort": by_key(),
            "_source": content(),
        });
        let Found { hits, .. } = found(&mut self.search(&body)?)?;
        let read = hits.into_iter().map(|mut hit| {
            let article = FetchedArticle::of(&mut hit.source)?.read();
            Ok((article.record, article.text))
        });
        read.collect()
    }

    /// The first article of a file that stands at a place.
    fn at_place(&self, file: &str, place: &str) -> Result<Vec<(Record, String)>> {
        let mut after: Option<Vec<Value>> = None;
        loop {
            let mut body = json!({
                "size": PAGE,
                "track_total_hits": true,
                "query": all(&[articles(), term(Field::Path.name(), file)]),
                "sort": by_key(),
                "_source": [Field::Record.name()],
            });
            if let Some(after) = after {
                body["search_after"] = json!(after);
            }
            let Found { total, hits } = found(&mut self.search(&body)?)?;
            if total > MOST_RECORDS {
                let why =
                    format!("{file}: {total} records are too many to find {place} among them");
                return Err(Failure::new(why)
                    .of(FailureKind::Stopped)
                    .help("use the article's id"));
            }
            let is_last = hits.len() < PAGE;
            after = hits.last().map(|hit| hit.sort.clone());
            for hit in hits {
                let record = hit.source[Field::Record.name()]
                    .as_str()
                    .unwrap_or_default();
                let stands = Record::from_kept(record).is_ok_and(|record| record.stands_at(place));
                if stands {
                    return self.named(ids(&[document_id(&hit.key)]));
                }
            }
            if is_last {
                return Ok(Vec::new());
            }
        }
    }
}
