//! Makes hits of ranked articles: reads them, chooses their passages and
//! highlights them; file offsets, lines and states.
//!
//! The first hundred articles are in order before anything is read.
//! Near-duplicates are folded, the page is cut out, and only its articles are
//! read: text once, sentences cut, the query found in them, passages chosen and
//! highlighted. With six articles or more a second thread helps; the order is
//! that of the ranking.
//!
//! An article's score belongs to its best passage; another passage shows what
//! its closeness lacks of the best one's. Highlights are byte ranges of the
//! passage, sorted and disjoint. Offsets are those of the file on disk, mapped
//! through the article's record of what was decoded.
//!
//! Where folding leaves fewer stories than the page needs, the next hundred is
//! ranked once. Cost: O(length of the articles shown).

pub(crate) mod article;

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::explain::{Reason, ReasonKind};
use super::near_duplicates::{self, Group};
use super::rank::{AnswerTotals, POOL, Ranking};
use super::score::{ArticleScore, Scoring};
use super::{
    ArticleHits, Highlight, Hit, NearDuplicate, PartialMatches, PassageText, RankedArticle, Request,
};
use crate::document::{ReadArticle, Record};
use crate::engine::local::Index;
use crate::engine::{Address, Engine};
use crate::failure::Result;
use crate::library::shown_from;
use crate::matching::page::HitPage;
use crate::matching::passage::{Match, Passage};
use crate::matching::{Matcher, disjoint};
use crate::parallel::pair::together;
use crate::text::analyze::Analyzer;
use crate::update::FileState;

/// The articles of an answer that are to be shown. Paths and states are added
/// by [`assemble`].
pub(crate) struct ShownArticles {
    /// How many answer.
    pub(crate) totals: AnswerTotals,
    articles: Vec<FoundArticle>,
}

/// An article with what of it is shown. Its text is not kept: passages are
/// copies.
struct FoundArticle {
    record: Record,
    score: Option<f32>,
    reasons: Option<Vec<Reason>>,
    /// Best first; none for an article of a title alone.
    passages: Vec<FoundPassage>,
    title_highlights: Vec<Highlight>,
    lacks: Vec<String>,
    is_partial: bool,
    copies: Vec<Record>,
}

/// A passage to show. Highlights are offsets in the passage.
struct FoundPassage {
    passage: PassageText,
    score: Option<f32>,
    reasons: Option<Vec<Reason>>,
    highlights: Vec<Highlight>,
}

/// From this many articles on, another thread helps to read them.
///
/// Milliseconds of a whole search of 23,808 articles, the least tenth of 200:
///
/// | articles shown | alone | helped |
/// |---|---|---|
/// | 2 | 1.74 | 1.86 |
/// | 4 | 2.00 | 2.07 |
/// | 5 | 2.02 | 2.01 |
/// | 10 | 2.64 | 2.42 |
const WORTH_A_THREAD: usize = 6;

/// Finds the articles that answer, and reads those to show. With a limit of 0
/// nothing is scored or read.
pub(crate) fn find(
    engine: &dyn Engine,
    ranking: &Ranking<'_>,
    request: &Request,
    analyzer: &mut Analyzer,
) -> Result<ShownArticles> {
    if request.limit == 0 {
        return Ok(ShownArticles {
            totals: ranking.count()?,
            articles: Vec::new(),
        });
    }
    let scoring = ranking.scoring(request)?;
    let (totals, groups) = groups(engine, ranking, &scoring, request)?;
    let shown: Vec<Group> = groups
        .into_iter()
        .skip(request.offset)
        .take(request.limit)
        .collect();
    let matcher = Matcher::within(&ranking.plan.parts, ranking.budget.clone());
    let reader = Reader {
        engine,
        request,
        ranking,
        scoring: &scoring,
        matcher: &matcher,
        weights: scoring.passage_weights(),
        lacks: lacks(ranking, request, &shown)?,
    };
    // Fewer are read sooner than a thread is started.
    let helpers = usize::from(request.parallel && shown.len() >= WORTH_A_THREAD);
    let read = |group, analyzer: &mut Analyzer| reader.read(group, analyzer);
    let articles = together(shown, helpers, analyzer, read);
    Ok(ShownArticles {
        totals,
        articles: articles.into_iter().collect::<Result<_>>()?,
    })
}

/// What the articles to show lack of the query. A complete one lacks nothing;
/// where complete ones are told apart, only the others are asked.
fn lacks(
    ranking: &Ranking<'_>,
    request: &Request,
    shown: &[Group],
) -> Result<FxHashMap<Address, Vec<String>>> {
    let may_lack =
        |group: &&Group| group.story.score.is_partial || request.partial == PartialMatches::Alike;
    let shown = shown.iter().filter(may_lack);
    let addresses: Vec<Address> = shown.map(|group| group.story.score.address).collect();
    if addresses.is_empty() {
        return Ok(FxHashMap::default());
    }
    ranking.lacks(&addresses)
}

/// How many articles answer, and the ids and scores of those to show. No text
/// is read, and no near-duplicate folded.
pub(crate) fn rank(
    engine: &dyn Engine,
    ranking: &Ranking<'_>,
    request: &Request,
) -> Result<(AnswerTotals, Vec<RankedArticle>)> {
    let scoring = ranking.scoring(request)?;
    let wanted = request.offset.saturating_add(request.limit);
    let (totals, articles) = ranking.run(&scoring, request.sort, wanted)?;
    let shown = articles.iter().skip(request.offset).take(request.limit);
    let shown: Vec<&ArticleScore> = shown.collect();
    let addresses: Vec<Address> = shown.iter().map(|score| score.address).collect();
    let keys = engine.keys(&addresses)?;
    let shown = keys.into_iter().zip(shown).map(|(key, score)| {
        let id = key.split_once('\0').map_or(key.as_str(), |(_, id)| id);
        (id.to_owned(), ranking.is_scored().then(|| score.total()))
    });
    Ok((totals, shown.collect()))
}

/// How many articles answer, and the first, each with its near-duplicates, as
/// many as the page needs.
///
/// At most two rankings: the second asks for a hundred more.
fn groups(
    engine: &dyn Engine,
    ranking: &Ranking<'_>,
    scoring: &Scoring<'_>,
    request: &Request,
) -> Result<(AnswerTotals, Vec<Group>)> {
    let wanted = request.offset.saturating_add(request.limit);
    let (totals, mut articles) =
        ranking.run(scoring, request.sort, wanted_first(request, wanted))?;
    // Nothing is compared; each article stands alone.
    if !request.fold {
        return Ok((totals, articles.into_iter().map(Group::alone).collect()));
    }
    let found = articles.len();
    let mut groups = near_duplicates::fold(engine, ranking.budget, &mut articles, wanted)?;
    if groups.len() + articles.len() < wanted && found < totals.shown() {
        // Near-duplicates made room for articles of the next hundred.
        (_, articles) = ranking.run(scoring, request.sort, wanted.saturating_add(POOL))?;
        groups = near_duplicates::fold(engine, ranking.budget, &mut articles, wanted)?;
    }
    groups.extend(articles.into_iter().map(Group::alone));
    Ok((totals, groups))
}

/// How many articles are asked for at first: to fold near-duplicates, a
/// hundred. Fewer would leave near-duplicates on later pages.
fn wanted_first(request: &Request, wanted: usize) -> usize {
    if request.fold {
        wanted.max(POOL)
    } else {
        wanted
    }
}

/// Reads articles and chooses what of them is shown. Threads share it; each has
/// an analyzer of its own.
struct Reader<'a> {
    engine: &'a dyn Engine,
    request: &'a Request,
    ranking: &'a Ranking<'a>,
    scoring: &'a Scoring<'a>,
    matcher: &'a Matcher<'a>,
    weights: Vec<f32>,
    /// What articles lack of the query, those that lack something.
    lacks: FxHashMap<Address, Vec<String>>,
}

impl Reader<'_> {
    /// An article with its passages; the text itself is dropped.
    fn read(&self, group: Group, analyzer: &mut Analyzer) -> Result<FoundArticle> {
        // How many are read was said in the request, and is not counted.
        self.ranking.budget.ask()?;
        let Group { story, copies } = group;
        let score = story.score;
        let article = self.unless_read(score.address, story.read)?;
        let page = HitPage::of(&article, self.matcher, analyzer);
        let mut matches = page.find(self.matcher, analyzer);
        let chosen = page.choose(&mut matches, &self.weights, self.request.passages);
        // The article's score is that of its best passage.
        let best = chosen.first().map_or(0.0, |scored| scored.score);
        let passages = chosen.into_iter().map(|scored| FoundPassage {
            highlights: self.highlights(&matches.body, &scored.passage.span),
            score: self
                .ranking
                .is_scored()
                .then(|| score.total() - self.worse(best, scored.score)),
            reasons: self.reasons(&score, self.worse(best, scored.score)),
            passage: passage_text(&article.record, &article.text, &scored.passage),
        });
        let passages: Vec<FoundPassage> = passages.collect();
        let title_highlights = self.highlights(&matches.title, &(0..article.record.title.len()));
        let copies = copies
            .into_iter()
            .map(|copy| Ok(self.unless_read(copy.score.address, copy.read)?.record));
        let copies = copies.collect::<Result<_>>()?;
        Ok(FoundArticle {
            score: self.ranking.is_scored().then(|| score.total()),
            reasons: self.reasons(&score, 0.0),
            passages,
            title_highlights,
            lacks: self.lacks.get(&score.address).cloned().unwrap_or_default(),
            is_partial: score.is_partial,
            copies,
            // Of its text what is shown was taken.
            record: article.record,
        })
    }

    /// Comparing near-duplicates may have read it already.
    fn unless_read(&self, address: Address, read: Option<ReadArticle>) -> Result<ReadArticle> {
        read.map_or_else(|| self.engine.read(address), Ok)
    }

    /// What a passage lacks of the article's best, in the score. 0 for the best
    /// one.
    fn worse(&self, best: f32, passage: f32) -> f32 {
        self.request.weights.closeness * (best - passage)
    }

    /// Why a passage has its score; `None` unless it was asked for.
    fn reasons(&self, score: &ArticleScore, worse: f32) -> Option<Vec<Reason>> {
        if !self.request.explain || !self.ranking.is_scored() {
            return None;
        }
        let mut reasons = self.ranking.reasons(score, self.scoring);
        if worse > 0.0 {
            reasons.push(Reason {
                kind: ReasonKind::Passage,
                term: None,
                value: -worse,
                detail: "another passage matches better".to_owned(),
            });
        }
        Some(reasons)
    }

    /// What is highlighted of the matches inside `span`, as offsets from its start.
    fn highlights(&self, matches: &[Match], span: &Range<usize>) -> Vec<Highlight> {
        let inside = matches
            .iter()
            .filter(|found| found.span.start >= span.start && found.span.end <= span.end);
        let lit = disjoint(inside).into_iter();
        lit.map(|lit| Highlight {
            start: lit.span.start - span.start,
            end: lit.span.end - span.start,
            term: self.matcher.label(&lit).to_owned(),
        })
        .collect()
    }
}

/// Makes the articles of an answer. The states of all files are asked at once.
pub(crate) fn assemble(
    index: &Index,
    request: &Request,
    found: ShownArticles,
) -> Result<Vec<ArticleHits>> {
    let keys: Vec<&str> = found
        .articles
        .iter()
        .map(|article| article.record.path.as_str())
        .collect();
    let states = index.file_states(&keys)?;
    let mut rank = 0;
    let articles = found.articles.into_iter().zip(states);
    Ok(articles
        .map(|(article, state)| article_hits(index, request, article, state, &mut rank))
        .collect())
}

/// An article for the answer; `rank` counts hits through the whole answer.
fn article_hits(
    index: &Index,
    request: &Request,
    found: FoundArticle,
    state: FileState,
    rank: &mut usize,
) -> ArticleHits {
    let FoundArticle {
        record,
        score,
        reasons,
        passages,
        title_highlights,
        lacks,
        is_partial,
        copies,
    } = found;
    let mut next_rank = || {
        *rank += 1;
        *rank
    };
    let mut hits: Vec<Hit> = passages
        .into_iter()
        .map(|found| Hit {
            rank: next_rank(),
            score: found.score,
            passage: Some(found.passage),
            highlights: found.highlights,
            reasons: found.reasons,
        })
        .collect();
    if hits.is_empty() {
        hits.push(Hit {
            rank: next_rank(),
            score,
            passage: None,
            highlights: Vec::new(),
            reasons,
        });
    }
    let path = |key: &str| shown_from(&request.shown_from, &index.library().locate(key));
    let copies = copies.into_iter().map(|copy| NearDuplicate {
        path: path(&copy.path),
        id: copy.id,
        line: copy.record_line,
    });
    ArticleHits {
        path: path(&record.path),
        copies: copies.collect(),
        record,
        title_highlights,
        lacks,
        is_partial,
        state,
        hits,
    }
}

/// A passage with its place in the file. Lines are counted only here, for what
/// is shown.
fn passage_text(record: &Record, text: &str, passage: &Passage) -> PassageText {
    let file = record.offsets.range_to_file(&passage.span);
    PassageText {
        ordinal: passage.ordinal,
        start: file.start,
        end: file.end,
        offsets: record.offsets.base(record.origin.base),
        line: record.line_at(text, passage.span.start),
        place: record.origin.place_at(passage.span.start),
        text: text[passage.span.clone()].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{OffsetBase, Origin};

    #[test]
    fn a_passage_tells_its_line_and_its_place_in_the_file() {
        let text = "Talks\n\nA hotline was agreed on.\nThey met.\n";
        let record = Record::default();
        let span = 7..31;
        let passage = Passage {
            ordinal: 0,
            span: span.clone(),
        };
        let shown = passage_text(&record, text, &passage);
        assert_eq!((shown.line, shown.start, shown.end), (Some(3), 7, 31));
        assert_eq!(shown.text, "A hotline was agreed on.");
        let record = Record {
            record_line: Some(12),
            origin: Origin::usual(Some(12)),
            ..Record::default()
        };
        let shown = passage_text(&record, text, &passage);
        assert_eq!((shown.line, shown.offsets), (Some(12), OffsetBase::Record));
    }
}
