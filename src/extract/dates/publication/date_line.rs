//! Tells a line that dates the article from a line of the story.
//!
//! The layout knows lines of nothing but a date. Here those are taken out that
//! stand inside a sentence, which a hard line end may cut before its date:
//! *… was opened in the old port on / 19 September 2011. / More houses …*. And
//! lines are added that say more than a date and still do nothing but date the
//! article: an author's, a press release's, one with a label.
//!
//! A sentence is known by what stands next to the line: a word before it that
//! cannot end a line by itself (*on*, *of*, *and*), a small letter behind it, or
//! a full stop of its own on a line that goes on from the one before.
//!
//! Other lines are read word by word. Every word must be one of a date, of a
//! label, of a release or of an author's name, so that the first word of any
//! other kind ends it; a story's lines are turned away after one or two.
//!
//! Cost: a glance at most lines, at most 160 bytes of a few at the top and the
//! end.

use super::super::token::is_blank;
use crate::extract::ParsedArticle;
use crate::layout::BlockKind;
use crate::text::after_head;
use crate::text::calendar;

use super::sentences::last_word;

/// The most bytes of a line with an author or a label. A longer one is a
/// paragraph.
const MAX_LINE: usize = 160;

/// Lines that date an article stand among so many blocks at the start, or among
/// so many at the end. A date in between belongs to the story, or to the page
/// that it was printed on.
const TOP: usize = 12;
const END: usize = 3;

/// The most words of an author's name and office.
const MAX_NAME: usize = 12;

/// Words that few lines end with unless their sentence goes on.
const GOES_ON: [&str; 24] = [
    "on", "of", "the", "in", "since", "until", "till", "by", "from", "to", "at", "between", "for",
    "dated", "after", "before", "and", "or", "than", "through", "with", "around", "a", "an",
];

/// Words that say what a date is, or that it is one.
const LABELS: [&str; 24] = [
    "published",
    "publication",
    "publish",
    "pub",
    "posted",
    "post",
    "updated",
    "update",
    "modified",
    "edited",
    "filed",
    "issued",
    "dated",
    "date",
    "created",
    "submitted",
    "revised",
    "amended",
    "corrected",
    "changed",
    "reviewed",
    "first",
    "last",
    "release",
];

/// Words between the parts of a date, and its time of day.
const BETWEEN: [&str; 28] = [
    "am", "pm", "a.m", "p.m", "at", "on", "of", "the", "gmt", "utc", "est", "edt", "cst", "cdt",
    "mst", "mdt", "pst", "pdt", "et", "pt", "bst", "cet", "cest", "ist", "jst", "z", "hrs", "noon",
];

/// Phrases that head a release, in small letters.
const RELEASES: [&str; 10] = [
    "strictly embargoed until",
    "embargoed until",
    "embargoed for",
    "embargo until",
    "for immediate release",
    "for release",
    "press release",
    "news release",
    "media release",
    "immediate release",
];

/// Words of an author's line in small letters.
const OFFICES: [&str; 26] = [
    "and",
    "of",
    "for",
    "the",
    "in",
    "de",
    "van",
    "von",
    "der",
    "bin",
    "al",
    "la",
    "staff",
    "writer",
    "reporter",
    "correspondent",
    "editor",
    "senior",
    "chief",
    "special",
    "contributor",
    "political",
    "business",
    "sports",
    "science",
    "columnist",
];

/// Whether the block at `index` does nothing but date the article.
///
/// | line | dates it? |
/// |---|---|
/// | May 14, 2013 / 11:41 PM | yes: the layout says so |
/// | FOR IMMEDIATE RELEASE April 13, 2019 | yes |
/// | By Jane Doe, Staff Writer April 13, 2019 \| 5:00 AM | yes |
/// | Posted on 13 April 2019 by Admin | yes |
/// | Geneva, 13 April 2019 | yes, below the headline |
/// | News \| April 13, 2019 \| 3 min read | yes, below the headline |
/// | On 21 September 1981 | no: a sentence begins |
/// | By May 14, 2013 they left, he said. | no |
pub(in crate::extract::dates) fn is_date_line(page: &ParsedArticle<'_>, index: usize) -> bool {
    let block = &page.layout.blocks[index];
    let line = &page.text[block.span.clone()];
    if block.kind == BlockKind::Header {
        return !is_day_of_event(line) && !is_in_sentence(page, index);
    }
    // One that dates the article stands above or below the story.
    let is_outside = index < TOP || index + END >= page.layout.blocks.len();
    is_outside
        && line.len() <= MAX_LINE
        // Most paragraphs are turned away here.
        && (!line.ends_with('.') || line.ends_with(".m."))
        && line.contains(|c: char| c.is_ascii_digit())
        && (reads_as_one(line)
            || (block.kind != BlockKind::Headline && (has_sender(line) || is_in_fields(line))))
        && !is_in_sentence(page, index)
}

/// Whether a line is a day without a year and without a label: *Saturday, 26
/// February*. It may be the day of what the story is about.
fn is_day_of_event(line: &str) -> bool {
    if line.contains(':') {
        return false;
    }
    let mut has_month = false;
    for (_, word) in line_words(line) {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        match line_word(word) {
            LineWord::Date if digits > 2 => return false,
            LineWord::Date if digits > 0 => {}
            LineWord::Date => has_month |= calendar::weekday(&word.to_lowercase()).is_none(),
            LineWord::Between => {}
            _ => return false,
        }
    }
    has_month
}

/// Whether the line of the block at `index` is a part of a sentence.
fn is_in_sentence(page: &ParsedArticle<'_>, index: usize) -> bool {
    let (text, blocks) = (page.text, &page.layout.blocks);
    let line = &text[blocks[index].span.clone()];
    let start = index
        .checked_sub(1)
        .map_or(0, |before| blocks[before].span.end);
    let before = &text[..start];
    let is_next = |gap: &str| gap.bytes().filter(|byte| *byte == b'\n').count() == 1;
    let follows = index > 0 && is_next(&text[start..blocks[index].span.start]);
    let after = &text[blocks[index].span.end..];
    let next = after.trim_start();
    let goes_on = is_next(&after[..after.len() - next.len()])
        && next.starts_with(char::is_lowercase)
        && !next.starts_with("by ");
    // "On 21 September 1981 / Belize joined": a sentence begins here.
    let bare = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let opening = bare.split(is_blank).next().unwrap_or("");
    if goes_on
        || matches!(
            opening,
            "On" | "In" | "Since" | "From" | "Until" | "Between"
        )
    {
        return true;
    }
    let is_stopped = line.ends_with(['.', ',', ';']) && !line.ends_with(".m.");
    // "… in the old port on": but "Fighting goes on" is a headline.
    if GOES_ON.contains(&last_word(before)) {
        let is_below_headline = index > 0 && blocks[index - 1].kind == BlockKind::Headline;
        return is_stopped || (follows && !is_below_headline);
    }
    follows && is_stopped && !before.ends_with(['.', '!', '?', ':', '"', '”', '’', ')'])
}

/// What a word of a line may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineWord {
    /// The name of a month or a day, or a number.
    Date,
    /// Goes with it: *at*, *pm*, *GMT*.
    Between,
    /// *Published*, *date*.
    Label,
    /// *By*: an author follows.
    By,
    /// *Written*, before *by*.
    Author,
    Other,
}

fn line_word(word: &str) -> LineWord {
    let lower = word.to_lowercase();
    let lower = lower.trim_matches('.');
    let digits = lower.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        let rest = lower[digits..].trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let is_number = matches!(rest, "" | "st" | "nd" | "rd" | "th" | "am" | "pm" | "z")
            // `2019-04-13T23:40:00Z`.
            || (rest.starts_with('t') && rest[1..].bytes().all(|byte| byte.is_ascii_digit()));
        return if is_number {
            LineWord::Date
        } else {
            LineWord::Other
        };
    }
    let is_name = calendar::is_name(lower)
        || calendar::short_month(lower).is_some()
        || calendar::weekday(lower).is_some();
    if is_name {
        LineWord::Date
    } else if lower == "by" {
        LineWord::By
    } else if BETWEEN.contains(&lower) {
        LineWord::Between
    } else if LABELS.contains(&lower) {
        LineWord::Label
    } else if matches!(lower, "written" | "story" | "reported" | "words" | "text") {
        LineWord::Author
    } else {
        LineWord::Other
    }
}

/// The words of a line with their places: letters, digits and the full stops
/// among them.
fn line_words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '.';
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + line[at..].find(is_part)?;
            let length = line[start..].find(|c| !is_part(c));
            at = length.map_or(line.len(), |length| start + length);
            let word = &line[start..at];
            if word.contains(char::is_alphanumeric) {
                return Some((start, word));
            }
        }
    })
}

/// Whether a line has a date and a label, an author or the head of a release,
/// and no other word; or nothing but a date with month and year.
fn reads_as_one(line: &str) -> bool {
    let (is_release, line) = without_release(line);
    let (mut is_marked, mut has_date) = (is_release, false);
    let (mut has_year, mut has_month) = (false, false);
    // Behind a label an account's name may be small: "Submitted by admin on".
    let mut is_labelled = false;
    // The words of the author's name that is being read.
    let mut name: Option<usize> = None;
    for (_, word) in line_words(line) {
        match (line_word(word), name) {
            // "By Friday they met": no name.
            (LineWord::Date, Some(0)) => return false,
            (LineWord::Date, _) => {
                (has_date, name) = (true, None);
                has_year |= word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
                has_month |= !word.contains(|c: char| c.is_ascii_digit());
            }
            (LineWord::By, None) => (is_marked, name) = (true, Some(0)),
            (LineWord::Label, None) => (is_marked, is_labelled) = (true, true),
            (LineWord::Author, None) if !has_date => {}
            (LineWord::Between, None) => {}
            // "Posted by Admin on April 13".
            (LineWord::Between, Some(1..)) if matches!(word, "on" | "at") => name = None,
            (_, Some(count))
                if count < MAX_NAME && is_name_word(word, count, has_date || is_labelled) =>
            {
                name = Some(count + 1);
            }
            _ => return false,
        }
    }
    has_date && (is_marked || (has_year && has_month)) && name != Some(0)
}

/// Whether a line is a date between bars and dots, with a section, an author or
/// the time that reading takes beside it: `News | April 13, 2019 | 3 min read`.
fn is_in_fields(line: &str) -> bool {
    let fields = line.split(['|', '•', '·']).map(str::trim);
    let fields = fields.filter(|field| !field.is_empty());
    let (dated, others): (Vec<&str>, Vec<&str>) = fields.partition(|field| reads_as_one(field));
    let is_beside = |field: &&str| {
        let count = line_words(field).count();
        let is_named = line_words(field).all(|(_, word)| {
            word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
                || OFFICES.contains(&word)
        });
        let is_reading = field.ends_with(" read") || field.ends_with(" comments");
        count <= MAX_NAME / 2 && (is_named || is_reading)
    };
    dated.len() == 1 && (1..=5).contains(&others.len()) && others.iter().all(is_beside)
}

/// Whether `word` may stand in an author's name, after `count` others. Behind
/// the date or a label it may be an account's: *by admin*.
fn is_name_word(word: &str, count: usize, may_be_account: bool) -> bool {
    word.starts_with(char::is_uppercase)
        || (count > 0 && OFFICES.contains(&word))
        || (count == 0 && may_be_account)
}

/// The line without the phrase that heads a release.
fn without_release(line: &str) -> (bool, &str) {
    let bare = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    after_head(bare, &RELEASES).map_or((false, line), |rest| (true, rest))
}

/// Whether a line is a sender and a date and no other word: `Geneva, 13 April
/// 2019`, `Jane Doe | April 13, 2019`, `LONDON (Reuters) - April 13, 2019`.
fn has_sender(line: &str) -> bool {
    let mut words = line_words(line);
    let Some((at, _)) = words.find(|(_, word)| line_word(word) == LineWord::Date) else {
        return false;
    };
    let (sender, date) = line.split_at(at);
    let is_dated = line_words(date)
        .all(|(_, word)| matches!(line_word(word), LineWord::Date | LineWord::Between));
    let is_mark = |c: char| matches!(c, '|' | '•' | '·' | '-' | '–' | '—');
    let bare = sender.trim_end_matches(|c| is_mark(c) || is_blank(c));
    // "LONDON (Reuters) April 13".
    let is_apart = sender[bare.len()..].contains(is_mark) || bare.ends_with(')');
    let is_name = line_words(bare).all(|(_, word)| word.starts_with(char::is_uppercase))
        && (1..=5).contains(&line_words(bare).count());
    is_dated && (super::is_place(sender) || (is_apart && is_name))
}
