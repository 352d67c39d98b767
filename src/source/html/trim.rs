//! Mends the choice of an extractor by what the page itself tells.
//!
//! Extractors of all kinds err in the same four ways, and a page tells each of
//! them in any language:
//!
//! * they keep the heading, which is the title and stands beside the text, with
//!   what comes before it;
//! * they keep links to other articles between paragraphs: lines that are
//!   nothing but a link;
//! * they drop the lead, taking it for the teaser of another article: a paragraph
//!   or two of prose between heading and text, or what the page gives as its
//!   description;
//! * they drop a paragraph of prose between two that they keep.
//!
//! Measured on 88 pages of news (F1 of shingles of four words) and on 524 pages
//! with segments that must and must not be there (F):
//!
//! | | F1 | F |
//! |---|---|---|
//! | as chosen, by its own way alone | .962 | .907 |
//! | without heading | .966 | .906 |
//! | and without lone links | .974 | .909 |
//! | the same, all ways where little is found | .974 | .916 |
//! | and with the lead, of any length | .966 | .929 |
//! | and with the lead, at most two paragraphs, none beside the article | .972 | .929 |
//! | and with what was dropped in between | .975 | .931 |

use std::ops::Range;

use super::facts::Mark;
use super::stream::Stream;

/// How many lines may come before the heading.
const MOST_BEFORE: usize = 12;

/// How many lines may lie between the heading and the article.
const MOST_BETWEEN: usize = 40;

/// How many paragraphs a lead has; many are captions, or other articles.
const MOST_LEAD: usize = 2;

/// How many lines may be missing between two that were chosen.
const MOST_MISSING: usize = 3;

/// The fewest bytes of a paragraph of prose.
const LEAST_PROSE: usize = 80;

/// The lines of the article, of which an extractor chose `ranges`; `titles` and
/// `description` are what the page states.
pub(super) fn mended(
    page: &Stream,
    ranges: &[Range<usize>],
    titles: &[&str],
    description: Option<&str>,
) -> Vec<Range<usize>> {
    let chosen: Vec<Range<usize>> = ranges
        .iter()
        .flat_map(|range| lines_of(page, range.clone()))
        .collect();
    let below = below_title(page, &chosen, titles);
    let kept: Vec<Range<usize>> = chosen[below..]
        .iter()
        .filter(|line| !is_lone_link(page, line))
        .cloned()
        .collect();
    let Some(first) = kept.first() else {
        return ranges.to_vec();
    };
    let mut all = lead(page, first.start, description);
    let mut last: Option<Range<usize>> = None;
    for line in kept {
        if let Some(last) = last {
            all.extend(missing(page, last.end..line.start));
        }
        last = Some(line.clone());
        all.push(line);
    }
    all
}

/// Where the lines below the title begin.
fn below_title(page: &Stream, lines: &[Range<usize>], titles: &[&str]) -> usize {
    let titles: Vec<String> = titles.iter().map(|title| letters(title)).collect();
    let is_title = |line: &Range<usize>| titles.contains(&letters(text_of(page, line)));
    let head = &lines[..lines.len().min(MOST_BEFORE)];
    head.iter().rposition(is_title).map_or(0, |at| at + 1)
}

/// Whether a line is nothing but a link, or nearly so.
fn is_lone_link(page: &Stream, line: &Range<usize>) -> bool {
    within(&page.links, line) * 10 >= line.len() * 9
}

/// The paragraphs between the heading and the article, which begins at `first`.
fn lead(page: &Stream, first: usize, description: Option<&str>) -> Vec<Range<usize>> {
    let mut headings = page.facts.marked.iter().rev();
    let is_above = |end: usize| end > 0 && end <= first;
    let heading = headings
        .find(|one| one.mark == Mark::Heading && !one.span.is_empty() && is_above(one.span.end));
    let Some(heading) = heading else {
        return Vec::new();
    };
    let between: Vec<Range<usize>> = lines_of(page, heading.span.end..first).collect();
    if between.len() > MOST_BETWEEN {
        return Vec::new();
    }
    let description = description.map(letters).unwrap_or_default();
    let is_described = |line: &Range<usize>| {
        let line = letters(text_of(page, line));
        let head = &line[..line.floor_char_boundary(60)];
        line.len() >= 40 && description.contains(head)
    };
    let lead = between
        .into_iter()
        .filter(|line| is_described(line) || is_prose(page, line));
    let lead: Vec<Range<usize>> = lead.collect();
    if lead.len() > MOST_LEAD {
        return Vec::new();
    }
    lead
}

/// The prose between two lines that were chosen.
fn missing(page: &Stream, gap: Range<usize>) -> Vec<Range<usize>> {
    // Two more than the gap may have tell that it has too many.
    let lines: Vec<Range<usize>> = lines_of(page, gap).take(MOST_MISSING + 1).collect();
    if lines.len() > MOST_MISSING {
        return Vec::new();
    }
    let prose = lines.into_iter().filter(|line| is_prose(page, line));
    prose.collect()
}

/// Whether a line is a sentence or more, not beside the article, and mostly no
/// link.
fn is_prose(page: &Stream, line: &Range<usize>) -> bool {
    const ENDS: &str = ".!?…\"”“»。";
    let text = text_of(page, line).trim();
    text.len() >= LEAST_PROSE
        && text.ends_with(|c| ENDS.contains(c))
        && within(&page.links, line) * 3 < line.len()
        && within(&page.beside, line) == 0
}

/// How many bytes of a line lie within `ranges`, which are in order.
fn within(ranges: &[Range<usize>], line: &Range<usize>) -> usize {
    let first = ranges.partition_point(|range| range.end <= line.start);
    ranges[first..]
        .iter()
        .take_while(|range| range.start < line.end)
        .map(|range| range.end.min(line.end) - range.start.max(line.start))
        .sum()
}

fn text_of<'p>(page: &'p Stream, line: &Range<usize>) -> &'p str {
    page.text.get(line.clone()).unwrap_or("")
}

/// The lines of a range that are not blank.
fn lines_of(page: &Stream, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = range.start;
    let lines = text_of(page, &range).split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        (start..start + line.len(), line)
    });
    let written = lines.filter(|(_, line)| !line.trim().is_empty());
    written.map(|(range, _)| range)
}

/// The letters and digits of a text, in small letters.
fn letters(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::html::stream;

    /// The lines that are left of a page of which the parts in `chosen` are
    /// chosen.
    fn check(markup: &str, chosen: &[&str], description: Option<&str>, expected: &[&str]) {
        let page = stream::read(markup);
        let range = |part: &&str| {
            let at = page.text.find(part).unwrap();
            at..at + part.len()
        };
        let ranges: Vec<Range<usize>> = chosen.iter().map(range).collect();
        let mended = mended(&page, &ranges, &["Talks held"], description);
        let lines = mended.iter().map(|line| &page.text[line.clone()]);
        assert_eq!(lines.collect::<Vec<_>>(), expected, "{markup}");
    }

    const FIRST: &str = "The delegations met for the third time since the spring, in a hotel.";
    const LEAD: &str = "Delegations of both countries met on Tuesday to talk about trade and \
                        the security of networks.";

    #[test]
    fn the_heading_and_lone_links_are_no_text() {
        check(
            &format!("<p>World</p><h1>Talks held</h1><p>{FIRST}</p><p><a>Read this</a></p><p>End."),
            &["World", "Talks held", FIRST, "Read this", "End."],
            None,
            &[FIRST, "End."],
        );
        check(
            "<p><a>All</a> <a>links</a>",
            &["All links"],
            None,
            &["All links"],
        );
    }

    #[test]
    fn a_lead_belongs_to_the_text() {
        let page = format!("<h1>Talks held</h1><p>By Ann</p><p>{LEAD}</p><p>{FIRST}</p>");
        check(&page, &[FIRST], None, &[LEAD, FIRST]);
        let page = format!("<h1>Talks held</h1><figcaption>{LEAD}</figcaption><p>{FIRST}</p>");
        check(&page, &[FIRST], None, &[FIRST]);
        check(&page, &[FIRST], Some(LEAD), &[LEAD, FIRST]);
        let page = format!(
            "<h1>Talks held</h1>{}<p>{FIRST}",
            format!("<p>{LEAD}</p>").repeat(3)
        );
        check(&page, &[FIRST], None, &[FIRST]);
    }

    #[test]
    fn prose_in_between_belongs_to_the_text() {
        let page = format!("<p>{FIRST}</p><p>Share</p><p>{LEAD}</p><p>End of it.</p>");
        check(
            &page,
            &[FIRST, "End of it."],
            None,
            &[FIRST, LEAD, "End of it."],
        );
    }
}
