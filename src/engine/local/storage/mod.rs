//! The files of an index on disk: the pointer, generations, the lock, and what
//! is checked of them.
//!
//! Imports `files` and tantivy. Only what the program made is changed or
//! removed. Must not know what an article is.
//!
//! `folder` knows the layout of the index folder and `names` what is ours in
//! it; `directory` is tantivy's view of one generation. `checksum` and `verify`
//! find changed bytes, `corruption` and `guard` put what was found into words.
//! `lock` lets one process write, `deletion` takes old documents out, `garbage`
//! removes what a crash left behind.

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
