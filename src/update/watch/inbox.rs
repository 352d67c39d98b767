//! What has happened since the last update, and when it is time for the next.
//!
//! Other threads (events, signals) write into an [`EventQueue`]; the one that keeps
//! the index waits at it. Whatever happens is folded into a few words at once,
//! so that a hundred thousand events during a long update take no memory.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The most moved or removed paths that are remembered; above it all watches
/// are set anew, which costs less than finding each.
const MAX_GONE: usize = 1000;

/// How long to wait for a burst of changes to end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// So long after the last change.
    pub(super) quiet: Duration,
    /// But at most so long after the first.
    pub(super) longest: Duration,
}

/// Changes that belong together: one update answers all of them.
#[derive(Debug, Clone, Copy)]
struct Burst {
    first: Instant,
    last: Instant,
}

impl Burst {
    /// When it is time for the update.
    fn due(self, patience: Patience) -> Instant {
        (self.last + patience.quiet).min(self.first + patience.longest)
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Notice {
    /// A file changed, came or went.
    File,
    /// What may be a folder came, or one of these paths went elsewhere.
    Folder(Vec<PathBuf>),
    /// Events were lost: anything may have happened.
    Lost,
    /// There will be no more events, for this reason.
    Trouble(String),
}

/// All that happened, folded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PendingChanges {
    /// Whether folders came or went.
    pub(super) folders: bool,
    /// Paths that may not be what they were, folders or not.
    pub(super) gone: HashSet<PathBuf>,
    /// See [`Notice::Lost`].
    pub(super) lost: bool,
    /// See [`Notice::Trouble`].
    pub(super) trouble: Option<String>,
}

impl PendingChanges {
    fn add(&mut self, notice: Notice) {
        match notice {
            Notice::File => {}
            Notice::Folder(gone) => {
                self.folders = true;
                self.gone.extend(gone);
                if self.gone.len() > MAX_GONE {
                    self.gone = HashSet::new();
                    self.lost = true;
                }
            }
            Notice::Lost => self.lost = true,
            Notice::Trouble(why) => self.trouble = Some(why),
        }
    }
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wake {
    /// End.
    Stop,
    /// Bring the index up to date.
    Update,
    /// Look after what no event tells.
    Check,
}

/// What a request to stop came upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopping {
    /// Nothing is being done: it ends now.
    Now,
    /// An update is under way, and ends first.
    AfterUpdate,
    /// The same, and it was asked before.
    Again,
}

#[derive(Debug, Default)]
struct Mail {
    burst: Option<Burst>,
    tidings: PendingChanges,
    must_stop: bool,
    is_updating: bool,
}

impl Mail {
    /// What to do at the time `now`, or until when to wait. `update_at` and
    /// `check_at` are the times for either if nothing happens.
    fn next(
        &self,
        patience: Patience,
        update_at: Instant,
        check_at: Instant,
        now: Instant,
    ) -> Result<Wake, Instant> {
        let burst = self.burst.map(|burst| burst.due(patience));
        let update_at = burst.map_or(update_at, |due| due.min(update_at));
        if self.must_stop {
            Ok(Wake::Stop)
        } else if now >= update_at {
            Ok(Wake::Update)
        } else if now >= check_at {
            Ok(Wake::Check)
        } else {
            Err(update_at.min(check_at))
        }
    }
}

/// Where events and signals arrive.
#[derive(Debug, Default)]
pub struct EventQueue {
    mail: Mutex<Mail>,
    bell: Condvar,
}

impl EventQueue {
    /// Asks for the end of a [`watch`](super::watch).
    pub fn stop(&self) -> Stopping {
        let mut mail = self.mail();
        let was_asked = std::mem::replace(&mut mail.must_stop, true);
        self.bell.notify_all();
        match (was_asked, mail.is_updating) {
            (_, false) => Stopping::Now,
            (false, true) => Stopping::AfterUpdate,
            (true, true) => Stopping::Again,
        }
    }

    /// Takes note of what happened at the time `now`.
    pub(super) fn post(&self, notice: Notice, now: Instant) {
        let mut mail = self.mail();
        mail.tidings.add(notice);
        if let Some(burst) = &mut mail.burst {
            // Whoever waits looks at the time of the last one when it wakes.
            burst.last = burst.last.max(now);
        } else {
            let (first, last) = (now, now);
            mail.burst = Some(Burst { first, last });
            self.bell.notify_all();
        }
    }

    /// Waits until there is something to do.
    pub(super) fn wait(&self, patience: Patience, update_at: Instant, check_at: Instant) -> Wake {
        let mut mail = self.mail();
        loop {
            let now = Instant::now();
            match mail.next(patience, update_at, check_at, now) {
                Ok(wake) => return wake,
                Err(until) => {
                    let waited = self.bell.wait_timeout(mail, until - now);
                    mail = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
    }

    /// Begins an update, which answers all that has happened so far.
    pub(super) fn begin(&self) -> PendingChanges {
        let mut mail = self.mail();
        mail.is_updating = true;
        mail.burst = None;
        std::mem::take(&mut mail.tidings)
    }

    /// Ends an update.
    pub(super) fn end(&self) {
        self.mail().is_updating = false;
    }

    fn mail(&self) -> MutexGuard<'_, Mail> {
        self.mail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience {
        quiet: Duration::from_millis(500),
        longest: Duration::from_secs(10),
    };

    /// A time so many milliseconds after `start`.
    fn at(start: Instant, millis: u64) -> Instant {
        start + Duration::from_millis(millis)
    }

    /// What the inbox has in mind at each of these times, without update or
    /// check due by themselves: `None` to wait.
    fn check(inbox: &EventQueue, start: Instant, expected: &[(u64, Option<Wake>)]) {
        let far = at(start, 1_000_000);
        for (millis, wake) in expected {
            let next = inbox.mail().next(PATIENCE, far, far, at(start, *millis));
            assert_eq!(next.ok(), *wake, "after {millis} ms");
        }
    }

    #[test]
    fn a_burst_of_ten_thousand_changes_is_one_update() {
        let (inbox, start) = (EventQueue::default(), Instant::now());
        for change in 0..10_000 {
            inbox.post(Notice::File, at(start, change / 4));
        }
        let update = Some(Wake::Update);
        check(&inbox, start, &[(2500, None), (2998, None), (2999, update)]);
        assert_eq!(inbox.begin(), PendingChanges::default());
        check(&inbox, start, &[(2999, None), (900_000, None)]);
    }

    #[test]
    fn a_steady_stream_waits_no_longer_than_the_longest() {
        let (inbox, start) = (EventQueue::default(), Instant::now());
        let mut updates = Vec::new();
        for millis in (0..30_000).step_by(100) {
            inbox.post(Notice::File, at(start, millis));
            let far = at(start, 1_000_000);
            let next = inbox.mail().next(PATIENCE, far, far, at(start, millis));
            if next == Ok(Wake::Update) {
                updates.push(millis);
                inbox.begin();
            }
        }
        // The change that comes with an update is answered by it.
        assert_eq!(updates, [10_000, 20_100]);
    }

    #[test]
    fn what_happens_during_an_update_is_for_the_next() {
        let (inbox, start) = (EventQueue::default(), Instant::now());
        inbox.post(Notice::File, start);
        inbox.begin();
        inbox.post(Notice::Folder(vec!["a".into()]), at(start, 700));
        inbox.end();
        let update = Some(Wake::Update);
        check(&inbox, start, &[(1199, None), (1200, update)]);
        let tidings = inbox.begin();
        assert!(tidings.folders && tidings.gone.len() == 1, "{tidings:?}");
    }

    #[test]
    fn the_times_for_updates_and_checks_are_kept_without_events() {
        let (inbox, start) = (EventQueue::default(), Instant::now());
        let next = |now| {
            let mail = inbox.mail();
            mail.next(PATIENCE, at(start, 300), at(start, 200), at(start, now))
        };
        assert_eq!(next(100), Err(at(start, 200)));
        assert_eq!(next(200), Ok(Wake::Check));
        assert_eq!(next(300), Ok(Wake::Update));
    }

    #[test]
    fn many_moves_are_remembered_as_lost_events() {
        let inbox = EventQueue::default();
        for number in 0..=MAX_GONE {
            let gone = vec![PathBuf::from(number.to_string())];
            inbox.post(Notice::Folder(gone), Instant::now());
        }
        let tidings = inbox.begin();
        assert!(tidings.lost && tidings.gone.is_empty());
    }

    #[test]
    fn stopping_wakes_and_tells_what_it_came_upon() {
        let inbox = EventQueue::default();
        inbox.begin();
        let far = Instant::now() + Duration::from_secs(1000);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| inbox.wait(PATIENCE, far, far));
            assert_eq!(inbox.stop(), Stopping::AfterUpdate);
            assert_eq!(waiting.join().unwrap(), Wake::Stop);
        });
        assert_eq!(inbox.stop(), Stopping::Again);
        inbox.end();
        assert_eq!(inbox.stop(), Stopping::Now);
    }
}
