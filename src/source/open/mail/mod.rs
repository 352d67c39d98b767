//! Messages: one article each, with what is attached as members.
//!
//! The text is the plain part, else the page as text; the subject is the title,
//! the sender the author, the day on which it was sent, where the sender was, the
//! date. A text in 7bit or 8bit leads back to its bytes; one in quoted-printable
//! or base64 does not, since no byte of it need stand in the file, but knows its
//! lines where it has any. What is quoted above or below a reply is text.
//!
//! `page` reads the page that a program saved as a message with its pictures
//! (MHTML).
//!
//! Example: `talks.eml` with a report attached gives the article `talks.eml`, and
//! what `talks.eml!/report.docx` holds.

mod attached;
mod body;
mod header;
mod parts;
mod transfer;

use std::borrow::Cow;

use serde_json::Value;

use self::body::Body;
pub(in crate::source) use self::header::is_message;
use self::header::{Head, SentDate, head, line_end};
pub(super) use self::header::{field_name, message_id};
use self::parts::{MOST_PARTS, Parts};
use crate::article::{Metadata, Offsets};
use crate::source::decode;
use crate::source::input::{About, Content, Document, Input};
use crate::source::kind::SourceFormat;
use crate::source::mapped::compose;
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{Reading, Result};

/// A message as it is read: bytes that begin with its head, and the way from
/// them to those of the input.
struct Letter<'b> {
    bytes: Cow<'b, [u8]>,
    way: Offsets,
}

/// Hands on the article that a message is, and what is attached to it.
pub(super) fn message(about: &About, content: Content<'_>, reading: &mut Reading<'_>) -> Result {
    let Some(bytes) = reading.whole(about, content)? else {
        return Ok(());
    };
    let Some((letter, head, start)) = letter(&bytes) else {
        return no_message(about, bytes, reading);
    };
    let parts = parts::parts(&letter.bytes, head_of_parts(&head), start);
    let member = about.member.as_deref();
    if parts.is_encrypted {
        reading.skip(member, &SkipReason::Encrypted);
    }
    let body = Body::of(&letter.bytes, &parts, about.is_from_quoted);
    let Body {
        text,
        offsets,
        lines,
        marks,
        remarks,
    } = body;
    let offsets = compose(offsets, &letter.way, text.len());
    let mut document = Document {
        text,
        offsets,
        lines,
        marks,
        remarks,
        ..Document::default()
    };
    let mut about = about.clone();
    state(&head, &mut document, &mut about);
    let is_empty = document.title.is_none() && document.text.trim().is_empty();
    if !is_empty {
        reading.document(&about, document)?;
    } else if parts.attached.is_empty() && !parts.is_encrypted {
        reading.skip(member, &SkipReason::Empty);
    }
    attached::hand_on(&about, &letter.bytes, &parts, reading)?;
    if parts.has_more {
        let limit = format!("it has more than {MOST_PARTS} parts");
        reading.skip(member, &SkipReason::OverBudget(limit));
    }
    Ok(())
}

/// Hands on the page that a program saved as a message.
#[cfg(feature = "html")]
pub(super) fn page(about: &About, content: Content<'_>, reading: &mut Reading<'_>) -> Result {
    use crate::source::input::BytesOf;

    let Some(bytes) = reading.whole(about, content)? else {
        return Ok(());
    };
    let found = letter(&bytes).map(|(letter, head, start)| {
        let address = head.location.clone();
        let parts = parts::parts(&letter.bytes, head, start);
        (letter, parts, address)
    });
    let page = found.as_ref().and_then(|(letter, parts, address)| {
        let part = parts.leaves.iter().find(|part| part.is_html())?;
        Some((letter, part, address))
    });
    let Some((letter, part, address)) = page else {
        let why = "it holds no web page; a message has the ending .eml".to_owned();
        reading.skip(about.member.as_deref(), &SkipReason::Damaged(why));
        return Ok(());
    };
    let is_address = |url: &&String| url.contains("://") && !url.starts_with("cid:");
    let own = part.head.location.as_ref().filter(is_address);
    let mut about = about.clone();
    about.format = Some(SourceFormat::Html);
    about.charset.clone_from(&part.head.charset);
    about.metadata.url = own.or(address.as_ref().filter(is_address)).cloned();
    about.bytes = match (about.bytes, &letter.way) {
        (BytesOf::File(by), Offsets::Shift(way)) if part.is_verbatim() => {
            let start = way + part.body.start;
            let before = bytes.get(..start).unwrap_or_default();
            about.first_line += memchr::memchr_iter(b'\n', before).count() as u64;
            BytesOf::File(by + start)
        }
        _ => BytesOf::Nowhere,
    };
    let (markup, _) = part.head.transfer.decode(part.written(&letter.bytes));
    reading.input(Input {
        about,
        content: Content::Whole(markup),
    })
}

/// What tells the parts apart, of the head of a message.
fn head_of_parts(head: &Head) -> Head {
    Head {
        content_type: head.content_type.clone(),
        charset: head.charset.clone(),
        boundary: head.boundary.clone(),
        file_name: head.file_name.clone(),
        is_attachment: head.is_attachment,
        transfer: head.transfer,
        has_fields: head.has_fields,
        ..Head::default()
    }
}

/// The message in these bytes, its head, and where that ends; `None` where they
/// do not begin as a message.
fn letter(bytes: &[u8]) -> Option<(Letter<'_>, Head, usize)> {
    let start = begin(bytes);
    let (stated, end) = head(bytes, start);
    if stated.has_fields {
        let end_of_letter = counted(bytes, start);
        let letter = Letter {
            bytes: Cow::Borrowed(bytes.get(..end_of_letter).unwrap_or(bytes)),
            way: Offsets::Shift(0),
        };
        return Some((letter, stated, end));
    }
    // A program that knows no mail saves it as UTF-16.
    let is_wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let is_wide = is_wide || bytes.get(..8).is_some_and(|head| head.contains(&0));
    let decoded = is_wide.then(|| decode::decode(bytes.to_vec()).ok())??;
    let bytes = decoded.text.into_bytes();
    let (stated, end) = head(&bytes, begin(&bytes));
    let letter = Letter {
        bytes: Cow::Owned(bytes),
        way: decoded.offsets,
    };
    stated.has_fields.then_some((letter, stated, end))
}

/// Where the head begins: behind a byte order mark, blank lines, the envelope of
/// a mailbox, and the count that Apple Mail writes above.
fn begin(bytes: &[u8]) -> usize {
    let mut at = if bytes.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    while let Some(end) = line_end(bytes, at) {
        let line = bytes.get(at..end).unwrap_or_default().trim_ascii();
        let is_above = line.is_empty()
            || line.starts_with(b"From ")
            || line.len() <= 10 && line.iter().all(u8::is_ascii_digit);
        if !is_above {
            break;
        }
        at = end;
    }
    at
}

/// Where a message ends that has its length above it, as Apple Mail saves it.
fn counted(bytes: &[u8], start: usize) -> usize {
    let above = bytes.get(..start).unwrap_or_default();
    let count = std::str::from_utf8(above)
        .ok()
        .and_then(|above| above.trim().parse().ok());
    let end = count.and_then(|count: usize| start.checked_add(count));
    end.filter(|end| *end <= bytes.len()).unwrap_or(bytes.len())
}

/// A file that is named as a message and has no head: a page, or a text.
fn no_message(about: &About, bytes: Vec<u8>, reading: &mut Reading<'_>) -> Result {
    let is_page = bytes.trim_ascii_start().first() == Some(&b'<');
    if is_page && SourceFormat::Html.family().is_built() {
        let about = About {
            format: Some(SourceFormat::Html),
            ..about.clone()
        };
        return reading.input(Input {
            about,
            content: Content::Whole(bytes),
        });
    }
    match decode::decode(bytes) {
        Ok(decoded) => {
            let document = Document {
                remarks: decode::remarks(decoded.unsure.as_deref(), &decoded.text).collect(),
                text: decoded.text,
                offsets: decoded.offsets,
                ..Document::default()
            };
            reading.document(about, document)
        }
        Err(reason) => {
            reading.skip(about.member.as_deref(), &reason);
            Ok(())
        }
    }
}

/// What the head states of the article.
fn state(head: &Head, document: &mut Document, about: &mut About) {
    document.title.clone_from(&head.subject);
    let location = head.location.clone();
    let mut metadata = Metadata {
        author: head.from.clone(),
        url: location.filter(|location| location.contains("://")),
        ..Metadata::default()
    };
    match &head.date {
        Some(SentDate::Known(date)) => metadata.date = Some(date.clone()),
        Some(SentDate::Unknown(written)) => {
            document.remarks.push(not_understood("date", written));
            metadata.date = Some(written.clone());
        }
        None => {}
    }
    let others = [
        ("to", &head.to),
        ("list-id", &head.list),
        ("message-id", &head.message_id),
    ];
    for (key, value) in others {
        if let Some(value) = value {
            metadata
                .other
                .insert(key.to_owned(), Value::from(value.as_str()));
        }
    }
    document.metadata = metadata;
    if let Some(id) = head.message_id.as_ref().filter(|id| **id != about.id) {
        about.aliases.push(id.clone());
    }
}

/// `date not understood: “soon”`.
fn not_understood(what: &str, written: &str) -> String {
    const MOST_SHOWN: usize = 60;
    let shown: String = written.chars().take(MOST_SHOWN).collect();
    format!("{what} not understood: “{shown}”")
}

/// Whether there is a text at all.
impl Parts {
    fn text_parts(&self) -> impl Iterator<Item = &parts::Part> {
        self.text.iter().filter_map(|index| self.leaves.get(*index))
    }
}

#[cfg(test)]
mod tests;
