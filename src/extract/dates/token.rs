//! Cuts a block into the words and numbers that matter to dates.
//!
//! Words that mean nothing to dates leave no token: two tokens stand next to
//! each other when nothing but space or punctuation lies between them.
//!
//! A byte has one of four classes, looked up in a table. A run of letters and
//! digits of ASCII gets its key while it is scanned, and `word::classify` turns
//! most away by first letter and length; nothing is allocated but the tokens. A
//! word with a letter beyond ASCII is none of ours and skipped whole, so "Mayé"
//! is no May.
//!
//! Whether two tokens belong together is asked of the bytes between them, at
//! most 48: `is_close` (space), `is_joined` (space or a hyphen), `is_spaced`
//! (also a comma). Example: in "May 14, 2013" all three tokens are spaced and
//! the last two not close.
//!
//! A full stop is a token where it seems to end a sentence, since tense stops
//! there. Blocks beyond a megabyte are cut at a space; an expression across the
//! cut may be lost. Cost: O(bytes), some sixteen bytes a token.

use std::borrow::Cow;

use super::word::{Key, TimeWord, classify};
use crate::text::division::{self, DivisionReading};

/// A word or number of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct DateToken {
    /// First byte in the piece of text.
    pub(super) start: u32,
    /// One past the last byte in the piece of text.
    pub(super) end: u32,
    /// What it means.
    pub(super) word: TimeWord,
}

/// The most bytes read at once. Longer blocks (a dump on one line) are cut at
/// a space, so that the memory for tokens has a bound.
const MAX_PIECE: usize = 1 << 20;

/// What lies between two tokens that belong together, at most. A line break
/// with an indent is less.
const MAX_GAP: usize = 48;

/// The pieces of `block`, with their offsets: nearly always one. They cover it,
/// in order.
pub(super) fn pieces(block: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = &block[start..];
        if rest.is_empty() {
            return None;
        }
        let limit = rest.floor_char_boundary(MAX_PIECE.min(rest.len()));
        let length = if limit == rest.len() {
            limit
        } else {
            let space = rest.as_bytes()[..limit]
                .iter()
                .rposition(|byte| *byte == b' ');
            space.filter(|at| *at > 0).unwrap_or(limit)
        };
        let piece = (start, &rest[..length]);
        start += length;
        Some(piece)
    })
}

/// What a byte is to the cutter. One look-up instead of several comparisons for
/// each byte.
#[derive(Clone, Copy, PartialEq, Eq)]
enum DateByte {
    /// Space and most punctuation.
    Other,
    /// An ASCII letter or digit.
    Solid,
    /// What may end a sentence.
    Stop,
    /// Part of a character beyond ASCII.
    Wide,
}

/// The class of each byte.
const CLASSES: [DateByte; 256] = {
    let mut classes = [DateByte::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::cast_possible_truncation, reason = "below 256")]
        let ascii = byte as u8;
        if ascii.is_ascii_alphanumeric() {
            classes[byte] = DateByte::Solid;
        } else if matches!(ascii, b'.' | b'!' | b'?' | b';') {
            classes[byte] = DateByte::Stop;
        } else if !ascii.is_ascii() {
            classes[byte] = DateByte::Wide;
        }
        byte += 1;
    }
    classes
};

fn class(byte: u8) -> DateByte {
    CLASSES[usize::from(byte)]
}

/// Appends the tokens of `piece` to `tokens`. Offsets count from the start of
/// the piece.
///
/// | text | tokens |
/// |---|---|
/// | Moscow said on May 14th, 2013, that talks go on. | said, on, May, 14th, 2013, that, on |
/// | Mayé été May–June | May, June |
/// | It ended. They met Mr. Smith of the U.S. Navy. | ended, a stop, met, of, the |
pub(super) fn cut(piece: &str, tokens: &mut Vec<DateToken>) {
    let bytes = piece.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match class(*byte) {
            DateByte::Other => at += 1,
            DateByte::Solid => {
                let (end, key) = solid_end(bytes, at);
                let goes_on = bytes.get(end).is_some_and(|byte| !byte.is_ascii());
                if goes_on && is_letter(piece, end) {
                    // "Mayé" is no word of ours.
                    at = wide_end(piece, end);
                    continue;
                }
                let divided = division::may_follow(piece, end)
                    .then(|| divided_end(piece, end))
                    .flatten();
                let (whole, end, key) = match divided {
                    Some(end) => {
                        let whole = division::joined(&piece[at..end]);
                        let (length, key) = solid_end(whole.as_bytes(), 0);
                        // With a letter beyond ASCII it is no word of ours.
                        let is_solid = length == whole.len() && length > 0;
                        (is_solid.then_some(whole), end, key)
                    }
                    None => (Some(Cow::Borrowed(&piece[at..end])), end, key),
                };
                if let Some(word) = whole.and_then(|whole| classify(whole.as_bytes(), key)) {
                    tokens.push(token(at, end, word));
                }
                // One space follows nearly every word.
                at = end + usize::from(bytes.get(end) == Some(&b' '));
            }
            // Only what ends a sentence leaves a token.
            DateByte::Stop => {
                if *byte == b';' || ends_sentence(bytes, at) {
                    tokens.push(token(at, at + 1, TimeWord::Stop));
                }
                at += 1;
            }
            DateByte::Wide if is_letter(piece, at) => at = wide_end(piece, at),
            DateByte::Wide => at += width(piece, at),
        }
    }
}

/// Where the word ends that a line end divides at `end`: `Septem-` at the end
/// of a line, and `ber`.
fn divided_end(piece: &str, mut end: usize) -> Option<usize> {
    let mut is_divided = false;
    while let Some(found) = division::after(piece, end)
        && found.reading == DivisionReading::Word
    {
        is_divided = true;
        (end, _) = solid_end(piece.as_bytes(), found.next);
        if end == found.next {
            // The next part begins beyond ASCII.
            end = wide_end(piece, end);
        }
    }
    is_divided.then_some(end)
}

/// Positions fit: a piece has at most a megabyte.
fn token(start: usize, end: usize, word: TimeWord) -> DateToken {
    let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    DateToken {
        start: small(start),
        end: small(end),
        word,
    }
}

/// Whether a letter or digit of any script begins at `at`.
fn is_letter(piece: &str, at: usize) -> bool {
    piece[at..].starts_with(char::is_alphanumeric)
}

/// The bytes of the character at `at`.
fn width(piece: &str, at: usize) -> usize {
    piece[at..].chars().next().map_or(1, char::len_utf8)
}

/// Where the letters and digits of ASCII from `start` on end, and their key.
/// Both in one pass, since nearly every byte comes by here.
fn solid_end(bytes: &[u8], start: usize) -> (usize, Key) {
    let (mut at, mut key) = (start, Key::default());
    while let Some(byte) = bytes.get(at)
        && class(*byte) == DateByte::Solid
    {
        key = key.with(*byte);
        at += 1;
    }
    (at, key)
}

/// Where the word ends that has a letter beyond ASCII at `at`.
fn wide_end(piece: &str, mut at: usize) -> usize {
    let bytes = piece.as_bytes();
    loop {
        (at, _) = solid_end(bytes, at + width(piece, at));
        if bytes.get(at).is_none_or(u8::is_ascii) || !is_letter(piece, at) {
            return at;
        }
    }
}

/// Whether the stop at `at` ends a sentence, as far as tense needs to know: a
/// capital follows, and no short capitalised word or single letter precedes.
/// "U.S. Navy" and "Mr. Smith" go on; a wrong answer costs a tense at most.
fn ends_sentence(bytes: &[u8], at: usize) -> bool {
    let mut after = &bytes[at + 1..bytes.len().min(at + 1 + MAX_GAP)];
    while let [b'"' | b'\'' | b')', rest @ ..] = after {
        after = rest;
    }
    // Nearly always a space: anything else is rare.
    if space_length(after) == 0 {
        return false;
    }
    while space_length(after) > 0 {
        after = &after[space_length(after)..];
    }
    if after.first().is_some_and(u8::is_ascii_lowercase) {
        return false;
    }
    let word = bytes[..at]
        .iter()
        .rev()
        .take(6)
        .take_while(|byte| byte.is_ascii_alphabetic());
    let length = word.clone().count();
    let is_capital = word.last().is_some_and(u8::is_ascii_uppercase);
    length != 1 && !(is_capital && length <= 4)
}

/// The bytes of the white space at the start of `bytes`, 0 if there is none.
/// Web pages and word processors put other spaces than U+0020 between the parts
/// of a date: U+00A0, U+2000 to U+200B, U+202F, U+205F, U+2060, U+3000, U+FEFF.
fn space_length(bytes: &[u8]) -> usize {
    match bytes {
        [byte, ..] if byte.is_ascii_whitespace() => 1,
        [0xC2, 0x85 | 0xA0, ..] => 2,
        [0xE2, 0x80, 0x80..=0x8B | 0xA8 | 0xA9 | 0xAF, ..]
        | [0xE2, 0x81, 0x9F | 0xA0, ..]
        | [0xE3, 0x80, 0x80, ..]
        | [0xEF, 0xBB, 0xBF, ..] => 3,
        _ => 0,
    }
}

/// Whether there is something, and nothing but white space.
fn is_space(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        match space_length(rest) {
            0 => return rest.is_empty() && !bytes.is_empty(),
            length => rest = &rest[length..],
        }
    }
}

/// White space of any kind, as [`DateTokens`] see it.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// The tokens of a piece, with what lies between them. Readers take it by
/// value: it is two slices.
#[derive(Clone, Copy)]
pub(super) struct DateTokens<'a> {
    /// The piece.
    pub(super) text: &'a str,
    /// Its tokens.
    pub(super) all: &'a [DateToken],
}

impl<'a> DateTokens<'a> {
    /// The word at `at`; a stop beyond the last.
    pub(super) fn word(&self, at: usize) -> TimeWord {
        self.all.get(at).map_or(TimeWord::Stop, |token| token.word)
    }

    /// The byte range of the tokens from `first` to `last`.
    pub(super) fn range(&self, first: usize, last: usize) -> std::ops::Range<usize> {
        self.all[first].start as usize..self.all[last].end as usize
    }

    /// The letters of the token at `at`. As the text has them.
    pub(super) fn letters(&self, at: usize) -> &'a str {
        &self.text[self.range(at, at)]
    }

    /// Whether the token at `at` has these letters; not beyond the last.
    pub(super) fn letters_are(&self, at: usize, letters: &str) -> bool {
        at < self.all.len() && self.letters(at) == letters
    }

    /// What lies between the token at `at` and the next; `None` where it is
    /// too much for the two to belong together.
    pub(super) fn gap(&self, at: usize) -> Option<&'a str> {
        let (from, to) = (self.all.get(at)?.end, self.all.get(at + 1)?.start);
        let range = from as usize..to as usize;
        (range.len() <= MAX_GAP).then(|| &self.text[range])
    }

    /// Whether only space, with a comma or full stop before it, follows. *May
    /// 14, 2013*, *Dec. 31*.
    pub(super) fn is_spaced(&self, at: usize) -> bool {
        match self.gap_bytes(at) {
            [b' '] => true,
            [b'.' | b',', rest @ ..] => {
                let marks = rest
                    .iter()
                    .take_while(|byte| matches!(byte, b'.' | b','))
                    .count();
                is_space(&rest[marks..])
            }
            gap => is_space(gap),
        }
    }

    /// Whether space or a hyphen follows. *third-quarter* and *third quarter*.
    pub(super) fn is_joined(&self, at: usize) -> bool {
        match self.gap_bytes(at) {
            [b'-', space @ ..] => space.iter().all(u8::is_ascii_whitespace),
            _ => self.is_close(at),
        }
    }

    /// Whether only space follows. A comma in between makes two expressions.
    pub(super) fn is_close(&self, at: usize) -> bool {
        let gap = self.gap_bytes(at);
        gap == b" " || is_space(gap)
    }

    /// What lies between the token at `at` and the next; empty where that is
    /// much. Whoever asks for white space then gets "no".
    fn gap_bytes(&self, at: usize) -> &'a [u8] {
        let Some([this, next, ..]) = self.all.get(at..) else {
            return &[];
        };
        let (from, to) = (this.end as usize, next.start as usize);
        if to - from > MAX_GAP {
            return &[];
        }
        &self.text.as_bytes()[from..to]
    }

    /// The byte after the token at `at`, 0 at the end.
    pub(super) fn after(&self, at: usize) -> u8 {
        let end = self.all[at].end as usize;
        self.text.as_bytes().get(end).copied().unwrap_or(0)
    }

    /// The byte before the token at `at`, 0 at the start.
    pub(super) fn before(&self, at: usize) -> u8 {
        let start = self.all[at].start as usize;
        start
            .checked_sub(1)
            .map_or(0, |at| self.text.as_bytes()[at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut tokens = Vec::new();
        cut(text, &mut tokens);
        let shown: Vec<&str> = tokens
            .iter()
            .map(|token| &text[token.start as usize..token.end as usize])
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn only_words_of_time_leave_a_token() {
        check(
            "Moscow said on May 14th, 2013, that talks go on.",
            &["said", "on", "May", "14th", "2013", "that", "on"],
        );
        check("Mayé été May–June ２０１３", &["May", "June"]);
        check(
            "of Septem-\nber 3, yes-\nter-\nday",
            &["of", "Septem-\nber", "3", "yes-\nter-\nday"],
        );
        check("Decem-\nbér or May-\nJune", &["or", "May", "June"]);
    }

    #[test]
    fn a_stop_needs_a_capital_after_and_a_word_before() {
        check(
            "It ended. They met Mr. Smith of the U.S. Navy.",
            &["ended", ".", "met", "of", "the"],
        );
    }

    #[test]
    fn pieces_cover_a_long_block() {
        let block = "word ".repeat(500_000);
        let lengths: Vec<usize> = pieces(&block).map(|(_, piece)| piece.len()).collect();
        assert_eq!(lengths.iter().sum::<usize>(), block.len());
        assert!(lengths.iter().all(|length| *length <= MAX_PIECE));
        let solid = "é".repeat(1_000_000);
        assert_eq!(
            pieces(&solid).map(|(_, piece)| piece.len()).sum::<usize>(),
            solid.len()
        );
    }
}
