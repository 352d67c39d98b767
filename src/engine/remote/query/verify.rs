//! Decides the parts of a query that terms do not: slop, `NEAR`, sentences, exact
//! words in phrases, words of the body.
//!
//! Engines have queries for some of these, but none that means what ours do in
//! all versions. So the candidates, the articles with all words of the part, are
//! read, and each is decided by the matcher that also highlights it; those that
//! have the part are a filter on their ids from then on. Totals and facets stay
//! exact. Beside other words and filters only the articles that have these are
//! read.
//!
//! Example: `oil NEAR/s prices country:NO` reads the articles of Norway with both
//! words. More candidates than [`MOST_READ`] are refused: reading them would take
//! minutes, and an answer from some of them would be wrong.

use std::sync::PoisonError;

use serde_json::{Value, json};

use super::answers::{Found, found};
use super::json::{all, articles, ids, nothing, phrase};
use super::words::ArticleWords;
use crate::engine::remote::document::document_id;
use crate::engine::remote::session::{FetchedArticle, RemoteEngine, by_key, content};
use crate::failure::{Failure, FailureKind, Result};
use crate::matching::proximity::Pattern;
use crate::plan::{PatternClause, ResolvedTerm};
use crate::query::Reach;
use crate::text::analyze::Analyzer;

/// The most articles that are read to decide a part: 30 MB of news.
const MOST_READ: usize = 10_000;

/// So many are read at a time.
const PAGE: usize = 500;

impl RemoteEngine<'_> {
    /// The query for the articles that have a part, among those for which
    /// `context` holds.
    pub(super) fn having(&self, part: &PatternClause, context: &[Value]) -> Result<Value> {
        let mut candidates = vec![articles(), self.clause(&part.candidates, &[])?];
        candidates.extend(narrowed(part));
        candidates.extend(context.iter().cloned());
        let candidates = all(&candidates);
        // Two parts with the same candidates need not be one.
        let name = format!("{:?} {:?} {candidates}", part.part().scope, part.pattern());
        let known = || self.decided.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(query) = known().get(&name) {
            return Ok(query.clone());
        }
        let having = self.read_candidates(part, &candidates)?;
        let query = if having.is_empty() {
            nothing()
        } else {
            ids(&having)
        };
        known().insert(name, query.clone());
        Ok(query)
    }

    /// The ids of the candidates that have a part.
    fn read_candidates(&self, part: &PatternClause, candidates: &Value) -> Result<Vec<String>> {
        let mut analyzer = Analyzer::default();
        let mut having = Vec::new();
        let mut after: Option<Vec<Value>> = None;
        loop {
            let mut body = json!({
                "size": PAGE,
                "track_total_hits": true,
                "query": candidates,
                "sort": by_key(),
                "_source": content(),
            });
            if let Some(after) = after {
                body["search_after"] = json!(after);
            }
            let Found { total, hits } = found(&mut self.search(&body)?)?;
            if total > MOST_READ {
                return Err(too_many(part, total));
            }
            let is_last = hits.len() < PAGE;
            after = hits.last().map(|hit| hit.sort.clone());
            for mut hit in hits {
                let article = FetchedArticle::of(&mut hit.source)?.read();
                let words = ArticleWords::of(&article, &mut analyzer);
                if words.has_part(part, &article, &self.budget, &mut analyzer) {
                    having.push(document_id(&hit.key));
                }
                self.budget
                    .spend(READ + article.text.len() as u64 / BYTES)?;
            }
            if is_last {
                return Ok(having);
            }
        }
    }
}

/// What it costs to read a candidate, and so many of its bytes cost one unit: as
/// in a local index.
const READ: u64 = 500;
const BYTES: u64 = 8;

fn too_many(part: &PatternClause, total: usize) -> Failure {
    let text = &part.part().text;
    let why = format!(
        "too much to look through: {text} has {total} candidates, the limit is {MOST_READ}"
    );
    Failure::new(why)
        .of(FailureKind::Stopped)
        .help("add a rarer word or a filter, or use --all")
}

/// A query that all articles with a part answer and few others, where one is
/// known: two plain words near each other, or a phrase with slop, as the engine
/// has them. It counts moves of words where we count words between, so that it is
/// asked for more than we need.
fn narrowed(part: &PatternClause) -> Option<Value> {
    let (leaves, slop) = match part.pattern() {
        Pattern::Phrase { leaves, slop, .. } => (leaves.clone(), *slop),
        Pattern::Near {
            left,
            right,
            reach: Reach::Words(words),
        } => match (&**left, &**right) {
            // In the other order, the second word moves over the first.
            (Pattern::Leaf { leaf: one, .. }, Pattern::Leaf { leaf: other, .. }) => {
                (vec![*one, *other], words.saturating_add(2))
            }
            _ => return None,
        },
        _ => return None,
    };
    let stem = |leaf: &usize| {
        let term: &ResolvedTerm = &part.terms[*leaf];
        match &term.stems[..] {
            [stem] if !term.is_unresolved() => Some(stem.clone()),
            _ => None,
        }
    };
    let stems: Vec<String> = leaves.iter().map(stem).collect::<Option<_>>()?;
    let mut distinct = stems.clone();
    distinct.sort_unstable();
    distinct.dedup();
    // Repeated words are where engines miss matches.
    (distinct.len() == stems.len()).then(|| phrase(part.field.name(), &stems, slop))
}
