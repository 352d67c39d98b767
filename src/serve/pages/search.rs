//! The page of a search: hits, and beside them facets and a timeline.
//!
//! In the source the hits come before the facets: who hears the page, or sees it
//! on a phone, has them first.

use maud::{Markup, html};

use super::layout::{self, Page};
use super::{facet, feed};
use crate::search::parameters::{MATCH, MEANING, ParameterKind, SHOWN, Values};
use crate::search::{Answer, By, Request, Sort};
use crate::serve::export;
use crate::serve::parts::link::Link;
use crate::serve::parts::{bars, facet as facets, hit, words};

/// The page of a request that asks for nothing.
pub(super) fn empty(values: &Values) -> Vec<u8> {
    let content = html! {
        h1 { "Search" }
        p { "Type some words, or start from the " a href="/people" { "people" } ", "
            a href="/countries" { "countries" } " or " a href="/timeline" { "years" } " of the archive." }
        p { a href="/help" { "How to ask" } }
    };
    let page = Page {
        title: "Search",
        query: values.one("q").unwrap_or_default(),
        ..Page::default()
    };
    layout::page(&page, &content)
}

/// The page of an answer; `has_model` says whether it may be one by meaning.
pub(super) fn page(
    values: &Values,
    request: &Request,
    answer: &Answer,
    has_model: bool,
) -> Vec<u8> {
    let facets = answer.facets.as_deref().unwrap_or_default();
    let (years, months) = (facet(facets, By::Year), facet(facets, By::Month));
    let by_date = |value: &str| {
        Link::again("", values)
            .with("date", date(value))
            .to_string()
    };
    let again = |query: &str| Link::again("", values).with("q", query).to_string();
    let total = answer.total + answer.total_partial;
    let more = |path: &str| Link::to(path).with("q", &request.text);
    let content = html! {
        div role="status" {
            h1 {
                (words::count(answer.total, "article"))
                @if answer.total_partial > 0 { span.quiet { " and " (words::grouped(answer.total_partial)) " that match in part" } }
            }
        }
        (facets::filters("", values))
        @for note in words::notes(answer) { p.note { (words::line(&note)) } }
        (words::help(&answer.reading.help, &again))
        div.columns {
            div {
                @if total > 0 {
                    (tools(values, request, has_model))
                    (bars::chart("Articles over time", &bars::of_facet(bars::of_time(&months, &years), &by_date)))
                    ol.hits { @for article in &answer.articles { (hit::hit(article, values)) } }
                    (pages(values, request, answer))
                } @else if request.meaning.is_some() {
                    div.tools { span { (switch(values, true)) } }
                }
            }
            @if total > 0 {
                aside aria-label="Facets" {
                    (facets::list("", &facet(facets, By::Country), values, Some(&more("/countries"))))
                    (facets::list("", &facet(facets, By::Person), values, Some(&more("/people"))))
                    (facets::list("", &years, values, None))
                    (facets::list("", &facet(facets, By::Source), values, None))
                }
            }
        }
    };
    let title = match request.text.trim() {
        "" => "Search".to_owned(),
        text => words::line(text),
    };
    let page = Page {
        title: &title,
        query: &request.text,
        by_meaning: request.meaning.is_some(),
        feed: Some(feed(values)),
        ..Page::default()
    };
    layout::page(&page, &content)
}

/// The date that a bar leads to.
pub(super) fn date(value: &str) -> String {
    if value == bars::UNDATED {
        value.to_owned()
    } else {
        facets::exactly(By::Year, value)
    }
}

/// Order, feed, export, and the command that gives the same.
fn tools(values: &Values, request: &Request, has_model: bool) -> Markup {
    let exported = ["limit", "explain", "facets"]
        .into_iter()
        .fold(Link::again("/export", values), Link::without);
    html! {
        div.tools {
            span { (facets::choice::<Sort>("", values, "sort", request.sort)) }
            @if has_model { span { (switch(values, request.meaning.is_some())) } }
            a href=(feed(values)) { "Feed" }
            a href=(Link::again("/timeline", values).without("sort").without("limit")) { "Timeline" }
            @if !request.explain {
                a href=(Link::again("", values).with("explain", "1")) { "Why this order" }
            }
            details {
                summary { "Export" }
                @for format in export::formats() {
                    a href=(exported.clone().with("format", format)) { (format) } " "
                }
            }
            details {
                summary { "Shell" }
                pre { code { (command(values)) } }
            }
        }
    }
}

/// What switches the order by meaning on and off.
fn switch(values: &Values, is_on: bool) -> Markup {
    html! {
        @if is_on {
            b { "by meaning" } " "
            a href=(Link::again("", values).without(MEANING)) title="Order by words alone" { "by words" }
        } @else {
            a href=(Link::again("", values).with(MEANING, "1"))
                title="Put the first articles in order by words and meaning together" { "by meaning" }
        }
    }
}

/// The command that gives the same answer.
fn command(values: &Values) -> String {
    let mut command = "cybersearch search".to_owned();
    // A query that begins as an option does stands behind them all.
    let mut dashed = String::new();
    for (name, value) in values.pairs() {
        let is_flag = MATCH
            .iter()
            .chain(&SHOWN)
            .any(|known| known.name == name && matches!(known.kind, ParameterKind::Flag));
        if is_flag && !values.is_set(name) {
            continue;
        }
        if name == "q" {
            if value.starts_with('-') {
                dashed = format!(" -- {}", quoted(value));
            } else {
                command.push(' ');
                command.push_str(&quoted(value));
            }
            continue;
        }
        command.push_str(" --");
        command.push_str(name);
        if !is_flag {
            command.push('=');
            command.push_str(&quoted(value));
        }
    }
    command + &dashed
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let word = words::line(word);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,".contains(c);
    if !word.starts_with('-') && !word.is_empty() && word.chars().all(is_plain) {
        word
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Where the page stands among the others.
fn pages(values: &Values, request: &Request, answer: &Answer) -> Markup {
    let shown = answer.articles.len();
    let total = answer.total + answer.total_partial;
    let at = |offset: usize| Link::again("", values).with("offset", offset.to_string());
    let next = request.offset + request.limit;
    html! {
        nav.pages aria-label="Pages of hits" {
            @if request.offset > 0 {
                a rel="prev" href=(at(request.offset.saturating_sub(request.limit))) { "‹ Previous" }
            }
            span.quiet {
                @if shown > 0 {
                    (words::grouped(request.offset + 1)) "–" (words::grouped(request.offset + shown))
                    " of " (words::grouped(total))
                } @else { "no hits on this page" }
            }
            @if shown == request.limit && next < total && request.limit > 0 {
                a rel="next" href=(at(next)) { "Next ›" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::parameters::{MATCH, QUERY, SHOWN};

    fn values(pairs: &[(&str, &str)]) -> Values {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Values::read(pairs, &[&QUERY, &MATCH, &SHOWN], true).unwrap()
    }

    #[test]
    fn the_command_is_one_for_a_shell() {
        let values = values(&[
            ("q", "it's $(rm) oil"),
            ("country", "RU"),
            ("any", "1"),
            ("date", "2011..2013"),
            ("plain", "0"),
            (MEANING, "1"),
        ]);
        assert_eq!(
            command(&values),
            "cybersearch search 'it'\\''s $(rm) oil' --country=RU --any --date=2011..2013 --meaning"
        );
        let values = self::values(&[("q", "-date:2013"), ("any", "1")]);
        assert_eq!(command(&values), "cybersearch search --any -- '-date:2013'");
        assert_eq!(quoted("-x"), "'-x'");
        assert_eq!(quoted(""), "''");
    }
}
