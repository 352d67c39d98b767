//! Paths as text, without loss.
//!
//! A path on Unix is bytes. The index holds text, so bytes that are not UTF-8
//! become private-use characters (U+10FF00 and up, one per byte) and back
//! again; all other paths stay as they are.

use std::path::{Path, PathBuf};

/// The private-use character of byte 0.
const FIRST: u32 = 0x0010_FF00;

/// The byte with which such a character begins.
#[cfg(unix)]
const FIRST_OF_ITS_UTF8: u8 = 0xF4;

/// The text of `path`, with `/` between its parts.
#[cfg(unix)]
pub fn encode(path: &Path) -> String {
    let mut key = String::with_capacity(path.as_os_str().len());
    push(&mut key, path);
    key
}

/// Adds the text of `path` to `key`.
#[cfg(unix)]
pub fn push(key: &mut String, path: &Path) {
    use std::os::unix::ffi::OsStrExt;
    let bytes = path.as_os_str().as_bytes();
    // Nearly all are ordinary text.
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.contains(&FIRST_OF_ITS_UTF8)
    {
        key.push_str(text);
        return;
    }
    for chunk in bytes.utf8_chunks() {
        if chunk.valid().as_bytes().contains(&FIRST_OF_ITS_UTF8) {
            push_chars(key, chunk.valid());
        } else {
            key.push_str(chunk.valid());
        }
        push_bytes(key, chunk.invalid());
    }
}

/// Adds text in which private-use characters may stand.
#[cfg(unix)]
fn push_chars(key: &mut String, text: &str) {
    for c in text.chars() {
        if u32::from(c) >= FIRST {
            let mut utf8 = [0; 4];
            push_bytes(key, c.encode_utf8(&mut utf8).as_bytes());
        } else {
            key.push(c);
        }
    }
}

#[cfg(unix)]
fn push_bytes(key: &mut String, bytes: &[u8]) {
    key.extend(
        bytes
            .iter()
            .filter_map(|byte| char::from_u32(FIRST + u32::from(*byte))),
    );
}

/// The path that `key` was made of.
#[cfg(unix)]
pub fn decode(key: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    let mut bytes = Vec::with_capacity(key.len());
    for c in key.chars() {
        match u8::try_from(u32::from(c).wrapping_sub(FIRST)) {
            Ok(byte) if u32::from(c) >= FIRST => bytes.push(byte),
            _ => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

/// The text of `path`, with `/` between its parts.
#[cfg(not(unix))]
pub fn encode(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Adds the text of `path` to `key`.
#[cfg(not(unix))]
pub fn push(key: &mut String, path: &Path) {
    key.push_str(&encode(path));
}

/// The path that `key` was made of.
#[cfg(not(unix))]
pub fn decode(key: &str) -> PathBuf {
    PathBuf::from(key)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::os::unix::ffi::OsStringExt;

    #[test]
    fn ordinary_paths_stay_readable() {
        assert_eq!(encode(Path::new("seeds/Größe 1.txt")), "seeds/Größe 1.txt");
    }

    proptest! {
        #[test]
        fn every_path_comes_back(bytes in proptest::collection::vec(1_u8.., 0..40)) {
            let path = PathBuf::from(std::ffi::OsString::from_vec(bytes));
            prop_assert_eq!(decode(&encode(&path)), path);
        }

        #[test]
        fn private_use_comes_back(name in "[a\u{10ff00}-\u{10ffff}\u{100000}]{0,8}") {
            let path = PathBuf::from(name);
            prop_assert_eq!(decode(&encode(&path)), path);
        }
    }
}
