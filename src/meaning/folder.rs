//! Finds a model's folder, and reads its two files.

use std::path::{Path, PathBuf};

use super::SentenceModel;
use crate::failure::{Failure, FailureKind, Result};
use crate::files;

/// The network and its weights.
const MODEL: &str = "model.onnx";

/// How text becomes the numbers that it reads.
const TOKENIZER: &str = "tokenizer.json";

/// The most bytes of a network. Small sentence models have 20 to 130 MB.
const MODEL_BYTES: u64 = 300_000_000;

/// The most bytes of a tokenizer: 30,000 words take less than a million.
const TOKENIZER_BYTES: u64 = 20_000_000;

/// Where a model can be had.
const WHERE: &str = "put model.onnx and tokenizer.json of a sentence model there; docs/meaning.md says where to get one";

/// The folder in which a model lies that nobody named: `cybersearch/model` in the
/// user's data folder of the system.
pub fn default_folder() -> Option<PathBuf> {
    Some(files::user_folder("XDG_DATA_HOME", ".local/share")?.join("model"))
}

/// Whether a folder has something of a model: then it is to be one, and what is
/// wrong with it is told.
pub fn is_there(folder: &Path) -> bool {
    [MODEL, TOKENIZER]
        .iter()
        .any(|name| folder.join(name).symlink_metadata().is_ok())
}

/// Reads the model of a folder.
///
/// # Errors
/// When a file is missing, too large, or none of a sentence model.
pub fn open(folder: &Path) -> Result<SentenceModel> {
    let read = |name: &str, most: u64| {
        let path = folder.join(name);
        // What a user names may be a link, as tools that keep models make them.
        let found = files::open_named(&path);
        let read = found.and_then(|(file, meta)| files::read_all(file, meta.size, most));
        read.map_err(|error| Failure::io("cannot read the model", &path, &error).help(WHERE))
    };
    let tokenizer = read(TOKENIZER, TOKENIZER_BYTES)?;
    let tokenizer = String::from_utf8(tokenizer)
        .map_err(|_| no_model(&folder.join(TOKENIZER), "it is no UTF-8"))?;
    let network = read(MODEL, MODEL_BYTES)?;
    let model = SentenceModel::of(network, &tokenizer);
    model.map_err(|fault| no_model(&folder.join(fault.file.name()), &fault.why))
}

/// What is wrong with a file of a model.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) file: File,
    pub(super) why: String,
}

/// One of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum File {
    Network,
    Tokenizer,
}

impl File {
    fn name(self) -> &'static str {
        match self {
            File::Network => MODEL,
            File::Tokenizer => TOKENIZER,
        }
    }
}

fn no_model(path: &Path, why: &str) -> Failure {
    let failure = Failure::at("not a sentence model", path, why);
    failure.of(FailureKind::BadRequest).help(WHERE)
}
