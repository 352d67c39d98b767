//! Looks for the damaged file where an error, or a panic, names none.
//!
//! tantivy tells of a wrong byte in many ways: by an error that names a file,
//! by one that names none, by a panic in the middle of a decoder. Only the
//! first helps a person. For the others the whole generation is verified
//! (`verify`), and the first file with a wrong checksum is named. That reads
//! every byte of the index, which matters little where the next step is a
//! rebuild.
//!
//! Where no file is damaged, a panic may as well be a fault of the program; it
//! is told as either, with what the panic said.

use std::path::Path;

use super::corruption::{NO_SENSE, damaged_file, first_line, of_file, refusal};
use super::names::{self, REBUILD};
use super::verify;
use crate::failure::{Failure, Result};
use crate::panics;

/// What is said of an error of the index in the folder `place`. Where it names
/// no file, the damaged one is looked for.
pub(crate) fn damaged(place: &Path, error: &tantivy::TantivyError) -> Failure {
    let says_where = damaged_file(error).is_some() || refusal(error).is_some();
    let found = if says_where { None } else { found_in(place) };
    found.unwrap_or_else(|| of_file(place, error))
}

/// The first damaged file in the folder of a generation. `None` where all
/// checksums are right.
fn found_in(place: &Path) -> Option<Failure> {
    if !place.join(names::META).exists() {
        return None;
    }
    // What cannot even be verified is told as what it came from.
    panics::caught(|| verify::check(place)).ok()?.err()
}

/// Runs `work`; a panic in it (tantivy's word for a damaged file) is an error.
/// Nothing is lost by catching it: the index is only read.
pub(crate) fn guarded<T>(place: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
    panics::caught(work).unwrap_or_else(|said| Err(panicked(place, said.as_deref())))
}

/// What is said of a panic while the index in the folder `place` was read.
/// `said` is the message of the panic.
pub(crate) fn panicked(place: &Path, said: Option<&str>) -> Failure {
    let why = first_line(said.unwrap_or("invalid content"));
    let no_sense = || Failure::at(NO_SENSE, place, why).help(REBUILD);
    found_in(place).unwrap_or_else(no_sense)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_library_says_of_a_broken_block_is_damage() {
        let place = Path::new("index/g1");
        let broken = std::io::Error::other("Data corruption detected");
        let said = damaged(place, &broken.into());
        assert!(said.to_string().contains("corrupt index"), "{said}");
        assert_eq!(said.action(), Some(REBUILD));
        let refused = std::io::Error::from_raw_os_error(5);
        let said = damaged(place, &refused.into()).to_string();
        assert!(said.contains("cannot read the index"), "{said}");
    }
}
