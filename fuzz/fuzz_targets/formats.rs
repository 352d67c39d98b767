//! Any bytes are a file of any format: its articles, or reasons why not; and
//! places in their texts lead into the file.
//!
//! Head of an input: the file's name, whose ending tells the format (`a.html`,
//! `a.mbox`). PDF is left out, since another program reads it.

#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use cybersearch::article::{Article, OffsetBase};
use cybersearch::source::{Selection, SourceFormat};
use cybersearch_fuzz::{fresh_folder, split_bytes};
use libfuzzer_sys::fuzz_target;

static FOLDER: LazyLock<PathBuf> = LazyLock::new(fresh_folder);

/// A text is no longer than this, or the fuzzer would wait for it.
const MOST_BYTES: u64 = 1 << 20;

fuzz_target!(|input: &[u8]| {
    let (head, bytes) = split_bytes(input);
    let ending = String::from_utf8_lossy(head);
    let endings = SourceFormat::all().flat_map(|(format, endings)| {
        endings.iter().map(move |ending| (format, *ending))
    });
    let known = endings
        .filter(|(format, _)| *format != SourceFormat::Pdf)
        .find(|(_, known)| ending.ends_with(*known));
    let Some((_, ending)) = known else {
        return;
    };
    if bytes.starts_with(b"%PDF-") {
        return;
    }
    let name = format!("a.{ending}");
    std::fs::write(FOLDER.join(&name), bytes).expect("a file can be written");
    let selection = Selection {
        max_bytes: MOST_BYTES,
        ..Selection::default()
    };
    let (articles, outcome, hash) = cybersearch_fuzz::read(&FOLDER, &name, &selection);
    assert_eq!(articles.len() as u64, outcome.articles);
    assert!(outcome.failed.is_none(), "the disk is not broken");
    assert_eq!(outcome.hash, hash);
    for skip in &outcome.skipped {
        assert!(!skip.reason.contains("please report it"), "{}", skip.reason);
    }
    for article in &articles {
        check(article, bytes);
    }
    std::fs::remove_file(FOLDER.join(&name)).expect("it can be removed");
});

/// Places in the text lead into the file, in order.
fn check(article: &Article, bytes: &[u8]) {
    let text = &article.text;
    assert!(text.is_char_boundary(article.body_start));
    let layout = article.layout();
    let _ = article.title(&layout);
    let mut last = 0;
    for (at, c) in text.char_indices() {
        let range = article.offsets.range_to_file(&(at..at + c.len_utf8()));
        assert!(range.end >= range.start);
        if article.offsets.base(article.origin.base) == OffsetBase::File && article.record_line.is_none() {
            assert!(range.start >= last && range.end <= bytes.len(), "{range:?}");
        }
        last = range.start;
        article.origin.marks.at(at);
    }
}
