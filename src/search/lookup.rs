//! Looks a query's words up in the index's dictionary.
//!
//! A leaf of a pattern becomes the stems under which it stands in a field, and
//! where the very form matters, the forms of which an article must have one.

use std::collections::HashMap;

use crate::engine::local::Index;
use crate::engine::local::query::dictionary::Dictionary;
use crate::engine::local::query::known_articles::KnownArticles;
use crate::matching::proximity::Pattern;
use crate::matching::{Leaf, Part, Parts};
use crate::query::Scope;
use crate::stop::Budget;
use crate::text::analyze::Analyzer;

/// Of more forms than this, only whether an article has one is asked.
const MAX_FORMS: usize = 512;

/// A leaf, as the index knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lookup {
    /// The terms under which it stands in the text; for forms, those of other
    /// forms too.
    pub(crate) stems: Vec<String>,
    /// What the unstemmed form must be.
    pub(crate) form: Form,
    /// How many articles have it, at the most.
    pub(crate) articles: u64,
}

/// What unstemmed form a word must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// Any that has the term.
    Any,
    /// One of these.
    OneOf(Vec<String>),
    /// One that begins so, of which there are too many to be told.
    Prefix(String),
}

impl Lookup {
    /// Whether its stems tell where it stands, and where it does not.
    pub(crate) fn is_exact(&self) -> bool {
        self.form == Form::Any
    }

    /// Whether nothing is known of where it stands.
    pub(crate) fn is_wide(&self) -> bool {
        match &self.form {
            Form::Any => false,
            Form::OneOf(forms) => self.stems.is_empty() && !forms.is_empty(),
            Form::Prefix(_) => true,
        }
    }
}

/// Whether a part is one word, wherever it stands.
pub(crate) fn is_loose_word(part: &Part) -> bool {
    matches!(part.pattern, Pattern::Leaf { .. }) && part.scope == Scope::Anywhere
}

/// Whether positions alone do not tell where a part stands, so that the text
/// has the last word.
pub(crate) fn needs_text(part: &Part, lookups: &[Lookup]) -> bool {
    let leaves = part.pattern.leaves();
    !is_loose_word(part)
        && (part.scope == Scope::Body
            || part.pattern.needs_sentences()
            || !leaves.iter().all(|leaf| lookups[*leaf].is_exact()))
}

/// What was looked up for a query that costs more than a plain word: each is
/// asked for when the query is compiled, and again when its articles are scored.
#[derive(Default)]
pub(crate) struct Known {
    leaves: HashMap<Leaf, Lookup>,
    /// The articles that have a word that begins so.
    pub(crate) prefixes: HashMap<String, KnownArticles>,
}

/// Looks all leaves of `parts` up.
pub(crate) fn look_up(
    index: &Index,
    parts: &Parts,
    analyzer: &Analyzer,
    known: &mut Known,
    budget: &Budget,
) -> tantivy::Result<Vec<Lookup>> {
    let text = Dictionary::of_text(index, budget);
    let forms = Dictionary::new(index, budget);
    let of_forms = |found: Vec<(String, u64)>| {
        let mut stems: Vec<String> = found.iter().map(|(form, _)| analyzer.stem(form)).collect();
        stems.sort_unstable();
        stems.dedup();
        if found.len() > MAX_FORMS {
            stems.clear();
        }
        Lookup {
            stems,
            articles: found.iter().map(|(_, articles)| articles).sum(),
            form: Form::OneOf(found.into_iter().map(|(form, _)| form).collect()),
        }
    };
    let leaves = parts.leaves.iter();
    leaves
        .map(|leaf| {
            if let Some(lookup) = known.leaves.get(leaf) {
                return Ok(lookup.clone());
            }
            let mut lookup = match leaf {
                Leaf::Term(term) => Lookup {
                    stems: vec![term.clone()],
                    form: Form::Any,
                    articles: text.articles(term)?,
                },
                Leaf::Form(form) => of_forms(vec![(form.clone(), forms.articles(form)?)]),
                Leaf::Fuzzy(form, edits) => of_forms(forms.fuzzy(form, *edits)?),
                Leaf::Prefix(prefix) => match forms.prefix(prefix, MAX_FORMS)? {
                    Some(found) => of_forms(found),
                    None => Lookup {
                        stems: Vec::new(),
                        form: Form::Prefix(prefix.clone()),
                        articles: index.state().articles / 2,
                    },
                },
            };
            lookup.articles = lookup.articles.min(index.state().articles);
            if matches!(leaf, Leaf::Prefix(_) | Leaf::Fuzzy(..)) {
                known.leaves.insert(leaf.clone(), lookup.clone());
            }
            Ok(lookup)
        })
        .collect()
}

/// How rare a pattern is: the rarity of a word, that of its words added up, or
/// that of the least rare of several that will do.
pub(crate) fn rarity(pattern: &Pattern, of_leaf: &dyn Fn(usize) -> f32) -> f32 {
    match pattern {
        Pattern::Leaf { leaf, .. } => of_leaf(*leaf),
        Pattern::Phrase { leaves, .. } => leaves.iter().map(|leaf| of_leaf(*leaf)).sum(),
        Pattern::Near { left, right, .. } => rarity(left, of_leaf) + rarity(right, of_leaf),
        Pattern::Either(parts) => {
            let rarities = parts.iter().map(|part| rarity(part, of_leaf));
            rarities.fold(f32::INFINITY, f32::min)
        }
    }
}
