//! Runs of days as terms, so that overlaps are found by looking terms up.
//!
//! A run is cut into whole centuries, decades, years, months and days, as few
//! as make it up. Two such buckets overlap only where one holds the other. An
//! article has for each of its buckets an own term, and a plain term for the
//! bucket and for each one that holds it. A query's bucket asks for its plain
//! term (something lies in it) and for the own terms of the buckets that hold
//! it (it lies in something). That is exact, and a handful of terms however
//! many articles there are.
//!
//! Example: an article mentions June 2011. Its bucket is `2011-06`, held by
//! `2011`, `201` and `20`; it has the terms `=2011-06`, `2011-06`, `2011`,
//! `201`, `20`. A query for 2011-06-21 asks for `2011-06-21` or one of
//! `=2011-06`, `=2011`, `=201`, `=20`, and finds it by `=2011-06`. A query for
//! 2011 asks for `2011`, or `=201`, `=20`, and finds it by `2011`. One for 2012
//! shares no term.
//!
//! A run is cut into some sixty buckets at most from either end, and one for
//! each whole century between. Compare the trie terms of Lucene's numeric
//! ranges (Schindler and Diepenbroek 2008); here an article may have many runs,
//! which two columns of days could not tell apart.

use std::collections::BTreeSet;
use std::ops::Deref;

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::text::timex::Days;

/// How much of `2011-06-21` names a century, a decade, a year, a month, a day.
const LENGTHS: [usize; 5] = [2, 3, 4, 7, 10];

/// The first and last day that have buckets; what lies outside is cut off.
const REACH: Days = (date(0, 1, 1), date(9999, 12, 31));

/// The most bytes of a term: `=2011-06-21`.
const LONGEST: usize = 11;

/// A term, or the bucket that it is of. Kept in place: an article has dozens of
/// them, for a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DateTerm {
    /// Zeros behind the text, so that terms sort as their texts do.
    bytes: [u8; LONGEST],
    length: usize,
}

impl DateTerm {
    /// Of the text `parts` make together; what would be too long is cut off.
    fn of(parts: [&str; 2]) -> DateTerm {
        let mut term = DateTerm {
            bytes: [0; LONGEST],
            length: 0,
        };
        let all = parts.iter().flat_map(|part| part.bytes());
        for (place, byte) in term.bytes.iter_mut().zip(all) {
            *place = byte;
            term.length += 1;
        }
        term
    }
}

impl Deref for DateTerm {
    type Target = str;

    fn deref(&self) -> &str {
        // Always ASCII.
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

/// The terms of an article that mentions these runs. Sorted, each once.
pub(crate) fn of_article(runs: &[Days]) -> Vec<DateTerm> {
    // One day is mentioned many times.
    let mut runs = runs.to_vec();
    runs.sort_unstable();
    runs.dedup();
    let mut buckets: Vec<DateTerm> = Vec::with_capacity(runs.len());
    for run in runs {
        cut(run, |bucket| buckets.push(bucket));
    }
    buckets.sort_unstable();
    buckets.dedup();
    let mut terms: Vec<DateTerm> = Vec::with_capacity(buckets.len() * (LENGTHS.len() + 1));
    for bucket in &buckets {
        terms.push(own(bucket));
        terms.extend(holders(bucket).map(|holder| DateTerm::of([holder, ""])));
    }
    terms.append(&mut buckets);
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// The terms any of which an article has that mentions a day of `run`. Days
/// before the year 0 or after 9999 find nothing.
pub(crate) fn of_query(run: Days) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    cut(run, |bucket| {
        terms.extend(holders(&bucket).map(|holder| own(holder).to_string()));
        terms.insert(bucket.to_string());
    });
    terms
}

/// The term of a bucket that is mentioned itself.
fn own(bucket: &str) -> DateTerm {
    DateTerm::of(["=", bucket])
}

/// The larger buckets that hold `bucket`.
fn holders(bucket: &str) -> impl Iterator<Item = &str> {
    LENGTHS
        .iter()
        .filter(|length| **length < bucket.len())
        .map(|length| &bucket[..*length])
}

/// Calls `sink` with the fewest buckets that make up a run. From the first day on, each time the
/// largest bucket that begins there and does not reach beyond.
fn cut((from, to): Days, mut sink: impl FnMut(DateTerm)) {
    let (mut at, to) = (from.max(REACH.0), to.min(REACH.1));
    while at <= to {
        let ends = LENGTHS
            .iter()
            .filter_map(|length| end(at, *length).zip(Some(*length)));
        // A day is always whole.
        let (end, length) = ends
            .into_iter()
            .find(|(end, _)| *end <= to)
            .unwrap_or((at, LENGTHS[4]));
        sink(name(at, length));
        match end.checked_add(1.days()) {
            Ok(next) => at = next,
            Err(_) => break,
        }
    }
}

/// So much of `2011-06-21`, of a day within reach.
fn name(day: Date, length: usize) -> DateTerm {
    let digit = |number: i16, unit: i16| {
        let digit = number / unit % 10;
        b'0' + u8::try_from(digit).unwrap_or(0)
    };
    let (year, month, of_month) = (day.year(), day.month().into(), day.day().into());
    let whole = [
        digit(year, 1000),
        digit(year, 100),
        digit(year, 10),
        digit(year, 1),
        b'-',
        digit(month, 10),
        digit(month, 1),
        b'-',
        digit(of_month, 10),
        digit(of_month, 1),
    ];
    let mut bytes = [0; LONGEST];
    bytes[..length].copy_from_slice(&whole[..length]);
    DateTerm { bytes, length }
}

/// The last day of the bucket with a name so long that begins on `first`.
fn end(first: Date, length: usize) -> Option<Date> {
    let begins_year = first.day_of_year() == 1;
    let year = first.year();
    let years = |count: i16| {
        let begins = begins_year && year % count == 0;
        begins.then(|| date(year + count - 1, 12, 31))
    };
    match length {
        2 => years(100),
        3 => years(10),
        4 => years(1),
        7 => (first.day() == 1).then(|| first.last_of_month()),
        _ => Some(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::timex;
    use proptest::prelude::*;

    fn buckets_of(run: Days) -> Vec<String> {
        let mut buckets = Vec::new();
        cut(run, |bucket| buckets.push(bucket.to_string()));
        buckets
    }

    fn check(value: &str, buckets: &[&str]) {
        assert_eq!(buckets_of(timex::days(value)[0]), buckets, "{value}");
    }

    #[test]
    fn runs_are_cut_into_the_fewest_buckets() {
        check("2011-06-21", &["2011-06-21"]);
        check(
            "2011-06-29/2011-07-01",
            &["2011-06-29", "2011-06-30", "2011-07-01"],
        );
        check("2011-Q2", &["2011-04", "2011-05", "2011-06"]);
        check("2009/2021", &["2009", "201", "2020", "2021"]);
        check("1900/1999", &["19"]);
        assert_eq!(buckets_of((Date::MIN, Date::MAX)).len(), 100);
    }

    #[test]
    fn a_mention_has_its_own_term_and_those_of_what_holds_it() {
        let terms = of_article(&timex::days("2011-06"));
        assert_eq!(
            terms.iter().map(|term| &**term).collect::<Vec<_>>(),
            ["20", "201", "2011", "2011-06", "=2011-06"]
        );
        assert_eq!(*name(date(907, 3, 4), 10), *date(907, 3, 4).to_string());
        let terms = of_query(timex::days("2011-06")[0]);
        assert_eq!(
            terms.into_iter().collect::<Vec<_>>(),
            ["2011-06", "=20", "=201", "=2011"]
        );
    }

    fn any_run() -> impl Strategy<Value = Days> {
        (
            -800_000..2_930_000_i64,
            prop_oneof![0..3_i64, 0..400_i64, 0..40_000_i64],
        )
            .prop_map(|(start, length)| {
                let day = |at: i64| {
                    let at = at.min(2_932_896);
                    date(1970, 1, 1).checked_add(at.days()).unwrap()
                };
                (day(start), day(start + length))
            })
    }

    proptest! {
        #[test]
        fn terms_are_shared_just_where_runs_overlap(mention in any_run(), near in -500..500_i64, length in 0..800_i64) {
            let from = mention.0.checked_add(near.days()).unwrap_or(mention.0);
            let to = from.checked_add(length.days()).unwrap_or(Date::MAX);
            let overlap = mention.0 <= to && from <= mention.1 && to >= REACH.0 && mention.1 >= REACH.0
                && mention.0.max(from).max(REACH.0) <= mention.1.min(to);
            let asked = of_query((from, to));
            let shared = of_article(&[mention]).iter().any(|term| asked.contains(&**term));
            prop_assert_eq!(shared, overlap, "{:?} {:?}", mention, (from, to));
        }
    }
}
