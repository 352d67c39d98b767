//! A run, as `trec_eval` and its kin read it: `query Q0 article rank score tag`.
//!
//! Such a program sorts by the score, read in single precision, and breaks ties
//! its own way. The scores printed here therefore fall strictly with the rank.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::output::safe;
use crate::search::Ranked;

/// What the run is called, in the last column.
const TAG: &str = "cybersearch";

/// Prints an article a line.
///
/// # Errors
/// Those of the writer.
pub fn print(query_id: &str, run: &Ranked, out: &mut dyn Write) -> io::Result<()> {
    let query = column(query_id);
    let scores = falling(run.articles.iter().map(|(_, score)| *score).collect());
    for (rank, ((id, _), score)) in (1..).zip(run.articles.iter().zip(scores)) {
        let id = column(id);
        // The shortest digits that tell this number from its neighbours.
        writeln!(out, "{query} Q0 {id} {rank} {score} {TAG}")?;
    }
    Ok(())
}

/// `text` as a column: white space, which ends one, and what could act on a
/// terminal are written as in an address, `%20`.
fn column(text: &str) -> String {
    let mut column = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() || safe::acts(c) {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                // A string takes whatever is written to it.
                let _ = write!(column, "%{byte:02X}");
            }
        } else {
            column.push(c);
        }
    }
    column
}

/// `scores` made to fall strictly: one that does not is lowered to the next
/// smaller number. An article without a score (of a title alone) takes that of
/// the next one that has it; where none has, they count down to 1.
fn falling(scores: Vec<Option<f32>>) -> Vec<f32> {
    let mut filled = Vec::with_capacity(scores.len());
    let mut next = scores.iter().rev().find_map(|score| *score);
    for (left, score) in (1..).zip(scores.into_iter().rev()) {
        next = score.or(next);
        filled.push(next.unwrap_or_else(|| countdown(left)));
    }
    filled.reverse();
    let mut limit = f32::INFINITY;
    for score in &mut filled {
        *score = score.min(limit);
        limit = score.next_down();
    }
    filled
}

/// A rank from the end as a score.
fn countdown(left: u32) -> f32 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "above 2^24 articles the scores are made to fall all the same"
    )]
    let score = left as f32;
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_no_white_space() {
        assert_eq!(column("seeds/a.txt:7"), "seeds/a.txt:7");
        assert_eq!(column("a b\tc\u{a0}é%20"), "a%20b%09c%C2%A0é%20");
        assert_eq!(column("\u{1b}[31m"), "%1B[31m");
    }

    #[test]
    fn scores_fall_strictly_as_they_are_printed() {
        let check = |scores: &[Option<f32>]| {
            let printed: Vec<f32> = falling(scores.to_vec())
                .iter()
                .map(|score| score.to_string().parse().unwrap())
                .collect();
            assert!(
                printed.is_sorted_by(|a, b| a > b),
                "{scores:?}: {printed:?}"
            );
            printed
        };
        assert_eq!(check(&[Some(7.5), Some(7.25)]), [7.5, 7.25]);
        let near = 2.0_f32.next_down();
        assert_eq!(
            check(&[Some(2.0), Some(2.0), Some(9.0), Some(near)]),
            [2.0, near, near.next_down(), near.next_down().next_down()]
        );
        check(&[Some(0.0), Some(0.0), Some(-0.0)]);
        check(&vec![Some(1.0); 1000]);
        assert_eq!(check(&[None, Some(3.0), None, Some(1.0), None]).len(), 5);
        assert_eq!(check(&[None, None, None]), [3.0, 2.0, 1.0]);
        assert!(check(&[]).is_empty());
    }
}
