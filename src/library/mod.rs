//! Finds the library that a command works on, and says whose it is.
//!
//! A library is a folder with sources (default: `seeds/`) and its `index/`. It is
//! found as git finds its repository: the current folder, then its parents.
//! Imports `files` and `source`. Must not know what is in an index but the small
//! file by which one is known (`pointer`).

pub(crate) mod pointer;
pub mod trust;

use std::path::{Path, PathBuf};

use crate::files::{self, Access, EntryKind};
use crate::source::{Selection, absolute, path_key};

/// The folder of sources that a library has unless told otherwise.
pub const DEFAULT_SOURCE: &str = "seeds";

/// The folder in a library that holds its index.
const INDEX_NAME: &str = "index";

/// The owner's file in a library; see [`crate::corrections`].
pub const CORRECTIONS: &str = "corrections.txt";

/// A library's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// The folder that paths in the index are relative to.
    pub root: PathBuf,
    /// The folder of the index.
    pub index_dir: PathBuf,
}

impl Library {
    /// The library whose index folder the user named. Its root is the folder
    /// that the index folder lies in.
    pub fn with_index(current: &Path, index_dir: &Path) -> Library {
        let index_dir = absolute(current, index_dir);
        let root = index_dir.parent().unwrap_or(&index_dir).to_owned();
        Library { root, index_dir }
    }

    /// The library that starts in the folder `root`.
    pub fn at(root: &Path) -> Library {
        Library {
            root: root.to_owned(),
            index_dir: root.join(INDEX_NAME),
        }
    }

    /// Finds the library of the folder `current`: itself, or the nearest
    /// parent, that has `seeds/` or an index.
    pub fn find(current: &Path) -> Option<Library> {
        current.ancestors().map(Library::at).find(|library| {
            library.root.join(DEFAULT_SOURCE).is_dir() || pointer::is_index(&library.index_dir)
        })
    }

    /// The place of the owner's file, which may not be there.
    pub fn corrections(&self) -> PathBuf {
        self.root.join(CORRECTIONS)
    }

    /// The sources of a library that was never told any.
    pub fn default_sources(&self) -> Vec<String> {
        if self.root.join(DEFAULT_SOURCE).is_dir() {
            vec![DEFAULT_SOURCE.to_owned()]
        } else {
            Vec::new()
        }
    }

    /// Whether an index of these sources is made of more than lies in the
    /// library: it follows links, or has sources elsewhere, by their paths or
    /// behind a link.
    pub(crate) fn reaches_out(&self, selection: &Selection, sources: &[String]) -> bool {
        selection.follow || sources.iter().any(|key| self.is_outside(key))
    }

    fn is_outside(&self, key: &str) -> bool {
        let location = absolute(&self.root, &path_key::decode(key));
        let Ok(inside) = location.strip_prefix(&self.root) else {
            return true;
        };
        let mut path = self.root.clone();
        inside.components().any(|part| {
            path.push(part);
            files::stat_link(&path).is_ok_and(|meta| meta.kind == EntryKind::Link)
        })
    }

    /// The group that keeps the library, where one does: its folder, or that of
    /// its index, gives its group to what is made in it, and the group may
    /// write.
    pub(crate) fn group(&self) -> Option<u32> {
        let folders = [&self.root, &self.index_dir].into_iter();
        let mut metas = folders.filter_map(|folder| files::stat(folder).ok());
        let kept = metas.find(|meta| Access::of_folder_mode(meta.mode).group_writes);
        kept.map(|meta| meta.group)
    }

    /// How the index remembers the path that a user gave in folder `current`:
    /// relative to the root where it lies inside it.
    pub fn key(&self, current: &Path, path: &Path) -> String {
        let path = absolute(current, path);
        match path.strip_prefix(&self.root) {
            Ok(inside) if inside.as_os_str().is_empty() => ".".to_owned(),
            Ok(inside) => path_key::encode(inside),
            Err(_) => path_key::encode(&path),
        }
    }

    /// The place of the source file with this key.
    pub fn locate(&self, key: &str) -> PathBuf {
        crate::source::locate(&self.root, key)
    }
}

/// How a path is shown in folder `current`: relative to it, by way of the
/// parents they share if they share more than the root folder; else whole.
pub fn shown_from(current: &Path, path: &Path) -> PathBuf {
    if let Ok(inside) = path.strip_prefix(current) {
        return inside.to_owned();
    }
    let shared = path
        .components()
        .zip(current.components())
        .take_while(|(a, b)| a == b)
        .count();
    if shared <= 1 {
        return path.to_owned();
    }
    let ups = current.components().skip(shared).map(|_| "..");
    ups.map(Path::new)
        .chain(
            path.components()
                .skip(shared)
                .map(|part| Path::new(part.as_os_str())),
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_found_from_below() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("seeds/deep")).unwrap();
        assert_eq!(
            Library::find(&root.join("seeds/deep")),
            Some(Library::at(root))
        );
        assert_eq!(Library::at(root).default_sources(), ["seeds"]);
    }

    #[test]
    fn keys_are_relative_inside_the_library() {
        let library = Library::at(Path::new("/a"));
        assert_eq!(
            library.key(Path::new("/a/b"), Path::new("../c/d.txt")),
            "c/d.txt"
        );
        assert_eq!(library.key(Path::new("/a"), Path::new(".")), ".");
        assert_eq!(
            library.key(Path::new("/a"), Path::new("/z/d.txt")),
            "/z/d.txt"
        );
    }

    #[test]
    fn paths_are_shown_as_the_reader_would_type_them() {
        let shown = |current: &str, path: &str| {
            shown_from(Path::new(current), Path::new(path))
                .display()
                .to_string()
        };
        assert_eq!(shown("/a/b", "/a/b/c.txt"), "c.txt");
        assert_eq!(shown("/a/b/x", "/a/b/c.txt"), "../c.txt");
        assert_eq!(shown("/tmp/b", "/home/c.txt"), "/home/c.txt");
    }
}
