//! Finds the countries an article names.
//!
//! A table of names, people, capitals, cities and institutions is looked for
//! in one pass, longest form first; forms that also mean something else count
//! in a fitting context only, and phrases such as "New Mexico" hide the name
//! inside them. Kinds and the rule for main countries follow measurements on
//! Reuters-21578 places.

mod table;

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

pub(super) use self::table::forms;
use self::table::{FINDER, TABLE};
pub use self::table::{code_of, name_of};
use super::{Mention, Page, Person, lexicon};
use crate::layout::BlockKind;

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

/// Finds the countries of `page`, by code. `title` is the article's title.
pub(super) fn find(page: &Page<'_>, title: &str, people: &[Person]) -> Vec<Country> {
    let taken: Vec<Range<usize>> = people
        .iter()
        .flat_map(|person| &person.mentions)
        .map(|mention| mention.start..mention.end)
        .collect();
    let mut found: BTreeMap<&str, (usize, Vec<CountryMention>)> = BTreeMap::new();
    let first_prose = page
        .blocks()
        .find(|(_, kind)| *kind == BlockKind::Prose)
        .map(|(block, _)| block.start);
    for (block, _) in page.blocks() {
        scan(page.text, &block, &mut |span, index, mut kind| {
            if taken
                .iter()
                .any(|name| name.start < span.end && span.start < name.end)
            {
                return;
            }
            if Some(block.start) == first_prose && is_dateline(page.text, &block, &span) {
                kind = CountryKind::Dateline;
            }
            let mention = CountryMention {
                mention: Mention::at(page.text, span),
                kind,
            };
            found
                .entry(TABLE[index].code)
                .or_insert_with(|| (index, Vec::new()))
                .1
                .push(mention);
        });
    }
    let lead_end = first_prose.unwrap_or(0) + LEAD_BYTES;
    let in_title = title_countries(title);
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

fn title_countries(title: &str) -> HashSet<usize> {
    let mut countries = HashSet::new();
    scan(title, &(0..title.len()), &mut |_, index, _| {
        countries.insert(index);
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

/// Whether the capitals at `span` open a wire story: `WASHINGTON (Reuters) -`.
fn is_dateline(text: &str, block: &Range<usize>, span: &Range<usize>) -> bool {
    let line = &text[block.clone()];
    let in_capitals =
        !text[span.clone()].contains(char::is_lowercase) && !text[span.clone()].contains('.');
    let marks = [
        " - ",
        " -- ",
        " — ",
        " – ",
        ": ",
        "(Reuters)",
        "(AP)",
        "(AFP)",
    ];
    let opening = line.get(..line.floor_char_boundary(60)).unwrap_or(line);
    in_capitals
        && span.start < block.start + 40
        && marks.iter().any(|mark| opening.contains(mark))
        && !is_all_capitals(line)
}

fn is_all_capitals(line: &str) -> bool {
    !line.contains(char::is_lowercase)
}

/// Calls `sink` with every country form of `block` that counts.
fn scan(text: &str, block: &Range<usize>, sink: &mut impl FnMut(Range<usize>, usize, CountryKind)) {
    let Some(finder) = FINDER.as_ref() else {
        return;
    };
    let content = &text[block.clone()];
    for found in finder.automaton.leftmost_find_iter(content) {
        let Some((index, kind, marked)) = finder.meanings[found.value() as usize] else {
            continue;
        };
        let span = block.start + found.start()..block.start + found.end();
        if is_whole_word(text, &span) && (!marked || context_fits(text, block, &span, kind)) {
            sink(span, index, kind);
        }
    }
}

fn is_whole_word(text: &str, span: &Range<usize>) -> bool {
    let before = text[..span.start].chars().next_back();
    let after = text[span.end..].chars().next();
    let ends_in_stop = text[..span.end].ends_with('.');
    !before.is_some_and(char::is_alphanumeric)
        && (ends_in_stop || !after.is_some_and(char::is_alphanumeric))
}

/// Whether an ambiguous form means the country where it stands.
fn context_fits(text: &str, block: &Range<usize>, span: &Range<usize>, kind: CountryKind) -> bool {
    let form = &text[span.clone()];
    let before = last_word(&text[block.start..span.start]);
    let after = first_word(&text[span.end..block.end]);
    match form {
        "US" => !is_all_capitals(&text[block.clone()]),
        "Georgia" | "GEORGIA" | "Georgian" | "Georgians" => is_the_republic_of_georgia(text),
        "Turkey" => !matches!(
            before,
            "a" | "the" | "roast" | "A" | "The" | "Roast" | "wild"
        ),
        "English" => matches!(
            after,
            "court" | "courts" | "club" | "clubs" | "city" | "town" | "football" | "Channel"
        ),
        "Polish" => !before.is_empty(),
        "Guinea" => !matches!(before, "New"),
        "America" | "AMERICA" => !matches!(before, "Latin" | "North" | "South" | "Central" | "of"),
        "Washington" | "WASHINGTON" => !matches!(before, "George" | "Denzel") && after != "State",
        _ if kind == CountryKind::City
            || kind == CountryKind::Capital
            || kind == CountryKind::Name =>
        {
            // "Chad Smith", "Sofia Crespo": a capital on either side may be a name.
            !(lexicon::is_first_name(before) && before.starts_with(char::is_uppercase))
        }
        _ => true,
    }
}

fn last_word(text: &str) -> &str {
    let text = text.trim_end();
    text.rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("")
}

fn first_word(text: &str) -> &str {
    text.trim_start()
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("")
}

/// Georgia the country or the American state, by the company it keeps.
fn is_the_republic_of_georgia(text: &str) -> bool {
    let count = |words: &[&str]| words.iter().filter(|word| text.contains(*word)).count();
    let republic = count(&[
        "Tbilisi",
        "Abkhazia",
        "Ossetia",
        "Russia",
        "Armenia",
        "Azerbaijan",
        "Saakashvili",
        "Caucasus",
        "Soviet",
    ]);
    let state = count(&[
        "Atlanta",
        "Gov.",
        "Alabama",
        "Florida",
        "South Carolina",
        "Tennessee",
        "Savannah",
        "Augusta",
        "Ga.",
    ]);
    republic > state
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
        assert!(FINDER.is_some());
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
