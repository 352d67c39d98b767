//! Looks paragraphs up in the text of a page, so that what is shown is the
//! page's own.
//!
//! White space is no matter: both sides are compared without it, and without
//! what has no width. Long paragraphs are looked up first, each behind the last:
//! they stand in one place. A short one ("Share", a name) stands in many, so it
//! is looked up between its long neighbours alone, and must be whole lines, or
//! whole words, of the page.
//!
//! A paragraph that is not there as a whole is looked up sentence by sentence:
//! an extractor may have left something out in its middle. What is not found
//! then is left out, and counted.
//!
//! Each look-up is a search for a string, and pays for the bytes that it went
//! over; when [`MOST_SCANNED`] times the page are spent, no more is looked up, so
//! that the time is linear whatever the extractor says.

use std::ops::Range;

use memchr::memmem;

/// So many times the length of the page are searched in all.
const MOST_SCANNED: usize = 256;

/// The fewest bytes, without white space, of a paragraph that stands in one
/// place.
const LONG: usize = 48;

/// Where paragraphs stand.
#[derive(Debug, Default)]
pub(super) struct Aligned {
    /// Ranges of the text, in order, none overlapping.
    pub(super) ranges: Vec<Range<usize>>,
    /// How many bytes were looked up, and how many of them were not found.
    pub(super) sought: usize,
    pub(super) lost: usize,
}

impl Aligned {
    /// How many bytes of text were found.
    pub(super) fn found(&self) -> usize {
        self.ranges.iter().map(ExactSizeIterator::len).sum()
    }
}

/// Looks `paragraphs` up in `text`.
pub(super) fn align(text: &str, paragraphs: &[String]) -> Aligned {
    let page = Squeezed::of(text);
    let sought: Vec<String> = paragraphs.iter().map(|one| squeezed(one)).collect();
    let mut search = Search {
        page: &page,
        budget: page.text.len().saturating_mul(MOST_SCANNED),
    };
    let mut found: Vec<Option<Range<usize>>> = vec![None; sought.len()];
    let mut from = 0;
    for (paragraph, place) in sought.iter().zip(&mut found) {
        if paragraph.len() >= LONG
            && let Some(at) = search.find(paragraph, from..page.text.len())
        {
            from = at.end;
            *place = Some(at);
        }
    }
    let mut aligned = Aligned::default();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut next_known = next_known(&found, page.text.len());
    let mut from = 0;
    for (index, paragraph) in sought.iter().enumerate() {
        aligned.sought += paragraph.len();
        let until = next_known.pop().unwrap_or(page.text.len());
        let places = match found[index].clone() {
            Some(place) => vec![place],
            None if paragraph.len() < LONG => {
                let place = search.find_whole(paragraph, from..until);
                place.into_iter().collect()
            }
            None => search.find_parts(&paragraphs[index], from..until),
        };
        let length: usize = places.iter().map(ExactSizeIterator::len).sum();
        aligned.lost += paragraph.len().saturating_sub(length);
        from = places.last().map_or(from, |place| place.end);
        ranges.extend(places);
    }
    aligned.ranges = ranges.into_iter().map(|place| page.range(&place)).collect();
    aligned
}

/// For each paragraph where the next one begins that is found, the last
/// paragraph's first.
fn next_known(found: &[Option<Range<usize>>], end: usize) -> Vec<usize> {
    let mut next = end;
    let starts = found.iter().rev().map(|place| {
        let until = next;
        if let Some(place) = place {
            next = place.start;
        }
        until
    });
    starts.collect()
}

/// Whether a character is no matter in a comparison.
fn is_nothing(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{1c}'..='\u{1f}')
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !is_nothing(*c)).collect()
}

/// A text without white space, and the way back.
struct Squeezed<'t> {
    whole: &'t str,
    text: String,
    /// Offsets here and in the whole text from which both go on alike.
    steps: Vec<(usize, usize)>,
}

impl<'t> Squeezed<'t> {
    fn of(whole: &'t str) -> Squeezed<'t> {
        let mut text = String::with_capacity(whole.len());
        let mut steps = Vec::new();
        let mut goes_on = false;
        for (at, c) in whole.char_indices() {
            if is_nothing(c) {
                goes_on = false;
                continue;
            }
            if !goes_on {
                steps.push((text.len(), at));
                goes_on = true;
            }
            text.push(c);
        }
        Squeezed { whole, text, steps }
    }

    /// Where the character at `at` stands in the whole text.
    fn back(&self, at: usize) -> usize {
        let next = self.steps.partition_point(|(here, _)| *here <= at);
        next.checked_sub(1).map_or(at, |step| {
            let (here, whole) = self.steps[step];
            whole + (at - here)
        })
    }

    fn range(&self, place: &Range<usize>) -> Range<usize> {
        if place.is_empty() {
            let at = self.back(place.start);
            return at..at;
        }
        let last = self.back(place.end - 1);
        self.back(place.start)..last + 1
    }

    /// Whether a place is whole lines of the text, or at least whole words.
    fn is_whole(&self, place: &Range<usize>, of_lines: bool) -> bool {
        let range = self.range(place);
        let (Some(before), Some(after)) =
            (self.whole.get(..range.start), self.whole.get(range.end..))
        else {
            return false;
        };
        if of_lines {
            let begins = before.trim_end_matches(|c| c != '\n' && is_nothing(c));
            let ends = after.trim_start_matches(|c| c != '\n' && is_nothing(c));
            return (begins.is_empty() || begins.ends_with('\n'))
                && (ends.is_empty() || ends.starts_with('\n'));
        }
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    }
}

struct Search<'p, 't> {
    page: &'p Squeezed<'t>,
    budget: usize,
}

impl Search<'_, '_> {
    /// The first place of `sought` inside `within`.
    fn find(&mut self, sought: &str, within: Range<usize>) -> Option<Range<usize>> {
        let text = self.page.text.get(within.clone())?;
        if sought.is_empty() || self.budget == 0 {
            return None;
        }
        let found = memmem::find(text.as_bytes(), sought.as_bytes());
        let went = found.map_or(text.len(), |at| at + sought.len());
        self.budget = self.budget.saturating_sub(went);
        let at = within.start + found?;
        Some(at..at + sought.len())
    }

    /// The first place that is whole lines, else whole words.
    fn find_whole(&mut self, sought: &str, within: Range<usize>) -> Option<Range<usize>> {
        let mut of_words = None;
        let mut from = within.start;
        while let Some(place) = self.find(sought, from..within.end) {
            if self.page.is_whole(&place, true) {
                return Some(place);
            }
            if of_words.is_none() && self.page.is_whole(&place, false) {
                of_words = Some(place.clone());
            }
            from = place.end;
        }
        of_words
    }

    /// The places of the sentences of a paragraph that is not there as a whole.
    fn find_parts(&mut self, paragraph: &str, within: Range<usize>) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = Vec::new();
        let mut from = within.start;
        for part in parts(paragraph) {
            let sought = squeezed(part);
            let place = if sought.len() < LONG / 2 {
                None
            } else {
                self.find(&sought, from..within.end)
            };
            let Some(place) = place else { continue };
            from = place.end;
            match places.last_mut() {
                Some(last) if last.end == place.start => last.end = place.end,
                _ => places.push(place),
            }
        }
        places
    }
}

/// The sentences of a paragraph, roughly.
fn parts(paragraph: &str) -> impl Iterator<Item = &str> {
    let is_end = |c: char| matches!(c, '.' | '!' | '?' | '…' | '。' | ':' | ';');
    paragraph.split_inclusive(is_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, paragraphs: &[&str], expected: &[&str], lost: usize) {
        let paragraphs: Vec<String> = paragraphs.iter().map(|one| (*one).to_owned()).collect();
        let aligned = align(text, &paragraphs);
        let found: Vec<&str> = aligned
            .ranges
            .iter()
            .map(|range| &text[range.clone()])
            .collect();
        assert_eq!((found.as_slice(), aligned.lost), (expected, lost), "{text}");
    }

    const LONG_ONE: &str = "The delegations met for the third time since the spring, in a hotel.";
    const LONG_TWO: &str =
        "They agreed to meet again in the autumn, and to speak of trade as well.";

    #[test]
    fn white_space_is_no_matter() {
        check(
            "one two\n\nthree\u{a0}four",
            &["onetwo", "three four "],
            &["one two", "three\u{a0}four"],
            0,
        );
        check("co\u{ad}op is é", &["coop is é"], &["co\u{ad}op is é"], 0);
    }

    #[test]
    fn short_paragraphs_stand_between_long_ones() {
        let text = format!(
            "Share\n\n{LONG_ONE}\n\nShares fell. Share this\n\nShare\n\n{LONG_TWO}\n\nShare"
        );
        let found = align(&text, &[LONG_ONE, "Share", LONG_TWO].map(str::to_owned)).ranges;
        let share = text.find("\nShare\n\nThey").unwrap() + 1;
        assert_eq!(found[1], share..share + 5);
    }

    #[test]
    fn what_is_not_there_is_lost() {
        check("one\n\ntwo", &["one", "three", "two"], &["one", "two"], 5);
        let changed = format!("{LONG_ONE} Cut! {LONG_TWO}");
        let text = format!("{LONG_ONE} (an aside) {LONG_TWO}");
        check(&text, &[&changed], &[LONG_ONE, LONG_TWO], 4);
        check("", &["one"], &[], 3);
    }
}
