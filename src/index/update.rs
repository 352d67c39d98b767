//! Brings an index up to date: finds what changed, reads it, commits.
//!
//! One commit changes text and bookkeeping together, so that a crash leaves
//! the last state or the new one.

use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread::ScopedJoinHandle;

use tantivy::IndexSettings;
use tantivy::store::{Compressor, ZstdCompressor};

use super::directory::Generation;
use super::folder::{self, Pointer};
use super::knowledge::Knowledge;
use super::manifest::{self, Files};
use super::plan::{MadeWith, Plan, compare};
use super::request::{Event, Report, Update};
use super::schema;
use super::{Index, Staleness, State, damage, integrity, leftovers, walk_threads};
use crate::extract::EXTRACTION_VERSION;
use crate::failure::{Failure, Result};
use crate::library::Library;
use crate::owner::Owner;
use crate::parallel::threads;
use crate::source::{Found, Selection, Walker};

/// Brings the index of `library` up to date, making it where there is none.
///
/// # Errors
/// When there is nothing to index, another process writes and `busy` says to
/// leave, the folder cannot be written, or the old index is damaged.
pub fn update(
    library: &Library,
    request: &Update,
    events: &(dyn Fn(Event<'_>) + Sync),
) -> Result<Report> {
    let refused =
        |error: &std::io::Error| Failure::io("cannot write the index", &library.index_dir, error);
    check_sources(library, request)?;
    // Before anything is written: a wrong line must cost nothing.
    let knowledge = Knowledge::read(library)?;
    if folder::is_foreign(&library.index_dir) {
        let failure = Failure::at(
            "cannot make an index",
            &library.index_dir,
            "the folder holds other files",
        );
        return Err(failure.help("name another folder with --index DIR"));
    }
    if !folder::is_index(&library.index_dir) {
        check_worth_making(library, request)?;
    }
    folder::create(&library.index_dir).map_err(|error| refused(&error))?;
    let holder = std::cell::RefCell::new(String::new());
    let mut announce = |who: &str| {
        who.clone_into(&mut holder.borrow_mut());
        events(Event::Busy(who));
    };
    let lock = folder::lock(&library.index_dir, request.busy, &mut announce)
        .map_err(|error| refused(&error))?;
    let Some(_lock) = lock else {
        let why = format!("{} is writing it", holder.borrow());
        return Err(
            Failure::at("cannot write the index", &library.index_dir, why)
                .help("try again later, or leave out --no-wait"),
        );
    };
    let old = Old::find(library, request, events)?;
    if let Old::Index(index, generation) = &old {
        let index = index.snapshot().searcher.index();
        leftovers::remove(&library.index_dir, *generation, index);
    }
    let mut state = old.state();
    plan_sources(library, request, &mut state)?;
    let knows_more = state.learn(&knowledge, matches!(old, Old::Renewed(..)));
    Job {
        library,
        owner: knowledge.owner(&state),
        state,
        knows_more,
        request,
        events,
    }
    .run(old)
}

/// Builds the index of a library that cannot be written to, in memory.
///
/// # Errors
/// When there is nothing to index.
pub fn in_memory(library: &Library, events: &(dyn Fn(Event<'_>) + Sync)) -> Result<Index> {
    let request = Update::default();
    let mut state = new_state();
    let knowledge = Knowledge::read(library)?;
    plan_sources(library, &request, &mut state)?;
    state.learn(&knowledge, true);
    let index = builder()
        .create_in_ram()
        .map_err(|error| failed(library, &error))?;
    let mut job = Job {
        library,
        owner: knowledge.owner(&state),
        state,
        knows_more: false,
        request: &request,
        events,
    };
    let found = job.walk(1);
    let plan = compare(&Files::default(), &found, job.made_with(None));
    job.write(
        &index,
        None,
        &plan,
        &Files::default(),
        &mut Report::default(),
    )?;
    Index::read(library, &index, None).map_err(|error| failed(library, &error))
}

/// Every path that the user named must be there.
fn check_sources(library: &Library, request: &Update) -> Result<()> {
    for key in &request.add {
        let path = library.locate(key);
        if let Err(error) = std::fs::metadata(&path) {
            return Err(Failure::io("cannot index", &path, &error)
                .help("name a folder or file that is there"));
        }
        if path == library.corrections() {
            let failure = Failure::at("cannot index", &path, "it holds the owner's corrections");
            return Err(failure.help("name the folder of the articles"));
        }
        if path.starts_with(&library.index_dir) {
            let failure = Failure::at("cannot index", &path, "it belongs to the index itself");
            return Err(failure.help("name the folder of the articles"));
        }
    }
    Ok(())
}

/// Where there is no index yet: something must be there to make one of, before
/// its folder is.
pub(super) fn check_worth_making(library: &Library, request: &Update) -> Result<()> {
    plan_sources(library, request, &mut new_state()).map_err(|failure| {
        if request.forget.is_empty() {
            let place = library.index_dir.display();
            let why = format!("it has no folder seeds/, and there is no index in {place}");
            nothing_to_index(library, &why)
        } else {
            failure
        }
    })
}

fn nothing_to_index(library: &Library, why: &str) -> Failure {
    Failure::at("nothing to index", &library.root, why)
        .help("name what to index: `cybersearch index FOLDER`")
}

fn plan_sources(library: &Library, request: &Update, state: &mut State) -> Result<()> {
    if request.exact && !request.add.is_empty() {
        state.sources.clear();
    } else if state.sources.is_empty() && request.add.is_empty() {
        state.sources = library.default_sources();
    }
    for key in &request.forget {
        let before = state.sources.len();
        state.sources.retain(|source| source != key);
        if state.sources.len() == before {
            let known = state.sources.join(", ");
            return Err(Failure::at(
                "cannot forget",
                Path::new(key),
                "it is no source of this index",
            )
            .help(format!("its sources are: {known}")));
        }
    }
    state.sources.extend(request.add.iter().cloned());
    state.sources.sort_unstable();
    state.sources.dedup();
    request.selection.apply(&mut state.selection);
    if state.sources.is_empty() && request.forget.is_empty() {
        let why = "it has no folder seeds/ and the index no sources";
        return Err(nothing_to_index(library, why));
    }
    Ok(())
}

/// What is there before an update.
enum Old {
    /// An index to go on with, in this generation.
    Index(Box<Index>, u64),
    /// None, or one that is read anew; with what is still known of it.
    Renewed(Box<State>, u64),
}

impl Old {
    fn find(
        library: &Library,
        request: &Update,
        events: &(dyn Fn(Event<'_>) + Sync),
    ) -> Result<Old> {
        let newest = folder::generations(&library.index_dir)
            .into_iter()
            .max()
            .unwrap_or(0);
        let renewed = |generation: Option<u64>| {
            let known = generation.and_then(|number| {
                salvage_state(&folder::generation_dir(&library.index_dir, number))
            });
            Old::Renewed(Box::new(known.unwrap_or_else(new_state)), newest)
        };
        match folder::read_pointer(&library.index_dir) {
            Err(_) if request.rebuild => Ok(renewed(Some(newest))),
            Err(error) => Err(error),
            Ok(None) => Ok(renewed(None)),
            Ok(Some(pointer)) if request.rebuild => Ok(renewed(Some(pointer.generation))),
            Ok(Some(pointer)) if !pointer.is_of_this_version() => {
                events(Event::Renewing("the index was made by another version"));
                Ok(renewed(Some(pointer.generation)))
            }
            Ok(Some(pointer)) => match Index::open(library)? {
                Some(index) => Ok(Old::Index(Box::new(index), pointer.generation)),
                None => Ok(renewed(None)),
            },
        }
    }

    fn selection(&self) -> Option<&Selection> {
        match self {
            Old::Index(index, _) => Some(&index.state().selection),
            Old::Renewed(..) => None,
        }
    }

    fn state(&self) -> State {
        match self {
            Old::Index(index, _) => index.state().clone(),
            Old::Renewed(state, _) => (**state).clone(),
        }
    }
}

/// The state of a generation that may not open any more: its sources are
/// worth keeping. Reads the file in which tantivy keeps a commit's payload.
fn salvage_state(generation: &Path) -> Option<State> {
    // Even with a damaged seal: what can be read of it is better than nothing.
    let text = std::fs::read(generation.join(integrity::META)).ok()?;
    let meta: serde_json::Value = serde_json::from_slice(&text).ok()?;
    serde_json::from_str(meta["payload"].as_str()?).ok()
}

fn new_state() -> State {
    State {
        extraction: EXTRACTION_VERSION,
        built_at: String::new(),
        sources: Vec::new(),
        selection: Selection::default(),
        articles: 0,
        files: 0,
        words: 0,
        title_words: 0,
        others: std::collections::BTreeMap::new(),
        corrections: String::new(),
        never_applied: Vec::new(),
    }
}

/// Bytes of texts that are compressed together.
///
/// 23,808 articles of 23.2 MB, whole searches with ten passages, medians of 200:
///
/// | KiB | index, MB | *cocoa prices*, ms | *"interest rates"* | *said* |
/// |---|---|---|---|---|
/// | 16 | 26.55 | 4.27 | 4.34 | 4.01 |
/// | 24 | 26.20 | 4.48 | 4.51 | 4.11 |
/// | 32 | 25.95 | 4.58 | 4.51 | 4.26 |
/// | 64 | 25.42 | 5.13 | 5.28 | 4.80 |
const BLOCK: usize = 32 << 10;

/// Makes a new index, on disk or in memory.
fn builder() -> tantivy::IndexBuilder {
    let settings = IndexSettings {
        docstore_compression: Compressor::Zstd(ZstdCompressor::default()),
        docstore_blocksize: BLOCK,
        // Compressing on a thread of its own gains nothing on two cores.
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    tantivy::Index::builder()
        .schema(schema::build().0)
        .settings(settings)
}

pub(super) fn failed(library: &Library, error: &tantivy::TantivyError) -> Failure {
    use tantivy::TantivyError as E;
    let why = match error {
        E::ErrorInThread(_) => "a writing thread failed; is the disk full?".to_owned(),
        other => damage::words(other),
    };
    let failure = Failure::at("cannot write the index", &library.index_dir, why);
    failure.help("if it stays so, run `cybersearch index --rebuild`")
}

/// One update under way.
pub(super) struct Job<'a> {
    pub(super) library: &'a Library,
    pub(super) state: State,
    pub(super) owner: Owner,
    /// Whether the owner knew something else when the old index was made.
    pub(super) knows_more: bool,
    pub(super) request: &'a Update,
    pub(super) events: &'a (dyn Fn(Event<'_>) + Sync),
}

impl Job<'_> {
    /// Looks at all files; where all are to be read, on all threads.
    fn walk(&self, threads: usize) -> Found {
        let selection = &self.state.selection;
        Walker {
            root: &self.library.root,
            index_dir: &self.library.index_dir,
            corrections: self.library.corrections(),
            selection,
            threads,
        }
        .walk(&self.state.sources)
    }

    /// What the old index was made with, as against the new state.
    fn made_with(&self, old: Option<&Selection>) -> MadeWith {
        let max_bytes = self.state.selection.max_bytes;
        MadeWith {
            extraction: self.state.extraction,
            max_bytes,
            limit_moved: old.is_some_and(|old| old.max_bytes != max_bytes),
            owner_changed: self.knows_more
                || old.is_some_and(|old| old.assume_year != self.owner.assumed_year),
        }
    }

    fn run(mut self, old: Old) -> Result<Report> {
        let (known, found) = match &old {
            Old::Renewed(..) => (Files::default(), self.walk(threads())),
            Old::Index(index, _) => self.compare_with(index)?,
        };
        let plan = compare(&known, &found, self.made_with(old.selection()));
        let mut report = self.report(&plan, &found);
        match old {
            Old::Index(index, generation) => {
                let is_same = index.state().sources == self.state.sources
                    && index.state().selection == self.state.selection;
                if is_same && plan.is_empty(self.request.record_checks) {
                    report.articles = self.state.articles;
                    return Ok(report);
                }
                drop(index);
                let index = self.open_for_writing(generation)?;
                self.state.others = found.others.clone();
                let folder = self.generation_dir(generation);
                self.write(&index, Some(&folder), &plan, &known, &mut report)?;
                folder::remove_others(&self.library.index_dir, generation);
            }
            Old::Renewed(_, newest) => {
                if newest > 0
                    && let Some(source) = found.missing.first()
                {
                    let path = self.library.locate(source);
                    let failure = Failure::at(
                        "cannot read everything again",
                        &path,
                        "this source is not there",
                    );
                    return Err(failure.help("bring it back, or take it away with --forget"));
                }
                let generation = newest + 1;
                let index = self.create(generation)?;
                self.state.others = found.others.clone();
                let folder = self.generation_dir(generation);
                self.write(&index, Some(&folder), &plan, &known, &mut report)?;
                let pointed =
                    folder::write_pointer(&self.library.index_dir, &Pointer::to(generation));
                pointed.map_err(|error| {
                    Failure::io("cannot write the index", &self.library.index_dir, &error)
                })?;
                folder::remove_others(&self.library.index_dir, generation);
            }
        }
        Ok(report)
    }

    /// What the index knows of the files, and what there is now: of a large
    /// library both are found out at the same time.
    fn compare_with(&self, index: &Index) -> Result<(Files, Found)> {
        let threads = walk_threads(&self.state);
        std::thread::scope(|scope| {
            let walk = (threads > 1).then(|| scope.spawn(|| self.walk(threads)));
            let known = index.guarded(|| manifest::load(index.snapshot()))?;
            let found = walk.map_or_else(|| Ok(self.walk(1)), ScopedJoinHandle::join);
            Ok((known, found.unwrap_or_else(|panic| resume_unwind(panic))))
        })
    }

    fn report(&self, plan: &Plan<'_>, found: &Found) -> Report {
        let Staleness {
            added,
            changed,
            removed,
        } = plan.staleness();
        Report {
            added,
            changed,
            removed,
            unchanged: plan.unchanged,
            articles: self.state.articles,
            errors: found.errors.clone(),
            missing: found.missing.clone(),
            others: found.others.clone(),
            ..Report::default()
        }
    }

    fn generation_dir(&self, generation: u64) -> PathBuf {
        folder::generation_dir(&self.library.index_dir, generation)
    }

    fn open_for_writing(&self, generation: u64) -> Result<tantivy::Index> {
        let folder = self.generation_dir(generation);
        let open = || -> tantivy::Result<tantivy::Index> {
            tantivy::Index::open(Generation::to_write(&folder)?)
        };
        open().map_err(|error| damage::damaged(&folder, &error))
    }

    fn create(&self, generation: u64) -> Result<tantivy::Index> {
        let folder = self.generation_dir(generation);
        std::fs::create_dir_all(&folder)
            .map_err(|error| Failure::io("cannot write the index", &folder, &error))?;
        let create = || -> tantivy::Result<tantivy::Index> {
            builder().open_or_create(Generation::to_write(&folder)?)
        };
        create().map_err(|error| failed(self.library, &error))
    }
}
