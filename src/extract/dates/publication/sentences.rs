//! The sentence around an expression.
//!
//! Expressions are asked about in order, so the sentences of one block and the
//! verdict on one sentence are kept: no text is split or read twice.
//!
//! It answers one question for `inference`: does the sentence tell of something
//! past? Past is a verb ending in *ed* or one of a list; no grammar. `past` asks
//! whether a date is told as past, `tense`, with tokens, where an expression
//! looks.
//!
//! Cost: a block is split once as long as expressions of it follow each other.

use std::ops::Range;

use super::super::expression::TimeExpression;
use crate::extract::ParsedArticle;
use crate::extract::published::Span;
use crate::text::sentence;

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
    told: Option<(Range<usize>, bool)>,
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

    /// Whether the sentence of `expression` has a verb in the past tense,
    /// wherever it stands.
    pub(super) fn is_past(&mut self, expression: &TimeExpression) -> bool {
        let range = self.around(expression);
        if let Some((known, told)) = &self.told
            && *known == range
        {
            return *told;
        }
        let is_past = self.page.text[range.clone()]
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| IRREGULAR.contains(&word) || (word.len() > 4 && word.ends_with("ed")));
        self.told = Some((range, is_past));
        is_past
    }

    /// The sentence that `expression` stands in: its bytes in the text, or those
    /// of the block where none begins before.
    pub(super) fn around(&mut self, expression: &TimeExpression) -> Range<usize> {
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
