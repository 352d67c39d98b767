//! Makes hits of ranked articles: file offsets, lines, highlights, states.

use std::ops::Range;

use super::rank::{Found, Ranked};
use super::{ArticleHits, Highlight, Hit, PassageText, Request};
use crate::failure::Result;
use crate::index::{FileState, Index};
use crate::library::shown_from;
use crate::matching::{Part, disjoint};
use crate::passage::{Match, Passage};

/// Makes the articles of an answer.
pub(super) fn assemble(index: &Index, request: &Request, found: Found) -> Result<Vec<ArticleHits>> {
    let keys: Vec<&str> = found
        .articles
        .iter()
        .map(|article| article.record.path.as_str())
        .collect();
    let states = index.file_states(&keys)?;
    let mut rank = 0;
    let parts = &found.parts;
    let articles = found.articles.into_iter().zip(states);
    Ok(articles
        .map(|(article, state)| article_hits(index, request, parts, article, state, &mut rank))
        .collect())
}

fn article_hits(
    index: &Index,
    request: &Request,
    parts: &[Part],
    article: Ranked,
    state: FileState,
    rank: &mut usize,
) -> ArticleHits {
    let Ranked {
        record,
        text,
        passages,
        matches,
        title_matches,
    } = article;
    let matches = disjoint(matches);
    let mut hit = |passage: Option<&Passage>, score: Option<f32>| {
        *rank += 1;
        let span = passage.map_or(0..0, |passage| passage.span.clone());
        Hit {
            rank: *rank,
            score,
            passage: passage.map(|passage| passage_text(&record, &text, passage)),
            highlights: highlights(parts, &matches, &span),
        }
    };
    let mut hits: Vec<Hit> = passages
        .iter()
        .map(|(passage, score)| hit(Some(passage), *score))
        .collect();
    if hits.is_empty() {
        hits.push(hit(None, None));
    }
    let title_highlights = highlights(parts, &disjoint(title_matches), &(0..record.title.len()));
    let path = shown_from(&request.shown_from, &index.library().locate(&record.path));
    ArticleHits {
        record,
        path,
        title_highlights,
        state,
        hits,
    }
}

fn passage_text(record: &crate::index::Record, text: &str, passage: &Passage) -> PassageText {
    let file = record.offsets.range_to_file(&passage.span);
    let line = record.record_line.unwrap_or_else(|| {
        1 + text[..passage.span.start]
            .bytes()
            .filter(|byte| *byte == b'\n')
            .count() as u64
    });
    PassageText {
        ordinal: passage.ordinal,
        start: file.start,
        end: file.end,
        line,
        text: text[passage.span.clone()].to_owned(),
    }
}

/// The matches inside `span`, as offsets from its start.
fn highlights(parts: &[Part], matches: &[Match], span: &Range<usize>) -> Vec<Highlight> {
    let inside = matches
        .iter()
        .filter(|found| found.span.start >= span.start && found.span.end <= span.end);
    inside
        .map(|found| Highlight {
            start: found.span.start - span.start,
            end: found.span.end - span.start,
            term: parts[found.part].text.clone(),
        })
        .collect()
}
