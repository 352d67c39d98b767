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

use memchr::memchr2_iter;

/// Whether `text` starts with `start`, ASCII letters in either case.
pub(crate) fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    let opening = text.as_bytes().get(..start.len());
    opening.is_some_and(|opening| opening.eq_ignore_ascii_case(start.as_bytes()))
}

/// Whether `words`, which begin with a small ASCII letter, stand in `text`, in
/// either case of ASCII.
pub(crate) fn contains_ignoring_case(text: &str, words: &str) -> bool {
    let first = words.as_bytes().first().copied().unwrap_or(0);
    let mut places = memchr2_iter(first, first.to_ascii_uppercase(), text.as_bytes());
    places.any(|at| starts_with_ignoring_case(&text[at..], words))
}

/// What follows the first of `heads`, of ASCII letters, that `text` starts with.
pub(crate) fn after_head<'t>(text: &'t str, heads: &[&str]) -> Option<&'t str> {
    let mut heads = heads.iter();
    let head = heads.find(|head| starts_with_ignoring_case(text, head))?;
    Some(&text[head.len()..])
}
