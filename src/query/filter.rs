//! The filters of the query language, one after another: their names, how their
//! values are read, and how they print.
//!
//! A filter is added by a variant of [`Filter`], a line in [`FILTERS`] and its
//! value in [`Filter::parts`]; lexer and printer follow from these.

use super::date::DateFilter;
use super::token::clean;
use crate::gazetteer::countries;

/// A filter on one of an article's fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Names the country with this code; `None`: names none.
    Country(Option<String>),
    /// Is mainly about the country with this code; `None`: about none.
    Main(Option<String>),
    /// Names a person with all these words in the name; `None`: names nobody.
    Person(Option<String>),
    /// Was published then.
    Date(DateFilter),
    /// Mentions a day of then in its text; [`DateFilter::Unknown`]: no day.
    Mentioned(DateFilter),
    /// Its path has these folders or this name, one after another; `*` stands
    /// for any characters of a name, `?` for one.
    Path(String),
}

/// A filter's name, as it stands before the colon, and how its value is read;
/// the second argument says whether the value stood in quotes.
type Line = (&'static str, fn(&str, bool) -> Option<Filter>);

/// All filters.
const FILTERS: [Line; 6] = [
    ("country", |value, _| country(value, Filter::Country)),
    ("main", |value, _| country(value, Filter::Main)),
    ("person", |value, is_quoted| {
        name(value, is_quoted, Filter::Person)
    }),
    ("date", |value, _| {
        DateFilter::parse(value).map(Filter::Date)
    }),
    ("dates", |value, _| {
        DateFilter::parse(value).map(Filter::Mentioned)
    }),
    ("path", |value, _| path(value).map(Filter::Path)),
];

/// The value of a filter.
pub(super) enum Value<'f> {
    /// A text; `None` for what has none.
    Text(Option<&'f str>),
    /// A date.
    Date(&'f DateFilter),
    /// A path.
    Path(&'f str),
}

impl Filter {
    /// Reads a filter by its name in any case; `None` where there is none of that
    /// name, or it cannot have the value.
    pub(super) fn read(name: &str, value: &str, is_quoted: bool) -> Option<Filter> {
        let mut filters = FILTERS.iter();
        let (_, read) = filters.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        read(value.trim(), is_quoted)
    }

    /// Whether a filter has this name, in any case.
    pub(super) fn is_name(name: &str) -> bool {
        FILTERS
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// The bytes of the longest name.
    pub(super) fn longest_name() -> usize {
        let names = FILTERS.iter().map(|(name, _)| name.len());
        names.max().unwrap_or(0)
    }

    /// Its name and its value.
    pub(super) fn parts(&self) -> (&'static str, Value<'_>) {
        match self {
            Filter::Country(code) => ("country", Value::Text(code.as_deref())),
            Filter::Main(code) => ("main", Value::Text(code.as_deref())),
            Filter::Person(name) => ("person", Value::Text(name.as_deref())),
            Filter::Date(date) => ("date", Value::Date(date)),
            Filter::Mentioned(date) => ("dates", Value::Date(date)),
            Filter::Path(path) => ("path", Value::Path(path)),
        }
    }
}

/// What a filter is made of: a value, or the word `none`.
type Make = fn(Option<String>) -> Filter;

/// A country by code or name, or the word `none`.
fn country(value: &str, make: Make) -> Option<Filter> {
    if value.eq_ignore_ascii_case("none") {
        return Some(make(None));
    }
    countries::code_asked(value).map(|code| make(Some(code.to_owned())))
}

/// Words of a name, or the word `none`; in quotes it is a name, even that of
/// Mr None.
fn name(value: &str, is_quoted: bool, make: Make) -> Option<Filter> {
    if !is_quoted && value.eq_ignore_ascii_case("none") {
        return Some(make(None));
    }
    let name = clean(value);
    name.contains(char::is_alphanumeric)
        .then(|| make(Some(name)))
}

fn path(value: &str) -> Option<String> {
    let cleaned = clean(value);
    let mut path = cleaned.as_str();
    // Until nothing is left to take away, so that it reads back as itself.
    loop {
        let bare = path.trim_matches(|c: char| c == '/' || c.is_whitespace());
        let bare = bare.strip_prefix("./").unwrap_or(bare);
        if bare == path {
            break;
        }
        path = bare;
    }
    (!path.is_empty()).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_has_the_name_by_which_it_is_read() {
        for (name, _) in FILTERS {
            let value = if name.starts_with("date") {
                "2013"
            } else {
                "US"
            };
            let filter = Filter::read(&name.to_uppercase(), value, false);
            let filter = filter.unwrap_or_else(|| panic!("{name}"));
            assert_eq!(filter.parts().0, name);
        }
        assert_eq!(Filter::read("colour", "red", false), None);
        assert_eq!(Filter::read("date", "soon", false), None);
    }
}
