//! Text as `people` and `places` see it: tokens with what a glance at each one
//! tells.
//!
//! Words split at hyphens and before a possessive, since "Moscow-Washington"
//! and "Obama’s" hold two things; an initial, an abbreviation and a word of
//! office keep their full stop. No word is copied: a token carries a hash of
//! its folded letters, by which the lexicon, the memory of the article and the
//! weights know it.

use std::borrow::Cow;
use std::ops::Range;

use super::keys::{self, key};
use super::lexicon::{self, Class};
use crate::analyze::fold;

/// What a token looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Shape {
    /// Before the first and after the last token of a block.
    Edge,
    /// Punctuation, one character.
    Mark,
    /// Letters without capitals.
    Lower,
    /// A capital and small letters.
    Capital,
    /// Two capitals or more, and nothing else.
    Capitals,
    /// One capital, without or with a full stop.
    Initial,
    /// Begins with a capital and has another: `McCain`, `O'Brien`.
    Mixed,
    /// Has a capital, but not in front: `iPhone`.
    Odd,
    /// Begins with a digit.
    Number,
    /// Letters with full stops between them: `U.S.`.
    Dotted,
    /// A letter of a script without capitals.
    Uncased,
}

/// A word, number or mark.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// Where it stands in the text.
    pub(super) start: usize,
    pub(super) end: usize,
    /// A hash of its folded letters.
    pub(super) key: u64,
    pub(super) shape: Shape,
    /// What the lexicon says of it.
    pub(super) class: Class,
    /// No space stands before it.
    pub(super) is_glued: bool,
    /// A line ends before it.
    pub(super) opens_line: bool,
    /// A sentence may begin with it.
    pub(super) opens_sentence: bool,
    /// Its first three letters, folded.
    pub(super) head: u32,
    /// Its last three letters, folded.
    pub(super) tail: u32,
}

impl Token {
    pub(super) const EDGE: Token = Token {
        start: 0,
        end: 0,
        key: 0,
        shape: Shape::Edge,
        class: Class::NONE,
        is_glued: false,
        opens_line: false,
        opens_sentence: false,
        head: 0,
        tail: 0,
    };

    /// Whether the token may stand at the beginning of a name.
    pub(super) fn is_capitalised(&self) -> bool {
        matches!(
            self.shape,
            Shape::Capital | Shape::Capitals | Shape::Initial | Shape::Mixed
        )
    }

    /// Whether the token is a hyphen, as it stands inside names.
    pub(super) fn is_hyphen(&self) -> bool {
        self.shape == Shape::Mark && (self.key == key("-") || self.key == key("‐"))
    }

    /// Whether the token may be the small second half of a given name:
    /// `Geun-hye`.
    pub(super) fn is_syllable(&self) -> bool {
        self.shape == Shape::Lower && self.end - self.start <= 6
    }
}

/// Frequent words of English that no language written alike has.
const ENGLISH: [u64; 16] = [
    key("the"),
    key("and"),
    key("that"),
    key("with"),
    key("from"),
    key("which"),
    key("their"),
    key("this"),
    key("were"),
    key("been"),
    key("would"),
    key("has"),
    key("have"),
    key("said"),
    key("its"),
    key("by"),
];

/// The tokens of an article, block by block, each block between edges, two on
/// either side, so that every token has neighbours.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// All of them, in order.
    pub(super) all: Vec<Token>,
    /// Where the edges before each block stand.
    starts: Vec<usize>,
}

impl Tokens {
    /// Reads `blocks` of `text`, which are in order.
    pub(super) fn of(text: &str, blocks: impl IntoIterator<Item = Range<usize>>) -> Tokens {
        let mut tokens = Tokens::default();
        for block in blocks {
            tokens.starts.push(tokens.all.len());
            // English has six bytes a word, its space included.
            tokens.all.reserve(block.len() / 5 + 8);
            tokens.all.extend([Token::EDGE; 2]);
            read(text, &block, &mut tokens.all);
            tokens.all.extend([Token::EDGE; 2]);
        }
        tokens
    }

    /// Reads `text` as one block.
    pub(super) fn of_text(text: &str) -> Tokens {
        Tokens::of(text, std::iter::once(0..text.len()))
    }

    /// The tokens of the block number `block`.
    pub(super) fn block(&self, block: usize) -> &[Token] {
        let next = self.starts.get(block + 1).copied();
        &self.all[self.starts[block] + 2..next.unwrap_or(self.all.len()) - 2]
    }

    /// Whether the text may be English: of its words in small letters at least
    /// three in a hundred are English and of no other language. A text with
    /// fewer than 20 such words is given the benefit of the doubt.
    pub(super) fn may_be_english(&self) -> bool {
        let lower = self.all.iter().filter(|token| token.shape == Shape::Lower);
        let (mut words, mut english) = (0, 0);
        for token in lower {
            words += 1;
            let is_common = token.class.is(Class::FUNCTION.or(Class::SPEECH));
            english += usize::from(is_common && ENGLISH.contains(&token.key));
        }
        words < 20 || english * 100 >= words * 3
    }

    /// The number of the block that the token `at` stands in.
    pub(super) fn block_of(&self, at: usize) -> usize {
        let after = self.starts.partition_point(|start| *start <= at);
        after.saturating_sub(1)
    }
}

/// Adds the tokens of `block` of `text` to `tokens`.
fn read(text: &str, block: &Range<usize>, tokens: &mut Vec<Token>) {
    let bytes = text.as_bytes();
    let mut at = block.start;
    let first = tokens.len();
    let mut space = Space {
        any: true,
        line: true,
    };
    while at < block.end {
        let byte = bytes[at];
        if byte.is_ascii_whitespace() {
            space.any = true;
            space.line |= byte == b'\n';
            at += 1;
            continue;
        }
        let before = tokens[first..].last().copied();
        if byte.is_ascii_alphabetic()
            && let Some(word) = plain_word(bytes, at, block.end)
        {
            at = word.end;
            tokens.push(word.token(text, space, before));
            space = Space::default();
            continue;
        }
        let end = token_end(text, at, block.end);
        if end == at {
            // A space or a mark that stands for nothing, outside ASCII.
            let c = text[at..].chars().next().unwrap_or(' ');
            space.any = true;
            at += c.len_utf8();
            continue;
        }
        tokens.push(token(text, at..end, space, before));
        space = Space::default();
        at = end;
    }
}

/// A word of ASCII letters, all that most words are, read in one pass.
struct PlainWord {
    start: usize,
    end: usize,
    letters: Letters,
    capitals: usize,
    opens_with_capital: bool,
}

/// The plain word at `at`; `None` if what ends it may belong to it.
fn plain_word(bytes: &[u8], at: usize, limit: usize) -> Option<PlainWord> {
    let (mut letters, mut capitals, mut end) = (Letters::default(), 0, at);
    while end < limit && bytes[end].is_ascii_alphabetic() {
        capitals += usize::from(bytes[end].is_ascii_uppercase());
        letters.add(bytes[end] | 0x20);
        end += 1;
    }
    let may_go_on = match bytes.get(end).filter(|_| end < limit) {
        None => false,
        // An initial, an abbreviation, an office.
        Some(b'.') => end - at <= 6,
        Some(b'\'' | b'_' | b'0'..=b'9') => true,
        Some(byte) => !byte.is_ascii(),
    };
    (!may_go_on).then_some(PlainWord {
        start: at,
        end,
        letters,
        capitals,
        opens_with_capital: bytes[at].is_ascii_uppercase(),
    })
}

impl PlainWord {
    fn token(&self, text: &str, space: Space, before: Option<Token>) -> Token {
        let length = self.end - self.start;
        let shape = match (self.opens_with_capital, self.capitals) {
            (true, 1) if length == 1 => Shape::Initial,
            (true, 1) => Shape::Capital,
            (true, all) if all == length => Shape::Capitals,
            (true, _) => Shape::Mixed,
            (false, 0) => Shape::Lower,
            (false, _) => Shape::Odd,
        };
        Token {
            start: self.start,
            end: self.end,
            key: self.letters.key,
            shape,
            class: lexicon::class_of(self.letters.key),
            is_glued: !space.any,
            opens_line: space.line,
            opens_sentence: before.is_none_or(|before| ends_sentence(text, &before)),
            head: self.letters.head(),
            tail: self.letters.tail,
        }
    }
}

/// What is read of a word's letters: its key, and its first three and last
/// three.
struct Letters {
    key: u64,
    count: usize,
    first: u32,
    tail: u32,
}

impl Default for Letters {
    fn default() -> Letters {
        Letters {
            key: keys::EMPTY,
            count: 0,
            first: 0,
            tail: 0,
        }
    }
}

impl Letters {
    fn of(word: &[u8]) -> Letters {
        let mut letters = Letters::default();
        for byte in word {
            letters.add(byte.to_ascii_lowercase());
        }
        letters
    }

    fn add(&mut self, lower: u8) {
        self.key = keys::with_letter(self.key, lower);
        self.tail = (self.tail << 8 | u32::from(lower)) & 0x00ff_ffff;
        self.count += 1;
        if self.count == 3 {
            self.first = self.tail;
        }
    }

    fn head(&self) -> u32 {
        if self.count < 3 {
            self.tail
        } else {
            self.first
        }
    }
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
            let joins = c == '’' && end > at && joins_after_quote(after);
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

/// A character that belongs to the letter before it.
fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Whether the mark at `at`, inside a word that began at `start`, belongs to it.
fn joins(bytes: &[u8], start: usize, at: usize, limit: usize) -> bool {
    let next = bytes.get(at + 1).copied().filter(|_| at + 1 < limit);
    match bytes[at] {
        // The quote of O'Brien; the one of a possessive begins a token.
        b'\'' => {
            at > start
                && next.is_some_and(|byte| byte.is_ascii_uppercase() && bytes[at - 1] != b's')
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

/// What follows a typographic quote inside a name: `O’Brien`.
fn joins_after_quote(rest: &str) -> bool {
    rest.starts_with(char::is_uppercase)
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
    if is_initial || word.contains('.') || lexicon::is_abbreviated_title(word) {
        end + 1
    } else {
        end
    }
}

fn token(text: &str, span: Range<usize>, space: Space, before: Option<Token>) -> Token {
    let word = &text[span.clone()];
    let shape = shape(word);
    let folded = if word.is_ascii() {
        Cow::Borrowed(word)
    } else if shape == Shape::Mark {
        let is_possessive = word.ends_with(['s', 'S']);
        Cow::Borrowed(if is_possessive { "'s" } else { word })
    } else {
        Cow::Owned(fold(word))
    };
    let letters = match shape {
        Shape::Initial | Shape::Dotted | Shape::Capital | Shape::Capitals => {
            folded.trim_end_matches('.').as_bytes()
        }
        _ => folded.as_bytes(),
    };
    let letters = Letters::of(letters);
    Token {
        start: span.start,
        end: span.end,
        key: letters.key,
        shape,
        class: lexicon::class_of(letters.key),
        is_glued: !space.any,
        opens_line: space.line,
        opens_sentence: before.is_none_or(|before| ends_sentence(text, &before)),
        head: letters.head(),
        tail: letters.tail,
    }
}

/// Whether the next token may open a sentence.
fn ends_sentence(text: &str, token: &Token) -> bool {
    match token.shape {
        Shape::Mark => {
            matches!(
                text.as_bytes()[token.start],
                b'.' | b'!' | b'?' | b'"' | b':' | b'`' | b'*' | b'|'
            ) || text[token.start..].starts_with(['“', '”', '•', '…'])
        }
        _ => false,
    }
}

fn shape(word: &str) -> Shape {
    let mut chars = word.chars();
    let Some(first) = chars.next() else {
        return Shape::Edge;
    };
    if first.is_ascii_digit() || first.is_numeric() {
        return Shape::Number;
    }
    if !first.is_alphabetic() {
        return Shape::Mark;
    }
    let rest = chars.as_str();
    if rest.is_empty() || rest == "." {
        return match (first.is_uppercase(), first.is_lowercase()) {
            (true, _) => Shape::Initial,
            (_, true) => Shape::Lower,
            _ => Shape::Uncased,
        };
    }
    let (mut has_upper, mut has_lower) = (false, false);
    for c in rest.chars() {
        has_upper |= c.is_uppercase();
        has_lower |= c.is_lowercase();
    }
    let rest_has_stop = rest.trim_end_matches('.').contains('.');
    match (first.is_uppercase(), has_upper, has_lower) {
        _ if rest_has_stop => Shape::Dotted,
        (true, true, true) => Shape::Mixed,
        (true, false, true) => Shape::Capital,
        (true, _, false) => Shape::Capitals,
        (false, true, _) => Shape::Odd,
        (false, false, _) if first.is_lowercase() => Shape::Lower,
        _ => Shape::Uncased,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[(&str, Shape)]) {
        let tokens = Tokens::of_text(text);
        let shown: Vec<(&str, Shape)> = tokens
            .block(0)
            .iter()
            .map(|token| (&text[token.start..token.end], token.shape))
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn hyphens_and_possessives_stand_apart() {
        check(
            "Moscow-Washington talks: Obama’s O'Brien's",
            &[
                ("Moscow", Shape::Capital),
                ("-", Shape::Mark),
                ("Washington", Shape::Capital),
                ("talks", Shape::Lower),
                (":", Shape::Mark),
                ("Obama", Shape::Capital),
                ("’s", Shape::Mark),
                ("O'Brien", Shape::Mixed),
                ("'s", Shape::Mark),
            ],
        );
    }

    #[test]
    fn initials_abbreviations_and_offices_keep_their_stop() {
        check(
            "U.S. Gen. J. Doe left U.N. in 2011.",
            &[
                ("U.S.", Shape::Dotted),
                ("Gen.", Shape::Capital),
                ("J.", Shape::Initial),
                ("Doe", Shape::Capital),
                ("left", Shape::Lower),
                ("U.N.", Shape::Dotted),
                ("in", Shape::Lower),
                ("2011", Shape::Number),
                (".", Shape::Mark),
            ],
        );
    }

    #[test]
    fn english_is_told_by_its_small_words() {
        let english = "He said that the ministers would meet again, and that they had not been \
                       told of the plan, which has its critics.";
        let german = "Der Minister hat am Dienstag die Sitzung geleitet. Nach den Angaben war die \
                      Lage ernst, und man will nun mit den Partnern so schnell wie nur immer \
                      handeln, was man in der Presse schon lange gefordert hatte.";
        assert!(Tokens::of_text(english).may_be_english());
        assert!(!Tokens::of_text(german).may_be_english());
        assert!(Tokens::of_text("Guten Tag").may_be_english());
    }

    #[test]
    fn both_ways_of_reading_a_word_agree() {
        for word in ["Moscow", "a", "X", "USA", "iPhone", "McCain", "the"] {
            let plain = plain_word(word.as_bytes(), 0, word.len());
            let space = Space::default();
            let slow = token(word, 0..word.len(), space, None);
            let fast = plain.map(|plain| plain.token(word, space, None));
            let fast = fast.map(|token| (token.key, token.shape, token.head, token.tail));
            assert_eq!(fast, Some((slow.key, slow.shape, slow.head, slow.tail)));
        }
    }

    #[test]
    fn a_megabyte_of_anything_is_read_once() {
        let inputs = [
            "x".repeat(1 << 20),
            "X.".repeat(1 << 19),
            "'s".repeat(1 << 19),
            "O’".repeat(1 << 18),
            "\u{0}\u{7f}\u{200b}".repeat(1 << 18),
            "Ж文é".repeat(1 << 17),
        ];
        for input in inputs {
            let tokens = Tokens::of_text(&input);
            assert!(tokens.all.len() <= input.len() + 4);
        }
    }

    proptest! {
        #[test]
        fn tokens_are_in_order_and_cover_all_letters(text in "([A-Za-z.’' \n-]|[éßЖ文0-9_,]){0,60}") {
            let tokens = Tokens::of_text(&text);
            let mut last = 0;
            let mut letters = 0;
            for token in tokens.block(0) {
                prop_assert!(token.start >= last && token.start < token.end);
                last = token.end;
                letters += text[token.start..token.end].chars().filter(|c| c.is_alphanumeric()).count();
            }
            prop_assert_eq!(letters, text.chars().filter(|c| c.is_alphanumeric()).count());
        }
    }
}
