//! Brings files into an index of an engine: their articles, then, once all of
//! these are in, what is remembered of the file.
//!
//! Files are read on all cores (`update::pieces`), their documents made there,
//! put into batches in the order of the files and sent by a few threads. A file
//! is settled when its last article was taken: what the index still has of it
//! from earlier pushes goes by one deletion for many files, and then the file's
//! own document is written. Killed at any moment, a push leaves no file's
//! document without its articles; the next push does such files again.
//!
//! Where the index has a file's document from a later push, that one is right:
//! what this push wrote of the file is taken back.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender as Channel, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use rustc_hash::FxHashMap;
use serde_json::json;

use super::listing::refresh;
use super::sending::{Batch, IN_FLIGHT, Sender, Taken};
use crate::corrections::Owner;
use crate::document::WordCounts;
use crate::document::source_file::{FileEntry, SourceEntry};
use crate::engine::remote::client::Client;
use crate::engine::remote::document::{Item, MAX_NAMES, article_item, source_item};
use crate::engine::remote::mapping::Extra;
use crate::engine::remote::reply::reason_of;
use crate::failure::{Failure, FailureKind, Result};
use crate::parallel::in_order;
use crate::source::{Outcome, Skip, SkipReason, SourceFile};
use crate::text::analyze::Analyzer;
use crate::update::budget::Room;
use crate::update::pieces::{Piece, Pieces, ReadFile, now};
use crate::update::{Event, Progress};

/// The longest document that is sent: engines take 100 MB of a request.
const MOST_ITEM: usize = 90 << 20;

/// How many files are settled at once.
const SETTLED: usize = 1000;

/// How many files one deletion names: engines take 65,536 terms.
const DELETED: usize = 1000;

/// How a push reads and writes.
pub(super) struct Transfer<'a> {
    pub(super) client: &'a Client,
    /// The name of the index.
    pub(super) index: &'a str,
    pub(super) pieces: Pieces<'a>,
    pub(super) owner: &'a Owner,
    pub(super) threads: usize,
    /// The version of everything that it writes.
    pub(super) push: u64,
    /// Whether this push made the index, so that it has nothing of earlier ones.
    pub(super) is_fresh: bool,
    /// What a file was read with, and whether anything was left out of it.
    pub(super) made: &'a (dyn Fn(&str, &FileEntry) -> String + Sync),
    /// Whether the index has a document of a file.
    pub(super) is_known: &'a (dyn Fn(&str) -> bool + Sync),
    pub(super) events: &'a (dyn Fn(Event<'_>) + Sync),
}

/// What a transfer came to.
#[derive(Debug, Default)]
pub(super) struct Transferred<'f> {
    /// The files that were read.
    pub(super) read: Vec<ReadFile<'f>>,
    /// Files that the index has from a later push.
    pub(super) newer: Vec<String>,
    /// Files of which the engine refused something, and why.
    pub(super) refused: Vec<(String, String)>,
}

/// What comes of a piece, in the order of the files.
enum Made<'f> {
    Item(Item),
    /// All articles of a file came before.
    File(&'f SourceFile, Outcome, i64),
}

/// A file on its way.
#[derive(Default)]
struct Pending<'f> {
    /// How many of its articles are on their way.
    on_the_way: usize,
    words: WordCounts,
    /// Once all of it was read.
    read: Option<ReadFile<'f>>,
    skips: Vec<Skip>,
    refused: Option<String>,
}

/// What came back of a batch.
type Back = Result<(Batch, Vec<Taken>)>;

impl Transfer<'_> {
    /// Brings `files` into the index, and writes the documents of `others` anew,
    /// whose articles stay.
    ///
    /// # Errors
    /// When the engine takes no more; what is in stays in.
    pub(super) fn run<'f>(
        &self,
        files: &[&'f SourceFile],
        others: Vec<SourceEntry>,
    ) -> Result<Transferred<'f>> {
        let sender = Sender::new(self.client, self.index);
        let (batches, waiting) = sync_channel::<Batch>(IN_FLIGHT);
        let (told, back) = channel::<Back>();
        let waiting = Mutex::new(waiting);
        thread::scope(|scope| {
            for _ in 0..IN_FLIGHT {
                let (sender, waiting, told) = (&sender, &waiting, told.clone());
                scope.spawn(move || carry(sender, waiting, &told));
            }
            drop(told);
            let mut loading = Loading {
                transfer: self,
                sender: &sender,
                batches: Some(batches),
                back,
                batch: Batch::default(),
                pending: FxHashMap::default(),
                current: 0,
                settled: VecDeque::from(others),
                undone: Vec::new(),
                done: Transferred::default(),
                articles: 0,
                all_files: files.len(),
                all_bytes: files.iter().map(|file| file.size()).sum(),
            };
            match loading.run(files) {
                Ok(()) => Ok(loading.done),
                Err(failure) => {
                    // Whoever still tries gives up.
                    sender.close();
                    Err(loading.cause(failure))
                }
            }
        })
    }

    /// Makes documents of a piece.
    fn make<'f>(&self, piece: Piece<'f>, analyzer: &mut Analyzer) -> Vec<Made<'f>> {
        let mut made = Vec::new();
        let item = |article, analyzer: &mut Analyzer| {
            Made::Item(article_item(analyzer, self.owner, article, self.push))
        };
        match piece {
            Piece::Files(files) => {
                for file in files {
                    let read_at = now();
                    let Ok(outcome) = self.pieces.read(file, |article| {
                        made.push(item(article, analyzer));
                        Ok::<(), std::convert::Infallible>(())
                    });
                    made.push(Made::File(file, outcome, read_at));
                }
            }
            Piece::Records(records) => {
                made.extend(records.into_iter().map(|article| item(article, analyzer)));
            }
            Piece::End(file, outcome, read_at) => made.push(Made::File(file, outcome, read_at)),
        }
        made
    }

    /// Deletes what the index has of `files` from pushes up to `last`, but for the
    /// last where `is_before`.
    fn delete(&self, files: &[String], is_before: bool) -> Result<()> {
        for some in files.chunks(DELETED) {
            // What others wrote meanwhile must be seen to go.
            refresh(self.client, self.index)?;
            let bound = if is_before { "lt" } else { "lte" };
            let asked = json!({"query": {"bool": {"filter": [
                {"terms": {Extra::File.name(): some}},
                {"range": {Extra::Push.name(): {bound: self.push}}},
            ]}}});
            let path = format!("/{}/_delete_by_query?conflicts=proceed", self.index);
            let body = self.client.post(&path, &asked)?;
            let body = body.ok("cannot delete what is old")?;
            let failed = body["failures"].as_array().and_then(|all| all.first());
            if let Some(failed) = failed {
                let why = reason_of(&json!({"error": failed["cause"]}));
                let failure = Failure::new(format!("cannot delete what is old: {why}"));
                return Err(failure.of(FailureKind::Refused).help("push again"));
            }
        }
        Ok(())
    }

    /// Removes files from the index, with their articles.
    ///
    /// # Errors
    /// When the engine does not do it; the next push will.
    pub(super) fn remove(&self, files: &[String]) -> Result<()> {
        self.delete(files, false)
    }
}

/// Sends the batches that come, until none comes.
fn carry(sender: &Sender<'_>, waiting: &Mutex<Receiver<Batch>>, told: &Channel<Back>) {
    loop {
        let next = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(batch) = next else {
            return;
        };
        let sent = sender.send(&batch).map(|taken| (batch, taken));
        // With nobody waiting for it the outcome is not wanted.
        let _ = told.send(sent);
    }
}

/// A transfer under way, on the thread that began it.
struct Loading<'t, 'f> {
    transfer: &'t Transfer<'t>,
    sender: &'t Sender<'t>,
    /// Where batches go; `None` at the end.
    batches: Option<SyncSender<Batch>>,
    /// Where they come back from.
    back: Receiver<Back>,
    batch: Batch,
    /// Files on their way, by their number.
    pending: FxHashMap<usize, Pending<'f>>,
    /// The number of the file whose articles come in.
    current: usize,
    /// Files whose document is to be written.
    settled: VecDeque<SourceEntry>,
    /// Files whose articles are to be taken back: they could not be read to
    /// their end.
    undone: Vec<String>,
    done: Transferred<'f>,
    articles: u64,
    all_files: usize,
    all_bytes: u64,
}

impl<'f> Loading<'_, 'f> {
    fn run(&mut self, files: &[&'f SourceFile]) -> Result<()> {
        let transfer = self.transfer;
        let analyzers: Mutex<Vec<Analyzer>> = Mutex::default();
        in_order(
            transfer.threads,
            |send| {
                let mut send = |piece, room| send((piece, room));
                transfer.pieces.hand_out(files, &mut send);
            },
            |(piece, room): (Piece<'f>, Room)| {
                let idle = || analyzers.lock().unwrap_or_else(PoisonError::into_inner);
                let mut analyzer = idle().pop().unwrap_or_default();
                let made = transfer.make(piece, &mut analyzer);
                idle().push(analyzer);
                (made, room)
            },
            |(made, _room)| made.into_iter().try_for_each(|made| self.take(made)),
        )?;
        self.flush()?;
        // Nothing more is sent from here: the last ones come back.
        self.batches = None;
        while let Ok(back) = self.back.recv() {
            self.returned(back?);
        }
        transfer.delete(&self.undone, false)?;
        self.settle()
    }

    /// What ended a transfer: a thread that only heard of the end may have told
    /// first.
    fn cause(mut self, told: Failure) -> Failure {
        self.batches = None;
        if told.kind() != FailureKind::Stopped {
            return told;
        }
        let failures = self.back.iter().filter_map(Result::err);
        let mut causes = failures.filter(|failure| failure.kind() != FailureKind::Stopped);
        causes.next().unwrap_or(told)
    }

    fn take(&mut self, made: Made<'f>) -> Result<()> {
        match made {
            Made::Item(item) => {
                let file = self.pending.entry(self.current).or_default();
                if let Some(reason) = why_not(&item) {
                    file.skips.push(Skip::file(&reason));
                    return Ok(());
                }
                file.on_the_way += 1;
                file.words.text += item.words.text;
                file.words.title += item.words.title;
                self.articles += 1;
                if self.batch.is_full_for(item.bytes.len()) {
                    self.flush()?;
                }
                self.batch.add(self.current, &item);
            }
            Made::File(file, mut outcome, read_at) => {
                let pending = self.pending.entry(self.current).or_default();
                outcome.articles -= pending.skips.len() as u64;
                outcome.skipped.append(&mut pending.skips);
                let words = pending.words;
                pending.read = Some(ReadFile::of(file, outcome, read_at, words, None));
                let number = self.current;
                self.current += 1;
                self.conclude(number);
                self.tell();
                if self.settled.len() >= SETTLED {
                    self.settle()?;
                }
            }
        }
        Ok(())
    }

    /// Sends what has gathered, and looks at what came back.
    fn flush(&mut self) -> Result<()> {
        let batch = std::mem::take(&mut self.batch);
        if !batch.is_empty() {
            let batches = self.batches.as_ref();
            let sent = batches.is_some_and(|batches| batches.send(batch).is_ok());
            if !sent {
                let failure = Failure::new("the push has ended");
                return Err(failure.of(FailureKind::Internal));
            }
        }
        while let Ok(back) = self.back.try_recv() {
            self.returned(back?);
        }
        Ok(())
    }

    /// Notes what became of the articles of a batch.
    fn returned(&mut self, (batch, taken): (Batch, Vec<Taken>)) {
        let mut last = None;
        for (number, taken) in batch.owners().zip(taken) {
            if let Some(file) = self.pending.get_mut(&number) {
                file.on_the_way -= 1;
                // A newer article is of a push that will settle the file.
                if let Taken::Refused(why) = taken {
                    file.refused.get_or_insert(why);
                }
            }
            if let Some(before) = last.replace(number).filter(|before| *before != number) {
                self.conclude(before);
            }
        }
        if let Some(last) = last {
            self.conclude(last);
        }
    }

    /// Lets a file be settled if all of it was read and taken.
    fn conclude(&mut self, number: usize) {
        let is_whole = |file: &Pending<'_>| file.on_the_way == 0 && file.read.is_some();
        if !self.pending.get(&number).is_some_and(is_whole) {
            return;
        }
        let Some(Pending {
            read: Some(read),
            refused,
            ..
        }) = self.pending.remove(&number)
        else {
            return;
        };
        let key = &read.file.key;
        if let Some(why) = refused {
            self.done.refused.push((key.clone(), why));
        } else if read.failed.is_some() {
            // Of one that was known the index keeps what it has.
            if !(self.transfer.is_known)(key) {
                self.undone.push(key.clone());
            }
        } else {
            self.settled.push_back(SourceEntry {
                key: key.clone(),
                file: read.entry,
                skips: read.skips.clone(),
            });
        }
        self.done.read.push(read);
    }

    /// Removes what is old of the files that are in, and writes their documents.
    fn settle(&mut self) -> Result<()> {
        let transfer = self.transfer;
        let mut analyzer = Analyzer::default();
        while !self.settled.is_empty() {
            let count = self.settled.len().min(SETTLED);
            let entries: Vec<SourceEntry> = self.settled.drain(..count).collect();
            let keys: Vec<String> = entries.iter().map(|entry| entry.key.clone()).collect();
            if !transfer.is_fresh {
                transfer.delete(&keys, true)?;
            }
            let mut batch = Batch::default();
            for (number, entry) in entries.iter().enumerate() {
                let made = (transfer.made)(&entry.key, &entry.file);
                let item = source_item(&mut analyzer, entry, &made, transfer.push);
                batch.add(number, &item);
            }
            let mut newer = Vec::new();
            let taken = self.sender.send(&batch)?;
            for (key, taken) in keys.into_iter().zip(taken) {
                match taken {
                    Taken::Written => {}
                    Taken::Newer => newer.push(key),
                    Taken::Refused(why) => self.done.refused.push((key, why)),
                }
            }
            transfer.delete(&newer, false)?;
            self.done.newer.append(&mut newer);
        }
        Ok(())
    }

    /// Says how far it has come.
    fn tell(&self) {
        let count = &self.transfer.pieces.count;
        (self.transfer.events)(Event::Progress(Progress {
            files: self.current,
            all_files: self.all_files,
            bytes: count.bytes.load(Ordering::Relaxed),
            all_bytes: self.all_bytes,
            members: count.members.load(Ordering::Relaxed),
            articles: self.articles,
        }));
    }
}

/// Why a document is not sent.
fn why_not(item: &Item) -> Option<SkipReason> {
    if item.bytes.len() > MOST_ITEM {
        let most = MOST_ITEM >> 20;
        let why = format!("its document has more than the {most} MiB that an engine takes");
        return Some(SkipReason::NoFile(why));
    }
    let path = item.key.split('\0').next().unwrap_or_default();
    let is_deep = path.matches('/').count() >= MAX_NAMES;
    is_deep.then(|| SkipReason::NoFile(format!("its path has more than {MAX_NAMES} names")))
}
