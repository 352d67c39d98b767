//! Takes out of a chosen article what is none of it.
//!
//! An extractor keeps the heading, which is the title and stands beside the text,
//! with what comes before it; and links to other articles between paragraphs.
//! Both are told by the page itself, in any language.

use std::ops::Range;

use super::facts::Mark;
use super::stream::Stream;

/// How many lines may come before the heading.
const MOST_BEFORE: usize = 12;

/// The ranges of the article without what is none of it; `titles` are those that
/// the page states.
pub(super) fn trimmed(
    page: &Stream,
    ranges: &[Range<usize>],
    titles: &[&str],
    description: Option<&str>,
) -> Vec<Range<usize>> {
    let set = std::env::var("TRIM").unwrap_or("title,link9".into());
    let lines: Vec<Range<usize>> = ranges.iter().flat_map(|range| lines_of(page, range)).collect();
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
    if kept.is_empty() {
        return ranges.to_vec();
    }
    let mut all = if set.contains("nolead") { Vec::new() } else { lead(page, kept[0].start, description) };
    if set.contains("fill") {
        let mut last: Option<Range<usize>> = None;
        for line in kept {
            if let Some(last) = last {
                let gap: Vec<Range<usize>> = lines_of(page, &(last.end..line.start)).collect();
                if gap.len() <= 3 {
                    all.extend(gap.into_iter().filter(|line| is_prose(page, line)));
                }
            }
            last = Some(line.clone());
            all.push(line);
        }
    } else {
        all.extend(kept);
    }
    all
}

/// How many lines may lie between the heading and the article.
const MOST_LEAD: usize = 40;

/// The paragraphs between the heading and the article: its lead, which
/// extractors take for a teaser of another.
fn lead(page: &Stream, first: usize, description: Option<&str>) -> Vec<Range<usize>> {
    let headings = page.facts.marked.iter().filter(|one| {
        one.mark == Mark::Heading && !one.span.is_empty() && one.span.end <= first
    });
    let Some(heading) = headings.last() else {
        return Vec::new();
    };
    let description = description.map(letters).unwrap_or_default();
    let between: Vec<Range<usize>> = lines_of(page, &(heading.span.end..first)).collect();
    if between.len() > MOST_LEAD {
        return Vec::new();
    }
    let is_described = |line: &Range<usize>| {
        let line = letters(&page.text[line.clone()]);
        let head = &line[..line.floor_char_boundary(60)];
        line.len() >= 40 && description.contains(head)
    };
    let lead: Vec<Range<usize>> = between
        .into_iter()
        .filter(|line| is_described(line) || is_prose(page, line))
        .collect();
    // Many are captions, or other articles.
    if lead.len() > MOST_PROSE { Vec::new() } else { lead }
}

/// How many paragraphs a lead has.
const MOST_PROSE: usize = 2;

/// Whether a line is a sentence or more, and no link.
fn is_prose(page: &Stream, line: &Range<usize>) -> bool {
    let text = page.text[line.clone()].trim();
    let closes = text.ends_with(|c: char| matches!(c, '.' | '!' | '?' | '…' | '"' | '”' | '“' | '»' | '。'));
    text.len() >= 80 && closes && linked(page, line) * 3 < line.len() && inside(&page.beside, line) == 0
}

/// How many bytes of a line are links.
fn linked(page: &Stream, line: &Range<usize>) -> usize {
    inside(&page.links, line)
}

/// How many bytes of a line are inside `ranges`, which are in order.
fn inside(ranges: &[Range<usize>], line: &Range<usize>) -> usize {
    let first = ranges.partition_point(|range| range.end <= line.start);
    ranges[first..]
        .iter()
        .take_while(|range| range.start < line.end)
        .map(|range| range.end.min(line.end) - range.start.max(line.start))
        .sum()
}

/// The lines of a range that are not blank.
fn lines_of<'p>(page: &'p Stream, range: &Range<usize>) -> impl Iterator<Item = Range<usize>> + 'p {
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
