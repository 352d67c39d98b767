//! Who, where and when of any text lie inside it, word for word, and dates are
//! dates.
//!
//! Head of an input: title, date, address, author, countries and people, with
//! `|` between them (empty: not stated), and on further lines the owner's file.

#![no_main]

use std::ops::Range;
use std::path::Path;

use cybersearch::article::{Article, Metadata};
use cybersearch::corrections::{Corrections, Owner};
use cybersearch::extract::published::Span;
use cybersearch::extract::{DateMention, Extraction, Mention, Precision, Published};
use cybersearch::output;
use cybersearch::text::timex;
use cybersearch_fuzz::{check_disjoint, part, split};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (head, text) = split(input);
    let (stated, rules) = head.split_once('\n').unwrap_or((head, ""));
    let owner = Owner {
        corrections: corrections(rules),
        assumed_year: input.starts_with(['2', '|']).then_some(2013),
    };
    let mut article = article(stated, text);
    let layout = article.layout();
    let title = article.title(&layout);
    let found = owner.extract(&mut article, &layout);
    check_published(text, &found.published);
    check_dates(text, &found.dates);
    for country in &found.countries {
        assert!(!country.code.is_empty() && !country.name.is_empty());
        check_mentions(text, country.mentions.iter().map(|found| &found.mention));
    }
    for person in &found.people {
        assert!(!person.name.is_empty());
        check_mentions(text, person.mentions.iter());
    }
    let codes = found.countries.iter().map(|country| &country.code);
    assert!(codes.is_sorted_by(|a, b| a < b), "{:?}", found.countries);
    check_printed(&article, &title, found);
});

/// The owner's file, empty where it has a wrong line, which must be told.
fn corrections(rules: &str) -> Corrections {
    Corrections::parse(rules).unwrap_or_else(|wrong| {
        let lines = rules.lines().count() as u64;
        assert!(!wrong.is_empty());
        for wrong in wrong {
            assert!((1..=lines).contains(&wrong.line), "{wrong:?}");
            assert!(!wrong.why.is_empty() && !wrong.help.is_empty());
        }
        Corrections::default()
    })
}

fn article(stated: &str, text: &str) -> Article {
    let mut stated = stated.split('|').map(str::to_owned);
    let mut next = || stated.next().filter(|value| !value.is_empty());
    let given_title = next();
    let [date, url, author] = [next(), next(), next()];
    let mut list = || next().map(|names| names.split(';').map(str::to_owned).collect());
    Article {
        path: "a.txt".to_owned(),
        id: "a.txt".to_owned(),
        given_title,
        text: text.to_owned(),
        metadata: Metadata {
            date,
            url,
            author,
            countries: list(),
            people: list(),
            ..Metadata::default()
        },
        ..Article::default()
    }
}

fn check_mention(text: &str, mention: &Mention) -> Range<usize> {
    let span = mention.start..mention.end;
    assert_eq!(part(text, span.clone()), mention.text);
    span
}

fn check_mentions<'a>(text: &str, mentions: impl Iterator<Item = &'a Mention>) {
    let spans = mentions.map(|mention| check_mention(text, mention));
    check_disjoint(text, &spans.collect::<Vec<_>>());
}

/// A date with a year means days.
fn check_dates(text: &str, dates: &[DateMention]) {
    check_mentions(text, dates.iter().map(|date| &date.mention));
    for value in dates.iter().filter_map(|date| date.value.as_deref()) {
        let days = timex::days(value);
        let has_year = value.len() >= 4 && value.as_bytes()[..4].iter().all(u8::is_ascii_digit);
        assert!(
            !value.is_empty() && (!has_year || !days.is_empty()),
            "{value:?} of {text:?}"
        );
        assert!(days.iter().all(|(first, last)| first <= last));
    }
}

fn check_published(text: &str, published: &Published) {
    let nowhere = Span { start: 0, end: 0 };
    let conflicts = published.conflicts.iter().map(|conflict| &conflict.span);
    for span in published.evidence.iter().chain(conflicts) {
        if *span != nowhere {
            part(text, span.start..span.end);
        }
    }
    assert_eq!(
        published.value.is_none(),
        published.precision == Precision::Unknown
    );
    if let (Some(first), Some(last)) = (published.earliest, published.latest) {
        assert!(first <= last, "{published:?}");
    }
    let Some(value) = &published.value else {
        return;
    };
    match published.precision {
        Precision::Second
        | Precision::Minute
        | Precision::Day
        | Precision::Month
        | Precision::Year => {
            let again = Published::stated(value).unwrap_or_else(|| panic!("{value:?} is no date"));
            assert_eq!(again.earliest, published.earliest, "{value}");
            assert_eq!(again.latest, published.latest, "{value}");
        }
        Precision::MonthWithoutYear => assert!(value.starts_with("XXXX-")),
        Precision::LowerBound => assert!(value.ends_with("/..")),
        Precision::UpperBound => assert!(value.starts_with("../")),
        Precision::Interval => assert!(value.contains('/')),
        Precision::Unknown => {}
    }
}

/// The line of `extract` is one line of JSON.
fn check_printed(article: &Article, title: &str, found: Extraction) {
    let mut line = Vec::new();
    output::extract::print_line(article, Path::new("a.txt"), title, found, &mut line)
        .expect("memory takes all");
    let line = String::from_utf8(line).expect("it is text");
    assert_eq!(line.find(cybersearch_fuzz::acts), Some(line.len() - 1));
    let json: serde_json::Value = serde_json::from_str(&line).expect("it is JSON");
    assert_eq!(json["title"], title);
}
