//! Hits for programs: version 2 of the JSON format, whose schema stands in
//! `docs/schema/`.

use std::io::{self, Write};

use serde::Serialize;

use crate::document::Record;
use crate::extract::Published;
use crate::output::{AskedQuery, IndexInfo};
use crate::search::{
    Answer, ArticleHits, Facet, Help, Highlight, Hit, MeaningShare, NearDuplicate, PassageText,
    Reading, Reason,
};

/// Raised by a change that breaks a reader.
pub const VERSION: u32 = 2;

#[derive(Serialize)]
struct AnswerDocument<'a> {
    version: u32,
    query: QueryInfo<'a>,
    total: usize,
    total_partial: usize,
    undated_left_out: usize,
    index: &'a IndexInfo,
    facets: Option<&'a [Facet]>,
    hits: Vec<HitInfo<'a>>,
}

/// What an answer says of its query.
#[derive(Serialize)]
pub(crate) struct QueryInfo<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    text: &'a str,
    read_as: &'a str,
    partial: bool,
    notes: &'a [String],
    #[serde(flatten)]
    help: &'a Help,
}

impl<'a> QueryInfo<'a> {
    /// Describes a query, as typed, by how it was read.
    pub(crate) fn of(asked: &AskedQuery<'a>, reading: &'a Reading) -> Self {
        QueryInfo {
            id: asked.id,
            text: asked.text,
            read_as: &reading.read_as,
            partial: reading.partial,
            notes: &reading.notes,
            help: &reading.help,
        }
    }
}

#[derive(Serialize)]
struct HitInfo<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    query_id: Option<&'a str>,
    rank: usize,
    score: Option<f32>,
    id: &'a str,
    path: String,
    member: Option<&'a str>,
    title: &'a str,
    title_highlights: &'a [Highlight],
    published: Published,
    countries: &'a [String],
    people: &'a [String],
    source: Option<&'a str>,
    state: &'static str,
    state_reason: Option<&'a str>,
    complete: bool,
    lacks: &'a [String],
    passage: Option<&'a PassageText>,
    highlights: &'a [Highlight],
    copies: Vec<CopyInfo<'a>>,
    explanation: Option<&'a [Reason]>,
    /// The cosine of the hit with the query, where meaning was asked for.
    meaning: Option<f64>,
}

#[derive(Serialize)]
struct CopyInfo<'a> {
    id: &'a str,
    path: String,
    line: Option<u64>,
}

/// The publication date with its evidence as offsets in the file.
pub(crate) fn published_in_file(record: &Record) -> Published {
    let mut published = record.published.clone();
    published.map_spans(|span| record.offsets.range_to_file(&span));
    published
}

fn hit_info<'a>(article: &'a ArticleHits, hit: &'a Hit) -> HitInfo<'a> {
    let record = &article.record;
    HitInfo {
        version: None,
        query_id: None,
        rank: hit.rank,
        score: hit.score,
        id: &record.id,
        path: article.path.to_string_lossy().into_owned(),
        member: record.origin.member.as_deref(),
        title: &record.title,
        title_highlights: &article.title_highlights,
        published: published_in_file(record),
        countries: &record.countries,
        people: &record.people,
        source: record.metadata.source.as_deref(),
        state: article.state.name(),
        state_reason: article.state.reason(),
        complete: article.lacks.is_empty(),
        lacks: &article.lacks,
        passage: hit.passage.as_ref(),
        highlights: &hit.highlights,
        copies: article.copies.iter().map(copy_info).collect(),
        explanation: hit.reasons.as_deref(),
        meaning: hit.meaning.map(MeaningShare::rounded),
    }
}

fn copy_info(copy: &NearDuplicate) -> CopyInfo<'_> {
    CopyInfo {
        id: &copy.id,
        path: copy.path.to_string_lossy().into_owned(),
        line: copy.line,
    }
}

fn hits(answer: &Answer) -> impl Iterator<Item = HitInfo<'_>> {
    answer
        .articles
        .iter()
        .flat_map(|article| article.hits.iter().map(|hit| hit_info(article, hit)))
}

/// Prints one object.
pub(crate) fn print(
    asked: &AskedQuery<'_>,
    answer: &Answer,
    index: &IndexInfo,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = AnswerDocument {
        version: VERSION,
        query: QueryInfo::of(asked, &answer.reading),
        total: answer.total,
        total_partial: answer.total_partial,
        undated_left_out: answer.undated_left_out,
        index,
        facets: answer.facets.as_deref(),
        hits: hits(answer).collect(),
    };
    write_line(&document, out)
}

/// Prints an object per hit.
pub(crate) fn print_lines(
    query_id: Option<&str>,
    answer: &Answer,
    out: &mut dyn Write,
) -> io::Result<()> {
    hits(answer).try_for_each(|hit| {
        let line = HitInfo {
            version: Some(VERSION),
            query_id,
            ..hit
        };
        write_line(&line, out)
    })
}

/// Writes a value as one line of JSON. Control characters are escaped by
/// JSON itself; the C1 ones and marks of direction by `Escaping`.
pub(crate) fn write_line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Escaping);
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// Escapes, beside what JSON must, the characters that act on a terminal.
struct Escaping;

impl serde_json::ser::Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Nearly all fragments are plain, and a look at their bytes tells.
        if fragment.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut from = 0;
        for (at, c) in fragment
            .char_indices()
            .filter(|(_, c)| crate::output::safe::acts(*c))
        {
            writer.write_all(&fragment.as_bytes()[from..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            from = at + c.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[from..])
    }
}
