//! What is there before an update: an index to go on with, or one that is read
//! anew, with what is still known of it.

use super::request::{Event, Update};
use crate::engine::local::storage::folder::{self, Pointer};
use crate::engine::local::storage::{checksum, names};
use crate::engine::local::{Index, State, state};
use crate::extract::EXTRACTION_VERSION;
use crate::failure::{Failure, Result};
use crate::files::Folder;
use crate::library::Library;
use crate::source::{Readers, Selection};

/// What is there before an update.
pub(crate) enum Old {
    /// An index to go on with.
    Index(Box<Index>, Pointer),
    /// None, or one that is read anew.
    Renewed(Box<Renewed>),
}

/// An index that is read anew.
pub(crate) struct Renewed {
    /// What is still known of it.
    state: State,
    /// What pointed to it; `None` where there was none, or it is damaged.
    pub(crate) pointer: Option<Pointer>,
    /// Whether there was an index, whole or not.
    pub(crate) was_there: bool,
    /// Whether the user asked for it, knowing what is there.
    pub(crate) is_asked_for: bool,
}

impl Old {
    /// Finds out what is in `folder`. Only for who holds the lock.
    pub(crate) fn find(
        library: &Library,
        folder: &Folder,
        request: &Update,
        events: &(dyn Fn(Event<'_>) + Sync),
    ) -> Result<Old> {
        let renewed = |pointer: Option<Pointer>, was_there: bool| {
            let known = pointer.as_ref().map(|pointer| pointer.generation);
            let known = known.or_else(|| newest(folder).filter(|_| was_there));
            let known = known.and_then(|number| salvage(folder, number));
            Old::Renewed(Box::new(Renewed {
                state: known.unwrap_or_else(new_state),
                pointer,
                was_there,
                is_asked_for: request.rebuild || !was_there,
            }))
        };
        let pointer = match folder::pointer_in(folder) {
            Err(_) if request.rebuild => return Ok(renewed(None, true)),
            Err(error) => return Err(error),
            Ok(None) => return Ok(renewed(None, false)),
            Ok(Some(pointer)) => pointer,
        };
        if request.rebuild {
            return Ok(renewed(Some(pointer), true));
        }
        if pointer.is_newer() {
            let why = format!("created by version {}", pointer.program);
            let failure = Failure::at("index from a newer version", &library.index_dir, why);
            let help = "use that version, or run `cybersearch index --rebuild` for this one";
            return Err(failure.help(help));
        }
        if !pointer.is_of_this_version() {
            events(Event::Renewing("the index was created by another version"));
            return Ok(renewed(Some(pointer), true));
        }
        match Index::open_to_read_through(library)? {
            Some(index) => Ok(Old::Index(Box::new(index), pointer)),
            None => Ok(renewed(None, false)),
        }
    }

    /// The selection of an index to go on with.
    pub(crate) fn selection(&self) -> Option<&Selection> {
        match self {
            Old::Index(index, _) => Some(&index.state().selection),
            Old::Renewed(_) => None,
        }
    }

    /// What the update begins with.
    pub(crate) fn state(&self) -> State {
        match self {
            Old::Index(index, _) => index.state().clone(),
            Old::Renewed(renewed) => renewed.state.clone(),
        }
    }

    /// The number that tells the index from others; empty where it has none.
    pub(crate) fn id(&self) -> &str {
        match self {
            Old::Index(_, pointer) => &pointer.id,
            Old::Renewed(renewed) => renewed.pointer.as_ref().map_or("", |pointer| &pointer.id),
        }
    }
}

/// What the index of `library` says of itself now, if that can be read; without
/// opening it.
pub(crate) fn peek(library: &Library) -> Option<State> {
    let folder = Folder::open(&library.index_dir).ok()?;
    let pointer = folder::pointer_in(&folder).ok()??;
    salvage(&folder, pointer.generation)
}

/// The newest generation of ours in the folder.
fn newest(folder: &Folder) -> Option<u64> {
    let names = folder.list().ok()?;
    let numbers = names
        .iter()
        .filter_map(|(name, _)| names::generation_number(name));
    let is_ours = |number: &u64| {
        let generation = folder.child(names::generation(*number).as_ref());
        generation.is_ok_and(|generation| folder::has_mark(&generation))
    };
    numbers.filter(is_ours).max()
}

/// The state of a generation that may not open any more: its sources are
/// worth keeping. Reads the file in which tantivy keeps a commit's payload.
fn salvage(folder: &Folder, generation: u64) -> Option<State> {
    let generation = folder.child(names::generation(generation).as_ref()).ok()?;
    let list = generation
        .read(names::META.as_ref(), names::MAX_META)
        .ok()?;
    // Even with a damaged seal: what can be read of it is better than nothing.
    state::state_of(&checksum::checked(&list).unwrap_or(list))
}

/// What an index says of itself before there is one.
pub(crate) fn new_state() -> State {
    State {
        extraction: EXTRACTION_VERSION,
        readers: Readers::default(),
        built_at: String::new(),
        sources: Vec::new(),
        selection: Selection::default(),
        articles: 0,
        bytes: 0,
        files: 0,
        words: 0,
        title_words: 0,
        others: std::collections::BTreeMap::new(),
        corrections: String::new(),
        never_applied: Vec::new(),
        is_public: false,
        dictionary: None,
        outlived: false,
        room: u64::MAX,
    }
}
