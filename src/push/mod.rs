//! Brings the articles of a library into an engine elsewhere, and keeps them
//! there as its files are.
//!
//! Responsible for what is pushed and when: which index is written to
//! (`generation`), what it says of its files (`listing`), what differs from the
//! sources (`update::plan`, as for a local index), how it gets there (`transfer`,
//! `sending`), and what searches find meanwhile. Files are walked, read and
//! understood by the code that makes a local index. Imports `update` and the
//! remote engine; must not know `search`.
//!
//! The source file is the unit: its own document is written after its articles,
//! with the state of the file that they were made of. So a push may be killed at
//! any moment, and two may run at once: what one of them wrote last, by the time
//! at which it began, is what stays.
//!
//! A new index is filled without replicas and without refreshing; searches find
//! it once all is in, and until then what stood there before.

mod generation;
mod listing;
mod sending;
mod transfer;

use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroUsize;
use std::time::{SystemTime, UNIX_EPOCH};

use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

pub use self::generation::MOST_SHARDS;
use self::generation::{Generation, Generations};
use self::listing::{Listed, Totals, articles_by_file, refresh};
use self::transfer::{Transfer, Transferred};
use crate::document::source_file::FileEntry;
use crate::engine::local::State;
use crate::engine::remote::client::Client;
use crate::engine::remote::mapping::FORMAT;
use crate::engine::remote::{Access, Target};
use crate::extract::EXTRACTION_VERSION;
use crate::failure::{Failure, FailureKind, Result};
use crate::library::Library;
use crate::parallel::threads;
use crate::source::{FormatSet, Memory, ReadCount, SourceFile, SourceFormat, path_key, version_of};
use crate::update::gathering::{Gathered, gather};
use crate::update::pieces::Pieces;
use crate::update::plan::{MadeWith, UpdatePlan, compare};
use crate::update::writing::tell;
use crate::update::{Event, Report};

/// What to push, and how.
#[derive(Debug, Clone, Default)]
pub struct Push {
    /// Keys of the files and folders to push; where there are none, the sources
    /// of the library's index. What the index in the engine has from elsewhere
    /// stays where they are named, and goes where they are not.
    pub sources: Vec<String>,
    /// The shards of an index that is made, 1 to [`MOST_SHARDS`].
    pub shards: Option<u32>,
    /// Its replicas once it is filled.
    pub replicas: Option<u32>,
    /// The part of the files that is pushed; searches find what is pushed in parts
    /// once [`finish`] says so.
    pub part: Option<Part>,
    /// Whether nothing is written, only told.
    pub dry_run: bool,
    /// How many threads read; `None`: as many as are worth having.
    pub threads: Option<NonZeroUsize>,
    /// How much memory articles may take; `None`: a quarter of the machine's.
    pub memory: Option<u64>,
}

impl Push {
    /// Whether it keeps the file with this key as its sources have it. What lies
    /// outside the sources that were named is of another push.
    fn is_about(&self, key: &str) -> bool {
        let is_below = |source: &String| match key.strip_prefix(source.as_str()) {
            Some(rest) => rest.is_empty() || rest.starts_with('/'),
            None => source == "." && !key.starts_with('/'),
        };
        let is_meant = self.sources.is_empty() || self.sources.iter().any(is_below);
        is_meant && self.part.is_none_or(|part| part.has(key))
    }
}

/// One of some parts of equal size that the files are divided into, by a hash of
/// their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Counted from 0.
    pub number: u32,
    /// How many there are, at least 1.
    pub of: u32,
}

impl Part {
    fn has(self, key: &str) -> bool {
        xxh3_64(key.as_bytes()) % u64::from(self.of.max(1)) == u64::from(self.number)
    }
}

/// What a push came to.
#[derive(Debug, Clone, Default)]
pub struct PushReport {
    /// What differed, and what could not be read.
    pub update: Report,
    /// The name of the index behind the alias.
    pub index: String,
    /// Source files in it.
    pub files: u64,
    /// Articles in it that no file's document counts, or that are missing.
    pub uncounted: u64,
    /// Files of which the engine refused something, and why.
    pub refused: Vec<(String, String)>,
    /// How many files it had from a push that began later.
    pub newer: u64,
    /// Whether searches find it.
    pub is_current: bool,
    /// Whether nothing was written, as was asked for.
    pub is_dry: bool,
}

impl PushReport {
    /// Whether everything that should be in the index is there and counted.
    pub fn is_whole(&self) -> bool {
        self.update.is_whole() && self.refused.is_empty() && self.uncounted == 0
    }
}

/// Brings the index behind `target` up to date with the library's sources, making
/// it where there is none.
///
/// # Errors
/// When there is nothing to push, or the engine cannot be reached, refuses, or
/// takes no more; what is in stays in.
pub fn push(
    library: &Library,
    target: Target,
    access: &Access,
    request: &Push,
    events: &(dyn Fn(Event<'_>) + Sync),
) -> Result<PushReport> {
    let threads = request.threads.map_or_else(threads, NonZeroUsize::get);
    let mut gathered = gather(library, &request.sources, threads)?;
    if let Some(part) = request.part {
        gathered.found.files.retain(|file| part.has(&file.key));
    }
    let client = Client::new(target, access)?;
    let generations = Generations::find(&client)?;
    let (generation, is_fresh) = match generations.newest() {
        Some(newest) => {
            check_settings(request, newest)?;
            (Some(newest.clone()), false)
        }
        None if request.dry_run => (None, true),
        None => {
            let (generation, is_fresh) = create_in(&client, &generations, request)?;
            (Some(generation), is_fresh)
        }
    };
    let job = PushJob {
        client: &client,
        index: generation.as_ref().map(|one| one.name.clone()),
        request,
        gathered: &gathered,
        memory: request.memory.map_or_else(Memory::default, Memory::of),
        threads,
        is_fresh,
        events,
    };
    let mut report = job.run()?;
    let Some(generation) = generation.filter(|_| !request.dry_run) else {
        return Ok(report);
    };
    report.is_current = generation.is_current;
    if request.part.is_none() && !generation.is_current && report.is_whole() {
        Generations::find(&client)?.finish(&client, &generation)?;
        report.is_current = true;
    }
    Ok(report)
}

/// Makes a new index behind `target`, empty; searches go on finding the old one.
///
/// # Errors
/// When the engine cannot be reached or refuses.
pub fn create(target: Target, access: &Access, request: &Push) -> Result<PushReport> {
    let client = Client::new(target, access)?;
    let generations = Generations::find(&client)?;
    let (generation, is_fresh) = create_in(&client, &generations, request)?;
    if !is_fresh {
        let failure = Failure::new(format!("{} was made just now", generation.name));
        return Err(failure.of(FailureKind::Busy).help("push to it"));
    }
    Ok(PushReport {
        index: generation.name,
        ..PushReport::default()
    })
}

/// Lets searches find what was pushed in parts: counts it, gives the index its
/// replicas, and points the alias to it.
///
/// # Errors
/// When there is none, articles are missing, or the engine cannot be reached or
/// refuses.
pub fn finish(target: Target, access: &Access) -> Result<PushReport> {
    let client = Client::new(target, access)?;
    let generations = Generations::find(&client)?;
    let Some(newest) = generations.newest() else {
        return Err(nothing_there(&client));
    };
    let mut report = PushReport {
        index: newest.name.clone(),
        is_current: newest.is_current,
        ..PushReport::default()
    };
    count(&client, &newest.name, &mut report)?;
    if report.is_whole() {
        generations.finish(&client, newest)?;
        report.is_current = true;
    }
    Ok(report)
}

/// Removes all indexes of ours behind `target`; gives their names.
///
/// # Errors
/// When there is none, or the engine cannot be reached or refuses.
pub fn remove(target: Target, access: &Access) -> Result<Vec<String>> {
    let client = Client::new(target, access)?;
    let all = Generations::find(&client)?.into_all();
    if all.is_empty() {
        return Err(nothing_there(&client));
    }
    for generation in &all {
        generation::remove(&client, generation)?;
    }
    Ok(all.into_iter().map(|generation| generation.name).collect())
}

fn nothing_there(client: &Client) -> Failure {
    let failure = Failure::new(format!("no index at {}", client.target()));
    failure
        .of(FailureKind::NotFound)
        .help("make one: `cybersearch push URL`")
}

/// Makes the next generation; says whether it was not there yet.
fn create_in(
    client: &Client,
    generations: &Generations,
    request: &Push,
) -> Result<(Generation, bool)> {
    let (shards, replicas) = (request.shards.unwrap_or(1), request.replicas.unwrap_or(1));
    if let Some(made) = generations.create(client, shards, replicas)? {
        return Ok((made, true));
    }
    let made = Generations::find(client)?.newest().cloned();
    let gone = || Failure::new("the index was removed just now").of(FailureKind::Busy);
    Ok((made.ok_or_else(gone)?, false))
}

/// Shards are settled when an index is made.
fn check_settings(request: &Push, generation: &Generation) -> Result<()> {
    if request.shards.is_none() && request.replicas.is_none() {
        return Ok(());
    }
    let failure = Failure::new(format!(
        "--shards and --replicas are for a new index: {} is there",
        generation.name
    ));
    Err(failure.help("make a new one with --create, or leave them out"))
}

/// Counts what is in the index once everything is written.
fn count(client: &Client, index: &str, report: &mut PushReport) -> Result<()> {
    refresh(client, index)?;
    let totals = Totals::read(client, index)?;
    report.files = totals.files;
    report.update.articles = totals.articles;
    report.uncounted = totals.articles.abs_diff(totals.counted);
    Ok(())
}

/// One push under way.
struct PushJob<'a> {
    client: &'a Client,
    /// `None` for one that is not there and is not made.
    index: Option<String>,
    request: &'a Push,
    gathered: &'a Gathered,
    memory: Memory,
    threads: usize,
    /// Whether this push made the index.
    is_fresh: bool,
    events: &'a (dyn Fn(Event<'_>) + Sync),
}

impl PushJob<'_> {
    fn run(&self) -> Result<PushReport> {
        let found = &self.gathered.found;
        let known = self.known()?;
        let files = known.listed.compared(
            |key, entry| self.made(key, entry),
            |key| known.suspects.contains(key),
        );
        let plan = compare(&files, found, self.made_with());
        let mut report = self.report(&plan);
        report.update.articles = known.articles;
        let Some(index) = self.index.as_deref().filter(|_| !self.request.dry_run) else {
            report.is_dry = true;
            return Ok(report);
        };
        let is_known = |key: &str| files.get(key).is_some();
        let done = self.transfer(index, &plan, &known, &is_known)?;
        tell(&done.read, &files, &mut report.update);
        report.refused = done.refused;
        report.refused.sort_unstable();
        report.newer = done.newer.len() as u64;
        count(self.client, index, &mut report)?;
        if self.request.part.is_some() {
            // Others may be at work: what is not counted yet is theirs.
            report.uncounted = 0;
        }
        Ok(report)
    }

    /// What the index says of the files of this push.
    fn known(&self) -> Result<Known> {
        let Some(index) = &self.index else {
            return Ok(Known::default());
        };
        let is_ours = |key: &str| self.request.is_about(key);
        if self.is_fresh {
            return Ok(Known {
                push: version(0),
                ..Known::default()
            });
        }
        refresh(self.client, index)?;
        let totals = Totals::read(self.client, index)?;
        let listed = Listed::read(self.client, index, is_ours)?;
        let mut known = Known {
            push: version(totals.latest),
            articles: totals.articles,
            ..Known::default()
        };
        if !totals.agree() {
            let mut counts = articles_by_file(self.client, index)?;
            counts.retain(|key, _| is_ours(key));
            for (key, entry) in listed.files.iter() {
                if counts.remove(key).unwrap_or(0) != u64::from(entry.articles) {
                    known.suspects.insert(key.to_owned());
                }
            }
            known.orphans = counts.into_keys().collect();
            known.orphans.sort_unstable();
        }
        known.listed = listed;
        Ok(known)
    }

    /// A hash of what a file with this key is read with, beside its bytes.
    fn made(&self, key: &str, entry: &FileEntry) -> String {
        let state: &State = &self.gathered.state;
        let format = SourceFormat::of(&path_key::decode(key)).unwrap_or(SourceFormat::Text);
        let reader = version_of(&state.readers, format);
        let selection = &state.selection;
        // What was left out may be taken in with another limit.
        let limit = entry.has_skips.then_some(selection.max_bytes);
        let all = format!(
            "{FORMAT}\0{EXTRACTION_VERSION}\0{reader}\0{:?}\0{}\0{limit:?}\0{}",
            selection.assume_year, selection.plain_text, state.corrections
        );
        format!("{:032x}", xxh3_128(all.as_bytes()))
    }

    /// Everything that a file was read with is in [`PushJob::made`].
    fn made_with(&self) -> MadeWith {
        MadeWith {
            extraction: EXTRACTION_VERSION,
            outdated: FormatSet::default(),
            max_bytes: self.gathered.state.selection.max_bytes,
            limit_moved: false,
            memory: self.memory,
            owner_changed: false,
            by_content: false,
        }
    }

    fn transfer<'p>(
        &self,
        index: &str,
        plan: &UpdatePlan<'p>,
        known: &Known,
        is_known: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<Transferred<'p>> {
        let gathered = self.gathered;
        let count = ReadCount::default();
        let grown = rustc_hash::FxHashMap::default();
        let transfer = Transfer {
            client: self.client,
            index,
            pieces: Pieces {
                selection: &gathered.state.selection,
                memory: self.memory,
                count: &count,
                grown: &grown,
            },
            owner: &gathered.owner,
            threads: self.threads,
            push: known.push,
            is_fresh: self.is_fresh,
            made: &|key, entry| self.made(key, entry),
            is_known,
            events: self.events,
        };
        let read = plan.added.iter().chain(&plan.changed).copied();
        let mut read: Vec<&SourceFile> = read.collect();
        read.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        let others = plan.rewritten(&known.listed.files);
        let done = transfer.run(&read, others)?;
        let mut gone = plan.removed.clone();
        let is_read = |key: &String| read.binary_search_by(|file| file.key.cmp(key)).is_ok();
        gone.extend(known.orphans.iter().filter(|key| !is_read(key)).cloned());
        transfer.remove(&gone)?;
        Ok(done)
    }

    fn report(&self, plan: &UpdatePlan<'_>) -> PushReport {
        let found = &self.gathered.found;
        let changes = plan.staleness();
        let errors = found.errors.iter().chain(&plan.unreadable).cloned();
        let mut notes = Vec::new();
        let (access, closing) = found.access(0);
        if let Some(key) = closing.filter(|_| !access.others) {
            notes.push(format!(
                "not everybody may read the sources, such as {key}: whoever may ask the engine can read all that is pushed"
            ));
        }
        PushReport {
            update: Report {
                added: changes.added,
                changed: changes.changed,
                removed: changes.removed,
                unchanged: plan.unchanged,
                errors: errors.collect(),
                missing: found.missing.clone(),
                distrusted: found.distrusted.clone(),
                skipped: found.skips(),
                others: found.others.clone(),
                notes,
                ..Report::default()
            },
            index: self.index.clone().unwrap_or_default(),
            ..PushReport::default()
        }
    }
}

/// What the index says before a push.
#[derive(Debug, Default)]
struct Known {
    listed: Listed,
    /// Files of which more or fewer articles are there than their documents
    /// count.
    suspects: FxHashSet<String>,
    /// Files without a document of which articles are there.
    orphans: Vec<String>,
    /// How many articles it has.
    articles: u64,
    /// The version of what this push writes.
    push: u64,
}

/// The version of what a push writes that begins now: the time in microseconds
/// since 1970, the last three digits by chance, so that no two pushes have the
/// same; later than the latest push that there is, whatever the clocks of others
/// say.
fn version(latest: u64) -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let millis = u64::try_from(since.as_millis()).unwrap_or(0);
    // A new state hashes nothing to a number of its own.
    let chance = RandomState::new().hash_one(millis) % 1000;
    (millis * 1000 + chance).max(latest + 1 + chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_each_file_once() {
        for number in 0..200 {
            let key = format!("seeds/{number}.txt");
            let parts = (0..7).filter(|part| {
                Part {
                    number: *part,
                    of: 7,
                }
                .has(&key)
            });
            assert_eq!(parts.count(), 1, "{key}");
        }
    }

    #[test]
    fn named_sources_leave_alone_what_lies_elsewhere() {
        let about = |sources: &[&str], key: &str| {
            let sources = sources.iter().map(ToString::to_string).collect();
            Push {
                sources,
                ..Push::default()
            }
            .is_about(key)
        };
        assert!(about(&[], "a/b.txt") && about(&["."], "a/b.txt") && about(&["a"], "a/b.txt"));
        assert!(about(&["c", "a/b.txt"], "a/b.txt") && about(&["/x"], "/x/y"));
        assert!(!about(&["a"], "ab.txt") && !about(&["."], "/x/y") && !about(&["/x"], "a"));
    }

    #[test]
    fn a_push_is_later_than_any_before_whatever_the_clock() {
        let now = version(0);
        assert!(now > 1_700_000_000_000_000 && now < 1 << 53);
        let ahead = now + 3_600_000_000;
        assert!(version(ahead) > ahead && version(ahead) <= ahead + 1000);
    }
}
