//! Exports of news databases: one document with many articles, cut apart.
//!
//! LexisNexis, Nexis Uni, Factiva and ProQuest let one download hundreds of
//! articles as one file, in whatever carrier: TXT, RTF, DOCX, HTML, mail, PDF.
//! The readers of these give a [`Document`]; the rules here see its lines alone,
//! so that one set of them serves every carrier. Each family has a line that
//! stands once for each article (`7 of 161 DOCUMENTS`, `End of Document`,
//! `Document IINM000020171113edbd0000d`, sixty underscores), and labels
//! (`LENGTH: 355 words`) that state the title, the date and so on.
//!
//! An article of its own that quotes such a line must not be cut: an export has
//! two marks of one family at least, or says itself that it has one article, and
//! two labels of that family in its first record. A file's name says nothing.
//!
//! Nearly every text is no export, so that marks are looked for as bytes before
//! anything else: of a text without any of [`MARKS`] nothing more is looked at.
//!
//! Example: in a text file with `1 of 2 DOCUMENTS` and `2 of 2 DOCUMENTS`, each
//! followed by a newspaper, a day, and `HEADLINE:` and `BODY:`, there are two
//! articles; what stands before the first is the cover of the download.

#[cfg(all(test, feature = "office", feature = "html"))]
mod carriers;
mod days;
mod factiva;
#[cfg_attr(not(feature = "html"), allow(dead_code, reason = "for pages alone"))]
pub(super) mod html;
mod labels;
mod lexis;
mod lines;
mod nexis;
mod proquest;
mod record;

use std::sync::LazyLock;

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};

use self::lines::PageLines;
use self::record::Found;
use super::input::Document;

/// An article of an export.
#[derive(Debug)]
pub(super) struct Record {
    /// Its part of the document: text, offsets and marks cut out, and what its
    /// labels state.
    pub(super) document: Document,
    /// Other names of it: the accession number.
    pub(super) aliases: Vec<String>,
}

/// What one of stands in every mark of a record, in whatever language: of
/// `DOCUMENTS`, `Document`, `Dokument`, `文件`. Kept ready, since most texts are
/// short: on 23,808 of them looking for five marks without took 185 million
/// instructions, for these three 40.
static MARKS: LazyLock<[Finder<'static>; 3]> =
    LazyLock::new(|| ["ument", "UMENT", "文"].map(Finder::new));

/// The articles of an export; `None` for a document that is none.
pub(super) fn split(document: &Document) -> Option<Vec<Record>> {
    if !may_be_export(&document.text) {
        return None;
    }
    let lines = PageLines::of(document);
    let found = lexis::records(&lines)
        .or_else(|| nexis::records(&lines))
        .or_else(|| factiva::records(&lines))
        .or_else(|| proquest::records(&lines))?;
    Some(cut(document, found))
}

/// Whether a text has a line that is a mark of a record. Its bytes are looked
/// at, and of few texts a line or two.
fn may_be_export(text: &str) -> bool {
    let bytes = text.as_bytes();
    MARKS.iter().any(|mark| {
        let mut after = 0;
        mark.find_iter(bytes).any(|at| {
            // A line is looked at once.
            if at < after {
                return false;
            }
            let start = memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
            after = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
            text.get(start..after).is_some_and(is_mark)
        })
    })
}

/// Whether a line is a mark of a record of any family.
fn is_mark(line: &str) -> bool {
    let line = line.trim_matches(lines::is_space);
    lexis::is_mark(line)
        || nexis::is_end(line)
        || factiva::accession(line).is_some()
        || proquest::is_mark(line)
}

/// The records of a document, cut out of it.
fn cut(document: &Document, found: Vec<Found>) -> Vec<Record> {
    let mut cutter = record::Cutter::of(document);
    found.into_iter().map(|found| cutter.cut(found)).collect()
}
