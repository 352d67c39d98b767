//! Finds the files of a library's sources, with what the file system says of
//! each.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::fs::Metadata;
use std::path::{Component, Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::stat::{Stat, Stats};
use super::{Format, Selection, path_key, plain_cause, sidecar};
use crate::parallel::in_order;

/// How many entries of a walk are looked at by one thread at once.
const BATCH: usize = 256;

/// A file that may hold articles.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its path in the library, as text.
    pub key: String,
    /// Its place in the file system.
    pub location: PathBuf,
    /// How articles lie in it.
    pub format: Format,
    /// Its length in bytes.
    pub size: u64,
    /// Of the file and its sidecar; taken before they are read, so that a
    /// change while reading shows later.
    pub stat: Stat,
    /// Whether it had a sidecar then.
    pub has_sidecar: bool,
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Found {
    /// The files that may hold articles, by key.
    pub files: Vec<SourceFile>,
    /// How many files there are of other kinds, by ending.
    pub others: BTreeMap<String, u64>,
    /// Folders and files that could not be looked at, with the reason.
    pub errors: Vec<(String, String)>,
    /// Sources that are not there, as the index remembers them.
    pub missing: Vec<String>,
}

/// What a walk sees of an entry.
enum Seen {
    /// A folder, or a file that is none of its own.
    Nothing,
    /// A file that may hold articles, without its sidecar.
    File(SourceFile),
    /// A file of another kind, by its ending.
    Other(String),
    /// What could not be looked at, with the reason.
    Error(String, String),
}

impl Found {
    fn add(&mut self, seen: Seen, sidecars: &mut sidecar::Listing) {
        match seen {
            Seen::Nothing => {}
            Seen::File(mut file) => {
                (file.stat, file.has_sidecar) = sidecars.with_sidecar(file.stat, &file.location);
                self.files.push(file);
            }
            Seen::Other(ending) => *self.others.entry(ending).or_default() += 1,
            Seen::Error(key, cause) => self.errors.push((key, cause)),
        }
    }
}

/// Walks the sources of one library.
#[derive(Debug)]
pub struct Walker<'a> {
    /// Keys are relative to this folder where a file lies in it.
    pub root: &'a Path,
    /// Never walked.
    pub index_dir: &'a Path,
    /// The owner's file, which is no article.
    pub corrections: PathBuf,
    /// Which files count.
    pub selection: &'a Selection,
    /// How many threads look: more than one is worth starting for some
    /// thousand files.
    pub threads: usize,
}

impl Walker<'_> {
    /// Finds the files of `sources` (keys of files and folders), sorted by
    /// key. A file that two sources reach is found once.
    pub fn walk(&self, sources: &[String]) -> Found {
        let mut found = Found::default();
        for source in sources {
            let location = super::locate(self.root, source);
            if location == self.corrections {
                continue;
            }
            match std::fs::metadata(&location) {
                Ok(metadata) if metadata.is_dir() => self.walk_folder(&location, &mut found),
                Ok(metadata) => self.add_named_file(&location, &metadata, &mut found),
                Err(_) => found.missing.push(source.clone()),
            }
        }
        found.files.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        found.files.dedup_by(|a, b| a.key == b.key);
        found
    }

    /// The folders that [`Walker::walk`] looks into, for the same sources; of a
    /// named file, the one that it lies in.
    pub fn folders(&self, sources: &[String]) -> BTreeSet<PathBuf> {
        let mut folders = BTreeSet::new();
        for source in sources {
            let location = super::locate(self.root, source);
            if location.is_dir() {
                let entries = self.entries(&location).flatten();
                let is_folder = |entry: &DirEntry| {
                    // A link to a folder that is not followed tells it is a link;
                    // the source itself is followed always.
                    entry.depth() == 0 || entry.file_type().is_some_and(|kind| kind.is_dir())
                };
                folders.extend(entries.filter(is_folder).map(DirEntry::into_path));
            } else if location.exists() {
                folders.extend(location.parent().map(Path::to_owned));
            }
        }
        folders
    }

    /// All that a folder holds, itself first, as far as it is to be read.
    fn entries(&self, folder: &Path) -> ignore::Walk {
        let not_walked = [self.index_dir.to_owned(), self.corrections.clone()];
        WalkBuilder::new(folder)
            .hidden(!self.selection.hidden)
            .ignore(!self.selection.ignored)
            .git_ignore(!self.selection.ignored)
            .git_exclude(!self.selection.ignored)
            // What is read must not depend on who reads it.
            .git_global(false)
            .parents(!self.selection.ignored)
            .follow_links(self.selection.follow)
            .filter_entry(move |entry| not_walked.iter().all(|path| entry.path() != path))
            .build()
    }

    /// One thread reads the folders, others ask for the files in them: a walk
    /// of several threads, each entry handed from one to the next, took twice
    /// as long.
    fn walk_folder(&self, folder: &Path, found: &mut Found) {
        let mut sidecars = sidecar::Listing::default();
        let entries = self.entries(folder);
        if self.threads <= 1 {
            let mut stats = Stats::default();
            for entry in entries {
                found.add(self.look(entry, &mut stats), &mut sidecars);
            }
            return;
        }
        let errors = found.errors.len();
        let Ok(()) = in_order(
            self.threads,
            |send| {
                let mut entries = entries;
                loop {
                    let batch: Vec<_> = entries.by_ref().take(BATCH).collect();
                    if batch.is_empty() || !send(batch) {
                        return;
                    }
                }
            },
            |batch| {
                let mut stats = Stats::default();
                let seen = batch.into_iter().map(|entry| self.look(entry, &mut stats));
                seen.collect::<Vec<_>>()
            },
            |batch| {
                for seen in batch {
                    found.add(seen, &mut sidecars);
                }
                Ok::<(), Infallible>(())
            },
        );
        found.errors[errors..].sort_unstable();
    }

    /// What there is to an entry of a walk.
    fn look(&self, entry: Result<DirEntry, ignore::Error>, stats: &mut Stats) -> Seen {
        let entry = match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => entry,
            Ok(_) => return Seen::Nothing,
            Err(error) => {
                let (key, cause) = self.error(&error);
                return Seen::Error(key, cause);
            }
        };
        let path = entry.path();
        if sidecar::is_one(path) {
            return Seen::Nothing;
        }
        let Some(format) = Format::of(path) else {
            let ending = path.extension();
            let ending = ending.map(|ending| format!(".{}", ending.to_string_lossy()));
            return Seen::Other(ending.unwrap_or_else(|| "no ending".to_owned()));
        };
        let key = key_of(self.root, path);
        match stats.read(path, self.selection.follow) {
            Ok(stat) => Seen::File(SourceFile {
                key,
                location: entry.into_path(),
                format,
                size: stat.size,
                stat,
                has_sidecar: false,
            }),
            Err(error) => Seen::Error(key, plain_cause(&error)),
        }
    }

    /// A file that the user named is read as text whatever its ending.
    fn add_named_file(&self, location: &Path, metadata: &Metadata, found: &mut Found) {
        let (stat, has_sidecar) = sidecar::with_sidecar(Stat::of(metadata), location);
        found.files.push(SourceFile {
            key: key_of(self.root, location),
            location: location.to_owned(),
            format: Format::of(location).unwrap_or(Format::Text),
            size: metadata.len(),
            stat,
            has_sidecar,
        });
    }

    fn error(&self, error: &ignore::Error) -> (String, String) {
        let (path, cause) = unwrap_error(error);
        let key = path.map_or_else(String::new, |path| key_of(self.root, &path));
        (key, cause)
    }
}

/// The path and the bare cause of a walk's error.
fn unwrap_error(error: &ignore::Error) -> (Option<PathBuf>, String) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path.clone()), unwrap_error(err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            unwrap_error(err)
        }
        ignore::Error::Loop { ancestor, child } => (
            Some(child.clone()),
            format!("a link that leads back to {}", ancestor.display()),
        ),
        ignore::Error::Io(error) => (None, plain_cause(error)),
        other => (None, other.to_string()),
    }
}

/// The key of the file at `location`: relative to `root` inside it, else the
/// whole path.
fn key_of(root: &Path, location: &Path) -> String {
    path_key::encode(location.strip_prefix(root).unwrap_or(location))
}

/// `path` from `base` on, with `.` and `..` taken out, links untouched.
pub fn absolute(base: &Path, path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in base.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_finds_each_file_once_and_counts_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        std::fs::create_dir_all(root.join("a/index")).unwrap();
        for name in [
            "a/1.txt",
            "a/b/2.MD",
            "a/.hidden.txt",
            "a/c.pdf",
            "a/1.txt.meta.json",
            "a/corrections.txt",
            "a/index/x.txt",
            "notes.log",
        ] {
            std::fs::write(root.join(name), "text").unwrap();
        }
        let walker = Walker {
            root,
            index_dir: &root.join("a/index"),
            corrections: root.join("a/corrections.txt"),
            selection: &Selection::default(),
            threads: 1,
        };
        let sources = ["a", "a/b", "notes.log", "gone"].map(str::to_owned);
        let found = walker.walk(&sources);
        let keys: Vec<&str> = found.files.iter().map(|file| file.key.as_str()).collect();
        assert_eq!(keys, ["a/1.txt", "a/b/2.MD", "notes.log"]);
        assert_eq!((found.others.len(), found.others[".pdf"]), (1, 1));
        assert_eq!(found.missing, ["gone"]);
        let folders = walker.folders(&sources);
        let folders: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
        assert_eq!(folders, [root, &root.join("a"), &root.join("a/b")]);
    }

    #[cfg(unix)]
    #[test]
    fn a_loop_of_links_ends_and_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir(root.join("a")).unwrap();
        std::fs::write(root.join("a/1.txt"), "text").unwrap();
        std::os::unix::fs::symlink(root.join("a"), root.join("a/again")).unwrap();
        let selection = Selection {
            follow: true,
            ..Selection::default()
        };
        let walker = Walker {
            root,
            index_dir: &root.join("index"),
            corrections: root.join("corrections.txt"),
            selection: &selection,
            threads: 2,
        };
        let found = walker.walk(&["a".to_owned()]);
        assert_eq!(found.files.len(), 1);
        assert_eq!(found.errors.len(), 1, "{:?}", found.errors);
    }

    #[test]
    fn paths_are_cleaned_without_asking_the_file_system() {
        assert_eq!(
            absolute(Path::new("/a/b"), Path::new("./../c/./d")),
            Path::new("/a/c/d")
        );
    }
}
