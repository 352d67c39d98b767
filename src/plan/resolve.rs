//! Looks a query's words up in the vocabulary.
//!
//! A leaf of a pattern becomes the stems under which it stands in a field, and
//! where the very form matters, the forms of which an article must have one.
//!
//! A plain word is its stem: *talks* becomes `talk`, which the text field has.
//! A form (`=talks`), a prefix (`commun*`), a word with wildcards (`wom*n`) or a
//! fuzzy word (`hotlne~`) is found
//! among the unstemmed forms; their stems say where it may stand, and the text
//! has the last word, since a stem stands for other forms too. Example:
//! `=talks` has the stem `talk`, so an article with *talked* is a candidate and
//! is dropped when its text is read.
//!
//! More than 512 forms are not carried along: then only whether an article has
//! one is known, and nothing of where (`is_unresolved`). Invariant: what is
//! unresolved never makes an article fail, only its positions cannot score it.
//!
//! Counts are upper bounds for several forms, since an article may have more
//! than one, and never above the number of articles.

use std::collections::HashMap;

use super::{Vocabulary, bm25};
use crate::document::field::Field;
use crate::failure::Result;
use crate::matching::proximity::Pattern;
use crate::matching::{QueryTerm, TermClause, TermClauses};
use crate::query::Scope;
use crate::text::analyze::Analyzer;

/// Of more forms than this, only whether an article has one is asked.
const MAX_FORMS: usize = 512;

/// A leaf, as the index knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResolvedTerm {
    /// The terms under which it stands in the text; for forms, those of other
    /// forms too.
    pub(crate) stems: Vec<String>,
    /// What the unstemmed form must be.
    pub(crate) form: RequiredForm,
    /// How many articles have it, at the most.
    pub(crate) articles: u64,
}

/// What unstemmed form a word must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RequiredForm {
    /// Any that has the term.
    Any,
    /// One of these.
    OneOf(Vec<String>),
    /// One that begins so, of which there are too many to be told.
    Prefix(String),
    /// One that a word with wildcards stands for, of which there are too many.
    Wildcard(String),
}

impl ResolvedTerm {
    /// Whether its stems tell where it stands, and where it does not. Then
    /// positions decide and no text is read.
    pub(crate) fn is_exact(&self) -> bool {
        self.form == RequiredForm::Any
    }

    /// Whether nothing is known of where it stands. An article that has one of
    /// its forms then counts as having it once.
    pub(crate) fn is_unresolved(&self) -> bool {
        match &self.form {
            RequiredForm::Any => false,
            RequiredForm::OneOf(forms) => self.stems.is_empty() && !forms.is_empty(),
            RequiredForm::Prefix(_) | RequiredForm::Wildcard(_) => true,
        }
    }
}

/// Whether a part is one word, wherever it stands.
pub(crate) fn is_loose_word(part: &TermClause) -> bool {
    matches!(part.pattern, Pattern::Leaf { .. }) && part.scope == Scope::Anywhere
}

/// Whether positions alone do not tell where a part stands, so that the text
/// has the last word.
pub(crate) fn needs_text(part: &TermClause, terms: &[ResolvedTerm]) -> bool {
    let leaves = part.pattern.leaves();
    !is_loose_word(part)
        && (part.scope == Scope::Body
            || part.pattern.needs_sentences()
            || !leaves.iter().all(|leaf| terms[*leaf].is_exact()))
}

/// Looks words up. What costs more than a plain word is remembered: it is asked
/// for when a part becomes a clause, and again when its articles are scored.
pub(crate) struct TermResolver<'v> {
    vocabulary: &'v dyn Vocabulary,
    known: HashMap<QueryTerm, ResolvedTerm>,
}

impl<'v> TermResolver<'v> {
    pub(crate) fn new(vocabulary: &'v dyn Vocabulary) -> TermResolver<'v> {
        TermResolver {
            vocabulary,
            known: HashMap::new(),
        }
    }

    /// Where it looks.
    pub(crate) fn vocabulary(&self) -> &'v dyn Vocabulary {
        self.vocabulary
    }

    /// Looks all leaves of `parts` up.
    ///
    /// # Errors
    /// When the vocabulary cannot be read or the search is stopped.
    pub(crate) fn resolve(
        &mut self,
        parts: &TermClauses,
        analyzer: &Analyzer,
    ) -> Result<Vec<ResolvedTerm>> {
        let leaves = parts.leaves.iter();
        leaves.map(|leaf| self.leaf(leaf, analyzer)).collect()
    }

    /// One leaf, from memory where it was dear.
    fn leaf(&mut self, leaf: &QueryTerm, analyzer: &Analyzer) -> Result<ResolvedTerm> {
        if let Some(term) = self.known.get(leaf) {
            return Ok(term.clone());
        }
        let vocabulary = self.vocabulary;
        let all = vocabulary.totals().articles;
        let mut term = match leaf {
            QueryTerm::Term(term) => ResolvedTerm {
                stems: vec![term.clone()],
                form: RequiredForm::Any,
                articles: vocabulary.articles(Field::Text, term)?,
            },
            QueryTerm::Form(form) => {
                let articles = vocabulary.articles(Field::Form, form)?;
                of_forms(vec![(form.clone(), articles)], analyzer)
            }
            QueryTerm::Fuzzy(form, edits) => {
                of_forms(vocabulary.near(Field::Form, form, *edits)?, analyzer)
            }
            QueryTerm::Prefix(prefix) => {
                match vocabulary.starting_with(Field::Form, prefix, MAX_FORMS)? {
                    Some(found) => of_forms(found, analyzer),
                    None => of_many(RequiredForm::Prefix(prefix.clone()), all),
                }
            }
            QueryTerm::Wildcard(pattern) => {
                match vocabulary.like(Field::Form, pattern, MAX_FORMS)? {
                    Some(found) => of_forms(found, analyzer),
                    None => of_many(RequiredForm::Wildcard(pattern.clone()), all),
                }
            }
        };
        term.articles = term.articles.min(all);
        if !matches!(leaf, QueryTerm::Term(_) | QueryTerm::Form(_)) {
            self.known.insert(leaf.clone(), term.clone());
        }
        Ok(term)
    }
}

/// A word that stands in any of some forms, each with the number of its
/// articles.
fn of_forms(found: Vec<(String, u64)>, analyzer: &Analyzer) -> ResolvedTerm {
    let mut stems: Vec<String> = found.iter().map(|(form, _)| analyzer.stem(form)).collect();
    stems.sort_unstable();
    stems.dedup();
    if found.len() > MAX_FORMS {
        stems.clear();
    }
    ResolvedTerm {
        stems,
        articles: found.iter().map(|(_, articles)| articles).sum(),
        form: RequiredForm::OneOf(found.into_iter().map(|(form, _)| form).collect()),
    }
}

/// A word that stands for more forms than are carried along.
fn of_many(form: RequiredForm, all: u64) -> ResolvedTerm {
    ResolvedTerm {
        stems: Vec::new(),
        form,
        articles: all / 2,
    }
}

/// The idf of a pattern in the terms of `field`: that of a word, that of its
/// words added up, or that of the least rare of several that will do.
///
/// # Errors
/// When the vocabulary cannot be read or the search is stopped.
pub(crate) fn pattern_idf(
    vocabulary: &dyn Vocabulary,
    pattern: &Pattern,
    terms: &[ResolvedTerm],
    field: Field,
) -> Result<f32> {
    let all = vocabulary.totals().articles;
    if field != Field::Text {
        vocabulary.expect(&|| {
            let stems = terms.iter().flat_map(|term| &term.stems);
            stems.map(|stem| (field, stem.clone())).collect()
        })?;
    }
    let mut idfs = Vec::with_capacity(terms.len());
    for term in terms {
        let mut articles = term.articles;
        if field != Field::Text {
            articles = 0;
            for stem in &term.stems {
                articles += vocabulary.articles(field, stem)?;
            }
        }
        idfs.push(bm25::idf(all, articles.min(all)));
    }
    Ok(added_up(pattern, &|leaf| idfs[leaf]))
}

/// A pattern's idf from those of its leaves: all of a phrase are needed, one of
/// an alternative is.
fn added_up(pattern: &Pattern, of_leaf: &dyn Fn(usize) -> f32) -> f32 {
    let inner = |pattern: &Pattern| added_up(pattern, of_leaf);
    match pattern {
        Pattern::Leaf { leaf, .. } => of_leaf(*leaf),
        Pattern::Phrase { leaves, .. } => leaves.iter().map(|leaf| of_leaf(*leaf)).sum(),
        Pattern::Near { left, right, .. } => inner(left) + inner(right),
        Pattern::Either(parts) => parts.iter().map(inner).fold(f32::INFINITY, f32::min),
    }
}
