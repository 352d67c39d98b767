//! Finds expressions of time in a text.
//!
//! Responsible for what the words say; `resolve` says which day that is. The
//! tokens of a block are read from left to right, each expression by the
//! reader that its first word calls for: `calendar_form` and `years` for dates
//! that stand by themselves, `relative` for those that count from another day,
//! `clock` for the time of day.

use std::ops::Range;

use jiff::civil::{Date, Weekday};

use super::clock::Time;
use super::tense::{self, Tense};
use super::token::{self, Tokens};
use super::word::{Season, Unit, Word};
use super::{calendar_form, clock, relative, years};
use crate::extract::Page;
use crate::layout::BlockKind;

/// A part of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The first to fourth.
    Quarter(u8),
    /// The first or second.
    Half(u8),
    /// Spring to winter.
    Season(Season),
    /// Of a week, rather: its end.
    Weekend,
}

/// Which of its kind an expression means: last May, May of 1990.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
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
}

/// What an expression says, before it is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
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
    Month(i8, Of),
    /// Tuesday, last Tuesday.
    Weekday(Weekday, Of),
    /// The third quarter, last summer.
    Part(Part, Of),
    /// The quarter, the latest quarter: that of the text; or a year before it.
    TheQuarter(Of),
    /// Last month: the unit and how many on from the present.
    Relative(Unit, i64),
    /// Two months ago: the same, but in round figures.
    Ago(Unit, i64),
    /// Two days later: counted from the day that the text spoke of.
    After(Unit, i64),
    /// A year earlier: the period that the text spoke of, a year before.
    YearEarlier,
    /// At 9 p.m., on the day that the text speaks of.
    Clock,
    /// Recently, some years ago, 04/05/2013: a time that has no value.
    Vague,
}

/// An expression of time.
#[derive(Debug, Clone)]
pub(super) struct Expression {
    /// Where it stands in the text.
    pub(super) span: Range<usize>,
    /// What it says.
    pub(super) meaning: Meaning,
    /// The time of day that it adds.
    pub(super) time: Option<Time>,
    /// The day of the week that it names beside a date.
    pub(super) weekday: Option<Weekday>,
    /// Whether its sentence tells of the past or of what is to come.
    pub(super) tense: Tense,
    /// Whether it stands in the body or headline, not in a header line.
    pub(super) in_body: bool,
    /// The index of its block.
    pub(super) block: usize,
}

/// What a reader found: the meaning, and the tokens it took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) meaning: Meaning,
    pub(super) time: Option<Time>,
    pub(super) weekday: Option<Weekday>,
    /// The first token after it.
    pub(super) next: usize,
    /// Where it ends, if not with its last token: `9 p.m.`
    pub(super) end: Option<usize>,
}

impl Found {
    /// A meaning that took the tokens before `next`.
    pub(super) fn new(meaning: Meaning, next: usize) -> Found {
        Found {
            meaning,
            time: None,
            weekday: None,
            next,
            end: None,
        }
    }
}

/// Texts longer than this are given room as they need it.
const MAX_RESERVED: usize = 1 << 16;

/// All expressions of `page`, in order.
pub(super) fn find(page: &Page<'_>) -> Vec<Expression> {
    // About one token in so many bytes of news, and one expression.
    let mut expressions = Vec::with_capacity(page.text.len().min(MAX_RESERVED) / 256);
    let mut tokens = Vec::with_capacity(page.text.len().min(MAX_RESERVED) / 16);
    for (block, content) in page.layout.blocks.iter().enumerate() {
        if content.kind == BlockKind::Furniture {
            continue;
        }
        for (offset, piece) in token::pieces(page.slice(content.span.clone())) {
            tokens.clear();
            token::cut(piece, &mut tokens);
            let tokens = Tokens {
                text: piece,
                all: &tokens,
            };
            let place = Place {
                block,
                offset: content.span.start + offset,
                in_body: content.kind != BlockKind::Header,
            };
            read_all(tokens, place, &mut expressions);
        }
    }
    expressions
}

/// Where a piece of text stands.
#[derive(Clone, Copy)]
struct Place {
    block: usize,
    offset: usize,
    in_body: bool,
}

fn read_all(tokens: Tokens<'_>, place: Place, expressions: &mut Vec<Expression>) {
    let (mut at, mut floor) = (0, 0);
    while at < tokens.all.len() {
        let Some(found) = read(tokens, at, place.in_body) else {
            at += 1;
            continue;
        };
        let next = found.next.max(at + 1);
        let start = tokens
            .range(widened(tokens, at, floor, found.meaning), at)
            .start;
        let end = found.end.unwrap_or_else(|| tokens.range(at, next - 1).end);
        expressions.push(Expression {
            span: place.offset + start..place.offset + end,
            meaning: found.meaning,
            time: found.time,
            weekday: found.weekday,
            tense: match found.meaning {
                Meaning::Weekday(..)
                | Meaning::Month(..)
                | Meaning::DayOfMonth { .. }
                | Meaning::Part(..) => tense::around(tokens, at, next),
                _ => Tense::Unclear,
            },
            in_body: place.in_body,
            block: place.block,
        });
        at = next;
        floor = next;
    }
}

/// The expression that begins at token `at`.
fn read(tokens: Tokens<'_>, at: usize, in_body: bool) -> Option<Found> {
    match tokens.word(at) {
        Word::A | Word::Some | Word::Number(_, 3, _) => relative::counted(tokens, at),
        Word::Number(_, 4, _) => calendar_form::number_first(tokens, at)
            .or_else(|| clock::time_first(tokens, at))
            .or_else(|| years::year_first(tokens, at)),
        Word::Number(..) => calendar_form::number_first(tokens, at)
            .or_else(|| clock::time_first(tokens, at))
            .or_else(|| relative::counted(tokens, at))
            .or_else(|| years::decade(tokens, at)),
        Word::Month(..) => calendar_form::month_first(tokens, at),
        Word::Weekday(..) => calendar_form::weekday(tokens, at, in_body),
        Word::Deictic(_) | Word::Tonight => relative::deictic(tokens, at),
        Word::DayPart(_) => clock::part_first(tokens, at),
        Word::Turn(_) => relative::turned(tokens, at),
        Word::Count(_) => relative::counted(tokens, at).or_else(|| years::spelled_year(tokens, at)),
        Word::Unit(..) => relative::unit_first(tokens, at),
        Word::Ordinal(_) | Word::Fiscal => relative::part_of_year(tokens, at),
        Word::Season(_) => relative::season(tokens, at),
        Word::Nineties(decade) => {
            let is_named = at > 0 && tokens.word(at - 1) == Word::The;
            is_named.then_some(Found::new(Meaning::Decade(190 + i16::from(decade)), at + 1))
        }
        Word::Vague | Word::Now | Word::Recent | Word::Future | Word::These => {
            relative::vague(tokens, at)
        }
        _ => None,
    }
}

/// The first token of an expression at `at` together with the words before it
/// that belong to it ("the end of", "early"), not before token `floor`.
fn widened(tokens: Tokens<'_>, at: usize, floor: usize, meaning: Meaning) -> usize {
    let mut first = at;
    let is_bare = matches!(
        meaning,
        Meaning::Year(_)
            | Meaning::Years(..)
            | Meaning::Month(..)
            | Meaning::Weekday(_, Of::Unsaid)
    );
    let takes_article = !is_bare && !matches!(tokens.word(at), Word::Vague | Word::Now);
    let before = |first: usize, back: usize| {
        let found = first.checked_sub(back).filter(|index| *index >= floor)?;
        Some(tokens.word(found))
    };
    let mut has_article = false;
    loop {
        match before(first, 1) {
            Some(Word::Stretch | Word::Earlier | Word::Later)
                if !has_article && tokens.is_joined(first - 1) =>
            {
                first -= 1;
            }
            Some(Word::The)
                if !has_article && (takes_article || first < at) && tokens.is_close(first - 1) =>
            {
                first -= 1;
                has_article = true;
            }
            Some(Word::Of)
                if before(first, 2) == Some(Word::End)
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
