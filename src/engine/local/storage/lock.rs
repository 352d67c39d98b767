//! The right to write to an index, which one process has at a time.
//!
//! The lock is one of the system's (`flock`), so that it goes with its process,
//! on a file that only those may open who may write the index: a reader cannot
//! hold a writer up. What the file says is a message for people.
//!
//! The system releases the lock when the file is closed, also after `kill -9`,
//! so there is no stale lock to be guessed at. The file itself is never
//! removed: a writer that waits on a file that another removes would hold a
//! lock that nobody else sees. Its permissions are those of writers alone
//! (0600, or 0660 for a group), and a link under its name is refused.
//!
//! Waiting is asking again every fifty milliseconds, since a lock of the system
//! cannot be waited for with a limit. Who holds it is announced once.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::time::{Duration, Instant};

use super::names;
use crate::files::Folder;
use crate::files::Making;

/// How often a writer that waits looks again.
const AGAIN: Duration = Duration::from_millis(50);

/// How long a writer waits for another by default: more than the index of a
/// million articles takes.
pub const WAIT: Duration = Duration::from_hours(1);

/// The right to write to an index, until it is dropped.
#[derive(Debug)]
pub(crate) struct WriteLock {
    file: File,
}

impl Drop for WriteLock {
    /// Who waits next must not read the name of this process.
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

/// What a writer does when another one holds the lock. Who holds it is
/// announced in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Busy {
    /// Waits until the other has finished, so long.
    Wait(Duration),
    /// Leaves.
    Leave,
}

/// What came of asking for the lock. Neither is an error.
#[derive(Debug)]
pub(crate) enum Locked {
    /// It is held.
    Held(WriteLock),
    /// Another process holds it, which said this of itself.
    By(String),
}

/// Takes the write lock. Where another process holds it, `announce` is told
/// who, and then it is waited for as `busy` says.
pub(crate) fn lock(
    folder: &Folder,
    made: Making,
    busy: Busy,
    announce: &dyn Fn(&str),
) -> io::Result<Locked> {
    let mode = made.access;
    // Who may only read has no business with it.
    let mode = if mode.group_writes { 0o660 } else { 0o600 };
    let mut file = folder.open_lock(names::LOCK.as_ref(), mode, true)?;
    let begun = Instant::now();
    let mut is_announced = false;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let holder = holder(&mut file);
        if !std::mem::replace(&mut is_announced, true) {
            announce(&holder);
        }
        match busy {
            Busy::Wait(longest) if begun.elapsed() < longest => std::thread::sleep(AGAIN),
            _ => return Ok(Locked::By(holder)),
        }
    }
    file.set_len(0)?;
    file.rewind()?;
    let since = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S UTC");
    write!(file, "process {} since {since}", std::process::id())?;
    Ok(Locked::Held(WriteLock { file }))
}

/// Whether the lock could be taken: the folder can be written. It is not taken.
pub(crate) fn can_lock(folder: &Folder) -> bool {
    match folder.stat(names::LOCK.as_ref()) {
        Ok(_) => folder.open_lock(names::LOCK.as_ref(), 0o600, false).is_ok(),
        Err(_) => folder.is_writable(),
    }
}

/// What the process that holds the lock says of itself.
fn holder(file: &mut File) -> String {
    let mut holder = String::new();
    // Only for the message: what cannot be read is no error.
    let _ = file.rewind();
    let _ = Read::take(&mut *file, 200).read_to_string(&mut holder);
    let holder = holder.trim();
    if holder.is_empty() {
        "another process".to_owned()
    } else {
        holder.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Access;

    #[test]
    fn a_second_writer_learns_who_holds_the_lock() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(root.path()).unwrap();
        let first = lock(&folder, Making::PUBLIC, Busy::Leave, &|_| {}).unwrap();
        assert!(matches!(first, Locked::Held(_)));
        for busy in [Busy::Leave, Busy::Wait(Duration::ZERO)] {
            let announced = std::cell::RefCell::new(String::new());
            let second = lock(&folder, Making::PUBLIC, busy, &|who| {
                who.clone_into(&mut announced.borrow_mut());
            })
            .unwrap();
            let Locked::By(holder) = second else {
                panic!("two hold the lock");
            };
            assert_eq!(*announced.borrow(), holder);
            assert!(
                holder.starts_with(&format!("process {}", std::process::id())),
                "{holder}"
            );
        }
        drop(first);
        let third = lock(&folder, Making::PUBLIC, Busy::Leave, &|_| {}).unwrap();
        assert!(matches!(third, Locked::Held(_)));
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_that_is_a_link_is_refused_and_its_target_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let diary = root.path().join("diary");
        std::fs::write(&diary, "a diary").unwrap();
        std::os::unix::fs::symlink(&diary, root.path().join(names::LOCK)).unwrap();
        let folder = Folder::open(root.path()).unwrap();
        let refused = lock(&folder, Making::PUBLIC, Busy::Leave, &|_| {}).unwrap_err();
        assert_eq!(refused.to_string(), crate::files::LINK);
        assert_eq!(std::fs::read_to_string(&diary).unwrap(), "a diary");
    }

    #[cfg(unix)]
    #[test]
    fn who_may_only_read_cannot_open_the_lock() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(root.path()).unwrap();
        let mode = |made: Making| {
            let _held = lock(&folder, made, Busy::Leave, &|_| {}).unwrap();
            let lock = root.path().join(names::LOCK);
            let mode = std::fs::metadata(&lock).unwrap().permissions().mode();
            std::fs::remove_file(lock).unwrap();
            mode & 0o777
        };
        assert_eq!(mode(Making::PUBLIC), 0o600);
        let group = Access {
            group_writes: true,
            ..Access::PUBLIC
        };
        let made = Making {
            access: group,
            ..Making::PUBLIC
        };
        assert_eq!(mode(made), 0o660);
    }
}
