//! Compares what an index says of its articles with the texts that it keeps.
//!
//! Checksums tell that no byte has changed since it was written, not that what
//! was written belongs together. So articles are indexed once more, from their
//! stored texts and records, into a small index in memory, and compared with
//! what the index has of them: every posting with its positions, the lengths,
//! and the columns.

use tantivy::columnar::{Column, StrColumn};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::Field;
use tantivy::schema::{FieldType, IndexRecordOption, Type};
use tantivy::{DocId, DocSet, IndexWriter, SegmentReader, TERMINATED};

use super::writer::builder;
use crate::corrections::Owner;
use crate::document;
use crate::document::Record;
use crate::document::field::Field as Declared;
use crate::engine::local::Index;
use crate::engine::local::articles::read_record;
use crate::engine::local::segment::SegmentBuilder;
use crate::engine::local::segment::entry::EntryWriter;
use crate::engine::local::segment::terms::TermReader;
use crate::engine::local::segment::vocabulary::SharedVocabulary;
use crate::engine::local::storage::names::REBUILD;
use crate::failure::{Failure, FailureKind, Result};

/// How many articles are compared unless all are.
pub(crate) const SAMPLE: usize = 200;

/// How many are indexed again at once.
const BATCH: usize = 500;

/// An article of the index: its segment, and its number there.
type StoredAt = (usize, DocId);

impl Index {
    /// Compares the articles of the index with their texts: all, or at most
    /// `most` that lie evenly between the others. Says how many.
    ///
    /// # Errors
    /// When one of them is not as its text would have it, with its id.
    pub(crate) fn check_contents(&self, most: Option<usize>) -> Result<usize> {
        let places = self.guarded(|| self.places())?;
        let step = most.map_or(1, |most| places.len().div_ceil(most.max(1)).max(1));
        let chosen: Vec<StoredAt> = places.into_iter().step_by(step).collect();
        let owner = self.owner();
        for batch in chosen.chunks(BATCH) {
            let differing = self.guarded(|| self.compare(batch, owner))?;
            if let Some((place, what)) = differing {
                let id = self.guarded(|| self.id_at(place)).unwrap_or_default();
                let why = format!("the {what} of {id} do not match its text");
                let folder = self.generation.as_ref().unwrap_or(&self.library.index_dir);
                return Err(Failure::at("corrupt index", folder, why)
                    .help(REBUILD)
                    .of(FailureKind::Corrupt));
            }
        }
        Ok(chosen.len())
    }

    /// All articles, in order.
    fn places(&self) -> tantivy::Result<Vec<StoredAt>> {
        let mut places = Vec::new();
        for (ord, segment) in self.snapshot.searcher.segment_readers().iter().enumerate() {
            let files = segment.fast_fields().i64(Declared::ReadAt.name())?;
            let articles = segment
                .doc_ids_alive()
                .filter(|doc| files.first(*doc).is_none());
            places.extend(articles.map(|doc| (ord, doc)));
        }
        Ok(places)
    }

    /// The record and the text that are kept of an article.
    fn kept(&self, (segment, doc): StoredAt) -> tantivy::Result<(Record, String)> {
        let segment = u32::try_from(segment).unwrap_or(u32::MAX);
        let address = tantivy::DocAddress::new(segment, doc);
        read_record(self.snapshot.searcher.doc(address)?)
    }

    fn id_at(&self, place: StoredAt) -> tantivy::Result<String> {
        Ok(self.kept(place)?.0.id)
    }

    /// The first of some articles that differs from its text, and in what.
    fn compare(
        &self,
        batch: &[StoredAt],
        owner: &Owner,
    ) -> tantivy::Result<Option<(StoredAt, &'static str)>> {
        let again = self.index_again(batch, owner)?;
        let searcher = again.reader()?.searcher();
        let segments = self.snapshot.searcher.segment_readers();
        let Some(made) = searcher.segment_readers().first() else {
            return Ok(None);
        };
        if let Some(place) = differing_postings(made, batch, segments)? {
            return Ok(Some((place, "postings")));
        }
        let differing = differing_columns(made, batch, segments)?;
        Ok(differing.map(|place| (place, "columns")))
    }

    /// An index in memory of some articles, in their order.
    fn index_again(&self, batch: &[StoredAt], owner: &Owner) -> tantivy::Result<tantivy::Index> {
        let index = builder().create_in_ram()?;
        let words = std::sync::Arc::new(SharedVocabulary::default());
        let mut reader = TermReader::new(std::sync::Arc::clone(&words));
        let mut draft = SegmentBuilder::new(&index, None, words)?;
        for place in batch {
            let (record, text) = self.kept(*place)?;
            let article = record.article(text);
            let mut writer = EntryWriter::new(&mut reader);
            document::write_article(&mut writer, owner, article);
            draft.add_article(writer.finish())?;
        }
        let meta = draft.finish(1)?;
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 15_000_000)?;
        writer.add_segment(meta)?;
        writer.commit()?;
        Ok(index)
    }
}

/// The first article whose postings in the index are not those of `made`, in
/// which the articles have the numbers of `batch`.
fn differing_postings(
    made: &SegmentReader,
    batch: &[StoredAt],
    segments: &[SegmentReader],
) -> tantivy::Result<Option<StoredAt>> {
    for (field, entry) in made.schema().fields() {
        let FieldType::Str(options) = entry.field_type() else {
            continue;
        };
        let Some(indexing) = options.get_indexing_options() else {
            continue;
        };
        if let Some(place) =
            differing_in_field(field, indexing.index_option(), made, batch, segments)?
        {
            return Ok(Some(place));
        }
        if indexing.fieldnorms()
            && let Some(place) = differing_lengths(field, made, batch, segments)?
        {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

fn differing_in_field(
    field: Field,
    option: IndexRecordOption,
    made: &SegmentReader,
    batch: &[StoredAt],
    segments: &[SegmentReader],
) -> tantivy::Result<Option<StoredAt>> {
    let inverted = made.inverted_index(field)?;
    let mut terms = inverted.terms().stream()?;
    let (mut expected, mut found) = (Vec::new(), Vec::new());
    while terms.advance() {
        let mut wanted = inverted.read_postings_from_terminfo(terms.value(), option)?;
        // The articles of a batch are in order, so that one cursor a segment is
        // enough.
        let mut cursor = None;
        while wanted.doc() != TERMINATED {
            let place = batch[wanted.doc() as usize];
            if cursor
                .as_ref()
                .is_none_or(|(segment, _)| *segment != place.0)
            {
                let there = segments[place.0].inverted_index(field)?;
                let info = there.terms().get(terms.key())?;
                let postings = info.map(|info| there.read_postings_from_terminfo(&info, option));
                cursor = Some((place.0, postings.transpose()?));
            }
            let Some((_, Some(postings))) = &mut cursor else {
                return Ok(Some(place));
            };
            if postings.doc() < place.1 {
                postings.seek(place.1);
            }
            if postings.doc() != place.1 {
                return Ok(Some(place));
            }
            if option.has_positions() {
                tantivy::postings::Postings::positions(&mut wanted, &mut expected);
                tantivy::postings::Postings::positions(postings, &mut found);
                if expected != found {
                    return Ok(Some(place));
                }
            }
            wanted.advance();
        }
    }
    Ok(None)
}

/// Lengths tell of postings that are too many.
fn differing_lengths(
    field: Field,
    made: &SegmentReader,
    batch: &[StoredAt],
    segments: &[SegmentReader],
) -> tantivy::Result<Option<StoredAt>> {
    let norms = |segment: &SegmentReader| segment.get_fieldnorms_reader(field);
    let expected = norms(made)?;
    let found: Vec<FieldNormReader> = segments.iter().map(norms).collect::<tantivy::Result<_>>()?;
    let differs = |(number, place): &(usize, &StoredAt)| {
        let number = u32::try_from(*number).unwrap_or(u32::MAX);
        expected.fieldnorm_id(number) != found[place.0].fieldnorm_id(place.1)
    };
    Ok(batch
        .iter()
        .enumerate()
        .find(differs)
        .map(|(_, place)| *place))
}

/// The first article whose columns in the index are not those of `made`.
fn differing_columns(
    made: &SegmentReader,
    batch: &[StoredAt],
    segments: &[SegmentReader],
) -> tantivy::Result<Option<StoredAt>> {
    for (_, entry) in made.schema().fields().filter(|(_, entry)| entry.is_fast()) {
        let name = entry.name();
        for (number, place) in batch.iter().enumerate() {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            let there = &segments[place.0];
            let is_same = match entry.field_type().value_type() {
                Type::Str => texts(made, name, number)? == texts(there, name, place.1)?,
                Type::I64 => {
                    let first = |segment: &SegmentReader, doc| {
                        let column: Column<i64> = segment.fast_fields().i64(name)?;
                        tantivy::Result::Ok(column.first(doc))
                    };
                    first(made, number)? == first(there, place.1)?
                }
                _ => {
                    let first = |segment: &SegmentReader, doc| {
                        let column: Column<u64> = segment.fast_fields().u64(name)?;
                        tantivy::Result::Ok(column.first(doc))
                    };
                    first(made, number)? == first(there, place.1)?
                }
            };
            if !is_same {
                return Ok(Some(*place));
            }
        }
    }
    Ok(None)
}

/// The texts that an article has in a column, in order.
fn texts(segment: &SegmentReader, name: &str, doc: DocId) -> tantivy::Result<Vec<String>> {
    let column: Option<StrColumn> = segment.fast_fields().str(name)?;
    let Some(column) = column else {
        return Ok(Vec::new());
    };
    let mut texts = Vec::new();
    for ord in column.term_ords(doc) {
        let mut text = String::new();
        column.ord_to_str(ord, &mut text)?;
        texts.push(text);
    }
    texts.sort_unstable();
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;
    use crate::update::{Update, in_memory, update};

    fn library(texts: &[&str]) -> (tempfile::TempDir, Library) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("seeds")).unwrap();
        for (number, text) in texts.iter().enumerate() {
            std::fs::write(folder.path().join(format!("seeds/{number}.txt")), text).unwrap();
        }
        let library = Library::at(folder.path());
        (folder, library)
    }

    const TEXTS: [&str; 3] = [
        "Talks\n\nThe US and China talk of a hotline, Xi Jinping said on 5 May 2013.\n",
        "London, May 3 - A hotline to Moscow.\n",
        "Nothing of the kind.\n",
    ];

    #[test]
    fn a_sound_index_is_as_its_texts_would_have_it() {
        let (_folder, library) = library(&TEXTS);
        update(&library, &Update::default(), &|_| {}).unwrap();
        let index = Index::open(&library).unwrap().unwrap();
        assert_eq!(index.check_contents(None).unwrap(), 3);
        assert_eq!(index.check_contents(Some(2)).unwrap(), 2);
    }

    #[test]
    fn an_index_whose_parts_come_from_different_texts_is_found() {
        let (_folder, whole) = library(&TEXTS);
        let index = in_memory(&whole, &|_| {}).unwrap();
        let place: Vec<StoredAt> = index.places().unwrap();
        let mut others = TEXTS;
        others[1] = "London, May 3 - A hotline to Paris.\n";
        let (_folder, other) = library(&others);
        let other = in_memory(&other, &|_| {}).unwrap();
        // As if the postings of one stood beside the texts of the other.
        let again = other.index_again(&place, &Owner::default()).unwrap();
        let searcher = again.reader().unwrap().searcher();
        let made = &searcher.segment_readers()[0];
        let segments = index.snapshot.searcher.segment_readers();
        let found = differing_postings(made, &place, segments).unwrap();
        assert_eq!(found, Some(place[1]));
        let found = differing_columns(made, &place, segments).unwrap();
        assert_eq!(found, Some(place[1]));
    }
}
