//! What the system refuses: a full disk, files that change while they are
//! read, an index that may not be written, little memory, times that lie.
//!
//! Mounting needs root; without it those trials are skipped, and said to be.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::common::World;
use crate::library::{
    self, Finished, answers, finish, fresh_answers, is_told, is_whole, same, start, succeed,
};
use crate::trial::{Outcome, Run, Trial};
use crate::world::{self, Files, Random};

/// A library before and after, as for a crash, but smaller.
struct Story {
    before: Files,
    after: Files,
    answers_before: String,
    answers_after: String,
    indexed: World,
    /// Bytes of its index.
    size: u64,
}

impl Story {
    fn make() -> Result<Story, String> {
        let mut random = Random::new(11);
        let before = world::corpus(&mut random, 100);
        let after = world::edited(&mut random, &before, "later");
        let indexed = world::library(&before);
        succeed(&indexed, &["index", "-q"])?;
        Ok(Story {
            answers_before: fresh_answers(&before)?,
            answers_after: fresh_answers(&after)?,
            size: size(&indexed.path("index")),
            before,
            after,
            indexed,
        })
    }

    /// The library with its index, its files having changed since.
    fn changed(&self) -> World {
        let world = world::copy(&self.indexed);
        world::turn(&world, &self.before, &self.after);
        world
    }

    /// Fails unless the index answers as before or after.
    fn answers(&self, world: &World) -> Outcome {
        let found = answers(world)?;
        if found == self.answers_after {
            return Ok(());
        }
        same("the old index", &found, &self.answers_before)
    }

    /// Fails unless the next `index` brings everything up to date.
    fn recovers(&self, world: &World) -> Outcome {
        succeed(world, &["index", "-q"])?;
        is_whole(world, &self.answers_after)
    }
}

/// The bytes that the files of a folder take in memory, in whole pages.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).expect("a folder can be listed");
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size(&entry.path()),
        Ok(metadata) => metadata.len().next_multiple_of(4096),
        Err(_) => 0,
    });
    sizes.sum()
}

/// What is tried, in turn.
const SORTS: [fn(&mut Trial<'_>, &Story) -> Outcome; 6] = [
    full_disk,
    moving_files,
    read_only,
    little_memory_to_write,
    little_memory_to_read,
    times_that_lie,
];

pub(crate) fn run(trials: &mut Run) {
    let mut story: Option<Story> = None;
    trials.each(|trial| {
        let current = match story.take() {
            Some(story) => story,
            None => Story::make()?,
        };
        let sort = usize::try_from(trial.seed).unwrap_or(0) % SORTS.len();
        let outcome = SORTS[sort](trial, &current);
        story = Some(current);
        outcome
    });
}

/// A mount, until it is dropped.
struct Mounted(PathBuf);

impl Mounted {
    /// `None` where one may not mount.
    fn at(folder: &Path, options: &[&str]) -> Option<Mounted> {
        mount(options, folder).then(|| Mounted(folder.to_owned()))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // Nobody has anything open in it: all children have ended.
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

fn mount(options: &[&str], folder: &Path) -> bool {
    let output = Command::new("mount").args(options).arg(folder).output();
    output.is_ok_and(|output| output.status.success())
}

/// The disk of the index is full at a random point of an update, a rebuild or a
/// first build.
fn full_disk(trial: &mut Trial<'_>, story: &Story) -> Outcome {
    let (name, arguments): (_, &[&str]) = match trial.random.below(3) {
        0 => ("first build", &["index", "-q"]),
        1 => ("update", &["index", "-q"]),
        _ => ("rebuild", &["index", "-q", "--rebuild"]),
    };
    let world = story.changed();
    let index = world.path("index");
    let kept = world.path("kept");
    fs::rename(&index, &kept).expect("a folder can be renamed");
    fs::create_dir(&index).expect("a folder can be made");
    let most = if name == "update" { 400 } else { 1200 };
    let small = story.size * (30 + trial.random.below(most) as u64) / 1000;
    let used = if name == "first build" { 0 } else { story.size };
    let size = format!("size={}", used + small);
    let Some(mounted) = Mounted::at(&index, &["-t", "tmpfs", "-o", &size, "tmpfs"]) else {
        trial.count("SKIPPED: a full disk (one may not mount here)");
        return Ok(());
    };
    if name != "first build" {
        let copied = Command::new("cp")
            .arg("-a")
            .arg(kept.join("."))
            .arg(&index)
            .output();
        if !copied.is_ok_and(|copied| copied.status.success()) {
            return Err("the index did not fit".to_owned());
        }
    }
    let finished = library::run(&world, arguments)?;
    let told = outcome_told(trial, &format!("full disk, {name}"), &finished);
    told.map_err(|why| format!("{name} in {size}: {why}"))?;
    if name != "first build" {
        story
            .answers(&world)
            .map_err(|why| format!("{name} in {size}: {why}"))?;
    }
    if !mount(&["-o", "remount,size=256m"], &index) {
        return Err("the disk did not grow".to_owned());
    }
    let recovered = story
        .recovers(&world)
        .map_err(|why| format!("{name} in {size}: {why}"));
    drop(mounted);
    recovered
}

/// Fails unless the program did it, or told in one line why not.
fn outcome_told(trial: &mut Trial<'_>, what: &str, finished: &Finished) -> Outcome {
    if finished.status == Some(0) {
        trial.count(&format!("{what}: done all the same"));
        return Ok(());
    }
    trial.count(&format!("{what}: refused in one line"));
    is_told(finished)
}

/// Files are rewritten, cut, appended to, removed and made while a build reads.
fn moving_files(trial: &mut Trial<'_>, story: &Story) -> Outcome {
    let world = story.changed();
    let arguments: &[&str] = if trial.random.once_in(2) {
        &["index", "-q", "--rebuild"]
    } else {
        fs::remove_dir_all(world.path("index")).expect("a folder can be removed");
        &["index", "-q"]
    };
    let is_over = AtomicBool::new(false);
    let mut random = trial.random.clone();
    let finished = thread::scope(|scope| {
        let paths: Vec<&String> = story.after.keys().collect();
        let (world, is_over) = (&world, &is_over);
        scope.spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                let path = random.pick(&paths).as_str();
                disturb(&mut random, world, path);
            }
        });
        let finished = library::run(world, arguments);
        is_over.store(true, Ordering::Relaxed);
        finished
    })?;
    if finished.status != Some(0) {
        return Err(format!("while files moved: {finished:?}"));
    }
    trial.count("build while files moved");
    // What stands there now is what the next run must find.
    let mut files = Files::new();
    for path in story.after.keys() {
        if let Ok(bytes) = fs::read(world.path(path)) {
            files.insert(path.clone(), bytes);
        }
    }
    succeed(&world, &["index", "-q"])?;
    is_whole(&world, &fresh_answers(&files)?)
}

/// Does something to a file.
fn disturb(random: &mut Random, world: &World, path: &str) {
    let place = world.path(path);
    let text = world::article(random, "moved").into_bytes();
    // Where it was removed before, some of this cannot be done.
    let done = match random.below(5) {
        0 => fs::write(&place, &text),
        1 => fs::read(&place).and_then(|bytes| fs::write(&place, &bytes[..bytes.len() / 2])),
        2 => fs::read(&place).and_then(|bytes| fs::write(&place, [bytes, text].concat())),
        3 => fs::remove_file(&place),
        _ => {
            let beside = place.with_extension("part");
            fs::write(&beside, &text).and_then(|()| fs::rename(&beside, &place))
        }
    };
    drop(done);
}

/// The folder of the index may be read alone.
fn read_only(trial: &mut Trial<'_>, story: &Story) -> Outcome {
    let world = story.changed();
    let index = world.path("index");
    let bind = index.display().to_string();
    let Some(mounted) = Mounted::at(&index, &["--bind", &bind]) else {
        trial.count("SKIPPED: a read-only index (one may not mount here)");
        return Ok(());
    };
    if !mount(&["-o", "remount,bind,ro"], &index) {
        trial.count("SKIPPED: a read-only index (one may not remount here)");
        return Ok(());
    }
    let search = library::run(&world, &["search", "report"])?;
    if search.status != Some(0) {
        return Err(format!("a search of a read-only index: {search:?}"));
    }
    same(
        "a read-only index",
        &answers(&world)?,
        &story.answers_before,
    )?;
    succeed(&world, &["status", "--check"])?;
    for arguments in [&["index"][..], &["index", "--rebuild"]] {
        let refused = library::run(&world, arguments)?;
        is_told(&refused).map_err(|why| format!("`index` in a read-only folder: {why}"))?;
    }
    trial.count("read-only index searched, not written");
    drop(mounted);
    story.recovers(&world)
}

/// The program with so much address space and no more.
fn within(world: &World, kilobytes: u64, arguments: &[&str]) -> Result<Finished, String> {
    let program = world.command(arguments);
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg(format!("ulimit -v {kilobytes} && exec \"$0\" \"$@\""))
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(world.root())
        .env_clear()
        .stdin(std::process::Stdio::null());
    finish(start(shell), Duration::from_mins(1))
}

/// From too little to start with to more than enough.
fn some_memory(random: &mut Random) -> u64 {
    let least = 10_000_usize << random.below(6);
    (least + random.below(least)) as u64
}

/// Fails unless the program did it, told why not in one line, or was ended by
/// its allocator, which has no other way, and said so.
fn memory_told(trial: &mut Trial<'_>, what: &str, finished: &Finished) -> Outcome {
    if finished.status.is_none() && finished.stderr.starts_with("memory allocation of") {
        trial.count(&format!("{what}: ended by the allocator"));
        return Ok(());
    }
    outcome_told(trial, what, finished)
}

/// Whether the program can so much as start with this memory.
fn starts(world: &World, kilobytes: u64) -> Result<bool, String> {
    Ok(within(world, kilobytes, &["--version"])?.status == Some(0))
}

fn little_memory_to_write(trial: &mut Trial<'_>, story: &Story) -> Outcome {
    let world = story.changed();
    let kilobytes = some_memory(&mut trial.random);
    if !starts(&world, kilobytes)? {
        trial.count("little memory, update: the program does not start");
        return Ok(());
    }
    let arguments: &[&str] = if trial.random.once_in(2) {
        &["index", "-q", "--rebuild"]
    } else {
        &["index", "-q"]
    };
    let check = |trial: &mut Trial<'_>| {
        let finished = within(&world, kilobytes, arguments)?;
        memory_told(trial, "little memory, update", &finished)?;
        succeed(&world, &["status", "--check"])?;
        story.answers(&world)?;
        story.recovers(&world)
    };
    check(trial).map_err(|why| format!("with {kilobytes} kB: {why}"))
}

fn little_memory_to_read(trial: &mut Trial<'_>, story: &Story) -> Outcome {
    let kilobytes = some_memory(&mut trial.random);
    let world = world::copy(&story.indexed);
    if !starts(&world, kilobytes)? {
        trial.count("little memory, search: the program does not start");
        return Ok(());
    }
    let search = [
        "search",
        "-q",
        "--any",
        "report trade",
        "--format",
        "jsonl",
        "--refresh",
        "never",
    ];
    let right = succeed(&world, &search)?;
    let finished = within(&world, kilobytes, &search)?;
    if finished.status == Some(0) {
        same("with little memory", &finished.stdout, &right.stdout)?;
    }
    memory_told(trial, "little memory, search", &finished)
        .map_err(|why| format!("with {kilobytes} kB: {why}"))?;
    story.answers(&world)
}

/// Files whose times lie ahead, jump back, or stay while the content changes.
fn times_that_lie(trial: &mut Trial<'_>, story: &Story) -> Outcome {
    let world = story.changed();
    let (day, now) = (Duration::from_hours(24), SystemTime::now());
    let times = [
        now + 3650 * day,
        now + day,
        now - day,
        now - 9000 * day,
        SystemTime::UNIX_EPOCH,
    ];
    for path in story.after.keys() {
        if trial.random.once_in(3) {
            world::set_time(&world.path(path), *trial.random.pick(&times));
        }
    }
    succeed(&world, &["index", "-q"])?;
    // The clock jumps back: whatever changes now is older than what was read.
    let back = now - 400 * day;
    let mut files = story.after.clone();
    for (path, bytes) in &mut files {
        if world::is_text(path) && trial.random.once_in(3) {
            let text = String::from_utf8_lossy(bytes).replace("talks", "march");
            world.write(path, text.as_bytes());
            world::set_time(&world.path(path), back);
            *bytes = text.into_bytes();
        }
    }
    // A time that lies ahead settles nothing: the content does.
    let ahead = now + 3650 * day;
    let steady = "seeds/wire/steady.txt";
    for text in ["Steady report one", "Steady report two"] {
        world.write(steady, text.as_bytes());
        world::set_time(&world.path(steady), ahead);
        files.insert(steady.to_owned(), text.as_bytes().to_vec());
        succeed(&world, &["index", "-q"])?;
    }
    trial.count("times that lie ahead or jump back");
    is_whole(&world, &fresh_answers(&files)?)
}
