//! Measures how well exports of news databases are cut apart.
//!
//!     cargo run --release --example exports -- [--list|--show] FILE...
//!
//! For each file: how many articles, and how many of them have a title, a date
//! and a byline; how many bodies have within 7 % (Factiva 10 %) of the words that
//! the export states under LENGTH, of those that state it. Files that differ in
//! their ending alone are one search in several formats: their bodies are
//! compared letter for letter, without white space, with those of the first.
//! `--list` tells each article whose title, date or body is not as it should be;
//! `--show` prints what all articles state, and where their bodies begin and end.

#![allow(clippy::print_stdout, reason = "a program that prints a table")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cybersearch::article::Article;
use cybersearch::source::DEFAULT_MAX_BYTES;
use cybersearch::source::stream::{Cutter, InputShape};

fn main() {
    let mut files: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let is_listing = files
        .first()
        .is_some_and(|first| first == Path::new("--list"));
    let is_showing = files
        .first()
        .is_some_and(|first| first == Path::new("--show"));
    if is_listing || is_showing {
        files.remove(0);
    }
    println!("articles  title   date byline source     body  file");
    let mut searches: BTreeMap<PathBuf, Vec<(PathBuf, Vec<Article>)>> = BTreeMap::new();
    let mut total = Counts::default();
    for file in files {
        let (articles, skipped) = read(&file);
        let counts = Counts::of(&articles);
        counts.print(&file.display().to_string());
        total.add(&counts);
        for reason in skipped {
            println!("          {reason}");
        }
        if is_listing {
            list(&articles);
        }
        if is_showing {
            show(&articles);
        }
        searches
            .entry(file.with_extension(""))
            .or_default()
            .push((file, articles));
    }
    total.print("all");
    for files in searches.values() {
        if let [(first, of), others @ ..] = files.as_slice() {
            for (other, articles) in others {
                compare((first, of), (other, articles), is_listing);
            }
        }
    }
}

fn read(file: &Path) -> (Vec<Article>, Vec<String>) {
    let cutter = Cutter {
        shape: InputShape::Auto,
        max_bytes: DEFAULT_MAX_BYTES,
    };
    let (mut articles, mut skipped) = (Vec::new(), Vec::new());
    cutter.file(file, &mut |piece| {
        piece.read(|read| match read {
            Ok(article) => articles.push(article),
            Err(skip) => skipped.push(skip.reason),
        });
        true
    });
    (articles, skipped)
}

#[derive(Debug, Default)]
struct Counts {
    articles: usize,
    titles: usize,
    dates: usize,
    bylines: usize,
    sources: usize,
    /// Bodies of the stated length, and how many state one.
    bodies: (usize, usize),
}

impl Counts {
    fn of(articles: &[Article]) -> Counts {
        let count =
            |has: &dyn Fn(&Article) -> bool| articles.iter().filter(|article| has(article)).count();
        let lengths = articles.iter().filter_map(is_long_as_stated);
        let lengths: Vec<bool> = lengths.collect();
        Counts {
            articles: articles.len(),
            titles: count(&|article| !title(article).is_empty()),
            dates: count(&|article| article.metadata.date.is_some()),
            bylines: count(&|article| article.metadata.author.is_some()),
            sources: count(&|article| article.metadata.source.is_some()),
            bodies: (
                lengths.iter().filter(|is_good| **is_good).count(),
                lengths.len(),
            ),
        }
    }

    fn add(&mut self, other: &Counts) {
        self.articles += other.articles;
        self.titles += other.titles;
        self.dates += other.dates;
        self.bylines += other.bylines;
        self.sources += other.sources;
        self.bodies.0 += other.bodies.0;
        self.bodies.1 += other.bodies.1;
    }

    fn print(&self, name: &str) {
        println!(
            "{:>8} {:>6} {:>6} {:>6} {:>6} {:>4}/{:<4} {name}",
            self.articles,
            self.titles,
            self.dates,
            self.bylines,
            self.sources,
            self.bodies.0,
            self.bodies.1
        );
    }
}

/// The words that an article states, and those that its body has.
fn lengths(article: &Article) -> Option<(usize, usize)> {
    let stated = article.metadata.other.get("length")?.as_str()?;
    let number: String = stated
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | ' '))
        .filter(char::is_ascii_digit)
        .collect();
    let words = body(article).split_whitespace().count();
    Some((number.parse().ok()?, words))
}

/// The title that is stated, or else that of the text.
fn title(article: &Article) -> String {
    article.title(&article.layout())
}

fn body(article: &Article) -> &str {
    article.text.get(article.body_start..).unwrap_or_default()
}

fn is_long_as_stated(article: &Article) -> Option<bool> {
    let (stated, words) = lengths(article)?;
    // Factiva counts the title, and what stands under pictures, in its own way.
    let is_factiva = article.metadata.other.contains_key("accession_number");
    let percent = if is_factiva { 10 } else { 7 };
    Some(stated.abs_diff(words) * 100 <= stated * percent)
}

fn list(articles: &[Article]) {
    for article in articles {
        let title = title(article);
        let date = article.metadata.date.as_deref().unwrap_or("NO DATE");
        let is_good = is_long_as_stated(article) == Some(true);
        if is_good && !title.is_empty() && date != "NO DATE" {
            continue;
        }
        let source = article.metadata.source.as_deref().unwrap_or("NO SOURCE");
        let length = lengths(article).map_or("no length".to_owned(), |(stated, words)| {
            format!("{words} words of {stated}")
        });
        println!(
            "    {}: {title:.60} | {source:.30} | {date} | {length}",
            article.id
        );
    }
}

fn show(articles: &[Article]) {
    for article in articles {
        let body = body(article);
        let start: String = body.chars().take(60).collect();
        let end: String = body.chars().rev().take(60).collect();
        let end: String = end.chars().rev().collect();
        println!(
            "    {} {:?} {:?}",
            article.id,
            article.origin.aliases,
            title(article)
        );
        println!("        {start:?} … {end:?}");
        let metadata = &article.metadata;
        let (date, author, source) = (&metadata.date, &metadata.author, &metadata.source);
        println!(
            "        {date:?} {author:?} {source:?} {:?}",
            article.origin.lines
        );
        for (key, value) in &metadata.other {
            println!("        {key}: {:.90}", value.to_string());
        }
    }
}

/// Compares the bodies of one search in two formats.
fn compare(
    (first, of): (&Path, &[Article]),
    (other, articles): (&Path, &[Article]),
    is_listing: bool,
) {
    let letters = |article: &Article| -> String {
        body(article)
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect()
    };
    let mut equal = [0; 4];
    for (one, two) in of.iter().zip(articles) {
        let (a, b) = (letters(one), letters(two));
        equal[0] += usize::from(a == b);
        equal[1] += usize::from(title(one) == title(two));
        equal[2] += usize::from(one.metadata.date == two.metadata.date);
        equal[3] += usize::from(one.metadata.source == two.metadata.source);
        if is_listing && a != b {
            let at = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
            let near = |text: &str| {
                text.chars()
                    .skip(at.saturating_sub(20))
                    .take(50)
                    .collect::<String>()
            };
            println!("    {}: {} | {}", two.id, near(&a), near(&b));
        }
        if is_listing && title(one) != title(two) {
            println!("    {}: {:?} | {:?}", two.id, title(one), title(two));
        }
    }
    let [bodies, titles, dates, sources] = equal;
    println!(
        "{} of {} and {} articles of {} and {}: bodies equal {bodies}, titles {titles}, dates {dates}, sources {sources}",
        of.len().min(articles.len()),
        of.len(),
        articles.len(),
        first.display(),
        other.display(),
    );
}
