//! ZIP archives.
//!
//! The directory at the end of the file is read entry by entry, so that neither
//! the number of members nor two of one name matter. An archive inside another
//! has to be held in memory, since its directory comes last; the file itself is
//! read where it lies.
//!
//! An entry that is encrypted, or compressed in a way that this program does not
//! undo, is one skip with its name; so is one whose bytes do not agree with their
//! checksum. The next one does not depend on it.

use std::io::{BufReader, Cursor, Read, Seek};

use zip::read::{Config, ZipFileEntry};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, ZipReadOptions};

use super::member::{Members, Peeked, hand_on};
use crate::source::budget::Paying;
use crate::source::input::{About, Content, Input, ReadSeek};
use crate::source::outcome::SkipReason;
use crate::source::reading::{Reading, Result, Stop};

/// Hands the members of an archive on.
#[cfg(feature = "archives")]
pub(super) fn open(about: &About, content: Content<'_>, reading: &mut Reading<'_>) -> Result {
    let mut members = Members::default();
    each(about, content, reading, |entry, archive, reading| {
        if entry.is_dir() || entry.is_symlink() {
            return Ok(());
        }
        let Some(member) = members.named(&name_of(&entry), about, reading) else {
            return Ok(());
        };
        read_entry(member, Paying::InFull, entry, archive, reading, hand_on)
    })?;
    members.finish(about, reading);
    Ok(())
}

/// The bytes of an archive, read where they are asked for.
pub(super) type Archive<'r> = BufReader<&'r mut dyn ReadSeek>;

/// Calls `visit` for each entry of an archive.
pub(super) fn each<'a>(
    about: &About,
    content: Content<'_>,
    reading: &mut Reading<'a>,
    mut visit: impl FnMut(ZipFileEntry<'static>, &mut Archive<'_>, &mut Reading<'a>) -> Result,
) -> Result {
    let mut held;
    let file: &mut dyn ReadSeek = match content {
        Content::File(file) => file,
        other => match in_memory(about, other, reading)? {
            Some(bytes) => {
                held = Cursor::new(bytes);
                &mut held
            }
            None => return Ok(()),
        },
    };
    let buffered: Archive<'_> = BufReader::with_capacity(1 << 15, file);
    let mut archive = ZipIterable::try_new(buffered, Config::default()).map_err(broken)?;
    let entries = archive.files().map_err(broken)?;
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(broken)?;
        reading.budget.member()?;
        visit(entry, entries.reader_mut(), reading)?;
    }
    Ok(())
}

/// All bytes of an archive that is no file; `None`, and a skip, where there are
/// too many.
pub(super) fn in_memory(
    about: &About,
    content: Content<'_>,
    reading: &mut Reading<'_>,
) -> Result<Option<Vec<u8>>> {
    if let Content::Whole(bytes) = content {
        return Ok(Some(bytes));
    }
    let most = reading.limits.max_bytes;
    let mut bytes = Vec::new();
    let stream = content.into_stream();
    stream.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    let memory = reading.limits.memory;
    let refused = match bytes.len() as u64 {
        length if length > most => Some(SkipReason::TooLarge(most)),
        length => memory.and_then(|memory| memory.refuses(length)),
    };
    let Some(reason) = refused else {
        return Ok(Some(bytes));
    };
    reading.skip(about.member.as_deref(), &reason);
    Ok(None)
}

/// Hands the bytes of an entry to `take`, or tells why they cannot be read.
pub(super) fn read_entry<'a>(
    about: About,
    paying: Paying,
    entry: ZipFileEntry<'_>,
    archive: &mut (impl Read + Seek),
    reading: &mut Reading<'a>,
    take: impl FnOnce(&mut Reading<'a>, Input<'_>) -> Result,
) -> Result {
    let member = about.member.clone();
    let method = entry.compression();
    let is_read = matches!(
        method,
        CompressionMethod::Stored | CompressionMethod::Deflated
    );
    if entry.encrypted() {
        reading.skip(member.as_deref(), &SkipReason::Encrypted);
        return Ok(());
    }
    if !is_read {
        let why = format!("compressed in a way that is not read ({method}); unpack it");
        reading.skip(member.as_deref(), &SkipReason::Unread(why));
        return Ok(());
    }
    let options = ZipReadOptions::new();
    let file = match entry.with_reader(archive, options) {
        Ok(file) => file,
        Err(error) => {
            let Stop::Broken(error) = broken(error) else {
                return Ok(());
            };
            reading.damaged(member.as_deref(), &error);
            return Ok(());
        }
    };
    let unpacked = reading.budget.metered(file, paying);
    let mut stream = Peeked::new(BufReader::with_capacity(1 << 15, unpacked));
    let content = Content::Stream(&mut stream);
    take(reading, Input { about, content })
}

/// The name of an entry; one that is not UTF-8 is in the letters of DOS.
pub(super) fn name_of(entry: &ZipFileEntry<'_>) -> Vec<u8> {
    let raw = entry.name_raw();
    if std::str::from_utf8(raw).is_ok() {
        return raw.to_vec();
    }
    match entry.name() {
        Ok(name) => name.as_bytes().to_vec(),
        Err(_) => raw.to_vec(),
    }
}

/// An error of the archive as one of reading.
fn broken(error: ZipError) -> Stop {
    Stop::Broken(match error {
        ZipError::Io(error) => error,
        ZipError::InvalidArchive(why) => std::io::Error::other(format!("no whole ZIP: {why}")),
        other => std::io::Error::other(other.to_string()),
    })
}
