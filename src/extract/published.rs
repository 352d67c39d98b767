//! When an article was published, as far as it is known.
//!
//! A date is never made up: a value always comes with the words that say it,
//! and an interval only where year and month are known.

mod stated;

use std::ops::Range;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How exactly a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// To the second.
    Second,
    /// To the minute.
    Minute,
    /// To the day.
    Day,
    /// To the month.
    Month,
    /// To the year.
    Year,
    /// Month (and perhaps day) without the year.
    MonthWithoutYear,
    /// Between two days.
    Interval,
    /// Not before a day.
    LowerBound,
    /// Not after a day.
    UpperBound,
    /// Not at all.
    Unknown,
}

/// Where a date was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Stated by the record or front matter.
    Metadata,
    /// In the article's address.
    Url,
    /// A date line above the text.
    Header,
    /// The opening of a wire story.
    Dateline,
    /// Concluded from several expressions of the text.
    Inferred,
    /// Bounded by what the text tells as past, or by a note of a later copy or
    /// change.
    Bounds,
    /// Nowhere.
    None,
}

/// A range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Evidence that speaks against the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// What it would say, as EDTF writes it, or the words as they stand.
    pub value: String,
    /// Where it stands; both 0 for a statement outside the text.
    #[serde(flatten)]
    pub span: Span,
}

/// The publication date of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// EDTF (ISO 8601-2): `2013-05-14`, `2011-07`, `XXXX-12`, `2014/..`.
    pub value: Option<String>,
    /// The first day it may be, `None` where there is no interval.
    pub earliest: Option<Date>,
    /// The last day it may be, `None` where it is open or there is none.
    pub latest: Option<Date>,
    /// How exactly it is known.
    pub precision: Precision,
    /// Where it was found.
    pub method: Method,
    /// The places that say it.
    pub evidence: Vec<Span>,
    /// What speaks against it.
    pub conflicts: Vec<Conflict>,
}

impl Default for Published {
    fn default() -> Self {
        Published {
            value: None,
            earliest: None,
            latest: None,
            precision: Precision::Unknown,
            method: Method::None,
            evidence: Vec::new(),
            conflicts: Vec::new(),
        }
    }
}

impl Published {
    /// A date known to the day.
    pub fn day(date: Date, method: Method, evidence: Vec<Span>) -> Published {
        Published {
            value: Some(date.to_string()),
            earliest: Some(date),
            latest: Some(date),
            precision: Precision::Day,
            method,
            evidence,
            conflicts: Vec::new(),
        }
    }

    /// A date known to the month.
    pub fn month(first: Date, method: Method, evidence: Vec<Span>) -> Published {
        Published {
            value: Some(first.strftime("%Y-%m").to_string()),
            earliest: Some(first.first_of_month()),
            latest: Some(first.last_of_month()),
            precision: Precision::Month,
            ..Published::day(first, method, evidence)
        }
    }

    /// Month, and perhaps day, of an unknown year.
    pub fn without_year(
        month: i8,
        day: Option<i8>,
        method: Method,
        evidence: Vec<Span>,
    ) -> Published {
        let day = day.map_or(String::new(), |day| format!("-{day:02}"));
        Published {
            value: Some(format!("XXXX-{month:02}{day}")),
            precision: Precision::MonthWithoutYear,
            method,
            evidence,
            ..Published::default()
        }
    }

    /// A year that is told as past: the article is no older.
    pub fn not_before(year: i16, evidence: Vec<Span>) -> Published {
        Published {
            value: Some(format!("{year:04}/..")),
            earliest: Date::new(year, 1, 1).ok(),
            precision: Precision::LowerBound,
            method: Method::Bounds,
            evidence,
            ..Published::default()
        }
    }

    /// A day by which the article was there, as `value` writes it: the article is
    /// no younger.
    pub fn not_after(last: Date, value: &str, evidence: Vec<Span>) -> Published {
        Published {
            value: Some(format!("../{value}")),
            latest: Some(last),
            precision: Precision::UpperBound,
            method: Method::Bounds,
            evidence,
            ..Published::default()
        }
    }

    /// A lower bound together with an upper one. Where they leave no day, a year
    /// was misread, and the upper one stays: a note says what it is.
    #[must_use]
    pub fn and_not_after(self, upper: Published) -> Published {
        if self.earliest > upper.latest {
            return upper;
        }
        let ends = |lower: &str, upper: &str| {
            let (from, to) = (
                lower.trim_end_matches(".."),
                upper.trim_start_matches("../"),
            );
            format!("{from}{to}")
        };
        Published {
            value: self
                .value
                .zip(upper.value)
                .map(|(lower, upper)| ends(&lower, &upper)),
            latest: upper.latest,
            precision: Precision::Interval,
            evidence: [self.evidence, upper.evidence].concat(),
            ..self
        }
    }

    /// One of two days, or one between them.
    pub fn between(first: Date, last: Date, method: Method, evidence: Vec<Span>) -> Published {
        Published {
            value: Some(format!("{first}/{last}")),
            latest: Some(last),
            precision: Precision::Interval,
            ..Published::day(first, method, evidence)
        }
    }

    /// A date as a record states it: ISO 8601 of any precision, and the forms
    /// that archives use, with or without time. `None` when it cannot be read,
    /// or may be either of two days.
    pub fn stated(text: &str) -> Option<Published> {
        stated::read(text)
    }

    /// The date in an article's address, `None` if there is none.
    pub fn in_url(url: &str) -> Option<Published> {
        stated::in_url(url)
    }

    /// Whether no interval is known, so that only `date:unknown` finds it.
    pub fn is_unknown(&self) -> bool {
        self.earliest.is_none() && self.latest.is_none()
    }

    /// Moves all spans by the map `to_file`.
    pub fn map_spans(&mut self, to_file: impl Fn(Range<usize>) -> Range<usize>) {
        let spans = self.evidence.iter_mut();
        for span in spans.chain(self.conflicts.iter_mut().map(|conflict| &mut conflict.span)) {
            if *span != (Span { start: 0, end: 0 }) {
                let Range { start, end } = to_file(span.start..span.end);
                *span = Span { start, end };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, Precision, &str, &str)>) {
        let read = Published::stated(text);
        let shown = read.as_ref().map(|published| {
            let day = |date: Option<Date>| date.map_or(String::new(), |date| date.to_string());
            (
                published.value.clone().unwrap_or_default(),
                published.precision,
                day(published.earliest),
                day(published.latest),
            )
        });
        let expected = expected.map(|(value, precision, first, last)| {
            (
                value.to_owned(),
                precision,
                first.to_owned(),
                last.to_owned(),
            )
        });
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn stated_dates_keep_their_precision() {
        check(
            "2013-05-14",
            Some(("2013-05-14", Precision::Day, "2013-05-14", "2013-05-14")),
        );
        check(
            "2011-07",
            Some(("2011-07", Precision::Month, "2011-07-01", "2011-07-31")),
        );
        check(
            "2012",
            Some(("2012", Precision::Year, "2012-01-01", "2012-12-31")),
        );
        check(
            "2013-05-14T23:41:05Z",
            Some((
                "2013-05-14T23:41:05Z",
                Precision::Second,
                "2013-05-14",
                "2013-05-14",
            )),
        );
        check(
            "2013-05-14 23:41",
            Some((
                "2013-05-14T23:41",
                Precision::Minute,
                "2013-05-14",
                "2013-05-14",
            )),
        );
        for bad in ["", "yesterday", "2013-02-30", "04/05/2013"] {
            check(bad, None);
        }
    }
}
