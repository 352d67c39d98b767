//! Scores countries: any mention, and the main ones.
//!
//! Two variables of the environment show more. `SCORE_ERRORS` prints what was
//! missed and what is wrong; `SCORE_SAMPLE=200` prints so many mentions, drawn
//! by a fixed seed from news of two kinds, for a person to read.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use cybersearch::article::Article;
use cybersearch::extract::{self, Country};
use serde_json::Value;

use crate::tally::{self, Tally, row, share};

/// The wire copy whose editors noted the places each story is about.
const WIRE: &str = "reuters-odd";

/// General news of our days, one token a line.
const WORLD: &str = "world-dev";

pub(crate) fn score(eval: &Path) -> Result<()> {
    let Some(lines) = tally::set(eval, &format!("countries/{WIRE}.jsonl"))? else {
        return Ok(());
    };
    let gold = read_wire(&lines)?;
    score_wire(&gold);
    if let Some(lines) = tally::set(eval, "countries/lgl/gold.jsonl")? {
        score_toponyms(&lines)?;
    }
    if let Some(count) = number_in("SCORE_SAMPLE") {
        let world = std::fs::read_to_string(eval.join(format!("people/{WORLD}.conll")));
        let mut texts = read_tokens(&world.unwrap_or_default());
        print_sample("world", &texts, count / 2);
        texts = gold.into_iter().map(|gold| gold.text).collect();
        print_sample("wire", &texts, count - count / 2);
    }
    Ok(())
}

/// An article, and for each country it is about the codes that name it: a
/// dissolved state has its own and its successor's.
struct Gold {
    text: String,
    places: Vec<BTreeSet<String>>,
}

/// Reads the articles that have at least one place.
fn read_wire(lines: &str) -> Result<Vec<Gold>> {
    let mut articles = Vec::new();
    for line in lines.lines() {
        let record: Value = serde_json::from_str(line)?;
        let places: Vec<BTreeSet<String>> = record["places"]
            .as_array()
            .into_iter()
            .flatten()
            .map(accepted_codes)
            .collect();
        if !places.is_empty() {
            articles.push(Gold {
                text: record["text"].as_str().unwrap_or_default().to_owned(),
                places,
            });
        }
    }
    Ok(articles)
}

fn accepted_codes(place: &Value) -> BTreeSet<String> {
    let codes = place["codes"].as_array().into_iter().flatten();
    let mut codes: BTreeSet<String> = codes.filter_map(Value::as_str).map(str::to_owned).collect();
    let dissolved = match place["historic"].as_str() {
        Some("SU") => "SUHH",
        Some("YU") => "YUCS",
        Some("CS") => "CSHH",
        Some("DD") => "DDDE",
        Some("YD") => "YDYE",
        _ => return codes,
    };
    codes.insert(dissolved.to_owned());
    codes
}

fn score_wire(gold: &[Gold]) {
    let mut tallies = [Tally::default(); 4];
    let shows_errors = std::env::var_os("SCORE_ERRORS").is_some();
    for gold in gold {
        let found = countries(&gold.text);
        let all: Vec<&str> = codes(&found, |_| true);
        let main: Vec<&str> = codes(&found, |country| country.main);
        count(&mut tallies[0], &all, &gold.places, true);
        count(&mut tallies[1], &all, &gold.places, false);
        count(&mut tallies[2], &main, &gold.places, true);
        count(&mut tallies[3], &main, &gold.places, false);
        if shows_errors {
            print_errors(gold, &found);
        }
    }
    let names = [
        "countries, any mention",
        "the same without usa",
        "countries, main",
        "the same without usa",
    ];
    for (name, tally) in names.iter().zip(tallies) {
        row(WIRE, name, tally);
    }
}

fn countries(text: &str) -> Vec<Country> {
    let article = Article {
        text: text.to_owned(),
        ..Article::default()
    };
    extract::extract(&article, &article.layout()).countries
}

fn codes(countries: &[Country], keep: impl Fn(&Country) -> bool) -> Vec<&str> {
    let kept = countries.iter().filter(|country| keep(country));
    kept.map(|country| country.code.as_str()).collect()
}

/// A place is found by any of its codes; a code is wrong if no place has it.
fn count(tally: &mut Tally, found: &[&str], places: &[BTreeSet<String>], with_usa: bool) {
    let counts = |code: &str| with_usa || code != "US";
    for place in places
        .iter()
        .filter(|place| place.iter().all(|code| counts(code)))
    {
        if found.iter().any(|code| place.contains(*code)) {
            tally.right += 1;
        } else {
            tally.missed += 1;
        }
    }
    let is_gold = |code: &str| places.iter().any(|place| place.contains(code));
    tally.wrong += found
        .iter()
        .filter(|code| counts(code) && !is_gold(code))
        .count();
}

/// The countries missed altogether, and the main ones missed or wrong.
fn print_errors(gold: &Gold, found: &[Country]) {
    let opening: String = gold.text.chars().take(600).collect();
    let opening = one_line(&opening);
    for place in gold.places.iter().filter(|place| !place.contains("US")) {
        let matching: Vec<&Country> = found
            .iter()
            .filter(|country| place.contains(&country.code))
            .collect();
        if matching.is_empty() {
            println!("MISSED {place:?} {opening}");
        } else if !matching.iter().any(|country| country.main) {
            println!("NOT MAIN {place:?} {}", evidence(matching[0], &gold.text));
        }
    }
    for country in found.iter().filter(|country| country.code != "US") {
        if !gold
            .places
            .iter()
            .any(|place| place.contains(&country.code))
        {
            let mark = if country.main { "MAIN" } else { "MENTION" };
            println!(
                "{mark} WRONG {} {} || {opening}",
                country.code,
                evidence(country, &gold.text)
            );
        }
    }
}

fn evidence(country: &Country, text: &str) -> String {
    let mentions = country.mentions.iter().take(4);
    let shown: Vec<String> = mentions
        .map(|found| {
            let mention = &found.mention;
            in_context(text, mention.start, mention.end, 40)
        })
        .collect();
    format!("({}x) {}", country.mentions.len(), shown.join(" // "))
}

/// How many of the toponyms whose country is known are found with it.
fn score_toponyms(lines: &str) -> Result<()> {
    let (mut right, mut all) = (0, 0);
    let mut articles = Tally::default();
    for line in lines.lines() {
        let record: Value = serde_json::from_str(line)?;
        let found = countries(record["text"].as_str().unwrap_or_default());
        let found = codes(&found, |_| true);
        let toponyms = record["toponyms"].as_array().into_iter().flatten();
        let gold: Vec<&str> = toponyms
            .filter_map(|toponym| toponym["country"].as_str())
            .collect();
        all += gold.len();
        right += gold.iter().filter(|code| found.contains(code)).count();
        let distinct: BTreeSet<&str> = gold.into_iter().collect();
        articles.count(&found, &distinct.into_iter().collect::<Vec<_>>());
    }
    row("lgl", "countries per article", articles);
    row(
        "lgl",
        "toponyms whose country is found",
        format!("R {:5.1}", share(right, all)),
    );
    Ok(())
}

/// Draws `count` mentions by a linear congruential generator.
fn print_sample(set: &str, texts: &[String], count: usize) {
    let mut mentions: Vec<String> = Vec::new();
    for text in texts {
        for country in countries(text) {
            mentions.extend(country.mentions.iter().map(|found| {
                let mention = &found.mention;
                format!(
                    "{} {:?} {}",
                    country.code,
                    found.kind,
                    in_context(text, mention.start, mention.end, 90)
                )
            }));
        }
    }
    let mut state = number_in("SCORE_SEED").unwrap_or(1) as u64;
    for number in 1..=count.min(mentions.len()) {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let drawn = usize::try_from(state >> 33).unwrap_or(0) % mentions.len();
        println!("{set} {number} {}", mentions.swap_remove(drawn));
    }
}

fn number_in(variable: &str) -> Option<usize> {
    std::env::var(variable).ok()?.parse().ok()
}

fn in_context(text: &str, start: usize, end: usize, around: usize) -> String {
    let from = text.floor_char_boundary(start.saturating_sub(around));
    let to = text.ceil_char_boundary((end + around).min(text.len()));
    one_line(&format!(
        "{}[[{}]]{}",
        &text[from..start],
        &text[start..end],
        &text[end..to]
    ))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads one token a line, `-DOC-` before each article, an empty line after
/// each sentence. The first line of an article is its address, and left out.
fn read_tokens(lines: &str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for line in lines.lines() {
        if line.starts_with("-DOC-") {
            texts.push(String::new());
        }
        let Some(text) = texts.last_mut() else {
            continue;
        };
        match line.split_once('\t') {
            Some((token, _)) if !token.starts_with("http") => {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push(' ');
                }
                text.push_str(token);
            }
            None if !text.is_empty() && !text.ends_with('\n') => text.push('\n'),
            _ => {}
        }
    }
    texts
}
