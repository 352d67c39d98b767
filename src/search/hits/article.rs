//! An article as a whole, with who, where and when and what says so.
//!
//! Fields are found again in the kept text, by what the owner knew when it was
//! indexed; of a very long article in its first part, and the rest of its
//! countries and people is told without places.

use std::ops::Range;

use super::passage_text;
use crate::article::Article;
use crate::document::Record;
use crate::extract::Extraction;
use crate::failure::Result;
use crate::matching::passage::Passage;
use crate::search::{AnyIndex, Names, PassageText, SurnameNote, surnames};
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

impl WholeArticle {
    /// A range of its text as hits show passages.
    ///
    /// # Panics
    /// When its ends are no boundaries of characters of the text.
    pub fn passage(&self, span: Range<usize>) -> PassageText {
        passage_text(
            &self.record,
            &self.article.text,
            &Passage { ordinal: 0, span },
        )
    }
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
    let extraction = index.extract(&mut article, &layout, &record, EVIDENCE_BYTES);
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
