//! PDF, by way of poppler's `pdftotext` in a process of its own.
//!
//! What the program prints (`pages`) loses its running heads (`heads`), is put in
//! the order of reading (`order`), and becomes paragraphs (`flow`, `hyphens`). A
//! passage stands on a page; its bytes are nowhere in the file. Best of eight
//! readers in text, robustness and memory, and none of them has to be linked:
//! where there is no `pdftotext`, each file is left out with the name of the
//! package.
//!
//! F1 of 4-word shingles (`examples/pdf.rs`):
//!
//! | | one column | two | three | `LibreOffice` |
//! |---|---|---|---|---|
//! | `pdftotext` as it prints text | .966 | .947 | .901 | .998 |
//! | this | .996 | .987 | .952 | 1.000 |
//!
//! The Info dictionary gives author, subject and keywords, and the title where it
//! looks like one. Its dates are those of the file, never of publication.

mod flow;
mod heads;
mod hyphens;
mod order;
mod pages;

use std::sync::Arc;

use memchr::memmem;

use self::pages::{MOST_TEXT, PagesReader, Printed, TextPage};
use crate::article::{Lines, Metadata, Offsets};
use crate::source::child::{self, ChildLimits, Ended, Ran};
use crate::source::input::{About, Document};
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{Reading, Result};

/// Boxes take some twenty times the bytes of their text, and are read as they
/// come: this is as much as 20 seconds of processor time print.
const MOST_PRINTED: u64 = 1 << 30;

/// A page with fewer letters has no text layer worth the name.
const MIN_LETTERS: usize = 30;

/// Hands on the article, or the articles, of a PDF.
pub(super) fn read(about: &About, bytes: Vec<u8>, reading: &mut Reading<'_>) -> Result {
    let member = about.member.as_deref();
    let Some(program) = child::pdftotext() else {
        let why = "needs pdftotext (package poppler-utils)".to_owned();
        reading.skip(member, &SkipReason::Unread(why));
        return Ok(());
    };
    let bytes = Arc::new(bytes);
    let limits = ChildLimits {
        output: MOST_PRINTED,
        ..ChildLimits::default()
    };
    let mut pages = PagesReader::default();
    let arguments = ["-bbox-layout", "-enc", "UTF-8", "-", "-"];
    let ran = child::run(program, &arguments, Arc::clone(&bytes), limits, |block| {
        pages.read(block)
    });
    let ran = match ran {
        Ok(ran) => ran,
        Err(error) => {
            let why = format!("pdftotext cannot be run: {error}");
            reading.skip(member, &SkipReason::Unread(why));
            return Ok(());
        }
    };
    let mut printed = pages.finish();
    let trouble = trouble(&ran);
    heads::drop_all(&mut printed.pages);
    let letters: Vec<usize> = printed.pages.iter().map(TextPage::letters).collect();
    if letters.iter().all(|letters| *letters == 0) || is_scan(&letters, &bytes) {
        let reason = trouble.unwrap_or_else(|| nothing(&ran, &bytes));
        reading.skip(member, &reason);
        return Ok(());
    }
    let mut document = document(printed);
    document.remarks.extend(remarks(&ran, &letters, &bytes));
    reading.document(about, document)?;
    if let Some(reason) = trouble {
        reading.skip(member, &reason);
    }
    Ok(())
}

/// The document of pages with text.
fn document(printed: Printed) -> Document {
    let Printed {
        mut pages,
        title,
        info,
    } = printed;
    for page in &mut pages {
        order::sort(page);
    }
    let flow = flow::text(&mut pages);
    let title = title.filter(|title| is_title(title, &flow.text));
    let mut metadata = Metadata::default();
    for (key, value) in info {
        let value = crate::article::one_line(&value);
        match key.as_str() {
            "Author" if is_author(&value) => metadata.author = Some(value),
            "Subject" | "Keywords" if !value.is_empty() => {
                metadata.other.insert(key.to_lowercase(), value.into());
            }
            _ => {}
        }
    }
    Document {
        title: title.map(|title| crate::article::one_line(&title)),
        text: flow.text,
        offsets: Offsets::Nowhere,
        lines: Lines::None,
        marks: flow.marks,
        metadata,
        ..Document::default()
    }
}

/// Why the program did not come to its end; what it printed before is good.
fn trouble(ran: &Ran) -> Option<SkipReason> {
    let says = |words: &str| ran.errors.contains(words);
    match &ran.ended {
        Ended::Done => None,
        Ended::Unwanted => Some(SkipReason::OverBudget(format!(
            "it has more than {} MB of text",
            MOST_TEXT >> 20
        ))),
        Ended::OverLimit(limit) => Some(SkipReason::OverBudget(format!("pdftotext took {limit}"))),
        _ if says("Out of memory") || says("bad_alloc") => Some(SkipReason::OverBudget(
            "pdftotext took more than 512 MB of memory".to_owned(),
        )),
        _ if says("Incorrect password") => Some(SkipReason::Encrypted),
        Ended::Failed(126 | 127) => {
            let why = "pdftotext cannot be run; install the package poppler-utils anew";
            Some(SkipReason::Unread(why.to_owned()))
        }
        Ended::Failed(_) => {
            let why = last_error(&ran.errors).unwrap_or_else(|| "pdftotext refuses it".to_owned());
            Some(SkipReason::Damaged(why))
        }
        Ended::Crashed(signal) => Some(SkipReason::Damaged(format!(
            "pdftotext crashed on it (signal {signal})"
        ))),
    }
}

/// Why there is no text where the program had no trouble.
fn nothing(ran: &Ran, bytes: &[u8]) -> SkipReason {
    match last_error(&ran.errors) {
        Some(error) => SkipReason::Damaged(error),
        None if has_image(bytes) => {
            let why = "a scan without a text layer; add one with OCR (such as ocrmypdf)";
            SkipReason::Unread(why.to_owned())
        }
        None => SkipReason::Empty,
    }
}

/// What is to be told of a file that was read.
fn remarks(ran: &Ran, letters: &[usize], bytes: &[u8]) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(error) = last_error(&ran.errors).filter(|_| ran.ended == Ended::Done) {
        remarks.push(format!("damaged, perhaps not read as a whole: {error}"));
    }
    let empty = letters.iter().filter(|count| **count < MIN_LETTERS).count();
    if empty * 2 > letters.len() && letters.len() > 1 && has_image(bytes) {
        let of = letters.len();
        remarks.push(format!(
            "{empty} of {of} pages have no text layer: scans, which need OCR"
        ));
    }
    remarks
}

/// Whether no page has a text layer, and there is a picture instead.
fn is_scan(letters: &[usize], bytes: &[u8]) -> bool {
    letters.iter().all(|letters| *letters < MIN_LETTERS) && has_image(bytes)
}

/// Whether a PDF holds a picture. Its dictionary is never compressed.
fn has_image(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b"/Image").any(|at| {
        let next = bytes.get(at + b"/Image".len());
        next.is_none_or(|byte| !byte.is_ascii_alphanumeric())
    })
}

/// The last complaint about the file: that after which the program gave up.
fn last_error(errors: &str) -> Option<String> {
    let mut lines = errors.lines().rev().filter_map(|line| {
        let (kind, said) = line.split_once(": ")?;
        let is_error = [
            "Syntax Error",
            "Internal Error",
            "Command Line Error",
            "I/O Error",
        ]
        .iter()
        .any(|name| kind.starts_with(name));
        is_error.then_some(said)
    });
    let said: String = lines.next()?.trim().chars().take(120).collect();
    let said = said.trim_end_matches('.').replace("<0a>", "");
    Some(said).filter(|said| !said.is_empty())
}

/// Whether an Info title is one: not what a program wrote there, and found in the
/// text or at least three words.
fn is_title(title: &str, text: &str) -> bool {
    const PROGRAMS: [&str; 8] = [
        "microsoft word",
        "microsoft powerpoint",
        "powerpoint presentation",
        "untitled",
        "unbenannt",
        "document",
        "slide 1",
        "print",
    ];
    let title = crate::article::one_line(title);
    let lower = title.to_lowercase();
    let is_program = PROGRAMS.iter().any(|name| lower.starts_with(name));
    let is_file = lower
        .rsplit_once('.')
        .is_some_and(|(_, ending)| (2..=5).contains(&ending.len()) && ending.is_ascii());
    let is_address = lower.contains("://") || lower.contains('\\');
    if title.is_empty() || title.len() > 300 || is_program || is_file || is_address {
        return false;
    }
    let head_end = text
        .char_indices()
        .nth(3000)
        .map_or(text.len(), |(at, _)| at);
    let head = crate::article::one_line(&text[..head_end]).to_lowercase();
    head.contains(&lower) || title.split(' ').filter(|word| word.len() > 1).count() >= 3
}

/// Whether an Info author is a name, and not that of an account or a program.
fn is_author(author: &str) -> bool {
    const ACCOUNTS: [&str; 8] = [
        "user",
        "admin",
        "administrator",
        "owner",
        "unknown",
        "anonymous",
        "author",
        "microsoft",
    ];
    let lower = author.to_lowercase();
    let first = lower.split([' ', '@']).next().unwrap_or_default();
    !first.is_empty() && author.len() <= 200 && !ACCOUNTS.contains(&first)
}

#[cfg(test)]
mod tests;
