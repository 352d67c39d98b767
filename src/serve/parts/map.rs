//! A map of bubbles: a country's is as large as it has articles.
//!
//! Land is a silhouette without borders: bubbles need none, and small states show
//! as well as large ones. `assets/make-map` makes both files.

use maud::{Markup, html};

use super::link::Link;
use super::words;
use crate::search::FacetValue;
use crate::serve::assets;

/// A line for each country: code, and where its bubble stands.
const PLACES: &str = include_str!("../assets/places.psv");

/// The radius of the largest bubble.
const LARGEST: f64 = 42.0;

/// The smallest that can be met with a finger.
const SMALLEST: f64 = 4.0;

/// Where the bubble of a country stands.
fn place(code: &str) -> Option<(u32, u32)> {
    PLACES.lines().find_map(|line| {
        let (known, place) = line.split_once('|')?;
        let (x, y) = place.split_once('|')?;
        (known == code).then_some(())?;
        Some((x.parse().ok()?, y.parse().ok()?))
    })
}

/// The map; a bubble leads where `link` says.
pub(in crate::serve) fn map(values: &[FacetValue], link: &dyn Fn(&str) -> Link) -> Markup {
    let most = values
        .iter()
        .map(|value| value.count)
        .max()
        .unwrap_or(1)
        .max(1);
    // The area tells the number.
    #[expect(clippy::cast_precision_loss, reason = "a bubble is no number")]
    let radius = |count: usize| (count as f64 / most as f64).sqrt() * LARGEST;
    html! {
        svg.map viewBox="0 0 1000 389" role="group" aria-label="Articles by country" {
            image href=(assets::address("land.svg")) width="1000" height="389" {}
            @for value in values {
                @if let Some((x, y)) = place(&value.value) {
                    @let name = value.name.as_deref().unwrap_or(&value.value);
                    @let says = format!("{name}: {}", words::count(value.count, "article"));
                    a href=(link(&value.value)) {
                        title { (says) }
                        circle cx=(x) cy=(y) r=(format!("{:.1}", radius(value.count).max(SMALLEST))) {}
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_of_today_has_a_place() {
        let lines = include_str!("../../gazetteer/countries.psv").lines();
        let codes = lines
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split('|').next());
        let missing: Vec<&str> = codes.filter(|code| place(code).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn a_bubble_says_its_number() {
        let value = |code: &str, count| FacetValue {
            value: code.to_owned(),
            count,
            name: None,
            by_surname: None,
        };
        let html = map(&[value("RU", 4), value("US", 1), value("??", 9)], &|code| {
            Link::to(&format!("/country/{code}"))
        });
        let html = html.into_string();
        assert!(html.contains("<title>RU: 4 articles</title>"));
        assert!(html.contains("href=\"/country/US\""));
        assert_eq!(html.matches("<circle").count(), 2);
    }
}
