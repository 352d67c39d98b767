//! What is attached to a message, as members.
//!
//! A member has the file name that its sender gave it, without folders; one
//! without a name has the number of its part and an ending by its type, a message
//! its number (`message 1`). Two of one name are told apart by a number.
//!
//! Example: the second `report.docx` of `talks.eml` is the member
//! `report (2).docx`.

use rustc_hash::FxHashSet;

use super::body::is_quoted;
use super::parts::{Part, Parts};
use crate::article::INSIDE;
use crate::source::input::{About, Content, Input};
use crate::source::kind::SourceFormat;
use crate::source::reading::budget::MOST_NAME;
use crate::source::reading::{Reading, Result};

/// Hands on what is attached to the message `about`.
pub(super) fn hand_on(
    about: &About,
    bytes: &[u8],
    parts: &Parts,
    reading: &mut Reading<'_>,
) -> Result {
    let mut names = Names::default();
    for index in &parts.attached {
        let Some(part) = parts.leaves.get(*index) else {
            continue;
        };
        // A mailbox may hold any number of messages with something attached.
        if about.depth > 1 {
            reading.budget.member()?;
        }
        let name = names.name(part, index + 1);
        let mut member = about.member(&name);
        if let Some(way) = &member.member {
            member.id = format!("{}{INSIDE}{way}", reading.key());
        }
        member.format = format(part);
        member.charset.clone_from(&part.head.charset);
        let (mut content, _) = part.head.transfer.decode(part.written(bytes));
        if about.is_from_quoted && part.is_verbatim() {
            content = without_quotes(&content);
        }
        reading.input(Input {
            about: member,
            content: Content::Whole(content),
        })?;
    }
    Ok(())
}

/// The names that a message's members have so far.
#[derive(Default)]
struct Names {
    taken: FxHashSet<String>,
    messages: u64,
}

impl Names {
    /// A name for a part, the `number`th of its message.
    fn name(&mut self, part: &Part, number: usize) -> String {
        let given = part.head.file_name.as_deref().map(bare);
        let name = given.filter(|name| !name.is_empty()).unwrap_or_else(|| {
            if part.head.is("message/") {
                self.messages += 1;
                return format!("message {}", self.messages);
            }
            format!("part {number}{}", ending(part))
        });
        let mut unique = name.clone();
        let mut count = 1_u64;
        while !self.taken.insert(unique.clone()) {
            count += 1;
            let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
            let dot = if ending.is_empty() { "" } else { "." };
            unique = format!("{stem} ({count}){dot}{ending}");
        }
        unique
    }
}

/// A file name without folders and what no name should have.
fn bare(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let plain = |c: char| if c.is_control() { '_' } else { c };
    let mut bare: String = last.trim().chars().map(plain).collect();
    let end = bare.floor_char_boundary(MOST_NAME.min(255));
    bare.truncate(end);
    match bare.as_str() {
        "." | ".." => String::new(),
        _ => bare,
    }
}

/// The format that a part's content type says, where its name says none.
fn format(part: &Part) -> Option<SourceFormat> {
    let name = part.head.file_name.as_deref().unwrap_or_default();
    if SourceFormat::of(std::path::Path::new(name)).is_some() {
        return None;
    }
    let kind = part.head.content_type.as_deref()?;
    let (_, format, _) = KINDS.iter().find(|(known, ..)| *known == kind)?;
    Some(*format).filter(|format| format.family().is_built())
}

/// The ending of a part without a name.
fn ending(part: &Part) -> &'static str {
    let kind = part.head.content_type.as_deref().unwrap_or("text/plain");
    let found = KINDS.iter().find(|(known, ..)| *known == kind);
    found.map_or("", |(_, _, ending)| ending)
}

/// Content types with their formats and endings.
const KINDS: [(&str, SourceFormat, &str); 16] = [
    ("text/plain", SourceFormat::Text, ".txt"),
    ("text/html", SourceFormat::Html, ".html"),
    ("text/markdown", SourceFormat::Markdown, ".md"),
    ("text/csv", SourceFormat::Table, ".csv"),
    ("text/rtf", SourceFormat::Rtf, ".rtf"),
    ("application/rtf", SourceFormat::Rtf, ".rtf"),
    ("application/msword", SourceFormat::Rtf, ".doc"),
    ("application/pdf", SourceFormat::Pdf, ".pdf"),
    ("application/zip", SourceFormat::Zip, ".zip"),
    ("application/x-zip-compressed", SourceFormat::Zip, ".zip"),
    ("application/gzip", SourceFormat::Gzip, ".gz"),
    ("application/epub+zip", SourceFormat::Epub, ".epub"),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        SourceFormat::Docx,
        ".docx",
    ),
    (
        "application/vnd.oasis.opendocument.text",
        SourceFormat::Odt,
        ".odt",
    ),
    ("message/rfc822", SourceFormat::Eml, ".eml"),
    ("message/global", SourceFormat::Eml, ".eml"),
];

/// Bytes without the `>` that a mailbox puts before `From `.
fn without_quotes(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let skipped = usize::from(is_quoted(line));
        plain.extend_from_slice(line.get(skipped..).unwrap_or_default());
    }
    plain
}
