//! Tar archives, plain or compressed by gzip or Zstandard.
//!
//! A tar is blocks of 512 bytes: a header, then the bytes of the member, filled
//! up. It is read once from beginning to end, in constant memory, whatever its
//! size. A longer name than the header has room for stands in a member of its own
//! before (`L` of GNU, `x` of POSIX); those are read here and not by the crate,
//! which takes them as long as they say.
//!
//! Where a header is damaged (its checksum tells), one skip says so, and reading
//! goes on at the next block that is one, as `tar` does. The member that was cut
//! off at the end of the file is damaged as well.

use std::io::{self, BufRead, BufReader, Read};

use tar::{EntryType, Header};

use super::compressed::{Gzip, unzstd};
use super::exactly::Exactly;
use super::member::{Members, hand_on};
use crate::source::input::Peeked;
use crate::source::input::{About, Content, Input};
use crate::source::reading::budget::{MOST_NAME, Paying};
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{Reading, Result};

/// Hands the members of an archive on.
pub(super) fn open(about: &About, content: Content<'_>, reading: &mut Reading<'_>) -> Result {
    let paying = Paying::of_stream(about.depth);
    let source = Peeked::new(content.into_stream());
    let unpacked: Box<dyn Read> = match source.head() {
        [0x1f, 0x8b, ..] => Box::new(reading.budget.metered(Gzip::new(source), paying)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(reading.budget.metered(unzstd(source)?, paying)),
        _ => Box::new(source),
    };
    let mut blocks = Blocks {
        source: BufReader::with_capacity(1 << 16, unpacked),
    };
    let mut members = Members::default();
    let mut next = Extended::default();
    let mut is_lost = false;
    while let Some(block) = blocks.next()? {
        let header = Header::from_byte_slice(&block);
        if !is_header(header) {
            if !is_lost {
                let error = io::Error::other("a header is not as it was written");
                reading.damaged(about.member.as_deref(), &error);
            }
            is_lost = true;
            continue;
        }
        is_lost = false;
        let Ok(declared) = header.entry_size() else {
            let error = io::Error::other("a header has no size");
            reading.damaged(about.member.as_deref(), &error);
            continue;
        };
        let kind = header.entry_type();
        if is_extension(kind) {
            next.read(kind, &mut blocks.member(declared))?;
            blocks.skip_padding(declared)?;
            continue;
        }
        let extended = std::mem::take(&mut next);
        let size = extended.size.unwrap_or(declared);
        let name = extended.name.unwrap_or_else(|| header.path_bytes().into());
        let mut bytes = blocks.member(if has_bytes(kind) { size } else { 0 });
        reading.budget.member_of(paying)?;
        if kind.is_gnu_sparse() || extended.is_sparse {
            let member = members.named(&name, about, reading);
            if let Some(member) = member {
                let why = "a sparse file, which is not read; unpack it".to_owned();
                reading.skip(member.member.as_deref(), &SkipReason::Unread(why));
            }
        } else if is_file(kind)
            && let Some(about) = members.named(&name, about, reading)
        {
            let mut stream = Peeked::new(&mut bytes);
            let content = Content::Stream(&mut stream);
            hand_on(reading, Input { about, content })?;
        }
        bytes.skip()?;
        blocks.skip_padding(size)?;
    }
    members.finish(about, reading);
    Ok(())
}

/// How long a block is.
const BLOCK: usize = 512;

/// The blocks of an archive.
struct Blocks<R> {
    source: R,
}

impl<R: BufRead> Blocks<R> {
    /// The next block that is not all zeros; `None` at the end.
    fn next(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        loop {
            let mut block = [0; BLOCK];
            let mut filled = 0;
            while filled < BLOCK {
                match self.source.read(&mut block[filled..]) {
                    Ok(0) => return Ok(None),
                    Ok(read) => filled += read,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            if block.iter().any(|byte| *byte != 0) {
                return Ok(Some(block));
            }
        }
    }

    /// The bytes of a member.
    fn member(&mut self, size: u64) -> Exactly<&mut R> {
        Exactly::new(
            &mut self.source,
            size,
            "the archive ends in the middle of a member",
        )
    }

    /// Reads past what fills up the last block of a member.
    fn skip_padding(&mut self, size: u64) -> io::Result<()> {
        let block = BLOCK as u64;
        let padding = (block - size % block) % block;
        io::copy(&mut self.source.by_ref().take(padding), &mut io::sink())?;
        Ok(())
    }
}

/// Whether a block is a header.
fn is_header(header: &Header) -> bool {
    let bytes = header.as_bytes();
    // The checksum counts its own place as spaces.
    let sum = bytes.iter().enumerate().map(|(at, byte)| match at {
        148..156 => u32::from(b' '),
        _ => u32::from(*byte),
    });
    let sum: u32 = sum.sum();
    header.cksum().is_ok_and(|told| told == sum)
}

fn is_extension(kind: EntryType) -> bool {
    kind.is_gnu_longname()
        || kind.is_gnu_longlink()
        || kind.is_pax_local_extensions()
        || kind.is_pax_global_extensions()
}

fn is_file(kind: EntryType) -> bool {
    // The last one is what archives from before POSIX have.
    kind.is_file() || kind.is_contiguous() || kind.as_byte() == 0
}

/// Whether bytes follow the header: a link has a size in some archives, and
/// none.
fn has_bytes(kind: EntryType) -> bool {
    !(kind.is_hard_link()
        || kind.is_symlink()
        || kind.is_dir()
        || kind.is_fifo()
        || kind.is_character_special()
        || kind.is_block_special())
}

/// What the members before a member say of it.
#[derive(Debug, Default)]
struct Extended {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    /// Whether its bytes are a list of places and what stands there.
    is_sparse: bool,
}

/// The longest member that says something of the next. Attributes of a file
/// system stand there as well.
const MOST_EXTENDED: u64 = 1 << 20;

impl Extended {
    /// Reads a member of this kind, and past it.
    fn read<R: BufRead>(&mut self, kind: EntryType, member: &mut Exactly<R>) -> io::Result<()> {
        let mut bytes = Vec::new();
        member
            .by_ref()
            .take(MOST_EXTENDED)
            .read_to_end(&mut bytes)?;
        member.skip()?;
        if kind.is_gnu_longname() {
            let end = bytes.iter().position(|byte| *byte == 0);
            bytes.truncate(end.unwrap_or(bytes.len()).min(MOST_NAME + 1));
            self.name = Some(bytes);
        } else if kind.is_pax_local_extensions() {
            self.read_pax(&bytes);
        }
        Ok(())
    }

    /// Reads lines of the form `LENGTH KEY=VALUE`, whose values may have line
    /// ends of their own.
    fn read_pax(&mut self, mut bytes: &[u8]) {
        while let Some((length, key, value)) = pax_line(bytes) {
            match key {
                b"path" => {
                    let end = value.len().min(MOST_NAME + 1);
                    self.name = Some(value[..end].to_vec());
                }
                b"size" => {
                    let digits = std::str::from_utf8(value).ok();
                    self.size = digits.and_then(|digits| digits.parse().ok());
                }
                key if key.starts_with(b"GNU.sparse.") => self.is_sparse = true,
                _ => {}
            }
            bytes = &bytes[length..];
        }
    }
}

/// The first line: its length, key and value.
fn pax_line(bytes: &[u8]) -> Option<(usize, &[u8], &[u8])> {
    let space = bytes.iter().take(20).position(|byte| *byte == b' ')?;
    let digits = std::str::from_utf8(&bytes[..space]).ok()?;
    let length: usize = digits.parse().ok()?;
    let line = bytes.get(space + 1..length)?;
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let equals = line.iter().position(|byte| *byte == b'=')?;
    Some((length, &line[..equals], &line[equals + 1..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::open::trial::{gzip, ids, read, told, zip};

    fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ::tar::Builder::new(Vec::new());
        for (name, bytes) in members {
            let mut header = Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mtime(1_000_000_000);
            archive.append_data(&mut header, name, *bytes).unwrap();
        }
        archive.into_inner().unwrap()
    }

    #[test]
    fn members_are_read_plain_and_compressed() {
        let long = format!("{}/c.txt", "folder/".repeat(40));
        let inner = zip(&[("d.txt", b"In the ZIP.")]);
        let text = "Talks went on. ".repeat(1000);
        let plain = tar(&[
            ("./talks/a.txt", text.as_bytes()),
            ("b.png", b"x"),
            (".git/b.txt", b"no"),
            (&long, b"Long name."),
            ("in.zip", &inner),
            ("e.txt.gz", &gzip(b"Compressed.")),
        ]);
        let zstd = zstd::encode_all(&plain[..], 1).unwrap();
        for (name, bytes) in [
            ("a.tar", &plain),
            ("a.tar.gz", &gzip(&plain)),
            ("a.tgz", &gzip(&plain)),
            ("a.tar.zst", &zstd),
        ] {
            let (articles, skips) = read(name, bytes);
            let long = format!("{name}!/{long}");
            let expected = [
                format!("{name}!/talks/a.txt"),
                long,
                format!("{name}!/in.zip!/d.txt"),
                format!("{name}!/e.txt.gz!/e.txt"),
            ];
            assert_eq!(ids(&articles), expected);
            assert_eq!(told(&skips), [""; 0]);
            assert_eq!(articles[0].text, text);
            assert!(
                articles
                    .iter()
                    .all(|article| article.metadata.date.is_none())
            );
        }
    }

    #[test]
    fn names_of_posix_are_read() {
        let mut archive = ::tar::Builder::new(Vec::new());
        let pax = [("path", &b"caf\xc3\xa9/a.txt"[..]), ("comment", b"a=b\nc")];
        archive.append_pax_extensions(pax).unwrap();
        let mut header = Header::new_ustar();
        header.set_size(5);
        archive
            .append_data(&mut header, "short.txt", &b"Text."[..])
            .unwrap();
        let (articles, _) = read("a.tar", &archive.into_inner().unwrap());
        assert_eq!(ids(&articles), ["a.tar!/caf\u{e9}/a.txt"]);
    }

    #[test]
    fn a_damaged_header_costs_its_member_alone() {
        let mut bytes = tar(&[("a.txt", b"One."), ("b.txt", b"Two."), ("c.txt", b"Three.")]);
        bytes[2 * BLOCK + 3] ^= 0xff;
        let (articles, skips) = read("a.tar", &bytes);
        assert_eq!(ids(&articles), ["a.tar!/a.txt", "a.tar!/c.txt"]);
        assert_eq!(
            told(&skips),
            [": damaged: a header is not as it was written"]
        );
    }

    #[test]
    fn what_is_cut_off_is_told() {
        let text = "Talks went on. ".repeat(1000);
        let bytes = tar(&[("a.txt", b"One."), ("b.txt", text.as_bytes())]);
        let (articles, skips) = read("a.tar", &bytes[..4000]);
        assert_eq!(ids(&articles), ["a.tar!/a.txt"]);
        let why = "damaged: the archive ends in the middle of a member";
        assert_eq!(
            told(&skips),
            [format!(": {why}"), format!("!/b.txt: {why}")]
        );
        let packed = gzip(&bytes);
        let (_, skips) = read("a.tar.gz", &packed[..packed.len() / 2]);
        assert!(
            skips
                .iter()
                .all(|skip| skip.reason.starts_with("damaged: "))
        );
    }

    #[test]
    fn a_name_without_end_takes_no_memory() {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::GNULongName);
        header.set_size(1 << 33);
        header.set_cksum();
        let mut bytes = header.as_bytes().to_vec();
        bytes.extend(vec![b'n'; 1 << 20]);
        let (articles, skips) = read("a.tar", &bytes);
        assert!(articles.is_empty());
        assert_eq!(skips.len(), 1);
    }

    proptest! {
        #[test]
        fn spoiled_bytes_do_no_harm(at in 0_usize..4000, value: u8, cut in 0_usize..4000) {
            let mut bytes = tar(&[("a.txt", b"One."), ("b.txt", b"Two."), ("c.zip", b"PK\x03\x04")]);
            let length = bytes.len();
            bytes[at % length] = value;
            read("a.tar", &bytes);
            read("a.tar", &bytes[..cut.min(length)]);
        }
    }
}
