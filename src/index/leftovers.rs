//! Removes what a writer left behind that was killed: generations, segments
//! that were never committed, and files half written.
//!
//! tantivy removes what it knows of, but not before something is committed, and
//! never its temporary files.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::folder;
use super::integrity::{self, MANAGED, META};

/// Removes all files of the index folder but those of the commit in use, whose
/// generation is opened as `index`. Only for who holds the lock. What cannot be
/// removed is left for the next time.
pub(super) fn remove(index_dir: &Path, generation: u64, index: &tantivy::Index) {
    folder::remove_others(index_dir, generation);
    folder::remove_draft(index_dir);
    let Ok(segments) = index.searchable_segment_metas() else {
        return;
    };
    let needed: HashSet<PathBuf> = segments
        .iter()
        .flat_map(integrity::files)
        .chain([META, MANAGED].map(PathBuf::from))
        .collect();
    let entries = fs::read_dir(folder::generation_dir(index_dir, generation));
    for entry in entries.into_iter().flatten().flatten() {
        let name = PathBuf::from(entry.file_name());
        let is_lock = name.extension().is_some_and(|ending| ending == "lock");
        if !is_lock && !needed.contains(&name) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
