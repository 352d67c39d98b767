//! HTML, as pages, messages, feeds and books hold it.

use crate::article::{Marks, Offsets};
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
pub(super) fn text(markup: &str) -> HtmlText {
    let stripped = keys::without_markup(markup);
    HtmlText {
        text: stripped.unwrap_or_else(|| markup.to_owned()),
        offsets: Offsets::Nowhere,
        marks: Marks::default(),
    }
}
