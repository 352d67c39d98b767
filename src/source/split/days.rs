//! The day that a line of an export begins with.
//!
//! Exports write the date on a line of its own, in the language of the article
//! or of the user: `July 1, 2015 Wednesday`, `Mittwoch 1. Juli 2015`,
//! `10 décembre 2019 mardi 3:00 AM GMT`, `décembre 10 2019`, `2017 年 11 月 13 日`.
//! Each has the name of a month, or the signs for year, month and day, so that
//! none can be read in two ways. What follows on the line (a day of the week, a
//! time, an edition) is passed over: the day is what is kept.
//!
//! Example: `Mittwoch 1. Juli 2015` is `2015-07-01`.

use jiff::civil::Date;

use crate::text::calendar;

/// A day as a line states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Day {
    /// As ISO 8601 writes it: a day, a month or a year.
    pub(super) iso: String,
    /// Where its words end in the line.
    pub(super) end: usize,
    /// Where they begin.
    pub(super) start: usize,
}

/// Names of months that are not English, January first.
const MONTHS: [&[&str]; 12] = [
    &[
        "januar", "jänner", "janvier", "janv", "enero", "gennaio", "januari", "janeiro",
    ],
    &[
        "februar",
        "feber",
        "février",
        "fevrier",
        "févr",
        "febrero",
        "febbraio",
        "februari",
        "fevereiro",
    ],
    &["märz", "maerz", "mrz", "mars", "marzo", "maart", "março"],
    &["avril", "avr", "abril", "aprile"],
    &["mai", "mayo", "maggio", "mei", "maio"],
    &["juni", "juin", "junio", "giugno", "junho"],
    &["juli", "juillet", "juil", "julio", "luglio", "julho"],
    &["août", "aout", "agosto", "augustus"],
    &["septembre", "septiembre", "settembre", "setembro"],
    &["oktober", "okt", "octobre", "octubre", "ottobre", "outubro"],
    &["novembre", "noviembre", "novembro"],
    &[
        "dezember",
        "dez",
        "décembre",
        "decembre",
        "déc",
        "diciembre",
        "dicembre",
        "dezembro",
    ],
];

/// Days of the week that are not English.
const WEEKDAYS: [&str; 28] = [
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonnabend",
    "sonntag",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "lunes",
    "martes",
    "miércoles",
    "jueves",
    "viernes",
    "sábado",
    "domingo",
    "lunedì",
    "martedì",
    "mercoledì",
    "giovedì",
    "venerdì",
    "sabato",
];

/// Times of the year, which a quarterly is dated by.
const SEASONS: [&str; 5] = ["spring", "summer", "fall", "autumn", "winter"];

/// The longest line that states a day.
const MOST_BYTES: usize = 160;

/// The day that a line begins with, perhaps behind a day of the week.
pub(super) fn read(line: &str) -> Option<Day> {
    if line.len() > MOST_BYTES {
        return None;
    }
    let mut words = words(line);
    let mut first = words.next()?;
    if is_weekday(first.0) {
        first = words.next()?;
    }
    let mut next = || words.next();
    let start = first.1;
    if let Some(month) = month(first.0) {
        let mut second = next()?;
        // `July/August 2015`: a month is what it begins with.
        if self::month(second.0).is_some() {
            second = next()?;
        }
        if let Some(year) = year(second.0) {
            return day_of(format!("{year:04}-{month:02}"), start, second.2);
        }
        let day = number(second.0)?;
        let mut third = next()?;
        if matches!(third.0, "de" | "of") {
            third = next()?;
        }
        return full(year(third.0)?, month, day, start, third.2);
    }
    if SEASONS
        .iter()
        .any(|season| season.eq_ignore_ascii_case(first.0))
    {
        let second = next()?;
        return day_of(format!("{:04}", year(second.0)?), start, second.2);
    }
    if let Some(year) = year(first.0) {
        return by_signs(line, year, start);
    }
    let day = number(first.0)?;
    let mut second = next()?;
    if matches!(second.0, "de" | "of" | "st" | "nd" | "rd" | "th" | "er") {
        second = next()?;
    }
    let month = month(second.0)?;
    let mut third = next()?;
    if matches!(third.0, "de" | "del") {
        third = next()?;
    }
    full(year(third.0)?, month, day, start, third.2)
}

/// `2017 年 11 月 13 日`, `2017년 11월 13일`, `2017-11-13`.
fn by_signs(line: &str, year: i16, start: usize) -> Option<Day> {
    let mut numbers = Vec::new();
    let mut end = start;
    for (at, c) in line.char_indices().skip_while(|(at, _)| *at < start) {
        match c {
            '0'..='9' => {
                if at != end || numbers.is_empty() {
                    if numbers.len() == 3 {
                        break;
                    }
                    numbers.push(0_i16);
                }
                let last = numbers.last_mut()?;
                *last = last
                    .checked_mul(10)?
                    .checked_add(i16::try_from(u32::from(c)).ok()? - 48)?;
                end = at + 1;
            }
            '日' | '일' => {
                end = at + c.len_utf8();
                break;
            }
            '年' | '月' | '년' | '월' | ' ' | '-' | '\u{a0}' => {}
            _ => break,
        }
    }
    let has_signs = line.contains(['年', '년']) || line.get(start + 4..start + 5) == Some("-");
    match numbers.as_slice() {
        [_, month, day] if has_signs => full(
            year,
            i8::try_from(*month).ok()?,
            i8::try_from(*day).ok()?,
            start,
            end,
        ),
        _ => None,
    }
}

fn full(year: i16, month: i8, day: i8, start: usize, end: usize) -> Option<Day> {
    let date = Date::new(year, month, day).ok()?;
    day_of(date.to_string(), start, end)
}

#[expect(clippy::unnecessary_wraps, reason = "what its callers return")]
fn day_of(iso: String, start: usize, end: usize) -> Option<Day> {
    Some(Day { iso, end, start })
}

/// The words of a line with where they begin and end: runs of letters, and runs
/// of digits.
fn words(line: &str) -> impl Iterator<Item = (&str, usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = line.get(at..)?;
        let skipped = rest.find(|c: char| c.is_alphanumeric())?;
        let rest = &rest[skipped..];
        let is_number = rest.starts_with(|c: char| c.is_ascii_digit());
        let is_over = |c: char| !c.is_alphanumeric() || c.is_ascii_digit() != is_number;
        let length = rest.find(is_over).unwrap_or(rest.len());
        let start = at + skipped;
        at = start + length;
        Some((&rest[..length], start, at))
    })
}

fn number(word: &str) -> Option<i8> {
    (word.len() <= 2).then(|| word.parse().ok()).flatten()
}

fn year(word: &str) -> Option<i16> {
    let year: i16 = (word.len() == 4).then(|| word.parse().ok()).flatten()?;
    (1700..2100).contains(&year).then_some(year)
}

/// The number of the month with this name, from 1.
fn month(word: &str) -> Option<i8> {
    if let Some(month) = calendar::month(word).or_else(|| calendar::short_month(word)) {
        return Some(month);
    }
    let lower = word.to_lowercase();
    let found = MONTHS.iter().position(|names| names.contains(&&*lower))?;
    i8::try_from(found + 1).ok()
}

/// Whether a word is a day of the week.
fn is_weekday(word: &str) -> bool {
    calendar::weekday(word).is_some() || WEEKDAYS.contains(&&*word.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_many_languages() {
        let check = |line: &str, iso: Option<&str>| {
            assert_eq!(read(line).map(|day| day.iso).as_deref(), iso, "{line}");
        };
        check("July 1, 2015 Wednesday", Some("2015-07-01"));
        check("Wednesday, July 1, 2015 Final Edition", Some("2015-07-01"));
        check("January 10, 2018 Wednesday 10:36 EST", Some("2018-01-10"));
        check("Mittwoch 1. Juli 2015", Some("2015-07-01"));
        check("1.Juli 2015", Some("2015-07-01"));
        check("10 décembre 2019 mardi 3:00 AM GMT", Some("2019-12-10"));
        check("décembre 10 2019", Some("2019-12-10"));
        check("13 de noviembre de 2017", Some("2017-11-13"));
        check("9 Januar 1993", Some("1993-01-09"));
        check("2017 年 11 月 13 日", Some("2017-11-13"));
        check("2017年11月3日", Some("2017-11-03"));
        check("2019-04-13", Some("2019-04-13"));
        check("Jul 5, 2020", Some("2020-07-05"));
        check("May 2015", Some("2015-05"));
        check("July/August 2015", Some("2015-07"));
        check("Summer 2015", Some("2015"));
        check("March on Washington", None);
        check("The Washington Post", None);
        check("1984 was a book", None);
        check("30 February 2015", None);
        check("Copyright 2015 The Post", None);
    }

    #[test]
    fn a_day_knows_where_it_stands() {
        let line = "Mittwoch 1. Juli 2015 Seite 3";
        let day = read(line).unwrap();
        assert_eq!(&line[day.start..day.end], "1. Juli 2015");
        let line = "2017 年 11 月 13 日 x";
        let day = read(line).unwrap();
        assert_eq!(&line[day.start..day.end], "2017 年 11 月 13 日");
    }
}
