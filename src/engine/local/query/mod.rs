//! From a query to the articles that answer it, on tantivy.
//!
//! `compile` turns a plan into tantivy's queries, with three of our own where
//! its own do not serve: `phrase_query` (with `word_places`), `pattern_query`
//! and `known_articles`. `candidates` runs them, through `collect` where
//! articles are divided among threads and through `facet_counts` where values
//! are counted. `seen` and `occurrences` tell of single articles what a score
//! is made of. `statistics` and `dictionary` answer for words.

pub(crate) mod candidates;
pub(crate) mod collect;
pub(crate) mod compile;
pub(crate) mod dictionary;
pub(crate) mod facet_counts;
pub(crate) mod known_articles;
pub(crate) mod occurrences;
pub(crate) mod path_glob;
pub(crate) mod pattern_query;
pub(crate) mod phrase_query;
mod seen;
pub(crate) mod statistics;
pub(crate) mod word_places;
