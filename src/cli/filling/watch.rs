//! `cybersearch watch`

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use cybersearch::failure::Failure;
use cybersearch::output::status;
use cybersearch::output::update::{print_json, print_text};
use cybersearch::update::watch::{EventQueue, Pace, WatchEvent, watch};
use cybersearch::update::{Report, Update};

use super::index;
use crate::cli::args::{WatchArgs, WatchFormat};
use crate::cli::progress::Progress;
use crate::cli::{FOUND, Session, print};

pub(in crate::cli) fn run(session: &Session, arguments: &WatchArgs) -> Result<u8> {
    let library = index::library(session, &arguments.paths)?;
    let first = Update {
        add: index::keys(session, &library, &arguments.paths),
        exact: session.named_index().is_some(),
        memory: arguments.memory,
        ..Update::default()
    };
    let pace = Pace {
        quiet: arguments.debounce,
        poll: arguments.poll,
    };
    let inbox = Arc::new(EventQueue::default());
    stop_on_signals(&inbox, session.global.quiet)?;
    let progress = Progress::new(session);
    let mut teller = Teller {
        session,
        format: arguments.format,
        missing: Vec::new(),
        errors: Vec::new(),
    };
    let mut outcome = Ok(FOUND);
    let mut tell = |news: WatchEvent<'_>| {
        teller.tell(&news).unwrap_or_else(|error| {
            outcome = Err(error);
            ControlFlow::Break(())
        })
    };
    let events = |event: cybersearch::update::Event<'_>| progress.event(&event);
    watch(&library, first, pace, &inbox, &events, &mut tell)?;
    outcome
}

/// Says what happens: commits on stdout, the rest on stderr.
struct Teller<'a> {
    session: &'a Session,
    format: WatchFormat,
    /// The sources that were told to be missing last.
    missing: Vec<String>,
    /// What could not be looked at when that was told last.
    errors: Vec<(String, String)>,
}

impl Teller<'_> {
    fn tell(&mut self, news: &WatchEvent<'_>) -> Result<ControlFlow<()>> {
        match news {
            WatchEvent::Updated {
                report,
                took,
                is_news,
            } => {
                self.note(report, *is_news);
                if *is_news {
                    self.print(report, *took)?;
                }
            }
            WatchEvent::Failed(failure) => self.complain(failure),
            WatchEvent::Watching(folders) => self.session.note(&format!(
                "watching {}; press Ctrl-C to stop",
                status::count(*folders as u64, "folder")
            )),
            WatchEvent::Polling(every, why) => {
                let every = format!("checking all files every {every:?}");
                match why {
                    Some(why) => self
                        .session
                        .note(&format!("cannot watch for changes: {why}; {every}")),
                    None => self.session.note(&format!("{every}; press Ctrl-C to stop")),
                }
            }
            WatchEvent::Tick => return Ok(while_somebody_reads()),
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Tells what an update left out, and what is missing as soon as that is
    /// new.
    fn note(&mut self, report: &Report, is_news: bool) {
        let mut report = report.clone();
        let missing = std::mem::replace(&mut self.missing, report.missing.clone());
        let errors = std::mem::replace(&mut self.errors, report.errors.clone());
        let is_old = missing == report.missing && errors == report.errors;
        if is_old {
            report.missing.clear();
            report.errors.clear();
        }
        if is_news || !is_old {
            index::tell(self.session, &report);
        }
    }

    fn print(&self, report: &Report, took: Duration) -> Result<u8> {
        let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
        let at = at.to_string();
        print(|out| match self.format {
            WatchFormat::Text => print_text(report, &at, out),
            WatchFormat::Jsonl => print_json(report, &at, took, out),
        })
    }

    fn complain(&self, failure: &Failure) {
        let action = failure
            .action()
            .map_or(String::new(), |action| format!("; {action}"));
        self.session.complain(&format!("{failure}{action}"));
    }
}

/// Whether anybody may still read stdout. Only a write would tell otherwise,
/// and there may be nothing to write for days: `cybersearch watch | head -1`
/// must end.
#[cfg(unix)]
fn while_somebody_reads() -> ControlFlow<()> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdout = io::stdout();
    let mut polled = [PollFd::new(&stdout, PollFlags::empty())];
    let at_once = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let is_known = poll(&mut polled, Some(&at_once)).is_ok();
    let has_left = polled[0]
        .revents()
        .intersects(PollFlags::ERR | PollFlags::HUP);
    if is_known && has_left {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    }
}

#[cfg(not(unix))]
fn while_somebody_reads() -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Has Ctrl-C and SIGTERM end the watch after the update under way; asked
/// again, at once, which leaves the index at its last commit. SIGHUP is left
/// alone, so that `nohup` works.
#[cfg(unix)]
fn stop_on_signals(inbox: &Arc<EventQueue>, quiet: bool) -> Result<()> {
    use cybersearch::update::watch::Stopping;
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use std::io::Write;

    let refused = |error: io::Error| Failure::new(format!("cannot handle signals: {error}"));
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(refused)?;
    let inbox = Arc::clone(inbox);
    let say = move |text: &str| {
        // With stderr closed there is nobody to tell.
        let _ = writeln!(io::stderr(), "cybersearch: {text}");
    };
    let wait = move || {
        for _ in signals.forever() {
            match inbox.stop() {
                Stopping::Now => {}
                Stopping::AfterUpdate if quiet => {}
                Stopping::AfterUpdate => {
                    say("finishing the current update; press Ctrl-C again to abort it");
                }
                Stopping::Again => {
                    say("update aborted; the index stays at its last commit");
                    #[expect(
                        clippy::exit,
                        reason = "the update under way cannot be asked to end, and may be killed \
                                  at any time"
                    )]
                    std::process::exit(2);
                }
            }
        }
    };
    let thread = std::thread::Builder::new().name("signals".to_owned());
    thread.spawn(wait).map_err(refused)?;
    Ok(())
}

/// Without signals Ctrl-C kills the process, which leaves the index at its last
/// commit.
#[cfg(not(unix))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "elsewhere the system may refuse it"
)]
fn stop_on_signals(_inbox: &Arc<Inbox>, _quiet: bool) -> Result<()> {
    Ok(())
}
