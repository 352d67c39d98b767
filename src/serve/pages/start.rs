//! The start page: the archive at a glance, and how to ask.

use maud::html;

use super::{facet, layout, search, titled};
use crate::output::IndexInfo;
use crate::search::parameters::Values;
use crate::search::{By, Facet};
use crate::serve::parts::link::Link;
use crate::serve::parts::{bars, facet as facets, words};

/// What the page shows.
pub(super) struct Start<'s> {
    pub(super) info: &'s IndexInfo,
    pub(super) name: &'s str,
    pub(super) total: usize,
    pub(super) facets: &'s [Facet],
}

/// Queries to begin with, and what they find.
const EXAMPLES: [(&str, &str); 5] = [
    ("\"foreign minister\"", "the phrase"),
    (
        "talks NEAR/5 failed",
        "with at most five words between them",
    ),
    ("communicat*", "words that begin so"),
    ("title:oil -prices", "in the title, and a word left out"),
    (
        "country:US date:unknown",
        "names the United States, undated",
    ),
];

/// The page.
pub(super) fn page(start: &Start<'_>) -> Vec<u8> {
    let values = Values::default();
    let (years, months) = (
        facet(start.facets, By::Year),
        facet(start.facets, By::Month),
    );
    let shown = bars::of_time(&months, &years);
    let by_date = |value: &str| {
        Link::to("/search")
            .with("date", search::date(value))
            .to_string()
    };
    let built = start.info.built_at.split('T').next().unwrap_or_default();
    let title = words::line(start.name);
    let content = html! {
        h1 { (title) }
        p.big { (words::count(start.total, "article")) span.quiet { ", indexed " (built) } }
        (bars::chart("Articles over time", &bars::of_facet(shown, &by_date)))
        div.columns {
            div {
                section #history hidden {}
                section #basket hidden {}
                h2 { "How to ask" }
                ul.plain {
                    @for (query, says) in EXAMPLES {
                        li { a href=(Link::to("/search").with("q", query)) { code { (query) } } " " span.quiet { (says) } }
                    }
                }
                p { a href="/help" { "The whole query language" } }
                p { a href=(Link::to("/search").with("date", "0001..").with("sort", "newest")) { "The newest articles" } }
            }
            aside aria-label="Facets" {
                (facets::list("/search", &facet(start.facets, By::Country), &values, Some(&Link::to("/countries"))))
                (facets::list("/search", &facet(start.facets, By::Person), &values, Some(&Link::to("/people"))))
                (facets::list("/search", &facet(start.facets, By::Source), &values, None))
            }
        }
    };
    layout::page(&titled(&title), &content)
}
