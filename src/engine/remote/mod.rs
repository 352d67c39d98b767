//! An engine elsewhere that is asked over HTTP: Elasticsearch or OpenSearch.
//!
//! `mapping` says what its index looks like, `document` makes what is sent of an
//! article.

pub(crate) mod document;
pub(crate) mod mapping;
