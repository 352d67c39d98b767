//! From a plan to the articles of an engine that answer it.
//!
//! `compile` makes queries of clauses, out of the pieces of `json`; what terms do
//! not decide, `verify` decides by reading candidates. `candidates` finds the
//! articles and shows them, `counts` counts their values, `vocabulary` looks words
//! up. `words` reads an article as the index has it, `answers` what the engine says.

pub(crate) mod answers;
mod candidates;
mod compile;
mod counts;
pub(crate) mod json;
mod verify;
mod vocabulary;
mod words;
