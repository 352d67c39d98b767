//! How the files of an update are read: in pieces that threads get, in the order
//! of the files.
//!
//! Small files are handed out in groups, the records of large files in pieces,
//! each with the memory that it may take (`budget`). Whoever writes what comes
//! of them, a segment or an engine elsewhere, reads them this way.

use std::time::{SystemTime, UNIX_EPOCH};

use rustc_hash::FxHashMap;

use super::budget::{MemoryBudget, Room};
use crate::article::Article;
use crate::document::WordCounts;
use crate::document::source_file::FileEntry;
use crate::source::{
    self, Before, Failed, Memory, Outcome, ReadCount, Selection, Skip, SkipReason, SourceFile,
    SourceFormat,
};

/// How many bytes of text a thread gets at once.
const PIECE: u64 = 1 << 18;

/// What a record takes beside its text, as bytes of text: a million records of
/// five words must not lie in memory together.
const BESIDE_TEXT: u64 = 128;

/// How many files a thread gets at once.
const GROUP: usize = 64;

/// Nanoseconds since 1970, of whole milliseconds: they take half the room.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).map_or(i64::MAX, |millis| millis.saturating_mul(1_000_000))
}

/// A file that was read.
#[derive(Debug)]
pub(crate) struct ReadFile<'f> {
    pub(crate) file: &'f SourceFile,
    /// What to remember of it.
    pub(crate) entry: FileEntry,
    /// What was left out.
    pub(crate) skips: Vec<Skip>,
    /// Why it could not be read to its end; what was added of it must go.
    pub(crate) failed: Option<Failed>,
    /// Whether what the index has of it stays, and only more was added.
    pub(crate) is_grown: bool,
}

impl<'f> ReadFile<'f> {
    /// What to remember of a file whose articles, with so many `words`, have come
    /// in; `before` is what is remembered of it, if it was known.
    pub(crate) fn of(
        file: &'f SourceFile,
        outcome: Outcome,
        read_at: i64,
        words: WordCounts,
        before: Option<FileEntry>,
    ) -> ReadFile<'f> {
        let unread = FileEntry {
            stat: file.stat(),
            read_at,
            has_skips: true,
            ..FileEntry::default()
        };
        if let Some(failed) = outcome.failed {
            return ReadFile {
                file,
                entry: unread,
                skips: vec![Skip::file(&SkipReason::Unreadable(failed.why.clone()))],
                failed: Some(failed),
                is_grown: false,
            };
        }
        let before = before.filter(|_| outcome.is_grown);
        let before = before.unwrap_or_default();
        let articles = outcome.articles + u64::from(before.articles);
        ReadFile {
            file,
            entry: FileEntry {
                stat: outcome.seen.unwrap_or(file.seen).stat,
                hash: outcome.hash,
                articles: u32::try_from(articles).unwrap_or(u32::MAX),
                has_skips: !outcome.skipped.is_empty(),
                words: WordCounts {
                    text: words.text + before.words.text,
                    title: words.title + before.words.title,
                },
                ..unread
            },
            skips: outcome.skipped,
            failed: None,
            is_grown: outcome.is_grown,
        }
    }
}

/// What a thread gets to do.
pub(crate) enum Piece<'f> {
    /// To read files.
    Files(Vec<&'f SourceFile>),
    /// To understand some records of a file.
    Records(Vec<Article>),
    /// Nothing: all records of a file were handed out.
    End(&'f SourceFile, Outcome, i64),
}

/// How files are read.
pub(crate) struct Pieces<'a> {
    pub(crate) selection: &'a Selection,
    /// How much memory articles may take.
    pub(crate) memory: Memory,
    /// What was read so far.
    pub(crate) count: &'a ReadCount,
    /// What a file was before that may only have grown.
    pub(crate) grown: &'a FxHashMap<&'a str, Before>,
}

impl Pieces<'_> {
    /// Hands out the files, in order, each piece with the room that it may take
    /// until nothing of it is in memory. Ends early when `send` wants no more.
    pub(crate) fn hand_out<'f>(
        &self,
        files: &[&'f SourceFile],
        send: &mut dyn FnMut(Piece<'f>, Room) -> bool,
    ) {
        let budget = MemoryBudget::of(self.memory.room());
        let mut send = |piece, bytes| send(piece, budget.take(Memory::needed(bytes)));
        let mut group = Vec::new();
        let mut bytes = 0;
        for file in files {
            if !is_large(file) {
                group.push(*file);
                bytes += file.size();
            }
            let is_whole = is_large(file) || bytes >= PIECE || group.len() >= GROUP;
            if is_whole && !group.is_empty() {
                let piece = Piece::Files(std::mem::take(&mut group));
                if !send(piece, std::mem::take(&mut bytes)) {
                    return;
                }
            }
            if is_large(file) && !self.hand_out_records(file, &mut send) {
                return;
            }
        }
        if !group.is_empty() {
            send(Piece::Files(group), bytes);
        }
    }

    /// Reads a file of records and hands them out in pieces. Says whether the
    /// next file is wanted.
    fn hand_out_records<'f>(
        &self,
        file: &'f SourceFile,
        send: &mut dyn FnMut(Piece<'f>, u64) -> bool,
    ) -> bool {
        let read_at = now();
        let mut records = Vec::new();
        let mut bytes = 0;
        let outcome = self.read(file, |article| {
            bytes += article.text.len() as u64 + BESIDE_TEXT;
            records.push(article);
            if bytes < PIECE {
                return Ok(());
            }
            let piece = Piece::Records(std::mem::take(&mut records));
            if send(piece, std::mem::take(&mut bytes)) {
                Ok(())
            } else {
                Err(())
            }
        });
        let Ok(outcome) = outcome else {
            return false;
        };
        send(Piece::Records(records), bytes) && send(Piece::End(file, outcome, read_at), 0)
    }

    /// Reads a file, or what it has grown by.
    pub(crate) fn read<E>(
        &self,
        file: &SourceFile,
        sink: impl FnMut(Article) -> Result<(), E>,
    ) -> Result<Outcome, E> {
        let before = self.grown.get(file.key.as_str()).copied();
        source::read(file, self.selection, self.memory, self.count, before, sink)
    }
}

/// Whether a file's records are handed out in pieces.
pub(crate) fn is_large(file: &SourceFile) -> bool {
    match file.format {
        SourceFormat::JsonLines | SourceFormat::Table => file.size() > PIECE,
        // What they hold may be any number of times as large.
        format => format.is_container(),
    }
}
