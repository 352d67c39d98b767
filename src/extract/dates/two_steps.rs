//! Reads expressions of two steps: `the day before yesterday`, `the week before
//! last`, `a week on Monday`.
//!
//! The first step alone is another day: *yesterday*, *last*, *Monday*. So these
//! forms go before the others, and are tried where the word after the first
//! calls for them.
//!
//! *The year before last* is the one before last year. *Before last* ends there:
//! *the week before last Christmas* has its week from a feast, and is not read.
//! *A week on Monday* and *Monday week* are a week after the next Monday, *a week
//! ago Monday* is a week before the last one.
//!
//! Cost: three tokens ahead for the few words that may begin such a form.

use jiff::civil::Weekday;

use super::clock::{self, Time};
use super::expression::{Anchor, PartOfYear, ReadForm, TimeMeaning};
use super::relative::count;
use super::token::DateTokens;
use super::word::{DayPart, Direction, TimeUnit, TimeWord};
use super::years::first_word;

/// Words that go on with the sentence behind *before last*. Any other names
/// what *last* is about: *the week before last season's final*.
const GOES_ON: [&str; 36] = [
    "the", "a", "an", "he", "she", "it", "they", "we", "i", "you", "in", "on", "at", "to", "and",
    "or", "but", "when", "was", "were", "had", "has", "is", "are", "that", "for", "by", "with",
    "after", "who", "which", "as", "from", "of", "while", "then",
];

/// The expression of two steps that begins at the token `at`.
///
/// | text | meaning |
/// |---|---|
/// | the day before yesterday | `Relative(Day, -2)` |
/// | the day after tomorrow | `Relative(Day, 2)` |
/// | the year before last | `Relative(Year, -2)` |
/// | the Tuesday before last | `WeeksOn(Tuesday, -1)` |
/// | the summer before last | `Part(Season(Summer), BeforeLast)` |
/// | the night before last | `Relative(Day, -2)`, a time |
/// | Monday week | `WeeksOn(Monday, 1)` |
pub(super) fn read(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    // Asked of every token: the words alone turn nearly all away.
    let first = tokens.word(at);
    if !matches!(
        first,
        TimeWord::Unit(..)
            | TimeWord::Weekday(..)
            | TimeWord::Season(_)
            | TimeWord::Month(..)
            | TimeWord::DayPart(_)
            | TimeWord::A
            | TimeWord::Count(_)
            | TimeWord::Number(..)
    ) {
        return None;
    }
    match (first, tokens.word(at + 1)) {
        (
            TimeWord::Unit(_, false)
            | TimeWord::Weekday(_, true)
            | TimeWord::Season(_)
            | TimeWord::Month(_, true)
            | TimeWord::DayPart(_),
            TimeWord::BeforeDate,
        ) if tokens.is_close(at) => beside(tokens, at),
        (TimeWord::Weekday(day, true), TimeWord::Unit(TimeUnit::Week, false))
            if tokens.is_close(at) =>
        {
            let is_free =
                !matches!(tokens.after(at + 1), b'-' | b'\'') && !is_followed(tokens, at + 1, "’");
            is_free.then_some(ReadForm::new(TimeMeaning::WeeksOn(day, 1), at + 2))
        }
        (
            TimeWord::A | TimeWord::Count(_) | TimeWord::Number(..),
            TimeWord::Unit(TimeUnit::Week | TimeUnit::Fortnight, _) | TimeWord::Count(_),
        ) => weeks(tokens, at),
        _ => None,
    }
}

fn is_followed(tokens: DateTokens<'_>, at: usize, mark: &str) -> bool {
    tokens.text[tokens.range(at, at).end..].starts_with(mark)
}

/// `day before yesterday`, `week after next`: the noun is at `at`.
fn beside(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let step = match tokens.letters(at + 1) {
        "before" => -1,
        "after" => 1,
        _ => return None,
    };
    if !tokens.is_close(at + 1) {
        return None;
    }
    let next = at + 3;
    match (tokens.word(at), tokens.word(at + 2)) {
        (TimeWord::Unit(TimeUnit::Day, _), TimeWord::Deictic(days)) => {
            let meaning = TimeMeaning::Relative(TimeUnit::Day, i64::from(days) + step);
            Some(clock::with_time(tokens, ReadForm::new(meaning, next)))
        }
        (noun, TimeWord::Turn(turn)) => {
            let is_meant = matches!((turn, step), (Direction::Last, -1) | (Direction::Next, 1));
            (is_meant && ends(tokens, at + 2)).then(|| of_noun(noun, step, next))?
        }
        _ => None,
    }
}

/// Whether *before last* ends with the token at `at`.
fn ends(tokens: DateTokens<'_>, at: usize) -> bool {
    let rest = &tokens.text[tokens.range(at, at).end..];
    let word = first_word(rest);
    !rest.starts_with('-') && (word.is_empty() || GOES_ON.contains(&word))
}

/// What the noun before *before last* means, or *after next*.
fn of_noun(noun: TimeWord, step: i64, next: usize) -> Option<ReadForm> {
    let of = if step < 0 {
        Anchor::BeforeLast
    } else {
        Anchor::AfterNext
    };
    let meaning = match noun {
        TimeWord::Unit(unit, _) => TimeMeaning::Relative(unit, 2 * step),
        TimeWord::Weekday(day, _) => TimeMeaning::WeeksOn(day, step),
        TimeWord::Season(season) => TimeMeaning::Part(PartOfYear::Season(season), of),
        TimeWord::Month(month, _) => TimeMeaning::Month(month, of),
        TimeWord::DayPart(part @ (DayPart::Night | DayPart::Evening)) => {
            return Some(ReadForm {
                time: Some(Time::Part(part)),
                ..ReadForm::new(TimeMeaning::Relative(TimeUnit::Day, 2 * step), next)
            });
        }
        _ => return None,
    };
    Some(ReadForm::new(meaning, next))
}

/// `a week on Monday`, `two weeks from Friday`, `a fortnight ago Tuesday`, `a
/// week today`.
fn weeks(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let (Some(count), unit_at) = count(tokens, at)? else {
        return None;
    };
    let weeks = match tokens.word(unit_at) {
        TimeWord::Unit(TimeUnit::Week, _) => count,
        TimeWord::Unit(TimeUnit::Fortnight, _) => 2 * count,
        _ => return None,
    };
    if !tokens.is_close(unit_at) {
        return None;
    }
    let (weeks, day_at) = match tokens.word(unit_at + 1) {
        // "Three weeks on Friday" is a length of time.
        TimeWord::On if weeks <= 2 => (weeks, unit_at + 2),
        TimeWord::From => (weeks, unit_at + 2),
        TimeWord::Ago => (-weeks, unit_at + 2),
        TimeWord::Deictic(0 | 1) if weeks <= 2 => (weeks, unit_at + 1),
        _ => return None,
    };
    if !tokens.is_close(day_at - 1) {
        return None;
    }
    let meaning = match tokens.word(day_at) {
        TimeWord::Weekday(day, true) => TimeMeaning::WeeksOn(day, weeks),
        TimeWord::Deictic(days) => {
            TimeMeaning::Relative(TimeUnit::Day, 7 * weeks + i64::from(days))
        }
        _ => return None,
    };
    Some(clock::with_time(tokens, ReadForm::new(meaning, day_at + 1)))
}

/// The day `weeks` weeks after the next such day of the week, or before the last.
pub(super) fn weeks_on(
    published: jiff::civil::Date,
    day: Weekday,
    weeks: i64,
) -> Option<jiff::civil::Date> {
    let turn = if weeks < 0 { -1 } else { 1 };
    let first = published.nth_weekday(turn, day).ok()?;
    first
        .checked_add(jiff::Span::new().try_days(7 * weeks).ok()?)
        .ok()
}
