//! How the bytes of a part of a message are written for the way: as they are,
//! quoted-printable, or base64.
//!
//! Both decoders are ours since they must give what there is: a byte that does
//! not belong, or a text that is cut, costs a few characters, not the part.
//! Quoted-printable tells where each byte came from, since its lines are told.
//!
//! Example: `caf=C3=A9=` and a line end before `teria` are `caféteria`.

use crate::article::{LengthRun, Offsets};

/// A transfer encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Transfer {
    /// 7bit, 8bit, binary, or unknown.
    #[default]
    Plain,
    QuotedPrintable,
    Base64,
}

impl Transfer {
    /// By its name in a header.
    pub(super) fn of(name: &str) -> Transfer {
        let is = |known: &str| name.trim().eq_ignore_ascii_case(known);
        if is("quoted-printable") {
            Transfer::QuotedPrintable
        } else if is("base64") {
            Transfer::Base64
        } else {
            Transfer::Plain
        }
    }

    /// The bytes that stand for others, and the way back to them.
    pub(super) fn decode(self, bytes: &[u8]) -> (Vec<u8>, Offsets) {
        match self {
            Transfer::Plain => (bytes.to_vec(), Offsets::Shift(0)),
            Transfer::QuotedPrintable => quoted_printable(bytes),
            Transfer::Base64 => (base64(bytes), Offsets::Nowhere),
        }
    }
}

/// Undoes quoted-printable; what is no escape stays.
fn quoted_printable(bytes: &[u8]) -> (Vec<u8>, Offsets) {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut runs: Vec<LengthRun> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = bytes.get(at + 1..).unwrap_or_default();
        if byte != b'=' {
            add(&mut runs, (decoded.len(), at, 1, 1));
            decoded.push(byte);
            at += 1;
        } else if let [high, low, ..] = rest
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            add(&mut runs, (decoded.len(), at, 1, 3));
            decoded.push(high << 4 | low);
            at += 3;
        } else if let Some(length) = soft_end(rest) {
            at += 1 + length;
        } else {
            add(&mut runs, (decoded.len(), at, 1, 1));
            decoded.push(byte);
            at += 1;
        }
    }
    (decoded, Offsets::Runs(runs))
}

/// Adds a run, unless the last one goes on.
fn add(runs: &mut Vec<LengthRun>, run: LengthRun) {
    let goes_on = runs.last().is_some_and(|last| {
        last.3 == run.3 && last.1 + (run.0 - last.0) * usize::from(last.3) == run.1
    });
    if !goes_on {
        runs.push(run);
    }
}

/// The bytes up to the next line if the `=` before them ends a line that goes
/// on: white space may stand behind it.
fn soft_end(rest: &[u8]) -> Option<usize> {
    let blank = rest
        .iter()
        .take(MOST_BLANK)
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
        .count();
    match rest.get(blank) {
        Some(b'\n') => Some(blank + 1),
        None => Some(blank),
        Some(_) => None,
    }
}

/// A line of quoted-printable has 76 characters; white space behind it more.
const MOST_BLANK: usize = 200;

fn hex(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

/// Undoes base64; what does not belong is passed over.
fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0_u32, 0_u8);
    for &byte in bytes {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            // What follows a padding begins anew: parts that were put together.
            b'=' => {
                flush(&mut decoded, bits, count);
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 1;
        if count == 4 {
            let [_, one, two, three] = bits.to_be_bytes();
            decoded.extend([one, two, three]);
            (bits, count) = (0, 0);
        }
    }
    flush(&mut decoded, bits, count);
    decoded
}

/// The bytes of a group that is not full.
fn flush(decoded: &mut Vec<u8>, bits: u32, count: u8) {
    match count {
        2 => decoded.extend((bits >> 4).to_be_bytes().last()),
        3 => {
            let [_, _, one, two] = (bits >> 2).to_be_bytes();
            decoded.extend([one, two]);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quoted(text: &str) -> String {
        let (bytes, _) = Transfer::QuotedPrintable.decode(text.as_bytes());
        String::from_utf8(bytes).unwrap()
    }

    fn of_base64(text: &str) -> Vec<u8> {
        Transfer::of(" Base64").decode(text.as_bytes()).0
    }

    #[test]
    fn quoted_printable_is_undone() {
        assert_eq!(quoted("caf=C3=A9=\r\nteria=20=\n!\r\n"), "caféteria !\r\n");
        assert_eq!(quoted("1 = 1, =ZZ, 100=  \nyes="), "1 = 1, =ZZ, 100yes");
        let (_, offsets) = Transfer::QuotedPrintable.decode(b"a=3Db=\nc");
        let expected = Offsets::Runs(vec![(0, 0, 1, 1), (1, 1, 1, 3), (2, 4, 1, 1), (3, 7, 1, 1)]);
        assert_eq!(offsets, expected);
    }

    #[test]
    fn base64_gives_what_there_is() {
        assert_eq!(of_base64("VGFsa3M="), b"Talks");
        assert_eq!(of_base64("VGFs\r\na3Mg\r\naW4="), b"Talks in");
        assert_eq!(of_base64("VGF!sa3M"), b"Talks");
        assert_eq!(of_base64("VGFsaw==VGFsaw=="), b"TalkTalk");
        assert_eq!(of_base64("V"), b"");
    }

    proptest! {
        #[test]
        fn any_bytes_decode(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for transfer in [Transfer::Plain, Transfer::QuotedPrintable, Transfer::Base64] {
                let (decoded, offsets) = transfer.decode(&bytes);
                prop_assert!(decoded.len() <= bytes.len());
                for at in 0..decoded.len() {
                    let range = offsets.range_to_file(&(at..at + 1));
                    prop_assert!(range.end <= bytes.len());
                }
            }
        }
    }
}
