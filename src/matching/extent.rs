//! Which parts of a long article are read to show it.
//!
//! What is shown of an article is a few passages, and they need not cost what
//! reading megabytes does. A short article is read as a whole. A long one
//! is gone through in pieces until a megabyte was found in which the query
//! stands; from then on only for parts of the query that were not met yet, and
//! not without end.
//!
//! Pieces are whole blocks up to 64 KiB, or a long block cut after a sentence.
//! A piece in which no word begins as one of the query does is passed over by
//! its bytes alone, without being cut into words. Pieces that answer are kept,
//! up to a megabyte; after that up to eight more are read for parts that are
//! still missing. Example: `hotline zebra` in twenty megabytes where *hotline*
//! stands all over and *zebra* near the end: a megabyte of *hotline*, then only
//! pieces with a word in *zebra*'s beginning.
//!
//! Between kept pieces that do not follow each other an empty block of
//! boilerplate is put, so that no passage reaches across the gap. The outcome
//! depends on the text and the query alone. At most nine megabytes are cut into
//! words, however long the article; the rest costs a scan for first letters.

use std::ops::Range;

use crate::document::ReadArticle;
use crate::layout::{Block, BlockKind, Layout};
use crate::matching::Matcher;
use crate::query::Scope;
use crate::text::analyze::Analyzer;
use crate::text::sentence;

/// Articles up to this many bytes are read as a whole.
const WHOLE: usize = 1 << 20;

/// The bytes of a piece. Small enough to skip, large enough to hold a passage.
const PIECE: usize = 1 << 16;

/// How much is kept in which the query stands.
const KEPT: usize = 1 << 20;

/// How much is read, once that is full, for parts that were not met.
const MORE: usize = 1 << 23;

/// The blocks of `article` to look at; `None` for all of them.
pub(crate) fn of(
    article: &ReadArticle,
    matcher: &Matcher<'_>,
    analyzer: &mut Analyzer,
) -> Option<Layout> {
    if article.text.len() <= WHOLE {
        return None;
    }
    let mut blocks = Vec::new();
    let (mut kept, mut more) = (0, 0);
    let mut wanted = matcher.parts_of(&SCOPES);
    let mut beginnings = matcher.beginnings(wanted.iter().copied());
    let mut is_gap = false;
    for piece in Pieces::of(article) {
        let is_full = kept >= KEPT;
        if is_full && (wanted.is_empty() || more >= MORE) {
            break;
        }
        // By first letters alone; most pieces of a long text end here.
        let may_answer = says(&piece).any(|span| beginnings.may_stand_in(&article.text[span]));
        let bytes = piece.iter().map(|block| block.span.len()).sum::<usize>();
        let found = if may_answer {
            more += if is_full { bytes } else { 0 };
            parts_in(&article.text, &piece, matcher, analyzer)
        } else {
            Vec::new()
        };
        // A part of the query that no piece before had.
        let is_new = found.iter().any(|part| wanted.contains(part));
        // The opening is shown where nothing else is.
        if blocks.is_empty() || is_new || (!is_full && !found.is_empty()) {
            if std::mem::take(&mut is_gap) {
                let at = piece[0].span.start;
                // Nothing is shown as one that has a gap inside.
                let kind = BlockKind::Boilerplate;
                blocks.push(Block { span: at..at, kind });
            }
            kept += bytes;
            blocks.extend(piece);
        } else {
            is_gap = true;
        }
        wanted.retain(|part| !found.contains(part));
        if kept >= KEPT {
            // Until then whatever answers is welcome.
            beginnings = matcher.beginnings(wanted.iter().copied());
        }
    }
    Some(Layout {
        blocks,
        title: article.layout.title.clone(),
    })
}

/// Where parts must stand that are looked for in the text. Titles are matched
/// apart.
const SCOPES: [Scope; 2] = [Scope::Anywhere, Scope::Body];

/// The blocks of a piece that passages are made of. Headlines and boilerplate
/// are not asked.
fn says(piece: &[Block]) -> impl Iterator<Item = Range<usize>> {
    let says = piece.iter().filter(|block| block.kind.is_body());
    says.map(|block| block.span.clone())
}

/// The parts of the query that stand in a piece. A part that reaches from one
/// piece into the next is not among them.
///
/// It costs what a search in a short article does.
fn parts_in(
    text: &str,
    piece: &[Block],
    matcher: &Matcher<'_>,
    analyzer: &mut Analyzer,
) -> Vec<usize> {
    let mut scan = matcher.scan();
    for span in says(piece) {
        matcher.look(&mut scan, analyzer, &text[span.clone()], span.start);
    }
    let in_one_sentence =
        |from: usize, to: usize| from < to && sentence::split(&text[from..to]).nth(1).is_none();
    let matches = matcher.matches(&scan, &SCOPES, &in_one_sentence);
    let mut parts: Vec<usize> = matches.iter().map(|found| found.place.part).collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}

/// The blocks of an article, piece by piece. Together they are all blocks, in
/// order, without the white space at the cuts.
struct Pieces<'a> {
    text: &'a str,
    blocks: std::slice::Iter<'a, Block>,
    /// What is left of a block that is longer than a piece, or did not fit.
    rest: Option<Block>,
}

impl<'a> Pieces<'a> {
    fn of(article: &'a ReadArticle) -> Pieces<'a> {
        Pieces {
            text: &article.text,
            blocks: article.layout.blocks.iter(),
            rest: None,
        }
    }

    /// Cuts the front of a long block off, after a sentence if that can be. A
    /// text without a space is cut at a character boundary.
    fn cut(&mut self, block: Block) -> Block {
        let Block { span, kind } = block;
        let limit = self.text.floor_char_boundary(span.start + PIECE);
        let piece = &self.text[span.start..limit];
        // After a full stop, else at a space, else anywhere.
        let sentence = piece.rfind(". ").map(|at| at + 1);
        let cut = sentence.or_else(|| piece.rfind(char::is_whitespace));
        let end = cut.filter(|at| *at > 0).map_or(limit, |at| span.start + at);
        let rest = &self.text[end..span.end];
        let start = span.end - rest.trim_start().len();
        let left = start..span.end;
        self.rest = (!left.is_empty()).then_some(Block { span: left, kind });
        let span = span.start..end;
        Block { span, kind }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Vec<Block>;

    fn next(&mut self) -> Option<Vec<Block>> {
        let (mut blocks, mut bytes) = (Vec::new(), 0);
        while let Some(block) = self.rest.take().or_else(|| self.blocks.next().cloned()) {
            bytes += block.span.len();
            if bytes <= PIECE {
                blocks.push(block);
                continue;
            }
            if blocks.is_empty() {
                let piece = self.cut(block);
                blocks.push(piece);
            } else {
                self.rest = Some(block);
            }
            break;
        }
        (!blocks.is_empty()).then_some(blocks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Record;
    use crate::matching::TermClauses;
    use crate::query::parse;

    /// How many bytes of `text` are looked at for `query`, and the last of
    /// them.
    fn looked_at(query: &str, text: String) -> (usize, String) {
        let mut analyzer = Analyzer::default();
        let parts = TermClauses::of(&parse(query).query, &mut analyzer);
        let matcher = Matcher::new(&parts);
        let article = ReadArticle::of((Record::default(), text));
        let Some(layout) = of(&article, &matcher, &mut analyzer) else {
            return (article.text.len(), String::new());
        };
        let spans = layout.blocks.iter().map(|block| block.span.clone());
        let last = spans.clone().next_back().unwrap_or_default();
        let end = last.end.saturating_sub("came last.".len());
        let last = article.text[end..last.end].to_owned();
        (spans.map(|span| span.len()).sum(), last)
    }

    const SENTENCE: &str = "The hotline between Moscow and Washington was used again. ";

    #[test]
    fn of_a_repetitive_article_a_part_is_looked_at() {
        for unit in [SENTENCE.to_owned(), format!("{SENTENCE}\n\n")] {
            let text = unit.repeat(4 * KEPT / unit.len());
            for query in ["hotline", "hotline Moscow", "\"hotline between\"", "hot*"] {
                let (bytes, _) = looked_at(query, text.clone());
                assert!(
                    (KEPT..KEPT + 2 * PIECE).contains(&bytes),
                    "{query}: {bytes}"
                );
            }
            assert!(looked_at("zebra", text.clone()).0 <= PIECE);
        }
    }

    #[test]
    fn what_stands_far_away_is_found() {
        let mut text = SENTENCE.repeat(4 * KEPT / SENTENCE.len());
        text.push_str("A zebra and a nuclear risk came last.");
        for query in [
            "zebra",
            "hotline zebra",
            "\"nuclear risk\" Moscow",
            "title:hotline risk",
        ] {
            let (_, last) = looked_at(query, text.clone());
            assert_eq!(last, "came last.", "{query}");
        }
    }

    #[test]
    fn a_short_article_is_looked_at_as_a_whole() {
        let text = SENTENCE.repeat(100);
        assert_eq!(
            looked_at("hotline", text.clone()),
            (text.len(), String::new())
        );
    }
}
