//! Reads one stretch of time as people write it: a day, week, month, quarter,
//! season, half, year, decade or century.
//!
//! Only what can mean one stretch of days is read. `14/05/2013` can; for
//! `04/05/2013`, `May 14` and `'80s` the problem says what is open, and what to
//! write instead. Nothing is guessed, and there is no "today": the same query
//! must mean the same days tomorrow.
//!
//! Digits with `-`, `/` or `.` between are read as figures, all else word by
//! word: each word is a year, a month, a day and so on, no kind stands twice,
//! and the kinds together must make a period.

use jiff::civil::{Date, Weekday};

use crate::text::calendar;
use crate::text::timex::{self, Days};

/// Why a text is no period, or no range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateProblem {
    /// It is no date in any form that is known.
    NotADate,
    /// The year is missing. With the same in the form that a year makes whole.
    NoYear(String),
    /// It may be either of two days.
    Ambiguous(Date, Date),
    /// The calendar has no such day, month, quarter or week.
    NoSuchDay,
    /// It counts from today.
    Relative,
    /// A decade without its century. With the likeliest.
    NoCentury(String),
    /// A winter of one year may be its beginning or its end. With both.
    Winter(String, String),
    /// A range that ends before it begins. With the same in order.
    Reversed(String),
    /// A form of `date:` that says nothing of the dates in a text.
    NotMentioned,
    /// No year, month or day, as which alone a date is known.
    NotKnown,
}

impl DateProblem {
    /// What is wrong, for the end of a sentence about the value.
    pub fn what(&self) -> &'static str {
        match self {
            DateProblem::NotADate | DateProblem::NotMentioned | DateProblem::NotKnown => {
                "invalid date"
            }
            DateProblem::NoYear(_) => "no year in the date",
            DateProblem::Ambiguous(..) | DateProblem::Winter(..) => "ambiguous date",
            DateProblem::NoSuchDay => "no such date",
            DateProblem::Relative => "relative date",
            DateProblem::NoCentury(_) => "no century in the date",
            DateProblem::Reversed(_) => "empty range",
        }
    }

    /// What to write instead.
    pub fn help(&self) -> String {
        match self {
            DateProblem::NotADate => {
                "expected a date such as 2013, 2013-05, 2013-05-14, 2013-Q2, 1980s or 2011..2013"
                    .to_owned()
            }
            DateProblem::NoYear(example) => format!("write the year too, such as {example}"),
            DateProblem::Ambiguous(one, other) => format!("write {one} or {other}"),
            DateProblem::NoSuchDay => "check the calendar".to_owned(),
            DateProblem::Relative => {
                "write the date itself, such as 2013-05-14 or 2013-05-01..2013-05-14".to_owned()
            }
            DateProblem::NoCentury(decade) => format!("write {decade}"),
            DateProblem::Winter(one, other) => format!("write {one} or {other}"),
            DateProblem::Reversed(range) => {
                format!("a range begins with the earlier date: write {range}")
            }
            DateProblem::NotKnown => {
                "expected a year, month or day behind =, such as =2013 or =2013-05..2013-06"
                    .to_owned()
            }
            DateProblem::NotMentioned => {
                "expected a date such as 2013, 2013-05 or 2011..2013, or none".to_owned()
            }
        }
    }
}

/// The first and last day of the period that `text` names.
///
/// | text | days |
/// |---|---|
/// | `2013`, `2013-05`, `2013-05-14`, `20130514`, `2013-05-14T10:00Z` | |
/// | `3/1987`, `1987/3`, `14/05/2013`, `14.5.2013` | a month, a month, a day, a day |
/// | `May 2013`, `14 May 2013`, `May 14th, 2013`, `Tue 14 May 2013` | |
/// | `1987-Q1`, `Q1 1987`, `first quarter of 1987`, `1987-H1`, `1987-W05` | |
/// | `spring 1987`, `winter 1987-88` | March to May; December to February |
/// | `1980s`, `198X`, `20th century`, `19XX` | 1980 to 1989; 1900 to 1999 |
pub(super) fn period(text: &str) -> Result<Days, DateProblem> {
    let text = text.trim();
    // No period is longer, and longer texts need no closer look.
    if text.is_empty() || text.len() > 80 {
        return Err(DateProblem::NotADate);
    }
    let mut text = text.to_lowercase().replace(['‐', '‑', '–', '−'], "-");
    text.retain(|c| !matches!(c, '\'' | '’' | '`'));
    let date = without_time(&text);
    if date
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'/' | b'.'))
    {
        return in_figures(date);
    }
    // EDTF's digits that are not known: 198X, 2013-XX.
    if date
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'x'))
    {
        let days = timex::days(&date.to_uppercase());
        return days.first().copied().ok_or(DateProblem::NotADate);
    }
    PeriodWords::of(&text)?.period()
}

/// The date of `2013-05-14t10:00:00z`, or the whole text.
fn without_time(text: &str) -> &str {
    let Some((date, time)) = text.split_once(['t', ' ']) else {
        return text;
    };
    let is_time = time.contains(':')
        && time
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b':' | b'.' | b'+' | b'-' | b'z'));
    if date.len() == 10 && is_time {
        date
    } else {
        text
    }
}

/// The number that `text` is, of at most eight digits.
fn number(text: &str) -> Option<i32> {
    let is_number = (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

fn day(year: i32, month: i32, day: i32) -> Result<Date, DateProblem> {
    let small = |number| i8::try_from(number).map_err(|_| DateProblem::NoSuchDay);
    let year = i16::try_from(year).map_err(|_| DateProblem::NoSuchDay)?;
    Date::new(year, small(month)?, small(day)?).map_err(|_| DateProblem::NoSuchDay)
}

fn whole_year(year: i32) -> Result<Days, DateProblem> {
    Ok((day(year, 1, 1)?, day(year, 12, 31)?))
}

fn whole_month(year: i32, month: i32) -> Result<Days, DateProblem> {
    let first = day(year, month, 1)?;
    Ok((first, first.last_of_month()))
}

fn one_day(date: Date) -> Days {
    (date, date)
}

/// From the first day of one month to the last of another.
fn months(year: i32, first: i32, last: i32) -> Result<Days, DateProblem> {
    Ok((day(year, first, 1)?, whole_month(year, last)?.1))
}

/// Digits with `-`, `/` or `.` between: by how many digits the parts have.
fn in_figures(text: &str) -> Result<Days, DateProblem> {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let numbers: Option<Vec<i32>> = parts.iter().map(|part| number(part)).collect();
    let Some(numbers) = numbers else {
        return Err(DateProblem::NotADate);
    };
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    match (lengths.as_slice(), numbers.as_slice()) {
        ([4], [year]) => whole_year(*year),
        ([8], [all]) if (1800..2200).contains(&(all / 10_000)) => {
            day(all / 10_000, all / 100 % 100, all % 100).map(one_day)
        }
        ([4, 1..=2], [year, month]) | ([1..=2, 4], [month, year]) => whole_month(*year, *month),
        ([4, 1..=2, 1..=2], [year, month, of]) => day(*year, *month, *of).map(one_day),
        ([1..=2, 1..=2, 4], [first, second, year]) => {
            let by_day = day(*year, *second, *first);
            // Nobody writes points between a month and its day.
            let by_month = if text.contains('.') {
                Err(DateProblem::NoSuchDay)
            } else {
                day(*year, *first, *second)
            };
            match (by_day, by_month) {
                (Ok(one), Ok(other)) if one != other => Err(DateProblem::Ambiguous(one, other)),
                (Ok(one), _) | (_, Ok(one)) => Ok(one_day(one)),
                (problem, _) => problem.map(one_day),
            }
        }
        _ => Err(DateProblem::NotADate),
    }
}

/// Parts of a year, as words name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum YearPart {
    Quarter(i32),
    Half(i32),
    Week(i32),
    Spring,
    Summer,
    Autumn,
    Winter,
}

/// What the words of a text say, each kind at most once.
#[derive(Debug, Default)]
struct PeriodWords {
    year: Option<i32>,
    /// The last two digits of `1987-88`.
    end_year: Option<i32>,
    month: Option<i32>,
    day: Option<i32>,
    weekday: Option<Weekday>,
    part: Option<YearPart>,
    /// `first`, `20th`: `unit` tells what it counts.
    ordinal: Option<i32>,
    unit: Option<Unit>,
    /// The first and last year of a decade or century.
    years: Option<(i32, i32)>,
}

/// What an ordinal counts that counts no days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Quarter,
    Half,
    Century,
}

/// Words that count from today.
const RELATIVE: [&str; 20] = [
    "today",
    "yesterday",
    "tomorrow",
    "now",
    "last",
    "this",
    "next",
    "past",
    "ago",
    "recent",
    "previous",
    "current",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
];

/// Takes the place of a kind; twice is too much.
fn set<T>(place: &mut Option<T>, value: T) -> Result<(), DateProblem> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(DateProblem::NotADate),
    }
}

impl PeriodWords {
    fn of(text: &str) -> Result<PeriodWords, DateProblem> {
        let is_between = |c: char| c.is_whitespace() || matches!(c, '-' | ',' | '/');
        let mut words = PeriodWords::default();
        for word in text.split(is_between).filter(|word| !word.is_empty()) {
            // `1987q1` is two words.
            match word.split_at_checked(4) {
                Some((year, rest))
                    if number(year).is_some() && rest.starts_with(['q', 'h', 'w']) =>
                {
                    words.take(year)?;
                    words.take(rest)?;
                }
                _ => words.take(word)?,
            }
        }
        Ok(words)
    }

    /// Takes one word, in small letters.
    fn take(&mut self, word: &str) -> Result<(), DateProblem> {
        let word = word.trim_end_matches('.');
        if let Some(number) = number(word) {
            return self.take_number(number, word.len());
        }
        let unit = match word {
            "the" | "of" | "in" => return Ok(()),
            "quarter" => Some(Unit::Quarter),
            "half" => Some(Unit::Half),
            "century" => Some(Unit::Century),
            _ if RELATIVE.contains(&word) => return Err(DateProblem::Relative),
            _ => None,
        };
        if let Some(unit) = unit {
            set(&mut self.unit, unit)
        } else if let Some(month) = calendar::month(word).or_else(|| calendar::short_month(word)) {
            set(&mut self.month, i32::from(month))
        } else if let Some(weekday) = calendar::weekday(word) {
            set(&mut self.weekday, weekday)
        } else if let Some(part) = YearPart::named(word) {
            set(&mut self.part, part)
        } else if let Some(ordinal) = ordinal(word) {
            set(&mut self.ordinal, ordinal)
        } else {
            set(&mut self.years, decade(word)?)
        }
    }

    fn take_number(&mut self, number: i32, digits: usize) -> Result<(), DateProblem> {
        match digits {
            4 => set(&mut self.year, number),
            2 if self.year.is_some() && self.part == Some(YearPart::Winter) => {
                set(&mut self.end_year, number)
            }
            1..=2 => set(&mut self.day, number),
            _ => Err(DateProblem::NotADate),
        }
    }

    /// Says what an ordinal counts: a part of the year, a century, or days.
    fn settle_ordinal(&mut self) -> Result<(), DateProblem> {
        match (self.unit.take(), self.ordinal.take()) {
            (Some(Unit::Quarter), Some(count)) => set(&mut self.part, YearPart::Quarter(count)),
            (Some(Unit::Half), Some(count)) => set(&mut self.part, YearPart::Half(count)),
            // As dates in texts are read: the 20th is 1900 to 1999.
            (Some(Unit::Century), Some(count)) if count > 0 => {
                set(&mut self.years, (count * 100 - 100, count * 100 - 1))
            }
            (Some(_), _) => Err(DateProblem::NotADate),
            (None, Some(count)) => set(&mut self.day, count),
            (None, None) => Ok(()),
        }
    }

    /// The period that they make together.
    fn period(mut self) -> Result<Days, DateProblem> {
        self.settle_ordinal()?;
        let kinds = (self.year, self.month, self.day, self.part, self.years);
        if self.weekday.is_some() && (self.month.is_none() || self.day.is_none()) {
            return Err(match kinds {
                (None, None, None, None, None) => DateProblem::Relative,
                _ => DateProblem::NotADate,
            });
        }
        match kinds {
            (Some(year), None, None, None, None) => whole_year(year),
            (Some(year), Some(month), None, None, None) => whole_month(year, month),
            (Some(year), Some(month), Some(of), None, None) => {
                let date = day(year, month, of)?;
                let is_wrong = self
                    .weekday
                    .is_some_and(|weekday| weekday != date.weekday());
                if is_wrong {
                    return Err(DateProblem::NoSuchDay);
                }
                Ok((date, date))
            }
            (Some(year), None, None, Some(part), None) => part.period(year, self.end_year),
            (None, None, None, None, Some((first, last))) => {
                Ok((whole_year(first)?.0, whole_year(last)?.1))
            }
            (None, Some(month), None, None, None) => {
                Err(DateProblem::NoYear(format!("2013-{month:02}")))
            }
            (None, Some(month), Some(of), None, None) => {
                Err(DateProblem::NoYear(format!("2013-{month:02}-{of:02}")))
            }
            (None, None, None, Some(part), None) => Err(DateProblem::NoYear(part.example())),
            _ => Err(DateProblem::NotADate),
        }
    }
}

impl YearPart {
    /// `q1`, `1q`, `h2`, `w05`, `spring`.
    fn named(word: &str) -> Option<YearPart> {
        match word {
            "spring" => return Some(YearPart::Spring),
            "summer" => return Some(YearPart::Summer),
            "autumn" | "fall" => return Some(YearPart::Autumn),
            "winter" => return Some(YearPart::Winter),
            _ => {}
        }
        let (first, rest) = word.split_at_checked(1)?;
        let (letter, count) = match number(first) {
            Some(_) => (rest, first),
            None => (first, rest),
        };
        let count = number(count)?;
        match letter {
            "q" => Some(YearPart::Quarter(count)),
            "h" => Some(YearPart::Half(count)),
            "w" => Some(YearPart::Week(count)),
            _ => None,
        }
    }

    /// Its days in a year. Seasons are those of the north, as everywhere else.
    fn period(self, year: i32, end_year: Option<i32>) -> Result<Days, DateProblem> {
        match self {
            YearPart::Quarter(count @ 1..=4) => months(year, count * 3 - 2, count * 3),
            YearPart::Half(count @ 1..=2) => months(year, count * 6 - 5, count * 6),
            YearPart::Week(count) => {
                let days = timex::days(&format!("{year:04}-W{count:02}"));
                days.first().copied().ok_or(DateProblem::NoSuchDay)
            }
            YearPart::Spring => months(year, 3, 5),
            YearPart::Summer => months(year, 6, 8),
            YearPart::Autumn => months(year, 9, 11),
            YearPart::Winter => match end_year {
                Some(end) if (year + 1) % 100 == end => {
                    Ok((day(year, 12, 1)?, whole_month(year + 1, 2)?.1))
                }
                Some(_) => Err(DateProblem::NotADate),
                None => Err(DateProblem::Winter(
                    format!("{:04}-12..{year:04}-02", year - 1),
                    format!("{year:04}-12..{:04}-02", year + 1),
                )),
            },
            _ => Err(DateProblem::NoSuchDay),
        }
    }

    /// The same with a year.
    fn example(self) -> String {
        match self {
            YearPart::Quarter(count) => format!("2013-Q{count}"),
            YearPart::Half(count) => format!("2013-H{count}"),
            YearPart::Week(count) => format!("2013-W{count:02}"),
            YearPart::Spring => "spring 2013".to_owned(),
            YearPart::Summer => "summer 2013".to_owned(),
            YearPart::Autumn => "autumn 2013".to_owned(),
            YearPart::Winter => "winter 2013-14".to_owned(),
        }
    }
}

/// `1980s`. Of `80s` the century is not known.
fn decade(word: &str) -> Result<(i32, i32), DateProblem> {
    let years = word.strip_suffix('s').unwrap_or_default();
    match (number(years), years.len()) {
        (Some(first), 4) if first % 10 == 0 => Ok((first, first + 9)),
        (Some(first), 2) if first % 10 == 0 => {
            Err(DateProblem::NoCentury(format!("19{first:02}s")))
        }
        _ => Err(DateProblem::NotADate),
    }
}

/// `first`, `2nd`, `20th`.
fn ordinal(word: &str) -> Option<i32> {
    let words = ["first", "second", "third", "fourth"];
    if let Some(at) = (1..).zip(words).find(|(_, known)| *known == word) {
        return Some(at.0);
    }
    let ends = ["st", "nd", "rd", "th"];
    let digits = ends.iter().find_map(|end| word.strip_suffix(end))?;
    number(digits).filter(|_| digits.len() <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let read = period(text).map(|(first, last)| format!("{first}..{last}"));
        assert_eq!(read.as_deref(), Ok(expected), "{text}");
    }

    fn check_problem(text: &str, expected: &DateProblem) {
        assert_eq!(period(text).as_ref(), Err(expected), "{text}");
        assert!(!expected.help().is_empty() && !expected.what().is_empty());
    }

    #[test]
    fn figures_are_read() {
        check("2013", "2013-01-01..2013-12-31");
        for month in [
            "2013-05", "2013-5", "5/2013", "05/2013", "2013/05", "5-2013", "05.2013",
        ] {
            check(month, "2013-05-01..2013-05-31");
        }
        for day in [
            "2013-05-14",
            "2013/05/14",
            "2013-5-14",
            "20130514",
            "14/05/2013",
            "05/14/2013",
            "14.5.2013",
            "2013-05-14T10:30:00Z",
            "2013-05-14 10:30",
        ] {
            check(day, "2013-05-14..2013-05-14");
        }
        check("5.4.2013", "2013-04-05..2013-04-05");
        check("5/5/2013", "2013-05-05..2013-05-05");
        check("198X", "1980-01-01..1989-12-31");
        check("19xx", "1900-01-01..1999-12-31");
        check("2013-05-XX", "2013-05-01..2013-05-31");
    }

    #[test]
    fn words_are_read() {
        for month in [
            "May 2013",
            "may-2013",
            "2013 May",
            "May, 2013",
            "May of 2013",
        ] {
            check(month, "2013-05-01..2013-05-31");
        }
        for day in [
            "14 May 2013",
            "14-May-2013",
            "May 14, 2013",
            "May 14th, 2013",
            "the 14th of May 2013",
            "Tuesday, 14 May 2013",
        ] {
            check(day, "2013-05-14..2013-05-14");
        }
        check("Sept. 1, 2013", "2013-09-01..2013-09-01");
    }

    #[test]
    fn parts_of_years_and_runs_of_years_are_read() {
        for quarter in [
            "1987-Q1",
            "1987Q1",
            "Q1 1987",
            "1Q 1987",
            "first quarter 1987",
            "the first quarter of 1987",
            "1st quarter 1987",
        ] {
            check(quarter, "1987-01-01..1987-03-31");
        }
        check("1987-H2", "1987-07-01..1987-12-31");
        check("second half of 1987", "1987-07-01..1987-12-31");
        check("1987-W05", "1987-01-26..1987-02-01");
        check("summer 1987", "1987-06-01..1987-08-31");
        check("Fall 1987", "1987-09-01..1987-11-30");
        check("winter 1987-88", "1987-12-01..1988-02-29");
        for decade in ["1980s", "the 1980s", "1980's", "1980’s"] {
            check(decade, "1980-01-01..1989-12-31");
        }
        check("20th century", "1900-01-01..1999-12-31");
        check("the 19th century", "1800-01-01..1899-12-31");
    }

    #[test]
    fn what_is_open_is_told_and_not_guessed() {
        let no_year = |example: &str| DateProblem::NoYear(example.to_owned());
        check_problem("May", &no_year("2013-05"));
        check_problem("14 May", &no_year("2013-05-14"));
        check_problem("Q3", &no_year("2013-Q3"));
        check_problem("summer", &no_year("summer 2013"));
        let days = [(2013, 5, 4), (2013, 4, 5)].map(|(y, m, d)| day(y, m, d).unwrap());
        check_problem("04/05/2013", &DateProblem::Ambiguous(days[0], days[1]));
        check_problem("'80s", &DateProblem::NoCentury("1980s".to_owned()));
        let winters = ["1986-12..1987-02", "1987-12..1988-02"].map(str::to_owned);
        let [one, other] = winters;
        check_problem("winter 1987", &DateProblem::Winter(one, other));
        for text in ["today", "last month", "3 days ago", "Monday", "this year"] {
            check_problem(text, &DateProblem::Relative);
        }
        for text in [
            "2013-02-30",
            "31 June 2013",
            "2013-13",
            "13/2013",
            "32/01/2013",
            "2013-Q5",
            "1987-W60",
            "Monday, 14 May 2013",
        ] {
            check_problem(text, &DateProblem::NoSuchDay);
        }
        for text in [
            "",
            "soon",
            "13",
            "20130",
            "+2013",
            "2013-05-14-1",
            "013 May 2013",
            "May June 2013",
            "2013 2014",
            "early 1980s",
            "1985s",
            "0th century",
            "2013-05-",
            "é",
            "Q1 May 2013",
            "century",
            "14 2013",
            "9999999999",
            "May 1980s",
            "20130230x",
            "Monday 2013",
        ] {
            check_problem(text, &DateProblem::NotADate);
        }
    }
}
