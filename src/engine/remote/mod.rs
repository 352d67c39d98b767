//! A remote engine: an index in `OpenSearch` or `Elasticsearch`, asked over HTTP.
//!
//! `mapping` says what its index looks like, `document` makes what is sent of an
//! article, `client` speaks with it, `reply` is what it answers. The HTTP library is known to `client`
//! and, for its certificates, to `tls` alone.
//! Imports `document`, `plan` and what lies below.

mod access;
pub(crate) mod client;
pub(crate) mod document;
pub(crate) mod mapping;
mod named;
mod opening;
pub(crate) mod query;
pub(crate) mod reply;
pub(crate) mod session;
mod target;
mod tls;

pub use self::access::{AUTH_VARIABLE, Access, AccessOptions};
pub use self::opening::{RemoteIndex, RemoteInfo};
pub use self::target::Target;
