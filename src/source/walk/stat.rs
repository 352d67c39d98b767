//! What tells a file that changed from one that did not.
//!
//! Size and time of modification are not enough: `mv`, `cp -p`, `rsync -t` and
//! every unpacker put another content under the same name with the time of the
//! original. The time of the last change of anything (`ctime`) and the number
//! of the file (`inode`) cannot be set that way, as git and others rely on. On
//! file systems where these two do not stay the same, a selection leaves them
//! out (`--ctime=no`).

use xxhash_rust::xxh3::xxh3_64;

use crate::files::Meta;

/// What the index remembers of how a file was, with its sidecar if it has one.
///
/// Times and numbers are only ever compared, so that a hash of them is kept:
/// four bytes in the index instead of some twenty. That a changed file of the
/// same size has the same hash is one chance in four thousand million.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stat {
    /// Length in bytes.
    pub size: u64,
    /// Of the time of modification, with the time of change and the number of
    /// the file where these count; of both files, with a sidecar.
    pub mark: u32,
}

/// How a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileSeen {
    /// What is remembered of it.
    pub stat: Stat,
    /// The last time that anything was written, in nanoseconds since 1970.
    pub latest: i64,
}

impl FileSeen {
    /// Of a file, by its times alone unless `ctime` counts too.
    pub(crate) fn of(meta: &Meta, ctime: bool) -> FileSeen {
        let (changed, inode) = if ctime {
            (meta.changed, meta.inode)
        } else {
            (0, 0)
        };
        let mut fields = [0; 24];
        fields[..8].copy_from_slice(&meta.modified.to_le_bytes());
        fields[8..16].copy_from_slice(&changed.to_le_bytes());
        fields[16..].copy_from_slice(&inode.to_le_bytes());
        FileSeen {
            stat: Stat {
                size: meta.size,
                mark: short(xxh3_64(&fields)),
            },
            latest: meta.modified.max(changed),
        }
    }

    /// Of the file with what stands beside it.
    #[must_use]
    pub(crate) fn with(self, beside: FileSeen) -> FileSeen {
        let mut marks = [0; 16];
        marks[..4].copy_from_slice(&self.stat.mark.to_le_bytes());
        marks[4..8].copy_from_slice(&beside.stat.mark.to_le_bytes());
        marks[8..].copy_from_slice(&beside.stat.size.to_le_bytes());
        FileSeen {
            stat: Stat {
                size: self.stat.size,
                mark: short(xxh3_64(&marks)),
            },
            latest: self.latest.max(beside.latest),
        }
    }

    /// Up to when a writing may have gone unnoticed: so coarse are the times
    /// of the file system, as far as this one shows.
    pub(crate) fn settles_at(self) -> i64 {
        // One that counts whole seconds shows no part of one.
        let resolution = if self.latest % 1_000_000_000 == 0 {
            2_000_000_000
        } else {
            20_000_000
        };
        self.latest.saturating_add(resolution)
    }
}

/// As much of a hash as is kept.
fn short(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::EntryKind;

    #[test]
    fn whatever_changes_changes_the_mark() {
        let meta = Meta {
            kind: EntryKind::File,
            size: 3,
            modified: -5,
            changed: 7,
            inode: 9,
            device: 1,
            mode: 0o644,
            owner: 0,
            group: 0,
        };
        let seen = FileSeen::of(&meta, true);
        assert_eq!(seen.latest, 7);
        for other in [
            Meta { size: 4, ..meta },
            Meta {
                modified: -6,
                ..meta
            },
            Meta { changed: 8, ..meta },
            Meta { inode: 8, ..meta },
        ] {
            assert_ne!(FileSeen::of(&other, true).stat, seen.stat, "{other:?}");
            assert_ne!(
                seen.with(FileSeen::of(&other, true)).stat,
                seen.with(seen).stat
            );
            assert_ne!(seen.with(FileSeen::of(&other, true)).stat, seen.stat);
        }
        let by_time = |meta| FileSeen::of(&meta, false).stat;
        assert_eq!(
            by_time(meta),
            by_time(Meta {
                inode: 8,
                changed: 8,
                ..meta
            })
        );
        assert_ne!(
            by_time(meta),
            by_time(Meta {
                modified: 8,
                ..meta
            })
        );
    }
}
