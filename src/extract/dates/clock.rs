//! Reads the time of day: `9:30 p.m. EST`, `noon Thursday`, `Tuesday night`.
//!
//! A time of day is read with the day beside it, before or after: `9 p.m.
//! Monday`, `Monday night`, `yesterday at 4 p.m. EST`. Alone it is an
//! expression only where nothing else can be meant: with a.m. or p.m., with a
//! zone, or after *at*. `3:15` by itself may be a score. Four digits need a
//! zone: `1922 GMT` is a time, `1922` a year.
//!
//! The hour is kept as the text says it; zones are part of the expression and
//! change nothing. Twelve o'clock: `12 a.m.` is 0, `12 p.m.` is 12, midnight is
//! written as TIMEX3 has it, `T24:00`.
//!
//! Cost: a glance at the bytes after each number; most are turned away by the
//! first.

use super::expression::{ReadForm, TimeMeaning};
use super::token::{DateTokens, is_blank};
use super::word::{DayPart, Ending, TimeWord};
use super::{calendar_form, relative};

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    /// Morning to midnight, as a word.
    Part(DayPart),
    /// Hour and minute.
    Clock(u8, u8),
}

impl Time {
    /// As TIMEX3 writes it after the day.
    pub(super) fn code(self) -> String {
        match self {
            Time::Part(DayPart::Morning) => "TMO".to_owned(),
            Time::Part(DayPart::Afternoon) => "TAF".to_owned(),
            Time::Part(DayPart::Evening) => "TEV".to_owned(),
            Time::Part(DayPart::Night) => "TNI".to_owned(),
            Time::Part(DayPart::Noon) => "T12:00".to_owned(),
            Time::Part(DayPart::Midnight) => "T24:00".to_owned(),
            Time::Clock(hour, minute) => format!("T{hour:02}:{minute:02}"),
        }
    }
}

/// Names of zones that may follow a time of day. They are passed over as part
/// of the expression; no time is converted.
const ZONES: [&str; 17] = [
    "GMT", "UTC", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "ET", "PT", "BST", "CET",
    "CEST", "IST", "JST",
];

/// A time of day that begins with the number at `at`, with the day after it.
/// Without a day it belongs to the day that the text speaks of.
pub(super) fn time_first(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let (time, end, is_sure) = clock(tokens, at)?;
    let next = after_byte(tokens, at, end);
    let joined = day_after(tokens, next, end);
    let is_told = at > 0 && tokens.word(at - 1) == TimeWord::At && tokens.is_close(at - 1);
    if let Some(day) = joined {
        return Some(ReadForm {
            time: Some(time),
            ..day
        });
    }
    (is_sure || is_told).then_some(ReadForm {
        time: Some(time),
        end: Some(end),
        ..ReadForm::new(TimeMeaning::Clock, next)
    })
}

/// `noon Thursday`, `mid-afternoon yesterday`, `at midnight`. "In the morning"
/// alone is no expression; *noon* and *midnight* after *at* are.
pub(super) fn part_first(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let TimeWord::DayPart(part) = tokens.word(at) else {
        return None;
    };
    let end = tokens.range(at, at).end;
    if let Some(day) = day_after(tokens, at + 1, end) {
        return Some(ReadForm {
            time: Some(Time::Part(part)),
            ..day
        });
    }
    // "at noon" is an hour; "at night" is any.
    let is_hour = matches!(part, DayPart::Noon | DayPart::Midnight);
    let is_told = at > 0 && tokens.word(at - 1) == TimeWord::At && tokens.is_close(at - 1);
    (is_hour && is_told).then_some(ReadForm {
        time: Some(Time::Part(part)),
        ..ReadForm::new(TimeMeaning::Clock, at + 1)
    })
}

/// Adds the time of day that follows a day: `Tuesday night`, `May 14 at 9 p.m.`
/// What has a time already, or ends inside a token, stays as it is.
pub(super) fn with_time(tokens: DateTokens<'_>, found: ReadForm) -> ReadForm {
    let last = found.next - 1;
    if found.time.is_some() || found.end.is_some() {
        return found;
    }
    if let TimeWord::DayPart(part) = tokens.word(found.next)
        && tokens.is_close(last)
    {
        return ReadForm {
            time: Some(Time::Part(part)),
            next: found.next + 1,
            ..found
        };
    }
    let at = found.next + usize::from(tokens.word(found.next) == TimeWord::At);
    if tokens.is_spaced(last)
        && (at == found.next || tokens.is_close(found.next))
        && let Some((time, end, true)) = clock(tokens, at)
    {
        return ReadForm {
            time: Some(time),
            end: Some(end),
            next: after_byte(tokens, at, end),
            ..found
        };
    }
    found
}

/// The day that follows a time of day which ends at the byte `end`. Only a
/// comma, space and *on* may lie between.
fn day_after(tokens: DateTokens<'_>, next: usize, end: usize) -> Option<ReadForm> {
    let start = tokens.all.get(next)?.start as usize;
    let gap = tokens.text.get(end..start).filter(|gap| gap.len() <= 8)?;
    let is_near = gap.chars().all(|c| c == ',' || is_blank(c));
    let at = match tokens.word(next) {
        TimeWord::On if tokens.is_close(next) => next + 1,
        _ => next,
    };
    if !is_near || gap.is_empty() {
        return None;
    }
    match tokens.word(at) {
        TimeWord::Weekday(..) => calendar_form::weekday(tokens, at, true),
        TimeWord::Deictic(_) => relative::deictic(tokens, at),
        TimeWord::Month(..) if matches!(tokens.word(at + 1), TimeWord::Number(1..=31, ..)) => {
            calendar_form::month_first(tokens, at)
        }
        _ => None,
    }
    .filter(|found| found.time.is_none())
}

/// The time that begins with the number at `at`, where it ends, and whether it
/// can be nothing else. Forms: `9 p.m.`, `9:30`, `9:30 p.m.`, `0930 GMT`. The
/// hour is of the whole day.
///
/// | text | time |
/// |---|---|
/// | 9:00 p.m. | `T21:00` |
/// | 4 p.m. EST | `T16:00` |
/// | 7:15 a.m. | `T07:15` |
/// | 1922 GMT | `T19:22` |
/// | 3:15 | `T03:15`, not sure |
/// | 10 percent | nothing |
fn clock(tokens: DateTokens<'_>, at: usize) -> Option<(Time, usize, bool)> {
    let TimeWord::Number(value, digits, ending) = tokens.word(at) else {
        return None;
    };
    // "10 percent": most numbers have neither a colon nor a letter after them.
    let rest = &tokens.text.as_bytes()[tokens.all[at].end as usize..];
    let is_likely = match rest {
        [b':', ..] => true,
        [b' ', letter, ..] | [letter, ..] => {
            // Other spaces than U+0020 begin beyond ASCII.
            matches!(letter, b'a' | b'p' | b'A' | b'P' | b'G' | b'U' | 0x80..) || digits == 4
        }
        [] => false,
    };
    if !(is_likely || matches!(ending, Ending::Am | Ending::Pm)) {
        return None;
    }
    if matches!(tokens.before(at), b'$' | b'.' | b':' | b',' | b'-' | b'/') {
        return None;
    }
    let mut end = tokens.range(at, at).end;
    // `9`, `09` or `0930`.
    let (hour, mut minute) = match digits {
        1 | 2 => (value, 0),
        4 => (value / 100, value % 100),
        _ => return None,
    };
    // `9pm` has its half in the number itself.
    let mut half = ending;
    let mut is_exact = false;
    // `9:30`: the minutes are the next token.
    if digits < 3
        && ending == Ending::None
        && tokens.gap(at) == Some(":")
        && let TimeWord::Number(past, 2, after) = tokens.word(at + 1)
    {
        (minute, half, is_exact) = (past, after, true);
        end = tokens.range(at + 1, at + 1).end;
    }
    if half == Ending::None {
        let (found, length) = half_of_day(&tokens.text[end..]);
        (half, end) = (found, end + length);
    }
    let has_half = matches!(half, Ending::Am | Ending::Pm);
    let zone = zone_length(&tokens.text[end..]);
    let is_sure = has_half || zone > 0;
    // Four digits need a zone, one or two a colon or a half of the day.
    if minute > 59 || (digits == 4 && zone == 0) || (!is_exact && digits < 3 && !has_half) {
        return None;
    }
    let hour = match half {
        Ending::Am if (1..=12).contains(&hour) => hour % 12,
        Ending::Pm if (1..=12).contains(&hour) => hour % 12 + 12,
        Ending::None if hour <= 24 => hour,
        _ => return None,
    };
    let small = |number: u16| u8::try_from(number).ok();
    Some((
        Time::Clock(small(hour)?, small(minute)?),
        end + zone,
        is_sure,
    ))
}

/// ` p.m.` at the start of `rest`, with its length. At most one space before
/// it.
fn half_of_day(rest: &str) -> (Ending, usize) {
    let space = rest.len() - rest.trim_start_matches(is_blank).len();
    if rest[..space].chars().count() > 1 {
        return (Ending::None, 0);
    }
    let forms = [
        ("a.m.", Ending::Am),
        ("p.m.", Ending::Pm),
        ("am", Ending::Am),
        ("pm", Ending::Pm),
        ("AM", Ending::Am),
        ("PM", Ending::Pm),
        ("A.M.", Ending::Am),
        ("P.M.", Ending::Pm),
    ];
    let found = forms.iter().find(|(form, _)| {
        rest[space..].strip_prefix(form).is_some_and(|after| {
            form.ends_with('.') || !after.starts_with(|c: char| c.is_alphanumeric())
        })
    });
    found.map_or((Ending::None, 0), |(form, half)| {
        (*half, space + form.len())
    })
}

/// The length of ` EST` or ` (GMT)` at the start of `rest`. 0 where none
/// follows.
///
/// | after the time | length |
/// |---|---|
/// | ` EST` | 4 |
/// | ` (GMT)` | 6 |
/// | ` ESTATE` | 0 |
fn zone_length(rest: &str) -> usize {
    let bare = rest.trim_start_matches(|c| c == '(' || is_blank(c));
    let skipped = rest.len() - bare.len();
    if !(1..=2).contains(&rest[..skipped].chars().count()) {
        return 0;
    }
    // "local time", whatever lies between.
    let zone = match bare.strip_prefix("local") {
        Some(rest) if rest.starts_with(is_blank) => {
            let word = rest.trim_start_matches(is_blank);
            word.starts_with("time")
                .then_some(bare.len() - word.len() + "time".len())
        }
        _ => ZONES
            .iter()
            .find(|zone| bare.starts_with(**zone))
            .map(|zone| zone.len()),
    };
    let ends = |zone: &usize| !bare[*zone..].starts_with(|c: char| c.is_alphanumeric());
    zone.filter(ends).map_or(0, |zone| {
        let closes = rest[..skipped].contains('(') && bare[zone..].starts_with(')');
        skipped + zone + usize::from(closes)
    })
}

/// The first token after `at` that begins at the byte `end` or later. A time
/// may end inside what were several tokens.
fn after_byte(tokens: DateTokens<'_>, at: usize, end: usize) -> usize {
    let rest = tokens.all[at + 1..].iter();
    at + 1
        + rest
            .take_while(|token| (token.start as usize) < end)
            .count()
}
