//! The files of a library, and all that says how they are read, for whoever
//! keeps its articles elsewhere.
//!
//! Sources, settings and the owner's file are those of the library's index, if
//! it has one; nothing is written here. Files that the user names are the user's
//! own word; what an index names outside its library is read only where the
//! library is trusted, as an update does it.

use super::corrections::KnownCorrections;
use super::old::{new_state, peek};
use super::readers;
use super::request::Update;
use super::sources::{check_sources, plan_sources};
use crate::corrections::Owner;
use crate::engine::local::State;
use crate::engine::local::storage::folder;
use crate::failure::Result;
use crate::files::Folder;
use crate::library::Library;
use crate::library::trust::{self, Trust};
use crate::source::{WalkResult, Walker};

/// What an index of the library would be made of.
pub(crate) struct Gathered {
    /// Sources, selection, the text of the owner's file, the readers.
    pub(crate) state: State,
    pub(crate) owner: Owner,
    pub(crate) found: WalkResult,
}

/// Looks at all files of `library`, or of `sources`, keys, if there are any; on
/// so many threads.
///
/// # Errors
/// When there are none, a source is not there, or a line of the owner's file is
/// wrong.
pub(crate) fn gather(library: &Library, sources: &[String], threads: usize) -> Result<Gathered> {
    let request = Update {
        add: sources.to_vec(),
        exact: true,
        ..Update::default()
    };
    check_sources(library, &request)?;
    let mut state = peek(library).unwrap_or_else(new_state);
    plan_sources(library, &request, &mut state)?;
    let knowledge = KnownCorrections::read(library, state.selection.follow)?;
    state.learn(&knowledge, true);
    let trust = trust_of(library, &state, !sources.is_empty());
    let found = Walker {
        root: &library.root,
        index_dir: &library.index_dir,
        corrections: library.corrections(),
        selection: &state.selection,
        threads,
        reaches: trust.reaches,
        group: None,
    }
    .walk(&state.sources);
    state.readers = readers(&found);
    Ok(Gathered {
        owner: knowledge.owner(&state),
        state,
        found,
    })
}

fn trust_of(library: &Library, state: &State, is_named: bool) -> Trust {
    let opened = Folder::open(&library.index_dir);
    let pointer = opened
        .ok()
        .and_then(|folder| folder::pointer_in(&folder).ok());
    let id = pointer.flatten().map(|pointer| pointer.id);
    let reaches_out = state.reaches_out(library);
    let trust = trust::of(library, id.as_deref().unwrap_or_default(), reaches_out);
    if is_named && trust.owner.is_none() {
        return Trust::FULL;
    }
    trust
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_a_library_are_found_without_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("seeds/deep")).unwrap();
        std::fs::write(root.join("seeds/a.txt"), "Talks\n\nThey met.\n").unwrap();
        std::fs::write(root.join("seeds/deep/b.txt"), "Talks\n\nThey met.\n").unwrap();
        let library = Library::at(root);
        let keys = |sources: &[&str]| -> Vec<String> {
            let sources: Vec<String> = sources.iter().map(ToString::to_string).collect();
            let gathered = gather(&library, &sources, 1).unwrap();
            gathered
                .found
                .files
                .into_iter()
                .map(|file| file.key)
                .collect()
        };
        assert_eq!(keys(&[]), ["seeds/a.txt", "seeds/deep/b.txt"]);
        assert_eq!(keys(&["seeds/deep"]), ["seeds/deep/b.txt"]);
        assert!(!library.index_dir.exists());
        let missing = gather(&library, &["nowhere".to_owned()], 1);
        assert!(missing.err().unwrap().to_string().contains("nowhere"));
    }
}
