//! The documents tell the truth: links lead somewhere, commands run, transcripts
//! and the picture of the terminal show what the program prints.
//!
//! `WRITE_PICTURE=1 cargo test --test docs` draws the picture anew.

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use common::World;

/// All documents for people, by their path in the project.
fn documents() -> Vec<(PathBuf, String)> {
    let root = common::project();
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in ["", "docs", "bench", "fuzz"] {
        let Ok(entries) = fs::read_dir(root.join(folder)) else {
            continue;
        };
        let names = entries.map(|entry| entry.expect("a folder can be listed").path());
        paths.extend(names.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a document can be read");
            (path, text)
        })
        .collect()
}

/// The anchors of a document, as GitHub makes them of its headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|heading| {
            let heading = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = heading.chars().filter_map(|c| match c {
                ' ' => Some('-'),
                c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
                _ => None,
            });
            kept.collect()
        })
        .collect()
}

/// The targets of a document's links.
fn links(text: &str) -> Vec<&str> {
    let starts = text.match_indices("](").map(|(at, _)| at + 2);
    starts
        .filter_map(|at| Some(&text[at..at + text[at..].find(')')?]))
        .collect()
}

#[test]
fn links_lead_somewhere() {
    let mut dead = Vec::new();
    for (path, text) in documents() {
        for link in links(&text) {
            if link.contains("://") || link.contains(' ') {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                path.clone()
            } else {
                path.parent().unwrap_or(Path::new("")).join(file)
            };
            let has_anchor = || {
                let text = fs::read_to_string(&target).unwrap_or_default();
                anchor.is_empty() || anchors(&text).contains(anchor)
            };
            if !target.exists() || !has_anchor() {
                dead.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

/// A command line of a document, with what the document shows below it.
struct Shown {
    arguments: Vec<String>,
    /// What follows up to the next command, where it is a transcript.
    output: Option<String>,
    place: String,
}

/// Cuts a command line into arguments, as a shell does, up to a pipe or a
/// redirection.
fn arguments(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '|' | '>') => break,
            (None, ' ') => arguments.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    arguments.extend(word);
    arguments
}

/// The commands in the code blocks of all documents.
fn commands() -> Vec<Shown> {
    let mut commands = Vec::new();
    for (path, text) in documents() {
        let mut is_fenced = false;
        let mut lines = text.lines().zip(1..).peekable();
        while let Some((line, number)) = lines.next() {
            if line.starts_with("```") {
                is_fenced = !is_fenced;
                continue;
            }
            let code = if is_fenced {
                line
            } else {
                line.strip_prefix("    ").unwrap_or_default()
            };
            let is_transcript = code.starts_with("$ ");
            let code = code.strip_prefix("$ ").unwrap_or(code);
            let Some(command) = code.strip_prefix("cybersearch ") else {
                continue;
            };
            // What a table of commands says behind two spaces is no argument.
            let command = command.split("   ").next().unwrap_or_default();
            let mut output = String::new();
            while is_transcript
                && let Some((line, _)) =
                    lines.next_if(|(line, _)| !line.starts_with("```") && !line.starts_with("$ "))
            {
                let _ = writeln!(output, "{line}");
            }
            commands.push(Shown {
                arguments: arguments(command),
                output: is_transcript.then_some(output),
                place: format!("{}:{number}", path.display()),
            });
        }
    }
    commands
}

/// A library with what the commands of the documents ask for.
fn world() -> World {
    let world = World::seeds();
    for file in ["names.txt", "queries.tsv", "questions.tsv"] {
        world.write(file, b"1\thotline\n2\tSchmidt\n");
    }
    // {"text":"They met in Moscow."}, as `zstd` writes it.
    world.write(
        "archive.jsonl.zst",
        b"\x28\xb5\x2f\xfd\x04\x58\xf9\x00\x00\x7b\x22\x74\x65\x78\x74\x22\x3a\x22\x54\x68\x65\x79\x20\x6d\x65\x74\x20\x69\x6e\x20\x4d\x6f\x73\x63\x6f\x77\x2e\x22\x7d\x0a\x83\xa8\x32\x4e",
    );
    world.write(
        "news/1.txt",
        b"Talks in Moscow\n\nMay 3, 2013\n\nThey met.\n",
    );
    world
}

#[test]
fn commands_run() {
    let world = world();
    let commands = commands();
    assert!(commands.len() > 15, "{}", commands.len());
    for shown in &commands {
        let mut arguments: Vec<&str> = Vec::new();
        for argument in &shown.arguments {
            match argument.as_str() {
                "FILE" | "FILE|-" => arguments.push("queries.tsv"),
                "ARTICLE" => arguments.push("seeds/001_a8fd6759c55bd904.txt"),
                "news/*.txt" => arguments.push("news/1.txt"),
                optional if optional.starts_with('[') => {}
                given => arguments.push(given),
            }
        }
        // They go on until they are told to end.
        if matches!(arguments.first(), Some(&"watch" | &"serve")) {
            arguments.push("--help");
        }
        // A model is the user's own (`tests/meaning.rs` has one), and so is an
        // engine (`tests/push.rs`).
        let asks_engine = arguments.iter().any(|argument| argument.contains("://"));
        if arguments.contains(&"--meaning") || asks_engine && !cfg!(feature = "remote") {
            continue;
        }
        // They are read, and nobody is asked.
        if asks_engine {
            arguments.push("--help");
        }
        let output = world.run_with(&arguments, b"1\thotline\n");
        let status = output.status.code();
        assert!(
            matches!(status, Some(0 | 1)),
            "{}: {arguments:?}: {status:?}: {}",
            shown.place,
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn transcripts_show_what_is_printed() {
    let world = World::seeds();
    world.run(&["index", "-q"]);
    let mut count = 0;
    for shown in commands() {
        let Some(expected) = shown.output else {
            continue;
        };
        let mut arguments: Vec<&str> = shown.arguments.iter().map(String::as_str).collect();
        arguments.extend(["--format", "text"]);
        let output = world.run(&arguments);
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        let is_shown = [format!("{out}{err}"), format!("{err}{out}")].contains(&expected);
        assert!(
            is_shown,
            "{} shows\n{expected}\nthe program prints\n{err}{out}",
            shown.place
        );
        count += 1;
    }
    assert!(count >= 3, "{count}");
}

#[test]
fn the_ten_queries_are_queries() {
    let readme = fs::read_to_string(common::project().join("README.md")).expect("it can be read");
    let world = World::seeds();
    world.run(&["index", "-q"]);
    let section = readme.split("## Ten queries").nth(1).expect("it is there");
    let section = section.split("\n## ").next().unwrap_or_default();
    let queries = section.lines().filter_map(|line| {
        let cell = line.strip_prefix("| `")?;
        cell.split_once("` |").map(|(query, _)| query)
    });
    let mut count = 0;
    for query in queries {
        let output = world.run(&["search", "--format", "paths", query]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{query}: {said}"
        );
        assert!(!said.contains("taken as text"), "{query}: {said}");
        count += 1;
    }
    assert_eq!(count, 10);
}

/// The width of a character and the height of a line, in pixels.
const CELL: (usize, usize) = (8, 18);

/// The picture of a terminal of 80 columns that shows `output`, which has the
/// colours of ANSI.
fn picture(command: &str, output: &str) -> String {
    let mut lines = vec![format!("\u{1b}[2m$\u{1b}[0m {command}")];
    lines.extend(output.lines().map(str::to_owned));
    let (width, height) = (80 * CELL.0 + 32, lines.len() * CELL.1 + 28);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1e2127\"/>\n\
         <g font-family=\"DejaVu Sans Mono,Menlo,Consolas,monospace\" font-size=\"13.2\" \
         fill=\"#d7dae0\">\n",
        escaped(&format!("The output of {command}"))
    );
    for (number, line) in lines.iter().enumerate() {
        let y = 26 + number * CELL.1;
        let mut column = 0;
        for (text, look) in runs(line) {
            let x = 16 + column * CELL.0;
            let length = text.chars().count();
            let _ = writeln!(
                svg,
                "<text x=\"{x}\" y=\"{y}\" textLength=\"{}\"{look}>{}</text>",
                length * CELL.0,
                // Spaces at the ends of a piece would not be drawn.
                escaped(&text).replace(' ', "&#160;")
            );
            column += length;
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// The pieces of a line, each with its look.
fn runs(line: &str) -> Vec<(String, String)> {
    let mut runs = Vec::new();
    let mut codes: Vec<String> = Vec::new();
    for (number, piece) in line.split('\u{1b}').enumerate() {
        let mut text = piece;
        if number > 0
            && let Some((code, rest)) = piece.strip_prefix('[').and_then(|p| p.split_once('m'))
        {
            text = rest;
            match code {
                "0" => codes.clear(),
                code => codes.push(code.to_owned()),
            }
        }
        if !text.is_empty() {
            let look: String = codes.iter().map(|code| look(code)).collect();
            runs.push((text.to_owned(), look));
        }
    }
    runs
}

fn look(code: &str) -> &'static str {
    match code {
        "1" => " font-weight=\"bold\"",
        "2" => " opacity=\"0.6\"",
        "31" => " fill=\"#ff6c6b\"",
        "35" => " fill=\"#c678dd\"",
        _ => "",
    }
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

#[test]
fn the_picture_shows_what_is_printed() {
    let world = World::seeds();
    world.run(&["index", "-q"]);
    let query = "hotline Moscow";
    let output = world.run(&[query, "--format", "text", "--color", "always"]);
    let output = String::from_utf8(output.stdout).expect("it is text");
    let drawn = picture(&format!("cybersearch \"{query}\""), &output);
    let path = common::project().join("docs/terminal.svg");
    if std::env::var_os("WRITE_PICTURE").is_some() {
        fs::write(&path, &drawn).expect("it can be written");
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        known == drawn,
        "docs/terminal.svg is old: WRITE_PICTURE=1 cargo test --test docs"
    );
}
