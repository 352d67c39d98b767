//! Counting what was found against what there is.

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};

/// True positives, false positives and false negatives.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) right: usize,
    pub(crate) wrong: usize,
    pub(crate) missed: usize,
}

impl Tally {
    pub(crate) fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    pub(crate) fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    pub(crate) fn f1(self) -> f64 {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }

    /// Counts two lists of distinct things.
    pub(crate) fn count<T: PartialEq>(&mut self, found: &[T], gold: &[T]) {
        let right = found.iter().filter(|thing| gold.contains(thing)).count();
        self.right += right;
        self.wrong += found.len() - right;
        self.missed += gold.len() - right;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (precision, recall, f1) = (self.precision(), self.recall(), self.f1());
        write!(f, "P {precision:5.1}  R {recall:5.1}  F1 {f1:5.1}")
    }
}

/// The text of a set, `None`, and a row that says so, if it is not there.
pub(crate) fn set(eval: &Path, name: &str) -> Result<Option<String>> {
    match std::fs::read_to_string(eval.join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            row(name, "all", "not there, left out");
            Ok(None)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {name}")),
    }
}

/// `part` of `whole`, in percent; 0 of nothing.
pub(crate) fn share(part: usize, whole: usize) -> f64 {
    #[allow(
        clippy::cast_precision_loss,
        reason = "counts of a gold set are far below 2^52"
    )]
    let (part, whole) = (part as f64, whole.max(1) as f64);
    100.0 * part / whole
}

/// Prints one line of the table.
pub(crate) fn row(set: &str, what: &str, figure: impl fmt::Display) {
    println!("{set:<18} {what:<34} {figure}");
}
