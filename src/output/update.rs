//! What bringing an index up to date came to.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;

use super::hits::json;
use super::status;
use crate::update::Report;

/// `5 articles: 1 file new, 0 changed, 0 gone, 4 as before`.
pub fn summary(report: &Report) -> String {
    let mut parts = vec![format!(
        "{}: {}, {} changed, {} removed, {} unchanged",
        status::count(report.articles, "article"),
        status::count(report.added, "new file"),
        report.changed,
        report.removed,
        report.unchanged
    )];
    let remarks = report.skipped.iter().filter(|(_, skip)| skip.is_remark);
    let remarks = remarks.count();
    let skipped = report.skipped.len() - remarks;
    if skipped > 0 {
        parts.push(format!("{skipped} skipped"));
    }
    if remarks > 0 {
        parts.push(status::count(remarks as u64, "remark"));
    }
    if report.purged > 0 {
        parts.push(format!(
            "{} rewritten",
            status::count(report.purged, "segment")
        ));
    }
    if !report.others.is_empty() {
        parts.push(format!("not read: {}", status::others(&report.others)));
    }
    parts.join("; ")
}

/// An update, as a program reads it.
#[derive(Debug, Serialize)]
struct UpdateLine<'a> {
    version: u32,
    at: &'a str,
    committed: bool,
    articles: u64,
    added: u64,
    changed: u64,
    removed: u64,
    unchanged: u64,
    skipped: usize,
    remarks: usize,
    missing: &'a [String],
    unreadable: Vec<&'a str>,
    seconds: f64,
}

/// Prints one JSON object on a line: the update ended `at` (RFC 3339) and took
/// so long.
///
/// # Errors
/// Those of the writer.
pub fn print_json(
    report: &Report,
    at: &str,
    took: Duration,
    out: &mut dyn Write,
) -> io::Result<()> {
    let remarks = report.skipped.iter().filter(|(_, skip)| skip.is_remark);
    let remarks = remarks.count();
    let line = UpdateLine {
        version: json::VERSION,
        at,
        committed: report.committed,
        articles: report.articles,
        added: report.added,
        changed: report.changed,
        removed: report.removed,
        unchanged: report.unchanged,
        skipped: report.skipped.len() - remarks,
        remarks,
        missing: &report.missing,
        unreadable: report.errors.iter().map(|(key, _)| key.as_str()).collect(),
        // Milliseconds are as exact as it is worth.
        seconds: (took.as_secs_f64() * 1000.0).round() / 1000.0,
    };
    json::write_line(&line, out)
}

/// Prints a line for people: when, and the summary.
///
/// # Errors
/// Those of the writer.
pub fn print_text(report: &Report, at: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{at} {}", summary(report))
}
