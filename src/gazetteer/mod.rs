//! What is known of single words before they stand in a text: countries with
//! their cities and demonyms, first names, words that are no names.
//!
//! Imports `text`. Pure data, compiled in, with the marks of what is ambiguous.
//! Must not know what a text says: that is for `extract` to find out.

pub mod countries;
pub(crate) mod finder;
pub(crate) mod keys;
pub(crate) mod names;
pub(crate) mod token;
