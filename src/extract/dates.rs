//! Finds the dates an article mentions, and when it was published.
//!
//! `publication` decides the publication date, from the most certain source
//! down; then the expressions of the text are resolved against it. What the
//! text does not settle stays unresolved.

mod expression;
mod publication;

use jiff::civil::{Date, Weekday};
use jiff::{Span as Duration, ToSpan};

use self::expression::{Expression, Meaning, Season, Unit};
use super::published::{Precision, Published};
use super::{DateMention, Mention, Page};

/// The publication date of `page` and the dates it mentions, in order.
/// `stated` is the date that the source gives apart from the text.
pub(super) fn find(page: &Page<'_>, stated: Option<&str>) -> (Published, Vec<DateMention>) {
    let expressions = expression::find(page);
    let published = publication::decide(page, &expressions, stated);
    let dates = expressions
        .iter()
        .filter(|expression| expression.in_body)
        .map(|expression| DateMention {
            mention: Mention::at(page.text, expression.span.clone()),
            value: resolve(expression, &published),
        })
        .collect();
    (published, dates)
}

/// The value of `expression` as TIMEX3 writes it.
fn resolve(expression: &Expression, published: &Published) -> Option<String> {
    let day = published
        .earliest
        .filter(|first| published.latest == Some(*first));
    let month = published
        .earliest
        .filter(|_| day.is_some() || published.precision == Precision::Month);
    match expression.meaning {
        Meaning::Day(date) => Some(date.to_string()),
        Meaning::MonthOfYear(first) => Some(first.strftime("%Y-%m").to_string()),
        Meaning::Year(year) => Some(format!("{year:04}")),
        Meaning::DayOfMonth {
            month: of,
            first,
            last,
        } => {
            let year = month.map_or("XXXX".to_owned(), |published| {
                year_near(published, of).to_string()
            });
            let start = format!("{year}-{of:02}-{first:02}");
            Some(last.map_or(start.clone(), |last| {
                format!("{start}/{year}-{of:02}-{last:02}")
            }))
        }
        Meaning::Month(of) => Some(month.map_or(format!("XXXX-{of:02}"), |published| {
            format!("{}-{of:02}", year_near(published, of))
        })),
        Meaning::Weekday(weekday) => day
            .and_then(|day| last_such_day(day, weekday))
            .map(|date| date.to_string()),
        Meaning::Relative(unit, offset) => relative(unit, offset, day, month),
    }
}

/// The year that brings `month` nearest to the publication, the past first.
fn year_near(published: Date, month: i8) -> i16 {
    let ahead = month - published.month();
    if ahead > 3 {
        published.year() - 1
    } else {
        published.year()
    }
}

fn last_such_day(day: Date, weekday: Weekday) -> Option<Date> {
    (0..7).find_map(|back| {
        day.checked_sub(back.days())
            .ok()
            .filter(|date| date.weekday() == weekday)
    })
}

fn relative(unit: Unit, offset: i64, day: Option<Date>, month: Option<Date>) -> Option<String> {
    let shifted = |from: Date, by: Duration| from.checked_add(by).ok();
    match unit {
        Unit::Day => shifted(day?, offset.days()).map(|date| date.to_string()),
        Unit::Week => {
            shifted(day?, (offset * 7).days()).map(|date| date.strftime("%G-W%V").to_string())
        }
        Unit::Month => shifted(month?.first_of_month(), offset.months())
            .map(|date| date.strftime("%Y-%m").to_string()),
        Unit::Year => Some((i64::from(month?.year()) + offset).to_string()),
        Unit::Season(season) => Some(format!(
            "{}-{}",
            i64::from(month?.year()) + offset,
            season_code(season)
        )),
    }
}

fn season_code(season: Season) -> &'static str {
    match season {
        Season::Spring => "SP",
        Season::Summer => "SU",
        Season::Autumn => "FA",
        Season::Winter => "WI",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;

    fn check(
        text: &str,
        stated: Option<&str>,
        published: Option<&str>,
        dates: &[(&str, Option<&str>)],
    ) {
        let layout = Layout::of(text, Some("-"));
        let (found, mentions) = find(&Page::of(text, &layout), stated);
        assert_eq!(found.value.as_deref(), published, "{text}");
        let shown: Vec<(&str, Option<&str>)> = mentions
            .iter()
            .map(|date| (date.mention.text.as_str(), date.value.as_deref()))
            .collect();
        assert_eq!(shown, dates, "{text}");
    }

    #[test]
    fn dates_are_resolved_against_the_publication() {
        check(
            "They met on Tuesday, last month and this summer, he said. In 2011 and on June 21-23 they agreed in October.",
            Some("2013-05-14"),
            Some("2013-05-14"),
            &[
                ("Tuesday", Some("2013-05-14")),
                ("last month", Some("2013-04")),
                ("this summer", Some("2013-SU")),
                ("2011", Some("2011")),
                ("June 21-23", Some("2013-06-21/2013-06-23")),
                ("October", Some("2012-10")),
            ],
        );
    }

    #[test]
    fn without_a_publication_date_nothing_is_made_up() {
        check(
            "They may march on Tuesday in 24/7 mode, 5 years ago, on November 1, he said.",
            None,
            None,
            &[("Tuesday", None), ("November 1", Some("XXXX-11-01"))],
        );
    }
}
