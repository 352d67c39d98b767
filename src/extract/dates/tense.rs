//! Tells whether the words around an expression look back or ahead.
//!
//! A day of the week or a month without a year is the last one where the text
//! tells what happened, and the next where it tells what will.
//!
//! The words around an expression are read outwards, first back and then ahead,
//! to the end of the sentence or 24 tokens. The first that tells decides:
//! *will*, *due*, *to* after *is* look ahead; *said*, *met*, *agreed* look
//! back. Two combinations turn it round: *had been due* is over, *was put off
//! until* is to come.
//!
//! Example: "He said Monday that talks will go on": *said* stands nearest
//! before *Monday*, so it is the last Monday. Only words that leave tokens are
//! counted, so the reach is most of a sentence. Cost: at most 48 tokens for
//! each expression that needs it.

use super::token::{DateTokens, is_blank};
use super::word::TimeWord;
use super::years::first_word;

/// The direction that a sentence looks in. It tells of the expression, not of
/// the whole sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tense {
    /// It tells what happened.
    Past,
    /// It tells what will.
    Future,
    /// No verb says so.
    Unclear,
}

/// How many tokens of the sentence are read to either side.
const REACH: usize = 24;

/// The tense around the tokens `first..next`: that of the nearest verb before
/// them in the sentence, else of the nearest after.
///
/// | text | tense of the day |
/// |---|---|
/// | He said Monday that talks will go on. | past |
/// | He said the talks will resume on Monday. | future |
/// | The court is to rule on Monday, he said. | future |
/// | It will end. On Monday they met. | past |
/// | It was closed until Monday. | future |
/// | It had been due to expire on Monday. | past |
/// | Talks on Monday | unclear |
pub(super) fn around(tokens: DateTokens<'_>, first: usize, next: usize) -> Tense {
    let introduced = first.checked_sub(1).filter(|at| tokens.is_close(*at));
    if introduced.is_some_and(|at| tokens.word(at) == TimeWord::Since) {
        return Tense::Past;
    }
    let before = (first.saturating_sub(REACH)..first).rev();
    let after = next..(next + REACH).min(tokens.all.len());
    let told = nearest(tokens, before).or_else(|| nearest(tokens, after));
    match told {
        // "Talks were put off until Monday", but "he had left by Monday".
        Some((Tense::Past, TimeWord::Told)) | None
            if introduced.is_some_and(|at| tokens.word(at) == TimeWord::Until) =>
        {
            Tense::Future
        }
        told => told.map_or(Tense::Unclear, |(tense, _)| tense),
    }
}

/// The first verb among `tokens[places]`, up to the sentence's end, and its
/// tense. `None` where the sentence ends before one does.
fn nearest(
    tokens: DateTokens<'_>,
    places: impl Iterator<Item = usize>,
) -> Option<(Tense, TimeWord)> {
    for at in places {
        match tokens.word(at) {
            // The next sentence tells of something else.
            TimeWord::Stop => return None,
            TimeWord::Ahead => {
                // "It had been due to expire on Friday."
                let is_over = tokens.all[at.saturating_sub(2)..at]
                    .iter()
                    .any(|token| token.word == TimeWord::Had);
                return Some(if is_over {
                    (Tense::Past, TimeWord::Had)
                } else {
                    (Tense::Future, TimeWord::Ahead)
                });
            }
            // "plans to meet", "set to expire"; "plans" alone may be a noun.
            TimeWord::AheadTo if tokens.word(at + 1) == TimeWord::To && tokens.is_close(at) => {
                return Some((Tense::Future, TimeWord::Ahead));
            }
            // "is to resume", "were to meet".
            TimeWord::To
                if at > 0 && tokens.word(at - 1) == TimeWord::Is && tokens.is_close(at - 1) =>
            {
                return Some((Tense::Future, TimeWord::Ahead));
            }
            // "Agreed to buy", "an agreement to acquire", "a program to pay down".
            TimeWord::To if is_of_plan(tokens, at) => {
                return Some((Tense::Future, TimeWord::Ahead));
            }
            word @ (TimeWord::Told | TimeWord::Had) => return Some((Tense::Past, word)),
            _ => {}
        }
    }
    None
}

/// Words before an infinitive that make it a plan.
const PLANS: [&str; 16] = [
    "agreed",
    "agreement",
    "agrees",
    "decided",
    "decision",
    "offer",
    "offered",
    "program",
    "programme",
    "proposal",
    "proposed",
    "deal",
    "contract",
    "promised",
    "pledged",
    "likely",
];

/// Whether the *to* at `at` begins an infinitive that a plan governs.
fn is_of_plan(tokens: DateTokens<'_>, at: usize) -> bool {
    let before = tokens.text[..tokens.range(at, at).start].trim_end_matches(is_blank);
    let word = before.rsplit(|c: char| !c.is_alphabetic()).next();
    let follows = first_word(&tokens.text[tokens.range(at, at).end..]);
    let is_verb = follows.starts_with(|c: char| c.is_ascii_lowercase())
        && !matches!(
            follows,
            "the" | "a" | "an" | "its" | "their" | "his" | "her" | "this"
        );
    is_verb && word.is_some_and(|word| PLANS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Tense) {
        let mut all = Vec::new();
        crate::extract::dates::token::cut(text, &mut all);
        let tokens = DateTokens { text, all: &all };
        let at = all
            .iter()
            .position(|token| matches!(token.word, TimeWord::Weekday(..)))
            .unwrap_or_default();
        assert_eq!(around(tokens, at, at + 1), expected, "{text}");
    }

    #[test]
    fn the_nearest_verb_before_decides() {
        check("He said Monday that talks will go on.", Tense::Past);
        check("He said the talks will resume on Monday.", Tense::Future);
        check("The court is to rule on Monday, he said.", Tense::Future);
        check("It ended. On Monday the talks will go on.", Tense::Future);
        check("It will end. On Monday they met.", Tense::Past);
        check("Talks on Monday", Tense::Unclear);
        check("It was closed until Monday.", Tense::Future);
        check("It had been due to expire on Monday.", Tense::Past);
        check("He will stay, having been away since Monday.", Tense::Past);
        check("They had gone by Monday, he told us.", Tense::Past);
        check("It said it agreed to buy them on Monday.", Tense::Future);
    }
}
