//! EPUB: a book, an article a chapter.
//!
//! `META-INF/container.xml` names the package, the package (`package`) lists the
//! files of the book and the order in which they are read; each of those in that
//! order is a chapter, an article with the id `book.epub#Text/ch3.xhtml`. Its text
//! is all text of the page, since a book has no menus. Its title is its heading,
//! else what the table of contents calls it, else the book's. Author, publisher
//! and the rest that the package states hold for all chapters; its date is that of
//! an edition, and is kept as it stands.
//!
//! A passage stands in a chapter's paragraph; bytes of the book are not told,
//! since chapters are compressed.

mod package;

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use self::package::Package;
use crate::article::{Lines, Marks, Metadata, Offsets, Place, Unit};
use crate::source::input::{About, Document};
use crate::source::parse::zipped::ZippedParts;
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{Reading, Result};
use crate::source::{decode, html};

/// The files of a book.
struct Book<'a>(ZippedParts<'a>);

/// What of a book was not read, as numbers of chapters.
#[derive(Debug, Default)]
struct Missed {
    encrypted: u64,
    missing: Vec<String>,
    damaged: Vec<String>,
    too_large: u64,
}

/// Hands on the chapters of a book.
pub(super) fn read(about: &About, bytes: &[u8], reading: &mut Reading<'_>) -> Result {
    let member = about.member.as_deref();
    let mut book = match ZippedParts::open(bytes) {
        Ok(parts) => Book(parts),
        Err(reason) => {
            reading.skip(member, &reason);
            return Ok(());
        }
    };
    let Some((path, package)) = book.package(reading)? else {
        let why = "it has no package that lists its chapters".to_owned();
        reading.skip(member, &SkipReason::Damaged(why));
        return Ok(());
    };
    if package.spine.is_empty() {
        let why = "its package lists no chapters".to_owned();
        reading.skip(member, &SkipReason::Damaged(why));
    }
    read_chapters(about, &mut book, &path, &package, reading)
}

/// Hands on the chapters that the package at `package_path` lists.
fn read_chapters(
    about: &About,
    book: &mut Book<'_>,
    package_path: &str,
    package: &Package,
    reading: &mut Reading<'_>,
) -> Result {
    let outside = Outside::read(book, package, reading)?;
    let folder = package_path
        .rsplit_once('/')
        .map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let common = metadata(package);
    let mut missed = Missed::default();
    let (mut seen, mut chapters) = (HashSet::new(), 0_u64);
    for item in &package.spine {
        let Some(item) = item.as_ref().filter(|item| !item.path.is_empty()) else {
            missed.missing.push("one that is not listed".to_owned());
            continue;
        };
        let path = item.path.as_str();
        if item.is_contents || !is_page(&item.media_type) || !seen.insert(path) {
            continue;
        }
        let markup = if outside.encrypted.contains(path) {
            Err(SkipReason::Encrypted)
        } else {
            book.text(path, reading)?
        };
        let markup = match markup {
            Ok(markup) => markup,
            Err(reason) => {
                missed.add(path, reason);
                continue;
            }
        };
        let name = path.strip_prefix(&*folder).unwrap_or(path);
        let Some(mut document) = chapter(&markup, name) else {
            continue;
        };
        let label = || outside.labels.get(path).cloned();
        let title = document.title.take().or_else(label);
        document.title = title.or_else(|| package.title.clone());
        document.metadata = common.clone();
        let about = About {
            id: format!("{}#{name}", about.id),
            ..about.clone()
        };
        reading.part(&about, document)?;
        chapters += 1;
    }
    for reason in missed.reasons(chapters) {
        reading.skip(about.member.as_deref(), &reason);
    }
    Ok(())
}

/// What other papers say of the chapters.
struct Outside {
    encrypted: HashSet<String>,
    /// What the tables of contents call them.
    labels: HashMap<String, String>,
}

impl Outside {
    fn read(book: &mut Book<'_>, package: &Package, reading: &mut Reading<'_>) -> Result<Outside> {
        let encrypted = book.text("META-INF/encryption.xml", reading)?;
        let mut labels = HashMap::new();
        // A book has two at most.
        for path in package.contents.iter().take(4) {
            if let Ok(xml) = book.text(path, reading)? {
                package::labels(&xml, path, &mut labels);
            }
        }
        Ok(Outside {
            encrypted: encrypted.map_or_else(|_| HashSet::new(), |xml| package::encrypted(&xml)),
            labels,
        })
    }
}

/// The document of a chapter, with its heading; `None` without any text.
fn chapter(markup: &str, name: &str) -> Option<Document> {
    let text = html::text(markup).text;
    if text.trim().is_empty() {
        return None;
    }
    Some(Document {
        marks: paragraphs(&text),
        text,
        offsets: Offsets::Nowhere,
        lines: Lines::None,
        title: heading(markup),
        place: Place {
            chapter: Some(name.to_owned()),
            ..Place::default()
        },
        ..Document::default()
    })
}

impl Missed {
    fn add(&mut self, path: &str, reason: SkipReason) {
        match reason {
            SkipReason::Encrypted => self.encrypted += 1,
            SkipReason::TooLarge(_) => self.too_large += 1,
            SkipReason::Empty => {}
            SkipReason::NoFile(_) => self.missing.push(path.to_owned()),
            other => self.damaged.push(format!("{path}: {other}")),
        }
    }

    /// What is told of a book of which so many chapters were read.
    fn reasons(self, read: u64) -> Vec<SkipReason> {
        let mut reasons = Vec::new();
        let count = |count: usize| match count {
            1 => "a chapter".to_owned(),
            count => format!("{count} chapters"),
        };
        if self.encrypted > 0 && read == 0 {
            reasons.push(SkipReason::Encrypted);
        } else if self.encrypted > 0 {
            let encrypted = count(usize::try_from(self.encrypted).unwrap_or(usize::MAX));
            let why = format!("{encrypted} encrypted; save it without a password");
            reasons.push(SkipReason::Unread(why));
        }
        if let Some(first) = self.missing.first() {
            let missing = count(self.missing.len());
            reasons.push(SkipReason::Damaged(format!("it lacks {missing} ({first})")));
        }
        if let Some(first) = self.damaged.first() {
            let damaged = count(self.damaged.len());
            let why = format!("{damaged} cannot be read ({first})");
            reasons.push(SkipReason::Damaged(why));
        }
        if self.too_large > 0 {
            let large = count(usize::try_from(self.too_large).unwrap_or(usize::MAX));
            let why = format!("{large} larger than the limit (raise it with --max-size)");
            reasons.push(SkipReason::Unread(why));
        }
        reasons
    }
}

impl Book<'_> {
    /// The package, and where it lies.
    fn package(&mut self, reading: &mut Reading<'_>) -> Result<Option<(String, Package)>> {
        let Ok(container) = self.text("META-INF/container.xml", reading)? else {
            return Ok(None);
        };
        let Some(path) = package::package_path(&container) else {
            return Ok(None);
        };
        let Some(path) = package::resolved("", &path) else {
            return Ok(None);
        };
        let xml = self.text(&path, reading)?;
        Ok(xml.ok().map(|xml| {
            let package = Package::read(&xml, &path);
            (path, package)
        }))
    }

    /// The text of a file of the book, paid for; inside why there is none.
    fn text(
        &mut self,
        path: &str,
        reading: &mut Reading<'_>,
    ) -> Result<std::result::Result<String, SkipReason>> {
        reading.budget.member()?;
        Ok(match self.0.bytes(path, reading)? {
            Some(bytes) => bytes.and_then(|bytes| Ok(decode::decode(bytes)?.text)),
            None => Err(SkipReason::NoFile("not in the book".to_owned())),
        })
    }
}

fn is_page(media_type: &str) -> bool {
    matches!(
        media_type,
        "application/xhtml+xml" | "text/html" | "application/x-dtbook+xml" | "text/x-oeb1-document"
    )
}

/// What the package states for all chapters.
fn metadata(package: &Package) -> Metadata {
    let mut other = Map::new();
    if let Some(title) = &package.title {
        other.insert("book".to_owned(), title.clone().into());
    }
    for (key, value) in &package.other {
        match other.get_mut(key) {
            None => {
                other.insert(key.clone(), value.clone().into());
            }
            Some(Value::Array(all)) => all.push(value.clone().into()),
            Some(one) => {
                let first = one.take();
                *one = Value::Array(vec![first, value.clone().into()]);
            }
        }
    }
    let author = package.authors.join("; ");
    Metadata {
        author: Some(author).filter(|author| !author.is_empty()),
        source: package.publisher.clone(),
        other,
        ..Metadata::default()
    }
}

/// The paragraphs of a text, which stand a blank line apart.
fn paragraphs(text: &str) -> Marks {
    let mut marks = Marks::of(Unit::Paragraph);
    let (mut number, mut is_open, mut at) = (0, false, 0);
    for line in text.split_inclusive('\n') {
        let is_blank = line.trim().is_empty();
        if !is_blank && !is_open {
            number += 1;
            marks.push(at, number);
        }
        is_open = !is_blank;
        at += line.len();
    }
    marks
}

/// The most bytes of a chapter in which its heading is looked for.
const MOST_HEADING: usize = 1 << 16;

/// The first heading of a chapter that says something.
fn heading(markup: &str) -> Option<String> {
    let mut end = markup.len().min(MOST_HEADING);
    while !markup.is_char_boundary(end) {
        end -= 1;
    }
    let head = &markup[..end];
    let lower = head.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower.get(from..)?.find("<h") {
        let at = from + found;
        from = at + 2;
        let level = lower
            .as_bytes()
            .get(at + 2)
            .filter(|level| matches!(level, b'1'..=b'3'));
        let Some(level) = level.copied().map(char::from) else {
            continue;
        };
        let begins = lower.as_bytes().get(at + 3);
        if !begins.is_some_and(|byte| *byte == b'>' || byte.is_ascii_whitespace()) {
            continue;
        }
        let end = lower[at..].find(&format!("</h{level}"))?;
        let title = crate::article::one_line(&html::text(&head[at..at + end]).text);
        if !title.is_empty() {
            return Some(title.chars().take(300).collect());
        }
        from = at + end;
    }
    None
}

#[cfg(test)]
mod tests;
