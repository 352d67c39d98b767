//! The tantivy directory of a generation: its small files carry a checksum, and
//! for a search it only reads.
//!
//! Files are read by the library's own mapping, and written in the open folder
//! of the generation: new ones under names that nothing has, never through a
//! link. tantivy's locks are not taken: one writer at a time is the business of
//! the index's own lock (`lock`), and a reader that meets a file just removed
//! tries its opening again, so that a read-only medium can be searched.
//!
//! tantivy writes each file of a segment once, whole, and never changes it;
//! only the list of segments and the list of files are replaced, by a rename.
//! So a checksum inside those two and tantivy's footers on the rest cover every
//! byte that decides an answer. What is on disk after a crash is the state
//! before the last rename or after it: files are synced when they are closed,
//! and the folder after a rename, before anything that the old list names may
//! be removed.
//!
//! Names are checked before a file is deleted (`names`), so that no list,
//! however damaged, can make the program remove what is not its own.
//!
//! A mapped file is read by its pages as they are touched. The kernel guesses
//! that a reader goes on and reads 128 KiB to 8 MiB around each; a search
//! touches a few places of each file and no more ([`Reading`]).

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use tantivy::Directory;
use tantivy::directory::error::{
    DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError,
};
use tantivy::directory::{
    AntiCallToken, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite, WatchCallback,
    WatchHandle, WritePtr,
};

use super::{checksum, names};
use crate::files::Making;
use crate::files::{self, EntryKind, Folder, Op, fault};

/// A [`MmapDirectory`] whose small files carry a checksum; see [`checksum`].
#[derive(Debug, Clone)]
pub(crate) struct Generation {
    files: MmapDirectory,
    folder: Folder,
    /// Who may read what is written; `None` to be read alone.
    made: Option<Making>,
    missed: Missed,
    /// The list of segments as it was when it was first read, for who only
    /// reads.
    list: Arc<OnceLock<SegmentList>>,
}

/// The list of segments without the schema, which is most of it. tantivy reads
/// the list twice to open an index, the second time for the segments alone, and
/// a list read once is of one commit, whatever a writer does meanwhile.
#[derive(Debug, Serialize, Deserialize)]
struct SegmentList {
    index_settings: serde_json::Value,
    segments: serde_json::Value,
    #[serde(skip_deserializing)]
    schema: [(); 0],
    opstamp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
}

/// The first file that was asked for and not there. tantivy passes over missing
/// positions, and only a query would find out. Clones share what they know.
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

/// How files are going to be read, which the kernel is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// A few places of each, as a search does: no page is read that is not
    /// touched.
    Scattered,
    /// Whole, or in long pieces, as a merge, an update and a verification do:
    /// the kernel reads ahead.
    Ahead,
}

impl Generation {
    /// To be read alone. A generation that is a link is refused.
    pub(crate) fn to_read(
        folder: &Path,
        reading: Reading,
    ) -> Result<Generation, OpenDirectoryError> {
        let failed = |error: io::Error| OpenDirectoryError::wrap_io_error(error, folder.to_owned());
        let (Some(index_dir), Some(name)) = (folder.parent(), folder.file_name()) else {
            return Err(failed(io::ErrorKind::InvalidInput.into()));
        };
        let open = Folder::open(index_dir).and_then(|index| index.child(name));
        Generation::of(open.map_err(failed)?, None, reading)
    }

    /// To be written as well. Only for who holds the lock.
    pub(crate) fn to_write(folder: Folder, made: Making) -> Result<Generation, OpenDirectoryError> {
        Generation::of(folder, Some(made), Reading::Ahead)
    }

    fn of(
        folder: Folder,
        made: Option<Making>,
        reading: Reading,
    ) -> Result<Generation, OpenDirectoryError> {
        Ok(Generation {
            files: mapped(folder.path(), reading)?,
            folder,
            made,
            missed: Missed::default(),
            list: Arc::default(),
        })
    }

    /// What is asked for from now on and not there.
    pub(crate) fn missed(&self) -> Missed {
        self.missed.clone()
    }

    /// How files are made; an error in a directory that is opened for reading.
    fn made(&self) -> io::Result<Making> {
        self.made.ok_or_else(|| {
            let kind = io::ErrorKind::ReadOnlyFilesystem;
            io::Error::new(kind, "opened read-only")
        })
    }

    /// What keeps the file at `path` from being mapped. A pipe or a folder
    /// under the name of a file would block or fail in the mapping.
    fn check(&self, path: &Path) -> Result<(), OpenReadError> {
        let looked = match self.folder.stat(path.as_os_str()) {
            Ok(meta) if meta.kind != EntryKind::File => Err(files::no_file()),
            // What is mapped already is there, though a writer has removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(_) => fault::check(Op::Map, path),
        };
        looked.map_err(|error| of_reading(error, path))
    }
}

/// A folder whose files are mapped. Advice that the system does not take costs
/// speed alone.
#[cfg(unix)]
fn mapped(folder: &Path, reading: Reading) -> Result<MmapDirectory, OpenDirectoryError> {
    match reading {
        Reading::Scattered => {
            MmapDirectory::open_with_madvice(folder, tantivy::directory::Advice::Random)
        }
        Reading::Ahead => MmapDirectory::open(folder),
    }
}

#[cfg(not(unix))]
fn mapped(folder: &Path, _: Reading) -> Result<MmapDirectory, OpenDirectoryError> {
    MmapDirectory::open(folder)
}

/// The error as tantivy tells a missing file from one that cannot be read.
fn of_reading(error: io::Error, path: &Path) -> OpenReadError {
    if error.kind() == io::ErrorKind::NotFound {
        OpenReadError::FileDoesNotExist(path.to_owned())
    } else {
        OpenReadError::wrap_io_error(error, path.to_owned())
    }
}

/// A file that is written, and on disk when it is closed. tantivy closes each
/// file of a segment before the list names it.
struct SyncedFile {
    file: File,
    path: PathBuf,
}

impl Write for SyncedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        fault::check(Op::Write, &self.path)?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl TerminatingWrite for SyncedFile {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        fault::check(Op::Sync, &self.path)?;
        self.file.sync_data()
    }
}

impl Directory for Generation {
    /// What is missing is remembered.
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let opened = self
            .check(path)
            .and_then(|()| self.files.get_file_handle(path));
        if let Err(OpenReadError::FileDoesNotExist(file)) = &opened {
            // Only the first counts.
            let _ = self.missed.0.set(file.clone());
        }
        opened
    }

    /// Refuses names that are none of ours, whatever asks for it.
    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let name = path.as_os_str();
        let removed = self.made().and_then(|_| {
            if names::is_of_generation(name) {
                self.folder.unlink(name)
            } else {
                Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    "not an index file",
                ))
            }
        });
        removed.map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                DeleteError::FileDoesNotExist(path.to_owned())
            } else {
                DeleteError::IoError {
                    io_error: Arc::new(error),
                    filepath: path.to_owned(),
                }
            }
        })
    }

    /// Of any kind: a link counts as there.
    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        match self.folder.stat(path.as_os_str()) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(OpenReadError::wrap_io_error(error, path.to_owned())),
        }
    }

    /// A file that is there already is an error, not overwritten.
    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let create = || {
            let made = self.made()?;
            let mode = made.access.file_mode();
            self.folder
                .create_new(path.as_os_str(), mode, made.is_exact)
        };
        match create() {
            Ok(file) => Ok(BufWriter::new(Box::new(SyncedFile {
                file,
                path: path.to_owned(),
            }))),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(OpenWriteError::FileAlreadyExists(path.to_owned()))
            }
            Err(error) => Err(OpenWriteError::wrap_io_error(error, path.to_owned())),
        }
    }

    /// Wrong checksums are errors of reading. Who only reads gets one and the
    /// same list of segments.
    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let is_list = self.made.is_none() && path == Path::new(names::META);
        if let Some(list) = self.list.get().filter(|_| is_list) {
            return Ok(serde_json::to_vec(list).unwrap_or_default());
        }
        let file = self.folder.read(path.as_os_str(), names::MAX_META);
        let file = file.map_err(|error| of_reading(error, path))?;
        let content = checksum::checked(&file).ok_or_else(|| {
            let error = io::Error::new(io::ErrorKind::InvalidData, "wrong checksum");
            OpenReadError::wrap_io_error(error, path.to_owned())
        })?;
        if is_list && let Ok(list) = serde_json::from_slice(&content) {
            // Another thread would have read the same, or a later commit, which
            // it then keeps to.
            let _ = self.list.set(list);
        }
        Ok(content)
    }

    /// The folder is synced after the rename: no file that the list before
    /// names may be removed while that list could come back.
    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let made = self.made()?;
        let mode = made.access.file_mode();
        let content = checksum::with_checksum(data);
        self.folder
            .replace(path.as_os_str(), &content, mode, made.is_exact)
    }

    fn sync_directory(&self) -> io::Result<()> {
        if self.made.is_none() {
            return Ok(());
        }
        self.folder.sync()
    }

    /// Nothing is locked: see the head of the file.
    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
}
