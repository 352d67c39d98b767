//! The schema of the local index: the table of fields, in tantivy's words.
//!
//! A field's number in the table is its number in the schema.
//!
//! `document::field` says what kind of content each field has; here each kind
//! gets its tantivy options, and nothing is decided twice. Only fields with
//! `FieldKind::Words` have positions, and those whose lengths BM25 needs have
//! lengths (fieldnorms). No field has a tokenizer of tantivy's: terms come from
//! `text::analyze` and are written as they are.
//!
//! Invariant: `id(field)` is the field's number in the table. Adding a field at
//! the end leaves the others where they are; every other change has to raise
//! the version, which makes older indexes ask for a rebuild instead of being
//! misread.

use tantivy::Term;
use tantivy::schema::{
    FAST, Field as Id, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
};

use crate::document::field::{FIELDS, Field, FieldKind};
use crate::text::analyze::ANALYZER_VERSION;

/// Raised whenever the documents change their shape. Also when their meaning
/// changes and the shape stays.
const SCHEMA_VERSION: u32 = 8;

/// Terms reach the index as they are (`terms`). It only has a name because
/// tantivy asks for one.
const RAW: &str = "raw";

/// The version of an index's format: one made by another is not searched. It
/// joins the version of the schema with that of the analyzer, since terms made
/// by another analyzer are not found either.
pub(crate) const FORMAT_VERSION: u32 = SCHEMA_VERSION * 1000 + ANALYZER_VERSION;

/// A field, as the schema numbers it.
pub(crate) fn id(field: Field) -> Id {
    // Thirty fields are far below any bound.
    Id::from_field_id(u32::try_from(field.number()).unwrap_or(u32::MAX))
}

/// A term of a field.
pub(crate) fn term(field: Field, text: &str) -> Term {
    Term::from_field_text(id(field), text)
}

/// Options of a field of terms; `has_length` for fields that BM25 scores.
fn terms(option: IndexRecordOption, has_length: bool) -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(RAW)
            .set_index_option(option)
            .set_fieldnorms(has_length),
    )
}

/// Builds the schema. An index whose schema differs from this in anything is
/// not opened.
pub(crate) fn build() -> Schema {
    let mut schema = Schema::builder();
    let exact = || terms(IndexRecordOption::Basic, false);
    for declared in &FIELDS {
        let name = declared.name;
        let made = match declared.kind {
            FieldKind::Words { has_length } => {
                let option = IndexRecordOption::WithFreqsAndPositions;
                schema.add_text_field(name, terms(option, has_length))
            }
            FieldKind::Forms | FieldKind::Terms => schema.add_text_field(name, exact()),
            FieldKind::CountedTerms => schema.add_text_field(name, exact() | FAST),
            FieldKind::Texts => schema.add_text_field(name, TextOptions::from(FAST)),
            FieldKind::Number => schema.add_u64_field(name, FAST),
            FieldKind::Time => schema.add_i64_field(name, FAST),
            // In name alone: texts are packed by us (`store`).
            FieldKind::Stored => schema.add_text_field(name, STORED),
        };
        debug_assert_eq!(made, id(declared.field), "{name}");
    }
    schema.build()
}
