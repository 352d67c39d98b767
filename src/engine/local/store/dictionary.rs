//! The dictionary by which the articles of a generation are packed: what they
//! have in common, learnt from some of them.
//!
//! A dictionary of Zstandard holds frequent pieces of text, to which a frame
//! refers as if they stood before it, and the tables of an entropy coder. It is
//! trained (`FastCover` of Zstandard) on the beginnings of articles that lie
//! evenly between the others, so that an archive of several sources has
//! samples of each.
//!
//! 23,808 articles of 23.2 MB, level 3; size as a share of the text, without and
//! for the dictionary; microseconds to unpack what one hit needs:
//!
//! | | frames | dictionary | a hit |
//! |---|---|---|---|
//! | blocks of 32 KiB, no dictionary | .4224 | | 44.7 |
//! | 1,000 samples of at most 8,192 bytes, 64 KiB | .4178 | .0028 | 4.2 |
//! | the same, 112 KiB | .4115 | .0049 | 4.1 |
//! | **1,000 samples of at most 1,500 bytes, 112 KiB** | .4100 | .0049 | 4.1 |
//! | 300 samples, 112 KiB | .4157 | .0049 | 4.2 |
//! | 3,000 samples of at most 2,048 bytes, 112 KiB | .4073 | .0049 | 3.6 |
//! | the same, 32 KiB | .4264 | .0014 | 4.2 |
//!
//! Training on 3,000 takes more than twice as long as on 1,000. Trained on one
//! of the corpus's two sources alone, frames take .461.
//!
//! A generation has at most one, in a file of its own. The commit names its
//! hash, so that a changed byte is found before anything is unpacked by it, and
//! what was written by one is never unpacked by another. An archive that grows
//! goes on with it; a rebuild learns anew.

use std::io;
use std::sync::OnceLock;

use tantivy::directory::OwnedBytes;
use tantivy::directory::error::OpenReadError;
use xxhash_rust::xxh3::xxh3_64;
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::DDict;

use super::frame::{LEVEL, damaged};
use crate::engine::local::storage::names;

/// The most that a dictionary holds. In bytes; Zstandard's own default.
const MOST: usize = 112 << 10;

/// What an archive holds for each byte of its dictionary, at least: so it never
/// costs what it saves.
const TEXT_A_BYTE: usize = 32;

/// A segment with less text than this gets none: training takes some 50 ms,
/// more than the rest of so small a build. Less in builds with debug assertions,
/// whose tests are small.
const LEAST_TEXT: usize = if cfg!(debug_assertions) {
    32 << 10
} else {
    1 << 20
};

/// A dictionary of fewer documents would hold them by heart.
const LEAST_SAMPLES: usize = 16;

/// Half as many samples are kept at least, once there were so many documents.
const MOST_SAMPLES: usize = 1600;

/// How much of a document is a sample.
const SAMPLE: usize = 1500;

/// A dictionary, with what is made of it to pack and to unpack.
pub(crate) struct Dictionary {
    /// Those of the mapped file, where it was read: a search only unpacks, and
    /// needs no copy of them.
    bytes: OwnedBytes,
    unpacking: DecoderDictionary<'static>,
    packing: OnceLock<EncoderDictionary<'static>>,
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dictionary({})", self.hash())
    }
}

impl Dictionary {
    /// The dictionary of these bytes.
    ///
    /// # Errors
    /// When they are none.
    pub(crate) fn of(bytes: OwnedBytes) -> io::Result<Dictionary> {
        Ok(Dictionary {
            unpacking: DecoderDictionary::try_copy(&bytes)?,
            packing: OnceLock::new(),
            bytes,
        })
    }

    /// The bytes that are kept.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What a commit calls it.
    pub(crate) fn hash(&self) -> String {
        hash(&self.bytes)
    }

    pub(super) fn to_unpack(&self) -> &DDict<'static> {
        self.unpacking.as_ddict()
    }

    /// Made when first asked for: a search never packs.
    pub(super) fn to_pack(&self) -> io::Result<&EncoderDictionary<'static>> {
        if let Some(made) = self.packing.get() {
            return Ok(made);
        }
        let made = EncoderDictionary::try_copy(&self.bytes, LEVEL)?;
        Ok(self.packing.get_or_init(|| made))
    }
}

/// What a commit calls the dictionary of these bytes.
pub(crate) fn hash(bytes: &[u8]) -> String {
    format!("{:016x}", xxh3_64(bytes))
}

/// The dictionary of an open index: a file that is mapped at once, so that a
/// rebuild cannot take it away, and read when the first text needs it.
pub(crate) struct DictionaryFile {
    bytes: OwnedBytes,
    /// What the commit calls it.
    hash: String,
    read: OnceLock<Dictionary>,
}

impl DictionaryFile {
    pub(crate) fn new(bytes: OwnedBytes, hash: String) -> DictionaryFile {
        DictionaryFile {
            bytes,
            hash,
            read: OnceLock::new(),
        }
    }

    /// # Errors
    /// When it is not the one that the commit names.
    pub(crate) fn read(&self) -> io::Result<&Dictionary> {
        if let Some(read) = self.read.get() {
            return Ok(read);
        }
        let read = self.checked()?;
        Ok(self.read.get_or_init(|| read))
    }

    /// The same, to go on with.
    ///
    /// # Errors
    /// As [`DictionaryFile::read`], with its name.
    pub(crate) fn into_dictionary(self) -> tantivy::Result<Dictionary> {
        Ok(self.checked().map_err(named)?)
    }

    fn checked(&self) -> io::Result<Dictionary> {
        if hash(&self.bytes) != self.hash {
            return Err(damaged("wrong checksum"));
        }
        Dictionary::of(self.bytes.clone())
    }
}

/// An error of the dictionary, which says where it lies.
pub(super) fn named(error: io::Error) -> OpenReadError {
    OpenReadError::wrap_io_error(error, names::DICTIONARY.into())
}

/// Samples of the documents of a segment, evenly between the others however
/// many there will be: every first, then every second, every fourth.
#[derive(Debug)]
pub(crate) struct Samples {
    /// Every so-manieth document is one.
    step: usize,
    documents: usize,
    kept: Vec<Box<[u8]>>,
    /// What all documents hold.
    text: usize,
}

impl Default for Samples {
    fn default() -> Self {
        Samples {
            step: 1,
            documents: 0,
            kept: Vec::new(),
            text: 0,
        }
    }
}

impl Samples {
    /// Sees the texts of the next document.
    pub(crate) fn see(&mut self, texts: &[u8]) {
        self.text = self.text.saturating_add(texts.len());
        if self.documents.is_multiple_of(self.step) {
            self.kept.push(texts[..texts.len().min(SAMPLE)].into());
        }
        self.documents += 1;
        if self.kept.len() == MOST_SAMPLES {
            let mut number = 0;
            self.kept.retain(|_| {
                number += 1;
                number % 2 == 1
            });
            self.step *= 2;
        }
    }

    /// The dictionary of what was seen; `None` of too little, or of what has
    /// nothing in common.
    pub(crate) fn train(&self) -> Option<Dictionary> {
        if self.text < LEAST_TEXT || self.kept.len() < LEAST_SAMPLES {
            return None;
        }
        let size = MOST.min(self.text / TEXT_A_BYTE);
        // Zstandard's own errors say that samples are too few or too alike.
        let bytes = zstd::dict::from_samples(&self.kept, size).ok()?;
        Dictionary::of(OwnedBytes::new(bytes)).ok()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::LazyLock;

    use super::*;

    fn text(number: usize) -> String {
        let (one, other) = (number * 7919 % 1009, number * 104_729 % 997);
        format!(
            "a/{number}.txt Ministers of {one} countries met in Moscow on trade, and {other} \
             officials said the talks on steel quotas would go on in week {}. ",
            number % 53
        )
        .repeat(1 + number % 5)
    }

    /// A dictionary of texts about ministers in Moscow.
    pub(in crate::engine::local) fn trained() -> &'static Dictionary {
        static TRAINED: LazyLock<Dictionary> = LazyLock::new(learn);
        &TRAINED
    }

    fn learn() -> Dictionary {
        let mut samples = Samples::default();
        for number in 0..400 {
            samples.see(text(number).as_bytes());
        }
        samples.train().unwrap()
    }

    #[test]
    fn samples_lie_evenly_and_are_bounded() {
        let mut samples = Samples::default();
        for number in 0..100_000_usize {
            samples.see(&number.to_le_bytes());
        }
        assert!(samples.kept.len() < MOST_SAMPLES && samples.kept.len() >= MOST_SAMPLES / 2);
        let number = |sample: &[u8]| usize::from_le_bytes(sample.try_into().unwrap());
        let numbers: Vec<usize> = samples.kept.iter().map(|sample| number(sample)).collect();
        let expected: Vec<usize> = (0..100_000).step_by(samples.step).collect();
        assert_eq!(numbers, expected);
        let mut long = Samples::default();
        long.see(&vec![b'x'; 1 << 20]);
        assert_eq!(long.kept[0].len(), SAMPLE);
    }

    #[test]
    fn what_is_learnt_depends_on_what_was_seen_alone() {
        let one = trained();
        assert_eq!(one.bytes(), learn().bytes());
        assert_eq!(one.hash().len(), 16);
        // Of 160 KB of text.
        assert!(one.bytes().len() < 5200, "{}", one.bytes().len());
    }

    #[test]
    fn of_little_nothing_is_learnt() {
        let mut samples = Samples::default();
        assert!(samples.train().is_none());
        for number in 0..15 {
            samples.see(text(number).repeat(100).as_bytes());
        }
        assert!(samples.train().is_none());
        // Zstandard refuses texts that are too short to hold pieces.
        let mut short = Samples::default();
        for _ in 0..40_000 {
            short.see(b"");
        }
        assert!(short.train().is_none());
    }

    #[test]
    fn a_file_that_is_not_the_named_one_is_refused() {
        let dictionary = trained();
        let file = |bytes: Vec<u8>| DictionaryFile::new(OwnedBytes::new(bytes), dictionary.hash());
        let whole = file(dictionary.bytes().to_vec());
        assert_eq!(whole.read().unwrap().bytes(), dictionary.bytes());
        let mut other = dictionary.bytes().to_vec();
        other[100] ^= 1;
        let error = file(other).read().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(file(Vec::new()).read().is_err());
    }
}
