//! The names of fields, and what was meant by a name that is nearly one.
//!
//! `people:Obama` is no field. As words it would find nothing or the wrong
//! articles, so it is told. But most words before a colon are text (`https:`,
//! `Re:`, `rate:5%`), and text must not become an error. A name counts as nearly
//! a field's in two ways only:
//!
//! * it is in [`ALIASES`], the names that other tools and people use;
//! * it is a typing error away from a name of five letters or more, with the same
//!   first letter; of the shorter names (`date`, `main`, `path`, `body`) only two
//!   swapped or doubled letters count, since one other letter makes other words of
//!   them (`rate`, `mail`, `bath`, `baby`).

use super::date::DateFilter;
use super::filter::Filter;
use super::token::is_scope;
use crate::text::edit_distance;

/// What was perhaps meant by the name of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeantField {
    /// This field.
    Field(&'static str),
    /// Who wrote the article, which is no field: it is found as text.
    Author,
}

/// Names from which a typing error is told.
const NAMES: [&str; 14] = [
    "title",
    "body",
    "country",
    "main",
    "person",
    "date",
    "dates",
    "path",
    "source",
    "after",
    "before",
    "since",
    "until",
    "mentioned",
];

/// Words that are one letter away from a name and mean themselves.
const WORDS: [&str; 10] = [
    "county", "tile", "tiles", "little", "title's", "alter", "often", "afters", "persona", "parson",
];

/// Other names of the fields. No word that stands before a colon in ordinary text
/// or an address (`about:`, `file:`, `by:`, `text:`).
const ALIASES: [(&str, MeantField); 26] = [
    ("people", MeantField::Field("person")),
    ("persons", MeantField::Field("person")),
    ("countries", MeantField::Field("country")),
    ("place", MeantField::Field("country")),
    ("places", MeantField::Field("country")),
    ("location", MeantField::Field("country")),
    ("author", MeantField::Author),
    ("authors", MeantField::Author),
    ("byline", MeantField::Author),
    ("published", MeantField::Field("date")),
    ("pubdate", MeantField::Field("date")),
    ("datetime", MeantField::Field("date")),
    ("year", MeantField::Field("date")),
    ("month", MeantField::Field("date")),
    ("decade", MeantField::Field("date")),
    ("mentions", MeantField::Field("dates")),
    ("mention", MeantField::Field("dates")),
    ("mentioned", MeantField::Field("dates")),
    ("headline", MeantField::Field("title")),
    ("intitle", MeantField::Field("title")),
    ("titles", MeantField::Field("title")),
    ("intext", MeantField::Field("body")),
    ("bodies", MeantField::Field("body")),
    ("paths", MeantField::Field("path")),
    ("filename", MeantField::Field("path")),
    ("folder", MeantField::Field("path")),
];

/// Words that are in every text, and fields only before a date.
const BEFORE_DATES: [(&str, &str); 6] = [
    ("time", "date"),
    ("when", "date"),
    ("day", "date"),
    ("on", "date"),
    ("from", "since"),
    ("to", "until"),
];

/// The bytes of the longest name that is looked at.
pub(super) const LONGEST: usize = 12;

/// The field that was perhaps meant by `name` with `value`, without quotes, directly
/// behind its colon; `None` where it is text, or a field.
pub(super) fn meant(name: &str, value: &str) -> Option<MeantField> {
    // An address (`http://`), a smiley or a list goes on with a sign.
    let has_value = value.starts_with(char::is_alphanumeric);
    if !has_value || !(2..=LONGEST).contains(&name.len()) {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let name = name.as_str();
    if is_scope(name)
        || Filter::is_name(name)
        || !name.bytes().all(|byte| byte.is_ascii_alphabetic())
    {
        return None;
    }
    if let Some((_, field)) = ALIASES.iter().find(|(alias, _)| *alias == name) {
        return Some(*field);
    }
    if let Some((_, field)) = BEFORE_DATES.iter().find(|(word, _)| *word == name) {
        // `to:10` is no date; `from:2013` is.
        return DateFilter::parse(value)
            .is_ok()
            .then_some(MeantField::Field(field));
    }
    let near = NAMES.iter().find(|known| is_slip(name, known));
    near.map(|known| match *known {
        "mentioned" => MeantField::Field("dates"),
        known => MeantField::Field(known),
    })
}

/// Whether `name` is `known` with a typing error.
fn is_slip(name: &str, known: &str) -> bool {
    if WORDS.contains(&name) || name.bytes().next() != known.bytes().next() {
        return false;
    }
    if known.len() > 4 {
        return edit_distance::is_within(name, known, 1);
    }
    let mut letters = [name, known].map(|word| word.bytes().collect::<Vec<u8>>());
    let is_doubled = name.len() == known.len() + 1 && {
        letters[0].dedup();
        letters[0] == letters[1]
    };
    for word in &mut letters {
        word.sort_unstable();
    }
    let is_swapped = letters[0] == letters[1] && edit_distance::is_within(name, known, 1);
    is_doubled || is_swapped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<MeantField>) {
        let (name, value) = text.split_once(':').unwrap();
        assert_eq!(meant(name, value), expected, "{text}");
    }

    #[test]
    fn a_name_that_is_nearly_a_field_is_told() {
        for (text, field) in [
            ("people:Obama", "person"),
            ("People:Xi Jinping", "person"),
            ("countries:RU", "country"),
            ("contry:RU", "country"),
            ("coutnry:RU", "country"),
            ("persn:Obama", "person"),
            ("titel:talks", "title"),
            ("daet:2013", "date"),
            ("ddate:2013", "date"),
            ("year:1987", "date"),
            ("from:2013", "since"),
            ("to:2013-05", "until"),
            ("mentionned:2013", "dates"),
            ("sources:bbc", "source"),
        ] {
            check(text, Some(MeantField::Field(field)));
        }
        check("author:Jane", Some(MeantField::Author));
    }

    #[test]
    fn text_with_a_colon_is_text() {
        for text in [
            "Author: Jane",
            "Re: talks",
            "re:talks",
            "http://example.com",
            "https://example.com",
            "mailto:jane@example.com",
            "C:\\x",
            "10:30",
            "from:10",
            "to:Jane",
            "time:10:30",
            "rate:5",
            "mail:jane",
            "data:text/html",
            "math:2",
            "county:Kerry",
            "note:this",
            "about:blank",
            "By:Jane",
            "Subject:talks",
            "people:",
            "people:)",
            "date:2013",
            "title:talks",
            "after:2013",
            "source-text:x",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn every_name_that_is_told_is_short_enough_to_be_looked_at() {
        assert!(ALIASES.iter().all(|(alias, _)| alias.len() <= LONGEST));
        for (alias, field) in ALIASES {
            if let MeantField::Field(field) = field {
                assert!(is_scope(field) || Filter::is_name(field), "{alias}");
            }
        }
    }
}
