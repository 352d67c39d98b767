//! How bytes become characters, one character after the other.
//!
//! Most encodings are those of `encoding_rs`, which has what the web has. Files
//! from elsewhere have two more: UTF-32, and the code page 850 of DOS.

use encoding_rs::{Decoder, Encoding};

/// An encoding of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    /// One that the web knows.
    Web(&'static Encoding),
    /// Code page 850: western Europe under DOS.
    Dos,
    /// UTF-32, the least byte first.
    Utf32Le,
    /// UTF-32, the greatest byte first.
    Utf32Be,
}

impl Codec {
    /// Its name, as people write it.
    pub(super) fn name(self) -> String {
        match self {
            Codec::Web(encoding) if encoding == encoding_rs::MACINTOSH => "Mac Roman".to_owned(),
            Codec::Web(encoding) => {
                let name = encoding.name();
                match name.strip_prefix("windows") {
                    Some(number) => format!("Windows{number}"),
                    None => name.to_owned(),
                }
            }
            Codec::Dos => "CP850".to_owned(),
            Codec::Utf32Le => "UTF-32LE".to_owned(),
            Codec::Utf32Be => "UTF-32BE".to_owned(),
        }
    }

    /// What reads bytes in it.
    pub(super) fn reader(self) -> CodecReader {
        match self {
            Codec::Web(encoding) => {
                CodecReader::Web(encoding.new_decoder_without_bom_handling(), [0; 16])
            }
            Codec::Dos => CodecReader::Dos,
            Codec::Utf32Le | Codec::Utf32Be => CodecReader::Utf32 {
                is_little: self == Codec::Utf32Le,
                unit: [0; 4],
                filled: 0,
            },
        }
    }

    /// All of `bytes`.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        if let Codec::Web(encoding) = self {
            return encoding.decode_without_bom_handling(bytes).0.into_owned();
        }
        let mut text = String::with_capacity(bytes.len());
        let mut reader = self.reader();
        for (index, byte) in bytes.iter().enumerate() {
            reader.read(*byte, index + 1 == bytes.len(), &mut text);
        }
        text
    }
}

/// Reads bytes one by one.
pub(super) enum CodecReader {
    Web(Decoder, [u8; 16]),
    Dos,
    Utf32 {
        is_little: bool,
        unit: [u8; 4],
        filled: usize,
    },
}

impl CodecReader {
    /// Reads the next byte, and writes the characters that it completes.
    pub(super) fn read(&mut self, byte: u8, is_last: bool, text: &mut String) {
        match self {
            CodecReader::Web(decoder, buffer) => {
                let (_, _, written, _) = decoder.decode_to_utf8(&[byte], buffer, is_last);
                text.push_str(&String::from_utf8_lossy(&buffer[..written]));
            }
            CodecReader::Dos => text.push(dos(byte)),
            CodecReader::Utf32 {
                is_little,
                unit,
                filled,
            } => {
                unit[*filled] = byte;
                *filled += 1;
                if *filled == unit.len() {
                    *filled = 0;
                    let code = scalar(*unit, *is_little);
                    text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                } else if is_last {
                    text.push(char::REPLACEMENT_CHARACTER);
                }
            }
        }
    }
}

/// The number that four bytes of UTF-32 are.
pub(super) fn scalar(unit: [u8; 4], is_little: bool) -> u32 {
    if is_little {
        u32::from_le_bytes(unit)
    } else {
        u32::from_be_bytes(unit)
    }
}

/// The character of a byte in code page 850.
pub(super) fn dos(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        Some(at) => DOS[usize::from(at)],
        None => char::from(byte),
    }
}

/// Code page 850 from 0x80 on.
#[rustfmt::skip]
const DOS: [char; 128] = [
    'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å',
    'É', 'æ', 'Æ', 'ô', 'ö', 'ò', 'û', 'ù', 'ÿ', 'Ö', 'Ü', 'ø', '£', 'Ø', '×', 'ƒ',
    'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '®', '¬', '½', '¼', '¡', '«', '»',
    '░', '▒', '▓', '│', '┤', 'Á', 'Â', 'À', '©', '╣', '║', '╗', '╝', '¢', '¥', '┐',
    '└', '┴', '┬', '├', '─', '┼', 'ã', 'Ã', '╚', '╔', '╩', '╦', '╠', '═', '╬', '¤',
    'ð', 'Ð', 'Ê', 'Ë', 'È', 'ı', 'Í', 'Î', 'Ï', '┘', '┌', '█', '▄', '¦', 'Ì', '▀',
    'Ó', 'ß', 'Ô', 'Ò', 'õ', 'Õ', 'µ', 'þ', 'Þ', 'Ú', 'Û', 'Ù', 'ý', 'Ý', '¯', '´',
    '\u{ad}', '±', '‗', '¾', '¶', '§', '÷', '¸', '°', '¨', '·', '¹', '³', '²', '■', '\u{a0}',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_codec_reads_its_bytes() {
        assert_eq!(Codec::Dos.decode(b"caf\x82 \x9c5"), "café £5");
        let units = |text: &str| -> Vec<u8> {
            text.chars()
                .flat_map(|c| u32::from(c).to_le_bytes())
                .collect()
        };
        assert_eq!(Codec::Utf32Le.decode(&units("é北𝄞")), "é北𝄞");
        let mut cut = units("ab");
        cut.pop();
        assert_eq!(Codec::Utf32Le.decode(&cut), "a\u{fffd}");
        assert_eq!(Codec::Utf32Be.decode(&[0, 0xff, 0, 0]), "\u{fffd}");
        assert_eq!(
            Codec::Web(encoding_rs::MACINTOSH).decode(b"caf\x8e"),
            "café"
        );
    }

    #[test]
    fn names_are_those_that_people_write() {
        let web = Codec::Web;
        let names = [
            web(encoding_rs::WINDOWS_1252),
            web(encoding_rs::MACINTOSH),
            web(encoding_rs::ISO_8859_2),
            Codec::Dos,
        ]
        .map(Codec::name);
        assert_eq!(names, ["Windows-1252", "Mac Roman", "ISO-8859-2", "CP850"]);
    }
}
