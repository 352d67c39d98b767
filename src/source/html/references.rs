//! How many bytes of a text a character reference takes, and what it stands for.
//!
//! The tokeniser decodes references, but does not say where each begins. To keep
//! the way back, each is decoded here by itself, by the same tokeniser, and what
//! it was is remembered: a page has few different ones.
//!
//! Example: `&notit;` is `¬` and the letters `it;`, so that the reference is
//! `&not`; `&foo;` is none, and `&` stays.

use std::convert::Infallible;

use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use rustc_hash::FxHashMap;

/// The longest name of a character with its `&` and `;`.
const MOST_BYTES: usize = 36;

/// How many references are remembered.
const MOST_KNOWN: usize = 4096;

/// References that were decoded before.
#[derive(Debug, Default)]
pub(super) struct References {
    known: FxHashMap<Box<str>, Option<(Box<str>, usize)>>,
}

impl References {
    /// What the reference that `text` begins with stands for, and its length;
    /// `None` where the `&` is none.
    pub(super) fn read(&mut self, text: &str) -> Option<(&str, usize)> {
        let bytes = text.as_bytes();
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
        let name = bytes.iter().skip(1).take(MOST_BYTES);
        let mut length = 1 + name.take_while(|byte| is_part(byte)).count();
        if length == 1 {
            return None;
        }
        length += usize::from(bytes.get(length) == Some(&b';'));
        let whole = text.get(..length)?;
        if !self.known.contains_key(whole) {
            if self.known.len() >= MOST_KNOWN {
                self.known.clear();
            }
            self.known.insert(whole.into(), read(whole));
        }
        let (stands_for, length) = self.known.get(whole)?.as_ref()?;
        Some((stands_for, *length))
    }
}

/// The same of a text that is the reference, and perhaps letters behind it.
fn read(whole: &str) -> Option<(Box<str>, usize)> {
    let decoded = decoded(whole);
    if decoded == whole {
        return None;
    }
    // What follows the reference stands for itself.
    let first = decoded.chars().next().map_or(0, char::len_utf8);
    let most = decoded.len().saturating_sub(first);
    let ends = whole.bytes().rev().zip(decoded.bytes().rev());
    let same = ends.take_while(|(one, other)| one == other).count();
    let mut same = same.min(most).min(whole.len().saturating_sub(1));
    while !decoded.is_char_boundary(decoded.len() - same) {
        same -= 1;
    }
    let stands_for = decoded.get(..decoded.len() - same)?;
    Some((stands_for.into(), whole.len() - same))
}

/// A text with its references as what they stand for.
pub(super) fn decoded(text: &str) -> String {
    let mut decoded = String::new();
    let take = |event: CallbackEvent<'_>, _: html5gum::Span<()>| -> Option<Infallible> {
        if let CallbackEvent::String { value } = event {
            decoded.push_str(&String::from_utf8_lossy(value));
        }
        None
    };
    // Reading from memory cannot fail.
    let _ = Tokenizer::new_with_emitter(text, CallbackEmitter::new(take)).finish();
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, usize)>) {
        assert_eq!(References::default().read(text), expected, "{text}");
    }

    #[test]
    fn a_reference_is_as_long_as_it_is() {
        check("&amp; more", Some(("&", 5)));
        check("&amp", Some(("&", 4)));
        check("&eacute;t&eacute;", Some(("é", 8)));
        check("&notit;", Some(("¬", 4)));
        check("&copy2024", Some(("©", 5)));
        check("&#8217;s", Some(("’", 7)));
        check("&#x201C;", Some(("“", 8)));
        check("&#133;", Some(("…", 6)));
        check("&semi;", Some((";", 6)));
        check("&foo;", None);
        check("& more", None);
        check("&", None);
        check("&;", None);
        check("&NotEqualTilde;", Some(("≂̸", 15)));
        check("&ampp", Some(("&", 4)));
    }
}
