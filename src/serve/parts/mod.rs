//! What pages are made of: pure functions from data to HTML.

pub(super) mod bars;
pub(super) mod facet;
pub(super) mod hit;
pub(super) mod link;
pub(super) mod map;
pub(super) mod marked;
pub(super) mod words;
