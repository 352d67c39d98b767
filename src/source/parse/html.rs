//! A web page: one article.
//!
//! The encoding is that of a byte order mark, of whoever sent the page, or of its
//! own `<meta>`, where the bytes do not speak against it, else a guess as for any
//! text. The way back leads through both: from the text to the decoded markup,
//! and from there to the bytes of the page.

use memchr::memmem;

use crate::article::{Lines, Offsets};
use crate::source::decode::{self, Decoded};
use crate::source::html::page;
use crate::source::input::{About, Document};
use crate::source::mapped::compose;
use crate::source::outcome::SkipReason;
use crate::source::reading::{Reading, Result};
use crate::source::split::{self, Record};

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
        offsets: compose(page.offsets, &decoded.offsets, page.text.len()),
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
