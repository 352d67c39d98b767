//! Reads the page: which lines of an article are its headline, its prose, its
//! lists, and which are boilerplate of the web page it was saved from.
//!
//! Responsible for joining hard-wrapped lines to paragraphs, for the title and
//! for boilerplate ("Advertisement", "Load more"). Pure: text in, byte ranges out.
//! Imports `text`. What a block says is the business of `extract` and `matching`.

mod boilerplate;

use std::ops::Range;

use memchr::memchr;
use rustc_hash::FxHashMap;

use crate::text::division;
use crate::text::sentence;

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

/// The most blocks of an article; what follows belongs to the last. A text of
/// bullets alone would take twenty times its length, and no article of a
/// hundred megabytes has as many paragraphs.
const MAX_BLOCKS: usize = 1 << 16;

/// Text whose longest line has at most this many characters is taken to be
/// hard-wrapped, as wire copy and mail are.
const MAX_WRAP_WIDTH: usize = 100;

impl Layout {
    /// Reads the layout of `text`. `given_title` is the title where the source
    /// states it apart from the text (a record's field, front matter); a first
    /// line that repeats it is its headline, and no other line is.
    pub fn of(text: &str, given_title: Option<&str>) -> Layout {
        let mut blocks = classify(text, paragraphs(text));
        let title = match given_title {
            Some(given) => {
                mark_repeated_title(text, &mut blocks, given);
                None
            }
            None => mark_headline(text, &mut blocks).or_else(|| first_sentence(text, &blocks)),
        };
        Layout { blocks, title }
    }

    /// The blocks that are text of the body, in order.
    pub fn body(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|block| block.kind.is_body())
    }
}

/// A paragraph before it is classified.
struct DraftParagraph {
    span: Range<usize>,
    is_item: bool,
    /// Starts with the `#` of a Markdown heading.
    is_marked_heading: bool,
}

/// One line without its line end.
struct PageLine<'a> {
    /// Where it stands in the text, without the space around it.
    span: Range<usize>,
    /// Bytes of space before it.
    indent: usize,
    /// With the space before it, without that after it.
    text: &'a str,
}

impl<'a> PageLine<'a> {
    fn of(raw: &'a str, start: usize) -> PageLine<'a> {
        let text = raw.trim_end();
        let indent = text.len() - text.trim_start().len();
        PageLine {
            span: start + indent..start + text.len(),
            indent,
            text,
        }
    }

    fn trimmed(&self) -> &'a str {
        &self.text[self.indent..]
    }

    /// Its width in characters, with the space before it.
    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

fn lines(text: &str) -> impl Iterator<Item = PageLine<'_>> {
    let mut start = 0;
    // Old Macintosh files have no line feeds at all.
    let bytes = text.as_bytes();
    let has_feeds = memchr(b'\n', bytes).is_some();
    let end = if has_feeds { b'\n' } else { b'\r' };
    std::iter::from_fn(move || {
        let at = start;
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        start = at + memchr(end, rest).map_or(rest.len(), |feed| feed + 1);
        Some(PageLine::of(&text[at..start], at))
    })
}

/// Joins the lines of `text` to paragraphs.
///
/// A line goes on with the one before it when that one was broken because the
/// next word did not fit any more, or where a word is divided between the two;
/// a blank line, a bullet or a deeper indent starts a new paragraph.
///
/// Lines are read twice and not kept: a text of line ends alone would take
/// forty times its length.
fn paragraphs(text: &str) -> Vec<DraftParagraph> {
    let width = wrap_width(lines(text));
    let mut paragraphs: Vec<DraftParagraph> = Vec::new();
    let mut previous: Option<PageLine<'_>> = None;
    // Where the word goes on that the last line ends with. A page number may
    // lie before it.
    let mut divided_until = 0;
    for line in lines(text) {
        let trimmed = line.trimmed();
        if trimmed.is_empty() {
            previous = None;
            continue;
        }
        let is_divided = line.span.start <= divided_until && divided_until > 0;
        divided_until =
            division_end(text, &line).unwrap_or(if is_divided { divided_until } else { 0 });
        let is_item = is_bullet(trimmed);
        let goes_on = is_divided
            || !is_item
                && !trimmed.starts_with('#')
                && previous.as_ref().is_some_and(|before| {
                    line.indent <= before.indent && was_wrapped(before, trimmed, width)
                });
        let is_full = paragraphs.len() >= MAX_BLOCKS;
        match paragraphs.last_mut() {
            Some(open) if is_full || (goes_on && (is_divided || !open.is_marked_heading)) => {
                open.span.end = line.span.end;
            }
            _ => paragraphs.push(DraftParagraph {
                span: line.span.clone(),
                is_item,
                is_marked_heading: trimmed.starts_with('#'),
            }),
        }
        previous = Some(line);
    }
    paragraphs
}

/// Where the word goes on that is divided at the end of `line`.
fn division_end(text: &str, line: &PageLine<'_>) -> Option<usize> {
    let last = text[line.span.clone()].chars().next_back()?;
    // Asked of the rest of the text: a page may end here.
    let division = division::at(text, line.span.end - last.len_utf8())?;
    Some(division.next)
}

/// The width that the lines were wrapped to, `None` if they were not. A word
/// that is longer than all other lines, such as the address of a page, could
/// not be wrapped and says nothing.
fn wrap_width<'a>(lines: impl Iterator<Item = PageLine<'a>>) -> Option<usize> {
    let (mut longest, mut longest_word) = (None, None);
    for line in lines {
        let width = Some(line.width());
        if width <= longest {
            continue;
        }
        if line.trimmed().contains(char::is_whitespace) {
            longest = width;
        } else {
            longest_word = longest_word.max(width);
        }
        if longest > Some(MAX_WRAP_WIDTH) {
            return None;
        }
    }
    let width = longest.or(longest_word);
    width.filter(|width| *width <= MAX_WRAP_WIDTH)
}

/// Whether the first word of `next` would not have fitted on `before`. Four
/// fifths of the width, because typists did not break at the same column.
fn was_wrapped(before: &PageLine<'_>, next: &str, width: Option<usize>) -> bool {
    let Some(width) = width else {
        return false;
    };
    let first_word = next.split_whitespace().next().unwrap_or("").chars().count();
    (before.width() + 1 + first_word) * 5 > width * 4
}

fn is_bullet(line: &str) -> bool {
    ["• ", "•\t", "- ", "* ", "– ", "· ", "◦ ", "▪ "]
        .iter()
        .any(|mark| line.starts_with(mark))
}

/// The text of a point without its bullet.
fn without_bullet(line: &str) -> &str {
    line.trim_start_matches(|c: char| "•-*–·◦▪ \t".contains(c))
}

fn classify(text: &str, paragraphs: Vec<DraftParagraph>) -> Vec<Block> {
    let mut repeats: FxHashMap<&str, usize> = FxHashMap::default();
    let short = paragraphs
        .iter()
        .filter(|paragraph| paragraph.span.len() <= MAX_HEADLINE_BYTES);
    for paragraph in short {
        *repeats.entry(&text[paragraph.span.clone()]).or_default() += 1;
    }
    let is_repeated = |content: &str| repeats.get(content).is_some_and(|count| *count >= 3);
    let mut blocks: Vec<Block> = paragraphs
        .into_iter()
        .map(|paragraph| {
            let content = &text[paragraph.span.clone()];
            let kind = if boilerplate::is_header(content) {
                BlockKind::Header
            } else if boilerplate::is_boilerplate(without_bullet(content))
                || (is_label(content) && is_repeated(content))
            {
                BlockKind::Boilerplate
            } else if paragraph.is_item {
                BlockKind::Item
            } else if paragraph.is_marked_heading || (is_label(content) && !is_long(content)) {
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
    mark_tail(text, &mut blocks);
    blocks
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

/// Makes the first line that can be a headline one, and returns its range
/// without Markdown marks.
fn mark_headline(text: &str, blocks: &mut [Block]) -> Option<Range<usize>> {
    let mut body = blocks.iter_mut().filter(|block| block.kind.is_body());
    let first = body.next()?;
    let content = &text[first.span.clone()];
    // A line by itself is the text that there is, and gives the title too.
    if first.kind == BlockKind::Item || !is_label(content) || body.next().is_none() {
        return None;
    }
    first.kind = BlockKind::Headline;
    let bare = content.trim_start_matches('#').trim_start();
    Some(first.span.end - bare.len()..first.span.end)
}

fn mark_repeated_title(text: &str, blocks: &mut [Block], title: &str) {
    if let Some(first) = blocks.iter_mut().find(|block| block.kind.is_body()) {
        let bare = text[first.span.clone()].trim_start_matches('#').trim();
        if !title.is_empty() && bare.eq_ignore_ascii_case(title.trim()) {
            first.kind = BlockKind::Headline;
        }
    }
}

fn first_sentence(text: &str, blocks: &[Block]) -> Option<Range<usize>> {
    let block = blocks
        .iter()
        .find(|block| block.kind.is_body())
        .or(blocks.first())?;
    let bare = without_bullet(&text[block.span.clone()]);
    let start = block.span.end - bare.len();
    let sentence = sentence::split(bare).next()?;
    Some(start + sentence.start..start + sentence.end)
}

#[cfg(test)]
mod tests {
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
