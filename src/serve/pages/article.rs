//! An article whole: its fields with what says so, and its text with all of it
//! marked.
//!
//! A very long text is shown a window at a time: the one with the passage that a
//! link leads to, else the first.

use std::ops::Range;
use std::path::Path;

use maud::{Markup, html};

use super::layout::{self, Page};
use crate::article::Article;
use crate::extract::{DateMention, Extraction, Mention, MentionSource, Person, Role};
use crate::output::place;
use crate::search::parameters::Values;
use crate::search::{Marks, WholeArticle};
use crate::serve::cite;
use crate::serve::parts::link::Link;
use crate::serve::parts::marked::{Kind, Mark, highlighted, marked};
use crate::serve::parts::{hit, words};

/// What the page shows.
pub(super) struct Shown<'s> {
    pub(super) whole: &'s WholeArticle,
    /// What answers the query in it.
    pub(super) marks: &'s Marks,
    /// Its file, from the library's folder.
    pub(super) path: &'s Path,
    pub(super) values: &'s Values,
}

/// How much of a text is shown at once, in bytes.
const WINDOW: usize = 256 << 10;

/// The page.
pub(super) fn page(shown: &Shown<'_>) -> Vec<u8> {
    let WholeArticle {
        record,
        article,
        state,
        ..
    } = shown.whole;
    let title = words::line(&record.title);
    let passage = shown
        .values
        .one("b")
        .and_then(|range| passage(article, range));
    let marks = marks(shown, passage.as_ref());
    let window = window(
        &article.text,
        passage.as_ref().map_or(0, |range| range.start),
    );
    let is_whole = window.len() == article.text.len();
    let content = html! {
        article {
            h1 { (highlighted(&record.title, &shown.marks.title)) }
            p.place { (place::file(shown.path, record)) (place::record(record)) }
            @if !state.remark().is_empty() {
                p.state { "The file has been " (words::line(&state.remark())) ". Below is the text as it was indexed." }
            }
            (fields(shown))
            p.tools #marks {
                a href=(hit::named("/original", record)) download { "Original" }
                a href=(Link::to("/search").with("like", &record.id)) { "More like this" }
            }
            (occurrences(shown.marks, &window))
            @if !is_whole {
                p.note { "Bytes " (words::grouped(window.start)) " to " (words::grouped(window.end))
                    " of " (words::grouped(article.text.len())) "; the original has all." }
            }
            @if let Some(passage) = passage { (citation(shown, passage)) }
            (text(article, window, &marks))
            (corrections(&record.id))
        }
    };
    let page = Page {
        title: &title,
        query: shown.values.one("q").unwrap_or_default(),
        ..Page::default()
    };
    layout::page(&page, &content)
}

/// How to cite the passage that a link leads to.
fn citation(shown: &Shown<'_>, range: Range<usize>) -> Markup {
    let passage = shown.whole.passage(range);
    html! {
        details.cite {
            summary { "Cite the marked passage" }
            textarea readonly rows="4" aria-label="Citation" {
                (cite::quotation(shown.path, &shown.whole.record, &passage))
            }
        }
    }
}

/// All that is marked in the text: fields, what answers the query, a passage.
fn marks(shown: &Shown<'_>, passage: Option<&Range<usize>>) -> Vec<Mark> {
    let WholeArticle {
        record,
        article,
        extraction,
        ..
    } = shown.whole;
    let evidence = record.published.evidence.iter();
    let evidence = evidence.map(|span| span.start..span.end);
    let mut marks = field_marks(article, extraction, evidence);
    let plain = |range, kind| Mark {
        range,
        kind,
        says: String::new(),
    };
    let hits = shown.marks.text.iter();
    marks.extend(hits.map(|found| plain(found.start..found.end, Kind::Hit)));
    marks.extend(passage.map(|range| plain(range.clone(), Kind::Passage)));
    marks
}

/// The range of the text that bytes of the file mean, `70-412`, or bytes of the
/// text itself, `t70-412`.
fn passage(article: &Article, range: &str) -> Option<Range<usize>> {
    let (is_text, range) = match range.strip_prefix('t') {
        Some(range) => (true, range),
        None => (false, range),
    };
    let (start, end) = range.split_once('-')?;
    let (start, end) = (start.parse().ok()?, end.parse().ok()?);
    let text = &article.text;
    // Places of the text lead to ever later ones of the file.
    let find = |wanted: usize| {
        let (mut low, mut high) = (0, text.len());
        while low < high {
            let middle = low.midpoint(high);
            let place = if is_text {
                middle
            } else {
                article.offsets.to_file(middle)
            };
            if place < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        text.floor_char_boundary(low)
    };
    let range = find(start)..find(end);
    (start < end && !range.is_empty()).then_some(range)
}

/// The window of a text with the byte `at` in it.
fn window(text: &str, at: usize) -> Range<usize> {
    if text.len() <= WINDOW {
        return 0..text.len();
    }
    let start = at.saturating_sub(WINDOW / 4).min(text.len() - WINDOW);
    let end = (start + WINDOW).min(text.len());
    text.floor_char_boundary(start)..text.floor_char_boundary(end)
}

/// Marks of who, where and when.
pub(super) fn field_marks(
    article: &Article,
    extraction: &Extraction,
    published: impl Iterator<Item = Range<usize>>,
) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut mark = |mention: &Mention, kind: Kind, says: String| {
        // A title apart from the text stands in no text.
        if mention.source == MentionSource::Text {
            marks.push(Mark {
                range: mention.start..mention.end,
                kind,
                says,
            });
        }
    };
    for person in &extraction.people {
        for mention in &person.mentions {
            mark(mention, Kind::Who, words::line(&person.name));
        }
    }
    for country in &extraction.countries {
        for found in &country.mentions {
            let kind = format!("{:?}", found.kind).to_lowercase();
            mark(
                &found.mention,
                Kind::Where,
                format!("{} ({kind})", country.name),
            );
        }
    }
    for date in &extraction.dates {
        let value = date.value.as_deref().unwrap_or("not resolved");
        mark(&date.mention, Kind::When, value.to_owned());
    }
    marks.extend(published.map(|range| Mark {
        range,
        kind: Kind::When,
        says: "date of publication".to_owned(),
    }));
    marks.retain(|mark| mark.range.end <= article.text.len());
    marks
}

/// Links to the places that answer the query.
fn occurrences(marks: &Marks, window: &Range<usize>) -> Markup {
    let shown = marks
        .text
        .iter()
        .filter(|found| window.contains(&found.start))
        .count();
    html! {
        @if shown > 0 {
            nav.tools aria-label="Occurrences" {
                span { (words::count(shown, "occurrence")) }
                @for number in 1..=shown.min(MOST_OCCURRENCES) { a href={ "#h" (number) } { (number) } }
            }
        }
    }
}

/// The occurrences that have a link of their own.
const MOST_OCCURRENCES: usize = 30;

/// The text in paragraphs, with its marks.
pub(super) fn text(article: &Article, window: Range<usize>, marks: &[Mark]) -> Markup {
    let mut next_hit = 1;
    html! {
        div.text {
            @for range in paragraphs(&article.text, window) {
                p { (marked(&article.text, range, marks, &mut next_hit)) }
            }
        }
    }
}

/// The paragraphs of a window: what blank lines part.
fn paragraphs(text: &str, window: Range<usize>) -> Vec<Range<usize>> {
    let mut paragraphs: Vec<Range<usize>> = Vec::new();
    let mut at = window.start;
    let mut is_open = false;
    for line in text.get(window).unwrap_or_default().split_inclusive('\n') {
        let end = at + line.len();
        if line.trim().is_empty() {
            is_open = false;
        } else if is_open && let Some(last) = paragraphs.last_mut() {
            last.end = end;
        } else {
            paragraphs.push(at..end);
            is_open = true;
        }
        at = end;
    }
    paragraphs
}

/// The fields and what says so.
fn fields(shown: &Shown<'_>) -> Markup {
    let WholeArticle {
        record,
        article,
        extraction,
        surnames,
        ..
    } = shown.whole;
    let published = &record.published;
    let quotes = published.evidence.iter();
    let quotes = quotes.filter_map(|span| article.text.get(span.start..span.end));
    html! {
        dl {
            dt { "Published" }
            dd {
                (words::date(published)) span.quiet { " · " (words::method(published))
                    @for quote in quotes { " “" (words::line(quote)) "”" } }
            }
            @if !extraction.countries.is_empty() {
                dt { "Countries" }
                dd {
                    @for (at, country) in extraction.countries.iter().enumerate() {
                        @if at > 0 { " · " }
                        a href=(Link::to(&format!("/country/{}", country.code))) { (country.name) }
                        @if country.main { " " b { "main" } }
                        (counted(country.mentions.iter().map(|found| found.mention.text.as_str())))
                    }
                }
            }
            (people("People", extraction, Role::Subject))
            (people("Credits", extraction, Role::Credit))
            @for note in surnames {
                dt { (words::line(&note.name)) }
                dd { a href=(Link::to("/person").with("name", &note.person)) { (words::line(&note.person)) }
                    span.quiet { ", as in " (note.articles) " of " (note.of) " articles with a full name" } }
            }
            (dates(&extraction.dates))
            @if let Some(source) = &record.metadata.source { dt { "Source" } dd { (words::line(source)) } }
            @if let Some(url) = &record.metadata.url { dt { "Address" } dd { (outside(url)) } }
        }
    }
}

/// The people of a role, under what they are called.
fn people(label: &str, extraction: &Extraction, role: Role) -> Markup {
    let people = extraction.people.iter();
    let people: Vec<&Person> = people.filter(|person| person.role == role).collect();
    html! {
        @if !people.is_empty() {
            dt { (label) }
            dd { @for (at, known) in people.into_iter().enumerate() { @if at > 0 { " · " } (person(known)) } }
        }
    }
}

/// The dates that the text mentions.
fn dates(dates: &[DateMention]) -> Markup {
    html! {
        @if !dates.is_empty() {
            dt { "Dates" }
            dd {
                details {
                    summary { (words::count(dates.len(), "date")) " mentioned" }
                    ul.plain {
                        @for date in dates {
                            li { "“" (words::line(&date.mention.text)) "” = " (date.value.as_deref().unwrap_or("not resolved")) }
                        }
                    }
                }
            }
        }
    }
}

/// A person with title and forms.
fn person(person: &Person) -> Markup {
    html! {
        a href=(Link::to("/person").with("name", &person.name)) { (words::line(&person.name)) }
        @if let Some(title) = &person.title { ", " (words::line(title)) }
        (counted(person.mentions.iter().map(|mention| mention.text.as_str())))
    }
}

/// The forms of mentions, each with how often it stands there.
pub(super) fn counted<'a>(forms: impl Iterator<Item = &'a str>) -> Markup {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for form in forms {
        match counts.iter_mut().find(|(known, _)| *known == form) {
            Some((_, count)) => *count += 1,
            None => counts.push((form, 1)),
        }
    }
    html! {
        @if !counts.is_empty() {
            span.quiet {
                " ("
                @for (at, (form, count)) in counts.iter().enumerate() {
                    @if at > 0 { ", " }
                    (words::line(form)) @if *count > 1 { " ×" (count) }
                }
                ")"
            }
        }
    }
}

/// An address outside the archive: a link if it is one of the web.
fn outside(url: &str) -> Markup {
    let is_web = ["http://", "https://"].iter().any(|scheme| {
        url.get(..scheme.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    });
    html! {
        @if is_web {
            a href=(url) rel="noreferrer noopener external" { (words::line(url)) }
        } @else {
            (words::line(url))
        }
    }
}

/// Lines that mend what is wrong.
fn corrections(id: &str) -> Markup {
    let id = words::line(id);
    html! {
        details {
            summary { "Wrong? Correct this article" }
            p { "Lines in " code { "corrections.txt" } " beside the archive, and the next "
                code { "cybersearch index" } ", mend it:" }
            textarea readonly rows="2" aria-label="Lines for corrections.txt" {
                "date: " (id) " = 2013-05-20\n" "countries: " (id) " = RU US"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_what_blank_lines_part() {
        let text = "Title\n\nOne\ntwo\n \nThree";
        let shown: Vec<&str> = paragraphs(text, 0..text.len())
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(shown, ["Title\n", "One\ntwo\n", "Three"]);
        assert!(paragraphs("", 0..0).is_empty());
    }

    #[test]
    fn a_window_has_the_passage_in_it() {
        let text = "é".repeat(WINDOW);
        assert_eq!(window("short", 3), 0..5);
        for at in [0, WINDOW, 2 * WINDOW - 2] {
            let window = window(&text, at);
            assert!(
                window.contains(&at) && text.get(window.clone()).is_some(),
                "{at}: {window:?}"
            );
        }
    }

    #[test]
    fn a_passage_is_one_of_the_file() {
        let article = Article {
            text: "Oil rose é again.".to_owned(),
            ..Article::default()
        };
        assert_eq!(passage(&article, "4-8"), Some(4..8));
        assert_eq!(passage(&article, "t4-8"), Some(4..8));
        for bad in [
            "", "t", "tt4-8", "4", "8-4", "4-4", "a-b", "900-901", "-1-5",
        ] {
            assert_eq!(passage(&article, bad), None, "{bad}");
        }
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        let html = |url| outside(url).into_string();
        assert!(
            html("HTTPS://example.org/\"").starts_with("<a href=\"HTTPS://example.org/&quot;\"")
        );
        for text in [
            "javascript:alert(1)",
            " http://x",
            "data:text/html,x",
            "//x",
            "",
        ] {
            assert!(!html(text).contains("<a"), "{text}");
        }
    }
}
