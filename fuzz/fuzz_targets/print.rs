//! Whatever an article, its file's name and a query hold: no format lets it act
//! on a terminal, and machines read back what is there.
//!
//! The answer is put together here, without an index, as a search would find
//! it. Head of an input: the query, the path, and the title given apart, a line
//! each.

#![no_main]

use std::path::PathBuf;

use cybersearch::article::{Article, Metadata, OffsetBase};
use cybersearch::document::Record;
use cybersearch::extract::{Role, extract};
use cybersearch::matching::passage;
use cybersearch::matching::{Matcher, TermClauses, disjoint};
use cybersearch::output::{IndexInfo, show};
use cybersearch::query::{Scope, parse};
use cybersearch::search::{
    Answer, ArticleHits, Help, Highlight, Hit, NearDuplicate, PassageText, Ranked, Reading,
    SurnameNote,
};
use cybersearch::source::path_key;
use cybersearch::text::analyze::Analyzer;
use cybersearch::update::FileState;
use cybersearch_fuzz::printed::{Given, check_answer, check_run, check_shown};
use cybersearch_fuzz::split;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (head, text) = split(input);
    let mut head = head.splitn(3, '\n');
    let query = head.next().unwrap_or_default();
    let path = PathBuf::from(head.next().unwrap_or_default());
    let title = head.next();
    let mut article = Article {
        path: path_key::encode(&path),
        id: query.to_owned(),
        given_title: title.map(str::to_owned),
        text: text.to_owned(),
        metadata: Metadata::default(),
        ..Article::default()
    };
    let other = (head_of(text).to_owned(), head_of(query).into());
    article.metadata.other.extend([other]);
    article.metadata.url = Some(head_of(text).to_owned());
    let record = record(&article, query);
    let hits = hits(&article, query);
    let answer = answer(&record, hits, query, path.clone());
    let info = IndexInfo {
        built_at: "2026-11-25T00:00:00Z".to_owned(),
        articles: 1,
        stale: None,
    };
    check_answer(&Given {
        query,
        answer: &answer,
        info: &info,
        path: &path,
        bytes: text.as_bytes(),
    });
    check_run(
        query,
        &Ranked {
            reading: Reading::default(),
            total: 1,
            total_partial: 0,
            undated_left_out: 0,
            articles: vec![
                (format!("{}x", record.id), Some(1.0)),
                ("x".to_owned(), None),
            ],
        },
    );
    check_shown(&show::Shown {
        record: &record,
        article: &article,
        extraction: extract(&article, &article.layout()),
        path: &path,
        state: FileState::Changed,
        marks: None,
        surnames: &[SurnameNote {
            name: query.to_owned(),
            person: query.to_owned(),
            articles: 9,
            of: 9,
            years: Some(5),
        }],
    });
});

/// The first characters.
fn head_of(text: &str) -> &str {
    &text[..text.floor_char_boundary(20)]
}

/// What an index would keep of the article.
fn record(article: &Article, query: &str) -> Record {
    let layout = article.layout();
    let found = extract(article, &layout);
    let subjects = found.people.into_iter();
    let subjects = subjects.filter(|person| person.role == Role::Subject);
    let names = subjects.map(|person| person.name).chain([query.to_owned()]);
    let codes = found.countries.into_iter().map(|country| country.code);
    Record {
        path: article.path.clone(),
        id: article.id.clone(),
        title: article.title(&layout),
        given_title: article.given_title.clone(),
        record_line: query.starts_with(char::is_lowercase).then_some(7),
        metadata: article.metadata.clone(),
        published: found.published,
        countries: codes.chain([head_of(query).to_owned()]).collect(),
        people: names.collect(),
        ..Record::default()
    }
}

/// The passages that answer, lit up; the opening where none does.
fn hits(article: &Article, query: &str) -> Vec<Hit> {
    let text = &article.text;
    let layout = article.layout();
    let sentences = passage::sentences(text, &layout);
    let mut analyzer = Analyzer::default();
    let parts = TermClauses::of(&parse(query).query, &mut analyzer);
    let matcher = Matcher::new(&parts);
    let mut scan = matcher.scan();
    for block in layout.body() {
        matcher.look(
            &mut scan,
            &mut analyzer,
            &text[block.span.clone()],
            block.span.start,
        );
    }
    let matches = matcher.matches(&scan, &[Scope::Anywhere, Scope::Body], &|_, _| true);
    let weights = vec![1.0; parts.parts.len()];
    let chosen = passage::choose(text, &sentences, &matches, &weights, 2);
    let mut passages: Vec<_> = chosen.into_iter().map(|scored| scored.passage).collect();
    if passages.is_empty() {
        passages.extend(passage::opening(&sentences));
    }
    let lit = disjoint(&matches);
    let hits = passages.into_iter().enumerate().map(|(at, passage)| {
        let span = passage.span;
        let inside = lit.iter();
        let inside = inside.filter(|lit| span.start <= lit.span.start && lit.span.end <= span.end);
        let highlights = inside.map(|lit| Highlight {
            start: lit.span.start - span.start,
            end: lit.span.end - span.start,
            term: matcher.label(lit).to_owned(),
        });
        Hit {
            rank: at + 1,
            score: Some(1.5),
            highlights: highlights.collect(),
            passage: Some(PassageText {
                ordinal: passage.ordinal,
                start: span.start,
                end: span.end,
                offsets: OffsetBase::File,
                line: Some(text[..span.start].matches('\n').count() as u64 + 1),
                place: None,
                text: text[span].to_owned(),
            }),
            reasons: None,
            meaning: None,
        }
    });
    hits.collect()
}

fn answer(record: &Record, hits: Vec<Hit>, query: &str, path: PathBuf) -> Answer {
    let article = ArticleHits {
        record: record.clone(),
        path: path.clone(),
        title_highlights: Vec::new(),
        lacks: vec![query.to_owned()],
        is_partial: true,
        state: FileState::Deleted,
        hits,
        copies: vec![NearDuplicate {
            id: query.to_owned(),
            path,
            line: Some(3),
        }],
    };
    Answer {
        reading: Reading {
            read_as: query.to_owned(),
            notes: vec![query.to_owned()],
            help: Help::default(),
            ..Reading::default()
        },
        total: 1,
        total_partial: 1,
        undated_left_out: 1,
        articles: vec![article],
        facets: None,
    }
}
