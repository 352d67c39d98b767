//! What is wrong with a filter that cannot be read.
//!
//! A query is read whatever it says, but a filter that is not understood must
//! not become words: the answer would be wider than what was asked for, and a
//! script would not notice. So the first such filter is kept beside the tree, and
//! whoever answers refuses the query with it.

use super::fields::MeantField;
use super::period::DateProblem;

/// A filter that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterProblem {
    /// Its name, as typed.
    pub name: String,
    /// Its value, as typed, or the beginning of a long one.
    pub value: String,
    /// What is wrong.
    pub fault: FilterFault,
}

impl FilterProblem {
    /// A field that there is not.
    pub(super) fn field(name: &str, value: &str, meant: MeantField) -> FilterProblem {
        FilterProblem {
            name: name.to_owned(),
            value: value.to_owned(),
            fault: FilterFault::Field(meant),
        }
    }
}

/// What is wrong with a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterFault {
    /// There is no such country.
    Country,
    /// A name without a letter or digit.
    Person,
    /// A path without a name.
    Path,
    /// A whole name or source without a letter.
    Whole,
    /// No date, or no range.
    Date(DateProblem),
    /// There is no field of this name, but one that was perhaps meant.
    Field(MeantField),
}
