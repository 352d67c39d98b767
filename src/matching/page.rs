//! The page of an article: its sentences, and where the query stands in them.
//!
//! Three texts are scanned apart, as they are indexed apart: the title, the
//! text (headline and body), and the boilerplate. Positions run through
//! headline and body, so a phrase may begin in the headline; of such a match
//! only the words in the body are highlighted there, one by one.
//!
//! What is shown when nothing in the body answers: the opening where the title
//! does, else a line of boilerplate that does, else the opening. Example:
//! `Reuters` in an article that has the word in its copyright line alone shows
//! that line, with a score of 0.
//!
//! Cost: one pass over what `extent` leaves of the text.

use std::ops::Range;

use super::extent;
use crate::document::ReadArticle;
use crate::layout::{Block, BlockKind, Layout};
use crate::matching::Matcher;
use crate::matching::passage::{self, Match, Scored, Sentence};
use crate::query::Scope;
use crate::text::analyze::Analyzer;

/// An article's text, cut into sentences. Sentences are cut when it is made,
/// and shared by all that is asked of it.
pub(crate) struct HitPage<'a> {
    article: &'a ReadArticle,
    /// What of a long article is read.
    extent: Option<Layout>,
    body: Vec<Sentence>,
}

/// What of an article answers the query. Spans of `title` are in the title,
/// those of the others in the text; each list is in the order of the text.
#[derive(Debug, Default)]
pub(crate) struct PageMatches {
    pub(crate) title: Vec<Match>,
    pub(crate) body: Vec<Match>,
    boilerplate: Vec<Match>,
}

impl<'a> HitPage<'a> {
    /// The page of `article`, all of which is read. For deciding whether an
    /// article answers: no match may be missed.
    pub(crate) fn whole(article: &'a ReadArticle) -> HitPage<'a> {
        HitPage {
            article,
            body: passage::sentences(&article.text, &article.layout),
            extent: None,
        }
    }

    /// The page of `article`, as far as it is worth reading for `matcher`. For
    /// showing: some matches may be left out.
    pub(crate) fn of(
        article: &'a ReadArticle,
        matcher: &Matcher<'_>,
        analyzer: &mut Analyzer,
    ) -> HitPage<'a> {
        let extent = extent::of(article, matcher, analyzer);
        let layout = extent.as_ref().unwrap_or(&article.layout);
        HitPage {
            article,
            body: passage::sentences(&article.text, layout),
            extent,
        }
    }

    /// The blocks that are read.
    fn layout(&self) -> &Layout {
        self.extent.as_ref().unwrap_or(&self.article.layout)
    }

    /// Finds what answers. The page's boilerplate is scanned apart, as it is
    /// indexed apart; a headline belongs to the text, but to no passage.
    pub(crate) fn find(&self, matcher: &Matcher<'_>, analyzer: &mut Analyzer) -> PageMatches {
        let (mut found, headline) = self.find_all(matcher, analyzer);
        let in_headline = |span: &Range<usize>| {
            headline
                .iter()
                .any(|headline| headline.contains(&span.start))
        };
        // Of what reaches from the headline into the body, the words there.
        let body = found.body.into_iter().flat_map(|found| {
            let parts = if in_headline(&found.span) {
                word_by_word(&found)
            } else {
                vec![found]
            };
            parts.into_iter().filter(|part| !in_headline(&part.span))
        });
        found.body = body.collect();
        found
    }

    /// The same with what stands in a headline of the text, and where these are.
    fn find_all(
        &self,
        matcher: &Matcher<'_>,
        analyzer: &mut Analyzer,
    ) -> (PageMatches, Vec<&Range<usize>>) {
        let (mut title, mut text, mut boilerplate) =
            (matcher.scan(), matcher.scan(), matcher.scan());
        let ReadArticle {
            record,
            text: whole,
            ..
        } = self.article;
        matcher.look(&mut title, analyzer, &record.title, 0);
        let mut headline: Vec<&Range<usize>> = Vec::new();
        for Block { span, kind } in &self.layout().blocks {
            let is_headline = *kind == BlockKind::Headline;
            // As `document` gives them to the fields of the index.
            let scan = if is_headline || kind.is_body() {
                &mut text
            } else {
                &mut boilerplate
            };
            if is_headline {
                headline.push(span);
            }
            matcher.look(scan, analyzer, &whole[span.clone()], span.start);
        }
        let in_one_sentence = |from: usize, to: usize| {
            let at = self
                .body
                .partition_point(|sentence| sentence.span.end <= from);
            let sentence = self.body.get(at);
            let in_body = sentence
                .is_some_and(|sentence| sentence.span.start <= from && to <= sentence.span.end);
            in_body
                || headline
                    .iter()
                    .any(|span| span.start <= from && to <= span.end)
        };
        let body = matcher.matches(&text, &[Scope::Anywhere, Scope::Body], &in_one_sentence);
        let found = PageMatches {
            title: matcher.matches(&title, &[Scope::Anywhere, Scope::Title], &|_, _| true),
            body,
            boilerplate: matcher.matches(&boilerplate, &[Scope::Anywhere], &|_, _| false),
        };
        (found, headline)
    }

    /// All that answers: in the title, and in the whole text, its headline and its
    /// boilerplate included.
    pub(crate) fn marks(
        &self,
        matcher: &Matcher<'_>,
        analyzer: &mut Analyzer,
    ) -> (Vec<Match>, Vec<Match>) {
        let (found, _) = self.find_all(matcher, analyzer);
        let mut text = found.body;
        text.extend(found.boilerplate);
        text.sort_by_key(|found| found.span.start);
        (found.title, text)
    }

    /// The best passages, best first, with the matches that are highlighted in
    /// them. Without a match in the body: the opening passage where the title
    /// matches, else a line of the page's boilerplate that does, else the
    /// opening.
    pub(crate) fn choose(
        &self,
        matches: &mut PageMatches,
        weights: &[f32],
        limit: usize,
    ) -> Vec<Scored> {
        let mut chosen = self.choose_in_extent(matches, weights, limit);
        // Ordinals count all sentences of the article, read or not.
        if self.extent.is_some() {
            let ReadArticle { text, layout, .. } = self.article;
            for scored in &mut chosen {
                let start = scored.passage.span.start;
                scored.passage.ordinal = passage::ordinal(text, layout, start);
            }
        }
        chosen
    }

    /// Passages among the sentences that were read; their ordinals count those.
    fn choose_in_extent(
        &self,
        matches: &mut PageMatches,
        weights: &[f32],
        limit: usize,
    ) -> Vec<Scored> {
        let text = &self.article.text;
        let weights = &passage::beside_title(&matches.title, weights)[..];
        let mut chosen = passage::choose(text, &self.body, &matches.body, weights, limit);
        if chosen.is_empty() && !matches.body.is_empty() {
            // What answers is longer than any passage.
            matches.body = matches.body.iter().flat_map(word_by_word).collect();
            matches.body.sort_by_key(|found| found.span.start);
            chosen = passage::choose(text, &self.body, &matches.body, weights, limit);
        }
        if !chosen.is_empty() {
            return chosen;
        }
        if matches.title.is_empty() {
            // Boilerplate has no weight; any word in it is as good.
            let unweighted = vec![1.0; weights.len()];
            let mut chosen = passage::choose(
                text,
                &passage::boilerplate(text, self.layout()),
                &matches.boilerplate,
                &unweighted,
                limit,
            );
            for scored in &mut chosen {
                scored.score = 0.0;
            }
            if !chosen.is_empty() {
                matches.body = std::mem::take(&mut matches.boilerplate);
                return chosen;
            }
        }
        matches.body.clear();
        let opening = passage::opening(&self.body).map(|passage| Scored {
            passage,
            score: 0.0,
        });
        opening.into_iter().collect()
    }
}

/// Each run of words that is highlighted in a match as a match of its own. All
/// keep the place of the whole.
fn word_by_word(found: &Match) -> Vec<Match> {
    let lit = found.lit.iter();
    lit.map(|lit| Match {
        place: found.place,
        span: lit.span.clone(),
        lit: vec![lit.clone()],
    })
    .collect()
}

impl PageMatches {
    /// Whether anything of the article answers. In title, body or boilerplate.
    pub(crate) fn is_any(&self) -> bool {
        !(self.title.is_empty() && self.body.is_empty() && self.boilerplate.is_empty())
    }
}
