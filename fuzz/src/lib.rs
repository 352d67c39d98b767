//! What the fuzz targets share: how an input is taken apart, and what must
//! hold of places in a text.

pub mod printed;

use std::ops::Range;
use std::path::{Path, PathBuf};

use cybersearch::article::Article;
use cybersearch::source::{self, Memory, Outcome, ReadCount, Selection, Walker};

/// Parts the head of an input, which says how to treat it, from its text: at
/// the first line of `%%`. Without one, all is text.
pub fn split(input: &str) -> (&str, &str) {
    input.split_once("\n%%\n").unwrap_or(("", input))
}

/// As [`split`], of bytes.
pub fn split_bytes(input: &[u8]) -> (&[u8], &[u8]) {
    let mark = b"\n%%\n";
    match input.windows(mark.len()).position(|four| four == mark) {
        Some(at) => (&input[..at], &input[at + mark.len()..]),
        None => (b"", input),
    }
}

/// Reads the file `name` of a folder as the index does; with the hash of its
/// content.
pub fn read(folder: &Path, name: &str, selection: &Selection) -> (Vec<Article>, Outcome, u64) {
    let found = Walker {
        root: folder,
        index_dir: &folder.join("index"),
        corrections: folder.join("corrections.txt"),
        selection,
        threads: 1,
        reaches: true,
        group: None,
    }
    .walk(&[name.to_owned()]);
    let file = found.files.first().expect("the file is there");
    let mut articles = Vec::new();
    let outcome = source::read::<std::convert::Infallible>(
        file,
        selection,
        Memory::default(),
        &ReadCount::default(),
        None,
        |article| {
            articles.push(article);
            Ok(())
        },
    );
    let Ok(outcome) = outcome;
    let hash = source::hash_file(file).expect("the file is there");
    (articles, outcome, hash)
}

/// The part of `text` at `range`, which must be there and not empty.
#[track_caller]
pub fn part(text: &str, range: Range<usize>) -> &str {
    let part = text.get(range.clone());
    let part = part.unwrap_or_else(|| panic!("{range:?} is no part of {text:?}"));
    assert!(!part.is_empty(), "{range:?} of {text:?} is empty");
    part
}

/// `ranges` must be parts of `text`, in order and disjoint.
#[track_caller]
pub fn check_disjoint(text: &str, ranges: &[Range<usize>]) {
    let mut end = 0;
    for range in ranges {
        part(text, range.clone());
        assert!(range.start >= end, "{ranges:?} overlap in {text:?}");
        end = range.end;
    }
}

/// `ranges` must be disjoint and hold all of `text` that is no white space.
#[track_caller]
pub fn check_cover(text: &str, ranges: &[Range<usize>]) {
    check_disjoint(text, ranges);
    let mut end = 0;
    for range in ranges {
        let between = &text[end..range.start];
        assert!(between.trim().is_empty(), "{between:?} is lost of {text:?}");
        let inside = &text[range.clone()];
        assert_eq!(inside.trim(), inside, "white space around a part");
        end = range.end;
    }
    assert!(text[end..].trim().is_empty(), "the end of {text:?} is lost");
}

/// Whether a character must never reach a terminal out of an article. Written
/// down once more, apart from the program's own list.
pub fn acts(c: char) -> bool {
    let number = u32::from(c);
    number < 0x20
        || (0x7f..0xa0).contains(&number)
        || [0x61c, 0x200e, 0x200f, 0x2028, 0x2029].contains(&number)
        || (0x202a..=0x202e).contains(&number)
        || (0x2066..=0x2069).contains(&number)
        || (0xe0000..=0xe007f).contains(&number)
}

/// A folder of this process, which is emptied before each use.
pub fn fresh_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("cybersearch-fuzz-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// Writes a file of the folder, with the folders that it lies in.
pub fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(path.parent().unwrap_or(path))?;
    std::fs::write(path, bytes)
}
