//! From a query to the articles that answer it, on tantivy.
//!
//! `compile` turns a plan into tantivy's queries, with those of `scorers` where
//! its own do not serve. `candidates` runs them, through `collect` where
//! articles are divided among threads, through `partial` where articles may lack
//! parts of the query, and through `facet_counts` where values are counted. `seen` and `occurrences` tell of single articles what a score
//! is made of. `statistics` and `dictionary` answer for words.

pub(crate) mod candidates;
pub(crate) mod collect;
pub(crate) mod compile;
pub(crate) mod dictionary;
pub(crate) mod facet_counts;
pub(crate) mod occurrences;
mod partial;
pub(crate) mod path_glob;
pub(crate) mod scorers;
mod seen;
pub(crate) mod statistics;
