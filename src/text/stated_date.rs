//! Reads the date that a source states beside an article: a text as archives,
//! feeds and databases write it.
//!
//! Each form is read only where it can mean one day and no other: `14/05/2013`
//! can, `04/05/2013` cannot. Dots say that the day comes first (`04.05.2013`),
//! unless that gives no date. A month and its year are a month.
//!
//! Digits alone are a year (4), a day (8), a day with its time (12, 14), else
//! the time since 1970 in seconds (9, 10), milliseconds (12, 13), microseconds
//! (16) or nanoseconds (19). Fewer than nine digits of seconds would be days of
//! the first three years, and look like days written as digits. Ten digits that
//! also are a day with its hour (`2033052114`) mean one of two days, and are not
//! read; up to 2030 no time since 1970 looks so.
//!
//! Some dates mean that there is none: the year 1, the year 9999, and the
//! instant from which computers count. They are not read either.

mod clock;

use jiff::Timestamp;
use jiff::civil::Date;

use self::clock::{clock, read_time};
use super::calendar;

/// How exactly a date is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exactness {
    /// To the year.
    Year,
    /// To the month.
    Month,
    /// To the day.
    Day,
    /// To the minute.
    Minute,
    /// To the second.
    Second,
}

/// A date as a source states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedDate {
    /// The day, or the first day of the month or year.
    pub first: Date,
    /// How exactly it is stated.
    pub exactness: Exactness,
    /// The time of day with its offset, as ISO 8601 writes them; empty where
    /// there is none.
    pub clock: String,
}

/// The most bytes of a date; longer texts need no closer look.
const MOST_BYTES: usize = 80;

/// Reads a date, with or without a time of day.
pub fn read(text: &str) -> Option<StatedDate> {
    let text = text.trim();
    if text.len() > MOST_BYTES {
        return None;
    }
    // Dates that programs print have all kinds of spaces; in Chinese and Japanese
    // the parts are named.
    let plain: String;
    let text = if text.is_ascii() {
        text
    } else {
        let plain_char = |c: char| match c {
            '年' | '月' => '-',
            '日' => ' ',
            c if c.is_whitespace() => ' ',
            c => c,
        };
        plain = text.chars().map(plain_char).collect();
        plain.trim()
    };
    if !text.is_ascii() {
        return None;
    }
    // As .NET writes it.
    let text = text
        .strip_prefix("/Date(")
        .and_then(|text| text.strip_suffix(")/"))
        .unwrap_or(text);
    let found = digits(text)
        .or_else(|| iso(text))
        .or_else(|| spelled(text))
        .or_else(|| numeric(text));
    found.filter(|found| !found.is_sentinel())
}

impl StatedDate {
    fn day(first: Date) -> StatedDate {
        StatedDate {
            first,
            exactness: Exactness::Day,
            clock: String::new(),
        }
    }

    /// Whether it is what programs write that have no date.
    fn is_sentinel(&self) -> bool {
        let is_midnight = || {
            let instant = format!("{}T{}", self.first, self.clock);
            let zoned: Option<Timestamp> = instant.parse().ok();
            let bare = self.clock.trim_end_matches(['0', ':', '.']).is_empty();
            zoned.map_or(bare && self.is_first_day(), |instant| {
                instant.as_second() == 0
            })
        };
        matches!(self.first.year(), 1 | 9999) || (!self.clock.is_empty() && is_midnight())
    }

    fn is_first_day(&self) -> bool {
        (self.first.year(), self.first.month(), self.first.day()) == (1970, 1, 1)
    }
}

/// Milliseconds since 1970 as ISO 8601 writes them; `None` before 1900 and
/// after 2100.
pub fn iso_of_millis(millis: i64) -> Option<String> {
    let instant = Timestamp::from_millisecond(millis).ok()?;
    let second = Timestamp::from_second(instant.as_second()).ok()?;
    is_plausible(second).then(|| second.to_string())
}

fn is_plausible(instant: Timestamp) -> bool {
    let year = instant.strftime("%Y").to_string().parse::<i16>();
    year.is_ok_and(|year| (1900..2100).contains(&year))
}

/// `2013`, `20130514`, `20130514234105`, `1368575000`, `-86400000`,
/// `1368575000.25`.
fn digits(text: &str) -> Option<StatedDate> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let (sign, bare) = match whole.strip_prefix('-') {
        Some(bare) => (-1, bare),
        None => (1, whole),
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if bare.len() < 8 || !are_digits(bare) || fraction.is_empty() || !are_digits(fraction) {
        return None;
    }
    let is_bare = sign == 1 && !text.contains('.');
    let calendar = is_bare.then(|| compact(bare)).flatten();
    let number: i64 = bare.parse().ok()?;
    let per_second = match bare.len() {
        8 if sign == 1 => return calendar,
        8..=10 => 1,
        11..=13 => 1_000,
        16 => 1_000_000,
        19 => 1_000_000_000,
        _ => return calendar,
    };
    match (calendar, bare.len()) {
        (Some(_), 10) => return None,
        (Some(found), _) => return Some(found),
        (None, _) => {}
    }
    let seconds = (sign * number).div_euclid(per_second);
    let instant = Timestamp::from_second(seconds)
        .ok()
        .filter(|instant| is_plausible(*instant))?;
    iso(&instant.to_string())
}

/// A day without marks between its parts, and perhaps with its hour, minute
/// and second.
fn compact(digits: &str) -> Option<StatedDate> {
    let part = |from: usize, to: usize| number(digits.get(from..to)?);
    let found = day(part(0, 4)?, part(4, 6)?, part(6, 8)?)?;
    if !(1800..2100).contains(&found.year()) {
        return None;
    }
    let clock = match digits.len() {
        8 => return Some(StatedDate::day(found)),
        10 => format!("{}:00", &digits[8..]),
        12 => format!("{}:{}", &digits[8..10], &digits[10..]),
        14 => format!("{}:{}:{}", &digits[8..10], &digits[10..12], &digits[12..]),
        _ => return None,
    };
    let found = with_time(found, &clock);
    (found.exactness != Exactness::Day).then_some(found)
}

/// `2013`, `2013-05`, `2013-05-14`, `2013-05-14T23:41:05.123+0200`.
fn iso(text: &str) -> Option<StatedDate> {
    let (date, time) = split_time(text);
    let numbers: Vec<Option<i16>> = date.split('-').take(4).map(number).collect();
    match (date.len(), numbers.as_slice()) {
        (4, [Some(year)]) if time.is_empty() => Some(StatedDate {
            exactness: Exactness::Year,
            ..StatedDate::day(Date::new(*year, 1, 1).ok()?)
        }),
        (7, [Some(year), Some(month)]) if time.is_empty() => Some(StatedDate {
            exactness: Exactness::Month,
            ..StatedDate::day(day(*year, *month, 1)?)
        }),
        (10, [Some(year), Some(month), Some(of)]) => {
            Some(with_time(day(*year, *month, *of)?, time))
        }
        _ => None,
    }
}

/// `14/05/2013`, `2013/05/14`, `14.5.2013`, `20130514T234105Z`.
fn numeric(text: &str) -> Option<StatedDate> {
    let (date, time) = split_time(text);
    if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) {
        let found = compact(date)?;
        // The time may come without colons, too.
        let (clock, zone) = time.split_at(time.find(['Z', '+', '-']).unwrap_or(time.len()));
        let digits = clock.bytes().all(|byte| byte.is_ascii_digit());
        let spaced = match (digits, clock.len()) {
            (true, 4) => format!("{}:{}{zone}", &clock[..2], &clock[2..]),
            (true, 6) => format!("{}:{}:{}{zone}", &clock[..2], &clock[2..4], &clock[4..]),
            _ => time.to_owned(),
        };
        return Some(with_time(found.first, &spaced));
    }
    let mark = date.find(['/', '.', '-'])?;
    let mark = date.as_bytes()[mark];
    let mut parts = date.split(char::from(mark));
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some_and(|rest| !rest.is_empty()) {
        return None;
    }
    let (one, two, three) = (number(first)?, number(second)?, number(third)?);
    let found = match (first.len(), third.len()) {
        (4, 1..=2) => day(one, two, three)?,
        (1..=2, 4) => match (day(three, two, one), day(three, one, two)) {
            (Some(found), None) | (None, Some(found)) => found,
            (Some(found), Some(other)) if found == other || mark == b'.' => found,
            // 04/05/2013 is a day in April or in May.
            _ => return None,
        },
        _ => return None,
    };
    Some(with_time(found, time))
}

/// `Tue, 14 May 2013 23:41:00 GMT`, `May 14, 2013`, `14-May-2013`, `May 2013`,
/// `Tue May 14 23:41:00 UTC 2013`,
/// `Tue May 14 2013 23:41:00 GMT+0200 (Central European Summer Time)`.
fn spelled(text: &str) -> Option<StatedDate> {
    // A remark at the end names the zone once more.
    let text = match text.strip_suffix(')').and_then(|text| text.rfind('(')) {
        Some(open) => text[..open].trim_end(),
        None => text,
    };
    let mut found: (Option<i16>, Option<i16>, Option<i16>) = (None, None, None);
    let mut weekday = None;
    let mut time: Vec<&str> = Vec::new();
    let (mut is_day_first, mut has_short_year) = (false, false);
    for word in spelled_words(text) {
        let is_clock = time.last().is_some_and(|last| last.contains(':'));
        if let Some(month) = month(word) {
            set(&mut found.1, i16::from(month))?;
            is_day_first = found.2.is_some();
        } else if let Some(day) = calendar::weekday(word.trim_end_matches('.')) {
            set(&mut weekday, day)?;
        } else if word.len() == 4
            && number(word).is_some()
            && time_is_whole(&time)
            && found.0.is_none()
        {
            found.0 = number(word);
        } else if let Some(of) = ordinal(word).filter(|_| found.2.is_none() && !is_clock) {
            found.2 = Some(of);
        } else if is_short_year(word) && is_day_first && found.0.is_none() && time.is_empty() {
            // A day, its month, and a year of two digits, as RFC 822 has them.
            found.0 = number(word).map(|year| year + if year < 50 { 2000 } else { 1900 });
            has_short_year = true;
        } else if !matches!(word, "at" | "of" | "the" | "on" | "-") {
            time.push(word);
        }
    }
    let (year, month) = (found.0?, found.1?);
    let Some(of) = found.2 else {
        let first = StatedDate::day(day(year, month, 1)?);
        return (time.is_empty() && weekday.is_none()).then_some(StatedDate {
            exactness: Exactness::Month,
            ..first
        });
    };
    let date = day(year, month, of)?;
    // A day of the week that does not fall on the date is a slip in one of them.
    if weekday.is_some_and(|weekday| weekday != date.weekday()) {
        return None;
    }
    if time.is_empty() {
        return Some(StatedDate::day(date));
    }
    // As RFC 822 has it: the day before its month, and a day of the week or a short
    // year. `date` and Java print others, for zones of the same letters elsewhere.
    let is_mail = is_day_first && (weekday.is_some() || has_short_year);
    let stated = with_time(date, &clock(&time, is_mail)?);
    (stated.exactness != Exactness::Day).then_some(stated)
}

/// The words of a date: its parts where dashes join them, "14-May-2013".
fn spelled_words(text: &str) -> impl Iterator<Item = &str> {
    // An offset ("-0500") follows no letter.
    let is_dashed = |word: &str| word.bytes().any(|byte| byte.is_ascii_alphabetic());
    text.split([' ', ',', '\t'])
        .filter(|word| !word.is_empty())
        .flat_map(move |word| {
            let dash = if is_dashed(word) && !word.contains(':') && !word.contains('+') {
                '-'
            } else {
                ' '
            };
            word.split(dash)
        })
        .filter(|word| !word.is_empty())
}

/// Whether what has been read of a time leaves a year to come: an offset
/// (`+0200`) begins with a sign, so that any four digits are a year.
fn time_is_whole(time: &[&str]) -> bool {
    time.len() <= 2
}

/// `13`, as in `14 May 13`.
fn is_short_year(word: &str) -> bool {
    word.len() == 2 && number(word).is_some()
}

fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    if place.is_some() {
        return None;
    }
    *place = Some(value);
    Some(())
}

fn month(word: &str) -> Option<i8> {
    let bare = word.trim_end_matches('.');
    calendar::month(bare).or_else(|| calendar::short_month(bare))
}

/// `14`, `14th`, `14.`.
fn ordinal(word: &str) -> Option<i16> {
    let bare = ["st", "nd", "rd", "th", "."]
        .iter()
        .find_map(|end| word.strip_suffix(end))
        .unwrap_or(word);
    (bare.len() <= 2).then(|| number(bare))?
}

/// A number of digits alone.
pub fn number(text: &str) -> Option<i16> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

/// The day `of` of a month, if there is one.
pub fn day(year: i16, month: i16, of: i16) -> Option<Date> {
    let small = |number: i16| i8::try_from(number).ok();
    Date::new(year, small(month)?, small(of)?).ok()
}

/// What comes before and after the `T`, the space or the comma between a date
/// and its time.
fn split_time(text: &str) -> (&str, &str) {
    text.find(['T', 't', ' ', ',']).map_or((text, ""), |at| {
        (&text[..at], text[at + 1..].trim_start_matches([' ', ',']))
    })
}

/// The day, with the time where it can be read.
fn with_time(date: Date, time: &str) -> StatedDate {
    let read = read_time(time).or_else(|| {
        // "23:41:05 +0200", "11:41 PM", "23:41:05 UTC".
        let words: Vec<&str> = time.split(' ').filter(|word| !word.is_empty()).collect();
        read_time(&clock(&words, false)?)
    });
    match read {
        Some((clock, exactness)) => StatedDate {
            exactness,
            clock,
            ..StatedDate::day(date)
        },
        None => StatedDate::day(date),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, value: Option<&str>) {
        let found = read(text).map(|found| match (found.exactness, found.clock.as_str()) {
            (Exactness::Year, _) => found.first.strftime("%Y").to_string(),
            (Exactness::Month, _) => found.first.strftime("%Y-%m").to_string(),
            (_, "") => found.first.to_string(),
            (_, clock) => format!("{}T{clock}", found.first),
        });
        assert_eq!(found.as_deref(), value, "{text}");
    }

    #[test]
    fn records_write_dates_in_many_ways() {
        for text in [
            "2013-05-14",
            "2013/05/14",
            "20130514",
            "14/05/2013",
            "05/14/2013",
            "14.5.2013",
            "14.05.2013.",
            "05.14.2013",
            "May 14, 2013",
            "14 May 2013",
            "14th May 2013",
            "the 14th of May 2013",
            "14. May 2013",
            "14-May-2013",
            "May. 14, 2013",
            "Tuesday, 14 May 2013",
            "2013\u{a0}-05-14".replace('\u{a0}', "").as_str(),
            "14\u{a0}May\u{202f}2013",
            "2013年5月14日",
            "2013-5-14",
        ] {
            check(text, Some("2013-05-14"));
        }
        check("01.12.2008", Some("2008-12-01"));
        check("May 2013", Some("2013-05"));
        check("2013-05", Some("2013-05"));
        check("2013", Some("2013"));
    }

    #[test]
    fn times_are_kept_as_iso_writes_them() {
        for (text, clock) in [
            ("Tue, 14 May 2013 23:41:00 GMT", "23:41:00Z"),
            ("Tue, 14 May 2013 23:41:00 +0200", "23:41:00+02:00"),
            ("Tue, 14 May 2013 23:41:00 +0200 (CEST)", "23:41:00+02:00"),
            ("14 May 2013 23:41:00 -0000", "23:41:00Z"),
            ("2013-05-14T23:41:05.123+0200", "23:41:05.123+02:00"),
            ("2013-05-14t23:41:05z", "23:41:05Z"),
            ("2013-05-14T23:41:05,123Z", "23:41:05.123Z"),
            ("2013-05-14T23:41:05+02:00[Europe/Paris]", "23:41:05+02:00"),
            ("2013-05-14 23:41:05 +0200", "23:41:05+02:00"),
            ("2013-05-14 23:41:05 +0000 UTC", "23:41:05+00:00"),
            ("2013-05-14 23:41:05 UTC", "23:41:05Z"),
            ("2013-05-14 11:41 PM", "23:41"),
            ("Tuesday 14 May 2013 23.41 BST", "23:41"),
            ("May 14, 2013 11:41:05 PM", "23:41:05"),
            ("2013年5月14日 23:41", "23:41"),
            ("May 14, 2013 at 11:41 PM EDT", "23:41"),
            ("May 14, 2013, 11:41\u{202f}PM", "23:41"),
            ("May 14, 2013 11:41pm", "23:41"),
            ("05/14/2013, 11:41 PM", "23:41"),
            ("14.05.2013 23:41", "23:41"),
            ("Tue May 14 23:41:05 2013", "23:41:05"),
            ("Tue May 14 23:41:05 UTC 2013", "23:41:05Z"),
            (
                "Tue May 14 2013 23:41:05 GMT+0200 (Central European Summer Time)",
                "23:41:05+02:00",
            ),
            ("2013-05-14 23:41:05", "23:41:05"),
            ("20130514T234105Z", "23:41:05Z"),
            ("20130514234105", "23:41:05"),
            ("201305142341", "23:41"),
        ] {
            check(text, Some(&format!("2013-05-14T{clock}")));
        }
    }

    #[test]
    fn the_time_since_1970_is_a_date() {
        for text in [
            "1228138394",
            "1228138394.25",
            "1228138394000",
            "/Date(1228138394000)/",
            "1228138394123456",
            "1228138394123456789",
        ] {
            check(text, Some("2008-12-01T13:33:14Z"));
        }
        check("104169600", Some("1973-04-20T16:00:00Z"));
        check("-315619200", Some("1960-01-01T00:00:00Z"));
        assert_eq!(
            iso_of_millis(1_228_138_394_123).as_deref(),
            Some("2008-12-01T13:33:14Z")
        );
        assert_eq!(iso_of_millis(i64::MAX), None);
    }

    #[test]
    fn what_stands_for_no_date_is_not_read() {
        for text in [
            "0",
            "1",
            "-1",
            "9999-12-31",
            "9999-12-31T23:59:59Z",
            "0001-01-01T00:00:00Z",
            "0000-00-00 00:00:00",
            "1970-01-01T00:00:00Z",
            "1970-01-01 00:00:00",
            "1970-01-01T00:00:00.000+0000",
            "1969-12-31T19:00:00-05:00",
            "9999999999",
            "253402300799000",
        ] {
            check(text, None);
        }
        check("1970-01-01", Some("1970-01-01"));
        check("1970-01-01T06:00:00Z", Some("1970-01-01T06:00:00Z"));
    }

    #[test]
    fn what_may_be_either_of_two_days_is_not_read() {
        for text in [
            "04/05/2013",
            "04-05-2013",
            "14/05/13",
            "Wed, 14 May 2013",
            "31 February 2013",
            "14 mai 2013",
            "May 14, 2013 or so",
            "20131305",
            "2033052114",
            "true",
            "soon",
            "",
            "-",
            "...",
            "２０１３-05-14",
        ] {
            check(text, None);
        }
        check("05/05/2013", Some("2013-05-05"));
    }
}
