//! What came to nothing, and what helps.

use hyper::StatusCode;
use hyper::http::request::Parts;
use maud::html;

use super::layout::{Page, page};
use crate::serve::parts::words;
use crate::serve::reply::{HTML, Reply, TEXT, Trouble};

/// The reply that tells it. Strangers are told in plain text: no page of ours is
/// shown to them.
pub(in crate::serve) fn reply(trouble: &Trouble, parts: &Parts) -> Reply {
    let is_stranger = matches!(
        trouble.status,
        StatusCode::MISDIRECTED_REQUEST | StatusCode::FORBIDDEN
    );
    if is_stranger {
        return trouble.reply(TEXT, trouble.text());
    }
    let what = words::line(&trouble.failure.to_string());
    let help = trouble.failure.action().map(words::line);
    // A browser keeps our cookie back where another site led here: it asks once
    // more, from here.
    let is_led = parts
        .headers
        .get("sec-fetch-site")
        .is_some_and(|site| site == "cross-site");
    let again = (trouble.status == StatusCode::UNAUTHORIZED && is_led)
        .then(|| {
            parts
                .uri
                .path_and_query()
                .map(|path| path.as_str().to_owned())
        })
        .flatten()
        .filter(|path| {
            path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/login")
        });
    let content = html! {
        div.trouble {
            h1 { (what) }
            @if let Some(help) = help { p { (help) } }
            @if let Some(again) = &again { p { a href=(again) { "Open the page" } } }
        }
    };
    let bytes = page(
        &Page {
            title: &what,
            onward: again.as_deref(),
            ..Page::default()
        },
        &content,
    );
    trouble.reply(HTML, bytes)
}
