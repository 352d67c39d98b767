//! Finds the date line above (or below) an article.
//!
//! `May 14, 2013 / 11:41 PM`, `Published: 14 May 2013`, `By Jane Doe | May 14,
//! 2013`, `April 2019`. A line that says when the article was published goes
//! before one that does not say. One that says when it was changed gives no
//! date, but a day by which it was there.
//!
//! Candidates are the dates in lines that do nothing but date the article
//! (`date_line`), above the story or below it; a line that says *published* may
//! stand anywhere. Among them the label before the date decides, then how much
//! the date settles (a day, a month, one of two days), and then the first one.
//! The evidence takes in the time of day behind it.
//!
//! `03/04/2019` may be a day of March or of April. A day of the week beside it
//! settles which; so does another date of the article that is written with
//! strokes and can be read in one order alone. Else it is one of two days, or
//! one between them. Two different months without a day are the headings of a
//! chronicle, and neither is the article's.
//!
//! What the story says is held against the date: a day of the week that does
//! not fall on it, or a full date after it that is told as past. That changes
//! nothing in the value and stands among the conflicts, at most three of each
//! kind. Example: *Monday, May 14, 2013* has the conflict *Monday*, since that
//! day was a Tuesday.
//!
//! Cost: one pass over the expressions, and the sentences of a few.

use jiff::civil::Date;

use super::super::expression::{TimeExpression, TimeMeaning};
use super::super::token::is_blank;
use super::inference::is_told_as_past;
use super::note::{LaterDay, NoteKind};
use super::sentences::{SentenceFinder, span_of};
use crate::extract::published::{Conflict, Method, Published, Span};
use crate::layout::{Block, BlockKind};
use crate::text::after_head;

/// So many paragraphs may stand above a date line: it belongs to what is below.
const MAX_ABOVE: usize = 2;

/// So many blocks at the end may hold a date line.
const END: usize = 3;

/// What a line says its date is; the first goes before the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
    /// "Published", "posted", "filed".
    Published,
    /// Nothing is said before it.
    Unsaid,
    /// "Updated", "modified", "edited": no day of publication.
    Changed,
}

/// How much a date settles; the first goes before the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Settles {
    Day,
    Month,
    /// One of two days: 03/04/2019.
    Either,
    /// A day without its year.
    WithoutYear,
}

/// What the date lines say.
pub(super) enum DateLine {
    /// When the article was published.
    Published(Box<Published>),
    /// When it was changed, and nothing else.
    Changed(LaterDay),
}

/// A date of a date line.
struct LineDate {
    label: Label,
    settles: Settles,
    /// The index of its expression.
    at: usize,
}

/// What the date lines of the article say. The evidence is the line up to the
/// time of day. `None` where no line has a date.
///
/// | line | value | evidence |
/// |---|---|---|
/// | May 14, 2013 / 11:41 PM / 5 years ago | 2013-05-14 | May 14, 2013 / 11:41 PM |
/// | Published: May 14, 2013 | 2013-05-14 | May 14, 2013 |
/// | By Jane Doe \| May 14, 2013 | 2013-05-14 | May 14, 2013 |
/// | April 2019 | 2019-04 | April 2019 |
/// | 03/04/2019 | 2019-03-04/2019-04-03 | 03/04/2019 |
/// | Posted on April 13 | XXXX-04-13 | April 13 |
/// | Wednesday, 03/04/2019 | 2019-04-03 | 03/04/2019 |
/// | Last updated on 14 February 2024 | changed by then | |
/// | By May 14, 2013 they left, he said. | none: a sentence | |
pub(super) fn find(
    sentences: &mut SentenceFinder<'_, '_>,
    expressions: &[TimeExpression],
) -> Option<DateLine> {
    let text = sentences.page.text;
    let blocks = &sentences.page.layout.blocks;
    let mut changed: Option<LaterDay> = None;
    let mut dated: Vec<LineDate> = Vec::new();
    let (first, last) = story(blocks);
    let lines = expressions.iter().enumerate();
    for (at, expression) in lines.filter(|(_, expression)| !expression.in_body) {
        let settles = match expression.meaning {
            TimeMeaning::Day(_) => Settles::Day,
            TimeMeaning::MonthOfYear(_) => Settles::Month,
            TimeMeaning::Either(..) => Settles::Either,
            TimeMeaning::DayOfMonth { last: None, .. } => Settles::WithoutYear,
            _ => continue,
        };
        let start = blocks[expression.block].span.start;
        let label = label(&text[start..expression.span.start]);
        // "Saturday, 26 February" above a preview is the day of the match.
        if settles == Settles::WithoutYear && label != Label::Published {
            continue;
        }
        if label == Label::Changed {
            // Of several changes the last one counts.
            let later = LaterDay::of(expression, NoteKind::Change);
            changed = changed.into_iter().chain(later).max_by_key(|day| day.last);
        } else if label == Label::Published || expression.block < first || expression.block >= last
        {
            dated.push(LineDate { label, settles, at });
        }
    }
    drop_chronicle(&mut dated, expressions);
    // The best label, of these the most settled, and of equal ones the first.
    let best = dated
        .iter()
        .min_by_key(|date| (date.label, date.settles, date.at));
    let Some(best) = best else {
        return changed.map(DateLine::Changed);
    };
    let published = published(sentences, expressions, best.at)?;
    Some(DateLine::Published(Box::new(published)))
}

/// What the expression `at` of a date line says of the publication.
fn published(
    sentences: &mut SentenceFinder<'_, '_>,
    expressions: &[TimeExpression],
    at: usize,
) -> Option<Published> {
    let text = sentences.page.text;
    let line = &expressions[at];
    let block = &sentences.page.layout.blocks[line.block];
    let end = line.span.end + time_of_day(&text[line.span.end..block.span.end]);
    let evidence = vec![Span {
        start: line.span.start,
        end,
    }];
    let date = match line.meaning {
        TimeMeaning::Day(date) => date,
        TimeMeaning::MonthOfYear(first) => {
            return Some(Published::month(first, Method::Header, evidence));
        }
        TimeMeaning::DayOfMonth { month, first, .. } => {
            let day = Some(first);
            return Some(Published::without_year(
                month,
                day,
                Method::Header,
                evidence,
            ));
        }
        TimeMeaning::Either(first, last) => match settled(expressions, at, text) {
            Some(date) => date,
            None => return Some(Published::between(first, last, Method::Header, evidence)),
        },
        _ => return None,
    };
    let mut published = Published::day(date, Method::Header, evidence);
    published.conflicts = other_days(expressions, at, date, text);
    let later = later_dates(sentences, expressions, at, date);
    published.conflicts.extend(later);
    Some(published)
}

/// The first block that no more stands above the story, and the first below it.
fn story(blocks: &[Block]) -> (usize, usize) {
    let mut paragraphs = blocks
        .iter()
        .enumerate()
        .filter(|(_, block)| block.kind == BlockKind::Prose);
    let first = paragraphs
        .nth(MAX_ABOVE)
        .map_or(blocks.len(), |(at, _)| at + 1);
    (first, blocks.len().saturating_sub(END))
}

/// Takes months without a day out, where there are several: they are headings.
fn drop_chronicle(dated: &mut Vec<LineDate>, expressions: &[TimeExpression]) {
    let mut months = dated.iter().filter(|date| date.settles == Settles::Month);
    let first = months.next().map(|date| expressions[date.at].meaning);
    if months.any(|date| Some(expressions[date.at].meaning) != first) {
        dated.retain(|date| date.settles != Settles::Month);
    }
}

/// Which of two days is meant by 03/04/2019: the one that the day of the week
/// before it falls on, or the one in the order of another date of the article.
fn settled(expressions: &[TimeExpression], at: usize, text: &str) -> Option<Date> {
    let TimeMeaning::Either(first, last) = expressions[at].meaning else {
        return None;
    };
    let before = at.checked_sub(1).map(|before| &expressions[before]);
    if let Some(before) = before.filter(|before| before.block == expressions[at].block)
        && let TimeMeaning::Weekday(day, _) = before.meaning
    {
        let mut fits = [first, last]
            .into_iter()
            .filter(|date| date.weekday() == day);
        return fits.next().filter(|_| fits.next().is_none());
    }
    // Day and month as they are written here: the first number is one of them.
    let first_number = |expression: &TimeExpression| -> Option<i8> {
        let words = &text[expression.span.clone()];
        let mark = words.find(['/', '.', '-']).filter(|mark| *mark <= 2)?;
        words[..mark].parse().ok()
    };
    let orders = expressions.iter().filter_map(|other| match other.meaning {
        TimeMeaning::Day(date) if date.day() > 12 => Some(first_number(other)? == date.day()),
        _ => None,
    });
    let (mut day_first, mut month_first) = (false, false);
    for is_day_first in orders {
        day_first |= is_day_first;
        month_first |= !is_day_first;
    }
    let number = first_number(&expressions[at])?;
    let by =
        |is_right: &dyn Fn(&Date) -> bool| [first, last].into_iter().find(|date| is_right(date));
    match (day_first, month_first) {
        (true, false) => by(&|date| date.day() == number),
        (false, true) => by(&|date| date.month() == number),
        _ => None,
    }
}

/// What the words before a date say that it is. The last such word counts.
fn label(before: &str) -> Label {
    for (at, byte) in before.bytes().enumerate().rev() {
        // "Profiled" is not filed, nor "accredited" edited.
        if !byte.is_ascii_alphabetic() || before[..at].ends_with(char::is_alphabetic) {
            continue;
        }
        if after_head(&before[at..], &PUBLISHED).is_some() {
            return Label::Published;
        }
        if after_head(&before[at..], &CHANGED).is_some() {
            return Label::Changed;
        }
    }
    Label::Unsaid
}

/// How the words begin that say that a date is that of the publication.
const PUBLISHED: [&str; 7] = [
    "publi",
    "posted",
    "filed",
    "issued",
    "submitted",
    "for immediate",
    "release date",
];

/// How the words begin that say that it is that of a change.
const CHANGED: [&str; 8] = [
    "updated",
    "modified",
    "edited",
    "revised",
    "amended",
    "corrected",
    "changed",
    "reviewed",
];

/// The length of ` / 11:41 PM` at the start of `rest`, 0 if there is none. A
/// shape is enough: hours are not checked, since nothing is made of them.
fn time_of_day(rest: &str) -> usize {
    let start = rest.len()
        - rest
            .trim_start_matches(|c| matches!(c, '/' | ',' | '|') || is_blank(c))
            .len();
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

/// Days of the week that do not fall on the date they are named with, in the
/// date line or beside a date of the story in that year.
fn other_days(expressions: &[TimeExpression], at: usize, date: Date, text: &str) -> Vec<Conflict> {
    let header = &expressions[at];
    let named = at.checked_sub(1).map(|before| &expressions[before]);
    let own = named.and_then(|before| match before.meaning {
        TimeMeaning::Weekday(day, _) if before.block == header.block && day != date.weekday() => {
            Some(before)
        }
        _ => None,
    });
    let is_other = |expression: &&TimeExpression| {
        let TimeMeaning::DayOfMonth { month, first, .. } = expression.meaning else {
            return false;
        };
        // A story tells of the months around it.
        let is_near = (date.month() - month).abs() <= 2;
        let day = Date::new(date.year(), month, first);
        is_near
            && expression
                .weekday
                .is_some_and(|weekday| day.is_ok_and(|day| day.weekday() != weekday))
    };
    let story = expressions.iter().filter(is_other).take(3);
    own.into_iter()
        .chain(story)
        .map(|expression| conflict(text, expression))
        .collect()
}

/// Full dates of the story after its date line's: they speak against it. A text
/// cannot tell of a later day as past.
fn later_dates(
    sentences: &mut SentenceFinder<'_, '_>,
    expressions: &[TimeExpression],
    header: usize,
    date: Date,
) -> Vec<Conflict> {
    let text = sentences.page.text;
    let line = expressions[header].block;
    let later = expressions.iter().filter(|expression| {
        let is_later = matches!(expression.meaning, TimeMeaning::Day(other) if other > date);
        is_later
            && expression.in_body
            && expression.block != line
            && is_told_as_past(sentences, expression)
    });
    later
        .take(3)
        .map(|expression| conflict(text, expression))
        .collect()
}

/// What speaks against the date, in the text's own words.
fn conflict(text: &str, expression: &TimeExpression) -> Conflict {
    Conflict {
        value: text[expression.span.clone()].to_owned(),
        span: span_of(expression),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::ParsedArticle;
    use crate::layout::Layout;

    /// The date of the date line, the words that say it, and what speaks
    /// against it.
    fn check(text: &str, value: Option<&str>, evidence: &str, conflicts: &[&str]) {
        let layout = Layout::of(text, None);
        let page = ParsedArticle::of(text, &layout);
        let expressions = crate::extract::dates::expression::find(&page);
        let found = match find(&mut SentenceFinder::new(&page), &expressions) {
            Some(DateLine::Published(published)) => *published,
            _ => Published::default(),
        };
        assert_eq!(found.value.as_deref(), value, "{text}");
        let shown: Vec<&str> = found
            .evidence
            .iter()
            .map(|span| &text[span.start..span.end])
            .collect();
        assert_eq!(shown.concat(), evidence, "{text}");
        let against: Vec<&str> = found
            .conflicts
            .iter()
            .map(|conflict| conflict.value.as_str())
            .collect();
        assert_eq!(against, conflicts, "{text}");
    }

    const STORY: &str = "\n\nTalks were held in Moscow, officials said. They went well.";

    #[test]
    fn a_label_is_a_word_of_its_own() {
        let is = |before: &str, expected: &Label| {
            assert_eq!(
                std::mem::discriminant(&label(before)),
                std::mem::discriminant(expected),
                "{before}"
            );
        };
        is("Filed: ", &Label::Published);
        is("Profiled by the editors, ", &Label::Unsaid);
        is("An accredited reporter, ", &Label::Unsaid);
        is("Published then, last edited ", &Label::Changed);
    }

    #[test]
    fn date_lines_come_in_many_forms() {
        for (line, evidence) in [
            (
                "May 14, 2013 / 11:41 PM / 5 years ago",
                "May 14, 2013 / 11:41 PM",
            ),
            ("Published: May 14, 2013", "May 14, 2013"),
            (
                "Posted on 14 May 2013 at 11:41 GMT",
                "14 May 2013 at 11:41 GMT",
            ),
            ("By Jane Doe | May 14, 2013", "May 14, 2013"),
            (
                "By Jane Doe and John Roe, May 14, 2013 11:41 PM EDT",
                "May 14, 2013 11:41 PM EDT",
            ),
            ("2013-05-14 11:41", "2013-05-14 11:41"),
            ("14/05/2013", "14/05/2013"),
            ("2013-05-14T23:40:00Z", "2013-05-14"),
            ("FOR IMMEDIATE RELEASE May 14, 2013", "May 14, 2013"),
            ("BRUSSELS (Reuters) May 14, 2013", "May 14, 2013"),
            ("Submitted by admin on May 14, 2013", "May 14, 2013"),
            ("Publication date: 14/05/2013", "14/05/2013"),
            ("Posted on 14 May 2013 by Admin", "14 May 2013"),
            (
                "By Jane Doe, Staff Writer May 14, 2013 | 5:00 AM",
                "May 14, 2013 | 5:00 AM",
            ),
            ("14-May-2013", "14-May-2013"),
            ("the 14th of May 2013", "the 14th of May 2013"),
            ("Jane Doe • May 14, 2013", "May 14, 2013"),
            ("May 14, 2013 | Jane Doe | News", "May 14, 2013"),
            ("Jane Doe • May 14, 2013 • 3 min read", "May 14, 2013"),
            ("Published: 14 May 2013 | Category: Ports", "14 May 2013"),
            (
                "EMBARGOED UNTIL 00:01 GMT, TUESDAY 14 MAY 2013",
                "00:01 GMT, TUESDAY 14 MAY 2013",
            ),
            ("Geneva, 14 May 2013", "14 May 2013"),
            (
                "PUBLISHED: 08:12, 14 May 2013 | UPDATED: 09:14, 15 May 2013",
                "14 May 2013",
            ),
            (
                "Submitted by Admin on Tue, 05/14/2013 - 17:00",
                "05/14/2013",
            ),
        ] {
            check(
                &format!("Talks held\n\n{line}{STORY}"),
                Some("2013-05-14"),
                evidence,
                &[],
            );
        }
    }

    #[test]
    fn published_goes_before_updated() {
        check(
            &format!("Last updated: May 20, 2013\n\nPublished: May 14, 2013{STORY}"),
            Some("2013-05-14"),
            "May 14, 2013",
            &[],
        );
        check(&format!("Updated On\n\nTalks held{STORY}"), None, "", &[]);
        check(
            &format!("04/05/2013{STORY}"),
            Some("2013-04-05/2013-05-04"),
            "04/05/2013",
            &[],
        );
    }

    #[test]
    fn a_line_settles_what_it_can() {
        check(
            &format!("Monthly bulletin\n\nApril 2019{STORY}"),
            Some("2019-04"),
            "April 2019",
            &[],
        );
        check(
            &format!("Talks held\n\nWednesday, 03/04/2019{STORY}"),
            Some("2019-04-03"),
            "03/04/2019",
            &[],
        );
        check(
            &format!("Talks held\n\n03/04/2019{STORY} They began on 25/03/2019."),
            Some("2019-04-03"),
            "03/04/2019",
            &[],
        );
        // The day of a match, and of a report.
        check(
            &format!("Ireland v Wales\n\nSaturday, 26 February{STORY}"),
            None,
            "",
            &[],
        );
        check(
            &format!("Talks held\n\nPosted on April 13{STORY}"),
            Some("XXXX-04-13"),
            "April 13",
            &[],
        );
        // The headings of a chronicle.
        check(
            &format!("Chronicle\n\nApril 2019{STORY}\n\nMay 2019{STORY}"),
            None,
            "",
            &[],
        );
    }

    #[test]
    fn a_date_at_the_end_of_a_sentence_is_no_date_line() {
        for text in [
            "Speech at the opening\n\nThe library, for which so many of our members had worked through long years, was opened in the old port on\n19 September 2011.\nMore houses of its kind are needed in every country.",
            "Speech\n\nOn 21 September 1981\nBelize joined the community of nations as an independent country, and so did we.",
            "Speech\n\nThe port was shut and on\n19 September 2011\nit was opened again for all of the ships of the land, he said.",
        ] {
            check(text, None, "", &[]);
        }
        // A headline may end in the same word.
        check(
            "Fighting goes on\n14 May 2013\nTalks were held in Moscow, and officials said that they went well.",
            Some("2013-05-14"),
            "14 May 2013",
            &[],
        );
    }

    #[test]
    fn an_author_in_a_sentence_is_no_date_line() {
        check(
            "By Friday they met. By May 14, 2013 they left, he said.",
            None,
            "",
            &[],
        );
        check(
            "Talks held\n\nBy the treaty of May 14, 2013 they will meet again and go on.",
            None,
            "",
            &[],
        );
    }

    #[test]
    fn a_day_of_the_week_that_does_not_fit_speaks_against() {
        check(
            &format!("Monday, May 14, 2013{STORY}"),
            Some("2013-05-14"),
            "May 14, 2013",
            &["Monday"],
        );
        check(
            "Tuesday, May 14, 2013\n\nTalks were held on Monday, May 13, and on Friday, May 11.",
            Some("2013-05-14"),
            "May 14, 2013",
            &["Friday, May 11"],
        );
        check(
            "May 14, 2013\n\nTalks held\n\nTalks were held on June 3, 2015, officials said.",
            Some("2013-05-14"),
            "May 14, 2013",
            &["June 3, 2015"],
        );
    }
}
