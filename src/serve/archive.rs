//! The archive that is served: the last commit of its index.
//!
//! Before each request the pointer of the index and the time of its list are
//! looked at, which takes microseconds; where another process has committed, the
//! new state is opened beside the old one and takes its place. An index elsewhere
//! is opened again every few minutes. A request keeps the state that it began
//! with. Where the index cannot be opened, requests are told why, until it can.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use crate::failure::{Failure, FailureKind, Result};
use crate::library::shown_from;
use crate::search::SharedIndex;

/// One committed state.
#[derive(Debug)]
pub(super) struct Commit {
    /// The index, open for reading.
    pub(super) index: SharedIndex,
    root: PathBuf,
    /// The start page of this state, once it is made.
    pub(super) start: OnceLock<Vec<u8>>,
}

impl Commit {
    fn of(index: SharedIndex) -> Arc<Commit> {
        Arc::new(Commit {
            root: index.any().root(),
            index,
            start: OnceLock::new(),
        })
    }

    /// The folder that paths are shown from: a client knows no other.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The path of a file of the library by its key, as it is shown.
    pub(super) fn shown(&self, key: &str) -> PathBuf {
        shown_from(self.root(), &self.index.any().locate(key))
    }
}

/// The archive, as its index moves on.
#[derive(Debug)]
pub(super) struct Archive {
    name: String,
    current: RwLock<Arc<Commit>>,
    /// One request opens a new state, those beside it wait for it.
    opening: Mutex<()>,
}

impl Archive {
    /// The archive of `index`.
    pub(super) fn new(index: SharedIndex) -> Archive {
        Archive {
            name: index.name(),
            current: RwLock::new(Commit::of(index)),
            opening: Mutex::new(()),
        }
    }

    /// What the archive that is served is called.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The last commit.
    ///
    /// # Errors
    /// When there is none any more, or it cannot be opened.
    pub(super) fn current(&self) -> Result<Arc<Commit>> {
        let held = self.held();
        if !held.index.has_moved_on() {
            return Ok(held);
        }
        let _one = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        let held = self.held();
        if !held.index.has_moved_on() {
            return Ok(held);
        }
        let opened = held.index.reopened()?;
        let index = opened.ok_or_else(|| {
            let place = held.index.local().map(|index| &index.library().index_dir);
            let place = place.map_or(Path::new(&self.name), PathBuf::as_path);
            Failure::at("no index", place, "it is gone")
                .help("run `cybersearch index`")
                .of(FailureKind::NotFound)
        })?;
        let commit = Commit::of(index);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = Arc::clone(&commit);
        Ok(commit)
    }

    /// The state that was opened last.
    fn held(&self) -> Arc<Commit> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&current)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::local::Index;
    use crate::library::Library;
    use crate::update::{Update, update};

    #[test]
    fn commits_are_followed_and_a_lost_index_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| {
            std::fs::create_dir_all(folder.path().join("seeds")).unwrap();
            std::fs::write(folder.path().join("seeds").join(name), "Oil\n\nOil rose.\n").unwrap();
        };
        let library = Library::at(folder.path());
        let bring_up = || update(&library, &Update::default(), &|_| {}).unwrap();
        write("a.txt");
        bring_up();
        let archive = Archive::new(Index::open(&library).unwrap().unwrap().into());
        let first = archive.current().unwrap();
        assert_eq!(first.index.any().articles(), 1);
        assert!(Arc::ptr_eq(&first, &archive.current().unwrap()));
        write("b.txt");
        bring_up();
        assert_eq!(archive.current().unwrap().index.any().articles(), 2);
        assert_eq!(first.index.any().articles(), 1);
        let rebuild = Update {
            rebuild: true,
            ..Update::default()
        };
        update(&library, &rebuild, &|_| {}).unwrap();
        assert_eq!(archive.current().unwrap().index.any().articles(), 2);
        std::fs::remove_dir_all(&library.index_dir).unwrap();
        let lost = archive.current().unwrap_err();
        assert_eq!(lost.kind(), FailureKind::NotFound);
        bring_up();
        assert_eq!(archive.current().unwrap().index.any().articles(), 2);
    }
}
