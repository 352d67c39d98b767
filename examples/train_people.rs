//! Makes the weights of the people tagger from texts in which names are marked.
//!
//!     cargo run --release --example train_people -- TRAIN_DIR
//!
//! `TRAIN_DIR` holds the sets named in `src/extract/people/weights.md`, which
//! also says where they come from. The same texts give the same bytes.

#![allow(clippy::print_stdout, reason = "a program that says what it did")]

#[path = "shared/conll.rs"]
mod conll;

use std::path::Path;

use anyhow::{Context, Result};
use cybersearch::extract::people::training::{Marked, Options, train};

/// The sets, and how often each counts.
const SETS: [(&str, usize); 4] = [
    ("wikigold.conll", 1),
    ("btc.conll", 1),
    ("silver-wikinews.conll", 1),
    ("silver-ungdc.conll", 1),
];

const OPTIONS: Options = Options {
    learners: 8,
    epochs: 6,
    blank_percent: 30,
    renamed_percent: 20,
    unlisted_percent: 50,
    renamed_others_percent: 10,
    seed: 1,
};

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().context("usage: train_people TRAIN_DIR")?;
    let weights = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/extract/people/weights.bin");
    let mut texts = Vec::new();
    for (name, count) in SETS {
        let path = Path::new(&folder).join(name);
        let lines = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        texts.extend(conll::read(&lines).into_iter().map(|article| {
            let marked = Marked {
                text: article.text,
                sentences: article.sentences,
                people: article.people,
                others: article.others,
            };
            (marked, count)
        }));
    }
    println!("{} articles", texts.len());
    let bytes = train(&texts, OPTIONS);
    std::fs::write(&weights, &bytes)
        .with_context(|| format!("cannot write {}", weights.display()))?;
    println!("{} bytes to {}", bytes.len(), weights.display());
    Ok(())
}
