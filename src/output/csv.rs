//! A row a hit, with a header line (RFC 4180).

use std::io::{self, Write};

use super::safe;
use crate::search::{Answer, ArticleHits, Hit};

/// The columns, in order.
const HEADER: [&str; 14] = [
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
    "highlights",
    "passage",
];

pub(super) fn print(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(HEADER)?;
    for article in &answer.articles {
        for hit in &article.hits {
            writer.write_record(row(article, hit))?;
        }
    }
    writer.flush()
}

fn row(article: &ArticleHits, hit: &Hit) -> [String; 14] {
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
        passage(|passage| passage.line.to_string()),
        passage(|passage| passage.start.to_string()),
        passage(|passage| passage.end.to_string()),
        super::json::state(article.state).to_owned(),
        lit.join(";"),
        passage(|passage| passage.text.clone()),
    ]
    .map(|cell| safe::line(&cell).into_owned())
}
