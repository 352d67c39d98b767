//! Finds the title that an article has in its text.
//!
//! A headline is the first line of the body that is no sentence. Where there is
//! none, the first sentence is the title. Half a sentence never is: a line that
//! the next one goes on with is joined to it first, and what is left without
//! its end gives no title.
//!
//! Headers, menus, breadcrumbs and the counting of exports are no body, so that
//! none of them is looked at here; the subject of mail is found by `head`.

use std::ops::Range;

use super::without_bullet;
use super::{Block, BlockKind, boilerplate, ends_as_sentence, head, is_label, is_long, lines};
use crate::text::{after_head, sentence};

/// Among so many blocks at the start an export's label before the headline is
/// looked for.
const TOP: usize = 12;

/// Words that a headline does not end with, and a line in the middle of a
/// sentence may.
const OPEN_ENDS: [&str; 20] = [
    "a", "an", "and", "because", "from", "his", "into", "its", "my", "nor", "of", "or", "our",
    "the", "their", "was", "were", "whose", "with", "would",
];

/// Marks the headline of an article and returns where its title stands.
pub(super) fn find(text: &str, blocks: &mut Vec<Block>) -> Option<Range<usize>> {
    mark_labelled(text, blocks).or_else(|| {
        mark_publication(text, blocks);
        join_first_line(text, blocks);
        mark_headline(text, blocks).or_else(|| first_sentence(text, blocks))
    })
}

/// Makes the value of `HEADLINE: Talks held` the headline, and its label
/// boilerplate.
fn mark_labelled(text: &str, blocks: &mut Vec<Block>) -> Option<Range<usize>> {
    let labelled = blocks.iter().take(TOP).enumerate().find_map(|(at, block)| {
        let value = head::headline_value(&text[block.span.clone()])?;
        Some((at, block.span.start + value))
    });
    let (at, value) = labelled?;
    let span = blocks[at].span.clone();
    // Below the headline of a page the label is text.
    if blocks[..at]
        .iter()
        .any(|block| block.kind == BlockKind::Prose)
    {
        return None;
    }
    let label = text[span.start..value].trim_end().len();
    blocks[at] = Block {
        span: value..span.end,
        kind: BlockKind::Headline,
    };
    let label = Block {
        span: span.start..span.start + label,
        kind: BlockKind::Boilerplate,
    };
    blocks.insert(at, label);
    Some(value..span.end)
}

/// Marks the name of a newspaper as boilerplate that an export has between its
/// counting and the day: `1 of 25 DOCUMENTS`, `The Daily Port`, `April 13,
/// 2019`, and then the headline.
fn mark_publication(text: &str, blocks: &mut [Block]) {
    let content = |block: &Block| &text[block.span.clone()];
    if let [counting, name, day, headline, ..] = blocks
        && boilerplate::is_counting(content(counting))
        && name.kind.is_body()
        && is_label(content(name))
        && day.kind == BlockKind::Header
        && headline.kind.is_body()
        && is_label(content(headline))
    {
        name.kind = BlockKind::Boilerplate;
    }
}

/// Joins the first line of the body with those that go on with its sentence.
/// Where lines are wrapped unevenly, or others are too long to be wrapped, they
/// are paragraphs of their own until then.
fn join_first_line(text: &str, blocks: &mut Vec<Block>) {
    let Some(first) = blocks.iter().position(|block| block.kind.is_body()) else {
        return;
    };
    let mut last = first;
    while let Some(next) = blocks.get(last + 1)
        && goes_on(text, &blocks[last], next)
    {
        last += 1;
    }
    if last == first {
        return;
    }
    let span = blocks[first].span.start..blocks[last].span.end;
    let content = &text[span.clone()];
    let kind = match blocks[first].kind {
        BlockKind::Item => BlockKind::Item,
        _ if is_label(content) && !is_long(content) => BlockKind::Heading,
        _ => BlockKind::Prose,
    };
    blocks[first] = Block { span, kind };
    blocks.drain(first + 1..=last);
}

/// Whether the sentence at the end of `block` goes on in `next`, which stands on
/// the next line: in a small letter, or after a word that no line ends with.
fn goes_on(text: &str, block: &Block, next: &Block) -> bool {
    let between = &text[block.span.end..next.span.start];
    let is_next_line = between.bytes().filter(|byte| *byte == b'\n').count() <= 1;
    let may = |kind| matches!(kind, BlockKind::Prose | BlockKind::Heading);
    if !is_next_line || !(may(block.kind) || block.kind == BlockKind::Item) || !may(next.kind) {
        return false;
    }
    let content = &text[block.span.clone()];
    let mut letters = text[next.span.clone()].chars();
    // "iPhone" opens a sentence as it is.
    let is_small = letters.next().is_some_and(char::is_lowercase)
        && !letters.next().is_some_and(char::is_uppercase);
    let is_open = !content.ends_with(['.', '!', '?', ':', ';', '…', '。']);
    is_open && !lines::is_row(content) && (is_small || is_half(content) || is_long_half(content))
}

/// Words that a headline may end with, and more often a long line that was
/// wrapped.
const LONG_OPEN_ENDS: [&str; 15] = [
    "are", "as", "at", "been", "by", "for", "had", "has", "have", "in", "is", "on", "that", "to",
    "who",
];

/// Whether a line of many words ends in the middle of a sentence, as far as that
/// can be told.
fn is_long_half(content: &str) -> bool {
    let mut words = content.split_whitespace();
    let last = words.next_back().unwrap_or("");
    LONG_OPEN_ENDS.contains(&last) && words.nth(8).is_some()
}

/// Whether a line can be no whole sentence or headline by how it ends.
fn is_half(content: &str) -> bool {
    let last = content.split_whitespace().next_back().unwrap_or("");
    last.ends_with(',') || OPEN_ENDS.binary_search(&last).is_ok()
}

/// Makes the first line that can be a headline one, and returns its range
/// without Markdown marks.
fn mark_headline(text: &str, blocks: &mut [Block]) -> Option<Range<usize>> {
    let passed = above_headline(text, blocks);
    let mut body = blocks.iter_mut().filter(|block| block.kind.is_body());
    let first = body.nth(passed)?;
    let content = &text[first.span.clone()];
    let is_none = first.kind == BlockKind::Item
        || !is_label(content)
        || is_half(content)
        || lines::is_row(content);
    // A line by itself is the text that there is, and gives the title too.
    if is_none || body.next().is_none() {
        return None;
    }
    first.kind = BlockKind::Headline;
    let bare = content.trim_start_matches('#').trim_start();
    Some(first.span.end - bare.len()..first.span.end)
}

/// So many lines above a headline are passed over.
const MOST_ABOVE: usize = 3;

/// How many lines of the body stand above the headline and are none: an author's,
/// an address, the section or the tool of a page. Only where a line behind them
/// can be a headline, or one of these would have to be it.
fn above_headline(text: &str, blocks: &[Block]) -> usize {
    let body = || blocks.iter().filter(|block| block.kind.is_body());
    let contents = body().map(|block| &text[block.span.clone()]);
    let above = contents
        .take(MOST_ABOVE)
        .take_while(|line| is_furniture(line));
    let passed = above.count();
    let next = body().nth(passed).map(|block| &text[block.span.clone()]);
    let may_be_one = |line: &str| is_label(line) && !is_half(line) && !lines::is_row(line);
    if body().nth(passed + 1).is_some() && next.is_some_and(may_be_one) {
        passed
    } else {
        0
    }
}

/// Whole lines that stand above a headline, in small letters.
const FURNITURE: [&str; 30] = [
    "advertisement",
    "analysis",
    "breaking",
    "breaking news",
    "business",
    "comment",
    "cookies on this site",
    "exclusive",
    "feature",
    "full text",
    "home",
    "latest news",
    "local news",
    "main menu",
    "news",
    "opinion",
    "politics",
    "print this page",
    "search results",
    "share this article",
    "sign in",
    "skip to content",
    "skip to main content",
    "sports",
    "subscribe",
    "top stories",
    "uk",
    "us",
    "world",
    "world news",
];

/// Whether a line is no headline by itself. Most first lines are paragraphs, and
/// are looked at no further than their beginning.
fn is_furniture(line: &str) -> bool {
    let line = line.trim();
    let is_address = after_head(line, &["http://", "https://", "www."]).is_some()
        && !line.contains(char::is_whitespace);
    // "Copyright 2004 The Daily Port", not "Copyright reform passes".
    let owned = after_head(line, &["copyright ", "(c) "]).or(line.strip_prefix("© "));
    let is_of_owner = owned
        .is_some_and(|owned| owned.starts_with(|c: char| "©(".contains(c) || c.is_ascii_digit()));
    is_address || is_of_owner || is_of_author(line) || is_section(line)
}

/// Whether a line is one of those that pages have for their sections and tools.
fn is_section(line: &str) -> bool {
    let longest = FURNITURE.iter().map(|known| known.len()).max();
    longest.is_some_and(|longest| line.len() <= longest)
        && FURNITURE
            .binary_search(&line.to_lowercase().as_str())
            .is_ok()
}

/// *By Jane Doe*; not *By Land and Sea*.
fn is_of_author(line: &str) -> bool {
    let Some(name) = line.strip_prefix("By ") else {
        return false;
    };
    let is_name = |word: &str| word.starts_with(char::is_uppercase) || word == "and";
    let count = name.split_whitespace().take(7).count();
    let is_phrase = count < 5 && name.contains(" and ");
    (2..=6).contains(&count) && !is_phrase && name.split_whitespace().all(is_name)
}

/// Makes the first line a headline that repeats a title given apart.
pub(super) fn mark_repeated(text: &str, blocks: &mut [Block], title: &str) {
    if let Some(first) = blocks.iter_mut().find(|block| block.kind.is_body()) {
        let bare = text[first.span.clone()].trim_start_matches('#').trim();
        if !title.is_empty() && bare.eq_ignore_ascii_case(title.trim()) {
            first.kind = BlockKind::Headline;
        }
    }
}

/// The first sentence, if it is whole. A text that is nothing but a leftover of
/// a page has that for a title.
fn first_sentence(text: &str, blocks: &[Block]) -> Option<Range<usize>> {
    let body = blocks.iter().find(|block| block.kind.is_body());
    let block = match (body, blocks) {
        (Some(block), _) => block,
        (None, [alone]) if !boilerplate::is_counting(&text[alone.span.clone()]) => alone,
        _ => return None,
    };
    let bare = without_bullet(&text[block.span.clone()]);
    let start = block.span.end - bare.len();
    let sentence = sentence::split(bare).next()?;
    let content = &bare[sentence.clone()];
    // A sentence without an end was cut; a block without one may be a line.
    let is_cut =
        sentence.end < bare.len() && !ends_as_sentence(content) && !ends_otherwise(content);
    let is_open = lines::is_row(content) || is_half(content);
    if is_cut || is_open {
        let end = full_stop_at_line_end(bare)?;
        return Some(start..start + end);
    }
    Some(start + sentence.start..start + sentence.end)
}

/// The most bytes of a title whose end only a full stop at a line end tells.
const MAX_BY_LINES: usize = 300;

/// Where the first line ends that ends in a full stop. A text without capitals
/// has no other end of its first sentence.
fn full_stop_at_line_end(text: &str) -> Option<usize> {
    let mut lines = text.split_inclusive('\n').scan(0, |start, line| {
        let end = *start + line.trim_end().len();
        *start += line.len();
        Some(end)
    });
    let mut near = lines.by_ref().take_while(|end| *end <= MAX_BY_LINES);
    let end = near.find(|end| text[..*end].ends_with('.'))?;
    (end < text.trim_end().len()).then_some(end)
}

/// Whether a sentence ends as a question or a cry.
fn ends_otherwise(content: &str) -> bool {
    content
        .trim_end_matches(['"', '\'', '”', '’', ')', ']', '»', '」', '』'])
        .ends_with(['!', '?', '！', '？'])
}

#[cfg(test)]
mod tests {
    use super::super::Layout;
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let layout = Layout::of(text, None);
        let title = layout
            .title
            .clone()
            .map(|span| text[span].replace('\n', " "));
        assert_eq!(title.as_deref(), expected, "{text:?}");
        // No text is lost, and none is in two blocks.
        let mut last = 0;
        let mut solid = String::new();
        for block in &layout.blocks {
            assert!(block.span.start >= last && block.span.start <= block.span.end);
            last = block.span.end;
            solid.push_str(&text[block.span.clone()]);
        }
        let letters = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(letters(&solid), letters(text));
    }

    #[test]
    fn the_open_ends_are_sorted() {
        assert!(OPEN_ENDS.is_sorted());
    }

    #[test]
    fn headers_of_mail_give_their_subject() {
        check(
            "Return-Path: <desk@example.org>\nFrom: \"Foreign Desk\" <desk@example.org>\nSubject: Notes from the harbour\n meeting\nDate: Mon, 4 Mar 2019 23:58:10 -0500\n\nDear all,\n\nThe harbour master spoke.\n",
            Some("Notes from the harbour  meeting"),
        );
        check(
            "From: Ann\nTo: Bob\n\nHarbour wall falls\n\nIt fell on Friday.\n",
            Some("Harbour wall falls"),
        );
        check(
            "From: Ann\nTo: Bob\nSubject:\n\nIt fell on Friday. It was old.\n",
            Some("It fell on Friday."),
        );
    }

    #[test]
    fn the_head_of_a_press_release_is_no_title() {
        for head in [
            "FOR IMMEDIATE RELEASE\nMarch 4, 2019",
            "FOR IMMEDIATE RELEASE March 4, 2019",
            "Press release: 4 March 2019",
            "NEWS RELEASE",
        ] {
            let text = format!("{head}\n\nHarbour wall falls in storm\n\nThe wall fell.\n");
            check(&text, Some("Harbour wall falls in storm"));
        }
        check(
            "Press release angers harbour board\n\nIt said so.\n",
            Some("Press release angers harbour board"),
        );
    }

    #[test]
    fn the_counting_of_exports_is_passed_over() {
        for counting in [
            "Document 1 of 2",
            "1 of 25 DOCUMENTS",
            "Page 3 of 10",
            "Story 2/12",
            "[Result 5 of 200]",
            "Article 7",
            "12",
        ] {
            let text = format!("{counting}\n\nHarbour wall falls in storm\n\nThe wall fell.\n");
            check(&text, Some("Harbour wall falls in storm"));
        }
        check("Document 1 of 2\n", None);
        check(
            "1 of 25 DOCUMENTS\n\nThe Daily Port\n\nHEADLINE: Harbour wall falls\n\nIt fell.\n",
            Some("Harbour wall falls"),
        );
        check(
            "7 of 10 children are poor\n\nThey live in towns.\n",
            Some("7 of 10 children are poor"),
        );
    }

    #[test]
    fn menus_and_breadcrumbs_are_passed_over() {
        for menu in [
            "Skip to main content\nMenu\nSearch",
            "Skip to main content Menu",
            "Home News Sport Weather",
            "Home > News > Europe",
            "Home » Politics » The Harbour",
            "News / World / Europe",
            "Home | About us | Contact",
            "Toggle navigation",
            "Menu\n\nLog in\nSubscribe",
            "Accept all cookies",
            "Skip to content\nHome\nNews\nSport",
            "Accept cookies\nWe use cookies to improve your experience.",
            "Print this page\nShare this article",
            "You are here: Home > News",
        ] {
            let text =
                format!("{menu}\n\nHarbour closes for winter\n\nThe harbour closes on Friday.\n");
            check(&text, Some("Harbour closes for winter"));
        }
        check(
            "Home Office to close harbour\n\nIt said so.\n",
            Some("Home Office to close harbour"),
        );
        check(
            "Search for ship goes on\n\nIt said so.\n",
            Some("Search for ship goes on"),
        );
        check(
            "Win / lose / draw: the talks\n\nIt said so.\n",
            Some("Win / lose / draw: the talks"),
        );
    }

    #[test]
    fn what_stands_above_a_headline_is_no_title() {
        for above in [
            "By Jane Doe",
            "https://www.example.org/news/harbour",
            "BREAKING NEWS",
            "World",
            "Search Results\n\nResult 3 of 17",
            "Copyright 2004 The Daily Port",
        ] {
            let text =
                format!("{above}\n\nHarbour burns\n\nThe harbour burned on Monday, he said.");
            check(&text, Some("Harbour burns"));
        }
        check(
            "World\n\nThe harbour burned on Monday, he said.",
            Some("World"),
        );
        assert!(FURNITURE.is_sorted());
    }

    #[test]
    fn half_a_sentence_is_no_title() {
        let long = "word ".repeat(30);
        // Lines that are not joined, since one is too long to be wrapped.
        check(
            &format!(
                "The harbour master told the board\non Friday that he would go. He went.\n{long}\n"
            ),
            Some("The harbour master told the board on Friday that he would go."),
        );
        check(
            &format!(
                "The harbour master told the\nBoard on Friday that he would go. He went.\n{long}\n"
            ),
            Some("The harbour master told the Board on Friday that he would go."),
        );
        check(
            &format!("The harbour master, who was ill,\n\n{long}\n\nIt went on.\n"),
            None,
        );
        check(
            &format!("He would go to the\n\n{long}\n\nIt went on.\n"),
            None,
        );
        check(
            &format!(
                "The harbour master of the old town told the board in\nHarwich that he would go. He went.\n{long}\n"
            ),
            Some("The harbour master of the old town told the board in Harwich that he would go."),
        );
        // Two lines of a headline.
        check(
            &format!("Harbour master resigns after\nlong dispute over dredging\n\n{long}.\n"),
            Some("Harbour master resigns after long dispute over dredging"),
        );
        check(
            "iPhone sales fall\n\nThey fell.\n",
            Some("iPhone sales fall"),
        );
        // Blanks behind a line make no row of it.
        check(
            &format!("acids in maternal plasma     \ncontent .       \n  injection of {long}.\n"),
            Some("acids in maternal plasma      content ."),
        );
        // Nothing but the line end tells where the first sentence ends.
        check(
            &format!("levels of glucose and free\nfatty acids .   \n  levels have {long}.\n"),
            Some("levels of glucose and free fatty acids ."),
        );
        // A sentence that has to be cut has no title's length.
        check(&"word ".repeat(3_000), None);
    }
}
