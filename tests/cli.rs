//! Transcripts of the program: what a person or script sees.

mod common;

use std::io::Read;
use std::process::Stdio;

use common::World;
use insta::assert_snapshot;

/// A library that has been indexed, so that no transcript begins with that.
fn indexed() -> World {
    let world = World::seeds();
    world.stdout(&["index", "-q"]);
    world
}

#[test]
fn help() {
    let world = World::empty();
    assert_snapshot!(world.transcript(&[
        &["-h"],
        &["--help"],
        &["index", "-h"],
        &["show", "-h"],
        &["status", "-h"],
        &["search", "-h"],
        &["batch", "-h"],
        &["facets", "-h"],
        &["extract", "-h"],
        &["formats", "-h"]
    ]));
}

#[test]
fn the_first_search_builds_the_index_and_answers() {
    let world = World::seeds();
    assert_snapshot!(world.transcript(&[&["hotline Moscow"], &["hotline Moscow"]]));
}

#[test]
fn every_format() {
    let world = indexed();
    let search = |format| world.transcript(&[&["search", "hotline Moscow", "--format", format]]);
    for format in ["text", "grep", "json", "jsonl", "csv", "paths"] {
        assert_snapshot!(format!("format_{format}"), search(format));
    }
    assert_eq!(
        world.stdout(&["search", "hotline", "--format", "paths", "-0"]),
        "seeds/001_a8fd6759c55bd904.txt\0"
    );
}

#[test]
fn highlights_are_lit_up() {
    let world = indexed();
    assert_snapshot!(world.transcript(&[
        &["hotline Moscow", "--format", "text", "--color", "always"],
        &["\"nuclear risk reduction center\"", "--color", "always"],
        &["communicat* -country:CN", "--color", "always", "-n1"],
        &[
            "cyber talks",
            "-n1",
            "--format",
            "text",
            "--color",
            "always"
        ],
    ]));
}

#[test]
fn text_fits_the_terminal() {
    let world = indexed();
    for columns in ["60", "80", "120", "200"] {
        let output = world
            .command(&["cyber", "--format", "text"])
            .env("COLUMNS", columns)
            .output()
            .expect("the program starts");
        let text = String::from_utf8(output.stdout).expect("the output is UTF-8");
        let limit: usize = columns.parse().expect("a number");
        for line in text.lines() {
            assert!(
                unicode_width::UnicodeWidthStr::width(line) <= limit,
                "{columns}: {line}"
            );
        }
        if columns == "60" {
            assert_snapshot!("text_in_60_columns", text);
        }
    }
}

#[test]
fn filters_and_sorting() {
    let world = indexed();
    assert_snapshot!(world.transcript(&[
        &["--country", "China", "--format", "paths"],
        &["--person", "Xi Jinping", "--format", "paths"],
        &["--date", "2011", "--format", "paths"],
        &["date:unknown", "--format", "paths"],
        &["--after", "2013", "--format", "paths"],
        &["--before", "2012", "--format", "paths"],
        &["cyber", "--sort", "newest", "--format", "paths"],
        &[
            "cyber", "--sort", "oldest", "--limit", "2", "--offset", "1", "--format", "paths"
        ],
        &["Schmidt main:RU", "--format", "paths"],
    ]));
}

#[test]
fn several_passages_stay_with_their_article() {
    let world = indexed();
    assert_snapshot!(world.transcript(&[&["Schmidt", "--passages", "2", "--format", "text"]]));
}

#[test]
fn how_a_query_was_read() {
    let world = indexed();
    assert_snapshot!(world.transcript(&[
        &["hotline nonexistent", "--format", "paths"],
        &["\"hotline Moscow", "--format", "paths"],
        &["hotline OR tariffs", "--format", "paths"],
        &["country:Freedonia", "--format", "paths"],
        &["hotline", "-q", "--any", "nowhere", "--format", "paths"],
        &["--plain", "NOT hotline OR", "--format", "paths"],
        &["--format", "paths", "--", "-hotline", "Schmidt"],
    ]));
}

#[test]
fn no_hit_is_one() {
    let world = indexed();
    assert_snapshot!(world.transcript(&[
        &["hotlne moscwo"],
        &["hotlne", "--format", "json"],
        &["hotlne", "--format", "jsonl"],
        &["???"],
        &["show", "nothing"]
    ]));
}

#[test]
fn errors_are_one_line() {
    let world = indexed();
    assert_snapshot!(world.transcript(&[
        &[],
        &[""],
        &["hotline", "--frmat", "json"],
        &["hotline", "--format", "xml"],
        &["hotline", "-n", "many"],
        &["hotline", "--country", "Freedonia"],
        &["hotline", "--date", "yesterday"],
        &["hotline", "--after", "13"],
        &["hotline", "--person", "?"],
        &["hotline", "-0"],
        &["index", "gone"],
        &["index", "--forget", "gone"],
        &["index", "--max-size", "huge"],
        &["man", "gone"],
    ]));
    let long = "word ".repeat(2000);
    let output = world.run(&[&long]);
    assert_eq!(output.status.code(), Some(2));
    assert_snapshot!("a_query_too_long", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn without_a_library() {
    let world = World::empty();
    assert_snapshot!(world.transcript(&[
        &["hotline"],
        &["index"],
        &["status"],
        &["--index", "elsewhere", "hotline"]
    ]));
}

#[test]
fn without_an_index() {
    let world = World::seeds();
    assert_snapshot!(world.transcript(&[&["hotline", "--refresh", "never"], &["status"]]));
}

#[test]
fn show_and_status() {
    let world = indexed();
    assert_snapshot!(world.transcript(&[
        &["show", "seeds/001_a8fd6759c55bd904.txt"],
        &["show", "seeds/003_0565424b5300302d.txt", "--format", "json"],
        &["status"],
        &["--index", "index", "status", "--check"],
    ]));
}

#[test]
fn titles_and_passages_in_every_script() {
    let world = World::with(&[
        (
            "seeds/zh.txt",
            "中美网络安全会谈在北京举行并取得进展双方同意继续合作\n\n双方在北京举行了网络安全会谈。会谈取得了进展，双方同意建立热线并继续就网络安全问题进行合作与交流。",
        ),
        (
            "seeds/combining.txt",
            "Cafe\u{301} talks\n\nThe talks in the cafe\u{301} went on for a long time, and everybody who was there said that the cafe\u{301} had been a good choice.",
        ),
    ]);
    world.stdout(&["index", "-q"]);
    assert_snapshot!(world.transcript(&[
        &["北京", "--format", "text", "--color", "always"],
        &["café", "--format", "text", "--color", "always"]
    ]));
}

#[test]
fn completions_and_manual() {
    let world = World::empty();
    for shell in ["bash", "zsh", "fish"] {
        assert!(
            world
                .stdout(&["completions", shell])
                .contains("cybersearch")
        );
    }
    assert!(world.stdout(&["man"]).contains(".TH cybersearch"));
    assert!(world.stdout(&["man", "index"]).contains("rebuild"));
    assert!(world.stdout(&["--version"]).starts_with("cybersearch "));
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let world = indexed();
    let mut child = world
        .command(&["cyber", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let mut errors = String::new();
    child
        .stderr
        .take()
        .expect("stderr is piped")
        .read_to_string(&mut errors)
        .expect("stderr can be read");
    assert_eq!(
        child.wait().expect("the program ends").code(),
        Some(0),
        "{errors}"
    );
    assert_eq!(errors, "");
}

#[cfg(unix)]
#[test]
fn on_a_terminal_hits_are_grouped_and_coloured() {
    let world = indexed();
    let pty = nix::pty::openpty(None, None).expect("a terminal can be had");
    let mut child = world
        .command(&["hotline", "Moscow"])
        .env("TERM", "xterm")
        .stdout(Stdio::from(pty.slave))
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    assert_eq!(child.wait().expect("the program ends").code(), Some(0));
    let mut master = std::fs::File::from(pty.master);
    let mut shown = Vec::new();
    let mut buffer = [0; 4096];
    // The other end is closed: what is left comes first, then an error or the end.
    while let Ok(read @ 1..) = master.read(&mut buffer) {
        shown.extend_from_slice(&buffer[..read]);
        if shown.ends_with(b"have said.\r\n") {
            break;
        }
    }
    let shown = String::from_utf8(shown).expect("the output is UTF-8");
    assert!(
        shown.contains("\u{1b}[1m\u{1b}[31mMoscow\u{1b}[0m-Washington"),
        "{shown}"
    );
    assert!(shown.contains(" · "), "{shown}");
}

#[test]
fn a_page_beyond_the_last_says_so() {
    let world = indexed();
    let output = world.run(&["talks", "--offset", "100"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("articles match, and --offset skips 100"),
        "{said}"
    );
}

#[test]
fn a_device_is_no_source() {
    let world = indexed();
    let output = world.run(&["index", "/dev/null"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(world.run(&["index", "-q"]).status.code(), Some(0));
}

#[test]
fn the_readme_tells_the_truth() {
    let readme =
        std::fs::read_to_string(common::project().join("README.md")).expect("the README is there");
    let world = indexed();
    let shown = world.stdout(&["hotline Moscow", "--format", "text"]);
    assert!(
        readme.contains(&format!("$ cybersearch \"hotline Moscow\"\n{shown}```")),
        "{shown}"
    );
    let command = ["facets", "cyber", "--by", "main,year"];
    let shown = world.stdout(&[&command[..], &["--format", "text"]].concat());
    let asked = command.join(" ");
    assert!(
        readme.contains(&format!("$ cybersearch {asked}\n{shown}```")),
        "{shown}"
    );
    assert!(
        readme.contains("cargo run --release -- \"hotline Moscow\"")
            && readme.contains("\n    cargo test\n")
    );
}

#[test]
#[cfg(not(feature = "remote"))]
fn a_command_that_is_not_built_in_is_no_query() {
    let world = World::seeds();
    let output = world.run(&["push", "http://127.0.0.1:9/news"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "cybersearch: this program was built without remote indexes: http://127.0.0.1:9/news; \
         name a folder, or build it with `--features remote`\n"
    );
    assert!(!world.path("index").exists());
}
