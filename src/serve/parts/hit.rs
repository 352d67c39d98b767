//! A hit: title, fields, passages and where they stand. How to cite a passage is
//! said where its link leads, and by the script of the pages beside it.

use maud::{Markup, html};

use super::link::Link;
use super::marked::highlighted;
use super::words;
use crate::article::OffsetBase;
use crate::document::Record;
use crate::search::parameters::Values;
use crate::search::{ArticleHits, Hit, MeaningShare, PassageText, Reason};
use crate::serve::cite;

/// The people that a hit shows.
const MOST_PEOPLE: usize = 6;

/// The page of an article.
pub(in crate::serve) fn article(record: &Record) -> Link {
    named("/article", record)
}

/// An address with the parameters that mean one article.
pub(in crate::serve) fn named(path: &str, record: &Record) -> Link {
    let link = Link::to(path).with("id", &record.id);
    // An id that begins with its file is the archive's own, and alone.
    if record.id.starts_with(&record.path) {
        link
    } else {
        link.with("path", &record.path)
    }
}

/// An article of an answer.
pub(in crate::serve) fn hit(found: &ArticleHits, values: &Values) -> Markup {
    let record = &found.record;
    let query = values.one("q").filter(|query| !query.trim().is_empty());
    let whole = article(record);
    let whole = match query {
        Some(query) => whole.with("q", query),
        None => whole,
    };
    let first = found.hits.first();
    let rank = first.map_or(0, |hit| hit.rank);
    html! {
        li value=(rank) {
            article {
                h2 { a href=(whole.clone()) { (highlighted(&record.title, &found.title_highlights)) } }
                (fields(record))
                @if found.is_partial {
                    p.lacks { "without: " (words::line(&found.lacks.join(", "))) }
                }
                @for hit in &found.hits {
                    (passage(found, hit, &whole))
                }
                @if !found.state.remark().is_empty() {
                    p.state { (words::line(&found.state.remark())) }
                }
                @if !found.copies.is_empty() {
                    details {
                        summary { (words::count(found.copies.len(), "near-duplicate")) }
                        ul {
                            @for copy in &found.copies {
                                li { a href=(Link::to("/article").with("id", &copy.id)) { (words::line(&copy.id)) } }
                            }
                        }
                    }
                }
                @if let Some(hit) = first && let Some(reasons) = hit.reasons.as_deref() {
                    (why(reasons, hit.meaning))
                }
            }
        }
    }
}

/// Date, countries and people on a line.
pub(in crate::serve) fn fields(record: &Record) -> Markup {
    let people = record.people.iter().take(MOST_PEOPLE);
    let others = record.people.len().saturating_sub(MOST_PEOPLE);
    html! {
        p.fields {
            time { (words::date(&record.published)) } " · "
            @if let Some(source) = &record.metadata.source { span.s { (words::line(source)) } " · " }
            (words::codes(&record.countries))
            @for (at, person) in people.enumerate() {
                @if at == 0 { "· " } @else { ", " }
                a.p href=(Link::to("/person").with("name", person)) { (words::line(person)) }
            }
            @if others > 0 { " +" (others) }
        }
    }
}

/// The parameter by which an article's page knows a passage: its bytes, which
/// count in the text where it begins with `t`, else in the file.
fn range(passage: &PassageText) -> String {
    let base = match passage.offsets {
        OffsetBase::Text => "t",
        _ => "",
    };
    format!("{base}{}-{}", passage.start, passage.end)
}

/// A passage and its place.
fn passage(found: &ArticleHits, hit: &Hit, whole: &Link) -> Markup {
    let record = &found.record;
    let shown = cite::place(&found.path, record, hit.passage.as_ref());
    let link = match &hit.passage {
        Some(passage) => whole.clone().with("b", range(passage)).at("b"),
        None => whole.clone(),
    };
    html! {
        @if let Some(passage) = &hit.passage {
            blockquote { (highlighted(&passage.text, &hit.highlights)) }
        }
        p.place { a href=(link) { (shown) } }
    }
}

/// What a score is made of, and what meaning said beside it.
fn why(reasons: &[Reason], meaning: Option<MeaningShare>) -> Markup {
    html! {
        details open {
            summary { "why here" }
            table {
                @for reason in reasons {
                    tr {
                        th scope="row" { (reason.term.as_deref().map_or_else(|| "all".to_owned(), words::line)) }
                        td { (format!("{:.3}", reason.value)) }
                        td { (words::line(&reason.detail)) }
                    }
                }
                @if let Some(share) = meaning {
                    tr {
                        th scope="row" { "meaning" }
                        td { (format!("{:.3}", share.cosine)) }
                        td { "cosine; place " (share.rank_by_words) " by words alone" }
                    }
                }
            }
        }
    }
}
