//! The JSON API: the documents of the command line, at addresses; and the one
//! address at which agents speak their own protocol (`mcp`).
//!
//! Every document is printed by the printer that the command line uses, with
//! paths from the library's folder. A `GET` has an `ETag` of its own bytes: they
//! tell how the files stand, which no number of a commit does.

use hyper::StatusCode;
use hyper::header::{ETAG, IF_NONE_MATCH};
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::reply::{Cache, JSON, Refusal, Reply, Trouble};
use super::routes::Call;
use super::{article, openapi};
use crate::corrections::Owner;
use crate::failure::{Failure, FailureKind, Result};
use crate::mcp::{self, OpenIndex, Server};
use crate::named::Named;
use crate::output::hits::json::{VERSION, write_line};
#[cfg(feature = "remote")]
use crate::output::remote_status::RemoteStatus;
use crate::output::show::{self, Shown};
use crate::output::status::Status;
use crate::output::{self, AskedQuery, Format, IndexInfo, Style, facets::FacetFormat};
#[cfg(feature = "remote")]
use crate::search::SharedIndex;
use crate::search::{self, By};
use crate::source::stream::{Cutter, InputShape};

/// How documents are printed: for programs, whatever the terminal.
const STYLE: Style = Style {
    color: false,
    width: 80,
    is_terminal: false,
    null: false,
};

#[derive(Serialize)]
struct ErrorDocument<'t> {
    version: u32,
    error: ErrorInfo<'t>,
}

#[derive(Serialize)]
struct ErrorInfo<'t> {
    kind: &'t str,
    what: String,
    help: Option<&'t str>,
}

/// What came to nothing, as a document.
pub(super) fn trouble(trouble: &Trouble) -> Reply {
    let document = ErrorDocument {
        version: VERSION,
        error: ErrorInfo {
            kind: trouble.kind,
            what: trouble.failure.to_string(),
            help: trouble.failure.action(),
        },
    };
    let mut bytes = Vec::new();
    // A vector takes whatever is written to it.
    let _ = write_line(&document, &mut bytes);
    trouble.reply(JSON, bytes)
}

/// A document, or that it is the one that the client has.
fn document(call: &Call<'_>, bytes: Vec<u8>) -> Reply {
    let tag = format!("\"{:016x}\"", xxh3_64(&bytes));
    let known = call.headers.get_all(IF_NONE_MATCH).into_iter();
    let known = known.filter_map(|value| value.to_str().ok());
    let is_known = known
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().trim_start_matches("W/") == tag);
    let mut reply = if is_known {
        let mut reply = Reply::of(JSON, "");
        reply.status = StatusCode::NOT_MODIFIED;
        reply
    } else {
        Reply::of(JSON, bytes)
    };
    reply.cache = Cache::Asked;
    reply.with(ETAG, tag)
}

/// What a printer prints; a vector takes whatever is written to it.
pub(super) fn printed(
    print: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    print(&mut bytes).map_err(|error| Failure::new(format!("cannot print: {error}")))?;
    Ok(bytes)
}

pub(super) fn search(call: &Call<'_>) -> Result<Reply> {
    let request = call.request()?;
    request.check_not_empty()?;
    let index = &call.commit.index;
    let answer = search::search(index, &request)?;
    let info = IndexInfo::of(index, answer.stale(None));
    let asked = AskedQuery {
        id: None,
        text: &request.text,
    };
    let bytes = printed(|out| output::print(Format::Json, &asked, &answer, &info, &STYLE, out))?;
    Ok(document(call, bytes))
}

/// What is counted by unless asked otherwise, as on the command line.
const BY: [By; 3] = [By::Country, By::Person, By::Year];

pub(super) fn facets(call: &Call<'_>) -> Result<Reply> {
    let request = call.request()?;
    let mut by = call.values.several::<By>("by");
    if by.is_empty() {
        by.extend(BY);
    }
    let wanted = call.window(by, call.values.number("limit"));
    let index = &call.commit.index;
    let answer = search::facets(index, &request, &wanted)?;
    let info = IndexInfo::of(index, None);
    let text = &request.text;
    let format = FacetFormat::Json;
    let bytes = printed(|out| output::facets::print(format, text, &answer, &info, &STYLE, out))?;
    Ok(document(call, bytes))
}

pub(super) fn pairs(call: &Call<'_>) -> Result<Reply> {
    let request = call.request()?;
    let by = call
        .values
        .one("by")
        .and_then(By::named)
        .unwrap_or(By::Person);
    let index = &call.commit.index;
    let answer = search::pairs(index, &request, by, call.values.number("limit"))?;
    let info = IndexInfo::of(index, None);
    let (text, format) = (&request.text, FacetFormat::Json);
    let bytes = printed(|out| output::pairs::print(format, text, &answer, &info, out))?;
    Ok(document(call, bytes))
}

pub(super) fn article(call: &Call<'_>) -> Result<Reply> {
    let whole = article::whole(call)?;
    let path = call.commit.shown(&whole.record.path);
    let marks = article::marks(call, &whole)?;
    let shown = Shown {
        record: &whole.record,
        article: &whole.article,
        extraction: whole.extraction,
        path: &path,
        state: whole.state,
        surnames: &whole.surnames,
        marks,
    };
    let bytes = printed(|out| show::print_json(&shown, out))?;
    Ok(document(call, bytes))
}

pub(super) fn status(call: &Call<'_>) -> Result<Reply> {
    let bytes = status_as(call, false)?;
    Ok(document(call, bytes))
}

/// What the index holds, and how far its sources have moved on; for people or as
/// JSON.
pub(super) fn status_as(call: &Call<'_>, is_text: bool) -> Result<Vec<u8>> {
    #[cfg(feature = "remote")]
    if let SharedIndex::Remote(index) = &call.commit.index {
        let status = RemoteStatus::new(index)?;
        return printed(|out| {
            if is_text {
                status.print_text(out)
            } else {
                status.print_json(out)
            }
        });
    }
    let index = call.commit.index.local().ok_or_else(no_files)?;
    let check = index.check_sources()?;
    let status = Status::new(index, check, index.skips()?, index.formats()?);
    printed(|out| {
        if is_text {
            status.print_text(out)
        } else {
            status.print_json(out)
        }
    })
}

/// What is told of files where there are none.
fn no_files() -> Failure {
    Failure::new("an index elsewhere has no files here").of(FailureKind::NotFound)
}

/// A message of the Model Context Protocol.
pub(super) fn mcp(call: &Call<'_>) -> Result<Reply> {
    let body = std::str::from_utf8(&call.body)
        .map_err(|_| Failure::new("the message is no UTF-8").help("send JSON in UTF-8"))?;
    let index = &call.commit.index;
    let open = || {
        Ok(OpenIndex {
            index: index.clone(),
            stale: None,
        })
    };
    let header = |name: &str| call.headers.get(name)?.to_str().ok();
    let headers = mcp::Headers {
        version: header("mcp-protocol-version"),
        method: header("mcp-method"),
        name: header("mcp-name"),
    };
    let server = Server::new(&open).meaning(call.site.meaning.clone());
    let posted = mcp::post(&server, body, &headers, call.stop);
    let mut reply = Reply::of(
        JSON,
        posted.body.map(|body| body.to_string()).unwrap_or_default(),
    );
    // The protocol has three statuses: done, taken, refused.
    reply.status = StatusCode::from_u16(posted.status).unwrap_or(StatusCode::OK);
    Ok(reply)
}

pub(super) fn extract(call: &Call<'_>) -> Result<Reply> {
    let kind = call.headers.get(hyper::header::CONTENT_TYPE);
    let is_json = kind
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/json"));
    let shape = if is_json {
        InputShape::JsonLines
    } else {
        InputShape::Text
    };
    let bytes = extracted(call, shape)?;
    Ok(document(call, bytes))
}

/// What `extract` prints of the text or record that was sent.
fn extracted(call: &Call<'_>, shape: InputShape) -> Result<Vec<u8>> {
    let cutter = Cutter {
        shape,
        max_bytes: call.body.len() as u64 + 1,
    };
    let unknown = Owner::default();
    let owner = call.commit.index.owner().unwrap_or(&unknown);
    let (mut lines, mut problem) = (Vec::new(), None);
    cutter.pipe(call.body.as_slice(), &mut |piece| {
        piece.read(|read| match read {
            Ok(mut article) => {
                let layout = article.layout();
                let title = article.title(&layout);
                let extraction = owner.extract(&mut article, &layout);
                let path = std::path::Path::new("-");
                // A vector takes whatever is written to it.
                let _ = output::extract::print_line(&article, path, &title, extraction, &mut lines);
            }
            Err(skip) if !skip.is_remark => problem = Some(skip.reason.clone()),
            Err(_) => {}
        });
        true
    });
    match problem {
        Some(problem) if lines.is_empty() => {
            Err(Failure::new(problem).help("send a text, or one record as a JSON object"))
        }
        _ => Ok(lines),
    }
}

/// The schemas of the documents.
const SCHEMAS: &[(&str, &str)] = &[
    (
        "extract-2",
        include_str!("../../docs/schema/extract-2.json"),
    ),
    ("facets-2", include_str!("../../docs/schema/facets-2.json")),
    ("pairs-2", include_str!("../../docs/schema/pairs-2.json")),
    #[cfg(feature = "remote")]
    (
        "remote-status-2",
        include_str!("../../docs/schema/remote-status-2.json"),
    ),
    ("search-2", include_str!("../../docs/schema/search-2.json")),
    ("show-2", include_str!("../../docs/schema/show-2.json")),
    ("status-2", include_str!("../../docs/schema/status-2.json")),
];

pub(super) fn schema(name: &str) -> std::result::Result<Reply, Trouble> {
    let name = name.strip_suffix(".json").unwrap_or(name);
    let known = SCHEMAS.iter().find(|(known, _)| *known == name);
    let (_, schema) = known.ok_or(Refusal::Route)?;
    Ok(Reply::of(JSON, *schema))
}

pub(super) fn openapi(_: &str) -> std::result::Result<Reply, Trouble> {
    let bytes = serde_json::to_vec(&openapi::description());
    let bytes = bytes.map_err(|error| Failure::new(format!("cannot print: {error}")))?;
    Ok(Reply::of(JSON, bytes))
}
