//! Who made the article: bylines, editors, photographers.
//!
//! Where a name stands decides, not what it is: in a line that opens as a
//! byline or a line of credits, in such a note in brackets, after an agency's
//! slash (*REUTERS/Ann Doe*), or first in a last block that says what the
//! author does. Who has a full mention anywhere else is a subject (`people`).
//!
//! Example: "(Reporting by Tim Roe; Editing by Ann Doe)" makes two credits; "By
//! Friday Ann Doe had left." is a sentence, by its full stop. Lines are read to
//! forty words, notes to sixty. Cost: a few comparisons with the block's
//! beginning, and 200 bytes before the name.

use super::Role;

/// How a byline opens; a name follows, and no sentence.
const BYLINES: [&str; 2] = ["By ", "BY "];

/// How a line of credits opens.
const OPENINGS: [&str; 12] = [
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

/// What an author's note says of its subject. Any of them in the note is
/// enough.
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
/// See [`MAX_CREDIT_WORDS`].
const MAX_NOTE_WORDS: usize = 60;

/// How far before a name its credit may begin, in bytes. Enough for a bracket
/// of several credits.
const REACH: usize = 200;

/// The role of the person named at `at` of `block`. Offsets are in the block,
/// at a character boundary.
///
/// | block | role of Ann Doe |
/// |---|---|
/// | By Ann Doe in Moscow | credit |
/// | He left. (Reporting by Tim Roe; Editing by Ann Doe) | credit |
/// | A ship. REUTERS/Ann Doe | credit |
/// | Ann Doe is a freelance journalist. | credit, in the last block |
/// | By Friday (in May) Ann Doe had left. | subject |
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

/// Whether the block opens as a byline or a line of credits, and is short.
fn is_credit_line(block: &str) -> bool {
    let opens = |openings: &[&str]| openings.iter().any(|opening| block.starts_with(opening));
    let is_byline = opens(&BYLINES)
        && block[BYLINES[0].len()..].starts_with(char::is_uppercase)
        && !block.ends_with('.');
    (is_byline || opens(&OPENINGS)) && has_few_words(block, MAX_CREDIT_WORDS)
}

/// "(Reporting by …; Editing by …)" at the end of a paragraph.
fn is_in_brackets(before: &str) -> bool {
    before.rfind('(').is_some_and(|open| {
        let inside = &before[open + 1..];
        !inside.contains(')') && OPENINGS.iter().any(|opening| inside.starts_with(opening))
    })
}

/// "… is a freelance journalist" as the last words. The name must open the
/// block.
fn is_note(block: &str, at: usize, is_last_block: bool) -> bool {
    is_last_block
        && block[..at].trim().is_empty()
        && has_few_words(block, MAX_NOTE_WORDS)
        && block.contains(" is a")
        && TRADES.iter().any(|trade| block.contains(trade))
}

/// Counts no further than it must.
fn has_few_words(block: &str, most: usize) -> bool {
    block.split_whitespace().take(most + 1).count() <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(block: &str, name: &str, is_last: bool, expected: Role) {
        let at = block.find(name).expect("the block has it");
        assert_eq!(role(block, at, is_last), expected, "{block}");
    }

    #[test]
    fn those_who_made_the_article_are_credits() {
        for block in [
            "By Ann Doe in Moscow",
            "Editing by Tim Roe and Ann Doe",
            "He left. (Reporting by Tim Roe; Editing by Ann Doe)",
            "A ship. REUTERS/Ann Doe",
        ] {
            check(block, "Ann Doe", false, Role::Credit);
        }
        let note = "Ann Doe is a freelance journalist.";
        check(note, "Ann Doe", true, Role::Credit);
        check(note, "Ann Doe", false, Role::Subject);
        check(
            "By Friday (in May) Ann Doe had left.",
            "Ann Doe",
            false,
            Role::Subject,
        );
    }
}
