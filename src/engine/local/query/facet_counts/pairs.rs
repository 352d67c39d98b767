//! Values that stand in one article, by two: those of a column, or the people of
//! the archive.

use rustc_hash::FxHashMap;
use tantivy::DocId;

use super::names::NamedArticles;
use super::people::NamedPeople;
use crate::engine::PairCounts;
use crate::stop::Spender;

/// What a pair costs that an article has, in units of the budget: it bounds the
/// memory as well.
const PAIR: u64 = 16;

/// The values by two in one segment. By the ordinals of the values, or by the
/// numbers of people.
pub(super) struct SegmentPairs {
    pub(super) articles: NamedArticles,
    pub(super) people: Option<NamedPeople>,
    pub(super) counts: FxHashMap<(u64, u64), usize>,
}

impl SegmentPairs {
    /// The values of an article, each once, in ascending order.
    fn values(&self, doc: DocId) -> Vec<u64> {
        let mut values: Vec<u64> = match &self.people {
            None => self.articles.names(doc).collect(),
            Some(people) => {
                let names = self.articles.names(doc);
                let names: Vec<usize> = names.filter_map(|name| people.number(name)).collect();
                let named = people.people.named(&names, self.articles.year(doc));
                named.into_iter().map(|(person, _)| person as u64).collect()
            }
        };
        values.sort_unstable();
        values.dedup();
        values
    }

    pub(super) fn count(&mut self, docs: &[DocId], spender: &Spender) {
        for doc in docs {
            let values = self.values(*doc);
            let pairs = values.len() * values.len().saturating_sub(1) / 2;
            if spender.spend_on(pairs, PAIR).is_err() {
                return;
            }
            for (at, one) in values.iter().enumerate() {
                for other in &values[at + 1..] {
                    *self.counts.entry((*one, *other)).or_default() += 1;
                }
            }
        }
    }

    pub(super) fn add_to(self, sum: &mut PairCounts) -> tantivy::Result<()> {
        let mut ordinals: Vec<u64> = self
            .counts
            .keys()
            .flat_map(|pair| [pair.0, pair.1])
            .collect();
        ordinals.sort_unstable();
        ordinals.dedup();
        let mut numbers: Vec<u32> = Vec::with_capacity(ordinals.len());
        match (&self.people, &self.articles.names) {
            (Some(people), _) => {
                let people_of = ordinals
                    .iter()
                    .filter_map(|number| usize::try_from(*number).ok());
                numbers.extend(people_of.map(|number| sum.number(people.people.name(number))));
            }
            (None, Some(column)) => {
                let add = |value: &[u8]| numbers.push(sum.number(&String::from_utf8_lossy(value)));
                column.dictionary().sorted_ords_to_term_cb(&ordinals, add)?;
            }
            (None, None) => {}
        }
        let numbers: FxHashMap<u64, u32> = ordinals.into_iter().zip(numbers).collect();
        for ((one, other), count) in self.counts {
            if let (Some(one), Some(other)) = (numbers.get(&one), numbers.get(&other)) {
                sum.add(*one, *other, count);
            }
        }
        Ok(())
    }
}
