//! What days of publication a filter on the date asks for.
//!
//! Of an article a first and a last day are known; one of them may be open.
//! A closed interval answers a range that it overlaps: the article may well be
//! of a day in it, and of no day far from it. An open one answers only a range
//! that it lies wholly in: *2014 or later* says nothing of 2015, or of 2030, and
//! would answer every year to come.
//!
//! | known | `2015` | `2010..` | `..2016` | `2014/..` | `open` | `2015`, with `--undated` |
//! |---|---|---|---|---|---|---|
//! | 2015-03-01 | yes | yes | yes | | | yes |
//! | 2014-11 to 2015-02 | yes | yes | yes | | | yes |
//! | 2014/.. | | yes | | yes | yes | yes |
//! | ../2016 | | | yes | | yes | yes |
//! | ../2010 | | | yes | | yes | |
//! | nothing | | | | | | yes |
//!
//! What a filter leaves out is what its negation takes: both are decided by the
//! same clause.

use super::Clause;
use crate::document::field::{Field, flags};
use crate::document::{FIRST_DAY, LAST_DAY, day_number};
use crate::query::{Bound, DateFilter};

/// The days of publication that an article must have, counted from 1970. A side
/// that is open is [`FIRST_DAY`] or [`LAST_DAY`], in an article as in a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PublishedDays {
    /// A closed interval that overlaps these days, or an open one inside them.
    Within { from: i64, to: i64 },
    /// Any interval that overlaps them.
    Overlapping { from: i64, to: i64 },
    /// Just these first and last days.
    Exactly { first: i64, last: i64 },
    /// One open side.
    Open,
    /// A first day within one range and a last day within another, both known.
    Known { first: (i64, i64), last: (i64, i64) },
    /// An open interval that overlaps them and reaches beyond, or none at all.
    /// Asked beside other clauses, of the articles that have these.
    OnlyPossibly { from: i64, to: i64 },
}

impl PublishedDays {
    /// Whether an article with these days has what is asked for.
    pub(crate) fn has(self, first: i64, last: i64) -> bool {
        let is_open = first == FIRST_DAY || last == LAST_DAY;
        match self {
            PublishedDays::Within { from, to } if is_open => from <= first && last <= to,
            PublishedDays::Within { from, to } | PublishedDays::Overlapping { from, to } => {
                first <= to && from <= last
            }
            PublishedDays::Exactly {
                first: one,
                last: other,
            } => (first, last) == (one, other),
            PublishedDays::Open => is_open,
            PublishedDays::Known {
                first: (from, to),
                last: (since, until),
            } => !is_open && from <= first && first <= to && since <= last && last <= until,
            PublishedDays::OnlyPossibly { from, to } => {
                is_open && first <= to && from <= last && !(from <= first && last <= to)
            }
        }
    }

    /// Whether an article of unknown days has what is asked for.
    pub(crate) fn takes_unknown(self) -> bool {
        matches!(self, PublishedDays::OnlyPossibly { .. })
    }
}

/// The clause of a filter on the date of publication. A side without a bound
/// takes the earliest or the latest day there is.
pub(super) fn published(filter: DateFilter) -> Clause {
    let undated = || Clause::Term(Field::Flag, flags::UNDATED.to_owned());
    let side = |day: Option<_>, open| day.map_or(open, day_number);
    Clause::Published(match filter {
        DateFilter::Unknown => return undated(),
        DateFilter::Open => PublishedDays::Open,
        DateFilter::Exactly(Bound::First(day)) => PublishedDays::Exactly {
            first: day_number(day),
            last: LAST_DAY,
        },
        DateFilter::Exactly(Bound::Last(day)) => PublishedDays::Exactly {
            first: FIRST_DAY,
            last: day_number(day),
        },
        DateFilter::Known { first, last } => PublishedDays::Known {
            first: (day_number(first.0), day_number(first.1)),
            last: (day_number(last.0), day_number(last.1)),
        },
        DateFilter::Between(from, to) => PublishedDays::Within {
            from: side(from, FIRST_DAY),
            to: side(to, LAST_DAY),
        },
        DateFilter::OnlyPossibly(from, to) => PublishedDays::OnlyPossibly {
            from: side(from, FIRST_DAY),
            to: side(to, LAST_DAY),
        },
        DateFilter::Possibly(from, to) => {
            let overlapping = PublishedDays::Overlapping {
                from: side(from, FIRST_DAY),
                to: side(to, LAST_DAY),
            };
            return Clause::Any(vec![Clause::Published(overlapping), undated()]);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The days of a date as its EDTF value tells them.
    fn days(value: &str) -> (i64, i64) {
        match DateFilter::parse(value) {
            Ok(DateFilter::Exactly(Bound::First(day))) => (day_number(day), LAST_DAY),
            Ok(DateFilter::Exactly(Bound::Last(day))) => (FIRST_DAY, day_number(day)),
            Ok(DateFilter::Between(Some(first), Some(last))) => {
                (day_number(first), day_number(last))
            }
            other => panic!("{value}: {other:?}"),
        }
    }

    fn check(filter: &str, expected: &[&str]) {
        const KNOWN: [&str; 7] = [
            "2015-03-01",
            "2014-11..2015-02",
            "2014/..",
            "2015-06/..",
            "../2016",
            "../2010",
            "2010..2020",
        ];
        let Clause::Published(asked) = published(DateFilter::parse(filter).unwrap()) else {
            panic!("{filter}");
        };
        let found = KNOWN.into_iter().filter(|value| {
            let (first, last) = days(value);
            asked.has(first, last)
        });
        assert_eq!(found.collect::<Vec<_>>(), expected, "{filter}");
    }

    #[test]
    fn what_is_only_possible_is_what_overlaps_and_does_not_answer() {
        let known = ["2015-03-01", "2014/..", "2015-06/..", "../2016", "../2010"];
        for filter in ["2015", "2010..", "..2016", "2030"] {
            let Ok(DateFilter::Between(from, to)) = DateFilter::parse(filter) else {
                panic!("{filter}");
            };
            let side = |day: Option<_>, open| day.map_or(open, day_number);
            let (from, to) = (side(from, FIRST_DAY), side(to, LAST_DAY));
            for value in known {
                let (first, last) = days(value);
                let has = |asked: PublishedDays| asked.has(first, last);
                assert_eq!(
                    has(PublishedDays::OnlyPossibly { from, to }),
                    has(PublishedDays::Overlapping { from, to })
                        && !has(PublishedDays::Within { from, to }),
                    "{filter} {value}"
                );
            }
        }
    }

    #[test]
    fn what_is_known_exactly_has_both_days_in_its_periods() {
        let has = |filter: &str, value: &str| {
            let known = DateFilter::parse_known(filter).unwrap();
            let Clause::Published(asked) = published(known) else {
                panic!("{filter}");
            };
            let (first, last) = days(value);
            asked.has(first, last)
        };
        assert!(has("2015", "2015-03-01"));
        assert!(has("2015", "2015"));
        assert!(has("2014..2015", "2014-11..2015-02"));
        assert!(has("2015-01..2015-12", "2015"));
        assert!(!has("2015-01..2015-12", "2015-03-01"));
        assert!(!has("2015", "2014-11..2015-02"));
        assert!(!has("2014..2015", "2015-03-01"));
        for open in ["2015/..", "../2015"] {
            assert!(!has("2015", open));
            assert!(has(open, open));
        }
    }

    #[test]
    fn an_open_interval_answers_what_holds_it_whole() {
        check("2015", &["2015-03-01", "2014-11..2015-02", "2010..2020"]);
        check("2030", &[]);
        check(
            "2010..",
            &[
                "2015-03-01",
                "2014-11..2015-02",
                "2014/..",
                "2015-06/..",
                "2010..2020",
            ],
        );
        check(
            "2015..",
            &["2015-03-01", "2014-11..2015-02", "2015-06/..", "2010..2020"],
        );
        check("..2012", &["../2010", "2010..2020"]);
        check("2014/..", &["2014/.."]);
        check("../2016", &["../2016"]);
        check("open", &["2014/..", "2015-06/..", "../2016", "../2010"]);
    }
}
