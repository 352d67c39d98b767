//! What one source file may unfold to.
//!
//! A file of a few kilobytes can unfold to petabytes, in one step or in many.
//! One budget is made for each source file, passed down to whatever it holds,
//! and never reset. What is counted are bytes that were read, whatever sizes
//! were declared, so that entries which overlap, or lie about themselves, pay as
//! all others do.
//!
//! An archive may well be larger than any such limit: a web archive of 50 GB, a
//! mailbox of ten years. What lies directly in a file that is read from its
//! beginning to its end (mailbox, tar, web archive, table, one compressed file)
//! is read in constant memory and takes time in proportion to the file, so it
//! pays by its ratio alone. All that lies deeper, and all that a ZIP holds, pays
//! in full.
//!
//! Over it, what was read stays and the rest of the file is one skip. Whoever
//! reads may not pass the error on as it is (a parser makes a sentence of it), so
//! the budget remembers that it was exceeded.
//!
//! Example: a gzip file of 10 GB of zeros has 10 MB. Its first 10 MiB are free;
//! as long as 200 bytes come out for each that was read, it goes on; zeros come
//! out 1000 for one, so it ends after some 10 MiB.

#![cfg_attr(
    not(any(
        feature = "archives",
        feature = "mail",
        feature = "office",
        feature = "warc"
    )),
    allow(dead_code, reason = "without containers there is nothing to pay for")
)]

use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use super::Stop;
use super::outcome::SkipReason;

/// How many members a file may hold, on all levels together.
pub(in crate::source) const MOST_MEMBERS: u64 = 100_000;

/// How deep members may lie in each other.
pub(in crate::source) const MOST_DEPTH: u32 = 4;

/// How many bytes may be unpacked of a file in all.
pub(in crate::source) const MOST_BYTES: u64 = 1 << 30;

/// How many bytes a byte of the file may unfold to, once [`FREE_BYTES`] are out.
pub(in crate::source) const MOST_RATIO: u64 = 200;

/// So many bytes may be unpacked whatever they came from.
pub(in crate::source) const FREE_BYTES: u64 = 10 << 20;

/// How long a member's name may be, in bytes.
pub(in crate::source) const MOST_NAME: usize = 4096;

/// How what is unpacked is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Paying {
    /// It lies directly in a source file that is read from beginning to end.
    ByRatio,
    /// It lies deeper, or in what is read anywhere.
    InFull,
}

impl Paying {
    /// How the members of a stream pay that lies so deep.
    pub(in crate::source) fn of_stream(depth: u32) -> Paying {
        match depth {
            0 => Paying::ByRatio,
            _ => Paying::InFull,
        }
    }
}

/// What is left of what one source file may unfold to. A clone is the same
/// budget.
#[derive(Debug, Clone, Default)]
pub(in crate::source) struct Budget {
    spent: Rc<Spent>,
}

/// What was spent.
#[derive(Debug, Default)]
struct Spent {
    members: Cell<u64>,
    /// Bytes that count against [`MOST_BYTES`].
    bytes: Cell<u64>,
    /// Bytes that were unpacked, these included.
    unpacked: Cell<u64>,
    /// Bytes of the source file: read so far, or all where it is read anywhere.
    source: Cell<u64>,
    exceeded: RefCell<Option<String>>,
}

#[cfg_attr(
    not(feature = "default"),
    allow(dead_code, reason = "not every family of formats needs it")
)]
impl Budget {
    /// Pays for a member. Those that lie directly in a stream are free.
    pub(in crate::source) fn member(&mut self) -> Result<(), Stop> {
        let members = self.spent.members.get().saturating_add(1);
        self.spent.members.set(members);
        if members > MOST_MEMBERS {
            return self.over(format!(
                "it holds more than {MOST_MEMBERS} members; unpack it"
            ));
        }
        Ok(())
    }

    /// Pays for a member of a stream, or of another container.
    pub(in crate::source) fn member_of(&mut self, paying: Paying) -> Result<(), Stop> {
        match paying {
            Paying::ByRatio => Ok(()),
            Paying::InFull => self.member(),
        }
    }

    /// Says that the source file has at least so many bytes.
    pub(in crate::source) fn source(&self, bytes: u64) {
        self.spent.source.set(self.spent.source.get().max(bytes));
    }

    /// Pays in full for `bytes` that were unpacked.
    pub(in crate::source) fn bytes(&mut self, bytes: u64) -> Result<(), Stop> {
        self.pay(bytes, Paying::InFull)
    }

    fn pay(&self, bytes: u64, paying: Paying) -> Result<(), Stop> {
        let add = |to: &Cell<u64>| {
            to.set(to.get().saturating_add(bytes));
            to.get()
        };
        let unpacked = add(&self.spent.unpacked);
        if paying == Paying::InFull && add(&self.spent.bytes) > MOST_BYTES {
            return self.over("it unfolds to more than 1 GiB; unpack it".to_owned());
        }
        if unpacked > FREE_BYTES && unpacked / MOST_RATIO > self.spent.source.get() {
            return self.over(format!(
                "it unfolds to more than {MOST_RATIO} times its size"
            ));
        }
        Ok(())
    }

    fn over(&self, why: String) -> Result<(), Stop> {
        self.spent.exceeded.borrow_mut().get_or_insert(why.clone());
        Err(Stop::Over(SkipReason::OverBudget(why)))
    }

    /// Why reading stopped, where somebody on the way may have made another
    /// error of the budget's.
    pub(in crate::source) fn stop(&self, stop: Stop) -> Stop {
        match (&*self.spent.exceeded.borrow(), stop) {
            (Some(why), Stop::Broken(_)) => Stop::Over(SkipReason::OverBudget(why.clone())),
            (_, stop) => stop,
        }
    }

    /// What is read of `unpacked` pays.
    pub(in crate::source) fn metered<R>(&self, unpacked: R, paying: Paying) -> Metered<R> {
        Metered {
            inner: unpacked,
            budget: self.clone(),
            paying,
        }
    }
}

/// A decoder whose output is paid for.
pub(in crate::source) struct Metered<R> {
    inner: R,
    budget: Budget,
    paying: Paying,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.budget.pay(read as u64, self.paying) {
            Ok(()) => Ok(read),
            Err(Stop::Over(reason)) => Err(io::Error::other(reason.to_string())),
            Err(_) => Err(io::Error::other("over the budget")),
        }
    }
}

/// The stream of a source file, whose bytes count as its own.
pub(in crate::source) struct SourceStream<'r> {
    inner: &'r mut dyn BufRead,
    budget: Budget,
    read: u64,
}

impl<'r> SourceStream<'r> {
    pub(in crate::source) fn new(inner: &'r mut dyn BufRead, budget: Budget) -> SourceStream<'r> {
        SourceStream {
            inner,
            budget,
            read: 0,
        }
    }
}

impl Read for SourceStream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read = self.read.saturating_add(read as u64);
        self.budget.source(self.read);
        Ok(read)
    }
}

impl BufRead for SourceStream<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.inner.consume(amount);
        self.read = self.read.saturating_add(amount as u64);
        self.budget.source(self.read);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(result: Result<(), Stop>) -> Option<String> {
        match result {
            Err(Stop::Over(reason)) => Some(reason.to_string()),
            _ => None,
        }
    }

    #[test]
    fn each_limit_is_told_by_its_name() {
        let mut budget = Budget::default();
        for _ in 0..MOST_MEMBERS {
            assert!(budget.member().is_ok());
        }
        assert!(why(budget.member()).unwrap().contains("100000 members"));
        let mut budget = Budget::default();
        budget.source(1);
        assert!(budget.bytes(FREE_BYTES).is_ok());
        assert!(why(budget.bytes(1000)).unwrap().contains("200 times"));
        let mut budget = Budget::default();
        budget.source(MOST_BYTES);
        assert!(budget.bytes(MOST_BYTES).is_ok());
        assert!(why(budget.bytes(1)).unwrap().contains("1 GiB"));
    }

    #[test]
    fn a_stream_pays_by_its_ratio_alone() {
        let mut budget = Budget::default();
        budget.source(MOST_BYTES);
        for _ in 0..100 {
            assert!(budget.pay(MOST_BYTES, Paying::ByRatio).is_ok());
            assert!(budget.member_of(Paying::ByRatio).is_ok());
        }
        assert!(budget.pay(MOST_BYTES, Paying::InFull).is_ok());
        assert!(budget.pay(1, Paying::InFull).is_err());
    }

    #[test]
    fn an_error_of_the_budget_is_known_again() {
        let budget = Budget::default();
        let mut zeros = budget.metered(io::repeat(0), Paying::ByRatio);
        let mut copied = Vec::new();
        let error = zeros.read_to_end(&mut copied).unwrap_err();
        assert!(copied.len() as u64 <= FREE_BYTES);
        let stop = budget.stop(Stop::Broken(error));
        assert!(why(Err(stop)).unwrap().contains("200 times"));
        let other = Budget::default().stop(Stop::Broken(io::ErrorKind::InvalidData.into()));
        assert!(matches!(other, Stop::Broken(_)));
    }
}
