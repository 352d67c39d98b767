//! Reads years: `in 2014`, `the 1980s`, `1989-90`, `the 20th century`.
//!
//! Four digits are a year where a word before them says so, or where nothing
//! says that they are something else: a price, a flight, a number of people.
//!
//! Signs before it decide first: *in*, *since*, *of*, *by*, *fiscal* make any
//! number from 1800 to 2099 a year. Marks that touch it (`$`, `%`, `1.5`) and
//! nouns behind it (*2000 people*) make it none. What is left is a year from
//! 1900 on, unless a name comes before (*Flight 1999*, *Copyright 2019*) or a
//! zone after (*1922 GMT*).
//!
//! Ranges: `1989-90` and `1987/88` up to thirty years. Decades: `the 1980s`,
//! `'80s`, TIMEX3 value `198`; centuries: the 20th is `19`. *Nineteen
//! ninety-six* is read as spoken; *two thousand* behind a month or *year*.

use super::calendar_form::{full_year, is_number_part, year};
use super::expression::{Anchor, ReadForm, TimeMeaning};
use super::part_of_year;
use super::token::{DateTokens, is_blank};
use super::word::{Ending, TimeUnit, TimeWord};

/// Words after a number that say what it counts. Such a number is a quantity,
/// whatever stands before it.
const COUNTED: [&str; 84] = [
    "people",
    "men",
    "women",
    "troops",
    "soldiers",
    "tonnes",
    "tons",
    "miles",
    "km",
    "kilometers",
    "kilometres",
    "feet",
    "meters",
    "metres",
    "dollars",
    "dlrs",
    "mln",
    "million",
    "billion",
    "pct",
    "percent",
    "points",
    "cases",
    "years",
    "year",
    "days",
    "hours",
    "deaths",
    "jobs",
    "workers",
    "employees",
    "homes",
    "votes",
    "members",
    "euros",
    "pounds",
    "pesos",
    "rupees",
    "roubles",
    "francs",
    "yen",
    "calories",
    "degrees",
    "kilos",
    "kilograms",
    "kg",
    "grams",
    "litres",
    "liters",
    "square",
    "acres",
    "hectares",
    "barrels",
    "shares",
    "units",
    "passengers",
    "students",
    "pupils",
    "children",
    "families",
    "households",
    "victims",
    "prisoners",
    "refugees",
    "civilians",
    "fighters",
    "police",
    "officers",
    "cars",
    "vehicles",
    "copies",
    "seats",
    "rooms",
    "beds",
    "pages",
    "words",
    "times",
    "rpm",
    "mph",
    "kph",
    "volts",
    "watts",
    "yards",
    "inches",
];

/// Words before a number that make it a name. "Flight 1999" flew in any year.
const NUMBERED: [&str; 22] = [
    "No",
    "no",
    "Flight",
    "flight",
    "Resolution",
    "resolution",
    "page",
    "Page",
    "room",
    "Room",
    "Highway",
    "Route",
    "route",
    "Interstate",
    "Windows",
    "Office",
    "Copyright",
    "copyright",
    "Section",
    "section",
    "Boeing",
    "Channel",
];

/// `the 1980s`, `the 20th century`, `1988's third quarter`, `1989-90`, `2014`.
/// Longer forms first: a decade is no year with an *s*.
///
/// | text | meaning |
/// |---|---|
/// | the 1980s | `Decade(198)` |
/// | 1989-90 | `Years(1989, 1990)` |
/// | the 2004 Olympics | `Year(2004)` |
/// | $1998, 2000 people, Flight 1999 | nothing |
pub(super) fn year_first(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    decade(tokens, at).or_else(|| bare_year(tokens, at))
}

/// `the 1980s`, `the '80s`, `the 20th century`. Two digits need an apostrophe
/// or *the* before them.
pub(super) fn decade(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let is_the = at > 0 && tokens.word(at - 1) == TimeWord::The;
    match tokens.word(at) {
        TimeWord::Number(year @ 1700..2100, 4, Ending::Plural) if year % 10 == 0 => {
            let decade = i16::try_from(year / 10).ok()?;
            Some(ReadForm::new(TimeMeaning::Decade(decade), at + 1))
        }
        TimeWord::Number(short @ 10..100, 2, Ending::Plural) if short % 10 == 0 => {
            let is_clipped = matches!(tokens.before(at), b'\'' | b'`')
                || tokens.text[..tokens.range(at, at).start].ends_with('’');
            let decade = i16::try_from(full_year(short) / 10).ok()?;
            (is_clipped || is_the).then_some(ReadForm::new(TimeMeaning::Decade(decade), at + 1))
        }
        TimeWord::Number(count @ 10..=22, 2, Ending::Ordinal)
            if tokens.word(at + 1) == TimeWord::Century && tokens.is_joined(at) =>
        {
            let century = i16::try_from(count - 1).ok()?;
            Some(ReadForm::new(TimeMeaning::Century(century), at + 2))
        }
        _ => None,
    }
}

/// Four digits by themselves, or with the part of the year behind them.
///
/// | text | a year? |
/// |---|---|
/// | in 1850 | yes: *in* says so |
/// | 1850 | no: too early to be likely |
/// | the 2004 Olympics | yes: nothing speaks against it |
/// | Copyright 2019 | no: a name comes before |
/// | 1922 GMT | no: a zone follows |
/// | 2000 people | no: a noun that is counted |
fn bare_year(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let start = year(tokens, at)?;
    let range = tokens.range(at, at);
    let (before, after) = (&tokens.text[..range.start], &tokens.text[range.end..]);
    // What says that a year follows.
    let is_told = at > 0
        && tokens.is_joined(at - 1)
        && matches!(
            tokens.word(at - 1),
            TimeWord::BeforeDate
                | TimeWord::Since
                | TimeWord::Until
                | TimeWord::In
                | TimeWord::Of
                | TimeWord::From
                | TimeWord::To
                | TimeWord::Stretch
                | TimeWord::Turn(_)
                | TimeWord::Fiscal
                | TimeWord::On
                | TimeWord::End
        );
    // `1988 third quarter`.
    if let Some((meaning, next)) = part_of_year::part_after(tokens, at, Anchor::Year(start)) {
        return Some(ReadForm::new(meaning, next));
    }
    // `1989-90`.
    if let Some(end) = range_end(tokens, at, start) {
        return Some(ReadForm::new(TimeMeaning::Years(start, end), at + 2));
    }
    // A mark beside it makes it a price, a share, a version, an address.
    let is_number = before.ends_with([
        '$', '£', '€', '#', '.', ',', '/', '+', ':', '©', '=', '_', '@', '&',
    ]) || (before.ends_with('-') && !is_told)
        || after.starts_with(['%', '$', '_', '=', '@'])
        || matches!(after.as_bytes(), [b'/' | b'-' | b',' | b'.' | b':', digit, ..] if digit.is_ascii_digit());
    if is_number || COUNTED.contains(&first_word(after)) {
        return None;
    }
    // Before 1900 a bare number is more often a count.
    let is_likely = start >= 1900 && !NUMBERED.contains(&last_word(before)) && clock_word(after);
    (is_told || is_likely).then_some(ReadForm::new(TimeMeaning::Year(start), at + 1))
}

/// Whether no zone follows that would make the number a time of day.
fn clock_word(after: &str) -> bool {
    !matches!(first_word(after), "GMT" | "UTC" | "hrs" | "local")
}

/// The last year of `1989-90` or `1989-1990`, `1987/88`. It must ascend, by at
/// most thirty years: `2010-11` may be a month elsewhere.
fn range_end(tokens: DateTokens<'_>, at: usize, start: i16) -> Option<i16> {
    let TimeWord::Number(end, length @ (2 | 4), Ending::None) = tokens.word(at + 1) else {
        return None;
    };
    if !matches!(tokens.gap(at), Some("-" | "–" | "—" | "/"))
        || is_number_part(tokens.after(at + 1))
            && tokens.after(at + 1) != b','
            && tokens.after(at + 1) != b'.'
    {
        return None;
    }
    let end = i16::try_from(end).ok()?;
    // `1989-90`: of the same century.
    let end = if length == 2 {
        start / 100 * 100 + end
    } else {
        end
    };
    (end > start && end - start <= 30).then_some(end)
}

/// The word at the start of `text`, after one space or hyphen. Empty where
/// something else stands there.
pub(super) fn first_word(text: &str) -> &str {
    let rest = text.trim_start_matches(|c| c == '-' || is_blank(c));
    let end = rest
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(rest.len().min(24));
    rest.get(..end).unwrap_or("")
}

/// The word at the end of `text`, before one space. At most 24 characters of
/// it.
fn last_word(text: &str) -> &str {
    let rest = text.trim_end_matches(|c| c == '.' || is_blank(c));
    let start = rest
        .char_indices()
        .rev()
        .take(24)
        .take_while(|(_, c)| c.is_alphanumeric())
        .last();
    start.map_or("", |(at, _)| &rest[at..])
}

/// `nineteen ninety-six`, as it is spoken, by itself. Of the twentieth century:
/// *two thousand* may count anything.
pub(super) fn spelled_year(tokens: DateTokens<'_>, at: usize) -> Option<ReadForm> {
    let is_told = at > 0
        && tokens.is_close(at - 1)
        && tokens.word(at - 1) == TimeWord::Unit(TimeUnit::Year, false);
    let (year, next) = spelled(tokens, at)?;
    (is_told || tokens.word(at) == TimeWord::Count(19))
        .then_some(ReadForm::new(TimeMeaning::Year(year), next))
}

/// The year that is spelled from `at` on, and the token after it: *nineteen
/// ninety-six*, *two thousand and three*, *twenty nineteen*.
pub(super) fn spelled(tokens: DateTokens<'_>, at: usize) -> Option<(i16, usize)> {
    if !tokens.is_joined(at) {
        return None;
    }
    let below_hundred = |at: usize| match (tokens.word(at), tokens.word(at + 1)) {
        (TimeWord::Count(tens @ 20..), TimeWord::Count(ones @ 1..=9)) if tokens.is_joined(at) => {
            Some((i16::from(tens + ones), at + 2))
        }
        (TimeWord::Count(count), _) => Some((i16::from(count), at + 1)),
        _ => None,
    };
    match (tokens.word(at), tokens.word(at + 1)) {
        (TimeWord::Count(century @ (19 | 20)), TimeWord::Count(10..)) => {
            let (years, next) = below_hundred(at + 1)?;
            Some((i16::from(century) * 100 + years, next))
        }
        (TimeWord::Count(2), TimeWord::Thousand) => {
            let and = usize::from(tokens.is_close(at + 1) && tokens.letters_are(at + 2, "and"));
            let rest = tokens.is_close(at + 1) && (and == 0 || tokens.is_close(at + 2));
            let (years, next) = Some(at + 2 + and)
                .filter(|_| rest)
                .and_then(below_hundred)
                .unwrap_or((0, at + 2));
            Some((2000 + years, next))
        }
        _ => None,
    }
}
