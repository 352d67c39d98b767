//! Small worlds of generated news: the files of a library, and what happens to
//! them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::json;

use cybersearch::text::calendar::MONTHS;

use crate::common::World;

/// Numbers that look random and follow from a seed (splitmix64).
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of 0 to `end` - 1.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or(0)
    }

    /// Whether something happens that happens once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// A part of 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap_or(0)) / f64::from(u32::MAX)
    }

    pub(crate) fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }
}

/// The files of a library, by their path in it.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

const WORDS: [&str; 48] = [
    "talks",
    "hotline",
    "trade",
    "cyber",
    "attack",
    "minister",
    "treaty",
    "border",
    "prices",
    "cocoa",
    "harvest",
    "growth",
    "export",
    "security",
    "network",
    "summit",
    "election",
    "court",
    "police",
    "storm",
    "bridge",
    "railway",
    "energy",
    "pipeline",
    "market",
    "shares",
    "union",
    "strike",
    "hospital",
    "vaccine",
    "school",
    "museum",
    "river",
    "drought",
    "satellite",
    "launch",
    "research",
    "budget",
    "deficit",
    "interest",
    "reform",
    "parliament",
    "communication",
    "communicator",
    "agreement",
    "risk",
    "reduction",
    "dialogue",
];

const PEOPLE: [&str; 8] = [
    "Michael Daniel",
    "Angela Merkel",
    "Xi Jinping",
    "Barack Obama",
    "Tom Donilon",
    "Eric Schmidt",
    "Maria Lopez",
    "John Smith",
];

const PLACES: [(&str, &str); 8] = [
    ("MOSCOW", "Russia"),
    ("BEIJING", "China"),
    ("PARIS", "France"),
    ("BERLIN", "Germany"),
    ("TOKYO", "Japan"),
    ("LONDON", "Britain"),
    ("WASHINGTON", "the United States"),
    ("NAIROBI", "Kenya"),
];

/// A text of some sentences, each with its own words, people and countries.
/// All have the word *report*; `mark` stands in its title.
pub(crate) fn article(random: &mut Random, mark: &str) -> String {
    let mut text = format!(
        "{} {} report {mark}\n\n",
        random.pick(&WORDS),
        random.pick(&WORDS)
    );
    let (dateline, _) = random.pick(&PLACES);
    let month = random.pick(&MONTHS);
    let (day, year) = (1 + random.below(28), 2009 + random.below(8));
    let _ = write!(text, "{dateline}, {month} {day}, {year} - ");
    for _ in 0..2 + random.below(6) {
        let words: Vec<&str> = (0..5 + random.below(9))
            .map(|_| *random.pick(&WORDS))
            .collect();
        let (_, country) = random.pick(&PLACES);
        let person = random.pick(&PEOPLE);
        let _ = write!(
            text,
            "The {} in {country} was told by {person} on Friday. ",
            words.join(" ")
        );
    }
    if random.once_in(3) {
        text.push_str("\n\nThe talks about risk reduction and a hotline went on.");
    }
    text
}

/// So many articles: texts in a few folders, some with a sidecar, and about as
/// many records in files of records.
pub(crate) fn corpus(random: &mut Random, articles: usize) -> Files {
    let mut files = Files::new();
    for number in 0..articles / 2 {
        let path = format!("seeds/{}/text-{number}.txt", random.pick(&["wire", "desk"]));
        let text = article(random, &format!("t{number}"));
        files.insert(path.clone(), text.into_bytes());
        if random.once_in(6) {
            files.insert(format!("{path}.meta.json"), sidecar(random));
        }
    }
    for file in 0..3 {
        let records = (0..articles / 6).map(|number| record(random, &format!("r{file}-{number}")));
        files.insert(
            format!("seeds/records-{file}.jsonl"),
            records.collect::<String>().into_bytes(),
        );
    }
    files
}

fn sidecar(random: &mut Random) -> Vec<u8> {
    let date = format!("20{:02}-0{}", random.below(20), 1 + random.below(9));
    json!({"date": date, "author": random.pick(&PEOPLE)})
        .to_string()
        .into_bytes()
}

/// A line of a file of records.
fn record(random: &mut Random, id: &str) -> String {
    let text = article(random, id);
    let mut record = json!({"id": id, "text": text});
    if random.once_in(2) {
        record["date"] = json!(format!(
            "20{:02}-06-1{}",
            random.below(20),
            random.below(10)
        ));
    }
    format!("{record}\n")
}

/// The same files after some time: some edited, some gone, renamed or new.
pub(crate) fn edited(random: &mut Random, files: &Files, tag: &str) -> Files {
    let mut after = Files::new();
    for (number, (path, bytes)) in files.iter().enumerate() {
        let is_text = is_text(path);
        match random.below(10) {
            0 if is_text => {}
            1 if is_text => {
                let moved = format!("seeds/moved/{tag}-{number}.txt");
                after.insert(moved, bytes.clone());
            }
            2 | 3 if is_text => {
                let text = article(random, &format!("{tag}-{number}"));
                after.insert(path.clone(), text.into_bytes());
            }
            2..=5 if path.strip_suffix(".jsonl").is_some() => {
                let mut records = bytes.clone();
                records.extend(record(random, &format!("{tag}-{number}")).into_bytes());
                after.insert(path.clone(), records);
            }
            6 if path.strip_suffix(".meta.json").is_some() => {
                after.insert(path.clone(), sidecar(random));
            }
            _ => {
                after.insert(path.clone(), bytes.clone());
            }
        }
    }
    for number in 0..3 + random.below(12) {
        let text = article(random, &format!("{tag}-new-{number}"));
        after.insert(format!("seeds/new/{tag}-{number}.txt"), text.into_bytes());
    }
    after
}

/// A new library of these files, as if they had been there for an hour.
pub(crate) fn library(files: &Files) -> World {
    let world = World::empty();
    let earlier = SystemTime::now() - Duration::from_hours(1);
    for (path, bytes) in files {
        world.write(path, bytes);
        set_time(&world.path(path), earlier);
    }
    world
}

/// Turns the files of a library from the ones into the others.
pub(crate) fn turn(world: &World, from: &Files, to: &Files) {
    for path in from.keys().filter(|path| !to.contains_key(*path)) {
        world.remove(path);
    }
    for (path, bytes) in to {
        if from.get(path) != Some(bytes) {
            world.write(path, bytes);
        }
    }
}

/// Whether a file is an article by itself.
pub(crate) fn is_text(path: &str) -> bool {
    path.strip_suffix(".txt").is_some()
}

/// Sets the time at which a file was changed.
pub(crate) fn set_time(path: &Path, time: SystemTime) {
    let file = fs::File::options()
        .append(true)
        .open(path)
        .expect("the file opens");
    file.set_modified(time).expect("the time can be set");
}

/// The same library in another place, with the times of its files.
pub(crate) fn copy(world: &World) -> World {
    let other = World::empty();
    copy_folder(world.root(), other.root());
    other
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder can be listed") {
        let entry = entry.expect("a folder can be listed");
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_folder(&source, &target);
        } else {
            fs::copy(&source, &target).expect("a file can be copied");
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            set_time(&target, modified.expect("a file has a time"));
        }
    }
}
