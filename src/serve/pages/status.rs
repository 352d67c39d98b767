//! What the index holds, as the command line says it, and what serves it.

use std::time::Duration;

use maud::html;

use super::layout;
use super::titled;

/// What serves.
pub(super) struct Server<'s> {
    pub(super) address: &'s str,
    pub(super) slots: usize,
    pub(super) running: usize,
    pub(super) time: Option<Duration>,
}

/// The page; `text` is what `status` prints.
pub(super) fn page(text: &str, server: &Server<'_>) -> Vec<u8> {
    let content = html! {
        h1 { "Status" }
        pre { (text) }
        h2 { "Server" }
        dl {
            dt { "Program" } dd { "cybersearch " (env!("CARGO_PKG_VERSION")) }
            dt { "Address" } dd { (server.address) }
            dt { "Searches" } dd { (server.running) " running, " (server.slots) " at once at most" }
            dt { "Time limit" }
            dd {
                @match server.time {
                    Some(time) => { (format!("{time:?}")) " a search" },
                    None => "none",
                }
            }
        }
        p { a href="/api/v1/openapi.json" { "The JSON API" } }
    };
    layout::page(&titled("Status"), &content)
}
