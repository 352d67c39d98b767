//! What an index is to be made of: the sources that it had, and what the user
//! adds and takes away.

use std::path::Path;

use super::old::new_state;
use super::request::Update;
use crate::engine::local::State;
use crate::failure::{Failure, Result};
use crate::library::Library;

/// Every path that the user named must be there.
pub(crate) fn check_sources(library: &Library, request: &Update) -> Result<()> {
    for key in &request.add {
        let path = library.locate(key);
        let failure = match std::fs::metadata(&path) {
            Err(error) => Some(Failure::io("cannot index", &path, &error)),
            // It is never read, so it must not become a source.
            Ok(meta) if !meta.is_file() && !meta.is_dir() => {
                Some(Failure::at("cannot index", &path, "not a regular file"))
            }
            Ok(_) => None,
        };
        if let Some(failure) = failure {
            return Err(failure.help("give an existing file or folder"));
        }
        if path == library.corrections() {
            let failure = Failure::at("cannot index", &path, "it is the corrections file");
            return Err(failure.help("give the folder with the articles"));
        }
        if path.starts_with(&library.index_dir) {
            let failure = Failure::at("cannot index", &path, "it is part of the index");
            return Err(failure.help("give the folder with the articles"));
        }
    }
    Ok(())
}

/// Where there is no index yet: something must be there to make one of, before
/// its folder is.
pub(crate) fn check_worth_making(library: &Library, request: &Update) -> Result<()> {
    plan_sources(library, request, &mut new_state()).map_err(|failure| {
        if request.forget.is_empty() {
            let place = library.index_dir.display();
            let why = format!("no seeds/ folder, and no index in {place}");
            nothing_to_index(library, &why)
        } else {
            failure
        }
    })
}

fn nothing_to_index(library: &Library, why: &str) -> Failure {
    Failure::at("nothing to index", &library.root, why)
        .help("give a folder to index: `cybersearch index FOLDER`")
}

pub(crate) fn plan_sources(library: &Library, request: &Update, state: &mut State) -> Result<()> {
    if request.exact && !request.add.is_empty() {
        state.sources.clear();
    } else if state.sources.is_empty() && request.add.is_empty() {
        state.sources = library.default_sources();
    }
    for key in &request.forget {
        let before = state.sources.len();
        state.sources.retain(|source| source != key);
        if state.sources.len() == before {
            let known = state.sources.join(", ");
            return Err(Failure::at(
                "cannot forget",
                Path::new(key),
                "not a source of this index",
            )
            .help(format!("its sources are: {known}")));
        }
    }
    state.sources.extend(request.add.iter().cloned());
    state.sources.sort_unstable();
    state.sources.dedup();
    request.selection.apply(&mut state.selection);
    if state.sources.is_empty() && request.forget.is_empty() {
        let why = "no seeds/ folder, and the index has no sources";
        return Err(nothing_to_index(library, why));
    }
    Ok(())
}
