//! Any text is cut into blocks, sentences and passages that lose nothing, and
//! what lights up of any query lies inside them.
//!
//! Head of an input: the query, and on a second line the title given apart.

#![no_main]

use std::ops::Range;

use cybersearch::article::layout_of;
use cybersearch::layout::{BlockKind, Layout};
use cybersearch::matching::passage::{self, Match, Scored, Sentence};
use cybersearch::matching::{Matcher, TermClauses, disjoint};
use cybersearch::query::{Scope, parse};
use cybersearch::text::analyze::Analyzer;
use cybersearch_fuzz::{check_cover, check_disjoint, part, split};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (head, text) = split(input);
    let (query, title) = match head.split_once('\n') {
        Some((query, title)) => (query, Some(title)),
        None => (head, None),
    };
    let layout = layout_of(text, 0, title);
    let sentences = check_cut(text, &layout);
    check_words(text);
    let mut analyzer = Analyzer::default();
    let parts = TermClauses::of(&parse(query).query, &mut analyzer);
    let matcher = Matcher::new(&parts);
    let matches = find(&matcher, &mut analyzer, text, &layout, &sentences);
    for found in &matches {
        let lit: Vec<Range<usize>> = found.lit.iter().map(|lit| lit.span.clone()).collect();
        part(text, found.span.clone());
        for span in lit {
            part(text, span.clone());
            assert!(found.span.start <= span.start && span.end <= found.span.end);
        }
    }
    let weights = vec![1.0; parts.parts.len()];
    let chosen = passage::choose(text, &sentences, &matches, &weights, 3);
    check_passages(text, &sentences, &matches, chosen);
});

/// The blocks cover the text, the sentences the blocks.
fn check_cut(text: &str, layout: &Layout) -> Vec<Sentence> {
    let blocks: Vec<Range<usize>> = layout.blocks.iter().map(|one| one.span.clone()).collect();
    check_cover(text, &blocks);
    if let Some(title) = &layout.title {
        part(text, title.clone());
    }
    let sentences = passage::sentences(text, layout);
    let boilerplate = passage::boilerplate(text, layout);
    let headlines = layout.blocks.iter();
    let headlines = headlines.filter(|block| block.kind == BlockKind::Headline);
    let mut all: Vec<Range<usize>> = headlines.map(|block| block.span.clone()).collect();
    all.extend(
        sentences
            .iter()
            .chain(&boilerplate)
            .map(|one| one.span.clone()),
    );
    all.sort_by_key(|span| span.start);
    check_cover(text, &all);
    for sentence in sentences.iter().chain(&boilerplate) {
        let words = text[sentence.span.clone()].split_whitespace().count();
        assert_eq!(words, sentence.words);
    }
    sentences
}

/// Words stand in order and begin as their stems do.
fn check_words(text: &str) {
    let mut spans = Vec::new();
    Analyzer::default().words(text, |word| {
        spans.push(word.span());
        assert!(!word.form().is_empty());
        assert_eq!(word.form().chars().next(), word.term().chars().next());
    });
    check_disjoint(text, &spans);
}

/// What answers in the body.
fn find(
    matcher: &Matcher<'_>,
    analyzer: &mut Analyzer,
    text: &str,
    layout: &Layout,
    sentences: &[Sentence],
) -> Vec<Match> {
    let mut scan = matcher.scan();
    for block in layout.body() {
        let content = &text[block.span.clone()];
        matcher.look(&mut scan, analyzer, content, block.span.start);
    }
    let in_one_sentence = |from: usize, to: usize| {
        let mut spans = sentences.iter().map(|sentence| &sentence.span);
        spans.any(|span| span.start <= from && to <= span.end)
    };
    matcher.matches(&scan, &[Scope::Anywhere, Scope::Body], &in_one_sentence)
}

/// Passages are runs of whole sentences, disjoint, and hold what lights up.
fn check_passages(text: &str, sentences: &[Sentence], matches: &[Match], chosen: Vec<Scored>) {
    let mut spans = Vec::new();
    for Scored { passage, score } in chosen {
        assert!(score.is_finite());
        let span = passage.span;
        assert_eq!(sentences[passage.ordinal].span.start, span.start);
        assert!(sentences.iter().any(|one| one.span.end == span.end));
        let inside = |found: &&Match| span.start <= found.span.start && found.span.end <= span.end;
        let inside: Vec<&Match> = matches.iter().filter(inside).collect();
        assert!(!inside.is_empty(), "a passage answers nothing");
        let lit = disjoint(inside).into_iter();
        let lit: Vec<Range<usize>> = lit
            .map(|lit| lit.span.start - span.start..lit.span.end - span.start)
            .collect();
        check_disjoint(&text[span.clone()], &lit);
        spans.push(span);
    }
    spans.sort_by_key(|span| span.start);
    check_disjoint(text, &spans);
}
