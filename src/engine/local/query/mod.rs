//! From a query to the articles that answer it, on tantivy.

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
