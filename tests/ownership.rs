//! Whose files these are: nothing that the program did not make is changed or
//! removed, no link leads it to write or to read what nobody named, and no
//! error of the system empties an index.
//!
//! Everything happens on decoys in temporary folders.

#![cfg(unix)]
#![allow(clippy::print_stderr, reason = "what is skipped is said aloud")]

mod common;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::World;

/// A library of two articles about the hotline.
fn library() -> World {
    World::with(&[
        ("seeds/a.txt", "The hotline talks in Moscow.\n"),
        ("seeds/b.txt", "London talks on the hotline.\n"),
    ])
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("it was not killed")
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The paths that answer, from the index as it is.
fn hits(world: &World, query: &str) -> Vec<String> {
    let output = world.run(&[
        "search",
        "-q",
        "--refresh",
        "never",
        "--format",
        "paths",
        "--no-fold",
        query,
    ]);
    let paths = String::from_utf8_lossy(&output.stdout).into_owned();
    paths.lines().map(str::to_owned).collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it can be set");
}

fn fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
}

/// Whether this is the superuser, whom no permission stops: what tests
/// permissions is then run as another user.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Runs the program as somebody whom permissions stop.
fn run_as(world: &World, user: u32, arguments: &[&str]) -> Output {
    use std::os::unix::process::CommandExt;
    if !is_root() {
        return world.run(arguments);
    }
    let mut command = world.command_of(&world.program_for_all(), arguments);
    command.uid(user).gid(user);
    command.stdin(Stdio::null()).output().expect("it starts")
}

const NOBODY: u32 = 65_534;

/// Lets `NOBODY` own the library, where permissions could not be tested
/// otherwise.
fn give_away(world: &World) {
    if is_root() {
        let given = Command::new("chown")
            .args(["-R", "65534"])
            .arg(world.root())
            .status();
        assert!(given.is_ok_and(|status| status.success()), "chown");
    }
}

#[test]
fn a_file_that_is_no_pointer_is_kept_when_the_index_is_built_again() {
    for text in ["my own notes\n", "[]", "{\"a\":1}"] {
        let world = World::with(&[("seeds/a.txt", "A hotline.\n")]);
        world.run(&["index", "-q"]);
        world.write("index/cybersearch.json", text.as_bytes());
        let output = world.run(&["index", "--rebuild"]);
        assert_eq!(output.status.code(), Some(0));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("kept as cybersearch.json.kept-"), "{said}");
        let entries = fs::read_dir(world.path("index")).unwrap();
        let kept = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_string_lossy().contains(".kept-"))
            .map(|path| fs::read_to_string(path).unwrap())
            .collect::<Vec<_>>();
        assert_eq!(kept, [text]);
        assert_eq!(world.ids(&["hotline"]), ["seeds/a.txt"]);
    }
}

#[test]
fn a_folder_of_the_user_named_like_a_generation_stays() {
    for file in [
        "index/g1/thesis.txt",
        "index/lock",
        "index/cybersearch.jsonl",
        "index/notes.txt",
    ] {
        let world = library();
        world.write(file, b"precious");
        let output = world.run(&["hotline"]);
        assert_eq!(status(&output), 2, "{file}");
        assert!(
            errors(&output).contains("the folder contains other files"),
            "{}",
            errors(&output)
        );
        for arguments in [&["index"][..], &["index", "--rebuild"]] {
            assert_eq!(status(&world.run(arguments)), 2, "{file}");
        }
        assert_eq!(fs::read(world.path(file)).unwrap(), b"precious");
        let names = fs::read_dir(world.path("index")).unwrap().count();
        assert_eq!(names, 1, "something was left beside {file}");
    }
}

#[test]
fn foreign_files_in_an_index_of_ours_stay_and_stop_nothing() {
    let world = library();
    world.stdout(&["index", "-q"]);
    let files = [
        "index/g1/thesis.txt",
        "index/g7/meta.json",
        "index/notes.txt",
        "index/lock",
        "index/g18446744073709551615/x",
    ];
    for file in files {
        world.write(file, b"precious");
    }
    world.write("seeds/c.txt", b"A new hotline.\n");
    world.stdout(&["index", "-q"]);
    world.stdout(&["index", "-q", "--rebuild"]);
    world.stdout(&["index", "-q", "--rebuild"]);
    assert_eq!(hits(&world, "hotline").len(), 3);
    for file in files {
        assert_eq!(fs::read(world.path(file)).unwrap(), b"precious", "{file}");
    }
}

#[test]
fn a_file_that_is_no_pointer_is_not_replaced() {
    let world = library();
    world.write("index/cybersearch.json", b"{\"settings\":1}");
    for arguments in [&["hotline"][..], &["index"], &["index", "--rebuild"]] {
        let output = world.run(arguments);
        assert_eq!(status(&output), 2);
        assert!(
            !errors(&output).contains("--rebuild"),
            "{}",
            errors(&output)
        );
    }
    let text = fs::read(world.path("index/cybersearch.json")).unwrap();
    assert_eq!(text, b"{\"settings\":1}");
}

#[test]
fn no_link_is_followed_on_the_way_to_writing() {
    let diary = "a diary of many lines, longer than what a lock says of itself";
    let names = [
        ".cybersearch.lock",
        "lock",
        "cybersearch.json.new",
        "cybersearch.json",
    ];
    for name in names {
        let world = library();
        world.stdout(&["index", "-q"]);
        world.write("diary", diary.as_bytes());
        let link = world.path("index").join(name);
        let _ = fs::remove_file(&link);
        symlink(world.path("diary"), &link).unwrap();
        world.write("seeds/c.txt", b"More hotline.\n");
        world.run(&["hotline"]);
        world.run(&["index"]);
        world.run(&["index", "--rebuild"]);
        assert_eq!(
            fs::read_to_string(world.path("diary")).unwrap(),
            diary,
            "{name}"
        );
    }
    // A generation.
    let world = library();
    world.stdout(&["index", "-q"]);
    fs::rename(world.path("index/g1"), world.path("elsewhere")).unwrap();
    symlink(world.path("elsewhere"), world.path("index/g1")).unwrap();
    assert_eq!(status(&world.run(&["search", "hotline"])), 2);
    world.run(&["index", "--rebuild"]);
    assert!(world.path("elsewhere/meta.json").exists());
    // The index folder itself may be a link to another disk.
    let world = library();
    fs::create_dir(world.path("disk")).unwrap();
    symlink(world.path("disk"), world.path("index")).unwrap();
    world.stdout(&["index", "-q"]);
    assert_eq!(hits(&world, "hotline").len(), 2);
    // But not to a folder of other files.
    let world = library();
    symlink("seeds", world.path("index")).unwrap();
    assert_eq!(status(&world.run(&["hotline"])), 2);
    assert_eq!(fs::read_dir(world.path("seeds")).unwrap().count(), 2);
}

#[test]
fn without_follow_no_link_below_a_source_is_read() {
    let world = library();
    world.write("secret.json", b"{\"title\":\"T\",\"token\":\"hunter2\"}");
    world.write("secret.txt", b"SECRETWORD = hidden\n");
    world.write("private/x.txt", b"The hotline SECRETWORD.\n");
    symlink(
        world.path("secret.json"),
        world.path("seeds/a.txt.meta.json"),
    )
    .unwrap();
    symlink(world.path("secret.txt"), world.path("corrections.txt")).unwrap();
    symlink(world.path("private"), world.path("seeds/deep")).unwrap();
    symlink(world.path("private/x.txt"), world.path("seeds/x.txt")).unwrap();
    fs::write(world.path("rules"), "b.txt\n").unwrap();
    symlink(world.path("rules"), world.path("seeds/.ignore")).unwrap();
    world.run(&["index", "-q"]);
    fs::remove_file(world.path("corrections.txt")).unwrap();
    // A link is left out by rule, and that is said.
    let output = world.run(&["index"]);
    assert_eq!(status(&output), 0);
    assert!(
        errors(&output).contains("seeds/.ignore: not used: a symbolic link"),
        "{}",
        errors(&output)
    );
    let shown = world.stdout(&["show", "seeds/a.txt", "--format", "json"]);
    assert!(!shown.contains("hunter2"));
    assert!(hits(&world, "SECRETWORD").is_empty());
    // The patterns behind the link left nothing out.
    assert_eq!(hits(&world, "hotline").len(), 2);
    // A source that the user names may be a link.
    symlink(world.path("private"), world.path("named")).unwrap();
    let output = world.run(&["index", "named"]);
    assert!(hits(&world, "SECRETWORD").len() == 1, "{}", errors(&output));
}

#[test]
fn what_is_no_regular_file_never_hangs() {
    let places = [
        "seeds/a.txt.meta.json",
        "corrections.txt",
        "seeds/.ignore",
        "seeds/c.txt",
        ".ignore",
        "index/.cybersearch.lock",
        "index/cybersearch.json",
        "index/g1/meta.json",
    ];
    for place in places {
        let world = library();
        world.stdout(&["index", "-q"]);
        let path = world.path(place);
        let _ = fs::remove_file(&path);
        fifo(&path);
        for arguments in [
            &["hotline"][..],
            &["index"],
            &["status"],
            &["index", "--rebuild"],
        ] {
            let output = Command::new("timeout")
                .args(["-s", "KILL", "20"])
                .arg(env!("CARGO_BIN_EXE_cybersearch"))
                .args(arguments)
                .current_dir(world.root())
                .output()
                .expect("timeout runs");
            assert!(
                output.status.code().is_some_and(|code| code < 3),
                "{place}: {arguments:?}"
            );
        }
    }
}

#[test]
fn a_file_swapped_for_another_is_read_and_one_for_a_link_is_not() {
    // The same way in: what stands where the walk saw a file.
    let world = library();
    world.write("secret", b"The hotline DECOYSECRET.\n");
    world.stdout(&["index", "-q"]);
    fs::remove_file(world.path("seeds/a.txt")).unwrap();
    symlink(world.path("secret"), world.path("seeds/a.txt")).unwrap();
    // Its state is looked at by the same rules.
    let json = world.json(&["--refresh", "never", "Moscow"]);
    assert_eq!(json["hits"][0]["state"], "changed");
    world.stdout(&["index", "-q"]);
    assert!(hits(&world, "DECOYSECRET").is_empty());
    assert_eq!(hits(&world, "hotline").len(), 1);
}

#[test]
fn an_index_is_closed_to_whom_its_sources_are() {
    let world = library();
    set_mode(world.root(), 0o755);
    set_mode(&world.path("seeds"), 0o755);
    world.stdout(&["index", "-q"]);
    assert_eq!(mode(&world.path("index")) & 0o077, 0o055);
    // One private file closes it, and that is told once.
    set_mode(&world.path("seeds/a.txt"), 0o600);
    let output = world.run(&["index"]);
    assert!(
        errors(&output).contains("--public-index"),
        "{}",
        errors(&output)
    );
    assert_eq!(mode(&world.path("index")), 0o700);
    assert_eq!(mode(&world.path("index/g1")), 0o700);
    for entry in fs::read_dir(world.path("index/g1")).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path) & 0o077, 0, "{}", path.display());
    }
    let output = world.run(&["index"]);
    assert!(
        !errors(&output).contains("--public-index"),
        "{}",
        errors(&output)
    );
    // The user may say otherwise, and that is remembered.
    world.stdout(&["index", "-q", "--public-index"]);
    assert_eq!(mode(&world.path("index")), 0o755);
    world.write("seeds/c.txt", b"New hotline.\n");
    world.stdout(&["index", "-q"]);
    assert_eq!(mode(&world.path("index")), 0o755);
    // A private folder closes it from the beginning.
    let world = library();
    set_mode(world.root(), 0o755);
    set_mode(&world.path("seeds"), 0o700);
    world.stdout(&["index", "-q"]);
    assert_eq!(mode(&world.path("index")), 0o700);
}

#[test]
fn a_group_keeps_its_library_whatever_the_umask() {
    let world = library();
    set_mode(world.root(), 0o2770);
    for name in ["seeds/a.txt", "seeds/b.txt"] {
        set_mode(&world.path(name), 0o660);
    }
    set_mode(&world.path("seeds"), 0o2770);
    world.write("seeds/own.txt", b"My own hotline PRIVATEWORD.\n");
    set_mode(&world.path("seeds/own.txt"), 0o600);
    let binary = env!("CARGO_BIN_EXE_cybersearch");
    let script = format!("umask 077; exec '{binary}' index");
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(world.root())
        .output();
    let output = output.expect("sh runs");
    assert_eq!(status(&output), 0, "{}", errors(&output));
    assert!(
        errors(&output).contains("not readable by the group"),
        "{}",
        errors(&output)
    );
    assert_eq!(mode(&world.path("index")), 0o2770);
    assert_eq!(mode(&world.path("index/.cybersearch.lock")), 0o660);
    assert_eq!(mode(&world.path("index/g1")) & 0o777, 0o770);
    assert_eq!(mode(&world.path("index/cybersearch.json")), 0o660);
    assert_eq!(hits(&world, "hotline").len(), 2);
    assert!(hits(&world, "PRIVATEWORD").is_empty());
}

#[test]
fn what_cannot_be_read_keeps_its_article() {
    let world = library();
    give_away(&world);
    let run = |arguments: &[&str]| run_as(&world, NOBODY, arguments);
    assert_eq!(status(&run(&["index", "-q"])), 0);
    let file = world.path("seeds/b.txt");
    world.write("seeds/b.txt", b"Paris talks.\n");
    set_mode(&file, 0);
    let output = run(&["index"]);
    assert_eq!(status(&output), 2);
    assert!(
        errors(&output).contains("seeds/b.txt"),
        "{}",
        errors(&output)
    );
    assert_eq!(hits(&world, "London").len(), 1);
    // A search that refreshes says so, too.
    let output = run(&["London"]);
    assert_eq!(status(&output), 0);
    assert!(
        errors(&output).contains("cannot read: seeds/b.txt"),
        "{}",
        errors(&output)
    );
    // Nor may it be lost by reading everything again.
    let output = run(&["index", "--rebuild"]);
    assert_eq!(status(&output), 2);
    assert_eq!(hits(&world, "London").len(), 1);
    set_mode(&file, 0o644);
    assert_eq!(status(&run(&["index", "-q"])), 0);
    assert_eq!(hits(&world, "Paris").len(), 1);
    assert!(hits(&world, "London").is_empty());
}

#[test]
fn a_source_that_cannot_be_read_is_as_one_that_is_not_there() {
    let world = library();
    give_away(&world);
    let run = |arguments: &[&str]| run_as(&world, NOBODY, arguments);
    assert_eq!(status(&run(&["index", "-q"])), 0);
    set_mode(&world.path("seeds"), 0);
    for arguments in [&["index"][..], &["index", "--rebuild"]] {
        let output = run(arguments);
        assert_eq!(status(&output), 2);
        assert!(errors(&output).contains("seeds"), "{}", errors(&output));
        assert_eq!(hits(&world, "hotline").len(), 2);
    }
    let json = String::from_utf8(
        run(&[
            "search",
            "-q",
            "--refresh",
            "never",
            "--format",
            "json",
            "London",
        ])
        .stdout,
    );
    let json: serde_json::Value = serde_json::from_str(&json.unwrap()).unwrap();
    assert_eq!(json["hits"][0]["state"], "unchecked");
    assert_eq!(json["hits"][0]["state_reason"], "permission denied");
    set_mode(&world.path("seeds"), 0o755);
}

#[test]
fn an_index_that_cannot_be_listed_stays_what_it_is() {
    let world = library();
    give_away(&world);
    let run = |arguments: &[&str]| run_as(&world, NOBODY, arguments);
    assert_eq!(status(&run(&["index", "-q"])), 0);
    set_mode(&world.path("index"), 0o333);
    let output = run(&["index", "--rebuild"]);
    assert_eq!(status(&output), 2);
    set_mode(&world.path("index"), 0o755);
    assert_eq!(hits(&world, "hotline").len(), 2);
    assert_eq!(status(&run(&["status", "--check"])), 0);
    // What the system refuses is told in its words.
    set_mode(&world.path("index/g1"), 0o555);
    world.write("seeds/c.txt", b"More.\n");
    let output = run(&["index"]);
    assert_eq!(status(&output), 2);
    let says = errors(&output);
    assert!(
        says.contains("permission denied") && !says.contains("Os {"),
        "{says}"
    );
    set_mode(&world.path("index/g1"), 0o755);
}

#[test]
fn other_content_of_the_same_size_and_time_is_found() {
    let world = library();
    let touch = |name: &str| {
        let touched = Command::new("touch")
            .args(["-d", "2020-01-01"])
            .arg(world.path(name))
            .status();
        assert!(touched.is_ok_and(|status| status.success()), "touch");
    };
    world.write("seeds/c.txt", b"alpha word\n");
    touch("seeds/c.txt");
    world.stdout(&["index", "-q"]);
    world.write("other", b"omega word\n");
    touch("other");
    fs::rename(world.path("other"), world.path("seeds/c.txt")).unwrap();
    world.stdout(&["index", "-q"]);
    assert_eq!(hits(&world, "omega").len(), 1);
    // Where the numbers of files do not stay the same, they do not count, and
    // the content can be asked for.
    world.stdout(&["index", "-q", "--ctime=no"]);
    world.write("other", b"delta word\n");
    touch("other");
    fs::rename(world.path("other"), world.path("seeds/c.txt")).unwrap();
    world.stdout(&["index", "-q"]);
    assert!(hits(&world, "delta").is_empty());
    world.stdout(&["index", "-q", "--checksum"]);
    assert_eq!(hits(&world, "delta").len(), 1);
}

#[test]
fn deleted_text_is_purged() {
    let world = library();
    world.write("seeds/secret.txt", b"The hotline PURGEDWORD.\n");
    world.stdout(&["index", "-q"]);
    // A segment with deletions has a file that says which.
    let holds = || {
        let folder = fs::read_dir(world.path("index/g1")).unwrap();
        let mut paths = folder.map(|entry| entry.unwrap().path());
        paths.any(|path| path.extension().is_some_and(|ending| ending == "del"))
    };
    world.remove("seeds/secret.txt");
    world.stdout(&["index", "-q"]);
    assert!(holds(), "nothing to purge: the test is idle");
    let told = world.stdout(&["index", "--purge"]);
    assert!(told.contains("1 segment rewritten"), "{told}");
    assert!(!holds());
    assert_eq!(hits(&world, "hotline").len(), 2);
    world.stdout(&["status", "--check"]);
}

#[test]
fn a_dictionary_that_may_hold_deleted_text_is_made_anew() {
    let world = library();
    let text = |number: usize| {
        let (one, other) = (number * 7919 % 1009, number * 104_729 % 997);
        format!(
            "Ministers of {one} countries met on steel quotas, officials said in week {other}. "
        )
        .repeat(20)
    };
    for number in 0..30 {
        let secret = if number == 7 {
            "PURGEDWORD PURGEDWORD. "
        } else {
            ""
        };
        let text = format!("{secret}{}", text(number));
        world.write(&format!("seeds/{number}.txt"), text.as_bytes());
    }
    world.stdout(&["index", "-q"]);
    let dictionary = |generation: &str| {
        fs::read(world.path(&format!("index/{generation}/articles.dictionary"))).ok()
    };
    let first = dictionary("g1").expect("so much text has a dictionary");
    // Nothing has gone: the dictionary stays, whatever is added.
    world.write("seeds/new.txt", b"The hotline again.\n");
    world.stdout(&["index", "-q", "--purge"]);
    assert_eq!(dictionary("g1").as_ref(), Some(&first));
    world.remove("seeds/7.txt");
    world.stdout(&["index", "-q"]);
    assert_eq!(dictionary("g1").as_ref(), Some(&first));
    let told = world.stdout(&["index", "--purge"]);
    // How many segments had something deleted is another matter.
    assert!(told.contains(" rewritten"), "{told}");
    assert_eq!(dictionary("g1"), None);
    let second = dictionary("g2").expect("a rebuild trains anew");
    assert_ne!(first, second);
    assert!(!second.windows(6).any(|bytes| bytes == b"PURGED"));
    world.stdout(&["status", "--check"]);
    assert_eq!(hits(&world, "hotline").len(), 3);
    world.stdout(&["index", "-q", "--purge"]);
    assert_eq!(dictionary("g2"), Some(second));
}

#[test]
fn an_index_of_a_later_version_is_not_replaced() {
    let world = library();
    world.stdout(&["index", "-q"]);
    let path = world.path("index/cybersearch.json");
    let later = "{\"format\":99000,\"program\":\"9.0.0\",\"engine\":\"x\",\"generation\":1}\n";
    fs::write(&path, later).unwrap();
    for arguments in [
        &["hotline"][..],
        &["index"],
        &["index", "--forget", "seeds"],
    ] {
        assert_eq!(status(&world.run(arguments)), 2, "{arguments:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), later);
    }
    world.stdout(&["index", "-q", "--rebuild"]);
    assert_eq!(hits(&world, "hotline").len(), 2);
}

#[test]
fn a_copied_index_reaches_nowhere_until_it_is_trusted() {
    let world = library();
    world.write("elsewhere/x.txt", b"The hotline elsewhere.\n");
    symlink(world.path("elsewhere/x.txt"), world.path("seeds/x.txt")).unwrap();
    world.stdout(&["index", "-q", "--follow"]);
    assert_eq!(hits(&world, "elsewhere").len(), 1);
    // Cloned, copied or unpacked: the index is read, its links are not.
    let mut copy = Command::new("cp");
    copy.arg("-a")
        .args(["index", "seeds"])
        .arg(world.path("elsewhere"));
    let copied = copy.current_dir(world.root()).status();
    assert!(copied.is_ok_and(|status| status.success()), "cp");
    world.write("elsewhere/x.txt", b"The hotline changed.\n");
    let in_copy = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        command
            .current_dir(world.path("elsewhere"))
            .output()
            .expect("it starts")
    };
    let output = in_copy(&["search", "--format", "paths", "hotline"]);
    assert!(
        errors(&output).contains("not trusted"),
        "{}",
        errors(&output)
    );
    let output = in_copy(&["status"]);
    let says = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(says.contains("unknown for seeds/x.txt"), "{says}");
    let output = in_copy(&["index"]);
    assert!(
        errors(&output).contains("seeds/x.txt"),
        "{}",
        errors(&output)
    );
    let output = in_copy(&[
        "search",
        "-q",
        "--refresh",
        "never",
        "--format",
        "json",
        "elsewhere",
    ]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["hits"][0]["state"], "unchecked");
    assert_eq!(status(&in_copy(&["index", "--rebuild", "--no-wait"])), 0);
    let output = in_copy(&["search", "-q", "--format", "paths", "changed"]);
    assert_eq!(status(&output), 0, "{}", errors(&output));
}

#[test]
fn a_library_of_another_user_is_not_written_by_a_search() {
    if !is_root() {
        eprintln!("skipped: needs another user, which only the superuser can be");
        return;
    }
    let world = library();
    set_mode(world.root(), 0o777);
    set_mode(&world.path("seeds"), 0o777);
    world.write("secret", b"SECRETWORD hotline\n");
    let chown = |user: &str, name: &str| {
        let given = Command::new("chown")
            .arg(user)
            .arg(world.path(name))
            .status();
        assert!(given.is_ok_and(|status| status.success()), "chown");
    };
    chown("65534", "secret");
    set_mode(&world.path("secret"), 0o600);
    symlink(world.path("secret"), world.path("seeds/s.txt")).unwrap();
    // The attacker's index is open to all, and follows links.
    let built = run_as(
        &world,
        65_533,
        &["index", "-q", "--follow", "--public-index", "seeds"],
    );
    assert_eq!(status(&built), 0, "{}", errors(&built));
    let before = fs::read(world.path("index/cybersearch.json")).unwrap();
    let output = run_as(&world, NOBODY, &["hotline"]);
    assert_eq!(status(&output), 0, "{}", errors(&output));
    assert!(
        errors(&output).contains("belongs to"),
        "{}",
        errors(&output)
    );
    assert_eq!(
        fs::read(world.path("index/cybersearch.json")).unwrap(),
        before
    );
    assert!(hits(&world, "SECRETWORD").is_empty());
    // A folder without an index is searched in memory, and left as it is.
    fs::remove_dir_all(world.path("index")).unwrap();
    let output = run_as(&world, NOBODY, &["hotline"]);
    assert_eq!(status(&output), 0, "{}", errors(&output));
    assert!(!world.path("index").exists());
}
