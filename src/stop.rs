//! What ends a search before it is done: somebody who no longer waits for it,
//! the time that it was given, or that it takes too much work.
//!
//! A request carries a [`Stop`]; the search makes a [`Budget`] of it, and each
//! thread that works on it spends through a [`Spender`] of its own. Work is
//! counted, not timed, so that the same query on the same index is stopped on
//! every machine or on none, however many threads it has; the clock is asked
//! only of a search that was given a time. Whoever is told [`Stopped`] ends as
//! soon as it can, with whatever it has: the search sees at its end that it was
//! stopped, and gives no part of an answer as the whole.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::failure::{Failure, FailureKind, Result};

/// How much work a search may be unless told otherwise, in units of some ten
/// nanoseconds: a step from letter to letter in the dictionary is eight, an
/// article seen to have a word four, a word compared with its neighbours eight.
/// That a text is read is a twentieth of its time, so that reading all texts
/// once is no reason to stop, and what is shown is not counted.
///
/// What searches cost (`examples/cost.rs`), in millions, in 23,808 articles of
/// news (N), 10,952 speeches of 200 MB (S), and a million words (W), and the
/// seconds of processor time that they take without a limit, on one core:
///
/// | query | million units | seconds |
/// |---|---|---|
/// | W: 400 words with `~2` | above 2,000 | 19.1 |
/// | W: `a* NEAR/1000 a*` | 484 | 7.6 |
/// | N: eight common words, `NEAR/s` | 436 | 3.8 |
/// | N: eight common words, `NEAR/1000` | 245 | 2.4 |
/// | N: 400 words with `~2` | 144 | 1.5 |
/// | **the limit** | **100** | |
/// | S: `human NEAR/s rights` | 55 | 4.2 |
/// | S: `="human rights"` | 22 | 3.0 |
/// | N: `="of the"` | 10.2 | 0.55 |
/// | N: `oil NEAR/s prices` | 2.1 | 0.11 |
/// | N: `which NEAR/s year`, the most of 250 random queries | 5.6 | 0.30 |
/// | N: `said`, `cocoa prices`, all facets | below 0.4 | 0.01 |
pub const COST_LIMIT: u64 = 100_000_000;

/// What may end the searches of a request, besides that they are done. Clones
/// share the flag and the account, so that one kept aside may be pulled from
/// another thread.
#[derive(Debug, Clone)]
pub struct Stop {
    shared: Arc<Shared>,
    time: Option<Duration>,
    cost: Option<u64>,
}

#[derive(Debug, Default)]
struct Shared {
    is_pulled: AtomicBool,
    /// What all searches with this stop have spent.
    spent: AtomicU64,
}

impl Default for Stop {
    /// With the limit of [`COST_LIMIT`], and no time.
    fn default() -> Stop {
        Stop {
            shared: Arc::default(),
            time: None,
            cost: Some(COST_LIMIT),
        }
    }
}

impl Stop {
    /// The same with another limit to the work of a search; `None` is none.
    #[must_use]
    pub fn cost_limit(self, cost: Option<u64>) -> Stop {
        Stop { cost, ..self }
    }

    /// The same with so much time for each search, from its beginning on.
    #[must_use]
    pub fn time_limit(self, time: Option<Duration>) -> Stop {
        Stop { time, ..self }
    }

    /// Ends the searches that are under way, and those that begin later.
    pub fn pull(&self) {
        self.shared.is_pulled.store(true, Ordering::Relaxed);
    }

    /// How much work the searches with this stop were that have ended, in the
    /// units of [`COST_LIMIT`].
    pub fn spent(&self) -> u64 {
        self.shared.spent.load(Ordering::Relaxed)
    }

    /// The budget of a search that begins now.
    pub fn begin(&self) -> Budget {
        let budget = Budget(Arc::new(Account {
            stop: self.clone(),
            // A time beyond all time is none.
            deadline: self.time.and_then(|time| Instant::now().checked_add(time)),
            spent: AtomicU64::new(0),
            reason: AtomicU8::new(RUNNING),
        }));
        budget.0.look(true);
        budget
    }
}

/// That a search was stopped, for whatever reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

/// Passes through a search; [`Budget::check`] makes the error that is told.
impl From<Stopped> for Failure {
    fn from(_: Stopped) -> Failure {
        Failure::new("the search was stopped").of(FailureKind::Stopped)
    }
}

/// What one search has spent of what it may, shared by its threads.
#[derive(Debug, Clone)]
pub struct Budget(Arc<Account>);

#[derive(Debug)]
struct Account {
    stop: Stop,
    deadline: Option<Instant>,
    spent: AtomicU64,
    /// Why the search was stopped: one of the numbers below.
    reason: AtomicU8,
}

const RUNNING: u8 = 0;
const PULLED: u8 = 1;
const OUT_OF_TIME: u8 = 2;
const TOO_COSTLY: u8 = 3;

impl Account {
    /// Whether the search is stopped, or must be now; the clock is asked only
    /// if wanted.
    fn look(&self, asks_clock: bool) -> bool {
        if self.reason.load(Ordering::Relaxed) != RUNNING {
            return true;
        }
        let is_over = |deadline: Instant| Instant::now() >= deadline;
        if self.stop.shared.is_pulled.load(Ordering::Relaxed) {
            self.stop_for(PULLED);
        } else if asks_clock && self.deadline.is_some_and(is_over) {
            self.stop_for(OUT_OF_TIME);
        } else {
            return false;
        }
        true
    }

    fn stop_for(&self, reason: u8) {
        // The first reason stays.
        let _ = self
            .reason
            .compare_exchange(RUNNING, reason, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Takes `cost` off; whether the search is stopped.
    fn take(&self, cost: u64) -> bool {
        let before = self.spent.fetch_add(cost, Ordering::Relaxed);
        let spent = before.saturating_add(cost);
        if self.stop.cost.is_some_and(|limit| spent > limit) {
            self.stop_for(TOO_COSTLY);
        }
        self.look(before / CLOCK != spent / CLOCK)
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let spent = *self.spent.get_mut();
        self.stop.shared.spent.fetch_add(spent, Ordering::Relaxed);
    }
}

/// The clock is asked once in so many units: some milliseconds.
const CLOCK: u64 = 1 << 18;

/// A thread tells the others what it has spent once it is so much, so that they
/// do not wait for each other: a few microseconds.
const HANDFUL: u64 = 1 << 10;

impl Budget {
    /// One without limits.
    pub fn unlimited() -> Budget {
        Stop::default().cost_limit(None).begin()
    }

    /// What a thread spends through.
    pub fn spender(&self) -> Spender {
        Spender {
            budget: self.clone(),
            pending: Cell::new(0),
        }
    }

    /// Spends so many units at once, for all threads to see.
    ///
    /// # Errors
    /// When the search is stopped.
    pub fn spend(&self, cost: u64) -> std::result::Result<(), Stopped> {
        if self.0.take(cost) {
            return Err(Stopped);
        }
        Ok(())
    }

    /// Asks, clock and all, and spends nothing: between things of which a
    /// request says itself how many it wants.
    ///
    /// # Errors
    /// When the search is stopped.
    pub fn ask(&self) -> std::result::Result<(), Stopped> {
        if self.0.look(true) {
            return Err(Stopped);
        }
        Ok(())
    }

    /// When the search must have ended, where it was given a time.
    pub fn deadline(&self) -> Option<Instant> {
        self.0.deadline
    }

    /// How much was spent so far, by spenders that are done.
    pub fn spent(&self) -> u64 {
        self.0.spent.load(Ordering::Relaxed)
    }

    /// Whether the search was stopped, and its answer is not whole.
    pub fn is_stopped(&self) -> bool {
        self.0.reason.load(Ordering::Relaxed) != RUNNING
    }

    /// # Errors
    /// When the search for `query` was stopped; says why.
    pub fn check(&self, query: &str) -> Result<()> {
        let Stop { time, cost, .. } = &self.0.stop;
        let why = match self.0.reason.load(Ordering::Relaxed) {
            RUNNING => return Ok(()),
            PULLED => return Err(stopped("it was cancelled")),
            OUT_OF_TIME => {
                let seconds = time.unwrap_or_default().as_secs_f64();
                let why = format!("time limit of {seconds} s exceeded");
                let help = "narrow the query, or raise --time-limit";
                return Err(stopped(&why).help(help));
            }
            _ => format!("too much work (limit: {})", units(cost.unwrap_or_default())),
        };
        let query = shortened(query);
        Err(stopped(&format!("“{query}”: {why}")).help("narrow the query, or use --no-limit"))
    }
}

fn stopped(why: &str) -> Failure {
    Failure::new(format!("search stopped: {why}")).of(FailureKind::Stopped)
}

/// A number of units, as a person reads it.
fn units(cost: u64) -> String {
    match cost {
        0..1_000_000 => format!("{cost} units"),
        _ => format!("{} million units", cost / 1_000_000),
    }
}

/// The most characters of a query that an error shows.
const SHOWN: usize = 60;

fn shortened(query: &str) -> String {
    let query = query.trim();
    match query.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", query[..end].trim_end()),
        None => query.to_owned(),
    }
}

/// What one thread of a search spends through.
#[derive(Debug)]
pub struct Spender {
    budget: Budget,
    /// What it has not told the others yet.
    pending: Cell<u64>,
}

impl Spender {
    /// Spends so many units.
    ///
    /// # Errors
    /// When the search is stopped.
    #[inline]
    pub fn spend(&self, cost: u64) -> std::result::Result<(), Stopped> {
        let pending = self.pending.get().saturating_add(cost);
        self.pending.set(pending);
        if pending < HANDFUL && !self.is_stopped() {
            return Ok(());
        }
        self.settle()
    }

    /// The same of so many things.
    ///
    /// # Errors
    /// When the search is stopped.
    #[inline]
    pub fn spend_on(&self, things: usize, each: u64) -> std::result::Result<(), Stopped> {
        self.spend((things as u64).saturating_mul(each))
    }

    /// Whether the search is known to be stopped.
    #[inline]
    pub fn is_stopped(&self) -> bool {
        self.budget.is_stopped()
    }

    /// The budget that it spends from.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    fn settle(&self) -> std::result::Result<(), Stopped> {
        if self.budget.0.take(self.pending.take()) {
            return Err(Stopped);
        }
        Ok(())
    }
}

impl Clone for Spender {
    fn clone(&self) -> Spender {
        self.budget.spender()
    }
}

impl Drop for Spender {
    fn drop(&mut self) {
        let _ = self.settle();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_fits_into_a_request_that_threads_share() {
        fn check<T: Clone + Send + Sync>() {}
        check::<Stop>();
        check::<Budget>();
    }

    #[test]
    fn a_limit_is_reached_by_all_spenders_together() {
        let stop = Stop::default().cost_limit(Some(10_000));
        let budget = stop.begin();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let spender = budget.spender();
                    (0..2_500).for_each(|_| assert!(spender.spend(1).is_ok()));
                });
            }
        });
        assert_eq!((budget.spent(), budget.is_stopped()), (10_000, false));
        assert!(budget.check("oil").is_ok());
        let spender = budget.spender();
        assert!(spender.spend(1).is_ok(), "it is not told yet");
        drop(spender);
        let error = budget.check(" oil ").unwrap_err();
        let why = "search stopped: “oil”: too much work (limit: 10000 units)";
        assert_eq!(error.to_string(), why);
        assert_eq!(budget.spender().spend(1), Err(Stopped));
        drop(budget);
        assert_eq!(stop.spent(), 10_002);
    }

    #[test]
    fn each_search_has_a_budget_of_its_own() {
        let stop = Stop::default().cost_limit(Some(10));
        for _ in 0..3 {
            let budget = stop.begin();
            assert_eq!(budget.spend(10), Ok(()));
            assert_eq!(budget.ask(), Ok(()));
        }
        assert_eq!(stop.begin().spend(11), Err(Stopped));
        assert_eq!(stop.begin().spend(u64::MAX), Err(Stopped));
    }

    #[test]
    fn a_flag_that_is_pulled_stops_what_runs_and_what_begins() {
        let stop = Stop::default().cost_limit(None);
        let budget = stop.begin();
        assert_eq!(budget.spend(u64::from(u32::MAX)), Ok(()));
        stop.clone().pull();
        assert_eq!(budget.spender().spend(HANDFUL), Err(Stopped));
        let said = budget.check("oil").unwrap_err().to_string();
        assert_eq!(said, "search stopped: it was cancelled");
        assert!(stop.begin().is_stopped());
    }

    #[test]
    fn the_first_reason_is_told() {
        let stop = Stop::default().time_limit(Some(Duration::ZERO));
        let budget = stop.begin();
        stop.pull();
        assert_eq!(budget.spend(u64::MAX), Err(Stopped));
        let error = budget.check("oil").unwrap_err();
        assert_eq!(
            error.to_string(),
            "search stopped: time limit of 0 s exceeded"
        );
        let time = Some(Duration::from_millis(1500));
        let later = Stop::default().time_limit(time).begin();
        later.0.stop_for(OUT_OF_TIME);
        let told = later.check("oil").unwrap_err().to_string();
        assert_eq!(told, "search stopped: time limit of 1.5 s exceeded");
    }

    #[test]
    fn a_long_query_is_told_by_its_beginning() {
        assert_eq!(shortened(" oil "), "oil");
        let long = "prices ".repeat(20);
        assert_eq!(shortened(&long), format!("{}…", &long[..SHOWN]));
        assert_eq!(units(999_999), "999999 units");
        assert_eq!(units(COST_LIMIT), "100 million units");
    }
}
