//! Years and months, as exactly as days of publication tell them.
//!
//! A day that is known only between two bounds is counted once, under the
//! stretch of time that both lie in; it is never spread over several.
//!
//! An article from "May 2013" has the first and last day of that month: as a
//! month it is `2013-05`, as a year `2013`. One from between November 2013 and
//! February 2014 is `2013-11..2014-02` by months and `2013..2014` by years.
//! Bounds that begin and end with a year are told by years also among months:
//! nobody knows the month. Each name is a filter on the date that finds just
//! these articles or more. What is open is told by its own value, `2014/..` or
//! `../2019-05`, which as a filter finds just these.
//!
//! Months are counted from the year 0, so that comparing and rounding are
//! arithmetic on one number. Cost: O(distinct pairs of days).

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::FacetValue;
use crate::document::{day_number, day_of};
use crate::query::Bound;

/// How finely time is counted. Bounds that are farther apart give a longer
/// period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PeriodUnit {
    Year,
    Month,
}

/// A stretch of whole years or whole months. In the order of time: by its
/// beginning, years before their months, the shorter before the longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Period {
    /// The first month, counted from the year 0; open: the least number.
    first: i32,
    /// Whether its months are told, not only its years.
    in_months: bool,
    /// The last month; open: the greatest number.
    last: i32,
    /// Of an open interval the day that is known, counted from 1970.
    bound: Option<i64>,
}

/// No month is so late.
const OPEN: i32 = i32::MAX;

impl Period {
    /// The period that `unit` has for days between two.
    ///
    /// | days | year | month |
    /// |---|---|---|
    /// | 2013-05-14 | `2013` | `2013-05` |
    /// | 2013-05-20 to 2013-06-02 | `2013` | `2013-05..2013-06` |
    /// | 2013-11-20 to 2014-02-02 | `2013..2014` | `2013-11..2014-02` |
    /// | 2013-01-01 to 2013-12-31 | `2013` | `2013` |
    fn of(unit: PeriodUnit, first: Date, last: Date) -> Period {
        let (first, last) = (month_of(first), month_of(last));
        let begins_a_year = first.rem_euclid(12) == 0;
        let ends_a_year = last.rem_euclid(12) == 11;
        match unit {
            PeriodUnit::Month => Period {
                first,
                in_months: !(begins_a_year && ends_a_year),
                last,
                bound: None,
            },
            PeriodUnit::Year => Period {
                first: first - first.rem_euclid(12),
                in_months: false,
                last: last - last.rem_euclid(12) + 11,
                bound: None,
            },
        }
    }

    /// The period of an interval of which one bound is known. It stands behind
    /// the closed ones of that time.
    fn open(bound: Bound) -> Period {
        let (Bound::First(day) | Bound::Last(day)) = bound;
        Period {
            first: month_of(day),
            in_months: false,
            last: OPEN,
            bound: Some(day_number(day)),
        }
    }

    /// As a filter on the date takes it: `2013`, `2013-05`, `2013..2014`.
    fn name(self) -> String {
        let name = |month: i32| {
            let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
            if self.in_months {
                format!("{year:04}-{month:02}")
            } else {
                format!("{year:04}")
            }
        };
        let (first, last) = (name(self.first), name(self.last));
        if first == last {
            return first;
        }
        format!("{first}..{last}")
    }
}

/// The month of a day, counted from the year 0.
fn month_of(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

/// The periods that first and last days lie in, in the order of time. Days are
/// counted from 1970; the outermost two stand for an open end.
pub(super) fn values(unit: PeriodUnit, days: &FxHashMap<(i64, i64), usize>) -> Vec<FacetValue> {
    let mut periods: BTreeMap<(Period, String), usize> = BTreeMap::new();
    for ((first, last), count) in days {
        let (period, name) = match (day_of(*first), day_of(*last)) {
            (Some(first), Some(last)) => {
                let period = Period::of(unit, first, last);
                (period, period.name())
            }
            (Some(day), None) => named(Bound::First(day)),
            (None, Some(day)) => named(Bound::Last(day)),
            // Nothing is indexed so.
            (None, None) => continue,
        };
        *periods.entry((period, name)).or_default() += count;
    }
    let value = |((_, value), count): ((Period, String), usize)| FacetValue {
        value,
        count,
        name: None,
        by_surname: None,
    };
    periods.into_iter().map(value).collect()
}

/// An open period with its name.
fn named(bound: Bound) -> (Period, String) {
    (Period::open(bound), bound.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{FIRST_DAY, LAST_DAY};
    use crate::query::DateFilter;

    /// Counts the days between each two dates, an empty one being open.
    fn check(unit: PeriodUnit, days: &[(&str, &str)], expected: &[&str]) {
        let number = |day: &str, open| match day {
            "" => open,
            day => day_number(day.parse().unwrap()),
        };
        let mut counts = FxHashMap::default();
        for (first, last) in days {
            let days = (number(first, FIRST_DAY), number(last, LAST_DAY));
            *counts.entry(days).or_default() += 1;
        }
        let shown: Vec<String> = values(unit, &counts)
            .into_iter()
            .map(|value| format!("{} {}", value.value, value.count))
            .collect();
        assert_eq!(shown, expected);
    }

    /// Days known in every way.
    const DAYS: [(&str, &str); 10] = [
        ("2013-05-14", "2013-05-14"),
        ("2013-05-01", "2013-05-31"),
        ("2013-01-01", "2013-12-31"),
        ("2013-01-02", "2013-01-02"),
        ("2013-05-20", "2013-06-02"),
        ("2013-11-20", "2014-02-02"),
        ("2013-01-01", "2014-12-31"),
        ("2014-01-01", ""),
        ("2014-05-02", ""),
        ("", "2012-12-31"),
    ];

    #[test]
    fn years_are_told_as_exactly_as_they_are_known() {
        check(
            PeriodUnit::Year,
            &DAYS,
            &[
                "../2012 1",
                "2013 5",
                "2013..2014 2",
                "2014/.. 1",
                "2014-05-02/.. 1",
            ],
        );
    }

    #[test]
    fn a_month_that_is_unknown_stays_so() {
        let expected = [
            "../2012 1",
            "2013 1",
            "2013..2014 1",
            "2013-01 1",
            "2013-05 2",
            "2013-05..2013-06 1",
            "2013-11..2014-02 1",
            "2014/.. 1",
            "2014-05-02/.. 1",
        ];
        check(PeriodUnit::Month, &DAYS, &expected);
        for value in expected {
            let (name, _) = value.split_once(' ').unwrap();
            assert!(DateFilter::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn early_years_keep_their_order() {
        check(
            PeriodUnit::Year,
            &[
                ("0999-03-01", "0999-03-01"),
                ("-000001-03-01", "0000-01-01"),
            ],
            &["-001..0000 1", "0999 1"],
        );
    }
}
