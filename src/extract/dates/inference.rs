//! Concludes the time of publication from what the text tells.
//!
//! Two conclusions only, each from whole evidence: the month after the event of
//! "last month", and a year told as past as a lower bound.
//!
//! Example of the first: "They met last month. … They agreed on June 21-23 … in
//! February 2011, in that last meeting." The event of last month was in June,
//! so the article is of July; its year is that of the first June after the
//! earlier meeting, 2011: `2011-07`. Without such a meeting the year stays
//! open, `XXXX-07`. Any full date, or an event told of the month so concluded,
//! contradicts it, and nothing is concluded.
//!
//! The second: "pulled out of the group in 2014" gives `2014/..`, at the
//! earliest 2014. A year that the sentence looks ahead to is no bound.

use jiff::ToSpan;
use jiff::civil::Date;

use super::expression::{TimeExpression, TimeMeaning};
use super::sentences::{SentenceFinder, last_word, span_of};
use super::word::TimeUnit;
use crate::extract::published::{Method, Published, Span};

/// "Last month" and the month of that same event: the article is from the month
/// after. The year is that of the first such month after one that the text
/// calls the last meeting's. The evidence is all that it rests on, in order.
pub(super) fn inferred(
    sentences: &mut SentenceFinder<'_, '_>,
    expressions: &[TimeExpression],
) -> Option<Published> {
    let anchor = expressions
        .iter()
        .position(|expression| expression.meaning == TimeMeaning::Relative(TimeUnit::Month, -1))?;
    let (event, month) =
        expressions[anchor..]
            .iter()
            .find_map(|expression| match expression.meaning {
                TimeMeaning::DayOfMonth { month, .. } if is_past_event(sentences, expression) => {
                    Some((expression, month))
                }
                _ => None,
            })?;
    let mut evidence = vec![span_of(&expressions[anchor]), span_of(event)];
    let published = month % 12 + 1;
    // A full date, or an event of the month concluded: the text is later.
    let is_contradicted = expressions
        .iter()
        .any(|expression| match expression.meaning {
            TimeMeaning::Day(_) => true,
            TimeMeaning::DayOfMonth { month, .. } => {
                month == published && is_past_event(sentences, expression)
            }
            _ => false,
        });
    if is_contradicted {
        return None;
    }
    match earlier_meeting(sentences, expressions) {
        Some((expression, earlier)) => {
            evidence.push(span_of(expression));
            let event = next_month(earlier, month)?;
            Some(Published::month(
                event.checked_add(1.months()).ok()?,
                Method::Inferred,
                evidence,
            ))
        }
        None => Some(Published::without_year(
            published,
            None,
            Method::Inferred,
            evidence,
        )),
    }
}

/// Introduced by "on" in a sentence that tells of the past. Other words before
/// a day ("by June 21") tell of plans and deadlines.
fn is_past_event(sentences: &mut SentenceFinder<'_, '_>, expression: &TimeExpression) -> bool {
    let before = last_word(&sentences.page.text[..expression.span.start]);
    matches!(before, "on" | "On") && sentences.told(expression).is_past
}

/// The month and year of a meeting that the text calls the last or previous.
/// Only where it is the one month with a year: of two, either might be meant.
fn earlier_meeting<'a>(
    sentences: &mut SentenceFinder<'_, '_>,
    expressions: &'a [TimeExpression],
) -> Option<(&'a TimeExpression, Date)> {
    let mut dated = expressions
        .iter()
        .filter_map(|expression| match expression.meaning {
            TimeMeaning::MonthOfYear(first) => Some((expression, first)),
            _ => None,
        });
    let found = dated.next()?;
    let told = sentences.around(found.0);
    let is_last = [
        "last meeting",
        "previous meeting",
        "earlier meeting",
        "last round",
        "previous round",
    ]
    .iter()
    .any(|words| told.contains(words));
    (is_last && dated.next().is_none()).then_some(found)
}

/// The first `month` after `earlier`.
fn next_month(earlier: Date, month: i8) -> Option<Date> {
    let year = if month > earlier.month() {
        earlier.year()
    } else {
        earlier.year() + 1
    };
    Date::new(year, month, 1).ok()
}

/// The latest year that the text tells as past. It bounds from below alone;
/// nothing says how old an article is.
///
/// | text | bound |
/// |---|---|
/// | China pulled out of the group in 2014 over allegations. | `2014/..` |
/// | They will finish by 2030, he said. | none |
pub(super) fn bounded(
    sentences: &mut SentenceFinder<'_, '_>,
    expressions: &[TimeExpression],
) -> Option<Published> {
    let mut latest: Option<(&TimeExpression, i16)> = None;
    for expression in expressions.iter().filter(|expression| expression.in_body) {
        let year = match expression.meaning {
            TimeMeaning::Year(year) => year,
            TimeMeaning::MonthOfYear(first) => first.year(),
            TimeMeaning::Day(date) => date.year(),
            _ => continue,
        };
        if latest.is_none_or(|(_, known)| known < year) && is_told_as_past(sentences, expression) {
            latest = Some((expression, year));
        }
    }
    let (expression, year) = latest?;
    Some(Published::not_before(
        year,
        vec![with_preposition(sentences.page.text, expression)],
    ))
}

/// Introduced by "in", "on" or "since" in a sentence that tells of the past and
/// of nothing to come. A year told so is a bound; one in doubt is none.
pub(super) fn is_told_as_past(
    sentences: &mut SentenceFinder<'_, '_>,
    expression: &TimeExpression,
) -> bool {
    let before = last_word(&sentences.page.text[..expression.span.start]);
    matches!(before, "in" | "In" | "on" | "On" | "since" | "Since") && {
        let told = sentences.told(expression);
        told.is_past && !told.is_ahead
    }
}

/// The evidence takes in the word "in" before a year.
fn with_preposition(text: &str, expression: &TimeExpression) -> Span {
    let before = text[..expression.span.start].trim_end();
    match last_word(before) {
        word @ ("in" | "In" | "since" | "Since") => Span {
            start: before.len() - word.len(),
            end: expression.span.end,
        },
        _ => span_of(expression),
    }
}
