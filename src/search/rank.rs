//! Finds the first articles and puts them in order.
//!
//! tantivy finds the first articles by BM25 over their text. Hundred by
//! hundred they are put in order by all that `score` adds up. The scores that
//! tantivy found them by vary in their last digits with its segments, so those
//! at the edge of a hundred are compared by ours.

use std::collections::HashMap;

use tantivy::collector::sort_key::{SortByStaticFastValue, SortByString};
use tantivy::collector::{Collector, Count, DocSetCollector, TopDocs};
use tantivy::columnar::StrColumn;
use tantivy::query::{EnableScoring, Query as Compiled};
use tantivy::{DocAddress, DocSet, Order, TERMINATED};

use super::explain::{self, Reason};
use super::lookup::{Known, Lookup, look_up};
use super::score::{ArticleScore, Loose, Scoring, factors};
use super::{Request, Sort};
use crate::document::field::Field;
use crate::engine::local::Index;
use crate::engine::local::query::collect::{Work, first_with_phrase, gather};
use crate::engine::local::query::compile::Compiler;
use crate::engine::local::query::phrase_query::PhraseQuery;
use crate::engine::local::query::statistics::LiveStatistics;
use crate::matching::Parts;
use crate::query::Query;
use crate::stop::Budget;
use crate::text::analyze::Analyzer;

/// How many of the first articles are put in order at a time.
pub(crate) const POOL: usize = 100;

/// So many more are looked at, for those at the edge of the last hundred.
const EDGE: usize = 28;

/// Where more articles are wanted, room for them is made only as far as so many
/// answer.
const WORTH_COUNTING: usize = 10_000;

/// Scores that differ by less than this share may change places by the way
/// they were added up.
const JITTER: f32 = 1e-4;

/// One query, ready to run.
pub(crate) struct Ranking<'a> {
    index: &'a Index,
    statistics: LiveStatistics<'a>,
    compiled: Box<dyn Compiled>,
    /// For each part whose positions do not tell, the query that finds it.
    loose: Vec<Loose>,
    pub(crate) parts: Parts,
    pub(crate) lookups: Vec<Lookup>,
    /// Whether words and a range of days decide.
    has_days: bool,
    /// Whether other threads may help.
    helped: bool,
    /// How much there is to do.
    work: Work,
    pub(crate) budget: &'a Budget,
}

/// What a posting of a word costs, and an article that filters alone find.
const POSTING: u64 = 4;

impl<'a> Ranking<'a> {
    pub(crate) fn new(
        index: &'a Index,
        query: &Query,
        request: &Request,
        budget: &'a Budget,
        analyzer: &mut Analyzer,
    ) -> tantivy::Result<Self> {
        let parts = Parts::of(query, analyzer);
        let statistics = LiveStatistics::new(index, budget);
        let mut known = Known::default();
        let mut compiler = Compiler {
            index,
            statistics: &statistics,
            factors: &factors(&parts, request.weights),
            parts: &parts,
            known: &mut known,
            budget,
            analyzer,
        };
        let compiled = compiler.compile(query)?;
        let compiled = match compiled.downcast_ref::<PhraseQuery>() {
            Some(phrase) => Box::new(phrase.alone()),
            None => compiled,
        };
        let loose = compiler.loose_parts()?;
        let lookups = look_up(index, &parts, analyzer, &mut known, budget)?;
        let mut work = Work::of(query, &parts, &lookups);
        work.is_phrase = compiled.is::<PhraseQuery>();
        let looked_at = if parts.parts.is_empty() {
            index.state().articles
        } else {
            work.postings()
        };
        budget.spend(looked_at.saturating_mul(POSTING))?;
        Ok(Ranking {
            loose,
            work,
            lookups,
            budget,
            index,
            statistics,
            compiled,
            helped: request.helped,
            has_days: query.has_days() && !parts.parts.is_empty(),
            parts,
        })
    }

    /// The query that matches the articles that answer.
    pub(crate) fn compiled(&self) -> &dyn Compiled {
        &*self.compiled
    }

    /// Whether words are looked for, which score.
    pub(crate) fn is_scored(&self) -> bool {
        !self.parts.parts.is_empty()
    }

    /// How many articles answer.
    pub(crate) fn count(&self) -> tantivy::Result<usize> {
        if !self.work.is_simple() && self.work.is_worth_dividing() {
            return self.gather(&Count);
        }
        let searcher = &self.index.snapshot().searcher;
        if !self.has_days {
            return searcher.search(&*self.compiled, &Count);
        }
        // Counted block by block, the days of all articles would be read, where
        // those of the articles with the words will do.
        let scoring = EnableScoring::disabled_from_searcher(searcher);
        let weight = self.compiled.weight(scoring)?;
        let mut count = 0;
        for segment in searcher.segment_readers() {
            let mut articles = weight.scorer(segment, 1.0)?;
            while articles.doc() != TERMINATED {
                count += usize::from(!segment.is_deleted(articles.doc()));
                articles.advance();
            }
        }
        Ok(count)
    }

    /// How many threads go through the articles that answer.
    fn threads(&self) -> usize {
        if self.helped { self.work.threads() } else { 1 }
    }

    /// Lets a collector see all articles that answer.
    fn gather<C: Collector>(&self, collector: &C) -> tantivy::Result<C::Fruit> {
        let searcher = &self.index.snapshot().searcher;
        let scoring = if collector.requires_scoring() {
            self.enabled()
        } else {
            EnableScoring::disabled_from_searcher(searcher)
        };
        let weight = self.compiled.weight(scoring)?;
        gather(searcher, &*weight, collector, self.work, self.threads())
    }

    fn enabled(&self) -> EnableScoring<'_> {
        let searcher = &self.index.snapshot().searcher;
        EnableScoring::enabled_from_statistics_provider(&self.statistics, searcher)
    }

    /// What makes the score of an article.
    pub(crate) fn scoring(&self, request: &Request) -> tantivy::Result<Scoring<'_>> {
        Scoring::new(
            (self.index, self.budget),
            &self.statistics,
            &self.parts,
            (&self.lookups, &self.loose),
            request.weights,
        )
    }

    /// What an article's score is made of.
    pub(crate) fn reasons(&self, score: &ArticleScore, scoring: &Scoring<'_>) -> Vec<Reason> {
        explain::reasons(score, scoring, &self.parts, &self.statistics)
    }

    /// How many articles answer, and the first `wanted` of them in order, or
    /// more: all that answer are looked at but once.
    pub(crate) fn run(
        &self,
        scoring: &Scoring<'_>,
        sort: Sort,
        wanted: usize,
    ) -> tantivy::Result<(usize, Vec<ArticleScore>)> {
        let wanted = if wanted > WORTH_COUNTING {
            wanted.min(self.count()?)
        } else {
            wanted
        };
        if wanted == 0 {
            return Ok((self.count()?, Vec::new()));
        }
        if self.is_scored() && sort == Sort::Relevance {
            return self.by_relevance(scoring, wanted);
        }
        let order = if sort == Sort::Oldest {
            Order::Asc
        } else {
            Order::Desc
        };
        self.by_date(scoring, wanted, order)
    }

    /// The articles in order of their date, those of one day in order of key.
    fn by_date(
        &self,
        scoring: &Scoring<'_>,
        wanted: usize,
        order: Order,
    ) -> tantivy::Result<(usize, Vec<ArticleScore>)> {
        let first = TopDocs::with_limit(wanted).order_by((
            (
                SortByStaticFastValue::<i64>::for_field(Field::Earliest.name()),
                order,
            ),
            (SortByString::for_field(Field::Key.name()), Order::Asc),
        ));
        // On one thread: each piece would look up the texts of its keys.
        let searcher = &self.index.snapshot().searcher;
        let (total, found) = searcher.search(&*self.compiled, &(Count, first))?;
        self.budget.spend(0)?;
        let addresses: Vec<DocAddress> = found.into_iter().map(|(_, address)| address).collect();
        let mut scores = scoring.score(&addresses)?;
        let places: HashMap<DocAddress, usize> = addresses.into_iter().zip(0..).collect();
        scores.sort_by_key(|score| places.get(&score.address).copied());
        Ok((total, scores))
    }

    fn by_relevance(
        &self,
        scoring: &Scoring<'_>,
        wanted: usize,
    ) -> tantivy::Result<(usize, Vec<ArticleScore>)> {
        let pools = wanted.div_ceil(POOL) * POOL;
        let (total, found) = self.first(pools + EDGE)?;
        self.budget.spend(0)?;
        let addresses: Vec<DocAddress> = found.iter().map(|(_, address)| *address).collect();
        let mut scores = scoring.score(&addresses)?;
        debug_assert!(
            agree(&found, &scores),
            "an article was found by another score than it has"
        );
        self.put_first(&mut scores, pools)?;
        if total > scores.len() && is_edge_unclear(&scores, pools) {
            scores = self.all_first(scoring, pools)?;
        }
        scores.truncate(pools);
        for pool in scores.chunks_mut(POOL) {
            self.sort(pool, ArticleScore::total)?;
        }
        Ok((total, scores))
    }

    /// How many articles answer, and those that tantivy scores highest.
    fn first(&self, limit: usize) -> tantivy::Result<(usize, Vec<(f32, DocAddress)>)> {
        if self.compiled.is::<PhraseQuery>() {
            let searcher = &self.index.snapshot().searcher;
            let weight = self.compiled.weight(self.enabled())?;
            return first_with_phrase(searcher, &*weight, limit, self.work, self.threads());
        }
        // Alone, the second collector would pass blocks of articles over by
        // what their best one scored when the block was written, with the
        // average length of that day: articles would be missed.
        self.gather(&(Count, TopDocs::with_limit(limit).order_by_score()))
    }

    /// The first `wanted` of all articles that answer, none passed over.
    fn all_first(
        &self,
        scoring: &Scoring<'_>,
        wanted: usize,
    ) -> tantivy::Result<Vec<ArticleScore>> {
        let all = self.gather(&DocSetCollector)?;
        let mut addresses: Vec<DocAddress> = all.into_iter().collect();
        addresses.sort_unstable();
        let mut best: Vec<ArticleScore> = Vec::new();
        // Piece by piece, so that memory does not grow with the archive.
        for piece in addresses.chunks(wanted.max(4096)) {
            best.extend(scoring.score(piece)?);
            self.put_first(&mut best, wanted)?;
            best.truncate(wanted);
        }
        Ok(best)
    }

    /// Sorts by what articles are found by, so that each hundred up to `wanted`
    /// holds what belongs there. Keys are looked up only where they decide that.
    fn put_first(&self, scores: &mut [ArticleScore], wanted: usize) -> tantivy::Result<()> {
        scores.sort_by(|a, b| b.first.total_cmp(&a.first));
        let mut edge = POOL.min(wanted);
        while edge <= wanted && edge < scores.len() {
            let value = scores[edge].first;
            if scores[edge - 1].first.total_cmp(&value).is_eq() {
                let from = scores.partition_point(|score| score.first.total_cmp(&value).is_gt());
                let to = scores.partition_point(|score| score.first.total_cmp(&value).is_ge());
                self.sort_by_key(&mut scores[from..to])?;
            }
            edge += POOL;
        }
        Ok(())
    }

    /// Sorts by a value, the highest first, equal ones in order of key.
    fn sort(
        &self,
        scores: &mut [ArticleScore],
        value: impl Fn(&ArticleScore) -> f32,
    ) -> tantivy::Result<()> {
        scores.sort_by(|a, b| value(b).total_cmp(&value(a)));
        for equal in scores.chunk_by_mut(|a, b| value(a).total_cmp(&value(b)).is_eq()) {
            if equal.len() > 1 {
                self.sort_by_key(equal)?;
            }
        }
        Ok(())
    }

    /// Sorts by path and id. Inside a segment their numbers have that order;
    /// the texts are looked up only to compare segments.
    fn sort_by_key(&self, scores: &mut [ArticleScore]) -> tantivy::Result<()> {
        let columns = self.index.key_columns()?;
        let is_one = scores
            .windows(2)
            .all(|pair| pair[0].address.segment_ord == pair[1].address.segment_ord);
        if is_one {
            scores.sort_by_key(|score| key_number(columns, score.address));
            return Ok(());
        }
        let mut keys: HashMap<DocAddress, String> = HashMap::with_capacity(scores.len());
        for score in scores.iter() {
            keys.insert(score.address, key(columns, score.address)?);
        }
        scores.sort_by(|a, b| keys[&a.address].cmp(&keys[&b.address]));
        Ok(())
    }
}

/// Whether tantivy found articles by the scores that they have: what is at the
/// edge of a hundred depends on it.
fn agree(found: &[(f32, DocAddress)], scores: &[ArticleScore]) -> bool {
    let own: HashMap<DocAddress, f32> = scores
        .iter()
        .map(|score| (score.address, score.first))
        .collect();
    found.iter().all(|(theirs, address)| {
        let own = own.get(address).copied().unwrap_or(f32::NAN);
        (own - theirs).abs() <= JITTER * theirs.abs().max(1.0)
    })
}

/// The number of an article's key among those of its segment.
fn key_number(columns: &[Option<StrColumn>], address: DocAddress) -> Option<u64> {
    let column = columns[address.segment_ord as usize].as_ref()?;
    column.term_ords(address.doc_id).next()
}

/// An article's key.
pub(crate) fn key(columns: &[Option<StrColumn>], address: DocAddress) -> tantivy::Result<String> {
    let mut key = String::new();
    if let (Some(column), Some(number)) = (
        &columns[address.segment_ord as usize],
        key_number(columns, address),
    ) {
        column.ord_to_str(number, &mut key)?;
    }
    Ok(key)
}

/// Whether articles that were not looked at may belong among the first `pools`.
fn is_edge_unclear(scores: &[ArticleScore], pools: usize) -> bool {
    let (Some(edge), Some(last)) = (scores.get(pools - 1), scores.last()) else {
        return false;
    };
    edge.first - last.first <= JITTER * edge.first.abs()
}
