//! What the file system says of an entry of a folder.

use std::fs::Metadata;
use std::time::{SystemTime, UNIX_EPOCH};

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A pipe, a socket, a device.
    Other,
}

/// What the file system says of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meta {
    pub(crate) kind: EntryKind,
    /// Length in bytes.
    pub(crate) size: u64,
    /// Last modification of the content, in nanoseconds since 1970; negative
    /// before.
    pub(crate) modified: i64,
    /// Last change of anything, in nanoseconds since 1970; 0 where the system
    /// does not tell.
    pub(crate) changed: i64,
    /// The file's number on its file system; 0 where there is none.
    pub(crate) inode: u64,
    /// The number of that file system; 0 where there is none.
    pub(crate) device: u64,
    /// The bits of the permissions; all for everybody where there are none.
    pub(crate) mode: u32,
    /// The number of the owner, 0 where there is none.
    pub(crate) owner: u32,
    /// The number of the group, 0 where there is none.
    pub(crate) group: u32,
}

impl Meta {
    /// Reads it off what the standard library tells.
    pub(crate) fn of(metadata: &Metadata) -> Meta {
        let kind = metadata.file_type();
        let kind = if kind.is_file() {
            EntryKind::File
        } else if kind.is_dir() {
            EntryKind::Folder
        } else if kind.is_symlink() {
            EntryKind::Link
        } else {
            EntryKind::Other
        };
        let modified = metadata.modified().map_or(0, since_1970);
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Meta {
                kind,
                size: metadata.len(),
                modified,
                changed: nanoseconds(metadata.ctime().into(), metadata.ctime_nsec().into()),
                inode: metadata.ino(),
                device: metadata.dev(),
                mode: metadata.mode(),
                owner: metadata.uid(),
                group: metadata.gid(),
            }
        }
        #[cfg(not(unix))]
        Meta {
            kind,
            size: metadata.len(),
            modified,
            changed: metadata.created().map_or(0, since_1970),
            inode: 0,
            device: 0,
            mode: 0o777,
            owner: 0,
            group: 0,
        }
    }

    /// Reads it off what the system tells.
    #[cfg(unix)]
    pub(super) fn of_raw(stat: &rustix::fs::Stat) -> Meta {
        use rustix::fs::FileType;
        // The types of the numbers differ between systems.
        let mode = i128::from(stat.st_mode);
        let kind = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => EntryKind::File,
            FileType::Directory => EntryKind::Folder,
            FileType::Symlink => EntryKind::Link,
            _ => EntryKind::Other,
        };
        Meta {
            kind,
            size: u64::try_from(i128::from(stat.st_size)).unwrap_or(0),
            modified: nanoseconds(stat.st_mtime.into(), stat.st_mtime_nsec.into()),
            changed: nanoseconds(stat.st_ctime.into(), stat.st_ctime_nsec.into()),
            inode: u64::try_from(i128::from(stat.st_ino)).unwrap_or(0),
            device: u64::try_from(i128::from(stat.st_dev)).unwrap_or(0),
            mode: u32::try_from(mode).unwrap_or(0),
            owner: u32::try_from(i128::from(stat.st_uid)).unwrap_or(0),
            group: u32::try_from(i128::from(stat.st_gid)).unwrap_or(0),
        }
    }
}

/// Seconds and nanoseconds as one number, as far as it reaches (from 1677 to
/// 2262).
#[cfg(unix)]
fn nanoseconds(seconds: i128, part: i128) -> i64 {
    let all = seconds * 1_000_000_000 + part;
    i64::try_from(all).unwrap_or(if all < 0 { i64::MIN } else { i64::MAX })
}

fn since_1970(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => {
            let before = i64::try_from(before.duration().as_nanos());
            before.map_or(i64::MIN, |before| -before)
        }
    }
}
