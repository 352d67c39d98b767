//! UTF-8 that was once read as Windows-1252 and written down so: `CafÃ©` for
//! `Café`, `donâ€™t` for `don’t`.
//!
//! Such a text is shown as it stands. Its words are looked up as what they were
//! before: the analyzer mends each word, and whoever reads a source tells that
//! it holds such words.
//!
//! A character beyond ASCII was two to four bytes; each became a character of
//! its own. A run of such characters is taken back to bytes, and is a damaged
//! character if these are one in UTF-8. Single symbols decide whether that may
//! be chance: a letter with a mark is followed by a quotation mark, a dash or a
//! no-break space in sound text too (`AMANHÃ”` would be `AMANHÔ`), never by `©`
//! or `¤`. So a run counts if one of its later characters is none of these, if
//! it is of two and a letter follows it at once (`aoÃ»t`), or if it begins with
//! `â€`, which no language has.
//!
//! Cost: one look for a byte that sound English text has nearly never.

use memchr::memchr_iter;

/// The first byte of `Â` to `ÿ` in UTF-8, with which every damaged character
/// begins.
const FIRST: u8 = 0xc3;

/// The characters of the bytes 0x80 to 0x9f in Windows-1252; a byte that has
/// none stays what it is in Latin-1.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The byte that was read as `c`.
fn byte_of(c: char) -> Option<u8> {
    let code = u32::from(c);
    if let Ok(byte) = u8::try_from(code)
        && byte >= 0x80
    {
        return Some(byte);
    }
    let at = WINDOWS.iter().position(|known| *known == c)?;
    u8::try_from(at + 0x80).ok()
}

/// Whether a character may follow a letter with a mark in sound text.
fn may_follow(c: char) -> bool {
    matches!(
        c,
        '‘' | '’'
            | '“'
            | '”'
            | '‚'
            | '„'
            | '‹'
            | '›'
            | '«'
            | '»'
            | '–'
            | '—'
            | '…'
            | '\u{a0}'
            | '•'
            | '·'
            | '¿'
            | '¡'
            | '™'
            | '®'
            | '¹'
            | '²'
            | '³'
    )
}

/// The damaged character that `text` begins with: what it was, and how many
/// bytes of the text it is.
fn damaged(text: &str) -> Option<(char, usize)> {
    let mut chars = text.chars();
    let first = byte_of(chars.next()?)?;
    let later = match first {
        0xc2..=0xdf => 1,
        0xe0..=0xef => 2,
        0xf0..=0xf4 => 3,
        _ => return None,
    };
    let mut bytes = [first, 0, 0, 0];
    let mut length = 2;
    let mut is_sure = text.starts_with("â€");
    for byte in &mut bytes[1..=later] {
        let c = chars.next()?;
        *byte = byte_of(c).filter(|byte| (0x80..=0xbf).contains(byte))?;
        is_sure |= !may_follow(c);
        length += c.len_utf8();
    }
    let was = std::str::from_utf8(&bytes[..=later]).ok()?.chars().next()?;
    let mut goes_on = || later == 1 && chars.next().is_some_and(char::is_alphabetic);
    let is_chance = u32::from(was) < 0xa0 || !(is_sure || goes_on());
    (!is_chance).then_some((was, length))
}

/// Where the damaged characters of a text stand.
fn places(text: &str) -> impl Iterator<Item = usize> {
    memchr_iter(FIRST, text.as_bytes()).filter(|at| damaged(&text[*at..]).is_some())
}

/// The text as it was, with the places where the two come to differ in length:
/// `(offset in the mended text, offset in this one)`, each behind a damaged
/// character. `None` where nothing is damaged.
pub fn mended(text: &str) -> Option<(String, Vec<(usize, usize)>)> {
    places(text).next()?;
    let mut whole = String::with_capacity(text.len());
    let mut shifts = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr(FIRST, &text.as_bytes()[at..]) {
        let found = at + found;
        whole.push_str(&text[at..found]);
        if let Some((was, length)) = damaged(&text[found..]) {
            whole.push(was);
            at = found + length;
            shifts.push((whole.len(), at));
        } else {
            let next = text[found..].chars().next();
            whole.extend(next);
            at = found + next.map_or(1, char::len_utf8);
        }
    }
    whole.push_str(&text[at..]);
    Some((whole, shifts))
}

/// The first damaged word of a text, as it stands and as it was.
pub fn example(text: &str) -> Option<(&str, String)> {
    let at = places(text).next()?;
    let is_space = |c: char| c.is_whitespace() && c != '\u{a0}';
    // A word of a page without spaces is cut, not shown whole.
    let from = text.floor_char_boundary(at.saturating_sub(24));
    let to = text.floor_char_boundary((at + 48).min(text.len()));
    let start = text[from..at].rfind(is_space).map_or(from, |space| {
        let behind = text[from + space..]
            .chars()
            .next()
            .map_or(1, char::len_utf8);
        from + space + behind
    });
    let end = text[at..to].find(is_space).map_or(to, |space| at + space);
    let word = &text[start..end];
    let (was, _) = mended(word)?;
    Some((word, was))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text becomes that is written as UTF-8 and read as Windows-1252.
    fn damage(text: &str) -> String {
        let read = |byte: u8| match byte {
            0x80..=0x9f => WINDOWS[usize::from(byte - 0x80)],
            byte => char::from(byte),
        };
        text.bytes().map(read).collect()
    }

    #[test]
    fn every_damaged_word_is_mended() {
        for word in [
            "Café",
            "Müller",
            "São",
            "García",
            "naïve",
            "Österreich",
            "straße",
            "don’t",
            "it’s",
            "Łódź",
            "Škoda",
            "İzmir",
            "Москва",
            "Ελλάδα",
            "français",
            "œuvre",
            "été",
            "août",
            "Ångström",
            "北京",
            "東京",
            "قاهرة",
        ] {
            let told = damage(word);
            let (was, _) = mended(&told).unwrap_or_else(|| panic!("{word}: {told}"));
            assert_eq!(was, word);
        }
        let (was, _) = mended("The fee of Â£5m â€“ â€œtwiceâ€\u{9d}").unwrap();
        assert_eq!(was, "The fee of £5m – “twice”");
    }

    #[test]
    fn sound_text_stays() {
        for text in [
            "Café, naïve, Müller – “São Paulo”",
            "AMANHÃ” e «MANHû, disse AMANHÃ– e AMANHÃ…",
            "HÂ® BÂ» NÃO",
            "« voilà », dit-il à “Zoé”…",
            "Zoé”…et",
            "Ã. Ãs",
            "ÀÉÎ",
            "plain",
            "",
        ] {
            assert_eq!(mended(text), None, "{text}");
        }
    }

    #[test]
    fn places_lead_back() {
        let (was, shifts) = mended("aÃ©bâ€™c").unwrap();
        assert_eq!(was, "aéb’c");
        assert_eq!(shifts, [(3, 5), (7, 14)]);
    }

    #[test]
    fn an_example_is_one_word() {
        assert_eq!(
            example("At the CafÃ© in Paris"),
            Some(("CafÃ©", "Café".to_owned()))
        );
        let long = format!("{}Ã©{}", "x".repeat(1000), "y".repeat(1000));
        assert!(example(&long).unwrap().0.len() < 80);
        assert_eq!(example("At the café"), None);
    }
}
