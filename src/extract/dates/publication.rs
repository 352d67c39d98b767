//! Decides when an article was published.
//!
//! In this order: what the source states, its address, a date line above the
//! text, the dateline of a wire story, inference from two expressions of the
//! text, a bound, unknown. Each step answers only where its evidence is whole.

use super::super::Page;
use super::super::published::{Conflict, Method, Published, Span};
use super::expression::{Expression, Meaning};
use super::sentences::Sentences;
use super::{header, inference};
use crate::article::Metadata;
use crate::layout::BlockKind;

/// The publication date of `page`.
pub(super) fn decide(
    page: &Page<'_>,
    expressions: &[Expression],
    metadata: &Metadata,
) -> Published {
    let stated = metadata.date.as_deref();
    if let Some(published) = stated.and_then(Published::stated) {
        return published;
    }
    let mut sentences = Sentences::new(page);
    let mut published = metadata
        .url
        .as_deref()
        .and_then(Published::in_url)
        .or_else(|| header::find(&mut sentences, expressions))
        .or_else(|| from_dateline(page, expressions))
        .or_else(|| inference::inferred(&mut sentences, expressions))
        .or_else(|| inference::bounded(&mut sentences, expressions))
        .unwrap_or_default();
    if let Some(unread) = stated {
        published.conflicts.push(Conflict {
            value: unread.to_owned(),
            span: Span { start: 0, end: 0 },
        });
    }
    published
}

/// The place of `expression`, as evidence.
pub(super) fn span_of(expression: &Expression) -> Span {
    Span {
        start: expression.span.start,
        end: expression.span.end,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;

    fn check(text: &str, value: Option<&str>, evidence: &[&str]) {
        let layout = Layout::of(text, None);
        let page = Page {
            text,
            layout: &layout,
        };
        let expressions = super::super::expression::find(&page);
        let published = decide(&page, &expressions, &Metadata::default());
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
