//! The index of a library: opening it to read, and bringing it up to date.
//!
//! Responsible for what is on disk under `index/`: the documents and their
//! fields (`schema`, `document`), the generations and the lock (`folder`), the
//! bookkeeping of source files (`manifest`), and the one writer (`update`: what
//! to do; `plan`: what differs; `reading`: files to documents).
//! Only this module and `search` know tantivy, and no type of it leaves them.

pub(crate) mod buckets;
mod damage;
mod deletion;
mod directory;
pub(crate) mod document;
pub(crate) mod folder;
mod integrity;
mod knowledge;
mod leftovers;
mod manifest;
mod plan;
mod postings;
mod reading;
mod record;
mod refresh;
mod request;
pub(crate) mod schema;
mod seal;
mod segment;
pub(crate) mod sketch;
mod terms;
mod update;
mod vocabulary;
mod writing;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use tantivy::columnar::StrColumn;
use tantivy::directory::Directory;
use tantivy::{ReloadPolicy, Searcher};

use self::damage::{damaged, guarded};
pub use self::damage::{is_guarded, unguarded_panic};
pub use self::folder::Busy;
pub(crate) use self::folder::{Stamp, is_index, stamp};
pub use self::knowledge::read_corrections;
pub use self::record::Record;
pub use self::refresh::{Opened, Refresh, open_fresh};
pub use self::request::{Event, Report, SelectionChange, Update};
use self::schema::Fields;
pub use self::update::{in_memory, update};
use crate::failure::{Failure, Result};
use crate::library::Library;
use crate::owner::Owner;
use crate::parallel::threads;
use crate::source::{Selection, Skip, Walker};

/// The action that mends an index.
pub(crate) const REBUILD: &str = "run `cybersearch index --rebuild`";

/// How often opening is tried when a writer removes files underneath.
const OPEN_ATTEMPTS: usize = 10;

/// What one commit says of the index as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The version of the extraction that filled its fields.
    pub extraction: u32,
    /// When it was committed, RFC 3339.
    pub built_at: String,
    /// Keys of the files and folders that it is made of.
    pub sources: Vec<String>,
    /// Which files of them are read.
    pub selection: Selection,
    /// How many articles it holds.
    pub articles: u64,
    /// How many files were read or skipped.
    pub files: u64,
    /// All words of all texts, and of all titles: the average lengths.
    pub words: u64,
    /// See [`State::words`].
    pub title_words: u64,
    /// Files of other kinds in the sources, by ending.
    pub others: BTreeMap<String, u64>,
    /// The text of the owner's file that its articles were corrected with.
    #[serde(default)]
    pub corrections: String,
    /// The places of the corrections that have applied to nothing, in their
    /// order in that text.
    #[serde(default)]
    pub never_applied: Vec<usize>,
}

/// One committed state of an index, open for reading.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) searcher: Searcher,
    pub(crate) fields: Fields,
}

/// An index, open for reading.
pub struct Index {
    library: Library,
    state: State,
    snapshot: Snapshot,
    /// `None` for an index that lives in memory.
    generation: Option<PathBuf>,
    /// See [`Index::key_columns`]; opened when first asked for.
    key_columns: OnceLock<Vec<Option<StrColumn>>>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index")
            .field("library", &self.library)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Index {
    /// Opens the last committed state of a library's index; `None` where there
    /// is no index yet.
    ///
    /// # Errors
    /// When the index is of another version, or damaged.
    pub fn open(library: &Library) -> Result<Option<Index>> {
        let mut attempts = 0;
        loop {
            let Some(pointer) = folder::read_pointer(&library.index_dir)? else {
                return Ok(None);
            };
            if !pointer.is_of_this_version() {
                return Err(other_version(library, &pointer));
            }
            let generation = folder::generation_dir(&library.index_dir, pointer.generation);
            attempts += 1;
            match guarded(&generation, || Self::open_generation(library, &generation)) {
                Err(_) if attempts < OPEN_ATTEMPTS => {}
                result => return result.map(Some),
            }
        }
    }

    fn open_generation(library: &Library, generation: &Path) -> Result<Index> {
        let open = || -> tantivy::Result<Index> {
            let directory = directory::Generation::to_read(generation)?;
            let missed = directory.missed();
            let index = tantivy::Index::open(directory)?;
            let opened = Self::read(library, &index, Some(generation.to_owned()))?;
            missed.check()?;
            Ok(opened)
        };
        open().map_err(|error| damaged(generation, &error))
    }

    /// Opens the state that `index` was last committed with.
    fn read(
        library: &Library,
        index: &tantivy::Index,
        generation: Option<PathBuf>,
    ) -> tantivy::Result<Index> {
        let (schema, fields) = schema::build();
        if index.schema() != schema {
            return Err(tantivy::TantivyError::SchemaError(
                "its fields are others".to_owned(),
            ));
        }
        let (payload, searcher) = Self::read_commit(index)?;
        let state = serde_json::from_str(&payload)
            .map_err(|_| tantivy::TantivyError::SchemaError("its state is missing".to_owned()))?;
        Ok(Index {
            library: library.clone(),
            state,
            snapshot: Snapshot { searcher, fields },
            generation,
            key_columns: OnceLock::new(),
        })
    }

    /// The state and the articles of one commit. tantivy reads its list of
    /// segments by itself, and a writer may commit in between.
    fn read_commit(index: &tantivy::Index) -> tantivy::Result<(String, Searcher)> {
        let list = || index.directory().atomic_read(Path::new(integrity::META));
        let mut before = list()?;
        for _ in 0..OPEN_ATTEMPTS {
            let reader: tantivy::IndexReader = index
                .reader_builder()
                .reload_policy(ReloadPolicy::Manual)
                .num_warming_threads(0)
                .try_into()?;
            let after = list()?;
            if before == after {
                return Ok((payload_of(&after)?, reader.searcher()));
            }
            before = after;
        }
        let why = "another process commits all the time".to_owned();
        Err(tantivy::TantivyError::SystemError(why))
    }

    /// The library that the index belongs to.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// What the index says of itself.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Whether the index is kept on disk; one in memory ends with the process.
    pub fn is_kept(&self) -> bool {
        self.generation.is_some()
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// What was left out, with the key of the file, in order.
    ///
    /// # Errors
    /// When the index is damaged.
    pub fn skips(&self) -> Result<Vec<(String, Skip)>> {
        self.guarded(|| manifest::load_skips(&self.snapshot))
    }

    /// The bytes that the index takes on disk.
    pub fn size_on_disk(&self) -> u64 {
        self.generation.as_deref().map_or(0, folder::size_on_disk)
    }

    /// What the owner knew when the index was made: what its articles were
    /// read with.
    pub fn owner(&self) -> Owner {
        knowledge::of_state(&self.state)
    }

    /// Whether the owner's file says something else now.
    pub fn are_corrections_old(&self) -> bool {
        knowledge::has_changed(&self.library, &self.state)
    }

    /// Compares every source file with what was indexed.
    ///
    /// # Errors
    /// When the index is damaged.
    pub fn check_sources(&self) -> Result<SourceCheck> {
        let files = self.guarded(|| manifest::load(&self.snapshot))?;
        let found = self.walker().walk(&self.state.sources);
        let made_with = plan::MadeWith {
            extraction: self.state.extraction,
            max_bytes: self.state.selection.max_bytes,
            limit_moved: false,
            owner_changed: self.are_corrections_old(),
        };
        let plan = plan::compare(&files, &found, made_with);
        let (changes, retimed) = (plan.staleness(), plan.retimed);
        Ok(SourceCheck {
            changes,
            are_corrections_old: made_with.owner_changed,
            retimed,
            missing: found.missing,
            errors: found.errors,
        })
    }

    fn walker(&self) -> Walker<'_> {
        Walker {
            root: &self.library.root,
            index_dir: &self.library.index_dir,
            corrections: self.library.corrections(),
            selection: &self.state.selection,
            threads: walk_threads(&self.state),
        }
    }

    /// Whether the files with these keys are still what was indexed, in the
    /// order of `keys`.
    ///
    /// # Errors
    /// When the index is damaged.
    pub fn file_states(&self, keys: &[&str]) -> Result<Vec<FileState>> {
        // Several articles may be of one file, which may be large.
        let mut known: HashMap<&str, FileState> = HashMap::new();
        let mut finder = manifest::Finder::new(&self.snapshot);
        for key in keys {
            if !known.contains_key(key) {
                known.insert(key, self.file_state(&mut finder, key)?);
            }
        }
        Ok(keys.iter().map(|key| known[key]).collect())
    }

    fn file_state(&self, finder: &mut manifest::Finder<'_>, key: &str) -> Result<FileState> {
        let entry = self.guarded(|| finder.find(key))?;
        let location = self.library.locate(key);
        Ok(match entry {
            _ if !location.exists() => FileState::Deleted,
            Some(known) if known.is_current(&location) => FileState::Fresh,
            _ => FileState::Changed,
        })
    }

    /// The articles that a name may mean: an id, the key of a file, or, as
    /// the grep format prints them, a key and a line. An article of which both
    /// id and key fit goes before records that only share its id.
    ///
    /// # Errors
    /// When the index is damaged.
    pub fn articles_named(&self, id: &str, key: &str) -> Result<Vec<(Record, String)>> {
        let fields = self.snapshot.fields;
        let mut named =
            self.articles_with(&[(fields.id, id), (fields.path, id), (fields.path, key)])?;
        named.retain(|(record, _)| record.path == key || record.id == id);
        if let Some(whole) = named
            .iter()
            .position(|(record, _)| record.path == key && record.id == key)
        {
            return Ok(named.into_iter().skip(whole).take(1).collect());
        }
        let Some((key, line)) = key.rsplit_once(':').filter(|_| named.is_empty()) else {
            return Ok(named);
        };
        let Ok(line) = line.parse::<u64>() else {
            return Ok(named);
        };
        let mut of_file = self.articles_with(&[(fields.path, key)])?;
        of_file.retain(|(record, _)| record.record_line.is_none_or(|of_record| of_record == line));
        Ok(of_file)
    }

    fn articles_with(
        &self,
        terms: &[(tantivy::schema::Field, &str)],
    ) -> Result<Vec<(Record, String)>> {
        use tantivy::collector::DocSetCollector;
        use tantivy::query::BooleanQuery;
        let terms = terms
            .iter()
            .map(|(field, name)| tantivy::Term::from_field_text(*field, name));
        let query = BooleanQuery::new_multiterms_query(terms.collect());
        let mut articles: Vec<(Record, String)> = self.guarded(|| {
            let found = self.snapshot.searcher.search(&query, &DocSetCollector)?;
            found
                .into_iter()
                .map(|address| self.read_article(address))
                .collect()
        })?;
        articles.sort_by(|(a, _), (b, _)| (&a.path, a.record_line).cmp(&(&b.path, b.record_line)));
        Ok(articles)
    }

    /// The record and text of a document.
    pub(crate) fn read_article(
        &self,
        address: tantivy::DocAddress,
    ) -> tantivy::Result<(Record, String)> {
        let document: tantivy::TantivyDocument = self.snapshot.searcher.doc(address)?;
        document::read_record(&self.snapshot.fields, &document)
    }

    /// The columns of paths and ids of all segments, joined as they sort.
    pub(crate) fn key_columns(&self) -> tantivy::Result<&[Option<StrColumn>]> {
        if let Some(columns) = self.key_columns.get() {
            return Ok(columns);
        }
        let segments = self.snapshot.searcher.segment_readers().iter();
        let columns = segments.map(|segment| segment.fast_fields().str(schema::names::KEY));
        let columns = columns.collect::<tantivy::Result<_>>()?;
        Ok(self.key_columns.get_or_init(|| columns))
    }

    /// Verifies every byte of all files of the index; those that another
    /// process replaces meanwhile are no damage.
    ///
    /// # Errors
    /// When a file is damaged, with its name.
    pub fn check(&self) -> Result<()> {
        let Some(generation) = &self.generation else {
            return Ok(());
        };
        let commit = || std::fs::read(generation.join(integrity::META)).ok();
        for _ in 0..OPEN_ATTEMPTS {
            let before = commit();
            let result = guarded(generation, || integrity::check(generation));
            if result.is_ok() || before == commit() {
                return match self.moved_on()? {
                    Some(newer) if result.is_err() => newer.check(),
                    _ => result,
                };
            }
        }
        integrity::check(generation)
    }

    /// The index in another generation than this one, if that is in use now.
    fn moved_on(&self) -> Result<Option<Index>> {
        let now = Index::open(&self.library)?;
        Ok(now.filter(|now| now.generation != self.generation))
    }

    /// Runs `work` on the index; an error or panic in it means damage.
    pub(crate) fn guarded<T>(&self, work: impl FnOnce() -> tantivy::Result<T>) -> Result<T> {
        let place = self
            .generation
            .as_deref()
            .unwrap_or(&self.library.index_dir);
        guarded(place, || work().map_err(|error| damaged(place, &error)))
    }
}

/// What a commit says of itself. All else in its file, the whole schema, is
/// passed over.
fn payload_of(list: &[u8]) -> tantivy::Result<String> {
    #[derive(Deserialize)]
    struct Committed {
        payload: Option<String>,
    }
    let committed: Committed = serde_json::from_slice(list)
        .map_err(|error| tantivy::TantivyError::SystemError(error.to_string()))?;
    Ok(committed.payload.unwrap_or_default())
}

/// How a file stands to what was indexed of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileState {
    /// It is what was indexed.
    Fresh,
    /// It has other content now.
    Changed,
    /// It is gone.
    Deleted,
}

/// What a look at every source file came to.
#[derive(Debug, Clone, Default)]
pub struct SourceCheck {
    /// What differs from the index.
    pub changes: Staleness,
    /// Whether the owner's file says something else now, so that all files
    /// count as changed.
    pub are_corrections_old: bool,
    /// Files whose time differs while their content does not.
    pub retimed: usize,
    /// Sources that are not there at all.
    pub missing: Vec<String>,
    /// Folders and files that could not be looked at, with the reason.
    pub errors: Vec<(String, String)>,
}

impl SourceCheck {
    /// Whether the index is up to date, as far as can be seen.
    pub fn is_fresh(&self) -> bool {
        self.changes == Staleness::default() && self.missing.is_empty()
    }
}

/// How far the sources have moved on from the index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Staleness {
    /// Files that are not in the index yet.
    pub added: u64,
    /// Files with other content than was indexed.
    pub changed: u64,
    /// Files that are gone.
    pub removed: u64,
}

impl Staleness {
    /// Whether nothing differs.
    pub fn is_none(self) -> bool {
        self == Staleness::default()
    }
}

/// How many threads look at the files of a library: starting them takes as
/// long as looking at a thousand files.
fn walk_threads(state: &State) -> usize {
    if state.files < 4000 { 1 } else { threads() }
}

fn other_version(library: &Library, pointer: &folder::Pointer) -> Failure {
    let folder::Pointer {
        format,
        program,
        engine,
        ..
    } = pointer;
    let ours = folder::Pointer::to(0);
    let why = if *format == ours.format {
        format!("written by {engine}, this program has {}", ours.engine)
    } else {
        format!(
            "made by version {program} in format {format}, this program reads format {}",
            ours.format
        )
    };
    Failure::at("index of another version", &library.index_dir, why).help(REBUILD)
}
