//! What one source file may unfold to.
//!
//! A file of a few kilobytes can unfold to petabytes, in one step or in many.
//! One budget is made for each source file, passed down to whatever it holds,
//! and never reset. What is counted are bytes that were read, whatever sizes
//! were declared, so that entries which overlap, or lie about themselves, pay as
//! all others do.
//!
//! Over it, what was read stays and the rest of the file is one skip.

use super::SkipReason;
use super::reading::Stop;

/// How many members a file may hold, on all levels together.
pub(super) const MOST_MEMBERS: u64 = 100_000;

/// How deep members may lie in each other.
pub(super) const MOST_DEPTH: u32 = 4;

/// How many bytes may be unpacked of a file in all.
pub(super) const MOST_BYTES: u64 = 1 << 30;

/// How many bytes a byte of the file may unfold to, once [`FREE_BYTES`] are out.
pub(super) const MOST_RATIO: u64 = 200;

/// So many bytes may be unpacked whatever they came from.
pub(super) const FREE_BYTES: u64 = 10 << 20;

/// How long a member's name may be, in bytes.
pub(super) const MOST_NAME: usize = 4096;

/// What is left of what one source file may unfold to.
#[derive(Debug, Clone, Default)]
pub(super) struct Budget {
    members: u64,
    bytes: u64,
}

impl Budget {
    /// Pays for a member.
    pub(super) fn member(&mut self) -> Result<(), Stop> {
        self.members += 1;
        if self.members > MOST_MEMBERS {
            return over(format!("it holds more than {MOST_MEMBERS} members"));
        }
        Ok(())
    }

    /// Pays for `bytes` that were unpacked, of the `packed` bytes of the source
    /// file that were read for them so far.
    pub(super) fn bytes(&mut self, bytes: u64, packed: u64) -> Result<(), Stop> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > MOST_BYTES {
            return over("it unfolds to more than 1 GiB".to_owned());
        }
        if self.bytes > FREE_BYTES && self.bytes / MOST_RATIO > packed {
            return over(format!(
                "it unfolds to more than {MOST_RATIO} times its size"
            ));
        }
        Ok(())
    }
}

fn over(why: String) -> Result<(), Stop> {
    Err(Stop::Over(SkipReason::OverBudget(why)))
}
