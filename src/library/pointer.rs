//! The small file by which a folder is known as an index of ours, and by which
//! one index is told from another, whatever else it may say.

use std::path::Path;

use serde::Deserialize;

use crate::files::{self, EntryKind, Folder};

/// Its name; its presence makes a folder an index of ours.
pub(crate) const POINTER: &str = "cybersearch.json";

/// The most that it may hold, in bytes.
pub(crate) const MAX_POINTER: u64 = 1 << 16;

/// Whether `index_dir` holds an index of ours.
pub(crate) fn is_index(index_dir: &Path) -> bool {
    let pointer = files::stat_link(&index_dir.join(POINTER));
    pointer.is_ok_and(|pointer| pointer.kind == EntryKind::File)
}

/// What tells one index from another.
#[derive(Deserialize)]
struct IndexIdentity {
    id: Option<String>,
}

/// The number of the index in the folder `index_dir`; `None` where there is none.
pub(crate) fn id_of(index_dir: &Path) -> Option<String> {
    let folder = Folder::open(index_dir).ok()?;
    let text = folder.read(POINTER.as_ref(), MAX_POINTER).ok()?;
    serde_json::from_slice::<IndexIdentity>(&text).ok()?.id
}
