//! Who may read what the program writes.
//!
//! An index holds the text of its sources, so it must not be readable by more
//! people than they are. Permissions are those of POSIX: an owner, a group,
//! all others. Access lists beyond them show in the bits of the group, which
//! are then their upper bound.

/// Who beside the owner may read a file, and whether the group may write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Access {
    /// Whether the group may read it.
    pub(crate) group: bool,
    /// Whether the group may write it: in a library that a group keeps.
    pub(crate) group_writes: bool,
    /// Whether everybody may read it.
    pub(crate) others: bool,
}

impl Access {
    /// Everybody may read it.
    pub(crate) const PUBLIC: Access = Access {
        group: true,
        group_writes: false,
        others: true,
    };

    /// Nobody but the owner may read it.
    #[cfg(test)]
    pub(crate) const PRIVATE: Access = Access {
        group: false,
        group_writes: false,
        others: false,
    };

    /// Who may read an entry of this `mode` that belongs to the group `owner`:
    /// whether the members of `group` may, and whether everybody. `needed` are the bits that reading takes: `0o4` for a
    /// file, `0o5` for a folder.
    ///
    /// Others are everybody, so that they count only if the entry's own group
    /// may read it too: a file of mode 0604 is closed to the group's members.
    pub(crate) fn of_mode(mode: u32, owner: u32, group: u32, needed: u32) -> Access {
        let may = |bits: u32| bits & needed == needed;
        let others = may(mode) && may(mode >> 3);
        Access {
            group: others || (owner == group && may(mode >> 3)),
            group_writes: false,
            others,
        }
    }

    /// What both allow to read; what `self` allows to write.
    #[must_use]
    pub(crate) fn and(self, other: Access) -> Access {
        Access {
            group: self.group && other.group,
            group_writes: self.group_writes && other.group,
            others: self.others && other.others,
        }
    }

    /// Whether it lets anybody read whom `other` does not.
    pub(crate) fn is_wider_than(self, other: Access) -> bool {
        (self.group && !other.group) || (self.others && !other.others)
    }

    /// The permissions of a file, as bits.
    pub(crate) fn file_mode(self) -> u32 {
        let group = u32::from(self.group) * 0o040 + u32::from(self.group_writes) * 0o020;
        0o600 | group | (u32::from(self.others) * 0o004)
    }

    /// The permissions of a folder, as bits.
    pub(crate) fn folder_mode(self) -> u32 {
        let group = u32::from(self.group) * 0o050 + u32::from(self.group_writes) * 0o020;
        let inherits = u32::from(self.group_writes) * 0o2000;
        0o700 | group | inherits | (u32::from(self.others) * 0o005)
    }

    /// What a folder of these permissions allows.
    pub(crate) fn of_folder_mode(mode: u32) -> Access {
        Access {
            group: mode & 0o050 == 0o050,
            group_writes: mode & 0o2020 == 0o2020,
            others: mode & 0o005 == 0o005,
        }
    }
}

/// Who may read what is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Making {
    pub(crate) access: Access,
    /// Whether the umask has no say: in a library that a group keeps, and where
    /// the user asked for it.
    pub(crate) is_exact: bool,
}

impl Making {
    /// Everybody may read it, as far as the umask allows.
    pub(crate) const PUBLIC: Making = Making {
        access: Access::PUBLIC,
        is_exact: false,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_by_whom_its_bits_name() {
        let read = |mode, group| {
            let access = Access::of_mode(mode, group, 100, 0o4);
            (access.group, access.others)
        };
        assert_eq!(read(0o644, 5), (true, true));
        assert_eq!(read(0o640, 5), (false, false));
        assert_eq!(read(0o640, 100), (true, false));
        assert_eq!(read(0o604, 100), (false, false));
        assert_eq!(read(0o600, 100), (false, false));
    }

    #[test]
    fn two_together_allow_what_each_does() {
        let group = Access {
            group: true,
            ..Access::PRIVATE
        };
        assert_eq!(Access::PUBLIC.and(group), group);
        assert!(Access::PUBLIC.is_wider_than(group));
        assert!(!group.is_wider_than(Access::PUBLIC));
        assert_eq!(Access::PUBLIC.file_mode(), 0o644);
        assert_eq!(Access::PUBLIC.folder_mode(), 0o755);
        assert_eq!(Access::PRIVATE.folder_mode(), 0o700);
        for access in [Access::PUBLIC, Access::PRIVATE, group] {
            assert_eq!(Access::of_folder_mode(access.folder_mode()), access);
        }
    }
}
