//! Whose library it is, and how far it is trusted.
//!
//! A library is found in any folder above, as git finds its repository, and may
//! belong to somebody else, or have come with a download. Its index says which
//! files are read: sources anywhere, and links. So what it says is believed
//! only where this user said it:
//!
//! * A library of another user is not written by a plain search, and no link
//!   and no source outside it is read for it. One that a group keeps (a folder
//!   with the setgid bit that its group, and nobody else, may write) is trusted
//!   by the members of the group.
//! * An index that reaches outside its library (it follows links, or has
//!   sources elsewhere) is known by a random number, which the user's own state
//!   folder remembers with its place. One that was cloned, copied or unpacked is
//!   not known; its links and outside sources are not read until it is trusted
//!   or built again.
//!
//! `cybersearch trust DIR` says so once.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Library;
use crate::failure::{Failure, Result};
use crate::files::{self, Folder};
use crate::source::path_key;

/// The file in the state folder.
const FILE: &str = "trust.json";

/// What locks it while it is changed.
const LOCK: &str = ".trust.lock";

/// The most that it may hold.
const MAX_BYTES: u64 = 16 << 20;

/// How far a library is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trust {
    /// Another user whose library it is; `None` for one's own, or a trusted one.
    pub owner: Option<u32>,
    /// Whether links are followed, and sources outside the library read, if the
    /// index says so.
    pub reaches: bool,
}

impl Trust {
    /// Of a library of one's own.
    pub const FULL: Trust = Trust {
        owner: None,
        reaches: true,
    };
}

/// What the user's state folder remembers.
#[derive(Debug, Default, Serialize, Deserialize)]
struct TrustState {
    /// Folders of libraries that are trusted, whoever owns them.
    #[serde(default)]
    folders: BTreeSet<String>,
    /// Indexes that this user made, by their numbers, with their places.
    #[serde(default)]
    indexes: BTreeMap<String, String>,
}

/// The number of the user that the process acts for.
pub(crate) fn user() -> u32 {
    #[cfg(unix)]
    {
        rustix::process::geteuid().as_raw()
    }
    #[cfg(not(unix))]
    {
        0
    }
}

/// How far `library` is trusted, whose index (if there is one) has the number
/// `id` and `reaches_out` of the library.
///
/// Whatever cannot be found out counts against it.
pub(crate) fn of(library: &Library, id: &str, reaches_out: bool) -> Trust {
    let owner = foreign_owner(library);
    if owner.is_none() && !reaches_out {
        return Trust::FULL;
    }
    let Ok(known) = read() else {
        return Trust {
            owner,
            reaches: false,
        };
    };
    if is_trusted_folder(&known, library) {
        return Trust::FULL;
    }
    Trust {
        owner,
        reaches: owner.is_none() && is_known_index(&known, library, id),
    }
}

/// The number of the user whose library it is, if that is somebody else, who is
/// not trusted.
fn foreign_owner(library: &Library) -> Option<u32> {
    let user = user();
    let folders = [&library.root, &library.index_dir];
    let metas: Vec<_> = folders
        .into_iter()
        .filter_map(|dir| files::stat(dir).ok())
        .collect();
    let is_of_ours = |meta: &files::Meta| {
        let is_kept = meta.mode & 0o2022 == 0o2020 && is_member(meta.group);
        // The system's administrator can do everything anyway; a folder in which
        // others may write is theirs as well.
        let is_of_the_system = meta.owner == 0 && meta.mode & 0o022 == 0;
        meta.owner == user || is_kept || is_of_the_system
    };
    // Of the index first: who made it says which files are read.
    let foreign = metas.iter().rev().find(|meta| !is_of_ours(meta));
    foreign.map(|meta| meta.owner)
}

#[cfg(unix)]
fn is_member(group: u32) -> bool {
    let own = rustix::process::getegid().as_raw() == group;
    own || rustix::process::getgroups()
        .is_ok_and(|groups| groups.iter().any(|one| one.as_raw() == group))
}

#[cfg(not(unix))]
fn is_member(_: u32) -> bool {
    false
}

fn is_trusted_folder(known: &TrustState, library: &Library) -> bool {
    let real = |dir: &Path| dir.canonicalize().ok().map(|dir| path_key::encode(&dir));
    let is_trusted = |dir: &Path| real(dir).is_some_and(|dir| known.folders.contains(&dir));
    is_trusted(&library.root)
}

/// Whether the index with this number was made by this user and is where it
/// was, or was moved as a whole.
fn is_known_index(known: &TrustState, library: &Library, id: &str) -> bool {
    let Some(place) = known.indexes.get(id).filter(|_| !id.is_empty()) else {
        return false;
    };
    let place = path_key::decode(place);
    let is_same = || {
        let here = library.index_dir.canonicalize();
        here.is_ok_and(|here| here == place)
    };
    // A copy has the number of the one that is still in its place.
    let is_there = || super::pointer::id_of(&place).is_some_and(|there| there == id);
    is_same() || !is_there()
}

/// Remembers that this user made the index of `library`, with the number `id`.
pub(crate) fn remember_index(library: &Library, id: &str) -> Result<()> {
    let place = library.index_dir.canonicalize();
    let place = place.map_err(|error| Failure::io(CANNOT, &library.index_dir, &error))?;
    let place = path_key::encode(&place);
    if read().is_ok_and(|known| known.indexes.get(id) == Some(&place)) {
        return Ok(());
    }
    change(|known| {
        known.indexes.insert(id.to_owned(), place);
    })
}

/// Trusts the library whose folder is `root`, whoever owns it.
///
/// # Errors
/// When it is not there, or the user's state folder cannot be written.
pub fn trust(root: &Path) -> Result<PathBuf> {
    let real = root
        .canonicalize()
        .map_err(|error| Failure::io("cannot trust", root, &error))?;
    let key = path_key::encode(&real);
    change(|known| {
        known.folders.insert(key);
    })?;
    Ok(real)
}

/// Trusts the library whose folder is `root` no longer; says whether it was.
///
/// # Errors
/// When the user's state folder cannot be written.
pub fn distrust(root: &Path) -> Result<bool> {
    let real = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let key = path_key::encode(&real);
    if !read()?.folders.contains(&key) {
        return Ok(false);
    }
    change(|known| {
        known.folders.remove(&key);
    })?;
    Ok(true)
}

/// The folders of libraries that are trusted.
///
/// # Errors
/// When the user's state folder cannot be read.
pub fn trusted() -> Result<Vec<PathBuf>> {
    let folders = read()?.folders;
    Ok(folders.iter().map(|key| path_key::decode(key)).collect())
}

const CANNOT: &str = "cannot save the trusted libraries";

/// The user's state folder of this program.
fn state_folder() -> Option<PathBuf> {
    files::user_folder("XDG_STATE_HOME", ".local/state")
}

/// Reads what is remembered; nothing is where there is no file yet.
fn read() -> Result<TrustState> {
    let Some(folder) = state_folder() else {
        return Ok(TrustState::default());
    };
    let path = folder.join(FILE);
    let text = match Folder::open(&folder).and_then(|folder| folder.read(FILE.as_ref(), MAX_BYTES))
    {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(TrustState::default()),
        Err(error) => {
            return Err(Failure::io(
                "cannot read the trusted libraries",
                &path,
                &error,
            ));
        }
    };
    serde_json::from_slice(&text).map_err(|_| {
        Failure::at(
            "cannot read the trusted libraries",
            &path,
            "invalid content",
        )
        .help("remove the file, then trust the libraries again")
    })
}

/// Changes what is remembered.
fn change(what: impl FnOnce(&mut TrustState)) -> Result<()> {
    let Some(path) = state_folder() else {
        return Err(Failure::new(format!("{CANNOT}: no state folder found"))
            .help("set XDG_STATE_HOME or HOME"));
    };
    let failed = |error: &io::Error| Failure::io(CANNOT, &path, error);
    std::fs::create_dir_all(&path).map_err(|error| failed(&error))?;
    let folder = Folder::open(&path).map_err(|error| failed(&error))?;
    let lock = folder.open_lock(LOCK.as_ref(), 0o600, false);
    let lock = lock.map_err(|error| failed(&error))?;
    // Held for the moment of one small file.
    lock.lock().map_err(|error| failed(&error))?;
    let mut known = read()?;
    what(&mut known);
    let mut text = serde_json::to_vec_pretty(&known).map_err(|error| failed(&error.into()))?;
    text.push(b'\n');
    folder
        .replace(FILE.as_ref(), &text, 0o600, false)
        .map_err(|error| failed(&error))
}

/// The name of a user, with the number; the number alone where the system's list
/// does not have it.
pub fn name_of(user: u32) -> String {
    let list = Folder::open(Path::new("/etc"))
        .and_then(|folder| folder.read("passwd".as_ref(), files::SMALL_FILE));
    let list = list.unwrap_or_default();
    let list = String::from_utf8_lossy(&list);
    let name = list.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(user)).then(|| name.to_owned())
    });
    name.map_or_else(
        || format!("user {user}"),
        |name| format!("{name} (user {user})"),
    )
}
