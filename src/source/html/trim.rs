//! Takes out of a chosen article what is none of it.
//!
//! An extractor keeps the heading, which is the title and stands beside the text,
//! with what comes before it; and links to other articles between paragraphs.
//! Both are told by the page itself, in any language.

use std::ops::Range;

use super::stream::Stream;

/// How many lines may come before the heading.
const MOST_BEFORE: usize = 12;

/// The ranges of the article without what is none of it; `titles` are those that
/// the page states.
pub(super) fn trimmed(
    page: &Stream,
    ranges: &[Range<usize>],
    titles: &[&str],
) -> Vec<Range<usize>> {
    let set = std::env::var("TRIM").unwrap_or("title,link9".into());
    let lines: Vec<Range<usize>> = ranges.iter().flat_map(|range| lines(page, range)).collect();
    let titles: Vec<String> = titles.iter().map(|title| letters(title)).collect();
    let is_title = |line: &Range<usize>| titles.contains(&letters(&page.text[line.clone()]));
    let mut from = 0;
    if set.contains("title") {
        let head = lines.iter().take(MOST_BEFORE);
        from = head.rev().position(is_title).map_or(0, |back| lines.len().min(MOST_BEFORE) - back);
    }
    let is_link = |line: &Range<usize>| {
        let linked = linked(page, line);
        let share = if set.contains("link9") { linked * 10 >= line.len() * 9 } else { linked * 10 >= line.len() * 7 };
        share && (!set.contains("long") || page.text[line.clone()].split(' ').count() >= 4)
    };
    let kept: Vec<Range<usize>> = lines[from..]
        .iter()
        .filter(|line| !(set.contains("link") && is_link(line)))
        .cloned()
        .collect();
    if kept.is_empty() { ranges.to_vec() } else { kept }
}

/// How many bytes of a line are links.
fn linked(page: &Stream, line: &Range<usize>) -> usize {
    let first = page.links.partition_point(|link| link.end <= line.start);
    page.links[first..]
        .iter()
        .take_while(|link| link.start < line.end)
        .map(|link| link.end.min(line.end) - link.start.max(line.start))
        .sum()
}

/// The lines of a range that are not blank.
fn lines<'p>(page: &'p Stream, range: &Range<usize>) -> impl Iterator<Item = Range<usize>> + 'p {
    let mut at = range.start;
    let inside = page.text.get(range.clone()).unwrap_or("");
    let lines = inside.split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        start..start + line.len()
    });
    lines.filter(|line| !page.text[line.clone()].trim().is_empty())
}

fn letters(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}
