//! Reads expressions that count from another day: `last month`, `two years
//! ago`, `this morning`, `the third quarter`, `a year earlier`, `recently`.

use super::calendar_form;
use super::clock::{self, Time};
use super::expression::{Found, Meaning, Of, Part};
use super::token::Tokens;
use super::word::{DayPart, Ending, Season, Turn, Unit, Word};
use super::years::first_word;

/// `yesterday`, `tomorrow morning`, `tonight`.
pub(super) fn deictic(tokens: Tokens<'_>, at: usize) -> Option<Found> {
    match tokens.word(at) {
        Word::Deictic(days) => {
            let meaning = Meaning::Relative(Unit::Day, i64::from(days));
            Some(clock::with_time(tokens, Found::new(meaning, at + 1)))
        }
        Word::Tonight => Some(Found {
            time: Some(Time::Part(DayPart::Night)),
            ..Found::new(Meaning::Relative(Unit::Day, 0), at + 1)
        }),
        _ => None,
    }
}

/// `last month`, `this morning`, `next Tuesday`, `the following year`.
pub(super) fn turned(tokens: Tokens<'_>, at: usize) -> Option<Found> {
    let Word::Turn(first) = tokens.word(at) else {
        return None;
    };
    if !tokens.is_close(at) {
        return past_as_such(tokens, at, first);
    }
    // "this past spring", "this coming Sunday".
    let (turn, at) = match (first, tokens.word(at + 1)) {
        (Turn::This, Word::Turn(second @ (Turn::Past | Turn::Coming)))
            if tokens.is_close(at + 1) =>
        {
            (second, at + 1)
        }
        _ => (first, at),
    };
    let of = match turn {
        Turn::Last | Turn::Past => Of::Last,
        Turn::Previous => Of::Before,
        Turn::This | Turn::Current | Turn::Latest | Turn::That => Of::This,
        Turn::Next | Turn::Coming | Turn::Following => Of::Next,
    };
    let names_one = !matches!(
        turn,
        Turn::Current | Turn::Latest | Turn::That | Turn::Following
    );
    match tokens.word(at + 1) {
        Word::Unit(unit, false) => turned_unit(tokens, at + 1, turn, unit),
        Word::Fiscal => match tokens.word(at + 2) {
            Word::Unit(unit @ (Unit::Year | Unit::Quarter), false) if tokens.is_close(at + 1) => {
                turned_unit(tokens, at + 2, turn, unit)
            }
            _ => None,
        },
        Word::Month(month, true) if names_one => Some(turned_month(tokens, at + 1, month, of)),
        Word::Weekday(day, true) if names_one => {
            let found = Found::new(Meaning::Weekday(day, of), at + 2);
            let dated = calendar_form::weekday(tokens, at + 1, true)
                .filter(|dated| !matches!(dated.meaning, Meaning::Weekday(..)));
            Some(dated.unwrap_or_else(|| clock::with_time(tokens, found)))
        }
        Word::Season(season) if names_one => {
            Some(Found::new(Meaning::Part(Part::Season(season), of), at + 2))
        }
        Word::DayPart(part) => turned_part(at + 1, turn, part),
        Word::Period if turn == Turn::Latest => {
            Some(Found::new(Meaning::TheQuarter(Of::Unsaid), at + 2))
        }
        Word::Unit(_, true) if turn == Turn::Coming => Some(Found::new(Meaning::Vague, at + 2)),
        Word::Half => part_of_year(tokens, at),
        _ => past_as_such(tokens, at, turn),
    }
}

/// `in the past`: no time of its own.
fn past_as_such(tokens: Tokens<'_>, at: usize, turn: Turn) -> Option<Found> {
    let is_named = at > 0 && tokens.word(at - 1) == Word::The && tokens.is_close(at - 1);
    let goes_on = first_word(&tokens.text[tokens.range(at, at).end..]);
    let is_in = at > 1 && tokens.word(at - 2) == Word::In && tokens.is_close(at - 2);
    let counts = tokens.is_joined(at)
        && matches!(
            tokens.word(at + 1),
            Word::Number(..)
                | Word::Count(_)
                | Word::Some
                | Word::Unit(..)
                | Word::Half
                | Word::Season(_)
        );
    (turn == Turn::Past && is_named && (goes_on.is_empty() || (is_in && !counts)))
        .then_some(Found::new(Meaning::Vague, at + 1))
}

/// Last year, this quarter: the unit is at `at`.
fn turned_unit(tokens: Tokens<'_>, at: usize, turn: Turn, unit: Unit) -> Option<Found> {
    let next = at + 1;
    let meaning = match (turn, unit) {
        (Turn::Following | Turn::Next, Unit::Day) => Meaning::After(Unit::Day, 1),
        (Turn::Previous, Unit::Day) => Meaning::After(Unit::Day, -1),
        (_, Unit::Day) => return None,
        (Turn::Latest | Turn::That, Unit::Quarter) => Meaning::TheQuarter(Of::Unsaid),
        (Turn::Latest | Turn::Last | Turn::Past | Turn::Previous, unit) => {
            Meaning::Relative(unit, -1)
        }
        (Turn::This | Turn::Current, unit) => Meaning::Relative(unit, 0),
        (Turn::Next | Turn::Coming, unit) => Meaning::Relative(unit, 1),
        (Turn::Following, unit) => Meaning::After(unit, 1),
        (Turn::That, unit @ (Unit::Year | Unit::Month | Unit::Week)) => Meaning::After(unit, 0),
        (Turn::That, _) => return None,
    };
    // "this year's third quarter".
    if let Meaning::Relative(Unit::Year, on) = meaning
        && let Some(on) = i8::try_from(on).ok()
        && let Some((meaning, next)) = part_after(tokens, at, Of::YearsOn(on))
    {
        return Some(Found::new(meaning, next));
    }
    Some(Found::new(meaning, next))
}

/// `last May`, `next June 3`.
fn turned_month(tokens: Tokens<'_>, at: usize, month: i8, of: Of) -> Found {
    let dated = calendar_form::month_first(tokens, at);
    let found = dated.filter(|found| !matches!(found.meaning, Meaning::Month(..)));
    found.unwrap_or(Found::new(Meaning::Month(month, of), at + 1))
}

/// `this morning`, `last night`, `the following morning`.
fn turned_part(at: usize, turn: Turn, part: DayPart) -> Option<Found> {
    let meaning = match turn {
        Turn::This => Meaning::Relative(Unit::Day, 0),
        Turn::Last => Meaning::Relative(Unit::Day, -1),
        Turn::Next | Turn::Following => Meaning::After(Unit::Day, 1),
        Turn::That => Meaning::After(Unit::Day, 0),
        _ => return None,
    };
    Some(Found {
        time: Some(Time::Part(part)),
        ..Found::new(meaning, at + 1)
    })
}

/// `two years ago`, `10 days later`, `a year earlier`, `several months ago`.
pub(super) fn counted(tokens: Tokens<'_>, at: usize) -> Option<Found> {
    let (count, unit_at) = count(tokens, at)?;
    let Word::Unit(unit, _) = tokens.word(unit_at) else {
        return None;
    };
    if !tokens.is_joined(unit_at) {
        return None;
    }
    let next = unit_at + 2;
    let meaning = match (tokens.word(unit_at + 1), count) {
        (Word::Ago | Word::Earlier | Word::Later, None) => Meaning::Vague,
        (Word::Ago | Word::Earlier, Some(1)) if unit == Unit::Year => year_earlier(tokens, at),
        (Word::Ago, Some(count)) => Meaning::Ago(unit, -count),
        (Word::Earlier, Some(count)) => Meaning::After(unit, -count),
        (Word::Later, Some(count)) => Meaning::After(unit, count),
        (Word::From, Some(count))
            if tokens.word(next) == Word::Now && tokens.is_close(unit_at + 1) =>
        {
            return Some(Found::new(Meaning::Ago(unit, count), next + 1));
        }
        _ => return None,
    };
    Some(Found::new(meaning, next))
}

/// A year earlier: than the quarter that the text is about, unless the sentence
/// counts in months ("in the first nine months") or whole years.
fn year_earlier(tokens: Tokens<'_>, at: usize) -> Meaning {
    let before = tokens.all[at.saturating_sub(SENTENCE)..at].iter().rev();
    for token in before.take_while(|token| token.word != Word::Stop) {
        match token.word {
            Word::Unit(Unit::Month, true) => return Meaning::Relative(Unit::Year, -1),
            Word::Unit(Unit::Quarter, _) | Word::Period => return Meaning::YearEarlier,
            _ => {}
        }
    }
    Meaning::YearEarlier
}

/// How many tokens before "a year earlier" are looked at.
const SENTENCE: usize = 24;

/// The number that begins at `at` (`None` for "a few"), and the token after it.
fn count(tokens: Tokens<'_>, at: usize) -> Option<(Option<i64>, usize)> {
    match tokens.word(at) {
        Word::A if matches!(tokens.word(at + 1), Word::Some) && tokens.is_close(at) => {
            // "a couple of years ago".
            let of = usize::from(tokens.word(at + 2) == Word::Of);
            tokens.is_close(at + 1).then_some((None, at + 2 + of))
        }
        Word::A => tokens.is_close(at).then_some((Some(1), at + 1)),
        Word::Some => tokens.is_close(at).then_some((None, at + 1)),
        Word::Number(value, digits, Ending::None) => {
            if !matches!(tokens.word(at + 1), Word::Unit(..)) {
                return None;
            }
            let is_whole = !matches!(tokens.before(at), b'.' | b',' | b'$' | b'/');
            (is_whole && digits <= 3 && tokens.is_joined(at))
                .then_some((Some(i64::from(value)), at + 1))
        }
        Word::Count(tens @ 20..) if tokens.is_joined(at) => match tokens.word(at + 1) {
            Word::Count(ones @ 1..=9) if tokens.is_joined(at + 1) => {
                Some((Some(i64::from(tens) + i64::from(ones)), at + 2))
            }
            _ => Some((Some(i64::from(tens)), at + 1)),
        },
        Word::Count(value) => tokens
            .is_joined(at)
            .then_some((Some(i64::from(value)), at + 1)),
        _ => None,
    }
}

/// `year-earlier quarter`, `year-end`, `the quarter`, `the weekend`.
pub(super) fn unit_first(tokens: Tokens<'_>, at: usize) -> Option<Found> {
    let Word::Unit(unit, false) = tokens.word(at) else {
        return None;
    };
    let is_named = at > 0 && tokens.word(at - 1) == Word::The && tokens.is_close(at - 1);
    match (unit, tokens.word(at + 1)) {
        (Unit::Year, Word::Earlier | Word::Ago) if tokens.gap(at) == Some("-") => {
            Some(year_before(tokens, at + 1))
        }
        (Unit::Year, Word::End) if tokens.is_joined(at) && tokens.letters(at + 1).len() == 3 => {
            let year = calendar_form::year(tokens, at + 2).filter(|_| tokens.is_close(at + 1));
            Some(year.map_or(
                Found::new(Meaning::Relative(Unit::Year, 0), at + 2),
                |year| Found::new(Meaning::Year(year), at + 3),
            ))
        }
        (Unit::Quarter, _) if is_named => Some(the_quarter(tokens, at)),
        (Unit::Weekend, _) if is_named => {
            Some(Found::new(Meaning::Part(Part::Weekend, Of::Unsaid), at + 1))
        }
        (Unit::Year | Unit::Month | Unit::Week, _) if is_named => the_unit(tokens, at, unit),
        _ => None,
    }
}

/// `year-earlier`, `year-ago quarter`, `year-earlier third quarter`.
fn year_before(tokens: Tokens<'_>, last: usize) -> Found {
    if tokens.is_close(last) {
        if let Some((part, next)) = part_at(tokens, last + 1) {
            return Found::new(Meaning::Part(part, Of::YearBefore), next);
        }
        match tokens.word(last + 1) {
            Word::Unit(Unit::Quarter, false) => {
                return Found::new(Meaning::TheQuarter(Of::YearBefore), last + 2);
            }
            Word::Period => return Found::new(Meaning::YearEarlier, last + 2),
            _ => {}
        }
    }
    Found::new(year_earlier(tokens, last), last + 1)
}

/// `the quarter`, `the quarter a year ago`.
fn the_quarter(tokens: Tokens<'_>, at: usize) -> Found {
    if tokens.is_close(at)
        && let Some(found) = counted(tokens, at + 1)
        && found.meaning == Meaning::YearEarlier
    {
        return Found::new(Meaning::TheQuarter(Of::YearBefore), found.next);
    }
    let (of, next) = year_after(tokens, at).unwrap_or((Of::Unsaid, at + 1));
    Found::new(Meaning::TheQuarter(of), next)
}

/// `the end of the year`, `later in the month`: the unit that is going on. Else
/// "the year" may be any.
fn the_unit(tokens: Tokens<'_>, at: usize, unit: Unit) -> Option<Found> {
    let before = |back: usize| {
        at.checked_sub(back)
            .map_or(Word::Stop, |at| tokens.word(at))
    };
    let is_stretch = matches!((before(3), before(2)), (Word::End, Word::Of))
        || matches!(
            (before(3), before(2)),
            (Word::Earlier | Word::Later | Word::Stretch, Word::In)
        );
    is_stretch.then_some(Found::new(Meaning::Relative(unit, 0), at + 1))
}

/// `third quarter`, `third-quarter`, `fiscal 1989`, `first half of 1990`.
pub(super) fn part_of_year(tokens: Tokens<'_>, at: usize) -> Option<Found> {
    if tokens.word(at) == Word::Fiscal
        && tokens.is_close(at)
        && let Some(year) = calendar_form::year(tokens, at + 1)
    {
        return Some(match part_after(tokens, at + 1, Of::Year(year)) {
            Some((meaning, next)) => Found::new(meaning, next),
            None => Found::new(Meaning::Year(year), at + 2),
        });
    }
    let (part, next) = part_at(tokens, at)?;
    let (of, next) = year_after(tokens, next - 1).unwrap_or((Of::Unsaid, next));
    // "The first half" of a game has no year.
    (of != Of::Unsaid || !matches!(part, Part::Half(_)))
        .then_some(Found::new(Meaning::Part(part, of), next))
}

/// The quarter or half of the year that begins at `at`, with the token after.
fn part_at(tokens: Tokens<'_>, at: usize) -> Option<(Part, usize)> {
    let at = at + usize::from(tokens.word(at) == Word::Fiscal && tokens.is_joined(at));
    if matches!(tokens.word(at), Word::Turn(Turn::Last)) && tokens.word(at + 1) == Word::Half {
        return tokens.is_close(at).then_some((Part::Half(2), at + 2));
    }
    let Word::Ordinal(count) = tokens.word(at) else {
        return None;
    };
    let fiscal = usize::from(tokens.word(at + 1) == Word::Fiscal && tokens.is_close(at));
    let unit_at = at + 1 + fiscal;
    if !tokens.is_joined(unit_at - 1) {
        return None;
    }
    match tokens.word(unit_at) {
        Word::Unit(Unit::Quarter, false) => Some((Part::Quarter(count), unit_at + 1)),
        // As trade papers write it.
        Word::Period if tokens.gap(at) == Some("-") => Some((Part::Quarter(count), unit_at + 1)),
        Word::Half if count <= 2 => Some((Part::Half(count), unit_at + 1)),
        _ => None,
    }
}

/// What follows a year that it belongs to: `1988 third quarter`, `last year's
/// quarter`, `1988 period`.
pub(super) fn part_after(tokens: Tokens<'_>, last: usize, of: Of) -> Option<(Meaning, usize)> {
    let gap = tokens.gap(last)?;
    if !tokens.is_close(last) && !matches!(gap, "'s " | "’s ") {
        return None;
    }
    if let Some((part, next)) = part_at(tokens, last + 1) {
        return Some((Meaning::Part(part, of), next));
    }
    matches!(
        tokens.word(last + 1),
        Word::Period | Word::Unit(Unit::Quarter, false)
    )
    .then_some((Meaning::TheQuarter(of), last + 2))
}

/// The year that follows a month or part of a year: `of 1990`, `last year`.
pub(super) fn year_after(tokens: Tokens<'_>, last: usize) -> Option<(Of, usize)> {
    if !tokens.is_spaced(last) {
        return None;
    }
    let of = usize::from(
        matches!(tokens.word(last + 1), Word::Of | Word::In) && tokens.is_close(last + 1),
    );
    let fiscal = usize::from(tokens.word(last + 1 + of) == Word::Fiscal);
    let at = last + 1 + of + fiscal;
    if let Some(year) = calendar_form::year(tokens, at) {
        return Some((Of::Year(year), at + 1));
    }
    let Word::Turn(turn) = tokens.word(at) else {
        return None;
    };
    let on = match turn {
        Turn::Last | Turn::Previous => -1,
        Turn::This | Turn::Current => 0,
        Turn::Next => 1,
        _ => return None,
    };
    let is_year = tokens.word(at + 1) == Word::Unit(Unit::Year, false) && tokens.is_close(at);
    is_year.then_some((Of::YearsOn(on), at + 2))
}

/// `the summer`, `the winter of 1994`, `by spring`.
pub(super) fn season(tokens: Tokens<'_>, at: usize) -> Option<Found> {
    let Word::Season(season) = tokens.word(at) else {
        return None;
    };
    let part = Part::Season(season);
    if let Some((of, next)) = year_after(tokens, at) {
        return Some(Found::new(Meaning::Part(part, of), next));
    }
    if let Some(year) = calendar_form::year(tokens, at + 1).filter(|_| tokens.is_close(at)) {
        return Some(Found::new(Meaning::Part(part, Of::Year(year)), at + 2));
    }
    let before = at.checked_sub(1).filter(|at| tokens.is_close(*at));
    let before = before.map_or(Word::Stop, |at| tokens.word(at));
    let is_told = matches!(before, Word::The | Word::In | Word::Until | Word::Stretch);
    // "The fall of the wall", "in the spring of the mattress": no season.
    let goes_on = first_word(&tokens.text[tokens.range(at, at).end..]);
    let is_other = season == Season::Autumn && tokens.letters(at).len() == 4;
    (is_told && !is_other && !matches!(goes_on, "of" | "from"))
        .then_some(Found::new(Meaning::Part(part, Of::Unsaid), at + 1))
}

/// `now`, `recently`, `recent years`, `the future`.
pub(super) fn vague(tokens: Tokens<'_>, at: usize) -> Option<Found> {
    let next = match tokens.word(at) {
        Word::Vague => at + 1,
        Word::Now => {
            let is_joined = tokens.before(at) == b'-' || tokens.after(at) == b'-';
            (!is_joined).then_some(at + 1)?
        }
        Word::Recent => match tokens.word(at + 1) {
            Word::Unit(_, true) if tokens.is_close(at) => at + 2,
            _ => return None,
        },
        Word::Future => {
            let goes_on = first_word(&tokens.text[tokens.range(at, at).end..]);
            let before = &tokens.text[..tokens.range(at, at).start];
            let is_named = [
                "the ",
                "The ",
                "the near ",
                "the foreseeable ",
                "the immediate ",
            ]
            .iter()
            .any(|words| before.ends_with(words));
            (is_named && matches!(goes_on, "" | "is" | "and" | "if" | "but" | "to" | "when"))
                .then_some(at + 1)?
        }
        Word::These => match tokens.word(at + 1) {
            Word::Unit(Unit::Day, true) if tokens.is_close(at) => at + 2,
            _ => return None,
        },
        _ => return None,
    };
    Some(Found::new(Meaning::Vague, next))
}
