//! A tantivy query for articles that were found once and for all: those with a
//! word or a path of some form.
//!
//! tantivy's own query walks the dictionary whenever a scorer is made, which is
//! for each piece of a segment, and cannot be stopped meanwhile.
//!
//! Each segment gets a set of one bit for each document, filled once when the
//! query is compiled. A scorer is then a copy of the set: finding the next
//! article is a scan for the next set bit, 64 at a time. Cost: the words and
//! postings of the prefix once, and a bit for each document of the index,
//! whatever the number of pieces; `commun*` over 100,000 documents takes 12.5
//! KB.
//!
//! The sets belong to segments by their id, and a segment that is not known has
//! nothing: a query must be run on the searcher it was made for. Nothing scores
//! here; each article counts as the boost that it is asked with.

use std::fmt;
use std::sync::Arc;

use tantivy::index::SegmentId;
use tantivy::postings::TermInfo;
use tantivy::query::{
    BitSetDocSet, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query as Compiled, Scorer,
    Weight,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{
    BitSet, DocAddress, DocId, DocSet, InvertedIndexReader, Score, Searcher, SegmentReader,
    TERMINATED,
};

use super::super::dictionary::paid_pattern;
use super::super::facet_counts::NamedArticles;
use super::pattern_query::explained;
use crate::document::field::Field;
use crate::engine::local::schema;
use crate::engine::local::session::LocalEngine;
use crate::plan::LoneName;
use crate::query::unquoted;
use crate::source::path_key;
use crate::stop::{Budget, Spender};

/// Articles, by segment. Cloning it shares the sets.
#[derive(Clone)]
pub(crate) struct KnownArticles(Arc<[(SegmentId, BitSet)]>);

/// What a word costs whose articles are read, in units of the budget.
const WORD: u64 = 24;

/// So many articles of a word cost one unit.
const ARTICLES: u32 = 4;

impl KnownArticles {
    /// The articles with a term of `field` that begins with `prefix`.
    ///
    /// # Errors
    /// When a segment cannot be read, or the words cost more than the budget
    /// has.
    pub(crate) fn of_prefix(
        searcher: &Searcher,
        field: Field,
        prefix: &str,
        budget: &Budget,
    ) -> tantivy::Result<Self> {
        let spender = budget.spender();
        Self::of(searcher, |segment, articles| {
            let inverted = segment.inverted_index(schema::id(field))?;
            let mut following = inverted.terms().range().ge(prefix).into_stream()?;
            while following.advance() && following.key().starts_with(prefix.as_bytes()) {
                insert_articles(&inverted, following.value(), &spender, articles)?;
            }
            Ok(())
        })
    }

    /// The articles that mean a person by the surname alone. The term that all
    /// of them have costs as a prefix does.
    pub(crate) fn of_lone_name(
        searcher: &Searcher,
        lone: &LoneName,
        budget: &Budget,
    ) -> tantivy::Result<Self> {
        let spender = budget.spender();
        let term = schema::term(Field::Person, &lone.word);
        Self::of(searcher, |segment, articles| {
            let inverted = segment.inverted_index(schema::id(Field::Person))?;
            let option = IndexRecordOption::Basic;
            let Some(mut postings) = inverted.read_postings(&term, option)? else {
                return Ok(());
            };
            let named = NamedArticles::of(segment)?;
            let ordinals = |names: &[String]| -> tantivy::Result<Vec<u64>> {
                let found = names.iter().map(|name| named.ordinal(name));
                let found: Vec<Option<u64>> = found.collect::<tantivy::Result<_>>()?;
                Ok(found.into_iter().flatten().collect())
            };
            let (names, unless) = (ordinals(&lone.names)?, ordinals(&lone.unless)?);
            while postings.doc() != TERMINATED {
                spender.spend(WORD)?;
                let doc = postings.doc();
                let has = |wanted: &[u64]| named.names(doc).any(|name| wanted.contains(&name));
                if has(&names) && !has(&unless) && lone.years.contains(&named.year(doc)) {
                    articles.insert(doc);
                }
                postings.advance();
            }
            Ok(())
        })
    }

    /// The articles with one of some whole names. The postings of the term that
    /// stands beside a name tell which articles may have it.
    pub(crate) fn of_names(
        searcher: &Searcher,
        names: &[(String, String)],
        budget: &Budget,
    ) -> tantivy::Result<Self> {
        let spender = budget.spender();
        Self::of(searcher, |segment, articles| {
            let inverted = segment.inverted_index(schema::id(Field::Person))?;
            let named = NamedArticles::of(segment)?;
            for (name, term) in names {
                spender.spend(WORD)?;
                let Some(ordinal) = named.ordinal(name)? else {
                    continue;
                };
                let term = schema::term(Field::Person, term);
                let option = IndexRecordOption::Basic;
                let Some(mut postings) = inverted.read_postings(&term, option)? else {
                    continue;
                };
                while postings.doc() != TERMINATED {
                    spender.spend(1)?;
                    let doc = postings.doc();
                    if named.names(doc).any(|name| name == ordinal) {
                        articles.insert(doc);
                    }
                    postings.advance();
                }
            }
            Ok(())
        })
    }

    /// The articles of a source. Sources are few and long: all are compared, and
    /// the column is read once.
    pub(crate) fn of_source(
        searcher: &Searcher,
        source: &str,
        budget: &Budget,
    ) -> tantivy::Result<Self> {
        let spender = budget.spender();
        Self::of(searcher, |segment, articles| {
            let Some(column) = segment.fast_fields().str(Field::Folder.name())? else {
                return Ok(());
            };
            let mut ordinals: Vec<u64> = Vec::new();
            let mut keys = column.dictionary().stream()?;
            while keys.advance() {
                spender.spend(1)?;
                let key = String::from_utf8_lossy(keys.key());
                let shown = path_key::decode(&key);
                if unquoted(&shown.to_string_lossy()) == source {
                    ordinals.push(keys.term_ord());
                }
            }
            if ordinals.is_empty() {
                return Ok(());
            }
            for doc in 0..segment.max_doc() {
                spender.spend(1)?;
                if column.term_ords(doc).any(|of| ordinals.contains(&of)) {
                    articles.insert(doc);
                }
            }
            Ok(())
        })
    }

    /// The articles with a term of `field` that a word with wildcards stands
    /// for.
    ///
    /// # Errors
    /// As [`KnownArticles::of_prefix`].
    pub(crate) fn of_pattern(
        engine: &LocalEngine<'_>,
        field: Field,
        pattern: &str,
    ) -> tantivy::Result<Self> {
        let spender = engine.budget.spender();
        let known = Self::of(&engine.index.snapshot().searcher, |segment, articles| {
            let inverted = segment.inverted_index(schema::id(field))?;
            let automaton = paid_pattern(engine, pattern);
            let mut like = inverted.terms().search(automaton).into_stream()?;
            while like.advance() {
                insert_articles(&inverted, like.value(), &spender, articles)?;
            }
            Ok(())
        })?;
        // What was found before a stop is not all.
        engine.budget.spend(0)?;
        Ok(known)
    }

    /// The articles that `query` finds. The caller pays.
    pub(crate) fn of_query(searcher: &Searcher, query: &dyn Compiled) -> tantivy::Result<Self> {
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
        Self::of(searcher, |segment, articles| {
            let mut found = weight.scorer(segment, 1.0)?;
            while found.doc() != TERMINATED {
                articles.insert(found.doc());
                found.advance();
            }
            Ok(())
        })
    }

    /// The articles at `addresses`.
    pub(crate) fn of_addresses(
        searcher: &Searcher,
        addresses: &[DocAddress],
    ) -> tantivy::Result<Self> {
        let mut number = 0;
        Self::of(searcher, |_, articles| {
            let own = addresses.iter().filter(|at| at.segment_ord == number);
            own.for_each(|at| {
                articles.insert(at.doc_id);
            });
            number += 1;
            Ok(())
        })
    }

    /// Fills one set for each segment.
    fn of(
        searcher: &Searcher,
        mut find: impl FnMut(&SegmentReader, &mut BitSet) -> tantivy::Result<()>,
    ) -> tantivy::Result<Self> {
        let segments = searcher.segment_readers().iter().map(|segment| {
            let mut articles = BitSet::with_max_value(segment.max_doc());
            find(segment, &mut articles)?;
            Ok((segment.segment_id(), articles))
        });
        let segments: Vec<_> = segments.collect::<tantivy::Result<_>>()?;
        Ok(KnownArticles(segments.into()))
    }
}

/// Adds the articles of one term.
fn insert_articles(
    inverted: &InvertedIndexReader,
    info: &TermInfo,
    spender: &Spender,
    articles: &mut BitSet,
) -> tantivy::Result<()> {
    spender.spend(WORD + u64::from(info.doc_freq / ARTICLES))?;
    let option = IndexRecordOption::Basic;
    let mut postings = inverted.read_block_postings_from_terminfo(info, option)?;
    while !postings.docs().is_empty() {
        for article in postings.docs() {
            articles.insert(*article);
        }
        postings.advance();
    }
    Ok(())
}

impl fmt::Debug for KnownArticles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownArticles")
    }
}

impl Compiled for KnownArticles {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(KnownWeight(self.clone())))
    }
}

/// Every scorer of a segment gets a copy of its set.
struct KnownWeight(KnownArticles);

impl Weight for KnownWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let id = reader.segment_id();
        let known = self.0.0.iter().find(|(segment, _)| *segment == id);
        Ok(match known {
            Some((_, articles)) => {
                let articles = BitSetDocSet::from(articles.clone());
                Box::new(ConstScorer::new(articles, boost))
            }
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        explained("known articles", self, reader, doc)
    }
}
