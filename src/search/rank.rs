//! Finds the first articles and puts them in order.
//!
//! The engine finds the first articles by BM25 over their text. Hundred by
//! hundred they are put in order by all that `score` adds up. The scores that
//! an engine finds them by vary in their last digits with how it keeps them, so
//! those at the edge of a hundred are compared by ours.
//!
//! A page of ten asks the engine for 128 articles by BM25 with fixed constants,
//! scores them, sorts by BM25 as `score` adds it up, cuts at 100, and sorts
//! each hundred by the full score. So closeness, titles and typed forms move an
//! article inside its hundred and never from one hundred into another: page 2
//! cannot repeat what page 1 showed.
//!
//! The 28 at the edge are there because an engine's sums may differ from ours
//! in their last digits. Where the hundredth article and the last one fetched
//! are still within that error (a hundred articles of equal score), all
//! articles that answer are scored. Equal scores go by path and id.
//!
//! Cost: what the engine takes, and O(pool) articles' positions; the full pass
//! only for ties.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::explain::{self, Reason};
use super::score::{ArticleScore, Scoring};
use super::{Request, Sort};
use crate::engine::{
    Address, Candidates, Completeness, Counts, Engine, First, Firsts, Order, Wanted,
};
use crate::failure::Result;
use crate::plan::{PartialMatches, Plan};
use crate::query::Query;
use crate::stop::Budget;
use crate::text::analyze::Analyzer;

/// How many of the first articles are put in order at a time. Pages inside a
/// hundred come from one order.
pub(crate) const POOL: usize = 100;

/// So many more are scored, for those at the edge of the last hundred.
const EDGE: usize = 28;

/// Where more articles are wanted, room for them is made only as far as so many
/// answer.
const WORTH_COUNTING: usize = 10_000;

/// Scores that differ by less than this share may change places by the way
/// they were added up.
const JITTER: f32 = 1e-4;

/// How many articles answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct AnswerTotals {
    /// Those that have all of the query.
    pub(crate) complete: usize,
    /// Those that have most of it, where they are shown.
    pub(crate) partial: usize,
}

impl AnswerTotals {
    /// How many can be shown.
    pub(crate) fn shown(self) -> usize {
        self.complete + self.partial
    }
}

/// One query, ready to run. It lives as long as the request.
pub(crate) struct Ranking<'e> {
    engine: &'e dyn Engine,
    pub(crate) plan: Arc<Plan>,
    candidates: Box<dyn Candidates + 'e>,
    pub(crate) budget: &'e Budget,
}

impl<'e> Ranking<'e> {
    /// # Errors
    /// When the query takes too much work, or the index cannot be read.
    pub(crate) fn new(
        engine: &'e dyn Engine,
        query: &Query,
        request: &Request,
        partial: PartialMatches,
        budget: &'e Budget,
        analyzer: &mut Analyzer,
    ) -> Result<Self> {
        let factor = |count, is_bonus| request.weights.factor(count, is_bonus);
        let plan = Plan::of(query, engine, analyzer, factor, partial)?;
        let plan = Arc::new(plan);
        Ok(Ranking {
            candidates: engine.prepare(&plan)?,
            engine,
            plan,
            budget,
        })
    }

    /// Whether words are looked for, which score.
    pub(crate) fn is_scored(&self) -> bool {
        self.plan.is_scored()
    }

    /// How many articles answer. No article is scored for it.
    pub(crate) fn count(&self) -> Result<AnswerTotals> {
        let (complete, partial) = self.candidates.count()?;
        Ok(AnswerTotals { complete, partial })
    }

    /// The members of the query that each of some articles lacks, as they read
    /// back.
    pub(crate) fn lacks(&self, articles: &[Address]) -> Result<FxHashMap<Address, Vec<String>>> {
        let mut sorted = articles.to_vec();
        sorted.sort_unstable();
        let lacks = self.candidates.lacks(&sorted)?;
        let text = |number: usize| self.plan.members[number].text.clone();
        let told = lacks
            .into_iter()
            .map(|lacks| lacks.into_iter().map(text).collect());
        Ok(sorted.into_iter().zip(told).collect())
    }

    /// What is counted of the articles that are complete.
    pub(crate) fn counts(&self, wanted: &Wanted) -> Result<Counts> {
        self.candidates.counts(wanted)
    }

    /// What makes the score of an article.
    pub(crate) fn scoring(&self, request: &Request) -> Result<Scoring<'_>> {
        let (plan, candidates) = (&self.plan, &*self.candidates);
        Scoring::new(self.engine, plan, candidates, request.weights, self.budget)
    }

    /// What an article's score is made of.
    pub(crate) fn reasons(&self, score: &ArticleScore, scoring: &Scoring<'_>) -> Vec<Reason> {
        let all = self.engine.totals().articles;
        explain::reasons(score, scoring, &self.plan.parts, all)
    }

    /// How many articles answer, and the first `wanted` of them in order, or
    /// more: all that answer are visited but once. Partial ones follow the
    /// complete ones in every order.
    pub(crate) fn run(
        &self,
        scoring: &Scoring<'_>,
        sort: Sort,
        wanted: usize,
    ) -> Result<(AnswerTotals, Vec<ArticleScore>)> {
        let wanted = if wanted > WORTH_COUNTING {
            wanted.min(self.count()?.shown())
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
            Order::Oldest
        } else {
            Order::Newest
        };
        self.by_date(scoring, wanted, order)
    }

    /// The articles in order of their date, those of one day in order of key.
    /// Scores are computed to be shown; they do not decide.
    fn by_date(
        &self,
        scoring: &Scoring<'_>,
        wanted: usize,
        order: Order,
    ) -> Result<(AnswerTotals, Vec<ArticleScore>)> {
        let Firsts { complete, partial } = self.candidates.first(order, wanted)?;
        let totals = AnswerTotals {
            complete: complete.total,
            partial: partial.total,
        };
        let partial = partial.found.into_iter().map(|(at, _)| (at, true));
        let found = complete.found.into_iter().map(|(at, _)| (at, false));
        let found: Vec<(Address, bool)> = found.chain(partial).take(wanted).collect();
        let addresses: Vec<Address> = found.iter().map(|(address, _)| *address).collect();
        let mut scores = scoring.score(&addresses)?;
        // The order of dates is the engine's; scoring goes by address.
        let places: FxHashMap<Address, usize> = addresses.into_iter().zip(0..).collect();
        for score in &mut scores {
            let place = places.get(&score.address);
            score.is_partial = place.is_some_and(|place| found[*place].1);
        }
        scores.sort_by_key(|score| places.get(&score.address).copied());
        Ok((totals, scores))
    }

    /// The first hundreds, each in order of the whole score; `wanted` is
    /// rounded up to whole hundreds. Where there are fewer complete articles
    /// than are wanted, hundreds of partial ones follow.
    fn by_relevance(
        &self,
        scoring: &Scoring<'_>,
        wanted: usize,
    ) -> Result<(AnswerTotals, Vec<ArticleScore>)> {
        // Whole hundreds, so that a later page continues the same order.
        let pools = wanted.div_ceil(POOL) * POOL;
        let Firsts { complete, partial } = self.candidates.first(Order::Score, pools + EDGE)?;
        let totals = AnswerTotals {
            complete: complete.total,
            partial: partial.total,
        };
        let mut scores = self.in_pools(scoring, complete, pools, Completeness::Complete)?;
        if scores.len() < wanted && partial.total > 0 {
            let mut partial = self.in_pools(scoring, partial, pools, Completeness::Partial)?;
            for score in &mut partial {
                score.is_partial = true;
            }
            scores.append(&mut partial);
        }
        Ok((totals, scores))
    }

    /// Puts the first articles of a kind in order, hundred by hundred.
    fn in_pools(
        &self,
        scoring: &Scoring<'_>,
        first: First,
        pools: usize,
        which: Completeness,
    ) -> Result<Vec<ArticleScore>> {
        let First {
            total,
            found,
            is_final,
        } = first;
        let addresses: Vec<Address> = found.iter().map(|(address, _)| *address).collect();
        let mut scores = scoring.score(&addresses)?;
        debug_assert!(
            agree(&found, &scores),
            "an article was found by another score than it has"
        );
        self.put_first(&mut scores, pools)?;
        if total > scores.len() && !is_final && is_edge_unclear(&scores, pools) {
            scores = self.all_first(scoring, pools, which)?;
        }
        // From here on nothing moves from one hundred to another.
        scores.truncate(pools);
        for pool in scores.chunks_mut(POOL) {
            self.sort(pool, ArticleScore::total)?;
        }
        Ok(scores)
    }

    /// The first `wanted` of all articles that answer, none passed over. Rare,
    /// and as dear as scoring every article that answers.
    fn all_first(
        &self,
        scoring: &Scoring<'_>,
        wanted: usize,
        which: Completeness,
    ) -> Result<Vec<ArticleScore>> {
        let addresses = self.candidates.all(which)?;
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
    ///
    /// Only the borders between hundreds matter here; the order inside each is
    /// settled later by another score.
    fn put_first(&self, scores: &mut [ArticleScore], wanted: usize) -> Result<()> {
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
    ) -> Result<()> {
        scores.sort_by(|a, b| value(b).total_cmp(&value(a)));
        for equal in scores.chunk_by_mut(|a, b| value(a).total_cmp(&value(b)).is_eq()) {
            if equal.len() > 1 {
                self.sort_by_key(equal)?;
            }
        }
        Ok(())
    }

    /// Sorts by path and id. Ties must not depend on segments.
    fn sort_by_key(&self, scores: &mut [ArticleScore]) -> Result<()> {
        let addresses: Vec<Address> = scores.iter().map(|score| score.address).collect();
        let order = self.engine.key_order(&addresses)?;
        let order: FxHashMap<Address, u64> = addresses.into_iter().zip(order).collect();
        scores.sort_by_key(|score| order.get(&score.address).copied());
        Ok(())
    }
}

/// Whether the engine found articles by the scores that they have: what is at
/// the edge of a hundred depends on it. Checked in builds with debug assertions
/// alone.
fn agree(found: &[(Address, f32)], scores: &[ArticleScore]) -> bool {
    let own: FxHashMap<Address, f32> = scores
        .iter()
        .map(|score| (score.address, score.first))
        .collect();
    found.iter().all(|(address, theirs)| {
        let own = own.get(address).copied().unwrap_or(f32::NAN);
        if theirs.is_nan() {
            return true;
        }
        (own - theirs).abs() <= JITTER * theirs.abs().max(1.0)
    })
}

/// Whether articles that were not scored may belong among the first `pools`.
/// With a hundred articles of one score it always is.
fn is_edge_unclear(scores: &[ArticleScore], pools: usize) -> bool {
    let (Some(edge), Some(last)) = (scores.get(pools - 1), scores.last()) else {
        return false;
    };
    edge.first - last.first <= JITTER * edge.first.abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::local::query::dictionary::tests::index_of;
    use crate::engine::local::session::LocalEngine;
    use crate::query::parse;
    use crate::search::Weights;

    /// The first articles of a query, by path, with their scores.
    fn ranked(texts: &[&str], query: &str, weights: Weights) -> (AnswerTotals, Vec<(String, f32)>) {
        let index = index_of(texts);
        let budget = Budget::unlimited();
        let engine = LocalEngine::new(&index, &budget, false);
        let request = Request {
            weights,
            ..Request::default()
        };
        let query = parse(query).query;
        let mut analyzer = Analyzer::default();
        let ranking = Ranking::new(
            &engine,
            &query,
            &request,
            PartialMatches::After,
            &budget,
            &mut analyzer,
        )
        .unwrap();
        let scoring = ranking.scoring(&request).unwrap();
        let (total, scores) = ranking.run(&scoring, Sort::Relevance, 10).unwrap();
        let keys = scores.iter().map(|score| score.address).collect::<Vec<_>>();
        let keys = engine.keys(&keys).unwrap();
        let totals = scores.iter().map(ArticleScore::total);
        (total, keys.into_iter().zip(totals).collect())
    }

    const NEWS: [&str; 4] = [
        "Talks on trade\n\nThe hotline was not mentioned by the ministers of both countries.\n",
        "The hotline\n\nThe hotline to Moscow rang, and the hotline was answered at once.\n",
        "Weather\n\nIt rained in the north, and in the south the sun was shining all day.\n",
        "Trade\n\nThe ministers spoke of trade, of steel and of trade in grain all day.\n",
    ];

    #[test]
    fn articles_that_say_it_more_often_and_in_the_title_go_first() {
        let (total, first) = ranked(&NEWS, "hotline", Weights::default());
        assert_eq!(total.complete, 2);
        assert_eq!(first[0].0, "seeds/1.txt");
        assert!(first[0].1 > first[1].1 && first[1].1 > 0.0, "{first:?}");
    }

    #[test]
    fn other_constants_than_the_engines_are_no_fault() {
        let weights = Weights {
            k1: 0.4,
            b: 0.1,
            ..Weights::default()
        };
        let (total, first) = ranked(&NEWS, "hotline ministers", weights);
        assert_eq!((total.complete, first.len()), (1, 1));
        let (_, usual) = ranked(&NEWS, "hotline ministers", Weights::default());
        assert!(
            (first[0].1 - usual[0].1).abs() > 1e-4,
            "{first:?} {usual:?}"
        );
    }

    #[test]
    fn equal_scores_go_by_path() {
        let texts = ["Same words here.", "Same words here.", "Same words here."];
        let (_, first) = ranked(&texts, "words", Weights::default());
        let paths: Vec<&str> = first.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["seeds/0.txt", "seeds/1.txt", "seeds/2.txt"]);
    }
}
