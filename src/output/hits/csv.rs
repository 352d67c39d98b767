//! A row a hit, with a header line (RFC 4180), safe to open in a spreadsheet.
//!
//! A spreadsheet runs a cell as a formula that begins like one, and what an
//! article says is a stranger's: such a cell gets an apostrophe in front, which
//! a spreadsheet takes for “this is text”.

use std::io::{self, Write};

use crate::output::{AskedQuery, safe};
use crate::search::{Answer, ArticleHits, Hit};

/// The columns of a batch before the others.
const QUERY_HEADER: [&str; 2] = ["query_id", "query"];

/// The columns, in order.
const HEADER: [&str; 15] = [
    "rank",
    "score",
    "date",
    "countries",
    "people",
    "title",
    "path",
    "id",
    "line",
    "start",
    "end",
    "state",
    "lacks",
    "highlights",
    "passage",
];

pub(crate) fn print_head(is_batch: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let query: &[&str] = if is_batch { &QUERY_HEADER } else { &[] };
    writer.write_record(query.iter().chain(&HEADER))?;
    writer.flush()
}

pub(crate) fn print(
    asked: &AskedQuery<'_>,
    answer: &Answer,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let query: Vec<String> = asked
        .id
        .map(|id| vec![cell(id), cell(asked.text)])
        .unwrap_or_default();
    for article in &answer.articles {
        for hit in &article.hits {
            writer.write_record(query.iter().chain(&row(article, hit)))?;
        }
    }
    writer.flush()
}

fn row(article: &ArticleHits, hit: &Hit) -> [String; 15] {
    let record = &article.record;
    let passage = |value: fn(&crate::search::PassageText) -> String| {
        hit.passage.as_ref().map_or(String::new(), value)
    };
    let lit: Vec<&str> = match &hit.passage {
        Some(passage) => hit
            .highlights
            .iter()
            .map(|highlight| &passage.text[highlight.start..highlight.end])
            .collect(),
        None => Vec::new(),
    };
    [
        hit.rank.to_string(),
        hit.score.map_or(String::new(), |score| score.to_string()),
        record.published.value.clone().unwrap_or_default(),
        record.countries.join(";"),
        record.people.join(";"),
        record.title.clone(),
        article.path.to_string_lossy().into_owned(),
        record.id.clone(),
        passage(|passage| passage.line.map_or(String::new(), |line| line.to_string())),
        passage(|passage| passage.start.to_string()),
        passage(|passage| passage.end.to_string()),
        article.state.name().to_owned(),
        article.lacks.join(";"),
        lit.join(";"),
        passage(|passage| passage.text.clone()),
    ]
    .map(|text| cell(&text))
}

/// `text` as a cell: on one line, and no formula.
pub(crate) fn cell(text: &str) -> String {
    let shown = safe::line(text);
    if is_formula(text) {
        format!("'{shown}")
    } else {
        shown.into_owned()
    }
}

/// Whether a spreadsheet might run `text`. A signed number is none, and white
/// space before a formula does not keep every spreadsheet from it.
fn is_formula(text: &str) -> bool {
    let is_number = || text.ends_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok();
    text.starts_with(['\t', '\r'])
        || (text.trim_start().starts_with(['=', '+', '-', '@']) && !is_number())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let check = |text: &str, expected: &str| assert_eq!(cell(text), expected, "{text:?}");
        check(
            "=HYPERLINK(\"http://x\";\"y\")",
            "'=HYPERLINK(\"http://x\";\"y\")",
        );
        check("+1 202 456 1111", "'+1 202 456 1111");
        check("- a list", "'- a list");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\tx", "' x");
        check(" \n=1+1", "'  =1+1");
        check("-inf", "'-inf");
        for plain in ["-1.5", "+3", "-2e-7", "a=b", "", "2013-05-14", "'tis"] {
            check(plain, plain);
        }
    }
}
