//! The least that a search can do, to measure what ours costs beside it: opens
//! an index, finds the ten articles with all words by plain BM25, and prints
//! their titles. No passage, no highlight, no folding, no check of files.
//!
//!     cargo run --release --example plain_bm25 -- index/g1 cocoa prices

#![allow(clippy::print_stdout, reason = "a program that prints titles")]

use anyhow::{Context, Result};
use cybersearch::text::analyze::Analyzer;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{Index, ReloadPolicy, TantivyDocument, Term};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .context("usage: plain_bm25 FOLDER WORD...")?;
    let index = Index::open_in_dir(folder)?;
    let reader = index.reader_builder();
    let reader = reader.reload_policy(ReloadPolicy::Manual).try_into()?;
    let (text, record) = (
        index.schema().get_field("text")?,
        index.schema().get_field("record")?,
    );
    let mut analyzer = Analyzer::default();
    let clauses = arguments.map(|word| -> (Occur, Box<dyn Query>) {
        let terms = analyzer.query_terms(&word).into_iter();
        let mut terms: Vec<Term> = terms
            .map(|term| Term::from_field_text(text, &term))
            .collect();
        let query: Box<dyn Query> = match (terms.len(), terms.pop()) {
            (1, Some(term)) => Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
            (_, last) => {
                terms.extend(last);
                Box::new(PhraseQuery::new(terms))
            }
        };
        (Occur::Must, query)
    });
    let query = BooleanQuery::new(clauses.collect());
    let searcher = reader.searcher();
    for (score, address) in searcher.search(&query, &TopDocs::with_limit(10).order_by_score())? {
        let document: TantivyDocument = searcher.doc(address)?;
        let kept = document.get_first(record);
        let kept = kept.as_ref().and_then(Value::as_str).unwrap_or("null");
        let kept: serde_json::Value = serde_json::from_str(kept)?;
        println!("{score:.3} {}", kept["title"]);
    }
    Ok(())
}
