//! What a commit says of the index as a whole.
//!
//! It is written as JSON into the payload of tantivy's commit: articles, source
//! files and this state become visible in one rename, so that totals always fit
//! the articles. Averages of BM25 come from it (`words / articles`), because
//! tantivy's own count deleted documents until a merge.
//!
//! Fields with a default were added later; an index without them is read as if
//! nothing had been left out, corrected or shared.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::library::Library;
use crate::source::{Readers, Selection};

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
    /// How many bytes they have.
    #[serde(default)]
    pub bytes: u64,
    /// All words of all texts, and of all titles: the average lengths. Each
    /// commit adds them up anew from what is remembered of each file, so that
    /// articles that are gone do not count.
    pub words: u64,
    /// See [`State::words`].
    pub title_words: u64,
    /// The versions of the readers that read its files.
    #[serde(default)]
    pub readers: Readers,
    /// Files of other kinds in the sources, by ending. So that `status` can
    /// name what was passed over.
    pub others: BTreeMap<String, u64>,
    /// The text of the owner's file that its articles were corrected with.
    #[serde(default)]
    pub corrections: String,
    /// The places of the corrections that have applied to nothing, in their
    /// order in that text.
    #[serde(default)]
    pub never_applied: Vec<usize>,
    /// Whether the user let more people read the index than its sources.
    #[serde(default)]
    pub is_public: bool,
    /// The hash of the dictionary by which its texts are packed, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dictionary: Option<String>,
    /// Whether articles have changed or gone since the dictionary was trained,
    /// which may hold pieces of their text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outlived: bool,
    /// How many bytes of memory articles could take when it was written: where
    /// there are more now, what was left out is read again.
    #[serde(default = "unlimited")]
    pub room: u64,
}

impl State {
    /// Whether its index reads anything outside its library, or follows links.
    pub(crate) fn reaches_out(&self, library: &Library) -> bool {
        library.reaches_out(&self.selection, &self.sources)
    }
}

/// Of indexes that left nothing out for want of memory.
fn unlimited() -> u64 {
    u64::MAX
}

/// What a commit says of itself. All else in its file, the whole schema, is
/// passed over.
pub(super) fn payload_of(list: &[u8]) -> tantivy::Result<String> {
    #[derive(Deserialize)]
    struct Committed {
        payload: Option<String>,
    }
    let committed: Committed = serde_json::from_slice(list)
        .map_err(|error| tantivy::TantivyError::SystemError(error.to_string()))?;
    Ok(committed.payload.unwrap_or_default())
}

/// The state that the list of segments `list`, without its checksum, was committed
/// with; `None` for what is none of ours.
pub(crate) fn state_of(list: &[u8]) -> Option<State> {
    serde_json::from_str(&payload_of(list).ok()?).ok()
}
