//! What an engine is told of our documents: the settings and the mapping of an
//! index, made of the table of fields. `Elasticsearch` and `OpenSearch` take the
//! same body.
//!
//! Each kind of field has one type over there:
//!
//! | kind | type | |
//! |---|---|---|
//! | words | `text`, analyzer `tokens`, with positions | boilerplate without norms |
//! | forms, terms, texts | `keyword` | columns only where values are counted or in order |
//! | days, numbers that are added up | `long` | |
//! | all else | an object that is not looked into | in `_source` alone |
//!
//! Fields that the engine needs beside those of the table are in [`Extra`].
//! `_source` holds what is read back and nothing else, about half of what is
//! sent: such an index cannot be copied inside the engine by `_reindex`, it is
//! pushed again.
//!
//! The analyzer `tokens` does not analyse: our terms come joined by spaces. A
//! token [`GAP`] takes a place and is dropped, which leaves a position out as
//! the local index does; terms that share a place come as one token, joined by
//! [`SAME_PLACE`], and are taken apart into tokens of one position. So every
//! term has the position that it has in the local index, and a search asks for
//! the same terms (`u.s` or `us`, not both).

use serde_json::{Map, Value, json};

use crate::document::field::{FIELDS, Field, FieldKind};
use crate::engine::local::schema::FORMAT_VERSION;
use crate::extract::EXTRACTION_VERSION;

/// Raised whenever what is sent of the same document changes.
const MAPPING_VERSION: u32 = 1;

/// The version of what an engine holds: an index of another is not searched and
/// not added to. Documents, analyzer and mapping have their part in it.
pub(crate) const FORMAT: u32 = FORMAT_VERSION * 100 + MAPPING_VERSION;

/// A token that leaves a position out. No word has the letter.
pub(crate) const GAP: char = '¶';

/// Joins terms that stand at one position. No term has it.
pub(crate) const SAME_PLACE: char = '|';

/// The analyzer of texts that come as terms.
const ANALYZER: &str = "tokens";

/// The key of `_meta` under which an index says that it is ours.
pub(crate) const META: &str = "cybersearch";

/// Fields that an engine has beside those of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extra {
    /// Every run of whole names of the path, joined by `/`: a filter on a path
    /// without wildcards is one term.
    PathRun,
    /// First and last day of publication as `"FIRST LAST"`, so that pairs are
    /// counted by one aggregation.
    Days,
    /// Each name with the year of its article, joined by a NUL; an empty year
    /// where it is of none alone.
    NameYear,
    /// The key of the source file that a document was made of.
    File,
    /// When the push began that wrote it, in milliseconds since 1970.
    Push,
    /// A hash of what a source file was read with beside its bytes: versions,
    /// corrections, settings.
    Made,
}

impl Extra {
    /// All of them.
    const ALL: [Extra; 6] = [
        Extra::PathRun,
        Extra::Days,
        Extra::NameYear,
        Extra::File,
        Extra::Push,
        Extra::Made,
    ];

    /// Its name in an index.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Extra::PathRun => "path_run",
            Extra::Days => "days",
            Extra::NameYear => "name_year",
            Extra::File => "file",
            Extra::Push => "push",
            Extra::Made => "made",
        }
    }

    fn shape(self) -> Shape {
        match self {
            Extra::PathRun => Shape::Term,
            Extra::Days | Extra::NameYear | Extra::File => Shape::Column,
            Extra::Push => Shape::Long,
            Extra::Made => Shape::Kept,
        }
    }

    /// Whether it is read back.
    fn is_read(self) -> bool {
        matches!(self, Extra::Push | Extra::Made)
    }
}

/// How an engine holds a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Words with positions; with lengths or without.
    Words { has_length: bool },
    /// Terms that are looked up.
    Term,
    /// Terms that are looked up, counted and sorted by.
    Column,
    /// A number that is compared and added up.
    Long,
    /// Kept in `_source`, not looked for.
    Kept,
}

impl Shape {
    fn mapping(self) -> Value {
        match self {
            Shape::Words { has_length } => {
                json!({"type": "text", "analyzer": ANALYZER, "search_analyzer": "whitespace", "norms": has_length})
            }
            Shape::Term => json!({"type": "keyword", "doc_values": false}),
            Shape::Column => json!({"type": "keyword"}),
            Shape::Long => json!({"type": "long"}),
            Shape::Kept => json!({"type": "object", "enabled": false}),
        }
    }
}

/// How a field of the table is held.
pub(crate) fn shape(field: Field) -> Shape {
    match field.kind() {
        FieldKind::Words { has_length } => Shape::Words { has_length },
        // Words near one, or with its beginning, are counted among forms and
        // sets of names; flags are counted as what is missing.
        FieldKind::Forms | FieldKind::CountedTerms | FieldKind::Texts => Shape::Column,
        FieldKind::Terms => match field {
            Field::Person | Field::Flag | Field::Source => Shape::Column,
            _ => Shape::Term,
        },
        FieldKind::Number | FieldKind::Time => match field {
            // Added up, or compared.
            Field::Earliest
            | Field::Latest
            | Field::Words
            | Field::TitleWords
            | Field::Articles => Shape::Long,
            _ => Shape::Kept,
        },
        FieldKind::Stored => Shape::Kept,
    }
}

/// Whether a field of the table is read back from `_source`.
fn is_read(field: Field) -> bool {
    let is_kept = shape(field) == Shape::Kept;
    is_kept
        || matches!(
            field,
            Field::Key | Field::Earliest | Field::Latest | Field::Articles
        )
}

/// The body that makes an empty index, set up for being filled: without
/// replicas and without refreshing. `replicas` are those that it is to have in
/// the end, which is remembered in `_meta`.
pub(crate) fn new_index(shards: u32, replicas: u32) -> Value {
    json!({
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            // A path with wildcards becomes an expression as long as the path.
            "max_regex_length": 20_000,
            "codec": "best_compression",
            "analysis": {
                "filter": {
                    "gap": {"type": "stop", "stopwords": [GAP.to_string()]},
                    "same_place": {
                        "type": "pattern_capture",
                        "preserve_original": false,
                        "patterns": [format!("([^{SAME_PLACE}]+)")],
                    },
                },
                "analyzer": {
                    ANALYZER: {
                        "type": "custom",
                        "tokenizer": "whitespace",
                        "filter": ["gap", "same_place"],
                    },
                },
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {META: {
                "format": FORMAT,
                "extraction": EXTRACTION_VERSION,
                "program": env!("CARGO_PKG_VERSION"),
                "replicas": replicas,
            }},
            "_source": {"excludes": excluded()},
            "properties": properties(),
        },
    })
}

/// What `_source` leaves out.
fn excluded() -> Vec<&'static str> {
    let fields = FIELDS.iter().filter(|line| !is_read(line.field));
    let extras = Extra::ALL.into_iter().filter(|extra| !extra.is_read());
    fields
        .map(|line| line.name)
        .chain(extras.map(Extra::name))
        .collect()
}

fn properties() -> Map<String, Value> {
    let fields = FIELDS.iter().map(|line| (line.name, shape(line.field)));
    let extras = Extra::ALL.map(|extra| (extra.name(), extra.shape()));
    fields
        .chain(extras)
        .map(|(name, shape)| (name.to_owned(), shape.mapping()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_type_and_what_is_read_stays_in_the_source() {
        let body = new_index(6, 1);
        let properties = body["mappings"]["properties"].as_object().unwrap();
        assert_eq!(properties.len(), FIELDS.len() + Extra::ALL.len());
        let kinds = [
            ("text", "text"),
            ("form", "keyword"),
            ("earliest", "long"),
            ("words", "long"),
            ("minhash_a", "object"),
            ("record", "object"),
            ("path_run", "keyword"),
            ("push", "long"),
        ];
        for (name, kind) in kinds {
            assert_eq!(properties[name]["type"], kind, "{name}");
        }
        assert_eq!(properties["boilerplate"]["norms"], false);
        let excluded = body["mappings"]["_source"]["excludes"].as_array().unwrap();
        let has = |name: &str| excluded.iter().any(|excluded| excluded == name);
        for read in [
            "key",
            "record",
            "body",
            "minhash_b",
            "latest",
            "hash",
            "made",
        ] {
            assert!(!has(read), "{read}");
        }
        for sent in ["text", "form", "name_year", "path_run", "country", "words"] {
            assert!(has(sent), "{sent}");
        }
        assert_eq!(body["settings"]["number_of_shards"], 6);
        let meta = &body["mappings"]["_meta"][META];
        assert_eq!(
            (&meta["format"], &meta["replicas"]),
            (&json!(FORMAT), &json!(1))
        );
    }
}
