//! The arguments of `serve`.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use cybersearch::serve::allowed_host;
use cybersearch::update::Refresh;

#[cfg(feature = "meaning")]
use super::search::ModelArgs;
use super::values::{self, parse_seconds, parse_threads};

/// What it does, and exit statuses, below the help.
pub(super) const AFTER_HELP: &str = "\
Prints the link to open on one line. The link carries a token; the browser keeps
it as a cookie, and programs send it as `Authorization: Bearer TOKEN`. Commits of
other processes are followed; only --watch writes to the index.

To search for the word \"serve\": cybersearch search serve

Exit status: 0 stopped (Ctrl-C or SIGTERM), 2 error.";

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option by itself")]
pub(crate) struct ServeArgs {
    /// Port to listen at, 0 for a free one
    #[arg(long, value_name = "PORT", default_value_t = 7117)]
    pub(crate) port: u16,
    /// Address to listen at; one that other machines reach needs --allow-host
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// Open the link in the browser
    #[arg(long)]
    pub(crate) open: bool,
    /// Keep the index up to date while files change
    #[arg(long)]
    pub(crate) watch: bool,
    /// Let in everybody who reaches the port: on a machine of one user
    #[arg(long, conflicts_with = "token_file")]
    pub(crate) no_token: bool,
    /// Read the token from this file instead of making a new one
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Name that the server is also known by, such as that of a reverse proxy
    #[arg(long, value_name = "NAME[:PORT]", value_parser = parse_host)]
    pub(crate) allow_host: Vec<String>,
    /// Stop a search after this many seconds, such as 2 or 0.5
    #[arg(
        long,
        value_name = "SECONDS",
        value_parser = parse_seconds,
        default_value = "2"
    )]
    pub(crate) time_limit: Duration,
    /// How many searches may run at once, 2 at least [default: one per core]
    #[arg(long, value_name = "N", value_parser = parse_threads)]
    pub(crate) searches: Option<NonZeroUsize>,
    /// Don't answer agents at /mcp
    #[arg(long)]
    pub(crate) no_mcp: bool,
    /// When to update the index before serving
    #[arg(
        long,
        value_name = "WHEN",
        value_parser = values::named::<Refresh>(),
        default_value = "auto"
    )]
    pub(crate) refresh: Refresh,
    #[cfg(feature = "meaning")]
    #[command(flatten)]
    pub(crate) model: ModelArgs,
}

fn parse_host(text: &str) -> Result<String, String> {
    allowed_host(text).map_err(|failure| {
        let help = failure.action().unwrap_or_default();
        format!("{failure}; {help}")
    })
}
