//! Where the files of a source are opened.
//!
//! A walk tells what is there; a file is opened later, and whoever may write to
//! the sources can put another one in its place meanwhile. So files are opened
//! by their way from the source's folder on, which is open, without following a
//! link, unless links are to be followed; a source that the user named may be
//! one.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::Path;

use crate::files::{self, Faulty, Folder, Meta};

/// Where the files of one source are opened.
#[derive(Debug)]
pub(crate) struct Base {
    /// The folder of the source; of a file that the user named, the one that it
    /// lies in.
    folder: Folder,
    /// Whether the source is a file.
    is_file: bool,
    /// Whether links below it are followed.
    follows: bool,
}

impl Base {
    /// Of the folder of a source.
    pub(crate) fn folder(folder: Folder, follows: bool) -> Base {
        Base {
            folder,
            is_file: false,
            follows,
        }
    }

    /// Of the file at `location`, which the user named.
    ///
    /// # Errors
    /// When the folder that it lies in cannot be entered.
    pub(crate) fn file(location: &Path, follows: bool) -> io::Result<Base> {
        let parent = location.parent().unwrap_or(Path::new("/"));
        Ok(Base {
            folder: Folder::open(parent)?,
            is_file: true,
            follows,
        })
    }

    fn inside<'p>(&self, location: &'p Path) -> io::Result<&'p Path> {
        let inside = location.strip_prefix(self.folder.path());
        inside.map_err(|_| io::ErrorKind::InvalidInput.into())
    }

    /// Opens the file at `location`, which lies in it.
    ///
    /// # Errors
    /// When it is not there, may not be read, is no regular file, or is reached
    /// by a link that is not followed.
    pub(crate) fn open(&self, location: &Path) -> io::Result<(Faulty<File>, Meta)> {
        let (file, meta) = if self.follows || self.is_file {
            files::open_named(location)?
        } else {
            self.folder.open_below(self.inside(location)?)?
        };
        Ok((Faulty::new(file, location), meta))
    }

    /// What the sidecar of the file at `location` is; `None` without one.
    ///
    /// # Errors
    /// When it may not be looked at.
    pub(crate) fn stat_beside(&self, location: &Path) -> io::Result<Option<Meta>> {
        let Some(beside) = crate::source::sidecar::place(location) else {
            return Ok(None);
        };
        let meta = if self.follows {
            files::stat(&beside)
        } else {
            self.parent(&beside)
                .and_then(|(folder, name)| folder.stat(name))
        };
        match meta {
            Ok(meta) => Ok(Some(meta)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The folder of the file at `location`, and its name in it.
    fn parent<'p>(&self, location: &'p Path) -> io::Result<(Folder, &'p OsStr)> {
        let inside = self.inside(location)?;
        let name = inside.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let parent = inside.parent().unwrap_or(Path::new(""));
        Ok((self.folder.descend(parent)?, name))
    }

    /// Opens the sidecar of the file at `location`; `None` without one.
    ///
    /// # Errors
    /// As [`Base::open`].
    pub(crate) fn open_beside(&self, location: &Path) -> io::Result<Option<(Faulty<File>, Meta)>> {
        let Some(beside) = crate::source::sidecar::place(location) else {
            return Ok(None);
        };
        let opened = if self.follows {
            files::open_named(&beside)
        } else {
            self.folder.open_below(self.inside(&beside)?)
        };
        match opened {
            Ok((file, meta)) => Ok(Some((Faulty::new(file, &beside), meta))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
