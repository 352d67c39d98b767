//! What the owner knows, as it is read for an index and remembered by it.
//!
//! The index keeps the text of the owner's file that its articles were read
//! with, so that `show` corrects as the index did, and a changed file is seen.

use std::path::Path;

use crate::corrections::{Corrections, Owner};
use crate::engine::local::{Index, State};
use crate::failure::{Failure, Result};
use crate::library::Library;
use crate::source::{SkipReason, read_corrections_text, read_text};

/// The corrections in the file at `path`, with its text; `None` without one.
///
/// # Errors
/// When it cannot be read, or a line of it is wrong: the first such line.
pub fn read_corrections(path: &Path) -> Result<Option<(String, Corrections)>> {
    parse(path, read_text(path))
}

fn parse(
    path: &Path,
    text: std::result::Result<Option<String>, SkipReason>,
) -> Result<Option<(String, Corrections)>> {
    let text = text.map_err(|reason| {
        let why = match reason {
            SkipReason::Unreadable(why) => why,
            other => other.to_string(),
        };
        Failure::at("cannot read the corrections file", path, why).help("fix or remove the file")
    })?;
    let Some(text) = text else {
        return Ok(None);
    };
    match Corrections::parse(&text) {
        Ok(corrections) => Ok(Some((text, corrections))),
        Err(wrong) => {
            let more = match wrong.len() {
                0 | 1 => String::new(),
                2 => " (and 1 more invalid line)".to_owned(),
                count => format!(" (and {} more invalid lines)", count - 1),
            };
            let first = &wrong[0];
            let why = format!("{}:{}: {}{more}", path.display(), first.line, first.why);
            Err(Failure::new(format!("invalid correction: {why}")).help(&first.help))
        }
    }
}

/// What the owner knew when `state` was committed.
pub(crate) fn of_state(state: &State) -> Owner {
    // It was read without fault then.
    Owner {
        corrections: Corrections::parse(&state.corrections).unwrap_or_default(),
        assumed_year: state.selection.assume_year,
    }
}

/// Whether the owner's file now says something else than when `state` was
/// committed; a comment is nothing.
pub(crate) fn has_changed(library: &Library, state: &State) -> bool {
    match read_corrections_text(&library.corrections(), state.selection.follow) {
        Ok(text) => differs(&text.unwrap_or_default(), state),
        Err(_) => true,
    }
}

/// Whether `text` says something else than what `state` was made with.
fn differs(text: &str, state: &State) -> bool {
    text != state.corrections
        && Corrections::parse(text).map_or(true, |now| !now.say_as(&of_state(state).corrections))
}

/// What the owner knows now.
#[derive(Debug)]
pub(crate) struct KnownCorrections {
    corrections: Corrections,
    /// The text of the owner's file.
    text: String,
}

impl KnownCorrections {
    /// Reads the owner's file of `library`, which may be a link if `follows`.
    pub(crate) fn read(library: &Library, follows: bool) -> Result<KnownCorrections> {
        let path = library.corrections();
        let text = read_corrections_text(&path, follows);
        let (text, corrections) = parse(&path, text)?.unwrap_or_default();
        Ok(KnownCorrections { corrections, text })
    }

    /// All of it, with what the index remembers.
    pub(crate) fn owner(self, state: &State) -> Owner {
        Owner {
            corrections: self.corrections,
            assumed_year: state.selection.assume_year,
        }
    }
}

impl State {
    /// Takes over what the owner knows now; says whether that is something
    /// else than before. Where it is, or the articles `are_read_anew` anyway,
    /// no correction has applied yet.
    pub(crate) fn learn(&mut self, knowledge: &KnownCorrections, are_read_anew: bool) -> bool {
        let is_other = differs(&knowledge.text, self);
        if is_other || are_read_anew {
            self.never_applied = (0..knowledge.corrections.rules().len()).collect();
        }
        self.corrections.clone_from(&knowledge.text);
        is_other
    }
}

impl Index {
    /// What the owner knew when the index was made: what its articles were
    /// read with.
    pub fn owner(&self) -> &Owner {
        self.owner.get_or_init(|| of_state(&self.state))
    }

    /// Whether the owner's file says something else now.
    pub fn are_corrections_old(&self) -> bool {
        has_changed(&self.library, &self.state)
    }
}
