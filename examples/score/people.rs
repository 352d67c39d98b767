//! Scores people: mentions, and full names per article.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use anyhow::Result;
use cybersearch::article::Article;
use cybersearch::extract;

use crate::conll::{self, Article as Gold};
use crate::tally::{self, Tally, row};

pub(crate) fn score(eval: &Path) -> Result<()> {
    for set in ["world-dev", "pud"] {
        let Some(lines) = tally::set(eval, &format!("people/{set}.conll"))? else {
            continue;
        };
        let (mut mentions, mut names) = (Tally::default(), Tally::default());
        for gold in conll::read(&lines) {
            let article = Article {
                text: gold.text.clone(),
                ..Article::default()
            };
            let people = extract::extract(&article, &article.layout()).people;
            let found: Vec<Range<usize>> = people
                .iter()
                .flat_map(|person| &person.mentions)
                .map(|mention| mention.start..mention.end)
                .collect();
            mentions.count(&found, &gold.people);
            names.count(
                &full_names(&gold.text, &found),
                &full_names(&gold.text, &gold.people),
            );
            if std::env::var_os("SCORE_ERRORS").is_some() {
                print_errors(&gold, &found);
            }
        }
        row(set, "people, mentions", mentions);
        row(set, "people, full names per article", names);
    }
    Ok(())
}

/// What was found and is not in the gold, and the other way round, with the
/// words around it.
fn print_errors(gold: &Gold, found: &[Range<usize>]) {
    let text = &gold.text;
    let show = |mark: &str, span: &Range<usize>| {
        let from = text.floor_char_boundary(span.start.saturating_sub(50));
        let to = text.ceil_char_boundary((span.end + 40).min(text.len()));
        let (before, after) = (&text[from..span.start], &text[span.end..to]);
        let line = format!("{mark} {before}[[{}]]{after}", &text[span.clone()]);
        println!("{}", line.replace('\n', " | "));
    };
    for span in found.iter().filter(|span| !gold.people.contains(span)) {
        show("+", span);
    }
    for span in gold.people.iter().filter(|span| !found.contains(span)) {
        show("-", span);
    }
}

/// The distinct names of more than one word.
fn full_names(text: &str, spans: &[Range<usize>]) -> Vec<String> {
    let names: BTreeSet<String> = spans
        .iter()
        .map(|span| {
            let words: Vec<&str> = text[span.clone()].split_whitespace().collect();
            words.join(" ").replace(" - ", "-")
        })
        .filter(|name| name.contains(' '))
        .collect();
    names.into_iter().collect()
}
