//! Keeps an index fresh while its sources change.
//!
//! Responsible for when an index is brought up to date, and for going on
//! whatever happens: `events` (what an event means), `inbox` (what happened, and
//! when it is time), `places` (the folders that are watched).
//! What is done then is [`update`], as `index` does it: the events say *that*
//! something changed, and a look at every file says what. Nothing can be
//! forgotten that way, whatever events get lost, and the look is cheap: 0.1 to
//! 0.2 s for 20,000 files.
//! Only this module knows the crate `notify`.

mod events;
mod inbox;
mod places;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

pub use self::inbox::{EventQueue, Stopping};
use self::inbox::{Patience, PendingChanges, Wake};
use self::places::{SourceIdentity, Watches, identity};
use super::{Busy, Event, Report, SelectionChange, Update, update};
use crate::engine::local::Index;
use crate::engine::local::storage::folder::{Stamp, stamp};
use crate::failure::{Failure, Result};
use crate::library::Library;
use crate::library::pointer::is_index;
use crate::source::{Selection, Walker};

/// A burst of changes is over when nothing has changed for so long, unless
/// told otherwise. Programs that write many files pause for less, and a person
/// who saves a file does not wait for longer.
pub const QUIET: Duration = Duration::from_millis(500);

/// Changes wait no longer than this, though they go on: a folder that never
/// comes to rest must not keep the index from being fresh.
const LONGEST: Duration = Duration::from_secs(10);

/// How often all files are looked at where there are no events, unless told
/// otherwise: a fiftieth of the time for 20,000 files.
pub const POLL: Duration = Duration::from_secs(10);

/// How often all files are looked at though no event came: not all changes
/// make one (those that another machine makes on a network drive do not).
const SAFETY: Duration = Duration::from_mins(10);

/// How soon a failed update is tried again, if nothing happens before.
const RETRY: Duration = Duration::from_secs(10);

/// How soon it is tried again while another process writes the index.
const BUSY: Duration = Duration::from_secs(1);

/// How often is looked after what makes no event: sources that are mounted or
/// unmounted, and sources that another process adds to the index.
const CHECK: Duration = Duration::from_secs(2);

/// When an index is brought up to date.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long nothing must change before an update; see [`QUIET`].
    pub quiet: Duration,
    /// How often to look at all files instead of waiting for events.
    pub poll: Option<Duration>,
}

/// What there is to tell.
#[derive(Debug)]
pub enum WatchEvent<'a> {
    /// An update ended.
    Updated {
        /// What it came to.
        report: &'a Report,
        /// How long it took.
        took: Duration,
        /// Whether it is worth telling: it changed the index, is the first, or
        /// the first after a failure.
        is_news: bool,
    },
    /// An update failed, in another way than the one before; it will be tried
    /// again.
    Failed(&'a Failure),
    /// So many folders are watched from now on.
    Watching(usize),
    /// All files are looked at every so often from now on; why there are no
    /// events, unless that was asked for.
    Polling(Duration, Option<&'a str>),
    /// Nothing, every few seconds: a moment to see whether anybody listens.
    Tick,
}

/// What is done with [`WatchEvent`]; `Break` ends the watch.
pub type Tell<'a> = dyn FnMut(WatchEvent<'_>) -> ControlFlow<()> + 'a;

/// Brings the index of `library` up to date as `first` says, and then whenever
/// its sources change, until `inbox` is asked to stop or `tell` to break.
///
/// Another process that writes the index is waited for. Later failures are
/// told, and it goes on.
///
/// # Errors
/// When the first update fails.
pub fn watch(
    library: &Library,
    first: Update,
    pace: Pace,
    inbox: &Arc<EventQueue>,
    events: &(dyn Fn(Event<'_>) + Sync),
    tell: &mut Tell<'_>,
) -> Result<()> {
    let now = Instant::now();
    let mut keeper = Keeper {
        library,
        pace,
        inbox,
        events,
        memory: first.memory,
        first: Some(first),
        known: None,
        places: None,
        polling: None,
        holder: Mutex::new(String::new()),
        trouble: None,
        update_at: now,
        check_at: now + CHECK,
    };
    keeper.learn();
    if let Some(every) = pace.poll {
        keeper.polling = Some(every);
        if tell(WatchEvent::Polling(every, None)).is_break() {
            return Ok(());
        }
    }
    keeper.run(tell)
}

/// What the index says of itself, and what was seen of its sources.
struct LastSeen {
    sources: Vec<String>,
    selection: Selection,
    /// Whether links and sources outside the library are watched.
    reaches: bool,
    /// Of the commit that says so.
    stamp: Option<Stamp>,
    /// What the sources were when they were looked at last.
    identities: Vec<SourceIdentity>,
}

/// What an attempt to bring the index up to date came to.
enum Attempt {
    Done(Report),
    /// Another process writes.
    Busy,
    Failed(Failure),
}

/// One watch under way.
struct Keeper<'a> {
    library: &'a Library,
    pace: Pace,
    inbox: &'a Arc<EventQueue>,
    events: &'a (dyn Fn(Event<'_>) + Sync),
    /// How much memory an update may take; see [`Update::memory`].
    memory: Option<u64>,
    /// The first update, until it has been done.
    first: Option<Update>,
    /// `None` before there is an index.
    known: Option<LastSeen>,
    /// `None` before the sources are known, and where there are no events.
    places: Option<Watches>,
    /// How often all files are looked at where there are no events.
    polling: Option<Duration>,
    /// Who was told to be writing the index last.
    holder: Mutex<String>,
    /// How the last update failed, if it did.
    trouble: Option<String>,
    /// When to update though nothing happens.
    update_at: Instant,
    /// When to look after what no event tells.
    check_at: Instant,
}

impl Keeper<'_> {
    fn run(&mut self, tell: &mut Tell<'_>) -> Result<()> {
        let patience = Patience {
            quiet: self.pace.quiet,
            longest: LONGEST.max(self.pace.quiet),
        };
        loop {
            let flow = match self.inbox.wait(patience, self.update_at, self.check_at) {
                Wake::Stop => return Ok(()),
                Wake::Update => {
                    let tidings = self.inbox.begin();
                    let flow = self.bring_up_to_date(tidings, tell);
                    self.inbox.end();
                    flow?
                }
                Wake::Check => {
                    self.check();
                    self.check_at = Instant::now() + CHECK;
                    tell(WatchEvent::Tick)
                }
            };
            if flow.is_break() {
                return Ok(());
            }
        }
    }

    /// Watches first, then looks: what changes after the look makes an event.
    fn bring_up_to_date(
        &mut self,
        tidings: PendingChanges,
        tell: &mut Tell<'_>,
    ) -> Result<ControlFlow<()>> {
        if self.watch_places(tidings, tell).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        let begun = Instant::now();
        let attempt = self.attempt();
        let took = begun.elapsed();
        let has_moved = self.learn();
        let (flow, next) = match attempt {
            Attempt::Done(report) => {
                let is_first = self.first.take().is_some();
                let is_news = report.committed || is_first || self.trouble.is_some();
                self.trouble = None;
                let news = WatchEvent::Updated {
                    report: &report,
                    took,
                    is_news,
                };
                (tell(news), self.polling.unwrap_or(SAFETY))
            }
            Attempt::Busy => (ControlFlow::Continue(()), BUSY),
            Attempt::Failed(failure) if self.first.is_some() => return Err(failure),
            Attempt::Failed(failure) => {
                let next = self.polling.unwrap_or(RETRY).min(RETRY);
                (self.complain(&failure, tell), next)
            }
        };
        // New sources are not watched yet.
        let must_watch = has_moved && self.polling.is_none();
        let next = if must_watch { Duration::ZERO } else { next };
        self.update_at = Instant::now() + next;
        Ok(flow)
    }

    /// Tells a failure, once.
    fn complain(&mut self, failure: &Failure, tell: &mut Tell<'_>) -> ControlFlow<()> {
        let text = failure.to_string();
        if self.trouble.as_ref() == Some(&text) {
            return ControlFlow::Continue(());
        }
        self.trouble = Some(text);
        tell(WatchEvent::Failed(failure))
    }

    fn attempt(&self) -> Attempt {
        let request = match &self.first {
            Some(first) => first.clone(),
            None if self.library.root.is_dir() => self.request(),
            // An index made now would be made in the wrong place.
            None => {
                let (what, why) = ("library not found", "waiting for it");
                return Attempt::Failed(Failure::at(what, &self.library.root, why));
            }
        };
        let request = Update {
            busy: Busy::Leave,
            // A commit that changes no answer would only be noise.
            record_checks: false,
            memory: self.memory,
            ..request
        };
        let is_busy = AtomicBool::new(false);
        let outcome = update(self.library, &request, &|event| match event {
            Event::Busy(holder) => {
                is_busy.store(true, Ordering::Relaxed);
                let mut told = self.holder.lock().unwrap_or_else(PoisonError::into_inner);
                if *told != holder {
                    holder.clone_into(&mut told);
                    (self.events)(Event::Busy(holder));
                }
            }
            event => (self.events)(event),
        });
        match outcome {
            Ok(report) => Attempt::Done(report),
            Err(_) if is_busy.into_inner() => Attempt::Busy,
            Err(failure) => Attempt::Failed(failure),
        }
    }

    /// What a later update is asked for: nothing new, unless somebody has
    /// removed the index, and with it what it knew of its sources.
    fn request(&self) -> Update {
        let index_is_gone = !is_index(&self.library.index_dir);
        match self.known.as_ref().filter(|_| index_is_gone) {
            Some(known) => Update {
                add: known.sources.clone(),
                exact: true,
                selection: SelectionChange::to(&known.selection),
                ..Update::default()
            },
            None => Update::default(),
        }
    }

    /// Reads what the index says of its sources, if that may be new. Says
    /// whether other files are to be watched now.
    fn learn(&mut self) -> bool {
        let stamp = stamp(&self.library.index_dir);
        if let Some(known) = &mut self.known
            && (known.stamp == stamp || stamp.is_none())
        {
            known.stamp = stamp;
            return false;
        }
        // One that cannot be opened is told by the next update.
        let Ok(Some(index)) = Index::open(self.library) else {
            return false;
        };
        let state = index.state();
        let is_same = self.known.as_ref().is_some_and(|known| {
            known.sources == state.sources && known.selection == state.selection
        });
        if !is_same {
            self.places = None;
        }
        self.known = Some(LastSeen {
            sources: state.sources.clone(),
            selection: state.selection.clone(),
            reaches: index.trust().reaches,
            stamp,
            identities: self.identities(&state.sources),
        });
        !is_same
    }

    fn identities(&self, sources: &[String]) -> Vec<SourceIdentity> {
        let locations = sources.iter().map(|source| self.library.locate(source));
        let all: Vec<PathBuf> = locations.chain([self.library.root.clone()]).collect();
        all.iter().map(|location| identity(location)).collect()
    }

    /// Looks after what makes no event: another commit than ours may name
    /// other sources, and a source may be another one.
    fn check(&mut self) {
        let Some(known) = self.known.as_ref().filter(|_| self.polling.is_none()) else {
            return;
        };
        let now = Instant::now();
        if self.identities(&known.sources) != known.identities {
            self.inbox.post(inbox::Notice::Lost, now);
        } else if stamp(&self.library.index_dir) != known.stamp {
            self.inbox.post(inbox::Notice::File, now);
        }
    }

    /// Watches what is to be watched now, after what has happened.
    fn watch_places(&mut self, tidings: PendingChanges, tell: &mut Tell<'_>) -> ControlFlow<()> {
        if self.polling.is_some() {
            return ControlFlow::Continue(());
        }
        let outcome = match tidings.trouble {
            Some(why) => Err(why),
            None => self.set_places(&tidings),
        };
        match outcome {
            Ok(None) => ControlFlow::Continue(()),
            Ok(Some(folders)) => tell(WatchEvent::Watching(folders)),
            Err(why) => {
                self.places = None;
                self.polling = Some(POLL);
                tell(WatchEvent::Polling(POLL, Some(&why)))
            }
        }
    }

    /// Says how many folders are watched, if that was begun anew.
    fn set_places(
        &mut self,
        tidings: &PendingChanges,
    ) -> std::result::Result<Option<usize>, String> {
        let Some(known) = &self.known else {
            return Ok(None);
        };
        let (sources, selection) = (known.sources.clone(), known.selection.clone());
        let reaches = known.reaches;
        // With events lost, nobody knows which watches are still good.
        let is_begun = self.places.is_some();
        let is_good = is_begun && !tidings.lost;
        let mut places = match self.places.take().filter(|_| is_good) {
            Some(places) => places,
            None => Watches::new(self.library, &sources, &selection, self.inbox)?,
        };
        // The safety look is for watches as well.
        if !is_good || tidings.folders || Instant::now() >= self.update_at {
            places.forget(&tidings.gone);
            let walker = Walker {
                root: &self.library.root,
                index_dir: &self.library.index_dir,
                corrections: self.library.corrections(),
                selection: &selection,
                threads: 1,
                reaches,
                group: self.library.group(),
            };
            places.set(&walker, &sources)?;
        }
        let folders = places.len();
        self.places = Some(places);
        let identities = self.identities(&sources);
        if let Some(known) = &mut self.known {
            known.identities = identities;
        }
        Ok((!is_begun).then_some(folders))
    }
}
