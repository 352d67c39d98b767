//! Where articles are kept and found: the one trait that every engine fulfils.
//!
//! Above it nobody knows which engine answers; below it nobody knows what an
//! answer looks like. Calls are few and large, one for each step of a query, so
//! that an engine may be far away. An engine belongs to one request and is paid
//! from its budget.
//!
//! Two engines over the same articles give the same totals and counts, and for
//! the same articles the same `Seen`, from which scores are made once, in
//! `search`. Imports `plan` and `document`; must not know `search`.
//!
//! The order of one search: `Engine::prepare` compiles the plan,
//! `Candidates::first` finds as many articles as are worth scoring,
//! `Candidates::visit` shows what is known of each, `Engine::traits` tells
//! which of them may be near-duplicates, and `Engine::read` is called only for
//! those that are shown. Counting needs the first step alone.
//!
//! An engine may keep its articles in any number of segments. Nothing that it
//! answers may depend on how many there are, on deleted articles that are still
//! on disk, or on the number of threads: an `Address` is good for one
//! snapshot and is never shown.

pub mod local;
#[cfg(feature = "remote")]
pub mod remote;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::document::field::Field;
use crate::document::minhash::MinhashRuns as MinhashParts;
use crate::document::{ReadArticle, Record};
use crate::failure::{Failure, Result};
use crate::plan::people::{ArchivePeople, NameCount};
use crate::plan::{Plan, Vocabulary};

/// Where an engine keeps an article; in the order in which it reads them.
/// Ascending addresses are read front to back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Address {
    /// The part of the index.
    pub(crate) segment: u32,
    /// Its number there.
    pub(crate) document: u32,
}

/// In which order articles are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// By BM25 over their text, the highest first.
    Score,
    /// By the first day of publication (by the last, where the first is open),
    /// the earliest first, undated ones last; those of one day by key, open ones
    /// after the others.
    Oldest,
    /// The latest first, undated ones last.
    Newest,
    /// By path and id.
    Key,
}

/// What an engine knows of one article that a score is made of. It borrows from
/// the engine and is good until the next article: whoever keeps something of it
/// copies it.
pub(crate) struct Seen<'s> {
    /// Where each leaf of the plan stands in the text, in ascending order.
    /// Positions count words from 0; where a block of the text ends, one is
    /// left out.
    pub(crate) text: &'s [Vec<u32>],
    /// The same in the title.
    pub(crate) title: &'s [Vec<u32>],
    /// The words of the text, as the engine rounds them. Lucene's one-byte
    /// lengths: exact up to 40 words, then in growing steps.
    pub(crate) length: u32,
    /// The words of the title.
    pub(crate) title_length: u32,
    /// Whether it has each of the plan's typed forms.
    pub(crate) has_form: &'s [bool],
    /// Whether it has each part of the plan; true where positions tell.
    pub(crate) may_have: &'s [bool],
}

/// What is known of an article by which near-duplicates are suspected. It is
/// cheap to read for a hundred articles: two days and sixteen bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ArticleTraits {
    /// The first and last day of its publication, counted from 1970.
    pub(crate) days: Option<(i64, i64)>,
    /// `None` for short articles, which are never collapsed.
    pub(crate) minhash: Option<MinhashParts>,
}

/// What is to be counted of the articles that answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// Columns of texts, each once.
    pub(crate) columns: Vec<Field>,
    /// Whether the days of publication are counted.
    pub(crate) days: bool,
    /// How names are counted beside the columns.
    pub(crate) names: NamesWanted,
    /// Whose values are counted by two, as articles have them together.
    pub(crate) pairs: Option<PairsWanted>,
}

/// What is counted by two.
#[derive(Debug, Clone)]
pub(crate) enum PairsWanted {
    /// The values of a column of texts.
    Column(Field),
    /// The people of an archive, by full name or by surname alone.
    People(Arc<ArchivePeople>),
}

/// How many articles have which two values. A value has a number, by which the
/// pairs are kept.
#[derive(Debug, Default)]
pub(crate) struct PairCounts {
    values: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, u32>,
    counts: FxHashMap<(u32, u32), usize>,
}

impl PairCounts {
    /// The number of a value.
    pub(crate) fn number(&mut self, value: &str) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value.into());
        self.numbers.insert(value.into(), number);
        number
    }

    /// Counts two values, in either order, so many times.
    pub(crate) fn add(&mut self, one: u32, other: u32, count: usize) {
        let pair = (one.min(other), one.max(other));
        *self.counts.entry(pair).or_default() += count;
    }

    /// The pairs, each in the order of its values, with their articles; in no
    /// order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str, usize)> {
        self.counts.iter().map(|((one, other), count)| {
            let (one, other) = (&*self.values[*one as usize], &*self.values[*other as usize]);
            (one.min(other), one.max(other), *count)
        })
    }
}

/// How the names of people are counted.
#[derive(Debug, Clone, Default)]
pub(crate) enum NamesWanted {
    /// Not at all.
    #[default]
    None,
    /// Each spelling by the year of its articles.
    ByYear,
    /// Each person of an archive, by full name or by surname alone.
    People(Arc<ArchivePeople>),
}

/// How many articles name a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PersonCount {
    pub(crate) articles: usize,
    /// Of these, by the surname alone.
    pub(crate) by_surname: usize,
}

/// What was counted. Counts are over articles, not occurrences: an article with
/// two countries counts once under each, so the values of a column may add up
/// to more than `articles`.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// How many articles.
    pub(crate) articles: usize,
    /// The values of each column.
    pub(crate) texts: BTreeMap<Field, TextCounts>,
    /// First and last day of publication. Days are counted from 1970; an
    /// article of a whole month counts under the pair of its first and its last
    /// day.
    pub(crate) days: FxHashMap<(i64, i64), usize>,
    /// How many articles have no such days.
    pub(crate) undated: usize,
    /// Names by year.
    pub(crate) names: Vec<NameCount>,
    /// By the number of the person.
    pub(crate) people: Vec<PersonCount>,
    /// How many articles name nobody.
    pub(crate) without_people: usize,
    /// Values by two.
    pub(crate) pairs: PairCounts,
}

impl Counts {
    /// What is counted where no article answers. Every column that is wanted is
    /// there, if empty.
    pub(crate) fn none(wanted: &Wanted) -> Counts {
        let columns = wanted.columns.iter();
        Counts {
            texts: columns
                .map(|column| (*column, TextCounts::default()))
                .collect(),
            people: match &wanted.names {
                NamesWanted::People(people) => vec![PersonCount::default(); people.len()],
                _ => Vec::new(),
            },
            ..Counts::default()
        }
    }
}

/// The values of a column of texts.
#[derive(Debug, Default)]
pub(crate) struct TextCounts {
    values: FxHashMap<Box<str>, usize>,
    /// How many articles have no value.
    pub(crate) without: usize,
}

impl TextCounts {
    /// The values and how many articles have each, in no order.
    pub(crate) fn values(&self) -> impl Iterator<Item = (&str, usize)> {
        self.values.iter().map(|(value, count)| (&**value, *count))
    }

    /// Counts a value so many times.
    pub(crate) fn add(&mut self, value: &str, count: usize) {
        match self.values.get_mut(value) {
            Some(sum) => *sum += count,
            None => {
                self.values.insert(value.into(), count);
            }
        }
    }
}

/// The place of each key among all in order.
pub(crate) fn places(keys: &[String]) -> Vec<u64> {
    let mut sorted: Vec<&String> = keys.iter().collect();
    sorted.sort_unstable();
    let place = |key| sorted.partition_point(|other| *other < key) as u64;
    keys.iter().map(place).collect()
}

/// Articles that can be searched, wherever they are kept. Its methods fail when
/// the engine cannot read its index, or the search is stopped.
pub(crate) trait Engine: Vocabulary + Sync {
    /// The articles that answer a plan, ready to be found.
    ///
    /// # Errors
    /// When looking the words up is already more work than the budget allows,
    /// or the index cannot be read.
    fn prepare(&self, plan: &Arc<Plan>) -> Result<Box<dyn Candidates + '_>>;

    /// By what near-duplicates are suspected among articles, in their order.
    /// One for each address, so that the two lists can be zipped.
    fn traits(&self, articles: &[Address]) -> Result<Vec<ArticleTraits>>;

    /// Numbers that have the order of the articles' paths and ids. They are
    /// compared with each other only within one call: the same article may have
    /// another number in the next.
    fn key_order(&self, articles: &[Address]) -> Result<Vec<u64>>;

    /// Path and id of articles: one text where they are the same, else joined
    /// by a NUL.
    fn keys(&self, articles: &[Address]) -> Result<Vec<String>>;

    /// An article with its text. The most expensive call: a block of stored
    /// texts is decompressed.
    fn read(&self, article: Address) -> Result<ReadArticle>;

    /// An article without its text.
    fn record(&self, article: Address) -> Result<Record> {
        Ok(self.read(article)?.record)
    }

    /// What is told of a panic while it worked: a corrupt index, or an error of
    /// the program.
    fn blame(&self, said: Option<&str>) -> Failure;
}

/// The first articles of an answer, complete ones and those that lack parts of
/// the query apart. Of a plan that has no partial answers, `partial` is empty.
#[derive(Debug, Default)]
pub(crate) struct Firsts {
    /// Those that have all that the plan asks for.
    pub(crate) complete: First,
    /// Those that have most of it. Not looked for where the plan shows them only
    /// if none is complete, and one is.
    pub(crate) partial: First,
}

/// How many articles there are, and the first of them in some order; of
/// [`Order::Score`] with their scores, which vary in their last digits with how
/// the engine keeps its articles (NaN where it scores by a measure of its own),
/// else 0.
#[derive(Debug, Default)]
pub(crate) struct First {
    pub(crate) total: usize,
    pub(crate) found: Vec<(Address, f32)>,
    /// Whether the engine's choice stands, although articles behind it may have
    /// the score of the last one: of an engine far away, which would have to
    /// send the texts of all.
    pub(crate) is_final: bool,
}

/// Of which articles something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completeness {
    /// Those that have all that a plan asks for.
    Complete,
    /// Those that have most of it.
    Partial,
}

/// The articles that answer a plan. Compiled once; each method goes through
/// them anew, and pays anew.
pub(crate) trait Candidates: Sync {
    /// How many there are, complete and partial ones. Exact, whatever it costs:
    /// totals are printed.
    fn count(&self) -> Result<(usize, usize)>;

    /// How many there are, and the first of them in some order.
    fn first(&self, order: Order, wanted: usize) -> Result<Firsts>;

    /// All of them, in the order of their addresses. Asked for only
    /// where the edge of the first hundreds is unclear: it grows with the
    /// answer.
    fn all(&self, which: Completeness) -> Result<Vec<Address>>;

    /// The numbers of the plan's members that each article lacks, for articles
    /// in the order of their addresses.
    fn lacks(&self, articles: &[Address]) -> Result<Vec<Vec<usize>>>;

    /// Shows what is known of some of them, given in the order of their
    /// addresses.
    fn visit(
        &self,
        articles: &[Address],
        see: &mut dyn FnMut(Address, &Seen<'_>) -> Result<()>,
    ) -> Result<()>;

    /// Counts values over all that are complete. One pass, however many columns
    /// are wanted.
    fn counts(&self, wanted: &Wanted) -> Result<Counts>;
}
