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
mod namesake;
mod passing;
mod persons;
mod regions;
mod scan;
mod surroundings;
mod words;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use self::scan::FormHit;
use self::surroundings::{DocumentContext, Namesake};
use super::titled::TitledText;
use super::{Mention, ParsedArticle, Person};
pub use crate::gazetteer::countries::CountryKind;
use crate::gazetteer::countries::{TABLE, code_of, name_of};
use crate::gazetteer::finder;
use crate::gazetteer::token::Token;
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

/// A dateline stands in one of so many first paragraphs.
const OPENING_PARAGRAPHS: usize = 3;

/// Finds the countries of `page`, by code.
pub(super) fn find(page: &ParsedArticle<'_>, people: &[Person]) -> Vec<Country> {
    let mut found = SectionCountries::default();
    found.read(page, None, people, usize::MAX);
    found.countries()
}

/// A mention, and what it says of what the article is about.
#[derive(Debug, Clone)]
struct WeighedMention {
    named: CountryMention,
    /// It is the currency, or a firm, that is meant.
    is_passing: bool,
}

impl WeighedMention {
    fn weight(&self) -> usize {
        if self.is_passing {
            0
        } else {
            about::weight(self.named.kind)
        }
    }
}

/// What an article names, read section by section.
#[derive(Default)]
pub(super) struct SectionCountries {
    /// The mentions of each country, by its index in the table.
    mentions: BTreeMap<usize, Vec<WeighedMention>>,
    /// How its first section opens.
    opening: Option<Opening>,
    /// How many more paragraphs may have a dateline.
    openings: usize,
}

/// What the beginning of an article tells.
struct Opening {
    in_title: HashMap<usize, usize>,
    body: usize,
}

impl SectionCountries {
    /// Reads the next section; `titled` is what `page` is of where the title was
    /// put above it. Of a country at most so many mentions are kept.
    pub(super) fn read(
        &mut self,
        page: &ParsedArticle<'_>,
        titled: Option<&TitledText>,
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
            let title = headline(page).or_else(|| page.layout.title.clone());
            self.opening = Some(Opening {
                in_title: title.map_or_else(HashMap::new, |span| named_in(&self.mentions, &span)),
                body: start_of_body(page),
            });
        }
        if let Some(titled) = titled {
            let mentions = self.mentions.values_mut().flatten();
            for found in mentions {
                titled.lead_mention_back(&mut found.named.mention);
            }
            if let Some(opening) = &mut self.opening {
                opening.body = titled.offset_in_text(opening.body);
            }
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
        let given = GivenNames::of(people);
        let found = &mut self.mentions;
        for (number, (block, kind)) in page.blocks().enumerate() {
            let may_open = self.openings > 0 && kind.is_body();
            let content = scan::ScannedParagraph {
                text: page.text,
                block,
                tokens: page.tokens().block(number),
            };
            let opens = scan::paragraph(&content, may_open, company, &mut |hit| {
                if !taken.hides(&hit) && !given.means(page.text, &hit, company) {
                    let known = found.entry(hit.country).or_default();
                    if known.len() < most {
                        known.push(WeighedMention {
                            named: CountryMention {
                                mention: Mention::at(page.text, hit.span),
                                kind: hit.kind,
                            },
                            is_passing: hit.is_passing,
                        });
                    }
                }
            });
            if may_open {
                self.openings = if opens { 0 } else { self.openings - 1 };
            }
        }
        for namesake in company.namesakes() {
            move_namesake(found, namesake);
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
            body: opening.body,
            has_dateline: found
                .values()
                .flatten()
                .any(|found| found.named.kind == CountryKind::Dateline),
            named: found.len(),
            is_list: [false; about::LISTS.len()],
        };
        for (at, list) in about::LISTS.iter().enumerate() {
            let opens = |mentions: &&Vec<WeighedMention>| article.opens_with(mentions, list.bytes);
            article.is_list[at] = found.values().filter(opens).count() >= list.countries;
        }
        let mut countries: Vec<Country> = found
            .into_iter()
            .map(|(index, mentions)| Country {
                code: TABLE[index].code.to_owned(),
                name: TABLE[index].name.to_owned(),
                main: article.is_about(index, &mentions),
                mentions: mentions.into_iter().map(|found| found.named).collect(),
            })
            .collect();
        countries.sort_by(|a, b| a.code.cmp(&b.code));
        countries
    }
}

/// Where the headline stands; a title that was given may be repeated as one.
fn headline(page: &ParsedArticle<'_>) -> Option<Range<usize>> {
    let mut blocks = page.blocks();
    let headline = blocks.find(|(_, kind)| *kind == BlockKind::Headline);
    headline.map(|(block, _)| block)
}

fn start_of_body(page: &ParsedArticle<'_>) -> usize {
    let mut body = page.blocks().filter(|(_, kind)| kind.is_body());
    body.next().map_or(0, |(block, _)| block.start)
}

/// What the mentions of each country in `title`, a part of the text, weigh.
fn named_in(
    found: &BTreeMap<usize, Vec<WeighedMention>>,
    title: &Range<usize>,
) -> HashMap<usize, usize> {
    let mut weights = HashMap::new();
    for (country, mentions) in found {
        let inside = mentions
            .iter()
            .filter(|found| title.contains(&found.named.mention.start));
        let weight: usize = inside.map(WeighedMention::weight).sum();
        if weight > 0 {
            weights.insert(*country, weight);
        }
    }
    weights
}

/// An article that names a town with its state means the town wherever it has
/// the name alone, unless it names the country of that name in another way as
/// well: "The mayor of Mexico, Missouri, resigned. Mexico is small."
fn move_namesake(found: &mut BTreeMap<usize, Vec<WeighedMention>>, namesake: Namesake) {
    let Namesake {
        seems,
        name,
        country,
    } = namesake;
    let is_town = |found: &WeighedMention| {
        found.named.kind != CountryKind::Dateline
            && found.named.mention.text.eq_ignore_ascii_case(name)
    };
    if !found
        .get(&seems)
        .is_some_and(|mentions| mentions.iter().all(is_town))
    {
        return;
    }
    let moved = found.remove(&seems).unwrap_or_default();
    let moved = moved.into_iter().map(|mut mention| {
        mention.named.kind = CountryKind::City;
        mention
    });
    let known = found.entry(country).or_default();
    known.extend(moved);
    known.sort_by_key(|found| found.named.mention.order());
}

/// The given names of an article's people.
struct GivenNames<'a> {
    names: HashSet<&'a str>,
}

impl<'a> GivenNames<'a> {
    fn of(people: &'a [Person]) -> GivenNames<'a> {
        let names = people
            .iter()
            .filter(|person| !person.mentions.is_empty())
            .filter_map(|person| person.name.split_once(' '));
        GivenNames {
            names: names.map(|(given, _)| given).collect(),
        }
    }

    /// Whether `hit` is somebody's given name alone: Chad, after Chad Smith. Not
    /// where it is said to be a place, nor in an article that names the country
    /// in another way as well.
    fn means(&self, text: &str, hit: &FormHit, company: &DocumentContext<'_>) -> bool {
        hit.is_doubtful
            && !hit.is_placed
            && self.names.contains(&text[hit.span.clone()])
            && !company.attests(hit.country)
    }
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
        let shown: Vec<String> = find(&page, &people)
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
        let found = find(&page, &people);
        let shown: Vec<(&str, usize)> = found
            .iter()
            .map(|country| (country.code.as_str(), country.mentions.len()))
            .collect();
        assert_eq!(shown, [("HK", 1), ("PE", 1)]);
    }

    #[test]
    fn a_town_with_its_state_is_a_town_wherever_it_stands() {
        check(
            "MEXICO MAYOR RESIGNS\n\nThe mayor of Mexico, Missouri, resigned. Mexico is small.",
            &[
                "US City MEXICO",
                "US City Mexico",
                "US City Missouri",
                "US City Mexico",
            ],
        );
        check(
            "The mayor of Mexico, Missouri, left. Mexico hailed the Mexican.",
            &[
                "MX Name Mexico",
                "MX Demonym Mexican",
                "US City Mexico",
                "US City Missouri",
            ],
        );
    }

    #[test]
    fn a_given_name_alone_is_no_country() {
        check("Chad Smith left on Friday. Later Chad said so.", &[]);
        check(
            "Chad Smith left for a town in Chad on Friday.",
            &["TD Name Chad"],
        );
    }

    /// The codes of the main countries of a text with this title.
    fn check_main(title: &str, text: &str, expected: &[&str]) {
        let layout = Layout::of(text, Some(title));
        let page = ParsedArticle::of(text, &layout);
        let titled = TitledText::of(title, &page);
        let found = find(&titled.page(), &[]);
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
    fn a_currency_or_a_firm_is_not_what_an_article_is_about() {
        check_main(
            "Hertz issues Australian dollar bond",
            "Hertz Realty is to issue 75 mln Australian dlrs of bonds. The Australian dlrs are \
             due in 1993, in Australian dollar notes.",
            &[],
        );
        check_main(
            "A merger",
            "Swiss Bank Corp bought a mill. Swiss Bank Corp said Swiss Bank Corp had paid.",
            &[],
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
