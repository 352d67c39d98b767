//! More like this: the query that finds articles about the same thing as one.
//!
//! The article becomes a query of its most telling words, any of which will do.
//! What a word tells is how often the article has it, as a query that repeats it
//! would count, times its idf. The title counts beside the text, and a name twice:
//! of somebody whom the article names, or of a country that it is mainly about.
//! From then on it is a query like any other: filters, formats, pages, highlights
//! and explanations know nothing of it, and the line that says how it was read is
//! a query that finds the same (and the article itself).
//!
//! The article and its near-duplicates are left out. So the query is run twice:
//! the first hundred articles are compared with the article as folding compares
//! them, and what is the same story is excluded from the second run, so that
//! totals, facets and pages are right.
//!
//! Example: a story of a cocoa harvest in Bahia becomes *cocoa cocoa cocoa Bahia
//! Bahia temporao bags harvest …*; *said* and *year* stand in most articles and
//! are not among the first.
//!
//! Share of the first five that have the article's topic, of 150 articles: of BBC
//! News its section, of Reuters a country other than the US, of the others a query
//! that both answer (few pairs are judged, so that these are low):
//!
//! | words | names | bbc | reuters | time | cisi | cacm | med |
//! |---|---|---|---|---|---|---|---|
//! | 30 | 1.5 times | .887 | .631 | .505 | .472 | .441 | .637 |
//! | 30 | twice | .880 | .643 | .504 | .471 | .441 | .637 |
//! | **40** | **twice** | .901 | .640 | .508 | .484 | .437 | .648 |
//! | 40 | three times | .897 | .668 | .512 | .481 | .439 | .648 |
//! | 40, none in a fifth of all | twice | .899 | .644 | .503 | .471 | .428 | .651 |
//! | by chance | | .206 | .092 | .062 | .141 | .053 | .039 |
//!
//! Three times would find the same country better, and the same matter no better.
//!
//! The same article over the same articles gives the same query. Cost: one look-up
//! for each distinct word of the first [`MAX_WORDS`], and two searches.

use rustc_hash::{FxHashMap, FxHashSet};

use super::near_duplicates;
use super::rank::{POOL, Ranking};
use super::{PartialMatches, Request, Sort};
use crate::document::ReadArticle;
use crate::document::field::Field;
use crate::engine::{Address, Engine, Order};
use crate::failure::{Failure, FailureKind, Result};
use crate::gazetteer::countries;
use crate::layout::BlockKind;
use crate::plan::{Clause, Plan, bm25};
use crate::query::{Expression, Filter, Query};
use crate::stop::Budget;
use crate::text::analyze::Analyzer;
use crate::text::stop_words;

/// So many of an article's words are asked for.
const TERMS: usize = 40;

/// Words after these are not looked at: what a long article is about is told by
/// its beginning.
const MAX_WORDS: usize = 2_000;

/// How often a word counts that stands in the title, beside the text.
const TITLE: u16 = 1;

/// How often a name counts against another word.
const NAME: u16 = 2;

/// The query repeats a word no more often: more adds little.
const MAX_REPEATED: u16 = 8;

/// The article that others shall be like: its path as the index keeps it, and
/// its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LikeArticle {
    /// The key of its file.
    pub path: String,
    /// Its id.
    pub id: String,
}

impl LikeArticle {
    fn filter(&self) -> Filter {
        Filter::Article {
            path: self.path.clone(),
            id: self.id.clone(),
        }
    }
}

/// The query for articles like `wanted`, and what must be excluded from it: the
/// article and its near-duplicates.
///
/// # Errors
/// When there is no such article, or the search is stopped.
pub(super) fn query(
    engine: &dyn Engine,
    wanted: &LikeArticle,
    request: &Request,
    budget: &Budget,
    analyzer: &mut Analyzer,
) -> Result<(Query, Vec<Query>)> {
    let clause = Clause::article(&wanted.path, &wanted.id);
    let named = engine.prepare(&Plan::of_clause(clause).into())?;
    let Some((address, _)) = named.first(Order::Key, 1)?.complete.found.pop() else {
        let failure = Failure::new(format!("no such article: {}", wanted.id));
        return Err(failure.of(FailureKind::NotFound));
    };
    let article = engine.read(address)?;
    let query = telling(engine, &article, request, analyzer)?;
    let same = same_story(engine, address, &query, request, budget, analyzer)?;
    let same = same.into_iter().chain([wanted.clone()]);
    let excluded = same.map(|article| Query::Filter(article.filter()).negated());
    Ok((query, excluded.collect()))
}

/// A word of the article.
struct TellingWord {
    /// As the article writes it first.
    text: String,
    count: u16,
}

/// The most telling words, any of which will do.
fn telling(
    engine: &dyn Engine,
    article: &ReadArticle,
    request: &Request,
    analyzer: &mut Analyzer,
) -> Result<Query> {
    let names = names(article, analyzer);
    let all = engine.totals().articles;
    let mut weighed: Vec<(f32, String, TellingWord)> = Vec::new();
    let candidates = candidates(article, analyzer);
    engine.expect(&|| {
        let terms = candidates.keys();
        terms.map(|term| (Field::Text, term.clone())).collect()
    })?;
    for (term, mut word) in candidates {
        let articles = engine.articles(Field::Text, &term)?;
        // What no other article has finds none.
        if articles < 2 {
            continue;
        }
        if names.contains(&term) {
            word.count = word.count.saturating_mul(NAME);
        }
        let weight = request.weights.factor(word.count, false) * bm25::idf(all, articles);
        weighed.push((weight, term, word));
    }
    // Of equal weight the first in the alphabet: nothing may depend on chance.
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    weighed.truncate(TERMS);
    let words = weighed.into_iter().flat_map(|(_, _, word)| {
        let query = Query::words(Expression::Word(word.text));
        std::iter::repeat_n(query, usize::from(word.count.min(MAX_REPEATED)))
    });
    let words: Vec<Query> = words.collect();
    if words.is_empty() {
        // Without a word there is nothing to be like.
        return Ok(Query::All(Vec::new()));
    }
    Ok(Query::any(words))
}

/// The words of an article by their terms: no stop words, no numbers, nothing of
/// the page around it.
fn candidates(article: &ReadArticle, analyzer: &mut Analyzer) -> FxHashMap<String, TellingWord> {
    let mut words: FxHashMap<String, TellingWord> = FxHashMap::default();
    let mut seen = 0;
    let mut add = |text: &str, times: u16, analyzer: &mut Analyzer| {
        analyzer.words(text, |word| {
            seen += 1;
            let form = word.form();
            let is_number = form.bytes().any(|byte| byte.is_ascii_digit());
            if seen > MAX_WORDS || is_number || (word.capital().is_none() && is_common(form)) {
                return;
            }
            let term = word.capital().unwrap_or(word.term());
            let text = &text[word.span()];
            if let Some(known) = words.get_mut(term) {
                known.count = known.count.saturating_add(times);
                return;
            }
            let candidate = TellingWord {
                text: text.to_owned(),
                count: times,
            };
            words.insert(term.to_owned(), candidate);
        });
    };
    add(&article.record.title, TITLE, analyzer);
    for block in &article.layout.blocks {
        if block.kind.is_body() || block.kind == BlockKind::Headline {
            add(&article.text[block.span.clone()], 1, analyzer);
        }
    }
    // The query must find the word by the text that it shows.
    words.retain(|term, word| {
        let finds = |text: &str, analyzer: &mut Analyzer| {
            analyzer.query_terms(text) == [term.as_str()] && !is_operator(text)
        };
        if finds(&word.text, analyzer) {
            return true;
        }
        word.text = word.text.to_lowercase();
        finds(&word.text, analyzer)
    });
    words
}

/// Whether a word says nothing of a text's matter.
fn is_common(form: &str) -> bool {
    form.chars().count() < 2 || stop_words::is_stop_word(form) || stop_words::is_asking(form)
}

/// Whether a query reads a word as something else.
fn is_operator(text: &str) -> bool {
    matches!(text, "AND" | "OR" | "NOT" | "NEAR")
}

/// The terms of the names of people whom an article names, and of the countries
/// that it is mainly about.
fn names(article: &ReadArticle, analyzer: &mut Analyzer) -> FxHashSet<String> {
    let record = &article.record;
    let mut terms = FxHashSet::default();
    for name in &record.people {
        terms.extend(analyzer.query_terms(name));
    }
    for code in &record.main_countries {
        for form in countries::forms_of(code) {
            terms.extend(analyzer.query_terms(form));
        }
    }
    terms
}

/// The near-duplicates of the article at `address` among the first that the query
/// finds.
fn same_story(
    engine: &dyn Engine,
    address: Address,
    query: &Query,
    request: &Request,
    budget: &Budget,
    analyzer: &mut Analyzer,
) -> Result<Vec<LikeArticle>> {
    if !query.has_words() {
        return Ok(Vec::new());
    }
    let ranking = Ranking::new(
        engine,
        query,
        request,
        PartialMatches::Never,
        budget,
        analyzer,
    )?;
    let scoring = ranking.scoring(request)?;
    let (_, mut articles) = ranking.run(&scoring, Sort::Relevance, POOL)?;
    // The article heads its group, whatever its score.
    let mut first = scoring.score(&[address])?;
    articles.retain(|article| article.address != address);
    articles.truncate(POOL - 1);
    first.append(&mut articles);
    let groups = near_duplicates::fold(engine, budget, &mut first, 1)?;
    let copies = groups.into_iter().next().map(|group| group.copies);
    let copies = copies.unwrap_or_default().into_iter();
    let addresses: Vec<Address> = copies.map(|copy| copy.score.address).collect();
    let keys = engine.keys(&addresses)?;
    let article = |key: String| match key.split_once('\0') {
        Some((path, id)) => LikeArticle {
            path: path.to_owned(),
            id: id.to_owned(),
        },
        None => LikeArticle {
            path: key.clone(),
            id: key,
        },
    };
    Ok(keys.into_iter().map(article).collect())
}
