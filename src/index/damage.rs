//! Tells a damaged index from one that may not be read, in words.
//!
//! tantivy reports damage by errors and, where it trusts its files, by panics;
//! both become a [`Failure`] that says how to mend the index.

use std::path::{Path, PathBuf};

use super::REBUILD;
use crate::failure::{Failure, Result};

pub(super) fn damaged(place: &Path, error: &tantivy::TantivyError) -> Failure {
    let place = place.join(damaged_file(error).unwrap_or_default());
    if let Some(refusal) = refusal(error) {
        return Failure::io("cannot read the index", &place, &refusal)
            .help("see to it that it can be read");
    }
    Failure::at("damaged index", &place, words(error)).help(REBUILD)
}

/// What is wrong with a damaged file, in few words.
pub(super) fn words(error: &tantivy::TantivyError) -> String {
    use tantivy::TantivyError as E;
    use tantivy::directory::error::OpenReadError as Open;
    match error {
        E::OpenReadError(Open::FileDoesNotExist(_)) => "a file of it is missing".to_owned(),
        E::OpenReadError(Open::IncompatibleIndex(_)) => "its version cannot be read".to_owned(),
        E::OpenReadError(Open::IoError { io_error, .. }) => crate::source::plain_cause(io_error),
        E::IoError(error) => crate::source::plain_cause(error),
        E::DataCorruption(_) => "its content makes no sense".to_owned(),
        other => first_line(&other.to_string()),
    }
}

/// The file that an error is about, where it says so.
fn damaged_file(error: &tantivy::TantivyError) -> Option<PathBuf> {
    use tantivy::TantivyError as E;
    use tantivy::directory::error::OpenReadError as Open;
    match error {
        E::OpenReadError(Open::FileDoesNotExist(file) | Open::IoError { filepath: file, .. }) => {
            Some(file.clone())
        }
        _ => None,
    }
}

/// A refusal of the system, which is no damage.
fn refusal(error: &tantivy::TantivyError) -> Option<std::io::Error> {
    use tantivy::TantivyError as E;
    use tantivy::directory::error::OpenReadError as Open;
    let (E::IoError(error)
    | E::OpenReadError(Open::IoError {
        io_error: error, ..
    })) = error
    else {
        return None;
    };
    let is_refused = error.kind() == std::io::ErrorKind::PermissionDenied;
    is_refused.then(|| std::io::Error::from(std::io::ErrorKind::PermissionDenied))
}

/// The first line of a message, as far as a person reads it.
fn first_line(text: &str) -> String {
    let line: String = text
        .lines()
        .next()
        .unwrap_or("")
        .chars()
        .take(160)
        .collect();
    line.trim_end_matches('.').to_owned()
}

/// Runs `work`; a panic in it (tantivy's word for a damaged file) is an error.
pub(super) fn guarded<T>(place: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
    IN_GUARD.set(IN_GUARD.get() + 1);
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    IN_GUARD.set(IN_GUARD.get() - 1);
    result.unwrap_or_else(|_| {
        Err(Failure::at("damaged index", place, "its content makes no sense").help(REBUILD))
    })
}

thread_local! {
    /// How many guards this thread is inside of.
    static IN_GUARD: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// Whether a panic of this thread becomes an error, and need not be reported.
pub fn is_guarded() -> bool {
    IN_GUARD.get() > 0
}

/// What a panic that nothing catches most likely means: tantivy's own threads
/// meet a damaged file while they merge or delete.
pub fn unguarded_panic(message: &str) -> Failure {
    Failure::new(format!(
        "damaged index, or a fault of the program: {}",
        first_line(message)
    ))
    .help(REBUILD)
}
