//! Who made the article: bylines, editors, photographers.

use super::Role;

/// How a line opens that names who wrote or edited.
const OPENINGS: [&str; 14] = [
    "By ",
    "BY ",
    "Reporting by ",
    "Additional reporting by ",
    "Writing by ",
    "Written by ",
    "Editing by ",
    "Compiled by ",
    "Edited by ",
    "Photo by ",
    "Photos by ",
    "Photograph by ",
    "Photo: ",
    "Translated by ",
];

/// What an author's note says of its subject.
const TRADES: [&str; 12] = [
    "author",
    "blog",
    "blogger",
    "columnist",
    "correspondent",
    "editor",
    "freelance",
    "journalist",
    "professional",
    "reporter",
    "senior fellow",
    "writer",
];

/// The most words of a line of credits, and of a note on the author.
const MAX_CREDIT_WORDS: usize = 40;
const MAX_NOTE_WORDS: usize = 60;

/// How far before a name its credit may begin, in bytes.
const REACH: usize = 200;

/// The role of the person named at `at` of `block`.
pub(super) fn role(block: &str, at: usize, is_last_block: bool) -> Role {
    let before = &block[block.floor_char_boundary(at.saturating_sub(REACH))..at];
    let is_photo =
        before.ends_with('/') && before.trim_end_matches('/').ends_with(char::is_uppercase);
    if is_photo
        || is_credit_line(block)
        || is_in_brackets(before)
        || is_note(block, at, is_last_block)
    {
        Role::Credit
    } else {
        Role::Subject
    }
}

fn is_credit_line(block: &str) -> bool {
    OPENINGS.iter().any(|opening| block.starts_with(opening))
        && has_few_words(block, MAX_CREDIT_WORDS)
}

/// "(Reporting by …; Editing by …)" at the end of a paragraph.
fn is_in_brackets(before: &str) -> bool {
    before.rfind('(').is_some_and(|open| {
        let inside = &before[open + 1..];
        !inside.contains(')')
            && OPENINGS[2..]
                .iter()
                .any(|opening| inside.starts_with(opening))
    })
}

/// "… is a freelance journalist" as the last words.
fn is_note(block: &str, at: usize, is_last_block: bool) -> bool {
    is_last_block
        && block[..at].trim().is_empty()
        && has_few_words(block, MAX_NOTE_WORDS)
        && block.contains(" is a")
        && TRADES.iter().any(|trade| block.contains(trade))
}

fn has_few_words(block: &str, most: usize) -> bool {
    block.split_whitespace().take(most + 1).count() <= most
}
