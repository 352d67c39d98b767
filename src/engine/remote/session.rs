//! An index elsewhere while one request asks it: what looking is paid from, and
//! what was asked before.
//!
//! Every request gets its own `RemoteEngine` over a shared `RemoteIndex`. It
//! remembers how many articles have which term, which articles have what was
//! decided by reading them, and the articles themselves as far as they were
//! fetched: each is fetched once. An article's address is the number under
//! which the request met it first.
//!
//! The clock is asked before each request to the engine, which takes no longer
//! than is left. Between two requests
//! the index may change under a push: an article that is gone when it is
//! fetched is an error, not a smaller answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use super::document::document_id;
use super::opening::RemoteIndex;
use super::query::answers::{Found, FoundHit, PARTIAL_REFUSED, check_whole, found};
use super::query::json::{ids, term};
use super::reply::Reply;
use crate::document::field::Field;
use crate::document::{ReadArticle, Record, minhash};
use crate::engine::{Address, ArticleTraits};
use crate::failure::{Failure, FailureKind, Result};
use crate::stop::Budget;

/// Articles are fetched so many at a time: texts are long.
pub(super) const FETCHED: usize = 250;

/// What an article that is fetched costs, in units of the budget; and so many
/// bytes of it cost one unit more.
const ARTICLE: u64 = 500;
const BYTES: u64 = 8;

/// An index elsewhere, asked by one request. Threads of the request share it by
/// reference.
pub(crate) struct RemoteEngine<'i> {
    pub(super) index: &'i RemoteIndex,
    /// What looking is paid from.
    pub(super) budget: Budget,
    /// Whether a lone surname counts for the person whom it means.
    pub(super) joins_names: bool,
    /// How many articles have a term.
    counts: Mutex<FxHashMap<(Field, String), u64>>,
    articles: Mutex<KnownDocuments>,
    /// The queries of parts that were decided by reading their candidates.
    pub(super) decided: Mutex<HashMap<String, Value>>,
}

/// The articles that a request has met.
#[derive(Default)]
struct KnownDocuments {
    numbers: HashMap<Arc<str>, u32>,
    /// By number.
    keys: Vec<Arc<str>>,
    fetched: FxHashMap<u32, Arc<FetchedArticle>>,
}

/// What an engine keeps of an article.
#[derive(Debug, Clone)]
pub(super) struct FetchedArticle {
    record: Record,
    text: String,
    traits: ArticleTraits,
}

impl FetchedArticle {
    /// Reads the `_source` of a hit.
    pub(super) fn of(source: &mut Value) -> Result<FetchedArticle> {
        let odd = |what: &str| {
            Failure::new(format!("the engine's answer makes no sense: {what}"))
                .of(FailureKind::Refused)
        };
        let mut text = |field: Field| match source[field.name()].take() {
            Value::String(text) => Ok(text),
            _ => Err(odd(&format!("an article without {}", field.name()))),
        };
        let (record, body) = (text(Field::Record)?, text(Field::Body)?);
        let record = Record::from_kept(&record)
            .map_err(|error| odd(&format!("a record that cannot be read: {error}")))?;
        let day = |field: Field| source[field.name()].as_i64();
        let half = |field: Field| source[field.name()].as_str()?.parse::<u64>().ok();
        Ok(FetchedArticle {
            record,
            text: body,
            traits: ArticleTraits {
                days: day(Field::Earliest).zip(day(Field::Latest)),
                minhash: half(Field::MinhashA)
                    .zip(half(Field::MinhashB))
                    .map(|(one, other)| minhash::parts([one, other])),
            },
        })
    }

    /// The article, with its layout.
    pub(super) fn read(&self) -> ReadArticle {
        ReadArticle::of((self.record.clone(), self.text.clone()))
    }

    pub(super) fn traits(&self) -> ArticleTraits {
        self.traits
    }

    fn cost(&self) -> u64 {
        ARTICLE + self.text.len() as u64 / BYTES
    }
}

impl<'i> RemoteEngine<'i> {
    /// `index` for a request that pays from `budget`.
    pub(crate) fn new(index: &'i RemoteIndex, budget: &Budget, joins_names: bool) -> Self {
        RemoteEngine {
            index,
            budget: budget.clone(),
            joins_names,
            counts: Mutex::default(),
            articles: Mutex::default(),
            decided: Mutex::default(),
        }
    }

    fn path(&self, what: &str) -> String {
        format!("/{}/{what}?{PARTIAL_REFUSED}", self.index.client.index())
    }

    /// One search; gives the whole answer.
    pub(super) fn search(&self, body: &Value) -> Result<Value> {
        self.budget.ask()?;
        let dfs = if self.index.info().shards > 1 {
            "&search_type=dfs_query_then_fetch"
        } else {
            ""
        };
        let path = format!("{}{dfs}", self.path("_search"));
        let until = self.budget.deadline();
        let reply = self.in_time(self.index.client.post_until(until, &path, body))?;
        let answer = reply.ok("the engine refuses the search")?;
        check_whole(&answer)?;
        Ok(answer)
    }

    /// What came of a request. That the search's time was over is why it failed,
    /// whatever the client says.
    fn in_time(&self, reply: Result<Reply>) -> Result<Reply> {
        if reply.is_err() {
            self.budget.ask()?;
        }
        reply
    }

    /// Several searches in one request; the answers in their order.
    pub(super) fn searches(&self, bodies: &[Value]) -> Result<Vec<Value>> {
        if let [only] = bodies {
            return Ok(vec![self.search(only)?]);
        }
        if bodies.is_empty() {
            return Ok(Vec::new());
        }
        self.budget.ask()?;
        let head = if self.index.info().shards > 1 {
            json!({"search_type": "dfs_query_then_fetch", "allow_partial_search_results": false})
        } else {
            json!({"allow_partial_search_results": false})
        };
        let lines: Vec<String> = bodies
            .iter()
            .map(|body| format!("{head}\n{body}\n"))
            .collect();
        let path = format!("/{}/_msearch", self.index.client.index());
        let (until, lines) = (self.budget.deadline(), lines.concat());
        let reply = self
            .index
            .client
            .lines_until(until, &path, lines.as_bytes());
        let reply = self.in_time(reply)?;
        let mut answer = reply.ok("the engine refuses the search")?;
        let answers = match answer["responses"].take() {
            Value::Array(answers) if answers.len() == bodies.len() => answers,
            _ => {
                let why = "the engine's answer makes no sense: not an answer for each search";
                return Err(Failure::new(why).of(FailureKind::Refused));
            }
        };
        for answer in &answers {
            check_whole(answer)?;
        }
        Ok(answers)
    }

    /// How many documents answer each of some queries.
    pub(super) fn totals_of(&self, queries: &[Value]) -> Result<Vec<usize>> {
        let bodies: Vec<Value> = queries
            .iter()
            .map(|query| json!({"size": 0, "track_total_hits": true, "query": query}))
            .collect();
        let mut totals = Vec::with_capacity(queries.len());
        for piece in bodies.chunks(SEARCHES) {
            for mut answer in self.searches(piece)? {
                totals.push(found(&mut answer)?.total);
            }
        }
        Ok(totals)
    }

    /// How many articles have each of some terms, from memory where it was asked
    /// before.
    pub(super) fn look_up(&self, terms: &[(Field, String)]) -> Result<()> {
        let mut unknown: Vec<(Field, String)> = Vec::new();
        {
            let counts = self.counts();
            for term in terms {
                if !counts.contains_key(term) && !unknown.contains(term) {
                    unknown.push(term.clone());
                }
            }
        }
        let queries = unknown
            .iter()
            .map(|(field, term)| self::term(field.name(), term));
        let totals = self.totals_of(&queries.collect::<Vec<_>>())?;
        let totals = totals.into_iter().map(|total| total as u64);
        self.counts().extend(unknown.into_iter().zip(totals));
        Ok(())
    }

    /// How many articles have a term.
    pub(super) fn count(&self, field: Field, term: &str) -> Result<u64> {
        let asked = (field, term.to_owned());
        if let Some(known) = self.counts().get(&asked) {
            return Ok(*known);
        }
        self.look_up(std::slice::from_ref(&asked))?;
        Ok(self.counts().get(&asked).copied().unwrap_or(0))
    }

    fn counts(&self) -> MutexGuard<'_, FxHashMap<(Field, String), u64>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, KnownDocuments> {
        self.articles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address of the article with this key.
    fn number(&self, key: &str) -> Address {
        let mut known = self.known();
        let known = &mut *known;
        let document = if let Some(number) = known.numbers.get(key) {
            *number
        } else {
            // As many articles as memory holds keys.
            let number = u32::try_from(known.keys.len()).unwrap_or(u32::MAX);
            let key: Arc<str> = key.into();
            known.keys.push(Arc::clone(&key));
            known.numbers.insert(key, number);
            number
        };
        Address {
            segment: 0,
            document,
        }
    }

    /// The addresses of articles that were found; what was asked of their content
    /// is kept.
    pub(super) fn met(&self, hits: Vec<FoundHit>) -> Result<Vec<Address>> {
        let mut addresses = Vec::with_capacity(hits.len());
        for mut hit in hits {
            let address = self.number(&hit.key);
            addresses.push(address);
            if hit.source.is_object() {
                let article = FetchedArticle::of(&mut hit.source)?;
                self.budget.spend(article.cost())?;
                self.known()
                    .fetched
                    .insert(address.document, Arc::new(article));
            }
        }
        Ok(addresses)
    }

    /// The key of an article.
    pub(super) fn key(&self, address: Address) -> Arc<str> {
        let known = self.known();
        let key = known.keys.get(address.document as usize);
        key.map_or_else(|| "".into(), Arc::clone)
    }

    /// Fetches articles, each once.
    ///
    /// # Errors
    /// When one is gone meanwhile.
    pub(super) fn fetch(&self, articles: &[Address]) -> Result<()> {
        let missing: Vec<Arc<str>> = {
            let known = self.known();
            let missing = articles
                .iter()
                .filter(|at| !known.fetched.contains_key(&at.document));
            missing
                .filter_map(|at| known.keys.get(at.document as usize).map(Arc::clone))
                .collect()
        };
        for piece in missing.chunks(FETCHED) {
            let wanted: Vec<String> = piece.iter().map(|key| document_id(key)).collect();
            let body = json!({
                "size": wanted.len(),
                "track_total_hits": true,
                "query": ids(&wanted),
                "sort": by_key(),
                "_source": content(),
            });
            let Found { hits, .. } = found(&mut self.search(&body)?)?;
            if hits.len() < piece.len() {
                let why = "articles are gone that were there a moment ago: the index is changing";
                return Err(Failure::new(why).of(FailureKind::Busy).help("search again"));
            }
            self.met(hits)?;
        }
        Ok(())
    }

    /// An article that was fetched.
    pub(super) fn fetched(&self, address: Address) -> Result<Arc<FetchedArticle>> {
        let known = || self.known().fetched.get(&address.document).map(Arc::clone);
        if let Some(article) = known() {
            return Ok(article);
        }
        self.fetch(&[address])?;
        known().ok_or_else(|| {
            let why = "the engine gave another article than was asked for";
            Failure::new(why).of(FailureKind::Refused)
        })
    }
}

/// So many searches are sent in one request at most.
const SEARCHES: usize = 100;

/// In order of path and id.
pub(super) fn by_key() -> Value {
    json!([{Field::Key.name(): {"order": "asc"}}])
}

/// What of an article is fetched to be scored and shown.
pub(super) fn content() -> Value {
    let fields = [
        Field::Record,
        Field::Body,
        Field::Earliest,
        Field::Latest,
        Field::MinhashA,
        Field::MinhashB,
    ];
    fields.iter().map(|field| field.name()).collect()
}
