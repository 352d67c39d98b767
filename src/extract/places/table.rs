//! The table of countries: their names, and how they are looked for.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};

use super::CountryKind;

/// One country of the table.
pub(super) struct Entry {
    pub(super) code: &'static str,
    pub(super) alpha3: &'static str,
    pub(super) name: &'static str,
    /// All forms, the name first.
    forms: Vec<Form>,
}

/// One way to name a country.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// As the table writes it, whatever the capitals of the text.
    pub(super) text: &'static str,
    pub(super) kind: CountryKind,
    pub(super) mark: Mark,
    /// Which country: an index of [`TABLE`].
    pub(super) country: usize,
}

/// When a form counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Wherever it stands.
    Plain,
    /// Where what stands around it fits.
    Fitting,
    /// Where the article names the country otherwise as well, or a wire story
    /// opens with it.
    Attested,
    /// Where a wire story opens with it.
    Opening,
}

pub(super) static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    include_str!("../countries.psv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .enumerate()
        .filter_map(|(index, line)| parse_entry(index, line))
        .collect()
});

impl Entry {
    /// The forms that leave no doubt: names, people, the capital.
    pub(super) fn sure_forms(&self) -> impl Iterator<Item = &'static str> {
        let is_sure = |form: &&Form| {
            form.mark == Mark::Plain
                && !matches!(form.kind, CountryKind::City | CountryKind::Institution)
        };
        self.forms.iter().filter(is_sure).map(|form| form.text)
    }
}

fn parse_entry(country: usize, line: &'static str) -> Option<Entry> {
    let mut columns = line.split('|');
    let (code, alpha3, name) = (columns.next()?, columns.next()?, columns.next()?);
    let form = |text, kind| parse_form(text, kind, country);
    let mut forms = vec![form(name, CountryKind::Name)];
    let kinds = [
        CountryKind::Name,
        CountryKind::Demonym,
        CountryKind::Capital,
        CountryKind::City,
        CountryKind::Institution,
    ];
    for (column, kind) in columns.zip(kinds) {
        let texts = column.split(';').filter(|text| !text.is_empty());
        forms.extend(texts.map(|text| form(text, kind)));
    }
    Some(Entry {
        code,
        alpha3,
        name: forms[0].text,
        forms,
    })
}

fn parse_form(text: &'static str, kind: CountryKind, country: usize) -> Form {
    let mark = match text.as_bytes().last() {
        Some(b'*') => Mark::Fitting,
        Some(b'?') => Mark::Attested,
        Some(b'+') => Mark::Opening,
        _ => Mark::Plain,
    };
    let text = text.trim_end_matches(['*', '?', '+']);
    let kind = if kind == CountryKind::Name && is_abbreviation(text) {
        CountryKind::Abbreviation
    } else {
        kind
    };
    Form {
        text,
        kind,
        mark,
        country,
    }
}

fn is_abbreviation(form: &str) -> bool {
    form.chars().all(|c| c.is_uppercase() || c == '.')
}

/// The index of the country with `code`.
pub(super) fn index_of(code: &str) -> Option<usize> {
    CODES.get(code).copied()
}

static CODES: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    let entries = TABLE.iter().enumerate();
    entries.map(|(index, entry)| (entry.code, index)).collect()
});

/// What a found form means: `None` for a phrase that hides what is inside it.
pub(super) type Meaning = Option<Form>;

/// Looks for all forms at once.
pub(super) struct Finder {
    pub(super) automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    pub(super) meanings: Vec<Meaning>,
}

pub(super) static FINDER: LazyLock<Option<Finder>> = LazyLock::new(|| {
    let mut spellings: BTreeMap<String, Meaning> = BTreeMap::new();
    for phrase in include_str!("hiding.txt").lines() {
        if !phrase.starts_with('#') && !phrase.is_empty() {
            add_spellings(&mut spellings, phrase, None);
        }
    }
    for form in TABLE.iter().flat_map(|entry| &entry.forms) {
        add_spellings(&mut spellings, form.text, Some(*form));
    }
    let meanings = spellings.values().copied().collect();
    let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .build(spellings.keys());
    automaton.ok().map(|automaton| Finder {
        automaton,
        meanings,
    })
});

/// Adds `text` as the table writes it, in capitals, in a headline's capitals
/// ("Bank Of England"), and each of these with a typographic apostrophe. The
/// first meaning of a spelling stays.
fn add_spellings(spellings: &mut BTreeMap<String, Meaning>, text: &str, meaning: Meaning) {
    let mut add = |spelling: String| {
        if spelling.contains('\'') {
            let typographic = spelling.replace('\'', "\u{2019}");
            spellings.entry(typographic).or_insert(meaning);
        }
        spellings.entry(spelling).or_insert(meaning);
    };
    add(text.to_owned());
    if text.len() >= 4 && !is_abbreviation(text) {
        add(text.to_uppercase());
    }
    if text.contains(' ') {
        let headline = [" of ", " and ", " the ", " for "]
            .iter()
            .fold(text.to_owned(), |text, word| {
                text.replace(word, &in_title_case(word))
            });
        add(headline);
    }
}

/// `" of "` as `" Of "`.
fn in_title_case(word: &str) -> String {
    word.chars()
        .enumerate()
        .map(|(at, c)| if at == 1 { c.to_ascii_uppercase() } else { c })
        .collect()
}

/// The single words that name a country or its people.
static COUNTRY_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let kinds = [
        CountryKind::Name,
        CountryKind::Demonym,
        CountryKind::Capital,
    ];
    let forms = TABLE.iter().flat_map(|entry| &entry.forms);
    forms
        .filter(|form| kinds.contains(&form.kind))
        .map(|form| form.text)
        .collect()
});

/// Whether `word` names a country, its people or its capital.
pub(in crate::extract) fn is_country_word(word: &str) -> bool {
    COUNTRY_WORDS.contains(word)
}

/// Every way to ask for a country, in lower case: codes go before names, and
/// of two countries with one form the first in the table is meant.
static ANSWERS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut answers: HashMap<String, &'static str> = HashMap::new();
    let mut add = |asked: &str, entry: &Entry| {
        answers.entry(asked.to_lowercase()).or_insert(entry.code);
    };
    let codes: [fn(&Entry) -> &str; 3] = [
        |entry| entry.code,
        |entry| entry.alpha3,
        // ISO 3166-3 puts what follows behind the former two letters: SUHH.
        |entry| &entry.code[..2],
    ];
    for code in codes {
        for entry in TABLE.iter() {
            add(code(entry), entry);
        }
    }
    for entry in TABLE.iter() {
        for form in entry.forms.iter().filter(|form| form.mark != Mark::Opening) {
            add(form.text, entry);
        }
    }
    answers
});

/// The code of a country given by code or by any of its names, in any case.
///
/// Demonyms, capitals and institutions count too, so that a filter
/// `country:Russian` works.
pub fn code_of(name: &str) -> Option<&'static str> {
    ANSWERS.get(&name.trim().to_lowercase()).copied()
}

/// The English name of the country with `code`; the code itself if unknown.
pub fn name_of(code: &str) -> &str {
    index_of(code).map_or(code, |index| TABLE[index].name)
}
