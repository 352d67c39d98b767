//! The names of the files of an index: what is ours, and may be replaced and
//! removed. All else in its folders belongs to somebody else.
//!
//! Whatever replaces or removes a file asks here first. A name is ours only if
//! it has the exact form that the program or tantivy gives: a segment's file is
//! 32 hexadecimal digits with a known ending; a temporary one has 16 digits;
//! `g7` is a generation and `g07` is not. `thesis.txt` or `notes.idx` in the
//! folder is never touched. The form of a name is necessary and not enough:
//! folders must carry a mark as well (`folder`).

use std::ffi::OsStr;

pub(crate) use crate::library::pointer::{MAX_POINTER as MAX_SMALL, POINTER};

/// The action that mends an index.
pub(crate) const REBUILD: &str = "run `cybersearch index --rebuild`";

/// The file that the writer locks.
pub(crate) const LOCK: &str = ".cybersearch.lock";

/// The file that writers before format 6000 locked.
pub(crate) const OLD_LOCK: &str = "lock";

/// The mark of a generation.
pub(crate) const MARK: &str = "cybersearch.mark";

/// Kept out of version control, unless the folder says otherwise already.
pub(crate) const IGNORE: &str = ".gitignore";

/// The list of segments, with the state of the index.
pub(crate) const META: &str = "meta.json";

/// The dictionary by which the texts of a generation are packed.
pub(crate) const DICTIONARY: &str = "articles.dictionary";

/// The most that a dictionary may hold; more is damage, and is not read.
pub(crate) const MAX_DICTIONARY: usize = 1 << 20;

/// The list of files, by which those are found that nobody needs any more.
pub(crate) const MANAGED: &str = ".managed.json";

/// The most that a list of segments or files may hold. Bytes; more is damage,
/// and is not read.
pub(crate) const MAX_META: u64 = 256 << 20;

/// The endings of a segment's files, as the library names them. A version of
/// tantivy with others would leave files that are never removed.
const ENDINGS: [&str; 8] = [
    "idx",
    "pos",
    "term",
    "store",
    "fast",
    "fieldnorm",
    "del",
    "temp",
];

/// The name of a generation. The inverse of [`generation_number`].
pub(crate) fn generation(number: u64) -> String {
    format!("g{number}")
}

/// The number of the generation with this name.
///
/// `g7` is 7; `g07`, `g+7` and `7` are none.
pub(crate) fn generation_number(name: &OsStr) -> Option<u64> {
    let digits = name.to_str()?.strip_prefix('g')?;
    let number: u64 = digits.parse().ok()?;
    // `g01` and `g+1` are names of somebody else.
    (number.to_string() == digits).then_some(number)
}

/// Whether a file of this name in a generation was made by the program, or by
/// the library for it. By its name alone.
///
/// | ours | not ours |
/// |---|---|
/// | `meta.json` | `meta.json.bak` |
/// | `articles.dictionary` | `news.dictionary` |
/// | 32 digits and `.idx` | `notes.idx` |
/// | 32 digits and `.17.del` | 32 digits and `.txt` |
/// | `.cybersearch-`, 16 digits, `.tmp` | `.cybersearch-notes.tmp` |
/// | `.tmpAb3dE9` | `.tmp` |
pub(crate) fn is_of_generation(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    let is_fixed = [
        META,
        MANAGED,
        MARK,
        DICTIONARY,
        ".tantivy-writer.lock",
        ".tantivy-meta.lock",
    ]
    .contains(&name);
    is_fixed || is_of_segment(name) || is_temporary(name) || is_of_library(name)
}

/// Whether it is a file of a segment: 32 digits, perhaps a number, an ending.
fn is_of_segment(name: &str) -> bool {
    let mut parts = name.split('.');
    let id = parts.next().unwrap_or_default();
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let rest: Vec<&str> = parts.collect();
    let has_ending = |ending: &&str| ENDINGS.contains(ending);
    is_id
        && match rest.as_slice() {
            [ending] => has_ending(ending),
            [number, ending] => {
                (number.bytes().all(|byte| byte.is_ascii_digit()) || *number == "store")
                    && has_ending(ending)
            }
            _ => false,
        }
}

/// Whether it is a file of ours that was not whole yet.
pub(crate) fn is_temporary(name: &str) -> bool {
    let digits = name
        .strip_prefix(crate::files::TEMPORARY)
        .and_then(|name| name.strip_suffix(".tmp"));
    digits.is_some_and(|digits| {
        digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Whether it is a file of the library's that was not whole yet.
fn is_of_library(name: &str) -> bool {
    let letters = name.strip_prefix(".tmp");
    letters.is_some_and(|letters| {
        letters.len() == 6 && letters.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_ours_are_ours() {
        let id = "0123456789abcdef0123456789abcdef";
        for name in [
            "meta.json",
            ".managed.json",
            "cybersearch.mark",
            "articles.dictionary",
            &format!("{id}.idx"),
            &format!("{id}.17.del"),
            &format!("{id}.store.temp"),
            ".cybersearch-0123456789abcdef.tmp",
            ".tmpAb3dE9",
        ] {
            assert!(is_of_generation(name.as_ref()), "{name}");
        }
        for name in [
            "thesis.txt",
            "meta.json.bak",
            "news.dictionary",
            &format!("{id}.txt"),
            &format!("{id}.idx.bak"),
            "notes.idx",
            ".cybersearch-notes.tmp",
            ".tmp",
            "lock",
        ] {
            assert!(!is_of_generation(name.as_ref()), "{name}");
        }
        let number = |name: &str| generation_number(name.as_ref());
        assert_eq!(number("g17"), Some(17));
        assert_eq!(number("g18446744073709551615"), Some(u64::MAX));
        for name in ["g", "g01", "g+1", "gx", "g18446744073709551616", "17"] {
            assert_eq!(number(name), None, "{name}");
        }
    }
}
