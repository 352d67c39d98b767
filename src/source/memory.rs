//! How much memory reading may take, and which articles need more.
//!
//! An article is read, understood and indexed as a whole. What that takes at
//! most follows from its length, so that articles can be counted before they
//! are read: several threads share what there is, and an article that would
//! need more than all of it is skipped by rule.

use std::fmt;

use super::SkipReason;

/// Bytes that a byte of text takes at most while its article is indexed, and
/// what it leaves in the segment until that is written.
///
/// Peak memory of a whole build of 20 MB of one thing, in MiB, of which the
/// program takes 20 and a byte a byte is 19:
///
/// | | before | now |
/// |---|---|---|
/// | `.`, `"`, line ends | 804 | 76 |
/// | `May 3 ` | 755 | 111 |
/// | `a`, blank line | 698 | 101 |
/// | `#`, line end | 647 | 76 |
/// | `U.S. `, `Ann Doe `, `北京`, `e` with its accent | 92 to 490 | 99 to 106 |
/// | words of one letter | | 118 |
/// | a million names, no two alike | | 247 |
/// | three million words, hardly two alike | 527 | 235 |
const PER_BYTE: u64 = 12;

/// The same for a record: the line, and what is made of it, lie in memory
/// before the article is handed on.
const PER_RECORD_BYTE: u64 = 16;

/// What a build takes beside its articles: the program, a segment's logs and
/// words, what threads remember, and sections of long articles.
const FIXED: u64 = 128 << 20;

/// The least that may be asked for.
pub const LEAST: u64 = 64 << 20;

/// The least that is taken unless told otherwise.
const LEAST_DEFAULT: u64 = 256 << 20;

/// What a machine is taken to have that does not say.
const UNKNOWN_MACHINE: u64 = 4 << 30;

/// The memory that a build may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    limit: u64,
}

impl Default for Memory {
    /// A quarter of the machine's, and not less than 256 MiB.
    fn default() -> Self {
        let machine = machine().unwrap_or(UNKNOWN_MACHINE);
        Memory::of((machine / 4).max(LEAST_DEFAULT))
    }
}

impl Memory {
    /// So many bytes; [`LEAST`] where that is less.
    pub fn of(limit: u64) -> Memory {
        Memory {
            limit: limit.max(LEAST),
        }
    }

    /// What it takes beside articles.
    fn fixed(self) -> u64 {
        FIXED.min(self.limit / 2)
    }

    /// What articles may take together.
    pub(crate) fn room(self) -> u64 {
        self.limit - self.fixed()
    }

    /// How many bytes a segment's logs may take: half of what is fixed at most,
    /// since the words take as much.
    pub(crate) fn of_logs(self) -> u64 {
        (self.fixed() / 2).min(self.limit / 8)
    }

    /// What an article of so many bytes takes of the room.
    pub(crate) fn needed(bytes: u64) -> u64 {
        bytes.saturating_mul(PER_BYTE)
    }

    /// Why an article of so many bytes is not read, if it is not.
    pub(crate) fn refuses(self, bytes: u64) -> Option<SkipReason> {
        self.refuses_at(bytes, PER_BYTE)
    }

    /// Why a record of so many bytes is not read, if it is not.
    pub(crate) fn refuses_record(self, bytes: u64) -> Option<SkipReason> {
        self.refuses_at(bytes, PER_RECORD_BYTE)
    }

    /// The longest record that is read.
    pub(crate) fn longest_record(self) -> u64 {
        self.room() / PER_RECORD_BYTE
    }

    fn refuses_at(self, bytes: u64, per_byte: u64) -> Option<SkipReason> {
        let needed = bytes.saturating_mul(per_byte);
        (needed > self.room()).then(|| SkipReason::NeedsMemory {
            needed: needed.saturating_add(self.fixed()),
            limit: self.limit,
        })
    }
}

/// A size as it is typed for an option: `512 MB`, `1.4 GB`.
pub(super) struct Size(pub(super) u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = self.0.div_ceil(1 << 20);
        if megabytes < 1024 {
            return write!(f, "{megabytes} MB");
        }
        let tenths = megabytes.saturating_mul(10).div_ceil(1024);
        match tenths % 10 {
            0 => write!(f, "{} GB", tenths / 10),
            tenth => write!(f, "{}.{tenth} GB", tenths / 10),
        }
    }
}

/// The bytes of memory that the machine has, where the system says so.
fn machine() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/meminfo").ok()?;
    total(&told)
}

/// What `/proc/meminfo` gives as the whole.
fn total(told: &str) -> Option<u64> {
    let line = told
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_read() {
        let told = "MemTotal:       24683520 kB\nMemFree:  14372 kB\n";
        assert_eq!(total(told), Some(24_683_520 * 1024));
        assert_eq!(total("MemFree: 1 kB"), None);
        assert!(Memory::default().limit >= LEAST_DEFAULT);
    }

    #[test]
    fn what_needs_more_is_refused_with_its_size() {
        let memory = Memory::of(512 << 20);
        assert_eq!(memory.refuses(32 << 20), None);
        let reason = memory.refuses(100 << 20).map(|reason| reason.to_string());
        // 100 MiB twelve times, and what it takes beside.
        let expected =
            "needs about 1.3 GB of memory, above the limit of 512 MB (raise it with --memory)";
        assert_eq!(reason.as_deref(), Some(expected));
        assert!(memory.refuses_record(32 << 20).is_some());
        assert_eq!(Memory::of(1), Memory::of(LEAST));
    }

    #[test]
    fn little_memory_leaves_half_for_articles() {
        for limit in [LEAST, 256 << 20, 4 << 30] {
            let memory = Memory::of(limit);
            assert!(memory.room() >= limit / 2);
            assert!(memory.room() + memory.of_logs() < limit);
        }
    }

    #[test]
    fn sizes_are_short() {
        let shown = [1, 512 << 20, 1 << 30, 1434 << 20].map(|bytes| Size(bytes).to_string());
        assert_eq!(shown, ["1 MB", "512 MB", "1 GB", "1.5 GB"]);
    }
}
