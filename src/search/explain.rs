//! Says why a hit stands where it stands, in words that add up to its score.
//!
//! Reasons are made from the very numbers that `score` added up, in the same
//! order, so that they add up to the score shown but for rounding; nothing is
//! weighed twice. A thing that adds nothing is not named. Example: *“oil” twice
//! in 210 words; 900 of 23,808 articles have it* 2.9, *“oil” once in the title*
//! 0.8.
//!
//! Texts are for people and may change; programs read `kind`, `term` and
//! `value`.

use serde::Serialize;

use super::score::{ArticleScore, Scoring};
use crate::matching::TermClauses;

/// One of the things that make a hit's score. Reasons come in a fixed order,
/// not by size.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// What it is.
    pub kind: ReasonKind,
    /// The part of the query that it is about, as typed.
    pub term: Option<String>,
    /// What it adds to the score. Below 0 only for another passage than the
    /// best.
    pub value: f32,
    /// The same for people.
    pub detail: String,
}

/// What may add to a score. Programs read its name in small letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ReasonKind {
    /// How often the text has a part of the query, and how rare it is.
    Text,
    /// The same of the title.
    Title,
    /// A word in the very form that was typed.
    Form,
    /// How close the parts stand together, where they stand closest.
    Closeness,
    /// Another passage than the article's best.
    Passage,
}

/// The reasons of the score of one of `all` articles, in the order in which
/// they add up. Parts that add nothing are left out.
pub(crate) fn reasons(
    score: &ArticleScore,
    scoring: &Scoring<'_>,
    parts: &TermClauses,
    all: u64,
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for part in &score.parts {
        let name = &parts.parts[part.part].text;
        let count = parts.parts[part.part].count;
        let typed = if count > 1 {
            format!("; {count} times in the query")
        } else {
            String::new()
        };
        let rarity = scoring
            .articles(part.part)
            .map_or(String::new(), |articles| {
                format!("; in {articles} of {all} articles")
            });
        if part.text > 0.0 {
            reasons.push(Reason {
                kind: ReasonKind::Text,
                term: Some(name.clone()),
                value: part.text,
                detail: format!(
                    "“{name}” {} in {} words{rarity}{typed}",
                    times(part.frequency),
                    score.length,
                ),
            });
        }
        if part.title > 0.0 {
            reasons.push(Reason {
                kind: ReasonKind::Title,
                term: Some(name.clone()),
                value: part.title,
                detail: format!("“{name}” {} in the title{typed}", times(part.in_title)),
            });
        }
    }
    for (form, value) in &score.forms {
        let form = &scoring.plan.forms[*form].form;
        reasons.push(Reason {
            kind: ReasonKind::Form,
            term: Some(form.clone()),
            value: *value,
            detail: format!("“{form}” in exactly this form"),
        });
    }
    if score.closeness > 0.0 {
        reasons.push(Reason {
            kind: ReasonKind::Closeness,
            term: None,
            value: score.closeness,
            detail: if parts.parts.len() > 1 {
                "how many of the words are close together, and how close".to_owned()
            } else {
                "how often it occurs in one place".to_owned()
            },
        });
    }
    reasons
}

/// A count as a sentence has it.
fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}
