//! The sentence around an expression, and what it tells.
//!
//! Expressions are asked about in order, so the sentences of one block and the
//! verdict on one sentence are kept: no text is split or read twice.
//!
//! It answers one question for `inference` and `header`: does the sentence tell
//! of something past, and of nothing to come? Past is a verb ending in *ed* or
//! one of a list, ahead one of a list of words; no grammar. A sentence may be
//! both ("he said that they will meet") and is then no evidence. `tense` asks a
//! finer question with tokens, for each expression.
//!
//! Cost: a block is split once as long as expressions of it follow each other.

use std::ops::Range;

use super::expression::TimeExpression;
use crate::extract::ParsedArticle;
use crate::extract::published::Span;
use crate::text::sentence;

/// Words that turn a sentence to the future, whatever its verbs. Only in small
/// letters, as inside a sentence.
const LOOKS_AHEAD: [&str; 24] = [
    "will",
    "would",
    "plan",
    "plans",
    "planned",
    "expected",
    "expects",
    "scheduled",
    "due",
    "aim",
    "aims",
    "by",
    "until",
    "till",
    "through",
    "starting",
    "start",
    "begin",
    "run",
    "going",
    "hope",
    "hopes",
    "moved",
    "could",
];

/// Verbs in the past tense that do not end in "ed". The frequent ones of news;
/// a missing one costs a verdict, and invents none.
const IRREGULAR: [&str; 24] = [
    "was", "were", "had", "said", "told", "met", "made", "began", "took", "held", "came", "went",
    "became", "won", "lost", "found", "left", "led", "gave", "got", "ran", "saw", "wrote", "broke",
];

/// A page and the sentence that was asked for last. Asked in the order of the
/// text it splits each block once.
pub(super) struct SentenceFinder<'a, 'p> {
    /// The page.
    pub(super) page: &'p ParsedArticle<'a>,
    /// The block that `ranges` are of.
    block: Option<usize>,
    /// Its sentences, in the text.
    ranges: Vec<Range<usize>>,
    /// The last verdict, and on which sentence.
    told: Option<(Range<usize>, Told)>,
}

/// What the verbs of a sentence tell. Both may hold, or neither.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// It has a verb in the past tense.
    pub(super) is_past: bool,
    /// It has a word that looks ahead.
    pub(super) is_ahead: bool,
}

impl<'a, 'p> SentenceFinder<'a, 'p> {
    /// The sentences of `page`, none of them split yet.
    pub(super) fn new(page: &'p ParsedArticle<'a>) -> SentenceFinder<'a, 'p> {
        SentenceFinder {
            page,
            block: None,
            ranges: Vec::new(),
            told: None,
        }
    }

    /// The sentence that `expression` stands in.
    pub(super) fn around(&mut self, expression: &TimeExpression) -> &'a str {
        &self.page.text[self.range(expression)]
    }

    /// What that sentence tells. The words of the whole sentence count,
    /// wherever the expression stands.
    ///
    /// | sentence | past | ahead |
    /// |---|---|---|
    /// | China pulled out of the group in 2014. | yes | no |
    /// | They will finish by 2030, he said. | yes | yes |
    /// | Talks on June 21. | no | no |
    pub(super) fn told(&mut self, expression: &TimeExpression) -> Told {
        let range = self.range(expression);
        if let Some((known, told)) = &self.told
            && *known == range
        {
            return *told;
        }
        let text = &self.page.text[range.clone()];
        let words = || text.split(|c: char| !c.is_alphanumeric());
        let told = Told {
            is_past: words()
                .any(|word| IRREGULAR.contains(&word) || (word.len() > 4 && word.ends_with("ed"))),
            is_ahead: words().any(|word| LOOKS_AHEAD.contains(&word)),
        };
        self.told = Some((range, told));
        told
    }

    /// The bytes of the sentence, in the text; of the block where none begins
    /// before.
    fn range(&mut self, expression: &TimeExpression) -> Range<usize> {
        let block = self.page.layout.blocks[expression.block].span.clone();
        if self.block != Some(expression.block) {
            let found = sentence::split(self.page.slice(block.clone()));
            let shifted = found.map(|range| block.start + range.start..block.start + range.end);
            self.ranges = shifted.collect();
            self.block = Some(expression.block);
        }
        let at = expression.span.start;
        let next = self.ranges.partition_point(|range| range.start <= at);
        next.checked_sub(1)
            .map_or(block, |index| self.ranges[index].clone())
    }
}

/// The last word of `text`. At most twenty characters of it; empty after
/// punctuation.
pub(super) fn last_word(text: &str) -> &str {
    let end = text.trim_end();
    let start = end
        .char_indices()
        .rev()
        .take(20)
        .take_while(|(_, c)| c.is_alphanumeric())
        .last();
    start.map_or("", |(at, _)| &end[at..])
}

/// The place of `expression`, as evidence.
pub(super) fn span_of(expression: &TimeExpression) -> Span {
    Span {
        start: expression.span.start,
        end: expression.span.end,
    }
}
