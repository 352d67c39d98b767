//! What tests read: a file of any name, and ZIPs made for it.

use std::path::Path;

use super::{Limits, Reading};
use crate::article::Article;
use crate::source::SourceFormat;
use crate::source::input::Content;
use crate::source::reading::outcome::Outcome;

/// What is read of a file of this name, of members up to `max_bytes`.
pub(in crate::source) fn read(
    name: &str,
    content: Content<'_>,
    max_bytes: u64,
) -> (Vec<Article>, Outcome) {
    let mut articles = Vec::new();
    let mut take = |article| {
        articles.push(article);
        true
    };
    let limits = Limits::of_bytes(max_bytes);
    let mut reading = Reading::new(name, limits, None, &mut take);
    let format = SourceFormat::of(Path::new(name)).unwrap_or(SourceFormat::Text);
    reading.file(content, format);
    let outcome = reading.finish();
    (articles, outcome)
}

/// A ZIP of members, each compressed if that makes it shorter.
#[cfg(any(feature = "archives", feature = "office", feature = "warc"))]
pub(in crate::source) fn zip<B: AsRef<[u8]>>(members: &[(&str, B)]) -> Vec<u8> {
    use std::io::{Cursor, Write};
    let mut archive = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let bytes = bytes.as_ref();
        let method = match bytes.len() {
            0..100 => ::zip::CompressionMethod::Stored,
            _ => ::zip::CompressionMethod::Deflated,
        };
        let options = ::zip::write::SimpleFileOptions::default().compression_method(method);
        archive
            .start_file(*name, options)
            .expect("memory takes what is written");
        archive
            .write_all(bytes)
            .expect("memory takes what is written");
    }
    archive
        .finish()
        .expect("memory takes what is written")
        .into_inner()
}
