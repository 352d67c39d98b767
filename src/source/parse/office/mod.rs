//! Documents of word processors: RTF, DOCX, ODT.
//!
//! Responsible for their text, paragraph by paragraph, and for the title and the
//! author that they state. What is no text of the document is left out: headers
//! and footers, comments, deleted text of tracked changes, hidden text. Their
//! dates say when the file was written, and are never dates of publication: they
//! stay among the other metadata.
//!
//! Their bytes are no text, so that a passage has no place in bytes and lines;
//! it stands in a paragraph ([`Paragraphs`]).
//!
//! Example: a DOCX with the paragraphs `Title`, an empty one, and `Text.` has the
//! text `Title`, two blank lines, `Text.`, and marks for the paragraphs 1 and 3.

mod docx;
mod odt;
mod paragraphs;
mod rtf;

use self::paragraphs::Paragraphs;
use crate::article::{Lines, Marks, Offsets, Unit};
use crate::source::input::{About, Document};
use crate::source::kind::SourceFormat;
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{Reading, Result};

/// What was read of a document, and what of it was left out.
#[derive(Debug, Default)]
struct Parsed {
    document: Document,
    left_out: Vec<SkipReason>,
}

/// Hands the document of this format to `reading`, with what of it was left out.
pub(super) fn parse(
    format: SourceFormat,
    about: &About,
    bytes: &[u8],
    reading: &mut Reading<'_>,
) -> Result {
    let parsed = match format {
        SourceFormat::Rtf => Ok(rtf::parse(bytes)),
        SourceFormat::Odt => odt::parse(bytes, reading)?,
        _ => docx::parse(bytes, reading)?,
    };
    let member = about.member.as_deref();
    let Parsed { document, left_out } = match parsed {
        Ok(parsed) => parsed,
        Err(reason) => {
            reading.skip(member, &reason);
            return Ok(());
        }
    };
    for reason in &left_out {
        reading.skip(member, reason);
    }
    if !document.text.trim().is_empty() {
        return reading.document(about, document);
    }
    if left_out.is_empty() {
        reading.skip(member, &SkipReason::Empty);
    }
    Ok(())
}

/// The document that some paragraphs are.
fn document(paragraphs: Paragraphs) -> Document {
    let (text, marks) = paragraphs.finish();
    Document {
        text,
        marks,
        offsets: Offsets::Nowhere,
        lines: Lines::None,
        ..Document::default()
    }
}

/// No marks yet.
fn no_marks() -> Marks {
    Marks::of(Unit::Paragraph)
}

/// Keeps what a document says of itself under a key, unless it is nothing.
fn keep(document: &mut Document, key: &str, value: &str) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    let metadata = &mut document.metadata;
    match key {
        "title" => document.title = Some(value.to_owned()),
        "author" => metadata.author = Some(value.to_owned()),
        key => _ = metadata.other.insert(key.to_owned(), value.into()),
    }
}
