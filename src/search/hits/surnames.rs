//! Tells whom an article means by a surname alone, and what that rests on.
//!
//! The same decision as facets and the filter `person:` make (`plan::people`),
//! for one article: Reagan is Ronald Reagan there, since 24 of 26 articles within
//! five years that have a full name with this surname have his.

use serde::Serialize;

use crate::document::Record;
use crate::failure::Result;
use crate::plan::people::{ArchivePeople, YEARS};
use crate::search::{AnyIndex, Names};
use crate::stop::Stop;
use crate::text::analyze::Analyzer;

/// Whom an article means by a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SurnameNote {
    /// The name as the article has it.
    pub name: String,
    /// The full name.
    pub person: String,
    /// How many articles, of those within so many years, have that full name.
    pub articles: usize,
    /// Of how many that have a full name with the surname.
    pub of: usize,
    /// How many years before and after; `None` where the article is undated and
    /// the whole archive tells.
    pub years: Option<i16>,
}

/// The surnames that stand alone in the article of `record`, where the archive
/// tells whom they mean.
///
/// # Errors
/// When the index cannot be read.
pub fn surnames<'i>(index: impl Into<AnyIndex<'i>>, record: &Record) -> Result<Vec<SurnameNote>> {
    let budget = Stop::default().begin();
    let engine = index.into().engine_of(Names::Joined, false, &budget);
    let mut analyzer = Analyzer::default();
    let published = &record.published;
    let years = published.earliest.zip(published.latest);
    let year = years
        .filter(|(first, last)| first.year() == last.year())
        .map(|(first, _)| first.year());
    let mut notes = Vec::new();
    for name in &record.people {
        let Some(word) = analyzer.forms(name).pop() else {
            continue;
        };
        let people = ArchivePeople::of(&engine.names_with(&word)?);
        let Some(number) = people.number(name).filter(|number| people.is_lone(*number)) else {
            continue;
        };
        let has_full = record.people.iter().any(|other| {
            let other = people.number(other);
            other.is_some_and(|other| {
                !people.is_lone(other) && people.surname(other) == people.surname(number)
            })
        });
        if let Some(meaning) = people.meaning(number, year).filter(|_| !has_full) {
            notes.push(SurnameNote {
                name: name.clone(),
                person: people.name(meaning.person).to_owned(),
                articles: meaning.articles,
                of: meaning.of,
                years: year.map(|_| YEARS),
            });
        }
    }
    Ok(notes)
}
