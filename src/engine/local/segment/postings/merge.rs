//! Writes the postings of a field as the index library reads them.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};

use tantivy::directory::{CompositeWrite, TerminatingWrite, WritePtr};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::FieldSerializer;
use tantivy::schema::{Field, IndexRecordOption};

use super::run::{Entry, Run, Spill, decode, read_entry, read_number};
use super::{Detail, Log};
use crate::engine::local::segment::vocabulary::Vocabulary;

/// All runs of a segment but those still in its logs, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    files: Vec<BufReader<File>>,
}

impl Runs {
    pub(crate) fn add(&mut self, spill: Spill) -> io::Result<()> {
        self.files.push(spill.into_reader()?);
        Ok(())
    }

    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }
}

/// The three parts of a field's postings, for as many files.
#[derive(Debug)]
pub(crate) struct Parts<W> {
    pub(crate) terms: W,
    pub(crate) postings: W,
    pub(crate) positions: W,
}

/// A field's postings in memory, written apart from the other fields.
#[derive(Debug)]
pub(crate) struct Blob {
    field: Field,
    parts: Parts<Vec<u8>>,
}

impl Blob {
    /// The postings of the log of a field, none of which is on disk.
    pub(crate) fn of(
        field: Field,
        log: &mut Log,
        vocabulary: &Vocabulary,
        norms: Option<FieldNormReader>,
    ) -> io::Result<Blob> {
        let (mut terms, mut postings, mut positions) = (Vec::new(), Vec::new(), Vec::new());
        let mut parts = Parts {
            terms: CompositeWrite::wrap(&mut terms),
            postings: CompositeWrite::wrap(&mut postings),
            positions: CompositeWrite::wrap(&mut positions),
        };
        write_field(
            field,
            log,
            &mut Runs::default(),
            vocabulary,
            norms,
            &mut parts,
        )?;
        drop(parts);
        let parts = Parts {
            terms,
            postings,
            positions,
        };
        Ok(Blob { field, parts })
    }

    /// Copies it to its place in the segment's files.
    pub(crate) fn write(&self, files: &mut Parts<CompositeWrite<WritePtr>>) -> tantivy::Result<()> {
        let Blob { field, parts } = self;
        files.terms.for_field(*field).write_all(&parts.terms)?;
        files
            .postings
            .for_field(*field)
            .write_all(&parts.postings)?;
        let positions = files.positions.for_field(*field);
        positions.write_all(&parts.positions)?;
        Ok(())
    }
}

/// One run of a field, being read.
enum Source<'a> {
    Memory {
        run: &'a Run,
        next: usize,
        at: usize,
    },
    Disk {
        file: &'a mut BufReader<File>,
        left: u32,
        head: Option<Entry>,
    },
}

impl Source<'_> {
    fn of_file(file: &mut BufReader<File>) -> io::Result<Source<'_>> {
        let left = read_number(file)?;
        let mut source = Source::Disk {
            file,
            left,
            head: None,
        };
        source.advance()?;
        Ok(source)
    }

    /// The term whose postings come next.
    fn head(&self) -> Option<Entry> {
        match self {
            Source::Memory { run, next, .. } => run.entries.get(*next).copied(),
            Source::Disk { head, .. } => *head,
        }
    }

    fn advance(&mut self) -> io::Result<()> {
        match self {
            Source::Memory { run, next, at } => {
                *at += run.entries[*next].length as usize;
                *next += 1;
            }
            Source::Disk { file, left, head } => {
                *head = None;
                if *left > 0 {
                    *left -= 1;
                    *head = Some(read_entry(file)?);
                }
            }
        }
        Ok(())
    }

    /// Puts the postings of the head into `buffer` and goes on.
    fn take(&mut self, entry: Entry, buffer: &mut Vec<u8>) -> io::Result<()> {
        buffer.clear();
        match self {
            Source::Memory { run, at, .. } => {
                buffer.extend_from_slice(&run.bytes[*at..*at + entry.length as usize]);
            }
            Source::Disk { file, .. } => {
                buffer.resize(entry.length as usize, 0);
                file.read_exact(buffer)?;
            }
        }
        self.advance()
    }
}

/// Writes the postings of a field: those of `runs`, then those of its log.
pub(crate) fn write_field<W: TerminatingWrite>(
    field: Field,
    log: &mut Log,
    runs: &mut Runs,
    vocabulary: &Vocabulary,
    norms: Option<FieldNormReader>,
    files: &mut Parts<CompositeWrite<W>>,
) -> io::Result<()> {
    let detail = log.detail();
    let option = match detail {
        Detail::Presence => IndexRecordOption::Basic,
        Detail::Positions => IndexRecordOption::WithFreqsAndPositions,
    };
    let mut serializer = FieldSerializer::create(
        option,
        log.terms(),
        files.terms.for_field(field),
        files.postings.for_field(field),
        files.positions.for_field(field),
        norms,
    )?;
    let last = log.take_run(vocabulary);
    let mut sources = Vec::with_capacity(runs.len() + 1);
    for file in &mut runs.files {
        sources.push(Source::of_file(file)?);
    }
    sources.push(Source::Memory {
        run: &last,
        next: 0,
        at: 0,
    });
    let (mut buffer, mut distances) = (Vec::new(), Vec::new());
    while let Some(term) = first(&sources, vocabulary) {
        let with_it = sources.iter().filter_map(Source::head);
        let with_it = with_it.filter(|entry| entry.term == term);
        let documents = with_it.map(|entry| entry.documents).sum();
        let is_counted = detail == Detail::Positions;
        let documents = if is_counted { documents } else { 0 };
        serializer.new_term(vocabulary.term(term).as_bytes(), documents, is_counted)?;
        for source in &mut sources {
            let Some(entry) = source.head().filter(|entry| entry.term == term) else {
                continue;
            };
            source.take(entry, &mut buffer)?;
            decode(detail, &buffer, &mut distances, |document, distances| {
                let times = u32::try_from(distances.len()).unwrap_or(u32::MAX);
                serializer.write_doc(document, times, distances);
            });
        }
        serializer.close_term()?;
    }
    serializer.close()
}

/// The first term of all that come next.
fn first(sources: &[Source<'_>], vocabulary: &Vocabulary) -> Option<u32> {
    let heads = sources
        .iter()
        .filter_map(Source::head)
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
