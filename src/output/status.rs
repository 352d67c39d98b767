//! What an index is made of, and how far its sources have moved on.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::hits::json;
use super::safe;
use crate::corrections::{Corrections, RuleCounts, Wrong};
use crate::engine::local::Index;
use crate::library::CORRECTIONS;
use crate::source::{Skip, SourceFormat, read_corrections_text};
use crate::update::{FormatCount, SourceCheck, Staleness};

/// What `status` tells.
#[derive(Debug, Serialize)]
pub struct Status {
    version: u32,
    root: String,
    index: String,
    built_at: String,
    sources: Vec<String>,
    files: u64,
    articles: u64,
    /// Files and articles by format.
    formats: BTreeMap<SourceFormat, FormatCount>,
    bytes: u64,
    stale: bool,
    changes: Staleness,
    are_corrections_old: bool,
    missing: Vec<String>,
    /// Files and folders that could not be looked at, or may not be.
    unseen: Vec<String>,
    skipped: Vec<Skipped>,
    /// How many were skipped for each reason.
    reasons: BTreeMap<String, u64>,
    /// What was not understood of articles that are in the index.
    remarks: Vec<Skipped>,
    others: BTreeMap<String, u64>,
    corrections: Option<OwnersFile>,
    assume_year: Option<i16>,
}

/// What there is to say of the owner's file.
#[derive(Debug, Serialize)]
struct OwnersFile {
    path: String,
    #[serde(flatten)]
    counts: RuleCounts,
    /// Corrections that have applied to nothing since they were read first.
    never_applied: Vec<Idle>,
    /// Lines that are no correction: the index cannot be brought up to date.
    wrong: Vec<Wrong>,
}

/// A correction that has applied to nothing.
#[derive(Debug, Serialize)]
struct Idle {
    line: u64,
    subject: String,
}

impl OwnersFile {
    /// Describes the file of the library of `index`; `None` without one.
    fn of(index: &Index) -> Option<OwnersFile> {
        let path = index.library().corrections();
        let nothing = |wrong| OwnersFile {
            path: shown(&path),
            counts: RuleCounts::default(),
            never_applied: Vec::new(),
            wrong,
        };
        let follows = index.state().selection.follow;
        let text = match read_corrections_text(&path, follows) {
            Ok(text) => text?,
            Err(reason) => {
                return Some(nothing(vec![Wrong {
                    line: 1,
                    why: reason.to_string(),
                    help: "fix or remove the file".to_owned(),
                }]));
            }
        };
        let corrections = match Corrections::parse(&text) {
            Ok(corrections) => corrections,
            Err(wrong) => return Some(nothing(wrong)),
        };
        let rules = corrections.rules();
        let is_read = !index.are_corrections_old();
        let never = index.state().never_applied.iter().filter(|_| is_read);
        let idle = never.filter_map(|at| rules.get(*at)).map(|rule| Idle {
            line: rule.line,
            subject: rule.subject.clone(),
        });
        Some(OwnersFile {
            counts: corrections.counts(),
            never_applied: idle.collect(),
            ..nothing(Vec::new())
        })
    }

    /// Prints it for people: the numbers, then what is idle or wrong.
    fn print_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let RuleCounts {
            people,
            dates,
            countries,
            years,
        } = self.counts;
        let kinds = [
            (people, "people"),
            (dates, "dates"),
            (countries, "countries"),
            (years, "years"),
        ];
        let counts: Vec<String> = kinds
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, kind)| format!("{kind} {count}"))
            .collect();
        let counts = match (counts.is_empty(), self.wrong.is_empty()) {
            (false, _) => counts.join(", "),
            (true, true) => "no corrections".to_owned(),
            (true, false) => "not used: it has invalid lines".to_owned(),
        };
        writeln!(out, "corrected  {}: {counts}", safe::line(&self.path))?;
        for Idle { line, subject } in &self.never_applied {
            let subject = safe::line(subject);
            writeln!(out, "           line {line}: never applied: {subject}")?;
        }
        for Wrong { line, why, help } in &self.wrong {
            let (why, help) = (safe::line(why), safe::line(help));
            writeln!(out, "           line {line}: {why}; {help}")?;
        }
        Ok(())
    }
}

#[derive(Debug, Serialize)]
struct Skipped {
    path: String,
    member: Option<String>,
    line: Option<u64>,
    reason: String,
    /// As people read it.
    #[serde(skip)]
    place: String,
}

impl Skipped {
    fn of((path, skip): (String, Skip)) -> Skipped {
        Skipped {
            place: skip.place(&path),
            path,
            member: skip.member,
            line: skip.line,
            reason: skip.reason,
        }
    }
}

impl Status {
    /// Describes `index`, with what a look at its sources came to and what was
    /// skipped when it was built.
    pub fn new(
        index: &Index,
        check: SourceCheck,
        skips: Vec<(String, Skip)>,
        formats: BTreeMap<SourceFormat, FormatCount>,
    ) -> Status {
        let state = index.state();
        let stale = !check.is_fresh();
        let distrusted = check.distrusted.into_iter().map(|path| {
            let reason = "this library is not trusted".to_owned();
            (path, reason)
        });
        let reasons: Vec<_> = check.errors.into_iter().chain(distrusted).collect();
        let unseen = reasons.iter().map(|(path, _)| path.clone()).collect();
        let left_out = reasons
            .into_iter()
            .map(|(path, reason)| (path, Skip::told(None, reason)))
            .chain(check.private);
        let (remarks, skipped): (Vec<_>, Vec<_>) =
            left_out.chain(skips).partition(|(_, skip)| skip.is_remark);
        let skipped: Vec<Skipped> = skipped.into_iter().map(Skipped::of).collect();
        let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
        for skip in &skipped {
            *reasons.entry(skip.reason.clone()).or_default() += 1;
        }
        Status {
            version: json::VERSION,
            root: shown(&index.library().root),
            index: shown(&index.library().index_dir),
            built_at: state.built_at.clone(),
            sources: state.sources.clone(),
            files: state.files,
            articles: state.articles,
            bytes: index.size_on_disk(),
            stale,
            changes: check.changes,
            are_corrections_old: check.are_corrections_old,
            missing: check.missing,
            unseen,
            skipped,
            reasons,
            formats,
            remarks: remarks.into_iter().map(Skipped::of).collect(),
            others: state.others.clone(),
            corrections: OwnersFile::of(index),
            assume_year: state.selection.assume_year,
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
        writeln!(out, "library    {}", safe::line(&self.root))?;
        writeln!(
            out,
            "index      {} ({})",
            safe::line(&self.index),
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
        self.print_formats(out)?;
        self.print_stale(out)?;
        if let Some(year) = self.assume_year {
            writeln!(
                out,
                "assumed    year {year} when an article's date has none"
            )?;
        }
        if let Some(file) = &self.corrections {
            file.print_text(out)?;
        }
        if !self.others.is_empty() {
            writeln!(out, "not read   {}", others(&self.others))?;
        }
        self.print_skipped(out)?;
        let remarks: Vec<&Skipped> = self.remarks.iter().collect();
        print_list("remarks", &remarks, MOST_REMARKS, out)
    }

    /// Prints how many articles there are of each format, where there are two.
    fn print_formats(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.formats.len() < 2 {
            return Ok(());
        }
        for (at, (format, found)) in self.formats.iter().enumerate() {
            let label = if at == 0 { "formats" } else { "" };
            let name = format.label();
            let articles = count(found.articles, "article");
            let files = count(found.files, "file");
            writeln!(out, "{label:<11}{name}: {articles} from {files}")?;
        }
        Ok(())
    }

    /// Prints what was skipped: one by one, or by the reason where many have the
    /// same.
    fn print_skipped(&self, out: &mut dyn Write) -> io::Result<()> {
        let is_common = |reason: &String| self.reasons.get(reason).is_some_and(|n| *n > MOST_ALIKE);
        let (common, single): (Vec<&Skipped>, Vec<&Skipped>) = self
            .skipped
            .iter()
            .partition(|skip| is_common(&skip.reason));
        print_list("skipped", &single, usize::MAX, out)?;
        let mut told = BTreeSet::new();
        for skip in common {
            if !told.insert(&skip.reason) {
                continue;
            }
            let label = if single.is_empty() && told.len() == 1 {
                "skipped"
            } else {
                ""
            };
            let number = self.reasons.get(&skip.reason).copied().unwrap_or(1);
            let (place, reason) = (safe::line(&skip.place), safe::line(&skip.reason));
            writeln!(out, "{label:<11}{place} and {} more: {reason}", number - 1)?;
        }
        Ok(())
    }

    /// Prints how far the sources have moved on.
    fn print_stale(&self, out: &mut dyn Write) -> io::Result<()> {
        let Staleness {
            added,
            changed,
            removed,
        } = self.changes;
        for source in &self.missing {
            writeln!(
                out,
                "stale      source not found: {}; its articles are kept",
                safe::line(source)
            )?;
        }
        if self.are_corrections_old {
            let file = CORRECTIONS;
            writeln!(
                out,
                "stale      {file} has changed, so every file counts as changed"
            )?;
        }
        if !self.changes.is_none() {
            writeln!(
                out,
                "stale      {added} new, {changed} changed, {removed} removed; run `cybersearch index`"
            )?;
        } else if !self.stale {
            writeln!(out, "stale      no: all files match the index")?;
        }
        if !self.unseen.is_empty() {
            let (first, others) = (&self.unseen[0], self.unseen.len() - 1);
            let more = match others {
                0 => String::new(),
                others => format!(" and {others} more"),
            };
            writeln!(
                out,
                "stale      unknown for {}{more}, which could not be read",
                safe::line(first)
            )?;
        }
        Ok(())
    }
}

/// How many remarks are listed for people; `--format json` has them all.
const MOST_REMARKS: usize = 100;

/// So many that were skipped for one reason are listed for people; of more, the
/// first and their number.
const MOST_ALIKE: u64 = 20;

/// Prints the first `most` of a list, and how many more there are.
fn print_list(label: &str, list: &[&Skipped], most: usize, out: &mut dyn Write) -> io::Result<()> {
    for (index, skipped) in list.iter().take(most).enumerate() {
        let name = if index == 0 { label } else { "" };
        let (place, reason) = (&skipped.place, &skipped.reason);
        writeln!(
            out,
            "{name:<11}{}: {}",
            safe::line(place),
            safe::line(reason)
        )?;
    }
    match list.len().saturating_sub(most) {
        0 => Ok(()),
        more => writeln!(
            out,
            "           and {more} more; `--format json` lists them"
        ),
    }
}

/// A path as text, since JSON takes no other.
fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
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
