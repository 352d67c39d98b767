//! Bytes of a file to text, with the way back.
//!
//! Responsible for byte order marks, UTF-16, and text that is not UTF-8; and
//! for the map from offsets in the text to offsets in the file.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memchr;

use super::SkipReason;
use crate::article::{LengthRun, Offsets};

/// A file's text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text, without byte order mark.
    pub(super) text: String,
    /// The way back to the file.
    pub(super) offsets: Offsets,
}

/// How many bytes at the start of a file tell whether it is text.
pub(super) const SNIFFED: usize = 8192;

/// Decodes a file: UTF-8 with or without byte order mark, UTF-16, else the
/// encoding that its bytes most likely are (Windows-1252 and its kind).
pub(super) fn decode(bytes: Vec<u8>) -> Result<Decoded, SkipReason> {
    if bytes.is_empty() {
        return Err(SkipReason::Empty);
    }
    let decoded = match Encoding::for_bom(&bytes) {
        Some((encoding, mark)) if encoding != UTF_8 => transcode(&bytes, mark, encoding),
        Some((_, mark)) => decode_utf8(bytes, mark)?,
        None => match utf16_without_mark(&bytes) {
            Some(encoding) => transcode(&bytes, 0, encoding),
            None => decode_utf8(bytes, 0)?,
        },
    };
    if decoded.text.trim().is_empty() {
        return Err(SkipReason::Empty);
    }
    Ok(decoded)
}

fn decode_utf8(mut bytes: Vec<u8>, mark: usize) -> Result<Decoded, SkipReason> {
    if is_binary(&bytes) {
        return Err(SkipReason::Binary);
    }
    bytes.drain(..mark);
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Decoded {
            text,
            offsets: Offsets::Shift(mark),
        }),
        Err(error) => {
            let bytes = error.into_bytes();
            let mut decoded = transcode(&bytes, 0, guess(&bytes));
            if let Offsets::Runs(runs) = &mut decoded.offsets {
                for run in runs {
                    run.1 += mark;
                }
            }
            Ok(decoded)
        }
    }
}

/// Whether a file that begins with `head`, of [`SNIFFED`] bytes, may be text.
pub(super) fn is_text(head: &[u8]) -> bool {
    let is_marked = Encoding::for_bom(head).is_some_and(|(encoding, _)| encoding != UTF_8);
    is_marked || utf16_without_mark(head).is_some() || !is_binary(head)
}

/// Whether the bytes are no text: a zero byte, or many control characters.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(SNIFFED)];
    memchr(0, head).is_some() || controls(head) * 10 > head.len()
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

/// UTF-16 without its mark: mostly Latin text has a zero in every other byte.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(SNIFFED) & !1];
    memchr(0, head)?;
    let zeros = |offset: usize| {
        head.iter()
            .skip(offset)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let units = head.len() / 2;
    match (even, odd) {
        (0, odd) if odd * 5 > units * 2 => Some(UTF_16LE),
        (even, 0) if even * 5 > units * 2 => Some(UTF_16BE),
        _ => None,
    }
}

/// The most likely encoding of bytes that are not valid UTF-8.
fn guess(bytes: &[u8]) -> &'static Encoding {
    // Text that is UTF-8 but for a few damaged bytes stays UTF-8.
    let lossy = String::from_utf8_lossy(bytes);
    let damaged = lossy.matches('\u{fffd}').count();
    let multibyte = lossy.chars().filter(|c| !c.is_ascii()).count() - damaged;
    if multibyte > damaged * 10 {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Decodes byte by byte, noting where characters change their length.
///
/// Slow beside a plain decoding (some 30 MB/s), and only for the files that
/// are not UTF-8.
fn transcode(bytes: &[u8], mark: usize, encoding: &'static Encoding) -> Decoded {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 4);
    let mut runs: Vec<LengthRun> = Vec::new();
    let mut pending = mark;
    let mut buffer = [0_u8; 16];
    let last = bytes.len().saturating_sub(1);
    for (index, byte) in bytes.iter().enumerate().skip(mark) {
        let (_, _, written, _) = decoder.decode_to_utf8(&[*byte], &mut buffer, index == last);
        if written == 0 {
            continue;
        }
        let length = |count: usize| u8::try_from(count).unwrap_or(u8::MAX);
        let (in_text, in_file) = (length(written), length(index + 1 - pending));
        if runs
            .last()
            .is_none_or(|run| (run.2, run.3) != (in_text, in_file))
        {
            runs.push((text.len(), pending, in_text, in_file));
        }
        text.push_str(&String::from_utf8_lossy(&buffer[..written]));
        pending = index + 1;
    }
    runs.push((text.len(), bytes.len(), 1, 1));
    Decoded {
        text,
        offsets: Offsets::Runs(runs),
    }
}

/// Decodes one line of a file of records, which is UTF-8 by its format.
pub(super) fn decode_line(line: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(line) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => guess(line).decode_without_bom_handling(line).0,
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
