//! How well PDF is read, by a folder of files made for the purpose, real ones and
//! damaged ones.
//!
//!     cargo run --release --example pdf -- FOLDER
//!
//! `made/` has a `gold.json` with the text of each file: printed is the F1 of
//! shingles of four words, of the articles and of what `pdftotext` prints. Of the
//! other folders the texts found, the skips by reason, and the slowest file.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use cybersearch::source::DEFAULT_MAX_BYTES;
use cybersearch::source::stream::{Cutter, InputShape};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let Some(folder) = std::env::args().nth(1) else {
        return Err("usage: pdf FOLDER".into());
    };
    let folder = Path::new(&folder);
    made(&folder.join("made"))?;
    for part in ["real", "damaged"] {
        others(&folder.join(part))?;
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "it is what the example is for")]
fn print(line: &str) {
    println!("{line}");
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "pdf") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The texts of a file's articles, and why there are none.
fn read(path: &Path) -> (Vec<String>, Vec<String>) {
    let cutter = Cutter {
        shape: InputShape::Auto,
        max_bytes: DEFAULT_MAX_BYTES,
    };
    let (mut texts, mut reasons) = (Vec::new(), Vec::new());
    cutter.file(path, &mut |piece| {
        piece.read(|read| match read {
            Ok(article) => texts.push(article.text),
            Err(skip) if skip.is_remark => reasons.push(format!("remark: {}", skip.reason)),
            Err(skip) => reasons.push(skip.reason),
        });
        true
    });
    (texts, reasons)
}

fn made(folder: &Path) -> Result<()> {
    let gold = fs::read_to_string(folder.join("gold.json"))?;
    let gold: BTreeMap<String, String> = serde_json::from_str(&gold)?;
    print("file       articles' F1   pdftotext's");
    for (name, expected) in &gold {
        let path = folder.join(format!("{name}.pdf"));
        let raw = Command::new("pdftotext")
            .args(["-enc", "UTF-8", "-q"])
            .arg(&path)
            .arg("-")
            .output()?;
        let raw = String::from_utf8_lossy(&raw.stdout).into_owned();
        let (texts, _) = read(&path);
        if let Some(folder) = std::env::var_os("PDF_TEXTS") {
            fs::write(Path::new(&folder).join(name), texts.join("\n\n"))?;
        }
        let found = f1(&texts.join("\n\n"), expected);
        print(&format!(
            "{name:<12} {found:>9.4} {:>13.4}",
            f1(&raw, expected)
        ));
    }
    Ok(())
}

fn others(folder: &Path) -> Result<()> {
    let (mut texts, mut slowest) = (0, (0.0, String::new()));
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let files = files(folder)?;
    for path in &files {
        let began = Instant::now();
        let (found, why) = read(path);
        let took = began.elapsed().as_secs_f64();
        if took > slowest.0 {
            slowest = (took, path.display().to_string());
        }
        texts += usize::from(!found.is_empty());
        for reason in why {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    let (count, (took, slow)) = (files.len(), slowest);
    print(&format!(
        "{}: {texts} of {count} with text",
        folder.display()
    ));
    print(&format!("  slowest: {took:.2} s, {slow}"));
    for (reason, count) in reasons {
        print(&format!("  {count:>3} {reason}"));
    }
    Ok(())
}

/// The shingles of four words of a text, with how often each stands there.
fn shingles(text: &str) -> HashMap<[&str; 4], usize> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let mut shingles = HashMap::new();
    for four in words.windows(4) {
        if let Ok(four) = four.try_into() {
            *shingles.entry(four).or_default() += 1;
        }
    }
    shingles
}

#[expect(clippy::cast_precision_loss, reason = "counts of words")]
fn f1(found: &str, expected: &str) -> f64 {
    let (found, expected) = (shingles(found), shingles(expected));
    let common: usize = found
        .iter()
        .map(|(four, count)| expected.get(four).map_or(0, |other| *count.min(other)))
        .sum();
    let all: usize = found.values().chain(expected.values()).sum();
    2.0 * common as f64 / all.max(1) as f64
}
