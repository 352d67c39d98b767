//! Who, where and when on articles written for this test, with the figures
//! pinned: every change of a finder shows here as a change of a number.

use std::fmt::Write as _;

use cybersearch::article::Article;
use cybersearch::extract::{self, Extraction, Role};
use serde_json::Value;

/// What was found and should have been, counted.
#[derive(Default)]
struct Tally {
    right: usize,
    wrong: Vec<String>,
    missed: Vec<String>,
}

impl Tally {
    fn count(&mut self, mut found: Vec<String>, gold: &Value) {
        for thing in strings(gold) {
            match found.iter().position(|name| *name == thing) {
                Some(at) => {
                    found.remove(at);
                    self.right += 1;
                }
                None => self.missed.push(thing),
            }
        }
        self.wrong.extend(found);
    }
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list");
    let texts = list
        .iter()
        .map(|text| text.as_str().expect("a text").to_owned());
    texts.collect()
}

fn people(found: &Extraction, role: Role) -> Vec<String> {
    let people = found.people.iter().filter(|person| person.role == role);
    people.map(|person| person.name.clone()).collect()
}

fn countries(found: &Extraction, main_alone: bool) -> Vec<String> {
    let countries = found.countries.iter();
    countries
        .filter(|country| country.main || !main_alone)
        .map(|country| country.code.clone())
        .collect()
}

fn dates(found: &Extraction) -> Vec<String> {
    let dates = found.dates.iter();
    dates
        .map(|date| {
            let value = date.value.as_deref().unwrap_or("null");
            format!("{} = {value}", date.mention.text)
        })
        .collect()
}

#[test]
fn the_samples_give_these_figures() {
    let mut tallies: [(&str, Tally); 6] = [
        "people",
        "credits",
        "countries",
        "main",
        "published",
        "dates",
    ]
    .map(|name| (name, Tally::default()));
    for line in include_str!("gold/samples.jsonl").lines() {
        let gold: Value = serde_json::from_str(line).expect("a record");
        let article = Article {
            text: gold["text"].as_str().expect("a text").to_owned(),
            ..Article::default()
        };
        let found = extract::extract(&article, &article.layout());
        let published = |value: &Value| match value.as_str() {
            Some(date) => serde_json::json!([date]),
            None => serde_json::json!([]),
        };
        let gold_dates: Vec<String> = gold["dates"]
            .as_object()
            .expect("an object")
            .iter()
            .map(|(text, value)| format!("{text} = {}", value.as_str().unwrap_or("null")))
            .collect();
        let counted = [
            (people(&found, Role::Subject), gold["people"].clone()),
            (people(&found, Role::Credit), gold["credits"].clone()),
            (countries(&found, false), gold["countries"].clone()),
            (countries(&found, true), gold["main"].clone()),
            (
                found.published.value.iter().cloned().collect(),
                published(&gold["published"]),
            ),
            (dates(&found), serde_json::json!(gold_dates)),
        ];
        for ((_, tally), (found, gold)) in tallies.iter_mut().zip(counted) {
            tally.count(found, &gold);
        }
    }
    let mut table = String::new();
    for (name, tally) in &tallies {
        let (wrong, missed) = (tally.wrong.join(", "), tally.missed.join(", "));
        let _ = writeln!(
            table,
            "{name}: {} right, {} wrong [{wrong}], {} missed [{missed}]",
            tally.right,
            tally.wrong.len(),
            tally.missed.len()
        );
    }
    insta::assert_snapshot!(table);
}
