//! Keeps text that others wrote from acting on a terminal.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

/// Whether a character could act: control and escape characters, marks that
/// turn the direction of writing, separators of lines, invisible tags.
pub(crate) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` on one line: white space (line ends too) becomes a space, and
/// characters that could act the replacement character.
pub fn line(text: &str) -> Cow<'_, str> {
    // Most text is ASCII that does nothing.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    if text
        .bytes()
        .all(|byte| matches!(byte, b' '..=b'~' | b'\t'..=b'\r'))
    {
        let shown = |byte: u8| char::from(byte.max(b' '));
        return Cow::Owned(text.bytes().map(shown).collect());
    }
    if !text.contains(|c: char| acts(c) || (c.is_whitespace() && c != ' ')) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(line_char).collect())
}

/// One character as [`line()`] shows it.
pub(crate) fn line_char(c: char) -> char {
    if c.is_whitespace() {
        ' '
    } else if acts(c) {
        char::REPLACEMENT_CHARACTER
    } else {
        c
    }
}

/// `text` with its line ends and tabs, and nothing else that could act.
pub fn lines(text: &str) -> String {
    let keep = |c: char| {
        if matches!(c, '\n' | '\t') || !acts(c) {
            c
        } else {
            char::REPLACEMENT_CHARACTER
        }
    };
    text.replace("\r\n", "\n").chars().map(keep).collect()
}

/// How much of a text is made safe at once.
const PIECE: usize = 1 << 16;

/// Writes `text` as [`lines()`] makes it, piece by piece: a long one is not
/// copied.
///
/// # Errors
/// Those of the writer.
pub fn write_lines(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = rest.floor_char_boundary(PIECE);
        // Both bytes of a line end are one.
        end += usize::from(rest[..end].ends_with('\r') && rest[end..].starts_with('\n'));
        let (piece, after) = rest.split_at(end);
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
        if piece.bytes().all(is_plain) {
            out.write_all(piece.as_bytes())?;
        } else {
            out.write_all(lines(piece).as_bytes())?;
        }
        rest = after;
    }
    Ok(())
}

/// A path on one line, as [`line()`].
pub fn path(path: &Path) -> String {
    line(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn plain_text_is_shown_as_any_text(text in "[a \\t\\n\\x0b\\r\\x1b\\x7f~é\u{a0}\u{202e}]{0,12}") {
            let shown: String = text.chars().map(line_char).collect();
            proptest::prop_assert_eq!(line(&text), shown);
        }
    }

    #[test]
    fn text_is_written_in_pieces_as_in_one() {
        for unit in ["a\r\n", "\r\n\u{1b}", "é\r", "plain\n", "ab\r\n"] {
            let text = unit.repeat(2 * PIECE / unit.len() + 7);
            let mut written = Vec::new();
            write_lines(&text, &mut written).unwrap();
            assert!(written == lines(&text).as_bytes(), "{unit:?}");
        }
    }

    #[test]
    fn nothing_that_acts_is_left() {
        assert_eq!(
            line("a\u{1b}[31mb\r\nc\u{202e}d\u{9b}e\u{7}"),
            "a\u{fffd}[31mb  c\u{fffd}d\u{fffd}e\u{fffd}"
        );
        assert_eq!(line("plain"), "plain");
        assert_eq!(
            lines("a\r\n\tb\u{1b}]0;x\u{7}"),
            "a\n\tb\u{fffd}]0;x\u{fffd}"
        );
        assert_eq!(path(Path::new("a\nb")), "a b");
    }
}
