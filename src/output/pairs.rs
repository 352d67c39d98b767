//! Values that articles have together, with their counts: for people a line each,
//! and for programs (`docs/schema/pairs-2.json`).

use std::io::{self, Write};

use serde::Serialize;

use super::facets::FacetFormat;
use super::hits::csv::cell;
use super::hits::json;
use super::{AskedQuery, IndexInfo, safe};
use crate::named::Named;
use crate::search::{By, Pair, PairAnswer};

#[derive(Serialize)]
struct PairsDocument<'a> {
    version: u32,
    query: json::QueryInfo<'a>,
    total: usize,
    undated_left_out: usize,
    index: &'a IndexInfo,
    by: By,
    pairs: &'a [Pair],
    others: usize,
}

/// Prints `answer`. `text` is the query as typed.
///
/// # Errors
/// Those of the writer.
pub fn print(
    format: FacetFormat,
    text: &str,
    answer: &PairAnswer,
    index: &IndexInfo,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        FacetFormat::Bars | FacetFormat::Plain => print_text(answer, out),
        FacetFormat::Json => {
            let document = PairsDocument {
                version: json::VERSION,
                query: json::QueryInfo::of(&AskedQuery { id: None, text }, &answer.reading),
                total: answer.total,
                undated_left_out: answer.undated_left_out,
                index,
                by: answer.by,
                pairs: &answer.pairs,
                others: answer.others,
            };
            json::write_line(&document, out)
        }
        FacetFormat::Csv => print_csv(answer, out),
    }
}

/// A line for each pair, its count first: names are of any length.
fn print_text(answer: &PairAnswer, out: &mut dyn Write) -> io::Result<()> {
    let most = answer.pairs.first().map_or(0, |pair| pair.count);
    let width = most.to_string().len();
    for Pair {
        values,
        count,
        names,
    } in &answer.pairs
    {
        let [one, other] = names.as_ref().unwrap_or(values);
        let (one, other) = (safe::line(one), safe::line(other));
        writeln!(out, "{count:>width$}  {one} + {other}")?;
    }
    match answer.others {
        0 => Ok(()),
        others => writeln!(out, "{:width$}  +{others} more", ""),
    }
}

fn print_csv(answer: &PairAnswer, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["by", "value", "with", "count"])?;
    for Pair { values, count, .. } in &answer.pairs {
        let [one, other] = values;
        writer.write_record([
            answer.by.name(),
            &cell(one),
            &cell(other),
            &count.to_string(),
        ])?;
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Reading;

    #[test]
    fn text_and_rows_are_safe_to_show() {
        let pair = |one: &str, other: &str, count| Pair {
            values: [one.to_owned(), other.to_owned()],
            count,
            names: None,
        };
        let answer = PairAnswer {
            reading: Reading::default(),
            total: 12,
            undated_left_out: 0,
            by: By::Person,
            pairs: vec![pair("Ann Doe", "Bob\u{1b}[31m Roe", 12), pair("=A", "B", 3)],
            others: 2,
        };
        let mut out = Vec::new();
        print_text(&answer, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(text.ends_with(" 3  =A + B\n    +2 more\n"), "{text}");
        let mut out = Vec::new();
        print_csv(&answer, &mut out).unwrap();
        let rows = String::from_utf8(out).unwrap();
        assert!(rows.starts_with("by,value,with,count\nperson,Ann Doe,"));
        assert!(rows.ends_with("person,'=A,B,3\n"));
    }
}
