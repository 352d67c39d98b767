//! Reads the date that a record states beside its text.
//!
//! Archives write it in many ways. Each is read only where it can mean one day
//! and no other: `14/05/2013` can, `04/05/2013` cannot.

use jiff::civil::Date;

use super::{Method, Precision, Published};
use crate::text::calendar;

/// A date as a record writes it, with or without a time.
pub(super) fn read(text: &str) -> Option<Published> {
    let text = text.trim();
    // No date is longer, and longer texts need no closer look.
    if text.len() > 80 || !text.is_ascii() {
        return None;
    }
    iso(text)
        .or_else(|| spelled(text))
        .or_else(|| numeric(text))
}

/// `2013`, `2013-05`, `2013-05-14`, `2013-05-14T23:41:05.123+0200`.
fn iso(text: &str) -> Option<Published> {
    let (date, time) = split_time(text);
    let numbers: Vec<Option<i16>> = date.split('-').map(number).collect();
    match (date.len(), numbers.as_slice()) {
        (4, [Some(year)]) => Some(Published {
            latest: Some(Date::new(*year, 12, 31).ok()?),
            precision: Precision::Year,
            value: Some(date.to_owned()),
            ..Published::day(Date::new(*year, 1, 1).ok()?, Method::Metadata, Vec::new())
        }),
        (7, [Some(year), Some(month)]) => Some(Published::month(
            day(*year, *month, 1)?,
            Method::Metadata,
            Vec::new(),
        )),
        (10, [Some(year), Some(month), Some(of)]) => {
            Some(with_time(day(*year, *month, *of)?, time))
        }
        _ => None,
    }
}

/// `14/05/2013`, `2013/05/14`, `14.5.2013`, `20130514`.
fn numeric(text: &str) -> Option<Published> {
    let (date, time) = split_time(text);
    if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) {
        let found = day(
            number(&date[..4])?,
            number(&date[4..6])?,
            number(&date[6..])?,
        )?;
        return (found.year() >= 1800).then(|| with_time(found, time));
    }
    let parts: Vec<&str> = date.split(['/', '.', '-']).collect();
    let [first, second, third] = parts[..] else {
        return None;
    };
    let (one, two, three) = (number(first)?, number(second)?, number(third)?);
    let found = match (first.len(), third.len()) {
        (4, 1..=2) => day(one, two, three)?,
        (1..=2, 4) => match (day(three, two, one), day(three, one, two)) {
            (Some(found), None) | (None, Some(found)) => found,
            (Some(found), Some(other)) if found == other => found,
            // 04/05/2013 is a day in April or in May.
            _ => return None,
        },
        _ => return None,
    };
    Some(with_time(found, time))
}

/// `Tue, 14 May 2013 23:41:00 GMT`, `May 14, 2013`, `14 May 2013`,
/// `Tue May 14 23:41:00 2013`.
fn spelled(text: &str) -> Option<Published> {
    let words: Vec<&str> = text
        .split([' ', ',', '\t'])
        .filter(|word| !word.is_empty())
        .collect();
    let mut found: (Option<i16>, Option<i16>, Option<i16>) = (None, None, None);
    let mut weekday = None;
    let mut time = Vec::new();
    for word in words {
        if let Some(month) = month(word) {
            set(&mut found.1, i16::from(month))?;
        } else if let Some(day) = calendar::weekday(word) {
            set(&mut weekday, day)?;
        } else if word.len() == 4 && number(word).is_some() && time_is_whole(&time) {
            set(&mut found.0, number(word)?)?;
        } else if let Some(of) = ordinal(word).filter(|_| found.2.is_none()) {
            found.2 = Some(of);
        } else if word != "at" {
            time.push(word);
        }
    }
    let date = day(found.0?, found.1?, found.2?)?;
    // A day of the week that does not fall on the date is a slip in one of them.
    if weekday.is_some_and(|weekday| weekday != date.weekday()) {
        return None;
    }
    if time.is_empty() {
        return Some(with_time(date, ""));
    }
    let published = with_time(date, &clock(&time)?);
    (published.precision != Precision::Day).then_some(published)
}

/// Whether what has been read of a time leaves a year to come: an offset
/// (`+0200`) begins with a sign, so that any four digits are a year.
fn time_is_whole(time: &[&str]) -> bool {
    time.len() <= 2
}

fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    if place.is_some() {
        return None;
    }
    *place = Some(value);
    Some(())
}

/// `23:41:00 GMT` and `11:41 PM` as ISO 8601 writes them.
fn clock(words: &[&str]) -> Option<String> {
    let (first, mut rest) = words.split_first()?;
    let mut parts = first.splitn(2, ':');
    let (hour, past) = (number(parts.next()?)?, parts.next()?);
    let half = rest.first().map(|word| word.to_ascii_lowercase());
    let hour = match half.as_deref() {
        Some("am" | "a.m.") if (1..=12).contains(&hour) => hour % 12,
        Some("pm" | "p.m.") if (1..=12).contains(&hour) => hour % 12 + 12,
        _ => hour,
    };
    if half.is_some_and(|half| matches!(half.as_str(), "am" | "pm" | "a.m." | "p.m.")) {
        rest = &rest[1..];
    }
    let zone = match rest {
        [] => "",
        ["GMT" | "UTC" | "UT" | "Z" | "+0000"] => "Z",
        [offset] if offset.starts_with(['+', '-']) => offset,
        // A zone by name is kept out: its offset would be a guess.
        [zone] if zone.bytes().all(|byte| byte.is_ascii_uppercase()) => "",
        _ => return None,
    };
    Some(format!("{hour:02}:{past}{zone}"))
}

fn month(word: &str) -> Option<i8> {
    let bare = word.trim_end_matches('.');
    calendar::month(bare).or_else(|| calendar::short_month(bare))
}

/// `14`, `14th`.
fn ordinal(word: &str) -> Option<i16> {
    let bare = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|end| word.strip_suffix(end))
        .unwrap_or(word);
    (bare.len() <= 2).then(|| number(bare))?
}

fn number(text: &str) -> Option<i16> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

fn day(year: i16, month: i16, of: i16) -> Option<Date> {
    let small = |number: i16| i8::try_from(number).ok();
    Date::new(year, small(month)?, small(of)?).ok()
}

fn split_time(text: &str) -> (&str, &str) {
    text.find(['T', ' '])
        .map_or((text, ""), |at| (&text[..at], text[at + 1..].trim()))
}

/// The day, with the time where it can be read.
fn with_time(date: Date, time: &str) -> Published {
    let mut published = Published::day(date, Method::Metadata, Vec::new());
    if let Some((clock, precision)) = read_time(time) {
        published.precision = precision;
        published.value = Some(format!("{date}T{clock}"));
    }
    published
}

/// `23:41`, `23:41:05Z`, `23:41:05.123+0200`: as ISO 8601 writes it.
fn read_time(text: &str) -> Option<(String, Precision)> {
    let zone_at = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = (text[..zone_at].trim_end(), &text[zone_at..]);
    let parts: Vec<&str> = clock.split(':').collect();
    let in_range =
        |part: &str, limit: i16| part.len() == 2 && number(part).is_some_and(|value| value < limit);
    let precision = match parts[..] {
        [hour, minute] if in_range(hour, 25) && in_range(minute, 60) => Precision::Minute,
        [hour, minute, second] if in_range(hour, 25) && in_range(minute, 60) => {
            let (whole, part) = second.split_once('.').unwrap_or((second, "0"));
            (in_range(whole, 61) && number(part.get(..4).unwrap_or(part)).is_some())
                .then_some(Precision::Second)?
        }
        _ => return None,
    };
    let digits = zone.trim_start_matches(['+', '-']).replace(':', "");
    let zone = match (zone, digits.len()) {
        ("" | "Z", _) => zone.to_owned(),
        (_, 2) => format!("{}{digits}:00", &zone[..1]),
        (_, 4) => format!("{}{}:{}", &zone[..1], &digits[..2], &digits[2..]),
        _ => return None,
    };
    let is_zone = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'Z');
    is_zone.then(|| (format!("{clock}{zone}"), precision))
}

/// The date in an address: `/2013/05/14/`, `/2013/may/14/`, `/2013-05-14-`,
/// `/2013/05/`.
pub(super) fn in_url(url: &str) -> Option<Published> {
    // A query may hold any date; the path says when the page was made.
    let path = url.split(['?', '#']).next()?;
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let parts: Vec<&str> = path.split('/').skip(1).take(16).collect();
    let is_year = |year: i16| (1990..2100).contains(&year);
    for (at, part) in parts.iter().enumerate() {
        if let Some(date) = in_part(part).filter(|date| is_year(date.year())) {
            return Some(Published::day(date, Method::Url, Vec::new()));
        }
        let year = (part.len() == 4).then(|| number(part)).flatten();
        let Some(year) = year.filter(|year| is_year(*year)) else {
            continue;
        };
        let Some(month) = parts.get(at + 1).and_then(|part| month_part(part)) else {
            continue;
        };
        let of = parts
            .get(at + 2)
            .filter(|part| part.len() <= 2)
            .and_then(|part| number(part));
        if let Some(date) = of.and_then(|of| day(year, month, of)) {
            return Some(Published::day(date, Method::Url, Vec::new()));
        }
        // A last part is the page: "/2013/05" may be its number.
        if of.is_none() && at + 2 < parts.len() {
            let first = day(year, month, 1)?;
            return Some(Published::month(first, Method::Url, Vec::new()));
        }
    }
    None
}

/// `2013-05-14` at the start or end of a part of an address.
fn in_part(part: &str) -> Option<Date> {
    let read = |text: &str| {
        let parts: Vec<i16> = text.split('-').map_while(number).collect();
        match parts[..] {
            [year, month, of] => day(year, month, of),
            _ => None,
        }
    };
    let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let bytes = part.as_bytes();
    let first = part.get(..10).filter(|_| is_edge(bytes.get(10)));
    let stem = part.split('.').next().unwrap_or(part);
    let cut = stem.len().checked_sub(10);
    let last = cut.filter(|cut| is_edge(cut.checked_sub(1).and_then(|at| bytes.get(at))));
    let last = last.and_then(|cut| stem.get(cut..));
    first.and_then(read).or_else(|| last.and_then(read))
}

fn month_part(part: &str) -> Option<i16> {
    let by_name = calendar::month(part).or_else(|| calendar::short_month(part));
    let by_number = (part.len() <= 2).then(|| number(part)).flatten();
    by_number
        .filter(|month| (1..=12).contains(month))
        .or(by_name.map(i16::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, value: Option<&str>) {
        let found = read(text).and_then(|published| published.value);
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
            "May 14, 2013",
            "14 May 2013",
            "14th May 2013",
            "Tuesday, 14 May 2013",
        ] {
            check(text, Some("2013-05-14"));
        }
        check("May 2013", None);
        check("2013-05", Some("2013-05"));
    }

    #[test]
    fn times_are_kept_as_iso_writes_them() {
        check(
            "Tue, 14 May 2013 23:41:00 GMT",
            Some("2013-05-14T23:41:00Z"),
        );
        check(
            "Tue, 14 May 2013 23:41:00 +0200",
            Some("2013-05-14T23:41:00+02:00"),
        );
        check(
            "2013-05-14T23:41:05.123+0200",
            Some("2013-05-14T23:41:05.123+02:00"),
        );
        check("May 14, 2013 at 11:41 PM EDT", Some("2013-05-14T23:41"));
        check("Tue May 14 23:41:05 2013", Some("2013-05-14T23:41:05"));
        check("2013-05-14 23:41:05", Some("2013-05-14T23:41:05"));
    }

    #[test]
    fn what_may_be_either_of_two_days_is_not_read() {
        for text in [
            "04/05/2013",
            "14/05/13",
            "Wed, 14 May 2013",
            "31 February 2013",
            "14 mai 2013",
            "May 14, 2013 or so",
            "20131305",
            "２０１３-05-14",
        ] {
            check(text, None);
        }
        check("05/05/2013", Some("2013-05-05"));
    }

    fn check_url(url: &str, value: Option<&str>) {
        let found = in_url(url).and_then(|published| published.value);
        assert_eq!(found.as_deref(), value, "{url}");
    }

    #[test]
    fn addresses_hold_dates_in_their_path() {
        for url in [
            "https://example.org/2013/05/14/talks-held",
            "https://example.org/news/2013/may/14/talks",
            "https://example.org/world/2013-05-14-talks.html",
            "https://example.org/world/talks-2013-05-14.html",
        ] {
            check_url(url, Some("2013-05-14"));
        }
        check_url("https://example.org/2013/05/talks", Some("2013-05"));
        for url in [
            "https://example.org/talks?date=2013-05-14",
            "https://example.org/2013/talks",
            "https://example.org/item/2013/05",
            "https://example.org/2013/13/14/talks",
            "https://example.org/1234/05/14/talks",
            "",
        ] {
            check_url(url, None);
        }
    }
}
