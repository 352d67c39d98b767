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
//! these articles or more.
//!
//! Months are counted from the year 0, so that comparing and rounding are
//! arithmetic on one number. Cost: O(distinct pairs of days).

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::FacetValue;
use crate::document::day_of;

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
}

/// No month is so early.
const OPEN_START: i32 = i32::MIN;
/// No month is so late.
const OPEN_END: i32 = i32::MAX;

impl Period {
    /// The period that `unit` has for days between two, of which one may be
    /// open.
    ///
    /// | days | year | month |
    /// |---|---|---|
    /// | 2013-05-14 | `2013` | `2013-05` |
    /// | 2013-05-20 to 2013-06-02 | `2013` | `2013-05..2013-06` |
    /// | 2013-11-20 to 2014-02-02 | `2013..2014` | `2013-11..2014-02` |
    /// | 2013-01-01 to 2013-12-31 | `2013` | `2013` |
    /// | from 2014-05-02 on | `2014..` | `2014-05..` |
    fn of(unit: PeriodUnit, first: Option<Date>, last: Option<Date>) -> Period {
        let month = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month()) - 1;
        let first = first.map_or(OPEN_START, month);
        let last = last.map_or(OPEN_END, month);
        let begins_a_year = first == OPEN_START || first.rem_euclid(12) == 0;
        let ends_a_year = last == OPEN_END || last.rem_euclid(12) == 11;
        match unit {
            PeriodUnit::Month => Period {
                first,
                in_months: !(begins_a_year && ends_a_year),
                last,
            },
            PeriodUnit::Year => Period {
                first: if begins_a_year {
                    first
                } else {
                    first - first.rem_euclid(12)
                },
                in_months: false,
                last: if ends_a_year {
                    last
                } else {
                    last - last.rem_euclid(12) + 11
                },
            },
        }
    }

    /// As a filter on the date takes it: `2013`, `2013-05`, `2013..2014`,
    /// `2014..`, `..2014`.
    fn name(self) -> String {
        let name = |month: i32| {
            let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
            if self.in_months {
                format!("{year:04}-{month:02}")
            } else {
                format!("{year:04}")
            }
        };
        let first = (self.first != OPEN_START).then(|| name(self.first));
        let last = (self.last != OPEN_END).then(|| name(self.last));
        if first == last {
            return first.unwrap_or_else(|| "..".to_owned());
        }
        format!(
            "{}..{}",
            first.unwrap_or_default(),
            last.unwrap_or_default()
        )
    }
}

/// The periods that first and last days lie in, in the order of time. Days are
/// counted from 1970; the outermost two stand for an open end.
pub(super) fn values(unit: PeriodUnit, days: &FxHashMap<(i64, i64), usize>) -> Vec<FacetValue> {
    let mut periods: BTreeMap<Period, usize> = BTreeMap::new();
    for ((first, last), count) in days {
        let period = Period::of(unit, day_of(*first), day_of(*last));
        *periods.entry(period).or_default() += count;
    }
    let value = |(period, count): (Period, usize)| FacetValue {
        value: period.name(),
        count,
        name: None,
        by_surname: None,
    };
    periods.into_iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{FIRST_DAY, LAST_DAY, day_number};
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
            &["..2012 1", "2013 5", "2013..2014 2", "2014.. 2"],
        );
    }

    #[test]
    fn a_month_that_is_unknown_stays_so() {
        let expected = [
            "..2012 1",
            "2013 1",
            "2013..2014 1",
            "2013-01 1",
            "2013-05 2",
            "2013-05..2013-06 1",
            "2013-11..2014-02 1",
            "2014.. 1",
            "2014-05.. 1",
        ];
        check(PeriodUnit::Month, &DAYS, &expected);
        for value in expected {
            let (name, _) = value.split_once(' ').unwrap();
            assert!(DateFilter::parse(name).is_some(), "{name}");
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
