//! A part of a stream whose length its head states: a member of a tar, the block
//! of a record of a web archive.
//!
//! It ends where it says, whatever follows, and is passed over to its end however
//! little of it is read. A stream that ends before is broken off, and that is an
//! error, but where a checksum further out tells it better.
//!
//! Example: of the stream `abcdef` the part of four bytes gives `abcd`, and `ef`
//! is left.

use std::io::{self, BufRead, Read};

use crate::source::input::read_ready;

/// So many bytes of a stream; that there are fewer is an error.
pub(super) struct Exactly<R> {
    source: R,
    left: u64,
    /// What is told of a stream that ends before; `None` where that is no error.
    broken: Option<&'static str>,
}

impl<R: BufRead> Exactly<R> {
    /// The next `left` bytes; of a stream that has fewer `broken` is told.
    pub(super) fn new(source: R, left: u64, broken: &'static str) -> Exactly<R> {
        Exactly {
            source,
            left,
            broken: Some(broken),
        }
    }

    /// The same, where the stream may end before.
    #[cfg(feature = "warc")]
    pub(super) fn or_fewer(self) -> Exactly<R> {
        Exactly {
            broken: None,
            ..self
        }
    }

    /// Reads past what is left.
    pub(super) fn skip(&mut self) -> io::Result<()> {
        loop {
            let ready = self.fill_buf()?.len();
            if ready == 0 {
                return Ok(());
            }
            self.consume(ready);
        }
    }
}

impl<R: BufRead> Read for Exactly<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_ready(self, buffer)
    }
}

impl<R: BufRead> BufRead for Exactly<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Ok(&[]);
        }
        let ready = self.source.fill_buf()?;
        if let (true, Some(broken)) = (ready.is_empty(), self.broken) {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, broken));
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        Ok(&ready[..ready.len().min(most)])
    }

    fn consume(&mut self, amount: usize) {
        self.source.consume(amount);
        self.left = self.left.saturating_sub(amount as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_ends_where_it_says() {
        let mut stream = &b"abcdef"[..];
        let mut part = Exactly::new(&mut stream, 4, "cut");
        let mut two = [0; 2];
        part.read_exact(&mut two).unwrap();
        part.skip().unwrap();
        assert_eq!((&two, stream), (b"ab", &b"ef"[..]));
        let mut part = Exactly::new(&mut stream, 3, "cut");
        assert_eq!(part.skip().unwrap_err().to_string(), "cut");
    }
}
