//! The days that a TIMEX3 value means.

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

/// A run of days, both ends in it.
pub type Days = (Date, Date);

/// The days that `value` means, as TIMEX3 writes dates and times: `2011-06-21`,
/// `2011-06`, `2011`, `201`, `201X`, `2011-W25`, `2011-Q2`, `2011-H1`,
/// `2011-SU`, a time of a day, and two of them with `/` between.
///
/// Seasons are those of the north. A winter has two runs, since writers mean
/// its beginning or its end by the year. What is no date, or has no year,
/// means no days.
pub fn days(value: &str) -> Vec<Days> {
    let Some((from, to)) = value.split_once('/') else {
        return one(value);
    };
    match (one(from).first(), one(to).last()) {
        (Some((from, _)), Some((_, to))) if from <= to => vec![(*from, *to)],
        _ => Vec::new(),
    }
}

fn one(value: &str) -> Vec<Days> {
    // A time of day, and parts that are not known, only narrow the date.
    let mut date = value.split('T').next().unwrap_or(value);
    while let Some(known) = ["-XX", "-WXX", "-QX", "-HX"]
        .iter()
        .find_map(|unknown| date.strip_suffix(unknown))
    {
        date = known;
    }
    let (year, rest) = match date.split_once('-') {
        Some((year, rest)) => (year, Some(rest)),
        None => (date, None),
    };
    match rest {
        None => years(year).into_iter().collect(),
        Some(rest) => full_year(year).map_or_else(Vec::new, |year| within(year, rest)),
    }
}

fn full_year(text: &str) -> Option<i16> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_year.then(|| text.parse().ok()).flatten()
}

/// `2011`, `201`, `201X`, `20`, `20XX`.
fn years(text: &str) -> Option<Days> {
    let digits = text.trim_end_matches('X');
    let is_whole = text.len() == digits.len() || text.len() == 4;
    if !is_whole || !(2..=4).contains(&digits.len()) {
        return None;
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let years = [1000, 100, 10, 1][digits.len() - 1];
    let first = digits.parse::<i16>().ok()? * years;
    let last = first + years - 1;
    Some((Date::new(first, 1, 1).ok()?, Date::new(last, 12, 31).ok()?))
}

/// What follows the year: `06`, `06-21`, `W25`, `W25-3`, `Q2`, `H1`, `SU`.
fn within(year: i16, rest: &str) -> Vec<Days> {
    let runs = match rest {
        "SP" => vec![months(year, 3, 5)],
        "SU" => vec![months(year, 6, 8)],
        "FA" => vec![months(year, 9, 11)],
        "WI" => vec![months(year, 1, 2), months(year, 12, 12)],
        "H1" => vec![months(year, 1, 6)],
        "H2" => vec![months(year, 7, 12)],
        _ => vec![
            quarter(year, rest)
                .or_else(|| week(year, rest))
                .or_else(|| month_or_day(year, rest)),
        ],
    };
    runs.into_iter().flatten().collect()
}

fn months(year: i16, first: i8, last: i8) -> Option<Days> {
    let first = Date::new(year, first, 1).ok()?;
    Some((first, Date::new(year, last, 1).ok()?.last_of_month()))
}

/// A number of `digits` digits, and nothing else.
fn number(text: &str, digits: usize) -> Option<i8> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

fn quarter(year: i16, rest: &str) -> Option<Days> {
    let quarter = number(rest.strip_prefix('Q')?, 1).filter(|quarter| (1..=4).contains(quarter))?;
    months(year, quarter * 3 - 2, quarter * 3)
}

/// `W25`, a day of it (`W25-3`), or its end (`W25-WE`).
fn week(year: i16, rest: &str) -> Option<Days> {
    let rest = rest.strip_prefix('W')?;
    let (week, day) = match rest.split_once('-') {
        Some((week, day)) => (week, Some(day)),
        None => (rest, None),
    };
    let monday = ISOWeekDate::new(year, number(week, 2)?, Weekday::Monday).ok()?;
    let day_of = |days: i8| monday.date().checked_add(i64::from(days).days()).ok();
    match day {
        None => Some((day_of(0)?, day_of(6)?)),
        Some("WE") => Some((day_of(5)?, day_of(6)?)),
        Some(day) => {
            let day = number(day, 1).filter(|day| (1..=7).contains(day))?;
            Some((day_of(day - 1)?, day_of(day - 1)?))
        }
    }
}

fn month_or_day(year: i16, rest: &str) -> Option<Days> {
    let Some((month, day)) = rest.split_once('-') else {
        let month = number(rest, 2)?;
        return months(year, month, month);
    };
    let day = Date::new(year, number(month, 2)?, number(day, 2)?).ok()?;
    Some((day, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: &[&str]) {
        let shown: Vec<String> = days(value)
            .into_iter()
            .map(|(from, to)| format!("{from}..{to}"))
            .collect();
        assert_eq!(shown, expected, "{value}");
    }

    #[test]
    fn every_form_means_its_days() {
        check("2011-06-21", &["2011-06-21..2011-06-21"]);
        check("2011-06-21T16:00", &["2011-06-21..2011-06-21"]);
        check("2011-06-21TMO", &["2011-06-21..2011-06-21"]);
        check("2012-02", &["2012-02-01..2012-02-29"]);
        check("2011", &["2011-01-01..2011-12-31"]);
        check("199", &["1990-01-01..1999-12-31"]);
        check("199X", &["1990-01-01..1999-12-31"]);
        check("19XX", &["1900-01-01..1999-12-31"]);
        check("2011-Q2", &["2011-04-01..2011-06-30"]);
        check("2011-H2", &["2011-07-01..2011-12-31"]);
        check("2011-SU", &["2011-06-01..2011-08-31"]);
        check(
            "2011-WI",
            &["2011-01-01..2011-02-28", "2011-12-01..2011-12-31"],
        );
        check("2011-W25", &["2011-06-20..2011-06-26"]);
        check("2011-W25-WE", &["2011-06-25..2011-06-26"]);
        check("2011-W25-3", &["2011-06-22..2011-06-22"]);
        check("2009-W53", &["2009-12-28..2010-01-03"]);
        check("2011-06-XX", &["2011-06-01..2011-06-30"]);
        check("2011-XX-XX", &["2011-01-01..2011-12-31"]);
        check("2011-06-21/2011-06-23", &["2011-06-21..2011-06-23"]);
        check("2010/2011-03", &["2010-01-01..2011-03-31"]);
    }

    #[test]
    fn what_has_no_year_means_no_days() {
        for value in [
            "",
            "XXXX-02-26",
            "XXXX",
            "XXXX-SU",
            "PRESENT_REF",
            "P3D",
            "PT16H",
            "T16:00",
            "2011-13",
            "2011-02-30",
            "2011-Q5",
            "2011-W54",
            "2011-W25-9",
            "2X11",
            "2",
            "20110621",
            "2011/",
            "2012/2011",
            "2014/..",
            "-0044",
            "2011-é",
        ] {
            check(value, &[]);
        }
    }
}
