//! The tool `find_people`: names as the archive has them.

use serde_json::{Value, json};
use std::fmt::Write as _;

use super::arguments::Arguments;
use super::text::Entries;
use super::{OpenIndex, ToolAnswer};
use crate::failure::{Failure, Result};
use crate::output::safe;
use crate::output::status::count as counted_noun;
use crate::query::Filter;
use crate::search::{By, Facet, FacetRequest, FacetValue, Request, facets, spellings};
use crate::stop::Stop;

/// So many spellings of a name are told.
const SPELLINGS: usize = 5;

pub(super) fn find(opened: &OpenIndex, arguments: &Arguments, stop: &Stop) -> Result<ToolAnswer> {
    let sought = arguments.text("name").unwrap_or("").trim();
    if sought.is_empty() {
        return Err(Failure::new("name: expected a part of a name"));
    }
    let limit = arguments.number("limit").unwrap_or(0);
    let wanted = FacetRequest {
        contains: Some(sought.to_owned()),
        ..FacetRequest::of([By::Person], limit)
    };
    let mut entries = Entries::default();
    let mut people = Vec::new();
    let found = counted(opened, Vec::new(), &wanted, stop)?;
    for person in found.iter().flat_map(|found| &found.values) {
        let (line, data) = entry(opened, person, stop)?;
        if !entries.push(&line) {
            break;
        }
        people.push(data);
    }
    let all = found.map_or(0, |found| found.values.len() + found.others);
    let (shown, others) = (people.len(), all - people.len());
    let noun = if all == 1 { "person" } else { "people" };
    let mut first = format!("{all} {noun} whose name contains “{sought}”");
    if others > 0 {
        let _ = write!(
            first,
            "; {shown} shown, {others} more: write more of the name"
        );
    }
    Ok(ToolAnswer {
        data: json!({ "people": people, "others": others, "truncated": entries.is_full }),
        text: entries.below(&format!("{first}."), &[]),
    })
}

/// One facet of the articles that some filters leave.
fn counted(
    opened: &OpenIndex,
    filters: Vec<Filter>,
    wanted: &FacetRequest,
    stop: &Stop,
) -> Result<Option<Facet>> {
    let request = Request {
        filters,
        stop: stop.clone(),
        ..Request::default()
    };
    Ok(facets(&opened.index, &request, wanted)?.facets.pop())
}

/// A person as a line and as data.
fn entry(opened: &OpenIndex, person: &FacetValue, stop: &Stop) -> Result<(String, Value)> {
    let FacetValue { value, count, .. } = person;
    let name = vec![Filter::Name(value.clone())];
    let years = counted(opened, name, &FacetRequest::of([By::Year], 0), stop)?;
    let years = years.map_or(Vec::new(), |years| years.values);
    let (first, last) = (years.first(), years.last());
    let mut spelt = spellings(&opened.index, value, stop)?;
    spelt.truncate(SPELLINGS);
    let articles = counted_noun(*count as u64, "article");
    let mut line = format!("{} — {articles}", safe::line(value));
    if let (Some(first), Some(last)) = (first, last) {
        let _ = write!(line, ", {} to {}", first.value, last.value);
    }
    if spelt.len() > 1 {
        let _ = write!(line, "; spelt {}", safe::line(&spelt.join(", ")));
    }
    let data = json!({
        "name": value,
        "articles": count,
        "first": first.map(|year| &year.value),
        "last": last.map(|year| &year.value),
        "spellings": spelt,
    });
    Ok((line, data))
}
