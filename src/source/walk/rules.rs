//! Which files and folders `.ignore`, `.gitignore` and git's own list leave
//! out, as ripgrep does it.
//!
//! The patterns are matched by the crate `ignore`. The files that hold them are
//! read here, by the rules of all other files (no link is followed, no pipe
//! waited for, none read without end), which that crate's own walk does not
//! keep. The user's global settings of git have no say: what is read must not
//! depend on who reads it.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::files::{self, EntryKind, Folder};

/// The most that a file of patterns may hold.
const MAX_BYTES: u64 = 16 << 20;

const IGNORE: &str = ".ignore";
const GIT_IGNORE: &str = ".gitignore";
const GIT: &str = ".git";
const JUJUTSU: &str = ".jj";

/// The patterns that hold in a folder: its own, and those of the folders above.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules(Option<Arc<Level>>);

/// The patterns of one folder.
#[derive(Debug)]
struct Level {
    above: Option<Arc<Level>>,
    ignore: Gitignore,
    git_ignore: Gitignore,
    exclude: Gitignore,
    /// Whether it is the top of a repository: patterns for git end here.
    is_repository: bool,
    /// Whether it or a folder above is.
    is_in_repository: bool,
    /// Whether there is any pattern, here or above.
    is_idle: bool,
}

/// A file of patterns that could not be read, and why.
pub(super) type Unread = Vec<(PathBuf, io::Error)>;

impl Rules {
    /// The patterns of the folders above the one at `path`.
    pub(super) fn above(path: &Path, follows: bool, unread: &mut Unread) -> Rules {
        let mut rules = Rules::default();
        let mut folders: Vec<&Path> = path.ancestors().skip(1).collect();
        folders.reverse();
        for folder in folders {
            // A folder that may not be entered has no say.
            if let Ok(open) = Folder::open(folder) {
                rules = rules.inside(&open, folder, None, follows, unread);
            }
        }
        rules
    }

    /// The patterns of a folder in the one of these; `names` are what it holds,
    /// where that is known.
    pub(super) fn inside(
        &self,
        folder: &Folder,
        path: &Path,
        names: Option<&[(std::ffi::OsString, Option<EntryKind>)]>,
        follows: bool,
        unread: &mut Unread,
    ) -> Rules {
        let has = |wanted: &str| match names {
            Some(names) => names.iter().any(|(name, _)| name == wanted),
            None => folder.stat(wanted.as_ref()).is_ok(),
        };
        let is_repository = has(GIT) || has(JUJUTSU);
        let mut patterns = |folder: &Folder, name: &str| {
            if name != EXCLUDE && !has(name) {
                return Gitignore::empty();
            }
            read(folder, name, path, follows).unwrap_or_else(|error| {
                unread.push((folder.path().join(name), error));
                Gitignore::empty()
            })
        };
        let ignore = patterns(folder, IGNORE);
        let git_ignore = patterns(folder, GIT_IGNORE);
        let info = || folder.child(GIT.as_ref())?.child("info".as_ref());
        let exclude = match is_repository.then(info) {
            Some(Ok(info)) => patterns(&info, EXCLUDE),
            // Not there, or the work tree of another repository.
            _ => Gitignore::empty(),
        };
        let above = self.0.as_ref();
        let has_none = ignore.is_empty() && git_ignore.is_empty() && exclude.is_empty();
        if has_none && !is_repository {
            return self.clone();
        }
        Rules(Some(Arc::new(Level {
            is_idle: has_none && above.is_none_or(|above| above.is_idle),
            is_in_repository: is_repository || above.is_some_and(|above| above.is_in_repository),
            above: self.0.clone(),
            ignore,
            git_ignore,
            exclude,
            is_repository,
        })))
    }

    /// Whether nothing is left out.
    pub(super) fn are_idle(&self) -> bool {
        self.0.as_ref().is_none_or(|level| level.is_idle)
    }

    /// Whether what lies at `path`, in the folder of these, is left out.
    ///
    /// Each kind of file is asked from the folder upwards, and the first that
    /// knows of it decides; `.ignore` goes before `.gitignore`, and that before
    /// git's own list.
    pub(super) fn leave_out(&self, path: &Path, is_folder: bool) -> bool {
        let Some(lowest) = self.0.as_deref() else {
            return false;
        };
        let levels = || std::iter::successors(Some(lowest), |level| level.above.as_deref());
        let first = |of: fn(&Level) -> &Gitignore, in_repository: bool| {
            let mut is_past = !lowest.is_in_repository;
            levels()
                .take_while(|level| {
                    let is_in = !in_repository || !is_past;
                    is_past |= level.is_repository;
                    is_in
                })
                .map(|level| of(level).matched(path, is_folder))
                .find(|matched| !matched.is_none())
        };
        let decided = first(|level| &level.ignore, false)
            .or_else(|| first(|level| &level.git_ignore, true))
            .or_else(|| first(|level| &level.exclude, true));
        decided.is_some_and(|matched| matched.is_ignore())
    }
}

/// Git's own list, in `.git/info`.
const EXCLUDE: &str = "exclude";

/// The patterns of the file `name` of `folder`, which hold below `root`; it is
/// no link unless it `follows` them.
fn read(folder: &Folder, name: &str, root: &Path, follows: bool) -> io::Result<Gitignore> {
    let name: &OsStr = name.as_ref();
    let read = if follows {
        let opened = files::open_named(&folder.path().join(name));
        opened.and_then(|(file, meta)| files::read_all(file, meta.size, MAX_BYTES))
    } else {
        folder.read(name, MAX_BYTES)
    };
    let text = match read {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Gitignore::empty()),
        Err(error) => return Err(error),
    };
    let mut builder = GitignoreBuilder::new(root);
    let text = String::from_utf8_lossy(&text);
    let text = text.trim_start_matches('\u{feff}');
    for line in text.lines() {
        // A pattern that is none leaves nothing out, as for git.
        let _ = builder.add_line(None, line);
    }
    Ok(builder.build().unwrap_or_else(|_| Gitignore::empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules of the folder `inside` of a temporary folder with these files.
    fn rules(files: &[(&str, &str)], inside: &str) -> (tempfile::TempDir, Rules, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let mut unread = Unread::new();
        let mut rules = Rules::default();
        let inside = root.path().join(inside);
        let mut folders: Vec<&Path> = inside.ancestors().collect();
        folders.reverse();
        for path in folders
            .into_iter()
            .filter(|path| path.starts_with(root.path()))
        {
            std::fs::create_dir_all(path).unwrap();
            let folder = Folder::open(path).unwrap();
            rules = rules.inside(
                &folder,
                path,
                Some(&folder.list().unwrap()),
                false,
                &mut unread,
            );
        }
        assert!(unread.is_empty(), "{unread:?}");
        (root, rules, inside)
    }

    #[test]
    fn git_has_a_say_in_its_repositories_alone() {
        let (_root, out, path) = rules(&[(".gitignore", "*.txt")], "a");
        assert!(!out.leave_out(&path.join("1.txt"), false));
        let files = [
            (".gitignore", "*.txt\n!keep.txt\n/a/b/"),
            (".git/info/exclude", "draft*"),
        ];
        let (_root, out, path) = rules(&files, "a");
        assert!(out.leave_out(&path.join("1.txt"), false));
        assert!(!out.leave_out(&path.join("keep.txt"), false));
        assert!(out.leave_out(&path.join("b"), true));
        assert!(!out.leave_out(&path.join("b"), false));
        assert!(out.leave_out(&path.join("draft.md"), false));
    }

    #[test]
    fn the_nearest_file_that_knows_decides() {
        let files = [
            (".git/x", ""),
            (".gitignore", "*.txt"),
            ("a/.gitignore", "!1.txt"),
            ("a/.ignore", "2.md"),
            (".ignore", "!3.txt"),
        ];
        let (_root, out, path) = rules(&files, "a");
        assert!(!out.leave_out(&path.join("1.txt"), false));
        assert!(out.leave_out(&path.join("2.md"), false));
        assert!(!out.leave_out(&path.join("3.txt"), false));
        assert!(out.leave_out(&path.join("4.txt"), false));
        assert!(!out.are_idle());
        // Another repository inside begins afresh.
        let files = [(".git/x", ""), (".gitignore", "*.txt"), ("a/.git/x", "")];
        let (_root, out, path) = rules(&files, "a");
        assert!(!out.leave_out(&path.join("1.txt"), false));
    }
}
