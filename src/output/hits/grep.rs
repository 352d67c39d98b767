//! A hit a line, as grep prints them: `path:line: passage`, in a batch with
//! the query's id before it.

use std::io::{self, Write};

use crate::output::{Style, looks, paint, pieces, safe};
use crate::search::Answer;

pub(crate) fn print(
    query_id: Option<&str>,
    answer: &Answer,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for article in &answer.articles {
        for hit in &article.hits {
            let line = hit
                .passage
                .as_ref()
                .map(|passage| passage.line)
                .or(article.record.record_line)
                .unwrap_or(1);
            if let Some(id) = query_id {
                paint(out, style.color, looks::QUIET, &safe::line(id))?;
                write!(out, ":")?;
            }
            paint(out, style.color, looks::PLACE, &safe::path(&article.path))?;
            write!(out, ":{line}: ")?;
            // An article of a title alone shows its title.
            let (text, highlights) = match &hit.passage {
                Some(passage) => (&passage.text, &hit.highlights),
                None => (&article.record.title, &article.title_highlights),
            };
            for (piece, lit) in pieces(text, highlights) {
                let piece = safe::line(piece);
                if lit {
                    paint(out, style.color, looks::HIGHLIGHT, &piece)?;
                } else {
                    out.write_all(piece.as_bytes())?;
                }
            }
            writeln!(out)?;
        }
    }
    Ok(())
}
