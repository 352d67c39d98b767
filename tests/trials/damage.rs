//! A file of the index is damaged at a random place.
//!
//! `status --check` must tell every damage; an answer must be right, or an
//! error that names the file and the way out; never a panic, a hang, or a wrong
//! answer of an index that passes the check. A rebuild must mend it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::common::World;
use crate::library::{Finished, answers, finish, is_told, settled, start, succeed};
use crate::trial::{Outcome, Run, Trial};
use crate::world::{self, Random};

/// A program that runs longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is asked of a damaged index; the last may write to it.
const QUESTIONS: [&[&str]; 6] = [
    &[
        "search",
        "-q",
        "talks hotline",
        "--format",
        "jsonl",
        "--refresh",
        "never",
    ],
    &[
        "search",
        "-q",
        "\"risk reduction\"",
        "--format",
        "jsonl",
        "--refresh",
        "never",
    ],
    &[
        "search",
        "-q",
        "communicat*",
        "--format",
        "jsonl",
        "--refresh",
        "never",
    ],
    &[
        "facets",
        "-q",
        "--by",
        "country,person,year,source",
        "--format",
        "json",
        "--refresh",
        "never",
    ],
    &["show", "-q", "r0-3", "--format", "json"],
    &["search", "-q", "market prices", "--format", "jsonl"],
];

/// The endings of the files of a segment.
const SEGMENT: [&str; 7] = [
    ".del",
    ".fast",
    ".fieldnorm",
    ".idx",
    ".pos",
    ".store",
    ".term",
];

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harm {
    Flip,
    FlipSome,
    Cut,
    Empty,
    Delete,
}

/// Flips are the most, since there are the most places for them.
const HARMS: [Harm; 8] = [
    Harm::Flip,
    Harm::Flip,
    Harm::Flip,
    Harm::FlipSome,
    Harm::Cut,
    Harm::Cut,
    Harm::Empty,
    Harm::Delete,
];

/// A sound library and what it answers.
struct Sound {
    world: World,
    answers: String,
    said: Vec<String>,
    /// The files of the index, by what they are.
    files: BTreeMap<String, Vec<PathBuf>>,
}

impl Sound {
    /// A library with several segments, in which documents are deleted.
    fn make() -> Result<Sound, String> {
        let mut random = Random::new(7);
        let mut files = world::corpus(&mut random, 60);
        let world = world::library(&files);
        // Copies have other inodes, and a search would write that down first.
        succeed(&world, &["index", "-q", "--ctime=no"])?;
        for tag in ["second", "third"] {
            let after = world::edited(&mut random, &files, tag);
            world::turn(&world, &files, &after);
            succeed(&world, &["index", "-q"])?;
            files = after;
        }
        let said = QUESTIONS.map(|question| said(&world, question).and_then(|it| read(&it)));
        Ok(Sound {
            answers: answers(&world)?,
            said: said.into_iter().collect::<Result<_, _>>()?,
            files: by_kind(&world),
            world,
        })
    }
}

pub(crate) fn run(trials: &mut Run) {
    let mut sound: Option<Sound> = None;
    trials.each(|trial| {
        let whole = match sound.take() {
            Some(whole) => whole,
            None => Sound::make()?,
        };
        let outcome = harm_one(trial, &whole);
        sound = Some(whole);
        outcome
    });
}

/// The files of an index by kind: the ending, or the name of one of a kind.
fn by_kind(world: &World) -> BTreeMap<String, Vec<PathBuf>> {
    let mut kinds: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    let index = world.path("index");
    let mut folders = vec![index.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)
            .expect("the index can be listed")
            .flatten()
        {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = match name.rsplit_once('.') {
                _ if path.is_dir() => {
                    folders.push(path);
                    continue;
                }
                // Neither is a part of the index.
                _ if name == ".gitignore" || name.strip_suffix(".lock").is_some() => continue,
                Some((_, ending)) if name.strip_suffix(".json").is_none() => format!(".{ending}"),
                _ => name,
            };
            let inside = path
                .strip_prefix(world.root())
                .expect("it lies in the library");
            kinds.entry(kind).or_default().push(inside.to_owned());
        }
    }
    // Names of segments are made up anew by every build; their order is not.
    for paths in kinds.values_mut() {
        paths
            .sort_by_key(|path| fs::metadata(world.root().join(path)).map_or(0, |file| file.len()));
    }
    kinds
}

fn harm_one(trial: &mut Trial<'_>, sound: &Sound) -> Outcome {
    let kinds: Vec<&String> = sound.files.keys().collect();
    let kind = kinds[usize::try_from(trial.seed).unwrap_or(0) % kinds.len()];
    let file = trial.random.pick(&sound.files[kind]).clone();
    let world = world::copy(&sound.world);
    let harm = loop {
        let harm = *trial.random.pick(&HARMS);
        if let Some(place) = damage(&mut trial.random, &world.root().join(&file), harm) {
            break format!("{harm:?}{place}");
        }
    };
    let sort = harm.split(' ').next().unwrap_or_default();
    trial.count(&format!("{kind} {sort}"));
    let context = |why: String| format!("{kind} ({}): {harm}: {why}", file.display());
    // What the lock says is only a message.
    let is_part = kind != "lock";
    let checked =
        finish(start(world.command(&["status", "--check"])), PATIENCE).map_err(context)?;
    let found = if is_part {
        names_file(&checked, &file)
    } else {
        succeed(&world, &["status", "--check"]).map(drop)
    };
    found.map_err(|why| context(format!("status --check: {why}")))?;
    // Only these are not verified whenever the index is opened.
    let may_be_wrong = harm.starts_with("Flip") && SEGMENT.contains(&kind.as_str());
    for (question, right) in QUESTIONS.iter().zip(&sound.said) {
        let context = |why: String| context(format!("{}: {why}", question.join(" ")));
        let it = said(&world, question).map_err(context)?;
        let has_answered = it.status.is_some_and(|status| status < 2);
        if it.status == Some(2) {
            names_file(&it, &file).map_err(context)?;
            trial.count("question: an error that says what to do");
        } else if has_answered && read(&it).as_ref() == Ok(right) {
            trial.count("question: the right answer");
        } else if has_answered && may_be_wrong {
            trial.count("question: a wrong answer of an index not checked");
        } else {
            return Err(context(format!("{it:?}")));
        }
    }
    succeed(&world, &["index", "-q", "--rebuild"]).map_err(context)?;
    crate::library::is_whole(&world, &sound.answers).map_err(context)
}

/// Damages a file; returns where, or `None` where it would stay as it is.
fn damage(random: &mut Random, file: &Path, harm: Harm) -> Option<String> {
    let mut bytes = fs::read(file).expect("a file of the index can be read");
    let place = match harm {
        Harm::Delete => {
            fs::remove_file(file).expect("a file can be removed");
            return Some(String::new());
        }
        Harm::Empty => {
            bytes.clear();
            String::new()
        }
        Harm::Cut => {
            let length = random.below(bytes.len());
            bytes.truncate(length);
            format!(" to {length} bytes")
        }
        Harm::Flip | Harm::FlipSome => {
            let many = if harm == Harm::Flip {
                1
            } else {
                2 + random.below(8)
            };
            let mut places = String::new();
            for _ in 0..many {
                let at = random.below(bytes.len());
                let mask = u8::try_from(1 + random.below(255)).unwrap_or(1);
                *bytes.get_mut(at)? ^= mask;
                places = format!("{places} {at}^{mask:02x}");
            }
            places
        }
    };
    let is_other = fs::read(file).is_ok_and(|before| before != bytes);
    fs::write(file, bytes).expect("a file can be written");
    is_other.then_some(place)
}

fn said(world: &World, question: &[&str]) -> Result<Finished, String> {
    finish(start(world.command(question)), PATIENCE)
}

/// What was answered, comparable.
fn read(it: &Finished) -> Result<String, String> {
    it.stdout.lines().map(settled).collect()
}

/// Fails unless an error is told that names the file, or where only the pointer
/// is gone, the folder, and the way out.
fn names_file(finished: &Finished, file: &Path) -> Result<(), String> {
    is_told(finished)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let is_named = finished.stderr.contains(&*name)
        && finished.stderr.contains("`cybersearch index --rebuild`");
    let is_gone = name == "cybersearch.json"
        && finished.stderr.contains("no index")
        && finished.stderr.contains("`cybersearch index`");
    if is_named || is_gone {
        Ok(())
    } else {
        Err(format!(
            "names neither the file nor the way out: {finished:?}"
        ))
    }
}
