//! Verifies every byte of a generation.
//!
//! A file of tantivy's ends with a footer that holds the checksum of the rest;
//! the footer itself is compared with the only one that can stand there. The
//! small files have a checksum inside, and the commit has that of the dictionary.
//!
//! Each file is read once, from beginning to end: as much time as reading the
//! index takes, and memory for one file's pages. A checksum covers a file's
//! content and not its own footer, so the footer is made anew from what it
//! says, by this program's tantivy, and compared byte by byte; this is why an
//! index belongs to one version of tantivy.
//!
//! What is verified is that bytes are as they were written. Whether they were
//! written right is for `update::contents`, which compares postings with texts.

use std::io;
use std::path::{Path, PathBuf};

use tantivy::directory::footer::Footer;
use tantivy::directory::{Directory, MmapDirectory};
use tantivy::index::SegmentComponent;
use tantivy::{HasLen, SegmentMeta, TantivyError};

use super::directory::{Generation, Reading};
use super::names::{self, MANAGED, META};
use super::{checksum, corruption};
use crate::engine::local::state;
use crate::engine::local::storage::names::REBUILD;
use crate::engine::local::store::dictionary;
use crate::failure::{Failure, FailureKind, Result};
use crate::files::Folder;

/// What a segment always has. Each of them must be there.
const COMPONENTS: [SegmentComponent; 6] = [
    SegmentComponent::Terms,
    SegmentComponent::Postings,
    SegmentComponent::Positions,
    SegmentComponent::FieldNorms,
    SegmentComponent::FastFields,
    SegmentComponent::Store,
];

/// What a footer ends with, beside its length.
const FOOTER_MAGIC: u32 = 1337;

/// Verifies all files of the generation in this folder.
///
/// # Errors
/// When one is damaged or missing, with its name.
pub(crate) fn check(generation: &Path) -> Result<()> {
    let folder = Folder::open(generation).map_err(|error| unreadable(generation, &error))?;
    let mut named = None;
    for name in [META, MANAGED, names::MARK] {
        let path = generation.join(name);
        let file = folder.read(name.as_ref(), names::MAX_META);
        let file = file.map_err(|error| unreadable(&path, &error))?;
        let Some(content) = checksum::checked(&file) else {
            return Err(damaged(&path, "wrong checksum"));
        };
        if name == META {
            named = state::state_of(&content).and_then(|state| state.dictionary);
        }
    }
    if let Some(hash) = named {
        let path = generation.join(names::DICTIONARY);
        let file = folder.read(names::DICTIONARY.as_ref(), names::MAX_DICTIONARY as u64);
        let file = file.map_err(|error| unreadable(&path, &error))?;
        if dictionary::hash(&file) != hash {
            return Err(damaged(&path, "wrong checksum"));
        }
    }
    let open = || -> tantivy::Result<(tantivy::Index, Vec<SegmentMeta>)> {
        let index = tantivy::Index::open(Generation::to_read(generation, Reading::Ahead)?)?;
        let segments = index.searchable_segment_metas()?;
        Ok((index, segments))
    };
    let (index, segments) = open().map_err(|error| corruption::of_file(generation, &error))?;
    for file in segments.iter().flat_map(files) {
        let is_whole = has_its_footer(generation, &file).and_then(|its| {
            let directory = index.directory();
            Ok(its
                && directory
                    .validate_checksum(&file)
                    .map_err(TantivyError::from)?)
        });
        match is_whole {
            Ok(true) => {}
            Ok(false) => return Err(damaged(&generation.join(file), "wrong checksum")),
            Err(error) => return Err(corruption::of_file(generation, &error)),
        }
    }
    Ok(())
}

/// The files of a segment. Those of deletions only where there are any.
pub(crate) fn files(segment: &SegmentMeta) -> impl Iterator<Item = PathBuf> {
    let deletions = segment.has_deletes().then_some(SegmentComponent::Delete);
    let components = COMPONENTS.into_iter().chain(deletions);
    components.map(|component| segment.relative_path(component))
}

/// Whether the file's footer is, byte by byte, the one that this program's
/// tantivy writes. False for a file that is too short to have one.
fn has_its_footer(generation: &Path, file: &Path) -> tantivy::Result<bool> {
    let whole = MmapDirectory::open(generation)?.open_read(file)?;
    // tantivy reads a length and a magic number here without looking.
    if whole.len() < 2 * size_of::<u32>() {
        return Ok(false);
    }
    let Ok((footer, content)) = Footer::extract_footer(whole.clone()) else {
        return Ok(false);
    };
    let mut written = serde_json::to_vec(&footer).map_err(io::Error::from)?;
    let length = u32::try_from(written.len()).unwrap_or(u32::MAX);
    written.extend(length.to_le_bytes());
    written.extend(FOOTER_MAGIC.to_le_bytes());
    let found = whole.slice_from(content.len()).read_bytes()?;
    Ok(found.as_slice() == written && footer.version == *tantivy::version())
}

/// Damage, told with the file and what mends it.
fn damaged(path: &Path, why: &str) -> Failure {
    Failure::at("corrupt index", path, why)
        .help(REBUILD)
        .of(FailureKind::Corrupt)
}

/// A missing file is damage; what the system refuses is not.
fn unreadable(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => damaged(path, "the file is missing"),
        _ => Failure::io("cannot read the index", path, error),
    }
}
