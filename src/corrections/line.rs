//! Reads one line of the owner's file.

use crate::extract::Published;
use crate::gazetteer::countries;

/// What a correction does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    /// The person is called so.
    Rename(String),
    /// There is no such person.
    Hide,
    /// The article was published then, in ISO 8601.
    Date(String),
    /// The article is about the countries with these codes, and no others.
    Countries(Vec<String>),
    /// Dates without a year are of this one.
    Year(i16),
}

/// The kinds of corrections, as they are written before the colon.
const KINDS: &str = "person, date, countries or year";

/// Why a line is wrong, and what to do.
pub(super) type Trouble = (String, &'static str);

/// A comment begins with `#` at the start of a line or after white space.
pub(super) fn without_comment(line: &str) -> &str {
    let starts = |at: &usize| line[..*at].ends_with(char::is_whitespace) || *at == 0;
    let comment = line.match_indices('#').map(|(at, _)| at).find(starts);
    &line[..comment.unwrap_or(line.len())]
}

/// What a line is about, and what it does.
pub(super) fn read_line(line: &str) -> Result<(String, Action), Trouble> {
    let (kind, rest) = kind(line)?;
    let (subject, value) = rest.rsplit_once('=').ok_or_else(|| {
        (
            "it has no “=”".to_owned(),
            "write what was found, “=” and the correct value, such as `Xi = Xi Jinping`",
        )
    })?;
    let (subject, value) = (subject.trim(), value.trim());
    if subject.is_empty() || value.is_empty() {
        let side = if subject.is_empty() {
            "before"
        } else {
            "after"
        };
        return Err((
            format!("nothing {side} “=”"),
            "fill in both sides; `-` on the right hides a person",
        ));
    }
    let action = match kind {
        "person" => return person(subject, value),
        "date" => date(value)?,
        "year" => Action::Year(year(value)?),
        _ => countries(value)?,
    };
    let path = subject.strip_prefix("./").unwrap_or(subject);
    Ok((path.to_owned(), action))
}

/// The kind before the colon, and the rest; a line without is about a person.
fn kind(line: &str) -> Result<(&'static str, &str), Trouble> {
    let Some((name, rest)) = line.split_once(':') else {
        return Ok(("person", line));
    };
    let kind = match name.trim().to_ascii_lowercase().as_str() {
        "person" | "people" => "person",
        "date" | "dates" => "date",
        "country" | "countries" => "countries",
        "year" | "years" => "year",
        other => {
            let is_word = !other.is_empty() && other.chars().all(char::is_alphabetic);
            if is_word && rest.starts_with(' ') {
                let why = format!("unknown kind “{other}”: expected {KINDS}");
                return Err((why, "start the line with one of them, or with a name"));
            }
            return Ok(("person", line));
        }
    };
    Ok((kind, rest))
}

fn person(subject: &str, value: &str) -> Result<(String, Action), Trouble> {
    let is_name = |name: &str| name.contains(char::is_alphabetic);
    if value == "-" && is_name(subject) {
        return Ok((subject.to_owned(), Action::Hide));
    }
    if Published::stated(value).is_some() || subject.contains('/') {
        return Err((
            format!("“{subject}” looks like an article, but the line has no kind"),
            "start the line with `date:` or `countries:`",
        ));
    }
    let wrong = [subject, value].into_iter().find(|name| !is_name(name));
    match wrong {
        Some(wrong) => Err((
            format!("invalid name “{wrong}”"),
            "write a person's name, or `-` on the right to hide one",
        )),
        None => Ok((subject.to_owned(), Action::Rename(value.to_owned()))),
    }
}

fn date(value: &str) -> Result<Action, Trouble> {
    Published::stated(value)
        .map(|_| Action::Date(value.to_owned()))
        .ok_or_else(|| {
            (
                format!("invalid date “{value}”"),
                "expected 2013-05-20, 2013-05 or 2013",
            )
        })
}

fn year(value: &str) -> Result<i16, Trouble> {
    assumable_year(value).ok_or_else(|| {
        (
            format!("invalid year “{value}”"),
            "expected four digits, such as 1987",
        )
    })
}

/// A year that may be assumed: four digits.
pub fn assumable_year(text: &str) -> Option<i16> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_year.then(|| text.parse().ok()).flatten()
}

fn countries(value: &str) -> Result<Action, Trouble> {
    if value == "-" || value.eq_ignore_ascii_case("none") {
        return Ok(Action::Countries(Vec::new()));
    }
    let names = value.split(',').map(str::trim);
    let code = |name: &str| {
        countries::code_of(name).map(str::to_owned).ok_or_else(|| {
            (
                format!("unknown country “{name}”"),
                "expected codes or names separated by commas, such as `US, RU`, or `-` for none",
            )
        })
    };
    let mut codes: Vec<String> = names.map(code).collect::<Result<_, _>>()?;
    codes.sort_unstable();
    codes.dedup();
    Ok(Action::Countries(codes))
}
