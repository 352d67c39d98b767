//! Bytes of a file to text, with the way back.
//!
//! Responsible for byte order marks, UTF-16, UTF-32, and text that is not UTF-8;
//! and for the map from offsets in the text to offsets in the file. `guess` tells
//! the older encodings from each other, `codec` reads them.
//!
//! In this order: a byte order mark; zeros in every other byte, or in three of
//! four; what is no text at all; the escapes of ISO-2022-JP; UTF-8, even with a
//! few damaged bytes; else a guess. A zero or two by themselves are damage, and
//! leave a text what it is.

mod codec;
mod guess;
mod languages;
mod placing;
#[cfg(test)]
mod trial;

use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};
use memchr::{memchr, memchr_iter, memmem};

use self::codec::{Codec, scalar};
use self::guess::{Guess, guess};
use super::SkipReason;
use super::kind::SNIFFED;
use crate::article::{LengthRun, Offsets};
use crate::text::mojibake;

/// A file's text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text, without byte order mark.
    pub(super) text: String,
    /// The way back to the file.
    pub(super) offsets: Offsets,
    /// What it was read as, if another encoding is nearly as likely.
    pub(super) unsure: Option<String>,
}

/// Decodes a file: UTF-8, UTF-16 or UTF-32 with or without byte order mark, else
/// the encoding that its bytes most likely are (Windows-1252 and its kind).
pub(super) fn decode(bytes: Vec<u8>) -> Result<Decoded, SkipReason> {
    if bytes.is_empty() {
        return Err(SkipReason::Empty);
    }
    let decoded = match mark(&bytes) {
        Some((Codec::Web(encoding), mark)) if encoding == UTF_8 => decode_utf8(bytes, mark)?,
        Some((codec, mark)) => transcode(&bytes, mark, codec),
        None => match wide_without_mark(&bytes) {
            Some(codec) => transcode(&bytes, 0, codec),
            None => decode_utf8(bytes, 0)?,
        },
    };
    if decoded.text.trim().is_empty() {
        return Err(SkipReason::Empty);
    }
    Ok(decoded)
}

/// The same of a file whose encoding somebody names, in labels of the web, the
/// surest first. A name is taken where the bytes do not speak against it: what is
/// UTF-8 beyond doubt is UTF-8, and what is not is not.
#[cfg(any(feature = "html", feature = "mail"))]
pub(super) fn decode_as(bytes: Vec<u8>, labels: &[&str]) -> Result<Decoded, SkipReason> {
    let is_utf8 = || std::str::from_utf8(&bytes).is_ok_and(|text| !text.is_ascii());
    let mut named = labels
        .iter()
        .filter_map(|label| Encoding::for_label(label.as_bytes()))
        .filter(|encoding| *encoding != UTF_8 && encoding.is_ascii_compatible());
    let Some(encoding) = named.next() else {
        return decode(bytes);
    };
    let is_wide = mark(&bytes).is_some() || wide_without_mark(&bytes).is_some();
    if bytes.is_ascii() || is_wide || is_utf8() {
        return decode(bytes);
    }
    if is_binary(&bytes) {
        return Err(SkipReason::Binary);
    }
    Ok(transcode(&bytes, 0, Codec::Web(encoding)))
}

/// What a byte order mark says, and its length.
fn mark(bytes: &[u8]) -> Option<(Codec, usize)> {
    // The mark of UTF-32 begins as that of UTF-16 does.
    let is_utf32 = |codec: Codec| is_utf32(bytes, codec == Codec::Utf32Le);
    match bytes {
        [0xff, 0xfe, 0, 0, ..] if is_utf32(Codec::Utf32Le) => Some((Codec::Utf32Le, 4)),
        [0, 0, 0xfe, 0xff, ..] if is_utf32(Codec::Utf32Be) => Some((Codec::Utf32Be, 4)),
        _ => Encoding::for_bom(bytes).map(|(encoding, mark)| (Codec::Web(encoding), mark)),
    }
}

fn decode_utf8(mut bytes: Vec<u8>, mark: usize) -> Result<Decoded, SkipReason> {
    if is_binary(&bytes) {
        return Err(SkipReason::Binary);
    }
    if is_iso_2022_jp(&bytes) {
        return Ok(transcode(&bytes, mark, Codec::Web(ISO_2022_JP)));
    }
    bytes.drain(..mark);
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Decoded {
            text,
            offsets: Offsets::Shift(mark),
            unsure: None,
        }),
        Err(error) => {
            let bytes = error.into_bytes();
            let Guess { codec, is_unsure } = utf8_or(&bytes);
            let mut decoded = transcode(&bytes, 0, codec);
            if let Offsets::Runs(runs) = &mut decoded.offsets {
                for run in runs {
                    run.1 += mark;
                }
            }
            decoded.unsure = is_unsure.then(|| codec.name());
            Ok(decoded)
        }
    }
}

/// Whether a file that begins with `head`, of [`SNIFFED`] bytes, may be text.
pub(super) fn is_text(head: &[u8]) -> bool {
    let is_marked = mark(head).is_some_and(|(codec, _)| codec != Codec::Web(UTF_8));
    is_marked || wide_without_mark(head).is_some() || !is_binary(head)
}

/// A text has at most this many zeros for each of this many bytes, and one more:
/// a disk or a transfer damages single bytes.
const BYTES_PER_ZERO: usize = 1024;

/// Whether the bytes are no text: zeros, or many control characters. With a zero
/// anywhere, the rest must be text beyond doubt.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(SNIFFED)];
    let controls = controls(head);
    let zeros = memchr_iter(0, head).count();
    if zeros == 0 {
        return controls * 10 > head.len();
    }
    let letters = head
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80);
    zeros > 1 + head.len() / BYTES_PER_ZERO
        || zeros * 8 > head.len()
        || controls * 200 > head.len()
        || letters.count() * 2 < head.len()
}

/// How many bytes are control characters that text does not have.
fn controls(bytes: &[u8]) -> usize {
    let is_control = |byte: u8| matches!(byte, 1..=8 | 14..=26 | 28..=31 | 127);
    // Added up in bytes, which the processor does for many at a time.
    let count = |chunk: &[u8]| {
        let counted = chunk
            .iter()
            .fold(0_u8, |count, byte| count + u8::from(is_control(*byte)));
        usize::from(counted)
    };
    bytes.chunks(usize::from(u8::MAX)).map(count).sum()
}

/// UTF-16 or UTF-32 without its mark: there are zeros, and they stand where such
/// text has them.
fn wide_without_mark(bytes: &[u8]) -> Option<Codec> {
    let head = &bytes[..bytes.len().min(SNIFFED)];
    memchr(0, head)?;
    if is_utf32(bytes, true) {
        return Some(Codec::Utf32Le);
    }
    if is_utf32(bytes, false) {
        return Some(Codec::Utf32Be);
    }
    utf16_without_mark(bytes).map(Codec::Web)
}

/// Whether the bytes are UTF-32: units of four, each a character, of which text
/// has few controls.
fn is_utf32(bytes: &[u8], is_little: bool) -> bool {
    let is_whole = bytes.len().is_multiple_of(4) || bytes.len() > SNIFFED;
    let head = &bytes[..bytes.len().min(SNIFFED) & !3];
    let is_text = |unit: &[u8; 4]| {
        let c = char::from_u32(scalar(*unit, is_little));
        c.is_some_and(|c| !c.is_control() || c.is_whitespace())
    };
    let (units, _) = head.as_chunks::<4>();
    is_whole && units.len() >= 2 && units.iter().all(is_text)
}

/// The fewest units of UTF-16 without a mark: fewer zeros are damage.
const LEAST_UNITS: usize = 3;

/// UTF-16 without its mark: mostly Latin text has a zero in every other byte,
/// other scripts in spaces and line ends alone, where the other order of the
/// bytes makes no text.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    if !bytes.len().is_multiple_of(2) && bytes.len() <= SNIFFED {
        return None;
    }
    let head = &bytes[..bytes.len().min(SNIFFED) & !1];
    let zeros = |offset: usize| {
        head.iter()
            .skip(offset)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let units = head.len() / 2;
    if units < LEAST_UNITS {
        return None;
    }
    match (even, odd) {
        (0, odd) if odd * 5 > units * 2 => Some(UTF_16LE),
        (even, 0) if even * 5 > units * 2 => Some(UTF_16BE),
        _ => {
            let (little, big) = (u16::from_le_bytes, u16::from_be_bytes);
            match (reads_as_text(head, little), reads_as_text(head, big)) {
                (true, false) => Some(UTF_16LE),
                (false, true) => Some(UTF_16BE),
                _ => None,
            }
        }
    }
}

/// Whether nearly all units are letters, digits and usual marks, most of them of
/// one script beyond Latin, and some are spaces or line ends.
fn reads_as_text(head: &[u8], unit: fn([u8; 2]) -> u16) -> bool {
    let (pairs, _) = head.as_chunks::<2>();
    let mut counts = [0_usize; 4];
    for pair in pairs {
        let kind = match unit(*pair) {
            0x20 | 0x0a | 0x0d | 0x3000 => 0,
            0x21..=0x7e | 0xa0..=0xff | 0x2010..=0x203a | 0x3001..=0x301f | 0xff01..=0xff5e => 1,
            0x370..=0x6ff | 0x900..=0xe7f | 0x10a0..=0x10ff | 0x3041..=0x30ff => 2,
            0x3400..=0x9fff | 0xac00..=0xd7a3 => 3,
            _ => continue,
        };
        counts[kind] += 1;
    }
    let [spaces, marks, letters, signs] = counts;
    let known = spaces + marks + letters + signs;
    spaces > 0 && known * 50 > pairs.len() * 49 && (letters + signs) * 2 > pairs.len()
}

/// Whether the bytes are the Japanese of mail: seven bits, with escapes that say
/// when two bytes are a character.
fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    let begins = memchr(0x1b, bytes).is_some()
        && (memmem::find(bytes, b"\x1b$B").is_some() || memmem::find(bytes, b"\x1b$@").is_some());
    begins && bytes.is_ascii() && {
        let (_, has_errors) = ISO_2022_JP.decode_without_bom_handling(bytes);
        !has_errors
    }
}

/// The most likely encoding of bytes that are not valid UTF-8, perhaps all the
/// same UTF-8.
fn utf8_or(bytes: &[u8]) -> Guess {
    // Text that is UTF-8 but for a few damaged bytes stays UTF-8.
    let lossy = String::from_utf8_lossy(bytes);
    let damaged = lossy.matches('\u{fffd}').count();
    let multibyte = lossy.chars().filter(|c| !c.is_ascii()).count() - damaged;
    if multibyte > damaged * 10 {
        return Guess {
            codec: Codec::Web(UTF_8),
            is_unsure: false,
        };
    }
    guess(bytes)
}

/// What is to be told of a decoded text: an encoding that is a guess, and UTF-8
/// that was once read as something else.
pub(super) fn remarks(unsure: Option<&str>, text: &str) -> impl Iterator<Item = String> {
    let guess = unsure.map(|name| format!("read as {name}, which is a guess"));
    let example = mojibake::example(text).map(|(stands, was)| {
        format!(
            "“{stands}” is “{was}”, decoded wrongly; it is found as such and shown as it stands"
        )
    });
    guess.into_iter().chain(example)
}

/// Decodes byte by byte, noting where characters change their length.
///
/// Slow beside a plain decoding (some 30 MB/s), and only for the files that
/// are not UTF-8.
fn transcode(bytes: &[u8], mark: usize, codec: Codec) -> Decoded {
    let mut reader = codec.reader();
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 4);
    let mut runs: Vec<LengthRun> = Vec::new();
    let mut pending = mark;
    let last = bytes.len().saturating_sub(1);
    for (index, byte) in bytes.iter().enumerate().skip(mark) {
        let start = text.len();
        reader.read(*byte, index == last, &mut text);
        let written = text.len() - start;
        if written == 0 {
            continue;
        }
        let length = |count: usize| u8::try_from(count).unwrap_or(u8::MAX);
        let (in_text, in_file) = (length(written), length(index + 1 - pending));
        if runs
            .last()
            .is_none_or(|run| (run.2, run.3) != (in_text, in_file))
        {
            runs.push((start, pending, in_text, in_file));
        }
        pending = index + 1;
    }
    runs.push((text.len(), bytes.len(), 1, 1));
    Decoded {
        text,
        offsets: Offsets::Runs(runs),
        unsure: None,
    }
}

/// Decodes one line of a file of records, which is UTF-8 by its format; says
/// what it was read as where that is unsure.
pub(super) fn decode_line(line: &[u8]) -> (Cow<'_, str>, Option<String>) {
    if let Ok(text) = std::str::from_utf8(line) {
        return (Cow::Borrowed(text), None);
    }
    let Guess { codec, is_unsure } = utf8_or(line);
    let text = codec.decode(line);
    (Cow::Owned(text), is_unsure.then(|| codec.name()))
}

/// How the pieces of a file are decoded that is not held as a whole: as its first
/// bytes tell.
#[derive(Debug, Clone, Copy)]
pub(super) struct PieceDecoder {
    /// What is not UTF-8 is in.
    other: Option<Guess>,
}

impl PieceDecoder {
    /// Of a file that begins with `head`; `None` where a character has several
    /// bytes of which some are zeros, so that it can only be decoded as a whole.
    pub(super) fn of(head: &[u8]) -> Option<PieceDecoder> {
        let is_wide = match mark(head) {
            Some((codec, _)) => codec != Codec::Web(UTF_8),
            None => wide_without_mark(head).is_some() || is_iso_2022_jp(head),
        };
        let is_utf8 = match std::str::from_utf8(head) {
            Ok(_) => true,
            // A character that is cut off.
            Err(error) => error.error_len().is_none(),
        };
        (!is_wide).then(|| PieceDecoder {
            other: (!is_utf8).then(|| utf8_or(head)),
        })
    }

    /// The text of a piece, and the way back to it.
    pub(super) fn decode(self, bytes: &[u8]) -> (String, Offsets) {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return (text.to_owned(), Offsets::Shift(0));
        }
        let Guess { codec, .. } = self.other.unwrap_or_else(|| utf8_or(bytes));
        let decoded = transcode(bytes, 0, codec);
        (decoded.text, decoded.offsets)
    }

    /// What it takes the file for, where that is a guess.
    pub(super) fn unsure(self) -> Option<String> {
        let guess = self.other.filter(|guess| guess.is_unsure)?;
        Some(guess.codec.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(bytes: &[u8], needle: &str, in_file: &[u8]) {
        let decoded = decode(bytes.to_vec()).unwrap();
        let at = decoded.text.find(needle).unwrap();
        let range = decoded.offsets.range_to_file(&(at..at + needle.len()));
        assert_eq!(&bytes[range], in_file, "{:?}", decoded.text);
    }

    fn utf16le(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn offsets_lead_back_to_the_bytes() {
        check(b"\xef\xbb\xbfplain caf\xc3\xa9", "café", b"caf\xc3\xa9");
        check(b"Le caf\xe9 est ferm\xe9 \x97 dit-il", "fermé", b"ferm\xe9");
        let marked = [b"\xff\xfe".to_vec(), utf16le("Le café 北京 fermé")].concat();
        check(&marked, "北京 fermé", &utf16le("北京 fermé"));
        check(
            &utf16le("no mark, but text all the same"),
            "mark",
            &utf16le("mark"),
        );
    }

    #[test]
    fn files_without_text_are_skipped_with_their_reason() {
        assert_eq!(decode(Vec::new()), Err(SkipReason::Empty));
        assert_eq!(decode(b" \n\t\n".to_vec()), Err(SkipReason::Empty));
        assert_eq!(
            decode(b"PNG\x00\x01\x02 text".to_vec()),
            Err(SkipReason::Binary)
        );
    }

    #[test]
    fn a_damaged_byte_does_not_turn_utf8_into_something_else() {
        let mut bytes = "“Quotes” — and “more” of ‘them’ — it’s “all” — UTF-8 “text”"
            .as_bytes()
            .to_vec();
        bytes.push(0xff);
        let decoded = decode(bytes).unwrap();
        assert!(decoded.text.starts_with("“Quotes”"));
        assert!(decoded.text.ends_with('\u{fffd}'));
    }

    proptest! {
        #[test]
        fn any_bytes_decode_to_text_that_maps_inside_the_file(bytes in proptest::collection::vec(any::<u8>(), 1..200)) {
            let length = bytes.len();
            if let Ok(decoded) = decode(bytes) {
                let mut last = 0;
                for (at, _) in decoded.text.char_indices() {
                    let file = decoded.offsets.to_file(at);
                    prop_assert!(file >= last && file < length.max(1));
                    last = file;
                }
                prop_assert!(decoded.offsets.to_file(decoded.text.len()) <= length);
            }
        }
    }
}
