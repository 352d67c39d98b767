//! The fields of articles, a JSON object a line: `docs/schema/extract-2.json`.

use std::io::{self, Write};
use std::path::Path;

use super::fields::Fields;
use super::hits::json;
use crate::article::Article;
use crate::extract::Extraction;

/// Prints what was found in `article`, whose file is shown as `path`.
///
/// # Errors
/// Those of the writer.
pub fn print_line(
    article: &Article,
    path: &Path,
    title: &str,
    extraction: Extraction,
    out: &mut dyn Write,
) -> io::Result<()> {
    json::write_line(&Fields::new(article, path, title, extraction), out)
}
