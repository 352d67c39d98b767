//! Mailboxes: messages one after the other, each behind a line `From …`.
//!
//! The file is read once, line by line, and one message is held at a time, so
//! that a mailbox of any size takes the memory of its longest message, and that
//! at most as much as a text may have.
//!
//! A line begins a message if it looks like an envelope (`From`, a sender, a date
//! with its time and year, or a lone address), a field follows on the next line,
//! and a blank line stands before it; the blank line may be missing before an
//! envelope with a date. A text that says *From here on* stays a text: no field
//! follows. Lines that the mailbox quoted (`>From`) are undone where the message
//! is read.
//!
//! Example: `From ann@example.org Tue May 14 10:00:00 2013`, then `Subject: …`.

use std::io::BufRead;

use super::mail::{field_name, message_id};
use crate::source::input::{About, BytesOf, Content, Input};
use crate::source::kind::SourceFormat;
use crate::source::reading::budget::Paying;
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{Reading, Result, Stop};

/// Hands the messages of a mailbox to `reading`.
pub(super) fn open(about: &About, stream: &mut dyn BufRead, reading: &mut Reading<'_>) -> Result {
    let mut mailbox = Mailbox {
        about,
        most: usize::try_from(reading.limits.max_bytes).unwrap_or(usize::MAX),
        message: Message::default(),
        number: 0,
    };
    let mut line = Line::default();
    // A line that may be an envelope, until the next one tells.
    let mut held: Option<Line> = None;
    let mut is_blank_before = true;
    loop {
        let is_read = line.read(stream)?;
        if let Some(envelope) = held.take() {
            if is_read && begins_head(&line.bytes) {
                mailbox.finish(reading)?;
                mailbox
                    .message
                    .begin(envelope.at + envelope.length, envelope.number + 1);
            } else {
                mailbox.add(&envelope);
                is_blank_before = false;
            }
        }
        if !is_read {
            break;
        }
        let envelope = envelope_of(&line.bytes).filter(|_| line.is_start);
        if envelope.is_some_and(|envelope| envelope == Envelope::Dated || is_blank_before) {
            held = Some(line.take());
            continue;
        }
        is_blank_before = line.bytes.trim_ascii().is_empty();
        mailbox.add(&line);
    }
    mailbox.finish(reading)
}

/// A mailbox while it is read.
struct Mailbox<'a> {
    about: &'a About,
    /// A message has at most so many bytes.
    most: usize,
    message: Message,
    number: u64,
}

/// The message that is being read.
#[derive(Default)]
struct Message {
    bytes: Vec<u8>,
    /// How many it has, those that are not held as well.
    length: u64,
    /// Where it begins in the mailbox, and on which line.
    at: u64,
    line: u64,
    /// Whether it has an envelope.
    has_begun: bool,
}

impl Message {
    fn begin(&mut self, at: u64, line: u64) {
        *self = Message {
            at,
            line,
            has_begun: true,
            ..Message::default()
        };
    }
}

impl Mailbox<'_> {
    /// Adds a line to the message.
    fn add(&mut self, line: &Line) {
        if self.message.length == 0 && !self.message.has_begun {
            self.message.at = line.at;
            self.message.line = line.number;
        }
        self.message.length += line.length;
        if self.message.length <= self.most as u64 {
            self.message.bytes.extend_from_slice(&line.bytes);
        } else {
            self.message.bytes = Vec::new();
        }
    }

    /// Hands on the message that has been read.
    fn finish(&mut self, reading: &mut Reading<'_>) -> Result {
        let message = std::mem::take(&mut self.message);
        let is_held = message.length <= self.most as u64;
        let is_blank = is_held && message.bytes.trim_ascii().is_empty();
        if !message.has_begun && is_blank {
            return Ok(());
        }
        self.number += 1;
        let mut about = self.about.member(&format!("message {}", self.number));
        let paying = Paying::of_stream(self.about.depth);
        reading.budget.member_of(paying)?;
        if !is_held {
            let reason = SkipReason::TooLarge(reading.limits.max_bytes);
            reading.skip(about.member.as_deref(), &reason);
            return Ok(());
        }
        let mut bytes = message.bytes;
        let was_before = self.was_before(&bytes, message.at, reading)?;
        trim_blank_line(&mut bytes);
        let free = message_id(&bytes).filter(|id| !reading.has_id(id));
        about.id = free.unwrap_or_else(|| format!("{}#{}", self.about.id, self.number));
        if was_before {
            reading.note_id(&about.id);
            return Ok(());
        }
        about.format = Some(SourceFormat::Eml);
        about.place.message = Some(self.number);
        about.is_from_quoted = true;
        let in_file = match self.about.bytes {
            BytesOf::File(by) => usize::try_from(message.at).ok().map(|at| by + at),
            BytesOf::Member | BytesOf::Nowhere => None,
        };
        if let Some(at) = in_file {
            about.bytes = BytesOf::File(at);
            about.first_line = self.about.first_line + message.line - 1;
        }
        reading.input(Input {
            about,
            content: Content::Whole(bytes),
        })
    }
}

impl Mailbox<'_> {
    /// Whether a message at `at` was there the last time, when the mailbox ended
    /// at [`Reading::from`]. One that has grown since makes all be read again.
    fn was_before(&self, bytes: &[u8], at: u64, reading: &mut Reading<'_>) -> Result<bool> {
        let is_file = self.about.member.is_none() && at < reading.from;
        let Some(old) = reading.from.checked_sub(at).filter(|_| is_file) else {
            return Ok(false);
        };
        let old = usize::try_from(old).unwrap_or(usize::MAX);
        // A blank line that came with the next message is no growth.
        let more = bytes.get(old..).unwrap_or_default();
        if more.trim_ascii().is_empty() {
            return Ok(true);
        }
        reading.must_restart = true;
        Err(Stop::Unwanted)
    }
}

/// The blank line between two messages belongs to neither.
fn trim_blank_line(bytes: &mut Vec<u8>) {
    for end in [&b"\r\n\r\n"[..], b"\n\n"] {
        if bytes.ends_with(end) {
            bytes.truncate(bytes.len() - end.len() / 2);
            return;
        }
    }
}

/// A line of the mailbox.
#[derive(Default)]
struct Line {
    /// Its bytes with its end; of a longer one the first [`MOST_LINE`], and the
    /// next ones are lines of their own with the same number.
    bytes: Vec<u8>,
    at: u64,
    number: u64,
    length: u64,
    /// Whether it begins a line, and whether it ends one.
    is_start: bool,
    has_ended: bool,
}

/// So many bytes of a line are read at once.
const MOST_LINE: u64 = 1 << 16;

impl Line {
    /// Reads the next line; says whether there was one.
    fn read(&mut self, stream: &mut dyn BufRead) -> std::io::Result<bool> {
        self.at += self.length;
        self.is_start = self.number == 0 || self.has_ended;
        self.number += u64::from(self.is_start);
        self.bytes.clear();
        let mut some = std::io::Read::take(stream, MOST_LINE);
        self.length = some.read_until(b'\n', &mut self.bytes)? as u64;
        self.has_ended = self.bytes.last() == Some(&b'\n');
        Ok(self.length > 0)
    }

    /// This line, with its place; the next one is read behind it.
    fn take(&mut self) -> Line {
        Line {
            bytes: std::mem::take(&mut self.bytes),
            ..*self
        }
    }
}

/// How much a line looks like an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Envelope {
    /// It has a date with its time and its year.
    Dated,
    /// It has an address alone.
    Bare,
}

/// Whether a line is the envelope of a message.
fn envelope_of(line: &[u8]) -> Option<Envelope> {
    let rest = line.strip_prefix(b"From ")?;
    // No envelope is as long as a paragraph.
    let text = std::str::from_utf8(rest.get(..MOST_ENVELOPE).unwrap_or(rest)).ok()?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_month = |word: &&str| MONTHS.contains(word);
    let is_clock = |word: &&str| {
        let mut parts = word.split(':');
        let are_digits =
            |part: &str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        word.contains(':') && parts.all(|part| !part.is_empty() && are_digits(part))
    };
    let is_year = |word: &&str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let has_date =
        words.iter().any(is_month) && words.iter().any(is_clock) && words.iter().any(is_year);
    if has_date && rest.len() <= MOST_ENVELOPE {
        return Some(Envelope::Dated);
    }
    match words.as_slice() {
        [only] if only.contains('@') || *only == "-" || *only == "MAILER-DAEMON" => {
            Some(Envelope::Bare)
        }
        _ => None,
    }
}

const MOST_ENVELOPE: usize = 500;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Whether a line is one of a head: a field, or an envelope that was quoted.
fn begins_head(line: &[u8]) -> bool {
    line.starts_with(b">From ") || field_name(line).is_some_and(|name| !name.contains("//"))
}

/// Whether a file that begins with `head` is a mailbox beyond doubt, whatever it
/// is named.
pub(in crate::source) fn is_mailbox(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n');
    let is_dated = lines
        .next()
        .is_some_and(|line| envelope_of(line) == Some(Envelope::Dated));
    let mut fields = lines.by_ref().take(3).map(field_name);
    let is_known = |name: &str| {
        [
            "from",
            "to",
            "date",
            "subject",
            "received",
            "return-path",
            "message-id",
        ]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
    };
    is_dated && fields.next().flatten().is_some_and(is_known)
}
