//! The answer of a web server, as a web archive keeps it: status, headers, body.
//!
//! The body is what went over the wire: in pieces (`Transfer-Encoding: chunked`),
//! compressed (`Content-Encoding`), or both. Some crawlers undo either and leave
//! the header as it was; so a header counts only where the bytes agree with it.
//!
//! Example: a body that is said to be chunked and begins `<!DOCTYPE` is not; one
//! that begins `1f40` and a line end is.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

use crate::source::input::Peeked;
use crate::source::kind::SourceFormat;
use crate::source::reading::budget::{Budget, Paying};

/// The most that status line and headers may have together.
const MOST_HEADERS: u64 = 1 << 16;

/// The lines before a body or a block: `Name: value`.
#[derive(Debug, Default)]
pub(super) struct Fields {
    all: Vec<(String, String)>,
}

impl Fields {
    /// Reads lines up to the first blank one. A line that begins with a space
    /// goes on with the one before; what is no field is passed over.
    pub(super) fn read(source: &mut impl BufRead) -> io::Result<Fields> {
        let mut source = source.take(MOST_HEADERS);
        let mut fields = Fields::default();
        let mut line = Vec::new();
        loop {
            line.clear();
            source.read_until(b'\n', &mut line)?;
            let text = String::from_utf8_lossy(&line);
            if text.trim().is_empty() {
                return Ok(fields);
            }
            match (text.split_once(':'), fields.all.last_mut()) {
                (_, Some((_, value))) if text.starts_with([' ', '\t']) => {
                    value.push(' ');
                    value.push_str(text.trim());
                }
                (Some((name, value)), _) => {
                    let name = name.trim().to_ascii_lowercase();
                    fields.all.push((name, value.trim().to_owned()));
                }
                (None, _) => {}
            }
        }
    }

    /// The value of a field, whose name is in small letters.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.all.iter();
        let (_, value) = all.find(|(known, _)| known == name)?;
        Some(value)
    }
}

/// Reads the status of an answer; `None` for what is none.
pub(super) fn status(source: &mut impl BufRead) -> io::Result<Option<u16>> {
    let mut line = Vec::new();
    source.take(MOST_HEADERS).read_until(b'\n', &mut line)?;
    let line = String::from_utf8_lossy(&line);
    if !line.starts_with("HTTP/") {
        return Ok(None);
    }
    let status = line.split_whitespace().nth(1);
    Ok(status.and_then(|status| status.parse().ok()))
}

/// The body behind the headers, as it was before it was sent; or the name of the
/// compression that is not undone.
pub(super) fn body<'r>(
    fields: &Fields,
    source: impl BufRead + 'r,
    budget: &Budget,
    paying: Paying,
) -> Result<Box<dyn BufRead + 'r>, String> {
    let is_chunked = fields
        .get("transfer-encoding")
        .is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"));
    let sent = Peeked::new(source);
    let whole: Box<dyn BufRead + 'r> = if is_chunked && begins_chunk(sent.head()) {
        Box::new(BufReader::new(Chunks::new(sent)))
    } else {
        Box::new(sent)
    };
    let coding = fields.get("content-encoding").unwrap_or_default();
    let coding = coding.trim().to_ascii_lowercase();
    if coding.is_empty() || coding == "identity" {
        return Ok(whole);
    }
    let whole = Peeked::new(whole);
    let unpacked: Box<dyn Read + 'r> = match (&*coding, whole.head()) {
        ("gzip" | "x-gzip", [0x1f, 0x8b, ..]) => Box::new(GzDecoder::new(whole)),
        // Both are sent under this name.
        ("deflate", [first, second, ..]) if is_zlib(*first, *second) => {
            Box::new(ZlibDecoder::new(whole))
        }
        ("deflate", [first, ..]) if *first != b'<' => Box::new(DeflateDecoder::new(whole)),
        ("gzip" | "x-gzip" | "deflate", _) => return Ok(Box::new(whole)),
        (_, head) if is_plain(head) => return Ok(Box::new(whole)),
        _ => return Err(coding),
    };
    Ok(Box::new(BufReader::new(budget.metered(unpacked, paying))))
}

/// Whether two bytes begin what zlib writes.
fn is_zlib(first: u8, second: u8) -> bool {
    first & 0x0f == 8 && u16::from_be_bytes([first, second]).is_multiple_of(31)
}

/// Whether a body that is said to be compressed plainly is not.
fn is_plain(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    head.starts_with(b"<") || head.starts_with(b"%PDF-") || head.starts_with(b"{\"")
}

/// The longest line that says how long a piece is.
const MOST_CHUNK_LINE: usize = 1024;

/// Whether a body begins with the length of a piece.
fn begins_chunk(head: &[u8]) -> bool {
    let end = head.iter().position(|byte| *byte == b'\n');
    end.is_some_and(|end| chunk_length(&head[..end]).is_some())
}

/// The length that a line says: hexadecimal, perhaps with more behind `;`.
fn chunk_length(line: &[u8]) -> Option<u64> {
    let line = line.get(..line.len().min(MOST_CHUNK_LINE))?;
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii();
    let digits = std::str::from_utf8(digits).ok()?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

/// A body that was sent in pieces.
struct Chunks<R> {
    source: R,
    /// Of the piece that is being read.
    left: u64,
    has_ended: bool,
}

impl<R: BufRead> Chunks<R> {
    fn new(source: R) -> Chunks<R> {
        Chunks {
            source,
            left: 0,
            has_ended: false,
        }
    }

    /// Reads the line before a piece. A body that was cut off ends there.
    fn begin(&mut self) -> io::Result<()> {
        let mut line = Vec::new();
        for _ in 0..2 {
            line.clear();
            let most = MOST_CHUNK_LINE as u64;
            self.source
                .by_ref()
                .take(most)
                .read_until(b'\n', &mut line)?;
            // The line end behind the piece before.
            if !line.trim_ascii().is_empty() {
                break;
            }
        }
        let length = chunk_length(line.trim_ascii());
        if !line.trim_ascii().is_empty() && length.is_none() {
            return Err(io::Error::other("a piece of the page has no length"));
        }
        self.left = length.unwrap_or(0);
        self.has_ended = self.left == 0;
        Ok(())
    }
}

impl<R: BufRead> Read for Chunks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !self.has_ended {
            self.begin()?;
        }
        if self.has_ended || buffer.is_empty() {
            return Ok(0);
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        let read = self.source.read(&mut buffer[..most])?;
        self.left -= read as u64;
        self.has_ended = read == 0;
        Ok(read)
    }
}

/// The format that a content type names, with the encoding of its text; of
/// what is not read the format is `None`.
pub(super) fn content_type(value: &str) -> (Option<SourceFormat>, Option<String>) {
    let mut parts = value.split(';');
    let name = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        let is_charset = key.trim().eq_ignore_ascii_case("charset") && !value.is_empty();
        is_charset.then(|| value.to_owned())
    });
    let format = match &*name {
        "text/html" | "application/xhtml+xml" => Some(SourceFormat::Html),
        "text/plain" => Some(SourceFormat::Text),
        "text/markdown" => Some(SourceFormat::Markdown),
        "text/csv" | "text/tab-separated-values" => Some(SourceFormat::Table),
        "application/pdf" | "application/x-pdf" => Some(SourceFormat::Pdf),
        "application/json" | "application/ld+json" => Some(SourceFormat::Json),
        "application/rss+xml" | "application/atom+xml" => Some(SourceFormat::Xml),
        "application/rtf" | "text/rtf" | "application/msword" => Some(SourceFormat::Rtf),
        "application/epub+zip" => Some(SourceFormat::Epub),
        "application/vnd.oasis.opendocument.text" => Some(SourceFormat::Odt),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => {
            Some(SourceFormat::Docx)
        }
        _ => None,
    };
    (format.filter(|format| format.family().is_built()), charset)
}

/// Whether a content type says nothing: the name tells.
pub(super) fn says_nothing(value: &str) -> bool {
    let name = value.split(';').next().unwrap_or_default().trim();
    name.is_empty()
        || name.eq_ignore_ascii_case("application/octet-stream")
        || name.eq_ignore_ascii_case("binary/octet-stream")
        || name.eq_ignore_ascii_case("unknown/unknown")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(headers: &str, sent: &[u8]) -> Result<Vec<u8>, String> {
        let fields = Fields::read(&mut headers.as_bytes()).map_err(|error| error.to_string())?;
        let mut body = body(&fields, sent, &Budget::default(), Paying::ByRatio)?;
        let mut bytes = Vec::new();
        let read = body.read_to_end(&mut bytes);
        read.map(|_| bytes).map_err(|error| error.to_string())
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    fn chunked(bytes: &[u8], size: usize) -> Vec<u8> {
        let mut sent = Vec::new();
        for piece in bytes.chunks(size) {
            sent.extend(format!("{:X};x=1\r\n", piece.len()).as_bytes());
            sent.extend(piece);
            sent.extend(b"\r\n");
        }
        sent.extend(b"0\r\n\r\n");
        sent
    }

    const CHUNKED: &str = "Transfer-Encoding: chunked\r\n\r\n";

    #[test]
    fn pieces_are_put_together_where_there_are_some() {
        let page = b"<html>Talks began.</html>";
        assert_eq!(read(CHUNKED, &chunked(page, 7)).unwrap(), page);
        // The crawler has done it.
        assert_eq!(read(CHUNKED, page).unwrap(), page);
        // Cut off.
        let cut = chunked(page, 7);
        assert_eq!(read(CHUNKED, &cut[..28]).unwrap(), b"<html>Talks ");
        assert!(read(CHUNKED, b"3\r\nabc\r\nzz\r\n").is_err());
    }

    #[test]
    fn compression_is_undone_where_there_is_one() {
        let page = "<html>Talks began.</html>".repeat(100).into_bytes();
        let both = "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(read(both, &chunked(&gzip(&page), 10)).unwrap(), page);
        assert_eq!(read("content-encoding:gzip\n\n", &page).unwrap(), page);
        assert_eq!(read("Content-Encoding: br\n\n", &page).unwrap(), page);
        assert_eq!(
            read("Content-Encoding: br\n\n", &[1, 2, 3]),
            Err("br".to_owned())
        );
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        raw.write_all(&page).unwrap();
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        zlib.write_all(&page).unwrap();
        let deflate = "Content-Encoding: deflate\n\n";
        assert_eq!(read(deflate, &raw.finish().unwrap()).unwrap(), page);
        assert_eq!(read(deflate, &zlib.finish().unwrap()).unwrap(), page);
    }

    #[test]
    fn a_status_and_a_type_are_read() {
        assert_eq!(status(&mut &b"HTTP/1.1 200 OK\r\n"[..]).unwrap(), Some(200));
        assert_eq!(status(&mut &b"HTTP/2 404\r\n"[..]).unwrap(), Some(404));
        assert_eq!(status(&mut &b"<html>\r\n"[..]).unwrap(), None);
        let (format, charset) = content_type("Text/Plain; Charset=\"windows-1251\"");
        assert_eq!(format, Some(SourceFormat::Text));
        assert_eq!(charset.as_deref(), Some("windows-1251"));
        assert_eq!(content_type("image/png").0, None);
        assert!(says_nothing("application/octet-stream; x=1"));
    }

    #[test]
    fn a_field_may_go_on_in_the_next_line() {
        let lines = b"A: one\r\n  two\r\nno field\r\nB:x\r\n\r\nC: no";
        let fields = Fields::read(&mut &lines[..]).unwrap();
        assert_eq!(fields.get("a"), Some("one two"));
        assert_eq!((fields.get("b"), fields.get("c")), (Some("x"), None));
    }
}
