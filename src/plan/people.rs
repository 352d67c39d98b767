//! Which person a lone surname means, across the articles of an archive.
//!
//! An article names people as it does: one has *Ronald Reagan*, another only
//! *Reagan*. What the index counts by name and year tells, at question time,
//! whom the surname means. A lone surname counts for a person where, among the
//! articles within five years of its own that have a full name with this
//! surname, at least 95 % and at least three have that person's; of an undated
//! article, among all of the archive. Relatives whom one article names in full
//! do not count against somebody whom ten and more do, up to a tenth of all. An article that has a full name with the
//! surname beside the lone one is left alone: it had its reasons not to join
//! them.
//!
//! Full names are one person whatever their case, accents and hyphens, and
//! whether or not a middle initial is there. Where two have different initials
//! (George W. and George H. W. Bush) all three stay apart: nothing says whom the
//! name without one means; nor does it mean one of quite another time.
//!
//! | names in the archive, with their articles | a lone surname |
//! |---|---|
//! | Ronald Reagan 26, Nancy Reagan 1 | Reagan is Ronald Reagan |
//! | George W. Bush 10, Jeb Bush 2 | Bush stays Bush |
//! | António Guterres 2, Antonio Guterres 2 | one person of four articles; Guterres is he |
//! | Xi Jinping 3 | Xi is Xi Jinping: some family names lead |
//! | Ray Charles 18, Charles Kennedy 48 | Charles stays Charles |
//! | R-Kan 11, Bob Dole 5 | Kan stays Kan: an initial says too little |
//!
//! Pure: counts in, decisions out. Names are numbered first, so that each is
//! looked up and taken apart once, however many years it has; evidence is kept
//! only of surnames that stand alone somewhere. Cost: a few look-ups a name, one
//! a count, and for each surname a walk over its years.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::gazetteer::keys::key;
use crate::gazetteer::names::{WordClass, class_of};
use crate::text::analyze::fold;

/// How many years before and after an article its full names are looked for.
pub(crate) const YEARS: i16 = 5;

/// So many articles must have the person's full name.
const LEAST: usize = 3;

/// So many percent of the articles with a full name must mean the person.
const SHARE: usize = 95;

/// From so many articles on, a person is named in full often; then people whom
/// one article names are passed over, if they are no more than so many percent.
const OFTEN: usize = 10;
const MOST_ONCE: usize = 10;

/// How many articles of one year have a name, as it is spelt in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NameCount {
    pub(crate) name: Arc<str>,
    /// `None` for those whose year is not known.
    pub(crate) year: Option<i16>,
    pub(crate) articles: usize,
}

/// What a lone surname means, and what that rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SurnameMeaning {
    /// The number of the person.
    pub(crate) person: usize,
    /// How many articles have that person's full name.
    pub(crate) articles: usize,
    /// Of how many that have a full name with the surname.
    pub(crate) of: usize,
}

/// The people of an archive, or those of one surname.
#[derive(Debug, Default)]
pub(crate) struct ArchivePeople {
    /// The number of each spelling: of a person, or of a name that stands alone.
    numbers: FxHashMap<Arc<str>, usize>,
    /// By number.
    people: Vec<ArchivePerson>,
    /// Whom a single name means in articles of a year.
    meanings: FxHashMap<(usize, Option<i16>), SurnameMeaning>,
}

/// A person by a full name, or whoever a single name means.
#[derive(Debug)]
struct ArchivePerson {
    /// The most frequent first.
    spellings: Vec<Arc<str>>,
    surname: String,
    is_lone: bool,
    /// Of a single name, the years of its articles.
    years: Vec<Option<i16>>,
}

/// The articles with full names of one surname, by year and person.
#[derive(Debug, Default)]
struct Surname {
    years: BTreeMap<i16, FxHashMap<usize, usize>>,
    all: FxHashMap<usize, usize>,
    /// How many articles have it as the first word of other names.
    as_given: usize,
}

/// The names of some counts, each once, numbered by how often it is spelt so:
/// the most frequent first, since it is the one that is shown; of two, the one
/// that is not in capitals.
struct Spellings<'a> {
    names: Vec<&'a Arc<str>>,
    parsed: Vec<ParsedName>,
    /// The number of the name of each count.
    of_count: Vec<usize>,
}

impl<'a> Spellings<'a> {
    fn of(counts: &'a [NameCount]) -> Spellings<'a> {
        let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
        let mut spelt: Vec<(&Arc<str>, usize, usize)> = Vec::new();
        let mut of_count: Vec<usize> = Vec::with_capacity(counts.len());
        for count in counts {
            let next = spelt.len();
            let number = *numbers.entry(&count.name).or_insert(next);
            if number == next {
                spelt.push((&count.name, 0, number));
            }
            spelt[number].1 += count.articles;
            of_count.push(number);
        }
        let shouts = |name: &str| !name.contains(char::is_lowercase);
        spelt.sort_unstable_by(|a, b| {
            let order = b.1.cmp(&a.1).then_with(|| shouts(a.0).cmp(&shouts(b.0)));
            order.then_with(|| a.0.cmp(b.0))
        });
        let mut places = vec![0; spelt.len()];
        for (place, (_, _, number)) in spelt.iter().enumerate() {
            places[*number] = place;
        }
        for number in &mut of_count {
            *number = places[*number];
        }
        Spellings {
            names: spelt.iter().map(|(name, ..)| *name).collect(),
            parsed: spelt
                .iter()
                .map(|(name, ..)| ParsedName::of(name))
                .collect(),
            of_count,
        }
    }
}

impl ArchivePeople {
    /// The people that `counts` name.
    pub(crate) fn of(counts: &[NameCount]) -> ArchivePeople {
        let mut found = ArchivePeople::default();
        let spelt = Spellings::of(counts);
        let initials = AllInitialled::of(counts, &spelt);
        let mut by_key: FxHashMap<(&str, &str), usize> = FxHashMap::default();
        found.numbers.reserve(spelt.names.len());
        // The number of the name by which each person became known.
        let mut firsts: Vec<usize> = Vec::new();
        for (name, parsed) in spelt.parsed.iter().enumerate() {
            let told = match initials.get(name) {
                Some(others) if !are_one(&others.initials) => parsed.initials.as_str(),
                Some(others) if parsed.initials.is_empty() && !others.are_near(name) => {
                    OF_ANOTHER_TIME
                }
                _ => "",
            };
            let next = found.people.len();
            let number = *by_key.entry((&parsed.key, told)).or_insert(next);
            if number == next {
                firsts.push(name);
                found.people.push(ArchivePerson {
                    spellings: Vec::new(),
                    surname: parsed.surname.clone(),
                    is_lone: parsed.is_lone,
                    years: Vec::new(),
                });
            }
            let spelling = spelt.names[name];
            found.people[number].spellings.push(Arc::clone(spelling));
            found.numbers.insert(Arc::clone(spelling), number);
        }
        let firsts = firsts.iter().map(|name| &spelt.parsed[*name]);
        let mut surnames = Surnames::of(firsts);
        let persons = spelt.names.iter().map(|name| found.numbers[*name]);
        let persons: Vec<usize> = persons.collect();
        for (count, name) in counts.iter().zip(&spelt.of_count) {
            let person = persons[*name];
            if found.people[person].is_lone {
                found.people[person].years.push(count.year);
            } else {
                surnames.add(person, count);
            }
        }
        found.understand(&surnames);
        found
    }

    /// Decides whom each single name means in each year that has it.
    fn understand(&mut self, surnames: &Surnames) {
        for (number, lone) in self.people.iter_mut().enumerate() {
            let surname = surnames.of_person[number].surname.filter(|_| lone.is_lone);
            let Some(surname) = surname.map(|surname| &surnames.evidence[surname]) else {
                continue;
            };
            lone.years.sort_unstable();
            lone.years.dedup();
            for year in &lone.years {
                if let Some(meaning) = surname.meaning(*year) {
                    self.meanings.insert((number, *year), meaning);
                }
            }
        }
    }

    /// How many there are; their numbers are below it.
    pub(crate) fn len(&self) -> usize {
        self.people.len()
    }

    /// The number of a name as an article spells it.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    /// The name of a person, as most articles spell it.
    pub(crate) fn name(&self, number: usize) -> &str {
        &self.people[number].spellings[0]
    }

    /// Whether a number is that of a single name.
    pub(crate) fn is_lone(&self, number: usize) -> bool {
        self.people[number].is_lone
    }

    /// The surname of a person, folded.
    pub(crate) fn surname(&self, number: usize) -> &str {
        &self.people[number].surname
    }

    /// All spellings of the person, or the single name, with this number.
    pub(crate) fn spellings(&self, number: usize) -> &[Arc<str>] {
        &self.people[number].spellings
    }

    /// The years of the articles that have this single name, each once.
    pub(crate) fn years_of(&self, lone: usize) -> &[Option<i16>] {
        &self.people[lone].years
    }

    /// The number of a whole name as somebody typed it, and the spelling that it
    /// stands for: itself, or one that is alike but for quotes, case and accents.
    pub(crate) fn asked(&self, name: &str) -> Option<(usize, &str)> {
        if let Some((spelling, number)) = self.numbers.get_key_value(name) {
            return Some((*number, spelling));
        }
        let alike = |text: &str| {
            let plain = fold(&text.replace(['"', '“', '”'], " "));
            // Initials together, whichever way they were typed.
            let other = other_initials(&plain).filter(|other| other.len() < plain.len());
            other.unwrap_or(plain)
        };
        let asked = alike(name);
        let numbered = self.people.iter().enumerate();
        let mut spellings = numbered.flat_map(|(number, person)| {
            let spellings = person.spellings.iter();
            spellings.map(move |spelling| (number, &**spelling))
        });
        spellings.find(|(_, spelling)| alike(spelling).trim() == asked.trim())
    }

    /// The people whom an article names, each once, by the numbers of its names
    /// and its year; and whether by the surname alone.
    pub(crate) fn named(&self, names: &[usize], year: Option<i16>) -> Vec<(usize, bool)> {
        let full = || names.iter().filter(|number| !self.is_lone(**number));
        let lone = names.iter().filter(|number| self.is_lone(**number));
        let mut people: Vec<(usize, bool)> = Vec::with_capacity(names.len());
        for number in full().chain(lone) {
            let is_alone = self.is_lone(*number)
                && !full().any(|other| self.surname(*other) == self.surname(*number));
            let meaning = is_alone.then(|| self.meaning(*number, year)).flatten();
            let person = meaning.map_or(*number, |meaning| meaning.person);
            if !people.iter().any(|(known, _)| *known == person) {
                people.push((person, meaning.is_some()));
            }
        }
        people
    }

    /// Whom the single name with this number means in an article of this year,
    /// which is one of those that were counted.
    pub(crate) fn meaning(&self, lone: usize, year: Option<i16>) -> Option<SurnameMeaning> {
        self.meanings.get(&(lone, year)).copied()
    }
}

/// A name with its initials apart where they stand together, or the other way
/// round; `None` without two in a row.
///
/// | name | other |
/// |---|---|
/// | George H. W. Bush | George H.W. Bush |
/// | J.K. Rowling | J. K. Rowling |
/// | George W. Bush | none |
pub(crate) fn other_initials(name: &str) -> Option<String> {
    let is_initial = |part: &str| {
        let mut letters = part.chars();
        letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
    };
    let mut words: Vec<String> = Vec::new();
    let mut is_changed = false;
    let mut last_is_initial = false;
    for word in name.split_whitespace() {
        let parts = word.strip_suffix('.').map(|word| word.split('.'));
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        let are_initials = !parts.is_empty() && parts.iter().all(|part| is_initial(part));
        if are_initials && parts.len() > 1 {
            words.extend(parts.iter().map(|part| format!("{part}.")));
            is_changed = true;
            last_is_initial = false;
            continue;
        }
        match words.last_mut().filter(|_| are_initials && last_is_initial) {
            Some(last) => {
                last.push_str(word);
                is_changed = true;
            }
            None => words.push(word.to_owned()),
        }
        last_is_initial = are_initials;
    }
    is_changed.then(|| words.join(" "))
}

/// What is known of the surnames that stand alone somewhere.
#[derive(Debug)]
struct Surnames {
    evidence: Vec<Surname>,
    of_person: Vec<PersonWords>,
}

/// The words of a person by which evidence is kept, as numbers; `None` where no
/// single name asks for it.
#[derive(Debug, Clone, Copy)]
struct PersonWords {
    surname: Option<usize>,
    given: Option<usize>,
    /// Whether the name is more than a surname and an initial: R. Kan says too
    /// little of who it is.
    is_told: bool,
}

impl Surnames {
    /// The surnames that stand alone among the names of `people`.
    fn of<'p>(people: impl Iterator<Item = &'p ParsedName> + Clone) -> Surnames {
        let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
        for lone in people.clone().filter(|person| person.is_lone) {
            let next = numbers.len();
            numbers.entry(&lone.surname).or_insert(next);
        }
        let number = |word: &str| numbers.get(word).copied();
        let words = people.map(|person| PersonWords {
            surname: number(&person.surname),
            given: person.given.as_deref().and_then(number),
            is_told: person.given.is_some(),
        });
        let of_person: Vec<PersonWords> = words.collect();
        Surnames {
            evidence: numbers.iter().map(|_| Surname::default()).collect(),
            of_person,
        }
    }

    /// Counts the articles of one year that have a full name.
    fn add(&mut self, person: usize, count: &NameCount) {
        let words = self.of_person[person];
        if !words.is_told {
            return;
        }
        if let Some(given) = words.given {
            self.evidence[given].as_given += count.articles;
        }
        let Some(surname) = words.surname else {
            return;
        };
        let surname = &mut self.evidence[surname];
        *surname.all.entry(person).or_default() += count.articles;
        if let Some(year) = count.year {
            let year = surname.years.entry(year).or_default();
            *year.entry(person).or_default() += count.articles;
        }
    }
}

impl Surname {
    /// Whom the surname alone means in an article of this year.
    fn meaning(&self, year: Option<i16>) -> Option<SurnameMeaning> {
        // Charles is not Ray Charles where most are called Charles Kennedy.
        if self.as_given > self.all.values().sum() {
            return None;
        }
        let within;
        let counts = match year {
            None => &self.all,
            Some(year) => {
                within = self.within(year);
                &within
            }
        };
        let of: usize = counts.values().sum();
        let (person, articles) = counts
            .iter()
            .max_by_key(|(person, articles)| (**articles, std::cmp::Reverse(**person)))?;
        // Whom one article alone names in full is hardly meant elsewhere by the
        // surname, where another is named in full often.
        let once = counts.values().filter(|articles| **articles == 1).count();
        let is_passed_over = *articles >= OFTEN && once * 100 <= of * MOST_ONCE;
        let rivals = if is_passed_over { of - once } else { of };
        let is_sure = *articles >= LEAST && *articles * 100 >= rivals * SHARE;
        is_sure.then_some(SurnameMeaning {
            person: *person,
            articles: *articles,
            of,
        })
    }

    fn within(&self, year: i16) -> FxHashMap<usize, usize> {
        let mut sum: FxHashMap<usize, usize> = FxHashMap::default();
        let years = year.saturating_sub(YEARS)..=year.saturating_add(YEARS);
        for (_, people) in self.years.range(years) {
            for (person, articles) in people {
                *sum.entry(*person).or_default() += articles;
            }
        }
        sum
    }
}

/// Names that are alike but for middle initials, which at least one has.
#[derive(Debug, Default)]
struct Initialled<'a> {
    initials: Vec<&'a str>,
    /// The years of articles with initials.
    years: BTreeSet<i16>,
    /// The articles without, by the number of the name and year.
    without: FxHashMap<usize, BTreeMap<i16, usize>>,
}

/// All of them.
struct AllInitialled<'a> {
    groups: Vec<Initialled<'a>>,
    /// The group of each name, where it has one.
    of_name: Vec<Option<usize>>,
}

impl<'a> AllInitialled<'a> {
    fn of(counts: &[NameCount], spelt: &'a Spellings<'_>) -> AllInitialled<'a> {
        let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
        let mut groups: Vec<Initialled<'_>> = Vec::new();
        for name in spelt.parsed.iter().filter(|name| !name.initials.is_empty()) {
            let next = groups.len();
            let group = *numbers.entry(&name.key).or_insert(next);
            if group == next {
                groups.push(Initialled::default());
            }
            groups[group].initials.push(&name.initials);
        }
        let of_name = spelt.parsed.iter();
        let of_name: Vec<Option<usize>> = of_name
            .map(|name| numbers.get(&*name.key).copied())
            .collect();
        for (count, name) in counts.iter().zip(&spelt.of_count) {
            let (Some(year), Some(group)) = (count.year, of_name[*name]) else {
                continue;
            };
            let group = &mut groups[group];
            if spelt.parsed[*name].initials.is_empty() {
                let years = group.without.entry(*name).or_default();
                *years.entry(year).or_default() += count.articles;
            } else {
                group.years.insert(year);
            }
        }
        AllInitialled { groups, of_name }
    }

    /// The group of a name.
    fn get(&self, name: usize) -> Option<&Initialled<'a>> {
        self.of_name[name].map(|group| &self.groups[group])
    }
}

/// Tells a name without initials from the one with them of another time; no
/// initial.
const OF_ANOTHER_TIME: &str = "-";

impl Initialled<'_> {
    /// Whether nearly all articles with `name`, which has no initials, are within
    /// a few years of one with them: George Bush of 1987 is not George W. Bush of
    /// 2004.
    fn are_near(&self, name: usize) -> bool {
        let Some(years) = self.without.get(&name) else {
            return true;
        };
        let is_near = |year: i16| {
            let near = year.saturating_sub(YEARS)..=year.saturating_add(YEARS);
            self.years.range(near).next().is_some()
        };
        let all: usize = years.values().sum();
        let near = years.iter().filter(|(year, _)| is_near(**year));
        let near: usize = near.map(|(_, articles)| articles).sum();
        near * 100 >= all * SHARE
    }
}

/// Whether all middle initials of names that are alike without them may be of
/// one person: of each two the shorter begins the longer.
fn are_one(initials: &[&str]) -> bool {
    let longest = initials.iter().max_by_key(|initials| initials.len());
    longest.is_none_or(|longest| initials.iter().all(|other| longest.starts_with(other)))
}

/// A name in the parts that tell people apart.
#[derive(Debug, PartialEq, Eq)]
struct ParsedName {
    /// Its words without middle initials, folded.
    key: String,
    /// Its middle initials.
    initials: String,
    /// The word by which later mentions name the person.
    surname: String,
    /// Whether it is that word alone.
    is_lone: bool,
    /// The word that it begins with, if that is another one, and no initial
    /// alone with the surname.
    given: Option<String>,
}

impl ParsedName {
    fn of(name: &str) -> ParsedName {
        let folded = if name.is_ascii() {
            name.to_ascii_lowercase()
        } else {
            fold(name)
        };
        let folded = if folded.contains(['\'', '’']) {
            folded.replace(['\'', '’'], "")
        } else {
            folded
        };
        let all: Vec<&str> = folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let last = all.len().saturating_sub(1);
        let is_initial = |at: usize, word: &str| at > 0 && at < last && word.chars().count() == 1;
        let mut initials = String::new();
        let mut words: Vec<&str> = Vec::with_capacity(all.len());
        for (at, word) in all.iter().enumerate() {
            if is_initial(at, word) {
                initials.push_str(word);
            } else {
                words.push(word);
            }
        }
        let is = |word: &&str, class: WordClass| class_of(key(word)).is(class);
        // al-Assad, de Klerk; but Al Gore.
        let glued = name
            .split_once('-')
            .is_some_and(|(first, _)| !first.contains(' '));
        let may_lead = glued || name.starts_with(char::is_lowercase);
        let is_lone = words.split_last().is_none_or(|(_, before)| {
            before.is_empty() || may_lead && before.iter().all(|word| is(word, WordClass::PARTICLE))
        });
        let surname = surname(&words);
        let mut others = words.iter().filter(|word| **word != surname);
        let is_told = others.any(|word| word.chars().count() > 1);
        let given = if words.first() == Some(&surname) {
            words.last()
        } else {
            words.first()
        };
        ParsedName {
            given: given.filter(|_| is_told).map(|given| (*given).to_owned()),
            surname: surname.to_owned(),
            key: words.join(" "),
            initials,
            is_lone,
        }
    }
}

/// The word of a name that later mentions use: the last, or the first of a name
/// in East Asian order; as `extract` has it.
fn surname<'a>(words: &[&'a str]) -> &'a str {
    let is = |word: &str, class: WordClass| class_of(key(word)).is(class);
    let first = words.first().copied().unwrap_or("");
    let mut names = words.iter().rev().copied();
    let last = names
        .find(|word| !is(word, WordClass::TAIL))
        .unwrap_or(first);
    let leads = is(first, WordClass::FAMILY) && (2..=3).contains(&words.len());
    let given_leads =
        is(first, WordClass::FIRST) && is(last, WordClass::FAMILY.or(WordClass::SURNAME));
    if leads && !given_leads { first } else { last }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(counts: &[(&str, Option<i16>, usize)]) -> ArchivePeople {
        let counts: Vec<NameCount> = counts
            .iter()
            .map(|(name, year, articles)| NameCount {
                name: (*name).into(),
                year: *year,
                articles: *articles,
            })
            .collect();
        ArchivePeople::of(&counts)
    }

    /// Whom `lone` means in an article of `year`.
    fn check(found: &ArchivePeople, lone: &str, year: Option<i16>, expected: Option<&str>) {
        let meant = found
            .number(lone)
            .and_then(|number| found.meaning(number, year))
            .map(|meaning| found.name(meaning.person));
        assert_eq!(meant, expected, "{lone} {year:?}");
    }

    #[test]
    fn initials_stand_apart_or_together() {
        for (name, other) in [
            ("George H. W. Bush", Some("George H.W. Bush")),
            ("George H.W. Bush", Some("George H. W. Bush")),
            ("J.K. Rowling", Some("J. K. Rowling")),
            ("A. P. J. Abdul Kalam", Some("A.P.J. Abdul Kalam")),
            ("George W. Bush", None),
            ("Barack Obama", None),
            ("", None),
        ] {
            assert_eq!(other_initials(name).as_deref(), other, "{name}");
        }
    }

    #[test]
    fn a_lone_surname_means_whom_nearly_all_near_articles_mean() {
        let found = people(&[
            ("Reagan", Some(1987), 448),
            ("Reagan", Some(1992), 1),
            ("Reagan", Some(1993), 1),
            ("Reagan", Some(2012), 1),
            ("Reagan", None, 1),
            ("Ronald Reagan", Some(1987), 26),
            ("Nancy Reagan", Some(1987), 1),
            ("Ron Reagan", Some(2010), 30),
        ]);
        check(&found, "Reagan", Some(1987), Some("Ronald Reagan"));
        check(&found, "Reagan", Some(1992), Some("Ronald Reagan"));
        check(&found, "Reagan", Some(1993), None);
        check(&found, "Reagan", Some(2012), Some("Ron Reagan"));
        check(&found, "Reagan", None, None);
        let found = people(&[("Ann Doe", Some(2000), 2), ("Doe", Some(2000), 9)]);
        check(&found, "Doe", Some(2000), None);
        let found = people(&[
            ("Ann Doe", Some(2000), 36),
            ("Eve Doe", Some(2000), 2),
            ("Doe", None, 1),
        ]);
        check(&found, "Doe", None, None);
        let found = people(&[
            ("Ann Doe", Some(2000), 38),
            ("Eve Doe", Some(2000), 2),
            ("Doe", None, 1),
        ]);
        check(&found, "Doe", None, Some("Ann Doe"));
        let found = people(&[
            ("Ronald Reagan", Some(1987), 24),
            ("Nancy Reagan", Some(1987), 1),
            ("Michael Reagan", Some(1987), 1),
            ("Reagan", Some(1987), 448),
        ]);
        check(&found, "Reagan", Some(1987), Some("Ronald Reagan"));
        let found = people(&[
            ("Ann Doe", Some(2000), 17),
            ("Eve Doe", Some(2000), 1),
            ("Bob Doe", Some(2000), 1),
            ("Doe", Some(2000), 1),
        ]);
        check(&found, "Doe", Some(2000), None);
    }

    #[test]
    fn spelling_and_a_missing_initial_split_nobody() {
        let found = people(&[
            ("Antonio Guterres", Some(2020), 2),
            ("António Guterres", Some(2020), 3),
            ("ANTONIO GUTERRES", Some(2020), 1),
            ("Guterres", Some(2020), 1),
            ("Ban Ki-moon", None, 1),
            ("Ban Ki Moon", None, 1),
            ("Ronald W. Reagan", None, 1),
            ("Ronald Reagan", None, 2),
            ("Pat O'Brien", None, 1),
            ("Pat O’Brien", None, 1),
        ]);
        let number = |name: &str| found.number(name).unwrap();
        for (one, other) in [
            ("Antonio Guterres", "António Guterres"),
            ("Antonio Guterres", "ANTONIO GUTERRES"),
            ("Ban Ki-moon", "Ban Ki Moon"),
            ("Ronald W. Reagan", "Ronald Reagan"),
            ("Pat O'Brien", "Pat O’Brien"),
        ] {
            assert_eq!(number(one), number(other), "{one} {other}");
        }
        assert_eq!(found.name(number("Antonio Guterres")), "António Guterres");
        check(&found, "Guterres", Some(2020), Some("António Guterres"));
        assert_eq!(found.spellings(number("Antonio Guterres")).len(), 3);
    }

    #[test]
    fn two_middle_initials_are_two_people() {
        let found = people(&[
            ("George W. Bush", None, 5),
            ("George H. W. Bush", None, 5),
            ("George H.W. Bush", None, 5),
            ("George Bush", None, 5),
            ("Bush", None, 1),
        ]);
        let number = |name: &str| found.number(name).unwrap();
        assert_eq!(number("George H. W. Bush"), number("George H.W. Bush"));
        assert_ne!(number("George W. Bush"), number("George H. W. Bush"));
        assert_ne!(number("George W. Bush"), number("George Bush"));
        check(&found, "Bush", None, None);
        let found = people(&[
            ("George W. Bush", Some(2004), 30),
            ("George Bush", Some(1987), 15),
            ("Ann B. Doe", Some(2004), 3),
            ("Ann Doe", Some(2001), 15),
        ]);
        let number = |name: &str| found.number(name).unwrap();
        assert_ne!(number("George W. Bush"), number("George Bush"));
        assert_eq!(number("Ann B. Doe"), number("Ann Doe"));
    }

    #[test]
    fn a_given_name_or_an_initial_is_no_evidence() {
        let found = people(&[
            ("Ray Charles", None, 18),
            ("Charles Kennedy", None, 48),
            ("Charles", None, 4),
            ("R-Kan", None, 11),
            ("Kan", None, 4),
        ]);
        check(&found, "Charles", None, None);
        check(&found, "Kan", None, None);
    }

    #[test]
    fn surnames_lead_or_have_particles() {
        let found = people(&[
            ("Xi Jinping", None, 3),
            ("Xi", None, 1),
            ("Bashar al-Assad", None, 3),
            ("al-Assad", None, 1),
            ("Assad", None, 1),
            ("Al Gore", None, 3),
            ("Gore", None, 1),
            ("Diana", None, 1),
        ]);
        check(&found, "Xi", None, Some("Xi Jinping"));
        check(&found, "Assad", None, Some("Bashar al-Assad"));
        check(&found, "al-Assad", None, Some("Bashar al-Assad"));
        check(&found, "Gore", None, Some("Al Gore"));
        check(&found, "Diana", None, None);
        check(&found, "Xi Jinping", None, None);
        check(&found, "Nobody", None, None);
    }
}
