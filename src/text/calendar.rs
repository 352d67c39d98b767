//! The English names of months and days.

use jiff::civil::Weekday;

/// The months, January first.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The days of the week, Monday first.
pub const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Whether a word in lower case names a month or a day.
pub fn is_name(lower: &str) -> bool {
    MONTHS
        .iter()
        .chain(&WEEKDAYS)
        .any(|name| name.eq_ignore_ascii_case(lower))
}

/// The number of the month with this name, from 1.
pub fn month(name: &str) -> Option<i8> {
    let found = MONTHS
        .iter()
        .position(|month| month.eq_ignore_ascii_case(name))?;
    i8::try_from(found + 1).ok()
}

/// The number of the month with this abbreviation, from 1: `Jan`, `Sept`.
pub fn short_month(name: &str) -> Option<i8> {
    let is_short = name.len() == 3 || name.eq_ignore_ascii_case("sept");
    let found = MONTHS.iter().position(|month| {
        let start = month.get(..name.len());
        is_short && start.is_some_and(|start| start.eq_ignore_ascii_case(name))
    })?;
    i8::try_from(found + 1).ok()
}

/// The day of the week with this name or abbreviation: `Tuesday`, `Tue`, `Tues`.
pub fn weekday(name: &str) -> Option<Weekday> {
    let found = WEEKDAYS.iter().position(|day| {
        let start = day.get(..name.len());
        name.len() >= 3 && start.is_some_and(|start| start.eq_ignore_ascii_case(name))
    })?;
    Weekday::from_monday_zero_offset(i8::try_from(found).ok()?).ok()
}
