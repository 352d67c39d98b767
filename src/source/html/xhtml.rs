//! XHTML, made HTML without moving a byte.
//!
//! XHTML is XML: `<script src="a.js"/>` is whole, and what stands between
//! `<![CDATA[` and `]]>` is text. A reader of HTML takes the first for the start
//! of a script that goes on to the end of the page, and the second for a comment.
//! So both marks are overwritten by spaces, and places in the markup hold.
//!
//! Example: `<title/><p>a <![CDATA[b]]></p>` becomes
//! `        <p>a          b   </p>`.

use std::borrow::Cow;

use memchr::memmem::find;

/// How far from its start a page says what it is.
const HEAD: usize = 2_048;

/// Elements that HTML closes by an end tag alone, and that change how what
/// follows is read.
const CLOSED: [&str; 17] = [
    "a", "b", "em", "font", "i", "iframe", "noembed", "noframes", "noscript", "script", "span",
    "strong", "style", "sup", "textarea", "title", "u",
];

/// The same markup for a reader of HTML.
pub(super) fn as_html(markup: &str) -> Cow<'_, str> {
    if !is_xhtml(markup) {
        return Cow::Borrowed(markup);
    }
    let mut bytes = markup.as_bytes().to_vec();
    let (mut is_changed, mut has_ends) = (false, true);
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
        let start = at + found;
        let rest = &bytes[start..];
        at = start + 1;
        if let Some(length) = raw_element(rest) {
            // Scripts and styles hide the marks from old browsers in their own ways.
            at = start + length;
        } else if rest.starts_with(b"<![CDATA[") {
            // Looked for once more than there are.
            let end = if has_ends { find(rest, b"]]>") } else { None };
            has_ends = end.is_some();
            blank(&mut bytes[start..start + b"<![CDATA[".len()]);
            if let Some(end) = end.map(|end| start + end) {
                blank(&mut bytes[end..end + b"]]>".len()]);
                at = end;
            }
            is_changed = true;
        } else if let Some(length) = empty_tag(rest) {
            blank(&mut bytes[start..start + length]);
            at = start + length;
            is_changed = true;
        }
    }
    if !is_changed {
        return Cow::Borrowed(markup);
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(markup), Cow::Owned)
}

/// Whether markup says that it is XHTML: by an XML declaration, or the namespace
/// of its root.
fn is_xhtml(markup: &str) -> bool {
    let head = &markup.as_bytes()[..markup.len().min(HEAD)];
    head.trim_ascii_start().starts_with(b"<?xml")
        || find(head, b"http://www.w3.org/1999/xhtml").is_some()
}

/// The length of a script or a style with its end tag, if one begins `rest` and is
/// not whole by itself.
fn raw_element(rest: &[u8]) -> Option<usize> {
    let starts = |mark: &str| {
        let head = rest.get(..mark.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(mark.as_bytes()))
    };
    let end: &[u8] = if starts("<script") {
        b"</script"
    } else if starts("<style") {
        b"</style"
    } else {
        return None;
    };
    if empty_tag(rest).is_some() {
        return None;
    }
    // One that never ends hides all that follows, as it does for browsers.
    Some(find(rest, end).map_or(rest.len(), |at| at + end.len()))
}

/// The length of the tag at the start of `rest`, if it is one that is whole by
/// itself and would not be in HTML.
fn empty_tag(rest: &[u8]) -> Option<usize> {
    let name = &rest[1..];
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric();
    let name = &name[..name.iter().position(|byte| !is_letter(byte))?];
    let is_closed = |known: &&str| known.as_bytes().eq_ignore_ascii_case(name);
    if !CLOSED.iter().any(is_closed) {
        return None;
    }
    let mut quote = None;
    for (at, byte) in rest.iter().enumerate().skip(1 + name.len()) {
        match (quote, byte) {
            (Some(open), _) if open == *byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'>') => return (rest[at - 1] == b'/').then_some(at + 1),
            (None, b'<') => return None,
            _ => {}
        }
    }
    None
}

/// Spaces in place of everything but line ends.
fn blank(bytes: &mut [u8]) {
    for byte in bytes {
        if !matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_xml_are_blank_and_nothing_moves() {
        let xml = |body: &str| as_html(&format!("<?xml version=\"1.0\"?>{body}")).into_owned();
        let made = xml("<title/><p>a <![CDATA[b]]></p>");
        assert_eq!(
            made,
            "<?xml version=\"1.0\"?>        <p>a          b   </p>"
        );
        let kept = [
            "<script src='a>b'>x</script><br/>",
            "<p/>",
            "<abbr/>",
            "<title>a</title>",
            "<i",
            "<![CDAT",
            "<script>//<![CDATA[\nx\n//]]></script>",
        ];
        for body in kept {
            assert_eq!(xml(body), format!("<?xml version=\"1.0\"?>{body}"));
        }
        assert_eq!(
            xml("<script src='a>é'\n/>b"),
            format!("<?xml version=\"1.0\"?>{}\n  b", " ".repeat(18))
        );
        assert!(matches!(as_html("<title/>"), Cow::Borrowed(_)));
    }
}
