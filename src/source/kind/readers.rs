//! Which version of the readers an index was made with.
//!
//! A reader that learns something reads the same bytes otherwise, so that files
//! which did not change must be read again. Each format has a version in the
//! table of formats, raised by hand with such a change; of a reader that is
//! another program, its own version is a part of it. A container, and plain text that may turn out to
//! be something else, is read again when any reader is new.
//!
//! Example: an index was made on a machine without `pdftotext`. Once there is
//! one, the version of PDF is another, and the PDFs alone (and containers) are
//! read again.

use std::collections::BTreeMap;

use super::SourceFormat;

/// The versions of the readers, as an index keeps them.
pub type Readers = BTreeMap<SourceFormat, String>;

/// The versions of the readers of this program, where this other program
/// (`pdftotext 22.12.0`) reads PDF.
pub(crate) fn versions(pdf_reader: Option<&str>) -> Readers {
    let told = |format: SourceFormat| match pdf_reader {
        Some(reader) if format == SourceFormat::Pdf => {
            format!("{} {reader}", format.facts().3)
        }
        _ => format.facts().3.to_string(),
    };
    SourceFormat::all()
        .map(|(format, _)| (format, told(format)))
        .collect()
}

/// The other program that reads PDF, of these versions.
fn pdf_reader(readers: &Readers) -> Option<&str> {
    let (_, reader) = readers.get(&SourceFormat::Pdf)?.split_once(' ')?;
    Some(reader)
}

/// What of the readers decides how a file of `format` is read, as text: where it
/// changes, such files are to be read again.
#[cfg(feature = "remote")]
pub(crate) fn version_of(readers: &Readers, format: SourceFormat) -> String {
    let told =
        |(format, version): (&SourceFormat, &String)| format!("{} {version}", format.label());
    let own = |(format, version): (&SourceFormat, &String)| {
        let own = version.split(' ').next().unwrap_or_default();
        format!("{} {own}", format.label())
    };
    let parts: Vec<String> = if format.holds_any() {
        readers.iter().map(told).collect()
    } else if format == SourceFormat::Text {
        // It may turn out to be something else, but no PDF.
        readers.iter().map(own).collect()
    } else {
        readers
            .get_key_value(&format)
            .map(told)
            .into_iter()
            .collect()
    };
    parts.join("\n")
}

/// Some formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct FormatSet(u32);

impl FormatSet {
    /// Those whose files are to be read again, since this program had other
    /// readers `before`. Other programs are not asked for their version: that
    /// takes longer than a search.
    pub(crate) fn outdated_here(before: &Readers) -> FormatSet {
        FormatSet::outdated(before, &versions(pdf_reader(before)))
    }

    /// Those whose files are to be read again, since there were other readers
    /// `before`.
    pub(crate) fn outdated(before: &Readers, now: &Readers) -> FormatSet {
        let mut outdated = FormatSet::default();
        for format in before.keys().chain(now.keys()) {
            if before.get(format) != now.get(format) {
                outdated.add(*format);
            }
        }
        if outdated == FormatSet::default() {
            return outdated;
        }
        let is_document_new = !outdated.is_only(SourceFormat::Pdf);
        for (format, _) in SourceFormat::all() {
            if format.holds_any() || (format == SourceFormat::Text && is_document_new) {
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
        let now = versions(Some("pdftotext 1"));
        assert_eq!(FormatSet::outdated(&now, &now), FormatSet::default());
        let mut before = now.clone();
        let version = SourceFormat::Pdf.facts().3;
        before.insert(SourceFormat::Pdf, format!("{version} pdftotext 0"));
        let here = FormatSet::outdated_here(&before);
        assert_eq!(here, FormatSet::default(), "other programs are not asked");
        let outdated = FormatSet::outdated(&before, &now);
        assert!(outdated.has(SourceFormat::Pdf) && !outdated.has(SourceFormat::Text));
        assert!(!outdated.has(SourceFormat::JsonLines));
        assert_eq!(
            outdated.has(SourceFormat::Zip),
            SourceFormat::Zip.family().is_built()
        );
        before.insert(SourceFormat::Markdown, "0".to_owned());
        let outdated = FormatSet::outdated(&before, &now);
        assert!(outdated.has(SourceFormat::Markdown) && outdated.has(SourceFormat::Text));
    }
}
