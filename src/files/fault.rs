//! Lets one call to the file system fail, to see what the program makes of it.
//!
//! The method is `SQLite`'s: run a command with the first call failing, then
//! with the second, and so on until none is left to fail, and look at what was
//! left behind each time. In a build with debug assertions the environment
//! chooses the call: `CYBERSEARCH_FAULT=7:EIO` lets the seventh fail,
//! `CYBERSEARCH_FAULT=7+:ENOSPC` all from the seventh on, and what failed is
//! appended to the file that `CYBERSEARCH_FAULT_LOG` names. Other builds hold
//! none of this.

use std::io;
use std::path::Path;

/// What is asked of the file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Open,
    List,
    Stat,
    Read,
    Write,
    Sync,
    Rename,
    Unlink,
    Make,
    Map,
    Lock,
    Mode,
}

/// Fails if this call was chosen to.
#[cfg(not(debug_assertions))]
#[inline]
#[expect(clippy::unnecessary_wraps, reason = "it fails in other builds")]
pub(crate) fn check(_: Op, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Fails if this call was chosen to.
#[cfg(debug_assertions)]
pub(crate) fn check(op: Op, path: &Path) -> io::Result<()> {
    chosen::PLAN
        .get_or_init(chosen::plan)
        .as_ref()
        .map_or(Ok(()), |plan| plan.check(op, path))
}

#[cfg(debug_assertions)]
mod chosen {
    use std::io::{self, Write};
    use std::path::{Path, PathBuf};
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::Op;

    pub(super) static PLAN: OnceLock<Option<FaultPlan>> = OnceLock::new();

    /// Which call fails, and how.
    #[derive(Debug)]
    pub(super) struct FaultPlan {
        at: u64,
        goes_on: bool,
        error: i32,
        log: Option<PathBuf>,
        count: AtomicU64,
    }

    /// What the environment asks for.
    pub(super) fn plan() -> Option<FaultPlan> {
        let chosen = std::env::var("CYBERSEARCH_FAULT").ok()?;
        let (at, error) = chosen.split_once(':')?;
        let error = match error {
            "EIO" => 5,
            "EACCES" => 13,
            "EMFILE" => 24,
            "ENOSPC" => 28,
            _ => return None,
        };
        Some(FaultPlan {
            at: at.trim_end_matches('+').parse().ok()?,
            goes_on: at.ends_with('+'),
            error,
            log: std::env::var_os("CYBERSEARCH_FAULT_LOG").map(PathBuf::from),
            count: AtomicU64::new(0),
        })
    }

    impl FaultPlan {
        pub(super) fn check(&self, op: Op, path: &Path) -> io::Result<()> {
            let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
            if count != self.at && !(self.goes_on && count > self.at) {
                return Ok(());
            }
            if let Some(log) = &self.log
                && let Ok(mut log) = std::fs::File::options().create(true).append(true).open(log)
            {
                // A trial without its log fails by itself.
                let _ = writeln!(log, "{count} {op:?} {}", path.display());
            }
            Err(io::Error::from_raw_os_error(self.error))
        }
    }
}
