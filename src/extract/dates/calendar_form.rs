//! Reads dates that stand by themselves: `May 14, 2013`, `14/05/2013`,
//! `Tuesday`, `in October`.
//!
//! Each function takes the token that its form begins with and gives the
//! meaning and the first token after it, or nothing; then the next form is
//! tried. The longest form goes first: `May 14, 2013` before `May 14` before
//! `May`.
//!
//! Doubt has rules. A day that a calendar lacks is no date. Of `14/05/2013`
//! only one order is possible; `04/05/2013` may be two days and is a date
//! of that year. `May` alone, which is a verb and a name, needs a capital
//! and a word before it or no name after it: *in May* and *by May* are months,
//! *May Lee* is not. Short forms (`Mar`, `Sun`) need a number beside them. Two
//! digits of a year mean 1950 to 2049.
//!
//! A number that touches another mark of numbers (`$`, `%`, `1.5`) is no day.
//! Cost: a few tokens of look-ahead for each number or name.

use jiff::civil::Date;

use super::clock;
use super::expression::{Anchor, ReadForm, TimeMeaning};
use super::part_of_year::year_after;
use super::token::{DateTokens, is_blank};
use super::word::{Direction, Ending, TimeWord};
use super::years::{first_word, spelled};

/// A date that begins with the number at `at`: ISO, with slashes, `14 May`. A
/// time of day behind the date belongs to it.
///
/// | text | meaning |
/// |---|---|
/// | 1998-05-16 | `Day(1998-05-16)` |
/// | 5/16/98, 16/05/1998 | the same |
/// | 04/05/2013 | `Either(2013-04-05, 2013-05-04)` |
/// | 16 May 1998 | `Day(1998-05-16)` |
/// | 16th of May | `DayOfMonth`, the 16th |
pub(super) fn number_first(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    match tokens.word(at) {
        TimeWord::Number(_, 4, _) => iso(tokens, at),
        _ => numeric(tokens, at).or_else(|| day_month(tokens, at)),
    }
    .map(|found| clock::with_time(tokens, found))
}

/// Whether `byte` next to a number makes it part of another. A date beside it
/// would be a piece of something longer.
pub(super) fn is_number_part(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'/' | b'-' | b'.' | b':' | b'$' | b'%' | b',')
}

/// `2013-05-14`, with or without a time, and `2013/05/14`. The ten bytes are
/// read as they stand; tokens inside them are passed over, and a time that
/// follows is left to the next reader.
fn iso(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let start = tokens.range(at, at).start;
    let bytes = tokens.text.as_bytes().get(start..start + 10)?;
    // Both marks must be the same, and the number must stand free.
    let mark = bytes[4];
    if !matches!(mark, b'-' | b'/') || bytes[7] != mark || is_number_part(tokens.before(at)) {
        return None;
    }
    let date = date_of(
        digits(&bytes[..4])?,
        digits(&bytes[5..7])?,
        digits(&bytes[8..])?,
    )?;
    let after = tokens
        .text
        .as_bytes()
        .get(start + 10)
        .copied()
        .unwrap_or(b' ');
    if after.is_ascii_digit() || matches!(after, b'-' | b'/') {
        return None;
    }
    let end = start + 10;
    // Month and day are tokens of their own, and belong to it.
    let rest = tokens.all[at + 1..].iter();
    let next = at
        + 1
        + rest
            .take_while(|token| (token.start as usize) < end)
            .count();
    Some(ReadForm {
        end: Some(end),
        ..ReadForm::new(TimeMeaning::Day(date), next)
    })
}

/// The number that the digits write; `None` for anything else.
fn digits(bytes: &[u8]) -> Option<u16> {
    bytes.iter().try_fold(0, |value: u16, byte| {
        byte.is_ascii_digit()
            .then(|| value * 10 + u16::from(byte - b'0'))
    })
}

/// The date, if there is such a day in a year that articles speak of. 1800 to
/// 2099: a number outside is rarely a year of news.
fn date_of(year: u16, month: u16, day: u16) -> Option<Date> {
    let small = |number: u16| i8::try_from(number).ok();
    let year = i16::try_from(year)
        .ok()
        .filter(|year| (1800..2100).contains(year))?;
    Date::new(year, small(month)?, small(day)?).ok()
}

/// `1/15/98`, `14.05.2013`: only one of day and month may be above twelve, and
/// where neither is, the date has no value. Two digits for the year are read
/// with slashes alone: `1.5.98` may be a version.
fn numeric(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let mark = tokens
        .gap(at)
        .filter(|gap| matches!(*gap, "/" | "." | "-"))?;
    let (
        TimeWord::Number(one, 1..=2, Ending::None),
        TimeWord::Number(two, 1..=2, Ending::None),
        TimeWord::Number(year, length, Ending::None),
    ) = (tokens.word(at), tokens.word(at + 1), tokens.word(at + 2))
    else {
        return None;
    };
    let is_year = length == 4 || (length == 2 && mark == "/");
    if tokens.gap(at + 1) != Some(mark) || !is_year || is_number_part(tokens.before(at)) {
        return None;
    }
    let after = tokens.after(at + 2);
    // `1/2/98-3` is no date, `1/2/98,` is one.
    let goes_on = tokens
        .text
        .as_bytes()
        .get(tokens.range(at, at + 2).end + 1)
        .is_some_and(u8::is_ascii_digit);
    if matches!(after, b'/' | b'-' | b'.' | b',') && goes_on {
        return None;
    }
    let year = if length == 4 { year } else { full_year(year) };
    let (day_first, month_first) = (date_of(year, two, one), date_of(year, one, two));
    let meaning = match (day_first, month_first) {
        (Some(date), None) | (None, Some(date)) => TimeMeaning::Day(date),
        (Some(date), Some(other)) if date == other => TimeMeaning::Day(date),
        (Some(date), Some(other)) => TimeMeaning::Either(date.min(other), date.max(other)),
        (None, None) => return None,
    };
    Some(ReadForm::new(meaning, at + 3))
}

/// The year that two digits stand for. The split is fixed, so that the same
/// text is always read the same.
pub(super) fn full_year(short: u16) -> u16 {
    if short < 50 {
        2000 + short
    } else {
        1900 + short
    }
}

/// The day of a month in the number at `at`. With or without its ending: 14,
/// 14th.
fn day(tokens: DateTokens<'_>, at: usize) -> Option<i8> {
    match tokens.word(at) {
        TimeWord::Number(day @ 1..=31, 1..=2, Ending::None | Ending::Ordinal) => {
            i8::try_from(day).ok()
        }
        _ => None,
    }
}

/// The year in the number at `at`: 1998. From 1800 to 2099.
pub(super) fn year(tokens: DateTokens<'_>, at: usize) -> Option<i16> {
    match tokens.word(at) {
        TimeWord::Number(year @ 1800..2100, 4, Ending::None) => i16::try_from(year).ok(),
        _ => None,
    }
}

/// `14 May 2013`, `14th of May`, `14-16 May`. A range must be written with a
/// dash and ascend.
fn day_month(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let first = day(tokens, at)?;
    if matches!(tokens.before(at), b'$' | b'.' | b',' | b'/' | b':') {
        return None;
    }
    if let Some(found) = joined(tokens, at, first) {
        return Some(found);
    }
    // `14-16 May`.
    let is_range = matches!(tokens.gap(at), Some("-" | "–" | "—"));
    if is_range && let Some(last) = day(tokens, at + 1).filter(|last| *last > first) {
        let TimeWord::Month(month, _) = tokens.word(at + 2) else {
            return None;
        };
        return tokens
            .is_close(at + 1)
            .then(|| with_year(tokens, month, first, Some(last), at + 2))?;
    }
    let is_spaced = tokens.is_spaced(at) && tokens.gap(at).is_some_and(|gap| !gap.contains(','));
    match (tokens.word(at + 1), tokens.word(at + 2)) {
        (TimeWord::Month(month, _), _) if is_spaced => {
            with_year(tokens, month, first, None, at + 1)
        }
        // "14. May 2013": the stop seems to end a sentence.
        (TimeWord::Stop, TimeWord::Month(month, _))
            if tokens.gap(at) == Some("")
                && tokens.is_close(at + 1)
                && tokens.is_spaced(at + 2)
                && year(tokens, at + 3).is_some() =>
        {
            with_year(tokens, month, first, None, at + 2)
        }
        (TimeWord::Of, TimeWord::Month(month, _))
            if tokens.is_close(at) && tokens.is_close(at + 1) =>
        {
            with_year(tokens, month, first, None, at + 2)
        }
        _ => None,
    }
}

/// `14-May-2013`, `14/May/2013`, `14.May.13`: one mark between the three, and a
/// year of two digits as well. Spreadsheets, logs and mail write so.
fn joined(tokens: DateTokens<'_>, at: usize, first: i8) -> Option<ReadForm> {
    let mark = tokens
        .gap(at)
        .filter(|gap| matches!(*gap, "-" | "/" | "."))?;
    let TimeWord::Month(month, _) = tokens.word(at + 1) else {
        return None;
    };
    if tokens.gap(at + 1) != Some(mark) {
        return None;
    }
    let year = match tokens.word(at + 2) {
        TimeWord::Number(short, 2, Ending::None) => i16::try_from(full_year(short)).ok()?,
        _ => year(tokens, at + 2)?,
    };
    let date = Date::new(year, month, first).ok()?;
    Some(ReadForm::new(TimeMeaning::Day(date), at + 3))
}

/// `May 14, 2013`; `June 21-23`; `February 2011`; `in October`. The number
/// behind it is a day before it is a year; *May 2013* has four digits and fails
/// as a day.
///
/// | text | meaning |
/// |---|---|
/// | May 14, 2013 | `Day(2013-05-14)` |
/// | May 16-18, 1998 | `Days(1998-05-16, 1998-05-18)` |
/// | June 21-23 | `DayOfMonth`, 21 to 23 |
/// | February 2011 | `MonthOfYear(2011-02-01)` |
/// | October | `Month(10, Unsaid)` |
/// | May Lee | nothing |
pub(super) fn month_first(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let TimeWord::Month(month, is_full) = tokens.word(at) else {
        return None;
    };
    let follows = tokens.is_spaced(at);
    if is_every(tokens, at) {
        return None;
    }
    if follows
        && !is_part_of_more(tokens, at + 1)
        && let Some(first) = day(tokens, at + 1)
    {
        let is_range = matches!(tokens.gap(at + 1), Some("-" | "–" | "—"));
        let last = day(tokens, at + 2).filter(|last| is_range && *last > first);
        let used = at + 1 + usize::from(last.is_some());
        let found = with_year(tokens, month, first, last, used)?;
        return Some(clock::with_time(tokens, found));
    }
    // `February 2011`.
    if follows && let Some(year) = year(tokens, at + 1) {
        let first = Date::new(year, month, 1).ok()?;
        return Some(ReadForm::new(TimeMeaning::MonthOfYear(first), at + 2));
    }
    if follows && let Some((year, next)) = spelled(tokens, at + 1) {
        let first = Date::new(year, month, 1).ok()?;
        return Some(ReadForm::new(TimeMeaning::MonthOfYear(first), next));
    }
    // `October of last year`, `May of 1990`.
    if let Some((of, next)) = year_after(tokens, at) {
        return Some(ReadForm::new(month_of(month, of)?, next));
    }
    let is_through = at > 0 && tokens.is_close(at - 1) && tokens.letters(at - 1) == "through";
    let of = if is_through {
        Anchor::Through
    } else {
        Anchor::Unsaid
    };
    is_month(tokens, at, month, is_full)
        .then_some(ReadForm::new(TimeMeaning::Month(month, of), at + 1))
}

/// The meaning of a month of the year that `of` says. `None` for a year that no
/// calendar has.
fn month_of(month: i8, of: Anchor) -> Option<TimeMeaning> {
    Some(match of {
        Anchor::Year(year) => TimeMeaning::MonthOfYear(Date::new(year, month, 1).ok()?),
        of => TimeMeaning::Month(month, of),
    })
}

/// Whether the number at `at` is the first part of another: `May 3.5`, `May
/// 1,200`. Then the month stands alone, and "May 1,200" is no day.
fn is_part_of_more(tokens: DateTokens<'_>, at: usize) -> bool {
    let Some(token) = tokens.all.get(at) else {
        return false;
    };
    let rest = &tokens.text.as_bytes()[token.end as usize..];
    match rest {
        [b'%', ..] => true,
        [b'.' | b',' | b':' | b'/', digit, ..] => digit.is_ascii_digit(),
        _ => false,
    }
}

/// Whether the name at `at` is that of every such day or month: "each July". It
/// names no single day, and is no expression.
fn is_every(tokens: DateTokens<'_>, at: usize) -> bool {
    at > 0 && tokens.word(at - 1) == TimeWord::Each && tokens.is_close(at - 1)
}

/// Whether the day at `at` is that of every week by the part of the day behind it:
/// *Monday nights*, *Monday and Tuesday nights*.
fn is_of_every_week(tokens: DateTokens<'_>, at: usize) -> bool {
    let is_plural = |at: usize| {
        let rest = &tokens.text[tokens.range(at, at).end..];
        matches!(
            first_word(rest),
            "nights" | "mornings" | "evenings" | "afternoons"
        )
    };
    let is_joined = matches!(tokens.word(at + 1), TimeWord::BeforeDate)
        && tokens.is_close(at)
        && matches!(tokens.letters(at + 1), "and" | "or")
        && tokens.is_close(at + 1)
        && matches!(tokens.word(at + 2), TimeWord::Weekday(..));
    is_plural(at) || (is_joined && is_plural(at + 2))
}

/// Whether the word at `at` is a month by itself, not a verb or a name. What
/// stands before decides first, then what follows.
fn is_month(tokens: DateTokens<'_>, at: usize, month: i8, is_full: bool) -> bool {
    let before = at.checked_sub(1).filter(|at| tokens.is_joined(*at));
    let before = before.map_or(TimeWord::Stop, |at| tokens.word(at));
    // May, March, April, June, August are verbs and first names too.
    let is_other = matches!(month, 3..=6 | 8);
    let rest = &tokens.text[tokens.range(at, at).end..];
    let bare = rest.trim_start_matches(is_blank);
    let is_name = bare.len() < rest.len() && bare.starts_with(char::is_uppercase);
    match before {
        // `Mar` and `Dec` alone are too often something else.
        _ if !is_full => false,
        // These say that a month follows, whatever comes behind it.
        TimeWord::In
        | TimeWord::Of
        | TimeWord::Since
        | TimeWord::Until
        | TimeWord::Stretch
        | TimeWord::Ahead
        | TimeWord::Turn(Direction::Last | Direction::Next | Direction::This) => true,
        // "and May Lee": a name where a capital follows one that may be a name.
        TimeWord::BeforeDate | TimeWord::From | TimeWord::To => !(is_other && is_name),
        before => {
            let letters = tokens.letters(at).bytes();
            // A heading in capitals hides what is a name.
            let is_shouted = letters.clone().all(|byte| byte.is_ascii_uppercase());
            let stands_alone = !is_name && !rest.starts_with(['-', '\'', '’', '/']);
            let is_named = matches!(before, TimeWord::The | TimeWord::A);
            (is_named || !is_other) && stands_alone && !is_shouted
        }
    }
}

/// Adds the year after token `last_token`, if there is one. A day that the year
/// named lacks is one without a year.
fn with_year(
    tokens: DateTokens<'_>,
    month: i8,
    first: i8,
    last: Option<i8>,
    last_token: usize,
) -> Option<ReadForm> {
    if tokens.is_spaced(last_token)
        && let Some(year) = year(tokens, last_token + 1)
    {
        let start = Date::new(year, month, first);
        let end = last.map(|last| Date::new(year, month, last));
        let meaning = match (start, end) {
            (Ok(start), None) => Some(TimeMeaning::Day(start)),
            (Ok(start), Some(Ok(end))) => Some(TimeMeaning::Days(start, end)),
            _ => None,
        };
        if let Some(meaning) = meaning {
            return Some(ReadForm::new(meaning, last_token + 2));
        }
    }
    // 2000 was a leap year: February 29 is a day.
    Date::new(2000, month, last.unwrap_or(first)).ok()?;
    let meaning = TimeMeaning::DayOfMonth { month, first, last };
    Some(ReadForm::new(meaning, last_token + 1))
}

/// `Tuesday`, `Tuesday night`, `Tuesday, May 14`. In a header line, whose date
/// is the evidence, the day of the week stands apart. Short names need a date
/// behind them.
pub(super) fn weekday(tokens: DateTokens<'_>, at: usize, in_body: bool) -> Option<ReadForm> {
    let TimeWord::Weekday(weekday, is_full) = tokens.word(at) else {
        return None;
    };
    if is_every(tokens, at) || is_of_every_week(tokens, at) {
        return None;
    }
    let date = match tokens.word(at + 1) {
        TimeWord::Month(..) if tokens.is_spaced(at) => month_first(tokens, at + 1),
        TimeWord::Number(..) if tokens.is_spaced(at) => day_month(tokens, at + 1),
        _ => None,
    };
    // A range of days has no day of the week.
    let date = date.filter(|found| {
        matches!(
            found.meaning,
            TimeMeaning::Day(_) | TimeMeaning::DayOfMonth { last: None, .. }
        )
    });
    if let Some(found) = date
        && in_body
    {
        return Some(ReadForm {
            weekday: Some(weekday),
            ..found
        });
    }
    // "The Sun said", "the sat phone": only the full name stands alone.
    if !is_full && (in_body || date.is_none()) {
        return None;
    }
    let found = ReadForm::new(TimeMeaning::Weekday(weekday, Anchor::Unsaid), at + 1);
    Some(if in_body {
        clock::with_time(tokens, found)
    } else {
        found
    })
}
