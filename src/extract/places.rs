//! Finds the countries an article names.
//!
//! A table of names, people, capitals, cities and institutions is looked for
//! in one pass, longest form first (`scan`); forms that also mean something
//! else count in a fitting context only (`context`), and phrases such as
//! "South China Sea" hide the name inside them. A wire story's dateline
//! (`dateline`) and how often a country is named tell whether the article is
//! mainly about it (`about`).

mod about;
mod context;
mod dateline;
mod regions;
mod scan;
mod surroundings;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use self::scan::FormHit;
use self::surroundings::DocumentContext;
use super::{Mention, ParsedArticle, Person};
pub use crate::gazetteer::countries::CountryKind;
use crate::gazetteer::countries::{TABLE, code_of, name_of};
use crate::gazetteer::finder;
use crate::gazetteer::token::{Token, Tokens};
use crate::layout::BlockKind;

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

/// Countries that the source itself states. A name that is none of a country is
/// passed over; who reads the source tells of it.
pub(crate) fn stated(names: &[String]) -> Vec<Country> {
    let mut countries: Vec<Country> = Vec::new();
    for name in names
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty())
    {
        let Some(code) = code_of(name) else { continue };
        if !countries.iter().any(|country| country.code == code) {
            countries.push(Country {
                name: name_of(code).to_owned(),
                code: code.to_owned(),
                main: true,
                mentions: Vec::new(),
            });
        }
    }
    countries.sort_by(|a, b| a.code.cmp(&b.code));
    countries
}

/// Whether `tokens` are, all together, a country's name or a town's and nothing
/// else: Sri Lanka.
pub(super) fn are_named_by(tokens: &[Token]) -> bool {
    let first = tokens.first().map_or(0, |token| token.key);
    let spellings = finder::FINDER.starting_with(first).iter();
    spellings
        .filter(|spelling| spelling.len() == tokens.len() && spelling.begins(tokens))
        .any(|spelling| spelling.meaning.is_some())
}

/// No more of a title is looked at: a record may state one of megabytes.
const MAX_TITLE_BYTES: usize = 1 << 16;

/// A dateline stands in one of so many first paragraphs.
const OPENING_PARAGRAPHS: usize = 3;

/// Finds the countries of `page`, by code. `given_title` is the title where the
/// source states it apart from the text.
pub(super) fn find(
    page: &ParsedArticle<'_>,
    given_title: Option<&str>,
    people: &[Person],
) -> Vec<Country> {
    let mut found = SectionCountries::default();
    found.read(page, given_title, people, usize::MAX);
    found.countries()
}

/// What an article names, read section by section.
#[derive(Default)]
pub(super) struct SectionCountries {
    /// The mentions of each country, by its index in the table.
    mentions: BTreeMap<usize, Vec<CountryMention>>,
    /// How its first section opens.
    opening: Option<Opening>,
    /// How many more paragraphs may have a dateline.
    openings: usize,
}

/// What the beginning of an article tells.
struct Opening {
    in_title: HashMap<usize, usize>,
    has_title_apart: bool,
    body: usize,
}

impl SectionCountries {
    /// Reads the next section. Of a country at most so many mentions are kept.
    pub(super) fn read(
        &mut self,
        page: &ParsedArticle<'_>,
        given_title: Option<&str>,
        people: &[Person],
        most: usize,
    ) {
        let company = DocumentContext::of(page.own_text(), &page.tokens().all);
        let is_first = self.opening.is_none();
        if is_first {
            self.openings = OPENING_PARAGRAPHS;
        }
        self.add_mentions(page, &company, people, most);
        if is_first {
            let in_title = match &page.layout.title {
                Some(span) => named_in(&self.mentions, span),
                None => in_title(given_title.unwrap_or(""), &company),
            };
            self.opening = Some(Opening {
                in_title,
                has_title_apart: page.layout.title.is_none()
                    && !page.blocks().any(|(_, kind)| kind == BlockKind::Headline),
                body: start_of_body(page),
            });
        }
    }

    fn add_mentions(
        &mut self,
        page: &ParsedArticle<'_>,
        company: &DocumentContext<'_>,
        people: &[Person],
        most: usize,
    ) {
        let mut taken = Taken::by(people);
        let found = &mut self.mentions;
        for (number, (block, kind)) in page.blocks().enumerate() {
            let may_open = self.openings > 0 && kind.is_body();
            let content = scan::ScannedParagraph {
                text: page.text,
                block,
                tokens: page.tokens().block(number),
            };
            let opens = scan::paragraph(&content, may_open, company, &mut |hit| {
                if !taken.hides(&hit) {
                    let known = found.entry(hit.country).or_default();
                    if known.len() < most {
                        known.push(CountryMention {
                            mention: Mention::at(page.text, hit.span),
                            kind: hit.kind,
                        });
                    }
                }
            });
            if may_open {
                self.openings = if opens { 0 } else { self.openings - 1 };
            }
        }
    }

    /// The countries that were named, by code.
    pub(super) fn countries(self) -> Vec<Country> {
        let found = self.mentions;
        let Some(opening) = self.opening else {
            return Vec::new();
        };
        let mut article = about::CountryEvidence {
            in_title: opening.in_title,
            has_title_apart: opening.has_title_apart,
            body: opening.body,
            has_dateline: found
                .values()
                .flatten()
                .any(|found| found.kind == CountryKind::Dateline),
            listed: 0,
        };
        article.listed = found
            .values()
            .filter(|mentions| article.is_in_opening(mentions))
            .count();
        let mut countries: Vec<Country> = found
            .into_iter()
            .map(|(index, mentions)| Country {
                code: TABLE[index].code.to_owned(),
                name: TABLE[index].name.to_owned(),
                main: article.is_about(index, &mentions),
                mentions,
            })
            .collect();
        countries.sort_by(|a, b| a.code.cmp(&b.code));
        countries
    }
}

fn start_of_body(page: &ParsedArticle<'_>) -> usize {
    let mut body = page.blocks().filter(|(_, kind)| kind.is_body());
    body.next().map_or(0, |(block, _)| block.start)
}

/// What the mentions of each country in `title`, a part of the text, weigh.
fn named_in(
    found: &BTreeMap<usize, Vec<CountryMention>>,
    title: &Range<usize>,
) -> HashMap<usize, usize> {
    let mut weights = HashMap::new();
    for (country, mentions) in found {
        let inside = mentions
            .iter()
            .filter(|found| title.contains(&found.mention.start));
        let weight: usize = inside.map(|found| about::weight(found.kind)).sum();
        if weight > 0 {
            weights.insert(*country, weight);
        }
    }
    weights
}

/// What the mentions of each country in a title apart from the text weigh.
fn in_title(title: &str, company: &DocumentContext<'_>) -> HashMap<usize, usize> {
    let mut weights = HashMap::new();
    let title = &title[..title.floor_char_boundary(MAX_TITLE_BYTES)];
    let tokens = Tokens::of_text(title);
    let content = scan::ScannedParagraph::of_text(title, &tokens);
    scan::paragraph(&content, false, company, &mut |hit| {
        *weights.entry(hit.country).or_default() += about::weight(hit.kind);
    });
    weights
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
    fn hides(&mut self, hit: &FormHit) -> bool {
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
        let page = ParsedArticle::of(text, &layout);
        let people = crate::extract::people::find(&page);
        let shown: Vec<String> = find(&page, None, &people)
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
    fn no_country_is_named_inside_a_persons_name() {
        let text = "Nadia Peru left Hong Kong. Peru waited.";
        let layout = Layout::of(text, Some("-"));
        let page = ParsedArticle::of(text, &layout);
        let mention =
            |name: &str| Mention::at(text, text.find(name).map_or(0..0, |at| at..at + name.len()));
        let person = |name: &str| Person {
            name: name.to_owned(),
            title: None,
            role: crate::extract::Role::Subject,
            mentions: vec![mention(name)],
        };
        // A long name of a country taken for a person's stays a country.
        let people = [person("Hong Kong"), person("Nadia Peru")];
        let found = find(&page, None, &people);
        let shown: Vec<(&str, usize)> = found
            .iter()
            .map(|country| (country.code.as_str(), country.mentions.len()))
            .collect();
        assert_eq!(shown, [("HK", 1), ("PE", 1)]);
    }

    /// The codes of the main countries of a text with this title.
    fn check_main(title: &str, text: &str, expected: &[&str]) {
        let layout = Layout::of(text, Some(title));
        let page = ParsedArticle::of(text, &layout);
        let found = find(&page, Some(title), &[]);
        let main: Vec<&str> = found
            .iter()
            .filter(|country| country.main)
            .map(|country| country.code.as_str())
            .collect();
        assert_eq!(main, expected, "{title}: {text}");
    }

    #[test]
    fn an_article_is_about_its_dateline_title_and_what_it_repeats() {
        check_main("Rain", "LIMA, March 3 - Rain fell, as in Chile.", &["PE"]);
        check_main("Rain in Chile", "The rain reached Peru and Chile.", &["CL"]);
        check_main(
            "Zurich parent buys",
            "LIMA, March 3 - A mill was sold to a Zurich bank.",
            &["PE"],
        );
        check_main(
            "Mills",
            "A mill in Peru was sold. The owner left Peru for Chile.",
            &["PE"],
        );
        check_main(
            "A pact",
            "Mali, Niger, Chad, Togo and Benin agreed to trade with Ghana.",
            &["BJ", "GH", "ML", "NE", "TD", "TG"],
        );
    }

    #[test]
    fn states_of_the_past_have_their_own_codes() {
        for (asked, code) in [
            ("Soviet Union", "SUHH"),
            ("USSR", "SUHH"),
            ("SU", "SUHH"),
            ("East Germany", "DDDE"),
            ("Yugoslavia", "YUCS"),
            ("Czechoslovakia", "CSHH"),
            ("South Yemen", "YDYE"),
            ("West Germany", "DE"),
            ("Kosovo", "XK"),
        ] {
            assert_eq!(code_of(asked), Some(code), "{asked}");
        }
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
