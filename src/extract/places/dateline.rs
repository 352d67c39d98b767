//! The dateline of a wire story: `SAO PAULO, March 3 -`, `Beijing (Reuters) —`.
//!
//! Responsible for saying where the dateline of a paragraph ends. Whatever
//! country its words name is the one the story comes from.

use crate::text::calendar;

/// A dateline ends within so many bytes.
const LONGEST: usize = 90;

/// How far the report after a dateline is looked at, in characters: it has
/// small letters, which a headline in capitals has not.
const REPORT: usize = 120;

/// Agencies as they stand in brackets, in capitals.
const AGENCIES: [&str; 14] = [
    "REUTERS",
    "REUTER",
    "AP",
    "AFP",
    "UPI",
    "DPA",
    "XINHUA",
    "TASS",
    "CNN",
    "IPS",
    "PTI",
    "ANI",
    "KYODO",
    "BLOOMBERG",
];

/// Words in small letters that the name of a place may hold.
const SMALL_WORDS: [&str; 12] = [
    "de", "da", "do", "del", "la", "el", "al", "of", "and", "the", "sur", "upon",
];

/// What closes a dateline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DatelineMark {
    /// `-`, which also stands between any two parts of a sentence.
    Hyphen,
    /// `--`, `–`, `—`.
    Dash,
    /// `(Reuters)`, `(AP)`, `(May 5, 2021)`.
    Brackets,
    /// `:`
    Colon,
}

/// Where the dateline that `paragraph` opens with ends, 0 if there is none.
///
/// `paragraph` has single spaces. After a place in capitals any mark does; a
/// place in small letters needs a long dash, an agency or a date as well,
/// since "Russia - a riddle" opens no report.
pub(super) fn end(paragraph: &str) -> usize {
    let opening = &paragraph[..paragraph.floor_char_boundary(LONGEST)];
    let Some((at, mark)) = first_mark(opening) else {
        return 0;
    };
    let (place, after) = paragraph.split_at(at);
    let first = place.split([' ', ',']).next().unwrap_or("");
    let has_date = place.split([' ', ',', '.', '/']).any(is_month);
    let in_capitals = first.len() > 1
        && !first.contains(char::is_lowercase)
        && (has_date || after.chars().take(REPORT).any(char::is_lowercase));
    let is_sure = has_date || matches!(mark, DatelineMark::Dash | DatelineMark::Brackets);
    let fits = first.starts_with(char::is_uppercase)
        && (in_capitals || is_sure)
        && place.split(' ').all(may_stand_in_one);
    if fits { at } else { 0 }
}

/// The first mark that may close a dateline, and where it stands.
fn first_mark(opening: &str) -> Option<(usize, DatelineMark)> {
    let mut previous = ' ';
    for (at, c) in opening.char_indices() {
        let after = &opening[at + c.len_utf8()..];
        let ends_word = after.is_empty() || after.starts_with(' ');
        let mark = match c {
            '–' | '—' => Some(DatelineMark::Dash),
            '-' if after.starts_with('-') => Some(DatelineMark::Dash),
            '-' if ends_word => Some(DatelineMark::Hyphen),
            ':' if ends_word => Some(DatelineMark::Colon),
            '(' if is_agency_or_date(after) => Some(DatelineMark::Brackets),
            '(' => return None,
            '.' | '!' | '?' if ends_word && previous.is_lowercase() && !is_short(opening, at) => {
                return None;
            }
            _ => None,
        };
        if let Some(mark) = mark {
            return Some((at, mark));
        }
        previous = c;
    }
    None
}

/// Whether the full stop at `at` ends a short form, as in "Calif." or "Feb.".
fn is_short(opening: &str, at: usize) -> bool {
    let word = opening[..at].rsplit(' ').next().unwrap_or("");
    word.len() <= 5
}

fn is_agency_or_date(after_bracket: &str) -> bool {
    let inside = after_bracket.split(')').next().unwrap_or("").trim();
    let first = inside.split([' ', '/']).next().unwrap_or("");
    let is_first = |agency: &str| agency.eq_ignore_ascii_case(first);
    AGENCIES.iter().any(|agency| is_first(agency)) || inside.split([' ', ',']).any(is_month)
}

/// Whether a word may stand between the start of a dateline and its mark.
fn may_stand_in_one(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    bare.is_empty()
        || bare.starts_with(char::is_uppercase)
        || bare.starts_with(|c: char| c.is_ascii_digit())
        || SMALL_WORDS.contains(&bare)
}

/// Whether a word names a month, in full or cut to three letters or more.
fn is_month(word: &str) -> bool {
    word.len() >= 3
        && calendar::MONTHS.iter().any(|month| {
            let start = month.get(..word.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paragraph: &str, expected: &str) {
        assert_eq!(&paragraph[..end(paragraph)], expected, "{paragraph}");
    }

    #[test]
    fn a_dateline_ends_before_its_mark() {
        check("SAO PAULO, March 3 - Rain fell.", "SAO PAULO, March 3 ");
        check("TAIPEI, Feb 26 -", "TAIPEI, Feb 26 ");
        check("MOSCOW — The envoy left.", "MOSCOW ");
        check("BEIJING (Reuters) - They met.", "BEIJING ");
        check("Beijing (Reuters) – They met.", "Beijing ");
        check("KIGALI: The bank paid.", "KIGALI");
        check(
            "CALGARY, Alberta, April 2- Oil fell.",
            "CALGARY, Alberta, April 2",
        );
        check("Lima, 5 May: Rain fell.", "Lima, 5 May");
        check("BERGEN, Norway -- Ships left.", "BERGEN, Norway ");
        check("SALEM, Ore. (AP) — A court ruled.", "SALEM, Ore. ");
        check("Oslo (May 5, 2021): It snowed.", "Oslo ");
    }

    #[test]
    fn other_openings_are_no_datelines() {
        check("Russia - a riddle to all - has spoken.", "");
        check("RUSSIA - A RIDDLE TO ALL", "");
        check("Talks: what the ministers said", "");
        check("He left Oslo on Friday. Then - at last - snow.", "");
        check("The ministers met in Oslo — again.", "");
        check("", "");
        check("-", "");
        check("Peru (the country) is large.", "");
    }

    #[test]
    fn no_long_line_is_read_to_its_end() {
        let line = "É".repeat(2_000_000);
        assert_eq!(end(&line), 0);
    }
}
