//! Writes the postings of a field as the index library reads them.
//!
//! A k-way merge by term. Every source (the runs on disk, the log in memory)
//! stands at its next term; the first of these in byte order is written, with
//! the postings of each source that has it, oldest first. Documents of a
//! younger run are all higher, so their postings are appended and never
//! compared.
//!
//! Example: run 1 has oil → 3, 8 and price → 3; the log has oil → 12 and tax →
//! 11: the field gets oil → 3, 8, 12, then price → 3, then tax → 11.
//!
//! Sources are few (200 at most), so the first term is found by going through
//! all of them: O(terms × sources) comparisons, most of them of equal numbers.
//! Memory is one term's postings and a buffer of 64 KiB a run. Each run holds
//! its fields in the order in which they are written here, and is read front to
//! back.

use std::fs::File;
use std::io::{self, BufReader, Read};

use tantivy::directory::TerminatingWrite;
use tantivy::fieldnorm::FieldNormReader;

use super::TermLog;
use super::run::{RunTerm, SortedRun, Spill, decode, read_entry, read_number};
use crate::document::field::Field;
use crate::engine::local::segment::format::PostingsFiles;
use crate::engine::local::segment::vocabulary::TermNumbers;

/// All runs of a segment but those still in its logs, oldest first. Their
/// documents do not overlap.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    files: Vec<BufReader<File>>,
}

impl Runs {
    /// The run of the documents after those of all runs before.
    pub(crate) fn add(&mut self, spill: Spill) -> io::Result<()> {
        self.files.push(spill.into_reader()?);
        Ok(())
    }

    /// How many there are, each an open file.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }
}

/// One run of a field, being read. Entries come by the bytes of their terms.
enum RunSource<'a> {
    /// The log that was never written.
    Memory {
        run: &'a SortedRun,
        next: usize,
        at: usize,
    },
    /// A run in a file, with the terms of this field that are left.
    Disk {
        file: &'a mut BufReader<File>,
        left: u32,
        head: Option<RunTerm>,
    },
}

impl RunSource<'_> {
    /// Starts on the next field of a run on disk.
    fn of_file(file: &mut BufReader<File>) -> io::Result<RunSource<'_>> {
        let left = read_number(file)?;
        let mut source = RunSource::Disk {
            file,
            left,
            head: None,
        };
        source.advance()?;
        Ok(source)
    }

    /// The term whose postings come next. `None` at the end of the field.
    fn head(&self) -> Option<RunTerm> {
        match self {
            RunSource::Memory { run, next, .. } => run.entries.get(*next).copied(),
            RunSource::Disk { head, .. } => *head,
        }
    }

    /// Moves to the next term; the postings of the one before must have been
    /// taken.
    fn advance(&mut self) -> io::Result<()> {
        match self {
            RunSource::Memory { run, next, at } => {
                *at += run.entries[*next].length as usize;
                *next += 1;
            }
            RunSource::Disk { file, left, head } => {
                *head = None;
                if *left > 0 {
                    *left -= 1;
                    *head = Some(read_entry(file)?);
                }
            }
        }
        Ok(())
    }

    /// Puts the postings of the head into `buffer` and goes on. `entry` must be
    /// the head.
    fn take(&mut self, entry: RunTerm, buffer: &mut Vec<u8>) -> io::Result<()> {
        buffer.clear();
        match self {
            RunSource::Memory { run, at, .. } => {
                buffer.extend_from_slice(&run.bytes[*at..*at + entry.length as usize]);
            }
            RunSource::Disk { file, .. } => {
                buffer.resize(entry.length as usize, 0);
                file.read_exact(buffer)?;
            }
        }
        self.advance()
    }
}

/// Writes the postings of a field: those of `runs`, then those of its log.
///
/// A field with positions tells tantivy in advance how many documents each term
/// has; one without is packed by the library when it closes the term.
///
/// # Errors
/// When a run cannot be read back, or a file not be written.
pub(crate) fn write_field<W: TerminatingWrite>(
    field: Field,
    log: &mut TermLog,
    runs: &mut Runs,
    vocabulary: &TermNumbers,
    lengths: Option<FieldNormReader>,
    files: &mut PostingsFiles<W>,
) -> io::Result<()> {
    let detail = log.detail();
    let mut file = files.field(field, detail, log.terms(), lengths)?;
    let last = log.take_run(vocabulary);
    let mut sources = Vec::with_capacity(runs.len() + 1);
    for file in &mut runs.files {
        sources.push(RunSource::of_file(file)?);
    }
    sources.push(RunSource::Memory {
        run: &last,
        next: 0,
        at: 0,
    });
    let (mut buffer, mut distances) = (Vec::new(), Vec::new());
    while let Some(term) = first(&sources, vocabulary) {
        let with_it = sources.iter().filter_map(RunSource::head);
        let with_it = with_it.filter(|entry| entry.term == term);
        let documents = with_it.map(|entry| entry.documents).sum();
        file.term(vocabulary.term(term).as_bytes(), documents)?;
        for source in &mut sources {
            let Some(entry) = source.head().filter(|entry| entry.term == term) else {
                continue;
            };
            source.take(entry, &mut buffer)?;
            decode(detail, &buffer, &mut distances, |document, distances| {
                file.document(document, distances);
            });
        }
        file.end_term()?;
    }
    file.close()
}

/// The first term of all that come next. By bytes, as a dictionary of tantivy
/// is sorted.
fn first(sources: &[RunSource<'_>], vocabulary: &TermNumbers) -> Option<u32> {
    let heads = sources
        .iter()
        .filter_map(RunSource::head)
        .map(|entry| entry.term);
    heads.min_by(|a, b| {
        // Most of the time all runs stand at the same term.
        if a == b {
            std::cmp::Ordering::Equal
        } else {
            vocabulary.term(*a).cmp(vocabulary.term(*b))
        }
    })
}
