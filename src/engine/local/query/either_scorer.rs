//! A phrase in the text of an article, which scores, or in its page furniture,
//! which does not.
//!
//! tantivy's own union looks 4,096 documents ahead, reading the positions of
//! all; here each article is asked for when its turn comes.

use tantivy::query::Scorer;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, TERMINATED};

use super::phrase_query::PhraseScorer;

/// Finds articles with a phrase in either field.
pub(crate) struct EitherScorer {
    text: Ahead,
    furniture: Ahead,
    doc: DocId,
}

impl EitherScorer {
    /// Of scorers that have not looked for the phrase yet; looks at nothing.
    pub(crate) fn new(text: Option<PhraseScorer>, furniture: Option<PhraseScorer>) -> Self {
        EitherScorer {
            text: Ahead::new(text),
            furniture: Ahead::new(furniture),
            doc: 0,
        }
    }

    /// Moves to the first article from `target` on that has the phrase.
    pub(crate) fn find_from(&mut self, target: DocId) -> DocId {
        let in_text = self.text.first_from(target);
        self.doc = in_text.min(self.furniture.first_from(target));
        self.doc
    }

    /// The score of the article here unless it is below `floor`.
    pub(crate) fn score_from(&mut self, floor: Score) -> Option<Score> {
        match self.text.here(self.doc) {
            Some(phrase) => phrase.score_from(floor),
            None => Some(0.0).filter(|score| *score >= floor),
        }
    }
}

impl DocSet for EitherScorer {
    fn advance(&mut self) -> DocId {
        self.find_from(self.doc.saturating_add(1).min(TERMINATED))
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        self.find_from(target)
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if self.text.is_at(target) || self.furniture.is_at(target) {
            self.doc = target;
            return SeekDangerResult::Found;
        }
        SeekDangerResult::SeekLowerBound(self.text.next.min(self.furniture.next))
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        let hints = [&self.text, &self.furniture].map(|ahead| {
            let phrase = ahead.phrase.as_ref();
            phrase.map_or(0, DocSet::size_hint)
        });
        hints[0].saturating_add(hints[1])
    }

    fn cost(&self) -> u64 {
        let costs = [&self.text, &self.furniture].map(|ahead| {
            let phrase = ahead.phrase.as_ref();
            phrase.map_or(0, DocSet::cost)
        });
        costs[0] + costs[1]
    }
}

impl Scorer for EitherScorer {
    fn score(&mut self) -> Score {
        self.text.here(self.doc).map_or(0.0, Scorer::score)
    }
}

/// A phrase in one field, asked for article by article.
struct Ahead {
    /// `None` where the segment has none.
    phrase: Option<PhraseScorer>,
    /// Of the articles not yet asked for, none before this one has the phrase.
    next: DocId,
    /// Whether that one was asked for, and has it.
    is_found: bool,
}

impl Ahead {
    fn new(phrase: Option<PhraseScorer>) -> Ahead {
        Ahead {
            next: if phrase.is_some() { 0 } else { TERMINATED },
            phrase,
            is_found: false,
        }
    }

    /// Whether article `target`, which is not before those asked for already,
    /// has the phrase.
    fn is_at(&mut self, target: DocId) -> bool {
        let Some(phrase) = self.phrase.as_mut().filter(|_| target < TERMINATED) else {
            self.next = TERMINATED;
            return false;
        };
        if self.next > target {
            return false;
        }
        if self.next < target || !self.is_found {
            let (next, is_found) = match phrase.seek_danger(target) {
                SeekDangerResult::Found => (target, true),
                SeekDangerResult::SeekLowerBound(bound) => (bound.max(target + 1), false),
            };
            (self.next, self.is_found) = (next, is_found);
        }
        self.is_found
    }

    /// The first article from `target` on that has the phrase.
    fn first_from(&mut self, mut target: DocId) -> DocId {
        while target < TERMINATED && !self.is_at(target) {
            target = self.next;
        }
        target
    }

    /// The scorer, if it stands at article `doc` and has the phrase there.
    fn here(&mut self, doc: DocId) -> Option<&mut PhraseScorer> {
        let is_here = self.is_found && self.next == doc;
        self.phrase.as_mut().filter(|_| is_here)
    }
}
