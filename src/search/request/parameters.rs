//! The parameters of a request by name, one table for every front end.
//!
//! A parameter has the name of the command line's option, and the line that
//! `--help` says of it. Pairs of names and values are held against the table
//! first: what is unknown, given twice, no number or too large is refused by
//! name, with what is expected. Then they become a [`Request`], by the same
//! reading of filters as everywhere.
//!
//! A form sends its empty fields: an empty value is none.

use std::path::Path;

use super::NamedFilters;
use crate::failure::{Failure, Result};
use crate::named::Named;
use crate::search::{By, FacetRequest, Meaning, Names, PartialMatches, Request, Sort, Weights};
use crate::stop::Stop;
use crate::text::edit_distance;

/// What a parameter's value may be.
#[derive(Debug, Clone, Copy)]
pub enum ParameterKind {
    /// Any text.
    Text,
    /// Yes, or not given: `1`, `true` or `on`; `0`, `false` or `off` is no.
    Flag,
    /// A number from 0, or from 1 if `least` says so.
    Number {
        /// What it is unless given.
        default: usize,
        /// The smallest.
        least: usize,
        /// The largest.
        most: usize,
    },
    /// One of these names; the first unless given.
    Choice(fn() -> Vec<&'static str>),
    /// Some of these names, with commas between them.
    Choices(fn() -> Vec<&'static str>),
}

/// A parameter of a request.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name; of most, that of the command line's option.
    pub name: &'static str,
    /// What its value may be.
    pub kind: ParameterKind,
    /// Whether it may be given more than once.
    pub repeats: bool,
    /// A line about it.
    pub about: &'static str,
}

impl Parameter {
    /// One that is given at most once.
    pub const fn once(name: &'static str, kind: ParameterKind, about: &'static str) -> Parameter {
        Parameter {
            name,
            kind,
            repeats: false,
            about,
        }
    }

    /// One that may be given more than once.
    pub const fn many(name: &'static str, about: &'static str) -> Parameter {
        Parameter {
            name,
            kind: ParameterKind::Text,
            repeats: true,
            about,
        }
    }

    /// Whether this program can do what it asks for; one that it cannot do is
    /// known all the same, so that its refusal says why.
    pub fn is_offered(&self) -> bool {
        cfg!(feature = "meaning") || self.name != MEANING
    }
}

/// The names of all values of an enumeration.
pub fn names<T: Named>() -> Vec<&'static str> {
    T::ALL.iter().map(|(_, name, _)| *name).collect()
}

/// The longest query, in bytes.
pub const MOST_QUERY: usize = 4096;

/// The query: the command line has it as arguments.
pub const QUERY: [Parameter; 1] = [Parameter::once(
    "q",
    ParameterKind::Text,
    "What to search for",
)];

/// The name of the parameter that asks for an order by meaning.
pub const MEANING: &str = "meaning";

/// How a query is read, and what must hold beside it.
pub const MATCH: [Parameter; 12] = [
    Parameter::once("any", ParameterKind::Flag, "Match any word instead of all"),
    Parameter::once(
        "all",
        ParameterKind::Flag,
        "Show only articles with all words",
    ),
    Parameter::once(
        "plain",
        ParameterKind::Flag,
        "Treat the whole query as text, without operators",
    ),
    Parameter::many(
        "country",
        "Only articles that name this country (code, name or `none`)",
    ),
    Parameter::many("main", "Only articles that are mainly about this country"),
    Parameter::many(
        "person",
        "Only articles that name this person (words of the name, or `none`)",
    ),
    Parameter::many(
        "date",
        "Only articles published in this period (2013, 2011-06..2013, 1980s, unknown)",
    ),
    Parameter::many(
        "dates",
        "Only articles that mention a date in this period (2011-06, 2010..2012, none)",
    ),
    Parameter::once(
        "after",
        ParameterKind::Text,
        "Only articles published on or after the first day of this date",
    ),
    Parameter::once(
        "before",
        ParameterKind::Text,
        "Only articles published before the first day of this date",
    ),
    Parameter::once(
        "undated",
        ParameterKind::Flag,
        "Also articles that may be of the period: of unknown date, or with one bound known",
    ),
    Parameter::once(
        "names",
        ParameterKind::Choice(names::<Names>),
        "How people are named: `joined` counts a surname alone for the person it means",
    ),
];

/// Which of what answers is shown, and how.
pub const SHOWN: [Parameter; 7] = [
    Parameter::once(
        "limit",
        ParameterKind::Number {
            default: 10,
            least: 0,
            most: 1000,
        },
        "Maximum number of articles",
    ),
    Parameter::once(
        "offset",
        ParameterKind::Number {
            default: 0,
            least: 0,
            most: 10_000,
        },
        "Number of articles to skip first",
    ),
    Parameter::once(
        "passages",
        ParameterKind::Number {
            default: 1,
            least: 1,
            most: 10,
        },
        "Maximum number of passages per article",
    ),
    Parameter::once("sort", ParameterKind::Choice(names::<Sort>), "Sort order"),
    Parameter::once(
        "no-fold",
        ParameterKind::Flag,
        "Don't group near-duplicates",
    ),
    Parameter::once(
        "explain",
        ParameterKind::Flag,
        "Break down each score (text and JSON formats)",
    ),
    Parameter::once(
        MEANING,
        ParameterKind::Flag,
        "Put the first articles in order by words and meaning together",
    ),
];

/// Facets beside the hits.
pub const FACETS: [Parameter; 1] = [Parameter::once(
    "facets",
    ParameterKind::Choices(names::<By>),
    "Also count facets of all matching articles, as part of the JSON object",
)];

/// Parameters that a request gave, each of a table and with a value that it may
/// have.
#[derive(Debug, Clone, Default)]
pub struct Values {
    given: Vec<(&'static Parameter, String)>,
    known: Vec<&'static Parameter>,
}

impl Values {
    /// Holds `pairs` against the parameters of `tables`. Names that they lack are
    /// refused, or passed over.
    ///
    /// # Errors
    /// With the name of the first that is wrong, and what is expected.
    pub fn read(
        pairs: impl IntoIterator<Item = (String, String)>,
        tables: &[&'static [Parameter]],
        refuses_unknown: bool,
    ) -> Result<Values> {
        let known: Vec<&Parameter> = tables.iter().copied().flatten().collect();
        let mut given: Vec<(&Parameter, String)> = Vec::new();
        for (name, value) in pairs {
            let Some(parameter) = known.iter().find(|known| known.name == name).copied() else {
                if refuses_unknown {
                    return Err(unknown(&name, &known));
                }
                continue;
            };
            if value.trim().is_empty() {
                continue;
            }
            let is_second = given.iter().any(|(known, _)| known.name == name);
            if is_second && !parameter.repeats {
                let what = format!("{name}: given more than once");
                return Err(Failure::new(what).help("give it once"));
            }
            parameter.check(&value)?;
            given.push((parameter, value));
        }
        Ok(Values { given, known })
    }

    /// The values of a parameter, in their order.
    pub fn all(&self, name: &str) -> Vec<String> {
        let given = self.given.iter();
        let named = given.filter(|(parameter, _)| parameter.name == name);
        named.map(|(_, value)| value.clone()).collect()
    }

    /// The value of a parameter that is given once.
    pub fn one(&self, name: &str) -> Option<&str> {
        let mut given = self.given.iter();
        let named = given.find(|(parameter, _)| parameter.name == name);
        named.map(|(_, value)| value.as_str())
    }

    /// Whether a flag is set.
    pub fn is_set(&self, name: &str) -> bool {
        self.one(name).and_then(flag).unwrap_or(false)
    }

    /// A number, or what it is unless given.
    pub fn number(&self, name: &str) -> usize {
        let default = || {
            let mut known = self.known.iter();
            match known.find(|known| known.name == name)?.kind {
                ParameterKind::Number { default, .. } => Some(default),
                _ => None,
            }
        };
        let given = self.one(name).and_then(|value| value.parse().ok());
        given.or_else(default).unwrap_or(0)
    }

    /// A named value, or the first of its list.
    pub fn named<T: Named + Default>(&self, name: &str) -> T {
        self.one(name).and_then(T::named).unwrap_or_default()
    }

    /// Some named values.
    pub fn several<T: Named>(&self, name: &str) -> Vec<T> {
        let given = self.one(name).unwrap_or_default();
        given
            .split(',')
            .filter_map(|name| T::named(name.trim()))
            .collect()
    }

    /// What was given, as pairs.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let given = self.given.iter();
        given.map(|(parameter, value)| (parameter.name, value.as_str()))
    }

    /// The request that they make, its paths shown from `shown_from`, its order by
    /// `meaning` if they ask for that. What is no parameter of the tables is as a
    /// search has it by default.
    ///
    /// # Errors
    /// When a filter cannot be read, the query is too long, or meaning is asked for
    /// and there is no model.
    pub fn request(
        &self,
        shown_from: &Path,
        meaning: Option<&Meaning>,
        stop: Stop,
    ) -> Result<Request> {
        let text = self.one("q").unwrap_or_default().to_owned();
        if text.len() > MOST_QUERY {
            let what = format!("q: {} bytes, the limit is {MOST_QUERY}", text.len());
            return Err(Failure::new(what).help("use fewer words"));
        }
        let many = ["country", "main", "person", "date", "dates"].map(|name| self.all(name));
        let [country, main, person, date, dates] = &many;
        let filters = NamedFilters {
            prefix: "",
            country,
            main,
            person,
            date,
            dates,
            after: self.one("after"),
            before: self.one("before"),
        };
        let (any, all) = (self.is_set("any"), self.is_set("all"));
        if any && all {
            let help = "give one of them";
            return Err(Failure::new("any and all exclude each other").help(help));
        }
        let is_meant = self.is_set(MEANING);
        let meant = is_meant.then(|| meaning.cloned().ok_or_else(Meaning::missing));
        let facets = self.several::<By>("facets");
        Ok(Request {
            text,
            plain: self.is_set("plain"),
            partial: PartialMatches::of(any, all),
            filters: filters.read()?,
            like: None,
            undated: self.is_set("undated"),
            limit: self.number("limit"),
            offset: self.number("offset"),
            passages: self.number("passages").max(1),
            sort: self.named("sort"),
            fold: !self.is_set("no-fold"),
            explain: self.is_set("explain"),
            weights: Weights::default(),
            meaning: meant.transpose()?,
            paths_only: false,
            names: self.named("names"),
            parallel: false,
            shown_from: shown_from.to_owned(),
            facets: (!facets.is_empty()).then(|| FacetRequest::of(facets, FACET_LIMIT)),
            stop,
        })
    }
}

/// How many values of a facet are told unless asked otherwise.
pub const FACET_LIMIT: usize = 10;

impl Parameter {
    /// Refuses a value that it cannot have.
    fn check(&self, value: &str) -> Result<()> {
        let Parameter { name, kind, .. } = self;
        let wrong =
            |help: String| Err(Failure::new(format!("{name}: invalid value “{value}”")).help(help));
        let listed = |names: Vec<&str>| format!("expected one of: {}", names.join(", "));
        match kind {
            ParameterKind::Flag if flag(value).is_none() => wrong("expected 1 or 0".to_owned()),
            ParameterKind::Number { least, most, .. } => {
                let number = value.parse().ok();
                if number.is_some_and(|number| (*least..=*most).contains(&number)) {
                    return Ok(());
                }
                wrong(format!("expected a number from {least} to {most}"))
            }
            ParameterKind::Choice(names) if !names().contains(&value) => wrong(listed(names())),
            ParameterKind::Choices(names) => {
                let known = names();
                if value.split(',').all(|one| known.contains(&one.trim())) {
                    return Ok(());
                }
                wrong(listed(known))
            }
            _ => Ok(()),
        }
    }
}

fn flag(value: &str) -> Option<bool> {
    match value {
        "1" | "true" | "on" | "yes" => Some(true),
        "0" | "false" | "off" | "no" => Some(false),
        _ => None,
    }
}

/// What is told of a name that no table has.
fn unknown(name: &str, known: &[&Parameter]) -> Failure {
    let offered = || known.iter().filter(|known| known.is_offered());
    let near = offered()
        .filter_map(|known| Some((edit_distance::between(name, known.name)?, known.name)))
        .min();
    let help = if let Some((_, near)) = near {
        format!("did you mean {near}?")
    } else {
        let names: Vec<&str> = offered().map(|known| known.name).collect();
        if names.is_empty() {
            "leave it out: there are none here".to_owned()
        } else {
            format!("expected some of: {}", names.join(", "))
        }
    };
    Failure::new(format!("no parameter {name}")).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::meaning::tests::Toy;
    use std::sync::Arc;

    fn read(query: &[(&str, &str)]) -> Result<Values> {
        let pairs = query.iter();
        let pairs = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Values::read(pairs, &[&QUERY, &MATCH, &SHOWN, &FACETS], true)
    }

    fn refused(query: &[(&str, &str)]) -> (String, String) {
        let failure = read(query).unwrap_err();
        let help = failure.action().unwrap_or_default().to_owned();
        (failure.to_string(), help)
    }

    #[test]
    fn parameters_become_a_request() {
        let values = read(&[
            ("q", "oil prices"),
            ("country", "Russia"),
            ("country", "none"),
            ("limit", "3"),
            ("sort", "newest"),
            ("no-fold", "on"),
            ("facets", "year,country"),
            ("date", ""),
        ])
        .unwrap();
        let request = values
            .request(Path::new("/a"), None, Stop::default())
            .unwrap();
        assert_eq!(request.text, "oil prices");
        assert_eq!(request.filters.len(), 2);
        assert_eq!((request.limit, request.offset, request.passages), (3, 0, 1));
        assert_eq!(request.sort, Sort::Newest);
        assert!(!request.fold && !request.explain);
        assert_eq!(request.facets.unwrap().by, [By::Year, By::Country]);
    }

    #[test]
    fn what_is_wrong_is_refused_by_name() {
        let (what, help) = refused(&[("countri", "RU")]);
        assert_eq!(what, "no parameter countri");
        assert_eq!(help, "did you mean country?");
        let (_, help) = refused(&[("zzzzzz", "RU")]);
        assert!(help.starts_with("expected some of: q, any,"), "{help}");
        let (what, help) = refused(&[("limit", "1001")]);
        assert_eq!(what, "limit: invalid value “1001”");
        assert_eq!(help, "expected a number from 0 to 1000");
        for wrong in [
            [("limit", "-1")],
            [("passages", "0")],
            [("any", "maybe")],
            [("sort", "best")],
            [("facets", "year,place")],
        ] {
            assert!(read(&wrong).is_err(), "{wrong:?}");
        }
        let (what, _) = refused(&[("q", "a"), ("q", "b")]);
        assert_eq!(what, "q: given more than once");
    }

    #[test]
    fn a_request_has_its_limits() {
        let long = "a ".repeat(MOST_QUERY);
        for (query, what) in [
            (
                vec![("q", long.as_str())],
                "q: 8192 bytes, the limit is 4096",
            ),
            (
                vec![("any", "1"), ("all", "1")],
                "any and all exclude each other",
            ),
            (vec![("date", "soon")], "date: invalid date “soon”"),
        ] {
            let values = read(&query).unwrap();
            let failure = values
                .request(Path::new(""), None, Stop::default())
                .unwrap_err();
            assert_eq!(failure.to_string(), what);
        }
    }

    #[test]
    fn meaning_needs_a_model_and_is_asked_for_by_name() {
        let model = Meaning::new(Arc::new(Toy::default()), Meaning::FIRST);
        let ask = |value, model| {
            let values = read(&[("q", "oil prices"), (MEANING, value)]).unwrap();
            values.request(Path::new(""), model, Stop::default())
        };
        assert!(ask("1", Some(&model)).unwrap().meaning.is_some());
        assert!(ask("0", Some(&model)).unwrap().meaning.is_none());
        assert!(ask("", None).unwrap().meaning.is_none());
        let failure = ask("1", None).unwrap_err();
        let expected = if cfg!(feature = "meaning") {
            "meaning: no sentence model was loaded when this program started"
        } else {
            "meaning: this program was built without sentence models"
        };
        assert_eq!(failure.to_string(), expected);
        let (_, help) = refused(&[("meanin", "1")]);
        assert_eq!(help == "did you mean meaning?", cfg!(feature = "meaning"));
    }

    #[test]
    fn unknown_names_may_be_passed_over() {
        let pairs = [("utm_source".to_owned(), "x".to_owned())];
        assert!(
            Values::read(pairs, &[&QUERY], false)
                .unwrap()
                .pairs()
                .next()
                .is_none()
        );
    }
}
