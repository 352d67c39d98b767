//! How to ask, and the keys.

use maud::html;

use super::layout;
use super::titled;
use crate::serve::parts::link::Link;

/// What a query may hold, and what that finds.
const QUERIES: [(&str, &str); 15] = [
    ("hotline Moscow", "articles with both words, in any form"),
    (
        "\"risk reduction\"",
        "the phrase (\"...\"~5: up to 5 words in between)",
    ),
    (
        "hotline NEAR/5 Moscow",
        "at most 5 words in between (NEAR/s: same sentence)",
    ),
    ("talks -China", "without a word (also NOT China)"),
    ("(hotline OR \"hot line\")", "either of the two"),
    ("communicat*", "words starting with communicat"),
    ("Shmidt~", "spelled like Shmidt"),
    ("=talks", "exactly this form of the word"),
    ("title:talks body:hotline", "in the title, in the body"),
    (
        "country:RU main:US",
        "names Russia; is mainly about the US (code or name)",
    ),
    (
        "person:Schmidt",
        "names the person (whole words, in any order)",
    ),
    (
        "date:2011-06..2013",
        "published in this period (1980s, 2013-Q2, 5/2013)",
    ),
    ("date:unknown", "undated; date:open with one bound known"),
    ("dates:2011-06", "mentions June 2011, a day in it, or 2011"),
    ("path:reuters", "in a folder or file of that name"),
];

/// The keys of the script.
const KEYS: [(&str, &str); 6] = [
    ("/", "to the search line"),
    ("j k", "next and previous hit"),
    ("n p", "next and previous page, or mark of an article"),
    ("c", "cite the hit"),
    ("Enter", "open the hit"),
    ("?", "this help"),
];

/// The page.
pub(super) fn page() -> Vec<u8> {
    let content = html! {
        h1 { "Help" }
        table {
            thead { tr { th scope="col" { "Query" } th scope="col" { "Finds" } } }
            @for (query, finds) in QUERIES {
                tr {
                    th scope="row" { a href=(Link::to("/search").with("q", query)) { code { (query) } } }
                    td { (finds) }
                }
            }
        }
        p { "Anything that is no valid operator is treated as text. From three words on, articles that lack some follow those with all of them." }
        h2 #keys { "Keys" }
        table {
            @for (key, does) in KEYS { tr { th scope="row" { kbd { (key) } } td { (does) } } }
        }
        h2 { "Programs" }
        p { "Every page is an address that may be kept; parameters have the names of the command line's options. "
            "The same answers as JSON: " a href="/api/v1/openapi.json" { code { "/api/v1" } } "." }
    };
    layout::page(&titled("Help"), &content)
}
