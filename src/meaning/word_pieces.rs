//! Cuts texts into the pieces of words that a network knows by number: `WordPiece`,
//! as BERT and the small sentence models made of it have it (Wu and others,
//! "Google's Neural Machine Translation System", 2016, section 4.1).
//!
//! A text is cleaned (control characters out, white space made spaces), its
//! accents and capitals taken off where the model has none, and cut at spaces and
//! around each punctuation mark and ideograph. Of each word the longest beginning
//! that is in the vocabulary is the first piece, then the longest of the rest, and
//! so on; a word that cannot be cut so is unknown as a whole.
//!
//! Example: *Embeddings!* is `em`, `##bed`, `##ding`, `##s`, `!`.
//!
//! Our own, since the tokenizer that goes with the runtime cannot be shared by
//! threads. Cost: one pass over the text, and a look-up for each piece tried.

use rustc_hash::FxHashMap;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// The pieces that a network knows, and how a text becomes those.
#[expect(clippy::struct_excessive_bools, reason = "each is a step of its own")]
pub(super) struct WordPieces {
    vocabulary: FxHashMap<Box<str>, i32>,
    /// What stands before a piece that does not begin a word.
    inner: String,
    /// A longer word is unknown.
    longest: usize,
    begin: i32,
    end: i32,
    unknown: i32,
    cleans: bool,
    parts_ideographs: bool,
    strips_accents: bool,
    lowers: bool,
}

/// What we read of `tokenizer.json`.
#[derive(Deserialize)]
struct TokenizerFile {
    model: ModelPart,
    normalizer: Option<NormalizerPart>,
    pre_tokenizer: Option<Typed>,
}

#[derive(Deserialize)]
struct ModelPart {
    #[serde(rename = "type")]
    kind: Option<String>,
    vocab: serde_json::Value,
    unk_token: Option<String>,
    continuing_subword_prefix: Option<String>,
    max_input_chars_per_word: Option<usize>,
}

#[derive(Deserialize)]
struct NormalizerPart {
    #[serde(rename = "type")]
    kind: String,
    clean_text: Option<bool>,
    handle_chinese_chars: Option<bool>,
    strip_accents: Option<bool>,
    lowercase: Option<bool>,
}

#[derive(Deserialize)]
struct Typed {
    #[serde(rename = "type")]
    kind: String,
}

impl WordPieces {
    /// Those of a `tokenizer.json`; what is wrong with it, in words.
    pub(super) fn of(json: &str) -> Result<WordPieces, String> {
        let file: TokenizerFile = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let only = |kind: &str, wanted: &str| {
            let right = kind == wanted;
            right
                .then_some(())
                .ok_or_else(|| format!("its pieces are those of “{kind}”; only {wanted} is read"))
        };
        only(
            file.model.kind.as_deref().unwrap_or("WordPiece"),
            "WordPiece",
        )?;
        if let Some(cut) = &file.pre_tokenizer {
            only(&cut.kind, "BertPreTokenizer")?;
        }
        if let Some(normalizer) = &file.normalizer {
            only(&normalizer.kind, "BertNormalizer")?;
        }
        let vocabulary = file.model.vocab.as_object().ok_or("it has no vocabulary")?;
        let vocabulary: FxHashMap<Box<str>, i32> = vocabulary
            .iter()
            .filter_map(|(piece, number)| {
                let number = i32::try_from(number.as_u64()?).ok()?;
                Some((piece.as_str().into(), number))
            })
            .collect();
        let number = |piece: &str| {
            let found = vocabulary.get(piece).copied();
            found.ok_or_else(|| format!("its vocabulary lacks “{piece}”"))
        };
        let told = |of: fn(&NormalizerPart) -> Option<bool>| {
            let normalizer = file.normalizer.as_ref();
            normalizer.is_some_and(|part| of(part).unwrap_or(true))
        };
        let lowers = told(|part| part.lowercase);
        Ok(WordPieces {
            begin: number("[CLS]")?,
            end: number("[SEP]")?,
            unknown: number(file.model.unk_token.as_deref().unwrap_or("[UNK]"))?,
            inner: file
                .model
                .continuing_subword_prefix
                .unwrap_or_else(|| "##".to_owned()),
            longest: file.model.max_input_chars_per_word.unwrap_or(100),
            cleans: told(|part| part.clean_text),
            parts_ideographs: told(|part| part.handle_chinese_chars),
            // Where nothing is said of accents, they go with the capitals.
            strips_accents: told(|part| part.strip_accents.or(part.lowercase)),
            lowers,
            vocabulary,
        })
    }

    /// The numbers of a text's pieces between those of its begin and end, at most
    /// so many with these.
    pub(super) fn read(&self, text: &str, most: usize) -> Vec<i32> {
        let room = most.max(2) - 1;
        let mut numbers = vec![self.begin];
        let normal = self.normalized(text);
        for word in words(&normal) {
            if numbers.len() >= room {
                break;
            }
            self.cut(word, &mut numbers);
        }
        numbers.truncate(room);
        numbers.push(self.end);
        numbers
    }

    fn normalized(&self, text: &str) -> String {
        let mut normal = String::with_capacity(text.len());
        for character in text.chars() {
            if self.cleans && is_removed(character) {
                continue;
            }
            if character.is_whitespace() {
                normal.push(' ');
            } else if self.parts_ideographs && is_ideograph(character) {
                normal.extend([' ', character, ' ']);
            } else {
                normal.push(character);
            }
        }
        if self.strips_accents {
            let mark = GeneralCategory::NonspacingMark;
            let bare = normal.nfd().filter(|one| one.general_category() != mark);
            normal = bare.collect();
        }
        if self.lowers {
            normal = normal.to_lowercase();
        }
        normal
    }

    /// Adds the pieces of a word.
    fn cut(&self, word: &str, numbers: &mut Vec<i32>) {
        let before = numbers.len();
        if word.chars().count() > self.longest {
            numbers.push(self.unknown);
            return;
        }
        let mut piece = String::new();
        let mut begin = 0;
        while begin < word.len() {
            let ends = word[begin..]
                .char_indices()
                .map(|(at, one)| begin + at + one.len_utf8());
            let ends: Vec<usize> = ends.collect();
            let longest = ends.into_iter().rev().find_map(|end| {
                piece.clear();
                if begin > 0 {
                    piece.push_str(&self.inner);
                }
                piece.push_str(&word[begin..end]);
                Some((end, *self.vocabulary.get(piece.as_str())?))
            });
            let Some((end, number)) = longest else {
                numbers.truncate(before);
                numbers.push(self.unknown);
                return;
            };
            numbers.push(number);
            begin = end;
        }
    }
}

/// The words of a normalised text, each punctuation mark one by itself.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().flat_map(|run| {
        let mut rest = run;
        std::iter::from_fn(move || {
            let first = rest.chars().next()?;
            let end = if is_punctuation(first) {
                first.len_utf8()
            } else {
                rest.find(is_punctuation).unwrap_or(rest.len())
            };
            let (word, behind) = rest.split_at(end);
            rest = behind;
            Some(word)
        })
    })
}

/// All that is no letter, digit or space in ASCII, and punctuation elsewhere.
fn is_punctuation(character: char) -> bool {
    character.is_ascii_punctuation()
        || (!character.is_ascii()
            && character.general_category_group() == GeneralCategoryGroup::Punctuation)
}

/// Whether cleaning takes a character out.
fn is_removed(character: char) -> bool {
    let is_other = || character.general_category_group() == GeneralCategoryGroup::Other;
    match character {
        '\t' | '\n' | '\r' => false,
        '\0' | '\u{fffd}' => true,
        _ => !(' '..='~').contains(&character) && is_other(),
    }
}

/// The ranges of ideographs that are words by themselves.
fn is_ideograph(character: char) -> bool {
    matches!(
        u32::from(character),
        0x3400..=0x4DBF
            | 0x4E00..=0x9FFF
            | 0xF900..=0xFAFF
            | 0x2_0000..=0x2_A6DF
            | 0x2_A700..=0x2_B81F
            | 0x2_B920..=0x2_CEAF
            | 0x2_F800..=0x2_FA1F
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(normalizer: &str) -> WordPieces {
        let vocabulary = [
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "em", "##bed", "##ding", "##s", "!", "cafe", "中",
            "国", "the", "-", "[", "]", "mask",
        ];
        let vocabulary: serde_json::Map<String, serde_json::Value> = vocabulary
            .iter()
            .enumerate()
            .map(|(number, piece)| ((*piece).to_owned(), number.into()))
            .collect();
        let json = serde_json::json!({
            "model": {"type": "WordPiece", "vocab": vocabulary, "unk_token": "[UNK]"},
            "normalizer": serde_json::from_str::<serde_json::Value>(normalizer).expect("JSON"),
            "pre_tokenizer": {"type": "BertPreTokenizer"},
        });
        WordPieces::of(&json.to_string()).expect("a tokenizer")
    }

    const BERT: &str = r#"{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}"#;

    #[test]
    fn words_are_cut_into_the_longest_pieces_there_are() {
        let pieces = pieces(BERT);
        let read = |text: &str| pieces.read(text, 64);
        assert_eq!(read("Embeddings!"), [2, 4, 5, 6, 7, 8, 3]);
        assert_eq!(read("Café the-xyz"), [2, 9, 12, 13, 1, 3]);
        assert_eq!(read("中国"), [2, 10, 11, 3]);
        assert_eq!(read(" \u{200b}the\u{0}\t\n"), [2, 12, 3]);
        assert_eq!(read(""), [2, 3]);
        assert_eq!(read(&"e".repeat(101)), [2, 1, 3]);
        // A text cannot say that it ends, or hide a word.
        assert_eq!(read("[MASK]"), [2, 14, 16, 15, 3]);
    }

    #[test]
    fn a_long_text_ends_where_it_is_told() {
        let pieces = pieces(BERT);
        assert_eq!(pieces.read(&"the ".repeat(900), 5), [2, 12, 12, 12, 3]);
        assert_eq!(pieces.read("embeddings", 4), [2, 4, 5, 3]);
        assert_eq!(pieces.read("the", 0), [2, 3]);
    }

    #[test]
    fn capitals_stay_where_a_model_has_them() {
        let cased = r#"{"type": "BertNormalizer", "lowercase": false}"#;
        assert_eq!(pieces(cased).read("Café the", 9), [2, 1, 12, 3]);
    }

    #[test]
    fn other_tokenizers_are_refused_by_name() {
        let refused = |json: &str| WordPieces::of(json).err().expect("refused");
        let other = r#"{"model": {"type": "BPE", "vocab": {}}}"#;
        assert!(refused(other).contains("“BPE”"));
        let empty = r#"{"model": {"type": "WordPiece", "vocab": {}}}"#;
        assert!(refused(empty).contains("lacks “[CLS]”"));
        assert!(refused("{").contains("EOF"));
    }
}
