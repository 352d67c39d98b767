//! Reads the page: which lines of an article are its headline, its prose, its
//! lists, and which are boilerplate of the web page it was saved from.
//!
//! Responsible for paragraphs (`lines`), headers of mail (`head`), the title
//! (`title`) and boilerplate (`boilerplate`: "Advertisement", "Load more"). Pure:
//! text in, byte ranges out. Imports `text`. What a block says is the business of `extract` and `matching`.

mod boilerplate;
mod head;
mod lines;
mod title;

use std::ops::Range;

use rustc_hash::FxHashMap;

use self::head::HeaderLine;
use self::lines::DraftParagraph;

/// What a block of an article is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// The headline; at most one block, and it is not part of the body.
    Headline,
    /// A paragraph of sentences.
    Prose,
    /// A point of a list.
    Item,
    /// A short line above prose, inside the article.
    Heading,
    /// A line that only dates the article or says when it was updated.
    Header,
    /// A leftover of the page: never a passage while a sentence matches.
    Boilerplate,
}

impl BlockKind {
    /// Whether the block is text of the article's body.
    pub fn is_body(self) -> bool {
        matches!(
            self,
            BlockKind::Prose | BlockKind::Item | BlockKind::Heading
        )
    }
}

/// A paragraph, point or line of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Byte range in the article's text, without the space around it.
    pub span: Range<usize>,
    /// What the block is.
    pub kind: BlockKind,
}

/// The blocks of an article and its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// In the order of the text, disjoint; together they hold all of the text
    /// that is not white space.
    pub blocks: Vec<Block>,
    /// Where the title stands in the text: the headline, else the first
    /// sentence; `None` when the text is empty or the title was given apart.
    pub title: Option<Range<usize>>,
}

/// The most words of a headline.
const MAX_HEADLINE_WORDS: usize = 30;

/// The most bytes of a headline, for lines whose words have no end.
const MAX_HEADLINE_BYTES: usize = 500;

/// Among so many lines at the start a menu is looked for.
const MAX_MENU: usize = 60;

impl Layout {
    /// Reads the layout of `text`. `given_title` is the title where the source
    /// states it apart from the text (a record's field, front matter); a first
    /// line that repeats it is its headline, and no other line is.
    pub fn of(text: &str, given_title: Option<&str>) -> Layout {
        let (headers, start) = head::headers(text);
        let mut body = classify(text, lines::paragraphs(text, start));
        let title = match given_title {
            Some(given) => {
                title::mark_repeated(text, &mut body, given);
                None
            }
            None => headers
                .iter()
                .find_map(|line| line.subject.clone())
                .or_else(|| title::find(text, &mut body)),
        };
        let mut blocks = header_blocks(text, headers, given_title.is_none());
        blocks.append(&mut body);
        Layout { blocks, title }
    }

    /// The blocks that are text of the body, in order.
    pub fn body(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|block| block.kind.is_body())
    }
}

/// The blocks of headers of mail. The day of a message is a date line, its
/// subject a headline (unless the title is given), and all else boilerplate.
fn header_blocks(text: &str, headers: Vec<HeaderLine>, has_headline: bool) -> Vec<Block> {
    let mut blocks = Vec::with_capacity(headers.len() + 2);
    for HeaderLine { span, subject } in headers {
        let line = &text[span.clone()];
        let name = head::name_of(line).unwrap_or("");
        let dates = ["date", "sent", "resent-date", "published"];
        let is_date = dates.iter().any(|date| name.eq_ignore_ascii_case(date));
        let other = if is_date {
            BlockKind::Header
        } else {
            BlockKind::Boilerplate
        };
        match subject.filter(|_| has_headline) {
            Some(subject) => {
                let label = text[span.start..subject.start].trim_end();
                blocks.push(Block {
                    span: span.start..span.start + label.len(),
                    kind: BlockKind::Boilerplate,
                });
                blocks.push(Block {
                    span: subject,
                    kind: BlockKind::Headline,
                });
            }
            None => blocks.push(Block { span, kind: other }),
        }
    }
    blocks
}

/// The text of a point without its bullet.
fn without_bullet(line: &str) -> &str {
    // Most points have none, and most lines are none.
    if line.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return line;
    }
    line.trim_start_matches(|c: char| "•-*–·◦▪ \t".contains(c))
}

/// A label that stands so often in an article is the page's.
const REPEATED: usize = 3;

fn classify(text: &str, paragraphs: Vec<DraftParagraph>) -> Vec<Block> {
    let contents = paragraphs
        .iter()
        .map(|paragraph| &text[paragraph.span.clone()]);
    let labels: Vec<bool> = contents.clone().map(is_label).collect();
    let mut repeats: FxHashMap<&str, usize> = FxHashMap::default();
    // Fewer are not repeated.
    if labels.iter().filter(|is_label| **is_label).count() >= REPEATED {
        for (content, _) in contents.zip(&labels).filter(|(_, is_label)| **is_label) {
            *repeats.entry(content).or_default() += 1;
        }
    }
    let is_repeated = |content: &str| repeats.get(content).is_some_and(|count| *count >= REPEATED);
    let mut blocks: Vec<Block> = paragraphs
        .into_iter()
        .zip(labels)
        .map(|(paragraph, is_label)| {
            let content = &text[paragraph.span.clone()];
            let kind = if boilerplate::is_header(content) {
                BlockKind::Header
            } else if boilerplate::is_boilerplate(without_bullet(content))
                || (is_label && is_repeated(content))
            {
                BlockKind::Boilerplate
            } else if paragraph.is_item {
                BlockKind::Item
            } else if paragraph.is_marked_heading || (is_label && !is_long(content)) {
                BlockKind::Heading
            } else {
                BlockKind::Prose
            };
            Block {
                span: paragraph.span,
                kind,
            }
        })
        .collect();
    mark_menu(text, &mut blocks);
    mark_tail(text, &mut blocks);
    blocks
}

/// Marks names of sections above the text as boilerplate that stand beside a
/// page's own lines: `Home`, `News`, `Sport`, each on a line.
fn mark_menu(text: &str, blocks: &mut [Block]) {
    let is_page = |block: &Block| block.kind == BlockKind::Boilerplate;
    let is_section = |block: &Block| boilerplate::is_section(&text[block.span.clone()]);
    let top = blocks.iter().take(MAX_MENU);
    let end = top
        .take_while(|block| block.kind != BlockKind::Prose)
        .count();
    for at in 1..end {
        if is_page(&blocks[at - 1]) && is_section(&blocks[at]) {
            blocks[at].kind = BlockKind::Boilerplate;
        }
    }
}

/// Whether `line` is no sentence: short and without a full stop.
fn is_label(line: &str) -> bool {
    line.len() <= MAX_HEADLINE_BYTES
        && !ends_as_sentence(line)
        && line.split_whitespace().count() <= MAX_HEADLINE_WORDS
}

fn is_long(line: &str) -> bool {
    line.split_whitespace().count() > 12
}

fn ends_as_sentence(line: &str) -> bool {
    line.trim_end_matches(['"', '\'', '”', '’', ')', ']'])
        .ends_with(['.', ';', ':', '。', '…', ','])
}

/// Marks the short lines after the last sentence as boilerplate: links and
/// section names ("Latest Podcasts"). A list that ends an article stays.
fn mark_tail(text: &str, blocks: &mut [Block]) {
    if !blocks.iter().any(|block| block.kind == BlockKind::Prose) {
        return;
    }
    for block in blocks.iter_mut().rev() {
        let content = &text[block.span.clone()];
        let is_link = block.kind == BlockKind::Heading
            && content.split_whitespace().count() <= 3
            && !content.contains(|c: char| c.is_ascii_digit());
        if is_link || boilerplate::is_tag_line(content) {
            block.kind = BlockKind::Boilerplate;
        } else if block.kind.is_body() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lines::MAX_BLOCKS;
    use super::*;

    fn kinds(text: &str) -> Vec<(BlockKind, String)> {
        Layout::of(text, None)
            .blocks
            .into_iter()
            .map(|block| {
                (
                    block.kind,
                    text[block.span]
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join(" "),
                )
            })
            .collect()
    }

    fn title(text: &str) -> Option<String> {
        Layout::of(text, None)
            .title
            .map(|span| text[span].to_owned())
    }

    #[test]
    fn hard_wrapped_lines_are_one_paragraph() {
        let text = "TOKYO, March 11 - The yen's rise against the dollar is\nexpected to boost Japan's unemployment rate.\n    The official 1987/88 estimate is 2.9 pct.\n";
        let blocks = kinds(text);
        assert_eq!(blocks.len(), 2);
        assert!(blocks[0].1.ends_with("unemployment rate."));
        // Nobody can wrap an address, however long it is.
        for length in [70, 99, 130, 500] {
            let address = format!("https://{}", "x".repeat(length));
            let text = format!(
                "TOKYO, March 11 - The yen's rise against the dollar is told of at\n{address}\nand is expected to boost Japan's unemployment rate, which the\nministry said on Friday.\n"
            );
            assert_eq!(kinds(&text).len(), 1, "{length}");
        }
        assert_eq!(kinds(&"one\ntwo-and-a-half\n".repeat(9)).len(), 1);
    }

    #[test]
    fn blocks_have_a_bound_and_hold_all_of_the_text() {
        for unit in ["#\n", "#a\n", "- a\n", "a\n\n"] {
            let text = unit.repeat(MAX_BLOCKS + 1000);
            let layout = Layout::of(&text, Some("-"));
            assert_eq!(layout.blocks.len(), MAX_BLOCKS, "{unit:?}");
            let last = layout.blocks.last().map(|block| block.span.end);
            assert_eq!(last, Some(text.trim_end().len()));
        }
    }

    #[test]
    fn a_list_stays_and_a_page_menu_goes() {
        let text = "Talks held\n\nThe two countries agreed to do the following with each other, they said on Friday:\n\n  • Regular exchanges of information.\n  • narrow-browser-and-phone\nAdvertisement\n\nLatest Podcasts";
        let blocks = kinds(text);
        assert_eq!(blocks[2].0, BlockKind::Item);
        assert_eq!(blocks[3].0, BlockKind::Boilerplate);
        assert_eq!(blocks[4].0, BlockKind::Boilerplate);
        assert_eq!(blocks[5].0, BlockKind::Boilerplate);
    }

    #[test]
    fn the_title_is_the_headline_or_the_first_sentence() {
        let headline = "Advertisement\n\nMay 14, 2013 / 11:41 PM\n\nTalks held in Moscow\n\nThey met on Friday in Moscow.";
        assert_eq!(title(headline).as_deref(), Some("Talks held in Moscow"));
        assert_eq!(
            title("The U.S. has met them. More.").as_deref(),
            Some("The U.S. has met them.")
        );
        assert_eq!(
            title("# A heading\n\nSome text here.").as_deref(),
            Some("A heading")
        );
        assert_eq!(title("  \n\n"), None);
        assert_eq!(title("Advertisement").as_deref(), Some("Advertisement"));
    }

    #[test]
    fn a_title_given_apart_is_not_looked_for() {
        let layout = Layout::of("A heading\n\nText follows here.", Some("Other"));
        assert_eq!(layout.title, None);
        assert!(
            layout
                .blocks
                .iter()
                .all(|block| block.kind != BlockKind::Headline)
        );
        let layout = Layout::of("Other\n\nText follows here.", Some("Other"));
        assert_eq!(layout.blocks[0].kind, BlockKind::Headline);
    }
}
