//! The English names of months and days.

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
