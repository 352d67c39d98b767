//! An article as a whole, with who, where and when and what says so.
//!
//! Fields are found again in the kept text, by what the owner knew when it was
//! indexed; of a very long article in its first part, and the rest of its
//! countries and people is told without places.

use crate::article::Article;
use crate::corrections::Owner;
use crate::document::Record;
use crate::extract::{Extraction, Role};
use crate::failure::Result;
use crate::search::{AnyIndex, Names, SurnameNote, surnames};
use crate::update::FileState;

/// Evidence is shown from so much of an article: a longer one was read when it
/// was indexed, which takes seconds.
const EVIDENCE_BYTES: usize = 1 << 20;

/// An article with all that is known of it.
#[derive(Debug)]
pub struct WholeArticle {
    /// What the index keeps of it.
    pub record: Record,
    /// The article again, with its text.
    pub article: Article,
    /// Its fields with their evidence, as offsets in the text.
    pub extraction: Extraction,
    /// Whom it means by surnames alone.
    pub surnames: Vec<SurnameNote>,
    /// Whether its file is still what was indexed.
    pub state: FileState,
}

/// Reads the article of `record`, whose kept text is `text`, from `index`.
///
/// # Errors
/// When the index is damaged.
pub fn whole_article<'i>(
    index: impl Into<AnyIndex<'i>>,
    record: Record,
    text: String,
    names: Names,
) -> Result<WholeArticle> {
    let index = index.into();
    let mut article = record.article(text);
    let layout = article.layout();
    let unknown = Owner::default();
    let owner = index.owner().unwrap_or(&unknown);
    let mut extraction = owner.extract_first(&mut article, &layout, EVIDENCE_BYTES);
    if index.owner().is_none() {
        as_recorded(&mut extraction, &record);
    }
    if article.text.len() > EVIDENCE_BYTES || index.owner().is_none() {
        extraction.complete(&record.countries, &record.people);
    }
    let surnames = match names {
        Names::Joined => surnames(index, &record)?,
        Names::Exact => Vec::new(),
    };
    let state = index.file_states(&[&record.path])?.remove(0);
    Ok(WholeArticle {
        record,
        article,
        extraction,
        surnames,
        state,
    })
}

/// Takes out what the record does not have: the owner knew better, wherever the
/// article was indexed.
fn as_recorded(extraction: &mut Extraction, record: &Record) {
    extraction.published = record.published.clone();
    let countries = &mut extraction.countries;
    countries.retain(|country| record.countries.contains(&country.code));
    for country in countries {
        country.main = record.main_countries.contains(&country.code);
    }
    let people = &mut extraction.people;
    people.retain(|person| person.role != Role::Subject || record.people.contains(&person.name));
}
