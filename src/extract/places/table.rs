//! The table of countries: their names, and how they are looked for.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};

use super::CountryKind;

/// One country of the table.
pub(super) struct Entry {
    pub(super) code: &'static str,
    pub(super) alpha3: &'static str,
    pub(super) name: &'static str,
    /// All forms with their kind, the name first; marked ones are ambiguous.
    forms: Vec<(Form, CountryKind)>,
}

#[derive(Clone, Copy)]
struct Form {
    text: &'static str,
    marked: bool,
}

pub(super) static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let lines = include_str!("../countries.psv").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .filter_map(parse_entry)
        .collect()
});

fn parse_entry(line: &'static str) -> Option<Entry> {
    let mut columns = line.split('|');
    let (code, alpha3, name) = (columns.next()?, columns.next()?, columns.next()?);
    let mut forms = vec![(form(name), CountryKind::Name)];
    let kinds = [
        CountryKind::Name,
        CountryKind::Demonym,
        CountryKind::Capital,
        CountryKind::City,
        CountryKind::Institution,
    ];
    for (column, kind) in columns.zip(kinds) {
        for text in column.split(';').filter(|text| !text.is_empty()) {
            let form = form(text);
            let kind = if kind == CountryKind::Name && is_abbreviation(form.text) {
                CountryKind::Abbreviation
            } else {
                kind
            };
            forms.push((form, kind));
        }
    }
    Some(Entry {
        code,
        alpha3,
        name: form(name).text,
        forms,
    })
}

fn form(text: &'static str) -> Form {
    Form {
        text: text.trim_end_matches('*'),
        marked: text.ends_with('*'),
    }
}

fn is_abbreviation(form: &str) -> bool {
    form.chars().all(|c| c.is_uppercase() || c == '.')
}

/// Phrases that hold a country's form and do not name it.
const HIDING_PHRASES: [&str; 64] = [
    "New Mexico",
    "South China Sea",
    "East China Sea",
    "South China Morning Post",
    "China Daily",
    "Latin America",
    "Latin American",
    "Central America",
    "Central American",
    "North America",
    "North American",
    "South America",
    "South American",
    "Native American",
    "Native Americans",
    "African American",
    "African Americans",
    "African-American",
    "American Indian",
    "American Indians",
    "Indian Ocean",
    "West Indian",
    "West Indies",
    "Bank of America",
    "American Express",
    "American Airlines",
    "US Open",
    "U.S. Open",
    "US Airways",
    "US Steel",
    "The Moscow Times",
    "Moscow Times",
    "Washington Post",
    "The Washington Post",
    "Washington Times",
    "New York Times",
    "The New York Times",
    "New York Post",
    "New Yorker",
    "Wall Street Journal",
    "The Wall Street Journal",
    "Los Angeles Times",
    "Chicago Tribune",
    "Boston Globe",
    "Times of India",
    "The Times of India",
    "Jerusalem Post",
    "Korea Herald",
    "Korea Times",
    "Jordan River",
    "Congo River",
    "Congo Basin",
    "Niger River",
    "Niger Delta",
    "New South Wales",
    "New England",
    "New Britain",
    "New Ireland",
    "Guinea pig",
    "guinea pig",
    "Turkey Creek",
    "Panama Canal Company",
    "Georgia Tech",
    "Georgia State",
];

/// What a found form means: `None` for a phrase that hides what is inside it.
pub(super) type Meaning = Option<(usize, CountryKind, bool)>;

/// Looks for all forms at once.
pub(super) struct Finder {
    pub(super) automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    pub(super) meanings: Vec<Meaning>,
}

pub(super) static FINDER: LazyLock<Option<Finder>> = LazyLock::new(|| {
    let mut forms: BTreeMap<String, Meaning> = BTreeMap::new();
    for (index, entry) in TABLE.iter().enumerate() {
        for (form, kind) in &entry.forms {
            let meaning = Some((index, *kind, form.marked));
            forms.entry(form.text.to_owned()).or_insert(meaning);
            if form.text.len() >= 4 && !is_abbreviation(form.text) {
                forms.entry(form.text.to_uppercase()).or_insert(meaning);
            }
        }
    }
    for phrase in HIDING_PHRASES {
        forms.insert(phrase.to_owned(), None);
        forms.insert(phrase.to_uppercase(), None);
    }
    let meanings = forms.values().copied().collect();
    let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .build(forms.keys());
    automaton.ok().map(|automaton| Finder {
        automaton,
        meanings,
    })
});

/// All forms of all countries.
pub(in crate::extract) fn forms() -> impl Iterator<Item = &'static str> {
    let forms = TABLE.iter().flat_map(|entry| &entry.forms);
    forms.map(|(form, _)| form.text)
}

/// The code of a country given by code or by any of its names, in any case.
///
/// Demonyms, capitals and institutions count too, so that a filter
/// `country:Russian` works.
pub fn code_of(name: &str) -> Option<&'static str> {
    let name = name.trim();
    let by_code = TABLE.iter().find(|entry| {
        entry.code.eq_ignore_ascii_case(name) || entry.alpha3.eq_ignore_ascii_case(name)
    });
    let is_named = |entry: &&Entry| {
        entry
            .forms
            .iter()
            .any(|(form, _)| form.text.to_lowercase() == name.to_lowercase())
    };
    by_code
        .or_else(|| TABLE.iter().find(is_named))
        .map(|entry| entry.code)
}

/// The English name of the country with `code`; the code itself if unknown.
pub fn name_of(code: &str) -> &str {
    TABLE
        .iter()
        .find(|entry| entry.code == code)
        .map_or(code, |entry| entry.name)
}
