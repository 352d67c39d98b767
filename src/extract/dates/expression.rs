//! Finds expressions of time in a text.
//!
//! Responsible for what the words say; `resolve` says which day that is. The
//! tokens of a block are read from left to right, each expression by the
//! reader that its first word calls for: `calendar_form` and `years` for dates
//! that stand by themselves, `relative` for those that count from another day,
//! `clock` for the time of day.
//!
//! No automaton and no table of patterns: each time word has a reader, which
//! looks a few tokens ahead and takes as much as fits. Words that mean nothing
//! to dates leave no token, so *the third, and by far the worst, quarter* is
//! not read as a quarter: other tokens lie between.
//!
//! Example: "late last week" is `Stretch`, `Turn(Last)`, `Unit(Week)`. The
//! first has no reader; the second gives `Relative(Week, -1)` over two tokens;
//! then the expression is widened over *late*. The tense of the sentence is
//! asked only for meanings that it decides.
//!
//! Invariants: expressions are disjoint and in order, since a reader begins
//! after the last one; a reader never looks beyond its block. Cost: O(tokens).

use std::ops::Range;

use jiff::civil::{Date, Weekday};

use super::clock::Time;
use super::feast::{self, Feast};
use super::publication::is_date_line;
use super::tense::{self, Tense};
use super::token::{self, DateTokens};
use super::word::{Season, TimeUnit, TimeWord};
use super::{calendar_form, clock, part_of_year, relative, shared_year, two_steps, years};
use crate::extract::ParsedArticle;
use crate::layout::BlockKind;

/// A part of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartOfYear {
    /// The first to fourth.
    Quarter(u8),
    /// The first or second.
    Half(u8),
    /// Spring to winter.
    Season(Season),
    /// Of a week, rather: its end.
    Weekend,
}

/// Which of its kind an expression means: last May, May of 1990. *Last May* and
/// *May* differ in nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// It does not say.
    Unsaid,
    Last,
    This,
    Next,
    /// The one before that which the text spoke of.
    Before,
    /// That of a year.
    Year(i16),
    /// That of a year so many on from the present one.
    YearsOn(i8),
    /// That of the year before the one that the text spoke of.
    YearBefore,
    /// The one before the last, the one after the next.
    BeforeLast,
    AfterNext,
    /// *Through June*: the way that the sentence looks.
    Through,
}

/// What an expression says, before it is resolved. Nothing in it depends on the
/// day of publication; `resolve` adds that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeMeaning {
    /// May 14, 2013.
    Day(Date),
    /// May 14-16, 2013.
    Days(Date, Date),
    /// February 2011; the first of the month.
    MonthOfYear(Date),
    /// 2014.
    Year(i16),
    /// 1989-90.
    Years(i16, i16),
    /// The 1980s: 198.
    Decade(i16),
    /// The 20th century: 19.
    Century(i16),
    /// June 21-23, without year.
    DayOfMonth {
        month: i8,
        first: i8,
        last: Option<i8>,
    },
    /// In October, last October, October of last year.
    Month(i8, Anchor),
    /// Tuesday, last Tuesday.
    Weekday(Weekday, Anchor),
    /// A week on Tuesday: so many weeks after the next, or before the last.
    WeeksOn(Weekday, i64),
    /// Good Friday, last Christmas.
    Feast(Feast, Anchor),
    /// The third quarter, last summer.
    Part(PartOfYear, Anchor),
    /// The quarter, the latest quarter: that of the text; or a year before it.
    TheQuarter(Anchor),
    /// Last month: the unit and how many on from the present.
    Relative(TimeUnit, i64),
    /// Two months ago: the same, but in round figures.
    Ago(TimeUnit, i64),
    /// Two days later: counted from the day that the text spoke of.
    After(TimeUnit, i64),
    /// A year earlier: the period that the text spoke of, a year before.
    YearEarlier,
    /// At 9 p.m., on the day that the text speaks of.
    Clock,
    /// 04/05/2013: the earlier and the later of two days.
    Either(Date, Date),
    /// Now, currently: the present as such.
    Present,
    /// Recently, some years ago: a time that has no value.
    Vague,
}

/// An expression of time. Spans count bytes of the article's text.
#[derive(Debug, Clone)]
pub(super) struct TimeExpression {
    /// Where it stands in the text.
    pub(super) span: Range<usize>,
    /// What it says.
    pub(super) meaning: TimeMeaning,
    /// The time of day that it adds.
    pub(super) time: Option<Time>,
    /// The day of the week that it names beside a date.
    pub(super) weekday: Option<Weekday>,
    /// Whether its sentence tells of the past or of what is to come.
    pub(super) tense: Tense,
    /// Whether it stands in the body or headline, not in a date line.
    pub(super) in_body: bool,
    /// The index of its block.
    pub(super) block: usize,
}

/// What a reader found: the meaning, and the tokens it took. `next` is always
/// beyond the first token.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadForm {
    pub(super) meaning: TimeMeaning,
    pub(super) time: Option<Time>,
    pub(super) weekday: Option<Weekday>,
    /// Where it starts, if not with its first token: *Good* Friday.
    pub(super) start: Option<usize>,
    /// The first token after it.
    pub(super) next: usize,
    /// Where it ends, if not with its last token: `9 p.m.`
    pub(super) end: Option<usize>,
}

impl ReadForm {
    /// A meaning that took the tokens before `next`.
    pub(super) fn new(meaning: TimeMeaning, next: usize) -> ReadForm {
        ReadForm {
            meaning,
            time: None,
            weekday: None,
            start: None,
            next,
            end: None,
        }
    }
}

/// Texts longer than this are given room as they need it.
const MAX_RESERVED: usize = 1 << 16;

/// All expressions of `page`, in order. Boilerplate is passed over; header
/// lines are read and marked.
pub(super) fn find(page: &ParsedArticle<'_>) -> Vec<TimeExpression> {
    // About one token in so many bytes of news, and one expression.
    let mut expressions = Vec::with_capacity(page.text.len().min(MAX_RESERVED) / 256);
    let mut tokens = Vec::with_capacity(page.text.len().min(MAX_RESERVED) / 16);
    for (block, content) in page.layout.blocks.iter().enumerate() {
        if content.kind == BlockKind::Boilerplate {
            continue;
        }
        let begin = expressions.len();
        let mut read = |in_body: bool, expressions: &mut Vec<TimeExpression>| {
            for (offset, piece) in token::pieces(page.slice(content.span.clone())) {
                tokens.clear();
                token::cut(piece, &mut tokens);
                let tokens = DateTokens {
                    text: piece,
                    all: &tokens,
                };
                let place = TextPlace {
                    block,
                    offset: content.span.start + offset,
                    in_body,
                };
                read_all(tokens, place, expressions);
            }
        };
        let is_header = content.kind == BlockKind::Header;
        read(!(is_header && is_date_line(page, block)), &mut expressions);
        // Few other lines have a date, and are asked whether they are its line.
        let is_dated = !is_header && expressions[begin..].iter().any(is_of_date_line);
        if is_dated && is_date_line(page, block) {
            expressions.truncate(begin);
            read(false, &mut expressions);
        }
    }
    shared_year::share(page.text, &mut expressions);
    expressions
}

/// Whether a date line may have the expression: a day or a month.
fn is_of_date_line(expression: &TimeExpression) -> bool {
    matches!(
        expression.meaning,
        TimeMeaning::Day(_)
            | TimeMeaning::MonthOfYear(_)
            | TimeMeaning::Either(..)
            | TimeMeaning::DayOfMonth { .. }
    )
}

/// Where a piece of text stands. It turns offsets in a piece into offsets in
/// the article.
#[derive(Clone, Copy)]
struct TextPlace {
    block: usize,
    offset: usize,
    in_body: bool,
}

/// Reads one piece from its first token to its last.
fn read_all(tokens: DateTokens<'_>, place: TextPlace, expressions: &mut Vec<TimeExpression>) {
    let (mut at, mut floor, mut floor_byte) = (0, 0, 0);
    while at < tokens.all.len() {
        let Some(found) = read(tokens, at, place.in_body) else {
            at += 1;
            continue;
        };
        let next = found.next.max(at + 1);
        let start = tokens
            .range(widened(tokens, at, floor, found.meaning), at)
            .start;
        let start = found
            .start
            .map_or(start, |named| named.min(start).max(floor_byte));
        let end = found.end.unwrap_or_else(|| tokens.range(at, next - 1).end);
        floor_byte = end;
        expressions.push(TimeExpression {
            span: place.offset + start..place.offset + end,
            meaning: found.meaning,
            time: found.time,
            weekday: found.weekday,
            // Only these depend on where the sentence looks.
            tense: match found.meaning {
                TimeMeaning::Weekday(..)
                | TimeMeaning::Month(..)
                | TimeMeaning::DayOfMonth { .. }
                | TimeMeaning::Feast(..)
                | TimeMeaning::Part(..) => tense::around(tokens, at, next),
                _ => Tense::Unclear,
            },
            in_body: place.in_body,
            block: place.block,
        });
        at = next;
        floor = next;
    }
}

/// The expression that begins at token `at`. A word may begin several forms;
/// the longest is tried first.
fn read(tokens: DateTokens<'_>, at: usize, in_body: bool) -> Option<ReadForm> {
    if let Some(found) = two_steps::read(tokens, at) {
        return Some(found);
    }
    match tokens.word(at) {
        TimeWord::A | TimeWord::Some | TimeWord::Number(_, 3, _) => relative::counted(tokens, at),
        // Four digits: a date, a time with a zone, a year.
        TimeWord::Number(_, 4, _) => calendar_form::number_first(tokens, at)
            .or_else(|| clock::time_first(tokens, at))
            .or_else(|| years::year_first(tokens, at)),
        // Fewer: a date, a time, a count of units, a decade.
        TimeWord::Number(..) => calendar_form::number_first(tokens, at)
            .or_else(|| clock::time_first(tokens, at))
            .or_else(|| relative::counted(tokens, at))
            .or_else(|| years::decade(tokens, at)),
        TimeWord::Month(..) => calendar_form::month_first(tokens, at),
        TimeWord::Weekday(..) => match calendar_form::weekday(tokens, at, in_body) {
            // "Good Friday, April 19" has its date.
            Some(found) if !matches!(found.meaning, TimeMeaning::Weekday(..)) => Some(found),
            found => feast::by_last_word(tokens, at).or(found),
        },
        TimeWord::Feast(_) => feast::by_name(tokens, at),
        TimeWord::Deictic(_) | TimeWord::Tonight => relative::deictic(tokens, at),
        TimeWord::DayPart(_) => clock::part_first(tokens, at),
        TimeWord::Turn(_) => relative::turned(tokens, at),
        // "two years ago", "nineteen ninety-six".
        TimeWord::Count(_) => {
            relative::counted(tokens, at).or_else(|| years::spelled_year(tokens, at))
        }
        TimeWord::Eve | TimeWord::Unit(TimeUnit::Day, false) => feast::by_last_word(tokens, at),
        TimeWord::Unit(..) => relative::unit_first(tokens, at),
        TimeWord::Ordinal(_) | TimeWord::Fiscal => part_of_year::part_of_year(tokens, at),
        TimeWord::Season(_) => part_of_year::season(tokens, at),
        TimeWord::Period => part_of_year::period_before(tokens, at),
        // "the nineties", never "in his nineties".
        TimeWord::Nineties(decade) => {
            let is_named = at > 0 && tokens.word(at - 1) == TimeWord::The;
            is_named.then_some(ReadForm::new(
                TimeMeaning::Decade(190 + i16::from(decade)),
                at + 1,
            ))
        }
        TimeWord::Vague
        | TimeWord::AtPresent
        | TimeWord::Now
        | TimeWord::Recent
        | TimeWord::Future
        | TimeWord::These => relative::vague(tokens, at),
        _ => None,
    }
}

/// The first token of an expression at `at` together with the words before it
/// that belong to it ("the end of", "early"), not before token `floor`. Only
/// the span grows; the meaning stays. *The end of the year* is the year.
///
/// | text | the meaning's own tokens | the span |
/// |---|---|---|
/// | late last week | last week | late last week |
/// | the third quarter | third quarter | the third quarter |
/// | the end of the year | year | the end of the year |
/// | mid-1995 | 1995 | mid-1995 |
fn widened(tokens: DateTokens<'_>, at: usize, floor: usize, meaning: TimeMeaning) -> usize {
    let mut first = at;
    let is_bare = matches!(
        meaning,
        TimeMeaning::Year(_)
            | TimeMeaning::Years(..)
            | TimeMeaning::Month(..)
            | TimeMeaning::Weekday(_, Anchor::Unsaid)
    );
    let takes_article = !is_bare
        && !matches!(
            tokens.word(at),
            TimeWord::Vague | TimeWord::AtPresent | TimeWord::Now
        );
    let before = |first: usize, back: usize| {
        let found = first.checked_sub(back).filter(|index| *index >= floor)?;
        Some(tokens.word(found))
    };
    let mut has_article = false;
    loop {
        match before(first, 1) {
            // "early last week", "later this year".
            Some(TimeWord::Stretch | TimeWord::Earlier | TimeWord::Later)
                if !has_article && tokens.is_joined(first - 1) =>
            {
                first -= 1;
            }
            Some(TimeWord::The)
                if !has_article && (takes_article || first < at) && tokens.is_close(first - 1) =>
            {
                first -= 1;
                has_article = true;
            }
            // "the end of May".
            Some(TimeWord::Of)
                if before(first, 2) == Some(TimeWord::End)
                    && tokens.is_close(first - 1)
                    && tokens.is_close(first - 2) =>
            {
                first -= 2;
                has_article = false;
            }
            _ => return first,
        }
    }
}
