//! Words, sentences and the calendar: what is known of a text before anybody
//! asks what it says.
//!
//! Imports nothing of this crate. Pure: no I/O, no clock, no environment. Must
//! not know what an article, a query or an index is.

pub mod analyze;
pub mod calendar;
pub mod division;
pub mod edit_distance;
pub mod mojibake;
pub mod sentence;
pub mod stated_date;
pub mod stop_words;
pub mod timex;
pub mod wildcard;
