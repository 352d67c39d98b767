//! Scores dates: when articles were published, and the dates they mention.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;
use std::time::Instant;

use anyhow::{Context, Result};
use cybersearch::article::{Article, Metadata};
use cybersearch::extract::{self, Extraction, Published};
use cybersearch::layout::Layout;
use jiff::civil::Date;
use serde_json::Value;

use crate::tally::{self, Tally, row, share};

pub(crate) fn score(eval: &Path) -> Result<()> {
    for set in ["dates/wikinews.jsonl", "countries/reuters-odd.jsonl"] {
        if let Some(records) = records(eval, set)? {
            row(set, "dates, published", published(&records));
            row(set, "dates alone, one core", speed(&records));
        }
    }
    for set in ["dates/timebank.jsonl"] {
        if let Some(records) = records(eval, set)? {
            mentioned(set, &records)?;
        }
    }
    Ok(())
}

/// The records of a set, `None` when there is no such set.
fn records(eval: &Path, set: &str) -> Result<Option<Vec<Value>>> {
    let Some(lines) = tally::set(eval, set)? else {
        return Ok(None);
    };
    let read = lines.lines().map(serde_json::from_str);
    Ok(Some(
        read.collect::<Result<_, _>>()
            .with_context(|| format!("cannot read {set}"))?,
    ))
}

fn field<'a>(record: &'a Value, name: &str) -> &'a str {
    record[name].as_str().unwrap_or_default()
}

fn is_verbose() -> bool {
    std::env::var_os("SCORE_ERRORS").is_some()
}

/// How fast dates are found where the layout is known and people and countries
/// are not asked for: the fastest of five passes.
fn speed(records: &[Value]) -> String {
    let articles: Vec<(Article, Layout)> = records
        .iter()
        .map(|record| {
            let article = article(field(record, "text"), None);
            let layout = article.layout();
            (article, layout)
        })
        .collect();
    let bytes: usize = articles.iter().map(|(article, _)| article.text.len()).sum();
    let pass = || {
        let start = Instant::now();
        for (article, layout) in &articles {
            std::hint::black_box(extract::extract(article, layout));
        }
        start.elapsed().as_secs_f64()
    };
    let best = (0..5).map(|_| pass()).fold(f64::MAX, f64::min);
    #[allow(clippy::cast_precision_loss, reason = "a few megabytes")]
    let speed = bytes as f64 / 1e6 / best;
    format!("{speed:.0} MB/s")
}

fn extraction(text: &str, date: Option<&str>) -> Extraction {
    let article = article(text, date);
    extract::extract(&article, &article.layout())
}

/// An article whose people and countries are given, so that dates alone are
/// looked for.
fn article(text: &str, date: Option<&str>) -> Article {
    Article {
        text: text.to_owned(),
        metadata: Metadata {
            date: date.map(str::to_owned),
            people: Some(Vec::new()),
            countries: Some(Vec::new()),
            ..Metadata::default()
        },
        ..Article::default()
    }
}

/// How a publication date found compares with the true one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// The day, or the day of an unknown year.
    Right,
    /// True, but less than the day: a bound, a month.
    Partly,
    Wrong,
    Unanswered,
}

/// Counts the verdicts on texts without any statement beside them.
fn published(records: &[Value]) -> String {
    let mut verdicts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut ahead = 0;
    for record in records {
        let (text, day) = (field(record, "text"), field(record, "date"));
        let found = extraction(text, None).published;
        let verdict = judge(&found, day);
        *verdicts.entry(verdict).or_default() += 1;
        ahead += usize::from(verdict == Verdict::Wrong && is_day_ahead(&found, day));
        if is_verbose() && verdict != Verdict::Right {
            let start: String = text.chars().take(160).collect();
            println!(
                "{verdict:?} {} {:?} for {day}: {start:?}",
                field(record, "id"),
                found.value
            );
        }
    }
    let of = |verdict| verdicts.get(&verdict).copied().unwrap_or(0);
    let (right, wrong) = (of(Verdict::Right), of(Verdict::Wrong));
    format!(
        "right {right}  partly {}  wrong {wrong} ({:.2} %; {:.2} % without the {ahead} a day ahead)  unanswered {}",
        of(Verdict::Partly),
        share(wrong, right + wrong + of(Verdict::Partly)),
        share(wrong - ahead, right + wrong + of(Verdict::Partly)),
        of(Verdict::Unanswered)
    )
}

/// Whether the answer is the day after: where the sun rises earlier it is that
/// day already when a record of another place still says the day before.
fn is_day_ahead(found: &Published, day: &str) -> bool {
    let next = Date::from_str(day).and_then(Date::tomorrow);
    let value = found.value.as_deref().unwrap_or_default();
    next.is_ok_and(|next| {
        let next = next.to_string();
        value == next || value.strip_prefix("XXXX") == Some(&next[4..])
    })
}

fn judge(found: &Published, day: &str) -> Verdict {
    let Some(value) = &found.value else {
        return Verdict::Unanswered;
    };
    let without_year = value.strip_prefix("XXXX").map(|rest| (rest, &day[4..]));
    if value.starts_with(day) || without_year.is_some_and(|(found, day)| found == day) {
        return Verdict::Right;
    }
    let is_inside = found
        .earliest
        .is_some_and(|first| *first.to_string() <= *day)
        && found.latest.is_none_or(|last| *day <= *last.to_string());
    if is_inside || without_year.is_some_and(|(found, day)| day.starts_with(found)) {
        return Verdict::Partly;
    }
    Verdict::Wrong
}

/// A date or time of the gold or of ours.
struct Timex {
    span: Range<usize>,
    value: Option<String>,
}

/// Scores spans that overlap, and the values of those that do.
fn mentioned(set: &str, records: &[Value]) -> Result<()> {
    let mut spans = Tally::default();
    // Right and all: of calendar values, and of every value.
    let (mut calendar, mut every) = ((0, 0), (0, 0));
    for record in records {
        let (text, written) = (field(record, "text"), field(record, "dct"));
        let gold = gold(record).with_context(|| format!("cannot read {set}"))?;
        let found: Vec<Timex> = extraction(text, Some(written))
            .dates
            .into_iter()
            .map(|date| Timex {
                span: date.mention.start..date.mention.end,
                value: date.value,
            })
            .collect();
        let pairs = pair(&gold, &found);
        let right = pairs.iter().filter(|pair| pair.is_some()).count();
        spans.right += right;
        spans.missed += gold.len() - right;
        spans.wrong += found.len() - right;
        for (gold, pair) in gold.iter().zip(&pairs) {
            let Some(at) = pair else {
                show("-", text, &gold.span, gold.value.as_deref(), "");
                continue;
            };
            let value = found[*at].value.as_deref();
            let is_calendar = gold
                .value
                .as_ref()
                .is_some_and(|value| value.starts_with(|c: char| c.is_ascii_digit()));
            let is_right = value == gold.value.as_deref() || (value.is_none() && !is_calendar);
            every = (every.0 + usize::from(is_right), every.1 + 1);
            if is_calendar {
                calendar = (calendar.0 + usize::from(is_right), calendar.1 + 1);
            }
            if !is_right {
                show(
                    "=",
                    text,
                    &gold.span,
                    gold.value.as_deref(),
                    &format!("{value:?} {written}"),
                );
            }
        }
        for (at, date) in found.iter().enumerate() {
            if !pairs.contains(&Some(at)) {
                show("+", text, &date.span, date.value.as_deref(), "");
            }
        }
    }
    row(set, "dates, mentioned: relaxed span", spans);
    row(set, "dates, mentioned: calendar value", percent(calendar));
    row(set, "dates, mentioned: any value", percent(every));
    Ok(())
}

fn percent((right, all): (usize, usize)) -> String {
    format!("right {:5.1} % of {all}", share(right, all))
}

/// The dates and times of a gold record; durations and sets are none.
fn gold(record: &Value) -> Option<Vec<Timex>> {
    let is_date = |timex: &&Value| matches!(field(timex, "type"), "DATE" | "TIME");
    let text = field(record, "text");
    // The gold counts characters.
    let offsets: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let offset = |timex: &Value, name| {
        let at = usize::try_from(timex[name].as_u64()?).ok()?;
        offsets.get(at).copied()
    };
    let gold = record["timex"].as_array()?.iter().filter(is_date);
    gold.map(|timex| {
        Some(Timex {
            span: offset(timex, "start")?..offset(timex, "end")?,
            value: Some(field(timex, "value").to_owned()),
        })
    })
    .collect()
}

/// For each of the gold the first of ours that overlaps it and is not taken.
fn pair(gold: &[Timex], found: &[Timex]) -> Vec<Option<usize>> {
    let mut taken = vec![false; found.len()];
    gold.iter()
        .map(|gold| {
            let at = found.iter().enumerate().position(|(at, date)| {
                !taken[at] && date.span.start < gold.span.end && gold.span.start < date.span.end
            })?;
            taken[at] = true;
            Some(at)
        })
        .collect()
}

/// Prints one error with the words around it, when asked to.
fn show(mark: &str, text: &str, span: &Range<usize>, value: Option<&str>, note: &str) {
    if !is_verbose() {
        return;
    }
    let from = text.floor_char_boundary(span.start.saturating_sub(60));
    let to = text.ceil_char_boundary((span.end + 40).min(text.len()));
    let (before, after) = (&text[from..span.start], &text[span.end..to]);
    let line = format!("{before}[[{}]]{after}", &text[span.clone()]);
    println!(
        "{mark} {} {note}: {}",
        value.unwrap_or("null"),
        line.replace('\n', " | ")
    );
}
