//! Files to articles.
//!
//! Responsible for finding the files of a library (`walk`), for turning their
//! bytes into text (`decode`), and for the formats that hold articles: plain
//! text and Markdown, an article a file (`text`), and JSON lines, an article a
//! line (`jsonl`); with what is written beside a file (`sidecar`); for the articles of any input, without a library, `stream`.
//! A file of queries is read by `queries`.
//! A new format is a new [`Format`] with a module of its own.

mod decode;
mod jsonl;
mod keys;
pub mod path_key;
pub mod queries;
mod sidecar;
mod stat;
pub mod stream;
mod text;
mod walk;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use self::stat::Stat;
pub use self::walk::{Found, SourceFile, Walker, absolute};
use crate::article::Article;

/// How articles lie in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One article of plain text.
    Text,
    /// One article in Markdown, perhaps with front matter.
    Markdown,
    /// An article per line, each a JSON object.
    JsonLines,
}

impl Format {
    /// The format that a file name's ending tells, `None` for other files.
    pub fn of(path: &Path) -> Option<Format> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "txt" | "text" => Some(Format::Text),
            "md" | "markdown" => Some(Format::Markdown),
            "jsonl" | "ndjson" => Some(Format::JsonLines),
            _ => None,
        }
    }
}

/// Which files are read, and how, as the index remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// Files (and lines of JSON lines) above this many bytes are skipped.
    pub max_bytes: u64,
    /// Whether files and folders whose names begin with a dot are read.
    pub hidden: bool,
    /// Whether files that `.gitignore` and `.ignore` name are read.
    pub ignored: bool,
    /// Whether symbolic links to folders and files are followed.
    pub follow: bool,
    /// The year of dates that come without one.
    #[serde(default)]
    pub assume_year: Option<i16>,
}

/// The default of [`Selection::max_bytes`]: 64 MiB.
pub const DEFAULT_MAX_BYTES: u64 = 64 << 20;

/// The most that [`Selection::max_bytes`] may be: 1 GiB. An article is read as
/// a whole, and indexing it takes some ten times its length in memory.
pub const MOST_MAX_BYTES: u64 = 1 << 30;

impl Default for Selection {
    fn default() -> Self {
        Selection {
            max_bytes: DEFAULT_MAX_BYTES,
            hidden: false,
            ignored: false,
            follow: false,
            assume_year: None,
        }
    }
}

/// Why a file, or a record of one, is not in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkipReason {
    /// Nothing but white space.
    Empty,
    /// Not text.
    Binary,
    /// A folder where a file is wanted.
    Folder,
    /// Larger than the limit, in bytes.
    TooLarge(u64),
    /// The system would not let it be read.
    Unreadable(String),
    /// The record is no JSON object with a text or a title.
    BadRecord(String),
    /// Another record of the file, on this line, has the same id.
    DuplicateId(u64),
}

impl std::fmt::Display for SkipReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SkipReason::Empty => write!(f, "empty"),
            SkipReason::Binary => write!(f, "binary, not text"),
            SkipReason::Folder => write!(f, "a folder; name the files in it"),
            SkipReason::TooLarge(limit) => {
                write!(
                    f,
                    "larger than the limit of {limit} bytes (raise it with --max-size)"
                )
            }
            SkipReason::Unreadable(why) => write!(f, "cannot be read: {why}"),
            SkipReason::BadRecord(why) => write!(f, "not a record: {why}"),
            SkipReason::DuplicateId(line) => write!(f, "has the id of the record on line {line}"),
        }
    }
}

/// A file or record that was left out, as the index remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// The record's line, `None` for the file as a whole.
    pub line: Option<u64>,
    /// Why, in words.
    pub reason: String,
}

impl Skip {
    /// `path`, and the record's line where it is one.
    pub fn place(&self, path: &str) -> String {
        self.line
            .map_or(path.to_owned(), |line| format!("{path}:{line}"))
    }

    /// The whole file.
    pub fn file(reason: &SkipReason) -> Skip {
        Skip {
            line: None,
            reason: reason.to_string(),
        }
    }

    /// One record.
    pub fn record(line: u64, reason: &SkipReason) -> Skip {
        Skip {
            line: Some(line),
            reason: reason.to_string(),
        }
    }
}

/// What reading a file came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Hash (XXH3, 64 bits) of the content that was read, with its sidecar; of
    /// what is not worth reading, of its head.
    pub hash: u64,
    /// How many articles the file gave.
    pub articles: u64,
    /// What was left out.
    pub skipped: Vec<Skip>,
}

/// Reads the articles of `file` and hands each to `sink`, in order.
///
/// Nothing that a file holds is an error: what cannot be read is in
/// [`Outcome::skipped`] with its reason. An error is one of `sink`.
pub fn read<E>(
    file: &SourceFile,
    selection: &Selection,
    mut sink: impl FnMut(Article) -> Result<(), E>,
) -> Result<Outcome, E> {
    let opened = match File::open(&file.location) {
        Ok(opened) => opened,
        Err(error) => return Ok(unreadable(&error)),
    };
    if file.format == Format::JsonLines {
        return jsonl::read(&file.key, opened, selection.max_bytes, &mut sink);
    }
    if file.size > selection.max_bytes {
        return Ok(skipped(&SkipReason::TooLarge(selection.max_bytes)));
    }
    let bytes = match read_bytes(opened, file.size, selection.max_bytes) {
        Ok(bytes) => bytes,
        Err(error) => return Ok(unreadable(&error)),
    };
    // Most files have none, and asking the system for each is not free.
    let beside = file.has_sidecar.then(|| sidecar::read(&file.location));
    let beside = beside.flatten();
    let mut outcome = Outcome {
        hash: sidecar::with_hash(xxhash_rust::xxh3::xxh3_64(&bytes), beside.as_ref()),
        ..Outcome::default()
    };
    match text::article(&file.key, file.format, bytes) {
        Ok(mut article) => {
            outcome.articles = 1;
            let stated = beside.map(|beside| sidecar::apply(&mut article, beside));
            outcome.skipped.extend(stated.and_then(Result::err));
            sink(article)?;
        }
        Err(reason) => outcome.skipped.push(Skip::file(&reason)),
    }
    Ok(outcome)
}

/// The bytes of a text file of about `size` bytes, at most `limit` of them;
/// only the head where that says that it is no text.
fn read_bytes(mut opened: File, size: u64, limit: u64) -> io::Result<Vec<u8>> {
    // Of most files the head is not looked at: one more question to the system.
    let mut bytes = match size {
        ..=DEFAULT_MAX_BYTES => Vec::new(),
        _ => read_head(&mut opened)?,
    };
    if is_worth_reading(&bytes, size, None) {
        bytes.reserve(usize::try_from(size).unwrap_or(0).saturating_add(1));
        let rest = limit.saturating_sub(bytes.len() as u64);
        opened.take(rest).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// The first bytes of a file, which tell whether it is text.
fn read_head(opened: &mut File) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    opened.take(decode::SNIFFED as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether a file of `size` bytes with this head is read on. What is no text,
/// such as the image of a disk, may be larger than memory.
fn is_worth_reading(head: &[u8], size: u64, format: Option<Format>) -> bool {
    match format {
        Some(Format::JsonLines) => !jsonl::begins_as_binary(head),
        _ => size <= DEFAULT_MAX_BYTES || decode::is_text(head),
    }
}

/// The text of a file that is no source, in any common encoding; `None` where
/// there is no such file.
///
/// # Errors
/// Why it cannot be read.
pub fn read_text(location: &Path) -> Result<Option<String>, SkipReason> {
    match std::fs::read(location) {
        Ok(bytes) => match decode::decode(bytes) {
            Ok(decoded) => Ok(Some(decoded.text)),
            Err(SkipReason::Empty) => Ok(Some(String::new())),
            Err(reason) => Err(reason),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SkipReason::Unreadable(plain_cause(&error))),
    }
}

/// What the file system says of the file at `location`, as
/// [`SourceFile::stat`], and whether it has a sidecar.
pub fn stat_file(location: &Path) -> io::Result<(Stat, bool)> {
    let stat = Stat::read(location)?;
    Ok(sidecar::with_sidecar(stat, location))
}

/// The hash of a file's content, as [`Outcome::hash`].
pub fn hash_file(location: &Path) -> io::Result<u64> {
    let mut file = File::open(location)?;
    let mut buffer = read_head(&mut file)?;
    let mut hasher = xxhash_rust::xxh3::Xxh3::new();
    hasher.update(&buffer);
    if is_worth_reading(&buffer, file.metadata()?.len(), Format::of(location)) {
        buffer.resize(1 << 16, 0);
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                read => hasher.update(&buffer[..read]),
            }
        }
    }
    let beside = sidecar::read(location);
    Ok(sidecar::with_hash(hasher.digest(), beside.as_ref()))
}

fn skipped(reason: &SkipReason) -> Outcome {
    Outcome {
        skipped: vec![Skip::file(reason)],
        ..Outcome::default()
    }
}

fn unreadable(error: &io::Error) -> Outcome {
    skipped(&SkipReason::Unreadable(plain_cause(error)))
}

/// The system's word for an error, without Rust's "(os error 2)".
pub fn plain_cause(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

/// Whether a file of this name may change what an index holds: it may be an
/// article, or stand beside one.
pub(crate) fn may_be_read(path: &Path) -> bool {
    Format::of(path).is_some() || sidecar::is_one(path)
}

/// Whether a file of this name says which files and folders are left out.
pub(crate) fn is_ignore_file(path: &Path) -> bool {
    let name = path.file_name();
    name.is_some_and(|name| name == ".gitignore" || name == ".ignore")
}

/// The library's root and a key give the place of a source file.
pub fn locate(root: &Path, key: &str) -> PathBuf {
    root.join(path_key::decode(key))
}
