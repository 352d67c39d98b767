//! The countries that the articles of a request name: a map, and a table with the
//! same numbers.

use maud::html;

use super::layout::{self, Page};
use crate::search::parameters::Values;
use crate::search::{By, FacetAnswer};
use crate::serve::parts::link::Link;
use crate::serve::parts::{facet as facets, map, words};

/// The page.
pub(super) fn page(values: &Values, answer: &FacetAnswer) -> Vec<u8> {
    let facet = answer.facets.first();
    let named = facet.map_or(&[][..], |facet| &facet.values);
    let has_request = values.pairs().next().is_some();
    let link = |code: &str| {
        if has_request {
            facets::narrowed("/search", values, By::Country, code)
        } else {
            Link::to(&format!("/country/{code}"))
        }
    };
    let content = html! {
        h1 { "Countries" }
        p.quiet { "in " (words::count(answer.total, "article")) }
        (facets::filters("/countries", values))
        @for note in words::reading(&answer.reading) { p.note { (words::line(&note)) } }
        @if named.is_empty() { p { "No country is named." } }
        (map::map(named, &link))
        table {
            thead { tr { th scope="col" { "Country" } th.n scope="col" { "Articles" } } }
            @for value in named {
                tr {
                    th scope="row" { a href=(link(&value.value)) { (facets::label(value)) } }
                    td.n { (words::grouped(value.count)) }
                }
            }
        }
        @if let Some(facet) = facet {
            @if facet.unknown > 0 { p.quiet { (words::count(facet.unknown, "article")) " without a country" } }
        }
    };
    let page = Page {
        title: "Countries",
        query: values.one("q").unwrap_or_default(),
        ..Page::default()
    };
    layout::page(&page, &content)
}
