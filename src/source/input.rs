//! What is read: a source file, or a member of one, with what is known of it
//! before a byte is looked at.

mod peeked;

use std::io::{BufRead, BufReader, Cursor, Read, Seek};

pub(super) use self::peeked::Peeked;
#[cfg(any(feature = "archives", feature = "warc"))]
pub(super) use self::peeked::read_ready;
use super::kind::SourceFormat;
use crate::article::{INSIDE, Lines, Marks, Metadata, OffsetBase, Offsets, Place};

/// What can be read anywhere.
pub(super) trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

/// The bytes of an input.
pub(super) enum Content<'r> {
    /// All of them.
    Whole(Vec<u8>),
    /// A file that may be larger than memory, and can be read anywhere.
    File(&'r mut dyn ReadSeek),
    /// What may be larger than memory, and is read once.
    Stream(&'r mut dyn BufRead),
}

impl<'r> Content<'r> {
    /// The bytes, to be read once from beginning to end.
    pub(super) fn into_stream(self) -> Box<dyn BufRead + 'r> {
        match self {
            Content::Whole(bytes) => Box::new(Cursor::new(bytes)),
            Content::File(file) => Box::new(BufReader::with_capacity(1 << 16, file)),
            Content::Stream(stream) => Box::new(stream),
        }
    }
}

/// A source file, or a member of one.
pub(super) struct Input<'r> {
    pub(super) about: About,
    pub(super) content: Content<'r>,
}

/// What is known of an input before it is read.
#[derive(Debug, Clone, Default)]
pub(super) struct About {
    /// Its name, whose ending tells the format. Of a member its own alone.
    pub(super) name: String,
    /// The format where the container says it, as a content type does.
    pub(super) format: Option<SourceFormat>,
    /// The encoding where the container says it.
    #[cfg_attr(
        not(feature = "default"),
        allow(dead_code, reason = "not every family of formats needs it")
    )]
    pub(super) charset: Option<String>,
    /// The way to it inside the source file; `None` for the file itself.
    pub(super) member: Option<String>,
    /// The id of an article that is all of it.
    pub(super) id: String,
    /// Other names of that article.
    pub(super) aliases: Vec<String>,
    /// Where its bytes lie.
    pub(super) bytes: BytesOf,
    /// The line of the source file at which it begins, where lines go on in it.
    pub(super) first_line: u64,
    /// The title that the container states.
    pub(super) title: Option<String>,
    /// What the container states beside it: a date, an address, an author.
    pub(super) metadata: Metadata,
    /// Where it stands.
    pub(super) place: Place,
    /// How many containers it lies in.
    pub(super) depth: u32,
    /// Whether lines that begin with `From ` are quoted in it by a `>`, as in a
    /// mailbox.
    #[cfg(feature = "mail")]
    pub(super) is_from_quoted: bool,
}

/// Where the bytes of an input lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BytesOf {
    /// In the source file, from this byte on, unaltered.
    File(usize),
    /// Nowhere else: they were unpacked.
    #[cfg_attr(
        not(feature = "default"),
        allow(dead_code, reason = "not every family of formats needs it")
    )]
    Member,
    /// Nowhere as they are: they are the source file, or the member, decoded.
    Nowhere,
}

impl Default for BytesOf {
    fn default() -> Self {
        BytesOf::File(0)
    }
}

impl About {
    /// The source file `key` itself.
    pub(super) fn file(key: &str) -> About {
        About {
            name: key.to_owned(),
            id: key.to_owned(),
            first_line: 1,
            ..About::default()
        }
    }

    /// A member, by the way to it from here (`talks/a.html`, `message 17`), with
    /// bytes of its own. Place and what is stated are passed down, a date is
    /// not: that of a container is no date of its articles.
    #[cfg_attr(
        not(feature = "default"),
        allow(dead_code, reason = "not every family of formats needs it")
    )]
    pub(super) fn member(&self, way: &str) -> About {
        let member = match &self.member {
            Some(outer) => format!("{outer}{INSIDE}{way}"),
            None => way.to_owned(),
        };
        About {
            name: way.to_owned(),
            id: format!("{}{INSIDE}{way}", self.id),
            member: Some(member),
            bytes: BytesOf::Member,
            first_line: 1,
            place: self.place.clone(),
            depth: self.depth + 1,
            ..About::default()
        }
    }

    /// What the offsets of its documents count in.
    pub(super) fn base(&self) -> OffsetBase {
        match self.bytes {
            BytesOf::File(_) => OffsetBase::File,
            BytesOf::Member => OffsetBase::Member,
            BytesOf::Nowhere => OffsetBase::Text,
        }
    }
}

/// A document: what a parser makes of the bytes of an input. It is one article,
/// or an export of many, which [`super::split`] tells.
#[derive(Debug, Clone, Default)]
pub(super) struct Document {
    /// Its text, paragraphs apart by blank lines.
    pub(super) text: String,
    /// Where the article begins in it; front matter lies before.
    pub(super) body_start: usize,
    /// From the text to the bytes of the input; [`Offsets::Nowhere`] where its
    /// bytes are no text, as those of a Word file.
    pub(super) offsets: Offsets,
    /// The lines of the input.
    pub(super) lines: Lines,
    /// Where pages, paragraphs or lines of the input begin.
    pub(super) marks: Marks,
    /// Where it stands in the input, beyond what `about` says.
    pub(super) place: Place,
    /// The title that it states.
    pub(super) title: Option<String>,
    /// What else it states.
    pub(super) metadata: Metadata,
    /// What of it was not understood.
    pub(super) remarks: Vec<String>,
}
