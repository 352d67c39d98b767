//! Ranges of days in a query, of publication or mentioned.
//!
//! One reader for the query line and the options. Several ways to write a range
//! mean the same (`2011..2013`, `2011/2013`, `2011 to 2013`), but `2014/..` and
//! `../2019` do not: they are the values of articles of which one bound alone is
//! known, and ask for just these.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

use super::period::{DateProblem, period};
use crate::text::timex::Days;

/// When an article must have been published, or what days it must mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFilter {
    /// Nobody knows when.
    Unknown,
    /// One bound alone is known.
    Open,
    /// Just this bound is known, and no other.
    Exactly(Bound),
    /// Between these two days, as far as it is known: a closed interval overlaps
    /// them, or an open one lies wholly in them. A side that is `None` is open.
    Between(Option<Date>, Option<Date>),
    /// As before, or perhaps between them: nothing that is known speaks
    /// against it.
    Possibly(Option<Date>, Option<Date>),
    /// Perhaps between them, and no more than perhaps: what `Possibly` takes and
    /// `Between` leaves out.
    OnlyPossibly(Option<Date>, Option<Date>),
    /// Known as just this: the first day that it may be of lies in one year,
    /// month or day, and the last in another or the same. What a facet counts
    /// under one value.
    Known {
        /// Where the first day lies.
        first: Days,
        /// Where the last day lies.
        last: Days,
    },
}

/// The one bound of a date of which no more is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Not before this day.
    First(Date),
    /// Not after this day.
    Last(Date),
}

/// As EDTF writes it: `2014/..`, `../2019-05`, as exactly as the bound is.
impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, ends_month, ends_year) = match *self {
            Bound::First(day) => (day, day.day() == 1, day.day_of_year() == 1),
            Bound::Last(day) => {
                let ends_month = day == day.last_of_month();
                (day, ends_month, ends_month && day.month() == 12)
            }
        };
        let day = match (ends_year, ends_month) {
            (true, _) => day.strftime("%Y").to_string(),
            (false, true) => day.strftime("%Y-%m").to_string(),
            _ => day.to_string(),
        };
        match self {
            Bound::First(_) => write!(f, "{day}/.."),
            Bound::Last(_) => write!(f, "../{day}"),
        }
    }
}

/// What reads a date filter.
pub(super) type ReadDate = fn(&str) -> Result<DateFilter, DateProblem>;

impl DateFilter {
    /// From the first day of the period `text` on.
    ///
    /// # Errors
    /// When it is no period; so do the others.
    pub fn after(text: &str) -> Result<DateFilter, DateProblem> {
        Ok(DateFilter::Between(Some(period(text)?.0), None))
    }

    /// Before the first day of the period `text`.
    ///
    /// # Errors
    /// As [`DateFilter::after`].
    pub fn before(text: &str) -> Result<DateFilter, DateProblem> {
        let day = period(text)?.0.checked_sub(1.days());
        let day = day.map_err(|_| DateProblem::NoSuchDay)?;
        Ok(DateFilter::Between(None, Some(day)))
    }

    /// Up to the last day of the period `text`.
    ///
    /// # Errors
    /// As [`DateFilter::after`].
    pub fn until(text: &str) -> Result<DateFilter, DateProblem> {
        Ok(DateFilter::Between(None, Some(period(text)?.1)))
    }

    /// Reads a period (`2013`, `2013-05-14`, `May 2013`, `1980s`; see
    /// `query::period`), a range (`2011-06..2013`, `2012..`, `..2012`, `2011/2013`,
    /// `2011 to 2013`, `>2012`, `<=2012`), one bound (`2014/..`, `../2019`),
    /// `open` or `unknown`.
    ///
    /// # Errors
    /// With what is wrong, when it is none of these.
    pub fn parse(text: &str) -> Result<DateFilter, DateProblem> {
        let text = text.trim();
        let words = [
            ("unknown", DateFilter::Unknown),
            ("none", DateFilter::Unknown),
            ("open", DateFilter::Open),
        ];
        if let Some((_, filter)) = words
            .iter()
            .find(|(word, _)| text.eq_ignore_ascii_case(word))
        {
            return Ok(*filter);
        }
        if let Some(first) = text.strip_suffix("/..") {
            return Ok(DateFilter::Exactly(Bound::First(period(first)?.0)));
        }
        if let Some(last) = text.strip_prefix("../") {
            return Ok(DateFilter::Exactly(Bound::Last(period(last)?.1)));
        }
        if let Some(rest) = text.strip_prefix(">=") {
            return DateFilter::after(rest);
        }
        if let Some(rest) = text.strip_prefix("<=") {
            return DateFilter::until(rest);
        }
        if let Some(rest) = text.strip_prefix('>') {
            let next = period(rest)?.1.checked_add(1.days());
            let next = next.map_err(|_| DateProblem::NoSuchDay)?;
            return Ok(DateFilter::Between(Some(next), None));
        }
        if let Some(rest) = text.strip_prefix('<') {
            return DateFilter::before(rest);
        }
        match text.split_once("..") {
            Some(("", "")) => Err(DateProblem::NotADate),
            Some((from, "")) => DateFilter::after(from),
            Some(("", to)) => DateFilter::until(to),
            Some((from, to)) => range(from, to),
            None => match period(text) {
                Ok((first, last)) => Ok(DateFilter::Between(Some(first), Some(last))),
                Err(problem) => in_words(text).unwrap_or(Err(problem)),
            },
        }
    }

    /// Reads what stands behind `=`: a year, month or day, or two with `..`
    /// between, as which a date must be known; one bound, `open` or `unknown`.
    ///
    /// | text | first day in | last day in |
    /// |---|---|---|
    /// | `2013` | 2013 | 2013 |
    /// | `2013..2014` | 2013 | 2014 |
    /// | `2013-01..2013-12` | January 2013 | December 2013: the month is not known |
    ///
    /// # Errors
    /// As [`DateFilter::parse`].
    pub fn parse_known(text: &str) -> Result<DateFilter, DateProblem> {
        let known = |first: &str, last: &str| {
            let (first, last) = (unit(first)?, unit(last)?);
            if first.0 > last.1 {
                let (from, to) = (named(first), named(last));
                return Err(DateProblem::Reversed(format!("{to}..{from}")));
            }
            Ok(DateFilter::Known { first, last })
        };
        match DateFilter::parse(text)? {
            exact @ (DateFilter::Unknown | DateFilter::Open | DateFilter::Exactly(_)) => Ok(exact),
            _ => match text.split_once("..") {
                Some((first, last)) => known(first, last),
                None => known(text, text),
            },
        }
    }

    /// Reads a filter on the dates that a text mentions, which have no bounds
    /// alone.
    ///
    /// # Errors
    /// As [`DateFilter::parse`].
    pub fn parse_mentioned(text: &str) -> Result<DateFilter, DateProblem> {
        match DateFilter::parse(text)? {
            DateFilter::Open | DateFilter::Exactly(_) => Err(DateProblem::NotMentioned),
            filter => Ok(filter),
        }
    }

    /// The days that it allows, where it is a range.
    pub(super) fn range(&self) -> Option<(Option<Date>, Option<Date>)> {
        match self {
            DateFilter::Between(from, to)
            | DateFilter::Possibly(from, to)
            | DateFilter::OnlyPossibly(from, to) => Some((*from, *to)),
            _ => None,
        }
    }

    /// The range that was perhaps meant by *after* a later and *before* an earlier
    /// day, which exclude each other: the same in order.
    pub fn in_order(&self, other: &DateFilter) -> Option<DateFilter> {
        let ((Some(from), None), (None, Some(to))) = (self.range()?, other.range()?) else {
            return None;
        };
        let first = to.checked_add(1.days()).ok()?;
        let last = from.checked_sub(1.days()).ok()?;
        (first <= last).then_some(DateFilter::Between(Some(first), Some(last)))
    }

    /// Whether no day is in both ranges.
    pub(super) fn excludes(&self, other: &DateFilter) -> bool {
        let (Some((from, to)), Some((first, last))) = (self.range(), other.range()) else {
            return false;
        };
        let is_after =
            |from: Option<Date>, to: Option<Date>| from.zip(to).is_some_and(|(from, to)| from > to);
        is_after(from, last) || is_after(first, to)
    }
}

/// A year, month or day.
fn unit(text: &str) -> Result<Days, DateProblem> {
    let days = period(text)?;
    let is_unit = period(&named(days)) == Ok(days);
    is_unit.then_some(days).ok_or(DateProblem::NotKnown)
}

/// The year, month or day that begins with the first of these days and is as
/// long as they are, or nearly.
fn named((first, last): Days) -> String {
    let format = match (first.year() == last.year(), first.month() == last.month()) {
        (true, true) if first == last => "%Y-%m-%d",
        (true, true) => "%Y-%m",
        _ => "%Y",
    };
    first.strftime(format).to_string()
}

/// From the first day of one period to the last of another.
fn range(from: &str, to: &str) -> Result<DateFilter, DateProblem> {
    let (first, last) = (period(from)?.0, period(to)?.1);
    if first > last {
        let (from, to) = (from.trim(), to.trim());
        return Err(DateProblem::Reversed(format!("{to}..{from}")));
    }
    Ok(DateFilter::Between(Some(first), Some(last)))
}

/// A range with another sign between its periods, or a word; `None` where there
/// is none with a period on either side.
fn in_words(text: &str) -> Option<Result<DateFilter, DateProblem>> {
    let lower = text.to_lowercase();
    let signs = [" to ", " until ", " through ", " - ", "–", "—", "/"];
    let sides = signs.iter().filter_map(|sign| lower.split_once(sign));
    // `1987-1989`; but `1987-08` is a month.
    let years = lower.split_once('-');
    let years = years.filter(|(from, to)| from.trim().len() == 4 && to.trim().len() == 4);
    let is_read = |(from, to): &(&str, &str)| period(from).is_ok() && period(to).is_ok();
    let (from, to) = sides.chain(years).find(is_read)?;
    Some(range(from, to))
}

/// The shortest text that reads back as the filter.
impl fmt::Display for DateFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = match self {
            DateFilter::Unknown => return f.write_str("unknown"),
            DateFilter::Open => return f.write_str("open"),
            DateFilter::Exactly(bound) => return bound.fmt(f),
            DateFilter::Known { first, last } if first == last => {
                return write!(f, "={}", named(*first));
            }
            DateFilter::Known { first, last } => {
                return write!(f, "={}..{}", named(*first), named(*last));
            }
            DateFilter::Between(from, to)
            | DateFilter::Possibly(from, to)
            | DateFilter::OnlyPossibly(from, to) => (from, to),
        };
        if let (Some(from), Some(to)) = (from, to) {
            let shorter = [
                from.strftime("%Y").to_string(),
                from.strftime("%Y-%m").to_string(),
                from.to_string(),
                format!("{}-Q{}", from.strftime("%Y"), (from.month() + 2) / 3),
                from.strftime("%Ys").to_string(),
            ];
            if let Some(text) = shorter.iter().find(|text| period(text) == Ok((*from, *to))) {
                return f.write_str(text);
            }
        }
        let side = |day: &Option<Date>| day.map_or(String::new(), |day| day.to_string());
        write!(f, "{}..{}", side(from), side(to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let filter = DateFilter::parse(text).unwrap();
        assert_eq!(filter.to_string(), expected, "{text}");
        assert_eq!(DateFilter::parse(expected), Ok(filter), "{text}");
    }

    #[test]
    fn ranges_read_and_print_back() {
        check("2013", "2013");
        check("2013-05", "2013-05");
        check("2013-05-14", "2013-05-14");
        check("2011-06..2013", "2011-06-01..2013-12-31");
        check("2011..", "2011-01-01..");
        check("..2011-06", "..2011-06-30");
        check(">2012", "2013-01-01..");
        check(">=2012", "2012-01-01..");
        check("<2012", "..2011-12-31");
        check("<=2012", "..2012-12-31");
        check("Unknown", "unknown");
    }

    #[test]
    fn ranges_may_be_written_otherwise() {
        for text in [
            "2011/2013",
            "2011-2013",
            "2011–2013",
            "2011 to 2013",
            "2011 - 2013",
        ] {
            check(text, "2011-01-01..2013-12-31");
        }
        check("1980s", "1980s");
        check("1987-Q1", "1987-Q1");
        check("3/1987", "1987-03");
        check("2013-05..", "2013-05-01..");
        check("1980s..1990s", "1980-01-01..1999-12-31");
        check("Q1 1987..Q3 1987", "1987-01-01..1987-09-30");
        let reversed = DateProblem::Reversed("2011..2013".to_owned());
        assert_eq!(DateFilter::parse("2013..2011"), Err(reversed));
    }

    #[test]
    fn what_is_known_exactly_reads_and_prints_back() {
        let check = |text: &str, expected: &str| {
            let filter = DateFilter::parse_known(text).unwrap();
            assert_eq!(filter.to_string(), expected, "{text}");
            let read = expected.strip_prefix('=').unwrap_or(expected);
            assert_eq!(DateFilter::parse_known(read), Ok(filter), "{text}");
        };
        check("2013", "=2013");
        check("May 2013", "=2013-05");
        check("14/05/2013", "=2013-05-14");
        check("2013..2014", "=2013..2014");
        check("2013-01..2013-12", "=2013-01..2013-12");
        check("2013-05..2014", "=2013-05..2014");
        check("2014/..", "2014/..");
        check("unknown", "unknown");
        check("0999", "=0999");
        let known = DateFilter::parse_known;
        assert_ne!(known("2013"), known("2013-01..2013-12"));
        for text in ["1980s", "2013-Q1", "2013-W20..2013"] {
            assert_eq!(known(text), Err(DateProblem::NotKnown), "{text}");
        }
        for text in ["2013..", "..2013", ">2012", "2013 to 2014", "soon", ""] {
            assert!(known(text).is_err(), "{text}");
        }
        let reversed = DateProblem::Reversed("2013-05..2014".to_owned());
        assert_eq!(known("2014..2013-05"), Err(reversed));
    }

    #[test]
    fn one_bound_is_a_value_of_its_own() {
        check("2014/..", "2014/..");
        check("2014-01-01/..", "2014/..");
        check("2014-05/..", "2014-05/..");
        check("../2019", "../2019");
        check("../2019-12-30", "../2019-12-30");
        check("May 2019/..", "2019-05/..");
        check("Open", "open");
        assert_ne!(DateFilter::parse("2014/.."), DateFilter::parse("2014.."));
        assert!(DateFilter::parse_mentioned("2014..").is_ok());
        for text in ["2014/..", "open"] {
            let problem = Err(DateProblem::NotMentioned);
            assert_eq!(DateFilter::parse_mentioned(text), problem, "{text}");
        }
    }

    #[test]
    fn ranges_without_a_common_day_exclude_each_other() {
        let excludes = |one: &str, other: &str| {
            let [one, other] = [one, other].map(|text| DateFilter::parse(text).unwrap());
            assert_eq!(one.excludes(&other), other.excludes(&one));
            one.excludes(&other)
        };
        assert!(excludes("2019..", "..2017"));
        assert!(excludes("2013", "2015"));
        let in_order = |one: &str, other: &str| {
            let [one, other] = [one, other].map(|text| DateFilter::parse(text).unwrap());
            one.in_order(&other).map(|range| range.to_string())
        };
        assert_eq!(in_order("2019..", "..2017").as_deref(), Some("2018"));
        assert_eq!(in_order("2019..", "..2018"), None);
        assert_eq!(in_order("2013", "2015"), None);
        assert!(!excludes("2013", "2013-05.."));
        assert!(!excludes("2013..", "2010.."));
        assert!(!excludes("unknown", "2010.."));
    }

    #[test]
    fn months_may_be_named() {
        check("May 2013", "2013-05");
        check("may-2013", "2013-05");
        check("14 May 2013", "2013-05-14");
        check("Dec. 1, 2013", "2013-12-01");
        check("June 2011..Sep 2013", "2011-06-01..2013-09-30");
        check(">May 2012", "2012-06-01..");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "..",
            "last month",
            "May",
            "14 May",
            "May June 2013",
            "31 June 2013",
            "013 May 2013",
            "2013-13",
            "2013-02-30",
            "13",
            "2013..2011",
            "2013/2011",
            "2013/",
            "/..",
            "../..",
            ">9999",
            "2013-05-14-1",
            "+2013",
            "20130",
        ] {
            assert!(DateFilter::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn after_and_before_count_from_the_first_day_and_until_to_the_last() {
        assert_eq!(
            DateFilter::until("2011-06").unwrap().to_string(),
            "..2011-06-30"
        );
        assert_eq!(
            DateFilter::after("2011-06").unwrap().to_string(),
            "2011-06-01.."
        );
        assert_eq!(
            DateFilter::before("2013").unwrap().to_string(),
            "..2012-12-31"
        );
    }
}
