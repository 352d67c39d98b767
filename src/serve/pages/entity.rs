//! A person or a country: how often, when, with whom, and the newest articles.

use maud::html;

use super::layout::{self, Page};
use super::{facet, feed, search};
use crate::search::parameters::Values;
use crate::search::{Answer, By, Facet};
use crate::serve::parts::link::Link;
use crate::serve::parts::{bars, facet as facets, hit, words};

/// Whom or what a page is about.
pub(super) struct Subject<'s> {
    /// Its name.
    pub(super) name: &'s str,
    /// The facet that counts it.
    pub(super) by: By,
    /// The parameter that asks for it.
    pub(super) parameter: &'static str,
    /// Its value there.
    pub(super) value: &'s str,
}

/// The values of a facet but for the subject itself.
fn others(mut facet: Facet, subject: &Subject<'_>) -> Facet {
    let is_own = facets::parameter(facet.by) == Some(subject.parameter);
    facet
        .values
        .retain(|value| !is_own || value.value != subject.value);
    facet
}

/// The page.
pub(super) fn page(subject: &Subject<'_>, values: &Values, answer: &Answer) -> Vec<u8> {
    let counted = answer.facets.as_deref().unwrap_or_default();
    let (years, months) = (facet(counted, By::Year), facet(counted, By::Month));
    let all = Link::again("/search", values).without("name").and(
        subject.parameter,
        facets::exactly(subject.by, subject.value),
    );
    let by_date = |value: &str| all.clone().with("date", search::date(value)).to_string();
    let beside = |by| others(facet(counted, by), subject);
    let narrowed = narrowed(subject);
    let name = words::line(subject.name);
    let content = html! {
        h1 { (name) }
        p.big {
            "named in " a href=(all) { (words::count(answer.total, "article")) }
        }
        (bars::chart("Articles over time", &bars::of_facet(bars::of_time(&months, &years), &by_date)))
        div.columns {
            div {
                div.tools {
                    a href=(all.clone().with("sort", "newest")) { "newest" }
                    a href=(all.clone().with("q", format!("\"{}\"", subject.name.replace('"', " ")))) { "most about" }
                    a href=(feed(&narrowed)) { "Feed" }
                }
                ol.hits { @for article in &answer.articles { (hit::hit(article, values)) } }
                @if subject.parameter == "person" {
                    details {
                        summary { "Wrong? Merge or hide this name" }
                        p { "A line in " code { "corrections.txt" } " beside the archive, and the next "
                            code { "cybersearch index" } ", mend it:" }
                        textarea readonly rows="2" aria-label="Lines for corrections.txt" {
                            (name) " = Another Name\n" (name) " = -"
                        }
                    }
                }
            }
            aside aria-label="Named together with" {
                (facets::list("/search", &beside(By::Person), &narrowed, None))
                (facets::list("/search", &beside(By::Country), &narrowed, None))
                (facets::list("/search", &beside(By::Source), &narrowed, None))
            }
        }
    };
    let page = Page {
        title: &name,
        query: "",
        feed: Some(feed(&narrowed)),
        ..Page::default()
    };
    layout::page(&page, &content)
}

/// The parameters that ask for the subject alone.
fn narrowed(subject: &Subject<'_>) -> Values {
    let pair = (
        subject.parameter.to_owned(),
        facets::exactly(subject.by, subject.value),
    );
    Values::read([pair], &[&crate::search::parameters::MATCH], false).unwrap_or_default()
}
