//! The labels below the body of a record of LexisNexis.
//!
//! Where the body ends is read from the end upwards: blocks that begin with a
//! label that is not above the body as well belong to the tail, the first other
//! one is the body's last. So a label that a body quotes is hardly ever taken for
//! the tail. Only captions (`GRAPHIC:`) may go on for many blocks.
//!
//! Example: of `The end.`, `GRAPHIC: A crane`, `A ship`, `LANGUAGE: ENGLISH`, a
//! block each, the body is the first.

use super::label;
use crate::source::split::labels::Field;
use crate::source::split::lines::{Line, PageLines, is_copyright};
use crate::source::split::record::Found;

/// The line with which the labels below a body begin; the fields in `head` are
/// stated above it already.
pub(super) fn tail_start(page: &PageLines<'_>, body: usize, end: usize, head: &[Field]) -> usize {
    let mut tail = labelled_end(page, (body, end), head, None);
    // Captions and corrections go on for many blocks.
    let is_long = |at: &usize| {
        let line = &page.lines[*at];
        let found = label(line).map(|(field, _)| field);
        line.gap > 0
            && matches!(
                found,
                Some(Field::Graphic | Field::Other("correction" | "correction-date"))
            )
    };
    while let Some(label) = (body..tail).rev().find(is_long) {
        tail = labelled_end(page, (body, label), head, Some(label));
    }
    tail
}

/// The line with which the last blocks begin that have labels, or say whose the
/// text is, up to `end`. What says that above the first of the `labels` ends the
/// body, and belongs to it.
fn labelled_end(
    page: &PageLines<'_>,
    (body, end): (usize, usize),
    head: &[Field],
    mut labels: Option<usize>,
) -> usize {
    let mut tail = end;
    while tail > body {
        let start = page.block_start(tail - 1, body);
        let first = &page.lines[start];
        let is_tail = match label(first) {
            Some((Field::Body | Field::Title, _)) => false,
            Some((field, _)) => !head.contains(&field),
            None => is_copyright(first.text) || unknown_label(first).is_some(),
        };
        if !is_tail {
            break;
        }
        tail = start;
        if label(first).is_some() {
            labels = Some(start);
        }
    }
    let is_notice = |at: usize| {
        page.between(at, end)
            .iter()
            .all(|line| unknown_label(line).is_none())
    };
    labels.unwrap_or(if is_notice(tail) { tail } else { end })
}

/// The label of a line that no table knows, in capitals: it counts between two
/// that are known.
pub(super) fn unknown_label<'a>(line: &Line<'a>) -> Option<(&'a str, usize)> {
    let text = line.text;
    let colon = text.find(": ").filter(|at| (3..=24).contains(at))?;
    let name = text.get(..colon)?;
    let is_capital = |c: char| c.is_uppercase() || c == '-';
    let is_name = name.chars().all(is_capital) && line.gap > 0;
    is_name.then_some((name, colon + 2))
}

/// Reads the labels below the body.
pub(super) fn read_tail(page: &PageLines<'_>, tail: usize, end: usize, found: &mut Found) {
    let mut at = tail;
    while at < end {
        let mut next = at + 1;
        let goes_on = |at: usize| {
            let line = &page.lines[at];
            let ends = line.gap > 0 && (is_copyright(line.text) || unknown_label(line).is_some());
            label(line).is_none() && !ends
        };
        while next < end && goes_on(next) {
            next += 1;
        }
        if let Some((field, value)) = label(&page.lines[at]) {
            let start = page.lines[at].start + value;
            let value = page.on_one_line(start, page.lines[next - 1].end());
            // What is named there is of the vendor's: no title, no author.
            match field {
                Field::Author if found.author.is_some() => {}
                field => found.set(field, value),
            }
        } else if let Some((name, value)) = unknown_label(&page.lines[at]) {
            found.keep_unknown(page, name, (at, value), next);
        }
        at = next;
    }
}
