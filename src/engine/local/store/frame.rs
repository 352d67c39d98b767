//! One document's texts as a frame of Zstandard, and back.
//!
//! Each document is packed alone, so that showing one unpacks one. Alone, a
//! short article gives a compressor little to go by; a dictionary makes up for
//! it (`dictionary`). What is kept:
//!
//! | first byte | then |
//! |---|---|
//! | 0 | the texts as they are: packing them would gain nothing |
//! | 1 | a frame |
//! | 2 | a frame by the dictionary of the generation |
//!
//! A frame lacks what every one would begin with, four bytes of magic, and the
//! number of the dictionary; it says how long its content is.
//!
//! That length is believed only as far as Zstandard can go: a block of 128 KiB
//! takes at least four bytes. So what a damaged or hostile frame can ask for is
//! bounded by the bytes that are there, and memory that cannot be had is an
//! error and no abort.

use std::cell::RefCell;
use std::io;

use zstd::bulk::Compressor;
use zstd::zstd_safe::{CParameter, DCtx, compress_bound, get_error_name, get_frame_content_size};

use super::dictionary::Dictionary;

/// What every frame begins with, and what is left out of it.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Zstandard's own default: of levels 1, 3 and 4 with a dictionary of 112 KiB
/// it gave the smallest of 23,808 articles (.476, .410 and .430 of the text).
pub(super) const LEVEL: i32 = 3;

/// The most that a block of a frame can hold, and the least that it takes.
const BLOCK: (u64, u64) = (128 << 10, 4);

/// A buffer that grew larger than this for a long article is given back.
const KEPT_BUFFER: usize = 1 << 20;

const PLAIN: u8 = 0;
const FRAME: u8 = 1;
const BY_DICTIONARY: u8 = 2;

/// Packs the texts of one document after the other.
pub(crate) struct Packer<'d> {
    context: Compressor<'d>,
    kind: u8,
    frame: Vec<u8>,
    packed: Vec<u8>,
}

impl<'d> Packer<'d> {
    /// By a dictionary, or by none.
    ///
    /// # Errors
    /// When there is too little memory.
    pub(crate) fn new(dictionary: Option<&'d Dictionary>) -> io::Result<Packer<'d>> {
        let (mut context, kind) = match dictionary {
            Some(dictionary) => (
                Compressor::with_prepared_dictionary(dictionary.to_pack()?)?,
                BY_DICTIONARY,
            ),
            None => (Compressor::new(LEVEL)?, FRAME),
        };
        context.set_parameter(CParameter::DictIdFlag(false))?;
        Ok(Packer {
            context,
            kind,
            frame: Vec::new(),
            packed: Vec::new(),
        })
    }

    /// The texts as they are kept. Nothing is kept of no texts.
    ///
    /// # Errors
    /// When there is too little memory.
    pub(crate) fn pack(&mut self, texts: &[u8]) -> io::Result<&[u8]> {
        self.packed.clear();
        if self.frame.capacity() > KEPT_BUFFER {
            self.frame = Vec::new();
            self.packed = Vec::new();
        }
        if texts.is_empty() {
            return Ok(&self.packed);
        }
        self.frame.clear();
        reserve(&mut self.frame, compress_bound(texts.len()))?;
        self.context.compress_to_buffer(texts, &mut self.frame)?;
        let frame = self.frame.strip_prefix(&MAGIC);
        let (kind, content) = match frame {
            Some(frame) if frame.len() < texts.len() => (self.kind, frame),
            _ => (PLAIN, texts),
        };
        reserve(&mut self.packed, 1 + content.len())?;
        self.packed.push(kind);
        self.packed.extend_from_slice(content);
        Ok(&self.packed)
    }
}

thread_local! {
    /// What unpacking needs beside the frame: 100 KB that are made once a
    /// thread. It remembers nothing from one frame to the next.
    static CONTEXT: RefCell<DCtx<'static>> = RefCell::new(DCtx::create());
}

/// The texts that were packed. `dictionary` is asked for only where they need it.
///
/// # Errors
/// When they are no frame of ours; of [`io::ErrorKind::InvalidData`], unless it
/// is the dictionary that fails, or memory.
pub(crate) fn unpack<'d>(
    packed: &[u8],
    dictionary: impl FnOnce() -> io::Result<&'d Dictionary>,
) -> io::Result<Vec<u8>> {
    let Some((kind, content)) = packed.split_first() else {
        return Ok(Vec::new());
    };
    let dictionary = match *kind {
        PLAIN => return Ok(content.to_vec()),
        FRAME => None,
        BY_DICTIONARY => Some(dictionary()?),
        _ => return Err(damaged("an unknown kind of frame")),
    };
    let mut frame = Vec::new();
    reserve(&mut frame, MAGIC.len() + content.len())?;
    frame.extend_from_slice(&MAGIC);
    frame.extend_from_slice(content);
    let length = get_frame_content_size(&frame).ok().flatten();
    let (most, least) = BLOCK;
    let bound = (content.len() as u64 / least + 1).saturating_mul(most);
    let length = length
        .filter(|length| *length <= bound)
        .and_then(|length| usize::try_from(length).ok())
        .ok_or_else(|| damaged("a frame with an impossible length"))?;
    let mut texts = Vec::new();
    reserve(&mut texts, length)?;
    CONTEXT.with_borrow_mut(|context| {
        let unpacked = match dictionary {
            Some(dictionary) => {
                context.decompress_using_ddict(&mut texts, &frame, dictionary.to_unpack())
            }
            None => context.decompress(&mut texts, &frame),
        };
        unpacked.map_err(|code| damaged(get_error_name(code)))
    })?;
    if texts.len() == length {
        Ok(texts)
    } else {
        Err(damaged("a frame of another length"))
    }
}

/// Makes room, where there is memory for it.
fn reserve(buffer: &mut Vec<u8>, bytes: usize) -> io::Result<()> {
    buffer
        .try_reserve_exact(bytes)
        .map_err(|_| io::ErrorKind::OutOfMemory.into())
}

/// What is wrong with the bytes of a frame.
pub(super) fn damaged(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::local::store::dictionary::tests::trained;

    fn none<'d>() -> io::Result<&'d Dictionary> {
        Err(damaged("no dictionary"))
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        let dictionary = trained();
        let long = "Ministers met in Moscow. ".repeat(20_000);
        for text in ["", "x", "Ministers met in Moscow on trade.", &long] {
            let mut alone = Packer::new(None).unwrap();
            let packed = alone.pack(text.as_bytes()).unwrap().to_vec();
            assert_eq!(unpack(&packed, none).unwrap(), text.as_bytes());
            let mut by = Packer::new(Some(dictionary)).unwrap();
            let by = by.pack(text.as_bytes()).unwrap().to_vec();
            assert_eq!(unpack(&by, || Ok(dictionary)).unwrap(), text.as_bytes());
            assert!(
                by.len() <= packed.len() + 1,
                "{} {}",
                by.len(),
                packed.len()
            );
        }
        let mut packer = Packer::new(Some(dictionary)).unwrap();
        let packed = packer.pack(b"Ministers met in Moscow on trade.").unwrap();
        assert!(packed.len() < 25, "{packed:?}");
        assert!(packer.pack(b"").unwrap().is_empty());
    }

    #[test]
    fn a_frame_that_promises_too_much_is_refused_before_memory_is_taken() {
        // Content size of eight bytes, single segment: 2^60.
        let mut frame = vec![FRAME, 0b1110_0000];
        frame.extend((1_u64 << 60).to_le_bytes());
        frame.extend([1, 0, 0]);
        let error = unpack(&frame, none).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(error.to_string().contains("impossible length"), "{error}");
        // A block of one repeated byte can really be so long.
        let zeros = vec![0; 1 << 20];
        let mut packer = Packer::new(None).unwrap();
        let packed = packer.pack(&zeros).unwrap();
        assert!(packed.len() < 200, "{}", packed.len());
        assert_eq!(unpack(packed, none).unwrap(), zeros);
    }

    proptest! {
        #[test]
        fn damage_is_an_error_or_another_text_and_never_a_panic(
            text in "\\PC{0,200}",
            place in any::<prop::sample::Index>(),
            flip in 1..=255_u8,
            cut in any::<prop::sample::Index>(),
        ) {
            let dictionary = trained();
            let mut packer = Packer::new(Some(dictionary)).unwrap();
            let mut packed = packer.pack(text.as_bytes()).unwrap().to_vec();
            prop_assert_eq!(unpack(&packed, || Ok(dictionary)).unwrap(), text.as_bytes());
            if !packed.is_empty() {
                let at = place.index(packed.len());
                packed[at] ^= flip;
                let _ = unpack(&packed, || Ok(dictionary));
                packed.truncate(cut.index(packed.len()));
                let _ = unpack(&packed, || Ok(dictionary));
            }
        }

        #[test]
        fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..60), kind in 0..4_u8) {
            let dictionary = trained();
            let mut packed = vec![kind];
            packed.extend(bytes);
            let _ = unpack(&packed, || Ok(dictionary));
        }
    }
}
