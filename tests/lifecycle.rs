//! The life of an index: add, change, touch, rename, delete, rebuild, other
//! versions, damage, two writers, read-only folders.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use common::World;
use serde_json::{Value, json};

const TALKS: &str =
    "Talks held\n\nThe talks about a hotline were held in Moscow on Friday, officials said.";
const TRADE: &str =
    "Trade grows\n\nThe trade between the two countries has grown, the ministry in Beijing said.";

fn library() -> World {
    let world = World::with(&[("seeds/talks.txt", TALKS), ("seeds/trade.txt", TRADE)]);
    world.stdout(&["index", "-q"]);
    world
}

fn status(world: &World) -> Value {
    serde_json::from_str(&world.stdout(&["status", "--format", "json"]))
        .expect("the status is JSON")
}

#[test]
fn what_changes_on_disk_changes_in_the_answers() {
    let world = library();
    world.write(
        "seeds/new.txt",
        b"New talks\n\nA new hotline to Paris was talked about.",
    );
    assert_eq!(world.ids(&["hotline Paris"]), ["seeds/new.txt"]);
    world.write(
        "seeds/talks.txt",
        TALKS.replace("hotline", "red line").as_bytes(),
    );
    assert_eq!(world.ids(&["hotline"]), ["seeds/new.txt"]);
    assert_eq!(world.ids(&["\"red line\""]), ["seeds/talks.txt"]);
    fs::rename(
        world.path("seeds/talks.txt"),
        world.path("seeds/renamed.txt"),
    )
    .expect("a file can be renamed");
    assert_eq!(world.ids(&["\"red line\""]), ["seeds/renamed.txt"]);
    world.remove("seeds/renamed.txt");
    assert_eq!(world.ids(&["\"red line\""]), Vec::<String>::new());
    assert_eq!(status(&world)["articles"], 2);
}

#[test]
fn a_change_within_the_clocks_resolution_is_seen() {
    let world = library();
    for word in ["alpha", "bravo", "delta", "gamma", "omega"] {
        // The same size every time, and perhaps the same time.
        world.write("seeds/talks.txt", format!("Same size, {word}.").as_bytes());
        assert_eq!(world.ids(&[word]), ["seeds/talks.txt"], "{word}");
    }
}

#[test]
fn a_touched_file_is_not_read_again() {
    let world = library();
    let file = fs::File::options()
        .append(true)
        .open(world.path("seeds/talks.txt"))
        .expect("the file opens");
    let earlier = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    file.set_modified(earlier).expect("the time can be set");
    assert_eq!(
        world.stdout(&["index"]),
        "2 articles: 0 new files, 0 changed, 0 removed, 2 unchanged\n"
    );
    assert_eq!(
        world.stdout(&["index"]),
        "2 articles: 0 new files, 0 changed, 0 removed, 2 unchanged\n"
    );
    assert_eq!(status(&world)["stale"], false);
}

#[test]
fn sources_are_added_and_forgotten() {
    let world = library();
    world.write("more/extra.txt", b"Extra\n\nAn extra hotline article.");
    world.stdout(&["index", "-q", "more"]);
    assert_eq!(status(&world)["sources"], json!(["more", "seeds"]));
    assert_eq!(world.ids(&["extra"]), ["more/extra.txt"]);
    world.stdout(&["index", "-q", "--forget", "more"]);
    assert_eq!(world.ids(&["extra"]), Vec::<String>::new());
    assert_eq!(status(&world)["sources"], json!(["seeds"]));
}

#[test]
fn a_folder_without_seeds_becomes_a_library() {
    let world = World::with(&[("news/a.txt", TALKS)]);
    world.stdout(&["index", "-q", "news"]);
    assert_eq!(
        fs::read_to_string(world.path("index/.gitignore"))
            .ok()
            .as_deref(),
        Some("*\n")
    );
    let output = world
        .command(&["search", "hotline", "--format", "paths"])
        .current_dir(world.path("news"))
        .output()
        .expect("the program starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "a.txt\n");
}

#[test]
fn the_whole_folder_can_be_its_source_and_the_library_moves() {
    let world = World::with(&[("old/a.txt", TALKS), ("old/deep/b.txt", TRADE)]);
    let index = world
        .command(&["index", "-q", "."])
        .current_dir(world.path("old"))
        .status()
        .expect("the program starts");
    assert!(index.success());
    fs::rename(world.path("old"), world.path("new")).expect("a folder can be moved");
    let output = world
        .command(&["search", "-q", "ministry", "--format", "json"])
        .current_dir(world.path("new"))
        .output()
        .expect("the program starts");
    let json: Value = serde_json::from_slice(&output.stdout).expect("the output is JSON");
    assert_eq!(
        (
            &json["hits"][0]["id"],
            &json["hits"][0]["state"],
            &json["index"]["articles"]
        ),
        (&json!("deep/b.txt"), &json!("fresh"), &json!(2))
    );
}

#[test]
fn an_index_elsewhere_has_exactly_the_sources_named() {
    let world = World::with(&[("a/one.txt", TALKS), ("b/two.txt", TRADE)]);
    world.stdout(&["--index", "there/index", "index", "-q", "a"]);
    world.stdout(&["index", "-q", "b", "--index", "there/index"]);
    let output = world
        .command(&["search", "-q", "--format", "paths", "the"])
        .env("CYBERSEARCH_INDEX", "there/index")
        .output()
        .expect("the program starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "b/two.txt\n");
}

#[test]
fn a_rebuild_gives_the_same_answers_and_leaves_one_generation() {
    let world = library();
    let before = world.json(&["hotline"])["hits"].clone();
    world.stdout(&["index", "-q", "--rebuild"]);
    assert_eq!(world.json(&["hotline"])["hits"], before);
    let generations = fs::read_dir(world.path("index"))
        .expect("the index is there")
        .flatten()
        .filter(|entry| entry.path().is_dir());
    assert_eq!(generations.count(), 1);
}

#[test]
fn answers_do_not_depend_on_history() {
    let world = World::seeds();
    for (name, text) in [
        ("x", TALKS),
        ("y", TRADE),
        ("z", "Cyber talks\n\nCyber talks with Russia were held."),
    ] {
        world.write(&format!("seeds/{name}.txt"), text.as_bytes());
        world.stdout(&["index", "-q"]);
    }
    world.remove("seeds/y.txt");
    world.write("seeds/x.txt", TALKS.replace("Moscow", "Beijing").as_bytes());
    world.remove("seeds/z.txt");
    world.stdout(&["index", "-q"]);
    let searches: [&[&str]; 5] = [
        &["cyber talks"],
        &["--any", "the Russia hotline"],
        &["\"cyber attacks\""],
        &["communicat*"],
        &["country:CN"],
    ];
    let ask = |world: &World| searches.map(|search| world.json(search)["hits"].clone());
    let lived = ask(&world);
    world.stdout(&["index", "-q", "--rebuild"]);
    assert_eq!(ask(&world), lived);
}

#[test]
fn an_index_of_another_version_is_refused_and_renewed() {
    let world = library();
    let pointer = world.path("index/cybersearch.json");
    let text = fs::read_to_string(&pointer).expect("the pointer can be read");
    let mut other: Value = serde_json::from_str(&text).expect("the pointer is JSON");
    other["format"] = json!(1);
    other["program"] = json!("0.0.1");
    // Versions before the seal wrote none.
    other
        .as_object_mut()
        .expect("the pointer is an object")
        .remove("seal");
    fs::write(&pointer, other.to_string()).expect("the pointer can be written");
    insta::assert_snapshot!(world.transcript(&[
        &["hotline"],
        &["status"],
        &["index"],
        &["hotline", "--format", "paths"]
    ]));
}

#[test]
fn a_damaged_index_says_so_and_is_rebuilt() {
    let world = library();
    let generation = world.path("index/g1");
    let files: Vec<_> = fs::read_dir(&generation)
        .expect("the index is there")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    for file in files {
        let bytes = fs::read(&file).expect("a file of the index can be read");
        fs::write(&file, &bytes[..bytes.len() / 2]).expect("a file can be cut");
        let output = world.run(&["search", "hotline"]);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!errors.contains("panicked"), "{}: {errors}", file.display());
        match output.status.code() {
            Some(0) => {}
            Some(2) => assert!(
                errors.starts_with("cybersearch: corrupt index: ")
                    && errors.contains("--rebuild")
                    && errors.lines().count() == 1,
                "{errors}"
            ),
            other => panic!("{}: {other:?} {errors}", file.display()),
        }
        fs::write(&file, &bytes).expect("a file can be mended");
    }
    fs::remove_dir_all(&generation).expect("the generation can be removed");
    assert_eq!(world.run(&["search", "hotline"]).status.code(), Some(2));
    world.stdout(&["index", "-q", "--rebuild"]);
    assert_eq!(world.ids(&["hotline"]), ["seeds/talks.txt"]);
}

#[test]
fn a_second_writer_leaves_or_waits_as_asked() {
    let world = library();
    let lock = fs::File::options()
        .read(true)
        .write(true)
        .open(world.path("index/.cybersearch.lock"))
        .expect("the lock is there");
    lock.lock().expect("the lock is free");
    let output = world.run(&["index", "--no-wait"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        errors.contains("is writing it; try again later"),
        "{errors}"
    );

    // A search answers meanwhile from the last state, and says that it is old.
    world.write("seeds/new.txt", b"New\n\nAnother hotline.");
    let json = world.json(&["hotline"]);
    assert_eq!(
        (&json["total"], &json["index"]["stale"]),
        (&json!(1), &json!(true))
    );

    let waiting = world
        .command(&["index"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(lock);
    let output = waiting.wait_with_output().expect("the program ends");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "3 articles: 1 new file, 0 changed, 0 removed, 2 unchanged\n"
    );
}

#[test]
fn a_vanished_source_keeps_its_articles_and_a_deleted_file_shows() {
    let world = library();
    world.write("more/extra.txt", b"Extra\n\nAn extra hotline article.");
    world.stdout(&["index", "-q", "more"]);
    fs::rename(world.path("more"), world.path("elsewhere")).expect("a folder can be moved");
    let json = world.json(&["extra"]);
    assert_eq!(
        (&json["hits"][0]["state"], &json["index"]["stale"]),
        (&json!("unchecked"), &json!(true))
    );
    let output = world.run(&["index"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("source not found: more"));
    let status = status(&world);
    assert_eq!(
        (&status["stale"], &status["missing"]),
        (&json!(true), &json!(["more"]))
    );
}

#[test]
fn without_refresh_a_changed_file_shows_as_changed() {
    let world = library();
    world.write("seeds/talks.txt", b"Something else altogether.");
    let json = world.json(&["hotline", "--refresh", "never"]);
    assert_eq!(
        (&json["hits"][0]["state"], &json["index"]["stale"]),
        (&json!("changed"), &json!(true))
    );
    assert!(
        json["hits"][0]["passage"]["text"]
            .as_str()
            .is_some_and(|text| text.contains("hotline"))
    );
}

/// Puts a folder's files back as they were in `kept`, and no others.
fn restore(kept: &[(PathBuf, Vec<u8>)], index: &Path) {
    fs::remove_dir_all(index).expect("the index can be removed");
    for (path, bytes) in kept {
        fs::create_dir_all(path.parent().expect("it lies in a folder"))
            .expect("folders can be made");
        fs::write(path, bytes).expect("a file can be put back");
    }
}

#[test]
fn an_index_damaged_anywhere_never_panics_and_is_mended() {
    let world = library();
    let index = world.path("index");
    let files = [index.join("g1"), index.clone()]
        .into_iter()
        .flat_map(|folder| fs::read_dir(folder).expect("the index is there").flatten());
    let kept: Vec<_> = files
        .filter(|entry| entry.path().is_file())
        .map(|entry| {
            (
                entry.path(),
                fs::read(entry.path()).expect("it can be read"),
            )
        })
        .collect();
    // A new file makes each search write to the damaged index as well.
    world.write("seeds/new.txt", b"New\n\nAnother hotline.");
    for (file, bytes) in &kept {
        for step in 0..8 {
            restore(&kept, &index);
            let mut flipped = bytes.clone();
            let Some(byte) = flipped.get_mut(bytes.len() * step / 8) else {
                continue;
            };
            *byte ^= 0xff;
            fs::write(file, &flipped).expect("a file can be damaged");
            let output = world.run(&["search", "hotline"]);
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(
                output.status.code().is_some_and(|code| code <= 2),
                "{}: {output:?}",
                file.display()
            );
            assert!(
                !errors.contains("stack backtrace") && errors.lines().count() <= 2,
                "{}: {errors}",
                file.display()
            );
            world.stdout(&["index", "-q", "--rebuild"]);
            assert_eq!(
                world.ids(&["hotline"]),
                ["seeds/new.txt", "seeds/talks.txt"]
            );
        }
    }
}

/// Root may write anywhere, so this asks the file system itself for a refusal.
#[cfg(target_os = "linux")]
#[test]
fn a_library_that_cannot_be_written_still_answers() {
    let world = World::with(&[("seeds/talks.txt", TALKS)]);
    // A file where the index folder should be: nobody can make the folder.
    world.write("index", b"in the way");
    let output = world.run(&["search", "hotline", "--format", "paths"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "seeds/talks.txt\n");
    assert!(String::from_utf8_lossy(&output.stderr).contains("in memory"));
    let output = world.run(&["index"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .starts_with("cybersearch: cannot write the index: ")
    );
}

/// Who may read the articles may search them: all files of an index but its lock
/// have the mode that new files get.
#[cfg(unix)]
#[test]
fn an_index_may_be_read_by_whom_new_files_may() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::with(&[("seeds/talks.txt", TALKS)]);
    let open = fs::Permissions::from_mode(0o755);
    fs::set_permissions(world.root(), open).expect("it can be opened");
    world.stdout(&["index"]);
    world.write("seeds/new.txt", b"More talks were held.\n");
    world.stdout(&["index"]);
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode();
    let usual = mode(&world.path("seeds/new.txt"));
    let mut files = 0;
    for folder in ["index", "index/g1"] {
        for entry in fs::read_dir(world.path(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() && !path.ends_with(".cybersearch.lock") {
                files += 1;
                assert_eq!(mode(&path), usual, "{}", path.display());
            }
        }
    }
    assert!(files > 10, "{files}");
}

#[test]
fn where_there_is_nothing_to_index_no_folder_is_made() {
    let world = World::empty();
    for arguments in [&["hotline"][..], &["index"]] {
        let output = world.run(&[&["--index", "elsewhere"], arguments].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(!world.path("elsewhere").exists());
    }
}

#[test]
fn a_source_that_is_away_is_told_by_its_name() {
    let world = World::with(&[("seeds/talks.txt", TALKS)]);
    world.stdout(&["index"]);
    fs::rename(world.path("seeds"), world.path("away")).unwrap();
    let output = world.run(&["hotline", "--format", "paths"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "seeds/talks.txt\n");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("source not found: seeds"), "{told}");
}

#[test]
fn a_folder_of_somebody_else_is_not_written_to() {
    let world = World::with(&[("news/a.txt", TALKS), ("index/page.html", "<html>")]);
    let output = world.run(&["index", "news"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("--index DIR"),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
