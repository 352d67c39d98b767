//! A word of a phrase: the articles that have it, and where it stands in each.
//!
//! tantivy's own cursor reads all places of a word in an article, though the
//! first few mostly tell whether a phrase is there. Where the articles of a word
//! are gone through nearly one by one, they are read here, as far as they are
//! asked for; that cursor passes blocks of articles over, which this one cannot.
//!
//! tantivy keeps postings in blocks of 128 articles: document numbers and
//! frequencies, packed to as few bits as the largest needs. Positions of all
//! articles of a word follow each other in another file, as distances, also in
//! blocks. The positions of one article therefore begin after the sum of all
//! frequencies before it, which a running sum over each block gives
//! (`Dense`).
//!
//! Two kinds of words: one with up to 16 times the articles of the rarest has
//! hardly a block without an article in question; going block by block and
//! reading only the first eight places saves most of the unpacking. A commoner
//! word is `Sparse`, with tantivy's cursor, which skips
//! by the last document of each block. Which kind is chosen changes no result.
//!
//! Invariant: a cursor only moves forward, and a dense one enters every block
//! in turn, because the running sum needs all of them.

use tantivy::directory::{CompositeFile, FileSlice};
use tantivy::index::SegmentComponent;
use tantivy::positions::PositionReader;
use tantivy::postings::{BlockSegmentPostings, Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, Term};

/// A word that has at most so many times the articles of the rarest one of its
/// phrase has hardly a block of 128 articles that may be passed over.
const DENSE: u32 = 16;

/// The words of a phrase in a segment, the rarest first, each with how many
/// stand before it; `None` where one is missing. `is_alone` says that all their
/// articles are gone through.
pub(crate) fn open(
    reader: &SegmentReader,
    terms: &[Term],
    is_alone: bool,
) -> tantivy::Result<Option<Vec<(WordPlaces, u32)>>> {
    let field = terms[0].field();
    let dictionary = reader.inverted_index(field)?;
    let mut found = Vec::with_capacity(terms.len());
    for (term, before) in terms.iter().zip(0..) {
        let Some(info) = dictionary.get_term_info(term)? else {
            return Ok(None);
        };
        found.push((info, before));
    }
    found.sort_by_key(|(info, _)| info.doc_freq);
    let rarest = found[0].0.doc_freq;
    let file = CompositeFile::open(&reader.open_read(SegmentComponent::Positions)?)?;
    let positions = file.open_read(field).unwrap_or_else(FileSlice::empty);
    let words = found.into_iter().map(|(info, before)| {
        let is_dense = is_alone && info.doc_freq / DENSE <= rarest;
        let word = if is_dense {
            let bytes = positions.read_bytes_slice(info.positions_range.clone())?;
            WordPlaces::Dense(Box::new(Dense::new(
                dictionary.read_block_postings_from_terminfo(&info, OPTION)?,
                PositionReader::open(bytes)?,
            )))
        } else {
            let postings = dictionary.read_postings_from_terminfo(&info, OPTION)?;
            WordPlaces::Sparse(Box::new(postings))
        };
        Ok((word, before))
    });
    words.collect::<tantivy::Result<_>>().map(Some)
}

const OPTION: IndexRecordOption = IndexRecordOption::WithFreqsAndPositions;

/// The articles of a word and its places there. Both give the same places.
pub(crate) enum WordPlaces {
    /// Of which most articles are passed over.
    Sparse(Box<SegmentPostings>),
    Dense(Box<Dense>),
}

impl WordPlaces {
    /// How often the word stands in the article here. Known without its places.
    pub(crate) fn frequency(&self) -> u32 {
        match self {
            WordPlaces::Sparse(postings) => postings.term_freq(),
            WordPlaces::Dense(dense) => dense.blocks.freq(dense.at),
        }
    }

    /// Puts all places of the word in the article here, each moved on by
    /// `offset`, into `places`. They ascend.
    pub(crate) fn read(&mut self, offset: u32, places: &mut Vec<u32>) {
        places.clear();
        match self {
            WordPlaces::Sparse(postings) => postings.append_positions_with_offset(offset, places),
            WordPlaces::Dense(dense) => {
                places.resize(dense.blocks.freq(dense.at) as usize, 0);
                dense.read(offset, places);
            }
        }
    }

    /// The first places of the word in the article here, each moved on by
    /// `offset`, as many as `places` has room for; `None` where reading a few is
    /// as much as reading all.
    pub(crate) fn read_first<'p>(
        &mut self,
        offset: u32,
        places: &'p mut [u32],
    ) -> Option<&'p [u32]> {
        let WordPlaces::Dense(dense) = self else {
            return None;
        };
        let count = places.len().min(dense.blocks.freq(dense.at) as usize);
        let places = &mut places[..count];
        dense.read(offset, places);
        Some(places)
    }
}

impl DocSet for WordPlaces {
    fn advance(&mut self) -> DocId {
        match self {
            WordPlaces::Sparse(postings) => postings.advance(),
            WordPlaces::Dense(dense) => dense.advance(),
        }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        match self {
            WordPlaces::Sparse(postings) => postings.seek(target),
            WordPlaces::Dense(dense) => dense.seek(target),
        }
    }

    fn doc(&self) -> DocId {
        match self {
            WordPlaces::Sparse(postings) => postings.doc(),
            WordPlaces::Dense(dense) => dense.doc(),
        }
    }

    fn size_hint(&self) -> u32 {
        match self {
            WordPlaces::Sparse(postings) => postings.size_hint(),
            WordPlaces::Dense(dense) => dense.blocks.doc_freq(),
        }
    }
}

/// How many articles a block has at most. As tantivy writes postings.
const BLOCK: usize = 128;

/// A word whose articles are gone through block by block: the places of all
/// articles of a segment stand one after another, so that where those of an
/// article begin is known by adding up how many come before.
pub(crate) struct Dense {
    blocks: BlockSegmentPostings,
    /// The article here, counted in its block.
    at: usize,
    /// How many places come before those of each article of the block.
    before: [u64; BLOCK],
    /// How many come before those of the next block.
    end: u64,
    places: PositionReader,
}

impl Dense {
    /// Stands on the first article.
    fn new(blocks: BlockSegmentPostings, places: PositionReader) -> Dense {
        let mut dense = Dense {
            blocks,
            at: 0,
            before: [0; BLOCK],
            end: 0,
            places,
        };
        dense.enter_block();
        dense
    }

    fn doc(&self) -> DocId {
        self.blocks.doc(self.at)
    }

    fn advance(&mut self) -> DocId {
        if self.at + 1 < BLOCK {
            self.at += 1;
        } else {
            self.next_block();
        }
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc() >= target || self.advance() >= target {
            return self.doc();
        }
        // What follows the last article of all counts as the highest.
        while self.blocks.doc(BLOCK - 1) < target {
            self.next_block();
        }
        while self.doc() < target {
            self.at += 1;
        }
        self.doc()
    }

    /// Blocks are never passed over: their frequencies count in the sum.
    fn next_block(&mut self) {
        self.blocks.advance();
        self.at = 0;
        self.enter_block();
    }

    /// Adds the frequencies of the block up, so that each article's first place
    /// is known.
    fn enter_block(&mut self) {
        let mut next = self.end;
        for (before, frequency) in self.before.iter_mut().zip(self.blocks.freqs()) {
            *before = next;
            next += u64::from(*frequency);
        }
        self.end = next;
    }

    /// Fills `places` with the first ones in the article here. Distances are
    /// summed up from `offset` on.
    fn read(&mut self, offset: u32, places: &mut [u32]) {
        self.places.read(self.before[self.at], places);
        let mut place = offset;
        for distance in places {
            place = place.wrapping_add(*distance);
            *distance = place;
        }
    }
}
