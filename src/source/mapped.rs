//! A text that is put together from stretches of another one, with the way back
//! to it, as markup and escapes are undone.
//!
//! What is copied costs one run a stretch, however many characters it has; what
//! stands for something else (`&amp;`, a line end that becomes a space) costs a
//! run of its own, unless its neighbours have the same lengths.
//!
//! Ways back are joined one behind the other ([`compose`]): the text of an HTML
//! message leads to its markup, the markup to the bytes of a mailbox.
//!
//! Example: `a &lt; b` becomes `a < b` with the runs `(0, 0, 1, 1)` for what
//! stands before the reference, `(2, 2, 1, 4)` for it, and `(3, 6, 1, 1)` for the
//! rest.

use std::ops::Range;

use crate::article::{LengthRun, Offsets};

/// A text, and where each of its characters stands in the one it was made of.
#[derive(Debug, Clone, Default)]
pub(super) struct Mapped {
    pub(super) text: String,
    runs: Vec<LengthRun>,
}

impl Mapped {
    /// Adds a stretch of `source` as it stands there.
    pub(super) fn copy(&mut self, source: &str, range: Range<usize>) {
        let Some(stretch) = source.get(range.clone()) else {
            return;
        };
        if !stretch.is_empty() {
            push(&mut self.runs, (self.text.len(), range.start, 1, 1));
            self.text.push_str(stretch);
        }
    }

    /// Adds what the bytes `range` of the source stand for; says whether it did:
    /// nothing short stands for more than 255 bytes.
    pub(super) fn replace(&mut self, with: char, range: &Range<usize>) -> bool {
        let Ok(in_source) = u8::try_from(range.len()) else {
            return false;
        };
        let in_text = u8::try_from(with.len_utf8()).unwrap_or(u8::MAX);
        push(
            &mut self.runs,
            (self.text.len(), range.start, in_text, in_source),
        );
        self.text.push(with);
        true
    }

    /// Adds what does not stand in the source, such as the blank line between
    /// paragraphs; it leads to `at`.
    pub(super) fn insert(&mut self, text: &str, at: usize) {
        if !text.is_empty() {
            self.runs.push((self.text.len(), at, u8::MAX, 0));
            self.text.push_str(text);
        }
    }

    /// Adds all of another text of the same source.
    pub(super) fn append(&mut self, other: &Mapped) {
        let by = self.text.len();
        let moved = |run: &LengthRun| (run.0 + by, run.1, run.2, run.3);
        self.runs.extend(other.runs.iter().map(moved));
        self.text.push_str(&other.text);
    }

    /// A text whose way back is known.
    pub(super) fn with(text: String, way: Offsets) -> Mapped {
        let runs = match way {
            Offsets::Shift(by) => vec![(0, by, 1, 1)],
            Offsets::Runs(runs) => runs,
            Offsets::Nowhere => Vec::new(),
        };
        Mapped { text, runs }
    }

    /// The text and the way back.
    pub(super) fn finish(self) -> (String, Offsets) {
        (self.text, Offsets::Runs(self.runs))
    }

    /// The way back alone.
    pub(super) fn offsets(&self) -> Offsets {
        Offsets::Runs(self.runs.clone())
    }
}

/// Adds a run, unless the last one says the same.
fn push(runs: &mut Vec<LengthRun>, run: LengthRun) {
    let (text, at, in_text, in_source) = run;
    let goes_on = runs.last().is_some_and(|last| {
        let units = (text - last.0) / usize::from(last.2.max(1));
        let is_whole = units * usize::from(last.2) == text - last.0;
        (last.2, last.3) == (in_text, in_source)
            && is_whole
            && last.1 + units * usize::from(last.3) == at
    });
    if !goes_on {
        runs.push(run);
    }
}

/// The way from a text of `length` bytes to a source, from the one to what
/// stands between (`inner`) and the one from there (`outer`).
pub(super) fn compose(inner: Offsets, outer: &Offsets, length: usize) -> Offsets {
    match (inner, outer) {
        (Offsets::Nowhere, _) | (_, Offsets::Nowhere) => Offsets::Nowhere,
        (inner, Offsets::Shift(by)) => inner.moved(*by),
        (Offsets::Shift(by), outer) => outer.slice(by, by.saturating_add(length)),
        (Offsets::Runs(inner), way @ Offsets::Runs(outer)) => {
            let mut runs = Vec::with_capacity(inner.len());
            let ends = inner.iter().skip(1).map(|run| run.0).chain([length]);
            for (run, end) in inner.iter().zip(ends) {
                let (text, at, in_text, in_source) = *run;
                if in_text == in_source {
                    copied(&mut runs, (text, at), end.saturating_sub(text), outer, way);
                } else if in_source == 0 {
                    push(&mut runs, (text, way.to_file(at), in_text, 0));
                } else {
                    replaced(&mut runs, *run, end, way);
                }
            }
            Offsets::Runs(runs)
        }
    }
}

/// The runs of a stretch that stands between as it does in the text.
fn copied(
    runs: &mut Vec<LengthRun>,
    (text, at): (usize, usize),
    length: usize,
    outer: &[LengthRun],
    way: &Offsets,
) {
    let end = at.saturating_add(length);
    let next = outer.partition_point(|run| run.0 <= at);
    let (in_text, in_source) = match next.checked_sub(1).and_then(|last| outer.get(last)) {
        Some(run) => (run.2, run.3),
        None => (1, 1),
    };
    push(runs, (text, way.to_file(at), in_text, in_source));
    let inside = outer.get(next..).unwrap_or_default();
    for run in inside.iter().take_while(|run| run.0 < end) {
        push(runs, (text + (run.0 - at), run.1, run.2, run.3));
    }
}

/// The runs of characters that each stand for something else between.
fn replaced(runs: &mut Vec<LengthRun>, run: LengthRun, end: usize, way: &Offsets) {
    let (mut text, mut at, in_text, in_source) = run;
    while text < end {
        let next = at + usize::from(in_source);
        let range = way.range_to_file(&(at..next));
        let length = u8::try_from(range.len()).unwrap_or(u8::MAX);
        push(runs, (text, range.start, in_text, length));
        text += usize::from(in_text.max(1));
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(source: &str) -> (String, Offsets) {
        let mut mapped = Mapped::default();
        let mut at = 0;
        while let Some(found) = source[at..].find("&amp;") {
            mapped.copy(source, at..at + found);
            assert!(mapped.replace('&', &(at + found..at + found + 5)));
            at += found + 5;
        }
        mapped.copy(source, at..source.len());
        mapped.finish()
    }

    #[test]
    fn a_run_is_a_stretch() {
        let (text, offsets) = undone("R&amp;D for café &amp;&amp; more");
        assert_eq!(text, "R&D for café && more");
        let runs = vec![
            (0, 0, 1, 1),
            (1, 1, 1, 5),
            (2, 6, 1, 1),
            (14, 18, 1, 5),
            (16, 28, 1, 1),
        ];
        assert_eq!(offsets, Offsets::Runs(runs));
    }

    #[test]
    fn what_is_inserted_leads_to_one_place() {
        let source = "<p>one</p><p>two</p>";
        let mut mapped = Mapped::default();
        mapped.copy(source, 3..6);
        mapped.insert("\n\n", 10);
        mapped.copy(source, 13..16);
        let (text, offsets) = mapped.finish();
        assert_eq!(text, "one\n\ntwo");
        assert_eq!(offsets.range_to_file(&(0..3)), 3..6);
        assert_eq!(offsets.range_to_file(&(5..8)), 13..16);
        assert_eq!(offsets.range_to_file(&(2..6)), 5..14);
    }

    #[test]
    fn nothing_stands_for_more_than_a_run_can_say() {
        assert!(!Mapped::default().replace('a', &(0..256)));
    }

    #[test]
    fn ways_are_joined() {
        // The middle is what Windows-1251 bytes say; the file has one byte each.
        let middle = "Мир &amp;&amp; ok";
        let (text, inner) = undone(middle);
        let outer = Offsets::Runs(vec![(0, 7, 2, 1), (6, 10, 1, 1)]);
        let offsets = compose(inner.clone(), &outer, text.len());
        assert_eq!(text, "Мир && ok");
        assert_eq!(offsets.range_to_file(&(0..6)), 7..10);
        assert_eq!(offsets.range_to_file(&(7..8)), 11..16);
        assert_eq!(offsets.range_to_file(&(8..9)), 16..21);
        assert_eq!(offsets.range_to_file(&(2..text.len())), 8..24);
        let moved = compose(inner.clone(), &Offsets::Shift(3), text.len());
        assert_eq!(moved.range_to_file(&(7..8)), 10..15);
        let same = compose(Offsets::Shift(2), &outer, 4);
        assert_eq!(same.range_to_file(&(0..4)), 8..10);
        assert_eq!(compose(inner, &Offsets::Nowhere, 3), Offsets::Nowhere);
    }
}
