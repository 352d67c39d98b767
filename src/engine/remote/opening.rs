//! Opens an index that an engine keeps: asks what it is and how much is in it.
//!
//! The name that a user gives is an alias of one index, whose mapping says what
//! format it has: an index of another format would be misread, so it is refused
//! before a query is asked. What is known of all articles together is asked once
//! and holds for as long as the index is open.
//!
//! Two requests: the index with its settings and `_meta`, and one search that
//! counts and adds up.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::access::Access;
use super::client::Client;
use super::mapping::{Extra, FORMAT, META};
use super::query::answers::{PARTIAL_REFUSED, check_whole};
use super::query::json::articles;
use super::target::Target;
use crate::document::field::Field;
use crate::failure::{Failure, FailureKind, Result};
use crate::plan::Totals;
use crate::plan::people::ArchivePeople;

/// An index that an engine elsewhere keeps. Cheap to share by reference between
/// threads.
pub struct RemoteIndex {
    pub(crate) client: Client,
    pub(crate) totals: Totals,
    info: RemoteInfo,
    /// The people of all articles; counted when first asked for.
    pub(crate) people: OnceLock<Arc<ArchivePeople>>,
    /// The sources of all articles; listed when first asked for.
    pub(crate) sources: OnceLock<Arc<Vec<String>>>,
    access: Access,
    since: Instant,
}

/// How long an index counts as it was opened. What changes meanwhile is found, but
/// the totals of all articles, by which words are weighed, are those of then.
const GOOD_FOR: Duration = Duration::from_mins(5);

/// What is told of an index elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteInfo {
    /// The name of the index behind the alias.
    pub name: String,
    /// How many shards it is divided into.
    pub shards: u64,
    /// When articles were last pushed to it, RFC 3339.
    pub built_at: String,
    /// How many articles it has.
    pub articles: u64,
    /// The version of its format.
    pub format: u64,
    /// By which version of the program it was made.
    pub program: String,
}

impl std::fmt::Debug for RemoteIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RemoteIndex")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}

impl RemoteIndex {
    /// Opens the index at `target`.
    ///
    /// # Errors
    /// When the engine cannot be reached, there is no such index, it is none of
    /// ours, or one of another format.
    pub fn open(target: Target, access: &Access) -> Result<RemoteIndex> {
        let client = Client::new(target, access)?;
        let path = format!(
            "/{}?filter_path=*.mappings._meta,*.settings.index.number_of_shards",
            client.index()
        );
        let reply = client.get(&path)?;
        let missing = || {
            Failure::new(format!("no such index: {}", client.target()))
                .of(FailureKind::NotFound)
                .help("check the address, or make the index: `cybersearch push URL`")
        };
        if reply.status == 404 {
            return Err(missing());
        }
        let described = reply.ok("cannot open the index")?;
        let described = described.as_object().ok_or_else(missing)?;
        if described.len() > 1 {
            let names: Vec<&str> = described.keys().map(String::as_str).collect();
            let why = format!("the alias stands for several indexes: {}", names.join(", "));
            return Err(
                Failure::new(format!("{}: {why}", client.target())).help("name one of them")
            );
        }
        let (name, index) = described.iter().next().ok_or_else(|| foreign(&client))?;
        let meta = &index["mappings"]["_meta"][META];
        let format = meta["format"].as_u64().ok_or_else(|| foreign(&client))?;
        check_format(&client, format)?;
        let sums = ask_sums(&client)?;
        let info = RemoteInfo {
            name: name.clone(),
            shards: number(&index["settings"]["index"]["number_of_shards"]),
            built_at: time_of(&sums["aggregations"][Extra::Push.name()]["value"]),
            articles: number(&sums["hits"]["total"]["value"]),
            format,
            program: meta["program"].as_str().unwrap_or_default().to_owned(),
        };
        let sum = |field: Field| number(&sums["aggregations"][field.name()]["value"]);
        Ok(RemoteIndex {
            totals: Totals {
                articles: info.articles,
                words: sum(Field::Words),
                title_words: sum(Field::TitleWords),
            },
            client,
            info,
            people: OnceLock::new(),
            sources: OnceLock::new(),
            access: access.clone(),
            since: Instant::now(),
        })
    }

    /// Whether it was opened so long ago that it is to be opened again.
    pub fn is_old(&self) -> bool {
        self.since.elapsed() >= GOOD_FOR
    }

    /// The same, as it is now.
    ///
    /// # Errors
    /// As [`RemoteIndex::open`].
    pub fn reopened(&self) -> Result<RemoteIndex> {
        RemoteIndex::open(self.target().clone(), &self.access)
    }

    /// What is told of it.
    pub fn info(&self) -> &RemoteInfo {
        &self.info
    }

    /// Its address, as the user gave it.
    pub fn target(&self) -> &Target {
        self.client.target()
    }

    /// How many requests were sent so far.
    pub fn requests(&self) -> u64 {
        self.client.requests()
    }

    /// Which engine keeps it, and its version: `opensearch 2.19.6`.
    ///
    /// # Errors
    /// When the engine cannot be reached.
    pub fn engine_name(&self) -> Result<String> {
        let told = self.client.get("/")?.ok("cannot ask the engine")?;
        let version = &told["version"];
        let name = version["distribution"].as_str().unwrap_or("elasticsearch");
        let number = version["number"].as_str().unwrap_or("of unknown version");
        Ok(format!("{name} {number}"))
    }
}

/// Totals of all articles.
fn ask_sums(client: &Client) -> Result<Value> {
    let sum = |field: Field| json!({"sum": {"field": field.name()}});
    let body = json!({
        "size": 0,
        "track_total_hits": true,
        "query": articles(),
        "aggs": {
            Field::Words.name(): sum(Field::Words),
            Field::TitleWords.name(): sum(Field::TitleWords),
            Extra::Push.name(): {"max": {"field": Extra::Push.name()}},
        },
    });
    let path = format!("/{}/_search?{PARTIAL_REFUSED}", client.index());
    let sums = client.post(&path, &body)?.ok("cannot count the articles")?;
    check_whole(&sums)?;
    Ok(sums)
}

fn check_format(client: &Client, format: u64) -> Result<()> {
    if format == u64::from(FORMAT) {
        return Ok(());
    }
    let why = format!("its format is {format}, this program's is {FORMAT}");
    Err(Failure::new(format!("{}: {why}", client.target()))
        .help("push the articles again with this program: `cybersearch push URL`"))
}

fn foreign(client: &Client) -> Failure {
    let what = format!("{}: not an index of cybersearch", client.target());
    Failure::new(what).help("make one: `cybersearch push URL`")
}

/// A number, however an engine writes it.
fn number(value: &Value) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sums of words are whole, and far below 2^53"
    )]
    let rounded = || value.as_f64().map(|sum| sum.max(0.0) as u64);
    let written = || value.as_str().and_then(|text| text.parse().ok());
    value
        .as_u64()
        .or_else(rounded)
        .or_else(written)
        .unwrap_or(0)
}

/// A time in microseconds since 1970, RFC 3339; empty where there is none.
fn time_of(value: &Value) -> String {
    let microseconds = i64::try_from(number(value)).unwrap_or(0);
    match Timestamp::from_microsecond(microseconds) {
        Ok(time) if microseconds > 0 => time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_in_three_forms() {
        assert_eq!(number(&json!(7)), 7);
        assert_eq!(number(&json!(1234.0)), 1234);
        assert_eq!(number(&json!("6")), 6);
        assert_eq!(number(&Value::Null), 0);
    }

    #[test]
    fn a_push_is_told_by_its_time() {
        assert_eq!(
            time_of(&json!(1_700_000_000_123_456_i64)),
            "2023-11-14T22:13:20Z"
        );
        assert_eq!(time_of(&json!(1.7e15)), "2023-11-14T22:13:20Z");
        assert_eq!(time_of(&Value::Null), "");
    }
}
