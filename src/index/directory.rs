//! The tantivy directory of a generation: its small files carry a seal, and for
//! a search it only reads.
//!
//! tantivy's reader takes a lock file, which a read-only medium refuses. Ours
//! takes none; a file that a writer removes between reading the list of
//! segments and opening them shows as missing, and the opening is tried again.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tantivy::Directory;
use tantivy::directory::error::{
    DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError,
};
use tantivy::directory::{
    DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};

use super::seal;

/// A [`MmapDirectory`] whose small files are sealed; see [`seal`].
#[derive(Debug, Clone)]
pub(crate) struct Generation {
    files: MmapDirectory,
    folder: PathBuf,
    is_read_only: bool,
    missed: Missed,
}

/// The first file that was asked for and not there. tantivy passes over missing
/// positions, and only a query would find out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Missed(Arc<OnceLock<PathBuf>>);

impl Missed {
    /// Fails if a file was missing.
    pub(crate) fn check(&self) -> Result<(), OpenReadError> {
        match self.0.get() {
            Some(file) => Err(OpenReadError::FileDoesNotExist(file.clone())),
            None => Ok(()),
        }
    }
}

impl Generation {
    /// To be read alone.
    pub(crate) fn to_read(folder: &Path) -> Result<Generation, OpenDirectoryError> {
        let files = MmapDirectory::open(folder)?;
        Ok(Generation {
            files,
            folder: folder.to_owned(),
            is_read_only: true,
            missed: Missed::default(),
        })
    }

    /// To be written as well.
    pub(crate) fn to_write(folder: &Path) -> Result<Generation, OpenDirectoryError> {
        let files = MmapDirectory::open(folder)?;
        Ok(Generation {
            files,
            folder: folder.to_owned(),
            is_read_only: false,
            missed: Missed::default(),
        })
    }

    /// What is asked for from now on and not there.
    pub(crate) fn missed(&self) -> Missed {
        self.missed.clone()
    }

    fn check_writable(&self) -> io::Result<()> {
        if self.is_read_only {
            let kind = io::ErrorKind::ReadOnlyFilesystem;
            return Err(io::Error::new(kind, "opened for reading"));
        }
        Ok(())
    }
}

impl Directory for Generation {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let opened = self.files.get_file_handle(path);
        if let Err(OpenReadError::FileDoesNotExist(file)) = &opened {
            // Only the first counts.
            let _ = self.missed.0.set(file.clone());
        }
        opened
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.check_writable()
            .map_err(|error| DeleteError::IoError {
                io_error: Arc::new(error),
                filepath: path.to_owned(),
            })?;
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.check_writable()
            .map_err(|error| OpenWriteError::wrap_io_error(error, path.to_owned()))?;
        self.files.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let file = self.files.atomic_read(path)?;
        seal::unsealed(&file).ok_or_else(|| {
            let error = io::Error::new(io::ErrorKind::InvalidData, "its checksum is wrong");
            OpenReadError::wrap_io_error(error, path.to_owned())
        })
    }

    /// As the library's own, whose files nobody but their owner may read.
    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.check_writable()?;
        let mut draft = tempfile::Builder::new();
        #[cfg(unix)]
        draft.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut draft = draft.tempfile_in(&self.folder)?;
        draft.write_all(&seal::sealed(data))?;
        draft.as_file().sync_data()?;
        draft.into_temp_path().persist(self.folder.join(path))?;
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        if self.is_read_only {
            return Ok(());
        }
        self.files.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if self.is_read_only {
            return Ok(DirectoryLock::from(Box::new(())));
        }
        self.files.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
}
