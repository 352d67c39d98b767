//! Scores countries.

use std::path::Path;

use anyhow::Result;

pub(crate) fn score(_eval: &Path) -> Result<()> {
    Ok(())
}
