//! Scores articles by what the index knows of them, without their text.
//!
//! An article's score is a sum: of each part of the query, BM25 over the text
//! and a share of that over the title; a little for each word that stands in
//! the very form that was typed; and what the best run of text is worth in
//! which the parts stand together. It is added up in a fixed order, so that
//! the same articles score the same whatever their segments.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{EnableScoring, Query as Compiled, Scorer};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, SegmentReader};

use super::lookup::Lookup;
use super::weights::Weights;
use crate::document::field::Field;
use crate::engine::local::Index;
use crate::engine::local::query::occurrences::{Occurrences, is_at};
use crate::engine::local::query::statistics::LiveStatistics;
use crate::engine::local::schema;
use crate::matching::Parts;
use crate::matching::passage::{Place, best_closeness};
use crate::matching::proximity::{Pattern, Places, runs};
use crate::query::Scope;
use crate::stop::{Budget, Spender};

/// What a part of the query adds to an article's score.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct PartScore {
    pub(crate) part: usize,
    /// How often the article has it.
    pub(crate) frequency: usize,
    pub(crate) text: f32,
    /// How often the title has it.
    pub(crate) in_title: usize,
    pub(crate) title: f32,
}

/// An article's score, as it adds up.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ArticleScore {
    pub(crate) address: DocAddress,
    pub(crate) parts: Vec<PartScore>,
    /// The numbers of the forms that it has as typed, and what each adds.
    pub(crate) forms: Vec<(usize, f32)>,
    pub(crate) closeness: f32,
    /// The words of the article.
    pub(crate) length: u32,
    /// BM25 over the text alone: what the first articles are found by.
    pub(crate) first: f32,
}

impl ArticleScore {
    pub(crate) fn total(&self) -> f32 {
        let parts = self.parts.iter().map(|part| part.text + part.title);
        let forms = self.forms.iter().map(|(_, value)| value);
        parts.sum::<f32>() + forms.sum::<f32>() + self.closeness
    }
}

/// A form that was typed for a plain word.
pub(crate) struct TypedForm {
    pub(crate) form: String,
    /// The number of its part.
    part: usize,
    /// What it adds where it stands just so.
    value: f32,
}

/// The query that finds a part, where positions do not tell.
pub(crate) type Loose = Option<Box<dyn Compiled>>;

/// What is the same for all articles of one query.
pub(crate) struct Scoring<'a> {
    index: &'a Index,
    budget: &'a Budget,
    parts: &'a Parts,
    lookups: &'a [Lookup],
    /// For each part whose positions do not tell, the query that finds it.
    loose: &'a [Loose],
    weights: Weights,
    /// How much each part counts, as often as the query repeats it.
    pub(crate) factors: Vec<f32>,
    /// How rare each part is, in texts and in titles.
    pub(crate) rarities: Vec<f32>,
    title_rarities: Vec<f32>,
    /// The forms that were typed for plain words.
    pub(crate) forms: Vec<TypedForm>,
    average: f32,
    title_average: f32,
}

impl<'a> Scoring<'a> {
    pub(crate) fn new(
        (index, budget): (&'a Index, &'a Budget),
        statistics: &LiveStatistics<'_>,
        parts: &'a Parts,
        (lookups, loose): (&'a [Lookup], &'a [Loose]),
        weights: Weights,
    ) -> tantivy::Result<Self> {
        use tantivy::query::Bm25StatisticsProvider;
        let rarities = |field| {
            let of_part =
                |part: &crate::matching::Part| statistics.rarity(&part.pattern, lookups, field);
            parts
                .parts
                .iter()
                .map(of_part)
                .collect::<tantivy::Result<Vec<f32>>>()
        };
        let mut forms: Vec<TypedForm> = Vec::new();
        for (number, part) in parts.parts.iter().enumerate() {
            for form in &part.forms {
                if forms.iter().any(|known| known.form == *form) {
                    continue;
                }
                let articles = statistics.doc_freq(&schema::term(Field::Form, form))?;
                forms.push(TypedForm {
                    form: form.clone(),
                    part: number,
                    value: weights.exact * statistics.idf(articles),
                });
            }
        }
        Ok(Scoring {
            index,
            budget,
            parts,
            lookups,
            loose,
            weights,
            factors: factors(parts, weights),
            rarities: rarities(Field::Text)?,
            title_rarities: rarities(Field::Title)?,
            forms,
            average: statistics.average(Field::Text)?,
            title_average: statistics.average(Field::Title)?,
        })
    }

    /// How many articles have a part, where it is one word.
    pub(crate) fn articles(&self, part: usize) -> Option<u64> {
        match self.parts.parts[part].pattern {
            Pattern::Leaf { leaf, .. } => Some(self.lookups[leaf].articles),
            _ => None,
        }
    }

    /// What each part weighs in a run of text.
    pub(crate) fn passage_weights(&self) -> Vec<f32> {
        let pairs = self.rarities.iter().zip(&self.factors);
        pairs.map(|(rarity, factor)| rarity * factor).collect()
    }

    /// Scores the articles at `addresses`, in order of their address.
    pub(crate) fn score(&self, addresses: &[DocAddress]) -> tantivy::Result<Vec<ArticleScore>> {
        let mut sorted = addresses.to_vec();
        sorted.sort_unstable();
        let passage_weights = self.passage_weights();
        let mut scores = Vec::with_capacity(sorted.len());
        for group in sorted.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
            let searcher = &self.index.snapshot().searcher;
            let segment = searcher.segment_reader(group[0].segment_ord);
            let mut reader = SegmentScores::open(self, segment)?;
            for address in group {
                scores.push(reader.score(*address, &passage_weights));
                reader.spender.spend(0)?;
            }
        }
        Ok(scores)
    }
}

impl Scoring<'_> {
    /// What a part adds that stands so often in a text, and in a title, of such
    /// shares of the average length; and what it adds to the score by which the
    /// first articles are found.
    #[expect(clippy::cast_precision_loss, reason = "words of one article")]
    fn part_score(
        &self,
        number: usize,
        (frequency, share): (usize, f32),
        (in_title, title_share): (usize, f32),
    ) -> (PartScore, f32) {
        let factor = self.factors[number];
        let weigh = |weights: Weights, count: usize, rarity: f32, share: f32| match count {
            0 => 0.0,
            count => factor * rarity * weights.saturated(count as f32, share),
        };
        let text = |weights| weigh(weights, frequency, self.rarities[number], share);
        let title = |weights| weigh(weights, in_title, self.title_rarities[number], title_share);
        let (text_weight, title_weight) = match self.parts.parts[number].scope {
            Scope::Anywhere => (1.0, self.weights.title),
            Scope::Body => (1.0, 0.0),
            Scope::Title => (0.0, 1.0),
        };
        let score = PartScore {
            part: number,
            frequency,
            text: text_weight * text(self.weights),
            in_title,
            title: title_weight * title(self.weights),
        };
        let first = if text_weight > 0.0 {
            text(Weights::default())
        } else {
            title(Weights::default())
        };
        (score, first)
    }
}

/// How much each part counts.
pub(crate) fn factors(parts: &Parts, weights: Weights) -> Vec<f32> {
    let parts = parts.parts.iter();
    parts.map(|part| weights.repeated(part.count)).collect()
}

/// What of one segment is looked at to score its articles.
struct SegmentScores<'s> {
    scoring: &'s Scoring<'s>,
    text: Occurrences,
    title: Occurrences,
    lengths: FieldNormReader,
    title_lengths: FieldNormReader,
    /// Which articles have each form that was typed.
    forms: Vec<Option<tantivy::postings::SegmentPostings>>,
    /// Which articles have each part whose positions do not tell.
    loose: Vec<Option<Box<dyn Scorer>>>,
    spender: Spender,
}

/// What it costs to score a part of an article.
const PART: u64 = 50;

impl<'s> SegmentScores<'s> {
    fn open(scoring: &'s Scoring<'s>, segment: &SegmentReader) -> tantivy::Result<Self> {
        let dictionary = segment.inverted_index(schema::id(Field::Form))?;
        let forms = scoring.forms.iter().map(|typed| {
            let term = schema::term(Field::Form, &typed.form);
            Ok(dictionary.read_postings(&term, IndexRecordOption::Basic)?)
        });
        let searcher = &scoring.index.snapshot().searcher;
        let loose = scoring.loose.iter().map(|query| {
            let scorer = query.as_ref().map(|query| {
                let scoring = EnableScoring::disabled_from_searcher(searcher);
                query.weight(scoring)?.scorer(segment, 1.0)
            });
            scorer.transpose()
        });
        Ok(SegmentScores {
            scoring,
            text: Occurrences::new(segment, Field::Text, scoring.lookups)?,
            title: Occurrences::new(segment, Field::Title, scoring.lookups)?,
            lengths: segment.get_fieldnorms_reader(schema::id(Field::Text))?,
            title_lengths: segment.get_fieldnorms_reader(schema::id(Field::Title))?,
            forms: forms.collect::<tantivy::Result<_>>()?,
            loose: loose.collect::<tantivy::Result<_>>()?,
            spender: scoring.budget.spender(),
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "words of one article")]
    fn score(&mut self, address: DocAddress, passage_weights: &[f32]) -> ArticleScore {
        let scoring = self.scoring;
        let doc = address.doc_id;
        let length = self.lengths.fieldnorm(doc);
        let share = length as f32 / scoring.average;
        let title_share = self.title_lengths.fieldnorm(doc) as f32 / scoring.title_average;
        let (text, title) = (self.text.at(doc), self.title.at(doc));
        let spender = &self.spender;
        // What comes of a search that is stopped is not shown.
        let _ = spender.spend_on(scoring.parts.parts.len(), PART);
        let mut places: Vec<Place> = Vec::new();
        let mut parts = Vec::with_capacity(scoring.parts.parts.len());
        let mut first = 0.0;
        for (number, part) in scoring.parts.parts.iter().enumerate() {
            let is_loose = self.loose[number].as_mut();
            if is_loose.is_some_and(|scorer| !is_at(&mut **scorer, doc)) {
                parts.push(PartScore {
                    part: number,
                    ..PartScore::default()
                });
                continue;
            }
            let is_title = part.scope == Scope::Title;
            let (mut in_text, mut in_title) = (
                stands(part, text, spender),
                stands(part, title, spender).len(),
            );
            let is_wide = |leaf: &usize| scoring.lookups[*leaf].is_wide();
            let at_least = usize::from(part.pattern.leaves().iter().any(is_wide));
            let mut frequency = in_text.len();
            if is_title {
                in_text.clear();
                in_title = in_title.max(at_least);
            } else {
                frequency = frequency.max(at_least);
            }
            places.extend(in_text.into_iter().map(|(first, last)| Place {
                part: number,
                first,
                last,
            }));
            let (score, by_text) =
                scoring.part_score(number, (frequency, share), (in_title, title_share));
            first += by_text;
            parts.push(score);
        }
        places.sort_unstable_by_key(|place| (place.first, place.last, place.part));
        ArticleScore {
            address,
            forms: self.forms_at(doc, &parts),
            parts,
            closeness: scoring.weights.closeness
                * best_closeness(&places, passage_weights, scoring.weights.run),
            length,
            first,
        }
    }

    /// The typed forms that the article has, page furniture not counted.
    fn forms_at(&mut self, doc: DocId, parts: &[PartScore]) -> Vec<(usize, f32)> {
        let typed = self.forms.iter_mut().zip(&self.scoring.forms).enumerate();
        typed
            .filter_map(|(number, (postings, typed))| {
                let is_there = is_at(postings.as_mut()?, doc) && parts[typed.part].frequency > 0;
                is_there.then_some((number, typed.value))
            })
            .collect()
    }
}

/// The first and last positions of a part.
fn stands(part: &crate::matching::Part, leaves: &[Vec<u32>], spender: &Spender) -> Vec<(u32, u32)> {
    let places = Places {
        leaves,
        in_one_sentence: &|_, _| true,
        spender,
    };
    let found = runs(&part.pattern, &places).into_iter();
    found.map(|run| (run.first, run.last)).collect()
}
