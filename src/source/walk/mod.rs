//! Finds the files of a library's sources, with what the file system says of
//! each.
//!
//! Each folder is opened in the one above and listed once; its files are asked
//! for in it. Without `--follow` no link below a source is followed.

mod base;
mod rules;
mod stat;

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;

pub(crate) use self::base::Base;
use self::rules::{Rules, Unread};
pub use self::stat::{FileSeen, Stat};
use super::{Selection, Skip, SkipReason, SourceFormat, is_by_rule, path_key, sidecar};
use crate::failure::plain_cause;
use crate::files::{self, Access, EntryKind, Folder, Meta};
use crate::parallel::in_order;

/// How many entries of a walk are looked at by one thread at once.
const BATCH: usize = 256;

/// A file that may hold articles.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its path in the library, as text.
    pub key: String,
    /// The folder that it lies in, in the file system: one for all of its
    /// files, since each of millions of files has its entry in memory.
    folder: Arc<PathBuf>,
    /// How articles lie in it.
    pub format: SourceFormat,
    /// Of the file and its sidecar; taken before they are read, so that a
    /// change while reading shows later.
    pub seen: FileSeen,
    /// Whether it had a sidecar then.
    pub has_sidecar: bool,
    /// Whether it was reached by a link of its own.
    pub is_linked: bool,
    /// The permissions of the file, and of its sidecar.
    pub(crate) permissions: [Option<Permissions>; 2],
    /// Where it is opened.
    pub(crate) base: Arc<Base>,
}

impl SourceFile {
    /// Its place in the file system. Made of the folder and the last part of the
    /// key, which is the file's name.
    pub fn location(&self) -> PathBuf {
        let name = self.key.rsplit('/').next().unwrap_or_default();
        self.folder.join(path_key::decode(name))
    }

    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.seen.stat.size
    }

    /// What is remembered of how it is.
    pub fn stat(&self) -> Stat {
        self.seen.stat
    }

    /// Who of an index that belongs to `group` may read it.
    pub(crate) fn access(&self, group: u32) -> Access {
        let all = self.permissions.iter().flatten();
        all.fold(Access::PUBLIC, |access, one| access.and(one.access(group)))
    }
}

/// Who may read a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Permissions {
    mode: u16,
    is_folder: bool,
    group: u32,
}

impl Permissions {
    fn of(meta: &Meta) -> Permissions {
        Permissions {
            // Nine bits, which always fit.
            mode: u16::try_from(meta.mode & 0o777).unwrap_or_default(),
            is_folder: meta.kind == EntryKind::Folder,
            group: meta.group,
        }
    }

    fn access(self, group: u32) -> Access {
        let needed = if self.is_folder { 0o5 } else { 0o4 };
        Access::of_mode(self.mode.into(), self.group, group, needed)
    }
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct WalkResult {
    /// The files that may hold articles, by key.
    pub files: Vec<SourceFile>,
    /// How many files there are of other kinds, by ending.
    pub others: BTreeMap<String, u64>,
    /// Folders and files that could not be looked at, with the reason.
    pub errors: Vec<(String, String)>,
    /// Sources that are not there, as the index remembers them.
    pub missing: Vec<String>,
    /// Sources and links that are not looked at, since the index that
    /// remembers them is not trusted.
    pub distrusted: Vec<String>,
    /// Files that the group which keeps the library may not read.
    private: Vec<String>,
    /// Files of patterns that are not used, with the reason.
    not_used: Vec<(String, String)>,
    /// Permissions of the folders, as far as they differ.
    folders: FxHashSet<Permissions>,
    /// What else an article is made of, with its permissions.
    beside: Vec<(String, Permissions)>,
}

impl WalkResult {
    /// Who of an index that belongs to `group` may read all that was found, and
    /// the first file that closes it to more people than the folders do.
    pub(crate) fn access(&self, group: u32) -> (Access, Option<&str>) {
        let folders = self.folders.iter().fold(Access::PUBLIC, |access, folder| {
            access.and(folder.access(group))
        });
        let mut all = folders;
        let mut closing = None;
        let files = self
            .files
            .iter()
            .map(|file| (&file.key, file.access(group)));
        let beside = self
            .beside
            .iter()
            .map(|(key, one)| (key, one.access(group)));
        for (key, access) in files.chain(beside) {
            if closing.is_none() && all.is_wider_than(access) {
                closing = Some(key.as_str());
            }
            all = all.and(access);
        }
        (all, closing)
    }

    /// What is left out whatever it holds: files that their group may not read,
    /// and files of patterns that are none.
    pub fn skips(&self) -> Vec<(String, Skip)> {
        let private = self.private.iter();
        let private = private.map(|key| (key.clone(), Skip::file(&SkipReason::Private)));
        let not_used = self.not_used.iter().map(|(key, why)| {
            let reason = format!("not used: {why}");
            (key.clone(), Skip::told(None, reason))
        });
        private.chain(not_used).collect()
    }

    /// Leaves out what the group may not read.
    fn leave_out_private(&mut self, group: u32) {
        let (kept, private) = std::mem::take(&mut self.files)
            .into_iter()
            .partition(|file| file.access(group).group);
        self.files = kept;
        let private: Vec<SourceFile> = private;
        self.private
            .extend(private.into_iter().map(|file| file.key));
    }

    fn add(&mut self, seen: Looked) {
        self.files.extend(seen.files);
        self.errors.extend(seen.errors);
    }
}

/// What a look at some files of a folder came to.
#[derive(Default)]
struct Looked {
    files: Vec<SourceFile>,
    errors: Vec<(String, String)>,
}

/// Some files of one folder.
struct FileBatch {
    folder: Folder,
    /// Where it is.
    path: Arc<PathBuf>,
    /// What the keys of its files begin with.
    prefix: Arc<str>,
    /// Their names and formats, and whether each is a link.
    files: Vec<(OsString, SourceFormat, bool)>,
    /// The names of the sidecars in it.
    sidecars: Arc<FxHashSet<OsString>>,
    base: Arc<Base>,
}

/// Walks the sources of one library.
#[derive(Debug)]
pub struct Walker<'a> {
    /// Keys are relative to this folder where a file lies in it.
    pub root: &'a Path,
    /// Never walked.
    pub index_dir: &'a Path,
    /// The owner's file, which is no article.
    pub corrections: PathBuf,
    /// Which files count.
    pub selection: &'a Selection,
    /// How many threads look: more than one is worth starting for some
    /// thousand files.
    pub threads: usize,
    /// Whether links and sources outside the library may be read: not if
    /// somebody else may have named them.
    pub reaches: bool,
    /// The group that keeps the library: what it may not read is left out.
    pub group: Option<u32>,
}

/// A folder that is to be looked into.
struct Pending {
    folder: Folder,
    path: PathBuf,
    rules: Rules,
    /// Numbers of the folders above, to see a link that leads back; kept where
    /// links are followed.
    above: Vec<(u64, u64)>,
}

impl Walker<'_> {
    /// Finds the files of `sources` (keys of files and folders), sorted by
    /// key. A file that two sources reach is found once.
    pub fn walk(&self, sources: &[String]) -> WalkResult {
        let mut found = WalkResult::default();
        for source in sources {
            let location = absolute(self.root, &path_key::decode(source));
            if location == self.corrections {
                continue;
            }
            match self.open_source(&location) {
                Ok(WalkedSource::Folder(folder)) => self.walk_folder(&location, folder, &mut found),
                Ok(WalkedSource::File(meta)) => {
                    if let Err(error) = self.add_named_file(&location, &meta, &mut found) {
                        found.errors.push((source.clone(), plain_cause(&error)));
                    }
                }
                Ok(WalkedSource::Distrusted) => found.distrusted.push(source.clone()),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    found.missing.push(source.clone());
                    continue;
                }
                Err(error) => found.errors.push((source.clone(), plain_cause(&error))),
            }
            self.add_parents(&location, &mut found);
        }
        let corrections = files::stat(&self.corrections).ok();
        let beside = corrections.filter(|meta| meta.kind == EntryKind::File);
        found.beside.extend(beside.map(|meta| {
            let key = key_of(self.root, &self.corrections);
            (key, Permissions::of(&meta))
        }));
        found.files.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        found.files.dedup_by(|a, b| a.key == b.key);
        found.errors.sort_unstable();
        found.errors.dedup();
        if let Some(group) = self.group {
            found.leave_out_private(group);
        }
        found
    }

    /// Whether links below a source are followed.
    fn follows(&self) -> bool {
        self.selection.follow && self.reaches
    }

    /// Opens a source, which may be a link if the one who named it is trusted.
    fn open_source(&self, location: &Path) -> io::Result<WalkedSource> {
        if !self.reaches {
            let Ok(inside) = location.strip_prefix(self.root) else {
                return Ok(WalkedSource::Distrusted);
            };
            return self.open_inside(inside);
        }
        let meta = files::stat(location)?;
        Ok(if meta.kind == EntryKind::Folder {
            WalkedSource::Folder(Folder::open(location)?)
        } else {
            WalkedSource::File(meta)
        })
    }

    /// Opens a source in the library, without following a link.
    fn open_inside(&self, inside: &Path) -> io::Result<WalkedSource> {
        let is_link = |error: &io::Error| error.to_string() == files::LINK;
        let root = Folder::open(self.root)?;
        let (Some(parent), Some(name)) = (inside.parent(), inside.file_name()) else {
            return Ok(WalkedSource::Folder(root));
        };
        let parent = match root.descend(parent) {
            Err(error) if is_link(&error) => return Ok(WalkedSource::Distrusted),
            parent => parent?,
        };
        let meta = parent.stat(name)?;
        Ok(match meta.kind {
            EntryKind::Link => WalkedSource::Distrusted,
            EntryKind::Folder => WalkedSource::Folder(parent.child(name)?),
            EntryKind::File | EntryKind::Other => WalkedSource::File(meta),
        })
    }

    /// Where the files of a source are opened.
    ///
    /// # Errors
    /// When it is not there, may not be entered, or is not to be read since the
    /// one who named it is not trusted.
    pub(crate) fn base(&self, source: &str) -> io::Result<Base> {
        let location = absolute(self.root, &path_key::decode(source));
        match self.open_source(&location)? {
            WalkedSource::Folder(folder) => Ok(Base::folder(folder, self.follows())),
            WalkedSource::File(_) => Base::file(&location, self.follows()),
            WalkedSource::Distrusted => Err(io::Error::other("this library is not trusted")),
        }
    }

    /// Notes the permissions of the folders that a source lies in, up to the
    /// library's; of a source outside, all of them.
    fn add_parents(&self, location: &Path, found: &mut WalkResult) {
        let parents = location.ancestors().skip(1);
        let end = location.starts_with(self.root).then_some(self.root);
        for parent in parents {
            let meta = files::stat(parent);
            // Above the library it is enough that it can be passed through.
            let all = |mut meta: Meta| {
                meta.mode |= (meta.mode & 0o111) << 2;
                meta
            };
            let meta = meta.map(|meta| if end.is_some() { meta } else { all(meta) });
            found
                .folders
                .extend(meta.map(|meta| Permissions::of(&meta)));
            if end == Some(parent) {
                break;
            }
        }
    }

    /// The folders that [`Walker::walk`] looks into, for the same sources; of a
    /// named file, the one that it lies in.
    pub fn folders(&self, sources: &[String]) -> BTreeSet<PathBuf> {
        let mut folders = BTreeSet::new();
        for source in sources {
            let location = absolute(self.root, &path_key::decode(source));
            match self.open_source(&location) {
                Ok(WalkedSource::Folder(folder)) => {
                    let mut found = WalkResult::default();
                    self.visit(&location, folder, &mut found, &mut |listed| {
                        folders.insert(listed.path.to_path_buf());
                        true
                    });
                }
                Ok(WalkedSource::File(_)) => folders.extend(location.parent().map(Path::to_owned)),
                Ok(WalkedSource::Distrusted) | Err(_) => {}
            }
        }
        folders
    }

    /// One thread reads the folders, others ask for the files in them: a walk
    /// of several threads, each entry handed from one to the next, took twice
    /// as long.
    fn walk_folder(&self, location: &Path, folder: Folder, found: &mut WalkResult) {
        let mut looked = WalkResult::default();
        if self.threads <= 1 {
            self.visit(location, folder, &mut looked, &mut |batch| {
                found.add(self.look(&batch));
                true
            });
        } else {
            let visited = &mut looked;
            let Ok(()) = in_order(
                self.threads,
                |send| self.visit(location, folder, visited, &mut |batch| send(batch)),
                |batch| self.look(&batch),
                |seen| {
                    found.add(seen);
                    Ok::<(), Infallible>(())
                },
            );
        }
        found.errors.append(&mut looked.errors);
        found.distrusted.append(&mut looked.distrusted);
        found.private.append(&mut looked.private);
        found.not_used.append(&mut looked.not_used);
        found.folders.extend(looked.folders);
        for (ending, count) in looked.others {
            *found.others.entry(ending).or_default() += count;
        }
    }

    /// Looks into a folder and all in it: files go to `send`, in batches, as
    /// long as it wants them, all else into `found`. A folder without files
    /// gives an empty batch.
    fn visit(
        &self,
        location: &Path,
        folder: Folder,
        found: &mut WalkResult,
        send: &mut dyn FnMut(FileBatch) -> bool,
    ) {
        let base = Arc::new(Base::folder(folder.clone(), self.follows()));
        let mut unread = Unread::new();
        let rules = if self.selection.ignored {
            Rules::default()
        } else {
            Rules::above(location, self.follows(), &mut unread)
        };
        let mut pending = vec![Pending {
            folder,
            path: location.to_owned(),
            rules,
            above: Vec::new(),
        }];
        while let Some(next) = pending.pop() {
            if !self.visit_one(next, &base, &mut pending, found, &mut unread, send) {
                break;
            }
        }
        let unread = unread.into_iter();
        let unread = unread.map(|(path, error)| (key_of(self.root, &path), plain_cause(&error)));
        found.not_used.extend(unread);
    }

    /// Looks into one folder; says whether more is wanted.
    fn visit_one(
        &self,
        mut next: Pending,
        base: &Arc<Base>,
        pending: &mut Vec<Pending>,
        found: &mut WalkResult,
        unread: &mut Unread,
        send: &mut dyn FnMut(FileBatch) -> bool,
    ) -> bool {
        let listed = next.folder.meta().and_then(|meta| {
            let permissions = Permissions::of(&meta);
            if self
                .group
                .is_some_and(|group| !permissions.access(group).group)
            {
                return Ok(None);
            }
            found.folders.insert(permissions);
            if self.follows() {
                next.above.push((meta.device, meta.inode));
            }
            next.folder.list().map(Some)
        });
        let mut names = match listed {
            Ok(Some(names)) => names,
            Ok(None) => {
                found.private.push(key_of(self.root, &next.path));
                return true;
            }
            Err(error) => {
                let key = key_of(self.root, &next.path);
                found.errors.push((key, plain_cause(&error)));
                return true;
            }
        };
        if !self.selection.ignored && !self.add_rules(&mut next, &names, found, unread) {
            return true;
        }
        // Short names are quickly put in order here; whole keys, once all are
        // found, are not.
        names.sort_unstable_by(|(a, _), (b, _)| a.as_encoded_bytes().cmp(b.as_encoded_bytes()));
        let (mut files, mut sidecars) = (Vec::new(), FxHashSet::default());
        let known = pending.len();
        for (name, kind) in names {
            if !self.selection.hidden && name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            if name
                .as_encoded_bytes()
                .ends_with(sidecar::ENDING.as_bytes())
            {
                sidecars.insert(name.clone());
            }
            match self.kind(&next, &name, kind, found) {
                Some(EntryKind::Folder) => self.enter(&next, &name, pending, found),
                Some(EntryKind::File) => {
                    let is_linked = kind == Some(EntryKind::Link);
                    let format = self.format(&next, &name, found);
                    files.extend(format.map(|format| (name, format, is_linked)));
                }
                _ => {}
            }
        }
        put_in_order(&mut pending[known..]);
        self.hand_out(next, files, sidecars, base, send)
    }

    /// Adds the patterns of a folder that holds `names`; says whether it may be
    /// read: what they leave out must not be for want of them.
    fn add_rules(
        &self,
        listed: &mut Pending,
        names: &[(OsString, Option<EntryKind>)],
        found: &mut WalkResult,
        unread: &mut Unread,
    ) -> bool {
        let (known, follows) = (unread.len(), self.follows());
        let (folder, path) = (&listed.folder, &listed.path);
        let rules = listed
            .rules
            .inside(folder, path, Some(names), follows, unread);
        let refused = |(_, error): &&(PathBuf, io::Error)| !is_by_rule(error);
        if let Some((patterns, error)) = unread[known..].iter().find(refused) {
            let name = patterns.file_name().unwrap_or_default().display();
            let why = format!("its {name}: {}", plain_cause(error));
            found.errors.push((key_of(self.root, path), why));
            unread.truncate(known);
            return false;
        }
        listed.rules = rules;
        true
    }

    /// Hands out the files of a folder.
    fn hand_out(
        &self,
        listed: Pending,
        mut files: Vec<(OsString, SourceFormat, bool)>,
        sidecars: FxHashSet<OsString>,
        base: &Arc<Base>,
        send: &mut dyn FnMut(FileBatch) -> bool,
    ) -> bool {
        let prefix = match key_of(self.root, &listed.path).as_str() {
            "" | "." => String::new(),
            key if key.ends_with('/') => key.to_owned(),
            key => format!("{key}/"),
        };
        let (path, prefix) = (Arc::new(listed.path), Arc::from(prefix));
        let sidecars = Arc::new(sidecars);
        loop {
            let rest = files.split_off(files.len().min(BATCH));
            let is_wanted = send(FileBatch {
                folder: listed.folder.clone(),
                path: Arc::clone(&path),
                prefix: Arc::clone(&prefix),
                files,
                sidecars: Arc::clone(&sidecars),
                base: Arc::clone(base),
            });
            if rest.is_empty() || !is_wanted {
                return is_wanted;
            }
            files = rest;
        }
    }

    /// What an entry is; of a link, what it leads to where links are followed.
    /// `None` for what is not looked at.
    fn kind(
        &self,
        listed: &Pending,
        name: &OsStr,
        kind: Option<EntryKind>,
        found: &mut WalkResult,
    ) -> Option<EntryKind> {
        let mut error = |error: &io::Error| {
            let key = key_of(self.root, &listed.path.join(name));
            found.errors.push((key, plain_cause(error)));
            None
        };
        let kind = match kind.map_or_else(|| listed.folder.stat(name).map(|meta| meta.kind), Ok) {
            Ok(kind) => kind,
            Err(failed) => return error(&failed),
        };
        if kind != EntryKind::Link {
            return Some(kind);
        }
        if self.follows() {
            return match listed.folder.stat_followed(name) {
                Ok(meta) => Some(meta.kind),
                Err(failed) => error(&failed),
            };
        }
        if self.selection.follow {
            let key = key_of(self.root, &listed.path.join(name));
            found.distrusted.push(key);
        }
        None
    }

    /// Whether the entry `name` of a folder is left out.
    fn is_left_out(&self, listed: &Pending, name: &OsStr, is_folder: bool) -> bool {
        let is = |path: &Path| {
            // Told of nearly all names without taking the path apart.
            let ends = path.as_os_str().as_encoded_bytes();
            ends.ends_with(name.as_encoded_bytes())
                && path.file_name() == Some(name)
                && path.parent() == Some(listed.path.as_path())
        };
        is(self.index_dir)
            || is(&self.corrections)
            || (!listed.rules.are_idle()
                && listed.rules.leave_out(&listed.path.join(name), is_folder))
    }

    /// Opens a folder that is to be looked into later.
    fn enter(
        &self,
        above: &Pending,
        name: &OsStr,
        pending: &mut Vec<Pending>,
        found: &mut WalkResult,
    ) {
        if self.is_left_out(above, name, true) {
            return;
        }
        let path = above.path.join(name);
        let opened = if self.follows() {
            Folder::open(&path).and_then(|folder| self.check_loop(above, folder))
        } else {
            above.folder.child(name)
        };
        match opened {
            Ok(folder) => pending.push(Pending {
                folder,
                path,
                rules: above.rules.clone(),
                above: above.above.clone(),
            }),
            Err(error) => found
                .errors
                .push((key_of(self.root, &path), plain_cause(&error))),
        }
    }

    /// Fails for a folder that is one of those above.
    #[expect(clippy::unused_self, reason = "it belongs with `enter`")]
    fn check_loop(&self, above: &Pending, folder: Folder) -> io::Result<Folder> {
        let meta = folder.meta()?;
        let is_above =
            |(device, inode): &(u64, u64)| (*device, *inode) == (meta.device, meta.inode);
        if meta.inode != 0 && above.above.iter().any(is_above) {
            let why = "a link that leads back to a parent folder";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        Ok(folder)
    }

    /// The format of a file that is to be read; others are counted.
    fn format(
        &self,
        listed: &Pending,
        name: &OsStr,
        found: &mut WalkResult,
    ) -> Option<SourceFormat> {
        if self.is_left_out(listed, name, false) {
            return None;
        }
        let path = Path::new(name);
        if sidecar::is_one(path) {
            return None;
        }
        let format = SourceFormat::of(path);
        if format.is_none() {
            let ending = path.extension();
            let ending = ending.map(|ending| format!(".{}", ending.to_string_lossy()));
            let ending = ending.unwrap_or_else(|| "no ending".to_owned());
            *found.others.entry(ending).or_default() += 1;
        }
        format
    }

    /// Asks for some files of a folder.
    fn look(&self, batch: &FileBatch) -> Looked {
        let mut looked = Looked::default();
        for (name, format, is_linked) in &batch.files {
            let mut key = String::with_capacity(batch.prefix.len() + name.len());
            key.push_str(&batch.prefix);
            path_key::push(&mut key, Path::new(name));
            match self.look_at(batch, name) {
                Ok((seen, beside)) => looked.files.push(SourceFile {
                    key,
                    folder: Arc::clone(&batch.path),
                    format: *format,
                    seen: beside.map_or(seen.0, |(beside, _)| seen.0.with(beside)),
                    has_sidecar: beside.is_some(),
                    is_linked: *is_linked,
                    permissions: [Some(seen.1), beside.map(|(_, permissions)| permissions)],
                    base: Arc::clone(&batch.base),
                }),
                // Gone since the folder was listed.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => looked.errors.push((key, plain_cause(&error))),
            }
        }
        looked
    }

    fn look_at(&self, batch: &FileBatch, name: &OsStr) -> io::Result<(One, Option<One>)> {
        let stat = |name: &OsStr| {
            if self.follows() {
                batch.folder.stat_followed(name)
            } else {
                batch.folder.stat(name)
            }
        };
        let one = |meta: &Meta| {
            let seen = FileSeen::of(meta, self.selection.ctime);
            (seen, Permissions::of(meta))
        };
        let meta = stat(name)?;
        if batch.sidecars.is_empty() {
            return Ok((one(&meta), None));
        }
        let beside = sidecar::name_beside(name).filter(|name| batch.sidecars.contains(name));
        let beside = beside.map(|name| stat(&name)).transpose()?;
        Ok((one(&meta), beside.map(|meta| one(&meta))))
    }

    /// A file that the user named is read as text whatever its ending.
    fn add_named_file(
        &self,
        location: &Path,
        meta: &Meta,
        found: &mut WalkResult,
    ) -> io::Result<()> {
        if meta.kind != EntryKind::File {
            return Err(files::no_file());
        }
        let base = Base::file(location, self.follows())?;
        let ctime = self.selection.ctime;
        let beside = base.stat_beside(location)?;
        let seen = FileSeen::of(meta, ctime);
        found.files.push(SourceFile {
            key: key_of(self.root, location),
            folder: Arc::new(location.parent().map(Path::to_owned).unwrap_or_default()),
            format: SourceFormat::of(location).unwrap_or(SourceFormat::Text),
            seen: beside.map_or(seen, |beside| seen.with(FileSeen::of(&beside, ctime))),
            has_sidecar: beside.is_some(),
            is_linked: false,
            permissions: [
                Some(Permissions::of(meta)),
                beside.map(|beside| Permissions::of(&beside)),
            ],
            base: Arc::new(base),
        });
        Ok(())
    }
}

/// Puts the folders of one folder in the order in which they are taken, the last
/// first: that of the keys in them, which have a slash behind the name.
fn put_in_order(folders: &mut [Pending]) {
    let name = |of: &Pending| {
        let name = of.path.file_name().unwrap_or_default();
        [name.as_encoded_bytes(), b"/"].concat()
    };
    folders.sort_by_cached_key(|folder| std::cmp::Reverse(name(folder)));
}

/// A file as it was seen, and its permissions.
type One = (FileSeen, Permissions);

/// What a source is.
enum WalkedSource {
    Folder(Folder),
    File(Meta),
    /// Outside the library, or behind a link, in an index that is not trusted.
    Distrusted,
}

/// The key of the file at `location`: relative to `root` inside it, else the
/// whole path.
fn key_of(root: &Path, location: &Path) -> String {
    path_key::encode(location.strip_prefix(root).unwrap_or(location))
}

/// `path` from `base` on, with `.` and `..` taken out, links untouched.
pub fn absolute(base: &Path, path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in base.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_finds_each_file_once_and_counts_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        std::fs::create_dir_all(root.join("a/index")).unwrap();
        for name in [
            "a/1.txt",
            "a/b/2.MD",
            "a/.hidden.txt",
            "a/c.odp",
            "a/1.txt.meta.json",
            "a/corrections.txt",
            "a/index/x.txt",
            "notes.log",
        ] {
            std::fs::write(root.join(name), "text").unwrap();
        }
        let walker = Walker {
            root,
            index_dir: &root.join("a/index"),
            corrections: root.join("a/corrections.txt"),
            selection: &Selection::default(),
            threads: 1,
            reaches: true,
            group: None,
        };
        let sources = ["a", "a/b", "notes.log", "gone"].map(str::to_owned);
        let found = walker.walk(&sources);
        let keys: Vec<&str> = found.files.iter().map(|file| file.key.as_str()).collect();
        assert_eq!(keys, ["a/1.txt", "a/b/2.MD", "notes.log"]);
        assert_eq!((found.others.len(), found.others[".odp"]), (1, 1));
        assert_eq!(found.missing, ["gone"]);
        let folders = walker.folders(&sources);
        let folders: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
        assert_eq!(folders, [root, &root.join("a"), &root.join("a/b")]);
    }

    #[cfg(unix)]
    #[test]
    fn a_loop_of_links_ends_and_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir(root.join("a")).unwrap();
        std::fs::write(root.join("a/1.txt"), "text").unwrap();
        std::os::unix::fs::symlink(root.join("a"), root.join("a/again")).unwrap();
        let selection = Selection {
            follow: true,
            ..Selection::default()
        };
        let walker = Walker {
            root,
            index_dir: &root.join("index"),
            corrections: root.join("corrections.txt"),
            selection: &selection,
            threads: 2,
            reaches: true,
            group: None,
        };
        let found = walker.walk(&["a".to_owned()]);
        assert_eq!(found.files.len(), 1);
        assert_eq!(found.errors.len(), 1, "{:?}", found.errors);
    }

    #[test]
    fn paths_are_cleaned_without_asking_the_file_system() {
        assert_eq!(
            absolute(Path::new("/a/b"), Path::new("./../c/./d")),
            Path::new("/a/c/d")
        );
    }
}
