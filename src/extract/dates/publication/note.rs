//! Finds notes about the copy of an article, or about a change to it.
//!
//! *Archived from the original on 13 April 2019.* *Scanned in 2019.* *Last
//! updated on 14 February 2024.* *This article was amended on 3 May 2021 to
//! correct a name.* Their day is not that of publication, but the article was
//! there by then: it bounds the publication from above. The day of a change
//! does so to the day, a note about the copy to its year.
//!
//! A note is a block by itself. What is retrieved or scanned in the middle of a
//! paragraph is something that the story tells of, or a reference in a list,
//! and then the article is the later of the two. Of several notes the latest
//! day counts, because an article may be changed and copied again.
//!
//! Cost: a few words of the blocks that have a date and are short.

use jiff::civil::Date;

use super::super::expression::{TimeExpression, TimeMeaning};
use super::sentences::span_of;
use crate::extract::ParsedArticle;
use crate::extract::published::Span;
use crate::layout::BlockKind;

/// The most bytes of a note about a copy. One about a change may say why.
const MAX_NOTE: usize = 200;

/// What is done to a copy, in small letters.
const COPIED: [&str; 28] = [
    "archived",
    "retrieved",
    "accessed",
    "scanned",
    "reprinted",
    "republished",
    "reposted",
    "digitised",
    "digitized",
    "transcribed",
    "downloaded",
    "uploaded",
    "captured",
    "cached",
    "crawled",
    "saved",
    "copied",
    "mirrored",
    "photocopied",
    "microfilmed",
    "printed",
    "viewed",
    "visited",
    "consulted",
    "exported",
    "reissued",
    "translated",
    "snapshot",
];

/// The same as nouns before *date*: *access date*.
const COPYING: [&str; 7] = [
    "access",
    "archive",
    "retrieval",
    "scan",
    "download",
    "capture",
    "crawl",
];

/// What is done to an article after its publication, in small letters.
const CHANGED: [&str; 12] = [
    "updated",
    "modified",
    "amended",
    "edited",
    "corrected",
    "changed",
    "revised",
    "reviewed",
    "refreshed",
    "clarified",
    "appended",
    "expanded",
];

/// What a line begins with that tells of a change.
const CHANGES: [&str; 9] = [
    "update",
    "correction",
    "clarification",
    "amendment",
    "revision",
    "corrections",
    "updates",
    "editor",
    "editors",
];

/// What a note may call the article; those at the front with *the* as well.
const OWN: [&str; 14] = [
    "article",
    "page",
    "story",
    "post",
    "document",
    "report",
    "text",
    "file",
    "version",
    "content",
    "piece",
    "transcript",
    "copy",
    "scan",
];
const OWN_WITH_THE: usize = 4;

/// Words that a note may have beside these and names.
const SMALL: [&str; 29] = [
    "this",
    "the",
    "a",
    "an",
    "was",
    "is",
    "has",
    "been",
    "were",
    "last",
    "first",
    "most",
    "recently",
    "from",
    "original",
    "on",
    "in",
    "at",
    "by",
    "for",
    "with",
    "permission",
    "and",
    "of",
    "web",
    "internet",
    "site",
    "date",
    "time",
];

/// Words that say what a copy was made of, or who made it.
const MADE_OF: [&str; 18] = [
    "microfilm",
    "microfiche",
    "website",
    "volunteers",
    "volunteer",
    "paper",
    "print",
    "negative",
    "library",
    "archives",
    "collection",
    "our",
    "readers",
    "hand",
    "edition",
    "server",
    "s",
    "note",
];

/// A later day by which the article was there.
#[derive(Debug, Clone, Copy)]
pub(super) struct LaterDay {
    /// The last day that the note leaves open.
    pub(super) last: Date,
    /// Whether the note says the day, and speaks of the article itself.
    pub(super) is_day: bool,
    /// Where it says so.
    pub(super) span: Span,
}

/// What a note tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoteKind {
    /// The copy.
    Copy,
    /// A change of the article.
    Change,
}

/// The last day of all notes of the article.
pub(super) fn latest(page: &ParsedArticle<'_>, expressions: &[TimeExpression]) -> Option<LaterDay> {
    let noted = expressions
        .iter()
        .filter_map(|expression| LaterDay::of(expression, kind_of(page, expression)?));
    noted.max_by_key(|note| note.last)
}

/// What the block around a date tells of, if it is a note.
pub(super) fn kind_of(page: &ParsedArticle<'_>, expression: &TimeExpression) -> Option<NoteKind> {
    let block = &page.layout.blocks[expression.block];
    if block.kind == BlockKind::Headline {
        return None;
    }
    let before = &page.text[block.span.start..expression.span.start];
    let kind = kind(before, &page.text[expression.span.end..block.span.end])?;
    // "CORRECTION - HEINEKEN 1986 YEAR" corrects the figures of a year.
    let is_year = matches!(expression.meaning, TimeMeaning::Year(_));
    (kind == NoteKind::Copy || !is_year).then_some(kind)
}

impl LaterDay {
    /// The day that a note of this kind gives by its date.
    pub(super) fn of(expression: &TimeExpression, kind: NoteKind) -> Option<LaterDay> {
        let (date, is_day) = match expression.meaning {
            TimeMeaning::Day(date) => (date, kind == NoteKind::Change),
            TimeMeaning::MonthOfYear(date) | TimeMeaning::Either(date, _) => (date, false),
            TimeMeaning::Year(year) => (Date::new(year, 1, 1).ok()?, false),
            _ => return None,
        };
        Some(LaterDay {
            last: if is_day { date } else { date.last_of_year() },
            is_day,
            span: span_of(expression),
        })
    }
}

/// What the block tells of that has `before` and `after` around a date; `None`
/// for a story.
///
/// | block | tells of |
/// |---|---|
/// | Archived from the original on D. | a copy |
/// | (Scanned by J. Doe, D) | a copy |
/// | Last updated on D | a change |
/// | This article was amended on D to correct a name. | a change |
/// | Correction, D: a name was wrong. | a change |
/// | Reprinted from The Times, D | neither: that is the first print |
/// | The flag was retrieved on D. | neither |
fn kind(before: &str, after: &str) -> Option<NoteKind> {
    if before.len() > MAX_NOTE {
        return None;
    }
    // "This article was amended" may say why; "Correction, D:" as well.
    let (mut kind, mut is_own, mut is_head) = (None, false, false);
    let mut last = String::new();
    for (at, word) in note_words(before).enumerate() {
        let lower = word.to_lowercase();
        let is = |words: &[&str]| words.contains(&lower.as_str());
        if kind.is_none() && is(&CHANGED) {
            (kind, is_head) = (Some(NoteKind::Change), at == 0);
        } else if kind.is_none()
            && (is(&COPIED) || (lower == "date" && COPYING.contains(&last.as_str())))
        {
            kind = Some(NoteKind::Copy);
        } else if at == 0 && is(&CHANGES) {
            (kind, is_head) = (Some(NoteKind::Change), true);
        } else if kind.is_none() && is(&OWN) {
            let is_named = last == "this" || at == 0 || (last == "the" && is(&OWN[..OWN_WITH_THE]));
            is_own |= is_named.then_some(true)?;
        } else {
            let is_name = kind.is_some() && word.starts_with(char::is_uppercase);
            let is_more = kind.is_some() && (is(&MADE_OF) || is(&COPIED) || is(&CHANGED));
            (is_name || is_more || is(&SMALL) || is(&COPYING)).then_some(())?;
            // "Reprinted from The Times": what follows is the first print.
            if is_name && last == "from" && before.contains("rinted from") {
                return None;
            }
        }
        last = lower;
    }
    let rest = after.trim_start();
    let is_headed =
        is_head && (rest.is_empty() || rest.starts_with([':', ')', '.', '-', '–', '—']));
    let is_told = kind == Some(NoteKind::Change) && (is_own || is_headed);
    kind.filter(|_| is_told || closes(after))
}

/// Whether nothing follows but a time, or by whom: at most twelve words, and
/// none in small letters of another kind.
fn closes(after: &str) -> bool {
    let small = |word: &str| {
        let is_time = matches!(word, "am" | "pm" | "m" | "p" | "via");
        let is_known = SMALL.contains(&word) || MADE_OF.contains(&word);
        word.starts_with(char::is_lowercase) && !is_time && !is_known
    };
    after.len() <= MAX_NOTE && note_words(after).count() <= 12 && !note_words(after).any(small)
}

/// The words of a note, without addresses.
fn note_words(text: &str) -> impl Iterator<Item = &str> {
    let is_address = |word: &&str| word.starts_with("http") || word.starts_with("www.");
    text.split_whitespace()
        .filter(move |word| !is_address(word))
        .flat_map(|word| word.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
}
