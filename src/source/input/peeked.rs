//! A stream whose first bytes can be looked at before they are read.
//!
//! What a stream is, its first bytes tell; but a decoder gives as many at a time
//! as it likes, perhaps ten. Here as many are read as are asked for, and are given
//! again. An error that comes early comes again behind what was read before it,
//! so that of a file that breaks off after a few rows those are not lost.

use std::io::{self, BufRead, Read};

/// A stream whose first bytes lie ready.
pub(in crate::source) struct Peeked<R> {
    head: Vec<u8>,
    at: usize,
    error: Option<io::Error>,
    rest: R,
}

impl<R: BufRead> Peeked<R> {
    /// A stream of which as much lies ready as tells its format.
    #[cfg(any(feature = "archives", feature = "warc"))]
    pub(in crate::source) fn new(rest: R) -> Peeked<R> {
        Peeked::of(rest, crate::source::kind::SNIFFED as u64)
    }

    /// A stream of which so much lies ready.
    pub(in crate::source) fn of(mut rest: R, length: u64) -> Peeked<R> {
        let mut head = Vec::new();
        let read = rest.by_ref().take(length).read_to_end(&mut head);
        Peeked {
            head,
            at: 0,
            error: read.err(),
            rest,
        }
    }

    /// The first bytes.
    pub(in crate::source) fn head(&self) -> &[u8] {
        &self.head
    }
}

/// Reads what lies ready in a stream, as much as `buffer` takes.
pub(in crate::source) fn read_ready(
    source: &mut impl BufRead,
    buffer: &mut [u8],
) -> io::Result<usize> {
    let ready = source.fill_buf()?;
    let length = ready.len().min(buffer.len());
    buffer[..length].copy_from_slice(&ready[..length]);
    source.consume(length);
    Ok(length)
}

impl<R: BufRead> Read for Peeked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_ready(self, buffer)
    }
}

impl<R: BufRead> BufRead for Peeked<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.head.len() {
            return Ok(&self.head[self.at..]);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None => self.rest.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        if self.at < self.head.len() {
            self.at = self.at.saturating_add(amount).min(self.head.len());
        } else {
            self.rest.consume(amount);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_early_error_comes_after_what_was_read() {
        struct Breaks(bool);
        impl Read for Breaks {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                buffer[..3].copy_from_slice(b"abc");
                Ok(3)
            }
        }
        let mut peeked = Peeked::of(io::BufReader::new(Breaks(false)), 100);
        let mut read = Vec::new();
        assert!(peeked.read_to_end(&mut read).is_err());
        assert_eq!(read, b"abc");
    }
}
