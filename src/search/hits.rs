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
//! Where meaning is asked (`meaning`), the first articles are read whatever the
//! page, put in order anew, and of those shown a passage is chosen by it.
//!
//! Where folding leaves fewer stories than the page needs, the next hundred is
//! ranked once. Cost: O(length of the articles shown).

pub(crate) mod article;
pub(crate) mod surnames;

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::explain::{Reason, ReasonKind};
use super::meaning::{self, MeaningShare};
use super::near_duplicates::{self, Group};
use super::rank::{AnswerTotals, POOL, Ranking};
use super::score::{ArticleScore, Scoring};
use super::{
    AnyIndex, ArticleHits, Highlight, Hit, NearDuplicate, PartialMatches, PassageText,
    RankedArticle, Request,
};
use crate::article::OffsetBase;
use crate::document::{ReadArticle, Record};
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
    meaning: Option<MeaningShare>,
}

/// A passage to show. Highlights are offsets in the passage.
struct FoundPassage {
    passage: PassageText,
    score: Option<f32>,
    reasons: Option<Vec<Reason>>,
    highlights: Vec<Highlight>,
    /// Its cosine with the query, where it was asked for.
    cosine: Option<f32>,
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
    meant: Option<&meaning::Asked<'_>>,
    analyzer: &mut Analyzer,
) -> Result<ShownArticles> {
    if request.limit == 0 {
        return Ok(ShownArticles {
            totals: ranking.count()?,
            articles: Vec::new(),
        });
    }
    let scoring = ranking.scoring(request)?;
    // Those that are put in order anew are read, on whatever page they are.
    let first = meant.map_or(0, |meant| meant.first);
    let wanted = request.offset.saturating_add(request.limit).max(first);
    let (totals, mut groups) = groups(engine, ranking, &scoring, request, wanted)?;
    let first = first.min(groups.len());
    let passed = if request.offset < first {
        0
    } else {
        request.offset
    };
    groups.truncate(wanted);
    groups.drain(..passed.min(groups.len()));
    if request.paths_only && meant.is_none() {
        return Ok(ShownArticles {
            totals,
            articles: by_name(engine, ranking, &groups)?,
        });
    }
    let matcher = Matcher::within(&ranking.plan.parts, ranking.budget.clone());
    let passages = match meant {
        Some(_) => request.passages.max(meaning::PASSAGES),
        None => request.passages,
    };
    let mut reader = Reader::new(engine, request, ranking, &scoring, &matcher, passages);
    reader.lacks = lacks(ranking, request, &groups)?;
    let mut articles = reader.read_all(groups, analyzer)?;
    if let Some(meant) = meant {
        if passed == 0 {
            articles = by_meaning(articles, first, meant)?;
        }
        let shown = articles.into_iter().skip(request.offset - passed);
        articles = shown.take(request.limit).collect();
        let judged = articles.iter_mut().filter(|one| one.meaning.is_some());
        choose_passages(judged.collect(), meant)?;
        for article in &mut articles {
            article.passages.truncate(request.passages);
        }
    }
    Ok(ShownArticles { totals, articles })
}

/// Puts the first articles in order by score and meaning together.
fn by_meaning(
    mut articles: Vec<FoundArticle>,
    first: usize,
    meant: &meaning::Asked<'_>,
) -> Result<Vec<FoundArticle>> {
    let rest = articles.split_off(first);
    let texts = articles.iter().map(|article| article.meant(0)).collect();
    let cosines = meant.cosines(texts)?;
    let scores: Vec<f32> = articles
        .iter()
        .map(|article| article.score.unwrap_or_default())
        .collect();
    let partial: Vec<bool> = articles.iter().map(|article| article.is_partial).collect();
    let mut waiting: Vec<Option<FoundArticle>> = articles.into_iter().map(Some).collect();
    let ordered = meaning::order(&scores, &cosines, &partial).into_iter();
    let ordered = ordered.filter_map(|place| {
        let mut article = waiting[place].take()?;
        let cosine = cosines[place];
        article.meaning = Some(MeaningShare {
            cosine,
            rank_by_words: place + 1,
        });
        if let Some(passage) = article.passages.first_mut() {
            passage.cosine = Some(cosine);
        }
        Some(article)
    });
    Ok(ordered.chain(rest).collect())
}

/// Chooses the first passage of articles among theirs by its meaning.
fn choose_passages(articles: Vec<&mut FoundArticle>, meant: &meaning::Asked<'_>) -> Result<()> {
    let others = |article: &FoundArticle| 1..article.passages.len().max(1);
    let texts = articles.iter().flat_map(|article| {
        let others = others(article);
        others.map(|number| article.meant(number))
    });
    let mut cosines = meant.cosines(texts.collect())?.into_iter();
    for article in articles {
        for number in others(article) {
            article.passages[number].cosine = cosines.next();
        }
        let known: Vec<f32> = article
            .passages
            .iter()
            .filter_map(|passage| passage.cosine)
            .collect();
        let nearest = meaning::nearest(&known);
        if nearest > 0 {
            article.passages[..=nearest].rotate_right(1);
        }
    }
    Ok(())
}

/// The articles to show by their path and id, which the index has in a column:
/// no text is read, and nothing is looked for in it.
fn by_name(
    engine: &dyn Engine,
    ranking: &Ranking<'_>,
    shown: &[Group],
) -> Result<Vec<FoundArticle>> {
    let addresses: Vec<Address> = shown
        .iter()
        .map(|group| group.story.score.address)
        .collect();
    let named = engine.keys(&addresses)?.into_iter().zip(shown);
    let named = named.map(|(key, group)| {
        let (path, id) = split_key(&key);
        let score = &group.story.score;
        FoundArticle {
            record: Record {
                path: path.to_owned(),
                id: id.to_owned(),
                ..Record::default()
            },
            score: ranking.is_scored().then(|| score.total()),
            reasons: None,
            passages: Vec::new(),
            title_highlights: Vec::new(),
            lacks: Vec::new(),
            is_partial: score.is_partial,
            copies: Vec::new(),
            meaning: None,
        }
    });
    Ok(named.collect())
}

/// Path and id of a key: the same where it is one text.
fn split_key(key: &str) -> (&str, &str) {
    key.split_once('\0').unwrap_or((key, key))
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
    meant: Option<&meaning::Asked<'_>>,
    analyzer: &mut Analyzer,
) -> Result<(AnswerTotals, Vec<RankedArticle>)> {
    let scoring = ranking.scoring(request)?;
    let wanted = request.offset.saturating_add(request.limit);
    let first = meant.map_or(0, |meant| meant.first);
    let (totals, articles) = ranking.run(&scoring, request.sort, wanted.max(first))?;
    let mut addresses: Vec<Address> = articles.iter().map(|score| score.address).collect();
    if let Some(meant) = meant {
        let matcher = Matcher::within(&ranking.plan.parts, ranking.budget.clone());
        let reader = Reader::new(engine, request, ranking, &scoring, &matcher, 1);
        // Runs are read by their scores, so these stay where they are and the
        // articles change places under them.
        let order = order_by_meaning(&reader, &articles, meant, analyzer)?;
        for (at, place) in order.into_iter().enumerate() {
            addresses[at] = articles[place].address;
        }
    }
    let begin = request.offset.min(articles.len());
    let page = begin..begin.saturating_add(request.limit).min(articles.len());
    let keys = engine.keys(&addresses[page.clone()])?;
    let shown = keys.into_iter().zip(&articles[page]).map(|(key, score)| {
        let (_, id) = split_key(&key);
        (id.to_owned(), ranking.is_scored().then(|| score.total()))
    });
    Ok((totals, shown.collect()))
}

/// The numbers of the first of ranked articles in order by score and meaning
/// together.
fn order_by_meaning(
    reader: &Reader<'_>,
    articles: &[ArticleScore],
    meant: &meaning::Asked<'_>,
    analyzer: &mut Analyzer,
) -> Result<Vec<usize>> {
    let first = meant.first.min(articles.len());
    let groups = articles[..first].iter().cloned().map(Group::alone);
    let read = reader.read_all(groups.collect(), analyzer)?;
    let ordered = by_meaning(read, first, meant)?.into_iter();
    let places = ordered.filter_map(|article| Some(article.meaning?.rank_by_words - 1));
    Ok(places.collect())
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
    wanted: usize,
) -> Result<(AnswerTotals, Vec<Group>)> {
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
    /// How many passages of an article are looked for.
    passages: usize,
}

impl<'a> Reader<'a> {
    fn new(
        engine: &'a dyn Engine,
        request: &'a Request,
        ranking: &'a Ranking<'a>,
        scoring: &'a Scoring<'a>,
        matcher: &'a Matcher<'a>,
        passages: usize,
    ) -> Reader<'a> {
        Reader {
            engine,
            request,
            ranking,
            scoring,
            matcher,
            weights: scoring.passage_weights(),
            lacks: FxHashMap::default(),
            passages,
        }
    }

    /// Articles with their passages, in the order of the groups.
    fn read_all(&self, groups: Vec<Group>, analyzer: &mut Analyzer) -> Result<Vec<FoundArticle>> {
        // Fewer are read sooner than a thread is started.
        let helpers = usize::from(self.request.parallel && groups.len() >= WORTH_A_THREAD);
        let read = |group, analyzer: &mut Analyzer| self.read(group, analyzer);
        let articles = together(groups, helpers, analyzer, read);
        articles.into_iter().collect()
    }

    /// An article with its passages; the text itself is dropped.
    fn read(&self, group: Group, analyzer: &mut Analyzer) -> Result<FoundArticle> {
        // How many are read was said in the request, and is not counted.
        self.ranking.budget.ask()?;
        let Group { story, copies } = group;
        let score = story.score;
        let article = self.unless_read(score.address, story.read)?;
        let page = HitPage::of(&article, self.matcher, analyzer);
        let mut matches = page.find(self.matcher, analyzer);
        let chosen = page.choose(&mut matches, &self.weights, self.passages);
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
            cosine: None,
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
            meaning: None,
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

impl FoundArticle {
    /// What the model reads of it, with one of its passages.
    fn meant(&self, passage: usize) -> String {
        let passage = self.passages.get(passage);
        let passage = passage.map(|found| found.passage.text.as_str());
        meaning::text_of(&self.record.title, passage)
    }
}

/// Makes the articles of an answer. The states of all files are asked at once.
pub(crate) fn assemble(
    index: AnyIndex<'_>,
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
    index: AnyIndex<'_>,
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
        meaning,
    } = found;
    // Of a passage what it said of that one.
    let said = |cosine: Option<f32>| {
        let cosine = cosine.or(meaning.map(|article| article.cosine));
        Some(MeaningShare {
            cosine: cosine?,
            ..meaning?
        })
    };
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
            meaning: said(found.cosine),
        })
        .collect();
    if hits.is_empty() {
        hits.push(Hit {
            rank: next_rank(),
            score,
            passage: None,
            highlights: Vec::new(),
            reasons,
            meaning: said(None),
        });
    }
    let path = |key: &str| shown_from(&request.shown_from, &index.locate(key));
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
    let offsets = record.offsets.base_of(&passage.span, record.origin.base);
    let place = match offsets {
        OffsetBase::Text => passage.span.clone(),
        _ => record.offsets.range_to_file(&passage.span),
    };
    PassageText {
        ordinal: passage.ordinal,
        start: place.start,
        end: place.end,
        offsets,
        line: record.line_at(text, passage.span.start),
        place: record.origin.place_at(passage.span.start),
        text: text[passage.span.clone()].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{CUT, Offsets, Origin};

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
        let runs = vec![(0, 90, 1, 1), (20, 110, CUT.0, CUT.1), (22, 300, 1, 1)];
        let record = Record {
            offsets: Offsets::Runs(runs),
            ..Record::default()
        };
        let shown = passage_text(&record, text, &passage);
        assert_eq!(
            (shown.start, shown.end, shown.offsets),
            (7, 31, OffsetBase::Text)
        );
    }
}
