//! `cybersearch mcp`
//!
//! A message a line on stdin, an answer a line on stdout, and nothing else there.
//! Calls run side by side, each on a thread of its own, and are answered as they
//! end; whatever is quick is answered at once and in order. The end of stdin ends
//! it when all calls are answered.

use std::io::{self, BufRead, Read, Write};
use std::sync::{Condvar, Mutex, PoisonError};

use anyhow::Result;
#[cfg(feature = "remote")]
use cybersearch::failure::Failure;
use cybersearch::failure::Result as Outcome;
use cybersearch::library::Library;
use cybersearch::mcp::{Calls, LONGEST_MESSAGE, Message, OpenIndex, Opener, Server};
use cybersearch::stop::Stop;
use cybersearch::update::{Refresh, open_fresh};
use serde_json::Value;

use super::args::McpArgs;
use super::{FOUND, Session};

/// The longest message, in bytes.
const LONGEST: u64 = LONGEST_MESSAGE as u64;

/// So many calls run side by side; more wait.
const SIDE_BY_SIDE: usize = 8;

pub(super) fn run(session: &Session, arguments: &McpArgs) -> Result<u8> {
    #[cfg(feature = "remote")]
    if session.named_url().is_some() {
        let elsewhere = ArchiveElsewhere {
            session,
            opened: Mutex::default(),
        };
        return answer(arguments, &|| elsewhere.open());
    }
    let archive = Archive {
        library: session.library()?,
        refresh: arguments.refresh,
        opened: Mutex::default(),
    };
    answer(arguments, &|| archive.open())
}

/// Answers the messages of stdin until it ends.
fn answer(arguments: &McpArgs, open: &Opener<'_>) -> Result<u8> {
    #[cfg(feature = "meaning")]
    let meaning = super::model::for_requests(&arguments.model)?;
    #[cfg(not(feature = "meaning"))]
    let meaning = None;
    let server = Server::new(open)
        .text_only(arguments.text_only)
        .meaning(meaning);
    let calls = Calls::default();
    let slots = Slots::default();
    let mut stdin = io::stdin().lock();
    std::thread::scope(|scope| {
        while let Some(line) = next_line(&mut stdin)? {
            let message = match Message::read(&line) {
                Ok(Some(message)) => message,
                Ok(None) => continue,
                Err(refusal) => {
                    write_line(&refusal)?;
                    continue;
                }
            };
            if let Some(id) = message.cancels() {
                calls.cancel(id);
            }
            let stop = Stop::from(&arguments.stop);
            let Some(id) = message.id().filter(|_| message.is_work()).cloned() else {
                if let Some(answer) = server.answer(&message, &stop) {
                    write_line(&answer)?;
                }
                continue;
            };
            calls.begin(&id, &stop);
            slots.take();
            let (server, calls, slots) = (&server, &calls, &slots);
            scope.spawn(move || {
                let answer = server.answer(&message, &stop);
                if let Some(answer) = answer.filter(|_| calls.end(&id)) {
                    // A client that has left reads nothing; the end of stdin follows.
                    let _ = write_line(&answer);
                }
                slots.give_back();
            });
        }
        Ok(FOUND)
    })
}

/// The next line; `None` at the end. Of one that is too long a byte more than may
/// be, so that it is refused with the limit.
fn next_line(stdin: &mut impl BufRead) -> io::Result<Option<String>> {
    loop {
        let mut line = Vec::new();
        stdin
            .by_ref()
            .take(LONGEST + 1)
            .read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        if line.len() as u64 > LONGEST && !line.ends_with(b"\n") {
            stdin.skip_until(b'\n')?;
        }
        let line = String::from_utf8_lossy(&line);
        if !line.trim().is_empty() {
            return Ok(Some(line.trim().to_owned()));
        }
    }
}

/// Writes an answer on a line of its own.
fn write_line(answer: &Value) -> io::Result<()> {
    let line = format!("{answer}\n");
    let mut out = io::stdout().lock();
    out.write_all(line.as_bytes())?;
    out.flush()
}

/// How many calls may begin.
#[derive(Default)]
struct Slots {
    taken: Mutex<usize>,
    freed: Condvar,
}

impl Slots {
    /// Waits until a call may begin.
    fn take(&self) {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |taken: &mut usize| *taken >= SIDE_BY_SIDE;
        let taken = self.freed.wait_while(taken, is_full);
        *taken.unwrap_or_else(PoisonError::into_inner) += 1;
    }

    fn give_back(&self) {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.freed.notify_one();
    }
}

/// The index that calls share, opened again when it has moved on.
struct Archive {
    library: Library,
    refresh: Refresh,
    opened: Mutex<Option<OpenIndex>>,
}

impl Archive {
    fn open(&self) -> Outcome<OpenIndex> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = opened.as_ref().filter(|known| self.is_good(known)) {
            return Ok(known.clone());
        }
        let fresh = open_fresh(&self.library, self.refresh, &|_| {})?;
        let found = OpenIndex {
            index: fresh.index.into(),
            stale: fresh.stale,
        };
        *opened = Some(found.clone());
        Ok(found)
    }

    /// Whether a call may use what is open: a small library is looked at before
    /// each, as before each search.
    fn is_good(&self, known: &OpenIndex) -> bool {
        let Some(index) = known.index.local() else {
            return false;
        };
        let is_looked_at = match self.refresh {
            Refresh::Always => true,
            Refresh::Auto => index.is_checked_at_each_search(),
            Refresh::Never => false,
        };
        !(index.has_moved_on() || is_looked_at && index.is_kept())
    }
}

/// An index elsewhere that calls share, opened again now and then.
#[cfg(feature = "remote")]
struct ArchiveElsewhere<'s> {
    session: &'s Session,
    opened: Mutex<Option<OpenIndex>>,
}

#[cfg(feature = "remote")]
impl ArchiveElsewhere<'_> {
    fn open(&self) -> Outcome<OpenIndex> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = opened.as_ref().filter(|known| !known.index.has_moved_on()) {
            return Ok(known.clone());
        }
        // There is a URL, or nobody would ask.
        let index = super::opened::remote(self.session)?
            .ok_or_else(|| Failure::new("no index is named").help("see --index"))?;
        let found = OpenIndex {
            index: index.into(),
            stale: None,
        };
        *opened = Some(found.clone());
        Ok(found)
    }
}
