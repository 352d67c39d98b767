//! A sentence model small enough to be made by hand, and what it must say.
//!
//! Each word of a small vocabulary has three numbers; the network looks them up,
//! multiplies by a matrix and adds a vector. The vector of a text is then known
//! without any runtime: the mean over its pieces, scaled to length 1.
//!
//! `network` writes the protocol buffers of ONNX: a field is its number and kind,
//! then a varint or a length with bytes.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "included by tests of the library and of the program"
)]

/// The vocabulary, with the numbers of each piece: ships, grain, talks.
pub const PIECES: [(&str, [f32; 3]); 16] = [
    ("[PAD]", [0.0, 0.0, 0.0]),
    ("[UNK]", [0.1, 0.1, 0.1]),
    ("[CLS]", [0.05, 0.0, 0.05]),
    ("[SEP]", [0.0, 0.05, 0.0]),
    ("ship", [3.0, 0.1, 0.0]),
    ("vessel", [2.9, 0.2, 0.1]),
    ("boat", [3.1, 0.0, 0.2]),
    ("grain", [0.1, 3.0, 0.0]),
    ("wheat", [0.2, 2.8, 0.1]),
    ("harvest", [0.0, 3.2, 0.3]),
    ("talk", [0.0, 0.1, 3.0]),
    ("meeting", [0.1, 0.0, 3.1]),
    ("##s", [0.0, 0.0, 0.0]),
    (".", [0.0, 0.0, 0.0]),
    ("of", [0.1, 0.1, 0.0]),
    ("the", [0.0, 0.1, 0.1]),
];

const MATRIX: [[f32; 3]; 3] = [[1.0, 0.1, 0.0], [0.0, 0.9, 0.1], [0.1, 0.0, 1.1]];
const ADDED: [f32; 3] = [0.01, -0.02, 0.03];

/// `tokenizer.json`.
pub fn tokenizer() -> String {
    let vocabulary: serde_json::Map<String, serde_json::Value> = PIECES
        .iter()
        .enumerate()
        .map(|(number, (piece, _))| ((*piece).to_owned(), number.into()))
        .collect();
    serde_json::json!({
        "model": {"type": "WordPiece", "vocab": vocabulary, "unk_token": "[UNK]"},
        "normalizer": {"type": "BertNormalizer", "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
    })
    .to_string()
}

/// What the model must say of a text whose pieces have these numbers.
pub fn reference(pieces: &[usize]) -> Vec<f64> {
    let mut sum = [0.0_f64; 3];
    for &piece in pieces {
        let numbers = PIECES[piece].1;
        for (to, sum) in sum.iter_mut().enumerate() {
            let product = (0..3).map(|from| f64::from(numbers[from]) * f64::from(MATRIX[from][to]));
            *sum += product.sum::<f64>() + f64::from(ADDED[to]);
        }
    }
    let length = sum.iter().map(|number| number * number).sum::<f64>().sqrt();
    sum.iter().map(|number| number / length).collect()
}

/// `model.onnx`.
pub fn network() -> Vec<u8> {
    let table: Vec<f32> = PIECES.iter().flat_map(|(_, numbers)| *numbers).collect();
    let graph = [
        node("Gather", &["table", "input_ids"], "looked_up"),
        node("MatMul", &["looked_up", "matrix"], "turned"),
        node("Add", &["turned", "added"], "last_hidden_state"),
        field(2, b"tiny"),
        tensor("table", &[PIECES.len(), 3], &table),
        tensor("matrix", &[3, 3], MATRIX.as_flattened()),
        tensor("added", &[3], &ADDED),
        value(11, "input_ids", INT64, &[1, 0]),
        value(12, "last_hidden_state", FLOAT, &[1, 0, 3]),
    ];
    // Version 8 of the format, 14 of the operators.
    [
        number(1, 8),
        field(8, &number(2, 14)),
        field(7, &graph.concat()),
    ]
    .concat()
}

const FLOAT: u64 = 1;
const INT64: u64 = 7;

fn node(operator: &str, inputs: &[&str], output: &str) -> Vec<u8> {
    let mut node: Vec<u8> = inputs
        .iter()
        .flat_map(|name| field(1, name.as_bytes()))
        .collect();
    node.extend(field(2, output.as_bytes()));
    node.extend(field(4, operator.as_bytes()));
    field(1, &node)
}

fn tensor(name: &str, shape: &[usize], numbers: &[f32]) -> Vec<u8> {
    let mut tensor: Vec<u8> = shape
        .iter()
        .flat_map(|&size| number(1, size as u64))
        .collect();
    tensor.extend(number(2, FLOAT));
    tensor.extend(field(8, name.as_bytes()));
    let bytes: Vec<u8> = numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    tensor.extend(field(9, &bytes));
    field(5, &tensor)
}

/// An input or output; a size of 0 is any.
fn value(kind: u64, name: &str, element: u64, shape: &[usize]) -> Vec<u8> {
    let sizes = shape.iter().map(|&size| match size {
        0 => field(1, &field(2, b"any")),
        _ => field(1, &number(1, size as u64)),
    });
    let sizes: Vec<u8> = sizes.flatten().collect();
    let tensor = [number(1, element), field(2, &sizes)].concat();
    field(
        kind,
        &[field(1, name.as_bytes()), field(2, &field(1, &tensor))].concat(),
    )
}

fn field(key: u64, bytes: &[u8]) -> Vec<u8> {
    [
        varint(key << 3 | 2),
        varint(bytes.len() as u64),
        bytes.to_vec(),
    ]
    .concat()
}

fn number(key: u64, value: u64) -> Vec<u8> {
    [varint(key << 3), varint(value)].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
    bytes
}
