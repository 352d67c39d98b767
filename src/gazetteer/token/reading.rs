//! Reads text to tokens: where a word ends, what it looks like, its letters.
//!
//! Most words are plain: ASCII letters with a space or a mark behind. These are
//! read in one pass; all else goes the longer way, to the same outcome. A word
//! that a line end divides is one token (`text::division`).

use std::borrow::Cow;
use std::ops::Range;

use super::{Token, TokenShape};
use crate::gazetteer::{keys, names};
use crate::text::analyze::fold;
use crate::text::division::{self, DivisionReading};

/// Adds the tokens of `block` of `text` to `tokens`.
pub(crate) fn read(text: &str, block: &Range<usize>, tokens: &mut Vec<Token>) {
    let bytes = text.as_bytes();
    let mut at = block.start;
    let first = tokens.len();
    let mut space = Space {
        any: true,
        line: true,
    };
    let mut lines = Lines::of(&bytes[block.clone()]);
    while at < block.end {
        let byte = bytes[at];
        if byte.is_ascii_whitespace() {
            space.any = true;
            space.line |= byte == b'\n' && !lines.is_wrapped(at - block.start);
            at += 1;
            continue;
        }
        let is_letter = byte.is_ascii_alphabetic();
        let plain = is_letter
            .then(|| plain_word(bytes, at, block.end))
            .flatten();
        let (end, shape, letters) = if let Some(word) = plain {
            (word.end, word.shape, word.letters)
        } else {
            let end = token_end(text, at, block.end);
            if end == at {
                // A space or a mark that stands for nothing, outside ASCII.
                let c = text[at..].chars().next().unwrap_or(' ');
                space.any = true;
                at += c.len_utf8();
                continue;
            }
            let (shape, letters) = read_word(&text[at..end]);
            (end, shape, letters)
        };
        let before = tokens[first..].last();
        let opens_sentence = before.is_none_or(|before| ends_sentence(text, before));
        tokens.push(Token {
            start: at,
            end,
            key: letters.key,
            shape,
            class: names::class_of(letters.key),
            is_glued: !space.any,
            opens_line: space.line,
            opens_sentence,
            head: letters.head,
            tail: letters.tail,
        });
        space = Space::default();
        let token_start = at;
        at = end;
        if shape == TokenShape::Mark && is_hyphen(bytes[token_start]) {
            // The hyphen of a compound that a line end divides is glued to both
            // parts, as in a line.
            let division = division::at(&text[..block.end], token_start);
            at = division.map_or(at, |division| division.next);
        }
    }
}

/// Whether a hyphen may begin with this byte: `-`, or U+2010.
fn is_hyphen(byte: u8) -> bool {
    byte == b'-' || byte == 0xE2
}

/// A word of ASCII letters, all that most words are, read in one pass.
struct PlainWord {
    end: usize,
    shape: TokenShape,
    letters: Letters,
}

/// The bit by which a small letter of ASCII differs from its capital.
const SMALL: u8 = 0x20;

/// The plain word at `at`; `None` if what ends it may belong to it.
///
/// Nearly every byte of a text comes by here, so that the loop does no more than
/// it must: what a word begins and ends with is read off behind it.
fn plain_word(bytes: &[u8], at: usize, limit: usize) -> Option<PlainWord> {
    let rest = &bytes[at..limit];
    let (mut key, mut all, mut length) = (keys::EMPTY, SMALL, 0);
    for byte in rest {
        let lower = byte | SMALL;
        if !lower.is_ascii_lowercase() {
            break;
        }
        key = keys::with_letter(key, lower);
        all &= byte;
        length += 1;
    }
    let may_go_on = match rest.get(length) {
        None => false,
        // An initial, an abbreviation, an office.
        Some(b'.') => length <= 6,
        Some(b'\'' | b'_' | b'0'..=b'9') => true,
        // A word that a line end divides.
        Some(b'-') => bytes
            .get(at + length + 1)
            .is_some_and(u8::is_ascii_whitespace),
        Some(byte) => !byte.is_ascii(),
    };
    let word = &rest[..length];
    let shape = || {
        if all & SMALL != 0 {
            TokenShape::Lower
        } else {
            shape_of_letters(word)
        }
    };
    (!may_go_on).then(|| PlainWord {
        end: at + length,
        shape: shape(),
        letters: Letters::with_key(key, word, |letter| letter | SMALL),
    })
}

/// The shape of a word of ASCII letters.
fn shape_of_letters(word: &[u8]) -> TokenShape {
    let capitals = word.iter().filter(|letter| *letter & SMALL == 0).count();
    let opens_with_capital = word.first().is_some_and(u8::is_ascii_uppercase);
    match (opens_with_capital, capitals) {
        (true, 1) if word.len() == 1 => TokenShape::Initial,
        (true, 1) => TokenShape::Capital,
        (true, all) if all == word.len() => TokenShape::Capitals,
        (true, _) => TokenShape::Mixed,
        (false, 0) => TokenShape::Lower,
        (false, _) => TokenShape::Odd,
    }
}

/// What is read of a word's letters: its key, and its first three and last
/// three; of a shorter word all.
struct Letters {
    key: u64,
    head: u32,
    tail: u32,
}

impl Letters {
    fn of(word: &[u8]) -> Letters {
        Letters::with_key(keys::key_of(word), word, |letter| {
            letter.to_ascii_lowercase()
        })
    }

    /// Of a word whose key is known; `lower` makes a letter small.
    fn with_key(key: u64, word: &[u8], lower: impl Fn(u8) -> u8) -> Letters {
        let number = |letters: &[u8]| {
            let letters = letters.iter().map(|letter| u32::from(lower(*letter)));
            letters.fold(0, |number, letter| number << 8 | letter)
        };
        let (head, tail) = match (word.first_chunk::<3>(), word.last_chunk::<3>()) {
            (Some(first), Some(last)) => (number(first), number(last)),
            _ => (number(word), number(word)),
        };
        Letters { key, head, tail }
    }
}

/// How the lines of a block are broken. In hard-wrapped prose a line ends
/// where the next word did not fit, and its end is a space like any other; in
/// lists and headings it ends something.
struct Lines {
    /// Where those lines end, in prose; of a block that is not wrapped none.
    wrapped: Vec<usize>,
    /// The first of them that is not passed.
    next: usize,
}

/// The shortest line, in bytes, that prose is wrapped to: one of a list, an
/// address or a verse is shorter.
const MIN_WRAPPED: usize = 36;

impl Lines {
    fn of(block: &[u8]) -> Lines {
        let mut wrapped = Vec::new();
        let (mut longest, mut start) = (0, 0);
        for end in memchr::memchr_iter(b'\n', block) {
            if wrapped.is_empty() {
                wrapped.reserve(block.len() / MIN_WRAPPED + 1);
            }
            wrapped.push(end);
            longest = longest.max(end - start);
            start = end + 1;
        }
        longest = longest.max(block.len() - start);
        let all = wrapped.len();
        if longest < MIN_WRAPPED {
            wrapped.clear();
        }
        let mut start = 0;
        wrapped
            .retain(|end| is_wrapped(block, std::mem::replace(&mut start, end + 1)..*end, longest));
        // In prose most lines are broken so; in a list the longest one seems to.
        if wrapped.len() * 2 <= all {
            wrapped.clear();
        }
        Lines { wrapped, next: 0 }
    }

    /// Whether a wrapped line ends at `end`, which is behind those asked before.
    fn is_wrapped(&mut self, end: usize) -> bool {
        while self.wrapped.get(self.next).is_some_and(|at| *at < end) {
            self.next += 1;
        }
        self.wrapped.get(self.next) == Some(&end)
    }
}

/// Whether a line was broken for want of room: with the first word of the next
/// one it would be longer than any line of the block. Looks no further than a
/// line's length ahead.
fn is_wrapped(block: &[u8], line: Range<usize>, longest: usize) -> bool {
    let end = line.end;
    let line = block[line].trim_ascii_end();
    if line.len() < MIN_WRAPPED {
        return false;
    }
    let rest = &block[end + 1..block.len().min(end + 1 + longest)];
    // A line that is indented more than the one before opens something.
    let is_indented = rest.starts_with(b"  ") && !line.starts_with(b"  ");
    let word = rest.trim_ascii_start();
    let word = word.iter().take_while(|byte| !byte.is_ascii_whitespace());
    !is_indented && line.len() + 1 + word.count() > longest
}

/// The space before a token.
#[derive(Debug, Clone, Copy, Default)]
struct Space {
    any: bool,
    line: bool,
}

/// Where the token that begins at `at` ends; `at` itself where none begins.
fn token_end(text: &str, at: usize, limit: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = at;
    while end < limit {
        let byte = bytes[end];
        if byte.is_ascii_alphanumeric() {
            end += 1;
        } else if let Some(next) = divided(text, at, end, limit) {
            end = next;
        } else if byte.is_ascii() {
            if !joins(bytes, at, end, limit) {
                break;
            }
            end += 1;
        } else {
            let Some(c) = text[end..limit].chars().next() else {
                break;
            };
            let after = &text[end + c.len_utf8()..limit];
            let is_letter = c.is_alphanumeric() || is_accent(c);
            let joins = c == '’'
                && end > at
                && (joins_after_quote(after)
                    || (bytes[at].is_ascii_uppercase() && goes_on_in_lower_case(after.as_bytes())));
            if !is_letter && !joins {
                break;
            }
            end += c.len_utf8();
        }
    }
    if end == at {
        return mark_end(text, at);
    }
    with_full_stop(text, at, end, limit)
}

/// Where the word from `start` goes on that a line end divides at `at`.
fn divided(text: &str, start: usize, at: usize, limit: usize) -> Option<usize> {
    let text = &text[..limit];
    let may_be = at > start && matches!(text.as_bytes()[at], b'-' | 0xC2 | 0xE2);
    let division = may_be.then(|| division::at(text, at)).flatten()?;
    (division.reading == DivisionReading::Word).then_some(division.next)
}

/// A character that belongs to the letter before it.
fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Whether the mark at `at`, inside a word that began at `start`, belongs to it.
fn joins(bytes: &[u8], start: usize, at: usize, limit: usize) -> bool {
    let next = bytes.get(at + 1).copied().filter(|_| at + 1 < limit);
    match bytes[at] {
        // The quote of O'Brien and Nyong'o; the one of a possessive begins a
        // token.
        b'\'' => {
            at > start
                && (next.is_some_and(|byte| byte.is_ascii_uppercase() && bytes[at - 1] != b's')
                    || (bytes[start].is_ascii_uppercase()
                        && goes_on_in_lower_case(&bytes[at + 1..limit])))
                && !is_possessive(bytes[at + 1..limit].iter().copied())
        }
        // U.S. and a.m.: single letters with full stops between them.
        b'.' => {
            at > start
                && next.is_some_and(|byte| byte.is_ascii_alphabetic())
                && is_single_letter(bytes, start, at)
                && bytes
                    .get(at + 2)
                    .is_none_or(|byte| !byte.is_ascii_alphanumeric())
        }
        b',' => {
            at > start
                && bytes[at - 1].is_ascii_digit()
                && next.is_some_and(|byte| byte.is_ascii_digit())
        }
        b'_' => at > start,
        _ => false,
    }
}

/// Whether the letter before `at` stands alone since `start` or a full stop.
fn is_single_letter(bytes: &[u8], start: usize, at: usize) -> bool {
    bytes[at - 1].is_ascii_alphabetic() && (at - 1 == start || bytes[at - 2] == b'.')
}

/// Whether what follows a quote inside a name goes on with it, `Nyong'o`, and is
/// no verb, possessive or *not*, cut short.
fn goes_on_in_lower_case(rest: &[u8]) -> bool {
    const SHORT: [&[u8]; 7] = [b"s", b"t", b"d", b"m", b"re", b"ve", b"ll"];
    let length = rest
        .iter()
        .take(8)
        .take_while(|byte| byte.is_ascii_lowercase());
    let letters = &rest[..length.count()];
    let is_whole = rest
        .get(letters.len())
        .is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric() && *byte != b'\'');
    is_whole && !letters.is_empty() && !SHORT.contains(&letters)
}

/// What follows a typographic quote inside a name: `O’Brien`.
fn joins_after_quote(rest: &str) -> bool {
    rest.starts_with(char::is_uppercase) && !is_possessive(rest.bytes())
}

/// Whether a quote with `rest` behind it is the possessive of a headline in
/// capitals: CHINA'S EXPORTS.
fn is_possessive(mut rest: impl Iterator<Item = u8>) -> bool {
    rest.next() == Some(b'S')
        && !rest
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

/// A mark is one character; a quote with the `s` of a possessive is one token.
fn mark_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let Some(c) = rest.chars().next() else {
        return at;
    };
    if c.is_whitespace() || c.is_control() || c == '\u{200b}' || c == '\u{feff}' {
        return at;
    }
    let after = &rest[c.len_utf8()..];
    if matches!(c, '\'' | '’')
        && after.starts_with(['s', 'S'])
        && !after[1..].starts_with(char::is_alphanumeric)
    {
        return at + c.len_utf8() + 1;
    }
    at + c.len_utf8()
}

/// Takes in the full stop of `J.`, `U.S.` and `Gen.`.
fn with_full_stop(text: &str, start: usize, end: usize, limit: usize) -> usize {
    if end >= limit || text.as_bytes()[end] != b'.' {
        return end;
    }
    let word = &text[start..end];
    let first = word.chars().next().unwrap_or(' ');
    let is_initial = first.is_uppercase() && first.len_utf8() == word.len();
    if is_initial || word.contains('.') || names::is_abbreviated_title(word) {
        end + 1
    } else {
        end
    }
}

/// The shape and the letters of any word, number or mark. Of a divided word, as
/// if it were whole.
fn read_word(word: &str) -> (TokenShape, Letters) {
    // No divided word has less than two letters, a hyphen and a line end.
    let whole = if word.len() > 3 {
        division::joined(word)
    } else {
        Cow::Borrowed(word)
    };
    let word = &*whole;
    let shape = shape(word);
    let folded = if word.is_ascii() {
        Cow::Borrowed(word)
    } else if shape == TokenShape::Mark {
        let is_possessive = word.ends_with(['s', 'S']);
        Cow::Borrowed(if is_possessive { "'s" } else { word })
    } else {
        Cow::Owned(fold(word))
    };
    let letters = match shape {
        TokenShape::Initial | TokenShape::Dotted | TokenShape::Capital | TokenShape::Capitals => {
            folded.trim_end_matches('.').as_bytes()
        }
        _ => folded.as_bytes(),
    };
    (shape, Letters::of(letters))
}

/// Whether the next token may open a sentence.
fn ends_sentence(text: &str, token: &Token) -> bool {
    match token.shape {
        TokenShape::Mark => {
            matches!(
                text.as_bytes()[token.start],
                b'.' | b'!' | b'?' | b'"' | b':' | b'`' | b'*' | b'|'
            ) || text[token.start..].starts_with(['“', '”', '•', '…'])
        }
        _ => false,
    }
}

fn shape(word: &str) -> TokenShape {
    let mut chars = word.chars();
    let Some(first) = chars.next() else {
        return TokenShape::Edge;
    };
    if first.is_ascii_digit() || first.is_numeric() {
        return TokenShape::Number;
    }
    if !first.is_alphabetic() {
        return TokenShape::Mark;
    }
    let rest = chars.as_str();
    if rest.is_empty() || rest == "." {
        return match (first.is_uppercase(), first.is_lowercase()) {
            (true, _) => TokenShape::Initial,
            (_, true) => TokenShape::Lower,
            _ => TokenShape::Uncased,
        };
    }
    let (mut has_upper, mut has_lower) = (false, false);
    for c in rest.chars() {
        has_upper |= c.is_uppercase();
        has_lower |= c.is_lowercase();
    }
    let rest_has_stop = rest.trim_end_matches('.').contains('.');
    match (first.is_uppercase(), has_upper, has_lower) {
        _ if rest_has_stop => TokenShape::Dotted,
        (true, true, true) => TokenShape::Mixed,
        (true, false, true) => TokenShape::Capital,
        (true, _, false) => TokenShape::Capitals,
        // d'Escoto: a particle and a name.
        (false, true, true) if has_elided_particle(word) => TokenShape::Mixed,
        (false, true, _) => TokenShape::Odd,
        (false, false, _) if first.is_lowercase() => TokenShape::Lower,
        _ => TokenShape::Uncased,
    }
}

/// Whether a word opens as *d'Escoto* and *l’Hospital* do.
fn has_elided_particle(word: &str) -> bool {
    let rest = word.strip_prefix(['d', 'l']);
    let rest = rest.and_then(|rest| rest.strip_prefix(['\'', '’']));
    rest.is_some_and(|rest| rest.starts_with(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words that open a line, by more than the width of the page.
    fn openers(text: &str) -> Vec<&str> {
        let mut tokens = Vec::new();
        read(text, &(0..text.len()), &mut tokens);
        let openers = tokens.iter().filter(|token| token.opens_line);
        openers.map(|token| &text[token.start..token.end]).collect()
    }

    #[test]
    fn the_end_of_a_wrapped_line_is_a_space() {
        let prose = "Some rain in the second week should at least give the friends of Ann\n\
                     Doe and Tim Roe a day to row with the new trainer before the cup is\n\
                     won.";
        assert_eq!(openers(prose), ["Some"]);
        let list = "Ann Doe, the minister of trade and industry\nTim Roe, an author\nRow Field";
        assert_eq!(openers(list), ["Ann", "Tim", "Row"]);
        // What is indented opens a paragraph.
        let indented = "The ship left the harbour on Monday, as all of them had expected it.\n   \
                        Doe was there and saw it leave, and he told the others what he had.";
        assert_eq!(openers(indented), ["The", "Doe"]);
        assert_eq!(openers("Xi Jinping\nSee also"), ["Xi", "See"]);
    }

    #[test]
    fn many_lines_are_read_in_linear_time() {
        for text in [
            "\n".repeat(1 << 20),
            format!("{}\n", "x".repeat(99)).repeat(9_999),
            format!("{}{}", "x".repeat(1 << 19), "\n ".repeat(1 << 18)),
        ] {
            assert!(openers(&text).len() <= 9_999);
        }
    }

    #[test]
    fn a_possessive_in_capitals_stands_apart() {
        let words = |text: &str| -> Vec<String> {
            let mut tokens = Vec::new();
            read(text, &(0..text.len()), &mut tokens);
            let tokens = tokens.iter();
            tokens
                .map(|token| text[token.start..token.end].to_owned())
                .collect()
        };
        assert_eq!(words("CHINA'S OIL"), ["CHINA", "'S", "OIL"]);
        assert_eq!(words("CHINA’S OIL"), ["CHINA", "’S", "OIL"]);
        assert_eq!(words("CÔTE D'IVOIRE"), ["CÔTE", "D'IVOIRE"]);
        assert_eq!(words("O'SHEA'S O’S"), ["O'SHEA", "'S", "O", "’S"]);
    }

    #[test]
    fn both_ways_of_reading_a_word_agree() {
        for word in [
            "Moscow", "a", "X", "Xi", "of", "USA", "iPhone", "McCain", "the", "aB",
        ] {
            let (shape, slow) = read_word(word);
            let fast = plain_word(word.as_bytes(), 0, word.len()).map(|plain| {
                let letters = &plain.letters;
                (letters.key, plain.shape, letters.head, letters.tail)
            });
            assert_eq!(fast, Some((slow.key, shape, slow.head, slow.tail)));
        }
    }
}
