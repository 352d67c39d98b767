//! Tells a damaged index from one that may not be read, in words.
//!
//! tantivy reports damage by errors and, where it trusts its files, by panics;
//! both become a [`Failure`] that says how to mend the index.
//!
//! The question is who can help. A refusal of the system (no permission, disk
//! full, too many open files) is no damage: the index is whole, and the action
//! named is about the system. Everything else, a missing file, a wrong
//! checksum, content that makes no sense, is mended by a rebuild, since the
//! index is disposable.
//!
//! The kind of an `io::Error` decides. Invalid data and an early end are
//! damage; "other" is damage where it carries no number of the system, because
//! then a library made it up while reading; "not found" is a missing file of
//! the index. Example: EIO with its number 5 is a refusal, `Data corruption
//! detected` from zstd is damage.
//!
//! Messages of the library are cut to their first line and 160 characters; what
//! is meant for programmers becomes "invalid content".

use std::path::{Path, PathBuf};

use super::names::REBUILD;
use crate::failure::{Failure, FailureKind, plain_cause};

/// What is said of a panic, where no file is known to be damaged.
pub(super) const NO_SENSE: &str = "corrupt index or internal error";

/// What is said of an error about a file in the folder `place`. Names the file
/// where the error does.
pub(crate) fn of_file(place: &Path, error: &tantivy::TantivyError) -> Failure {
    let place = place.join(damaged_file(error).unwrap_or_default());
    if let Some(refusal) = refusal(error) {
        let failure = Failure::io("cannot read the index", &place, refusal);
        return failure.help(help_for(refusal, "check its permissions"));
    }
    Failure::at("corrupt index", &place, words(error))
        .help(REBUILD)
        .of(FailureKind::Corrupt)
}

/// What is said of an error of writing the index in the folder `place`. Writing
/// never means damage: what was there before is whole.
pub(crate) fn of_writing(place: &Path, error: &tantivy::TantivyError) -> Failure {
    use tantivy::TantivyError as E;
    let otherwise = "try again, or run `cybersearch index --rebuild` if it keeps failing";
    match (system_error(error), error) {
        (Some(refusal), _) => {
            Failure::io("cannot write the index", place, refusal).help(help_for(refusal, otherwise))
        }
        (None, E::ErrorInThread(_)) => {
            let why = "a writer thread failed (is the disk full?)";
            Failure::at("cannot write the index", place, why).help(otherwise)
        }
        (None, other) => Failure::at("cannot write the index", place, words(other)).help(otherwise),
    }
}

/// The one action that helps against an error of the system. `otherwise` is
/// named where the kind of error says nothing better.
///
/// No permission, a full disk, a read-only medium and too many open files each
/// have an action of their own.
pub(crate) fn help_for<'a>(error: &std::io::Error, otherwise: &'a str) -> &'a str {
    use std::io::ErrorKind as Kind;
    match error.kind() {
        Kind::PermissionDenied => "check that you may read and write it",
        Kind::StorageFull | Kind::QuotaExceeded => "free some disk space and try again",
        Kind::ReadOnlyFilesystem => "make it writable, or choose another folder with --index DIR",
        // Its number is the only name that it has.
        _ if error.raw_os_error() == Some(24) => {
            "raise the limit on open files (`ulimit -n`) and try again"
        }
        _ => otherwise,
    }
}

/// What is wrong with a damaged file, in few words.
pub(crate) fn words(error: &tantivy::TantivyError) -> String {
    use tantivy::TantivyError as E;
    use tantivy::directory::error::OpenReadError as Open;
    if let Some(error) = system_error(error) {
        return of_system(error);
    }
    match error {
        E::OpenReadError(Open::FileDoesNotExist(_)) => "the file is missing".to_owned(),
        E::OpenReadError(Open::IncompatibleIndex(_)) | E::IncompatibleIndex(_) => {
            "unsupported version".to_owned()
        }
        E::OpenDirectoryError(_) => "the folder is missing".to_owned(),
        E::OpenWriteError(_) | E::IndexAlreadyExists => "a file already exists".to_owned(),
        E::LockFailure(..) => "another process is writing it".to_owned(),
        E::SchemaError(why) | E::SystemError(why) | E::InternalError(why) => first_line(why),
        // What the library says of the others is meant for programmers.
        _ => "invalid content".to_owned(),
    }
}

/// What the system says, or what is wrong with what it gave. A kind says it
/// better than the words of the library.
fn of_system(error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::Other && is_of_content(error) {
        "invalid content".to_owned()
    } else if is_of_content(error) {
        "wrong checksum".to_owned()
    } else {
        plain_cause(error)
    }
}

/// Whether an error says that a file was read and is wrong. What a library has
/// to say of it (a broken block, an unknown kind of dictionary) comes as an
/// error of the system without a number.
fn is_of_content(error: &std::io::Error) -> bool {
    use std::io::ErrorKind as Kind;
    match error.kind() {
        Kind::InvalidData | Kind::UnexpectedEof => true,
        Kind::Other => error.raw_os_error().is_none(),
        _ => false,
    }
}

/// The file that an error is about, where it says so. Relative to the folder of
/// the generation.
pub(super) fn damaged_file(error: &tantivy::TantivyError) -> Option<PathBuf> {
    use tantivy::TantivyError as E;
    use tantivy::directory::error::{OpenReadError as Read, OpenWriteError as Write};
    match error {
        E::OpenReadError(Read::FileDoesNotExist(file) | Read::IoError { filepath: file, .. })
        | E::OpenWriteError(
            Write::FileAlreadyExists(file) | Write::IoError { filepath: file, .. },
        ) => Some(file.clone()),
        _ => None,
    }
}

/// The error of the system that an error of the library carries.
fn system_error(error: &tantivy::TantivyError) -> Option<&std::io::Error> {
    use tantivy::TantivyError as E;
    use tantivy::directory::error::{
        LockError as Lock, OpenDirectoryError as Folder, OpenReadError as Read,
        OpenWriteError as Write,
    };
    match error {
        E::IoError(error)
        | E::LockFailure(Lock::IoError(error), _)
        | E::OpenReadError(Read::IoError {
            io_error: error, ..
        })
        | E::OpenWriteError(Write::IoError {
            io_error: error, ..
        })
        | E::OpenDirectoryError(
            Folder::FailedToCreateTempDir(error)
            | Folder::IoError {
                io_error: error, ..
            },
        ) => Some(error),
        _ => None,
    }
}

/// A refusal of the system, which is no damage. A missing file is none.
pub(super) fn refusal(error: &tantivy::TantivyError) -> Option<&std::io::Error> {
    let error = system_error(error)?;
    let is_away = error.kind() == std::io::ErrorKind::NotFound;
    (!is_of_content(error) && !is_away).then_some(error)
}

/// The first line of a message, as far as a person reads it.
pub(super) fn first_line(text: &str) -> String {
    let line: String = text
        .lines()
        .next()
        .unwrap_or("")
        .chars()
        .take(160)
        .collect();
    line.trim_end_matches('.').to_owned()
}

/// What a panic that nothing catches most likely means: tantivy's own threads
/// meet a damaged file while they merge or delete. Too little memory for a
/// thread looks the same and is told apart by its message.
pub fn unguarded_panic(message: &str) -> Failure {
    if message.contains("failed to spawn thread") {
        return Failure::new("out of memory: the system refused to start a thread")
            .help("raise the memory limit, or use --threads 1");
    }
    Failure::new(format!("{NO_SENSE}: {}", first_line(message))).help(REBUILD)
}
