//! `cybersearch facets [QUERY...]`

use std::io::{self, IsTerminal};

use anyhow::Result;
use cybersearch::named::Named;
use cybersearch::output::IndexInfo;
use cybersearch::output::facets::{self as output, FacetFormat};
use cybersearch::output::pairs as output_pairs;
use cybersearch::output::status::count;
use cybersearch::search::{
    By, FacetAnswer, FacetRequest, Reading, Request, facets, left_out_note, pairs,
};

use super::args::{FacetFormatArg, FacetsArgs};
use super::opened::OpenedIndex;
use super::search::{filters, tell_stale};
use super::{FOUND, NOT_FOUND, Session, print};

pub(super) fn run(session: &Session, arguments: &FacetsArgs) -> Result<u8> {
    let request = Request {
        text: arguments.query.join(" "),
        plain: arguments.matching.plain,
        partial: arguments.matching.partial(),
        names: arguments.matching.names,
        filters: filters(&arguments.matching.filters)?,
        undated: arguments.matching.filters.undated,
        stop: (&arguments.stop).into(),
        ..Request::default()
    };
    if let Some(by) = arguments.pairs {
        return run_pairs(session, arguments, &request, by);
    }
    let wanted = FacetRequest {
        offset: arguments.offset,
        starts: arguments.starts.clone(),
        contains: arguments.contains.clone(),
        ..FacetRequest::of(arguments.by.iter().copied(), arguments.limit)
    };
    let (index, stale) = OpenedIndex::open(session, arguments.refresh)?;
    let answer = facets(index.any(), &request, &wanted)?;
    tell_reading(session, &answer.reading, answer.undated_left_out);
    tell_stale(session, index.local(), stale);
    let format = format(arguments.format);
    if format == FacetFormat::Csv {
        tell_cut(session, &answer);
    }
    let info = IndexInfo::of(index.any(), stale);
    let style = session.style(false);
    print(|out| output::print(format, &request.text, &answer, &info, &style, out))?;
    Ok(if answer.total > 0 { FOUND } else { NOT_FOUND })
}

/// Counts who is named with whom, or which countries are.
fn run_pairs(session: &Session, arguments: &FacetsArgs, request: &Request, by: By) -> Result<u8> {
    let (index, stale) = OpenedIndex::open(session, arguments.refresh)?;
    let answer = pairs(index.any(), request, by, arguments.limit)?;
    tell_reading(session, &answer.reading, answer.undated_left_out);
    tell_stale(session, index.local(), stale);
    let format = format(arguments.format);
    if format == FacetFormat::Csv && answer.others > 0 {
        let more = count(answer.others as u64, "more pair");
        session.note(&format!("{more}; use --limit 0 to print all"));
    }
    let info = IndexInfo::of(index.any(), stale);
    print(|out| output_pairs::print(format, &request.text, &answer, &info, out))?;
    Ok(if answer.total > 0 { FOUND } else { NOT_FOUND })
}

/// Says on stderr how the query was read, and what it leaves out.
fn tell_reading(session: &Session, reading: &Reading, undated_left_out: usize) {
    let read = reading.notes("use --any to count those that match some of it");
    let read = read.into_iter().chain(left_out_note(undated_left_out));
    for note in read.chain(reading.help.notes()) {
        session.note(&note);
    }
}

/// The format asked for. In a pipe text has no bars: it is the same whatever
/// terminal stands beside the pipe.
fn format(asked: Option<FacetFormatArg>) -> FacetFormat {
    match asked {
        Some(FacetFormatArg::Json) => FacetFormat::Json,
        Some(FacetFormatArg::Csv) => FacetFormat::Csv,
        Some(FacetFormatArg::Text) => FacetFormat::Bars,
        None if io::stdout().is_terminal() => FacetFormat::Bars,
        None => FacetFormat::Plain,
    }
}

/// Says on stderr what the rows leave out.
fn tell_cut(session: &Session, answer: &FacetAnswer) {
    for facet in answer.facets.iter().filter(|facet| facet.others > 0) {
        let more = count(facet.others as u64, "more value");
        let by = facet.by.name();
        session.note(&format!("{by}: {more}; use --limit 0 to print all"));
    }
}
