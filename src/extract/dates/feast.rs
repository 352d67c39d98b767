//! Reads feasts and holidays: `Good Friday`, `Easter 2010`, `Christmas Eve`, `last
//! Thanksgiving`.
//!
//! Each has a rule that gives its day in a year: a fixed day, the n-th day of
//! the week of a month, or so many days from Easter, which the computus gives
//! (Meeus, "Astronomical Algorithms", 1991, for the Gregorian calendar and, for
//! *Orthodox Easter*, the Julian one). A day that countries keep by different
//! rules (Independence Day, Mother's Day, Labour Day) is not read; Thanksgiving
//! is that of the United States.
//!
//! The year stands behind the name, or is chosen as for any day of a month: the
//! near one, the way the sentence looks. Without a year a fixed day is of year
//! XXXX and a movable one has no value.
//!
//! A name counts by itself (*on Good Friday*) or is a word that does much else
//! (*Christmas tree*, *Easter Island*): these need the end of their phrase
//! behind them.
//!
//! Cost: a look at the words beside *Friday*, *Day*, *Eve* and a few names.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::expression::{Anchor, ReadForm, TimeMeaning};
use super::part_of_year::year_after;
use super::token::{DateTokens, is_blank};
use super::word::{Direction, TimeWord};
use super::years::first_word;

/// How the day of a feast is found in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feast {
    /// Month and day.
    Fixed(i8, i8),
    /// The n-th such day of a month; -1 is the last.
    Nth(i8, i8, Weekday),
    /// So many days after Thanksgiving.
    Thanksgiving(i8),
    /// So many days after Easter Sunday.
    Easter(i8),
    /// Easter of the Julian calendar.
    OrthodoxEaster,
}

use Feast::{Easter, Fixed, Nth, OrthodoxEaster, Thanksgiving};

/// Names that end with a day of the week, *Day*, *Eve* or *Week*, by what stands
/// before it and how that word ends.
const BY_LAST_WORD: &[(&str, &str, Feast)] = &[
    ("Good", "Friday", Easter(-2)),
    ("Palm", "Sunday", Easter(-7)),
    ("Easter", "Sunday", Easter(0)),
    ("Easter", "Monday", Easter(1)),
    ("Easter", "Saturday", Easter(-1)),
    ("Holy", "Saturday", Easter(-1)),
    ("Maundy", "Thursday", Easter(-3)),
    ("Holy", "Thursday", Easter(-3)),
    ("Ash", "Wednesday", Easter(-46)),
    ("Shrove", "Tuesday", Easter(-47)),
    ("Whit", "Sunday", Easter(49)),
    ("Whit", "Monday", Easter(50)),
    ("Black", "Friday", Thanksgiving(1)),
    ("Cyber", "Monday", Thanksgiving(4)),
    ("Remembrance", "Sunday", Nth(11, 2, Weekday::Sunday)),
    ("Ascension", "Day", Easter(39)),
    ("Easter", "Day", Easter(0)),
    ("Thanksgiving", "Day", Thanksgiving(0)),
    ("Memorial", "Day", Nth(5, -1, Weekday::Monday)),
    ("Labor", "Day", Nth(9, 1, Weekday::Monday)),
    ("King", "Day", Nth(1, 3, Weekday::Monday)),
    ("King Jr.", "Day", Nth(1, 3, Weekday::Monday)),
    ("Presidents'", "Day", Nth(2, 3, Weekday::Monday)),
    ("Presidents’", "Day", Nth(2, 3, Weekday::Monday)),
    ("Columbus", "Day", Nth(10, 2, Weekday::Monday)),
    ("Father's", "Day", Nth(6, 3, Weekday::Sunday)),
    ("Father’s", "Day", Nth(6, 3, Weekday::Sunday)),
    ("Christmas", "Day", Fixed(12, 25)),
    ("Boxing", "Day", Fixed(12, 26)),
    ("Year's", "Day", Fixed(1, 1)),
    ("Year’s", "Day", Fixed(1, 1)),
    ("Valentine's", "Day", Fixed(2, 14)),
    ("Valentine’s", "Day", Fixed(2, 14)),
    ("Patrick's", "Day", Fixed(3, 17)),
    ("Patrick’s", "Day", Fixed(3, 17)),
    ("Anzac", "Day", Fixed(4, 25)),
    ("Australia", "Day", Fixed(1, 26)),
    ("May", "Day", Fixed(5, 1)),
    ("Bastille", "Day", Fixed(7, 14)),
    ("Veterans", "Day", Fixed(11, 11)),
    ("Armistice", "Day", Fixed(11, 11)),
    ("Christmas", "Eve", Fixed(12, 24)),
    ("Year's", "Eve", Fixed(12, 31)),
    ("Year’s", "Eve", Fixed(12, 31)),
];

/// Words behind a name that leave it a time. Any other makes it something else:
/// a tree, an island, a holiday.
const GOES_ON: [&str; 38] = [
    "the", "a", "an", "he", "she", "it", "they", "we", "i", "you", "in", "at", "to", "and", "or",
    "but", "when", "was", "were", "had", "has", "is", "that", "for", "by", "with", "after",
    "before", "who", "which", "as", "from", "if", "because", "while", "last", "this", "next",
];

/// The feast whose last word is at `at`: *Good Friday*, *Boxing Day*.
pub(super) fn by_last_word(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let range = tokens.range(at, at);
    let last = &tokens.text[range.clone()];
    if !last.starts_with(char::is_uppercase) {
        return None;
    }
    let before = tokens.text[..range.start].trim_end_matches(is_blank);
    if before.len() == range.start {
        return None;
    }
    let (name, _, feast) = BY_LAST_WORD.iter().find(|(name, ending, _)| {
        *ending == last
            && before
                .strip_suffix(name)
                .is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    })?;
    let mut start = before.len() - name.len();
    // *New Year's*, *Martin Luther King*, *St. Patrick's*, *Orthodox Easter*.
    for first in ["New", "Luther", "Martin", "St.", "St", "Saint", "Orthodox"] {
        let rest = tokens.text[..start].trim_end_matches(is_blank);
        if rest.ends_with(first) && rest.len() < start {
            start = rest.len() - first.len();
        }
    }
    let is_orthodox = tokens.text[start..].starts_with("Orthodox");
    let feast = if is_orthodox { OrthodoxEaster } else { *feast };
    Some(dated(tokens, at, start, feast))
}

/// *Easter*, *Christmas*, *Thanksgiving* and the like, at `at`, as a time.
pub(super) fn by_name(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let TimeWord::Feast(feast) = tokens.word(at) else {
        return None;
    };
    let range = tokens.range(at, at);
    // *Christmas Eve* ends the name with another word.
    if tokens.is_close(at)
        && let Some(whole) = by_last_word(tokens, at + 1)
    {
        return Some(whole);
    }
    let rest = &tokens.text[range.end..];
    let follows = first_word(rest);
    let is_time = follows.is_empty() && !rest.starts_with(['-', '\'', '’'])
        || GOES_ON.contains(&follows)
        || matches!(tokens.word(at + 1), TimeWord::Number(_, 4, _)) && tokens.is_spaced(at)
        || year_after(tokens, at).is_some();
    if !is_time {
        return None;
    }
    let before = tokens.text[..range.start].trim_end_matches(is_blank);
    let is_orthodox = feast == Easter(0) && before.ends_with("Orthodox");
    let (start, feast) = if is_orthodox {
        (before.len() - "Orthodox".len(), OrthodoxEaster)
    } else {
        (range.start, feast)
    };
    Some(dated(tokens, at, start, feast))
}

/// The feast that ends with the token `last`, with the year behind it or the
/// turn before it.
fn dated(tokens: DateTokens<'_>, last: usize, start: usize, feast: Feast) -> ReadForm {
    let before = tokens.all[..last]
        .iter()
        .rposition(|token| (token.end as usize) <= start);
    let turn = before.filter(|at| {
        let gap = &tokens.text[tokens.all[*at].end as usize..start];
        !gap.is_empty() && gap.chars().all(is_blank)
    });
    let turned = turn.and_then(|at| match tokens.word(at) {
        TimeWord::Turn(Direction::Last | Direction::Past) => Some((at, Anchor::Last)),
        TimeWord::Turn(Direction::This) => Some((at, Anchor::This)),
        TimeWord::Turn(Direction::Next | Direction::Coming) => Some((at, Anchor::Next)),
        _ => None,
    });
    let (of, next) = year_after(tokens, last).unwrap_or((Anchor::Unsaid, last + 1));
    let (start, of) = match turned {
        Some((at, turn)) if of == Anchor::Unsaid => (tokens.all[at].start as usize, turn),
        _ => (start, of),
    };
    ReadForm {
        start: Some(start),
        ..ReadForm::new(TimeMeaning::Feast(feast, of), next)
    }
}

impl Feast {
    /// The day of the feast in a year.
    pub(super) fn in_year(self, year: i16) -> Option<Date> {
        let after = |date: Option<Date>, days: i8| date?.checked_add(i64::from(days).days()).ok();
        match self {
            Fixed(month, day) => Date::new(year, month, day).ok(),
            Nth(month, nth, weekday) => {
                let first = Date::new(year, month, 1).ok()?;
                first.nth_weekday_of_month(nth, weekday).ok()
            }
            Thanksgiving(days) => {
                let november = Date::new(year, 11, 1).ok()?;
                after(
                    november.nth_weekday_of_month(4, Weekday::Thursday).ok(),
                    days,
                )
            }
            Easter(days) => after(easter(year), days),
            OrthodoxEaster => orthodox_easter(year),
        }
    }

    /// The feast of the year that is meant. `of` says which; without it the near
    /// one, the way that the sentence looks (`year_of_day`).
    pub(super) fn resolve(
        self,
        published: Option<Date>,
        of: Anchor,
        near: impl Fn(Date) -> i16,
    ) -> Option<Date> {
        if let Anchor::Year(year) = of {
            return self.in_year(year);
        }
        let published = published?;
        let in_year = |on: i16| self.in_year(published.year() + on);
        match of {
            Anchor::YearsOn(on) => in_year(i16::from(on)),
            Anchor::This => in_year(0),
            Anchor::Last => [0, -1]
                .into_iter()
                .filter_map(in_year)
                .find(|day| *day < published),
            Anchor::Next => [0, 1]
                .into_iter()
                .filter_map(in_year)
                .find(|day| *day > published),
            _ => self.in_year(near(in_year(0)?)),
        }
    }
}

/// Easter Sunday of the Gregorian calendar.
fn easter(year: i16) -> Option<Date> {
    let number = i32::from(year);
    let (golden, century, short) = (number % 19, number / 100, number % 100);
    let moon_shift = (8 * century + 13) / 25;
    let epact = (19 * golden + century - century / 4 - moon_shift + 15) % 30;
    let to_sunday = (32 + 2 * (century % 4) + 2 * (short / 4) - epact - short % 4) % 7;
    let late = (golden + 11 * epact + 22 * to_sunday) / 451;
    day_of(year, epact + to_sunday - 7 * late)
}

/// Easter Sunday of the Julian calendar, as a date of the Gregorian one.
fn orthodox_easter(year: i16) -> Option<Date> {
    let number = i32::from(year);
    let epact = (19 * (number % 19) + 15) % 30;
    let to_sunday = (2 * (number % 4) + 4 * (number % 7) - epact + 34) % 7;
    let julian = day_of(year, epact + to_sunday)?;
    let behind = number / 100 - number / 400 - 2;
    julian.checked_add(behind.days()).ok()
}

/// So many days after 22 March.
fn day_of(year: i16, days: i32) -> Option<Date> {
    Date::new(year, 3, 22).ok()?.checked_add(days.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(feast: Feast, year: i16, day: &str) {
        let found = feast.in_year(year).map(|date| date.to_string());
        assert_eq!(found.as_deref(), Some(day), "{feast:?}");
    }

    #[test]
    fn movable_feasts_move() {
        check(Easter(0), 1961, "1961-04-02");
        check(Easter(0), 2000, "2000-04-23");
        check(Easter(0), 2008, "2008-03-23");
        check(Easter(0), 2019, "2019-04-21");
        check(Easter(0), 2038, "2038-04-25");
        check(Easter(-46), 2024, "2024-02-14");
        check(Easter(49), 2013, "2013-05-19");
        check(OrthodoxEaster, 2008, "2008-04-27");
        check(OrthodoxEaster, 2017, "2017-04-16");
        check(OrthodoxEaster, 2024, "2024-05-05");
        check(Thanksgiving(0), 2012, "2012-11-22");
        check(Thanksgiving(1), 2018, "2018-11-23");
        check(Nth(5, -1, Weekday::Monday), 2013, "2013-05-27");
        check(Nth(1, 3, Weekday::Monday), 2019, "2019-01-21");
    }
}
