//! Queries of our own, for what tantivy's do not know or do too slowly.
//!
//! `phrase_query` (with `word_places`) is plain words side by side,
//! `pattern_query` whatever positions or the text decide, and `known_articles`
//! a set of articles that was found once.

pub(crate) mod known_articles;
pub(crate) mod pattern_query;
pub(crate) mod phrase_query;
pub(crate) mod word_places;
