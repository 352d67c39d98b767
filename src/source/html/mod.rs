//! HTML, as pages, messages, feeds and books hold it.
//!
//! Responsible for the text of some HTML with the way back to its bytes
//! (`stream`), for which part of a page is its article (`choose`, `align`), and
//! for what a page states of itself (`facts`, `json_ld`, `metadata`, `dates`).
//! What is shown is always the page's own text, whoever chose it.

#[cfg(feature = "html")]
mod align;
#[cfg(feature = "html")]
mod choose;
#[cfg(feature = "html")]
mod dates;
#[cfg(feature = "html")]
mod elements;
#[cfg(feature = "html")]
mod facts;
#[cfg(feature = "html")]
mod json_ld;
#[cfg(feature = "html")]
mod metadata;
#[cfg(feature = "html")]
pub(super) mod page;
#[cfg(feature = "html")]
mod references;
#[cfg(feature = "html")]
mod stream;
#[cfg(feature = "html")]
mod tree;
#[cfg(feature = "html")]
mod trim;
#[cfg(feature = "html")]
mod xhtml;

use crate::article::{Marks, Offsets};
#[cfg(not(feature = "html"))]
use crate::source::keys;

/// The text of some HTML, and the way back to it.
#[derive(Debug, Default)]
pub(super) struct HtmlText {
    /// The text: blocks apart by blank lines, references decoded.
    pub(super) text: String,
    /// From the text to the bytes of the markup.
    pub(super) offsets: Offsets,
    /// The lines of the markup, at the start of each block.
    pub(super) marks: Marks,
}

/// All text of some HTML, menus and footers as well: of a message, an item of a
/// feed, a chapter of a book.
#[cfg(feature = "html")]
pub(super) fn text(markup: &str) -> HtmlText {
    let stream::Stream {
        text, runs, marks, ..
    } = stream::read_all(&xhtml::as_html(markup));
    HtmlText {
        text,
        offsets: Offsets::Runs(runs),
        marks,
    }
}

/// The same where nothing reads HTML as browsers do.
#[cfg(not(feature = "html"))]
pub(super) fn text(markup: &str) -> HtmlText {
    let stripped = keys::without_markup(markup);
    HtmlText {
        text: stripped.unwrap_or_else(|| markup.to_owned()),
        offsets: Offsets::Nowhere,
        marks: Marks::default(),
    }
}
