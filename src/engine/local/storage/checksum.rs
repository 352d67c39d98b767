//! The checksum of the small files of an index: a hash of their content, inside
//! their JSON; no byte of them can change unnoticed.
//!
//! The files that hold articles end with a checksum of tantivy's. The list of
//! segments with the state of the index, the list of files and the pointer had
//! none, and a changed digit in them gave wrong answers.
//!
//! The checksum is a member of the JSON itself, so the file stays one that
//! tantivy and people can read: `{"a":1}` becomes
//! `{"a":1,"seal":"0123456789abcdef"}`, and a list gets one more string. It is
//! XXH3 of the file without that member: it tells damage, and is no protection
//! against somebody who means to deceive.
//!
//! To verify, the member is cut out and the rest given its checksum anew; the
//! outcome must equal the file byte by byte. So a change of the checksum, of
//! its name, of a space or of the line end is found as well as one of the
//! content (`no_byte_changes_unnoticed`). Cost: one pass over a few kilobytes.

use xxhash_rust::xxh3::xxh3_64;

/// What the checksum is called in the file; sixteen hexadecimal digits follow.
const NAME: &str = "seal";

/// `json` with its checksum as the last member of the outermost object or list.
/// What is neither stays as it is.
///
/// | before | after |
/// |---|---|
/// | `{"a":1}` | `{"a":1,"seal":"…"}` |
/// | `["a"]` | `["a","seal:…"]` |
/// | `{}` | `{"seal":"…"}` |
pub(crate) fn with_checksum(json: &[u8]) -> Vec<u8> {
    let Some((at, seal)) = place(json).zip(seal(json)) else {
        return json.to_vec();
    };
    [&json[..at], seal.as_bytes(), &json[at..]].concat()
}

/// The content of a file with a checksum; `None` where the checksum is missing or
/// any byte has changed.
pub(crate) fn checked(file: &[u8]) -> Option<Vec<u8>> {
    let end = place(file)?;
    let opening = format!("\"{NAME}");
    let start = file[..end]
        .windows(opening.len())
        .rposition(|bytes| bytes == opening.as_bytes())?;
    let start = start - usize::from(start > 0 && file[start - 1] == b',');
    let content = [&file[..start], &file[end..]].concat();
    (with_checksum(&content) == file).then_some(content)
}

/// Whether there is a checksum in it, right or wrong.
pub(crate) fn has_checksum(file: &[u8]) -> bool {
    let opening = format!("\"{NAME}");
    file.windows(opening.len())
        .any(|bytes| bytes == opening.as_bytes())
}

/// Where the outermost object or list ends. White space may follow it.
fn place(json: &[u8]) -> Option<usize> {
    let end = json.iter().rposition(|byte| !byte.is_ascii_whitespace())?;
    matches!(json[end], b'}' | b']').then_some(end)
}

/// The checksum of `json`, as its last member; with a comma where there are
/// others.
fn seal(json: &[u8]) -> Option<String> {
    let end = place(json)?;
    let before = json[..end]
        .iter()
        .rfind(|byte| !byte.is_ascii_whitespace())?;
    let comma = if matches!(before, b'{' | b'[') {
        ""
    } else {
        ","
    };
    let hash = xxh3_64(json);
    Some(if json[end] == b'}' {
        format!("{comma}\"{NAME}\":\"{hash:016x}\"")
    } else {
        format!("{comma}\"{NAME}:{hash:016x}\"")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 5] = [
        "{\"a\":1}\n",
        "{\n  \"a\": \"b\"\n}",
        "[\"a\",\"b\"]\n",
        "[]",
        "{}",
    ];

    #[test]
    fn a_sealed_file_is_json_and_gives_its_content_back() {
        for json in FILES {
            let file = with_checksum(json.as_bytes());
            serde_json::from_slice::<serde_json::Value>(&file).unwrap();
            assert!(has_checksum(&file));
            assert_eq!(checked(&file).as_deref(), Some(json.as_bytes()), "{json}");
        }
    }

    #[test]
    fn no_byte_changes_unnoticed() {
        for json in FILES {
            let file = with_checksum(json.as_bytes());
            assert_eq!(checked(json.as_bytes()), None);
            for at in 0..file.len() {
                assert_eq!(checked(&file[..at]), None, "{json} cut at {at}");
                for flip in 1..=255_u8 {
                    let mut changed = file.clone();
                    changed[at] ^= flip;
                    assert_eq!(checked(&changed), None, "{json} at {at}");
                }
            }
        }
    }
}
