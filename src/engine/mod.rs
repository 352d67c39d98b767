//! Where articles are kept and found.
//!
//! Below it every engine; so far the local one, on tantivy.

pub mod local;
