//! Folds a word to what all spellings of it share that are a matter of habit:
//! case, accents and other marks, apostrophes, elided articles.
//!
//! Marks that a writer may leave out are dropped, in whatever script: accents
//! of Latin, Greek and Cyrillic letters, the vowel signs, hamza and stretching
//! of Arabic, the points of Hebrew. Signs that no word is without (the vowels
//! of the scripts of India) stay. Letters that are written one for another at
//! will become one: Arabic alef with and without hamza, final *yeh* and alef
//! maksura, *teh marbuta* and *heh*, the Persian forms of *yeh* and *kaf*; Greek
//! final sigma.
//!
//! An article or pronoun that lost its vowel before the word (*l'Union*,
//! *dell'arte*, *qu'elle*) is no part of the word. Elsewhere an apostrophe is a
//! mark that may be left out: *O'Brien* is *obrien*, *Sana'a* is *sanaa*,
//! *don't* is *dont*; only short forms of verbs keep it, since *we'll* is not
//! *well*.

use unicode_normalization::UnicodeNormalization;

use super::boundaries::{is_abbreviation, is_number};
use crate::text::division;
use crate::text::mojibake;

/// The most bytes of a term. Longer words (base64 blobs, scanning errors) are
/// cut here, in the index and in the query alike, so they still find themselves.
pub(super) const MAX_TERM_BYTES: usize = 120;

/// What is elided before a vowel or a mute *h* in French, Italian, Catalan.
const ELIDED: &[&str] = &[
    "l", "d", "j", "n", "s", "c", "m", "t", "qu", "lorsqu", "jusqu", "puisqu", "quoiqu", "un",
    "all", "dall", "dell", "nell", "sull", "coll", "quell", "quest", "degl", "gl",
];

/// The longest of them, in bytes.
pub(super) const LONGEST_ELIDED: usize = 7;

/// What stands behind the apostrophe of a verb's short form, where the word
/// without the apostrophe may be another.
const SHORT_VERBS: &[&str] = &["d", "ll", "m", "re", "s", "ve"];

/// The fewest letters of a word that an article is cut off from: of shorter
/// ones too many mean something else (*j'ai* would be *AI*, *d'un* the *UN*)
/// unless they are written in capitals (*l'UE*).
const FEWEST_LETTERS: usize = 3;

/// Lower case without accents, possessives, soft hyphens, the full stops of
/// abbreviations, and what divides a word at a line end. Apostrophes stay.
///
/// Accents are the combining marks U+0300 to U+036F after compatibility
/// decomposition (NFKD), and what `is_mark` names of other scripts.
pub fn fold(raw: &str) -> String {
    let raw = &*division::joined(raw);
    let mut folded = if raw.is_ascii() {
        raw.to_ascii_lowercase()
    } else {
        fold_unicode(raw)
    };
    if is_abbreviation(&folded) {
        folded.retain(|c| c != '.');
    }
    if is_number(&folded) {
        folded.retain(|c| c != ',' && c != '\'');
    }
    if let Some(bare) = folded.strip_suffix("'s")
        && !bare.is_empty()
    {
        folded.truncate(bare.len());
    }
    if folded.len() > MAX_TERM_BYTES {
        let end = folded.floor_char_boundary(MAX_TERM_BYTES);
        folded.truncate(end);
    }
    folded
}

/// A word folded, without an elided article and without apostrophes that may
/// be left out. Never empty.
pub(super) fn word_form(raw: &str) -> String {
    let mut form = fold(raw);
    let Some(at) = form.find('\'') else {
        return form;
    };
    match elision(&form[..at], &form[at + 1..], raw) {
        Elision::None => {}
        Elision::OfShort => return form,
        Elision::OfWord => drop(form.drain(..=at)),
    }
    // Short forms of verbs stand at the end.
    let keeps = form
        .rsplit_once('\'')
        .is_some_and(|(_, end)| SHORT_VERBS.contains(&end));
    let last = form.rfind('\'').filter(|_| keeps);
    let mut place = 0;
    form.retain(|c| {
        let is_kept = c != '\'' || Some(place) == last;
        place += c.len_utf8();
        is_kept
    });
    form
}

/// What an apostrophe at the beginning of a word is about.
enum Elision {
    /// It elides nothing.
    None,
    /// It elides a vowel before a word that is too short to stand alone.
    OfShort,
    /// It elides a vowel before a word.
    OfWord,
}

/// Whether `before` is an article that lost its vowel before the word `after`.
fn elision(before: &str, after: &str, raw: &str) -> Elision {
    let begins = after.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h']);
    if before.len() > LONGEST_ELIDED || !begins || !ELIDED.contains(&before) {
        return Elision::None;
    }
    let mut letters = raw.chars().rev().take_while(|c| !is_apostrophe(*c));
    let is_long = after.chars().count() >= FEWEST_LETTERS;
    if is_long || letters.clone().count() > 1 && letters.all(char::is_uppercase) {
        Elision::OfWord
    } else {
        Elision::OfShort
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '\u{2bb}' | '\u{2be}' | '\u{2bf}' | '\u{ff07}'
    )
}

/// What joins the letters of a word, lets it be broken or sets its direction,
/// and is not seen: the soft hyphen of pages saved from the web, joiners, the
/// marks of text that runs from right to left, the byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}'
    )
}

/// Marks that are written or left out at will.
fn is_mark(c: char) -> bool {
    matches!(c,
        // Accents of Latin, Greek and Cyrillic letters, and the titlo.
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}'
        // The points and accents of Hebrew.
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        // Arabic: honorifics, stretching, vowels and hamza, signs of the Quran.
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}'
        // The dot below letters of Devanagari.
        | '\u{93c}')
}

fn fold_unicode(raw: &str) -> String {
    let mended = mojibake::mended(raw);
    let raw = mended.as_ref().map_or(raw, |(was, _)| was);
    let mut folded = String::with_capacity(raw.len());
    let unmarked = raw
        .nfkd()
        .filter(|c| !is_mark(*c) && !is_invisible(*c))
        .nfc();
    for c in unmarked.flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            'þ' => folded.push_str("th"),
            'ς' => folded.push('σ'),
            'ى' | 'ی' => folded.push('ي'),
            'ة' | 'ہ' | 'ە' => folded.push('ه'),
            'ک' => folded.push('ك'),
            'ٱ' => folded.push('ا'),
            // Digits of Arabic and of Persian.
            '٠'..='٩' => folded.push(ascii_digit(c, '٠')),
            '۰'..='۹' => folded.push(ascii_digit(c, '۰')),
            // The dot that lower-casing İ leaves behind; the marks of Hebrew
            // abbreviations.
            '\u{307}' | '"' | '\u{5f3}' | '\u{5f4}' => {}
            other if is_apostrophe(other) => folded.push('\''),
            other => folded.push(other),
        }
    }
    if folded.is_empty() {
        // A mark by itself.
        raw.clone_into(&mut folded);
    }
    folded
}

fn ascii_digit(c: char, zero: char) -> char {
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: &str) {
        assert_eq!(word_form(raw), expected, "{raw}");
    }

    #[test]
    fn elided_articles_are_no_part_of_a_word() {
        for raw in [
            "l'Union",
            "l’Union",
            "L'UNION",
            "d'union",
            "qu'union",
            "dell'union",
        ] {
            check(raw, "union");
        }
        check("L'Élysée", "elysee");
        check("lorsqu'elle", "elle");
        check("l'homme", "homme");
        check("l’œuvre", "oeuvre");
        check("d'Artagnan", "artagnan");
        check("d'aujourd'hui", "aujourdhui");
        check("l'UE", "ue");
        check("L’ONU", "onu");
        // Too short, or something else by itself.
        check("j'ai", "j'ai");
        check("d'un", "d'un");
        check("L'A", "l'a");
    }

    #[test]
    fn an_apostrophe_inside_a_name_may_be_left_out() {
        check("O'Brien", "obrien");
        check("O’Brien's", "obrien");
        check("D'Souza", "dsouza");
        check("N'Djamena", "ndjamena");
        check("Sana'a", "sanaa");
        check("Qurʾān", "quran");
        check("Мар’янка", "марянка");
        check("don't", "dont");
        check("rock'n'roll", "rocknroll");
        // The words without it are others.
        check("we'll", "we'll");
        check("we're", "we're");
        check("I'd", "i'd");
    }

    #[test]
    fn marks_that_may_be_left_out_are_dropped_in_all_scripts() {
        check("مُسْتَمِرَّة", "مستمره");
        check("مستمـــرة", "مستمره");
        for raw in ["إن", "أن", "آن", "ٱن", "ان"] {
            check(raw, "ان");
        }
        check("مسؤول", "مسوول");
        check("على", "علي");
        check("کتاب", "كتاب");
        check("١٤٤٥", "1445");
        check("۱۴۰۲", "1402");
        check("שָׁלוֹם", "שלום");
        check("צה״ל", "צהל");
        check("צה\"ל", "צהל");
        check("ΛΌΓΟΣ", "λογοσ");
        check("λόγος", "λογοσ");
        check("ещё", "еще");
        check("می\u{200c}خواهم", "ميخواهم");
        check("abc\u{200e}", "abc");
        check("हिन्दी", "हिन्दी");
        check("ज़", "ज");
    }

    #[test]
    fn a_mark_alone_stays() {
        assert!(!word_form("\u{640}").is_empty());
    }
}
