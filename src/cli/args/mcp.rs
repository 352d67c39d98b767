//! The arguments of `mcp`.

use clap::Args;
use cybersearch::update::Refresh;

#[cfg(feature = "meaning")]
use super::search::ModelArgs;
use super::search::StopArgs;
use super::values;

/// What a client sees, below the help of `mcp`.
pub(super) const AFTER_HELP: &str = "\
A client starts this command and speaks the Model Context Protocol with it: one
message per line on stdin and stdout. docs/agents.md says how to add it to the
usual clients. It never writes to the sources, and ends when stdin does.

To search for the word \"mcp\": cybersearch search mcp

Exit status: 0 stdin has ended, 2 error.";

#[derive(Debug, Args)]
pub(crate) struct McpArgs {
    /// Leave out structured content, for clients that show it to the model besides
    /// the text
    #[arg(long)]
    pub(crate) text_only: bool,
    /// When to update the index before a call
    #[arg(
        long,
        value_name = "WHEN",
        value_parser = values::named::<Refresh>(),
        default_value = "auto"
    )]
    pub(crate) refresh: Refresh,
    #[command(flatten)]
    pub(crate) stop: StopArgs,
    #[cfg(feature = "meaning")]
    #[command(flatten)]
    pub(crate) model: ModelArgs,
}
