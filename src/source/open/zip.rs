//! ZIP archives.
//!
//! The directory at the end of the file is read entry by entry, so that neither
//! the number of members nor two of one name matter. An archive inside another
//! has to be held in memory, since its directory comes last; the file itself is
//! read where it lies.
//!
//! An entry that is encrypted, or compressed in a way that this program does not
//! undo, is one skip with its name; so is one whose bytes do not agree with their
//! checksum. The next one does not depend on it.

use std::io::{BufReader, Cursor, Read, Seek};

use zip::read::{Config, ZipFileEntry};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, ZipReadOptions};

#[cfg(feature = "archives")]
use super::member::{Members, hand_on};
use crate::source::input::Peeked;
use crate::source::input::{About, Content, Input, ReadSeek};
use crate::source::reading::budget::Paying;
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{Reading, Result, Stop};

/// Hands the members of an archive on.
#[cfg(feature = "archives")]
pub(super) fn open(about: &About, content: Content<'_>, reading: &mut Reading<'_>) -> Result {
    let mut members = Members::default();
    each(about, content, reading, |entry, archive, reading| {
        if entry.is_dir() || entry.is_symlink() {
            return Ok(());
        }
        let Some(member) = members.named(&name_of(&entry), about, reading) else {
            return Ok(());
        };
        read_entry(member, Paying::InFull, entry, archive, reading, hand_on)
    })?;
    members.finish(about, reading);
    Ok(())
}

/// The bytes of an archive, read where they are asked for.
pub(super) type Archive<'r> = BufReader<&'r mut dyn ReadSeek>;

/// Calls `visit` for each entry of an archive.
pub(super) fn each<'a>(
    about: &About,
    content: Content<'_>,
    reading: &mut Reading<'a>,
    mut visit: impl FnMut(ZipFileEntry<'static>, &mut Archive<'_>, &mut Reading<'a>) -> Result,
) -> Result {
    let mut held;
    let file: &mut dyn ReadSeek = match content {
        Content::File(file) => file,
        other => match reading.whole(about, other)? {
            Some(bytes) => {
                held = Cursor::new(bytes);
                &mut held
            }
            None => return Ok(()),
        },
    };
    let buffered: Archive<'_> = BufReader::with_capacity(1 << 15, file);
    let mut archive = ZipIterable::try_new(buffered, Config::default()).map_err(broken)?;
    let entries = archive.files().map_err(broken)?;
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(broken)?;
        reading.budget.member()?;
        visit(entry, entries.reader_mut(), reading)?;
    }
    Ok(())
}

/// Hands the bytes of an entry to `take`, or tells why they cannot be read.
pub(super) fn read_entry<'a>(
    about: About,
    paying: Paying,
    entry: ZipFileEntry<'_>,
    archive: &mut (impl Read + Seek),
    reading: &mut Reading<'a>,
    take: impl FnOnce(&mut Reading<'a>, Input<'_>) -> Result,
) -> Result {
    let member = about.member.clone();
    let method = entry.compression();
    let is_read = matches!(
        method,
        CompressionMethod::Stored | CompressionMethod::Deflated
    );
    if entry.encrypted() {
        reading.skip(member.as_deref(), &SkipReason::Encrypted);
        return Ok(());
    }
    if !is_read {
        let why = format!("compressed in a way that is not read ({method}); unpack it");
        reading.skip(member.as_deref(), &SkipReason::Unread(why));
        return Ok(());
    }
    let options = ZipReadOptions::new();
    let file = match entry.with_reader(archive, options) {
        Ok(file) => file,
        Err(error) => {
            let Stop::Broken(error) = broken(error) else {
                return Ok(());
            };
            reading.damaged(member.as_deref(), &error);
            return Ok(());
        }
    };
    let unpacked = reading.budget.metered(file, paying);
    let mut stream = Peeked::new(BufReader::with_capacity(1 << 15, unpacked));
    let content = Content::Stream(&mut stream);
    take(reading, Input { about, content })
}

/// The name of an entry; one that is not UTF-8 is in the letters of DOS.
pub(super) fn name_of(entry: &ZipFileEntry<'_>) -> Vec<u8> {
    let raw = entry.name_raw();
    if std::str::from_utf8(raw).is_ok() {
        return raw.to_vec();
    }
    match entry.name() {
        Ok(name) => name.as_bytes().to_vec(),
        Err(_) => raw.to_vec(),
    }
}

/// An error of the archive as one of reading.
fn broken(error: ZipError) -> Stop {
    Stop::Broken(match error {
        ZipError::Io(error) => error,
        ZipError::InvalidArchive(why) => std::io::Error::other(format!(
            "its list of members cannot be read ({why}); was it copied to its end?"
        )),
        other => std::io::Error::other(other.to_string()),
    })
}

#[cfg(all(test, feature = "archives"))]
mod tests {
    use proptest::prelude::*;

    use crate::source::open::trial::{ids, read, replaced, told, zip};

    #[test]
    fn members_are_articles_with_their_way() {
        let inner = zip(&[("b.txt", b"Inner text."), ("c.md", b"# Head\n\nMore.")]);
        let outer = zip(&[
            ("talks/a.txt", "Talks began. ".repeat(100).as_bytes()),
            ("picture.png", b"\x89PNG"),
            (".hidden/x.txt", b"no"),
            ("__MACOSX/a.txt", b"no"),
            ("a.txt.meta.json", b"{}"),
            ("inner.zip", &inner),
            (
                "list.jsonl",
                b"{\"text\":\"One.\"}\n{\"id\":\"x\",\"text\":\"Two.\"}",
            ),
        ]);
        let (articles, skips) = read("a.zip", &outer);
        let expected = [
            "a.zip!/talks/a.txt",
            "a.zip!/inner.zip!/b.txt",
            "a.zip!/inner.zip!/c.md",
            "a.zip!/list.jsonl:1",
            "x",
        ];
        assert_eq!(ids(&articles), expected);
        assert_eq!(told(&skips), [""; 0]);
        assert_eq!(
            articles[1].origin.member.as_deref(),
            Some("inner.zip!/b.txt")
        );
        assert!(articles.iter().all(|article| article.path == "a.zip"));
        assert!(
            articles
                .iter()
                .all(|article| article.metadata.date.is_none())
        );
    }

    #[test]
    fn names_are_names_whatever_they_are() {
        let members: Vec<(String, &[u8])> = [
            "../../x.txt",
            "/etc/passwd.txt",
            "a!/b.txt",
            "nul-here.txt",
            "twice-1.txt",
            "twice-2.txt",
        ]
        .map(|name| (name.to_owned(), &b"Text."[..]))
        .to_vec();
        let deep = format!("{}c.txt", "d/".repeat(300));
        let long = format!("{}.txt", "n".repeat(5000));
        let mut all: Vec<(&str, &[u8])> = members
            .iter()
            .map(|(name, text)| (&**name, *text))
            .collect();
        all.push((&deep, b"Deep."));
        all.push((&long, b"Long."));
        let bytes = replaced(zip(&all), b"nul-here", b"nul\0\xe9ere");
        let bytes = replaced(bytes, b"twice-2", b"twice-1");
        let (articles, skips) = read("a.zip", &bytes);
        let deep = format!("a.zip!/{deep}");
        let expected = [
            "a.zip!/../../x.txt",
            "a.zip!//etc/passwd.txt",
            "a.zip!/a%21/b.txt",
            "a.zip!/nul\u{fffd}\u{398}ere.txt",
            "a.zip!/twice-1.txt",
            "a.zip!/twice-1.txt#2",
            &deep,
        ];
        assert_eq!(ids(&articles), expected);
        assert_eq!(skips.len(), 1);
        assert!(skips[0].reason.contains("more than 4096 bytes"));
        assert!(
            skips[0]
                .member
                .as_ref()
                .is_some_and(|name| name.len() < 100)
        );
    }

    #[test]
    fn one_damaged_member_is_one_skip() {
        let text = "Talks went on in the capital. ".repeat(50);
        let text = text.as_bytes();
        let mut bytes = zip(&[
            ("a.txt", text),
            ("b.txt", text),
            ("c.txt", b"Stored as it is."),
        ]);
        // Into the compressed bytes of the first; then a letter of the last.
        for byte in &mut bytes[45..60] {
            *byte ^= 0x55;
        }
        let bytes = replaced(bytes, b"Stored as", b"Stored at");
        let (articles, skips) = read("a.zip", &bytes);
        assert_eq!(ids(&articles), ["a.zip!/b.txt"]);
        let members: Vec<_> = skips.iter().map(|skip| skip.member.as_deref()).collect();
        assert_eq!(members, [Some("a.txt"), Some("c.txt")]);
        assert!(
            skips
                .iter()
                .all(|skip| skip.reason.starts_with("damaged: "))
        );
    }

    #[test]
    fn what_is_encrypted_is_told() {
        let bytes = zip(&[("a.txt", b"Secret."), ("b.txt", b"Open.")]);
        // The flag of the first entry, where it is and in the directory.
        let mut bytes = bytes;
        let places: Vec<usize> = memchr::memmem::find_iter(&bytes, b"PK\x03\x04").collect();
        bytes[places[0] + 6] |= 1;
        let places: Vec<usize> = memchr::memmem::find_iter(&bytes, b"PK\x01\x02").collect();
        bytes[places[0] + 8] |= 1;
        let (articles, skips) = read("a.zip", &bytes);
        assert_eq!(ids(&articles), ["a.zip!/b.txt"]);
        let expected = ["!/a.txt: encrypted; save it without a password"];
        assert_eq!(told(&skips), expected);
    }

    #[test]
    fn a_broken_archive_is_one_skip() {
        let bytes = zip(&[("a.txt", b"Text."), ("b.txt", b"Text.")]);
        for cut in [10, 40, bytes.len() / 2, bytes.len() - 5] {
            let (articles, skips) = read("a.zip", &bytes[..cut]);
            assert!(articles.is_empty());
            assert_eq!(skips.len(), 1, "{skips:?}");
            assert!(skips[0].reason.starts_with("damaged: "), "{skips:?}");
        }
        let (_, skips) = read("a.zip", &zip(&[("a.png", b"x"), ("b.exe", b"x")]));
        assert_eq!(
            told(&skips),
            [": none of its 2 members is of a format read"]
        );
    }

    #[test]
    fn a_bomb_ends_with_one_skip() {
        // Each level holds the one below ten times.
        let zeros = vec![b' '; 30 << 20];
        let bomb = zip(&[
            ("a.txt", b"First."),
            ("zeros.txt", &zeros),
            ("b.txt", b"Last."),
        ]);
        let (articles, skips) = read("a.zip", &bomb);
        assert_eq!(ids(&articles), ["a.zip!/a.txt"]);
        assert_eq!(
            told(&skips),
            [
                "!/zeros.txt: what follows in it is not read: it unfolds to more than 200 times its size"
            ]
        );
        let nested = zip(&[("a.txt", b"First."), ("in.zip", &bomb), ("b.txt", b"Last.")]);
        let (articles, skips) = read("a.zip", &nested);
        assert_eq!(ids(&articles), ["a.zip!/a.txt", "a.zip!/in.zip!/a.txt"]);
        assert_eq!(skips.len(), 1);
        assert_eq!(skips[0].member.as_deref(), Some("in.zip!/zeros.txt"));
    }

    #[test]
    fn entries_that_overlap_pay_each_time() {
        // A directory with the same entry many times.
        let zeros = vec![b'a'; 2 << 20];
        let one = zip(&[("zeros.txt", &zeros)]);
        let at = memchr::memmem::find(&one, b"PK\x01\x02").unwrap();
        let end = memchr::memmem::find(&one, b"PK\x05\x06").unwrap();
        let entry = one[at..end].to_vec();
        let count = 1000_u16;
        let mut bytes = one[..at].to_vec();
        bytes.extend(entry.repeat(count.into()));
        let mut tail = one[end..].to_vec();
        tail[8..10].copy_from_slice(&count.to_le_bytes());
        tail[10..12].copy_from_slice(&count.to_le_bytes());
        let size = u32::try_from(entry.len() * usize::from(count)).unwrap();
        tail[12..16].copy_from_slice(&size.to_le_bytes());
        bytes.extend(tail);
        let (articles, skips) = read("a.zip", &bytes);
        assert!((1..20).contains(&articles.len()), "{}", articles.len());
        assert_eq!(skips.len(), 1, "{:?}", told(&skips));
        assert!(skips[0].reason.contains("200 times"));
    }

    #[test]
    fn deeper_than_four_is_told() {
        let mut bytes = b"Deepest.".to_vec();
        let mut name = "a.txt".to_owned();
        for level in 0..5 {
            bytes = zip(&[(&name, &bytes), ("b.txt", b"Here.")]);
            name = format!("{level}.zip");
        }
        let (articles, skips) = read("a.zip", &bytes);
        assert_eq!(articles.len(), 4);
        // Both members of the innermost archive lie too deep.
        assert_eq!(skips.len(), 2, "{skips:?}");
        assert!(skips[0].reason.contains("deeper than 4"));
        assert_eq!(
            skips[0].member.as_deref(),
            Some("3.zip!/2.zip!/1.zip!/0.zip!/a.txt")
        );
    }

    proptest! {
        #[test]
        fn spoiled_bytes_do_no_harm(at in 0_usize..400, value: u8, cut in 0_usize..400) {
            let text = "Talks went on in the capital. ".repeat(9);
            let inner = zip(&[("c.txt", text.as_bytes())]);
            let mut bytes = zip(&[("a.txt", text.as_bytes()), ("in.zip", &inner)]);
            let length = bytes.len();
            bytes[at % length] = value;
            read("a.zip", &bytes);
            bytes.truncate(cut);
            read("a.zip", &bytes);
        }
    }
}
