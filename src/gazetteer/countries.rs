//! The table of countries: their names, and how they are looked for.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

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

/// One country of the table.
pub(crate) struct CountryEntry {
    pub(crate) code: &'static str,
    pub(crate) alpha3: &'static str,
    pub(crate) name: &'static str,
    /// All forms, the name first.
    pub(super) forms: Vec<CountryForm>,
}

/// One way to name a country.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CountryForm {
    /// As the table writes it, whatever the capitals of the text.
    pub(crate) text: &'static str,
    pub(crate) kind: CountryKind,
    pub(crate) mark: FormMark,
    /// Which country: an index of [`TABLE`].
    pub(crate) country: usize,
}

/// When a form counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormMark {
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

pub(crate) static TABLE: LazyLock<Vec<CountryEntry>> = LazyLock::new(|| {
    rows()
        .enumerate()
        .map(|(country, row)| {
            let forms: Vec<CountryForm> = row.forms(country).collect();
            CountryEntry {
                code: row.code,
                alpha3: row.alpha3,
                name: forms[0].text,
                forms,
            }
        })
        .collect()
});

impl CountryEntry {
    /// The forms that leave no doubt: names, people, the capital.
    pub(crate) fn sure_forms(&self) -> impl Iterator<Item = &'static str> {
        let is_sure = |form: &&CountryForm| {
            form.mark == FormMark::Plain
                && !matches!(form.kind, CountryKind::City | CountryKind::Institution)
        };
        self.forms.iter().filter(is_sure).map(|form| form.text)
    }
}

/// A country's line in the table.
struct TableRow {
    code: &'static str,
    alpha3: &'static str,
    name: &'static str,
    /// The columns of its other forms.
    columns: std::str::Split<'static, char>,
}

/// The table as it is written.
const ROWS: &str = include_str!("countries.psv");

/// The lines of the table.
fn rows() -> impl Iterator<Item = TableRow> {
    ROWS.lines().filter_map(TableRow::of)
}

/// The lines of the table in which `asked`, in small letters, stands somewhere.
fn rows_with(asked: &str) -> Vec<TableRow> {
    if !asked.is_ascii() {
        return rows().collect();
    }
    let small = ROWS.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut end = 0;
    while let Some(at) = small[end..].find(asked) {
        let start = small[..end + at].rfind('\n').map_or(0, |before| before + 1);
        let length = small[start..].find('\n').unwrap_or(small.len() - start);
        end = start + length;
        found.extend(TableRow::of(&ROWS[start..end]));
    }
    found
}

impl TableRow {
    fn of(line: &'static str) -> Option<TableRow> {
        if line.starts_with('#') {
            return None;
        }
        let mut columns = line.split('|');
        Some(TableRow {
            code: columns.next()?,
            alpha3: columns.next()?,
            name: columns.next()?,
            columns,
        })
    }

    /// All forms of the country with this index, the name first.
    fn forms(&self, country: usize) -> impl Iterator<Item = CountryForm> {
        let kinds = [
            CountryKind::Name,
            CountryKind::Demonym,
            CountryKind::Capital,
            CountryKind::City,
            CountryKind::Institution,
        ];
        let columns = self.columns.clone().zip(kinds);
        let others = columns.flat_map(|(column, kind)| {
            let texts = column.split(';').filter(|text| !text.is_empty());
            texts.map(move |text| (text, kind))
        });
        let all = std::iter::once((self.name, CountryKind::Name)).chain(others);
        all.map(move |(text, kind)| parse_form(text, kind, country))
    }
}

fn parse_form(text: &'static str, kind: CountryKind, country: usize) -> CountryForm {
    let mark = match text.as_bytes().last() {
        Some(b'*') => FormMark::Fitting,
        Some(b'?') => FormMark::Attested,
        Some(b'+') => FormMark::Opening,
        _ => FormMark::Plain,
    };
    let text = text.trim_end_matches(['*', '?', '+']);
    let kind = if kind == CountryKind::Name && is_abbreviation(text) {
        CountryKind::Abbreviation
    } else {
        kind
    };
    CountryForm {
        text,
        kind,
        mark,
        country,
    }
}

pub(super) fn is_abbreviation(form: &str) -> bool {
    form.chars().all(|c| c.is_uppercase() || c == '.')
}

/// The index of the country with `code`.
pub(crate) fn index_of(code: &str) -> Option<usize> {
    CODES.get(code).copied()
}

static CODES: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    let entries = TABLE.iter().enumerate();
    entries.map(|(index, entry)| (entry.code, index)).collect()
});

/// All forms but those that count in a dateline alone.
pub(crate) fn forms() -> impl Iterator<Item = &'static str> {
    let forms = TABLE.iter().flat_map(|entry| &entry.forms);
    let counts = |form: &&CountryForm| form.mark != FormMark::Opening;
    forms.filter(counts).map(|form| form.text)
}

/// The names of the country with this code that leave no doubt.
pub(crate) fn forms_of(code: &str) -> impl Iterator<Item = &'static str> {
    let entry = index_of(code).map(|country| &TABLE[country]);
    entry.into_iter().flat_map(CountryEntry::sure_forms)
}

/// Every form that a country may be asked for by, with its kind and the
/// country's English name.
pub(crate) fn names() -> impl Iterator<Item = (&'static str, CountryKind, &'static str)> {
    TABLE.iter().flat_map(|entry| {
        let forms = entry.forms.iter();
        forms
            .filter(|form| form.mark != FormMark::Opening)
            .map(|form| (form.text, form.kind, entry.name))
    })
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

/// The single words that are a country's name.
static COUNTRY_NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let forms = TABLE.iter().flat_map(|entry| &entry.forms);
    forms
        .filter(|form| form.kind == CountryKind::Name)
        .map(|form| form.text)
        .collect()
});

/// Whether `word` is a country's name.
pub(crate) fn is_country_name(word: &str) -> bool {
    COUNTRY_NAMES.contains(word)
}

/// Whether `word` names a country, its people or its capital.
pub(crate) fn is_country_word(word: &str) -> bool {
    COUNTRY_WORDS.contains(word)
}

/// Every way to ask for a country, in lower case: codes go before names, and
/// of two countries with one form the first in the table is meant.
static ANSWERS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut answers: HashMap<String, &'static str> = HashMap::new();
    let mut add = |asked: &str, entry: &CountryEntry| {
        answers.entry(asked.to_lowercase()).or_insert(entry.code);
    };
    let codes: [fn(&CountryEntry) -> &str; 3] = [
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
        for form in entry
            .forms
            .iter()
            .filter(|form| form.mark != FormMark::Opening)
        {
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

/// [`code_of`] for who asks once, as a search does: only the lines are read in
/// which the name stands, where all ways to ask would take a third of the
/// search to collect, and all lines a tenth.
pub fn code_asked(name: &str) -> Option<&'static str> {
    let asked = name.trim().to_lowercase();
    let is_asked = |form: &str| form.chars().flat_map(char::to_lowercase).eq(asked.chars());
    let codes: [fn(&TableRow) -> &'static str; 3] = [
        |row| row.code,
        |row| row.alpha3,
        // ISO 3166-3 puts what follows behind the former two letters: SUHH.
        |row| &row.code[..2],
    ];
    if asked.is_empty() {
        return None;
    }
    let rows = rows_with(&asked);
    let by_code = codes
        .iter()
        .find_map(|code| rows.iter().find(|row| is_asked(code(row))));
    let by_form = || {
        rows.iter().find(|row| {
            let mut forms = row.forms(0).filter(|form| form.mark != FormMark::Opening);
            forms.any(|form| is_asked(form.text))
        })
    };
    by_code.or_else(by_form).map(|row| row.code)
}

/// The English name of the country with `code`; the code itself if unknown.
pub fn name_of(code: &str) -> &str {
    index_of(code).map_or(code, |index| TABLE[index].name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_once_is_answered_alike() {
        let codes = TABLE.iter().flat_map(|entry| [entry.code, entry.alpha3]);
        let forms = TABLE.iter().flat_map(|entry| &entry.forms);
        for asked in codes.chain(forms.map(|form| form.text)) {
            assert_eq!(code_asked(asked), code_of(asked), "{asked}");
        }
        for asked in [
            " suhh ",
            "ussr",
            "MOSCOW",
            "côte d’Ivoire",
            "SU",
            "Freedonia",
            "",
        ] {
            assert_eq!(code_asked(asked), code_of(asked), "{asked}");
        }
    }
}
