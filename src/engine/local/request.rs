//! The local index as the engine of one request.
//!
//! It fulfils the two traits that `plan` and `search` know, `Vocabulary` and
//! `Engine`, and does nothing by itself: words are looked up in `dictionary`
//! and `statistics`, plans are compiled in `candidates`. Here addresses become
//! tantivy's and errors become failures.
//!
//! Order by key is the one piece of work. Keys (path and id) are ordinals of a
//! sorted dictionary in each segment, so inside one segment comparing numbers
//! is comparing texts, and no text is read. Ordinals of two segments cannot be
//! compared; there the texts are fetched, sorted, and each article gets its
//! rank among those asked for: keys `b`, `a`, `b` give 1, 0, 1.

use std::sync::Arc;

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};

use super::query::candidates::LocalCandidates;
use super::query::dictionary::{like, near, starting_with};
use super::query::facet_counts::PersonNumbers;
use super::session::{LocalEngine, in_index};
use super::storage::guard;
use crate::document::field::Field;
use crate::document::{ReadArticle, minhash};
use crate::engine::{Address, ArticleTraits, Candidates, Engine, NamesWanted, Wanted, places};
use crate::failure::{Failure, Result};
use crate::plan::people::{ArchivePeople, NameCount};
use crate::plan::{Clause, Plan, Totals, Vocabulary};

impl Vocabulary for LocalEngine<'_> {
    fn totals(&self) -> Totals {
        self.statistics.totals()
    }

    fn articles(&self, field: Field, term: &str) -> Result<u64> {
        self.told(self.statistics.articles(field, term))
    }

    fn starting_with(
        &self,
        field: Field,
        prefix: &str,
        limit: usize,
    ) -> Result<Option<Vec<(String, u64)>>> {
        self.told(starting_with(self, field, prefix, limit))
    }

    fn like(
        &self,
        field: Field,
        pattern: &str,
        limit: usize,
    ) -> Result<Option<Vec<(String, u64)>>> {
        self.told(like(self, field, pattern, limit))
    }

    fn near(&self, field: Field, term: &str, edits: u8) -> Result<Vec<(String, u64)>> {
        self.told(near(self, field, term, edits))
    }

    fn people(&self) -> Result<Arc<ArchivePeople>> {
        self.all_people()
    }

    fn joins_names(&self) -> bool {
        self.joins_names
    }

    fn names_with(&self, word: &str) -> Result<Vec<NameCount>> {
        if !self.joins_names {
            return Ok(Vec::new());
        }
        let named = Plan::of_clause(Clause::Term(Field::Person, word.to_owned()));
        let wanted = Wanted {
            names: NamesWanted::ByYear,
            ..Wanted::default()
        };
        Ok(self.prepare(&Arc::new(named))?.counts(&wanted)?.names)
    }
}

/// Counted once for all requests; each pays as if it had counted.
impl LocalEngine<'_> {
    fn all_people(&self) -> Result<Arc<ArchivePeople>> {
        if let Some(people) = self.index.people.get() {
            self.budget.spend(self.statistics.totals().articles)?;
            return Ok(Arc::clone(people.people()));
        }
        let wanted = Wanted {
            names: NamesWanted::ByYear,
            ..Wanted::default()
        };
        let all = Arc::new(Plan::of_clause(Clause::Articles));
        let counts = self.prepare(&all)?.counts(&wanted)?;
        // What was counted before a stop is not all.
        self.budget.spend(0)?;
        let people = Arc::new(ArchivePeople::of(&counts.names));
        let segments = self.index.snapshot().searcher.segment_readers().len();
        let people = Arc::new(PersonNumbers::new(people, segments));
        let people = self.index.people.get_or_init(|| people);
        Ok(Arc::clone(people.people()))
    }
}

impl Engine for LocalEngine<'_> {
    fn prepare(&self, plan: &Arc<Plan>) -> Result<Box<dyn Candidates + '_>> {
        let candidates = self.told(LocalCandidates::of(self, plan))?;
        Ok(Box::new(candidates))
    }

    /// Columns are read at single documents; no postings, no texts.
    fn traits(&self, articles: &[Address]) -> Result<Vec<ArticleTraits>> {
        let segments = self.index.snapshot().searcher.segment_readers().iter();
        let columns: tantivy::Result<Vec<TraitColumns>> =
            segments.map(TraitColumns::open).collect();
        let columns = self.told(columns)?;
        let traits = articles
            .iter()
            .map(|at| columns[at.segment as usize].at(at.document));
        Ok(traits.collect())
    }

    /// Inside a segment the numbers of the keys have their order; their texts
    /// are looked up only to compare segments.
    fn key_order(&self, articles: &[Address]) -> Result<Vec<u64>> {
        let is_one = articles
            .windows(2)
            .all(|pair| pair[0].segment == pair[1].segment);
        if is_one {
            let columns = self.key_columns()?;
            let numbers = articles.iter().map(|at| key_number(columns, *at));
            // An article without a key goes first.
            return Ok(numbers
                .map(|number| number.map_or(0, |number| number + 1))
                .collect());
        }
        Ok(places(&self.keys(articles)?))
    }

    fn keys(&self, articles: &[Address]) -> Result<Vec<String>> {
        let columns = self.key_columns()?;
        let keys = articles.iter().map(|at| key(columns, *at));
        self.told(keys.collect())
    }

    fn read(&self, article: Address) -> Result<ReadArticle> {
        self.told(self.index.read_article(in_index(article)))
    }

    /// A damaged file is looked for before the program is blamed.
    fn blame(&self, said: Option<&str>) -> Failure {
        guard::panicked(self.index.place(), said)
    }
}

/// The number of an article's key among those of its segment. `None` for a
/// document without one.
fn key_number(columns: &[Option<StrColumn>], at: Address) -> Option<u64> {
    let column = columns[at.segment as usize].as_ref()?;
    column.term_ords(at.document).next()
}

/// The text of an article's key; empty for one that has none, which sorts first
/// as its number does.
fn key(columns: &[Option<StrColumn>], at: Address) -> tantivy::Result<String> {
    let mut key = String::new();
    if let (Some(column), Some(number)) = (&columns[at.segment as usize], key_number(columns, at)) {
        column.ord_to_str(number, &mut key)?;
    }
    Ok(key)
}

/// The columns of one segment that traits come from; a segment without any
/// value has none.
struct TraitColumns {
    days: [Option<Column<i64>>; 2],
    minhash: [Option<Column<u64>>; 2],
}

impl TraitColumns {
    fn open(segment: &SegmentReader) -> tantivy::Result<TraitColumns> {
        let fast = segment.fast_fields();
        Ok(TraitColumns {
            days: [
                fast.column_opt(Field::Earliest.name())?,
                fast.column_opt(Field::Latest.name())?,
            ],
            minhash: [
                fast.column_opt(Field::MinhashA.name())?,
                fast.column_opt(Field::MinhashB.name())?,
            ],
        })
    }

    /// A day or half of a minhash without the other counts as neither.
    fn at(&self, doc: DocId) -> ArticleTraits {
        let [earliest, latest] = self.days.each_ref().map(|days| days.as_ref()?.first(doc));
        let [one, other] = self
            .minhash
            .each_ref()
            .map(|half| half.as_ref()?.first(doc));
        ArticleTraits {
            days: earliest.zip(latest),
            minhash: one
                .zip(other)
                .map(|(one, other)| minhash::parts([one, other])),
        }
    }
}
