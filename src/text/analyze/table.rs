//! Tables of words with their other forms, in plain text: a word, then its forms,
//! on each line.
//!
//! Most words are no form by their first, second and last letters, which a few
//! bits tell that are made when the program is compiled. Of the others a search asks for a
//! few dozen, an index for all that there are. Filling a map costs a tenth of a
//! small search, so the first questions are answered from the text itself, a scan
//! of some kilobytes each; once there were [`SCANS`] of them, a map is made.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use memchr::{memchr_iter, memmem};
use rustc_hash::FxHashMap;

/// So many questions are answered without a map. A scan takes some 1,000
/// instructions, the map of 450 words 380,000.
const SCANS: u32 = 200;

/// One table, in one or more texts.
pub(super) struct FormTable {
    texts: &'static [&'static str],
    /// For each first letter of a form, a bit for each second one, and one for
    /// each last one.
    letters: [(u32, u32); 26],
    asked: AtomicU32,
    words: OnceLock<FxHashMap<&'static str, &'static str>>,
}

impl FormTable {
    pub(super) const fn new(texts: &'static [&'static str]) -> FormTable {
        FormTable {
            texts,
            letters: letters(texts),
            asked: AtomicU32::new(0),
            words: OnceLock::new(),
        }
    }

    /// The words of the table, each with one of its forms.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let lines = self.texts.iter().flat_map(|text| text.lines());
        lines.flat_map(forms)
    }

    /// Those of words that begin with a letter.
    pub(super) fn of_initial(
        &self,
        initial: u8,
    ) -> impl Iterator<Item = (&'static str, &'static str)> {
        let lines = self.texts.iter().flat_map(move |text| {
            let starts =
                std::iter::once(0).chain(memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1));
            starts.filter_map(move |start| {
                let is_wanted = text.as_bytes().get(start) == Some(&initial);
                is_wanted
                    .then(|| text[start..].split('\n').next())
                    .flatten()
            })
        });
        lines.flat_map(forms)
    }

    /// The word that `form` is a form of.
    pub(super) fn get(&self, form: &str) -> Option<&'static str> {
        let [first, second, .., last] = *form.as_bytes() else {
            return None;
        };
        let (seconds, lasts) = self.letters[letter(first)?];
        if seconds & (1 << letter(second)?) == 0 || lasts & (1 << letter(last)?) == 0 {
            return None;
        }
        if let Some(words) = self.words.get() {
            return words.get(form).copied();
        }
        if self.asked.fetch_add(1, Ordering::Relaxed) < SCANS {
            return self.scanned(form);
        }
        let fill = || self.all().map(|(word, form)| (form, word)).collect();
        self.words.get_or_init(fill).get(form).copied()
    }

    /// The same from the texts themselves.
    fn scanned(&self, form: &str) -> Option<&'static str> {
        if form.is_empty() || form.contains([' ', '\n']) {
            return None;
        }
        self.texts.iter().find_map(|text| {
            let bytes = text.as_bytes();
            let mut places = memmem::find_iter(bytes, form);
            // The first word of a line is no form.
            let at = places.find(|at| {
                let after = bytes.get(at + form.len());
                *at > 0 && bytes[at - 1] == b' ' && after.is_none_or(|byte| b" \n".contains(byte))
            })?;
            let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
            text[start..].split(' ').next()
        })
    }
}

/// The number of a small letter in the alphabet, from 0.
const fn letter(byte: u8) -> Option<usize> {
    if byte.is_ascii_lowercase() {
        Some((byte - b'a') as usize)
    } else {
        None
    }
}

/// For each first letter of a form in `texts`, a bit for each second one, and one
/// for each last one. Every form has three letters or more.
const fn letters(texts: &[&str]) -> [(u32, u32); 26] {
    let mut letters = [(0, 0); 26];
    let mut number = 0;
    while number < texts.len() {
        let bytes = texts[number].as_bytes();
        let mut at = 1;
        let mut first = None;
        while at < bytes.len() {
            if bytes[at - 1] == b' ' {
                first = letter(bytes[at]);
                if at + 1 < bytes.len()
                    && let (Some(first), Some(second)) = (first, letter(bytes[at + 1]))
                {
                    letters[first].0 |= 1 << second;
                }
            }
            let is_last = at + 1 == bytes.len() || bytes[at + 1] == b' ' || bytes[at + 1] == b'\n';
            if is_last && let (Some(first), Some(last)) = (first, letter(bytes[at])) {
                letters[first].1 |= 1 << last;
            }
            if bytes[at] == b'\n' {
                first = None;
            }
            at += 1;
        }
        number += 1;
    }
    letters
}

/// The word of a line with each of its forms.
fn forms(line: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let (word, forms) = line.split_once(' ').unwrap_or((line, ""));
    forms.split_ascii_whitespace().map(move |form| (word, form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_and_a_scan_tell_the_same() {
        let table = FormTable::new(&["\ngo went gone\nbe was were\n", "mouse mice\n"]);
        let check = |form: &str, expected: Option<&str>| {
            assert_eq!(table.scanned(form), expected, "{form}");
            let map: FxHashMap<_, _> = table.all().map(|(word, form)| (form, word)).collect();
            assert_eq!(map.get(form).copied(), expected, "{form}");
        };
        check("went", Some("go"));
        check("gone", Some("go"));
        check("were", Some("be"));
        check("mice", Some("mouse"));
        for none in ["go", "be", "wen", "ent", "", "went gone", "ice", "was\n"] {
            check(none, None);
        }
        for initial in *b"gbmx" {
            let expected = table
                .all()
                .filter(|(word, _)| word.as_bytes()[0] == initial);
            assert!(table.of_initial(initial).eq(expected));
        }
        for _ in 0..=SCANS {
            assert_eq!(table.get("went"), Some("go"));
        }
        assert!(table.words.get().is_some());
        assert_eq!(table.get("mice"), Some("mouse"));
        assert_eq!(table.get("mouse"), None);
    }
}
