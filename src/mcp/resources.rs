//! Resources: an article by its address, the state of the archive, and the query
//! language. The same texts as the tools give, for clients that attach them.

use serde_json::{Value, json};

use super::message::{INVALID_PARAMS, Message, NO_SUCH_RESOURCE, ProtocolError};
use super::reading::{named, window};
use super::searching::status;
use super::{MOST_TEXT, Opener, text};
use crate::failure::{FailureKind, Result};
use crate::output::safe;
use crate::panics;
use crate::stop::Stop;

/// What addresses of articles begin with; the id is percent-encoded behind it.
const ARTICLE: &str = "cybersearch://article/";

const STATUS: &str = "cybersearch://status";

const HELP: &str = "cybersearch://help";

/// The query language, as the documentation has it.
const QUERY_LANGUAGE: &str = include_str!("../../docs/query.md");

pub(super) fn list() -> Value {
    json!({ "resources": [
        { "uri": STATUS, "name": "status", "description": "What the archive holds",
          "mimeType": "text/plain" },
        { "uri": HELP, "name": "help", "description": "The query language",
          "mimeType": "text/markdown" },
    ] })
}

pub(super) fn templates() -> Value {
    json!({ "resourceTemplates": [{
        "uriTemplate": "cybersearch://article/{+id}",
        "name": "article",
        "description": "The text of an article by its percent-encoded id; ?start=BYTE for a later part",
        "mimeType": "text/plain",
    }] })
}

pub(super) fn read(
    open: &Opener<'_>,
    message: &Message,
    stop: &Stop,
) -> std::result::Result<Value, ProtocolError> {
    let uri = message.text("uri").unwrap_or("");
    let missing = |why: &str| {
        let code = if message.is_stateless() {
            INVALID_PARAMS
        } else {
            NO_SUCH_RESOURCE
        };
        ProtocolError::new(code, why)
    };
    let content = match uri {
        HELP => Ok(QUERY_LANGUAGE.to_owned()),
        STATUS => guarded(|| Ok(status(&open()?, stop)?.text)),
        _ => match uri.strip_prefix(ARTICLE) {
            Some(rest) => guarded(|| article(open, rest)),
            None => return Err(missing(&format!("no such resource: {}", text::short(uri)))),
        },
    };
    let kind = if uri == HELP {
        "text/markdown"
    } else {
        "text/plain"
    };
    let content = content.map_err(|why| missing(&why))?;
    Ok(json!({ "contents": [{ "uri": uri, "mimeType": kind, "text": content }] }))
}

/// Does `work`; whatever goes wrong in it is told.
fn guarded(work: impl FnOnce() -> Result<String>) -> std::result::Result<String, String> {
    let outcome = panics::caught(work);
    let internal = |said: Option<String>| format!("internal error: {}", said.unwrap_or_default());
    outcome
        .map_err(internal)?
        .map_err(|failure| match failure.kind() {
            FailureKind::NotFound => text::short(&failure.to_string()),
            _ => text::failure(&failure),
        })
}

/// A window of an article's text; the first line says how to go on, if it is cut.
fn article(open: &Opener<'_>, address: &str) -> Result<String> {
    let (id, start) = match address.rsplit_once("?start=") {
        Some((id, start)) => (id, start.parse().unwrap_or(usize::MAX)),
        None => (address, 0),
    };
    let (record, whole) = named(open()?.index.any(), &decoded(id))?;
    let article = record.article(whole);
    let shown = window(&article.text, &article.layout(), start, MOST_TEXT - 100);
    let body = safe::lines(&article.text[shown.clone()]);
    if shown.end == article.text.len() {
        return Ok(body);
    }
    Ok(format!(
        "[cut; the next part: ?start={}]\n{body}",
        shown.end
    ))
}

/// A percent-encoded text.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let (byte, after) = match byte.filter(|_| *first == b'%') {
            Some(byte) => (byte, &after[2..]),
            None => (*first, after),
        };
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_decoded_and_nothing_else_is() {
        for (address, expected) in [
            ("seeds/a.txt", "seeds/a.txt"),
            ("a%20b%2Fc%C3%A9", "a b/cé"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%ff", "\u{fffd}"),
            ("é%41", "éA"),
        ] {
            assert_eq!(decoded(address), expected);
        }
    }
}
