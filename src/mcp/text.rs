//! What tools write: entries that stop before a result grows too long, and lines
//! in which nothing acts.

use super::MOST_TEXT;
use crate::failure::Failure;
use crate::output::safe;

/// Entries below the first line, as many as there is room for.
#[derive(Debug, Default)]
pub(super) struct Entries {
    text: String,
    characters: usize,
    /// How many there are.
    pub(super) count: usize,
    /// Whether one more was there and had no room.
    pub(super) is_full: bool,
}

/// Characters that are kept for the first lines and the notes.
const FIRST: usize = 1500;

impl Entries {
    /// Adds an entry, unless there is no room for it; says whether there was. The
    /// first is always taken, cut if it must be.
    pub(super) fn push(&mut self, entry: &str) -> bool {
        let room = MOST_TEXT - FIRST - self.characters;
        let length = entry.chars().count() + 1;
        if self.is_full || (length > room && self.count > 0) {
            self.is_full = true;
            return false;
        }
        let end = entry
            .char_indices()
            .nth(room - 1)
            .map_or(entry.len(), |(at, _)| at);
        self.text.push_str(&entry[..end]);
        self.text.push('\n');
        self.characters += length.min(room);
        self.count += 1;
        true
    }

    /// The whole: the first line, notes a line each, and the entries.
    pub(super) fn below(self, first: &str, notes: &[String]) -> String {
        let mut head = String::new();
        for line in [first].into_iter().chain(notes.iter().map(String::as_str)) {
            let room = FIRST.saturating_sub(head.chars().count() + 2);
            head.extend(safe::line(line).chars().take(room));
            head.push('\n');
        }
        head.push_str(&self.text);
        head.truncate(head.trim_end().len());
        head
    }
}

/// An error with what helps.
pub(super) fn failure(failure: &Failure) -> String {
    let text = match failure.action() {
        Some(help) => format!("error: {failure}\nhelp: {help}"),
        None => format!("error: {failure}"),
    };
    safe::lines(&text).chars().take(MOST_TEXT).collect()
}

/// The beginning of what a client sent, to be told back.
pub(super) fn short(text: &str) -> String {
    safe::line(text).chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_never_grows_too_long_and_says_so() {
        for length in [1, 100, 3000, 30_000] {
            let mut entries = Entries::default();
            let entry = "é".repeat(length);
            let pushed = (0..50_000).take_while(|_| entries.push(&entry)).count();
            assert_eq!(pushed, entries.count);
            assert!(entries.count > 0 && entries.is_full);
            let text = entries.below(&"first".repeat(1000), &["a note".repeat(1000)]);
            assert!(text.chars().count() <= MOST_TEXT, "{length}");
            assert!(text.starts_with("firstfirst"));
        }
    }

    #[test]
    fn what_others_wrote_does_not_act() {
        let failure = Failure::new("no such article: \u{1b}[31m\u{202e}x").help("y\u{7}");
        let text = super::failure(&failure);
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
        assert!(!text.contains('\u{202e}'));
    }
}
