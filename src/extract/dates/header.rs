//! Finds the date line above (or below) an article.
//!
//! `May 14, 2013 / 11:41 PM`, `Published: 14 May 2013`, `By Jane Doe | May 14,
//! 2013`. A line that says when the article was published goes before one that
//! does not say, and that before one that says when it was changed.
//!
//! Candidates are full dates in lines that the layout takes for headers, and in
//! bylines at the top. Among them the label before the date decides, and then
//! the first one. The evidence takes in the time of day behind it.
//!
//! What the story says is held against the date: a day of the week that does
//! not fall on it, or a full date after it that is told as past. That changes
//! nothing in the value and stands among the conflicts, at most three of each
//! kind. Example: *Monday, May 14, 2013* has the conflict *Monday*, since that
//! day was a Tuesday.
//!
//! Cost: one pass over the expressions, and the sentences of a few.

use jiff::civil::Date;

use super::expression::{TimeExpression, TimeMeaning};
use super::inference::is_told_as_past;
use super::sentences::{SentenceFinder, span_of};
use crate::extract::published::{Conflict, Method, Published, Span};
use crate::layout::BlockKind;

/// The most bytes of an author's line with a date. A longer one is a paragraph.
const MAX_LINE: usize = 160;

/// A byline is looked for among so many blocks at the start. A date further
/// down belongs to the story.
const TOP: usize = 12;

/// What a line says its date is; the first goes before the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
    /// "Published", "posted", "filed".
    Published,
    /// Nothing is said before it.
    Unsaid,
    /// "Updated", "modified", "edited": the last resort.
    Updated,
}

/// The date of a date line. The evidence is the line up to the time of day.
/// `None` where no line has a full date.
///
/// | line | evidence |
/// |---|---|
/// | May 14, 2013 / 11:41 PM / 5 years ago | May 14, 2013 / 11:41 PM |
/// | Published: May 14, 2013 | May 14, 2013 |
/// | By Jane Doe \| May 14, 2013 | May 14, 2013 |
/// | By May 14, 2013 they left, he said. | none: a sentence |
pub(super) fn find(
    sentences: &mut SentenceFinder<'_, '_>,
    expressions: &[TimeExpression],
) -> Option<Published> {
    let text = sentences.page.text;
    let blocks = &sentences.page.layout.blocks;
    // Only full dates: what lacks a year is no date line.
    let dated = expressions
        .iter()
        .enumerate()
        .filter_map(|(at, expression)| {
            let TimeMeaning::Day(date) = expression.meaning else {
                return None;
            };
            let line = blocks[expression.block].span.clone();
            let before = &text[line.start..expression.span.start];
            let is_header = blocks[expression.block].kind == BlockKind::Header;
            let is_line = is_header
                || (expression.block < TOP
                    && line.len() <= MAX_LINE
                    && is_byline(before, &text[expression.span.end..line.end]));
            is_line.then(|| (label(before), at, date))
        });
    // The best label, and of equal ones the first.
    let (_, at, date) = dated.min_by_key(|(label, at, _)| (*label, *at))?;
    let header = &expressions[at];
    let end = header.span.end + time_of_day(&text[header.span.end..blocks[header.block].span.end]);
    let evidence = vec![Span {
        start: header.span.start,
        end,
    }];
    let mut published = Published::day(date, Method::Header, evidence);
    published.conflicts = other_days(expressions, at, date, text);
    published
        .conflicts
        .extend(later_dates(sentences, expressions, at, date));
    Some(published)
}

/// What the words before a date say that it is. The last such word counts.
fn label(before: &str) -> Label {
    let lower = before.to_ascii_lowercase();
    // "Profiled" is not filed, nor "accredited" edited.
    let begins_word = |at: &usize| !lower[..*at].ends_with(char::is_alphabetic);
    let last_of = |word: &str| {
        let mut places = lower.rmatch_indices(word).map(|(at, _)| at);
        places.find(begins_word)
    };
    let last = ["publi", "posted", "filed", "updated", "modified", "edited"]
        .iter()
        .filter_map(|word| last_of(word).map(|at| (at, *word)))
        .max();
    match last {
        Some((_, "publi" | "posted" | "filed")) => Label::Published,
        Some(_) => Label::Updated,
        None => Label::Unsaid,
    }
}

/// Whether a line that holds a date is an author's: `By Jane Doe | May 14,
/// 2013`. Nothing but a time may follow the date. At most nine words, no full
/// stop, and a mark or a label between name and date.
fn is_byline(before: &str, after: &str) -> bool {
    let name = before.trim_end();
    let bare = name.trim_end_matches([' ', '|', '-', '–', '—', '•', '·', ',', '/', ':']);
    let is_author = (bare.starts_with("By ") || bare.starts_with("by ") || bare.starts_with("BY "))
        && bare.split_whitespace().count() <= 9
        && !bare.ends_with('.');
    let is_closed = bare.len() < name.len() || label(name) != Label::Unsaid;
    let rest = &after[time_of_day(after)..];
    // What follows is no sentence: short words, none in small letters.
    let is_last = rest.len() <= 40
        && rest
            .split(|c: char| !c.is_alphanumeric())
            .all(|word| word.len() <= 4 && !word.contains(|c: char| c.is_ascii_lowercase()));
    is_author && is_closed && is_last
}

/// The length of ` / 11:41 PM` at the start of `rest`, 0 if there is none. A
/// shape is enough: hours are not checked, since nothing is made of them.
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
        let found = find(&mut SentenceFinder::new(&page), &expressions).unwrap_or_default();
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
        is("Published then, last edited ", &Label::Updated);
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
        check(&format!("04/05/2013{STORY}"), None, "", &[]);
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
