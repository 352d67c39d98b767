//! Finds the countries an article names.
//!
//! A table of names, people, capitals, cities and institutions is looked for
//! in one pass, longest form first; forms that also mean something else count
//! in a fitting context only, and phrases such as "New Mexico" hide the name
//! inside them. Kinds and the rule for main countries follow measurements on
//! Reuters-21578 places.

mod context;
mod dateline;
mod regions;
mod scan;
mod table;

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use self::context::Company;
use self::scan::Hit;
use self::table::TABLE;
pub(super) use self::table::is_country_word;
pub use self::table::{code_of, name_of};
use super::{Mention, Page, Person};

/// How a mention names its country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CountryKind {
    /// Russia, Russian Federation.
    Name,
    /// Russian, Americans.
    Demonym,
    /// U.S., UK.
    Abbreviation,
    /// Moscow, for the place or the government.
    Capital,
    /// Another city or a region.
    City,
    /// Kremlin, White House.
    Institution,
    /// The place that a wire story opens with.
    Dateline,
}

/// A mention of a country and how it names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountryMention {
    /// Where it stands.
    #[serde(flatten)]
    pub mention: Mention,
    /// How it names the country.
    pub kind: CountryKind,
}

/// A country an article names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Country {
    /// ISO 3166-1 alpha-2; XK for Kosovo; ISO 3166-3 for dissolved states.
    pub code: String,
    /// The English name.
    pub name: String,
    /// Whether the article is mainly about it.
    pub main: bool,
    /// All places that name it, in order.
    pub mentions: Vec<CountryMention>,
}

/// Countries that the source itself states; unknown names stay as they are.
pub(super) fn stated(names: &[String]) -> Vec<Country> {
    let mut countries: Vec<Country> = Vec::new();
    for name in names
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty())
    {
        let code = code_of(name).map_or_else(|| name.to_owned(), str::to_owned);
        if !countries.iter().any(|country| country.code == code) {
            countries.push(Country {
                name: name_of(&code).to_owned(),
                code,
                main: true,
                mentions: Vec::new(),
            });
        }
    }
    countries.sort_by(|a, b| a.code.cmp(&b.code));
    countries
}

/// How far the lead of an article goes, in bytes of its body: see [`is_main`].
const LEAD_BYTES: usize = 300;

/// A dateline stands in one of so many first paragraphs.
const OPENING_PARAGRAPHS: usize = 3;

/// Finds the countries of `page`, by code. `title` is the article's title.
pub(super) fn find(page: &Page<'_>, title: &str, people: &[Person]) -> Vec<Country> {
    let mut taken = Taken::by(people);
    let company = Company::of(page.text);
    let mut found: BTreeMap<&str, (usize, Vec<CountryMention>)> = BTreeMap::new();
    let mut openings = OPENING_PARAGRAPHS;
    let mut first_body = None;
    for (block, kind) in page.blocks() {
        if kind.is_body() {
            first_body.get_or_insert(block.start);
        }
        let may_open = openings > 0 && kind.is_body();
        let opens = scan::paragraph(page.text, &block, may_open, &company, &mut |hit| {
            if !taken.hides(&hit) {
                let mention = CountryMention {
                    mention: Mention::at(page.text, hit.span),
                    kind: hit.kind,
                };
                let entry = found.entry(TABLE[hit.country].code);
                let (_, mentions) = entry.or_insert_with(|| (hit.country, Vec::new()));
                mentions.push(mention);
            }
        });
        if may_open {
            openings = if opens { 0 } else { openings - 1 };
        }
    }
    let lead_end = first_body.unwrap_or(0) + LEAD_BYTES;
    let in_title = title_countries(title, &company);
    found
        .into_iter()
        .map(|(code, (index, mentions))| Country {
            code: code.to_owned(),
            name: TABLE[index].name.to_owned(),
            main: in_title.contains(&index) || is_main(&mentions, lead_end),
            mentions,
        })
        .collect()
}

fn title_countries(title: &str, company: &Company<'_>) -> HashSet<usize> {
    let mut countries = HashSet::new();
    scan::paragraph(title, &(0..title.len()), false, company, &mut |hit| {
        countries.insert(hit.country);
    });
    countries
}

/// In the dateline, or in the lead and once more, or three times: F1 86.8 on
/// the Reuters-21578 places without `usa`, the best of the rules tried.
fn is_main(mentions: &[CountryMention], lead_end: usize) -> bool {
    let in_lead = mentions
        .first()
        .is_some_and(|first| first.mention.start < lead_end);
    mentions
        .iter()
        .any(|mention| mention.kind == CountryKind::Dateline)
        || (in_lead && mentions.len() >= 2)
        || mentions.len() >= 3
}

/// Where people are named, to be asked in the order of the text.
struct Taken {
    /// In order, disjoint.
    spans: Vec<Range<usize>>,
    /// How many end before what is asked next.
    passed: usize,
}

impl Taken {
    /// The places of all mentions of `people`, those that overlap as one.
    fn by(people: &[Person]) -> Taken {
        let mentions = people.iter().flat_map(|person| &person.mentions);
        let mut sorted: Vec<Range<usize>> =
            mentions.map(|mention| mention.start..mention.end).collect();
        sorted.sort_by_key(|span| span.start);
        let mut spans: Vec<Range<usize>> = Vec::with_capacity(sorted.len());
        for span in sorted {
            match spans.last_mut() {
                Some(last) if span.start < last.end => last.end = last.end.max(span.end),
                _ => spans.push(span),
            }
        }
        Taken { spans, passed: 0 }
    }

    /// Whether `hit` is part of a person's name; no hit asked before starts
    /// after it. "South Korea" taken for a person is the country all the same.
    fn hides(&mut self, hit: &Hit) -> bool {
        let span = &hit.span;
        let ahead = &self.spans[self.passed..];
        self.passed += ahead
            .iter()
            .take_while(|name| name.end <= span.start)
            .count();
        self.spans.get(self.passed).is_some_and(|name| {
            let is_inside = span.start <= name.start && name.end <= span.end;
            name.start < span.end && !(hit.is_long_name && is_inside)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;

    fn check(text: &str, expected: &[&str]) {
        let layout = Layout::of(text, Some("-"));
        let page = Page {
            text,
            layout: &layout,
        };
        let people = super::super::people::find(&page);
        let shown: Vec<String> = find(&page, "", &people)
            .iter()
            .flat_map(|country| {
                country.mentions.iter().map(move |mention| {
                    format!(
                        "{} {:?} {}",
                        country.code, mention.kind, mention.mention.text
                    )
                })
            })
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn names_people_capitals_and_institutions() {
        check(
            "The U.S.-Russia talks: Moscow, Americans and the Kremlin, US officials said.",
            &[
                "RU Name Russia",
                "RU Capital Moscow",
                "RU Institution Kremlin",
                "US Abbreviation U.S.",
                "US Demonym Americans",
                "US Abbreviation US",
            ],
        );
        check(
            "WASHINGTON (Reuters) - China's army met.",
            &["CN Name China", "US Dateline WASHINGTON"],
        );
    }

    #[test]
    fn forms_that_mean_something_else() {
        check(
            "He ate a Turkey in New Mexico with Michael Jordan by the South China Sea; the New York Times told us.",
            &[],
        );
        check(
            "Atlanta, Georgia, is in the South, as is Savannah, he said.",
            &[],
        );
        check(
            "Georgia and Russia fought over Abkhazia.",
            &["GE Name Georgia", "GE City Abkhazia", "RU Name Russia"],
        );
        check(
            "NIGERIA AND OMAN MET US",
            &["NG Name NIGERIA", "OM Name OMAN"],
        );
    }

    #[test]
    fn a_country_is_found_by_any_of_its_names() {
        for name in [
            "RU",
            "ru",
            "RUS",
            "Russia",
            "russian federation",
            "Russian",
            "Kremlin",
        ] {
            assert_eq!(code_of(name), Some("RU"), "{name}");
        }
        assert_eq!(code_of("Freedonia"), None);
        assert_eq!(name_of("KP"), "North Korea");
    }

    #[test]
    fn the_table_is_sound() {
        assert!(TABLE.len() > 200);
        assert!(table::FINDER.is_some());
        for entry in TABLE.iter() {
            assert!(
                entry.code.len() == 2 || entry.code.len() == 4,
                "{}",
                entry.code
            );
            assert_eq!(entry.alpha3.len(), 3, "{}", entry.code);
        }
    }
}
