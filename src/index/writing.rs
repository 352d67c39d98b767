//! Writes what differs and commits it with the new state.
//!
//! Responsible for the order of things: what is gone is deleted of the old
//! segments alone, new segments are added, and one commit makes both visible
//! together with the bookkeeping.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::path::Path;

use tantivy::IndexWriter;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, NoMergePolicy};
use tantivy::schema::Field;

use super::deletion::Deletion;
use super::entry::SourceEntry;
use super::manifest::{FileEntry, Files};
use super::plan::Plan;
use super::reading::{ReadFile, Reading, now};
use super::request::Report;
use super::schema::{self, Fields};
use super::segment::Limits;
use super::update::{Job, failed};
use crate::extract::EXTRACTION_VERSION;
use crate::failure::Result;
use crate::parallel::threads;
use crate::source::SourceFile;

/// The bookkeeping while it is brought up to date.
struct Entries<'f> {
    /// What is known of each file.
    known: HashMap<&'f str, FileEntry>,
    /// The terms of the documents that go.
    doomed: Vec<(Field, String)>,
    /// Files whose articles stay, and whose bookkeeping is written anew.
    rewritten: Vec<SourceEntry>,
}

impl<'f> Entries<'f> {
    fn of(plan: &'f Plan<'_>, known: &'f Files, fields: &Fields) -> Entries<'f> {
        // Of a file that looks new a damaged index may have articles all the
        // same, which would be there twice.
        let new = plan.added.iter().filter(|_| !known.is_empty());
        let read = plan.changed.iter().chain(new).map(|file| &file.key);
        let gone = read.chain(&plan.removed);
        let mut entries = Entries {
            known: known
                .iter()
                .map(|(key, entry)| (key.as_str(), *entry))
                .collect(),
            doomed: gone
                .flat_map(|key| [(fields.path, key.clone()), (fields.source, key.clone())])
                .collect(),
            rewritten: Vec::new(),
        };
        for key in &plan.removed {
            entries.known.remove(key.as_str());
        }
        for file in &plan.touched {
            entries.touch(file, fields);
        }
        entries
    }

    /// Notes that a file was looked at whose content is the same.
    fn touch(&mut self, file: &SourceFile, fields: &Fields) {
        let entry = self.known.get_mut(file.key.as_str());
        let Some(entry) = entry.filter(|entry| !entry.has_skips) else {
            return;
        };
        *entry = FileEntry {
            stat: file.stat,
            read_at: now(),
            ..*entry
        };
        self.doomed.push((fields.source, file.key.clone()));
        self.rewritten.push(SourceEntry {
            key: file.key.clone(),
            file: *entry,
            skips: Vec::new(),
        });
    }
}

impl Job<'_> {
    /// Writes what `plan` says and commits it with the new state.
    pub(super) fn write(
        &mut self,
        index: &tantivy::Index,
        folder: Option<&Path>,
        plan: &Plan<'_>,
        known: &Files,
        report: &mut Report,
    ) -> Result<()> {
        let fields = schema::build().1;
        let mut entries = Entries::of(plan, known, &fields);
        let mut write = || -> tantivy::Result<(IndexWriter, Vec<ReadFile<'_>>)> {
            let writer = writer(index)?;
            let doomed = std::mem::take(&mut entries.doomed);
            let deletion = Deletion::new(index.searchable_segment_ids()?, doomed);
            if !deletion.is_empty() {
                writer.delete_query(Box::new(deletion))?;
            }
            let to_read = plan.added.iter().chain(&plan.changed).copied();
            let to_read: Vec<&SourceFile> = to_read.collect();
            let rewritten = std::mem::take(&mut entries.rewritten);
            let read = Reading {
                index,
                writer: &writer,
                folder,
                fields,
                selection: &self.state.selection,
                owner: &self.owner,
                events: self.events,
                threads: self.threads(),
                limits: Limits::default(),
            }
            .all(&to_read, rewritten)?;
            Ok((writer, read))
        };
        let (writer, read) = write().map_err(|error| failed(self.library, &error))?;
        for (file, entry, skips) in read {
            entries.known.insert(&file.key, entry);
            report
                .skipped
                .extend(skips.into_iter().map(|skip| (file.key.clone(), skip)));
        }
        report
            .skipped
            .sort_by(|(a, left), (b, right)| (a, left.line).cmp(&(b, right.line)));
        let never = self.owner.corrections.never_applied();
        self.state.never_applied.retain(|at| never.contains(at));
        if self.knows_more {
            report.idle_corrections = self.state.never_applied.len();
        }
        self.sum_up(entries.known.values());
        report.articles = self.state.articles;
        report.committed = true;
        self.commit(writer)
    }

    fn threads(&self) -> usize {
        self.request.threads.map_or_else(threads, NonZeroUsize::get)
    }

    /// Adds the numbers of all files up into the state.
    fn sum_up<'e>(&mut self, entries: impl Iterator<Item = &'e FileEntry>) {
        let state = &mut self.state;
        (state.articles, state.files, state.words, state.title_words) = (0, 0, 0, 0);
        for entry in entries {
            state.files += 1;
            state.articles += entry.articles;
            state.words += entry.words.text;
            state.title_words += entry.words.title;
        }
        state.extraction = EXTRACTION_VERSION;
        state.built_at = jiff::Timestamp::now()
            .strftime("%Y-%m-%dT%H:%M:%SZ")
            .to_string();
    }

    fn commit(&self, mut writer: IndexWriter) -> Result<()> {
        let payload = serde_json::to_string(&self.state).unwrap_or_default();
        writer.set_merge_policy(Box::new(LogMergePolicy::default()));
        let commit = move || -> tantivy::Result<()> {
            let mut prepared = writer.prepare_commit()?;
            prepared.set_payload(&payload);
            prepared.commit()?;
            writer.wait_merging_threads()
        };
        commit().map_err(|error| failed(self.library, &error))
    }
}

/// The library's writer, which deletes and commits; segments are made beside it
/// (`segment`).
fn writer(index: &tantivy::Index) -> tantivy::Result<IndexWriter> {
    let options = IndexWriterOptions::builder()
        .num_worker_threads(1)
        .num_merge_threads(1)
        .build();
    let writer: IndexWriter = index.writer_with_options(options)?;
    // No segment may be merged, and get another name, before what is to be
    // deleted of it is gone.
    writer.set_merge_policy(Box::new(NoMergePolicy));
    Ok(writer)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::index::document::WordCounts;
    use crate::source::{Format, Stat};

    #[test]
    fn what_looks_new_is_not_there_twice() {
        let stat = Stat {
            size: 1,
            modified: 1,
        };
        let file = SourceFile {
            key: "a.txt".to_owned(),
            location: PathBuf::new(),
            format: Format::Text,
            size: 1,
            stat,
            has_sidecar: false,
        };
        let plan = Plan {
            added: vec![&file],
            ..Plan::default()
        };
        let fields = schema::build().1;
        let mut known = Files::default();
        // A new index has nothing to look through.
        assert!(Entries::of(&plan, &known, &fields).doomed.is_empty());
        let entry = FileEntry {
            stat,
            hash: 0,
            read_at: 0,
            articles: 1,
            has_skips: false,
            words: WordCounts::default(),
        };
        known.insert("b.txt".to_owned(), entry);
        let doomed = Entries::of(&plan, &known, &fields).doomed;
        let key = || "a.txt".to_owned();
        assert_eq!(doomed, [(fields.path, key()), (fields.source, key())]);
    }
}
