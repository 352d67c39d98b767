//! The path of each article's file, for `xargs` and its kind; in a batch with
//! the query's id and a tab before it, unless paths end with a zero byte.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;

use crate::output::{Style, safe};
use crate::search::Answer;

/// Prints each file once, in order. The bytes are the file system's own,
/// unless they would go to a terminal.
pub(crate) fn print(
    query_id: Option<&str>,
    answer: &Answer,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut seen = HashSet::new();
    for article in &answer.articles {
        if !seen.insert(&article.path) {
            continue;
        }
        if let Some(id) = query_id.filter(|_| !style.null) {
            write!(out, "{}\t", safe::line(id))?;
        }
        if style.is_terminal {
            out.write_all(safe::path(&article.path).as_bytes())?;
        } else {
            out.write_all(&bytes(&article.path))?;
        }
        out.write_all(if style.null { b"\0" } else { b"\n" })?;
    }
    Ok(())
}

#[cfg(unix)]
fn bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
fn bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}
