//! An index that is searched, wherever it is kept: in a folder, or by an engine
//! elsewhere.
//!
//! Answers are made of articles alone, by whatever engine finds them. What is
//! told beside an answer differs: a local index knows its files and whether they
//! have changed, an index elsewhere has no files here, and says so.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Names, Request};
use crate::corrections::Owner;
use crate::document::Record;
use crate::engine::Engine;
use crate::engine::local::Index;
use crate::engine::local::session::LocalEngine;
#[cfg(feature = "remote")]
use crate::engine::remote::RemoteIndex;
#[cfg(feature = "remote")]
use crate::engine::remote::session::RemoteEngine;
use crate::failure::Result;
#[cfg(feature = "remote")]
use crate::source::path_key;
use crate::stop::Budget;
use crate::update::FileState;

/// An index, open for reading. Cheap to copy: it borrows.
#[derive(Debug, Clone, Copy)]
pub enum AnyIndex<'i> {
    /// In a folder of this machine.
    Local(&'i Index),
    /// In an engine that is asked over HTTP.
    #[cfg(feature = "remote")]
    Remote(&'i RemoteIndex),
}

impl<'i> From<&'i Index> for AnyIndex<'i> {
    fn from(index: &'i Index) -> Self {
        AnyIndex::Local(index)
    }
}

impl<'i> From<&'i Arc<Index>> for AnyIndex<'i> {
    fn from(index: &'i Arc<Index>) -> Self {
        AnyIndex::Local(index)
    }
}

#[cfg(feature = "remote")]
impl<'i> From<&'i RemoteIndex> for AnyIndex<'i> {
    fn from(index: &'i RemoteIndex) -> Self {
        AnyIndex::Remote(index)
    }
}

impl<'i> AnyIndex<'i> {
    /// The index for a request, paid from `budget`.
    pub(crate) fn engine(self, request: &Request, budget: &Budget) -> Box<dyn Engine + 'i> {
        self.engine_of(request.names, request.parallel, budget)
    }

    /// The same for what is no request.
    pub(crate) fn engine_of(
        self,
        names: Names,
        is_parallel: bool,
        budget: &Budget,
    ) -> Box<dyn Engine + 'i> {
        let joins_names = names == Names::Joined;
        match self {
            AnyIndex::Local(index) => {
                let engine = LocalEngine::new(index, budget, is_parallel);
                Box::new(engine.joining_names(joins_names))
            }
            #[cfg(feature = "remote")]
            AnyIndex::Remote(index) => Box::new(RemoteEngine::new(index, budget, joins_names)),
        }
    }

    /// Whether each of some files is still what was indexed, by their keys.
    pub(crate) fn file_states(self, keys: &[&str]) -> Result<Vec<FileState>> {
        match self {
            AnyIndex::Local(index) => index.file_states(keys),
            #[cfg(feature = "remote")]
            AnyIndex::Remote(_) => {
                let why = "the index is kept elsewhere, and its files are not looked at";
                Ok(vec![FileState::Unchecked(why.to_owned()); keys.len()])
            }
        }
    }

    /// The place of the source file with this key; of an index elsewhere as its
    /// library has it.
    pub fn locate(self, key: &str) -> PathBuf {
        match self {
            AnyIndex::Local(index) => index.library().locate(key),
            #[cfg(feature = "remote")]
            AnyIndex::Remote(_) => path_key::decode(key),
        }
    }

    /// What the owner knew when it was made; of an index elsewhere that is not
    /// known here, and only what the articles' records say of it is.
    pub(crate) fn owner(self) -> Option<&'i Owner> {
        match self {
            AnyIndex::Local(index) => Some(index.owner()),
            #[cfg(feature = "remote")]
            AnyIndex::Remote(_) => None,
        }
    }

    /// The articles that a name may mean, with their texts: an id, the key of a
    /// file, or a key and a line. See [`Index::articles_named`].
    ///
    /// # Errors
    /// When the index is damaged, or its engine does not answer.
    pub fn articles_named(self, id: &str, key: &str) -> Result<Vec<(Record, String)>> {
        match self {
            AnyIndex::Local(index) => index.articles_named(id, key),
            #[cfg(feature = "remote")]
            AnyIndex::Remote(index) => index.articles_named(id, key),
        }
    }
}
