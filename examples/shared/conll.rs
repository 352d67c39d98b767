//! Reads texts in which names are marked: one token and its tag a line,
//! `-DOC-` before each article, an empty line after each sentence. Tokens are
//! joined by spaces, sentences by line ends.

use std::ops::Range;

/// An article and the names in it, in bytes of its text.
#[derive(Debug, Default)]
pub(crate) struct Article {
    pub(crate) text: String,
    pub(crate) sentences: Vec<Range<usize>>,
    /// Tags with `PER` or `person` in them.
    pub(crate) people: Vec<Range<usize>>,
    /// All other tags but `O`.
    pub(crate) others: Vec<Range<usize>>,
}

/// The articles of `lines`.
pub(crate) fn read(lines: &str) -> Vec<Article> {
    let mut articles: Vec<Article> = Vec::new();
    let mut ends_sentence = true;
    for line in lines.lines() {
        if line.starts_with("-DOC-") {
            articles.push(Article::default());
            ends_sentence = true;
            continue;
        }
        let Some(article) = articles.last_mut() else {
            continue;
        };
        match line.split_once('\t') {
            Some((token, tag)) if !token.trim().is_empty() => {
                add(article, token, tag, ends_sentence);
                ends_sentence = false;
            }
            _ => ends_sentence = true,
        }
    }
    articles.retain(|article| !article.text.is_empty());
    articles
}

fn add(article: &mut Article, token: &str, tag: &str, opens_sentence: bool) {
    if !article.text.is_empty() {
        article.text.push(if opens_sentence { '\n' } else { ' ' });
    }
    let span = article.text.len()..article.text.len() + token.len();
    article.text.push_str(token);
    match article.sentences.last_mut() {
        Some(last) if !opens_sentence => last.end = span.end,
        _ => article.sentences.push(span.clone()),
    }
    if tag == "O" {
        return;
    }
    let is_person = tag.contains("PER") || tag.to_lowercase().contains("person");
    let names = if is_person {
        &mut article.people
    } else {
        &mut article.others
    };
    match names.last_mut() {
        Some(last) if tag.starts_with("I-") && last.end + 1 == span.start => last.end = span.end,
        _ => names.push(span),
    }
}
