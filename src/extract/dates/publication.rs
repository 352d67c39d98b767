//! Decides when an article was published.
//!
//! In this order: what the source states, a date line above the text, the
//! dateline of a wire story, inference from two expressions of the text, a
//! bound, unknown. Each step answers only where its evidence is whole.

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::Page;
use super::super::published::{Conflict, Method, Published, Span};
use super::expression::{Expression, Meaning, Unit};
use crate::layout::BlockKind;
use crate::sentence;

/// The publication date of `page`.
pub(super) fn decide(
    page: &Page<'_>,
    expressions: &[Expression],
    stated: Option<&str>,
) -> Published {
    if let Some(published) = stated.and_then(Published::stated) {
        return published;
    }
    let mut published = from_header(page, expressions)
        .or_else(|| from_dateline(page, expressions))
        .or_else(|| inferred(page, expressions))
        .or_else(|| bounded(page, expressions))
        .unwrap_or_default();
    if let Some(unread) = stated {
        let span = Span { start: 0, end: 0 };
        published.conflicts.push(Conflict {
            value: unread.to_owned(),
            span,
        });
    }
    published
}

fn span_of(expression: &Expression) -> Span {
    Span {
        start: expression.span.start,
        end: expression.span.end,
    }
}

/// A full date in a date line. The evidence is the line up to the time of day.
fn from_header(page: &Page<'_>, expressions: &[Expression]) -> Option<Published> {
    // "Friday, January 4, 2019": the day of the week comes first.
    let (header, date) = expressions
        .iter()
        .filter(|expression| !expression.in_body)
        .find_map(|expression| match expression.meaning {
            Meaning::Day(date) => Some((expression, date)),
            _ => None,
        })?;
    let block = &page.layout.blocks[header.block];
    let end = header.span.end + time_of_day(&page.text[header.span.end..block.span.end]);
    let mut published = Published::day(
        date,
        Method::Header,
        vec![Span {
            start: header.span.start,
            end,
        }],
    );
    published.conflicts = later_dates(page, expressions, date);
    Some(published)
}

/// The length of ` / 11:41 PM` at the start of `rest`, 0 if there is none.
fn time_of_day(rest: &str) -> usize {
    let start = rest.len() - rest.trim_start_matches([' ', '/', ',', '|']).len();
    let clock = &rest[start..];
    let digits = clock
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ':')
        .count();
    if !clock[..digits].contains(':') {
        return 0;
    }
    let after = clock[digits..].trim_start();
    let skipped = clock.len() - digits - after.len();
    let half = ["AM", "PM", "am", "pm", "a.m.", "p.m."]
        .iter()
        .find(|half| after.starts_with(**half));
    start + digits + half.map_or(0, |half| skipped + half.len())
}

/// Full dates of the story after its date line's: they speak against it.
fn later_dates(page: &Page<'_>, expressions: &[Expression], date: Date) -> Vec<Conflict> {
    let is_later = |expression: &&Expression| matches!(expression.meaning, Meaning::Day(other) if other > date);
    let told = |expression: &&Expression| is_told_as_past(page, expression);
    let story = expressions.iter().filter(|expression| expression.in_body);
    let later = story.filter(is_later).filter(told).take(3);
    later
        .map(|expression| Conflict {
            value: page.text[expression.span.clone()].to_owned(),
            span: span_of(expression),
        })
        .collect()
}

/// `TOKYO, March 11 (Reuters) -`: month and day without year, or a full date.
fn from_dateline(page: &Page<'_>, expressions: &[Expression]) -> Option<Published> {
    let (index, block) = page
        .layout
        .blocks
        .iter()
        .enumerate()
        .find(|(_, block)| block.kind == BlockKind::Prose)?;
    let content = page.slice(block.span.clone());
    let expression = expressions
        .iter()
        .find(|expression| expression.block == index)?;
    let before = &page.text[block.span.start..expression.span.start];
    let after = content[expression.span.end - block.span.start..].trim_start();
    let closes = ["-", "—", "–", "("]
        .iter()
        .any(|mark| after.starts_with(mark));
    let is_place = before.len() <= 40
        && before.starts_with(|c: char| c.is_uppercase())
        && before
            .split(',')
            .next()
            .is_some_and(|place| place.len() > 2 && !place.contains(char::is_lowercase))
        && before.trim_end().ends_with(',');
    if !closes || !is_place {
        return None;
    }
    let evidence = vec![span_of(expression)];
    match expression.meaning {
        Meaning::Day(date) => Some(Published::day(date, Method::Dateline, evidence)),
        Meaning::DayOfMonth {
            month,
            first,
            last: None,
        } => Some(Published::without_year(
            month,
            Some(first),
            Method::Dateline,
            evidence,
        )),
        _ => None,
    }
}

/// "Last month" and the month of that same event: the article is from the
/// month after. The year is that of the first such month after one that the
/// text calls the last meeting's.
fn inferred(page: &Page<'_>, expressions: &[Expression]) -> Option<Published> {
    let anchor = expressions
        .iter()
        .position(|expression| expression.meaning == Meaning::Relative(Unit::Month, -1))?;
    let (event, month) =
        expressions[anchor..]
            .iter()
            .find_map(|expression| match expression.meaning {
                Meaning::DayOfMonth { month, .. } if is_past_event(page, expression) => {
                    Some((expression, month))
                }
                _ => None,
            })?;
    let mut evidence = vec![span_of(&expressions[anchor]), span_of(event)];
    let published = month % 12 + 1;
    let contradicts = |expression: &&Expression| match expression.meaning {
        Meaning::Day(_) => true,
        Meaning::DayOfMonth { month, .. } => month == published && is_past_event(page, expression),
        _ => false,
    };
    if expressions
        .iter()
        .any(|expression| contradicts(&expression))
    {
        return None;
    }
    match earlier_meeting(page, expressions) {
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

/// Introduced by "on" in a sentence that tells of the past.
fn is_past_event(page: &Page<'_>, expression: &Expression) -> bool {
    let before = page.text[..expression.span.start].trim_end();
    let told = sentence_around(page, expression);
    (before.ends_with(" on") || before.ends_with("On")) && is_past(told)
}

/// The month and year of a meeting that the text calls the last or previous.
fn earlier_meeting<'a>(
    page: &Page<'_>,
    expressions: &'a [Expression],
) -> Option<(&'a Expression, Date)> {
    let mut dated = expressions
        .iter()
        .filter_map(|expression| match expression.meaning {
            Meaning::MonthOfYear(first) => Some((expression, first)),
            _ => None,
        });
    let found = dated.next()?;
    let told = sentence_around(page, found.0);
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

/// The latest year that the text tells as past.
fn bounded(page: &Page<'_>, expressions: &[Expression]) -> Option<Published> {
    let told = expressions
        .iter()
        .filter(|expression| expression.in_body)
        .filter_map(|expression| match expression.meaning {
            Meaning::Year(year) => Some((expression, year)),
            Meaning::MonthOfYear(first) => Some((expression, first.year())),
            Meaning::Day(date) => Some((expression, date.year())),
            _ => None,
        });
    let past = told.filter(|(expression, _)| is_told_as_past(page, expression));
    let (expression, year) =
        past.max_by_key(|(expression, year)| (*year, std::cmp::Reverse(expression.span.start)))?;
    Some(Published::not_before(
        year,
        vec![with_preposition(page, expression)],
    ))
}

/// Words that turn a sentence to the future, whatever its verbs.
const LOOKS_AHEAD: [&str; 24] = [
    "will",
    "would",
    "plan",
    "plans",
    "planned",
    "expected",
    "expects",
    "scheduled",
    "due",
    "aim",
    "aims",
    "by",
    "until",
    "till",
    "through",
    "starting",
    "start",
    "begin",
    "run",
    "going",
    "hope",
    "hopes",
    "moved",
    "could",
];

/// Introduced by "in", "on" or "since" in a sentence that tells of the past and
/// of nothing to come. A year told so is a bound; one in doubt is none.
fn is_told_as_past(page: &Page<'_>, expression: &Expression) -> bool {
    let before = last_word(&page.text[..expression.span.start]);
    let told = sentence_around(page, expression);
    let mut words = told.split(|c: char| !c.is_alphanumeric());
    matches!(before, "in" | "In" | "on" | "On" | "since" | "Since")
        && !words.any(|word| LOOKS_AHEAD.contains(&word))
        && is_past(told)
}

/// The evidence takes in the word "in" before a year.
fn with_preposition(page: &Page<'_>, expression: &Expression) -> Span {
    let before = last_word(&page.text[..expression.span.start]);
    let start = page.text[..expression.span.start].trim_end().len() - before.len();
    match before {
        "in" | "In" | "since" | "Since" => Span {
            start,
            end: expression.span.end,
        },
        _ => span_of(expression),
    }
}

fn last_word(text: &str) -> &str {
    text.trim_end()
        .rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("")
}

/// The sentence that `expression` stands in.
fn sentence_around<'a>(page: &Page<'a>, expression: &Expression) -> &'a str {
    let block = page.layout.blocks[expression.block].span.clone();
    let content = page.slice(block.clone());
    let at = expression.span.start - block.start;
    let found = sentence::split(content)
        .into_iter()
        .find(|range| range.contains(&at));
    found.map_or(content, |range| &content[range])
}

/// Whether a sentence has a verb in the past tense.
fn is_past(sentence: &str) -> bool {
    const IRREGULAR: [&str; 24] = [
        "was", "were", "had", "said", "told", "met", "made", "began", "took", "held", "came",
        "went", "became", "won", "lost", "found", "left", "led", "gave", "got", "ran", "saw",
        "wrote", "broke",
    ];
    sentence
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| IRREGULAR.contains(&word) || (word.len() > 4 && word.ends_with("ed")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;

    fn check(text: &str, value: Option<&str>, evidence: &[&str]) {
        let layout = Layout::of(text, None);
        let page = Page::of(text, &layout);
        let expressions = super::super::expression::find(&page);
        let published = decide(&page, &expressions, None);
        assert_eq!(published.value.as_deref(), value, "{text}");
        let shown: Vec<&str> = published
            .evidence
            .iter()
            .map(|span| &text[span.start..span.end])
            .collect();
        assert_eq!(shown, evidence, "{text}");
    }

    #[test]
    fn a_date_line_says_it() {
        check(
            "May 14, 2013 / 11:41 PM / 5 years ago\n\nTalks held\n\nThey met on Tuesday.",
            Some("2013-05-14"),
            &["May 14, 2013 / 11:41 PM"],
        );
        check(
            "Friday, January 4, 2019\n\nTalks held\n\nThey met on Friday.",
            Some("2019-01-04"),
            &["January 4, 2019"],
        );
        check(
            "TOKYO, March 11 - The yen rose against the dollar.",
            Some("XXXX-03-11"),
            &["March 11"],
        );
    }

    #[test]
    fn last_month_and_its_event_give_the_month() {
        check(
            "They met last month in Moscow, he said. He told reporters on November 1 about it.",
            Some("XXXX-12"),
            &["last month", "November 1"],
        );
        check(
            "They met last month. On June 21-23, they met in Washington. It was agreed in February 2011, in that last meeting.",
            Some("2011-07"),
            &["last month", "June 21-23", "February 2011"],
        );
    }

    #[test]
    fn a_past_year_is_a_lower_bound_and_a_future_one_nothing() {
        check(
            "China pulled out of the group in 2014 over allegations.",
            Some("2014/.."),
            &["in 2014"],
        );
        check("They will finish by 2030, he said.", None, &[]);
        check("They met last week for the second time.", None, &[]);
    }
}
