//! Names and texts that are made to do harm, and files that are no articles.

mod common;

use std::fs::{self, File};

use common::World;
use serde_json::{Value, json};

/// Whether a character could act on a terminal.
fn acts(c: char) -> bool {
    c.is_control()
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c)
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}')
}

/// Neither stdout nor stderr holds anything that acts, but for line ends.
#[track_caller]
fn harmless(world: &World, arguments: &[&str]) -> String {
    let output = world.run(arguments);
    let shown = String::from_utf8(output.stdout).expect("the output is UTF-8");
    let errors = String::from_utf8(output.stderr).expect("so are errors");
    for text in [&shown, &errors] {
        let found = text.find(|c| acts(c) && c != '\n');
        assert_eq!(found, None, "{arguments:?}: {text:?}");
    }
    shown
}

/// The answers to `hotlines` as JSON, a hit each.
fn hits(world: &World) -> Vec<Value> {
    let lines = world.stdout(&["search", "-q", "--format", "jsonl", "-n", "99", "hotlines"]);
    let lines = lines.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect()
}

/// What a title, an id, a person, a key may hold.
const NASTY: &str = "\u{1b}[31m \u{1b}]8;;http://x\u{7}link\u{1b}]8;;\u{7} \u{9b}31m \u{202e}x\u{2066} \u{2028}\r\n\u{8}";

/// A record full of it, with this id.
fn nasty_record(id: &str) -> String {
    json!({
        "id": id, "title": NASTY, "text": format!("The hotlines {NASTY} were new."), "date": NASTY,
        "author": NASTY, "url": NASTY, "people": [NASTY], "countries": [NASTY], NASTY: NASTY,
    })
    .to_string()
}

#[test]
fn nothing_in_a_record_acts_on_the_terminal() {
    let nasty_id = format!("a{NASTY}");
    let records = [
        nasty_record(&nasty_id),
        nasty_record("b"),
        format!("{{\"{NASTY}"),
    ];
    let world = World::with(&[
        ("seeds/a.jsonl", &records.join("\n")),
        ("queries", "\u{1b}]0;x\u{7}\thotlines\n\u{9b}1m\t\"\n"),
        ("corrections.txt", "x\u{1b}[31m: hide\n"),
    ]);
    // A correction that is wrong is told, and stops the writer.
    assert_eq!(harmless(&world, &["index"]), "");
    world.remove("corrections.txt");
    harmless(&world, &["index"]);
    harmless(&world, &["status"]);
    for format in ["text", "grep", "paths", "csv", "json", "jsonl"] {
        let options = ["--format", format, "--no-fold", "--explain"];
        let asked = [&["search", "hotlines"][..], &options].concat();
        harmless(&world, &asked);
        // Between a query's id and a path is a tab.
        if format != "paths" {
            harmless(&world, &["batch", "queries", "--format", format]);
        }
    }
    harmless(&world, &["batch", "queries", "--format", "trec"]);
    harmless(&world, &["status", "--format", "json"]);
    harmless(&world, &["show", "b", "--format", "json"]);
    harmless(&world, &["extract", "seeds/a.jsonl"]);
    for format in ["text", "csv", "json"] {
        harmless(
            &world,
            &["facets", "--by", "person,country", "--format", format],
        );
    }
    let shown = world.stdout(&["show", "b"]);
    assert!(
        !shown.contains(|c| acts(c) && !"\n\t".contains(c)),
        "{shown:?}"
    );
    // The query and the arguments come from a stranger, too.
    let arguments = [
        vec![NASTY],
        vec!["hotlines", "--person", NASTY],
        vec!["hotlines", "--country", NASTY],
        vec!["hotlines", "--date", NASTY],
        vec!["hotlines", "--format", NASTY],
        vec!["show", NASTY],
        vec!["index", NASTY],
        vec!["--index", NASTY, "hotlines"],
        vec!["extract", NASTY],
        vec!["batch", NASTY],
    ];
    for arguments in arguments {
        harmless(&world, &arguments);
    }
    let ids = world.ids(&["hotlines", "--no-fold"]);
    assert!(
        ids.contains(&nasty_id),
        "JSON gives the id as it is: {ids:?}"
    );
}

#[cfg(unix)]
mod names {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::process::Stdio;

    /// File names as a stranger's archive may have them.
    const NAMES: [&[u8]; 14] = [
        b"with space.txt",
        b"with\nnewline.txt",
        b"with'quote\".txt",
        b"a:7: b.txt",
        b"-dash.txt",
        b"$(id);`x`*?[a].txt",
        b"back\\slash.txt",
        b"tab\t.txt",
        b"not\xffutf8\xc3.txt",
        b"private\xf4\x8f\xbd\x81.txt",
        b"escape\x1b[31m\x1b]8;;http:x\x07l\x1b]8;;\x07.txt",
        b"c1\xc2\x9b31m.txt",
        b"bidi\xe2\x80\xae\xe2\x81\xa6.txt",
        b"zero\xe2\x80\x8bwidth.txt",
    ];

    fn world() -> World {
        let world = World::empty();
        fs::create_dir(world.path("seeds")).expect("a folder can be made");
        for (number, name) in NAMES.iter().enumerate() {
            let path = world.path("seeds").join(OsStr::from_bytes(name));
            let text = format!("Talk {number} about hotlines.");
            fs::write(path, text).expect("a file can be written");
            // A file that is left out under the same name.
            let empty = [b"empty ", *name].concat();
            let path = world.path("seeds").join(OsStr::from_bytes(&empty));
            fs::write(path, "").expect("a file can be written");
        }
        world
    }

    /// What `command` prints, given `input`.
    fn piped(world: &World, command: &str, input: &[u8]) -> Vec<u8> {
        let mut child = std::process::Command::new("sh")
            .args(["-c", command])
            .current_dir(world.root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("there is a shell");
        let mut stdin = child.stdin.take().expect("stdin is piped");
        std::io::Write::write_all(&mut stdin, input).expect("it reads");
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{command}");
        output.stdout
    }

    #[test]
    fn every_name_is_shown_safely_and_stays_one_line() {
        let world = world();
        harmless(&world, &["index"]);
        harmless(&world, &["status"]);
        let status = harmless(&world, &["status", "--format", "json"]);
        let status: Value = serde_json::from_str(&status).expect("it is JSON");
        assert_eq!(
            status["skipped"].as_array().map(Vec::len),
            Some(NAMES.len())
        );
        let grep = harmless(
            &world,
            &["search", "-n", "99", "--format", "grep", "hotlines"],
        );
        assert_eq!(grep.lines().count(), NAMES.len());
        let csv = harmless(
            &world,
            &["search", "-n", "99", "--format", "csv", "hotlines"],
        );
        assert_eq!(csv.lines().count(), NAMES.len() + 1);
        for format in ["text", "json", "jsonl"] {
            harmless(
                &world,
                &["search", "-n", "99", "--format", format, "hotlines"],
            );
        }
        world.write("queries", b"q\thotlines\n");
        let run = harmless(&world, &["batch", "queries", "--format", "trec"]);
        for line in run.lines() {
            assert_eq!(line.split_whitespace().count(), 6, "{line}");
        }
    }

    #[test]
    fn every_name_leads_back_to_its_file() {
        let world = world();
        let output = world.run(&[
            "search", "-q", "-n", "99", "--format", "paths", "-0", "hotlines",
        ]);
        let mut found: Vec<&[u8]> = output.stdout.split(|byte| *byte == 0).collect();
        assert_eq!(
            found.pop(),
            Some(&b""[..]),
            "each path ends with a zero byte"
        );
        found.sort_unstable();
        let mut expected = NAMES.map(|name| [b"seeds/", name].concat());
        expected.sort_unstable();
        assert_eq!(found, expected);
        let read = piped(&world, "xargs -0 cat --", &output.stdout);
        let read = String::from_utf8(read).expect("texts are UTF-8");
        assert_eq!(read.matches("about hotlines.").count(), NAMES.len());
        for hit in hits(&world) {
            let id = hit["id"].as_str().expect("an id is text");
            let shown = world.stdout(&["show", id, "--format", "json"]);
            let shown: Value = serde_json::from_str(&shown).expect("it is JSON");
            assert_eq!(shown["text"], hit["passage"]["text"], "{id:?}");
            assert_eq!(hit["state"], "fresh", "{id:?}");
            let is_exact = fs::exists(world.path(hit["path"].as_str().expect("a path")));
            let is_utf8 = !id.contains("utf8");
            assert_eq!(is_exact.is_ok_and(|is_there| is_there), is_utf8, "{id:?}");
        }
        for name in NAMES {
            let path = [b"seeds/", name].concat();
            let mut show = world.command(&["show", "--"]);
            let shown = show
                .arg(OsStr::from_bytes(&path))
                .output()
                .expect("it starts");
            assert_eq!(shown.status.code(), Some(0), "{}", path.escape_ascii());
        }
    }

    #[test]
    fn a_library_may_lie_in_a_folder_of_any_name() {
        let world = World::empty();
        let root = world.root().join(OsStr::from_bytes(b"n\xff \x1b[31m\n"));
        fs::create_dir_all(root.join("seeds")).expect("folders can be made");
        fs::write(root.join("seeds/a.txt"), "About hotlines.").expect("a file can be written");
        for arguments in [
            &["index"][..],
            &["status"],
            &["status", "--format", "json"],
            &["hotlines"],
        ] {
            let mut command = world.command(arguments);
            let output = command.current_dir(&root).output().expect("it starts");
            assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
            let shown = String::from_utf8(output.stdout).expect("the output is UTF-8");
            assert!(!shown.contains(|c| acts(c) && c != '\n'), "{shown:?}");
        }
    }
}

#[test]
fn files_without_text_are_told() {
    let world = World::empty();
    let files: [(&str, &[u8], &str); 8] = [
        ("seeds/0.txt", b"", "empty"),
        ("seeds/bom.txt", b"\xef\xbb\xbf", "empty"),
        ("seeds/bom16.txt", b"\xff\xfe", "empty"),
        ("seeds/line.md", b"\n", "empty"),
        ("seeds/none.jsonl", b"", "empty"),
        ("seeds/nul.md", b"\0\0\0\0\0", "binary, not text"),
        ("seeds/nul.txt", b"\0", "binary, not text"),
        ("seeds/zeros.jsonl", &[0; 9000], "binary, not text"),
    ];
    for (name, bytes, _) in files {
        world.write(name, bytes);
    }
    world.write("seeds/one.txt", b"x");
    world.write("seeds/one8bit.txt", b"\xe9");
    let status = world.run(&["index", "-q"]);
    assert_eq!(status.status.code(), Some(0));
    let status = world.stdout(&["status", "--format", "json"]);
    let status: Value = serde_json::from_str(&status).expect("it is JSON");
    let skipped = status["skipped"].as_array().expect("a list").iter();
    let skipped: Vec<(&str, &str)> = skipped
        .map(|skip| {
            (
                skip["path"].as_str().unwrap(),
                skip["reason"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(skipped, files.map(|(name, _, reason)| (name, reason)));
    assert_eq!(world.ids(&["x"]), ["seeds/one.txt"]);
    assert_eq!(world.ids(&["é"]), ["seeds/one8bit.txt"]);
}

#[test]
fn a_file_above_the_limit_is_told_and_not_read() {
    let world = World::with(&[("seeds/a.txt", "About hotlines.")]);
    let sparse = |name: &str, bytes: u64| {
        let file = File::create(world.path(name)).expect("a file can be made");
        file.set_len(bytes).expect("it may have holes");
    };
    sparse("seeds/large.txt", 4 << 30);
    sparse("seeds/large.jsonl", 4 << 30);
    sparse("seeds/zeros.txt", 100 << 20);
    let told = |arguments: &[&str]| {
        let output = world.run(arguments);
        let errors = String::from_utf8(output.stderr).expect("errors are UTF-8");
        (output.status.code(), errors)
    };
    let limit = "larger than the limit of 67108864 bytes (raise it with --max-size)";
    let (code, errors) = told(&["index"]);
    assert_eq!(code, Some(0));
    let expected = [
        "skipped: seeds/large.jsonl:1: binary, not text".to_owned(),
        format!("skipped: seeds/large.txt: {limit}"),
        format!("skipped: seeds/zeros.txt: {limit}"),
    ];
    let lines: Vec<&str> = errors
        .lines()
        .map(|line| line.trim_start_matches("cybersearch: "))
        .collect();
    assert_eq!(lines, expected);
    let (code, errors) = told(&["index", "--max-size", "1G"]);
    assert_eq!(code, Some(0));
    assert!(
        errors.contains("large.txt: larger than the limit of 1073741824 bytes"),
        "{errors}"
    );
    assert!(errors.contains("zeros.txt: binary, not text"), "{errors}");
    let (code, errors) = told(&["index", "--max-size", "5G"]);
    assert_eq!((code, errors.lines().count()), (Some(2), 1), "{errors}");
    assert!(errors.contains("at most 1G"), "{errors}");
    assert_eq!(world.ids(&["hotlines"]), ["seeds/a.txt"]);
}

/// Runs the program with so many KiB of address space and no more; says
/// whether it did what it was asked for.
#[cfg(target_os = "linux")]
fn fits(world: &World, kibibytes: u64, arguments: &[&str]) -> bool {
    let program = world.command(arguments);
    let status = std::process::Command::new("sh")
        .arg("-c")
        .arg(format!("ulimit -v {kibibytes} && exec \"$0\" \"$@\""))
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(world.root())
        .env_clear()
        // What the allocator sets aside for each thread is no memory.
        .env("MALLOC_ARENA_MAX", "1")
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

#[cfg(target_os = "linux")]
#[test]
fn memory_has_a_bound_whatever_a_text_says() {
    // The program with a library of nothing takes less than this: its code alone,
    // unoptimised and with all formats, 36 MB.
    const BESIDE: u64 = 80 << 10;
    const BYTES: usize = 4_000_000;
    let units = [
        ".", "\"", "May 3 ", "a\n\n", "\n", "#\n", "U.S. ", "US ", "Ann Doe ", "北京", "in 1990 ",
    ];
    for unit in units {
        let text = format!("hotlines {}", unit.repeat(BYTES / unit.len()));
        let world = World::with(&[("seeds/a.txt", &text)]);
        let limit = BESIDE + 12 * BYTES as u64 / 1024;
        assert!(
            fits(&world, limit, &["index", "--threads", "1"]),
            "{unit:?}"
        );
        assert_eq!(world.ids(&["hotlines"]), ["seeds/a.txt"], "{unit:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_search_of_a_huge_article_takes_little_memory() {
    let sentence = "The hotline between Moscow and Washington was used again. ";
    let text = sentence.repeat(16_000_000 / sentence.len());
    let world = World::with(&[("seeds/a.txt", &text)]);
    assert!(world.run(&["index"]).status.success());
    // The text twice, and what the program takes.
    for arguments in [
        &["hotline", "--refresh", "never"][..],
        &["hotline Moscow", "--refresh", "never"],
        &["\"hotline between\"", "--refresh", "never"],
        &["show", "seeds/a.txt"],
        &["show", "seeds/a.txt", "--format", "json"],
    ] {
        assert!(fits(&world, 120 << 10, arguments), "{arguments:?}");
    }
}

#[test]
fn what_needs_more_memory_is_skipped_and_read_once_there_is_more() {
    let text = "hotlines ".repeat(600_000);
    let record = format!("{{\"text\":\"{text}\"}}\n{{\"text\":\"short hotlines\"}}\n");
    let world = World::with(&[("seeds/a.txt", &text), ("seeds/b.jsonl", &record)]);
    let told = |arguments: &[&str]| {
        let output = world.run(arguments);
        assert!(output.status.success());
        String::from_utf8(output.stderr).expect("errors are UTF-8")
    };
    let errors = told(&["index", "--memory", "64M"]);
    let reason = |needed: &str| {
        format!("needs about {needed} of memory, above the limit of 64 MB (raise it with --memory)")
    };
    assert!(
        errors.contains(&format!("a.txt: {}", reason("94 MB"))),
        "{errors}"
    );
    assert!(
        errors.contains(&format!("b.jsonl:1: {}", reason("115 MB"))),
        "{errors}"
    );
    assert_eq!(
        world.ids(&["hotlines", "--refresh", "never"]),
        ["seeds/b.jsonl:2"]
    );
    assert_eq!(told(&["index", "--memory", "1G"]), "");
    let mut ids = world.ids(&["hotlines", "--refresh", "never"]);
    ids.sort_unstable();
    assert_eq!(ids, ["seeds/a.txt", "seeds/b.jsonl:1", "seeds/b.jsonl:2"]);
    // A record is counted among the others, and little memory is enough.
    let errors = told(&["index", "--rebuild", "--memory", "256M", "--threads", "4"]);
    assert_eq!(errors, "");
}

#[test]
fn zeros_after_a_line_end_a_file_of_records() {
    let world = World::with(&[("seeds/a.jsonl", "{\"text\":\"hotlines\"}\n")]);
    let file = File::options()
        .append(true)
        .open(world.path("seeds/a.jsonl"));
    file.and_then(|file| file.set_len(100 << 30))
        .expect("it may have holes");
    let skipped = |arguments: &[&str]| {
        let errors = world.run(arguments).stderr;
        String::from_utf8(errors).expect("errors are UTF-8")
    };
    assert!(skipped(&["index"]).contains("a.jsonl:2: binary, not text"));
    assert_eq!(world.ids(&["hotlines"]), ["seeds/a.jsonl:1"]);
}

#[test]
fn texts_without_measure_are_read() {
    let nested = |deep: usize| format!("{}{}", "[".repeat(deep), "]".repeat(deep));
    let keys = (0..20_000).map(|key| format!("\"k{key}\":{key},"));
    let keys = keys.collect::<Vec<_>>().concat();
    let records = [
        format!(
            "{{\"id\":\"deep\",\"text\":\"hotlines\",\"x\":{}}}",
            nested(100_000)
        ),
        format!("{{\"id\":\"keys\",{keys}\"text\":\"hotlines\"}}"),
        "{\"id\":\"last\",\"text\":\"hotlines\"}".to_owned(),
    ];
    let names = "Maria Smith ".repeat(5_000);
    let blank = format!("{}About hotlines.\n", "\n".repeat(100_000));
    let unbroken = format!("{} hotlines {}", "x".repeat(100_000), "Ab".repeat(50_000));
    let capitals = "THE HOTLINES OF JOHN SMITH IN MOSCOW. ".repeat(3_000);
    let accents = format!("e{} hotlines", "\u{301}".repeat(50_000));
    let world = World::with(&[
        ("seeds/records.jsonl", &records.join("\n")),
        (
            "seeds/names.txt",
            &format!("He met {names} about hotlines."),
        ),
        ("seeds/blank.txt", &blank),
        ("seeds/unbroken.txt", &unbroken),
        ("seeds/capitals.txt", &capitals),
        ("seeds/accents.txt", &accents),
    ]);
    let output = world.run(&["index"]);
    let errors = String::from_utf8(output.stderr).expect("errors are UTF-8");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(
        errors.contains("seeds/records.jsonl:1: invalid record: recursion limit"),
        "{errors}"
    );
    let found = hits(&world);
    assert_eq!(found.len(), 7);
    for hit in found {
        let passage = hit["passage"]["text"].as_str().expect("a passage is text");
        assert!(passage.len() <= 2_000, "{}", hit["id"]);
        if hit["id"] == "seeds/blank.txt" {
            assert_eq!(hit["passage"]["line"], 100_001);
        }
    }
}
