//! What an index is made of, and how far its sources have moved on.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use super::{json, safe};
use crate::index::{Index, SourceCheck, Staleness};
use crate::source::Skip;

/// What `status` tells.
#[derive(Debug, Serialize)]
pub struct Status {
    version: u32,
    root: PathBuf,
    index: PathBuf,
    built_at: String,
    sources: Vec<String>,
    files: u64,
    articles: u64,
    bytes: u64,
    stale: bool,
    changes: Staleness,
    missing: Vec<String>,
    skipped: Vec<Skipped>,
    others: BTreeMap<String, u64>,
}

#[derive(Debug, Serialize)]
struct Skipped {
    path: String,
    #[serde(flatten)]
    skip: Skip,
}

impl Status {
    /// Describes `index`, with what a look at its sources came to and what was
    /// skipped when it was built.
    pub fn new(index: &Index, check: SourceCheck, skips: Vec<(String, Skip)>) -> Status {
        let state = index.state();
        let unseen = check
            .errors
            .iter()
            .cloned()
            .map(|(path, reason)| (path, Skip { line: None, reason }));
        Status {
            version: json::VERSION,
            root: index.library().root.clone(),
            index: index.library().index_dir.clone(),
            built_at: state.built_at.clone(),
            sources: state.sources.clone(),
            files: state.files,
            articles: state.articles,
            bytes: index.size_on_disk(),
            stale: !check.is_fresh(),
            changes: check.changes,
            missing: check.missing,
            skipped: unseen
                .chain(skips)
                .map(|(path, skip)| Skipped { path, skip })
                .collect(),
            others: state.others.clone(),
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
        writeln!(out, "library    {}", safe::path(&self.root))?;
        writeln!(
            out,
            "index      {} ({})",
            safe::path(&self.index),
            size(self.bytes)
        )?;
        writeln!(out, "built      {}", self.built_at)?;
        writeln!(out, "sources    {}", safe::line(&self.sources.join(", ")))?;
        writeln!(
            out,
            "holds      {} from {}",
            count(self.articles, "article"),
            count(self.files, "file")
        )?;
        let Staleness {
            added,
            changed,
            removed,
        } = self.changes;
        for source in &self.missing {
            writeln!(
                out,
                "stale      the source {} is not there; its articles stay",
                safe::line(source)
            )?;
        }
        if !self.changes.is_none() {
            writeln!(
                out,
                "stale      {added} new, {changed} changed, {removed} gone: run `cybersearch index`"
            )?;
        } else if !self.stale {
            writeln!(out, "stale      no: every file is as it was indexed")?;
        }
        if !self.others.is_empty() {
            writeln!(out, "not read   {}", others(&self.others))?;
        }
        for (index, Skipped { path, skip }) in self.skipped.iter().enumerate() {
            let name = if index == 0 { "skipped" } else { "" };
            let place = skip.place(path);
            writeln!(
                out,
                "{name:<11}{}: {}",
                safe::line(&place),
                safe::line(&skip.reason)
            )?;
        }
        Ok(())
    }
}

/// `1 article`, `5 articles`.
pub fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// `12 files of other kinds (.pdf 10, .html 2)`.
pub fn others(others: &BTreeMap<String, u64>) -> String {
    let mut kinds: Vec<(&String, &u64)> = others.iter().collect();
    kinds.sort_by(|(a, left), (b, right)| right.cmp(left).then(a.cmp(b)));
    let total: u64 = others.values().sum();
    let mut shown: Vec<String> = kinds
        .iter()
        .take(5)
        .map(|(kind, number)| format!("{} {number}", safe::line(kind)))
        .collect();
    if kinds.len() > 5 {
        shown.push("…".to_owned());
    }
    format!(
        "{} of other kinds ({})",
        count(total, "file"),
        shown.join(", ")
    )
}

/// Bytes for people, in powers of 1024.
fn size(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown to a tenth")]
    let number = bytes as f64;
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    for (power, unit) in units {
        if bytes >= 1 << power {
            return format!("{:.1} {unit}", number / f64::from(1_u32 << power));
        }
    }
    count(bytes, "byte")
}
