//! What an event of the file system means for an index.

use std::collections::HashSet;
use std::path::PathBuf;

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind};
use notify::{ErrorKind, Event, EventKind};

use super::inbox::Notice;
use crate::failure::plain_cause;
use crate::source::{is_ignore_file, may_be_read};

/// Tells events that matter from those that do not.
#[derive(Debug)]
pub(super) struct Interest {
    /// What happens in it is the index's own doing.
    pub(super) index_dir: PathBuf,
    /// Files that matter whatever their names: the sources that are files, and
    /// the owner's.
    pub(super) named: HashSet<PathBuf>,
}

impl Interest {
    /// What `event` means; `None` where it changes nothing that is read.
    ///
    /// Doubt is no reason to keep quiet: an update that finds nothing changed
    /// costs little and writes nothing.
    pub(super) fn notice(&self, event: &Event) -> Option<Notice> {
        if event.need_rescan() {
            return Some(Notice::Lost);
        }
        let paths = || {
            let foreign = |path: &&PathBuf| !path.starts_with(&self.index_dir);
            event.paths.iter().filter(foreign)
        };
        let folder = |gone: bool| {
            let gone = paths().filter(|_| gone).cloned().collect();
            paths().next().map(|_| Notice::Folder(gone))
        };
        let file = || {
            // Other folders may be left out now.
            let ignores = paths().any(|path| is_ignore_file(path));
            let is_read = paths().any(|path| may_be_read(path) || self.named.contains(path));
            match (ignores, is_read) {
                (true, _) => Some(Notice::Folder(Vec::new())),
                (false, true) => Some(Notice::File),
                (false, false) => None,
            }
        };
        match event.kind {
            EventKind::Create(CreateKind::Folder) => folder(false),
            // Whether it was a folder that was moved is not told.
            EventKind::Remove(RemoveKind::Folder) | EventKind::Modify(ModifyKind::Name(_)) => {
                folder(true)
            }
            EventKind::Create(CreateKind::File)
            | EventKind::Remove(RemoveKind::File)
            | EventKind::Modify(ModifyKind::Data(_))
            | EventKind::Access(AccessKind::Close(AccessMode::Write)) => file(),
            // Reading is no change, and updates read.
            EventKind::Access(_) => None,
            EventKind::Modify(ModifyKind::Metadata(_)) => file().or_else(|| {
                // A folder that may be looked into now.
                let is_folder = paths().any(|path| path.is_dir());
                is_folder.then(|| Notice::Folder(Vec::new()))
            }),
            EventKind::Any
            | EventKind::Other
            | EventKind::Create(_)
            | EventKind::Remove(_)
            | EventKind::Modify(_) => folder(true),
        }
    }
}

/// Why there are no events, in words.
pub(super) fn why(error: &notify::Error) -> String {
    match &error.kind {
        ErrorKind::MaxFilesWatch => {
            "system limit on watches reached (fs.inotify.max_user_watches)".to_owned()
        }
        ErrorKind::Io(cause) if cause.raw_os_error() == Some(TOO_MANY_FILES) => {
            "system limit on watchers or open files reached (fs.inotify.max_user_instances)"
                .to_owned()
        }
        ErrorKind::Io(cause) => plain_cause(cause),
        _ => crate::article::one_line(&error.to_string()),
    }
}

/// `EMFILE`, which the standard library gives no kind of its own.
const TOO_MANY_FILES: i32 = 24;

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{DataChange, Flag, MetadataKind, RenameMode};

    /// What an event of this kind at `path` means, with the index in `/lib/index`.
    fn check(kind: EventKind, path: &str, expected: Option<&Notice>) {
        let interest = Interest {
            index_dir: "/lib/index".into(),
            named: HashSet::from(["/lib/notes.log".into()]),
        };
        let event = Event::new(kind).add_path(path.into());
        let notice = interest.notice(&event);
        assert_eq!(notice.as_ref(), expected, "{event:?}");
    }

    const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));
    const CREATED: EventKind = EventKind::Create(CreateKind::File);
    const RENAMED: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::From));
    const FOLDER: EventKind = EventKind::Create(CreateKind::Folder);

    #[test]
    fn files_matter_by_their_names() {
        for path in [
            "/lib/seeds/a.txt",
            "/lib/seeds/B.MD",
            "/lib/c.jsonl",
            "/lib/seeds/a.txt.meta.json",
            "/lib/notes.log",
        ] {
            check(WRITTEN, path, Some(&Notice::File));
            check(CREATED, path, Some(&Notice::File));
        }
        let folders = Notice::Folder(Vec::new());
        check(WRITTEN, "/lib/seeds/.gitignore", Some(&folders));
        check(CREATED, "/lib/.ignore", Some(&folders));
        for path in ["/lib/other.log", "/lib/a.txt~", "/lib/index/a.txt"] {
            check(WRITTEN, path, None);
        }
    }

    #[test]
    fn the_index_does_not_wake_itself() {
        check(FOLDER, "/lib/index", None);
        check(FOLDER, "/lib/index/g2", None);
        check(RENAMED, "/lib/index/g1/meta.json", None);
        check(WRITTEN, "/lib/index/lock", None);
        let path = "/lib/index2/a.txt";
        check(WRITTEN, path, Some(&Notice::File));
    }

    #[test]
    fn reading_is_no_change() {
        let opened = EventKind::Access(AccessKind::Open(AccessMode::Any));
        let closed = EventKind::Access(AccessKind::Close(AccessMode::Read));
        let saved = EventKind::Access(AccessKind::Close(AccessMode::Write));
        check(opened, "/lib/seeds/a.txt", None);
        check(closed, "/lib/seeds/a.txt", None);
        check(saved, "/lib/seeds/a.txt", Some(&Notice::File));
    }

    #[test]
    fn what_may_be_a_folder_counts_as_one() {
        let gone = Notice::Folder(vec!["/lib/seeds/deep".into()]);
        check(FOLDER, "/lib/seeds/deep", Some(&Notice::Folder(Vec::new())));
        check(RENAMED, "/lib/seeds/deep", Some(&gone));
        let removed = EventKind::Remove(RemoveKind::Folder);
        check(removed, "/lib/seeds/deep", Some(&gone));
        let moded = EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any));
        check(moded, "/lib/seeds/a.txt", Some(&Notice::File));
        check(moded, "/", Some(&Notice::Folder(Vec::new())));
        check(moded, "/lib/not-there", None);
    }

    #[test]
    fn an_overflow_of_the_queue_means_that_all_must_be_looked_at() {
        let interest = Interest {
            index_dir: "/lib/index".into(),
            named: HashSet::new(),
        };
        let event = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(interest.notice(&event), Some(Notice::Lost));
    }

    #[test]
    fn limits_are_told_by_their_names() {
        let watches = notify::Error::new(ErrorKind::MaxFilesWatch);
        assert!(why(&watches).contains("max_user_watches"));
        let files = notify::Error::io(std::io::Error::from_raw_os_error(TOO_MANY_FILES));
        assert!(why(&files).contains("max_user_instances"));
    }
}
