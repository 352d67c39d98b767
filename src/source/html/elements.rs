//! What each element of HTML is to the text of a page.
//!
//! Responsible for the tables of names alone: which elements end a line or a
//! paragraph, which hold no text of the article, which need no end tag, and
//! which end others. Names come in small letters.
//!
//! Example: `li` ends a line, has an end that may be left out, and is ended by
//! the next `li` of its list.

/// What an element's tags are to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// A part of a line, or none of HTML's.
    Inline,
    /// A line, a row or an item.
    Line,
    /// A paragraph, a heading, a box.
    Block,
    /// The cell of a table.
    Cell,
    /// What holds no text of the article.
    Hidden,
    /// The same, of another markup: what is HTML ends it.
    Foreign,
}

/// The element with this name.
pub(super) fn element(name: &[u8]) -> Element {
    match name {
        b"br" | b"li" | b"tr" | b"dt" | b"dd" | b"caption" => Element::Line,
        b"p" | b"div" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"ul" | b"ol" | b"dl"
        | b"table" | b"thead" | b"tbody" | b"tfoot" | b"blockquote" | b"pre" | b"hr"
        | b"section" | b"article" | b"header" | b"footer" | b"aside" | b"nav" | b"main"
        | b"figure" | b"figcaption" | b"address" | b"details" | b"summary" | b"form"
        | b"fieldset" | b"html" | b"body" | b"center" | b"menu" | b"hgroup" | b"dialog"
        | b"listing" | b"xmp" => Element::Block,
        b"td" | b"th" => Element::Cell,
        b"script" | b"style" | b"template" | b"noscript" | b"iframe" | b"object" | b"canvas"
        | b"select" | b"textarea" | b"title" | b"noframes" | b"noembed" => Element::Hidden,
        b"svg" | b"math" => Element::Foreign,
        _ => Element::Inline,
    }
}

/// Whether an element has no content, and no end tag.
pub(super) fn is_void(name: &[u8]) -> bool {
    matches!(
        name,
        b"area"
            | b"base"
            | b"basefont"
            | b"bgsound"
            | b"br"
            | b"col"
            | b"embed"
            | b"frame"
            | b"hr"
            | b"img"
            | b"input"
            | b"keygen"
            | b"link"
            | b"meta"
            | b"param"
            | b"source"
            | b"track"
            | b"wbr"
    )
}

/// Whether an element goes on behind the end of the one that holds it, until it
/// is ended itself.
pub(super) fn is_formatting(name: &[u8]) -> bool {
    matches!(
        name,
        b"a" | b"b"
            | b"big"
            | b"code"
            | b"em"
            | b"font"
            | b"i"
            | b"nobr"
            | b"s"
            | b"small"
            | b"strike"
            | b"strong"
            | b"tt"
            | b"u"
    )
}

/// Whether what goes on inside an element ends with it all the same.
pub(super) fn is_wall(name: &[u8]) -> bool {
    matches!(
        name,
        b"td" | b"th" | b"caption" | b"applet" | b"marquee" | b"object" | b"template"
    )
}

/// Names of elements.
type Names = &'static [&'static [u8]];

/// The open elements that the start of `name` ends, and those beyond which it
/// ends none.
pub(super) fn ended_by(name: &[u8]) -> (Names, Names) {
    const ROWS: Names = &[b"table"];
    match name {
        b"li" => (&[b"li"], &[b"ul", b"ol", b"menu", b"table"]),
        b"dt" | b"dd" => (&[b"dt", b"dd"], &[b"dl", b"table"]),
        b"td" | b"th" => (&[b"td", b"th"], ROWS),
        b"tr" => (&[b"tr"], ROWS),
        b"thead" | b"tbody" | b"tfoot" => (&[b"thead", b"tbody", b"tfoot"], ROWS),
        b"option" => (&[b"option"], &[b"select"]),
        b"a" => (&[b"a"], &[b"td", b"th", b"table"]),
        _ if matches!(element(name), Element::Block) => {
            (&[b"p"], &[b"button", b"td", b"th", b"table", b"li", b"div"])
        }
        _ => (&[], &[]),
    }
}
