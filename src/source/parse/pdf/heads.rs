//! Running heads: what stands at the edge of page after page and belongs to
//! none: the newspaper's name, the title again, `Page 3 of 7`.
//!
//! A line is one if it stands first (or last) on its page, and
//!
//! 1. on at least three of six pages in a row such a line is the same but for
//!    its digits, at the same height; or
//! 2. it is a number that grows with the pages, on all of them (two are enough);
//!    or
//! 3. it follows a running head without a gap and has one behind it, as the lines
//!    of such a head do on nearly all pages of the file, and nothing is lost with
//!    it: it stands on another page or in the text as well, or it is short and
//!    ends no sentence. Such lines may change from article to article: `Talks held
//!    The Herald May 3, 2013`.
//!
//! Once a line is dropped, the next one stands first. "Six pages in a row", since
//! the sections of a long file have heads of their own, and since among hundreds
//! of pages any short line comes first three times.
//!
//! Copies of one article a few pages apart repeat whole pages, not heads: where
//! more lines than a head has are the same, none is dropped, and none that stands
//! in one block with a line that stays. Of a page that would be left empty,
//! nothing but its number is dropped.
//!
//! Never dropped is what cuts an export into its articles: `3 of 161 DOCUMENTS`,
//! `End of Document`, a line of `_`, `LENGTH: 800 words`.

use rustc_hash::FxHashMap;

use super::pages::{Area, TextPage};

/// On so many pages a running head stands.
const MIN_PAGES: usize = 3;

/// Of so many in a row.
const WINDOW: usize = 6;

/// The most lines that are dropped at an edge.
const MOST_LINES: usize = 4;

/// How far apart lines at the same height may be, in points.
const SAME_HEIGHT: f32 = 4.0;

/// The most bytes of a running head.
const MOST_BYTES: usize = 300;

/// Which edge of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    Top,
    Bottom,
}

/// A line at the edge of a page.
#[derive(Debug, Clone, Copy)]
struct EdgeLine {
    block: usize,
    line: usize,
    area: Area,
}

/// Drops the running heads and the page numbers of all pages.
pub(super) fn drop_all(pages: &mut [TextPage]) {
    for edge in [Edge::Top, Edge::Bottom] {
        drop_at(pages, edge);
    }
}

fn drop_at(pages: &mut [TextPage], edge: Edge) {
    let edges: Vec<Vec<EdgeLine>> = pages.iter().map(|page| edge_lines(page, edge)).collect();
    // How many lines of each page are dropped.
    let mut dropped = vec![0; pages.len()];
    for _ in 0..=MOST_LINES {
        let first: Vec<Option<(&str, f32)>> = edges
            .iter()
            .zip(pages.iter())
            .zip(&dropped)
            .map(|((lines, page), dropped)| {
                let line = lines.get(*dropped)?;
                let text = text_of(page, line);
                let is_candidate = text.len() <= MOST_BYTES && !is_record_mark(text);
                is_candidate.then_some((text, line.area.top))
            })
            .collect();
        let mut found = repeated(&first);
        for (found, is_number) in found.iter_mut().zip(numbers(&first)) {
            *found |= is_number;
        }
        if !found.contains(&true) {
            break;
        }
        for (dropped, found) in dropped.iter_mut().zip(found) {
            *dropped += usize::from(found);
        }
    }
    for ((page, lines), dropped) in pages.iter().zip(&edges).zip(&mut dropped) {
        keep_copies(page, lines, dropped);
    }
    drop_followers(pages, &edges, &mut dropped);
    for ((page, lines), dropped) in pages.iter().zip(&edges).zip(&mut dropped) {
        keep_blocks(page, lines, dropped);
        let all: usize = page.blocks.iter().map(|block| block.lines.len()).sum();
        if *dropped == all {
            *dropped = leading_numbers(page, &lines[..*dropped]);
        }
    }
    for ((page, lines), dropped) in pages.iter_mut().zip(edges).zip(dropped) {
        for line in &lines[..dropped] {
            page.blocks[line.block].lines[line.line].text.clear();
        }
        if dropped > 0 {
            for block in &mut page.blocks {
                block.lines.retain(|line| !line.text.is_empty());
                // Its box is that of what is left.
                let areas = block.lines.iter().map(|line| line.area);
                block.area = areas.reduce(Area::with).unwrap_or_default();
            }
            page.blocks.retain(|block| !block.lines.is_empty());
        }
    }
}

/// How many of the lines are nothing but a page number.
fn leading_numbers(page: &TextPage, lines: &[EdgeLine]) -> usize {
    let is_number = |line: &&EdgeLine| page_number(text_of(page, line)).is_some();
    lines.iter().take_while(is_number).count()
}

/// Keeps what is too much for a head.
fn keep_copies(page: &TextPage, lines: &[EdgeLine], dropped: &mut usize) {
    if *dropped > MOST_LINES {
        *dropped = leading_numbers(page, &lines[..*dropped]);
    }
}

/// Keeps the lines of blocks that would be cut.
fn keep_blocks(page: &TextPage, lines: &[EdgeLine], dropped: &mut usize) {
    let numbers = leading_numbers(page, &lines[..*dropped]);
    let is_cut = |last: &EdgeLine, dropped: usize| {
        let going = lines[..dropped].iter();
        let going = going.filter(|line| line.block == last.block).count();
        going < page.blocks[last.block].lines.len()
    };
    while *dropped > numbers && is_cut(&lines[*dropped - 1], *dropped) {
        *dropped -= 1;
    }
}

fn text_of<'a>(page: &'a TextPage, line: &EdgeLine) -> &'a str {
    &page.blocks[line.block].lines[line.line].text
}

/// The outermost lines of a page, from the edge on, with a few more to see what
/// follows.
fn edge_lines(page: &TextPage, edge: Edge) -> Vec<EdgeLine> {
    let mut lines: Vec<EdgeLine> = Vec::new();
    for (block, text) in page.blocks.iter().enumerate() {
        let own = text.lines.iter().enumerate();
        lines.extend(own.map(|(line, text)| EdgeLine {
            block,
            line,
            area: text.area,
        }));
    }
    match edge {
        Edge::Top => lines.sort_by(|a, b| a.area.top.total_cmp(&b.area.top)),
        Edge::Bottom => lines.sort_by(|a, b| b.area.bottom.total_cmp(&a.area.bottom)),
    }
    lines.truncate(2 * MOST_LINES + 1);
    lines
}

/// A line without its digits: each run of them is one sign.
fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.chars() {
        let c = if c.is_numeric() { '#' } else { c };
        if !(c == '#' && key.ends_with('#')) {
            key.push(c);
        }
    }
    key
}

/// Which of the first lines stand on pages near by as well.
fn repeated(first: &[Option<(&str, f32)>]) -> Vec<bool> {
    let mut by_key: FxHashMap<String, Vec<(usize, f32)>> = FxHashMap::default();
    for (page, line) in first.iter().enumerate() {
        if let Some((text, top)) = line {
            by_key.entry(key(text)).or_default().push((page, *top));
        }
    }
    let mut found = vec![false; first.len()];
    for mut pages in by_key.into_values().filter(|all| all.len() >= MIN_PAGES) {
        // Pages of one height beside each other, each in its order.
        pages.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        for group in pages.chunk_by_mut(|a, b| (a.1 - b.1).abs() <= SAME_HEIGHT) {
            group.sort_unstable_by_key(|(page, _)| *page);
            for near in group.windows(MIN_PAGES) {
                if near[MIN_PAGES - 1].0 - near[0].0 < WINDOW {
                    for (page, _) in near {
                        found[*page] = true;
                    }
                }
            }
        }
    }
    found
}

/// Which of the first lines are page numbers, if all are.
fn numbers(first: &[Option<(&str, f32)>]) -> Vec<bool> {
    let counted = first.iter().zip(0_i64..).map(|(line, page)| {
        let (text, _) = (*line)?;
        Some(page_number(text)? - page)
    });
    let counted: Vec<Option<i64>> = counted.collect();
    let is_count = counted.len() >= 2
        && counted[0].is_some()
        && counted.iter().all(|offset| *offset == counted[0]);
    vec![is_count; first.len()]
}

/// The number of a line that holds nothing else: `7`, `- 7 -`, `Page 7 of 9`,
/// `7/9`, `Seite 7`.
fn page_number(text: &str) -> Option<i64> {
    const WORDS: [&str; 8] = ["page", "seite", "p", "pg", "s", "of", "von", "de"];
    if text.len() > 40 {
        return None;
    }
    let mut number = None;
    for part in text.split(|c: char| !c.is_alphanumeric()) {
        if part.is_empty() || WORDS.contains(&part.to_lowercase().as_str()) {
            continue;
        }
        let value: i64 = part.parse().ok()?;
        number = number.or(Some(value));
    }
    number
}

/// Drops as well what follows a dropped line without a gap, if such lines end in
/// a gap on nearly all pages.
fn drop_followers(pages: &[TextPage], edges: &[Vec<EdgeLine>], dropped: &mut [usize]) {
    // For each page how many lines follow, where any do.
    let followers: Vec<Option<Option<usize>>> = edges
        .iter()
        .zip(pages)
        .zip(dropped.iter())
        .map(|((lines, page), dropped)| {
            let (before, after) = lines.split_at(*dropped);
            let last = before.last()?;
            let next = after.first()?;
            (gap(last.area, next.area) < 0.5 * height(last.area)).then(|| chain(page, last, after))
        })
        .collect();
    let with = followers.iter().flatten().count();
    let short = followers.iter().flatten().flatten().count();
    if short < MIN_PAGES || short * 5 < with * 4 {
        return;
    }
    let known = KnownText::of(pages);
    for (((lines, page), dropped), follow) in edges.iter().zip(pages).zip(dropped).zip(followers) {
        let follow = follow.flatten().unwrap_or(0);
        let chain = lines[*dropped..].iter().take(follow);
        let width = page.blocks.iter().flat_map(|block| &block.lines);
        let width = width.map(|line| line.area.width()).fold(1.0, f32::max);
        let is_spare = |line: &EdgeLine| {
            let written = &page.blocks[line.block].lines[line.line];
            let is_wide = written.area.width() > WIDE * width;
            known.has(&written.text) || !(is_wide || ends_sentence(&written.text))
        };
        if chain.clone().all(is_spare) {
            *dropped += follow;
        }
    }
}

/// A line of text fills so much of the widest line of its page.
const WIDE: f32 = 0.75;

/// Whether a line ends as a sentence does, or goes on as one.
fn ends_sentence(text: &str) -> bool {
    let bare = text
        .trim_end()
        .trim_end_matches(['"', '”', '’', '\'', ')', '»']);
    bare.ends_with(['.', '!', '?', ',', ';', ':', '…'])
}

/// The fewest letters of a line that is known by them.
const LEAST_LETTERS: usize = 8;

/// The lines of the file by their letters, alone and with the next one, and how
/// often each stands there: a head may be a headline that was broken.
struct KnownText(FxHashMap<String, usize>);

impl KnownText {
    fn of(pages: &[TextPage]) -> KnownText {
        let mut known: FxHashMap<String, usize> = FxHashMap::default();
        let blocks = pages.iter().flat_map(|page| &page.blocks);
        let lines: Vec<String> = blocks
            .flat_map(|block| &block.lines)
            .map(|line| letters(&line.text))
            .collect();
        for pair in lines.windows(2) {
            *known.entry(pair.concat()).or_default() += 1;
        }
        for line in lines {
            *known.entry(line).or_default() += 1;
        }
        KnownText(known)
    }

    /// Whether a line stands in the file more than once.
    fn has(&self, line: &str) -> bool {
        let letters = letters(line);
        letters.len() >= LEAST_LETTERS && self.0.get(&letters).is_some_and(|count| *count > 1)
    }
}

/// A text without all that is no letter, in small ones: the way in which a line
/// was broken does not count.
fn letters(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    letters.flat_map(char::to_lowercase).collect()
}

/// How many of the lines `after` belong to the head whose last line is `last`;
/// `None` where they go on without a gap.
fn chain(page: &TextPage, last: &EdgeLine, after: &[EdgeLine]) -> Option<usize> {
    let mut before = last.area;
    for (count, line) in after.iter().enumerate() {
        let gap = gap(before, line.area);
        if gap >= 1.2 * height(before) {
            return (count > 0).then_some(count);
        }
        let text = text_of(page, line);
        if count >= MOST_LINES || gap >= 0.5 * height(before) || is_divider(text) {
            return None;
        }
        before = line.area;
    }
    // The page holds nothing else.
    (after.len() <= MOST_LINES).then_some(after.len())
}

fn height(area: Area) -> f32 {
    area.height().max(1.0)
}

/// The white between two lines, whichever is above.
fn gap(a: Area, b: Area) -> f32 {
    (b.top - a.bottom).max(a.top - b.bottom)
}

/// Whether a line may be one that cuts an export into articles, or describes
/// one.
pub(super) fn is_record_mark(text: &str) -> bool {
    is_divider(text) || is_label(text)
}

/// Whether a line may be one that cuts an export into articles.
fn is_divider(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_lowercase();
    (lower.contains("document") || lower.contains("dokument")) && text.len() <= 80
        || text.len() >= 20 && text.bytes().all(|byte| byte == b'_')
}

/// Whether a line begins with a label of capitals, as `LENGTH:` and
/// `LOAD-DATE:`, or is one of those of an article's head (`Length: 80 words`).
pub(super) fn is_label(text: &str) -> bool {
    const LABELS: [&str; 18] = [
        "Section",
        "Length",
        "Byline",
        "Dateline",
        "Highlight",
        "Body",
        "Load-Date",
        "Classification",
        "Graphic",
        "Correction",
        "Rubrik",
        "Länge",
        "Autor",
        "Ladedatum",
        "Title",
        "Author",
        "Full text",
        "Publication date",
    ];
    let Some((label, _)) = text.split_once(':') else {
        return LABELS.contains(&text) && text == "Body";
    };
    let is_capital = |c: char| c.is_uppercase() || matches!(c, '-' | ' ' | '/');
    (3..=32).contains(&label.len()) && label.chars().all(is_capital) || LABELS.contains(&label)
}

#[cfg(test)]
mod tests {
    use super::super::pages::{TextBlock, TextLine};
    use super::*;

    /// A page of lines at these heights, a block each, all letters of one width.
    fn page(lines: &[(f32, &str)]) -> TextPage {
        let blocks = lines.iter().map(|(top, text)| {
            let area = Area {
                left: 60.0,
                top: *top,
                right: 60.0 + 5.0 * f32::from(u8::try_from(text.len()).unwrap()),
                bottom: top + 9.0,
            };
            let line = TextLine {
                area,
                text: (*text).to_owned(),
            };
            TextBlock {
                area,
                lines: vec![line],
            }
        });
        TextPage {
            blocks: blocks.collect(),
        }
    }

    fn left(pages: &[Vec<(f32, &str)>]) -> Vec<String> {
        let mut pages: Vec<TextPage> = pages.iter().map(|lines| page(lines)).collect();
        drop_all(&mut pages);
        let text = |page: &TextPage| {
            let lines = page.blocks.iter().flat_map(|block| &block.lines);
            lines
                .map(|line| line.text.as_str())
                .collect::<Vec<_>>()
                .join("/")
        };
        pages.iter().map(text).collect()
    }

    #[test]
    fn heads_and_feet_go_and_what_stands_once_stays() {
        let pages = [
            vec![(40.0, "The Herald, 1"), (90.0, "One"), (700.0, "1/3")],
            vec![(40.0, "The Herald, 2"), (90.0, "Two"), (700.0, "2/3")],
            vec![
                (40.0, "The Herald, 3"),
                (90.0, "The Herald, 3"),
                (700.0, "3/3"),
            ],
        ];
        assert_eq!(left(&pages), ["One", "Two", "The Herald, 3"]);
        assert_eq!(
            left(&pages[..2]),
            ["The Herald, 1/One", "The Herald, 2/Two"]
        );
    }

    #[test]
    fn what_stands_far_apart_or_lower_is_no_head() {
        let mut pages = vec![vec![(90.0, "Meal 1"), (110.0, "Eat.")]];
        pages.extend((0_u8..9).map(|n| {
            let down = 9.0 * f32::from(n);
            vec![(90.0 + down, "Rest"), (300.0 + down, "well.")]
        }));
        pages.push(vec![(90.0, "Meal 2"), (110.0, "Drink.")]);
        pages.push(vec![(90.0, "Meal 3"), (110.0, "Sleep.")]);
        let left = left(&pages);
        assert_eq!(left[0], "Meal 1/Eat.");
        assert_eq!(left[1], "Rest/well.");
        assert_eq!(left[11], "Meal 3/Sleep.");
    }

    #[test]
    fn copies_of_an_article_are_no_heads() {
        let lines = ["a b", "c d", "e f", "g h", "i j", "k l"];
        let page: Vec<_> = (0_u8..)
            .zip(lines)
            .map(|(at, text)| (600.0 + 13.0 * f32::from(at), text))
            .collect();
        let left = left(&[page.clone(), page.clone(), page]);
        assert_eq!(left, ["a b/c d/e f/g h/i j/k l"; 3]);
    }

    #[test]
    fn the_lines_of_a_head_that_change_go_with_it() {
        let titles = ["Talks held", "Talks held", "Snow falls", "Rain in May"];
        let pages: Vec<_> = titles
            .iter()
            .enumerate()
            .map(|(at, title)| {
                let number = ["Page 1", "Page 2", "Page 3", "Page 4"][at];
                vec![(37.0, number), (48.0, *title), (92.0, "The body goes on")]
            })
            .collect();
        assert_eq!(left(&pages), ["The body goes on"; 4]);
        // The first paragraph of a page is no head.
        let pages: Vec<_> = (0..4)
            .map(|at| {
                let mut lines = vec![(37.0, "Page")];
                let all = [50.0, 62.5, 75.0, 87.5, 100.0, 112.5, 125.0];
                lines.extend(all.map(|top| (top, ["a", "b", "c", "d"][at])));
                lines
            })
            .collect();
        assert_eq!(left(&pages)[0], "a/a/a/a/a/a/a");
    }

    #[test]
    fn what_stands_once_is_not_dropped_with_a_head() {
        let first = ["red wine", "green tea", "blue ink"];
        let pages: Vec<Vec<(f32, String)>> = first
            .iter()
            .map(|first| {
                let mut lines = vec![(40.0, "The Herald".to_owned())];
                lines.push((
                    50.0,
                    format!("The first paragraph is about {first} and goes"),
                ));
                lines.push((60.0, "over two lines.".to_owned()));
                lines.push((
                    90.0,
                    format!("The second is not about {first}, for a change."),
                ));
                lines
            })
            .collect();
        let pages: Vec<Vec<(f32, &str)>> = pages
            .iter()
            .map(|lines| {
                lines
                    .iter()
                    .map(|(top, text)| (*top, text.as_str()))
                    .collect()
            })
            .collect();
        let whole = left(&pages);
        assert!(
            whole[1].starts_with("The first paragraph is about green tea"),
            "{whole:?}"
        );
        // Nor is all of a short page.
        let short: Vec<Vec<(f32, &str)>> = ["One ends.", "Two ends.", "Three ends."]
            .iter()
            .map(|text| vec![(40.0, "The Herald"), (50.0, *text)])
            .collect();
        assert_eq!(left(&short), ["One ends.", "Two ends.", "Three ends."]);
        let numbered: Vec<Vec<(f32, &str)>> = ["Words of 1", "Words of 2", "Words of 3"]
            .iter()
            .map(|text| vec![(40.0, "The Herald"), (50.0, *text)])
            .collect();
        assert_eq!(left(&numbered)[1], "The Herald/Words of 2");
    }

    #[test]
    fn what_cuts_an_export_stays() {
        let pages: Vec<_> = ["1 of 3 DOCUMENTS", "2 of 3 DOCUMENTS", "3 of 3 DOCUMENTS"]
            .iter()
            .map(|mark| vec![(40.0, *mark), (90.0, "Body"), (110.0, "End of Document")])
            .collect();
        assert_eq!(left(&pages)[2], "3 of 3 DOCUMENTS/Body/End of Document");
        assert!(is_record_mark(&"_".repeat(60)));
        assert!(is_record_mark("LENGTH: 800 words"));
        assert!(!is_record_mark("He said: no"));
    }

    #[test]
    fn a_page_number_is_nothing_else() {
        let numbers = ["- 7 -", "Page 7 of 9", "Seite 7", "7 men", "1987/88 x"].map(page_number);
        assert_eq!(numbers, [Some(7), Some(7), Some(7), None, None]);
    }
}
