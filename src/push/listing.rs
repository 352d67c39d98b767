//! What an index in an engine says of its source files and its articles.
//!
//! Each source file has a document, written after its articles: what has none is
//! not in, whatever articles of it there are. Where a push was killed, or two
//! worked on one file, articles may be there that no file's document counts;
//! then the articles of each file are counted, and files whose number is wrong
//! are pushed again, those that are gone, removed.

use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use crate::document::field::{Field, flags};
use crate::document::source_file::FileEntry;
use crate::engine::local::manifest::Files;
use crate::engine::remote::client::Client;
use crate::engine::remote::mapping::Extra;
use crate::failure::{Failure, FailureKind, Result};
use crate::source::Stat;

/// How many documents an answer has.
const PAGE: usize = 2000;

/// What the index says of all its source files.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) files: Files,
    /// Of each file what it was read with.
    made: FxHashMap<String, String>,
}

impl Listed {
    /// Reads the documents of all source files that `is_ours` wants.
    ///
    /// # Errors
    /// When the engine does not answer in full.
    pub(super) fn read(
        client: &Client,
        index: &str,
        is_ours: impl Fn(&str) -> bool,
    ) -> Result<Listed> {
        let mut listed = Listed::default();
        let mut after = Value::Null;
        loop {
            let mut asked = json!({
                "size": PAGE,
                "query": {"exists": {"field": Field::Source.name()}},
                "sort": [{Field::Key.name(): "asc"}],
                "track_total_hits": false,
            });
            if !after.is_null() {
                asked["search_after"] = after;
            }
            let answer = searched(client, index, &asked)?;
            let hits = answer["hits"]["hits"].as_array();
            let hits = hits.map(Vec::as_slice).unwrap_or_default();
            for hit in hits {
                let source = &hit["_source"];
                let key = source[Field::Key.name()].as_str().unwrap_or_default();
                if is_ours(key) {
                    listed.files.push(key, entry(source));
                    let made = source[Extra::Made.name()].as_str().unwrap_or_default();
                    listed.made.insert(key.to_owned(), made.to_owned());
                }
            }
            match hits.last() {
                Some(last) if hits.len() == PAGE => after = last["sort"].clone(),
                _ => break,
            }
        }
        listed.files.sort();
        Ok(listed)
    }

    /// The files as they are compared with the sources: one that was read with
    /// something else, or is `suspect`, looks changed.
    pub(super) fn compared(
        &self,
        made: impl Fn(&str, &FileEntry) -> String,
        is_suspect: impl Fn(&str) -> bool,
    ) -> Files {
        let mut files = Files::default();
        for (key, entry) in self.files.iter() {
            let is_old = self.made.get(key) != Some(&made(key, entry));
            let entry = if is_old || is_suspect(key) {
                FileEntry {
                    // No file is as large.
                    stat: Stat {
                        size: u64::MAX,
                        mark: entry.stat.mark,
                    },
                    ..FileEntry::default()
                }
            } else {
                *entry
            };
            files.push(key, entry);
        }
        files.sort();
        files
    }
}

/// What a file's document says of it.
fn entry(source: &Value) -> FileEntry {
    let number = |field: Field| source[field.name()].as_u64().unwrap_or(0);
    let hash = source[Field::Hash.name()].as_str();
    FileEntry {
        stat: Stat {
            size: number(Field::Size),
            mark: u32::try_from(number(Field::Mark)).unwrap_or(0),
        },
        hash: hash.and_then(|hash| hash.parse().ok()).unwrap_or(0),
        read_at: source[Field::ReadAt.name()].as_i64().unwrap_or(0),
        articles: u32::try_from(number(Field::Articles)).unwrap_or(u32::MAX),
        has_skips: number(Field::Skips) > 0,
        ..FileEntry::default()
    }
}

/// Numbers of a whole index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Totals {
    /// Articles that are there.
    pub(super) articles: u64,
    /// Articles that the documents of source files count.
    pub(super) counted: u64,
    /// Source files.
    pub(super) files: u64,
    /// The version of the latest push.
    pub(super) latest: u64,
}

impl Totals {
    /// Counts what is there.
    ///
    /// # Errors
    /// When the engine does not answer in full; so do the others.
    pub(super) fn read(client: &Client, index: &str) -> Result<Totals> {
        let asked = json!({
            "size": 0,
            "track_total_hits": false,
            "aggs": {
                "articles": {"filter": {"term": {Field::Flag.name(): flags::ARTICLE}}},
                "files": {"value_count": {"field": Field::Source.name()}},
                "counted": {"sum": {"field": Field::Articles.name()}},
                "latest": {"max": {"field": Extra::Push.name()}},
            },
        });
        let answer = searched(client, index, &asked)?;
        let told = &answer["aggregations"];
        Ok(Totals {
            articles: told["articles"]["doc_count"].as_u64().unwrap_or(0),
            counted: whole(&told["counted"]["value"]),
            files: whole(&told["files"]["value"]),
            latest: whole(&told["latest"]["value"]),
        })
    }

    /// Whether every article is one that its file's document counts.
    pub(super) fn agree(self) -> bool {
        self.articles == self.counted
    }
}

/// A number that an engine tells as a fraction; all of ours are below 2^53.
fn whole(number: &Value) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and not negative"
    )]
    let number = number.as_f64().unwrap_or(0.0).max(0.0) as u64;
    number
}

/// How many articles of each source file are there.
pub(super) fn articles_by_file(client: &Client, index: &str) -> Result<FxHashMap<String, u64>> {
    let mut counts = FxHashMap::default();
    let mut after = Value::Null;
    loop {
        let mut pages = json!({
            "size": PAGE,
            "sources": [{"file": {"terms": {"field": Extra::File.name()}}}],
        });
        if !after.is_null() {
            pages["after"] = after;
        }
        let asked = json!({
            "size": 0,
            "track_total_hits": false,
            "query": {"term": {Field::Flag.name(): flags::ARTICLE}},
            "aggs": {"files": {"composite": pages}},
        });
        let answer = searched(client, index, &asked)?;
        let told = &answer["aggregations"]["files"];
        let buckets = told["buckets"].as_array();
        let buckets = buckets.map(Vec::as_slice).unwrap_or_default();
        for bucket in buckets {
            let file = bucket["key"]["file"].as_str().unwrap_or_default();
            let count = bucket["doc_count"].as_u64().unwrap_or(0);
            counts.insert(file.to_owned(), count);
        }
        match &told["after_key"] {
            key if key.is_object() && buckets.len() == PAGE => after = key.clone(),
            _ => return Ok(counts),
        }
    }
}

/// Makes everything that was written visible to searches.
pub(super) fn refresh(client: &Client, index: &str) -> Result<()> {
    // By POST, Elasticsearch wants no body, not even an empty one.
    let reply = client.get(&format!("/{index}/_refresh"))?;
    let body = reply.ok("cannot refresh the index")?;
    check_shards(client, &body)
}

/// The answer to a search, from every shard.
fn searched(client: &Client, index: &str, asked: &Value) -> Result<Value> {
    let path = format!("/{index}/_search?allow_partial_search_results=false");
    let body = client.post(&path, asked)?;
    let body = body.ok(&format!("cannot look into {index}"))?;
    check_shards(client, &body)?;
    Ok(body)
}

/// An answer without some shards is none.
fn check_shards(client: &Client, body: &Value) -> Result<()> {
    let failed = body["_shards"]["failed"].as_u64().unwrap_or(0);
    if failed > 0 || body["timed_out"] == true {
        let target = client.target();
        let failure = Failure::new(format!("{target}: {failed} shards did not answer"));
        return Err(failure.of(FailureKind::Busy).help("push again later"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed() -> Listed {
        let mut listed = Listed::default();
        for key in ["a", "b", "c"] {
            let source = json!({"key": key, "size": 9, "mark": 7, "hash": u64::MAX.to_string(),
                                "articles": 2, "skips": 0, "read_at": 5});
            listed.files.push(key, entry(&source));
            listed.made.insert(key.to_owned(), "now".to_owned());
        }
        listed
    }

    #[test]
    fn a_file_is_read_back_as_it_was_written() {
        let listed = listed();
        let entry = listed.files.get("b").unwrap();
        assert_eq!(
            (entry.hash, entry.articles, entry.read_at),
            (u64::MAX, 2, 5)
        );
        assert_eq!(entry.stat, Stat { size: 9, mark: 7 });
    }

    #[test]
    fn what_was_read_with_something_else_looks_changed() {
        let listed = listed();
        let made = |key: &str, _: &FileEntry| if key == "a" { "then" } else { "now" }.to_owned();
        let files = listed.compared(made, |key| key == "c");
        let sizes: Vec<u64> = files.iter().map(|(_, entry)| entry.stat.size).collect();
        assert_eq!(sizes, [u64::MAX, 9, u64::MAX]);
    }
}
