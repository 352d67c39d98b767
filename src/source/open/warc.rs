//! Web archives.
//!
//! A WARC is records one after the other, each a few lines that say what it is
//! and a block of bytes. Compressed, each record is a gzip part of its own, so
//! that a reader can begin at any of them: the offset of the part is the record's
//! place, `@81234`, and stays good as long as the file only grows. A file that was
//! compressed as one has records behind the first of a part: `@0+5120`.
//!
//! Read are the pages: records of the type `response`, `resource` or `conversion`
//! whose status, if they have one, is 200 and whose content type is that of a
//! page or a document. `revisit` says that a page was the same as before: those
//! are counted. All else (requests, pictures, scripts, redirections) is passed
//! over silently. The day on which a page was fetched is no day of publication;
//! it is kept as `archived`.
//!
//! Nothing is held but a page at a time. A record that is damaged is told once,
//! and reading goes on at the next line, or gzip part, that begins one.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::GzDecoder;
use memchr::{memchr, memmem};
use rustc_hash::FxHashMap;

use super::exactly::Exactly;
use super::http::{self, Fields};
use crate::source::input::{About, Content, Input};
use crate::source::kind::SourceFormat;
use crate::source::reading::budget::Paying;
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{Reading, Result, Stop};

/// Hands the pages of a WARC on.
pub(super) fn open(about: &About, content: Content<'_>, reading: &mut Reading<'_>) -> Result {
    let paying = Paying::of_stream(about.depth);
    let titles = FxHashMap::default();
    Warc::new(about, paying, &titles, reading).read(content.into_stream())
}

/// The titles of pages by their addresses.
pub(super) type Titles = FxHashMap<String, String>;

/// The reading of one WARC.
pub(super) struct Warc<'w, 'a> {
    about: &'w About,
    paying: Paying,
    titles: &'w Titles,
    reading: &'w mut Reading<'a>,
    revisits: u64,
    /// Whether what was read last is no record, which is told once.
    is_lost: bool,
}

/// Where records stand.
#[derive(Debug, Clone, Copy)]
enum Base {
    /// In the file.
    Plain,
    /// In the gzip part that begins at this byte of the file.
    Part(u64),
}

impl<'w, 'a> Warc<'w, 'a> {
    pub(super) fn new(
        about: &'w About,
        paying: Paying,
        titles: &'w Titles,
        reading: &'w mut Reading<'a>,
    ) -> Warc<'w, 'a> {
        Warc {
            about,
            paying,
            titles,
            reading,
            revisits: 0,
            is_lost: false,
        }
    }

    /// Reads all records, or gzip parts of records.
    pub(super) fn read(mut self, source: impl BufRead) -> Result {
        let mut source = Counted::new(source);
        loop {
            match source.fill_buf()? {
                [] => break,
                [0x1f, ..] => self.part(&mut source)?,
                // What fills up a block of a tape.
                [0 | b'\r' | b'\n' | b' ', ..] => source.consume(1),
                _ => match self.records(&mut source, Base::Plain) {
                    Err(Stop::Broken(error)) => {
                        let stop = self.reading.budget.stop(Stop::Broken(error));
                        let Stop::Broken(error) = stop else {
                            return Err(stop);
                        };
                        self.lost(source.at, &error);
                        break;
                    }
                    read => read?,
                },
            }
        }
        if self.revisits > 0 {
            let what = format!(
                "{} visits of pages that had not changed are not read again",
                self.revisits
            );
            let member = self.about.member.as_deref();
            self.reading.remark(member, None, what);
        }
        Ok(())
    }

    /// Reads a gzip part; of one that is damaged as far as it goes.
    fn part<R: BufRead>(&mut self, source: &mut Counted<R>) -> Result {
        let start = source.at;
        let budget = self.reading.budget.clone();
        let unpacked = budget.metered(GzDecoder::new(&mut *source), self.paying);
        let mut records = Counted::new(BufReader::with_capacity(1 << 15, unpacked));
        let read = self.records(&mut records, Base::Part(start));
        drop(records);
        let read = read.map_err(|stop| budget.stop(stop));
        let Err(Stop::Broken(error)) = read else {
            return read;
        };
        self.lost(start, &error);
        next_part(source)
    }

    /// Tells, once, that what stands at an offset is no record.
    fn lost(&mut self, at: u64, error: &io::Error) {
        if !std::mem::replace(&mut self.is_lost, true) {
            let about = self.about.member(&format!("@{at}"));
            self.reading.damaged(about.member.as_deref(), error);
        }
    }

    /// Reads records up to the end of a part, or to a gzip part in the file.
    fn records<R: BufRead>(&mut self, source: &mut Counted<R>, base: Base) -> Result {
        loop {
            match source.fill_buf()? {
                [] => return Ok(()),
                [0x1f, 0x8b, ..] if matches!(base, Base::Plain) => return Ok(()),
                [0 | b'\r' | b'\n' | b' ', ..] => {
                    source.consume(1);
                    continue;
                }
                _ => {}
            }
            let (start, place) = match base {
                Base::Plain => (source.at, format!("@{}", source.at)),
                Base::Part(part) if source.at == 0 => (part, format!("@{part}")),
                Base::Part(part) => (part, format!("@{part}+{}", source.at)),
            };
            let mut line = Vec::new();
            source.take(MOST_LINE).read_until(b'\n', &mut line)?;
            if !line.starts_with(b"WARC/") {
                self.lost(start, &io::Error::other("this is no record"));
                next_record(source)?;
                continue;
            }
            self.is_lost = false;
            let fields = Fields::read(source)?;
            let length = fields.get("content-length");
            let Some(length) = length.and_then(|length| length.parse().ok()) else {
                self.lost(start, &io::Error::other("a record has no length"));
                next_record(source)?;
                continue;
            };
            let broken = "the archive ends in the middle of a record";
            let mut block = Exactly::new(&mut *source, length, broken);
            // A part that ends says so by its checksum.
            if matches!(base, Base::Part(_)) {
                block = block.or_fewer();
            }
            self.record(&fields, &place, start, &mut block)?;
            block.skip()?;
            if is_cut(source)? {
                let about = self.about.member(&place);
                let what = "the record is longer than it says; its end is not read";
                let member = about.member.as_deref();
                self.reading.remark(member, None, what.to_owned());
                next_record(source)?;
            }
        }
    }

    /// Hands the page of a record on, if it is one.
    fn record<R: BufRead>(
        &mut self,
        fields: &Fields,
        place: &str,
        start: u64,
        block: &mut Exactly<R>,
    ) -> Result {
        if is_type(fields, "revisit") {
            self.revisits += 1;
            return Ok(());
        }
        let Some(page) = Page::of(fields, block)? else {
            return Ok(());
        };
        self.reading.budget.member_of(self.paying)?;
        let mut about = self.about.member(place);
        about.id = format!("{}{place}", self.about.id);
        path_of(page.uri).clone_into(&mut about.name);
        about.format = Some(page.format);
        about.charset.clone_from(&page.charset);
        about.place.offset = Some(start);
        self.state(&mut about, page.uri, fields.get("warc-date"));
        let body = http::body(&page.sent, block, &self.reading.budget, self.paying);
        match body {
            Ok(mut body) => {
                let member = about.member.clone();
                let content = Content::Stream(&mut body);
                match self.reading.input(Input { about, content }) {
                    Err(Stop::Broken(error)) => {
                        self.is_lost = true;
                        self.reading.damaged(member.as_deref(), &error);
                        Ok(())
                    }
                    other => other,
                }
            }
            Err(coding) => {
                let coding: String = coding.chars().take(40).collect();
                let why = format!("compressed by {coding}, which is not read");
                let member = about.member.as_deref();
                self.reading.skip(member, &SkipReason::Unread(why));
                Ok(())
            }
        }
    }

    /// Adds what the archive states of a page.
    fn state(&self, about: &mut About, uri: &str, archived: Option<&str>) {
        let other = &mut about.metadata.other;
        if let Some(archived) = archived {
            other.insert("archived".to_owned(), archived.into());
        }
        if uri.is_empty() {
            return;
        }
        about.place.uri = Some(uri.to_owned());
        about.metadata.url = Some(uri.to_owned());
        let Some(title) = self.titles.get(uri) else {
            return;
        };
        // A page has its own, without the name of the site behind it.
        if about.format == Some(SourceFormat::Html) {
            other.insert("page_title".to_owned(), title.as_str().into());
        } else {
            about.title = Some(title.clone());
        }
    }
}

/// A record that is a page or a document.
struct Page<'f> {
    uri: &'f str,
    format: SourceFormat,
    charset: Option<String>,
    /// The headers of the server.
    sent: Fields,
}

impl<'f> Page<'f> {
    /// Of a record with these fields, of whose block the headers of the server
    /// are read; `None` for all other records.
    fn of(fields: &'f Fields, block: &mut impl BufRead) -> io::Result<Option<Page<'f>>> {
        let kept_as = fields.get("content-type").unwrap_or_default();
        let is_http = kept_as.to_ascii_lowercase().starts_with("application/http");
        let is_page = if is_type(fields, "response") {
            is_http
        } else {
            is_type(fields, "resource") || is_type(fields, "conversion")
        };
        let uri = fields.get("warc-target-uri").unwrap_or_default();
        let uri = uri.trim_matches(['<', '>']);
        if !is_page || is_for_crawlers(uri) {
            return Ok(None);
        }
        let mut sent = Fields::default();
        if is_http {
            if http::status(block)? != Some(200) {
                return Ok(None);
            }
            sent = Fields::read(block)?;
        }
        let told = if is_http {
            sent.get("content-type").unwrap_or_default()
        } else {
            kept_as
        };
        let (format, charset) = http::content_type(told);
        let by_name = || {
            let named = SourceFormat::of(Path::new(path_of(uri)));
            named.filter(|_| http::says_nothing(told))
        };
        // Where nothing is told, the first bytes tell.
        let by_bytes = || told.trim().is_empty().then_some(SourceFormat::Text);
        let format = format.or_else(by_name).or_else(by_bytes);
        Ok(format.map(|format| Page {
            uri,
            format,
            charset,
            sent,
        }))
    }
}

/// Whether a record says that it is of this type.
fn is_type(fields: &Fields, name: &str) -> bool {
    let told = fields.get("warc-type");
    told.is_some_and(|told| told.eq_ignore_ascii_case(name))
}

/// Whether an address is of a file that speaks to crawlers, or of what a crawler
/// says of itself.
fn is_for_crawlers(uri: &str) -> bool {
    if uri.starts_with("metadata:") {
        return true;
    }
    let path = uri.split(['?', '#']).next().unwrap_or(uri);
    path.ends_with("/robots.txt")
}

/// The path of an address, whose ending may tell a format.
fn path_of(uri: &str) -> &str {
    let path = uri.split(['?', '#']).next().unwrap_or(uri);
    path.rsplit('/').next().unwrap_or(path)
}

/// The longest first line of a record.
const MOST_LINE: u64 = 1 << 12;

/// Reads to the next line that begins a record, or to the end.
fn next_record<R: BufRead>(source: &mut Counted<R>) -> io::Result<()> {
    loop {
        let ready = source.fill_buf()?;
        if ready.is_empty() || ready.starts_with(b"WARC/1.") || ready.starts_with(b"WARC/0.") {
            return Ok(());
        }
        // A line at a time. One whose mark the buffer cuts is missed.
        let line = memchr(b'\n', ready).map_or(ready.len(), |end| end + 1);
        source.consume(line);
    }
}

/// Reads to the next bytes that may begin a gzip part, or to the end. Those that
/// the buffer cuts are missed.
fn next_part<R: BufRead>(source: &mut Counted<R>) -> Result {
    const MARK: [u8; 3] = [0x1f, 0x8b, 8];
    loop {
        let ready = source.fill_buf()?;
        if ready.is_empty() {
            return Ok(());
        }
        if let Some(at) = memmem::find(ready, &MARK) {
            source.consume(at);
            return Ok(());
        }
        let length = ready.len();
        source.consume(length);
    }
}

/// A stream with the number of bytes that were read of it.
struct Counted<R> {
    source: R,
    at: u64,
}

impl<R> Counted<R> {
    fn new(source: R) -> Counted<R> {
        Counted { source, at: 0 }
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.at = self.at.saturating_add(read as u64);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.source.consume(amount);
        self.at = self.at.saturating_add(amount as u64);
    }
}

/// Whether a record goes on behind its end: neither two line ends nor the next
/// record stand there.
fn is_cut(source: &mut impl BufRead) -> io::Result<bool> {
    let ready = source.fill_buf()?;
    let ends = |byte: &u8| matches!(byte, b'\r' | b'\n' | 0 | b' ' | b'W' | 0x1f);
    Ok(!ready.is_empty() && !ready.first().is_some_and(ends))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::open::trial::{gzip, ids, read, told};

    /// A record with this block.
    fn record(version: &str, kind: &str, uri: &str, content_type: &str, block: &[u8]) -> Vec<u8> {
        let head = format!(
            "WARC/{version}\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\n\
             WARC-Date: 2013-05-14T10:00:00Z\r\nContent-Type: {content_type}\r\n\
             Content-Length: {}\r\n\r\n",
            block.len()
        );
        [head.as_bytes(), block, b"\r\n\r\n"].concat()
    }

    const ANSWER: &str = "application/http; msgtype=response";

    /// The answer of a server.
    fn answer(uri: &str, status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
        let head = format!("HTTP/1.1 {status}\r\n{headers}\r\n\r\n");
        record(
            "1.1",
            "response",
            uri,
            ANSWER,
            &[head.as_bytes(), body].concat(),
        )
    }

    /// A page of plain text.
    fn page(name: &str, text: &str) -> Vec<u8> {
        let uri = format!("https://example.org/{name}");
        answer(
            &uri,
            "200 OK",
            "Content-Type: text/plain; charset=utf-8",
            text.as_bytes(),
        )
    }

    /// Records of all kinds, of which two are pages.
    fn records() -> Vec<Vec<u8>> {
        let site = |name: &str| format!("https://example.org/{name}");
        let kept = |kind: &str, uri: &str, content_type: &str, block: &str| {
            record("1.0", kind, uri, content_type, block.as_bytes())
        };
        let sent = |name: &str, status: &str, content_type: &str, body: &str| {
            let content_type = format!("Content-Type: {content_type}");
            answer(&site(name), status, &content_type, body.as_bytes())
        };
        let text = "text/plain";
        vec![
            kept("warcinfo", "", "application/warc-fields", "software: x\r\n"),
            kept("request", &site("a"), "application/http", "GET /\r\n\r\n"),
            page("a?x=1", "Talks began."),
            sent("b", "404 Not Found", text, "No."),
            sent("c.png", "200 OK", "image/png", "PNG"),
            sent("robots.txt", "200 OK", text, "User-agent: *"),
            kept("revisit", &site("a"), ANSWER, "HTTP/1.1 200 OK\r\n\r\n"),
            kept(
                "resource",
                "<https://example.org/d.txt>",
                text,
                "Saved as it was.",
            ),
            kept(
                "response",
                "dns:example.org",
                "text/dns",
                "example.org. A 1.2.3.4",
            ),
        ]
    }

    #[test]
    fn pages_are_read_with_their_place() {
        let records = records();
        let offset = |number: usize, packed: bool| -> usize {
            let before = records[..number].iter();
            before
                .map(|record| {
                    if packed {
                        gzip(record).len()
                    } else {
                        record.len()
                    }
                })
                .sum()
        };
        let plain = records.concat();
        let packed = records
            .iter()
            .map(|record| gzip(record))
            .collect::<Vec<_>>()
            .concat();
        for (name, bytes, is_packed) in [("a.warc", plain, false), ("a.warc.gz", packed, true)] {
            let (articles, skips) = read(name, &bytes);
            let (first, second) = (offset(2, is_packed), offset(7, is_packed));
            assert_eq!(
                ids(&articles),
                [format!("{name}@{first}"), format!("{name}@{second}")]
            );
            let visits = ": 1 visits of pages that had not changed are not read again";
            assert_eq!(told(&skips), [visits]);
            assert!(skips[0].is_remark);
            let article = &articles[0];
            assert_eq!(article.text, "Talks began.");
            assert_eq!(
                article.origin.member.as_deref(),
                Some(&*format!("@{first}"))
            );
            assert_eq!(article.origin.place.offset, Some(first as u64));
            assert_eq!(
                article.origin.place.uri.as_deref(),
                Some("https://example.org/a?x=1")
            );
            assert_eq!(article.metadata.url, article.origin.place.uri);
            assert_eq!(article.metadata.date, None);
            assert_eq!(article.metadata.other["archived"], "2013-05-14T10:00:00Z");
            assert_eq!(
                articles[1].metadata.url.as_deref(),
                Some("https://example.org/d.txt")
            );
        }
    }

    #[test]
    fn a_file_that_was_compressed_as_one_has_places_in_it() {
        let records = [page("a", "Talks began."), page("b", "Talks ended.")];
        let bytes = gzip(&records.concat());
        let (articles, _) = read("a.warc.gz", &bytes);
        let expected = [
            "a.warc.gz@0".to_owned(),
            format!("a.warc.gz@0+{}", records[0].len()),
        ];
        assert_eq!(ids(&articles), expected);
        assert_eq!(articles[1].origin.place.offset, Some(0));
    }

    #[test]
    fn a_payload_is_what_the_server_meant() {
        let text = "Talks went on in the capital. ".repeat(50);
        let packed = gzip(text.as_bytes());
        let sent = [
            format!("{:x}\r\n", packed.len()).as_bytes(),
            &packed,
            b"\r\n0\r\n\r\n",
        ]
        .concat();
        let headers =
            "Content-Type: text/plain\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked";
        let brotli = "Content-Type: text/plain\r\nContent-Encoding: br";
        let bytes = [
            answer("https://example.org/a", "200 OK", headers, &sent),
            answer("https://example.org/b", "200 OK", brotli, &[0x0b, 2, 0x80]),
            page("c", "Last."),
        ]
        .concat();
        let (articles, skips) = read("a.warc", &bytes);
        assert_eq!(articles[0].text, text);
        assert_eq!(articles[1].text, "Last.");
        assert_eq!(skips.len(), 1);
        assert_eq!(skips[0].reason, "compressed by br, which is not read");
    }

    #[test]
    fn a_wrong_length_costs_no_other_record() {
        let wrong = |by: i64| {
            let text =
                String::from_utf8(page("a", "Talks began in the capital on Monday.")).unwrap();
            let at = text.find("Content-Length: ").unwrap() + 16;
            let end = at + text[at..].find('\r').unwrap();
            let length: i64 = text[at..end].parse().unwrap();
            format!("{}{}{}", &text[..at], length + by, &text[end..]).into_bytes()
        };
        let next = page("b", "Next.");
        for by in [-10, 3] {
            let packed = [gzip(&wrong(by)), gzip(&next)].concat();
            let (articles, _) = read("a.warc.gz", &packed);
            assert_eq!(articles.last().unwrap().text, "Next.", "{by}");
            let (articles, _) = read("a.warc", &[wrong(by), next.clone()].concat());
            assert_eq!(articles.last().unwrap().text, "Next.", "{by}");
        }
        // Longer than all that follows.
        let (_, skips) = read("a.warc", &[wrong(10_000), next].concat());
        assert_eq!(skips.len(), 1, "{:?}", told(&skips));
        assert!(skips[0].reason.starts_with("damaged: "));
    }

    #[test]
    fn damage_is_told_once_and_survived() {
        let parts: Vec<Vec<u8>> = ["a", "b", "c"]
            .map(|name| gzip(&page(name, "Text.")))
            .to_vec();
        let mut bytes = parts.concat();
        let second = parts[0].len();
        for byte in &mut bytes[second + 20..second + 60] {
            *byte ^= 0x33;
        }
        let (articles, skips) = read("a.warc.gz", &bytes);
        let third = second + parts[1].len();
        assert_eq!(
            ids(&articles),
            ["a.warc.gz@0".to_owned(), format!("a.warc.gz@{third}")]
        );
        assert_eq!(skips.len(), 1, "{:?}", told(&skips));
        let (articles, skips) = read("a.warc.gz", &bytes[..bytes.len() - 20]);
        assert_eq!(articles.len(), 1);
        assert_eq!(skips.len(), 2, "{:?}", told(&skips));
        let garbage = [&b"garbage\r\nmore\r\n"[..], &page("a", "Text.")].concat();
        let (articles, skips) = read("a.warc", &garbage);
        assert_eq!((articles.len(), skips.len()), (1, 1), "{:?}", told(&skips));
    }

    #[test]
    fn a_charset_is_handed_on() {
        let (format, charset) = http::content_type("text/html; charset=windows-1251");
        assert_eq!(charset.as_deref(), Some("windows-1251"));
        assert_eq!(format.is_some(), SourceFormat::Html.family().is_built());
    }

    /// A record of a gigabyte, which is made while it is read.
    struct Long {
        head: io::Cursor<Vec<u8>>,
        left: u64,
        tail: io::Cursor<Vec<u8>>,
    }

    impl Read for Long {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.head.read(buffer)?;
            if read > 0 || self.left == 0 {
                return if read > 0 {
                    Ok(read)
                } else {
                    self.tail.read(buffer)
                };
            }
            let length = buffer.len().min(usize::try_from(self.left).unwrap());
            buffer[..length].fill(b'x');
            self.left -= length as u64;
            Ok(length)
        }
    }

    #[test]
    fn a_long_record_is_passed_over() {
        let length = 1_u64 << 30;
        let head = format!(
            "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: https://example.org/a\r\n\
             Content-Type: text/plain\r\nContent-Length: {length}\r\n\r\n"
        );
        let tail = [b"\r\n\r\n".to_vec(), page("b", "Next.")].concat();
        let long = Long {
            head: io::Cursor::new(head.into_bytes()),
            left: length,
            tail: io::Cursor::new(tail),
        };
        let mut articles = Vec::new();
        let mut take = |article: crate::article::Article| {
            articles.push(article.text);
            true
        };
        let limits = crate::source::reading::Limits::of_bytes(1000);
        let mut reading = Reading::new("a.warc", limits, None, &mut take);
        let mut stream = BufReader::with_capacity(1 << 16, long);
        reading.file(Content::Stream(&mut stream), SourceFormat::Warc);
        let skips = reading.finish().skipped;
        assert_eq!(articles, ["Next."]);
        let expected = "@0: larger than the limit of 1000 bytes (raise it with --max-size)";
        assert_eq!(told(&skips), [expected]);
    }

    proptest! {
        #[test]
        fn spoiled_bytes_do_no_harm(at in 0_usize..3000, value: u8, cut in 0_usize..3000) {
            let mut plain = records().concat();
            let length = plain.len();
            plain[at % length] = value;
            read("a.warc", &plain);
            read("a.warc", &plain[..cut.min(length)]);
            let parts: Vec<Vec<u8>> = records().iter().map(|record| gzip(record)).collect();
            let mut packed = parts.concat();
            let length = packed.len();
            packed[at % length] = value;
            read("a.warc.gz", &packed);
            read("a.warc.gz", &packed[..cut.min(length)]);
        }
    }
}
