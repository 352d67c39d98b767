//! The program is killed at a random moment while it builds, rebuilds or
//! updates an index.
//!
//! The index must then open at the last commit or the new one, and the next
//! `index` must complete, lose and double nothing, and leave no file behind.

use std::thread;
use std::time::{Duration, Instant};

use crate::common::World;
use crate::library::{self, answers, finish, fresh_answers, is_told, is_whole, start, succeed};
use crate::trial::{Outcome, Run, Trial};
use crate::world::{self, Files, Random};

/// So many seeds in a row share their files.
const SHARED: u64 = 12;

/// What is killed.
const JOBS: [(&str, &[&str]); 3] = [
    ("a first build", &["index", "-q"]),
    ("a rebuild", &["index", "-q", "--rebuild"]),
    ("an update", &["index", "-q"]),
];

/// A library before and after, with what it answers.
struct Story {
    number: u64,
    before: Files,
    after: Files,
    answers_before: String,
    answers_after: String,
    /// The files before, without an index, and with one.
    bare: World,
    indexed: World,
    /// How long each job takes if nobody kills it.
    lengths: [Duration; 3],
}

impl Story {
    fn make(number: u64) -> Result<Story, String> {
        let mut random = Random::new(number.wrapping_mul(977));
        let before = world::corpus(&mut random, 140);
        let after = world::edited(&mut random, &before, "later");
        let bare = world::library(&before);
        let indexed = world::copy(&bare);
        succeed(&indexed, &["index", "-q"])?;
        let mut story = Story {
            number,
            answers_before: fresh_answers(&before)?,
            answers_after: fresh_answers(&after)?,
            before,
            after,
            bare,
            indexed,
            lengths: [Duration::ZERO; 3],
        };
        for (job, (_, arguments)) in JOBS.iter().enumerate() {
            let world = story.world(job);
            let begun = Instant::now();
            succeed(&world, arguments)?;
            story.lengths[job] = begun.elapsed();
        }
        Ok(story)
    }

    /// The library at the moment at which a job begins.
    fn world(&self, job: usize) -> World {
        let world = world::copy(if job == 0 { &self.bare } else { &self.indexed });
        if job == 2 {
            world::turn(&world, &self.before, &self.after);
        }
        world
    }
}

pub(crate) fn run(trials: &mut Run) {
    let mut story: Option<Story> = None;
    trials.each(|trial| {
        let number = trial.seed / SHARED;
        let current = match story.take().filter(|story| story.number == number) {
            Some(story) => story,
            None => Story::make(number)?,
        };
        let outcome = kill(trial, &current);
        story = Some(current);
        outcome
    });
}

fn kill(trial: &mut Trial<'_>, story: &Story) -> Outcome {
    let job = usize::try_from(trial.seed % 3).unwrap_or(0);
    let (name, arguments) = JOBS[job];
    let world = story.world(job);
    let expected = if job == 2 {
        &story.answers_after
    } else {
        &story.answers_before
    };
    // Who recovers may be killed as well.
    let mut kills = 1 + usize::from(trial.random.once_in(4));
    while kills > 0 {
        kills -= 1;
        let moment = story.lengths[job].mul_f64(trial.random.fraction());
        let mut child = start(world.command(arguments));
        thread::sleep(moment);
        child.kill().expect("a child can be killed");
        let finished = finish(child, Duration::from_secs(10))?;
        trial.count(&match finished.status {
            None => format!("killed during {name}"),
            Some(_) => format!("had finished {name} before it was to be killed"),
        });
        opens(trial, story, job, &world).map_err(|why| format!("killed during {name}: {why}"))?;
    }
    let recover = || {
        succeed(&world, &["index", "-q"])?;
        is_whole(&world, expected)
    };
    recover().map_err(|why| format!("killed during {name}: {why}"))
}

/// Whether the index is that of before or after, or, in a first build, none.
fn opens(trial: &mut Trial<'_>, story: &Story, job: usize, world: &World) -> Outcome {
    let search = library::run(world, &["search", "-q", "report", "--refresh", "never"])?;
    if job == 0 && search.status == Some(2) && search.stderr.contains("no index") {
        trial.count("no index yet");
        return is_told(&search);
    }
    succeed(world, &["status", "--check"])?;
    let found = answers(world)?;
    if found == story.answers_before {
        trial.count("opened as it was before");
    } else if job == 2 && found == story.answers_after {
        trial.count("opened as it was to be");
    } else {
        return Err("its answers are neither those of before nor of after".to_owned());
    }
    Ok(())
}
