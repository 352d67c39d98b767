//! The file system, as far as the program touches it.
//!
//! Responsible for opening, reading, writing and removing by one set of rules:
//! names are looked up in a folder that is open, so that nobody can put
//! another folder in its place meanwhile; a link is followed only where the
//! caller says so; only regular files are read, so that a pipe or a device
//! never makes the program wait; what is written is made new, never opened by
//! a name that somebody else may have taken. Every call can be made to fail
//! (`fault`), in builds with debug assertions, which is how the errors of the
//! system are tested.
//! It must not know what the files hold.

mod access;
pub(crate) mod fault;
mod folder;
mod meta;
#[cfg(not(unix))]
mod plain_folder;

pub(crate) use self::access::{Access, Making};
pub(crate) use self::fault::Op;
#[cfg(unix)]
pub(crate) use self::folder::{Faulty, Folder, random, random_name};
pub(crate) use self::meta::{EntryKind, Meta};
#[cfg(not(unix))]
pub(crate) use self::plain_folder::Folder;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The most that is read of a file that is no article: a pointer, a sidecar,
/// the corrections.
pub(crate) const SMALL_FILE: u64 = 64 << 20;

/// What the names of files begin with that are not whole yet.
pub(crate) const TEMPORARY: &str = ".cybersearch-";

/// Why a link was not followed.
pub(crate) const LINK: &str = "a symbolic link (not followed)";

/// Why something that is no regular file was not read.
pub(crate) const NO_FILE: &str = "not a regular file";

/// The folder in which a program keeps things of one kind for its user: as the
/// variable `set` says, else `usual` in the user's home; on macOS and Windows the
/// one folder that there is for all kinds. `None` where no home is known.
pub(crate) fn user_folder(set: &str, usual: &str) -> Option<PathBuf> {
    let absolute = |path: &PathBuf| path.is_absolute();
    let named = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(absolute);
    let home = || std::env::home_dir().filter(absolute);
    let base = if cfg!(windows) {
        named("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        named(set).or_else(|| Some(home()?.join("Library/Application Support")))
    } else {
        named(set).or_else(|| Some(home()?.join(usual)))
    };
    Some(base?.join(env!("CARGO_PKG_NAME")))
}

/// The error for what is no regular file.
pub(crate) fn no_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, NO_FILE)
}

/// The error for a link that is not followed.
pub(crate) fn refused_link() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, LINK)
}

/// Opens the regular file at `path` to read, following links: for a file that
/// the user named. Never waits for the writer of a pipe.
///
/// # Errors
/// When it is not there, may not be read, or is no regular file.
pub(crate) fn open_named(path: &Path) -> io::Result<(File, Meta)> {
    fault::check(Op::Open, path)?;
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(folder::NONBLOCK);
    }
    let file = options.open(path)?;
    let meta = Meta::of(&file.metadata()?);
    match meta.kind {
        EntryKind::File => Ok((file, meta)),
        EntryKind::Folder => Err(io::ErrorKind::IsADirectory.into()),
        EntryKind::Link | EntryKind::Other => Err(no_file()),
    }
}

/// All of `file`, which is expected to have `size` bytes, and may have at most
/// `limit`.
///
/// # Errors
/// When it cannot be read, or is larger.
pub(crate) fn read_all(file: impl Read, size: u64, limit: u64) -> io::Result<Vec<u8>> {
    let expected = usize::try_from(size.min(limit)).unwrap_or(0);
    // With room for the end as well: growing costs more than a search's reading.
    let mut bytes = Vec::with_capacity(expected + 1);
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let why = format!("larger than {limit} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
    }
    Ok(bytes)
}

/// What there is at `path`, following links.
///
/// # Errors
/// When it is not there, or may not be looked at.
pub(crate) fn stat(path: &Path) -> io::Result<Meta> {
    fault::check(Op::Stat, path)?;
    Ok(Meta::of(&std::fs::metadata(path)?))
}

/// What there is at `path`, a link as a link.
///
/// # Errors
/// When it is not there, or may not be looked at.
pub(crate) fn stat_link(path: &Path) -> io::Result<Meta> {
    fault::check(Op::Stat, path)?;
    Ok(Meta::of(&std::fs::symlink_metadata(path)?))
}
