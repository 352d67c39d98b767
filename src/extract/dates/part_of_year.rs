//! Reads quarters, halves and seasons: `the third quarter`, `first half of 1990`,
//! `last year's period`, `the winter of 1994`.
//!
//! The parts of the year that business news counts in. Each may have its year
//! behind it (*of 1990*, *last year*) or before it (*1988's third quarter*); *the
//! quarter* by itself is the one that a report is about, and *the year-earlier
//! quarter* the one a year before. *The first half* without a year may be a
//! game's and is passed over; *a spring* and *the fall of* are no seasons.
//!
//! Cost: a few tokens ahead.

use super::calendar_form;
use super::expression::{Anchor, PartOfYear, ReadForm, TimeMeaning};
use super::relative::{counted, year_earlier};
use super::token::{DateTokens, is_blank};
use super::word::{Direction, Season, TimeUnit, TimeWord};
use super::years::{first_word, spelled};

/// `year-earlier`, `year-ago quarter`, `year-earlier third quarter`. `last` is
/// the token of *earlier* or *ago*.
pub(super) fn year_before(tokens: DateTokens<'_>, last: usize) -> ReadForm {
    if tokens.is_close(last) {
        if let Some((part, next)) = part_at(tokens, last + 1) {
            return ReadForm::new(TimeMeaning::Part(part, Anchor::YearBefore), next);
        }
        match tokens.word(last + 1) {
            TimeWord::Unit(TimeUnit::Quarter, false) => {
                return ReadForm::new(TimeMeaning::TheQuarter(Anchor::YearBefore), last + 2);
            }
            TimeWord::Period => return ReadForm::new(TimeMeaning::YearEarlier, last + 2),
            _ => {}
        }
    }
    ReadForm::new(year_earlier(tokens, last), last + 1)
}

/// `the same period last year`, `the corresponding period of last year`: the
/// quarter or year that the text spoke of, a year before.
pub(super) fn period_before(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let before = tokens.text[..tokens.range(at, at).start].trim_end_matches(is_blank);
    let is_same = ["same", "corresponding", "comparable", "like", "similar"]
        .iter()
        .any(|word| before.ends_with(word));
    let (of, next) = year_after(tokens, at).filter(|_| is_same)?;
    (of == Anchor::YearsOn(-1)).then_some(ReadForm::new(TimeMeaning::YearEarlier, next))
}

/// `the quarter`, `the quarter a year ago`. *The quarter* is the one that a
/// report is about.
pub(super) fn the_quarter(tokens: DateTokens<'_>, at: usize) -> ReadForm {
    if tokens.is_close(at)
        && let Some(found) = counted(tokens, at + 1)
        && found.meaning == TimeMeaning::YearEarlier
    {
        return ReadForm::new(TimeMeaning::TheQuarter(Anchor::YearBefore), found.next);
    }
    let (of, next) = year_after(tokens, at).unwrap_or((Anchor::Unsaid, at + 1));
    ReadForm::new(TimeMeaning::TheQuarter(of), next)
}

/// `third quarter`, `third-quarter`, `fiscal 1989`, `first half of 1990`. A
/// fiscal year is written as the year of its name.
///
/// | text | meaning |
/// |---|---|
/// | the third quarter of 1984 | `Part(Quarter(3), Year(1984))` |
/// | the first half of 2012 | `Part(Half(1), Year(2012))` |
/// | the first half of the game | nothing |
/// | fiscal 1989 | `Year(1989)` |
pub(super) fn part_of_year(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    if tokens.word(at) == TimeWord::Fiscal
        && tokens.is_close(at)
        && let Some(year) = calendar_form::year(tokens, at + 1)
    {
        return Some(match part_after(tokens, at + 1, Anchor::Year(year)) {
            Some((meaning, next)) => ReadForm::new(meaning, next),
            None => ReadForm::new(TimeMeaning::Year(year), at + 2),
        });
    }
    let (part, next) = part_at(tokens, at)?;
    let (of, next) = year_after(tokens, next - 1).unwrap_or((Anchor::Unsaid, next));
    // "The first half" of a game has no year.
    (of != Anchor::Unsaid || !matches!(part, PartOfYear::Half(_)))
        .then_some(ReadForm::new(TimeMeaning::Part(part, of), next))
}

/// The quarter or half of the year that begins at `at`, with the token after.
/// Also *last half*, which is the second, and `second-period` as trade papers
/// write it.
fn part_at(tokens: DateTokens<'_>, at: usize) -> Option<(PartOfYear, usize)> {
    let at = at + usize::from(tokens.word(at) == TimeWord::Fiscal && tokens.is_joined(at));
    if matches!(tokens.word(at), TimeWord::Turn(Direction::Last))
        && tokens.word(at + 1) == TimeWord::Half
    {
        return tokens.is_close(at).then_some((PartOfYear::Half(2), at + 2));
    }
    let TimeWord::Ordinal(count) = tokens.word(at) else {
        return None;
    };
    let fiscal = usize::from(tokens.word(at + 1) == TimeWord::Fiscal && tokens.is_close(at));
    let unit_at = at + 1 + fiscal;
    if !tokens.is_joined(unit_at - 1) {
        return None;
    }
    match tokens.word(unit_at) {
        TimeWord::Unit(TimeUnit::Quarter, false) => Some((PartOfYear::Quarter(count), unit_at + 1)),
        // As trade papers write it.
        TimeWord::Period if tokens.gap(at) == Some("-") => {
            Some((PartOfYear::Quarter(count), unit_at + 1))
        }
        TimeWord::Half if count <= 2 => Some((PartOfYear::Half(count), unit_at + 1)),
        _ => None,
    }
}

/// What follows a year that it belongs to: `1988 third quarter`, `last year's
/// quarter`, `1988 period`. A possessive may stand between.
pub(super) fn part_after(
    tokens: DateTokens<'_>,
    last: usize,
    of: Anchor,
) -> Option<(TimeMeaning, usize)> {
    let gap = tokens.gap(last)?;
    if !tokens.is_close(last) && !matches!(gap.trim_end_matches(is_blank), "'s" | "’s") {
        return None;
    }
    if let Some((part, next)) = part_at(tokens, last + 1) {
        return Some((TimeMeaning::Part(part, of), next));
    }
    matches!(
        tokens.word(last + 1),
        TimeWord::Period | TimeWord::Unit(TimeUnit::Quarter, false)
    )
    .then_some((TimeMeaning::TheQuarter(of), last + 2))
}

/// The year that follows a month or part of a year: `of 1990`, `last year`.
/// `last` is the token before it.
///
/// *of 1990*, *1990*, *last year*, *of this year*: all behind a month, a
/// quarter or a season; *of fiscal 1990* is read as *of 1990*.
pub(super) fn year_after(tokens: DateTokens<'_>, last: usize) -> Option<(Anchor, usize)> {
    if !tokens.is_spaced(last) {
        return None;
    }
    let of = usize::from(
        matches!(tokens.word(last + 1), TimeWord::Of | TimeWord::In) && tokens.is_close(last + 1),
    );
    let fiscal = usize::from(tokens.word(last + 1 + of) == TimeWord::Fiscal);
    let at = last + 1 + of + fiscal;
    if let Some(year) = calendar_form::year(tokens, at) {
        return Some((Anchor::Year(year), at + 1));
    }
    if let Some((year, next)) = spelled(tokens, at) {
        return Some((Anchor::Year(year), next));
    }
    let TimeWord::Turn(turn) = tokens.word(at) else {
        return None;
    };
    let on = match turn {
        // "in the third quarter of last year".
        Direction::Last | Direction::Previous => -1,
        Direction::This | Direction::Current => 0,
        Direction::Next => 1,
        _ => return None,
    };
    let is_year =
        tokens.word(at + 1) == TimeWord::Unit(TimeUnit::Year, false) && tokens.is_close(at);
    is_year.then_some((Anchor::YearsOn(on), at + 2))
}

/// "Prices may fall in 2020", "to spring back in 2031": a verb with its year, and
/// no part of that year, unless the word `before` says so ("the fall in 2020").
fn is_verb(tokens: DateTokens<'_>, at: usize, before: TimeWord) -> bool {
    matches!(tokens.letters(at), "fall" | "spring")
        && tokens.word(at + 1) == TimeWord::In
        && tokens.is_close(at)
        && calendar_form::year(tokens, at + 2).is_some()
        && !matches!(
            before,
            TimeWord::The
                | TimeWord::In
                | TimeWord::Until
                | TimeWord::Since
                | TimeWord::Stretch
                | TimeWord::Turn(_)
        )
}

/// `the summer`, `the winter of 1994`, `by spring`. *Fall* alone is a verb, and
/// needs a year or a turn.
///
/// | text | meaning |
/// |---|---|
/// | the winter of 1994 | `Part(Season(Winter), Year(1994))` |
/// | by summer | `Part(Season(Summer), Unsaid)` |
/// | the fall of the wall | nothing |
/// | a spring in a mattress | nothing |
pub(super) fn season(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let TimeWord::Season(season) = tokens.word(at) else {
        return None;
    };
    let part = PartOfYear::Season(season);
    let before = at.checked_sub(1).filter(|at| tokens.is_close(*at));
    let before = before.map_or(TimeWord::Stop, |at| tokens.word(at));
    if is_verb(tokens, at, before) {
        return None;
    }
    if let Some((of, next)) = year_after(tokens, at) {
        return Some(ReadForm::new(TimeMeaning::Part(part, of), next));
    }
    if let Some(year) = calendar_form::year(tokens, at + 1).filter(|_| tokens.is_close(at)) {
        return Some(ReadForm::new(
            TimeMeaning::Part(part, Anchor::Year(year)),
            at + 2,
        ));
    }
    let is_told = matches!(
        before,
        TimeWord::The | TimeWord::In | TimeWord::Until | TimeWord::Stretch
    );
    // "The fall of the wall", "in the spring of the mattress": no season.
    let goes_on = first_word(&tokens.text[tokens.range(at, at).end..]);
    let is_other = season == Season::Autumn && tokens.letters(at).len() == 4;
    (is_told && !is_other && !matches!(goes_on, "of" | "from")).then_some(ReadForm::new(
        TimeMeaning::Part(part, Anchor::Unsaid),
        at + 1,
    ))
}
