//! Says which day, month or year an expression means.
//!
//! Responsible for values as TIMEX3 writes them: `2013-05-14`, `2013-W20`,
//! `2013-Q2`, `2013-SU`, `2013-05-14TMO`. The expressions of an article are
//! resolved in order, because "a year earlier" counts from what went before.
//! Where neither the publication nor the text settles it there is no value.
//!
//! Values are those of TIMEX3 (`TimeML`, Pustejovsky et al. 2003). What is known
//! of the publication bounds what can be resolved: a day resolves all, a month
//! resolves months and quarters, a year resolves years. Beside it the resolver
//! remembers the last day, the last quarter or year, and the last year that the
//! text named.
//!
//! The rules for a name without a year, published 2013-05-14: *Monday* is the
//! last one, the next one in a sentence that looks ahead; *June 21* is within
//! two months and so of 2013; *in December* with a verb of the past is 2012;
//! *in January* that is to come is 2014. Where no verb tells, the nearer year
//! is taken.
//!
//! Invariants: expressions must come in the order of the text; a day that the
//! year lacks (February 29) has year XXXX; none has a value that neither
//! publication nor text gives. Cost: O(1) an expression.

use jiff::civil::{Date, Weekday};
use jiff::{Span as Duration, ToSpan};

use super::clock::Time;
use super::expression::{Anchor, PartOfYear, TimeExpression, TimeMeaning};
use super::feast::Feast;
use super::tense::Tense;
use super::two_steps::weeks_on;
use super::word::{Season, TimeUnit};
use crate::extract::published::{Precision, Published};

/// What the text spoke of last. *A year earlier* counts from it.
#[derive(Debug, Clone, Copy)]
enum Spoken {
    /// Of a year, 1 to 4.
    Quarter(i16, u8),
    Year(i16),
}

/// Resolves the expressions of one article, in order. One goes through all
/// sections of an article.
pub(super) struct TimeResolver {
    /// The day of publication, if it is known.
    day: Option<Date>,
    /// A day in the month of publication, if the month is known.
    month: Option<Date>,
    /// The year of publication, if it is known.
    year: Option<i16>,
    /// The last day, and the block that named it.
    spoken_day: Option<(Date, usize)>,
    /// The last quarter or year.
    spoken: Option<Spoken>,
    /// The last year that a date of the text named.
    spoken_year: Option<i16>,
    /// The first day of the last month that the text named.
    spoken_month: Option<Date>,
}

impl TimeResolver {
    /// Resolves against the publication date. An interval longer than a year
    /// settles nothing.
    pub(super) fn new(published: &Published) -> TimeResolver {
        let first = published.earliest;
        let day = first.filter(|first| published.latest == Some(*first));
        let is_month = day.is_some() || published.precision == Precision::Month;
        let is_year = is_month || published.precision == Precision::Year;
        TimeResolver {
            day,
            month: first.filter(|_| is_month),
            year: first.filter(|_| is_year).map(Date::year),
            spoken_day: None,
            spoken: None,
            spoken_year: None,
            spoken_month: None,
        }
    }

    /// Begins a section of the article, whose blocks are numbered anew: none
    /// of them has named a day.
    pub(super) fn begin_section(&mut self) {
        if let Some((_, block)) = &mut self.spoken_day {
            *block = usize::MAX;
        }
    }

    /// The value of the next expression. What it says is remembered for the
    /// next.
    ///
    /// In an article of Tuesday, 2013-05-14:
    ///
    /// | text | meaning | value |
    /// |---|---|---|
    /// | Tuesday | `Weekday(Tuesday, Unsaid)` | `2013-05-14` |
    /// | last Tuesday | `Weekday(Tuesday, Last)` | `2013-05-07` |
    /// | next Friday | `Weekday(Friday, Next)` | `2013-05-17` |
    /// | last month | `Relative(Month, -1)` | `2013-04` |
    /// | a week ago | `Ago(Week, -1)` | `2013-W19` |
    /// | three months ago | `Ago(Month, -3)` | `2013-02` |
    /// | this summer | `Part(Season(Summer), This)` | `2013-SU` |
    /// | the weekend | `Part(Weekend, Unsaid)` | `2013-W19-WE` |
    /// | June 21-23 | `DayOfMonth` | `2013-06-21/2013-06-23` |
    /// | they agreed in October | `Month(10, Unsaid)` | `2012-10` |
    /// | the first quarter | `Part(Quarter(1), Unsaid)` | `2013-Q1` |
    /// | the year-earlier quarter | `TheQuarter(YearBefore)` | `2012-Q1` |
    /// | Monday night | `Weekday(Monday, Unsaid)`, a time | `2013-05-13TNI` |
    pub(super) fn value(&mut self, expression: &TimeExpression) -> Option<String> {
        // What is one day keeps the time of day that it has.
        let value = match expression.meaning {
            TimeMeaning::Weekday(..)
            | TimeMeaning::WeeksOn(..)
            | TimeMeaning::Day(_)
            | TimeMeaning::Clock
            | TimeMeaning::Relative(TimeUnit::Day, _)
            | TimeMeaning::Ago(TimeUnit::Day, _)
            | TimeMeaning::After(TimeUnit::Day, _) => self.day_value(expression),
            TimeMeaning::DayOfMonth { month, first, last } => {
                Some(self.day_of_month(month, first, last, expression))
            }
            TimeMeaning::Month(month, of) => self.month_value(month, of, expression.tense),
            TimeMeaning::Feast(feast, of) => self.feast(feast, of, expression),
            TimeMeaning::Part(part, of) => self.part(part, of, expression.tense),
            TimeMeaning::TheQuarter(of) => self.the_quarter(of),
            TimeMeaning::YearEarlier => self.year_earlier(),
            TimeMeaning::Relative(unit, on) | TimeMeaning::Ago(unit, on) => self.relative(unit, on),
            TimeMeaning::After(unit, on) => self.after(unit, on),
            _ => absolute(expression.meaning),
        };
        match expression.meaning {
            // A year to come is a forecast, and no report is about it.
            TimeMeaning::Year(year) if self.year.is_none_or(|published| year <= published) => {
                self.spoken = Some(Spoken::Year(year));
            }
            TimeMeaning::Day(date) | TimeMeaning::MonthOfYear(date) => {
                self.spoken_year = Some(date.year());
                self.spoken_month = Some(date.first_of_month());
            }
            TimeMeaning::Month(..) => {
                self.spoken_month = value.as_deref().and_then(first_of_month);
            }
            _ => {}
        }
        if let Some(Spoken::Quarter(year, _) | Spoken::Year(year)) = self.spoken
            && matches!(
                expression.meaning,
                TimeMeaning::Year(_) | TimeMeaning::Part(..)
            )
        {
            self.spoken_year = Some(year);
        }
        value
    }

    /// An expression of one day, with the time of day it may add. *At 9 p.m.*
    /// belongs to the last day named in its block, else to the day of
    /// publication.
    fn day_value(&mut self, expression: &TimeExpression) -> Option<String> {
        let date = match expression.meaning {
            TimeMeaning::Day(date) => date,
            // "The previous Friday" counts from the day that the text spoke of.
            TimeMeaning::Weekday(day, Anchor::Before) => {
                let from = self.spoken_day.map(|(date, _)| date).or(self.day)?;
                weekday(from, day, Anchor::Last, expression.tense)?
            }
            TimeMeaning::Weekday(day, of) => weekday(self.day?, day, of, expression.tense)?,
            TimeMeaning::WeeksOn(day, weeks) => weeks_on(self.day?, day, weeks)?,
            TimeMeaning::Relative(_, on) | TimeMeaning::Ago(_, on) => {
                self.day?.checked_add(on.days()).ok()?
            }
            TimeMeaning::After(_, on) => self.spoken_day?.0.checked_add(on.days()).ok()?,
            // A time of day alone: of the day that its block named last.
            _ => match self.spoken_day {
                Some((date, block)) if block == expression.block => date,
                _ => self.day?,
            },
        };
        self.spoken_day = Some((date, expression.block));
        self.spoken_month = Some(date.first_of_month());
        Some(format!("{date}{}", time_code(expression)))
    }

    /// `June 21-23`: without a known year that has these days, of year XXXX.
    fn day_of_month(
        &mut self,
        month: i8,
        first: i8,
        last: Option<i8>,
        expression: &TimeExpression,
    ) -> String {
        // A year without such a day (29 February) is not the one that is meant.
        let is_day = |year: i16, day: i8| Date::new(year, month, day).is_ok();
        let year = self
            .month
            .map(|published| year_of_day(published, month, first, expression.tense))
            .filter(|year| is_day(*year, first) && is_day(*year, last.unwrap_or(first)));
        if let Some(date) = year.and_then(|year| Date::new(year, month, first).ok()) {
            self.spoken_day = Some((date, expression.block));
            self.spoken_month = Some(date.first_of_month());
        }
        let year = year.map_or("XXXX".to_owned(), |year| year.to_string());
        let start = format!("{year}-{month:02}-{first:02}");
        match last {
            Some(last) => format!("{start}/{year}-{month:02}-{last:02}"),
            None => format!("{start}{}", time_code(expression)),
        }
    }

    /// `Good Friday`, `last Christmas`: a day of the calendar in the year that is
    /// meant. Without one a fixed day is of year XXXX.
    fn feast(&mut self, feast: Feast, of: Anchor, expression: &TimeExpression) -> Option<String> {
        let near = |day: Date| {
            let published = self.month.unwrap_or(day);
            year_of_day(published, day.month(), day.day(), expression.tense)
        };
        let Some(date) = feast.resolve(self.month, of, near) else {
            return match feast {
                Feast::Fixed(month, day) => Some(format!("XXXX-{month:02}-{day:02}")),
                _ => None,
            };
        };
        self.spoken_day = Some((date, expression.block));
        self.spoken_month = Some(date.first_of_month());
        Some(format!("{date}{}", time_code(expression)))
    }

    /// `of` says which May; without it, tense and nearness do.
    ///
    /// Published in May 2013:
    ///
    /// | text | tense | month |
    /// |---|---|---|
    /// | in December | past | `2012-12` |
    /// | in June | past | `2013-06` |
    /// | in January | future | `2014-01` |
    /// | last June | any | `2012-06` |
    /// | next May | any | `2014-05` |
    fn month_value(&self, month: i8, of: Anchor, tense: Tense) -> Option<String> {
        let Some(published) = self.month else {
            return match of {
                Anchor::YearsOn(on) => Some(format!("{}-{month:02}", self.year? + i16::from(on))),
                Anchor::Unsaid | Anchor::This | Anchor::Through => Some(format!("XXXX-{month:02}")),
                _ => None,
            };
        };
        let (year, ahead) = (published.year(), month - published.month());
        let year = match of {
            Anchor::Year(year) => year,
            Anchor::YearsOn(on) => year + i16::from(on),
            // "Last May" in May is that of the year before.
            Anchor::Last | Anchor::Before | Anchor::YearBefore => year - i16::from(ahead >= 0),
            // "Next May" in May is that of the year after.
            Anchor::Next => year + i16::from(ahead <= 0),
            Anchor::BeforeLast => year - 1 - i16::from(ahead >= 0),
            Anchor::AfterNext => year + 1 + i16::from(ahead <= 0),
            Anchor::This => year,
            // "Rose through June" ended in a June that was over.
            Anchor::Through if tense == Tense::Past => year - i16::from(ahead > 0),
            Anchor::Through if tense == Tense::Future => year + i16::from(ahead < 0),
            // "Runs through September", in April.
            Anchor::Through if tense == Tense::Unclear && (1..=6).contains(&ahead) => year,
            Anchor::Unsaid | Anchor::Through => match tense {
                // "Will end in April", written in May: the month just past may be meant.
                Tense::Future => year + i16::from(ahead < -1),
                // A month soon to come is rarely that of the year before, which
                // would be called "last November".
                Tense::Past => year - i16::from(ahead > 2),
                // Without a verb the nearer one, with a leaning to the past.
                Tense::Unclear => year - i16::from(ahead > 3) + i16::from(ahead < -8),
            },
        };
        Some(format!("{year}-{month:02}"))
    }

    /// A quarter, half, season or weekend.
    fn part(&mut self, part: PartOfYear, of: Anchor, tense: Tense) -> Option<String> {
        if part == PartOfYear::Weekend {
            let on = i64::from(tense == Tense::Future && of == Anchor::Unsaid);
            return self.relative(
                TimeUnit::Weekend,
                if of == Anchor::Unsaid { on - 1 } else { 0 },
            );
        }
        let year = match of {
            Anchor::Year(year) => year,
            Anchor::YearsOn(on) => self.year? + i16::from(on),
            Anchor::YearBefore => match self.spoken {
                Some(Spoken::Quarter(year, _) | Spoken::Year(year)) => year - 1,
                None => self.year? - 1,
            },
            _ => year_of_part(self.month?, part, of, tense),
        };
        match part {
            PartOfYear::Quarter(quarter) => {
                // A quarter that is only expected is not what the text is about.
                if tense == Tense::Past || self.is_over(year, quarter) {
                    self.spoken = Some(Spoken::Quarter(year, quarter));
                }
                Some(format!("{year}-Q{quarter}"))
            }
            PartOfYear::Half(half) => Some(format!("{year}-H{half}")),
            PartOfYear::Season(season) => Some(format!("{year}-{}", season_code(season))),
            PartOfYear::Weekend => None,
        }
    }

    /// `the quarter`: the last that the text spoke of, else the last that was
    /// over when it was published.
    ///
    /// Published in May 2013 without a word of another quarter, *the quarter*
    /// is `2013-Q1`, and *the year-earlier quarter* `2012-Q1`.
    fn the_quarter(&mut self, of: Anchor) -> Option<String> {
        // Else the last quarter that was over: reports come after it.
        let (year, quarter) = if let Some(Spoken::Quarter(year, quarter)) = self.spoken {
            (year, quarter)
        } else {
            match quarter_of(self.month?) {
                (year, 1) => (year - 1, 4),
                (year, quarter) => (year, quarter - 1),
            }
        };
        let year = match of {
            Anchor::Year(year) => year,
            Anchor::YearsOn(on) => self.year? + i16::from(on),
            Anchor::YearBefore => year - 1,
            _ => {
                self.spoken = Some(Spoken::Quarter(year, quarter));
                year
            }
        };
        Some(format!("{year}-Q{quarter}"))
    }

    /// Whether a quarter was over when the article was published. Unknown
    /// publications do not hold it back.
    fn is_over(&self, year: i16, quarter: u8) -> bool {
        self.month
            .is_none_or(|published| (year, quarter) < quarter_of(published))
    }

    /// The last quarter, or year, of the text, one year before; else the year
    /// before the publication.
    fn year_earlier(&self) -> Option<String> {
        match self.spoken {
            Some(Spoken::Quarter(year, quarter)) => Some(format!("{}-Q{quarter}", year - 1)),
            // Only of the present year: a story of 1990 says "1989" itself.
            Some(Spoken::Year(year)) if self.year.is_none_or(|published| published == year) => {
                Some((year - 1).to_string())
            }
            _ => Some((self.year? - 1).to_string()),
        }
    }

    /// So many units on from the publication. Weeks begin on Monday; `-WE` is
    /// the end of one.
    fn relative(&mut self, unit: TimeUnit, on: i64) -> Option<String> {
        let shifted = |from: Date, by: Duration| from.checked_add(by).ok();
        match unit {
            TimeUnit::Day => shifted(self.day?, on.days()).map(|date| date.to_string()),
            TimeUnit::Week => shifted(self.day?, (on * 7).days()).map(week),
            TimeUnit::Fortnight => shifted(self.day?, (on * 14).days()).map(week),
            TimeUnit::Weekend => {
                shifted(self.day?, (on * 7).days()).map(|date| format!("{}-WE", week(date)))
            }
            TimeUnit::Month => shifted(self.month?.first_of_month(), on.months())
                .map(|date| date.strftime("%Y-%m").to_string()),
            TimeUnit::Quarter => {
                let (year, quarter) =
                    quarter_of(shifted(self.month?.first_of_month(), (on * 3).months())?);
                self.spoken = Some(Spoken::Quarter(year, quarter));
                Some(format!("{year}-Q{quarter}"))
            }
            TimeUnit::Year => Some((i64::from(self.year?) + on).to_string()),
            // `198` is the decade of 1980 to 1989.
            TimeUnit::Decade => Some((i64::from(self.year?) / 10 + on).to_string()),
        }
    }

    /// So many units on from the day or year that the text spoke of. `None`
    /// where the text has named no day or year.
    fn after(&self, unit: TimeUnit, on: i64) -> Option<String> {
        if unit == TimeUnit::Year
            && let Some(year) = self.spoken_year
        {
            return Some((i64::from(year) + on).to_string());
        }
        // "In April … the following month": no day was named.
        if unit == TimeUnit::Month
            && let Some(month) = self.spoken_month
        {
            let date = month.checked_add(on.months()).ok()?;
            return Some(date.strftime("%Y-%m").to_string());
        }
        let from = self.spoken_day?.0;
        match unit {
            TimeUnit::Week => from.checked_add((on * 7).days()).ok().map(week),
            TimeUnit::Fortnight => from.checked_add((on * 14).days()).ok().map(week),
            TimeUnit::Month => {
                let date = from.first_of_month().checked_add(on.months()).ok()?;
                Some(date.strftime("%Y-%m").to_string())
            }
            TimeUnit::Year => Some((i64::from(from.year()) + on).to_string()),
            _ => None,
        }
    }
}

/// The value of an expression that needs no other. The others need a day to
/// count from, and have none here.
fn absolute(meaning: TimeMeaning) -> Option<String> {
    match meaning {
        TimeMeaning::Day(date) => Some(date.to_string()),
        TimeMeaning::Days(first, last) => Some(format!("{first}/{last}")),
        TimeMeaning::MonthOfYear(first) => Some(first.strftime("%Y-%m").to_string()),
        // One of two days: what is certain is the year.
        TimeMeaning::Either(date, _) => Some(format!("{:04}", date.year())),
        TimeMeaning::Present => Some("PRESENT_REF".to_owned()),
        TimeMeaning::Year(year) => Some(format!("{year:04}")),
        TimeMeaning::Years(first, last) => Some(format!("{first:04}/{last:04}")),
        TimeMeaning::Decade(decade) => Some(format!("{decade:03}")),
        TimeMeaning::Century(century) => Some(format!("{century:02}")),
        _ => None,
    }
}

/// What is written after the day; empty without a time of day.
fn time_code(expression: &TimeExpression) -> String {
    expression.time.map_or(String::new(), Time::code)
}

/// The first day of the month that a value of ours names: `2013-04`.
fn first_of_month(value: &str) -> Option<Date> {
    let (year, month) = value.split_once('-')?;
    Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()
}

/// The week as ISO 8601 counts it.
fn week(date: Date) -> String {
    date.strftime("%G-W%V").to_string()
}

/// The quarter of the calendar; fiscal years are not known.
fn quarter_of(date: Date) -> (i16, u8) {
    (date.year(), date.month().unsigned_abs().div_ceil(3))
}

/// The day of the week that is meant: the next one where the text looks ahead,
/// else the last, that of the publication included. *Next* and *last* are never
/// the day of publication itself.
///
/// Published on a Tuesday:
///
/// | text | day |
/// |---|---|
/// | Tuesday | that day |
/// | Monday | the day before |
/// | Monday, in a sentence that looks ahead | six days on |
/// | last Tuesday, next Tuesday | a week back, a week on |
/// | this Friday, of the past | four days back |
/// | this Friday, otherwise | three days on |
fn weekday(day: Date, weekday: Weekday, of: Anchor, tense: Tense) -> Option<Date> {
    let back = i64::from(day.weekday().since(weekday));
    let ahead = (7 - back) % 7;
    let on = match of {
        Anchor::Next => {
            if ahead == 0 {
                7
            } else {
                ahead
            }
        }
        Anchor::Last | Anchor::Before => {
            if back == 0 {
                -7
            } else {
                -back
            }
        }
        Anchor::This => {
            if tense == Tense::Past {
                -back
            } else {
                ahead
            }
        }
        _ if tense == Tense::Future => ahead,
        _ => -back,
    };
    day.checked_add(on.days()).ok()
}

/// The year of a day of the month: the nearest such day, unless the text says
/// that it looks the other way. Months count 31 days: it is a rough distance,
/// compared with two and with five or seven months.
fn year_of_day(published: Date, month: i8, day: i8, tense: Tense) -> i16 {
    let months = i16::from(month - published.month()) * 31 + i16::from(day - published.day());
    let year = published.year();
    match months {
        // Up to two months off: this year's, whatever the verbs.
        -62..=62 => year,
        ..-62 => {
            year + i16::from(tense == Tense::Future || (tense == Tense::Unclear && months < -217))
        }
        _ => year - i16::from(tense == Tense::Past || (tense == Tense::Unclear && months > 155)),
    }
}

/// The year of a quarter, half or season without one. A part lies ahead where
/// it begins after the month of publication, and is over where it ends before
/// it.
fn year_of_part(published: Date, part: PartOfYear, of: Anchor, tense: Tense) -> i16 {
    let (first, last) = match part {
        PartOfYear::Quarter(quarter) => (
            i8::try_from(quarter).unwrap_or(1) * 3 - 2,
            i8::try_from(quarter).unwrap_or(1) * 3,
        ),
        PartOfYear::Half(half) => (
            i8::try_from(half).unwrap_or(1) * 6 - 5,
            i8::try_from(half).unwrap_or(1) * 6,
        ),
        // The seasons of the northern half, in whole months.
        PartOfYear::Season(Season::Spring) => (3, 5),
        PartOfYear::Season(Season::Summer) => (6, 8),
        PartOfYear::Season(Season::Autumn) => (9, 11),
        PartOfYear::Season(Season::Winter) | PartOfYear::Weekend => (12, 12),
    };
    let (year, month) = (published.year(), published.month());
    let (is_ahead, is_over) = (first > month, last < month);
    match of {
        Anchor::Last | Anchor::Before => year - i16::from(!is_over),
        Anchor::Next => year + i16::from(!is_ahead),
        Anchor::BeforeLast => year - 1 - i16::from(!is_over),
        Anchor::AfterNext => year + 1 + i16::from(!is_ahead),
        Anchor::This => year,
        _ if tense == Tense::Future => year + i16::from(last < month - 5),
        // The quarter about to begin, but not one far ahead.
        _ => {
            year - i16::from(
                first > month + 4 || (is_ahead && tense == Tense::Past && first > month + 3),
            )
        }
    }
}

/// As TIMEX3 writes it.
fn season_code(season: Season) -> &'static str {
    match season {
        Season::Spring => "SP",
        Season::Summer => "SU",
        Season::Autumn => "FA",
        Season::Winter => "WI",
    }
}
