//! Bars over time: a picture whose bars are links, and the same numbers as a
//! table.
//!
//! Widths and heights are attributes: the policy of pages forbids styles in
//! place. A picture that holds links is a group, not an image, for whoever
//! hears it.

use maud::{Markup, html};

use super::words;
use crate::search::{Facet, FacetValue};

/// The width of the picture, in its own units.
const WIDTH: usize = 720;

/// Its height.
const HEIGHT: usize = 64;

/// The most bars of one picture.
const MOST_BARS: usize = 36;

/// The date of those without one.
pub(in crate::serve) const UNDATED: &str = "unknown";

/// A bar: what it stands for, its number, where it leads.
#[derive(Debug, Clone)]
pub(in crate::serve) struct Bar {
    pub(in crate::serve) label: String,
    pub(in crate::serve) count: usize,
    pub(in crate::serve) link: Option<String>,
}

/// The facet to show as bars: months where they are few, else years.
pub(in crate::serve) fn of_time<'f>(months: &'f Facet, years: &'f Facet) -> &'f Facet {
    let is_few = months.values.len() <= MOST_BARS;
    if is_few && !months.values.is_empty() && years.values.len() <= 3 {
        months
    } else {
        years
    }
}

/// The bars of a facet of time: exact ones in order, then those that are known
/// by half, then the undated.
pub(in crate::serve) fn of_facet(facet: &Facet, link: &dyn Fn(&str) -> String) -> Vec<Bar> {
    let is_exact = |value: &&FacetValue| !value.value.contains("..");
    let bar = |value: &FacetValue| Bar {
        label: value.value.clone(),
        count: value.count,
        link: Some(link(&value.value)),
    };
    let exact = facet.values.iter().filter(is_exact).map(bar);
    let half = facet
        .values
        .iter()
        .filter(|value| !is_exact(value))
        .map(bar);
    let undated = (facet.unknown > 0).then(|| Bar {
        label: "undated".to_owned(),
        count: facet.unknown,
        link: Some(link(UNDATED)),
    });
    exact.chain(half).chain(undated).collect()
}

/// The picture, and its numbers. Of many bars the latest are drawn; the table
/// has them all.
pub(in crate::serve) fn chart(name: &str, bars: &[Bar]) -> Markup {
    let drawn = &bars[bars.len().saturating_sub(MOST_BARS)..];
    let most = drawn.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let step = WIDTH / drawn.len().max(1);
    let step = step.min(WIDTH / 6);
    let (first, last) = (drawn.first(), drawn.last());
    html! {
        @if let (Some(first), Some(last)) = (first, last) {
            figure.chart {
                svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="group" aria-label=(name) preserveAspectRatio="none" {
                    @for (at, bar) in drawn.iter().enumerate() {
                        @let height = (bar.count * HEIGHT).div_ceil(most);
                        @let says = format!("{}: {}", bar.label, words::count(bar.count, "article"));
                        a href=[bar.link.as_deref()] {
                            title { (says) }
                            // The whole height leads there, and the bar is drawn on it.
                            path d=(block(at * step, 0, step)) {}
                            path d=(block(at * step, HEIGHT - height, step.saturating_sub(2).max(1))) {}
                        }
                    }
                }
                figcaption {
                    (first.label) @if drawn.len() > 1 { " … " (last.label) }
                    (table(name, bars, drawn.len()))
                }
            }
        }
    }
}

/// A block that stands on the ground, as a path.
fn block(x: usize, top: usize, width: usize) -> String {
    format!("M{x} {HEIGHT}V{top}h{width}V{HEIGHT}")
}

/// The numbers as a table, shown on demand; only what is not `drawn` is a link
/// once more.
fn table(name: &str, bars: &[Bar], drawn: usize) -> Markup {
    let links = bars.len() - drawn;
    html! {
        details.numbers {
            summary { "numbers" }
            table {
                caption { (name) }
                @for (at, bar) in bars.iter().enumerate() {
                    tr {
                        th scope="row" {
                            @match bar.link.as_deref().filter(|_| at < links) {
                                Some(link) => a href=(link) { (bar.label) },
                                None => (bar.label),
                            }
                        }
                        td { (words::grouped(bar.count)) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::By;

    fn facet(values: &[(&str, usize)], unknown: usize) -> Facet {
        let values = values.iter().map(|(value, count)| FacetValue {
            value: (*value).to_owned(),
            count: *count,
            name: None,
            by_surname: None,
        });
        Facet {
            by: By::Year,
            values: values.collect(),
            others: 0,
            unknown,
        }
    }

    #[test]
    fn half_known_and_undated_ones_have_bars_of_their_own() {
        let facet = facet(&[("2011", 1), ("2011..2012", 3), ("2013", 2)], 4);
        let bars = of_facet(&facet, &|value| format!("/?date={value}"));
        let labels: Vec<&str> = bars.iter().map(|bar| bar.label.as_str()).collect();
        assert_eq!(labels, ["2011", "2013", "2011..2012", "undated"]);
        let html = chart("Articles", &bars).into_string();
        assert!(html.contains("<title>2013: 2 articles</title>"), "{html}");
        assert!(html.contains("role=\"group\""));
        assert!(!html.contains("style="));
        assert!(html.contains("<td>4</td>"));
    }

    #[test]
    fn nothing_has_no_picture() {
        assert_eq!(chart("Articles", &[]).into_string(), "");
    }
}
