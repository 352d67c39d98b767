//! An open folder: names are looked up in it, wherever its path leads by now.

use std::ffi::OsString;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::fault::{self, Op};

/// A name that nobody else has chosen: `PREFIX` and sixteen random digits.
pub(crate) fn random_name(prefix: &str, suffix: &str) -> OsString {
    format!("{prefix}{:016x}{suffix}", random()).into()
}

/// A random number, from the randomness that the standard library asks the
/// system for.
pub(crate) fn random() -> u64 {
    let mut hasher = std::hash::RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    hasher.finish()
}

/// A file whose readings can be made to fail.
#[derive(Debug)]
pub(crate) struct Faulty<R> {
    inner: R,
    path: PathBuf,
}

impl<R> Faulty<R> {
    pub(crate) fn new(inner: R, path: &Path) -> Faulty<R> {
        // The path is only ever told where calls can be made to fail.
        let path = if cfg!(debug_assertions) {
            path.to_owned()
        } else {
            PathBuf::new()
        };
        Faulty { inner, path }
    }
}

impl<R: Read> Read for Faulty<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        fault::check(Op::Read, &self.path)?;
        self.inner.read(buffer)
    }

    fn read_to_end(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        fault::check(Op::Read, &self.path)?;
        self.inner.read_to_end(buffer)
    }
}

impl<R: io::Seek> io::Seek for Faulty<R> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[cfg(unix)]
pub(crate) use self::unix::{Folder, NONBLOCK};

#[cfg(unix)]
mod unix {
    use std::ffi::{OsStr, OsString};
    use std::fs::File;
    use std::io::{self, Write};
    use std::os::fd::OwnedFd;
    use std::path::{Component, Path, PathBuf};
    use std::sync::Arc;

    use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, RawMode};

    use super::random_name;
    use crate::files::fault::{self, Op};
    use crate::files::{EntryKind, Meta, no_file, read_all, refused_link};

    /// The flag that keeps an opening from waiting for the other end of a pipe.
    #[expect(
        clippy::cast_possible_wrap,
        reason = "the standard library takes flags as the C library declares them"
    )]
    pub(crate) const NONBLOCK: i32 = (OFlags::NONBLOCK.bits() | OFlags::NOCTTY.bits()) as i32;

    /// To look names up, whether or not the folder may be listed.
    #[cfg(target_os = "linux")]
    const LOOK_UP: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
    #[cfg(not(target_os = "linux"))]
    const LOOK_UP: OFlags = OFlags::RDONLY
        .union(OFlags::DIRECTORY)
        .union(OFlags::CLOEXEC);

    /// To read a file, without waiting for anything.
    const READ: OFlags = OFlags::RDONLY
        .union(OFlags::NOFOLLOW)
        .union(OFlags::NONBLOCK)
        .union(OFlags::NOCTTY)
        .union(OFlags::CLOEXEC);

    /// A folder that is open.
    #[derive(Debug, Clone)]
    pub(crate) struct Folder {
        open: Arc<OwnedFd>,
        path: Arc<PathBuf>,
    }

    impl Folder {
        /// Opens the folder at `path`; where that is a link, what it leads to.
        ///
        /// # Errors
        /// When it is not there, may not be entered, or is no folder.
        pub(crate) fn open(path: &Path) -> io::Result<Folder> {
            fault::check(Op::Open, path)?;
            // What a file without any folder in its path lies in.
            let here = Path::new(".");
            let place = if path.as_os_str().is_empty() {
                here
            } else {
                path
            };
            let open = rustix::fs::open(place, LOOK_UP, Mode::empty())?;
            Ok(Folder::of(open, path.to_owned()))
        }

        fn of(open: OwnedFd, path: PathBuf) -> Folder {
            Folder {
                open: Arc::new(open),
                path: Arc::new(path),
            }
        }

        /// Where it was when it was opened.
        pub(crate) fn path(&self) -> &Path {
            &self.path
        }

        /// Opens the folder `name` in it, which must be no link.
        ///
        /// # Errors
        /// As [`Folder::open`].
        pub(crate) fn child(&self, name: &OsStr) -> io::Result<Folder> {
            let path = self.path.join(name);
            fault::check(Op::Open, &path)?;
            let opened =
                rustix::fs::openat(&self.open, name, LOOK_UP | OFlags::NOFOLLOW, Mode::empty());
            match opened {
                Ok(open) => Ok(Folder::of(open, path)),
                Err(error) => Err(self.refusal(name, error)),
            }
        }

        /// Opens the folder that `inside` leads to from here, without a link on
        /// the way.
        ///
        /// # Errors
        /// As [`Folder::open`].
        pub(crate) fn descend(&self, inside: &Path) -> io::Result<Folder> {
            let mut folder = self.clone();
            for part in inside.components() {
                match part {
                    Component::Normal(name) => folder = folder.child(name)?,
                    Component::CurDir => {}
                    _ => return Err(io::ErrorKind::InvalidInput.into()),
                }
            }
            Ok(folder)
        }

        /// What an error of opening `name` without following means.
        fn refusal(&self, name: &OsStr, error: rustix::io::Errno) -> io::Error {
            use rustix::io::Errno;
            let is_link = || {
                self.stat(name)
                    .is_ok_and(|meta| meta.kind == EntryKind::Link)
            };
            match error {
                Errno::LOOP | Errno::MLINK | Errno::NOTDIR if is_link() => refused_link(),
                // A socket, or a device without a driver.
                Errno::NXIO | Errno::NODEV => no_file(),
                error => error.into(),
            }
        }

        /// The names in it, with what each is where that costs nothing.
        ///
        /// # Errors
        /// When it cannot be listed to its end.
        pub(crate) fn list(&self) -> io::Result<Vec<(OsString, Option<EntryKind>)>> {
            use std::os::unix::ffi::OsStrExt;
            fault::check(Op::List, &self.path)?;
            let listing = rustix::fs::openat(
                &self.open,
                c".",
                OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
                Mode::empty(),
            )?;
            let mut names = Vec::new();
            for entry in Dir::new(listing)? {
                let entry = entry?;
                let name = entry.file_name().to_bytes();
                if name == b"." || name == b".." {
                    continue;
                }
                let kind = match entry.file_type() {
                    FileType::RegularFile => Some(EntryKind::File),
                    FileType::Directory => Some(EntryKind::Folder),
                    FileType::Symlink => Some(EntryKind::Link),
                    FileType::Unknown => None,
                    _ => Some(EntryKind::Other),
                };
                names.push((OsStr::from_bytes(name).to_owned(), kind));
            }
            Ok(names)
        }

        /// What `name` is, a link as a link.
        ///
        /// # Errors
        /// When it is not there, or may not be looked at.
        pub(crate) fn stat(&self, name: &OsStr) -> io::Result<Meta> {
            self.stat_with(name, AtFlags::SYMLINK_NOFOLLOW)
        }

        /// What `name` is; of a link, what it leads to.
        ///
        /// # Errors
        /// As [`Folder::stat`].
        pub(crate) fn stat_followed(&self, name: &OsStr) -> io::Result<Meta> {
            self.stat_with(name, AtFlags::empty())
        }

        fn stat_with(&self, name: &OsStr, flags: AtFlags) -> io::Result<Meta> {
            fault::check(Op::Stat, Path::new(name))?;
            Ok(Meta::of_raw(&rustix::fs::statat(&self.open, name, flags)?))
        }

        /// What the folder itself is.
        ///
        /// # Errors
        /// When it may not be looked at.
        pub(crate) fn meta(&self) -> io::Result<Meta> {
            fault::check(Op::Stat, &self.path)?;
            Ok(Meta::of_raw(&rustix::fs::fstat(&*self.open)?))
        }

        /// Opens the regular file `name` to read; it must be no link.
        ///
        /// # Errors
        /// When it is not there, may not be read, or is no regular file.
        pub(crate) fn open_file(&self, name: &OsStr) -> io::Result<(File, Meta)> {
            fault::check(Op::Open, Path::new(name))?;
            let opened = rustix::fs::openat(&self.open, name, READ, Mode::empty());
            let file = opened.map_err(|error| self.refusal(name, error))?;
            let meta = Meta::of_raw(&rustix::fs::fstat(&file)?);
            match meta.kind {
                EntryKind::File => Ok((file.into(), meta)),
                EntryKind::Folder => Err(io::ErrorKind::IsADirectory.into()),
                EntryKind::Link | EntryKind::Other => Err(no_file()),
            }
        }

        /// Opens the regular file that `inside` leads to from here, without a
        /// link on the way.
        ///
        /// # Errors
        /// As [`Folder::open_file`].
        pub(crate) fn open_below(&self, inside: &Path) -> io::Result<(File, Meta)> {
            #[cfg(target_os = "linux")]
            if let Some(opened) = self.open_at_once(inside) {
                return opened;
            }
            let name = inside.file_name().ok_or(io::ErrorKind::InvalidInput)?;
            match inside.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => {
                    self.descend(parent)?.open_file(name)
                }
                _ => self.open_file(name),
            }
        }

        /// As [`Folder::open_below`], in one call; `None` where the system does
        /// not know the call, or it does not settle it.
        #[cfg(target_os = "linux")]
        fn open_at_once(&self, inside: &Path) -> Option<io::Result<(File, Meta)>> {
            use rustix::fs::ResolveFlags;
            let how = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
            let flags = READ.difference(OFlags::NOFOLLOW);
            let file = rustix::fs::openat2(&self.open, inside, flags, Mode::empty(), how).ok()?;
            if let Err(error) = fault::check(Op::Open, inside) {
                return Some(Err(error));
            }
            Some(
                rustix::fs::fstat(&file)
                    .map_err(Into::into)
                    .and_then(|stat| {
                        let meta = Meta::of_raw(&stat);
                        match meta.kind {
                            EntryKind::File => Ok((file.into(), meta)),
                            EntryKind::Folder => Err(io::ErrorKind::IsADirectory.into()),
                            EntryKind::Link | EntryKind::Other => Err(no_file()),
                        }
                    }),
            )
        }

        /// The content of the regular file `name`, of at most `limit` bytes.
        ///
        /// # Errors
        /// As [`Folder::open_file`], and when it is larger.
        pub(crate) fn read(&self, name: &OsStr, limit: u64) -> io::Result<Vec<u8>> {
            let (file, meta) = self.open_file(name)?;
            fault::check(Op::Read, Path::new(name))?;
            read_all(file, meta.size, limit)
        }

        /// Makes the file `name`, which must not be there, with these
        /// permissions (less the umask, unless they are `exact`).
        ///
        /// # Errors
        /// When it is there, as whatever it may be, or cannot be made.
        pub(crate) fn create_new(&self, name: &OsStr, mode: u32, exact: bool) -> io::Result<File> {
            fault::check(Op::Make, Path::new(name))?;
            let flags =
                OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let file = rustix::fs::openat(&self.open, name, flags, bits(mode))?;
            if exact {
                rustix::fs::fchmod(&file, bits(mode))?;
            }
            Ok(file.into())
        }

        /// Opens the file `name` to write what is said of a lock, making it where
        /// there is none.
        ///
        /// # Errors
        /// When it is no regular file, or may not be written.
        pub(crate) fn open_lock(&self, name: &OsStr, mode: u32, exact: bool) -> io::Result<File> {
            fault::check(Op::Lock, Path::new(name))?;
            match self.create_new(name, mode, exact) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
            let flags = OFlags::RDWR
                | OFlags::NOFOLLOW
                | OFlags::NONBLOCK
                | OFlags::NOCTTY
                | OFlags::CLOEXEC;
            let opened = rustix::fs::openat(&self.open, name, flags, Mode::empty());
            let file = opened.map_err(|error| self.refusal(name, error))?;
            match Meta::of_raw(&rustix::fs::fstat(&file)?).kind {
                EntryKind::File => Ok(file.into()),
                _ => Err(no_file()),
            }
        }

        /// A file without a name, which ends with the process.
        ///
        /// # Errors
        /// When it cannot be made.
        pub(crate) fn temporary(&self) -> io::Result<File> {
            let name = random_name(crate::files::TEMPORARY, ".tmp");
            fault::check(Op::Make, Path::new(&name))?;
            let flags =
                OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let file = rustix::fs::openat(&self.open, &name, flags, bits(0o600))?;
            self.unlink(&name)?;
            Ok(file.into())
        }

        /// Puts a file with this content in place of `name`, at once: under a
        /// random name first, synced, then renamed, and the folder synced.
        ///
        /// # Errors
        /// When it cannot be written; then `name` is as it was.
        pub(crate) fn replace(
            &self,
            name: &OsStr,
            content: &[u8],
            mode: u32,
            exact: bool,
        ) -> io::Result<()> {
            let draft = random_name(crate::files::TEMPORARY, ".tmp");
            let mut file = self.create_new(&draft, mode, exact)?;
            let write = || -> io::Result<()> {
                fault::check(Op::Write, Path::new(name))?;
                file.write_all(content)?;
                fault::check(Op::Sync, Path::new(name))?;
                file.sync_all()?;
                self.rename(&draft, name)
            };
            let mut write = write;
            if let Err(error) = write() {
                // The error that matters is the one that made it useless.
                let _ = rustix::fs::unlinkat(&self.open, &draft, AtFlags::empty());
                return Err(error);
            }
            self.sync()
        }

        /// Gives `from` the name `to`, in place of the file that has it.
        ///
        /// # Errors
        /// When the system refuses.
        pub(crate) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
            fault::check(Op::Rename, Path::new(to))?;
            Ok(rustix::fs::renameat(&self.open, from, &self.open, to)?)
        }

        /// Gives `from` the name `to`, which nothing may have.
        ///
        /// # Errors
        /// When something has it, or the system refuses.
        pub(crate) fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
            fault::check(Op::Rename, Path::new(to))?;
            #[cfg(any(target_os = "linux", target_vendor = "apple"))]
            {
                use rustix::fs::RenameFlags;
                use rustix::io::Errno;
                let flags = RenameFlags::NOREPLACE;
                match rustix::fs::renameat_with(&self.open, from, &self.open, to, flags) {
                    // Not every file system can.
                    Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
                    renamed => return Ok(renamed?),
                }
            }
            match self.stat(to) {
                Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    Ok(rustix::fs::renameat(&self.open, from, &self.open, to)?)
                }
                Err(error) => Err(error),
            }
        }

        /// Removes the file or link `name`.
        ///
        /// # Errors
        /// When the system refuses.
        pub(crate) fn unlink(&self, name: &OsStr) -> io::Result<()> {
            fault::check(Op::Unlink, Path::new(name))?;
            Ok(rustix::fs::unlinkat(&self.open, name, AtFlags::empty())?)
        }

        /// Removes the folder `name`, which must be empty.
        ///
        /// # Errors
        /// When it is not empty, or the system refuses.
        pub(crate) fn remove_empty(&self, name: &OsStr) -> io::Result<()> {
            fault::check(Op::Unlink, Path::new(name))?;
            Ok(rustix::fs::unlinkat(&self.open, name, AtFlags::REMOVEDIR)?)
        }

        /// Makes the folder `name`, which must not be there, and opens it.
        ///
        /// # Errors
        /// When it is there, as whatever it may be, or cannot be made.
        pub(crate) fn make(&self, name: &OsStr, mode: u32, exact: bool) -> io::Result<Folder> {
            fault::check(Op::Make, Path::new(name))?;
            rustix::fs::mkdirat(&self.open, name, bits(mode))?;
            if exact {
                self.set_mode(name, mode)?;
            }
            self.child(name)
        }

        /// Sets the permissions of the file or folder `name`, which must be no
        /// link.
        ///
        /// # Errors
        /// When the system refuses.
        pub(crate) fn set_mode(&self, name: &OsStr, mode: u32) -> io::Result<()> {
            fault::check(Op::Mode, Path::new(name))?;
            if self.stat(name)?.kind == EntryKind::Link {
                return Err(refused_link());
            }
            Ok(rustix::fs::chmodat(
                &self.open,
                name,
                bits(mode),
                AtFlags::empty(),
            )?)
        }

        /// Sets the permissions of the folder itself.
        ///
        /// # Errors
        /// When the system refuses.
        pub(crate) fn set_own_mode(&self, mode: u32) -> io::Result<()> {
            fault::check(Op::Mode, &self.path)?;
            Ok(rustix::fs::chmodat(
                &self.open,
                c".",
                bits(mode),
                AtFlags::empty(),
            )?)
        }

        /// Whether this process may make files in it.
        pub(crate) fn is_writable(&self) -> bool {
            use rustix::fs::Access;
            let how = Access::WRITE_OK | Access::EXEC_OK;
            rustix::fs::accessat(&self.open, c".", how, AtFlags::EACCESS).is_ok()
        }

        /// Waits until the names in it are on disk.
        ///
        /// # Errors
        /// When the system cannot say so.
        pub(crate) fn sync(&self) -> io::Result<()> {
            fault::check(Op::Sync, &self.path)?;
            let folder = rustix::fs::openat(
                &self.open,
                c".",
                OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
                Mode::empty(),
            )?;
            Ok(rustix::fs::fsync(folder)?)
        }
    }

    fn bits(mode: u32) -> Mode {
        // Narrower on some systems, where these bits fit all the same.
        Mode::from_raw_mode(RawMode::try_from(mode).unwrap_or_default())
    }
}
