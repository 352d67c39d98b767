//! A remote engine: an index in OpenSearch or Elasticsearch.
//!
//! Imports `document`, `plan` and what lies below; the HTTP library is known to
//! `client` alone.

mod access;
pub(crate) mod client;
mod target;

pub use self::access::{AUTH_VARIABLE, Access, AccessOptions};
pub use self::target::Target;
