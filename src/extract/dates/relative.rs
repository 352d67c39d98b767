//! Reads expressions that count from another day: `last month`, `two years
//! ago`, `this morning`, `a year earlier`, `recently`.
//!
//! A turning word (*last*, *this*, *next*, *the following*) with a unit, a
//! month, a day of the week, a season or a part of the day; a count with a unit
//! and *ago*, *earlier* or *later*. The meaning says from where it counts: `Relative` and `Ago` from the
//! day of publication, `After` from the day that the text spoke of last,
//! `YearEarlier` from its last quarter or year.
//!
//! Examples: *two years ago* is `Ago(Year, -2)`; *five days later* is
//! `After(Day, 5)`; *several months ago* is `Vague`, since it has no number.
//! Quarters and seasons are those of `part_of_year`.
//!
//! Cost: a few tokens ahead, at most 24 back.

use super::calendar_form;
use super::clock::{self, Time};
use super::expression::{Anchor, PartOfYear, ReadForm, TimeMeaning};
use super::part_of_year::{part_after, part_of_year, the_quarter, year_before};
use super::token::{DateTokens, is_blank};
use super::word::{DayPart, Direction, Ending, TimeUnit, TimeWord};
use super::years::{first_word, spelled};

/// `yesterday`, `tomorrow morning`, `tonight`. A time of day behind it belongs
/// to it.
pub(super) fn deictic(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    match tokens.word(at) {
        TimeWord::Deictic(days) => {
            let meaning = TimeMeaning::Relative(TimeUnit::Day, i64::from(days));
            Some(clock::with_time(tokens, ReadForm::new(meaning, at + 1)))
        }
        TimeWord::Tonight => Some(ReadForm {
            time: Some(Time::Part(DayPart::Night)),
            ..ReadForm::new(TimeMeaning::Relative(TimeUnit::Day, 0), at + 1)
        }),
        _ => None,
    }
}

/// `last month`, `this morning`, `next Tuesday`, `the following year`. What the
/// turn points at decides the reader; two turns in a row are one.
///
/// | text | meaning |
/// |---|---|
/// | last month | `Relative(Month, -1)` |
/// | the following year | `After(Year, 1)` |
/// | last Tuesday | `Weekday(Tuesday, Last)` |
/// | the previous Friday | `Weekday(Friday, Before)` |
/// | last night | `Relative(Day, -1)`, a time |
/// | last year's fourth quarter | `Part(Quarter(4), YearsOn(-1))` |
/// | in the past | `Vague` |
pub(super) fn turned(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let TimeWord::Turn(first) = tokens.word(at) else {
        return None;
    };
    if !tokens.is_close(at) {
        return past_as_such(tokens, at, first);
    }
    // "this past spring", "this coming Sunday".
    let (turn, at) = match (first, tokens.word(at + 1)) {
        (Direction::This, TimeWord::Turn(second @ (Direction::Past | Direction::Coming)))
            if tokens.is_close(at + 1) =>
        {
            (second, at + 1)
        }
        _ => (first, at),
    };
    let of = match turn {
        Direction::Last | Direction::Past => Anchor::Last,
        Direction::Previous => Anchor::Before,
        Direction::This | Direction::Current | Direction::Latest | Direction::That => Anchor::This,
        Direction::Next | Direction::Coming | Direction::Following => Anchor::Next,
    };
    let names_one = !matches!(
        turn,
        Direction::Current | Direction::Latest | Direction::That | Direction::Following
    );
    match tokens.word(at + 1) {
        // A broadcast: on "This Week".
        TimeWord::Unit(_, false) if is_title(tokens, at) => None,
        // "last month", "the following year".
        TimeWord::Unit(unit, false) => turned_unit(tokens, at + 1, turn, unit),
        // "this fiscal year".
        TimeWord::Fiscal => match tokens.word(at + 2) {
            TimeWord::Unit(unit @ (TimeUnit::Year | TimeUnit::Quarter), false)
                if tokens.is_close(at + 1) =>
            {
                turned_unit(tokens, at + 2, turn, unit)
            }
            _ => None,
        },
        // "last May", "next June 3".
        TimeWord::Month(month, true) if names_one => Some(turned_month(tokens, at + 1, month, of)),
        // "last Tuesday", "next Friday, May 17": a date behind it goes first.
        TimeWord::Weekday(day, true) if names_one => {
            let found = ReadForm::new(TimeMeaning::Weekday(day, of), at + 2);
            let dated = calendar_form::weekday(tokens, at + 1, true)
                .filter(|dated| !matches!(dated.meaning, TimeMeaning::Weekday(..)));
            Some(dated.unwrap_or_else(|| clock::with_time(tokens, found)))
        }
        // "last spring", "this summer".
        TimeWord::Season(season) if names_one => Some(ReadForm::new(
            TimeMeaning::Part(PartOfYear::Season(season), of),
            at + 2,
        )),
        TimeWord::DayPart(part) => turned_part(at + 1, turn, part),
        // "the latest period", in a business report.
        TimeWord::Period if turn == Direction::Latest => Some(ReadForm::new(
            TimeMeaning::TheQuarter(Anchor::Unsaid),
            at + 2,
        )),
        TimeWord::Unit(_, true) | TimeWord::Some => vague_stretch(tokens, at, turn),
        // "last half": the second of the year.
        TimeWord::Half => part_of_year(tokens, at),
        _ => past_as_such(tokens, at, turn),
    }
}

/// `in coming weeks`, `in past years`, `the last few months`: the turn is at `at`.
fn vague_stretch(tokens: DateTokens<'_>, at: usize, turn: Direction) -> Option<ReadForm> {
    let is_in = at > 0 && tokens.word(at - 1) == TimeWord::In;
    let is_past = matches!(turn, Direction::Last | Direction::Past);
    let next = match (tokens.word(at + 1), tokens.word(at + 2)) {
        (TimeWord::Unit(_, true), _)
            if turn == Direction::Coming || (turn == Direction::Past && is_in) =>
        {
            at + 2
        }
        (TimeWord::Some, TimeWord::Unit(_, true)) if is_past && tokens.is_close(at + 1) => at + 3,
        _ => return past_as_such(tokens, at, turn),
    };
    Some(ReadForm::new(TimeMeaning::Vague, next))
}

/// Whether the two words at `at` are a title: a quotation mark stands before them,
/// and both have a capital.
fn is_title(tokens: DateTokens<'_>, at: usize) -> bool {
    let before = &tokens.text[..tokens.range(at, at).start];
    let is_capital = |at: usize| tokens.letters(at).starts_with(char::is_uppercase);
    before.ends_with(['"', '“', '\'', '‘', '`']) && is_capital(at) && is_capital(at + 1)
}

/// `in the past`: no time of its own. *In the past two years* counts something
/// and is no such thing.
fn past_as_such(tokens: DateTokens<'_>, at: usize, turn: Direction) -> Option<ReadForm> {
    let is_named = at > 0 && tokens.word(at - 1) == TimeWord::The && tokens.is_close(at - 1);
    let goes_on = first_word(&tokens.text[tokens.range(at, at).end..]);
    let is_in = at > 1 && tokens.word(at - 2) == TimeWord::In && tokens.is_close(at - 2);
    let counts = tokens.is_joined(at)
        && matches!(
            tokens.word(at + 1),
            TimeWord::Number(..)
                | TimeWord::Count(_)
                | TimeWord::Some
                | TimeWord::Unit(..)
                | TimeWord::Half
                | TimeWord::Season(_)
        );
    (turn == Direction::Past && is_named && (goes_on.is_empty() || (is_in && !counts)))
        .then_some(ReadForm::new(TimeMeaning::Vague, at + 1))
}

/// Last year, this quarter: the unit is at `at`. *The following year* counts
/// from the text, *next year* from the publication.
fn turned_unit(
    tokens: DateTokens<'_>,
    at: usize,
    turn: Direction,
    unit: TimeUnit,
) -> Option<ReadForm> {
    let next = at + 1;
    let meaning = match (turn, unit) {
        // "The next day" follows the day of the story, not that of publication.
        (Direction::Following | Direction::Next, TimeUnit::Day) => {
            TimeMeaning::After(TimeUnit::Day, 1)
        }
        (Direction::Previous, TimeUnit::Day) => TimeMeaning::After(TimeUnit::Day, -1),
        // "This day", "last day": of nothing certain.
        (_, TimeUnit::Day | TimeUnit::Fortnight) => return None,
        // "The latest quarter" is the one reported.
        (Direction::Latest | Direction::That, TimeUnit::Quarter) => {
            TimeMeaning::TheQuarter(Anchor::Unsaid)
        }
        (Direction::Latest | Direction::Last | Direction::Past | Direction::Previous, unit) => {
            TimeMeaning::Relative(unit, -1)
        }
        (Direction::This | Direction::Current, unit) => TimeMeaning::Relative(unit, 0),
        (Direction::Next | Direction::Coming, unit) => TimeMeaning::Relative(unit, 1),
        (Direction::Following, unit) => TimeMeaning::After(unit, 1),
        // "That year": the one that the text spoke of.
        (Direction::That, unit @ (TimeUnit::Year | TimeUnit::Month | TimeUnit::Week)) => {
            TimeMeaning::After(unit, 0)
        }
        (Direction::That, _) => return None,
    };
    // "this year's third quarter".
    if let TimeMeaning::Relative(TimeUnit::Year, on) = meaning
        && let Some(on) = i8::try_from(on).ok()
        && let Some((meaning, next)) = part_after(tokens, at, Anchor::YearsOn(on))
    {
        return Some(ReadForm::new(meaning, next));
    }
    Some(ReadForm::new(meaning, next))
}

/// `last May`, `next June 3`. A day or year behind the month goes before the
/// turn.
fn turned_month(tokens: DateTokens<'_>, at: usize, month: i8, of: Anchor) -> ReadForm {
    let dated = calendar_form::month_first(tokens, at);
    let found = dated.filter(|found| !matches!(found.meaning, TimeMeaning::Month(..)));
    found.unwrap_or(ReadForm::new(TimeMeaning::Month(month, of), at + 1))
}

/// `this morning`, `last night`, `the following morning`. Last night is that of
/// the day before.
fn turned_part(at: usize, turn: Direction, part: DayPart) -> Option<ReadForm> {
    let meaning = match turn {
        Direction::This => TimeMeaning::Relative(TimeUnit::Day, 0),
        Direction::Last => TimeMeaning::Relative(TimeUnit::Day, -1),
        Direction::Next | Direction::Following => TimeMeaning::After(TimeUnit::Day, 1),
        Direction::That => TimeMeaning::After(TimeUnit::Day, 0),
        _ => return None,
    };
    Some(ReadForm {
        time: Some(Time::Part(part)),
        ..ReadForm::new(meaning, at + 1)
    })
}

/// `two years ago`, `10 days later`, `a year earlier`, `several months ago`.
/// Without one of the three words a count is no time.
///
/// | text | meaning |
/// |---|---|
/// | two years ago | `Ago(Year, -2)` |
/// | five days later | `After(Day, 5)` |
/// | a year earlier | `YearEarlier` |
/// | two years from now | `Ago(Year, 2)` |
/// | several years ago | `Vague` |
pub(super) fn counted(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let (count, unit_at) = count(tokens, at)?;
    let TimeWord::Unit(unit, _) = tokens.word(unit_at) else {
        return None;
    };
    if !tokens.is_joined(unit_at) {
        return None;
    }
    let next = unit_at + 2;
    let meaning = match (tokens.word(unit_at + 1), count) {
        // "Several months ago": a time, but which?
        (TimeWord::Ago | TimeWord::Earlier | TimeWord::Later, None) => TimeMeaning::Vague,
        // "A year ago" in a report means the same quarter, a year before.
        (TimeWord::Ago | TimeWord::Earlier, Some(1)) if unit == TimeUnit::Year => {
            year_earlier(tokens, at)
        }
        (TimeWord::Ago, Some(count)) => TimeMeaning::Ago(unit, -count),
        (TimeWord::Earlier, Some(count)) => TimeMeaning::After(unit, -count),
        (TimeWord::Later, Some(count)) => TimeMeaning::After(unit, count),
        // "Two years from now".
        (TimeWord::From, Some(count))
            if tokens.word(next) == TimeWord::Now && tokens.is_close(unit_at + 1) =>
        {
            return Some(ReadForm::new(TimeMeaning::Ago(unit, count), next + 1));
        }
        _ => return None,
    };
    Some(ReadForm::new(meaning, next))
}

/// A year earlier: than the quarter or year that the text is about, unless the
/// sentence counts in months before it ("in the first nine months").
pub(super) fn year_earlier(tokens: DateTokens<'_>, at: usize) -> TimeMeaning {
    let before = tokens.all[at.saturating_sub(SENTENCE)..at].iter().rev();
    for token in before.take_while(|token| token.word != TimeWord::Stop) {
        match token.word {
            // "In the first nine months": no quarter is meant.
            TimeWord::Unit(TimeUnit::Month, true) => {
                return TimeMeaning::Relative(TimeUnit::Year, -1);
            }
            TimeWord::Unit(TimeUnit::Quarter, _) | TimeWord::Period => {
                return TimeMeaning::YearEarlier;
            }
            _ => {}
        }
    }
    TimeMeaning::YearEarlier
}

/// How many tokens before "a year earlier" are read. That reaches over most
/// sentences.
const SENTENCE: usize = 24;

/// The number that begins at `at` (`None` for "a few"), and the token after it.
/// Digits, words and tens with ones: *10*, *ten*, *twenty-one*.
pub(super) fn count(tokens: DateTokens<'_>, at: usize) -> Option<(Option<i64>, usize)> {
    match tokens.word(at) {
        TimeWord::A if matches!(tokens.word(at + 1), TimeWord::Some) && tokens.is_close(at) => {
            // "a couple of years ago".
            let of = usize::from(tokens.word(at + 2) == TimeWord::Of);
            tokens.is_close(at + 1).then_some((None, at + 2 + of))
        }
        // "A week ago".
        TimeWord::A => tokens.is_close(at).then_some((Some(1), at + 1)),
        // "Several years ago".
        TimeWord::Some => tokens.is_close(at).then_some((None, at + 1)),
        // "10 days later"; not "1,200 years ago", nor "2.5 years ago".
        TimeWord::Number(value, digits, Ending::None) => {
            if !matches!(tokens.word(at + 1), TimeWord::Unit(..)) {
                return None;
            }
            let is_whole = !matches!(tokens.before(at), b'.' | b',' | b'$' | b'/');
            (is_whole && digits <= 3 && tokens.is_joined(at))
                .then_some((Some(i64::from(value)), at + 1))
        }
        // "twenty-one years ago".
        TimeWord::Count(tens @ 20..) if tokens.is_joined(at) => match tokens.word(at + 1) {
            TimeWord::Count(ones @ 1..=9) if tokens.is_joined(at + 1) => {
                Some((Some(i64::from(tens) + i64::from(ones)), at + 2))
            }
            _ => Some((Some(i64::from(tens)), at + 1)),
        },
        TimeWord::Count(value) => tokens
            .is_joined(at)
            .then_some((Some(i64::from(value)), at + 1)),
        _ => None,
    }
}

/// `year-earlier quarter`, `year-end`, `the quarter`, `the weekend`. A bare
/// unit names a time only in these forms.
pub(super) fn unit_first(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let TimeWord::Unit(unit, false) = tokens.word(at) else {
        return None;
    };
    let is_named = at > 0 && tokens.word(at - 1) == TimeWord::The && tokens.is_close(at - 1);
    match (unit, tokens.word(at + 1)) {
        // "year-earlier", "year-ago".
        (TimeUnit::Year, TimeWord::Earlier | TimeWord::Ago) if tokens.gap(at) == Some("-") => {
            Some(year_before(tokens, at + 1))
        }
        // "year-end", "year-end 1988"; the other words of `End` are longer.
        (TimeUnit::Year, TimeWord::End)
            if tokens.is_joined(at) && tokens.letters(at + 1).len() == 3 =>
        {
            let year = calendar_form::year(tokens, at + 2).filter(|_| tokens.is_close(at + 1));
            Some(year.map_or(
                ReadForm::new(TimeMeaning::Relative(TimeUnit::Year, 0), at + 2),
                |year| ReadForm::new(TimeMeaning::Year(year), at + 3),
            ))
        }
        // "by year's end".
        (TimeUnit::Year, TimeWord::End)
            if matches!(tokens.gap(at), Some("'s " | "’s "))
                && tokens.letters_are(at + 1, "end") =>
        {
            Some(ReadForm::new(
                TimeMeaning::Relative(TimeUnit::Year, 0),
                at + 2,
            ))
        }
        // "the year two thousand".
        (TimeUnit::Year, TimeWord::Count(2)) if is_named && tokens.is_close(at) => {
            let (year, next) = spelled(tokens, at + 1)?;
            (year >= 2000).then_some(ReadForm::new(TimeMeaning::Year(year), next))
        }
        // "the full year", in a business report.
        (TimeUnit::Year, _) if is_full(tokens, at) => Some(ReadForm::new(
            TimeMeaning::Relative(TimeUnit::Year, 0),
            at + 1,
        )),
        // "for the week": the one that a market report is about.
        (TimeUnit::Week, _) if is_named && is_of_report(tokens, at) => Some(ReadForm::new(
            TimeMeaning::Relative(TimeUnit::Week, 0),
            at + 1,
        )),
        // "the quarter-to-quarter comparison" is of any two.
        (TimeUnit::Quarter, _) if tokens.text[tokens.range(at, at).end..].starts_with("-to-") => {
            None
        }
        // "the quarter".
        (TimeUnit::Quarter, _) if is_named => Some(the_quarter(tokens, at)),
        // "the weekend".
        (TimeUnit::Weekend, _) if is_named => Some(ReadForm::new(
            TimeMeaning::Part(PartOfYear::Weekend, Anchor::Unsaid),
            at + 1,
        )),
        // "the end of the year": only as part of such a stretch.
        (TimeUnit::Year | TimeUnit::Month | TimeUnit::Week, _) if is_named => {
            the_unit(tokens, at, unit)
        }
        _ => None,
    }
}

/// Whether *the full* stands before the unit at `at`.
fn is_full(tokens: DateTokens<'_>, at: usize) -> bool {
    let before = tokens.text[..tokens.range(at, at).start].trim_end_matches(is_blank);
    let before = before.strip_suffix("full").unwrap_or("");
    before.ends_with(is_blank) && before.trim_end_matches(is_blank).ends_with("the")
}

/// Whether *the week* at `at` is that of the report: *For the week, the index
/// fell*, *the week's most active session*.
fn is_of_report(tokens: DateTokens<'_>, at: usize) -> bool {
    let rest = &tokens.text[tokens.range(at, at).end..];
    let before = tokens.text[..tokens.range(at - 1, at - 1).start].trim_end_matches(is_blank);
    let is_for = before.ends_with("for") || before.ends_with("For");
    (is_for && rest.starts_with([',', '.', ';']))
        || rest.starts_with("'s")
        || rest.starts_with("’s")
}

/// `the end of the year`, `later in the month`: the unit that is going on. Else
/// "the year" may be any.
fn the_unit(tokens: DateTokens<'_>, at: usize, unit: TimeUnit) -> Option<ReadForm> {
    let before = |back: usize| {
        at.checked_sub(back)
            .map_or(TimeWord::Stop, |at| tokens.word(at))
    };
    let is_stretch = matches!((before(3), before(2)), (TimeWord::End, TimeWord::Of))
        || matches!(
            (before(3), before(2)),
            (
                TimeWord::Earlier | TimeWord::Later | TimeWord::Stretch,
                TimeWord::In
            )
        );
    is_stretch.then_some(ReadForm::new(TimeMeaning::Relative(unit, 0), at + 1))
}

/// `now`, `recently`, `recent years`, `the future`. The present is one; the others
/// are mentions without a value.
///
/// | text | a mention? |
/// |---|---|
/// | now, currently, recently | yes |
/// | in recent years | yes |
/// | in the near future | yes, as *future* |
/// | a recent visit, the future king | no |
pub(super) fn vague(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let next = match tokens.word(at) {
        TimeWord::Vague => at + 1,
        TimeWord::AtPresent => return Some(ReadForm::new(TimeMeaning::Present, at + 1)),
        TimeWord::Now => {
            let is_joined = tokens.before(at) == b'-' || tokens.after(at) == b'-';
            return (!is_joined).then_some(ReadForm::new(TimeMeaning::Present, at + 1));
        }
        TimeWord::Recent => match tokens.word(at + 1) {
            TimeWord::Unit(_, true) if tokens.is_close(at) => at + 2,
            _ => return None,
        },
        TimeWord::Future => {
            let goes_on = first_word(&tokens.text[tokens.range(at, at).end..]);
            let before = &tokens.text[..tokens.range(at, at).start];
            let before = before.trim_end_matches(is_blank);
            let before = ["near", "foreseeable", "immediate"]
                .iter()
                .find_map(|word| before.strip_suffix(word))
                .map_or(before, |before| before.trim_end_matches(is_blank));
            let is_named = before.ends_with("the") || before.ends_with("The");
            (is_named && matches!(goes_on, "" | "is" | "and" | "if" | "but" | "to" | "when"))
                .then_some(at + 1)?
        }
        TimeWord::These => match tokens.word(at + 1) {
            TimeWord::Unit(TimeUnit::Day, true) if tokens.is_close(at) => {
                return Some(ReadForm::new(TimeMeaning::Present, at + 2));
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(ReadForm::new(TimeMeaning::Vague, next))
}
