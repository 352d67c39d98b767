//! Enumerations whose values are asked for by name: in an option, a request of
//! a page or an agent.
//!
//! A value has its name and a line for people in one table, beside the
//! enumeration; every front end takes its list from there. Imports nothing.

/// An enumeration with named values.
pub trait Named: Copy + PartialEq + Send + Sync + 'static {
    /// Each value with its name and a line that says what it is, in the order in
    /// which they are listed.
    const ALL: &'static [(Self, &'static str, &'static str)];

    /// The name of a value; empty for one that the table lacks.
    fn name(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(value, ..)| *value == self)
            .map_or("", |(_, name, _)| name)
    }

    /// The value of this name; `None` where there is none.
    fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find(|(_, known, _)| *known == name)
            .map(|(value, ..)| *value)
    }
}
