//! A tantivy query for what its own queries do not know: loose words that are
//! scored by their occurrences, slop, `NEAR`, sentences, exact words in phrases.
//!
//! Candidates come from a query that may find too much; of each the positions
//! decide, and where they cannot, the text itself, by the same matcher that
//! highlights what was found.
//!
//! Three steps, each dearer and each for fewer articles: the postings of the
//! candidates, the positions of the words (`matching::proximity`), and the stored
//! text. Example: `oil NEAR/s prices` takes the articles with both words; the
//! positions of both are compared as if all were one sentence, which drops none
//! that answers; the text of what is left is cut into sentences.
//!
//! Positions may say "perhaps" and never a false "no": where stems stand for
//! more than the typed form, or a prefix has too many forms to list, an article
//! stays until its text is read. A word in the body is the exception that saves
//! reading: if the text field has it more often than the title, the body has it.
//!
//! The score is BM25 with the frequency that positions tell, at least 1 for what
//! they do not; `search::score` uses the same rule, so both agree on which
//! articles come first. A text costs about a thousand times a posting, hence
//! `seek_danger`: beside a rarer word only its articles are verified.

use std::fmt;
use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{EnableScoring, Explanation, Query as Compiled, Scorer, Weight};
use tantivy::store::StoreReader;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED};

use super::super::occurrences::{Occurrences, is_at, looked_at};
use crate::document::field::Field;
use crate::engine::local::articles::read_article;
use crate::engine::local::schema;
use crate::engine::local::store::Texts;
use crate::matching::Matcher;
use crate::matching::page::HitPage;
use crate::matching::proximity::{WordPositions, runs};
use crate::plan::cost::TEXT;
use crate::plan::{PatternClause, ResolvedTerm, bm25};
use crate::stop::{Budget, Spender};
use crate::text::analyze::Analyzer;

/// One part of a query, ready to be looked for. Shared by all threads of a
/// search.
#[derive(Debug)]
pub(crate) struct PatternSpec {
    pub(crate) clause: Arc<PatternClause>,
    /// The average length of its field, in words.
    pub(crate) average: f32,
    /// What looking is paid from.
    pub(crate) budget: Budget,
    /// What unpacks the texts of candidates.
    pub(crate) texts: Arc<Texts>,
}

/// The articles among `candidates` that have the part. Every article that has
/// the part must be among the candidates.
#[derive(Clone)]
pub(crate) struct PatternQuery {
    pub(crate) candidates: Arc<dyn Compiled>,
    pub(crate) sought: Arc<PatternSpec>,
}

impl fmt::Debug for PatternQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PatternQuery({:?})", self.sought.clause.pattern())
    }
}

impl Compiled for PatternQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let schema = match scoring.searcher() {
            Some(searcher) => EnableScoring::disabled_from_searcher(searcher),
            None => EnableScoring::disabled_from_schema(scoring.schema()),
        };
        Ok(Box::new(PatternWeight {
            candidates: self.candidates.weight(schema)?,
            sought: Arc::clone(&self.sought),
        }))
    }
}

/// The candidates are never scored: the pattern's own frequency is.
struct PatternWeight {
    candidates: Box<dyn Weight>,
    sought: Arc<PatternSpec>,
}

impl PatternWeight {
    /// The scorer before it has verified its first candidate.
    fn open(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<PatternScorer> {
        let sought = Arc::clone(&self.sought);
        let spender = sought.budget.spender();
        let stems = sought.clause.terms.iter().map(|term| term.stems.len());
        spender.spend_on(stems.sum(), OPEN)?;
        Ok(PatternScorer {
            spender,
            candidates: self.candidates.scorer(reader, 1.0)?,
            occurrences: Occurrences::new(reader, sought.clause.field, &sought.clause.terms)?,
            title: sought
                .clause
                .is_body_word()
                .then(|| Occurrences::new(reader, Field::Title, &sought.clause.terms))
                .transpose()?,
            lengths: reader.get_fieldnorms_reader(schema::id(sought.clause.field))?,
            store: reader.get_store_reader(1)?,
            analyzer: Analyzer::default(),
            frequency: 0,
            boost,
            sought,
        })
    }
}

impl Weight for PatternWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut scorer = self.open(reader, boost)?;
        scorer.find_from_here();
        Ok(Box::new(scorer))
    }

    fn scorer_danger(
        &self,
        reader: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        let mut scorer = self.open(reader, boost)?;
        Ok((scorer.seek_danger(target), Box::new(scorer)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        explained("pattern", self, reader, doc)
    }
}

/// Explains a score by the scorer that gives it. tantivy asks for it; the
/// program explains scores in `search::explain`.
pub(crate) fn explained(
    name: &'static str,
    weight: &dyn Weight,
    reader: &SegmentReader,
    doc: DocId,
) -> tantivy::Result<Explanation> {
    let mut scorer = weight.scorer(reader, 1.0)?;
    if is_at(&mut *scorer, doc) {
        return Ok(Explanation::new(name, scorer.score()));
    }
    Err(tantivy::TantivyError::InvalidArgument(format!(
        "document {doc} does not match"
    )))
}

/// What a term costs whose postings are opened. In units of the budget, as all
/// that follow.
const OPEN: u64 = 100;

/// What it costs to look whether an article that may have the part has it, and
/// to read its words' positions.
const ARTICLE: u64 = 40;

/// What a position of a word costs. Beside [`ARTICLE`].
const POSITION: u64 = 1;

/// What it costs to read a text, and so many of its bytes cost one unit. That
/// is a twentieth of the time that it takes: to read the texts with two common words
/// once is an ordinary query, in 200 MB of speeches too (`nuclear NEAR/s
/// weapons`, three seconds). What is done with the words of a text is not.
const TEXT_READ: u64 = 500;

/// See [`TEXT_READ`].
const BYTES: u64 = 8;

/// It stands on a candidate that has the part, or at the end.
struct PatternScorer {
    spender: Spender,
    candidates: Box<dyn Scorer>,
    occurrences: Occurrences,
    /// For a word in the body: where the title has it.
    title: Option<Occurrences>,
    lengths: FieldNormReader,
    store: StoreReader,
    analyzer: Analyzer,
    /// How often the document here has the pattern.
    frequency: usize,
    boost: Score,
    sought: Arc<PatternSpec>,
}

impl PatternScorer {
    /// Moves on to the next article that has the part, from the one where the
    /// candidates are; to the end once the search is stopped.
    fn find_from_here(&mut self) -> DocId {
        while self.doc() != TERMINATED && !self.is_accepted() {
            if self.spender.is_stopped() {
                return self.candidates.seek(TERMINATED);
            }
            self.candidates.advance();
        }
        self.doc()
    }

    /// Whether the candidate here has the part; leaves its frequency behind.
    /// False once the search is stopped.
    fn is_accepted(&mut self) -> bool {
        let doc = self.candidates.doc();
        let leaves = self.occurrences.at(doc);
        let positions: usize = leaves.iter().map(Vec::len).sum();
        let cost = ARTICLE.saturating_add(POSITION.saturating_mul(positions as u64));
        if self.spender.spend(cost).is_err() {
            return false;
        }
        let places = WordPositions {
            leaves,
            // What the positions do not know, the text decides.
            in_one_sentence: &|_, _| true,
            spender: &self.spender,
        };
        self.frequency = runs(self.sought.clause.pattern(), &places).len();
        let is_unresolved = self
            .sought
            .clause
            .terms
            .iter()
            .any(ResolvedTerm::is_unresolved);
        if is_unresolved {
            self.frequency = self.frequency.max(1);
        }
        (!self.sought.clause.by_position || is_unresolved || self.frequency > 0)
            && (!self.sought.clause.by_text
                || self.is_more_than_title(doc)
                || self.stands_in_text(doc))
    }

    /// Whether the text has a word more often than the title: then it stands in
    /// the body, and the text need not be read. False proves nothing.
    fn is_more_than_title(&mut self, doc: DocId) -> bool {
        let pattern = self.sought.clause.pattern();
        self.title.as_mut().is_some_and(|title| {
            let places = WordPositions {
                leaves: title.at(doc),
                in_one_sentence: &|_, _| true,
                spender: &self.spender,
            };
            self.frequency > runs(pattern, &places).len()
        })
    }

    /// Whether the article's text has the part.
    ///
    /// # Panics
    /// When the article cannot be read: the index is damaged, and whoever
    /// searches it tells so.
    fn stands_in_text(&mut self, doc: DocId) -> bool {
        let article = self
            .store
            .get_document_bytes(doc)
            .and_then(|packed| self.sought.texts.unpack(&packed))
            .and_then(read_article)
            .unwrap_or_else(|error| panic!("cannot read an article: {error}"));
        let cost = TEXT_READ + article.text.len() as u64 / BYTES;
        if self.spender.spend(cost).is_err() {
            return false;
        }
        let matcher = Matcher::within(&self.sought.clause.parts, self.sought.budget.clone());
        let page = HitPage::whole(&article);
        page.find(&matcher, &mut self.analyzer).is_any()
    }
}

impl DocSet for PatternScorer {
    fn advance(&mut self) -> DocId {
        self.candidates.advance();
        self.find_from_here()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.candidates.seek(target);
        self.find_from_here()
    }

    /// Looks at `target` alone: beside a rarer word the texts of the other
    /// candidates are not read.
    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= TERMINATED || !is_at(&mut *self.candidates, target) {
            return SeekDangerResult::SeekLowerBound(self.candidates.doc().max(target));
        }
        let is_found = self.is_accepted();
        looked_at(target, is_found, self.spender.is_stopped())
    }

    fn doc(&self) -> DocId {
        self.candidates.doc()
    }

    fn size_hint(&self) -> u32 {
        self.candidates.size_hint()
    }

    fn cost(&self) -> u64 {
        // Each candidate costs a look at its positions, and perhaps at its text.
        let each = if self.sought.clause.by_text { TEXT } else { 4 };
        self.candidates.cost().saturating_mul(each)
    }
}

impl Scorer for PatternScorer {
    #[expect(clippy::cast_precision_loss, reason = "words of one article")]
    fn score(&mut self) -> Score {
        let length = self.lengths.fieldnorm(self.candidates.doc()) as f32;
        let share = length / self.sought.average;
        let saturated = bm25::ENGINE.saturated(self.frequency as f32, share);
        self.boost * self.sought.clause.idf * saturated
    }
}
