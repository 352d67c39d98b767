//! Text with what is marked in it.
//!
//! Marks may overlap (a name inside the passage that a link leads to, a word of
//! the query inside the name), and HTML cannot. So the text is cut at the edges
//! of all marks, and each piece carries what holds there.

use std::ops::Range;

use maud::{Markup, html};

use crate::search::Highlight;

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::serve) enum Kind {
    /// A person.
    Who,
    /// A country.
    Where,
    /// A date.
    When,
    /// An answer to the query.
    Hit,
    /// The passage that a link leads to.
    Passage,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Kind::Who => "who",
            Kind::Where => "where",
            Kind::When => "when",
            Kind::Hit => "hit",
            Kind::Passage => "b",
        }
    }
}

/// A marked range of a text.
#[derive(Debug, Clone)]
pub(in crate::serve) struct Mark {
    pub(in crate::serve) range: Range<usize>,
    pub(in crate::serve) kind: Kind,
    /// What is shown when somebody points there.
    pub(in crate::serve) says: String,
}

/// A piece of the text, and the marks that hold there.
struct Piece<'m> {
    range: Range<usize>,
    marks: Vec<&'m Mark>,
}

/// Cuts `within` at the edges of the marks.
fn pieces(within: Range<usize>, marks: &[Mark]) -> Vec<Piece<'_>> {
    let inside: Vec<&Mark> = marks
        .iter()
        .filter(|mark| mark.range.start < within.end && within.start < mark.range.end)
        .collect();
    let mut edges: Vec<usize> = inside
        .iter()
        .flat_map(|mark| {
            [
                mark.range.start.max(within.start),
                mark.range.end.min(within.end),
            ]
        })
        .chain([within.start, within.end])
        .collect();
    edges.sort_unstable();
    edges.dedup();
    // Marks in the order of their beginnings, so that each piece looks at those
    // that are open alone.
    let mut waiting = inside;
    waiting.sort_by_key(|mark| (mark.range.start, mark.kind));
    let mut waiting = waiting.into_iter().peekable();
    let mut open: Vec<&Mark> = Vec::new();
    let mut pieces = Vec::new();
    for edge in edges.windows(2) {
        let (start, end) = (edge[0], edge[1]);
        open.retain(|mark| mark.range.end > start);
        while let Some(mark) = waiting.next_if(|mark| mark.range.start <= start) {
            open.push(mark);
        }
        let mut marks = open.clone();
        marks.sort_by_key(|mark| mark.kind);
        pieces.push(Piece {
            range: start..end,
            marks,
        });
    }
    pieces
}

/// The part of `text` in `within`, with its marks. The first piece of the
/// passage has the id `b`; the pieces of hits are numbered on from `next_hit`.
pub(in crate::serve) fn marked(
    text: &str,
    within: Range<usize>,
    marks: &[Mark],
    next_hit: &mut usize,
) -> Markup {
    html! {
        @for piece in pieces(within, marks) {
            @let shown = text.get(piece.range.clone()).unwrap_or_default();
            @let begins = |mark: &&&Mark| mark.range.start == piece.range.start;
            @if piece.marks.is_empty() {
                (shown)
            } @else {
                @let classes = piece.marks.iter().map(|mark| mark.kind.class()).collect::<Vec<_>>().join(" ");
                @let says = piece.marks.iter().filter(|mark| !mark.says.is_empty());
                @let says = says.map(|mark| mark.says.as_str()).collect::<Vec<_>>().join("; ");
                @let says = Some(says).filter(|says| !says.is_empty());
                @let is_hit = piece.marks.iter().any(|mark| mark.kind == Kind::Hit);
                @let is_passage = piece.marks.iter().filter(begins).any(|mark| mark.kind == Kind::Passage);
                @let id = is_passage.then(|| "b".to_owned());
                @if is_hit {
                    @let id = id.or_else(|| Some(format!("h{next_hit}")));
                    ({ *next_hit += 1; "" })
                    mark id=[id] class=(classes) title=[says] { (shown) }
                } @else {
                    span id=[id] class=(classes) title=[says] { (shown) }
                }
            }
        }
    }
}

/// `text` with what answers the query in it.
pub(in crate::serve) fn highlighted(text: &str, highlights: &[Highlight]) -> Markup {
    html! {
        @for (piece, is_hit) in crate::output::pieces(text, highlights) {
            @if is_hit { mark { (super::words::line(piece)) } } @else { (super::words::line(piece)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(range: Range<usize>, kind: Kind, says: &str) -> Mark {
        Mark {
            range,
            kind,
            says: says.to_owned(),
        }
    }

    #[test]
    fn overlapping_marks_are_cut_into_pieces() {
        let text = "Barack Obama spoke <b>.";
        let marks = [
            mark(0..12, Kind::Who, "Barack \"O\""),
            mark(7..18, Kind::Hit, ""),
            mark(7..22, Kind::Passage, ""),
        ];
        let mut next = 1;
        let html = marked(text, 0..text.len(), &marks, &mut next).into_string();
        assert_eq!(
            html,
            "<span class=\"who\" title=\"Barack &quot;O&quot;\">Barack </span>\
             <mark id=\"b\" class=\"who hit b\" title=\"Barack &quot;O&quot;\">Obama</mark>\
             <mark id=\"h2\" class=\"hit b\"> spoke</mark>\
             <span class=\"b\"> &lt;b&gt;</span>."
        );
        assert_eq!(next, 3);
    }

    #[test]
    fn a_window_cuts_its_marks() {
        let text = "Barack Obama spoke.";
        let marks = [mark(0..12, Kind::Who, "")];
        let html = marked(text, 7..19, &marks, &mut 1).into_string();
        assert_eq!(html, "<span class=\"who\">Obama</span> spoke.");
        // What is no boundary of a letter shows nothing, and does not panic.
        let html = marked("é", 0..2, &[mark(0..1, Kind::Who, "")], &mut 1).into_string();
        assert_eq!(html, "<span class=\"who\"></span>");
    }
}
