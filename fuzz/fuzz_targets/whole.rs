//! From a file to what is printed: any bytes under any name are indexed, asked
//! and printed; no format lets them act on a terminal, and machines read back
//! what is there. Slow, since each input makes an index.
//!
//! Head of an input: the query, and on a second line the file's name.

#![no_main]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cybersearch::engine::local::Index;
use cybersearch::library::Library;
use cybersearch::output::{IndexInfo, facets as facet_output, show, status};
use cybersearch::search::{By, FacetRequest, Request, facets, rank, search};
use cybersearch::update::in_memory;
use cybersearch_fuzz::printed::{Given, check_answer, check_run, check_shown, harmless, style};
use cybersearch_fuzz::{fresh_folder, split_bytes, write};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// A query that every article answers.
const EVERYTHING: &str = "date:unknown OR date:>1000";

static FOLDER: LazyLock<PathBuf> = LazyLock::new(fresh_folder);

fuzz_target!(|input: &[u8]| {
    let (head, bytes) = split_bytes(input);
    let mut head = head.splitn(2, |byte| *byte == b'\n');
    let query = String::from_utf8_lossy(head.next().unwrap_or_default()).into_owned();
    let Some(path) = place(head.next().unwrap_or_default(), bytes) else {
        return;
    };
    let library = Library::at(&FOLDER);
    let index = in_memory(&library, &|_| {}).expect("a library can be indexed");
    check_status(&index);
    let request = Request {
        limit: 10,
        passages: 2,
        explain: true,
        shown_from: FOLDER.clone(),
        text: query,
        ..Request::default()
    };
    // The article itself, whatever the query.
    let all = Request {
        text: EVERYTHING.to_owned(),
        ..request.clone()
    };
    for request in [&request, &all] {
        let answer = search(&index, request).expect("a query can be answered");
        check_answer(&Given {
            query: &request.text,
            answer: &answer,
            info: &IndexInfo::of(&index, None),
            path: &path,
            bytes,
        });
        check_run(
            &request.text,
            &rank(&index, request).expect("a query can be answered"),
        );
    }
    check_show(&index, &all);
    check_facets(&index, &all);
    let _ = std::fs::remove_file(FOLDER.join(&path));
});

/// Writes the file under its name, if there can be one.
fn place(name: &[u8], bytes: &[u8]) -> Option<PathBuf> {
    let seeds = FOLDER.join("seeds");
    let _ = std::fs::remove_dir_all(&seeds);
    let name: Vec<u8> = name
        .iter()
        .copied()
        .filter(|byte| !b"/\0".contains(byte))
        .take(100)
        .collect();
    // A leading dot would hide the file.
    let ending: &[u8] = if bytes.starts_with(b"{") {
        b".jsonl"
    } else {
        b".txt"
    };
    let name = OsString::from_vec([b"n", name.as_slice(), ending].concat());
    let path = Path::new("seeds").join(name);
    write(&FOLDER.join(&path), bytes).ok()?;
    Some(path)
}

fn check_status(index: &Index) {
    let check = index.check_sources().expect("files can be looked at");
    let skips = index.skips().expect("it is sound");
    let formats = index.formats().expect("it is sound");
    let status = status::Status::new(index, check, skips, formats);
    let mut out = Vec::new();
    status.print_text(&mut out).expect("memory takes all");
    harmless(out);
    let mut out = Vec::new();
    status.print_json(&mut out).expect("memory takes all");
    let json: Value = serde_json::from_str(&harmless(out)).expect("it is JSON");
    assert_eq!(json["articles"], index.state().articles);
}

/// `show` of the articles of `request`.
fn check_show(index: &Index, request: &Request) {
    let found = search(index, request).expect("a query can be answered");
    for article in found.articles {
        let (id, key) = (&article.record.id, &article.record.path);
        let named = index.articles_named(id, key).expect("it is sound");
        assert!(!named.is_empty(), "{id:?} is not found by its name");
        for (record, text) in named {
            let mut article = record.article(text);
            let layout = article.layout();
            let extraction = index.owner().extract(&mut article, &layout);
            let shown = show::Shown {
                record: &record,
                article: &article,
                extraction,
                path: Path::new(key),
                state: cybersearch::update::FileState::Fresh,
                marks: None,
                surnames: &[],
            };
            check_shown(&shown);
        }
    }
}

fn check_facets(index: &Index, request: &Request) {
    let wanted = FacetRequest {
        by: vec![By::Country, By::Person, By::Year, By::Source],
        limit: 5,
        ..FacetRequest::default()
    };
    let answer = facets(index, request, &wanted).expect("facets can be counted");
    let info = IndexInfo::of(index, None);
    use facet_output::FacetFormat::{Bars, Csv, Json, Plain};
    for format in [Bars, Plain, Csv, Json] {
        let mut out = Vec::new();
        let style = style(false, true, 40);
        facet_output::print(format, &request.text, &answer, &info, &style, &mut out)
            .expect("memory takes all");
        harmless(out);
    }
}
