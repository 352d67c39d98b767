//! Marks in a whole article what answers a query: every occurrence, not only
//! those of chosen passages.
//!
//! The query is read and looked up as for a search, filters and all, and the
//! matcher that highlights passages goes over title and text once. Cost: the
//! words looked up, and O(length of the article).

use serde::Serialize;

use super::rank::Ranking;
use super::{AnyIndex, Highlight, Interpretation, Request};
use crate::document::{ReadArticle, Record};
use crate::failure::Result;
use crate::matching::page::HitPage;
use crate::matching::passage::Match;
use crate::matching::{Matcher, disjoint};
use crate::text::analyze::Analyzer;

/// What of an article answers a query: sorted and disjoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Marks {
    /// In the title.
    pub title: Vec<Highlight>,
    /// In the text, as bytes of it.
    pub text: Vec<Highlight>,
}

/// Marks what answers the query of `request` in an article of `index`, whether
/// or not the article has all of it.
///
/// # Errors
/// As [`search`](super::search()).
pub fn marks<'i>(
    index: impl Into<AnyIndex<'i>>,
    record: &Record,
    text: &str,
    request: &Request,
) -> Result<Marks> {
    let mut analyzer = Analyzer::default();
    let asked = Interpretation::read(request, request.stop.begin(), &mut analyzer)?;
    if asked.reading.is_wordless || !asked.query.has_words() {
        return Ok(Marks::default());
    }
    let engine = index.into().engine(request, &asked.budget);
    let engine = &*engine;
    let article = ReadArticle::of((record.clone(), text.to_owned()));
    asked.guarded(engine, || {
        let (query, budget) = (&asked.essential, &asked.budget);
        let partial = request.partial;
        let ranking = Ranking::new(engine, query, request, partial, budget, &mut analyzer)?;
        let matcher = Matcher::within(&ranking.plan.parts, budget.clone());
        let page = HitPage::whole(&article);
        let (title, text) = page.marks(&matcher, &mut analyzer);
        let highlights = |matches: &[Match]| {
            let found = disjoint(matches.iter()).into_iter();
            let highlights = found.map(|found| Highlight {
                start: found.span.start,
                end: found.span.end,
                term: matcher.label(&found).to_owned(),
            });
            highlights.collect()
        };
        Ok(Marks {
            title: highlights(&title),
            text: highlights(&text),
        })
    })
}
