//! Exports of news databases: one document with many articles, cut apart.

use super::input::Document;

/// An article of an export.
#[derive(Debug)]
pub(super) struct Record {
    /// Its part of the document: text, offsets and marks cut out, and what its
    /// labels state.
    pub(super) document: Document,
    /// Other names of it: the accession number.
    pub(super) aliases: Vec<String>,
}

/// The articles of an export; `None` for a document that is none.
pub(super) fn split(_document: &Document) -> Option<Vec<Record>> {
    None
}
