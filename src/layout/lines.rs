//! Joins the lines of a text to paragraphs.
//!
//! Hard-wrapped lines (wire copy, mail, scanned papers) go on with the line
//! before; rows of tables and what a speaker says begin anew, and so does the
//! leftover of a web page at the start of a paragraph. A divided word goes on
//! whatever else is true.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use memchr::{memchr, memchr2};

use super::boilerplate;
use crate::text::division;

/// The most blocks of an article; what follows belongs to the last. A text of
/// bullets alone would take twenty times its length, and no article of a
/// hundred megabytes has as many paragraphs.
pub(super) const MAX_BLOCKS: usize = 1 << 16;

/// Text whose longest line has at most this many characters is taken to be
/// hard-wrapped, as wire copy and mail are.
const MAX_WRAP_WIDTH: usize = 100;

/// A paragraph before it is classified.
pub(super) struct DraftParagraph {
    pub(super) span: Range<usize>,
    pub(super) is_item: bool,
    /// Starts with the `#` of a Markdown heading.
    pub(super) is_marked_heading: bool,
}

/// One line without its line end.
struct PageLine<'a> {
    /// Where it stands in the text, without the space around it.
    span: Range<usize>,
    /// Bytes of space before it.
    indent: usize,
    /// With the space before it, without that after it.
    text: &'a str,
}

impl<'a> PageLine<'a> {
    fn of(raw: &'a str, start: usize) -> PageLine<'a> {
        let text = raw.trim_end();
        let indent = text.len() - text.trim_start().len();
        PageLine {
            span: start + indent..start + text.len(),
            indent,
            text,
        }
    }

    fn trimmed(&self) -> &'a str {
        &self.text[self.indent..]
    }

    /// Its width in characters, with the space before it.
    fn width(&self) -> usize {
        if self.text.is_ascii() {
            self.text.len()
        } else {
            self.text.chars().count()
        }
    }
}

/// The lines of `text` that begin at `start` or later.
fn lines(text: &str, mut start: usize) -> impl Iterator<Item = PageLine<'_>> {
    // Old Macintosh files have no line feeds at all.
    let bytes = text.as_bytes();
    let has_feeds = memchr(b'\n', bytes).is_some();
    let end = if has_feeds { b'\n' } else { b'\r' };
    std::iter::from_fn(move || {
        let at = start;
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        start = at + memchr(end, rest).map_or(rest.len(), |feed| feed + 1);
        Some(PageLine::of(&text[at..start], at))
    })
}

/// Where a mark stands next that few lines have: looked for once for all lines
/// before it.
struct NextMark<'t> {
    text: &'t [u8],
    find: fn(&[u8]) -> Option<usize>,
    at: usize,
}

impl<'t> NextMark<'t> {
    fn of(text: &'t str, find: fn(&[u8]) -> Option<usize>) -> NextMark<'t> {
        let text = text.as_bytes();
        let at = find(text).unwrap_or(text.len());
        NextMark { text, find, at }
    }

    /// Whether the mark stands in a line, which is behind those asked before.
    fn is_in(&mut self, line: &Range<usize>) -> bool {
        if self.at < line.start {
            let next = (self.find)(&self.text[line.start..]);
            self.at = next.map_or(self.text.len(), |next| line.start + next);
        }
        self.at < line.end
    }
}

/// Joins the lines of `text` from `start` on to paragraphs.
///
/// A line goes on with the one before it when that one was broken because the
/// next word did not fit any more, or where a word is divided between the two;
/// a blank line, a bullet or a deeper indent starts a new paragraph. A row of a
/// table and a leftover of a page stand alone, and a speaker's name at the
/// start of a line begins what he says.
///
/// Lines are read twice or three times and not kept: a text of line ends alone
/// would take forty times its length.
pub(super) fn paragraphs(text: &str, start: usize) -> Vec<DraftParagraph> {
    let width = wrap_width(text, start);
    let mut paragraphs: Vec<DraftParagraph> = Vec::new();
    let mut previous: Option<PageLine<'_>> = None;
    // Whether nothing goes on with the last line.
    let mut is_closed = false;
    // Where the word goes on that the last line ends with. A page number may
    // lie before it.
    let mut divided_until = 0;
    let mut next_gap = NextMark::of(text, |bytes| GAP.find(bytes));
    let mut next_bar = NextMark::of(text, |bytes| memchr2(b'\t', b'|', bytes));
    let mut next_colon = NextMark::of(text, |bytes| memchr(b':', bytes));
    for line in lines(text, start) {
        let trimmed = line.trimmed();
        if trimmed.is_empty() {
            previous = None;
            continue;
        }
        let is_divided = line.span.start <= divided_until && divided_until > 0;
        divided_until = match division_end(text, &line) {
            Some(end) => end,
            None if is_divided => divided_until,
            None => 0,
        };
        let is_item = is_bullet(trimmed);
        // Where no line goes on with another, nothing has to stand alone.
        let mut may_be_row = || next_bar.is_in(&line.span) || next_gap.is_in(&line.span);
        let stands_alone =
            width.is_some() && (may_be_row() && is_row(trimmed) || boilerplate::is_byline(trimmed));
        let begins = is_item || stands_alone || is_closed || trimmed.starts_with('#');
        let was_open = previous.as_ref().filter(|_| !begins).is_some_and(|before| {
            line.indent <= before.indent
                && was_wrapped(before, trimmed, width)
                && !(next_colon.is_in(&line.span) && is_turn(before.trimmed(), trimmed))
        });
        let goes_on = is_divided || was_open;
        is_closed = stands_alone
            || (width.is_some()
                && !goes_on
                && (boilerplate::stands_alone(trimmed)
                    || (is_closed && boilerplate::is_section(trimmed))));
        let is_full = paragraphs.len() >= MAX_BLOCKS;
        match paragraphs.last_mut() {
            Some(open) if is_full || (goes_on && (is_divided || !open.is_marked_heading)) => {
                open.span.end = line.span.end;
            }
            _ => paragraphs.push(DraftParagraph {
                span: line.span.clone(),
                is_item,
                is_marked_heading: trimmed.starts_with('#'),
            }),
        }
        previous = Some(line);
    }
    paragraphs
}

/// Where the word goes on that is divided at the end of `line`.
fn division_end(text: &str, line: &PageLine<'_>) -> Option<usize> {
    // Nearly all lines end in a letter or a full stop.
    let ends_in = text.as_bytes().get(line.span.end.checked_sub(1)?)?;
    if ends_in.is_ascii() && *ends_in != b'-' {
        return None;
    }
    let last = text[line.span.clone()].chars().next_back()?;
    // Asked of the rest of the text: a page may end here.
    let division = division::at(text, line.span.end - last.len_utf8())?;
    Some(division.next)
}

/// The width that the lines were wrapped to, `None` if they were not. A word
/// that is longer than all other lines, such as the address of a page, could
/// not be wrapped and says nothing.
///
/// A headline may be longer than the lines below it. Then the width is that of
/// the lines that another one follows, if these are plainly wrapped.
fn wrap_width(text: &str, start: usize) -> Option<usize> {
    let (mut longest, mut longest_word, mut longest_followed) = (None, None, None);
    let mut ahead = lines(text, start).peekable();
    while let Some(line) = ahead.next() {
        let is_followed = ahead.peek().is_some_and(|next| !next.text.is_empty());
        let known = if is_followed {
            longest_followed
        } else {
            longest
        };
        if line.text.len() <= known.unwrap_or(0) {
            continue;
        }
        let width = Some(line.width());
        if !line.trimmed().contains(char::is_whitespace) {
            longest_word = longest_word.max(width);
            continue;
        }
        longest = longest.max(width);
        if is_followed {
            longest_followed = longest_followed.max(width);
        }
        if longest_followed > Some(MAX_WRAP_WIDTH) {
            return None;
        }
    }
    if let (Some(all), Some(followed)) = (longest, longest_followed)
        && followed * 5 < all * 4
        && are_wrapped(text, start, followed)
    {
        return Some(followed);
    }
    let width = longest.or(longest_word);
    width.filter(|width| *width <= MAX_WRAP_WIDTH)
}

/// The least width that typists wrap to.
const MIN_WRAP_WIDTH: usize = 36;

/// Whether the lines that another one follows are wrapped to `width`: most of
/// them are nearly as long.
fn are_wrapped(text: &str, start: usize, width: usize) -> bool {
    let (mut full, mut all) = (0, 0);
    let mut ahead = lines(text, start).peekable();
    while let Some(line) = ahead.next() {
        if ahead.peek().is_some_and(|next| !next.text.is_empty()) && !line.text.is_empty() {
            all += 1;
            full += usize::from(line.width() * 5 >= width * 4);
        }
    }
    width >= MIN_WRAP_WIDTH && full >= 4 && full * 4 >= all * 3
}

/// Whether the first word of `next` would not have fitted on `before`. Four
/// fifths of the width, because typists did not break at the same column.
fn was_wrapped(before: &PageLine<'_>, next: &str, width: Option<usize>) -> bool {
    let Some(width) = width else {
        return false;
    };
    let first_word = next.split_whitespace().next().unwrap_or("").chars().count();
    (before.width() + 1 + first_word) * 5 > width * 4
}

pub(super) fn is_bullet(line: &str) -> bool {
    // Nearly all lines begin with a letter or digit.
    if line.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return false;
    }
    ["• ", "•\t", "- ", "* ", "– ", "· ", "◦ ", "▪ "]
        .iter()
        .any(|mark| line.starts_with(mark))
}

/// Two spaces, which no line of prose has but after a full stop.
static GAP: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"  "));

/// The most bytes of a row of a table that has no bars.
const MAX_ROW: usize = 400;

/// Whether a line is a row of a table: cells with bars, tabs or wide gaps
/// between them. The two spaces after a full stop and the gaps of justified
/// lines make no cells.
pub(super) fn is_row(line: &str) -> bool {
    // Most lines have no such marks.
    let bytes = line.as_bytes();
    let has_gap = || GAP.find(bytes).is_some();
    if memchr2(b'\t', b'|', bytes).is_none() && !has_gap() {
        return false;
    }
    if line.starts_with('|') || line.matches(" | ").nth(1).is_some() {
        return true;
    }
    if line.len() > MAX_ROW {
        return false;
    }
    let (mut cells, mut wide, mut numbers) = (1, 0, 0);
    let mut rest = line;
    while let Some(gap) = rest.find(['\t', ' ']) {
        let cell = &rest[..gap];
        let after = rest[gap..].trim_start_matches([' ', '\t']);
        let space = &rest[gap..rest.len() - after.len()];
        let is_tab = space.contains('\t');
        // Blanks at a line end are no gap.
        let is_end = after.is_empty() || after.starts_with(['\n', '\r']);
        if (is_tab || space.len() >= 2)
            && !is_end
            && !cell.ends_with(['.', '!', '?', ':', '"', '”'])
        {
            cells += 1;
            wide += usize::from(is_tab || space.len() >= 4);
            numbers += usize::from(
                after.starts_with(|c: char| c.is_ascii_digit() || "$€£+-(".contains(c)),
            );
        }
        rest = after;
    }
    match cells {
        1 => false,
        2 => wide == 1,
        _ => wide * 2 >= cells || numbers * 3 >= cells,
    }
}

/// The most bytes of a speaker's name and office.
const MAX_SPEAKER: usize = 48;

/// Whether `line` begins what another speaker says: `Q: When?`, `MR. SMITH: No.`,
/// `President Obama: Yes.` What was said before is at its end.
fn is_turn(before: &str, line: &str) -> bool {
    let bytes = line.as_bytes();
    let colon = memchr(b':', &bytes[..bytes.len().min(MAX_SPEAKER)]);
    let Some(speaker) = colon.map(|colon| &line[..colon]) else {
        return false;
    };
    let is_closed = before.ends_with(['.', '!', '?', '"', '”', '’', ')', ']', '-', '—', '…']);
    let is_name = |word: &str| {
        word.starts_with(|c: char| c.is_uppercase() || c == '(')
            || matches!(
                word,
                "de" | "of" | "the" | "van" | "von" | "al" | "bin" | "and"
            )
    };
    let is_spoken = line[speaker.len() + 1..].starts_with(' ');
    is_closed
        && is_spoken
        && speaker.starts_with(char::is_uppercase)
        && speaker.split(' ').count() <= 6
        && speaker.split(' ').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found = paragraphs(text, 0);
        let found: Vec<String> = found
            .into_iter()
            .map(|paragraph| text[paragraph.span].replace('\n', "/"))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_divided_word_goes_on_whatever_the_width() {
        check(
            "The har-\nbour board of the town met on the pier in the rain.\n\nIt saw the govern-\n\n   12\n\nment there.",
            &[
                "The har-/bour board of the town met on the pier in the rain.",
                "It saw the govern-//   12//ment there.",
            ],
        );
        // Also where no line was wrapped.
        let long = "word ".repeat(30);
        let text = format!("{long}\nand the har-\nbour\n");
        assert_eq!(paragraphs(&text, 0).len(), 2);
    }

    #[test]
    fn rows_of_a_table_stand_alone() {
        check(
            "Year   Wheat   Corn\n1986   1,200   340\n1987   1,310   355\nThe year was good.",
            &[
                "Year   Wheat   Corn",
                "1986   1,200   340",
                "1987   1,310   355",
                "The year was good.",
            ],
        );
        check("| a | b |\n| c | d |", &["| a | b |", "| c | d |"]);
        check("Wheat\t12\nCorn\t14", &["Wheat\t12", "Corn\t14"]);
        // Two spaces after a full stop, and justified lines.
        check(
            "He  left the town.  She\nstayed  at home for  good.",
            &["He  left the town.  She/stayed  at home for  good."],
        );
    }

    #[test]
    fn an_authors_line_stands_alone() {
        check(
            "Harbour closes for winter\nBy Ana Bell\n13 April 2019\n",
            &["Harbour closes for winter", "By Ana Bell", "13 April 2019"],
        );
    }

    #[test]
    fn speakers_begin_anew() {
        check(
            "Q: When will the harbour open?\nA: On Friday, I was told there.\nMR. SMITH: Not before Monday, --\nPRESIDENT: No.",
            &[
                "Q: When will the harbour open?",
                "A: On Friday, I was told there.",
                "MR. SMITH: Not before Monday, --",
                "PRESIDENT: No.",
            ],
        );
        check(
            "He said so to the men of\nMoscow: the talks go on.",
            &["He said so to the men of/Moscow: the talks go on."],
        );
    }

    #[test]
    fn a_long_headline_does_not_undo_the_lines_below() {
        let line = "The harbour board met on the pier in the rain\n".repeat(6);
        let text = format!("{}\n\n{line}", "A headline of many words ".repeat(4).trim());
        assert_eq!(paragraphs(&text, 0).len(), 2);
        // A list of links is none.
        let links = "Latest news\nMost read here\nBy Jane Doe\nSport\nNews\nMore\n";
        let text = format!(
            "{}\n\n{links}",
            "A headline of many words ".repeat(4).trim()
        );
        assert_eq!(paragraphs(&text, 0).len(), 7);
    }
}
