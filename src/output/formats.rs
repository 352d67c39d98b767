//! What formats this program reads, by what, and what it lacks on this machine.
//!
//! For people a table of 80 columns, below it what is missing and how to get it;
//! for programs one JSON object with a line of the table each.

use std::io::{self, Write};

use serde::Serialize;

use super::hits::json;
use super::safe;
use crate::source::{SourceFormat, pdf_reader};

/// What reads a format where nothing else is needed.
const OWN: &str = "cybersearch";

/// What reads PDF.
const PDFTOTEXT: &str = "pdftotext";

/// All formats.
#[derive(Debug, Serialize)]
pub struct Formats {
    version: u32,
    formats: Vec<FormatRow>,
}

/// A format and what reads it.
#[derive(Debug, Serialize)]
struct FormatRow {
    format: SourceFormat,
    name: &'static str,
    endings: Vec<String>,
    /// What in such a file becomes an article, or what becomes of its members.
    articles: &'static str,
    /// What reads it.
    reader: &'static str,
    /// The version of a reader that is a program of its own and was found.
    reader_version: Option<String>,
    /// The cargo feature that it belongs to.
    feature: Option<&'static str>,
    /// Whether this program was built with it.
    built: bool,
    /// Whether such files are read on this machine.
    available: bool,
    /// What is missing, and how to get it.
    missing: Option<String>,
}

impl Formats {
    /// Looks at this program and this machine.
    pub fn of_this_machine() -> Formats {
        Formats::with(pdf_reader().as_deref())
    }

    /// With this reader of PDF, such as `pdftotext 22.12.0`.
    fn with(pdf_reader: Option<&str>) -> Formats {
        let rows = SourceFormat::known().map(|(format, endings)| {
            let family = format.family();
            let is_pdf = format == SourceFormat::Pdf;
            let built = family.is_built();
            let missing = match family.feature() {
                Some(feature) if !built => Some(format!(
                    "this program was built without it; build with --features {feature}"
                )),
                _ if is_pdf && pdf_reader.is_none() => Some(
                    "needs pdftotext; install the package poppler-utils (Homebrew: poppler)"
                        .to_owned(),
                ),
                _ => None,
            };
            let version = pdf_reader.filter(|_| is_pdf);
            FormatRow {
                format,
                name: format.label(),
                endings: endings.iter().map(|ending| format!(".{ending}")).collect(),
                articles: articles(format),
                reader: if is_pdf { PDFTOTEXT } else { OWN },
                reader_version: version
                    .and_then(|version| version.split_once(' '))
                    .map(|(_, version)| version.to_owned()),
                feature: family.feature(),
                built,
                available: missing.is_none(),
                missing,
            }
        });
        Formats {
            version: json::VERSION,
            formats: rows.collect(),
        }
    }

    /// Prints one JSON object.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn print_json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write_line(self, out)
    }

    /// Prints it for people.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn print_text(&self, out: &mut dyn Write) -> io::Result<()> {
        print_row(["FORMAT", "ENDINGS", "ARTICLES", "READ BY"], out)?;
        for row in &self.formats {
            let endings = row.endings.join(" ");
            let reader = row.reader_shown();
            print_row([row.name, &endings, row.articles, &reader], out)?;
        }
        let lacking = || self.formats.iter().filter(|row| row.missing.is_some());
        if lacking().next().is_some() {
            writeln!(out)?;
        }
        for row in lacking() {
            let missing = row.missing.as_deref().unwrap_or_default();
            writeln!(out, "{}: {missing}", row.name)?;
        }
        Ok(())
    }
}

impl FormatRow {
    /// What reads it here, in a few letters.
    fn reader_shown(&self) -> String {
        if !self.built {
            return "not built in".to_owned();
        }
        if !self.available {
            return format!("{}: missing", self.reader);
        }
        match &self.reader_version {
            Some(version) => safe::line(&format!("{} {version}", self.reader)).into_owned(),
            None => self.reader.to_owned(),
        }
    }
}

/// Prints a line of the table.
fn print_row([name, endings, articles, reader]: [&str; 4], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{name:<16}{endings:<34}{articles:<11}{reader}")
}

/// What in a file of a format is an article, in a few words.
fn articles(format: SourceFormat) -> &'static str {
    match format {
        SourceFormat::Text
        | SourceFormat::Markdown
        | SourceFormat::Html
        | SourceFormat::Mhtml
        | SourceFormat::Rtf
        | SourceFormat::Docx
        | SourceFormat::Odt
        | SourceFormat::Pdf => "file",
        SourceFormat::JsonLines => "line",
        SourceFormat::Table => "row",
        SourceFormat::Epub => "chapter",
        SourceFormat::Eml | SourceFormat::Mbox => "message",
        SourceFormat::Xml | SourceFormat::Json => "item",
        SourceFormat::Warc | SourceFormat::Wacz => "page",
        SourceFormat::Zip | SourceFormat::Tar => "its files",
        SourceFormat::Gzip | SourceFormat::Zstd => "its file",
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn text(reader: Option<&str>) -> String {
        let mut out = Vec::new();
        Formats::with(reader).print_text(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_table_fits_a_terminal() {
        for reader in [None, Some("pdftotext 22.12.0")] {
            let text = text(reader);
            for line in text.lines() {
                assert!(line.width() <= 80, "{line}");
            }
            let rows = text.lines().take_while(|line| !line.is_empty());
            let cells = rows.map(|row| row.split("  ").filter(|cell| !cell.is_empty()).count());
            // No cell runs into the next one.
            assert!(cells.skip(1).all(|cells| cells == 4), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_told_with_what_to_do() {
        let missing = text(None);
        assert!(missing.contains("pdftotext: missing\n"), "{missing}");
        let told = "PDF: needs pdftotext; install the package poppler-utils (Homebrew: poppler)\n";
        assert!(missing.contains(told), "{missing}");
        let there = text(Some("pdftotext 22.12.0"));
        assert!(there.contains("pdftotext 22.12.0"), "{there}");
        assert!(!there.contains("PDF: "), "{there}");
    }
}
