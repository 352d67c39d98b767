//! The parts of a document that is a ZIP of XML files, and a walk over one.
//!
//! Nothing that the ZIP declares is trusted: bytes are counted as they are read,
//! against the budget of the source file and the limit of a document. XML is read
//! without document types, so that the only entities are those of XML itself, and
//! no deeper than [`MOST_DEPTH`] elements; what is read before something is wrong
//! stays.
//!
//! Example: a walk over `<w:t>a &amp; b</w:t>` visits the start of `t`, the texts
//! `a `, `&` and ` b`, and the end of `t`.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use encoding_rs::Encoding;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::failure::plain_cause;
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{Reading, Result};

/// How deep elements may lie in each other.
pub(super) const MOST_DEPTH: usize = 256;

/// A document as a ZIP.
pub(super) struct ZippedParts<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> ZippedParts<'a> {
    /// Opens the ZIP that `bytes` are.
    pub(super) fn open(bytes: &'a [u8]) -> std::result::Result<ZippedParts<'a>, SkipReason> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| told(&error))?;
        Ok(ZippedParts { archive })
    }

    /// The text of the part `name`, which is XML; `None` where there is none, or
    /// what is wrong with it.
    pub(super) fn part(
        &mut self,
        name: &str,
        reading: &mut Reading<'_>,
    ) -> Result<Option<std::result::Result<String, SkipReason>>> {
        let bytes = self.bytes(name, reading)?;
        Ok(bytes.map(|bytes| bytes.map(|bytes| decoded(&bytes).into_owned())))
    }

    /// The bytes of the part `name`, paid for.
    pub(super) fn bytes(
        &mut self,
        name: &str,
        reading: &mut Reading<'_>,
    ) -> Result<Option<std::result::Result<Vec<u8>, SkipReason>>> {
        let mut file = match self.archive.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Ok(Some(Err(told(&error)))),
        };
        let most = reading.limits.max_bytes;
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) => return Ok(Some(Err(SkipReason::Damaged(plain_cause(&error))))),
            };
            reading.budget.bytes(read as u64)?;
            bytes.extend_from_slice(buffer.get(..read).unwrap_or_default());
            if bytes.len() as u64 > most {
                return Ok(Some(Err(SkipReason::TooLarge(most))));
            }
        }
        let refused = reading.limits.refuses(bytes.len() as u64);
        Ok(Some(refused.map_or(Ok(bytes), Err)))
    }
}

/// What is told of a ZIP that cannot be read.
fn told(error: &ZipError) -> SkipReason {
    match error {
        ZipError::UnsupportedArchive(why) if why.contains("assword") => SkipReason::Encrypted,
        ZipError::InvalidPassword => SkipReason::Encrypted,
        ZipError::Io(error) => SkipReason::Damaged(plain_cause(error)),
        error => SkipReason::Damaged(error.to_string()),
    }
}

/// XML as text: UTF-8, or UTF-16 with its mark.
pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => {
            let rest = bytes.get(mark..).unwrap_or_default();
            encoding.decode_without_bom_handling(rest).0
        }
        None => String::from_utf8_lossy(bytes),
    }
}

/// A step of a walk.
pub(super) enum Node<'x> {
    /// An element begins.
    Start(&'x BytesStart<'x>),
    /// An element ends; its name without prefix.
    End(&'x str),
    /// Text, decoded.
    Text(&'x str),
}

/// Visits elements and texts in order; says why it ended early, if it did.
pub(super) fn walk(xml: &str, mut visit: impl FnMut(Node<'_>)) -> Option<SkipReason> {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_dangling_amp = true;
    let mut depth = 0_usize;
    loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => return Some(SkipReason::Damaged(error.to_string())),
        };
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > MOST_DEPTH {
                    let limit = format!("it has elements deeper than {MOST_DEPTH} in each other");
                    return Some(SkipReason::OverBudget(limit));
                }
                visit(Node::Start(&start));
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                visit(Node::End(end.local_name().into_inner()));
            }
            Event::Text(text) => visit(Node::Text(&text.xml10_content())),
            Event::CData(text) => visit(Node::Text(&text.xml10_content())),
            Event::GeneralRef(reference) => {
                if let Some(c) = character(&reference) {
                    visit(Node::Text(c.encode_utf8(&mut [0; 4])));
                }
            }
            Event::Eof if depth > 0 => {
                return Some(SkipReason::Damaged("its XML breaks off".to_owned()));
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The character that a reference stands for: those of XML, and one more.
fn character(reference: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return Some(c);
    }
    match &*reference.xml10_content() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        // Of HTML, which books are written in.
        "nbsp" => Some(' '),
        _ => None,
    }
}

/// The value of an attribute, by its name without prefix.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().into_inner() == name)?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

/// The texts of the elements with these names, each with its name.
pub(super) fn texts<'n>(xml: &str, names: &[&'n str]) -> Vec<(&'n str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    let mut is_inside = false;
    // What is stated before something is wrong is good.
    let _ = walk(xml, |node| match node {
        Node::Start(start) => {
            let local = start.local_name().into_inner();
            let name = names.iter().find(|name| **name == local);
            is_inside = name.is_some();
            if let Some(name) = name {
                found.push((*name, String::new()));
            }
        }
        Node::End(_) => is_inside = false,
        Node::Text(text) => {
            if let Some((_, value)) = found.last_mut().filter(|_| is_inside) {
                value.push_str(text);
            }
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_decodes_and_is_bounded() {
        let told = |xml: &str| {
            let mut told = String::new();
            let end = walk(xml, |node| match node {
                Node::Start(start) => told.push_str(start.local_name().into_inner()),
                Node::End(_) => told.push('/'),
                Node::Text(text) => told.push_str(text),
            });
            (told, end.map(|reason| reason.to_string()))
        };
        assert_eq!(
            told("<w:t>a &amp;&#98;&x;</w:t>"),
            ("ta &b/".to_owned(), None)
        );
        let bomb = "<!DOCTYPE a [<!ENTITY x \"yyyy\">]><a>&x;</a>";
        assert_eq!(told(bomb), ("a/".to_owned(), None));
        let (_, deep) = told(&"<a>".repeat(300));
        assert!(deep.unwrap().contains("deeper than 256"));
        assert!(told("<a>b").1.unwrap().contains("breaks off"));
        assert!(told("<a></b>").1.is_some());
    }
}
