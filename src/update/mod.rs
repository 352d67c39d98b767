//! Brings an index up to date: finds what changed, reads it, commits.
//!
//! Responsible for what is written and when (`plan`, `ingest`, `writing`), for
//! comparing an index with its sources (`checking`) and with its own texts
//! (`contents`), and for following changes (`watch`). One commit changes text and
//! bookkeeping together, so that a crash leaves the last state or the new one.
//! Imports the local engine, whose files it has written; must not know `search`.

pub(crate) mod budget;
mod checking;
pub(crate) mod corrections;
#[cfg(feature = "remote")]
pub(crate) mod gathering;
pub(crate) mod ingest;
mod old;
pub(crate) mod pieces;
pub(crate) mod plan;
mod refresh;
pub(crate) mod request;
mod sources;
pub mod watch;
pub(crate) mod writing;

use std::cell::RefCell;
use std::panic::resume_unwind;
use std::thread::ScopedJoinHandle;

use self::checking::walk_threads;
pub use self::checking::{FileState, FormatCount, SourceCheck, Staleness};
use self::corrections::KnownCorrections;
pub use self::corrections::read_corrections;
use self::old::{Old, Renewed, new_state, peek};
use self::plan::{MadeWith, UpdatePlan, compare};
pub use self::refresh::{Opened, Refresh, open_fresh};
pub use self::request::{Event, Progress, Report, SelectionChange, Update};
use self::sources::{check_sources, check_worth_making, plan_sources};
use crate::corrections::Owner;
use crate::engine::local::manifest::Files;
use crate::engine::local::storage::folder::{self, Pointer};
use crate::engine::local::storage::garbage::{self, Unremoved};
pub use crate::engine::local::storage::lock::{Busy, WAIT};
use crate::engine::local::storage::lock::{Locked, lock};
use crate::engine::local::storage::{corruption, names};
use crate::engine::local::writer::Target;
use crate::engine::local::{Index, State, manifest};
use crate::failure::{Failure, FailureKind, Result, plain_cause};
use crate::files::{Access, Folder, Making};
use crate::library::Library;
use crate::library::pointer::is_index;
use crate::library::trust::{self, Trust};
use crate::parallel::threads;
use crate::source::{FormatSet, Readers, Selection, WalkResult, Walker, pdf_reader, versions};

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
    let report = update_once(library, request, events)?;
    let may_hold_deleted = || peek(library).is_some_and(|state| state.outlived);
    if !request.purge || !may_hold_deleted() {
        return Ok(report);
    }
    // Texts can be unpacked by no other dictionary than the one they were packed
    // by, so that only a rebuild is rid of it.
    events(Event::Renewing(
        "what compresses its texts may contain pieces of deleted articles",
    ));
    let rebuild = Update {
        rebuild: true,
        purge: false,
        ..request.clone()
    };
    let rebuilt = update_once(library, &rebuild, events)?;
    Ok(Report {
        purged: report.purged.max(1),
        ..rebuilt
    })
}

fn update_once(
    library: &Library,
    request: &Update,
    events: &(dyn Fn(Event<'_>) + Sync),
) -> Result<Report> {
    check_sources(library, request)?;
    // Before anything is written: a wrong line must cost nothing.
    let follows = request
        .selection
        .follow
        .or_else(|| Some(peek(library)?.selection.follow));
    let knowledge = KnownCorrections::read(library, follows.unwrap_or(false))?;
    if !is_index(&library.index_dir) {
        check_worth_making(library, request)?;
    }
    let opened = folder::open_to_write(&library.index_dir, &library.root)?;
    let group = library.group();
    let making = Making {
        access: opened.access,
        is_exact: group.is_some(),
    };
    let holder = RefCell::new(String::new());
    let announce = |who: &str| {
        who.clone_into(&mut holder.borrow_mut());
        events(Event::Busy(who));
    };
    let locked = lock(&opened.folder, making, request.busy, &announce);
    let _lock = match locked.map_err(|error| folder::refused(&library.index_dir, &error))? {
        Locked::Held(lock) => lock,
        Locked::By(holder) => return Err(busy(library, &holder)),
    };
    let old = Old::find(library, &opened.folder, request, events)?;
    let mut kept = Unremoved::new();
    if let Old::Index(index, pointer) = &old {
        kept = garbage::remove_others(&opened.folder, pointer.generation);
        let generation = child(library, &opened.folder, pointer.generation)?;
        kept.append(&mut index.clean(&generation));
    }
    let mut state = old.state();
    plan_sources(library, request, &mut state)?;
    let trust = trust_for(library, request, &old, &state)?;
    let knows_more = state.learn(&knowledge, matches!(old, Old::Renewed(_)));
    let mut job = UpdateJob {
        library,
        owner: knowledge.owner(&state),
        state,
        knows_more,
        request,
        events,
        trust,
        group,
        making,
        opened: Some(opened),
    };
    let mut report = job.run(old)?;
    let kept = kept.into_iter();
    report.notes.extend(kept.map(|(path, error)| {
        let why = plain_cause(&error);
        format!(
            "could not remove {}: {why}; will retry next time",
            path.display()
        )
    }));
    Ok(report)
}

fn busy(library: &Library, holder: &str) -> Failure {
    let why = format!("{holder} is writing it");
    Failure::at("cannot write the index", &library.index_dir, why)
        .help("try again later, or wait longer with --wait TIME")
        .of(FailureKind::Busy)
}

/// Opens a generation.
fn child(library: &Library, folder: &Folder, generation: u64) -> Result<Folder> {
    let generation_dir = folder::generation_dir(&library.index_dir, generation);
    folder
        .child(names::generation(generation).as_ref())
        .map_err(|error| folder::unreadable(&generation_dir, &error))
}

/// How far the index is trusted that the update makes or goes on with.
fn trust_for(library: &Library, request: &Update, old: &Old, state: &State) -> Result<Trust> {
    let reaches_out = state.reaches_out(library);
    let trust = trust::of(library, old.id(), reaches_out);
    if trust.reaches {
        return Ok(trust);
    }
    // What this user builds first, or one's own that is built anew, is the
    // user's own word.
    let is_own = match old {
        Old::Renewed(renewed) if !renewed.was_there => true,
        Old::Renewed(renewed) => renewed.is_asked_for && trust.owner.is_none(),
        Old::Index(..) => false,
    };
    // Where the index reached nowhere before, all that it names outside comes
    // from this very command.
    let before = old.state().reaches_out(library);
    if is_own || (trust.owner.is_none() && !before) {
        return Ok(Trust::FULL);
    }
    let asks_for_more = request.selection.follow == Some(true) || (reaches_out && !before);
    if asks_for_more || (reaches_out && !request.add.is_empty() && request.exact) {
        let why = match trust.owner {
            Some(owner) => format!("it belongs to {}", trust::name_of(owner)),
            None => "you did not create its index".to_owned(),
        };
        let failure = Failure::at("this library is not trusted", &library.root, why);
        return Err(
            failure.help("to allow links and files outside it, run `cybersearch trust DIR`")
        );
    }
    Ok(trust)
}

/// Builds the index of a library that cannot be written to, in memory.
///
/// # Errors
/// When there is nothing to index.
pub fn in_memory(library: &Library, events: &(dyn Fn(Event<'_>) + Sync)) -> Result<Index> {
    let request = Update::default();
    let mut state = new_state();
    let knowledge = KnownCorrections::read(library, false)?;
    plan_sources(library, &request, &mut state)?;
    state.learn(&knowledge, true);
    let target = Target::in_memory(&library.index_dir)?;
    let trust = trust::of(library, "", state.reaches_out(library));
    let mut job = UpdateJob {
        library,
        owner: knowledge.owner(&state),
        state,
        knows_more: false,
        request: &request,
        events,
        // What the user has not built may be read as far as it lies here.
        trust: Trust {
            reaches: trust.owner.is_none(),
            ..trust
        },
        group: None,
        making: Making::PUBLIC,
        opened: None,
    };
    let found = job.walk(1);
    let plan = compare(&Files::default(), &found, job.made_with(None, &found));
    job.write(
        &target,
        &plan,
        &Files::default(),
        &mut Report::default(),
        true,
    )?;
    Index::of_memory(library, &target)
}

/// The readers of what was found; the one of PDF is asked for its version, which
/// starts it, only where there may be some.
fn readers(found: &WalkResult) -> Readers {
    let may_need = found.files.iter().any(|file| file.format.may_be_pdf());
    let pdf_reader = may_need.then(pdf_reader).flatten();
    versions(pdf_reader.as_deref())
}

/// One update under way.
pub(crate) struct UpdateJob<'a> {
    pub(crate) library: &'a Library,
    pub(crate) state: State,
    pub(crate) owner: Owner,
    /// Whether the owner knew something else when the old index was made.
    pub(crate) knows_more: bool,
    pub(crate) request: &'a Update,
    pub(crate) events: &'a (dyn Fn(Event<'_>) + Sync),
    /// How far what the index says of its sources is believed.
    trust: Trust,
    /// The group that keeps the library.
    group: Option<u32>,
    /// Who may read what is made; see [`UpdateJob::close`].
    making: Making,
    /// The folder of the index; `None` for one in memory.
    opened: Option<folder::OpenedFolder>,
}

impl UpdateJob<'_> {
    /// Looks at all files; where all are to be read, on all threads.
    fn walk(&self, threads: usize) -> WalkResult {
        let selection = &self.state.selection;
        Walker {
            root: &self.library.root,
            index_dir: &self.library.index_dir,
            corrections: self.library.corrections(),
            selection,
            threads,
            reaches: self.trust.reaches,
            group: self.group,
        }
        .walk(&self.state.sources)
    }

    /// What the old index was made with, as against the new state, which it is
    /// made with from now on.
    fn made_with(&mut self, old: Option<&Selection>, found: &WalkResult) -> MadeWith {
        let readers = readers(found);
        let outdated = FormatSet::outdated(&self.state.readers, &readers);
        self.state.readers = readers;
        let max_bytes = self.state.selection.max_bytes;
        let memory = self.request.memory();
        MadeWith {
            extraction: self.state.extraction,
            outdated,
            max_bytes,
            limit_moved: old.is_some_and(|old| old.max_bytes != max_bytes)
                || memory.room() > self.state.room,
            memory,
            owner_changed: self.knows_more
                || old.is_some_and(|old| {
                    old.assume_year != self.owner.assumed_year
                        || old.plain_text != self.state.selection.plain_text
                }),
            by_content: self.request.by_content,
        }
    }

    fn run(&mut self, old: Old) -> Result<Report> {
        let (known, found) = match &old {
            Old::Renewed(_) => (Files::default(), self.walk(threads())),
            Old::Index(index, _) => self.compare_with(index)?,
        };
        let made_with = self.made_with(old.selection(), &found);
        let plan = compare(&known, &found, made_with);
        let mut report = self.report(&plan, &found);
        self.close(&found, &mut report);
        match old {
            Old::Index(index, pointer) => {
                let before = index.state();
                let is_same = before.sources == self.state.sources
                    && before.selection == self.state.selection
                    && before.is_public == self.state.is_public;
                let generation = child(self.library, self.folder()?, pointer.generation)?;
                self.set_access(Some(&generation))?;
                let is_idle = is_same && plan.is_empty(self.request.record_checks);
                report.articles = self.state.articles;
                if is_idle && !self.request.purge {
                    return Ok(report);
                }
                drop(index);
                let place = &self.library.index_dir;
                let target = Target::open(generation, self.making, place)?;
                if !is_idle {
                    self.state.others.clone_from(&found.others);
                    self.write(&target, &plan, &known, &mut report, !is_same)?;
                    self.remember(&pointer.id, &mut report);
                }
                if self.request.purge {
                    report.purged = target.purge()?;
                }
            }
            Old::Renewed(renewed) => self.renew(&renewed, &plan, &found, &mut report)?,
        }
        Ok(report)
    }

    /// Builds a new generation, and points to it.
    fn renew(
        &mut self,
        renewed: &Renewed,
        plan: &UpdatePlan<'_>,
        found: &WalkResult,
        report: &mut Report,
    ) -> Result<()> {
        if renewed.was_there {
            self.check_all_is_there(found)?;
        }
        self.set_access(None)?;
        let first = folder::free_number(renewed.pointer.as_ref().map(|old| old.generation));
        let made = self.making;
        let made = folder::make_generation(self.folder()?, first, made);
        let (number, generation) =
            made.map_err(|error| folder::refused(&self.library.index_dir, &error))?;
        let target = Target::create(generation, self.making, &self.library.index_dir)?;
        self.state.others.clone_from(&found.others);
        self.state.outlived = false;
        let known = Files::default();
        self.write(&target, plan, &known, report, true)?;
        if renewed.was_there {
            self.check_none_is_lost(report)?;
        }
        let id = match &renewed.pointer {
            Some(pointer) if !pointer.id.is_empty() && self.is_known(&pointer.id) => {
                pointer.id.clone()
            }
            _ => folder::new_id(),
        };
        let pointer = Pointer::to(number, &id);
        let folder = self.folder()?;
        if renewed.pointer.is_none() {
            let kept = folder::set_aside(folder);
            let kept = kept.map_err(|error| folder::refused(&self.library.index_dir, &error))?;
            report.notes.extend(kept.map(|kept| {
                let place = self.library.index_dir.join(names::POINTER);
                let kept = kept.to_string_lossy();
                format!("not an index pointer: {}: kept as {kept}", place.display())
            }));
        }
        let pointed = folder::write_pointer(folder, &pointer, self.making);
        pointed.map_err(|error| folder::refused(&self.library.index_dir, &error))?;
        let kept = garbage::remove_others(folder, number).into_iter();
        report.notes.extend(kept.map(|(path, error)| {
            let why = plain_cause(&error);
            format!(
                "could not remove {}: {why}; will retry next time",
                path.display()
            )
        }));
        self.remember(&id, report);
        Ok(())
    }

    /// Whether the user made the index with this number.
    fn is_known(&self, id: &str) -> bool {
        trust::of(self.library, id, true).reaches
    }

    /// Remembers that the user made this index, if that matters: it reaches out
    /// of its library.
    fn remember(&self, id: &str, report: &mut Report) {
        if self.trust != Trust::FULL || !self.state.reaches_out(self.library) {
            return;
        }
        if let Err(failure) = trust::remember_index(self.library, id) {
            report.notes.push(format!(
                "{failure}; searches will not follow links or read files outside the library"
            ));
        }
    }

    /// Everything that the old index was made of must be there to be read, or a
    /// new one would lose it.
    fn check_all_is_there(&self, found: &WalkResult) -> Result<()> {
        let missing = found.missing.first();
        let missing = missing.map(|key| (key, "source not found"));
        let unread = found.errors.first();
        let unread = unread.map(|(key, why)| (key, why.as_str()));
        let distrusted = found.distrusted.first();
        let distrusted = distrusted.map(|key| (key, "this library is not trusted"));
        let Some((key, why)) = missing.or(unread).or(distrusted) else {
            return Ok(());
        };
        let path = self.library.locate(key);
        let help = match (missing, unread) {
            (Some(_), _) => "restore it, or remove it with --forget",
            (None, Some(_)) => "make it readable, or remove its source with --forget",
            (None, None) => "run `cybersearch trust DIR`, or `cybersearch index --rebuild`",
        };
        Err(Failure::at("cannot rebuild the index", &path, why).help(help))
    }

    /// No article of the old index may be lost because its file cannot be read
    /// just now; where the old one cannot say what it holds, nothing is known to
    /// be lost.
    fn check_none_is_lost(&self, report: &Report) -> Result<()> {
        if report.errors.is_empty() {
            return Ok(());
        }
        let Ok(Some(old)) = Index::open_to_read_through(self.library) else {
            return Ok(());
        };
        let known = old.guarded(|| manifest::load(old.snapshot()))?;
        let has_articles = |key: &str| known.get(key).is_some_and(|entry| entry.articles > 0);
        let lost = report.errors.iter().find(|(key, _)| has_articles(key));
        let Some((key, why)) = lost else {
            return Ok(());
        };
        let path = self.library.locate(key);
        Err(Failure::at("cannot rebuild the index", &path, why)
            .help("make it readable or remove it; the old index is kept"))
    }

    /// Settles who may read the index: nobody who may not read all of its
    /// sources, unless the user says so.
    fn close(&mut self, found: &WalkResult, report: &mut Report) {
        if let Some(public) = self.request.public {
            self.state.is_public = public;
        }
        let Some(opened) = &self.opened else {
            return;
        };
        let now = opened.access;
        if self.state.is_public {
            self.making = Making {
                access: Access::PUBLIC,
                is_exact: true,
            };
            return;
        }
        let (access, closing) = found.access(self.group.unwrap_or(opened.group));
        let access = if self.group.is_some() {
            // What the group may not read is left out instead.
            Access {
                group: true,
                group_writes: now.group_writes,
                others: now.others && access.others,
            }
        } else {
            now.and(access)
        };
        if now.is_wider_than(access)
            && let Some(key) = closing
        {
            let whom = if access.group {
                "its group"
            } else {
                "its owner"
            };
            report.notes.push(format!(
                "only {whom} can read the index, as with {key}; use --public-index to let everyone read it"
            ));
        }
        self.making = Making {
            access,
            is_exact: self.making.is_exact,
        };
    }

    /// Gives the folder of the index, and what is in it, the permissions that
    /// [`UpdateJob::close`] settled.
    fn set_access(&self, generation: Option<&Folder>) -> Result<()> {
        let Some(opened) = &self.opened else {
            return Ok(());
        };
        let may_widen = self.request.public == Some(true);
        folder::set_access(opened, generation, self.making.access, may_widen).map_err(|error| {
            let help = corruption::help_for(&error, "ask its owner to run `cybersearch index`");
            Failure::io(
                "cannot set the permissions of the index",
                &self.library.index_dir,
                &error,
            )
            .help(help)
        })
    }

    fn folder(&self) -> Result<&Folder> {
        let opened = self.opened.as_ref().map(|opened| &opened.folder);
        opened.ok_or_else(|| Failure::new("the index is in memory"))
    }

    /// What the index knows of the files, and what there is now: of a large
    /// library both are found out at the same time.
    fn compare_with(&self, index: &Index) -> Result<(Files, WalkResult)> {
        let threads = walk_threads(&self.state);
        std::thread::scope(|scope| {
            let walk = (threads > 1).then(|| scope.spawn(|| self.walk(threads)));
            let known = index.guarded(|| manifest::load(index.snapshot()))?;
            let found = walk.map_or_else(|| Ok(self.walk(1)), ScopedJoinHandle::join);
            Ok((known, found.unwrap_or_else(|panic| resume_unwind(panic))))
        })
    }

    fn report(&self, plan: &UpdatePlan<'_>, found: &WalkResult) -> Report {
        let Staleness {
            added,
            changed,
            removed,
        } = plan.staleness();
        let errors = found.errors.iter().chain(&plan.unreadable).cloned();
        Report {
            added,
            changed,
            removed,
            unchanged: plan.unchanged,
            articles: self.state.articles,
            errors: errors.collect(),
            missing: found.missing.clone(),
            distrusted: found.distrusted.clone(),
            skipped: found.skips(),
            others: found.others.clone(),
            ..Report::default()
        }
    }
}
