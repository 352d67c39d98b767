//! Text as `people` and `places` see it: tokens with what a glance at each one
//! tells.
//!
//! Words split at hyphens and before a possessive, since "Moscow-Washington"
//! and "Obama’s" hold two things; an initial, an abbreviation and a word of
//! office keep their full stop. No word is copied: a token carries a hash of
//! its folded letters, by which the lexicon, the memory of the article and the
//! weights know it.

mod reading;

use std::ops::Range;

use crate::gazetteer::keys::key;
use crate::gazetteer::names::WordClass;

/// What a token looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum TokenShape {
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
pub(crate) struct Token {
    /// Where it stands in the text.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// A hash of its folded letters.
    pub(crate) key: u64,
    pub(crate) shape: TokenShape,
    /// What the lexicon says of it.
    pub(crate) class: WordClass,
    /// No space stands before it.
    pub(crate) is_glued: bool,
    /// A line ends before it.
    pub(crate) opens_line: bool,
    /// A sentence may begin with it.
    pub(crate) opens_sentence: bool,
    /// Its first three letters, folded.
    pub(crate) head: u32,
    /// Its last three letters, folded.
    pub(crate) tail: u32,
}

impl Token {
    pub(crate) const EDGE: Token = Token {
        start: 0,
        end: 0,
        key: 0,
        shape: TokenShape::Edge,
        class: WordClass::NONE,
        is_glued: false,
        opens_line: false,
        opens_sentence: false,
        head: 0,
        tail: 0,
    };

    /// Whether the token may stand at the beginning of a name.
    pub(crate) fn is_capitalised(&self) -> bool {
        matches!(
            self.shape,
            TokenShape::Capital | TokenShape::Capitals | TokenShape::Initial | TokenShape::Mixed
        )
    }

    /// Whether the token is a hyphen, as it stands inside names.
    pub(crate) fn is_hyphen(&self) -> bool {
        self.shape == TokenShape::Mark && (self.key == key("-") || self.key == key("‐"))
    }

    /// Whether the token may be the small second half of a given name:
    /// `Geun-hye`.
    pub(crate) fn is_syllable(&self) -> bool {
        self.shape == TokenShape::Lower && self.end - self.start <= 6
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
pub(crate) struct Tokens {
    /// All of them, in order.
    pub(crate) all: Vec<Token>,
    /// Where the edges before each block stand.
    starts: Vec<usize>,
}

impl Tokens {
    /// Reads `blocks` of `text`, which are in order.
    pub(crate) fn of(
        text: &str,
        blocks: impl IntoIterator<Item = Range<usize>, IntoIter: Clone>,
    ) -> Tokens {
        let blocks = blocks.into_iter();
        // English has six bytes a word, its space included, and marks.
        let lengths = blocks.clone().map(|block| block.len() / 4 + 8);
        let mut tokens = Tokens {
            all: Vec::with_capacity(lengths.sum()),
            starts: Vec::with_capacity(blocks.clone().count()),
        };
        for block in blocks {
            tokens.starts.push(tokens.all.len());
            tokens.all.extend([Token::EDGE; 2]);
            reading::read(text, &block, &mut tokens.all);
            tokens.all.extend([Token::EDGE; 2]);
        }
        tokens
    }

    /// Reads `text` as one block.
    pub(crate) fn of_text(text: &str) -> Tokens {
        Tokens::of(text, std::iter::once(0..text.len()))
    }

    /// The tokens of the block number `block`.
    pub(crate) fn block(&self, block: usize) -> &[Token] {
        let next = self.starts.get(block + 1).copied();
        &self.all[self.starts[block] + 2..next.unwrap_or(self.all.len()) - 2]
    }

    /// Whether the text may be English: of its words in small letters at least
    /// three in a hundred are English and of no other language. A text with
    /// fewer than 20 such words is given the benefit of the doubt.
    pub(crate) fn may_be_english(&self) -> bool {
        let lower = self
            .all
            .iter()
            .filter(|token| token.shape == TokenShape::Lower);
        let (mut words, mut english) = (0, 0);
        for token in lower {
            words += 1;
            let is_common = token.class.is(WordClass::FUNCTION.or(WordClass::SPEECH));
            if is_common && ENGLISH.contains(&token.key) {
                english += 1;
                // It has no more words than tokens.
                if english * 100 >= self.all.len() * 3 {
                    return true;
                }
            }
        }
        words < 20 || english * 100 >= words * 3
    }

    /// The number of the block that the token `at` stands in.
    pub(crate) fn block_of(&self, at: usize) -> usize {
        let after = self.starts.partition_point(|start| *start <= at);
        after.saturating_sub(1)
    }
}

/// The bytes of the text that a range of tokens, not an empty one, takes in.
pub(crate) fn bytes_of(tokens: &[Token], span: &Range<usize>) -> Range<usize> {
    tokens[span.start].start..tokens[span.end - 1].end
}

/// The tokens of `words`, which stand in `text` and begin and end with one.
#[cfg(test)]
pub(crate) fn span_of(text: &str, tokens: &[Token], words: &str) -> Range<usize> {
    let at = text.find(words).expect("the text has it");
    let is_first = |token: &Token| token.start == at && token.end > at;
    let start = tokens.iter().position(is_first);
    let end = tokens
        .iter()
        .position(|token| token.end == at + words.len());
    start.expect("a token starts")..end.expect("a token ends") + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[(&str, TokenShape)]) {
        let tokens = Tokens::of_text(text);
        let shown: Vec<(&str, TokenShape)> = tokens
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
                ("Moscow", TokenShape::Capital),
                ("-", TokenShape::Mark),
                ("Washington", TokenShape::Capital),
                ("talks", TokenShape::Lower),
                (":", TokenShape::Mark),
                ("Obama", TokenShape::Capital),
                ("’s", TokenShape::Mark),
                ("O'Brien", TokenShape::Mixed),
                ("'s", TokenShape::Mark),
            ],
        );
    }

    #[test]
    fn divided_words_are_one_token_and_compounds_as_in_a_line() {
        let divided = [
            "Eleanor Whit-\ncombe",
            "Eleanor Whit\u{ad}\r\ncombe",
            "Eleanor Whit¬combe",
            "Eleanor Whit‐  \n\n  12\n\ncombe",
        ];
        let whole = Tokens::of_text("Eleanor Whitcombe");
        for text in divided {
            let tokens = Tokens::of_text(text);
            let read = |tokens: &Tokens| -> Vec<(u64, TokenShape, u32, u32, bool)> {
                let tokens = tokens.block(0).iter();
                let read = |token: &Token| {
                    let Token {
                        key,
                        shape,
                        head,
                        tail,
                        is_glued,
                        ..
                    } = *token;
                    (key, shape, head, tail, is_glued)
                };
                tokens.map(read).collect()
            };
            assert_eq!(read(&tokens), read(&whole), "{text:?}");
        }
        for text in ["Moscow-\nWashington", "U.S.-\nled", "Geun-\n  hye"] {
            let tokens = Tokens::of_text(text);
            let tokens = tokens.block(0);
            assert_eq!(tokens.len(), 3, "{text:?}");
            let glued = tokens[1..]
                .iter()
                .all(|token| token.is_glued && !token.opens_line);
            assert!(glued && tokens[1].is_hyphen(), "{text:?}");
        }
        check(
            "talks -\nwhich",
            &[
                ("talks", TokenShape::Lower),
                ("-", TokenShape::Mark),
                ("which", TokenShape::Lower),
            ],
        );
    }

    #[test]
    fn initials_abbreviations_and_offices_keep_their_stop() {
        check(
            "U.S. Gen. J. Doe left U.N. in 2011.",
            &[
                ("U.S.", TokenShape::Dotted),
                ("Gen.", TokenShape::Capital),
                ("J.", TokenShape::Initial),
                ("Doe", TokenShape::Capital),
                ("left", TokenShape::Lower),
                ("U.N.", TokenShape::Dotted),
                ("in", TokenShape::Lower),
                ("2011", TokenShape::Number),
                (".", TokenShape::Mark),
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
