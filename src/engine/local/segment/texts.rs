//! The texts of a segment's documents on their way into the store.
//!
//! A dictionary for a generation's texts is learnt from the articles of its
//! first segment that holds enough, and these lie in the order of their paths:
//! the first thousands are often of one source, whose dictionary serves another
//! source badly. So texts wait in a spool until all are there; then samples that
//! lie evenly between them are learnt from, and the texts are packed, on all
//! threads and in their order. Where there is a dictionary already, they are
//! packed as they come.
//!
//! The spool lies in memory up to [`IN_MEMORY`] and in a file without a name
//! beyond. What is kept depends on the documents alone, not on the threads.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::sync::OnceLock;

use crate::engine::local::store::dictionary::{Dictionary, Samples};
use crate::engine::local::store::frame::Packer;
use crate::files::Folder;
use crate::parallel::in_order;

/// The dictionary of a generation, once there is one: what the segments of a
/// writer share.
pub(crate) type SharedDictionary = OnceLock<Dictionary>;

/// What waits in memory, in bytes; an update of a few files needs no file.
const IN_MEMORY: usize = 1 << 20;

/// What a thread packs at a time, in bytes: as much as pays for making what it
/// packs with.
const PIECE: usize = 512 << 10;

/// Where texts are on their way.
pub(super) enum TextQueue<'a> {
    /// Each is packed at once.
    Packed(Packer<'a>),
    /// They wait for a dictionary.
    Waiting(Box<Waiting<'a>>),
}

pub(super) struct Waiting<'a> {
    spool: Spool<'a>,
    samples: Samples,
    dictionary: &'a SharedDictionary,
}

impl<'a> TextQueue<'a> {
    /// Texts of a generation with this dictionary, or without any of an index
    /// that is soon gone. A spool's file lies in `folder`.
    pub(super) fn new(
        dictionary: Option<&'a SharedDictionary>,
        folder: Option<&'a Folder>,
    ) -> io::Result<TextQueue<'a>> {
        Ok(match dictionary.map(|shared| (shared, shared.get())) {
            None => TextQueue::Packed(Packer::new(None)?),
            Some((_, Some(known))) => TextQueue::Packed(Packer::new(Some(known))?),
            Some((dictionary, None)) => TextQueue::Waiting(Box::new(Waiting {
                spool: Spool::new(folder),
                samples: Samples::default(),
                dictionary,
            })),
        })
    }

    /// Takes the texts of the next document. What is packed already is kept by
    /// `keep`.
    pub(super) fn add(
        &mut self,
        texts: &[u8],
        keep: impl FnOnce(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        match self {
            TextQueue::Packed(packer) => keep(packer.pack(texts)?),
            TextQueue::Waiting(waiting) => {
                waiting.samples.see(texts);
                waiting.spool.add(texts)
            }
        }
    }

    /// Packs what waits, on so many threads; `keep` keeps each document's, in
    /// order.
    pub(super) fn finish(
        self,
        threads: usize,
        mut keep: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let TextQueue::Waiting(waiting) = self else {
            return Ok(());
        };
        let Waiting {
            spool,
            samples,
            dictionary,
        } = *waiting;
        if let Some(trained) = samples.train() {
            // Segments of one writer are made one after the other.
            let _ = dictionary.set(trained);
        }
        drop(samples);
        let is_small = spool.file.is_none();
        let dictionary = dictionary.get();
        let mut pieces = spool.into_pieces()?;
        if threads == 1 || is_small {
            let mut packer = Packer::new(dictionary)?;
            while let Some(piece) = pieces.next()? {
                for texts in piece.texts() {
                    keep(packer.pack(texts)?)?;
                }
            }
            return Ok(());
        }
        in_order(
            threads,
            |send| {
                loop {
                    let piece = pieces.next().transpose();
                    let Some(piece) = piece else { return };
                    let is_last = piece.is_err();
                    if !send(piece) || is_last {
                        return;
                    }
                }
            },
            |piece| piece?.packed(dictionary),
            |packed: io::Result<Piece>| packed?.texts().try_for_each(&mut keep),
        )
    }
}

/// Texts one after the other, on disk where they are many: of each its length
/// in four bytes, and its bytes.
struct Spool<'a> {
    folder: Option<&'a Folder>,
    memory: Vec<u8>,
    file: Option<BufWriter<File>>,
}

impl<'a> Spool<'a> {
    fn new(folder: Option<&'a Folder>) -> Spool<'a> {
        Spool {
            folder,
            memory: Vec::new(),
            file: None,
        }
    }

    fn add(&mut self, texts: &[u8]) -> io::Result<()> {
        // The store counts in four bytes as well.
        let length = u32::try_from(texts.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        if self.file.is_none() && self.memory.len() + texts.len() > IN_MEMORY {
            let file = match self.folder {
                Some(folder) => folder.temporary()?,
                None => tempfile::tempfile()?,
            };
            let mut file = BufWriter::with_capacity(1 << 16, file);
            file.write_all(&std::mem::take(&mut self.memory))?;
            self.file = Some(file);
        }
        let spool: &mut dyn Write = match &mut self.file {
            Some(file) => file,
            None => &mut self.memory,
        };
        spool.write_all(&length.to_le_bytes())?;
        spool.write_all(texts)
    }

    /// From the first on.
    fn into_pieces(self) -> io::Result<Pieces> {
        let from: Box<dyn Read + Send> = match self.file {
            Some(file) => {
                let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.rewind()?;
                Box::new(BufReader::with_capacity(1 << 16, file))
            }
            None => Box::new(io::Cursor::new(self.memory)),
        };
        Ok(Pieces { from })
    }
}

/// Reads a spool.
struct Pieces {
    from: Box<dyn Read + Send>,
}

impl Pieces {
    /// The next documents; `None` after the last.
    fn next(&mut self) -> io::Result<Option<Piece>> {
        let mut piece = Piece::default();
        while piece.bytes.len() < PIECE {
            let mut length = [0; 4];
            // At the end there is no byte; a part of a length is an error.
            if self.from.read(&mut length[..1])? == 0 {
                break;
            }
            self.from.read_exact(&mut length[1..])?;
            let length = u32::from_le_bytes(length) as usize;
            let start = piece.bytes.len();
            piece.bytes.resize(start + length, 0);
            self.from.read_exact(&mut piece.bytes[start..])?;
            piece.ends.push(piece.bytes.len());
        }
        Ok((!piece.ends.is_empty()).then_some(piece))
    }
}

/// The texts of some documents, or what they were packed to.
#[derive(Default)]
struct Piece {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Piece {
    fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let texts = &self.bytes[start..*end];
            start = *end;
            texts
        })
    }

    fn packed(&self, dictionary: Option<&Dictionary>) -> io::Result<Piece> {
        let mut packer = Packer::new(dictionary)?;
        let mut packed = Piece::default();
        for texts in self.texts() {
            packed.bytes.extend_from_slice(packer.pack(texts)?);
            packed.ends.push(packed.bytes.len());
        }
        Ok(packed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::local::store::frame::unpack;

    /// What is kept of documents, and what it unpacks to.
    fn kept(documents: &[Vec<u8>], shared: &SharedDictionary, threads: usize) -> Vec<Vec<u8>> {
        let mut kept: Vec<Vec<u8>> = Vec::new();
        let mut queue = TextQueue::new(Some(shared), None).unwrap();
        for texts in documents {
            let keep = |packed: &[u8]| {
                kept.push(packed.to_vec());
                Ok(())
            };
            queue.add(texts, keep).unwrap();
        }
        let keep = |packed: &[u8]| {
            kept.push(packed.to_vec());
            Ok(())
        };
        queue.finish(threads, keep).unwrap();
        let unpacked = kept.iter().map(|packed| {
            let dictionary = || shared.get().ok_or_else(|| io::ErrorKind::NotFound.into());
            unpack(packed, dictionary).unwrap()
        });
        assert_eq!(unpacked.collect::<Vec<_>>(), documents);
        kept
    }

    fn documents(count: usize) -> Vec<Vec<u8>> {
        let text = |number: usize| {
            if number.is_multiple_of(50) {
                return Vec::new();
            }
            let (one, other) = (number * 7919 % 1009, number * 104_729 % 997);
            let text = format!("Ministers of {one} countries met on trade in week {other}. ");
            text.repeat(1 + number % 40).into_bytes()
        };
        (0..count).map(text).collect()
    }

    #[test]
    fn threads_and_the_spools_place_make_no_difference() {
        // Some 2.4 MB: on disk, in five pieces.
        let documents = documents(2000);
        let (one, two) = (SharedDictionary::new(), SharedDictionary::new());
        let alone = kept(&documents, &one, 1);
        let helped = kept(&documents, &two, 2);
        assert!(one.get().is_some());
        assert_eq!(alone, helped);
        // The next segment goes on with the dictionary, as texts come.
        assert_eq!(kept(&documents[..100], &one, 2), alone[..100]);
    }

    #[test]
    fn few_texts_are_packed_without_a_dictionary() {
        let shared = SharedDictionary::new();
        kept(&documents(10), &shared, 2);
        assert!(shared.get().is_none());
        kept(&[], &shared, 2);
        let mut none = TextQueue::new(None, None).unwrap();
        let mut packed = Vec::new();
        let keep = |bytes: &[u8]| {
            packed.extend_from_slice(bytes);
            Ok(())
        };
        none.add(b"Ministers", keep).unwrap();
        assert!(!packed.is_empty());
    }
}
