//! Opens an index for a search, as fresh as was asked for.

use super::sources::check_worth_making;
use super::{Event, Report, Update, in_memory, update};
use crate::engine::local::Index;
use crate::engine::local::storage::folder;
use crate::engine::local::storage::lock::{Busy, WAIT};
use crate::failure::{Failure, FailureKind, Result};
use crate::library::{Library, trust};
use crate::named::Named;

/// A library of at most this many files, with at most [`SMALL_BYTES`], is
/// brought up to date before each search.
const SMALL_LIBRARY: u64 = 1000;

/// See [`SMALL_LIBRARY`]: one file may be a whole archive, and is read anew when
/// it changes.
const SMALL_BYTES: u64 = 64 << 20;

/// When an index is brought up to date before a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Refresh {
    /// Always.
    Always,
    /// Where it is quickly done: see `SMALL_LIBRARY`.
    #[default]
    Auto,
    /// Never; without an index, a search fails.
    Never,
}

impl Named for Refresh {
    const ALL: &'static [(Refresh, &'static str, &'static str)] = &[
        (Refresh::Always, "always", "Always"),
        (
            Refresh::Auto,
            "auto",
            "If the library is small; otherwise check only the files behind the hits",
        ),
        (Refresh::Never, "never", "Never; fail if there is no index"),
    ];
}

/// An index opened for a search.
#[derive(Debug)]
pub struct Opened {
    /// The index.
    pub index: Index,
    /// Whether files have changed since it was built; `None` where not all
    /// files were checked.
    pub stale: Option<bool>,
    /// Whether it was built for this search.
    pub was_built: bool,
    /// What bringing it up to date came to, if that was tried.
    pub report: Option<Report>,
    /// Why it could not be brought up to date; the old state answers.
    pub trouble: Option<Failure>,
}

impl Opened {
    fn checked(index: Index, stale: Option<bool>) -> Opened {
        Opened {
            index,
            stale,
            was_built: false,
            report: None,
            trouble: None,
        }
    }
}

/// Opens the index of `library`, building it where there is none.
///
/// A library that cannot be written to answers from the index it has, or from
/// one in memory.
///
/// # Errors
/// When there is no index and none may be built, or nothing to build it from;
/// when the index is of another version, or damaged.
pub fn open_fresh(
    library: &Library,
    refresh: Refresh,
    events: &(dyn Fn(Event<'_>) + Sync),
) -> Result<Opened> {
    let Some(index) = Index::open(library)? else {
        return build(library, refresh, events);
    };
    let is_small = index.is_checked_at_each_search();
    if refresh == Refresh::Auto && is_small {
        let check = index.check_sources()?;
        // A changed time is written down, or its file's content would be
        // compared again at every search.
        if check.is_settled() {
            return Ok(Opened::checked(index, check.stale()));
        }
    }
    match refresh {
        Refresh::Never => Ok(Opened::checked(index, None)),
        Refresh::Auto if !is_small => {
            // One small file is soon checked, where thousands are not.
            let stale = index.are_corrections_old().then_some(true);
            Ok(Opened::checked(index, stale))
        }
        Refresh::Auto | Refresh::Always => bring_up_to_date(library, index, refresh, events),
    }
}

impl Index {
    /// Whether it is so small that a search looks at all of its files first.
    pub fn is_checked_at_each_search(&self) -> bool {
        self.state.files <= SMALL_LIBRARY && self.state.bytes <= SMALL_BYTES
    }
}

fn build(
    library: &Library,
    refresh: Refresh,
    events: &(dyn Fn(Event<'_>) + Sync),
) -> Result<Opened> {
    if refresh == Refresh::Never {
        return Err(Failure::at("no index", &library.index_dir, "not built yet")
            .help("run `cybersearch index`")
            .of(FailureKind::NotFound));
    }
    check_worth_making(library, &Update::default())?;
    // Nothing is made in somebody else's library by a mere search.
    let is_own = trust::of(library, "", false).owner.is_none();
    let mut report = None;
    let index = if is_own && folder::can_write(&library.index_dir)? {
        report = Some(update(library, &Update::default(), events)?);
        Index::open(library)?
    } else {
        Some(in_memory(library, events)?)
    };
    let index = index.ok_or_else(|| {
        Failure::at("no index", &library.index_dir, "it has disappeared")
            .help(crate::engine::local::storage::names::REBUILD)
    })?;
    Ok(Opened {
        index,
        stale: report.as_ref().map_or(Some(false), Report::stale),
        was_built: true,
        report,
        trouble: None,
    })
}

fn bring_up_to_date(
    library: &Library,
    index: Index,
    refresh: Refresh,
    events: &(dyn Fn(Event<'_>) + Sync),
) -> Result<Opened> {
    if index.trust().owner.is_some() || !folder::can_write(&library.index_dir)? {
        let stale = index.check_sources()?.stale();
        return Ok(Opened::checked(index, stale));
    }
    let busy = if refresh == Refresh::Always {
        Busy::Wait(WAIT)
    } else {
        Busy::Leave
    };
    let request = Update {
        busy,
        record_checks: false,
        ..Update::default()
    };
    match update(library, &request, events) {
        Ok(report) => {
            let index = Index::open(library)?.unwrap_or(index);
            let stale = report.stale();
            Ok(Opened {
                report: Some(report),
                ..Opened::checked(index, stale)
            })
        }
        // Another process is at it, or the disk is full: the old state answers.
        Err(error) if refresh == Refresh::Auto => Ok(Opened {
            trouble: Some(error),
            ..Opened::checked(index, Some(true))
        }),
        Err(error) => Err(error),
    }
}
