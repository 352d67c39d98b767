//! A remote engine: an index in OpenSearch or Elasticsearch.
//!
//! `mapping` says what its index looks like, `document` makes what is sent of an
//! article. Imports `document`, `plan` and what lies below; the HTTP library is
//! known to `client` alone.

mod access;
pub(crate) mod client;
pub(crate) mod document;
pub(crate) mod mapping;
mod target;

pub use self::access::{AUTH_VARIABLE, Access, AccessOptions};
pub use self::target::Target;
