//! The articles of the local index that answer a plan.
//!
//! tantivy finds the first articles by BM25 over their text; what of them makes
//! a score is read from their postings, and added up elsewhere.
//!
//! Three things are compiled from a plan. The query as a whole (`complete`) says
//! which articles have all of it and finds the first ones by score; its members
//! (`partial`) find those that have most of it as well. For each part whose
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

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tantivy::collector::sort_key::SortByString;
use tantivy::collector::{Collector, Count, DocSetCollector, TopDocs};
use tantivy::query::{EnableScoring, Query as Compiled};
use tantivy::{DocAddress, DocSet, TERMINATED};

use super::collect::{first_with_phrase, gather};
use super::compile::Compiler;
use super::facet_counts::Counter;
use super::occurrences::is_at;
use super::partial::{self, Both, CompiledPartial, Highest, PassDivision};
use super::scorers::known_articles::KnownArticles;
use super::scorers::phrase_query::PhraseQuery;
use super::seen::SegmentSeen;
use crate::document::field::Field;
use crate::engine::local::days::ByDay;
use crate::engine::local::session::{LocalEngine, address};
use crate::engine::{
    Address, Candidates, Completeness, Counts, First, Firsts, Order, Seen, Wanted,
};
use crate::failure::Result;
use crate::parallel::threads;
use crate::plan::Plan;
use crate::plan::cost::Cost;
use crate::plan::partial::PartialPlan;

/// What a posting of a word costs, and an article that filters alone find. In
/// units of [`Budget`](crate::stop::Budget).
const POSTING: u64 = 4;

/// A plan, compiled to tantivy's queries. Nothing is collected until it is
/// asked; dropping it costs nothing.
pub(crate) struct LocalCandidates<'e> {
    engine: &'e LocalEngine<'e>,
    plan: Arc<Plan>,
    /// Keeps what was looked up for one query for the others.
    compiler: Mutex<Compiler<'e>>,
    /// Finds the complete articles. Where partial ones stand beside them, it is
    /// compiled only to count values.
    complete: OnceLock<Box<dyn Compiled>>,
    /// Finds complete and partial articles.
    partial: OnceLock<CompiledPartial>,
    /// For each part whose positions do not tell, the query that finds it.
    undecided: Vec<Option<Box<dyn Compiled>>>,
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
        let undecided = plan.undecided.iter().map(|clause| {
            let clause = clause.as_ref();
            clause.map(|clause| compiler.compile(clause)).transpose()
        });
        let undecided = undecided.collect::<tantivy::Result<_>>()?;
        let candidates = LocalCandidates {
            engine,
            plan: Arc::clone(plan),
            compiler: Mutex::new(compiler),
            complete: OnceLock::new(),
            partial: OnceLock::new(),
            undecided,
        };
        if let Some(partial) = candidates.beside_complete() {
            candidates.pay(partial.cost.postings())?;
            candidates.partial(partial)?;
        } else {
            candidates.complete()?;
            candidates.pay(if plan.is_scored() {
                plan.cost.postings()
            } else {
                engine.index.state().articles
            })?;
        }
        Ok(candidates)
    }

    /// Pays for going through so many postings.
    fn pay(&self, postings: u64) -> tantivy::Result<()> {
        Ok(self.engine.budget.spend(postings.saturating_mul(POSTING))?)
    }

    /// The plan of partial articles, where they stand beside complete ones.
    fn beside_complete(&self) -> Option<&PartialPlan> {
        let partial = self.plan.partial.as_ref();
        partial.filter(|partial| partial.beside_complete)
    }

    /// The query that finds complete articles.
    fn complete(&self) -> tantivy::Result<&dyn Compiled> {
        if let Some(known) = self.complete.get() {
            return Ok(&**known);
        }
        let mut compiled = self.compiler().compile(&self.plan.root)?;
        if let Some(phrase) = compiled.downcast_ref::<PhraseQuery>() {
            compiled = Box::new(phrase.alone());
        }
        Ok(&**self.complete.get_or_init(|| compiled))
    }

    /// What finds complete and partial articles in one pass.
    fn partial(&self, plan: &PartialPlan) -> tantivy::Result<&CompiledPartial> {
        if let Some(known) = self.partial.get() {
            return Ok(known);
        }
        let compiled = CompiledPartial::of(plan, &self.plan.members, &mut self.compiler())?;
        Ok(self.partial.get_or_init(|| compiled))
    }

    fn compiler(&self) -> MutexGuard<'_, Compiler<'e>> {
        self.compiler.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much work complete articles are.
    fn cost(&self) -> tantivy::Result<Cost> {
        let mut cost = self.plan.cost;
        cost.is_phrase = self.complete()?.is::<PhraseQuery>();
        Ok(cost)
    }

    /// How many threads go through the articles that answer.
    fn threads(&self, cost: Cost) -> usize {
        if self.engine.is_parallel && cost.is_worth_dividing() {
            threads()
        } else {
            1
        }
    }

    /// How the pass over complete and partial articles is divided.
    fn division(&self, cost: Cost) -> PassDivision {
        let is_divided = cost.is_simple() && cost.is_worth_dividing();
        PassDivision {
            threads: self.threads(cost),
            pieces: is_divided.then(|| (cost.pieces(), cost.least())),
        }
    }

    /// Lets a collector visit all complete articles; scores are computed only
    /// if it wants them.
    fn gather<C: Collector>(&self, collector: &C) -> tantivy::Result<C::Fruit> {
        let searcher = &self.engine.index.snapshot().searcher;
        let scoring = if collector.requires_scoring() {
            self.enabled()
        } else {
            EnableScoring::disabled_from_searcher(searcher)
        };
        let cost = self.cost()?;
        let weight = self.complete()?.weight(scoring)?;
        gather(searcher, &*weight, collector, cost, self.threads(cost))
    }

    /// Scoring with the statistics of live articles, never tantivy's own.
    fn enabled(&self) -> EnableScoring<'_> {
        let searcher = &self.engine.index.snapshot().searcher;
        EnableScoring::enabled_from_statistics_provider(&self.engine.statistics, searcher)
    }

    /// How many articles are complete, by the cheapest way that is exact: words
    /// and what is made of them by tantivy's own counting, costly patterns in
    /// pieces.
    fn number(&self) -> tantivy::Result<usize> {
        let cost = self.cost()?;
        if !cost.is_simple() && cost.is_worth_dividing() {
            return self.gather(&Count);
        }
        let searcher = &self.engine.index.snapshot().searcher;
        if !self.plan.has_days {
            return searcher.search(self.complete()?, &Count);
        }
        // Counted block by block, the days of all articles would be read, where
        // those of the articles with the words will do.
        let scoring = EnableScoring::disabled_from_searcher(searcher);
        let weight = self.complete()?.weight(scoring)?;
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

    /// How many complete and partial articles there are.
    fn numbers(&self) -> tantivy::Result<Both<usize>> {
        if let Some(plan) = self.beside_complete() {
            return self.number_of_both(plan);
        }
        let complete = self.number()?;
        match &self.plan.partial {
            Some(plan) if complete == 0 => self.number_of_both(plan),
            _ => Ok(Both {
                complete,
                partial: 0,
            }),
        }
    }

    fn number_of_both(&self, plan: &PartialPlan) -> tantivy::Result<Both<usize>> {
        self.pay_if_alone(plan)?;
        let weights = self.partial(plan)?.weights(self.engine, false)?;
        let searcher = &self.engine.index.snapshot().searcher;
        partial::count(searcher, &weights, &self.division(plan.cost))
    }

    /// Partial articles that are looked for only where none is complete are paid
    /// for then.
    fn pay_if_alone(&self, plan: &PartialPlan) -> tantivy::Result<()> {
        if plan.beside_complete {
            return Ok(());
        }
        self.pay(plan.cost.postings())
    }

    /// How many are complete, and those that tantivy scores highest. Ties of
    /// tantivy go by address; `search::rank` sorts them anew.
    fn by_score(&self, limit: usize) -> tantivy::Result<Highest> {
        let cost = self.cost()?;
        if cost.is_phrase {
            let searcher = &self.engine.index.snapshot().searcher;
            let weight = self.complete()?.weight(self.enabled())?;
            return first_with_phrase(searcher, &*weight, limit, cost, self.threads(cost));
        }
        // Alone, the second collector would pass blocks of articles over by
        // what their best one scored when the block was written, with the
        // average length of that day: articles would be missed.
        self.gather(&(Count, TopDocs::with_limit(limit).order_by_score()))
    }

    /// The first articles, complete and partial ones, by score.
    fn both_by_score(&self, limit: usize) -> tantivy::Result<Both<Highest>> {
        if self.beside_complete().is_none() {
            let complete = self.by_score(limit)?;
            if complete.0 > 0 || self.plan.partial.is_none() {
                return Ok(Both {
                    complete,
                    ..Both::default()
                });
            }
        }
        let Some(plan) = &self.plan.partial else {
            return Ok(Both::default());
        };
        self.pay_if_alone(plan)?;
        let weights = self.partial(plan)?.weights(self.engine, true)?;
        let searcher = &self.engine.index.snapshot().searcher;
        partial::first(searcher, &weights, limit, &self.division(plan.cost))
    }

    /// The complete articles, and the partial ones where there are such, as
    /// queries.
    fn both_as_queries(&self) -> tantivy::Result<(&dyn Compiled, Option<KnownArticles>)> {
        let complete = self.complete()?;
        let Some(plan) = &self.plan.partial else {
            return Ok((complete, None));
        };
        if !plan.beside_complete && self.number()? > 0 {
            return Ok((complete, None));
        }
        let partial = self.all_of(plan)?.partial;
        let searcher = &self.engine.index.snapshot().searcher;
        let known = KnownArticles::of_addresses(searcher, &partial)?;
        Ok((complete, Some(known)))
    }

    /// The addresses of all complete and partial articles.
    fn all_of(&self, plan: &PartialPlan) -> tantivy::Result<Both<Vec<DocAddress>>> {
        self.pay_if_alone(plan)?;
        let weights = self.partial(plan)?.weights(self.engine, false)?;
        let searcher = &self.engine.index.snapshot().searcher;
        partial::all(searcher, &weights, &self.division(plan.cost))
    }

    /// How many answer `query`, and the first of them in an order that needs no
    /// scores: none are computed, and each is given as 0. On one thread: each
    /// piece would look up the texts of its keys.
    fn in_order<K>(
        &self,
        query: &dyn Compiled,
        first: impl Collector<Fruit = Vec<(K, DocAddress)>>,
    ) -> tantivy::Result<Highest> {
        let searcher = &self.engine.index.snapshot().searcher;
        let (total, found) = searcher.search(query, &(Count, first))?;
        Ok((total, found.into_iter().map(|(_, at)| (0.0, at)).collect()))
    }

    /// Which of the articles a query finds, given in the order of their addresses.
    fn have(&self, query: &dyn Compiled, articles: &[Address]) -> tantivy::Result<Vec<bool>> {
        let searcher = &self.engine.index.snapshot().searcher;
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
        let mut have = Vec::with_capacity(articles.len());
        for group in articles.chunk_by(|a, b| a.segment == b.segment) {
            let segment = searcher.segment_reader(group[0].segment);
            let mut found = weight.scorer(segment, 1.0)?;
            have.extend(group.iter().map(|at| is_at(&mut found, at.document)));
        }
        Ok(have)
    }

    /// The first articles, complete and partial ones, in such an order.
    fn both_in_order(&self, limit: usize, order: Order) -> tantivy::Result<Both<Highest>> {
        let by_day = |query: &dyn Compiled, newest_first| {
            let first = TopDocs::with_limit(limit);
            self.in_order(query, first.order_by((ByDay { newest_first }, by_key())))
        };
        let run = |query: &dyn Compiled| match order {
            Order::Oldest => by_day(query, false),
            Order::Newest => by_day(query, true),
            Order::Score | Order::Key => {
                self.in_order(query, TopDocs::with_limit(limit).order_by(by_key()))
            }
        };
        let (complete, partial) = self.both_as_queries()?;
        Ok(Both {
            complete: run(complete)?,
            partial: match partial {
                Some(known) => run(&known)?,
                None => (0, Vec::new()),
            },
        })
    }
}

/// The articles in order of key.
fn by_key() -> (SortByString, tantivy::Order) {
    let key = SortByString::for_field(Field::Key.name());
    (key, tantivy::Order::Asc)
}

impl Candidates for LocalCandidates<'_> {
    fn count(&self) -> Result<(usize, usize)> {
        let Both { complete, partial } = self.engine.told(self.numbers())?;
        self.engine.budget.spend(0)?;
        Ok((complete, partial))
    }

    /// Stops are noticed after collecting: what came of a stopped search is
    /// thrown away.
    fn first(&self, order: Order, wanted: usize) -> Result<Firsts> {
        let found = match order {
            Order::Score => self.both_by_score(wanted),
            Order::Oldest | Order::Newest | Order::Key => self.both_in_order(wanted, order),
        };
        let Both { complete, partial } = self.engine.told(found)?;
        self.engine.budget.spend(0)?;
        let first = |(total, found): Highest| {
            let found = found.into_iter().map(|(score, at)| (address(at), score));
            First {
                total,
                found: found.collect(),
                is_final: false,
            }
        };
        Ok(Firsts {
            complete: first(complete),
            partial: first(partial),
        })
    }

    fn all(&self, which: Completeness) -> Result<Vec<Address>> {
        let all = match (&self.plan.partial, which) {
            (Some(plan), which) if plan.beside_complete || which == Completeness::Partial => {
                let Both { complete, partial } = self.engine.told(self.all_of(plan))?;
                match which {
                    Completeness::Complete => complete,
                    Completeness::Partial => partial,
                }
            }
            (_, Completeness::Partial) => Vec::new(),
            (_, Completeness::Complete) => {
                let all = self.engine.told(self.gather(&DocSetCollector))?;
                all.into_iter().collect()
            }
        };
        let mut all: Vec<Address> = all.into_iter().map(address).collect();
        all.sort_unstable();
        Ok(all)
    }

    /// Asked of the few articles that are shown.
    fn lacks(&self, articles: &[Address]) -> Result<Vec<Vec<usize>>> {
        let mut lacks = vec![Vec::new(); articles.len()];
        let members = self.plan.members.iter().enumerate();
        for (number, member) in members {
            let outcome = self.compiler().compile(&member.clause);
            let query = self.engine.told(outcome)?;
            let has = self.engine.told(self.have(&*query, articles))?;
            for (lacks, has) in lacks.iter_mut().zip(has) {
                if !has {
                    lacks.push(number);
                }
            }
        }
        self.engine.budget.spend(0)?;
        Ok(lacks)
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
        let index = self.engine.index;
        let searcher = &index.snapshot().searcher;
        let segments = searcher.segment_readers().len();
        let counter = Counter::of(wanted, &self.engine.budget, segments, index.people.get());
        let complete = self.engine.told(self.complete())?;
        self.engine.told(searcher.search(complete, &counter))
    }
}
