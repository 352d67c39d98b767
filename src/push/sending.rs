//! Sends documents in bulk, until the engine has taken them.
//!
//! A request that did not arrive, or was too much for the engine just now (429,
//! 503, as a whole or for single items), is sent again: those items alone, after
//! what `Retry-After` asks for, else after half a second, doubled each time up to
//! a minute, half of it by chance. Nothing is written twice, since an item has
//! its `_id` and its version. After [`PATIENCE`] without any success it is an
//! error; what the engine will not take later either is one at once: a full
//! disk, or an index that is gone.
//!
//! How many requests are under way follows from how the engine bears them: half
//! as many after each that was too much, one more after ten that were not.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::engine::remote::client::Client;
use crate::engine::remote::document::Item;
use crate::engine::remote::reply::reason_of;
use crate::failure::{Failure, FailureKind, Result};

/// The most bytes of a request, before it is packed; one item may have more.
const MOST_BYTES: usize = 5 << 20;

/// The most items of a request.
const MOST_ITEMS: usize = 1000;

/// The most requests under way. An engine on two cores is busy with two.
pub(super) const IN_FLIGHT: usize = 4;

/// How many requests must go well until one more may be under way.
const CLEAN: usize = 10;

/// How long an item is sent again and again without success.
const PATIENCE: Duration = Duration::from_mins(10);

/// Items on their way, and whose they are.
#[derive(Debug, Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    /// Of each item the number of its file, and its lines in `bytes`.
    items: Vec<(usize, Range<usize>)>,
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is in the index.
    Written,
    /// The index has it from a later push.
    Newer,
    /// The engine will never take it, for this reason.
    Refused(String),
}

impl Batch {
    /// Adds an item of the file with this number.
    pub(super) fn add(&mut self, owner: usize, item: &Item) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&item.bytes);
        self.items.push((owner, start..self.bytes.len()));
    }

    /// Whether an item of so many bytes belongs in the next one.
    pub(super) fn is_full_for(&self, bytes: usize) -> bool {
        let is_over = self.bytes.len() + bytes > MOST_BYTES || self.items.len() >= MOST_ITEMS;
        is_over && !self.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The files of its items, in order.
    pub(super) fn owners(&self) -> impl Iterator<Item = usize> {
        self.items.iter().map(|(owner, _)| *owner)
    }

    /// The lines of some of its items.
    fn lines(&self, items: &[usize]) -> Vec<u8> {
        let ranges = items.iter().map(|at| self.items[*at].1.clone());
        ranges
            .flat_map(|range| &self.bytes[range])
            .copied()
            .collect()
    }
}

/// Sends batches to one index; shared by threads.
pub(super) struct Sender<'c> {
    client: &'c Client,
    index: String,
    road: Mutex<Road>,
    changed: Condvar,
}

/// How many requests are under way, and may be.
#[derive(Debug)]
struct Road {
    busy: usize,
    allowed: usize,
    clean: usize,
    is_closed: bool,
}

/// What one request came to.
enum Answered {
    /// For each of the items that were sent; `None` where it is to be sent again.
    Items(Vec<Option<Taken>>),
    /// All of it is to be sent again; after how long, if the engine says so.
    Busy(String, Option<Duration>),
}

impl<'c> Sender<'c> {
    pub(super) fn new(client: &'c Client, index: &str) -> Sender<'c> {
        Sender {
            client,
            index: index.to_owned(),
            road: Mutex::new(Road {
                busy: 0,
                allowed: IN_FLIGHT,
                clean: 0,
                is_closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Sends a batch until each item is taken or refused for good; what became of
    /// each, in order.
    ///
    /// # Errors
    /// When the engine takes nothing for too long, or never will.
    pub(super) fn send(&self, batch: &Batch) -> Result<Vec<Taken>> {
        let mut taken: Vec<Option<Taken>> = vec![None; batch.items.len()];
        let mut left: Vec<usize> = (0..batch.items.len()).collect();
        let mut since = Instant::now();
        let mut tries = 0_u32;
        while !left.is_empty() {
            self.enter()?;
            let lines = if left.len() == batch.items.len() {
                self.once(&batch.bytes, left.len())
            } else {
                self.once(&batch.lines(&left), left.len())
            };
            let answered = lines.inspect_err(|_| self.close());
            self.leave(matches!(answered, Ok(Answered::Items(_))));
            let (why, wait) = match answered? {
                Answered::Items(items) => {
                    for (at, item) in left.iter().zip(items) {
                        taken[*at] = item;
                    }
                    let before = left.len();
                    left.retain(|at| taken[*at].is_none());
                    if left.is_empty() {
                        break;
                    }
                    if left.len() < before {
                        (since, tries) = (Instant::now(), 0);
                    }
                    ("it is too busy".to_owned(), None)
                }
                Answered::Busy(why, wait) => (why, wait),
            };
            if since.elapsed() > PATIENCE {
                self.close();
                let minutes = PATIENCE.as_secs() / 60;
                let failure = Failure::new(format!(
                    "{} takes no documents for {minutes} minutes: {why}",
                    self.client.target()
                ));
                return Err(failure
                    .of(FailureKind::Busy)
                    .help("push again later: what is in stays in"));
            }
            self.rest(wait.unwrap_or_else(|| back_off(tries)))?;
            tries += 1;
        }
        Ok(taken.into_iter().flatten().collect())
    }

    /// Sends some items once.
    fn once(&self, lines: &[u8], count: usize) -> Result<Answered> {
        let path = format!("/{}/_bulk", self.index);
        let reply = self.client.ndjson(&path, lines)?;
        if matches!(reply.status, 429 | 502 | 503 | 504) {
            self.check_block(&reply.body["error"])?;
            let why = format!("{} (HTTP {})", reason_of(&reply.body), reply.status);
            return Ok(Answered::Busy(why, reply.retry_after));
        }
        let body = reply.ok(&format!("cannot write to {}", self.index))?;
        let items = body["items"].as_array();
        let items = items.filter(|items| items.len() == count).ok_or_else(|| {
            let why = "its answer does not say what became of each document";
            Failure::new(format!("{}: {why}", self.client.target())).of(FailureKind::Refused)
        })?;
        let taken = items.iter().map(|item| self.taken(&item["index"]));
        Ok(Answered::Items(taken.collect::<Result<_>>()?))
    }

    /// What became of one item.
    fn taken(&self, item: &Value) -> Result<Option<Taken>> {
        let status = item["status"].as_u64().unwrap_or(0);
        Ok(match status {
            200 | 201 => Some(Taken::Written),
            409 => Some(Taken::Newer),
            429 | 500..=599 => {
                self.check_block(&item["error"])?;
                None
            }
            _ => {
                self.check_block(&item["error"])?;
                let is_gone = item["error"]["type"] == "index_not_found_exception";
                let reason = reason_of(item);
                if is_gone {
                    let failure = Failure::new(format!("the index is gone: {reason}"));
                    return Err(failure.of(FailureKind::NotFound));
                }
                Some(Taken::Refused(reason))
            }
        })
    }

    /// A block of the engine does not go away by waiting.
    fn check_block(&self, error: &Value) -> Result<()> {
        if error["type"] != "cluster_block_exception" {
            return Ok(());
        }
        let reason = error["reason"].as_str().unwrap_or_default();
        let is_disk = ["flood-stage", "read-only-allow-delete", "disk usage"];
        if is_disk.iter().any(|word| reason.contains(word)) {
            let failure = Failure::new(format!(
                "the disk of {} is full: it takes no documents",
                self.client.target()
            ));
            return Err(failure
                .of(FailureKind::Refused)
                .help("give the engine more room, then push again: what is in stays in"));
        }
        // Others pass: while nodes find each other there is no master.
        if reason.contains("no master") || reason.contains("not recovered") {
            return Ok(());
        }
        let target = self.client.target();
        let failure = Failure::new(format!("{target} takes no documents: {reason}"));
        Err(failure.of(FailureKind::Refused))
    }

    fn road(&self) -> MutexGuard<'_, Road> {
        self.road.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until one more request may be under way.
    fn enter(&self) -> Result<()> {
        let mut road = self.road();
        while road.busy >= road.allowed && !road.is_closed {
            road = self
                .changed
                .wait(road)
                .unwrap_or_else(PoisonError::into_inner);
        }
        road.busy += 1;
        closed(&road).inspect_err(|_| road.busy -= 1)
    }

    fn leave(&self, was_clean: bool) {
        let mut road = self.road();
        road.busy -= 1;
        if was_clean {
            road.clean += 1;
            if road.clean >= CLEAN {
                road.clean = 0;
                road.allowed = (road.allowed + 1).min(IN_FLIGHT);
            }
        } else {
            road.clean = 0;
            road.allowed = (road.allowed / 2).max(1);
        }
        self.changed.notify_all();
    }

    /// Lets nothing more be sent: those who wait give up.
    pub(super) fn close(&self) {
        self.road().is_closed = true;
        self.changed.notify_all();
    }

    /// Waits so long, unless another thread has given up.
    fn rest(&self, time: Duration) -> Result<()> {
        let end = Instant::now() + time;
        let mut road = self.road();
        while !road.is_closed {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            let waited = self.changed.wait_timeout(road, left);
            road = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        closed(&road)
    }
}

/// # Errors
/// When nothing is sent any more: another thread tells why.
fn closed(road: &Road) -> Result<()> {
    if road.is_closed {
        return Err(Failure::new("the push has ended").of(FailureKind::Stopped));
    }
    Ok(())
}

/// How long to wait after so many tries that failed.
fn back_off(tries: u32) -> Duration {
    let whole = Duration::from_millis(500) * 2_u32.saturating_pow(tries.min(7));
    let whole = whole.min(Duration::from_mins(1));
    // A new state hashes nothing to a number of its own.
    let chance = u32::try_from(RandomState::new().hash_one(tries) % 1024).unwrap_or(0);
    whole / 2 + whole / 2 * chance / 1024
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::document::WordCounts;
    use crate::engine::remote::{Access, Target};

    /// An engine that gives these answers to bulk requests, and keeps how many
    /// lines each had.
    fn engine(answers: Vec<(&'static str, Value)>) -> (Client, Arc<Mutex<Vec<usize>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen: Arc<Mutex<Vec<usize>>> = Arc::default();
        let kept = Arc::clone(&seen);
        std::thread::spawn(move || {
            for (status, answer) in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = BufReader::new(stream.try_clone().unwrap());
                let (mut line, mut length) = (String::new(), 0);
                while request.read_line(&mut line).unwrap() > 2 {
                    let small = line.to_ascii_lowercase();
                    if let Some(value) = small.strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    line.clear();
                }
                let mut body = vec![0; length];
                request.read_exact(&mut body).unwrap();
                let lines = body.split(|byte| *byte == b'\n').count() - 1;
                kept.lock().unwrap().push(lines);
                let answer = answer.to_string();
                let length = answer.len();
                let head = "retry-after: 0\r\nconnection: close\r\ncontent-length";
                let text = format!("HTTP/1.1 {status}\r\n{head}: {length}\r\n\r\n{answer}");
                stream.write_all(text.as_bytes()).unwrap();
            }
        });
        let target = Target::parse(&format!("http://127.0.0.1:{port}/news")).unwrap();
        (Client::new(target, &Access::default()).unwrap(), seen)
    }

    fn batch(items: usize) -> Batch {
        let mut batch = Batch::default();
        for owner in 0..items {
            batch.add(
                owner,
                &Item {
                    key: String::new(),
                    bytes: b"{}\n{}\n".to_vec(),
                    words: WordCounts::default(),
                },
            );
        }
        batch
    }

    fn status(status: u16) -> Value {
        json!({"index": {"status": status}})
    }

    #[test]
    fn only_what_was_not_taken_is_sent_again() {
        let refused = json!({"index": {"status": 400, "error": {"reason": "no\nsuch field"}}});
        let first = json!({"errors": true, "items":
            [status(201), status(429), refused, status(409), status(503)]});
        let second = json!({"items": [status(200), status(201)]});
        let (client, seen) = engine(vec![
            ("429 Busy", json!({"error": {"reason": "full"}})),
            ("200 OK", first),
            ("200 OK", second),
        ]);
        let taken = Sender::new(&client, "news-f1-g1").send(&batch(5)).unwrap();
        let refused = Taken::Refused("no such field".to_owned());
        let written = Taken::Written;
        assert_eq!(
            taken,
            [
                written.clone(),
                written.clone(),
                refused,
                Taken::Newer,
                written
            ]
        );
        assert_eq!(*seen.lock().unwrap(), [10, 10, 4]);
    }

    #[test]
    fn a_full_disk_is_an_error_and_ends_all() {
        let reason = "index [news] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded \
                      flood-stage watermark, index has read-only-allow-delete block];";
        let blocked = json!({"index": {"status": 429,
            "error": {"type": "cluster_block_exception", "reason": reason}}});
        let (client, _) = engine(vec![(
            "200 OK",
            json!({"errors": true, "items": [blocked]}),
        )]);
        let sender = Sender::new(&client, "news-f1-g1");
        let error = sender.send(&batch(1)).unwrap_err();
        assert!(error.to_string().contains("is full"), "{error}");
        let next = sender.send(&batch(1)).unwrap_err();
        assert_eq!(next.kind(), FailureKind::Stopped);
    }

    #[test]
    fn an_answer_that_is_short_is_none() {
        let (client, _) = engine(vec![("200 OK", json!({"items": [status(201)]}))]);
        let error = Sender::new(&client, "x").send(&batch(2)).unwrap_err();
        assert!(error.to_string().contains("what became"), "{error}");
    }

    #[test]
    fn a_batch_is_bounded_and_waits_grow() {
        let batch = batch(MOST_ITEMS);
        assert!(batch.is_full_for(1) && !Batch::default().is_full_for(MOST_BYTES + 1));
        let wait = |tries| back_off(tries).as_millis();
        assert!((250..=500).contains(&wait(0)) && (30_000..=60_000).contains(&wait(99)));
    }
}
