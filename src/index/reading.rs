//! Reads files and hands their documents to the index writer, on all cores.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tantivy::{IndexWriter, Term};

use super::document::{self, WordCounts};
use super::manifest::FileEntry;
use super::request::Event;
use super::schema::Fields;
use crate::analyze::Analyzer;
use crate::owner::Owner;
use crate::source::{self, Selection, Skip, SourceFile};

pub(super) fn delete_file(writer: &IndexWriter, fields: &Fields, key: &str) {
    writer.delete_term(Term::from_field_text(fields.path, key));
    writer.delete_term(Term::from_field_text(fields.source, key));
}

/// Writes the bookkeeping of a file anew, whose articles stay.
pub(super) fn rewrite_entry(
    writer: &IndexWriter,
    fields: &Fields,
    key: &str,
    entry: &FileEntry,
) -> tantivy::Result<()> {
    writer.delete_term(Term::from_field_text(fields.source, key));
    let outcome = source::Outcome {
        hash: entry.hash,
        articles: entry.articles,
        skipped: Vec::new(),
    };
    writer.add_document(document::of_source(
        fields,
        key,
        entry.stat,
        entry.read_at,
        &outcome,
        entry.words,
    ))?;
    Ok(())
}

/// Nanoseconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// A file that was read, what to remember of it, and what was left out.
pub(super) type ReadFile<'f> = (&'f SourceFile, FileEntry, Vec<Skip>);

/// Reads files and adds their documents, on all cores.
pub(super) struct Reading<'a> {
    pub(super) writer: &'a IndexWriter,
    pub(super) fields: Fields,
    pub(super) selection: &'a Selection,
    pub(super) owner: &'a Owner,
    pub(super) events: &'a (dyn Fn(Event<'_>) + Sync),
    /// How many threads read at most.
    pub(super) threads: usize,
}

impl Reading<'_> {
    pub(super) fn all<'f>(&self, files: &[&'f SourceFile]) -> tantivy::Result<Vec<ReadFile<'f>>> {
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::with_capacity(files.len()));
        let work = || -> tantivy::Result<()> {
            let mut analyzer = Analyzer::default();
            while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                let read = self.one(file, &mut analyzer)?;
                let mut done = done
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                done.push(read);
                (self.events)(Event::Progress(done.len(), files.len()));
            }
            Ok(())
        };
        let workers = self.threads.min(files.len().div_ceil(16));
        if workers <= 1 {
            work()?;
        } else {
            std::thread::scope(|scope| {
                let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
                handles
                    .into_iter()
                    .try_for_each(|handle| match handle.join() {
                        Ok(result) => result,
                        Err(panic) => std::panic::resume_unwind(panic),
                    })
            })?;
        }
        Ok(done
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    fn one<'f>(
        &self,
        file: &'f SourceFile,
        analyzer: &mut Analyzer,
    ) -> tantivy::Result<ReadFile<'f>> {
        let read_at = now();
        let mut counts = WordCounts::default();
        let outcome = source::read(file, self.selection, |article| -> tantivy::Result<()> {
            let (document, words) =
                document::of_article(&self.fields, analyzer, self.owner, article);
            self.writer.add_document(document)?;
            counts.text += words.text;
            counts.title += words.title;
            Ok(())
        })?;
        let document = document::of_source(
            &self.fields,
            &file.key,
            file.stat,
            read_at,
            &outcome,
            counts,
        );
        self.writer.add_document(document)?;
        let entry = FileEntry {
            stat: file.stat,
            hash: outcome.hash,
            read_at,
            articles: outcome.articles,
            has_skips: !outcome.skipped.is_empty(),
            words: counts,
        };
        Ok((file, entry, outcome.skipped))
    }
}
