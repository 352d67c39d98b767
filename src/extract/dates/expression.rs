//! Finds expressions of time in a text.

use std::ops::Range;

use jiff::civil::{Date, Weekday};

use super::super::Page;
use crate::calendar;
use crate::layout::BlockKind;

/// A unit that relative expressions count in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Week,
    Month,
    Year,
    Season(Season),
}

/// A season of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
}

/// What an expression says, before it is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// May 14, 2013.
    Day(Date),
    /// February 2011; the first of the month.
    MonthOfYear(Date),
    /// 2014.
    Year(i16),
    /// June 21-23, without year.
    DayOfMonth {
        month: i8,
        first: i8,
        last: Option<i8>,
    },
    /// In October.
    Month(i8),
    /// Tuesday.
    Weekday(Weekday),
    /// Last month: the unit and how many on from the present.
    Relative(Unit, i64),
}

/// An expression of time.
#[derive(Debug, Clone)]
pub(super) struct Expression {
    /// Where it stands in the text.
    pub(super) span: Range<usize>,
    /// What it says.
    pub(super) meaning: Meaning,
    /// Whether it stands in the body or headline, not in a header line.
    pub(super) in_body: bool,
    /// The index of its block.
    pub(super) block: usize,
}

/// A word or number of a block.
struct Token<'a> {
    span: Range<usize>,
    text: &'a str,
}

/// Abbreviations of months, as they are printed with or without a full stop.
const SHORT_MONTHS: [(&str, i8); 11] = [
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sept", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
];

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Monday),
    ("Tuesday", Weekday::Tuesday),
    ("Wednesday", Weekday::Wednesday),
    ("Thursday", Weekday::Thursday),
    ("Friday", Weekday::Friday),
    ("Saturday", Weekday::Saturday),
    ("Sunday", Weekday::Sunday),
];

/// Words before a bare month or year that make it a date.
const BEFORE_DATE: [&str; 22] = [
    "in", "since", "of", "until", "till", "by", "during", "early", "late", "mid", "from", "to",
    "last", "next", "this", "before", "after", "through", "around", "between", "and", "for",
];

/// All expressions of `page`, in order.
pub(super) fn find(page: &Page<'_>) -> Vec<Expression> {
    let mut expressions = Vec::new();
    for (block, content) in page.layout.blocks.iter().enumerate() {
        if content.kind == BlockKind::Furniture {
            continue;
        }
        let tokens = tokens(page.slice(content.span.clone()), content.span.start);
        let mut at = 0;
        while at < tokens.len() {
            match read(page.text, &tokens, at) {
                Some((span, meaning, next)) => {
                    expressions.push(Expression {
                        span,
                        meaning,
                        in_body: content.kind != BlockKind::Header,
                        block,
                    });
                    at = next.max(at + 1);
                }
                None => at += 1,
            }
        }
    }
    expressions
}

fn tokens(content: &str, offset: usize) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, c) in content.char_indices().chain([(content.len(), ' ')]) {
        match (start, c.is_alphanumeric()) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                tokens.push(Token {
                    span: offset + from..offset + at,
                    text: &content[from..at],
                });
                start = None;
            }
            _ => {}
        }
    }
    tokens
}

/// The expression that begins at token `at`, with the token after it.
fn read(text: &str, tokens: &[Token<'_>], at: usize) -> Option<(Range<usize>, Meaning, usize)> {
    let (meaning, length) = iso_date(text, tokens, at)
        .or_else(|| day_month(text, tokens, at))
        .or_else(|| month_first(text, tokens, at))
        .or_else(|| relative(text, tokens, at))
        .or_else(|| weekday(&tokens[at]))
        .or_else(|| bare_year(text, tokens, at))?;
    let span = tokens[at].span.start..tokens[at + length - 1].span.end;
    Some((span, meaning, at + length))
}

/// The characters between token `at` and the next.
fn gap<'a>(text: &'a str, tokens: &[Token<'_>], at: usize) -> Option<&'a str> {
    Some(&text[tokens.get(at)?.span.end..tokens.get(at + 1)?.span.start])
}

fn is_space(gap: Option<&str>) -> bool {
    gap.is_some_and(|gap| {
        !gap.is_empty()
            && !gap.contains("\n\n")
            && gap
                .trim_start_matches(['.', ','])
                .chars()
                .all(char::is_whitespace)
    })
}

fn number(token: Option<&Token<'_>>, digits: Range<usize>) -> Option<i16> {
    let text = token?.text;
    let bare = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|end| text.strip_suffix(end))
        .unwrap_or(text);
    if !digits.contains(&bare.len()) || !bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    bare.parse().ok()
}

fn day(token: Option<&Token<'_>>) -> Option<i8> {
    number(token, 1..3)
        .filter(|day| (1..=31).contains(day))
        .and_then(|day| i8::try_from(day).ok())
}

fn year(token: Option<&Token<'_>>) -> Option<i16> {
    number(token, 4..5).filter(|year| (1800..2100).contains(year))
}

fn month(token: Option<&Token<'_>>) -> Option<i8> {
    let text = token?.text;
    if !text.starts_with(char::is_uppercase) {
        return None;
    }
    let short = || {
        SHORT_MONTHS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text))
    };
    calendar::month(text).or_else(|| short().map(|(_, month)| *month))
}

fn iso_date(text: &str, tokens: &[Token<'_>], at: usize) -> Option<(Meaning, usize)> {
    let dashes = gap(text, tokens, at) == Some("-") && gap(text, tokens, at + 1) == Some("-");
    let (year, month, day) = (
        year(tokens.get(at))?,
        day(tokens.get(at + 1))?,
        day(tokens.get(at + 2))?,
    );
    let date = Date::new(year, month, day).ok().filter(|_| dashes)?;
    Some((Meaning::Day(date), 3))
}

/// 14 May 2013, 14th May.
fn day_month(text: &str, tokens: &[Token<'_>], at: usize) -> Option<(Meaning, usize)> {
    let (first, month) = (day(tokens.get(at))?, month(tokens.get(at + 1))?);
    if !is_space(gap(text, tokens, at)) {
        return None;
    }
    with_year(text, tokens, at + 1, month, first, None, 2)
}

/// May 14, 2013; June 21-23; February 2011; in October.
fn month_first(text: &str, tokens: &[Token<'_>], at: usize) -> Option<(Meaning, usize)> {
    let of = month(tokens.get(at))?;
    let follows = is_space(gap(text, tokens, at));
    if follows && let Some(first) = day(tokens.get(at + 1)) {
        let is_range = matches!(gap(text, tokens, at + 1), Some("-" | "–" | "—"));
        let last = day(tokens.get(at + 2)).filter(|last| is_range && *last > first);
        let used = if last.is_some() { 3 } else { 2 };
        return with_year(text, tokens, at + used - 1, of, first, last, used);
    }
    if follows && let Some(year) = year(tokens.get(at + 1)) {
        return Some((Meaning::MonthOfYear(Date::new(year, of, 1).ok()?), 2));
    }
    let before = at
        .checked_sub(1)
        .map(|before| tokens[before].text.to_lowercase());
    let full_name = tokens[at].text.len() > 3 || of == 5;
    (full_name && before.is_some_and(|before| BEFORE_DATE.contains(&before.as_str())))
        .then_some((Meaning::Month(of), 1))
}

/// Adds the year after token `at`, if there is one.
fn with_year(
    text: &str,
    tokens: &[Token<'_>],
    at: usize,
    month: i8,
    first: i8,
    last: Option<i8>,
    used: usize,
) -> Option<(Meaning, usize)> {
    if is_space(gap(text, tokens, at))
        && last.is_none()
        && let Some(year) = year(tokens.get(at + 1))
        && let Ok(date) = Date::new(year, month, first)
    {
        return Some((Meaning::Day(date), used + 1));
    }
    // 2000 was a leap year: February 29 is a day.
    Date::new(2000, month, first).ok()?;
    Some((Meaning::DayOfMonth { month, first, last }, used))
}

/// Last month, this summer, yesterday.
fn relative(text: &str, tokens: &[Token<'_>], at: usize) -> Option<(Meaning, usize)> {
    let lower = tokens[at].text.to_lowercase();
    let offset = match lower.as_str() {
        "yesterday" => return Some((Meaning::Relative(Unit::Day, -1), 1)),
        "today" | "tonight" => return Some((Meaning::Relative(Unit::Day, 0), 1)),
        "tomorrow" => return Some((Meaning::Relative(Unit::Day, 1), 1)),
        "last" | "previous" => -1,
        "this" => 0,
        "next" => 1,
        _ => return None,
    };
    let unit = match tokens.get(at + 1)?.text.to_lowercase().as_str() {
        "week" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        "spring" => Unit::Season(Season::Spring),
        "summer" => Unit::Season(Season::Summer),
        "autumn" | "fall" => Unit::Season(Season::Autumn),
        "winter" => Unit::Season(Season::Winter),
        _ => return None,
    };
    is_space(gap(text, tokens, at)).then_some((Meaning::Relative(unit, offset), 2))
}

fn weekday(token: &Token<'_>) -> Option<(Meaning, usize)> {
    let found = WEEKDAYS.iter().find(|(name, _)| *name == token.text)?;
    Some((Meaning::Weekday(found.1), 1))
}

fn bare_year(text: &str, tokens: &[Token<'_>], at: usize) -> Option<(Meaning, usize)> {
    let year = year(tokens.get(at))?;
    let before = tokens.get(at.checked_sub(1)?)?;
    let is_introduced = BEFORE_DATE.contains(&before.text.to_lowercase().as_str());
    let touches = text[tokens[at].span.end..].starts_with(['%', '/', '-', ',', '.'])
        && text[tokens[at].span.end + 1..].starts_with(|c: char| c.is_ascii_digit());
    (is_introduced && !touches && is_space(gap(text, tokens, at - 1)))
        .then_some((Meaning::Year(year), 1))
}
