//! A hit a line, as grep prints them: `path:line: passage`, in a batch with
//! the query's id before it.

use std::io::{self, Write};

use crate::output::{Style, looks, paint, pieces, place, safe};
use crate::search::Answer;

pub(crate) fn print(
    query_id: Option<&str>,
    answer: &Answer,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for article in &answer.articles {
        for hit in &article.hits {
            if let Some(id) = query_id {
                paint(out, style.color, looks::QUIET, &safe::line(id))?;
                write!(out, ":")?;
            }
            let file = place::file(&article.path, &article.record);
            paint(out, style.color, looks::PLACE, &file)?;
            let position = place::position(&article.record, hit.passage.as_ref());
            write!(out, ":{position}: ")?;
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
