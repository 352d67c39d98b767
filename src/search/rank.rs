//! Finds the first articles and puts them in order.
//!
//! tantivy collects the first articles by BM25 over title and body. These are
//! scored once more here, part by part in a fixed order (its pruning adds
//! floats in varying order), with the title counting extra and the best
//! passage of each: words that stand together beat words that are scattered.

use std::collections::HashMap;

use tantivy::collector::sort_key::{SortByStaticFastValue, SortByString};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{EnableScoring, Query as Compiled, Weight};
use tantivy::{DocAddress, DocId, DocSet, Order, Term};

use super::compile::{Compiler, in_field};
use super::statistics::LiveStatistics;
use super::{Request, Sort};
use crate::analyze::Analyzer;
use crate::article::layout_of;
use crate::index::schema::names;
use crate::index::{Index, Record};
use crate::matching::{self, Matcher, Part, Pattern};
use crate::passage::{self, Match, Passage, Scored, Sentence};
use crate::query::Query;

/// How many of the first articles are put in order by their best passage, at
/// a time: the first so many, then the next.
const POOL: usize = 50;

/// What a match in the title adds to that in the text: so much of its BM25.
const TITLE_WEIGHT: f32 = 0.25;

/// What the best passage adds, in the measure of BM25.
const PASSAGE_WEIGHT: f32 = 0.2;

/// What a prefix weighs in a passage: it stands for terms of many weights.
const PREFIX_WEIGHT: f32 = 1.0;

/// An article in its place, with what is needed to show it.
#[derive(Debug)]
pub(super) struct Ranked {
    pub(super) record: Record,
    pub(super) text: String,
    /// The passages to show, best first, with the score of each.
    pub(super) passages: Vec<(Passage, Option<f32>)>,
    /// All matches in the text, in order.
    pub(super) matches: Vec<Match>,
    /// All matches in the title, in order.
    pub(super) title_matches: Vec<Match>,
}

/// The articles of an answer.
#[derive(Debug)]
pub(super) struct Found {
    /// How many answer.
    pub(super) total: usize,
    /// Those to show, in order.
    pub(super) articles: Vec<Ranked>,
    /// The parts of the query that matches refer to.
    pub(super) parts: Vec<Part>,
}

/// One query, ready to run.
pub(super) struct Ranking<'a> {
    index: &'a Index,
    statistics: LiveStatistics<'a>,
    compiled: Box<dyn Compiled>,
    parts: Vec<Part>,
    /// The weight of each part in a passage.
    weights: Vec<f32>,
}

impl<'a> Ranking<'a> {
    pub(super) fn new(
        index: &'a Index,
        query: &Query,
        analyzer: &mut Analyzer,
    ) -> tantivy::Result<Self> {
        let compiled = Compiler::new(index, analyzer).compile(query)?;
        let parts = matching::parts(query, analyzer);
        let statistics = LiveStatistics::new(index);
        let weights = parts
            .iter()
            .map(|part| Ok(weight(index, &statistics, &part.pattern)? * f32::from(part.count)))
            .collect::<tantivy::Result<_>>()?;
        Ok(Ranking {
            index,
            statistics,
            compiled,
            parts,
            weights,
        })
    }

    /// The query that matches the articles that answer.
    pub(super) fn compiled(&self) -> &dyn Compiled {
        &*self.compiled
    }

    pub(super) fn run(self, request: &Request, analyzer: &mut Analyzer) -> tantivy::Result<Found> {
        let searcher = &self.index.snapshot().searcher;
        let total = searcher.search(&*self.compiled, &Count)?;
        let is_scored = !self.parts.is_empty();
        let articles = if total == 0 || request.limit == 0 || request.offset >= total {
            Vec::new()
        } else if is_scored && request.sort == Sort::Relevance {
            self.by_relevance(request, total, analyzer)?
        } else {
            let order = if request.sort == Sort::Oldest {
                Order::Asc
            } else {
                Order::Desc
            };
            self.by_date(request, total, order, analyzer)?
        };
        Ok(Found {
            total,
            articles,
            parts: self.parts,
        })
    }

    /// The articles in order of their date, those of one day in order of key.
    fn by_date(
        &self,
        request: &Request,
        total: usize,
        order: Order,
        analyzer: &mut Analyzer,
    ) -> tantivy::Result<Vec<Ranked>> {
        let collector = TopDocs::with_limit(request.limit.min(total))
            .and_offset(request.offset)
            .order_by((
                (
                    SortByStaticFastValue::<i64>::for_field(names::EARLIEST),
                    order,
                ),
                (SortByString::for_field(names::KEY), Order::Asc),
            ));
        let found = self
            .index
            .snapshot()
            .searcher
            .search(&*self.compiled, &collector)?;
        let addresses: Vec<DocAddress> = found.into_iter().map(|(_, address)| address).collect();
        let bases = self.scores(&addresses)?;
        let matcher = Matcher::new(&self.parts);
        let read = addresses.iter().map(|address| {
            let base = bases
                .get(address)
                .copied()
                .filter(|_| !self.parts.is_empty());
            Ok(self
                .read(*address, base, &matcher, request.passages, analyzer)?
                .ranked)
        });
        read.collect()
    }

    fn by_relevance(
        &self,
        request: &Request,
        total: usize,
        analyzer: &mut Analyzer,
    ) -> tantivy::Result<Vec<Ranked>> {
        let wanted = request.offset.saturating_add(request.limit).min(total);
        let collected = wanted.div_ceil(POOL) * POOL;
        let searcher = &self.index.snapshot().searcher;
        let collector = TopDocs::with_limit(collected).order_by_score();
        let found = searcher.search_with_statistics_provider(
            &*self.compiled,
            &collector,
            &self.statistics,
        )?;
        let addresses: Vec<DocAddress> = found.into_iter().map(|(_, address)| address).collect();
        let bases = self.scores(&addresses)?;
        let matcher = Matcher::new(&self.parts);
        let mut articles = Vec::new();
        let first_pool = request.offset / POOL * POOL;
        for pool in addresses.chunks(POOL).skip(first_pool / POOL) {
            let read = pool.iter().map(|address| {
                let base = bases.get(address).copied().unwrap_or(0.0);
                self.read(*address, Some(base), &matcher, request.passages, analyzer)
            });
            let mut pool = read.collect::<tantivy::Result<Vec<Candidate>>>()?;
            pool.sort_by(|a, b| {
                b.score
                    .total_cmp(&a.score)
                    .then_with(|| a.order().cmp(&b.order()))
            });
            articles.extend(pool.into_iter().map(|candidate| candidate.ranked));
        }
        let skipped = request.offset - first_pool;
        Ok(articles
            .into_iter()
            .skip(skipped)
            .take(request.limit)
            .collect())
    }

    /// The BM25 of each article, the title counting extra, summed part by part.
    fn scores(&self, addresses: &[DocAddress]) -> tantivy::Result<HashMap<DocAddress, f32>> {
        let mut scores: HashMap<DocAddress, f32> =
            addresses.iter().map(|address| (*address, 0.0)).collect();
        let mut sorted = addresses.to_vec();
        sorted.sort_unstable();
        let fields = self.index.snapshot().fields;
        for part in &self.parts {
            for (field, boost) in [(fields.text, 1.0), (fields.title, TITLE_WEIGHT)] {
                let query = in_field(field, fields.form, &part.pattern)?;
                // A prefix is looked for among all words, once.
                let is_again = matches!(part.pattern, Pattern::Prefix(_)) && field == fields.title;
                if !is_again {
                    self.add_scores(&*query, boost * f32::from(part.count), &sorted, &mut scores)?;
                }
            }
        }
        Ok(scores)
    }

    /// Adds the score of one part to each article that has it. `sorted` is in
    /// order of segments and documents.
    fn add_scores(
        &self,
        query: &dyn Compiled,
        boost: f32,
        sorted: &[DocAddress],
        scores: &mut HashMap<DocAddress, f32>,
    ) -> tantivy::Result<()> {
        let searcher = &self.index.snapshot().searcher;
        let scoring = EnableScoring::enabled_from_statistics_provider(&self.statistics, searcher);
        let weight = query.weight(scoring)?;
        for group in sorted.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
            let segment = group[0].segment_ord;
            let docs = group.iter().map(|address| address.doc_id);
            for (doc, score) in score_docs(&*weight, searcher.segment_reader(segment), docs, boost)?
            {
                *scores.entry(DocAddress::new(segment, doc)).or_default() += score;
            }
        }
        Ok(())
    }

    /// Reads an article, finds its matches and chooses its passages.
    fn read(
        &self,
        address: DocAddress,
        base: Option<f32>,
        matcher: &Matcher<'_>,
        limit: usize,
        analyzer: &mut Analyzer,
    ) -> tantivy::Result<Candidate> {
        let (record, text) = self.index.read_article(address)?;
        let mut title_matches = Vec::new();
        matcher.find(analyzer, &record.title, 0, 0, &mut title_matches);
        let page = Page::read(&text, &record);
        let (chosen, matches) = page.choose(
            matcher,
            &self.weights,
            limit.max(1),
            !title_matches.is_empty(),
            analyzer,
        );
        let best = chosen.first().map_or(0.0, |scored| scored.score);
        let hit_score = |scored: &Scored| base.map(|base| base + PASSAGE_WEIGHT * scored.score);
        let passages = chosen
            .iter()
            .take(limit)
            .map(|scored| (scored.passage.clone(), hit_score(scored)))
            .collect();
        let score = base.unwrap_or(0.0) + PASSAGE_WEIGHT * best;
        Ok(Candidate {
            score,
            ranked: Ranked {
                record,
                text,
                passages,
                matches,
                title_matches,
            },
        })
    }
}

/// The scores of those of `docs` (in order) that `weight` matches.
fn score_docs(
    weight: &dyn Weight,
    segment: &tantivy::SegmentReader,
    docs: impl Iterator<Item = DocId>,
    boost: f32,
) -> tantivy::Result<Vec<(DocId, f32)>> {
    let mut scorer = weight.scorer(segment, boost)?;
    let mut scored = Vec::new();
    for doc in docs {
        if scorer.doc() < doc {
            scorer.seek(doc);
        }
        if scorer.doc() == doc {
            scored.push((doc, scorer.score()));
        }
    }
    Ok(scored)
}

/// The weight of a part: its rarity, added up over the words of a phrase.
fn weight(
    index: &Index,
    statistics: &LiveStatistics<'_>,
    pattern: &Pattern,
) -> tantivy::Result<f32> {
    use tantivy::query::Bm25StatisticsProvider;
    let field = index.snapshot().fields.text;
    let term_weight = |term: &String| -> tantivy::Result<f32> {
        Ok(statistics.idf(statistics.doc_freq(&Term::from_field_text(field, term))?))
    };
    match pattern {
        Pattern::Term(term) => term_weight(term),
        Pattern::Phrase(terms) => terms.iter().map(term_weight).sum(),
        Pattern::Prefix(_) => Ok(PREFIX_WEIGHT),
    }
}

/// An article with the score that puts it in its place.
struct Candidate {
    score: f32,
    ranked: Ranked,
}

impl Candidate {
    /// Decides between equal scores.
    fn order(&self) -> (&str, &str) {
        (&self.ranked.record.path, &self.ranked.record.id)
    }
}

/// An article's sentences.
struct Page<'a> {
    text: &'a str,
    body: Vec<Sentence>,
    furniture: Vec<Sentence>,
    blocks: Vec<(std::ops::Range<usize>, bool)>,
}

impl<'a> Page<'a> {
    fn read(text: &'a str, record: &Record) -> Page<'a> {
        let layout = layout_of(text, record.body_start, record.given_title.as_deref());
        let body = passage::sentences(text, &layout);
        let furniture = passage::furniture(text, &layout);
        let blocks = layout
            .blocks
            .into_iter()
            .map(|block| (block.span, block.kind.is_body()))
            .collect();
        Page {
            text,
            body,
            furniture,
            blocks,
        }
    }

    /// The best passages with all matches of the article. Without a match in
    /// the body: the opening passage where the title matches, else a line of
    /// the page's furniture that does, else the opening.
    fn choose(
        &self,
        matcher: &Matcher<'_>,
        weights: &[f32],
        limit: usize,
        in_title: bool,
        analyzer: &mut Analyzer,
    ) -> (Vec<Scored>, Vec<Match>) {
        let mut matches = Vec::new();
        let mut in_furniture = Vec::new();
        let mut words = 0;
        for (span, is_body) in &self.blocks {
            let into = if *is_body {
                &mut matches
            } else {
                &mut in_furniture
            };
            words += matcher.find(analyzer, &self.text[span.clone()], span.start, words, into) + 1;
        }
        let chosen = passage::choose(&self.body, &matches, weights, limit);
        if !chosen.is_empty() {
            return (chosen, matches);
        }
        if !in_title {
            let unweighted = vec![1.0; weights.len()];
            let mut chosen = passage::choose(&self.furniture, &in_furniture, &unweighted, limit);
            for scored in &mut chosen {
                scored.score = 0.0;
            }
            if !chosen.is_empty() {
                return (chosen, in_furniture);
            }
        }
        let opening = passage::opening(&self.body).map(|passage| Scored {
            passage,
            score: 0.0,
        });
        (opening.into_iter().collect(), Vec::new())
    }
}
