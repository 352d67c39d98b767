//! Files to articles.
//!
//! Responsible for finding the files of a library (`walk`), for turning their
//! bytes into text (`decode`), and for the formats that hold articles; `stream`
//! gives the articles of any input without a library. Imports `files`, `article`
//! and `parallel`. Must not know what an article says, nor that there is an index.
//! A new format is a new [`SourceFormat`] with a module of its own.

mod base;
mod decode;
mod jsonl;
mod keys;
pub mod memory;
pub mod path_key;
pub mod queries;
mod rules;
mod sidecar;
mod stat;
pub mod stream;
mod text;
mod walk;

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub(crate) use self::base::Base;
pub(crate) use self::keys::perhaps_date;
pub use self::memory::Memory;
use self::sidecar::Sidecar;
pub use self::stat::{FileSeen, Stat};
pub use self::walk::{SourceFile, WalkResult, Walker, absolute};
use crate::article::Article;
use crate::failure::plain_cause;
use crate::files::{self, Faulty, Folder, Meta, SMALL_FILE};

/// How articles lie in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceFormat {
    /// One article of plain text.
    Text,
    /// One article in Markdown, perhaps with front matter.
    Markdown,
    /// An article per line, each a JSON object.
    JsonLines,
}

impl SourceFormat {
    /// The format that a file name's ending tells, `None` for other files.
    pub fn of(path: &Path) -> Option<SourceFormat> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "txt" | "text" => Some(SourceFormat::Text),
            "md" | "markdown" => Some(SourceFormat::Markdown),
            "jsonl" | "ndjson" => Some(SourceFormat::JsonLines),
            _ => None,
        }
    }
}

/// Which files are read, and how, as the index remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub struct Selection {
    /// Files (and lines of JSON lines) above this many bytes are skipped.
    pub max_bytes: u64,
    /// Whether files and folders whose names begin with a dot are read.
    pub hidden: bool,
    /// Whether files that `.gitignore` and `.ignore` name are read.
    pub ignored: bool,
    /// Whether symbolic links to folders and files are followed.
    pub follow: bool,
    /// Whether the time of change and the number of a file tell that it is
    /// another one: not on file systems where they do not stay the same.
    #[serde(default = "yes")]
    pub ctime: bool,
    /// The year of dates that come without one.
    #[serde(default)]
    pub assume_year: Option<i16>,
}

fn yes() -> bool {
    true
}

/// The default of [`Selection::max_bytes`]: 64 MiB.
pub const DEFAULT_MAX_BYTES: u64 = 64 << 20;

/// The most that [`Selection::max_bytes`] may be: 1 GiB. An article is read as
/// a whole; see [`memory`] for what indexing it takes.
pub const MOST_MAX_BYTES: u64 = 1 << 30;

impl Default for Selection {
    fn default() -> Self {
        Selection {
            max_bytes: DEFAULT_MAX_BYTES,
            hidden: false,
            ignored: false,
            follow: false,
            ctime: true,
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
    /// More memory, in bytes, than there may be for it.
    NeedsMemory {
        /// What a build with it would take.
        needed: u64,
        /// What it may take.
        limit: u64,
    },
    /// The system would not let it be read.
    Unreadable(String),
    /// It is none: a link that is not followed, a pipe.
    NoFile(String),
    /// The group that keeps the library may not read it.
    Private,
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
            SkipReason::Folder => write!(f, "a folder; give the files in it"),
            SkipReason::TooLarge(limit) => {
                write!(
                    f,
                    "larger than the limit of {limit} bytes (raise it with --max-size)"
                )
            }
            SkipReason::NeedsMemory { needed, limit } => {
                let (needed, limit) = (memory::Size(*needed), memory::Size(*limit));
                write!(
                    f,
                    "needs about {needed} of memory, above the limit of {limit} (raise it with --memory)"
                )
            }
            SkipReason::Unreadable(why) => write!(f, "cannot be read: {why}"),
            SkipReason::NoFile(why) => write!(f, "{why}"),
            SkipReason::Private => write!(f, "not readable by the group that shares this library"),
            SkipReason::BadRecord(why) => write!(f, "invalid record: {why}"),
            SkipReason::DuplicateId(line) => write!(f, "same id as the record on line {line}"),
        }
    }
}

/// A file or record that was left out, or of which something was not
/// understood, as the index remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// The record's line, `None` for the file as a whole.
    pub line: Option<u64>,
    /// Why, in words.
    pub reason: String,
    /// Whether it is in the index all the same: a remark.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_remark: bool,
}

impl Skip {
    /// `path`, and the record's line where it is one.
    pub fn place(&self, path: &str) -> String {
        self.line
            .map_or(path.to_owned(), |line| format!("{path}:{line}"))
    }

    /// The whole file.
    pub fn file(reason: &SkipReason) -> Skip {
        Skip::told(None, reason.to_string())
    }

    /// One record.
    pub fn record(line: u64, reason: &SkipReason) -> Skip {
        Skip::told(Some(line), reason.to_string())
    }

    /// What was left out, for a reason in words.
    pub(crate) fn told(line: Option<u64>, reason: String) -> Skip {
        Skip {
            line,
            reason,
            is_remark: false,
        }
    }

    /// What was not understood of an article that is in the index.
    pub(crate) fn remark(line: Option<u64>, reason: String) -> Skip {
        Skip {
            is_remark: true,
            ..Skip::told(line, reason)
        }
    }
}

/// How many remarks on one article are remembered.
const MOST_REMARKS: usize = 8;

/// What reading a file came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Hash (XXH3, 64 bits) of the content that was read, with its sidecar; of
    /// what is not worth reading, of its head.
    pub hash: u64,
    /// How many articles the file gave.
    pub articles: u64,
    /// What was left out, and what was not understood of the rest.
    pub skipped: Vec<Skip>,
    /// Why the file could not be read to its end: what was handed out of it is
    /// not to be kept.
    pub failed: Option<Failed>,
    /// How the file was when it was opened, if it was: perhaps another one than
    /// the walk saw, since editors replace what they save.
    pub seen: Option<FileSeen>,
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// In the system's words.
    pub why: String,
    /// Whether it is not there any more.
    pub is_gone: bool,
    /// Whether a link led to what this user may not read: a link is no promise
    /// of an article, so that this is a reason to leave it out.
    pub is_closed_link: bool,
}

impl Failed {
    fn of(error: &io::Error) -> Failed {
        Failed {
            why: plain_cause(error),
            is_gone: error.kind() == io::ErrorKind::NotFound,
            is_closed_link: false,
        }
    }
}

/// Reads the articles of `file` and hands each to `sink`, in order; those that
/// need more than `memory` are left out.
///
/// Nothing that a file holds is an error: what is left out is in
/// [`Outcome::skipped`] with its reason, and what the system refuses in
/// [`Outcome::failed`]. An error is one of `sink`.
pub fn read<E>(
    file: &SourceFile,
    selection: &Selection,
    memory: Memory,
    mut sink: impl FnMut(Article) -> Result<(), E>,
) -> Result<Outcome, E> {
    let (mut opened, meta) = match file.base.open(&file.location) {
        Ok(opened) => opened,
        Err(error) => {
            let mut outcome = unreadable(&error);
            let is_closed_link = is_closed_link(file, &error);
            if let Some(failed) = &mut outcome.failed {
                failed.is_closed_link = is_closed_link;
            }
            return Ok(outcome);
        }
    };
    let seen = FileSeen::of(&meta, selection.ctime);
    if file.format == SourceFormat::JsonLines {
        let most = jsonl::Most::of(selection.max_bytes, memory);
        let outcome = jsonl::read(&file.key, opened, most, &mut sink)?;
        return Ok(Outcome {
            seen: Some(seen),
            ..outcome
        });
    }
    if meta.size > selection.max_bytes {
        let outcome = skipped(&SkipReason::TooLarge(selection.max_bytes));
        return Ok(Outcome {
            seen: Some(file.seen),
            ..outcome
        });
    }
    if let Some(reason) = memory.refuses(meta.size)
        && may_be_text(&mut opened, meta.size)
    {
        let outcome = skipped(&reason);
        return Ok(Outcome {
            seen: Some(file.seen),
            ..outcome
        });
    }
    let read = read_bytes(opened, meta.size, selection.max_bytes);
    let (bytes, beside) = match read.and_then(|bytes| Ok((bytes, read_beside(file)?))) {
        Ok(read) => read,
        Err(error) => return Ok(unreadable(&error)),
    };
    let both = beside
        .as_ref()
        .map(|(_, meta)| FileSeen::of(meta, selection.ctime));
    let beside = beside.map(|(beside, _)| beside);
    let mut outcome = Outcome {
        hash: sidecar::with_hash(xxhash_rust::xxh3::xxh3_64(&bytes), beside.as_ref()),
        seen: Some(both.map_or(seen, |beside| seen.with(beside))),
        ..Outcome::default()
    };
    let (article, told) = whole(file, bytes, beside);
    outcome.skipped = told;
    if let Some(article) = article {
        outcome.articles = 1;
        sink(article)?;
    }
    Ok(outcome)
}

/// The article that is a whole file, with what is beside it, and what there is to
/// tell of it.
fn whole(
    file: &SourceFile,
    bytes: Vec<u8>,
    beside: Option<Sidecar>,
) -> (Option<Article>, Vec<Skip>) {
    let (mut article, mut remarks) = match text::article(&file.key, file.format, bytes) {
        Ok(read) => read,
        Err(reason) => return (None, vec![Skip::file(&reason)]),
    };
    let mut told = Vec::new();
    match beside.map(|beside| sidecar::apply(&mut article, beside)) {
        Some(Ok(stated)) => remarks.extend(stated),
        Some(Err(skip)) => told.push(skip),
        None => {}
    }
    let remarks = remarks.into_iter().take(MOST_REMARKS);
    told.extend(remarks.map(|remark| Skip::remark(None, remark)));
    (Some(article), told)
}

/// See [`Failed::is_closed_link`].
pub(crate) fn is_closed_link(file: &SourceFile, error: &io::Error) -> bool {
    file.is_linked && error.kind() == io::ErrorKind::PermissionDenied
}

/// What stands beside a file; `None` if nothing does.
///
/// A sidecar that is none (a link, a pipe) is not used, and that is told; one
/// that the system refuses to read is an error, or its article would lose what
/// the sidecar says.
fn read_beside(file: &SourceFile) -> io::Result<Option<(Sidecar, Meta)>> {
    // Most files have none, and asking the system for each is not free.
    if !file.has_sidecar {
        return Ok(None);
    }
    beside(&file.base, &file.location)
}

fn beside(base: &Base, location: &Path) -> io::Result<Option<(Sidecar, Meta)>> {
    let read = base.open_beside(location).and_then(|opened| match opened {
        Some((file, meta)) => Ok(Some((sidecar::read(file)?, meta))),
        None => Ok(None),
    });
    match read {
        Ok(read) => Ok(read.map(|(bytes, meta)| (Ok(bytes), meta))),
        Err(error) if is_by_rule(&error) => {
            let meta = base.stat_beside(location)?;
            Ok(meta.map(|meta| (Err(plain_cause(&error)), meta)))
        }
        Err(error) => Err(error),
    }
}

/// Whether an error says that something is no file to be read, or too large;
/// all others are the system's.
pub(crate) fn is_by_rule(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::FileTooLarge | io::ErrorKind::IsADirectory
    )
}

/// The bytes of a text file of about `size` bytes, at most `limit` of them;
/// only the head where that says that it is no text.
fn read_bytes(mut opened: impl Read, size: u64, limit: u64) -> io::Result<Vec<u8>> {
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

/// Whether a file of `size` bytes is not known to be none from its head.
fn may_be_text(opened: &mut (impl Read + Seek), size: u64) -> bool {
    let head = read_head(opened).and_then(|head| opened.rewind().map(|()| head));
    head.is_ok_and(|head| is_worth_reading(&head, size, None))
}

/// The first bytes of a file, which tell whether it is text.
fn read_head(opened: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    Read::take(opened, decode::SNIFFED as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether a file of `size` bytes with this head is read on. What is no text,
/// such as the image of a disk, may be larger than memory.
fn is_worth_reading(head: &[u8], size: u64, format: Option<SourceFormat>) -> bool {
    match format {
        Some(SourceFormat::JsonLines) => !jsonl::begins_as_binary(head),
        _ => size <= DEFAULT_MAX_BYTES || decode::is_text(head),
    }
}

/// The text of a file that is no source, which the user named, in any common
/// encoding; `None` where there is no such file.
///
/// # Errors
/// Why it cannot be read.
pub fn read_text(location: &Path) -> Result<Option<String>, SkipReason> {
    text_of(files::open_named(location).map(|(file, _)| Faulty::new(file, location)))
}

/// The text of the owner's file of a library, as [`read_text`]; it is no link
/// unless links are followed.
///
/// # Errors
/// Why it cannot be read.
pub fn read_corrections_text(location: &Path, follows: bool) -> Result<Option<String>, SkipReason> {
    if follows {
        return read_text(location);
    }
    let opened = match (location.parent(), location.file_name()) {
        (Some(folder), Some(name)) => {
            Folder::open(folder).and_then(|folder| folder.open_file(name))
        }
        _ => Err(io::ErrorKind::InvalidInput.into()),
    };
    text_of(opened.map(|(file, _)| Faulty::new(file, location)))
}

fn text_of(opened: io::Result<impl Read>) -> Result<Option<String>, SkipReason> {
    match opened.and_then(|file| files::read_all(file, 0, SMALL_FILE)) {
        Ok(bytes) => match decode::decode(bytes) {
            Ok(decoded) => Ok(Some(decoded.text)),
            Err(SkipReason::Empty) => Ok(Some(String::new())),
            Err(reason) => Err(reason),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SkipReason::Unreadable(plain_cause(&error))),
    }
}

/// A file of a source, opened to be compared.
#[derive(Debug)]
pub(crate) struct Compared {
    file: Faulty<File>,
    size: u64,
    format: Option<SourceFormat>,
    beside: Option<Sidecar>,
    /// How it is.
    pub(crate) seen: FileSeen,
}

impl Compared {
    /// Opens the file at `location`.
    ///
    /// # Errors
    /// When it, or what stands beside it, cannot be read.
    pub(crate) fn open(base: &Base, location: &Path, ctime: bool) -> io::Result<Compared> {
        let (file, meta) = base.open(location)?;
        let (beside, both) = match beside(base, location)? {
            Some((beside, meta)) => (Some(beside), Some(FileSeen::of(&meta, ctime))),
            None => (None, None),
        };
        let seen = FileSeen::of(&meta, ctime);
        Ok(Compared {
            file,
            size: meta.size,
            format: SourceFormat::of(location),
            beside,
            seen: both.map_or(seen, |both| seen.with(both)),
        })
    }

    /// The hash of its content, as [`Outcome::hash`].
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn hash(mut self) -> io::Result<u64> {
        let mut buffer = read_head(&mut self.file)?;
        let is_worth_it = is_worth_reading(&buffer, self.size, self.format);
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        let mut zeros = jsonl::Zeros::default();
        let mut read = buffer.len();
        buffer.resize(1 << 16, 0);
        while read > 0 {
            // Of a file of records as much as was read of it.
            let is_records = is_worth_it && self.format == Some(SourceFormat::JsonLines);
            let end = is_records.then(|| zeros.end_in(&buffer[..read])).flatten();
            hasher.update(&buffer[..end.unwrap_or(read)]);
            if end.is_some() || !is_worth_it {
                break;
            }
            read = self.file.read(&mut buffer)?;
        }
        Ok(sidecar::with_hash(hasher.digest(), self.beside.as_ref()))
    }
}

/// The hash of a source file's content, as [`Outcome::hash`].
///
/// # Errors
/// When it cannot be read.
pub fn hash_file(file: &SourceFile) -> io::Result<u64> {
    Compared::open(&file.base, &file.location, true)?.hash()
}

fn skipped(reason: &SkipReason) -> Outcome {
    Outcome {
        skipped: vec![Skip::file(reason)],
        ..Outcome::default()
    }
}

fn unreadable(error: &io::Error) -> Outcome {
    if is_by_rule(error) {
        return skipped(&SkipReason::NoFile(plain_cause(error)));
    }
    Outcome {
        failed: Some(Failed::of(error)),
        ..Outcome::default()
    }
}

/// Whether a file of this name may change what an index holds: it may be an
/// article, or stand beside one.
pub(crate) fn may_be_read(path: &Path) -> bool {
    SourceFormat::of(path).is_some() || sidecar::is_one(path)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_hash_of_what_was_read_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let record = b"{\"text\":\"a\"}\n".to_vec();
        let zeros = |count: usize| [record.clone(), vec![0; count], record.clone()].concat();
        let long = [vec![b' '; 100_000], record.clone()].concat();
        for bytes in [
            record.clone(),
            zeros(100),
            zeros(200_000),
            long,
            vec![0; 9000],
        ] {
            std::fs::write(folder.path().join("a.jsonl"), &bytes).unwrap();
            let selection = Selection::default();
            let found = Walker {
                root: folder.path(),
                index_dir: &folder.path().join("index"),
                corrections: folder.path().join("corrections.txt"),
                selection: &selection,
                threads: 1,
                reaches: true,
                group: None,
            }
            .walk(&[".".to_owned()]);
            let file = &found.files[0];
            let outcome = read::<()>(file, &selection, Memory::default(), |_| Ok(()));
            let hash = hash_file(file).unwrap();
            assert_eq!(outcome.unwrap().hash, hash, "{} bytes", bytes.len());
        }
    }
}
