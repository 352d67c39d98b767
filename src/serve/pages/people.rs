//! The people that the articles of a request name.

use maud::html;

use super::layout::{self, Page};
use crate::search::parameters::Values;
use crate::search::{FacetAnswer, FacetRequest};
use crate::serve::parts::link::Link;
use crate::serve::parts::{facet as facets, words};

/// How many are shown.
pub(super) const MOST: usize = 200;

/// The page.
pub(super) fn page(values: &Values, window: &FacetRequest, answer: &FacetAnswer) -> Vec<u8> {
    let query = values.one("q").unwrap_or_default();
    let facet = answer.facets.first();
    let named = facet.map_or(&[][..], |facet| &facet.values);
    let content = html! {
        h1 { "People" }
        p.quiet { "in " (words::count(answer.total, "article")) }
        (facets::filters("/people", values))
        @for note in words::reading(&answer.reading) { p.note { (words::line(&note)) } }
        form.tools action="/people" {
            @for (name, value) in values.pairs().filter(|(name, _)| !matches!(*name, "contains" | "offset")) {
                input type="hidden" name=(name) value=(value);
            }
            label { "Name has " input name="contains" value=(window.contains.as_deref().unwrap_or_default()); }
            button { "Find" }
        }
        @if named.is_empty() { p { "Nobody is named." } }
        table {
            thead { tr { th scope="col" { "Name" } th.n scope="col" { "Articles" } } }
            @for value in named {
                tr {
                    th scope="row" { a href=(Link::to("/person").with("name", &value.value)) { (facets::label(value)) } }
                    td.n { (words::grouped(value.count)) }
                }
            }
        }
        nav.pages aria-label="Pages of people" {
            @let at = |offset: usize| Link::again("/people", values).with("offset", offset.to_string());
            @if window.offset > 0 { a rel="prev" href=(at(window.offset.saturating_sub(MOST))) { "‹ Previous" } }
            @if let Some(facet) = facet {
                @if facet.others > 0 {
                    a rel="next" href=(at(window.offset + MOST)) { "Next ›" }
                    span.quiet { (words::grouped(facet.others)) " more" }
                }
            }
        }
    };
    let page = Page {
        title: "People",
        query,
        ..Page::default()
    };
    layout::page(&page, &content)
}
