//! Tells the encoding of text that is neither UTF-8 nor marked.
//!
//! The encodings of one script have the same bytes for other letters: 0xA3 is
//! `£` in Windows-1252 and `Ł` in Windows-1250. A detector that knows letters
//! alone (`chardetng`) takes an English text with one pound sign for Polish. So
//! text that is mostly ASCII is read in each encoding of Latin letters, and each
//! reading is judged by where its characters stand, together with the language
//! that the words in ASCII tell:
//!
//! score(encoding, language) = mean of what each character beyond ASCII is worth
//! in this language + [`PER_WORD`] × the share of the language's frequent words
//!
//! A letter of the language between letters of its case is worth most; one that
//! no language nearby has, a capital behind a small letter, or a letter before a
//! digit, speaks against the reading; a quotation mark, a dash or a currency sign
//! counts where it stands as such marks do. The best pair gives the encoding. If
//! a reading with other characters is nearly as good, the guess is unsure, which
//! the index tells. What reads badly in every Latin encoding, and text of mostly
//! other bytes or with long runs of them (Cyrillic, Greek, Chinese), is left to
//! `chardetng`.
//!
//! How often a guess is right is a table in the tests.

use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    ISO_8859_2, ISO_8859_15, MACINTOSH, WINDOWS_1250, WINDOWS_1252, WINDOWS_1254, WINDOWS_1257,
};

use rustc_hash::FxHashMap;

use super::codec::Codec;
use super::languages::{FOREIGN, LANGUAGES, Language};
use super::placing::{Around, is_digit, is_letter, place_of_letter, worth_of_mark};

/// What the bytes most likely are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guess {
    pub(super) codec: Codec,
    /// Whether something else is nearly as likely.
    pub(super) is_unsure: bool,
}

/// The encodings of Latin letters, the more frequent first: it goes before where
/// two read alike. Those of machines that are gone need better evidence.
const LATIN: [(Codec, f32); 8] = [
    (Codec::Web(WINDOWS_1252), 0.0),
    (Codec::Web(WINDOWS_1250), 0.0),
    (Codec::Web(ISO_8859_2), 0.0),
    (Codec::Web(WINDOWS_1254), 0.0),
    (Codec::Web(WINDOWS_1257), 0.0),
    (Codec::Web(ISO_8859_15), 0.0),
    (Codec::Web(MACINTOSH), 0.3),
    (Codec::Dos, 0.5),
];

/// The most bytes beyond ASCII that are looked at: more do not change the guess.
const MOST_SEEN: usize = 2_000;

/// The most words that are looked at.
const MOST_WORDS: usize = 2_000;

/// From this share of bytes beyond ASCII among the letters on, a text is not in
/// Latin letters. Czech and Vietnamese, which have most, have a fifth; Cyrillic
/// and Greek text with many Latin names has two thirds.
const NOT_LATIN: f32 = 0.45;

/// What a text of nothing but a language's frequent words would be worth. A
/// third of the words of any text are such words: about a letter's worth.
const PER_WORD: f32 = 8.0;

/// A reading whose characters are worth less than this in their language is none
/// in Latin letters.
const LEAST: f32 = -0.5;

/// A reading that is better by less than this, all characters added up, is
/// unsure: about one character in its place where the other reading has it out of
/// place.
const SURE_BY: f32 = 2.0;

/// So few bytes beyond ASCII of another script leave a guess unsure.
const FEW: usize = 8;

/// The most likely encoding of bytes that are not valid UTF-8.
pub(super) fn guess(bytes: &[u8]) -> Guess {
    let high = bytes.iter().filter(|byte| **byte >= 0x80).count();
    let letters = bytes
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more")]
    let share = high as f32 / (high + letters).max(1) as f32;
    let other = || {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        detector.guess(None, Utf8Detection::Deny)
    };
    // A list of prices has few letters, but each of its £ stands alone.
    let is_loose = || {
        !bytes
            .windows(3)
            .any(|run| run.iter().all(|byte| !byte.is_ascii()))
    };
    if (share < NOT_LATIN || is_loose())
        && !are_long_runs(bytes, high)
        && let Some(guess) = latin(bytes)
    {
        return guess;
    }
    Guess {
        codec: Codec::Web(other()),
        is_unsure: high < FEW,
    }
}

/// Whether half of the `high` bytes beyond ASCII stand in runs of four and more,
/// as the letters and signs of other scripts do. In Latin letters two stand
/// together, seldom three; a rule of dashes or dots is one byte again and again.
fn are_long_runs(bytes: &[u8], high: usize) -> bool {
    let runs = bytes.split(u8::is_ascii).filter(|run| run.len() >= 4);
    let varied = runs.filter(|run| {
        let mut others = run.iter().filter(|byte| **byte != run[0]);
        let second = others.next();
        second.is_some_and(|second| others.any(|byte| byte != second))
    });
    let varied: usize = varied.map(<[u8]>::len).sum();
    varied * 2 > high
}

/// The best reading in Latin letters, if it is one.
fn latin(bytes: &[u8]) -> Option<Guess> {
    let shares = language_shares(bytes);
    let places: Vec<usize> = high_places(bytes).collect();
    let readings = LATIN.map(|(codec, handicap)| {
        let reading = LatinReading::of(codec, bytes, &places);
        let (score, worth) = reading.best(&shares);
        (codec, (score - handicap, worth), reading.characters)
    });
    let mut best = &readings[0];
    for reading in &readings {
        if reading.1.0 > best.1.0 {
            best = reading;
        }
    }
    let (codec, (score, worth), characters) = best;
    if *worth < LEAST {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "there are few")]
    let count = places.len() as f32;
    let is_unsure = readings
        .iter()
        .any(|(_, (other, _), others)| (score - other) * count < SURE_BY && others != characters);
    Some(Guess {
        codec: *codec,
        is_unsure,
    })
}

/// Where the bytes beyond ASCII stand.
fn high_places(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let places = bytes.iter().enumerate();
    let places = places.filter(|(_, byte)| **byte >= 0x80);
    places.map(|(at, _)| at).take(MOST_SEEN)
}

/// No frequent word has more letters.
const MOST_LETTERS: usize = 9;

/// The frequent words of all languages, each with a bit for each language that
/// has it.
static FREQUENT_WORDS: LazyLock<FxHashMap<&'static [u8], u32>> = LazyLock::new(|| {
    let mut all: FxHashMap<&[u8], u32> = FxHashMap::default();
    for (at, language) in LANGUAGES.iter().enumerate() {
        for word in language.words.split(' ') {
            *all.entry(word.as_bytes()).or_default() |= 1 << at;
        }
    }
    all
});

/// For each language, the share of its frequent words among all that are in
/// ASCII.
fn language_shares(bytes: &[u8]) -> [f32; LANGUAGES.len()] {
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80;
    let words = bytes.split(|byte| !is_letter(byte));
    let words = words.filter(|word| !word.is_empty()).take(MOST_WORDS);
    let (mut total, mut found) = (0_u16, [0_u16; LANGUAGES.len()]);
    for word in words {
        total += 1;
        let mut lower = [0; MOST_LETTERS];
        let Some(lower) = lower.get_mut(..word.len()) else {
            continue;
        };
        lower.copy_from_slice(word);
        lower.make_ascii_lowercase();
        let known = FREQUENT_WORDS.get(&*lower).copied().unwrap_or(0);
        for (at, count) in found.iter_mut().enumerate() {
            *count += u16::from(known >> at & 1 == 1);
        }
    }
    // A text of two words is not all one language's.
    let total = f32::from(total.max(4));
    found.map(|count| f32::from(count) / total)
}

/// A text's characters beyond ASCII in one encoding.
struct LatinReading {
    characters: String,
    /// What they are worth wherever they are not letters of a language.
    marks: f32,
    /// The letters, with what stands around them.
    letters: Vec<PlacedLetter>,
    /// Low quotation marks, which only some languages have.
    low_quotes: f32,
    count: f32,
}

/// A letter, in lower case.
struct PlacedLetter {
    letter: char,
    /// What its place is worth: 0 where it may be a letter there.
    place: f32,
}

impl LatinReading {
    fn of(codec: Codec, bytes: &[u8], places: &[usize]) -> LatinReading {
        let table = table(codec);
        let character = |at: usize| {
            let byte = *bytes.get(at)?;
            Some(match byte.checked_sub(0x80) {
                Some(high) => table[usize::from(high)],
                None => char::from(byte),
            })
        };
        let mut reading = LatinReading {
            characters: String::new(),
            marks: 0.0,
            letters: Vec::new(),
            low_quotes: 0.0,
            count: 0.0,
        };
        for at in places {
            let Some(c) = character(*at) else { continue };
            reading.characters.push(c);
            reading.count += 1.0;
            let around = Around::of(&character, *at);
            if c.is_alphabetic() && !matches!(c, 'ª' | 'º' | 'ƒ' | 'µ' | 'ˆ') {
                let letter = c.to_lowercase().next().unwrap_or(c);
                let place = place_of_letter(c, &around);
                reading.letters.push(PlacedLetter { letter, place });
            } else if matches!(c, '„' | '‚') {
                let opens = !is_letter(around.before) && !is_digit(around.before);
                let is_before_word = is_letter(around.after) || is_digit(around.after);
                reading.low_quotes += if opens && is_before_word { 1.0 } else { -3.0 };
            } else {
                reading.marks += worth_of_mark(c, &around);
            }
        }
        reading
    }

    /// Its score in the language that suits it best, and what its characters
    /// alone are worth there.
    fn best(&self, shares: &[f32; LANGUAGES.len()]) -> (f32, f32) {
        let scores = LANGUAGES.iter().zip(shares).map(|(language, share)| {
            let worth = self.worth(language);
            (worth + PER_WORD * share, worth)
        });
        let better = |a: (f32, f32), b: (f32, f32)| if b.0 > a.0 { b } else { a };
        scores.fold((f32::MIN, f32::MIN), better)
    }

    /// The mean worth of its characters in a language.
    fn worth(&self, language: &Language) -> f32 {
        let letters = self.letters.iter().map(|PlacedLetter { letter, place }| {
            let known = if language.letters.contains(*letter) {
                3.0
            } else if FOREIGN.contains(*letter) {
                0.5
            } else {
                -1.5
            };
            known + place
        });
        let letters: f32 = letters.sum();
        let low = if language.has_low_quotes {
            2.0 * self.low_quotes
        } else {
            self.low_quotes.min(0.0)
        };
        (self.marks + letters + low) / self.count.max(1.0)
    }
}

/// The characters of the bytes from 0x80 on.
fn table(codec: Codec) -> [char; 128] {
    let mut table = [char::REPLACEMENT_CHARACTER; 128];
    for (byte, place) in (0x80..=u8::MAX).zip(&mut table) {
        *place = codec
            .decode(&[byte])
            .chars()
            .next()
            .unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    table
}
