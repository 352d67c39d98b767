//! What is known of an index elsewhere.

use std::io::{self, Write};

use serde::Serialize;

use super::hits::json;
use super::safe;
use super::status::count;
use crate::engine::remote::{RemoteIndex, RemoteInfo};
use crate::failure::Result;

/// What `status` tells of an index elsewhere.
#[derive(Debug, Serialize)]
pub struct RemoteStatus {
    version: u32,
    index: String,
    engine: String,
    name: String,
    shards: u64,
    format: u64,
    program: String,
    built_at: String,
    articles: u64,
}

impl RemoteStatus {
    /// Describes `index`.
    ///
    /// # Errors
    /// When its engine does not answer.
    pub fn new(index: &RemoteIndex) -> Result<RemoteStatus> {
        let RemoteInfo {
            name,
            shards,
            built_at,
            articles,
            format,
            program,
        } = index.info().clone();
        Ok(RemoteStatus {
            version: json::VERSION,
            index: index.target().to_string(),
            engine: index.engine_name()?,
            name,
            shards,
            format,
            program,
            built_at,
            articles,
        })
    }

    /// Prints one JSON object.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn print_json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write_line(self, out)
    }

    /// Prints it for people.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn print_text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "index      {}", safe::line(&self.index))?;
        writeln!(
            out,
            "engine     {}, index {} in {}",
            safe::line(&self.engine),
            safe::line(&self.name),
            count(self.shards, "shard")
        )?;
        writeln!(out, "pushed     {}", safe::line(&self.built_at))?;
        writeln!(out, "holds      {}", count(self.articles, "article"))?;
        writeln!(
            out,
            "format     {}, by cybersearch {}",
            self.format,
            safe::line(&self.program)
        )
    }
}
