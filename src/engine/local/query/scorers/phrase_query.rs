//! Plain words side by side: the articles that have a phrase, scored by how
//! often.
//!
//! It finds and scores what tantivy's own query for phrases does. That one
//! reads and compares all positions of two words in order, and each comparison
//! waits for the last. Here the first places of both mostly tell that the phrase
//! is there; it is counted only where the score is asked for, and then the
//! places of one word are marked, and those of the other looked up.
//!
//! An article is tried in the order of the rarest word. Each place of a word is
//! moved to where the phrase would begin: for *united nations* in "the united
//! nations of united nations", *united* stands at 1 and 4, *nations*, minus one,
//! at 1 and 4: two phrases. An article has the phrase if all words share a
//! place, and as often as they share one. The places of the rarer word are marked
//! in an array of bytes as long as the text, and those of the other looked up,
//! instead of comparing two lists, whose branches a processor guesses wrongly
//! half of the time.
//!
//! Scores are those of tantivy's `PhraseQuery` to the bit (BM25 with the idfs of
//! the words added up, proptested), so that ranking does not depend on which of
//! the two runs. Cost: the postings of the words as far as they intersect, and
//! their positions in the articles that have all of them.
//!
//! Processor time of whole searches (ms, the median of nine), with the library's
//! own query and with this one, which can also be stopped:
//!
//! | phrase | articles | the library's | this |
//! |---|---|---|---|
//! | *"interest rates"* | 23,808 of Reuters and the BBC | 4.1 | 4.1 |
//! | *"of the"* | the same | 6.3 | 6.0 |
//! | *"united nations"* | 10,952 speeches, 202 MB | 12.7 | 11.3 |
//! | *"general assembly"* | the same | 10.4 | 9.5 |
//! | *"human rights"* | the same | 9.6 | 9.2 |
//! | *"of the"* | the same | 38.5 | 24.2 |

use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{
    Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query as Compiled, Scorer, Weight,
};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, Term};

use super::super::occurrences::{is_at, looked_at};
use super::pattern_query::explained;
use super::word_places::{self, WordPlaces};
use crate::plan::cost::POSITIONS;
use crate::stop::{Budget, Spender, Stopped};

/// The articles that have some terms of one field side by side, in this order.
#[derive(Debug, Clone)]
pub(crate) struct PhraseQuery {
    terms: Vec<Term>,
    /// Whether nothing else decides which articles are visited.
    is_alone: bool,
    /// What looking is paid from.
    budget: Budget,
}

impl PhraseQuery {
    /// Of `terms`, at least one, all of one field that has positions.
    pub(crate) fn new(terms: Vec<Term>, budget: &Budget) -> PhraseQuery {
        PhraseQuery {
            terms,
            is_alone: false,
            budget: budget.clone(),
        }
    }

    /// The same where nothing stands beside it in a query, so that all articles
    /// with its words are visited, one after another. Its words may then be
    /// read block by block.
    pub(crate) fn alone(&self) -> PhraseQuery {
        PhraseQuery {
            is_alone: true,
            ..self.clone()
        }
    }
}

impl Compiled for PhraseQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let weight = match scoring {
            EnableScoring::Enabled {
                statistics_provider,
                ..
            } => Some(Bm25Weight::for_terms(statistics_provider, &self.terms)?),
            EnableScoring::Disabled { .. } => None,
        };
        Ok(Box::new(PhraseWeight {
            query: self.clone(),
            weight,
        }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        for term in &self.terms {
            visitor(term, true);
        }
    }
}

/// A query with the idf of its words, if it is to be scored.
struct PhraseWeight {
    query: PhraseQuery,
    /// `None` where nothing is scored.
    weight: Option<Bm25Weight>,
}

impl PhraseWeight {
    /// The scorer of the text before it has looked for the phrase; `None` where
    /// a word is missing.
    fn open(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Option<PhraseScorer>> {
        let terms = &self.query.terms;
        let lengths = match &self.weight {
            Some(weight) => {
                let lengths = reader.get_fieldnorms_reader(terms[0].field())?;
                Some((weight.boost_by(boost), lengths))
            }
            None => None,
        };
        let Some(words) = word_places::open(reader, terms, self.query.is_alone)? else {
            return Ok(None);
        };
        Ok(Some(PhraseScorer {
            words: words
                .into_iter()
                .map(|(places, before)| PhraseWord { places, before })
                .collect(),
            lengths,
            frequency: None,
            places: Vec::new(),
            others: Vec::new(),
            marks: PositionSet::default(),
            spender: self.query.budget.spender(),
        }))
    }
}

impl Weight for PhraseWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self.open(reader, boost)? {
            None => Box::new(EmptyScorer),
            Some(mut scorer) => {
                scorer.find_from_here();
                Box::new(scorer)
            }
        })
    }

    fn scorer_danger(
        &self,
        reader: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        Ok(match self.open(reader, boost)? {
            None => (
                SeekDangerResult::SeekLowerBound(TERMINATED),
                Box::new(EmptyScorer),
            ),
            Some(mut scorer) => (scorer.seek_danger(target), Box::new(scorer)),
        })
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        explained("phrase", self, reader, doc)
    }
}

/// A word of a phrase. Its places are compared with those of the others after
/// they are moved.
struct PhraseWord {
    places: WordPlaces,
    /// How many words of the phrase stand before it.
    before: u32,
}

impl PhraseWord {
    /// Where the phrase would begin for each place of the word, moved on by
    /// `last`, so that nothing lies before the text.
    fn read(&mut self, last: u32, places: &mut Vec<u32>) {
        self.places.read(last - self.before, places);
    }
}

/// So many places of two words mostly tell that they stand side by side. Whole
/// searches of 109,520 long speeches (ms):
///
/// | phrase | all places | 8 | 4 |
/// |---|---|---|---|
/// | *"united nations"* | 20.5 | 14.1 | 12.9 |
/// | *"the united"* | 63.8 | 48.0 | 54.3 |
/// | *"general assembly"* | 23.1 | 21.5 | 20.3 |
/// | *"of the"*, counted in nearly all | 86.8 | 92.9 | 90.2 |
const FIRST: usize = 8;

/// The score of the article where `found`, of a [`PhraseQuery`], stands, unless
/// it is below `floor`.
pub(crate) fn score_from(found: &mut dyn Scorer, floor: Score) -> Option<Score> {
    match found.downcast_mut::<PhraseScorer>() {
        Some(phrase) => phrase.score_from(floor),
        None => Some(found.score()),
    }
}

/// So many places of a word in an article cost one unit. See
/// `PhraseScorer::pay`.
const PLACES: u64 = 4;

/// Finds a phrase, and counts it where the score is wanted. It stands on an
/// article that has the phrase, or at the end.
pub(crate) struct PhraseScorer {
    /// The rarest first.
    words: Vec<PhraseWord>,
    /// What scores need; `None` where nothing is scored.
    lengths: Option<(Bm25Weight, FieldNormReader)>,
    /// How often the article here has the phrase, once it was counted.
    frequency: Option<u32>,
    places: Vec<u32>,
    others: Vec<u32>,
    marks: PositionSet,
    spender: Spender,
}

impl PhraseScorer {
    /// Moves on to the next article that has the phrase, from the one where the
    /// first word is.
    fn find_from_here(&mut self) -> DocId {
        while self.doc() != TERMINATED {
            match self.other_article() {
                Some(doc) => {
                    self.words[0].places.seek(doc);
                }
                None if self.has_phrase() => break,
                None if self.spender.is_stopped() => {
                    self.words[0].places.seek(TERMINATED);
                }
                None => {
                    self.words[0].places.advance();
                }
            }
        }
        self.doc()
    }

    /// The next article that may have all words, where the one here has not.
    /// The largest step that any word allows is not looked for: the first will
    /// do.
    fn other_article(&mut self) -> Option<DocId> {
        let doc = self.doc();
        self.words[1..].iter_mut().find_map(|word| {
            let has_it = is_at(&mut word.places, doc);
            (!has_it).then(|| word.places.doc())
        })
    }

    /// Whether the words stand side by side in the article here. Also false
    /// once the search is stopped.
    fn has_phrase(&mut self) -> bool {
        self.frequency = None;
        if self.pay().is_err() {
            return false;
        }
        let known = self.first_tell();
        known.unwrap_or_else(|| self.count() > 0)
    }

    /// Pays for a look at the article here, as if all places were read: whether
    /// they are depends on what other threads have found. Cost must not depend
    /// on the threads.
    fn pay(&self) -> Result<(), Stopped> {
        let each = self.words.iter().map(|word| {
            let places = u64::from(word.places.frequency());
            POSITIONS + places / PLACES
        });
        self.spender.spend(each.sum())
    }

    /// Whether the words stand side by side, as far as the first places of both
    /// tell. `None` where they do not: some places are left, or there are more
    /// than two words.
    fn first_tell(&mut self) -> Option<bool> {
        let [one, other] = self.words.as_mut_slice() else {
            return None;
        };
        let (mut places, mut others) = ([0; FIRST], [0; FIRST]);
        let places = one.places.read_first(1 - one.before, &mut places)?;
        let others = other.places.read_first(1 - other.before, &mut others)?;
        if share_one(places, others) {
            return Some(true);
        }
        let are_all = one.places.frequency().max(other.places.frequency()) as usize <= FIRST;
        are_all.then_some(false)
    }

    /// Counts how often the words stand side by side in the article here. Words
    /// are read from the rarest on, and no further once nothing is shared.
    fn count(&mut self) -> u32 {
        let last = u32::try_from(self.words.len() - 1).unwrap_or(0);
        self.places.clear();
        if let Some((first, rest)) = self.words.split_first_mut() {
            first.read(last, &mut self.places);
            for word in rest {
                if self.places.is_empty() {
                    break;
                }
                word.read(last, &mut self.others);
                self.marks.keep_common(&mut self.places, &mut self.others);
            }
        }
        let frequency = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        self.frequency = Some(frequency);
        frequency
    }

    /// The score of the article here unless it is below `floor`: no phrase
    /// stands there more often than its rarest word, so that most need not be
    /// counted.
    pub(crate) fn score_from(&mut self, floor: Score) -> Option<Score> {
        let most = self.words.iter().map(|word| word.places.frequency()).min();
        let is_below = self.scored(most.unwrap_or(0)) < floor;
        (!is_below).then(|| self.score())
    }

    /// The score of the article here, had it the phrase so often. 1 where
    /// nothing is scored.
    fn scored(&self, frequency: u32) -> Score {
        self.lengths.as_ref().map_or(1.0, |(weight, lengths)| {
            weight.score(lengths.fieldnorm_id(self.doc()), frequency)
        })
    }
}

impl DocSet for PhraseScorer {
    fn advance(&mut self) -> DocId {
        self.words[0].places.advance();
        self.find_from_here()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc() >= target {
            return self.doc();
        }
        self.words[0].places.seek(target);
        self.find_from_here()
    }

    /// Looks at `target` alone: beside a rarer word the other articles that may
    /// have the phrase do not matter.
    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        for word in &mut self.words {
            if target >= TERMINATED || !is_at(&mut word.places, target) {
                let next = word.places.doc().max(target);
                return SeekDangerResult::SeekLowerBound(next);
            }
        }
        let is_found = self.has_phrase();
        looked_at(target, is_found, self.spender.is_stopped())
    }

    fn doc(&self) -> DocId {
        self.words[0].places.doc()
    }

    fn size_hint(&self) -> u32 {
        // Few of the articles that have all words have them side by side.
        let words = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.words[0].places.size_hint() / words.saturating_mul(10)
    }

    fn cost(&self) -> u64 {
        u64::from(self.words[0].places.size_hint()) * POSITIONS * self.words.len() as u64
    }
}

impl Scorer for PhraseScorer {
    fn score(&mut self) -> Score {
        if self.lengths.is_none() {
            return 1.0;
        }
        let frequency = self.frequency.unwrap_or_else(|| self.count());
        self.scored(frequency)
    }
}

/// Whether two lists, both ascending, have a place in common. Eight places each
/// at most.
fn share_one(places: &[u32], others: &[u32]) -> bool {
    let (mut at, mut other) = (0, 0);
    while let (Some(one), Some(two)) = (places.get(at), others.get(other)) {
        if one == two {
            return true;
        }
        // Added up instead of branched on: either is as likely.
        at += usize::from(one < two);
        other += usize::from(two < one);
    }
    false
}

/// Places further on are not marked: four megabytes are as many as it may take.
/// Beyond, places are searched for instead.
const MAX_MARKS: usize = 1 << 22;

/// A set of places: a byte for each, so that none waits for its neighbour; all
/// zero between uses.
#[derive(Default)]
struct PositionSet(Vec<u8>);

impl PositionSet {
    /// Leaves of `places` those that are among `others` too; what becomes of
    /// `others` does not matter. Both ascend, and `places` are mostly the fewer.
    ///
    /// For places 1, 4 and others 1, 2, 4, 9 the bytes 1 and 4 are set, 1 and 4
    /// stay of the others, and the two bytes are cleared again.
    fn keep_common(&mut self, places: &mut Vec<u32>, others: &mut Vec<u32>) {
        let end = |places: &[u32]| places.last().map_or(0, |last| *last as usize + 1);
        let length = end(others).max(end(places));
        // A very long text, or a damaged index.
        if length > MAX_MARKS {
            places.retain(|place| others.binary_search(place).is_ok());
            return;
        }
        if length > self.0.len() {
            self.0.resize(length, 0);
        }
        let marks = &mut self.0[..length];
        for place in &*places {
            marks[*place as usize] = 1;
        }
        // Written whether it stays or not: what follows need not wait to know.
        let mut kept = 0;
        for at in 0..others.len() {
            let place = others[at];
            others[kept] = place;
            kept += usize::from(marks[place as usize]);
        }
        others.truncate(kept);
        for place in &*places {
            marks[*place as usize] = 0;
        }
        std::mem::swap(places, others);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::query::{BooleanQuery, TermQuery};
    use tantivy::schema::{IndexRecordOption, Schema, TEXT};
    use tantivy::{Index, IndexWriter, doc};

    use super::*;

    /// Documents and scores that a query finds, on its own way or by seeking.
    fn found(index: &Index, query: &dyn Compiled, step: DocId) -> Vec<(DocId, u32)> {
        let searcher = index.reader().unwrap().searcher();
        let scoring = EnableScoring::enabled_from_searcher(&searcher);
        let weight = query.weight(scoring).unwrap();
        let mut scorer = weight.scorer(searcher.segment_reader(0), 2.0).unwrap();
        let mut found = Vec::new();
        while scorer.doc() != TERMINATED {
            found.push((scorer.doc(), scorer.score().to_bits()));
            if step == 1 {
                scorer.advance();
            } else {
                scorer.seek(scorer.doc() + step);
            }
        }
        found
    }

    /// An index of one segment with `texts`, each of some of four words.
    fn index(texts: impl Iterator<Item = Vec<usize>>) -> (Index, [Term; 4]) {
        let mut schema = Schema::builder();
        let field = schema.add_text_field("text", TEXT);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 15_000_000).unwrap();
        let words = ["a", "b", "c", "d"];
        for text in texts {
            let text: Vec<&str> = text.into_iter().map(|word| words[word]).collect();
            writer.add_document(doc!(field => text.join(" "))).unwrap();
        }
        writer.commit().unwrap();
        (index, words.map(|word| Term::from_field_text(field, word)))
    }

    #[test]
    fn rare_and_common_words_are_found_block_after_block() {
        // Of 3,000 articles all have *a*, a third *b*, one in 130 *c*, one in
        // 700 *d*, some of them ten times and more.
        let texts = (0..3000_usize).map(|number| {
            let mut text = Vec::new();
            for at in 0..=(number * 7 % 23) {
                text.push(0);
                let chance = (number * 31 + at * 17) % 100;
                text.extend((number % 3 == 0 && chance < 40).then_some(1));
                text.extend((number % 130 == 7 && chance < 50).then_some(2));
                text.extend((number % 700 == 7 && chance < 70).then_some(3));
            }
            text
        });
        let (index, terms) = index(texts);
        let mut all = 0;
        for (one, other) in [
            (0, 1),
            (1, 0),
            (0, 2),
            (2, 0),
            (0, 3),
            (1, 3),
            (2, 3),
            (0, 0),
        ] {
            let phrase = vec![terms[one].clone(), terms[other].clone()];
            let theirs = tantivy::query::PhraseQuery::new(phrase.clone());
            for step in [1, 2, 129, 500] {
                let expected = found(&index, &theirs, step);
                all += expected.len();
                let own = PhraseQuery::new(phrase.clone(), &Budget::unlimited());
                assert_eq!(found(&index, &own, step), expected, "{phrase:?} {step}");
                let own = own.alone();
                assert_eq!(found(&index, &own, step), expected, "{phrase:?} {step}");
            }
        }
        assert!(all > 5000, "{all}");
    }

    proptest! {
        #[test]
        fn it_finds_and_scores_what_the_library_does(
            texts in prop::collection::vec(prop::collection::vec(0_usize..4, 0..60), 1..40),
            phrase in prop::collection::vec(0_usize..4, 2..5),
            step in 1_u32..4,
        ) {
            let (index, words) = index(texts.into_iter());
            let terms: Vec<Term> = phrase.into_iter().map(|word| words[word].clone()).collect();
            let theirs = tantivy::query::PhraseQuery::new(terms.clone());
            let own = PhraseQuery::new(terms, &Budget::unlimited());
            let expected = found(&index, &theirs, step);
            prop_assert_eq!(&found(&index, &own, step), &expected);
            prop_assert_eq!(found(&index, &own.alone(), step), expected);
            // Beside another word it is asked for single documents.
            let beside = |phrase: Box<dyn Compiled>| {
                let word = TermQuery::new(words[3].clone(), IndexRecordOption::Basic);
                BooleanQuery::intersection(vec![Box::new(word), phrase])
            };
            let (own, theirs) = (beside(Box::new(own)), beside(Box::new(theirs)));
            prop_assert_eq!(found(&index, &own, step), found(&index, &theirs, step));
        }

        #[test]
        fn marks_leave_no_trace(
            mut places in prop::collection::btree_set(0_u32..5000, 0..50),
            others in prop::collection::btree_set(0_u32..5000, 0..50),
        ) {
            let mut marks = PositionSet::default();
            let mut kept: Vec<u32> = places.iter().copied().collect();
            let mut marked: Vec<u32> = others.iter().copied().collect();
            marks.keep_common(&mut kept, &mut marked);
            places.retain(|place| others.contains(place));
            prop_assert_eq!(kept, places.into_iter().collect::<Vec<_>>());
            prop_assert!(marks.0.iter().all(|marks| *marks == 0));
        }
    }
}
