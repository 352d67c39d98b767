//! The articles of any input, a file or a pipe, without a library.
//!
//! An input is read piece by piece: a piece holds the bytes of some lines, or
//! of one whole text, and is understood later, perhaps on another thread. No
//! more than a piece is held at a time, however long the input is.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use super::input::Content;
use super::kind::{self, Sniffed};
use super::parse::jsonl::{self, RecordLines};
use super::reading::outer::OuterFile;
use super::reading::{Limits, Reading};
use super::sidecar::Sidecar;
use super::{Base, Outcome, Skip, SkipReason, SourceFormat, path_key};
use crate::article::Article;
use crate::failure::plain_cause;

/// The name that stands for the standard input.
pub const STDIN: &str = "-";

/// How the articles lie in an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InputShape {
    /// As a file's first bytes and its ending tell; in a pipe, as its first line
    /// does where they do not: a JSON object begins records, all else is one text.
    #[default]
    Auto,
    /// One text.
    Text,
    /// An article per line, each a JSON object.
    JsonLines,
}

/// A piece of an input, read but not understood.
#[derive(Debug)]
pub struct InputPiece {
    /// The input's path, as the user gave it.
    path: Arc<str>,
    content: PieceContent,
}

#[derive(Debug)]
enum PieceContent {
    /// Lines with their numbers.
    Lines(Vec<(u64, Result<Vec<u8>, SkipReason>)>),
    /// A whole document, and what is written beside it.
    Document(SourceFormat, Vec<u8>, Option<Sidecar>, Limits),
    /// An article, or a part of a container that is none.
    Understood(Result<Box<Article>, Skip>),
    /// Nothing: the input could not be read.
    Nothing(SkipReason),
}

impl InputPiece {
    /// The input's path, as an article remembers it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Hands the piece's articles to `sink`, in order, and what is none with
    /// its reason. What was not understood of an article comes before it.
    pub fn read(self, mut sink: impl FnMut(Result<Article, Skip>)) {
        match self.content {
            PieceContent::Nothing(reason) => sink(Err(Skip::file(&reason))),
            PieceContent::Understood(read) => sink(read.map(|article| *article)),
            PieceContent::Document(format, bytes, beside, limits) => {
                let mut articles = Vec::new();
                let mut take = |article| {
                    articles.push(article);
                    true
                };
                let mut reading = Reading::new(&self.path, limits, beside, &mut take);
                reading.file(Content::Whole(bytes), format);
                let Outcome { skipped, .. } = reading.finish();
                for skip in skipped {
                    sink(Err(skip));
                }
                for article in articles {
                    sink(Ok(article));
                }
            }
            PieceContent::Lines(lines) => {
                for (number, line) in lines {
                    match line.and_then(|line| jsonl::record(&self.path, number, &line)) {
                        // A blank line is no record.
                        Err(SkipReason::Empty) => {}
                        Err(reason) => sink(Err(Skip::record(number, &reason))),
                        Ok((article, remarks)) => {
                            for remark in remarks {
                                sink(Err(Skip::remark(Some(number), remark)));
                            }
                            sink(Ok(article));
                        }
                    }
                }
            }
        }
    }
}

/// Cuts inputs into pieces.
#[derive(Debug, Clone, Copy)]
pub struct Cutter {
    /// How the articles lie in the inputs.
    pub shape: InputShape,
    /// Texts, and lines of records, above this many bytes are passed over.
    pub max_bytes: u64,
}

/// Takes a piece; says whether the next one is wanted.
pub type Send<'a> = dyn FnMut(InputPiece) -> bool + 'a;

impl Cutter {
    /// Sends the pieces of the file at `path`, as long as they are wanted;
    /// says whether the next input's are.
    pub fn file(&self, path: &Path, send: &mut Send<'_>) -> bool {
        let key: Arc<str> = path_key::encode(path).into();
        let format = match self.shape {
            InputShape::Auto => SourceFormat::of(path).unwrap_or(SourceFormat::Text),
            InputShape::JsonLines => SourceFormat::JsonLines,
            // Front matter is still front matter.
            InputShape::Text => SourceFormat::of(path)
                .filter(|format| *format == SourceFormat::Markdown)
                .unwrap_or(SourceFormat::Text),
        };
        let mut opened = open(path).and_then(|file| Ok((file, beside(path)?)));
        let format = match &mut opened {
            Ok((file, _)) if self.shape == InputShape::Auto => by_bytes(file, format),
            _ => format,
        };
        let content = match opened {
            Ok((file, _)) if format == SourceFormat::JsonLines => {
                return self.lines(&key, file, send);
            }
            Ok((file, beside)) if format.is_container() => {
                return self.container_file(&key, format, file, beside, send);
            }
            Ok((file, beside)) => self.whole(format, file, beside),
            Err(reason) => PieceContent::Nothing(reason),
        };
        send(InputPiece { path: key, content })
    }

    /// What is read of inputs.
    fn limits(&self) -> Limits {
        Limits {
            plain_text: self.shape == InputShape::Text,
            ..Limits::of_bytes(self.max_bytes)
        }
    }

    /// Sends the articles of a container that is a file, or a pipe with a name.
    fn container_file(
        &self,
        path: &Arc<str>,
        format: SourceFormat,
        mut file: impl Read + Seek,
        beside: Option<Sidecar>,
        send: &mut Send<'_>,
    ) -> bool {
        let is_sought = file.stream_position().is_ok();
        let mut outer = OuterFile::new(file);
        outer.is_hashing = false;
        let mut stream;
        let content = if is_sought {
            Content::File(&mut outer)
        } else {
            stream = BufReader::with_capacity(1 << 16, &mut outer);
            Content::Stream(&mut stream)
        };
        let is_wanted = self.container(path, format, content, beside, send);
        let Some(error) = outer.failed.filter(|_| is_wanted) else {
            return is_wanted;
        };
        let reason = SkipReason::Unreadable(plain_cause(&error));
        send(InputPiece {
            path: Arc::clone(path),
            content: PieceContent::Nothing(reason),
        })
    }

    /// Sends the articles of a container one by one.
    fn container(
        &self,
        path: &Arc<str>,
        format: SourceFormat,
        content: Content<'_>,
        beside: Option<Sidecar>,
        send: &mut Send<'_>,
    ) -> bool {
        let mut is_wanted = true;
        let piece = |read| InputPiece {
            path: Arc::clone(path),
            content: PieceContent::Understood(read),
        };
        let mut take = |article| {
            is_wanted = send(piece(Ok(Box::new(article))));
            is_wanted
        };
        let mut reading = Reading::new(path, self.limits(), beside, &mut take);
        reading.file(content, format);
        let Outcome { skipped, .. } = reading.finish();
        let mut told = skipped.into_iter();
        is_wanted && told.all(|skip| send(piece(Err(skip))))
    }

    /// Sends the pieces of the pipe `input`, which has no name.
    pub fn pipe(&self, input: impl Read, send: &mut Send<'_>) -> bool {
        let key: Arc<str> = STDIN.into();
        let mut input = BufReader::with_capacity(1 << 16, input);
        if self.shape == InputShape::Auto
            && let Ok(head) = input.fill_buf()
            && let Sniffed::Format(format) = kind::sniff(None, head)
        {
            if format.is_container() {
                return self.container(&key, format, Content::Stream(&mut input), None, send);
            }
            let content = self.whole(format, input, None);
            return send(InputPiece { path: key, content });
        }
        let mut head = Vec::new();
        let is_records = match self.shape {
            InputShape::JsonLines => Ok(true),
            InputShape::Text => Ok(false),
            InputShape::Auto => self.first_line_is_a_record(&mut input, &mut head),
        };
        let is_blank = head.trim_ascii().is_empty();
        let content = match is_records {
            Ok(true) => return self.lines(&key, io::Cursor::new(head).chain(input), send),
            // Of an empty pipe nothing is known, so nothing is missing.
            Ok(false) if self.shape == InputShape::Auto && is_blank => return true,
            Ok(false) => self.whole(SourceFormat::Text, io::Cursor::new(head).chain(input), None),
            Err(error) => PieceContent::Nothing(SkipReason::Unreadable(plain_cause(&error))),
        };
        send(InputPiece { path: key, content })
    }

    /// Reads up to the end of the first line that is not blank, into `head`.
    fn first_line_is_a_record(
        &self,
        input: &mut impl BufRead,
        head: &mut Vec<u8>,
    ) -> io::Result<bool> {
        loop {
            let start = head.len();
            let room = self.max_bytes.saturating_sub(start as u64);
            let read = input.take(room).read_until(b'\n', head)?;
            let line = head[start..].trim_ascii();
            let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
            if read == 0 || !line.is_empty() {
                if head.len() as u64 == self.max_bytes {
                    // The line goes on above the limit: its first byte tells.
                    return Ok(line.starts_with(b"{"));
                }
                let object: Result<serde_json::Map<_, _>, _> = serde_json::from_slice(line);
                return Ok(object.is_ok());
            }
        }
    }

    /// Sends lines, as many at a time as lie ready: what a slow pipe has given
    /// is not kept back until it gives more.
    fn lines(&self, path: &Arc<str>, input: impl Read, send: &mut Send<'_>) -> bool {
        let mut lines = RecordLines::new(input, self.limits());
        let mut ready = Vec::new();
        let mut line = Vec::new();
        while let Some(read) = lines.next(&mut line) {
            ready.push((lines.number, read.map(|()| std::mem::take(&mut line))));
            if lines.has_line_ready() {
                continue;
            }
            let content = PieceContent::Lines(std::mem::take(&mut ready));
            let path = Arc::clone(path);
            if !send(InputPiece { path, content }) {
                return false;
            }
        }
        true
    }

    fn whole(
        &self,
        format: SourceFormat,
        input: impl Read,
        beside: Option<Sidecar>,
    ) -> PieceContent {
        let mut bytes = Vec::new();
        let limit = self.max_bytes.saturating_add(1);
        match input.take(limit).read_to_end(&mut bytes) {
            Ok(read) if read as u64 > self.max_bytes => {
                PieceContent::Nothing(SkipReason::TooLarge(self.max_bytes))
            }
            Ok(_) => PieceContent::Document(format, bytes, beside, self.limits()),
            Err(error) => PieceContent::Nothing(SkipReason::Unreadable(plain_cause(&error))),
        }
    }
}

/// The format of a file that is named as one of the format `named`: another one
/// where its first bytes say that it is a container, which may be larger than a
/// text may be. Those of a pipe are looked at when they are read.
fn by_bytes(file: &mut (impl Read + Seek), named: SourceFormat) -> SourceFormat {
    if named.is_container() || file.stream_position().is_err() {
        return named;
    }
    let head = super::read_head(file).and_then(|head| file.rewind().map(|()| head));
    match head.map(|head| kind::sniff(Some(named), &head)) {
        Ok(Sniffed::Format(format)) if format.is_container() => format,
        // An error is told by the reading that follows.
        _ => named,
    }
}

/// A file that the user named, which may be a link; a pipe is read as one.
fn open(path: &Path) -> Result<File, SkipReason> {
    let unreadable = |error: io::Error| SkipReason::Unreadable(plain_cause(&error));
    let file = File::open(path).map_err(unreadable)?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(SkipReason::Folder);
    }
    Ok(file)
}

/// What stands beside a file that the user named.
fn beside(path: &Path) -> Result<Option<Sidecar>, SkipReason> {
    let read = Base::file(path, false).and_then(|base| super::beside(&base, path));
    match read {
        Ok(read) => Ok(read.map(|(beside, _)| beside)),
        Err(error) => Err(SkipReason::Unreadable(plain_cause(&error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of a pipe's articles, or the reasons for what is none.
    fn check(shape: InputShape, input: &str, expected: &[&str]) {
        let cutter = Cutter {
            shape,
            max_bytes: 40,
        };
        let mut found = Vec::new();
        cutter.pipe(input.as_bytes(), &mut |piece| {
            piece.read(|read| {
                found.push(match read {
                    Ok(article) => format!("{}: {}", article.id, article.text),
                    Err(skip) => format!("{}: {}", skip.place("-"), skip.reason),
                });
            });
            true
        });
        assert_eq!(found, expected, "{input}");
    }

    #[test]
    fn the_first_line_tells_records_from_text() {
        check(
            InputShape::Auto,
            "\n{\"text\":\"One.\"}\n\n{\"id\":\"b\",\"text\":\"Two.\"}",
            &["-:2: One.", "b: Two."],
        );
        check(
            InputShape::Auto,
            "{braces} begin a text\nlike this",
            &["-: {braces} begin a text\nlike this"],
        );
        check(
            InputShape::Text,
            "{\"text\":\"x\"}",
            &["-: {\"text\":\"x\"}"],
        );
        check(
            InputShape::JsonLines,
            "no",
            &["-:1: invalid record: expected ident at column 2"],
        );
        check(InputShape::Auto, " \n\n", &[]);
        check(InputShape::Text, "", &["-: empty"]);
    }

    #[test]
    fn what_is_above_the_limit_is_passed_over() {
        let long = "x".repeat(50);
        let reason = "larger than the limit of 40 bytes (raise it with --max-size)";
        check(InputShape::Text, &long, &[&format!("-: {reason}")]);
        check(
            InputShape::JsonLines,
            &format!("{{\"text\":\"{long}\"}}\n{{\"text\":\"short\"}}\n"),
            &[&format!("-:1: {reason}"), "-:2: short"],
        );
    }

    #[test]
    fn a_slow_pipe_is_answered_line_by_line() {
        // Each read gives one line, as a pipe does whose writer waits.
        struct Slow<'a>(std::str::SplitInclusive<'a, char>);
        impl Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let line = self.0.next().unwrap_or("").as_bytes();
                buffer[..line.len()].copy_from_slice(line);
                Ok(line.len())
            }
        }
        let text = "{\"text\":\"a\"}\n{\"text\":\"b\"}\n{\"text\":\"c\"}\n";
        let mut pieces = 0;
        let cutter = Cutter {
            shape: InputShape::Auto,
            max_bytes: 100,
        };
        cutter.pipe(Slow(text.split_inclusive('\n')), &mut |_| {
            pieces += 1;
            true
        });
        assert_eq!(pieces, 3);
    }

    #[cfg(feature = "archives")]
    #[test]
    fn a_container_is_known_by_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let text = "Talks began in the capital.";
        let bytes = crate::source::open::trial::zip(&[("a.txt", text.as_bytes())]);
        // Above the limit of a text.
        let cutter = Cutter {
            shape: InputShape::Auto,
            max_bytes: 40,
        };
        for name in ["download", "talks.txt", "talks.zip"] {
            let path = folder.path().join(name);
            std::fs::write(&path, &bytes).unwrap();
            let mut found = Vec::new();
            cutter.file(&path, &mut |piece| {
                piece.read(|read| {
                    found.push(read.map(|article| (article.text, article.origin.member)));
                });
                true
            });
            let member = Some("a.txt".to_owned());
            assert_eq!(found, [Ok((text.to_owned(), member))], "{name}");
        }
        let mut piped = Vec::new();
        let cutter = Cutter {
            max_bytes: 1000,
            ..cutter
        };
        cutter.pipe(&bytes[..], &mut |piece| {
            piece.read(|read| piped.push(read.map(|article| article.id)));
            true
        });
        assert_eq!(piped, [Ok("-!/a.txt".to_owned())]);
    }

    /// A pipe or disk that gives a head, and then an error.
    struct Broken<'a>(&'a [u8]);

    impl Read for Broken<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::from_raw_os_error(5)),
                read => Ok(read),
            }
        }
    }

    impl Seek for Broken<'_> {
        fn seek(&mut self, _: io::SeekFrom) -> io::Result<u64> {
            Err(io::ErrorKind::Unsupported.into())
        }
    }

    #[test]
    fn a_container_that_cannot_be_read_is_told() {
        let cutter = Cutter {
            shape: InputShape::Auto,
            max_bytes: 1000,
        };
        let mut found = Vec::new();
        let file = Broken(b"title,text\nA,Talks began.\nB,Ta");
        cutter.container_file(
            &"a.csv".into(),
            SourceFormat::Table,
            file,
            None,
            &mut |piece| {
                piece.read(|read| {
                    found.push(read.map_or_else(|skip| skip.reason, |article| article.text));
                });
                true
            },
        );
        assert_eq!(found.first().map(String::as_str), Some("Talks began."));
        let last = found.last().map(String::as_str);
        assert_eq!(last, Some("cannot be read: input/output error"));
    }
}
