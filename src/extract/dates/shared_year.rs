//! The year that two days share: `from 30 March to 2 April 2018`, `March 5 and
//! 6, 2018`.
//!
//! A range or a pair of days says its year once, behind the last. So a day
//! without a year takes that of the full date that follows it, if nothing but a
//! word of a range stands between; where that would lie after the full date, the
//! year before (`30 December to 2 January 2018`). Of `March 5 and 6, 2018` the
//! second day has no month either, and is found here.
//!
//! Cost: one look at what stands between two expressions, for the days without a
//! year.

use jiff::civil::Date;

use super::expression::{TimeExpression, TimeMeaning};

/// The most bytes between the ends of a range.
const MOST_BETWEEN: usize = 12;

/// What may stand between the ends of a range, in small letters.
const LINKS: [&str; 9] = ["to", "and", "-", "–", "—", "until", "till", "through", "&"];

/// Gives days without a year that of the date that they lead to. `text` is that
/// of the article.
pub(super) fn share(text: &str, expressions: &mut [TimeExpression]) {
    for at in 1..expressions.len() {
        let (before, rest) = expressions.split_at_mut(at);
        let (Some(first), Some(second)) = (before.last_mut(), rest.first_mut()) else {
            return;
        };
        let TimeMeaning::DayOfMonth {
            month,
            first: day,
            last: None,
        } = first.meaning
        else {
            continue;
        };
        let between = text.get(first.span.end..second.span.start);
        // The items of a list, a line each, are no range.
        let is_short = |between: &&str| between.len() <= MOST_BETWEEN && !between.contains("\n-");
        let Some(between) = between.filter(is_short) else {
            continue;
        };
        if first.block != second.block {
            continue;
        }
        match second.meaning {
            TimeMeaning::Day(last) if LINKS.contains(&between.trim().to_lowercase().as_str()) => {
                let shared = Date::new(last.year(), month, day);
                let is_before = shared.is_ok_and(|shared| shared <= last);
                // "May 5 and March 3, 2010" is no range, and says nothing.
                if !is_before && matches!(between.trim(), "and" | "&") {
                    continue;
                }
                let year = last.year() - i16::from(!is_before);
                if let Ok(day) = Date::new(year, month, day) {
                    first.meaning = TimeMeaning::Day(day);
                }
            }
            TimeMeaning::Year(year) => {
                let Some((number, written)) = second_day(between) else {
                    continue;
                };
                if number > day
                    && let (Ok(one), Ok(other)) =
                        (Date::new(year, month, day), Date::new(year, month, number))
                {
                    first.meaning = TimeMeaning::Day(one);
                    second.meaning = TimeMeaning::Day(other);
                    second.span.start -= written;
                }
            }
            _ => {}
        }
    }
}

/// The day in ` and 6, ` or ` and 6 `, and how many bytes before the end it
/// begins.
fn second_day(between: &str) -> Option<(i8, usize)> {
    let rest = between
        .strip_prefix(" and ")
        .or(between.strip_prefix(" & "))?;
    let digits = rest.trim_end().trim_end_matches(',');
    let is_day =
        (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let day = digits.parse().ok().filter(|_| is_day)?;
    Some((day, rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_day_of_a_pair() {
        assert_eq!(second_day(" and 6, "), Some((6, 3)));
        assert_eq!(second_day(" and 16 "), Some((16, 3)));
        assert_eq!(second_day(" and then "), None);
        assert_eq!(second_day(", "), None);
    }
}
