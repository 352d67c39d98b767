//! A web page: one article.
//!
//! The encoding is that of a byte order mark, of whoever sent the page, or of its
//! own `<meta>`, where the bytes do not speak against it, else a guess as for any
//! text. The way back leads through both: from the text to the decoded markup,
//! and from there to the bytes of the page.

use memchr::memmem;

use crate::article::{LengthRun, Lines, Offsets};
use crate::source::decode;
use crate::source::html::page;
use crate::source::input::{About, Document};
use crate::source::outcome::SkipReason;

/// Hands on the article of a page, or those of an export that is one.
pub(super) fn parse(bytes: Vec<u8>, about: &About, reading: &mut Reading<'_>) -> Result {
    let decoded = match decoded(bytes, about) {
        Ok(decoded) => decoded,
        Err(reason) => {
            reading.skip(about.member.as_deref(), &reason);
            return Ok(());
        }
    };
    if let Some(mut records) = split::html::split(&decoded.text) {
        for Record { document, .. } in &mut records {
            let offsets = std::mem::replace(&mut document.offsets, Offsets::Nowhere);
            document.offsets = compose(offsets, &decoded.offsets, document.text.len());
        }
        return reading.records(about, records);
    }
    match article(decoded, about) {
        Ok(document) => reading.one(about, document),
        Err(reason) => {
            reading.skip(about.member.as_deref(), &reason);
            Ok(())
        }
    }
}

/// The markup of a page.
fn decoded(bytes: Vec<u8>, about: &About) -> std::result::Result<Decoded, SkipReason> {
    let own = declared(&bytes);
    let labels: Vec<&str> = about
        .charset
        .as_deref()
        .into_iter()
        .chain(own.as_deref())
        .collect();
    decode::decode_as(bytes, &labels)
}

/// The document that a page is.
fn article(decoded: Decoded, about: &About) -> std::result::Result<Document, SkipReason> {
    let page = page::read(&decoded.text, about.metadata.url.as_deref());
    if page.text.trim().is_empty() && page.title.is_none() {
        return Err(SkipReason::Empty);
    }
    let mut remarks = page.remarks;
    remarks.extend(decode::remarks(decoded.unsure.as_deref(), &page.text));
    Ok(Document {
        offsets: through(page.offsets, &decoded.offsets, page.text.len()),
        text: page.text,
        lines: Lines::Marked,
        marks: page.marks,
        title: page.title,
        metadata: page.metadata,
        remarks,
        ..Document::default()
    })
}

/// How much of a page is looked at for its encoding.
const MOST_HEAD: usize = 4096;

/// The encoding that a page's `<meta>` or XML declaration names.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(MOST_HEAD)];
    let head = head.to_ascii_lowercase();
    let xml = if head.starts_with(b"<?xml") {
        &head[..head.len().min(200)]
    } else {
        &[]
    };
    label_after(&head, b"charset").or_else(|| label_after(xml, b"encoding"))
}

/// The word behind `key` and `=`.
fn label_after(head: &[u8], key: &[u8]) -> Option<String> {
    memmem::find_iter(head, key).find_map(|at| {
        let rest = head[at + key.len()..]
            .trim_ascii_start()
            .strip_prefix(b"=")?;
        let rest = rest.trim_ascii_start();
        let rest = rest
            .strip_prefix(b"\"")
            .or(rest.strip_prefix(b"'"))
            .unwrap_or(rest);
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_:.+".contains(byte);
        let length = rest.iter().take_while(|byte| is_part(byte)).count();
        let label = std::str::from_utf8(&rest[..length.min(40)]).ok()?;
        (!label.is_empty()).then(|| label.to_owned())
    })
}

/// Offsets that lead to decoded markup, made to lead to the bytes that it was
/// decoded from.
///
/// A run of text that stands in the markup as it is, is cut where the encoding's
/// characters change their length; a reference stays one run.
fn through(offsets: Offsets, outer: &Offsets, length: usize) -> Offsets {
    let Offsets::Runs(runs) = offsets else {
        return offsets;
    };
    let outer = match outer {
        Offsets::Shift(by) => return Offsets::Runs(runs).moved(*by),
        Offsets::Nowhere => return Offsets::Nowhere,
        Offsets::Runs(outer) => outer,
    };
    let mut all: Vec<LengthRun> = Vec::with_capacity(runs.len());
    for (index, &(text, markup, in_text, in_markup)) in runs.iter().enumerate() {
        let end = runs.get(index + 1).map_or(length, |next| next.0);
        if (in_text, in_markup) == (1, 1) {
            same(&mut all, outer, text, markup, end.saturating_sub(text));
            continue;
        }
        let start = place(outer, markup);
        let behind = place(outer, markup + usize::from(in_markup));
        let in_file = u8::try_from(behind.saturating_sub(start)).unwrap_or(u8::MAX);
        push(&mut all, (text, start, in_text, in_file));
    }
    Offsets::Runs(all)
}

/// The byte at which the decoded offset `at` stands.
fn place(outer: &[LengthRun], at: usize) -> usize {
    let next = outer.partition_point(|run| run.0 <= at);
    next.checked_sub(1).map_or(at, |index| {
        let (from, file, in_text, in_file) = outer[index];
        file + (at - from) / usize::from(in_text.max(1)) * usize::from(in_file)
    })
}

/// The runs of `length` bytes of text that stand in the markup from `markup` on.
fn same(all: &mut Vec<LengthRun>, outer: &[LengthRun], text: usize, markup: usize, length: usize) {
    let mut index = outer
        .partition_point(|run| run.0 <= markup)
        .saturating_sub(1);
    while let Some(&(from, _, in_text, in_file)) = outer.get(index) {
        if from >= markup + length {
            break;
        }
        let at = from.max(markup);
        push(
            all,
            (text + (at - markup), place(outer, at), in_text, in_file),
        );
        index += 1;
    }
}

/// Adds a run, unless the last one goes on.
fn push(all: &mut Vec<LengthRun>, run: LengthRun) {
    if let Some(last) = all.last()
        && (last.2, last.3) == (run.2, run.3)
        && run.2 > 0
    {
        let characters = (run.0 - last.0) / usize::from(run.2);
        if last.1 + characters * usize::from(last.3) == run.1 {
            return;
        }
    }
    all.push(run);
}
