//! Web pages: their text, its places, and their dates.
//!
//! * `html-text`: F1 of shingles of four words as the article extraction
//!   benchmark counts them, each page with the same weight.
//! * `html-segments`: segments that must be in the text and are, and that must
//!   not be and are.
//! * `html-dates`: how many dates are right of those that are given, and of all.
//!
//! Of each page's text every paragraph is looked up in the bytes of the page by
//! its offsets, with tags and references undone by `html5gum` again: all of them
//! have to be there.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use cybersearch::article::{Article, Offsets};
use cybersearch::extract;
use cybersearch::source::stream::{Cutter, InputShape};
use jiff::civil::Date;
use serde_json::Value;

use crate::{is_verbose, say};

/// What is read of a page.
struct PageRead {
    gold: Value,
    article: Option<Article>,
    published: Option<String>,
    /// Characters in paragraphs that stand at their offsets, and of all.
    placed: (usize, usize),
    remarks: Vec<String>,
}

/// Reads the pages of a collection and prints what they come to.
pub(crate) fn measure(what: &str, folder: &Path) -> Result<()> {
    let gold =
        std::fs::read_to_string(folder.join("gold.jsonl")).context("cannot read gold.jsonl")?;
    let mut pages = Vec::new();
    let mut panics = 0;
    let mut spent = Duration::ZERO;
    let mut bytes = 0;
    for line in gold.lines() {
        // Python writes an unknown value so.
        let gold: Value = serde_json::from_str(&line.replace(": NaN", ": null"))?;
        let path = folder
            .join("pages")
            .join(gold["file"].as_str().unwrap_or_default());
        bytes += std::fs::metadata(&path)?.len();
        let before = cpu();
        let read = std::panic::catch_unwind(|| read(&path));
        spent += cpu().saturating_sub(before);
        let Ok((article, published, remarks)) = read else {
            panics += 1;
            continue;
        };
        if let (Some(folder), Some(article)) = (std::env::var_os("FORMATS_TEXTS"), &article) {
            let name = gold["file"].as_str().unwrap_or_default();
            std::fs::write(Path::new(&folder).join(name), &article.text)?;
        }
        let placed = match &article {
            Some(article) => placed(article, &std::fs::read(&path)?),
            None => (0, 0),
        };
        pages.push(PageRead {
            gold,
            article,
            published,
            placed,
            remarks,
        });
    }
    match what {
        "html-text" => shingles(&pages),
        "html-segments" => segments(&pages),
        _ => dates(&pages),
    }
    summary(&pages, panics, spent, bytes);
    Ok(())
}

/// Prints what holds for pages of all kinds.
fn summary(pages: &[PageRead], panics: usize, spent: Duration, bytes: u64) {
    let empty = |page: &&PageRead| {
        page.article
            .as_ref()
            .is_none_or(|article| article.text.trim().is_empty())
    };
    let nothing = pages.iter().filter(empty).count();
    let placed = pages.iter().fold((0, 0), |all, page| {
        (all.0 + page.placed.0, all.1 + page.placed.1)
    });
    let remarks = pages.iter().filter(|page| !page.remarks.is_empty()).count();
    if is_verbose() {
        for page in pages.iter().filter(|page| !page.remarks.is_empty()) {
            say(&format!("REMARK {} {:?}", page.gold["file"], page.remarks));
        }
    }
    say(&format!(
        "{} pages, {nothing} without text, {panics} panics, {remarks} with remarks, characters at their offsets {:.3} %",
        pages.len(),
        100.0 * ratio(placed.0, placed.1)
    ));
    let seconds = spent.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
    let megabytes = bytes as f64 / 1e6;
    say(&format!(
        "{:.1} pages and {:.2} MB per second of the processor, extraction included",
        ratio(pages.len(), 1) / seconds,
        megabytes / seconds
    ));
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few millions")]
fn ratio(part: usize, of: usize) -> f64 {
    if of == 0 {
        0.0
    } else {
        part as f64 / of as f64
    }
}

/// The time of the processor that this process took.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

/// The article of a page with all that is extracted from it.
fn read(path: &Path) -> (Option<Article>, Option<String>, Vec<String>) {
    let cutter = Cutter {
        shape: InputShape::Auto,
        max_bytes: 64 << 20,
    };
    let (mut article, mut remarks) = (None, Vec::new());
    cutter.file(path, &mut |piece| {
        piece.read(|read| match read {
            Ok(found) => article = article.take().or(Some(found)),
            Err(skip) => remarks.push(skip.reason),
        });
        true
    });
    let published = article.as_ref().and_then(|article| {
        let layout = article.layout();
        extract::extract(article, &layout).published.value
    });
    (article, published, remarks)
}

/// How many characters of the text stand at their offsets, by paragraph.
fn placed(article: &Article, bytes: &[u8]) -> (usize, usize) {
    if article.offsets == Offsets::Nowhere {
        return (0, article.text.chars().count());
    }
    let encoding = encoding(article, bytes);
    let (mut right, mut all) = (0, 0);
    let mut at = 0;
    for paragraph in article.text.split("\n\n") {
        let range = at..at + paragraph.len();
        at = range.end + 2;
        let count = paragraph.chars().count();
        if count == 0 {
            continue;
        }
        all += count;
        let place = article.offsets.range_to_file(&range);
        let raw = bytes.get(place.clone()).unwrap_or_default();
        let (markup, _) = encoding.decode_without_bom_handling(raw);
        if squeezed(&undone(&markup)) == squeezed(paragraph) {
            right += count;
        } else if is_verbose() {
            let markup: String = markup.chars().take(300).collect();
            say(&format!(
                "PLACE {} {place:?}\n  {paragraph:.300}\n  {markup}",
                article.path
            ));
        }
    }
    (right, all)
}

/// The encoding in which the text is what stands in the file.
fn encoding(article: &Article, bytes: &[u8]) -> &'static encoding_rs::Encoding {
    if std::str::from_utf8(bytes).is_ok() {
        return encoding_rs::UTF_8;
    }
    let sample: String = squeezed(&article.text)
        .chars()
        .filter(|c| !c.is_ascii())
        .take(50)
        .collect();
    let mut best = (0, encoding_rs::UTF_8);
    for label in [
        "utf-8",
        "windows-1252",
        "windows-1251",
        "iso-8859-2",
        "windows-1250",
        "iso-8859-15",
        "shift_jis",
        "gbk",
        "windows-1254",
        "iso-8859-7",
        "windows-1253",
    ] {
        let Some(encoding) = encoding_rs::Encoding::for_label(label.as_bytes()) else {
            continue;
        };
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        let known: HashSet<char> = text.chars().collect();
        let hits = sample.chars().filter(|c| known.contains(c)).count();
        let damage = text.matches('\u{fffd}').count();
        let score = (hits * 100).saturating_sub(damage);
        if score > best.0 {
            best = (score, encoding);
        }
    }
    best.1
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Markup without tags, and with its references as what they stand for.
fn undone(markup: &str) -> String {
    let mut text = String::new();
    let mut hidden = 0_usize;
    let mut emitter = html5gum::DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let is_hidden = |name: &[u8]| {
        let hidden: [&[u8]; 14] = [
            b"script",
            b"style",
            b"template",
            b"noscript",
            b"iframe",
            b"object",
            b"canvas",
            b"select",
            b"textarea",
            b"title",
            b"svg",
            b"math",
            b"noframes",
            b"noembed",
        ];
        hidden.contains(&name)
    };
    for token in html5gum::Tokenizer::new_with_emitter(markup, emitter) {
        let Ok(token) = token;
        match token {
            html5gum::Token::StartTag(tag) if is_hidden(&tag.name) => hidden += 1,
            html5gum::Token::EndTag(tag) if is_hidden(&tag.name) => {
                hidden = hidden.saturating_sub(1);
            }
            html5gum::Token::String(string) if hidden == 0 => {
                text.push_str(&String::from_utf8_lossy(&string));
            }
            _ => {}
        }
    }
    text
}

/// The shingles of four words of a text, with how often each stands there.
fn shingles_of(text: &str) -> HashMap<Vec<&str>, usize> {
    let is_mark = |c: char| !c.is_alphanumeric() && c != '_';
    let words: Vec<&str> = text
        .split(is_mark)
        .filter(|word| !word.is_empty())
        .collect();
    let mut shingles = HashMap::new();
    let count = words.len().saturating_sub(3).max(1);
    for at in 0..count {
        let shingle = words[at..words.len().min(at + 4)].to_vec();
        *shingles.entry(shingle).or_default() += 1;
    }
    shingles
}

fn shingles(pages: &[PageRead]) {
    let (mut hit, mut extra, mut missed) = (0.0, 0.0, 0.0);
    for page in pages {
        let text = page.article.as_ref().map_or("", |article| &article.text);
        let gold = page.gold["text"].as_str().unwrap_or_default();
        let (found, gold) = (shingles_of(text), shingles_of(gold));
        let (mut here, mut more) = (0, 0);
        for (shingle, count) in &found {
            let true_count = gold.get(shingle).copied().unwrap_or(0);
            here += true_count.min(*count);
            more += count.saturating_sub(true_count);
        }
        let less = gold.values().sum::<usize>() - here;
        let all = here + more + less;
        hit += ratio(here, all);
        extra += ratio(more, all);
        missed += ratio(less, all);
        if is_verbose() && ratio(here, all) < 0.9 {
            say(&format!(
                "TEXT {} hit {:.2} extra {:.2} missed {:.2}",
                page.gold["file"].as_str().unwrap_or_default(),
                ratio(here, all),
                ratio(more, all),
                ratio(less, all)
            ));
        }
    }
    let (precision, recall) = (hit / (hit + extra), hit / (hit + missed));
    let f1 = 2.0 * precision * recall / (precision + recall);
    say(&format!(
        "text: F1 {f1:.4} precision {precision:.4} recall {recall:.4}"
    ));
}

fn segments(pages: &[PageRead]) {
    let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (mut hit, mut extra, mut missed, mut kept_out) = (0, 0, 0, 0);
    for page in pages {
        let text = joined(page.article.as_ref().map_or("", |article| &article.text));
        let of = |key: &str| {
            let segments = page.gold[key].as_array().cloned().unwrap_or_default();
            let segments = segments.iter().filter_map(Value::as_str).map(joined);
            segments.collect::<Vec<String>>()
        };
        let (mut lost, mut wrong) = (Vec::new(), Vec::new());
        for segment in of("with") {
            if text.contains(&segment) {
                hit += 1;
            } else {
                missed += 1;
                lost.push(segment);
            }
        }
        for segment in of("without") {
            if text.contains(&segment) {
                extra += 1;
                wrong.push(segment);
            } else {
                kept_out += 1;
            }
        }
        if is_verbose() && !(lost.is_empty() && wrong.is_empty()) {
            say(&format!(
                "SEGMENTS {} lost {lost:?} wrong {wrong:?}",
                page.gold["file"].as_str().unwrap_or_default()
            ));
        }
    }
    let (precision, recall) = (ratio(hit, hit + extra), ratio(hit, hit + missed));
    let f1 = 2.0 * precision * recall / (precision + recall);
    let accuracy = ratio(hit + kept_out, hit + kept_out + extra + missed);
    say(&format!(
        "segments: F {f1:.4} precision {precision:.4} recall {recall:.4} accuracy {accuracy:.4}"
    ));
}

/// Whether a page is English: what it states, else its most usual words.
fn is_english(article: &Article) -> bool {
    let stated = article
        .metadata
        .other
        .get("language")
        .and_then(Value::as_str);
    if let Some(language) = stated {
        return language.starts_with("en");
    }
    let words = article.text.split_whitespace();
    let (mut usual, mut all) = (0, 0);
    for word in words {
        all += 1;
        usual += usize::from(matches!(
            word,
            "the" | "of" | "and" | "to" | "in" | "is" | "that"
        ));
    }
    usual * 10 > all
}

#[derive(Default)]
struct DateTally {
    all: usize,
    given: usize,
    exact: usize,
    near: usize,
}

impl DateTally {
    fn add(&mut self, found: Option<Date>, gold: Date) {
        self.all += 1;
        let Some(found) = found else { return };
        self.given += 1;
        let apart = found
            .until(gold)
            .map_or(i32::MAX, |span| span.get_days().abs());
        self.exact += usize::from(apart == 0);
        self.near += usize::from(apart <= 1);
    }

    fn row(&self, of: &str) -> String {
        format!(
            "dates, {of}: {} pages, exact: precision {:.4} accuracy {:.4}; within a day: precision {:.4} accuracy {:.4}",
            self.all,
            ratio(self.exact, self.given),
            ratio(self.exact, self.all),
            ratio(self.near, self.given),
            ratio(self.near, self.all)
        )
    }
}

fn dates(pages: &[PageRead]) {
    let (mut all, mut english) = (DateTally::default(), DateTally::default());
    let mut stated = DateTally::default();
    for page in pages {
        let gold: Option<Date> = page.gold["date"]
            .as_str()
            .and_then(|date| date.parse().ok());
        let Some(gold) = gold else { continue };
        let day = |value: &str| value.get(..10).and_then(|day| day.parse::<Date>().ok());
        let found = page.published.as_deref().and_then(day);
        all.add(found, gold);
        let own = page
            .article
            .as_ref()
            .and_then(|article| article.metadata.date.as_deref());
        stated.add(own.and_then(day), gold);
        if page.article.as_ref().is_some_and(is_english) {
            english.add(found, gold);
        }
        if is_verbose() && found != Some(gold) {
            say(&format!(
                "DATE {} gold {gold} found {:?} stated {own:?} {:?}",
                page.gold["file"].as_str().unwrap_or_default(),
                page.published,
                page.remarks
            ));
        }
    }
    say(&all.row("all"));
    say(&english.row("English"));
    say(&stated.row("by the page alone"));
}
