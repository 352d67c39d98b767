//! What is larger than memory is read in constant memory: web archives and
//! tables that are made while they are read.
//!
//! A few hundred megabytes in `cargo test`, of which a piece would show; by hand
//! as much as one likes:
//!
//!     CYBERSEARCH_LARGE_MB=5000 cargo test --release --test large
//!
//! What the program took at most is asked of the system before the end of its
//! input, while it waits for more.

#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// How much of each is read in `cargo test`, in megabytes.
const SHORT: u64 = 200;

/// The most memory that the program may take, in megabytes: 20 are its own.
const MOST: u64 = 60;

fn megabytes() -> u64 {
    let asked = std::env::var("CYBERSEARCH_LARGE_MB").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(SHORT)
}

/// A program that reads `file`, and a thread that takes what it prints.
fn extract(file: &Path) -> (Child, std::thread::JoinHandle<(usize, String)>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cybersearch"))
        .arg("extract")
        .arg("--max-size=1M")
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut out = child.stdout.take().expect("it prints");
    let mut told = child.stderr.take().expect("it tells");
    let counted = std::thread::spawn(move || {
        let (mut lines, mut buffer) = (0, vec![0; 1 << 16]);
        loop {
            match out.read(&mut buffer).expect("it can be read") {
                0 => break,
                read => lines += memchr::memchr_iter(b'\n', &buffer[..read]).count(),
            }
        }
        let mut problems = String::new();
        told.read_to_string(&mut problems).expect("it is text");
        (lines, problems)
    });
    (child, counted)
}

/// The most memory that a process took so far, in megabytes.
fn peak(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    let status = status.expect("the process is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let digits = line.and_then(|line| line.trim().strip_suffix("kB"));
    let kilobytes: u64 = digits
        .and_then(|digits| digits.trim().parse().ok())
        .expect("a number of kilobytes");
    kilobytes / 1024
}

/// Gives `piece` to the program again and again, and looks at its memory.
fn feed(input: &mut impl Write, pieces: impl Iterator<Item = Vec<u8>>, child: &Child) -> u64 {
    let mut left = megabytes() << 20;
    for piece in pieces {
        input.write_all(&piece).expect("the program reads");
        left = left.saturating_sub(piece.len() as u64);
        if left == 0 {
            break;
        }
    }
    peak(child)
}

/// A record of a web archive.
fn record(number: usize, content_type: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.1\r\nWARC-Type: resource\r\nWARC-Target-URI: https://example.org/{number}\r\n\
         Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

#[test]
fn a_web_archive_is_read_in_constant_memory() {
    let (mut child, counted) = extract(Path::new("-"));
    let mut input = child.stdin.take().expect("it reads");
    // A page, a picture, a text above the limit.
    let page = "Talks began in the capital on Monday.\n\n".repeat(50);
    let picture = vec![7; 1 << 20];
    let long = "Too long. ".repeat(300_000);
    let pieces = (0_usize..).map(|number| match number % 40 {
        0..30 => record(number, "text/plain", page.as_bytes()),
        39 => record(number, "text/plain", long.as_bytes()),
        _ => record(number, "image/png", &picture),
    });
    let peak = feed(&mut input, pieces, &child);
    drop(input);
    child.wait().expect("it ends");
    let (lines, problems) = counted.join().expect("it was read");
    assert!(lines > 100, "{lines} {problems}");
    assert!(problems.contains("larger than the limit"), "{problems}");
    assert!(peak <= MOST, "{peak} MB");
}

#[test]
fn a_table_is_read_in_constant_memory() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("a.csv");
    let made = Command::new("mkfifo").arg(&path).status();
    if !made.is_ok_and(|made| made.success()) {
        // A system without the command.
        return;
    }
    let (mut child, counted) = extract(&path);
    let mut input = std::fs::File::options()
        .write(true)
        .open(&path)
        .expect("the program reads");
    // Of a text much would be found; a note is only kept.
    let text = "Talks went on in the capital, where \"\"both sides\"\" met.";
    let note = "seen \"\"twice\"\"; ".repeat(5000);
    let row = format!("Talks,2013-05-14,\"{text}\",\"{note}\"\n").into_bytes();
    let header = std::iter::once(b"title,date,text,note\n".to_vec());
    let pieces = header.chain(std::iter::repeat_n(row, usize::MAX));
    let peak = feed(&mut input, pieces, &child);
    drop(input);
    child.wait().expect("it ends");
    let (lines, problems) = counted.join().expect("it was read");
    assert!(lines > 100, "{lines} {problems}");
    assert_eq!(problems, "");
    assert!(peak <= MOST, "{peak} MB");
}
