//! How many searches run at once, who waits, and what ends a search whose client
//! has left.
//!
//! As many searches run as there are slots; a few more wait for one, and the
//! rest is sent away at once. One slot is kept for light queries: words, phrases
//! and filters. What reads texts, goes through the dictionary or asks a sentence
//! model may take the others alone, so that one word is found at once beside the
//! costliest queries.
//!
//! A search runs on a thread of its own and is asked to stop when the future
//! that waits for it is dropped, which is what becomes of a request whose
//! connection closes. Its slot is free when it has ended, not before.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::reply::{Refusal, Trouble};
use crate::failure::{Failure, FailureKind, Result};
use crate::panics;
use crate::query::{self, Expression, Query};
use crate::stop::Stop;

/// How many requests may wait for a slot.
const MOST_WAITING: usize = 64;

/// How much work a request may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// What the index answers by itself.
    Light,
    /// What may read texts, go through the dictionary or run a sentence model.
    Heavy,
}

/// The most words of a light query.
const LIGHT_WORDS: usize = 16;

impl Weight {
    /// What a query may be, by its operators alone.
    pub(super) fn of(text: &str) -> Weight {
        let parsed = query::parse(text).query;
        let mut words = 0;
        let is_light = is_light(&parsed, &mut words) && words <= LIGHT_WORDS;
        if is_light {
            Weight::Light
        } else {
            Weight::Heavy
        }
    }
}

fn is_light(query: &Query, words: &mut usize) -> bool {
    match query {
        Query::Filter(_) => true,
        Query::Not(inner) => is_light(inner, words),
        Query::All(parts) | Query::Any(parts) => parts.iter().all(|part| is_light(part, words)),
        Query::Words(asked) => {
            *words += 1;
            match &asked.expression {
                Expression::Word(_) => true,
                Expression::Phrase { text, slop } => {
                    *words += text.split_whitespace().count();
                    *slop == 0 && !text.contains(['*', '?'])
                }
                _ => false,
            }
        }
    }
}

/// The slots, and who waits for one.
#[derive(Debug)]
pub(super) struct Work {
    all: Arc<Semaphore>,
    heavy: Arc<Semaphore>,
    slots: usize,
    waiting: AtomicUsize,
    time: Option<Duration>,
}

/// Asks a search to stop when nobody waits for it any more.
struct Leaving(Stop);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.pull();
    }
}

/// Counts who waits.
struct Waiting<'w>(&'w AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Work {
    /// So many slots, two at least, and so much time for each search.
    pub(super) fn new(slots: usize, time: Option<Duration>) -> Work {
        let slots = slots.max(2);
        Work {
            all: Arc::new(Semaphore::new(slots)),
            heavy: Arc::new(Semaphore::new(slots - 1)),
            slots,
            waiting: AtomicUsize::new(0),
            time,
        }
    }

    /// How many searches may run at once.
    pub(super) fn slots(&self) -> usize {
        self.slots
    }

    /// The time of a search.
    pub(super) fn time(&self) -> Option<Duration> {
        self.time
    }

    /// How many run now.
    pub(super) fn running(&self) -> usize {
        self.slots - self.all.available_permits()
    }

    /// Waits for a slot, does `job` in it on another thread, and gives what came
    /// of it. A panic in it is an internal error.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        weight: Weight,
        job: impl FnOnce(&Stop) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, Trouble> {
        let slot = self.slot(weight).await?;
        let stop = Stop::default().time_limit(self.time);
        let leaving = Leaving(stop.clone());
        let done = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            panics::caught(|| job(&stop)).unwrap_or_else(|said| Err(panicked(said.as_deref())))
        });
        let done = done.await;
        drop(leaving);
        let done = done.unwrap_or_else(|_| Err(panicked(None)));
        done.map_err(Trouble::from)
    }

    /// A slot, which is free again when it is dropped.
    async fn slot(
        &self,
        weight: Weight,
    ) -> std::result::Result<[Option<OwnedSemaphorePermit>; 2], Trouble> {
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&self.waiting);
        let is_free = self.all.available_permits() > 0;
        if waiting >= MOST_WAITING && !is_free {
            return Err(Refusal::Queue.into());
        }
        let closed = |_| Trouble::from(Refusal::Queue);
        // The narrow door first: who waits there keeps no other slot.
        let heavy = match weight {
            Weight::Light => None,
            Weight::Heavy => Some(
                Arc::clone(&self.heavy)
                    .acquire_owned()
                    .await
                    .map_err(closed)?,
            ),
        };
        let all = Arc::clone(&self.all)
            .acquire_owned()
            .await
            .map_err(closed)?;
        Ok([heavy, Some(all)])
    }
}

/// What is told of a panic: the program's fault, and only this request's end.
fn panicked(said: Option<&str>) -> Failure {
    let said = said.unwrap_or("no reason given");
    Failure::new(format!("internal error: {said}"))
        .help("other requests go on; please report it")
        .of(FailureKind::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn runtime() -> tokio::runtime::Runtime {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).enable_all().build().unwrap()
    }

    #[test]
    fn words_and_phrases_are_light() {
        for light in [
            "",
            "oil prices",
            "\"oil prices\" -china country:RU",
            "oil OR gas",
        ] {
            assert_eq!(Weight::of(light), Weight::Light, "{light}");
        }
        let long = "word ".repeat(17);
        for heavy in [
            "oil NEAR/s prices",
            "=\"of the\"",
            "a*",
            "oil~2",
            "\"a b\"~5",
            &long,
        ] {
            assert_eq!(Weight::of(heavy), Weight::Heavy, "{heavy}");
        }
    }

    #[test]
    fn a_panic_is_the_end_of_its_request_alone() {
        let work = Work::new(2, None);
        runtime().block_on(async {
            let failed: std::result::Result<(), Trouble> =
                work.run(Weight::Light, |_| panic!("a bad article")).await;
            let trouble = failed.unwrap_err();
            assert_eq!(trouble.status.as_u16(), 500);
            assert_eq!(trouble.failure.to_string(), "internal error: a bad article");
            assert_eq!(work.run(Weight::Light, |_| Ok(1)).await.unwrap(), 1);
            assert_eq!(work.running(), 0);
        });
    }

    #[test]
    fn a_light_query_passes_the_heavy_ones_and_a_client_that_leaves_stops_its_search() {
        let work = Arc::new(Work::new(2, None));
        runtime().block_on(async {
            let (began, begins) = mpsc::channel();
            let (ended, ends) = mpsc::channel();
            // Two that go on until they are asked to stop, one slot for them.
            let heavy = |began: mpsc::Sender<()>, ended: mpsc::Sender<()>| {
                let work = Arc::clone(&work);
                tokio::spawn(async move {
                    work.run(Weight::Heavy, move |stop| {
                        let _ = began.send(());
                        while stop.begin().check("x").is_ok() {
                            std::thread::yield_now();
                        }
                        let _ = ended.send(());
                        Ok(())
                    })
                    .await
                })
            };
            let first = heavy(began.clone(), ended.clone());
            let second = heavy(began, ended);
            begins.recv().unwrap();
            assert_eq!(work.run(Weight::Light, |_| Ok(7)).await.unwrap(), 7);
            assert_eq!(work.running(), 1);
            assert!(begins.try_recv().is_err(), "one heavy query at a time");
            // Whoever waits for the first leaves: it ends, and the second begins.
            first.abort();
            second.abort();
            ends.recv().unwrap();
            let _ = (first.await, second.await);
        });
    }

    #[test]
    fn who_finds_too_many_waiting_is_sent_away() {
        let work = Work::new(2, None);
        runtime().block_on(async {
            let slots = [
                work.slot(Weight::Light).await,
                work.slot(Weight::Light).await,
            ];
            work.waiting.store(MOST_WAITING, Ordering::Relaxed);
            let refused = work.slot(Weight::Light).await.map(|_| ()).unwrap_err();
            assert_eq!(refused.kind, "busy");
            drop(slots);
            assert!(work.slot(Weight::Light).await.is_ok());
        });
    }
}
