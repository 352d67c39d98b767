//! Finds the words of a text, as they are written.
//!
//! Responsible for word boundaries: those of Unicode (UAX #29), and where
//! readers split what it joins. News is nearly all ASCII, so ASCII words are
//! found by a table; only the stretches of text around other characters are
//! handed to the general rules.
//!
//! Chinese and Japanese write no spaces, and the general rules make a word of
//! each character; a word of a query is found as its characters side by side.
//! Korean hangs particles on its words (*seoul-eseo*, in Seoul), so its
//! syllables are words here too, and a word is found in its longer forms.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::text::division::{self, DivisionReading};
use crate::text::mojibake;

/// What a byte is to the boundaries of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ByteClass {
    /// A letter or a digit.
    Alphanumeric,
    /// `_`, which joins letters and digits.
    Joiner,
    /// Joins two letters or two digits that stand around it.
    Middle,
    /// A space or line end.
    Space,
    /// Any other ASCII character.
    Other,
    /// A part of a character beyond ASCII.
    Foreign,
}

/// The class of each byte.
const CLASSES: [ByteClass; 256] = classes();

const fn classes() -> [ByteClass; 256] {
    let mut classes = [ByteClass::Other; 256];
    let mut byte: u8 = 0;
    loop {
        classes[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => ByteClass::Alphanumeric,
            b'_' => ByteClass::Joiner,
            b'.' | b'\'' | b':' | b',' | b';' => ByteClass::Middle,
            b' ' | b'\n' => ByteClass::Space,
            0x80.. => ByteClass::Foreign,
            _ => ByteClass::Other,
        };
        if byte == u8::MAX {
            return classes;
        }
        byte += 1;
    }
}

fn class_at(bytes: &[u8], at: usize) -> ByteClass {
    bytes
        .get(at)
        .map_or(ByteClass::Space, |byte| CLASSES[usize::from(*byte)])
}

/// A word as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WrittenWord<'t> {
    /// Where it begins.
    pub(super) start: usize,
    /// As it stands in the text: where a line end divides it, with the division.
    pub(super) raw: &'t str,
    /// Of ASCII letters and digits alone, as nearly all are.
    pub(super) is_plain: bool,
    /// Another reading of the words that begin at its place: *cybersecurity*
    /// beside the words of `cyber-` and, on the next line, `security`.
    pub(super) is_alternative: bool,
}

/// Calls `sink` with every word of `text`, in order. Words that a line end
/// divides are whole; an alternative comes after the first word of its place.
pub(super) fn each_word<'t>(text: &'t str, mut sink: impl FnMut(WrittenWord<'t>)) {
    let whole = |start, raw, is_plain| WrittenWord {
        start,
        raw,
        is_plain,
        is_alternative: false,
    };
    if !division::may_be_in(text) {
        each_piece(text, |at, piece, is_plain| sink(whole(at, piece, is_plain)));
        return;
    }
    // The word that goes on: where it begins and ends so far, and where its
    // next part begins.
    let mut open: Option<(usize, usize, usize)> = None;
    // Where a compound begins, of which the next word may be the other part,
    // and where that begins.
    let mut compound: Option<(usize, usize)> = None;
    let close = |start, end, compound: &mut Option<(usize, usize)>, sink: &mut dyn FnMut(_)| {
        if let Some((first, next)) = compound.take()
            && next == start
        {
            sink(WrittenWord {
                is_alternative: true,
                ..whole(first, &text[first..end], false)
            });
        }
        sink(whole(start, &text[start..end], false));
    };
    // A page number inside a division is no word.
    let mut skip_until = 0;
    each_piece(text, |at, piece, is_plain| {
        let end = at + piece.len();
        // As nearly all words: not divided, nor behind a division.
        if skip_until == 0 && !division::may_follow(text, end) {
            sink(whole(at, piece, is_plain));
            return;
        }
        if at < skip_until {
            return;
        }
        let start = match open.take() {
            Some((start, _, next)) if next == at => start,
            Some((start, end, _)) => {
                close(start, end, &mut compound, &mut sink);
                at
            }
            None => at,
        };
        let division = division::after(text, end);
        skip_until = division.map_or(0, |found| found.next);
        match division {
            Some(found) if found.reading == DivisionReading::Word => {
                open = Some((start, end, found.next));
            }
            found => {
                close(start, end, &mut compound, &mut sink);
                compound = found
                    .filter(|found| found.reading == DivisionReading::Either)
                    .map(|found| (start, found.next));
            }
        }
    });
    if let Some((start, end, _)) = open {
        close(start, end, &mut compound, &mut sink);
    }
}

/// Calls `sink` with the offset of every word of `text`, in order, the word, and
/// whether it is of ASCII letters and digits alone. Of words that a line end
/// divides, with the parts.
fn each_piece<'t>(text: &'t str, mut sink: impl FnMut(usize, &'t str, bool)) {
    let bytes = text.as_bytes();
    // From here on, words are the same whatever stands before.
    let mut settled = 0;
    // The end of the last word.
    let mut done = 0;
    let mut at = 0;
    while at < bytes.len() {
        match class_at(bytes, at) {
            ByteClass::Alphanumeric | ByteClass::Joiner => {
                let word = Ascii::read(bytes, at);
                if word.is_open {
                    at = stretch(text, settled, done, at, &mut |at, word| {
                        sink(at, word, false);
                    });
                    (settled, done) = (at, at);
                    continue;
                }
                if word.is_joined {
                    let words = split_joined(at, &text[at..word.end]);
                    words.for_each(|(at, word)| sink(at, word, false));
                } else {
                    sink(at, &text[at..word.end], word.is_plain);
                }
                at = word.end;
                done = at;
            }
            ByteClass::Foreign => {
                at = stretch(text, settled, done, at, &mut |at, word| {
                    sink(at, word, false);
                });
                (settled, done) = (at, at);
            }
            ByteClass::Middle | ByteClass::Space | ByteClass::Other => at += 1,
        }
    }
}

/// An ASCII word of UAX #29.
struct Ascii {
    end: usize,
    /// Whether it is of letters and digits alone.
    is_plain: bool,
    /// Whether it may hold several words of ours.
    is_joined: bool,
    /// Whether characters beyond ASCII may belong to it.
    is_open: bool,
}

impl Ascii {
    /// The word that begins at `start`.
    fn read(bytes: &[u8], start: usize) -> Ascii {
        let mut end = start;
        let (mut is_plain, mut is_joined) = (true, false);
        loop {
            match class_at(bytes, end) {
                ByteClass::Alphanumeric => end += 1,
                ByteClass::Joiner => {
                    (is_plain, is_joined) = (false, true);
                    end += 1;
                }
                ByteClass::Middle if joins(bytes, end) => {
                    is_plain = false;
                    is_joined |= matches!(bytes[end], b'.' | b':');
                    end += 2;
                }
                last => {
                    let is_open = last == ByteClass::Foreign
                        || (last == ByteClass::Middle
                            && class_at(bytes, end + 1) == ByteClass::Foreign);
                    return Ascii {
                        end,
                        is_plain,
                        is_joined,
                        is_open,
                    };
                }
            }
        }
    }
}

/// Whether the mark at `at`, which follows a character of a word, joins it to
/// the next one.
fn joins(bytes: &[u8], at: usize) -> bool {
    let (before, mark) = (bytes[at - 1], bytes[at]);
    let Some(after) = bytes.get(at + 1) else {
        return false;
    };
    let are_letters = before.is_ascii_alphabetic() && after.is_ascii_alphabetic();
    let are_digits = before.is_ascii_digit() && after.is_ascii_digit();
    match mark {
        b'.' | b'\'' => are_letters || are_digits,
        b':' => are_letters,
        _ => are_digits,
    }
}

/// Calls `sink` with the words around the character at `at` that begin at `done`
/// or later, by the general rules. Returns where the next word may begin.
///
/// The stretch reaches from space to space. A space before another ASCII
/// character is never part of a word, nor does a word depend on what is beyond
/// it.
fn stretch<'t>(
    text: &'t str,
    settled: usize,
    done: usize,
    at: usize,
    sink: &mut impl FnMut(usize, &'t str),
) -> usize {
    let bytes = text.as_bytes();
    let is_gap = |at: usize| {
        let after = class_at(bytes, at + 1);
        class_at(bytes, at) == ByteClass::Space
            && !matches!(after, ByteClass::Space | ByteClass::Foreign)
    };
    let before = (settled..at).rev().find(|at| is_gap(*at));
    let start = before.map_or(settled, |gap| gap + 1);
    let end = (at..bytes.len())
        .find(|at| is_gap(*at))
        .unwrap_or(bytes.len());
    if let Some(mended) = mojibake::mended(&text[start..end]) {
        mended_words(text, start..end, &mended, |at, word| {
            if at >= done {
                sink(at, word);
            }
        });
        return end;
    }
    let words = text[start..end]
        .unicode_word_indices()
        .filter(|(offset, _)| start + offset >= done);
    for (offset, word) in words {
        split_word(start + offset, word, sink);
    }
    end
}

/// The words of a stretch that was once decoded wrongly: where they would stand
/// in the text as it was, as they are written in this one.
fn mended_words<'t>(
    text: &'t str,
    stretch: Range<usize>,
    (was, shifts): &(String, Vec<(usize, usize)>),
    mut sink: impl FnMut(usize, &'t str),
) {
    let place = |at: usize| {
        let next = shifts.partition_point(|(mended, _)| *mended <= at);
        let (mended, stands) = next.checked_sub(1).map_or((0, 0), |index| shifts[index]);
        stretch.start + stands + (at - mended)
    };
    for (offset, word) in was.unicode_word_indices() {
        let span = place(offset)..place(offset + word.len());
        split_joined(span.start, &text[span.clone()]).for_each(|(at, word)| sink(at, word));
    }
}

/// Calls `sink` with the words that readers see in a word of UAX #29.
fn split_word<'t>(start: usize, word: &'t str, sink: &mut impl FnMut(usize, &'t str)) {
    let mut give = |at, word| split_joined(at, word).for_each(|(at, word)| sink(at, word));
    if word.contains(is_hangul) {
        split_syllables(start, word, &mut give);
    } else {
        give(start, word);
    }
}

/// Calls `sink` with the syllables of Korean in `word` and with what stands
/// between them.
fn split_syllables<'t>(start: usize, word: &'t str, sink: &mut impl FnMut(usize, &'t str)) {
    let mut begins = 0;
    let mut is_syllable = false;
    let mut give = |from: usize, to: usize| {
        let piece = &word[from..to];
        // What joins letters joins nothing at the end of a piece.
        let bare = piece.trim_end_matches(['\'', '’', '.', '·', ',', ';']);
        let bare_from = bare.trim_start_matches(['\'', '’', '.', '·', ',', ';']);
        if bare_from.contains(char::is_alphanumeric) {
            sink(start + from + bare.len() - bare_from.len(), bare_from);
        }
    };
    for (at, c) in word.char_indices() {
        let begins_syllable = is_hangul(c) && !continues_syllable(c);
        // A mark belongs to what it stands behind.
        let ends_syllable = is_syllable && !is_hangul(c) && c.is_alphanumeric();
        if at > begins && (begins_syllable || ends_syllable) {
            give(begins, at);
            begins = at;
        }
        if begins_syllable || ends_syllable || at == 0 {
            is_syllable = is_hangul(c);
        }
    }
    give(begins, word.len());
}

/// Whether a character is a syllable of Korean or a part of one.
fn is_hangul(c: char) -> bool {
    matches!(
        c,
        '\u{ac00}'..='\u{d7ff}' | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{a960}'..='\u{a97f}'
    )
}

/// Whether a part of a syllable stands behind its first consonant: a vowel, a
/// last consonant.
fn continues_syllable(c: char) -> bool {
    matches!(c, '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}')
}

/// Splits what UAX #29 joins and readers do not: `Reuters_Summits`, `a:b`, and
/// a full stop without the space after it (`end.Next`, `Hill.TV`).
///
/// Abbreviations (`U.S`) and numbers (`3.5`) stay whole.
fn split_joined(start: usize, word: &str) -> impl Iterator<Item = (usize, &str)> {
    let keep_stops = !word.contains('.') || is_abbreviation(word) || is_number(word);
    let mut offset = start;
    word.split_inclusive(move |c: char| c == '_' || c == ':' || (c == '.' && !keep_stops))
        .filter_map(move |piece| {
            let at = offset;
            offset += piece.len();
            let trimmed = piece.trim_end_matches(['_', ':', '.']);
            trimmed
                .contains(char::is_alphanumeric)
                .then_some((at, trimmed))
        })
}

/// Whether `word` is single letters with full stops between: `U.S`, `p.m`.
pub(super) fn is_abbreviation(word: &str) -> bool {
    let is_letter = |part: &str| {
        let mut chars = part.chars();
        chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
    };
    word.contains('.') && word.split('.').all(is_letter)
}

/// Whether `word` is a number, with its points and commas.
pub(super) fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.ends_with(|c: char| c.is_ascii_digit())
        && word
            .chars()
            .all(|c| c.is_ascii_digit() || ".,'".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<(usize, &str)> {
        let mut words = Vec::new();
        each_piece(text, |at, word, is_plain| {
            assert!(!is_plain || word.bytes().all(|byte| byte.is_ascii_alphanumeric()));
            words.push((at, word));
        });
        words
    }

    fn by_the_rules(text: &str) -> Vec<(usize, &str)> {
        let mut words = Vec::new();
        for (start, word) in text.unicode_word_indices() {
            split_word(start, word, &mut |at, word| words.push((at, word)));
        }
        words
    }

    /// Alternatives stand in brackets.
    fn whole(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        each_word(text, |word| {
            assert_eq!(&text[word.start..word.start + word.raw.len()], word.raw);
            words.push(if word.is_alternative {
                format!("({})", word.raw)
            } else {
                word.raw.to_owned()
            });
        });
        words
    }

    #[test]
    fn divided_words_are_whole() {
        let check = |text: &str, expected: &[&str]| assert_eq!(whole(text), expected, "{text:?}");
        check("the har-\nbour board", &["the", "har-\nbour", "board"]);
        check("inter-\nna-\ntional law", &["inter-\nna-\ntional", "law"]);
        check("Moscow-\nWashington", &["Moscow", "Washington"]);
        check(
            "on cyber-\nsecurity law",
            &["on", "cyber", "(cyber-\nsecurity)", "security", "law"],
        );
        check(
            "cyber-\nsecu-\nrity",
            &["cyber", "(cyber-\nsecu-\nrity)", "secu-\nrity"],
        );
        check("caf\u{e9}-\nteria été", &["caf\u{e9}-\nteria", "été"]);
        check(
            "gov\u{ad}ern\u{ad}\nment a\u{ad}",
            &["gov\u{ad}ern\u{ad}\nment", "a\u{ad}"],
        );
        check("har-\n\n 12\n\nbour", &["har-\n\n 12\n\nbour"]);
        check("Moscow-\n12\nWashington", &["Moscow", "Washington"]);
        check("to the har-\n", &["to", "the", "har"]);
        check("end. har-\n_bour", &["end", "har", "bour"]);
    }

    #[test]
    fn marks_and_spaces_before_other_characters_are_no_boundaries_by_themselves() {
        for text in [
            "a.é",
            "a \u{301}b",
            "a \u{93e}b c",
            "  \u{93e}",
            "it’s don't",
            "foo-bar\u{301}.x y",
            "x_é _é_ é_x",
            "1,\u{661} 2",
            "\u{301}a é. b.",
            "a\u{a0}b\r\nc\u{200d}d \u{200d}e",
            "U.S.é U.S. é",
        ] {
            assert_eq!(found(text), by_the_rules(text), "{text:?}");
        }
    }

    #[test]
    fn words_that_were_decoded_wrongly_are_whole_where_they_stand() {
        let text = "x CafÃ©-MÃ¼ller donâ€™t, SÃ£o_Paulo Ã–sterreich z";
        assert_eq!(
            found(text),
            [
                (0, "x"),
                (2, "CafÃ©"),
                (10, "MÃ¼ller"),
                (20, "donâ€™t"),
                (34, "SÃ£o"),
                (41, "Paulo"),
                (47, "Ã–sterreich"),
                (62, "z")
            ]
        );
    }

    #[test]
    fn syllables_of_korean_are_words() {
        let words = |text| {
            found(text)
                .into_iter()
                .map(|(_, word)| word)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            words("서울에서 KBS는"),
            ["서", "울", "에", "서", "KBS", "는"]
        );
        assert_eq!(words("2018년, 3.5배"), ["2018", "년", "3.5", "배"]);
        // Letters of syllables taken apart, as file systems have them.
        assert_eq!(
            words("\u{1109}\u{1165}\u{110b}\u{116e}\u{11af}"),
            ["\u{1109}\u{1165}", "\u{110b}\u{116e}\u{11af}"]
        );
        assert_eq!(
            found("é 북'a한"),
            [(0, "é"), (3, "북"), (7, "a"), (8, "한")]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn ascii_words_are_those_of_the_rules(text in r#"([aB1_.':,; \n\r"-]|\PC){0,24}"#) {
            prop_assume!(mojibake::mended(&text).is_none());
            prop_assert_eq!(found(&text), by_the_rules(&text));
        }

        #[test]
        fn words_beside_other_characters_are_those_of_the_rules(
            text in "[a1_.':, \n\u{301}\u{93e}\u{200d}\u{2019}\u{b7}\u{a0}\u{2003}éб北ד\u{661}🇬😀-]{0,24}"
        ) {
            prop_assert_eq!(found(&text), by_the_rules(&text));
        }

        #[test]
        fn printable_ascii_is_told_as_the_rules_tell_it(text in "[\\x00-\\x7f]{0,60}") {
            prop_assert_eq!(found(&text), by_the_rules(&text));
        }
    }
}
