//! A folder on systems without descriptors of folders: names are looked up by
//! its path each time, so that somebody who may write to a folder above can put
//! another in its place. Permissions are left to the system.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::fault::{self, Op};
use super::{Kind, Meta, no_file, random_name, read_all, refused_link};

/// A folder; see the versions of its methods for Unix.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(crate) fn open(path: &Path) -> io::Result<Folder> {
        fault::check(Op::Open, path)?;
        let here = Path::new(".");
        let place = if path.as_os_str().is_empty() {
            here
        } else {
            path
        };
        match Meta::of(&fs::metadata(place)?).kind {
            Kind::Folder => Ok(Folder {
                path: path.to_owned(),
            }),
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn child(&self, name: &OsStr) -> io::Result<Folder> {
        match self.stat(name)?.kind {
            Kind::Link => Err(refused_link()),
            _ => Folder::open(&self.path.join(name)),
        }
    }

    pub(crate) fn descend(&self, inside: &Path) -> io::Result<Folder> {
        let mut folder = self.clone();
        for part in inside.components() {
            folder = folder.child(part.as_os_str())?;
        }
        Ok(folder)
    }

    pub(crate) fn list(&self) -> io::Result<Vec<(OsString, Option<Kind>)>> {
        fault::check(Op::List, &self.path)?;
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let kind = Meta::of(&entry.metadata()?).kind;
            names.push((entry.file_name(), Some(kind)));
        }
        Ok(names)
    }

    pub(crate) fn stat(&self, name: &OsStr) -> io::Result<Meta> {
        super::stat_link(&self.path.join(name))
    }

    pub(crate) fn stat_followed(&self, name: &OsStr) -> io::Result<Meta> {
        super::stat(&self.path.join(name))
    }

    pub(crate) fn meta(&self) -> io::Result<Meta> {
        super::stat(&self.path)
    }

    pub(crate) fn open_file(&self, name: &OsStr) -> io::Result<(File, Meta)> {
        match self.stat(name)?.kind {
            Kind::Link => Err(refused_link()),
            Kind::Other => Err(no_file()),
            Kind::File | Kind::Folder => super::open_named(&self.path.join(name)),
        }
    }

    pub(crate) fn open_below(&self, inside: &Path) -> io::Result<(File, Meta)> {
        let name = inside.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let parent = inside.parent().unwrap_or(Path::new(""));
        self.descend(parent)?.open_file(name)
    }

    pub(crate) fn read(&self, name: &OsStr, limit: u64) -> io::Result<Vec<u8>> {
        let (file, meta) = self.open_file(name)?;
        read_all(file, meta.size, limit)
    }

    pub(crate) fn create_new(&self, name: &OsStr, _: u32, _: bool) -> io::Result<File> {
        fault::check(Op::Make, Path::new(name))?;
        File::options()
            .write(true)
            .create_new(true)
            .open(self.path.join(name))
    }

    pub(crate) fn open_lock(&self, name: &OsStr, _: u32, _: bool) -> io::Result<File> {
        fault::check(Op::Lock, Path::new(name))?;
        File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(self.path.join(name))
    }

    pub(crate) fn temporary(&self) -> io::Result<File> {
        fault::check(Op::Make, &self.path)?;
        tempfile::tempfile_in(&self.path)
    }

    pub(crate) fn replace(
        &self,
        name: &OsStr,
        content: &[u8],
        mode: u32,
        exact: bool,
    ) -> io::Result<()> {
        let draft = random_name(super::TEMPORARY, ".tmp");
        let mut file = self.create_new(&draft, mode, exact)?;
        file.write_all(content)?;
        file.sync_all()?;
        drop(file);
        self.rename(&draft, name)
    }

    pub(crate) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        fault::check(Op::Rename, Path::new(to))?;
        fs::rename(self.path.join(from), self.path.join(to))
    }

    pub(crate) fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        match self.stat(to) {
            Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.rename(from, to),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn unlink(&self, name: &OsStr) -> io::Result<()> {
        fault::check(Op::Unlink, Path::new(name))?;
        fs::remove_file(self.path.join(name))
    }

    pub(crate) fn remove_empty(&self, name: &OsStr) -> io::Result<()> {
        fault::check(Op::Unlink, Path::new(name))?;
        fs::remove_dir(self.path.join(name))
    }

    pub(crate) fn make(&self, name: &OsStr, _: u32, _: bool) -> io::Result<Folder> {
        fault::check(Op::Make, Path::new(name))?;
        fs::create_dir(self.path.join(name))?;
        self.child(name)
    }

    pub(crate) fn set_mode(&self, _: &OsStr, _: u32) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn set_own_mode(&self, _: u32) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn is_writable(&self) -> bool {
        self.meta().is_ok()
    }

    /// There is no such thing here.
    pub(crate) fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}
