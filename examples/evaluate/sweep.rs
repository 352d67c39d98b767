//! Measures other weights of the ranking than its own, one changed at a time.

use std::path::Path;

use anyhow::Result;
use cybersearch::search::{PartialMatches, Request, Weights};

use crate::collections::{Collection, template};
use crate::passages::Archive;

/// Weights to try, and what they are called.
fn variants() -> Vec<(String, Weights)> {
    let own = Weights::default();
    let mut variants = vec![("own".to_owned(), own)];
    let mut with = |name: &str, value: f32, change: fn(&mut Weights, f32)| {
        let mut weights = own;
        change(&mut weights, value);
        if weights != own {
            variants.push((format!("{name} {value}"), weights));
        }
    };
    for value in [0.0, 0.05, 0.1, 0.2, 0.25, 0.5] {
        with("title", value, |weights, value| weights.title = value);
    }
    for value in [0.0, 0.05, 0.15, 0.2, 0.3] {
        with("exact", value, |weights, value| weights.exact = value);
    }
    for value in [0.0, 0.1, 0.3, 0.4, 0.5, 0.7] {
        with("closeness", value, |weights, value| {
            weights.closeness = value;
        });
    }
    for value in [15.0, 20.0, 40.0, 50.0, 80.0] {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the values are above"
        )]
        with("run", value, |weights, value| weights.run = value as u32);
    }
    for value in [0.0, 0.05, 0.25, 0.5, 1.0] {
        with("compound", value, |weights, value| {
            weights.compound = value;
        });
    }
    for value in [1.0, 2.0, 4.0, 16.0, 1000.0] {
        with("repeat", value, |weights, value| weights.repeat = value);
    }
    for value in [0.9, 1.0, 1.4, 1.6, 2.0] {
        with("k1", value, |weights, value| weights.k1 = value);
    }
    for value in [0.4, 0.6, 0.7, 0.8, 0.9] {
        with("b", value, |weights, value| weights.b = value);
    }
    variants
}

/// Prints a table of nDCG@10 and of the questions answered.
pub(crate) fn run(folder: &Path, records: &Path) -> Result<()> {
    let collections = Collection::all(folder)?;
    let archive = Archive::read(records)?;
    print!("| weights |");
    for collection in &collections {
        print!(" {} |", collection.name);
    }
    println!(" mean | first passage | of three |");
    println!("|---|{}---|---|---|", "---|".repeat(collections.len()));
    for (name, weights) in variants() {
        let request = Request {
            weights,
            ..template(PartialMatches::Alike)
        };
        print!("| {name} |");
        let mut sum = 0.0;
        for collection in &collections {
            let ndcg = collection.measure(&request)?.values[0];
            sum += ndcg;
            print!(" {ndcg:.4} |");
        }
        let answered = archive.ask(&Request {
            weights,
            ..Request::default()
        })?;
        #[expect(clippy::cast_precision_loss, reason = "a handful of collections")]
        let mean = sum / collections.len() as f64;
        println!(" {mean:.4} | {} | {} |", answered.first, answered.three);
    }
    Ok(())
}
