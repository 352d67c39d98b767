//! Whatever has happened to a library, it answers as if it had just been built.
//!
//! Random files are added, edited, renamed, removed, touched; after every few
//! of that the index is brought up to date. The answers must then be those of a
//! fresh build: hits, order, scores to the last bit, passages, facets, status.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::{Duration, SystemTime};

use cybersearch::engine::local::Index;
use cybersearch::library::Library;
use cybersearch::output::{self, AskedQuery, Format, IndexInfo, Style};
use cybersearch::search::{By, FacetRequest, PartialMatches, Request, Sort, facets, search};
use cybersearch::update::{Update, update};
use proptest::prelude::*;
use tempfile::TempDir;

const WORDS: [&str; 24] = [
    "talks",
    "hotline",
    "trade",
    "cyber",
    "treaty",
    "border",
    "prices",
    "cocoa",
    "growth",
    "export",
    "network",
    "summit",
    "court",
    "storm",
    "market",
    "union",
    "vaccine",
    "river",
    "launch",
    "budget",
    "reform",
    "dialogue",
    "risk",
    "reduction",
];

const PEOPLE: [&str; 4] = [
    "Michael Daniel",
    "Angela Merkel",
    "Xi Jinping",
    "Tom Donilon",
];

const PLACES: [(&str, &str); 4] = [
    ("MOSCOW", "Russia"),
    ("BEIJING", "China"),
    ("PARIS", "France"),
    ("NAIROBI", "Kenya"),
];

/// How a text is made, so that a failing case is short to read and to shrink.
#[derive(Debug, Clone)]
struct Text {
    words: Vec<usize>,
    person: usize,
    place: usize,
    year: u16,
    /// Whether the phrase that is asked for stands in it.
    has_phrase: bool,
}

impl Text {
    fn written(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|at| WORDS[*at]).collect();
        let (dateline, country) = PLACES[self.place];
        let mut text = format!(
            "Report on {}\n\n{dateline}, May 14, {} - {} told the report about {country}. ",
            words.first().unwrap_or(&"nothing"),
            self.year,
            PEOPLE[self.person]
        );
        for run in words.chunks(7) {
            let _ = write!(text, "There was {} on that day. ", run.join(" "));
        }
        if self.has_phrase {
            text.push_str("\n\nA word on risk reduction came near the market.");
        }
        text
    }
}

fn any_text() -> impl Strategy<Value = Text> {
    let words = prop::collection::vec(0..WORDS.len(), 0..40);
    (
        words,
        0..PEOPLE.len(),
        0..PLACES.len(),
        2009..2016_u16,
        any::<bool>(),
    )
        .prop_map(|(words, person, place, year, has_phrase)| Text {
            words,
            person,
            place,
            year,
            has_phrase,
        })
}

/// What may happen to a library. Numbers of files are taken modulo what there
/// is.
#[derive(Debug, Clone)]
enum Event {
    /// A text of its own, new or instead of the one with that number.
    Write(usize, Text),
    /// A word of the same length takes another's place, and the time stays.
    Swap(usize),
    /// A file of records.
    Records(usize, Vec<Text>),
    /// More than are read one by one, at once.
    Many(usize, Text),
    /// What is stated beside a text.
    Sidecar(usize, u16),
    Rename(usize, usize),
    Remove(usize),
    /// Another time, as far from now in hours.
    Touch(usize, i64),
    /// The index is brought up to date, on so many threads.
    Update(usize),
}

fn any_event() -> impl Strategy<Value = Event> {
    let records = prop::collection::vec(any_text(), 0..5);
    prop_oneof![
        5 => (0..20_usize, any_text()).prop_map(|(at, text)| Event::Write(at, text)),
        2 => (0..40_usize).prop_map(Event::Swap),
        3 => (0..3_usize, records).prop_map(|(at, texts)| Event::Records(at, texts)),
        1 => (65..90_usize, any_text()).prop_map(|(many, text)| Event::Many(many, text)),
        2 => (0..40_usize, 2001..2008_u16).prop_map(|(at, year)| Event::Sidecar(at, year)),
        2 => (0..40_usize, 0..20_usize).prop_map(|(from, to)| Event::Rename(from, to)),
        3 => (0..40_usize).prop_map(Event::Remove),
        2 => (0..40_usize, -50..50_i64).prop_map(|(at, hours)| Event::Touch(at, hours)),
        4 => (1..4_usize).prop_map(Event::Update),
    ]
}

/// A library in a folder of its own.
struct Place {
    folder: TempDir,
    library: Library,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        fs::create_dir(folder.path().join("seeds")).expect("a folder can be made");
        let library = Library::at(folder.path());
        Place { folder, library }
    }

    /// The same files elsewhere, without an index.
    fn fresh(&self) -> Place {
        let fresh = Place::new();
        for name in self.names() {
            fs::copy(self.at(&name), fresh.at(&name)).expect("a file can be copied");
        }
        fresh
    }

    fn at(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("seeds").join(name)
    }

    /// The names of all files, in order.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path().join("seeds")).expect("it can be listed");
        let mut names: Vec<String> = entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// The place of the file with a number, if there is any that is no sidecar.
    fn file(&self, number: usize) -> Option<std::path::PathBuf> {
        let mut names = self.names();
        names.retain(|name| name.strip_suffix(".meta.json").is_none());
        let name = names.get(number % names.len().max(1))?;
        Some(self.at(name))
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.at(name), text).expect("a file can be written");
    }

    fn index(&self, threads: usize) {
        let request = Update {
            threads: NonZeroUsize::new(threads),
            ..Update::default()
        };
        update(&self.library, &request, &|_| {}).expect("the index can be made");
    }

    fn happen(&self, event: &Event) {
        match event {
            Event::Write(at, text) => self.write(&format!("{at}.txt"), &text.written()),
            Event::Records(at, texts) => {
                let line = |(number, text): (usize, &Text)| {
                    let record =
                        serde_json::json!({"id": format!("{at}-{number}"), "text": text.written()});
                    format!("{record}\n")
                };
                let lines: String = texts.iter().enumerate().map(line).collect();
                self.write(&format!("{at}.jsonl"), &lines);
            }
            Event::Many(many, text) => {
                for number in 0..*many {
                    let text = format!("{}\n\nNumber {number}.", text.written());
                    self.write(&format!("many-{number}.txt"), &text);
                }
            }
            Event::Update(threads) => self.index(*threads),
            Event::Swap(at) => drop(self.file(*at).map(|path| swap(&path))),
            Event::Sidecar(at, year) => {
                if let Some(path) = self.file(*at) {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    self.write(
                        &format!("{name}.meta.json"),
                        &format!("{{\"date\":\"{year}\"}}"),
                    );
                }
            }
            Event::Rename(from, to) => {
                if let Some(path) = self.file(*from) {
                    let ending = path.extension().unwrap_or_default().to_string_lossy();
                    let to = self.at(&format!("{to}.{ending}"));
                    fs::rename(path, to).expect("a file can be renamed");
                }
            }
            Event::Remove(at) => {
                if let Some(path) = self.file(*at) {
                    fs::remove_file(path).expect("a file can be removed");
                }
            }
            Event::Touch(at, hours) => {
                if let Some(path) = self.file(*at) {
                    let hour = Duration::from_hours(hours.unsigned_abs());
                    let now = SystemTime::now();
                    let time = if *hours < 0 { now - hour } else { now + hour };
                    set_time(&path, time);
                }
            }
        }
    }
}

/// Puts words of the same length in the place of others; where the time lies
/// so near that only the content tells, or ahead, it stays.
fn swap(path: &Path) {
    let modified = fs::metadata(path).and_then(|file| file.modified());
    let modified = modified.expect("a file has a time");
    let text = fs::read_to_string(path).expect("a file can be read");
    let swapped = text.replace("trade", "brawl").replace("cocoa", "trade");
    fs::write(path, swapped).expect("a file can be written");
    if modified > SystemTime::now() {
        set_time(path, modified);
    }
}

fn set_time(path: &Path, time: SystemTime) {
    let file = fs::File::options().append(true).open(path);
    let set = file.and_then(|file| file.set_modified(time));
    set.expect("the time of a file can be set");
}

/// Queries of every kind, with what is asked beside.
fn requests() -> Vec<Request> {
    let request = |text: &str| Request {
        text: text.to_owned(),
        limit: 200,
        passages: 2,
        explain: true,
        ..Request::default()
    };
    let texts = [
        "report",
        "trade talks",
        "\"risk reduction\"",
        "\"market risk\"~9",
        "summ*",
        "markte~",
        "=talks",
        "trade NEAR/6 market",
        "risk NEAR/s market",
        "title:treaty",
        "report -cyber",
        "country:RU",
        "person:Merkel report",
        "date:2011 report",
        "path:3.txt",
    ];
    let mut requests: Vec<Request> = texts.into_iter().map(request).collect();
    requests.push(Request {
        partial: PartialMatches::Alike,
        fold: true,
        ..request("hotline border storm budget")
    });
    requests.push(Request {
        sort: Sort::Newest,
        ..request("report")
    });
    requests.push(Request {
        limit: 5,
        offset: 3,
        ..request("launch river report")
    });
    requests
}

/// All that a library answers, as JSON and in the form for people, but for the
/// time at which it was built.
fn answers(place: &Place) -> String {
    let index = Index::open(&place.library).expect("the index opens");
    let index = index.expect("there is an index");
    let style = Style {
        color: true,
        width: 80,
        is_terminal: true,
        null: false,
    };
    let mut all = Vec::new();
    for request in requests() {
        let request = Request {
            shown_from: place.folder.path().to_owned(),
            ..request
        };
        let answer = search(&index, &request).expect("a query is answered");
        let asked = AskedQuery {
            id: None,
            text: &request.text,
        };
        let info = IndexInfo {
            built_at: String::new(),
            ..IndexInfo::of(&index, None)
        };
        for format in [Format::Json, Format::Text] {
            output::print(format, &asked, &answer, &info, &style, &mut all).expect("memory");
        }
        for article in &answer.articles {
            let scores = article.hits.iter().map(|hit| hit.score.map(f32::to_bits));
            all.extend(format!("{:?}\n", scores.collect::<Vec<_>>()).into_bytes());
        }
    }
    all.extend(numbers(&index).into_bytes());
    String::from_utf8_lossy(&all).into_owned()
}

/// What is counted, and what the index says of itself.
fn numbers(index: &Index) -> String {
    let mut all = String::new();
    let by = [
        By::Country,
        By::Main,
        By::Person,
        By::Year,
        By::Month,
        By::Source,
    ];
    for text in ["", "trade"] {
        let request = Request {
            text: text.to_owned(),
            ..Request::default()
        };
        let wanted = FacetRequest::of(by.iter().copied(), 0);
        let counted = facets(index, &request, &wanted).expect("facets are counted");
        let _ = writeln!(all, "{} {:?}", counted.total, counted.facets);
    }
    let state = index.state();
    let numbers: BTreeMap<&str, u64> = [
        ("articles", state.articles),
        ("files", state.files),
        ("words", state.words),
        ("title words", state.title_words),
    ]
    .into();
    let skips = index.skips().expect("skips are told");
    let check = index.check_sources().expect("the sources can be checked");
    let _ = writeln!(all, "{numbers:?} {skips:?} {}", check.is_fresh());
    all
}

/// The first line that differs.
fn difference(found: &str, expected: &str) -> Option<String> {
    let mut lines = found.lines().zip(expected.lines());
    let pair = lines.find(|(found, expected)| found != expected);
    match pair {
        Some((found, expected)) => Some(format!("{found}\ninstead of\n{expected}")),
        None => (found.len() != expected.len()).then(|| "one has more lines".to_owned()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES")
            .ok()
            .and_then(|cases| cases.parse().ok())
            .unwrap_or(12),
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_library_answers_as_if_it_had_just_been_built(
        events in prop::collection::vec(any_event(), 1..24),
        threads in 1..5_usize,
    ) {
        let lived = Place::new();
        lived.write("first.txt", "First report\n\nThe first report of all.");
        for event in &events {
            lived.happen(event);
        }
        lived.index(1);
        let fresh = lived.fresh();
        fresh.index(threads);
        let differs = difference(&answers(&lived), &answers(&fresh));
        prop_assert!(differs.is_none(), "{}", differs.unwrap_or_default());
    }
}

#[test]
fn any_number_of_threads_answers_in_the_same_bytes() {
    let first = Place::new();
    for number in 0..200_usize {
        let text = Text {
            words: (0..number % 50)
                .map(|at| (at * number + at) % WORDS.len())
                .collect(),
            person: number % PEOPLE.len(),
            place: number / 3 % PLACES.len(),
            year: 2009 + u16::try_from(number % 7).unwrap_or(0),
            has_phrase: number % 5 == 0,
        };
        first.write(&format!("{number}.txt"), &text.written());
    }
    first.index(1);
    let expected = answers(&first);
    assert!(
        expected.contains("\"total\":200"),
        "all have the word report"
    );
    for threads in [2, 3, 4, 16] {
        let other = first.fresh();
        other.index(threads);
        assert_eq!(
            difference(&answers(&other), &expected),
            None,
            "{threads} threads"
        );
    }
}
