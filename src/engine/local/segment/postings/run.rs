//! The postings of every term of a log, in the order of the terms.
//!
//! A counting sort in two passes over the log. The first sends every occurrence
//! to the state of its term, which adds up how many bytes it will take; the
//! sums give each term its place in one block of bytes, terms in the order of
//! their text. The second pass writes each occurrence to its term's place.
//! Nothing is moved twice, and no list is kept for each term.
//!
//! Example, with positions: a term at 0 and 3 of document 0 and at 1 of
//! document 7 is written as 0·2+1, 0, 3·2, 7·2+1, 1: five bytes. Numbers take
//! seven bits a byte (variable-byte code).
//!
//! Cost: O(occurrences) and one state of 16 bytes for each term of the
//! vocabulary, used or not, plus the sort of the terms that occur. The two
//! passes must see the same numbers, or places would overlap.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use super::{Detail, TermLog};
use crate::engine::local::segment::vocabulary::TermNumbers;
use crate::files::Folder;

/// The postings of some articles, in memory.
///
/// Those of a term are numbers of seven bits a byte. With [`Detail::Presence`]
/// each is the distance to the next document. With [`Detail::Positions`] the
/// lowest bit of a number tells two kinds apart: set, it is the distance to a
/// document, and the first position follows; else the distance to the next
/// position in the same document.
#[derive(Debug)]
pub(crate) struct SortedRun {
    pub(crate) entries: Vec<RunTerm>,
    pub(crate) bytes: Vec<u8>,
}

/// One term of a run. Its postings follow those of the entry before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RunTerm {
    pub(crate) term: u32,
    /// In how many documents it stands.
    pub(crate) documents: u32,
    /// How many bytes its postings take.
    pub(crate) length: u32,
}

/// What is known of a term while a log is gone through. Both passes start from
/// a fresh one.
#[derive(Clone, Copy, Default)]
struct TermState {
    /// The last document with it, plus one.
    last: u32,
    position: u32,
    documents: u32,
    /// Bytes so far, or where the next one goes: a log of the longest article
    /// makes less than four gigabytes.
    at: u32,
}

impl TermState {
    /// The numbers that say that the term stands at `position` of `document`.
    /// At most two numbers; none for a second occurrence where presence is all.
    ///
    /// For a term at 0 and 3 of document 0 and at 1 of document 7, with
    /// positions, the steps give `[1, 0]`, `[6]` and `[15, 1]`; with presence
    /// alone `[0]`, nothing and `[7]`.
    fn step(&mut self, detail: Detail, document: u32, position: u32) -> [Option<u32>; 2] {
        let is_new = self.last != document + 1;
        let distance = document + 1 - self.last.max(1);
        let before = std::mem::replace(&mut self.position, position);
        self.last = document + 1;
        self.documents += u32::from(is_new);
        match (detail, is_new) {
            (Detail::Presence, true) => [Some(distance), None],
            (Detail::Presence, false) => [None, None],
            (Detail::Positions, true) => [Some(distance << 1 | 1), Some(position)],
            (Detail::Positions, false) => [Some((position - before) << 1), None],
        }
    }
}

impl SortedRun {
    /// The run of what `log` keeps: one pass to measure, one to write.
    pub(crate) fn of(log: &TermLog, vocabulary: &TermNumbers) -> SortedRun {
        let mut states = vec![TermState::default(); vocabulary.len()];
        each_number(log, &mut states, |state, number| {
            state.at += length(number);
        });
        let numbers = 0..u32::try_from(states.len()).unwrap_or(u32::MAX);
        let mut terms: Vec<u32> = numbers
            .filter(|term| states[*term as usize].documents > 0)
            .collect();
        vocabulary.sort(&mut terms);
        let mut entries = Vec::with_capacity(terms.len());
        let mut end = 0;
        for term in terms {
            let state = &mut states[term as usize];
            entries.push(RunTerm {
                term,
                documents: state.documents,
                length: state.at,
            });
            let length = state.at;
            *state = TermState {
                at: end,
                ..TermState::default()
            };
            end += length;
        }
        let mut bytes = vec![0; end as usize];
        each_number(log, &mut states, |state, number| {
            state.at += write(number, &mut bytes[state.at as usize..]);
        });
        SortedRun { entries, bytes }
    }
}

/// Calls `sink` with every number that says where a term stands, and with the
/// state of the term.
fn each_number(log: &TermLog, states: &mut [TermState], mut sink: impl FnMut(&mut TermState, u32)) {
    log.each(|document, term, position| {
        let state = &mut states[term as usize];
        let numbers = state.step(log.detail, document, position);
        for number in numbers.into_iter().flatten() {
            sink(state, number);
        }
    });
}

/// How many bytes a number takes. Must agree with `write`.
fn length(number: u32) -> u32 {
    // Seven bits a byte; 0 takes one.
    (38 - (number | 1).leading_zeros()) / 7
}

/// Writes a number: seven bits a byte, lowest first, the last one marked. Gives
/// how many bytes that took.
fn write(mut number: u32, bytes: &mut [u8]) -> u32 {
    let mut written = 0;
    for byte in bytes {
        written += 1;
        if number < 0x80 {
            *byte = number.to_le_bytes()[0] | 0x80;
            break;
        }
        *byte = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
    }
    written
}

/// Reads a number from the front of `bytes`.
///
/// `None` at the end of the bytes.
fn read(bytes: &mut &[u8]) -> Option<u32> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 != 0 {
            return Some(number);
        }
        shift += 7;
    }
}

/// Calls `sink` for each document of a term's postings in one run, with the
/// distances between its positions, the first counted from 0. `distances` is a
/// buffer that calls share.
pub(crate) fn decode(
    detail: Detail,
    mut bytes: &[u8],
    distances: &mut Vec<u32>,
    mut sink: impl FnMut(u32, &[u32]),
) {
    let mut document = 0;
    distances.clear();
    let mut is_first = true;
    while let Some(number) = read(&mut bytes) {
        if detail == Detail::Presence {
            document += number;
            sink(document, &[]);
        } else if number & 1 == 0 {
            distances.push(number >> 1);
        } else {
            if !is_first {
                sink(document, distances);
                distances.clear();
            }
            is_first = false;
            document += number >> 1;
            distances.push(read(&mut bytes).unwrap_or(0));
        }
    }
    if !is_first {
        sink(document, distances);
    }
}

/// Runs on disk, in a file that nobody else sees: it goes with the process. It
/// has no name on disk, so nothing is left to clean up after a crash.
#[derive(Debug)]
pub(crate) struct Spill {
    file: BufWriter<File>,
}

impl Spill {
    /// An empty one beside the index, where there is room for it; in the
    /// system's own place for an index in memory.
    pub(crate) fn new(folder: Option<&Folder>) -> io::Result<Spill> {
        let file = match folder {
            Some(folder) => folder.temporary()?,
            None => tempfile::tempfile()?,
        };
        Ok(Spill {
            file: BufWriter::with_capacity(1 << 16, file),
        })
    }

    /// Makes a run of what `log` keeps, and writes it.
    pub(crate) fn write(&mut self, log: &mut TermLog, vocabulary: &TermNumbers) -> io::Result<()> {
        let run = log.take_run(vocabulary);
        let count = u32::try_from(run.entries.len()).unwrap_or(u32::MAX);
        self.file.write_all(&count.to_le_bytes())?;
        let mut bytes = run.bytes.as_slice();
        for entry in &run.entries {
            for number in [entry.term, entry.documents, entry.length] {
                self.file.write_all(&number.to_le_bytes())?;
            }
            let (postings, rest) = bytes.split_at(entry.length as usize);
            self.file.write_all(postings)?;
            bytes = rest;
        }
        Ok(())
    }

    /// Ends writing; the runs are read in the order in which they were written.
    /// From the first byte on.
    pub(crate) fn into_reader(self) -> io::Result<BufReader<File>> {
        let mut file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(BufReader::with_capacity(1 << 16, file))
    }
}

/// Reads the entry that follows.
pub(crate) fn read_entry(file: &mut BufReader<File>) -> io::Result<RunTerm> {
    Ok(RunTerm {
        term: read_number(file)?,
        documents: read_number(file)?,
        length: read_number(file)?,
    })
}

/// Reads how many entries follow. Four bytes, lowest first.
pub(crate) fn read_number(file: &mut BufReader<File>) -> io::Result<u32> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::local::segment::postings::TermList;

    #[test]
    fn numbers_are_read_as_they_were_written() {
        for number in (0..32).flat_map(|bits| [(1_u32 << bits) - 1, 1 << bits, u32::MAX >> bits]) {
            let mut bytes = [0; 8];
            let written = write(number, &mut bytes);
            assert_eq!(written, length(number), "{number}");
            let mut rest = &bytes[..written as usize];
            assert_eq!((read(&mut rest), rest.len()), (Some(number), 0));
        }
    }

    #[test]
    fn postings_come_by_term_then_document_then_position() {
        let mut vocabulary = TermNumbers::default();
        let [talk, cyber, us] = ["talk", "cyber", "u.s"].map(|term| vocabulary.number(term));
        let mut log = TermLog::new(Detail::Positions);
        let mut list = TermList::default();
        list.gap();
        list.push(talk);
        list.push_same_place(us);
        list.push(cyber);
        list.gap();
        list.push(talk);
        log.add(0, list.clone());
        log.add(7, list.clone());
        log.add(8, TermList::default());
        assert_eq!((log.terms(), list.len()), (8, 4));
        let run = log.take_run(&vocabulary);
        let mut seen = Vec::new();
        let mut bytes = run.bytes.as_slice();
        for entry in &run.entries {
            let (postings, rest) = bytes.split_at(entry.length as usize);
            bytes = rest;
            decode(
                Detail::Positions,
                postings,
                &mut Vec::new(),
                |document, distances| {
                    seen.push((entry.term, entry.documents, document, distances.to_vec()));
                },
            );
        }
        let expected = [(cyber, vec![1]), (talk, vec![0, 3]), (us, vec![0])];
        let expected: Vec<_> = expected
            .into_iter()
            .flat_map(|(term, at)| [(term, 2, 0, at.clone()), (term, 2, 7, at)])
            .collect();
        assert_eq!(seen, expected);
        assert_eq!((log.len(), log.terms()), (0, 8));
    }
}
