//! The articles of an engine that answer a plan.
//!
//! The engine finds the first articles by its own BM25, more of them than are
//! wanted (`POOL`): its score of a part that is more than one word differs from
//! ours, since it weighs each word by itself. Their texts come with them, and
//! what makes a score is read from these, so that scores and order are those of
//! a local index as far as the same articles are among the first. Where the
//! hundredth article has the score of hundreds behind it, the engine's choice
//! among them stands: scoring all would mean fetching all.
//!
//! Partial articles are a search of their own: those with at least one member
//! whose members' idfs add up to enough (`min_score` over constants), without
//! those that are complete.
//!
//! Days: open intervals stand behind the closed ones of a day, which no order of
//! one column tells. So the closed, the two kinds of open, and the undated are
//! found apart and merged here.
//!
//! Totals are exact: each search counts all.

use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use super::answers::{Found, FoundHit, found};
use super::compile::is_read;
use super::json::{all, any, articles, ids, range, term};
use super::words::ArticleWords;
use crate::document::field::{Field, flags};
use crate::document::{FIRST_DAY, LAST_DAY, ReadArticle};
use crate::engine::remote::document::document_id;
use crate::engine::remote::session::{FETCHED, RemoteEngine, by_key, content};
use crate::engine::{
    Address, ArticleTraits, Candidates, Completeness, Counts, Engine, First, Firsts, Order, Seen,
    Wanted, places,
};
use crate::failure::{Failure, FailureKind, Result};
use crate::plan::partial::PartialPlan;
use crate::plan::{Clause, Plan};
use crate::query::Scope;
use crate::text::analyze::Analyzer;

/// So many articles are put in order where a part is more than plain words.
///
/// First ten and scores equal to the local index, of 46 queries over 3,000
/// articles: 44 with 128, 45 with 400, 46 with 1,500.
const POOL: usize = 400;

/// With more articles than this, their texts do not come with them.
const WITH_TEXTS: usize = 500;

/// The most articles that engines give of one search, from the first on.
const WINDOW: usize = 10_000;

/// A plan, compiled to queries of the engine. Nothing is found until it is asked.
pub(super) struct RemoteCandidates<'e> {
    engine: &'e RemoteEngine<'e>,
    plan: Arc<Plan>,
    /// Finds the complete articles.
    complete: Value,
    /// Finds the partial ones, and those that have anything of the query.
    partial: OnceLock<PartialQueries>,
}

struct PartialQueries {
    most: Value,
    some: Value,
}

impl Engine for RemoteEngine<'_> {
    fn prepare(&self, plan: &Arc<Plan>) -> Result<Box<dyn Candidates + '_>> {
        Ok(Box::new(RemoteCandidates {
            engine: self,
            plan: Arc::clone(plan),
            complete: self.compile(&plan.root)?,
            partial: OnceLock::new(),
        }))
    }

    fn traits(&self, articles: &[Address]) -> Result<Vec<ArticleTraits>> {
        self.fetch(articles)?;
        let traits = articles.iter().map(|at| Ok(self.fetched(*at)?.traits()));
        traits.collect()
    }

    fn key_order(&self, articles: &[Address]) -> Result<Vec<u64>> {
        Ok(places(&self.keys(articles)?))
    }

    fn keys(&self, articles: &[Address]) -> Result<Vec<String>> {
        Ok(articles
            .iter()
            .map(|at| self.key(*at).to_string())
            .collect())
    }

    fn read(&self, article: Address) -> Result<ReadArticle> {
        Ok(self.fetched(article)?.read())
    }

    fn blame(&self, said: Option<&str>) -> Failure {
        let said = said.map_or(String::new(), |said| format!(": {said}"));
        Failure::new(format!("an error of the program{said}")).of(FailureKind::Internal)
    }
}

impl RemoteCandidates<'_> {
    /// What finds partial articles.
    fn partial(&self, plan: &PartialPlan) -> Result<&PartialQueries> {
        if let Some(known) = self.partial.get() {
            return Ok(known);
        }
        let made = self.compile_partial(plan)?;
        Ok(self.partial.get_or_init(|| made))
    }

    fn compile_partial(&self, plan: &PartialPlan) -> Result<PartialQueries> {
        let engine = self.engine;
        let mut filter = vec![articles()];
        if !plan.required.is_empty() {
            filter.push(engine.group(&plan.required, &[])?);
        }
        let context = if plan.required.iter().any(is_read) {
            &[]
        } else {
            &filter[1..]
        };
        let clauses = |clauses: &mut dyn Iterator<Item = &Clause>| -> Result<Vec<Value>> {
            clauses
                .map(|clause| engine.clause(clause, context))
                .collect()
        };
        let members = clauses(&mut self.plan.members.iter().map(|member| &member.clause))?;
        let scores = clauses(&mut plan.scores.iter())?;
        let weighed = self.plan.members.iter().zip(&members);
        let weighed = weighed.filter(|(member, _)| member.idf > 0.0);
        let weighed: Vec<Value> = weighed
            .map(|(member, clause)| json!({"constant_score": {"filter": clause, "boost": member.idf}}))
            .collect();
        let query = |filter: Vec<Value>| {
            json!({"bool": {
                "must": [any(&members)],
                "should": scores,
                "filter": filter,
                "must_not": [self.complete],
            }})
        };
        let some = query(filter.clone());
        if plan.at_least > 0.0 {
            filter.push(json!({"function_score": {
                "query": any(&weighed), "min_score": plan.at_least}}));
        }
        Ok(PartialQueries {
            most: query(filter),
            some,
        })
    }

    /// The query for partial articles beside so many complete ones; `None` where
    /// there are none.
    fn partial_beside(&self, complete: usize) -> Result<Option<&Value>> {
        let Some(plan) = &self.plan.partial else {
            return Ok(None);
        };
        if complete > 0 && !plan.beside_complete {
            return Ok(None);
        }
        let queries = self.partial(plan)?;
        Ok(Some(if complete > 0 {
            &queries.most
        } else {
            &queries.some
        }))
    }

    /// The query for partial articles that is asked together with the one for
    /// complete articles, before it is known how many these are.
    fn partial_at_once(&self) -> Result<Option<&Value>> {
        let partial = self.plan.partial.as_ref();
        let beside = partial.filter(|plan| plan.beside_complete);
        beside.map(|plan| Ok(&self.partial(plan)?.most)).transpose()
    }

    /// How many articles of a pool are asked for, to put `wanted` in order.
    fn pool(&self, wanted: usize) -> Result<usize> {
        if wanted > WINDOW {
            let why = format!("the first {wanted} articles: an engine gives at most {WINDOW}");
            return Err(Failure::new(why).help("ask for fewer, or --sort newest"));
        }
        let parts = &self.plan.parts;
        let is_simple = parts
            .parts
            .iter()
            .all(|part| parts.is_plain(part) && part.scope == Scope::Anywhere);
        Ok(if is_simple { wanted } else { wanted.max(POOL) })
    }

    /// The first articles by score.
    fn by_score(&self, wanted: usize) -> Result<Firsts> {
        let size = self.pool(wanted)?;
        let search = |query: &Value, with_texts: bool| {
            let mut sort = vec![json!({"_score": {"order": "desc"}})];
            sort.extend(by_key().as_array().into_iter().flatten().cloned());
            json!({
                "size": size,
                "track_total_hits": true,
                "query": query,
                "sort": sort,
                "_source": if with_texts { content() } else { json!(false) },
            })
        };
        let has_texts = size <= WITH_TEXTS;
        let mut searches = vec![search(&self.complete, has_texts)];
        let at_once = self.partial_at_once()?;
        // Most often they are not needed.
        searches.extend(at_once.map(|query| search(query, false)));
        let mut answers = self.engine.searches(&searches)?;
        let complete = found(&mut answers[0])?;
        let partial = if complete.total > 0 {
            answers.get_mut(1).map(found).transpose()?
        } else if let Some(query) = self.partial_beside(0)? {
            Some(found(&mut self.engine.search(&search(query, has_texts))?)?)
        } else {
            None
        };
        Ok(Firsts {
            complete: self.first_of(complete)?,
            partial: partial
                .map(|partial| self.first_of(partial))
                .transpose()?
                .unwrap_or_default(),
        })
    }

    fn first_of(&self, found: Found) -> Result<First> {
        let addresses = self.engine.met(found.hits)?;
        Ok(First {
            total: found.total,
            // Its scores are the engine's own, and no measure of ours.
            found: addresses.into_iter().map(|at| (at, f32::NAN)).collect(),
            is_final: true,
        })
    }

    /// The first articles in an order without scores, complete and partial ones.
    fn in_order(&self, order: Order, wanted: usize) -> Result<Firsts> {
        let complete = self.ordered(&self.complete, order, wanted)?;
        let partial = match self.partial_beside(complete.total)? {
            Some(query) => self.ordered(query, order, wanted)?,
            None => First::default(),
        };
        let firsts = complete.found.iter().chain(&partial.found);
        let shown: Vec<Address> = firsts.take(wanted).map(|(at, _)| *at).collect();
        if shown.len() <= FETCHED {
            self.engine.fetch(&shown)?;
        }
        Ok(Firsts { complete, partial })
    }

    fn ordered(&self, query: &Value, order: Order, wanted: usize) -> Result<First> {
        match order {
            Order::Oldest => self.by_day(query, wanted, false),
            Order::Newest => self.by_day(query, wanted, true),
            Order::Score | Order::Key => {
                let (total, hits) = self.pages(query, &by_key(), wanted)?;
                self.first_of(Found { total, hits })
            }
        }
    }

    /// The first articles by their days.
    fn by_day(&self, query: &Value, wanted: usize, newest_first: bool) -> Result<First> {
        let first_open = range(Field::Earliest, Some(FIRST_DAY), Some(FIRST_DAY));
        let last_open = range(Field::Latest, Some(LAST_DAY), Some(LAST_DAY));
        let dated = range(Field::Earliest, None, None);
        let closed = json!({"bool": {"filter": [dated], "must_not": [first_open, last_open]}});
        let from = json!({"bool": {"filter": [last_open], "must_not": [first_open]}});
        let undated = term(Field::Flag.name(), flags::UNDATED);
        // Each with the column that its day stands in, and whether it is closed.
        let groups = [
            (closed, Some(Field::Earliest), true),
            (from, Some(Field::Earliest), false),
            (first_open, Some(Field::Latest), false),
            (undated, None, false),
        ];
        let searches = groups.iter().map(|(group, day, _)| {
            let query = all(&[query.clone(), group.clone()]);
            let mut sort: Vec<Value> = Vec::new();
            let direction = if newest_first { "desc" } else { "asc" };
            sort.extend(day.map(|day| json!({day.name(): {"order": direction}})));
            sort.extend(by_key().as_array().into_iter().flatten().cloned());
            (query, json!(sort))
        });
        let searches: Vec<(Value, Value)> = searches.collect();
        let (mut total, mut merged) = (0, Vec::new());
        let found = self.firsts_of(&searches, wanted)?;
        for ((_, day, is_closed), (of_group, hits)) in groups.into_iter().zip(found) {
            total += of_group;
            merged.extend(hits.into_iter().map(|hit| {
                let day = day.and_then(|_| hit.sort.first()?.as_i64());
                let number = day.map(|day| {
                    let day = if newest_first { -day } else { day };
                    day * 2 + i64::from(!is_closed)
                });
                // What has no day goes last.
                (number.unwrap_or(i64::MAX), hit)
            }));
        }
        merged.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.key.cmp(&other.key)));
        merged.truncate(wanted);
        let hits = merged.into_iter().map(|(_, hit)| hit).collect();
        self.first_of(Found { total, hits })
    }

    /// The first articles of several queries, each in its order: of one request, as
    /// long as an engine gives so many at once.
    fn firsts_of(
        &self,
        searches: &[(Value, Value)],
        wanted: usize,
    ) -> Result<Vec<(usize, Vec<FoundHit>)>> {
        if wanted > WINDOW {
            let searches = searches.iter();
            return searches
                .map(|(query, sort)| self.pages(query, sort, wanted))
                .collect();
        }
        let bodies = searches.iter().map(|(query, sort)| {
            json!({
                "size": wanted,
                "track_total_hits": true,
                "query": query,
                "sort": sort,
                "_source": false,
            })
        });
        let answers = self.engine.searches(&bodies.collect::<Vec<_>>())?;
        let read = answers.into_iter().map(|mut answer| {
            let Found { total, hits } = found(&mut answer)?;
            Ok((total, hits))
        });
        read.collect()
    }

    /// How many articles answer a query, and the first of them in an order that
    /// ends with the key; fetched page by page, so that any number may be wanted.
    fn pages(&self, query: &Value, sort: &Value, wanted: usize) -> Result<(usize, Vec<FoundHit>)> {
        let (mut hits, mut total): (Vec<FoundHit>, usize) = (Vec::new(), 0);
        loop {
            let size = (wanted - hits.len()).min(WINDOW);
            let mut body = json!({
                "size": size,
                "track_total_hits": true,
                "query": query,
                "sort": sort,
                "_source": false,
            });
            if let Some(last) = hits.last() {
                body["search_after"] = json!(last.sort);
            }
            let page = found(&mut self.engine.search(&body)?)?;
            total = total.max(page.total);
            let is_last = page.hits.len() < size || size == 0;
            hits.extend(page.hits);
            if is_last || hits.len() >= wanted {
                return Ok((total, hits));
            }
        }
    }
}

impl Candidates for RemoteCandidates<'_> {
    fn count(&self) -> Result<(usize, usize)> {
        let mut queries = vec![self.complete.clone()];
        queries.extend(self.partial_at_once()?.cloned());
        let totals = self.engine.totals_of(&queries)?;
        let complete = totals[0];
        let partial = match (totals.get(1), self.partial_beside(complete)?) {
            (Some(most), _) if complete > 0 => *most,
            (_, Some(query)) => self.engine.totals_of(std::slice::from_ref(query))?[0],
            (_, None) => 0,
        };
        Ok((complete, partial))
    }

    fn first(&self, order: Order, wanted: usize) -> Result<Firsts> {
        match order {
            Order::Score => self.by_score(wanted),
            order => self.in_order(order, wanted),
        }
    }

    /// Their keys alone are fetched.
    fn all(&self, which: Completeness) -> Result<Vec<Address>> {
        let complete = || self.engine.totals_of(std::slice::from_ref(&self.complete));
        let query = match which {
            Completeness::Complete => Some(&self.complete),
            Completeness::Partial => self.partial_beside(complete()?[0])?,
        };
        let Some(query) = query else {
            return Ok(Vec::new());
        };
        let (_, hits) = self.pages(query, &by_key(), usize::MAX)?;
        let mut all = self.engine.met(hits)?;
        all.sort_unstable();
        Ok(all)
    }

    /// Each member is asked which of the articles have it, all in one request.
    fn lacks(&self, articles: &[Address]) -> Result<Vec<Vec<usize>>> {
        let wanted: Vec<String> = self
            .engine
            .keys(articles)?
            .iter()
            .map(|key| document_id(key))
            .collect();
        let among = ids(&wanted);
        let searches = self.plan.members.iter().map(|member| {
            let member = self
                .engine
                .clause(&member.clause, std::slice::from_ref(&among))?;
            Ok(json!({
                "size": wanted.len(),
                "track_total_hits": true,
                "query": all(&[among.clone(), member]),
                "sort": by_key(),
                "_source": false,
            }))
        });
        let searches = searches.collect::<Result<Vec<Value>>>()?;
        let mut lacks = vec![Vec::new(); articles.len()];
        for (number, mut answer) in self.engine.searches(&searches)?.into_iter().enumerate() {
            let having = self.engine.met(found(&mut answer)?.hits)?;
            for (lacks, article) in lacks.iter_mut().zip(articles) {
                if !having.contains(article) {
                    lacks.push(number);
                }
            }
        }
        Ok(lacks)
    }

    fn visit(
        &self,
        articles: &[Address],
        see: &mut dyn FnMut(Address, &Seen<'_>) -> Result<()>,
    ) -> Result<()> {
        // Nothing of a text is asked where no word is.
        if !self.plan.is_scored() {
            return articles
                .iter()
                .try_for_each(|address| see(*address, &nothing_seen()));
        }
        self.engine.fetch(articles)?;
        let mut analyzer = Analyzer::default();
        for address in articles {
            let article = self.engine.fetched(*address)?.read();
            let words = ArticleWords::of(&article, &mut analyzer);
            let forms = self.plan.forms.iter();
            let has_form: Vec<bool> = forms.map(|typed| words.has_form(&typed.form)).collect();
            let undecided = self.plan.undecided.iter();
            let may_have: Vec<bool> = undecided
                .map(|clause| match clause {
                    Some(Clause::Pattern(part)) => {
                        words.has_part(part, &article, &self.engine.budget, &mut analyzer)
                    }
                    Some(Clause::Nothing) => false,
                    _ => true,
                })
                .collect();
            see(
                *address,
                &Seen {
                    text: &words.text.of(&self.plan.terms),
                    title: &words.title.of(&self.plan.terms),
                    length: words.text.length(),
                    title_length: words.title.length(),
                    has_form: &has_form,
                    may_have: &may_have,
                },
            )?;
        }
        Ok(())
    }

    fn counts(&self, wanted: &Wanted) -> Result<Counts> {
        self.engine.count_values(&self.complete, wanted)
    }
}

/// What is seen of an article of which nothing is asked.
fn nothing_seen() -> Seen<'static> {
    Seen {
        text: &[],
        title: &[],
        length: 0,
        title_length: 0,
        has_form: &[],
        may_have: &[],
    }
}
