//! A web page to the article that it holds.
//!
//! One pass reads the page's text and what it states. Where a tree may be made of
//! it, an extractor chooses the paragraphs of the article; they are looked up in
//! the page's text, and what is shown is cut out of that. Where none may be made,
//! or nothing is chosen, all text is the article, and a remark says so.

use std::ops::Range;

use serde_json::Value;

use super::align::{Aligned, align};
use super::stream::{self, Stream};
use super::{choose, dates, json_ld, metadata, trim, xhtml};
use crate::article::{Marks, Metadata, Offsets, Unit};

/// The article of a page.
#[derive(Debug)]
pub(in crate::source) struct PageArticle {
    pub(in crate::source) text: String,
    /// From the text to the markup.
    pub(in crate::source) offsets: Offsets,
    pub(in crate::source) marks: Marks,
    pub(in crate::source) title: Option<String>,
    pub(in crate::source) metadata: Metadata,
    pub(in crate::source) remarks: Vec<String>,
}

/// Reads a page; `url` is where it is known to come from.
pub(in crate::source) fn read(markup: &str, url: Option<&str>) -> PageArticle {
    let markup = &*xhtml::as_html(markup);
    let page = stream::read(markup);
    let mut remarks = Vec::new();
    let json = json_ld::read(&page.facts.json);
    let metadata::PageFacts {
        title,
        mut metadata,
    } = metadata::of(&page, &json);
    let language = metadata::language(&page.facts, &json);
    let address = metadata.url.as_deref().or(url);
    let date = dates::of(&page.text, &page.facts, &json, address, language.as_deref());
    let ranges = match chosen(markup, &page, &mut remarks) {
        Some(ranges) => {
            let heading = metadata::heading(&page);
            let titles: Vec<&str> = title.iter().chain(&heading).map(String::as_str).collect();
            let description = metadata.other.get("description").and_then(Value::as_str);
            trim::mended(&page, &ranges, &titles, description)
        }
        None => std::iter::once(0..page.text.len()).collect(),
    };
    let (text, offsets, marks) = cut(&page, &ranges);
    metadata.date_at = date.at.and_then(|at| moved(&ranges, &page.text, &at));
    metadata.date = date.date;
    if let Some((stated, shown)) = date.conflict {
        remarks.push(format!(
            "the page states the date {stated} and shows {shown}; neither is taken"
        ));
        let both = [stated, shown].map(Value::String);
        let both = Value::Array(both.to_vec());
        metadata.other.insert("conflicting_dates".to_owned(), both);
    }
    PageArticle {
        text,
        offsets,
        marks,
        title,
        metadata,
        remarks,
    }
}

/// The share of an article that may be lost in silence.
const MOST_LOST: usize = 20;

/// An article of fewer bytes is looked for by all ways.
const SHORT: usize = 800;

/// Where the paragraphs that an extractor chooses stand in the page.
fn look_up(markup: &str, page: &Stream, tries_all: bool) -> Aligned {
    let chosen = choose::paragraphs(markup, tries_all);
    align(&page.text, &chosen.unwrap_or_default())
}

/// The ranges of the page's text that are its article; `None`, and a remark,
/// where nobody can tell.
fn chosen(markup: &str, page: &Stream, remarks: &mut Vec<String>) -> Option<Vec<Range<usize>>> {
    if let Some(limit) = page.limit {
        remarks.push(format!(
            "all text of the page is taken, menus as well: {limit}"
        ));
        return None;
    }
    let mut best = look_up(markup, page, false);
    if best.found() < SHORT {
        let other = look_up(markup, page, true);
        if other.found() > best.found().saturating_mul(2) {
            best = other;
        }
    }
    let Aligned {
        ranges,
        sought,
        lost,
    } = best;
    if ranges.is_empty() {
        if page.text.is_empty() {
            return None;
        }
        remarks.push("no article is found in the page: its text as a whole is taken".to_owned());
        return Some(std::iter::once(0..page.text.len()).collect());
    }
    if lost.saturating_mul(MOST_LOST) > sought {
        let percent = lost.saturating_mul(100) / sought.max(1);
        remarks.push(format!(
            "{percent} % of the article is not in the page as text, and is left out"
        ));
    }
    Some(ranges)
}

/// The ranges of a page's text as one text.
fn cut(page: &Stream, ranges: &[Range<usize>]) -> (String, Offsets, Marks) {
    let all = Offsets::Runs(page.runs.clone());
    let mut text = String::new();
    let mut runs = Vec::new();
    let mut marks = Marks::of(Unit::Line);
    let mut last: Option<Range<usize>> = None;
    for range in joined(&page.text, ranges) {
        let Some(piece) = page.text.get(range.clone()) else {
            continue;
        };
        if let Some(last) = &last {
            let behind = all.range_to_file(last).end;
            runs.push((text.len(), behind, 1, 0));
            text.push_str("\n\n");
        }
        let at = text.len();
        if let Offsets::Runs(inside) = all.slice(range.start, range.end) {
            let moved = inside
                .into_iter()
                .map(|run| (run.0 + at, run.1, run.2, run.3));
            runs.extend(moved);
        }
        let inside = page.marks.slice(range.start, range.end);
        for (offset, line) in inside.iter() {
            marks.push(at + offset, line);
        }
        text.push_str(piece);
        last = Some(range);
    }
    (text, Offsets::Runs(runs), marks)
}

/// The ranges, with those joined between which there is only a blank.
fn joined(text: &str, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if is_blank(text, last.end..range.start) => last.end = range.end,
            _ => joined.push(range.clone()),
        }
    }
    joined
}

fn is_blank(text: &str, range: Range<usize>) -> bool {
    let gap = text.get(range);
    gap.is_some_and(|gap| gap.chars().all(char::is_whitespace))
}

/// Where a range of the page's text stands in what is shown, if it does.
fn moved(ranges: &[Range<usize>], text: &str, sought: &Range<usize>) -> Option<(usize, usize)> {
    let mut at = 0;
    for range in joined(text, ranges) {
        if at > 0 {
            at += 2;
        }
        if range.start <= sought.start && sought.end <= range.end {
            let start = at + (sought.start - range.start);
            return Some((start, start + sought.len()));
        }
        at += range.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<html lang=en><head><title>Talks held - The Herald</title>\
        <meta property=og:site_name content='The Herald'></head><body>\
        <nav><ul><li><a href=/>Home</a><li><a href=/w>World</a></ul></nav>\
        <article><h1>Talks held</h1><p class=date>May 14, 2013</p>\
        <p>The delegations met for the third time since the spring, in a hotel by the lake, and \
        spoke of trade &amp; networks until the evening.</p><p>They agreed to meet again in the \
        autumn. Nobody wanted to say what had been decided, if anything had been.</p></article>\
        <footer><p>Copyright 2013 The Herald. All rights reserved.</p></footer></body></html>";

    #[test]
    fn the_article_is_read_out_of_its_page() {
        let article = read(PAGE, None);
        assert_eq!(article.title.as_deref(), Some("Talks held"));
        assert_eq!(article.metadata.source.as_deref(), Some("The Herald"));
        assert_eq!(article.metadata.date.as_deref(), Some("2013-05-14"));
        assert!(
            article.text.contains("spoke of trade & networks"),
            "{}",
            article.text
        );
        assert!(!article.text.contains("Home"), "{}", article.text);
        assert!(!article.text.contains("Copyright"), "{}", article.text);
        assert_eq!(article.remarks, [""; 0]);
        if let Some((start, end)) = article.metadata.date_at {
            assert_eq!(&article.text[start..end], "May 14, 2013");
        }
    }

    #[test]
    fn of_a_deep_page_all_text_is_taken_and_that_is_said() {
        let began = std::time::Instant::now();
        let deep = format!("{}Words of it.", "<div>".repeat(20_000));
        let article = read(&deep, None);
        assert_eq!(article.text, "Words of it.");
        let told =
            "all text of the page is taken, menus as well: its elements are more than 256 deep";
        assert_eq!(article.remarks, [told]);
        let long = format!("Words of it.{}", "<a".repeat(5 << 20));
        let article = read(&long, None);
        assert_eq!(article.text, "Words of it.");
        assert_eq!(article.remarks.len(), 1);
        assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
    }

    #[test]
    fn a_page_without_an_article_is_its_text() {
        let article = read("<p>Hello.</p>", None);
        assert_eq!(article.text, "Hello.");
    }
}
