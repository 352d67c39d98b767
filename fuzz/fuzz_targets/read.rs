//! Any bytes are a file: text, or a reason why not; and places in the text lead
//! back into the file.
//!
//! Head of an input: the ending of the file's name (`txt`, `md`, `jsonl`), and
//! on further lines its sidecar, if there are any.

#![no_main]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cybersearch::article::{Article, Offsets};
use cybersearch::source::stream::{Cutter, InputShape};
use cybersearch::source::{self, Selection, SourceFormat};
use cybersearch_fuzz::{fresh_folder, split_bytes};
use libfuzzer_sys::fuzz_target;

static FOLDER: LazyLock<PathBuf> = LazyLock::new(fresh_folder);

fuzz_target!(|input: &[u8]| {
    let (head, bytes) = split_bytes(input);
    let mut head = head.splitn(2, |byte| *byte == b'\n');
    let format = match head.next().unwrap_or_default() {
        b"md" => SourceFormat::Markdown,
        b"jsonl" => SourceFormat::JsonLines,
        _ => SourceFormat::Text,
    };
    let name = match format {
        SourceFormat::Markdown => "a.md",
        SourceFormat::JsonLines => "a.jsonl",
        _ => "a.txt",
    };
    let location = FOLDER.join(name);
    let beside = FOLDER.join(format!("{name}.meta.json"));
    std::fs::write(&location, bytes).expect("a file can be written");
    match head.next() {
        Some(sidecar) => std::fs::write(&beside, sidecar).expect("a file can be written"),
        None => drop(std::fs::remove_file(&beside)),
    }
    // Other formats are read by `formats`.
    let selection = Selection {
        plain_text: true,
        ..Selection::default()
    };
    let (articles, outcome, hash) = cybersearch_fuzz::read(&FOLDER, name, &selection);
    assert_eq!(articles.len() as u64, outcome.articles);
    assert!(
        outcome.articles > 0 || !outcome.skipped.is_empty(),
        "nothing is told"
    );
    assert!(outcome.hash == hash || outcome.hash == 0);
    for article in &articles {
        check(article, bytes, format);
    }
    check_stream(&location, bytes, format, &articles);
});

/// Places in the text lead into the file, in order; of UTF-8, to the very bytes.
fn check(article: &Article, bytes: &[u8], format: SourceFormat) {
    let text = &article.text;
    assert!(text.is_char_boundary(article.body_start));
    article.layout();
    if format == SourceFormat::JsonLines {
        assert_eq!(article.offsets, Offsets::Shift(0));
        assert!(!text.trim().is_empty() || article.given_title.is_some());
        return;
    }
    assert!(!text.trim().is_empty());
    let mut last = 0;
    for (at, c) in text.char_indices() {
        let file = article.offsets.range_to_file(&(at..at + c.len_utf8()));
        assert!(file.start >= last && file.end >= file.start && file.end <= bytes.len());
        last = file.start;
        if let Offsets::Shift(_) = article.offsets {
            assert_eq!(&bytes[file], c.encode_utf8(&mut [0; 4]).as_bytes());
        } else if c.is_ascii_alphanumeric() && !file.is_empty() {
            // In every encoding that is told apart, the byte of a letter is there.
            assert!(
                bytes[file].contains(&(c as u8)) || !text.is_ascii(),
                "{c:?} in {text:?}"
            );
        }
    }
}

/// The same file without a library gives the same articles.
fn check_stream(location: &Path, bytes: &[u8], format: SourceFormat, articles: &[Article]) {
    let mut streamed = Vec::new();
    let mut take = |piece: source::stream::InputPiece| {
        piece.read(|read| streamed.extend(read.ok()));
        true
    };
    let mut cutter = Cutter {
        shape: InputShape::Auto,
        max_bytes: source::DEFAULT_MAX_BYTES,
    };
    cutter.file(location, &mut take);
    // A library leaves out a second record with the same id.
    let is_known = |article: &&Article| {
        format != SourceFormat::JsonLines || {
            articles
                .iter()
                .any(|known| known.record_line == article.record_line)
        }
    };
    let streamed: Vec<&Article> = streamed.iter().filter(is_known).collect();
    assert_eq!(streamed.len(), articles.len());
    for (streamed, article) in streamed.iter().zip(articles) {
        assert_eq!(streamed.text, article.text);
        assert_eq!(streamed.metadata, article.metadata);
        assert_eq!(streamed.offsets, article.offsets);
        assert_eq!(streamed.given_title, article.given_title);
    }
    for shape in [InputShape::Auto, InputShape::Text, InputShape::JsonLines] {
        cutter.shape = shape;
        cutter.max_bytes = 100;
        cutter.pipe(bytes, &mut |piece| {
            piece.read(drop);
            true
        });
    }
}
