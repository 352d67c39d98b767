//! Answers a request: which articles, in which order, with which passages.
//!
//! The data's way: the query becomes a plan, for which the engine finds the first
//! articles; `rank` puts them in order by what the engine tells of each (`score`,
//! weighed by `weights`); near-duplicates are collapsed (`near_duplicates`); the
//! articles to show are read, their passages chosen and highlighted (`hits`).
//! `meaning` may put the first of them in order anew; `like` makes a query of an
//! article; `explain` says why, `help` what to try where nothing was found, `facets` counts.
//! Imports `engine` and all below it, and of `update` the state of files. Must not
//! know which engine answers, nor how an answer is printed.
//!
//! Articles that have all of a query come first, whatever the order; which of
//! those that lack something follow is the plan's to say (`plan::partial`), and
//! each tells what it lacks. Stop words are left out of what must stand in an
//! article, as long as others are there.
//!
//! Invariants: the totals count every article that answers, whatever is shown;
//! the same index and request give the same answer in the same bytes; a search
//! that is stopped gives an error and never a part. Cost: the postings of the
//! words, a hundred articles scored, ten texts read. What may help after a
//! failure is at most a few dozen further searches, from the same budget.

pub(crate) mod any_index;
pub(crate) mod explain;
pub(crate) mod facets;
pub(crate) mod help;
pub(crate) mod hits;
pub(crate) mod like;
mod marks;
pub(crate) mod meaning;
pub(crate) mod near_duplicates;
pub(crate) mod rank;
mod request;
pub(crate) mod score;
pub(crate) mod suggest;
pub(crate) mod weights;

use std::path::PathBuf;

use serde::Serialize;

use self::rank::{AnswerTotals, Ranking};
use crate::article::{OffsetBase, Place};
use crate::document::Record;
use crate::engine::Engine;
use crate::failure::{Failure, Result};
use crate::matching::TermClauses;
use crate::named::Named;
use crate::panics;
use crate::plan::compounds;
use crate::query::{self, Expression, Filter, Parsed, Query, Words};
use crate::stop::{Budget, Stop};
use crate::text::analyze::Analyzer;
use crate::text::stop_words;
use crate::update::FileState;

pub use self::any_index::{AnyIndex, SharedIndex, ambiguous};
pub use self::explain::{Reason, ReasonKind};
pub use self::facets::{
    By, Facet, FacetAnswer, FacetRequest, FacetValue, Pair, PairAnswer, facets, pairs, spellings,
};
pub use self::help::Help;
pub use self::hits::article::{WholeArticle, whole_article};
pub use self::hits::surnames::{SurnameNote, surnames};
pub use self::like::LikeArticle;
pub use self::marks::{Marks, marks};
pub use self::meaning::{Embedder, Meaning, MeaningShare};
pub use self::request::{NamedFilters, left_out_note, parameters};
pub use self::suggest::country as nearest_country;
pub use self::weights::Weights;
pub use crate::plan::PartialMatches;

/// How hits are ordered. Ties go by path and id in every order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The best first.
    #[default]
    Relevance,
    /// By date, the latest first, undated last.
    Newest,
    /// By date, the earliest first, undated last.
    Oldest,
}

/// How the names of people are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Names {
    /// A lone surname counts for the person whom it means in the archive, and
    /// spellings of one name for one person.
    #[default]
    Joined,
    /// As each article has them.
    Exact,
}

impl Named for Names {
    const ALL: &'static [(Names, &'static str, &'static str)] = &[
        (
            Names::Joined,
            "joined",
            "A surname alone counts for the person it means in the archive",
        ),
        (Names::Exact, "exact", "As each article has them"),
    ];
}

impl Named for Sort {
    const ALL: &'static [(Sort, &'static str, &'static str)] = &[
        (Sort::Relevance, "relevance", "Best first"),
        (Sort::Newest, "newest", "Newest first, undated last"),
        (Sort::Oldest, "oldest", "Oldest first, undated last"),
    ];
}

/// What to search for and how much of it to show.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option by itself")]
pub struct Request {
    /// The query as typed.
    pub text: String,
    /// Whether every character of it is text. Then no operator and no filter is
    /// read in it.
    pub plain: bool,
    /// What becomes of articles that lack parts of it.
    pub partial: PartialMatches,
    /// Filters given apart from the query; all must hold.
    pub filters: Vec<Filter>,
    /// An article that others shall be like.
    pub like: Option<LikeArticle>,
    /// Whether a range of days of publication also takes articles whose date is
    /// unknown, or open and perhaps in the range.
    pub undated: bool,
    /// How many articles to show. With 0 they are only counted.
    pub limit: usize,
    /// How many articles to pass over first. Folded near-duplicates do not
    /// count.
    pub offset: usize,
    /// How many passages to show of each.
    pub passages: usize,
    /// In which order.
    pub sort: Sort,
    /// Whether near-duplicates are one hit.
    pub fold: bool,
    /// Whether each hit says why it stands where it stands.
    pub explain: bool,
    /// Whether articles are wanted by path and id alone: then none is read.
    pub paths_only: bool,
    /// What makes an article's score.
    pub weights: Weights,
    /// By what the first articles are put in order anew, if they are.
    pub meaning: Option<Meaning>,
    /// Whether a lone surname counts for the person whom it means in the
    /// archive.
    pub names: Names,
    /// Whether other threads help: for one search at a time.
    pub parallel: bool,
    /// The folder that paths are shown from.
    pub shown_from: PathBuf,
    /// Which facets to count beside.
    pub facets: Option<FacetRequest>,
    /// What ends the search before it is done. By default it may be as much
    /// work as [`crate::stop::COST_LIMIT`] says.
    pub stop: Stop,
}

/// A passage of an article, as a hit shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PassageText {
    /// The position of its first sentence among the article's, from 0.
    pub ordinal: usize,
    /// First byte, counted in what `offsets` says.
    pub start: usize,
    /// One past the last byte there.
    pub end: usize,
    /// What the two count in: the file, a member of it, a record's text, or the
    /// text shown.
    pub offsets: OffsetBase,
    /// Its line in the file, from 1; of a record, the record's. `None` where
    /// there are no lines.
    pub line: Option<u64>,
    /// Where it stands beyond bytes and lines.
    pub place: Option<Place>,
    /// The passage, verbatim.
    pub text: String,
}

/// A range of bytes that answers the query. Always inside the text shown, on
/// character boundaries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Highlight {
    /// First byte in the passage or title.
    pub start: usize,
    /// One past the last byte there.
    pub end: usize,
    /// The part of the query that it answers, as typed.
    pub term: String,
}

/// A passage that answers, with its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Counts hits from 1.
    pub rank: usize,
    /// Not comparable between queries; `None` for a query of filters alone. The
    /// reasons add up to it.
    pub score: Option<f32>,
    /// `None` for an article of a title alone.
    pub passage: Option<PassageText>,
    /// What to highlight in the passage: sorted and disjoint.
    pub highlights: Vec<Highlight>,
    /// What the score is made of, if that was asked for.
    pub reasons: Option<Vec<Reason>>,
    /// What meaning had to say, where it was asked.
    pub meaning: Option<MeaningShare>,
}

/// An article that is a near-duplicate of one that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearDuplicate {
    /// Its id.
    pub id: String,
    /// Its file, as shown from the current folder.
    pub path: PathBuf,
    /// Its line there, for a record in a file of many.
    pub line: Option<u64>,
}

/// An article that answers, with its hits.
#[derive(Debug, Clone)]
pub struct ArticleHits {
    /// What the index keeps of it.
    pub record: Record,
    /// Its file, as shown from the current folder.
    pub path: PathBuf,
    /// What to highlight in the title.
    pub title_highlights: Vec<Highlight>,
    /// Whether its file is still what was indexed.
    pub state: FileState,
    /// The parts of the query that it does not have, as they read back; empty
    /// for an article that is complete.
    pub lacks: Vec<String>,
    /// Whether it stands after the complete ones for that.
    pub is_partial: bool,
    /// Its passages, best first.
    pub hits: Vec<Hit>,
    /// Its near-duplicates among the first articles, in their order.
    pub copies: Vec<NearDuplicate>,
}

/// How a request's query was read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The query that was answered, its stop words included, as one that reads
    /// back as itself.
    pub read_as: String,
    /// What was taken literally, and what else may surprise.
    pub notes: Vec<String>,
    /// Whether its reading may surprise though nothing was taken literally.
    pub may_surprise: bool,
    /// Whether no article has all of the query, and some have most of it.
    pub partial: bool,
    /// Why meaning was not asked, though it was to be.
    pub order_note: Option<&'static str>,
    /// Whether the query holds no word at all.
    pub is_wordless: bool,
    /// Where not all words were found: what may help.
    pub help: Help,
}

/// The answer to a request. It owns all that it shows, and outlives the index.
#[derive(Debug, Clone)]
pub struct Answer {
    /// How the query was read.
    pub reading: Reading,
    /// How many articles have all of the query.
    pub total: usize,
    /// How many more have most of it, where such are shown.
    pub total_partial: usize,
    /// How many more would, if ranges of days took articles whose date is open or
    /// unknown.
    pub undated_left_out: usize,
    /// The articles to show, in order.
    pub articles: Vec<ArticleHits>,
    /// The facets of those that `total` counts, if they were asked for.
    pub facets: Option<Vec<Facet>>,
}

/// Answers `request` from `index`.
///
/// # Errors
/// When the query is longer than [`query::MAX_WORDS`] words, the search is
/// stopped, or the index is damaged.
pub fn search<'i>(index: impl Into<AnyIndex<'i>>, request: &Request) -> Result<Answer> {
    let index = index.into();
    let mut analyzer = Analyzer::default();
    let mut asked = Interpretation::read(request, request.stop.begin(), &mut analyzer)?;
    // Facets first, from the same budget: they are asked of all that answer.
    let counted = request.facets.as_ref();
    let counted = counted.map(|wanted| facets::within(&asked.budget, index, request, wanted));
    let engine = index.engine(request, &asked.budget);
    let engine = &*engine;
    asked.add_like(engine, request, &mut analyzer)?;
    let mut answer = Answer {
        reading: Reading::default(),
        total: 0,
        total_partial: 0,
        undated_left_out: 0,
        articles: Vec::new(),
        facets: counted.transpose()?.map(|counted| counted.facets),
    };
    if !asked.reading.is_wordless {
        let budget = asked.budget.clone();
        let meant = asked.meant(request, &budget);
        let found = asked.run(
            engine,
            request,
            &mut analyzer,
            |_, found: &hits::ShownArticles| Ok(found.totals),
            |ranking, analyzer| hits::find(engine, ranking, request, meant.as_ref(), analyzer),
        )?;
        let totals = found.totals;
        answer.total = totals.complete;
        answer.total_partial = totals.partial;
        answer.undated_left_out =
            asked.undated_left_out(engine, request, &mut analyzer, totals.complete)?;
        answer.articles = hits::assemble(index, request, found)?;
    }
    answer.reading = asked.reading;
    Ok(answer)
}

/// The ranking of a request, without the articles themselves.
#[derive(Debug, Clone)]
pub struct Ranked {
    /// How the query was read.
    pub reading: Reading,
    /// How many articles have all of the query.
    pub total: usize,
    /// How many more have most of it, where such are shown.
    pub total_partial: usize,
    /// As in [`Answer`].
    pub undated_left_out: usize,
    /// The articles in order.
    pub articles: Vec<RankedArticle>,
}

/// An article's id, and its score; `None` for a query of filters alone.
pub type RankedArticle = (String, Option<f32>);

/// Ranks the articles that answer `request` and reads none of them, but for
/// meaning: fast however many are asked for. Near-duplicates are not folded.
///
/// # Errors
/// As [`search`].
pub fn rank<'i>(index: impl Into<AnyIndex<'i>>, request: &Request) -> Result<Ranked> {
    let index = index.into();
    let mut analyzer = Analyzer::default();
    let mut asked = Interpretation::read(request, request.stop.begin(), &mut analyzer)?;
    let engine = index.engine(request, &asked.budget);
    let engine = &*engine;
    asked.add_like(engine, request, &mut analyzer)?;
    let (mut totals, mut undated_left_out, mut articles) = (AnswerTotals::default(), 0, Vec::new());
    if !asked.reading.is_wordless {
        let budget = asked.budget.clone();
        let meant = asked.meant(request, &budget);
        (totals, articles) = asked.run(
            engine,
            request,
            &mut analyzer,
            |_, (totals, _)| Ok(*totals),
            |ranking, analyzer| hits::rank(engine, ranking, request, meant.as_ref(), analyzer),
        )?;
        undated_left_out =
            asked.undated_left_out(engine, request, &mut analyzer, totals.complete)?;
    }
    Ok(Ranked {
        reading: asked.reading,
        total: totals.complete,
        total_partial: totals.partial,
        undated_left_out,
        articles,
    })
}

/// What a request asks for.
struct Interpretation {
    /// What must hold, the filters included.
    query: Query,
    /// The same without its stop words: what is looked for.
    essential: Query,
    /// What was typed of it, where an article that others shall be like adds
    /// words: what may help where nothing was found.
    typed: Option<Query>,
    reading: Reading,
    budget: Budget,
    /// The query as an error names it.
    text: String,
}

impl Interpretation {
    /// Reads the query of `request` and adds its filters. Fails when the query
    /// has too many words.
    fn read(request: &Request, budget: Budget, analyzer: &mut Analyzer) -> Result<Interpretation> {
        let Parsed {
            query: asked,
            notes,
            may_surprise,
            problem,
        } = if request.plain {
            query::plain(&request.text)
        } else {
            query::parse(&request.text)
        };
        check_length(&asked, analyzer)?;
        // Before any of the words will do: what is one of several stays.
        let essential = essential(&asked, analyzer);
        let filters = request.filters.iter().cloned().map(Query::Filter);
        let filtered =
            |asked: Query| Query::all([asked].into_iter().chain(filters.clone()).collect());
        let essential = filtered(essential);
        let any = request.partial == PartialMatches::Alike;
        let relaxed = if any { asked.relaxed() } else { None };
        let query = filtered(relaxed.unwrap_or(asked));
        request::check_filters(problem.as_ref(), &query)?;
        let widened = |query: Query| {
            let widened = request.undated.then(|| query.undated(true)).flatten();
            widened.unwrap_or(query)
        };
        let (query, essential) = (widened(query), widened(essential));
        let reading = Reading {
            read_as: query.to_string(),
            notes,
            may_surprise,
            partial: false,
            order_note: None,
            is_wordless: asks_nothing(&query, analyzer),
            help: Help::default(),
        };
        let typed = request.text.trim();
        Ok(Interpretation {
            text: if typed.is_empty() {
                reading.read_as.clone()
            } else {
                typed.to_owned()
            },
            query,
            essential,
            typed: None,
            reading,
            budget,
        })
    }

    /// Asks for articles like the one that the request names, if it does.
    fn add_like(
        &mut self,
        engine: &dyn Engine,
        request: &Request,
        analyzer: &mut Analyzer,
    ) -> Result<()> {
        let Some(wanted) = &request.like else {
            return Ok(());
        };
        let budget = self.budget.clone();
        let (like, excluded) = self.guarded(engine, || {
            like::query(engine, wanted, request, &budget, analyzer)
        })?;
        self.typed = Some(self.query.clone());
        let with = |query: &Query, more: &[Query]| {
            let parts = [query, &like].into_iter().chain(more).cloned();
            Query::all(parts.collect())
        };
        self.query = with(&self.query, &[]);
        self.essential = with(&self.essential, &excluded);
        self.reading.read_as = self.query.to_string();
        self.reading.is_wordless = !like.has_words();
        Ok(())
    }

    /// What the model of a request is asked, if one is. Where the order is kept,
    /// that is noted.
    fn meant<'a>(
        &mut self,
        request: &'a Request,
        budget: &'a Budget,
    ) -> Option<meaning::Asked<'a>> {
        match meaning::asked(request, &self.query, &self.essential, budget)? {
            Ok(asked) => Some(asked),
            Err(kept) => {
                self.reading.order_note = Some(kept.note());
                None
            }
        }
    }

    /// How many articles with all the words a range of days leaves out because
    /// their date is open or unknown, where so many answer.
    fn undated_left_out(
        &self,
        engine: &dyn Engine,
        request: &Request,
        analyzer: &mut Analyzer,
        total: usize,
    ) -> Result<usize> {
        // Those alone; of many ranges, what all take more than these do.
        let (asked, counted) = match (self.essential.left_out(), self.essential.undated(false)) {
            (Some(left_out), _) => (left_out, 0),
            (None, Some(widened)) => (widened, total),
            (None, None) => return Ok(0),
        };
        let partial = request.partial.or_never();
        let all = self.guarded(engine, || {
            Ranking::new(engine, &asked, request, partial, &self.budget, analyzer)?.count()
        })?;
        Ok(all.complete.saturating_sub(counted))
    }

    /// Does `work`, unless the search is stopped: then whatever came of it is not
    /// the whole, or no damage. A panic in it is this request's error.
    fn guarded<T>(&self, engine: &dyn Engine, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.budget.check(&self.text)?;
        let outcome = panics::caught(work);
        self.budget.check(&self.text)?;
        outcome.unwrap_or_else(|said| Err(engine.blame(said.as_deref())))
    }

    /// Runs `run` on the articles that answer. Where none of them is complete, as
    /// `totals` tells, that is said, and what may help is looked for.
    fn run<T>(
        &mut self,
        engine: &dyn Engine,
        request: &Request,
        analyzer: &mut Analyzer,
        totals: impl Fn(&Ranking<'_>, &T) -> Result<AnswerTotals>,
        run: impl Fn(&Ranking<'_>, &mut Analyzer) -> Result<T>,
    ) -> Result<T> {
        let (found, totals) = self.guarded(engine, || {
            let (query, budget) = (&self.essential, &self.budget);
            // What stands beside an article that others shall be like has to hold.
            let partial = match self.typed {
                Some(_) => request.partial.or_never(),
                None => request.partial,
            };
            let ranking = Ranking::new(engine, query, request, partial, budget, analyzer)?;
            let found = run(&ranking, analyzer)?;
            let totals = totals(&ranking, &found)?;
            Ok((found, totals))
        })?;
        if totals.complete > 0 {
            return Ok(found);
        }
        self.reading.partial = totals.partial > 0;
        let asked = self.typed.as_ref().unwrap_or(&self.query);
        let help = || help::of(engine, asked, request, &self.budget, analyzer);
        self.reading.help = self.guarded(engine, help)?;
        Ok(found)
    }
}

/// Whether a query has neither a filter nor a word to look for. Then nothing is
/// searched, and the answer says that it holds no word.
fn asks_nothing(query: &Query, analyzer: &mut Analyzer) -> bool {
    *query == Query::All(Vec::new())
        || (query.has_words() && TermClauses::of(query, analyzer).parts.is_empty())
}

/// The query without its stop words, as long as it has others: they need not
/// stand in an article, and do not weigh. Stop words in phrases stay.
///
/// | query | looked for |
/// |---|---|
/// | `the talks of Moscow` | `talks Moscow` |
/// | `"the talks"` | the phrase, whole |
/// | `the of` | both: there is nothing else |
/// | `WHO` | itself: an abbreviation |
fn essential(query: &Query, analyzer: &mut Analyzer) -> Query {
    let is_sentence = count_words(query, analyzer) >= stop_words::SENTENCE;
    let mut is_stop_word = |words: &Words| {
        let Expression::Word(text) = &words.expression else {
            return false;
        };
        let [form] = &analyzer.forms(text)[..] else {
            return compounds::is_small(text, analyzer);
        };
        // WHO and IT are no stop words.
        let is_itself = analyzer.query_terms(text) == [analyzer.stem(form)];
        is_itself
            && (stop_words::is_stop_word(form) || (is_sentence && stop_words::is_asking(form)))
    };
    let essential = query.without(&mut is_stop_word);
    let has_words = |essential: &Query| essential.has_words() || !query.has_words();
    essential.filter(has_words).unwrap_or_else(|| query.clone())
}

/// How many terms a query looks up, filters counting one each.
///
/// Words that the analyzer takes apart count each of their terms, as they are
/// looked up.
fn count_words(query: &Query, analyzer: &mut Analyzer) -> usize {
    match query {
        Query::All(parts) | Query::Any(parts) => {
            parts.iter().map(|part| count_words(part, analyzer)).sum()
        }
        Query::Not(inner) => count_words(inner, analyzer),
        Query::Words(words) => {
            let texts = words.expression.texts().into_iter();
            texts.map(|text| analyzer.query_terms(text).len()).sum()
        }
        Query::Filter(_) => 1,
    }
}

/// Each word costs a look-up and postings, and a query is read before anything
/// is paid for.
fn check_length(query: &Query, analyzer: &mut Analyzer) -> Result<()> {
    let count = count_words(query, analyzer);
    if count > query::MAX_WORDS {
        let why = format!("{count} words, the limit is {}", query::MAX_WORDS);
        return Err(Failure::new(format!("query too long: {why}")).help("use fewer words"));
    }
    Ok(())
}
