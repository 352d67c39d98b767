//! The formats of hits, a file each.

pub(crate) mod csv;
pub(crate) mod grep;
pub mod json;
pub(crate) mod paths;
pub(crate) mod text;
pub mod trec;
