//! An index that is searched, wherever it is kept: in a folder, or by an engine
//! elsewhere.
//!
//! Answers are made of articles alone, by whatever engine finds them. What is
//! told beside an answer differs: a local index knows its files and whether they
//! have changed, an index elsewhere has no files here, and says so.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Names, Request};
use crate::article::Article;
#[cfg(any(feature = "remote", feature = "serve"))]
use crate::corrections::Owner;
use crate::document::Record;
use crate::engine::Engine;
use crate::engine::local::Index;
use crate::engine::local::session::LocalEngine;
#[cfg(feature = "remote")]
use crate::engine::remote::RemoteIndex;
#[cfg(feature = "remote")]
use crate::engine::remote::session::RemoteEngine;
use crate::extract::Extraction;
#[cfg(feature = "remote")]
use crate::extract::Role;
use crate::failure::{Failure, Result};
use crate::layout::Layout;
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

/// An index that several share, as [`AnyIndex`] borrows it.
#[derive(Debug, Clone)]
pub enum SharedIndex {
    /// In a folder of this machine.
    Local(Arc<Index>),
    /// In an engine that is asked over HTTP.
    #[cfg(feature = "remote")]
    Remote(Arc<RemoteIndex>),
}

impl SharedIndex {
    /// The index, borrowed.
    pub fn any(&self) -> AnyIndex<'_> {
        match self {
            SharedIndex::Local(index) => index.into(),
            #[cfg(feature = "remote")]
            SharedIndex::Remote(index) => AnyIndex::Remote(index),
        }
    }

    /// Whether another state may be there since this one was opened.
    pub fn has_moved_on(&self) -> bool {
        match self {
            SharedIndex::Local(index) => index.has_moved_on(),
            #[cfg(feature = "remote")]
            SharedIndex::Remote(index) => index.is_old(),
        }
    }

    /// The same index, as it is now; `None` where it is gone.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn reopened(&self) -> Result<Option<SharedIndex>> {
        Ok(match self {
            SharedIndex::Local(index) => Index::open(index.library())?.map(SharedIndex::from),
            #[cfg(feature = "remote")]
            SharedIndex::Remote(index) => Some(index.reopened()?.into()),
        })
    }

    /// What it is called: the name of its library's folder, or its own.
    pub fn name(&self) -> String {
        match self {
            SharedIndex::Local(index) => {
                let root = &index.library().root;
                let name = root.file_name();
                let name = name.map(|name| name.to_string_lossy().into_owned());
                name.unwrap_or_else(|| root.display().to_string())
            }
            #[cfg(feature = "remote")]
            SharedIndex::Remote(index) => index.target().index().to_owned(),
        }
    }

    /// What the owner of its library knows; nothing of an index elsewhere.
    #[cfg(feature = "serve")]
    pub(crate) fn owner(&self) -> Option<&Owner> {
        self.local().map(|index| index.owner())
    }

    /// The index of a folder.
    pub fn local(&self) -> Option<&Arc<Index>> {
        match self {
            SharedIndex::Local(index) => Some(index),
            #[cfg(feature = "remote")]
            SharedIndex::Remote(_) => None,
        }
    }
}

impl From<Index> for SharedIndex {
    fn from(index: Index) -> Self {
        SharedIndex::Local(Arc::new(index))
    }
}

#[cfg(feature = "remote")]
impl From<RemoteIndex> for SharedIndex {
    fn from(index: RemoteIndex) -> Self {
        SharedIndex::Remote(Arc::new(index))
    }
}

impl<'i> From<&'i SharedIndex> for AnyIndex<'i> {
    fn from(index: &'i SharedIndex) -> Self {
        index.any()
    }
}

impl<'i> AnyIndex<'i> {
    /// The folder that the paths of its library are shown from; none of an index
    /// elsewhere, whose paths are shown as they are.
    pub fn root(self) -> PathBuf {
        match self {
            AnyIndex::Local(index) => index.library().root.clone(),
            #[cfg(feature = "remote")]
            AnyIndex::Remote(_) => PathBuf::new(),
        }
    }

    /// The key of a file that is named from [`AnyIndex::root`].
    pub fn key(self, name: &Path) -> String {
        match self {
            AnyIndex::Local(index) => {
                let library = index.library();
                library.key(&library.root, name)
            }
            #[cfg(feature = "remote")]
            AnyIndex::Remote(_) => path_key::encode(name),
        }
    }

    /// When articles were last put into it, RFC 3339.
    pub fn built_at(self) -> &'i str {
        match self {
            AnyIndex::Local(index) => &index.state().built_at,
            #[cfg(feature = "remote")]
            AnyIndex::Remote(index) => &index.info().built_at,
        }
    }

    /// How many articles it has.
    pub fn articles(self) -> u64 {
        match self {
            AnyIndex::Local(index) => index.state().articles,
            #[cfg(feature = "remote")]
            AnyIndex::Remote(index) => index.info().articles,
        }
    }

    /// Who, where and when in an article of it, with what says so: read by what
    /// its owner knew, in so many bytes of the article.
    pub(crate) fn extract(
        self,
        article: &mut Article,
        layout: &Layout,
        record: &Record,
        bytes: usize,
    ) -> Extraction {
        let (mut extraction, is_known) = match self {
            AnyIndex::Local(index) => {
                let owner = index.owner();
                (owner.extract_first(article, layout, bytes), true)
            }
            #[cfg(feature = "remote")]
            AnyIndex::Remote(_) => {
                let mut read = Owner::default().extract_first(article, layout, bytes);
                as_recorded(&mut read, record);
                (read, false)
            }
        };
        if article.text.len() > bytes || !is_known {
            extraction.complete(&record.countries, &record.people);
        }
        extraction
    }

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

/// So many of the articles that a name may mean are told.
const TOLD: usize = 3;

/// What is told of a name that several articles have. `place` gives a name that
/// means one of them alone.
pub fn ambiguous(
    name: &str,
    found: &[(Record, String)],
    place: impl Fn(&Record) -> String,
) -> Failure {
    let first = found.iter().take(TOLD).map(|(record, _)| place(record));
    let first = first.collect::<Vec<_>>().join(", ");
    let more = if found.len() > TOLD { ", …" } else { "" };
    let why = format!("{} articles match", found.len());
    let failure = Failure::new(format!("ambiguous article: {name}: {why}"));
    failure.help(format!("use one of: {first}{more}"))
}

/// Takes out what the record does not have: the owner knew better, wherever the
/// article was indexed.
#[cfg(feature = "remote")]
fn as_recorded(extraction: &mut Extraction, record: &Record) {
    extraction.published = record.published.clone();
    let countries = &mut extraction.countries;
    countries.retain(|country| record.countries.contains(&country.code));
    for country in countries {
        country.main = record.main_countries.contains(&country.code);
    }
    let people = &mut extraction.people;
    people.retain(|person| person.role != Role::Subject || record.people.contains(&person.name));
}
