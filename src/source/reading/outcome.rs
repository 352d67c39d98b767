//! What reading a file comes to: what was left out of it and why, and what was
//! not understood of the rest.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::article::with_member;
use crate::failure::plain_cause;
use crate::source::memory;
use crate::source::walk::FileSeen;

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
    /// Nobody here reads such files, with what to do about it.
    Unread(String),
    /// Something of it is not as its format asks for.
    Damaged(String),
    /// It may not be opened without a password.
    Encrypted,
    /// What it holds exceeds a limit, in words.
    OverBudget(String),
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
            SkipReason::NoFile(why) | SkipReason::Unread(why) => write!(f, "{why}"),
            SkipReason::Private => write!(f, "not readable by the group that shares this library"),
            SkipReason::BadRecord(why) => write!(f, "invalid record: {why}"),
            SkipReason::DuplicateId(line) => write!(f, "same id as the record on line {line}"),
            SkipReason::Damaged(why) => write!(f, "damaged: {why}"),
            SkipReason::Encrypted => write!(f, "encrypted; save it without a password"),
            SkipReason::OverBudget(limit) => {
                write!(f, "what follows in it is not read: {limit}")
            }
        }
    }
}

/// A file or record that was left out, or of which something was not
/// understood, as the index remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// The record's line, `None` for the file as a whole.
    pub line: Option<u64>,
    /// The way to the member of the file that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Why, in words.
    pub reason: String,
    /// Whether it is in the index all the same: a remark.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_remark: bool,
}

impl Skip {
    /// `path`, the way to the member, and the record's line where it is one.
    pub fn place(&self, path: &str) -> String {
        let path = match &self.member {
            Some(member) => with_member(path, member),
            None => path.to_owned(),
        };
        self.line
            .map_or_else(|| path.clone(), |line| format!("{path}:{line}"))
    }

    /// The same of a member.
    #[must_use]
    pub(in crate::source) fn of_member(self, member: Option<&str>) -> Skip {
        Skip {
            member: member.map(str::to_owned),
            ..self
        }
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
            member: None,
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
    /// Whether only what the file has grown by was handed out.
    pub is_grown: bool,
    /// How the file was when it was opened, if it was: perhaps another one than
    /// the walk saw, since editors replace what they save.
    pub seen: Option<FileSeen>,
}

/// The file as it was when it was read the last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    /// How many bytes it had.
    pub bytes: u64,
    /// Their hash.
    pub hash: u64,
}

/// Counts what is read, for whoever waits.
#[derive(Debug, Default)]
pub struct ReadCount {
    /// Bytes of source files.
    pub bytes: AtomicU64,
    /// Members of containers.
    pub members: AtomicU64,
}

impl ReadCount {
    pub(in crate::source) fn add_bytes(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(in crate::source) fn add_member(&self) {
        self.members.fetch_add(1, Ordering::Relaxed);
    }
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
    pub(in crate::source) fn of(error: &io::Error) -> Failed {
        Failed {
            why: plain_cause(error),
            is_gone: error.kind() == io::ErrorKind::NotFound,
            is_closed_link: false,
        }
    }
}

/// How many left-out records of one file, and how many remarks on others, are
/// remembered one by one; the rest is counted.
pub(in crate::source) const MAX_LISTED: usize = 20;

/// What there is to tell of a file's records, the first ones one by one.
#[derive(Debug, Default)]
pub(in crate::source) struct Listed {
    first: Vec<Skip>,
    others: u64,
}

impl Listed {
    pub(in crate::source) fn add(&mut self, skip: impl FnOnce() -> Skip) {
        if self.first.len() < MAX_LISTED {
            self.first.push(skip());
        } else {
            self.others += 1;
        }
    }

    /// All of them, with how many more `things` there are.
    pub(in crate::source) fn finish(
        self,
        things: &str,
        told: impl Fn(Option<u64>, String) -> Skip,
    ) -> Vec<Skip> {
        let mut all = self.first;
        if self.others > 0 {
            all.push(told(None, format!("{} more {things}", self.others)));
        }
        all
    }
}
