//! Up to five queries over time: a lane for each, on one scale, and one table;
//! in articles, or as shares of all articles of each time. The same numbers as a
//! file for spreadsheets.

use maud::{Markup, html};

use super::layout::{self, Page};
use super::search::date;
use crate::named::Named;
use crate::output::hits::csv::cell;
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

/// Whether a request asks for shares.
pub(in crate::serve) fn is_share(values: &Values) -> bool {
    values.is_set("share")
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

/// What a number of a lane is told as.
struct Scale<'s> {
    /// All articles, where shares are told.
    all: Option<&'s Lane>,
}

impl Scale<'_> {
    /// How high the bar of a count is, on any scale.
    #[expect(clippy::cast_precision_loss, reason = "a height is no number")]
    fn height(&self, count: usize, period: &str) -> f64 {
        match self.all.map(|all| all.count(period)) {
            Some(all) => count as f64 / all.max(1) as f64,
            None => count as f64,
        }
    }

    /// A count, or the share that it is of the articles of its time.
    fn told(&self, count: usize, of: impl Fn(&Lane) -> usize) -> String {
        match self.all {
            Some(all) => share(count, of(all)),
            None => words::grouped(count),
        }
    }

    fn says(&self, count: usize, period: &str) -> String {
        let articles = words::count(count, "article");
        match self.all {
            Some(all) => {
                let of = all.count(period);
                let (all, share) = (words::grouped(of), share(count, of));
                format!("{period}: {share}, {articles} of {all}")
            }
            None => format!("{period}: {articles}"),
        }
    }
}

/// So many of so many as percent, with one digit.
#[expect(clippy::cast_precision_loss, reason = "a share has one digit")]
fn share(count: usize, of: usize) -> String {
    format!("{:.1} %", count as f64 * 100.0 / of.max(1) as f64)
}

/// All periods of all lanes in order: exact ones, then those known by half.
fn periods<'l>(lanes: impl IntoIterator<Item = &'l Lane>) -> Vec<String> {
    let values = lanes.into_iter().flat_map(|lane| &lane.facet.values);
    let mut periods: Vec<String> = values.map(|value| value.value.clone()).collect();
    periods.sort_unstable_by_key(|period| (period.contains(".."), period.clone()));
    periods.dedup();
    periods
}

/// The numbers for a spreadsheet: a row for each time and the undated ones, a
/// column for each query, and one for all articles that the filters let
/// through.
pub(super) fn csv(lanes: &[Lane], all: &Lane) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let columns = || lanes.iter().chain(std::iter::once(all));
    let first = |name: &str| std::iter::once(name.to_owned());
    let names = columns().map(|lane| cell(&lane.name()));
    writer.write_record(first("time").chain(names))?;
    for period in periods(columns()) {
        let counts = columns().map(|lane| lane.count(&period).to_string());
        writer.write_record(first(&period).chain(counts))?;
    }
    let undated = columns().map(|lane| lane.facet.unknown.to_string());
    writer.write_record(first("undated").chain(undated))?;
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}

/// The page; with `all` articles, as shares of them.
pub(super) fn page(values: &Values, lanes: &[Lane], all: Option<&Lane>) -> Vec<u8> {
    let scale = Scale { all };
    let periods = periods(lanes);
    let exact: Vec<&String> = periods
        .iter()
        .filter(|period| !period.contains(".."))
        .collect();
    let drawn = &exact[exact.len().saturating_sub(MOST_BARS)..];
    let heights = lanes.iter().flat_map(|lane| {
        let height = |period: &&String| scale.height(lane.count(period), period);
        drawn.iter().map(height)
    });
    let most = heights.fold(0.0, f64::max);
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
            @if all.is_some() {
                a href=(Link::again("/timeline", values).without("share")) { "articles" } b { "share" }
            } @else {
                b { "articles" } a href=(Link::again("/timeline", values).with("share", "1")) { "share" }
            }
            a href=(Link::again("/timeline.csv", values).without("share")) { "CSV" }
        }
        @for lane in lanes { (lane_of(lane, values, drawn, &scale, most)) }
        @if let (Some(first), Some(last)) = (drawn.first(), drawn.last()) {
            p.quiet { (first) " … " (last) }
        }
        div.scroll tabindex="0" role="region" aria-label="The numbers" { (table(lanes, &periods, values, &scale)) }
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
    let link = ["vs", "by", "share"]
        .into_iter()
        .fold(Link::again("/search", values), Link::without);
    if lane.query.trim().is_empty() {
        link.without("q")
    } else {
        link.with("q", &lane.query)
    }
}

/// A lane, whose highest bar is `most` of the highest of all.
fn lane_of(
    lane: &Lane,
    values: &Values,
    drawn: &[&String],
    scale: &Scale<'_>,
    most: f64,
) -> Markup {
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
                        @let height = scaled(scale.height(count, period), most);
                        @let says = scale.says(count, period);
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

/// The height of a bar in units of its picture; of what is there, one at least.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "heights are small and above 0"
)]
fn scaled(height: f64, most: f64) -> usize {
    let height = (height / most * HEIGHT as f64).ceil() as usize;
    height.clamp(1, HEIGHT)
}

fn table(lanes: &[Lane], periods: &[String], values: &Values, scale: &Scale<'_>) -> Markup {
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
                                a href=(search(lane, values).with("date", date(period))) { (scale.told(count, |all| all.count(period))) }
                            } @else { "0" }
                        }
                    }
                }
            }
            tr {
                th scope="row" { "undated" }
                @for lane in lanes { td.n { (scale.told(lane.facet.unknown, |all| all.facet.unknown)) } }
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
        let html = String::from_utf8(page(&Values::default(), &lanes, None)).unwrap();
        assert!(html.contains("&lt;gas&gt;") && !html.contains("<gas>"));
        assert!(html.contains("<title>2011: 2 articles</title>"));
        assert!(html.contains("href=\"/search?q=oil&amp;date=%3D2011\""));
        let all = lane("", &[("2011", 8), ("2012", 1), ("2013..2014", 4)]);
        let html = page(&Values::default(), &lanes, Some(&all));
        let html = String::from_utf8(html).unwrap();
        assert!(
            html.contains("<title>2011: 25.0 %, 2 articles of 8</title>"),
            "{html}"
        );
        assert!(html.contains(">100.0 %</a>"), "{html}");
    }

    #[test]
    fn a_spreadsheet_has_the_numbers_and_runs_nothing() {
        let lanes = [lane("=oil", &[("2011", 2)]), lane("a, b", &[])];
        let all = lane("", &[("2011", 8), ("2012", 1)]);
        let text = String::from_utf8(csv(&lanes, &all).unwrap()).unwrap();
        assert_eq!(
            text,
            "time,'=oil,\"a, b\",all articles\n2011,2,0,8\n2012,0,0,1\nundated,1,1,1\n"
        );
    }
}
