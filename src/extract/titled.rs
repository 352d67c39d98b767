//! Articles whose title their source states apart from the text, as the records
//! of a JSON Lines file do.
//!
//! Title and text are read as one page, so that *Putin* in the title is the
//! Vladimir Putin of the text, and a name in capitals is known by the small
//! letters of the text. Then every mention is led back to where it stands: its
//! offsets count in the title, which it says, or in the text.
//!
//! Cost: a copy of the text, or of a long article's first section.

use super::{Country, Mention, MentionSource, ParsedArticle, Person};
use crate::article::one_line;
use crate::layout::{Block, BlockKind, Layout};

/// No more of a title is read: a record may state one of megabytes.
const MAX_TITLE_BYTES: usize = 1 << 16;

/// Between title and text.
const GAP: &str = "\n\n";

/// A title and the text below it, as one page.
pub(super) struct TitledText {
    text: String,
    layout: Layout,
    /// How many bytes of `text` are the title.
    title: usize,
    /// Where the text that was given begins, there and here.
    from: usize,
    to: usize,
    is_end: bool,
}

/// The title of an article as it is shown, where its text has none.
pub(super) fn title_apart(given: Option<&str>, layout: &Layout) -> Option<String> {
    let has_headline = || {
        let mut blocks = layout.blocks.iter();
        blocks.any(|block| block.kind == BlockKind::Headline)
    };
    let given = given.filter(|_| layout.title.is_none() && !has_headline())?;
    let mut title = one_line(&given[..given.floor_char_boundary(MAX_TITLE_BYTES)]);
    title.shrink_to_fit();
    (!title.is_empty()).then_some(title)
}

impl TitledText {
    /// Puts `title` above the part of a text that `page` is.
    pub(super) fn of(title: &str, page: &ParsedArticle<'_>) -> TitledText {
        let from = page.extent.start;
        let to = title.len() + GAP.len();
        let text = [title, GAP, page.own_text()].concat();
        let headline = Block {
            span: 0..title.len(),
            kind: BlockKind::Headline,
        };
        let moved = page.layout.blocks.iter().map(|block| Block {
            span: block.span.start - from + to..block.span.end - from + to,
            kind: block.kind,
        });
        TitledText {
            layout: Layout {
                blocks: std::iter::once(headline).chain(moved).collect(),
                title: Some(0..title.len()),
            },
            text,
            title: title.len(),
            from,
            to,
            is_end: page.is_end,
        }
    }

    /// The page to read.
    pub(super) fn page(&self) -> ParsedArticle<'_> {
        ParsedArticle {
            is_end: self.is_end,
            ..ParsedArticle::of(&self.text, &self.layout)
        }
    }

    /// Leads the mentions of what was found on the page back to where they
    /// stand.
    pub(super) fn lead_back(&self, people: &mut [Person], countries: &mut [Country]) {
        let named = people.iter_mut().flat_map(|person| &mut person.mentions);
        let placed = countries
            .iter_mut()
            .flat_map(|country| &mut country.mentions)
            .map(|found| &mut found.mention);
        for mention in named.chain(placed) {
            self.lead_mention_back(mention);
        }
    }

    pub(super) fn lead_mention_back(&self, mention: &mut Mention) {
        if mention.start < self.title {
            mention.source = MentionSource::Title;
        } else {
            mention.start = self.offset_in_text(mention.start);
            mention.end = self.offset_in_text(mention.end);
        }
    }

    /// Where a byte of the page, which lies below the title, stands in the text.
    pub(super) fn offset_in_text(&self, at: usize) -> usize {
        at.max(self.to) - self.to + self.from
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::extract::{Extraction, extract};

    fn read(title: &str, text: &str) -> Extraction {
        let article = Article {
            text: text.to_owned(),
            given_title: Some(title.to_owned()),
            ..Article::default()
        };
        extract(&article, &article.layout())
    }

    /// All mentions, each with what its offsets count in; that they lead to its
    /// words is checked.
    fn mentions(title: &str, text: &str) -> Vec<String> {
        let found = read(title, text);
        let named = found.people.iter().flat_map(|person| &person.mentions);
        let placed = found.countries.iter().flat_map(|country| &country.mentions);
        let dated = found.dates.iter().map(|date| &date.mention);
        let all = named.chain(placed.map(|found| &found.mention)).chain(dated);
        all.map(|mention| {
            let whole = match mention.source {
                MentionSource::Title => &one_line(title),
                MentionSource::Text => text,
            };
            assert_eq!(&whole[mention.start..mention.end], mention.text);
            format!("{:?} {}", mention.source, mention.text)
        })
        .collect()
    }

    #[test]
    fn a_title_apart_is_read_with_the_text() {
        assert_eq!(
            mentions(
                "Putin  to visit\nPeru on May 14, 2013",
                "\n\nPresident Vladimir Putin left Moscow in 2012, it was said."
            ),
            [
                "Title Putin",
                "Text Vladimir Putin",
                "Title Peru",
                "Text Moscow",
                "Title May 14, 2013",
                "Text 2012",
            ]
        );
    }

    #[test]
    fn a_title_that_the_text_repeats_is_read_once() {
        assert_eq!(
            mentions(
                "Talks in Peru",
                "Talks in Peru\n\nThey were held, it was said."
            ),
            ["Text Peru"]
        );
    }

    #[test]
    fn a_title_alone_is_read() {
        assert_eq!(mentions("Talks in Peru", ""), ["Title Peru"]);
        assert_eq!(mentions(" ", "Talks in Peru."), ["Text Peru"]);
    }

    #[test]
    fn a_title_does_not_date_an_article() {
        let found = read("Talks of May 14, 2013", "They were held, it was said.");
        assert!(found.published.is_unknown());
        assert_eq!(found.dates[0].value.as_deref(), Some("2013-05-14"));
    }

    #[test]
    fn the_first_section_of_a_long_article_has_the_title() {
        let line = "Talks went on in Chile, said Ann Doe in 2012.\n\n";
        let text = line.repeat(600_000 / line.len());
        let title = "Doe leaves Peru in May 2013";
        let found = mentions(title, &text);
        let in_title = found.iter().filter(|mention| mention.starts_with("Title"));
        assert!(in_title.eq(["Title Doe", "Title Peru", "Title May 2013"].iter()));
        assert!(found.len() > 700);
    }
}
