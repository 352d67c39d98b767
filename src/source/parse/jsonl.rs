//! JSON lines: one article a line.
//!
//! Reads a line at a time, so that a file larger than memory can be indexed.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read};

use memchr::memchr;
use rustc_hash::FxHashMap;
use serde_json::Value;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::article::{Article, Offsets, Origin};
use crate::failure::plain_cause;
use crate::source::kind::SNIFFED;
use crate::source::reading::Limits;
use crate::source::reading::outcome::{Failed, Listed, Outcome, Skip, SkipReason};
use crate::source::{decode, keys};

/// Hands the articles of `file` to `sink`, in order.
pub(in crate::source) fn read<E>(
    path: &str,
    file: impl Read,
    limits: Limits,
    sink: &mut impl FnMut(Article) -> Result<(), E>,
) -> Result<Outcome, E> {
    let mut lines = RecordLines::new(file, limits);
    let mut outcome = Outcome::default();
    let mut ids = Ids::default();
    let (mut skips, mut remarks) = (Listed::default(), Listed::default());
    let mut line = Vec::new();
    while let Some(read) = lines.next(&mut line) {
        let number = lines.number;
        let read = read
            .and_then(|()| record(path, number, &line))
            .and_then(|(article, told)| match ids.add(path, &article.id, number) {
                Some(first) => Err(SkipReason::DuplicateId(first)),
                None => Ok((article, told)),
            });
        match read {
            Ok((article, told)) => {
                outcome.articles += 1;
                for remark in told {
                    remarks.add(|| Skip::remark(Some(number), remark));
                }
                sink(article)?;
            }
            Err(SkipReason::Unreadable(why)) => {
                outcome.failed = Some(Failed {
                    why,
                    is_gone: false,
                    is_closed_link: false,
                });
            }
            // A blank line, or the one after the last line end, is no record.
            Err(SkipReason::Empty) => {}
            Err(reason) => skips.add(|| Skip::record(number, &reason)),
        }
    }
    outcome.skipped = skips.finish("records", Skip::told);
    outcome
        .skipped
        .extend(remarks.finish("remarks", Skip::remark));
    if outcome.articles == 0 && outcome.skipped.is_empty() {
        outcome.skipped.push(Skip::file(&SkipReason::Empty));
    }
    outcome.hash = lines.hasher.digest();
    Ok(outcome)
}

/// The ids of a file's records. Most records state none and have one by their
/// line: of these a bit is kept, of the others a hash, since the texts of ten
/// million would take a gigabyte. That two of 2^32 ids have one hash of 128
/// bits is less likely than one in 2^64.
#[derive(Debug, Default)]
struct Ids {
    stated: FxHashMap<[u32; 4], u32>,
    /// A bit for each line whose record has its id by it.
    by_line: Vec<u64>,
}

impl Ids {
    /// Adds the id of the record on `line` of the file `path`, or tells on
    /// which line it was seen before.
    fn add(&mut self, path: &str, id: &str, line: u64) -> Option<u64> {
        let of_line = line_meant(path, id);
        let hash = xxh3_128(id.as_bytes());
        let part = |shift: u32| u32::try_from(hash >> shift & 0xffff_ffff).unwrap_or_default();
        let key = [part(0), part(32), part(64), part(96)];
        if let Some(first) = self.stated.get(&key) {
            return Some((*first).into());
        }
        if of_line == Some(line) {
            let (at, bit) = Self::place(line);
            if at >= self.by_line.len() {
                self.by_line.resize(at + 1, 0);
            }
            self.by_line[at] |= bit;
            return None;
        }
        if let Some(of_line) = of_line {
            let (at, bit) = Self::place(of_line);
            if self.by_line.get(at).is_some_and(|bits| bits & bit != 0) {
                return Some(of_line);
            }
        }
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        self.stated.insert(key, line);
        None
    }

    fn place(line: u64) -> (usize, u64) {
        let at = usize::try_from(line / 64).unwrap_or(usize::MAX);
        (at, 1 << (line % 64))
    }
}

/// The line whose record has this id if it states none.
fn line_meant(path: &str, id: &str) -> Option<u64> {
    let digits = id.strip_prefix(path)?.strip_prefix(':')?;
    let is_plain = digits.starts_with(|c: char| matches!(c, '1'..='9'));
    digits.parse().ok().filter(|_| is_plain)
}

/// The lines of a file of records.
pub(in crate::source) struct RecordLines<R> {
    reader: BufReader<R>,
    limits: Limits,
    /// The number of the line read last, from 1.
    pub(in crate::source) number: u64,
    hasher: Xxh3,
    zeros: Zeros,
    has_failed: bool,
}

impl<R: Read> RecordLines<R> {
    /// The lines of `file`; those that are longer than `most` says are passed
    /// over.
    pub(in crate::source) fn new(file: R, limits: Limits) -> Self {
        RecordLines {
            reader: BufReader::with_capacity(1 << 16, file),
            limits,
            number: 0,
            hasher: Xxh3::new(),
            zeros: Zeros::default(),
            has_failed: false,
        }
    }

    /// Reads the next line into `line`; `None` at the end of the file, and
    /// after a line that could not be read.
    pub(in crate::source) fn next(&mut self, line: &mut Vec<u8>) -> Option<Result<(), SkipReason>> {
        if self.has_failed {
            return None;
        }
        self.number += 1;
        if self.number == 1 {
            // An error is told by the reading that follows.
            let head = self.reader.fill_buf().unwrap_or_default();
            let head = &head[..head.len().min(SNIFFED)];
            if begins_as_binary(head) {
                self.hasher.update(head);
                self.has_failed = true;
                return Some(Err(SkipReason::Binary));
            }
        }
        match self.next_line(line) {
            Ok(LineRead::End) => None,
            Ok(LineRead::Binary) => {
                self.has_failed = true;
                Some(Err(SkipReason::Binary))
            }
            Ok(LineRead::Whole) => Some(Ok(())),
            Ok(LineRead::TooLong(length)) => Some(Err(self.limits.refuses_record(length))),
            Err(error) => {
                self.has_failed = true;
                Some(Err(SkipReason::Unreadable(plain_cause(&error))))
            }
        }
    }

    /// Whether a whole line lies ready, so that reading it cannot wait.
    pub(in crate::source) fn has_line_ready(&self) -> bool {
        self.reader.buffer().contains(&b'\n')
    }
}

/// Whether a file of records with this head, of [`SNIFFED`] bytes, is
/// none: the image of a disk, or room that was never written, has zeros and no
/// line end for gigabytes.
pub(in crate::source) fn begins_as_binary(head: &[u8]) -> bool {
    head.len() == SNIFFED && head.contains(&0) && !head.contains(&b'\n')
}

/// So many zeros one after the other are no damaged record: what follows was
/// never written, and may go on for gigabytes.
const MOST_ZEROS: usize = SNIFFED;

/// Counts zeros that stand one after the other.
#[derive(Debug, Default)]
pub(in crate::source) struct Zeros {
    /// How many the bytes so far end with.
    last: usize,
}

impl Zeros {
    /// How many of `bytes`, which follow those before, are read until there
    /// are too many zeros; `None` where there are not.
    pub(in crate::source) fn end_in(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            if self.last == 0 {
                at += memchr(0, &bytes[at..])?;
            }
            let zeros = bytes[at..].iter().take_while(|byte| **byte == 0).count();
            if self.last + zeros >= MOST_ZEROS {
                return Some(at + MOST_ZEROS - self.last);
            }
            at += zeros;
            if at == bytes.len() {
                self.last += zeros;
                return None;
            }
            self.last = 0;
        }
    }
}

enum LineRead {
    Whole,
    /// With its length.
    TooLong(u64),
    Binary,
    End,
}

/// A line's room is given back where it is more than this.
const KEPT_ROOM: usize = 1 << 20;

impl<R: Read> RecordLines<R> {
    /// Reads the next line into `line`, or past it when it is too long.
    fn next_line(&mut self, line: &mut Vec<u8>) -> io::Result<LineRead> {
        line.clear();
        line.shrink_to(KEPT_ROOM);
        let (mut length, longest) = (0, self.limits.longest_record());
        loop {
            let bytes = match self.reader.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let end = memchr(b'\n', bytes);
            let bytes = &bytes[..end.map_or(bytes.len(), |end| end + 1)];
            let binary = self.zeros.end_in(bytes);
            let read = binary.unwrap_or(bytes.len());
            self.hasher.update(&bytes[..read]);
            length += (read - usize::from(end.is_some() && binary.is_none())) as u64;
            if length <= longest {
                line.extend_from_slice(&bytes[..read]);
            } else {
                line.clear();
            }
            let is_last = bytes.is_empty() || end.is_some();
            self.reader.consume(read);
            if binary.is_some() {
                return Ok(LineRead::Binary);
            }
            if is_last {
                return Ok(match end {
                    _ if length > longest => LineRead::TooLong(length),
                    None if length == 0 => LineRead::End,
                    _ => LineRead::Whole,
                });
            }
        }
    }
}

/// The article of one line, and what was not understood of it.
pub(in crate::source) fn record(
    path: &str,
    number: u64,
    line: &[u8],
) -> Result<(Article, Vec<String>), SkipReason> {
    let (text, unsure) = decode::decode_line(line);
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(SkipReason::Empty);
    }
    let Value::Object(mut fields) = parse(text)? else {
        return Err(SkipReason::BadRecord("not a JSON object".to_owned()));
    };
    let id = keys::take_text(&mut fields, "id");
    let keys::Stated {
        title,
        text,
        metadata,
        mut remarks,
    } = keys::take_record(fields);
    if text.is_none() && title.is_none() {
        return Err(SkipReason::BadRecord(no_text(&metadata.other)));
    }
    let (text, is_changed) =
        text.map_or_else(Default::default, |stated| (stated.text, stated.is_changed));
    remarks.extend(decode::remarks(unsure.as_deref(), &text));
    let article = Article {
        path: path.to_owned(),
        id: id.unwrap_or_else(|| format!("{path}:{number}")),
        given_title: title,
        text,
        offsets: if is_changed {
            Offsets::Nowhere
        } else {
            Offsets::Shift(0)
        },
        record_line: Some(number),
        origin: Origin::usual(Some(number)),
        metadata,
        ..Article::default()
    };
    Ok((article, remarks))
}

/// Reads the JSON of a record. A control character inside a string, which JSON
/// forbids and a damaged byte may be, is taken as itself.
fn parse(text: &str) -> Result<Value, SkipReason> {
    let bad = |error: serde_json::Error| {
        // serde_json counts lines within the record, where there is one.
        let message = error.to_string();
        SkipReason::BadRecord(message.replace(" at line 1 column", " at column"))
    };
    serde_json::from_str(text).or_else(|error| match escaped(text) {
        Some(escaped) => serde_json::from_str(&escaped).map_err(bad),
        None => Err(bad(error)),
    })
}

/// The record with its control characters escaped inside strings, and as spaces
/// elsewhere; `None` where it has none.
fn escaped(text: &str) -> Option<String> {
    let is_control = |c: char| c < ' ';
    text.contains(is_control).then(|| {
        let mut whole = String::with_capacity(text.len() + 16);
        let (mut is_string, mut is_escape) = (false, false);
        for c in text.chars() {
            match c {
                c if is_control(c) && is_string => {
                    // Writing to a string cannot fail.
                    let _ = write!(whole, "\\u{:04x}", u32::from(c));
                }
                c if is_control(c) => whole.push(' '),
                c => whole.push(c),
            }
            is_string ^= c == '"' && !is_escape;
            is_escape = c == '\\' && is_string && !is_escape;
        }
        whole
    })
}

/// How many of a record's keys are named.
const MOST_KEYS: usize = 8;

/// Why a record without text and title is none, with the keys that it has.
pub(in crate::source) fn no_text(others: &serde_json::Map<String, Value>) -> String {
    let keys: Vec<String> = others
        .keys()
        .take(MOST_KEYS)
        .map(|key| key.chars().take(40).collect())
        .collect();
    let keys = match (keys.is_empty(), others.len() > MOST_KEYS) {
        (true, _) => String::new(),
        (false, true) => format!("; its keys are {}, …", keys.join(", ")),
        (false, false) => format!("; its keys are {}", keys.join(", ")),
    };
    format!("it has neither \"text\" nor \"title\"{keys}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::reading::outcome::MAX_LISTED;

    fn read_all(text: &[u8], max_bytes: u64) -> (Vec<Article>, Outcome) {
        let mut articles = Vec::new();
        let outcome = read::<()>(
            "a.jsonl",
            text,
            Limits::of_bytes(max_bytes),
            &mut |article| {
                articles.push(article);
                Ok(())
            },
        );
        (articles, outcome.unwrap())
    }

    #[test]
    fn records_become_articles_and_bad_ones_are_named() {
        let text = b"{\"id\":\"x\",\"title\":\"T\",\"text\":\"Body.\",\"section\":\"world\"}\n\n{bad\n[1]\n{\"id\":\"x\",\"text\":\"b\"}\n{\"title\":\"Only\"}\n{}";
        let (articles, outcome) = read_all(text, 1000);
        assert_eq!(articles.len(), 2);
        assert_eq!(articles[0].metadata.other["section"], "world");
        assert_eq!(
            (articles[1].id.as_str(), articles[1].record_line),
            ("a.jsonl:6", Some(6))
        );
        let lines: Vec<Option<u64>> = outcome.skipped.iter().map(|skip| skip.line).collect();
        assert_eq!(lines, [Some(3), Some(4), Some(5), Some(7)]);
        assert_eq!(outcome.skipped[2].reason, "same id as the record on line 1");
    }

    #[test]
    fn an_id_is_seen_once_stated_or_not() {
        let text = b"{\"text\":\"a\"}\n{\"id\":\"a.jsonl:1\",\"text\":\"b\"}\n{\"id\":\"a.jsonl:4\",\"text\":\"c\"}\n{\"text\":\"d\"}\n{\"id\":\"a.jsonl:05\",\"text\":\"e\"}\n{\"id\":\"a.jsonl:7\",\"text\":\"f\"}";
        let (articles, outcome) = read_all(text, 1000);
        let ids: Vec<&str> = articles.iter().map(|article| article.id.as_str()).collect();
        assert_eq!(ids, ["a.jsonl:1", "a.jsonl:4", "a.jsonl:05", "a.jsonl:7"]);
        let skipped: Vec<_> = outcome
            .skipped
            .iter()
            .map(|skip| (skip.line, skip.reason.as_str()))
            .collect();
        let reason = |line: u64| format!("same id as the record on line {line}");
        assert_eq!(skipped, [(Some(2), &*reason(1)), (Some(4), &*reason(3))]);
    }

    #[test]
    fn a_line_above_the_limit_is_passed_over() {
        let text = format!(
            "{{\"text\":\"{}\"}}\n{{\"text\":\"short\"}}\n",
            "x".repeat(300_000)
        );
        let (articles, outcome) = read_all(text.as_bytes(), 100);
        assert_eq!(articles.len(), 1);
        assert_eq!(outcome.skipped[0].line, Some(1));
    }

    #[test]
    fn what_begins_with_zeros_and_no_line_is_not_read_through() {
        let mut bytes = vec![0; 20_000];
        let (_, outcome) = read_all(&bytes, 100);
        assert_eq!(outcome.skipped[0].reason, "binary, not text");
        // A damaged record leaves the others.
        bytes.truncate(10_000);
        bytes[5000] = b'\n';
        bytes.extend(b"\n{\"text\":\"b\"}");
        assert_eq!(read_all(&bytes, 1_000_000).0.len(), 1);
    }

    /// A good record, then zeros without end; counts what is read of them.
    struct Endless(usize);

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let record = b"{\"text\":\"a\"}\n";
            buffer.fill(0);
            if self.0 == 0 {
                buffer[..record.len()].copy_from_slice(record);
            }
            self.0 += buffer.len();
            Ok(buffer.len())
        }
    }

    #[test]
    fn zeros_after_a_line_end_the_file() {
        let mut file = Endless(0);
        let mut articles = 0;
        let outcome = read::<()>("a.jsonl", &mut file, Limits::of_bytes(1 << 30), &mut |_| {
            articles += 1;
            Ok(())
        });
        assert_eq!(articles, 1);
        assert_eq!(outcome.unwrap().skipped[0].reason, "binary, not text");
        assert!(file.0 <= 1 << 17, "{} bytes", file.0);
    }

    #[test]
    fn zeros_are_counted_across_buffers() {
        let bytes = [vec![b'x'; 100], vec![0; MOST_ZEROS], vec![b'x'; 100]].concat();
        for size in [1, 7, 4096, 1 << 20] {
            let (mut zeros, mut read) = (Zeros::default(), 0);
            for piece in bytes.chunks(size) {
                if let Some(end) = zeros.end_in(piece) {
                    read += end;
                    break;
                }
                read += piece.len();
            }
            assert_eq!(read, 100 + MOST_ZEROS, "{size}");
        }
        assert_eq!(Zeros::default().end_in(&b"a\0".repeat(10_000)), None);
    }

    #[test]
    fn remarks_are_told_with_their_line_and_counted_in_the_end() {
        let text = format!(
            "{{\"text\":\"a\",\"date\":\"2013\"}}\n{}",
            "{\"text\":\"b\",\"date\":\"soon\"}\n".repeat(30)
        );
        let (articles, outcome) = read_all(text.as_bytes(), 1000);
        assert_eq!(articles.len(), 31);
        assert!(outcome.skipped.iter().all(|skip| skip.is_remark));
        assert_eq!(outcome.skipped.len(), MAX_LISTED + 1);
        let first = Skip::remark(Some(2), "date not understood: “soon”".to_owned());
        assert_eq!(outcome.skipped[0], first);
        assert_eq!(outcome.skipped[MAX_LISTED].reason, "10 more remarks");
    }

    #[test]
    fn a_record_without_text_names_its_keys() {
        let (_, outcome) = read_all(b"{\"a\":1,\"b\":[2]}\n{}", 1000);
        let reasons = outcome.skipped.iter().map(|skip| skip.reason.as_str());
        let reasons: Vec<&str> = reasons.collect();
        assert_eq!(
            reasons,
            [
                "invalid record: it has neither \"text\" nor \"title\"; its keys are a, b",
                "invalid record: it has neither \"text\" nor \"title\""
            ]
        );
    }

    #[test]
    fn a_stray_control_character_drops_no_record() {
        let (articles, outcome) = read_all(b"{\"text\":\"a\0b\\\"\tc\"}\0\n", 1000);
        assert_eq!(articles[0].text, "a\0b\"\tc");
        assert_eq!(outcome.skipped, []);
    }

    #[test]
    fn offsets_lead_nowhere_once_a_text_is_changed() {
        let text = b"{\"text\":\"plain\"}\n{\"text\":\"<p>one</p>\"}\n{\"text\":[\"one\",\"two\"]}";
        let (articles, _) = read_all(text, 1000);
        let bases = articles.iter().map(|article| article.offsets.clone());
        let expected = [Offsets::Shift(0), Offsets::Nowhere, Offsets::Nowhere];
        assert_eq!(bases.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_numeric_id_is_its_digits() {
        let (articles, _) = read_all(b"{\"id\":7,\"text\":\"a\",\"countries\":[]}", 1000);
        assert_eq!(articles[0].id, "7");
        assert_eq!(articles[0].metadata.countries, Some(Vec::new()));
    }
}
