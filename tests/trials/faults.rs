//! One call to the file system fails: the first, the second, and so on, of a
//! first build, an update, a rebuild and a search (`SQLite`'s method).
//!
//! Status 0 must mean that everything was done. Otherwise one line says what
//! failed; the index answers as before or as after, or, where a source could
//! not be read, as after but for what is told; `status --check` finds it sound;
//! and the next `index` makes it whole.

use crate::common::World;
use crate::library::{answers, is_whole, run as run_program, succeed};
use crate::trial::{Outcome, Run, Trial};
use crate::world;

/// What is run, and whether the library has changed before.
const JOBS: [(&str, &[&str], bool); 4] = [
    ("a first build", &["index"], false),
    ("an update", &["index"], true),
    ("a rebuild", &["index", "--rebuild"], true),
    (
        "a search",
        &["search", "--format", "paths", "-n", "99", "report"],
        true,
    ),
];

/// How a call fails.
const ERRORS: [&str; 4] = ["EIO", "ENOSPC", "EACCES", "EMFILE"];

/// More calls than any of the jobs makes.
const MOST: u64 = 10_000;

/// From this count on every call fails in every way.
const ALL: usize = 9999;

/// The libraries that every trial begins with.
struct Story {
    bare: World,
    turned: World,
    before: String,
    after: String,
    hits: [String; 2],
}

const BEFORE: [(&str, &str); 6] = [
    (
        "seeds/a.txt",
        "Talks\n\nThe report on the hotline talks came from Moscow.\n",
    ),
    (
        "seeds/b.txt",
        "A report on trade with China, by Angela Merkel.\n",
    ),
    ("seeds/a.txt.meta.json", "{\"date\":\"2011-05-06\"}"),
    (
        "seeds/deep/c.jsonl",
        "{\"id\":\"c1\",\"text\":\"A report of 2011.\"}\n{\"id\":\"c2\",\"text\":\"Another report.\"}\n",
    ),
    ("seeds/deep/.ignore", "*.md\n"),
    ("corrections.txt", "Merkel = Angela Merkel\n"),
];

impl Story {
    fn make() -> Result<Story, String> {
        let bare = World::with(&BEFORE);
        let indexed = world::copy(&bare);
        succeed(&indexed, &["index", "-q"])?;
        let turned = world::copy(&indexed);
        turned.write("seeds/a.txt", b"Talks\n\nA later report on the hotline.\n");
        turned.write("seeds/d.txt", b"A report that is new.\n");
        turned.remove("seeds/b.txt");
        let fresh = world::copy(&turned);
        let before = answers(&indexed)?;
        let hits = |world: &World| {
            let arguments = [
                "search",
                "--refresh",
                "never",
                "--format",
                "paths",
                "-n",
                "99",
                "report",
            ];
            succeed(world, &arguments).map(|finished| finished.stdout)
        };
        let hits_before = hits(&turned)?;
        succeed(&fresh, &["index", "-q"])?;
        Ok(Story {
            before,
            after: answers(&fresh)?,
            hits: [hits_before, hits(&fresh)?],
            bare,
            turned,
        })
    }

    fn world(&self, job: usize) -> World {
        world::copy(match job {
            0 => &self.bare,
            _ => &self.turned,
        })
    }

    /// What the index answers when the job is done.
    fn expected(&self, job: usize) -> &str {
        if JOBS[job].2 {
            &self.after
        } else {
            &self.before
        }
    }
}

pub(crate) fn run(trials: &mut Run) {
    if !cfg!(debug_assertions) {
        println!("faults: SKIPPED: only a build with debug assertions can be made to fail");
        return;
    }
    let story = match Story::make() {
        Ok(story) => story,
        Err(why) => return trials.one(trials.seed, &mut |_| Err(why.clone())),
    };
    if trials.is_long && trials.count == 1 {
        trials.one(trials.seed, &mut |trial| fail(trial, &story).map(drop));
        return;
    }
    // A few calls of each job, or all, each with one error or with every one.
    let step = if trials.is_long { 1 } else { 17 };
    let errors = if trials.count >= ALL { ERRORS.len() } else { 1 };
    for (job, _) in JOBS.iter().enumerate() {
        for first in 0..errors {
            let mut call = 1 + (job as u64 * 5) % step;
            let mut is_left = true;
            while is_left && call < MOST {
                let error = if errors > 1 {
                    first
                } else {
                    usize::try_from(call).unwrap_or(0) % ERRORS.len()
                };
                let seed = (job * ERRORS.len() + error) as u64 * MOST + call;
                trials.one(seed, &mut |trial| {
                    is_left = fail(trial, &story)?;
                    Ok(())
                });
                call += step;
            }
        }
    }
}

/// Lets one call of one job fail; says whether there was such a call.
fn fail(trial: &mut Trial<'_>, story: &Story) -> Result<bool, String> {
    let (which, call) = (trial.seed / MOST, trial.seed % MOST);
    let which = usize::try_from(which).unwrap_or(0);
    let (job, error) = (which / ERRORS.len() % JOBS.len(), which % ERRORS.len());
    let (name, arguments, _) = JOBS[job];
    let world = story.world(job);
    let log = world.path("fault.log");
    let mut command = world.command(arguments);
    command
        .env("CYBERSEARCH_FAULT", format!("{call}:{}", ERRORS[error]))
        .env("CYBERSEARCH_FAULT_LOG", &log);
    let patience = std::time::Duration::from_mins(1);
    let finished = crate::library::finish(crate::library::start(command), patience)?;
    let Ok(failed) = std::fs::read_to_string(&log) else {
        trial.count(&format!("{name}: no call is left to fail"));
        return Ok(false);
    };
    std::fs::remove_file(&log).map_err(|error| error.to_string())?;
    let at = format!("{name}: {} of call {}", ERRORS[error], failed.trim());
    let judged = judge(trial, story, job, &world, &finished);
    judged.map_err(|why| format!("{at}: {why}; {finished:?}"))?;
    Ok(true)
}

fn judge(
    trial: &mut Trial<'_>,
    story: &Story,
    job: usize,
    world: &World,
    finished: &crate::library::Finished,
) -> Outcome {
    let (name, _, _) = JOBS[job];
    let says = &finished.stderr;
    let is_rust = ["panicked", "internal error", "Os {", "IoError", "Custom {"];
    if is_rust.iter().any(|text| says.contains(text)) {
        return Err("it speaks of its insides".to_owned());
    }
    let lines = says.lines().all(|line| line.starts_with("cybersearch: "));
    match finished.status {
        Some(0) if job == 3 => {
            if story.hits.contains(&finished.stdout) {
                trial.count(&format!("{name}: answered all the same"));
            } else if says.contains("cannot read: ") {
                trial.count(&format!("{name}: answered but for what is told"));
            } else {
                return Err("the hits are neither those of before nor of after".to_owned());
            }
        }
        Some(0) => {
            trial.count(&format!("{name}: done all the same"));
            crate::library::same("done", &answers(world)?, story.expected(job))?;
        }
        Some(2) if lines && !says.is_empty() => {
            trial.count(&format!("{name}: told"));
            after_an_error(trial, story, job, world, says)?;
        }
        _ => return Err("neither done nor told".to_owned()),
    }
    succeed(world, &["index", "-q"])?;
    is_whole(world, story.expected(job))
}

/// What the index must be after a job that told an error.
fn after_an_error(
    trial: &mut Trial<'_>,
    story: &Story,
    job: usize,
    world: &World,
    says: &str,
) -> Outcome {
    let search = run_program(world, &["search", "-q", "report", "--refresh", "never"])?;
    if job == 0 && search.status == Some(2) && search.stderr.contains("no index") {
        trial.count("no index yet");
        return Ok(());
    }
    succeed(world, &["status", "--check"])?;
    let found = answers(world)?;
    if found == story.before && job > 0 {
        trial.count("as it was before");
    } else if found == *story.expected(job) {
        trial.count("as it was to be");
    } else if says.contains("cannot read: ") {
        trial.count("as it was to be, but for what is told");
    } else {
        return Err("its answers are neither those of before nor of after".to_owned());
    }
    Ok(())
}
