//! JSON lines: one article a line.
//!
//! Reads a line at a time, so that a file larger than memory can be indexed.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};

use serde_json::Value;
use xxhash_rust::xxh3::Xxh3;

use super::{Failed, Outcome, Skip, SkipReason, decode, keys, plain_cause};
use crate::article::{Article, Offsets};

/// How many left-out records of one file are remembered one by one; the rest
/// is counted.
const MAX_LISTED: usize = 20;

/// Hands the articles of `file` to `sink`, in order.
pub(super) fn read<E>(
    path: &str,
    file: impl Read,
    max_bytes: u64,
    sink: &mut impl FnMut(Article) -> Result<(), E>,
) -> Result<Outcome, E> {
    let mut lines = Lines::new(file, max_bytes);
    let mut outcome = Outcome::default();
    let mut ids: HashMap<String, u64> = HashMap::new();
    let mut unlisted = 0_u64;
    let mut line = Vec::new();
    while let Some(read) = lines.next(&mut line) {
        let number = lines.number;
        let read = read
            .and_then(|()| record(path, number, &line))
            .and_then(|article| match ids.get(&article.id) {
                Some(first) => Err(SkipReason::DuplicateId(*first)),
                None => Ok(article),
            });
        match read {
            Ok(article) => {
                ids.insert(article.id.clone(), number);
                outcome.articles += 1;
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
            Err(reason) if outcome.skipped.len() < MAX_LISTED => {
                outcome.skipped.push(Skip::record(number, &reason));
            }
            Err(_) => unlisted += 1,
        }
    }
    if unlisted > 0 {
        outcome.skipped.push(Skip {
            line: None,
            reason: format!("{unlisted} more records"),
        });
    }
    if outcome.articles == 0 && outcome.skipped.is_empty() {
        outcome.skipped.push(Skip::file(&SkipReason::Empty));
    }
    outcome.hash = lines.hasher.digest();
    Ok(outcome)
}

/// The lines of a file of records.
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    max_bytes: u64,
    /// The number of the line read last, from 1.
    pub(super) number: u64,
    hasher: Xxh3,
    has_failed: bool,
}

impl<R: Read> Lines<R> {
    /// The lines of `file`; those above `max_bytes` are passed over.
    pub(super) fn new(file: R, max_bytes: u64) -> Self {
        Lines {
            reader: BufReader::with_capacity(1 << 16, file),
            max_bytes,
            number: 0,
            hasher: Xxh3::new(),
            has_failed: false,
        }
    }

    /// Reads the next line into `line`; `None` at the end of the file, and
    /// after a line that could not be read.
    pub(super) fn next(&mut self, line: &mut Vec<u8>) -> Option<Result<(), SkipReason>> {
        if self.has_failed {
            return None;
        }
        self.number += 1;
        if self.number == 1 {
            // An error is told by the reading that follows.
            let head = self.reader.fill_buf().unwrap_or_default();
            let head = &head[..head.len().min(decode::SNIFFED)];
            if begins_as_binary(head) {
                self.hasher.update(head);
                self.has_failed = true;
                return Some(Err(SkipReason::Binary));
            }
        }
        match next_line(&mut self.reader, line, self.max_bytes, &mut self.hasher) {
            Ok(LineRead::End) => None,
            Ok(LineRead::Whole) => Some(Ok(())),
            Ok(LineRead::TooLong) => Some(Err(SkipReason::TooLarge(self.max_bytes))),
            Err(error) => {
                self.has_failed = true;
                Some(Err(SkipReason::Unreadable(plain_cause(&error))))
            }
        }
    }

    /// Whether a whole line lies ready, so that reading it cannot wait.
    pub(super) fn has_line_ready(&self) -> bool {
        self.reader.buffer().contains(&b'\n')
    }
}

/// Whether a file of records with this head, of [`decode::SNIFFED`] bytes, is
/// none: the image of a disk, or room that was never written, has zeros and no
/// line end for gigabytes.
pub(super) fn begins_as_binary(head: &[u8]) -> bool {
    head.len() == decode::SNIFFED && head.contains(&0) && !head.contains(&b'\n')
}

enum LineRead {
    Whole,
    TooLong,
    End,
}

/// Reads the next line into `line`, or past it when it is above `max_bytes`.
fn next_line(
    reader: &mut impl BufRead,
    line: &mut Vec<u8>,
    max_bytes: u64,
    hasher: &mut Xxh3,
) -> std::io::Result<LineRead> {
    line.clear();
    reader
        .by_ref()
        .take(max_bytes.saturating_add(1))
        .read_until(b'\n', line)?;
    hasher.update(line);
    if line.is_empty() {
        return Ok(LineRead::End);
    }
    if line.ends_with(b"\n") || line.len() as u64 <= max_bytes {
        return Ok(LineRead::Whole);
    }
    loop {
        line.clear();
        reader.by_ref().take(1 << 16).read_until(b'\n', line)?;
        hasher.update(line);
        if line.is_empty() || line.ends_with(b"\n") {
            return Ok(LineRead::TooLong);
        }
    }
}

/// The article of one line.
pub(super) fn record(path: &str, number: u64, line: &[u8]) -> Result<Article, SkipReason> {
    let text = decode::decode_line(line);
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(SkipReason::Empty);
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        // serde_json counts lines within the record, where there is one.
        let message = error.to_string();
        SkipReason::BadRecord(message.replace(" at line 1 column", " at column"))
    })?;
    let Value::Object(mut fields) = value else {
        return Err(SkipReason::BadRecord("not a JSON object".to_owned()));
    };
    let id = keys::take_text(&mut fields, "id");
    let text = keys::take_text(&mut fields, "text");
    let (given_title, metadata) = keys::take(fields);
    let article = Article {
        path: path.to_owned(),
        id: id.unwrap_or_else(|| format!("{path}:{number}")),
        given_title,
        text: text.unwrap_or_default(),
        body_start: 0,
        offsets: Offsets::Shift(0),
        record_line: Some(number),
        metadata,
    };
    if article.text.trim().is_empty() && article.given_title.is_none() {
        return Err(SkipReason::BadRecord(
            "it has neither \"text\" nor \"title\"".to_owned(),
        ));
    }
    Ok(article)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &[u8], max_bytes: u64) -> (Vec<Article>, Outcome) {
        let mut articles = Vec::new();
        let outcome = read::<()>("a.jsonl", text, max_bytes, &mut |article| {
            articles.push(article);
            Ok(())
        });
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
        assert_eq!(
            outcome.skipped[2].reason,
            "has the id of the record on line 1"
        );
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
        bytes[5000] = b'\n';
        bytes.extend(b"\n{\"text\":\"b\"}");
        assert_eq!(read_all(&bytes, 1_000_000).0.len(), 1);
    }

    #[test]
    fn a_numeric_id_is_its_digits() {
        let (articles, _) = read_all(b"{\"id\":7,\"text\":\"a\",\"countries\":[]}", 1000);
        assert_eq!(articles[0].id, "7");
        assert_eq!(articles[0].metadata.countries, Some(Vec::new()));
    }
}
