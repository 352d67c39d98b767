//! The filters of the query language, one after another: their names, how their
//! values are read, and how they print.
//!
//! A filter is added by a variant of [`Filter`], a line in [`FILTERS`] and its
//! value in [`Filter::parts`]; lexer, printer and options follow from these.

use super::date::{DateFilter, ReadDate};
use super::problem::{FilterFault, FilterProblem};
use super::token::clean;
use crate::gazetteer::countries;

/// What a problem shows of a value, in characters.
const SHOWN: usize = 40;

/// A filter on one of an article's fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Names the country with this code; `None`: names none.
    Country(Option<String>),
    /// Is mainly about the country with this code; `None`: about none.
    Main(Option<String>),
    /// Names a person with all these words in the name; `None`: names nobody.
    Person(Option<String>),
    /// Names the person whose whole name this is, as facets count people.
    Name(String),
    /// Comes from this source, as facets count sources: the folder of its file,
    /// the file of its record, or what a record states.
    Source(String),
    /// Was published then.
    Date(DateFilter),
    /// Mentions a day of then in its text; [`DateFilter::Unknown`]: no day.
    Mentioned(DateFilter),
    /// Its path has these folders or this name, one after another; `*` stands
    /// for any characters of a name, `?` for one.
    Path(String),
    /// Is this article. It is never typed: there are no two with one id and path.
    Article {
        /// The key of its file.
        path: String,
        /// Its id.
        id: String,
    },
}

/// A filter's name, as it stands before the colon, and how its value is read;
/// the second argument says whether the value stood in quotes.
type Line = (&'static str, fn(&str, bool) -> Result<Filter, FilterFault>);

/// All filters. The last four are other ways to write `date:`, and print as it.
const FILTERS: [Line; 11] = [
    ("country", |value, _| country(value, Filter::Country)),
    ("main", |value, _| country(value, Filter::Main)),
    ("person", |value, is_quoted| {
        name(value, is_quoted, Filter::Person)
    }),
    ("date", |value, _| date(value, DateFilter::parse)),
    ("dates", |value, _| {
        let mentioned = DateFilter::parse_mentioned(value);
        mentioned.map(Filter::Mentioned).map_err(FilterFault::Date)
    }),
    ("path", |value, _| path(value)),
    ("source", |value, _| whole(value, Filter::Source)),
    ("after", |value, _| date(value, DateFilter::after)),
    ("before", |value, _| date(value, DateFilter::before)),
    ("since", |value, _| date(value, DateFilter::after)),
    ("until", |value, _| date(value, DateFilter::until)),
];

/// Filters that may have `=` before their value: what a facet counts under it.
const EXACT: [Line; 5] = [
    ("country", |value, _| stated(value, Filter::Country)),
    ("main", |value, _| stated(value, Filter::Main)),
    ("person", |value, _| whole(value, Filter::Name)),
    ("date", |value, _| date(value, DateFilter::parse_known)),
    ("source", |value, _| whole(value, Filter::Source)),
];

/// The value of a filter.
pub(super) enum Value<'f> {
    /// A text; `None` for what has none.
    Text(Option<&'f str>),
    /// A date.
    Date(&'f DateFilter),
    /// A path.
    Path(&'f str),
    /// A text that is taken exactly.
    Exactly(&'f str),
    /// The same, where there is no other way to take it.
    Whole(&'f str),
}

impl<'f> Value<'f> {
    /// A country without a code, as a record may state it, is read only exactly.
    fn of_country(code: Option<&'f str>) -> Value<'f> {
        match code {
            Some(stated) if countries::code_asked(stated) != Some(stated) => Value::Exactly(stated),
            code => Value::Text(code),
        }
    }
}

impl Filter {
    /// Reads a filter by its name in any case, which is one of a filter. A value
    /// behind `=` is taken exactly: `=Eric Schmidt`, `=2003`.
    ///
    /// # Errors
    /// When it cannot have the value.
    pub fn read(name: &str, value: &str, is_quoted: bool) -> Result<Filter, FilterProblem> {
        let exact = value.trim_start().strip_prefix('=').filter(|_| !is_quoted);
        if let Some(exact) = exact.filter(|_| Self::may_be_exact(name)) {
            return Self::read_exactly(name, exact, false);
        }
        Self::read_by(&FILTERS, name, value, is_quoted)
    }

    /// Reads a filter whose value stands behind `=`.
    ///
    /// # Errors
    /// As [`Filter::read`].
    pub(super) fn read_exactly(
        name: &str,
        value: &str,
        is_quoted: bool,
    ) -> Result<Filter, FilterProblem> {
        Self::read_by(&EXACT, name, value, is_quoted)
    }

    fn read_by(
        filters: &[Line],
        name: &str,
        value: &str,
        is_quoted: bool,
    ) -> Result<Filter, FilterProblem> {
        let mut filters = filters.iter();
        let line = filters.find(|(known, _)| known.eq_ignore_ascii_case(name));
        let read = line.map(|(_, read)| read(value.trim(), is_quoted));
        // A name that is none is a fault of the caller, and never a filter.
        read.unwrap_or(Err(FilterFault::Path))
            .map_err(|fault| FilterProblem {
                name: name.to_owned(),
                value: value.trim().chars().take(SHOWN).collect(),
                fault,
            })
    }

    /// Whether a filter has this name, in any case.
    pub(super) fn is_name(name: &str) -> bool {
        FILTERS
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// Whether a filter of this name may have `=` before its value.
    pub(super) fn may_be_exact(name: &str) -> bool {
        EXACT
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// Its name and its value.
    pub(super) fn parts(&self) -> (&'static str, Value<'_>) {
        match self {
            Filter::Country(code) => ("country", Value::of_country(code.as_deref())),
            Filter::Main(code) => ("main", Value::of_country(code.as_deref())),
            Filter::Person(name) => ("person", Value::Text(name.as_deref())),
            Filter::Name(name) => ("person", Value::Exactly(name)),
            Filter::Source(source) => ("source", Value::Whole(source)),
            Filter::Date(date) => ("date", Value::Date(date)),
            Filter::Mentioned(date) => ("dates", Value::Date(date)),
            Filter::Path(path) | Filter::Article { path, .. } => ("path", Value::Path(path)),
        }
    }
}

/// What a filter is made of: a value, or the word `none`.
type Make = fn(Option<String>) -> Filter;

/// A country by code or name, or the word `none`.
fn country(value: &str, make: Make) -> Result<Filter, FilterFault> {
    if value.eq_ignore_ascii_case("none") {
        return Ok(make(None));
    }
    let code = countries::code_asked(value).ok_or(FilterFault::Country)?;
    Ok(make(Some(code.to_owned())))
}

/// A country by code or name, or one that has none, as a record states it.
fn stated(value: &str, make: Make) -> Result<Filter, FilterFault> {
    match countries::code_asked(value) {
        Some(code) => Ok(make(Some(code.to_owned()))),
        None => whole(value, |stated| make(Some(stated))),
    }
}

/// Words of a name, or the word `none`; in quotes it is a name, even that of
/// Mr None.
fn name(value: &str, is_quoted: bool, make: Make) -> Result<Filter, FilterFault> {
    if !is_quoted && value.eq_ignore_ascii_case("none") {
        return Ok(make(None));
    }
    let name = clean(value);
    if !name.contains(char::is_alphanumeric) {
        return Err(FilterFault::Person);
    }
    Ok(make(Some(name)))
}

/// A whole name, whatever it is.
fn whole(value: &str, make: impl Fn(String) -> Filter) -> Result<Filter, FilterFault> {
    let name = clean(value);
    if name.is_empty() {
        return Err(FilterFault::Whole);
    }
    Ok(make(name))
}

fn date(value: &str, read: ReadDate) -> Result<Filter, FilterFault> {
    read(value).map(Filter::Date).map_err(FilterFault::Date)
}

fn path(value: &str) -> Result<Filter, FilterFault> {
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
    if path.is_empty() {
        return Err(FilterFault::Path);
    }
    Ok(Filter::Path(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::DateProblem;

    #[test]
    fn a_filter_has_the_name_by_which_it_is_read() {
        for (name, _) in FILTERS {
            let is_range = matches!(name, "after" | "before" | "since" | "until");
            let value = if is_range || name.starts_with("date") {
                "2013"
            } else {
                "US"
            };
            let filter = Filter::read(&name.to_uppercase(), value, false);
            let filter = filter.unwrap_or_else(|_| panic!("{name}"));
            let expected = if is_range { "date" } else { name };
            assert_eq!(filter.parts().0, expected);
        }
    }

    #[test]
    fn a_value_that_cannot_be_read_is_a_fault() {
        let fault = |name: &str, value: &str| Filter::read(name, value, false).unwrap_err().fault;
        assert_eq!(fault("country", "Rusia"), FilterFault::Country);
        assert_eq!(fault("Main", "x"), FilterFault::Country);
        assert_eq!(fault("person", "--"), FilterFault::Person);
        assert_eq!(fault("path", "//"), FilterFault::Path);
        for name in ["date", "dates", "after", "before", "since", "until"] {
            let problem = FilterFault::Date(DateProblem::NotADate);
            assert_eq!(fault(name, "soon"), problem, "{name}");
        }
    }
}
