//! Records of Factiva without codes: which of a few lines is what.
//!
//! Below the length stands the day, below that the newspaper, which is known from
//! its code, and that from the accession number. Of the lines above, a page's
//! markup tells headline and author ([`Hints`]); without it, the headline is the
//! only one, or the second of two or three. The publisher stands between text and
//! accession number, and is told from a paragraph by being no sentence.
//!
//! Example: of `Ports`, `Cranes stand still`, `By Ann Lee`, `9 words`, the second
//! is the headline.

use std::ops::Range;

use super::{Hints, letters};
use crate::source::split::days;
use crate::source::split::labels::Field;
use crate::source::split::lines::{PageLines, is_copyright};
use crate::source::split::record::Found;

/// Reads a record without codes, whose length stands on the line `length`.
pub(super) fn plain(
    page: &PageLines<'_>,
    range: &Range<usize>,
    length: usize,
    hints: Option<&Hints>,
    found: &mut Found,
) {
    let last = range.end.saturating_sub(1).max(length);
    let start = head_start(range.start, length);
    found.start = page.lines[start].start;
    read_above(page, start, length, hints, found);
    found.set(Field::Other("length"), page.joined(length, length + 1));
    let mut at = length + 1;
    for line in length + 1..(length + 3).min(last) {
        if let Some(day) = days::read(page.lines[line].text) {
            found.set_day(day, page.lines[line].start);
            at = line + 1;
            break;
        }
    }
    let body = read_below(page, at, last, hints, found).min(last);
    let end = body_end(page, body, last, hints);
    if end < last {
        found.keep("publisher", page.joined(end, last));
    }
    found.body = page.stretch(body..end, range.start..at);
}

/// The first line that may belong to the head of a record without codes: there
/// are no more than a few above the length.
fn head_start(first: usize, length: usize) -> usize {
    /// Section, headline, author and what else stands there.
    const MOST: usize = 8;
    first.max(length.saturating_sub(MOST))
}

/// Reads the lines above the length: section, headline, author.
fn read_above(
    page: &PageLines<'_>,
    start: usize,
    length: usize,
    hints: Option<&Hints>,
    found: &mut Found,
) {
    let (mut headline, mut author) = (None, None);
    if let Some(hints) = hints {
        headline = find_text(page, start, length, &hints.headline);
        author = find_text(page, start, length, &hints.author);
    }
    let headline = headline.unwrap_or_else(|| guess_headline(page, start, length));
    if author.is_none() && hints.is_none() && headline.1 < length {
        author = Some((headline.1, headline.1 + 1));
    }
    found.start = page
        .lines
        .get(headline.0)
        .map_or(found.start, |line| line.start);
    if headline.0 > start {
        let section = headline.0 - 1;
        // Above the section lies the page's own head.
        found.start = page.lines[section].start;
        found.set(Field::Other("section"), page.joined(section, section + 1));
    }
    found.set(Field::Title, page.joined(headline.0, headline.1));
    if let Some((from, to)) = author {
        found.set(Field::Author, page.joined(from, to));
    }
    let rest = author.map_or(headline.1, |(_, to)| to).max(headline.1);
    if rest < length {
        found.set(Field::Other("credit"), page.joined(rest, length));
    }
}

/// The lines from `from` to `to` that have this text, without white space.
fn find_text(page: &PageLines<'_>, from: usize, to: usize, text: &str) -> Option<(usize, usize)> {
    if text.is_empty() {
        return None;
    }
    (from..to).rev().find_map(|start| {
        let mut rest = text;
        for at in start..to {
            rest = rest.strip_prefix(&*letters(page.lines[at].text))?;
            if rest.is_empty() {
                return Some((start, at + 1));
            }
        }
        None
    })
}

/// The headline of a few lines of which nothing is known: the only one; of two
/// the second, unless it is a byline; else the second.
fn guess_headline(page: &PageLines<'_>, start: usize, length: usize) -> (usize, usize) {
    let count = length - start;
    let is_byline = |at: usize| {
        let line = page.lines[at].text;
        ["By ", "BY ", "Von ", "Par "]
            .iter()
            .any(|by| line.starts_with(by))
    };
    let at = match count {
        0 | 1 => start,
        2 if is_byline(start + 1) => start,
        2 => start + 1,
        // The lines nearest to the length; what is above belongs to the page.
        _ if is_byline(length - 1) => length - 2,
        3 => start + 1,
        _ => length - 2,
    };
    (at, (at + 1).min(length.max(at)))
}

/// Reads the lines below the day: newspaper, code, edition, page, language,
/// copyright; says with which line the text begins.
fn read_below(
    page: &PageLines<'_>,
    from: usize,
    last: usize,
    hints: Option<&Hints>,
    found: &mut Found,
) -> usize {
    /// So many lines at most.
    const MOST: usize = 14;
    let limit = last.min(from + MOST);
    let number = found.accession.clone().unwrap_or_default();
    let copyright = (from..limit).find(|at| is_copyright(page.lines[*at].text));
    let code = (from..limit).find(|at| {
        let text = page.lines[*at].text;
        let is_code = (2..=8).contains(&text.len()) && !text.contains(char::is_whitespace);
        is_code && number.starts_with(text)
    });
    let after_copyright = copyright.map(|at| at + 1);
    let least = after_copyright.or(code.map(|at| at + 1)).unwrap_or(from);
    let body = (least..limit)
        .find(|at| is_lead(page.lines[*at].text, hints))
        .or(after_copyright)
        .or_else(|| code.map(|at| (at + 3).min(limit)))
        .unwrap_or(from);
    let source = match code {
        Some(code) if code > from => Some(code - 1),
        _ => Some(from).filter(|at| *at < body),
    };
    if let Some(at) = source {
        found.set(Field::Source, page.joined(at, at + 1));
    }
    for at in from..source.unwrap_or(from) {
        found.set(Field::Other("time"), page.joined(at, at + 1));
    }
    if let Some(code) = code.filter(|code| *code < body) {
        read_behind_code(page, code, copyright, body, found);
    }
    body
}

/// Whether a line begins the first paragraph of the text.
fn is_lead(line: &str, hints: Option<&Hints>) -> bool {
    let lead = hints.map_or("", |hints| hints.lead.as_str());
    let line = letters(line);
    !lead.is_empty() && !line.is_empty() && (lead.starts_with(&line) || line.starts_with(lead))
}

/// Reads the lines from the code of the newspaper to the text: edition, page,
/// language, copyright.
fn read_behind_code(
    page: &PageLines<'_>,
    code: usize,
    copyright: Option<usize>,
    body: usize,
    found: &mut Found,
) {
    found.set(Field::Other("source_code"), page.joined(code, code + 1));
    let notice = copyright.unwrap_or(body.saturating_sub(1));
    let notice = notice.clamp(code + 1, body);
    if notice < body {
        found.set(Field::Other("copyright"), page.joined(notice, body));
    }
    let Some(language) = notice.checked_sub(1).filter(|at| *at > code) else {
        return;
    };
    found.set(
        Field::Other("language"),
        page.joined(language, language + 1),
    );
    for at in code + 1..language {
        let line = page.lines[at].text;
        let key = if is_time(line) {
            "time"
        } else if at + 1 == language && line.len() <= 12 {
            "page"
        } else {
            "edition"
        };
        found.set(Field::Other(key), page.joined(at, at + 1));
    }
}

/// Whether a line is a time of day: `15:32`, `11:21:59`.
fn is_time(line: &str) -> bool {
    line.len() >= 4
        && line.len() <= 8
        && line.contains(':')
        && line
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b':')
}

/// The line with which the body ends: before the publisher, which is no
/// sentence.
fn body_end(page: &PageLines<'_>, body: usize, last: usize, hints: Option<&Hints>) -> usize {
    let Some(publisher) = last.checked_sub(1).filter(|at| *at > body) else {
        return last;
    };
    let line = page.lines[publisher].text;
    let is_told = hints.is_some_and(|hints| letters(line) == hints.publisher);
    let is_sentence = line.ends_with(['.', '!', '?', '"', '”', '。']) && !is_firm(line);
    let is_note = line.ends_with(')') && !is_told;
    if line.len() <= 90 && !is_sentence && !is_note {
        publisher
    } else {
        last
    }
}

/// Whether a line ends as the name of a firm does.
fn is_firm(line: &str) -> bool {
    ["Inc.", "Ltd.", "Co.", "Corp.", "plc.", "S.A.", "LLC."]
        .iter()
        .any(|end| line.ends_with(end))
}
