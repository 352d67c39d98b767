//! Up to five queries over time: a lane for each, on one scale, and one table.

use maud::{Markup, html};

use super::layout::{self, Page};
use super::search::date;
use crate::named::Named;
use crate::search::parameters::Values;
use crate::search::{By, Facet};
use crate::serve::parts::link::Link;
use crate::serve::parts::words;

/// The most queries.
pub(in crate::serve) const MOST: usize = 5;

/// The most bars of a lane; of more the latest are drawn.
const MOST_BARS: usize = 120;

const WIDTH: usize = 720;
const HEIGHT: usize = 60;

/// What may be counted by.
pub(in crate::serve) fn units() -> Vec<&'static str> {
    vec![By::Year.name(), By::Month.name()]
}

/// What a request counts by.
pub(in crate::serve) fn unit(values: &Values) -> By {
    values.one("by").and_then(By::named).unwrap_or(By::Year)
}

/// A query with its counts.
pub(in crate::serve) struct Lane {
    pub(in crate::serve) query: String,
    pub(in crate::serve) total: usize,
    pub(in crate::serve) facet: Facet,
}

impl Lane {
    fn count(&self, period: &str) -> usize {
        let mut values = self.facet.values.iter();
        values
            .find(|value| value.value == period)
            .map_or(0, |value| value.count)
    }

    fn name(&self) -> String {
        match self.query.trim() {
            "" => "all articles".to_owned(),
            query => words::line(query),
        }
    }
}

/// All periods of all lanes in order: exact ones, then those known by half.
fn periods(lanes: &[Lane]) -> Vec<String> {
    let values = lanes.iter().flat_map(|lane| &lane.facet.values);
    let mut periods: Vec<String> = values.map(|value| value.value.clone()).collect();
    periods.sort_unstable_by_key(|period| (period.contains(".."), period.clone()));
    periods.dedup();
    periods
}

/// The page.
pub(super) fn page(values: &Values, lanes: &[Lane]) -> Vec<u8> {
    let periods = periods(lanes);
    let exact: Vec<&String> = periods
        .iter()
        .filter(|period| !period.contains(".."))
        .collect();
    let drawn = &exact[exact.len().saturating_sub(MOST_BARS)..];
    let counts = lanes
        .iter()
        .flat_map(|lane| drawn.iter().map(|period| lane.count(period)));
    let most = counts.max().unwrap_or(0).max(1);
    let unit = unit(values);
    let content = html! {
        h1 { "Timeline" }
        (form(values, lanes))
        div.tools {
            @for other in [By::Year, By::Month] {
                @if other == unit { b { (other.name()) } } @else {
                    a href=(Link::again("/timeline", values).with("by", other.name())) { (other.name()) }
                }
            }
        }
        @for lane in lanes { (lane_of(lane, values, drawn, most)) }
        @if let (Some(first), Some(last)) = (drawn.first(), drawn.last()) {
            p.quiet { (first) " … " (last) }
        }
        div.scroll tabindex="0" role="region" aria-label="The numbers" { (table(lanes, &periods, values)) }
    };
    let page = Page {
        title: "Timeline",
        query: values.one("q").unwrap_or_default(),
        ..Page::default()
    };
    layout::page(&page, &content)
}

/// The queries to change, and room for one more.
fn form(values: &Values, lanes: &[Lane]) -> Markup {
    let kept = values
        .pairs()
        .filter(|(name, _)| !matches!(*name, "q" | "vs"));
    html! {
        form action="/timeline" {
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            @for at in 0..(lanes.len() + 1).min(MOST) {
                p {
                    label {
                        @if at == 0 { "Query " } @else { "compared with " }
                        input name=(if at == 0 { "q" } else { "vs" }) maxlength="4096"
                            value=(lanes.get(at).map_or("", |lane| lane.query.as_str()));
                    }
                }
            }
            button { "Compare" }
        }
    }
}

/// The request of a lane as a search.
fn search(lane: &Lane, values: &Values) -> Link {
    let link = Link::again("/search", values).without("vs").without("by");
    if lane.query.trim().is_empty() {
        link.without("q")
    } else {
        link.with("q", &lane.query)
    }
}

fn lane_of(lane: &Lane, values: &Values, drawn: &[&String], most: usize) -> Markup {
    let step = (WIDTH / drawn.len().max(1)).clamp(1, WIDTH / 6);
    html! {
        figure.chart.lane {
            figcaption {
                b { (lane.name()) } br;
                (words::count(lane.total, "article"))
            }
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="group" aria-label=(lane.name()) preserveAspectRatio="none" {
                @for (at, period) in drawn.iter().enumerate() {
                    @let count = lane.count(period);
                    @if count > 0 {
                        @let height = (count * HEIGHT).div_ceil(most);
                        @let says = format!("{period}: {}", words::count(count, "article"));
                        a href=(search(lane, values).with("date", date(period))) {
                            title { (says) }
                            rect x=(at * step) y=(HEIGHT - height) width=(step.saturating_sub(2).max(1)) height=(height) {}
                        }
                    }
                }
            }
        }
    }
}

fn table(lanes: &[Lane], periods: &[String], values: &Values) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th scope="col" { "Time" }
                    @for lane in lanes { th.n scope="col" { (lane.name()) } }
                }
            }
            @for period in periods {
                tr {
                    th scope="row" { (period) }
                    @for lane in lanes {
                        @let count = lane.count(period);
                        td.n {
                            @if count > 0 {
                                a href=(search(lane, values).with("date", date(period))) { (words::grouped(count)) }
                            } @else { "0" }
                        }
                    }
                }
            }
            tr {
                th scope="row" { "undated" }
                @for lane in lanes { td.n { (words::grouped(lane.facet.unknown)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::FacetValue;

    fn lane(query: &str, values: &[(&str, usize)]) -> Lane {
        let values = values.iter().map(|(value, count)| FacetValue {
            value: (*value).to_owned(),
            count: *count,
            name: None,
            by_surname: None,
        });
        Lane {
            query: query.to_owned(),
            total: 3,
            facet: Facet {
                by: By::Year,
                values: values.collect(),
                others: 0,
                unknown: 1,
            },
        }
    }

    #[test]
    fn lanes_share_their_periods() {
        let lanes = [
            lane("oil", &[("2011", 2), ("2013..2014", 1)]),
            lane("<gas>", &[("2012", 1)]),
        ];
        assert_eq!(periods(&lanes), ["2011", "2012", "2013..2014"]);
        let html = String::from_utf8(page(&Values::default(), &lanes)).unwrap();
        assert!(html.contains("&lt;gas&gt;") && !html.contains("<gas>"));
        assert!(html.contains("<title>2011: 2 articles</title>"));
        assert!(html.contains("href=\"/search?q=oil&amp;date=%3D2011\""));
    }
}
