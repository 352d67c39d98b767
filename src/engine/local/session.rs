//! An index while one request asks it: what looking is paid from, and what its
//! errors mean.
//!
//! Every request gets its own `LocalEngine` over a shared `Index`: what it
//! may cost is counted in one budget, and its statistics remember what they
//! looked up. Two requests never wait for each other.
//!
//! A search can be stopped in the middle of tantivy, whose iterators know no
//! stopping: the code that runs inside it then ends its iterator early, or
//! gives the error that `Stopped` becomes. So whatever came out, be it an
//! error or a result that is too short, the budget is asked first (`told`): a
//! search that was stopped is told as stopped, never as damage and never as an
//! answer.

use tantivy::columnar::StrColumn;
use tantivy::{DocAddress, TantivyError};

use super::Index;
use super::query::statistics::LiveStatistics;
use super::storage::guard;
use crate::engine::Address;
use crate::failure::{Failure, Result};
use crate::stop::{Budget, Stopped};

/// Passes through tantivy; [`Budget::check`] makes the error of it that is told.
impl From<Stopped> for TantivyError {
    fn from(_: Stopped) -> TantivyError {
        TantivyError::SystemError("the search was stopped".to_owned())
    }
}

/// An index, asked by one request. Threads of the request share it by
/// reference.
pub(crate) struct LocalEngine<'i> {
    pub(crate) index: &'i Index,
    pub(crate) statistics: LiveStatistics<'i>,
    /// What looking is paid from.
    pub(crate) budget: Budget,
    /// Whether other threads help. Answers do not depend on it; a batch divides
    /// its queries instead.
    pub(crate) is_parallel: bool,
    /// Whether a lone surname counts for the person whom it means.
    pub(crate) joins_names: bool,
}

impl<'i> LocalEngine<'i> {
    /// `index` for a request that pays from `budget`.
    pub(crate) fn new(index: &'i Index, budget: &Budget, is_parallel: bool) -> LocalEngine<'i> {
        LocalEngine {
            index,
            statistics: LiveStatistics::new(index, budget),
            budget: budget.clone(),
            is_parallel,
            joins_names: true,
        }
    }

    /// The same, taking names exactly as each article has them, or not.
    pub(crate) fn joining_names(mut self, joins: bool) -> LocalEngine<'i> {
        self.joins_names = joins;
        self
    }

    /// The outcome of `tantivy`, its error told as what it means. Whoever got
    /// `Ok` from an iterator that may end early must still check the budget.
    pub(crate) fn told<T>(&self, outcome: tantivy::Result<T>) -> Result<T> {
        outcome.map_err(|error| {
            // Whatever came of a search that was stopped is no damage.
            if self.budget.is_stopped() {
                return Failure::from(Stopped);
            }
            guard::damaged(self.index.place(), &error)
        })
    }

    /// The columns of paths and ids.
    pub(super) fn key_columns(&self) -> Result<&[Option<StrColumn>]> {
        self.told(self.index.key_columns())
    }
}

/// An address in tantivy's words.
pub(crate) fn in_index(at: Address) -> DocAddress {
    DocAddress::new(at.segment, at.document)
}

/// tantivy's address in ours.
pub(crate) fn address(at: DocAddress) -> Address {
    Address {
        segment: at.segment_ord,
        document: at.doc_id,
    }
}
