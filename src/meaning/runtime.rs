//! Runs a sentence model.
//!
//! The tokenizer cuts a text into pieces of words; the network, an encoder of the
//! BERT family, gives a vector for each; their mean, scaled to length 1, is the
//! text's vector (Reimers and Gurevych, "Sentence-BERT", EMNLP 2019). A network
//! that gives one vector for the whole text, or is made for its first piece, works
//! as well: with two dimensions its output is taken as it is.
//!
//! Weights are packed anew when the model is loaded, which takes some hundredths
//! of a second and makes each text twice as fast.

use std::fmt;
use std::sync::Arc;

use rten::{Model, ModelOptions, NodeId, OpRegistry, RunOptions, ThreadPool, Value, op_types};

use super::folder::{Fault, File};
use super::word_pieces::WordPieces;
use crate::failure::{Failure, FailureKind, Result};
use crate::panics;
use crate::search::Embedder;

/// A text is read as far as so many pieces of words: what small models were
/// trained with.
const PIECES: usize = 256;

/// The most numbers of a vector.
const MOST_NUMBERS: usize = 4_096;

/// A sentence model that is ready to read.
pub struct SentenceModel {
    tokenizer: WordPieces,
    network: Model,
    inputs: Vec<(NodeId, Input)>,
    output: NodeId,
    options: RunOptions,
}

/// What the network is told of each piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Input {
    /// Its number.
    Pieces,
    /// That it counts: no text is filled up to the length of another.
    Mask,
    /// Which of two texts it belongs to: there is one.
    Kinds,
}

impl fmt::Debug for SentenceModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentenceModel").finish_non_exhaustive()
    }
}

impl SentenceModel {
    /// The model of these files, which is tried on a word.
    pub(super) fn of(
        network: Vec<u8>,
        tokenizer: &str,
    ) -> std::result::Result<SentenceModel, Fault> {
        let tokenizer = guarded(File::Tokenizer, || WordPieces::of(tokenizer))?;
        let network = guarded(File::Network, || options().load(network))?;
        let at_fault = |why: String| Fault {
            file: File::Network,
            why,
        };
        let inputs = inputs(&network).map_err(at_fault)?;
        let [output, ..] = network.output_ids() else {
            return Err(at_fault("it gives nothing".to_owned()));
        };
        let model = SentenceModel {
            output: *output,
            tokenizer,
            network,
            inputs,
            options: RunOptions::default()
                .with_thread_pool(Some(Arc::new(ThreadPool::with_num_threads(1)))),
        };
        model.run("word").map_err(|fault| Fault {
            why: format!("it does not run: {}", fault.why),
            ..fault
        })?;
        Ok(model)
    }

    /// The vector of a text, before a panic or a wrong shape is told as a failure.
    fn run(&self, text: &str) -> std::result::Result<Vec<f32>, Fault> {
        let pieces = self.tokenizer.read(text, PIECES);
        let count = pieces.len();
        let (shape, numbers) = guarded(File::Network, || {
            let value = |input: Input| {
                let values = match input {
                    Input::Pieces => pieces.clone(),
                    Input::Mask => vec![1; count],
                    Input::Kinds => vec![0; count],
                };
                Value::from_shape([1, count], values)
            };
            let mut given = Vec::with_capacity(self.inputs.len());
            for (node, input) in &self.inputs {
                given.push((*node, value(*input)?.into()));
            }
            let options = Some(self.options.clone());
            let outputs = self.network.run(given, &[self.output], options)?;
            let output = outputs.into_iter().next().ok_or("no output")?;
            // Rust's own types, so that those of the runtime stay with it.
            if let Ok((shape, numbers)) = output.clone().into_shape_vec::<f32, 3>() {
                return Ok((shape.to_vec(), numbers));
            }
            let (shape, numbers) = output.into_shape_vec::<f32, 2>()?;
            Ok::<_, Box<dyn std::error::Error>>((shape.to_vec(), numbers))
        })?;
        unit(&shape, &numbers).ok_or_else(|| Fault {
            file: File::Network,
            why: format!("it gives no vector for a text, but numbers of the shape {shape:?}"),
        })
    }
}

impl Embedder for SentenceModel {
    fn vector(&self, text: &str) -> Result<Vec<f32>> {
        let vector = self.run(text);
        vector.map_err(|fault| {
            let message = format!("the model cannot read a text: {}", fault.why);
            Failure::new(message)
                .of(FailureKind::Internal)
                .help("search without --meaning, or with another model")
        })
    }
}

/// Does what may fail or panic on a file that is none of a model.
fn guarded<T, E: fmt::Display>(
    file: File,
    work: impl FnOnce() -> std::result::Result<T, E>,
) -> std::result::Result<T, Fault> {
    let why = match panics::caught(work) {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(error)) => error.to_string(),
        Err(said) => said.unwrap_or_else(|| "the runtime failed on it".to_owned()),
    };
    // A message of several lines is one, and no longer than a line is read.
    let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = why.char_indices().nth(200).map_or(why.len(), |(at, _)| at);
    Err(Fault {
        file,
        why: why[..end].to_owned(),
    })
}

/// How a network is loaded: with the operators of encoders of the BERT family,
/// quantised or not, and none that loops or reads files.
fn options() -> ModelOptions {
    let registry = OpRegistry::with_ops(&[
        &op_types::Add,
        &op_types::Cast,
        &op_types::Concat,
        &op_types::ConstantOfShape,
        &op_types::DequantizeLinear,
        &op_types::Div,
        &op_types::DynamicQuantizeLinear,
        &op_types::Equal,
        &op_types::Erf,
        &op_types::Expand,
        &op_types::Gather,
        &op_types::Gelu,
        &op_types::Gemm,
        &op_types::Identity,
        &op_types::LayerNormalization,
        &op_types::MatMul,
        &op_types::MatMulInteger,
        &op_types::Mul,
        &op_types::Pow,
        &op_types::ReduceMean,
        &op_types::ReduceSum,
        &op_types::Reshape,
        &op_types::Shape,
        &op_types::Slice,
        &op_types::Softmax,
        &op_types::Sqrt,
        &op_types::Squeeze,
        &op_types::Sub,
        &op_types::Tanh,
        &op_types::Transpose,
        &op_types::Unsqueeze,
        &op_types::Where,
    ]);
    let mut options = ModelOptions::with_ops(registry);
    options.prepack_weights(true);
    options
}

/// What each input of a network is to be given.
fn inputs(network: &Model) -> std::result::Result<Vec<(NodeId, Input)>, String> {
    let mut inputs = Vec::new();
    for &node in network.input_ids() {
        let info = network.node_info(node);
        let name = info.and_then(|info| info.name().map(str::to_owned));
        let name = name.unwrap_or_default();
        let input = match name.as_str() {
            "input_ids" => Input::Pieces,
            "attention_mask" => Input::Mask,
            "token_type_ids" => Input::Kinds,
            _ => return Err(format!("it asks for “{name}”, which no text has")),
        };
        inputs.push((node, input));
    }
    if inputs.iter().any(|(_, input)| *input == Input::Pieces) {
        Ok(inputs)
    } else {
        Err("it reads no text: it has no input “input_ids”".to_owned())
    }
}

/// The unit vector of a text: the mean of a vector for each piece, or the one
/// that there is. `None` for anything else, and where there is no direction.
fn unit(shape: &[usize], numbers: &[f32]) -> Option<Vec<f32>> {
    let (pieces, size) = match *shape {
        [1, pieces, size] if pieces > 0 => (pieces, size),
        [1, size] => (1, size),
        _ => return None,
    };
    if size == 0 || size > MOST_NUMBERS || numbers.len() != pieces.checked_mul(size)? {
        return None;
    }
    let mut sum = vec![0.0_f32; size];
    for piece in numbers.chunks_exact(size) {
        for (sum, number) in sum.iter_mut().zip(piece) {
            *sum += number;
        }
    }
    let length = sum.iter().map(|number| number * number).sum::<f32>().sqrt();
    if !length.is_normal() {
        return None;
    }
    for number in &mut sum {
        *number /= length;
    }
    Some(sum)
}

#[cfg(test)]
#[path = "../../tests/common/tiny_model.rs"]
mod tiny_model;

#[cfg(test)]
mod tests {
    use super::*;

    fn tiny() -> SentenceModel {
        let made = SentenceModel::of(tiny_model::network(), &tiny_model::tokenizer());
        made.expect("it is a model")
    }

    #[expect(clippy::cast_possible_truncation, reason = "compared as what they are")]
    fn assert_near(vector: &[f32], reference: &[f64]) {
        assert_eq!(vector.len(), reference.len());
        for (number, wanted) in vector.iter().zip(reference) {
            assert!(
                (number - *wanted as f32).abs() < 1e-6,
                "{vector:?} {reference:?}"
            );
        }
    }

    #[test]
    fn a_text_is_the_mean_of_its_pieces() {
        let model = tiny();
        // [CLS] ship ##s of grain . [SEP]
        let vector = model.vector("Ships of grain.").expect("it runs");
        assert_near(&vector, &tiny_model::reference(&[2, 4, 12, 14, 7, 13, 3]));
        assert_near(
            &model.vector("").expect("it runs"),
            &tiny_model::reference(&[2, 3]),
        );
        // Of a long text the beginning: 256 pieces with those of begin and end.
        let long = "talk ".repeat(400) + &"grain ".repeat(400);
        let mut read = vec![10; 256];
        (read[0], read[255]) = (2, 3);
        assert_near(
            &model.vector(&long).expect("it runs"),
            &tiny_model::reference(&read),
        );
    }

    #[test]
    fn a_text_is_the_same_in_whatever_company_and_on_whatever_thread() {
        let model = tiny();
        let alone = model.vector("the wheat harvest").expect("it runs");
        model.vector("ships ships ships").expect("it runs");
        let again = std::thread::scope(|scope| {
            let again = scope.spawn(|| model.vector("the wheat harvest").expect("it runs"));
            again.join().expect("it does not panic")
        });
        assert_eq!(alone, again);
    }

    #[test]
    fn what_is_no_model_is_told() {
        let fault = |network: Vec<u8>, tokenizer: &str| {
            let made = SentenceModel::of(network, tokenizer);
            let fault = made.expect_err("it is no model");
            (fault.file, fault.why)
        };
        let (network, tokenizer) = (tiny_model::network(), tiny_model::tokenizer());
        assert_eq!(fault(network.clone(), "{}").0, File::Tokenizer);
        assert_eq!(fault(b"no network".to_vec(), &tokenizer).0, File::Network);
        let other = replaced(&network, b"input_ids", b"image_ids");
        assert_eq!(
            fault(other, &tokenizer).1,
            "it asks for “image_ids”, which no text has"
        );
        let loops = replaced(&network, b"MatMul", b"Conv_x");
        assert!(fault(loops, &tokenizer).1.contains("Conv_x"));
    }

    fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for at in 0..bytes.len() - from.len() {
            if bytes[at..].starts_with(from) {
                bytes[at..at + from.len()].copy_from_slice(to);
            }
        }
        bytes
    }

    /// `DAMAGED=10000` tries more.
    #[test]
    fn a_damaged_model_is_an_error_or_another_model() {
        let count = std::env::var("DAMAGED")
            .ok()
            .and_then(|text| text.parse().ok());
        let (network, tokenizer) = (tiny_model::network(), tiny_model::tokenizer());
        let mut state = 7_u64;
        let mut next = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            usize::try_from(state >> 33).unwrap_or(0) % below
        };
        let (mut told, mut ran) = (0, 0);
        for _ in 0..count.unwrap_or(500) {
            let mut damaged = network.clone();
            for _ in 0..=next(3) {
                let at = next(damaged.len());
                match next(3) {
                    0 => damaged[at] ^= 1 << next(8),
                    1 => damaged[at] = 0xff,
                    _ => damaged.truncate(at.max(1)),
                }
            }
            match SentenceModel::of(damaged, &tokenizer) {
                Ok(model) => {
                    ran += 1;
                    if let Ok(vector) = model.vector("ships of grain") {
                        assert!(vector.iter().all(|number| number.is_finite()));
                    }
                }
                Err(fault) => {
                    told += 1;
                    assert!(!fault.why.is_empty() && fault.why.len() < 800);
                }
            }
        }
        assert!(told > 0 && ran > 0, "{told} {ran}");
    }

    #[test]
    fn vectors_have_a_direction_and_a_bound() {
        assert_eq!(
            unit(&[1, 2, 2], &[3.0, 0.0, 0.0, 4.0]),
            Some(vec![0.6, 0.8])
        );
        assert_eq!(unit(&[1, 2], &[0.0, 2.0]), Some(vec![0.0, 1.0]));
        assert_eq!(unit(&[1, 2], &[0.0, 0.0]), None);
        assert_eq!(unit(&[1, 2], &[f32::NAN, 0.0]), None);
        assert_eq!(unit(&[2, 1, 1], &[1.0, 1.0]), None);
        assert_eq!(unit(&[1, 0, 3], &[]), None);
        assert_eq!(unit(&[1, 9, 3], &[1.0]), None);
    }
}
