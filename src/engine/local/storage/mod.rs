//! The files of an index on disk: the pointer, generations, the lock, and what
//! is checked of them.
//!
//! Imports `files` and tantivy. Only what the program made is changed or
//! removed. Must not know what an article is.

pub(crate) mod checksum;
pub(crate) mod corruption;
pub(crate) mod deletion;
pub(crate) mod directory;
pub(crate) mod folder;
pub(crate) mod garbage;
pub(crate) mod guard;
pub(crate) mod lock;
pub(crate) mod names;
pub(crate) mod verify;
