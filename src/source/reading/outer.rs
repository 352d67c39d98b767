//! A container that lies in a file of its own, read member by member.
//!
//! The file is hashed while it is read, whatever the decoders above make of it.
//! A ZIP, which is read here and there, is hashed by a reading of its own before.
//!
//! A decoder cannot tell a broken disk from a broken archive: both are errors of
//! reading. The file can, and remembers what the system refused. Then the whole
//! reading has failed, and what is known of the file stays; a broken archive is
//! read as far as it goes.
//!
//! Example: an archive on a stick that was pulled out keeps its articles in the
//! index; one whose download broke off has those that came.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use xxhash_rust::xxh3::Xxh3;

use super::outcome::{Before, Failed, Outcome, ReadCount};
use super::{Limits, Reading, Sink};
use crate::failure::plain_cause;
use crate::files::Faulty;
use crate::source::SourceFormat;
use crate::source::input::Content;
use crate::source::sidecar::Sidecar;

/// What is read of a container, and how.
#[derive(Clone, Copy)]
pub(in crate::source) struct Asked<'a> {
    pub(in crate::source) key: &'a str,
    pub(in crate::source) format: SourceFormat,
    pub(in crate::source) limits: Limits,
    /// What it was the last time, where it is enough to read what it has grown
    /// by.
    pub(in crate::source) before: Option<Before>,
    /// Where its members are counted.
    pub(in crate::source) count: Option<&'a ReadCount>,
}

/// Reads what an open container holds. A broken disk is told apart from a broken
/// archive: what the system refuses fails the whole.
pub(in crate::source) fn read(
    asked: Asked<'_>,
    opened: impl Read + Seek,
    beside: Option<&Sidecar>,
    take: &mut Sink<'_>,
) -> Outcome {
    let Asked {
        key,
        format,
        limits,
        before,
        count,
    } = asked;
    let mut outer = OuterFile::new(opened);
    // What is read anywhere is hashed by a reading of its own, before.
    let is_sought = format.is_sought();
    if is_sought {
        if let Err(error) = outer.hash_to_end().and_then(|()| outer.rewind()) {
            return crate::source::unreadable(&error);
        }
        outer.is_hashing = false;
    }
    let mut from = match before.map(|before| outer.begins_as(before)).transpose() {
        Ok(same) => before.filter(|_| same == Some(true)),
        Err(error) => return crate::source::unreadable(&error),
    };
    let outcome = loop {
        let mut reading = Reading::new(key, limits, beside.cloned(), take).counting(count);
        reading.from = from.map_or(0, |before| before.bytes);
        outer.read_by(&mut reading, format);
        if !reading.must_restart {
            break Outcome {
                is_grown: from.is_some(),
                ..reading.finish()
            };
        }
        // It goes on in the middle of what was its last message.
        from = None;
        outer.hasher = Xxh3::new();
        if let Err(error) = outer.rewind() {
            return crate::source::unreadable(&error);
        }
    };
    // What was not asked for belongs to the content as well.
    if !is_sought && outer.failed.is_none() {
        // An error is remembered.
        let _ = outer.hash_to_end();
    }
    Outcome {
        hash: outer.hasher.digest(),
        failed: outer.failed.take().map(|error| Failed::of(&error)),
        ..outcome
    }
}

/// A file whose bytes are counted as they are read.
pub(in crate::source) struct CountedFile<'c> {
    pub(in crate::source) file: Faulty<File>,
    pub(in crate::source) count: &'c ReadCount,
}

impl Read for CountedFile<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.count.add_bytes(read as u64);
        Ok(read)
    }
}

impl Seek for CountedFile<'_> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// A source file while it is read: it hashes what is read of it, and remembers
/// what the system refused, whatever the decoders above make of that.
pub(in crate::source) struct OuterFile<R> {
    file: R,
    hasher: Xxh3,
    pub(in crate::source) is_hashing: bool,
    pub(in crate::source) failed: Option<io::Error>,
}

impl<R: Read> OuterFile<R> {
    pub(in crate::source) fn new(file: R) -> OuterFile<R> {
        OuterFile {
            file,
            hasher: Xxh3::new(),
            is_hashing: true,
            failed: None,
        }
    }

    fn hash_to_end(&mut self) -> io::Result<()> {
        let mut buffer = vec![0; 1 << 16];
        while self.read(&mut buffer)? > 0 {}
        Ok(())
    }

    /// Remembers an error, and passes one on that says the same.
    fn told<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let same = io::Error::new(error.kind(), plain_cause(&error));
            self.failed.get_or_insert(error);
            same
        })
    }
}

impl<R: Read + Seek> OuterFile<R> {
    /// Has `reading` read it, from where it stands or anywhere, as the format
    /// wants it.
    pub(in crate::source) fn read_by(&mut self, reading: &mut Reading<'_>, format: SourceFormat) {
        if format.is_sought() {
            reading.file(Content::File(self), format);
        } else {
            let mut stream = BufReader::with_capacity(1 << 16, self);
            reading.file(Content::Stream(&mut stream), format);
        }
    }

    /// Whether the file begins as it was `before`. Leaves it at its beginning.
    fn begins_as(&mut self, before: Before) -> io::Result<bool> {
        let mut buffer = vec![0; 1 << 16];
        let mut left = before.bytes;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX);
            let most = buffer.len().min(most);
            match self.read(&mut buffer[..most])? {
                0 => break,
                read => left -= read as u64,
            }
        }
        let hash = std::mem::take(&mut self.hasher).digest();
        self.rewind()?;
        Ok(left == 0 && hash == before.hash)
    }
}

impl<R: Read> Read for OuterFile<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Not every decoder asks again after a signal.
        let read = loop {
            match self.file.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let read = self.told(read)?;
        if self.is_hashing {
            self.hasher.update(&buffer[..read]);
        }
        Ok(read)
    }
}

impl<R: Seek> Seek for OuterFile<R> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        // An impossible place is an error of the format.
        self.file.seek(to)
    }
}

#[cfg(all(test, feature = "archives", feature = "warc"))]
mod tests {
    use std::path::Path;

    use xxhash_rust::xxh3::xxh3_64;

    use super::*;

    /// A file that ends, or cannot be read any more, once so much of it was read.
    struct Failing {
        file: io::Cursor<Vec<u8>>,
        left: usize,
        is_broken: bool,
    }

    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.left == 0 && self.is_broken {
                return Err(io::Error::from_raw_os_error(5));
            }
            let most = buffer.len().min(self.left);
            let read = self.file.read(&mut buffer[..most])?;
            self.left -= read;
            Ok(read)
        }
    }

    impl Seek for Failing {
        fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
            self.file.seek(to)
        }
    }

    fn read_failing(name: &str, bytes: &[u8], left: usize, is_broken: bool) -> Outcome {
        let limits = Limits::of_bytes(1 << 20);
        let opened = Failing {
            file: io::Cursor::new(bytes.to_vec()),
            left,
            is_broken,
        };
        let format = SourceFormat::of(Path::new(name)).expect("a format");
        let asked = Asked {
            key: name,
            format,
            limits,
            before: None,
            count: None,
        };
        read(asked, opened, None, &mut |_| true)
    }

    #[test]
    fn what_stands_beside_a_container_is_good_for_its_members() {
        use crate::source::open::trial::zip;
        let beside = br#"{"author":"Ada Lovelace","date":"2013-05-14"}"#;
        let bytes = zip(&[
            ("a.txt", b"One."),
            ("b.jsonl", b"{\"text\":\"Two.\"}"),
            (
                "c.jsonl",
                b"{\"text\":\"Three.\",\"id\":\"a.zip!/b.jsonl:1\"}",
            ),
        ]);
        let limits = Limits::of_bytes(1 << 20);
        let mut articles = Vec::new();
        let mut take = |article| {
            articles.push(article);
            true
        };
        let beside = Ok(beside.to_vec());
        let opened = io::Cursor::new(bytes);
        let asked = Asked {
            key: "a.zip",
            format: SourceFormat::Zip,
            limits,
            before: None,
            count: None,
        };
        let outcome = read(asked, opened, Some(&beside), &mut take);
        // A record that calls itself by another's place is none.
        assert_eq!(outcome.skipped.len(), 1);
        assert!(
            outcome.skipped[0]
                .reason
                .contains("the place of another record")
        );
        assert_eq!(articles.len(), 2);
        for article in &articles {
            assert_eq!(article.metadata.author.as_deref(), Some("Ada Lovelace"));
            assert_eq!(article.metadata.date, None);
        }
    }

    #[test]
    fn a_member_is_found_again_by_its_way() {
        use crate::source::open::trial::{gzip, zip};
        let page = b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nPage.\r\n\r\n";
        let inner = zip(&[("a.txt", b"Inner."), ("a.warc.gz", &gzip(page))]);
        let bytes = zip(&[
            ("a.txt", b"Outer."),
            ("in.zip", &inner),
            ("b.txt", b"Last."),
        ]);
        let limits = Limits::of_bytes(1 << 20);
        let check = |way: &str, expected: Option<&[u8]>| {
            let mut take = |_| panic!("no articles are wanted");
            let mut reading = Reading::new("a.zip", limits, None, &mut take).wanting(way);
            let mut file = io::Cursor::new(&bytes);
            reading.file(Content::File(&mut file), SourceFormat::Zip);
            assert_eq!(reading.into_wanted().as_deref(), expected, "{way}");
        };
        check("a.txt", Some(b"Outer."));
        check("in.zip!/a.txt", Some(b"Inner."));
        check("in.zip!/a.warc.gz!/@0", Some(b"Page."));
        check("in.zip", Some(&inner));
        check("c.txt", None);
        check("in.zip!/c.txt", None);
    }

    #[test]
    fn a_broken_disk_fails_and_a_broken_archive_does_not() {
        use crate::source::open::trial::{gzip, zip};
        let text = "Talks went on in the capital. ".repeat(200);
        let table = format!("title,text\nA,\"{text}\"\nB,\"{text}\"\n");
        let page = format!(
            "WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{text}\r\n\r\n",
            text.len()
        );
        let archives = [
            (
                "a.zip",
                zip(&[("a.txt", text.as_bytes()), ("b.txt", text.as_bytes())]),
            ),
            ("a.txt.gz", gzip(text.as_bytes())),
            ("a.csv.gz", gzip(table.as_bytes())),
            ("a.csv", table.clone().into_bytes()),
            (
                "a.warc.gz",
                [gzip(page.as_bytes()), gzip(page.as_bytes())].concat(),
            ),
            ("a.warc", page.repeat(2).into_bytes()),
        ];
        for (name, bytes) in archives {
            let whole = read_failing(name, &bytes, usize::MAX, false);
            assert!(
                whole.skipped.is_empty() && whole.articles > 0,
                "{name} {:?}",
                whole.skipped
            );
            assert_eq!(whole.hash, xxh3_64(&bytes), "{name}");
            // No place between two parts of a web archive.
            for left in [0, 1, 20, bytes.len() / 2 - 7, bytes.len() - 5] {
                let broken = read_failing(name, &bytes, left, true);
                assert!(broken.failed.is_some(), "{name} {left}");
                // It shrinks while it is read: a ZIP after it was hashed.
                let left = match name {
                    "a.zip" => bytes.len() + left,
                    _ => left,
                };
                let shrunk = read_failing(name, &bytes, left, false);
                assert_eq!(shrunk.failed, None, "{name} {left}");
                assert!(
                    shrunk.articles + shrunk.skipped.len() as u64 > 0,
                    "{name} {left}"
                );
                if name != "a.csv" && left > 0 {
                    assert!(!shrunk.skipped.is_empty(), "{name} {left}");
                }
            }
        }
    }
}
