//! Which words of an article belong to which field, in the order of their
//! positions.
//!
//! Every engine's writer gets the words from here, so that all of them have the
//! same words at the same positions. What belongs to which field: the headline
//! to title and text; prose and lists to text; all else to boilerplate, which
//! is found without weight. Between blocks a position is left out, so that no
//! phrase reaches across. The title is added apart only where no block of the
//! page is one, and the author at the end of the text.
//!
//! Pure; imports the analyzer and the layout. Cost: one pass over the text.

use crate::article::Article;
use crate::layout::{BlockKind, Layout};
use crate::text::analyze::{Analyzer, Word};

/// Where a word stands, which tells the fields that have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WordPart {
    /// In a headline: a word of the text, and of the title.
    Headline,
    /// In prose or a list: a word of the text.
    Body,
    /// In what is neither.
    Boilerplate,
    /// In a title that no block of the page has: a word of the title alone, and
    /// no form.
    TitleAlone,
}

impl WordPart {
    /// Whether it is a word of the text, which ranking counts.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, WordPart::Headline | WordPart::Body)
    }
}

/// Takes the words of an article.
pub(crate) trait WordSink {
    /// A block begins: in its field a position is left out, unless no word of
    /// the field came before. Not called for a title alone.
    fn block(&mut self, part: WordPart);

    /// A word, at the next position of its fields; one that
    /// [is an alternative](Word::is_alternative) stands at the position of the
    /// word before it, and so does the [capital](Word::capital) of a word that
    /// is none.
    fn word(&mut self, part: WordPart, word: &Word<'_>);
}

/// Shows the words of an article to `sink`. `title` is what the article is
/// shown under; `layout` is that of its text.
pub(crate) fn each_word(
    analyzer: &mut Analyzer,
    article: &Article,
    layout: &Layout,
    title: &str,
    sink: &mut impl WordSink,
) {
    let mut has_title = false;
    let mut add = |text: &str, kind: BlockKind| {
        let part = match kind {
            BlockKind::Headline => WordPart::Headline,
            kind if kind.is_body() => WordPart::Body,
            _ => WordPart::Boilerplate,
        };
        sink.block(part);
        analyzer.words(text, |word| {
            has_title |= part == WordPart::Headline;
            sink.word(part, &word);
        });
    };
    // A headline is one of the blocks; a title given apart, or taken from the
    // first sentence, is added here.
    let mut blocks = layout.blocks.iter();
    let has_headline = blocks.any(|block| block.kind == BlockKind::Headline);
    if article.given_title.is_some() && !has_headline {
        add(title, BlockKind::Headline);
    }
    for block in &layout.blocks {
        add(&article.text[block.span.clone()], block.kind);
    }
    if let Some(author) = &article.metadata.author {
        add(author, BlockKind::Prose);
    }
    if !has_title {
        analyzer.words(title, |word| sink.word(WordPart::TitleAlone, &word));
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// What was shown, as text.
    #[derive(Default)]
    struct Shown(String);

    impl WordSink for Shown {
        fn block(&mut self, part: WordPart) {
            let _ = write!(self.0, "[{part:?}]");
        }

        fn word(&mut self, part: WordPart, word: &Word<'_>) {
            let same = if word.is_alternative() { "=" } else { " " };
            let alone = if part == WordPart::TitleAlone {
                "!"
            } else {
                ""
            };
            let _ = write!(self.0, "{same}{}{alone}", word.term());
        }
    }

    fn check(article: &Article, expected: &str) {
        let layout = article.layout();
        let title = article.title(&layout);
        let mut shown = Shown::default();
        each_word(
            &mut Analyzer::default(),
            article,
            &layout,
            &title,
            &mut shown,
        );
        assert_eq!(shown.0, expected);
    }

    #[test]
    fn words_come_with_their_part_and_a_title_once() {
        let mut article = Article {
            text: "Talks begin\n\nThe cyber-\nsecurity board met in a room of the house.\n"
                .to_owned(),
            ..Article::default()
        };
        let body = "[Body] the cyber=cybersecur secur board meet in a room of the hous";
        check(&article, &format!("[Headline] talk begin{body}"));
        article.metadata.author = Some("Ann".to_owned());
        article.given_title = Some("Other news".to_owned());
        let body = "[Body] talk begin".to_owned() + body + "[Body] ann";
        check(&article, &format!("[Headline] other news{body}"));
    }
}
