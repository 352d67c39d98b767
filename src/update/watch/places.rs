//! The folders that are watched.
//!
//! Where the system watches folder by folder (inotify), just those are watched
//! that an update looks into: not the index, not what is hidden or ignored.
//! Elsewhere each source is watched with all that is in it.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use notify::{Config, ErrorKind, RecommendedWatcher, RecursiveMode, Watcher as _, WatcherKind};

use super::events::{Interest, why};
use super::inbox::{EventQueue, Notice};
use crate::library::Library;
use crate::source::{Selection, Walker};

/// How often folders are listed until none is new: each round sees what came
/// while the one before set its watches.
const MAX_ROUNDS: usize = 4;

/// What the file system says of a source: another answer, another place.
pub(super) type SourceIdentity = Option<(u64, u64)>;

/// The watches of one library.
pub(super) struct Watches {
    watcher: RecommendedWatcher,
    watched: BTreeMap<PathBuf, RecursiveMode>,
}

impl Watches {
    /// Nothing watched yet; events will go to `inbox`. An error is in words.
    pub(super) fn new(
        library: &Library,
        sources: &[String],
        selection: &Selection,
        inbox: &Arc<EventQueue>,
    ) -> Result<Watches, String> {
        let files = sources.iter().map(|source| library.locate(source));
        let files = files.filter(|location| !location.is_dir());
        let interest = Interest {
            index_dir: library.index_dir.clone(),
            named: files.chain([library.corrections()]).collect(),
        };
        let inbox = Arc::clone(inbox);
        let handler = move |event: notify::Result<notify::Event>| {
            let notice = match event {
                Ok(event) => interest.notice(&event),
                Err(error) => Some(Notice::Trouble(why(&error))),
            };
            if let Some(notice) = notice {
                inbox.post(notice, Instant::now());
            }
        };
        let config = Config::default().with_follow_symlinks(selection.follow);
        let watcher = RecommendedWatcher::new(handler, config).map_err(|error| why(&error))?;
        Ok(Watches {
            watcher,
            watched: BTreeMap::new(),
        })
    }

    /// How many are watched.
    pub(super) fn len(&self) -> usize {
        self.watched.len()
    }

    /// Takes the watches off what has moved or was removed: it may be another
    /// folder that has the name now.
    pub(super) fn forget(&mut self, gone: &HashSet<PathBuf>) {
        if gone.is_empty() {
            return;
        }
        let is_gone = |path: &Path| path.ancestors().any(|path| gone.contains(path));
        let paths: Vec<PathBuf> = self.watched.keys().cloned().collect();
        for path in paths.iter().filter(|path| is_gone(path)) {
            self.unwatch(path);
        }
    }

    /// Watches what is to be watched now, and nothing else. An error is in
    /// words, and means that there will be no events.
    pub(super) fn set(&mut self, walker: &Walker<'_>, sources: &[String]) -> Result<(), String> {
        for _ in 0..MAX_ROUNDS {
            let wanted = wanted(walker, sources);
            let strays = self
                .watched
                .keys()
                .filter(|path| !wanted.contains_key(*path));
            for path in strays.cloned().collect::<Vec<_>>() {
                self.unwatch(&path);
            }
            let mut is_settled = true;
            for (path, mode) in wanted {
                if self.watched.contains_key(&path) {
                    continue;
                }
                match self.watcher.watch(&path, mode) {
                    Ok(()) => {
                        self.watched.insert(path, mode);
                        is_settled = false;
                    }
                    Err(error) if is_of_this_folder(&error) => {}
                    Err(error) => return Err(why(&error)),
                }
            }
            if is_settled {
                break;
            }
        }
        Ok(())
    }

    fn unwatch(&mut self, path: &Path) {
        self.watched.remove(path);
        // It may know already that the folder is gone.
        let _ = self.watcher.unwatch(path);
    }
}

/// Whether one folder cannot be watched, since it is gone or must not be
/// looked into; an update does not see into it either.
fn is_of_this_folder(error: &notify::Error) -> bool {
    use std::io::ErrorKind as Io;
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(cause) => matches!(
            cause.kind(),
            Io::NotFound | Io::PermissionDenied | Io::NotADirectory
        ),
        _ => false,
    }
}

/// What is to be watched, and whether with all that is in it.
fn wanted(walker: &Walker<'_>, sources: &[String]) -> BTreeMap<PathBuf, RecursiveMode> {
    let mut wanted = BTreeMap::new();
    // The owner's file comes and goes here.
    if walker.root.is_dir() {
        wanted.insert(walker.root.to_owned(), RecursiveMode::NonRecursive);
    }
    if RecommendedWatcher::kind() == WatcherKind::Inotify {
        let folders = walker.folders(sources).into_iter();
        wanted.extend(folders.map(|folder| (folder, RecursiveMode::NonRecursive)));
        return wanted;
    }
    for source in sources {
        let location = crate::source::locate(walker.root, source);
        if location.is_dir() {
            wanted.insert(location, RecursiveMode::Recursive);
        } else if let Some(folder) = location.parent().filter(|folder| folder.is_dir()) {
            let mode = RecursiveMode::NonRecursive;
            wanted.entry(folder.to_owned()).or_insert(mode);
        }
    }
    wanted
}

/// Which folder or file is at `location` now; `None` for none. A source that
/// is unmounted, or was replaced as a whole, tells of it by no event.
pub(super) fn identity(location: &Path) -> SourceIdentity {
    let metadata = std::fs::metadata(location).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        Some((u64::from(metadata.is_dir()), 0))
    }
}
