//! How fast articles are read: who, where and when together, on one core.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use cybersearch::article::Article;
use cybersearch::extract;
use cybersearch::layout::Layout;

use crate::tally::{self, row};

/// Each set is read so often, and the fastest pass counts: the machine may be
/// shared.
const PASSES: usize = 5;

pub(crate) fn score(eval: &Path) -> Result<()> {
    for (name, set) in [
        ("reuters-odd", "countries/reuters-odd.jsonl"),
        ("wikinews", "dates/wikinews.jsonl"),
    ] {
        let Some(lines) = tally::set(eval, set)? else {
            continue;
        };
        let articles = articles(&lines)?;
        let bytes: usize = articles.iter().map(|article| article.text.len()).sum();
        let (mut whole, mut reading) = (f64::MAX, f64::MAX);
        for _ in 0..PASSES {
            let start = Instant::now();
            let layouts: Vec<Layout> = articles.iter().map(Article::layout).collect();
            let laid_out = Instant::now();
            for (article, layout) in articles.iter().zip(&layouts) {
                std::hint::black_box(extract::extract(article, layout));
            }
            reading = reading.min(laid_out.elapsed().as_secs_f64());
            whole = whole.min(start.elapsed().as_secs_f64());
        }
        #[allow(clippy::cast_precision_loss, reason = "a few megabytes")]
        let megabytes = bytes as f64 / 1e6;
        let speed = |seconds: f64| format!("{:.1} MB/s", megabytes / seconds);
        row(name, "who, where and when, one core", speed(reading));
        row(name, "the same with finding the blocks", speed(whole));
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
