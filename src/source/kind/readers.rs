//! Which version of the readers an index was made with.
//!
//! A reader that learns something reads the same bytes otherwise, so that files
//! which did not change must be read again. Each format has a version here,
//! raised by hand with such a change; of a reader that is another program, its
//! own version is a part of it. A container, and plain text that may turn out to
//! be something else, is read again when any reader is new.
//!
//! Example: an index was made on a machine without `pdftotext`. Once there is
//! one, the version of PDF is another, and the PDFs alone (and containers) are
//! read again.

use std::collections::BTreeMap;

use super::SourceFormat;

/// The versions of the readers, as an index keeps them.
pub type Readers = BTreeMap<SourceFormat, String>;

/// The version of the reader of one format.
fn version(format: SourceFormat) -> u32 {
    match format {
        SourceFormat::Text
        | SourceFormat::Markdown
        | SourceFormat::JsonLines
        | SourceFormat::Table
        | SourceFormat::Html
        | SourceFormat::Mhtml
        | SourceFormat::Rtf
        | SourceFormat::Docx
        | SourceFormat::Odt
        | SourceFormat::Epub
        | SourceFormat::Pdf
        | SourceFormat::Eml
        | SourceFormat::Mbox
        | SourceFormat::Xml
        | SourceFormat::Json
        | SourceFormat::Warc
        | SourceFormat::Wacz
        | SourceFormat::Zip
        | SourceFormat::Tar
        | SourceFormat::Gzip
        | SourceFormat::Zstd => 1,
    }
}

/// The versions of the readers of this program on this machine.
pub(crate) fn versions() -> Readers {
    let told = |format| match (format, crate::source::pdf_reader()) {
        (SourceFormat::Pdf, Some(reader)) => format!("{} {reader}", version(format)),
        _ => version(format).to_string(),
    };
    SourceFormat::all()
        .map(|(format, _)| (format, told(format)))
        .collect()
}

/// Some formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Formats(u32);

impl Formats {
    /// Those whose files are to be read again, since `before` had other readers.
    pub(crate) fn outdated(before: &Readers, now: &Readers) -> Formats {
        let mut outdated = Formats::default();
        for format in before.keys().chain(now.keys()) {
            if before.get(format) != now.get(format) {
                outdated.add(*format);
            }
        }
        if outdated == Formats::default() {
            return outdated;
        }
        let is_document_new = !outdated.is_only(SourceFormat::Pdf);
        for (format, _) in SourceFormat::all() {
            let may_hold = format.is_container() && format != SourceFormat::JsonLines
                || matches!(format, SourceFormat::Eml | SourceFormat::Mhtml);
            if may_hold || (format == SourceFormat::Text && is_document_new) {
                outdated.add(format);
            }
        }
        outdated
    }

    fn bit(format: SourceFormat) -> u32 {
        1 << format as u32
    }

    fn add(&mut self, format: SourceFormat) {
        self.0 |= Self::bit(format);
    }

    fn is_only(self, format: SourceFormat) -> bool {
        self.0 == Self::bit(format)
    }

    /// Whether `format` is one of them.
    pub(crate) fn has(self, format: SourceFormat) -> bool {
        self.0 & Self::bit(format) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_hold_a_format_is_read_again_with_it() {
        let now = versions();
        assert_eq!(Formats::outdated(&now, &now), Formats::default());
        let mut before = now.clone();
        before.insert(SourceFormat::Pdf, "1 none".to_owned());
        let outdated = Formats::outdated(&before, &now);
        assert!(outdated.has(SourceFormat::Pdf) && !outdated.has(SourceFormat::Text));
        assert!(!outdated.has(SourceFormat::JsonLines));
        assert_eq!(
            outdated.has(SourceFormat::Zip),
            SourceFormat::Zip.family().is_built()
        );
        before.insert(SourceFormat::Markdown, "0".to_owned());
        let outdated = Formats::outdated(&before, &now);
        assert!(outdated.has(SourceFormat::Markdown) && outdated.has(SourceFormat::Text));
    }
}
