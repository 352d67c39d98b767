//! Concludes the time of publication from what the text tells.
//!
//! Two conclusions only, each from whole evidence: the month after the event of
//! "last month", and bounds.
//!
//! Example of the first: "They met last month. … They agreed on June 21-23 … in
//! February 2011, in that last meeting." The event of last month was in June,
//! so the article is of July; its year is that of the first June after the
//! earlier meeting, 2011: `2011-07`. Without such a meeting the year stays
//! open, `XXXX-07`. Any full date, or an event told of the month so concluded,
//! contradicts it, and nothing is concluded.
//!
//! The second: "pulled out of the group in 2014" gives `2014/..`, at the
//! earliest 2014. A year that is a plan or a forecast is no bound (`past`); a
//! note about a copy or a change bounds from above (`note`).

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::expression::{TimeExpression, TimeMeaning};
use super::super::word::TimeUnit;
use super::note::{self, LaterDay};
use super::past;
use super::sentences::{SentenceFinder, last_word, span_of};
use crate::extract::published::{Method, Published, Span};

/// A day so many bytes behind "last month" is still that of the same event. In
/// long speeches the next one was, more often than not, of something else.
const SAME_EVENT: usize = 1500;

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
    let end = expressions[anchor].span.end + SAME_EVENT;
    let (event, month) = expressions[anchor..]
        .iter()
        .take_while(|expression| expression.span.start <= end)
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
    matches!(before, "on" | "On") && sentences.is_past(expression)
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
    let told = &sentences.page.text[sentences.around(found.0)];
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

/// What bounds the publication: the latest year that the text tells as past, and
/// the day of a note about its copy, or of a change. `changed` is that of a date
/// line.
///
/// | text | bound |
/// |---|---|
/// | China pulled out of the group in 2014 over allegations. | `2014/..` |
/// | They will finish by 2030, he said. | none |
/// | Archived from the original on 13 April 2019. | `../2019` |
/// | Last updated on 14 February 2024 | `../2024-02-14` |
/// | the first and the last of these | `2014/2024-02-14` |
pub(super) fn bounded(
    sentences: &mut SentenceFinder<'_, '_>,
    expressions: &[TimeExpression],
    changed: Option<LaterDay>,
) -> Option<Published> {
    let page = sentences.page;
    let later = changed.or_else(|| note::latest(page, expressions));
    let upper = later.map(|later| {
        let value = if later.is_day {
            later.last.to_string()
        } else {
            later.last.year().to_string()
        };
        Published::not_after(later.last, &value, vec![later.span])
    });
    let lower = latest_past(sentences, expressions).map(|(expression, year)| {
        Published::not_before(year, vec![with_preposition(page.text, expression)])
    });
    match (lower, upper) {
        (Some(lower), Some(upper)) => Some(lower.and_not_after(upper)),
        (lower, upper) => lower.or(upper),
    }
}

/// The latest year that the text tells as past. It bounds from below alone;
/// nothing says how old an article is.
fn latest_past<'e>(
    sentences: &mut SentenceFinder<'_, '_>,
    expressions: &'e [TimeExpression],
) -> Option<(&'e TimeExpression, i16)> {
    let mut latest: Option<(&TimeExpression, i16)> = None;
    for expression in expressions.iter().filter(|expression| expression.in_body) {
        let year = match expression.meaning {
            TimeMeaning::Year(year) => year,
            TimeMeaning::MonthOfYear(first) => first.year(),
            TimeMeaning::Day(date) => date.year(),
            _ => continue,
        };
        if latest.is_none_or(|(_, known)| known < year)
            && is_told_as_past(sentences, expression)
            // "This article was amended in 2024" is no news.
            && note::kind_of(sentences.page, expression).is_none()
        {
            latest = Some((expression, year));
        }
    }
    latest
}

/// Whether its sentence tells the date as past (`past`). A date so told is a
/// bound; one in doubt is none.
pub(super) fn is_told_as_past(
    sentences: &mut SentenceFinder<'_, '_>,
    expression: &TimeExpression,
) -> bool {
    let text = sentences.page.text;
    // Most dates are introduced by other words: no sentence is looked for.
    let before = text[..expression.span.start].trim_end();
    let is_introduced = before.ends_with('(')
        || matches!(
            last_word(before),
            "in" | "In" | "on" | "On" | "since" | "Since" | "dated"
        );
    is_introduced && {
        let sentence = sentences.around(expression);
        // A line that begins in small letters goes on from the one before:
        // "… should be / convened in 2004".
        let goes_on = text[sentence.start..].starts_with(char::is_lowercase);
        let back = sentence
            .start
            .saturating_sub(if goes_on { past::MAX_BYTES } else { 0 });
        past::is_told(
            &text[text.floor_char_boundary(back)..expression.span.start],
            text.get(expression.span.end..sentence.end).unwrap_or(""),
        )
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
