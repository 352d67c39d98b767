//! One compressed file: gzip and Zstandard.
//!
//! What is in it is the one member, called as the file without its ending. A gzip
//! file may be of many parts one after the other, which are one file; bytes
//! behind the last part that are none are left alone, as `gzip` does.
//!
//! Zstandard lets a file ask for as much memory as it likes to be unpacked. More
//! than 128 MiB, as `zstd` itself, this program does not give.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::GzDecoder;

use super::member::{Members, hand_on, shown};
use crate::source::input::Peeked;
use crate::source::input::{About, Content, Input};
use crate::source::kind::SourceFormat;
use crate::source::reading::budget::Paying;
use crate::source::reading::{Reading, Result};
use crate::source::sidecar;
use crate::source::stream::STDIN;

/// The most that Zstandard may look back, as a power of two: what the program
/// `zstd` takes without being asked.
const MOST_WINDOW: u32 = 27;

/// Hands on what is in a compressed file.
pub(super) fn open(
    about: &About,
    content: Content<'_>,
    format: SourceFormat,
    reading: &mut Reading<'_>,
) -> Result {
    let paying = Paying::of_stream(about.depth);
    reading.budget.member_of(paying)?;
    let source = content.into_stream();
    let (unpacked, named) = if format == SourceFormat::Zstd {
        (unzstd(source)?, None)
    } else {
        let gzip = Gzip::new(source);
        let named = gzip.name();
        (Box::new(gzip) as Box<dyn Read>, named)
    };
    let unpacked = reading.budget.metered(unpacked, paying);
    let mut stream = Peeked::new(BufReader::with_capacity(1 << 16, unpacked));
    let mut member = Members::default().taken(&inner_name(&about.name), about);
    member.format = format_of(&member.name, named.as_deref(), about, stream.head());
    if sidecar::is_one(Path::new(&member.name)) {
        return Ok(());
    }
    let content = Content::Stream(&mut stream);
    hand_on(
        reading,
        Input {
            about: member,
            content,
        },
    )
}

/// The name of what is in the file `name`.
fn inner_name(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    let inner = match file.rsplit_once('.') {
        Some((inner, ending)) if ["gz", "zst"].contains(&&*ending.to_ascii_lowercase()) => inner,
        _ => file,
    };
    match inner {
        "" | STDIN => "content".to_owned(),
        inner => shown(inner.as_bytes()),
    }
}

/// The format of what is in a file, where its name does not tell: by the name that
/// it had when it was compressed; in a pipe by its first line.
fn format_of(inner: &str, named: Option<&str>, about: &About, head: &[u8]) -> Option<SourceFormat> {
    let of = |name: &str| SourceFormat::of(Path::new(name));
    of(inner).or_else(|| of(named?)).or_else(|| {
        let is_pipe = about.depth == 0 && about.name == STDIN;
        let line = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
        let is_record = line.trim_ascii_start().starts_with(b"{\"");
        is_pipe.then_some(if is_record {
            SourceFormat::JsonLines
        } else {
            SourceFormat::Text
        })
    })
}

/// What is in a Zstandard file.
pub(super) fn unzstd<'r>(source: impl BufRead + 'r) -> io::Result<Box<dyn Read + 'r>> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(source)?;
    decoder.window_log_max(MOST_WINDOW)?;
    Ok(Box::new(decoder))
}

/// What is in a gzip file: the content of its parts, one after the other.
pub(super) struct Gzip<R> {
    /// `None` once it has ended.
    part: Option<GzDecoder<R>>,
}

impl<R: BufRead> Gzip<R> {
    pub(super) fn new(source: R) -> Gzip<R> {
        Gzip {
            part: Some(GzDecoder::new(source)),
        }
    }

    /// The name that the file had before, without its folders.
    fn name(&self) -> Option<String> {
        let name = self.part.as_ref()?.header()?.filename()?;
        let name = shown(name);
        name.rsplit(['/', '\\']).next().map(str::to_owned)
    }
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(part) = &mut self.part {
            let read = part.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let mut source = match self.part.take() {
                Some(part) => part.into_inner(),
                None => return Ok(0),
            };
            // What is no part any more is left alone.
            if source.fill_buf()?.starts_with(&[0x1f]) {
                self.part = Some(GzDecoder::new(source));
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::source::open::trial::{As, gzip, ids, read, read_as, told};

    #[test]
    fn what_is_in_it_is_called_without_the_ending() {
        let text = b"Talks began in the capital.";
        let zstd = zstd::encode_all(&text[..], 1).unwrap();
        for (name, bytes) in [("x/a.txt.gz", gzip(text)), ("x/a.txt.zst", zstd)] {
            let (articles, skips) = read(name, &bytes);
            assert_eq!(ids(&articles), [format!("{name}!/a.txt")]);
            assert_eq!(told(&skips), [""; 0]);
            assert_eq!(articles[0].text.as_bytes(), text);
        }
        let records = b"{\"text\":\"One.\"}\n{\"text\":\"Two.\"}\n";
        let (articles, _) = read("a.jsonl.gz", &gzip(records));
        assert_eq!(
            ids(&articles),
            ["a.jsonl.gz!/a.jsonl:1", "a.jsonl.gz!/a.jsonl:2"]
        );
    }

    #[test]
    fn what_has_no_name_is_known_by_the_one_it_had() {
        let mut packed = flate2::GzBuilder::new()
            .filename("old/b.txt")
            .write(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"Text.").unwrap();
        let bytes = packed.finish().unwrap();
        assert_eq!(ids(&read("a.gz", &bytes).0), ["a.gz!/a"]);
        let (articles, skips) = read("b.sql.gz", &gzip(b"INSERT"));
        assert!(articles.is_empty());
        assert_eq!(skips.len(), 1);
    }

    #[test]
    fn a_pipe_is_text_or_records() {
        let ids_of = |bytes: &[u8]| {
            let about = About::file(STDIN);
            format_of(&inner_name(STDIN), None, &about, bytes)
        };
        assert_eq!(ids_of(b"{\"text\":\"a\"}\n"), Some(SourceFormat::JsonLines));
        assert_eq!(ids_of(b"Talks began."), Some(SourceFormat::Text));
    }

    #[test]
    fn parts_are_one_file() {
        let mut bytes = [gzip(b"One, "), gzip(b""), gzip(b"two.")].concat();
        assert_eq!(read("a.txt.gz", &bytes).0[0].text, "One, two.");
        bytes.extend([0; 1000]);
        assert_eq!(read("a.txt.gz", &bytes).0[0].text, "One, two.");
    }

    #[test]
    fn what_is_cut_off_is_damaged_and_its_records_stay() {
        let records = (0..3000).map(|n| format!("{{\"text\":\"Talk {n}.\"}}\n"));
        let records: Vec<String> = records.collect();
        let bytes = gzip(records.concat().as_bytes());
        let (articles, skips) = read("a.jsonl.gz", &bytes[..bytes.len() / 2]);
        assert!(articles.len() > 100, "{}", articles.len());
        assert_eq!(
            skips
                .iter()
                .filter(|skip| skip.reason.contains("damaged"))
                .count(),
            1
        );
        let text = gzip("Talks. ".repeat(1000).as_bytes());
        let (articles, skips) = read("a.txt.gz", &text[..text.len() - 9]);
        assert!(articles.is_empty());
        assert_eq!(skips.len(), 1);
    }

    #[test]
    fn zeros_without_end_end() {
        // 10 GB of zeros would be such parts again and again.
        let part = gzip(&vec![b' '; 4 << 20]);
        let bytes = part.repeat(20);
        let (articles, skips) = read_as(As::Stream, "a.txt.gz", &bytes).clone();
        assert!(articles.is_empty());
        assert_eq!(skips.len(), 1);
        assert!(skips[0].reason.contains("200 times"), "{skips:?}");
    }

    #[test]
    fn a_huge_window_is_refused() {
        let mut packed = zstd::Encoder::new(Vec::new(), 1).unwrap();
        packed.window_log(30).unwrap();
        packed.include_contentsize(false).unwrap();
        packed.write_all(b"Talks began.").unwrap();
        let (articles, skips) = read("a.txt.zst", &packed.finish().unwrap());
        assert!(articles.is_empty());
        assert_eq!(skips.len(), 1, "{skips:?}");
        assert!(skips[0].reason.starts_with("damaged: "), "{skips:?}");
    }
}
