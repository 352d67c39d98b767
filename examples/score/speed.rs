//! How fast articles are read: who, where and when together, on one core.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use cybersearch::article::Article;
use cybersearch::extract;

use crate::tally::row;

/// Each set is read so often, and the fastest pass counts: the machine may be
/// shared.
const PASSES: usize = 5;

pub(crate) fn score(eval: &Path) -> Result<()> {
    for set in ["countries/reuters-odd.jsonl", "dates/wikinews.jsonl"] {
        let Ok(lines) = std::fs::read_to_string(eval.join(set)) else {
            row(set, "speed", "not there, left out");
            continue;
        };
        let articles = articles(&lines)?;
        let bytes: usize = articles.iter().map(|article| article.text.len()).sum();
        let mut best = f64::MAX;
        for _ in 0..PASSES {
            let start = Instant::now();
            for article in &articles {
                let layout = article.layout();
                std::hint::black_box(extract::extract(article, &layout));
            }
            best = best.min(start.elapsed().as_secs_f64());
        }
        #[allow(clippy::cast_precision_loss, reason = "a few megabytes")]
        let speed = bytes as f64 / 1e6 / best;
        row(
            set,
            "all, layout included, one core",
            format!("{speed:.1} MB/s"),
        );
    }
    Ok(())
}

fn articles(lines: &str) -> Result<Vec<Article>> {
    let mut articles = Vec::new();
    for line in lines.lines() {
        let record: serde_json::Value = serde_json::from_str(line)?;
        articles.push(Article {
            text: record["text"].as_str().unwrap_or_default().to_owned(),
            ..Article::default()
        });
    }
    Ok(articles)
}
