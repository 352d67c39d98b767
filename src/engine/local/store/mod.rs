//! What is kept of a document to be read again: an article's record and text,
//! and what was left out of a source file.
//!
//! Responsible for how these texts lie in the index library's store, which
//! finds a document's bytes by its number and takes them as they are. Imports
//! the table of fields, tantivy and Zstandard. Must not know what the texts say.
//!
//! A document's texts are written one after the other, each as the number of
//! its field, its length (seven bits a byte, lowest first) and its bytes, and
//! packed as one frame (`frame`) by the dictionary of the generation
//! (`dictionary`). In one, since what is shown of a hit needs both record and
//! text, and two frames would cost a header more: unpacking a thousand bytes
//! takes four microseconds. Merging copies frames as they are.

pub(crate) mod dictionary;
pub(crate) mod frame;

use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::OnceLock;

use tantivy::store::StoreReader;
use tantivy::{DocAddress, Searcher, TantivyError};

use self::dictionary::{Dictionary, DictionaryFile, named};
use self::frame::{damaged, unpack};
use super::storage::names;
use crate::document::field::Field;

/// The texts of a document that is written.
#[derive(Debug, Default, Clone)]
pub(crate) struct TextsToKeep(Vec<u8>);

impl TextsToKeep {
    /// Adds the text of a field. The longest is best added last: it is read
    /// without a copy.
    pub(crate) fn add(&mut self, field: Field, text: &str) {
        self.0.reserve(text.len() + 6);
        // Thirty fields are far below any bound.
        self.0.push(u8::try_from(field.number()).unwrap_or(u8::MAX));
        let mut length = text.len();
        while length >= 0x80 {
            self.0.push(length.to_le_bytes()[0] | 0x80);
            length >>= 7;
        }
        self.0.push(length.to_le_bytes()[0]);
        self.0.extend_from_slice(text.as_bytes());
    }

    /// What is packed.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The texts of a document that was read.
#[derive(Debug, Default)]
pub(crate) struct KeptTexts {
    bytes: Vec<u8>,
    places: Vec<(u8, Range<usize>)>,
}

impl KeptTexts {
    /// # Errors
    /// When the bytes are none of ours.
    fn of(bytes: Vec<u8>) -> io::Result<KeptTexts> {
        let mut places = Vec::with_capacity(2);
        let mut at = 0;
        while at < bytes.len() {
            let field = bytes[at];
            at += 1;
            let (mut length, mut shift) = (0_usize, 0);
            loop {
                let byte = *bytes.get(at).ok_or_else(|| damaged("a cut text"))?;
                at += 1;
                if shift > 56 {
                    return Err(damaged("an impossible length"));
                }
                length |= usize::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    break;
                }
            }
            let end = at.checked_add(length).filter(|end| *end <= bytes.len());
            let end = end.ok_or_else(|| damaged("a cut text"))?;
            places.push((field, at..end));
            at = end;
        }
        Ok(KeptTexts { bytes, places })
    }

    fn place(&self, field: Field) -> Option<Range<usize>> {
        let is_it = |(of, _): &&(u8, Range<usize>)| usize::from(*of) == field.number();
        Some(self.places.iter().find(is_it)?.1.clone())
    }

    /// The text of a field, empty where the document has none.
    ///
    /// # Errors
    /// When it is no text.
    pub(crate) fn text(&self, field: Field) -> io::Result<&str> {
        let place = self.place(field).unwrap_or_default();
        std::str::from_utf8(&self.bytes[place]).map_err(|_| damaged("not text"))
    }

    /// The same, moved out: a text of 100 MB is held once.
    ///
    /// # Errors
    /// When it is no text.
    pub(crate) fn into_text(mut self, field: Field) -> io::Result<String> {
        let place = self.place(field).unwrap_or_default();
        self.bytes.truncate(place.end);
        self.bytes.drain(..place.start);
        String::from_utf8(self.bytes).map_err(|_| damaged("not text"))
    }
}

/// Reads the texts of an open index. Threads share it.
pub(crate) struct Texts {
    /// By segment, opened when first asked for.
    stores: Vec<OnceLock<StoreReader>>,
    /// `None` of a generation without.
    dictionary: Option<DictionaryFile>,
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = self.dictionary.as_ref().map(|_| names::DICTIONARY);
        write!(f, "Texts({hash:?})")
    }
}

impl Texts {
    /// Of the segments of `searcher`.
    pub(crate) fn new(searcher: &Searcher, dictionary: Option<DictionaryFile>) -> Texts {
        let segments = searcher.segment_readers().iter();
        Texts {
            stores: segments.map(|_| OnceLock::new()).collect(),
            dictionary,
        }
    }

    /// The texts of a document of `searcher`.
    pub(crate) fn read(
        &self,
        searcher: &Searcher,
        address: DocAddress,
    ) -> tantivy::Result<KeptTexts> {
        let of_segment = &self.stores[address.segment_ord as usize];
        let store = if let Some(open) = of_segment.get() {
            open
        } else {
            // A block holds some eight documents, and is copied, not unpacked:
            // none is kept.
            let segment = searcher.segment_reader(address.segment_ord);
            let open = segment.get_store_reader(0)?;
            of_segment.get_or_init(|| open)
        };
        self.unpack(&store.get_document_bytes(address.doc_id)?)
    }

    /// The texts that a document's bytes hold.
    pub(crate) fn unpack(&self, packed: &[u8]) -> tantivy::Result<KeptTexts> {
        let mut of_dictionary = None;
        let texts = unpack(packed, || {
            self.dictionary().inspect_err(|error| {
                of_dictionary = Some(io::Error::new(error.kind(), error.to_string()));
            })
        });
        if let Some(error) = of_dictionary {
            return Err(named(error).into());
        }
        KeptTexts::of(texts?).map_err(TantivyError::from)
    }

    fn dictionary(&self) -> io::Result<&Dictionary> {
        let file = self.dictionary.as_ref();
        file.ok_or_else(|| damaged("no dictionary"))?.read()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_read_back_by_field() {
        let long = "x".repeat(70_000);
        let mut texts = TextsToKeep::default();
        texts.add(Field::Record, "[1]");
        texts.add(Field::SkipList, "");
        texts.add(Field::Body, &long);
        let kept = || KeptTexts::of(texts.bytes().to_vec()).unwrap();
        assert_eq!(kept().text(Field::Record).unwrap(), "[1]");
        assert_eq!(kept().text(Field::SkipList).unwrap(), "");
        assert_eq!(kept().text(Field::Path).unwrap(), "");
        assert_eq!(kept().into_text(Field::Body).unwrap(), long);
        assert_eq!(kept().into_text(Field::Record).unwrap(), "[1]");
        assert_eq!(kept().into_text(Field::Path).unwrap(), "");
        let none = KeptTexts::of(Vec::new()).unwrap();
        assert_eq!(none.into_text(Field::Body).unwrap(), "");
    }

    #[test]
    fn what_is_cut_or_no_text_is_an_error() {
        let mut texts = TextsToKeep::default();
        texts.add(Field::Body, "Moscow");
        let whole = texts.bytes().to_vec();
        for length in 1..whole.len() {
            assert!(KeptTexts::of(whole[..length].to_vec()).is_err(), "{length}");
        }
        let mut endless = vec![0];
        endless.extend([0xff; 12]);
        assert!(KeptTexts::of(endless).is_err());
        let mut odd = whole;
        odd[4] = 0xff;
        let odd = KeptTexts::of(odd).unwrap();
        assert!(odd.text(Field::Body).is_err());
        assert!(odd.into_text(Field::Body).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(kept) = KeptTexts::of(bytes) {
                let _ = kept.text(Field::Body);
                let _ = kept.into_text(Field::Record);
            }
        }
    }
}
