//! The articles of the local index that answer a plan.
//!
//! tantivy finds the first articles by BM25 over their text; what of them makes
//! a score is read from their postings, and added up elsewhere.
//!
//! Two things are compiled from a plan. The query as a whole (`compiled`) says
//! which articles answer and finds the first ones by score. For each part whose
//! positions do not tell whether an article has it (a prefix, a word in the
//! body), a query of that part alone (`undecided`) is kept, for `visit` to ask.
//!
//! The total is always exact. Asked for the best alone, tantivy skips whole
//! blocks of 128 articles by the best score that each had when it was written
//! (block-max WAND, Ding and Suel 2011); that bound was made with the average
//! length and the idf of another day, so an article could be missed. Collecting
//! the count at the same time makes it score all. A phrase by itself has a
//! sound bound of its own (`collect::first_with_phrase`).
//!
//! Cost: for a word its postings; for a query of filters alone, all articles;
//! for each further step what `plan::cost` says. All of it is paid for before
//! or while it is done, so that a search stops at the same point on any number
//! of threads.

use std::sync::Arc;

use tantivy::collector::sort_key::SortByString;
use tantivy::collector::{Collector, Count, DocSetCollector, TopDocs};
use tantivy::query::{EnableScoring, Query as Compiled};
use tantivy::{DocAddress, DocSet, TERMINATED};

use super::collect::{first_with_phrase, gather};
use super::compile::Compiler;
use super::facet_counts::Counter;
use super::phrase_query::PhraseQuery;
use super::seen::SegmentSeen;
use crate::document::field::Field;
use crate::engine::local::days::ByDay;
use crate::engine::local::session::{LocalEngine, address};
use crate::engine::{Address, Candidates, Counts, Order, Seen, Wanted};
use crate::failure::Result;
use crate::parallel::threads;
use crate::plan::Plan;
use crate::plan::cost::Cost;

/// What a posting of a word costs, and an article that filters alone find. In
/// units of [`Budget`](crate::stop::Budget).
const POSTING: u64 = 4;

/// A plan, compiled to tantivy's queries. Nothing is collected until it is
/// asked; dropping it costs nothing.
pub(crate) struct LocalCandidates<'e> {
    engine: &'e LocalEngine<'e>,
    plan: Arc<Plan>,
    compiled: Box<dyn Compiled>,
    /// For each part whose positions do not tell, the query that finds it.
    undecided: Vec<Option<Box<dyn Compiled>>>,
    cost: Cost,
}

impl<'e> LocalCandidates<'e> {
    /// Compiles `plan`, and pays for its postings in advance.
    ///
    /// # Errors
    /// When a segment cannot be read, or the budget does not reach.
    pub(crate) fn of(
        engine: &'e LocalEngine<'e>,
        plan: &Arc<Plan>,
    ) -> tantivy::Result<LocalCandidates<'e>> {
        let mut compiler = Compiler::new(engine);
        let mut cost = plan.cost;
        let mut compiled = compiler.compile(&plan.root)?;
        if let Some(phrase) = compiled.downcast_ref::<PhraseQuery>() {
            compiled = Box::new(phrase.alone());
            cost.is_phrase = true;
        }
        let undecided = plan.undecided.iter().map(|clause| {
            let clause = clause.as_ref();
            clause.map(|clause| compiler.compile(clause)).transpose()
        });
        let undecided = undecided.collect::<tantivy::Result<_>>()?;
        let looked_at = if plan.is_scored() {
            cost.postings()
        } else {
            engine.index.state().articles
        };
        engine.budget.spend(looked_at.saturating_mul(POSTING))?;
        Ok(LocalCandidates {
            engine,
            plan: Arc::clone(plan),
            compiled,
            undecided,
            cost,
        })
    }

    /// How many threads go through the articles that answer.
    fn threads(&self) -> usize {
        if self.engine.is_parallel && self.cost.is_worth_dividing() {
            threads()
        } else {
            1
        }
    }

    /// Lets a collector visit all articles that answer; scores are computed only
    /// if it wants them.
    fn gather<C: Collector>(&self, collector: &C) -> tantivy::Result<C::Fruit> {
        let searcher = &self.engine.index.snapshot().searcher;
        let scoring = if collector.requires_scoring() {
            self.enabled()
        } else {
            EnableScoring::disabled_from_searcher(searcher)
        };
        let weight = self.compiled.weight(scoring)?;
        gather(searcher, &*weight, collector, self.cost, self.threads())
    }

    /// Scoring with the statistics of live articles, never tantivy's own.
    fn enabled(&self) -> EnableScoring<'_> {
        let searcher = &self.engine.index.snapshot().searcher;
        EnableScoring::enabled_from_statistics_provider(&self.engine.statistics, searcher)
    }

    /// How many articles answer, by the cheapest way that is exact: words and
    /// what is made of them by tantivy's own counting, costly patterns in
    /// pieces.
    fn number(&self) -> tantivy::Result<usize> {
        if !self.cost.is_simple() && self.cost.is_worth_dividing() {
            return self.gather(&Count);
        }
        let searcher = &self.engine.index.snapshot().searcher;
        if !self.plan.has_days {
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

    /// How many answer, and those that tantivy scores highest. Ties of tantivy
    /// go by address; `search::rank` sorts them anew.
    fn by_score(&self, limit: usize) -> tantivy::Result<(usize, Vec<(f32, DocAddress)>)> {
        if self.cost.is_phrase {
            let searcher = &self.engine.index.snapshot().searcher;
            let weight = self.compiled.weight(self.enabled())?;
            return first_with_phrase(searcher, &*weight, limit, self.cost, self.threads());
        }
        // Alone, the second collector would pass blocks of articles over by
        // what their best one scored when the block was written, with the
        // average length of that day: articles would be missed.
        self.gather(&(Count, TopDocs::with_limit(limit).order_by_score()))
    }

    /// How many answer, and the first of them in an order that needs no scores:
    /// none are computed, and each is given as 0. On one thread: each piece
    /// would look up the texts of its keys.
    fn in_order<K>(
        &self,
        first: impl Collector<Fruit = Vec<(K, DocAddress)>>,
    ) -> tantivy::Result<(usize, Vec<(f32, DocAddress)>)> {
        let searcher = &self.engine.index.snapshot().searcher;
        let (total, found) = searcher.search(&*self.compiled, &(Count, first))?;
        Ok((total, found.into_iter().map(|(_, at)| (0.0, at)).collect()))
    }

    /// By day, those of one day in order of key.
    fn by_day(
        &self,
        limit: usize,
        newest_first: bool,
    ) -> tantivy::Result<(usize, Vec<(f32, DocAddress)>)> {
        let first = TopDocs::with_limit(limit);
        self.in_order(first.order_by((ByDay { newest_first }, by_key())))
    }
}

/// The articles in order of key.
fn by_key() -> (SortByString, tantivy::Order) {
    let key = SortByString::for_field(Field::Key.name());
    (key, tantivy::Order::Asc)
}

impl Candidates for LocalCandidates<'_> {
    fn count(&self) -> Result<usize> {
        self.engine.told(self.number())
    }

    /// Stops are noticed after collecting: what came of a stopped search is
    /// thrown away.
    fn first(&self, order: Order, wanted: usize) -> Result<(usize, Vec<(Address, f32)>)> {
        let found = match order {
            Order::Score => self.by_score(wanted),
            Order::Oldest => self.by_day(wanted, false),
            Order::Newest => self.by_day(wanted, true),
            Order::Key => self.in_order(TopDocs::with_limit(wanted).order_by(by_key())),
        };
        let (total, found) = self.engine.told(found)?;
        self.engine.budget.spend(0)?;
        let found = found.into_iter().map(|(score, at)| (address(at), score));
        Ok((total, found.collect()))
    }

    fn all(&self) -> Result<Vec<Address>> {
        let all = self.engine.told(self.gather(&DocSetCollector))?;
        let mut all: Vec<Address> = all.into_iter().map(address).collect();
        all.sort_unstable();
        Ok(all)
    }

    /// Each segment is opened once for all of its articles that are asked for.
    fn visit(
        &self,
        articles: &[Address],
        see: &mut dyn FnMut(Address, &Seen<'_>) -> Result<()>,
    ) -> Result<()> {
        let searcher = &self.engine.index.snapshot().searcher;
        for group in articles.chunk_by(|a, b| a.segment == b.segment) {
            let segment = searcher.segment_reader(group[0].segment);
            let mut seen = self.engine.told(SegmentSeen::open(
                &self.plan,
                &self.undecided,
                searcher,
                segment,
            ))?;
            for article in group {
                see(*article, &seen.at(article.document))?;
            }
        }
        Ok(())
    }

    /// On one thread: facets are not divided.
    fn counts(&self, wanted: &Wanted) -> Result<Counts> {
        let counter = Counter::of(wanted, &self.engine.budget);
        let searcher = &self.engine.index.snapshot().searcher;
        self.engine.told(searcher.search(&*self.compiled, &counter))
    }
}
