//! Containers made for tests, and what is read of them.

use std::io::{Cursor, Write};

use crate::article::Article;
use crate::source::Skip;
use crate::source::input::Content;
use crate::source::trial;

/// How the bytes of a file are given.
#[derive(Debug, Clone, Copy)]
pub(in crate::source) enum As {
    Whole,
    File,
    Stream,
}

/// All ways.
pub(in crate::source) const WAYS: [As; 3] = [As::Whole, As::File, As::Stream];

/// What is read of a file of this name.
pub(in crate::source) fn read_as(way: As, name: &str, bytes: &[u8]) -> (Vec<Article>, Vec<Skip>) {
    let mut file = Cursor::new(bytes);
    let content = match way {
        As::Whole => Content::Whole(bytes.to_vec()),
        As::File => Content::File(&mut file),
        As::Stream => Content::Stream(&mut file),
    };
    let (articles, outcome) = trial::read(name, content, 64 << 20);
    (articles, outcome.skipped)
}

/// What is read of a file of this name, however it is given.
pub(in crate::source) fn read(name: &str, bytes: &[u8]) -> (Vec<Article>, Vec<Skip>) {
    let shown = |(articles, skips): &(Vec<Article>, Vec<Skip>)| format!("{articles:?} {skips:?}");
    let [first, others @ ..] = WAYS.map(|way| read_as(way, name, bytes));
    for other in others {
        assert_eq!(shown(&other), shown(&first), "{name}");
    }
    first
}

/// The ids of articles.
pub(in crate::source) fn ids(articles: &[Article]) -> Vec<&str> {
    articles.iter().map(|article| article.id.as_str()).collect()
}

/// What was left out, a line each.
pub(in crate::source) fn told(skips: &[Skip]) -> Vec<String> {
    let line = |skip: &Skip| format!("{}: {}", skip.place(""), skip.reason);
    skips.iter().map(line).collect()
}

pub(in crate::source) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed
        .write_all(bytes)
        .expect("memory takes what is written");
    packed.finish().expect("memory takes what is written")
}

/// A ZIP of members.
pub(in crate::source) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    trial::zip(members)
}

/// Bytes with another name in all places of one: names that no writer writes.
pub(in crate::source) fn replaced(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> = memchr::memmem::find_iter(&bytes, from).collect();
    for place in places {
        bytes[place..place + to.len()].copy_from_slice(to);
    }
    bytes
}
