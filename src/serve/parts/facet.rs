//! Facets beside the hits: values as links that add a filter.

use maud::{Markup, html};

use super::link::Link;
use super::words;
use crate::named::Named;
use crate::query::{self, Filter, Query};
use crate::search::parameters::Values;
use crate::search::{By, Facet, FacetValue};

/// What a facet is called.
pub(in crate::serve) fn title(by: By) -> &'static str {
    match by {
        By::Country => "Countries",
        By::Main => "Mainly about",
        By::Person => "People",
        By::Year => "Years",
        By::Month => "Months",
        By::Source => "Sources",
    }
}

/// The parameter that asks for a value of a facet.
pub(in crate::serve) fn parameter(by: By) -> Option<&'static str> {
    match by {
        By::Country => Some("country"),
        By::Main => Some("main"),
        By::Person => Some("person"),
        By::Year | By::Month => Some("date"),
        By::Source => None,
    }
}

/// What is shown of a value.
pub(in crate::serve) fn label(value: &FacetValue) -> String {
    words::line(value.name.as_deref().unwrap_or(&value.value))
}

/// What the parameter of a facet has to be for just the articles that a value
/// counts: taken exactly, but for the codes of countries, which are that anyway.
pub(in crate::serve) fn exactly(by: By, value: &str) -> String {
    let is_code = matches!(by, By::Country | By::Main)
        && value.chars().all(|c| c.is_ascii_uppercase())
        && (2..=4).contains(&value.len());
    if is_code {
        value.to_owned()
    } else {
        format!("={value}")
    }
}

/// The request of `values` with one more filter: what answers it is what `value`
/// counts.
pub(in crate::serve) fn narrowed(path: &str, values: &Values, by: By, value: &str) -> Link {
    added(Link::again(path, values), values, by, value)
}

/// `link` with one more filter.
pub(in crate::serve) fn added(link: Link, values: &Values, by: By, value: &str) -> Link {
    match parameter(by) {
        Some(name) => link.and(name, exactly(by, value)),
        None => link.with("q", with_source(values, value)),
    }
}

/// The query with a source beside it, which has no parameter.
fn with_source(values: &Values, source: &str) -> String {
    let text = values.one("q").unwrap_or_default();
    let parsed = if values.is_set("plain") {
        query::plain(text)
    } else {
        query::parse(text)
    };
    let source = Query::Filter(Filter::Source(source.to_owned()));
    Query::all(vec![parsed.query, source]).to_string()
}

/// A facet as a list; its values lead to `path`, `more` to all of them.
pub(in crate::serve) fn list(
    path: &str,
    facet: &Facet,
    values: &Values,
    more: Option<&Link>,
) -> Markup {
    html! {
        @if !facet.values.is_empty() {
            section.facet {
                h2 { (title(facet.by)) }
                ul {
                    @for value in &facet.values {
                        li {
                            a href=(narrowed(path, values, facet.by, &value.value)) { (label(value)) }
                            " " span.n { (words::grouped(value.count)) }
                        }
                    }
                }
                @if facet.others > 0 {
                    @let others = format!("{} more", words::grouped(facet.others));
                    p {
                        @match more {
                            Some(more) => a href=(more) { (others) },
                            None => (others),
                        }
                    }
                }
            }
        }
    }
}

/// The filters that hold, each with a link that drops it.
pub(in crate::serve) fn filters(path: &str, values: &Values) -> Markup {
    const FILTERS: [&str; 9] = [
        "country", "main", "person", "date", "dates", "after", "before", "undated", "like",
    ];
    let given: Vec<(&str, &str)> = values
        .pairs()
        .filter(|(name, _)| FILTERS.contains(name))
        .collect();
    html! {
        @if !given.is_empty() {
            ul.filters aria-label="Filters" {
                @for (name, value) in given {
                    @let without = Link::again(path, values).less(name, value);
                    li {
                        (name) ": " (words::line(value.trim_start_matches('='))) " "
                        a href=(without) aria-label={ "drop the filter " (name) " " (words::line(value)) } { "×" }
                    }
                }
            }
        }
    }
}

/// The named values of a choice as links, the one in use without.
pub(in crate::serve) fn choice<T: Named>(
    path: &str,
    values: &Values,
    name: &str,
    chosen: T,
) -> Markup {
    html! {
        @for (value, shown, about) in T::ALL {
            @if *value == chosen {
                b { (shown) } " "
            } @else {
                a href=(Link::again(path, values).with(name, *shown)) title=(about) { (shown) } " "
            }
        }
    }
}
