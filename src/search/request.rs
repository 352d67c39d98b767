//! Reads a request, and says how it was read: alike for every command, page
//! and agent.
//!
//! Filters come as named values; each is read here and refused with the values
//! that it may have. What an answer has to say beside its hits (how the query
//! was read, what was not found, what may help) becomes lines of text.

pub mod parameters;

use super::{Answer, By, FacetRequest, Help, Reading, Request, nearest_country};
use crate::failure::{Failure, Result};
use crate::query::{Filter, FilterFault, FilterProblem, MeantField, Query};
use crate::update::FileState;

/// Filters as a request names them; all must hold.
#[derive(Debug, Clone, Default)]
pub struct NamedFilters<'a> {
    /// What stands before a name where an error tells it, such as `--`.
    pub prefix: &'a str,
    /// Countries that an article names: codes, names or `none`.
    pub country: &'a [String],
    /// Countries that it is mainly about.
    pub main: &'a [String],
    /// People that it names: words of a name, or `none`.
    pub person: &'a [String],
    /// When it was published: `2013`, `2011-06..2013`, `unknown`.
    pub date: &'a [String],
    /// Dates that it mentions.
    pub dates: &'a [String],
    /// Published on or after the first day of a date.
    pub after: Option<&'a str>,
    /// Published before the first day of a date.
    pub before: Option<&'a str>,
}

impl NamedFilters<'_> {
    /// The filters.
    ///
    /// # Errors
    /// When a value is not one of its name; the first of them is told.
    pub fn read(&self) -> Result<Vec<Filter>> {
        let many = [
            ("country", self.country),
            ("main", self.main),
            ("person", self.person),
            ("date", self.date),
            ("dates", self.dates),
        ];
        let mut named: Vec<(&str, &str)> = Vec::new();
        for (name, values) in many {
            named.extend(values.iter().map(|value| (name, value.as_str())));
        }
        named.extend(self.after.map(|value| ("after", value)));
        named.extend(self.before.map(|value| ("before", value)));
        let read = |(name, value)| {
            let read = Filter::read(name, value, false);
            read.map_err(|problem| told(&problem, self.prefix))
        };
        named.into_iter().map(read).collect()
    }
}

/// What is told of a filter that cannot be read, named with `prefix` before it.
fn told(problem: &FilterProblem, prefix: &str) -> Failure {
    let FilterProblem { name, value, fault } = problem;
    let (what, help) = match fault {
        FilterFault::Country => (
            format!("unknown country “{value}”"),
            match nearest_country(value) {
                Some(near) => format!("did you mean {near}?"),
                None => "expected a country code such as RU, or a name".to_owned(),
            },
        ),
        FilterFault::Person => (
            format!("invalid name “{value}”"),
            "expected one or more words of a name".to_owned(),
        ),
        FilterFault::Path => (
            format!("invalid path “{value}”"),
            "expected the name of a folder or file, such as reuters or *.txt".to_owned(),
        ),
        FilterFault::Whole => (
            format!("invalid value “{value}”"),
            "expected a value as `cybersearch facets` prints it".to_owned(),
        ),
        FilterFault::Date(problem) => (format!("{} “{value}”", problem.what()), problem.help()),
        FilterFault::Field(meant) => return no_field(name, value, *meant),
    };
    Failure::new(format!("{prefix}{name}: {what}")).help(help)
}

/// What is told of the name of a field that there is not.
fn no_field(name: &str, value: &str, meant: MeantField) -> Failure {
    let is_word = !value.contains(char::is_whitespace);
    let shown = if is_word {
        value.to_owned()
    } else {
        format!("\"{value}\"")
    };
    let help = match meant {
        MeantField::Field(field) => {
            format!("did you mean {field}:{shown}? (as text: \"{name}:{value}\")")
        }
        MeantField::Author => format!("authors are found as text: write {shown}"),
    };
    Failure::new(format!("no field {name}:")).help(help)
}

/// Refuses a query that is not what was asked for: a filter in it cannot be
/// read, or no day is in all of its ranges.
///
/// # Errors
/// With what is wrong, and what to write.
pub(super) fn check_filters(problem: Option<&FilterProblem>, query: &Query) -> Result<()> {
    if let Some(problem) = problem {
        return Err(told(problem, ""));
    }
    let Some((one, other)) = query.contradiction() else {
        return Ok(());
    };
    let meant = match (one, other) {
        (Filter::Date(one), Filter::Date(other)) => one.in_order(other),
        _ => None,
    };
    let help = match meant {
        Some(range) => format!("did you mean date:{range}?"),
        None => "“before” ends the day before its date; write one range, such as date:2011..2013"
            .to_owned(),
    };
    let what = format!("empty range: no day is in both {one} and {other}");
    Err(Failure::new(what).help(help))
}

impl FacetRequest {
    /// Facets in the order in which they are asked for, each once, with at most
    /// `limit` values each; 0 for all.
    pub fn of(asked: impl IntoIterator<Item = By>, limit: usize) -> FacetRequest {
        let mut by: Vec<By> = Vec::new();
        for asked in asked {
            if !by.contains(&asked) {
                by.push(asked);
            }
        }
        FacetRequest {
            by,
            limit,
            ..FacetRequest::default()
        }
    }
}

impl Request {
    /// Refuses a request with neither a word nor a filter.
    ///
    /// # Errors
    /// When it is empty.
    pub fn check_not_empty(&self) -> Result<()> {
        let has_text = !self.text.trim().is_empty();
        if !has_text && self.filters.is_empty() && self.like.is_none() {
            return Err(Failure::new("nothing to search for: the query is empty")
                .help("see `cybersearch --help`"));
        }
        Ok(())
    }
}

impl Answer {
    /// Whether there is something to show for `request`: past the last page there
    /// is nothing, and where none was asked for, the count alone matters.
    pub fn has_hit(&self, request: &Request) -> bool {
        if request.limit == 0 {
            self.total + self.total_partial > 0
        } else {
            !self.articles.is_empty()
        }
    }

    /// Whether files have changed since they were indexed, given what was known
    /// before the search; `None` where nobody looked.
    pub fn stale(&self, known: Option<bool>) -> Option<bool> {
        let mut states = self.articles.iter().map(|article| &article.state);
        let has_changed = |state| matches!(state, &FileState::Changed | &FileState::Deleted);
        if states.clone().any(has_changed) {
            Some(true)
        } else if states.any(|state| *state != FileState::Fresh) {
            known.filter(|is_stale| *is_stale)
        } else {
            known
        }
    }

    /// How the query was read, where that may surprise, and that nothing was
    /// found, or nothing on this page of `request`: a line each.
    pub fn notes(&self, request: &Request) -> Vec<String> {
        let mut notes = self.reading.notes("showing those that match part of it");
        let total = self.total + self.total_partial;
        if total == 0 && !self.reading.is_wordless {
            notes.push(match &request.like {
                // The words of that article are not what anybody typed.
                Some(like) if request.text.trim().is_empty() => format!("no hits like {}", like.id),
                Some(like) => format!("no hits like {} for: {}", like.id, request.text.trim()),
                None => format!("no hits for: {}", self.reading.read_as),
            });
        }
        if total > 0 && request.limit > 0 && self.articles.is_empty() {
            let offset = request.offset;
            let answers = if total == 1 {
                "article matches"
            } else {
                "articles match"
            };
            notes.push(format!(
                "no hits on this page: {total} {answers}, and --offset skips {offset}"
            ));
        }
        notes.extend(left_out_note(self.undated_left_out));
        notes.extend(self.reading.order_note.map(str::to_owned));
        notes.extend(self.reading.help.notes());
        notes
    }
}

/// What is said of articles that a range of days left out.
pub fn left_out_note(count: usize) -> Option<String> {
    let left_out = match count {
        0 => return None,
        1 => "1 article whose date is".to_owned(),
        _ => format!("{count} articles whose date is"),
    };
    Some(format!(
        "left out {left_out} unknown or open; --undated adds them"
    ))
}

impl Reading {
    /// How a query was read, where that may surprise: a line each. `partial` says
    /// what is done with articles that have some of its words.
    pub fn notes(&self, partial: &str) -> Vec<String> {
        let mut notes = self.notes.clone();
        let read_as = &self.read_as;
        if self.is_wordless {
            notes.push("the query has no words to search for".to_owned());
        } else if self.partial {
            notes.push(format!("no article matches the whole query; {partial}"));
        } else if self.may_surprise || !self.notes.is_empty() {
            notes.push(format!("read as: {read_as}"));
        }
        notes
    }
}

impl Help {
    /// What may help where words found nothing: a line each.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.missing.is_empty() {
            notes.push(format!("no article contains: {}", self.missing.join(", ")));
        }
        if !self.blocking.is_empty() {
            let without = self.blocking.join(", ");
            notes.push(format!("there are hits without: {without}"));
        }
        if let Some(suggestion) = &self.suggestion {
            notes.push(format!("did you mean: {suggestion}"));
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_values_become_filters_or_say_what_is_expected() {
        let values = |text: &str| vec![text.to_owned()];
        let (country, person, date) = (values("Russia"), values("none"), values("2013"));
        let named = NamedFilters {
            country: &country,
            person: &person,
            date: &date,
            ..NamedFilters::default()
        };
        let filters = named.read().unwrap();
        assert_eq!(filters[0], Filter::Country(Some("RU".to_owned())));
        assert_eq!(filters[1], Filter::Person(None));
        assert_eq!(filters.len(), 3);
        let country = values("Rusia");
        let named = NamedFilters {
            prefix: "--",
            country: &country,
            ..NamedFilters::default()
        };
        let failure = named.read().unwrap_err();
        assert_eq!(failure.to_string(), "--country: unknown country “Rusia”");
        assert_eq!(failure.action(), Some("did you mean Russia?"));
    }

    #[test]
    fn a_facet_is_asked_for_once() {
        let asked = FacetRequest::of([By::Year, By::Country, By::Year], 5);
        assert_eq!(asked.by, [By::Year, By::Country]);
    }
}
