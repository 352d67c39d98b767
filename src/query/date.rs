//! Ranges of days in a query, of publication or mentioned.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::text::calendar;

/// When an article must have been published, or what days it must mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFilter {
    /// Nobody knows when.
    Unknown,
    /// Perhaps between these two days: a known interval overlaps them. A side
    /// that is `None` is open.
    Between(Option<Date>, Option<Date>),
}

impl DateFilter {
    /// From the first day of the day, month or year `text` on.
    pub fn after(text: &str) -> Option<DateFilter> {
        Some(DateFilter::Between(Some(period(text)?.0), None))
    }

    /// Before the first day of the day, month or year `text`.
    pub fn before(text: &str) -> Option<DateFilter> {
        Some(DateFilter::Between(
            None,
            Some(period(text)?.0.checked_sub(1.days()).ok()?),
        ))
    }

    /// Reads `2013`, `2013-05`, `2013-05-14`, `2011-06..2013`, `2012..`,
    /// `..2012`, `>2012`, `>=2012`, `<2012`, `<=2012`, `unknown`; a month may
    /// be named (`May 2013`, `14 May 2013..June 2014`).
    pub fn parse(text: &str) -> Option<DateFilter> {
        if text.eq_ignore_ascii_case("unknown") || text.eq_ignore_ascii_case("none") {
            return Some(DateFilter::Unknown);
        }
        if let Some(rest) = text.strip_prefix(">=") {
            return Some(DateFilter::Between(Some(period(rest)?.0), None));
        }
        if let Some(rest) = text.strip_prefix("<=") {
            return Some(DateFilter::Between(None, Some(period(rest)?.1)));
        }
        if let Some(rest) = text.strip_prefix('>') {
            return Some(DateFilter::Between(
                Some(period(rest)?.1.checked_add(1.days()).ok()?),
                None,
            ));
        }
        if let Some(rest) = text.strip_prefix('<') {
            return DateFilter::before(rest);
        }
        match text.split_once("..") {
            Some(("", "")) => None,
            Some((from, "")) => Some(DateFilter::Between(Some(period(from)?.0), None)),
            Some(("", to)) => Some(DateFilter::Between(None, Some(period(to)?.1))),
            Some((from, to)) => {
                let (from, to) = (period(from)?.0, period(to)?.1);
                (from <= to).then_some(DateFilter::Between(Some(from), Some(to)))
            }
            None => period(text).map(|(first, last)| DateFilter::Between(Some(first), Some(last))),
        }
    }
}

/// The first and last day of a year, month or day.
fn period(text: &str) -> Option<(Date, Date)> {
    in_figures(text).or_else(|| in_words(text))
}

/// A month or day whose month is named: `May 2013`, `14 May 2013`,
/// `May 14, 2013`, `May-2013`. The year must be there: nothing is guessed.
fn in_words(text: &str) -> Option<(Date, Date)> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '-' | ',');
    let (mut year, mut month, mut day) = (None, None, None);
    for part in text.split(is_between).filter(|part| !part.is_empty()) {
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        let slot = if !is_number {
            let name = part.trim_end_matches('.');
            let number = calendar::month(name).or_else(|| calendar::short_month(name))?;
            month.replace(number).is_none()
        } else if part.len() == 4 {
            year.replace(part).is_none()
        } else {
            part.len() <= 2 && day.replace(part).is_none()
        };
        if !slot {
            return None;
        }
    }
    let month = format!("{}-{:02}", year?, month?);
    match day {
        None => in_figures(&month),
        Some(day) => in_figures(&format!("{month}-{day:0>2}")),
    }
}

fn in_figures(text: &str) -> Option<(Date, Date)> {
    let mut numbers = text.split('-').map(|part| {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<i16>().ok()).flatten()
    });
    let (year, month, day) = (numbers.next()??, numbers.next(), numbers.next());
    if numbers.next().is_some() || text.find('-').unwrap_or(text.len()) != 4 {
        return None;
    }
    let small = |number: Option<i16>| number.and_then(|number| i8::try_from(number).ok());
    match (month, day) {
        (None, _) => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
        (Some(month), None) => {
            let first = Date::new(year, small(month)?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        (Some(month), Some(day)) => {
            let day = Date::new(year, small(month)?, small(day)?).ok()?;
            Some((day, day))
        }
    }
}

/// A pair of days as the shortest text that reads back as it.
impl fmt::Display for DateFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DateFilter::Between(from, to) = self else {
            return f.write_str("unknown");
        };
        if let (Some(from), Some(to)) = (from, to) {
            let shorter = [
                from.strftime("%Y").to_string(),
                from.strftime("%Y-%m").to_string(),
                from.to_string(),
            ];
            if let Some(text) = shorter
                .iter()
                .find(|text| period(text) == Some((*from, *to)))
            {
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
        assert_eq!(DateFilter::parse(expected), Some(filter), "{text}");
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
            "2013-05-14-1",
            "+2013",
            "20130",
        ] {
            assert_eq!(DateFilter::parse(text), None, "{text}");
        }
    }

    #[test]
    fn after_and_before_count_from_the_first_day() {
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
