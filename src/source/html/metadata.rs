//! Title, address, author, source and the like, as a page states them.
//!
//! Of several statements the surer counts: what is made for sharing (`OpenGraph`)
//! or for programs (JSON-LD) before what a browser shows. The name of the site is
//! taken off the title, and is the source.
//!
//! Example: `<title>Talks held | The Herald</title>` with `og:site_name` "The
//! Herald" is the title `Talks held` of the source `The Herald`.

use serde_json::{Map, Value};

use super::facts::{Facts, Mark};
use super::json_ld;
use super::stream::Stream;
use crate::article::{Metadata, one_line};

/// What a page states, but for its date.
#[derive(Debug, Default)]
pub(super) struct PageFacts {
    pub(super) title: Option<String>,
    pub(super) metadata: Metadata,
}

/// The longest title.
const MOST_TITLE: usize = 500;

/// Reads what a page states.
pub(super) fn of(page: &Stream, json: &json_ld::Stated) -> PageFacts {
    let facts = &page.facts;
    let of_json = |value: &Option<String>| value.as_deref().and_then(shown);
    let canonical = facts.canonical.clone().into_iter();
    let url = canonical
        .chain(json.url.clone())
        .chain(meta(facts, &["og:url", "twitter:url"]))
        .find(|url| is_address(url))
        .map(|url| url.trim().to_owned());
    let source = meta(facts, &SOURCES)
        .or_else(|| of_json(&json.publisher))
        .filter(|source| source.len() <= MOST_SOURCE && !is_address(source));
    let heading = heading(page);
    let title = meta(facts, &TITLES)
        .or_else(|| of_json(&json.headline))
        .or_else(|| heading.clone())
        .or_else(|| facts.title.as_deref().and_then(shown))
        .map(|title| {
            let (source, heading) = (source.as_deref(), heading.as_deref());
            without_site(&title, source, heading, url.as_deref()).to_owned()
        });
    let author = of_json(&json.author)
        .or_else(|| meta(facts, &AUTHORS))
        .or_else(|| marked_author(page))
        .filter(|author| !is_address(author) && author.len() <= MOST_AUTHOR)
        .map(|author| {
            let by = author.get(..3).filter(|by| by.eq_ignore_ascii_case("by "));
            let author = by.map_or(&*author, |by| &author[by.len()..]);
            author.trim().to_owned()
        });
    PageFacts {
        title,
        metadata: Metadata {
            url,
            author,
            source,
            other: others(facts, json),
            ..Metadata::default()
        },
    }
}

/// The longest name of a source and of authors.
const MOST_SOURCE: usize = 200;
const MOST_AUTHOR: usize = 300;

/// Names of `<meta>`, the surest first.
const SOURCES: [&str; 4] = [
    "og:site_name",
    "application-name",
    "dc.publisher",
    "publisher",
];
const TITLES: [&str; 4] = ["og:title", "twitter:title", "dc.title", "citation_title"];
const AUTHORS: [&str; 7] = [
    "author",
    "article:author",
    "dc.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "citation_author",
];

/// What the first `<meta>` of these names says.
fn meta(facts: &Facts, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let mut of_name = facts.metas.iter().filter(|(key, _)| key == name);
        of_name.find_map(|(_, value)| shown(value))
    })
}

/// What else a page states, by key.
fn others(facts: &Facts, json: &json_ld::Stated) -> Map<String, Value> {
    let of_json = |value: &Option<String>| value.as_deref().and_then(shown);
    let meta = |names: &[&str]| meta(facts, names);
    let section = meta(&["article:section", "parsely-section"]);
    let modified = meta(&["article:modified_time", "og:updated_time"]);
    let others = [
        ("language", language(facts, json)),
        ("section", section.or_else(|| of_json(&json.section))),
        (
            "description",
            meta(&["og:description", "description", "twitter:description"]),
        ),
        ("keywords", meta(&["news_keywords", "keywords"])),
        ("modified", modified.or_else(|| of_json(&json.modified))),
    ];
    let stated = others.into_iter();
    let stated = stated.filter_map(|(key, value)| Some((key.to_owned(), Value::String(value?))));
    stated.collect()
}

/// The language that a page states.
pub(super) fn language(facts: &Facts, json: &json_ld::Stated) -> Option<String> {
    let names = ["og:locale", "content-language", "language", "dc.language"];
    let of_meta = || meta(facts, &names);
    facts
        .language
        .as_deref()
        .and_then(shown)
        .or_else(of_meta)
        .or_else(|| json.language.as_deref().and_then(shown))
        .map(|language| language.to_lowercase().replace('_', "-"))
        .filter(|language| language.len() <= 35)
}

/// A value on one line with its references as what they stand for; `None` for a
/// blank one.
fn shown(value: &str) -> Option<String> {
    let value = if value.contains('&') {
        super::references::decoded(value)
    } else {
        value.to_owned()
    };
    let value = one_line(&value);
    (!value.is_empty()).then_some(value)
}

fn is_address(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("http://") || text.starts_with("https://")
}

/// The one heading of the first rank.
pub(super) fn heading(page: &Stream) -> Option<String> {
    let headings = page.facts.marked.iter();
    let headings = headings.filter(|one| one.mark == Mark::Heading && !one.is_aside);
    let mut texts = headings.filter_map(|one| {
        let text = shown(&page.text[one.span.clone()])?;
        (text.len() <= MOST_TITLE).then_some(text)
    });
    let first = texts.next()?;
    texts.all(|other| other == first).then_some(first)
}

/// The text of an element that is marked as an author.
fn marked_author(page: &Stream) -> Option<String> {
    let mut marked = page.facts.marked.iter().filter(|one| !one.is_aside);
    let is_author = |mark: Mark, name: &str| match mark {
        Mark::Author => true,
        Mark::Property => name == "author" || name == "name author",
        _ => false,
    };
    marked.find_map(|one| {
        if !is_author(one.mark, &one.name) {
            return None;
        }
        let text = shown(&page.text[one.span.clone()])?;
        let words = text.split(' ').count();
        let has_digits = text.bytes().any(|byte| byte.is_ascii_digit());
        (words <= 8 && !has_digits).then_some(text)
    })
}

/// What divides a title from the name of the site.
const DIVIDERS: [&str; 9] = [
    " | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " • ",
];

/// A title without the name of its site.
fn without_site<'t>(
    title: &'t str,
    source: Option<&str>,
    heading: Option<&str>,
    url: Option<&str>,
) -> &'t str {
    let letters = |text: &str| -> String {
        let kept = text.chars().filter(|c| c.is_alphanumeric());
        kept.flat_map(char::to_lowercase).collect()
    };
    let host = url
        .and_then(|url| url.split_once("://"))
        .and_then(|(_, rest)| rest.split('/').next())
        .map(letters)
        .unwrap_or_default();
    let is_site = |part: &str| {
        let part = letters(part);
        let of_source = source.map(letters).is_some_and(|source| source == part);
        of_source || part.len() >= 3 && host.contains(&part)
    };
    let mut title = title;
    loop {
        let last = DIVIDERS
            .iter()
            .filter_map(|mark| Some((title.rfind(mark)?, mark.len())));
        let Some((at, length)) = last.max_by_key(|(at, _)| *at) else {
            return title;
        };
        let (before, after) = (title[..at].trim(), &title[at + length..]);
        let is_heading = heading.is_some_and(|heading| letters(heading) == letters(before));
        if before.is_empty() || !is_site(after) && !is_heading {
            return title;
        }
        title = before;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::html::stream;

    fn read(markup: &str) -> PageFacts {
        let page = stream::read(markup);
        let json = json_ld::read(&page.facts.json);
        of(&page, &json)
    }

    #[test]
    fn a_page_states_what_it_is() {
        let facts = read(
            "<html lang=en_GB><head><title>Talks held | The Herald</title>\
             <meta property='og:site_name' content='The Herald'>\
             <meta name=author content='By Ann Lee'>\
             <meta property='article:section' content='World &amp; more'>\
             <link rel=canonical href='https://herald.example/talks'></head>\
             <body><h1>Talks  held</h1><p>Text.</body>",
        );
        assert_eq!(facts.title.as_deref(), Some("Talks held"));
        let metadata = facts.metadata;
        assert_eq!(metadata.source.as_deref(), Some("The Herald"));
        assert_eq!(metadata.author.as_deref(), Some("Ann Lee"));
        assert_eq!(
            metadata.url.as_deref(),
            Some("https://herald.example/talks")
        );
        assert_eq!(metadata.other["section"], "World & more");
        assert_eq!(metadata.other["language"], "en-gb");
    }

    #[test]
    fn the_site_is_no_part_of_the_title() {
        let check = |title: &str, source: Option<&str>, expected: &str| {
            let url = Some("https://www.herald-times.example/x");
            assert_eq!(without_site(title, source, None, url), expected);
        };
        check("A - b | The Herald", Some("The Herald"), "A - b");
        check("A - b - Herald Times", None, "A - b");
        check("A - b", Some("The Herald"), "A - b");
        check("The Herald", Some("The Herald"), "The Herald");
    }
}
