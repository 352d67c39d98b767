//! Sentence models that a user keeps in a folder, run by `rten`.
//!
//! A model gives a text as a unit vector ([`crate::search::Embedder`]); what is
//! made of the vectors is `search`'s to say. Two files make a model: `model.onnx`
//! and `tokenizer.json`, as sentence-transformers publishes them. Nothing is ever
//! downloaded. Imports `search` for its trait, `files` for reading, `failure`.
//! Only this wing names `rten`; another runtime is another file beside
//! `runtime.rs`.
//!
//! A text goes alone through the model, and not in a batch: a quantised model
//! measures the range of its numbers over all that it is given at once, so that a
//! vector would depend on what else was asked. Several texts are read by several
//! threads instead, each of which runs the model by itself.
//!
//! A model is untrusted input. Its files have bounds, its operators are a short
//! list without loops, and a panic in it is an error of the model.

mod folder;
mod runtime;
mod word_pieces;

pub use self::folder::{default_folder, is_there, open};
pub use self::runtime::SentenceModel;
