//! The queries of a file, a line each, read as they come.
//!
//! A line is `id`, a tab and the query, or the query alone, whose id is then
//! its number among the queries. Empty lines, and those that begin with `#`,
//! are passed over.

use std::io::Read;

use super::SkipReason;
use super::jsonl::RecordLines;
use super::reading::Limits;

/// Lines above this many bytes are no queries.
const MAX_BYTES: u64 = 1 << 20;

/// A query with what tells it from the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedQuery {
    /// Its id as given, else its number among the queries, from 1.
    pub id: String,
    /// The query, which may be empty after an id.
    pub text: String,
}

/// A line that holds a query that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Its number in the file, from 1.
    pub line: u64,
    /// Why, in words.
    pub why: String,
}

/// The queries of an input, one after the other.
pub struct Queries<R> {
    lines: RecordLines<R>,
    line: Vec<u8>,
    /// Queries so far, those that could not be read among them: the number of
    /// a query must not hang on whether another one can be read.
    count: u64,
}

impl<R: Read> Queries<R> {
    /// The queries of `input`.
    pub fn new(input: R) -> Self {
        Queries {
            lines: RecordLines::new(input, Limits::of_bytes(MAX_BYTES)),
            line: Vec::new(),
            count: 0,
        }
    }
}

impl<R: Read> Iterator for Queries<R> {
    type Item = Result<NamedQuery, BadLine>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let read = self.lines.next(&mut self.line)?;
            let line = self.lines.number;
            let bad = |why: String| Some(Err(BadLine { line, why }));
            if let Err(reason) = read {
                self.count += 1;
                return bad(match reason {
                    SkipReason::TooLarge(limit) => format!("longer than {limit} bytes"),
                    reason => reason.to_string(),
                });
            }
            let mut bytes = self.line.as_slice();
            if line == 1 {
                bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            }
            if bytes.trim_ascii().is_empty() || bytes.starts_with(b"#") {
                continue;
            }
            self.count += 1;
            let Ok(text) = std::str::from_utf8(bytes) else {
                return bad("not UTF-8".to_owned());
            };
            return Some(Ok(named(text, self.count)));
        }
    }
}

/// The query of a line, which is the `number`th.
fn named(line: &str, number: u64) -> NamedQuery {
    let (id, text) = line.split_once('\t').unwrap_or(("", line));
    let id = match id.trim() {
        "" => number.to_string(),
        id => id.to_owned(),
    };
    NamedQuery {
        id,
        text: text.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &[u8], expected: &[&str]) {
        let found: Vec<String> = Queries::new(input)
            .map(|query| match query {
                Ok(query) => format!("{}={}", query.id, query.text),
                Err(bad) => format!("line {}: {}", bad.line, bad.why),
            })
            .collect();
        assert_eq!(found, expected, "{:?}", input.escape_ascii().to_string());
    }

    #[test]
    fn a_line_is_a_query_with_an_id_or_without() {
        check(
            b"a\thotline\nMoscow\n b \tx\ty\n",
            &["a=hotline", "2=Moscow", "b=x\ty"],
        );
        check(b"\tno id\nlast line", &["1=no id", "2=last line"]);
        check(b"a\t\n", &["a="]);
    }

    #[test]
    fn what_is_no_query_is_passed_over() {
        check(
            b"\xef\xbb\xbf# a comment\r\n\r\n \t\nx\r\n#y\nid\tz\r\n",
            &["1=x", "id=z"],
        );
        check(b"\xef\xbb\xbfx\n", &["1=x"]);
        check(b"id\t#hashtag\n", &["id=#hashtag"]);
        check(b"", &[]);
    }

    #[test]
    fn a_bad_line_is_told_and_counted() {
        check(b"x\n\n\xff\xfe\ny\n", &["1=x", "line 3: not UTF-8", "3=y"]);
        let mut long = vec![b'x'; (1 << 20) + 1];
        long.extend_from_slice(b"\ny\n");
        let found: Vec<_> = Queries::new(long.as_slice()).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(
            found[0],
            Err(BadLine {
                line: 1,
                why: "longer than 1048576 bytes".to_owned()
            })
        );
    }
}
