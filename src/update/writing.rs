//! Writes what differs and commits it with the new state.
//!
//! Responsible for the order of things: files are read into new segments first,
//! so that it is known which of them could be; then what is gone, or was read
//! again, is deleted of the old segments alone; and one commit makes both
//! visible together with the bookkeeping. A file that cannot be read keeps what
//! the index says of it.

use std::num::NonZeroUsize;

use rustc_hash::FxHashSet;

use super::UpdateJob;
use super::ingest::Ingest;
use super::pieces::ReadFile;
use super::plan::UpdatePlan;
use super::request::Report;
use crate::document::field::Field;
use crate::engine::local::manifest::{FileTotals, Files};
use crate::engine::local::segment::Limits;
use crate::engine::local::writer::Target;
use crate::extract::EXTRACTION_VERSION;
use crate::failure::Result;
use crate::parallel::threads;
use crate::source::{ReadCount, SourceFile};

/// What goes of the index: terms of documents.
#[derive(Debug, Default, PartialEq, Eq)]
struct Going {
    /// In the segments that were there before.
    old: Vec<(Field, String)>,
    /// In the new ones: what was added of files that failed.
    undone: Vec<(Field, String)>,
}

impl Going {
    /// What goes for a plan, of which `read` was read and `rewritten` is written
    /// again.
    fn of(
        plan: &UpdatePlan<'_>,
        read: &[ReadFile<'_>],
        rewritten: &[String],
        known: &Files,
    ) -> Going {
        let both = |key: &String| [(Field::Path, key.clone()), (Field::Source, key.clone())];
        let mut going = Going::default();
        going.old.extend(plan.removed.iter().flat_map(both));
        let sources = rewritten.iter().map(|key| (Field::Source, key.clone()));
        going.old.extend(sources);
        for file in read {
            let key = &file.file.key;
            if file.failed.is_some() {
                going.undone.push((Field::Path, key.clone()));
            } else if file.is_grown {
                going.old.push((Field::Source, key.clone()));
            } else if !known.is_empty() {
                // Of a file that looks new a damaged index may have articles all
                // the same, which would be there twice.
                going.old.extend(both(key));
            }
        }
        going
    }
}

impl UpdateJob<'_> {
    /// Writes what `plan` says and commits it with the new state. Where nothing
    /// of it can be done, nothing is committed unless it must be.
    pub(crate) fn write(
        &mut self,
        target: &Target,
        plan: &UpdatePlan<'_>,
        known: &Files,
        report: &mut Report,
        must_commit: bool,
    ) -> Result<()> {
        let rewritten = plan.rewritten(known);
        let rewritten_keys: Vec<String> = rewritten.iter().map(|one| one.key.clone()).collect();
        let writer = target.writer()?;
        let to_read = plan.added.iter().chain(&plan.changed).copied();
        let to_read: Vec<&SourceFile> = to_read.collect();
        let read = Ingest {
            writer: &writer,
            selection: &self.state.selection,
            owner: &self.owner,
            events: self.events,
            threads: self.threads(),
            memory: self.request.memory(),
            limits: Limits::within(self.request.memory()),
            count: ReadCount::default(),
            known: &|key| known.get(key).copied(),
            grown: &plan.grown,
        }
        .all(&to_read, rewritten)?;
        let Going { old, undone } = Going::of(plan, &read, &rewritten_keys, known);
        // What is read for the first time has nothing to leave behind.
        self.state.outlived |=
            !plan.removed.is_empty() || !plan.changed.is_empty() || !undone.is_empty();
        writer.delete(old, undone)?;
        let is_worth_it = must_commit
            || !plan.removed.is_empty()
            || !rewritten_keys.is_empty()
            || read.iter().any(|file| changes_the_index(file, known));
        tell(&read, known, report);
        if !is_worth_it {
            return Ok(());
        }
        let never = self.owner.corrections.never_applied();
        self.state.never_applied.retain(|at| never.contains(at));
        if self.knows_more {
            report.idle_corrections = self.state.never_applied.len();
        }
        self.sum_up(plan, known, &read);
        report.articles = self.state.articles;
        report.committed = true;
        writer.commit(&self.state)
    }

    fn threads(&self) -> usize {
        self.request.threads.map_or_else(threads, NonZeroUsize::get)
    }

    /// Adds the numbers of all files up into the state.
    fn sum_up(&mut self, plan: &UpdatePlan<'_>, known: &Files, read: &[ReadFile<'_>]) {
        let done = read.iter().filter(|file| changes_the_index(file, known));
        let done: Vec<&ReadFile<'_>> = done.collect();
        let changed = done.iter().map(|file| file.file.key.as_str());
        let gone: FxHashSet<&str> = changed
            .chain(plan.removed.iter().map(String::as_str))
            .collect();
        let mut totals = FileTotals::default();
        for (_, entry) in known.iter().filter(|(key, _)| !gone.contains(key)) {
            totals += entry;
        }
        for file in done {
            totals += &file.entry;
        }
        let state = &mut self.state;
        state.files = totals.files;
        state.articles = totals.articles;
        state.bytes = totals.bytes;
        state.words = totals.words.text;
        state.title_words = totals.words.title;
        state.room = self.request.memory().room();
        state.extraction = EXTRACTION_VERSION;
        state.built_at = jiff::Timestamp::now()
            .strftime("%Y-%m-%dT%H:%M:%SZ")
            .to_string();
    }
}

/// Whether the bookkeeping says something new of a file: not if it could not be
/// read and keeps what was known.
fn changes_the_index(file: &ReadFile<'_>, known: &Files) -> bool {
    match &file.failed {
        None => true,
        Some(failed) => !failed.is_gone && known.get(&file.file.key).is_none(),
    }
}

/// Notes in the report what was left out, and what could not be read.
pub(crate) fn tell(read: &[ReadFile<'_>], known: &Files, report: &mut Report) {
    for file in read {
        let key = &file.file.key;
        match &file.failed {
            None => {
                let skips = file.skips.iter().cloned();
                report.skipped.extend(skips.map(|skip| (key.clone(), skip)));
            }
            // The next look at the sources finds that it is gone.
            Some(failed) if failed.is_gone => {}
            Some(failed) if failed.is_closed_link && known.get(key).is_none() => {
                let skips = file.skips.iter().cloned();
                report.skipped.extend(skips.map(|skip| (key.clone(), skip)));
            }
            Some(failed) => {
                report.errors.push((key.clone(), failed.why.clone()));
                if known.get(key).is_some_and(|entry| entry.articles > 0) {
                    report.kept += 1;
                }
            }
        }
    }
    let by_place = |(a, left): &(String, crate::source::Skip), (b, right): &(String, _)| {
        let right: &crate::source::Skip = right;
        (a, left.line).cmp(&(b, right.line))
    };
    report.skipped.sort_by(by_place);
    report.errors.sort_unstable();
    report.errors.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::source_file::FileEntry;
    use crate::source::{Failed, Selection, Walker};

    #[test]
    fn what_looks_new_is_not_there_twice_and_what_failed_is_undone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.txt"), "text").unwrap();
        let found = Walker {
            root: folder.path(),
            index_dir: &folder.path().join("index"),
            corrections: folder.path().join("corrections.txt"),
            selection: &Selection::default(),
            threads: 1,
            reaches: true,
            group: None,
        }
        .walk(&[".".to_owned()]);
        let plan = UpdatePlan {
            added: found.files.iter().collect(),
            ..UpdatePlan::default()
        };
        let read = |failed: Option<Failed>| ReadFile {
            file: &found.files[0],
            entry: FileEntry::default(),
            skips: Vec::new(),
            failed,
            is_grown: false,
        };
        let mut known = Files::default();
        let going = |known: &Files, failed| Going::of(&plan, &[read(failed)], &[], known);
        // A new index has nothing to look through.
        assert_eq!(going(&known, None), Going::default());
        known.push("b.txt", FileEntry::default());
        let key = || "a.txt".to_owned();
        let old = vec![(Field::Path, key()), (Field::Source, key())];
        assert_eq!(going(&known, None).old, old);
        let failed = Failed {
            why: "an error of the disk".to_owned(),
            is_gone: false,
            is_closed_link: false,
        };
        let undone = Going {
            old: Vec::new(),
            undone: vec![(Field::Path, key())],
        };
        assert_eq!(going(&known, Some(failed)), undone);
    }
}
