//! The date that a source states beside the text, or in the article's address.

use jiff::civil::Date;

use super::{Method, Precision, Published};
use crate::text::calendar;
use crate::text::stated_date::{self, Exactness, day, number};

/// A date as a record writes it, with or without a time.
pub(super) fn read(text: &str) -> Option<Published> {
    let stated = stated_date::read(text)?;
    let first = stated.first;
    let precision = match stated.exactness {
        Exactness::Year => {
            return Some(Published {
                latest: Some(Date::new(first.year(), 12, 31).ok()?),
                precision: Precision::Year,
                value: Some(first.strftime("%Y").to_string()),
                ..Published::day(first, Method::Metadata, Vec::new())
            });
        }
        Exactness::Month => return Some(Published::month(first, Method::Metadata, Vec::new())),
        Exactness::Day => Precision::Day,
        Exactness::Minute => Precision::Minute,
        Exactness::Second => Precision::Second,
    };
    let mut published = Published::day(first, Method::Metadata, Vec::new());
    if precision != Precision::Day {
        published.precision = precision;
        published.value = Some(format!("{first}T{}", stated.clock));
    }
    Some(published)
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
    fn a_stated_date_is_as_exact_as_it_is_written() {
        check("2013", Some("2013"));
        check("May 2013", Some("2013-05"));
        check("14.5.2013", Some("2013-05-14"));
        check(
            "Tue, 14 May 2013 23:41:00 GMT",
            Some("2013-05-14T23:41:00Z"),
        );
        check("1228138394000", Some("2008-12-01T13:33:14Z"));
        check("04/05/2013", None);
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
