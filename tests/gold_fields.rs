//! The fields of the five seeds against what a careful person finds in them.

use std::collections::{BTreeSet, HashMap};

use cybersearch::article::Article;
use cybersearch::extract::{self, Extraction, Role};
use serde_json::Value;

/// The seeds with their gold, by file name.
fn seeds() -> HashMap<String, (Article, Extraction, Value)> {
    let gold: Value =
        serde_json::from_str(include_str!("gold/seeds.json")).expect("the gold is JSON");
    let files = gold.as_object().expect("the gold is an object").iter();
    files
        .filter(|(name, _)| !name.starts_with('_'))
        .map(|(name, gold)| {
            let path = format!("{}/seeds/{name}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).expect("every gold entry has its seed");
            let article = Article {
                text,
                ..Article::default()
            };
            let found = extract::extract(&article, &article.layout());
            (name.clone(), (article, found, gold.clone()))
        })
        .collect()
}

#[test]
fn titles_are_the_headlines() {
    let expected = [
        (
            "000_062cb9349b021ebc.txt",
            "The U.S. has been in talks with two of its biggest cyber adversaries, according to reports.",
        ),
        (
            "001_a8fd6759c55bd904.txt",
            "White House cites progress in cyber talks with China, Russia",
        ),
        (
            "002_585141e756c1ecb7.txt",
            "U.S. Cyber Officials Meet with Russian Counterparts",
        ),
        (
            "003_0565424b5300302d.txt",
            "US, Russia work to expand cyberspace cooperation",
        ),
        (
            "004_366b0afce615304f.txt",
            "US, Chinese officials pleased with cyber talks",
        ),
    ];
    let seeds = seeds();
    for (name, title) in expected {
        let article = &seeds[name].0;
        assert_eq!(article.title(&article.layout()), title, "{name}");
    }
}

#[test]
fn publication_dates_are_the_gold() {
    for (name, (article, found, gold)) in seeds() {
        let gold = &gold["published"];
        assert_eq!(
            found.published.value.as_deref(),
            gold["value"].as_str(),
            "{name}"
        );
        let precision =
            serde_json::to_value(found.published.precision).expect("a precision is a word");
        assert_eq!(precision, gold["precision"], "{name}");
        let method = serde_json::to_value(found.published.method).expect("a method is a word");
        let expected = match gold["method"].as_str() {
            Some("explicit") => "header",
            Some("inferred") if gold["precision"] == "lower_bound" => "bounds",
            Some(other) => other,
            None => panic!("{name}: the gold has no method"),
        };
        assert_eq!(method, expected, "{name}");
        for span in &found.published.evidence {
            assert!(
                article.text.is_char_boundary(span.start)
                    && article.text.is_char_boundary(span.end)
            );
        }
    }
}

#[test]
fn core_countries_are_the_gold() {
    for (name, (_, found, gold)) in seeds() {
        let with = |statuses: &[&str]| -> BTreeSet<String> {
            let entries = gold["countries"]
                .as_array()
                .expect("countries are a list")
                .iter();
            entries
                .filter(|entry| statuses.contains(&entry["status"].as_str().unwrap_or_default()))
                .map(|entry| entry["code"].as_str().unwrap_or_default().to_owned())
                .collect()
        };
        let found: BTreeSet<String> = found
            .countries
            .iter()
            .map(|country| country.code.clone())
            .collect();
        let (core, allowed) = (with(&["core"]), with(&["core", "weak", "boilerplate"]));
        assert!(
            core.is_subset(&found),
            "{name}: {core:?} are not all in {found:?}"
        );
        assert!(
            found.is_subset(&allowed),
            "{name}: {found:?} has more than {allowed:?}"
        );
    }
}

#[test]
fn people_are_the_gold_and_none_is_false() {
    let (mut subjects, mut credits) = (0, 0);
    for (name, (_, found, gold)) in seeds() {
        let entries = gold["people"].as_array().expect("people are a list");
        for person in &found.people {
            let entry = entries
                .iter()
                .find(|entry| entry["name"] == person.name.as_str());
            let entry =
                entry.unwrap_or_else(|| panic!("{name}: {} is a false person", person.name));
            let is_subject = entry["role"] == "subject";
            assert_eq!(
                person.role == Role::Subject,
                is_subject,
                "{name}: {}",
                person.name
            );
            let mentions: BTreeSet<&str> = entry["mentions"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|mention| mention["text"].as_str())
                .collect();
            for mention in &person.mentions {
                assert!(
                    mentions.contains(mention.text.as_str()),
                    "{name}: {mention:?}"
                );
            }
            if is_subject && entry["optional"] != true {
                subjects += 1;
            } else if !is_subject {
                credits += 1;
            }
        }
    }
    // Of 21 subjects and 5 credits in the gold.
    assert_eq!((subjects, credits), (21, 5));
}
