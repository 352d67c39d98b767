//! Completes dates whose year the text leaves out by a year that the owner
//! gives.
//!
//! What the text itself says is kept among the conflicts, so that nobody takes
//! the year for found.

use crate::article::{Article, Metadata};
use crate::extract::published::{Conflict, Span};
use crate::extract::{self, DateMention, Extraction, Precision, Published};
use crate::layout::Layout;

/// How a value writes a year that is not known.
const UNSAID: &str = "XXXX-";

/// Completes the dates of `extraction`, which was found in `article`.
///
/// A publication date without a year gets this one, and the dates mentioned
/// are resolved against it. An article without any date stays undated. Of a
/// long one about the first `most` bytes are read.
pub(super) fn assume(
    article: &mut Article,
    layout: &Layout,
    extraction: &mut Extraction,
    year: i16,
    most: usize,
) {
    if let Some((completed, date)) = complete(&extraction.published, year) {
        extraction.published = completed;
        extraction.dates = dates_against(article, layout, date, most);
    }
    for date in &mut extraction.dates {
        if let Some(value) = date.value.as_deref().and_then(|value| fill(value, year)) {
            date.value = Some(value);
        }
    }
}

/// Whether the year of a publication date was given by the owner.
pub fn is_assumed(published: &Published) -> bool {
    let Some(value) = &published.value else {
        return false;
    };
    let says_it_without_year = |conflict: &Conflict| {
        let rest = conflict.value.strip_prefix(UNSAID);
        rest.is_some_and(|rest| value.get(5..) == Some(rest))
            && published.evidence.first() == Some(&conflict.span)
    };
    published.conflicts.iter().any(says_it_without_year)
}

/// The date with its year, and that date as a record would state it; `None`
/// where it lacks no year, or there is no such day in that year.
fn complete(published: &Published, year: i16) -> Option<(Published, String)> {
    if published.precision != Precision::MonthWithoutYear {
        return None;
    }
    let unsaid = published.value.clone()?;
    let date = fill(&unsaid, year)?;
    let evidence = published.evidence.clone();
    let mut conflicts = published.conflicts.clone();
    conflicts.push(Conflict {
        value: unsaid,
        span: evidence
            .first()
            .copied()
            .unwrap_or(Span { start: 0, end: 0 }),
    });
    let completed = Published {
        method: published.method,
        evidence,
        conflicts,
        ..Published::stated(&date)?
    };
    Some((completed, date))
}

/// `value` with the year in place of `XXXX`, if that makes days or months.
fn fill(value: &str, year: i16) -> Option<String> {
    let fill_one = |part: &str| {
        let filled = format!("{year:04}-{}", part.strip_prefix(UNSAID)?);
        let date = filled.split('T').next().unwrap_or(&filled);
        Published::stated(date).map(|_| filled)
    };
    let parts: Option<Vec<String>> = value.split('/').map(fill_one).collect();
    Some(parts?.join("/"))
}

/// The dates that `article` mentions, had it been published on `date`.
fn dates_against(
    article: &mut Article,
    layout: &Layout,
    date: String,
    most: usize,
) -> Vec<DateMention> {
    // People and countries are stated to be none, which spares looking.
    let stated = Metadata {
        date: Some(date),
        countries: Some(Vec::new()),
        people: Some(Vec::new()),
        ..Metadata::default()
    };
    let own = std::mem::replace(&mut article.metadata, stated);
    let dates = extract::extract_first(article, layout, most).dates;
    article.metadata = own;
    dates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, year: i16, published: Option<&str>, dates: &[Option<&str>]) {
        let mut article = Article {
            text: text.to_owned(),
            ..Article::default()
        };
        let layout = article.layout();
        let mut extraction = extract::extract(&article, &layout);
        assume(&mut article, &layout, &mut extraction, year, usize::MAX);
        assert_eq!(extraction.published.value.as_deref(), published, "{text}");
        let values: Vec<Option<&str>> = extraction
            .dates
            .iter()
            .map(|date| date.value.as_deref())
            .collect();
        assert_eq!(values, dates, "{text}");
        assert_eq!(article.metadata, Metadata::default());
    }

    #[test]
    fn a_dateline_without_year_is_completed() {
        let text = "LONDON, Feb 26 - Talks were held on Tuesday, the ministry said.";
        check(
            text,
            1987,
            Some("1987-02-26"),
            &[Some("1987-02-26"), Some("1987-02-24")],
        );
        let mut article = Article {
            text: text.to_owned(),
            ..Article::default()
        };
        let layout = article.layout();
        let mut extraction = extract::extract(&article, &layout);
        assert!(!is_assumed(&extraction.published));
        assume(&mut article, &layout, &mut extraction, 1987, usize::MAX);
        assert!(is_assumed(&extraction.published));
        assert_eq!(extraction.published.conflicts[0].value, "XXXX-02-26");
    }

    #[test]
    fn mentioned_months_and_days_get_the_year() {
        check(
            "They may meet on June 21-23 and on November 1, he said.",
            1987,
            None,
            &[Some("1987-06-21/1987-06-23"), Some("1987-11-01")],
        );
    }

    #[test]
    fn a_day_that_the_year_lacks_stays_without_it() {
        check(
            "LONDON, Feb 29 - Talks were held, the ministry said.",
            1987,
            Some("XXXX-02-29"),
            &[Some("XXXX-02-29")],
        );
    }

    #[test]
    fn only_months_and_days_are_filled() {
        for value in ["XXXX-WXX-2", "XXXX", "2013-05", "XXXX-SU"] {
            assert_eq!(fill(value, 1987), None, "{value}");
        }
        assert_eq!(
            fill("XXXX-06-21T16:00", 1987).as_deref(),
            Some("1987-06-21T16:00")
        );
    }
}
