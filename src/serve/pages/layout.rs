//! The frame of every page: head, search line, navigation, foot.

use maud::{DOCTYPE, Markup, html};

use crate::search::parameters::MEANING;
use crate::serve::assets;
use crate::serve::parts::link::Link;

/// The pages that are reached from everywhere.
const PAGES: [(&str, &str); 7] = [
    ("/people", "People"),
    ("/countries", "Countries"),
    ("/timeline", "Timeline"),
    ("/together", "Together"),
    ("/extract", "Extract"),
    ("/status", "Status"),
    ("/help", "Help"),
];

/// What a page is, beside its content.
#[derive(Debug, Clone, Default)]
pub(super) struct Page<'p> {
    /// The title of the window.
    pub(super) title: &'p str,
    /// What stands in the search line.
    pub(super) query: &'p str,
    /// Whether the next search is to be by meaning as well.
    pub(super) by_meaning: bool,
    /// A feed of the same.
    pub(super) feed: Option<Link>,
    /// Where the browser goes next by itself.
    pub(super) onward: Option<&'p str>,
}

/// A whole page around `content`.
pub(super) fn page(page: &Page<'_>, content: &Markup) -> Vec<u8> {
    let Page {
        title,
        query,
        by_meaning,
        feed,
        onward,
    } = page;
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                @if let Some(onward) = onward {
                    meta http-equiv="refresh" content={ "0;url=" (onward) };
                }
                title { (title) " – cybersearch" }
                link rel="stylesheet" href=(assets::address("app.css"));
                link rel="icon" href=(assets::address("icon.svg")) type="image/svg+xml";
                link rel="search" type="application/opensearchdescription+xml" title="cybersearch" href="/opensearch.xml";
                @if let Some(feed) = feed {
                    link rel="alternate" type="application/atom+xml" title="Newest" href=(feed);
                }
                script src=(assets::address("app.js")) defer {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header {
                    a href="/" { "cybersearch" }
                    form role="search" action="/search" {
                        input #q type="search" name="q" value=(query) maxlength="4096"
                            aria-label="Search the archive" placeholder="Search the archive";
                        @if *by_meaning { input type="hidden" name=(MEANING) value="1"; }
                        button { "Search" }
                    }
                    nav aria-label="Pages" {
                        @for (path, name) in PAGES { a href=(path) { (name) } }
                    }
                }
                main #main { (content) }
                p #said .quiet role="status" {}
            }
        }
    };
    markup.into_string().into_bytes()
}
