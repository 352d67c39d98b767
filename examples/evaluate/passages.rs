//! Questions to an archive, each with the place of its answer: how often the
//! first passage has it, or one of the first three.
//!
//! `questions.tsv` has 72 questions over 295 articles of Wikinews, written
//! before the ranking was tuned. The articles themselves are not here: they are
//! given as a file of records.

use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};
use cybersearch::engine::local::Index;
use cybersearch::search::{Answer, Request, search};
use tempfile::TempDir;

use crate::collections::index;

/// The questions.
const QUESTIONS: &str = include_str!("questions.tsv");

/// A question, and where its answer is.
struct Question {
    text: &'static str,
    article: &'static str,
    /// In bytes of the article's text.
    answer: Range<usize>,
}

/// An archive to which questions are put.
pub(crate) struct Archive {
    index: Index,
    questions: Vec<Question>,
    /// Where the index lies; removed in the end.
    _folder: TempDir,
}

/// How many questions are answered where.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answered {
    pub(crate) questions: usize,
    /// By the first passage.
    pub(crate) first: usize,
    /// By one of the first three hits.
    pub(crate) three: usize,
    /// By one of three passages of the first article.
    pub(crate) three_of_first: usize,
    /// The first article is the right one.
    pub(crate) article: usize,
    /// Those that the first three hits do not answer.
    pub(crate) missed: Vec<String>,
}

impl Archive {
    /// Indexes the articles in `records`.
    pub(crate) fn read(records: &Path) -> Result<Archive> {
        let place = tempfile::tempdir()?;
        let index = index(&std::fs::canonicalize(records)?, place.path())?;
        let lines = QUESTIONS.lines().filter(|line| !line.starts_with('#'));
        let questions: Option<Vec<Question>> = lines.map(question).collect();
        Ok(Archive {
            index,
            questions: questions.context("a question has four columns")?,
            _folder: place,
        })
    }

    /// Puts all questions with `template`.
    pub(crate) fn ask(&self, template: &Request) -> Result<Answered> {
        let mut answered = Answered {
            questions: self.questions.len(),
            ..Answered::default()
        };
        for question in &self.questions {
            let request = |limit, passages| Request {
                text: question.text.to_owned(),
                limit,
                passages,
                ..template.clone()
            };
            let hits = search(&self.index, &request(3, 1))?;
            let of_first = search(&self.index, &request(1, 3))?;
            let place = place(question, &hits);
            answered.first += usize::from(place == Some(0));
            answered.three += usize::from(place.is_some());
            answered.three_of_first += usize::from(self::place(question, &of_first).is_some());
            let first = hits.articles.first();
            answered.article +=
                usize::from(first.is_some_and(|found| found.record.id == question.article));
            if place.is_none() {
                answered.missed.push(question.text.to_owned());
            }
        }
        Ok(answered)
    }
}

fn question(line: &'static str) -> Option<Question> {
    let mut columns = line.split('\t');
    Some(Question {
        text: columns.next()?,
        article: columns.next()?,
        answer: columns.next()?.parse().ok()?..columns.next()?.parse().ok()?,
    })
}

/// The place of the hit that has the answer, from 0.
fn place(question: &Question, answer: &Answer) -> Option<usize> {
    let mut hits = answer.articles.iter().flat_map(|found| {
        let passages = found.hits.iter().map(|hit| hit.passage.as_ref());
        passages.map(|passage| (found.record.id.as_str(), passage))
    });
    hits.position(|(id, passage)| {
        id == question.article
            && passage.is_some_and(|passage| {
                passage.start <= question.answer.start && question.answer.end <= passage.end
            })
    })
}
