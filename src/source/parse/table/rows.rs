//! The rows of a table, and the cells of a row, with their places.
//!
//! Rows end with a line end outside of quotes. A cell that begins with `"` goes on
//! to the next `"` that is not doubled; what follows it up to the separator
//! belongs to the cell as it stands. That is how the `csv` crate reads, and the
//! tests hold both against each other; it is written out here since a cell's place
//! in the file is needed, and since a quote that is never closed would make one
//! row of all that follows, of whatever length.
//!
//! Example: in `7,"He said ""no"""`, the second cell is `He said "no"`, made of the
//! parts `He said `, `"no` and `"`; each lies in the file as it is, and a quote at
//! the beginning of any but the first has its twin before it.

use std::io::{self, BufRead};
use std::ops::Range;

use crate::source::parse::jsonl::Zeros;

/// Reads a table row by row.
pub(super) struct Rows<R> {
    source: R,
    separator: u8,
    /// The longest row that is kept.
    longest: u64,
    /// The offset of the next byte.
    at: u64,
    /// The line of the next byte.
    line: u64,
    /// Whether the last row ended with `\r`, so that `\n` still belongs to it.
    ends_with_return: bool,
    zeros: Zeros,
}

/// What was read of a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RowRead {
    /// All of it.
    Whole,
    /// It is longer than what is kept, with its length.
    TooLong(u64),
    /// A quote in it is not closed.
    Open,
    /// What follows is no text.
    Binary,
    /// There is none.
    End,
}

/// A row.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Its bytes, without the line end.
    pub(super) bytes: Vec<u8>,
    /// Where they begin in the file.
    pub(super) start: u64,
    /// The line at which it begins, from 1.
    pub(super) line: u64,
}

/// A row's room is given back where it is more than this.
const KEPT_ROOM: usize = 1 << 20;

/// Where in a cell a byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before its first byte.
    Start,
    /// Outside of quotes.
    Plain,
    /// In quotes.
    Quoted,
    /// Behind a quote in quotes: the last one, or the first of two.
    Quote,
}

impl State {
    /// The state behind `byte`, which is neither a separator nor a line end
    /// outside of quotes.
    fn behind(self, byte: u8) -> State {
        match (self, byte) {
            (State::Quoted, b'"') => State::Quote,
            (State::Start | State::Quote, b'"') | (State::Quoted, _) => State::Quoted,
            _ => State::Plain,
        }
    }
}

impl<R: BufRead> Rows<R> {
    /// The rows of `source`, whose first byte is the file's at `start`, on `line`.
    pub(super) fn new(source: R, separator: u8, longest: u64, start: u64, line: u64) -> Rows<R> {
        Rows {
            source,
            separator,
            longest,
            at: start,
            line,
            ends_with_return: false,
            zeros: Zeros::default(),
        }
    }

    /// Reads the next row.
    pub(super) fn next(&mut self, row: &mut Row) -> io::Result<RowRead> {
        row.bytes.clear();
        row.bytes.shrink_to(KEPT_ROOM);
        self.skip_line_end()?;
        (row.start, row.line) = (self.at, self.line);
        let mut state = State::Start;
        let mut length = 0_u64;
        loop {
            let ready = match self.source.fill_buf() {
                Ok(ready) => ready,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if ready.is_empty() {
                return Ok(match state {
                    _ if length == 0 => RowRead::End,
                    _ if length > self.longest => RowRead::TooLong(length),
                    State::Quoted => RowRead::Open,
                    _ => RowRead::Whole,
                });
            }
            let (read, end) = end_of_row(ready, self.separator, &mut state);
            let is_binary = self.zeros.end_in(&ready[..read]).is_some();
            length = length.saturating_add(read as u64);
            if length <= self.longest {
                row.bytes.extend_from_slice(&ready[..read]);
            } else {
                row.bytes.clear();
            }
            let lines = memchr::memchr_iter(b'\n', &ready[..read]).count() as u64;
            let consumed = read + usize::from(end.is_some());
            self.source.consume(consumed);
            self.at = self.at.saturating_add(consumed as u64);
            self.line = self.line.saturating_add(lines);
            if is_binary {
                return Ok(RowRead::Binary);
            }
            if let Some(end) = end {
                self.line = self.line.saturating_add(1);
                self.ends_with_return = end == b'\r';
                return Ok(if length > self.longest {
                    RowRead::TooLong(length)
                } else {
                    RowRead::Whole
                });
            }
        }
    }

    fn skip_line_end(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.ends_with_return)
            && self.source.fill_buf()?.first() == Some(&b'\n')
        {
            self.source.consume(1);
            self.at = self.at.saturating_add(1);
        }
        Ok(())
    }
}

/// How many of `bytes` belong to the row, and the line end behind them.
fn end_of_row(bytes: &[u8], separator: u8, state: &mut State) -> (usize, Option<u8>) {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (*state, byte) {
            (State::Quoted, _) => {
                // Most of a table is the text in its quotes.
                let Some(quote) = memchr::memchr(b'"', &bytes[at..]) else {
                    return (bytes.len(), None);
                };
                at += quote;
                *state = State::Quote;
            }
            (_, b'\r' | b'\n') => return (at, Some(byte)),
            (_, byte) if byte == separator => *state = State::Start,
            (before, byte) => *state = before.behind(byte),
        }
        at += 1;
    }
    (at, None)
}

/// A cell of a row.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// The stretches of the row that it is made of, one after the other. Between
    /// two of them one quote lies that is not part of it.
    pub(super) parts: Vec<Range<usize>>,
}

impl Cell {
    /// The bytes of the cell.
    #[cfg(test)]
    fn bytes(&self, row: &[u8]) -> Vec<u8> {
        let parts = self.parts.iter();
        parts.flat_map(|part| row[part.clone()].to_vec()).collect()
    }
}

/// The cells of a row.
pub(super) fn cells(row: &[u8], separator: u8) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut cell = Cell::default();
    let mut state = State::Start;
    let mut from = 0;
    for (at, &byte) in row.iter().enumerate() {
        if byte == separator && state != State::Quoted {
            // The closing quote has ended its part.
            if state != State::Quote {
                cell.parts.push(from..at);
            }
            cells.push(std::mem::take(&mut cell));
            (state, from) = (State::Start, at + 1);
            continue;
        }
        let next = state.behind(byte);
        match (state, next) {
            (State::Start, State::Quoted) => from = at + 1,
            (State::Quoted, State::Quote) => cell.parts.push(from..at),
            // The second quote of two belongs to the cell.
            (State::Quote, _) => from = at,
            _ => {}
        }
        state = next;
    }
    if state != State::Quote {
        cell.parts.push(from..row.len());
    }
    cells.push(cell);
    cells
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The cells of all rows, with the line and the place of each row.
    fn read(bytes: &[u8], size: usize) -> Vec<(u64, u64, Vec<Vec<u8>>)> {
        let source = io::BufReader::with_capacity(size, bytes);
        let mut rows = Rows::new(source, b',', 1 << 20, 0, 1);
        let (mut row, mut all) = (Row::default(), Vec::new());
        loop {
            match rows.next(&mut row).unwrap() {
                RowRead::End => return all,
                RowRead::Whole | RowRead::Open if !row.bytes.is_empty() => {
                    let found = cells(&row.bytes, b',');
                    let found = found.iter().map(|cell| cell.bytes(&row.bytes)).collect();
                    all.push((row.line, row.start, found));
                }
                _ => {}
            }
        }
    }

    fn check(text: &str, expected: &[(u64, &[&str])]) {
        for size in [1, 2, 7, 100] {
            let found: Vec<(u64, Vec<String>)> = read(text.as_bytes(), size)
                .into_iter()
                .map(|(line, _, cells)| {
                    let text = |cell| String::from_utf8(cell).unwrap();
                    (line, cells.into_iter().map(text).collect())
                })
                .collect();
            let expected: Vec<(u64, Vec<String>)> = expected
                .iter()
                .map(|(line, cells)| (*line, cells.iter().map(|&cell| cell.to_owned()).collect()))
                .collect();
            assert_eq!(found, expected, "{text:?} {size}");
        }
    }

    #[test]
    fn rows_and_cells_are_as_they_are_written() {
        check("a,b\r\nc,\n", &[(1, &["a", "b"]), (2, &["c", ""])]);
        check(
            "1,\"two\nlines\"\n\n2,\"say \"\"no\"\"\",x",
            &[(1, &["1", "two\nlines"]), (4, &["2", "say \"no\"", "x"])],
        );
        check("a\rb\r\rc", &[(1, &["a"]), (2, &["b"]), (4, &["c"])]);
        check("a \"b\" c,\"d\"e", &[(1, &["a \"b\" c", "de"])]);
    }

    #[test]
    fn a_row_without_end_is_passed_over() {
        let text = format!("a,\"{}\nb", "x\n".repeat(2000));
        let mut rows = Rows::new(text.as_bytes(), b',', 100, 0, 1);
        let mut row = Row::default();
        assert_eq!(rows.next(&mut row).unwrap(), RowRead::TooLong(4005));
        let mut rows = Rows::new(text.as_bytes(), b',', 10_000, 0, 1);
        assert_eq!(rows.next(&mut row).unwrap(), RowRead::Open);
        assert_eq!(rows.next(&mut row).unwrap(), RowRead::End);
    }

    proptest! {
        /// Bytes of the kind that tables are made of.
        #[test]
        fn it_reads_as_the_csv_crate_does(text in "[ab,\"\n]{0,40}", size in 1_usize..9) {
            let mut reader = csv::ReaderBuilder::new();
            let mut reader = reader.has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<Vec<u8>>> = reader
                .byte_records()
                .map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect())
                .collect();
            let ours: Vec<_> = read(text.as_bytes(), size);
            let ours: Vec<Vec<Vec<u8>>> = ours.into_iter().map(|(_, _, cells)| cells).collect();
            prop_assert_eq!(ours, theirs, "{:?}", text);
        }

        #[test]
        fn any_bytes_are_rows_with_their_places(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for (line, start, cells) in read(&bytes, 16) {
                let start = usize::try_from(start).unwrap();
                prop_assert!(start <= bytes.len() && line >= 1);
                prop_assert!(!cells.is_empty());
            }
        }
    }
}
