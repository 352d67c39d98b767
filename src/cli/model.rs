//! The sentence model of a command: the one that the user named, or the one that
//! lies where models are looked for.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cybersearch::failure::{Failure, Result as Outcome};
use cybersearch::meaning::{default_folder, is_there, open};
use cybersearch::search::Meaning;

use super::args::ModelArgs;

/// The model for a search that asked for one, which puts the `first` articles in
/// order.
pub(super) fn wanted(arguments: &ModelArgs, first: u16) -> Outcome<Meaning> {
    let folder = named(arguments).or_else(default_folder).ok_or_else(|| {
        Failure::new("--meaning: no folder for the model is known").help("name one: --model FOLDER")
    })?;
    read(&folder, first)
}

/// The model for the requests to come, if there is one: what was named must be
/// one, and what nobody named may be missing.
pub(super) fn for_requests(arguments: &ModelArgs) -> Outcome<Option<Meaning>> {
    let unasked = || default_folder().filter(|folder| is_there(folder));
    let folder = named(arguments).or_else(unasked);
    folder
        .map(|folder| read(&folder, Meaning::FIRST))
        .transpose()
}

/// The folder that the user named; an empty variable names none.
fn named(arguments: &ModelArgs) -> Option<PathBuf> {
    let set = || std::env::var_os("CYBERSEARCH_MODEL").filter(|folder| !folder.is_empty());
    let named = arguments.model.clone();
    named.or_else(|| set().map(PathBuf::from))
}

fn read(folder: &Path, first: u16) -> Outcome<Meaning> {
    Ok(Meaning::new(Arc::new(open(folder)?), first))
}
